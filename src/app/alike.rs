//! Incidents that are like the open one: looked for, told once as they are found, and shown as a page whenever they are asked for.

use super::action::Action;
use super::form::{Choice, Choices, choice};
use super::message::Effect;
use super::similar::{SHORT, because, told};
use super::{Detail, Layer, Model, Tone, texts};
use crate::incident::live;
use crate::recall::similar::Similar;
use crate::text::{fit, one_line};

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
    texts::refresh_texts(model);
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
