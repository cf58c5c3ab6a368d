//! The events that hooks fire on, each with a name that a receiver can rely on.

use crate::framework::model::words;
use crate::incident::{Event, EventKind};

words! {
    /// A named event. Its name is what a receiver gets as `type`.
    Named {
        /// The incident was declared.
        Declared => "incident.declared",
        /// Someone took it on.
        Acknowledged => "incident.acknowledged",
        /// Its status changed; ended, closed, reopened and cancelled have names of their own.
        Status => "incident.status_changed",
        /// Its severity changed.
        Severity => "incident.severity_changed",
        /// It was resolved.
        Resolved => "incident.resolved",
        /// It was closed.
        Closed => "incident.closed",
        /// It was opened again.
        Reopened => "incident.reopened",
        /// It was a false alarm.
        Cancelled => "incident.cancelled",
        /// Someone who can do more was called in.
        Escalated => "incident.escalated",
        /// A field, milestone or link changed.
        Changed => "incident.changed",
        /// A role was given, cleared or handed over.
        Role => "role.changed",
        /// An update was sent to an audience.
        Update => "update.sent",
        /// A line was logged by a person or a machine.
        Logged => "event.logged",
        /// Something was decided.
        Decided => "decision.made",
        /// A specialist was called in or a task given.
        Requested => "request.made",
        /// A request was read back, answered or withdrawn.
        Answered => "request.changed",
        /// A hypothesis or the analysis changed.
        Hypothesis => "hypothesis.changed",
        /// A mitigation was proposed, approved, started, finished or checked.
        Mitigation => "mitigation.changed",
        /// A checklist item changed.
        Checklist => "checklist.changed",
        /// A timer was set, snoozed or cleared.
        Timer => "timer.changed",
        /// A timer is overdue. No change of the file, so the console of one person says it: of whoever is in command, unless `only` names
        /// another role.
        Overdue => "timer.overdue",
        /// An action item changed.
        ActionItem => "action_item.changed",
    }
}

/// What an event of the timeline is called for hooks; `None` for what is housekeeping of the file.
pub fn named(event: &Event) -> Option<Named> {
    let subject = event.subject.as_deref().unwrap_or_default();
    Some(match &event.kind {
        EventKind::Declared => Named::Declared,
        EventKind::Acknowledged => Named::Acknowledged,
        EventKind::Status => Named::Status,
        EventKind::Severity => Named::Severity,
        EventKind::Resolved => Named::Resolved,
        EventKind::Closed => Named::Closed,
        EventKind::Reopened => Named::Reopened,
        EventKind::Cancelled => Named::Cancelled,
        EventKind::Escalation => Named::Escalated,
        EventKind::Field | EventKind::Milestone | EventKind::Link | EventKind::Procedure => Named::Changed,
        EventKind::Role => Named::Role,
        // A person can log a communication, too; an update is one with its audience.
        EventKind::Comms if subject.starts_with("communications.") => Named::Update,
        EventKind::Decision if event.extra.contains_key("decided_by") => Named::Decided,
        EventKind::Comms
        | EventKind::Decision
        | EventKind::Alert
        | EventKind::Observation
        | EventKind::Action
        | EventKind::Finding
        | EventKind::Impact
        | EventKind::Note => Named::Logged,
        EventKind::Hypothesis | EventKind::Analysis => Named::Hypothesis,
        EventKind::Mitigation => Named::Mitigation,
        EventKind::Checklist => Named::Checklist,
        EventKind::Timer => Named::Timer,
        EventKind::Request if event.from.is_none() => Named::Requested,
        EventKind::Request => Named::Answered,
        EventKind::ActionItem => Named::ActionItem,
        EventKind::HandEdit | EventKind::Conflict | EventKind::Redaction | EventKind::Other(_) => return None,
    })
}

impl Named {
    /// Whether a pattern of a hook means it: its name, `incident.*`, or `*`.
    pub fn is(self, pattern: &str) -> bool {
        match pattern.strip_suffix('*') {
            Some(begin) => self.as_str().starts_with(begin),
            None => self.as_str() == pattern,
        }
    }

    /// Whether a pattern means any.
    pub fn some(pattern: &str) -> bool {
        Self::KNOWN
            .iter()
            .filter_map(|word| Self::parse(word))
            .any(|named| named.is(pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dotted_words_and_patterns_mean_what_they_begin() {
        for word in Named::KNOWN {
            assert!(
                word.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '_') && word.contains('.'),
                "{word}"
            );
        }
        assert!(Named::Severity.is("incident.*") && Named::Severity.is("*"));
        assert!(!Named::Severity.is("incident") && !Named::Role.is("incident.*"));
        assert!(Named::some("role.*") && !Named::some("rol.*") && !Named::some("incident.exploded"));
    }

    #[test]
    fn an_update_is_told_from_a_line_about_one_and_a_request_from_its_answer() {
        let event = |kind, subject: Option<&str>, from: Option<&str>| Event {
            kind,
            subject: subject.map(Into::into),
            from: from.map(Into::into),
            ..Event::default()
        };
        assert_eq!(
            named(&event(EventKind::Comms, Some("communications.external"), None)),
            Some(Named::Update)
        );
        assert_eq!(named(&event(EventKind::Comms, None, None)), Some(Named::Logged));
        assert_eq!(named(&event(EventKind::Request, None, None)), Some(Named::Requested));
        assert_eq!(
            named(&event(EventKind::Request, None, Some("open"))),
            Some(Named::Answered)
        );
        assert_eq!(named(&event(EventKind::Conflict, None, None)), None);
    }
}
