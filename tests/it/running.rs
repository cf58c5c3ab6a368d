//! Commands of runbooks as they are run: what is allowed with them, what is on record, and the terminal.

use rustix::process::Signal;
use serde_json::Value;

use crate::harness::Repo;
use crate::pty::Console;

fn with_book(text: &str) -> Repo {
    let repo = Repo::new();
    repo.write("runbooks/book.md", text);
    repo.declare("pods restart", "P2");
    repo.warroom(["runbook", "run", "book", "--allow"]).ok();
    repo
}

fn block(name: &str, more: &str, text: &str) -> String {
    format!("## Mitigation\n\nDo {name}.\n\n```sh {{ name={name} {more} }}\n{text}\n```\n\n")
}

fn runs(repo: &Repo, name: &str) {
    let outcome = repo.warroom(["runbook", "run", "book", name, "--yes"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

fn ran(repo: &Repo) -> Vec<String> {
    let shown = repo.show();
    let all = shown["timeline"].as_array().unwrap().iter();
    let texts = all.filter_map(|event| event["text"].as_str());
    texts
        .filter(|text| text.starts_with("ran: "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_file_of_the_repository_that_a_command_names_is_a_part_of_what_was_allowed() {
    let repo = Repo::new();
    repo.write("runbooks/book.md", block("fix", "", "sh \"./bin/fix.sh\" now"));
    repo.write("bin/fix.sh", "echo fixed\n");
    repo.declare("pods restart", "P2");
    repo.warroom(["runbook", "run", "book", "--allow"]).ok();
    runs(&repo, "fix");
    let allowed = repo.warroom(["hook", "allowed", "--json"]).json();
    assert!(allowed.to_string().contains("book"), "{allowed}");
    repo.write("bin/fix.sh", "echo evil\n");
    let refused = repo.warroom(["runbook", "run", "book", "fix", "--yes"]).fails(3);
    assert!(
        refused.contains("has changed since you allowed it") && refused.contains("+ echo evil"),
        "{refused}"
    );
    repo.warroom(["runbook", "run", "book", "--allow"]).ok();
    runs(&repo, "fix");
    // What is not text is told apart, too.
    repo.write("bin/fix.sh", b"exit 0\n\xff\xfe");
    repo.warroom(["runbook", "run", "book", "--allow"]).ok();
    repo.write("bin/fix.sh", b"exit 0\n\xfe\xff");
    repo.warroom(["runbook", "run", "book", "fix", "--yes"]).fails(3);
}

#[test]
fn a_long_line_is_kept_whole_beside_the_incident() {
    let repo = with_book(&block("wide", "", "printf '%0900d END\\n' 7"));
    let outcome = repo
        .warroom(["runbook", "run", "book", "wide", "--yes", "--json"])
        .run();
    let ran: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let file = ran["commands"][0]["file"].as_str().unwrap_or_else(|| panic!("{ran}"));
    let id = ran["incident"].as_str().unwrap();
    assert!(repo.read(format!("incidents/{id}/{file}")).contains("7 END"));
}

#[test]
fn what_was_run_is_on_record_although_the_rest_is_given_up() {
    let repo = with_book(&(block("one", "", "echo first") + &block("two", "", "echo second")));
    let mut console = Console::open(&repo, "sam", &["runbook", "run", "book"]);
    console.shows("[q]uit:");
    console.send(b"y\r");
    console.shows("$ echo second");
    console.press("<Ctrl-C>");
    console.ends();
    let ran = ran(&repo);
    assert!(ran.len() == 1 && ran[0].contains("echo first (exit 0"), "{ran:?}");
}

#[test]
fn what_was_typed_before_the_question_is_no_answer_to_it() {
    let repo = with_book(&(block("one", "", "echo begun; sleep 1") + &block("two", "", "echo second")));
    let mut console = Console::open(&repo, "sam", &["runbook", "run", "book"]);
    console.shows("[q]uit:");
    console.send(b"y\r");
    console.until("its output", |screen| {
        screen.contents().lines().any(|line| line.trim() == "begun")
    });
    console.send(b"y\r");
    console.shows("$ echo second");
    console.until("the question of the second", |screen| {
        screen.contents().matches("[q]uit:").count() == 2
    });
    console.send(b"s\r");
    console.ends();
    let ran = ran(&repo);
    assert!(ran.iter().any(|line| line.contains("echo begun")), "{ran:?}");
    assert!(!ran.iter().any(|line| line.contains("echo second (exit")), "{ran:?}");
}

#[test]
fn a_command_that_is_given_up_ends_and_is_on_record() {
    let repo = with_book(&block("long", "", "echo begun; sleep 600"));
    let mut console = Console::open(&repo, "sam", &["runbook", "run", "book"]);
    console.shows("[q]uit:");
    console.send(b"y\r");
    console.until("its output", |screen| {
        screen.contents().lines().any(|line| line.trim() == "begun")
    });
    console.press("<Ctrl-C>");
    assert_eq!(console.ends().0, 1);
    let ran = ran(&repo);
    assert!(ran.len() == 1 && ran[0].contains("(given up"), "{ran:?}");
}

#[test]
fn what_talks_with_the_person_has_the_terminal_and_leaves_it_as_it_was() {
    let text = "stty raw -echo; printf 'who? '; head -c 1; kill -9 $$";
    let repo = with_book(&block("talk", "interactive=true", text));
    let mut console = Console::open(&repo, "sam", &["runbook", "run", "book"]);
    console.shows("at this terminal, until it ends");
    console.shows("[q]uit:");
    console.send(b"y\r");
    console.shows("type `kill` to run it: ");
    console.send(b"kill\r");
    console.shows("who? ");
    console.send(b"q");
    assert_eq!(console.ends().0, 1);
    console.left_as_found();
    let ran = ran(&repo);
    let wanted = format!("ended by signal {}", Signal::KILL.as_raw());
    assert!(
        ran.len() == 1 && ran[0].contains(&wanted) && ran[0].contains("at the terminal"),
        "{ran:?}"
    );
}

#[test]
fn what_a_command_reads_from_the_person_is_not_asked_for_before() {
    let repo = with_book(&block(
        "ask",
        "",
        "read -r -p 'which pod? ' pod < /dev/null; echo \"got <$pod>\"",
    ));
    let dry: Value = repo.warroom(["runbook", "run", "book", "--dry-run", "--json"]).json();
    assert_eq!(dry["commands"].as_array().map(Vec::len), Some(1), "{dry}");
    let ran = repo.warroom(["runbook", "run", "book", "ask", "--yes"]).run();
    assert!(ran.stdout.contains("got <>"), "{ran:#?}");
}

#[test]
fn each_runbook_of_a_file_with_many_counts_in_what_may_run() {
    let text = "# Alerts\n\n## StoreDown\n\n1. Look:\n\n   ```sh\n   ls a\n   ```\n\n## StoreSlow\n\n1. Look:\n\n   ```sh\n   ls b\n   ```\n";
    let repo = Repo::new();
    repo.write("runbooks/store.md", text);
    repo.declare("StoreDown", "P2");
    repo.warroom(["runbook", "run", "store/StoreDown", "--allow"]).ok();
    let mut console = Console::open(&repo, "sam", &["open"]);
    console.shows("StoreDown");
    console.press("Kw");
    console.shows("2 commands, each asked for on its own");
    console.press("<Esc>");
    console.press("q");
}

#[test]
fn whoever_attaches_what_only_they_have_is_told_so() {
    let repo = with_book(&block("one", "", "echo first"));
    let said = repo.warroom(["runbook", "attach", "book"]).ok();
    assert!(said.contains("is not committed as it is now"), "{said}");
    repo.git(["add", "runbooks"]);
    repo.git([
        "-c",
        "user.name=s",
        "-c",
        "user.email=s@example.org",
        "commit",
        "-qm",
        "book",
    ]);
    repo.declare("again", "P2");
    let list = repo.warroom(["list", "--json"]).json();
    let id = list["incidents"][0]["id"].as_str().unwrap().to_owned();
    let said = repo.warroom(["-i", &id, "runbook", "attach", "book"]).ok();
    assert!(!said.contains("not committed"), "{said}");
    let said = repo.warroom(["runbook", "new", "own/one"]).ok();
    assert!(said.contains("warroom runbook lint runbooks/own/one.md"), "{said}");
}

#[test]
fn a_secret_that_was_given_stands_nowhere_whatever_the_command_prints() {
    let repo = with_book(&block("login", "", "echo \"in with <password>\""));
    let given = ["--yes", "--set", "password=correct horse"];
    let outcome = repo.warroom(["runbook", "run", "book", "login"]).args(given).run();
    assert!(outcome.stdout.contains("in with [hidden]"), "{outcome:#?}");
    assert!(outcome.stderr.contains("in with <password>"), "{outcome:#?}");
    assert!(!repo.show().to_string().contains("horse"), "{:#}", repo.show());
    let ran = ran(&repo);
    assert!(ran.len() == 1 && ran[0].contains("\nin with [hidden]"), "{ran:?}");
}

#[test]
fn what_was_added_is_written_into_the_file_that_was_read() {
    let repo = with_book(&block("one", "", "echo first"));
    repo.write("runbooks/other.markdown", "# Other\n\n## Mitigation\n\n1. Restart it\n");
    repo.warroom(["runbook", "attach", "other"]).ok();
    repo.warroom(["check", "add", "Ask the bank"]).ok();
    repo.write("editor.sh", "echo kept >> \"$1\"\n");
    let editor = format!("sh {}", repo.path("editor.sh").display());
    let args = ["runbook", "update", "other"];
    let binary = env!("CARGO_BIN_EXE_warroom");
    let mut console = Console::run(&repo, "sam", binary, &args, &[("EDITOR", &editor)], (120, 36));
    assert_eq!(console.ends().0, 0, "{}", console.screen());
    let text = repo.read("runbooks/other.markdown");
    assert!(text.contains("Ask the bank") && text.ends_with("kept\n"), "{text}");
    assert!(!repo.path("runbooks/other.md").exists());
}
