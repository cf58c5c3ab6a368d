//! Takes settings out of a YAML text one by one, and remembers what was wrong with them and where.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Problem;
use crate::bounds::PROBLEMS;
use crate::document::yaml::{self, Step};

/// One configuration text being read.
pub(super) struct Reader<'a> {
    text: &'a str,
    file: PathBuf,
    settings: Map<String, Value>,
    problems: Vec<Problem>,
    more: usize,
}

impl<'a> Reader<'a> {
    /// Parses the text and reports the settings that are not among `known`.
    pub(super) fn new(text: &'a str, file: &Path, known: &[&str]) -> Self {
        let mut reader = Self {
            text,
            file: file.to_owned(),
            settings: Map::new(),
            problems: Vec::new(),
            more: 0,
        };
        match yaml::value(text) {
            Ok(Value::Null) => {}
            Ok(Value::Object(settings)) => reader.settings = settings,
            Ok(_) => reader.at((1, 1), "this is not a list of settings, `name: value`".into()),
            Err(problem) => reader.at(
                (problem.line, problem.column),
                format!("{}; the defaults are used", problem.said),
            ),
        }
        let unknown: Vec<String> = reader
            .settings
            .keys()
            .filter(|key| !known.contains(&key.as_str()))
            .cloned()
            .collect();
        for key in unknown {
            if reader.is_full() {
                reader.more += 1;
                continue;
            }
            let hint = match nearest(&key, known) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("the settings are {}", known.join(", ")),
            };
            reader.wrong(&[&key], &format!("there is no setting `{key}`, {hint}"));
        }
        reader
    }

    /// Remembers a problem with the setting at `path`, which is found where its name stands.
    pub(super) fn wrong(&mut self, path: &[&str], said: &str) {
        let path: Vec<Step> = path.iter().map(|name| Step::from(*name)).collect();
        self.wrong_at(&path, true, said);
    }

    /// Remembers a problem with what a setting says.
    pub(super) fn wrong_value(&mut self, name: &str, said: &str) {
        self.wrong_at(&[name.into()], false, said);
    }

    /// Remembers a problem with one element of a setting's list; where it is written without a list, with that one word.
    pub(super) fn wrong_item(&mut self, name: &str, number: usize, said: &str) {
        self.wrong_at(&[name.into(), number.into()], false, said);
    }

    fn wrong_at(&mut self, path: &[Step], key: bool, said: &str) {
        if self.is_full() {
            self.more += 1;
            return;
        }
        let place = yaml::place(self.text, path, key);
        self.at(place, said.to_owned());
    }

    fn at(&mut self, (line, column): (usize, usize), said: String) {
        self.problems.push(Problem {
            file: self.file.clone(),
            line: line.max(1),
            column: column.max(1),
            said,
        });
    }

    /// Whether the next problem would be one too many: to find a line costs a look at the text.
    fn is_full(&self) -> bool {
        self.problems.len() >= PROBLEMS
    }

    /// What was wrong; of very many the first, and how many more there are.
    pub(super) fn problems(mut self) -> Vec<Problem> {
        if self.more > 0 {
            let place = self.problems.last().map_or((1, 1), |last| (last.line, last.column));
            let said = format!("and {} more problems; correct the first ones and look again", self.more);
            self.at(place, said);
        }
        self.problems
    }

    /// A setting that is true or false; whether it stands there.
    pub(super) fn flag(&mut self, name: &str, into: &mut bool) -> bool {
        match self.settings.remove(name) {
            None | Some(Value::Null) => {}
            Some(Value::Bool(value)) => {
                *into = value;
                return true;
            }
            // As YAML had it before 1.2, and as people go on writing it.
            Some(Value::String(said)) if switched(&said).is_some() => {
                *into = switched(&said).unwrap_or(*into);
                return true;
            }
            Some(other) => {
                let shown = word(&other).unwrap_or_else(|| "a list".into());
                self.wrong_value(name, &format!("`{name}` is true or false, not `{shown}`"));
            }
        }
        false
    }

    /// A setting that is one word or line.
    pub(super) fn word(&mut self, name: &str) -> Option<String> {
        let value = self.settings.remove(name).filter(|value| !value.is_null())?;
        let found = word(&value);
        if found.is_none() {
            self.wrong(&[name], &format!("`{name}` is a word"));
        }
        found
    }

    /// A setting that is a list of words (or one).
    pub(super) fn list(&mut self, name: &str) -> Option<Vec<String>> {
        let value = self.settings.remove(name)?;
        self.words(&[name], &value)
    }

    /// Words by name.
    pub(super) fn words_by_name(&mut self, name: &str) -> BTreeMap<String, String> {
        let mut words = BTreeMap::new();
        for (key, value) in self.names(name) {
            match word(&value) {
                Some(value) => _ = words.insert(key, value),
                None => self.wrong(&[name, &key], &format!("`{key}` is a word")),
            }
        }
        words
    }

    /// Lists of words by name.
    pub(super) fn lists_by_name(&mut self, name: &str) -> BTreeMap<String, Vec<String>> {
        let mut lists = BTreeMap::new();
        for (key, value) in self.names(name) {
            if let Some(words) = self.words(&[name, &key], &value) {
                lists.insert(key, words);
            }
        }
        lists
    }

    fn names(&mut self, name: &str) -> Map<String, Value> {
        match self.settings.remove(name) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) => map,
            Some(_) => {
                self.wrong(
                    &[name],
                    &format!("`{name}` has lines of its own under it, `name: value`"),
                );
                Map::new()
            }
        }
    }

    fn words(&mut self, path: &[&str], value: &Value) -> Option<Vec<String>> {
        let words = match value {
            Value::Null => Some(Vec::new()),
            Value::Array(items) => items.iter().map(word).collect(),
            other => word(other).map(|one| vec![one]),
        };
        if words.is_none() {
            let name = path.last().copied().unwrap_or_default();
            self.wrong(path, &format!("`{name}` is a word or a list of words"));
        }
        words
    }
}

/// A scalar as it reads.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The known word that differs least, where it is near.
pub fn nearest<'k>(given: &str, known: &[&'k str]) -> Option<&'k str> {
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let away = distance(&given.replace('_', "-"), name);
        if away <= 2 && best.is_none_or(|(least, _)| away < least) {
            best = Some((away, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Edits between two words (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

/// What a word says of a switch.
fn switched(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "on" | "yes" => Some(true),
        "off" | "no" => Some(false),
        _ => None,
    }
}
