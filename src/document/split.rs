//! Cutting a file's text into sections and blocks by line and indentation, only where that is certainly right.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::incident::SECTIONS;

/// A top-level key with its lines.
#[derive(Clone, Debug)]
pub struct Section {
    /// The key.
    pub key: String,
    /// From its first leading comment line to before the next section's.
    pub span: Range<usize>,
    /// Where its key stands.
    pub head: usize,
    /// For lists: the indentation of the dashes, and the blocks.
    pub list: Option<List>,
}

/// The blocks of a list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Columns before each dash.
    pub indent: usize,
    /// In the order of the file.
    pub blocks: Vec<Block>,
}

/// One entry's text.
#[derive(Clone, Debug)]
pub struct Block {
    /// With its leading comments.
    pub span: Range<usize>,
    /// Where its dash line starts.
    pub head: usize,
    /// Hash of the text.
    pub hash: u64,
    /// The entry's id, once it is parsed; empty where it has none or is quarantined.
    pub id: Box<str>,
}

/// What a text is made of.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// In the order of the file.
    pub sections: Vec<Section>,
    /// Where the last section ends: from here on there are only comments (the end line).
    pub end: usize,
    /// Whether every line found its place; otherwise the file is parsed and written as a whole.
    pub clean: bool,
}

/// The key of a line that begins a section.
fn top_key(line: &str) -> Option<&str> {
    let end = line.find(':')?;
    let key = &line[..end];
    let after = &line[end + 1..];
    let is_word = !key.is_empty()
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        && key.as_bytes()[0].is_ascii_alphabetic();
    (is_word && (after.is_empty() || after.starts_with([' ', '\r']))).then_some(key)
}

/// The text after the key's colon, without a comment or line end.
fn after_key(line: &str) -> &str {
    let rest = line.split_once(':').map_or("", |(_, rest)| rest).trim();
    if rest.starts_with('#') { "" } else { rest }
}

/// Cuts a text. Offsets are bytes.
pub fn split(text: &str) -> Layout {
    let mut layout = Layout {
        clean: true,
        ..Layout::default()
    };
    let mut at = text.strip_prefix('\u{feff}').map_or(0, |_| 3);
    // First byte of comments and blank lines that belong to whatever comes next.
    let mut pending = at;
    for line in text[at..].split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let start = at;
        at += line.len();
        let body = bare.trim_start_matches(' ');
        let indent = bare.len() - body.len();
        if body.is_empty() || (body.starts_with('#') && indent == 0) {
            continue;
        }
        if indent == 0
            && let Some(key) = top_key(bare)
        {
            let list = (SECTIONS.contains(&key) && after_key(bare).is_empty()).then(List::default);
            layout.clean &= list.is_some() || !SECTIONS.contains(&key) || after_key(bare) == "[]";
            close(text, &mut layout, pending);
            layout.sections.push(Section {
                key: key.to_owned(),
                span: pending..at,
                head: start,
                list,
            });
            pending = at;
            continue;
        }
        let Some(section) = layout.sections.last_mut() else {
            layout.clean = false;
            return layout;
        };
        if let Some(list) = &mut section.list {
            let dash = body == "-" || body.starts_with("- ");
            if dash && list.blocks.is_empty() {
                list.indent = indent;
            }
            if dash && indent == list.indent {
                if let Some(last) = list.blocks.last_mut() {
                    last.span.end = pending;
                }
                list.blocks.push(Block {
                    span: pending..at,
                    head: start,
                    hash: 0,
                    id: "".into(),
                });
            } else if list.blocks.is_empty() || indent <= list.indent || body.starts_with('\t') {
                layout.clean = false;
            }
        } else if indent == 0 {
            layout.clean = false;
        }
        pending = at;
    }
    close(text, &mut layout, pending);
    layout.end = pending;
    for key in 1..layout.sections.len() {
        layout.clean &= !layout.sections[..key]
            .iter()
            .any(|earlier| earlier.key == layout.sections[key].key);
    }
    layout
}

/// Ends the last section, and its last block, before `end`.
fn close(text: &str, layout: &mut Layout, end: usize) {
    if let Some(section) = layout.sections.last_mut() {
        section.span.end = end;
        if let Some(list) = &mut section.list {
            if let Some(last) = list.blocks.last_mut() {
                last.span.end = end;
            }
            for block in &mut list.blocks {
                block.hash = xxh3_64(text[block.span.clone()].as_bytes());
            }
        }
    }
}
