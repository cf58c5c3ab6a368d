//! The person's configuration while a console is open: read again as soon as it has changed, on a thread of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::Followed;
use crate::app::Message;

/// How long it has to be still before it is read: editors write in several steps.
const STILL: Duration = Duration::from_millis(80);

/// Follows the file until it is dropped.
pub(super) struct Follow {
    stop: Arc<AtomicBool>,
    ring: Sender<()>,
}

impl Drop for Follow {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.ring.send(());
    }
}

/// Reads the file whenever it has changed, and sends what came of it. Where the system tells of no changes it is read once a start.
pub(super) fn follow(config: Followed, send: mpsc::Sender<Message>) -> Follow {
    let (ring, rung) = channel();
    let stop = Arc::new(AtomicBool::new(false));
    let follow = Follow {
        stop: Arc::clone(&stop),
        ring: ring.clone(),
    };
    let work = move || {
        let hear = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // Nobody listens any more once the console is gone.
                let _ = ring.send(());
            }
        };
        if let Ok(mut watcher) = notify::recommended_watcher(hear) {
            Look { config, send, stop }.go_on(&rung, &mut watcher);
        }
    };
    // Without a thread the file counts from the next start on.
    let _ = std::thread::Builder::new().name("settings".into()).spawn(work);
    follow
}

struct Look {
    config: Followed,
    send: mpsc::Sender<Message>,
    stop: Arc<AtomicBool>,
}

impl Look {
    fn go_on(self, rung: &Receiver<()>, watcher: &mut RecommendedWatcher) {
        let mut watched = Vec::new();
        let Followed {
            file,
            mut known,
            reload,
        } = self.config;
        loop {
            arm(&file, &mut watched, watcher);
            // What was written before it was watched.
            let mut now = bytes(&file);
            if now == known {
                if rung.recv().is_err() {
                    return;
                }
                while rung.recv_timeout(STILL) != Err(RecvTimeoutError::Timeout) {
                    if self.stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
                now = bytes(&file);
            }
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            if now != known {
                known = now;
                if self.send.blocking_send(Message::Configured(reload())).is_err() {
                    return;
                }
            }
        }
    }
}

/// Watches the folder of the file, that of the file it links to, or the folder above where it is not there yet.
fn arm(file: &Path, watched: &mut Vec<PathBuf>, watcher: &mut RecommendedWatcher) {
    let real = file.canonicalize().ok();
    let folders = [Some(file), real.as_deref()].into_iter().flatten().filter_map(|path| {
        let mut above = path.ancestors().skip(1);
        above.find(|folder| folder.is_dir()).map(Path::to_owned)
    });
    for folder in folders {
        if !watched.contains(&folder) && watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok() {
            watched.push(folder);
        }
    }
}

/// What is in it, bounded as whoever reads it bounds it; nothing where there is no such file.
fn bytes(file: &Path) -> Option<Vec<u8>> {
    crate::config::bytes_of(file)
}
