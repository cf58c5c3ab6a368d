//! What words for customers must not carry unnoticed: each a finding that names the words. Hints, but for a gap, which is refused.

mod lists;

use serde::Serialize;

use crate::framework::Framework;
use crate::framework::model::words;
use crate::framework::promise;
use crate::framework::template::has_gap;
use crate::incident::{HypothesisState, Incident, Time, live, people};
use lists::{CAUSES, GAPS, JARGON, MACHINES, NUMBERED, VAGUE, VERSIONED};

words! {
    /// What is looked for.
    Rule {
        /// A gap of the template.
        Gap => "gap",
        /// A responder's name.
        Name => "name",
        /// An address or host inside.
        Address => "address",
        /// A link that only works inside.
        Link => "internal-link",
        /// An internal id, version or branch.
        Id => "internal-id",
        /// A cause that nothing confirms.
        Cause => "unconfirmed-cause",
        /// A promise without a time.
        Vague => "no-time",
        /// A promised time that has passed.
        Past => "past-promise",
        /// A status that goes back.
        Back => "status-back",
        /// Words that only engineers know.
        Jargon => "jargon",
        /// Control characters and mentions.
        Control => "control",
    }
}

impl Rule {
    /// What to write instead.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Gap => "leave the sentence out or fill it",
            Self::Name => "write \"we\"",
            Self::Address => "name the region or the product",
            Self::Link | Self::Id => "leave it out",
            Self::Cause => "say that the cause is still being looked for",
            Self::Vague => "give the time of the next update",
            Self::Past => "give a new time",
            Self::Back => "say that it came back",
            Self::Jargon => "say what customers see",
            Self::Control => "it is taken out",
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Something in the words that customers should not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// The words it is about, as they stand in the text.
    pub words: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = crate::text::one_line(&self.words);
        write!(f, "{}: \"{words}\"; {}", self.rule, self.rule.advice())
    }
}

/// What words for an audience outside carry that it should not read, in the order of the rules. `status` is the state of the page.
pub fn outside_words(
    framework: &Framework,
    incident: &Incident,
    audience: &str,
    text: &str,
    status: Option<&str>,
    now: Time,
) -> Vec<Finding> {
    let mut all = Vec::new();
    let mut find = |rule, words: &str| {
        let finding = Finding {
            rule,
            words: words.to_owned(),
        };
        if !all.contains(&finding) {
            all.push(finding);
        }
    };
    if let Some(gap) = has_gap(text) {
        find(Rule::Gap, gap);
    }
    for phrase in phrases(text, &GAPS) {
        find(Rule::Gap, phrase);
    }
    for blank in blanks(text) {
        find(Rule::Gap, blank);
    }
    if let Some((at, _)) = text.match_indices("__").next() {
        find(Rule::Gap, text[at..].split_whitespace().next().unwrap_or_default());
    }
    for name in names(incident, text) {
        find(Rule::Name, name);
    }
    let allowed = framework.template_shows_id(audience);
    for (rule, word) in of_inside(text) {
        if rule != Rule::Id || !(allowed && word == incident.id) {
            find(rule, word);
        }
    }
    let confirmed =
        incident.cause.is_some() || live(&incident.hypotheses).any(|one| one.state == HypothesisState::Confirmed);
    if !confirmed {
        for phrase in phrases(text, &CAUSES) {
            find(Rule::Cause, phrase);
        }
    }
    for phrase in phrases(text, &VAGUE) {
        find(Rule::Vague, phrase);
    }
    if let Some(said) = past(text, framework, now) {
        find(Rule::Past, &said);
    }
    if let Some(back) = back(framework, incident, audience, status, now) {
        find(Rule::Back, &back);
    }
    for phrase in phrases(text, &JARGON) {
        find(Rule::Jargon, phrase);
    }
    for word in figures_of_engineers(text) {
        find(Rule::Jargon, word);
    }
    if let Some(mention) = crate::text::mention(text) {
        find(Rule::Control, mention);
    }
    if text.chars().any(|c| c != '\n' && !crate::text::harmless(c)) {
        find(Rule::Control, "a control character");
    }
    all
}

/// A next update that is promised for a time that has passed: that is a slip to any audience, and no timer comes of it.
pub fn past_promise(framework: &Framework, text: &str, now: Time) -> Option<Finding> {
    let words = past(text, framework, now)?;
    Some(Finding {
        rule: Rule::Past,
        words,
    })
}

impl Framework {
    /// Whether the framework's own words for an audience name the incident's id.
    fn template_shows_id(&self, audience: &str) -> bool {
        use crate::framework::template::{TemplateField, Wish};
        let mut own = self
            .templates
            .iter()
            .filter(|one| one.audience.as_deref() == Some(audience));
        own.any(|one| {
            one.text
                .words
                .wishes()
                .any(|wish| *wish == Wish::Field(TemplateField::Id))
        })
    }
}

/// The phrases of a list that stand in a text as whole words, as they are written there.
fn phrases<'t>(text: &'t str, known: &[&str]) -> Vec<&'t str> {
    let lower = text.to_ascii_lowercase();
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    let mut found: Vec<(usize, usize)> = Vec::new();
    for phrase in known {
        for (at, _) in lower.match_indices(phrase) {
            let end = at + phrase.len();
            if ends(lower[..at].chars().next_back()) && ends(lower[end..].chars().next()) {
                found.push((at, end));
            }
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(at, end)| &text[at..end]).collect()
}

/// Addresses, links, ids and versions of the inside.
fn of_inside(text: &str) -> Vec<(Rule, &str)> {
    let mut found = Vec::new();
    let mut before = String::new();
    for word in text.split_whitespace() {
        let word = word.trim_matches(|c: char| {
            matches!(
                c,
                ',' | ';' | '(' | ')' | '"' | '\'' | '!' | '?' | '<' | '>' | '[' | ']'
            )
        });
        let word = word.trim_end_matches(['.', ':']);
        let (host, path) = word.split_once('/').unwrap_or((word, ""));
        let rule = if let Some(host) = host_of_link(word) {
            (is_inside(host) || is_address(host) || !host.contains('.')).then_some(Rule::Link)
        } else if is_inside(host) && !path.is_empty() {
            Some(Rule::Link)
        } else if is_address(word) || is_inside(word) || is_zone(word) || is_machine(word) {
            Some(Rule::Address)
        } else {
            (is_internal_id(word) || is_number_of_ours(&before, word)).then_some(Rule::Id)
        };
        found.extend(rule.map(|rule| (rule, word)));
        before = word.to_ascii_lowercase();
    }
    found
}

/// What a template leaves for a person to fill in (`{service}`, `[symptom]`): one or a few words in small letters in brackets.
fn blanks(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (open, close) in [('{', '}'), ('[', ']'), ('<', '>')] {
        for (at, _) in text.match_indices(open) {
            let Some(end) = text[at..].find(close) else { continue };
            let inside = &text[at + 1..at + end];
            let small = |c: char| c.is_lowercase() || matches!(c, ' ' | '_' | '-' | '.');
            // A link of Markdown has its address behind it.
            let is_link = text[at + end + 1..].starts_with('(');
            if inside.starts_with(char::is_lowercase) && inside.len() < 40 && inside.chars().all(small) && !is_link {
                found.push(&text[at..=at + end]);
            }
        }
    }
    found
}

/// Names of people of the incident that stand in a text.
fn names<'t>(incident: &Incident, text: &'t str) -> Vec<&'t str> {
    let held = live(&incident.roles).map(|role| role.who.as_str());
    let wrote = incident.timeline.iter().map(|event| event.by.as_str());
    let people = people::distinct(held.chain(wrote).filter(|name| !name.is_empty() && !name.contains(':')));
    let mut found = Vec::new();
    for name in people {
        let name = name.trim_start_matches('@').to_ascii_lowercase();
        let known = |word: &&str| !people::is_word_too(&name) || is_written_as_name(text, word);
        let whole = phrases(text, &[&name]);
        if !whole.is_empty() {
            found.extend(whole.into_iter().filter(known));
            continue;
        }
        // One name of several, where it is written like one.
        let own = |word: &&str| {
            word.starts_with(char::is_uppercase) && (!people::is_word_too(word) || !begins_sentence(text, word))
        };
        found.extend(phrases(text, &people::parts(&name)).into_iter().filter(own));
    }
    found
}

fn is_written_as_name(text: &str, word: &str) -> bool {
    word.starts_with(char::is_uppercase) && !begins_sentence(text, word)
}

fn begins_sentence(text: &str, word: &str) -> bool {
    let at = word.as_ptr() as usize - text.as_ptr() as usize;
    let before = text[..at].trim_end();
    before.is_empty() || before.ends_with(['.', '!', '?', ':']) || text[..at].ends_with('\n')
}

/// The host of an address that begins with a scheme.
fn host_of_link(word: &str) -> Option<&str> {
    let rest = word.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?;
    Some(host.split(':').next().unwrap_or(host))
}

/// Whether a name is one that only the inside resolves.
fn is_inside(host: &str) -> bool {
    const ENDS: [&str; 11] = [
        "internal",
        "local",
        "lan",
        "corp",
        "intra",
        "intranet",
        "private",
        "localdomain",
        "svc",
        "home.arpa",
        "consul",
    ];
    const TOOLS: [&str; 16] = [
        "grafana",
        "kibana",
        "jenkins",
        "prometheus",
        "jira",
        "wiki",
        "confluence",
        "sentry",
        "argocd",
        "vault",
        "splunk",
        "nagios",
        "gitlab",
        "bastion",
        "vpn",
        "localhost",
    ];
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let host = host.split(':').next().unwrap_or_default();
    let mut labels = host.split('.');
    // `TLS-1.3`, `iOS18.2`: numbers of versions.
    let named = |label: &str| label.starts_with(|c: char| c.is_ascii_alphabetic());
    if !host.rsplit('.').next().is_some_and(named) {
        return false;
    }
    if host == "localhost" {
        return true;
    }
    if !host.contains('.')
        || host.starts_with('.')
        || !host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    {
        return false;
    }
    ENDS.iter().any(|end| host.ends_with(&format!(".{end}")))
        || labels
            .clone()
            .any(|label| matches!(label, "internal" | "svc" | "corp" | "cluster"))
        || labels
            .next()
            .is_some_and(|first| TOOLS.contains(&first) || is_numbered(first))
}

/// `db-7`, `web03`: a machine among others.
fn is_numbered(label: &str) -> bool {
    let stem = label.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.len() > 1 && stem.len() < label.len() && stem.chars().any(char::is_alphabetic)
}

/// A machine by its bare name: `db-7`, `web03`.
fn is_machine(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let mut parts = stem.split(['-', '_']);
    stem.len() < word.len() && parts.any(|part| MACHINES.contains(&part))
}

/// The number of a build, a release or a commit, by the word before it.
fn is_number_of_ours(before: &str, word: &str) -> bool {
    let number = word.trim_start_matches(['#', 'v', 'V']);
    let figures = number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    figures && (NUMBERED.contains(&before) || (VERSIONED.contains(&before) && number.contains('.')))
}

/// An address of the internet protocol, of either version.
fn is_address(word: &str) -> bool {
    let word = word.split('/').next().unwrap_or(word);
    if word.parse::<core::net::IpAddr>().is_ok() {
        return true;
    }
    let (host, port) = word.rsplit_once(':').unwrap_or((word, "0"));
    port.parse::<u16>().is_ok() && host.trim_matches(['[', ']']).parse::<core::net::IpAddr>().is_ok()
}

/// A zone or region as clouds name them: `eu-west-1a`, `us-central1-b`, `westeurope-2`.
fn is_zone(word: &str) -> bool {
    const AREAS: [&str; 14] = [
        "us",
        "eu",
        "ap",
        "sa",
        "ca",
        "me",
        "af",
        "il",
        "cn",
        "asia",
        "europe",
        "australia",
        "northamerica",
        "southamerica",
    ];
    const PLACES: [&str; 9] = [
        "east",
        "west",
        "north",
        "south",
        "central",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
    ];
    let word = word.to_ascii_lowercase();
    let mut parts = word.split('-');
    let (Some(area), Some(place)) = (parts.next(), parts.next()) else {
        return false;
    };
    let numbered = word.chars().any(|c| c.is_ascii_digit());
    let place = place.trim_end_matches(|c: char| c.is_ascii_digit());
    numbered && AREAS.contains(&area) && (PLACES.contains(&place) || place == "gov")
}

/// An id of a ticket or incident, a version, a branch, a commit.
fn is_internal_id(word: &str) -> bool {
    let bytes = word.as_bytes();
    let ticket = word.split_once('-').is_some_and(|(key, rest)| {
        key.len() >= 2
            && key.chars().all(|c| c.is_ascii_uppercase())
            && rest.chars().any(|c| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || c == '-')
    });
    let known = ["ISO-", "UTF-", "TLS-", "COVID-", "SHA-", "UTC-", "GMT-"]
        .iter()
        .any(|known| word.starts_with(known));
    let version = word.strip_prefix(['v', 'V']).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
    });
    let branch = word.split_once('/').is_some_and(|(kind, rest)| {
        !rest.is_empty()
            && matches!(
                kind,
                "hotfix" | "feature" | "release" | "bugfix" | "fix" | "origin" | "refs" | "revert"
            )
    });
    // A channel of a chat, a number of a ticket or of a change.
    let tagged = word.strip_prefix('#').is_some_and(|rest| {
        rest.len() > 1
            && rest.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            && (rest.contains('-') || rest.chars().all(|c| c.is_ascii_digit()))
    });
    let hex = (7..=40).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_hexdigit)
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().any(u8::is_ascii_alphabetic);
    (ticket && !known) || version || branch || hex || tagged
}

/// Figures that only engineers read: `5xx`, `503`s, `p99`, `SEV1`.
fn figures_of_engineers(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '.');
    let is = |word: &&str| {
        let lower = word.trim_end_matches('.').to_ascii_lowercase();
        let percentile = lower
            .strip_prefix('p')
            .is_some_and(|rest| matches!(rest, "50" | "75" | "90" | "95" | "99" | "99.9" | "999"));
        let class = matches!(lower.as_str(), "5xx" | "4xx" | "3xx" | "5xxs" | "4xxs");
        let code = matches!(lower.as_str(), "500s" | "502s" | "503s" | "504s" | "429s");
        let level = lower.strip_prefix("sev").or_else(|| lower.strip_prefix('p'));
        let level = level.is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit()));
        percentile || class || code || level
    };
    words.filter(is).collect()
}

/// A time of a next update that had passed when it was read.
fn past(text: &str, framework: &Framework, now: Time) -> Option<String> {
    let due = promise::called_past(text, now, &framework.calendar)?;
    Some(format!("next update by {} UTC (it is {} UTC)", due.hm(), now.hm()))
}

/// Whether the state of the page goes back from what this audience was told.
fn back(framework: &Framework, incident: &Incident, audience: &str, status: Option<&str>, now: Time) -> Option<String> {
    let known = framework.audiences.iter().find(|one| one.id == audience)?;
    let place = |state: &str| known.states.iter().position(|known| known.eq_ignore_ascii_case(state));
    let told = live(&incident.communications)
        .filter(|sent| sent.audience == audience && sent.at <= now && sent.status.is_some())
        .max_by_key(|sent| sent.at)?;
    let (told, next) = (told.status.as_deref()?, status?);
    (place(next)? < place(told)?).then(|| format!("{told} → {next}"))
}
