use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::kinds::is_structure;
use super::lost::between;
use super::plan::taken_out;
use super::*;
use crate::incident::apply::apply;
use crate::incident::apply::laws::{declared, request};
use crate::incident::model::{Event, Incident};
use crate::incident::words::EventKind;
use crate::incident::{Change, newest};

const SECRET: &str = "hunter2-XYZ";

fn made(state: &Incident, number: usize, change: Change) -> Result<Incident, String> {
    let at = Time::from_millis(1_795_190_000_000 + number as i64 * 1000);
    apply(state, &request(number, "kim", at, change), newest(state))
        .map(|(next, _)| next)
        .map_err(|refusal| refusal.to_string())
}

fn redacted(state: &Incident, number: usize, plan: Plan) -> Incident {
    let change = Change::Redact {
        said: "words".into(),
        what: plan.what,
        reason: None,
    };
    made(state, number, change).unwrap()
}

fn set(field: &str, value: &str) -> Change {
    Change::SetField {
        field: field.into(),
        value: value.into(),
    }
}

fn text(state: &Incident) -> String {
    serde_json::to_string(state).unwrap()
}

/// A value of the schema with the secret in every text, and the names of those texts; what is an id, an instant or a word of a
/// list is as it has to be.
fn filled(schema: &Value, at: &Value, list: &str, name: &str, kept: &mut Vec<String>) -> Option<Value> {
    if let Some(named) = at.get("$ref").and_then(Value::as_str) {
        let named = named.trim_start_matches("#/$defs/");
        let inner = &schema["$defs"][named];
        return match named {
            "Time" => Some(json!("2026-11-20T14:00:00Z")),
            _ if inner.get("properties").is_some() => filled(schema, inner, list, name, kept),
            // A word of a list; the first that is known.
            _ => words_of(inner).first().cloned(),
        };
    }
    let nullable = |word: &str| {
        at["type"] == word
            || at["type"]
                .as_array()
                .is_some_and(|types| types.iter().any(|one| one == word))
    };
    if let Some(any) = at.get("anyOf").and_then(Value::as_array) {
        return any.iter().find_map(|one| filled(schema, one, list, name, kept));
    }
    let inside = |key: &str| {
        if name.is_empty() {
            key.to_owned()
        } else {
            format!("{name}.{key}")
        }
    };
    if let Some(properties) = at.get("properties").and_then(Value::as_object) {
        let mut map = Map::new();
        for (key, property) in properties {
            let name = inside(key);
            let value = match key.as_str() {
                "rev" => continue,
                "id" => Some(json!("z2345678")),
                _ => filled(schema, property, list, &name, kept),
            };
            if let Some(value) = value {
                map.insert(key.clone(), value);
            }
        }
        // What this version does not know.
        map.insert("unknown".into(), json!(format!("so {SECRET} it is")));
        return Some(Value::Object(map));
    }
    if nullable("array") {
        return filled(schema, &at["items"], list, &inside("z2345678"), kept).map(|one| json!([one]));
    }
    if nullable("string") {
        if is_structure(list, name) {
            kept.push(format!("{list}.{name}"));
            return Some(json!("word"));
        }
        return Some(json!(format!("so {SECRET} it is")));
    }
    if nullable("object") {
        return Some(json!({"own": format!("so {SECRET} it is"), "status": format!("{SECRET}!")}));
    }
    nullable("integer").then(|| json!(1))
}

fn words_of(schema: &Value) -> Vec<Value> {
    let own = schema
        .get("enum")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let any = schema.get("anyOf").or_else(|| schema.get("oneOf"));
    let inner = any
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .flat_map(words_of)
        .chain(schema.get("const").cloned());
    own.into_iter().chain(inner).collect()
}

#[test]
fn words_go_from_every_text_that_an_incident_can_hold() {
    let schema = schemars::schema_for!(Incident);
    let schema = schema.as_value();
    let properties = schema["properties"].as_object().unwrap();
    let mut kept = Vec::new();
    let mut whole = Map::new();
    for (key, property) in properties {
        if ["redactions", "rev"].contains(&key.as_str()) {
            continue;
        }
        let is_list = super::super::SECTIONS.contains(&key.as_str());
        let (list, name, of) = if is_list {
            (key.as_str(), "", &property["items"])
        } else {
            ("", key.as_str(), property)
        };
        if let Some(value) = filled(schema, of, list, name, &mut kept) {
            whole.insert(key.clone(), if is_list { json!([value]) } else { value });
        }
    }
    whole.insert(
        "unknown".into(),
        json!({"deep": [{"a": format!("so {SECRET}")}, SECRET]}),
    );
    // An event of a change of words: what it says was changed is a text.
    whole["timeline"][0]["ref"] = json!("z2345678.statement");
    let state: Incident = serde_json::from_value(Value::Object(whole)).unwrap();
    let held = text(&state).matches(SECRET).count();
    assert!(held > 70, "{held}");
    let after = redacted(&state, 1, words(&state, SECRET, "kim").unwrap());
    assert!(!text(&after).contains(SECRET), "{}", text(&after));
    // What stays: who adds a field of this kind says so here.
    kept.sort_unstable();
    kept.dedup();
    assert_eq!(
        kept,
        [
            ".framework",
            ".id",
            ".severity",
            ".status",
            ".uid",
            "communications.audience",
            "inquiries.hypothesis",
            "mitigations.option",
            "roles.role",
            "timeline.ref",
        ]
    );
}

#[test]
fn a_redacted_title_is_set_anew_and_stays_so_and_undo_brings_nothing_back() {
    let state = made(&declared(), 1, set("title", &format!("Login with {SECRET} fails"))).unwrap();
    let (before, undo) = {
        let at = Time::from_millis(1_795_190_002_000);
        let (next, applied) = apply(
            &state,
            &request(2, "kim", at, set("title", &format!("{SECRET} again"))),
            newest(&state),
        )
        .unwrap();
        (next, applied.inverse.unwrap())
    };
    let after = redacted(&before, 3, entry(&before, "title", "kim").unwrap());
    assert_eq!(after.title, "[redacted by kim]");
    assert!(made(&after, 4, undo).is_err());
    let (anew, undo) = {
        let at = Time::from_millis(1_795_190_005_000);
        let set = request(5, "kim", at, set("title", "Login fails"));
        let (next, applied) = apply(&after, &set, newest(&after)).unwrap();
        (next, applied.inverse.unwrap())
    };
    assert!(made(&anew, 9, undo).unwrap_err().contains("nothing brings that back"));
    assert_eq!(anew.title, "Login fails");
    let later = made(&anew, 6, set("title", "Login fails for all")).unwrap();
    assert_eq!(later.title, "Login fails for all");
    let told = |state: &Incident| {
        let about = |event: &&Arc<Event>| event.subject.as_deref() == Some("title");
        state.timeline.iter().rfind(about).unwrap().text.clone()
    };
    assert_eq!(told(&later), "title: Login fails for all (was: Login fails)");
    let mut again = later.clone();
    settle(&mut again);
    assert_eq!(again, later);
    // Redacted once more, the new one goes, too.
    let gone = redacted(&later, 7, entry(&later, "title", "kim").unwrap());
    assert_eq!(gone.title, "[redacted by kim]");
    assert_eq!(made(&gone, 8, set("title", "Third")).unwrap().title, "Third");
}

#[test]
fn what_is_set_by_one_who_knew_stands_and_by_one_who_did_not_goes() {
    let start = made(&declared(), 1, set("summary", &format!("{SECRET} leaked"))).unwrap();
    let known = redacted(&start, 2, entry(&start, "summary", "kim").unwrap());
    let anew = made(&known, 3, set("summary", "A password leaked")).unwrap();
    // Of a later clock even.
    let ignorant = made(&start, 900, set("summary", &format!("{SECRET} leaked twice"))).unwrap();
    for redactions in [&anew.redactions, &united([&anew, &ignorant])] {
        let settled = under(&ignorant, redactions).unwrap();
        assert_eq!(settled.summary.as_deref(), Some("[redacted by kim]"));
        assert!(!text(&settled).contains(SECRET), "{}", text(&settled));
        assert!(under(&settled, redactions).is_none(), "once is enough");
    }
    assert!(under(&anew, &anew.redactions).is_none());
}

#[test]
fn the_beginning_of_the_words_goes_where_they_were_cut() {
    let secrets = [SECRET.to_owned()];
    let cut = |text: &str| taken_out(text, &secrets, "[x]");
    assert_eq!(cut("so hunter2-XYZ… and hunt… and hun…"), "so [x]… and [x]… and hun…");
    assert_eq!(cut("… …"), "… …");
}

#[test]
fn an_ordinary_word_of_a_redacted_line_stays_elsewhere() {
    let log = |text: &str| Change::Log {
        kind: EventKind::Note,
        text: text.into(),
        at: None,
        pin: false,
    };
    let state = made(&made(&declared(), 1, log("done")).unwrap(), 2, log("rollback is done")).unwrap();
    let id = state
        .timeline
        .iter()
        .find(|event| event.text == "done")
        .unwrap()
        .id
        .clone();
    let after = redacted(&state, 3, entry(&state, &id, "kim").unwrap());
    assert!(after.timeline.iter().any(|event| event.text == "rollback is done"));
}

#[test]
fn what_a_redaction_took_is_told_from_what_stood_there() {
    assert_eq!(
        between("ran with hunter2 once", "ran with [redacted by kim] once"),
        Some(vec!["hunter2"])
    );
    assert_eq!(between("hunter2", "[redacted by kim]"), Some(vec!["hunter2"]));
    assert_eq!(
        between("a hunter2 b hunter3", "a [redacted by k] b [redacted by k]"),
        Some(vec!["hunter2", "hunter3"])
    );
    assert_eq!(between("other", "ran with [redacted by kim]"), None);
    let start = made(&declared(), 1, set("summary", &format!("{SECRET} leaked"))).unwrap();
    let after = redacted(&start, 2, words(&start, SECRET, "kim").unwrap());
    let mut all = lost(&start, &after);
    all.dedup();
    assert_eq!(all, [(SECRET.to_owned(), "kim".to_owned())]);
    assert!(lost(&after, &after).is_empty());
    let anew = made(&after, 3, set("summary", "A password leaked")).unwrap();
    assert!(lost(&anew, &after).is_empty(), "what was set anew is no secret");
}

#[test]
fn what_a_field_held_before_is_not_what_was_redacted() {
    let before = made(&declared(), 1, set("summary", "Checkout is slow")).unwrap();
    let held = made(&before, 2, set("summary", &format!("see {SECRET}"))).unwrap();
    let after = redacted(&held, 3, words(&held, SECRET, "kim").unwrap());
    let learned = lost(&before, &after);
    assert!(learned.is_empty(), "{learned:?}");
    let learned = lost(&held, &after);
    assert!(
        !learned.is_empty() && learned.iter().all(|(words, _)| words.contains(SECRET)),
        "{learned:?}"
    );
}

#[test]
fn only_what_changed_is_looked_at() {
    let mut state = declared();
    for number in 1..200 {
        state = made(&state, number, set("summary", &format!("it is {number}"))).unwrap();
    }
    let count = |before: Option<&Incident>, now: &Incident| {
        let mut texts = 0;
        fresh_texts(before, now, &mut |_| texts += 1);
        texts
    };
    let all = count(None, &state);
    let log = Change::Log {
        kind: EventKind::Note,
        text: "more".into(),
        at: None,
        pin: false,
    };
    let next = made(&state, 300, log).unwrap();
    assert!(all > 600);
    assert_eq!(count(Some(&state), &state), 0);
    assert!(count(Some(&state), &next) < 10, "{}", count(Some(&state), &next));
}
