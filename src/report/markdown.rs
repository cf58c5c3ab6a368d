//! A report as Markdown, to put into a page or a mail.

use std::fmt::Write as _;

use super::page::{TREND, in_time, some, trend_row, used};
use super::wording::{counted, figures, share, span};
use super::{Count, Name, Report, dots};
use crate::escape::markdown as safe;

/// The whole report.
pub fn document(report: &Report) -> String {
    let mut out = String::new();
    let day = |at: crate::incident::Time| at.chrono().format("%Y-%m-%d %H:%M").to_string();
    let _ = writeln!(out, "# Incident report {}\n", safe(&report.period.name));
    let _ = writeln!(
        out,
        "{} to {} UTC (days in {}), as of {} UTC.\n",
        day(report.period.from),
        day(report.period.to),
        safe(&report.zone),
        day(report.as_of)
    );
    weekly(&mut out, report);
    let _ = writeln!(out, "\n## Incidents\n");
    let incidents = &report.incidents;
    let _ = writeln!(
        out,
        "{} declared (previous period: {}), {} open; beside: {}, {}. Customer impact in all: {}. Declared out of hours: {}.\n",
        incidents.count,
        incidents.previous,
        incidents.open,
        counted(incidents.cancelled, "false positive", "false positives"),
        counted(incidents.near_misses, "near miss", "near misses"),
        span_of(incidents.impact_s),
        incidents.out_of_hours
    );
    list(&mut out, "Services", &report.services);
    list(&mut out, "Noticed by", &report.detection);
    list(&mut out, "Resolved by tier", &report.tiers);
    durations(&mut out, report);
    kept(&mut out, report);
    learnt(&mut out, report);
    let _ = writeln!(out, "\n## Definitions\n");
    for one in &report.definitions {
        let _ = writeln!(out, "- *{}*: {}", one.name, safe(one.text));
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
fn span_of(seconds: i64) -> String {
    span(seconds as f64)
}

/// The fields of the weekly report (S3:247-260): counts by severity with their mean time to resolve, top causes, repeats, action items.
fn weekly(out: &mut String, report: &Report) {
    let _ = writeln!(out, "**Incidents: {}**\n", report.incidents.count);
    for one in &report.severities {
        let name = if one.severity.is_empty() {
            "not assessed"
        } else {
            &one.severity
        };
        let mean = one
            .mean_s
            .map(|mean| format!(" (mean time to resolve: {})", span(mean)));
        let _ = writeln!(out, "- {}: {}{}", safe(name), one.count, mean.unwrap_or_default());
    }
    if !report.causes.is_empty() {
        let _ = writeln!(out, "\nTop root causes:\n");
        for (at, one) in report.causes.iter().take(5).enumerate() {
            let plural = if one.count == 1 { "" } else { "s" };
            let _ = writeln!(out, "{}. {} - {} incident{plural}", at + 1, safe(&one.name), one.count);
        }
    }
    let actions = &report.actions;
    let percent = actions
        .percent()
        .map(|percent| format!(", {percent} %"))
        .unwrap_or_default();
    let _ = writeln!(
        out,
        "\nRepeat incidents: {}  \nAction items created: {} (done by now: {}{percent})  \nAction items completed: {}",
        share(report.recurrences.count, report.incidents.count),
        actions.created,
        actions.done_of_created,
        actions.completed
    );
}

fn list(out: &mut String, name: &str, counts: &[Count]) {
    if counts.is_empty() {
        return;
    }
    let each: Vec<String> = counts
        .iter()
        .map(|one| format!("{} {}", safe(&one.name), one.count))
        .collect();
    let _ = writeln!(out, "- {name}: {}", each.join(", "));
}

fn durations(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\n## Durations\n");
    let _ = writeln!(out, "| duration | severity | figures | left out |\n|---|---|---|---|");
    for one in report
        .durations
        .iter()
        .filter(|one| one.severity.is_none() || one.n > 0)
    {
        let left: Vec<String> = one
            .left_out
            .iter()
            .map(|one| format!("{} ({})", safe(&one.id), safe(&one.why)))
            .collect();
        let left: Vec<&str> = left.iter().map(String::as_str).collect();
        let left = if one.severity.is_none() {
            some(&left)
        } else {
            String::new()
        };
        let severity = one.severity.as_deref().unwrap_or("all");
        let figures = figures(one).replace('[', "\\[").replace(']', "\\]");
        let _ = writeln!(
            out,
            "| {} | {} | {figures} | {left} |",
            one.name.title(),
            safe(severity)
        );
    }
    let resolve = report.duration(Name::Resolve, None);
    if let Some(lines) = resolve.and_then(|one| dots::durations(&one.dots, &report.period)) {
        let _ = writeln!(
            out,
            "\nTime to resolve, each incident by the last letter of its severity:\n\n```text"
        );
        for line in lines {
            let _ = writeln!(out, "{line}");
        }
        out.push_str("```\n");
    }
    if !report.changes.is_empty() {
        let _ = writeln!(out, "\nAgainst {}:\n", safe(&report.previous.name));
        for one in &report.changes {
            let _ = writeln!(out, "- {}: {}", one.name.title(), safe(&one.said));
        }
    }
}

/// A table: its head, and its rows, which are Markdown.
fn table<const N: usize>(out: &mut String, head: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    let _ = writeln!(out, "| {} |\n|{}", head.join(" | "), "---|".repeat(N));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
}

fn kept(out: &mut String, report: &Report) {
    if !report.shown_trend().is_empty() {
        let _ = writeln!(out, "\n## Trend\n");
        table(out, TREND, report.shown_trend().iter().map(trend_row));
    }
    if !report.timers.is_empty() {
        let updates = share(report.updates.in_time, report.updates.due);
        let _ = writeln!(out, "\n## Timers\n\nUpdates to any audience in time: {updates}.\n");
        let rows = report.timers.iter().map(|one| {
            let audience = if one.audience.is_empty() { "-" } else { &one.audience };
            [safe(&one.framework), safe(&one.label), safe(audience), in_time(one)]
        });
        table(out, ["framework", "timer", "audience", "kept"], rows);
    }
    if !report.runbooks.is_empty() {
        let _ = writeln!(out, "\n## Runbooks\n");
        for one in &report.runbooks {
            let name = if one.name.is_empty() {
                "no runbook for it"
            } else {
                &one.name
            };
            let _ = writeln!(out, "- {}: {}", safe(name), used(one));
        }
    }
}

fn learnt(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\n## What came back and what is done about it\n");
    for one in &report.recurrences.incidents {
        let _ = writeln!(
            out,
            "- {} came back after {} days ({}): {}",
            safe(&one.of),
            one.days,
            safe(&one.id),
            safe(&one.cause)
        );
    }
    let (actions, reviews) = (&report.actions, &report.reviews);
    let _ = writeln!(
        out,
        "- action items done by their day: {}; open {}, overdue {}\n- mandatory reviews written: {}; reviewed: {}",
        share(actions.on_time, actions.with_day),
        actions.open,
        actions.overdue,
        share(reviews.written, reviews.mandatory),
        share(reviews.reviewed, reviews.mandatory)
    );
    for id in &reviews.missing {
        let _ = writeln!(out, "- review missing: {}", safe(id));
    }
    for one in report.shares.iter().filter(|one| one.of > 0) {
        let _ = writeln!(out, "- {}: {}", one.name, share(one.count, one.of));
    }
    for one in &report.overrides {
        let _ = writeln!(out, "- gate overridden at {}: {}", safe(&one.id), safe(&one.why));
    }
    for one in &report.survey {
        let _ = writeln!(out, "- {}: {:.1} (n {})", one.name, one.mean, one.n);
    }
    if !report.targets.is_empty() {
        let _ = writeln!(out, "\n## Targets, as the framework states them\n");
        for one in &report.targets {
            let _ = writeln!(
                out,
                "- {}: {} ({})",
                safe(&one.text),
                safe(&one.want),
                safe(&one.framework)
            );
        }
    }
    if !report.left_out.is_empty() {
        let _ = writeln!(out, "\n## In no figure\n");
        for one in &report.left_out {
            let _ = writeln!(out, "- {}: {}", safe(&one.id), one.why);
        }
    }
}
