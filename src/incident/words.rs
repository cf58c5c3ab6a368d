//! The closed lists of words in an incident file. A word nobody knows is kept and shown as it is, never an error.

/// An enum of known words that also keeps unknown ones.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A word this version does not know, kept as written.
            Other(Box<str>),
        }

        impl $name {
            /// Every known word, in the order of the field.
            pub const KNOWN: &'static [&'static str] = &[$($word),+];

            /// The word as it stands in the file.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }

            /// The known value for a word, `None` where the word is unknown.
            pub fn known(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl super::field::Typed for $name {
            const NATURE: super::field::Nature = super::field::Nature::Word(Self::KNOWN);
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                Self::known(word).unwrap_or_else(|| Self::Other(word.into()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Ok(Self::from(word.as_str()))
            }
        }
    };
}

open_enum! {
    /// What a timeline event is about. The first eight are a person's to choose; the rest are written by the console.
    EventKind {
        /// A machine said something is wrong.
        Alert => "alert",
        /// Something seen.
        Observation => "observation",
        /// Something done.
        Action => "action",
        /// Something decided.
        Decision => "decision",
        /// Something found out.
        Finding => "finding",
        /// A change of who or what is hurt.
        Impact => "impact",
        /// Something told to somebody.
        Comms => "comms",
        /// Anything else worth keeping.
        Note => "note",
        /// The incident was declared.
        Declared => "declared",
        /// The alert was acknowledged.
        Acknowledged => "acknowledged",
        /// The status changed.
        Status => "status",
        /// The severity changed.
        Severity => "severity",
        /// A field changed.
        Field => "field",
        /// A role was given, cleared or handed over.
        Role => "role",
        /// A hypothesis was added, tested or settled.
        Hypothesis => "hypothesis",
        /// A mitigation was proposed, approved, started, finished or checked.
        Mitigation => "mitigation",
        /// A checklist item changed.
        Checklist => "checklist",
        /// A timer was set, snoozed or cleared.
        Timer => "timer",
        /// A milestone was corrected.
        Milestone => "milestone",
        /// A line of the root-cause analysis.
        Analysis => "analysis",
        /// A specialist was called in, a task given, read back, answered or withdrawn.
        Request => "request",
        /// An action item changed.
        ActionItem => "action-item",
        /// A link was added.
        Link => "link",
        /// The incident was resolved.
        Resolved => "resolved",
        /// The incident was closed.
        Closed => "closed",
        /// The incident was opened again.
        Reopened => "reopened",
        /// The incident was cancelled as a false positive.
        Cancelled => "cancelled",
        /// Functional or hierarchical escalation.
        Escalation => "escalation",
        /// A procedure for when things go wrong was started.
        Procedure => "procedure",
        /// An edit made by hand in the file.
        HandEdit => "hand-edit",
        /// A value that lost against a concurrent one.
        Conflict => "conflict",
        /// Words were taken out of the file.
        Redaction => "redaction",
    }
}

impl EventKind {
    /// The kinds a person chooses from when logging, in the order of the keys.
    pub const LOGGABLE: [Self; 8] = [
        Self::Note,
        Self::Alert,
        Self::Observation,
        Self::Action,
        Self::Decision,
        Self::Finding,
        Self::Impact,
        Self::Comms,
    ];

    /// The same as words.
    pub const LOGGABLE_WORDS: &'static [&'static str] = &[
        "note",
        "alert",
        "observation",
        "action",
        "decision",
        "finding",
        "impact",
        "comms",
    ];
}

open_enum! {
    /// How far a hypothesis is.
    HypothesisState {
        /// Stated, not yet worked on.
        Open => "open",
        /// Being tested.
        Testing => "testing",
        /// Shown to be the cause.
        Confirmed => "confirmed",
        /// Shown not to be.
        Rejected => "rejected",
    }
}

open_enum! {
    /// How far a mitigation is.
    MitigationState {
        /// Proposed, waiting for a decision.
        Proposed => "proposed",
        /// Approved as the severity's rule asks.
        Approved => "approved",
        /// Under way.
        Started => "started",
        /// Carried out, effect not yet checked.
        Done => "done",
        /// Carried out and shown to work.
        Verified => "verified",
        /// Did not work or made it worse.
        Failed => "failed",
    }
}

open_enum! {
    /// State of a checklist item.
    ItemState {
        /// To do.
        Open => "open",
        /// Done.
        Done => "done",
        /// Left out on purpose, with a reason.
        Skipped => "skipped",
    }
}

open_enum! {
    /// State of a custom countdown.
    TimerState {
        /// Counting down.
        Running => "running",
        /// Cleared by a person.
        Cleared => "cleared",
    }
}

open_enum! {
    /// How the incident was noticed.
    DetectionMethod {
        /// An alert fired.
        Alert => "alert",
        /// A customer or colleague said so.
        UserReport => "user-report",
        /// Somebody saw it on a dashboard.
        Monitoring => "monitoring",
        /// Any other way.
        Manual => "manual",
        /// A security tool or team said so.
        Security => "security",
        /// A business figure dropped: revenue, conversion, active users.
        BusinessMetric => "business-metric",
        /// A check from outside failed: an endpoint, a certificate, name resolution.
        External => "external",
    }
}

open_enum! {
    /// The fishbone's categories.
    FactorCategory {
        /// Skills, staffing, hand-overs.
        People => "people",
        /// How work is done.
        Process => "process",
        /// Software, hardware, configuration.
        Technology => "technology",
        /// Outside conditions.
        Environment => "environment",
    }
}

open_enum! {
    /// How soon an action item is meant to be done; what each is called, and how long it lasts, the framework says.
    Horizon {
        /// The soonest.
        Immediate => "immediate",
        /// Soon.
        Short => "short",
        /// Between soon and late.
        Medium => "medium",
        /// The latest.
        Long => "long",
    }
}

open_enum! {
    /// What an action item is good for.
    ActionKind {
        /// It does not happen again.
        Prevent => "prevent",
        /// It is noticed sooner.
        Detect => "detect",
        /// It is over sooner.
        Mitigate => "mitigate",
        /// Something is found out.
        Learn => "learn",
    }
}

open_enum! {
    /// How much: the impact and the effort of an action item.
    Level {
        /// Much.
        High => "high",
        /// Something.
        Medium => "medium",
        /// Little.
        Low => "low",
    }
}

open_enum! {
    /// What kind of request it is.
    InquiryKind {
        /// A specialist is called in.
        Dispatch => "dispatch",
        /// Somebody is given a task, with a time.
        Task => "task",
    }
}

open_enum! {
    /// Where a request stands.
    InquiryState {
        /// Asked, not heard yet.
        Open => "open",
        /// Read back by whoever does it.
        Accepted => "accepted",
        /// Answered.
        Answered => "answered",
        /// Taken back, or no longer needed.
        Withdrawn => "withdrawn",
    }
}

open_enum! {
    /// State of an action item.
    ActionState {
        /// Agreed, not begun.
        Open => "open",
        /// Begun.
        InProgress => "in-progress",
        /// Done.
        Done => "done",
    }
}

open_enum! {
    /// The instants that every duration and metric uses.
    Milestone {
        /// Impact began.
        Started => "started",
        /// Somebody or something noticed.
        Detected => "detected",
        /// A person took it on.
        Acknowledged => "acknowledged",
        /// It was declared an incident.
        Declared => "declared",
        /// Impact ended or was contained.
        Mitigated => "mitigated",
        /// It was resolved.
        Resolved => "resolved",
    }
}

/// Every known milestone in the order they happen.
pub const MILESTONES: [Milestone; 6] = [
    Milestone::Started,
    Milestone::Detected,
    Milestone::Acknowledged,
    Milestone::Declared,
    Milestone::Mitigated,
    Milestone::Resolved,
];

/// New entries begin like this.
macro_rules! first_word {
    ($($name:ident $variant:ident,)+) => {
        $(impl Default for $name {
            fn default() -> Self {
                Self::$variant
            }
        })+
    };
}

first_word! {
    EventKind Note,
    HypothesisState Open,
    MitigationState Proposed,
    ItemState Open,
    TimerState Running,
    ActionState Open,
    InquiryKind Dispatch,
    InquiryState Open,
}
/// What people call a field: `impact.error-budget` is `impact (error budget)`, `fields.review-owner` is `review owner`.
pub fn field_title(field: &str) -> String {
    let plain = |name: &str| name.replace(['_', '-'], " ");
    match field.split_once('.') {
        Some(("impact", name)) => format!("impact ({})", plain(name)),
        Some(("fields", name)) => plain(name),
        _ => plain(field),
    }
}
