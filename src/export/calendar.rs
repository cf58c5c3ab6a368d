//! What is due, as a calendar (RFC 5545): action items and the review, a day each.

use chrono::{Days, NaiveDate};

use super::Subject;
use crate::escape::{ical, ical_line};
use crate::incident::{ActionState, Time, live};

/// One day that something is due.
struct Due {
    uid: String,
    day: NaiveDate,
    summary: String,
    about: String,
    stamp: Time,
}

/// The calendar of some incidents, each with the day its review is due, where there is one.
pub fn calendar(subjects: &[(Subject<'_>, Option<NaiveDate>)]) -> String {
    let mut out = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//warroom//warroom//EN",
        "CALSCALE:GREGORIAN",
    ] {
        out += &ical_line(line);
    }
    for (subject, review) in subjects {
        for due in dues(subject, *review) {
            let after = due.day.checked_add_days(Days::new(1)).unwrap_or(due.day);
            let lines = [
                "BEGIN:VEVENT".to_owned(),
                format!("UID:{}@warroom", ical(&due.uid)),
                format!("DTSTAMP:{}", due.stamp.chrono().format("%Y%m%dT%H%M%SZ")),
                format!("DTSTART;VALUE=DATE:{}", due.day.format("%Y%m%d")),
                format!("DTEND;VALUE=DATE:{}", after.format("%Y%m%d")),
                format!("SUMMARY:{}", ical(&due.summary)),
                format!("DESCRIPTION:{}", ical(&due.about)),
                "TRANSP:TRANSPARENT".to_owned(),
                "END:VEVENT".to_owned(),
            ];
            out.extend(lines.iter().map(|line| ical_line(line)));
        }
    }
    out += &ical_line("END:VCALENDAR");
    out
}

fn dues(subject: &Subject<'_>, review: Option<NaiveDate>) -> Vec<Due> {
    let incident = subject.incident();
    let id = &subject.case.id;
    let stamp = subject.as_of();
    let title = subject
        .framework
        .review
        .as_ref()
        .map_or("Review", |review| review.title.as_str());
    let review = review.map(|day| Due {
        uid: format!("{id}-review"),
        day,
        summary: format!("{title} due: {id}"),
        about: incident.title.clone(),
        stamp,
    });
    let items = live(&incident.actions)
        .filter(|item| item.state != ActionState::Done)
        .filter_map(|item| {
            let day = NaiveDate::parse_from_str(item.due.as_deref()?, "%Y-%m-%d").ok()?;
            let owner = item.owner.as_deref().unwrap_or("no owner");
            Some(Due {
                uid: format!("{id}-{}", item.id),
                day,
                summary: format!("{} ({owner})", item.text),
                about: format!("{id}: {}", incident.title),
                stamp,
            })
        });
    review.into_iter().chain(items).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::export::Audience;
    use crate::framework::Framework;
    use crate::incident::{ActionItem, Incident};
    use crate::recall::Case;

    #[test]
    fn what_is_due_is_a_day_and_hostile_words_end_no_line() {
        let framework = Framework::builtin("ops").unwrap();
        let mut incident = Incident::default();
        for text in crate::escape::tests::hostile() {
            incident.actions.push(Arc::new(ActionItem {
                id: text.clone(),
                text,
                due: Some("2026-12-31".into()),
                ..ActionItem::default()
            }));
        }
        let case = Case::new("INC-2026-0001".into(), Arc::new(incident), None);
        let subject = Subject {
            case: &case,
            framework: &framework,
            audience: Audience::Internal,
        };
        let day = NaiveDate::from_ymd_opt(2026, 11, 25);
        let out = calendar(&[(subject, day)]);
        assert!(
            out.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')),
            "{out}"
        );
        assert_eq!(out.matches("BEGIN:VEVENT").count(), 67);
        assert!(
            out.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"),
            "{out}"
        );
        assert!(
            out.contains("SUMMARY:Post-incident review due: INC-2026-0001\r\n"),
            "{out}"
        );
        assert!(out.ends_with("END:VCALENDAR\r\n"));
    }
}
