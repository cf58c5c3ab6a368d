//! The text of one entry, field by field.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{comments, lines, write};

/// The id in a block that this program has written; empty where there is none.
pub(super) fn id(body: &str) -> &str {
    body.lines()
        .find_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("id:"))
        .map_or("", |id| id.trim().trim_matches(['"', '\'']))
}

/// A block with only the lines of changed fields written anew, and their comments kept; written as a whole where its fields
/// cannot be told apart.
pub(super) fn text(
    block: &str,
    indent: usize,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    eol: &str,
) -> String {
    let once = |chunks: &Vec<Chunk>| {
        let mut seen = HashSet::new();
        chunks.iter().all(|(key, _)| seen.insert(key.clone()))
    };
    let Some(mut chunks) = chunks(block, indent).filter(once) else {
        if let Some(flow) = super::flow::entry(block, old, new) {
            return flow;
        }
        let mut out = String::new();
        write::item(&mut out, indent, &Value::Object(new.clone()), eol);
        return comments::kept(block, out, eol);
    };
    let column = column(&chunks, indent);
    let mut orphans = String::new();
    chunks.retain(|(key, text)| {
        let stays = new.contains_key(key) || !old.contains_key(key);
        if !stays {
            orphans.push_str(&comments::kept(text, String::new(), eol));
        }
        stays
    });
    let mut after = usize::from(chunks.first().is_some_and(|(key, _)| key.is_empty()));
    // Fields mostly stand in the order in which they are written: looked for from where the last one was.
    let place_of = |chunks: &[Chunk], key: &str, from: usize| {
        let (before, behind) = chunks.split_at(from.min(chunks.len()));
        let behind = behind
            .iter()
            .position(|(name, _)| name == key)
            .map(|at| at + before.len());
        behind.or_else(|| before.iter().position(|(name, _)| name == key))
    };
    let known: HashSet<String> = chunks.iter().map(|(key, _)| key.clone()).collect();
    for (key, value) in new {
        let place = known.contains(key).then(|| place_of(&chunks, key, after)).flatten();
        if old.get(key) != Some(value) || place.is_none() {
            let mut out = String::new();
            write::field(&mut out, column, key, value, eol);
            match place {
                Some(place) => chunks[place].1 = comments::kept(&chunks[place].1, out, eol),
                None => chunks.insert(after.min(chunks.len()), (key.clone(), out)),
            }
            after = place.unwrap_or(after.min(chunks.len() - 1)) + 1;
        } else {
            after = place.unwrap_or(after) + 1;
        }
    }
    if let Some((_, last)) = chunks.last_mut() {
        last.push_str(&orphans);
    }
    joined(&chunks, indent)
}

/// The column at which an entry's fields stand.
fn column(chunks: &[Chunk], indent: usize) -> usize {
    let own = chunks.iter().find(|(key, _)| !key.is_empty());
    own.map_or(indent + 2, |(_, text)| text.len() - text.trim_start_matches(' ').len())
}

/// A field of an entry: its key, and its lines with the comments and blank lines after them. Where nothing but a comment
/// stands behind the dash, the first has no key.
pub(super) type Chunk = (String, String);

/// The fields of a block whose dash stands at `indent`, the dash as a blank; `None` where they cannot be told apart.
pub(super) fn chunks(block: &str, indent: usize) -> Option<Vec<Chunk>> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut column: Option<usize> = None;
    for (number, line) in block.split_inclusive('\n').enumerate() {
        let line = if number == 0 {
            // The dash becomes a blank, so that every field looks alike.
            let dash = line.find('-')?;
            let rest = &line[dash + 1..];
            let gap = if rest.starts_with([' ', '\t']) { "" } else { " " };
            format!("{} {gap}{rest}", &line[..dash])
        } else {
            line.to_owned()
        };
        let body = line.trim_start_matches(' ');
        let depth = line.len() - body.len();
        let blank = body.trim().is_empty();
        if number == 0 && (blank || body.starts_with('#')) {
            chunks.push((String::new(), line));
            continue;
        }
        if blank || body.starts_with('#') {
            chunks.last_mut()?.1.push_str(&line);
            continue;
        }
        let column = *column.get_or_insert(depth);
        if column <= indent || depth < column {
            return None;
        }
        if depth == column && !(body.starts_with("- ") || body.trim_end() == "-") {
            let (key, value) = lines::key_of(body)?;
            if value == "?" || value.starts_with(['"', '\'']) && !is_closed(value) {
                return None;
            }
            chunks.push((key.into_owned(), line));
        } else {
            chunks.last_mut()?.1.push_str(&line);
        }
    }
    if let Some((_, last)) = chunks.last_mut()
        && !last.ends_with('\n')
    {
        last.push('\n');
    }
    chunks.iter().any(|(key, _)| !key.is_empty()).then_some(chunks)
}

/// Whether a quoted text ends on its first line; one that goes on may hold lines that look like fields.
fn is_closed(value: &str) -> bool {
    let quote = value.chars().next().unwrap_or('"');
    lines::closes(&value[1..], quote)
}

/// A block of these fields: whichever is first carries the dash.
pub(super) fn joined(chunks: &[Chunk], indent: usize) -> String {
    let mut out: String = chunks.iter().map(|(_, text)| text.as_str()).collect();
    let dash: String = " ".repeat(indent) + "- ";
    let first = out
        .lines()
        .take_while(|line| line.trim_start().starts_with('#') && line.len() - line.trim_start().len() < indent + 2)
        .map(|line| line.len() + 1)
        .sum::<usize>();
    if first < out.len() {
        out.replace_range(first..first + indent + 2, &dash);
        let end = first + dash.len();
        if out[end..].starts_with(['\n', '\r']) {
            out.remove(end - 1);
        }
    }
    out
}
