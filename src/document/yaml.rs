//! YAML that is read whole and never written back: configuration and framework data. Incident files go through
//! [`super::Document`] instead.

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::bomb;
use super::value::Any;

/// Why a text is not the YAML that was wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {said}")]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// What is wrong, one clause.
    pub said: String,
}

/// Reads a whole text as one value. An empty text is `null`.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    bearable(text)?;
    serde_yaml::from_str(text).map_err(|error| problem(&error))
}

/// Reads a whole text of any shape; a key that stands twice in one place is a problem.
pub fn value(text: &str) -> Result<serde_json::Value, Problem> {
    bearable(text)?;
    let Any(value) = serde_yaml::from_str(text).map_err(|error| problem(&error))?;
    Ok(value)
}

/// Refuses what would take minutes to read.
fn bearable(text: &str) -> Result<(), Problem> {
    let refused = bomb::refused(text).map(|why| Problem {
        line: 1,
        column: 1,
        said: why.to_owned(),
    });
    refused.map_or(Ok(()), Err)
}

/// One step on the way to a place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value of this key.
    Key(String),
    /// The element of this number, from 0.
    Item(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<&String> for Step {
    fn from(key: &String) -> Self {
        Self::Key(key.clone())
    }
}

impl From<usize> for Step {
    fn from(number: usize) -> Self {
        Self::Item(number)
    }
}

/// Line and column, from 1, of the value that `path` leads to, or of its key; where there is none, of the nearest parent.
pub fn place(text: &str, path: &[Step], key: bool) -> (usize, usize) {
    if bomb::refused(text).is_some() {
        return (1, 1);
    }
    let seek = |path: &[Step], key: bool| {
        let error = Seek { path, key }
            .deserialize(serde_yaml::Deserializer::from_str(text))
            .err()?;
        let at = error.location().filter(|_| error.to_string().contains(FOUND))?;
        Some((at.line(), at.column()))
    };
    let parents = (0..path.len()).rev().map(|length| (&path[..length], false));
    let mut ways = std::iter::once((path, key)).chain(parents);
    ways.find_map(|(path, key)| seek(path, key)).unwrap_or((1, 1))
}

/// What the reader is stopped with at the place that is looked for: it then says where that is.
const FOUND: &str = "\u{1}found\u{1}";

/// Goes to a place and stops there.
#[derive(Clone, Copy)]
struct Seek<'a> {
    path: &'a [Step],
    key: bool,
}

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Where a plain value is met, it is the one that is looked for, or there is none.
        f.write_str(FOUND)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.here()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.here()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.here()
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<(), E> {
        self.here()
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<(), E> {
        self.here()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.here()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.here()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.here()
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.here()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else {
            return self.here();
        };
        let Step::Key(wanted) = first else { return Ok(()) };
        let stop = self.key && rest.is_empty();
        while let Some(found) = map.next_key_seed(Key { wanted, stop })? {
            if found {
                return map.next_value_seed(Seek {
                    path: rest,
                    key: self.key,
                });
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else {
            return self.here();
        };
        let Step::Item(wanted) = first else { return Ok(()) };
        for _ in 0..*wanted {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        list.next_element_seed(Seek {
            path: rest,
            key: self.key,
        })?;
        Ok(())
    }
}

impl Seek<'_> {
    fn here<E: Error>(self) -> Result<(), E> {
        if self.path.is_empty() {
            Err(E::custom(FOUND))
        } else {
            Ok(())
        }
    }
}

/// Whether a key is the one that is looked for; stops at it where the key itself is wanted.
struct Key<'a> {
    wanted: &'a str,
    stop: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        match key == self.wanted {
            true if self.stop => Err(E::custom(FOUND)),
            same => Ok(same),
        }
    }
}

fn problem(error: &serde_yaml::Error) -> Problem {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    Problem {
        line: line.max(1),
        column: column.max(1),
        said: said.to_owned(),
    }
}

/// The line (from 1) on which the key at `path` stands in block style; that of the nearest parent that can be found
/// where it is written in another way, 1 where there is none.
pub fn line_of(text: &str, path: &[&str]) -> usize {
    let mut found = 1;
    let mut from = 0;
    let mut least = 0;
    for key in path {
        let mut indent = None;
        let here = text.lines().enumerate().skip(from).find_map(|(number, line)| {
            let body = line.trim_start();
            let depth = line.len() - body.len();
            if body.is_empty() || body.starts_with('#') {
                return None;
            }
            if depth < least {
                return Some(None);
            }
            let level = *indent.get_or_insert(depth);
            (depth == level && is_key(body, key)).then_some(Some((number, depth)))
        });
        let Some(Some((number, depth))) = here else { break };
        found = number + 1;
        from = number + 1;
        least = depth + 1;
    }
    found
}

/// Whether a line's text begins with this key.
fn is_key(body: &str, key: &str) -> bool {
    let rest = ['"', '\''].iter().find_map(|quote| {
        let inner = body.strip_prefix(*quote)?.strip_prefix(key)?;
        inner.strip_prefix(*quote)
    });
    rest.or_else(|| body.strip_prefix(key))
        .is_some_and(|rest| rest.trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn problems_have_their_place() {
        let problem = read::<Value>("a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        assert!(problem.line >= 2, "{problem:?}");
        assert!(!problem.said.contains("at line"), "{problem:?}");
        assert_eq!(read::<Value>("").unwrap(), Value::Null);
    }

    #[test]
    fn places_are_found_in_block_and_flow_style() {
        let text = "# a\na: 1\nlist:\n- {id: x, of: {k: v, l: w}}\n- id: y\n  of:\n    k: |\n      some\n      words\n";
        let at = |path: &[Step], key| place(text, path, key);
        assert_eq!(at(&["a".into()], false), (2, 4));
        assert_eq!(at(&["a".into()], true), (2, 1));
        assert_eq!(at(&["list".into(), 0.into(), "id".into()], false), (4, 8));
        assert_eq!(at(&["list".into(), 0.into(), "of".into(), "l".into()], false), (4, 25));
        assert_eq!(at(&["list".into(), 0.into(), "of".into(), "l".into()], true), (4, 22));
        assert_eq!(at(&["list".into(), 1.into(), "of".into(), "k".into()], false), (7, 8));
        assert_eq!(at(&["list".into(), 1.into()], false), (5, 3));
        assert_eq!(
            at(&["list".into(), 1.into(), "missing".into()], false),
            (5, 3),
            "its nearest parent"
        );
        assert_eq!(at(&["nothing".into()], true), (2, 1));
    }

    #[test]
    fn keys_are_found() {
        let text = "# a: comment\na: 1\nkeys:\n  # b: no\n  b: x\n  'c d': y\nother:\n  b: z\n";
        assert_eq!(line_of(text, &["a"]), 2);
        assert_eq!(line_of(text, &["keys", "b"]), 5);
        assert_eq!(line_of(text, &["keys", "c d"]), 6);
        assert_eq!(line_of(text, &["other", "b"]), 8);
        assert_eq!(line_of(text, &["keys", "missing"]), 3);
        assert_eq!(line_of(text, &["missing"]), 1);
    }
}
