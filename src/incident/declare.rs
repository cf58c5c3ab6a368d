//! Declaring: the first state of an incident, with the event that says so.

use std::sync::Arc;

use serde_json::Value;

use super::apply::insert;
use super::apply::words::{because, invalid, line, listed, maybe, maybe_line, past, person};
use super::change::{Declaration, Refusal};
use super::ids;
use super::model::{Event, Incident, Link, Moment, SCHEMA};
use super::time::Time;
use super::words::EventKind;

/// A new incident, declared by `by`. `uid` tells it from another that is given the same number, `nonce` makes the ids (see
/// [`ids::from_bytes`]); both are seven characters of `a-z2-7`.
pub fn declare(declaration: &Declaration, uid: &str, nonce: &str, by: &str, now: Time) -> Result<Incident, Refusal> {
    if !ids::is_nonce(nonce) || !ids::is_nonce(uid) {
        return invalid("the declaration has no proper nonce; that is an error of the program");
    }
    let by = person(by)?;
    let at = past(declaration.at.unwrap_or(now), now)?;
    let detected = declaration.detected_at.map(|at| past(at, now)).transpose()?;
    let mut incident = Incident {
        warroom: SCHEMA,
        id: line(&declaration.id, "id")?,
        uid: uid.to_owned(),
        title: line(&declaration.title, "title")?,
        summary: maybe(declaration.summary.as_ref(), "summary")?,
        framework: line(&declaration.framework, "framework")?,
        severity: declaration.severity.trim().to_owned(),
        status: line(&declaration.status, "status")?,
        drill: declaration.drill,
        backfilled: declaration.backfilled,
        declared: Some(moment(at, &by)),
        ..Incident::default()
    };
    if detected.is_some() || declaration.detected_by.is_some() {
        incident.detected = Some(Moment {
            how: declaration.detected_by.clone(),
            // Noticed when declared, where nobody says otherwise; never later.
            ..moment(detected.unwrap_or(at), &by)
        });
    }
    services(&mut incident, &declaration.services)?;
    for (name, value) in &declaration.impact {
        let (name, value) = (line(name, "field")?, line(value, "value")?);
        incident.impact.insert(name, Value::from(value));
    }
    for (name, value) in &declaration.fields {
        super::apply::own_field(&mut incident, name, value)?;
    }
    related(&mut incident, &declaration.related, nonce, &by, now)?;
    let why = declaration
        .because
        .as_deref()
        .map(|why| line(why, "reason"))
        .transpose()?;
    let said = told(&incident, &declaration.services, why.as_deref());
    let event = Event {
        id: format!("e{nonce}"),
        at,
        by,
        recorded: (at != now).then_some(now),
        kind: EventKind::Declared,
        text: said,
        subject: Some("status".into()),
        to: Some(incident.status.as_str().into()),
        ..Event::default()
    };
    insert(&mut incident.timeline, Arc::new(event));
    Ok(incident)
}

fn moment(at: Time, by: &str) -> Moment {
    Moment {
        at,
        by: by.to_owned(),
        ..Moment::default()
    }
}

fn told(incident: &Incident, services: &[String], why: Option<&str>) -> String {
    let severity = match incident.severity.as_str() {
        "" => "severity to be assessed",
        severity => severity,
    };
    let drill = if incident.drill { "drill, " } else { "" };
    let drill = if incident.backfilled {
        format!("{drill}recorded afterwards, ")
    } else {
        drill.to_owned()
    };
    let names: Vec<_> = services.iter().map(String::as_str).collect();
    let services = if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", listed(&names))
    };
    let title = because(Some(&incident.title));
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    format!("{drill}{severity}{why}{title}{services}")
}

fn services(incident: &mut Incident, given: &[String]) -> Result<(), Refusal> {
    let names = given
        .iter()
        .map(|name| line(name, "service"))
        .collect::<Result<Vec<_>, _>>()?;
    if !names.is_empty() {
        incident.impact.insert("services".into(), Value::from(names.join(", ")));
    }
    Ok(())
}

fn related(incident: &mut Incident, given: &[String], nonce: &str, by: &str, now: Time) -> Result<(), Refusal> {
    if given.len() > 26 {
        return invalid("more than 26 related incidents; link the rest once it is declared");
    }
    for (target, letter) in given.iter().zip('a'..='z') {
        let entry = Link {
            // Several links of one declaration: the first character of the nonce is varied.
            id: format!("l{letter}{}", &nonce[1..]),
            target: line(target, "related incident")?,
            label: maybe_line(Some(&"related".to_owned()), "label")?,
            at: now,
            by: by.to_owned(),
            ..Link::default()
        };
        incident.links.push(Arc::new(entry));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{DetectionMethod, Milestone, elapsed, milestone, start};

    fn at(text: &str) -> Time {
        Time::parse_rfc3339(text).unwrap()
    }

    fn declaration() -> Declaration {
        Declaration {
            id: "INC-2026-0042".into(),
            title: "Checkout failing for EU cards".into(),
            framework: "war-room".into(),
            severity: "P0".into(),
            status: "declared".into(),
            services: vec!["checkout".into(), "payments".into()],
            detected_at: Some(at("2026-11-20T14:03:10Z")),
            detected_by: Some(DetectionMethod::Alert),
            related: vec!["INC-2026-0007".into(), "INC-2026-0011".into()],
            ..Declaration::default()
        }
    }

    #[test]
    fn a_declaration_tells_itself() {
        let now = at("2026-11-20T14:05:02.117Z");
        let incident = declare(&declaration(), "7q3kaxw", "aaaaaaa", "kim", now).unwrap();
        assert_eq!(incident.warroom, SCHEMA);
        assert_eq!(incident.impact["services"], "checkout, payments");
        assert_eq!(incident.detected.as_ref().unwrap().how, Some(DetectionMethod::Alert));
        assert_eq!(incident.timeline.len(), 1);
        let event = &incident.timeline[0];
        assert_eq!(event.text, "P0: Checkout failing for EU cards (checkout and payments)");
        assert_eq!(
            (event.subject.as_deref(), event.to.as_deref()),
            (Some("status"), Some("declared"))
        );
        let ids: Vec<_> = incident.links.iter().map(|link| link.id.as_str()).collect();
        assert_eq!(ids, ["laaaaaaa", "lbaaaaaa"]);
        assert_eq!(start(&incident), Some(at("2026-11-20T14:03:10Z")));
        assert_eq!(milestone(&incident, &Milestone::Declared), Some(now));
        assert_eq!(
            elapsed(
                &incident,
                &crate::incident::Statuses::default(),
                at("2026-11-20T14:13:10Z")
            ),
            600
        );
    }

    #[test]
    fn a_late_declaration_keeps_both_clocks() {
        let now = at("2026-11-20T14:05:00Z");
        let earlier = at("2026-11-20T13:50:00Z");
        let late = Declaration {
            at: Some(earlier),
            ..declaration()
        };
        let incident = declare(&late, "7q3kaxw", "bcdefgh", "kim", now).unwrap();
        let event = &incident.timeline[0];
        assert_eq!((event.at, event.recorded), (earlier, Some(now)));
    }

    #[test]
    fn nonsense_is_refused() {
        let now = at("2026-11-20T14:05:00Z");
        let untitled = Declaration {
            title: " ".into(),
            ..declaration()
        };
        let tomorrow = Declaration {
            at: Some(at("2026-11-21T14:05:00Z")),
            ..declaration()
        };
        for bad in [untitled, tomorrow] {
            assert!(matches!(
                declare(&bad, "7q3kaxw", "bcdefgh", "kim", now),
                Err(Refusal::Invalid(_))
            ));
        }
        assert!(declare(&declaration(), "7q3kaxw", "bcdefgh", " ", now).is_err());
        assert!(declare(&declaration(), "x", "bcdefgh", "kim", now).is_err());
    }
}
