//! Countdowns for one moment: what starts each, what meets it, when it is due.

use std::time::Duration;

use super::data::{self, Class};
use super::history::Stretch;
use super::model::TimerRule;
use super::{Framework, Remedy, Span, TimerPhase, TimerView};
use crate::incident::{Change, Incident, InquiryKind, ItemState, Refusal, Time, TimerState, live};

impl Framework {
    /// Every countdown, most urgent first: the framework's, people's own, and those of items and requests with a time.
    pub(super) fn timers(&self, incident: &Incident, now: Time) -> Vec<TimerView> {
        let stretches = self.stretches(incident, now);
        let watch = self.watch(incident, now);
        let mut timers: Vec<TimerView> = self
            .timers
            .iter()
            // What was over when it was recorded is late for nothing.
            .filter(|_| !incident.backfilled)
            .filter_map(|rule| {
                if rule.waits {
                    self.wait_view(incident, &watch, rule, now)
                } else {
                    self.timer(incident, rule, &stretches, now)
                }
            })
            .collect();
        let known = |id: &str| self.timers.iter().any(|rule| rule.id == id);
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
        timers.extend(self.promise_timers(incident, now));
        timers.extend(self.relief_timers(incident, now));
        timers.sort_by(|a, b| (a.state, a.remaining_s, &a.id).cmp(&(b.state, b.remaining_s, &b.id)));
        timers
    }

    /// A timer of the framework as it stands; `None` where it does not run.
    fn timer(&self, incident: &Incident, rule: &TimerRule, stretches: &[Stretch], now: Time) -> Option<TimerView> {
        let standing = self.standings(incident, rule, stretches, now).pop()?;
        if (standing.met.is_none() || rule.repeats) && !standing.alive {
            return None;
        }
        // What is still to be met runs by the severity of now; what was met is judged by the one it was due at.
        let due = match standing.met {
            Some(_) => standing.judged(),
            None => standing.current.as_ref(),
        }?;
        let first = rule.span(&due.severity).map(|(first, _)| first);
        let state = match standing.met {
            Some(at) if at > due.overdue => TimerPhase::MetLate,
            Some(_) => TimerPhase::Met,
            None if standing.cleared.is_some() => TimerPhase::Cleared,
            None => running(due.since, due.first, due.overdue, now),
        };
        let rests = matches!(first, Some(Span::Days(_) | Span::Hours(_))) && !self.calendar.is_open(now);
        let state = match state {
            TimerPhase::Running | TimerPhase::Due if rests => TimerPhase::Paused,
            state => state,
        };
        let target = if now > due.first && due.overdue > due.first {
            due.overdue
        } else {
            due.first
        };
        let label = match &due.counted {
            Some(severity) => format!("{} (since {severity})", rule.label),
            None => rule.label.clone(),
        };
        Some(TimerView {
            id: rule.id.clone(),
            label,
            due: Some(due.first),
            overdue_at: (due.overdue > due.first).then_some(due.overdue),
            state,
            remaining_s: target.seconds_since(now),
            derived: true,
            snoozed: standing.snoozed,
            remedy: rule.remedy.clone(),
            borrowed: data::at(&rule.borrowed, &incident.severity).is_some(),
        })
    }
}

impl Framework {
    /// A timer that is the time of a request or of a checklist's item: put off, that time moves; it is not cleared without its entry.
    pub(super) fn of_entry(&self, incident: &Incident, change: Change, now: Time) -> Result<Change, Refusal> {
        let (Change::SnoozeTimer { timer, .. } | Change::ClearTimer { timer, .. }) = &change else {
            return Ok(change);
        };
        let of_request = live(&incident.inquiries).any(|one| one.id == *timer && one.due.is_some());
        let of_item = live(&incident.checklist).any(|one| one.id == *timer && one.due.is_some());
        let (section, ends) = match (of_request, of_item) {
            (true, _) => (
                "inquiries",
                "that is a request's time; it ends when the request is answered or withdrawn",
            ),
            (_, true) => (
                "checklist",
                "that is an item's time; it ends when the item is ticked or skipped",
            ),
            (false, false) => return Ok(change),
        };
        let Change::SnoozeTimer { timer, duration } = change else {
            return Err(Refusal::Invalid(ends.into()));
        };
        let until = now.plus(duration);
        self.put_off(incident, &timer, until, now)?;
        Ok(Change::Correct {
            section: section.into(),
            entry: timer,
            field: "due".into(),
            value: until.to_string(),
        })
    }

    /// Refuses to put a timer "off" to before it is due, and to put off a duration, which has to run its time.
    pub(super) fn put_off(&self, incident: &Incident, timer: &str, until: Time, now: Time) -> Result<(), Refusal> {
        if self.timers.iter().any(|rule| rule.id == timer && rule.waits) {
            return Err(Refusal::Invalid(format!(
                "{timer} is a duration that has to run its time; it cannot be put off"
            )));
        }
        let timers = self.timers(incident, now);
        let named = timers.iter().find(|one| one.id == timer && !one.derived);
        let called = named.map_or(timer, |one| one.label.as_str());
        let own = || timers.iter().filter(|one| one.id == timer);
        let is_over = |one: &TimerView| match one.state {
            TimerPhase::Met | TimerPhase::MetLate => true,
            TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running | TimerPhase::Paused | TimerPhase::Cleared => {
                false
            }
        };
        if own().next().is_some() && own().all(is_over) {
            return Err(Refusal::Invalid(format!(
                "{called} is met already, so there is nothing to put off"
            )));
        }
        let due = own().next().and_then(|one| one.overdue_at.or(one.due));
        match due.filter(|due| *due > now && until < *due) {
            Some(due) => Err(Refusal::Invalid(format!(
                "{called} is due at {} anyway, later than {}; nothing was changed",
                due.hms(),
                until.hms()
            ))),
            None => Ok(()),
        }
    }

    /// Refuses to clear a timer of the framework without a reason, and one that is a condition.
    pub(super) fn give_up(&self, timer: &str, reason: Option<&str>) -> Result<(), Refusal> {
        let Some(rule) = self.timers.iter().find(|rule| rule.id == timer) else {
            return Ok(());
        };
        if rule.waits {
            return Err(Refusal::Invalid(format!(
                "{timer} is a duration that has to run its time; skip the item with a reason instead"
            )));
        }
        if reason.is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Refusal::Invalid(format!(
                "clearing a timer of the framework needs a reason: warroom timer clear {timer} --reason \"…\""
            )));
        }
        Ok(())
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
