//! Words that name a culprit instead of a cause, each with the question that helps. A hint, never a refusal.

use crate::incident::people;

/// What is found, and what to ask instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The words as they stand.
    pub words: String,
    /// The question that leads on.
    pub ask: &'static str,
}

const HOW: &str = "how did it make sense at the time, and what would have shown it?";
const MISSING: &str = "what would have reminded or stopped anyone in that place?";
const SYSTEM: &str = "which condition made this the easy thing to do?";

/// Words, in small letters, and the question to each.
const WORDS: [(&str, &str); 18] = [
    ("should have", HOW),
    ("should've", HOW),
    ("could have prevented", HOW),
    ("failed to", HOW),
    ("human error", SYSTEM),
    ("operator error", SYSTEM),
    ("user error", SYSTEM),
    ("fault of", SYSTEM),
    ("'s fault", SYSTEM),
    ("to blame", SYSTEM),
    ("careless", SYSTEM),
    ("negligen", SYSTEM),
    ("incompeten", SYSTEM),
    ("stupid", SYSTEM),
    ("sloppy", SYSTEM),
    ("mistake by", SYSTEM),
    ("forgot", MISSING),
    ("did not bother", MISSING),
];

/// Every hint in a text, in its order.
pub fn hints(text: &str) -> Vec<Hint> {
    let lower = text.to_lowercase();
    let mut found: Vec<(usize, Hint)> = Vec::new();
    for (words, ask) in WORDS {
        for (at, _) in lower.match_indices(words) {
            let hint = Hint {
                words: words.to_owned(),
                ask,
            };
            found.push((at, hint));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, hint)| hint).collect()
}

/// Whether a cause is a person: a name of someone who took part stands in it.
pub fn names_a_person<'a>(cause: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let words: Vec<String> = cause
        .split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
        .map(people::folded)
        .collect();
    names.into_iter().find(|name| {
        let folded = people::folded(name);
        folded.chars().count() > 2 && words.contains(&folded)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn culprits_are_hinted_at_with_a_question() {
        let found = hints("Kim should have checked. It was human error; lee forgot the flag.");
        let words: Vec<&str> = found.iter().map(|hint| hint.words.as_str()).collect();
        assert_eq!(words, ["should have", "human error", "forgot"]);
        assert!(found.iter().all(|hint| hint.ask.ends_with('?')));
        assert!(hints("The pool was exhausted because the limit had no alert.").is_empty());
        assert_eq!(names_a_person("Kim deployed v2.34", ["lee", "kim"]), Some("kim"));
        assert_eq!(names_a_person("the pool was too small", ["kim", "po"]), None);
    }
}
