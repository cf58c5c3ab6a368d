//! Looks through the blocks of a section for its steps.

use std::ops::Range;

use super::super::command::{self, Command};
use super::super::markdown::{Block, Code, Item, Kind, List, Words};
use super::super::prose;
use super::super::read::{Runbook, Section};
use super::super::section::{Purpose, purpose};
use super::{Raw, Source};

pub(super) fn has_box(_: &List, item: &Item) -> bool {
    item.ticked.is_some() || lists(item).any(|list| list.items.iter().any(|inner| has_box(list, inner)))
}

pub(super) fn has_number(item: &Item) -> bool {
    lists(item).any(|list| list.first.is_some() || list.items.iter().any(has_number))
}

/// Whether there is code in an item.
fn has_code(item: &Item) -> bool {
    let code = |block: &Block| matches!(block.kind, Kind::Code(_));
    item.blocks.iter().any(code) || lists(item).any(|list| list.items.iter().any(has_code))
}

/// The lists in an item.
pub(super) fn lists(item: &Item) -> impl Iterator<Item = &List> {
    item.blocks.iter().filter_map(|block| match &block.kind {
        Kind::List(list) => Some(list),
        _ => None,
    })
}

/// Looks through the blocks of a section.
pub(super) struct Walk<'r> {
    pub(super) runbook: &'r Runbook,
    pub(super) section: &'r Section,
    pub(super) purpose: Purpose,
    pub(super) found: Vec<Raw<'r>>,
}

impl<'r> Walk<'r> {
    pub(super) fn raw(&self, source: Source, text: String, range: Range<usize>) -> Raw<'r> {
        let titled = self.section.level > 1 || self.section.own;
        Raw {
            text,
            section: if titled { &self.section.title } else { "" },
            purpose: self.purpose,
            source,
            ticked: false,
            top: true,
            commands: Vec::new(),
            notes: Vec::new(),
            steps: Vec::new(),
            range,
        }
    }

    pub(super) fn commands_in(&self, words: &Words, at: usize) -> Vec<Command> {
        let line = self.runbook.line(at);
        words
            .codes
            .iter()
            .filter_map(|code| command::inline(code, line))
            .collect()
    }

    pub(super) fn block_commands(&self, code: &Code) -> Vec<Command> {
        command::apart(code, self.runbook.line(code.start))
    }

    /// The commands of a table.
    fn table_commands(&self, codes: &[String], at: usize) -> Vec<Command> {
        let line = self.runbook.line(at);
        codes.iter().filter_map(|code| command::inline(code, line)).collect()
    }

    /// Items that are steps, wherever their list stands.
    pub(super) fn items(&mut self, blocks: &'r [Block], fits: &dyn Fn(&List, &Item) -> bool) {
        // Code that stands behind a list belongs to its last step: its author did not indent it. Code before the first one is a step itself.
        let mut behind_list = false;
        let mut before: Option<(&Words, Range<usize>)> = None;
        let mut early = Vec::new();
        for block in blocks {
            match &block.kind {
                Kind::List(list) => {
                    let known = self.found.len();
                    for item in list.items.iter().filter(|item| fits(list, item)) {
                        let source = if has_box(list, item) {
                            Source::Tasks
                        } else {
                            Source::Numbered
                        };
                        self.found
                            .extend(self.item(item, true).map(|raw| Raw { source, ..raw }));
                    }
                    behind_list = self.found.len() > known;
                }
                Kind::Code(code) => {
                    let commands = self.block_commands(code);
                    match self.found.last_mut().filter(|_| behind_list) {
                        Some(last) => last.commands.extend(commands),
                        None if !commands.is_empty() => early.push((before.take(), commands, block.range.clone())),
                        None => {}
                    }
                }
                Kind::Table(_, codes) if behind_list => {
                    let commands = self.table_commands(codes, block.range.start);
                    if let Some(last) = self.found.last_mut() {
                        last.commands.extend(commands);
                    }
                }
                Kind::Quote { blocks, .. } => {
                    self.items(blocks, fits);
                    behind_list |= !self.found.is_empty();
                }
                Kind::Paragraph(words) => before = Some((words, block.range.clone())),
                Kind::Heading(..) | Kind::Rule => behind_list = false,
                Kind::Table(..) | Kind::Html(_) => {}
            }
        }
        if !self.found.is_empty() && self.purpose.is_procedure() {
            for (before, commands, range) in early {
                self.add_code(before, commands, &range);
            }
            self.found.sort_by_key(|raw| raw.range.start);
        }
    }

    /// An item as a step, the items in it under it; nothing of an empty one, and of the place of a table of contents.
    pub(super) fn item(&self, item: &'r Item, top: bool) -> Option<Raw<'r>> {
        if self.runbook.text[item.range.clone()].contains("{:toc}") {
            return None;
        }
        let mut raw = self.raw(Source::Bullets, String::new(), item.range.clone());
        (raw.top, raw.ticked) = (top, item.ticked == Some(true));
        self.fill(&mut raw, &item.blocks);
        if raw.text.is_empty() {
            if raw.commands.is_empty() && raw.steps.is_empty() && raw.notes.is_empty() {
                return None;
            }
            let titles = [&self.section.title, &self.runbook.title];
            let title = titles.into_iter().find(|title| !title.is_empty());
            let first = raw.commands.first().map(|command| first_line(&command.text));
            raw.text = first.or_else(|| title.cloned()).unwrap_or_default();
        }
        Some(raw)
    }

    pub(super) fn fill(&self, raw: &mut Raw<'r>, blocks: &'r [Block]) {
        for block in blocks {
            match &block.kind {
                Kind::Paragraph(words) | Kind::Heading(_, words) => {
                    raw.commands.extend(self.commands_in(words, block.range.start));
                    let text = prose::without_number(&words.text);
                    if text.is_empty() {
                    } else if raw.text.is_empty() {
                        text.clone_into(&mut raw.text);
                    } else {
                        raw.notes.push(text.to_owned());
                    }
                }
                Kind::Code(code) => raw.commands.extend(self.block_commands(code)),
                Kind::List(list) => raw
                    .steps
                    .extend(list.items.iter().filter_map(|inner| self.item(inner, false))),
                Kind::Quote { blocks, .. } => self.fill(raw, blocks),
                Kind::Html(text) if !text.is_empty() => raw.notes.push(text.clone()),
                Kind::Table(_, codes) => raw.commands.extend(self.table_commands(codes, block.range.start)),
                Kind::Html(_) | Kind::Rule => {}
            }
        }
    }

    pub(super) fn code(&mut self, blocks: &'r [Block]) {
        // Where one list of what to do holds code, the others of the section are to be done as well.
        let mixed = blocks.iter().any(|block| match &block.kind {
            Kind::List(list) => list.items.iter().any(has_code),
            _ => false,
        });
        let mut before: Option<(&Words, Range<usize>)> = None;
        for block in blocks {
            match &block.kind {
                Kind::Paragraph(words) if !words.text.is_empty() => {
                    before = Some((words, block.range.clone()));
                    continue;
                }
                Kind::Code(code) => {
                    let commands = self.block_commands(code);
                    if !commands.is_empty() {
                        self.add_code(before.take(), commands, &block.range);
                    }
                    continue;
                }
                // Of a list of what to do the items without code are to be done, too.
                Kind::List(list) if list.first.is_none() && self.purpose.is_procedure() && mixed => {
                    let steps = list.items.iter().filter_map(|item| self.item(item, true));
                    let steps: Vec<Raw> = steps.collect();
                    self.found.extend(steps.into_iter().map(|raw| Raw {
                        source: Source::Code,
                        ..raw
                    }));
                }
                Kind::List(list) => list.items.iter().for_each(|item| self.code(&item.blocks)),
                Kind::Quote { blocks, .. } => self.code(blocks),
                Kind::Paragraph(_) => continue,
                Kind::Heading(..) | Kind::Table(..) | Kind::Html(_) | Kind::Rule => {}
            }
            before = None;
        }
    }

    pub(super) fn add_code(
        &mut self,
        before: Option<(&Words, Range<usize>)>,
        commands: Vec<Command>,
        range: &Range<usize>,
    ) {
        let start = before.as_ref().map_or(range.start, |(_, place)| place.start);
        let words = before.map(|(words, _)| words.text.clone());
        let fresh = !self.found.iter().any(|raw| raw.section == self.section.title);
        let heads = (self.section.level > 1 || self.section.own) && fresh;
        let titled = Some(&self.section.title).filter(|title| heads && !title.is_empty());
        let own = commands
            .first()
            .and_then(|command| command.name.clone().or_else(|| command.comment.clone()));
        let text = words.or_else(|| titled.cloned()).or(own);
        let text = text.unwrap_or_else(|| {
            commands
                .first()
                .map_or_else(String::new, |command| first_line(&command.text))
        });
        let mut raw = self.raw(Source::Code, text, start..range.end);
        raw.commands = commands;
        self.found.push(raw);
    }

    /// What the paragraph before a list says of it: `How to fix:`.
    pub(super) fn lead(&self, words: &Words) -> Purpose {
        if !words.text.trim_end().ends_with(':') {
            return self.section.purpose;
        }
        match purpose(words.text.trim_end_matches([':', ' '])) {
            Purpose::Other => self.section.purpose,
            own => own,
        }
    }

    pub(super) fn bullets(&mut self, blocks: &'r [Block]) {
        for block in blocks {
            match &block.kind {
                Kind::Paragraph(words) => self.purpose = self.lead(words),
                Kind::List(list) => {
                    if self.purpose.is_procedure() {
                        let steps: Vec<Raw> = list.items.iter().filter_map(|item| self.item(item, true)).collect();
                        self.found.extend(steps);
                    }
                    self.purpose = self.section.purpose;
                }
                Kind::Quote { alert: None, blocks } => self.bullets(blocks),
                Kind::Quote { .. }
                | Kind::Heading(..)
                | Kind::Code(_)
                | Kind::Table(..)
                | Kind::Html(_)
                | Kind::Rule => {}
            }
        }
    }

    pub(super) fn paragraphs(&mut self, blocks: &'r [Block]) {
        self.purpose = self.section.purpose;
        if !self.section.purpose.is_procedure() {
            return;
        }
        for block in blocks {
            match &block.kind {
                Kind::Paragraph(words) if !words.text.is_empty() => {
                    let source = &self.runbook.text[block.range.clone()];
                    if prose::caution(source, &words.text).is_some() {
                        continue;
                    }
                    let mut raw = self.raw(Source::Paragraphs, words.text.clone(), block.range.clone());
                    raw.commands = self.commands_in(words, block.range.start);
                    self.found.push(raw);
                }
                Kind::Code(code) => {
                    let commands = self.block_commands(code);
                    if let Some(last) = self.found.last_mut() {
                        last.commands.extend(commands);
                    }
                }
                Kind::Paragraph(_)
                | Kind::List(_)
                | Kind::Quote { .. }
                | Kind::Heading(..)
                | Kind::Table(..)
                | Kind::Html(_)
                | Kind::Rule => {}
            }
        }
    }

    /// The heading of a table that has commands in it: what to do stands in its rows.
    pub(super) fn table(&mut self, blocks: &'r [Block]) {
        let mut commands = Vec::new();
        for block in blocks {
            if let Kind::Table(_, codes) = &block.kind {
                commands.extend(self.table_commands(codes, block.range.start));
            }
        }
        if !commands.is_empty() {
            self.heading();
        }
    }

    /// The heading itself, where it is one of steps.
    pub(super) fn heading(&mut self) {
        let read = self.purpose.is_background() || matches!(self.purpose, Purpose::Escalation | Purpose::Prevention);
        let titled = self.section.level > 1 || self.section.own;
        if !titled || self.section.title.is_empty() || read {
            return;
        }
        let title = prose::without_number(&self.section.title).to_owned();
        let mut raw = self.raw(Source::Headings, title, self.section.start..self.section.start);
        let mut inner = self.raw(Source::Headings, "x".into(), 0..0);
        self.fill(&mut inner, self.runbook.blocks_of(self.section));
        raw.commands = inner.commands;
        self.found.push(raw);
    }
}

pub(super) fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}
