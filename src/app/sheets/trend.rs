//! How incidents went over the last weeks, months or quarters: the figures of the report beside each other, each incident as a dot, each
//! service as a strip.

use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model, Screen, SizeClass};
use crate::incident::Time;
use crate::incident::time::format_duration;
use crate::report::overview::Overview;
use crate::report::{Kind, Period, Trend, dots};

/// None, one, two ... incidents in a part of a strip, where the terminal shows more than ASCII.
const BLOCKS: [char; 8] = [
    ' ', '\u{2581}', '\u{2582}', '\u{2583}', '\u{2584}', '\u{2585}', '\u{2586}', '\u{2588}',
];
/// Incidents of this day in other years that are shown.
const MOST_YEARS: usize = 5;
/// Columns of the labels of the dots.
const LABELS: usize = 9;
/// Columns from which all figures of a period fit into a line.
const ALL: usize = 42;

/// Columns that the pane has.
fn room(model: &Model) -> usize {
    let width = usize::from(model.size.width);
    let spec = Screen::Board.spec();
    let beside = |columns: &[crate::app::Column]| {
        let others: u16 = columns.iter().rev().skip(1).map(|column| column.share).sum();
        width * usize::from(100 - others.min(100)) / 100
    };
    let columns = match model.size.class() {
        _ if model.zoomed => width,
        SizeClass::Wide => beside(spec.wide),
        SizeClass::Medium => beside(spec.normal),
        SizeClass::Tall | SizeClass::Narrow => width,
    };
    columns.saturating_sub(5)
}

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let Some(overview) = &model.overview else {
        return vec![TextRow::note("Reading the incidents")];
    };
    let room = room(model);
    let mut rows = vec![head(overview, room >= ALL)];
    let shown = overview
        .trend
        .iter()
        .map(|(period, trend)| figures(model, period, trend, room >= ALL));
    rows.extend(shown);
    rows.extend(
        overview
            .changes
            .iter()
            .map(|said| TextRow::of(said).put(said, Look::Dim)),
    );
    let line = |place: usize, line: String| TextRow::of(format!("dots.{place}")).put(line, Look::Text).label();
    if let Some(lines) = dots::durations_within(
        &overview.dots,
        &overview.span,
        room.saturating_sub(LABELS).min(dots::WIDTH),
    ) {
        rows.push(TextRow::heading("Time to resolve"));
        rows.extend(lines.into_iter().enumerate().map(|(place, text)| line(place, text)));
        rows.push(TextRow::note(
            "Each incident by the last letter of its severity; * where several meet.",
        ));
    }
    if !overview.services.is_empty() {
        rows.push(TextRow::heading("Services"));
        rows.extend(
            overview
                .services
                .iter()
                .map(|(name, times)| strip(model, overview, name, times, room)),
        );
    }
    rows.extend(anniversaries(overview));
    rows
}

/// What happened on this day in other years; Enter opens it.
fn anniversaries(overview: &Overview) -> Vec<TextRow> {
    let mut rows = Vec::new();
    for one in overview.anniversaries.iter().take(MOST_YEARS) {
        let ago = match one.years {
            1 => "a year ago".to_owned(),
            years => format!("{years} years ago"),
        };
        let row = TextRow::of(format!("year.{}", one.id))
            .put(format!("{ago}: "), Look::Dim)
            .put(&one.title, Look::Text)
            .put(format!(" {}", one.id), Look::Dim);
        rows.push(row.does(Action::OpenIncident, &one.id));
    }
    if !rows.is_empty() {
        rows.insert(0, TextRow::heading("This day in other years"));
    }
    rows
}

fn head(overview: &Overview, all: bool) -> TextRow {
    let name = periods(overview.kind);
    let text = if all {
        format!(
            "{name:<9}{:>3}{:>5}{:>9}{:>9}{:>7}",
            "n", "top", "mitigate", "resolve", "again"
        )
    } else {
        format!("{name:<9}{:>3}{:>9}{:>6}", "n", "resolve", "again")
    };
    TextRow::default().put(text, Look::Dim).label()
}

/// The figures of a period; Enter lists its incidents.
fn figures(model: &Model, period: &Period, trend: &Trend, all: bool) -> TextRow {
    let (name, n) = (period.name.as_str(), trend.incidents);
    let (mitigate, resolve) = (median(trend.mitigate_median_s), median(trend.resolve_median_s));
    let again = if trend.repeats > 0 {
        trend.repeats.to_string()
    } else {
        "-".to_owned()
    };
    let text = if all {
        format!("{name:<9}{n:>3}{:>5}{mitigate:>9}{resolve:>9}{again:>7}", trend.highest)
    } else {
        format!("{name:<9}{n:>3}{resolve:>9}{again:>6}")
    };
    let look = if n == 0 {
        Look::Dim
    } else if period.holds(model.now) {
        Look::Strong
    } else {
        Look::Text
    };
    let day = |at: Time| {
        let ahead = i64::from(model.offset_at(at)) * 1000;
        Time::from_millis(at.millis() + ahead).date()
    };
    TextRow::of(name).put(text, look).label().does(
        Action::SearchAll,
        format!("since:{} until:{}", day(period.from), day(period.to)),
    )
}

/// A median as it fits into a column; nothing where there is none.
fn median(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds.filter(|seconds| seconds.is_finite()) else {
        return "-".to_owned();
    };
    let whole = std::time::Duration::from_secs_f64(seconds.max(0.0)).as_secs();
    let rounded = match whole {
        0..60 => whole,
        60..86_400 => whole / 60 * 60,
        _ => whole / 3_600 * 3_600,
    };
    format_duration(std::time::Duration::from_secs(rounded))
}

fn strip(model: &Model, overview: &Overview, name: &str, times: &[Time], room: usize) -> TextRow {
    let shades = if model.settings.ascii { dots::SHADES } else { BLOCKS };
    let parts = (room / 2).clamp(8, 32);
    let strip = dots::strip_within(times.iter().copied(), &overview.span, parts, shades);
    TextRow::of(format!("service.{name}"))
        .mark(Mark::None, Look::Text)
        .put(format!("|{strip}| "), Look::Accent)
        .put(format!("{:>3} ", times.len()), Look::Text)
        .label()
        .put(name, Look::Text)
        .does(Action::SearchAll, format!("service:{}", quoted(name)))
}

/// A value of a filter, in quotes where it has blanks.
fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

/// What kinds of period are called, several of them.
fn periods(kind: Kind) -> &'static str {
    match kind {
        Kind::Week => "weeks",
        Kind::Month => "months",
        Kind::Quarter => "quarters",
    }
}
