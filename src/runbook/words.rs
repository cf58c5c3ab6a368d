//! Ids made of words, and words in capitals that stand for a value.

/// Parts of names in capitals that stand for a value: `POD_NAME`, `KEY`.
const VALUES: [&str; 52] = [
    "NAME",
    "ID",
    "KEY",
    "HOST",
    "HOSTNAME",
    "POD",
    "NAMESPACE",
    "NODE",
    "USER",
    "USERNAME",
    "PASSWORD",
    "TOKEN",
    "SECRET",
    "CLUSTER",
    "REGION",
    "ZONE",
    "SERVICE",
    "APP",
    "DATABASE",
    "TABLE",
    "BUCKET",
    "FILE",
    "PATH",
    "URL",
    "PORT",
    "IP",
    "ADDRESS",
    "DOMAIN",
    "VERSION",
    "RELEASE",
    "TAG",
    "BRANCH",
    "COMMIT",
    "SHA",
    "ENV",
    "ENVIRONMENT",
    "DEPLOYMENT",
    "CONTAINER",
    "IMAGE",
    "VOLUME",
    "DISK",
    "SNAPSHOT",
    "ACCOUNT",
    "PROJECT",
    "GROUP",
    "QUEUE",
    "TOPIC",
    "PID",
    "DATE",
    "ARN",
    "INSTANCE",
    "TICKET",
];

/// Whether a word in capitals stands for a value.
pub fn is_value_word(word: &str) -> bool {
    word.split(['_', '-'])
        .next_back()
        .is_some_and(|last| VALUES.contains(&last))
}

/// Longest part of an id that is made from words.
const LONGEST: usize = 48;

/// Words as a part of an id: small letters and digits joined by dashes, cut between words. Words of other scripts are told apart
/// by a hash.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    let (mut latin, mut other) = (0usize, 0usize);
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        latin += word.chars().filter(char::is_ascii).count();
        other += word.chars().filter(|c| !c.is_ascii()).count();
        let word: String = word
            .chars()
            .filter(char::is_ascii)
            .collect::<String>()
            .to_ascii_lowercase();
        if word.is_empty() || out.len() >= LONGEST {
            continue;
        }
        if !out.is_empty() {
            if out.len() + 1 + word.len() > LONGEST {
                break;
            }
            out.push('-');
        }
        out.push_str(&word[..word.len().min(LONGEST)]);
    }
    if other > latin || out.is_empty() && !text.trim().is_empty() {
        return format!("s{}", hash(text));
    }
    out
}

/// Six letters and digits that stand for a text.
pub fn hash(text: &str) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let number = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
    (0..6)
        .map(|place| char::from(LETTERS[usize::try_from(number >> (5 * place) & 31).unwrap_or(0)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_of_words() {
        assert_eq!(slug("Restart it, one pod at a time:"), "restart-it-one-pod-at-a-time");
        assert_eq!(slug("Füße & Hände"), "fe-hnde");
        assert_eq!(slug(""), "");
        assert!(slug("データベースを再起動する").starts_with('s'));
        assert_eq!(slug("!!!").len(), 7);
        assert!(slug(&"word ".repeat(100)).len() <= LONGEST);
        assert!(slug(&"x".repeat(500)).len() <= LONGEST);
    }
}
