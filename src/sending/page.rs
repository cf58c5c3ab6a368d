//! An incident on a status page: opened by the first update that is published, and updated by those that follow. What the page calls it
//! is written into the incident, so that whoever publishes next goes on with it.

use std::sync::Arc;

use serde_json::Value;

use super::deliver::{PATIENCE, nonce_of};
use crate::hook::{Run, program};
use crate::incident::{Change, Event, EventKind, Incident, live};
use crate::message::Format;
use crate::session::{Clock, Open, Session};
use crate::store::Repository;
use crate::store::hooks::Described;
use crate::store::outbox::Message;

/// How the event begins that keeps what the page calls its incident.
const OPENED: &str = "opened on the status page: ";
/// The place of that event among what a message writes.
const PLACE: usize = 1_000;
/// The longest id that a page gives.
const LONGEST: usize = 100;

/// Whether a hook publishes on a status page.
pub(super) fn publishes(hook: &Described) -> bool {
    matches!(&hook.hook.run, Run::Webhook(way) if way.format == Some(Format::StatusPage))
}

/// What the page calls its incident, where it was opened there by this hook.
pub(super) fn opened(repository: &Repository, message: &Message) -> Option<String> {
    let place = repository.find(&message.incident).ok()?;
    let document = repository.read(&place).ok()?;
    named(document.incident(), &message.hook)
}

fn named(incident: &Incident, hook: &str) -> Option<String> {
    let by = program::author(hook);
    let of_hook = |event: &&Event| event.by == by && event.text.starts_with(OPENED);
    let event = live(&incident.timeline).rev().find(of_hook)?;
    let id = event.text.strip_prefix(OPENED)?.split_whitespace().next()?;
    is_id(id).then(|| id.to_owned())
}

/// It becomes a part of an address.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// The body of an update to an incident that the page has: its name stays as it is there.
pub(super) fn update(body: &str) -> String {
    let Ok(mut whole) = serde_json::from_str::<Value>(body) else {
        return body.to_owned();
    };
    if let Some(fields) = whole.get_mut("incident").and_then(Value::as_object_mut) {
        fields.remove("name");
    }
    whole.to_string()
}

/// Keeps what the page calls the incident that it has just opened; a page that does not say it gets a new one each time.
pub(super) fn keep(
    repository: &Repository,
    message: &Message,
    answer: &str,
    clock: &Arc<dyn Clock>,
) -> Result<(), String> {
    let answer: Value = serde_json::from_str(answer.trim()).unwrap_or_default();
    let of_page = answer.get("incident").unwrap_or(&answer);
    let text = |name: &str| of_page.get(name).and_then(Value::as_str);
    let Some(id) = text("id").filter(|id| is_id(id)) else {
        return Ok(());
    };
    let link = text("shortlink").filter(|link| link.starts_with("https://") && !link.contains(char::is_whitespace));
    let said = link.map_or_else(|| format!("{OPENED}{id}"), |link| format!("{OPENED}{id} {link}"));
    let place = repository.find(&message.incident).map_err(|error| error.to_string())?;
    let session = Session::open(Open {
        repository,
        place,
        by: program::author(&message.hook),
        clock: Arc::clone(clock),
        watch: false,
    })
    .map_err(|error| error.to_string())?;
    let change = Change::Log {
        kind: EventKind::Comms,
        text: said,
        at: None,
        pin: false,
    };
    session
        .apply_as(&nonce_of(message, PLACE), change)
        .map_err(|refusal| refusal.to_string())?;
    session.flush(PATIENCE).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_id_of_this_hook_counts_and_none_that_leads_elsewhere() {
        let event = |by: &str, text: &str| {
            Arc::new(Event {
                by: by.into(),
                text: text.into(),
                ..Event::default()
            })
        };
        let mut incident = Incident::default();
        assert_eq!(named(&incident, "page"), None);
        incident.timeline = vec![
            event("program:page", "opened on the status page: old1"),
            event(
                "program:page",
                "opened on the status page: p31zjtct2jer https://stspg.io/x",
            ),
            event("program:other", "opened on the status page: elsewhere"),
            event("sam", "opened on the status page: mine"),
        ];
        assert_eq!(named(&incident, "page").as_deref(), Some("p31zjtct2jer"));
        incident
            .timeline
            .push(event("program:page", "opened on the status page: ../../x"));
        assert_eq!(named(&incident, "page"), None);
        assert!(!update(r#"{"incident":{"name":"x","body":"y"}}"#).contains("name"));
    }
}
