//! What all list entries have in common, and how a list is reached, whatever its type.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::model::{
    ActionItem, Communication, Event, Factor, Hypothesis, Incident, Inquiry, Item, Link, Mitigation, Redaction,
    Revisions, Role, Timer, Why,
};
use super::time::Time;

/// What every list entry has in common.
pub trait Entry: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Key of the list in the file.
    const SECTION: &'static str;
    /// One of them, as people say it (`hypothesis`).
    const NOUN: &'static str;
    /// Several of them.
    const NOUNS: &'static str;
    /// The entry's id.
    fn id(&self) -> &str;
    /// What it is, in its own words.
    fn title(&self) -> &str;
    /// Its own stamp: when it was written down and by whom; every field without a stamp in `rev` has this one.
    fn made(&self) -> (Time, &str);
    /// Why it was taken back, where it was.
    fn retracted(&self) -> Option<&str>;
    /// Stamps of its changed fields.
    fn rev(&self) -> &Revisions;
    /// The same, to add to.
    fn rev_mut(&mut self) -> &mut Revisions;
    /// The incident's list of them.
    fn list(incident: &Incident) -> &Vec<Arc<Self>>;
    /// The same, to change.
    fn list_mut(incident: &mut Incident) -> &mut Vec<Arc<Self>>;
}

macro_rules! entries {
    ($d:tt $($type:ident $noun:literal $nouns:literal in $section:literal $list:ident, title $title:ident, made $made:expr;)+) => {
        /// Keys of all lists, in the order they stand in the file.
        pub const SECTIONS: &[&str] = &[$($section),+];

        $(impl Entry for $type {
            const SECTION: &'static str = $section;
            const NOUN: &'static str = $noun;
            const NOUNS: &'static str = $nouns;
            fn id(&self) -> &str {
                &self.id
            }
            fn title(&self) -> &str {
                &self.$title
            }
            fn made(&self) -> (Time, &str) {
                let made: fn(&Self) -> Time = $made;
                (made(self), &self.by)
            }
            fn retracted(&self) -> Option<&str> {
                self.retracted.as_deref()
            }
            fn rev(&self) -> &Revisions {
                &self.rev
            }
            fn rev_mut(&mut self) -> &mut Revisions {
                &mut self.rev
            }
            fn list(incident: &Incident) -> &Vec<Arc<Self>> {
                &incident.$list
            }
            fn list_mut(incident: &mut Incident) -> &mut Vec<Arc<Self>> {
                &mut incident.$list
            }
        })+

        /// `in_section!(name, T => body)` is `Some(body)` with `T` the entry type of the section, `None` for an unknown one.
        macro_rules! in_section {
            ($d name:expr, $d T:ident => $d body:expr) => {
                match $d name {
                    $($section => { type $d T = $crate::incident::$type; Some($d body) })+
                    _ => None,
                }
            };
        }
        pub(crate) use in_section;
    };
}

entries! {
    $
    Role "role" "roles" in "roles" roles, title who, made |e| e.since;
    Hypothesis "hypothesis" "hypotheses" in "hypotheses" hypotheses, title statement, made |e| e.at;
    Mitigation "mitigation" "mitigations" in "mitigations" mitigations, title text, made |e| e.at;
    Item "checklist item" "checklist items" in "checklist" checklist, title text, made |e| e.at.unwrap_or_default();
    Timer "timer" "timers" in "timers" timers, title label, made |e| e.at;
    Inquiry "request" "requests" in "inquiries" inquiries, title text, made |e| e.at;
    Communication "update" "updates" in "communications" communications, title text, made |e| e.at;
    Why "why" "whys" in "whys" whys, title text, made |e| e.at;
    Factor "factor" "factors" in "factors" factors, title text, made |e| e.at;
    ActionItem "action item" "action items" in "actions" actions, title text, made |e| e.at;
    Link "link" "links" in "links" links, title target, made |e| e.at;
    Redaction "redaction" "redactions" in "redactions" redactions, title why, made |e| e.at;
    Event "event" "events" in "timeline" timeline, title text, made |e| e.recorded.unwrap_or(e.at);
}

/// The entries that count: those that were not taken back. The list itself still holds the others.
pub fn live<T: Entry>(list: &[Arc<T>]) -> impl DoubleEndedIterator<Item = &T> + Clone {
    list.iter()
        .map(AsRef::as_ref)
        .filter(|entry: &&T| entry.retracted().is_none())
}

impl Incident {
    /// The incident without its lists.
    #[must_use]
    pub fn bare(&self) -> Self {
        // Every field by name: a new one does not compile until it is here.
        let Incident {
            warroom,
            id,
            uid,
            title,
            summary,
            framework,
            severity,
            status,
            drill,
            clock,
            backfilled,
            started,
            detected,
            acknowledged,
            declared,
            mitigated,
            resolved,
            closed,
            impact,
            fields,
            cause,
            rev,
            extra,
            roles: _,
            hypotheses: _,
            mitigations: _,
            checklist: _,
            timers: _,
            inquiries: _,
            communications: _,
            whys: _,
            factors: _,
            actions: _,
            links: _,
            redactions: _,
            timeline: _,
        } = self;
        Incident {
            warroom: *warroom,
            id: id.clone(),
            uid: uid.clone(),
            title: title.clone(),
            summary: summary.clone(),
            framework: framework.clone(),
            severity: severity.clone(),
            status: status.clone(),
            drill: *drill,
            clock: clock.clone(),
            backfilled: *backfilled,
            started: started.clone(),
            detected: detected.clone(),
            acknowledged: acknowledged.clone(),
            declared: declared.clone(),
            mitigated: mitigated.clone(),
            resolved: resolved.clone(),
            closed: closed.clone(),
            impact: impact.clone(),
            fields: fields.clone(),
            cause: cause.clone(),
            rev: rev.clone(),
            extra: extra.clone(),
            ..Incident::default()
        }
    }
}
