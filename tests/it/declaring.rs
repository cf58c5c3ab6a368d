//! Declaring: grounds, triggers and what is no incident; false positives; duplicates; incidents that were over already.

use crate::harness::Repo;

const SHIPPED: [(&str, &str); 5] = [
    ("war-room", "P1"),
    ("ops", "SEV2"),
    ("itil", "P1"),
    ("sre", "SEV2"),
    ("essentials", "P1"),
];

fn repo(framework: &str) -> Repo {
    let mut repo = Repo::with_framework(framework);
    repo.at("2026-11-20T14:00:00Z");
    repo
}

/// S0:63-67.
#[test]
fn an_incident_without_an_alert_has_its_ground() {
    let repo = repo("war-room");
    for (word, words) in [
        ("on-call", "the on-call engineer judges so"),
        ("support", "support escalates"),
        ("security", "a possible breach"),
        ("executive", "an executive escalates"),
    ] {
        let id = repo.warroom(["declare", "--title", word, "--ground", word]).ok();
        let shown = repo.warroom(["show", id.trim(), "--json"]).json();
        assert!(shown["fields"]["ground"].as_str().unwrap().contains(words), "{shown}");
    }
    repo.warroom(["declare", "--title", "x", "--ground", "banana"]).fails(4);
}

/// S1:7-16.
#[test]
fn what_is_no_incident_is_asked_first_and_says_what_to_do_instead() {
    let ops = repo("ops");
    for (answers, instead) in [
        ("y\n", "standard debugging"),
        ("n\ny\n", "normal ticket workflow"),
        ("n\nn\ny\n", "change management"),
        ("n\nn\nn\nn\nn\nn\nn\n", "nothing was declared"),
    ] {
        let refused = ops
            .warroom(["declare", "--title", "x", "--ask"])
            .stdin(answers)
            .fails(3);
        assert!(refused.contains(instead), "{refused}");
        assert!(ops.warroom(["list"]).ok().contains("no open incident"));
    }
    ops.warroom(["declare", "--title", "x", "--ask"])
        .stdin("n\nn\n")
        .fails(2);
    ops.warroom(["declare", "--title", "x", "--ask"])
        .stdin("n\nn\nn\nn\ny\n")
        .ok();
    let room = repo("war-room");
    let id = room
        .warroom(["declare", "--title", "x", "--ask"])
        .stdin("n\nn\nn\nn\nn\nn\ny\n")
        .ok();
    let shown = room.warroom(["show", id.trim(), "--json"]).json();
    assert!(
        shown["fields"]["ground"].as_str().unwrap().contains("support"),
        "{shown}"
    );
    repo("sre")
        .warroom(["declare", "--title", "x", "--ask"])
        .stdin("y\n")
        .fails(2);
}

/// S2:78-104.
#[test]
fn category_and_reporter_are_fields_of_the_record() {
    let itil = repo("itil");
    itil.warroom(["declare", "--title", "x", "--category", "bananas"])
        .fails(4);
    itil.warroom([
        "declare",
        "--title",
        "x",
        "--severity",
        "P1",
        "--category",
        "Data integrity",
        "--reporter",
        "ACME",
        "--contact",
        "+1 555 0100",
    ])
    .ok();
    let fields = itil.show()["fields"].clone();
    assert_eq!(
        (&fields["category"], &fields["reporter"], &fields["reporter-contact"]),
        (&"data-integrity".into(), &"ACME".into(), &"+1 555 0100".into())
    );
    itil.warroom(["set", "category", "security"]).ok();
    assert_eq!(itil.show()["fields"]["category"], "security");
    itil.warroom(["set", "fields.category", "bananas"]).fails(4);
    itil.warroom(["set", "impact.compliance", "maybe"]).fails(4);
    itil.warroom(["set", "impact.compliance", "yes, GDPR"]).ok();
    itil.warroom(["set", "impact.userz", "3"]).fails(4);
    assert!(itil.warroom(["set", "list"]).ok().contains("data-integrity"));
    let essentials = repo("essentials");
    essentials.declare("x", "P1");
    essentials.warroom(["set", "impact.sla-breach", "maybe"]).fails(4);
    essentials.warroom(["set", "impact.sla-breach", "YES"]).ok();
    assert_eq!(essentials.show()["impact"]["sla-breach"], "yes");
}

/// S0:81.
#[test]
fn a_false_positive_has_its_reason_the_alert_and_the_threshold() {
    for (framework, severity) in SHIPPED {
        let repo = repo(framework);
        repo.declare("Checkout failing", severity);
        let id = repo.show()["id"].as_str().unwrap().to_owned();
        repo.warroom(["cancel"]).fails(2);
        let said = repo
            .warroom(["cancel", "--reason", "a test alert", "--suppressed", "checkout-5xx"])
            .ok();
        assert!(said.contains("which threshold was tuned? warroom -i"), "{said}");
        repo.warroom(["-i", &id, "set", "fields.tuned-threshold", "5 % for 5 min"])
            .ok();
        let shown = repo.warroom(["show", &id, "--json"]).json();
        assert_eq!(shown["fields"]["suppressed-alert"], "checkout-5xx", "{framework}");
        assert_eq!(shown["fields"]["tuned-threshold"], "5 % for 5 min", "{framework}");
    }
}

/// S0:82.
#[test]
fn a_duplicate_is_folded_into_the_incident_that_goes_on() {
    for (framework, severity) in SHIPPED {
        let mut repo = repo(framework);
        let declare = |repo: &Repo, title: &str| {
            let run = repo.warroom(["declare", "--title", title, "--severity", severity]);
            run.ok().trim().to_owned()
        };
        let (one, two) = (declare(&repo, "Checkout failing"), declare(&repo, "Payments slow"));
        repo.warroom(["-i", &two, "log", "queue at 4000", "--kind", "observation"])
            .ok();
        repo.at("2026-11-20T14:05:00Z");
        repo.warroom(["-i", &two, "duplicate", &two]).fails(2);
        repo.warroom(["-i", &two, "duplicate", "INC-9999"]).fails(4);
        let said = repo
            .warroom(["-i", &two, "duplicate", &one, "--reason", "same pool"])
            .ok();
        assert!(said.contains("1 line folded in"), "{said}");
        assert!(said.contains(&format!("cancelled as a duplicate of {one}")), "{said}");
        // What is said of it is true: it is no false alarm, and the other one goes on.
        let audiences = repo.warroom(["-i", &two, "update", "list", "--json"]).json();
        for audience in audiences["audiences"].as_array().unwrap() {
            let audience = audience["id"].as_str().unwrap();
            let draft = repo
                .warroom(["-i", &two, "update", "--audience", audience, "--draft", "--json"])
                .json();
            let text = draft["text"].as_str().unwrap();
            assert_eq!(draft["stage"], "duplicate", "{framework} {audience}");
            let names_it = audience == "external" || text.contains(&one);
            assert!(
                names_it && !text.contains("no incident"),
                "{framework} {audience}: {text}"
            );
            assert!(audience != "external" || !text.contains("INC-"), "{framework}: {text}");
        }
        let shown = |id: &str| repo.warroom(["show", id, "--json"]).json();
        let (above, below) = (shown(&one), shown(&two));
        assert_eq!(below["status"], "cancelled", "{framework}");
        let link = |shown: &serde_json::Value| {
            (
                shown["links"][0]["target"].as_str().unwrap().to_owned(),
                shown["links"][0]["label"].as_str().unwrap().to_owned(),
                shown["links"][0]["id"].as_str().unwrap().to_owned(),
            )
        };
        let (there, back) = (link(&above), link(&below));
        assert_eq!((there.0.as_str(), there.1.as_str()), (two.as_str(), "duplicate"));
        assert_eq!((back.0.as_str(), back.1.as_str()), (one.as_str(), "duplicate-of"));
        let timeline = above["timeline"].to_string();
        assert!(timeline.contains(&format!("[{two}] queue at 4000")), "{timeline}");
        assert!(timeline.contains("was folded in: Payments slow"), "{timeline}");
        // One incident is open, and the links can be taken away.
        repo.warroom(["link", "remove", &there.2]).ok();
        assert!(repo.warroom(["link", "list"]).ok().trim().is_empty());
        repo.warroom(["-i", &two, "duplicate", &one]).fails(3);
        // Nothing is folded into what was cancelled.
        repo.at("2026-11-20T14:10:00Z");
        let three = declare(&repo, "Checkout slow");
        let said = repo.warroom(["-i", &three, "duplicate", &two]).fails(3);
        assert!(said.contains(&format!("itself a duplicate of {one}")), "{said}");
        let said = repo.warroom(["-i", &three, "duplicate", &one]).ok();
        assert!(said.contains(&format!("{one} goes on")), "{said}");
        repo.warroom(["-i", &one, "cancel", "--reason", "a probe"]).run();
        let four = declare(&repo, "Checkout slow again");
        let said = repo.warroom(["-i", &four, "duplicate", &one]).fails(3);
        assert!(said.contains("was cancelled"), "{said}");
        assert_ne!(repo.show_of(&four)["status"], "cancelled");
    }
}

#[test]
fn links_to_incidents_lead_to_some_that_there_are() {
    let repo = repo("war-room");
    let one = repo.warroom(["declare", "--title", "one", "--severity", "P2"]).ok();
    let one = one.trim();
    repo.warroom(["declare", "--title", "two", "--related", "INC-9999"])
        .fails(4);
    repo.warroom(["declare", "--title", "two", "--parent", "INC-9999"])
        .fails(4);
    let two = repo
        .warroom(["declare", "--title", "two", "--severity", "P2", "--parent", one])
        .ok();
    let two = two.trim();
    let links = |id: &str| repo.warroom(["-i", id, "link", "list"]).ok();
    assert!(links(two).contains(&format!("parent  {one}")), "{}", links(two));
    assert!(
        links(one).contains(&format!("child  {two}")),
        "the parent shows its children: {}",
        links(one)
    );
    repo.warroom(["-i", one, "link", "add", "INC-2026-9999", "--label", "related"])
        .fails(4);
    repo.warroom(["-i", one, "set", "link.duplicate-of", "INC-2026-9999"])
        .fails(4);
    // Another repository's, by its address; and any address.
    repo.warroom(["-i", one, "link", "add", "payments:INC-2026-9999", "--label", "related"])
        .ok();
    repo.warroom(["-i", one, "set", "link.dashboard", "https://grafana.example/d/1"])
        .ok();
}

#[test]
fn a_backfill_is_checked_before_it_is_written() {
    for (framework, severity) in SHIPPED {
        let repo = repo(framework);
        // Times that cannot be are refused before anything is written.
        for times in [
            ["2026-11-02T10:00Z", "2026-11-02T09:59Z", "2026-11-02T11:00Z"],
            ["2026-11-02T10:00Z", "2026-11-02T10:30Z", "2026-11-02T10:29Z"],
            ["2026-11-02T10:00Z", "2026-11-02T10:30Z", "2036-11-02T11:00Z"],
        ] {
            let [detected, mitigated, resolved] = times;
            let words = [
                "declare",
                "--title",
                "x",
                "--severity",
                severity,
                "--backfill",
                "--detected-at",
                detected,
            ];
            let refused =
                repo.warroom(
                    words
                        .into_iter()
                        .chain(["--mitigated-at", mitigated, "--resolved-at", resolved]),
                );
            refused.fails(2);
            let all = repo.warroom(["list", "--all", "--json"]).json();
            assert_eq!(all["incidents"].as_array().unwrap().len(), 0, "{framework} {times:?}");
        }
        // Nobody has to say when it was declared.
        let words = ["declare", "--title", "Eve outage", "--severity", severity, "--backfill"];
        let times = [
            "--detected-at",
            "2026-11-02T10:00Z",
            "--resolved-at",
            "2026-11-02T11:00Z",
        ];
        let eve = repo.warroom(words.into_iter().chain(times)).ok();
        let shown = repo.warroom(["show", eve.trim(), "--json"]).json();
        assert_eq!(shown["declared"]["at"], "2026-11-02T10:00:00.000Z", "{framework}");
    }
}

#[test]
fn an_incident_that_was_over_starts_no_timers() {
    for (framework, severity) in SHIPPED {
        let repo = repo(framework);
        let id = repo
            .warroom([
                "declare",
                "--title",
                "Night outage",
                "--severity",
                severity,
                "--backfill",
                "--at",
                "2026-11-01T10:05Z",
                "--detected-at",
                "2026-11-01T10:00Z",
            ])
            .ok();
        let id = id.trim();
        let shown = repo.warroom(["show", id, "--json"]).json();
        assert_eq!(shown["backfilled"], true, "{framework}");
        let timers = repo.warroom(["-i", id, "timer", "list", "--all", "--json"]).json();
        assert_eq!(timers["timers"].as_array().unwrap().len(), 0, "{framework}: {timers}");
        let listed = repo.warroom(["list", "--json", "--all"]).json();
        assert_eq!(listed["incidents"][0]["backfilled"], true);
        // It is on no live list, and stands in no live incident's way.
        assert!(!repo.warroom(["list"]).ok().contains(id), "{framework}");
        repo.warroom(["log", "from the notes"]).ok();
        let live = repo
            .warroom(["declare", "--title", "Live", "--severity", severity])
            .ok();
        let logged = repo.warroom(["log", "now", "--json"]).json();
        assert_eq!(logged["incident"], live.trim(), "{framework}: {logged}");
        repo.warroom(["cancel", "--reason", "done with it"]).run();
        // However long ago it was, it makes no major incident.
        assert!(!listed["major"].to_string().contains(id), "{framework}: {listed}");
        // Over with the same call; the review sees that the gate was overridden.
        let other = repo
            .warroom([
                "declare",
                "--title",
                "Morning outage",
                "--severity",
                severity,
                "--backfill",
                "--at",
                "2026-11-02T10:05Z",
                "--mitigated-at",
                "2026-11-02T10:45Z",
                "--resolved-at",
                "2026-11-02T11:00Z",
            ])
            .ok();
        let shown = repo.warroom(["show", other.trim(), "--json"]).json();
        assert_eq!(shown["resolved"]["at"], "2026-11-02T11:00:00.000Z", "{framework}");
        assert_eq!(shown["mitigated"]["at"], "2026-11-02T10:45:00.000Z", "{framework}");
        assert!(
            shown["resolved"]["forced"].as_str().unwrap().contains("recorded after"),
            "{framework}"
        );
    }
    repo("ops")
        .warroom(["declare", "--title", "x", "--resolved-at", "-5m"])
        .fails(2);
}

#[test]
fn how_it_was_noticed_is_recorded_in_the_words_of_its_source() {
    for (word, kept) in [
        ("monitoring", "monitoring"),
        ("user-report", "user-report"),
        ("Internal-Discovery", "manual"),
        ("internal", "manual"),
    ] {
        let repo = repo("essentials");
        repo.warroom(["declare", "--title", "x", "--severity", "P1", "--detected-by", word])
            .ok();
        assert_eq!(repo.show()["detected"]["how"], kept, "{word}");
    }
}

#[test]
fn a_drill_is_marked_everywhere_and_is_in_no_figure() {
    let repo = repo("ops");
    let id = repo
        .warroom(["declare", "--title", "Game day", "--severity", "SEV2", "--drill"])
        .ok();
    let id = id.trim();
    assert_eq!(repo.warroom(["show", id, "--json"]).json()["drill"], true);
    for words in [
        &["list"][..],
        &["show"],
        &["statusline"],
        &["update", "internal", "--draft"],
    ] {
        let said = repo.warroom(words.iter().copied()).ok();
        assert!(said.contains("DRILL"), "{words:?}: {said}");
    }
    let report = repo.warroom(["report", "--json"]).json();
    assert_eq!(report["count"].as_u64().unwrap_or_default(), 0, "{report}");
    repo.warroom(["declare", "--title", "x", "--severity", "SEV2", "--drill", "--backfill"])
        .fails(2);
}
