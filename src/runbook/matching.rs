//! Which runbook fits an incident, and why: by the address in the alert, the alert's name, services, symptoms and words.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Runbook, is_alert};
use super::words::slug;
use crate::incident::{EventKind, Incident, live};

/// What an incident says that a runbook can be found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Names of alerts.
    pub alerts: BTreeSet<String>,
    /// Addresses of the web.
    pub urls: Vec<String>,
    /// Affected services, in small letters.
    pub services: Vec<String>,
    /// All that is said of how it shows, in small letters.
    pub text: String,
    /// The words of that which tell something.
    words: BTreeSet<String>,
    /// Whatever may be a service's name in it.
    names: BTreeSet<String>,
    /// The words of its title.
    pub title: BTreeSet<String>,
}

/// A runbook that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its name.
    pub name: String,
    /// The entry that fits, where the file has many.
    pub entry: Option<String>,
    /// Its title, or the entry's.
    pub title: String,
    /// How well it fits.
    pub score: u32,
    /// Why, the strongest first.
    pub reasons: Vec<String>,
}

/// Words that tell nothing.
const COMMON: [&str; 57] = [
    "with",
    "from",
    "that",
    "this",
    "have",
    "high",
    "slow",
    "down",
    "error",
    "errors",
    "failure",
    "failed",
    "fails",
    "issue",
    "problem",
    "service",
    "services",
    "system",
    "alert",
    "incident",
    "runbook",
    "after",
    "when",
    "where",
    "what",
    "into",
    "does",
    "cannot",
    "more",
    "less",
    "than",
    "over",
    "under",
    "their",
    "there",
    "some",
    "many",
    "since",
    "again",
    "production",
    "the",
    "and",
    "for",
    "not",
    "too",
    "was",
    "are",
    "all",
    "has",
    "had",
    "can",
    "but",
    "our",
    "its",
    "per",
    "via",
    "due",
];

/// What shared words weigh: how many there are.
fn weight(said: &[&str]) -> u32 {
    u32::try_from(said.len()).unwrap_or(u32::MAX / 10)
}

/// The words of a text that tell something, without their plural.
fn telling(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 3);
    let words = words.filter(|word| !COMMON.contains(word));
    words
        .map(|word| {
            word.strip_suffix('s')
                .filter(|one| one.len() >= 3)
                .unwrap_or(word)
                .to_owned()
        })
        .collect()
}

impl Facts {
    /// What an incident says.
    pub fn of(incident: &Incident) -> Self {
        let mut facts = Self {
            title: telling(&incident.title),
            services: super::attach::services(incident)
                .iter()
                .map(|one| one.to_lowercase())
                .collect(),
            ..Self::default()
        };
        let mut texts: Vec<&str> = vec![&incident.title];
        texts.extend(incident.summary.as_deref());
        let fields = incident.fields.iter().chain(&incident.impact);
        texts.extend(fields.filter_map(|(_, value)| value.as_str()));
        texts.extend(live(&incident.links).map(|link| link.target.as_str()));
        texts.extend(live(&incident.hypotheses).map(|one| one.statement.as_str()));
        let heard = live(&incident.timeline).filter(|event| {
            matches!(
                event.kind,
                EventKind::Alert | EventKind::Observation | EventKind::Finding | EventKind::Impact
            )
        });
        // What was seen first tells most, and a storm of lines tells nothing more.
        texts.extend(heard.take(200).map(|event| event.text.as_str()));
        for text in texts {
            facts.hear(text);
        }
        facts
    }

    /// What a text says, as a person asks for it.
    pub fn asked(text: &str) -> Self {
        let mut facts = Self {
            title: telling(text),
            ..Self::default()
        };
        facts.hear(text);
        facts
    }

    fn hear(&mut self, text: &str) {
        for word in text.split(|c: char| c.is_whitespace() || "()[]<>\"',;".contains(c)) {
            if word.starts_with("http://") || word.starts_with("https://") {
                self.urls.push(word.trim_end_matches(['.', ':']).to_owned());
            }
            let plain = word.trim_matches(|c: char| !c.is_alphanumeric());
            if is_alert(plain) {
                self.alerts.insert(plain.to_owned());
            }
            if let Some((_, name)) = word.split_once('=').filter(|(key, _)| key.ends_with("alertname")) {
                self.alerts.insert(name.trim_matches('"').to_owned());
            }
        }
        let lower = text.to_lowercase();
        self.words.extend(telling(&lower));
        let part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        let names = lower.split(|c| !part(c)).filter(|word| !word.is_empty());
        self.names.extend(names.map(str::to_owned));
        self.text.push_str(&lower);
        self.text.push('\n');
    }
}

/// The runbooks that fit, the best first.
pub fn rank<'r>(facts: &Facts, books: impl IntoIterator<Item = &'r Runbook>) -> Vec<Match> {
    let mut all: Vec<Match> = books.into_iter().filter_map(|book| fit(facts, book)).collect();
    all.sort_by(|one, other| other.score.cmp(&one.score).then_with(|| one.name.cmp(&other.name)));
    all
}

/// How a runbook fits, where it does.
#[allow(clippy::too_many_lines, reason = "one sign after the other, all into one sum")]
pub fn fit(facts: &Facts, book: &Runbook) -> Option<Match> {
    let mut found = Match {
        name: book.name.clone(),
        entry: None,
        title: book.title.clone(),
        score: 0,
        reasons: Vec::new(),
    };
    let own = slug(book.name.rsplit('/').next().unwrap_or(&book.name));
    for url in &facts.urls {
        let (page, part) = url.split_once('#').unwrap_or((url, ""));
        let last = page
            .split('?')
            .next()
            .unwrap_or_default()
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let last = last.strip_suffix(".md").or(last.strip_suffix(".html")).unwrap_or(last);
        let named = book
            .front
            .urls
            .iter()
            .any(|known| known.trim_end_matches('/') == url.trim_end_matches('/'));
        if named || !last.is_empty() && slug(last) == own {
            found.add(100, "runbook_url of the alert".into());
            found.entry = book.entry(part).map(|entry| entry.title.clone());
        }
    }
    if !facts.alerts.is_empty() {
        heard(facts, book, &own, &mut found);
    }
    let services = book.front.services.iter();
    for service in services.filter(|service| {
        let service = service.to_lowercase();
        facts.services.contains(&service) || facts.names.contains(&service)
    }) {
        found.add(30, format!("service {service}"));
    }
    for symptom in &book.front.symptoms {
        let wanted = telling(symptom);
        let whole = facts.text.contains(&symptom.to_lowercase());
        if whole || wanted.len() >= 2 && wanted.is_subset(&facts.words) {
            found.add(25, format!("symptom: {symptom}"));
        }
    }
    let own_words: BTreeSet<String> = telling(&book.title).union(&telling(&own)).cloned().collect();
    let shared: Vec<&String> = own_words.intersection(&facts.title).collect();
    let keywords: BTreeSet<String> = book.front.keywords.iter().flat_map(|word| telling(word)).collect();
    let known: Vec<&String> = keywords
        .intersection(&facts.title)
        .filter(|word| !shared.contains(word))
        .collect();
    if shared.len() >= 2 || shared.len() == 1 && (own_words.len() <= 2 || !known.is_empty()) {
        let said: Vec<&str> = shared.iter().map(|word| word.as_str()).collect();
        found.add(10 * weight(&said), format!("title: {}", said.join(", ")));
    }
    if !known.is_empty() {
        let said: Vec<&str> = known.iter().map(|word| word.as_str()).collect();
        found.add(6 * weight(&said), format!("keywords: {}", said.join(", ")));
    }
    if found.entry.is_some() {
        found.title = found.entry.clone().unwrap_or_default();
    }
    (found.score > 0).then_some(found)
}

/// The alerts that were heard, by the names that the runbook knows: both are brought to one form once.
fn heard(facts: &Facts, book: &Runbook, own: &str, found: &mut Match) {
    let entries: BTreeMap<String, &str> = book
        .entries
        .iter()
        .rev()
        .map(|entry| (squeezed(&entry.title), entry.title.as_str()))
        .collect();
    let heads = book.sections.iter().filter(|section| section.level == 1);
    let names = book.front.alerts.iter().chain(&book.front.aliases).map(String::as_str);
    let names = names
        .chain([book.title.as_str(), own])
        .chain(heads.map(|one| one.title.as_str()));
    let names: BTreeSet<String> = names.map(squeezed).collect();
    for alert in &facts.alerts {
        let plain = squeezed(alert);
        if let Some(entry) = entries.get(&plain) {
            found.entry = Some((*entry).to_owned());
            found.add(90, format!("alert {alert}"));
        } else if names.contains(&plain) {
            found.add(80, format!("alert {alert}"));
        }
    }
}

impl Match {
    /// Adds a reason, with what it counts.
    fn add(&mut self, score: u32, reason: String) {
        self.score += score;
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}

/// A name without marks and in small letters: `disk-full` and `DiskFull` are one.
fn squeezed(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn books() -> Vec<Runbook> {
        [
            (
                "disk-full",
                "---\ntitle: Disk is full\nservices: [orders]\nsymptoms: [\"no space left on device\"]\n---\n",
            ),
            (
                "pool",
                "---\nkeywords: [database, timeout]\n---\n# Database connection pool exhaustion\n",
            ),
            ("many", "# Alerts\n## StoreDown\n- x\n## StoreSlow\n- y\n"),
            ("other", "# Something else\n"),
        ]
        .map(|(name, text)| Runbook::read(name, text))
        .into()
    }

    fn best(text: &str) -> Option<(String, Vec<String>)> {
        let ranked = rank(&Facts::asked(text), &books());
        ranked.into_iter().next().map(|one| (one.name, one.reasons))
    }

    #[test]
    fn each_reason_finds_its_runbook_and_is_said() {
        for (text, name, reason) in [
            ("DiskFull on web1", "disk-full", "alert DiskFull"),
            (
                "see https://wiki.example.com/runbooks/pool.md?x=1",
                "pool",
                "runbook_url of the alert",
            ),
            (
                "ERROR: no space left on device",
                "disk-full",
                "symptom: no space left on device",
            ),
            (
                "database connections exhausted, pool at 100",
                "pool",
                "title: connection, database, pool",
            ),
            ("labels: alertname=StoreDown", "many", "alert StoreDown"),
        ] {
            let (found, reasons) = best(text).unwrap();
            assert_eq!(found, name, "{text}");
            assert!(reasons.iter().any(|one| one == reason), "{text}: {reasons:?}");
        }
        assert_eq!(best("a cat in the tree"), None);
        assert_eq!(best("javascript:alert(1) file:///etc/pool.md"), None);
    }

    #[test]
    fn an_entry_is_named_with_its_file() {
        let ranked = rank(&Facts::asked("StoreSlow fires"), &books());
        assert_eq!(
            (ranked[0].name.as_str(), ranked[0].entry.as_deref()),
            ("many", Some("StoreSlow"))
        );
    }
}
