//! The resolution gate for one moment: its conditions, and the soak: the time for which nothing got worse.

use std::collections::HashSet;
use std::time::Duration;

use super::data::{self, Class};
use super::{Checklist, Framework, Gate, GateItem, Span};
use crate::incident::{
    Event, EventKind, Incident, ItemState, Mitigation, MitigationState, OpenConflict, Time, Undo, live,
};

/// How long the soak that a higher severity asked for is kept after the severity was lowered.
pub(super) const KEPT: Duration = Duration::from_secs(3600);

/// What the soak is counted from.
struct Quiet {
    since: Option<Time>,
    /// What made it begin anew, as a clause.
    because: Option<&'static str>,
    /// When it last got worse.
    worse: Option<Time>,
}

/// Since when it has been steady, whatever was ticked and unticked meanwhile, and when it last got worse.
pub(super) struct Steady {
    pub since: Option<Time>,
    pub worse: Option<Time>,
}

/// What bears on the soak, at one instant of the history.
enum Mark<'a> {
    /// Something was changed that ended or lessened the impact, or the end of the impact was recorded.
    Better,
    /// A status was entered.
    Status(&'a str),
    /// It got worse: why, as a clause.
    Worse(&'static str),
    /// A condition was taken back, or said again: why, as a clause.
    Condition(&'static str),
}

impl Framework {
    /// The conditions, each met or not, with why it matters.
    pub(super) fn gate(
        &self,
        incident: &Incident,
        checklists: &[Checklist],
        conflicts: &[OpenConflict],
        now: Time,
    ) -> Gate {
        let find = |id: &str| {
            checklists
                .iter()
                .flat_map(|list| &list.items)
                .find(|item| item.id == id)
        };
        let watch = self.watch(incident, now);
        let mut items: Vec<GateItem> = self
            .gate
            .items
            .iter()
            .filter_map(|wanted| {
                let item = find(&wanted.item)?;
                let skipped = item.state == ItemState::Skipped;
                let done = item.state == ItemState::Done;
                let wait = self.wait_in(incident, &watch, &item.id, now);
                let early = wait
                    .as_ref()
                    .is_some_and(|wait| item.at.is_none_or(|at| !wait.has_run(at)));
                Some(GateItem {
                    id: item.id.clone(),
                    text: match (skipped, done && early) {
                        (true, _) => format!("{} (skipped, so it stays unmet)", item.text),
                        (_, true) => format!(
                            "{} (ticked before it had run its time, or it began anew since)",
                            item.text
                        ),
                        (false, false) => item.text.clone(),
                    },
                    met: done && !early,
                    why: wanted.why.clone(),
                    met_at: wait.and_then(|wait| wait.due).filter(|due| *due > now),
                })
            })
            .collect();
        if let Some((soak, severity)) = self.soak_asked(incident, now) {
            items.push(self.soak(incident, soak, severity, now));
        }
        if let Some(why) = &self.stands_in {
            items.push(GateItem {
                id: "framework".into(),
                text: why.to_string(),
                met: false,
                why: Some("what it asks for before an incident is resolved is not known".into()),
                met_at: None,
            });
        }
        items.extend(conflicts.iter().map(|one| GateItem {
            text: match one.role() {
                Some(_) => format!("settle {}", self.conflict_in_words(incident, &one.subject)),
                None => format!(
                    "settle the conflict over {} (overwritten: {})",
                    self.conflict_in_words(incident, &one.subject),
                    one.lost.as_deref().unwrap_or("nothing")
                ),
            },
            id: one.event.clone(),
            met: false,
            why: Some(match one.role() {
                Some(_) => "two people gave the role at once".into(),
                None => "two people set it at once, and only one value can be right".into(),
            }),
            met_at: None,
        }));
        let missing = items
            .iter()
            .filter(|item| !item.met)
            .map(|item| match &item.why {
                Some(why) => format!("{}: {} ({why})", item.id, item.text),
                None => format!("{}: {}", item.id, item.text),
            })
            .collect::<Vec<_>>();
        Gate {
            ok: missing.is_empty(),
            items,
            missing,
        }
    }

    /// The soak that the severity asks for, and that severity where it is one of the last hour and no longer in force: lowering
    /// the severity is no way past what it asked for.
    fn soak_asked<'a>(&self, incident: &'a Incident, now: Time) -> Option<(Span, Option<&'a str>)> {
        let asks = |severity: &str| {
            let soak = data::at(&self.gate.soak, severity)?;
            soak.span().map(|(soak, _)| soak)
        };
        let worst = self.worse_lately(incident, now);
        let kept = worst.and_then(|worst| Some((asks(worst)?, Some(worst))));
        kept.or_else(|| Some((asks(&incident.severity)?, None)))
    }

    /// The worst severity that was in force within the last hour, where it is worse than the one in force now.
    pub(super) fn worse_lately<'a>(&self, incident: &'a Incident, now: Time) -> Option<&'a str> {
        let changes = incident.timeline.iter().filter(|event| {
            let said = said_at(incident, event);
            is_severity(event) && said <= now && said.plus(KEPT) > now
        });
        let was = changes
            .flat_map(|event| [event.from.as_deref(), event.to.as_deref()])
            .flatten();
        let rank = |severity: &str| self.severities.iter().position(|known| known.id == severity);
        was.filter(|severity| rank(severity).is_some())
            .min_by_key(|severity| rank(severity))
            .filter(|worst| rank(worst) < rank(&incident.severity).or(Some(usize::MAX)))
    }

    /// The soak: how long nothing got worse since the last change. While a change is under way it has not begun: every source that has
    /// a soak counts it from the change (S0:345 and 357, S1:203, S2:861), and whether it holds cannot be known before it is made.
    fn soak(&self, incident: &Incident, soak: Span, severity: Option<&str>, now: Time) -> GateItem {
        let label = &self.gate.soak_label;
        let quiet = self.quiet(self.marks(incident, now));
        let under_way = under_way(incident);
        let met_at = quiet.since.filter(|_| under_way.is_none());
        let met_at = met_at.map(|from| self.calendar.after(from, soak));
        let met = met_at.is_some_and(|at| at <= now);
        let mut text = match (met_at, under_way) {
            (Some(_), _) if met => format!("{label} of {soak} over"),
            (Some(at), _) => format!(
                "{label} of {soak} runs for another {}",
                crate::incident::time::format_clock(at.seconds_since(now))
            ),
            (None, Some(one)) => format!(
                "{label} of {soak} starts when {} is done; it is under way",
                super::approvals::named(one)
            ),
            (None, None) => format!("{label} of {soak} starts {}", self.soak_starts()),
        };
        if let Some(because) = quiet.because.filter(|_| !met && under_way.is_none()) {
            let at = quiet.since.map(|at| format!(" at {}", at.hm())).unwrap_or_default();
            text.push_str(&format!(", since {because}{at}"));
        }
        if let Some(severity) = severity.filter(|_| !met) {
            text.push_str(&format!("; {severity} was in force within the last hour"));
        }
        GateItem {
            id: "soak".into(),
            text,
            met,
            why: Some(self.gate.soak_why.clone()),
            met_at,
        }
    }

    /// What starts the soak, in words.
    fn soak_starts(&self) -> String {
        let watched = self.statuses.iter().find(|status| status.class == Class::Monitoring);
        let watched = watched
            .map(|status| format!(", with the status {}", status.id))
            .unwrap_or_default();
        format!(
            "when a mitigation is done{watched}, or when the end of the impact is recorded as the milestone mitigated"
        )
    }

    /// Since when nothing was changed and nothing got worse: from the last mitigation (or from when it was first watched, or the
    /// impact was said to be over), and anew from whatever happened after that: a condition that was unticked or ticked again, a
    /// mitigation that failed or was taken back, an alert, a severity that was raised, a status that went back and returned.
    fn quiet(&self, marks: Vec<(Time, Mark<'_>)>) -> Quiet {
        let place = |id: &str| self.statuses.iter().position(|known| known.id == id);
        let watched = self
            .statuses
            .iter()
            .position(|status| status.class == Class::Monitoring);
        let last_open = self.statuses.iter().rposition(|status| status.class == Class::Open);
        let returned = watched.or(last_open).unwrap_or_default();
        let mut quiet = Quiet {
            since: None,
            because: None,
            worse: None,
        };
        let mut was: Option<usize> = None;
        // The place that a status has to reach again after it went back.
        let mut wanted: Option<usize> = None;
        for (at, mark) in marks {
            match mark {
                Mark::Better => {
                    (quiet.since, quiet.because, wanted) = (Some(at), None, None);
                }
                Mark::Worse(why) | Mark::Condition(why) => {
                    if quiet.since.is_some() {
                        (quiet.since, quiet.because) = (Some(at), Some(why));
                    }
                    quiet.worse = Some(at);
                }
                Mark::Status(status) => {
                    let now = place(status);
                    if now.is_some() && now < was && quiet.since.is_some() {
                        quiet = Quiet {
                            since: None,
                            because: Some("the status went back"),
                            worse: Some(at),
                        };
                        wanted = was.map(|was| was.min(returned));
                    } else if wanted.is_some_and(|wanted| now >= Some(wanted)) {
                        (quiet.since, wanted) = (Some(at), None);
                    } else if quiet.since.is_none() && wanted.is_none() && self.class(status) == Class::Monitoring {
                        quiet.since = Some(at);
                    }
                    was = now;
                }
            }
        }
        quiet
    }

    /// What the durations of single conditions go by: other conditions say nothing about them.
    pub(super) fn steady(&self, incident: &Incident, now: Time) -> Steady {
        let mut marks = self.marks(incident, now);
        marks.retain(|(_, mark)| !matches!(mark, Mark::Condition(_)));
        let quiet = self.quiet(marks);
        Steady {
            since: quiet.since.filter(|_| under_way(incident).is_none()),
            worse: quiet.worse,
        }
    }

    /// All that bears on the soak, in the order in which it happened.
    fn marks<'a>(&self, incident: &'a Incident, now: Time) -> Vec<(Time, Mark<'a>)> {
        let mut marks: Vec<(Time, Mark<'a>)> = Vec::new();
        let mut ticked: HashSet<&str> = HashSet::new();
        for event in &incident.timeline {
            if let Some(mark) = self.mark(event, &mut ticked) {
                marks.push((event.at, mark));
            }
        }
        for mitigation in live(&incident.mitigations) {
            if let Some(at) = mitigation.done.filter(|_| mitigation.state != MitigationState::Failed) {
                marks.push((at, Mark::Better));
            }
        }
        if let Some(mitigated) = &incident.mitigated {
            marks.push((mitigated.at, Mark::Better));
        }
        marks.extend(setback(incident).map(|at| (at, Mark::Worse("a mitigation failed"))));
        // What a wrong clock dates ahead has not happened yet.
        marks.retain(|(at, _)| *at <= now);
        // Of one instant: what got worse counts last.
        marks.sort_by_key(|(at, mark)| (*at, matches!(mark, Mark::Worse(_) | Mark::Condition(_))));
        marks
    }

    /// Whether anything that bears on the gate was said since what is done again was done first: its own undoing does not.
    pub(super) fn bears_since(&self, incident: &Incident, undo: &Undo) -> bool {
        let mut ticked: HashSet<&str> = HashSet::new();
        let ends = [&undo.from, &undo.to];
        let own = |event: &Event| {
            event.subject.as_deref() == Some("status") && ends.contains(&&event.from) && ends.contains(&&event.to)
        };
        let marked = incident.timeline.iter().map(|event| {
            let marked = self.mark(event, &mut ticked).is_some() || event.kind == EventKind::Mitigation;
            (event.id.as_str(), marked && !own(event))
        });
        let marked: Vec<(&str, bool)> = marked.collect();
        let first = marked.iter().rposition(|(id, _)| *id == undo.event);
        marked[first.unwrap_or_default()..].iter().any(|(_, marked)| *marked)
    }

    fn mark<'a>(&self, event: &'a Event, ticked: &mut HashSet<&'a str>) -> Option<Mark<'a>> {
        if event.kind == EventKind::Alert {
            return is_firing(event).then_some(Mark::Worse("an alert fired"));
        }
        if event.kind == EventKind::Conflict {
            return None;
        }
        let to = event.to.as_deref()?;
        match event.subject.as_deref()? {
            "status" => event.retracted.is_none().then_some(Mark::Status(to)),
            "severity" => {
                let rank = |severity: &str| self.severities.iter().position(|known| known.id == severity);
                let raised = rank(to)? < rank(event.from.as_deref()?)?;
                (raised && event.retracted.is_none()).then_some(Mark::Worse("the severity was raised"))
            }
            subject => {
                let item = subject.strip_suffix(".state")?;
                self.gate.items.iter().find(|known| known.item == item)?;
                let done = ItemState::Done.as_str();
                let again = to == done && !ticked.insert(item);
                // That a duration has run its time again is no setback: what made it begin anew was one.
                if again && event.from.as_deref() == Some(done) && self.is_duration(item) {
                    return None;
                }
                let gone = event.from.as_deref() == Some(done) && to != done;
                match (again, gone) {
                    (true, _) => Some(Mark::Condition("a condition was ticked again")),
                    (_, true) => Some(Mark::Condition("a condition was unticked")),
                    (false, false) => None,
                }
            }
        }
    }
}

/// The change that was begun, and of which no one has said what came of it.
pub(super) fn under_way(incident: &Incident) -> Option<&Mitigation> {
    live(&incident.mitigations).find(|one| one.state == MitigationState::Started)
}

/// Whether an event says that the severity was changed, also where it was retracted since: that takes back the words, and what was
/// in force was in force.
pub(super) fn is_severity(event: &Event) -> bool {
    event.subject.as_deref() == Some("severity") && event.kind != EventKind::Conflict
}

/// When an event was said, however far back it is dated: to date a change back is no way past what it is held to.
pub(super) fn said_at(incident: &Incident, event: &Event) -> Time {
    let recorded = event.recorded.filter(|_| !incident.backfilled);
    recorded.map_or(event.at, |recorded| recorded.max(event.at))
}

/// Whether an alert says that something is wrong: monitoring also logs when one is over, and puts that first or last. In doubt it is
/// firing.
fn is_firing(event: &Event) -> bool {
    const OVER: [&str; 3] = ["resolved", "cleared", "recovered"];
    const NAMED: [&str; 4] = ["alert", "alerts", "alarm", "alarms"];
    const DENIED: [&str; 12] = [
        "not", "no", "never", "still", "yet", "t", "cannot", "unable", "failed", "again", "fired", "firing",
    ];
    let words = event
        .text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    // Nearly all say nothing of an end; each is asked again every second.
    let is_end =
        |word: &str| word.eq_ignore_ascii_case("closed") || OVER.iter().any(|end| word.eq_ignore_ascii_case(end));
    if event.retracted.is_some() || !words.clone().any(is_end) {
        return event.retracted.is_none();
    }
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    let is = |word: &String, known: &[&str]| known.contains(&word.as_str());
    // A connection or a circuit is closed too, so that word counts only in front, or beside the alert's own.
    let ended = |word: &String| is(word, &OVER) || word == "closed";
    let in_front = words.first().is_some_and(ended);
    let at_the_end = words.last().is_some_and(|word| is(word, &OVER));
    let beside = words
        .windows(2)
        .any(|two| is(&two[0], &NAMED) && ended(&two[1]) || ended(&two[0]) && is(&two[1], &NAMED));
    let denied = words.iter().any(|word| is(word, &DENIED)) || words.last().is_some_and(|word| word == "back");
    let marked = in_front && event.text.trim_start().starts_with('[');
    !(marked || (in_front || at_the_end || beside) && !denied)
}

/// When a mitigation that had been begun last failed, or was last taken back after it was done: what was seen to hold before rested
/// on it.
pub(super) fn setback(incident: &Incident) -> Option<Time> {
    let failed = live(&incident.mitigations)
        .filter(|one| one.state == MitigationState::Failed && one.started.or(one.done).is_some())
        .filter_map(|one| one.settled)
        .max();
    let before_done = |one: &&Mitigation| match one.state {
        MitigationState::Proposed | MitigationState::Approved | MitigationState::Started => true,
        MitigationState::Done | MitigationState::Verified | MitigationState::Failed | MitigationState::Other(_) => {
            false
        }
    };
    let before_done: Vec<&str> = live(&incident.mitigations)
        .filter(before_done)
        .map(|one| one.id.as_str())
        .collect();
    let done = [MitigationState::Done.as_str(), MitigationState::Verified.as_str()];
    let taken_back = |event: &&std::sync::Arc<Event>| {
        event.kind == EventKind::Mitigation
            && event.from.as_deref().is_some_and(|from| done.contains(&from))
            && event
                .subject
                .as_deref()
                .and_then(|subject| subject.strip_suffix(".state"))
                .is_some_and(|id| before_done.contains(&id))
    };
    // Nearly always there is none, and nothing to look through.
    let taken_back = (!before_done.is_empty())
        .then(|| incident.timeline.iter().rev().find(taken_back))
        .flatten();
    failed.max(taken_back.map(|event| event.at))
}

impl Framework {
    /// The conditions that are ticked and rest on a mitigation, in words; none where it was not begun.
    pub(super) fn rests_on(&self, incident: &Incident, mitigation: &Mitigation) -> Option<String> {
        mitigation.started.or(mitigation.done)?;
        let gate = &self.gate.items;
        let ticked = live(&incident.checklist)
            .filter(|entry| entry.state == ItemState::Done && gate.iter().any(|known| known.item == entry.id));
        let words: Vec<&str> = ticked.map(|entry| entry.text.as_str()).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    /// Whether a condition was ticked before a mitigation it rested on failed: it is to be looked at again.
    pub(super) fn is_stale(&self, item: &str, ticked: Option<Time>, setback: Option<Time>) -> bool {
        setback.is_some_and(|setback| ticked.is_none_or(|ticked| ticked <= setback))
            && self.gate.items.iter().any(|known| known.item == item)
    }
}

#[cfg(test)]
mod tests;
