//! `--now` and `WARROOM_NOW` look at another moment; what changes by them is a test's, and says so.

use crate::harness::{NOW, Repo};

#[test]
fn a_change_by_a_clock_that_looks_is_refused() {
    let repo = Repo::new();
    let id = repo
        .warroom(["declare", "--title", "x", "--severity", "P1"])
        .real_time()
        .ok();
    let id = id.trim().to_owned();
    let before = repo.read(format!("incidents/{id}/incident.yaml"));
    assert!(!before.contains("clock:"), "{before}");
    for words in [
        &["ack"][..],
        &["log", "x"],
        &["update", "--audience", "internal", "--message", "x"],
        &["resolve", "--force", "--reason", "x"],
        &["set", "impact.users", "all"],
        &["declare", "--title", "y"],
    ] {
        let said = repo.warroom(words).env("WARROOM_TEST_CLOCK", "0").fails(2);
        assert!(said.contains("--at"), "{words:?}: {said}");
        let said = repo
            .warroom(words)
            .args(["--now", NOW])
            .real_time()
            .env("WARROOM_TEST_CLOCK", "")
            .fails(2);
        assert!(said.contains("nothing was changed"), "{words:?}: {said}");
    }
    assert_eq!(repo.read(format!("incidents/{id}/incident.yaml")), before);
    // Looking is what it is for.
    for words in [
        &["show"][..],
        &["timer", "list", "--all"],
        &["list"],
        &["check", "list"],
    ] {
        repo.warroom(words).env("WARROOM_TEST_CLOCK", "0").ok();
    }
    // By the clock of the machine all of it is possible.
    repo.warroom(["ack"]).real_time().ok();
}

#[test]
fn what_a_test_changes_says_so_for_good() {
    let repo = Repo::new();
    let id = repo.declare("x", "P1");
    assert!(
        repo.read(format!("incidents/{id}/incident.yaml"))
            .contains("\nclock: test\n")
    );
    assert_eq!(repo.show()["clock"], "test");
    assert!(repo.warroom(["show"]).ok().contains("clock: test"));
    let list = repo.warroom(["list", "--json"]).json();
    assert_eq!(list["incidents"][0]["clock"], "test", "{list}");

    // Also where only a later change was a test's.
    let repo = Repo::new();
    let id = repo.warroom(["declare", "--title", "x"]).real_time().ok();
    let path = format!("incidents/{}/incident.yaml", id.trim());
    assert!(!repo.read(&path).contains("clock:"));
    repo.warroom(["log", "x"]).now("2199-01-01T00:00:00Z").ok();
    assert!(repo.read(&path).contains("\nclock: test\n"));
}
