//! Secrets in what a command prints: taken out before anything of it is written to a file or shown to others.

/// What stands in place of a secret.
pub const HIDDEN: &str = "[hidden]";

/// Words that a secret follows, as parts of a name.
const NAMES: [&str; 21] = [
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
    "accesskey",
    "access-key",
    "accountkey",
    "private-key",
    "privatekey",
    "signature",
    "cookie",
    "sessionid",
];

/// The same, where they are the whole of a part of a name: `DB_PASS`, `--pass`, `auth`.
const WHOLE: [&str; 3] = ["pass", "auth", "sig"];

/// Beginnings of well-known tokens, and how long such a token is at least.
const TOKENS: [(&str, usize); 33] = [
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
    ("hvb.", 20),
    ("ghu_", 20),
    ("ghr_", 20),
    ("glrt-", 20),
    ("xoxa-", 20),
    ("xoxr-", 20),
    ("xoxs-", 20),
    ("xoxe.", 20),
    ("rk_live_", 20),
    ("sk_test_", 20),
    ("SG.", 40),
    ("npm_", 30),
    ("pypi-", 40),
    ("dop_v1_", 20),
    ("ya29.", 20),
    ("ATATT", 40),
    // What a private key or certificate begins with where it is written as base64.
    ("LS0tLS1CRUdJTi", 20),
];

/// The path of an address that posts to a chat: whoever has it can post.
const HOOKS: [&str; 2] = ["hooks.slack.com/services/", "discord.com/api/webhooks/"];

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
        without_values(&without_logins(&without_options(&without_tokens(line))))
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
    out
}

/// `https://user:password@host`, `https://token@host`, and addresses that are a secret themselves.
fn without_logins(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (head, tail) = rest.split_at(at + 3);
        out.push_str(head);
        let end = tail
            .find(|c: char| c.is_whitespace() || "\"'<>`,".contains(c))
            .unwrap_or(tail.len());
        let (address, after) = tail.split_at(end);
        out.push_str(&without_login(address));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn without_login(address: &str) -> String {
    if let Some(path) = HOOKS.iter().find(|path| address.starts_with(**path)) {
        return format!("{path}{HIDDEN}");
    }
    let host_end = address.find(['/', '?', '#']).unwrap_or(address.len());
    // A password may hold a slash; a port followed by a path is none.
    let is_port = |text: &str| {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        digits > 0 && text[digits..].starts_with('/')
    };
    let whole = address.rsplit_once('@').filter(|(login, _)| {
        let password = login.split_once(':').map(|(_, password)| password);
        login.len() < host_end || password.is_some_and(|password| !is_port(password)) && !login.contains(['?', '&'])
    });
    let Some((login, host)) = whole else {
        return address.to_owned();
    };
    match login.split_once(':') {
        Some((user, password)) if !is_reference(password) => format!("{user}:{HIDDEN}@{host}"),
        None if login.len() >= 20 && login.chars().all(|c| c.is_ascii_alphanumeric()) => format!("{HIDDEN}@{host}"),
        Some(_) | None => address.to_owned(),
    }
}

/// Options in which programs are given a password: `mysql -pX`, `curl -u user:X`, `sshpass -p X`, `redis-cli -a X`.
fn without_options(line: &str) -> String {
    let has = |programs: &[&str]| {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        words.any(|word| programs.contains(&word))
    };
    let databases = has(&["mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump"]);
    let password = has(&["sshpass"]) || has(&["docker", "podman", "registry", "az", "oc"]) && has(&["login"]);
    let (redis, fetches) = (has(&["redis-cli"]), has(&["curl", "http"]));
    if !(databases || password || redis || fetches) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut before = "";
    for word in line.split_inclusive(char::is_whitespace) {
        let text = word.trim_end();
        let blank = &word[text.len()..];
        let plain = text.trim_matches(['"', '\'']);
        let login = plain.split_once(':').filter(|(user, _)| {
            let numbers = user.chars().all(|c| c.is_ascii_digit());
            !user.is_empty() && !numbers && !plain.contains("://")
        });
        let attached = text
            .strip_prefix("-p")
            .filter(|rest| databases && rest.len() > 1 && !is_reference(rest));
        let follows = password && before == "-p" || redis && before == "-a";
        match login {
            Some((user, value)) if fetches && matches!(before, "-u" | "--user" | "-U") && !is_reference(value) => {
                out.push_str(&format!("{user}:{HIDDEN}"));
            }
            _ if attached.is_some() => out.push_str(&format!("-p{HIDDEN}")),
            _ if follows && !text.is_empty() && !is_reference(text) => out.push_str(HIDDEN),
            _ => out.push_str(text),
        }
        out.push_str(blank);
        if !text.is_empty() {
            before = text;
        }
    }
    out
}

/// Whether a value only says where the secret is: `$DB_PASSWORD`, `${X}`, `$(cat x)`, `<password>`, `{{ password }}`.
fn is_reference(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    let name = value.strip_prefix('$');
    let is_name = name.is_some_and(|name| super::language::is_name(name.trim_matches(['{', '}'])));
    is_name
        || value.starts_with("$(")
        || value.starts_with('<') && value.contains('>')
        || value.starts_with("{{")
        || value == HIDDEN
}

/// `password=x`, `"token": "x"`, `Authorization: Bearer x`, `--password x`.
fn without_values(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let mut hidden: Vec<(usize, usize)> = Vec::new();
    let part = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    for name in NAMES.iter().chain(&WHOLE) {
        for (at, _) in lower.match_indices(name) {
            let end = at + name.len();
            let stands = part(lower[..at].chars().next_back()) && part(lower[end..].chars().next());
            if WHOLE.contains(name) && !stands {
                continue;
            }
            hidden.extend(value_after(line, end).filter(|(start, end)| {
                let value = &line[*start..*end];
                !value.is_empty() && !is_reference(value) && !value.contains(HIDDEN)
            }));
        }
    }
    let mut out = line.to_owned();
    for (start, end) in hidden {
        out = out.replace(&line[start..end], HIDDEN);
    }
    out
}

/// Where the value behind a name stands: after `=`, `:` or a blank behind an option. In quotes it goes to their end.
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
    let mark = after.trim_start_matches(['"', '\'', ' ', '\\']);
    let separated = mark.starts_with(['=', ':']);
    let follows = separated || option && after.starts_with(' ');
    if !follows {
        return None;
    }
    let value = mark.trim_start_matches(['=', ':']).trim_start_matches([' ', '>']);
    let quote = value
        .trim_start_matches('\\')
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''));
    // A header that is quoted as a whole ends with its quote.
    let around =
        line[..at].chars().filter(|c| matches!(c, '"' | '\'')).count() % 2 == 1 && !after.starts_with(['"', '\'']);
    let value = value.trim_start_matches(['\\', '"', '\'']);
    let kind = ["bearer ", "basic ", "token ", "digest ", "apikey "]
        .iter()
        .find(|kind| {
            value
                .get(..kind.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(kind))
        });
    let value = kind.map_or(value, |kind| value[kind.len()..].trim_start());
    let start = line.len() - value.len();
    let end = match quote {
        Some(quote) => value.find(quote),
        None if around => value.find(['"', '\'']),
        None => None,
    };
    let blank = || value.find([' ', '"', '\'', ',', ';', '&', '}']).unwrap_or(value.len());
    let end = end.unwrap_or_else(blank);
    let value = value[..end].trim_end_matches('\\');
    (value.len() >= 3).then_some((start, start + value.len()))
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
            ("Authorization: Token abcdef123", "Authorization: Token [hidden]"),
            ("password: \"a b; c\" x", "password: \"[hidden]\" x"),
            ("curl -H \"X-Api-Key: ab cd\" x", "curl -H \"X-Api-Key: [hidden]\" x"),
            ("DB_PASS=hunter22", "DB_PASS=[hidden]"),
            ("mysql --pass hunter22", "mysql --pass [hidden]"),
            ("mysql -u root -phunter22 shop", "mysql -u root -p[hidden] shop"),
            ("mysql -u root -p shop", "mysql -u root -p shop"),
            ("ssh -p2222 web", "ssh -p2222 web"),
            ("curl -u kim:hunter22 https://x", "curl -u kim:[hidden] https://x"),
            ("docker run -u 1000:1000 x", "docker run -u 1000:1000 x"),
            ("sshpass -p hunter22 ssh web", "sshpass -p [hidden] ssh web"),
            ("redis-cli -a hunter22 info", "redis-cli -a [hidden] info"),
            ("a://x:one11@h b://y:two22@i", "a://x:[hidden]@h b://y:[hidden]@i"),
            ("postgres://app:s3/cret@db/shop", "postgres://app:[hidden]@db/shop"),
            ("https://x:8080/a@b", "https://x:8080/a@b"),
            (
                "https://0123456789abcdef0123@sentry.io/1",
                "https://[hidden]@sentry.io/1",
            ),
            ("password={odd!one", "password=[hidden]"),
            (
                "\"aws_secret_access_key\": \"abc/def+ghi\"",
                "\"aws_secret_access_key\": \"[hidden]\"",
            ),
            (
                "{\\\"password\\\":\\\"hunter22\\\"}",
                "{\\\"password\\\":\\\"[hidden]\\\"}",
            ),
            ("Set-Cookie: sid=abcdef; Path=/", "Set-Cookie: [hidden]; Path=/"),
            ("  tls.key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURQ==", "  tls.key: [hidden]"),
            (
                "https://hooks.slack.com/services/T0/B0/abc",
                "https://hooks.slack.com/services/[hidden]",
            ),
            ("author: kim, passed 4 of 5", "author: kim, passed 4 of 5"),
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
