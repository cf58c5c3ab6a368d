//! The timeline: logging a line with its kind and time, correcting, pinning, retracting.

use super::action::Action;
use super::form::{Choice, Form, choice, nothing};
use super::message::Effect;
use super::step::Want;
use super::then::Then;
use super::typed::typed_time;
use super::ways::kind_of;
use super::{Model, Pane, typed};
use crate::incident::time::Odd;
use crate::incident::{Change, Entry as _, Event, EventKind, Time, line, people, redact};

/// A line as it would stand in the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// When it happened; absent where no time was typed, which is now.
    pub at: Option<Time>,
    /// What it is about.
    pub kind: EventKind,
    /// Who said or did it, where the line begins with a name of someone else.
    pub who: Option<String>,
    /// The words.
    pub text: String,
    /// What is odd about the time.
    pub odd: Option<Odd>,
}

/// An instant that is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// What is odd about it.
    pub odd: Option<Odd>,
    /// Whether it is an end that lies ahead.
    pub ends: bool,
}

/// Reads a typed line: kind and time prefixes, then words. `kind` counts where no prefix says otherwise.
pub(super) fn parse(model: &Model, kind: Option<&EventKind>, text: &str) -> Result<Preview, String> {
    let text = text.trim();
    let (read, odd) = line::parse_in(text, model.now, &|at| model.offset_at(at));
    if read.text.is_empty() {
        return Err("what happened? A time or a kind alone is no event".into());
    }
    let (who, text) = match author(model, &read.text) {
        Some((who, words)) => (Some(who), words.to_owned()),
        None => (None, read.text),
    };
    Ok(Preview {
        at: read.at,
        kind: read.kind.or_else(|| kind.cloned()).unwrap_or(EventKind::Note),
        who,
        text,
        odd,
    })
}

/// Whether words would begin after this much of a line: nothing stands there but a time or a kind.
pub(super) fn begins_words(model: &Model, typed: &str) -> bool {
    const WORD: &str = "x";
    let line = format!("{typed}{WORD}");
    line::parse_in(line.trim(), model.now, &|at| model.offset_at(at)).0.text == WORD
}

/// Longest name before a colon that is looked for among those who are known.
const NAME: usize = 40;

/// `kim: rolled back`: someone else who is known, and the words.
fn author<'a>(model: &Model, text: &'a str) -> Option<(String, &'a str)> {
    let (name, words) = text.split_once(": ")?;
    let name = name.strip_prefix('@').unwrap_or(name);
    // A text of several lines is one that was pasted.
    if name.is_empty() || name.len() > NAME || words.trim().is_empty() || words.contains('\n') {
        return None;
    }
    if people::same(name, &model.me) {
        return None;
    }
    let known = super::team::people(model)
        .into_iter()
        .find(|person| people::same(&person.value, name))?;
    Some((known.value, words.trim_start()))
}

/// The kinds that a line can be of; the one that it is of is marked.
pub(super) fn kinds(model: &Model, id: &str) -> Vec<Choice> {
    let now = event(model, id).map(|event| event.kind.clone());
    let one = |kind: &EventKind| Choice {
        current: now.as_ref() == Some(kind),
        ..choice(kind.as_str(), kind.as_str(), "")
    };
    EventKind::LOGGABLE.iter().map(one).collect()
}

/// Copies the words of the line that is meant, alone.
pub(super) fn copy_words(model: &mut Model) -> Vec<Effect> {
    match target(model).map(|event| event.text.clone()) {
        Some(words) => {
            model.say("Copied, where your terminal allows it.", super::Tone::Good);
            vec![Effect::CopyText(words)]
        }
        None => Vec::new(),
    }
}

/// The event with this id.
pub(super) fn event<'a>(model: &'a Model, id: &str) -> Option<&'a Event> {
    model
        .incident()
        .timeline
        .iter()
        .rev()
        .find(|event| event.id == id)
        .map(AsRef::as_ref)
}

/// What the keys of the timeline mean: the line that the person has moved to, else their own last one, else the newest.
pub(super) fn target(model: &Model) -> Option<&Event> {
    let selected = model.event_at(model.cursor(Pane::Timeline).selected);
    let moved_to = selected.filter(|event| model.memory.picked.as_ref() == Some(&event.id));
    moved_to.or_else(|| my_last(model)).or(selected)
}

/// The retracted line that is meant: the one that is selected, else the person's own that was retracted last.
pub(super) fn target_retracted(model: &Model) -> Option<&Event> {
    let selected = model.event_at(model.cursor(Pane::Timeline).selected);
    let newest = model.incident().timeline.iter().rev().take(LAST).map(AsRef::as_ref);
    let mine = newest.filter(|event| event.retracted.is_some() && people::same(&event.by, &model.me));
    selected
        .filter(|event| event.retracted.is_some())
        .or_else(|| mine.max_by_key(|event| event.recorded.unwrap_or(event.at)))
}

/// How many of the newest lines one's own last one is looked for in.
const LAST: usize = 500;

/// The line that the person who sits here wrote last.
fn my_last(model: &Model) -> Option<&Event> {
    let newest = model.incident().timeline.iter().rev().take(LAST).map(AsRef::as_ref);
    // Whether two spellings are one person is dear to find out, and a few people write most lines.
    let mut met: Vec<(&str, bool)> = Vec::new();
    let mine = newest.filter(|event| {
        if event.retracted.is_some() || !EventKind::LOGGABLE.contains(&event.kind) {
            return false;
        }
        if model.memory.logged.as_ref() == Some(&event.id) {
            return true;
        }
        let known = met.iter().find(|(name, _)| *name == event.by).map(|(_, mine)| *mine);
        known.unwrap_or_else(|| {
            let mine = people::same(&event.by, &model.me);
            met.push((&event.by, mine));
            mine
        })
    });
    mine.max_by_key(|event| event.recorded.unwrap_or(event.at))
}

/// Asks for the words of the line that the person wrote last, wherever the focus is.
pub(super) fn edit_last(model: &mut Model) -> Then {
    if let Some(id) = my_last(model).map(|event| event.id.clone()) {
        Then::Ask(Action::EditEvent, Some(id))
    } else {
        model.refuse("You have not logged a line yet.");
        Then::NOTHING
    }
}

impl Model {
    /// The instant that the line being typed names or ends at, so that it is seen before it is taken.
    pub fn instant_typed(&self) -> Option<Moment> {
        let form = self.form()?;
        let text = form.line.text();
        let (at, odd, ends) = match form.step()?.want {
            Want::Log => self
                .preview()
                .and_then(|preview| Some((preview.at?, preview.odd, false)))?,
            Want::Time => {
                let taken = typed_time(self, text).ok()?;
                (taken.at, taken.odd, false)
            }
            Want::Duration => {
                let span = typed::span(self, text).ok()?;
                let odd = span.until.and_then(|taken| taken.odd);
                (self.now.plus(span.length), odd, true)
            }
            Want::Text | Want::Day | Want::Choice | Want::ChoiceOrText => return None,
        };
        Some(Moment { at, odd, ends })
    }

    /// What the line being typed would become, while one is logged.
    pub fn preview(&self) -> Option<Preview> {
        let form = self.form()?;
        parse(self, Some(form.kind.as_ref()?), form.line.text()).ok()
    }
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Result<Change, String> {
    let id = form.answer("event").to_owned();
    Ok(match form.action {
        Action::EditEvent => Change::EditEvent {
            event: id,
            text: form.maybe("text"),
            at: None,
        },
        Action::BackdateEvent => Change::EditEvent {
            event: id,
            text: None,
            at: Some(typed_time(model, form.answer("time"))?.at),
        },
        Action::ChangeKind => Change::Correct {
            section: Event::SECTION.to_owned(),
            entry: id,
            field: "kind".into(),
            value: form.answer("kind").to_owned(),
        },
        Action::PinEvent => Change::PinEvent {
            pinned: !event(model, &id).is_some_and(|event| event.pinned),
            event: id,
        },
        Action::RetractEvent => Change::RetractEvent {
            event: id,
            reason: form.answer("reason").to_owned(),
        },
        Action::RedactEvent => redaction(model, form, id)?,
        Action::SettleConflict => super::conflicts::change(model, form),
        Action::RestoreEvent => Change::RestoreEvent {
            event: form.answer("retracted").to_owned(),
        },
        action if kind_of(action).is_some() => {
            let line = parse(model, form.kind.as_ref(), form.answer("line"))?;
            let logged = Change::Log {
                kind: line.kind,
                text: line.text,
                at: line.at,
                pin: false,
            };
            match line.who {
                Some(who) => Change::Dated {
                    at: None,
                    who: Some(who),
                    change: Box::new(logged),
                },
                None => logged,
            }
        }
        _ => return Err(nothing(form)),
    })
}

/// Whether the words go: what would, by the fields' names.
pub(super) fn sure(model: &Model, id: &str) -> Vec<Choice> {
    let fields = redact::entry(model.incident(), id, &model.me).map_or(0, |plan| plan.what.len());
    let places = if fields == 1 {
        "1 place".to_owned()
    } else {
        format!("{fields} places")
    };
    vec![
        choice("no", "keep it", ""),
        choice(
            "yes",
            format!("redact it in {places}"),
            "change the password first; git's history keeps it",
        ),
    ]
}

fn redaction(model: &Model, form: &Form, id: String) -> Result<Change, String> {
    if form.answer("sure") != "yes" {
        return Err("nothing was redacted; Esc leaves".into());
    }
    let plan = redact::entry(model.incident(), &id, &model.me)
        .filter(|plan| !plan.secrets.is_empty())
        .ok_or("it holds no words that could be redacted, or they are redacted already")?;
    let reason = form.maybe("reason");
    let quotes = |reason: &String| plan.secrets.iter().any(|secret| reason.contains(secret.as_str()));
    if reason.as_ref().is_some_and(quotes) {
        return Err("the reason holds the words that are to go".into());
    }
    Ok(Change::Redact {
        said: id,
        what: plan.what,
        reason,
    })
}
