//! The advisory lock between consoles, on a file beside the data that is never deleted and never the data itself.
//! Editors know nothing of it: it saves work, the exchange of names in `write` saves data.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::io::Errno;

use super::failpoint::failpoint;
use super::sharing::Sharing;

/// Longest wait for somebody else's lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);
/// Wait for a holder that has kept us waiting that long before.
const SHORT_PATIENCE: Duration = Duration::from_millis(50);

/// The lock of one incident file.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    /// `1234 kim`, for those who wait.
    me: String,
    /// Whoever let us wait in vain last time.
    stuck: Option<String>,
    /// Longest wait.
    patience: Duration,
    /// How the file is shared with other accounts.
    sharing: Sharing,
}

/// What came of trying to lock; it is released when dropped.
#[derive(Debug)]
pub struct Held {
    file: Option<File>,
    /// Why we go on without it.
    pub without: Option<Without>,
    /// The process that holds it instead, as far as it is known.
    pub holder: Option<u32>,
}

/// Why there is no lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Without {
    /// Held too long, by `process 1234, kim`.
    Stuck(String),
    /// The file system has no locks.
    Unsupported,
    /// The lock file cannot be opened or made; the system's words.
    NoFile(String),
    /// We were told to stop waiting.
    Stopped,
}

impl Held {
    /// Whether the lock is really held.
    pub fn is_held(&self) -> bool {
        self.file.is_some()
    }

    fn without(reason: Without) -> Self {
        Self {
            file: None,
            without: Some(reason),
            holder: None,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // A program that is being started at this moment (git) holds a copy of the file until its own begins.
            let _ = flock(file, FlockOperation::Unlock);
        }
    }
}

impl Lock {
    /// The lock in this file; `who` is named to others who wait for it.
    pub(crate) fn new(path: PathBuf, who: &str) -> Self {
        let me = format!("{} {}\n", std::process::id(), crate::text::one_line(who));
        Self {
            path,
            me,
            stuck: None,
            patience: PATIENCE,
            sharing: Sharing::default(),
        }
    }

    /// The same, for a file that is shared with other accounts.
    pub(crate) fn shared(mut self, sharing: &Sharing) -> Self {
        self.sharing = sharing.clone();
        self
    }

    /// The same, with another longest wait.
    pub(crate) fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Takes the lock; waits at most its patience (much less for a holder that was waited for in vain before), as long as
    /// `go_on` says so. Comes back without it rather than fail.
    pub(crate) fn take(&mut self, go_on: &dyn Fn() -> bool) -> Held {
        let file = match open(&self.path, &self.sharing) {
            Ok(file) => file,
            Err(error) => return Held::without(Without::NoFile(super::error::reason(&error))),
        };
        let start = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            let tried = failpoint("lock.flock", &self.path)
                .and_then(|()| flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(io::Error::from));
            match tried {
                Ok(()) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Held::without(unsupported(&error)),
            }
            let holder = holder(&file);
            let patience = if self.stuck.is_some() && self.stuck == holder {
                SHORT_PATIENCE.min(self.patience)
            } else {
                self.patience
            };
            if start.elapsed() >= patience {
                self.stuck.clone_from(&holder);
                let mut held = Held::without(Without::Stuck(holder.unwrap_or_else(|| "another console".into())));
                held.holder = process(&file);
                return held;
            }
            if !go_on() {
                return Held::without(Without::Stopped);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
        }
        self.stuck = None;
        // Who holds it is a courtesy: failing to say so is no reason not to hold it.
        let said = file.write_all_at(self.me.as_bytes(), 0);
        let _ = said.and_then(|()| file.set_len(self.me.len() as u64));
        Held {
            file: Some(file),
            without: None,
            holder: None,
        }
    }
}

fn unsupported(error: &io::Error) -> Without {
    match Errno::from_io_error(error) {
        Some(Errno::NOLCK | Errno::NOSYS | Errno::OPNOTSUPP | Errno::INVAL) => Without::Unsupported,
        _ => Without::NoFile(super::error::reason(error)),
    }
}

/// Opens the lock file, made where missing. A colleague's may be read-only for us: that is enough to lock it. Anything but a
/// file in its place is no lock, and never waited for.
fn open(path: &Path, sharing: &Sharing) -> io::Result<File> {
    let flags = OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = rustix::fs::open(path, flags | OFlags::RDWR, Mode::from_raw_mode(0o666))
        .or_else(|_| rustix::fs::open(path, flags & !OFlags::CREATE | OFlags::RDONLY, Mode::empty()))?;
    let file = File::from(fd);
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("something else is in its place"));
    }
    sharing.share_file(&file, path.parent().unwrap_or(path));
    Ok(file)
}

/// Whether a process of this machine is stopped (Ctrl-Z, a debugger): what it holds it holds until somebody continues it.
pub(crate) fn is_stopped(process: u32) -> bool {
    // `1234 (a name) T …`: the name may hold anything.
    std::fs::read(format!("/proc/{process}/stat")).is_ok_and(|stat| {
        let end = stat.iter().rposition(|byte| *byte == b')');
        end.and_then(|end| stat.get(end + 2))
            .is_some_and(|state| matches!(state, b'T' | b't'))
    })
}

/// The number of the process that holds it.
fn process(file: &File) -> Option<u32> {
    let mut bytes = [0; 16];
    let length = file.read_at(&mut bytes, 0).ok()?;
    let text = String::from_utf8_lossy(&bytes[..length]);
    text.split_once(' ')?.0.parse().ok()
}

/// `process 1234, kim`.
fn holder(file: &File) -> Option<String> {
    let mut bytes = [0; 128];
    let length = file.read_at(&mut bytes, 0).ok()?;
    let text = String::from_utf8_lossy(&bytes[..length]);
    let (process, name) = text.lines().next()?.split_once(' ')?;
    Some(format!(
        "{}, process {}",
        crate::text::one_line(name),
        process.parse::<u32>().ok()?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_waits_and_names_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let mut kim = Lock::new(path.clone(), "kim");
        let mut lee = Lock::new(path.clone(), "lee");
        let held = kim.take(&|| true);
        assert!(held.is_held());
        let start = Instant::now();
        let stuck = lee.take(&|| true).without.clone().unwrap();
        assert_eq!(stuck, Without::Stuck(format!("kim, process {}", std::process::id())));
        assert!(start.elapsed() >= PATIENCE);
        // The same holder is not waited for that long again.
        let start = Instant::now();
        assert!(matches!(lee.take(&|| true).without, Some(Without::Stuck(_))));
        assert!(start.elapsed() < PATIENCE / 2);
        drop(held);
        assert!(lee.take(&|| true).is_held());
        assert!(path.exists(), "the lock file stays");
    }

    #[test]
    fn what_is_no_file_is_no_lock_and_waited_for_by_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        let folder = dir.path().join("folder");
        std::fs::create_dir(&folder).unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), &link).unwrap();
        for path in [pipe, folder, link] {
            let held = Lock::new(path.clone(), "kim").take(&|| true);
            assert!(matches!(held.without, Some(Without::NoFile(_))), "{path:?}: {held:?}");
        }
        assert!(!dir.path().join("elsewhere").exists());
    }

    #[test]
    fn a_lock_that_is_read_only_for_us_is_a_lock() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
        let held = Lock::new(path.clone(), "kim").take(&|| true);
        assert!(held.is_held());
        let other = Lock::new(path, "lee").patient_for(Duration::ZERO).take(&|| true);
        assert!(matches!(other.without, Some(Without::Stuck(_))));
    }

    #[test]
    fn told_to_stop_it_stops() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let mut kim = Lock::new(path.clone(), "kim");
        let _held = kim.take(&|| true);
        assert_eq!(Lock::new(path, "lee").take(&|| false).without, Some(Without::Stopped));
    }

    #[test]
    fn no_locks_no_failure() {
        let dir = tempfile::tempdir().unwrap();
        for (errno, without) in [(37, Without::Unsupported), (38, Without::Unsupported)] {
            let _armed = super::super::failpoint::arm(dir.path(), &format!("lock.flock:err={errno}"));
            let held = Lock::new(dir.path().join("x.lock"), "kim").take(&|| true);
            assert_eq!(held.without, Some(without));
        }
        let held = Lock::new(dir.path().join("no/such/x.lock"), "kim").take(&|| true);
        assert!(matches!(held.without, Some(Without::NoFile(_))));
    }
}
