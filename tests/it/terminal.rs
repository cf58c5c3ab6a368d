//! Terminals at their worst: none, dumb, too small, resized without pause, stopped from outside, flooded with keys.

use rustix::process::Signal;

use crate::harness::Repo;
use crate::pty::Console;

const BINARY: &str = env!("CARGO_BIN_EXE_warroom");
const TITLE: &str = "Checkout failing for EU cards";

fn under_way() -> (Repo, String) {
    let repo = Repo::new();
    let id = repo.declare(TITLE, "P1");
    (repo, id)
}

/// Texts of all events in the file.
fn texts(repo: &Repo) -> Vec<String> {
    let shown = repo.show();
    let events = shown["timeline"].as_array().unwrap();
    events
        .iter()
        .filter_map(|event| event["text"].as_str().map(str::to_owned))
        .collect()
}

/// A shell in which a line is run; its screen when it says that the line is over.
fn in_a_shell(repo: &Repo, variables: &[(&str, &str)], line: &str) -> String {
    let line = format!("{line}; echo \"status $? ${{PIPESTATUS[0]}}\"");
    let mut console = Console::run(repo, "sam", "bash", &["-c", &line], variables, (120, 36));
    console.ends();
    console.until("the end", |screen| screen.contents().contains("status "));
    console.screen()
}

#[test]
fn into_a_pipe_it_says_what_to_do_instead() {
    let (repo, id) = under_way();
    let line = format!("{BINARY} open {id} | cat; echo \"left ${{PIPESTATUS[0]}}\"");
    let screen = in_a_shell(&repo, &[], &line);
    assert!(screen.contains("left 2") && screen.contains("warroom show"), "{screen}");
    let screen = in_a_shell(&repo, &[], &format!("echo x | {BINARY} open {id}; echo \"left $?\""));
    assert!(
        screen.contains("left 2") && screen.contains("warroom log -"),
        "{screen}"
    );
}

#[test]
fn a_dumb_terminal_is_refused_with_what_works_there() {
    let (repo, id) = under_way();
    let screen = in_a_shell(
        &repo,
        &[("TERM", "dumb")],
        &format!("{BINARY} open {id}; echo \"left $?\""),
    );
    assert!(screen.contains("left 2") && screen.contains("warroom show"), "{screen}");
}

#[test]
fn resized_without_pause_while_typing_it_loses_no_key_and_ends_right() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    console.press("l");
    let mut typed = String::new();
    for round in 0..120_u16 {
        let (cols, rows) = [(1, 1), (200, 60), (19, 4), (80, 24), (60, 15), (3, 90), (120, 36)][usize::from(round % 7)];
        console.resize(cols, rows);
        let letter = char::from(b'a' + (round % 26) as u8);
        typed.push(letter);
        console.press(&letter.to_string());
    }
    console.resize(120, 36);
    console.shows(TITLE).shows(&typed[typed.len() - 15..]);
    console.press("<Enter>").hides("Enter logs");
    console.press("q");
    assert_eq!(console.ends().0, 0);
    console.left_as_found();
    assert!(texts(&repo).contains(&typed), "{:?}", texts(&repo));
}

#[test]
fn a_flood_of_keys_is_taken_whole() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    let line: String = ('a'..='z').cycle().take(3000).collect();
    console.press(&format!("l{line}<Enter>lthe end<Enter>"));
    console.shows("the end");
    console.press("q");
    assert_eq!(console.ends().0, 0);
    let texts = texts(&repo);
    assert!(texts.contains(&line) && texts.iter().any(|text| text == "the end"));
}

#[test]
fn a_flood_of_garbage_harms_nobody() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    // Halves of sequences, answers nobody asked for, mouse clicks beyond the screen, bytes that are no text.
    for garbage in [
        b"\x1b[?1;2c".as_slice(),
        b"\x1b]11;rgb:0000/0000/0000\x07",
        b"\x1b[<0;9999;9999M\x1b[<64;65535;65535M\x1b[M!!!",
        b"\xff\xfe\xc3\x28\xf0\x9f",
        b"\x1b[200~\x1b[31mpasted\x00\x07\x1b[201~",
        b"\x1b[1;1R\x1b[200;1R\x1bOP\x1b[999~",
    ] {
        console.send(garbage);
    }
    // Whatever line they have opened is left; then the console works as ever.
    console.send(b"\x07\x07\x07");
    console.send(b"\x15");
    console.resize(120, 36);
    console.shows(TITLE);
    console.press("<Ctrl-G>").press("<Ctrl-G>").press("<Ctrl-L>");
    console.until("no line is open", |screen| screen.contents().contains("? help"));
    console
        .press("l<Ctrl-U>after all that<Enter>")
        .shows_line(&["sam", "after all that"]);
    assert!(texts(&repo).iter().all(|text| !text.contains(['\x1b', '\x00', '\x07'])));
}

#[test]
fn stopped_and_continued_from_outside_it_draws_itself_again() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    console.press("lhalf").shows("half");
    for round in 0..3 {
        console.signal(Signal::STOP);
        let logged = repo.warroom(["log", &format!("meanwhile {round}")]).real_time().run();
        // 6: saved, and the console that syncs this working tree is stopped.
        assert!(matches!(logged.code, Some(0 | 6)), "{logged:?}");
        console.signal(Signal::CONT);
        console.shows(&format!("meanwhile {round}")).shows("half");
    }
    console.press(" way<Enter>").shows_line(&["sam", "half way"]);
    console.press("q");
    assert_eq!(console.ends().0, 0);
    console.left_as_found();
}
