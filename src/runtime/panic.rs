//! A panic: the terminal first, then a report in a file, then one sentence with its path.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::terminal;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync + 'static>;

/// The hook while the console is open; the one before comes back when it is dropped.
pub(super) struct PanicGuard {
    before: Option<Hook>,
    told: Arc<Mutex<Vec<String>>>,
}

impl PanicGuard {
    /// Sets the hook; reports go into `folder`. A panic on the calling thread ends the console; one elsewhere is survived
    /// (those threads catch theirs) and only reported.
    pub(super) fn set(folder: PathBuf) -> Self {
        let before = Some(std::panic::take_hook());
        let told = Arc::new(Mutex::new(Vec::new()));
        let (own, elsewhere) = (thread::current().id(), Arc::clone(&told));
        std::panic::set_hook(Box::new(move |info| {
            let ends = thread::current().id() == own;
            if ends {
                terminal::give_back();
            }
            let said = write(&folder, &report(info));
            if ends {
                eprintln!("warroom crashed; this is a bug. Your changes and your unsent line are kept. {said}");
            } else {
                let said = format!("a part of warroom failed and goes on; {said}");
                elsewhere.lock().unwrap_or_else(PoisonError::into_inner).push(said);
            }
        }));
        Self { before, told }
    }

    /// What was reported of other threads since this was asked last.
    pub(super) fn news(&self) -> Vec<String> {
        std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for PanicGuard {
    fn drop(&mut self) {
        // Setting a hook while panicking would abort.
        if !thread::panicking()
            && let Some(before) = self.before.take()
        {
            std::panic::set_hook(before);
        }
    }
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let said = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    let said = said
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = thread::current();
    let mut text = String::new();
    // Never fails: a String takes everything.
    let _ = writeln!(text, "warroom {} panicked", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(text, "at: {}", chrono::Utc::now().to_rfc3339());
    let _ = writeln!(text, "where: {place}, thread {}", thread.name().unwrap_or("?"));
    let _ = writeln!(text, "what: {said}\n\n{}", Backtrace::force_capture());
    text
}

/// Writes the report; where it is, as a sentence.
fn write(folder: &Path, report: &str) -> String {
    let name = format!(
        "panic-{}-{}.txt",
        chrono::Utc::now().format("%Y%m%d-%H%M%S"),
        std::process::id()
    );
    let path = folder.join(name);
    match std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, report)) {
        Ok(()) => format!("Please send {} and what you did to the makers.", path.display()),
        Err(error) => format!(
            "The report could not be written to {} ({error}):\n{report}",
            path.display()
        ),
    }
}
