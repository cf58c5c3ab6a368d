//! The fields of a template, from what the incident knows.

use std::time::Duration;

use super::gaps::Gap;
use crate::framework::model::{ChannelPart, Fact, Start, Template, Within};
use crate::framework::promise;
use crate::framework::promise::last_sent as last;
use crate::framework::template::{Line, Part, Stage, TemplateField as Field, Wish, Words};
use crate::framework::{Derived, Framework, data};
use crate::incident::time::format_duration;
use crate::incident::{
    ActionState, Event, EventKind, HypothesisState, Incident, MILESTONES, Milestone, Mitigation, MitigationState, Time,
    clock, live, people,
};

/// How many actions a message tells, the last ones.
const ACTIONS: usize = 5;

/// What a draft is made for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Id of the audience.
    pub audience: &'a str,
    /// Id of the template, where a certain one is wanted.
    pub template: Option<&'a str>,
    /// The stage, where it is not the one that the incident is in.
    pub stage: Option<Stage>,
    /// The status that is given to them (`identified`).
    pub status: Option<&'a str>,
    /// When they may expect the end, from now.
    pub eta: Option<Duration>,
    /// When the update was sent that this one corrects.
    pub corrects: Option<Time>,
}

/// What one field comes to.
enum Value {
    One(String),
    Several(Vec<String>),
    Unknown,
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        value
            .filter(|text| !text.trim().is_empty())
            .map_or(Self::Unknown, Self::One)
    }
}

impl From<Vec<String>> for Value {
    fn from(all: Vec<String>) -> Self {
        if all.is_empty() {
            Self::Unknown
        } else {
            Self::Several(all)
        }
    }
}

/// Where the fields are read.
pub(super) struct Facts<'a> {
    framework: &'a Framework,
    incident: &'a Incident,
    derived: &'a Derived,
    wanted: Wanted<'a>,
    now: Time,
    /// When the audience heard last.
    last: Option<Time>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(
        framework: &'a Framework,
        incident: &'a Incident,
        derived: &'a Derived,
        wanted: Wanted<'a>,
        now: Time,
    ) -> Self {
        Self {
            framework,
            incident,
            derived,
            wanted,
            now,
            last: last(incident, wanted.audience, now).map(|sent| sent.at),
        }
    }

    /// Of a template with a line for each state (`identified: …`) the line of the state.
    pub(super) fn of_state<'t>(&self, template: &'t Template) -> &'t Words {
        let audience = self
            .framework
            .audiences
            .iter()
            .find(|one| one.id == self.wanted.audience);
        let states = audience.map_or(&[][..], |audience| audience.states.as_slice());
        let line_of = |state: &str| {
            template
                .lines
                .iter()
                .find(|(known, _)| known == state)
                .map(|(_, words)| words)
        };
        if states.is_empty() || !states.iter().all(|state| line_of(state).is_some()) {
            return &template.words;
        }
        line_of(&self.state()).unwrap_or(&template.words)
    }

    /// The state that the audience is told: the one that is given, else the one that the incident is in.
    fn state(&self) -> String {
        if let Some(status) = self.wanted.status {
            return status.to_lowercase();
        }
        self.framework.state_told(&self.incident.status).to_owned()
    }

    /// The text with its fields filled in; what is not known is a gap in it, and in the list once.
    pub(super) fn fill(&self, words: &Words, gaps: &mut Vec<Gap>) -> String {
        let lines = words.lines.iter().filter_map(|line| self.line(line, gaps));
        lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    fn line(&self, line: &Line, gaps: &mut Vec<Gap>) -> Option<String> {
        if let Some((before, wish)) = line.repeated()
            && let Value::Several(all) = self.value(wish)
        {
            let rows: Vec<String> = all.iter().map(|one| format!("{before}{one}")).collect();
            return Some(rows.join("\n"));
        }
        let mut found = Vec::new();
        let mut text = String::new();
        for part in &line.parts {
            match part {
                Part::Text(words) => text.push_str(words),
                Part::Field { wish, otherwise } => match (self.value(wish), otherwise) {
                    (Value::One(value), _) => text.push_str(&value),
                    (Value::Several(all), _) => text.push_str(&all.join("; ")),
                    (Value::Unknown, Some(otherwise)) => text.push_str(otherwise),
                    (Value::Unknown, None) => {
                        let gap = Gap::of(wish, self.framework);
                        text.push_str(&gap.mark());
                        found.push(gap);
                    }
                },
            }
        }
        if line.optional && !found.is_empty() {
            return None;
        }
        for gap in found {
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
        Some(text)
    }

    /// A time of day: of UTC, and of the team's zone where that is another one; with its day where it is not today.
    pub(super) fn clock(&self, at: Time) -> String {
        let day = if at.date() == self.now.date() {
            String::new()
        } else {
            format!("{} ", at.date())
        };
        let here = self.framework.calendar.clock(at);
        let here = here.map(|here| format!(" ({here})")).unwrap_or_default();
        format!("{day}{} UTC{here}", at.hm())
    }

    fn value(&self, wish: &Wish) -> Value {
        let field = match wish {
            Wish::Impact(name) => return self.impact_of(name).into(),
            Wish::Own(name) => return self.incident.fields.get(name).and_then(plain).into(),
            Wish::Field(field) => *field,
        };
        let incident = self.incident;
        let milestone = |one: Milestone| clock::milestone(incident, &one).map(|at| self.clock(at));
        match field {
            Field::Id => Some(incident.id.clone()).into(),
            Field::Title => Some(incident.title.clone()).into(),
            Field::Summary => incident.summary.clone().or_else(|| Some(incident.title.clone())).into(),
            Field::Severity => Some(self.contested("severity", &self.derived.severity)).into(),
            Field::Status => Some(self.contested("status", self.framework.status_title(&self.derived.status))).into(),
            Field::StatusWord => Some(self.state()).into(),
            Field::Time => Some(self.clock(self.now)).into(),
            Field::DateTime => Some(format!("{} {} UTC", self.now.date(), self.now.hm())).into(),
            Field::Started => clock::start(incident).map(|at| self.clock(at)).into(),
            Field::Detected => milestone(Milestone::Detected).into(),
            Field::Declared => milestone(Milestone::Declared).into(),
            Field::Mitigated => milestone(Milestone::Mitigated).into(),
            Field::Resolved => milestone(Milestone::Resolved).into(),
            Field::Duration => self.duration().into(),
            Field::Milestones => self.milestones().into(),
            Field::Impact => self.impact().into(),
            Field::Users | Field::Revenue | Field::Services => self.impact_of(field.as_str()).into(),
            Field::Cause => self.cause().into(),
            Field::CauseSoFar => self.cause().or_else(|| self.suspected()).into(),
            Field::Actions => self.actions(None).into(),
            Field::New => self.actions(self.last).into(),
            Field::FollowUp => self.follow_up().into(),
            Field::Next => self.next_steps().into(),
            Field::Mitigation => self.mitigation().map(|one| one.text.clone()).into(),
            Field::Owner => self.mitigation().and_then(|one| one.owner.clone()).into(),
            Field::MitigationStarted => {
                let started = self.mitigation().and_then(|one| one.started);
                started.map(|at| self.clock(at)).into()
            }
            Field::Verification => self.mitigation().and_then(|one| one.verification.clone()).into(),
            Field::Rollback => self.mitigation().and_then(|one| one.rollback.clone()).into(),
            Field::Eta => self.wanted.eta.map(|eta| self.clock(self.now.plus(eta))).into(),
            Field::Commander => self.holders(self.framework.commander()).into(),
            Field::People => self.people().into(),
            Field::Responders => self.responders().into(),
            Field::Hypotheses => self.hypotheses().into(),
            Field::Contacts => {
                let known = self.framework.contact_lines();
                if known.is_empty() {
                    let all = self.framework.escalations.iter().map(|one| one.title.clone());
                    all.collect::<Vec<_>>().into()
                } else {
                    known.into()
                }
            }
            Field::Channel => self.channel().into(),
            Field::Links => {
                let all = live(&incident.links).map(|one| match &one.label {
                    Some(label) => format!("{label}: {}", one.target),
                    None => one.target.clone(),
                });
                all.collect::<Vec<_>>().into()
            }
            Field::Cadence => self.cadence().into(),
            Field::NextUpdate => Some(self.next_update()).into(),
            Field::LastUpdate => self.last.map(|at| self.clock(at)).into(),
            Field::Promise => self.promise().into(),
            Field::Review => self.review().into(),
            Field::Reason => self.reason().into(),
        }
    }

    /// A value, and that two people disagree about it where they do.
    fn contested(&self, subject: &str, value: &str) -> String {
        let conflict = self.derived.conflicts.iter().any(|one| one.subject == subject);
        if conflict {
            format!("{value} (in conflict, not settled yet)")
        } else {
            value.to_owned()
        }
    }

    fn duration(&self) -> Option<String> {
        let seconds = u64::try_from(self.derived.elapsed_s).ok()?;
        Some(format_duration(Duration::from_secs(seconds)))
    }

    fn milestones(&self) -> Vec<String> {
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

    fn impact_of(&self, name: &str) -> Option<String> {
        self.incident.impact.get(name).and_then(plain)
    }

    fn impact(&self) -> Vec<String> {
        let names = self.incident.impact.keys().filter(|name| *name != "revenue");
        names
            .filter_map(|name| Some(format!("{}: {}", name.replace(['-', '_'], " "), self.impact_of(name)?)))
            .collect()
    }

    fn cause(&self) -> Option<String> {
        let confirmed = || {
            let mut all = live(&self.incident.hypotheses);
            all.find(|one| one.state == HypothesisState::Confirmed)
                .map(|one| one.statement.clone())
        };
        self.incident.cause.clone().or_else(confirmed)
    }

    fn suspected(&self) -> Option<String> {
        let best = self.hypotheses().into_iter().next()?;
        Some(format!("suspected, not confirmed: {best}"))
    }

    fn hypotheses(&self) -> Vec<String> {
        let mut open: Vec<_> = live(&self.incident.hypotheses)
            .filter(|one| matches!(one.state, HypothesisState::Open | HypothesisState::Testing))
            .collect();
        open.sort_by_key(|one| one.rank());
        open.iter().map(|one| one.statement.clone()).collect()
    }

    /// What was done, with its times, what failed too; the last ones.
    fn actions(&self, since: Option<Time>) -> Vec<String> {
        let done = |event: &Event| {
            event.kind == EventKind::Action
                || (event.kind == EventKind::Mitigation
                    && matches!(event.to.as_deref(), Some("done" | "verified" | "failed")))
        };
        let since = since.unwrap_or(Time::from_millis(i64::MIN));
        let events = self.incident.timeline.iter().rev();
        let told = events.filter(|event| event.retracted.is_none() && event.at > since && done(event));
        let mut all: Vec<String> = told
            .take(ACTIONS)
            .map(|event| format!("{} {}", event.at.hm(), event.text.lines().next().unwrap_or_default()))
            .collect();
        all.reverse();
        all
    }

    fn follow_up(&self) -> Vec<String> {
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

    fn mitigations<'s>(&'s self, states: &'s [MitigationState]) -> impl Iterator<Item = &'s Mitigation> {
        live(&self.incident.mitigations).filter(|one| states.contains(&one.state))
    }

    fn next_steps(&self) -> Vec<String> {
        let open = [
            MitigationState::Started,
            MitigationState::Approved,
            MitigationState::Proposed,
        ];
        self.mitigations(&open).map(|one| one.text.clone()).collect()
    }

    /// The mitigation that is under way, else the last that worked.
    fn mitigation(&self) -> Option<&Mitigation> {
        let under_way = self
            .mitigations(&[MitigationState::Started])
            .max_by_key(|one| one.started);
        under_way.or_else(|| {
            self.mitigations(&[MitigationState::Done, MitigationState::Verified])
                .max_by_key(|one| one.done)
        })
    }

    fn holders(&self, role: &str) -> Option<String> {
        let held = live(&self.incident.roles).filter(|held| held.role == role && held.until.is_none());
        let all: Vec<&str> = held.map(|held| held.who.as_str()).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    fn people(&self) -> Vec<String> {
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

    fn responders(&self) -> Vec<String> {
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
    fn channel(&self) -> Option<String> {
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
    fn cadence(&self) -> Option<String> {
        let within = self.framework.cadence(self.wanted.audience, &self.derived.severity)?;
        Some(within.to_string().replace('-', " to "))
    }

    /// When this audience hears of it again: what is sent now starts the cadence anew.
    fn next_update(&self) -> String {
        if self.framework.classes.is_ended(&self.incident.status) {
            return "none: the incident is over".into();
        }
        let within = self.framework.cadence(self.wanted.audience, &self.derived.severity);
        match within.and_then(Within::span) {
            Some((first, _)) => {
                let at = self.framework.calendar.after(self.now, first);
                format!("by {}", self.clock(at))
            }
            None => "when there is news".into(),
        }
    }

    /// What a draft begins with where its template does not say what became of the last promise: outside only what was not kept.
    pub(super) fn owed(&self, words: &Words, stage: Stage) -> Option<String> {
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
    fn promise(&self) -> Option<String> {
        let promised = promise::last_promise(self.framework, self.incident, self.wanted.audience, self.now)?.due;
        let late = self.now.seconds_since(promised);
        Some(if late <= promise::GRACE_S {
            format!("We promised this update by {}.", self.clock(promised))
        } else {
            format!(
                "This update was promised by {} and is {} late.",
                self.clock(promised),
                format_duration(Duration::from_secs(late.unsigned_abs() / 60 * 60))
            )
        })
    }

    /// The date that was set for the review, else the last moment for it.
    fn review(&self) -> Option<String> {
        if let Some(set) = self.incident.fields.get("review").and_then(plain) {
            return Some(match Time::parse_rfc3339(&set) {
                Some(at) => format!("{} {} UTC", at.date(), at.hm()),
                None => set,
            });
        }
        let clock = self.framework.review_clock()?;
        let Some((_, last)) = data::at(&clock.within, &self.derived.severity).and_then(Within::span) else {
            let review = self.framework.review.as_ref()?;
            return data::at(&review.within, &self.derived.severity).cloned();
        };
        let from = clock::milestone(self.incident, &Milestone::Resolved).unwrap_or(self.now);
        let by = self.framework.calendar.after(from, last);
        Some(format!("by {} {} UTC", by.date(), by.hm()))
    }

    /// Why it was none, as it was given when the incident was cancelled.
    fn reason(&self) -> Option<String> {
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

impl Framework {
    /// How often an audience hears at a severity.
    pub fn cadence(&self, audience: &str, severity: &str) -> Option<&Within> {
        let fact = Fact::Told(audience.to_owned());
        let mut own = self
            .clocks
            .iter()
            .filter(|clock| clock.repeats && clock.met_by.contains(&fact));
        own.find_map(|clock| data::at(&clock.within, severity))
    }

    /// The timer by which the review is due: the one that runs from the resolution and still runs when the incident is over.
    fn review_clock(&self) -> Option<&crate::framework::model::Clock> {
        self.clocks.iter().find(|clock| clock.from.contains(&Start::Resolved))
    }
}

/// A value of the impact record or of the team's own fields as people read it.
pub(super) fn plain(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(plain).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
        other => Some(other.to_string()),
    }
}
