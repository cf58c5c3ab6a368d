//! What `--json` calls the entry that a verb made or changed, for every list and every verb that works on one.

use crate::harness::Repo;

/// Runs a call and gives `id` of its answer.
fn id(repo: &Repo, call: &[&str]) -> String {
    let said = repo.warroom(call.iter().copied().chain(["--json"])).json();
    let id = said["id"].as_str();
    id.unwrap_or_else(|| panic!("{call:?}: {said}")).to_owned()
}

type Call = &'static [&'static str];

/// A verb that makes an entry, the letter of its list, and the verbs that change it (`ID` is its id).
const ENTRIES: &[(Call, char, &[Call])] = &[
    (&["role", "assign", "incident_commander", "kim"], 'r', &[]),
    (
        &["log", "the pool is full"],
        'e',
        &[
            &["log", "edit", "ID", "--text", "the pool is at 100/100"],
            &["log", "pin", "ID"],
            &["correct", "ID", "by", "lee"],
            &["log", "retract", "ID"],
        ],
    ),
    (
        &["hypothesis", "add", "It is the pool"],
        'h',
        &[
            &["hypothesis", "test", "ID", "count the sessions"],
            &["hypothesis", "evidence", "ID", "100 of 100"],
            &["correct", "ID", "owner", "lee"],
            &["hypothesis", "confirm", "ID", "--evidence", "it is"],
        ],
    ),
    (
        &["mitigation", "propose", "Roll back", "--option", "rollback"],
        'm',
        &[
            &["mitigation", "approve", "ID", "--as", "kim"],
            &["mitigation", "start", "ID"],
            &["mitigation", "done", "ID"],
            &["mitigation", "verify", "ID"],
        ],
    ),
    (
        &[
            "dispatch",
            "database administrator",
            "--request",
            "Are there lock waits?",
        ],
        'd',
        &[
            &["dispatch", "read-back", "ID", "lock waits on orders"],
            &["dispatch", "answer", "ID", "none"],
        ],
    ),
    (
        &["dispatch", "database administrator", "--request", "Is a failover safe?"],
        'd',
        &[&["dispatch", "close", "ID"]],
    ),
    (
        &["check", "add", "Call the bank"],
        'c',
        &[
            &["check", "claim", "ID"],
            &["check", "tick", "ID"],
            &["check", "untick", "ID"],
            &["check", "note", "ID", "engaged"],
            &["check", "skip", "ID", "--reason", "closed"],
        ],
    ),
    (
        &["timer", "add", "call back", "10m"],
        't',
        &[&["timer", "snooze", "ID", "20m"], &["timer", "clear", "ID"]],
    ),
    (
        &["why", "add", "the pool was full"],
        'w',
        &[
            &["correct", "ID", "text", "the pool was small"],
            &["why", "remove", "ID"],
            &["restore", "ID"],
        ],
    ),
    (
        &["factor", "add", "--category", "process", "no review"],
        'f',
        &[&["factor", "remove", "ID"]],
    ),
    (
        &[
            "action",
            "add",
            "Size the pool",
            "--owner",
            "kim",
            "--due",
            "2026-12-24",
        ],
        'a',
        &[
            &["action", "done", "ID", "--note", "shipped"],
            &["action", "reopen", "ID"],
        ],
    ),
    (
        &["link", "add", "https://wiki.example/pool"],
        'l',
        &[&["correct", "ID", "label", "wiki"], &["link", "remove", "ID"]],
    ),
    (
        &["update", "--audience", "internal", "--message", "We are on it."],
        'u',
        &[&["correct", "ID", "text", "We are at it."]],
    ),
    (
        &["role", "assign", "scribe", "lee"],
        'r',
        &[&["role", "clear", "scribe"]],
    ),
    (
        &["role", "handoff", "incident_commander", "lee"],
        'r',
        &[&["role", "accept", "incident_commander", "--as", "lee"]],
    ),
];

#[test]
fn every_verb_answers_with_the_id_of_the_entry_it_made_or_changed() {
    let repo = Repo::with_framework("ops");
    repo.declare("Checkout failing", "SEV2");
    for (make, letter, changes) in ENTRIES {
        let made = id(&repo, make);
        assert!(made.starts_with(*letter), "{make:?}: {made}");
        for change in *changes {
            let call: Vec<&str> = change
                .iter()
                .map(|word| if *word == "ID" { made.as_str() } else { *word })
                .collect();
            assert_eq!(id(&repo, &call), made, "{call:?}");
        }
    }
    // An item and a timer of the framework keep the ids they have there.
    assert_eq!(id(&repo, &["check", "tick", "detection.symptom"]), "detection.symptom");
    // What is no entry is told by its event.
    let said = repo.warroom(["severity", "SEV1", "--json"]).json();
    assert_eq!(said["id"], said["event"]);
}
