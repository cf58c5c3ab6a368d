//! The timeline: time, mark and kind, author, words; rules where a day begins or a milestone lies.

use super::View;
use crate::app::{Pane, TimelineRow};
use crate::incident::stamp::AHEAD;
use crate::incident::{Event, EventKind, Incident, Milestone, Moment, Time};
use crate::ui::theme::Ink;
use crate::ui::widgets::Rich;

/// Most lines of one event; the detail page shows the rest.
const MOST: usize = 12;
/// From so many columns on, kinds and authors stand in columns of their own.
const COLUMNS: usize = 64;

/// What a row says.
pub fn row(view: &View, row: usize, columns: usize, out: &mut Vec<Rich>) {
    let index = match view.model.rows.timeline.get(row) {
        Some(TimelineRow::Day(day)) => {
            let mut rich = Rich::new();
            rich.blanks(1)
                .put(&day.format("%a %-d %B %Y").to_string(), Ink::Strong)
                .fill(Ink::Faint);
            out.push(rich);
            return;
        }
        Some(TimelineRow::Event(index)) => *index as usize,
        None => return,
    };
    let incident = view.model.incident();
    let Some(event) = incident.timeline.get(index) else {
        return;
    };
    let before = index
        .checked_sub(1)
        .and_then(|index| incident.timeline.get(index))
        .map(|event| event.at);
    for (milestone, moment) in milestones(incident) {
        let here = moment.at <= event.at && before.is_none_or(|before| before < moment.at);
        if here && !stands_for(&event.kind, &milestone) && !written_nearby(incident, index, &milestone, moment.at) {
            out.push(rule(view, &milestone, moment));
        }
    }
    out.push(line(view, row, event, columns));
}

/// The milestones that are set, in the order they happen.
fn milestones(incident: &Incident) -> impl Iterator<Item = (Milestone, &Moment)> {
    let all = [
        (Milestone::Started, &incident.started),
        (Milestone::Detected, &incident.detected),
        (Milestone::Acknowledged, &incident.acknowledged),
        (Milestone::Declared, &incident.declared),
        (Milestone::Mitigated, &incident.mitigated),
        (Milestone::Resolved, &incident.resolved),
    ];
    all.into_iter()
        .filter_map(|(milestone, moment)| Some((milestone, moment.as_ref()?)))
}

/// Whether an event of this kind is itself the line of the milestone.
fn stands_for(kind: &EventKind, milestone: &Milestone) -> bool {
    matches!(
        (kind, milestone),
        (EventKind::Declared, Milestone::Declared)
            | (EventKind::Acknowledged, Milestone::Acknowledged)
            | (EventKind::Resolved, Milestone::Resolved)
    )
}

/// Whether another event of the same instant is the line of the milestone.
fn written_nearby(incident: &Incident, index: usize, milestone: &Milestone, at: Time) -> bool {
    let after = incident.timeline.iter().skip(index).take_while(|event| event.at <= at);
    after.take(16).any(|event| stands_for(&event.kind, milestone))
}

fn rule(view: &View, milestone: &Milestone, moment: &Moment) -> Rich {
    let mut rich = Rich::new();
    rich.blanks(1)
        .put(&view.model.clock(moment.at, false), Ink::Dim)
        .blanks(1);
    rich.put(
        if *milestone == Milestone::Started {
            "impact started"
        } else {
            milestone.as_str()
        },
        Ink::Strong,
    );
    let how = moment.how.as_ref().map(|how| format!(" by {how}"));
    let by = Some(&moment.by)
        .filter(|by| !by.is_empty())
        .map(|by| format!(" ({by})"));
    rich.put(
        &format!("{}{}", how.unwrap_or_default(), by.unwrap_or_default()),
        Ink::Dim,
    );
    rich.fill(Ink::Faint);
    rich
}

fn line(view: &View, row: usize, event: &Event, columns: usize) -> Rich {
    let mut rich = Rich::new();
    let new = view.model.is_new("timeline", &event.id);
    let pinned = event.pinned.then_some((view.glyphs.pinned, Ink::Warn));
    view.gutter(&mut rich, Pane::Timeline, row, new, pinned);
    rich.put(
        &view.model.clock(event.at, false),
        if new { Ink::New } else { Ink::Dim },
    )
    .blanks(1);
    let (mark, word, ink) = kind(view, &event.kind);
    rich.put(mark, ink).blanks(1);
    let retracted = event.retracted.as_deref();
    let quiet = by_console(&event.kind);
    let kind_ink = if retracted.is_some() || (quiet && ink == Ink::Dim) {
        Ink::Dim
    } else {
        ink
    };
    if columns >= COLUMNS {
        let author = if columns >= 90 { 12 } else { 8 };
        rich.cell(word, 8, view.glyphs.ellipsis, kind_ink)
            .blanks(1)
            .cell(&event.by, author, view.glyphs.ellipsis, Ink::Dim)
            .blanks(1);
        rich.wraps(MOST);
    } else {
        let under = rich.columns();
        rich.put(word, kind_ink).blanks(1);
        if !event.by.is_empty() {
            let by = crate::ui::widgets::rich::one_line(&event.by).into_owned();
            rich.put(&crate::text::fit(&by, 10, view.glyphs.ellipsis), Ink::Dim)
                .blanks(1);
        }
        rich.wraps(MOST).hanging(under);
    }
    words(&mut rich, event, quiet, view.model.now.plus(AHEAD));
    if new {
        rich.loose("new", Ink::New);
    }
    if matches!(
        event.kind,
        EventKind::Declared | EventKind::Acknowledged | EventKind::Resolved | EventKind::Closed
    ) {
        rich.fill(Ink::Faint);
    }
    rich
}

fn words(rich: &mut Rich, event: &Event, quiet: bool, soon: Time) {
    let ink = match (&event.retracted, quiet) {
        (Some(_), _) => Ink::Struck,
        (None, true) => Ink::Dim,
        (None, false) => Ink::Text,
    };
    if event.text.trim().is_empty() {
        rich.put("(no words)", Ink::Dim);
    }
    rich.put_lines(
        event.text.trim_end(),
        if event.pinned && ink == Ink::Text {
            Ink::Strong
        } else {
            ink
        },
    );
    if let Some(why) = &event.retracted {
        let why = if why.trim().is_empty() {
            String::new()
        } else {
            format!(": {}", why.trim())
        };
        rich.put(&format!(" retracted{why}"), Ink::Dim);
    }
    if !event.was.is_empty() {
        rich.put(" (edited)", Ink::Dim);
    }
    let late = event.recorded.map_or(0, |recorded| recorded.seconds_since(event.at));
    if event.at > soon {
        rich.put(" (ahead)", Ink::Warn);
    } else if late >= 60 {
        let late = std::time::Duration::from_secs(late.unsigned_abs() / 60 * 60);
        rich.put(
            &format!(" (+{})", crate::incident::time::format_duration(late)),
            Ink::Dim,
        );
    }
}

/// Whether the console writes such events by itself; people's words stand out against them.
fn by_console(kind: &EventKind) -> bool {
    use EventKind as K;
    !matches!(
        kind,
        K::Alert
            | K::Observation
            | K::Action
            | K::Decision
            | K::Finding
            | K::Impact
            | K::Comms
            | K::Note
            | K::Other(_)
            | K::Declared
            | K::Resolved
            | K::Conflict
            | K::HandEdit
            | K::Escalation
            | K::Procedure
            | K::Status
            | K::Severity
    )
}

/// Mark, word and ink of a kind.
fn kind<'a>(view: &View, kind: &'a EventKind) -> (&'static str, &'a str, Ink) {
    use EventKind as K;
    let marks = &view.glyphs.kinds;
    match kind {
        K::Declared | K::Acknowledged | K::Resolved | K::Closed | K::Reopened | K::Cancelled => {
            (marks[0], short(kind), Ink::Strong)
        }
        K::Status | K::Severity => (marks[0], short(kind), Ink::Text),
        K::Alert | K::Impact => (marks[1], short(kind), Ink::Bad),
        K::Conflict | K::HandEdit | K::Escalation | K::Procedure => (marks[1], short(kind), Ink::Warn),
        K::Action | K::Mitigation => (marks[2], short(kind), Ink::Accent),
        K::Decision => (marks[3], "decision", Ink::Strong),
        K::Finding | K::Hypothesis => (marks[4], short(kind), Ink::Text),
        K::Observation => (marks[5], short(kind), Ink::Text),
        K::Comms => (marks[6], "comms", Ink::Text),
        K::Note | K::Other(_) => (marks[7], short(kind), Ink::Text),
        _ => (marks[8], short(kind), Ink::Dim),
    }
}

/// The kind's word in at most eight columns.
fn short(kind: &EventKind) -> &str {
    use EventKind as K;
    match kind {
        K::Observation => "observed",
        K::Acknowledged => "ack",
        K::Hypothesis => "hypoth.",
        K::Mitigation => "mitigate",
        K::Checklist => "check",
        K::Milestone => "milest.",
        K::ActionItem => "to do",
        K::Cancelled => "cancel",
        K::Escalation => "escalate",
        K::Procedure => "proced.",
        K::Redaction => "redacted",
        K::HandEdit => "by hand",
        other => other.as_str(),
    }
}

/// The day of the first row shown, and the zone: they stand in the title.
pub fn day(view: &View, top: usize) -> String {
    let model = view.model;
    let first = (top..model.rows.timeline.len()).find_map(|row| model.event_at(row));
    let at = first.map_or(model.now, |event| event.at);
    let shown = Time::from_millis(at.millis() + i64::from(model.offset_at(at)) * 1000);
    format!(
        "{} {} {}",
        shown.chrono().format("%a %-d %b"),
        view.glyphs.dot,
        zone(view)
    )
}

/// `UTC`, or how far local time is from it.
pub fn zone(view: &View) -> String {
    let model = view.model;
    if !model.settings.local_time {
        return "UTC".into();
    }
    let minutes = model.offset_at(model.now) / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    if rest == 0 {
        format!("local UTC{sign}{hours}")
    } else {
        format!("local UTC{sign}{hours}:{rest:02}")
    }
}
