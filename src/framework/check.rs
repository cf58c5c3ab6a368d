//! From the shape of a framework's file to a framework, or to everything that is wrong with it, by line and column.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{self, BySeverity, Class, Data};
use super::model::{
    self, Channel, Failing, Framework, Gate, NO_TIME, Needed, Reminder, Role, Status, TimerRule, Topic, Within,
};
use super::remedy::{self, Remedy, Word, Written};
use super::template::{Stage, TemplateField, Wish, Words};
use super::{Calendar, shape};
use crate::document::yaml::{self, Problem, Step};
use crate::incident::Statuses;

mod facts;
mod flow;
mod ids;
mod rest;
#[cfg(test)]
mod tests;
mod texts;

/// The most problems of one file that are told.
const MOST: usize = 200;

/// Keys that a file may have from before, and what they are called.
const FORMER: [(&str, &str); 2] = [("clocks", "timers"), ("nudges", "reminders")];

/// The way to a place in the file: keys and numbers of elements.
macro_rules! at {
    ($($step:expr),+ $(,)?) => { vec![$(Step::from($step)),+] };
}
use at;

/// By severity: the word that stands for those not named.
const ANY: &str = "any";

impl Framework {
    /// The framework of a text, or everything that is wrong with it.
    pub fn check(text: &str) -> Result<Self, Vec<Problem>> {
        // A key that stands twice; what follows can be looked at all the same.
        let mut value = yaml::value(text);
        let twice = value.as_ref().err().cloned();
        let data = match (yaml::read::<Data>(text), &mut value) {
            (Ok(data), _) => Ok((data, Vec::new())),
            (Err(_), Ok(value)) => misshapen(value),
            (Err(problem), Err(_)) => Err(problem),
        };
        let (data, shape) = data.map_err(|problem| vec![twice.clone().unwrap_or(problem)])?;
        Self::checked(text, data, shape, twice)
    }

    /// The framework of a text that ships. A test holds that [`check`](Self::check) finds nothing wrong with it, so it is read once, and no
    /// key of it is looked for a second time.
    pub(super) fn shipped(text: &str) -> Result<Self, Vec<Problem>> {
        let data = yaml::read::<Data>(text).map_err(|problem| vec![problem])?;
        Self::checked(text, data, Vec::new(), None)
    }

    /// The framework of what was read, with what was wrong with its shape and the first key that stands twice.
    fn checked(
        text: &str,
        data: Data,
        shape: Vec<shape::Misshapen>,
        twice: Option<Problem>,
    ) -> Result<Self, Vec<Problem>> {
        let mut checker = Checker::new(&data);
        for one in shape {
            checker.found.push(Found {
                path: one.path,
                key: one.key,
                said: one.said,
            });
            checker.filled.push(one.filled);
        }
        let framework = checker.all();
        let mut problems = placed(text, checker.found);
        problems.extend(twice);
        if problems.is_empty() {
            return Ok(framework);
        }
        problems.sort_by_key(|problem| (problem.line, problem.column));
        Err(problems)
    }

    /// Everything that is wrong with a framework's text; empty where nothing is.
    pub fn lint(text: &str) -> Vec<Problem> {
        Self::check(text).err().unwrap_or_default()
    }
}

/// The data of a value that has not quite its shape, with what is wrong.
fn misshapen(value: &mut serde_json::Value) -> Result<(Data, Vec<shape::Misshapen>), Problem> {
    let here = |said: String| Problem {
        line: 1,
        column: 1,
        said,
    };
    let schema = serde_json::from_str(Framework::SCHEMA).map_err(|error| here(error.to_string()))?;
    if let Some(keys) = value.as_object_mut() {
        for (old, new) in FORMER
            .into_iter()
            .filter(|(_, new)| !keys.contains_key(*new))
            .collect::<Vec<_>>()
        {
            if let Some(part) = keys.remove(old) {
                keys.insert(new.to_owned(), part);
            }
        }
    }
    let found = shape::put_right(&schema, value);
    let data = serde_json::from_value(value.take()).map_err(|error| here(error.to_string()))?;
    Ok((data, found))
}

/// How many bytes are read to find the places of problems.
const LOOKED_THROUGH: usize = 8 << 20;

/// How many problems are told of a text however long it is.
const FEWEST: usize = 10;

/// Where each of these stands in the text; of a huge text of the first few, since each look reads it.
fn placed(text: &str, found: Vec<Found>) -> Vec<Problem> {
    let most = (LOOKED_THROUGH / text.len().max(1)).clamp(FEWEST, MOST);
    let more = found.len().saturating_sub(most);
    let mut problems: Vec<Problem> = found
        .into_iter()
        .take(most)
        .map(|one| {
            let (line, column) = yaml::place(text, &as_written(text, one.path), one.key);
            let word = one.said.split('`').nth(1).unwrap_or_default();
            let (line, column) = word_from(text, line, column, word).unwrap_or((line, column));
            Problem {
                line,
                column,
                said: one.said,
            }
        })
        .collect();
    if more > 0 {
        problems.push(Problem {
            line: text.lines().count().max(1),
            column: 1,
            said: format!("and {more} more problems; correct the first ones and look again"),
        });
    }
    problems
}

/// The way to a place by the keys that the text has.
fn as_written(text: &str, mut path: Vec<Step>) -> Vec<Step> {
    let has = |key: &str| {
        text.lines()
            .any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')))
    };
    let is_former = |(old, new): &&(&str, &str)| path.first() == Some(&Step::from(*new)) && !has(new) && has(old);
    if let Some((old, _)) = FORMER.iter().find(is_former) {
        path[0] = Step::from(*old);
    }
    path
}

/// Where a word stands in the value that begins here: of a longer text the line and column of the word itself.
fn word_from(text: &str, line: usize, column: usize, word: &str) -> Option<(usize, usize)> {
    if word.is_empty() {
        return None;
    }
    let mut lines = text.lines().enumerate().skip(line - 1);
    let (_, first) = lines.next()?;
    let from = first
        .char_indices()
        .nth(column - 1)
        .map_or(first.len(), |(byte, _)| byte);
    if let Some(at) = first[from..].find(word) {
        return Some((line, first[..from + at].chars().count() + 1));
    }
    // A block of text, as far as it is indented deeper than the line that begins it.
    let indent = |line: &str| line.len() - line.trim_start().len();
    let block = lines.take_while(|(_, next)| next.trim().is_empty() || indent(next) > indent(first));
    let mut found = block.filter_map(|(number, next)| Some((number + 1, next[..next.find(word)?].chars().count() + 1)));
    found.next()
}

/// Something wrong, and the way to it.
struct Found {
    path: Vec<Step>,
    key: bool,
    said: String,
}

/// Ids that a part of the file gives.
type Ids<'a> = BTreeSet<&'a str>;

/// Looks a framework's parts through, and holds them against each other.
struct Checker<'a> {
    data: &'a Data,
    severities: Ids<'a>,
    statuses: Ids<'a>,
    phases: Ids<'a>,
    roles: Ids<'a>,
    audiences: Ids<'a>,
    timers: Ids<'a>,
    options: Ids<'a>,
    targets: Ids<'a>,
    impact: Ids<'a>,
    items: BTreeSet<String>,
    found: Vec<Found>,
    /// Values that stand in for what is not there: nothing more is said of them.
    filled: Vec<Vec<Step>>,
}

impl<'a> Checker<'a> {
    fn new(data: &'a Data) -> Self {
        fn ids<'a, T>(all: &'a [T], id: impl Fn(&'a T) -> &'a String) -> Ids<'a> {
            all.iter().map(|one| id(one).as_str()).collect()
        }
        let phases = data.phases.iter().map(|phase| (&phase.id, &phase.items));
        let procedures = data
            .procedures
            .iter()
            .map(|procedure| (&procedure.id, &procedure.items));
        let items = phases.chain(procedures);
        Self {
            data,
            severities: ids(&data.severities, |one| &one.id),
            statuses: ids(&data.statuses, |one| &one.id),
            phases: ids(&data.phases, |one| &one.id),
            roles: ids(&data.roles, |one| &one.id),
            audiences: ids(&data.audiences, |one| &one.id),
            timers: ids(&data.timers, |one| &one.id),
            options: ids(&data.options, |one| &one.id),
            targets: ids(&data.escalations, |one| &one.id),
            impact: ids(&data.impact, |one| &one.id),
            items: items
                .flat_map(|(list, items)| items.iter().map(move |item| format!("{list}.{}", item.id)))
                .collect(),
            found: Vec::new(),
            filled: Vec::new(),
        }
    }

    fn say(&mut self, path: Vec<Step>, said: String) {
        self.tell(path, false, said);
    }

    /// Says it of a key rather than of its value.
    fn say_key(&mut self, path: Vec<Step>, said: String) {
        self.tell(path, true, said);
    }

    fn tell(&mut self, path: Vec<Step>, key: bool, said: String) {
        if !self.filled.iter().any(|filled| path.starts_with(filled)) {
            self.found.push(Found { path, key, said });
        }
    }

    /// The framework of the parts that could be made; it counts only where nothing was found.
    fn all(&mut self) -> Framework {
        let data = self.data;
        self.ids();
        self.aliases();
        self.severities();
        let statuses = self.statuses();
        self.flow();
        let phases = self.phases();
        let procedures = self.procedures();
        let roles = self.roles();
        self.audiences();
        let timers = self.timers();
        self.circles(&timers);
        let gate = self.gate();
        self.approvals();
        self.rest();
        let reminders = self.reminders();
        let notes = self.notes();
        let templates = self.templates();
        let channel = self.channel();
        Framework {
            name: data.name.clone(),
            title: data.title.clone(),
            about: data.about.clone(),
            source: data.source.clone(),
            severities: data.severities.clone(),
            classes: Statuses::new(statuses.iter().map(|status| (status.id.clone(), status.class))),
            statuses,
            phases,
            roles,
            audiences: data.audiences.clone(),
            timers,
            raise_grace: self.raise_grace(),
            relief: self.relief(),
            gate,
            approvals: data.approvals.clone(),
            options: data.options.clone(),
            causes: data.causes.clone(),
            questions: data.questions.clone(),
            questions_in: data.questions_in.clone(),
            thresholds: data.thresholds.clone(),
            matrix: data.matrix.clone(),
            review: data.review.clone(),
            horizons: data.horizons.clone(),
            targets: data.targets.clone(),
            reminders,
            runbooks: data.runbooks.clone(),
            notes,
            major: data.major.clone(),
            specialists: data.specialists.clone(),
            impact: data.impact.clone(),
            record: data.record.clone(),
            declaring: data.declaring.clone(),
            escalations: data.escalations.clone(),
            unreachable: data.unreachable.clone(),
            escalation_path: data.escalation_path.clone(),
            procedures,
            templates,
            channel,
            calendar: Calendar::default(),
            people: crate::incident::people::Directory::default(),
            contacts: super::contacts::Contacts::default(),
            own_questions: None,
            stands_in: None,
            file: Box::new(data.clone()),
        }
    }

    /// An id that there is.
    fn known(&mut self, path: Vec<Step>, what: &str, word: &str, known: &Ids<'_>) -> bool {
        let there = known.contains(word);
        if !there {
            self.say(path, none_such(what, word, known.iter().copied()));
        }
        there
    }

    /// A severity, or the word for all.
    fn severity(&mut self, path: Vec<Step>, key: bool, word: &str) {
        if word != ANY && !self.severities.contains(word) {
            let said = none_such("severity", word, self.severities.iter().copied());
            self.tell(path, key, said);
        }
    }

    /// A table by severity: its keys are severities.
    fn by_severity<T>(&mut self, path: &[Step], table: &BySeverity<T>) {
        for key in table.keys() {
            self.severity(join(path, key), true, key);
        }
    }

    /// A table of times by severity.
    fn times(&mut self, path: &[Step], table: &BySeverity<String>) -> BySeverity<Within> {
        self.by_severity(path, table);
        self.parsed(path, table)
    }

    /// The same whatever its keys are.
    fn parsed(&mut self, path: &[Step], table: &BySeverity<String>) -> BySeverity<Within> {
        let mut times = BTreeMap::new();
        for (severity, text) in table {
            match Within::parse(text) {
                Some(within) => _ = times.insert(severity.clone(), within),
                None => self.say(
                    join(path, severity),
                    format!(
                        "`{text}` is not a time; try 15m, 15m-30m, 0s for at once, 5bd for business days or 8bh for business hours, \
                         or where nothing is counted one of: {}",
                        NO_TIME.join(", ")
                    ),
                ),
            }
        }
        times
    }
}

/// The way to a value of a table.
fn join(path: &[Step], key: &str) -> Vec<Step> {
    let mut path = path.to_vec();
    path.push(Step::from(key));
    path
}

/// `no status is called `x`; there are a, b`, the nearest first where one is near.
fn none_such<'b>(what: &str, word: &str, known: impl Iterator<Item = &'b str>) -> String {
    let known: Vec<&str> = known.collect();
    if known.is_empty() {
        return format!("no {what} is called `{word}`; there is none");
    }
    format!("no {what} is called `{word}`; there are {}", known.join(", "))
}
