//! A strict reader for events in the form that this program writes. It accepts exactly what the writer would have written
//! and leaves everything else to the YAML library.

use crate::incident::{Event, EventKind, Time};

use super::write::is_plain;

/// Reads one block at the given indentation of its dash; `None` where anything is not as we would have written it.
pub(super) fn event(block: &str, indent: usize) -> Option<Event> {
    let mut event = Event::default();
    let mut seen = 0u16;
    for (number, line) in block.split_terminator('\n').enumerate() {
        let bytes = line.as_bytes();
        let lead = if number == 0 { b'-' } else { b' ' };
        if bytes.len() < indent + 3
            || bytes[..indent].iter().any(|b| *b != b' ')
            || bytes[indent] != lead
            || bytes[indent + 1] != b' '
        {
            return None;
        }
        let field = &line[indent + 2..];
        let colon = memchr::memchr(b':', field.as_bytes())?;
        let (key, value) = (&field[..colon], field[colon + 1..].strip_prefix(' ')?);
        let bit = match key {
            "id" => 1,
            "at" => 2,
            "kind" => 4,
            "text" => 8,
            "by" => 16,
            "recorded" => 32,
            "pinned" => 64,
            "ref" => 128,
            "from" => 256,
            "to" => 512,
            _ => return None,
        };
        if seen & bit != 0 {
            return None;
        }
        seen |= bit;
        match key {
            "id" => event.id = text(value)?,
            "at" => event.at = time(value)?,
            "kind" => event.kind = EventKind::from(text(value)?.as_str()),
            "text" => event.text = text(value)?,
            "by" => event.by = text(value)?,
            "recorded" => event.recorded = Some(time(value)?),
            "ref" => event.subject = Some(text(value)?.into()),
            "from" => event.from = Some(text(value)?.into()),
            "to" => event.to = Some(text(value)?.into()),
            _ => event.pinned = value == "true",
        }
        if key == "pinned" && value != "true" {
            return None;
        }
    }
    (seen & 15 == 15).then_some(event)
}

fn time(value: &str) -> Option<Time> {
    (value.len() == 24).then(|| Time::parse_rfc3339(value)).flatten()
}

fn text(value: &str) -> Option<String> {
    if value.starts_with('"') {
        return serde_json::from_str(value).ok();
    }
    is_plain(value, false).then(|| value.to_owned())
}
