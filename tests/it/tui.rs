//! The console in a real terminal: what a person sees, and how it ends.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::harness::Repo;
use crate::pty::Console;

const TITLE: &str = "Checkout failing for EU cards";

fn under_way() -> (Repo, String) {
    let repo = Repo::new();
    let id = repo.declare(TITLE, "P1");
    (repo, id)
}

fn said(repo: &Repo, words: &str) -> bool {
    let shown = repo.show();
    let events = shown["timeline"]
        .as_array()
        .or_else(|| shown["incident"]["timeline"].as_array())
        .unwrap();
    events
        .iter()
        .any(|event| event["text"].as_str().is_some_and(|text| text.contains(words)))
}

#[test]
fn a_paste_without_brackets_runs_no_command() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo.warroom(["log", "an own line"]).ok();
    let before = repo.show();
    let typed = [("WARROOM_FAST_HANDS", "0")];
    let mut console = Console::run(
        &repo,
        "kim",
        env!("CARGO_BIN_EXE_warroom"),
        &["open"],
        &typed,
        (120, 36),
    );
    console.shows("an own line");
    // Nothing is open: x would retract, s would begin a status change, q would leave.
    console.send(b"x: first pasted line\rsecond pasted line\rquit? q\rSev P0 R r x");
    console.shows("Pasted").shows("second pasted line");
    console
        .send(b"\x1b")
        .until("the paste is gone", |screen| !screen.contents().contains("Pasted"));
    // A line is open.
    console.send(b"l").shows("note");
    console.send(b"first\rsecond\rx\r").shows("Pasted").shows("second");
    console.send(b"\r");
    console.until("it is logged", |screen| !screen.contents().contains("Pasted"));
    // One line with its end, and nothing open: it is seen before it is logged.
    console.send(b"quit smoking now\r").shows("quit smoking now");
    console.shows("Pasted as a line to log");
    console.send(b"\x07");
    console.send(b"q").ends();
    let after = repo.show();
    let events = |incident: &serde_json::Value| incident["timeline"].as_array().unwrap().len();
    assert_eq!(events(&after), events(&before) + 1);
    assert_eq!(after["status"], before["status"]);
}

#[test]
fn a_line_is_logged_in_one_key_and_is_in_the_file() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    console.press("a-5m rolled back v2.34<Enter>");
    console.until("the line in the timeline", |screen| {
        screen
            .contents()
            .lines()
            .any(|line| line.contains("rolled back v2.34") && line.contains("sam"))
    });
    console.press("q");
    assert_eq!(console.ends().0, 0);
    console.left_as_found();
    assert!(said(&repo, "rolled back v2.34"));
}

#[test]
fn a_second_console_sees_it_by_itself() {
    let (repo, id) = under_way();
    let mut sam = Console::open(&repo, "sam", &["open", &id]);
    let mut kim = Console::open(&repo, "kim", &["open", &id]);
    sam.shows(TITLE);
    kim.shows(TITLE);
    sam.press("lpool at 100/100<Enter>");
    kim.shows("pool at 100/100");
    kim.press("lrestarting it<Enter>");
    sam.shows("restarting it");
    for mut console in [sam, kim] {
        console.press("q");
        assert_eq!(console.ends().0, 0);
        console.left_as_found();
    }
}

#[test]
fn an_item_is_ticked_and_undone() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    console
        .press("Ctell support<Enter><Enter><Enter>")
        .shows("tell support");
    console.press("5z/tell support<Enter><Space>");
    console.until("a ticked box", |screen| {
        screen
            .contents()
            .lines()
            .any(|line| line.contains("[x]") && line.contains("tell support"))
    });
    console.press("u");
    console.until("an open box", |screen| {
        screen
            .contents()
            .lines()
            .any(|line| line.contains("[ ]") && line.contains("tell support"))
    });
}

#[test]
fn a_typed_letter_costs_few_bytes() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    console.press("lxyz").shows("xyz");
    let before = console.bytes().len();
    console.press("w").shows("xyzw");
    let cost = console.bytes().len() - before;
    assert!(cost < 200, "{cost} bytes");
}

#[test]
fn fault_11_ended_by_a_signal_it_leaves_the_terminal_as_found_and_keeps_the_line() {
    for (signal, code) in [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::ALARM, 142),
        (Signal::USR1, 138),
        (Signal::XCPU, 152),
    ] {
        let (repo, id) = under_way();
        let mut console = Console::open(&repo, "sam", &["open", &id]);
        console.shows(TITLE);
        console.press("llogged<Enter>ahalf a li").shows("half a li");
        console.signal(signal);
        assert_eq!(console.ends().0, code);
        console.left_as_found();
        assert!(said(&repo, "logged"));
        let mut again = Console::open(&repo, "sam", &["open", &id]);
        again.shows("half a li");
        again.press("a<Tab>ne<Enter>").shows("half a line");
    }
}

#[test]
fn fault_11_a_closed_window_ends_it() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    console.press("llogged<Enter>").shows("logged");
    console.close_window();
    console.ends();
    assert!(said(&repo, "logged"));
}

#[test]
#[cfg(debug_assertions)]
fn fault_12_a_panic_gives_the_terminal_back_and_tells_where_its_report_is() {
    let (repo, id) = under_way();
    let fail = [("WARROOM_FAIL_ON_KEY", "F9")];
    let binary = env!("CARGO_BIN_EXE_warroom");
    let mut console = Console::run(&repo, "sam", binary, &["open", &id], &fail, (120, 36));
    console.shows(TITLE);
    console.press("llogged<Enter>ahalf").shows("half");
    console.press("<F9>");
    assert_eq!(console.ends().0, 101);
    console.left_as_found();
    let screen = console.screen().replace('\n', "");
    assert!(screen.contains("warroom crashed; this is a bug"), "{screen}");
    assert!(said(&repo, "logged"));
    let reports: Vec<_> = std::fs::read_dir(repo.state().join("reports")).unwrap().collect();
    let report = std::fs::read_to_string(reports[0].as_ref().unwrap().path()).unwrap();
    assert!(report.contains("asked to fail on F9"), "{report}");
    let name = reports[0].as_ref().unwrap().file_name().into_string().unwrap();
    assert!(screen.contains(&name), "{screen}");
    Console::open(&repo, "sam", &["open", &id]).shows("half");
}

#[test]
fn it_survives_any_size() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows(TITLE);
    for (cols, rows) in [(1, 1), (2, 40), (200, 1), (60, 15), (80, 24), (300, 100), (7, 3)] {
        console.resize(cols, rows);
        console.press("jkz");
    }
    console.resize(120, 36);
    console.shows(TITLE);
    console.press("q");
    assert_eq!(console.ends().0, 0);
    console.left_as_found();
}

#[test]
fn without_a_terminal_it_says_so() {
    let (repo, id) = under_way();
    let said = repo.warroom(["open", &id]).fails(2);
    assert!(said.contains("terminal") && said.contains("warroom show"), "{said}");
}

#[test]
fn suspended_it_gives_the_shell_back_and_returns() {
    let bash = Command::new("bash")
        .arg("-c")
        .arg("true")
        .stdout(Stdio::null())
        .status();
    if !bash.is_ok_and(|status| status.success()) {
        eprintln!("no bash here: not tried");
        return;
    }
    let (repo, id) = under_way();
    let binary = env!("CARGO_BIN_EXE_warroom");
    let shell = ["--norc", "--noprofile", "-i"];
    let mut console = Console::run(&repo, "sam", "bash", &shell, &[("PS1", "shell> ")], (120, 36));
    console.shows("shell>");
    console.press(&format!("{binary} open {id}<Enter>")).shows(TITLE);
    console.press("lhalf").shows("half");
    console.press("<Ctrl-Z>");
    console.until("the shell", |screen| {
        !screen.alternate_screen() && screen.contents().contains("Stopped")
    });
    console.press("echo it is $((6*7))<Enter>").shows("it is 42");
    console.press("fg<Enter>");
    console.until("the console again", |screen| {
        screen.alternate_screen() && screen.contents().contains("half")
    });
    console.press("way<Enter>").shows("halfway");
    console.press("q");
    console.until("the shell's prompt", |screen| {
        let shown = screen.contents();
        !screen.alternate_screen()
            && shown
                .trim_end()
                .lines()
                .last()
                .is_some_and(|line| line.trim() == "shell>")
    });
    console.press("exit<Enter>");
    console.ends();
}
