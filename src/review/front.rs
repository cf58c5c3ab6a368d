//! The document's own facts, at its top: of which incident it is, how far it is, whose it is, and by when it is due.

use std::fmt;

/// How far a review document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Being written.
    #[default]
    Draft,
    /// Others read it.
    InReview,
    /// Done; it is not written again by itself.
    Reviewed,
    /// Done with.
    Closed,
}

impl State {
    /// Every word.
    pub const KNOWN: [(&'static str, Self); 4] = [
        ("draft", Self::Draft),
        ("in review", Self::InReview),
        ("reviewed", Self::Reviewed),
        ("closed", Self::Closed),
    ];

    /// What a word means; `review` and `in-review` are the same as `in review`.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word
            .trim()
            .trim_matches(['"', '\''])
            .to_lowercase()
            .replace(['-', '_'], " ");
        let word = if word == "review" { "in review".to_owned() } else { word };
        Self::KNOWN
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, state)| *state)
    }

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in review",
            Self::Reviewed => "reviewed",
            Self::Closed => "closed",
        }
    }

    /// Whether it does not change any more unless that is asked for.
    pub fn is_locked(self) -> bool {
        match self {
            Self::Reviewed | Self::Closed => true,
            Self::Draft | Self::InReview => false,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The lines at the top of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front(Vec<(String, String)>);

impl Front {
    /// Reads them; lines that are no `key: value` are kept as they are.
    pub fn read(text: &str) -> Self {
        Self(
            text.lines()
                .map(|line| match line.split_once(':') {
                    Some((key, value)) if !line.starts_with([' ', '-', '#']) => {
                        (key.trim().to_owned(), value.trim().to_owned())
                    }
                    _ => (String::new(), line.to_owned()),
                })
                .collect(),
        )
    }

    /// From keys and values.
    pub fn new(lines: Vec<(&str, String)>) -> Self {
        Self(lines.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A value; `None` where it is not there or empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == key)?;
        let value = found.1.trim_matches(['"', '\'']).trim();
        (!value.is_empty()).then_some(value)
    }

    /// How far the document is; a word that nobody knows counts as a draft.
    pub fn state(&self) -> State {
        self.get("status").and_then(State::parse).unwrap_or_default()
    }

    /// Sets a value, behind the others where it is new.
    pub fn set(&mut self, key: &str, value: String) {
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// The lines.
    pub fn text(&self) -> String {
        let line = |(key, value): &(String, String)| match (key.is_empty(), value.is_empty()) {
            (true, _) => format!("{value}\n"),
            (false, true) => format!("{key}:\n"),
            (false, false) => format!("{key}: {value}\n"),
        };
        self.0.iter().map(line).collect()
    }

    /// What people wrote stays; what nobody touched since `base` follows `fresh`.
    #[must_use]
    pub fn renewed(&self, base: Option<&Self>, fresh: &Self) -> Self {
        let mut out = self.clone();
        for (key, value) in fresh.0.iter().filter(|(key, _)| !key.is_empty()) {
            let ours = self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value);
            let was = base
                .and_then(|base| base.0.iter().find(|(known, _)| known == key))
                .map(|(_, value)| value);
            let untouched = ours.is_none() && was.is_none() || ours.is_some() && ours == was;
            if untouched || ours.is_some_and(String::is_empty) {
                out.set(key, value.clone());
            }
        }
        out
    }
}

/// Two people's lines made one, key by key; where both changed one, the further state, else the later word in the alphabet.
pub(super) fn join(base: &str, ours: &str, theirs: &str) -> String {
    let (base, ours, theirs) = (Front::read(base), Front::read(ours), Front::read(theirs));
    let mut out = ours.clone();
    for (key, theirs) in theirs.0.iter().filter(|(key, _)| !key.is_empty()) {
        let find = |of: &Front| {
            of.0.iter()
                .find(|(known, _)| known == key)
                .map(|(_, value)| value.clone())
        };
        let (mine, was) = (find(&ours), find(&base));
        let value = match mine {
            None if was.is_some() => continue,
            None => theirs.clone(),
            Some(mine) if mine == *theirs || was.as_ref() == Some(theirs) => mine,
            Some(mine) if was.as_ref() == Some(&mine) => theirs.clone(),
            Some(mine) if key == "status" && State::parse(&mine) != State::parse(theirs) => {
                if State::parse(&mine) > State::parse(theirs) {
                    mine
                } else {
                    theirs.clone()
                }
            }
            Some(mine) => mine.max(theirs.clone()),
        };
        out.set(key, value);
    }
    out.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_at_the_top_stays() {
        let base = Front::read("incident: I\nstatus: draft\nowner: kim\ndue: 2026-11-25\n");
        let file = Front::read("incident: I\nstatus: In-Review\nowner: kim\n# mine\nteam: x\ndue: 2026-11-25\n");
        let fresh = Front::read("incident: I\nstatus: draft\nowner: lee\ndue: 2026-11-26\nfacts: abc\n");
        let now = file.renewed(Some(&base), &fresh);
        assert_eq!(
            now.text(),
            "incident: I\nstatus: In-Review\nowner: lee\n# mine\nteam: x\ndue: 2026-11-26\nfacts: abc\n"
        );
        assert_eq!(now.state(), State::InReview);
        assert_eq!(Front::read("status: nonsense\n").state(), State::Draft);
        assert!(Front::read("status: \"reviewed\"\n").state().is_locked());
        assert_eq!(Front::default().text(), "");
    }

    #[test]
    fn two_clones_join_their_tops_the_same_way_round() {
        let base = "status: draft\nowner: kim\n";
        let (ours, theirs) = (
            "status: reviewed\nowner: kim\n",
            "status: in review\nowner: lee\nfacilitator: sam\n",
        );
        let one = join(base, ours, theirs);
        assert_eq!(one, "status: reviewed\nowner: lee\nfacilitator: sam\n");
        for line in one.lines() {
            assert!(join(base, theirs, ours).contains(line));
        }
    }
}
