//! The way of every message: to a key's meaning, an action, a change of the model, effects.

use std::sync::Arc;

use super::action::{Action, Context};
use super::burst::{came_with_words, swallowed};
use super::key::{Code, Key};
use super::keymap::Meaning;
use super::message::{Effect, Message};
use super::next::enter;
use super::perform::{follow, perform, sized};
use super::selection::HAND_MS;
use super::{
    Layer, Model, Size, Tone, alike, allowing, ask, brings, derived, detail, drafts, gate, listing, matches, mouse,
    outcome, overview, paste, reading, selection, spoken, texts, tick, typing, unsent,
};
use crate::incident::Time;
use crate::session::Snapshot;

/// The key that does what was refused all the same, with a reason: in the gate, and where closing was refused.
pub const OVERRIDE: char = 'f';

/// Takes one message in. Pure: what it wants done is returned.
pub fn update(model: &mut Model, now: Time, message: Message) -> Vec<Effect> {
    model.now = now;
    if !matches!(message, Message::Tick) {
        model.memory.dirty = true;
    }
    if !matches!(message, Message::Key(_)) {
        model.memory.step_of = None;
    }
    let mut effects = match message {
        // What is pasted over a console that only looks is no more than a key.
        Message::Paste(_) | Message::Burst(_) if model.settings.read_only => {
            model.refuse("This console only looks: it was opened with --read-only.");
            Vec::new()
        }
        Message::Key(key) => press(model, key),
        Message::Action(action) => perform(model, action),
        Message::Paste(text) => paste::pasted(model, &text),
        Message::Burst(keys) => paste::burst(model, &keys),
        Message::Mouse(event) => mouse::moved(model, event),
        Message::Resized(size) => resized(model, size),
        Message::Tick => tick::tick(model),
        Message::Snapshot(snapshot) => taken(model, snapshot),
        Message::Outcome(outcome) => outcome::came(model, outcome),
        Message::Board(board) => overview::listed(model, board),
        Message::Library(library) => reading::read(model, library),
        Message::Draft(text) => drafts::offer_draft(model, &text),
        Message::Looked(words, looked) => {
            overview::looked(model, words, looked);
            Vec::new()
        }
        Message::Permissions(all, said) => {
            allowing::read(model, all, said);
            Vec::new()
        }
        Message::Similar(found, shown) => {
            alike::found(model, found, shown);
            Vec::new()
        }
        Message::Team(framework) => {
            model.team = Some(framework);
            Vec::new()
        }
        Message::Zone(name, zone) => {
            paste::found(model, name, zone);
            Vec::new()
        }
        Message::Edited(text) => typing::edited(model, text),
        Message::Outgoing(outgoing) => {
            super::face::outgoing(model, outgoing);
            Vec::new()
        }
        Message::Background(light) => {
            model.settings.light = Some(light);
            Vec::new()
        }
        Message::Configured(read) => {
            super::face::configured(model, read);
            Vec::new()
        }
        Message::Say(text, warning) => {
            model.say(text, if warning { Tone::Warning } else { Tone::Info });
            Vec::new()
        }
    };
    texts::follow(model);
    brings::look(model);
    enter::note(model);
    if let Some(kept) = drafts::draft_to_keep(model) {
        effects.push(Effect::KeepDraft(kept));
    }
    effects
}

/// How long nobody has touched the keys when what comes counts as not seen.
const AWAY_MS: i64 = 20_000;
/// How long the line before what was not seen stays once a key is pressed.
const SEEN_MS: i64 = 15_000;

/// Notes the first event of others that comes while nobody is at the keys.
fn unread(model: &mut Model, snapshot: &Snapshot) {
    let pressed = model.memory.pressed.millis();
    let away = pressed > 0 && model.now.millis() - pressed >= AWAY_MS;
    let (before, after) = (&model.snapshot.incident.timeline, &snapshot.incident.timeline);
    if !away || model.memory.unread.as_ref().is_some_and(|(_, seen)| seen.is_none()) || after.len() <= before.len() {
        return;
    }
    let last = before.last().map(|event| event.id.as_str());
    let new = after.iter().rev().take_while(|event| Some(event.id.as_str()) != last);
    let others = new.filter(|event| !crate::incident::people::same(&event.by, &model.me));
    if let Some(first) = others.last() {
        model.memory.unread = Some((first.id.clone(), None));
    }
}

/// A key is pressed: what came meanwhile counts as seen after a while.
fn back_at_the_keys(model: &mut Model) {
    let now = model.now;
    if let Some((_, seen)) = &mut model.memory.unread {
        match seen {
            None => *seen = Some(now),
            Some(at) if now.millis() - at.millis() > SEEN_MS => model.memory.unread = None,
            Some(_) => {}
        }
    }
}

fn resized(model: &mut Model, size: Size) -> Vec<Effect> {
    model.size = size;
    sized(model);
    Vec::new()
}

fn taken(model: &mut Model, snapshot: Arc<Snapshot>) -> Vec<Effect> {
    if snapshot.revision < model.snapshot.revision {
        return Vec::new();
    }
    let mut anchors = selection::anchors(model);
    // The hand is on the keys: what arrives does not take the selection away from under it.
    let newest = snapshot.incident.timeline.last();
    let of_others = newest.is_some_and(|event| !crate::incident::people::same(&event.by, &model.me));
    let typing = model.now.millis() - model.memory.pressed.millis() < HAND_MS;
    if typing && of_others && anchors.at_end && !model.rows.timeline.is_empty() {
        anchors.at_end = false;
        model.memory.behind = model.memory.picked.is_none();
    }
    unread(model, &snapshot);
    let forgets = !Arc::ptr_eq(&model.snapshot.redacted, &snapshot.redacted);
    let before = std::mem::replace(&mut model.snapshot, snapshot);
    if forgets {
        forget(model);
    }
    derived::derive(model);
    model.rows = listing::rows(model);
    texts::refresh_texts(model);
    selection::hold(model, anchors);
    matches::again(model);
    gate::refresh(model);
    let notices = Arc::clone(&model.snapshot.notices);
    let noticed = model.memory.noticed;
    for notice in notices.iter().filter(|notice| notice.number > noticed) {
        model.say(
            spoken::said(&model.keymap, &notice.text),
            if notice.warning { Tone::Warning } else { Tone::Info },
        );
    }
    model.memory.noticed = notices.iter().map(|notice| notice.number).fold(noticed, u64::max);
    let mut effects = tick::ring(model);
    if !Arc::ptr_eq(&before.incident, &model.snapshot.incident) {
        effects.extend(super::named::ring(model, &before.incident));
        effects.extend(alike::look(model));
    }
    effects
}

/// Drops whatever is remembered here with words that were redacted; the line that is being typed stays the person's.
fn forget(model: &mut Model) {
    let words = Arc::clone(&model.snapshot.redacted);
    let holds = |text: &str| words.holds(text);
    model.toasts.retain(|toast| !holds(&toast.text));
    model.memory.history.retain(|line| !holds(line));
    model.memory.walking = None;
    model.said.retain(|said| !holds(&said.text));
    unsent::forget_words(model, holds);
    if model.search.as_ref().is_some_and(|search| holds(&search.pattern)) {
        model.search = None;
    }
    if let Some((_, lines)) = &mut model.found {
        lines.retain(|line| !holds(&line.text));
    }
    if let Some(overview) = &mut model.overview {
        overview.items.retain(|item| !holds(&item.text));
    }
    model.layers.retain(|layer| match layer {
        Layer::Detail(detail) => !detail.lines.iter().any(|(_, text)| holds(text)),
        Layer::Refused(refused) => !holds(&refused.said) && !refused.missing.iter().any(|line| holds(line)),
        Layer::Form(_)
        | Layer::Palette(_)
        | Layer::Search(_)
        | Layer::Help(_)
        | Layer::Messages(_)
        | Layer::Gate(_)
        | Layer::Paste(_) => true,
    });
}

/// A key: in a sequence, in the topmost layer, or in the pane.
fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    if swallowed(model, key) || came_with_words(model, key) {
        return Vec::new();
    }
    let now = model.now;
    model.memory.pressed = now;
    back_at_the_keys(model);
    // What waits for a key before it goes has been read.
    model.toasts.retain(|toast| toast.until > now);
    let contexts = model.contexts();
    if contexts.contains(&Context::Input)
        && let Some(c) = key.typed()
    {
        return typing::type_text(model, c.encode_utf8(&mut [0; 4]));
    }
    if key == Key::plain(Code::Esc) && !model.pending.is_empty() {
        model.pending.clear();
        return Vec::new();
    }
    model.pending.push(key);
    let meaning = model.keymap.meaning(&contexts, &model.pending);
    match meaning {
        Meaning::Begins => Vec::new(),
        Meaning::Does(action) => {
            model.pending.clear();
            perform(model, action)
        }
        Meaning::Nothing => {
            let keys = std::mem::take(&mut model.pending);
            // What another program wrote over the screen is put right whatever is open on it.
            if model.keymap.meaning(&[Context::Anywhere], &keys) == Meaning::Does(Action::Redraw) {
                return perform(model, Action::Redraw);
            }
            match model.layers.last() {
                Some(Layer::Gate(_)) => follow(gate::key(model, key), model),
                Some(Layer::Paste(_)) => {
                    paste::key(model, key);
                    Vec::new()
                }
                Some(Layer::Detail(_)) => follow(detail::other_key(model, &keys), model),
                Some(Layer::Refused(refused)) => {
                    match refused.instead.filter(|_| key == Key::plain(Code::Char(OVERRIDE))) {
                        Some(action) => {
                            model.layers.pop();
                            ask::begin(model, action)
                        }
                        None => Vec::new(),
                    }
                }
                Some(Layer::Help(_)) => {
                    if model.keymap.meaning(&[Context::Anywhere], &keys) == Meaning::Does(Action::Help) {
                        super::help::all(model);
                    }
                    Vec::new()
                }
                Some(_) => Vec::new(),
                None => unknown(model, &keys),
            }
        }
    }
}

/// Keys that mean nothing here: those of another keyboard layout are taken by their place, and what is left is said.
fn unknown(model: &mut Model, keys: &[Key]) -> Vec<Effect> {
    let last = keys.last().copied();
    if let Some((place, key)) = last.and_then(|key| Some((super::layouts::place(key.typed()?)?, key))) {
        model.pending = keys[..keys.len() - 1].to_vec();
        return press(
            model,
            Key {
                code: Code::Char(place),
                ..key
            },
        );
    }
    if keys.len() > 1 || last.and_then(Key::typed).is_some() {
        let keys = super::key::show_sequence(keys);
        model.say(format!("{keys} means nothing here; ? lists the keys."), Tone::Info);
    }
    Vec::new()
}

impl Model {
    /// Whether something visible changed since this was asked last.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.memory.dirty)
    }

    /// Lets the hand rest: in tests the clock stands, where between two keys of a person it does not.
    #[cfg(test)]
    pub(crate) fn rest(&mut self) {
        self.memory.burst = None;
        self.memory.opened = Time::default();
        if let Some(held) = &mut self.memory.held {
            held.at = Time::default();
        }
        // Tests set what is derived by hand.
        self.memory.step_of = None;
    }
}
