//! The language of a block of code: as its fence says it, else as its lines look; and the attributes behind it.

use serde::Serialize;

use super::programs::{MORE, PROGRAMS};

/// What a block of code is written in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// A shell of Unix.
    Shell,
    /// PowerShell.
    Powershell,
    /// SQL, as a client of a database takes it.
    Sql,
    /// A query of Prometheus.
    Promql,
    /// Another language whose lines are typed somewhere, by its name.
    Other(String),
    /// Nothing that is typed: output, data, a picture.
    Data,
}

/// Names that fences use for a session with prompts and output.
const SESSIONS: [&str; 7] = [
    "console",
    "shell-session",
    "shellsession",
    "sh-session",
    "terminal",
    "session",
    "term",
];

/// What a fence says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// The word behind the fence, in small letters.
    pub word: String,
    /// Attributes, `name=x` or JSON.
    pub attributes: Vec<(String, String)>,
}

impl Info {
    /// Reads what follows a fence: a language, and attributes between the first `{` and the first `}` behind it.
    pub fn parse(info: &str) -> Self {
        let info = info.trim();
        let (head, rest) = info.split_at(info.find('{').unwrap_or(info.len()));
        let word = head.split([' ', '\t', ',']).next().unwrap_or_default().to_lowercase();
        let inner = rest.find('}').map_or("", |end| &rest[..=end]);
        let attributes = match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(inner) {
            Ok(map) => map
                .into_iter()
                .map(|(key, value)| {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    (key, text)
                })
                .collect(),
            Err(_) => pairs(inner.trim_matches(['{', '}'])),
        };
        Self { word, attributes }
    }

    /// An attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether an attribute is set and does not say no.
    pub fn says(&self, name: &str) -> Option<bool> {
        let no = |value: &str| ["no", "false", "off", "0"].contains(&value.to_lowercase().as_str());
        self.get(name).map(|value| !no(value))
    }

    /// Whether the block shows a session: prompts, and what came of each line.
    pub fn is_session(&self) -> bool {
        SESSIONS.contains(&self.word.as_str())
    }
}

/// `name=x other="y z"`.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while let Some((key, after)) = rest.split_once('=') {
        let key = key
            .split_whitespace()
            .next_back()
            .unwrap_or_default()
            .trim_start_matches('.');
        let after = after.trim_start();
        let quoted = ['"', '\''].into_iter().find_map(|quote| {
            let inside = after.strip_prefix(quote)?;
            let end = inside.find(quote)?;
            Some((&inside[..end], &inside[end + 1..]))
        });
        let (value, next) = quoted.unwrap_or_else(|| {
            let end = after.find([' ', ',']).unwrap_or(after.len());
            after.split_at(end)
        });
        if !key.is_empty() {
            found.push((key.to_owned(), value.to_owned()));
        }
        rest = next;
    }
    found
}

/// Whether this word begins a command.
pub fn is_program(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '!']);
    if PROGRAMS.contains(&word) || MORE.contains(&word) || word.starts_with("./") || word.starts_with("~/") {
        return true;
    }
    let plain = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    if let Some(path) = word.strip_prefix('/') {
        return path.contains('/') && path.rsplit('/').next().is_some_and(plain);
    }
    let assigns = word.split_once('=').is_some_and(|(name, _)| is_name(name));
    assigns || word.len() > 4 && word.ends_with("ctl") && plain(word)
}

/// Whether this is a name as variables of a shell have.
pub fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a piece of code in a sentence is a command that can be copied: it has arguments, and begins like one.
pub fn is_inline_command(code: &str) -> bool {
    let code = code.trim();
    if code.starts_with("$ ") {
        return code.len() > 2;
    }
    let loop_of = |word: &str, body: &str| code.starts_with(word) && code.contains(body);
    if loop_of("for ", "; do ") || loop_of("while ", "; do ") || loop_of("if ", "; then ") {
        return true;
    }
    let mut words = code.split_whitespace();
    let Some(first) = words.next() else { return false };
    let rest: Vec<&str> = words.collect();
    if rest.is_empty() || code.contains('\u{2026}') && rest.len() == 1 {
        return false;
    }
    let options = rest.iter().any(|word| word.starts_with('-') && word.len() > 1);
    let plain = first.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let begins = first.starts_with(|c: char| c.is_ascii_lowercase() || "./~".contains(c));
    is_program(first) || options && plain && begins || is_sql(code)
}

/// Words that a statement of SQL begins with.
const SQL: [&str; 20] = [
    "select", "insert", "update", "delete", "alter", "create", "drop", "truncate", "show", "explain", "vacuum",
    "analyze", "grant", "revoke", "begin", "commit", "rollback", "set", "kill", "with",
];

/// Whether a line begins like a statement of SQL.
pub fn is_sql(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let upper = first.chars().all(|c| !c.is_lowercase());
    let known = SQL.contains(&first.trim_end_matches(';').to_lowercase().as_str());
    let ends = line.trim_end().ends_with(';');
    known && (upper && first.len() > 2 || ends) && (!second.is_empty() || ends)
}

/// Whether a line looks like a query of Prometheus.
fn is_promql(line: &str) -> bool {
    const CALLS: [&str; 11] = [
        "rate(",
        "irate(",
        "increase(",
        "sum(",
        "sum by",
        "avg(",
        "max(",
        "min(",
        "count(",
        "histogram_quantile(",
        "topk(",
    ];
    CALLS.iter().any(|call| line.starts_with(call))
        || line.contains("=\"") && line.contains('{') && line.contains('}') && !line.contains(' ')
}

/// The language of a block, by what its fence says and what its first lines look like.
pub fn of(info: &Info, text: &str) -> Language {
    match info.word.as_str() {
        "sh" | "bash" | "zsh" | "shell" | "ksh" | "fish" | "posh" | "command" | "cmdline" | "bash-session" => {
            Language::Shell
        }
        "powershell" | "ps1" | "pwsh" => Language::Powershell,
        "sql" | "psql" | "mysql" | "postgres" | "postgresql" | "plsql" | "cql" => Language::Sql,
        "promql" | "metricsql" | "logql" => Language::Promql,
        "python" | "py" | "ruby" | "rb" | "javascript" | "js" | "irb" | "redis" | "mongo" | "erlang" | "elixir"
        | "bat" | "cmd" => Language::Other(info.word.clone()),
        word if SESSIONS.contains(&word) => Language::Shell,
        "" | "text" | "txt" | "plain" | "plaintext" | "none" | "code" => guess(text, info.word.is_empty()),
        _ => Language::Data,
    }
}

/// The names of languages that are known, whatever becomes of them: what `lint` does not ask about.
pub fn is_known(word: &str) -> bool {
    const DATA: [&str; 44] = [
        "yaml",
        "yml",
        "json",
        "jsonnet",
        "toml",
        "ini",
        "conf",
        "cfg",
        "xml",
        "html",
        "css",
        "csv",
        "diff",
        "patch",
        "go",
        "java",
        "rust",
        "c",
        "cpp",
        "csharp",
        "cs",
        "kotlin",
        "scala",
        "typescript",
        "ts",
        "lua",
        "perl",
        "php",
        "r",
        "dockerfile",
        "docker",
        "makefile",
        "hcl",
        "terraform",
        "tf",
        "nginx",
        "apache",
        "http",
        "mermaid",
        "dot",
        "plantuml",
        "log",
        "output",
        "markdown",
    ];
    let info = Info {
        word: word.to_owned(),
        ..Info::default()
    };
    DATA.contains(&word)
        || word == "md"
        || of(&info, "") != Language::Data
        || matches!(word, "" | "text" | "txt" | "plain" | "plaintext" | "none" | "code")
}

/// The language of lines that nobody named.
fn guess(text: &str, unnamed: bool) -> Language {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let all: Vec<&str> = text.lines().collect();
    let is_session = super::prompt::is_root_session(&all);
    if is_session || all.iter().any(|line| super::prompt::prompt(line, false).is_some()) {
        return Language::Shell;
    }
    let Some(first) = lines.find(|line| !line.starts_with('#') && !line.starts_with("//")) else {
        return Language::Data;
    };
    let word = first.split_whitespace().next().unwrap_or_default();
    let known = is_program(word) && !first.starts_with(['{', '<']) && !word.ends_with(':');
    match () {
        () if is_sql(first) => Language::Sql,
        () if known => Language::Shell,
        () if unnamed && is_promql(first) => Language::Promql,
        () if unnamed && is_inline_command(first) => Language::Shell,
        () => Language::Data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_in_both_forms() {
        let json = Info::parse("sh {\"name\":\"largest\",\"timeout\":\"30s\",\"readonly\":true}");
        assert_eq!(
            (json.word.as_str(), json.get("name"), json.says("readonly")),
            ("sh", Some("largest"), Some(true))
        );
        let pairs = Info::parse("sh { name=drop-old-logs danger=yes cwd=\"/a b\" }");
        assert_eq!(
            (pairs.get("name"), pairs.says("danger"), pairs.get("cwd")),
            (Some("drop-old-logs"), Some(true), Some("/a b"))
        );
        assert_eq!(Info::parse("yaml title=\"x.yaml\"").word, "yaml");
        assert_eq!(Info::parse("").word, "");
        assert_eq!(Info::parse("sh {name=a} {name=b}").get("name"), Some("a"));
        assert_eq!(Info::parse("sh {no end").attributes, []);
    }

    #[test]
    fn blocks_that_nobody_named_are_guessed_by_their_lines() {
        for (text, language) in [
            ("kubectl get pods", Language::Shell),
            ("# look\nps aux | grep x", Language::Shell),
            ("$ whatever --now", Language::Shell),
            ("SELECT * FROM pg_stat_activity;", Language::Sql),
            ("sum(rate(http_requests_total[5m]))", Language::Promql),
            ("up{job=\"x\"}", Language::Promql),
            ("key: value\nother: 1", Language::Data),
            ("{\"a\": 1}", Language::Data),
            ("ERROR no space left on device", Language::Data),
            ("", Language::Data),
        ] {
            assert_eq!(of(&Info::default(), text), language, "{text}");
        }
        assert_eq!(of(&Info::parse("mermaid"), "flowchart LR"), Language::Data);
        assert_eq!(of(&Info::parse("text"), "some words"), Language::Data);
    }

    #[test]
    fn only_commands_with_arguments_are_offered_from_sentences() {
        for yes in [
            "kubectl -n shop get pods",
            "aws iam update-access-key --status Inactive --access-key-id KEY",
            "$ reboot",
            "queuectl purge x",
            "tool --all x",
            "./fix.sh now",
        ] {
            assert!(is_inline_command(yes), "{yes}");
        }
        for no in [
            "kubectl",
            "no space left on device",
            "shop",
            "a.b.c",
            "",
            "HTTP 500",
            "x = 1",
        ] {
            assert!(!is_inline_command(no), "{no}");
        }
    }
}
