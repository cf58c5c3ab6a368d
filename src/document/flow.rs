//! Entries in flow style (`- {id: …, text: …}`): only the fields that differ are written anew, in the same style.

use std::ops::Range;

use serde_json::{Map, Value};

use super::{lines, write};

/// What an opening bracket encloses.
struct Flow {
    /// The places of its members, from behind the bracket or comma to before the next.
    members: Vec<Range<usize>>,
    /// Where it closes.
    end: usize,
}

/// The members of the flow collection that opens at `at`; `None` where they cannot be told apart.
fn members(text: &str, at: usize) -> Option<Flow> {
    let bytes = text.as_bytes();
    let (mut depth, mut quote, mut fresh) = (0usize, None, true);
    let mut members = Vec::new();
    let mut start = at + 1;
    let mut place = at;
    while let Some(&byte) = bytes.get(place) {
        match (quote, byte) {
            (Some(b'"'), b'\\') => place += 1,
            (Some(b'\''), b'\'') if bytes.get(place + 1) == Some(&b'\'') => place += 1,
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if fresh => quote = Some(byte),
            (None, b'#') if place > 0 && bytes[place - 1].is_ascii_whitespace() => {
                place = memchr::memchr(b'\n', &bytes[place..]).map_or(bytes.len(), |end| place + end);
                continue;
            }
            (None, b'[' | b'{') if fresh => depth += 1,
            (None, b',') if depth == 1 => {
                members.push(start..place);
                start = place + 1;
                fresh = true;
            }
            (None, b']' | b'}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    members.push(start..place);
                    return Some(Flow { members, end: place });
                }
                fresh = false;
            }
            (None, b',') => fresh = true,
            (None, byte) if byte.is_ascii_whitespace() => {}
            (None, byte) => {
                let colon = byte == b':'
                    && (bytes.get(place + 1).is_none_or(u8::is_ascii_whitespace)
                        || matches!(place.checked_sub(1).map(|before| bytes[before]), Some(b'"' | b'\'')));
                fresh = colon;
            }
        }
        place += 1;
    }
    None
}

/// A block that is one flow map, with the fields that differ written anew.
pub(super) fn entry(block: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> Option<String> {
    let open = block.find('{')?;
    if block[..open].trim() != "-" {
        return None;
    }
    let flow = members(block, open)?;
    let mut parts: Vec<(String, String)> = Vec::new();
    for place in &flow.members {
        let text = &block[place.clone()];
        if text.trim().is_empty() {
            return None;
        }
        let (key, _) = lines::key_of(text.trim())?;
        if parts.iter().any(|(known, _)| *known == key) {
            return None;
        }
        parts.push((key.into_owned(), text.to_owned()));
    }
    for (key, text) in &parts {
        let goes = old.contains_key(key) && !new.contains_key(key);
        if text.contains('#') && (goes || old.get(key) != new.get(key)) {
            return None;
        }
    }
    parts.retain(|(key, _)| new.contains_key(key) || !old.contains_key(key));
    let mut after = 0;
    for (key, value) in new {
        let place = parts.iter().position(|(name, _)| name == key);
        if old.get(key) != Some(value) || place.is_none() {
            let mut one = Map::new();
            one.insert(key.clone(), value.clone());
            let text = write::flow(&Value::Object(one));
            let text = &text[1..text.len() - 1];
            match place {
                Some(place) => {
                    let was = &parts[place].1;
                    let lead = &was[..was.len() - was.trim_start().len()];
                    let tail = &was[was.trim_end().len()..];
                    parts[place].1 = format!("{lead}{text}{tail}");
                }
                None => parts.insert(after.min(parts.len()), (key.clone(), format!(" {text}"))),
            }
        }
        after = place.unwrap_or(after) + 1;
    }
    let inner: Vec<&str> = parts.iter().map(|(_, text)| text.as_str()).collect();
    Some(format!("{}{}{}", &block[..=open], inner.join(","), &block[flow.end..]))
}

/// A section whose value is a flow list, with further members at its end.
pub(super) fn appended(section: &str, members_: &[Value]) -> Option<String> {
    let (_, value) = lines::key_of(section.lines().next()?)?;
    let open = section.find('[').filter(|_| value.starts_with('['))?;
    let flow = members(section, open)?;
    let last = flow.members.last()?;
    let comma = if section[last.clone()].trim().is_empty() {
        " "
    } else {
        ", "
    };
    let texts: Vec<String> = members_.iter().map(write::flow).collect();
    let at = flow.end;
    let lead = &section[..at];
    let lead = if lead.ends_with('\n') || comma == " " {
        lead
    } else {
        lead.trim_end_matches(' ')
    };
    Some(format!("{lead}{comma}{}{}", texts.join(", "), &section[at..]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn one_field_of_a_flow_entry_changes() {
        let old = map(&json!({"id": "ea", "text": "a, b", "x": "0049"}));
        let new = map(&json!({"id": "ea", "text": "c", "by": "kim", "x": "0049"}));
        let text = entry("- {\"id\": ea, text: 'a, b', x: 0049}  # why\n", &old, &new).unwrap();
        assert_eq!(text, "- {\"id\": ea, text: c, by: kim, x: 0049}  # why\n");
    }

    #[test]
    fn a_flow_list_grows_at_its_end() {
        let text = appended("timeline: [{id: a}, # one\n  {id: b}] # all\n", &[json!({"id": "c"})]).unwrap();
        assert_eq!(text, "timeline: [{id: a}, # one\n  {id: b}, {id: c}] # all\n");
        assert_eq!(
            appended("timeline: []\n", &[json!({"id": "c"})]).unwrap(),
            "timeline: [ {id: c}]\n"
        );
    }
}
