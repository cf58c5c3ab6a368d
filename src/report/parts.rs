//! The parts of a report, as its JSON has them.

use serde::Serialize;

use super::Name;
use super::statistics::{Change, Figures};

/// How many incidents there were.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Incidents {
    /// Those that count.
    pub count: usize,
    /// In the previous period.
    pub previous: usize,
    /// Of them still open.
    pub open: usize,
    /// False positives, beside.
    pub cancelled: usize,
    /// Of all, those in which nothing broke (`fields.kind` is `near-miss`).
    pub near_misses: usize,
    /// Declared outside of the team's hours.
    pub out_of_hours: usize,
    /// Seconds of customer impact in all, as far as they are known.
    pub impact_s: i64,
    /// People in an incident: figures of how many took part.
    pub people: Figures,
}

/// The incidents of one severity.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OfSeverity {
    /// Its id; empty: not assessed.
    pub severity: String,
    /// What people read for it.
    pub title: String,
    /// How many.
    pub count: usize,
    /// Mean time to resolve, in seconds.
    pub mean_s: Option<f64>,
    /// Median time to resolve, in seconds.
    pub median_s: Option<f64>,
}

/// How often something was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Count {
    /// What.
    pub name: String,
    /// How often.
    pub count: usize,
}

/// A duration against the previous period.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NamedChange {
    /// Which duration.
    pub name: Name,
    /// How it changed.
    #[serde(flatten)]
    pub change: Change,
    /// The same as a sentence.
    pub said: String,
}

/// Causes that came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recurrences {
    /// How many incidents of this period had a cause that was there within 90 days before.
    pub count: usize,
    /// Which, and of what.
    pub incidents: Vec<Repeat>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Repeat {
    /// The later incident.
    pub id: String,
    /// The earlier one.
    pub of: String,
    /// Days between them.
    pub days: i64,
    /// The cause.
    pub cause: String,
}

/// Reviews of the incidents of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Reviews {
    /// Resolved or closed incidents whose framework makes a review mandatory.
    pub mandatory: usize,
    /// Of them with a document.
    pub written: usize,
    /// Of them with a document that was reviewed.
    pub reviewed: usize,
    /// Those without a document.
    pub missing: Vec<String>,
}

/// A share, as two numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share {
    /// What was done.
    pub name: &'static str,
    /// In how many incidents (of promises: how many).
    pub count: usize,
    /// Of how many.
    pub of: usize,
}

/// A figure that was asked of people and entered by hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Survey {
    /// The field that it is entered in.
    pub field: &'static str,
    /// What people read.
    pub name: &'static str,
    /// How often it was entered.
    pub n: usize,
    /// The mean of what was entered.
    pub mean: f64,
}

/// What a framework aims at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Target {
    /// Whose.
    pub framework: String,
    /// What is measured.
    pub text: String,
    /// What is wanted, in the framework's words.
    pub want: String,
}

/// How a figure is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Definition {
    /// The figure.
    pub name: &'static str,
    /// How.
    pub text: &'static str,
}

/// Fields by which satisfaction and culture are entered (`set fields.NAME 8`), and what people read for them (S0:683-696).
pub const SURVEY: [(&str, &str); 8] = [
    ("satisfaction-executives", "executives' satisfaction with communication"),
    ("satisfaction-customers", "customers' satisfaction with communication"),
    ("satisfaction-support", "support's satisfaction with communication"),
    ("blameless-score", "blameless culture"),
    ("safety-score", "psychological safety"),
    ("confidence-score", "on-call confidence"),
    ("review-participation", "share of engineers in the review, percent"),
    ("leadership-attended", "leadership attended the review, percent"),
];
