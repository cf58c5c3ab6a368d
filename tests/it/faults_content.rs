//! Section B of the faults through the real binary: what stands in the file. Where a screen matters, a console in a pty.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::harness::{Outcome, Repo};
use crate::pty::Console;

const TITLE: &str = "Checkout failing for EU cards";

/// A repository with one incident and one logged line, and the incident's id.
fn under_way() -> (Repo, String) {
    let repo = Repo::new();
    let id = repo.declare(TITLE, "P1");
    repo.warroom(["log", "known"]).ok();
    (repo, id)
}

fn text(repo: &Repo, id: &str) -> String {
    fs::read_to_string(repo.file(id)).unwrap()
}

/// The file with one more event: an id and the lines below it.
fn with_event(text: &str, id: &str, rest: &str) -> String {
    let end = text.rfind("# end of").unwrap();
    let event = format!("- id: {id}\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n{rest}");
    format!("{}{event}{}", &text[..end], &text[end..])
}

/// Numbers the lines that are logged: what an older content leaves out is put back.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// Puts this into the file; `validate` must find it in order, `show` print it, and `log` add a line without touching
/// anything else. What `show --json` says then.
#[track_caller]
fn taken(repo: &Repo, id: &str, content: &str) -> serde_json::Value {
    fs::write(repo.file(id), content).unwrap();
    let validated = repo.warroom(["validate"]).run();
    assert_eq!(validated.code, Some(0), "{validated:#?}");
    let words = format!("after {}", TAKEN.fetch_add(1, Ordering::Relaxed));
    repo.warroom(["log", &words]).ok();
    let after = text(repo, id);
    for line in content.lines() {
        assert!(after.contains(line), "`{line}` is gone from\n{after}");
    }
    let shown = repo.show();
    assert_eq!(said(&shown, &words), 1);
    shown
}

/// Puts this into the file; every verb must refuse it with its place, and leave it alone byte for byte.
#[track_caller]
fn refused(repo: &Repo, id: &str, content: &[u8]) -> String {
    fs::write(repo.file(id), content).unwrap();
    let began = Instant::now();
    let validated = repo.warroom(["validate"]).run();
    // By itself a file cannot say what it lacks beyond its last line; who knows more refuses it.
    let doubted = validated.code == Some(0) && validated.stdout.contains("may be cut off");
    assert!(validated.code == Some(5) || doubted, "{validated:#?}");
    for verb in [["show", id].as_slice(), &["log", "after", "-i", id]] {
        let error = repo.warroom(verb).fails_json(5);
        assert!(error["line"].is_number() && error["column"].is_number(), "{error}");
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert!(fs::read(repo.file(id)).unwrap() == content, "the file was written");
    validated.stdout
}

/// How often these words are the text of an event.
fn said(shown: &serde_json::Value, words: &str) -> usize {
    let events = shown["timeline"].as_array().unwrap();
    events.iter().filter(|event| event["text"] == words).count()
}

#[test]
fn fault_22_cut_off_anywhere_it_is_refused_and_comes_back_whole() {
    let (repo, id) = under_way();
    let whole = text(&repo, &id);
    let last = whole.rfind("\n# end of").unwrap();
    for cut in (1..last).step_by(last / 3).chain([last - 1]) {
        if whole.is_char_boundary(cut) {
            refused(&repo, &id, &whole.as_bytes()[..cut]);
        }
    }
    // A console stays on the last good state and puts it back when it is asked to.
    fs::write(repo.file(&id), &whole).unwrap();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("known");
    fs::write(repo.file(&id), &whole[..whole.len() / 2]).unwrap();
    console.shows("cannot be read").shows("known");
    console.press("lmeanwhile<Enter>").shows_line(&["sam", "meanwhile"]);
    console.press(":put the last<Enter>");
    console.until("saved", |screen| {
        screen
            .contents()
            .lines()
            .nth(1)
            .is_some_and(|line| line.contains("saved"))
    });
    console.press("q");
    assert_eq!(console.ends().0, 0, "{}", console.screen());
    let shown = repo.show();
    assert_eq!((said(&shown, "known"), said(&shown, "meanwhile")), (1, 1));
}

#[test]
fn fault_23_nothing_is_no_incident() {
    let (repo, id) = under_way();
    for content in [
        "",
        "\n\n",
        "   \n",
        "null\n",
        "~\n",
        "# end of INC-2026-0001\n",
        "{}\n",
        "[]\n",
    ] {
        refused(&repo, &id, content.as_bytes());
    }
}

#[test]
fn fault_24_conflict_markers_of_every_style_are_merged() {
    let event = |id: &str, words: &str| {
        format!("- id: {id}\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: {words}\n")
    };
    for style in ["merge", "diff3", "zdiff3"] {
        let (repo, id) = under_way();
        let good = text(&repo, &id);
        let end = good.rfind("# end of").unwrap();
        let base = if style == "merge" { "" } else { "||||||| 1234567\n" };
        let marked = format!(
            "{}<<<<<<< HEAD\n{}{base}=======\n{}>>>>>>> topic\n{}",
            &good[..end],
            event("ebotaaa2", "ours"),
            event("ebotaaa3", "theirs"),
            &good[end..]
        );
        fs::write(repo.file(&id), &marked).unwrap();
        let shown = repo.show();
        assert_eq!((said(&shown, "ours"), said(&shown, "theirs")), (1, 1), "{style}");
        let logged = repo.warroom(["log", "after"]).run();
        assert_eq!(logged.code, Some(0), "{logged:?}");
        let after = text(&repo, &id);
        assert!(!after.contains("<<<<<<<") && !after.contains(">>>>>>>"), "{after}");
        let shown = repo.show();
        assert_eq!(
            (said(&shown, "ours"), said(&shown, "theirs"), said(&shown, "known")),
            (1, 1, 1)
        );
        let rescued: Vec<_> = fs::read_dir(repo.path(".git/warroom/rescue"))
            .unwrap()
            .flatten()
            .collect();
        assert!(
            rescued
                .iter()
                .any(|copy| fs::read_to_string(copy.path()).unwrap() == marked),
            "{style}"
        );
    }
}

#[test]
fn fault_25_doubled_keys_are_joined_and_the_loser_is_kept() {
    let title = format!("title: {TITLE}\n");
    // The same value twice, another value, a whole section, a whole entry.
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    let head = repo.git(["rev-parse", "HEAD"]);
    for doubled in [
        good.replace(&title, &format!("{title}{title}")),
        good.replace(&title, &format!("{title}title: Search is slow\n")),
        with_event(&good, "ebotaaa2", "  text: twice\n").replace("- id: ebotaaa2\n", "timeline:\n- id: ebotaaa2\n"),
        with_event(
            &with_event(&good, "ebotaaa2", "  text: twice\n"),
            "ebotaaa2",
            "  text: twice\n",
        ),
    ] {
        fs::write(repo.file(&id), &doubled).unwrap();
        let place = repo.warroom(["validate"]).run();
        assert!(
            place.code == Some(5) && place.stdout.contains("stands twice"),
            "{place:?}"
        );
        repo.warroom(["log", "after"]).run();
        let after = text(&repo, &id);
        for kept in ["known", "after", TITLE] {
            assert!(after.contains(kept), "{kept} in\n{after}");
        }
        for kept in ["Search is slow", "text: twice"] {
            assert_eq!(doubled.contains(kept), after.contains(kept), "{kept} in\n{after}");
        }
        repo.warroom(["validate"]).ok();
        // Git, too, knows what was there before.
        repo.git(["reset", "-q", "--hard", head.trim()]);
        assert_eq!(text(&repo, &id), good);
        fs::remove_dir_all(repo.path(".git/warroom")).unwrap();
    }
}

#[test]
fn fault_26_an_id_given_to_two_entries_by_hand() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    let both = with_event(
        &with_event(&good, "ebotaaa2", "  text: first\n"),
        "ebotaaa2",
        "  text: second\n",
    );
    fs::write(repo.file(&id), &both).unwrap();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows_line(&["bot", "first"]).shows_line(&["bot", "second"]);
    console.press("lafter<Enter>").shows_line(&["sam", "after"]);
    console.press("q");
    assert_eq!(console.ends().0, 0);
    let shown = repo.show();
    assert_eq!(
        (said(&shown, "first"), said(&shown, "second"), said(&shown, "after")),
        (1, 1, 1)
    );
    repo.warroom(["validate"]).ok();
    // Whoever finds it gives the same new id.
    let ids = |text: &str| -> Vec<String> {
        let ids = text
            .lines()
            .filter(|line| line.starts_with("- id: "))
            .map(str::to_owned);
        let mut ids: Vec<_> = ids.collect();
        ids.sort();
        ids
    };
    let mine = ids(&text(&repo, &id));
    let other = Repo::new();
    other.write(format!("incidents/{id}/incident.yaml"), &both);
    other.warroom(["log", "elsewhere", "-i", &id]).run();
    let theirs = ids(&text(&other, &id));
    assert_eq!(
        mine.iter().filter(|id| theirs.contains(id)).count(),
        4,
        "{mine:?} {theirs:?}"
    );
}

#[test]
fn fault_27_83_what_this_version_does_not_know_is_kept_as_it_is() {
    let (repo, id) = under_way();
    let newer = with_event(
        &text(&repo, &id).replacen(
            "framework:",
            "mood: {calm: [1, 2]}   # of the next version\nforecasts:\n- id: fabcdef\n  rain: true\nframework:",
            1,
        ),
        "ebotaaa2",
        "  kind: weather\n  wind: {knots: 3}   # kept\n  text: it blows\n".trim_start_matches("  kind: note\n"),
    )
    .replace("  kind: note\n  kind: weather\n", "  kind: weather\n");
    let shown = taken(&repo, &id, &newer);
    assert_eq!(shown["mood"]["calm"][1], 2);
    assert_eq!(shown["forecasts"][0]["rain"], true);
    let blows = shown["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["text"] == "it blows")
        .unwrap();
    assert_eq!(
        (&blows["kind"], &blows["wind"]["knots"]),
        (&"weather".into(), &3.into())
    );
    let console = Console::open(&repo, "sam", &["open", &id]);
    console.shows_line(&["bot", "it blows"]);
    // The next version goes on writing, and so do we.
    let again = text(&repo, &id).replace("knots: 3", "knots: 4");
    let shown = taken(&repo, &id, &again);
    assert!(shown.to_string().contains("\"knots\":4"), "{shown:#}");
}

#[test]
fn fault_28_another_schema_is_not_written() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    let newer = good.replacen("warroom: 1", "warroom: 7", 1);
    fs::write(repo.file(&id), &newer).unwrap();
    repo.warroom(["show", &id]).run();
    assert_ne!(repo.warroom(["log", "x", "-i", &id]).run().code, Some(0));
    assert_eq!(text(&repo, &id), newer);
    for odd in ["warroom: 0\n", "warroom: one\n", "warroom: -1\n", "warroom: 1e9\n"] {
        let content = good.replacen("warroom: 1\n", odd, 1);
        fs::write(repo.file(&id), &content).unwrap();
        let logged = repo.warroom(["log", "x", "-i", &id]).run();
        assert!(matches!(logged.code, Some(0 | 1 | 5)), "{odd}: {logged:?}");
        assert!(text(&repo, &id).contains("text: known"), "{odd}");
    }
}

#[test]
fn fault_29_wrong_types_are_shown_and_the_rest_is_usable() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    for wrong in [
        "- id: ebotaaa2\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: [not, words]\n",
        "- id: 7\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: x\n",
        "- id: ebotaaa2\n  at: 2026-11-20T14:12:44.018Z\n  by: {a: b}\n  kind: note\n  text: x\n",
    ] {
        let end = good.rfind("# end of").unwrap();
        let content = format!("{}{wrong}{}", &good[..end], &good[end..]);
        fs::write(repo.file(&id), &content).unwrap();
        let logged = repo.warroom(["log", "after", "-i", &id]).run();
        assert_eq!(logged.code, Some(0), "{wrong}{logged:?}");
        let after = text(&repo, &id);
        for line in wrong.lines() {
            assert!(after.contains(line), "{line} in\n{after}");
        }
        assert_eq!(said(&repo.show(), "known"), 1);
    }
    for (right, wrong) in [
        ("severity: P1", "severity: 1"),
        ("status: declared", "status: [a]"),
        ("timeline:\n", "timeline: 7\nx:\n"),
    ] {
        let content = good.replacen(right, wrong, 1);
        fs::write(repo.file(&id), &content).unwrap();
        let outcome = repo.warroom(["log", "after", "-i", &id]).run();
        assert!(matches!(outcome.code, Some(0 | 5)), "{wrong}: {outcome:?}");
        assert!(text(&repo, &id).contains("text: known"), "{wrong}");
    }
}

#[test]
fn fault_30_keys_that_look_like_something_else_are_strings() {
    let (repo, id) = under_way();
    let names = ["1e5", "0x1f", "no", "~", "2026-01-01", "0755", "1_000", ".inf", "true"];
    let fields = names.map(|name| format!("  {name}: v {name}\n")).concat();
    let content = text(&repo, &id).replacen("framework:", &format!("fields:\n{fields}framework:"), 1);
    let shown = taken(&repo, &id, &content);
    for name in names {
        assert_eq!(shown["fields"][name], format!("v {name}"), "{shown:#}");
    }
    repo.warroom(["set", "fields.no", "other"]).run();
    assert!(!text(&repo, &id).contains("false:"), "{}", text(&repo, &id));
}

#[test]
fn fault_31_bombs_are_refused_at_once() {
    let (repo, id) = under_way();
    let mut bomb = String::from("warroom: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (one, next) in ('a'..='i').zip('b'..='j') {
        let all = vec![format!("*{one}"); 10].join(", ");
        bomb.push_str(&format!("{next}: &{next} [{all}]\n"));
    }
    let good = text(&repo, &id);
    for content in [
        bomb,
        good.replacen("warroom: 1\n", "warroom: 1\nself: &s [*s]\n", 1),
        good.replacen(
            "warroom: 1\n",
            &format!("warroom: 1\nbig: &b {}\nuse: [*b, *b]\n", "x".repeat(1 << 20)),
            1,
        ),
    ] {
        let began = Instant::now();
        refused(&repo, &id, content.as_bytes());
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

#[test]
fn fault_32_sizes_beyond_all_bounds() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    let nested = good.replacen(
        "framework:",
        &format!("deep: {}1{}\nframework:", "[".repeat(1_000_000), "]".repeat(1_000_000)),
        1,
    );
    refused(&repo, &id, nested.as_bytes());
    let lines = (0..20_000).map(|depth| format!("{}a:\n", " ".repeat(depth % 3000)));
    let block = lines.collect::<Vec<_>>().concat();
    fs::write(
        repo.file(&id),
        good.replacen("framework:", &format!("deep:\n{block}framework:"), 1),
    )
    .unwrap();
    let outcome = repo.warroom(["validate"]).run();
    assert!(matches!(outcome.code, Some(0 | 5)), "{outcome:?}");
    // A gigabyte of nothing, and a text of fifty megabytes: not read at all.
    let file = fs::OpenOptions::new().write(true).open(repo.file(&id)).unwrap();
    file.set_len(1 << 30).unwrap();
    let began = Instant::now();
    for verb in [
        ["show", id.as_str()].as_slice(),
        &["validate"],
        &["log", "x", "-i", &id],
    ] {
        let outcome = repo.warroom(verb).run();
        assert!(matches!(outcome.code, Some(1 | 5)), "{outcome:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(fs::metadata(repo.file(&id)).unwrap().len(), 1 << 30);
}

#[test]
fn fault_33_tags_do_nothing() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    let witness = repo.path("executed");
    let command = format!(
        "title: !!python/object/apply:os.system [\"touch {}\"]",
        witness.display()
    );
    for tagged in [
        good.replace(&format!("title: {TITLE}"), &command),
        with_event(&good, "ebotaaa2", "  text: !!binary aGVsbG8=\n"),
        with_event(&good, "ebotaaa2", "  <<: {text: merged}\n"),
        good.replacen("warroom: 1\n", "warroom: 1\nx: &x {by: bot}\ny: *x\n", 1),
    ] {
        fs::write(repo.file(&id), &tagged).unwrap();
        let outcome = repo.warroom(["log", "x", "-i", &id]).run();
        assert!(matches!(outcome.code, Some(0 | 5)), "{outcome:?}");
        let after = text(&repo, &id);
        if outcome.code == Some(5) {
            assert_eq!(after, tagged);
        }
        assert!(after.contains("text: known"));
    }
    assert!(!witness.exists());
}

#[test]
fn fault_34_bytes_that_are_no_text() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    let at = good.find("known").unwrap();
    let mut latin = good.clone().into_bytes();
    latin[at] = 0xe9;
    let place = refused(&repo, &id, &latin);
    assert!(place.contains("UTF-8"), "{place}");
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(good.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    refused(&repo, &id, &utf16);
    let mut zero = good.clone().into_bytes();
    zero[at] = 0;
    refused(&repo, &id, &zero);
    // Half a character, escaped.
    let half = with_event(&good, "ebotaaa2", "  text: \"\\uD83D x\"\n");
    fs::write(repo.file(&id), &half).unwrap();
    let outcome = repo.warroom(["log", "x", "-i", &id]).run();
    assert!(matches!(outcome.code, Some(0 | 5)), "{outcome:?}");
    assert!(text(&repo, &id).contains("\\uD83D x"));
}

#[test]
fn fault_35_marks_and_line_ends_stay_as_they_are() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    let shown = taken(&repo, &id, &format!("\u{feff}{good}"));
    assert_eq!(said(&shown, "known"), 1);
    assert!(text(&repo, &id).starts_with("\u{feff}warroom: 1\n"));
    // Windows: every line end of the file, the new ones too, is as theirs.
    let windows = good.replace('\n', "\r\n");
    fs::write(repo.file(&id), &windows).unwrap();
    repo.warroom(["log", "after"]).ok();
    let after = text(&repo, &id);
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count(), "{after:?}");
    assert_eq!(said(&repo.show(), "after"), 1);
    for odd in [
        good.replacen('\n', "\r\n", 3),
        good.trim_end().to_owned(),
        good.replace("severity: P1", "severity: P1   "),
        good.replace("text: known", "text: known  # said twice"),
    ] {
        taken(&repo, &id, &odd);
    }
}

/// What a hostile field may hold.
const NASTY: [&str; 9] = [
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{1b}]8;;http://evil\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1b}P1$r0m\u{1b}\\",
    "bell\u{7}back\u{8}del\u{7f}",
    "c1 \u{9b}31m\u{9d}0;title\u{9c}",
    "one\rtwo",
    "\u{1b}[2J\u{1b}[H\u{1b}[?1049l",
    "\u{90}dcs\u{9c}\u{85}next",
];

fn nasty_file(repo: &Repo, id: &str, nasty: &str) -> String {
    let quoted = serde_json::to_string(nasty).unwrap();
    let title = format!("title: {TITLE}\n");
    let content = text(repo, id).replace(
        &title,
        &format!("title: {quoted}\nsummary: {quoted}\nfields: {{{quoted}: {quoted}}}\n"),
    );
    with_event(&content, "ebotaaa2", &format!("  text: {quoted}\n")).replace("by: bot", &format!("by: {quoted}"))
}

/// No control byte but line feeds is in what was printed.
#[track_caller]
fn is_clean(outcome: &Outcome) {
    for printed in [&outcome.stdout, &outcome.stderr] {
        let odd: Vec<char> = printed.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(odd.is_empty(), "{odd:?} of {}: {printed:?}", outcome.line);
    }
}

#[test]
fn fault_36_control_sequences_never_reach_the_terminal() {
    for nasty in NASTY {
        let (repo, id) = under_way();
        fs::write(repo.file(&id), nasty_file(&repo, &id, nasty)).unwrap();
        for verb in [
            ["show"].as_slice(),
            &["list", "--all"],
            &["search", "known"],
            &["statusline"],
            &["validate"],
            &["check", "list"],
            &["role", "list"],
            &["timer", "list"],
            &["log", nasty],
            &["set", "title", nasty],
            &["severity", nasty],
            &["role", "assign", nasty, nasty],
            &["log", "retract", nasty, "--reason", nasty],
            &["show", nasty],
            &["-C", nasty, "show"],
        ] {
            is_clean(&repo.warroom(verb).run());
        }
        let mut console = Console::open(&repo, "sam", &["open", &id]);
        console.shows("known");
        console.press("1k<Enter>").shows("Event");
        let bytes = console.bytes();
        let written = String::from_utf8_lossy(&bytes).into_owned();
        for marker in [
            "\u{1b}]52",
            "\u{1b}]8;",
            "\u{1b}P",
            "\u{9b}",
            "\u{9d}",
            "\u{90}",
            "\u{85}",
            "\u{7}",
            "\u{7f}",
        ] {
            assert!(!written.contains(marker), "{marker:?} was written for {nasty:?}");
        }
        // Still in the alternate screen, with the frame around.
        console.until("a whole screen", |screen| {
            screen.alternate_screen() && screen.contents().contains("2 Timers")
        });
    }
}

#[test]
fn fault_37_no_row_is_smeared() {
    let marks = [
        "\u{202e}desrever\u{202c} rtl",
        "\u{2066}isolate\u{2069}",
        "zero\u{200b}width\u{feff}",
    ];
    let (repo, id) = under_way();
    let with_all = |words: &[&str]| {
        let mut content = text(&repo, &id);
        for (index, words) in words.iter().enumerate() {
            let quoted = serde_json::to_string(words).unwrap();
            let own = format!("ebotaaa{}", char::from(b'b' + index as u8));
            content = with_event(&content, &own, &format!("  text: {quoted}\n"));
        }
        content
    };
    fs::write(repo.file(&id), with_all(&marks)).unwrap();
    is_clean(&repo.warroom(["show"]).run());
    let console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("isolate");
    let written = String::from_utf8(console.bytes()).unwrap() + &repo.warroom(["show"]).ok();
    for mark in ["\u{202e}", "\u{202c}", "\u{2066}", "\u{2069}", "\u{200b}", "\u{feff}"] {
        assert!(!written.contains(mark), "{mark:?}");
    }
    drop(console);
    // What is wide, joined, or written from the right takes the columns that it takes.
    let odd = [
        "z\u{351}\u{352}\u{353}\u{354}\u{355}algo",
        "family 👩\u{200d}👩\u{200d}👧\u{200d}👦 flag 🇩🇪",
        "日本語の長い説明が続く",
        "עברית ועוד",
        "العربية",
        "ﷺ",
        "\u{1f468}\u{1f3fd}",
    ];
    // In an incident of its own: the marks above stand on the screen as U+FFFD, which this emulator swallows.
    let (repo, id) = under_way();
    let mut content = text(&repo, &id);
    for (index, words) in odd.iter().enumerate() {
        let quoted = serde_json::to_string(words).unwrap();
        let own = format!("ebotaaa{}", char::from(b'b' + index as u8));
        content = with_event(&content, &own, &format!("  text: {quoted}\n"));
    }
    fs::write(repo.file(&id), content).unwrap();
    let console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("日本語").shows("Hypotheses");
    // The line between the panes stands in one column, whatever stands left of it.
    let smeared = |screen: &vt100::Screen| -> Vec<u16> {
        let rows = screen.size().0.get();
        let is_border = |row: u16, column: u16| {
            let cell = screen.cell(row, column).map(vt100::Cell::contents);
            cell.is_some_and(|cell| matches!(cell, "│" | "├" | "┤" | "▲" | "▼" | "┃" | "█" | "║" | "▐"))
        };
        (5..rows - 3)
            .filter(|row| !is_border(*row, 69) || !is_border(*row, 119))
            .collect()
    };
    console.until("straight borders", |screen| {
        let rows = smeared(screen);
        if !rows.is_empty() {
            println!("{rows:?}");
        }
        rows.is_empty()
    });
}

#[test]
fn fault_38_times_that_are_none() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    for at in [
        "yesterday",
        "2026-13-45T99:99:99Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "2026-11-20T16:12:44+02:00",
        "2026-03-29T02:30:00",
        "2026-06-30T23:59:60Z",
        "\"\"",
        "~",
        "12:30",
        "-1",
        "99999999999999999999",
    ] {
        let content = with_event(&good, "ebotaaa2", "  text: timed\n")
            .replace("at: 2026-11-20T14:12:44.018Z", &format!("at: {at}"));
        fs::write(repo.file(&id), &content).unwrap();
        let validated = repo.warroom(["validate"]).run();
        assert!(matches!(validated.code, Some(0 | 5)), "{at}: {validated:?}");
        let logged = repo.warroom(["log", "after", "-i", &id]).run();
        assert_eq!(logged.code, Some(0), "{at}: {logged:?}");
        let after = text(&repo, &id);
        assert!(
            after.contains("text: timed") && after.contains(at.trim_matches('~').trim()),
            "{at} in\n{after}"
        );
        assert_eq!(said(&repo.show(), "known"), 1, "{at}");
        repo.warroom(["timer", "list"]).ok();
        let outcome = repo.warroom(["show"]).run();
        assert_eq!(outcome.code, Some(0), "{at}: {outcome:?}");
    }
    fs::write(repo.file(&id), &good).unwrap();
    let console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("known").shows("Timers");
}

#[test]
fn fault_39_durations_that_are_none() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    for due in [
        "-5m",
        "NaN",
        ".inf",
        "2026-99-99T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
    ] {
        let timer =
            format!("timers:\n- id: tbotaaa2\n  label: odd\n  due: {due}\n  by: bot\n  at: 2026-11-20T14:00:00.000Z\n");
        let content = good.replacen("timeline:\n", &format!("{timer}timeline:\n"), 1);
        fs::write(repo.file(&id), &content).unwrap();
        for verb in [
            ["timer", "list"].as_slice(),
            &["statusline"],
            &["show"],
            &["log", "after"],
        ] {
            let outcome = repo.warroom(verb).run();
            assert_eq!(outcome.code, Some(0), "{due}: {outcome:?}");
        }
        assert!(text(&repo, &id).contains(&format!("due: {due}")), "{due}");
        let console = Console::open(&repo, "sam", &["open", &id]);
        console.shows("Timers").shows("known");
    }
    for nonsense in [
        "-5m",
        "NaN",
        "99999999999999999999d",
        "1e400h",
        "5",
        "five minutes",
        "1h-5m",
    ] {
        let outcome = repo.warroom(["timer", "add", "x", "--", nonsense]).run();
        assert_eq!(outcome.code, Some(2), "{nonsense}: {outcome:?}");
        assert!(
            outcome.stderr.contains("15m") || outcome.stderr.contains("1h30m"),
            "{outcome:?}"
        );
    }
}

#[test]
fn fault_40_two_documents() {
    let (repo, id) = under_way();
    let good = text(&repo, &id);
    refused(
        &repo,
        &id,
        format!("{good}---\nwarroom: 1\nid: INC-2026-0002\n").as_bytes(),
    );
    for fine in [format!("---\n{good}"), format!("{good}---\n")] {
        fs::write(repo.file(&id), &fine).unwrap();
        let outcome = repo.warroom(["log", "after", "-i", &id]).run();
        assert!(matches!(outcome.code, Some(0 | 5)), "{outcome:?}");
        assert!(text(&repo, &id).contains("text: known"));
    }
}
