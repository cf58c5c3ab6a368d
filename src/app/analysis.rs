//! Root cause and what follows: whys, factors, the cause, action items.

use super::Model;
use super::action::Action;
use super::form::{Choice, Form, choice, nothing};
use super::typed::day;
use super::words::short;
use crate::incident::{ActionPlan, ActionState, Change, FactorCategory, Horizon, live};

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

/// How soon one may be done, by the framework.
pub(super) fn horizons(model: &Model) -> Vec<Choice> {
    let own = &model.framework().horizons;
    if own.is_empty() {
        return Horizon::KNOWN.iter().map(|word| choice(*word, *word, "")).collect();
    }
    own.iter().map(|one| choice(&one.id, &one.id, &one.title)).collect()
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
