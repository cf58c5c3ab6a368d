//! Pasted text: into the line being typed, or, where it is several lines, into the timeline after a look at what becomes of it.

use super::action::Action;
use super::form::Want;
use super::message::Effect;
use super::{Layer, Model, Paste, PasteWay, ask, drafts, log, typing};
use crate::backfill::{self, Read, Reading};
use crate::incident::import::Imported;
use crate::incident::{Change, EventKind};

/// Most lines that are logged one each from one paste.
const MOST: usize = 500;

/// Text was pasted.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    // A terminal pastes line ends as \r; only beside \n it means that a line was written over.
    let text = text.replace("\r\n", "\n");
    let text = if text.contains('\n') {
        text
    } else {
        text.replace('\r', "\n")
    };
    let text = crate::text::printed(&text);
    let text = text.trim_end_matches('\n');
    if text.trim().is_empty() {
        return Vec::new();
    }
    let several = text.contains('\n');
    let logging = model
        .form()
        .is_none_or(|form| form.step().is_some_and(|step| step.want == Want::Log));
    let typing = model.line().is_some();
    if typing && (!several || !logging) {
        return typing::type_text(model, text);
    }
    if let Some(Layer::Paste(paste)) = model.layers.last() {
        // More of the same, or of another: it is looked at together.
        let (whole, kind) = (format!("{}\n{text}", paste.text), paste.kind.clone());
        model.layers.pop();
        look(model, whole, kind);
        return Vec::new();
    }
    if !typing && !model.layers.is_empty() {
        model.say("The paste was not taken: close this page first.", super::Tone::Warning);
        return Vec::new();
    }
    if !several {
        // Pasted where no line is open: it is something to log.
        let effects = ask::begin(model, Action::Log);
        typing::type_text(model, text);
        return effects;
    }
    // What was typed before it belongs to its first line.
    let form = model
        .form()
        .map(|form| (form.kind.clone(), form.line.text().trim().to_owned()));
    let (kind, typed) = form.unwrap_or((None, String::new()));
    if typing {
        ask::leave(model);
    }
    let text = if typed.is_empty() {
        text.to_owned()
    } else {
        format!("{typed} {text}")
    };
    look(model, text, kind.unwrap_or(EventKind::Note));
    Vec::new()
}

/// Shows what becomes of it.
fn look(model: &mut Model, text: String, kind: EventKind) {
    let read = read(model, &text);
    let timed = read.entries.iter().filter(|line| line.at.is_some()).count();
    let several = read.entries.len() > 1 && read.entries.len() <= MOST;
    // A chat with times is taken line by line; a stack trace is one event; a list of tasks is one for the checklist.
    let each = several && timed * 2 >= read.entries.len();
    let mut ways = match (several, each) {
        (true, true) => vec![PasteWay::Each, PasteWay::One],
        (true, false) => vec![PasteWay::One, PasteWay::Each],
        (false, _) => vec![PasteWay::One],
    };
    if read.is_tasks() && read.tasks.len() <= MOST {
        ways.insert(0, PasteWay::Tasks);
    }
    if read.entries.len() > MOST {
        let said = format!("more than {MOST} lines become one event; `warroom log import` takes them one by one");
        model.say(said, super::Tone::Info);
    }
    let mut paste = Paste {
        way: ways[0],
        ways,
        events: Vec::new(),
        tasks: Vec::new(),
        notes: Vec::new(),
        kind,
        text,
        scroll: 0,
    };
    fill(model, &mut paste, read);
    model.layers.push(Layer::Paste(paste));
}

fn fill(model: &Model, paste: &mut Paste, read: Read) {
    (paste.events, paste.tasks, paste.notes, paste.scroll) = (Vec::new(), Vec::new(), Vec::new(), 0);
    match paste.way {
        PasteWay::Each => {
            let zone = model.date_time(model.now);
            let zone = zone.rsplit(' ').next().unwrap_or("UTC");
            paste.notes = read.notes(&|at| model.day_clock(at), zone);
            paste.events = read.entries;
        }
        PasteWay::One => paste.events = vec![whole(model, paste)],
        PasteWay::Tasks => paste.tasks = read.tasks,
    }
}

/// What the reader of shapes makes of it.
fn read(model: &Model, text: &str) -> Read {
    let known: Vec<String> = super::team::people(model)
        .into_iter()
        .map(|person| person.value)
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let incident = model.incident();
    let began = [&incident.started, &incident.detected, &incident.declared];
    let reading = Reading {
        known: &known,
        now: model.now,
        day: None,
        ahead: &|at| model.offset_at(at),
        zone_given: false,
        // Zones by name are looked up on the disk, which a key does not wait for.
        zones: &|_| None,
        start: began.into_iter().flatten().next().map(|moment| moment.at),
    };
    backfill::read(text, &reading)
}

/// All of it as one event, with the prefixes of its first line.
fn whole(model: &Model, paste: &Paste) -> Imported {
    let text = paste.text.trim();
    let read = log::parse(model, Some(&paste.kind), text).ok();
    let (at, kind, text) = match read {
        Some(read) => (read.at, read.kind, read.text),
        None => (None, paste.kind.clone(), text.to_owned()),
    };
    Imported {
        line: 1,
        at,
        who: None,
        kind,
        text,
    }
}

/// Tab: the other way to read it.
pub(super) fn turn(model: &mut Model) {
    let Some(Layer::Paste(mut paste)) = model.layers.pop() else {
        return;
    };
    let at = paste.ways.iter().position(|way| *way == paste.way).unwrap_or(0);
    let next = paste.ways[(at + 1) % paste.ways.len()];
    if next != paste.way {
        paste.way = next;
        let read = read(model, &paste.text);
        fill(model, &mut paste, read);
    }
    model.layers.push(Layer::Paste(paste));
}

/// Enter: into the timeline.
pub(super) fn take(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Paste(paste)) = model.layers.pop() else {
        return Vec::new();
    };
    drafts::forget_log(model);
    if paste.way == PasteWay::Tasks {
        let open = paste.tasks.into_iter().filter(|(done, _)| !done);
        let changes: Vec<Change> = open.map(|(_, text)| item(text)).collect();
        if changes.is_empty() {
            model.say("All of these tasks are done; nothing was added.", super::Tone::Info);
            return Vec::new();
        }
        return vec![Effect::Apply {
            action: Action::AddItem,
            changes,
        }];
    }
    let change = match <[Imported; 1]>::try_from(paste.events) {
        Ok(
            [
                Imported {
                    who: None,
                    kind,
                    text,
                    at,
                    ..
                },
            ],
        ) => Change::Log {
            kind,
            text,
            at,
            pin: false,
        },
        Ok([only]) => Change::ImportLines { lines: vec![only] },
        Err(lines) => Change::ImportLines { lines },
    };
    vec![Effect::Apply {
        action: Action::Log,
        changes: vec![change],
    }]
}

/// A task of the incident's own list.
fn item(text: String) -> Change {
    Change::AddItem {
        text,
        owner: None,
        within: None,
        list: None,
    }
}
