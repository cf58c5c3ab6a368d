//! JSON that chats, trackers and loggers export: an array of records, an object with one, or a record on each line.

use serde_json::{Map, Value};

use super::draft::{Draft, Item, Said};
use super::marks::{Speaker, Stamp, When, called, stamp};
use crate::incident::time::written::Written;
use crate::incident::{EventKind, Time};

/// Fields that hold the time, the better ones first.
const TIMES: [&str; 20] = [
    "ts",
    "timestamp",
    "@timestamp",
    "time",
    "at",
    "datetime",
    "date",
    "when",
    "created_at",
    "createdAt",
    "create_at",
    "occurred_at",
    "occurredAt",
    "event_time",
    "sent_at",
    "sentAt",
    "firstTimestamp",
    "lastTimestamp",
    "__REALTIME_TIMESTAMP",
    "_time",
];

/// Fields that hold who said it.
const NAMES: [&str; 17] = [
    "user",
    "username",
    "author",
    "by",
    "who",
    "name",
    "real_name",
    "display_name",
    "displayName",
    "sender",
    "from",
    "actor",
    "user_profile",
    "created_by",
    "user_name",
    "userName",
    "agent",
];

/// The field with who said it in full, where `user` is an id.
const PROFILE: &str = "user_profile";

/// Fields that hold the words.
const WORDS: [&str; 18] = [
    "text",
    "message",
    "msg",
    "content",
    "body",
    "description",
    "event",
    "summary",
    "note",
    "title",
    "what",
    "log",
    "comment",
    "MESSAGE",
    "details",
    "line",
    "textPayload",
    "_raw",
];

/// Fields that hold the records, and kinds.
const LISTS: [&str; 16] = [
    "messages",
    "events",
    "items",
    "timeline",
    "records",
    "entries",
    "logs",
    "data",
    "results",
    "updates",
    "incident_updates",
    "comments",
    "log_entries",
    "notes",
    "activities",
    "history",
];

/// Reads a text so.
pub(super) fn read(text: &str) -> Draft {
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if !trimmed.starts_with(['{', '[']) {
        return Draft::default();
    }
    let mut draft = Draft::default();
    if let Ok(value) = serde_json::from_str::<Value>(trimmed) {
        let lines = trimmed.lines().filter(|line| !line.trim().is_empty()).count();
        let streams = streams(&value);
        let all = if streams.is_empty() {
            records(&value)
        } else {
            streams.iter().collect()
        };
        for (number, record) in all.iter().enumerate() {
            take(&mut draft, record, number + 1);
        }
        // All lines of a document are understood where its records are.
        if !all.is_empty() && draft.strange.len() * 2 <= all.len() {
            draft.understood = lines.max(draft.understood);
        }
        return draft;
    }
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Value>(line) {
            Ok(value) if value.is_object() => take(&mut draft, &value, number + 1),
            _ => draft.strange.push(number + 1),
        }
    }
    draft
}

/// The lines of a log store's answer, a record each: `{"streams": [{"stream": {…}, "values": [["1763990430000000000", "text"]]}]}`.
fn streams(value: &Value) -> Vec<Value> {
    let inner = value.get("data").unwrap_or(value);
    let all = ["result", "streams"].iter().find_map(|key| inner.get(*key)?.as_array());
    let lines = |stream: &Value| -> Option<Vec<Value>> {
        let program = PROGRAMS
            .iter()
            .find_map(|key| stream.get("stream")?.get(*key)?.as_str());
        let line = |pair: &Value| {
            let (at, text) = (pair.get(0)?.as_str()?, pair.get(1)?.as_str()?.trim_end());
            let words = program.map_or_else(|| text.to_owned(), |program| format!("{program}: {text}"));
            Some(serde_json::json!({ "ts": at, "line": words }))
        };
        Some(stream.get("values")?.as_array()?.iter().filter_map(line).collect())
    };
    all.into_iter().flatten().filter_map(lines).flatten().collect()
}

/// Labels of a stream that say which program wrote it, the better ones first.
const PROGRAMS: [&str; 6] = ["app", "service_name", "service", "container", "pod", "job"];

/// The records of a document: an array, or the first one that an object has.
fn records(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(all) => all.iter().collect(),
        Value::Object(map) => {
            let hits = || map.get("hits")?.get("hits")?.as_array();
            let list = LISTS.iter().find_map(|name| map.get(*name)?.as_array()).or_else(hits);
            list.map_or_else(|| vec![value], |all| all.iter().collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Fields that hold the record itself.
const WRAPS: [&str; 3] = ["_source", "attributes", "result"];

fn take(draft: &mut Draft, record: &Value, line: usize) {
    // Search engines and agents wrap what they hold.
    let inner = WRAPS.iter().find_map(|key| record.get(*key)?.as_object());
    let said = record.as_object().and_then(|map| said(map, line));
    match said.or_else(|| inner.and_then(|map| self::said(map, line))) {
        Some(said) => {
            draft.understood += 1;
            draft.items.push(Item::Said(said));
        }
        None => draft.strange.push(line),
    }
}

fn said(map: &Map<String, Value>, line: usize) -> Option<Said> {
    let stamp = TIMES.iter().find_map(|name| moment(map.get(*name)?));
    let words = WORDS.iter().find_map(|name| plain(map.get(*name)?))?;
    let who = map
        .get(PROFILE)
        .and_then(profiled)
        .or_else(|| NAMES.iter().find_map(|name| person(map.get(*name)?)));
    let words = if is_slack(map) { unescaped(&words) } else { words };
    // A level says how grave a log's line is; a kind is one of ours.
    let level = ["level", "severity", "levelname"]
        .iter()
        .find_map(|name| map.get(*name)?.as_str());
    let kind = ["kind", "type"]
        .iter()
        .find_map(|name| map.get(*name)?.as_str())
        .filter(|kind| EventKind::known(kind).is_some());
    let words = match (kind, level) {
        (Some(kind), _) => format!("{kind}: {words}"),
        (None, Some(level)) => format!("{level}: {words}"),
        (None, None) => words,
    };
    stamp.is_some().then(|| Said {
        line,
        stamp,
        who: who.map(|name| Speaker {
            name,
            sure: true,
            dashed: false,
        }),
        full: words.clone(),
        text: words,
    })
}

/// Whether a record is a message as Slack exports it.
fn is_slack(map: &Map<String, Value>) -> bool {
    let said_by = [PROFILE, "user", "bot_id"];
    map.get("ts").is_some_and(Value::is_string) && said_by.iter().any(|key| map.contains_key(*key))
}

/// Slack writes these three signs so, and only these.
fn unescaped(words: &str) -> String {
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The name that people go by, of a profile; beside it `user` is an id.
fn profiled(profile: &Value) -> Option<String> {
    let keys = ["display_name", "real_name", "name"];
    let names = keys.iter().filter_map(|key| profile.get(*key)?.as_str());
    let name = names.map(called).find(|name| !name.is_empty())?;
    (name.len() <= 60).then_some(name)
}

/// A time: as text, or seconds, milliseconds or microseconds since the Unix epoch.
fn moment(value: &Value) -> Option<Stamp> {
    let digits = value
        .as_str()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    if let (Some(text), None) = (value.as_str(), digits) {
        let (stamp, rest) = stamp(text)?;
        return rest.trim().is_empty().then_some(stamp);
    }
    // Journals write even the number as a text.
    let number = digits.map_or_else(|| value.as_f64(), |digits| digits.parse().ok());
    let number = number.filter(|number| *number >= 1e9)?;
    let millis = match number {
        n if n < 1e11 => n * 1000.0,
        n if n < 1e14 => n,
        n if n < 1e17 => n / 1000.0,
        n => n / 1e6,
    };
    #[expect(clippy::cast_possible_truncation, reason = "below 1e14")]
    let millis = millis.round() as i64;
    let written = Written {
        instant: Some(Time::from_millis(millis)),
        ..Written::default()
    };
    Some(Stamp::of(When::Written(written)))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        // Slack and others write a text in pieces.
        Value::Array(parts) => {
            let piece = |part: &Value| part.as_str().or_else(|| part.get("text")?.as_str()).map(str::to_owned);
            let all: Vec<String> = parts.iter().filter_map(piece).collect();
            Some(all.concat())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
    .filter(|text| !text.trim().is_empty())
}

fn person(value: &Value) -> Option<String> {
    let name = match value {
        Value::String(name) => Some(name.as_str()),
        Value::Object(map) => NAMES
            .iter()
            .chain(&["login", "email", "summary"])
            .find_map(|key| map.get(*key)?.as_str()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }?;
    let name = called(name);
    (!name.is_empty() && name.len() <= 60).then_some(name)
}
