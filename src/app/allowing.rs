//! Allowing hooks and runbooks to run: a page of all of them, a page of each with its content, and a yes that is typed out.

use super::action::Action;
use super::form::{Choice, Choices, Form, choice};
use super::message::{Effect, Permit};
use super::permits::{find, state};
use super::{Detail, Layer, Model, Tone, question};
use crate::session::{MayRun, Standing};

/// Characters of a hash that are shown in a list.
const HASH: usize = 12;

/// The list was read: it is shown, after what came of a permission that was given or taken back.
pub(super) fn read(model: &mut Model, all: Vec<MayRun>, said: Option<(String, bool)>) {
    model.memory.permits.all = all;
    if let Some((said, warning)) = said {
        model.say(said, if warning { Tone::Warning } else { Tone::Good });
    }
    // Whoever has begun something else meanwhile is not taken away from it.
    if model.layers.is_empty() {
        show(model);
    }
}

/// The page of all of it.
fn show(model: &mut Model) {
    let permits = &model.memory.permits;
    let count = |state: &dyn Fn(&Standing) -> bool| permits.all.iter().filter(|one| state(&one.state)).count();
    let allowed = count(&|state| matches!(state, Standing::Allowed | Standing::Stopped(_)));
    let changed = count(&|state| *state == Standing::Changed);
    let off = permits.all.len() - allowed - changed;
    let mut lines = vec![
        (
            String::new(),
            format!("{allowed} allowed, {changed} changed since, {off} never allowed"),
        ),
        (
            String::new(),
            "Nothing runs before you allow its exact content; when that changes, it is off again.".to_owned(),
        ),
    ];
    if permits.all.is_empty() {
        let none = "No hook is described, and no runbook of this repository has commands.";
        lines.push((String::new(), none.to_owned()));
    }
    let all: Vec<Choice> = permits
        .all
        .iter()
        .map(|one| {
            let hash: String = one.sha256().chars().take(HASH).collect();
            let state = match &one.state {
                Standing::Allowed => "allowed",
                Standing::Stopped(_) => "stopped",
                Standing::Changed => "CHANGED",
                Standing::Off => "off",
                Standing::Unreadable => "unreadable",
            };
            Choice {
                value: format!("{} {}", Action::ReadPermission.spec().id, one.place),
                enabled: true,
                ..choice(
                    &one.place,
                    format!("{} {}", one.what.word(), crate::text::one_line(&one.name)),
                    format!("{state}  {hash}  {}", crate::text::one_line(&one.about)),
                )
            }
        })
        .collect();
    model.layers.push(Layer::Detail(Detail {
        title: "What may run".into(),
        lines,
        scroll: 0,
        choices: Choices::of(all),
    }));
}

/// What an answered question about permissions does; none for any other.
pub(super) fn answered(model: &mut Model, form: &Form) -> Option<Vec<Effect>> {
    match form.action {
        Action::ReadPermission => {
            read_content(model, form.answer("permit"));
            Some(Vec::new())
        }
        Action::AllowToRun => {
            let one = find(model, form.answer("read"))?.clone();
            if form.answer("typed").trim() != one.name {
                let said = format!("Not allowed: that is not `{}`.", one.name);
                question::reject(model, form.clone(), said);
                return Some(Vec::new());
            }
            let content = one.content.ok()?;
            Some(vec![Effect::Permit(Permit::Allow {
                place: one.place,
                name: one.name,
                content,
            })])
        }
        Action::DenyToRun => {
            let one = find(model, form.answer("read"))?.clone();
            Some(vec![Effect::Permit(Permit::Deny {
                place: one.place,
                name: one.name,
            })])
        }
        _ => None,
    }
}

/// The page of one, with all that is allowed by a yes.
fn read_content(model: &mut Model, place: &str) {
    let Some(one) = find(model, place).cloned() else { return };
    model.memory.permits.read = Some(one.place.clone());
    let hash = one.sha256();
    let mut lines = vec![
        (one.what.word().to_owned(), one.name.clone()),
        ("runs".to_owned(), one.about.clone()),
        ("stands in".to_owned(), one.place.clone()),
        ("state".to_owned(), state(&one)),
    ];
    if !hash.is_empty() {
        lines.push(("sha256".to_owned(), hash));
    }
    let content = one.content.clone().unwrap_or_else(|why| why);
    for (place, line) in content.lines().enumerate() {
        let label = if place == 0 { "content" } else { "" };
        lines.push((label.to_owned(), line.to_owned()));
    }
    let action = |action: Action| Choice {
        value: format!("{} {}", action.spec().id, one.place),
        label: action.spec().title.to_owned(),
        ..super::palette::entry(model, action)
    };
    let all: Vec<Choice> = [action(Action::AllowToRun), action(Action::DenyToRun)]
        .into_iter()
        .filter(|choice| choice.enabled)
        .collect();
    model.layers.push(Layer::Detail(Detail {
        title: format!("What may run: {}", one.name),
        lines,
        scroll: 0,
        choices: Choices::of(all),
    }));
}
