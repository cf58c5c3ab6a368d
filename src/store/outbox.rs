//! What is on its way out: one private file a message in the person's state folder, written before the first try and gone when the
//! receiver has it. A kill leaves it whole; the same change makes the same file again.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::lock::{Held, Lock};
use super::put::Folder;
use super::read::{hash, read_most};
use super::repository::Repository;
use super::sharing::Sharing;
use super::state::state_dir;
use crate::incident::Time;

/// Bytes of a message: an incident as a whole at most.
const LARGEST: u64 = 64 << 20;
/// How long it is known that something was said: longer than [`HEARD`], so that nothing is said again as a console opens.
const SAID: Duration = Duration::from_secs(40 * 86_400);
/// How long ago a timer may have run out for a console that opens to tell of it.
pub const HEARD: Duration = Duration::from_secs(30 * 86_400);
/// Messages that are looked at.
const MOST: usize = 20_000;

/// How a message stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is tried at its time.
    #[default]
    Waiting,
    /// It is not tried any more unless someone says so.
    Failed,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The receiver's id of it, the same with every try and from every console.
    pub id: String,
    /// The hook, as this machine knows it.
    pub key: String,
    /// Its name.
    pub hook: String,
    /// The repository.
    pub root: PathBuf,
    /// The incident.
    pub incident: String,
    /// The event of the timeline; empty where it is about none.
    pub event: String,
    /// What the event is called.
    pub named: String,
    /// When the change was made.
    pub made: Time,
    /// How often it was tried.
    #[serde(default)]
    pub tries: u32,
    /// When it is tried next.
    pub next: Time,
    /// How it stands.
    #[serde(default)]
    pub state: State,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The receiver was not found at the last try.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
    /// What is sent: behind the line of all of the above, as it is.
    #[serde(skip)]
    pub body: String,
}

impl Message {
    /// Its file: in the order in which the changes were made.
    fn file(&self) -> String {
        let key = hash(self.key.as_bytes()) & 0xffff_ffff;
        format!("{:014}-{key:08x}-{}.msg", self.made.millis(), self.id)
    }
}

/// Where messages are.
#[derive(Clone, Debug)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// The person's.
    pub fn here() -> io::Result<Self> {
        let folder = state_dir().map_err(io::Error::other)?.join("outbox");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Self { folder })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a new message, on the disk when this returns; `false` where it is there already.
    pub fn add(&self, message: &Message) -> io::Result<bool> {
        if self.folder.join(message.file()).exists() {
            return Ok(false);
        }
        self.write(message)?;
        ring();
        Ok(true)
    }

    /// Keeps how a message stands now; one that is gone stays gone.
    pub fn update(&self, message: &Message) -> io::Result<()> {
        if self.folder.join(message.file()).exists() {
            self.write(message)?;
        }
        Ok(())
    }

    fn write(&self, message: &Message) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(message)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(message.body.as_bytes());
        let open = Folder::below(&self.folder, Path::new(""), &Sharing::default(), false)?;
        open.replace(message.file(), &bytes, Some(0o600))?;
        open.sync()
    }

    /// Whether something was said on this machine lately.
    pub fn was_said(&self, what: &str) -> bool {
        self.folder.join(said(what)).exists()
    }

    /// Keeps that something was said; it is known for some weeks.
    pub fn note_said(&self, what: &str) -> io::Result<()> {
        let old = |path: &Path| {
            let age = fs::metadata(path)
                .and_then(|meta| meta.modified())
                .map(|at| at.elapsed());
            age.is_ok_and(|age| age.is_ok_and(|age| age > SAID))
        };
        for entry in fs::read_dir(&self.folder)?.flatten().take(MOST) {
            let path = entry.path();
            if path.extension().is_some_and(|end| end == "said") && old(&path) {
                let _ = fs::remove_file(path);
            }
        }
        let open = Folder::below(&self.folder, Path::new(""), &Sharing::default(), false)?;
        open.create(said(what), b"").map(drop)
    }

    /// Takes a message out; whether it was there.
    pub fn remove(&self, message: &Message) -> io::Result<bool> {
        match fs::remove_file(self.folder.join(message.file())) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// All messages, in the order in which their changes were made; what is no message is left alone.
    pub fn list(&self) -> Vec<Message> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names
            .filter(|name| Path::new(name).extension().is_some_and(|end| end == "msg"))
            .take(MOST)
            .collect();
        names.sort();
        names.iter().filter_map(|name| self.read(name)).collect()
    }

    fn read(&self, name: &str) -> Option<Message> {
        let bytes = read_most(&self.folder.join(name), LARGEST).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once('\n')?;
        let mut message: Message = serde_json::from_str(head).ok()?;
        body.clone_into(&mut message.body);
        (message.file() == name).then_some(message)
    }

    /// How many there are, without reading them.
    pub fn count(&self) -> usize {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries
            .filter(|entry| {
                Path::new(&entry.file_name())
                    .extension()
                    .is_some_and(|end| end == "msg")
            })
            .take(MOST)
            .count()
    }

    /// A message anew.
    pub fn again(&self, message: &Message) -> Option<Message> {
        self.read(&message.file())
    }

    /// The right to send what a hook has; nothing where another console is at it.
    pub fn lock(&self, key: &str) -> Option<Held> {
        let name = format!("{:032x}.lock", hash(key.as_bytes()));
        let held = Lock::new(self.folder.join(name), "outbox").take(&|| false);
        held.is_held().then_some(held)
    }

    /// Why nothing goes to a hook's target any more, where its receiver said so.
    pub fn stopped(&self, key: &str) -> Option<String> {
        let text = read_most(&self.folder.join(off(key)), 8192).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    /// Nothing goes there any more.
    pub fn stop(&self, key: &str, why: &str) -> io::Result<()> {
        let open = Folder::below(&self.folder, Path::new(""), &Sharing::default(), false)?;
        open.replace(off(key), why.as_bytes(), Some(0o600))
    }

    /// Messages go there again.
    pub fn start(&self, key: &str) {
        let _ = fs::remove_file(self.folder.join(off(key)));
    }
}

fn said(what: &str) -> String {
    format!("{:032x}.said", hash(what.as_bytes()))
}

fn off(key: &str) -> String {
    format!("{:032x}.off", hash(key.as_bytes()))
}

impl Repository {
    /// Whether the change of a message is in its incident's file. Nobody hears of what was never written down.
    pub fn holds_event(&self, incident: &str, event: &str) -> bool {
        let Ok(place) = self.find(incident) else { return false };
        self.mentions(&place, event.as_bytes())
    }
}

/// How often messages were added in this process.
static ADDED: Mutex<u64> = Mutex::new(0);
static BELL: Condvar = Condvar::new();

/// Wakes who sends.
pub fn ring() {
    *ADDED.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    BELL.notify_all();
}

/// Waits until something was added since `seen`, at most so long; how often something was added by now.
pub fn wait(seen: u64, limit: Duration) -> u64 {
    let added = ADDED.lock().unwrap_or_else(PoisonError::into_inner);
    let waited = BELL.wait_timeout_while(added, limit, |added| *added == seen);
    *waited.unwrap_or_else(PoisonError::into_inner).0
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn message(made: i64, id: &str) -> Message {
        Message {
            id: id.into(),
            key: "/r/.warroom/hooks.yaml#pager".into(),
            hook: "pager".into(),
            root: "/r".into(),
            incident: "INC-1".into(),
            event: "e7k3m9qx".into(),
            named: "incident.declared".into(),
            made: Time::from_millis(made),
            tries: 0,
            next: Time::from_millis(made),
            state: State::Waiting,
            last: None,
            missing: false,
            body: "{\"a\": \"line\\n\"}\nsecond".into(),
        }
    }

    #[test]
    fn messages_are_private_whole_and_in_order_and_come_but_once() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = Outbox {
            folder: dir.path().into(),
        };
        let (late, early) = (message(2_000_000, "b"), message(1_000_000, "a"));
        assert!(outbox.add(&late).unwrap() && outbox.add(&early).unwrap());
        assert!(!outbox.add(&late).unwrap(), "the same change again");
        assert_eq!(outbox.list(), [early.clone(), late.clone()]);
        let file = dir.path().join(late.file());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        // A torn or foreign file is no message and hides none.
        fs::write(dir.path().join("00000000000001-0-x.msg"), "{\"id\"").unwrap();
        fs::write(dir.path().join("notes.txt"), "x").unwrap();
        assert_eq!(outbox.list().len(), 2);
        let mut tried = late.clone();
        tried.tries = 3;
        outbox.update(&tried).unwrap();
        assert_eq!(outbox.again(&late).unwrap().tries, 3);
        assert!(outbox.remove(&late).unwrap() && !outbox.remove(&late).unwrap());
        outbox.update(&tried).unwrap();
        assert_eq!(outbox.list(), [early], "what is gone stays gone");
    }

    #[test]
    fn one_sends_for_a_hook_at_a_time_and_a_target_that_is_gone_stays_off() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = Outbox {
            folder: dir.path().into(),
        };
        let held = outbox.lock("a").unwrap();
        assert!(outbox.lock("a").is_none() && outbox.lock("b").is_some());
        drop(held);
        assert!(outbox.lock("a").is_some());
        outbox.stop("a", "it answered 410").unwrap();
        assert_eq!(outbox.stopped("a").as_deref(), Some("it answered 410"));
        outbox.start("a");
        assert_eq!(outbox.stopped("a"), None);
    }
}
