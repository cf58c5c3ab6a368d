//! A panic: the terminal first, then a report in a file, then one sentence with its path.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::terminal;

type Hook = Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync + 'static>;

/// The hook while the console is open; the one before comes back when it is dropped.
pub struct PanicGuard {
    before: Arc<Mutex<Option<Hook>>>,
    /// Told when another thread than the console's has panicked.
    pub elsewhere: Arc<Notify>,
    struck: Arc<AtomicBool>,
}

impl PanicGuard {
    /// Sets the hook; reports go into `folder`.
    pub fn set(folder: PathBuf) -> Self {
        let before = Arc::new(Mutex::new(Some(std::panic::take_hook())));
        let elsewhere = Arc::new(Notify::new());
        let struck = Arc::new(AtomicBool::new(false));
        let (notify, flag) = (Arc::clone(&elsewhere), Arc::clone(&struck));
        std::panic::set_hook(Box::new(move |info| {
            terminal::give_back();
            if !flag.swap(true, Ordering::SeqCst) {
                tell(&folder, &report(info));
            }
            notify.notify_one();
        }));
        Self {
            before,
            elsewhere,
            struck,
        }
    }

    /// Whether something has panicked.
    pub fn struck(&self) -> bool {
        self.struck.load(Ordering::SeqCst)
    }
}

impl Drop for PanicGuard {
    fn drop(&mut self) {
        // Setting a hook while panicking would abort.
        if !std::thread::panicking()
            && let Some(before) = self.before.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            std::panic::set_hook(before);
        }
    }
}

fn report(info: &std::panic::PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let said = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    let said = said
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    let mut text = String::new();
    // Never fails: a String takes everything.
    let _ = writeln!(text, "warroom {} panicked", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(text, "at: {}", chrono::Utc::now().to_rfc3339());
    let _ = writeln!(text, "where: {place}, thread {}", thread.name().unwrap_or("?"));
    let _ = writeln!(text, "what: {said}\n\n{}", Backtrace::force_capture());
    text
}

fn tell(folder: &Path, report: &str) {
    let name = format!(
        "panic-{}-{}.txt",
        chrono::Utc::now().format("%Y%m%d-%H%M%S"),
        std::process::id()
    );
    let path = folder.join(name);
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, report));
    let what = report.lines().nth(3).unwrap_or_default();
    match written {
        Ok(()) => eprintln!(
            "warroom has a defect and stopped ({what}). Your changes and your half-typed line are kept; please send {} with what you did.",
            path.display()
        ),
        Err(error) => eprintln!(
            "warroom has a defect and stopped. Your changes and your half-typed line are kept. The report could not be written to {} ({error}):\n{report}",
            path.display()
        ),
    }
}
