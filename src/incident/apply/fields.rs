//! Top-level fields that people set: title, summary, impact, the team's own; acknowledgement and milestones.

use serde_json::Value;

use super::draft::{Done, Draft};
use super::words::{because, brief, invalid, line, maybe, past, text, unchanged};
use crate::incident::change::Refusal;
use crate::incident::clock;
use crate::incident::model::{Extra, Incident, Moment};
use crate::incident::time::Time;
use crate::incident::words::{EventKind, MILESTONES, Milestone, field_title};

pub(super) fn set(draft: &mut Draft, field: &str, value: &str) -> Done {
    let field = field.trim();
    let value = match field {
        "title" => line(value, "title")?,
        _ if value.trim().is_empty() => String::new(),
        _ => text(value, field)?,
    };
    let old = match field {
        "title" => std::mem::replace(&mut draft.new.title, value.clone()),
        "summary" => replace(&mut draft.new.summary, &value),
        "cause" => replace(&mut draft.new.cause, &value),
        _ => {
            let (group, name) = group(&mut draft.new, field)?;
            replace_in(group, name, &value)
        }
    };
    let title = field_title(field);
    if old == value {
        return unchanged(if value.is_empty() {
            format!("{title} is empty already")
        } else {
            format!("that is what {title} says already; nothing was changed")
        });
    }
    let said = match (old.is_empty(), value.is_empty()) {
        (_, true) => format!("{title} cleared (was: {})", brief(&old)),
        (true, false) => format!("{title}: {}", brief(&value)),
        (false, false) => format!("{title}: {} (was: {})", brief(&value), brief(&old)),
    };
    let event = draft.say(EventKind::Field, said);
    event.subject = Some(field.into());
    event.from = (!old.is_empty()).then(|| old.into());
    event.to = (!value.is_empty()).then(|| value.into());
    Ok(())
}

/// Sets a field of the team's own, `fields.NAME`.
pub(super) fn own(incident: &mut Incident, name: &str, value: &str) -> Done {
    let value = text(value, name)?;
    let field = format!("fields.{name}");
    let (group, name) = group(incident, &field)?;
    replace_in(group, name, &value);
    Ok(())
}

fn replace(field: &mut Option<String>, value: &str) -> String {
    let value = (!value.is_empty()).then(|| value.to_owned());
    std::mem::replace(field, value).unwrap_or_default()
}

fn replace_in(group: &mut Extra, name: &str, value: &str) -> String {
    let old = if value.is_empty() {
        group.remove(name)
    } else {
        group.insert(name.to_owned(), Value::from(value))
    };
    match old {
        None => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

/// `impact.users` and `fields.ticket` taken apart; the name must be one that needs no quoting in the file.
fn group<'i, 'f>(incident: &'i mut Incident, field: &'f str) -> Result<(&'i mut Extra, &'f str), Refusal> {
    let known = "use title, summary, impact.NAME (users, revenue, services …) or fields.NAME";
    let Some((group, name)) = field.split_once('.') else {
        return super::words::unknown(
            format!("there is no field `{}`; {known}", brief(field)),
            &["title", "summary", "impact.NAME", "fields.NAME"],
        );
    };
    let proper = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    match group {
        "impact" | "fields" if !proper => invalid(format!(
            "`{}` is no name for a field; begin with a letter, then letters, digits, - and _",
            brief(name)
        )),
        "impact" => Ok((&mut incident.impact, name)),
        "fields" => Ok((&mut incident.fields, name)),
        _ => super::words::unknown(
            format!("there is no field `{}`; {known}", brief(field)),
            &["title", "summary", "impact.NAME", "fields.NAME"],
        ),
    }
}

pub(super) fn acknowledge(draft: &mut Draft, at: Option<Time>) -> Done {
    if let Some(moment) = &draft.old.acknowledged {
        let who = if moment.by.is_empty() { "someone" } else { &moment.by };
        let said = format!(
            "{who} acknowledged it at {}; correct that with the milestone acknowledged",
            moment.at.hm()
        );
        // Another time is not dropped without a word.
        return match at {
            Some(other) if other != moment.at => invalid(said),
            _ => unchanged(said),
        };
    }
    let at = past(at.unwrap_or(draft.now()), draft.now())?;
    draft.new.acknowledged = Some(Moment {
        at,
        by: draft.by().to_owned(),
        ..Moment::default()
    });
    in_order(draft)?;
    let event = draft.say(EventKind::Acknowledged, "acknowledged");
    event.subject = Some("acknowledged".into());
    event.to = Some(at.to_string().into());
    draft.backdate(at);
    Ok(())
}

/// Acknowledged by what else was done, where it was not yet.
pub(super) fn taken_on(draft: &mut Draft) {
    if draft.new.acknowledged.is_none() {
        draft.new.acknowledged = Some(Moment {
            at: draft.now(),
            by: draft.by().to_owned(),
            ..Moment::default()
        });
    }
}

pub(super) fn milestone(draft: &mut Draft, milestone: &Milestone, at: Time, reason: Option<&String>) -> Done {
    let at = past(at, draft.now())?;
    let reason = maybe(reason, "reason")?;
    let old = clock::milestone(draft.old, milestone);
    if old == Some(at) {
        return unchanged(format!("{milestone} is {} already", at.hm()));
    }
    if *milestone == Milestone::Resolved && draft.old.resolved.is_none() {
        return invalid("the incident is not resolved yet; resolve it first, then correct the time");
    }
    let Some(field) = clock::moment_mut(&mut draft.new, milestone) else {
        let known: Vec<_> = MILESTONES.iter().map(Milestone::as_str).collect();
        return invalid(format!(
            "there is no milestone `{}`; use {}",
            brief(milestone.as_str()),
            known.join(", ")
        ));
    };
    match field {
        Some(moment) => moment.at = at,
        None => {
            *field = Some(Moment {
                at,
                by: draft.request.by.clone(),
                ..Moment::default()
            });
        }
    }
    in_order(draft)?;
    carried(draft, milestone, old, at)?;
    let was = old.map(|old| format!(" (was {})", moment(old, at))).unwrap_or_default();
    let said = format!(
        "{milestone} at {}{was}{}",
        moment(at, draft.now()),
        because(reason.as_deref())
    );
    let event = draft.say(EventKind::Milestone, said);
    event.subject = Some(milestone.as_str().into());
    event.from = old.map(|old| old.to_string().into());
    event.to = Some(at.to_string().into());
    Ok(())
}

/// The hour, with the day where that is not the other's day.
fn moment(at: Time, other: Time) -> String {
    if at.date() == other.date() {
        at.chrono().format("%H:%M:%S").to_string()
    } else {
        at.chrono().format("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// Refuses what would put milestones the wrong way round that were not so before.
pub(super) fn in_order(draft: &Draft) -> Done {
    let before = clock::misordered(draft.old);
    let new = clock::misordered(&draft.new);
    let same = |one: &clock::Misordered| {
        let is = |other: &&clock::Misordered| (&other.first, &other.then) == (&one.first, &one.then);
        before.iter().any(|other| is(&other))
    };
    match new.iter().find(|one| !same(one)) {
        Some(wrong) => invalid(wrong.to_string()),
        None => Ok(()),
    }
}

/// The event that told of a milestone goes with it.
fn carried(draft: &mut Draft, milestone: &Milestone, old: Option<Time>, at: Time) -> Done {
    let kind = match milestone {
        Milestone::Acknowledged => EventKind::Acknowledged,
        Milestone::Declared => EventKind::Declared,
        Milestone::Resolved => EventKind::Resolved,
        Milestone::Started | Milestone::Detected | Milestone::Mitigated | Milestone::Other(_) => return Ok(()),
    };
    let told = draft.old.timeline.iter().rev();
    let mut told = told.filter(|event| event.kind == kind && event.retracted.is_none() && Some(event.at) == old);
    match told.next().map(|event| event.id.clone()) {
        Some(id) => super::timeline::correct(draft, &id, None, Some(at)),
        None => Ok(()),
    }
}
