//! Pasted text: into the line being typed, or, where it is several lines, into the timeline after a look at what becomes of it.

use super::action::Action;
use super::key::Key;
use super::keymap::Meaning;
use super::memory::Held;
use super::message::{Effect, Message};
use super::step::Want;
use super::{Layer, Model, Paste, PasteWay, ask, log, typing, unsent};
use crate::backfill::{self, Read, Reading};
use crate::framework::calendar::Zone;
use crate::incident::import::Imported;
use crate::incident::{Change, EventKind, Time};

/// Most lines that are logged one each from one paste.
const MOST: usize = 500;

/// The text that came as keys.
pub(super) fn text_of(keys: &[Key]) -> String {
    keys.iter().filter_map(|key| key.letter()).collect()
}

impl Model {
    /// What a line means that came at once with its end. Where a question is open, its letters and the Enter behind them do what
    /// they do one by one, since that is how typing arrives on a bad line. Everywhere else letters are commands, so it is a paste.
    pub fn meant(&self, keys: Vec<Key>) -> Vec<Message> {
        match self.layers.last() {
            Some(Layer::Form(_)) if still_held(self).is_some() => vec![Message::Burst(keys)],
            Some(Layer::Form(_) | Layer::Search(_)) => keys.into_iter().map(Message::Key).collect(),
            _ => vec![Message::Burst(keys)],
        }
    }
}

/// The words that came at once before and stand in the line as they came.
fn still_held(model: &Model) -> Option<&str> {
    let held = model.memory.held.as_ref()?;
    let line = model.line()?;
    (line.text() == held.whole).then_some(&held.whole)
}

/// Words came at once as keys: a paste by a terminal that does not say so, or typing that the network held up. No letter of it is
/// run as a command. Where the first is the key that opens a line, both readings are offered.
pub(super) fn burst(model: &mut Model, keys: &[Key]) -> Vec<Effect> {
    let text = text_of(keys);
    if let Some(before) = still_held(model) {
        // More of the same: it is looked at together, a line each.
        let whole = format!("{before}\n{}", text.replace("\r\n", "\n").replace('\r', "\n"));
        model.memory.held = None;
        ask::leave(model);
        return pasted(model, &whole);
    }
    let alone = model.layers.is_empty();
    let meaning = keys.first().map(|key| model.keymap.meaning(&model.contexts(), &[*key]));
    let effects = pasted(model, &text);
    let line = model.line().map(|line| line.text().to_owned()).unwrap_or_default();
    if !alone || line.is_empty() {
        return effects;
    }
    let typed = match meaning {
        Some(Meaning::Does(action)) if super::ways::kind_of(action).is_some() => {
            line.chars().next().map(|c| (action, line[c.len_utf8()..].to_owned()))
        }
        Some(Meaning::Does(_) | Meaning::Begins | Meaning::Nothing) | None => None,
    };
    if let (Some(_), Some(key)) = (&typed, line.chars().next()) {
        ask_about(
            model,
            &format!("A paste? Enter logs it, Tab drops the {key}, Esc leaves."),
        );
    }
    model.memory.held = Some(Held {
        at: model.now,
        whole: line,
        typed,
    });
    effects
}

/// Says what becomes of a line that came at once. It stands until it is answered, and is as short as a narrow screen is wide.
fn ask_about(model: &mut Model, said: &str) {
    if let Some(Layer::Form(form)) = model.layers.last_mut() {
        (form.error, form.confirm) = (Some(said.to_owned()), Some(String::new()));
    }
}

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
    let text = text.trim_matches('\n');
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
        return look(model, whole, kind);
    }
    if !typing && !model.layers.is_empty() {
        model.say("The paste was not taken: close this page first.", super::Tone::Warning);
        return Vec::new();
    }
    if !several {
        // Pasted where no line is open: it is something to log.
        let effects = ask::begin(model, Action::Log);
        typing::type_text(model, text);
        ask_about(model, "Pasted as a line to log: Enter logs it, Esc leaves it.");
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
    look(model, text, kind.unwrap_or(EventKind::Note))
}

/// Shows what becomes of it, and has zones looked up that it names.
fn look(model: &mut Model, text: String, kind: EventKind) -> Vec<Effect> {
    let read = read(model, &text, 0);
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
        sought: Vec::new(),
        shared: false,
        turned: 0,
        kind,
        text,
        scroll: 0,
    };
    fill(model, &mut paste, read);
    let sought = paste.sought.clone();
    model.layers.push(Layer::Paste(paste));
    sought.into_iter().map(Effect::FindZone).collect()
}

fn fill(model: &Model, paste: &mut Paste, mut read: Read) {
    let unknown = std::mem::take(&mut read.unknown_zones);
    let asked = |name: &String| model.memory.zones.contains_key(name);
    (read.unknown_zones, paste.sought) = unknown.into_iter().partition(asked);
    paste.shared = !read.shared_zones.is_empty();
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
fn read(model: &Model, text: &str, turned: usize) -> Read {
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
        zones: &|name| {
            let zone = model.memory.zones.get(name)?.clone()?;
            Some(Box::new(move |at: Time| {
                i32::try_from(zone.ahead(at.millis().div_euclid(1000))).unwrap_or(0)
            }))
        },
        turned,
        start: began.into_iter().flatten().next().map(|moment| moment.at),
    };
    backfill::read(text, &reading)
}

/// All of it as one event, with the prefixes of its first line.
fn whole(model: &Model, paste: &Paste) -> Imported {
    let text = paste.text.trim();
    let read = log::parse(model, Some(&paste.kind), text).ok();
    let (at, who, kind, text) = match read {
        Some(read) => (read.at, read.who, read.kind, read.text),
        None => (None, None, paste.kind.clone(), text.to_owned()),
    };
    Imported {
        line: 1,
        at,
        who,
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
        again(model, &mut paste);
    }
    model.layers.push(Layer::Paste(paste));
}

/// Reads it once more, by what is known now.
fn again(model: &Model, paste: &mut Paste) {
    let scroll = paste.scroll;
    let read = read(model, &paste.text, paste.turned);
    fill(model, paste, read);
    paste.scroll = scroll;
}

/// The key that takes a word for another of the zones that use it.
pub const OTHER_ZONE: char = 'z';

/// A key that the page itself does not know.
pub(super) fn key(model: &mut Model, key: Key) {
    if let Some(Layer::Paste(paste)) = model.layers.last()
        && paste.shared
        && paste.way == PasteWay::Each
        && key.typed() == Some(OTHER_ZONE)
        && let Some(Layer::Paste(mut paste)) = model.layers.pop()
    {
        paste.turned += 1;
        again(model, &mut paste);
        model.layers.push(Layer::Paste(paste));
    }
}

/// A zone that a pasted text names was looked up.
pub(super) fn found(model: &mut Model, name: String, zone: Option<Zone>) {
    model.memory.zones.insert(name, zone);
    let Some(at) = model.layers.iter().position(|layer| matches!(layer, Layer::Paste(_))) else {
        return;
    };
    if let Layer::Paste(mut paste) = model.layers.remove(at) {
        again(model, &mut paste);
        model.layers.insert(at, Layer::Paste(paste));
    }
}

/// Enter: into the timeline.
pub(super) fn take(model: &mut Model) -> Vec<Effect> {
    if let Some(Layer::Paste(paste)) = model.layers.last()
        && paste.way == PasteWay::Each
        && let Some(zone) = paste.sought.first()
    {
        let said = format!("The zone {zone} is still being looked up; press Enter again.");
        model.say(said, super::Tone::Info);
        return Vec::new();
    }
    let Some(Layer::Paste(paste)) = model.layers.pop() else {
        return Vec::new();
    };
    unsent::forget_log(model);
    if paste.way == PasteWay::Tasks {
        let open = paste.tasks.into_iter().filter(|(done, _)| !done);
        let texts: Vec<String> = open.map(|(_, text)| text).collect();
        if texts.is_empty() {
            model.say("All of these tasks are done; nothing was added.", super::Tone::Info);
            return Vec::new();
        }
        return vec![Effect::Apply {
            action: Action::AddItem,
            changes: vec![Change::AddItems { texts }],
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
