//! The schema of `hooks.yaml`, for editors that check while one types.

use serde_json::{Value, json};

use super::event::Named;
use crate::message::Format;

/// The JSON Schema of a file of hooks.
pub fn schema() -> Value {
    let some = json!({"type": "string", "minLength": 1});
    let words = |about: &str| json!({"description": about, "anyOf": [some, {"type": "array", "items": some}]});
    let word = |about: &str| json!({"description": about, "type": "string", "minLength": 1});
    let formats: Vec<&str> = Format::KNOWN
        .iter()
        .copied()
        .filter(|word| !matches!(Format::parse(word), Some(Format::Plain | Format::Markdown)))
        .collect();
    let event = json!({"anyOf": [{"enum": Named::KNOWN}, {"type": "string", "pattern": "\\*$"}]});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hooks of warroom",
        "type": "object",
        "additionalProperties": false,
        "properties": {"hooks": {"type": "array", "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["name"],
            "oneOf": [
                {"required": ["run"]}, {"required": ["url"]}, {"required": ["url-file"]}, {"required": ["url-env"]},
            ],
            "anyOf": [{"required": ["on"]}, {"required": ["answers"]}],
            // What answers is a program.
            "dependentRequired": {"answers": ["run"]},
            "properties": {
                "name": {"description": "Its name, unique in the file.", "type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"},
                "on": {
                    "description": "The events that it fires on; `incident.*` and `*` are patterns.",
                    "anyOf": [event, {"type": "array", "items": event, "minItems": 1}],
                },
                "audience": words("Only updates to these audiences."),
                "severity": words("Only incidents of these severities."),
                "only": word("Only what whoever holds this role does; of a timer that is overdue, from the console of that person."),
                "answers": word("The specialist whose requests the program answers."),
                "run": {
                    "description": "The program and its arguments; the event is JSON on its standard input.",
                    "anyOf": [some, {"type": "array", "items": {"type": "string"}, "prefixItems": [some], "minItems": 1}],
                },
                "url": {
                    "description": "The address to post to, https:// (http:// for this machine alone).",
                    "type": "string",
                    "pattern": "^https?://",
                },
                "url-file": word("A file whose first line is the address."),
                "url-env": word("A variable of the environment that holds the address."),
                "secret-file": word("A file with the secret of the signature, `whsec_…`."),
                "secret-env": word("A variable of the environment that holds the secret."),
                "authorization-file": word("A file with the whole Authorization header."),
                "authorization-env": word("A variable of the environment that holds the Authorization header."),
                "format": {"description": "The form of the body; the event as JSON where there is none.", "enum": formats},
                "limit": word("How long one try may take: 1s to 10m, 30s where there is none."),
                "note": word("For people."),
            },
        }}},
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::parse::KEYS;
    use super::*;

    #[test]
    fn it_knows_the_keys_that_are_read_and_no_others() {
        let schema = schema();
        let known = schema["properties"]["hooks"]["items"]["properties"]
            .as_object()
            .unwrap();
        let known: BTreeSet<&str> = known.keys().map(String::as_str).collect();
        assert_eq!(known, KEYS.into_iter().collect());
    }
}
