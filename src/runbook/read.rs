//! A runbook as it was read: its title, what it says of itself, its blocks and its sections.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::front::{self, Front};
use super::gap;
use super::language::{self, Info, Language};
use super::markdown::{self, Block, Kind};
use super::prose;
use super::section::{Purpose, purpose};
use super::words::slug;

/// A runbook.
#[derive(Clone, Debug)]
pub struct Runbook {
    /// Its name: its path below `runbooks/` without the ending, `db/pool`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it says about itself.
    pub front: Front,
    /// Its text, as it is in the file.
    pub text: Arc<str>,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// Its sections, in order; the first is what stands before any heading.
    pub sections: Vec<Section>,
    /// The runbooks in it, where one file has many.
    pub entries: Vec<Entry>,
    /// What it warns of, anywhere.
    pub cautions: Vec<String>,
    /// Variables that its code sets, once someone asks.
    set: OnceLock<BTreeSet<String>>,
    /// Where each line of the text begins.
    lines: Vec<usize>,
}

/// A heading with what follows it, up to the next heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// 1 to 6; 0 for what stands before any heading.
    pub level: u8,
    /// The heading.
    pub title: String,
    /// What it is for: of itself, else as the heading above it.
    pub purpose: Purpose,
    /// Whether that is its own.
    pub own: bool,
    /// Its blocks without the heading, as places in [`Runbook::blocks`].
    pub blocks: Range<usize>,
    /// Bytes of the source from its heading on.
    pub start: usize,
}

/// One of several runbooks in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its heading.
    pub title: String,
    /// Its sections, as places in [`Runbook::sections`].
    pub sections: Range<usize>,
}

impl Runbook {
    /// Reads any text.
    pub fn read(name: &str, text: &str) -> Self {
        let (front, body) = front::read(text);
        let blocks = markdown::read(&text[body..], body);
        let sections = sections(&blocks);
        let heading = sections
            .iter()
            .find(|section| section.level == 1 && !section.own && !section.title.is_empty());
        let title = front
            .title
            .clone()
            .or_else(|| heading.map(|section| section.title.clone()));
        let stem = name.rsplit('/').next().unwrap_or(name);
        let mut cautions = Vec::new();
        warnings(&blocks, text, &mut cautions);
        let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self {
            name: name.to_owned(),
            title: title
                .filter(|title| !title.is_empty())
                .unwrap_or_else(|| stem.to_owned()),
            entries: entries(&sections, &blocks),
            front,
            text: text.into(),
            blocks,
            sections,
            cautions,
            set: OnceLock::new(),
            lines: lines.collect(),
        }
    }

    /// Variables that its code sets.
    pub fn set(&self) -> &BTreeSet<String> {
        self.set.get_or_init(|| {
            let mut set = BTreeSet::new();
            each_code(&self.blocks, &mut |code| {
                if language::of(&Info::parse(&code.info), &code.text) == Language::Shell {
                    gap::set_in(&code.text, &mut set);
                }
            });
            set
        })
    }

    /// Line and column, from 1, of a byte of the source.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines[line - 1];
        let mut end = byte.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        (line, self.text[start.min(end)..end].chars().count() + 1)
    }

    /// The line, from 1, of a byte of the source.
    pub fn line(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte).max(1)
    }

    /// The entry of this name, in any case and spelling.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        let wanted = slug(name);
        self.entries.iter().find(|entry| slug(&entry.title) == wanted)
    }

    /// What its list in an incident is called: its name, with the entry's where there is one.
    pub fn list_name(&self, entry: Option<&Entry>) -> String {
        match entry {
            Some(entry) => format!("{}/{}", self.name, entry.title),
            None => self.name.clone(),
        }
    }

    /// The blocks of a section.
    pub fn blocks_of(&self, section: &Section) -> &[Block] {
        &self.blocks[section.blocks.clone()]
    }

    /// A short hash of the text: what tells one state of it from another.
    pub fn digest(&self) -> String {
        digest(&self.text)
    }
}

/// A short hash of a text, for records of people.
pub fn digest(text: &str) -> String {
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
}

fn sections(blocks: &[Block]) -> Vec<Section> {
    let mut all = vec![Section {
        level: 0,
        title: String::new(),
        purpose: Purpose::Other,
        own: false,
        blocks: 0..0,
        start: 0,
    }];
    let heads: Vec<&str> = blocks
        .iter()
        .filter_map(|block| match &block.kind {
            Kind::Heading(1, words) => Some(words.text.as_str()),
            _ => None,
        })
        .collect();
    // Of several headings of the first level the first is the title, unless it is called as sections are.
    let is_section = |title: &str| title.split_whitespace().count() <= 2 && purpose(title) != Purpose::Other;
    let untitled = heads.len() > 2 && heads.iter().all(|title| is_section(title));
    let mut first = !untitled;
    // What the headings above mean, by level.
    let mut above = [Purpose::Other; 7];
    for (place, block) in blocks.iter().enumerate() {
        let Kind::Heading(level, words) = &block.kind else {
            let last = all.len() - 1;
            all[last].blocks.end = place + 1;
            continue;
        };
        let title = words.text.trim_end_matches([':', '#', ' ']).to_owned();
        let is_title = *level == 1 && std::mem::take(&mut first);
        let own = if is_title { Purpose::Other } else { purpose(&title) };
        let inherited = above[usize::from(*level) - 1];
        let means = if own == Purpose::Other { inherited } else { own };
        for deeper in &mut above[usize::from(*level)..] {
            *deeper = means;
        }
        all.push(Section {
            level: *level,
            title,
            purpose: means,
            own: own != Purpose::Other,
            blocks: place + 1..place + 1,
            start: block.range.start,
        });
    }
    all
}

fn each_code(blocks: &[Block], see: &mut dyn FnMut(&markdown::Code)) {
    for block in blocks {
        match &block.kind {
            Kind::Code(code) => see(code),
            Kind::List(list) => list.items.iter().for_each(|item| each_code(&item.blocks, see)),
            Kind::Quote { blocks, .. } => each_code(blocks, see),
            Kind::Heading(..) | Kind::Paragraph(_) | Kind::Table(..) | Kind::Html(_) | Kind::Rule => {}
        }
    }
}

fn warnings(blocks: &[Block], text: &str, into: &mut Vec<String>) {
    for block in blocks {
        match &block.kind {
            Kind::Quote {
                alert: Some("WARNING" | "CAUTION" | "IMPORTANT"),
                blocks,
            } => into.extend(said(blocks)),
            Kind::Quote { blocks, .. } => warnings(blocks, text, into),
            Kind::Paragraph(words) => {
                into.extend(prose::caution(&text[block.range.clone()], &words.text).map(str::to_owned));
            }
            Kind::List(list) => list.items.iter().for_each(|item| warnings(&item.blocks, text, into)),
            Kind::Heading(..) | Kind::Code(_) | Kind::Table(..) | Kind::Html(_) | Kind::Rule => {}
        }
    }
}

/// The paragraphs of some blocks as one text.
fn said(blocks: &[Block]) -> Option<String> {
    let words = blocks.iter().filter_map(|block| match &block.kind {
        Kind::Paragraph(words) => Some(words.text.as_str()),
        _ => None,
    });
    let all: Vec<&str> = words.filter(|text| !text.is_empty()).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// The runbooks in a file that has many: headings of one level, called as alerts are, or each with sections of its own that
/// another one has, too.
fn entries(sections: &[Section], blocks: &[Block]) -> Vec<Entry> {
    for level in [2, 3, 1] {
        let heads: Vec<usize> = (0..sections.len())
            .filter(|place| sections[*place].level == level)
            .collect();
        let end = |place: usize| {
            let next = sections[place + 1..]
                .iter()
                .position(|section| section.level <= level && section.level > 0);
            next.map_or(sections.len(), |next| place + 1 + next)
        };
        let alerts: Vec<usize> = heads
            .iter()
            .copied()
            .filter(|place| is_alert(&sections[*place].title))
            .collect();
        if alerts.len() >= 2 && alerts.len() * 2 > heads.len() {
            return alerts
                .iter()
                .map(|place| entry(sections, *place, end(*place)))
                .collect();
        }
        let whole = |place: &usize| {
            let inner = &sections[*place + 1..end(*place)];
            !sections[*place].own
                && inner
                    .iter()
                    .any(|section| section.own && section.purpose.is_procedure())
        };
        let with_own: Vec<usize> = heads.iter().copied().filter(whole).collect();
        let repeats = |place: &usize| {
            let inner = &sections[*place + 1..end(*place)];
            inner
                .iter()
                .map(|section| section.title.to_lowercase())
                .collect::<BTreeSet<_>>()
        };
        if with_own.len() >= 2 && !repeats(&with_own[0]).is_disjoint(&repeats(&with_own[1])) {
            return with_own
                .iter()
                .map(|place| entry(sections, *place, end(*place)))
                .collect();
        }
    }
    let _ = blocks;
    Vec::new()
}

fn entry(sections: &[Section], place: usize, end: usize) -> Entry {
    Entry {
        title: sections[place].title.clone(),
        sections: place..end,
    }
}

/// Whether a heading is called as alerts are: `StoreDown`, `KubePodCrashLooping`.
pub(super) fn is_alert(title: &str) -> bool {
    let word = title.trim();
    let humps = word.chars().filter(char::is_ascii_uppercase).count();
    humps >= 2
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().any(|c| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
