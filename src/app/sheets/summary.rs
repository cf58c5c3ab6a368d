//! The incident as its record has it: summary, impact, milestones, links, the team's own fields. Nothing is recorded that no screen
//! shows.

use crate::app::lifecycle::field_text;
use crate::app::text_row::{Look, TextRow};
use crate::app::{Action, Model, similar};
use crate::incident::time::format_duration;
use crate::incident::{Incident, Moment, Time, field_title, live};

/// Label and text, padded so that texts stand below each other.
fn fact(id: &str, label: &str, value: impl Into<String>) -> TextRow {
    TextRow::of(id)
        .put(format!("{label:<13} "), Look::Dim)
        .label()
        .put(value, Look::Text)
}

pub(crate) fn rows(model: &Model) -> Vec<TextRow> {
    let incident = model.incident();
    let mut rows = vec![
        fact("title", "title", &incident.title).does(Action::SetTitle, ""),
        fact("severity", "severity", &incident.severity).does(Action::SetSeverity, ""),
        fact("status", "status", &incident.status).does(Action::SetStatus, ""),
    ];
    rows.push(
        match &incident.summary {
            Some(summary) => fact("summary", "summary", summary),
            None => fact("summary", "summary", "").put("none yet", Look::Warn),
        }
        .does(Action::SetSummary, ""),
    );
    rows.push(TextRow::heading("Impact"));
    if incident.impact.is_empty() {
        rows.push(
            TextRow::of("impact")
                .put("not recorded yet", Look::Warn)
                .does(Action::SetImpact, ""),
        );
    }
    for name in incident.impact.keys() {
        let value = field_text(&incident.impact, name).unwrap_or_default();
        rows.push(fact(&format!("impact.{name}"), &field_title(name), value).does(Action::SetImpact, name.as_str()));
    }
    milestones(model, incident, &mut rows);
    if !incident.fields.is_empty() {
        rows.push(TextRow::heading("Fields"));
        for name in incident.fields.keys() {
            let value = field_text(&incident.fields, name).unwrap_or_default();
            let value = model.in_zone(&value);
            rows.push(fact(&format!("fields.{name}"), &field_title(name), value).does(Action::SetField, name.as_str()));
        }
    }
    let mut links = live(&incident.links).peekable();
    if links.peek().is_some() {
        rows.push(TextRow::heading("Links"));
    }
    for link in links {
        rows.push(fact(&link.id, link.label.as_deref().unwrap_or("link"), &link.target));
    }
    let mut noted = model
        .derived
        .checklists
        .iter()
        .flat_map(|list| &list.items)
        .filter(|item| item.note.is_some())
        .peekable();
    if noted.peek().is_some() {
        rows.push(TextRow::heading("Results of checklist items"));
    }
    for item in noted {
        rows.push(
            TextRow::of(format!("note.{}", item.id))
                .put(&item.text, Look::Dim)
                .put(format!(": {}", item.note.as_deref().unwrap_or_default()), Look::Text),
        );
    }
    rows.extend(similar::rows(model));
    rows
}

fn milestones(model: &Model, incident: &Incident, rows: &mut Vec<TextRow>) {
    rows.push(TextRow::heading("Milestones"));
    let first = [&incident.started, &incident.detected, &incident.declared]
        .into_iter()
        .flatten()
        .map(|moment| moment.at)
        .min();
    let after = |at: Time| {
        let seconds = first.map_or(0, |first| at.seconds_since(first)).max(0).unsigned_abs();
        if seconds == 0 {
            String::new()
        } else {
            format!("+{}", format_duration(std::time::Duration::from_secs(seconds)))
        }
    };
    let all: [(&str, &Option<Moment>); 7] = [
        ("started", &incident.started),
        ("detected", &incident.detected),
        ("declared", &incident.declared),
        ("acknowledged", &incident.acknowledged),
        ("mitigated", &incident.mitigated),
        ("resolved", &incident.resolved),
        ("closed", &incident.closed),
    ];
    for (name, moment) in all {
        let row = match moment {
            Some(moment) => {
                let how = moment.how.as_ref().map(|how| format!(" by {how}")).unwrap_or_default();
                let by = if moment.by.is_empty() {
                    String::new()
                } else {
                    format!(" {}", moment.by)
                };
                fact(name, name, format!("{}{how}{by}", model.date_time(moment.at))).tail(after(moment.at), Look::Dim)
            }
            None => fact(name, name, "").put("not set", Look::Dim),
        };
        rows.push(row.does(Action::SetMilestone, name));
    }
}
