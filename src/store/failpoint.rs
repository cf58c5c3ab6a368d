//! Places in the write protocol where a test makes something go wrong. A release build holds nothing of it.
//!
//! `WARROOM_FAILPOINT=write.sync:kill`, several joined by commas; `*` for a name means all of them, `@3` behind it the third time
//! only. What happens: `kill` (as by `kill -9`), `err` or `err=28` (fails with that errno, EIO by default), `sleep=200` (ms).

use std::io;
use std::path::Path;

/// Fails, sleeps or dies where a test asked for it; does nothing otherwise.
#[cfg(not(any(test, debug_assertions, feature = "failpoints")))]
#[inline]
#[allow(clippy::unnecessary_wraps)] // its armed twin can fail
pub(crate) fn failpoint(_name: &str, _path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(any(test, debug_assertions, feature = "failpoints"))]
pub(crate) use armed::failpoint;
#[cfg(any(test, debug_assertions, feature = "failpoints"))]
pub use armed::{Armed, arm};

#[cfg(any(test, debug_assertions, feature = "failpoints"))]
mod armed {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{LazyLock, Mutex, PoisonError};
    use std::time::Duration;

    use super::{Path, io};

    /// EIO.
    const BROKEN: i32 = 5;

    struct Point {
        number: u64,
        name: String,
        /// Only for files below this folder; any where empty.
        folder: PathBuf,
        /// Only this time, counted from 1; every time where 0.
        only: u64,
        hits: u64,
        act: Act,
    }

    #[derive(Clone, Copy)]
    enum Act {
        Kill,
        Fail(i32),
        Sleep(Duration),
    }

    static POINTS: LazyLock<Mutex<Vec<Point>>> = LazyLock::new(|| {
        let spec = std::env::var("WARROOM_FAILPOINT").unwrap_or_default();
        Mutex::new(parse(&spec, Path::new("")))
    });
    static NUMBER: AtomicU64 = AtomicU64::new(0);

    fn parse(spec: &str, folder: &Path) -> Vec<Point> {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        spec.split(',')
            .filter_map(|one| {
                let (name, act) = one.trim().split_once(':')?;
                let (name, only) = name.split_once('@').unwrap_or((name, "0"));
                let (act, value) = act.split_once('=').unwrap_or((act, ""));
                Some(Point {
                    number,
                    name: name.to_owned(),
                    folder: folder.to_owned(),
                    only: only.parse().ok()?,
                    hits: 0,
                    act: match act {
                        "kill" => Act::Kill,
                        "err" => Act::Fail(value.parse().unwrap_or(BROKEN)),
                        "sleep" => Act::Sleep(Duration::from_millis(value.parse().unwrap_or(100))),
                        _ => return None,
                    },
                })
            })
            .collect()
    }

    /// Failpoints of one test in this process; dropping it takes them away.
    #[must_use]
    #[derive(Debug)]
    pub struct Armed(u64);

    /// Arms failpoints for files below `folder`.
    pub fn arm(folder: &Path, spec: &str) -> Armed {
        let points = parse(spec, folder);
        let number = points.first().map_or(u64::MAX, |point| point.number);
        POINTS.lock().unwrap_or_else(PoisonError::into_inner).extend(points);
        Armed(number)
    }

    impl Drop for Armed {
        fn drop(&mut self) {
            POINTS
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .retain(|point| point.number != self.0);
        }
    }

    pub(crate) fn failpoint(name: &str, path: &Path) -> io::Result<()> {
        let mut act = None;
        for point in POINTS.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            if (point.name == name || point.name == "*") && path.starts_with(&point.folder) {
                point.hits += 1;
                if point.only == 0 || point.only == point.hits {
                    act = Some(point.act);
                }
            }
        }
        match act {
            None => Ok(()),
            Some(Act::Sleep(time)) => {
                std::thread::sleep(time);
                Ok(())
            }
            Some(Act::Fail(errno)) => Err(io::Error::from_raw_os_error(errno)),
            Some(Act::Kill) => {
                let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
                loop {
                    std::thread::park();
                }
            }
        }
    }
}
