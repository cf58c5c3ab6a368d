use super::*;
use crate::framework::data::Class;
use crate::incident::apply::laws::request;
use crate::incident::apply::unchecked;
use crate::incident::{Change, Declaration, MitigationState, apply_under, declare, newest};

mod formats;
mod golden;
mod handover;
mod lint;
mod true_at;

const START: &str = "2026-11-20T14:05:00Z";

fn time(text: &str) -> Time {
    Time::parse_rfc3339(&format!("2026-11-20T{text}:00Z")).unwrap()
}

/// An incident of a framework, and what is done in it.
struct Story {
    framework: std::sync::Arc<Framework>,
    incident: Incident,
    number: usize,
}

impl Story {
    fn new(name: &str, services: &[&str]) -> Self {
        let framework = Framework::builtin(name).unwrap();
        let declaration = Declaration {
            id: "INC-2026-0042".into(),
            title: "Checkout failing".into(),
            framework: name.into(),
            severity: framework.severities[0].id.clone(),
            status: framework.statuses[0].id.clone(),
            services: services.iter().map(|one| (*one).to_owned()).collect(),
            ..Declaration::default()
        };
        let at = Time::parse_rfc3339(START).unwrap();
        let incident = declare(&declaration, "uidabcd", "declare", "kim", at).unwrap();
        Self {
            framework,
            incident,
            number: 0,
        }
    }

    /// One change, by the framework's rules.
    fn change(&mut self, at: &str, change: Change) -> Result<(), crate::incident::Refusal> {
        let now = time(at);
        let change = self.framework.permit(&self.incident, change, "sam", now)?;
        self.number += 1;
        let request = unchecked(&request(self.number, "sam", now, Change::close())).with(change);
        let (incident, _) = apply_under(
            &self.framework.classes,
            &self.incident,
            &request,
            newest(&self.incident),
        )?;
        self.incident = incident;
        Ok(())
    }

    fn done(&mut self, at: &str, change: Change) {
        self.change(at, change).unwrap();
    }

    fn status(&mut self, at: &str, class: Class) {
        let status = self
            .framework
            .statuses
            .iter()
            .find(|one| one.class == class)
            .unwrap()
            .id
            .clone();
        // The gate has its own tests: here only the status counts.
        let before = self.incident.status.clone();
        let change = match class {
            Class::Resolved => Change::Resolve {
                at: None,
                note: None,
                force: Some("a test".into()),
            },
            Class::Cancelled => Change::Cancel {
                reason: "the alert was too sensitive".into(),
            },
            Class::Open | Class::Monitoring | Class::Closed => Change::SetStatus { status, reason: None },
        };
        self.unruled(at, change);
        assert_ne!(before, self.incident.status);
    }

    /// A change that no rule is asked about.
    fn unruled(&mut self, at: &str, change: Change) {
        self.number += 1;
        let request = unchecked(&request(self.number, "sam", time(at), change));
        let (incident, _) = apply_under(
            &self.framework.classes,
            &self.incident,
            &request,
            newest(&self.incident),
        )
        .unwrap();
        self.incident = incident;
    }

    fn draft(&self, at: &str, audience: &str) -> Option<Draft> {
        self.wanted(
            at,
            Wanted {
                audience,
                ..Wanted::default()
            },
        )
    }

    fn wanted(&self, at: &str, wanted: Wanted<'_>) -> Option<Draft> {
        let now = time(at);
        draft(
            &self.framework,
            &self.incident,
            &self.framework.derive(&self.incident, now),
            wanted,
            now,
        )
    }

    fn send(&mut self, at: &str, audience: &str, text: &str) -> Result<(), crate::incident::Refusal> {
        self.change(
            at,
            Change::SendUpdate {
                audience: audience.into(),
                text: text.into(),
                status: None,
                eta: None,
                reason: None,
                approved_by: None,
            },
        )
    }
}

#[test]
fn what_is_not_known_is_a_gap_and_the_list_says_what_fills_it() {
    let story = Story::new("war-room", &["checkout"]);
    let draft = story.draft("14:10", "executives").unwrap();
    assert_eq!(draft.stage, Stage::First);
    assert!(draft.text.contains("‹affected users?›"), "{}", draft.text);
    assert_eq!(
        draft.gaps,
        [Gap {
            what: "affected users".into(),
            fill: "set impact.users TEXT".into()
        }]
    );
    assert!(draft.subject.unwrap().starts_with("[P0 INCIDENT] Checkout failing"));
}

#[test]
fn the_first_word_outside_needs_only_what_is_known_at_the_declaration() {
    for name in Framework::names() {
        let story = Story::new(name, &["checkout"]);
        let draft = story.draft("14:06", "external").unwrap();
        assert_eq!(draft.template, "first-word", "{name}");
        assert!(draft.gaps.is_empty(), "{name}: {:?}", draft.gaps);
        let found = outside_words(
            &story.framework,
            &story.incident,
            "external",
            &draft.text,
            None,
            time("14:06"),
        );
        assert!(found.is_empty(), "{name}: {found:?}");
        // Without any word of what is affected there is nothing to say.
        let nothing = Story::new(name, &[]).draft("14:06", "external").unwrap();
        assert_eq!(nothing.gaps.len(), 1, "{name}");
    }
}

#[test]
fn nothing_with_a_gap_goes_outside_and_inside_it_does() {
    for name in Framework::names() {
        let mut story = Story::new(name, &["checkout"]);
        let text = "Affected: ‹affected users?›.";
        let refused = story.send("14:10", "external", text).unwrap_err();
        assert!(refused.to_string().contains("affected users"), "{refused}");
        assert!(matches!(refused, crate::incident::Refusal::Rules { .. }));
        story.send("14:10", "internal", text).unwrap();
        story
            .send("14:11", "external", "a ‹ and a ›? mean nothing @here")
            .unwrap();
        assert_eq!(
            story.incident.communications.last().unwrap().text,
            "a ‹ and a ›? mean nothing"
        );
    }
}

#[test]
fn every_stage_has_its_words_for_every_audience_and_none_is_false() {
    for name in Framework::names() {
        let mut story = Story::new(name, &["checkout"]);
        let audiences: Vec<String> = story.framework.audiences.iter().map(|one| one.id.clone()).collect();
        let check = |story: &Story, at: &str, stage: Stage| {
            for audience in &audiences {
                let draft = story.draft(at, audience);
                let draft = draft.unwrap_or_else(|| panic!("{name}: nothing for {audience} at {stage}"));
                assert_eq!(draft.stage, stage, "{name} {audience}");
                let lower = draft.text.to_lowercase();
                let over = [
                    "is resolved",
                    "resolved at",
                    "[resolved]",
                    "has been resolved",
                    "no incident",
                ];
                let goes_on = ["next update by", "investigating.", "unresolved", "working on a fix"];
                let wrong: &[&str] = match stage {
                    Stage::Resolved | Stage::Cancelled => &goes_on,
                    _ => &over,
                };
                let wrong: Vec<_> = wrong.iter().filter(|words| lower.contains(**words)).collect();
                assert!(
                    wrong.is_empty(),
                    "{name} {audience} {stage}: {wrong:?} in {}",
                    draft.text
                );
            }
        };
        check(&story, "14:06", Stage::First);
        for audience in &audiences {
            story.send("14:07", audience, "We are on it.").unwrap();
        }
        check(&story, "14:20", Stage::Holding);
        story.done(
            "14:25",
            Change::Log {
                kind: crate::incident::EventKind::Finding,
                text: "the pool is full".into(),
                at: None,
                pin: false,
            },
        );
        check(&story, "14:26", Stage::Progress);
        let mut cancelled = Story::new(name, &["checkout"]);
        cancelled.status("14:30", Class::Cancelled);
        check(&cancelled, "14:31", Stage::Cancelled);
        assert!(
            cancelled
                .draft("14:31", "internal")
                .unwrap()
                .text
                .contains("the alert was too sensitive")
        );
        story.status("15:00", Class::Resolved);
        check(&story, "15:01", Stage::Resolved);
        for audience in &audiences {
            story.send("15:02", audience, "It is over.").unwrap();
        }
        story.done(
            "15:30",
            Change::Reopen {
                reason: "it is back".into(),
            },
        );
        check(&story, "15:31", Stage::Reopened);
    }
}

#[test]
fn a_mitigation_that_began_since_is_told() {
    let mut story = Story::new("ops", &["checkout"]);
    story.send("14:07", "internal", "We are on it.").unwrap();
    story.done(
        "14:10",
        Change::ProposeMitigation(crate::incident::Proposal {
            text: "roll back".into(),
            rollback: Some("roll forward".into()),
            verification: Some("errors under 1 %".into()),
            ..Default::default()
        }),
    );
    let id = story.incident.mitigations[0].id.clone();
    story.done("14:11", Change::StartMitigation { mitigation: id.clone() });
    let draft = story.draft("14:12", "internal").unwrap();
    assert_eq!(draft.stage, Stage::Mitigation);
    for words in [
        "MITIGATION IN PROGRESS",
        "roll back",
        "roll forward",
        "errors under 1 %",
        "14:11 UTC",
        "sam",
    ] {
        assert!(draft.text.contains(words), "{words} in {}", draft.text);
    }
    story.done(
        "14:20",
        Change::FailMitigation {
            mitigation: id,
            result: Some("still failing".into()),
            recheck: None,
        },
    );
    assert_eq!(story.incident.mitigations[0].state, MitigationState::Failed);
    let draft = story.draft("14:21", "internal").unwrap();
    assert!(
        draft.text.contains("failed: roll back"),
        "what failed is told: {}",
        draft.text
    );
}

#[test]
fn what_was_done_and_what_is_to_be_done_are_two_things() {
    let mut story = Story::new("war-room", &["checkout"]);
    story.done(
        "14:30",
        Change::AddAction {
            text: "alert on the pool".into(),
            owner: Some("lee".into()),
            due: Some("2026-12-01".into()),
            horizon: None,
        },
    );
    story.status("15:00", Class::Resolved);
    let draft = story.draft("15:05", "executives").unwrap();
    assert!(
        draft
            .text
            .contains("PREVENTION:\n- alert on the pool (lee, by 2026-12-01)"),
        "{}",
        draft.text
    );
    assert!(
        draft.text.contains("review document by 2026-11-27"),
        "five business days: {}",
        draft.text
    );
}

#[test]
fn promises_are_read_from_what_was_sent() {
    let mut story = Story::new("war-room", &["checkout"]);
    story
        .send("14:10", "internal", "Looking into it. Next update by 14:25 UTC.")
        .unwrap();
    let draft = story.draft("14:22", "internal").unwrap();
    assert!(
        draft.text.contains("promised by 14:25 UTC and is on time."),
        "{}",
        draft.text
    );
    let late = story.draft("14:40", "internal").unwrap();
    assert!(
        late.text.contains("promised by 14:25 UTC and is 15 minutes late"),
        "{}",
        late.text
    );
    story.send("14:40", "internal", "next update in 30 minutes").unwrap();
    let all = story.framework.promises(&story.incident);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].kept(time("14:41")), Some(false));
    assert_eq!((all[1].due, all[1].kept(time("14:41"))), (time("15:10"), None));
    assert_eq!(all[1].kept(time("15:12")), Some(false));
}

#[test]
fn times_of_a_next_update_in_their_spellings() {
    let calendar = crate::framework::Calendar::default();
    let sent = time("14:10");
    let due = |text: &str| promised(text, sent, &calendar).map(|at| at.to_string().replace(".000", ""));
    for (text, wanted) in [
        ("Next update by 14:45 UTC", Some("2026-11-20T14:45:00Z")),
        ("next update: 15:30", Some("2026-11-20T15:30:00Z")),
        ("Next update at 3:30 pm.", Some("2026-11-20T15:30:00Z")),
        ("NEXT UPDATE BY 3PM UTC", Some("2026-11-20T15:00:00Z")),
        (
            "next update in 30 minutes or when resolved",
            Some("2026-11-20T14:40:00Z"),
        ),
        ("Next update in 1h", Some("2026-11-20T15:10:00Z")),
        ("we will update you again at 14:20Z", Some("2026-11-20T14:20:00Z")),
        ("Next update by 09:00", Some("2026-11-21T09:00:00Z")),
        ("Next update by 14:30 EST", Some("2026-11-20T19:30:00Z")),
        ("Next update by 16:00 CET", Some("2026-11-20T15:00:00Z")),
        ("next update 2:30 pm PST", Some("2026-11-20T22:30:00Z")),
        ("Next update tomorrow 15:00 UTC", Some("2026-11-21T15:00:00Z")),
        ("Next update at 15:00 tomorrow", Some("2026-11-21T15:00:00Z")),
        ("Next update by 2026-11-23 09:00 UTC", Some("2026-11-23T09:00:00Z")),
        ("Next update Monday 09:00", Some("2026-11-23T09:00:00Z")),
        ("Next update within the hour", Some("2026-11-20T15:10:00Z")),
        ("next update in half an hour", Some("2026-11-20T14:40:00Z")),
        ("Next update in the next 20 minutes", Some("2026-11-20T14:30:00Z")),
        // What has just passed promises nothing; what is left of the day does.
        ("Next update by 13:30", None),
        ("Next update by 13:30 UTC", None),
        ("Next update by 23:59 UTC", Some("2026-11-20T23:59:00Z")),
        ("next word by 14:10", Some("2026-11-20T14:10:00Z")),
        ("started 14:02; next update when there is news", None),
        ("next update by 25:99", None),
        ("at 15:00 we meet", None),
        ("Next update soon.\n15:00 is lunch", None),
    ] {
        assert_eq!(due(text).as_deref(), wanted, "{text}");
    }
}

#[test]
fn a_drill_says_so_in_every_message() {
    let mut story = Story::new("war-room", &["checkout"]);
    story.incident.drill = true;
    for audience in ["internal", "executives", "external", "support"] {
        let draft = story.draft("14:06", audience).unwrap();
        assert!(draft.text.starts_with("[DRILL] "), "{}", draft.text);
    }
}

#[test]
fn a_correction_names_what_it_corrects() {
    let mut story = Story::new("war-room", &["checkout"]);
    story.send("14:10", "internal", "x").unwrap();
    let wanted = Wanted {
        audience: "internal",
        corrects: Some(time("14:10")),
        ..Wanted::default()
    };
    let draft = story.wanted("14:15", wanted).unwrap();
    assert!(
        draft.text.starts_with("Correction of our update of 14:10 UTC: "),
        "{}",
        draft.text
    );
}

#[test]
fn short_forms_fit_a_text_message_with_usual_words() {
    for name in Framework::names() {
        let mut story = Story::new(name, &["checkout"]);
        story.incident.impact.insert("users".into(), "38 % of checkouts".into());
        for template in &story.framework.templates {
            let Some(audience) = &template.audience else { continue };
            let wanted = Wanted {
                audience,
                template: Some(&template.id),
                ..Wanted::default()
            };
            let draft = story.wanted("14:10", wanted).unwrap();
            if let Some(short) = &draft.short {
                assert!(short.chars().count() <= SHORT, "{name} {}: {short}", template.id);
            }
            // Whatever is told at a stage has its one line, and a page its title.
            if template.stage.is_some() {
                assert!(draft.short.is_some(), "{name} {}", template.id);
                assert!(draft.subject.is_some() || !draft.outside, "{name} {}", template.id);
            }
            assert!(!draft.text.is_empty());
        }
    }
}

/// What two people disagree about is said to be so inside, and is said nothing of outside before it is settled.
#[test]
fn a_value_in_conflict_says_so_inside_and_goes_nowhere_outside() {
    let values = [
        ("title", "Checkout failing"),
        ("summary", "Cards are declined"),
        ("impact.users", "40 percent"),
        ("impact.services", "payments"),
    ];
    let at = time("14:10");
    for name in Framework::names() {
        let mut story = Story::new(name, &[]);
        for (field, value) in &values[1..] {
            let (field, value) = ((*field).to_owned(), (*value).to_owned());
            story.done("14:06", Change::SetField { field, value });
        }
        let mut said = 0;
        for audience in &story.framework.audiences {
            let plain = story.draft("14:10", &audience.id).unwrap();
            for (field, value) in values {
                let mut derived = story.framework.derive(&story.incident, at);
                derived.conflicts = vec![crate::incident::OpenConflict {
                    event: "x".into(),
                    subject: field.into(),
                    kept: Some(value.into()),
                    lost: Some("other".into()),
                    by: "sam".into(),
                    at,
                }];
                let wanted = Wanted {
                    audience: &audience.id,
                    ..Wanted::default()
                };
                let draft = super::draft(&story.framework, &story.incident, &derived, wanted, at).unwrap();
                let place = format!("{name} {} {field}: {}", audience.id, draft.text);
                if draft.outside {
                    assert!(
                        !draft.text.contains(value) && !draft.text.contains("not settled"),
                        "{place}"
                    );
                    let named = draft
                        .gaps
                        .iter()
                        .any(|gap| gap.fill == "settle" && gap.what.contains("in conflict"));
                    // Or the message that does without it.
                    let other = draft.template != plain.template;
                    assert!(named || other || draft == plain, "{place}");
                } else if draft.text.contains(value) && draft != plain {
                    assert!(draft.text.contains("in conflict, not settled yet"), "{place}");
                    said += 1;
                }
            }
        }
        assert!(said > 0, "{name}");
    }
}

#[test]
fn an_audience_is_promised_only_what_runs_in_this_incident() {
    let mut story = Story::new("itil", &[]);
    let draft = |story: &Story| story.draft("14:10", "executives").unwrap().text;
    assert!(
        draft(&story).contains("Next update when there is news"),
        "{}",
        draft(&story)
    );
    story.done(
        "14:08",
        Change::SetField {
            field: "fields.major".into(),
            value: "2026-11-20T14:08:00Z".into(),
        },
    );
    assert!(
        draft(&story).contains("Next update by 2026-11-21 14:10 UTC"),
        "{}",
        draft(&story)
    );
}

#[test]
fn verbs_agree_with_several_services() {
    for (services, begins) in [
        (&["checkout"][..], "TALKING POINTS: Checkout is affected"),
        (
            &["checkout", "payments"],
            "TALKING POINTS: Checkout and payments are affected",
        ),
        (
            &["api-2", "web", "mobile"],
            "TALKING POINTS: api-2, web and mobile are affected",
        ),
    ] {
        let draft = Story::new("war-room", services).draft("14:06", "support").unwrap();
        assert!(
            draft.text.to_lowercase().starts_with(&begins.to_lowercase()),
            "{}",
            draft.text
        );
    }
    // Where the sentence is about something of theirs, that is one.
    let mut story = Story::new("ops", &["checkout", "payments"]);
    story.status("14:20", Class::Resolved);
    let resolved = story.draft("14:21", "external").unwrap();
    let said = [resolved.short.unwrap_or_default(), resolved.text];
    assert!(
        said.iter()
            .all(|text| text.starts_with("The issue with checkout and payments is resolved.")),
        "{said:?}"
    );
    story.status("14:22", Class::Monitoring);
    let wanted = Wanted {
        audience: "external",
        stage: Some(Stage::Progress),
        ..Wanted::default()
    };
    let fixed = story.wanted("14:23", wanted).unwrap().text;
    assert!(fixed.contains("A fix for checkout and payments is in place"), "{fixed}");
    let mut none = Story::new("sre", &["checkout", "payments"]);
    none.status("14:20", Class::Cancelled);
    let none = none.draft("14:21", "external").unwrap().text;
    assert!(none.contains("and found that they work as they should"), "{none}");
}

/// The impact is told as a person would, by every framework, with what is known and no more.
#[test]
fn impact_is_told_in_sentences() {
    // What is on record, and how it is told while it goes on and when it is over.
    type Told<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
    let cases: [Told<'_>; 6] = [
        (
            &[
                ("services", "checkout"),
                ("users", "40 % of customers"),
                ("symptoms", "Paying by card fails."),
            ],
            "checkout is affected for 40 % of customers. Paying by card fails",
            "checkout was affected for 40 % of customers. Paying by card fails",
        ),
        (
            &[("services", "checkout, payments"), ("users", "all")],
            "checkout and payments are affected for all users",
            "checkout and payments were affected for all users",
        ),
        (
            &[("users", "about 500")],
            "it affects about 500 users",
            "it affected about 500 users",
        ),
        (
            &[("users", "Users cannot log in")],
            "Users cannot log in",
            "Users cannot log in",
        ),
        (
            &[
                ("services", "login"),
                ("users", "users cannot log in"),
                ("data", "none lost"),
                ("revenue", "1 USD"),
            ],
            "login is affected. Users cannot log in. Data: none lost",
            "login was affected. Users cannot log in. Data: none lost",
        ),
        (&[("symptoms", "slow pages")], "slow pages", "slow pages"),
    ];
    for name in Framework::names() {
        for (fields, goes_on, over) in &cases {
            let mut story = Story::new(name, &[]);
            for (field, value) in *fields {
                story.incident.impact.insert((*field).to_owned(), (*value).into());
            }
            let told = |story: &Story| {
                let derived = story.framework.derive(&story.incident, time("14:30"));
                let wanted = Wanted {
                    audience: "internal",
                    ..Wanted::default()
                };
                let facts = fill::Facts::new(&story.framework, &story.incident, &derived, wanted, time("14:30"));
                let (words, _) = crate::framework::template::Words::parse("Impact: {impact}.");
                facts.fill(&words, &mut Vec::new())
            };
            assert_eq!(told(&story), format!("Impact: {goes_on}."), "{name}");
            story.status("14:20", Class::Resolved);
            assert_eq!(told(&story), format!("Impact: {over}."), "{name}");
        }
    }
}

/// What a message says by a field of its own is not said twice.
#[test]
fn impact_leaves_out_what_the_template_tells_elsewhere() {
    let mut story = Story::new("itil", &["checkout"]);
    for (field, value) in [
        ("users", "40 %"),
        ("compliance", "yes"),
        ("level", "high"),
        ("symptoms", "errors"),
    ] {
        story.incident.impact.insert(field.into(), value.into());
    }
    let text = story.draft("14:30", "management").unwrap().text;
    assert!(text.contains("User impact: checkout is affected. Errors\n"), "{text}");
    assert_eq!(text.matches("40 %").count(), 1, "{text}");
    assert!(!text.contains("level"), "{text}");
}
