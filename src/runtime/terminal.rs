//! The terminal as it is found, taken and given back: raw mode, alternate screen, mouse, paste, cursor.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, poll};

/// Alternate screen, mouse clicks and wheel (SGR), bracketed paste.
const TAKE: &str = "\x1b[?1049h\x1b[?1000h\x1b[?1006h\x1b[?2004h";
/// The same backwards: an unfinished synchronized frame ended, colours reset, cursor shown.
const GIVE_BACK: &str = "\x1b[?2026l\x1b[0m\x1b[?2004l\x1b[?1006l\x1b[?1000l\x1b[?1049l\x1b[?25h";

/// There is one terminal per process.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Holds the terminal; gives it back when dropped.
pub(super) struct Guard {
    out: File,
}

impl Guard {
    /// Takes the terminal.
    pub(super) fn take() -> io::Result<Self> {
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let mut guard = Self { out };
        guard.enter()?;
        Ok(guard)
    }

    fn enter(&mut self) -> io::Result<()> {
        TAKEN.store(true, Ordering::SeqCst);
        enable_raw_mode()?;
        self.write(TAKE.as_bytes())
    }

    /// Writes all of it, also where somebody made the terminal non-blocking.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.out.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll(&mut [PollFd::new(&self.out, PollFlags::OUT)], None)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Back to the shell until it is continued.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // No child between fork and exec: it would be stopped, and we with it before the stop is complete.
        let still = crate::child::hold_still();
        // The whole job stops, so that a shell waiting for a parent of ours (`cargo run`) gets its prompt.
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        drop(still);
        self.enter()
    }

    /// Takes it again, after something else may have changed it.
    pub(super) fn retake(&mut self) -> io::Result<()> {
        give_back();
        self.enter()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back as it was found, if it is taken. Safe from any thread and from a panic hook; does not fail: a
/// terminal that is gone needs nothing.
pub(super) fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _ = out.write_all(GIVE_BACK.as_bytes());
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// Whether both ends are a terminal that a screen can be drawn on; if not, the sentence that says so.
pub(super) fn check() -> Result<(), &'static str> {
    if !io::stdout().is_terminal() {
        return Err(
            "the console needs a terminal and standard output is none; `warroom show` prints the incident, `warroom open --plain` what happens",
        );
    }
    if !io::stdin().is_terminal() {
        return Err(
            "the console needs a keyboard and standard input is no terminal; `warroom log -` takes lines instead",
        );
    }
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return Err(
            "the console needs a terminal that can place its cursor and TERM is `dumb`; `warroom show` prints the incident, `warroom open --plain` what happens",
        );
    }
    Ok(())
}

/// Size of the terminal; a terminal that does not say is taken for the usual one.
pub(super) fn size() -> Size {
    match crossterm::terminal::size() {
        Ok((width, height)) if width > 0 && height > 0 => Size::new(width, height),
        _ => Size::new(80, 24),
    }
}
