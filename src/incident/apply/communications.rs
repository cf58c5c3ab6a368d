//! What was told to whom. Sending itself is not done here: this is the record that it was.

use std::time::Duration;

use super::draft::{Done, Draft};
use super::words::{brief, line, maybe_line, plain, text};
use crate::incident::model::Communication;
use crate::incident::words::EventKind;

pub fn send(draft: &mut Draft, audience: &str, words: &str, status: Option<&String>, eta: Option<Duration>) -> Done {
    let entry = Communication {
        id: draft.id('u'),
        at: draft.now(),
        by: draft.by().to_owned(),
        audience: line(audience, "audience")?,
        text: text(words, "update")?,
        status: maybe_line(status, "status")?,
        eta: eta.map(|eta| draft.now().plus(eta).to_string()),
        ..Communication::default()
    };
    let title = draft.name.clone().unwrap_or_else(|| plain(&entry.audience));
    let event = draft.say(EventKind::Comms, format!("told {title}: {}", brief(&entry.text)));
    event.subject = Some(format!("communications.{}", entry.audience).into());
    event.to = entry.status.clone().map(Into::into);
    draft.add(entry);
    Ok(())
}
