//! The fields of a template, from what the incident knows.

mod impact;
mod record;

use std::borrow::Cow;
use std::time::Duration;

use super::gaps::Gap;
use crate::framework::model::{Spoken, Start};
use crate::framework::promise::last_sent as last;
use crate::framework::template::{Line, Part, Stage, TemplateField as Field, Wish, Words};
use crate::framework::{Derived, Framework};
use crate::incident::{Incident, Milestone, Time, clock, duplicate, live};

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
    /// Two people disagree, and it is for an audience outside: nothing is said of it before that is settled.
    Disputed,
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

    /// Of words with a line for each state (`identified: …`) the line of the state.
    pub(super) fn of_state<'t>(&self, spoken: &'t Spoken) -> &'t Words {
        let audience = self
            .framework
            .audiences
            .iter()
            .find(|one| one.id == self.wanted.audience);
        let states = audience.map_or(&[][..], |audience| audience.states.as_slice());
        let line_of = |state: &str| {
            let mut lines = spoken.lines.iter();
            lines.find(|(known, _)| known == state).map(|(_, words)| words)
        };
        if states.is_empty() || !states.iter().all(|state| line_of(state).is_some()) {
            return &spoken.words;
        }
        line_of(&self.state()).unwrap_or(&spoken.words)
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
        let lines = words.lines.iter().filter_map(|line| self.line(line, words, gaps));
        lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    fn line(&self, line: &Line, words: &Words, gaps: &mut Vec<Gap>) -> Option<String> {
        if let Some((before, wish)) = line.repeated()
            && let Value::Several(all) = self.value(wish, words)
        {
            let rows: Vec<String> = all.iter().map(|one| format!("{before}{one}")).collect();
            return Some(rows.join("\n"));
        }
        let mut found = Vec::new();
        let mut text = String::new();
        // Of several services: whether the sentence is about them.
        let mut several = None;
        for part in &line.parts {
            match part {
                // A value that ends a sentence ends it once.
                Part::Text(words) if text.ends_with(['.', '!', '?']) => {
                    text.push_str(words.strip_prefix('.').unwrap_or(words));
                }
                Part::Text(words) => match several.take() {
                    Some(is_subject) => text.push_str(&agreeing(words, is_subject)),
                    None => text.push_str(words),
                },
                Part::Field { wish, otherwise } => match (self.value(wish, words), otherwise) {
                    (Value::One(value), _) if *wish == Wish::Field(Field::Services) => {
                        let (value, are_several) = enumerated(value);
                        several = are_several.then(|| is_subject(&text));
                        text.push_str(&begun(&text, value));
                    }
                    (Value::One(value), _) => text.push_str(&value),
                    (Value::Several(all), _) if *wish == Wish::Field(Field::Impact) => {
                        text.push_str(&begun(&text, all.join(". ")));
                    }
                    (Value::Several(all), _) if wish.is_deeds() => text.push_str(&begun(&text, all.join("; "))),
                    (Value::Several(all), _) => text.push_str(&all.join("; ")),
                    (Value::Disputed, _) => {
                        let gap = Gap::disputed(wish);
                        text.push_str(&gap.mark());
                        found.push(gap);
                    }
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

    /// What a field comes to; where two people disagree about it, that is said inside, and outside nothing is.
    fn value(&self, wish: &Wish, words: &Words) -> Value {
        if !self.is_disputed(wish) {
            return self.known(wish, words);
        }
        match self.known(wish, words) {
            _ if self.framework.is_outside(self.wanted.audience) => Value::Disputed,
            Value::One(value) => Value::One(format!("{value} (in conflict, not settled yet)")),
            other @ (Value::Several(_) | Value::Unknown | Value::Disputed) => other,
        }
    }

    /// What a field comes to as it is in force.
    fn known(&self, wish: &Wish, words: &Words) -> Value {
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
            Field::Severity => Some(self.derived.severity.clone()).into(),
            Field::Status => Some(self.status()).into(),
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
            Field::Impact => self.impact(words).into(),
            Field::Users => self.users().into(),
            Field::Revenue | Field::Services => self.impact_of(field.as_str()).into(),
            Field::Cause => self.cause().into(),
            Field::CauseSoFar => self.cause().or_else(|| self.suspected()).into(),
            Field::Actions => self.actions(None).into(),
            Field::New => self.actions(self.last).into(),
            Field::FollowUp => self.follow_up().into(),
            Field::Next => self.next_steps().into(),
            Field::Mitigation => {
                let ours = self.mitigation().map(|one| one.text.clone());
                let ended = || {
                    self.ended_by_itself()
                        .map(|(at, what)| format!("{what}, at {}", self.clock(at)))
                };
                ours.or_else(ended).into()
            }
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
            Field::Parent => duplicate::parent(incident).map(str::to_owned).into(),
        }
    }
}

/// Names in a row as a sentence has them (`checkout and payments`), and whether they are several.
fn enumerated(names: String) -> (String, bool) {
    // A remark behind a name is none.
    match names.rsplit_once(", ").filter(|_| !names.contains('(')) {
        Some((all, last)) if !last.split(' ').any(|word| word == "and") => (format!("{all} and {last}"), true),
        Some(_) => (names, true),
        None => (names, false),
    }
}

/// Whether what follows these words is what the sentence is about: `The issue with` is about an issue.
fn is_subject(before: &str) -> bool {
    let last = before.split_whitespace().next_back().unwrap_or_default();
    !matches!(last, "with" | "for" | "affecting" | "of" | "on" | "from" | "in")
}

/// Verbs as they stand behind one name, and behind several, where the sentence is about them.
const AGREEMENTS: [(&str, &str); 3] = [
    (" is ", " are "),
    (" has ", " have "),
    (" does not work as it should", " do not work as they should"),
];
/// The same of another sentence, that names them again.
const AGAIN: (&str, &str) = (
    " and found that it works as it should",
    " and found that they work as they should",
);

/// What a template says of one service, said of several.
fn agreeing(words: &str, is_subject: bool) -> Cow<'_, str> {
    let verbs = if is_subject { &AGREEMENTS[..] } else { &[] };
    let found = verbs
        .iter()
        .chain([&AGAIN])
        .find_map(|(one, several)| Some((*several, words.strip_prefix(one)?)));
    match found {
        Some((several, rest)) => Cow::Owned(format!("{several}{rest}")),
        None => Cow::Borrowed(words),
    }
}

/// A plain word (`checkout`) with a capital where a sentence begins with it; a name with a spelling of its own (`iOS`, `api-2`) stays.
fn begun(before: &str, name: String) -> String {
    let first = name.split_whitespace().next().unwrap_or_default();
    let plain = !first.is_empty() && first.trim_end_matches(',').chars().all(|c| c.is_ascii_lowercase());
    if !plain || !(before.is_empty() || before.ends_with(". ")) {
        return name;
    }
    let (letter, rest) = name.split_at(1);
    letter.to_ascii_uppercase() + rest
}

impl Framework {
    /// The timer by which the review is due: the one that runs from the resolution and still runs when the incident is over.
    fn review_timer(&self) -> Option<&crate::framework::model::TimerRule> {
        self.timers.iter().find(|rule| rule.from.contains(&Start::Resolved))
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
