//! Hypotheses and mitigations.

use super::action::Action;
use super::form::{Choice, Form, choice, nothing};
use super::rows::BoardRow;
use super::words::short;
use super::{Model, Pane, typed};
use crate::incident::{Change, HypothesisState, Mitigation, MitigationState, Proposal, live};

/// Id and words of the selected hypothesis or mitigation, if it is what the step picks.
pub(super) fn selected(model: &Model, step: &str) -> Option<(String, String)> {
    let incident = model.incident();
    match (
        model.rows.hypotheses.get(model.cursor(Pane::Hypotheses).selected)?,
        step,
    ) {
        (BoardRow::Hypothesis(index), "hypothesis" | "settled") => {
            let hypothesis = &incident.hypotheses[*index];
            Some((hypothesis.id.clone(), hypothesis.statement.clone()))
        }
        (BoardRow::Mitigation(index), "mitigation") => {
            let mitigation = &incident.mitigations[*index];
            Some((mitigation.id.clone(), mitigation.text.clone()))
        }
        _ => None,
    }
}

/// Hypotheses that are still open, or those that are settled.
pub(super) fn hypotheses(model: &Model, wanted: impl Fn(bool) -> bool) -> Vec<Choice> {
    let settled = |state: &HypothesisState| matches!(state, HypothesisState::Confirmed | HypothesisState::Rejected);
    let all = live(&model.incident().hypotheses);
    all.filter(|hypothesis| wanted(!settled(&hypothesis.state)))
        .map(|hypothesis| {
            choice(
                &hypothesis.id,
                short(&hypothesis.statement, 70),
                hypothesis.state.as_str(),
            )
        })
        .collect()
}

/// Whether an action makes sense for a mitigation in this state; if not, why, and what does.
fn fits(action: Action, state: &MitigationState) -> Result<(), &'static str> {
    use MitigationState as S;
    let over = match state {
        S::Failed => "That mitigation has failed: X sets it back, M proposes another.",
        S::Verified => "That mitigation is verified: X sets it back.",
        _ => "",
    };
    let (fits, why) = match action {
        Action::ApproveMitigation => (
            matches!(state, S::Proposed | S::Approved),
            "That mitigation has begun already.",
        ),
        Action::DeclineMitigation => (
            matches!(state, S::Proposed | S::Approved),
            "That mitigation has begun already: x says that it failed.",
        ),
        Action::StartMitigation => (
            matches!(state, S::Proposed | S::Approved),
            "That mitigation has begun already.",
        ),
        Action::FinishMitigation => (
            matches!(state, S::Proposed | S::Approved | S::Started),
            "That mitigation is carried out already: v verifies it.",
        ),
        Action::VerifyMitigation => (
            matches!(state, S::Started | S::Done),
            "That mitigation has not begun yet.",
        ),
        Action::FailMitigation => (!matches!(state, S::Failed), "That mitigation has failed already."),
        _ => (!matches!(state, S::Proposed), "That mitigation is only proposed yet."),
    };
    match (fits, over) {
        (true, _) => Ok(()),
        (false, "") => Err(why),
        (false, over) => Err(over),
    }
}

/// Whether an action can be done with the mitigation that is selected, or with any where none is.
pub(super) fn possible(model: &Model, action: Action, selected: Option<&str>) -> Result<(), &'static str> {
    if live(&model.incident().mitigations).next().is_none() {
        return Err("No mitigation has been proposed yet; M proposes one.");
    }
    let one = selected.and_then(|id| mitigation(model, id));
    match one {
        Some(one) => fits(action, &one.state),
        None if mitigations(model, action).is_empty() => Err("No mitigation is at that point now."),
        None => Ok(()),
    }
}

/// Mitigations that an action makes sense for.
pub(super) fn mitigations(model: &Model, action: Action) -> Vec<Choice> {
    let all = live(&model.incident().mitigations);
    all.filter(|mitigation| fits(action, &mitigation.state).is_ok())
        .map(|mitigation| choice(&mitigation.id, short(&mitigation.text, 70), mitigation.state.as_str()))
        .collect()
}

fn mitigation<'a>(model: &'a Model, id: &str) -> Option<&'a Mitigation> {
    model
        .incident()
        .mitigations
        .iter()
        .find(|known| known.id == id)
        .map(AsRef::as_ref)
}

/// States that a mitigation can be set back to.
pub(super) fn earlier_states(model: &Model, id: &str) -> Vec<Choice> {
    let now = mitigation(model, id)
        .map(|known| known.state.as_str())
        .unwrap_or_default();
    let known = MitigationState::KNOWN.iter().copied().take_while(|state| *state != now);
    let failed = now == MitigationState::Failed.as_str();
    known
        .filter(|state| !failed || *state != MitigationState::Verified.as_str())
        .map(|state| choice(state, state, ""))
        .collect()
}

/// The framework's ways to mitigate, in its order of preference.
pub(super) fn options(model: &Model) -> Vec<Choice> {
    let all = model.framework().options.iter();
    all.map(|option| {
        let risk = option.risk.as_ref().map(|risk| format!("risk {risk}"));
        let facts: Vec<String> = option
            .time
            .clone()
            .into_iter()
            .chain(risk)
            .chain([option.when.clone()])
            .collect();
        choice(&option.id, &option.title, facts.join("; "))
    })
    .collect()
}

/// For or against.
pub(super) fn supports() -> Vec<Choice> {
    vec![
        choice("for", "for", "it supports the hypothesis"),
        choice("against", "against", "it speaks against it"),
        choice("neutral", "neither", "worth knowing"),
    ]
}

/// The hypotheses that are confirmed, as the root cause; the first is at hand.
pub(super) fn confirmed(model: &Model) -> Vec<Choice> {
    let all = live(&model.incident().hypotheses);
    all.filter(|one| one.state == HypothesisState::Confirmed)
        .map(|one| Choice {
            current: true,
            ..choice(&one.statement, &one.statement, "confirmed")
        })
        .collect()
}

/// How a hypothesis is rated now.
pub(super) fn rating(model: &Model, id: &str, step: &str) -> Option<String> {
    let known = model.incident().hypotheses.iter().find(|known| known.id == id)?;
    match step {
        "likelihood" => known.likelihood.map(|percent| percent.to_string()),
        _ => known.takes.clone(),
    }
}

/// `50` or `50 %`.
fn percent(text: &str) -> Result<u8, String> {
    let number = text.trim_end_matches('%').trim().parse().ok();
    number
        .filter(|percent| *percent <= 100)
        .ok_or_else(|| format!("`{}` is no percentage; 0 to 100", short(text, 20)))
}

/// The framework's usual causes that nobody has stated yet, the most frequent first.
pub(super) fn causes(model: &Model) -> Vec<Choice> {
    let stated = |text: &str| live(&model.incident().hypotheses).any(|one| one.statement.eq_ignore_ascii_case(text));
    let all = model.framework().causes.iter();
    all.filter(|cause| !stated(&cause.text))
        .map(|cause| {
            let forms = cause.forms.join(", ");
            let share = cause.share.map_or_else(String::new, |share| format!("{share} %; "));
            choice(&cause.text, &cause.text, format!("{share}{forms}"))
        })
        .collect()
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Result<Change, String> {
    let hypothesis = form.answer("hypothesis").to_owned();
    let mitigation = form.answer("mitigation").to_owned();
    let (evidence, result) = (form.maybe("evidence"), form.maybe("result"));
    let text = form.answer("text").to_owned();
    Ok(match form.action {
        Action::AddHypothesis => Change::AddHypothesis {
            statement: form.answer("statement").to_owned(),
            owner: form.maybe("owner"),
            likelihood: None,
            takes: None,
        },
        Action::RateHypothesis => Change::RateHypothesis {
            hypothesis,
            likelihood: form.maybe("likelihood").map(|text| percent(&text)).transpose()?,
            takes: typed::duration(model, form, "takes")?,
        },
        Action::TestHypothesis => Change::TestHypothesis { hypothesis, text },
        Action::AddEvidence => Change::AddEvidence {
            hypothesis,
            text,
            supports: match form.answer("supports") {
                "for" => Some(true),
                "against" => Some(false),
                _ => None,
            },
        },
        Action::ConfirmHypothesis => Change::ConfirmHypothesis { hypothesis, evidence },
        Action::RejectHypothesis => Change::RejectHypothesis { hypothesis, evidence },
        Action::ReopenHypothesis => reopen(model, form.answer("settled")),
        Action::ProposeMitigation => Change::ProposeMitigation(Proposal {
            text,
            option: form.maybe("option"),
            rationale: form.maybe("rationale"),
            risk: form.maybe("risk"),
            owner: form.maybe("owner"),
            verification: form.maybe("verification"),
            rollback: form.maybe("rollback"),
        }),
        Action::ApproveMitigation => Change::ApproveMitigation { mitigation },
        Action::DeclineMitigation => Change::decline(mitigation, form.answer("reason")),
        Action::StartMitigation => Change::StartMitigation { mitigation },
        Action::FinishMitigation => Change::FinishMitigation { mitigation, result },
        Action::VerifyMitigation => Change::VerifyMitigation { mitigation, result },
        Action::FailMitigation => Change::FailMitigation {
            mitigation,
            result,
            recheck: None,
        },
        Action::RevertMitigation => Change::RevertMitigation {
            mitigation,
            state: form.answer("state").to_owned(),
        },
        _ => return Err(nothing(form)),
    })
}

/// Back under test where it was tested, open otherwise.
fn reopen(model: &Model, id: &str) -> Change {
    let known = model.incident().hypotheses.iter().find(|known| known.id == id);
    Change::ReopenHypothesis {
        hypothesis: id.to_owned(),
        testing: known.is_some_and(|known| !known.tests.is_empty()),
    }
}
