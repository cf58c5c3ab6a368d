//! The timeline: time, mark and kind, author, words; rules where a day begins or a milestone lies.

use std::borrow::Cow;

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
pub(crate) fn row(view: &View, row: usize, columns: usize, out: &mut Vec<Rich>) {
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
        Some(TimelineRow::Folded(first, count)) => {
            out.push(folded(view, row, (*first as usize, *count as usize), columns));
            return;
        }
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
    if view.model.unread() == Some(event.id.as_str()) {
        let mut rich = Rich::new();
        rich.blanks(1).put("new since you looked", Ink::New).fill(Ink::New);
        out.push(rich);
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
    let model = view.model;
    let new = model.is_new("timeline", &event.id);
    let pinned = event.pinned.then_some((view.glyphs.pinned, Ink::Warn));
    view.gutter(&mut rich, Pane::Timeline, row, new, pinned);
    rich.put(&model.clock(event.at, false), if new { Ink::New } else { Ink::Dim })
        .blanks(1);
    let (mark, word, ink) = kind(view, &event.kind);
    rich.put(mark, ink).blanks(1);
    let quiet = by_console(&event.kind);
    if columns >= COLUMNS {
        rich.cell(&event.by, model.rows.author, view.glyphs.ellipsis, Ink::Dim)
            .blanks(1);
        rich.wraps(MOST);
    } else {
        let under = rich.columns();
        if !event.by.is_empty() {
            let by = crate::ui::widgets::rich::one_line(&event.by).into_owned();
            rich.put(&crate::text::fit(&by, 12, view.glyphs.ellipsis), Ink::Dim)
                .blanks(1);
        }
        rich.wraps(MOST).hanging(under);
    }
    words(&mut rich, event, &said(view, event), quiet, model.now.plus(AHEAD));
    let selected = model.is_selected(Pane::Timeline, row);
    if new {
        rich.loose("new", Ink::New);
    } else if selected {
        // The kind as a word, where one looks.
        rich.loose(word, Ink::Dim);
    }
    let milestone = matches!(
        event.kind,
        EventKind::Declared | EventKind::Acknowledged | EventKind::Resolved | EventKind::Closed
    );
    if milestone && rich.height(columns, &mut Vec::new()) == 1 {
        rich.fill(Ink::Faint);
    }
    rich
}

/// Most lines that folded ones take together.
const FOLDED: usize = 2;

/// Lines that the console wrote by itself, one after the other, in one.
fn folded(view: &View, row: usize, (first, count): (usize, usize), columns: usize) -> Rich {
    let mut rich = Rich::new();
    let model = view.model;
    let events = &model.incident().timeline[first..first + count];
    view.gutter(&mut rich, Pane::Timeline, row, false, None);
    let at = events.last().map_or(model.now, |event| event.at);
    rich.put(&model.clock(at, false), Ink::Dim).blanks(3);
    let mut people: Vec<&str> = Vec::new();
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for event in events {
        if !event.by.is_empty() && !people.contains(&event.by.as_str()) {
            people.push(&event.by);
        }
        let word = noun(&event.kind);
        match kinds.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => kinds.push((word, 1)),
        }
    }
    let alone = if people.len() == 1 { people[0] } else { "" };
    if columns >= COLUMNS {
        rich.cell(alone, model.rows.author, view.glyphs.ellipsis, Ink::Dim)
            .blanks(1);
    } else if !alone.is_empty() {
        rich.put(&crate::text::fit(alone, 12, view.glyphs.ellipsis), Ink::Dim)
            .blanks(1);
    }
    let mut words: Vec<Cow<'_, str>> = events.iter().map(|event| Cow::Borrowed(event.text.as_str())).collect();
    // Whose name stands before it is not said twice.
    if !alone.is_empty()
        && let (Some(first), Some(event)) = (words.first_mut(), events.first())
    {
        *first = said(view, event);
    }
    let joined = words.join(&format!(" {} ", view.glyphs.dot));
    let left = columns.saturating_sub(rich.columns() + 6);
    let fits = |words: &str| crate::text::width(words) <= left * FOLDED && !words.contains('\n');
    // Of roles the newest line says who leads now; of others it is enough how many there are.
    let newest = words
        .last()
        .filter(|words| matches!(kinds[..], [("role", _)]) && fits(words));
    let told = match newest {
        _ if fits(&joined) => joined,
        Some(newest) => newest.clone().into_owned(),
        None => {
            let one = |(word, count): &(&str, usize)| {
                let many = if *count == 1 { "" } else { "s" };
                format!("{count} {word}{many}")
            };
            kinds.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    };
    rich.wraps(FOLDED).put(&told, Ink::Dim);
    rich.tail(view.glyphs.folded, Ink::Dim)
        .tail(&format!(" {count}"), Ink::Dim);
    rich
}

/// What an event of this kind is, in a folded line, where there is one of it.
fn noun(kind: &EventKind) -> &str {
    match kind {
        EventKind::Checklist => "checklist item",
        EventKind::Role => "role",
        EventKind::Timer => "timer",
        EventKind::Field => "change",
        EventKind::Link => "link",
        EventKind::ActionItem => "action item",
        EventKind::Milestone => "milestone",
        other => other.as_str(),
    }
}

/// What an event says beside its author's name, which is not said twice: `sam` and `is incident commander`.
fn said<'e>(view: &View<'e>, event: &'e Event) -> Cow<'e, str> {
    let text = view.model.words_of(event);
    let own = format!("{} ", event.by);
    if !event.by.is_empty() && text.starts_with(&own) {
        return Cow::Owned(text[own.len()..].to_owned());
    }
    text
}

fn words(rich: &mut Rich, event: &Event, said: &str, quiet: bool, soon: Time) {
    let ink = match (&event.retracted, quiet) {
        (Some(_), _) => Ink::Struck,
        (None, true) => Ink::Dim,
        (None, false) => Ink::Text,
    };
    if said.trim().is_empty() {
        rich.put("(no words)", Ink::Dim);
    }
    rich.put_lines(
        said.trim_end(),
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

/// Mark, word and ink of a kind: one hue a family.
fn kind(view: &View, kind: &EventKind) -> (&'static str, &'static str, Ink) {
    use EventKind as K;
    let marks = &view.glyphs.kinds;
    match kind {
        K::Declared => (marks[0], "declared", Ink::Strong),
        K::Acknowledged => (marks[0], "acknowledged", Ink::Strong),
        K::Resolved => (marks[0], "resolved", Ink::Strong),
        K::Closed => (marks[0], "closed", Ink::Strong),
        K::Reopened => (marks[0], "reopened", Ink::Strong),
        K::Cancelled => (marks[0], "cancelled", Ink::Strong),
        K::Status => (marks[0], "status", Ink::Text),
        K::Severity => (marks[0], "severity", Ink::Text),
        K::Alert => (marks[1], "alert", Ink::Bad),
        K::Impact => (marks[1], "impact", Ink::Bad),
        K::Conflict => (marks[1], "conflict", Ink::Warn),
        K::HandEdit => (marks[1], "manual edit", Ink::Warn),
        K::Escalation => (marks[1], "escalation", Ink::Warn),
        K::Procedure => (marks[1], "procedure", Ink::Warn),
        K::Action => (marks[2], "action", Ink::Accent),
        K::Mitigation => (marks[2], "mitigation", Ink::Accent),
        K::Decision => (marks[3], "decision", Ink::Decision),
        K::Finding => (marks[4], "finding", Ink::Finding),
        K::Hypothesis => (marks[4], "hypothesis", Ink::Finding),
        K::Observation => (marks[5], "observation", Ink::Finding),
        K::Comms => (marks[6], "communication", Ink::Comms),
        K::Note => (marks[7], "note", Ink::Text),
        K::Other(_) => (marks[7], "other", Ink::Text),
        _ => (marks[8], "record", Ink::Dim),
    }
}

/// What stands behind the name: the story or all of it, the day of the first row shown, the zone; and whether the newest lines are
/// followed.
pub(crate) fn note(view: &View, top: usize) -> Vec<Rich> {
    let model = view.model;
    let day = day(view, top);
    let key = model.keymap.key_of(crate::app::Action::ToggleStory);
    let events = model.incident().timeline.len();
    let told = if model.story {
        format!("story  {key} all {events}")
    } else {
        format!("all {events}  {key} story")
    };
    vec![Rich::of(&format!("{told}  {day}"), Ink::Dim), Rich::of(&day, Ink::Dim)]
}

/// That the newest lines are not followed, with and without the day of those that are shown; nothing while they are.
pub(crate) fn stands(view: &View) -> Vec<Rich> {
    let model = view.model;
    if !model.has_left_the_end() {
        return Vec::new();
    }
    let last = model.keymap.key_of(crate::app::Action::Last);
    let said = Rich::of(&format!("not following, {last} follows"), Ink::Warn);
    let mut dated = said.clone();
    dated.put(&format!("  {}", day(view, model.cursor(Pane::Timeline).top)), Ink::Dim);
    vec![dated, said, Rich::of(&format!("{last} follows"), Ink::Warn)]
}

/// The day of the first row shown, and the zone: they stand in the title.
pub(crate) fn day(view: &View, top: usize) -> String {
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
pub(crate) fn zone(view: &View) -> String {
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
