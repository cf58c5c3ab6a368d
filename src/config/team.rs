//! What a team chooses for everybody who works in its repository: `.warroom/config.yaml`.

use std::path::Path;

use chrono::NaiveTime;

use super::read::Reader;
use super::{Problem, incident_id, text_of, zone};
use crate::framework::Calendar;
use crate::framework::calendar::parse_days;
use crate::incident::people::Directory;

/// A team's choices, the same for everybody who works in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamConfig {
    /// Framework of new incidents.
    pub framework: String,
    /// Form of new incidents' ids; see [`incident_id`]. The framework's where the team chose none.
    pub id_format: Option<String>,
    /// When the team works: `business-hours` and `holidays`.
    pub calendar: Calendar,
    /// Who is who: names that one person has, the one to use first (`aliases: {kim: [kim.lee, klee@corp.example]}`).
    pub people: Directory,
    /// Queries that have a name: `filters: {mine: 'is:open by:kim'}` is asked for as `filter:mine`.
    pub filters: std::collections::BTreeMap<String, String>,
    /// Commit messages quote the words of events. Off, since what a commit says can never be taken back.
    pub commit_words: bool,
}

impl Default for TeamConfig {
    fn default() -> Self {
        Self {
            framework: "war-room".into(),
            id_format: None,
            calendar: Calendar::default(),
            people: Directory::default(),
            filters: std::collections::BTreeMap::new(),
            commit_words: false,
        }
    }
}

impl TeamConfig {
    /// Where the file is, within the repository.
    pub const PLACE: &str = ".warroom/config.yaml";

    /// Settings that may stand in the file.
    pub const SETTINGS: [&str; 7] = [
        "aliases",
        "business-hours",
        "commit-words",
        "filters",
        "framework",
        "holidays",
        "id-format",
    ];

    /// Reads the file of the repository at `root`; the defaults where there is none.
    pub fn load(root: &Path) -> (Self, Vec<Problem>) {
        let path = root.join(Self::PLACE);
        let (text, problems) = text_of(&path, Some(root));
        let (config, more) = Self::parse(&text, &path);
        (config, [problems, more].concat())
    }

    /// Reads a text; `file` is for the problems.
    pub fn parse(text: &str, file: &Path) -> (Self, Vec<Problem>) {
        let mut config = Self::default();
        let mut reader = Reader::new(text, file, &Self::SETTINGS);
        if let Some(framework) = reader.word("framework") {
            config.framework = framework;
        }
        if let Some(format) = reader.word("id-format") {
            if incident_id(&format, crate::incident::Time::default(), 1).is_some() {
                config.id_format = Some(format);
            } else {
                reader.wrong_value(
                    "id-format",
                    "`id-format` is made of letters, digits and dashes with one run of N for the number, \
                     such as INC-YYYY-NNNN or INC-YYYYMMDD-NNN",
                );
            }
        }
        reader.flag("commit-words", &mut config.commit_words);
        config.filters = reader.words_by_name("filters");
        config.calendar = calendar(&mut reader);
        let aliases = reader.lists_by_name("aliases");
        let persons = aliases.into_iter().map(|(name, others)| [vec![name], others].concat());
        let (people, twice) = Directory::new(persons);
        config.people = people;
        for said in twice {
            reader.wrong(&["aliases"], &format!("{said}; one name is one person's"));
        }
        (config, reader.problems())
    }
}

/// `business-hours: {zone: Europe/Berlin, days: Mon-Fri, from: 09:00, to: 17:00}` and `holidays: [2026-12-25]`.
fn calendar(reader: &mut Reader<'_>) -> Calendar {
    const HOURS: &str = "business-hours";
    let mut calendar = Calendar::default();
    let usual = (calendar.from, calendar.to);
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    for (name, value) in reader.words_by_name(HOURS) {
        let taken = match name.as_str() {
            "zone" => zone(&value).map(|zone| calendar.zone = zone),
            "days" => parse_days(&value).map(|days| calendar.days = days),
            "from" => time(&value).map(|from| calendar.from = from),
            "to" => time(&value).map(|to| calendar.to = to),
            _ => None,
        };
        if taken.is_none() && name == "zone" {
            calendar.lacking = Some(crate::text::fit(&crate::text::one_line(&value), 60, "…").into_owned());
            reader.wrong(&[HOURS, &name], &calendar.lacks().unwrap_or_default());
        } else if taken.is_none() {
            reader.wrong(
                &[HOURS, &name],
                &format!("`{name}: {value}` is none of zone: Europe/Berlin, days: Mon-Fri, from: 09:00, to: 17:00"),
            );
        }
    }
    if calendar.from >= calendar.to {
        reader.wrong(&[HOURS], "business ends before it begins; 09:00 to 17:00 is used");
        (calendar.from, calendar.to) = usual;
    }
    for (at, day) in reader.list("holidays").unwrap_or_default().into_iter().enumerate() {
        match day.parse() {
            Ok(day) => _ = calendar.holidays.insert(day),
            Err(_) => reader.wrong_item("holidays", at, &format!("`{day}` is no day like 2026-12-25")),
        }
    }
    calendar
}
