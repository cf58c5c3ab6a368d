//! Front matter: what a runbook says about itself before it begins, in YAML or in TOML.

use serde_json::{Map, Value};

use crate::document::yaml;
use crate::incident::Time;
use crate::incident::time::parse_duration;

/// What a runbook says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// Its title.
    pub title: Option<String>,
    /// Who keeps it.
    pub owner: Option<String>,
    /// Services that it is about.
    pub services: Vec<String>,
    /// What is seen when it applies.
    pub symptoms: Vec<String>,
    /// Alerts that it answers, by their names.
    pub alerts: Vec<String>,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Addresses that alerts lead to it by.
    pub urls: Vec<String>,
    /// The severity that it is meant for.
    pub severity: Option<String>,
    /// When it was last tried.
    pub last_tested: Option<Day>,
    /// When it was last read through.
    pub last_reviewed: Option<Day>,
    /// How long that is good for.
    pub review_in: Option<Span>,
    /// What a placeholder stands for, by its name.
    pub explained: Vec<(String, String)>,
    /// What is wrong with it: line in the file, and a clause.
    pub problem: Option<(usize, String)>,
}

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The year.
    pub year: i32,
    /// From 1 to 12.
    pub month: u32,
    /// From 1 to 31.
    pub day: u32,
}

/// A length of time in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// So many months.
    Months(u32),
    /// So many days.
    Days(u32),
}

impl Day {
    /// Reads `2026-09-30`, also as the beginning of an instant.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let date = text.split(['T', ' ']).next()?;
        let mut parts = date.split('-');
        let mut part = |digits: usize| {
            let part = parts.next()?;
            let fine = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            fine.then(|| part.parse::<u32>().ok())?
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        let day = Self {
            year: i32::try_from(year).ok()?,
            month,
            day,
        };
        (parts.next().is_none() && (1..=12).contains(&month) && (1..=days_in(day.year, month)).contains(&day.day))
            .then_some(day)
    }

    /// The day of an instant, in UTC.
    pub fn of(time: Time) -> Self {
        Self::parse(&time.date().to_string()).unwrap_or(Self {
            year: 1970,
            month: 1,
            day: 1,
        })
    }

    /// Days since 1970.
    pub fn number(self) -> i64 {
        // Howard Hinnant's count of days: March begins the year.
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let (era, month) = (year.div_euclid(400), i64::from(self.month));
        let of_era = year.rem_euclid(400);
        let shifted = (month + 9) % 12;
        let of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// This day and a span on; a month's last day where the month is shorter.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        match span {
            Span::Months(months) => {
                let all =
                    self.year * 12 + self.month.cast_signed() - 1 + i32::try_from(months).unwrap_or(i32::MAX / 24);
                let (year, month) = (all.div_euclid(12), all.rem_euclid(12).cast_unsigned() + 1);
                let day = self.day.min(days_in(year, month));
                Self { year, month, day }
            }
            Span::Days(days) => {
                let mut day = self;
                for _ in 0..days.min(40_000) {
                    day = day.next();
                }
                day
            }
        }
    }

    fn next(self) -> Self {
        if self.day < days_in(self.year, self.month) {
            return Self {
                day: self.day + 1,
                ..self
            };
        }
        let (year, month) = if self.month == 12 {
            (self.year + 1, 1)
        } else {
            (self.year, self.month + 1)
        };
        Self { year, month, day: 1 }
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_in(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Span {
    /// Reads `6 months`, `1 year`, `2 weeks`, `90 days`, `90d`, `quarterly`, `every three months`, `P3M`; days where only a number is given.
    pub fn parse(text: &str) -> Option<Self> {
        const WORDS: [(&str, Span); 10] = [
            ("weekly", Span::Days(7)),
            ("fortnightly", Span::Days(14)),
            ("monthly", Span::Months(1)),
            ("quarterly", Span::Months(3)),
            ("biannually", Span::Months(6)),
            ("half-yearly", Span::Months(6)),
            ("twice a year", Span::Months(6)),
            ("yearly", Span::Months(12)),
            ("annually", Span::Months(12)),
            ("annual", Span::Months(12)),
        ];
        const NUMBERS: [&str; 13] = [
            "a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        ];
        let text = text.trim().to_lowercase();
        let text = text.strip_prefix("every ").unwrap_or(&text).trim();
        if let Some((_, span)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Some(*span);
        }
        let spelled = text.split_once(' ').and_then(|(number, unit)| {
            let number = NUMBERS.iter().position(|word| *word == number)?;
            Some(format!("{} {unit}", number.max(1)))
        });
        let text = spelled.as_deref().unwrap_or(text);
        let text = match text {
            "week" | "month" | "quarter" | "year" => &format!("1 {text}"),
            _ => text,
        };
        // `P3M` counts months, `3m` anywhere else minutes.
        if let Some(months) = text.strip_prefix('p').and_then(|rest| rest.strip_suffix('m')) {
            return Some(Self::Months(months.parse().ok().filter(|number| *number <= 1200)?));
        }
        let text = text.strip_prefix('p').unwrap_or(text);
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u32 = text.get(..digits)?.parse().ok().filter(|number| *number <= 1200)?;
        match text[digits..].trim().trim_end_matches('s') {
            "month" | "mo" => Some(Self::Months(number)),
            "year" | "y" | "yr" => Some(Self::Months(number * 12)),
            "quarter" => Some(Self::Months(number * 3)),
            "week" | "w" => Some(Self::Days(number * 7)),
            "day" | "d" | "" => Some(Self::Days(number)),
            _ => {
                let seconds = parse_duration(text).ok()?.as_secs();
                Some(Self::Days(u32::try_from(seconds / 86_400).ok()?))
            }
        }
    }
}

/// The front matter of a text, and where what follows it begins.
pub fn read(text: &str) -> (Front, usize) {
    let start = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    for (fence, toml) in [("---", false), ("+++", true)] {
        let Some((inner, end)) = between(text, start, fence) else {
            continue;
        };
        let read = if toml { toml_values(inner) } else { yaml_values(inner) };
        let (values, problem) = match read {
            Ok(values) => (values, None),
            // What can be read of it counts all the same. Templates are no YAML, and no mistake either.
            Err(_) if inner.contains("<%") || inner.contains("{{") => (plain_lines(inner), None),
            Err((line, said)) => (plain_lines(inner), Some((line + 1, said))),
        };
        let front = facts(&values);
        return (Front { problem, ..front }, end);
    }
    (Front::default(), start)
}

/// What stands between two lines of a fence, and where the line after it begins.
fn between<'t>(text: &'t str, start: usize, fence: &str) -> Option<(&'t str, usize)> {
    let rest = text[start..].strip_prefix(fence)?;
    let line = rest.find('\n')?;
    if !rest[..line].trim().is_empty() {
        return None;
    }
    let begin = start + fence.len() + line + 1;
    let mut at = begin;
    for line in text[begin..].split_inclusive('\n') {
        let word = line.trim_end();
        if word == fence || fence == "---" && word == "..." {
            return Some((&text[begin..at], at + line.len()));
        }
        at += line.len();
    }
    None
}

type Values = Result<Map<String, Value>, (usize, String)>;

fn yaml_values(text: &str) -> Values {
    match yaml::value(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err((1, "front matter is no list of keys and values".into())),
        Err(problem) => Err((problem.line, problem.said)),
    }
}

/// Lines `key: value` of a text that is not YAML as a whole.
fn plain_lines(text: &str) -> Map<String, Value> {
    let mut map = Map::new();
    for line in text.lines().filter(|line| !line.starts_with([' ', '\t', '-', '#'])) {
        if let Some((key, value)) = line.split_once(':') {
            let value = value.trim().trim_matches(['"', '\'']);
            if !value.is_empty() {
                map.insert(key.trim().to_owned(), Value::from(value));
            }
        }
    }
    map
}

/// TOML as front matter has it: `key = value` with texts, numbers, truths, dates and lists on one or more lines. Tables are
/// keys with their name before them.
fn toml_values(text: &str) -> Values {
    let mut map = Map::new();
    let mut table = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            table = format!("{}.", name.trim_matches(['[', ']', ' ']));
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            return Err((number + 1, "this is neither `key = value` nor a table".into()));
        };
        let mut value = value.trim().to_owned();
        while value.starts_with('[') && !closed(&value) {
            let Some((_, more)) = lines.next() else {
                return Err((number + 1, "this list has no end".into()));
            };
            value.push(' ');
            value.push_str(more.trim());
        }
        let key = format!("{table}{}", key.trim().trim_matches('"'));
        map.insert(key, toml_value(&value));
    }
    Ok(map)
}

fn closed(list: &str) -> bool {
    let mut quote = None;
    for c in list.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == ']' => return true,
            _ => {}
        }
    }
    false
}

fn toml_value(text: &str) -> Value {
    if let Some(list) = text.strip_prefix('[') {
        let mut items = Vec::new();
        let mut item = String::new();
        let mut quote = None;
        for c in list.chars() {
            match quote {
                Some(open) if c == open => quote = None,
                None if matches!(c, '"' | '\'') => quote = Some(c),
                None if c == ',' => items.push(std::mem::take(&mut item)),
                None if c == ']' => break,
                Some(_) | None => item.push(c),
            }
        }
        items.push(item);
        let items = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty());
        return items.map(Value::from).collect::<Vec<_>>().into();
    }
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            return Value::from(rest.split(quote).next().unwrap_or_default());
        }
    }
    Value::from(text.split('#').next().unwrap_or_default().trim())
}

fn facts(values: &Map<String, Value>) -> Front {
    let all = keys(values);
    let lookup = |key: &str| all.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
    let word = |keys: &[&str]| {
        let mut found = keys.iter().filter_map(|key| lookup(key));
        found.find_map(text_of).filter(|text| !text.is_empty())
    };
    let list = |keys: &[&str]| -> Vec<String> {
        let found = keys.iter().filter_map(|key| lookup(key));
        found.flat_map(list_of).collect()
    };
    let explained = lookup("placeholders").or(lookup("variables"));
    let explained = explained.and_then(Value::as_object).map(|map| {
        let pairs = map
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), text_of(value)?)));
        pairs.collect()
    });
    Front {
        title: word(&["title", "name"]),
        owner: word(&["owner", "owner_slack", "owners", "team", "maintainer", "author"]),
        services: list(&["services", "service"]),
        symptoms: list(&["symptoms", "symptom"]),
        alerts: list(&["alerts", "alert", "alertname"]),
        aliases: list(&["aliases", "alias"]),
        keywords: list(&["keywords", "tags"]),
        urls: list(&["runbook_url", "runbook_urls", "url"]),
        severity: word(&["severity"]),
        last_tested: word(&["last_tested", "last_tested_on", "tested"]).and_then(|day| Day::parse(&day)),
        last_reviewed: word(&["last_reviewed_on", "last_reviewed", "reviewed"]).and_then(|day| Day::parse(&day)),
        review_in: word(&["review_in", "review_every"]).and_then(|span| Span::parse(&span)),
        explained: explained.unwrap_or_default(),
        problem: None,
    }
}

/// The keys as they are looked up: in small letters, joined by `_`; those of the tables where static sites keep what is not theirs by
/// their own name.
fn keys(values: &Map<String, Value>) -> Vec<(String, &Value)> {
    let plain = |name: &str| {
        let name = name.trim().to_ascii_lowercase().replace('-', "_");
        let own = ["extra.", "params."].iter().find_map(|table| name.strip_prefix(table));
        own.map(str::to_owned).unwrap_or(name)
    };
    values.iter().map(|(name, value)| (plain(name), value)).collect()
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(super::prose::plain(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => {
            let all: Vec<String> = list.iter().filter_map(text_of).collect();
            Some(all.join(", "))
        }
        Value::Bool(_) | Value::Null | Value::Object(_) => None,
    }
}

fn list_of(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list
            .iter()
            .filter_map(text_of)
            .filter(|text| !text.is_empty())
            .collect(),
        Value::String(text) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        }
        other => text_of(other).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_front_matter_say_the_same() {
        let yaml = "---\ntitle: Disk is full\nservices: [orders, pay]\nlast_tested: 2026-09-30\nreview_in: 6 months\n---\n# x\n";
        let toml = "+++\ntitle = \"Disk is full\" # x\nservices = [\n  \"orders\",\n  'pay',\n]\nlast_tested = 2026-09-30\n\
                    review_in = \"6 months\"\n+++\n# x\n";
        let (one, at) = read(yaml);
        assert_eq!(&yaml[at..], "# x\n");
        let (other, at) = read(toml);
        assert_eq!(&toml[at..], "# x\n");
        assert_eq!(one, other);
        assert_eq!(one.services, ["orders", "pay"]);
        let (table, _) = read("+++\ntitle = \"x\"\n[extra]\nowner = \"web\"\n+++\n");
        assert_eq!(table.owner.as_deref(), Some("web"));
        assert_eq!(one.last_tested.unwrap().to_string(), "2026-09-30");
    }

    #[test]
    fn what_is_no_front_matter_is_text() {
        for text in [
            "",
            "---",
            "---\n",
            "--- x\ny: 1\n---\n",
            "# a\n---\nb: 1\n---\n",
            "---\nno end: 1\n",
        ] {
            assert_eq!(read(text).1, 0, "{text:?}");
        }
        let (front, _) = read("---\n\"unclosed\n---\n");
        assert_eq!(front.problem.unwrap().0, 3);
        let (front, _) = read("---\ntitle: <%= x: %>\nowner: \"#storage\"\n---\n");
        assert_eq!(front.owner.as_deref(), Some("#storage"));
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(
            day("2025-01-10").plus(Span::parse("6 months").unwrap()),
            day("2025-07-10")
        );
        assert_eq!(day("2025-08-31").plus(Span::Months(6)), day("2026-02-28"));
        assert_eq!(day("2024-02-28").plus(Span::Days(2)), day("2024-03-01"));
        assert_eq!(day("1970-01-01").number(), 0);
        assert_eq!(day("2026-11-20").number(), 20_777);
        for bad in ["2025-13-01", "2025-02-29", "20250101", "2025-1-1", "x", "2025-01-01-01"] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
        assert_eq!(Span::parse("12 months"), Some(Span::Months(12)));
        for days in ["90d", "90 days", "90", "P90D", "every 90 days"] {
            assert_eq!(Span::parse(days), Some(Span::Days(90)), "{days}");
        }
        for months in [
            "quarterly",
            "3 months",
            "every three months",
            "a quarter",
            "quarter",
            "P3M",
            "every 3 months",
        ] {
            assert_eq!(Span::parse(months), Some(Span::Months(3)), "{months}");
        }
        assert_eq!(Span::parse("often"), None);
    }
}
