//! A framework as the engine uses it: made by `check` from the shape of its file, every word of it read once.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::calendar::{Calendar, Span};
pub use super::channel::Channel;
pub(crate) use super::channel::ChannelPart;
use super::data::{
    Approval, Audience, BySeverity, Cause, Class, Data, Declaring, Escalation, GateItem, HorizonTime, ImpactField,
    Major, MitigationOption, RecordField, Review, Severity, Specialist, Target, Threshold,
};
pub use super::signs::{Fact, Field, Sign, Start};
use super::template::{Stage, Words};
pub use super::within::{NO_TIME, TimerRule, UNSET, Within};
use crate::incident::Statuses;

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
    /// Timers.
    pub timers: Vec<TimerRule>,
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
    /// How soon action items are done, the soonest first.
    pub horizons: Vec<HorizonTime>,
    /// Metric targets.
    pub targets: Vec<Target>,
    /// Usual failings to remind of.
    pub reminders: Vec<Reminder>,
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
    /// When the team works, for timers in business days and hours.
    pub calendar: Calendar,
    /// Who is who: the team's aliases and git's mailmap.
    pub people: crate::incident::people::Directory,
    /// Whom to call.
    pub contacts: super::contacts::Contacts,
    /// What the team's own template of the review asks, where it has one.
    pub own_questions: Option<std::sync::Arc<[super::review::Asked]>>,
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
pub struct Reminder {
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
    pub subject: Option<Spoken>,
    /// One line for a text message or a chat topic.
    pub short: Option<Spoken>,
    /// The whole of it.
    pub text: Spoken,
    /// The same as it is written.
    pub written: String,
}

/// Words of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// All of them.
    pub words: Words,
    /// The line for each state of the audience, where they have them (`identified: …`).
    pub lines: Vec<(String, Words)>,
}
