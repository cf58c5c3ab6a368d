//! What reads: list, show, search, statusline.

use crate::harness::Repo;

#[test]
fn the_keys_of_show_are_a_contract() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    let shown = repo.show();
    let derived = shown["derived"].as_object().unwrap();
    insta::assert_snapshot!(keys(&shown), @"warroom id uid title framework severity status clock declared roles timeline derived");
    insta::assert_snapshot!(keys(&shown["derived"]), @"severity status elapsed_s phase timers gate required_roles checklists procedures next_statuses reminders conflicts");
    insta::assert_snapshot!(keys(&derived["phase"]), @"id title number of");
    insta::assert_snapshot!(keys(&derived["timers"][0]), @"id label due overdue_at state remaining_s derived snoozed remedy borrowed");
    insta::assert_snapshot!(keys(&derived["gate"]), @"ok items missing");
    insta::assert_snapshot!(keys(&derived["gate"]["items"][0]), @"id text met why met_at");
    insta::assert_snapshot!(keys(&derived["required_roles"][0]), @"role title filled who required");
    insta::assert_snapshot!(keys(&derived["checklists"][0]), @"id title lead current done items");
    insta::assert_snapshot!(keys(&derived["checklists"][0]["items"][0]), @"id text state owner who at note due gate seen");
    // The incident stands there exactly as in its file.
    let file = repo.read("incidents/INC-2026-0001/incident.yaml");
    for key in shown.as_object().unwrap().keys().filter(|key| *key != "derived") {
        assert!(
            file.contains(&format!("\n{key}:")) || file.starts_with(&format!("{key}:")),
            "{key} in {file}"
        );
    }
}

fn keys(value: &serde_json::Value) -> String {
    let keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.join(" ")
}

#[test]
fn show_is_a_page_for_people() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    repo.warroom(["log", "pool is full", "--kind", "finding"]).ok();
    repo.warroom(["hypothesis", "add", "slow query"]).ok();
    repo.warroom(["set", "impact.users", "38 % of checkouts"]).ok();
    let page = repo.warroom(["show"]).now("2026-11-20T14:47:00Z").ok();
    for words in [
        "INC-2026-0001  Checkout failing",
        "P1",
        "42m",
        "38 % of checkouts",
        "sam",
        "no one; required",
        "slow query",
        "finding",
        "pool is full",
        "overdue",
    ] {
        assert!(page.contains(words), "{words} in\n{page}");
    }
    let short = repo.warroom(["show", "-n", "1"]).ok();
    assert!(short.contains("earlier"), "{short}");
    repo.warroom(["show", "INC-1999"]).fails(4);
}

#[test]
fn list_says_what_it_leaves_out() {
    let mut repo = Repo::new();
    repo.declare("first", "P1");
    repo.at("2026-11-21T09:00:00Z");
    repo.declare("second", "P2");
    repo.warroom(["cancel", "--reason", "x", "-i", "INC-2026-0001"]).ok();
    let list = repo.warroom(["list"]).ok();
    assert!(
        list.contains("second") && !list.contains("first") && list.contains("1 incident not shown"),
        "{list}"
    );
    let all = repo.warroom(["list", "--all"]).ok();
    assert!(all.contains("first") && all.contains("cancelled"), "{all}");
    let titles = |args: &[&str]| {
        let json = repo.warroom(args).args(["--json"]).json();
        let incidents = json["incidents"].as_array().unwrap().clone();
        incidents
            .iter()
            .map(|one| one["title"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(&["list", "--severity", "p2"]), ["second"]);
    assert_eq!(titles(&["list", "--status", "cancelled"]), ["first"]);
    assert_eq!(titles(&["list", "--all", "--since", "2026-11-21T00:00Z"]), ["second"]);
    assert_eq!(titles(&["list", "--all", "--severity", "P3"]), Vec::<String>::new());
    repo.warroom(["list", "--since", "then"]).fails(2);
}

#[test]
fn an_unreadable_incident_is_never_hidden() {
    let repo = Repo::new();
    repo.declare("good", "P1");
    repo.write("incidents/INC-2026-0666/incident.yaml", "warroom: 1\nid: [broken\n");
    for verb in [
        ["list"].as_slice(),
        &["list", "--all"],
        &["search", "good"],
        &["actions"],
    ] {
        let told = repo.warroom(verb).run();
        let page = told.stdout;
        assert_eq!(told.code, Some(5), "{page}");
        assert!(page.contains("INC-2026-0666") && page.contains("unreadable"), "{page}");
        let told = repo.warroom(verb).args(["--json"]).run();
        assert_eq!(told.code, Some(5), "{}", told.stdout);
        let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
        assert_eq!(json["unreadable"][0]["id"], "INC-2026-0666", "{json}");
        assert!(json["unreadable"][0]["line"].is_number(), "{json}");
    }
    // It may be the one that is meant.
    let error = repo.warroom(["log", "x"]).fails_json(4);
    assert!(error["candidates"].to_string().contains("INC-2026-0666"), "{error}");
    let logged = repo.warroom(["log", "x", "-i", "INC-2026-0001"]).run();
    assert!(matches!(logged.code, Some(0 | 6)), "{logged:?}");
    assert!(logged.stdout.starts_with("x  "), "{logged:?}");
}

#[test]
fn search_finds_words_anywhere() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo.warroom(["log", "Connection POOL is exhausted"]).ok();
    repo.warroom(["hypothesis", "add", "a pool leak"]).ok();
    let hits = repo.warroom(["search", "pool", "--json"]).json();
    let sections: Vec<_> = hits["hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["section"].clone())
        .collect();
    assert!(
        sections.contains(&"timeline".into()) && sections.contains(&"hypotheses".into()),
        "{hits}"
    );
    assert!(
        repo.warroom(["search", "exhausted", "connection"])
            .ok()
            .contains("POOL")
    );
    assert_eq!(repo.warroom(["search", "zebra"]).ok(), "nothing found\n");
    repo.warroom(["search", " "]).fails(2);
}

#[test]
fn the_status_line_is_one_short_line() {
    let repo = Repo::new();
    assert_eq!(repo.warroom(["statusline"]).ok(), "");
    repo.declare("Checkout failing", "P0");
    let line = repo.warroom(["statusline"]).now("2026-11-20T14:47:00Z").ok();
    assert_eq!(line.lines().count(), 1);
    assert!(
        line.starts_with("P0 declared 42m | ") && line.contains("OVERDUE"),
        "{line}"
    );
    assert!(line.chars().count() < 90, "{line}");
    repo.declare("Another", "P2");
    assert_eq!(repo.warroom(["statusline"]).ok(), "2 incidents open\n");
    assert!(
        repo.warroom(["statusline", "-i", "INC-2026-0002"])
            .ok()
            .starts_with("P2 declared")
    );
}
