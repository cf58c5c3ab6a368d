//! Steps that the facts ask for: acknowledge, take command, the status that they mean, the next condition of the gate, resolve, close,
//! and else the next item of the present phase.

use crate::app::Model;
use crate::app::action::Action;
use crate::app::next_step::{Importance, NextStep, plain};
use crate::app::words::short;
use crate::framework::data::Class;
use crate::framework::{Condition, ItemView, ReviewPart, review};
use crate::incident::{HypothesisState, ItemState, MitigationState, live, people::same};

/// All of them that hold now.
pub(super) fn steps(model: &Model) -> Vec<NextStep> {
    if model.incident().backfilled {
        return Vec::new();
    }
    let class = model.framework().class(&model.derived.status);
    let mut steps = Vec::new();
    match class {
        Class::Open | Class::Monitoring => {
            steps.extend(acknowledge(model));
            steps.extend(command(model));
            steps.extend(status(model));
            steps.extend(resolve(model));
            steps.extend(condition(model));
            steps.extend(first_thoughts(model));
        }
        Class::Resolved => steps.extend(close(model)),
        Class::Closed | Class::Cancelled => return steps,
    }
    steps.extend(items(model));
    steps
}

/// It was just declared, and no one has said that they are on it.
fn acknowledge(model: &Model) -> Option<NextStep> {
    let first = model.framework().statuses.first()?;
    let fresh = model.incident().acknowledged.is_none() && model.derived.status == first.id;
    fresh.then(|| {
        plain(
            "acknowledge".into(),
            Importance::Acknowledge,
            "acknowledge: no one has said yet that they are on it".into(),
            Some((Action::Acknowledge, None)),
            "acknowledges",
        )
    })
}

/// No one is in command.
fn command(model: &Model) -> Option<NextStep> {
    let role = model.framework().commander();
    (model.commanders().is_empty() && !role.is_empty()).then(|| {
        plain(
            "command".into(),
            Importance::TakeCommand,
            format!("take command: no one is {}", model.role_title(role)),
            Some((Action::AssignRole, Some(role.to_owned()))),
            "assigns it",
        )
    })
}

/// The facts mean another status.
fn status(model: &Model) -> Option<NextStep> {
    let meant = model
        .framework()
        .meant_status(model.incident(), &model.derived.status)?;
    let title = model.framework().status_title(&meant.status);
    Some(NextStep {
        mine: model.leads(),
        ..plain(
            format!("status {}", meant.status),
            Importance::Status,
            format!("set the status to {title}: {}", meant.because),
            Some((Action::SetStatus, Some(meant.status.clone()))),
            "sets it",
        )
    })
}

/// The gate is met and it is not resolved yet.
fn resolve(model: &Model) -> Option<NextStep> {
    let gate = &model.derived.gate;
    let ready = gate.ok && !gate.items.is_empty() && model.incident().resolved.is_none();
    ready.then(|| NextStep {
        mine: model.leads(),
        ..plain(
            "resolve now".into(),
            Importance::Resolve,
            "resolve: every condition of the gate is met".into(),
            Some((Action::Resolve, None)),
            "resolves",
        )
    })
}

/// Something was done that may have ended it: the first condition of the gate that is not shown yet.
fn condition(model: &Model) -> Option<NextStep> {
    let all = || live(&model.incident().mitigations);
    let tried = all().any(|one| matches!(one.state, MitigationState::Done | MitigationState::Verified));
    let watches = model.framework().class(&model.derived.status) == Class::Monitoring;
    if !tried && !watches {
        return None;
    }
    let step = |id: &str, text, does, verb| plain(format!("condition {id}"), Importance::Condition, text, does, verb);
    let says = |id: &str| item(model, id).map(|item| short(&item.text, 70)).unwrap_or_default();
    let next = model
        .framework()
        .next_condition(model.incident(), &model.derived.gate, model.now)?;
    Some(match next {
        Condition::Show(id) => step(
            &id,
            format!("show that it holds: {}", says(&id)),
            Some((Action::TickWithNote, Some(id.clone()))),
            "ticks it",
        ),
        Condition::Start(id) => step(
            &id,
            format!("say from when on it holds: {}", says(&id)),
            Some((Action::StartItem, Some(id.clone()))),
            "from now",
        ),
        Condition::Wait(until) => step(
            "wait",
            format!(
                "watch it: the gate opens at {} if nothing gets worse",
                model.clock(until, false)
            ),
            Some((Action::ShowGate, None)),
            "shows it",
        ),
    })
}

/// Someone is in command, and no one has said what it may be, or what to do about the confirmed cause.
fn first_thoughts(model: &Model) -> Option<NextStep> {
    let incident = model.incident();
    let tried = live(&incident.mitigations).any(|one| one.state != MitigationState::Failed);
    let begun = model
        .framework()
        .statuses
        .first()
        .is_some_and(|first| first.id != model.derived.status);
    if tried || !begun {
        return None;
    }
    let step = |id: &str, text: String, does| plain(id.into(), Importance::Course, text, Some(does), "does it");
    let confirmed = live(&incident.hypotheses).find(|one| one.state == HypothesisState::Confirmed);
    if let Some(cause) = confirmed {
        let text = format!("propose a mitigation: \"{}\" is confirmed", short(&cause.statement, 50));
        return Some(step("propose", text, (Action::ProposeMitigation, None)));
    }
    let in_question = live(&incident.hypotheses).any(|one| one.state != HypothesisState::Rejected);
    (!in_question).then(|| {
        step(
            "hypothesis",
            "state a hypothesis: what may the cause be?".into(),
            (Action::AddHypothesis, None),
        )
    })
}

/// It is resolved: what a mandatory review still needs, each with the key that gives it; close once nothing is missing.
fn close(model: &Model) -> Vec<NextStep> {
    let parts = model.framework().review_parts(model.incident());
    let missing: Vec<NextStep> = parts.iter().filter(|part| !part.met).map(needs).collect();
    if !missing.is_empty() {
        return missing;
    }
    let close = plain(
        "close".into(),
        Importance::Close,
        "close: nothing that the review asks for is missing".into(),
        Some((Action::Close, None)),
        "closes",
    );
    vec![NextStep {
        mine: model.leads(),
        ..close
    }]
}

fn needs(part: &ReviewPart) -> NextStep {
    let (does, verb) = match part.id {
        "owner" => (Some((Action::SetField, Some(review::OWNER.to_owned()))), "names one"),
        "actions" => (Some((Action::AddAction, None)), "adds one"),
        // Ticked by itself once every question in it has an answer.
        _ => (Some((Action::WriteReview, None)), "writes it"),
    };
    plain(
        format!("review {}", part.id),
        Importance::Review,
        format!("the review still needs {}", part.text),
        does,
        verb,
    )
}

fn item<'a>(model: &'a Model, id: &str) -> Option<&'a ItemView> {
    let mut all = model.derived.checklists.iter().flat_map(|list| &list.items);
    all.find(|item| item.id == id)
}

/// The items that this person has claimed, and the next one of the present phase that no one has.
fn items(model: &Model) -> Vec<NextStep> {
    let open = |item: &&ItemView| item.state == ItemState::Open && item.seen.is_none();
    let step = |item: &ItemView, importance, text: String| {
        plain(
            format!("item {}", item.id),
            importance,
            text,
            Some((Action::TickWithNote, Some(item.id.clone()))),
            "ticks it",
        )
    };
    let mine = |item: &&ItemView| item.owner.as_deref().is_some_and(|owner| same(owner, &model.me));
    let all = || {
        model
            .derived
            .checklists
            .iter()
            .flat_map(|list| &list.items)
            .filter(open)
    };
    let claimed = all()
        .filter(mine)
        .map(|item| step(item, Importance::OwnItem, format!("yours: {}", short(&item.text, 70))));
    let of_phase = model.derived.checklists.iter().filter(|list| list.current);
    let free = |item: &&ItemView| open(item) && item.owner.is_none() && !item.gate;
    let next = of_phase.flat_map(|list| list.items.iter().map(move |item| (list, item)));
    let next = next.filter(|(_, item)| free(item)).map(|(list, item)| {
        let text = format!("{}: {}", list.title.to_lowercase(), short(&item.text, 70));
        step(item, Importance::Item, text)
    });
    claimed.chain(next.take(1)).collect()
}
