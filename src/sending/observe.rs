//! How the messages of one repository stand, told while a console is open: how many were not sent yet, which hooks have stopped.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::incident::Time;
use crate::session::Clock;
use crate::store::hooks::described;
use crate::store::outbox::{self, Message, Outbox, State};

/// How often it is looked at where nothing rings: other programs send, too.
const SLOW: Duration = Duration::from_secs(10);
/// How often while something waits.
const SOON: Duration = Duration::from_secs(2);
/// How long a message may be on its way before it is told of, in seconds.
const USUAL: i64 = 4;

/// How the messages stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Messages that were not sent yet.
    pub unsent: usize,
    /// Hooks by which nothing goes out any more: the name, and why.
    pub stopped: Vec<(String, String)>,
}

/// Tells of it until it is dropped.
pub struct Observer {
    stop: Arc<AtomicBool>,
}

impl Observer {
    /// Starts to look at the messages of the repository at `root`; `tell` is called with each new standing, and says whether more is
    /// wanted. Without a thread nothing is told.
    pub fn start(
        root: PathBuf,
        clock: Arc<dyn Clock>,
        mut tell: impl FnMut(Standing) -> bool + Send + 'static,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move || {
            let Ok(outbox) = Outbox::here() else { return };
            let (mut known, mut seen) = (Standing::default(), 0);
            while !stopped.load(Ordering::Relaxed) {
                let (standing, waits) = look(&outbox, &root, clock.now());
                if standing != known {
                    known = standing.clone();
                    if !tell(standing) {
                        return;
                    }
                }
                seen = outbox::wait(seen, if waits { SOON } else { SLOW });
            }
        };
        let _ = std::thread::Builder::new().name("warroom-unsent".into()).spawn(work);
        Self { stop }
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        outbox::ring();
    }
}

/// How the messages of a repository stand, and whether some are there at all.
fn look(outbox: &Outbox, root: &Path, now: Time) -> (Standing, bool) {
    let messages = if outbox.count() == 0 { Vec::new() } else { outbox.list() };
    let ours: Vec<&Message> = messages.iter().filter(|one| one.root == root).collect();
    let late = |one: &&&Message| one.tries > 0 || one.state == State::Failed || now.seconds_since(one.made) > USUAL;
    let unsent = ours.iter().filter(late).count();
    let stopped = described(root).0.into_iter().filter_map(|hook| {
        let why = outbox.stopped(&hook.key())?;
        Some((hook.hook.name, why))
    });
    let standing = Standing {
        unsent,
        stopped: stopped.collect(),
    };
    (standing, !ours.is_empty())
}
