//! What a verb wrote is kept when an editor saves an old buffer over it before anybody has read it, and no console is open.

use crate::harness::Repo;

/// A verb saves a line and is killed before it commits; then an editor saves what it had read before, with a line of its own.
fn over_a_verb() -> (Repo, String) {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let old = std::fs::read_to_string(repo.file(&id)).unwrap();
    let killed = repo
        .warroom(["log", "of a verb"])
        .env("WARROOM_FAILPOINT", "base.written:kill")
        .run();
    assert_eq!(killed.code, None, "it was killed");
    assert!(std::fs::read_to_string(repo.file(&id)).unwrap().contains("of a verb"));
    let end = old.rfind("# end of").unwrap();
    let new = format!("{}- text: of an editor\n{}", &old[..end], &old[end..]);
    std::fs::write(repo.file(&id), new).unwrap();
    (repo, id)
}

#[test]
fn by_the_sync_that_commits_next() {
    let (repo, id) = over_a_verb();
    // Somebody else, who finds no journal.
    let state = repo.outside().join("another's state");
    repo.warroom(["sync"]).env("WARROOM_STATE_DIR", &state).by("lee").run();
    let committed = repo.git(["show", &format!("HEAD:incidents/{id}/incident.yaml")]);
    for words in ["of a verb", "of an editor"] {
        assert!(committed.contains(words), "{words}\n{committed}");
    }
}

#[test]
fn by_the_verb_that_saves_next() {
    let (repo, id) = over_a_verb();
    let state = repo.outside().join("another's state");
    repo.warroom(["log", "of lee"])
        .env("WARROOM_STATE_DIR", &state)
        .by("lee")
        .ok();
    let committed = repo.git(["show", &format!("HEAD:incidents/{id}/incident.yaml")]);
    for words in ["of a verb", "of an editor", "of lee"] {
        assert!(committed.contains(words), "{words}\n{committed}");
    }
}

#[test]
fn by_the_verb_that_only_reads() {
    let (repo, id) = over_a_verb();
    let shown = repo.warroom(["show", "--json"]).json();
    let texts: Vec<&str> = shown["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|event| event["text"].as_str())
        .collect();
    for words in ["of a verb", "of an editor"] {
        assert!(texts.contains(&words), "{words}\n{texts:?}");
    }
    // Reading wrote nothing.
    assert!(!std::fs::read_to_string(repo.file(&id)).unwrap().contains("of a verb"));
    let found = repo.warroom(["log", "list", "--json"]).ok();
    assert!(found.contains("of a verb"), "{found}");
}
