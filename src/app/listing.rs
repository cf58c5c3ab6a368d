//! What stands in each pane now: its rows, made of the incident and what is derived.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, NaiveDate};

use super::Model;
use super::rows::{BoardRow, ChecklistRow, RoleRow, Rows, TimelineRow};
use crate::framework::TimerPhase;
use crate::incident::apply::registers::UNDONE;
use crate::incident::stamp::AHEAD;
use crate::incident::{Event, EventKind, Present, Role, Time, people, present};

/// All lines, as the model stands.
pub(super) fn rows(model: &Model) -> Rows {
    let timeline = timeline(model);
    Rows {
        newest: newest(model, &timeline),
        timeline,
        lately: lately(model),
        author: author(model),
        ..but_timeline(model)
    }
}

/// All lines but those of the timeline, of the panes of text, and who was here lately, which are left empty.
pub(super) fn but_timeline(model: &Model) -> Rows {
    Rows {
        timeline: Vec::new(),
        newest: 0,
        timers: timers(model),
        roles: roles(model),
        hypotheses: hypotheses(model),
        checklists: checklists(model),
        lately: Vec::new(),
        author: 0,
        texts: BTreeMap::new(),
    }
}

fn timeline(model: &Model) -> Vec<TimelineRow> {
    let events = &model.incident().timeline;
    let mut rows = Vec::with_capacity(events.len() + 8);
    // The zone is asked once a quarter of an hour of the story, not once an event.
    let (mut asked, mut ahead) = (i64::MIN, 0);
    let mut today = None;
    // What is filtered by kind or person is picked line by line.
    let filtered = model.search.as_ref().is_some_and(|search| !search.wanted.is_empty());
    let folds = model.story && !filtered;
    let mut undone = UndoneAtOnce::default();
    for (index, event) in events.iter().enumerate() {
        if folds && undone.has(event) {
            continue;
        }
        let quarter = event.at.millis().div_euclid(900_000);
        if quarter != asked {
            (asked, ahead) = (quarter, i64::from(model.offset_at(event.at)) * 1000);
        }
        let day = (event.at.millis() + ahead).div_euclid(DAY_MS);
        if today.is_some_and(|today| today != day) {
            rows.push(TimelineRow::Day(date_of(day)));
        }
        let new_day = today.is_some_and(|today| today != day);
        today = Some(day);
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        // In the story, what the console wrote by itself is folded: from the second line on.
        let machine = folds && is_by_console(event);
        let fold = match rows.last() {
            Some(TimelineRow::Folded(first, count)) if machine && !new_day => Some((*first, *count + 1)),
            Some(TimelineRow::Event(before)) if machine && !new_day && is_by_console(&events[*before as usize]) => {
                Some((*before, 2))
            }
            _ => None,
        };
        match fold {
            Some((first, count)) => {
                rows.pop();
                rows.push(TimelineRow::Folded(first, count));
            }
            None => rows.push(TimelineRow::Event(index)),
        }
    }
    rows
}

/// How soon after it was written a line has to be undone to be no part of the story.
const AT_ONCE_MS: i64 = 60_000;

/// Lines that were undone at once by whoever wrote or pasted them, by what is said of their undoing.
#[derive(Default)]
struct UndoneAtOnce<'m>(HashSet<&'m str>);

impl<'m> UndoneAtOnce<'m> {
    /// Whether a line is one of them, or says that one was undone.
    fn has(&mut self, event: &'m Event) -> bool {
        let subject = event.subject.as_deref().unwrap_or_default();
        if event.kind == EventKind::Field
            && let Some(of) = subject.strip_suffix(".retracted")
        {
            return self.0.contains(of);
        }
        let undone = event.retracted.as_deref() == Some(UNDONE);
        let Some(stamp) = event.rev.get("retracted").filter(|_| undone) else {
            return false;
        };
        let pasted = subject.starts_with("import.");
        let written = event.recorded.unwrap_or(event.at);
        let own = pasted || people::same(&stamp.actor, &event.by);
        let at_once = own && stamp.at.millis() - written.millis() <= AT_ONCE_MS;
        if at_once {
            self.0.insert(if pasted { subject } else { &event.id });
        }
        at_once
    }
}

/// Whether the console writes such lines by itself, beside what people do: the story folds them.
fn is_by_console(event: &Event) -> bool {
    use EventKind as K;
    matches!(
        event.kind,
        K::Checklist | K::Role | K::Timer | K::Field | K::Link | K::ActionItem | K::Milestone
    ) && !event.pinned
}

/// How many of the newest lines have a say in how wide the authors' column is.
const AUTHORS: usize = 300;

fn author(model: &Model) -> usize {
    let newest = model.incident().timeline.iter().rev().take(AUTHORS);
    let longest = newest.map(|event| crate::text::width(&event.by)).max().unwrap_or(0);
    longest.clamp(3, 12)
}

/// The last row that is not of the future: a peer's clock may be years ahead, and what he wrote stays the last line of all.
fn newest(model: &Model, rows: &[TimelineRow]) -> usize {
    let soon = model.now.plus(AHEAD);
    let come = |row: &TimelineRow| match row {
        TimelineRow::Event(index) => model.incident().timeline[*index as usize].at <= soon,
        TimelineRow::Folded(first, count) => model.incident().timeline[(*first + *count - 1) as usize].at <= soon,
        TimelineRow::Day(_) => false,
    };
    let last = rows.len().saturating_sub(1);
    rows.iter().rposition(come).unwrap_or(last)
}

/// How far back somebody who wrote something is still with us.
const WITH_US_FOR: Duration = Duration::from_secs(30 * 60);

/// Who wrote something lately.
pub(super) fn lately(model: &Model) -> Vec<Present> {
    present(model.incident(), model.now.minus(WITH_US_FOR))
}

const DAY_MS: i64 = 86_400_000;

fn date_of(day: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(day * DAY_MS).map_or(Time::default().date(), |at| at.date_naive())
}

fn timers(model: &Model) -> Vec<usize> {
    let open = |index: &usize| {
        let state = model.derived.timers[*index].state;
        !matches!(state, TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared)
    };
    let (mut rows, rest): (Vec<usize>, Vec<usize>) = (0..model.derived.timers.len()).partition(open);
    rows.extend(rest);
    rows
}

fn roles(model: &Model) -> Vec<RoleRow> {
    let incident = model.incident();
    let holders = |role: &str| {
        let held = incident
            .roles
            .iter()
            .enumerate()
            .filter(|(_, held)| held.role == role && holds(held));
        held.map(|(index, _)| index).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    let mut add = |role: &str, title: &str, required: bool| {
        let holders = holders(role);
        let row = |holder| RoleRow {
            role: role.to_owned(),
            title: title.to_owned(),
            required,
            holder,
        };
        if holders.is_empty() {
            rows.push(row(None));
        }
        rows.extend(holders.into_iter().map(|holder| row(Some(holder))));
    };
    let needs = &model.derived.required_roles;
    for need in needs
        .iter()
        .filter(|need| need.required)
        .chain(needs.iter().filter(|need| !need.required))
    {
        add(&need.role, &need.title, need.required);
    }
    let mut seen: Vec<&str> = needs.iter().map(|need| need.role.as_str()).collect();
    for held in incident.roles.iter().filter(|held| holds(held)) {
        if !seen.contains(&held.role.as_str()) {
            seen.push(&held.role);
            let known = model.framework().roles.iter().find(|role| role.id == held.role);
            let title = known.map_or_else(|| held.role.replace('_', " "), |role| role.title.clone());
            add(&held.role, &title, false);
        }
    }
    rows
}

/// Whether somebody holds it now.
fn holds(held: &Role) -> bool {
    held.until.is_none() && held.retracted.is_none()
}

fn hypotheses(model: &Model) -> Vec<BoardRow> {
    let incident = model.incident();
    let hypotheses = incident.hypotheses.iter().enumerate();
    let hypotheses = hypotheses.filter(|(_, known)| known.retracted.is_none());
    let mut ranked: Vec<_> = hypotheses.collect();
    ranked.sort_by_key(|(_, known)| known.rank());
    let mut rows: Vec<_> = ranked.iter().map(|(index, _)| BoardRow::Hypothesis(*index)).collect();
    let mitigations = incident.mitigations.iter().enumerate();
    let mut mitigations = mitigations.filter(|(_, known)| known.retracted.is_none()).peekable();
    if mitigations.peek().is_some() {
        rows.push(BoardRow::Mitigations);
        rows.extend(mitigations.map(|(index, _)| BoardRow::Mitigation(index)));
    }
    rows
}

fn checklists(model: &Model) -> Vec<ChecklistRow> {
    let lists = &model.derived.checklists;
    let order = (0..lists.len()).filter(|list| lists[*list].current);
    let order = order.chain((0..lists.len()).filter(|list| !lists[*list].current));
    let mut rows = Vec::new();
    for list in order.filter(|list| !lists[*list].items.is_empty()) {
        rows.push(ChecklistRow::List(list));
        rows.extend((0..lists[list].items.len()).map(|item| ChecklistRow::Item(list, item)));
    }
    rows
}
