//! When and by whom a field was last changed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::time::Time;

/// Stands between the writes of one stamp.
const AND: &str = " & ";

/// Stands between the names of writes at the end of time, see [`Stamp::over`].
const UP: char = '~';

/// How far ahead of its reader's clock a stamp may be and still advance it.
pub const AHEAD: std::time::Duration = std::time::Duration::from_secs(300);

/// When and by whom a field was last changed: the register stamp of the merge. In the file `2026-11-20T14:21:07.330Z/kim`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Hybrid logical time: never before any stamp its writer had seen.
    pub at: Time,
    /// Who changed it.
    pub actor: String,
}

impl Stamp {
    /// A stamp.
    pub fn new(at: Time, actor: impl Into<String>) -> Self {
        Self {
            at,
            actor: actor.into(),
        }
    }

    /// This stamp for a write that replaces one of `former`: itself where it is the later one; else just behind that, so that a
    /// stamp of a wrong clock cannot keep a value for ever. At the end of time only the names are left to count up.
    #[must_use]
    pub fn over(&self, former: &Self) -> Self {
        if self.at > former.at {
            return self.clone();
        }
        let at = Time::from_millis(former.at.millis().saturating_add(1));
        if at > former.at {
            return Self::new(at, self.actor.as_str());
        }
        let first = former.actor.split(AND).next().unwrap_or_default();
        let own = self.actor.replace(UP, "-");
        let counted = || {
            let (rest, _) = first.rsplit_once(UP)?;
            let (name, count) = rest.rsplit_once(UP)?;
            let count = count.parse::<u32>().ok().filter(|_| count.len() == 10)?;
            Some(format!("{name}{UP}{:010}{UP}{own}", count.checked_add(1)?))
        };
        let actor = counted().filter(|actor| *actor > former.actor);
        Self::new(at, actor.unwrap_or_else(|| format!("{first}{UP}{:010}{UP}{own}", 1)))
    }

    /// Who made the write, as people read it.
    pub fn author(&self) -> &str {
        if self.at.is_last() {
            self.actor.rsplit(UP).next().unwrap_or_default()
        } else {
            &self.actor
        }
    }

    /// The writes that this stamp of a field stands for, newest first: nearly always itself alone. Where people wrote without
    /// knowing of each other a merge keeps all of them, the further ones behind the actor of the first:
    /// `2026-11-20T14:21:07.330Z/kim & 2026-11-20T14:20:59.101Z/lee`.
    pub fn writes(&self) -> Vec<Self> {
        if !self.actor.contains(AND) {
            return vec![self.clone()];
        }
        let mut parts = self.actor.split(AND);
        let mut all = vec![Self::new(self.at, parts.next().unwrap_or_default())];
        for part in parts {
            match part.parse() {
                Ok(next) => all.push(next),
                // Somebody is called that.
                Err(NoStamp) => {
                    if let Some(last) = all.last_mut() {
                        last.actor.push_str(AND);
                        last.actor.push_str(part);
                    }
                }
            }
        }
        all
    }

    /// One stamp for several writes, of which the first is the newest; nobody's at the beginning of time where there are none.
    pub fn of_writes(all: &[Self]) -> Self {
        let Some((first, rest)) = all.split_first() else {
            return Self::new(Time::default(), "");
        };
        let mut actor = first.actor.clone();
        for stamp in rest {
            actor.push_str(AND);
            actor.push_str(&stamp.to_string());
        }
        Self::new(first.at, actor)
    }
}

/// A text that is no stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoStamp;

impl FromStr for Stamp {
    type Err = NoStamp;

    fn from_str(text: &str) -> Result<Self, NoStamp> {
        let (at, actor) = text.split_once('/').ok_or(NoStamp)?;
        Ok(Self::new(Time::parse_rfc3339(at).ok_or(NoStamp)?, actor))
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.at, self.actor)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|NoStamp| {
            serde::de::Error::custom(format!("`{text}` is not a stamp such as 2026-11-20T14:05:00.000Z/kim"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_later_than_what_it_replaces() {
        let at = |text: &str, actor: &str| Stamp::new(Time::parse_rfc3339(text).unwrap(), actor);
        let kim = at("2026-11-20T14:00:00Z", "kim");
        assert_eq!(kim.over(&at("2026-11-20T13:00:00Z", "zed")), kim);
        for poison in [
            at("2031-01-01T00:00:00Z", "zed"),
            at("9999-12-31T23:59:59.998Z", "zed"),
            at("9999-12-31T23:59:59.999Z", "zed"),
            at("9999-12-31T23:59:59.999Z", "zed~x & 9999-12-31T23:59:59.999Z/bob"),
            at("9999-12-31T23:59:59.999Z", ""),
        ] {
            let mut last = poison;
            for _ in 0..1000 {
                let next = kim.over(&last);
                assert!(next > last, "{next} {last}");
                assert_eq!(next.author(), "kim");
                assert_eq!(next.to_string().parse::<Stamp>().unwrap(), next);
                last = next;
            }
            assert!(last.actor.len() < 100, "{last}");
        }
    }
}
