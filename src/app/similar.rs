//! Incidents that are like the open one: told once as they are found, kept for the review, and a page of them whenever they are asked for.

use super::action::Action;
use super::choices::choice;
use super::form::{Choice, Choices};
use super::message::Effect;
use super::text_row::{Look, TextRow};
use super::{Detail, Layer, Model, Tone};
use crate::incident::live;
use crate::incident::time::format_duration;
use crate::recall::similar::Similar;
use crate::text::{fit, one_line};

/// Columns of a title or a cause on one line.
const SHORT: usize = 100;

/// What was found last, and what it was asked of.
#[derive(Clone, Debug, Default)]
pub(super) struct Alike {
    /// The best first.
    pub found: Vec<Similar>,
    /// What of the incident the answer depends on, in short: asked again only where that has changed.
    asked: Option<(String, usize, String)>,
}

/// What the answer depends on.
fn question(model: &Model) -> (String, usize, String) {
    let incident = model.incident();
    let written = live(&incident.hypotheses).count() + live(&incident.factors).count() + live(&incident.whys).count();
    let services = incident.impact.get("services").map(ToString::to_string);
    (
        format!("{} {}", incident.id, incident.title),
        written,
        incident.cause.clone().unwrap_or_default() + &services.unwrap_or_default(),
    )
}

/// Asks where what was written has changed since the last time.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    let asked = Some(question(model));
    if model.memory.alike.asked == asked {
        return Vec::new();
    }
    model.memory.alike.asked = asked;
    vec![Effect::FindSimilar(false)]
}

/// Something was found, or nothing; `shown` where a person asked for it.
pub(super) fn found(model: &mut Model, found: Vec<Similar>, shown: bool) {
    let is_news = found.first().map(|one| &one.id) != model.memory.alike.found.first().map(|one| &one.id);
    model.memory.alike.found = found;
    super::panes::refresh_texts(model);
    if shown {
        // Whoever has begun something else meanwhile is not taken away from it.
        if model.layers.is_empty() {
            show(model);
        }
        return;
    }
    let over = model.framework().classes.class(&model.incident().status).is_ended();
    if let Some(best) = model.memory.alike.found.first().filter(|_| is_news && !over) {
        let again = best
            .recurrence_days
            .map_or("Like this one", |_| "The same cause as this one");
        let key = model.keymap.key_of(Action::ShowSimilar);
        let said = format!("{again}: {} ({}). {key} shows it.", one_line(&best.id), because(best));
        model.say(said, Tone::Info);
    }
}

fn because(one: &Similar) -> String {
    let words: Vec<_> = one.because.iter().map(|word| one_line(word).into_owned()).collect();
    words.join(", ")
}

/// What there is to tell of one, label and words.
fn told(one: &Similar) -> Vec<(&'static str, String)> {
    let short = |text: &str| fit(&one_line(text), SHORT, "…").into_owned();
    let mut lines = vec![("because", because(one))];
    if let Some(days) = one.recurrence_days {
        lines.push(("again", format!("the same cause, {days} days before")));
    }
    lines.extend(one.cause.as_deref().map(|cause| ("cause", short(cause))));
    lines.extend(one.ended_by.as_deref().map(|ended| ("ended by", short(ended))));
    let took = one.duration_s.and_then(|seconds| u64::try_from(seconds).ok());
    lines.extend(took.map(|seconds| ("took", format_duration(std::time::Duration::from_secs(seconds)))));
    lines.extend(one.open_actions.iter().map(|item| ("still open", short(item))));
    lines
}

/// The page of them; Enter opens one.
fn show(model: &mut Model) {
    let found = &model.memory.alike.found;
    let mut lines = Vec::new();
    for one in found {
        lines.push((
            one_line(&one.id).into_owned(),
            fit(&one_line(&one.title), SHORT, "…").into_owned(),
        ));
        lines.extend(told(one).into_iter().map(|(label, text)| (format!("  {label}"), text)));
    }
    if found.is_empty() {
        lines.push((String::new(), "Nothing that is written down is like it.".to_owned()));
    }
    let open = |one: &Similar| Choice {
        value: format!("{} {}", Action::OpenIncident.spec().id, one.id),
        ..choice(
            &one.id,
            format!("Open {}", one_line(&one.id)),
            one_line(&one.title).into_owned(),
        )
    };
    let choices = Choices::of(found.iter().map(open).collect());
    model.layers.push(Layer::Detail(Detail {
        title: "Similar incidents".into(),
        lines,
        scroll: 0,
        choices,
    }));
}

/// Rows of them for a pane, under a heading; none where nothing is like it.
pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let mut rows = Vec::new();
    for one in &model.memory.alike.found {
        let id = &one.id;
        let title = TextRow::of(format!("similar.{id}"))
            .put(one_line(id).into_owned(), Look::Strong)
            .put(format!(" {}", one_line(&one.title)), Look::Text);
        rows.push(title.does(Action::OpenIncident, id.as_str()));
        for (place, (label, text)) in told(one).into_iter().enumerate() {
            let line = TextRow::of(format!("similar.{id}.{place}")).put(format!("{label}: "), Look::Dim);
            rows.push(line.put(text, Look::Text));
        }
    }
    if !rows.is_empty() {
        rows.insert(0, TextRow::heading("Similar incidents"));
    }
    rows
}
