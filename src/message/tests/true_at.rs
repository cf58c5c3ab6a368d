//! What drafts say is true at moments that are easily got wrong: a change under way, an end without one, an incident that came back.

use super::{Story, time};
use crate::framework::Framework;
use crate::framework::data::Class;
use crate::incident::{Change, Milestone, Proposal};

/// Audiences inside that hear what was done.
fn inside(story: &Story) -> Vec<String> {
    let all = story.framework.audiences.iter();
    let all = all.filter(|one| !story.framework.is_outside(&one.id) && one.id != "support");
    all.map(|one| one.id.clone()).collect()
}

fn told_at(story: &mut Story, at: &str) {
    for audience in story.framework.audiences.clone() {
        story.send(at, &audience.id, "We are on it.").unwrap();
    }
}

/// A mitigation under way; who approves it has its own tests.
fn started(story: &mut Story, at: &str) {
    let proposal = Proposal {
        text: "roll back".into(),
        ..Proposal::default()
    };
    story.done(at, Change::ProposeMitigation(proposal));
    let mitigation = story.incident.mitigations[0].id.clone();
    story.unruled(at, Change::StartMitigation { mitigation });
}

#[test]
fn a_change_under_way_is_no_nothing() {
    for name in Framework::names() {
        let mut story = Story::new(name, &["checkout"]);
        told_at(&mut story, "14:08");
        started(&mut story, "14:12");
        let mut said = 0;
        for audience in inside(&story) {
            let draft = story.draft("14:20", &audience).unwrap();
            assert!(!draft.text.contains("nothing new"), "{name} {audience}: {}", draft.text);
            assert!(!draft.text.contains("none yet"), "{name} {audience}: {}", draft.text);
            said +=
                usize::from(draft.text.contains("14:12 started: roll back") || draft.text.contains("Started: 14:12"));
        }
        assert!(said > 0, "{name}");
    }
}

#[test]
fn what_ended_by_itself_is_told_as_that() {
    for name in Framework::names() {
        let mut story = Story::new(name, &["checkout"]);
        told_at(&mut story, "14:08");
        story.done(
            "14:20",
            Change::SetMilestone {
                milestone: Milestone::Mitigated,
                at: time("14:20"),
                reason: None,
            },
        );
        let draft = story.draft("14:25", "internal").unwrap();
        assert!(
            draft.text.contains("14:20 the impact ended without a change of ours"),
            "{name}: {}",
            draft.text
        );
        story.status("15:00", Class::Resolved);
        let all = inside(&story);
        let texts: Vec<String> = all.iter().map(|one| story.draft("15:01", one).unwrap().text).collect();
        assert!(
            !texts.iter().any(|text| text.contains("no mitigation was recorded")),
            "{name}: {texts:?}"
        );
    }
}

#[test]
fn what_came_back_is_said_to_everybody_once() {
    for name in Framework::names() {
        let mut story = Story::new(name, &["checkout"]);
        told_at(&mut story, "14:08");
        story.status("15:00", Class::Resolved);
        story.done(
            "15:10",
            Change::Reopen {
                reason: "errors are back".into(),
            },
        );
        for audience in inside(&story) {
            let back = story.draft("15:12", &audience).unwrap().text;
            assert!(back.contains("reopened at 15:10 UTC"), "{name} {audience}: {back}");
            story.send("15:13", &audience, "It is back.").unwrap();
            let next = story.draft("15:40", &audience).unwrap().text;
            assert!(!next.contains("reopened"), "{name} {audience}: {next}");
        }
    }
}

#[test]
fn a_sentence_begins_with_a_capital_where_the_name_allows_it() {
    for (service, begins) in [("checkout", "Checkout is"), ("iOS", "iOS is"), ("api-2", "api-2 is")] {
        let story = Story::new("essentials", &[service]);
        let wanted = crate::message::Wanted {
            audience: "external",
            status: Some("identified"),
            ..crate::message::Wanted::default()
        };
        let text = story.wanted("14:20", wanted).unwrap().text;
        assert!(text.starts_with(begins), "{text}");
    }
}
