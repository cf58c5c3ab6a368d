//! The way of every message: to a key's meaning, an action, a change of the model, effects. One file per area beside this one.

use std::sync::Arc;

use super::action::{Action, Context};
use super::key::{Code, Key};
use super::keymap::Meaning;
use super::message::{Effect, Message};
use super::{
    Layer, Model, Pane, Rows, Size, Toast, Tone, ask, detail, drafts, mouse, outcome, page, palette, panes, paste,
    remedy, search, tick, typing,
};
use crate::incident::Time;
use crate::session::Snapshot;

/// Longest that a toast stays, and how much longer per character it takes to read.
const TOAST_MS: i64 = 2_500;
const TOAST_MS_PER_CHAR: i64 = 40;

/// Takes one message in. Pure: what it wants done is returned.
pub fn update(model: &mut Model, now: Time, message: Message) -> Vec<Effect> {
    model.now = now;
    if !matches!(message, Message::Tick) {
        model.memory.dirty = true;
    }
    let mut effects = match message {
        Message::Key(key) => press(model, key),
        Message::Action(action) => perform(model, action),
        Message::Paste(text) => paste::pasted(model, &text),
        Message::Mouse(event) => mouse::moved(model, event),
        Message::Resized(size) => resized(model, size),
        Message::Tick => tick::tick(model),
        Message::Snapshot(snapshot) => taken(model, snapshot),
        Message::Outcome(outcome) => outcome::came(model, outcome),
        Message::Draft(text) => drafts::offer_draft(model, &text),
        Message::Say(text, warning) => {
            model.say(text, if warning { Tone::Warning } else { Tone::Info });
            Vec::new()
        }
    };
    if let Some(kept) = drafts::draft_to_keep(model) {
        effects.push(Effect::KeepDraft(kept));
    }
    panes::settle(model);
    effects
}

fn resized(model: &mut Model, size: Size) -> Vec<Effect> {
    model.size = size;
    Vec::new()
}

fn taken(model: &mut Model, snapshot: Arc<Snapshot>) -> Vec<Effect> {
    if snapshot.revision < model.snapshot.revision {
        return Vec::new();
    }
    let mut anchors = panes::anchors(model);
    if std::mem::take(&mut model.memory.holding) {
        model.memory.held |= std::mem::take(&mut anchors.at_end);
    }
    let forgets = !Arc::ptr_eq(&model.snapshot.redacted, &snapshot.redacted);
    model.snapshot = snapshot;
    if forgets {
        forget(model);
    }
    tick::derive(model);
    model.rows = Rows::of(model);
    panes::hold(model, anchors);
    search::again(model);
    let notices = Arc::clone(&model.snapshot.notices);
    let noticed = model.memory.noticed;
    for notice in notices.iter().filter(|notice| notice.number > noticed) {
        model.say(
            notice.text.clone(),
            if notice.warning { Tone::Warning } else { Tone::Info },
        );
    }
    model.memory.noticed = notices.iter().map(|notice| notice.number).fold(noticed, u64::max);
    tick::ring(model)
}

/// Drops whatever is remembered here with words that were redacted; the line that is being typed stays the person's.
fn forget(model: &mut Model) {
    let words = Arc::clone(&model.snapshot.redacted);
    let holds = |text: &str| words.holds(text);
    model.toasts.retain(|toast| !holds(&toast.text));
    model.memory.history.retain(|line| !holds(line));
    model.memory.walking = None;
    model.memory.drafts.retain(|(_, line)| !holds(line));
    drafts::show_kept(model);
    if model.search.as_ref().is_some_and(|search| holds(&search.pattern)) {
        model.search = None;
    }
    model.layers.retain(|layer| match layer {
        Layer::Detail(detail) => !detail.lines.iter().any(|(_, text)| holds(text)),
        Layer::Refused(refused) => !holds(&refused.said) && !refused.missing.iter().any(|line| holds(line)),
        Layer::Form(_)
        | Layer::Palette(_)
        | Layer::Search(_)
        | Layer::Help(_)
        | Layer::Messages(_)
        | Layer::Paste(_) => true,
    });
}

/// A key: in a sequence, in the topmost layer, or in the pane.
fn press(model: &mut Model, key: Key) -> Vec<Effect> {
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
            match model.layers.last() {
                Some(Layer::Refused(refused)) if refused.force && key.typed() == Some('f') => {
                    model.layers.pop();
                    perform(model, Action::ForceResolve)
                }
                Some(Layer::Detail(_)) => detail::other_key(model, &keys),
                Some(_) => Vec::new(),
                None => {
                    if keys.len() > 1 {
                        let keys = super::key::show_sequence(&keys);
                        model.say(format!("{keys} means nothing here; ? lists the keys"), Tone::Info);
                    }
                    Vec::new()
                }
            }
        }
    }
}

/// Does what an action says, where the keys are now.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    use Action as A;
    if let Some(effects) = match model.contexts()[0] {
        Context::Input => typing::edit(model, action),
        Context::Page => page::act(model, action),
        _ => None,
    } {
        return effects;
    }
    if let Err(why) = super::enabled::enabled(model, action) {
        model.say(why, Tone::Info);
        return Vec::new();
    }
    match action {
        A::Up | A::Down | A::PageUp | A::PageDown | A::HalfUp | A::HalfDown | A::First | A::Last => {
            panes::step(model, action);
        }
        A::NextPane => panes::turn(model, 1),
        A::PreviousPane => panes::turn(model, Pane::ALL.len() - 1),
        A::FocusTimeline => panes::focus(model, Pane::Timeline),
        A::FocusTimers => panes::focus(model, Pane::Timers),
        A::FocusRoles => panes::focus(model, Pane::Roles),
        A::FocusHypotheses => panes::focus(model, Pane::Hypotheses),
        A::FocusChecklists => panes::focus(model, Pane::Checklists),
        A::Zoom => model.zoomed = !model.zoomed,
        A::Search => search::open(model),
        A::NextMatch => search::go(model, true),
        A::PreviousMatch => search::go(model, false),
        A::FilterMatches => search::filter(model),
        A::Back => panes::back(model),
        A::New => return perform(model, panes::new_entry(model)),
        A::Open => detail::open(model),
        A::ShowGate => detail::gate(model),
        A::Palette => palette::open(model),
        A::Help => page::help(model),
        A::Messages => page::messages(model),
        A::LocalTime => panes::local_time(model),
        A::DoAsked => return remedy::begin(model),
        A::PutAway => tick::put_away(model),
        A::Copy => return panes::copy(model),
        A::Undo => return vec![Effect::Undo],
        A::Redo => return vec![Effect::Redo],
        A::SyncNow => {
            model.say("syncing with the remote", Tone::Info);
            return vec![Effect::Sync];
        }
        A::RestoreFile => return vec![Effect::RestoreFile],
        A::Redraw => return vec![Effect::Redraw],
        A::Suspend => return vec![Effect::Suspend],
        A::Quit => return vec![Effect::Quit],
        _ => return ask::begin(model, action),
    }
    Vec::new()
}

impl Model {
    /// Shows a sentence for as long as it takes to read.
    pub(super) fn say(&mut self, text: impl Into<String>, tone: Tone) {
        let text = text.into();
        let stay = TOAST_MS + TOAST_MS_PER_CHAR * text.chars().count() as i64;
        let stay = if tone == Tone::Error { stay * 2 } else { stay };
        self.toasts.retain(|toast| toast.text != text);
        self.toasts.push(Toast {
            text,
            tone,
            until: Time::from_millis(self.now.millis() + stay),
        });
        // More than three at once nobody reads.
        if self.toasts.len() > 3 {
            self.toasts.remove(0);
        }
    }

    /// Whether something visible changed since this was asked last.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.memory.dirty)
    }
}
