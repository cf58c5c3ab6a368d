//! What a change says of the larger things that it makes: an action's plan, a request, a runbook attached, a mitigation, an incident.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::time::Time;
use super::words::{ActionKind, ActionState, DetectionMethod, Horizon, InquiryKind, Level};

/// What is set of an action item; an empty text removes what was there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ActionPlan {
    /// What will be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Open or begun; done is another change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ActionState>,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// How soon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon: Option<Horizon>,
    /// What it is good for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActionKind>,
    /// How much it would help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Level>,
    /// How much work it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Level>,
    /// Its ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// How it will be shown to work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// Durations in whole seconds.
pub(super) mod seconds {
    use super::{Deserialize, Duration};

    pub(crate) fn serialize<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(duration.as_secs())
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}

/// The same where they may be absent.
pub(super) mod maybe_seconds {
    use super::{Deserialize, Duration, Serialize};

    #[allow(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<S: serde::Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        duration.map(|duration| duration.as_secs()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_secs))
    }
}

/// A request as it is made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// A specialist called in, or a task.
    pub kind: InquiryKind,
    /// Whom.
    pub to: String,
    /// What is asked.
    pub text: String,
    /// How long it may take.
    #[serde(default, with = "maybe_seconds")]
    pub within: Option<Duration>,
    /// The hypothesis it is about.
    pub hypothesis: Option<String>,
    /// The incident in a sentence; what it is when asked where absent.
    pub situation: Option<String>,
}

/// A runbook as it is attached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, which is the name of its list.
    pub runbook: String,
    /// Its title.
    pub title: String,
    /// What tells this state of it from another.
    pub digest: String,
    /// Its steps, in order.
    pub steps: Vec<AttachedStep>,
}

/// A step as it is attached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedStep {
    /// The same for everybody who reads these words.
    pub id: String,
    /// What to do.
    pub text: String,
    /// Whether its box is ticked in the file.
    #[serde(default)]
    pub ticked: bool,
}

/// What a runbook was good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It led to the end of the incident, or nearer to it.
    Helped,
    /// It was wrong, or cost time.
    Misled,
    /// It lacked what was needed; there was none where no runbook is named.
    Missing,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Helped, Self::Misled, Self::Missing];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Helped => "helped",
            Self::Misled => "misled",
            Self::Missing => "missing",
        }
    }
}

/// A mitigation as it is proposed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// What would be done.
    pub text: String,
    /// Option id of the framework.
    pub option: Option<String>,
    /// Why this one.
    pub rationale: Option<String>,
    /// What could go wrong.
    pub risk: Option<String>,
    /// Who carries it out.
    pub owner: Option<String>,
    /// How we will see that it worked.
    pub verification: Option<String>,
    /// What to do if it makes things worse.
    pub rollback: Option<String>,
}

/// A new incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    /// Id it will have.
    pub id: String,
    /// One line.
    pub title: String,
    /// A paragraph.
    pub summary: Option<String>,
    /// Framework's name.
    pub framework: String,
    /// Severity id; empty where it is still to be assessed.
    pub severity: String,
    /// What the severity follows from (`impact high, urgency medium`).
    pub because: Option<String>,
    /// First status of the framework.
    pub status: String,
    /// Affected services.
    pub services: Vec<String>,
    /// What is known of the impact beside them, by field.
    #[serde(default)]
    pub impact: Vec<(String, String)>,
    /// When it was noticed.
    pub detected_at: Option<Time>,
    /// How.
    pub detected_by: Option<DetectionMethod>,
    /// When it was declared; the request's time where absent.
    pub at: Option<Time>,
    /// Related incidents.
    pub related: Vec<String>,
    /// Training.
    pub drill: bool,
    /// It was over when it was recorded.
    #[serde(default)]
    pub backfilled: bool,
    /// The team's own fields, and those of the framework's record (`category`, `reporter`).
    #[serde(default)]
    pub fields: Vec<(String, String)>,
}
