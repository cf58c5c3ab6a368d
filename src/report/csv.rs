//! A report as one table of CSV (RFC 4180), every cell safe for a spreadsheet.

use super::Report;
use crate::escape::csv_row;

/// The columns.
pub const COLUMNS: [&str; 11] = [
    "period", "section", "name", "severity", "count", "median_s", "from_s", "to_s", "p90_s", "mean_s", "note",
];

/// The whole report, a row a figure.
#[allow(clippy::too_many_lines, reason = "the columns of one table")]
pub fn table(report: &Report) -> String {
    let mut out = csv_row(COLUMNS);
    let mut row = |section: &str, name: &str, severity: &str, figures: [String; 6], note: &str| {
        let [count, median, from, to, p90, mean] = figures;
        out += &csv_row([
            &report.period.name,
            section,
            name,
            severity,
            &count,
            &median,
            &from,
            &to,
            &p90,
            &mean,
            note,
        ]);
    };
    let only = |count: usize| {
        let none = String::new;
        [count.to_string(), none(), none(), none(), none(), none()]
    };
    let incidents = &report.incidents;
    row("incidents", "declared", "", only(incidents.count), "");
    row("incidents", "open", "", only(incidents.open), "");
    row("incidents", "false positives", "", only(incidents.cancelled), "");
    row("incidents", "near misses", "", only(incidents.near_misses), "");
    for one in &report.severities {
        row("incidents", "by severity", &one.severity, only(one.count), &one.title);
    }
    for (section, counts) in [
        ("service", &report.services),
        ("cause", &report.causes),
        ("detection", &report.detection),
        ("tier", &report.tiers),
    ] {
        for one in counts {
            row(section, &one.name, "", only(one.count), "");
        }
    }
    for one in &report.durations {
        let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
        let real = |value: Option<f64>| value.map(|value| format!("{value:.1}")).unwrap_or_default();
        let figures = [
            one.n.to_string(),
            real(one.median_s),
            number(one.interval_s.map(|both| both.0)),
            number(one.interval_s.map(|both| both.1)),
            number(one.p90_s),
            real(one.mean_s),
        ];
        let out_of: Vec<String> = one
            .left_out
            .iter()
            .map(|one| format!("{} ({})", one.id, one.why))
            .collect();
        row(
            "duration",
            one.name.title(),
            one.severity.as_deref().unwrap_or_default(),
            figures,
            &out_of.join("; "),
        );
    }
    for one in &report.changes {
        row("change", one.name.title(), "", only(one.change.n.1), &one.said);
    }
    for one in &report.recurrences.incidents {
        row(
            "repeat",
            &one.id,
            "",
            only(1),
            &format!("{} d after {}: {}", one.days, one.of, one.cause),
        );
    }
    let actions = &report.actions;
    for (name, count) in [
        ("created", actions.created),
        ("done of those created", actions.done_of_created),
        ("completed", actions.completed),
        ("with a day", actions.with_day),
        ("done by their day", actions.on_time),
        ("open", actions.open),
        ("overdue", actions.overdue),
    ] {
        row("action items", name, "", only(count), "");
    }
    let reviews = &report.reviews;
    for (name, count) in [
        ("mandatory", reviews.mandatory),
        ("written", reviews.written),
        ("reviewed", reviews.reviewed),
    ] {
        row("reviews", name, "", only(count), "");
    }
    for one in &report.trend {
        let real = |value: Option<f64>| value.map(|value| format!("{value:.1}")).unwrap_or_default();
        let [none, nought] = [String::new(), String::new()];
        let figures = [
            one.incidents.to_string(),
            real(one.resolve_median_s),
            none.clone(),
            none,
            nought.clone(),
            nought,
        ];
        let done = format!(
            "{} of {} action items done, {} repeats",
            one.actions_done, one.actions, one.repeats
        );
        row("trend", &one.period, "", figures, &done);
    }
    for one in &report.timers {
        let name = format!("{} {}", one.framework, one.timer);
        row("timer", &name, "", only(one.due), &super::page::in_time(one));
    }
    for one in &report.runbooks {
        row("runbook", &one.name, "", only(one.attached), &super::page::used(one));
    }
    for one in &report.shares {
        row("share", one.name, "", only(one.count), &format!("of {}", one.of));
    }
    for one in &report.overrides {
        row("override", &one.id, "", only(1), &one.why);
    }
    for one in &report.survey {
        row("survey", one.name, "", only(one.n), &format!("mean {:.1}", one.mean));
    }
    for one in &report.left_out {
        row("left out", &one.id, "", only(1), &one.why);
    }
    out
}
