//! Writing values as YAML: block style, one form for each value, strings plain only where no reader can misread them.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::incident::Incident;
use crate::incident::field::Nature;

/// Keys whose maps stand on one line.
static ON_ONE_LINE: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let fields = Incident::FIELDS.iter();
    let short = fields.filter(|field| matches!(field.nature, Nature::Stamps | Nature::Moment));
    short.map(|field| field.name).collect()
});

/// Words that some YAML reader takes for something else than text.
const RESERVED: &[&str] = &[
    "y",
    "n",
    "yes",
    "no",
    "on",
    "off",
    "true",
    "false",
    "null",
    "nan",
    "inf",
    "infinity",
    "undefined",
];

/// Bytes of the longest of them.
const LONGEST_RESERVED: usize = 9;

/// What bytes may mean in a text without quotes: one that no text has, a comment, a key, a bracket in flow, more than ASCII.
const CONTROL: u8 = 1;
const HASH: u8 = 2;
const COLON: u8 = 4;
const BRACKET: u8 = 8;
const WIDE: u8 = 16;

const MEANS: [u8; 256] = {
    let mut means = [0; 256];
    let mut byte = 0u8;
    loop {
        means[byte as usize] = match byte {
            0..0x20 | 0x7f => CONTROL,
            b'#' => HASH,
            b':' => COLON,
            b',' | b'[' | b']' | b'{' | b'}' => BRACKET,
            0x80.. => WIDE,
            _ => 0,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    means
};

/// Whether a text may stand without quotes: then every YAML reader takes it for exactly this text.
pub(super) fn is_plain(text: &str, in_flow: bool) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return false };
    if bytes.len() >= 1024 {
        return false;
    }
    let instant = if first.is_ascii_digit() {
        instant_at_start(bytes)
    } else {
        0
    };
    // What a byte may mean is looked up; only where one may mean something is it asked what it does.
    let marks = bytes.iter().fold(0, |marks, byte| marks | MEANS[usize::from(*byte)]);
    if marks & CONTROL != 0 || (in_flow && marks & BRACKET != 0) || bytes.ends_with(b" ") {
        return false;
    }
    if marks & HASH != 0 && memchr::memmem::find(bytes, b" #").is_some() {
        return false;
    }
    if marks & COLON != 0 {
        let ends = |place: usize| matches!(bytes.get(place + 1), None | Some(b' ')) || (in_flow && place >= instant);
        if memchr::memchr_iter(b':', bytes).any(ends) {
            return false;
        }
    }
    if marks & WIDE != 0 && text.chars().any(is_unprintable) {
        return false;
    }
    if instant > 0 {
        return true;
    }
    if first.is_ascii_digit() {
        let strange = |c: char| c.is_alphabetic() && !"TtZzeExXoObBaAcCdDfFiInN_".contains(c);
        return text.contains(' ') && text.chars().any(strange);
    }
    let is_letter = first.is_ascii_alphabetic() || text.starts_with(char::is_alphabetic);
    is_letter && (text.len() > LONGEST_RESERVED || !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// The length of `2026-11-20T14:05:02.117Z` at the beginning of a text, alone or as the time of a stamp; 0 where there is
/// none.
fn instant_at_start(bytes: &[u8]) -> usize {
    let shape = b"dddd-dd-ddTdd:dd:dd.dddZ";
    let fits = bytes.len() >= shape.len()
        && bytes.iter().zip(shape).all(|(byte, form)| {
            if *form == b'd' {
                byte.is_ascii_digit()
            } else {
                byte == form
            }
        })
        && matches!(bytes.get(shape.len()), None | Some(b'/'));
    if fits { shape.len() } else { 0 }
}

pub(super) fn is_unprintable(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A text with quotes; everything that is not plainly visible is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_unprintable(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A scalar on one line.
fn scalar(value: &Value, in_flow: bool) -> String {
    match value {
        Value::String(text) if is_plain(text, in_flow) => text.clone(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// Whether a text of several lines survives as a literal block; with the block's header.
fn literal_header(text: &str) -> Option<&'static str> {
    let (body, header) = match text.strip_suffix('\n') {
        Some(body) => (body, "|"),
        None => (text, "|-"),
    };
    let fits = body.contains('\n')
        && !body.ends_with('\n')
        && !body.starts_with([' ', '\n', '\t'])
        && body.chars().all(|c| c == '\n' || !is_unprintable(c))
        && body
            .split('\n')
            .all(|line| line.is_empty() || !line.trim_matches([' ', '\t']).is_empty());
    fits.then_some(header)
}

/// A key that may stand without quotes.
fn key(name: &str, in_flow: bool) -> String {
    if is_plain(name, in_flow) && !name.contains(':') {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// A value on one line.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let inner: Vec<String> = map
                .iter()
                .map(|(name, value)| format!("{}: {}", key(name, true), flow(value)))
                .collect();
            format!("{{{}}}", inner.join(", "))
        }
        Value::Array(list) => {
            let inner: Vec<String> = list.iter().map(flow).collect();
            format!("[{}]", inner.join(", "))
        }
        other => scalar(other, true),
    }
}

/// `key: value` at an indentation, as whole lines that end in `eol`.
pub(super) fn field(out: &mut String, indent: usize, name: &str, value: &Value, eol: &str) {
    let pad = " ".repeat(indent);
    let label = key(name, false);
    match value {
        Value::Object(map) if !map.is_empty() && !ON_ONE_LINE.contains(&name) => {
            out.push_str(&format!("{pad}{label}:{eol}"));
            for (name, value) in map {
                field(out, indent + 2, name, value, eol);
            }
        }
        Value::Array(list) if list.iter().any(Value::is_object) => {
            out.push_str(&format!("{pad}{label}:{eol}"));
            for value in list {
                item(out, indent, value, eol);
            }
        }
        Value::Object(_) | Value::Array(_) => out.push_str(&format!("{pad}{label}: {}{eol}", flow(value))),
        Value::String(text) if literal_header(text).is_some() => {
            let header = literal_header(text).unwrap_or("|-");
            out.push_str(&format!("{pad}{label}: {header}{eol}"));
            for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                if !line.is_empty() {
                    out.push_str(&pad);
                    out.push_str("  ");
                    out.push_str(line);
                }
                out.push_str(eol);
            }
        }
        other => out.push_str(&format!("{pad}{label}: {}{eol}", scalar(other, false))),
    }
}

/// One entry of a list: `- key: value` and the lines that follow.
pub(super) fn item(out: &mut String, indent: usize, value: &Value, eol: &str) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let start = out.len();
            fields(out, indent + 2, map, eol);
            out.replace_range((start + indent)..=(start + indent), "-");
        }
        other => out.push_str(&format!("{}- {}{eol}", " ".repeat(indent), flow(other))),
    }
}

/// All fields of a map.
pub(super) fn fields(out: &mut String, indent: usize, map: &Map<String, Value>, eol: &str) {
    for (name, value) in map {
        field(out, indent, name, value, eol);
    }
}
