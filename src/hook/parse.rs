//! Hooks as they stand in a `hooks.yaml`: every line that is wrong is named, and the hooks that are sound count.

use std::time::Duration;

use serde_json::{Map, Value};

use super::event::Named;
use super::model::{Hook, Run, Source, Way};
use crate::bounds::PROBLEMS;
use crate::document::yaml;
use crate::incident::time::parse_duration;
use crate::message::Format;

/// Something wrong in the file, and the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// From 1.
    pub line: usize,
    /// The sentence.
    pub said: String,
}

/// The most hooks that are read of a file.
const MOST: usize = 100;
/// How long a try may take where the hook does not say.
const LIMIT: Duration = Duration::from_secs(30);
/// The longest that it may.
const LONGEST: Duration = Duration::from_secs(600);
/// Keys of a hook.
pub(super) const KEYS: [&str; 17] = [
    "name",
    "on",
    "audience",
    "severity",
    "only",
    "answers",
    "run",
    "url",
    "url-file",
    "url-env",
    "secret-file",
    "secret-env",
    "authorization-file",
    "authorization-env",
    "format",
    "limit",
    "note",
];
/// Keys that would put a secret into the file.
const NEVER: [&str; 4] = ["secret", "authorization", "token", "password"];

/// The hooks of a text.
pub fn parse(text: &str) -> (Vec<Hook>, Vec<Slip>) {
    let mut slips = Vec::new();
    let slip = |line, said: &str| Slip {
        line,
        said: said.to_owned(),
    };
    let whole = match yaml::value(text) {
        Ok(Value::Null) => return (Vec::new(), slips),
        Ok(Value::Object(whole)) => whole,
        Ok(_) => {
            return (
                Vec::new(),
                vec![slip(1, "this is no list of hooks; it begins with `hooks:`")],
            );
        }
        Err(problem) => return (Vec::new(), vec![slip(problem.line, &problem.said)]),
    };
    let unknown: Vec<&String> = whole.keys().filter(|key| *key != "hooks").collect();
    for key in unknown.iter().take(PROBLEMS) {
        let line = yaml::line_of(text, &[key]);
        slips.push(slip(line, &format!("there is no `{key}` here; there is `hooks`")));
    }
    if unknown.len() > PROBLEMS {
        let more = unknown.len() - PROBLEMS;
        slips.push(slip(1, &format!("and {more} more settings that there are not")));
    }
    let list = match whole.get("hooks") {
        None | Some(Value::Null) => return (Vec::new(), slips),
        Some(Value::Array(list)) => list,
        Some(_) => {
            slips.push(slip(
                yaml::line_of(text, &["hooks"]),
                "`hooks` is a list, `- name: pager`",
            ));
            return (Vec::new(), slips);
        }
    };
    let mut hooks: Vec<Hook> = Vec::new();
    let line_of = |number: usize| yaml::place(text, &["hooks".into(), number.into()], false).0;
    for (number, value) in list.iter().take(MOST).enumerate() {
        let said = match hook(value) {
            Ok(one) if hooks.iter().any(|known| known.name == one.name) => {
                format!("there are two hooks named `{}`", one.name)
            }
            Ok(one) => {
                let line = if one.only.is_some() { line_of(number) } else { 1 };
                hooks.push(Hook { line, ..one });
                continue;
            }
            Err(said) => said,
        };
        // Each look for a line reads the text.
        let line = if slips.len() <= PROBLEMS { line_of(number) } else { 1 };
        slips.push(slip(line, &said));
    }
    if list.len() > MOST {
        slips.push(slip(1, &format!("only the first {MOST} hooks are read")));
    }
    (hooks, slips)
}

fn hook(value: &Value) -> Result<Hook, String> {
    let map = value
        .as_object()
        .ok_or("a hook has lines of its own: name, on, run or url")?;
    if let Some(key) = map.keys().find(|key| NEVER.contains(&key.as_str())) {
        return Err(format!(
            "a secret does not stand in this file; give `{key}-file` or `{key}-env` instead"
        ));
    }
    if let Some(key) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("a hook has no `{key}`; there are {}", KEYS.join(", ")));
    }
    let name = word(map, "name")?.ok_or("a hook has a `name`")?;
    if name.len() > 40 || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err(format!("`{name}` is no name of a hook; use letters, digits and dashes"));
    }
    let answers = word(map, "answers")?;
    let on = words(map, "on")?;
    if on.is_empty() && answers.is_none() {
        return Err(format!(
            "`{name}` says `on` which events it fires, such as [incident.declared]"
        ));
    }
    if let Some(odd) = on.iter().find(|pattern| !Named::some(pattern)) {
        return Err(format!(
            "there is no event `{odd}`; there are {}",
            Named::KNOWN.join(", ")
        ));
    }
    let run = run(map, &name)?;
    if answers.is_some() && matches!(run, Run::Webhook(_)) {
        return Err(format!("`{name}` answers requests, so it runs a program: give `run`"));
    }
    let audiences = words(map, "audience")?;
    published(&name, &run, &on, &audiences)?;
    let limit = match word(map, "limit")? {
        None => LIMIT,
        Some(given) => parse_duration(&given)
            .ok()
            .filter(|limit| (Duration::from_secs(1)..=LONGEST).contains(limit))
            .ok_or_else(|| format!("`limit: {given}` is not between 1s and 10m"))?,
    };
    Ok(Hook {
        audiences,
        severities: words(map, "severity")?,
        only: word(map, "only")?,
        answers,
        on,
        run,
        limit,
        line: 1,
        text: serde_json::to_string_pretty(value).unwrap_or_default(),
        name,
    })
}

/// What is published is an update to an audience that is named: nothing else can be meant for everyone to read.
fn published(name: &str, run: &Run, on: &[String], audiences: &[String]) -> Result<(), String> {
    let Run::Webhook(way) = run else { return Ok(()) };
    if way.format != Some(Format::StatusPage) {
        return Ok(());
    }
    if on != [Named::Update.as_str()] || audiences.is_empty() {
        return Err(format!(
            "`{name}` publishes: it needs `on: [update.sent]` and `audience`, so that nothing else goes out"
        ));
    }
    Ok(())
}

fn run(map: &Map<String, Value>, name: &str) -> Result<Run, String> {
    let command = match map.get("run") {
        None | Some(Value::Null) => None,
        Some(Value::Array(_)) => Some(words(map, "run")?),
        Some(Value::String(program)) => Some(vec![program.clone()]),
        Some(_) => return Err("`run` is a list: the program and its arguments".into()),
    };
    let url = source(map, "url")?;
    match (command, url) {
        (Some(words), None) if words.first().is_some_and(|program| !program.is_empty()) => Ok(Run::Command(words)),
        (None, Some(url)) => {
            if let Source::Given(address) = &url {
                safe(address)?;
            }
            let format = match word(map, "format")? {
                None => None,
                Some(word) => Some(
                    Format::parse(&word)
                        .filter(|format| !matches!(format, Format::Plain | Format::Markdown))
                        .ok_or_else(|| {
                            format!("`format: {word}` is none of slack, mattermost, discord, teams, statuspage")
                        })?,
                ),
            };
            Ok(Run::Webhook(Box::new(Way {
                url,
                secret: source(map, "secret")?,
                authorization: source(map, "authorization")?,
                format,
            })))
        }
        (Some(_), Some(_)) => Err(format!("`{name}` has both `run` and `url`; it is one or the other")),
        _ => Err(format!("`{name}` says neither what to `run` nor the `url` to post to")),
    }
}

/// Refuses an address over which what is sent could be read on its way.
pub fn safe(url: &str) -> Result<(), String> {
    let clean = url.chars().all(|c| !c.is_control() && !c.is_whitespace());
    let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let local = here.iter().any(|begin| {
        url.strip_prefix(begin)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']) && !rest.contains('@'))
    });
    if clean && (local || url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())) {
        return Ok(());
    }
    Err("the address does not begin with https:// (http:// only for this machine)".into())
}

fn source(map: &Map<String, Value>, key: &str) -> Result<Option<Source>, String> {
    let given = word(map, key)?.map(Source::Given);
    let file = word(map, &format!("{key}-file"))?.map(Source::File);
    let env = word(map, &format!("{key}-env"))?.map(Source::Env);
    let mut all = [given, file, env].into_iter().flatten();
    let first = all.next();
    if all.next().is_some() {
        return Err(format!("`{key}` is given twice"));
    }
    Ok(first)
}

fn word(map: &Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(word)) if !word.trim().is_empty() => Ok(Some(word.trim().to_owned())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(format!("`{key}` is a word")),
    }
}

fn words(map: &Map<String, Value>, key: &str) -> Result<Vec<String>, String> {
    let one = |value: &Value| match value {
        Value::String(word) => Ok(word.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(format!("`{key}` is a word or a list of words")),
    };
    match map.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list.iter().map(one).collect(),
        Some(value) => Ok(vec![one(value)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Firing;
    use super::*;

    #[test]
    fn a_file_of_hooks_is_read_and_says_when_each_fires() {
        let (hooks, slips) = parse(
            "hooks:\n- {name: pager, on: [incident.declared, incident.severity_changed], severity: P0, url-env: PAGER, secret-file: ~/s}\n\
             - {name: room, on: 'update.*', audience: internal, format: slack, url-file: ~/u}\n\
             - {name: bot, answers: graph-bot, only: IC, run: [./bot, --fast], limit: 2m}\n",
        );
        assert_eq!(slips, []);
        let firing = |named, audience, to, severity| Firing {
            named,
            audience,
            to,
            severity,
        };
        let [pager, room, bot] = &hooks[..] else {
            panic!("{hooks:?}")
        };
        assert!(pager.fires(firing(Named::Declared, None, None, "P0")));
        assert!(!pager.fires(firing(Named::Declared, None, None, "P1")));
        assert!(!pager.fires(firing(Named::Resolved, None, None, "P0")));
        assert!(room.fires(firing(Named::Update, Some("internal"), None, "P1")));
        assert!(!room.fires(firing(Named::Update, Some("external"), None, "P1")));
        assert!(bot.fires(firing(Named::Requested, None, Some("graph-bot"), "P1")));
        assert!(!bot.fires(firing(Named::Requested, None, Some("lee"), "P1")));
        assert_eq!((bot.limit, bot.only.as_deref()), (Duration::from_secs(120), Some("IC")));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line_and_the_rest_counts() {
        let cases = [
            ("name: a, on: '*', url: 'https://x', secret: whsec_1", "secret-file"),
            ("name: a, on: '*', url: 'http://example.com/hook'", "https://"),
            ("name: a, on: '*', url: 'http://127.0.0.1@evil.example/'", "https://"),
            ("name: a, on: '*', url: 'http://localhost:80@evil.example/'", "https://"),
            (
                "name: a, on: incident.exploded, run: [x]",
                "no event `incident.exploded`",
            ),
            ("name: a, on: '*', run: [x], url: 'https://x'", "both `run` and `url`"),
            ("name: a, on: '*'", "neither what to `run`"),
            ("name: a, on: '*', run: [x], colour: red", "no `colour`"),
            (
                "name: a, on: '*', format: statuspage, url: 'https://x'",
                "it needs `on: [update.sent]` and `audience`",
            ),
            ("name: a, answers: bot, url: 'https://x'", "give `run`"),
            ("name: a, on: '*', run: [x], limit: 2h", "not between"),
            ("on: '*', run: [x]", "has a `name`"),
        ];
        for (line, said) in cases {
            let (hooks, slips) = parse(&format!("hooks:\n- {{name: good, on: '*', run: [x]}}\n- {{{line}}}\n"));
            assert_eq!(hooks.len(), 1, "{line}");
            assert!(
                slips.len() == 1 && slips[0].line == 3 && slips[0].said.contains(said),
                "{line}: {slips:?}"
            );
        }
        assert_eq!(parse("").0, []);
        assert_eq!(parse("hooks: 3\n").1.len(), 1);
        assert!(safe("http://localhost:8080/x").is_ok() && safe("https://e.example/x y").is_err());
        assert!(safe("http://localhost.evil.example/").is_err());
    }
}
