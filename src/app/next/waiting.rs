//! Steps that wait for a person's decision or answer: handovers, conflicts, mitigations, requests.

use crate::app::action::Action;
use crate::app::next_step::{Importance, NextStep, plain};
use crate::app::words::short;
use crate::app::{Model, conflicts};
use crate::incident::{Inquiry, InquiryState, Mitigation, MitigationState, OpenConflict, Role, people::same};

pub(super) fn offered(model: &Model, role: &Role) -> NextStep {
    let title = model.role_title(&role.role);
    let mine = same(&role.who, &model.me);
    let from = role.from.clone().unwrap_or_default();
    NextStep {
        text: if mine {
            format!("accept {title}, handed over by {from}")
        } else {
            format!("{} has not accepted {title} yet", role.who)
        },
        // The words name who it comes from.
        by: if mine { String::new() } else { from },
        since: Some(role.since),
        mine,
        decision: true,
        does: mine.then(|| (Action::AcceptRole, Some(role.role.clone()))),
        ..plain(
            format!("handover {}", role.id),
            Importance::AcceptRole,
            String::new(),
            None,
            "accepts",
        )
    }
}

pub(super) fn settles(model: &Model, conflict: &OpenConflict) -> NextStep {
    NextStep {
        text: match conflict.role() {
            Some(_) => conflicts::said(model, conflict),
            None => format!("settle {}", conflicts::said(model, conflict)),
        },
        by: conflict.by.clone(),
        since: Some(conflict.at),
        decision: true,
        mine: model.commands() || model.commanders().is_empty() || same(&conflict.by, &model.me),
        does: Some((Action::SettleConflict, Some(conflict.event.clone()))),
        ..plain(
            format!("settle {}", conflict.event),
            Importance::Settle,
            String::new(),
            None,
            "settles",
        )
    }
}

pub(super) fn mitigation(model: &Model, one: &Mitigation) -> Option<NextStep> {
    let quoted = format!("\"{}\"", short(&one.text, 60));
    let own = |who: &str| same(who, &model.me);
    let owner = one.owner.as_deref().unwrap_or(&one.by);
    let step = |kind: &str, importance, text: String, action, verb| NextStep {
        by: one.by.clone(),
        since: Some(one.at),
        ..plain(
            format!("{kind} {}", one.id),
            importance,
            text,
            Some((action, Some(one.id.clone()))),
            verb,
        )
    };
    match one.state {
        // Everyone has agreed, one of them before they had the role for it.
        MitigationState::Proposed if agreed(model, one) => Some(begin(&step, own(owner), &quoted)),
        MitigationState::Proposed => {
            let given = one.approvals.iter().any(|yes| yes.retracted.is_none() && own(&yes.by));
            Some(NextStep {
                decision: true,
                mine: !given
                    && (model.commands() || !own(&one.by))
                    && model.framework().needs_yes_of(model.incident(), one, &model.me),
                ..step(
                    "approve",
                    Importance::Approve,
                    format!("approve {quoted}"),
                    Action::ApproveMitigation,
                    "approves",
                )
            })
        }
        MitigationState::Approved => Some(begin(&step, own(owner), &quoted)),
        MitigationState::Done => Some(NextStep {
            since: one.done,
            mine: own(owner) || model.commands(),
            decision: true,
            ..step(
                "verify",
                Importance::Verify,
                format!("verify {quoted}"),
                Action::VerifyMitigation,
                "it worked",
            )
        }),
        MitigationState::Started => Some(NextStep {
            since: one.started,
            mine: own(owner),
            ..step(
                "finish",
                Importance::Finish,
                format!("say when {quoted} is carried out"),
                Action::FinishMitigation,
                "mark done",
            )
        }),
        MitigationState::Verified | MitigationState::Failed | MitigationState::Other(_) => None,
    }
}

/// Whether someone has approved it and no one else has to.
fn agreed(model: &Model, one: &Mitigation) -> bool {
    let approved = one.approvals.iter().any(|yes| yes.retracted.is_none());
    approved && model.framework().approvals_missing(model.incident(), one).is_empty()
}

fn begin(
    step: &dyn Fn(&str, Importance, String, Action, &'static str) -> NextStep,
    mine: bool,
    quoted: &str,
) -> NextStep {
    NextStep {
        mine,
        ..step(
            "begin",
            Importance::Begin,
            format!("begin {quoted}: it is approved"),
            Action::StartMitigation,
            "begins it",
        )
    }
}

/// A mitigation waits for the yes of a role that no one holds.
pub(super) fn approver(model: &Model, one: &Mitigation) -> Option<NextStep> {
    let proposed = one.state == MitigationState::Proposed;
    let role = model
        .framework()
        .approver_wanted(model.incident(), one)
        .filter(|_| proposed)?;
    let text = format!(
        "name the {}: \"{}\" needs their approval",
        model.role_title(role),
        short(&one.text, 40)
    );
    Some(NextStep {
        mine: model.leads(),
        by: one.by.clone(),
        since: Some(one.at),
        ..plain(
            format!("approver {}", one.id),
            Importance::Approve,
            text,
            Some((Action::AssignRole, Some(role.to_owned()))),
            "assigns it",
        )
    })
}

/// Whether a request is for the person who sits here: by name, or by a role of theirs.
pub(in crate::app) fn is_for_me(model: &Model, asked: &Inquiry) -> bool {
    let title = |role: &Role| model.role_title(&role.role);
    same(&asked.to, &model.me)
        || model.holds(|role| role.role == asked.to || title(role).eq_ignore_ascii_case(&asked.to))
}

pub(super) fn request(model: &Model, asked: &Inquiry) -> NextStep {
    let mine = is_for_me(model, asked);
    let taken = asked.state == InquiryState::Accepted;
    let (action, verb) = if mine && !taken {
        (Action::ReadBack, "accepts")
    } else {
        (Action::AnswerRequest, "answers")
    };
    let what = short(&asked.text, 60);
    NextStep {
        text: match (mine, taken) {
            (true, false) => format!("accept: {what}"),
            (true, true) => format!("answer: {what}"),
            (false, _) => format!("{}: {what}", asked.to),
        },
        by: asked.by.clone(),
        since: Some(asked.at),
        mine,
        decision: true,
        ..plain(
            format!("request {}", asked.id),
            if taken {
                Importance::Answer
            } else {
                Importance::AcceptRequest
            },
            String::new(),
            Some((action, Some(asked.id.clone()))),
            verb,
        )
    }
}
