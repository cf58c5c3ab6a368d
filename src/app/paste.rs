//! Pasted text: into the line being typed, or, where it is several lines, into the timeline after a look at what becomes of it.

use super::action::Action;
use super::form::Want;
use super::log::{self, Preview};
use super::message::Effect;
use super::{Layer, Model, Paste, Tone, ask, drafts, typing};
use crate::incident::{Change, EventKind};

/// Most lines that are logged one each from one paste.
const MOST: usize = 500;

/// Text was pasted.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
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
    if !typing && !model.layers.is_empty() {
        return Vec::new();
    }
    if !several {
        // Pasted where no line is open: it is something to log.
        let effects = ask::begin(model, Action::Log);
        typing::type_text(model, text);
        return effects;
    }
    // What was typed before it belongs to its first line.
    let typed = model.line().map(|line| line.text().to_owned()).unwrap_or_default();
    if typing {
        ask::leave(model);
    }
    let text = if typed.trim().is_empty() {
        text.to_owned()
    } else {
        format!("{typed} {text}")
    };
    preview(model, text);
    Vec::new()
}

fn preview(model: &mut Model, text: String) {
    let each = each(model, &text);
    let timed = each.iter().filter(|line| line.at.is_some()).count();
    let many = each.len() > MOST;
    // A chat with times is imported line by line; a stack trace is one event.
    let each_first = timed * 2 >= each.len() && !many;
    let mut paste = Paste {
        events: Vec::new(),
        each: each_first,
        both: timed > 0 && !many,
        text,
        scroll: 0,
    };
    fill(model, &mut paste);
    if many {
        model.say(
            format!("more than {MOST} lines become one event; `warroom log import` takes them one by one"),
            Tone::Info,
        );
    }
    model.layers.push(Layer::Paste(paste));
}

fn fill(model: &Model, paste: &mut Paste) {
    let events = if paste.each {
        each(model, &paste.text)
    } else {
        vec![whole(model, &paste.text)]
    };
    paste.events = events.into_iter().map(|line| (line.at, line.kind, line.text)).collect();
    paste.scroll = 0;
}

/// One event for each line that begins with a time; a line without one goes on with the line before.
fn each(model: &Model, text: &str) -> Vec<Preview> {
    let mut events: Vec<Preview> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let own = log::parse(model, None, line.trim()).ok();
        match (own, events.last_mut()) {
            (Some(own), Some(last)) if own.at.is_none() && last.at.is_some() => {
                last.text.push('\n');
                last.text.push_str(line.trim_end());
            }
            (Some(own), _) => events.push(own),
            (None, Some(last)) => {
                last.text.push('\n');
                last.text.push_str(line.trim_end());
            }
            (None, None) => events.push(Preview {
                at: None,
                kind: EventKind::Note,
                text: line.trim().to_owned(),
            }),
        }
    }
    events
}

fn whole(model: &Model, text: &str) -> Preview {
    log::parse(model, None, text.trim()).unwrap_or_else(|_| Preview {
        at: None,
        kind: EventKind::Note,
        text: text.trim().to_owned(),
    })
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
    let changes = paste.events.into_iter().map(|(at, kind, text)| Change::Log {
        kind,
        text,
        at,
        pin: false,
    });
    vec![Effect::Apply {
        action: Action::Log,
        changes: changes.collect(),
    }]
}
