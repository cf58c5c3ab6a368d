//! The console's face to one person: their configuration, what is remembered, lines instead of a screen, who is here, what their hooks do.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::clones::Clones;
use crate::harness::Repo;
use crate::pty::Console;
use crate::receiver::{Mood, Receiver};

const BINARY: &str = env!("CARGO_BIN_EXE_warroom");
const TITLE: &str = "Checkout failing for EU cards";

fn under_way() -> (Repo, String) {
    let repo = Repo::new();
    let id = repo.declare(TITLE, "P1");
    (repo, id)
}

/// Waits for something outside of a terminal.
#[track_caller]
fn wait_until(what: &str, mut wanted: impl FnMut() -> bool) {
    let began = Instant::now();
    while !wanted() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn config_init_writes_every_setting_once_and_changes_none() {
    let repo = Repo::new();
    let _ = std::fs::remove_dir_all(repo.config());
    let file = repo.config().join("config.yaml");
    let path = repo.warroom(["config", "path"]).ok();
    assert_eq!(path.trim(), file.display().to_string());
    assert_eq!(repo.warroom(["config", "path", "--json"]).json()["exists"], false);
    let said = repo.warroom(["config", "init"]).ok();
    assert!(said.contains(path.trim()), "{said}");
    let written = std::fs::read_to_string(&file).unwrap();
    for setting in [
        "theme",
        "ascii",
        "quiet-hours",
        "presence",
        "git-signing",
        "log-action: a",
    ] {
        assert!(
            written.contains(&format!("# {setting}")) || written.contains(&format!("#   {setting}")),
            "{setting}"
        );
    }
    assert!(
        written.lines().all(|line| line.is_empty() || line.starts_with('#')),
        "nothing counts yet"
    );
    assert_eq!(
        repo.warroom(["config", "check", "--json"]).json()["problems"],
        serde_json::json!([])
    );
    // What is there is not touched.
    std::fs::write(&file, "theme: light\n").unwrap();
    let again = repo.warroom(["config", "init"]).run();
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("was not touched"), "{}", again.stderr);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "theme: light\n");
}

#[test]
fn config_check_tells_unknown_words_with_their_place_in_any_style() {
    let repo = Repo::new();
    std::fs::create_dir_all(repo.config()).unwrap();
    let file = repo.config().join("config.yaml");
    for (text, places) in [
        (
            "theme: purpel\nbel: false\nkeys:\n  fly: x\n  quit: Hyper-q\ncolors:\n  wran: red\n  bad: reddish\nmute: [timer, bels]\n",
            vec![
                ":1:8: there is no theme `purpel`",
                ":2:1: there is no setting `bel`, did you mean `bell`?",
                ":4:3: there is no action `fly`",
                ":5:3: `Hyper-q` is not a key",
                ":7:3: nothing is called `wran`",
                ":8:8: `reddish` is no colour",
                ":9:15: `bels` is none of",
            ],
        ),
        (
            "{\"theme\": \"drak\", \"keys\": {\"quit\": [\"l\"], \"zom\": [\"F9\"]}}\n",
            vec![
                ":1:11: there is no theme `drak`, did you mean `dark`?",
                ":1:43: there is no action `zom`, did you mean `zoom`?",
            ],
        ),
        ("mute:\n- bels\n- role\n", vec![":2:3: `bels`"]),
        ("theme: [dark\n", vec![":"]),
    ] {
        std::fs::write(&file, text).unwrap();
        let checked = repo.warroom(["config", "check"]).run();
        assert_eq!(checked.code, Some(5), "{text}");
        for place in places {
            let wanted = format!("{}{place}", file.display());
            assert!(
                checked.stdout.contains(&wanted),
                "{wanted} is not in\n{}",
                checked.stdout
            );
        }
    }
    // The team's is checked beside it; another one by its name.
    std::fs::write(&file, "theme: dark\n").unwrap();
    repo.write(".warroom/config.yaml", "framwork: ops\n");
    let checked = repo.warroom(["config", "check"]).run();
    assert_eq!(checked.code, Some(5));
    assert!(
        checked
            .stdout
            .contains(".warroom/config.yaml:1:1: there is no setting `framwork`"),
        "{}",
        checked.stdout
    );
    assert_eq!(
        repo.warroom(["config", "check"])
            .args([file.display().to_string()])
            .run()
            .code,
        Some(0)
    );
    assert_eq!(repo.warroom(["config", "check", "no-such-file"]).run().code, Some(4));
}

#[test]
fn a_console_takes_a_changed_configuration_in_and_of_a_broken_one_nothing() {
    let (repo, id) = under_way();
    let _ = std::fs::remove_dir_all(repo.config());
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    let file = repo.config().join("config.yaml");
    // The folder comes while the console is open.
    std::fs::create_dir_all(repo.config()).unwrap();
    // As editors save: no moment at which the file is empty.
    let save = |text: &str| {
        let beside = file.with_extension("new");
        std::fs::write(&beside, text).unwrap();
        std::fs::rename(&beside, &file).unwrap();
    };
    save("keys: {quit: Q}\n");
    console.shows("Your configuration was read again.");
    save("keys: {quit: F9}\nbel: true\n");
    console.shows("not taken").shows("config.yaml:2:1");
    save("keys: {quit: Q}\nlocal-time: true\n");
    console.hides("not taken");
    console.press("Q");
    assert_eq!(console.ends().0, 0);
    console.left_as_found();
}

#[test]
fn plain_prints_each_change_as_a_line_and_ends_well_with_ctrl_c() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id, "--plain"]);
    console.shows(TITLE).shows("no incident commander");
    repo.warroom(["log", "restarting \u{1b}[31mthe pool", "--kind", "action"])
        .by("kim")
        .real_time()
        .ok();
    console.shows_line(&["kim", "action:", "restarting"]);
    let shown = String::from_utf8_lossy(&console.bytes()).into_owned();
    assert!(!shown.contains('\u{1b}'), "no screen, no colours: {shown:?}");
    console.signal(Signal::INT);
    assert_eq!(console.ends().0, 0);
    // Into a pipe as well; who has read enough ends it.
    let mut command = Command::new(BINARY);
    repo.clean(&mut command);
    command
        .args(["open", &id, "--plain", "--as", "sam"])
        .current_dir(repo.root());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("restarting") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0);
    }
    drop(lines);
    repo.warroom(["log", "nobody reads this"]).by("kim").real_time().ok();
    wait_until("it does not end", || child.try_wait().unwrap().is_some());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_role_arranges_the_console_and_is_remembered() {
    let (repo, id) = under_way();
    let alone = |screen: &vt100::Screen| !screen.contents().contains("4 Hypotheses ─");
    let all = |screen: &vt100::Screen| screen.contents().contains(TITLE) && !alone(screen);
    let mut console = Console::open(&repo, "lee", &["open", &id, "--as-role", "scribe"]);
    console.shows(TITLE).until("the timeline alone", alone);
    console.press("q").ends();
    // The next one without a word, for this person alone.
    let mut console = Console::open(&repo, "lee", &["open", &id]);
    console.shows(TITLE).until("the timeline alone", alone);
    let mut other = Console::open(&repo, "kim", &["open", &id]);
    other.until("all panes", all);
    other.press("q").ends();
    console.press("Wno role<Enter>").until("all panes", all);
    wait_until("it is not kept", || {
        let kept = std::fs::read_to_string(repo.state().join("console.json")).unwrap_or_default();
        !kept.contains("scribe")
    });
    console.press("q").ends();
    let mut console = Console::open(&repo, "lee", &["open", &id]);
    console.until("all panes", all);
    console.press("q").ends();
    assert_eq!(repo.warroom(["open", "--as-role", "king"]).run().code, Some(2));
}

#[test]
fn a_console_that_only_looks_changes_nothing_and_follows() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "wall", &["open", &id, "--read-only"]);
    console.shows(TITLE);
    let before = std::fs::read(repo.file(&id)).unwrap();
    for keys in ["l", "A", "S", "R", "+", "u"] {
        console.press(keys).shows("only looks");
        console.press("<Down>");
    }
    console.paste("14:02 kim: pool is full").shows("only looks");
    assert_eq!(std::fs::read(repo.file(&id)).unwrap(), before);
    repo.warroom(["log", "from elsewhere"]).by("kim").real_time().ok();
    console.shows("from elsewhere");
    // A key right behind what was refused would be taken for one that was typed ahead.
    console.until("the message has gone", |screen| {
        !screen.contents().contains("only looks")
    });
    console.press("q");
    assert_eq!(console.ends().0, 0);
}

/// Whether something on the screen has this colour behind it.
fn has_behind(screen: &vt100::Screen, colour: u8) -> bool {
    (0..36).any(|row| {
        (0..120).any(|col| {
            screen
                .cell(row, col)
                .is_some_and(|cell| cell.bgcolor() == vt100::Color::Idx(colour))
        })
    })
}

/// What is behind the selected row in the themes `dark` and `light`.
const DARK: u8 = 237;
const LIGHT: u8 = 254;

#[test]
fn the_terminal_is_asked_for_its_background_and_its_answer_is_no_key() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console
        .shows(TITLE)
        .until("the dark theme", |screen| has_behind(screen, DARK));
    let asked = || console.bytes().windows(6).any(|bytes| bytes == b"\x1b]11;?");
    wait_until("it does not ask", asked);
    let before = std::fs::read(repo.file(&id)).unwrap();
    console.send(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    console.until("the light theme", |screen| {
        has_behind(screen, LIGHT) && !has_behind(screen, DARK)
    });
    assert!(console.screen().contains("? help"), "nothing was opened by it");
    // Keys go on as before, and one that only begins so is a key.
    console.press("lafter it<Enter>").shows("after it");
    console.press("q");
    assert_eq!(console.ends().0, 0);
    console.left_as_found();
    assert_ne!(std::fs::read(repo.file(&id)).unwrap(), before);
}

#[test]
fn a_theme_that_was_chosen_is_there_the_next_time_until_the_configuration_says_otherwise() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    console
        .press("Plight")
        .until("the preview", |screen| has_behind(screen, LIGHT));
    console.press("<Enter>");
    wait_until("it is not kept", || {
        std::fs::read_to_string(repo.state().join("console.json")).is_ok_and(|kept| kept.contains("light"))
    });
    console.press("q").ends();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console
        .shows(TITLE)
        .until("the light theme", |screen| has_behind(screen, LIGHT));
    std::fs::create_dir_all(repo.config()).unwrap();
    std::fs::write(repo.config().join("config.yaml"), "theme: dark\n").unwrap();
    console.until("the dark theme", |screen| has_behind(screen, DARK));
    console.press("q").ends();
}

#[test]
fn few_colours_ascii_and_none_are_found_by_the_environment() {
    let (repo, id) = under_way();
    let run = |variables: &[(&str, &str)], args: &[&str]| {
        let args = [&["open", id.as_str()][..], args].concat();
        let mut console = Console::run(&repo, "sam", BINARY, &args, variables, (120, 36));
        console.shows(TITLE);
        let screen = console.screen();
        let bytes = String::from_utf8_lossy(&console.bytes()).into_owned();
        console.press("q").ends();
        (screen, bytes)
    };
    let (_, bytes) = run(&[("TERM", "xterm")], &[]);
    assert!(!bytes.contains("8;5;"), "more than 16 colours");
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
    let cases: [Case; 3] = [
        (&[("LC_ALL", "C")], &[]),
        (&[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "de_DE.ISO-8859-1")], &[]),
        (&[], &["--ascii"]),
    ];
    for (variables, args) in cases {
        let (screen, _) = run(variables, args);
        assert!(screen.is_ascii(), "{variables:?} {args:?}\n{screen}");
    }
    let (screen, _) = run(&[("LC_ALL", ""), ("LANG", "de_DE.UTF-8")], &[]);
    assert!(!screen.is_ascii());
    let (_, bytes) = run(&[("NO_COLOR", "1")], &[]);
    let coloured = ["\x1b[31m", "\x1b[33m", "8;5;", "8;2;", "]11;?"]
        .iter()
        .any(|code| bytes.contains(code));
    assert!(!coloured, "{bytes:?}");
}

#[test]
fn whose_console_is_open_is_here_and_a_name_is_only_named() {
    let (repo, id) = under_way();
    repo.warroom(["role", "assign", "scribe", "lee"]).ok();
    let sam = Console::open(&repo, "sam", &["open", &id]);
    sam.shows_line(&["Scribe", "○ lee"]);
    // In the same working tree; zoe has written nothing.
    let mut zoe = Console::open(&repo, "zoe", &["open", &id]);
    zoe.shows(TITLE);
    let mut lee = Console::open(&repo, "lee", &["open", &id]);
    sam.shows_line(&["Scribe", "● lee"]);
    let here = repo.warroom(["here", "--json"]).real_time().json();
    let names: Vec<&str> = here["here"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["who"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["lee", "sam", "zoe"]);
    zoe.press("q").ends();
    lee.press("q").ends();
    sam.shows_line(&["Scribe", "○ lee"]);
    let here = repo.warroom(["here", "--json"]).real_time().json();
    assert_eq!(here["here"].as_array().unwrap().len(), 1, "{here}");
    let text = repo.read(format!("incidents/{id}/incident.yaml"));
    assert!(!text.contains("zoe"), "the record knows nothing of it");
}

#[test]
fn who_is_here_is_seen_in_other_clones_and_leaves_no_trace_in_history() {
    let clones = Clones::new(2);
    clones.warroom(0, ["role", "assign", "scribe", "zoe"]).ok();
    clones.warroom(0, ["role", "assign", "communications_lead", "kim"]).ok();
    clones.warroom(1, ["sync"]).ok();
    let open = |number: usize, who: &str| Console::in_clone(&clones, number, who, &["open", &clones.id]);
    let (mut kim, mut zoe) = (open(0, "kim"), open(1, "zoe"));
    kim.shows_line(&["Scribe", "● zoe"]);
    zoe.shows_line(&["Communications", "● kim"]);
    let at_hub = |args: &[&str]| {
        let hub = clones.hub().display().to_string();
        clones.git(0, [&["--git-dir", hub.as_str()][..], args].concat())
    };
    let refs = || at_hub(&["for-each-ref", "--format=%(refname)", "refs/warroom/here/"]);
    assert_eq!(refs().lines().count(), 2, "{}", refs());
    kim.press("q").ends();
    zoe.shows_line(&["Communications", "○ kim"]);
    zoe.press("q").ends();
    assert_eq!(refs(), "");
    let log = at_hub(&["log", "--all", "--name-only", "--format=%s"]);
    assert!(!log.contains("zoe"), "{log}");
    // Who does not want to be seen is not.
    std::fs::write(clones.outside().join("config/config.yaml"), "presence: false\n").unwrap();
    let (mut kim, mut zoe) = (open(0, "kim"), open(1, "zoe"));
    kim.shows("Checkout failing");
    zoe.shows("git ok");
    assert_eq!(refs(), "");
    kim.press("q").ends();
    zoe.press("q").ends();
}

#[test]
fn what_is_not_sent_stands_in_the_header_and_a_hook_that_stops_is_told() {
    let receiver = Receiver::new(&[Mood::Status(500)]);
    let repo = Repo::new();
    let hook = format!(
        "hooks:\n- {{name: pager, on: [event.logged], url: '{}'}}\n",
        receiver.url()
    );
    repo.write(".warroom/hooks.yaml", hook);
    repo.warroom(["hook", "allow", "pager"]).ok();
    let id = repo.declare(TITLE, "P1");
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    console.press("lone<Enter>").shows("1 unsent");
    receiver.becomes(Mood::Status(410));
    repo.warroom(["outbox", "retry"]).real_time().run();
    console.shows("The hook pager has stopped");
    receiver.becomes(Mood::Status(200));
    repo.warroom(["outbox", "retry"]).real_time().run();
    console.hides("unsent");
    console.press("q").ends();
}

#[test]
fn a_timer_that_ran_out_while_no_console_was_open_is_told_once() {
    let repo = Repo::new();
    let told = repo.outside().join("told");
    let script = format!("cat >> {}; echo >> {}", told.display(), told.display());
    let hook = format!("hooks:\n- {{name: late, on: [timer.overdue, event.logged], run: [sh, -c, '{script}']}}\n");
    repo.write(".warroom/hooks.yaml", hook);
    repo.warroom(["hook", "allow", "late"]).ok();
    let words = [
        "declare",
        "--title",
        TITLE,
        "--severity",
        "P1",
        "--at",
        "-20m",
        "--detected-at",
        "-20m",
    ];
    let id = repo.warroom(words).real_time().ok().trim().to_owned();
    let count = |what: &str| std::fs::read_to_string(&told).unwrap_or_default().matches(what).count();
    for opened in 1..=3 {
        let mut console = Console::open(&repo, "sam", &["open", &id]);
        console.shows(TITLE);
        console.press(&format!("lline {opened}<Enter>"));
        wait_until("nothing was told", || {
            count(&format!("line {opened}")) > 0 && count("Overdue since") > 0
        });
        console.press("q").ends();
        for timer in ["\"acknowledge\"", "\"commander\""] {
            assert_eq!(count(&format!("\"id\":{timer}")), 1, "opened {opened} times: {timer}");
        }
    }
}

#[test]
fn the_program_for_timers_runs_only_once_it_is_allowed() {
    let (repo, id) = under_way();
    std::fs::create_dir_all(repo.config()).unwrap();
    let ran = repo.outside().join("ran");
    let script = format!("echo \"$1\" >> {}", ran.display());
    std::fs::write(
        repo.config().join("config.yaml"),
        format!("hook: [sh, -c, '{script}', hook]\n"),
    )
    .unwrap();
    let listed = repo.warroom(["hook", "list", "--json"]).json();
    assert_eq!(
        (&listed["hooks"][0]["name"], &listed["hooks"][0]["state"]),
        (&"on-timer".into(), &"off".into())
    );
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("warroom hook allow on-timer");
    console.press("q").ends();
    let said = repo.warroom(["hook", "allow", "on-timer"]).ok();
    assert!(said.contains("echo"), "what is allowed is shown: {said}");
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    repo.warroom(["timer", "add", "call the bank", "1s"]).real_time().ok();
    wait_until("it did not run", || {
        std::fs::read_to_string(&ran).is_ok_and(|text| text.contains("call the bank"))
    });
    console.press("q").ends();
}
