//! How the console looks and how it is arranged: themes with a preview, the seat of the one who sits here, a configuration that was read
//! again.

use super::action::Action;
use super::form::{Choice, Form, choice};
use super::message::{Configured, Effect};
use super::{Layer, Model, Screen, Seat, Settings, Tone, listing, matches, panes, selection, texts};

/// The themes that can be chosen, each with what it is for.
pub const THEMES: [(&str, &str); 6] = [
    ("auto", "light or dark, as the terminal says"),
    ("dark", "for dark terminals"),
    ("light", "for light terminals"),
    ("high-contrast", "nothing is grey"),
    ("colour-blind", "good and bad are blue and orange"),
    ("16-colours", "the terminal's own colours"),
];

/// The word of no seat.
const NONE: &str = "none";

impl Settings {
    /// Whether the terminal's background is light, as far as it has said.
    pub fn is_light(&self) -> bool {
        self.light.unwrap_or(false)
    }
}

impl Model {
    /// The theme on the screen: the one that is looked at while one is chosen, else the one that was.
    pub fn theme(&self) -> &str {
        let Some(Layer::Form(form)) = self.layers.last() else {
            return &self.settings.theme;
        };
        let chosen = form.choices.as_ref().and_then(|choices| choices.current());
        match chosen {
            Some(chosen) if form.action == Action::ChooseTheme => &chosen.value,
            _ => &self.settings.theme,
        }
    }
}

/// The themes; the one in force is marked.
pub(super) fn themes(model: &Model) -> Vec<Choice> {
    let one = |(name, about): (&str, &str)| Choice {
        current: name == model.settings.theme,
        ..choice(name, name, about)
    };
    THEMES.into_iter().map(one).collect()
}

/// The seats, and none.
pub(super) fn seats() -> Vec<Choice> {
    let about = |seat: Seat| match seat {
        Seat::Commander => "the war room, what waits for a decision has the keys",
        Seat::Scribe => "the timeline, alone on the screen",
        Seat::Responder => "the war room, the checklists have the keys",
    };
    let seats = Seat::ALL
        .into_iter()
        .map(|(word, seat)| choice(word, seat.title(), about(seat)));
    seats
        .chain([choice(NONE, "no role", "the war room, the timeline has the keys")])
        .collect()
}

/// What is done with the answers, where they change no incident.
pub(super) fn answered(model: &mut Model, form: &Form) -> Option<Vec<Effect>> {
    match form.action {
        Action::ChooseTheme => {
            form.answer("theme").clone_into(&mut model.settings.theme);
            Some(vec![Effect::RememberTheme(model.settings.theme.clone())])
        }
        Action::ChooseSeat => {
            let word = form.answer("seat");
            let seat = Seat::named(word);
            let word = seat.map(|_| word.to_owned());
            sit(model, seat);
            let said = match &word {
                Some(word) => format!("Arranged for the role {word}; it opens so from now on."),
                None => "Arranged for no role; it opens so from now on.".to_owned(),
            };
            model.say(said, Tone::Good);
            Some(vec![Effect::RememberSeat(word)])
        }
        _ => None,
    }
}

/// Arranges the war room for a role.
fn sit(model: &mut Model, seat: Option<Seat>) {
    panes::show(model, Screen::WarRoom);
    let (pane, zoomed) = seat.map_or((Screen::WarRoom.panes()[0], false), Seat::place);
    panes::focus(model, pane);
    model.zoomed = zoomed;
}

/// A problem of a configuration as one row shows it: the file by its name, without what would hold where it is read anew. The messages
/// have all of it.
pub fn in_brief(problem: &str) -> &str {
    let place = problem.find(": ").unwrap_or(0);
    let name = problem[..place].rfind(['/', '\\']).map_or(0, |at| at + 1);
    problem[name..].trim_end_matches("; the defaults are used")
}

/// The configuration was read again: what is sound counts at once; of what is not nothing is taken, and it is told.
pub(super) fn configured(model: &mut Model, read: Result<Box<Configured>, Vec<String>>) {
    let configured = match read {
        Ok(configured) => *configured,
        Err(problems) => {
            let first = problems.first().cloned().unwrap_or_default();
            model.problems = problems;
            return model.say(format!("Configuration not taken: {}", in_brief(&first)), Tone::Warning);
        }
    };
    let anchors = selection::anchors(model);
    let (read_only, light) = (model.settings.read_only, model.settings.light);
    model.settings = Settings {
        light,
        read_only,
        ..configured.settings
    };
    model.go_by(configured.keymap);
    model.problems.clear();
    model.pending.clear();
    model.rows = listing::rows(model);
    texts::refresh_texts(model);
    selection::hold(model, anchors);
    matches::again(model);
    model.say("Your configuration was read again.", Tone::Info);
}

/// What waits to go out, and what does not go out any more: that is said once.
pub(super) fn outgoing(model: &mut Model, outgoing: super::Outgoing) {
    let known = std::mem::replace(&mut model.outbox, outgoing);
    let new: Vec<String> = model
        .outbox
        .stopped
        .iter()
        .filter(|stopped| !known.stopped.contains(stopped))
        .map(|(_, said)| said.clone())
        .collect();
    for said in new {
        model.say(said, Tone::Warning);
    }
}
