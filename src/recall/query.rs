//! The one syntax by which incidents and their lines are looked for: words, `"a phrase"`, `is:open sev:P0 status: service: by: since: until:
//! kind: cause:`, several values of one with commas (`sev:P0,P1`), and `-` before any of them for those without it.

use super::{Case, recurrence};
use crate::incident::{Class, EventKind, Time, live, people};

/// A query that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    without: bool,
    /// Any of these: `sev:P0,P1`.
    any: Vec<What>,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    /// A word or phrase, in small letters.
    Text(String),
    Is(Is),
    Severity(String),
    Status(String),
    Service(String),
    By(String),
    Since(Time),
    Until(Time),
    Kind(EventKind),
    Cause(String),
}

/// What an incident may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Open,
    Resolved,
    Closed,
    Cancelled,
    Drill,
    Repeat,
}

const IS: [(&str, Is); 6] = [
    ("open", Is::Open),
    ("resolved", Is::Resolved),
    ("closed", Is::Closed),
    ("cancelled", Is::Cancelled),
    ("drill", Is::Drill),
    ("repeat", Is::Repeat),
];

/// The filters that are known, for help and completions.
pub const FILTERS: [&str; 9] = [
    "is", "sev", "status", "service", "by", "since", "until", "kind", "cause",
];

/// Why a query was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// A sentence.
    pub said: String,
    /// What may stand there.
    pub candidates: Vec<String>,
}

/// One line of an incident that is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line<'a> {
    /// Its words.
    pub text: &'a str,
    /// Who wrote it.
    pub by: &'a str,
    /// What kind of event it is, where it is one.
    pub kind: Option<&'a EventKind>,
    /// When it was, where that is known.
    pub at: Option<Time>,
    /// The incident's id, which is looked at with its title.
    pub id: &'a str,
}

/// The words of a query with the team's saved ones in place of their names (`filter:mine`).
pub fn with_saved(
    given: &[String],
    saved: &std::collections::BTreeMap<String, String>,
) -> Result<Vec<String>, Refused> {
    given
        .iter()
        .map(|word| match word.strip_prefix("filter:") {
            None => Ok(word.clone()),
            Some(name) => saved.get(name).cloned().ok_or_else(|| Refused {
                said: format!(
                    "no filter `{name}` is saved; .warroom/config.yaml may have `filters: {{{name}: 'is:open sev:P0'}}`"
                ),
                candidates: saved.iter().map(|(name, query)| format!("{name}  {query}")).collect(),
            }),
        })
        .collect()
}

impl Query {
    /// Reads one; `time` reads the time of `since:`.
    pub fn parse(text: &str, time: &dyn Fn(&str) -> Result<Time, String>) -> Result<Self, Refused> {
        let mut terms = Vec::new();
        for (part, quoted) in parts(text) {
            let without = !quoted && part.len() > 1 && part.starts_with('-');
            let bare = if without { &part[1..] } else { &part[..] };
            let mut any = if quoted { Vec::new() } else { filter(bare, time)? };
            let bare = bare.trim_matches('"');
            if any.is_empty() {
                if bare.trim().is_empty() {
                    continue;
                }
                any.push(What::Text(bare.to_lowercase()));
            }
            terms.push(Term { without, any });
        }
        Ok(Self { terms })
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it says of which state incidents are to be.
    pub fn names_state(&self) -> bool {
        let mut all = self.terms.iter().flat_map(|term| &term.any);
        all.any(|what| matches!(what, What::Is(_) | What::Status(_)))
    }

    /// Whether it asks about lines: by words, or by who wrote what and when.
    pub fn has_words(&self) -> bool {
        let mut all = self.terms.iter().flat_map(|term| &term.any);
        all.any(|what| matches!(what, What::Text(_) | What::Kind(_) | What::By(_)))
    }

    /// Whether an incident is meant, words included: each stands somewhere in it.
    pub fn meets(&self, case: &Case, repeats: &[recurrence::Recurrence]) -> bool {
        self.terms.iter().all(|term| {
            let mut any = term.any.iter();
            term.without != any.any(|what| of_case(what, case, repeats, true))
        })
    }

    /// Whether an incident is meant as far as that does not hang on its lines.
    pub fn may_meet(&self, case: &Case, repeats: &[recurrence::Recurrence]) -> bool {
        let of_lines = |what: &What| {
            matches!(
                what,
                What::Text(_) | What::By(_) | What::Kind(_) | What::Since(_) | What::Until(_)
            )
        };
        self.terms.iter().all(|term| {
            let mut any = term.any.iter();
            any.clone().any(of_lines) || term.without != any.any(|what| of_case(what, case, repeats, false))
        })
    }

    /// Whether a line of an incident that is meant is meant too: it has all the words.
    pub fn line(&self, line: &Line<'_>) -> bool {
        let lower = line.text.to_lowercase();
        let id = line.id.to_lowercase();
        // `None` for what is asked of the incident, not of its lines.
        let is = |what: &What| {
            Some(match what {
                What::Text(words) => lower.contains(words.as_str()) || id.contains(words.as_str()),
                What::By(name) => people::same(line.by, name),
                What::Kind(kind) => line.kind == Some(kind),
                What::Since(from) => line.at.is_none_or(|at| at >= *from),
                What::Until(to) => line.at.is_none_or(|at| at < *to),
                What::Is(_) | What::Severity(_) | What::Status(_) | What::Service(_) | What::Cause(_) => return None,
            })
        };
        self.terms.iter().all(|term| {
            let mut asked = term.any.iter().filter_map(is).peekable();
            asked.peek().is_none() || term.without != asked.any(|is| is)
        })
    }

    /// The words that are looked for, to be marked in what is shown.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.terms
            .iter()
            .filter(|term| !term.without)
            .flat_map(|term| &term.any)
            .filter_map(|what| match what {
                What::Text(words) => Some(words.as_str()),
                _ => None,
            })
    }
}

/// The parts of a query between spaces; what stands between quotes is one, and a filter's value may be quoted.
fn parts(text: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let (mut part, mut quoted, mut within) = (String::new(), false, false);
    for c in text.chars() {
        match c {
            '"' if part.is_empty() && !within => (within, quoted) = (true, true),
            '"' => within = !within,
            c if c.is_whitespace() && !within => {
                if !part.is_empty() {
                    found.push((std::mem::take(&mut part), quoted));
                }
                quoted = false;
            }
            c => part.push(c),
        }
    }
    if !part.is_empty() {
        found.push((part, quoted));
    }
    found
}

/// What a part of a query asks for where it is a filter: any of its values. Nothing where it is words.
fn filter(part: &str, time: &dyn Fn(&str) -> Result<Time, String>) -> Result<Vec<What>, Refused> {
    let Some((key, value)) = part.split_once(':') else {
        return Ok(Vec::new());
    };
    let lower = key.to_ascii_lowercase();
    let is_known = FILTERS.contains(&lower.as_str()) || lower == "severity";
    let plain = key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_lowercase()) || value.starts_with("//");
    // `error:`, `Error:x` and `14:05` are words; `SEV:P0` is none.
    if plain && !is_known || value.trim_matches(',').is_empty() {
        return Ok(Vec::new());
    }
    if matches!(lower.as_str(), "since" | "until") {
        return Ok(vec![one(&lower, value, time)?]);
    }
    let values = value.split(',').filter(|value| !value.is_empty());
    values.map(|value| one(&lower, value, time)).collect()
}

/// One value of a filter.
fn one(key: &str, value: &str, time: &dyn Fn(&str) -> Result<Time, String>) -> Result<What, Refused> {
    let own = || value.to_owned();
    Ok(match key {
        "is" => match IS.iter().find(|(word, _)| word.eq_ignore_ascii_case(value)) {
            Some((_, is)) => What::Is(*is),
            None => {
                return Err(refused(
                    format!("nothing is `{value}`"),
                    "is",
                    IS.iter().map(|(word, _)| *word),
                ));
            }
        },
        "sev" | "severity" => What::Severity(own()),
        "status" => What::Status(own()),
        "service" => What::Service(value.to_lowercase()),
        "by" => What::By(own()),
        "since" => What::Since(read(value, time)?),
        "until" => What::Until(read(value, time)?),
        "kind" => match EventKind::known(&value.to_lowercase()) {
            Some(kind) => What::Kind(kind),
            None => {
                return Err(refused(
                    format!("there is no kind of event `{value}`"),
                    "kind",
                    EventKind::KNOWN.iter().copied(),
                ));
            }
        },
        "cause" => What::Cause(value.to_lowercase()),
        _ => {
            let known: Vec<String> = FILTERS.iter().map(|key| format!("{key}:")).collect();
            let said = format!(
                "there is no filter `{key}:`; use {}, or put the words into quotes",
                known.join(" ")
            );
            return Err(Refused {
                said,
                candidates: known,
            });
        }
    })
}

fn refused<'k>(said: String, key: &str, known: impl Iterator<Item = &'k str>) -> Refused {
    let known: Vec<String> = known.map(|word| format!("{key}:{word}")).collect();
    Refused {
        said: format!("{said}; use {}", known.join(", ")),
        candidates: known,
    }
}

/// `30d` lies so far back, `2026-11-01` is that day, and any other time as everywhere.
fn read(value: &str, time: &dyn Fn(&str) -> Result<Time, String>) -> Result<Time, Refused> {
    let back = crate::incident::time::parse_duration(value).is_ok();
    let day = chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok();
    let given = match (back, day) {
        (true, _) => format!("-{value}"),
        (_, true) => format!("{value} 00:00"),
        _ => value.to_owned(),
    };
    time(&given).map_err(|said| Refused {
        said,
        candidates: Vec::new(),
    })
}

fn of_case(what: &What, case: &Case, repeats: &[recurrence::Recurrence], words: bool) -> bool {
    let incident = &*case.incident;
    let framework = case.framework.as_deref();
    match what {
        What::Is(is) => match is {
            Is::Open => !case.class().is_ended(),
            Is::Resolved => case.class() == Class::Resolved,
            Is::Closed => case.class() == Class::Closed,
            Is::Cancelled => case.class() == Class::Cancelled,
            Is::Drill => incident.drill,
            Is::Repeat => repeats.iter().any(|one| one.id == case.id),
        },
        What::Severity(word) => {
            let meant = framework.and_then(|framework| framework.severity_id(word).ok());
            incident.severity.eq_ignore_ascii_case(word)
                || !incident.severity.is_empty() && meant.as_ref() == Some(&incident.severity)
        }
        What::Status(word) => {
            let meant = framework.and_then(|framework| framework.status_id(word).ok());
            incident.status.eq_ignore_ascii_case(word) || meant.as_ref() == Some(&incident.status)
        }
        What::Service(name) => case.services().iter().any(|service| service.contains(name.as_str())),
        What::Cause(words) => {
            let named = recurrence::cause(case).is_some_and(|cause| cause.to_lowercase().contains(words.as_str()));
            named || recurrence::group(case).is_some_and(|group| group.to_lowercase().contains(words.as_str()))
        }
        What::Since(from) => recurrence::when(case).is_some_and(|at| at >= *from),
        What::Until(to) => recurrence::when(case).is_some_and(|at| at < *to),
        What::By(name) => {
            let events = live(&incident.timeline).map(|event| event.by.as_str());
            let mut all = events.chain(live(&incident.roles).map(|role| role.who.as_str()));
            all.any(|one| people::same(one, name))
        }
        What::Kind(kind) => live(&incident.timeline).any(|event| event.kind == *kind),
        What::Text(text) => {
            let has = |line: &str| line.to_lowercase().contains(text.as_str());
            let own = [
                Some(incident.title.as_str()),
                incident.summary.as_deref(),
                incident.cause.as_deref(),
            ];
            words
                && (has(&case.id)
                    || own.into_iter().flatten().any(has)
                    || live(&incident.timeline).any(|event| has(&event.text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::{Event, Incident, Moment};

    fn now(text: &str) -> Result<Time, String> {
        crate::incident::time::parse_time(text, Time::parse_rfc3339("2026-11-20T14:05:00Z").unwrap())
            .map_err(|error| error.to_string())
    }

    fn case() -> Case {
        let mut incident = Incident {
            title: "Checkout failing".into(),
            severity: "P0".into(),
            status: "investigating".into(),
            cause: Some("pool exhausted".into()),
            declared: Some(Moment {
                at: Time::parse_rfc3339("2026-11-10T00:00:00Z").unwrap(),
                ..Moment::default()
            }),
            ..Incident::default()
        };
        incident.impact.insert("services".into(), "checkout, payments".into());
        incident.timeline.push(Arc::new(Event {
            by: "Sam".into(),
            kind: EventKind::Decision,
            text: "Roll back v2.34 now".into(),
            ..Event::default()
        }));
        Case::new(
            "INC-2026-0001".into(),
            Arc::new(incident),
            crate::framework::Framework::builtin("war-room"),
        )
    }

    #[test]
    fn every_filter_holds_and_its_opposite_does_not() {
        let case = case();
        let meets = |text: &str| Query::parse(text, &now).unwrap().meets(&case, &[]);
        for yes in [
            "",
            "checkout",
            "\"roll back\"",
            "roll now",
            "is:open",
            "sev:P0",
            "sev:p0",
            "service:pay",
            "by:sam",
            "since:30d",
            "since:2026-11-01",
            "until:2026-11-11",
            "kind:decision",
            "cause:pool",
            "-is:drill",
            "-nothing",
            "status:investigating",
            "is:open checkout by:sam",
            "sev:P0,P1",
            "SEV:p1,p0",
            "service:search,pay",
            "is:closed,open",
            "-sev:P1,P2",
            "inc-2026-0001",
        ] {
            assert!(meets(yes), "{yes}");
        }
        for no in [
            "nothing",
            "\"back roll\"",
            "is:closed",
            "is:repeat",
            "sev:P1",
            "service:search",
            "by:kim",
            "since:1d",
            "until:2026-11-10",
            "kind:alert",
            "cause:dns",
            "-checkout",
            "-is:open",
            "sev:P1,P2",
            "-sev:P0,P1",
            "INC-2026-0002",
        ] {
            assert!(!meets(no), "{no}");
        }
    }

    #[test]
    fn a_slip_is_told_and_a_colon_in_words_is_none() {
        let parse = |text: &str| Query::parse(text, &now);
        for (text, said) in [
            ("sevrity:P0", "there is no filter `sevrity:`"),
            ("is:happy", "nothing is `happy`"),
            ("kind:happy", "no kind of event"),
            ("since:happy", "happy"),
        ] {
            assert!(parse(text).unwrap_err().said.contains(said), "{text}");
        }
        for words in [
            "error: x",
            "https://example.com",
            "14:05",
            "\"sevrity:P0\"",
            ":",
            "-",
            "\"\"",
            "\"",
        ] {
            assert!(parse(words).is_ok(), "{words}");
        }
    }

    #[test]
    fn a_line_is_meant_by_its_words_author_kind_and_time() {
        let parse = |text: &str| Query::parse(text, &now).unwrap();
        let kind = EventKind::Decision;
        let line = Line {
            id: "INC-2026-0001",
            text: "Roll back v2.34 now",
            by: "Sam",
            kind: Some(&kind),
            at: now("2026-11-19 10:00").ok(),
        };
        for yes in [
            "inc-2026-0001",
            "kind:alert,decision",
            "by:kim,sam roll",
            "sev:P9 roll",
            "roll",
            "by:sam kind:decision",
            "since:2d",
            "is:open roll",
            "-kim",
        ] {
            assert!(parse(yes).line(&line), "{yes}");
        }
        for no in ["kim", "by:kim", "kind:alert roll", "since:1h", "-roll"] {
            assert!(!parse(no).line(&line), "{no}");
        }
    }
}
