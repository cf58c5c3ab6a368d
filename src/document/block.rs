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
    let Some(mut chunks) = chunks(block, indent + 2, old) else {
        let mut out = String::new();
        write::item(&mut out, indent, &Value::Object(new.clone()), eol);
        return out;
    };
    chunks.retain(|(key, _)| key.is_empty() || new.contains_key(key));
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
    let mut out: String = chunks.into_iter().map(|(_, text)| text).collect();
    // Whichever field is first now carries the dash.
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

/// The lines of each field of a block; `None` where they cannot be told apart.
fn chunks(block: &str, indent: usize, fields: &Map<String, Value>) -> Option<Vec<(String, String)>> {
    let mut chunks: Vec<(String, String)> = Vec::new();
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
        let key = body
            .split_once(':')
            .map(|(key, _)| key.trim_matches(['"', '\'']))
            .unwrap_or_default();
        let own = !blank && depth == indent && !body.starts_with('#') && !body.starts_with("- ");
        if own {
            if !fields.contains_key(key) || chunks.iter().any(|(name, _)| name == key) {
                return None;
            }
            chunks.push((key.to_owned(), line));
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
