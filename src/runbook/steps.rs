//! What is to be done: the steps of a runbook, from the first source that it has of those in [`Source::ALL`].

mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::{Value, json};

use self::walk::{Walk, has_box, has_number};
use super::command::Command;
use super::gap::{self, Gap};
use super::language::Language;
use super::read::{Entry, Runbook, Section};
use super::section::{Purpose, leads_elsewhere};
use super::words::{hash, slug};

/// Where steps come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Items with a box.
    Tasks,
    /// Numbered items.
    Numbered,
    /// Blocks of code, each with the paragraph before it.
    Code,
    /// Bullets of sections that say what to do, and the paragraphs of those that have none.
    Bullets,
    /// Paragraphs of sections that say what to do.
    Paragraphs,
    /// Headings.
    Headings,
}

impl Source {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 6] = [
        Self::Tasks,
        Self::Numbered,
        Self::Code,
        Self::Bullets,
        Self::Paragraphs,
        Self::Headings,
    ];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Numbered => "numbered",
            Self::Code => "code",
            Self::Bullets => "bullets",
            Self::Paragraphs => "paragraphs",
            Self::Headings => "headings",
        }
    }

    /// What it is, in words.
    fn said(self) -> &'static str {
        match self {
            Self::Tasks => "task boxes",
            Self::Numbered => "numbered items",
            Self::Code => "code blocks with the paragraph before them",
            Self::Bullets => "bullets",
            Self::Paragraphs => "paragraphs",
            Self::Headings => "sub-headings",
        }
    }

    /// The source of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }
}

/// The steps of a runbook, and where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The source; `None` where there is nothing to do.
    pub source: Option<Source>,
    /// The source in words: `bullets of Diagnosis and Mitigation`.
    pub said: String,
    /// What the list is called in an incident.
    pub list: String,
    /// The steps.
    pub steps: Vec<Step>,
    /// The other sources that it has, with how many steps each gives.
    pub others: Vec<(Source, usize)>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The same for everybody who reads these words: `disk-full.mitigation.remove-rotated-logs`.
    pub id: String,
    /// Where it stands: `2`, `2.1`.
    pub position: String,
    /// What to do, on one line.
    pub text: String,
    /// The heading that it stands under; empty where there is none.
    pub section: String,
    /// What that section is for.
    pub purpose: Purpose,
    /// Whether its box is ticked in the file.
    pub ticked: bool,
    /// What can be copied.
    pub commands: Vec<Command>,
    /// What has to be filled in.
    pub gaps: Vec<Gap>,
    /// More that is said about it.
    pub notes: Vec<String>,
    /// What it consists of.
    pub steps: Vec<Step>,
    /// Its bytes in the source.
    pub range: Range<usize>,
    /// Its line in the file, from 1.
    pub line: usize,
}

impl Step {
    /// Whether it proves that the others worked.
    pub fn verifies(&self) -> bool {
        let named = |command: &Command| command.name.as_deref().is_some_and(|name| name.starts_with("verify"));
        self.purpose == Purpose::Verification || self.commands.iter().any(named)
    }

    /// Its words with those of what it consists of.
    pub fn whole_text(&self) -> String {
        if self.steps.is_empty() {
            return self.text.clone();
        }
        let parts: Vec<String> = self.steps.iter().map(Self::whole_text).collect();
        let text = self.text.trim_end_matches([':', ' ']);
        format!("{text}: {}", parts.join("; "))
    }

    /// It and what it consists of, as a flat list.
    pub fn flat(&self) -> Vec<&Self> {
        let mut all = vec![self];
        all.extend(self.steps.iter().flat_map(Self::flat));
        all
    }

    fn json(&self) -> Value {
        let commands: Vec<&str> = self.commands.iter().map(|command| command.text.as_str()).collect();
        let gaps: Vec<&str> = self.gaps.iter().map(|gap| gap.written.as_str()).collect();
        let steps: Vec<Value> = self.steps.iter().map(Self::json).collect();
        json!({
            "id": self.id,
            "position": self.position,
            "text": self.text,
            "section": self.section,
            "purpose": self.purpose,
            "ticked": self.ticked,
            "line": self.line,
            "commands": commands,
            "details": self.commands,
            "gaps": gaps,
            "verifies": self.verifies(),
            "notes": self.notes,
            "steps": steps,
        })
    }
}

impl Steps {
    /// All steps with what they consist of.
    pub fn flat(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().flat_map(Step::flat)
    }

    /// All commands, in order.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.flat().flat_map(|step| &step.commands)
    }

    /// What has to be filled in, each once.
    pub fn gaps(&self) -> Vec<Gap> {
        gap::distinct(self.flat().flat_map(|step| step.gaps.iter().cloned()))
    }

    /// The step at a position, or with this id, or whose block has this name.
    pub fn find(&self, word: &str) -> Option<&Step> {
        let word = word.trim();
        let named = |step: &&Step| {
            step.commands
                .iter()
                .any(|command| command.name.as_deref() == Some(word))
        };
        let at = |step: &&Step| step.position == word || step.id == word;
        self.flat().find(at).or_else(|| self.flat().find(named))
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let steps: Vec<Value> = self.steps.iter().map(Step::json).collect();
        let gaps: Vec<String> = self.gaps().into_iter().map(|gap| gap.written).collect();
        let others: serde_json::Map<String, Value> = self
            .others
            .iter()
            .map(|(source, count)| (source.as_str().to_owned(), Value::from(*count)))
            .collect();
        json!({
            "source": self.source.map(|_| self.said.as_str()),
            "source_id": self.source.map(Source::as_str),
            "list": self.list,
            "steps": steps,
            "gaps": gaps,
            "others": others,
        })
    }
}

impl Runbook {
    /// How many commands its steps have, those of all its entries.
    pub fn count_commands(&self) -> usize {
        let all = self
            .each_entry()
            .map(|entry| self.steps(entry, None).commands().count());
        all.sum()
    }

    /// Every word of the commands that can be run, whatever its steps are taken from, with the folder that its block names; and with
    /// each that a command goes to.
    pub fn words_run(&self) -> BTreeSet<(String, Option<String>)> {
        let (mut words, mut folders) = (BTreeSet::new(), BTreeSet::new());
        for entry in self.each_entry() {
            for source in Source::ALL.map(Some).into_iter().chain([None]) {
                let steps = self.steps(entry, source);
                for command in steps.commands().filter(|command| command.language == Language::Shell) {
                    let ends = |c: char| c.is_whitespace() || ";&|()<>=\"'`".contains(c);
                    let all: Vec<&str> = command.text.split(ends).filter(|word| !word.is_empty()).collect();
                    let gone_to = all.windows(2).filter(|pair| matches!(pair[0], "cd" | "pushd"));
                    folders.extend(gone_to.map(|pair| pair[1].to_owned()));
                    words.extend(all.iter().map(|word| ((*word).to_owned(), command.how.cwd.clone())));
                }
            }
        }
        let known: BTreeSet<String> = words.iter().map(|(word, _)| word.clone()).collect();
        for folder in folders {
            words.extend(known.iter().map(|word| (word.clone(), Some(folder.clone()))));
        }
        words
    }

    /// Its entries; one that is the whole of it where it has none.
    fn each_entry(&self) -> impl Iterator<Item = Option<&Entry>> {
        let whole = self.entries.is_empty().then_some(None);
        self.entries.iter().map(Some).chain(whole)
    }

    /// Its steps: of an entry where it has many, from a certain source where one is named. Of a file with many runbooks nothing
    /// is taken until one of them is chosen.
    pub fn steps(&self, entry: Option<&Entry>, source: Option<Source>) -> Steps {
        let list = self.list_name(entry);
        let nothing = Steps {
            source: None,
            said: String::new(),
            list,
            steps: Vec::new(),
            others: Vec::new(),
        };
        if entry.is_none() && !self.entries.is_empty() {
            let said = "choose one of its entries".into();
            return Steps { said, ..nothing };
        }
        let sections = match entry {
            Some(entry) => &self.sections[entry.sections.clone()],
            None => &self.sections[..],
        };
        let found: Vec<(Source, Vec<Vec<Raw>>)> = Source::ALL
            .into_iter()
            .map(|source| (source, self.collect(sections, source)))
            .filter(|(_, steps)| steps.iter().any(|of_section| !of_section.is_empty()))
            .collect();
        let chosen = match source {
            Some(wanted) => found.iter().find(|(source, _)| *source == wanted),
            None => found.first(),
        };
        let others = found
            .iter()
            .filter(|(source, _)| chosen.is_none_or(|(chosen, _)| chosen != source))
            .map(|(source, raw)| (*source, raw.iter().map(Vec::len).sum()))
            .collect();
        let Some((chosen, raw)) = chosen else {
            return Steps { others, ..nothing };
        };
        // A section that says what to do in another form than the rest is not left out; what was asked for is given as it is.
        let otherwise = |(place, of_section): (usize, &Vec<Raw>)| match (source, chosen) {
            (Some(_), _) => None,
            (None, Source::Tasks) => Some(self.boxes_and_numbers(sections, place)),
            (None, _) => of_section.is_empty().then(|| self.otherwise(sections, place)),
        };
        let others_of: Vec<Option<Vec<Raw>>> = raw.iter().enumerate().map(otherwise).collect();
        let pairs = raw.iter().zip(&others_of);
        let mut all: Vec<&Raw> = pairs.flat_map(|(own, other)| other.as_ref().unwrap_or(own)).collect();
        if source.is_none() && all.iter().any(|raw| !is_only_seen(raw)) {
            all.retain(|raw| !is_only_seen(raw));
        }
        let source = *chosen;
        let said = said(source, &all);
        let prefix = match entry {
            Some(entry) => format!("{}.{}", slug(&self.name), slug(&entry.title)),
            None => slug(&self.name),
        };
        let mut used = BTreeMap::new();
        let skip = entry.map(|entry| entry.title.as_str());
        let steps = all
            .iter()
            .enumerate()
            .map(|(place, raw)| self.step(raw, &prefix, &(place + 1).to_string(), skip, &mut used))
            .collect();
        Steps {
            source: Some(source),
            said,
            steps,
            others,
            ..nothing
        }
    }

    fn step(
        &self,
        raw: &Raw,
        prefix: &str,
        position: &str,
        skip: Option<&str>,
        used: &mut BTreeMap<String, usize>,
    ) -> Step {
        let section = slug(raw.section);
        let named = !section.is_empty() && skip != Some(raw.section) && raw.top;
        let prefix = if named {
            format!("{prefix}.{section}")
        } else {
            prefix.to_owned()
        };
        let id = unique(format!("{prefix}.{}", slug(&raw.text)), &raw.text, used);
        let inner = raw.steps.iter().enumerate();
        let steps = inner
            .map(|(place, inner)| self.step(inner, &id, &format!("{position}.{}", place + 1), skip, used))
            .collect();
        let of_commands = raw
            .commands
            .iter()
            .flat_map(|command| gap::in_command(&command.text, &command.language, self.set()));
        let gaps = of_commands.chain(gap::in_prose(&raw.text)).map(|found| found.gap);
        Step {
            position: position.to_owned(),
            text: raw.text.clone(),
            section: raw.section.to_owned(),
            purpose: raw.purpose,
            ticked: raw.ticked,
            gaps: gap::distinct(gaps),
            commands: raw.commands.clone(),
            notes: raw.notes.clone(),
            steps,
            line: self.line(raw.range.start),
            range: raw.range.clone(),
            id,
        }
    }

    /// The steps of each section from one source.
    fn collect<'r>(&'r self, sections: &'r [Section], source: Source) -> Vec<Vec<Raw<'r>>> {
        let places = 0..sections.len();
        let all: Vec<Vec<Raw>> = places.map(|place| self.steps_in(sections, place, source)).collect();
        let bullets = |raw: &Raw| raw.source == Source::Bullets;
        // Without a bullet they are paragraphs.
        let none = match source {
            Source::Bullets => !all.iter().flatten().any(bullets),
            Source::Headings => all.iter().flatten().count() < 2,
            Source::Tasks | Source::Numbered | Source::Code | Source::Paragraphs => false,
        };
        if none { Vec::new() } else { all }
    }

    /// The steps of one section from one source.
    fn steps_in<'r>(&'r self, sections: &'r [Section], place: usize, source: Source) -> Vec<Raw<'r>> {
        let section = &sections[place];
        let blocks = self.blocks_of(section);
        let mut walk = Walk {
            runbook: self,
            section,
            purpose: section.purpose,
            found: Vec::new(),
        };
        match source {
            Source::Tasks => walk.items(blocks, &has_box),
            Source::Numbered => walk.items(blocks, &|list, item| list.first.is_some() || has_number(item)),
            Source::Code => walk.code(blocks),
            Source::Bullets => {
                walk.bullets(blocks);
                if walk.found.is_empty() {
                    walk.paragraphs(blocks);
                }
            }
            Source::Paragraphs => walk.paragraphs(blocks),
            Source::Headings if place > 0 => walk.heading(),
            Source::Headings => {}
        }
        if matches!(source, Source::Tasks | Source::Numbered) {
            walk.found.iter_mut().for_each(|raw| raw.source = source);
        }
        walk.found.retain(|raw| !self.leads_elsewhere(section, raw));
        walk.found
    }

    /// Whether an item is one of a list of links: a number in a section named so, a box in it that holds a link.
    fn leads_elsewhere(&self, section: &Section, raw: &Raw) -> bool {
        if !leads_elsewhere(&section.title) {
            return false;
        }
        let text = &self.text[raw.range.clone()];
        let link = ["](", "http://", "https://"].iter().any(|mark| text.contains(mark));
        match raw.source {
            Source::Numbered => true,
            Source::Tasks => link,
            Source::Code | Source::Bullets | Source::Paragraphs | Source::Headings => false,
        }
    }

    /// The boxes of a section and, where it is not only read, its numbered items between them.
    fn boxes_and_numbers<'r>(&'r self, sections: &'r [Section], place: usize) -> Vec<Raw<'r>> {
        let section = &sections[place];
        let numbers = !section.purpose.is_background();
        let mut walk = Walk {
            runbook: self,
            section,
            purpose: section.purpose,
            found: Vec::new(),
        };
        walk.items(self.blocks_of(section), &|list, item| {
            has_box(list, item) || numbers && (list.first.is_some() || has_number(item))
        });
        walk.found.retain(|raw| !self.leads_elsewhere(section, raw));
        if walk.found.is_empty() {
            return self.otherwise(sections, place);
        }
        walk.found
    }

    /// The steps of a section that the source of the others gives none of: from the first that does. What leads to sections below it is
    /// not one.
    fn otherwise<'r>(&'r self, sections: &'r [Section], place: usize) -> Vec<Raw<'r>> {
        let section = &sections[place];
        if !section.purpose.is_procedure() {
            return Vec::new();
        }
        let leads = sections.get(place + 1).is_some_and(|next| next.level > section.level);
        let sources = [Source::Tasks, Source::Numbered, Source::Code, Source::Bullets];
        let mut found = sources
            .into_iter()
            .map(|source| self.steps_in(sections, place, source))
            .find(|found| !found.is_empty())
            .unwrap_or_default();
        found.retain(|raw| !leads || raw.source != Source::Paragraphs);
        if found.is_empty() {
            let mut walk = Walk {
                runbook: self,
                section,
                purpose: section.purpose,
                found,
            };
            walk.table(self.blocks_of(section));
            found = walk.found;
        }
        found
    }
}

/// A step as it is found.
struct Raw<'r> {
    text: String,
    section: &'r str,
    purpose: Purpose,
    source: Source,
    ticked: bool,
    top: bool,
    commands: Vec<Command>,
    notes: Vec<String>,
    steps: Vec<Raw<'r>>,
    range: Range<usize>,
}

/// Whether a numbered item counts what is seen rather than what is to do, by the very name of its section.
fn is_only_seen(raw: &Raw) -> bool {
    const NAMES: [&str; 6] = ["symptoms", "symptom", "impact", "meaning", "signs", "consequences"];
    raw.source == Source::Numbered && NAMES.iter().any(|name| raw.section.eq_ignore_ascii_case(name))
}

/// `task boxes`, `bullets of Diagnosis and Mitigation`.
fn said(source: Source, raw: &[&Raw]) -> String {
    let mut groups: Vec<(Source, Vec<&str>)> = Vec::new();
    for step in raw {
        let place = groups.iter().position(|(source, _)| *source == step.source);
        let place = place.unwrap_or_else(|| {
            groups.push((step.source, Vec::new()));
            groups.len() - 1
        });
        if !step.section.is_empty() && !groups[place].1.contains(&step.section) {
            groups[place].1.push(step.section);
        }
    }
    let by_section = |of: Source| matches!(of, Source::Bullets | Source::Paragraphs) || of != source;
    let said: Vec<String> = groups
        .iter()
        .map(|(of, sections)| match sections.as_slice() {
            [one] if by_section(*of) => format!("{} of {one}", of.said()),
            [first @ .., last] if by_section(*of) && !first.is_empty() => {
                format!("{} of {} and {last}", of.said(), first.join(", "))
            }
            _ => of.said().to_owned(),
        })
        .collect();
    said.join(", ")
}

/// An id that is not taken yet: with a hash of the words, and of how often they came, where it is.
fn unique(id: String, text: &str, used: &mut BTreeMap<String, usize>) -> String {
    let Some(mut times) = used.get(&id).copied() else {
        used.insert(id.clone(), 0);
        return id;
    };
    loop {
        let more = if times == 0 {
            text.to_owned()
        } else {
            format!("{text}\n{times}")
        };
        times += 1;
        let candidate = format!("{id}-{}", hash(&more));
        if !used.contains_key(&candidate) {
            used.insert(id, times);
            used.insert(candidate.clone(), 0);
            return candidate;
        }
    }
}
