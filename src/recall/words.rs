//! Words as they are compared: folded, without the commonest of English, cut to their stem by five endings.

/// Words that say nothing about an incident: the commonest of English, in the order of the alphabet.
const COMMON: &[&str] = &[
    "a", "about", "after", "again", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "before", "but", "by", "can", "could", "did", "do", "does", "down", "due", "for", "from", "had", "has", "have",
    "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "me", "more", "my", "no", "not",
    "now", "of", "off", "on", "one", "only", "or", "our", "out", "over", "she", "since", "so", "some", "still", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "too", "under", "up", "us", "was",
    "we", "were", "what", "when", "where", "which", "while", "who", "why", "will", "with", "would", "you", "your",
];

/// Longest word that is kept, in bytes: a longer one is a hash or a line without spaces.
const LONGEST: usize = 40;

/// One word as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    /// Its stem.
    pub stem: String,
    /// As somebody wrote it, in small letters.
    pub written: String,
}

/// The words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 1 && word.len() <= LONGEST)
        .map(str::to_lowercase)
        .filter(|word| COMMON.binary_search(&word.as_str()).is_err() && !word.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|written| Word {
            stem: stem(&written),
            written,
        })
}

/// A word without its ending. Light: it joins `deploys`, `deployed` and `deploying`, and leaves `status` and `bus` alone.
pub fn stem(word: &str) -> String {
    const ENDINGS: [&str; 5] = ["ing", "ed", "es", "s", "ly"];
    if !word.is_ascii() || word.len() < 5 {
        return word.to_owned();
    }
    for ending in ENDINGS {
        let Some(rest) = word.strip_suffix(ending).filter(|rest| rest.len() >= 3) else {
            continue;
        };
        if ending == "s" && rest.ends_with(['s', 'u', 'i']) {
            return word.to_owned();
        }
        // `dropped` and `drop`, `leaking` and `leak`, `cache` and `caches`.
        let doubled = rest.len() > 3
            && rest
                .bytes()
                .rev()
                .take(2)
                .collect::<Vec<_>>()
                .windows(2)
                .all(|two| two[0] == two[1]);
        let rest = if doubled && !rest.ends_with("ll") {
            &rest[..rest.len() - 1]
        } else {
            rest
        };
        return rest.strip_suffix('e').unwrap_or(rest).to_owned();
    }
    word.strip_suffix('e').unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_have_one_stem() {
        for forms in [
            &["deploy", "deploys", "deployed", "deploying"][..],
            &["cache", "caches", "cached", "caching"],
            &["drop", "dropped", "dropping"],
            &["connection", "connections"],
            &["release", "released", "releases"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.windows(2).all(|two| two[0] == two[1]), "{forms:?}: {stems:?}");
        }
        assert_eq!(stem("status"), "status");
        assert_eq!(stem("größer"), "größer");
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        let all: Vec<String> = words("The pool was exhausted at 14:05 by 3 new Pods!")
            .map(|word| word.written)
            .collect();
        assert_eq!(all, ["pool", "exhausted", "new", "pods"]);
        assert_eq!(words(&"x".repeat(100)).count(), 0);
        assert_eq!(words("").count(), 0);
        assert!(COMMON.is_sorted());
    }
}
