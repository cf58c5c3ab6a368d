//! Carrying out what `update` asks for.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::{Action, Effect, Message, Outcome};
use crate::session::Session;

/// What is left for the loop to do.
#[derive(Debug)]
pub enum After {
    /// Nothing.
    Nothing,
    /// Take this in.
    Message(Message),
    /// Write these bytes to the terminal, beside the frames.
    Bytes(String),
    /// Keep the half-typed line, once the frame is painted.
    Keep(String),
    /// Draw everything afresh.
    Redraw,
    /// Stop until continued.
    Suspend,
    /// Leave.
    Quit,
}

/// Longest text that is put on the clipboard, in bytes; terminals refuse more.
const LONGEST_COPY: usize = crate::bounds::COPY;

/// Carries an effect out.
pub fn carry_out(session: &Session, hook: &[String], effect: Effect) -> After {
    match effect {
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
        Effect::Sync => {
            session.sync_now();
            After::Nothing
        }
        Effect::RestoreFile => {
            session.restore();
            After::Nothing
        }
        Effect::Copy(text) if text.len() > LONGEST_COPY => {
            After::Message(Message::Say("too long for a terminal's clipboard".into(), true))
        }
        Effect::Copy(text) => After::Bytes(format!("\x1b]52;c;{}\x07", base64(text.as_bytes()))),
        Effect::Bell => After::Bytes("\x07".into()),
        Effect::Notify(text) => After::Bytes(format!("\x1b]9;warroom: {}\x07", crate::text::one_line(&text))),
        Effect::RanOut(label) => {
            run_hook(hook, &label);
            After::Nothing
        }
        Effect::KeepDraft(line) => After::Keep(line),
        Effect::Redraw => After::Redraw,
        Effect::Suspend => After::Suspend,
        Effect::Quit => After::Quit,
    }
}

fn outcome(action: Action, result: Result<crate::incident::Applied, crate::incident::Refusal>) -> After {
    let results = vec![result];
    After::Message(Message::Outcome(Outcome { action, results }))
}

/// Runs the person's program for a timer that ran out, its label as the last argument. What it says is not heard: the
/// screen is ours.
fn run_hook(hook: &[String], label: &str) {
    let Some((program, arguments)) = hook.split_first() else {
        return;
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(label);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = crate::child::start(command) else {
        return FAILED.store(true, Ordering::Relaxed);
    };
    // Somebody has to wait for it, or it stays as a zombie.
    let _ = std::thread::Builder::new().name("hook".into()).spawn(move || {
        if !child.wait().is_ok_and(|status| status.success()) {
            FAILED.store(true, Ordering::Relaxed);
        }
    });
}

/// Whether the person's program failed.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Whether the person's program has failed since this was last asked.
pub fn hook_failed() -> bool {
    FAILED.swap(false, Ordering::Relaxed)
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let three = chunk.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(three >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipboard_text_is_base64() {
        for (text, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("ü→", "w7zihpI="),
        ] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }
}
