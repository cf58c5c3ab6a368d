//! `framework` and all its verbs, and a team's own framework.

use crate::harness::Repo;
use crate::pty::Console;

#[test]
fn frameworks_are_listed_and_shown_whole() {
    let repo = Repo::with_framework("ops");
    let list = repo.warroom(["framework"]).ok();
    assert!(list.contains("* ops") && list.contains("war-room"), "{list}");
    let json = repo.warroom(["framework", "list", "--json"]).json();
    let ops = json["frameworks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "ops")
        .unwrap();
    assert_eq!(ops["chosen"], true);
    assert!(ops["file"].is_null());
    let page = repo.warroom(["framework", "show", "war-room"]).ok();
    for words in ["P0", "acknowledge", "scribe", "Before it may be resolved"] {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert_eq!(
        repo.warroom(["framework", "show", "--json"]).json()["name"],
        "ops",
        "the repository's"
    );
    let said = repo.warroom(["framework", "show", "nonsense"]).run();
    assert_ne!(said.code, Some(0));
    assert!(
        said.stderr.contains("war-room") && said.stderr.contains("ops"),
        "{said:?}"
    );
    // Also where there is no repository.
    let nowhere = Repo::nothing();
    assert!(nowhere.warroom(["framework", "show"]).ok().contains("war-room"));
    nowhere.warroom(["framework", "show", "nonsense"]).fails(4);
}

#[test]
fn a_copy_is_the_teams_own_and_a_changed_clock_counts() {
    let repo = Repo::with_framework("ops");
    let source = repo.warroom(["framework", "show", "ops", "--source"]).ok();
    repo.write(".warroom/frameworks/ops.yaml", &source);
    assert_eq!(repo.warroom(["framework", "lint"]).ok(), "1 framework in order\n");
    let json = repo.warroom(["framework", "list", "--json"]).json();
    let ops = json["frameworks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "ops")
        .unwrap();
    assert!(ops["file"].as_str().unwrap().ends_with(".warroom/frameworks/ops.yaml"));
    repo.declare("x", "SEV1");
    let due = || {
        let timers = repo.warroom(["timer", "list", "--json"]).json();
        let timers = timers["timers"].as_array().unwrap().clone();
        let internal = timers
            .into_iter()
            .find(|timer| timer["id"].as_str().unwrap().contains("internal"));
        internal.expect("SEV1 has an internal cadence")["remaining_s"].as_i64()
    };
    assert_eq!(due(), Some(600));
    assert!(source.contains("SEV1: 10m"), "{source}");
    repo.write(".warroom/frameworks/ops.yaml", source.replace("SEV1: 10m", "SEV1: 7m"));
    assert_eq!(due(), Some(420), "without a restart");
}

#[test]
fn what_is_wrong_with_a_framework_has_its_place() {
    let repo = Repo::new();
    let source = repo.warroom(["framework", "show", "ops", "--source"]).ok();
    repo.write(
        ".warroom/frameworks/ours.yaml",
        source.replacen("phase: triage", "phase: tirage", 1),
    );
    repo.write("broken.yaml", "name: [\n");
    let outcome = repo.warroom(["framework", "lint"]).run();
    assert_eq!(outcome.code, Some(5), "{outcome:?}");
    assert!(
        outcome.stdout.contains("ours.yaml:") && outcome.stdout.contains("`tirage`"),
        "{outcome:?}"
    );
    let outcome = repo.warroom(["framework", "lint", "broken.yaml", "--json"]).run();
    assert_eq!(outcome.code, Some(5), "{outcome:?}");
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(json["problems"][0]["file"], "broken.yaml");
    assert!(json["problems"][0]["line"].as_u64().unwrap() >= 1);
    repo.warroom(["framework", "lint", "missing.yaml"]).fails(4);
    // The list shows it with its problem, and declaring by it says what is wrong.
    assert!(repo.warroom(["framework"]).ok().contains("cannot be read"));
    let said = repo.warroom(["declare", "--title", "x", "--framework", "ours"]).run();
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.stderr.contains("tirage"), "{said:?}");
}

#[test]
fn an_edited_framework_is_in_force_without_a_restart_and_a_broken_one_is_not() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let file = ".warroom/frameworks/war-room.yaml";
    let source = repo.warroom(["framework", "show", "war-room", "--source"]).ok();
    repo.write(file, &source);
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("gather context");
    repo.write(file, source.replace("label: gather context", "label: what changed"));
    console.shows("what changed").shows("in force now");
    repo.write(file, source.replace("label: gather context", "labl: what changed"));
    console.shows("The framework stays as it was");
    console.shows("what changed");
    console.press("q");
    assert_eq!(console.ends().0, 0);
}

#[test]
fn a_copy_under_another_name_has_its_schema_beside_it() {
    let repo = Repo::with_framework("ops");
    let said = repo.warroom(["framework", "copy", "itil", "payments"]).ok();
    assert!(said.contains("payments.yaml is yours to change"), "{said}");
    assert!(
        repo.read(".warroom/frameworks/payments.yaml")
            .starts_with("# yaml-language-server: $schema=schema.json\n")
    );
    assert_eq!(repo.warroom(["framework", "lint"]).ok(), "1 framework in order\n");
    assert_eq!(
        repo.warroom(["framework", "show", "payments", "--json"]).json()["name"],
        "payments"
    );
    let schema = repo.warroom(["framework", "schema"]).ok();
    assert_eq!(schema, repo.read(".warroom/frameworks/schema.json"));
    // Every field that a framework has is described.
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let payments = repo.warroom(["framework", "show", "payments", "--json"]).json();
    for field in payments.as_object().unwrap().keys() {
        assert!(schema["properties"][field]["description"].is_string(), "{field}");
    }
    repo.warroom(["framework", "copy", "itil", "payments"]).fails(2);
    repo.warroom(["framework", "copy", "nonsense"]).fails(4);
    for bad in ["../x", ".x", "a b", "-x"] {
        repo.warroom(["framework", "copy", "itil", "--", bad]).run();
        let all = std::fs::read_dir(repo.path(".warroom/frameworks")).unwrap().count();
        assert_eq!(all, 2, "{bad}");
    }
    // An incident of it follows it.
    repo.warroom([
        "declare",
        "--title",
        "Cards",
        "--severity",
        "P0",
        "--framework",
        "payments",
    ])
    .ok();
    assert_eq!(repo.show()["framework"], "payments");
}

#[test]
fn words_that_the_framework_does_not_know_are_warned_of() {
    let repo = Repo::with_framework("ops");
    let id = repo.declare("Checkout failing", "SEV1");
    assert_eq!(repo.warroom(["validate"]).ok(), "1 file in order\n");
    let path = format!("incidents/{id}/incident.yaml");
    let text = repo
        .read(&path)
        .replace("severity: SEV1", "severity: SEV9")
        .replace("status: declared", "status: dancing");
    repo.write(&path, text);
    let said = repo.warroom(["validate"]).ok();
    assert!(said.contains("warning: ops knows no severity `SEV9`"), "{said}");
    assert!(said.contains("warning: ops knows no status `dancing`"), "{said}");
    let schema = repo.warroom(["validate", "--schema"]).json();
    assert!(schema["properties"]["timeline"].is_object());
}
