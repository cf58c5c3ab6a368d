//! The lines of each pane as indices into the incident and the derived state; rebuilt when those change.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, NaiveDate};

use super::text_row::TextRow;
use super::{Model, Pane};
use crate::framework::TimerPhase;
use crate::incident::stamp::AHEAD;
use crate::incident::{Event, EventKind, Present, Role, Time, present};

/// The lines of all panes.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Timeline, oldest first, with a line where a day begins (from the second day on).
    pub timeline: Vec<TimelineRow>,
    /// Row of the newest line, which is followed: what is dated ahead of the clock stands behind it, and hides nothing.
    pub newest: usize,
    /// Indices into `derived.timers`, most urgent first; those that are met and cleared are at the end.
    pub timers: Vec<usize>,
    /// Roles: those the severity requires first.
    pub roles: Vec<RoleRow>,
    /// Hypotheses by their rank, then mitigations.
    pub hypotheses: Vec<BoardRow>,
    /// Checklists, the present phase's first.
    pub checklists: Vec<ChecklistRow>,
    /// Who wrote something lately, for the header.
    pub lately: Vec<Present>,
    /// Columns of the longest author's name among the newest lines, at most twelve.
    pub author: usize,
    /// Rows of the panes of text on the present screen.
    pub(super) texts: BTreeMap<Pane, Vec<TextRow>>,
}

/// How far back somebody who wrote something is still with us.
const WITH_US_FOR: Duration = Duration::from_secs(30 * 60);

/// A line of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineRow {
    /// A day begins (in the zone shown); never selected.
    Day(NaiveDate),
    /// Index into `incident.timeline`.
    Event(u32),
    /// So many lines that the console wrote by itself, from this index on, in one; the story folds them.
    Folded(u32, u32),
}

/// A line of the roles pane: one holder of a role, or a role that no one holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    /// Role id.
    pub role: String,
    /// What people read.
    pub title: String,
    /// Whether this severity requires it.
    pub required: bool,
    /// Index into `incident.roles` of who holds it.
    pub holder: Option<usize>,
}

/// A line of the hypotheses pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardRow {
    /// Index into `incident.hypotheses`.
    Hypothesis(usize),
    /// The heading over the mitigations; never selected.
    Mitigations,
    /// Index into `incident.mitigations`.
    Mitigation(usize),
}

/// A line of the checklists pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecklistRow {
    /// Heading of `derived.checklists[.0]`; never selected.
    List(usize),
    /// Item `.1` of `derived.checklists[.0]`.
    Item(usize, usize),
}

const DAY_MS: i64 = 86_400_000;

impl Rows {
    /// All lines, as the model stands.
    pub fn of(model: &Model) -> Self {
        let timeline = timeline(model);
        Self {
            newest: newest(model, &timeline),
            timeline,
            lately: lately(model),
            author: author(model),
            ..Self::but_timeline(model)
        }
    }

    /// Rows of a pane of text; none while it is on no screen that is shown.
    pub fn text(&self, pane: Pane) -> &[TextRow] {
        self.texts.get(&pane).map_or(&[], Vec::as_slice)
    }

    /// All lines but those of the timeline, of the panes of text, and who was here lately, which are left empty.
    pub(super) fn but_timeline(model: &Model) -> Self {
        Self {
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
}

/// Makes the rows of the panes of text on the present screen that go by the selection of that pane, or by none.
pub(super) fn write_texts(model: &mut Model, following: Option<Pane>) {
    for pane in model.screen.panes().iter().copied() {
        let spec = pane.spec();
        if let Some(rows) = spec.rows
            && spec.follows == following
        {
            let rows = rows(model);
            model.rows.texts.insert(pane, rows);
        }
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
    for (index, event) in events.iter().enumerate() {
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

/// Who wrote something lately.
pub(super) fn lately(model: &Model) -> Vec<Present> {
    present(model.incident(), model.now.minus(WITH_US_FOR))
}

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
