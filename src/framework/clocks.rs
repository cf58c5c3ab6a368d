//! Countdowns for one moment: what starts each, what meets it, when it is due.

use std::time::Duration;

use super::data::{self, Class};
use super::model::{Clock, Fact, Start};
use super::{Framework, Remedy, Span, TimerPhase, TimerView};
use crate::incident::{Incident, InquiryKind, ItemState, Milestone, Time, TimerState, clock, live};

impl Framework {
    /// Every countdown, most urgent first: the framework's, people's own, and those of items and requests with a time.
    pub(super) fn timers(&self, incident: &Incident, now: Time) -> Vec<TimerView> {
        let mut timers: Vec<TimerView> = self
            .clocks
            .iter()
            .filter_map(|clock| self.timer(incident, clock, now))
            .collect();
        let known = |id: &str| self.clocks.iter().any(|clock| clock.id == id);
        let ended = matches!(self.class(&incident.status), Class::Closed | Class::Cancelled);
        for own in live(&incident.timers).filter(|own| !known(&own.id)) {
            let state = if own.state == TimerState::Cleared || ended {
                TimerPhase::Cleared
            } else {
                running(own.at, own.due, own.due, now)
            };
            timers.push(TimerView {
                id: own.id.clone(),
                label: own.label.clone(),
                due: Some(own.due),
                overdue_at: None,
                state,
                remaining_s: own.due.seconds_since(now),
                derived: false,
                snoozed: false,
                remedy: Some(Remedy::ClearTimer(own.id.clone())),
                borrowed: false,
            });
        }
        for item in live(&incident.checklist).filter(|item| item.state == ItemState::Open) {
            if let Some(due) = item.due.filter(|_| !ended) {
                timers.push(TimerView {
                    id: item.id.clone(),
                    label: item.text.clone(),
                    due: Some(due),
                    overdue_at: None,
                    state: running(item.at.unwrap_or(due), due, due, now),
                    remaining_s: due.seconds_since(now),
                    derived: false,
                    snoozed: false,
                    remedy: Some(Remedy::TickItem(item.id.clone())),
                    borrowed: false,
                });
            }
        }
        for inquiry in live(&incident.inquiries) {
            let waits = inquiry.is_open();
            if let Some(due) = inquiry.due.filter(|_| waits && !ended) {
                timers.push(TimerView {
                    id: inquiry.id.clone(),
                    label: format!("{}: {}", inquiry.to, inquiry.text),
                    due: Some(due),
                    overdue_at: None,
                    state: running(inquiry.at, due, due, now),
                    remaining_s: due.seconds_since(now),
                    derived: false,
                    snoozed: false,
                    remedy: Some(Remedy::AnswerRequest {
                        request: inquiry.id.clone(),
                        task: inquiry.kind == InquiryKind::Task,
                    }),
                    borrowed: false,
                });
            }
        }
        timers.sort_by(|a, b| (a.state, a.remaining_s, &a.id).cmp(&(b.state, b.remaining_s, &b.id)));
        timers
    }

    /// When a clock starts; of a cadence, when it last started anew.
    fn start(&self, incident: &Incident, from: &Start) -> Option<Time> {
        let milestone = |name: Milestone| clock::milestone(incident, &name);
        match from {
            Start::Detected => milestone(Milestone::Detected).or_else(|| clock::start(incident)),
            Start::Declared => milestone(Milestone::Declared).or_else(|| clock::start(incident)),
            Start::Acknowledged => milestone(Milestone::Acknowledged),
            Start::Resolved => milestone(Milestone::Resolved),
            Start::Mitigation => live(&incident.mitigations)
                .filter_map(|mitigation| mitigation.done)
                .max(),
            Start::Told(audience) => self.since(incident, &Fact::Told(audience.clone())),
            Start::Escalated(target) => self.since(incident, &Fact::Escalated(target.clone())),
        }
    }

    /// A clock of the framework as it stands; `None` where it does not run.
    fn timer(&self, incident: &Incident, clock: &Clock, now: Time) -> Option<TimerView> {
        let severity = incident.severity.as_str();
        let (first, last) = data::at(&clock.within, severity)?.span()?;
        let class = self.class(&incident.status);
        let alive = clock.during.contains(&class);
        let mut start = self.start(incident, &clock.from)?;
        let met = if clock.repeats {
            self.since(incident, &clock.met_by)
        } else {
            self.first(incident, &clock.met_by)
        };
        if clock.repeats {
            start = met.map_or(start, |met| met.max(start));
        }
        let met = met.filter(|met| !clock.repeats && (*met >= start || clock.from != Start::Mitigation));
        if (met.is_none() || clock.repeats) && !alive {
            return None;
        }
        let raise = self.raise(incident, clock, start, self.calendar.after(start, last));
        let own = live(&incident.timers).find(|own| own.id == clock.id);
        let touched = |field: &str| own.and_then(|own| own.rev.get(field)).map(|stamp| stamp.at);
        let (mut due, mut overdue) = (self.calendar.after(start, first), self.calendar.after(start, last));
        if let Some(raise) = &raise {
            (due, overdue) = (raise.until, raise.until);
        }
        let snoozed = own.is_some_and(|own| own.due > due && own.due > start && own.state == TimerState::Running);
        if let Some(own) = own.filter(|_| snoozed) {
            due = own.due;
            overdue = overdue.max(due);
        }
        let cleared = own.is_some_and(|own| own.state == TimerState::Cleared)
            && touched("state").or(own.map(|own| own.at)).is_none_or(|at| at >= start);
        let state = match met {
            Some(at) if at > overdue => TimerPhase::MetLate,
            Some(_) => TimerPhase::Met,
            None if cleared => TimerPhase::Cleared,
            None => running(start, due, overdue, now),
        };
        let rests = matches!(first, Span::Days(_) | Span::Hours(_)) && !self.calendar.is_open(now);
        let state = match state {
            TimerPhase::Running | TimerPhase::Due if rests => TimerPhase::Paused,
            state => state,
        };
        let target = if now > due && overdue > due { overdue } else { due };
        Some(TimerView {
            id: clock.id.clone(),
            label: match &raise {
                Some(raise) => format!("{} (since {})", clock.label, raise.severity),
                None => clock.label.clone(),
            },
            due: Some(due),
            overdue_at: (overdue > due).then_some(overdue),
            state,
            remaining_s: target.seconds_since(now),
            derived: true,
            snoozed,
            remedy: clock.remedy.clone(),
            borrowed: data::at(&clock.borrowed, severity).is_some(),
        })
    }
}

/// State of a countdown that nobody has met: due between the two moments of a range, or in a plain one's last fifth.
fn running(start: Time, due: Time, overdue: Time, now: Time) -> TimerPhase {
    let fifth = Duration::from_millis(u64::try_from(due.millis() - start.millis()).unwrap_or(0) / 5);
    if now > overdue {
        TimerPhase::Overdue
    } else if now > due || (due == overdue && now >= due.minus(fifth) && now > start) {
        TimerPhase::Due
    } else {
        TimerPhase::Running
    }
}
