//! Root cause and what follows: whys, factors, the cause, action items.

use super::Model;
use super::action::Action;
use super::form::{Choice, Form, choice, nothing};
use super::typed::day;
use super::words::short;
use crate::incident::{ActionItem, ActionKind, ActionPlan, ActionState, Change, FactorCategory, Horizon, Level, live};

/// Action items that are open, or done.
pub(super) fn actions(model: &Model, open: bool) -> Vec<Choice> {
    let all = live(&model.incident().actions);
    all.filter(|action| (action.state != ActionState::Done) == open)
        .map(|action| {
            choice(
                &action.id,
                short(&action.text, 70),
                action.owner.clone().unwrap_or_default(),
            )
        })
        .collect()
}

/// The action item that a form is about.
fn item<'m>(model: &'m Model, form: &Form) -> Option<&'m ActionItem> {
    let meant = form.answer("action");
    live(&model.incident().actions).find(|one| one.id == meant)
}

/// These words, the one that stands there marked.
fn words(known: &[&str], now: Option<&str>) -> Vec<Choice> {
    let one = |word: &&str| Choice {
        current: now == Some(*word),
        ..choice(*word, *word, "")
    };
    known.iter().map(one).collect()
}

/// How soon one may be done, by the framework.
pub(super) fn horizons(model: &Model, form: &Form) -> Vec<Choice> {
    let now = item(model, form)
        .and_then(|item| item.horizon.as_ref())
        .map(Horizon::as_str);
    let own = &model.framework().horizons;
    if own.is_empty() {
        return words(Horizon::KNOWN, now);
    }
    let one = |id: &str, title: &str| Choice {
        current: now == Some(id),
        ..choice(id, id, title)
    };
    own.iter().map(|known| one(&known.id, &known.title)).collect()
}

/// What an action item may be for.
pub(super) fn kinds(model: &Model, form: &Form) -> Vec<Choice> {
    let now = item(model, form).and_then(|item| item.kind.as_ref());
    words(ActionKind::KNOWN, now.map(ActionKind::as_str))
}

/// How much one helps, or how much work it is.
pub(super) fn levels(model: &Model, form: &Form, step: &str) -> Vec<Choice> {
    let item = item(model, form);
    let now = item.and_then(|item| {
        if step == "helps" {
            item.impact.as_ref()
        } else {
            item.effort.as_ref()
        }
    });
    words(Level::KNOWN, now.map(Level::as_str))
}

/// What is planned already of the item, in the fields that are typed.
pub(super) fn planned(model: &Model, form: &Form, step: &str) -> Option<String> {
    let item = item(model, form)?;
    match step {
        "owner" => item.owner.clone(),
        "due" => item.due.clone(),
        "ticket" => item.ticket.clone(),
        "proof" => item.proof.clone(),
        _ => None,
    }
}

/// What the answers make of an item's plan: what is as before is left alone, and what was emptied is taken away.
fn plan(model: &Model, form: &Form) -> Result<Change, String> {
    let item = item(model, form).ok_or("That action item is gone; Esc leaves.")?;
    let new = |step: &str, before: Option<&str>| {
        let answer = form.answer(step);
        (answer != before.unwrap_or_default()).then(|| answer.to_owned())
    };
    let due = new("due", item.due.as_deref()).map(|text| if text.is_empty() { Ok(text) } else { day(model, &text) });
    let plan = ActionPlan {
        owner: new("owner", item.owner.as_deref()),
        due: due.transpose()?,
        horizon: new("horizon", item.horizon.as_ref().map(Horizon::as_str)).map(|word| Horizon::from(word.as_str())),
        kind: new("action-kind", item.kind.as_ref().map(ActionKind::as_str))
            .map(|word| ActionKind::from(word.as_str())),
        impact: new("helps", item.impact.as_ref().map(Level::as_str)).map(|word| Level::from(word.as_str())),
        effort: new("effort", item.effort.as_ref().map(Level::as_str)).map(|word| Level::from(word.as_str())),
        ticket: new("ticket", item.ticket.as_deref()),
        proof: new("proof", item.proof.as_deref()),
        ..ActionPlan::default()
    };
    if plan == ActionPlan::default() {
        return Err("Nothing is changed; Esc leaves.".to_owned());
    }
    Ok(Change::PlanAction {
        action: item.id.clone(),
        plan: Box::new(plan),
    })
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Result<Change, String> {
    let text = form.answer("text").to_owned();
    Ok(match form.action {
        Action::AddWhy => Change::AddWhy { text },
        Action::AddFactor => Change::AddFactor {
            category: FactorCategory::from(form.answer("category")),
            text,
        },
        Action::SetCause => Change::SetCause {
            text: form.answer("cause").to_owned(),
        },
        Action::AddAction => Change::AddAction {
            text,
            owner: form.maybe("owner"),
            due: form.maybe("due").map(|text| day(model, &text)).transpose()?,
            horizon: form.maybe("horizon").map(|word| Horizon::from(word.as_str())),
        },
        Action::PlanAction => plan(model, form)?,
        Action::FinishAction => Change::PlanAction {
            action: form.answer("action").to_owned(),
            plan: Box::new(ActionPlan {
                state: Some(ActionState::Done),
                outcome: form.maybe("outcome"),
                ..ActionPlan::default()
            }),
        },
        Action::ReopenAction => Change::ReopenAction {
            action: form.answer("finished").to_owned(),
        },
        _ => return Err(nothing(form)),
    })
}
