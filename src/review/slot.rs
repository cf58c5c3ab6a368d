//! What may stand between `{{` and `}}`: the one closed list of it.

use super::evidence::Kind;
use super::timeline::Group;
use crate::framework::meeting::FACILITATOR;
use crate::framework::review::AnsweredBy;
use crate::incident::{FactorCategory, Horizon};

/// A slot of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Slot {
    /// A value in a line.
    Value(Value),
    /// A field of the impact record: its name, and the question while it is empty.
    Impact(String, String),
    /// A field of the team's own (`fields.NAME`), asked of people.
    Ask(String, String),
    /// The address of a link with this label.
    Link(String),
    /// The timeline, or a part of it, as a list.
    Timeline(Option<Group>),
    /// As a table of time and event.
    TimelineTable,
    /// As a table of time, event, actor and notes.
    TimelineActors,
    /// The ten rows of the ITIL review (S2:968-977).
    TimelineStandard,
    /// Hypotheses, with why they were confirmed or rejected.
    Hypotheses,
    /// The chain of whys.
    FiveWhys,
    /// The fishbone, drawn and as a diagram.
    Fishbone,
    /// Contributing factors, all or of one bone.
    Factors(Option<FactorCategory>),
    /// Mitigations with what came of them.
    Mitigations,
    /// Action items.
    Actions(Which),
    /// Facts beside a question.
    Evidence(Vec<Kind>),
    /// Links.
    Links,
    /// The meeting's agenda.
    Agenda,
    /// Its ground rules.
    Rules,
    /// What was sent to audiences outside.
    Sent,
}

/// A value that stands in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// The incident's id.
    Id,
    /// Its title.
    Title,
    /// A title for people outside: the services, never the internal title.
    PublicTitle,
    /// Severity with its title.
    Severity,
    /// Status.
    Status,
    /// The day it began.
    Date,
    /// From detection to resolution.
    Duration,
    /// From the beginning of the impact to its end.
    ImpactDuration,
    /// Who commanded.
    Commander,
    /// Who leads the review.
    Facilitator,
    /// The same; the commander where nobody is named (S2:920).
    FacilitatorOrCommander,
    /// When it began.
    Started,
    /// When it was resolved.
    Resolved,
    /// The summary.
    Summary,
    /// The root cause.
    Cause,
    /// What ended it.
    Resolution,
}

/// Which action items.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Which {
    /// All.
    All,
    /// The first five that are open, in a line each.
    Top,
    /// By impact and effort.
    Priority,
    /// Of one horizon.
    Horizon(Horizon),
    /// Of none.
    NoHorizon,
}

/// Values by name.
const VALUES: [(&str, Value); 16] = [
    ("id", Value::Id),
    ("title", Value::Title),
    ("public-title", Value::PublicTitle),
    ("severity", Value::Severity),
    ("status", Value::Status),
    ("date", Value::Date),
    ("duration", Value::Duration),
    ("impact-duration", Value::ImpactDuration),
    ("commander", Value::Commander),
    ("facilitator", Value::Facilitator),
    ("facilitator-or-commander", Value::FacilitatorOrCommander),
    ("started", Value::Started),
    ("resolved", Value::Resolved),
    ("summary", Value::Summary),
    ("cause", Value::Cause),
    ("resolution", Value::Resolution),
];

/// Slots with words behind them, or that make lines.
const OTHERS: [&str; 18] = [
    "impact NAME: QUESTION",
    "ask NAME: QUESTION",
    "link LABEL",
    "timeline [GROUP]",
    "timeline-table",
    "timeline-actors",
    "timeline-standard",
    "hypotheses",
    "five-whys",
    "fishbone",
    "factors [CATEGORY]",
    "mitigations",
    "actions all|top|priority|short|medium|long|none",
    "evidence KIND…",
    "links",
    "agenda",
    "rules",
    "sent",
];

impl Slot {
    /// Reads what stands between the braces.
    #[allow(clippy::too_many_lines, reason = "one match over the closed list of slots")]
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (head, question) = match text.split_once(':') {
            Some((head, question)) => (head, Some(question.trim()).filter(|words| !words.is_empty())),
            None => (text, None),
        };
        let words: Vec<&str> = head.split_whitespace().collect();
        let (name, rest) = words.split_first().ok_or("`{{}}` is empty")?;
        if let Some((_, value)) = VALUES.iter().find(|(known, _)| known == name) {
            return match rest {
                [] => Ok(Self::Value(*value)),
                _ => Err(format!("`{name}` takes no word behind it")),
            };
        }
        let none = |slot: Self| match rest {
            [] => Ok(slot),
            _ => Err(format!("`{name}` takes no word behind it")),
        };
        match *name {
            "impact" | "ask" => {
                let [field] = rest else {
                    return Err(format!(
                        "`{name}` takes one name and a question: {{{{{name} users: How many?}}}}"
                    ));
                };
                let proper = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                if !field.starts_with(|c: char| c.is_ascii_alphabetic()) || !field.chars().all(proper) {
                    return Err(format!("`{field}` is no name of a field"));
                }
                let question = question
                    .ok_or_else(|| format!("`{name} {field}` wants its question: {{{{{name} {field}: How many?}}}}"))?;
                let (field, question) = ((*field).to_owned(), question.to_owned());
                Ok(if *name == "ask" {
                    Self::Ask(field, question)
                } else {
                    Self::Impact(field, question)
                })
            }
            "link" => match rest {
                [label] => Ok(Self::Link((*label).to_owned())),
                _ => Err("`link` takes the label of a link".into()),
            },
            "timeline" => match rest {
                [] => Ok(Self::Timeline(None)),
                [group] => Group::parse(group).map(|group| Self::Timeline(Some(group))),
                _ => Err("`timeline` takes one group at most".into()),
            },
            "factors" => match rest {
                [] => Ok(Self::Factors(None)),
                [word] => FactorCategory::known(word)
                    .map(|category| Self::Factors(Some(category)))
                    .ok_or_else(|| {
                        format!(
                            "there is no category `{word}`; use {}",
                            FactorCategory::KNOWN.join(", ")
                        )
                    }),
                _ => Err("`factors` takes one category at most".into()),
            },
            "actions" => match rest {
                [] | ["all"] => Ok(Self::Actions(Which::All)),
                ["top"] => Ok(Self::Actions(Which::Top)),
                ["priority"] => Ok(Self::Actions(Which::Priority)),
                ["none"] => Ok(Self::Actions(Which::NoHorizon)),
                [word] => Horizon::known(word)
                    .map(|horizon| Self::Actions(Which::Horizon(horizon)))
                    .ok_or_else(|| {
                        format!("there are no action items `{word}`; use all, top, priority, immediate, short, medium, long, none")
                    }),
                _ => Err("`actions` takes one word at most".into()),
            },
            "evidence" => {
                let kinds = rest
                    .iter()
                    .map(|word| Kind::parse(word))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(Self::Evidence(kinds))
            }
            "timeline-table" => none(Self::TimelineTable),
            "timeline-actors" => none(Self::TimelineActors),
            "timeline-standard" => none(Self::TimelineStandard),
            "hypotheses" => none(Self::Hypotheses),
            "five-whys" => none(Self::FiveWhys),
            "fishbone" => none(Self::Fishbone),
            "mitigations" => none(Self::Mitigations),
            "links" => none(Self::Links),
            "agenda" => none(Self::Agenda),
            "rules" => none(Self::Rules),
            "sent" => none(Self::Sent),
            other => {
                let values: Vec<&str> = VALUES.iter().map(|(name, _)| *name).collect();
                Err(format!(
                    "there is no `{other}`; use {}, {}",
                    values.join(", "),
                    OTHERS.join(", ")
                ))
            }
        }
    }

    /// Whether it makes lines of its own wherever it stands.
    pub(super) fn is_block(&self) -> bool {
        match self {
            Self::Value(_) | Self::Impact(..) | Self::Ask(..) | Self::Link(_) => false,
            Self::Timeline(_)
            | Self::TimelineTable
            | Self::TimelineActors
            | Self::TimelineStandard
            | Self::Hypotheses
            | Self::FiveWhys
            | Self::Fishbone
            | Self::Factors(_)
            | Self::Mitigations
            | Self::Actions(_)
            | Self::Evidence(_)
            | Self::Links
            | Self::Agenda
            | Self::Rules
            | Self::Sent => true,
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Value(value) => VALUES
                .iter()
                .find(|(_, known)| known == value)
                .map_or("", |(name, _)| name),
            Self::Impact(..) => "impact",
            Self::Ask(..) => "ask",
            Self::Link(_) => "link",
            Self::Timeline(_) => "timeline",
            Self::TimelineTable => "timeline-table",
            Self::TimelineActors => "timeline-actors",
            Self::TimelineStandard => "timeline-standard",
            Self::Hypotheses => "hypotheses",
            Self::FiveWhys => "five-whys",
            Self::Fishbone => "fishbone",
            Self::Factors(_) => "factors",
            Self::Mitigations => "mitigations",
            Self::Actions(_) => "actions",
            Self::Evidence(_) => "evidence",
            Self::Links => "links",
            Self::Agenda => "agenda",
            Self::Rules => "rules",
            Self::Sent => "sent",
        }
    }

    /// Its question and where that is answered, where it is one that people answer.
    pub(super) fn question(&self) -> Option<(AnsweredBy, String)> {
        let field = |name: &str| AnsweredBy::Field(name.to_owned());
        match self {
            Self::Ask(name, question) => Some((field(name), question.clone())),
            Self::Impact(name, question) => Some((AnsweredBy::Impact(name.clone()), question.clone())),
            Self::Value(Value::Summary) => {
                Some((AnsweredBy::Summary, "What happened, in two or three sentences?".into()))
            }
            Self::Value(Value::Cause) => Some((AnsweredBy::Cause, "What was the root cause?".into())),
            Self::Value(Value::Facilitator) => Some((field(FACILITATOR), "Who leads the review?".into())),
            Self::FiveWhys => Some((AnsweredBy::Whys, "Why did it happen, and why that, five times?".into())),
            Self::Fishbone => Some((
                AnsweredBy::Factors(None),
                "Which factors of people, process, technology and environment contributed?".into(),
            )),
            Self::Factors(None) => Some((AnsweredBy::Factors(None), "Which factors contributed?".into())),
            Self::Factors(Some(bone)) => Some((
                AnsweredBy::Factors(Some(bone.clone())),
                format!("Which factors of {bone} contributed, two or more?"),
            )),
            Self::Value(_)
            | Self::Link(_)
            | Self::Timeline(_)
            | Self::TimelineTable
            | Self::TimelineActors
            | Self::TimelineStandard
            | Self::Hypotheses
            | Self::Mitigations
            | Self::Actions(_)
            | Self::Evidence(_)
            | Self::Links
            | Self::Agenda
            | Self::Rules
            | Self::Sent => None,
        }
    }

    /// The gap where its answer will stand.
    pub(super) fn gap(&self) -> String {
        super::gap(&self.question().map(|(_, question)| question).unwrap_or_default())
    }
}
