//! Rows with columns, whatever parts them: which column is the time, the day, the person, the words.

use super::draft::{Draft, Item, Said, zone_in};
use super::marks::{self, Speaker, Stamp, is_person, parted, stamp};
use crate::incident::time::written::read_day;

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub line: usize,
    /// How many lines of the text it takes.
    pub height: usize,
    pub cells: Vec<String>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Time,
    Day,
    Until,
    Who,
    Kind,
    Words,
    Other,
}

/// Names of columns by what they hold, in lower case.
const TITLES: [(Column, &[&str]); 6] = [
    (
        Column::Time,
        &[
            "time",
            "start",
            "started",
            "beginn",
            "début",
            "timestamp",
            "when",
            "at",
            "ts",
            "datetime",
            "date/time",
            "date & time",
            "date and time",
            "clock",
            "zeit",
            "uhrzeit",
            "heure",
            "hora",
            "ora",
            "created",
            "created_at",
            "occurred",
            "last seen",
            "age",
        ],
    ),
    (
        Column::Until,
        &["end", "ended", "until", "to", "till", "ende", "bis", "fin"],
    ),
    (Column::Day, &["date", "day", "datum", "jour", "fecha", "data"]),
    (
        Column::Who,
        &[
            "who",
            "author",
            "name",
            "by",
            "user",
            "username",
            "actor",
            "owner",
            "person",
            "sender",
            "from",
            "reporter",
            "wer",
            "qui",
            "quién",
            "responder",
        ],
    ),
    (Column::Kind, &["kind"]),
    (
        Column::Words,
        &[
            "event",
            "what",
            "description",
            "message",
            "text",
            "note",
            "notes",
            "details",
            "action",
            "entry",
            "summary",
            "log",
            "comment",
            "ereignis",
            "beschreibung",
            "événement",
            "evento",
            "update",
        ],
    ),
];

fn titled(cell: &str) -> Option<Column> {
    let lower = cell.trim().trim_matches(['*', '_', '`', '"']).to_lowercase();
    let core = lower.split(['(', '[', ',']).next().unwrap_or(&lower).trim();
    // `Time UTC`, `Timeline (UTC)`.
    let first = core.split(' ').next().unwrap_or(core);
    let found = |word: &str| {
        TITLES
            .iter()
            .find(|(_, names)| names.contains(&word))
            .map(|(column, _)| *column)
    };
    found(core).or_else(|| found(first).filter(|_| core.split(' ').count() == 2))
}

/// Adds what the rows say to a draft. Rows that have no time are lines that were not understood.
pub(super) fn read(draft: &mut Draft, rows: &[Row]) {
    let Some(first) = rows.first() else { return };
    let timed = |row: &Row| row.cells.iter().any(|cell| whole(cell).is_some());
    let header = (!timed(first)).then(|| first.cells.iter().map(|cell| titled(cell)).collect::<Vec<_>>());
    // Titles in words that are not known are titles, too, where all other rows have times.
    let rest = rows.len() > 2 && rows[1..].iter().all(timed);
    let named = header
        .as_ref()
        .is_some_and(|titles| rest || titles.iter().any(Option::is_some));
    let body = if named { &rows[1..] } else { rows };
    if named {
        draft.understood += first.height;
        let zone = first.cells.iter().find_map(|cell| zone_in(cell));
        draft.items.extend(zone.map(Item::Zone));
    }
    let columns = columns(header.filter(|_| named).unwrap_or_default(), body);
    let mut above: Option<Stamp> = None;
    for row in body {
        if let Some(found) = said(row, &columns, above.as_ref()) {
            draft.understood += row.height;
            above.clone_from(&found.stamp);
            draft.items.push(Item::Said(found));
        } else {
            draft.strange.push(row.line);
            // It stays with the row above, word for word.
            let cells = row.cells.iter().map(|cell| clean(cell));
            let words: Vec<String> = cells.filter(|cell| !cell.is_empty()).collect();
            draft.go_on(&words.join(" · "));
        }
    }
}

/// A cell that is a time, all of it.
fn whole(cell: &str) -> Option<Stamp> {
    let (stamp, rest) = stamp(cell.trim())?;
    rest.trim().is_empty().then_some(stamp)
}

fn is_day(cell: &str) -> bool {
    let cell = cell.trim();
    read_day(cell).is_some_and(|(_, length)| cell[length..].trim().is_empty())
}

/// What each column holds: by its title, else by what stands in it.
fn columns(titles: Vec<Option<Column>>, rows: &[Row]) -> Vec<Column> {
    let count = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).min(64);
    let looked = &rows[..rows.len().min(200)];
    let share = |place: usize, fits: &dyn Fn(&str) -> bool| {
        let filled = looked
            .iter()
            .filter_map(|row| row.cells.get(place))
            .filter(|cell| !cell.trim().is_empty());
        let (mut all, mut fit) = (0, 0);
        for cell in filled {
            all += 1;
            fit += usize::from(fits(cell));
        }
        all > 0 && fit * 2 > all
    };
    let mut columns = vec![Column::Other; count];
    let mut has_time = false;
    for (place, column) in columns.iter_mut().enumerate() {
        let title = titles.get(place).copied().flatten();
        *column = match title {
            title if title != Some(Column::Until) && !has_time && share(place, &|cell| whole(cell).is_some()) => {
                Column::Time
            }
            Some(Column::Time | Column::Day) | None if share(place, &is_day) => Column::Day,
            Some(Column::Until) if !share(place, &|cell| whole(cell).is_some()) => Column::Other,
            Some(Column::Time) | None => Column::Other,
            Some(known) => known,
        };
        has_time |= *column == Column::Time;
    }
    // Without a title a column of short names is the person's, and the longest cells are the words.
    if !columns.contains(&Column::Who) && titles.iter().all(Option::is_none) && count > 2 {
        let is_who = |place: &usize| {
            columns[*place] == Column::Other
                && share(*place, &|cell| {
                    is_person(cell, 3) && cell.len() <= 30 && !marks::is_no_one(cell)
                })
        };
        if let Some(place) = (0..count - 1).find(|place| is_who(place)) {
            columns[place] = Column::Who;
        }
    }
    if !columns.contains(&Column::Words) {
        let length = |place: &usize| -> usize {
            looked
                .iter()
                .filter_map(|row| row.cells.get(*place))
                .map(String::len)
                .sum()
        };
        let rest = (0..count).filter(|place| columns[*place] == Column::Other);
        if let Some(place) = rest.max_by_key(length) {
            columns[place] = Column::Words;
        }
    }
    columns
}

/// What a row says; `None` where it has no time or no words. One whose time is left blank is of the same time as the one above.
fn said(row: &Row, columns: &[Column], above: Option<&Stamp>) -> Option<Said> {
    let cells = |wanted: Column| {
        let both = row.cells.iter().zip(columns);
        both.filter(move |(_, column)| **column == wanted)
            .map(|(cell, _)| clean(cell))
            .filter(|cell| !cell.is_empty())
    };
    let day = cells(Column::Day).next();
    let time = cells(Column::Time).next();
    let stamp = match (&day, &time) {
        (Some(day), Some(time)) => whole(&format!("{day} {time}")).or_else(|| whole(time)),
        (None, Some(time)) => whole(time),
        (None, None) => above.cloned(),
        (Some(_), None) => None,
    }?;
    let until = cells(Column::Until).next();
    let stamp = Stamp {
        until: stamp.until.or(until),
        ..stamp
    };
    let mut words: Vec<String> = cells(Column::Words).collect();
    words.extend(cells(Column::Other).filter(|cell| !cell.is_empty()));
    let words = words.join(" · ");
    let named = cells(Column::Who).find(|cell| is_person(cell, 5) && !marks::is_no_one(cell));
    if words.is_empty() {
        return None;
    }
    let kind = cells(Column::Kind)
        .next()
        .filter(|kind| crate::incident::EventKind::known(kind).is_some());
    let words = kind.map_or(words.clone(), |kind| format!("{kind}: {words}"));
    let found = if named.is_none() { marks::speaker(&words) } else { None };
    let text = found.as_ref().map_or(words.as_str(), |(_, text)| text).to_owned();
    let who = named.map(|name| Speaker::surely(&name));
    Some(Said {
        line: row.line,
        stamp: Some(stamp),
        who: who.or(found.map(|(who, _)| who)),
        full: words,
        text,
    })
}

/// A cell without emphasis and breaks.
fn clean(cell: &str) -> String {
    let cell = cell.trim();
    let bare = ["**", "__", "`"].iter().fold(cell, |cell, mark| {
        let inner = cell.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
        inner.filter(|inner| !inner.contains(mark)).unwrap_or(cell)
    });
    parted(bare)
        .replace("<br>", "\n")
        .replace("<br/>", "\n")
        .replace("\\|", "|")
}
