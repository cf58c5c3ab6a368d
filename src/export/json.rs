//! An incident as one JSON document: the file's own fields, with the durations that reports use. The incident's schema is
//! `assets/schema/incident.json`.

use serde_json::{Map, Value, json};

use super::{Audience, Subject};
use crate::report::Name;

/// The whole incident; for people outside, what was sent.
pub fn document(subject: &Subject<'_>) -> Value {
    if subject.audience == Audience::External {
        let sent: Vec<Value> = subject
            .sent()
            .into_iter()
            .map(|sent| json!({"at": sent.at, "status": sent.status, "text": subject.words(sent)}))
            .collect();
        let head = json!({"title": subject.title(), "as_of": subject.as_of()});
        return json!({"incident": head, "updates": sent});
    }
    let durations: Map<String, Value> = Name::ALL
        .into_iter()
        .map(|name| {
            let key = json!(name).as_str().unwrap_or_default().to_owned();
            (format!("{key}_s"), json!(name.of(subject.case).ok()))
        })
        .collect();
    let mut incident = serde_json::to_value(subject.incident()).unwrap_or_default();
    incident["id"] = json!(subject.case.id);
    json!({"as_of": subject.as_of(), "durations": durations, "incident": incident})
}
