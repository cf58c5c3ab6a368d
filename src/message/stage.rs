//! What the next message to an audience is about: the first word, news, none, a mitigation under way, the end.

use crate::framework::promise::last_sent;
use crate::framework::{Framework, data::Class, template::Stage};
use crate::incident::{Event, EventKind, Incident, MitigationState, Time, duplicate, live};

/// The stage of the next message to an audience. `status` is the state of the page that is asked for: that is news by itself.
pub(super) fn stage(
    framework: &Framework,
    incident: &Incident,
    audience: &str,
    status: Option<&str>,
    now: Time,
) -> Stage {
    match framework.classes.class(&incident.status) {
        Class::Cancelled if duplicate::parent(incident).is_some() => return Stage::Duplicate,
        Class::Cancelled => return Stage::Cancelled,
        Class::Resolved | Class::Closed => return Stage::Resolved,
        Class::Open | Class::Monitoring => {}
    }
    let Some(last) = last_sent(incident, audience, now) else {
        return Stage::First;
    };
    if was_over(framework, incident, last.at) {
        return Stage::Reopened;
    }
    if status.is_some() {
        return Stage::Progress;
    }
    let started = |at: Option<Time>| at.is_some_and(|at| at > last.at);
    let mut under_way = live(&incident.mitigations).filter(|one| one.state == MitigationState::Started);
    if under_way.any(|one| started(one.started)) {
        return Stage::Mitigation;
    }
    if incident.timeline.iter().any(|event| is_news(event, last.at)) {
        Stage::Progress
    } else {
        Stage::Holding
    }
}

/// Whether the incident was over at a moment, by the statuses it had.
fn was_over(framework: &Framework, incident: &Incident, at: Time) -> bool {
    let statuses = incident.timeline.iter().filter(|event| {
        event.subject.as_deref() == Some("status") && event.kind != EventKind::Conflict && event.retracted.is_none()
    });
    let last = statuses.rev().find(|event| event.at <= at);
    last.and_then(|event| event.to.as_deref())
        .is_some_and(|status| framework.classes.is_ended(status))
}

/// Whether an event is worth telling: something happened, was found, done, decided or changed.
pub(super) fn is_news(event: &Event, since: Time) -> bool {
    let tells = matches!(
        event.kind,
        EventKind::Alert
            | EventKind::Observation
            | EventKind::Action
            | EventKind::Decision
            | EventKind::Finding
            | EventKind::Impact
            | EventKind::Status
            | EventKind::Severity
            | EventKind::Field
            | EventKind::Hypothesis
            | EventKind::Mitigation
            | EventKind::Milestone
            | EventKind::Analysis
    );
    event.at > since && tells && event.retracted.is_none()
}
