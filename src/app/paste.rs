//! Pasted text: into the line being typed, or, where it is several lines, into the timeline after a look at what becomes of it.

use super::action::Action;
use super::form::Want;
use super::message::Effect;
use super::{Layer, Model, Paste, ask, drafts, log, typing};
use crate::incident::import::{Imported, Reading, import_in};
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
    let each = one_each(model, &text);
    let timed = each.iter().filter(|line| line.at.is_some()).count();
    let both = each.len() > 1 && each.len() <= MOST;
    let mut paste = Paste {
        // A chat with times is taken line by line; a stack trace is one event.
        each: both && timed * 2 >= each.len(),
        both,
        events: Vec::new(),
        kind,
        text,
        scroll: 0,
    };
    fill(model, &mut paste);
    if each.len() > MOST {
        let said = format!("more than {MOST} lines become one event; `warroom log import` takes them one by one");
        model.say(said, super::Tone::Info);
    }
    model.layers.push(Layer::Paste(paste));
}

fn fill(model: &Model, paste: &mut Paste) {
    paste.events = if paste.each {
        one_each(model, &paste.text)
    } else {
        vec![whole(model, paste)]
    };
    paste.scroll = 0;
}

/// One event for each line that has a time, or for each line where none has one.
fn one_each(model: &Model, text: &str) -> Vec<Imported> {
    let known: Vec<String> = super::team::people(model)
        .into_iter()
        .map(|person| person.value)
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let reading = Reading {
        known: &known,
        now: model.now,
        day: None,
        offset: &|at| model.offset_at(at),
    };
    import_in(text, &reading)
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
    if paste.both {
        paste.each = !paste.each;
        fill(model, &mut paste);
    }
    model.layers.push(Layer::Paste(paste));
}

/// Enter: into the timeline.
pub(super) fn take(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Paste(paste)) = model.layers.pop() else {
        return Vec::new();
    };
    drafts::forget_log(model);
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
