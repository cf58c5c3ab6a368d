//! Words that were redacted, known again without being written down: of each its length and a keyed hash. They stay on the
//! machine that has held the words (beside git's objects, which hold them still) and are in no incident file: whoever reads a
//! hash can try guesses against it, and a file travels.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// Fewest bytes of words that are known again.
const SHORTEST: usize = 4;

/// Most of them; the oldest go first.
const MOST: usize = 2000;

/// Shortest line of a longer text that is known by itself.
const SHORTEST_LINE: usize = 8;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// Drawn for this file alone.
    key: u64,
    /// The redactions whose words were looked for in all copies here, by their ids.
    #[serde(default)]
    done: Vec<String>,
    #[serde(default)]
    words: Vec<Print>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Print {
    /// Length in bytes.
    length: usize,
    /// A few bits of a hash that costs next to nothing to move along a text.
    check: u16,
    /// The hash, in hexadecimal digits.
    hash: String,
    /// Who redacted them.
    by: String,
}

impl Fingerprints {
    /// None yet; the key is drawn by the caller.
    pub fn new(key: u64) -> Self {
        Self { key, ..Self::default() }
    }

    /// Whether there are no words at all.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the copies here were cleaned for this redaction.
    pub fn is_done(&self, redaction: &str) -> bool {
        self.done.iter().any(|id| id == redaction)
    }

    /// They were.
    pub fn note_done(&mut self, redaction: &str) {
        if !self.is_done(redaction) {
            self.done.push(redaction.to_owned());
        }
    }

    /// Takes words in, in the forms in which they stand in files; whether any was new.
    pub fn add(&mut self, words: &str, by: &str) -> bool {
        let mut new = false;
        let mark = super::redact::mark(by);
        for form in forms(words) {
            // It would be found in what stands for it.
            if mark.contains(&form) || form.contains(super::redact::MARK.trim()) {
                continue;
            }
            let hash = self.hash(form.as_bytes());
            if form.len() < SHORTEST || self.words.iter().any(|print| print.hash == hash) {
                continue;
            }
            let surplus = (self.words.len() + 1).saturating_sub(MOST);
            self.words.drain(..surplus);
            self.words.push(Print {
                length: form.len(),
                check: self.check_of(form.as_bytes()),
                hash,
                by: by.to_owned(),
            });
            new = true;
        }
        new
    }

    /// Whether the words stand in a text.
    pub fn holds(&self, text: &str) -> bool {
        !self.find(text.as_bytes()).is_empty()
    }

    /// Where the words stand in a text, in its order, none over another, and who redacted them. Of several at one place it is
    /// the longest.
    pub fn find(&self, text: &[u8]) -> Vec<(Range<usize>, &str)> {
        let mut lengths: BTreeMap<usize, Vec<&Print>> = BTreeMap::new();
        for print in &self.words {
            if print.length <= text.len() {
                lengths.entry(print.length).or_default().push(print);
            }
        }
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        for (length, prints) in lengths.into_iter().rev() {
            self.windows(text, length, |start, check| {
                let near = prints.iter().filter(|print| print.check == check);
                for print in near {
                    let place = start..start + length;
                    let over = |(other, _): &(Range<usize>, &str)| other.start < place.end && place.start < other.end;
                    if self.hash(&text[place.clone()]) == print.hash && !found.iter().any(over) {
                        found.push((place, &print.by));
                        break;
                    }
                }
            });
        }
        found.sort_by_key(|(place, _)| place.start);
        found
    }

    fn hash(&self, words: &[u8]) -> String {
        format!("{:032x}", xxh3_128_with_seed(words, self.key))
    }

    fn step(&self) -> u64 {
        self.key | 1
    }

    fn check_of(&self, words: &[u8]) -> u16 {
        let sum = words.iter().fold(0u64, |sum, byte| {
            sum.wrapping_mul(self.step()).wrapping_add(u64::from(*byte) + 1)
        });
        folded(sum)
    }

    /// Calls `each` for every stretch of this length with its check.
    fn windows(&self, text: &[u8], length: usize, mut each: impl FnMut(usize, u16)) {
        let step = self.step();
        let mut highest = 1u64;
        for _ in 1..length {
            highest = highest.wrapping_mul(step);
        }
        let mut sum = 0u64;
        for (at, byte) in text.iter().enumerate() {
            if at >= length {
                let gone = u64::from(text[at - length]) + 1;
                sum = sum.wrapping_sub(gone.wrapping_mul(highest));
            }
            sum = sum.wrapping_mul(step).wrapping_add(u64::from(*byte) + 1);
            if at + 1 >= length {
                each(at + 1 - length, folded(sum));
            }
        }
    }
}

fn folded(sum: u64) -> u16 {
    (sum.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as u16
}

/// The forms in which words stand in a file: as they are, as JSON and as YAML quote them, and line by line.
fn forms(words: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        let text = text.trim();
        let struck = text.chars().all(|c| c == '*');
        if !struck && !super::redact::is_mark(text) && !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    };
    let lines = words.lines().filter(|line| line.trim().len() >= SHORTEST_LINE);
    let all = [words].into_iter().chain(lines.filter(|_| words.trim().contains('\n')));
    for text in all {
        add(text);
        let json = serde_json::Value::from(text.trim()).to_string();
        add(&json[1..json.len() - 1]);
        add(&text.replace('\'', "''"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(words: &[&str]) -> Fingerprints {
        let mut known = Fingerprints::new(0x1234_5678_9abc_def1);
        for word in words {
            known.add(word, "kim");
        }
        known
    }

    #[test]
    fn words_are_known_again_wherever_they_stand_and_stand_nowhere_in_it() {
        let known = known(&["hunter2", "hunter2-and-more", "é \"quoted\" é"]);
        let text = "xhunter2 hunter2-and-more, hunter3; é \"quoted\" é and é \\\"quoted\\\" é";
        let found: Vec<_> = known
            .find(text.as_bytes())
            .into_iter()
            .map(|(place, _)| &text[place])
            .collect();
        assert_eq!(
            found,
            ["hunter2", "hunter2-and-more", "é \"quoted\" é", "é \\\"quoted\\\" é"]
        );
        let written = serde_json::to_string(&known).unwrap();
        assert!(!written.contains("hunter") && !written.contains("quoted"), "{written}");
        let read: Fingerprints = serde_json::from_str(&written).unwrap();
        assert_eq!(read, known);
        assert!(!known.holds("hunter1 quoted") && !Fingerprints::default().holds("hunter2"));
    }

    #[test]
    fn what_is_too_short_or_struck_already_is_not_taken() {
        assert!(known(&["abc", "********", "[redacted by kim]", ""]).is_empty());
    }

    #[test]
    fn the_lines_of_a_key_are_known_by_themselves() {
        let known = known(&["-----BEGIN KEY-----\nMIIEow\nIBAAKCAQEA"]);
        assert!(known.holds("pasted IBAAKCAQEA again") && !known.holds("MIIEow"));
    }
}
