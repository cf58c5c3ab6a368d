//! Which repository, which incident, who.

use crate::harness::Repo;

#[test]
fn outside_of_a_repository_there_is_a_way_in() {
    let repo = Repo::bare();
    for verb in [
        ["list"].as_slice(),
        &["log", "x"],
        &["show"],
        &["declare", "--title", "x"],
        &["statusline"],
    ] {
        let said = repo.warroom(verb).fails(4);
        assert!(said.contains("warroom init"), "{said}");
    }
    repo.warroom(["list"]).fails_json(4);
}

#[test]
fn the_repository_is_found_upwards_or_named_or_configured() {
    let repo = Repo::new();
    let id = repo.declare("x", "P2");
    repo.write("deep/er/file", "");
    assert!(repo.warroom(["list"]).within(repo.path("deep/er")).ok().contains(&id));
    assert!(repo.warroom(["list"]).within("/").run().code != Some(0));
    let named = repo
        .warroom(["-C".as_ref(), repo.root().as_os_str(), "list".as_ref()])
        .within("/");
    assert!(named.ok().contains(&id));
    std::fs::write(
        repo.config().join("config.yaml"),
        format!("repository: {}\n", repo.root().display()),
    )
    .unwrap();
    assert!(repo.warroom(["list"]).within("/").ok().contains(&id));
}

#[test]
fn an_incident_is_named_by_any_unique_prefix() {
    let repo = Repo::new();
    let said = repo.warroom(["show"]).fails(4);
    assert!(said.contains("warroom declare"), "{said}");
    let first = repo.declare("first", "P2");
    assert_eq!(repo.show()["id"], first.as_str(), "the only open one");
    let second = repo.declare("second", "P1");
    assert_ne!(first, second);

    let error = repo.warroom(["show"]).fails_json(4);
    let candidates = error["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2, "{error}");
    assert!(candidates[0].as_str().unwrap().contains("first"), "{error}");

    assert_eq!(
        repo.warroom(["show", "--json", "-i", &second]).json()["title"],
        "second"
    );
    assert_eq!(
        repo.warroom(["show", "--json", &first.to_lowercase()]).json()["title"],
        "first"
    );
    assert_eq!(
        repo.warroom(["show", "--json"]).env("WARROOM_INCIDENT", &first).json()["title"],
        "first"
    );
    let error = repo.warroom(["show", "-i", "INC"]).fails_json(4);
    assert_eq!(error["candidates"].as_array().unwrap().len(), 2);
    repo.warroom(["show", "-i", "nothing"]).fails(4);
    repo.warroom(["log", "x", "-i", "../../etc"]).fails(4);

    repo.warroom(["cancel", "--reason", "noise", "-i", &second]).ok();
    assert_eq!(repo.show()["title"], "first", "the only open one again");
}

#[test]
fn who_acts_is_said_by_option_variable_or_git() {
    let repo = Repo::new();
    repo.declare("x", "P2");
    let author = |run: crate::harness::Run| {
        run.ok();
        let shown = repo.show();
        let timeline = shown["timeline"].as_array().unwrap();
        let last = timeline.iter().find(|event| event["text"] == "who").unwrap();
        let by = last["by"].as_str().unwrap().to_owned();
        let id = last["id"].as_str().unwrap().to_owned();
        repo.warroom(["log", "edit", &id, "--text", "known"]).ok();
        by
    };
    assert_eq!(author(repo.warroom(["log", "who", "--as", "lee"]).by("sam")), "lee");
    assert_eq!(author(repo.warroom(["log", "who"]).by("sam")), "sam");
    assert_eq!(author(repo.warroom(["log", "who"]).by_nobody()), "kim");
    repo.git(["config", "--unset", "user.name"]);
    let said = repo.warroom(["log", "who"]).by_nobody().fails(2);
    assert!(said.contains("--as") && said.contains("WARROOM_USER"), "{said}");
    // Reading asks for nobody.
    repo.warroom(["show"]).by_nobody().ok();
}
