//! Status and severity: forward, back, resolved, closed, cancelled, opened again.

use super::draft::{Done, Draft};
use super::words::{because, brief, invalid, line, maybe, maybe_line, past, person, text, unchanged};
use crate::incident::change::Refusal;
use crate::incident::clock;
use crate::incident::duplicate;
use crate::incident::history;
use crate::incident::live;
use crate::incident::model::{Event, Moment};
use crate::incident::statuses::Class;
use crate::incident::time::Time;
use crate::incident::words::EventKind;

pub(super) fn status(draft: &mut Draft, status: &str, reason: Option<&String>) -> Done {
    let status = line(status, "status")?;
    let old = draft.old.status.clone();
    if status == old {
        return unchanged(format!("the status is {status} already"));
    }
    let reason = maybe(reason, "reason")?;
    match draft.statuses.class(&status) {
        Class::Resolved if draft.statuses.class(&old) != Class::Closed => {
            return resolve(draft, None, None, reason.as_ref());
        }
        Class::Closed => return close(draft, None, None),
        Class::Cancelled => return cancel(draft, reason.as_deref().unwrap_or_default()),
        Class::Open | Class::Monitoring | Class::Resolved => {}
    }
    let said = format!("{status}{}{}", was(&old), because(reason.as_deref()));
    enter(draft, &status);
    if draft.statuses.class(&status) == Class::Monitoring {
        let now = draft.now();
        super::mitigations::ended(draft, now);
    }
    tell(draft, EventKind::Status, said, &old, &status);
    Ok(())
}

pub(super) fn severity(draft: &mut Draft, severity: &str, reason: Option<&String>) -> Done {
    let severity = line(severity, "severity")?;
    let old = draft.old.severity.clone();
    if severity == old {
        return unchanged(format!("the severity is {severity} already"));
    }
    let reason = maybe(reason, "reason")?;
    draft.new.severity.clone_from(&severity);
    let said = format!("{severity}{}{}", was(&old), because(reason.as_deref()));
    let event = draft.say(EventKind::Severity, said);
    event.subject = Some("severity".into());
    event.from = (!old.is_empty()).then(|| old.into());
    event.to = Some(severity.into());
    Ok(())
}

pub(super) fn resolve(draft: &mut Draft, force: Option<&String>, at: Option<Time>, note: Option<&String>) -> Done {
    let old = draft.old.status.clone();
    let class = draft.statuses.class(&old);
    if class == Class::Resolved && at.is_none() && note.is_none() {
        return unchanged(format!("the incident is {old} already"));
    }
    if class.is_ended() {
        return invalid(format!("the incident is {old} already"));
    }
    let (force, note) = (maybe(force, "reason")?, maybe(note, "note")?);
    let at = past(at.unwrap_or(draft.now()), draft.now())?;
    if let Some(start) = clock::start(draft.old).filter(|start| *start > at) {
        return invalid(format!(
            "it cannot have been resolved at {}, before it began at {}",
            at.said(),
            start.said()
        ));
    }
    let to = draft.statuses.of(Class::Resolved);
    enter(draft, to);
    draft.new.resolved = Some(Moment {
        at,
        by: draft.by().to_owned(),
        forced: force.clone(),
        ..Moment::default()
    });
    super::fields::in_order(draft)?;
    let mut said = format!("resolved{}{}", was(&old), because(note.as_deref()));
    if let Some(reason) = &force {
        said = format!("{said}; gate overridden: {reason}");
    }
    tell(draft, EventKind::Resolved, said, &old, to);
    draft.backdate(at);
    Ok(())
}

pub(super) fn close(draft: &mut Draft, force: Option<&String>, missing: Option<&String>) -> Done {
    let old = draft.old.status.clone();
    match draft.statuses.class(&old) {
        Class::Closed => return unchanged(format!("the incident is {old} already")),
        Class::Cancelled => return invalid(format!("the incident is {old} already")),
        Class::Open | Class::Monitoring | Class::Resolved => {}
    }
    let (force, missing) = (maybe(force, "reason")?, maybe_line(missing, "what is missing")?);
    let to = draft.statuses.of(Class::Closed);
    enter(draft, to);
    if let Some(closed) = &mut draft.new.closed {
        closed.forced.clone_from(&force);
    }
    let mut said = format!("closed{}", was(&old));
    if let Some(reason) = &force {
        let missing = missing.as_deref().unwrap_or("nothing");
        said = format!("{said}; review overridden (missing: {missing}): {reason}");
    }
    tell(draft, EventKind::Closed, said, &old, to);
    Ok(())
}

pub(super) fn cancel(draft: &mut Draft, reason: &str) -> Done {
    let old = draft.old.status.clone();
    match draft.statuses.class(&old) {
        Class::Cancelled => return unchanged(format!("the incident is {old} already")),
        Class::Resolved | Class::Closed => {
            return invalid(format!("the incident is {old} already; reopen it first"));
        }
        Class::Open | Class::Monitoring => {}
    }
    let reason = text(reason, "reason")?;
    let to = draft.statuses.of(Class::Cancelled);
    enter(draft, to);
    let said = match duplicate_in(draft, &reason) {
        Some((parent, because)) => format!("cancelled as a {parent}{}{because}", was(&old)),
        None => format!("cancelled as a false positive{}: {reason}", was(&old)),
    };
    tell(draft, EventKind::Cancelled, said, &old, to);
    Ok(())
}

/// That a reason calls the incident a duplicate of one that it has a link to, and what else the reason says.
fn duplicate_in<'r>(draft: &Draft, reason: &'r str) -> Option<(&'r str, &'r str)> {
    let mut links = live(&draft.new.links);
    let said = links.find_map(|link| {
        let said = duplicate::duplicate_of(&link.target);
        reason.starts_with(&said).then_some(said.len())
    })?;
    Some(reason.split_at(said))
}

pub(super) fn reopen(draft: &mut Draft, reason: &str) -> Done {
    let old = draft.old.status.clone();
    if !draft.statuses.is_ended(&old) {
        return unchanged(format!("the incident is {old}, so it is open already"));
    }
    let reason = text(reason, "reason")?;
    let status = history::last_open_status(draft.old, draft.statuses);
    enter(draft, &status);
    tell(
        draft,
        EventKind::Reopened,
        format!("opened again as {status}{}: {reason}", was(&old)),
        &old,
        &status,
    );
    Ok(())
}

/// Sets the status, and with it the instants that freeze the clocks or let them run again.
fn enter(draft: &mut Draft, status: &str) {
    status.clone_into(&mut draft.new.status);
    match draft.statuses.class(status) {
        Class::Open | Class::Monitoring => {
            draft.new.resolved = None;
            draft.new.closed = None;
        }
        Class::Resolved => draft.new.closed = None,
        Class::Closed | Class::Cancelled => {
            draft.new.closed = Some(Moment {
                at: draft.now(),
                by: draft.by().to_owned(),
                ..Moment::default()
            });
        }
    }
}

fn tell(draft: &mut Draft, kind: EventKind, said: String, from: &str, to: &str) {
    let event = draft.say(kind, said);
    event.subject = Some("status".into());
    event.from = (!from.is_empty()).then(|| from.into());
    event.to = Some(to.into());
}

fn was(old: &str) -> String {
    if old.is_empty() {
        String::new()
    } else {
        format!(" (was {})", brief(old))
    }
}

/// A line that is itself what was done, so that taking it back is taking that back: its kind, words, and what it is about.
pub(super) fn record(
    draft: &mut Draft,
    kind: EventKind,
    text: String,
    subject: &str,
    from: Option<String>,
    to: String,
) {
    let event = Event {
        id: draft.event_id(),
        at: draft.now(),
        by: draft.by().to_owned(),
        kind,
        text,
        subject: Some(subject.into()),
        from: from.map(Into::into),
        to: Some(to.into()),
        ..Event::default()
    };
    draft.log(event);
}

/// `said`, and why.
fn with_reason(said: String, reason: Option<&String>) -> Result<String, Refusal> {
    Ok(match maybe_line(reason, "reason")? {
        Some(reason) => format!("{said}: {reason}"),
        None => said,
    })
}

pub(super) fn escalate(draft: &mut Draft, to: &str, reason: Option<&String>) -> Done {
    let to = line(to, "target")?;
    let title = draft.name.clone().unwrap_or_else(|| to.clone());
    let text = with_reason(format!("escalated to {title}"), reason)?;
    record(draft, EventKind::Escalation, text, "escalation", None, to);
    Ok(())
}

pub(super) fn procedure(draft: &mut Draft, procedure: &str, reason: Option<&String>) -> Done {
    let id = line(procedure, "procedure")?;
    let title = draft.name.clone().unwrap_or_else(|| id.clone());
    let text = with_reason(format!("procedure started, {title}"), reason)?;
    record(draft, EventKind::Procedure, text, "procedure", None, id);
    Ok(())
}

pub(super) fn unreachable(draft: &mut Draft, who: &str, next: Option<&String>) -> Done {
    let who = person(who)?;
    let next = maybe_line(next, "whom to call then")?;
    let next = next.unwrap_or_else(|| "someone else who can do it".to_owned());
    let text = format!("{who} does not answer; next to call: {next}");
    record(draft, EventKind::Comms, text, "unreachable", Some(who), next);
    Ok(())
}
