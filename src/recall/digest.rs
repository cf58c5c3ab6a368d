//! What of an incident is compared with others, in numbers: no word of it can be read from here, so it may be kept beside the repository.

use xxhash_rust::xxh3::xxh3_64;

use super::recurrence::Cause;
use super::{Apart, Case, similar};
use crate::incident::Time;

/// How a digest is made and written: another number where any of it changes, so that what an older version kept is not taken for it.
pub const FORM: u32 = 1;

/// What of one incident is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// The incident's id.
    pub id: String,
    /// Whether it is like no other: a drill, or made under a clock that was set.
    pub apart: bool,
    /// Its words by number, ascending, with their weight.
    terms: Vec<(u64, f32)>,
    /// Its cause, where anything of it can be compared.
    pub cause: Option<Cause>,
}

/// The number of a word.
pub(super) fn number(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

/// The numbers of words, ascending, each once.
pub(super) fn numbers<'a>(words: impl Iterator<Item = &'a str>) -> Vec<u64> {
    let mut all: Vec<u64> = words.map(number).collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl Digest {
    /// Of a case.
    pub fn of(case: &Case) -> Self {
        let (terms, _) = similar::terms(case, similar::TOLD);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "weights are halves, and few thousands of them"
        )]
        let mut terms: Vec<(u64, f32)> = terms
            .iter()
            .map(|(word, weight)| (number(word), *weight as f32))
            .collect();
        terms.sort_by_key(|(word, _)| *word);
        Self {
            id: case.id.clone(),
            apart: matches!(case.apart(), Some(Apart::Drill | Apart::TestClock)),
            terms,
            cause: Cause::of(case),
        }
    }

    /// How much a word weighs in it, where it stands there.
    pub(super) fn weight(&self, word: u64) -> Option<f64> {
        let at = self.terms.binary_search_by_key(&word, |(word, _)| *word).ok()?;
        Some(f64::from(self.terms[at].1))
    }

    /// How much all of its words weigh.
    pub(super) fn length(&self) -> f64 {
        self.terms.iter().map(|(_, weight)| f64::from(*weight)).sum()
    }

    /// All but the id, as bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.apart));
        count(out, self.terms.len());
        for (word, weight) in &self.terms {
            out.extend(word.to_le_bytes());
            out.extend(weight.to_le_bytes());
        }
        let Some(cause) = &self.cause else {
            return out.push(0);
        };
        out.push(1);
        out.extend(cause.at.millis().to_le_bytes());
        let group: Vec<u64> = cause.group.into_iter().collect();
        for list in [&cause.stems, &cause.services, &group, &cause.same_as] {
            count(out, list.len());
            for word in list {
                out.extend(word.to_le_bytes());
            }
        }
    }

    /// The digest of an incident from all of those bytes; `None` where they are none.
    pub fn read(id: &str, bytes: &[u8]) -> Option<Self> {
        let mut rest = Bytes(bytes);
        let apart = rest.truth()?;
        let terms =
            (0..rest.count()?).map(|_| Some((u64::from_le_bytes(rest.take()?), f32::from_le_bytes(rest.take()?))));
        let terms = terms.collect::<Option<Vec<_>>>()?;
        let cause = if rest.truth()? {
            let at = Time::from_millis(i64::from_le_bytes(rest.take()?));
            let mut list = || -> Option<Vec<u64>> {
                let words = (0..rest.count()?).map(|_| rest.take().map(u64::from_le_bytes));
                words.collect()
            };
            Some(Cause {
                at,
                stems: list()?,
                services: list()?,
                group: list()?.first().copied(),
                same_as: list()?,
            })
        } else {
            None
        };
        rest.0.is_empty().then(|| Self {
            id: id.to_owned(),
            apart,
            terms,
            cause,
        })
    }
}

fn count(out: &mut Vec<u8>, number: usize) {
    out.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

/// Bytes that are left to be read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn truth(&mut self) -> Option<bool> {
        match self.take::<1>()? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    /// A number of things, each of which has eight bytes at least.
    fn count(&mut self) -> Option<usize> {
        let number = u32::from_le_bytes(self.take()?) as usize;
        (number <= self.0.len() / 8).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::{Event, EventKind, Incident, Moment};

    fn case() -> Case {
        let mut incident = Incident {
            title: "Checkout failing for EU cards".into(),
            cause: Some("the connection pool was exhausted".into()),
            declared: Some(Moment {
                at: Time::parse_rfc3339("2026-11-20T14:00:00Z").unwrap(),
                ..Moment::default()
            }),
            ..Incident::default()
        };
        incident.impact.insert("services".into(), "Checkout, payments".into());
        incident.fields.insert("cause".into(), "Capacity".into());
        incident.timeline.push(Arc::new(Event {
            text: "p95 at 4 s, pools at their limit".into(),
            kind: EventKind::Observation,
            ..Event::default()
        }));
        Case::new("INC-1".into(), Arc::new(incident), None)
    }

    fn bytes(digest: &Digest) -> Vec<u8> {
        let mut bytes = Vec::new();
        digest.write(&mut bytes);
        bytes
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let digest = Digest::of(&case());
        let all = bytes(&digest);
        assert_eq!(Digest::read("INC-1", &all).as_ref(), Some(&digest));
        for cut in 0..all.len() {
            assert_eq!(Digest::read("INC-1", &all[..cut]), None, "{cut}");
        }
        let longer = [&all[..], &[0]].concat();
        assert_eq!(Digest::read("INC-1", &longer), None);
        let bare = Digest::of(&Case::new("X".into(), Arc::default(), None));
        assert_eq!(Digest::read("X", &bytes(&bare)), Some(bare));
        // A number that promises more than there is asks for no memory.
        assert_eq!(Digest::read("X", &[0, 255, 255, 255, 255]), None);
    }

    #[test]
    fn no_word_can_be_read_from_it() {
        let all = bytes(&Digest::of(&case()));
        for word in ["checkout", "pool", "capacity", "payments", "Checkout"] {
            assert!(!all.windows(word.len()).any(|found| found == word.as_bytes()), "{word}");
        }
    }

    /// Where this fails, words are weighed or cut otherwise than before: give [`FORM`] the next number, and put the new value here.
    #[test]
    fn the_form_has_its_number() {
        assert_eq!(
            (FORM, xxh3_64(&bytes(&Digest::of(&case())))),
            (1, 1_424_717_084_204_251_707)
        );
    }
}
