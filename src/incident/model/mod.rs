//! What an incident is: the typed form of one incident file. Derived values (elapsed time, timers, gates) are not here.
//!
//! Field order is the order in the file. Every list entry has an `id` and keeps unknown keys in `extra`; a field changed
//! after its entry was made has its stamp in the entry's `rev`, keyed by the field's name. Lists hold their entries behind
//! `Arc`, so that a snapshot costs pointers and an unchanged entry is known by its address. An entry is never deleted: one
//! that was undone is `retracted`, and readers that do not want those go through [`live`](super::live).
//!
//! Behind the `=>` of a field stands what the other rooms have to know of it, see [`Field`](super::field::Field); behind
//! none stands what its type says.

mod analysis;
mod investigation;
mod redaction;
mod roles;
mod timeline;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::analysis::{ActionItem, Factor, Link, Why};
pub use self::investigation::{Approval, Hypothesis, Mitigation, Remark};
pub use self::redaction::{Redaction, Spot};
pub use self::roles::Role;
pub use self::timeline::{Event, Former};
pub use self::work::{Communication, Inquiry, Item, Timer};
use super::field::{incident, record};
use super::stamp::Stamp;
use super::time::Time;
use super::words::DetectionMethod;

/// Version of the file format that this program writes.
pub const SCHEMA: u32 = 1;

/// Stamps of changed fields, by field name (`state`, or `impact.users` for a nested one).
pub type Revisions = BTreeMap<String, Stamp>;

/// Keys this version does not know, kept as they are.
pub type Extra = Map<String, Value>;

incident! {
    /// One incident.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Incident {
        /// Schema of the file.
        pub warroom: u32 => identity,
        /// Human-facing id, `INC-2026-0042`.
        pub id: String => identity,
        /// Random: tells two incidents that were given one number apart.
        #[serde(default)]
        pub uid: String => identity,
        /// One line that says what is broken for whom.
        #[serde(default)]
        pub title: String,
        /// A paragraph more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub summary: Option<String>,
        /// Name of the incident-response framework in force.
        #[serde(default)]
        pub framework: String => reference,
        /// Severity id of that framework (`SEV1`, `P0`); empty until assessed.
        #[serde(default)]
        pub severity: String => reference,
        /// Status id of that framework (`investigating`).
        #[serde(default)]
        pub status: String => reference,
        /// True for training: kept off boards and metrics.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub drill: bool,
        /// `test` where times of it come from a clock that was set for a test: metrics leave it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub clock: Option<String> => name,
        /// True for one that was over when it was recorded: it starts no timers, and is kept out of live boards and response figures.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub backfilled: bool,
        /// When impact began.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub started: Option<Moment>,
        /// When and how it was noticed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub detected: Option<Moment>,
        /// When a person took it on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub acknowledged: Option<Moment>,
        /// When it was declared.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub declared: Option<Moment>,
        /// When impact ended or was contained.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mitigated: Option<Moment>,
        /// When it was resolved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub resolved: Option<Moment>,
        /// When it was closed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub closed: Option<Moment>,
        /// Who and what is hurt, by field name (`users`, `revenue`, `services`, …); values are text as people write it.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        pub impact: Extra,
        /// The team's own fields.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        pub fields: Extra,
        /// The root cause in a sentence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cause: Option<String>,
        /// Stamps of the top-level fields that changed since the declaration.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub rev: Revisions,
        /// Who holds or held which role.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub roles: Vec<Arc<Role>>,
        /// What we think it is.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub hypotheses: Vec<Arc<Hypothesis>>,
        /// What we do about it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub mitigations: Vec<Arc<Mitigation>>,
        /// Checklist items that somebody touched or added; untouched ones come from the framework.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub checklist: Vec<Arc<Item>>,
        /// Custom countdowns, and the snoozes of derived ones (under the derived timer's id).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub timers: Vec<Arc<Timer>>,
        /// What was asked of specialists and people.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub inquiries: Vec<Arc<Inquiry>>,
        /// What was told to whom.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub communications: Vec<Arc<Communication>>,
        /// The five whys, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub whys: Vec<Arc<Why>>,
        /// The fishbone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub factors: Vec<Arc<Factor>>,
        /// What will be done so that it does not come back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub actions: Vec<Arc<ActionItem>>,
        /// Related incidents, dashboards, tickets.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub links: Vec<Arc<Link>>,
        /// What was taken out of the file, by whom and where; grows only, and wins in every merge.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub redactions: Vec<Arc<Redaction>>,
        /// Everything that happened, ordered by (`at`, `id`).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub timeline: Vec<Arc<Event>>,
        /// Unknown top-level keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}

/// What stands in [`Incident::clock`] where times come from a clock that was set for a test.
pub const TEST_CLOCK: &str = "test";

record! {
    /// An instant with who set it, and for the detection how. In the file `{at: …, by: …}`.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Moment {
        /// When it happened.
        pub at: Time,
        /// Who did or noticed it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name,
        /// How it was noticed (detection only).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub how: Option<DetectionMethod>,
        /// Why the gate was passed over, or closing the review (forced resolution and closing only).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub forced: Option<String>,
        /// Unknown keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}

impl Incident {
    /// The incident as it is called: by its folder, whatever the file says of itself. Whoever shows, names or finds an incident goes by this.
    pub fn called(self: &Arc<Self>, folder: &str) -> Arc<Self> {
        if self.id == folder {
            return Arc::clone(self);
        }
        Arc::new(Self {
            id: folder.to_owned(),
            ..Self::clone(self)
        })
    }
}
