//! What a severity would bring, beside the choices while it is chosen: its next timers, and the table of impact and urgency.

use super::action::Action;
use super::form::{Brings, Form, Grid};
use super::{Layer, Model};
use crate::framework::Framework;
use crate::framework::model::LEVELS;
use crate::incident::{Incident, Moment};

/// Keeps it in step with what is selected; the framework is asked only where that is another severity.
pub(super) fn look(model: &mut Model) {
    let Some(Layer::Form(form)) = model.layers.last() else {
        return;
    };
    let Some((severity, grid)) = selected(model, form) else {
        if form.brings.is_some()
            && let Some(Layer::Form(form)) = model.layers.last_mut()
        {
            form.brings = None;
        }
        return;
    };
    let timers = match &form.brings {
        Some(known) if known.severity == severity => known.timers.clone(),
        _ => timers(model, form.action, &severity),
    };
    if let Some(Layer::Form(form)) = model.layers.last_mut() {
        form.brings = Some(Brings { severity, timers, grid });
    }
}

/// The severity that the selected choice stands for, where the step is one of those that lead to it.
fn selected(model: &Model, form: &Form) -> Option<(String, Option<Grid>)> {
    let chosen = form.choices.as_ref()?.current();
    let value = chosen.map_or("", |choice| choice.value.as_str());
    let framework = model.by_which(form.action);
    let level = |word: &str| LEVELS.iter().position(|level| *level == word);
    match form.step()?.name {
        "severity" => Some((value.to_owned(), None)),
        "true" => {
            let severity = value.split_once('\t').map_or("", |(severity, _)| severity);
            Some((severity.to_owned(), None))
        }
        "rated-impact" => Some((String::new(), grid(framework, level(value), None))),
        "urgency" => {
            let impact = form.answer("rated-impact");
            let severity = framework.priority(impact, value).unwrap_or_default();
            Some((severity, grid(framework, level(impact), level(value))))
        }
        _ => None,
    }
}

fn grid(framework: &Framework, impact: Option<usize>, urgency: Option<usize>) -> Option<Grid> {
    if framework.matrix.is_empty() {
        return None;
    }
    let cell = |impact: &str, urgency: &str| framework.priority(impact, urgency).unwrap_or_default();
    let cells = LEVELS.map(|impact| LEVELS.map(|urgency| cell(impact, urgency)));
    Some(Grid { cells, impact, urgency })
}

/// The next timers of an incident at this severity: of the open one, or of one that is declared now.
fn timers(model: &Model, action: Action, severity: &str) -> Vec<(String, String)> {
    if severity.is_empty() {
        return Vec::new();
    }
    let framework = model.by_which(action);
    let preview = if action == Action::DeclareIncident {
        framework.preview(&declared(model, framework), severity, model.now)
    } else {
        framework.preview(model.incident(), severity, model.now)
    };
    let line = |timer: crate::framework::MovedTimer| {
        let due = if timer.overdue {
            "late".to_owned()
        } else {
            model.day_clock(timer.due)
        };
        (due, timer.label)
    };
    preview.timers.into_iter().map(line).collect()
}

/// An incident as it is the moment that it is declared.
fn declared(model: &Model, framework: &Framework) -> Incident {
    Incident {
        framework: framework.name.clone(),
        status: framework.first_status().to_owned(),
        declared: Some(Moment {
            at: model.now,
            by: model.me.clone(),
            ..Moment::default()
        }),
        ..Incident::default()
    }
}
