//! Placeholders: what a person has to fill in before a command can be copied or run, in every form that runbooks use.

mod forms;

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use super::language::{Language, is_name};
use super::no_gap::{CAPITALS, GIVEN};
use super::quote;
use super::words::is_value_word;

/// A placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// As it is written, where it stands first: `<pod>`, `$POD`, `YOUR_HOST`.
    pub written: String,
    /// What it is called, the same for all forms: `pod`.
    pub name: String,
}

/// Where a placeholder stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// The placeholder.
    pub gap: Gap,
}

/// Names of variables that the code of a runbook sets itself.
pub fn set_in(code: &str, into: &mut BTreeSet<String>) {
    let ends = |c: char| matches!(c, ';' | '(' | '&' | '|');
    for line in code.lines() {
        let words = line.split(|c: char| c.is_whitespace() || ends(c));
        let given = words.filter_map(|word| word.trim_start_matches('$').split_once('='));
        let given = given.map(|(name, _)| name.trim_end_matches('+'));
        into.extend(given.filter(|name| is_name(name)).map(str::to_owned));
        let states = quote::states(line);
        let mut from = 0;
        let cuts = line.match_indices(ends).map(|(at, _)| at);
        for at in cuts.filter(|at| states[*at] == quote::State::Plain).chain([line.len()]) {
            let words = quote::split(&line[from..at]).unwrap_or_default();
            into.extend(
                set_by(&words)
                    .into_iter()
                    .filter(|name| is_name(name))
                    .map(str::to_owned),
            );
            from = (at + 1).min(line.len());
        }
    }
}

/// The same of PowerShell: `$pods = …`, `foreach ($pod in …)`, and what it has of itself.
fn set_in_powershell(code: &str, into: &mut BTreeSet<String>) {
    into.extend(["_", "true", "false", "null", "env", "args", "input", "PSItem", "Error"].map(str::to_owned));
    for (at, _) in code.match_indices('$') {
        let rest = &code[at + 1..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let behind = rest[end..].trim_start();
        let assigned = behind.starts_with('=') && !behind.starts_with("==");
        if assigned || behind.starts_with("+=") || behind.starts_with("in ") {
            into.insert(rest[..end].to_owned());
        }
    }
}

/// The words of one command of a shell that it sets as variables without a `=`: `read -p 'which? ' pod`, `for pod in a b`.
fn set_by(words: &[String]) -> Vec<&str> {
    const BEFORE: [&str; 11] = [
        "while", "until", "if", "elif", "then", "else", "do", "{", ")", "!", "builtin",
    ];
    let mut words = words
        .iter()
        .map(String::as_str)
        .skip_while(|word| BEFORE.contains(word) || word.split_once('=').is_some_and(|(name, _)| is_name(name)));
    let command = words.next().unwrap_or_default();
    let mut words = words.take_while(|word| !word.starts_with(['<', '>']));
    match command {
        "for" | "select" => words.next().into_iter().collect(),
        "read" => {
            let mut names = Vec::new();
            while let Some(word) = words.next() {
                if !word.starts_with('-') {
                    names.push(word);
                } else if word.ends_with(['d', 'i', 'n', 'N', 'p', 't', 'u']) {
                    // What belongs to this option.
                    words.next();
                }
            }
            names
        }
        "local" | "declare" | "typeset" | "readonly" => words.filter(|word| !word.starts_with('-')).collect(),
        "mapfile" | "readarray" => words.last().into_iter().collect(),
        "getopts" => words.nth(1).into_iter().collect(),
        "printf" => {
            let is_named = words.next() == Some("-v");
            words.next().filter(|_| is_named).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The placeholders of a command, in the order in which they stand. `set` are the variables that the runbook sets.
pub fn in_command(text: &str, language: &Language, set: &BTreeSet<String>) -> Vec<Found> {
    let shell = matches!(language, Language::Shell);
    let mut found = marked(text);
    let states = if shell { quote::states(text) } else { Vec::new() };
    if shell || *language == Language::Powershell || *language == Language::Promql {
        // What a line sets itself, `for pod in a b; do …`, is none either.
        let mut own = BTreeSet::new();
        if shell && text.contains('$') {
            set_in(text, &mut own);
        }
        if *language == Language::Powershell {
            set_in_powershell(text, &mut own);
        }
        let is_set = |name: &str| set.contains(name) || own.contains(name);
        found.extend(variables(text, is_set, |at| {
            states.get(at) == Some(&quote::State::Single)
        }));
    }
    if *language != Language::Promql {
        let sql = *language == Language::Sql;
        let quoted = |at: usize| states.get(at).is_some_and(|state| *state != quote::State::Plain);
        // `read -r TOKEN` names what it sets.
        let mut read = BTreeSet::new();
        if shell && text.contains("read ") {
            set_in(text, &mut read);
        }
        let words = bare(text, quoted, sql).into_iter();
        found.extend(words.filter(|one| !read.contains(&one.gap.written)));
    }
    in_order(found)
}

/// The placeholders of a sentence: those that cannot be meant otherwise.
pub fn in_prose(text: &str) -> Vec<Found> {
    in_order(marked(text))
}

fn in_order(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|one| (one.range.start, std::cmp::Reverse(one.range.end)));
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    for one in found {
        if kept.last().is_none_or(|last| last.range.end <= one.range.start) {
            kept.push(one);
        }
    }
    kept
}

/// Each placeholder once, in order.
pub fn distinct(found: impl IntoIterator<Item = Gap>) -> Vec<Gap> {
    let mut seen = BTreeSet::new();
    found.into_iter().filter(|gap| seen.insert(gap.name.clone())).collect()
}

fn found(text: &str, range: Range<usize>, name: &str) -> Found {
    Found {
        gap: Gap {
            written: text[range.clone()].to_owned(),
            name: called(name),
        },
        range,
    }
}

/// The name of a placeholder, the same for all its forms: small letters, joined by dashes.
pub fn called(written: &str) -> String {
    let mut out = String::new();
    for c in written.trim().chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    let name = out.trim_end_matches('-');
    let name = name.strip_prefix("your-").unwrap_or(name);
    if name.is_empty() {
        "blank".to_owned()
    } else {
        name.to_owned()
    }
}

/// `<x>`, `{{ x }}`, `{x}`, `____`, `YOUR_X`, `xxxx`: forms with marks of their own.
fn marked(text: &str) -> Vec<Found> {
    let mut all = Vec::new();
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let Some(end) = rest
            .find(['>', '<', '\n', '|', '"'])
            .filter(|end| rest[*end..].starts_with('>'))
        else {
            continue;
        };
        let inner = &rest[..end];
        let begins = inner.starts_with(|c: char| c.is_alphabetic());
        let fits = inner.chars().count() <= 60 && inner.chars().all(|c| c.is_alphanumeric() || " _-./:'".contains(c));
        let doubled = text[..at].ends_with('<');
        let blanks = inner.ends_with(' ') || doubled;
        // `<<host>>`; a heredoc's word has no end of this kind.
        if doubled && fits && begins && rest[end..].starts_with(">>") && inner.contains(char::is_lowercase) {
            all.push(found(text, at - 1..at + end + 3, inner));
        }
        // `a <in> b` is read as a placeholder, `a <in >b` and an HTML tag are not.
        if begins && fits && !blanks && super::prose::tag(&text[at..]).is_none() {
            all.push(found(text, at..at + end + 2, inner));
        }
    }
    all.extend(forms::braced(text));
    all.extend(forms::of_sites(text));
    all.extend(forms::blanks(text));
    all.extend(forms::framed(text));
    let mut crossed_to = None;
    for (range, word) in words(text) {
        let upper = word.to_uppercase();
        let own = upper.starts_with("YOUR_")
            || upper.starts_with("YOUR-")
            || upper.starts_with("REPLACE_")
            || upper.starts_with("REPLACE-")
            || ["INSERT_", "ENTER_"].iter().any(|head| upper.starts_with(head)) && upper.ends_with("_HERE");
        let fixed = matches!(
            upper.as_str(),
            "CHANGEME" | "CHANGE_ME" | "CHANGE-ME" | "REPLACEME" | "PLACEHOLDER" | "FIXME"
        );
        let crossed = word.len() >= 3 && word.chars().all(|c| c == 'x' || c == 'X');
        // `xxx.xxx.xxx.xxx` is one.
        if crossed && crossed_to == Some(range.start) {
            if let Some(last) = all.last_mut() {
                last.range.end = range.end;
                text[last.range.clone()].clone_into(&mut last.gap.written);
            }
            crossed_to = Some(range.end + 1).filter(|_| text[range.end..].starts_with('.'));
            continue;
        }
        let tail = upper
            .rsplit('-')
            .next()
            .is_some_and(|tail| tail.len() >= 3 && tail.chars().all(|c| c == 'X'))
            && word.contains('-');
        if crossed {
            crossed_to = Some(range.end + 1).filter(|_| text[range.end..].starts_with('.'));
        }
        if own || fixed || crossed || tail {
            all.push(found(text, range, word));
        }
    }
    all
}

/// The beginning of a text in which the end of a placeholder is looked for: none is longer.
fn near(text: &str) -> &str {
    let end = (0..=text.len().min(100)).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// Words of letters, digits, `_` and `-`, with their places.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(part)?;
        let end = text[start..]
            .find(|c: char| !part(c))
            .map_or(text.len(), |end| start + end);
        rest = end;
        Some((start..end, &text[start..end]))
    })
}

/// `$VAR` and `${VAR}` that nobody sets.
fn variables(text: &str, is_set: impl Fn(&str) -> bool, single: impl Fn(usize) -> bool) -> Vec<Found> {
    let mut all = Vec::new();
    for (at, _) in text.match_indices('$') {
        if single(at) || text[..at].ends_with(['\\', '$']) {
            continue;
        }
        let rest = &text[at + 1..];
        let (inner, length) = if let Some(inside) = rest.strip_prefix('{') {
            let Some(end) = near(inside).find('}') else { continue };
            (&inside[..end], end + 3)
        } else {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            (&rest[..end], end + 1)
        };
        // `${VAR:-x}` has a value of its own; `$1` and `$?` are no names.
        let named = is_name(inner) && !inner.starts_with("BASH");
        if named && !is_set(inner) && !GIVEN.contains(&inner) {
            all.push(found(text, at..at + length, inner));
        }
    }
    all
}

/// Words that stand for themselves: `--access-key-id KEY`, `POD_NAME`, `[pod-name]`, `...`.
fn bare(text: &str, quoted: impl Fn(usize) -> bool, sql: bool) -> Vec<Found> {
    let mut all = Vec::new();
    let mut at = 0;
    let mut before = "";
    let mut first = true;
    for word in text.split_inclusive(char::is_whitespace) {
        let range = at..at + word.trim_end().len();
        at += word.len();
        let word = word.trim_end();
        if word.is_empty() {
            continue;
        }
        let value = word.rsplit(['=', ':', '/', '@']).next().unwrap_or(word);
        let value_at = range.start + word.len() - value.len();
        let clean = value.trim_end_matches([',', ';', '.', ')', '"', '\'']);
        let clean_start = clean.trim_start_matches(['"', '\'', '(']);
        let start = value_at + clean.len() - clean_start.len();
        let clean = clean_start;
        if matches!(word, "..." | "\u{2026}") && !first {
            all.push(found(text, range.clone(), "blank"));
        } else if word.starts_with('[')
            && word.ends_with(']')
            && !quoted(range.start)
            && is_bracketed(&word[1..word.len() - 1])
        {
            all.push(found(text, range.clone(), &word[1..word.len() - 1]));
        } else if !first
            && !sql
            && is_capital(clean)
            && !before.ends_with("-X")
            && !before.ends_with("<<")
            && !word.starts_with("<<")
            && !(quoted(start) && is_keyword(before))
        {
            let option = before.trim_start_matches('-').to_uppercase().replace('-', "_");
            let option = if word.contains('=') {
                word.split('=')
                    .next()
                    .unwrap_or_default()
                    .trim_start_matches('-')
                    .to_uppercase()
                    .replace('-', "_")
            } else {
                option
            };
            let follows = option
                .split('_')
                .any(|part| !part.is_empty() && clean.split('_').any(|own| own == part));
            let valued = before.starts_with("--") || word.starts_with("--") && word.contains('=');
            if is_value_word(clean) || follows && valued {
                all.push(found(text, start..start + clean.len(), clean));
            }
        }
        first = word.ends_with(['|', ';']) || matches!(word, "&&" | "||" | "sudo");
        before = word;
    }
    all
}

/// `pod-name` in square brackets: a test of a shell and a class of characters look otherwise.
fn is_bracketed(inner: &str) -> bool {
    let begins = inner.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = inner.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    begins
        && plain
        && inner.len() > 3
        && !inner.starts_with("a-z")
        && !inner.starts_with("A-Z")
        && (inner.contains(['-', '_']) || is_value_word(&inner.to_uppercase()))
}

/// Whether a word in a quoted text is one of a statement, so that the next one is, too: `ALTER USER app`.
fn is_keyword(word: &str) -> bool {
    let word = word.trim_start_matches(['"', '\'', '(']);
    is_capital(word) && word.chars().all(|c| c.is_ascii_uppercase()) && !is_value_word(word)
}

fn is_capital(word: &str) -> bool {
    let letters = word.starts_with(|c: char| c.is_ascii_uppercase());
    letters
        && word.len() >= 2
        && word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-'))
        && !CAPITALS.contains(&word)
}

/// What a text is with its placeholders filled, and those that nothing is known for. `value` gives what a name stands for.
pub fn fill(
    text: &str,
    language: &Language,
    set: &BTreeSet<String>,
    value: impl Fn(&str) -> Option<String>,
) -> (String, Vec<Gap>) {
    let places = in_command(text, language, set);
    let states = if matches!(language, Language::Shell) {
        quote::states(text)
    } else {
        Vec::new()
    };
    let (mut out, mut missing, mut at) = (String::with_capacity(text.len()), Vec::new(), 0);
    for place in places {
        out.push_str(&text[at..place.range.start]);
        at = place.range.end;
        let Some(value) = value(&place.gap.name) else {
            out.push_str(&place.gap.written);
            missing.push(place.gap);
            continue;
        };
        let state = states.get(place.range.start).copied().unwrap_or(quote::State::Plain);
        out.push_str(&match language {
            Language::Shell => quote::shell(&value, state),
            Language::Sql => value.replace('\'', "''"),
            Language::Promql => value.replace('\\', "\\\\").replace('"', "\\\""),
            Language::Powershell | Language::Other(_) | Language::Data => value,
        });
    }
    out.push_str(&text[at..]);
    (out, distinct(missing))
}

/// Whether a value may be run: whatever reads the command again (`ssh`, `sh -c`, a heredoc), nothing in it is more than a word.
pub fn is_runnable(value: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || " _./:@%+=,~-".contains(c);
    !value.is_empty() && !value.starts_with('-') && value.chars().all(fits)
}

/// Whether what a placeholder stands for is a secret by its name: it is asked for, and written nowhere.
pub fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 9] = [
        "password",
        "passwd",
        "pwd",
        "secret",
        "token",
        "passphrase",
        "credential",
        "credentials",
        "apikey",
    ];
    let parts: Vec<&str> = name.split('-').collect();
    parts.iter().any(|part| PARTS.contains(part))
        || name.contains("private-key")
        || name.contains("api-key")
        || name.contains("secret-key")
}

#[cfg(test)]
mod tests;
