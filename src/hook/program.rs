//! What a program answers to a request: one JSON document on its standard output, or plain words.

use serde_json::Value;

use crate::incident::people::PROGRAM;

/// The most characters of an answer that are taken.
const LONGEST: usize = 4_000;
/// The most pieces of evidence and links.
const MOST: usize = 20;

/// An answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// In words, with links and how sure it is.
    pub text: String,
    /// Whether it speaks for or against the hypothesis that it was asked about.
    pub supports: Option<bool>,
    /// More that it found, and what that speaks for.
    pub evidence: Vec<(String, Option<bool>)>,
}

/// Who a program's answer is by.
pub fn author(name: &str) -> String {
    format!("{PROGRAM}{name}")
}

/// Reads an answer: `{text, supports, evidence: [text or {text, supports}], links: [..], confidence}`; words that are no such document
/// are the text itself.
pub fn reply(output: &str) -> Result<Reply, String> {
    let output = output.trim();
    if output.is_empty() {
        return Err("it answered nothing".into());
    }
    let Ok(Value::Object(map)) = serde_json::from_str::<Value>(output) else {
        return Ok(Reply {
            text: cut(output),
            ..Reply::default()
        });
    };
    let text = map
        .get("text")
        .and_then(Value::as_str)
        .map(str::trim)
        .unwrap_or_default();
    let list = |key: &str| map.get(key).and_then(Value::as_array).into_iter().flatten().take(MOST);
    let evidence: Vec<(String, Option<bool>)> = list("evidence")
        .filter_map(|one| match one {
            Value::String(text) => Some((cut(text), None)),
            other => {
                let text = other.get("text").and_then(Value::as_str)?;
                Some((cut(text), other.get("supports").and_then(Value::as_bool)))
            }
        })
        .filter(|(text, _)| !text.is_empty())
        .collect();
    let mut words = cut(text);
    match map.get("confidence") {
        Some(Value::Number(sure)) => words += &format!(" (confidence {sure})"),
        Some(Value::String(sure)) => words += &format!(" (confidence {})", cut(sure)),
        _ => {}
    }
    for link in list("links").filter_map(Value::as_str) {
        words += &format!("\n{}", cut(link));
    }
    let words = words.trim().to_owned();
    if words.is_empty() && evidence.is_empty() {
        return Err("its answer has no `text`".into());
    }
    let text = if text.is_empty() {
        let first = evidence.iter().map(|(text, _)| text.clone()).next().unwrap_or_default();
        if first.is_empty() { words } else { first }
    } else {
        words
    };
    Ok(Reply {
        text,
        supports: map.get("supports").and_then(Value::as_bool),
        evidence,
    })
}

fn cut(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}… (cut)", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_document_or_words() {
        let whole = reply(
            r#"{"text": "CPU is pinned", "supports": true, "evidence": ["load 64", {"text": "no swap", "supports": false}],
                "links": ["https://g.example/1"], "confidence": 0.8}"#,
        )
        .unwrap();
        assert_eq!(whole.text, "CPU is pinned (confidence 0.8)\nhttps://g.example/1");
        assert_eq!(whole.supports, Some(true));
        assert_eq!(
            whole.evidence,
            [("load 64".into(), None), ("no swap".into(), Some(false))]
        );
        assert_eq!(reply("just words\n").unwrap().text, "just words");
        assert_eq!(reply("[1, 2]").unwrap().text, "[1, 2]");
        assert!(reply(" \n").is_err() && reply("{}").is_err());
        assert!(reply(&"x".repeat(90_000)).unwrap().text.chars().count() < LONGEST + 10);
    }
}
