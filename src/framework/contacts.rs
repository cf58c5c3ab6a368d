//! Whom to call: the team's people by escalation target, role and vendor, with their backups and the chain above them
//! (`.warroom/contacts.yaml`). Read once with the framework; every line that is wrong is told, and the rest counts.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Framework;
use crate::bounds::PROBLEMS;
use crate::document::yaml;
use crate::incident::people::Directory;

/// A person, a team or a company, and how to reach them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reachable {
    /// Who.
    pub name: String,
    /// How, the quickest way first: a telephone number, a channel, an address.
    pub reach: Vec<String>,
}

/// Whom to call for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// For what: an escalation target or a role of the framework, or `vendor NAME`.
    #[serde(rename = "for")]
    pub target: String,
    /// Who.
    #[serde(flatten)]
    pub first: Reachable,
    /// Who else, one after the other.
    pub backup: Vec<Reachable>,
    /// What they need to know: a contract number, hours.
    pub note: Option<String>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Contacts {
    /// In the order of the file.
    pub contacts: Vec<Contact>,
    /// Whose turn it is where neither a contact nor a backup answers: targets or names, one above the other.
    pub chain: Vec<String>,
}

/// Something wrong in the file, and the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// From 1.
    pub line: usize,
    /// The sentence.
    pub said: String,
}

/// The most of them that are read.
const MOST: usize = 500;
/// Keys of a contact.
const KEYS: [&str; 5] = ["for", "name", "reach", "backup", "note"];

impl Contacts {
    /// Reads the file's text. What is wrong is left out.
    pub fn parse(text: &str) -> (Self, Vec<Slip>) {
        let mut slips = Vec::new();
        let mut all = Self::default();
        let whole = match yaml::value(text) {
            Ok(Value::Null) => return (all, slips),
            Ok(Value::Object(whole)) => whole,
            Ok(_) => {
                slips.push(slip(1, "this is no list of settings; it begins with `contacts:`"));
                return (all, slips);
            }
            Err(problem) => {
                slips.push(slip(problem.line, &problem.said));
                return (all, slips);
            }
        };
        let known = ["contacts", "chain"];
        let unknown: Vec<&String> = whole.keys().filter(|key| !known.contains(&key.as_str())).collect();
        for key in unknown.iter().take(PROBLEMS) {
            let said = format!("there is no `{key}` here; there are contacts and chain");
            slips.push(slip(yaml::line_of(text, &[key]), &said));
        }
        if unknown.len() > PROBLEMS {
            let more = unknown.len() - PROBLEMS;
            slips.push(slip(1, &format!("and {more} more settings that there are not")));
        }
        let list = whole.get("contacts").cloned().unwrap_or_default();
        let list = match list {
            Value::Array(list) => list,
            Value::Null => Vec::new(),
            _ => {
                slips.push(slip(
                    yaml::line_of(text, &["contacts"]),
                    "`contacts` is a list, `- for: tier-2`",
                ));
                Vec::new()
            }
        };
        for (number, value) in list.iter().take(MOST).enumerate() {
            match contact(value) {
                Ok(contact) => all.contacts.push(contact),
                // Each look for a line reads the text.
                Err(said) if slips.len() <= PROBLEMS => {
                    let place = yaml::place(text, &["contacts".into(), number.into()], false);
                    slips.push(slip(place.0, &said));
                }
                Err(said) => slips.push(slip(1, &said)),
            }
        }
        if list.len() > MOST {
            slips.push(slip(1, &format!("only the first {MOST} contacts are read")));
        }
        match words(whole.get("chain").unwrap_or(&Value::Null)) {
            Some(mut chain) => {
                if chain.len() > MOST {
                    slips.push(slip(1, &format!("only the first {MOST} of the chain are read")));
                    chain.truncate(MOST);
                }
                all.chain = chain;
            }
            None => slips.push(slip(
                yaml::line_of(text, &["chain"]),
                "`chain` is a list of targets or names",
            )),
        }
        (all, slips)
    }
}

fn slip(line: usize, said: &str) -> Slip {
    Slip {
        line,
        said: said.to_owned(),
    }
}

fn contact(value: &Value) -> Result<Contact, String> {
    let map = value
        .as_object()
        .ok_or("a contact has lines of its own: for, name, reach, backup")?;
    if let Some(odd) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("a contact has no `{odd}`; there are {}", KEYS.join(", ")));
    }
    let text = |key: &str| map.get(key).and_then(word).filter(|text| !text.is_empty());
    let target = text("for").ok_or("a contact says what it is for: an escalation target, a role, or `vendor NAME`")?;
    let backup = match map.get("backup") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list
            .iter()
            .map(|one| reachable(one, &target))
            .collect::<Result<_, _>>()?,
        Some(one) => vec![reachable(one, &target)?],
    };
    Ok(Contact {
        first: reachable(value, &target)?,
        backup,
        note: text("note"),
        target,
    })
}

/// `Lee Park`, or `{name: Lee Park, reach: …}`.
fn reachable(value: &Value, target: &str) -> Result<Reachable, String> {
    if let Some(name) = word(value) {
        return Ok(Reachable {
            name,
            reach: Vec::new(),
        });
    }
    let empty = Map::new();
    let map = value.as_object().unwrap_or(&empty);
    let name = map.get("name").and_then(word).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| format!("the contact for `{target}` has no name"))?;
    let reach = words(map.get("reach").unwrap_or(&Value::Null));
    let reach = reach.ok_or_else(|| format!("how {name} is reached is a word or a list of words"))?;
    Ok(Reachable { name, reach })
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(crate::text::one_line(text.trim()).into_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn words(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(list) => list.iter().map(word).collect(),
        one => word(one).map(|one| vec![one]),
    }
}

impl Reachable {
    /// `Lee Park (+1 555 0100, @lee)`.
    pub fn shown(&self) -> String {
        if self.reach.is_empty() {
            return self.name.clone();
        }
        format!("{} ({})", self.name, self.reach.join(", "))
    }
}

impl Contact {
    /// `Lee Park (@lee); backup Dana Ray (@dana)`.
    pub fn shown(&self) -> String {
        let mut said = self.first.shown();
        for (number, backup) in self.backup.iter().enumerate() {
            let _ = write!(
                said,
                "{} {}",
                if number == 0 { "; backup" } else { ", then" },
                backup.shown()
            );
        }
        if let Some(note) = &self.note {
            let _ = write!(said, " - {note}");
        }
        said
    }

    /// Whether it is a vendor's.
    pub fn is_vendor(&self) -> bool {
        self.target.to_lowercase().starts_with("vendor")
    }
}

impl Framework {
    /// What a contact is for, as an id of this framework: an escalation target or a role; `None` where it is neither.
    fn contact_target(&self, word: &str) -> Option<String> {
        let target = self.escalation(word).map(|(id, _)| id);
        target.or_else(|_| self.role_id(word)).ok()
    }

    /// The contacts for an escalation target, a role, a vendor or a name, as one types it.
    pub fn contacts_for(&self, word: &str) -> Vec<&Contact> {
        let wanted = word.trim().to_lowercase();
        let id = self.contact_target(word);
        let fits = |one: &&Contact| {
            let target = one.target.to_lowercase();
            target == wanted
                || one.is_vendor() && (wanted == "vendor" || target.trim_start_matches("vendor").trim() == wanted)
                || id.is_some() && self.contact_target(&one.target) == id
                || self.people.same(&one.first.name, word)
        };
        self.contacts.contacts.iter().filter(fits).collect()
    }

    /// What is wrong with the contacts as they stand beside this framework.
    pub fn lint_contacts(&self, text: &str) -> Vec<Slip> {
        let (all, mut slips) = Contacts::parse(text);
        let at = |target: &str| {
            let line = text
                .lines()
                .position(|line| line.contains("for:") && line.contains(target));
            line.map_or(1, |line| line + 1)
        };
        for (number, one) in all.contacts.iter().enumerate() {
            let line = at(&one.target);
            if !one.is_vendor() && self.contact_target(&one.target).is_none() {
                let mut known: Vec<&str> = self.escalations.iter().map(|one| one.id.as_str()).collect();
                known.extend(self.roles.iter().map(|role| role.id.as_str()));
                let said = format!(
                    "{} has no target or role `{}`; there are {}, or `vendor NAME`",
                    self.name,
                    one.target,
                    known.join(", ")
                );
                slips.push(slip(line, &said));
            }
            for person in std::iter::once(&one.first)
                .chain(&one.backup)
                .filter(|one| one.reach.is_empty())
            {
                slips.push(slip(
                    line,
                    &format!("nothing says how {} is reached (`reach:`)", person.name),
                ));
            }
            if let Some(twice) = one
                .backup
                .iter()
                .find(|two| self.people.same(&two.name, &one.first.name))
            {
                slips.push(slip(line, &format!("{} is no backup for themselves", twice.name)));
            }
            if all.contacts[..number]
                .iter()
                .any(|other| other.target == one.target && other.first == one.first)
            {
                slips.push(slip(line, &format!("the contact for `{}` stands twice", one.target)));
            }
        }
        let named = |rung: &String| {
            let known = |one: &Contact| one.target == *rung || self.people.same(&one.first.name, rung);
            self.contact_target(rung).is_some() || all.contacts.iter().any(known)
        };
        for rung in all.chain.iter().filter(|rung| !named(rung)) {
            let said = format!("`{rung}` of the chain is no target, role or contact");
            slips.push(slip(yaml::line_of(text, &["chain"]), &said));
        }
        slips
    }

    /// Who is called in place of someone who does not answer: their backups, then the chain above them; of those nobody knows
    /// anything of, what the framework says. `tried` is how many were called before.
    pub(super) fn called_next(&self, who: &str, tried: usize) -> Option<String> {
        let of = |one: &&Contact| {
            self.people.same(&one.first.name, who) || one.backup.iter().any(|two| self.people.same(&two.name, who))
        };
        let Some(contact) = self.contacts.contacts.iter().find(of) else {
            return self.unreachable.get(tried).or(self.unreachable.last()).cloned();
        };
        let after = contact.backup.iter().position(|two| self.people.same(&two.name, who));
        let backups = contact
            .backup
            .iter()
            .skip(after.map_or(0, |place| place + 1))
            .map(Reachable::shown);
        let own = self.contact_target(&contact.target);
        let place = self.contacts.chain.iter().position(|rung| {
            self.people.same(rung, who) || rung == &contact.target || own.is_some() && self.contact_target(rung) == own
        });
        let above = self.contacts.chain.iter().skip(place.map_or(0, |place| place + 1));
        let above = above.filter(|rung| !self.people.same(rung, who)).map(|rung| {
            let known = self.contacts_for(rung);
            known
                .first()
                .map_or_else(|| rung.clone(), |one| format!("{}: {}", rung, one.first.shown()))
        });
        let mut all: Vec<String> = backups.chain(above).collect();
        if all.is_empty() {
            all.clone_from(&self.unreachable);
        }
        all.get(tried).or(all.last()).cloned()
    }

    /// The contacts that a handover and a message name: for the escalation targets, then the rest.
    pub fn contact_lines(&self) -> Vec<String> {
        let contacts = self.contacts.contacts.iter();
        contacts.map(|one| format!("{}: {}", one.target, one.shown())).collect()
    }

    /// The same with a team's people.
    #[must_use]
    pub fn with_people(self, people: Directory, contacts: Contacts) -> Self {
        Self {
            people,
            contacts,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "contacts:\n- for: tier-2\n  name: Lee Park\n  reach: ['+1 555 0100', '@lee']\n  backup:\n  - {name: Dana Ray, reach: '@dana'}\n- for: incident_commander\n  name: Kim\n  reach: '@kim'\n  backup: Sam\n- {for: vendor AWS, name: AWS Support, reach: support case, note: contract 42}\n- for: executives\n  name: Vera (CTO)\n  reach: 555\nchain: [incident_commander, engineering_manager, executives]\n";

    fn itil() -> Framework {
        let framework = Framework::clone(&Framework::builtin("itil").unwrap());
        framework.with_people(Directory::default(), Contacts::parse(FILE).0)
    }

    #[test]
    fn contacts_are_found_by_target_role_vendor_and_name() {
        let framework = itil();
        let who = |word: &str| {
            let found = framework.contacts_for(word);
            found.iter().map(|one| one.first.name.clone()).collect::<Vec<_>>()
        };
        for (word, name) in [
            ("tier-2", "Lee Park"),
            ("tier2", "Lee Park"),
            ("ic", "Kim"),
            ("commander", "Kim"),
            ("aws", "AWS Support"),
            ("vendor", "AWS Support"),
            ("lee park", "Lee Park"),
            ("sponsor", "Vera (CTO)"),
        ] {
            assert_eq!(who(word), [name], "{word}");
        }
        assert!(who("banana").is_empty());
        assert_eq!(
            framework.contacts_for("tier-2")[0].shown(),
            "Lee Park (+1 555 0100, @lee); backup Dana Ray (@dana)"
        );
        assert_eq!(
            framework.contacts_for("aws")[0].shown(),
            "AWS Support (support case) - contract 42"
        );
    }

    #[test]
    fn whoever_does_not_answer_is_followed_by_backup_and_chain() {
        let framework = itil();
        assert_eq!(
            framework.called_next("Lee Park", 0).as_deref(),
            Some("Dana Ray (@dana)")
        );
        assert_eq!(
            framework.called_next("lee park", 1).as_deref(),
            Some("incident_commander: Kim (@kim)")
        );
        assert_eq!(framework.called_next("kim", 0).as_deref(), Some("Sam"));
        // Above the commander: the manager, of whom nobody is named, then the executives.
        assert_eq!(framework.called_next("kim", 1).as_deref(), Some("engineering_manager"));
        assert_eq!(
            framework.called_next("kim", 2).as_deref(),
            Some("executives: Vera (CTO) (555)")
        );
        assert_eq!(framework.called_next("nobody", 0).as_deref(), Some("their backup"));
    }

    #[test]
    fn every_slip_has_its_line_and_the_rest_counts() {
        assert_eq!(itil().lint_contacts(FILE).len(), 1, "{:?}", itil().lint_contacts(FILE));
        let odd = "contacts:\n- for: tier-9\n  name: Lee\n  reach: '@lee'\n- for: tier-2\n- {for: tier-3, name: Ada, reach: '@ada', backup: ada}\n- nonsense\nchain: [nobody]\nother: 1\n";
        let slips: Vec<String> = itil()
            .lint_contacts(odd)
            .iter()
            .map(|one| format!("{}: {}", one.line, one.said))
            .collect();
        for (line, words) in [
            (2, "no target or role `tier-9`"),
            (5, "has no name"),
            (6, "no backup for themselves"),
            (7, "lines of its own"),
            (8, "`nobody` of the chain"),
            (9, "there is no `other`"),
        ] {
            assert!(
                slips
                    .iter()
                    .any(|one| one.starts_with(&format!("{line}: ")) && one.contains(words)),
                "{line} {words}: {slips:#?}"
            );
        }
        for text in ["", "[", "- a", "contacts: 5", "chain: {a: b}"] {
            let _ = itil().lint_contacts(text);
        }
        assert_eq!(Contacts::parse(odd).0.contacts.len(), 2);
    }
}
