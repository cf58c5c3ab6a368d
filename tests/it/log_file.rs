//! The log of what a call does: off unless it is asked for, one line a step, ids and never a text of the incident.

use super::harness::Repo;

const SECRET: &str = "pgpool-7f is exhausted";

fn log(repo: &Repo) -> Option<String> {
    std::fs::read_to_string(repo.state().join("warroom.log")).ok()
}

fn declared() -> Repo {
    let repo = Repo::new();
    repo.warroom(["declare", "--title", SECRET, "--severity", "P2"]).ok();
    repo
}

#[test]
fn nothing_is_logged_unless_it_is_asked_for() {
    let repo = declared();
    repo.warroom(["log", SECRET]).ok();
    assert_eq!(log(&repo), None);
}

#[test]
fn a_verbose_call_logs_what_session_sync_and_git_did() {
    let repo = declared();
    repo.warroom(["-v", "log", SECRET, "--as", "robin"]).ok();
    let log = log(&repo).unwrap();
    for step in [
        "main: warroom ",
        "session::open: INC-2026-0001: opened",
        "session::save: INC-2026-0001: save begins, 1 pending",
        "session::save: INC-2026-0001: file written",
        "git::command: git hash-object: exit 0",
        "git::record: committed ",
        "main: done",
    ] {
        assert!(log.contains(step), "{step}\n{log}");
    }
    assert!(!log.contains("pgpool") && !log.contains("robin"), "{log}");
    let mode = std::fs::metadata(repo.state().join("warroom.log")).unwrap();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777,
        0o600
    );
}

#[test]
fn the_variable_sets_the_level_and_a_wrong_word_is_named() {
    let repo = declared();
    repo.warroom(["log", SECRET]).env("WARROOM_LOG", "info").ok();
    let steps = log(&repo).unwrap();
    assert!(steps.contains(" info ") && !steps.contains(" debug "), "{steps}");
    let call = repo.warroom(["log", "again"]).env("WARROOM_LOG", "loud").run();
    assert!(
        call.stderr.contains("`loud` in WARROOM_LOG is not a log level"),
        "{call:#?}"
    );
}

#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    let repo = declared();
    std::fs::create_dir(repo.state().join("warroom.log")).unwrap();
    let call = repo.warroom(["-v", "log", SECRET]).run();
    assert_eq!(call.code, Some(0), "{call:#?}");
    assert!(call.stderr.contains("the log cannot be written"), "{call:#?}");
    let failed = repo.warroom(["-v", "show", "INC-9"]).run();
    assert_eq!(failed.code, Some(4), "{failed:#?}");
}
