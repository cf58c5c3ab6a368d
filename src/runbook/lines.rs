//! A runbook as lines to read: without what templates and HTML leave, code and tables as they are.

use super::markdown::{Block, Item, Kind, List};
use super::prose;
use super::read::{Entry, Runbook};
use crate::text;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A heading.
    Heading(u8),
    /// Text.
    Text,
    /// What stands before an item: its number or bullet, with its first words.
    Item,
    /// Code.
    Code,
    /// A row of a table.
    Table,
    /// A warning.
    Caution,
    /// An empty line.
    Blank,
}

/// A line to read; longer ones are wrapped by whoever shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub look: Look,
    /// Columns from the left.
    pub indent: usize,
    /// Its text, as it is in the file: not yet safe to print.
    pub text: String,
    /// The line of the file, from 1.
    pub line: usize,
}

impl Runbook {
    /// It as lines to read, or an entry of it. Warnings stand first.
    pub fn lines(&self, entry: Option<&Entry>) -> Vec<Line> {
        let mut page = Page {
            book: self,
            lines: Vec::new(),
        };
        for caution in &self.cautions {
            page.push(Look::Caution, 0, caution.clone(), 0);
        }
        let sections = match entry {
            Some(entry) => &self.sections[entry.sections.clone()],
            None => &self.sections[..],
        };
        for section in sections {
            if section.level > 0 && !section.title.is_empty() {
                page.blank();
                page.push(Look::Heading(section.level), 0, section.title.clone(), section.start);
            }
            for block in self.blocks_of(section) {
                page.block(block, 0);
            }
        }
        page.lines
    }
}

struct Page<'r> {
    book: &'r Runbook,
    lines: Vec<Line>,
}

impl Page<'_> {
    fn push(&mut self, look: Look, indent: usize, text: String, at: usize) {
        let line = self.book.line(at);
        self.lines.push(Line {
            look,
            indent,
            text,
            line,
        });
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| line.look != Look::Blank) {
            let line = self.lines.last().map_or(1, |line| line.line);
            self.lines.push(Line {
                look: Look::Blank,
                indent: 0,
                text: String::new(),
                line,
            });
        }
    }

    fn block(&mut self, block: &Block, indent: usize) {
        let at = block.range.start;
        match &block.kind {
            Kind::Heading(level, words) => self.push(Look::Heading(*level), indent, words.text.clone(), at),
            Kind::Paragraph(words) => {
                let source = &self.book.text[block.range.clone()];
                // Warnings stand at the top.
                if !words.text.is_empty() && prose::caution(source, &words.text).is_none() {
                    if indent == 0 {
                        self.blank();
                    }
                    self.push(Look::Text, indent, words.text.clone(), at);
                }
            }
            Kind::Code(code) => {
                if indent == 0 {
                    self.blank();
                }
                let first = self.book.line(code.start);
                for (number, line) in code.text.lines().enumerate() {
                    self.lines.push(Line {
                        look: Look::Code,
                        indent: indent + 4,
                        text: line.to_owned(),
                        line: first + number,
                    });
                }
            }
            Kind::List(list) => self.list(list, indent),
            Kind::Quote {
                alert: Some("WARNING" | "CAUTION" | "IMPORTANT"),
                ..
            } => {}
            Kind::Quote { blocks, .. } => blocks.iter().for_each(|inner| self.block(inner, indent + 2)),
            Kind::Table(rows, _) => self.table(rows, indent, at),
            Kind::Html(html) => {
                if !html.is_empty() {
                    self.blank();
                    self.push(Look::Text, indent, html.clone(), at);
                }
            }
            Kind::Rule => self.blank(),
        }
    }

    fn list(&mut self, list: &List, indent: usize) {
        if indent == 0 {
            self.blank();
        }
        for (place, item) in list.items.iter().enumerate() {
            self.item(item, list.first.map(|first| first + place as u64), indent);
        }
    }

    fn item(&mut self, item: &Item, number: Option<u64>, indent: usize) {
        let mark = match (item.ticked, number) {
            (Some(true), _) => "[x]".to_owned(),
            (Some(false), _) => "[ ]".to_owned(),
            (None, Some(number)) => format!("{number}."),
            (None, None) => "-".to_owned(),
        };
        let inner = indent + mark.len() + 1;
        let mut blocks = item.blocks.iter();
        let words = match item.blocks.first().map(|block| &block.kind) {
            Some(Kind::Paragraph(words)) => {
                blocks.next();
                words.text.as_str()
            }
            _ => "",
        };
        self.push(Look::Item, indent, format!("{mark} {words}"), item.range.start);
        for block in blocks {
            self.block(block, inner);
        }
    }

    fn table(&mut self, rows: &[Vec<String>], indent: usize, at: usize) {
        self.blank();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = rows.iter().filter_map(|row| row.get(column));
                cells
                    .map(|cell| text::width(cell))
                    .max()
                    .unwrap_or(0)
                    .min(crate::bounds::CELL)
            })
            .collect();
        for row in rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width.saturating_sub(text::width(cell)) + 2));
            }
            self.push(Look::Table, indent, line.trim_end().to_owned(), at);
        }
    }
}
