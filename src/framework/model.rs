//! A framework as the engine uses it: made by `check` from the shape of its file, every word of it read once.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use super::calendar::{Calendar, Span};
use super::data::{
    Approval, Audience, BySeverity, Cause, Class, Data, Declaring, Escalation, GateItem, ImpactField, Major,
    MitigationOption, RecordField, Review, Severity, Specialist, Target, Threshold,
};
use super::remedy::Remedy;
use super::template::{Stage, Words};
use crate::incident::{EventKind, Milestone, Statuses};

/// A framework that was checked: what one part says of another is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Framework {
    /// Name (`war-room`).
    pub name: String,
    /// What people read.
    pub title: String,
    /// One line about it.
    pub about: String,
    /// Where its facts come from.
    pub source: String,
    /// Severities, worst first.
    pub severities: Vec<Severity>,
    /// Statuses in the order of an incident's life; the first is an incident's first.
    pub statuses: Vec<Status>,
    /// What they mean.
    pub classes: Statuses,
    /// Phases in order, with their checklists.
    pub phases: Vec<Phase>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Who is told.
    pub audiences: Vec<Audience>,
    /// Countdowns.
    pub clocks: Vec<Clock>,
    /// How much time a raise of the severity leaves for what it makes overdue at once.
    pub raise_grace: Span,
    /// How long someone commands before command is handed over.
    pub relief: Option<std::time::Duration>,
    /// What stands before it may be resolved.
    pub gate: Gate,
    /// Who has to agree before a mitigation starts, by severity.
    pub approvals: BySeverity<Approval>,
    /// Mitigation options in the order of preference.
    pub options: Vec<MitigationOption>,
    /// Usual causes, most frequent first.
    pub causes: Vec<Cause>,
    /// Questions to ask while triaging.
    pub questions: Vec<String>,
    /// Phase whose checklist shows the questions.
    pub questions_in: Option<String>,
    /// Thresholds from which a severity is suggested.
    pub thresholds: Vec<Threshold>,
    /// Impact (row) x urgency (column) to severity.
    pub matrix: BTreeMap<String, BTreeMap<String, String>>,
    /// When a review is due, by severity.
    pub review: Option<Review>,
    /// Metric targets.
    pub targets: Vec<Target>,
    /// Usual failings to remind of.
    pub nudges: Vec<Nudge>,
    /// Runbooks that ship with it.
    pub runbooks: Vec<String>,
    /// Texts that help, by topic.
    pub notes: Vec<Note>,
    /// When several incidents at once are a major one.
    pub major: Option<Major>,
    /// Specialists to call in.
    pub specialists: Vec<Specialist>,
    /// What is written down about the impact.
    pub impact: Vec<ImpactField>,
    /// What else is recorded of an incident.
    pub record: Vec<RecordField>,
    /// What declaring one asks.
    pub declaring: Option<Declaring>,
    /// Whom to escalate to, and when.
    pub escalations: Vec<Escalation>,
    /// Whom to call, one after the other, in place of someone who does not answer.
    pub unreachable: Vec<String>,
    /// Phase whose checklist is the escalation path.
    pub escalation_path: Option<String>,
    /// What to follow when things go wrong.
    pub procedures: Vec<Procedure>,
    /// Message templates.
    pub templates: Vec<Template>,
    /// Form of the chat channel's name.
    pub channel: Option<Channel>,
    /// When the team works, for clocks in business days and hours.
    pub calendar: Calendar,
    /// Who is who: the team's aliases and git's mailmap.
    pub people: crate::incident::people::Directory,
    /// Whom to call.
    pub contacts: super::contacts::Contacts,
    /// Where it stands in for one that cannot be read: which, and why, as a sentence. What only that one's rules could allow is
    /// then refused.
    pub stands_in: Option<std::sync::Arc<str>>,
    /// The file, for those who want all of it as it is written.
    pub(super) file: Box<Data>,
}

/// One status.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// `mitigating`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What it means.
    pub class: Class,
    /// Phase it belongs to.
    pub phase: String,
    /// Other words for it.
    pub aliases: Vec<String>,
    /// Statuses that may follow.
    pub next: Vec<String>,
    /// What an audience with states is told while the incident is in it.
    pub says: String,
}

/// One phase.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// `mitigation`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Who leads it.
    pub lead: Option<String>,
    /// When it is meant to happen, as people read it.
    pub window: Option<String>,
    /// Its checklist is in force in every phase.
    pub always: bool,
    /// Its checklist stays at hand until it is escalated to this target.
    pub until: Option<String>,
    /// Its checklist.
    pub items: Vec<Item>,
}

/// One checklist item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its full id (`mitigation.rollback-plan`).
    pub id: String,
    /// What to do.
    pub text: String,
    /// Only at these severities; all where empty.
    pub severities: Vec<String>,
    /// A fact of the incident by which the console ticks it itself.
    pub seen: Option<Fact>,
    /// Of a procedure: no mitigation starts before it is done or skipped.
    pub before_mitigation: bool,
}

/// What to follow when things go wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// `rollback-failed`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Other words for it.
    pub aliases: Vec<String>,
    /// When to follow it.
    pub when: String,
    /// Who leads it.
    pub lead: Option<String>,
    /// Where its steps come from, where no line of the framework's source has them.
    pub borrowed: Option<String>,
    /// By what the console sees for itself that it may be called for.
    pub offered: Vec<Sign>,
    /// Its checklist.
    pub items: Vec<Item>,
}

/// A sign that a procedure is called for.
#[derive(Clone, Debug, PartialEq)]
pub enum Sign {
    /// The clock is overdue.
    Overdue(String),
    /// A mitigation of this option failed.
    Failed(String),
    /// It was escalated to this target; the procedure then starts by itself.
    Escalated(String),
    /// The field is filled.
    Field(Field),
    /// The incident is part of a major one.
    Major,
}

/// A fact that the engine can see in an incident: what meets a clock, ticks an item or fills a need.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A milestone is set.
    Milestone(Milestone),
    /// Someone holds the role.
    Role(String),
    /// At least so many different people hold a role.
    People(usize),
    /// Something was told to the audience.
    Told(String),
    /// The audience was told this state: with these words, or for `resolved` after the incident was.
    ToldState(String, String),
    /// Every role that the severity requires is held.
    Roles,
    /// A hypothesis is confirmed, and something speaks for it.
    Validated,
    /// A contributing factor is written down.
    Factor,
    /// All of these.
    All(Vec<Fact>),
    /// One of these.
    Any(Vec<Fact>),
    /// The incident is in this status, or in one after it.
    Status(String),
    /// The checklist item is done (full id).
    Item(String),
    /// The severity is set.
    Severity,
    /// A hypothesis exists.
    Hypothesis,
    /// A hypothesis is confirmed, or the root cause is named.
    Cause,
    /// A mitigation with option and rationale exists.
    MitigationChosen,
    /// A mitigation that is proposed or under way says how it will be verified.
    Verification,
    /// It has a rollback plan.
    RollbackPlan,
    /// It is approved as the severity asks.
    Approved,
    /// It was escalated to this target.
    Escalated(String),
    /// An event of this kind stands in the timeline.
    Event(EventKind),
    /// The field is filled.
    Field(Field),
    /// Every action item has an owner and a date, and there is at least one.
    Actions,
}

impl Fact {
    /// Whether it is something that people did, and may do again.
    pub(super) fn is_act(&self) -> bool {
        match self {
            Self::Told(_) | Self::ToldState(..) | Self::Escalated(_) => true,
            Self::All(facts) | Self::Any(facts) => facts.iter().any(Self::is_act),
            _ => false,
        }
    }
}

/// A field that people fill.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// One of the impact record (`impact.users`).
    Impact(String),
    /// One of the team's own (`fields.review`).
    Own(String),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Impact(name) => write!(f, "impact.{name}"),
            Self::Own(name) => write!(f, "fields.{name}"),
        }
    }
}

/// What starts a clock.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// When it was noticed (declared where that is unknown).
    Detected,
    /// When it was declared.
    Declared,
    /// When it was acknowledged.
    Acknowledged,
    /// When it was resolved.
    Resolved,
    /// The last mitigation that was carried out.
    Mitigation,
    /// The last telling of this audience; it runs only after a first one.
    Told(String),
    /// When it was escalated to this target.
    Escalated(String),
    /// When this procedure was first called for or followed.
    Procedure(String),
    /// When the field was filled with anything but a no.
    Field(Field),
    /// Since when nothing got worse, as the soak counts, or since it was started by hand.
    Stable,
}

/// At which severities something is needed.
#[derive(Clone, Debug, PartialEq)]
pub enum Needed {
    /// At every one.
    Always,
    /// At these; never where empty.
    At(Vec<String>),
}

impl Needed {
    /// Whether it is at this severity.
    pub fn at(&self, severity: &str) -> bool {
        match self {
            Self::Always => true,
            Self::At(severities) => severities.iter().any(|known| known == severity),
        }
    }
}

impl Serialize for Needed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Always => ["any"].serialize(serializer),
            Self::At(severities) => severities.serialize(serializer),
        }
    }
}

/// One role.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Role {
    /// `incident_commander`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Short form (`IC`).
    pub short: String,
    /// Other words for it.
    pub aliases: Vec<String>,
    /// Whether its holder commands the incident; true of exactly one.
    pub commands: bool,
    /// What its holder does.
    pub duties: Vec<String>,
    /// When it has to be filled.
    pub required: Needed,
    /// Who takes it by default, by severity.
    pub default: BySeverity<String>,
    /// Roles whose holders may not have it.
    pub not: Vec<String>,
    /// Why there is such a role, where the source names none.
    pub borrowed: Option<String>,
}

/// One countdown.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// `update.internal`.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What starts it: whichever of these comes first.
    pub from: Vec<Start>,
    /// Its time, by severity; absent where it does not run.
    pub within: BySeverity<Within>,
    /// What meets it: whichever of these comes first.
    pub met_by: Vec<Fact>,
    /// A cadence: runs again from the last time it was met.
    pub repeats: bool,
    /// A duration rather than a deadline: what meets it counts only once it has run.
    pub waits: bool,
    /// Runs only in statuses of these classes.
    pub during: Vec<Class>,
    /// What to do about it.
    pub remedy: Option<Remedy>,
    /// Why the figure was decided or borrowed, by severity.
    pub borrowed: BySeverity<String>,
}

/// Before a severity is set: the word that stands for it in the times of a clock.
pub const UNSET: &str = "unset";

impl Clock {
    /// When it is due and overdue after its start; `None` where it does not run. Without a severity what stands for `unset`.
    pub fn span(&self, severity: &str) -> Option<(Span, Span)> {
        let severity = if severity.is_empty() { UNSET } else { severity };
        super::data::at(&self.within, severity)?.span()
    }
}

/// A time of a framework, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    written: String,
    span: Option<(Span, Span)>,
}

/// What may stand in place of a time, where nothing is counted.
pub const NO_TIME: [&str; 8] = [
    "as needed",
    "when convenient",
    "best effort",
    "by e-mail",
    "next sprint",
    "backlog",
    "on request",
    "none",
];

impl Within {
    /// Reads one: `15m`, `15m-30m`, `5bd`, `0s`, or a phrase of [`NO_TIME`].
    pub fn parse(text: &str) -> Option<Self> {
        let span = range(text);
        (span.is_some() || NO_TIME.contains(&text)).then(|| Self {
            written: text.to_owned(),
            span,
        })
    }

    /// The same where `0s` (at once) may take a moment.
    #[must_use]
    pub fn at_once_within(self, grace: Span) -> Self {
        let at_once = Span::Elapsed(std::time::Duration::ZERO);
        let span = self.span.map(|(first, last)| match (first, last) {
            (first, last) if first == at_once && last == at_once => (first, grace),
            other => other,
        });
        Self { span, ..self }
    }

    /// When it is due, and when it is overdue: the same moment unless it is a range. `None` where nothing is counted.
    pub fn span(&self) -> Option<(Span, Span)> {
        self.span
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}

/// `15m` gives the same moment twice, `15m-30m` both, `0s` none of waiting; words give `None`.
fn range(text: &str) -> Option<(Span, Span)> {
    match text.split_once('-') {
        Some((first, last)) => {
            let (first, last) = (Span::parse(first)?, Span::parse(last)?);
            let ordered = match (first, last) {
                (Span::Elapsed(first), Span::Elapsed(last)) => first <= last,
                (Span::Days(first), Span::Days(last)) | (Span::Hours(first), Span::Hours(last)) => first <= last,
                _ => false,
            };
            ordered.then_some((first, last))
        }
        None => Span::parse(text).map(|time| (time, time)),
    }
}

/// The resolution gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// Its conditions.
    pub items: Vec<GateItem>,
    /// How long it must have been quiet since the last mitigation or regression, by severity.
    pub soak: BySeverity<Within>,
    /// What people read for it.
    pub soak_label: String,
    /// Why waiting matters.
    pub soak_why: String,
    /// Why a decided soak was decided, by severity.
    pub borrowed: BySeverity<String>,
    /// Answers to pressure, shown with a refusal.
    pub answers: Vec<String>,
}

/// A closed list of words, each with its variant.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// Every word.
            pub const KNOWN: &'static [&'static str] = &[$($word),+];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What a word means.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What a framework reminds of.
    Failing {
        /// No one commands.
        NoCommander => "no-commander",
        /// An audience hears too often.
        TooOften => "too-often",
        /// An update is overdue.
        TooRare => "too-rare",
        /// A condition of the gate was ticked without evidence.
        BareTick => "bare-tick",
        /// A sentence of the review names a culprit.
        Blame => "blame",
        /// More action items than get done.
        TooManyActions => "too-many-actions",
        /// An action item without owner or date.
        LooseActions => "loose-actions",
        /// The top severity, and no impact is written down.
        TopOverused => "top-overused",
    }
}

impl Failing {
    /// Whether an incident that is over is still looked at.
    pub fn stays(self) -> bool {
        match self {
            Self::TooManyActions | Self::LooseActions | Self::Blame => true,
            Self::NoCommander | Self::TooOften | Self::TooRare | Self::BareTick | Self::TopOverused => false,
        }
    }

    /// Whether a figure belongs to it.
    pub fn has_limit(self) -> bool {
        match self {
            Self::NoCommander | Self::TooOften | Self::TooManyActions => true,
            Self::TooRare | Self::BareTick | Self::Blame | Self::LooseActions | Self::TopOverused => false,
        }
    }
}

/// A failing to remind of.
#[derive(Clone, Debug, PartialEq)]
pub struct Nudge {
    /// Which.
    pub when: Failing,
    /// What is said.
    pub text: String,
    /// Its figure, where it has one (minutes, or a count).
    pub limit: Option<f64>,
}

words! {
    /// What a note is about, and so where it is shown.
    Topic {
        /// Whoever attends the review.
        Attendees => "attendees",
        /// Business hours.
        BusinessHours => "business hours",
        /// Kinds of incidents.
        Categories => "categories",
        /// Usual causes.
        Causes => "causes",
        /// What is decided when.
        DecisionPoints => "decision points",
        /// By what an incident is noticed.
        Detection => "detection",
        /// What the commander hands on.
        Delegation => "delegation",
        /// Calling in a specialist.
        Dispatch => "dispatch",
        /// Who leads the review.
        Facilitator => "facilitator",
        /// The first five minutes.
        FirstFiveMinutes => "first five minutes",
        /// Anything else.
        General => "general",
        /// Hotfixes; shown with the mitigation options.
        Hotfix => "hotfix",
        /// Impact; shown with the severities.
        Impact => "impact",
        /// Investigating.
        Investigation => "investigation",
        /// The log of what was sent.
        Log => "log",
        /// Impact by urgency; shown with the severities.
        Matrix => "matrix",
        /// What ends the cause for good; shown with the mitigation options.
        PermanentFixes => "permanent fixes",
        /// What good teams do.
        Practice => "practice",
        /// Runbooks.
        Runbooks => "runbooks",
        /// What it is for, and what not.
        Scope => "scope",
        /// Shares that the source leaves open.
        SharesBetween => "shares between",
        /// Updates that are slower.
        SlowerUpdates => "slower updates",
        /// Marks of the channel's topic.
        StatusMarks => "status marks",
        /// Who is called in.
        Team => "team",
        /// Someone does not answer.
        Unreachable => "unreachable",
        /// Urgency; shown with the severities.
        Urgency => "urgency",
    }
}

/// Levels of impact and urgency, the highest first.
pub const LEVELS: [&str; 3] = ["high", "medium", "low"];

/// A text shown where it applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What it is about.
    pub topic: Topic,
    /// What people read.
    pub text: String,
    /// Of a text about impact or urgency, what it says of each level.
    pub levels: Vec<(&'static str, String)>,
}

/// A message template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// `declared`.
    pub id: String,
    /// Who gets it.
    pub audience: Option<String>,
    /// What it is about; one without is taken by its id.
    pub stage: Option<Stage>,
    /// The subject of an e-mail.
    pub subject: Option<Words>,
    /// One line for a text message or a chat topic.
    pub short: Option<Words>,
    /// The whole of it.
    pub words: Words,
    /// Its line for each state of an audience, where it has them.
    pub lines: Vec<(String, Words)>,
    /// As it is written.
    pub text: String,
}

/// The form of a channel's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// As it is written.
    pub(super) written: String,
    /// Its parts.
    pub(crate) parts: Vec<ChannelPart>,
}

/// A part of a channel's name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChannelPart {
    /// As it is.
    Text(String),
    /// The day it began.
    Day,
    /// A few words of the title.
    Title,
    /// The incident's id.
    Id,
}

impl Channel {
    /// Reads one. `YYYY-MM-DD` is the day, `description` or `brief-description` the title, `ID` the incident's id.
    pub(super) fn parse(text: &str) -> Self {
        const MARKS: [(&str, ChannelPart); 4] = [
            ("YYYY-MM-DD", ChannelPart::Day),
            ("brief-description", ChannelPart::Title),
            ("description", ChannelPart::Title),
            ("ID", ChannelPart::Id),
        ];
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let next = MARKS
                .iter()
                .filter_map(|(mark, part)| Some((rest.find(mark)?, mark.len(), part)))
                .min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)));
            let Some((at, length, part)) = next else {
                parts.push(ChannelPart::Text(rest.to_owned()));
                break;
            };
            if at > 0 {
                parts.push(ChannelPart::Text(rest[..at].to_owned()));
            }
            parts.push(part.clone());
            rest = &rest[at + length..];
        }
        Self {
            written: text.to_owned(),
            parts,
        }
    }

    /// A word in capitals that stands for nothing.
    pub(super) fn odd(&self) -> Option<&str> {
        let texts = self.parts.iter().filter_map(|part| match part {
            ChannelPart::Text(text) => Some(text.as_str()),
            ChannelPart::Day | ChannelPart::Title | ChannelPart::Id => None,
        });
        let mut words = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
        words.find(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}
