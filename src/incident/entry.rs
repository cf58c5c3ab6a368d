//! What all list entries have in common, and how a list is reached, whatever its type.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::field::Field;
use super::model::{
    ActionItem, Communication, Event, Extra, Factor, Hypothesis, Incident, Inquiry, Item, Link, Mitigation, Redaction,
    Remark, Revisions, Role, Timer, Why,
};
use super::time::Time;
use super::words::EventKind;

/// What every list entry has in common.
pub trait Entry: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Key of the list in the file.
    const SECTION: &'static str;
    /// One of them, as people say it (`hypothesis`).
    const NOUN: &'static str;
    /// Several of them.
    const NOUNS: &'static str;
    /// What their ids begin with.
    const LETTER: char;
    /// Their fields, in the order of the file.
    const FIELDS: &'static [Field];
    /// The field that says what one is.
    const TITLE: &'static str;
    /// The field that says when it was made.
    const TIME: &'static str;
    /// The kind of the event that tells of a correction of one.
    const KIND: EventKind;
    /// Whether the list only grows: what an editor leaves out is put back.
    const GROWS: bool;
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
    /// Keys that this version does not know, in the order of the file.
    fn extra(&self) -> &Extra;
    /// The incident's list of them.
    fn list(incident: &Incident) -> &Vec<Arc<Self>>;
    /// The same, to change.
    fn list_mut(incident: &mut Incident) -> &mut Vec<Arc<Self>>;
}

macro_rules! entries {
    ($d:tt $(
        $section:literal $list:ident: $type:ident {
            nouns: $noun:literal $nouns:literal,
            letter: $letter:literal,
            title: $title:ident,
            time: $time:ident,
            made: $made:expr,
            told: $kind:ident,
            grows: $grows:literal,
        }
    )+) => {
        /// Keys of all lists, in the order they stand in the file.
        pub const SECTIONS: &[&str] = &[$($section),+];

        $(impl Entry for $type {
            const SECTION: &'static str = $section;
            const NOUN: &'static str = $noun;
            const NOUNS: &'static str = $nouns;
            const LETTER: char = $letter;
            const FIELDS: &'static [Field] = $type::FIELDS;
            const TITLE: &'static str = stringify!($title);
            const TIME: &'static str = stringify!($time);
            const KIND: EventKind = EventKind::$kind;
            const GROWS: bool = $grows;
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
            fn extra(&self) -> &Extra {
                &self.extra
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
    "roles" roles: Role {
        nouns: "role" "roles",
        letter: 'r',
        title: who,
        time: since,
        made: |e| e.since,
        told: Role,
        grows: false,
    }
    "hypotheses" hypotheses: Hypothesis {
        nouns: "hypothesis" "hypotheses",
        letter: 'h',
        title: statement,
        time: at,
        made: |e| e.at,
        told: Hypothesis,
        grows: false,
    }
    "mitigations" mitigations: Mitigation {
        nouns: "mitigation" "mitigations",
        letter: 'm',
        title: text,
        time: at,
        made: |e| e.at,
        told: Mitigation,
        grows: false,
    }
    "checklist" checklist: Item {
        nouns: "checklist item" "checklist items",
        letter: 'c',
        title: text,
        time: at,
        made: |e| e.at.unwrap_or_default(),
        told: Checklist,
        grows: true,
    }
    "timers" timers: Timer {
        nouns: "timer" "timers",
        letter: 't',
        title: label,
        time: at,
        made: |e| e.at,
        told: Timer,
        grows: false,
    }
    "inquiries" inquiries: Inquiry {
        nouns: "request" "requests",
        letter: 'd',
        title: text,
        time: at,
        made: |e| e.at,
        told: Request,
        grows: true,
    }
    "communications" communications: Communication {
        nouns: "update" "updates",
        letter: 'u',
        title: text,
        time: at,
        made: |e| e.at,
        told: Field,
        grows: true,
    }
    "whys" whys: Why {
        nouns: "why" "whys",
        letter: 'w',
        title: text,
        time: at,
        made: |e| e.at,
        told: Analysis,
        grows: false,
    }
    "factors" factors: Factor {
        nouns: "factor" "factors",
        letter: 'f',
        title: text,
        time: at,
        made: |e| e.at,
        told: Analysis,
        grows: false,
    }
    "actions" actions: ActionItem {
        nouns: "action item" "action items",
        letter: 'a',
        title: text,
        time: at,
        made: |e| e.at,
        told: ActionItem,
        grows: true,
    }
    "links" links: Link {
        nouns: "link" "links",
        letter: 'l',
        title: target,
        time: at,
        made: |e| e.at,
        told: Link,
        grows: false,
    }
    "redactions" redactions: Redaction {
        nouns: "redaction" "redactions",
        letter: 'x',
        title: why,
        time: at,
        made: |e| e.at,
        told: Field,
        grows: true,
    }
    "timeline" timeline: Event {
        nouns: "event" "events",
        letter: 'e',
        title: text,
        time: at,
        made: |e| e.recorded.unwrap_or(e.at),
        told: Field,
        grows: true,
    }
}

/// The section of a test or a piece of evidence: its list is inside a hypothesis.
pub const REMARKS: &str = "remarks";

/// The fields of a list's entries, or of the remarks inside hypotheses; empty for what is no list.
pub fn fields_of(section: &str) -> &'static [Field] {
    if section == REMARKS {
        return Remark::FIELDS;
    }
    in_section!(section, T => <T as Entry>::FIELDS).unwrap_or_default()
}

/// The entries that count: those that were not taken back. The list itself still holds the others.
pub fn live<T: Entry>(list: &[Arc<T>]) -> impl DoubleEndedIterator<Item = &T> + Clone {
    list.iter()
        .map(AsRef::as_ref)
        .filter(|entry: &&T| entry.retracted().is_none())
}

impl Incident {
    /// Names of the fields that differ from an earlier state's, lists left out: `severity`, `impact.users`.
    pub fn changed_since(&self, old: &Self) -> Vec<String> {
        let mut names: Vec<String> = self.differing(old).into_iter().map(str::to_owned).collect();
        for (name, old, new) in [
            ("impact", &old.impact, &self.impact),
            ("fields", &old.fields, &self.fields),
        ] {
            let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
            let differing = keys.filter(|key| old.get(*key) != new.get(*key));
            names.extend(differing.map(|key| format!("{name}.{key}")));
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::field::{self, Nature};

    #[test]
    fn every_list_of_the_incident_is_an_entry_and_its_table_agrees_with_its_type() {
        let lists = Incident::FIELDS.iter().filter(|field| field.nature == Nature::List);
        let lists: Vec<&str> = lists.map(|field| field.name).collect();
        assert_eq!(lists, SECTIONS);
        for section in SECTIONS {
            in_section!(*section, T => {
                let own = field::find(T::FIELDS, T::TITLE).expect("its title is a field");
                assert!(matches!(own.nature, Nature::Text | Nature::Name), "{section}");
                let time = field::find(T::FIELDS, T::TIME).expect("its time is a field");
                assert_eq!(time.nature, Nature::Time, "{section}");
                assert!(field::find(T::FIELDS, "retracted").is_some(), "{section}");
            });
        }
    }

    #[test]
    fn letters_tell_lists_apart_but_for_what_never_meets() {
        let mut letters: Vec<char> = SECTIONS
            .iter()
            .filter_map(|section| in_section!(*section, T => T::LETTER))
            .collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), SECTIONS.len());
    }

    #[test]
    fn what_dates_a_state_names_one_that_there_is() {
        let mut seen = 0;
        for section in SECTIONS {
            let fields = fields_of(section);
            let states = field::find(fields, "state").and_then(Field::words).unwrap_or_default();
            for field in fields {
                let known = field.dates.iter().all(|state| states.contains(state));
                assert!(known, "{section}.{}: {:?}", field.name, field.dates);
                assert!(
                    field.dates.is_empty() || field.nature == Nature::Time,
                    "{section}.{}",
                    field.name
                );
                assert!(!field.follows || !states.is_empty(), "{section}.{}", field.name);
                seen += field.dates.len();
            }
        }
        assert!(seen > 7, "{seen}");
    }

    #[test]
    fn the_kinds_that_people_log_are_one_list() {
        let kinds: Vec<&str> = EventKind::LOGGABLE.iter().map(EventKind::as_str).collect();
        assert_eq!(kinds, EventKind::LOGGABLE_WORDS);
    }
}
