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

/// A framework of a team's own names goes from the declaration to the end like any other.
#[test]
fn a_framework_with_names_of_its_own_runs_from_declaration_to_close() {
    let mut repo = Repo::with_framework("ops");
    repo.warroom(["framework", "copy", "ops"]).ok();
    let file = ".warroom/frameworks/ops.yaml";
    let text = repo
        .read(file)
        .replace("{id: resolved,", "{id: done,")
        .replace("monitoring, resolved, cancelled]", "monitoring, done, dropped]")
        .replace("mitigating, resolved, cancelled]", "mitigating, done, dropped]")
        .replace("{id: closed,", "{id: filed,")
        .replace("next: [closed]", "next: [filed]")
        .replace("{id: cancelled,", "{id: dropped,")
        .replace("id: mitigating,", "id: fixing,")
        .replace("mitigating, ", "fixing, ")
        .replace("id: incident_commander", "id: lead")
        .replace("role incident_commander", "role lead");
    repo.write(file, text);
    assert_eq!(repo.warroom(["framework", "lint"]).ok(), "1 framework in order\n");
    let id = repo.declare("checkout fails", "SEV2");
    assert!(repo.warroom(["list"]).ok().contains("no IC"));
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    let list = repo.warroom(["list"]).ok();
    assert!(list.contains("sam") && !list.contains("no IC"), "{list}");
    repo.warroom(["status", "fixing"]).ok();
    repo.at("2026-11-20T15:00:00Z");
    repo.warroom(["resolve", "--force", "--reason", "seen by all"]).ok();
    let shown = repo.show_of(&id);
    assert_eq!(shown["status"], "done", "{shown}");
    let elapsed = shown["derived"]["elapsed_s"].clone();
    assert!(repo.warroom(["list"]).ok().contains("no open incident"));
    let all = repo.warroom(["list", "--all", "--json"]).json();
    assert_eq!(all["incidents"][0]["open"], false, "{all}");
    assert_eq!(all["incidents"][0]["commander"], "sam", "{all}");
    repo.at("2026-11-20T16:00:00Z");
    assert_eq!(
        repo.show_of(&id)["derived"]["elapsed_s"],
        elapsed,
        "the clocks stand still"
    );
    repo.warroom(["-i", &id, "reopen", "--reason", "it came back"]).ok();
    assert_eq!(repo.show()["status"], "fixing", "where it was before");
    repo.warroom(["status", "done"]).fails(3);
    repo.warroom(["resolve", "--force", "--reason", "seen by all"]).ok();
    repo.warroom(["-i", &id, "close", "--force", "--reason", "nobody is left to review it"])
        .ok();
    assert_eq!(repo.show_of(&id)["status"], "filed");
    let other = repo.declare("a false alarm", "SEV3");
    repo.warroom(["cancel", "--reason", "a test of the alert"]).ok();
    assert_eq!(repo.show_of(&other)["status"], "dropped");
}

/// Every problem of a file stands in one answer, with its place.
#[test]
fn lint_tells_all_that_is_wrong_each_with_line_and_column() {
    let repo = Repo::with_framework("ops");
    repo.warroom(["framework", "copy", "ops"]).ok();
    let file = ".warroom/frameworks/ops.yaml";
    let slips = [
        ("when: no-commander", "when: no-comander"),
        (
            "remedy: update --audience external",
            "remedy: udpate --audienc extrenal",
        ),
        ("remedy: ack,", "remedy: akc,"),
        ("IC: {commander|not", "IC: {comander|not"),
        (
            "- id: mitigation\n  audience: internal",
            "- id: mitigation\n  audience: intrenal",
        ),
        ("topic: dispatch", "topic: disptach"),
        ("SEV3: 30m}", "SEV3: ten minutes}"),
        ("met_by: told internal", "met_by: event fnding"),
        ("met_by: told external", "met_by: field imapct.users"),
        ("met_by: milestone acknowledged", "met_by: escalated bosss"),
    ];
    let text = slips.iter().fold(repo.read(file), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    repo.write(file, &text);
    let said = repo.warroom(["framework", "lint"]).run();
    assert_eq!(said.code, Some(5), "{said:?}");
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines.len(), slips.len(), "{said:?}");
    let words = [
        "no-comander",
        "udpate --audienc extrenal",
        "akc",
        "{comander|not assigned yet}",
        "intrenal",
        "disptach",
        "ten minutes",
        "fnding",
        "imapct.users",
        "bosss",
    ];
    for word in words {
        let line = lines.iter().find(|line| line.contains(&format!("`{word}`")));
        let line = line.unwrap_or_else(|| panic!("{word}: {said:?}"));
        let place: Vec<usize> = line.split(':').filter_map(|part| part.parse().ok()).take(2).collect();
        let [number, column] = place[..] else { panic!("{line}") };
        let there = text.lines().nth(number - 1).unwrap();
        assert!(there[column - 1..].starts_with(word), "{line}: {there}");
    }
}
