//! What waits: for a decision, for an answer, for an update to be sent. The most useful step for the person who sits here stands in
//! the NEXT line, and one key does it; what waits for anyone is listed in the pane of decisions.

use super::action::Action;
use super::message::Effect;
use super::words::short;
use super::{Model, Pane, Tone, ask, remedy};
use crate::framework::{NudgeView, Remedy, TimerPhase, TimerView};
use crate::incident::{
    Inquiry, InquiryState, Mitigation, MitigationState, OpenConflict, Role, Time, live, people::same,
};

/// Something that waits to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// What kind it is, and what it is about: `approve m4335or7`. It is put away by this.
    pub id: String,
    /// What is to be done, as a sentence without its full stop.
    pub text: String,
    /// Who asked for it.
    pub by: String,
    /// Since when it waits.
    pub since: Option<Time>,
    /// What does it, and what answers its first question; absent where it can only be read.
    pub does: Option<(Action, Option<String>)>,
    /// What the key does, in a word: `approves`.
    pub verb: &'static str,
    /// Smaller is more important.
    rank: u8,
    /// Whether it is for the person who sits here.
    pub mine: bool,
    /// Whether it waits for a person's decision or answer, and is listed as such.
    pub decision: bool,
}

/// A step that is for everyone and no decision.
fn plain(id: String, rank: u8, text: String, does: Option<(Action, Option<String>)>, verb: &'static str) -> NextStep {
    NextStep {
        id,
        text,
        by: String::new(),
        since: None,
        does,
        verb,
        rank,
        mine: true,
        decision: false,
    }
}

impl Model {
    /// Whether this person holds the role now.
    fn holds(&self, wanted: impl Fn(&Role) -> bool) -> bool {
        live(&self.incident().roles).any(|role| role.until.is_none() && same(&role.who, &self.me) && wanted(role))
    }

    /// Whether this person is in command.
    pub fn commands(&self) -> bool {
        self.holds(|role| self.framework().commands(&role.role))
    }

    /// Who is in command now; two where people named one each without knowing of each other.
    pub fn commanders(&self) -> Vec<&Role> {
        let holders = live(&self.incident().roles).filter(|role| role.until.is_none());
        holders.filter(|role| self.framework().commands(&role.role)).collect()
    }

    /// Everything that waits, the most important for this person first. What was put away is left out.
    pub fn steps(&self) -> Vec<NextStep> {
        let mut steps = Vec::new();
        steps.extend(
            live(&self.incident().roles)
                .filter(|role| role.is_offered())
                .map(|role| offered(self, role)),
        );
        steps.extend(self.derived.conflicts.iter().map(|conflict| settles(self, conflict)));
        steps.extend(live(&self.incident().mitigations).filter_map(|one| mitigation(self, one)));
        let asked = live(&self.incident().inquiries).filter(|one| one.is_open());
        steps.extend(asked.map(|one| request(self, one)));
        let late = self
            .derived
            .timers
            .iter()
            .filter(|timer| timer.state == TimerPhase::Overdue);
        steps.extend(late.filter_map(|timer| overdue(self, timer)));
        steps.extend(self.reminders().into_iter().filter_map(|nudge| reminded(self, nudge)));
        steps.extend(resolves(self));
        steps.sort_by_key(|step| (!step.mine, step.rank));
        let mut known: Vec<Option<(Action, Option<String>)>> = Vec::new();
        steps.retain(|step| {
            let again = step.does.is_some() && known.contains(&step.does);
            known.push(step.does.clone());
            !again
        });
        // What was put away is not asked for again under another name.
        steps.retain(|step| !self.is_put_away(&step.id));
        steps
    }

    /// The step of the NEXT line: the selected timer's where timers have the keys, else the most important one.
    pub fn next_step(&self) -> Option<NextStep> {
        of_selected_timer(self).or_else(|| self.steps().into_iter().find(|step| step.mine))
    }
}

fn of_selected_timer(model: &Model) -> Option<NextStep> {
    let timer = (model.focus == Pane::Timers)
        .then(|| model.selected_timer())
        .flatten()?;
    let over = matches!(timer.state, TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared);
    let does = remedy::of(timer.remedy.as_ref()?)?;
    (!over).then(|| {
        let text = format!("{}: {}", timer.label, does.0.spec().title.to_lowercase());
        plain(format!("timer {}", timer.id), 0, text, Some(does), "does it")
    })
}

fn offered(model: &Model, role: &Role) -> NextStep {
    let title = model.role_title(&role.role);
    let mine = same(&role.who, &model.me);
    let from = role.from.clone().unwrap_or_default();
    NextStep {
        text: if mine {
            format!("accept {title}, handed over by {from}")
        } else {
            format!("{} has not accepted {title} yet", role.who)
        },
        by: from,
        since: Some(role.since),
        mine,
        decision: true,
        does: mine.then(|| (Action::AcceptRole, Some(role.role.clone()))),
        ..plain(format!("handover {}", role.id), 10, String::new(), None, "accepts")
    }
}

fn settles(model: &Model, conflict: &OpenConflict) -> NextStep {
    NextStep {
        text: format!("settle {}", super::conflicts::said(model, conflict)),
        by: conflict.by.clone(),
        since: Some(conflict.at),
        decision: true,
        mine: model.commands() || model.commanders().is_empty() || same(&conflict.by, &model.me),
        does: Some((Action::SettleConflict, Some(conflict.event.clone()))),
        ..plain(format!("settle {}", conflict.event), 20, String::new(), None, "settles")
    }
}

fn mitigation(model: &Model, one: &Mitigation) -> Option<NextStep> {
    let quoted = format!("\"{}\"", short(&one.text, 60));
    let own = |who: &str| same(who, &model.me);
    let owner = one.owner.as_deref().unwrap_or(&one.by);
    let step = |kind: &str, rank, text: String, action, verb| NextStep {
        by: one.by.clone(),
        since: Some(one.at),
        ..plain(
            format!("{kind} {}", one.id),
            rank,
            text,
            Some((action, Some(one.id.clone()))),
            verb,
        )
    };
    match one.state {
        MitigationState::Proposed => {
            let given = one.approvals.iter().any(|yes| yes.retracted.is_none() && own(&yes.by));
            Some(NextStep {
                decision: true,
                mine: !given && (model.commands() || !own(&one.by)),
                ..step(
                    "approve",
                    25,
                    format!("approve {quoted}"),
                    Action::ApproveMitigation,
                    "approves",
                )
            })
        }
        MitigationState::Approved => Some(NextStep {
            mine: own(owner),
            ..step(
                "begin",
                45,
                format!("begin {quoted}: it is approved"),
                Action::StartMitigation,
                "begins it",
            )
        }),
        MitigationState::Done => Some(NextStep {
            since: one.done,
            mine: own(owner) || model.commands(),
            decision: true,
            ..step(
                "verify",
                50,
                format!("verify {quoted}"),
                Action::VerifyMitigation,
                "it worked",
            )
        }),
        MitigationState::Started | MitigationState::Verified | MitigationState::Failed | MitigationState::Other(_) => {
            None
        }
    }
}

/// Whether a request is for the person who sits here: by name, or by a role of theirs.
pub(super) fn is_for_me(model: &Model, asked: &Inquiry) -> bool {
    let title = |role: &Role| model.role_title(&role.role);
    same(&asked.to, &model.me)
        || model.holds(|role| role.role == asked.to || title(role).eq_ignore_ascii_case(&asked.to))
}

fn request(model: &Model, asked: &Inquiry) -> NextStep {
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
            if taken { 40 } else { 30 },
            String::new(),
            Some((action, Some(asked.id.clone()))),
            verb,
        )
    }
}

fn overdue(model: &Model, timer: &TimerView) -> Option<NextStep> {
    let remedy = timer.remedy.as_ref()?;
    let does = remedy::of(remedy)?;
    let (rank, verb) = match remedy {
        Remedy::Acknowledge => (12, "acknowledges"),
        Remedy::AssignRole(_) => (15, "assigns it"),
        Remedy::SetSeverity => (18, "sets it"),
        Remedy::Update { .. } => (35, "writes it"),
        _ => (60, "does it"),
    };
    let late = crate::incident::time::format_duration(std::time::Duration::from_secs(
        (timer.remaining_s.unsigned_abs() / 60) * 60,
    ));
    let late = if timer.remaining_s.unsigned_abs() < 60 {
        "late".to_owned()
    } else {
        format!("{late} late")
    };
    let text = format!("{}, {late}", timer.label);
    let mine = !matches!(remedy, Remedy::AnswerRequest { .. }) || model.commands();
    Some(NextStep {
        mine,
        ..plain(format!("late {}", timer.id), rank, text, Some(does), verb)
    })
}

fn reminded(model: &Model, nudge: NudgeView) -> Option<NextStep> {
    let does = nudge.remedy.as_ref().and_then(remedy::of);
    let (rank, verb) = match &nudge.remedy {
        Some(Remedy::AssignRole(role)) if model.framework().commands(&role.id) => (14, "assigns it"),
        Some(Remedy::DeclareMajor) => (16, "declares it"),
        // It is in the list of what was handed over.
        Some(Remedy::AcceptRole(_)) => return None,
        _ if nudge.id.starts_with(crate::framework::nudges::HANDOVER) => return None,
        Some(Remedy::Update { .. }) => (36, "writes it"),
        Some(_) => (55, "does it"),
        None => (70, ""),
    };
    Some(plain(nudge.id, rank, nudge.text, does, verb))
}

/// The gate is met and it is not resolved yet.
fn resolves(model: &Model) -> Option<NextStep> {
    let gate = &model.derived.gate;
    let ended = model.framework().classes.is_ended(&model.derived.status);
    let ready = gate.ok && !gate.items.is_empty() && model.incident().resolved.is_none() && !ended;
    ready.then(|| {
        plain(
            "resolve now".into(),
            52,
            "resolve: every condition of the gate is met".into(),
            Some((Action::Resolve, None)),
            "resolves",
        )
    })
}

/// Does the step of the NEXT line.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    match model.next_step().and_then(|step| step.does) {
        Some((action, Some(given))) => ask::begin_given(model, action, &given),
        Some((action, None)) => super::update::perform(model, action),
        None => {
            model.say("Nothing waits for you.", Tone::Info);
            Vec::new()
        }
    }
}
