//! What was told to whom. Sending itself is not done here: this is the record that it was.

use std::time::Duration;

use super::draft::{Done, Draft};
use super::words::{brief, line, maybe_line, plain, text};
use crate::incident::entry::Entry;
use crate::incident::model::Communication;
use crate::incident::words::EventKind;

/// What an update says beside its words.
pub(super) struct Told<'a> {
    /// The state that the audience is told.
    pub status: Option<&'a String>,
    /// When it may expect the end, from now.
    pub eta: Option<Duration>,
    /// Why it is told an earlier state again.
    pub reason: Option<&'a String>,
    /// Who said yes to the words.
    pub approved_by: Option<&'a String>,
}

pub(super) fn send(draft: &mut Draft, audience: &str, words: &str, told: &Told<'_>) -> Done {
    let reason = maybe_line(told.reason, "reason")?;
    let entry = Communication {
        id: draft.id(Communication::LETTER),
        at: draft.now(),
        by: draft.by().to_owned(),
        audience: line(audience, "audience")?,
        text: text(words, "update")?,
        status: maybe_line(told.status, "status")?,
        eta: told.eta.map(|eta| draft.now().plus(eta).to_string()),
        approved_by: maybe_line(told.approved_by, "name")?,
        ..Communication::default()
    };
    let title = draft.name.clone().unwrap_or_else(|| plain(&entry.audience));
    let back = reason.map(|reason| {
        let state = entry.status.as_deref().unwrap_or("an earlier state");
        format!(" (back to {state}: {reason})")
    });
    let approved = entry.approved_by.as_ref().map(|who| format!(" (approved by {who})"));
    let said = format!(
        "update sent to {title}: {}{}{}",
        brief(&entry.text),
        back.unwrap_or_default(),
        approved.unwrap_or_default()
    );
    let event = draft.say(EventKind::Comms, said);
    event.subject = Some(format!("communications.{}", entry.audience).into());
    event.to = entry.status.clone().map(Into::into);
    draft.add(entry);
    Ok(())
}
