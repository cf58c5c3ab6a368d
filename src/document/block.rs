//! The text of one entry, field by field.

use serde_json::{Map, Value};

use super::write;

/// The id in a block that this program has written; empty where there is none.
pub fn id(body: &str) -> &str {
    body.lines()
        .find_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("id:"))
        .map_or("", |id| id.trim().trim_matches(['"', '\'']))
}

/// A block with only the lines of changed fields written anew; written as a whole where it is not one field a line.
pub fn text(block: &str, indent: usize, old: &Map<String, Value>, new: &Map<String, Value>, eol: &str) -> String {
    let known = |chunks: &Vec<Chunk>| {
        let once = |(place, chunk): (usize, &Chunk)| chunks[..place].iter().all(|earlier| earlier.0 != chunk.0);
        chunks.iter().all(|(key, _)| old.contains_key(key)) && chunks.iter().enumerate().all(once)
    };
    let Some(mut chunks) = chunks(block, indent).filter(known) else {
        let mut out = String::new();
        write::item(&mut out, indent, &Value::Object(new.clone()), eol);
        return out;
    };
    chunks.retain(|(key, _)| new.contains_key(key));
    let mut after = 0;
    for (key, value) in new {
        let place = chunks.iter().position(|(name, _)| name == key);
        if old.get(key) != Some(value) || place.is_none() {
            let mut out = String::new();
            write::field(&mut out, indent + 2, key, value, eol);
            match place {
                Some(place) => chunks[place].1 = out,
                None => chunks.insert(after.min(chunks.len()), (key.clone(), out)),
            }
        }
        after = place.unwrap_or(after) + 1;
    }
    joined(&chunks, indent)
}

/// A field of an entry: its key, and its lines with the comments and blank lines after them.
pub type Chunk = (String, String);

/// The fields of a block whose dash stands at `indent`, the dash as a blank; `None` where they cannot be told apart.
pub fn chunks(block: &str, indent: usize) -> Option<Vec<Chunk>> {
    let indent = indent + 2;
    let mut chunks: Vec<Chunk> = Vec::new();
    for (number, line) in block.split_inclusive('\n').enumerate() {
        let line = if number == 0 {
            // The dash becomes a blank, so that every field looks alike.
            let dash = line.find('-')?;
            format!("{} {}", &line[..dash], &line[dash + 1..])
        } else {
            line.to_owned()
        };
        let body = line.trim_start_matches(' ');
        let depth = line.len() - body.len();
        let blank = body.trim().is_empty();
        if !blank && depth < indent {
            return None;
        }
        let own = !blank && depth == indent && !body.starts_with('#') && !body.starts_with("- ");
        if own {
            let (key, _) = body.split_once(':')?;
            chunks.push((key.trim_matches(['"', '\'']).to_owned(), line));
        } else {
            chunks.last_mut()?.1.push_str(&line);
        }
    }
    if let Some((_, last)) = chunks.last_mut()
        && !last.ends_with('\n')
    {
        last.push('\n');
    }
    (!chunks.is_empty()).then_some(chunks)
}

/// A block of these fields: whichever is first carries the dash.
pub fn joined(chunks: &[Chunk], indent: usize) -> String {
    let mut out: String = chunks.iter().map(|(_, text)| text.as_str()).collect();
    let dash: String = " ".repeat(indent) + "- ";
    let first = out
        .lines()
        .take_while(|line| line.trim_start().starts_with('#'))
        .map(|line| line.len() + 1)
        .sum::<usize>();
    if first < out.len() {
        out.replace_range(first..first + indent + 2, &dash);
    }
    out
}
