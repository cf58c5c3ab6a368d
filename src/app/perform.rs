//! Doing what an action says, where the keys are now.

use super::action::{Action, Context};
use super::message::{Effect, Permit};
use super::next::enter::{self, Enter};
use super::then::Then;
use super::{
    Model, Pane, Screen, Tone, ask, clipboard, contacts, detail, enabled, gate, handover, help, lifecycle, log, next,
    overview, page, palette, panes, reading, search, texts, tick, typing,
};

/// Does what follows of a key that an area has read.
pub(super) fn follow(then: Then, model: &mut Model) -> Vec<Effect> {
    match then {
        Then::Effects(effects) => effects,
        Then::Do(action) => perform(model, action),
        Then::Ask(action, Some(given)) => ask::begin_given(model, action, &given),
        Then::Ask(action, None) => ask::begin(model, action),
    }
}

/// Does what an action says, where the keys are now.
#[expect(clippy::too_many_lines, reason = "one arm for each action that needs no answer")]
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    use Action as A;
    if let Some(then) = match model.contexts()[0] {
        Context::Input => typing::edit(model, action),
        Context::Page => page::act(model, action),
        _ => None,
    } {
        return follow(then, model);
    }
    if let Err(why) = enabled::enabled(model, action) {
        model.refuse(why);
        return Vec::new();
    }
    if action.in_palette() {
        *model.memory.used.entry(action).or_default() += 1;
    }
    if let Some(screen) = Screen::of(action) {
        panes::show(model, screen);
        return panes::screens(screen);
    }
    match action {
        A::Up | A::Down | A::PageUp | A::PageDown | A::HalfUp | A::HalfDown | A::First | A::Last => {
            panes::step(model, action);
        }
        A::NextPane => panes::turn(model, true),
        A::PreviousPane => panes::turn(model, false),
        A::FirstPane => panes::to_digit(model, 1),
        A::SecondPane => panes::to_digit(model, 2),
        A::ThirdPane => panes::to_digit(model, 3),
        A::FourthPane => panes::to_digit(model, 4),
        A::FifthPane => panes::to_digit(model, 5),
        A::SixthPane => panes::to_digit(model, 6),
        A::ToggleStory => panes::toggle_story(model),
        A::ToUnread => panes::to_unread(model),
        A::Zoom if model.alone() && !model.zoomed => {
            model.say("There is room for one pane at a time here.", Tone::Info);
        }
        A::Zoom => {
            model.zoomed = !model.zoomed;
            sized(model);
        }
        A::Search => search::open(model),
        A::NextMatch if model.n_declares() => return perform(model, A::DeclareIncident),
        A::NextMatch => search::go(model, true),
        A::PreviousMatch => search::go(model, false),
        A::FilterMatches => search::filter(model),
        A::Back => return search::back(model),
        A::New => return perform(model, panes::new_entry(model)),
        A::Open => match enter::by_enter(model) {
            Enter::Does => return follow(next::begin(model), model),
            Enter::TooSoon => model.say("NEXT has just changed; press Enter again to do it.", Tone::Info),
            Enter::Entry => return follow(detail::open(model), model),
        },
        A::ShowGate => gate::open(model),
        // The conditions are looked at before words are asked for, so that none is typed for nothing.
        A::Resolve if !model.derived.gate.ok && !model.derived.gate.items.is_empty() => gate::open(model),
        A::ShowSheet => detail::sheet(model),
        A::ShowHandover => handover::open(model),
        A::CopyHandover => return handover::copy(model),
        A::ShowContacts => contacts::show(model),
        A::ShowMatrix => detail::matrix(model),
        A::ShowPermissions => return vec![Effect::Permit(Permit::Read)],
        A::ShowSimilar => return vec![Effect::FindSimilar(true)],
        A::ShowFollowUps => return overview::show(model, Pane::Followups),
        A::ShowTrend => return overview::show(model, Pane::Trend),
        A::Arrange => return overview::arrange(model),
        A::EditLast => return follow(log::edit_last(model), model),
        A::NextIncident => return lifecycle::next_incident(model),
        A::Palette => palette::open(model),
        A::Help => help::open(model),
        A::Messages => page::messages(model),
        A::LocalTime => panes::local_time(model),
        A::DoAsked => return follow(next::begin(model), model),
        A::PutAway => tick::put_away(model),
        A::AttachHere => return follow(reading::attach(model), model),
        A::StepByStep => reading::toggle_steps(model),
        A::UnfoldRunbook => reading::unfold(model),
        A::Copy => return follow(clipboard::copy(model), model),
        A::CopyWords => return log::copy_words(model),
        A::OnlyMine => search::only_mine(model),
        A::NextOpenItem => panes::to_next_open(model),
        A::Undo => return vec![Effect::Undo],
        A::Redo => return vec![Effect::Redo],
        A::SyncNow => {
            model.say("Syncing with the remote.", Tone::Info);
            return vec![Effect::Sync];
        }
        A::WriteReview => {
            model.say("Writing the review document.", Tone::Info);
            return vec![Effect::WriteReview];
        }
        A::HoldMeeting => return lifecycle::hold_meeting(model),
        A::RestoreFile => return vec![Effect::RestoreFile],
        A::Redraw => return vec![Effect::Redraw],
        A::Suspend => return vec![Effect::Suspend],
        A::Quit => return vec![Effect::Quit],
        _ => return ask::begin(model, action),
    }
    Vec::new()
}

/// A pane has another width: the trend is drawn in the columns that there are.
pub(super) fn sized(model: &mut Model) {
    if model.screen == Screen::Board {
        texts::refresh_texts(model);
    }
}
