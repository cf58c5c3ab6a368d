//! Which writes a register's value stands for: its stamps, and which of them survive a merge.

use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use crate::incident::{Stamp, Time, ids};

/// The stamps of the writes that a register's value stands for, newest first, at least one. Nearly always it is one. Where
/// people wrote without knowing of each other it is all of theirs, whether they wrote the same or not: somebody who later
/// replaces one of these writes has not seen the others, and a merge that forgot them would depend on the order of merging.
///
/// In the file the further ones stand behind the actor of the first, see [`Stamp::writes`], so that a later change of the
/// field replaces them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heads(Vec<Stamp>);

impl Heads {
    pub(super) fn one(stamp: Stamp) -> Self {
        Self(vec![stamp])
    }

    /// Reads a stamp as it stands in `rev`.
    pub(super) fn read(stamp: &Stamp) -> Self {
        Self::of(stamp.writes())
    }

    /// As it is written into `rev`.
    pub(super) fn write(&self) -> Stamp {
        Stamp::of_writes(&self.0)
    }

    /// `all` is not empty.
    fn of(mut all: Vec<Stamp>) -> Self {
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.dedup();
        Self(all)
    }

    pub(super) fn newest(&self) -> &Stamp {
        // Never empty: every constructor gets one.
        &self.0[0]
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Stamp> {
        self.0.iter()
    }

    pub(super) fn holds(&self, stamp: &Stamp) -> bool {
        self.0.contains(stamp)
    }

    /// The others, where there are any.
    pub(super) fn without(&self, gone: impl Fn(&Stamp) -> bool) -> Option<Self> {
        let rest: Vec<Stamp> = self.0.iter().filter(|stamp| !gone(stamp)).cloned().collect();
        (!rest.is_empty()).then_some(Self(rest))
    }

    /// The writes that count after a merge: those on both sides, and those that are on one side and not in the base (a
    /// write that is in the base and missing on one side was replaced there).
    pub(super) fn survivors(base: Option<&Self>, ours: &Self, theirs: &Self) -> Self {
        let fresh = |stamp: &&Stamp| !base.is_some_and(|base| base.holds(stamp));
        let both = ours.iter().filter(|stamp| theirs.holds(stamp));
        let all: Vec<Stamp> = both
            .chain(ours.iter().filter(fresh))
            .chain(theirs.iter().filter(fresh))
            .cloned()
            .collect();
        if all.is_empty() {
            // Only where a side is older than the base, which no proper history yields.
            return Self::of(ours.iter().chain(theirs.iter()).cloned().collect());
        }
        Self::of(all)
    }

    /// The stamp of a value that somebody wrote by hand over a value with these: everybody who notices it computes the
    /// same one.
    pub(super) fn by_hand(&self, value: Option<&Value>) -> Self {
        let actor = format!("{HAND}-{:08x}", hash(&[&canonical(value)]) & 0xffff_ffff);
        Self::one(Stamp::new(Time::default(), actor).over(self.newest()))
    }
}

/// The author of what nobody signed.
pub(super) const HAND: &str = "hand";

/// Who made a write, as people read it.
pub(super) fn author(stamp: &Stamp) -> &str {
    let author = stamp.author();
    if author.starts_with("hand-") { HAND } else { author }
}

/// A value as text that does not depend on the order of keys; nothing where there is none.
pub(super) fn canonical(value: Option<&Value>) -> String {
    let mut out = String::new();
    if let Some(value) = value {
        write(value, &mut out);
    }
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for key in keys {
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(&map[key], out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for member in list {
                write(member, out);
                out.push(',');
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// A hash that is the same on every machine, of parts that cannot run into each other.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut state = Xxh3::new();
    for part in parts {
        state.update(&(part.len() as u64).to_le_bytes());
        state.update(part.as_bytes());
    }
    state.digest()
}

/// An id that everybody makes alike from the same parts.
pub(super) fn id(letter: char, parts: &[&str]) -> String {
    let hash = hash(parts).to_le_bytes();
    let mut bytes = [0; ids::NONCE];
    bytes.copy_from_slice(&hash[..ids::NONCE]);
    format!("{letter}{}", ids::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stamp(at: i64, actor: &str) -> Stamp {
        Stamp::new(Time::from_millis(at), actor)
    }

    fn heads(all: &[(i64, &str)]) -> Heads {
        Heads::of(all.iter().map(|(at, actor)| stamp(*at, actor)).collect())
    }

    #[test]
    fn several_stamps_are_one_in_the_file() {
        for all in [
            heads(&[(5, "kim")]),
            heads(&[(5, "kim"), (7, "lee")]),
            heads(&[(5, "kim/ops & co"), (7, "a & b"), (9, "")]),
        ] {
            assert_eq!(Heads::read(&all.write()), all);
        }
    }

    #[test]
    fn what_one_side_replaced_does_not_survive() {
        let (base, ours, theirs) = (heads(&[(1, "a")]), heads(&[(1, "a")]), heads(&[(2, "b")]));
        assert_eq!(Heads::survivors(Some(&base), &ours, &theirs), heads(&[(2, "b")]));
        let (ours, theirs) = (heads(&[(1, "a"), (3, "c")]), heads(&[(2, "b")]));
        assert_eq!(
            Heads::survivors(Some(&base), &ours, &theirs),
            heads(&[(2, "b"), (3, "c")])
        );
        assert_eq!(Heads::survivors(None, &ours, &ours), ours);
    }

    #[test]
    fn the_hand_is_stamped_alike_by_everybody() {
        let base = heads(&[(5, "kim")]);
        let one = base.by_hand(Some(&json!({"a": 1, "b": 2})));
        assert_eq!(one, base.by_hand(Some(&json!({"b": 2, "a": 1}))));
        assert_ne!(one, base.by_hand(Some(&json!("x"))));
        assert_eq!(one.newest().at.millis(), 6);
        assert_eq!(author(one.newest()), "hand");
    }
}
