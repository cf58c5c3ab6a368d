//! Quiet reminders of usual failings: what a framework warns of, where an incident shows it. Pure; at most one is shown at a time,
//! and each can be put away.

use std::time::Duration;

use serde::Serialize;

use super::model::{Failing, Reminder, Start};
use super::remedy::Word;
use super::{Framework, Gate, ItemView, ProcedureView, Remedy, TimerPhase, TimerView, data};
use crate::incident::{
    ActionState, Communication, HypothesisState, Incident, Mitigation, MitigationState, Time, clock, live,
};
use crate::runbook::fresh::uses;

/// A reminder as it stands for an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReminderView {
    /// What kind it is (`no-commander`), with what it is about where there may be several (`too-rare internal`).
    pub id: String,
    /// The sentence.
    pub text: String,
    /// What helps, where there is something.
    pub remedy: Option<Remedy>,
}

/// Words of a review that name a culprit instead of a cause.
const BLAME: [&str; 10] = [
    "fault of",
    "'s fault",
    "careless",
    "should have known",
    "human error",
    "negligen",
    "stupid",
    "incompeten",
    "forgot to",
    "to blame",
];

/// Kinds of reminders that every framework has: a procedure that is called for.
const PROCEDURE: &str = "procedure";
/// A role that was handed over, and its holder has not said yes; with the entry's id behind it.
pub const HANDOVER: &str = "handover";
/// A mitigation that failed, with its way back.
const TAKE_BACK: &str = "take-back";
/// A confirmed hypothesis and no root cause, or two.
const ROOT_CAUSE: &str = "root-cause";
/// A change that nobody has agreed to afterwards.
const AFTERWARDS: &str = "approve-afterwards";
/// A change that no peer has reviewed afterwards.
const PEER: &str = "peer-review";
/// A runbook that was followed, and no one has said what it was good for.
const JUDGE: &str = "judge-runbook";
/// A mitigation that nobody has finished, in an incident that is over.
const UNDER_WAY: &str = "under-way";
/// A part that a mandatory review lacks.
const REVIEW: &str = "review-lacks";

/// How long nobody may command where the framework gives no figure, in minutes.
const UNCOMMANDED: f64 = 5.0;
/// Action items beyond which few get done, where the framework gives no figure.
const MANY: f64 = 5.0;
/// Updates of one audience closer than this are too many, where the framework gives no figure; in minutes.
const OFTEN: f64 = 5.0;

/// What a reminder is about, where there may be several, and what helps.
type About = (String, Option<Remedy>);

impl Framework {
    /// What to remind of now, in the order of the framework.
    pub(super) fn reminders(
        &self,
        incident: &Incident,
        timers: &[TimerView],
        gate: &Gate,
        items: &[&ItemView],
        procedures: &[ProcedureView],
        now: Time,
    ) -> Vec<ReminderView> {
        if incident.backfilled {
            return Vec::new();
        }
        let ended = self.classes.is_ended(&incident.status);
        let called = procedures.iter().filter(|one| one.called_for && !ended);
        let called = called.map(|one| ReminderView {
            id: format!("{PROCEDURE} {}", one.id),
            text: format!("{}: there is a procedure for it", one.title),
            remedy: Some(Remedy::StartProcedure(Word::plain(&one.id))),
        });
        let offered = live(&incident.roles).filter(|role| role.is_offered() && !ended);
        let offered = offered.map(|role| ReminderView {
            id: format!("{HANDOVER} {}", role.id),
            text: format!(
                "{} has not accepted the {} role yet",
                role.who,
                self.role_title(&role.role).to_lowercase()
            ),
            remedy: Some(Remedy::AcceptRole(role.role.clone())),
        });
        let all = self.reminders.iter().filter_map(|reminder| {
            let limit = |default: f64| reminder.limit.unwrap_or(default);
            let minutes = |default: f64| Duration::from_secs_f64((limit(default) * 60.0).max(0.0));
            // While the incident is alive; action items and the review are looked at afterwards, too.
            if ended && !reminder.when.stays() {
                return None;
            }
            let (about, remedy) = match reminder.when {
                Failing::NoCommander => self.uncommanded(incident, minutes(UNCOMMANDED), now)?,
                Failing::TooRare => {
                    // Which update it is belongs to the sentence.
                    let late = silent(timers)?;
                    let mut view = view(reminder, late.id.clone(), late.remedy.clone());
                    view.text = format!("{}: {}", view.text, late.label);
                    return Some(view);
                }
                Failing::TooOften => (often(incident, minutes(OFTEN), now)?, None),
                Failing::BareTick => bare(gate, items)?,
                Failing::TopOverused => self.unfounded(incident)?,
                Failing::TooManyActions => many(incident, limit(MANY))?,
                Failing::LooseActions => loose(incident)?,
                Failing::Blame => blamed(incident)?,
            };
            Some(view(reminder, about, remedy))
        });
        called
            .chain(offered)
            .chain(self.unapproved(incident))
            .chain(self.without_a_peer(incident))
            .chain(self.review_lacks(incident, timers))
            .chain(self.still_says(incident))
            .chain(unjudged(incident).filter(|_| ended))
            .chain(under_way(incident).filter(|_| ended))
            .chain(unmended(incident).filter(|_| !ended))
            .chain(one_cause(incident))
            .chain(all)
            .collect()
    }

    /// A change that was made before anybody had to agree, and that nobody has agreed to afterwards.
    fn unapproved(&self, incident: &Incident) -> Option<ReminderView> {
        data::at(&self.approvals, &incident.severity).filter(|rule| rule.later)?;
        let made = |one: &&Mitigation| one.done.is_some() && one.approvals.iter().all(|yes| yes.retracted.is_some());
        let one = live(&incident.mitigations).find(made)?;
        Some(ReminderView {
            id: format!("{AFTERWARDS} {}", one.id),
            text: "a change was made without approval; record it now".into(),
            remedy: Some(Remedy::ApproveMitigation(one.id.clone())),
        })
    }

    /// A change that a peer may review after it was made, and that none has.
    fn without_a_peer(&self, incident: &Incident) -> Option<ReminderView> {
        let mut made = live(&incident.mitigations).filter(|one| one.done.is_some());
        let (one, who) = made.find_map(|one| Some((one, self.review_wanted(incident, one)?)))?;
        Some(ReminderView {
            id: format!("{PEER} {}", one.id),
            text: format!("the change was made before a peer reviewed it; ask for the review now ({who})"),
            remedy: Some(Remedy::ApproveMitigation(one.id.clone())),
        })
    }

    /// What a mandatory review lacks once its time runs short, or once its timer is met without it.
    fn review_lacks(&self, incident: &Incident, timers: &[TimerView]) -> Option<ReminderView> {
        if !self.in_review(incident) {
            return None;
        }
        let of_review = |timer: &&TimerView| {
            let clock = self.timers.iter().find(|rule| rule.id == timer.id);
            clock.is_some_and(|clock| clock.from.contains(&Start::Resolved))
        };
        let is_short = timers.iter().filter(of_review).any(|timer| match timer.state {
            TimerPhase::Due | TimerPhase::Overdue | TimerPhase::Met | TimerPhase::MetLate => true,
            TimerPhase::Running | TimerPhase::Paused | TimerPhase::Cleared => false,
        });
        let parts = self.review_parts(incident);
        let part = parts.iter().find(|part| !part.met).filter(|_| is_short)?;
        let title = self.review.as_ref().map_or("review", |review| review.title.as_str());
        let document = self.review.as_ref().and_then(|review| review.document.clone());
        Some(ReminderView {
            id: format!("{REVIEW} {}", part.id),
            text: format!("{} is not complete; it lacks {}", title.to_lowercase(), part.text),
            remedy: match part.id {
                "document" => document.map(Remedy::TickItem),
                "actions" => Some(Remedy::AddAction),
                _ => None,
            },
        })
    }

    /// Nobody commands, for so long.
    fn uncommanded(&self, incident: &Incident, after: Duration, now: Time) -> Option<About> {
        let commander = self.commander();
        let led = live(&incident.roles).any(|role| role.role == commander && role.until.is_none());
        let since = clock::start(incident)?;
        (!led && since.plus(after) <= now).then(|| (String::new(), Some(Remedy::AssignRole(Word::plain(commander)))))
    }

    /// The top severity, and nobody has said whom it hurts.
    fn unfounded(&self, incident: &Incident) -> Option<About> {
        let top = self.severities.first()?;
        (incident.severity == top.id && incident.impact.is_empty())
            .then(|| (String::new(), Some(Remedy::SetImpact("users".into()))))
    }
}

/// A mitigation that was begun, and of which no one has said what came of it.
fn under_way(incident: &Incident) -> Option<ReminderView> {
    let one = super::gate::under_way(incident)?;
    Some(ReminderView {
        id: format!("{UNDER_WAY} {}", one.id),
        text: format!(
            "{} is still under way; say that it is done, or that it failed",
            super::approvals::named(one)
        ),
        remedy: None,
    })
}

/// The runbooks that were followed, and no one has said whether they helped.
fn unjudged(incident: &Incident) -> impl Iterator<Item = ReminderView> {
    let open = uses(incident).into_iter().filter(|one| one.verdict.is_none());
    open.map(|one| ReminderView {
        id: format!("{JUDGE} {}", one.runbook),
        text: format!("say what the runbook {} was good for", one.runbook),
        remedy: Some(Remedy::JudgeRunbook(one.runbook)),
    })
}

/// A mitigation that failed and says how to take it back, where nothing was proposed since.
fn unmended(incident: &Incident) -> Option<ReminderView> {
    let last = live(&incident.mitigations).max_by_key(|one| one.at)?;
    let plan = last
        .rollback
        .as_ref()
        .filter(|_| last.state == MitigationState::Failed)?;
    Some(ReminderView {
        id: format!("{TAKE_BACK} {}", last.id),
        text: format!("it failed; take it back: {plan}"),
        remedy: Some(Remedy::ProposeMitigation(Some(plan.clone()))),
    })
}

/// A confirmed hypothesis that is not yet the root cause of the review, or several where one can be.
fn one_cause(incident: &Incident) -> Option<ReminderView> {
    let mut confirmed = live(&incident.hypotheses).filter(|one| one.state == HypothesisState::Confirmed);
    let first = confirmed.next()?;
    let (text, remedy) = match (confirmed.next(), &incident.cause) {
        (Some(_), _) => (
            "two hypotheses are confirmed; the review wants one root cause".to_owned(),
            None,
        ),
        (None, None) => (
            format!("confirmed: {}; name it as the root cause", first.statement),
            Some(Remedy::SetCause),
        ),
        (None, Some(_)) => return None,
    };
    Some(ReminderView {
        id: ROOT_CAUSE.into(),
        text,
        remedy,
    })
}

fn view(reminder: &Reminder, about: String, remedy: Option<Remedy>) -> ReminderView {
    let id = if about.is_empty() {
        reminder.when.to_string()
    } else {
        format!("{} {about}", reminder.when)
    };
    ReminderView {
        id,
        text: reminder.text.clone(),
        remedy,
    }
}

/// An audience whose update is overdue.
fn silent(timers: &[TimerView]) -> Option<&TimerView> {
    timers.iter().find(|timer| {
        let update = matches!(timer.remedy, Some(Remedy::Update { .. }));
        update && timer.derived && timer.state == TimerPhase::Overdue
    })
}

/// An audience that was told twice within this time, just now.
fn often(incident: &Incident, within: Duration, now: Time) -> Option<String> {
    let mut told: Vec<&Communication> = live(&incident.communications).collect();
    told.sort_by_key(|one| one.at);
    let last = told.last()?;
    let before = told.iter().rev().skip(1).find(|one| one.audience == last.audience)?;
    let close = before.at.plus(within) > last.at;
    let fresh = last.at.plus(within) > now;
    (close && fresh).then(|| last.audience.clone())
}

/// A condition of the gate that was ticked without a word of what shows it.
fn bare(gate: &Gate, items: &[&ItemView]) -> Option<About> {
    let of_gate = |item: &&&ItemView| {
        gate.items
            .iter()
            .any(|condition| condition.id == item.id && condition.met)
    };
    let item = items
        .iter()
        .filter(of_gate)
        .find(|item| item.note.is_none() && item.seen.is_none())?;
    Some((item.id.clone(), Some(Remedy::NoteItem(item.id.clone()))))
}

fn many(incident: &Incident, limit: f64) -> Option<About> {
    let count = u32::try_from(live(&incident.actions).count()).unwrap_or(u32::MAX);
    (f64::from(count) > limit).then(|| (String::new(), None))
}

fn loose(incident: &Incident) -> Option<About> {
    let open = live(&incident.actions).filter(|action| action.state != ActionState::Done);
    let loose = open
        .filter(|action| action.owner.is_none() || action.due.is_none())
        .count();
    (loose > 0).then(|| (String::new(), Some(Remedy::ListActions)))
}

/// A sentence of the review that names a culprit.
fn blamed(incident: &Incident) -> Option<About> {
    let says = |text: &str| {
        let text = text.to_lowercase();
        BLAME.iter().any(|word| text.contains(word))
    };
    let whys = live(&incident.whys).map(|why| (why.id.as_str(), why.text.as_str()));
    let factors = live(&incident.factors).map(|factor| (factor.id.as_str(), factor.text.as_str()));
    let actions = live(&incident.actions).map(|action| (action.id.as_str(), action.text.as_str()));
    let cause = incident.cause.as_deref().map(|cause| ("cause", cause));
    let (id, _) = whys
        .chain(factors)
        .chain(actions)
        .chain(cause)
        .find(|(_, text)| says(text))?;
    Some((id.to_owned(), None))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::{ActionItem, Declaration, Item, ItemState, Role, Why, declare};

    const START: i64 = 1_795_183_500_000;

    fn at(minutes: i64) -> Time {
        Time::from_millis(START + minutes * 60_000)
    }

    fn incident(severity: &str) -> Incident {
        let declaration = Declaration {
            id: "INC-2026-0042".into(),
            title: "Checkout failing".into(),
            framework: "war-room".into(),
            severity: severity.into(),
            status: "declared".into(),
            ..Declaration::default()
        };
        declare(&declaration, "uidabcd", "declare", "kim", at(0)).unwrap()
    }

    fn ids(incident: &Incident, minutes: i64) -> Vec<String> {
        let framework = Framework::builtin("war-room").unwrap();
        let reminders = framework.derive(incident, at(minutes)).reminders;
        reminders.into_iter().map(|reminder| reminder.id).collect()
    }

    fn has(incident: &Incident, minutes: i64, kind: &str) -> bool {
        ids(incident, minutes).iter().any(|id| id.starts_with(kind))
    }

    #[test]
    fn nobody_commands() {
        let mut incident = incident("P1");
        assert!(!has(&incident, 4, "no-commander"));
        assert!(has(&incident, 5, "no-commander"));
        incident.roles.push(Arc::new(Role {
            id: "raaaaaaa".into(),
            role: "incident_commander".into(),
            who: "sam".into(),
            since: at(2),
            ..Role::default()
        }));
        assert!(!has(&incident, 60, "no-commander"));
        incident.roles.clear();
        incident.status = "cancelled".into();
        assert!(!has(&incident, 60, "no-commander"));
    }

    #[test]
    fn silent_for_too_long_or_not_long_enough() {
        let mut incident = incident("P1");
        assert!(!has(&incident, 1, "too-rare"));
        assert!(has(&incident, 300, "too-rare"));
        for (number, minute) in [10, 13].into_iter().enumerate() {
            incident.communications.push(Arc::new(Communication {
                id: format!("u{number}"),
                audience: "internal".into(),
                text: "on it".into(),
                at: at(minute),
                ..Communication::default()
            }));
        }
        assert!(has(&incident, 14, "too-often internal"));
        assert!(!has(&incident, 30, "too-often"), "it is over");
        Arc::make_mut(&mut incident.communications[1]).audience = "executives".into();
        assert!(!has(&incident, 14, "too-often"), "to others");
    }

    #[test]
    fn a_condition_ticked_without_a_word() {
        let mut incident = incident("P1");
        let framework = Framework::builtin("war-room").unwrap();
        let id = framework.gate.items[1].item.clone();
        incident.checklist.push(Arc::new(Item {
            id: id.clone(),
            state: ItemState::Done,
            ..Item::default()
        }));
        assert!(has(&incident, 1, &format!("bare-tick {id}")));
        Arc::make_mut(&mut incident.checklist[0]).note = Some("error rate 0.1 %".into());
        assert!(!has(&incident, 1, "bare-tick"));
    }

    #[test]
    fn action_items_and_the_words_of_the_review() {
        let mut incident = incident("P0");
        assert!(has(&incident, 1, "top-overused"));
        incident.impact.insert("users".into(), "all".into());
        assert!(!has(&incident, 1, "top-overused"));
        for number in 0..6 {
            incident.actions.push(Arc::new(ActionItem {
                id: format!("a{number}"),
                text: "add an index".into(),
                owner: Some("kim".into()),
                due: Some("2026-12-01".into()),
                ..ActionItem::default()
            }));
        }
        assert!(has(&incident, 1, "too-many-actions") && !has(&incident, 1, "loose-actions"));
        Arc::make_mut(&mut incident.actions[0]).owner = None;
        assert!(has(&incident, 1, "loose-actions"));
        incident.whys.push(Arc::new(Why {
            id: "waaaaaaa".into(),
            text: "It was Kim's fault".into(),
            ..Why::default()
        }));
        incident.status = "closed".into();
        assert!(has(&incident, 1, "blame waaaaaaa"), "also afterwards");
    }
}
