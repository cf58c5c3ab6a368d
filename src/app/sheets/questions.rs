//! What the review asks: what a mandatory one still lacks, then each question of the document, section by section, with its answer.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::app::lifecycle::ATTENDEE;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model};
use crate::framework::meeting::{ATTENDEES, Attendance, FACILITATOR};
use crate::framework::review::{AnsweredBy, Asked};
use crate::framework::{Framework, review};
use crate::incident::Incident;
use crate::incident::time::format_clock;
use crate::review::template::Template;

/// The questions of each template that ships, read once.
static SHIPPED: LazyLock<BTreeMap<&'static str, Vec<Asked>>> = LazyLock::new(|| {
    let all = Template::names();
    all.map(|name| (name, Template::shipped(name).asked())).collect()
});

/// Questions of the document that a framework's review is written in: those of the team's own template, where it has one.
fn asked(framework: &Framework) -> &[Asked] {
    if let Some(own) = &framework.own_questions {
        return own;
    }
    let name = Template::name_for(&framework.name);
    SHIPPED.get(name).map_or(&[], Vec::as_slice)
}

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let (framework, incident) = (model.framework(), model.incident());
    let all = asked(framework);
    let open = all.iter().filter(|one| one.answer.answer(incident).is_none()).count();
    let mut rows = head(model, all.len() - open, all.len());
    let mut section = "";
    for one in all {
        if one.section != section {
            section = &one.section;
            rows.push(TextRow::heading(section));
        }
        rows.push(row(incident, one));
    }
    rows.extend(meeting(model));
    rows
}

/// When it is due, how much is answered, and what it lacks before the incident can be closed.
fn head(model: &Model, answered: usize, all: usize) -> Vec<TextRow> {
    let (framework, incident) = (model.framework(), model.incident());
    let Some(review) = &framework.review else { return vec![] };
    let mandatory = framework.review_asked_by(incident).is_some();
    let title = if mandatory { "mandatory" } else { "optional" };
    let mut rows = vec![TextRow::note(format!("{}, {title}", review.title)).tail(
        format!("{answered} of {all} answered"),
        if answered == all { Look::Good } else { Look::Dim },
    )];
    for part in framework.review_parts(incident).into_iter().filter(|part| !part.met) {
        let row = TextRow::of(format!("part.{}", part.id))
            .mark(Mark::Open, Look::Warn)
            .put(format!("Missing: {}", part.text), Look::Warn);
        rows.push(match part.id {
            "owner" => row.does(Action::SetField, review::OWNER),
            "actions" => row.does(Action::AddAction, ""),
            "document" => row.does(Action::WriteReview, ""),
            _ => row,
        });
    }
    rows
}

fn row(incident: &Incident, asked: &Asked) -> TextRow {
    let row = TextRow::of(asked.answer.key());
    let label = asked.label.as_str();
    let repeats = asked.question.to_lowercase().contains(&label.to_lowercase());
    let row = match asked.answer.answer(incident) {
        Some(answer) => {
            let about = if label.is_empty() { &asked.question } else { label };
            let end = if about.ends_with('?') { " " } else { ": " };
            row.mark(Mark::Yes, Look::Good)
                .put(format!("{about}{end}"), Look::Dim)
                .put(answer, Look::Text)
        }
        None if repeats => row.mark(Mark::Open, Look::Warn).put(&asked.question, Look::Text),
        None => row
            .mark(Mark::Open, Look::Warn)
            .put(format!("{label}: "), Look::Strong)
            .put(&asked.question, Look::Text),
    };
    match &asked.answer {
        AnsweredBy::Impact(name) => row.does(Action::SetImpact, name),
        AnsweredBy::Field(name) => row.does(Action::SetField, name),
        AnsweredBy::Cause => row.does(Action::SetCause, ""),
        AnsweredBy::Summary => row.does(Action::SetSummary, ""),
        AnsweredBy::Whys => row.does(Action::AddWhy, ""),
        AnsweredBy::Factors(bone) => row.does(Action::AddFactor, bone.as_ref().map_or("", |bone| bone.as_str())),
    }
}

/// The meeting: its agenda as it goes, who has to be there and was, who leads it, its ground rules.
fn meeting(model: &Model) -> Vec<TextRow> {
    let framework = model.framework();
    let Some(meeting) = framework.meeting(model.incident(), model.now) else {
        return vec![];
    };
    let goes_on = meeting.goes_on();
    let turn = match (goes_on, meeting.ended) {
        (true, _) => "End the meeting",
        (false, None) => "Start the meeting",
        (false, Some(_)) => "Start the meeting again",
    };
    let length = match meeting.minutes {
        0 => String::new(),
        minutes => format!("{minutes} min"),
    };
    let mut rows = vec![
        TextRow::heading("Meeting"),
        TextRow::of("meeting")
            .put(turn, Look::Text)
            .tail(length, Look::Dim)
            .does(Action::HoldMeeting, ""),
    ];
    rows.extend(meeting.parts.iter().map(|part| {
        let left = part.until.map(|until| format_clock(until.seconds_since(model.now)));
        match left.filter(|_| part.is_now) {
            Some(left) => TextRow::note(format!("> {part}")).tail(format!("{left} left"), Look::Warn),
            None => TextRow::note(format!("  {part}")),
        }
    }));
    if let Some(unfit) = &meeting.unfit {
        rows.push(
            TextRow::of("facilitator")
                .mark(Mark::Open, Look::Warn)
                .put(unfit, Look::Warn)
                .does(Action::SetField, FACILITATOR),
        );
    }
    rows.extend(
        meeting
            .attendees
            .iter()
            .map(|one| attendance(one).does(Action::SetField, ATTENDEES)),
    );
    let rules = framework.review.iter().flat_map(|review| &review.rules);
    let rules: Vec<TextRow> = rules.map(|rule| TextRow::note(rule.clone())).collect();
    if !rules.is_empty() {
        rows.push(TextRow::heading("Ground rules"));
        rows.extend(rules);
    }
    rows
}

fn attendance(one: &Attendance) -> TextRow {
    let names = match one.names.as_slice() {
        [] => one.who.clone(),
        names => format!("{} ({})", one.who, names.join(", ")),
    };
    let row = TextRow::of(format!("{ATTENDEE}{}", one.who));
    match (one.was_there, one.optional) {
        (Some(true), _) => row.mark(Mark::Yes, Look::Good).put(names, Look::Text),
        (Some(false), false) => row
            .mark(Mark::Open, Look::Warn)
            .put(names, Look::Text)
            .tail("was not there", Look::Warn),
        (_, true) => row.put(names, Look::Dim).tail("optional", Look::Dim),
        (None, false) => row.put(names, Look::Text).tail("required", Look::Dim),
    }
}
