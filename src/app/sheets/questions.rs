//! What the review asks: what a mandatory one still lacks, then each question of the document, section by section, with its answer.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Action, Look, Mark, Model, PaneSpec, TextRow, text};
use crate::app::lifecycle::field_text;
use crate::framework::{Framework, review};
use crate::incident::Incident;
use crate::review::template::{Asked, Template};

pub const PANE: PaneSpec = text(
    ("Questions", "Ask"),
    Action::SetField,
    ("The framework asks nothing of a review", "sets a field"),
    rows,
);

/// The questions of each template that ships, read once.
static SHIPPED: LazyLock<BTreeMap<&'static str, Vec<Asked>>> = LazyLock::new(|| {
    let all = Template::names();
    all.map(|name| (name, Template::shipped(name).asked())).collect()
});

/// Questions of the document that a framework's review is written in.
fn asked(framework: &Framework) -> &'static [Asked] {
    let name = Template::name_for(&framework.name);
    SHIPPED.get(name).map_or(&[], Vec::as_slice)
}

fn rows(model: &Model) -> Vec<TextRow> {
    let (framework, incident) = (model.framework(), model.incident());
    let all = asked(framework);
    let open = all.iter().filter(|one| answer(incident, &one.field).is_none()).count();
    let mut rows = head(model, all.len() - open, all.len());
    let mut section = "";
    for one in all {
        if one.section != section {
            section = &one.section;
            rows.push(TextRow::heading(section));
        }
        rows.push(row(incident, one));
    }
    rows.extend(meeting(framework));
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
    let row = TextRow::of(&asked.field);
    let label = asked.label.as_str();
    let repeats = asked.question.to_lowercase().contains(&label.to_lowercase());
    let row = match answer(incident, &asked.field) {
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
    match asked.field.split_once('.') {
        Some(("impact", name)) => row.does(Action::SetImpact, name),
        Some((_, name)) => row.does(Action::SetField, name),
        None if asked.field == "cause" => row.does(Action::SetCause, ""),
        None => row.does(Action::SetSummary, ""),
    }
}

/// What answers a question by now.
fn answer(incident: &Incident, field: &str) -> Option<String> {
    let answer = match field.split_once('.') {
        Some(("impact", name)) => field_text(&incident.impact, name),
        Some((_, name)) => field_text(&incident.fields, name),
        None if field == "cause" => incident.cause.clone(),
        None => incident.summary.clone(),
    };
    answer.filter(|answer| !answer.trim().is_empty())
}

/// The meeting's agenda and ground rules.
fn meeting(framework: &Framework) -> Vec<TextRow> {
    let Some(review) = &framework.review else { return vec![] };
    let mut rows = Vec::new();
    if !review.agenda.is_empty() {
        rows.push(TextRow::heading("Agenda"));
        rows.extend(review.agenda.iter().map(TextRow::note));
    }
    if !review.rules.is_empty() {
        rows.push(TextRow::heading("Ground rules"));
        rows.extend(review.rules.iter().map(|rule| TextRow::note(rule.clone())));
    }
    rows
}
