//! The blocks of a Markdown text, each with its place in the source. Nothing is ever written back: what is read here is a view
//! of bytes that stay as they are.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{drawn, prose, section};
use crate::bounds::NESTED;

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its bytes in the source.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A heading of level 1 to 6.
    Heading(u8, Words),
    /// A paragraph.
    Paragraph(Words),
    /// Code, fenced or indented.
    Code(Code),
    /// A list.
    List(List),
    /// A quotation; `alert` is the word of an admonition (`CAUTION`).
    Quote {
        /// The word, where it is one.
        alert: Option<&'static str>,
        /// What is in it.
        blocks: Vec<Block>,
    },
    /// Rows of cells, the head first; and the pieces of them that stand as code.
    Table(Vec<Vec<String>>, Vec<String>),
    /// HTML that stands for itself: what is left of it without tags and comments.
    Html(String),
    /// A line across.
    Rule,
}

/// Text without its marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The text on one line, template remains and comments taken out.
    pub text: String,
    /// Pieces of it that stand as code.
    pub codes: Vec<String>,
    /// Where its links lead, with the place of each.
    pub links: Vec<(String, Range<usize>)>,
}

/// A block of code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// What follows the opening fence: language and attributes.
    pub info: String,
    /// The lines, without the indentation of the block.
    pub text: String,
    /// Where the text begins in the source, as near as is known.
    pub start: usize,
    /// Whether its fence is indented too far to be one.
    pub misfenced: bool,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The number of the first item, where they are numbered.
    pub first: Option<u64>,
    /// The items.
    pub items: Vec<Item>,
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its bytes in the source.
    pub range: Range<usize>,
    /// Whether its box is ticked, where it has one.
    pub ticked: Option<bool>,
    /// All that is in it; what it says first is a paragraph.
    pub blocks: Vec<Block>,
}

/// Reads a text that begins at byte `base` of the source.
pub fn read(text: &str, base: usize) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut builder = Builder {
        base,
        source: text,
        struck: 0,
        stack: vec![Frame::new(Holder::Root, 0..text.len())],
    };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.event(event, range);
    }
    builder.finish()
}

/// What is open while a text is read.
struct Frame {
    holder: Holder,
    range: Range<usize>,
    blocks: Vec<Block>,
    /// Text that stands in it without a paragraph of its own.
    loose: Option<(Range<usize>, Words)>,
}

impl Frame {
    fn new(holder: Holder, range: Range<usize>) -> Self {
        Self {
            holder,
            range,
            blocks: Vec::new(),
            loose: None,
        }
    }
}

enum Holder {
    Root,
    Quote(Option<&'static str>),
    List(Option<u64>, Vec<Item>),
    Item(Option<bool>),
    Heading(u8),
    Paragraph,
    Code(Code),
    Html(String),
    Table(Vec<Vec<String>>, Vec<String>),
    Row(Vec<String>, Vec<String>),
    Cell,
    /// Stands too deep: what is in it belongs to what is around it.
    Deep,
}

struct Builder<'t> {
    base: usize,
    source: &'t str,
    stack: Vec<Frame>,
    /// How many strokes through the text are open: such words are no longer to be done.
    struck: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: Event, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => {
                let start = self.base + range.start;
                match self.top() {
                    Holder::Code(code) => {
                        if code.text.is_empty() {
                            code.start = start;
                        }
                        code.text.push_str(&text);
                    }
                    Holder::Html(html) => html.push_str(&text),
                    _ => self.words(range, |words| words.text.push_str(&text)),
                }
            }
            Event::Code(text) => {
                let struck = self.struck > 0;
                self.words(range, |words| {
                    words.text.push_str(&text);
                    if !struck {
                        words.codes.push(text.to_string());
                    }
                });
            }
            Event::Html(text) => match self.top() {
                Holder::Html(html) => html.push_str(&text),
                _ => self.words(range, |words| words.text.push_str(&text)),
            },
            Event::InlineHtml(text) => self.words(range, |words| match prose::tag(&text) {
                Some(_) if text.starts_with("<br") => words.text.push(' '),
                Some(_) => {}
                // `<pod>` is a tag to Markdown only.
                None => words.text.push_str(&text),
            }),
            Event::SoftBreak | Event::HardBreak => self.words(range, |words| words.text.push('\n')),
            Event::TaskListMarker(ticked) => {
                let item = self
                    .stack
                    .iter_mut()
                    .rev()
                    .find(|frame| matches!(frame.holder, Holder::Item(_)));
                if let Some(frame) = item {
                    frame.holder = Holder::Item(Some(ticked));
                }
            }
            Event::Rule => self.add(range, Kind::Rule),
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.words(range, |words| words.text.push_str(&text));
            }
        }
    }

    fn top(&mut self) -> &mut Holder {
        // The root is never taken off.
        let last = self.stack.len() - 1;
        &mut self.stack[last].holder
    }

    fn start(&mut self, tag: Tag, range: Range<usize>) {
        let deep = self.stack.len() > NESTED;
        let holder = match tag {
            Tag::Paragraph => Holder::Paragraph,
            Tag::Heading { level, .. } => Holder::Heading(level_of(level)),
            Tag::BlockQuote(_) | Tag::List(_) | Tag::Item if deep => Holder::Deep,
            Tag::BlockQuote(kind) => Holder::Quote(kind.map(alert)),
            Tag::List(first) => Holder::List(first, Vec::new()),
            Tag::Item => Holder::Item(None),
            Tag::CodeBlock(kind) => Holder::Code(Code {
                info: match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                },
                start: self.base + range.start,
                ..Code::default()
            }),
            Tag::HtmlBlock | Tag::MetadataBlock(_) => Holder::Html(String::new()),
            Tag::Table(_) => Holder::Table(Vec::new(), Vec::new()),
            Tag::TableHead | Tag::TableRow => Holder::Row(Vec::new(), Vec::new()),
            Tag::TableCell => Holder::Cell,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let place = self.base + range.start..self.base + range.end;
                self.words(range, |words| words.links.push((dest_url.to_string(), place)));
                return;
            }
            Tag::Strikethrough => {
                self.struck += 1;
                self.words(range, |words| words.text.push_str("~~"));
                return;
            }
            Tag::Emphasis | Tag::Strong | Tag::Superscript | Tag::Subscript => return,
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition => Holder::Deep,
        };
        self.settle();
        self.stack.push(Frame::new(holder, range));
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if tag == TagEnd::Strikethrough {
            self.struck = self.struck.saturating_sub(1);
            self.words(range, |words| words.text.push_str("~~"));
            return;
        }
        if matches!(
            tag,
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Superscript | TagEnd::Subscript | TagEnd::Link | TagEnd::Image
        ) || self.stack.len() < 2
        {
            return;
        }
        let alone = matches!(tag, TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell);
        if !alone {
            self.settle();
        }
        let Some(frame) = self.stack.pop() else { return };
        self.close(frame);
    }

    fn close(&mut self, frame: Frame) {
        let Frame {
            holder,
            range,
            blocks,
            loose,
        } = frame;
        let words = loose.map(|(_, words)| words).unwrap_or_default();
        match holder {
            Holder::Heading(level) => self.add(range, Kind::Heading(level, tidy(words))),
            Holder::Paragraph => self.paragraph(range, words),
            Holder::Code(code) => self.code(range, code),
            Holder::Html(html) => self.add(range, Kind::Html(prose::without_tags(&html))),
            Holder::Quote(alert) => self.add(range, Kind::Quote { alert, blocks }),
            Holder::List(first, items) => self.add(range, Kind::List(List { first, items })),
            Holder::Table(rows, codes) => self.add(range, Kind::Table(rows, codes)),
            Holder::Cell => {
                if let Holder::Row(cells, codes) = self.top() {
                    codes.extend_from_slice(&words.codes);
                    cells.push(tidy(words).text);
                }
            }
            Holder::Row(cells, of_row) => {
                if let Holder::Table(rows, codes) = self.top() {
                    rows.push(cells);
                    codes.extend(of_row);
                }
            }
            Holder::Item(ticked) => {
                let range = self.base + range.start..self.base + range.end;
                let mut item = Item { range, ticked, blocks };
                drawn::into_box(&mut item);
                if let Holder::List(_, items) = self.top() {
                    items.push(item);
                }
            }
            Holder::Root | Holder::Deep => {
                let last = self.stack.len() - 1;
                self.stack[last].blocks.extend(blocks);
            }
        }
    }

    /// Adds text to the paragraph, heading or cell that is open, or to what is open without one.
    fn words(&mut self, range: Range<usize>, add: impl FnOnce(&mut Words)) {
        let last = self.stack.len() - 1;
        let (place, words) = self.stack[last]
            .loose
            .get_or_insert_with(|| (range.clone(), Words::default()));
        place.end = place.end.max(range.end);
        add(words);
    }

    /// Makes text that stands alone a paragraph.
    fn settle(&mut self) {
        let last = self.stack.len() - 1;
        if let Some((range, words)) = self.stack[last].loose.take() {
            self.paragraph(range, words);
        }
    }

    fn add(&mut self, range: Range<usize>, kind: Kind) {
        self.settle();
        let range = self.base + range.start..self.base + range.end;
        let last = self.stack.len() - 1;
        let frame = &mut self.stack[last];
        frame.blocks.push(Block { range, kind });
        frame.range.end = frame
            .range
            .end
            .max(frame.blocks[frame.blocks.len() - 1].range.end - self.base);
    }

    /// A paragraph, taken apart where a fence in it is indented too far to be one.
    fn paragraph(&mut self, range: Range<usize>, words: Words) {
        let whole = self.source;
        let (mut at, mut parts) = (range.start, Vec::new());
        while let Some(fence) = prose::fence_in(&whole[at..range.end]) {
            parts.push((at, fence));
            at += parts[parts.len() - 1].1.end;
        }
        if parts.is_empty() {
            let list = match self.top() {
                // Whose box it is.
                Holder::Item(_) => None,
                _ => drawn::list(whole, &range, self.base),
            };
            if let Some(list) = list {
                return self.push(range, Kind::List(list));
            }
            // What a generator puts a table of contents in place of.
            if matches!(
                whole[range.clone()].trim(),
                "[[_TOC_]]" | "[TOC]" | "[[TOC]]" | "{{TOC}}" | "{toc}"
            ) {
                return;
            }
            let words = tidy(words);
            // `**Mitigation**` on a line of its own heads what follows, as people write who do not know headings.
            let is_head = self.stack.len() == 1 && is_bold(&whole[range.clone()]) && section::is_name(&words.text);
            let kind = if is_head {
                Kind::Heading(6, words)
            } else {
                Kind::Paragraph(words)
            };
            return self.push(range, kind);
        }
        for (from, fence) in parts {
            self.text_between(from..from + fence.open.start);
            let is_template = whole[from + fence.open.start..].trim_start().starts_with("{%");
            let code = Code {
                info: fence.info,
                text: fence.text,
                start: self.base + from + fence.body,
                misfenced: !is_template,
            };
            self.push(from + fence.open.start..from + fence.end, Kind::Code(code));
        }
        self.text_between(at..range.end);
    }

    /// A piece of a paragraph.
    fn text_between(&mut self, range: Range<usize>) {
        let source = &self.source[range.clone()];
        let text = source.trim();
        if text.is_empty() {
            return;
        }
        let start = range.start + source.len() - source.trim_start().len();
        let own = prose::without_number(text);
        let mut inner = read(own, self.base + start + text.len() - own.len());
        match (inner.len(), inner.pop()) {
            (1, Some(block)) if matches!(block.kind, Kind::Paragraph(_)) => {
                let last = self.stack.len() - 1;
                self.stack[last].blocks.push(block);
            }
            _ => {
                let text = text.to_owned();
                let words = Words {
                    text,
                    ..Words::default()
                };
                self.push(range, Kind::Paragraph(tidy(words)));
            }
        }
    }

    fn code(&mut self, range: Range<usize>, mut code: Code) {
        // An indented block whose first line is a fence was meant as a fenced one.
        if let Some(fence) = prose::fence_in(&code.text).filter(|fence| fence.open.start == 0 && code.info.is_empty()) {
            code.info = fence.info;
            code.text = fence.text;
            code.misfenced = true;
        }
        self.push(range, Kind::Code(code));
    }

    /// Adds a block without settling loose text first.
    fn push(&mut self, range: Range<usize>, kind: Kind) {
        let range = self.base + range.start..self.base + range.end;
        let last = self.stack.len() - 1;
        self.stack[last].blocks.push(Block { range, kind });
    }

    fn finish(mut self) -> Vec<Block> {
        self.settle();
        while self.stack.len() > 1 {
            if let Some(frame) = self.stack.pop() {
                self.close(frame);
            }
        }
        self.stack.pop().map(|frame| frame.blocks).unwrap_or_default()
    }
}

/// Whether the whole of a paragraph is written bold.
fn is_bold(source: &str) -> bool {
    let text = source.trim().trim_end_matches(':');
    ["**", "__"].iter().any(|mark| {
        let inner = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(mark))
    })
}

fn tidy(words: Words) -> Words {
    Words {
        text: prose::plain(&words.text),
        ..words
    }
}

fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "NOTE",
        BlockQuoteKind::Tip => "TIP",
        BlockQuoteKind::Important => "IMPORTANT",
        BlockQuoteKind::Warning => "WARNING",
        BlockQuoteKind::Caution => "CAUTION",
    }
}
