//! What the fields of a template come to, from the record of the incident.

use std::time::Duration;

use super::{Facts, plain};
use crate::framework::data;
use crate::framework::model::{ChannelPart, Fact, Start, TimerRule, Within};
use crate::framework::promise;
use crate::framework::template::{Stage, TemplateField as Field, Wish, Words};
use crate::incident::time::format_duration;
use crate::incident::{
    ActionState, Event, EventKind, HypothesisState, MILESTONES, Milestone, Mitigation, MitigationState, Time, clock,
    live, people,
};

/// How many actions a message tells, the last ones.
const ACTIONS: usize = 5;

impl Facts<'_> {
    /// Whether two people disagree about what a field says.
    pub(super) fn is_disputed(&self, wish: &Wish) -> bool {
        let any = |wanted: &dyn Fn(&str) -> bool| self.derived.conflicts.iter().any(|one| wanted(&one.subject));
        let field = match wish {
            Wish::Impact(name) => return any(&|subject| subject.strip_prefix("impact.") == Some(name)),
            Wish::Own(name) => return any(&|subject| subject.strip_prefix("fields.") == Some(name)),
            Wish::Field(field) => *field,
        };
        match field {
            Field::Title | Field::Severity | Field::Status => any(&|subject| subject == field.as_str()),
            Field::Summary => {
                any(&|subject| subject == "summary" || self.incident.summary.is_none() && subject == "title")
            }
            Field::Users | Field::Revenue | Field::Services => {
                any(&|subject| subject.strip_prefix("impact.") == Some(field.as_str()))
            }
            Field::Impact => any(&|subject| subject.strip_prefix("impact.").is_some_and(|name| name != "revenue")),
            Field::Cause | Field::CauseSoFar => any(&|subject| subject == "cause"),
            Field::Id
            | Field::StatusWord
            | Field::Time
            | Field::DateTime
            | Field::Started
            | Field::Detected
            | Field::Declared
            | Field::Mitigated
            | Field::Resolved
            | Field::Duration
            | Field::Milestones
            | Field::Actions
            | Field::New
            | Field::FollowUp
            | Field::Next
            | Field::Mitigation
            | Field::Owner
            | Field::MitigationStarted
            | Field::Verification
            | Field::Rollback
            | Field::Eta
            | Field::Commander
            | Field::People
            | Field::Responders
            | Field::Hypotheses
            | Field::Contacts
            | Field::Channel
            | Field::Links
            | Field::Cadence
            | Field::NextUpdate
            | Field::LastUpdate
            | Field::Promise
            | Field::Review
            | Field::Reason
            | Field::Parent => false,
        }
    }

    /// The status, and that it came back, where this audience has not heard so yet.
    pub(super) fn status(&self) -> String {
        let title = self.framework.status_title(&self.derived.status);
        let mut events = self.incident.timeline.iter().rev();
        let back = events.find(|event| event.kind == EventKind::Reopened && event.retracted.is_none());
        let over = self.framework.classes.is_ended(&self.derived.status);
        match back.filter(|back| !over && self.last.is_none_or(|last| last < back.at)) {
            Some(back) => format!("{title}, reopened at {}", self.clock(back.at)),
            None => title.to_owned(),
        }
    }

    pub(super) fn duration(&self) -> Option<String> {
        let seconds = u64::try_from(self.derived.elapsed_s).ok()?;
        Some(format_duration(Duration::from_secs(seconds)))
    }

    pub(super) fn milestones(&self) -> Vec<String> {
        let of = |one: &Milestone| {
            let at = clock::milestone(self.incident, one)?;
            Some((at, one.to_string()))
        };
        let mut all: Vec<(Time, String)> = MILESTONES.iter().filter_map(of).collect();
        let mut events = self.incident.timeline.iter().rev();
        let found = events.find(|event| event.subject.as_deref() == Some("cause") && event.retracted.is_none());
        if let (Some(found), Some(cause)) = (found, self.cause()) {
            all.push((found.at, format!("root cause found: {cause}")));
        }
        let ended = self.mitigations(&[MitigationState::Done, MitigationState::Verified]);
        all.extend(ended.filter_map(|one| Some((one.done?, one.text.clone()))));
        all.sort_by_key(|(at, _)| *at);
        all.into_iter()
            .map(|(at, what)| format!("{}: {what}", self.clock(at)))
            .collect()
    }

    pub(super) fn impact_of(&self, name: &str) -> Option<String> {
        self.incident.impact.get(name).and_then(plain)
    }

    pub(super) fn cause(&self) -> Option<String> {
        let confirmed = || {
            let mut all = live(&self.incident.hypotheses);
            all.find(|one| one.state == HypothesisState::Confirmed)
                .map(|one| one.statement.clone())
        };
        self.incident.cause.clone().or_else(confirmed)
    }

    pub(super) fn suspected(&self) -> Option<String> {
        let best = self.hypotheses().into_iter().next()?;
        Some(format!("suspected, not confirmed: {best}"))
    }

    pub(super) fn hypotheses(&self) -> Vec<String> {
        let mut open: Vec<_> = live(&self.incident.hypotheses)
            .filter(|one| matches!(one.state, HypothesisState::Open | HypothesisState::Testing))
            .collect();
        open.sort_by_key(|one| one.rank());
        open.iter().map(|one| one.statement.clone()).collect()
    }

    /// What was done, with its times, what failed too; the last ones.
    pub(super) fn actions(&self, since: Option<Time>) -> Vec<String> {
        let under_way: Vec<&str> = self
            .mitigations(&[MitigationState::Started])
            .map(|one| one.id.as_str())
            .collect();
        let done = |event: &Event| {
            let is_under_way = || {
                let of = event
                    .subject
                    .as_deref()
                    .and_then(|subject| subject.strip_suffix(".state"));
                of.is_some_and(|id| under_way.contains(&id))
            };
            event.kind == EventKind::Action
                || (event.kind == EventKind::Mitigation
                    && match event.to.as_deref() {
                        Some("done" | "verified" | "failed") => true,
                        Some("started") => is_under_way(),
                        _ => false,
                    })
        };
        let since = since.unwrap_or(Time::from_millis(i64::MIN));
        let events = self.incident.timeline.iter().rev();
        let told = events.filter(|event| event.retracted.is_none() && event.at > since && done(event));
        let mut all: Vec<(Time, String)> = told
            .take(ACTIONS)
            .map(|event| (event.at, event.text.lines().next().unwrap_or_default().to_owned()))
            .collect();
        all.reverse();
        all.extend(self.ended_by_itself().filter(|(at, _)| *at > since));
        all.sort_by_key(|(at, _)| *at);
        all.into_iter()
            .map(|(at, what)| format!("{} {what}", at.hm()))
            .collect()
    }

    /// When the impact ended, where no mitigation ended it: a vendor did, or it passed.
    pub(super) fn ended_by_itself(&self) -> Option<(Time, String)> {
        let ended = clock::milestone(self.incident, &Milestone::Mitigated)?;
        let ours = [
            MitigationState::Started,
            MitigationState::Done,
            MitigationState::Verified,
        ];
        let none = self.mitigations(&ours).next().is_none();
        none.then(|| (ended, "the impact ended without a change of ours".to_owned()))
    }

    pub(super) fn follow_up(&self) -> Vec<String> {
        let open = live(&self.incident.actions).filter(|one| one.state != ActionState::Done);
        open.map(|one| {
            let owner = one.owner.as_ref().map(|owner| format!(" ({owner}"));
            let due = one.due.as_ref().map(|due| format!("by {due}"));
            match (owner, due) {
                (Some(owner), Some(due)) => format!("{}{owner}, {due})", one.text),
                (Some(owner), None) => format!("{}{owner})", one.text),
                (None, Some(due)) => format!("{} ({due})", one.text),
                (None, None) => one.text.clone(),
            }
        })
        .collect()
    }

    pub(super) fn mitigations<'s>(&'s self, states: &'s [MitigationState]) -> impl Iterator<Item = &'s Mitigation> {
        live(&self.incident.mitigations).filter(|one| states.contains(&one.state))
    }

    pub(super) fn next_steps(&self) -> Vec<String> {
        let started = self.mitigations(&[MitigationState::Started]);
        let mut all: Vec<String> = started
            .map(|one| format!("see whether it works: {}", one.text))
            .collect();
        let open = [MitigationState::Approved, MitigationState::Proposed];
        all.extend(self.mitigations(&open).map(|one| one.text.clone()));
        all
    }

    /// The mitigation that is under way, else the last that worked.
    pub(super) fn mitigation(&self) -> Option<&Mitigation> {
        let under_way = self
            .mitigations(&[MitigationState::Started])
            .max_by_key(|one| one.started);
        under_way.or_else(|| {
            self.mitigations(&[MitigationState::Done, MitigationState::Verified])
                .max_by_key(|one| one.done)
        })
    }

    pub(super) fn holders(&self, role: &str) -> Option<String> {
        let held = live(&self.incident.roles).filter(|held| held.role == role && held.until.is_none());
        let all: Vec<&str> = held.map(|held| held.who.as_str()).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    pub(super) fn people(&self) -> Vec<String> {
        let held = live(&self.incident.roles).filter(|held| held.until.is_none());
        held.map(|held| {
            format!(
                "{} ({})",
                held.who,
                self.framework.role_title(&held.role).to_lowercase()
            )
        })
        .collect()
    }

    pub(super) fn responders(&self) -> Vec<String> {
        let held = live(&self.incident.roles).map(|held| held.who.as_str());
        let wrote = self.incident.timeline.iter().filter_map(|event| {
            let machine = matches!(event.kind, EventKind::Alert) || event.by.contains(':');
            (!machine && !event.by.is_empty()).then_some(event.by.as_str())
        });
        people::distinct(held.chain(wrote))
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    /// `#incident-2026-11-20-checkout-failing`.
    pub(super) fn channel(&self) -> Option<String> {
        let form = self.framework.channel.as_ref()?;
        let day = clock::start(self.incident)?.date().to_string();
        let words: String = self
            .incident
            .title
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        let slug = words.split_whitespace().take(6).collect::<Vec<_>>().join("-");
        let parts = form.parts.iter().map(|part| match part {
            ChannelPart::Text(text) => text.as_str(),
            ChannelPart::Day => day.as_str(),
            ChannelPart::Title => slug.as_str(),
            ChannelPart::Id => self.incident.id.as_str(),
        });
        Some(parts.collect())
    }

    /// How often this audience is told at this severity (`15m to 30m`).
    pub(super) fn cadence(&self) -> Option<String> {
        Some(self.within()?.to_string().replace('-', " to "))
    }

    /// How often this audience hears: by what runs of every incident, and by what runs in this one (the daily briefing of a major
    /// incident); the shortest of them.
    fn within(&self) -> Option<&Within> {
        let fact = Fact::Told(self.wanted.audience.to_owned());
        let class = self.framework.class(&self.incident.status);
        let runs = |rule: &&TimerRule| {
            let here = || self.derived.timers.iter().any(|timer| timer.id == rule.id);
            rule.from.iter().any(Start::is_of_every_incident) || here()
        };
        let mine = self.framework.timers.iter();
        let mine = mine.filter(|rule| rule.repeats && rule.met_by.contains(&fact) && rule.during.contains(&class));
        let all = mine.filter(runs);
        let all = all.filter_map(|rule| data::at(&rule.within, &self.derived.severity));
        // One that names no time (`as needed`) is the last.
        all.min_by_key(|within| {
            let due = within
                .span()
                .map(|(first, _)| self.framework.calendar.after(self.now, first));
            (due.is_none(), due)
        })
    }

    /// When this audience hears of it again: what is sent now starts the cadence anew.
    pub(super) fn next_update(&self) -> String {
        if self.framework.classes.is_ended(&self.incident.status) {
            return "is not planned: the incident is over".into();
        }
        match self.within().and_then(Within::span) {
            Some((first, _)) => {
                let at = self.framework.calendar.after(self.now, first);
                format!("by {}", self.clock(at))
            }
            None => "when there is news".into(),
        }
    }

    /// What a draft begins with where its template does not say what became of the last promise: outside only what was not kept.
    pub(in crate::message) fn owed(&self, words: &Words, stage: Stage) -> Option<String> {
        let goes_on = matches!(
            stage,
            Stage::Progress | Stage::Holding | Stage::Mitigation | Stage::Reopened
        );
        let said = words.wishes().any(|wish| *wish == Wish::Field(Field::Promise));
        if !goes_on || said || self.wanted.corrects.is_some() {
            return None;
        }
        let due = promise::last_promise(self.framework, self.incident, self.wanted.audience, self.now)?.due;
        let late = self.now.seconds_since(due) > promise::GRACE_S;
        (late || !self.framework.is_outside(self.wanted.audience))
            .then(|| self.promise())
            .flatten()
    }

    /// What became of the promise that the last message made.
    pub(super) fn promise(&self) -> Option<String> {
        let promised = promise::last_promise(self.framework, self.incident, self.wanted.audience, self.now)?.due;
        let late = self.now.seconds_since(promised);
        Some(if late <= promise::GRACE_S {
            format!("This update was promised by {} and is on time.", self.clock(promised))
        } else {
            format!(
                "This update was promised by {} and is {} late.",
                self.clock(promised),
                spelled(late.unsigned_abs() / 60)
            )
        })
    }

    /// The date that was set for the review, else the last moment for it.
    pub(super) fn review(&self) -> Option<String> {
        if let Some(set) = self.incident.fields.get("review").and_then(plain) {
            return Some(match Time::parse_rfc3339(&set) {
                Some(at) => format!("{} {} UTC", at.date(), at.hm()),
                None => set,
            });
        }
        let clock = self.framework.review_timer()?;
        // What asks for the review is the worst severity of the last hour, as its timer has it.
        let severity = self
            .framework
            .review_asked_by(self.incident)
            .unwrap_or(&self.derived.severity);
        let Some((_, last)) = data::at(&clock.within, severity).and_then(Within::span) else {
            let review = self.framework.review.as_ref()?;
            return data::at(&review.within, severity).cloned();
        };
        let from = clock::milestone(self.incident, &Milestone::Resolved).unwrap_or(self.now);
        let by = self.framework.calendar.after(from, last);
        Some(format!("by {} {} UTC", by.date(), by.hm()))
    }

    /// Why it was none, as it was given when the incident was cancelled.
    pub(super) fn reason(&self) -> Option<String> {
        let mut events = self.incident.timeline.iter().rev();
        let cancelled = events.find(|event| {
            event.subject.as_deref() == Some("status")
                && event
                    .to
                    .as_deref()
                    .is_some_and(|to| self.framework.class(to) == data::Class::Cancelled)
        })?;
        cancelled.text.split_once(": ").map(|(_, reason)| reason.to_owned())
    }
}

/// `1 hour 5 minutes`: words for people who know no abbreviations of ours.
fn spelled(minutes: u64) -> String {
    let some = |number: u64, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        many => Some(format!("{many} {word}s")),
    };
    let parts = [some(minutes / 60, "hour"), some(minutes % 60, "minute")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
