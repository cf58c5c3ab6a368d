//! The two lines at the top: what it is, how bad, how long; who leads, what is saved, what is overdue.

use ratatui::layout::Rect;
use serde_json::Value;

use super::panes::{View, timers};
use super::theme::Ink;
use super::widgets::{Painter, rich};
use crate::framework::TimerPhase;
use crate::framework::major::FIELD as MAJOR;
use crate::incident::time::{format_clock, format_duration};
use crate::incident::{Time, field_title, live};
use crate::session::sync::Phase;
use crate::session::{FileState, Saving, Watching};
use crate::text::width;

/// How many lines it has on a screen of this height.
pub(super) fn height(screen: u16) -> u16 {
    if screen < 9 { 1 } else { 2 }
}

type Part = (String, Ink);

/// What stands in place of a title where no incident is open.
const NOWHERE: &str = "warroom: no incident is open here";

/// The same once someone has declared one.
const DECLARED: &str = "warroom: an incident has been declared";

/// Draws it.
pub(super) fn draw(view: &View, area: Rect, painter: &mut Painter) {
    if area.is_empty() {
        return;
    }
    first(view, area, painter);
    if area.height > 1 {
        second(view, Rect::new(area.x, area.y + 1, area.width, 1), painter);
    }
}

/// Severity and title, which are never left out; then how long, and the id, as far as there is room.
fn first(view: &View, area: Rect, painter: &mut Painter) {
    let incident = view.model.incident();
    let room = usize::from(area.width);
    let mut x = area.x + 1;
    if view.model.is_nowhere() {
        let said = match view.model.declared_elsewhere() {
            Some(_) => DECLARED,
            None => NOWHERE,
        };
        painter.fit(x, area.y, room.saturating_sub(2), said, Ink::Strong);
        return;
    }
    let (severity, ink) = badge(view);
    x = painter.put(x, area.y, room, &severity, ink) + 1;
    if incident.drill {
        x = painter.put(x, area.y, room, " DRILL ", Ink::Severity4) + 1;
    }
    if incident.clock.is_some() {
        x = painter.put(x, area.y, room, " TEST CLOCK ", Ink::Severity4) + 1;
    }
    let title = rich::one_line(&incident.title).into_owned();
    let left = usize::from(area.right().saturating_sub(x)).saturating_sub(1);
    // The title keeps its words, or most of the line; the clock goes after the id, and both after "ago".
    let mut right: Vec<Part> = elapsed(view, area.width);
    right.insert(0, (rich::one_line(&incident.id).into_owned(), Ink::Dim));
    let wide = |parts: &[Part]| parts.iter().map(|(text, _)| width(text) + 2).sum::<usize>();
    let clock = 1;
    if right.len() > 2 && wide(&right) + width(&title) > left {
        right.truncate(2);
    }
    if wide(&right) + width(&title) > left {
        right.remove(0);
    }
    let enough = width(&title).min(left * 3 / 5).min(40);
    if wide(&right) + enough > left && right.len() == clock {
        right.clear();
    }
    let taken = wide(&right);
    let ink = if crate::incident::redact::is_mark(&title) {
        Ink::Dim
    } else {
        Ink::Strong
    };
    painter.fit(x, area.y, left.saturating_sub(taken), &title, ink);
    let mut x = area
        .right()
        .saturating_sub(1 + u16::try_from(taken.saturating_sub(2)).unwrap_or(u16::MAX));
    for (text, ink) in right {
        x = painter.put(x, area.y, room, &text, ink) + 2;
    }
}

/// The severity as a badge.
pub(super) fn badge(view: &View) -> Part {
    let severity = view.model.derived.severity.trim();
    if severity.is_empty() {
        return (" UNASSESSED ".into(), Ink::Severity3);
    }
    let ink = match rank(view, severity) {
        0 => Ink::Severity1,
        1 => Ink::Severity2,
        2 => Ink::Severity3,
        _ => Ink::Severity4,
    };
    let severity = rich::one_line(severity);
    (
        format!(" {} ", crate::text::fit(&severity, 12, view.glyphs.ellipsis)),
        ink,
    )
}

fn rank(view: &View, severity: &str) -> usize {
    if let Some(rank) = view.model.snapshot.framework.severity_rank(severity) {
        return rank;
    }
    let digits: String = severity.chars().filter(char::is_ascii_digit).collect();
    let number = digits.parse::<usize>().unwrap_or(3);
    if severity.starts_with(['P', 'p']) && !digits.is_empty() {
        number
    } else {
        number.saturating_sub(1)
    }
}

fn status(view: &View) -> String {
    view.model.derived.status.trim().replace(['_', '-'], " ").to_uppercase()
}

/// The clock of the incident: running, or how long it took and how long ago it ended.
fn elapsed(view: &View, columns: u16) -> Vec<Part> {
    let model = view.model;
    let clock = long_clock(model.derived.elapsed_s);
    let Some(resolved) = &model.incident().resolved else {
        return vec![(clock, Ink::Text)];
    };
    if columns < 60 {
        return vec![(clock, Ink::Dim)];
    }
    vec![
        (format!("lasted {clock}"), Ink::Text),
        (format!("resolved {} ago", ago(resolved.at, model.now)), Ink::Dim),
    ]
}

/// `00:42:17`, `2d 03:11:09`.
fn long_clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    match seconds / 3600 {
        hours @ 0..24 => format!("{hours:02}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
        _ => format_clock(seconds),
    }
}

/// `12m`, `3h5m`: by the minute from the first minute on, so that it does not tick.
pub(super) fn ago(at: Time, now: Time) -> String {
    let seconds = now.seconds_since(at).max(0).unsigned_abs();
    let whole = if seconds >= 86_400 {
        seconds / 3600 * 3600
    } else {
        seconds / 60 * 60
    };
    if whole == 0 {
        "under 1m".into()
    } else {
        format_duration(std::time::Duration::from_secs(whole))
    }
}

fn columns(parts: &[Part]) -> usize {
    parts.iter().map(|(text, _)| width(text)).sum()
}

/// Columns with the blanks between the parts at the right.
fn right_columns(parts: &[Part]) -> usize {
    parts.iter().map(|(text, _)| width(text) + 2).sum()
}

/// Columns that a part at the left is worth losing what is calm for.
const WORTH: usize = 24;
/// Longest label of what is overdue.
const LABEL: usize = 40;
/// Shortest label that still says something.
const LEAST_LABEL: usize = 10;
/// Columns of the status that are always there.
const STATUS: usize = 8;

/// What stands at the right of the second line, where the left would have `parts`: how long ago goes first, then "saved", then "git ok";
/// then the phase at the left; then the label of what is overdue gives way to whoever leads and the status.
fn right(view: &View, parts: &mut Vec<(Vec<Part>, usize)>, room: usize) -> Vec<Part> {
    let mut right: Vec<Part> = git(view, room, true).into_iter().collect();
    right.extend(outbox(view));
    // Where there is no strip of screens, which has it at its end.
    if super::screens::height(view.model.size.width, view.model.size.height) == 0 {
        right.extend(super::screens::chips(view).pop().map(|chip| (chip, Ink::Warn)));
    }
    right.push(state(view));
    let alarm_of = |label: Option<usize>| alarm(view, label);
    let whole = alarm_of(Some(LABEL));
    let wanted =
        |parts: &[(Vec<Part>, usize)]| -> usize { parts.iter().map(|(part, _)| columns(part).min(WORTH) + 3).sum() };
    let loud = whole.as_ref().map_or(0, |part| width(&part.0) + 2);
    let over = |right: &[Part], parts: &[(Vec<Part>, usize)]| right_columns(right) + loud + wanted(parts) > room;
    if over(&right, parts)
        && !right.is_empty()
        && let Some(short) = git(view, room, false)
    {
        right[0] = short;
    }
    for at in (0..right.len()).rev() {
        if over(&right, parts) && right[at].1 == Ink::Dim {
            right.remove(at);
        }
    }
    if over(&right, parts) {
        parts.retain(|(part, _)| !matches!(part.as_slice(), [(_, Ink::Dim)]));
    }
    // Who leads, whole; the status, as far as there is room.
    let leads = parts.first().map_or(0, |(part, _)| columns(part) + 3);
    let status = parts.get(1).map_or(0, |(part, _)| columns(part) + 3);
    let free = |beside: usize| room.saturating_sub(right_columns(&right) + beside);
    let frame = loud.saturating_sub(whole.as_ref().map_or(0, |_| label_columns(view)));
    let label = free(leads + status).saturating_sub(frame).min(LABEL);
    let short = [
        alarm_of(Some(label).filter(|label| *label >= LEAST_LABEL.min(label_columns(view)))),
        alarm_of(None),
    ];
    let fits = |part: &Part| width(&part.0) + 2 <= free(leads + status.min(STATUS + 3));
    let least = alarm_of(None).map(|(text, ink)| (text.replace(OVERDUE, ""), ink));
    right.extend(short.into_iter().flatten().find(fits).or(least));
    while right_columns(&right) + leads > room && right.len() > 1 {
        right.remove(0);
    }
    right
}

fn second(view: &View, area: Rect, painter: &mut Painter) {
    let room = usize::from(area.width).saturating_sub(1);
    let mut parts = left(view);
    let right = right(view, &mut parts, room);
    let free = room.saturating_sub(right_columns(&right));
    let mut x = area.x + 1;
    let stop = usize::from(area.x) + free;
    for (parts, least) in parts {
        let taken = columns(&parts);
        let left = stop.saturating_sub(usize::from(x));
        if left < taken.min(least) {
            continue;
        }
        for (text, ink) in parts {
            let left = stop.saturating_sub(usize::from(x));
            x = painter.fit(x, area.y, left, &text, ink);
        }
        x += 3;
    }
    let left = stop.saturating_sub(usize::from(x));
    let others = company(view, left.saturating_sub(WITH_US.len()));
    if !others.is_empty() {
        x = painter.put(x, area.y, left, WITH_US, Ink::Dim);
        for (text, ink) in others {
            x = painter.put(x, area.y, left, &text, ink);
        }
    }
    let mut x = area
        .right()
        .saturating_sub(u16::try_from(right_columns(&right)).unwrap_or(u16::MAX));
    for (text, ink) in right {
        x = painter.fit(x + 1, area.y, room, &text, ink) + 1;
    }
}

/// Parts of the second line, the weightiest first, with the columns below which each is left out.
fn left(view: &View) -> Vec<(Vec<Part>, usize)> {
    let model = view.model;
    let incident = model.incident();
    let clean = |text: &str| rich::one_line(text).into_owned();
    let mut parts = Vec::new();
    if model.is_nowhere() {
        return parts;
    }
    match model.commanders().as_slice() {
        [] if incident.resolved.is_none() => parts.push((vec![("no IC".into(), Ink::Warn)], 5)),
        [] => {}
        [one] => {
            let (mark, ink) = view.here(&one.who);
            let who = vec![
                ("IC ".into(), Ink::Dim),
                (mark.into(), ink),
                (clean(&one.who), Ink::Strong),
            ];
            parts.push((who, 9));
        }
        several => {
            let names: Vec<String> = several.iter().map(|role| clean(&role.who)).collect();
            parts.push((
                vec![
                    (format!("{} ICs ", names.len()), Ink::Bad),
                    (names.join(", "), Ink::Strong),
                ],
                8,
            ));
        }
    }
    let phase = &model.derived.phase;
    let number = if phase.of > 0 {
        format!("{}/{} ", phase.number, phase.of)
    } else {
        String::new()
    };
    parts.push((vec![(number, Ink::Dim), (clean(&status(view)), Ink::Strong)], 8));
    let key = model.keymap.key_of(crate::app::Action::SettleConflict);
    match model.derived.conflicts.len() {
        0 => {}
        1 => parts.push((vec![(format!("1 conflict {key}"), Ink::Warn)], 10)),
        several => parts.push((vec![(format!("{several} conflicts {key}"), Ink::Warn)], 10)),
    }
    if let Some(who) = incident.fields.get(MAJOR).and_then(|value| value.as_str()) {
        parts.push((vec![("MAJOR ".into(), Ink::Bad), (clean(who), Ink::Strong)], 10));
    } else if let Some(major) = &model.snapshot.major {
        parts.push((
            vec![("MAJOR? ".into(), Ink::Bad), (clean(&major.because), Ink::Strong)],
            10,
        ));
    }
    if phase.of > 0 && !alike(&phase.title, &status(view)) {
        parts.push((vec![(clean(&phase.title), Ink::Dim)], width(&phase.title)));
    }
    if let Some(impact) = impact(view) {
        parts.push((vec![(clean(&impact), Ink::Text)], 14));
    }
    parts
}

/// Whether a phase and a status say the same in other forms: `Mitigation` and `MITIGATING`.
fn alike(phase: &str, status: &str) -> bool {
    let stem = |text: &str| text.chars().take(6).flat_map(char::to_lowercase).collect::<String>();
    stem(phase) == stem(status)
}

/// The one line about who is hurt, or else what is known of the impact, by its name.
fn impact(view: &View) -> Option<String> {
    let impact = &view.model.incident().impact;
    let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let hurt = ["users", "customers"]
        .iter()
        .find_map(|name| impact.get(*name))
        .map(said);
    let other = || {
        let (name, value) = impact.iter().find(|(_, value)| value.is_string())?;
        Some(format!("{}: {}", field_title(name), said(value)))
    };
    hurt.or_else(other).filter(|text| !text.trim().is_empty())
}

const WITH_US: &str = "with ";

/// Others whose console is open, hold a role or wrote something lately, with the role in short, those who are here first; as many as
/// fit, then how many more.
fn company(view: &View, room: usize) -> Vec<Part> {
    let model = view.model;
    let incident = model.incident();
    let framework = model.framework();
    let mut names: Vec<(&str, Option<&str>)> = Vec::new();
    for role in live(&incident.roles).filter(|role| role.until.is_none() && !framework.commands(&role.role)) {
        if !names.iter().any(|(name, _)| *name == role.who) {
            names.push((&role.who, role.role.split(['_', '-']).next()));
        }
    }
    for here in model.snapshot.here.iter() {
        if !names
            .iter()
            .any(|(name, _)| crate::incident::people::same(name, &here.who))
        {
            names.push((&here.who, None));
        }
    }
    for person in &model.rows.lately {
        if !names.iter().any(|(name, _)| *name == person.name) {
            names.push((&person.name, None));
        }
    }
    let commander = |name: &str| {
        live(&incident.roles).any(|role| {
            role.until.is_none() && framework.commands(&role.role) && crate::incident::people::same(&role.who, name)
        })
    };
    names.retain(|(name, _)| !crate::incident::people::same(name, &model.me) && !commander(name));
    names.sort_by_key(|(name, _)| !model.is_here(name));
    let with_role = |(name, role): &(&str, Option<&str>)| match role {
        Some(role) => format!("{name}({role})"),
        None => (*name).to_owned(),
    };
    let marks: Vec<Part> = names
        .iter()
        .map(|(name, _)| view.here(name))
        .map(|(mark, ink)| (mark.to_owned(), ink))
        .collect();
    let whole: Vec<String> = names.iter().map(with_role).collect();
    let short: Vec<String> = names.iter().map(|(name, _)| (*name).to_owned()).collect();
    let (whole, short) = (joined(&marks, &whole, room), joined(&marks, &short, room));
    if whole.1 >= short.1 { whole.0 } else { short.0 }
}

/// As many names as fit, each behind its mark, then how many more; and how many names that are.
fn joined(marks: &[Part], names: &[String], room: usize) -> (Vec<Part>, usize) {
    let mut shown: Vec<Part> = Vec::new();
    let mut used = 0;
    for (index, (mark, name)) in marks.iter().zip(names).enumerate() {
        let rest = names.len() - index;
        let next = rich::one_line(name).into_owned();
        let after = if rest > 1 { format!(" +{}", rest - 1).len() } else { 0 };
        let wide = 1 + width(&mark.0) + width(&next);
        if used + wide + after > room {
            if index > 0 {
                shown.push((format!(" +{rest}"), Ink::Text));
            }
            return (shown, index);
        }
        if index > 0 {
            shown.push((" ".into(), Ink::Text));
        }
        used += wide;
        shown.extend([mark.clone(), (next, Ink::Text)]);
    }
    (shown, names.len())
}

/// Whether everything is on disk. Both common words have one width, so that nothing moves.
fn state(view: &View) -> Part {
    let snapshot = &view.model.snapshot;
    match &snapshot.file {
        FileState::Invalid(invalid) => return (format!("file invalid, line {}", invalid.line), Ink::Bad),
        FileState::Missing => return ("file is gone".into(), Ink::Bad),
        FileState::ReadOnly(_) => return ("read-only".into(), Ink::Warn),
        FileState::Good => {}
    }
    match &snapshot.saving {
        Saving::Failed(count, _) => (format!("NOT SAVED: {count} in the journal"), Ink::Bad),
        Saving::Pending(_) => ("saving".into(), Ink::Dim),
        Saving::Saved if !snapshot.quarantined.is_empty() => {
            (format!("{} unreadable", snapshot.quarantined.len()), Ink::Warn)
        }
        Saving::Saved if snapshot.watching == Watching::Polling => ("saved, polling".into(), Ink::Dim),
        Saving::Saved => ("saved ".into(), Ink::Dim),
    }
}

/// Messages of hooks that were not sent yet; nothing where there are none.
fn outbox(view: &View) -> Option<Part> {
    match view.model.outbox.unsent {
        0 => None,
        count => Some((format!("{count} unsent"), Ink::Warn)),
    }
}

/// How this clone stands with the others; nothing where there are none. `when` it last was may be left out.
fn git(view: &View, columns: usize, when: bool) -> Option<Part> {
    let sync = &view.model.snapshot.sync;
    let waiting = match sync.unsent {
        0 => String::new(),
        several => format!("{several} to push, "),
    };
    let why = |said: &str| {
        let room = if columns >= 100 { 40 } else { 18 };
        crate::text::fit(&rich::one_line(said), room, view.glyphs.ellipsis).into_owned()
    };
    let since = sync
        .since
        .map_or_else(String::new, |at| format!(" {}", ago(at, view.model.now)));
    Some(match &sync.phase {
        Phase::Off | Phase::Alone | Phase::Elsewhere => return None,
        Phase::Good => match sync.at.filter(|at| view.model.now.seconds_since(*at) >= 60 && when) {
            Some(at) => (format!("git ok {} ago", ago(at, view.model.now)), Ink::Dim),
            None => ("git ok".into(), Ink::Dim),
        },
        Phase::Offline(trouble) => (format!("{waiting}offline{since}: {}", why(&trouble.why)), Ink::Warn),
        Phase::Refused(trouble) => (format!("{waiting}git refused: {}", why(&trouble.why)), Ink::Warn),
        Phase::Paused(trouble) => (format!("{waiting}sync paused: {}", why(&trouble.why)), Ink::Warn),
    })
}

/// Columns of the whole label of what is most overdue.
fn label_columns(view: &View) -> usize {
    timers::worst(view).map_or(0, |timer| width(&rich::one_line(&timer.label)).min(LABEL))
}

const OVERDUE: &str = "OVERDUE ";

/// The one thing that is most overdue, with so many columns of its label, or without it.
fn alarm(view: &View, label: Option<usize>) -> Option<Part> {
    let timer = timers::worst(view)?;
    let all = view.model.derived.timers.iter();
    let more = all.filter(|timer| timer.state == TimerPhase::Overdue).count() - 1;
    let more = if more > 0 { format!("+{more} ") } else { String::new() };
    // By the minute: the seconds tick in the timers pane, and a second here would repaint the loudest thing on the screen.
    let since = match timer.remaining_s.unsigned_abs() / 60 {
        0 => String::new(),
        minutes => format!(
            "{} ",
            format_duration(std::time::Duration::from_secs(minutes.saturating_mul(60)))
        ),
    };
    let label = label.map_or_else(String::new, |room| {
        let label = rich::one_line(&timer.label);
        format!("{} ", crate::text::fit(&label, room, view.glyphs.ellipsis))
    });
    Some((
        format!(" {} {OVERDUE}{since}{label}{more}", view.glyphs.alarm),
        Ink::Alarm,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        assert_eq!(long_clock(2_537), "00:42:17");
        assert_eq!(long_clock(-5), "00:00:00");
        assert_eq!(long_clock(183_600), "2d 03:00:00");
        let at = Time::from_millis(1_000_000_000_000);
        let later = |seconds: u64| ago(at, at.plus(std::time::Duration::from_secs(seconds)));
        assert_eq!(
            [later(59), later(725), later(11_111), later(100_000)],
            ["under 1m", "12m", "3h5m", "1d3h"]
        );
    }
}
