//! Secrets in what a command prints: taken out before anything of it is written to a file or shown to others.

/// What stands in place of a secret.
pub const HIDDEN: &str = "[hidden]";

/// Words that a secret follows, as parts of a name.
const NAMES: [&str; 13] = [
    "password",
    "passwd",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "private_key",
    "authorization",
    "credential",
    "passphrase",
];

/// Beginnings of well-known tokens, and how long such a token is at least.
const TOKENS: [(&str, usize); 16] = [
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("github_pat_", 20),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xapp-", 20),
    ("AKIA", 20),
    ("ASIA", 20),
    ("sk_live_", 20),
    ("sk-", 30),
    ("AIza", 30),
    ("eyJ", 40),
    ("whsec_", 20),
    ("hvs.", 20),
];

/// Takes secrets out of lines, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A private key is being printed.
    key: bool,
    /// Secrets that were given, the longest first.
    known: Vec<String>,
}

/// Characters that a secret has to have to be told from other words.
const LEAST: usize = 3;

impl Filter {
    /// One that takes out these, too, wherever they stand.
    pub fn knowing(secrets: &[String]) -> Self {
        let mut known: Vec<String> = secrets.to_vec();
        known.retain(|secret| secret.chars().count() >= LEAST);
        known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { key: false, known }
    }

    /// A line without its secrets.
    pub fn line(&mut self, line: &str) -> String {
        let known = self.known.iter();
        let line = &known.fold(line.to_owned(), |line, secret| line.replace(secret.as_str(), HIDDEN));
        if self.key {
            self.key = !line.contains("-----END");
            return HIDDEN.to_owned();
        }
        if line.contains("-----BEGIN") && line.contains("PRIVATE KEY") {
            self.key = !line.contains("-----END");
            return HIDDEN.to_owned();
        }
        without_values(&without_tokens(line))
    }
}

/// A text of several lines without its secrets.
pub fn without(text: &str) -> String {
    let mut filter = Filter::default();
    let lines: Vec<String> = text.split('\n').map(|line| filter.line(line)).collect();
    lines.join("\n")
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-./+=".contains(c)
}

fn without_tokens(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..]
            .find(|c| !is_part(c))
            .map_or(rest.len(), |end| start + end);
        out.push_str(&rest[..start]);
        let word = &rest[start..end];
        let secret = TOKENS.iter().find_map(|(head, length)| {
            let at = word.find(head)?;
            let whole = at == 0 || !word[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            (whole && word.len() - at >= *length).then_some(at)
        });
        match secret {
            Some(at) => {
                out.push_str(&word[..at]);
                out.push_str(HIDDEN);
            }
            None => out.push_str(word),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    // `https://user:password@host`
    if let Some(at) = out.find("://") {
        let tail = &out[at + 3..];
        let host_end = tail.find(['/', ' ', '"', '\'']).unwrap_or(tail.len());
        if let Some((user, _)) = tail[..host_end]
            .rsplit_once('@')
            .and_then(|(login, host)| Some((login.split_once(':')?.0, host)))
        {
            let after = tail[..host_end].rfind('@').unwrap_or(0);
            return format!("{}{user}:{HIDDEN}{}", &out[..at + 3], &tail[after..]);
        }
    }
    out
}

/// `password=x`, `"token": "x"`, `Authorization: Bearer x`, `--password x`.
fn without_values(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let mut out = line.to_owned();
    for name in NAMES {
        let mut from = 0;
        while let Some(at) = lower.get(from..).and_then(|rest| rest.find(name)).map(|at| from + at) {
            from = at + name.len();
            if let Some((start, end)) = value_after(line, from) {
                let value = &line[start..end];
                if !value.is_empty() && value != HIDDEN && !value.starts_with(['$', '<', '{']) {
                    out = out.replace(value, HIDDEN);
                }
            }
        }
    }
    out
}

/// Where the value behind a name stands: after `=`, `:` or a blank behind an option.
fn value_after(line: &str, at: usize) -> Option<(usize, usize)> {
    let rest = line.get(at..)?;
    // The rest of the name: `password_hash`.
    let name_end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
        .unwrap_or(rest.len());
    let after = &rest[name_end..];
    let option = line[..at]
        .rsplit(char::is_whitespace)
        .next()
        .is_some_and(|word| word.starts_with("--"));
    let mark = after.trim_start_matches(['"', '\'', ' ']);
    let separated = mark.starts_with(['=', ':']);
    let follows = separated || option && after.starts_with(' ');
    if !follows {
        return None;
    }
    let value = mark.trim_start_matches(['=', ':']).trim_start_matches([' ', '"', '\'']);
    let value = ["Bearer ", "bearer ", "Basic ", "basic "]
        .iter()
        .find_map(|kind| value.strip_prefix(kind))
        .unwrap_or(value);
    let start = line.len() - value.len();
    let end = value.find([' ', '"', '\'', ',', ';', '&', '}']).unwrap_or(value.len());
    (end >= 3).then_some((start, start + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_the_rest_stays() {
        for (line, kept) in [
            ("DB_PASSWORD=hunter22 host=db", "DB_PASSWORD=[hidden] host=db"),
            (
                "{\"token\": \"abc123def\", \"id\": 4}",
                "{\"token\": \"[hidden]\", \"id\": 4}",
            ),
            ("Authorization: Bearer abc.def.ghi", "Authorization: Bearer [hidden]"),
            ("mysql --password s3cret -h db", "mysql --password [hidden] -h db"),
            ("postgres://app:s3cret@db/shop", "postgres://app:[hidden]@db/shop"),
            ("key AKIAABCDEFGHIJKLMNOP used", "key [hidden] used"),
            ("ghp_0123456789abcdefghij0123", "[hidden]"),
            ("the password is wrong", "the password is wrong"),
            ("password=$DB_PASSWORD", "password=$DB_PASSWORD"),
            ("tokens: 3 left", "tokens: 3 left"),
            (
                "GET https://shop.example.com/x?token=abcdef 200",
                "GET https://shop.example.com/x?token=[hidden] 200",
            ),
            ("", ""),
        ] {
            assert_eq!(without(line), kept, "{line}");
        }
        let key = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nxyz\n-----END RSA PRIVATE KEY-----\nb";
        assert_eq!(without(key), "a\n[hidden]\n[hidden]\n[hidden]\n[hidden]\nb");
    }

    proptest::proptest! {
        #![proptest_config(crate::trials::cases(256))]

        #[test]
        fn any_line_is_looked_through(line in ".{0,80}", odd in "[a-z=:\"' -]{0,10}(password|token)[=: \"'-]{0,4}[^ ]{0,8}") {
            let _ = (without(&line), without(&odd));
        }
    }
}
