//! Cutting a file's text into sections and blocks by line and indentation, only where that is certainly right. Given the
//! text before, runs of blocks that are the same bytes are taken over without a look at their lines.

use std::collections::HashMap;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::lines::{closes, frame, key_of, line_end};
use crate::incident::SECTIONS;

/// What a block has for `from` if no block of the text before is the same.
pub(super) const FRESH: u32 = u32::MAX;

/// A top-level key with its lines.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// The key.
    pub key: String,
    /// From its first leading comment line to before the next section's.
    pub span: Range<usize>,
    /// Where its key stands.
    pub head: usize,
    /// What is below the key.
    pub body: Body,
}

/// How a section is read and written.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// A field of the incident.
    Field,
    /// A list, one block an entry.
    List(List),
    /// A list that cannot be cut with certainty (flow style, odd indentation): read and written as a whole.
    Rough,
}

/// The blocks of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    /// Columns before each dash.
    pub indent: usize,
    /// In the order of the file.
    pub blocks: Vec<Block>,
    /// Whether the entries of the value are the blocks, one for one.
    pub in_order: bool,
}

/// One entry's text. Offsets are bytes; a file has less than 4 GiB of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// Where its leading comments start.
    pub start: u32,
    /// Where its dash line starts.
    pub head: u32,
    /// Where the next block, or the next section, starts.
    pub end: u32,
    /// [`id_hash`] of the entry; 0 where it has none or cannot be read.
    pub id: u64,
}

/// What a text is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// In the order of the file.
    pub sections: Vec<Section>,
    /// The first place of each key, where there are many.
    by_key: HashMap<String, usize>,
    /// Where the document starts: behind a `---` and what stands before it.
    pub start: usize,
    /// Where the last section ends: from here on there are only comments (the end line).
    pub end: usize,
    /// Whether every line found its section; otherwise the file is read and written as a whole.
    pub clean: bool,
}

/// A cut text, and what of it was there before.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// The sections.
    pub layout: Layout,
    /// For each section, for each of its blocks: the place of the same block in the list before, or [`FRESH`].
    pub from: Vec<Vec<u32>>,
    /// Parts of the text that were not there before.
    pub fresh: Vec<Range<usize>>,
}

/// What a block is found by.
pub(super) fn id_hash(id: &str) -> u64 {
    if id.is_empty() { 0 } else { xxh3_64(id.as_bytes()) }
}

impl Block {
    /// With its comments.
    pub(super) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From its dash on.
    pub(super) fn body(&self) -> Range<usize> {
        self.head as usize..self.end as usize
    }

    fn shifted(self, by: i64) -> Self {
        let shift = |at: u32| offset(usize::try_from(i64::from(at) + by).unwrap_or(0));
        Self {
            start: shift(self.start),
            head: shift(self.head),
            end: shift(self.end),
            id: self.id,
        }
    }
}

impl Section {
    /// The list, where it could be cut.
    pub(super) fn list(&self) -> Option<&List> {
        match &self.body {
            Body::List(list) => Some(list),
            _ => None,
        }
    }

    /// The same, to change.
    pub(super) fn list_mut(&mut self) -> Option<&mut List> {
        match &mut self.body {
            Body::List(list) => Some(list),
            _ => None,
        }
    }
}

impl Layout {
    /// The first section of this name.
    pub(super) fn section(&self, key: &str) -> Option<&Section> {
        if self.by_key.is_empty() {
            return self.sections.iter().find(|section| section.key == key);
        }
        self.by_key.get(key).and_then(|place| self.sections.get(*place))
    }
}

/// Texts larger than `read::LARGEST` never come here, so an offset always fits.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// How many bytes two texts have in common at their starts.
fn common(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 1024;
    let most = a.len().min(b.len());
    let mut at = 0;
    while at + STEP <= most && a[at..at + STEP] == b[at..at + STEP] {
        at += STEP;
    }
    at + a[at..most].iter().zip(&b[at..most]).take_while(|(a, b)| a == b).count()
}

/// Cuts a text; `before` is a text with its layout that is likely to be much the same.
pub(super) fn split(text: &str, before: Option<(&str, &Layout)>) -> Cut {
    let Range { start, end } = frame(text);
    let mut cutter = Cutter {
        text,
        before: before.filter(|(_, layout)| layout.clean),
        known: None,
        at: start,
        stop: end,
        quote: None,
        pending: start,
        unseen: start,
        cut: Cut::default(),
    };
    cutter.cut.layout.clean = true;
    cutter.run();
    cutter.cut
}

/// Above this many keys a table finds them; nearly all files have fewer.
const FEW_SECTIONS: usize = 64;

/// What may stand at the left edge and go on with the value above: the end of a flow style, the value of a `?` key.
const LEFT_EDGE: [char; 3] = ['}', ']', ':'];

struct Cutter<'a> {
    text: &'a str,
    before: Option<(&'a str, &'a Layout)>,
    /// The list before that the present section is compared with.
    known: Option<Known<'a>>,
    at: usize,
    /// Where the document ends.
    stop: usize,
    /// The mark of a quoted text that is still open: its lines at the left edge are not told from keys.
    quote: Option<char>,
    /// First byte of comments and blank lines that belong to whatever comes next.
    pending: usize,
    /// First byte after the last run that was taken over.
    unseen: usize,
    cut: Cut,
}

impl Cutter<'_> {
    fn run(&mut self) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        while self.at < self.stop {
            let start = self.at;
            self.at = line_end(bytes, start);
            let line = self.text[start..self.at].trim_end_matches(['\n', '\r']);
            let body = line.trim_start_matches(' ');
            let indent = line.len() - body.len();
            if body.is_empty() {
                continue;
            }
            if let Some(quote) = self.quote {
                self.quote = if closes(body, quote) { None } else { Some(quote) };
                if indent == 0 || !self.take_line(start, body, indent) {
                    self.cut.layout.clean = false;
                    break;
                }
                continue;
            }
            if body.starts_with('#') && indent == 0 {
                continue;
            }
            if indent == 0
                && let Some((key, value)) = key_of(line)
            {
                self.close();
                self.open(&key, start, value);
            } else if !self.take_line(start, body, indent) {
                self.cut.layout.clean = false;
                break;
            }
        }
        self.close();
        self.cut.layout.start = start;
        if self.cut.layout.sections.len() > FEW_SECTIONS {
            for (place, section) in self.cut.layout.sections.iter().enumerate() {
                self.cut.layout.by_key.entry(section.key.clone()).or_insert(place);
            }
        }
        self.cut.layout.end = self.pending;
        if self.unseen < bytes.len() {
            self.cut.fresh.push(self.unseen..bytes.len());
        }
    }

    /// Begins a section.
    fn open(&mut self, key: &str, head: usize, value: &str) {
        let body = match (SECTIONS.contains(&key), value) {
            (true, "") => Body::List(List::default()),
            (true, _) => Body::Rough,
            (false, _) => Body::Field,
        };
        let opened = value.chars().next().filter(|first| matches!(first, '"' | '\''));
        self.quote = opened.filter(|quote| !closes(&value[1..], *quote));
        self.known = match (&body, self.before) {
            (Body::List(_), Some((text, layout))) => layout.section(key).and_then(Section::list).map(|list| Known {
                text,
                list,
                next: 0,
                misses: 0,
                by_line: None,
            }),
            _ => None,
        };
        self.cut.layout.sections.push(Section {
            key: key.to_owned(),
            span: self.pending..self.at,
            head,
            body,
        });
        self.cut.from.push(Vec::new());
        self.pending = self.at;
    }

    /// A line below a key; false where there is none to belong to.
    fn take_line(&mut self, start: usize, body: &str, indent: usize) -> bool {
        let at = self.at;
        let Some(section) = self.cut.layout.sections.last_mut() else {
            return false;
        };
        let dash = body == "-" || body.starts_with("- ");
        match &mut section.body {
            Body::Field | Body::Rough => {
                if indent == 0 && !dash && !body.starts_with(LEFT_EDGE) {
                    return false;
                }
            }
            Body::List(list) => {
                if dash && list.blocks.is_empty() {
                    list.indent = indent;
                }
                if dash && indent == list.indent {
                    if let Some(last) = list.blocks.last_mut() {
                        last.end = offset(self.pending);
                    }
                    return self.block(start);
                }
                if body.starts_with('#') && (indent <= list.indent || list.blocks.is_empty()) {
                    return true;
                }
                if list.blocks.is_empty() || indent <= list.indent || body.starts_with('\t') {
                    section.body = Body::Rough;
                }
            }
        }
        self.pending = at;
        true
    }

    /// A block begins: itself and those after it that were there before are taken over, or it is read line by line.
    fn block(&mut self, head: usize) -> bool {
        let (pending, at) = (self.pending, self.at);
        let Some(list) = self.cut.layout.sections.last_mut().and_then(Section::list_mut) else {
            return false;
        };
        let Some(from) = self.cut.from.last_mut() else {
            return false;
        };
        if let Some(known) = &mut self.known
            && let Some(run) = known.run(self.text.as_bytes(), pending, at, list.indent)
        {
            let by = i64::from(offset(pending)) - i64::from(known.list.blocks[run.start].start);
            let moved = known.list.blocks[run.clone()].iter().map(|block| block.shifted(by));
            list.blocks.extend(moved);
            from.extend(run.clone().map(offset));
            if self.unseen < pending {
                self.cut.fresh.push(self.unseen..pending);
            }
            self.at = list.blocks.last().map_or(at, |last| last.end as usize);
            self.pending = self.at;
            self.unseen = self.at;
            return true;
        }
        list.blocks.push(Block {
            start: offset(pending),
            head: offset(head),
            end: offset(at),
            id: 0,
        });
        from.push(FRESH);
        self.pending = at;
        true
    }

    /// Ends the last section, and its last block.
    fn close(&mut self) {
        let end = self.pending;
        let Some(section) = self.cut.layout.sections.last_mut() else {
            return;
        };
        section.span.end = end;
        let Some(list) = section.list_mut() else { return };
        if let Some(last) = list.blocks.last_mut() {
            last.end = offset(end);
        }
        // The last block of a list is never taken over with a run: where it ends is only known now.
        if let (Some(known), Some(from), Some(last)) = (
            &self.known,
            self.cut.from.last_mut().and_then(|from| from.last_mut()),
            list.blocks.last_mut(),
        ) && *from == FRESH
            && let Some(was) = known
                .list
                .blocks
                .get(known.next.min(known.list.blocks.len().wrapping_sub(1)))
            && known.text[was.span()] == self.text[last.span()]
            && was.head - was.start == last.head - last.start
            && known.list.indent == list.indent
        {
            *from = offset(known.next.min(known.list.blocks.len() - 1));
            last.id = was.id;
        }
    }
}

/// A list of the text before.
struct Known<'a> {
    text: &'a str,
    list: &'a List,
    /// The block that is likely to come next.
    next: usize,
    /// New blocks in a row that were not found among the old.
    misses: usize,
    /// Places of blocks by the hash of their first line; made when looking ahead did not help.
    by_line: Option<HashMap<u64, usize>>,
}

impl Known<'_> {
    /// The blocks from the one that begins at `start` (its dash line ends at `line`) that are the same bytes in both
    /// texts, and after which another block begins in both.
    fn run(&mut self, text: &[u8], start: usize, line: usize, indent: usize) -> Option<Range<usize>> {
        let (old, blocks) = (self.text.as_bytes(), &self.list.blocks);
        if indent != self.list.indent || self.next >= blocks.len() {
            return None;
        }
        let opening = &text[start..line];
        let begins = |place: &usize| {
            blocks
                .get(*place)
                .is_some_and(|block| old[block.start as usize..].starts_with(opening))
        };
        let found = (self.next..self.next + 3).find(begins).or_else(|| {
            self.misses += 1;
            if self.misses < 4 {
                return None;
            }
            let by_line = self.by_line.get_or_insert_with(|| {
                let first = |block: &Block| &old[block.start as usize..line_end(old, block.head as usize)];
                blocks
                    .iter()
                    .enumerate()
                    .map(|(place, block)| (xxh3_64(first(block)), place))
                    .collect()
            });
            by_line.get(&xxh3_64(opening)).copied().filter(begins)
        });
        let first = found?;
        self.misses = 0;
        self.next = first;
        let origin = blocks[first].start as usize;
        let same = origin + common(&old[origin..], &text[start..]);
        // Blocks whose dash line is the same; the last of them may go on differently.
        let mut after = first + blocks[first..].partition_point(|block| (block.head as usize) < same);
        while after > first && line_end(old, blocks[after - 1].head as usize) > same {
            after -= 1;
        }
        let last = after.checked_sub(1)?;
        self.next = if last > first { last } else { first };
        (last > first).then_some(first..last)
    }
}
