//! The console as a running program: the select loop, the terminal, signals, carrying out effects. The only place that
//! names crossterm.

mod alarm;
mod burst;
mod clock;
mod console;
mod editor;
mod effects;
mod files;
mod keys;
mod looks;
mod panic;
pub mod plain;
mod screen;
mod signals;
mod terminal;
mod watch;

pub use effects::{Next, Remember};
pub use looks::{background_by_environment, check_colour, colour_names, has_sixteen_colours, knows_theme};
pub use signals::outlive_limits;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::app::{Configured, Keymap, Screen, Seat, Settings};
use crate::session::{Clock, SaveError, Session};

pub use clock::local_offset;

/// Longest that leaving waits for the disk.
const PATIENCE: Duration = Duration::from_secs(3);

/// Reads the person's configuration again; what is wrong in it where it is not sound.
pub type Reload = Arc<dyn Fn() -> Result<Box<Configured>, Vec<String>> + Send + Sync>;

/// A configuration that is followed while the console is open.
pub struct Followed {
    /// Where it is; there need be no such file yet.
    pub file: PathBuf,
    /// What was in it when it was read at the start: a change since then counts, also one before the console is up.
    pub known: Option<Vec<u8>>,
    /// Reads it again.
    pub reload: Reload,
}

/// What the console needs to know to start.
pub struct Start {
    /// Who sits here.
    pub me: String,
    /// The screen that is shown first.
    pub screen: Screen,
    /// Who sits here, where that was said: it arranges the war room.
    pub seat: Option<Seat>,
    /// How things are shown.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
    /// What is wrong in the configuration: a sentence each, with file and line.
    pub problems: Vec<String>,
    /// The clock, the session's.
    pub clock: Arc<dyn Clock>,
    /// Folder for reports of panics.
    pub reports: PathBuf,
    /// The person's configuration, where there may be one.
    pub config: Option<Followed>,
    /// Keeps what the person chooses for their next console.
    pub remember: Arc<dyn Fn(Remember) + Send + Sync>,
}

/// Why the console ended otherwise than by leaving it. The terminal is as it was found by then.
#[derive(Debug)]
pub enum Ended<E> {
    /// There is no terminal, or too few files may be open; the sentence to print. Exit 2.
    NoTerminal(&'static str),
    /// The incident could not be opened.
    Open(E),
    /// The terminal failed. Exit 1.
    Terminal(io::Error),
    /// Left, but not everything is in the file. Exit 1.
    Unsaved(SaveError),
    /// Ended by a signal, its number; everything is saved. Exit 128 and the number.
    Signal(i32),
    /// A panic; what there is to say has been said. Exit 101.
    Panicked,
}

/// Opens the incident, shows it, and returns when the person leaves: with the incident that is wanted next, if one is. `open`, which may change how it starts, runs first, so that an incident that cannot be
/// opened is told in the shell.
pub fn run<E>(
    mut start: Start,
    open: impl FnOnce(&mut Start) -> Result<Arc<Session>, E>,
) -> Result<Option<Next>, Ended<E>> {
    terminal::check().map_err(Ended::NoTerminal)?;
    files::check().map_err(Ended::NoTerminal)?;
    let panics = panic::PanicGuard::set(start.reports.clone());
    let slot: OnceLock<Arc<Session>> = OnceLock::new();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let session = open(&mut start).map_err(Ended::Open)?;
        let session = slot.get_or_init(|| session);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Ended::Terminal)?;
        runtime.block_on(console::show(start, Arc::clone(session), &panics))
    }));
    // However it ended: first the terminal, then the disk, then words.
    terminal::give_back();
    let flushed = slot.get().map_or(Ok(()), |session| session.flush(PATIENCE));
    match (ended, flushed) {
        (Err(_), _) => Err(Ended::Panicked),
        (Ok(Ok(_) | Err(Ended::Signal(_))), Err(error)) => Err(Ended::Unsaved(error)),
        (Ok(ended), _) => ended,
    }
}
