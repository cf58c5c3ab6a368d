//! Ids: made from random bytes that the caller brings, and found again by any unique prefix.

use std::sync::Arc;

use super::apply::words::brief;
use super::change::Refusal;
use super::entry::{Entry, in_section};
use super::model::Incident;

/// Characters of a random id. No digit that is read as a letter, and never a number to YAML behind its letter.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Length of a request's nonce.
pub const NONCE: usize = 7;

/// Seven characters of `a-z2-7`: the nonce of a request, from random bytes.
pub fn from_bytes(bytes: [u8; NONCE]) -> String {
    bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// Whether this is a nonce as [`from_bytes`] makes them.
pub fn is_nonce(text: &str) -> bool {
    text.len() == NONCE && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// The nonce of the `place`th of many things that one request makes: the request's own for the first, and no two alike.
pub fn of_many(nonce: &str, place: usize) -> String {
    // Odd, so that it walks through all of them, and far from one to the next.
    const STEP: u64 = 0x3_5a4e_9b37;
    let number = nonce.bytes().fold(0u64, |number, byte| {
        let digit = ALPHABET.iter().position(|known| *known == byte).unwrap_or(0);
        number << 5 | digit as u64
    });
    let number = number.wrapping_add((place as u64).wrapping_mul(STEP));
    (0..NONCE)
        .rev()
        .map(|digit| char::from(ALPHABET[usize::try_from(number >> (5 * digit) & 31).unwrap_or(0)]))
        .collect()
}

/// The entry with this id.
pub fn find<'a, T: Entry>(incident: &'a Incident, id: &str) -> Option<&'a Arc<T>> {
    // From the end: what people name is nearly always recent.
    T::list(incident).iter().rev().find(|entry| entry.id() == id)
}

/// The one entry whose id is or begins with `prefix`, in any case; entries that were taken back are found only in the
/// timeline. Otherwise a refusal that lists the candidates.
pub fn find_by_prefix<'a, T: Entry>(incident: &'a Incident, prefix: &str) -> Result<&'a Arc<T>, Refusal> {
    let wanted = prefix.trim().to_ascii_lowercase();
    let list = T::list(incident);
    let there = |entry: &&Arc<T>| T::SECTION == "timeline" || entry.retracted().is_none();
    if let Some(exact) = find::<T>(incident, &wanted).filter(there) {
        return Ok(exact);
    }
    let found: Vec<_> = list
        .iter()
        .filter(there)
        .filter(|entry| !wanted.is_empty() && entry.id().starts_with(&wanted))
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Refusal::NotFound {
            said: format!("there is no {} `{}`", T::NOUN, brief(prefix)),
            candidates: candidates(list.iter().rev().filter(there)),
        }),
        several => Err(Refusal::NotFound {
            said: format!(
                "`{}` is the beginning of {} {}; type more of it",
                brief(prefix),
                several.len(),
                T::NOUNS
            ),
            candidates: candidates(several.iter().copied()),
        }),
    }
}

/// The one entry of any list whose id is or begins with `prefix`: its list and its whole id. A test or a piece of evidence is
/// of the list of hypotheses.
pub fn find_anywhere(incident: &Incident, prefix: &str) -> Result<(&'static str, String), Refusal> {
    anywhere(incident, prefix, false)
}

/// The same among the entries that were taken out.
pub fn find_removed(incident: &Incident, prefix: &str) -> Result<(&'static str, String), Refusal> {
    anywhere(incident, prefix, true)
}

fn anywhere(incident: &Incident, prefix: &str, removed: bool) -> Result<(&'static str, String), Refusal> {
    fn of<T: Entry>(incident: &Incident, wanted: &str, removed: bool) -> Vec<(&'static str, String, String)> {
        let fits = |entry: &&Arc<T>| {
            let there = T::SECTION == "timeline" && !removed || entry.retracted().is_some() == removed;
            there && entry.id().starts_with(wanted)
        };
        let all = T::list(incident).iter().filter(fits);
        all.map(|entry| (T::SECTION, entry.id().to_owned(), brief(entry.title())))
            .collect()
    }
    let wanted = prefix.trim().to_ascii_lowercase();
    let mut found = Vec::new();
    if !wanted.is_empty() {
        for section in super::entry::SECTIONS {
            found.extend(in_section!(*section, T => of::<T>(incident, &wanted, removed)).unwrap_or_default());
        }
        let hypotheses = incident.hypotheses.iter().filter(|one| one.retracted.is_none());
        let remarks = hypotheses.flat_map(|one| one.tests.iter().chain(&one.evidence));
        let remarks = remarks.filter(|one| one.retracted.is_some() == removed && one.id.starts_with(&wanted));
        found.extend(remarks.map(|one| ("hypotheses", one.id.clone(), brief(&one.text))));
    }
    if let Some(exact) = found.iter().position(|(_, id, _)| *id == wanted) {
        let (section, id, _) = found.swap_remove(exact);
        return Ok((section, id));
    }
    let said = match found.as_slice() {
        [(section, id, _)] => return Ok((*section, id.clone())),
        [] if removed => format!("there is no entry `{}` that was taken out", brief(prefix)),
        [] => format!(
            "there is no entry `{}`; each list shows the ids of its own",
            brief(prefix)
        ),
        several => format!(
            "`{}` is the beginning of {} entries; type more of it",
            brief(prefix),
            several.len()
        ),
    };
    let candidates = found.into_iter().take(12).map(|(_, id, what)| format!("{id}  {what}"));
    Err(Refusal::NotFound {
        said,
        candidates: candidates.collect(),
    })
}

/// An entry of any list as a map of its fields; of a test or a piece of evidence its own.
pub fn as_map(incident: &Incident, section: &str, id: &str) -> serde_json::Map<String, serde_json::Value> {
    let remarks = incident
        .hypotheses
        .iter()
        .flat_map(|one| one.tests.iter().chain(&one.evidence));
    let mut remarks = remarks;
    if let Some(remark) = remarks.find(|one| one.id == id) {
        return super::apply::registers::map(remark);
    }
    in_section!(section, T => find::<T>(incident, id).map(|entry| super::apply::registers::map(&**entry)))
        .flatten()
        .unwrap_or_default()
}

/// `id  what it is`, bounded.
fn candidates<'a, T: Entry + 'a>(entries: impl Iterator<Item = &'a Arc<T>>) -> Vec<String> {
    const MOST: usize = 12;
    entries
        .take(MOST)
        .map(|entry| format!("{}  {}", entry.id(), brief(entry.title())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{Hypothesis, Link};

    fn incident() -> Incident {
        let hypothesis = |id: &str, statement: &str| {
            Arc::new(Hypothesis {
                id: id.into(),
                statement: statement.into(),
                ..Hypothesis::default()
            })
        };
        Incident {
            hypotheses: vec![
                hypothesis("h4m2xq8p", "slow query"),
                hypothesis("h4mabcde", "bots"),
                Arc::new(Hypothesis {
                    retracted: Some("undone".into()),
                    ..(*hypothesis("hzzzzzzz", "typo")).clone()
                }),
            ],
            ..Incident::default()
        }
    }

    #[test]
    fn a_unique_prefix_is_enough() {
        let incident = incident();
        assert_eq!(
            find_by_prefix::<Hypothesis>(&incident, "h4m2").unwrap().statement,
            "slow query"
        );
        assert_eq!(
            find_by_prefix::<Hypothesis>(&incident, " H4MABCDE ").unwrap().statement,
            "bots"
        );
    }

    #[test]
    fn several_or_none_list_what_is_there() {
        let incident = incident();
        let Err(Refusal::NotFound { said, candidates }) = find_by_prefix::<Hypothesis>(&incident, "h4m") else {
            panic!("two match");
        };
        assert_eq!(said, "`h4m` is the beginning of 2 hypotheses; type more of it");
        assert_eq!(candidates, ["h4m2xq8p  slow query", "h4mabcde  bots"]);
        for nothing in ["", "q", "hz", "hzzzzzzz", "\u{1f525}"] {
            let Err(Refusal::NotFound { candidates, .. }) = find_by_prefix::<Hypothesis>(&incident, nothing) else {
                panic!("{nothing} matches nothing");
            };
            assert_eq!(candidates.len(), 2, "what was taken back is not offered");
        }
        assert!(find_by_prefix::<Link>(&incident, "l").is_err());
    }

    #[test]
    fn nonces_have_their_alphabet() {
        assert_eq!(from_bytes([0, 25, 26, 31, 32, 255, 7]), "az27a7h");
        assert!(is_nonce("az27a7h"));
        for bad in ["", "az27a7", "az27a7h1", "AZ27A7H", "az27a71"] {
            assert!(!is_nonce(bad), "{bad}");
        }
    }
}
