//! Every time that a timer was due, and what came of it: what a review and its figures ask for. Pure.
//!
//! A timer is judged by the severity that was in force when it was due: lowering the severity afterwards makes nothing punctual,
//! raising it makes nothing late that was not due yet. What a raise would make late at once is counted from the raise.

use serde::Serialize;

use super::Framework;
use super::data::Class;
use super::model::{Fact, Start, TimerRule};
use crate::incident::{EventKind, Incident, Time, Timer, TimerState, live};

/// One time that a timer was due.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimerRecord {
    /// The timer (`update.internal`); of a cadence there is a record for each repeat.
    pub id: String,
    /// What people read.
    pub label: String,
    /// The severity by which it is judged: the one in force when it was due.
    pub severity: String,
    /// What it was counted from.
    pub since: Time,
    /// When it was due.
    pub due: Time,
    /// Of a range: the second moment, after which it is late.
    pub overdue_at: Option<Time>,
    /// When it was met.
    pub met: Option<Time>,
    /// What came of it.
    pub outcome: TimerOutcome,
    /// Seconds that it was met too late, or that it is overdue by; 0 where it was met in time.
    pub late_s: i64,
    /// Whether it is a cadence.
    pub repeats: bool,
}

/// What came of a timer that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerOutcome {
    /// Met in time.
    Met,
    /// Met, but late.
    MetLate,
    /// Past its time, and still to be met.
    Overdue,
    /// Past its time, and nothing has met it before the incident ended.
    NeverMet,
    /// Cleared by a person, with a reason, before it was late.
    Cleared,
}

/// A stretch of the incident with one severity and one class of status.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    from: Option<Time>,
    pub(super) severity: String,
    class: Class,
    /// Whether it began with a severity that is worse than the one before, or the first.
    raised: bool,
}

/// A time that a timer is due.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub severity: String,
    pub since: Time,
    pub first: Time,
    pub overdue: Time,
    /// Since which change it is counted, where it would have been late at once by then.
    pub counted: Option<String>,
}

/// How a timer stands.
#[derive(Debug)]
pub(super) struct Standing {
    /// By the severity in force now, where it runs at it.
    pub current: Option<Due>,
    /// By the first severity under which it became late.
    pub late: Option<Due>,
    /// When it was met.
    pub met: Option<Time>,
    /// When a person cleared it, where that still counts.
    pub cleared: Option<Time>,
    pub snoozed: bool,
    /// Whether the incident is in a status in which it runs.
    pub alive: bool,
}

impl Standing {
    /// What it is judged by.
    pub(super) fn judged(&self) -> Option<&Due> {
        self.late.as_ref().or(self.current.as_ref())
    }
}

impl Framework {
    /// Each time that a timer of this framework was due until `now`, and what came of it: in the order of the framework, each
    /// repeat of a cadence for itself.
    pub fn timer_history(&self, incident: &Incident, now: Time) -> Vec<TimerRecord> {
        // What was over when it was recorded is late for nothing.
        if incident.backfilled {
            return vec![];
        }
        let stretches = self.stretches(incident, now);
        let timers = self.timers.iter().filter(|rule| !rule.waits);
        timers
            .flat_map(|rule| {
                let all = self.standings(incident, rule, &stretches, now);
                all.into_iter().filter_map(|standing| record(rule, &standing, now))
            })
            .chain(self.promise_records(incident, now))
            .collect()
    }

    /// The stretches of an incident, in order; the first has no beginning.
    pub(super) fn stretches(&self, incident: &Incident, now: Time) -> Vec<Stretch> {
        let changes = |field: &'static str| {
            incident.timeline.iter().filter(move |event| {
                event.subject.as_deref() == Some(field) && event.kind != EventKind::Conflict && event.at <= now
            })
        };
        let first = |field: &'static str, present: &str| match changes(field).next() {
            Some(event) => event.from.as_deref().unwrap_or_default().to_owned(),
            None => present.to_owned(),
        };
        let rank = |severity: &str| self.severities.iter().position(|known| known.id == severity);
        let mut stretches = vec![Stretch {
            from: None,
            severity: first("severity", &incident.severity),
            class: self.class(&first("status", &incident.status)),
            raised: false,
        }];
        let both = incident.timeline.iter().filter(|event| {
            matches!(event.subject.as_deref(), Some("severity" | "status"))
                && event.kind != EventKind::Conflict
                && event.at <= now
        });
        for event in both {
            let Some(last) = stretches.last() else { break };
            let to = event.to.as_deref().unwrap_or_default();
            let next = if event.subject.as_deref() == Some("severity") {
                Stretch {
                    from: Some(event.at),
                    severity: to.to_owned(),
                    class: last.class,
                    raised: rank(to).is_some_and(|to| rank(&last.severity).is_none_or(|was| to < was)),
                }
            } else {
                Stretch {
                    from: Some(event.at),
                    severity: last.severity.clone(),
                    class: self.class(to),
                    raised: false,
                }
            };
            if next.severity != last.severity || next.class != last.class {
                stretches.push(next);
            }
        }
        // While two people's values collide the safer one counts, whatever the timeline says last.
        if let Some(last) = stretches.last_mut() {
            last.severity.clone_from(&incident.severity);
            last.class = self.class(&incident.status);
        }
        stretches
    }

    /// How a timer stands: of a cadence each repeat, the present one last. Empty where it has not started.
    pub(super) fn standings(
        &self,
        incident: &Incident,
        rule: &TimerRule,
        stretches: &[Stretch],
        now: Time,
    ) -> Vec<Standing> {
        let started = rule.from.iter().filter_map(|from| self.start(incident, from)).min();
        let Some(mut since) = started.filter(|since| *since <= now) else {
            return Vec::new();
        };
        let kept = self.kept_for_the_review(incident, rule, stretches);
        let stretches = kept.as_deref().unwrap_or(stretches);
        let own = live(&incident.timers).find(|own| own.id == rule.id);
        // What was said before the fact that it is about was not about it.
        let about = |from: &Start| matches!(from, Start::Procedure(_) | Start::Field(_));
        let about = rule.from.iter().any(about);
        let act = |fact: &Fact| about && fact.is_act();
        let mut met: Vec<Time> = rule
            .met_by
            .iter()
            .flat_map(|fact| {
                let times = self.times(incident, fact).into_iter();
                times.filter(|at| *at <= now && (*at >= since || !act(fact)))
            })
            .collect();
        met.sort_unstable();
        if !rule.repeats {
            return vec![self.standing(rule, stretches, since, met.first().copied(), own, now)];
        }
        let mut all = Vec::new();
        for at in met {
            if at > since {
                all.push(self.standing(rule, stretches, since, Some(at), own, now));
                since = at;
            }
        }
        all.push(self.standing(rule, stretches, since, None, own, now));
        all
    }

    /// The severities by which the time of a review counts: that of the resolution, or the worse one that asks for the review. Lowering
    /// the severity just before wins no time for it.
    fn kept_for_the_review(&self, incident: &Incident, rule: &TimerRule, all: &[Stretch]) -> Option<Vec<Stretch>> {
        let asked = rule
            .from
            .contains(&Start::Resolved)
            .then(|| self.review_asked_by(incident))??;
        let rank = self.severity_rank(asked)?;
        let kept = |one: &Stretch| match self.severity_rank(&one.severity) {
            Some(other) if other > rank => Stretch {
                severity: asked.to_owned(),
                ..one.clone()
            },
            _ => one.clone(),
        };
        Some(all.iter().map(kept).collect())
    }

    /// When what starts a timer happened; of a telling the first.
    pub(super) fn start(&self, incident: &Incident, from: &Start) -> Option<Time> {
        use crate::incident::{Milestone, clock};
        let milestone = |name: Milestone| clock::milestone(incident, &name);
        match from {
            Start::Detected => milestone(Milestone::Detected).or_else(|| clock::start(incident)),
            Start::Declared => milestone(Milestone::Declared).or_else(|| clock::start(incident)),
            Start::Acknowledged => milestone(Milestone::Acknowledged),
            Start::Resolved => milestone(Milestone::Resolved),
            Start::Mitigation => live(&incident.mitigations)
                .filter_map(|mitigation| mitigation.done)
                .max(),
            Start::Told(audience) => self.first(incident, &Fact::Told(audience.clone())),
            Start::Escalated(target) => self.since(incident, &Fact::Escalated(target.clone())),
            Start::Procedure(id) => {
                let procedure = self.procedures.iter().find(|known| known.id == *id)?;
                self.called_for_since(incident, procedure)
            }
            Start::Field(field) => self.affirmed_since(incident, field),
            // Only durations wait for that; they are looked at by themselves.
            Start::Stable => None,
        }
    }

    /// One time that a timer is due: from `since` until it was met, or until now.
    fn standing(
        &self,
        rule: &TimerRule,
        stretches: &[Stretch],
        since: Time,
        met: Option<Time>,
        own: Option<&Timer>,
        now: Time,
    ) -> Standing {
        let end = met.unwrap_or(now);
        let cleared = own
            .filter(|own| own.state == TimerState::Cleared)
            .map(|own| own.rev.get("state").map_or(own.at, |stamp| stamp.at))
            .filter(|at| *at >= since && *at <= end);
        // A raise of the severity brings back what was cleared at a lower one, with its grace.
        let given_up = cleared;
        let cleared = cleared.filter(|at| {
            let mut raises = stretches.iter().filter(|one| one.raised);
            !raises
                .any(|one| one.from.is_some_and(|from| from > *at && from <= end) && rule.span(&one.severity).is_some())
        });
        let put_off = own.filter(|own| own.state == TimerState::Running && own.due > since);
        let put_off = put_off.map(|own| (own.due, own.rev.get("due").map_or(own.at, |stamp| stamp.at)));
        let put_off = put_off.filter(|(_, at)| *at >= since && *at <= end);
        let mut standing = Standing {
            current: None,
            late: None,
            met,
            cleared,
            snoozed: false,
            alive: stretches.last().is_some_and(|last| rule.during.contains(&last.class)),
        };
        let mut late = false;
        for (number, stretch) in stretches.iter().enumerate() {
            if stretch.from.is_some_and(|from| from > end) {
                break;
            }
            let next = stretches.get(number + 1).and_then(|next| next.from);
            let until = next.map_or(end, |next| next.min(end));
            if next.is_some_and(|next| next < since) || !rule.during.contains(&stretch.class) {
                continue;
            }
            let Some((first, last)) = rule.span(&stretch.severity) else {
                standing.current = None;
                continue;
            };
            let after = |since: Time, counted| Due {
                severity: stretch.severity.clone(),
                since,
                first: self.calendar.after(since, first),
                overdue: self.calendar.after(since, last),
                counted,
            };
            let kept = standing.current.take().filter(|due| due.severity == stretch.severity);
            let mut due = kept.unwrap_or_else(|| after(since, None));
            let brought_back = |from: Time| stretch.raised && given_up.is_some_and(|at| at < from);
            if let Some(from) = stretch
                .from
                .filter(|from| *from > since && due.overdue < *from && (!late || brought_back(*from)))
            {
                due = after(from, Some(stretch.severity.clone()));
                // A raise leaves its grace; a reopening the timer's own time.
                if stretch.raised {
                    let until = self.calendar.after(from, self.raise_grace);
                    (due.first, due.overdue) = (until, until);
                }
            }
            // What was put off once it was late is late all the same.
            let in_time = put_off.filter(|(_, at)| *at <= due.overdue);
            let overdue = in_time.map_or(due.overdue, |(until, _)| due.overdue.max(until));
            if overdue < until && cleared.is_none_or(|at| at > overdue) {
                late = true;
                if !stretch.severity.is_empty() && standing.late.is_none() {
                    standing.late = Some(Due {
                        first: due.first.max(in_time.map_or(due.first, |(until, _)| until)),
                        overdue,
                        ..due.clone()
                    });
                }
            }
            standing.current = Some(due);
        }
        if let (Some(due), Some((until, _))) = (&mut standing.current, put_off)
            && until > due.first
        {
            standing.snoozed = true;
            due.first = until;
            due.overdue = due.overdue.max(until);
        }
        standing
    }

    /// Every time that a fact happened: of a telling or an escalation each, of anything else the first.
    fn times(&self, incident: &Incident, fact: &Fact) -> Vec<Time> {
        match fact {
            Fact::Told(audience) => live(&incident.communications)
                .filter(|sent| sent.audience == *audience)
                .map(|sent| sent.at)
                .collect(),
            Fact::Escalated(to) => incident
                .timeline
                .iter()
                .filter(|event| {
                    event.kind == EventKind::Escalation && event.retracted.is_none() && event.to.as_deref() == Some(to)
                })
                .map(|event| event.at)
                .collect(),
            Fact::ToldState(audience, state) => self.told_state(incident, audience, state).collect(),
            Fact::Any(facts) => facts.iter().flat_map(|fact| self.times(incident, fact)).collect(),
            Fact::All(facts) => all_of(facts.iter().map(|fact| self.times(incident, fact)).collect()),
            other => self.first(incident, other).into_iter().collect(),
        }
    }
}

/// When all of several were done: at the last of their first times, at the last of their second times, and so on. What happens
/// once only stays done.
fn all_of(mut parts: Vec<Vec<Time>>) -> Vec<Time> {
    for times in &mut parts {
        times.sort_unstable();
    }
    let rounds = parts.iter().map(Vec::len).max().unwrap_or_default();
    let round = |number: usize| {
        let times: Option<Vec<Time>> = parts
            .iter()
            .map(|times| times.get(number).or(times.last()).copied())
            .collect();
        times?.into_iter().max()
    };
    let mut all: Vec<Time> = (0..rounds).filter_map(round).collect();
    all.dedup();
    all
}

/// What came of one time that a timer was due; `None` where it was not due yet, or does not run at all.
fn record(rule: &TimerRule, standing: &Standing, now: Time) -> Option<TimerRecord> {
    let due = standing.judged()?;
    let (outcome, late_s) = match standing.met {
        Some(at) if at > due.overdue => (TimerOutcome::MetLate, at.seconds_since(due.overdue)),
        Some(_) => (TimerOutcome::Met, 0),
        None if standing.cleared.is_some_and(|at| at <= due.overdue) => (TimerOutcome::Cleared, 0),
        None if now <= due.overdue => return None,
        None if standing.alive => (TimerOutcome::Overdue, now.seconds_since(due.overdue)),
        // What had not become late while it ran was not due any more.
        None if standing.late.is_none() => return None,
        None => (TimerOutcome::NeverMet, now.seconds_since(due.overdue)),
    };
    Some(TimerRecord {
        id: rule.id.clone(),
        label: rule.label.clone(),
        severity: due.severity.clone(),
        since: due.since,
        due: due.first,
        overdue_at: (due.overdue > due.first).then_some(due.overdue),
        met: standing.met,
        outcome,
        late_s,
        repeats: rule.repeats,
    })
}
