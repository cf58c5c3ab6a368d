//! What should come of a history: each register's writes, by who has heard of which.

use super::*;

/// The registers of a state whose fate the model below tells: all but those that go with another one.
pub(super) fn registers(state: &Incident) -> BTreeMap<String, (String, Option<Heads>)> {
    let mut found = BTreeMap::new();
    spread("", "", &top::head(state), &mut found);
    for section in [
        "hypotheses",
        "mitigations",
        "checklist",
        "inquiries",
        "inquiries",
        "actions",
        "roles",
        "timeline",
    ] {
        in_section!(section, T => for entry in T::list(state) {
            spread(section, &format!("{}.", entry.id()), &to_fields(&**entry), &mut found);
        });
    }
    found
}

pub(super) fn spread(
    section: &str,
    prefix: &str,
    fields: &Fields,
    found: &mut BTreeMap<String, (String, Option<Heads>)>,
) {
    let rev = fields
        .get("rev")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let with = [
        "done", "who", "reason", "started", "settled", "ended", "recorded", "id", "rev", "was",
    ];
    let mut put = |name: String, value: &Value| {
        let stamp = rev
            .get(&name)
            .map(|stamp| serde_json::from_value::<Stamp>(stamp.clone()).unwrap());
        let heads = stamp.map(|stamp| Heads::read(&stamp));
        found.insert(format!("{prefix}{name}"), (canonical(Some(value)), heads));
    };
    for name in rev
        .keys()
        .filter(|name| !with.contains(&name.as_str()) || section.is_empty())
    {
        put(name.clone(), &Value::Null);
    }
    for (name, value) in fields {
        match value {
            Value::Array(_) => {}
            // Two consoles that notice one edit date it twice; the earlier time stands.
            _ if name == "at" && fields.get("by").and_then(Value::as_str) == Some("hand") => {}
            _ if !section.is_empty() && with.contains(&name.as_str()) => {}
            _ if ["rev", "id", "uid", "warroom"].contains(&name.as_str()) => {}
            Value::Object(group) if ["impact", "fields", "postmortem"].contains(&name.as_str()) => {
                for (inner, value) in group {
                    put(format!("{name}.{inner}"), value);
                }
            }
            value => put(name.clone(), value),
        }
    }
}

/// A canonical value as people read it.
pub(super) fn plain(canonical: &str) -> Option<String> {
    let value: Value = serde_json::from_str(&json(canonical)).unwrap();
    crate::merge::told::plain(Some(&value))
}

/// A canonical value as JSON.
pub(super) fn json(canonical: &str) -> String {
    match canonical {
        "" => "null".into(),
        value => value.replace(",}", "}").replace(",]", "]"),
    }
}

/// The entry a register belongs to, empty for the top level.
pub(super) fn entry_of(name: &str) -> &str {
    let entry = name.rsplit_once('.').map_or("", |(entry, _)| entry);
    if ["impact", "fields", "postmortem"].contains(&entry) {
        ""
    } else {
        entry
    }
}

pub(super) type Write = (Stamp, String);

/// What should come of a history, from knowing of each state which writes it has heard of.
#[derive(Clone, Default)]
pub(super) struct Model {
    pub(super) heard: BTreeSet<(String, Write)>,
    pub(super) heads: BTreeMap<String, BTreeSet<Write>>,
    pub(super) lost: BTreeSet<(String, Write)>,
}

impl Model {
    pub(super) fn write(&mut self, before: &Incident, after: &Incident, hand: bool) {
        let (old, new) = (registers(before), registers(after));
        let nothing = (canonical(Some(&Value::Null)), None);
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let (was, is) = (old.get(name).unwrap_or(&nothing), new.get(name).unwrap_or(&nothing));
            if was == is || (hand && was.0 == is.0) {
                continue;
            }
            // Where an entry's time is corrected, its stamp is written out for all that has none: nobody wrote that.
            let own = || Self::made(name, before).or(top::origin(before)).map(Heads::one);
            if was.0 == is.0 && was.1.is_none() && is.1 == own() {
                continue;
            }
            let entry = entry_of(name);
            let is_new = !old.keys().any(|other| entry_of(other) == entry);
            if !new.keys().any(|other| entry_of(other) == entry) {
                continue;
            }
            let heads = match &is.1 {
                Some(heads) if !hand => heads.clone(),
                _ if is_new => Heads::one(Stamp::new(Time::default(), "")),
                _ => {
                    let value: Value = serde_json::from_str(&json(&is.0)).unwrap();
                    let value = Some(&value).filter(|value| !value.is_null());
                    self.stamps(name, before).by_hand(value)
                }
            };
            let write = (heads.newest().clone(), is.0.clone());
            self.heard.insert((name.clone(), write.clone()));
            self.heads.insert(name.clone(), BTreeSet::from([write]));
        }
    }

    pub(super) fn stamps(&self, name: &str, before: &Incident) -> Heads {
        let heads = self.heads.get(name).and_then(|heads| heads.iter().next_back());
        let own = || Heads::one(top::origin(&declared()).unwrap());
        match heads {
            Some((stamp, _)) if stamp.at > Time::default() => Heads::one(stamp.clone()),
            _ => Self::made(name, before)
                .filter(|made| made.at > Time::default())
                .map_or_else(own, Heads::one),
        }
    }

    /// The stamp with which a register's entry was made; none for what a template has.
    fn made(name: &str, before: &Incident) -> Option<Stamp> {
        let entry = name.split_once('.').map_or("", |(entry, _)| entry);
        let sections = [
            "hypotheses",
            "mitigations",
            "checklist",
            "inquiries",
            "actions",
            "roles",
            "timeline",
        ];
        let made = sections.iter().find_map(|section| {
            in_section!(*section, T => ids::find::<T>(before, entry).map(|entry| {
                let (at, by) = entry.made();
                Stamp::new(at, by)
            }))
            .flatten()
        });
        made.filter(|made| made.at != Time::default())
    }

    pub(super) fn merge(&self, other: &Self) -> Self {
        let mut joined = Self {
            heard: self.heard.union(&other.heard).cloned().collect(),
            heads: BTreeMap::new(),
            lost: self.lost.union(&other.lost).cloned().collect(),
        };
        let none = BTreeSet::new();
        let names: BTreeSet<&String> = self.heads.keys().chain(other.heads.keys()).collect();
        for name in names {
            let (mine, yours) = (
                self.heads.get(name).unwrap_or(&none),
                other.heads.get(name).unwrap_or(&none),
            );
            let survives = |write: &&Write, there: &BTreeSet<Write>, heard: &BTreeSet<(String, Write)>| {
                // What a template has is known to all.
                let bare = write.0.at == Time::default() && !there.is_empty();
                there.contains(*write) || !bare && !heard.contains(&(name.clone(), (*write).clone()))
            };
            let mut all: BTreeSet<Write> = mine
                .iter()
                .filter(|write| survives(write, yours, &other.heard))
                .cloned()
                .collect();
            all.extend(yours.iter().filter(|write| survives(write, mine, &self.heard)).cloned());
            let said = |write: &Write| plain(&write.1);
            let lost = |write: &&Write| all.iter().any(|other| other.0 > write.0 && said(other) != said(write));
            joined
                .lost
                .extend(all.iter().filter(lost).map(|write| (name.clone(), write.clone())));
            joined.heads.insert(name.clone(), all);
        }
        joined
    }

    pub(super) fn check(&self, state: &Incident) {
        let found = registers(state);
        for (name, heads) in &self.heads {
            let (_, value) = heads.last().unwrap();
            let there = found.get(name).map_or("null", |(value, _)| value);
            assert_eq!(there, value, "{name} of {heads:?}");
        }
        // When an edit by hand was noticed is nobody's write. By value, not by stamp: an edit by hand that nobody has taken in carries
        // the stamp of what it replaced.
        let counts = |name: &str| {
            (found.contains_key(name) || self.heads.contains_key(name))
                && !(name.starts_with('y') && name.strip_suffix(".at").is_some())
                // Nor is what a merge tells, until somebody edits it by hand; that may be told twice.
                && !name.starts_with('x')
        };
        let events = state.timeline.iter();
        let said: BTreeSet<(String, Option<String>)> = events
            .filter(|event| event.kind == EventKind::Conflict)
            .map(|event| {
                let subject = event.subject.as_deref().unwrap().to_owned();
                (subject, event.from.as_deref().map(str::to_owned))
            })
            .filter(|(subject, _)| counts(subject))
            .collect();
        let lost = self.lost.iter().filter(|(name, _)| counts(name));
        let lost = lost.map(|(name, (_, value))| (name.clone(), plain(value)));
        assert_eq!(said, lost.collect(), "conflicts in the timeline and truly lost");
        self.check_open(state, &found);
    }

    /// A conflict is open as long as nobody who knew of both values has written the field: it does not close by itself.
    fn check_open(&self, state: &Incident, found: &BTreeMap<String, (String, Option<Heads>)>) {
        let open: BTreeSet<String> = crate::incident::open_conflicts(state)
            .into_iter()
            .map(|one| one.subject)
            .collect();
        for (name, writes) in &self.heads {
            // An edit by hand may be stamped by nobody yet; what a merge tells, and when a former holder stopped, is no question.
            let stamped = found
                .get(name)
                .and_then(|(_, heads)| heads.as_ref())
                .is_some_and(|heads| {
                    heads.iter().len() == writes.len() && writes.iter().all(|(stamp, _)| heads.holds(stamp))
                });
            if !stamped || name.starts_with('x') || name.rsplit('.').next() == Some("until") {
                continue;
            }
            let told = state.timeline.iter().filter(|event| event.kind == EventKind::Conflict);
            let mut about = told.filter(|event| event.subject.as_deref() == Some(name));
            if about.any(|event| event.retracted.is_some()) {
                continue;
            }
            let values: BTreeSet<Option<String>> = writes.iter().map(|(_, value)| plain(value)).collect();
            assert_eq!(
                open.contains(name),
                values.len() > 1,
                "whether {name} is open: {writes:?}"
            );
        }
    }
}
