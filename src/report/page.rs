//! A report as text for a terminal or a mail: at most 80 columns, ASCII.

use std::fmt::Write as _;

use super::wording::{counted, figures, share, span, tenth, whole};
use super::{Duration, Kept, Name, Report, RunbookUse, Trend, dots};
use crate::text::{fit, one_line};

/// The whole report.
pub fn page(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, report);
    counts(&mut out, report);
    durations(&mut out, report);
    trend(&mut out, report);
    kept(&mut out, report);
    learnt(&mut out, report);
    foot(&mut out, report);
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(one_line(text).trim_end());
    out.push('\n');
}

fn title(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn head(out: &mut String, report: &Report) {
    let minute = |at: crate::incident::Time| at.chrono().format("%Y-%m-%d %H:%M").to_string();
    let period = &report.period;
    let span = format!("{} to {}", minute(period.from), minute(period.to));
    // A span without a name of its own is called by its ends.
    let name = if period.name == span {
        span
    } else {
        format!("{}: {span}", period.name)
    };
    let (zone, as_of) = (&report.zone, minute(report.as_of));
    line(
        out,
        &format!("Incident report {name} UTC (days in {zone}), as of {as_of} UTC"),
    );
}

fn counts(out: &mut String, report: &Report) {
    let incidents = &report.incidents;
    title(out, "INCIDENTS");
    line(
        out,
        &format!(
            "  {} (previous period: {}), {} open; beside: {}, {}",
            incidents.count,
            incidents.previous,
            incidents.open,
            counted(incidents.cancelled, "false positive", "false positives"),
            counted(incidents.near_misses, "near miss", "near misses")
        ),
    );
    for one in &report.severities {
        let name = if one.severity.is_empty() {
            "not assessed"
        } else {
            &one.severity
        };
        let mean = one.mean_s.map(|mean| format!("   mean time to resolve {}", span(mean)));
        line(
            out,
            &format!("  {name:<8} {:>4}{}", one.count, mean.unwrap_or_default()),
        );
    }
    let resolve = report.duration(Name::Resolve, None);
    let strip = dots::strip(
        resolve.into_iter().flat_map(|one| one.dots.iter().map(|dot| dot.at)),
        &report.period,
    );
    if !strip.trim().is_empty() {
        line(out, &format!("  over the period [{strip}]"));
    }
    line(
        out,
        &format!(
            "  customer impact in all: {}; declared out of hours: {}",
            span(whole(incidents.impact_s)),
            incidents.out_of_hours
        ),
    );
    if let Some(people) = incidents.people.median {
        line(out, &format!("  people in an incident: median {}", tenth(people)));
    }
    list(out, "Services", &report.services);
    list(out, "Top causes", &report.causes);
    list(out, "Noticed by", &report.detection);
    list(out, "Resolved by tier", &report.tiers);
    for share in report.shares.iter().filter(|share| share.of > 0) {
        line(
            out,
            &format!("  {}: {}", share.name, self::share(share.count, share.of)),
        );
    }
}

fn list(out: &mut String, name: &str, counts: &[super::Count]) {
    const MOST: usize = 5;
    if counts.is_empty() {
        return;
    }
    line(out, &format!("  {name}:"));
    for one in counts.iter().take(MOST) {
        line(
            out,
            &format!("    {:>3}  {}", one.count, fit(&one_line(&one.name), 66, "...")),
        );
    }
    if counts.len() > MOST {
        line(out, &format!("         and {} more", counts.len() - MOST));
    }
}

fn durations(out: &mut String, report: &Report) {
    title(
        out,
        "DURATIONS (median [exact 95 % interval]; fewer than six: the values)",
    );
    for one in &report.durations {
        if one.severity.is_some() && one.n == 0 {
            continue;
        }
        let name = match &one.severity {
            None => one.name.title().to_owned(),
            Some(severity) => format!("  {}", if severity.is_empty() { "not assessed" } else { severity }),
        };
        line(out, &format!("  {name:<20} {}", figures(one)));
        if one.severity.is_none() {
            left_out(out, one);
        }
    }
    let resolve = report.duration(Name::Resolve, None);
    if let Some(lines) = resolve.and_then(|one| dots::durations(&one.dots, &report.period)) {
        title(out, "TIME TO RESOLVE, each incident by the last letter of its severity");
        for one in lines {
            line(out, &one);
        }
    }
    if !report.changes.is_empty() {
        title(out, &format!("AGAINST {}", one_line(&report.previous.name)));
        for one in &report.changes {
            line(out, &format!("  {:<20} {}", one.name.title(), one.said));
        }
    }
}

/// Most ids and lines of a kind that the page names one by one; the JSON document has all.
const NAMED: usize = 10;

/// Ids in a line, the first of many.
pub(super) fn some(ids: &[&str]) -> String {
    match ids.len().checked_sub(NAMED) {
        None | Some(0) => ids.join(", "),
        Some(more) => format!("{} and {more} more (--json has all)", ids[..NAMED].join(", ")),
    }
}

/// Which incidents a duration is not of, by reason.
fn left_out(out: &mut String, duration: &Duration) {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in &duration.left_out {
        match reasons.iter_mut().find(|(why, _)| *why == one.why) {
            Some((_, ids)) => ids.push(&one.id),
            None => reasons.push((&one.why, vec![&one.id])),
        }
    }
    for (why, ids) in reasons {
        line(out, &format!("    left out, {why}: {}", some(&ids)));
    }
    for (id, seconds) in &duration.at_least_s {
        line(out, &format!("    {id} goes on: at least {}", span(whole(*seconds))));
    }
}

/// How one timer was kept, in words: `12 of 15 in time (80 %), 2 late (median 4 min), 1 never met`.
pub(super) fn in_time(kept: &Kept) -> String {
    let mut said = format!("{} in time", share(kept.in_time, kept.due));
    if kept.late > 0 {
        let median = kept.late_median_s.map(|late| format!(" (median {})", span(late)));
        let _ = write!(said, ", {} late{}", kept.late, median.unwrap_or_default());
    }
    if kept.missed > 0 {
        let _ = write!(said, ", {} never met", kept.missed);
    }
    said
}

/// What people said of a runbook: `3 attached: 2 helped, 1 misled`.
pub(super) fn used(runbook: &RunbookUse) -> String {
    let verdicts = [
        (runbook.helped, "helped"),
        (runbook.misled, "misled"),
        (runbook.missing, "lacked what was needed"),
    ];
    let said: Vec<String> = verdicts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let said = if said.is_empty() {
        "not judged".to_owned()
    } else {
        said.join(", ")
    };
    format!("{} attached: {said}", runbook.attached)
}

/// The columns of the trend.
pub(super) const TREND: [&str; 7] = [
    "period",
    "incidents",
    "highest severity",
    "median to mitigate",
    "median to resolve",
    "repeats",
    "action items done",
];

/// A row of the trend.
pub(super) fn trend_row(one: &Trend) -> [String; 7] {
    let median = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), span);
    [
        one.period.clone(),
        one.incidents.to_string(),
        one.highest.to_string(),
        median(one.mitigate_median_s),
        match one.resolved {
            0 => "-".to_owned(),
            n => format!("{} (n {n})", median(one.resolve_median_s)),
        },
        one.repeats.to_string(),
        format!("{} of {}", one.actions_done, one.actions),
    ]
}

fn trend(out: &mut String, report: &Report) {
    if report.shown_trend().is_empty() {
        return;
    }
    title(out, "TREND (medians of a few incidents move by chance; see AGAINST)");
    let head = [
        "period",
        "incidents",
        "highest",
        "to mitigate",
        "to resolve",
        "repeats",
        "items done",
    ];
    let row = |cells: &[String; 7]| {
        let [period, incidents, highest, mitigate, resolve, repeats, done] = cells;
        format!("  {period:<10} {incidents:>9} {highest:>8} {mitigate:>12} {resolve:>16} {repeats:>8} {done:>11}")
    };
    line(out, &row(&head.map(str::to_owned)));
    for one in report.shown_trend() {
        let mut cells = trend_row(one);
        cells[0] = fit(&cells[0], 10, "").into_owned();
        line(out, &row(&cells));
    }
}

fn kept(out: &mut String, report: &Report) {
    if !report.timers.is_empty() {
        title(out, "TIMERS, each time that one was due");
        let updates = &report.updates;
        line(
            out,
            &format!(
                "  Updates to any audience: {} in time",
                share(updates.in_time, updates.due)
            ),
        );
        let mut framework = "";
        for one in &report.timers {
            if one.framework != framework {
                framework = &one.framework;
                line(out, &format!("  {framework}:"));
            }
            line(out, &format!("    {:<30} {}", fit(&one.label, 30, "..."), in_time(one)));
        }
    }
    if !report.runbooks.is_empty() {
        title(out, "RUNBOOKS");
        for one in report.runbooks.iter().take(NAMED) {
            let name = if one.name.is_empty() {
                "no runbook for it"
            } else {
                &one.name
            };
            line(out, &format!("  {:<32} {}", fit(&one_line(name), 32, "..."), used(one)));
        }
    }
}

fn learnt(out: &mut String, report: &Report) {
    title(out, "WHAT CAME BACK AND WHAT IS DONE ABOUT IT");
    line(
        out,
        &format!("  Repeats: {}", share(report.recurrences.count, report.incidents.count)),
    );
    for one in report.recurrences.incidents.iter().take(NAMED) {
        let cause = one_line(&one.cause);
        line(
            out,
            &format!(
                "    {} after {} ({} d): {}",
                one.id,
                one.of,
                one.days,
                fit(&cause, 40, "...")
            ),
        );
    }
    if let Some(more) = report.recurrences.count.checked_sub(NAMED).filter(|more| *more > 0) {
        line(out, &format!("    and {more} more (--json has all)"));
    }
    let actions = &report.actions;
    let percent = actions
        .percent()
        .map(|percent| format!(" ({percent} %)"))
        .unwrap_or_default();
    line(
        out,
        &format!(
            "  Action items: {} created, {} of them done{percent}; {} completed in the period",
            actions.created, actions.done_of_created, actions.completed
        ),
    );
    line(
        out,
        &format!(
            "    done by their day: {}; open {}, overdue {}",
            share(actions.on_time, actions.with_day),
            actions.open,
            actions.overdue
        ),
    );
    let reviews = &report.reviews;
    line(
        out,
        &format!(
            "  Mandatory reviews written: {}; reviewed: {}",
            share(reviews.written, reviews.mandatory),
            share(reviews.reviewed, reviews.mandatory)
        ),
    );
    if !reviews.missing.is_empty() {
        let missing: Vec<&str> = reviews.missing.iter().map(String::as_str).collect();
        line(out, &format!("    missing: {}", some(&missing)));
    }
    for one in &report.overrides {
        line(
            out,
            &format!("  Gate overridden: {}: {}", one.id, fit(&one_line(&one.why), 50, "...")),
        );
    }
    for one in &report.survey {
        line(out, &format!("  {}: {:.1} (n {})", one.name, one.mean, one.n));
    }
}

fn foot(out: &mut String, report: &Report) {
    if !report.targets.is_empty() {
        title(out, "TARGETS OF THE FRAMEWORK, as it states them");
        for target in &report.targets {
            line(
                out,
                &format!("  {}: {} ({})", target.text, target.want, target.framework),
            );
        }
    }
    if !report.left_out.is_empty() {
        title(out, "IN NO FIGURE");
        for one in &report.left_out {
            line(out, &format!("  {}: {}", one.id, one.why));
        }
    }
    title(out, "DEFINITIONS");
    for one in &report.definitions {
        line(out, &format!("  {}: {}", one.name, one.text));
    }
}
