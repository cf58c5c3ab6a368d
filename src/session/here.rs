//! Who is here: people whose console is open, whether the record names them or not. Each console leaves a mark that it renews, on the
//! working tree for those beside it and at the remote for other clones; a mark that is not renewed any more counts for a while and is
//! then nobody. The record is not touched, and there is no history of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::shared::Shared;
use super::sync::Phase;
use crate::config::UserConfig;
use crate::git::here::Marks as FarMarks;
use crate::git::{Class, Git};
use crate::incident::{Time, people};
use crate::store::Repository;
use crate::store::site::random_word;

/// How often the working tree's marks are looked at, and a remote's that is a folder of this machine.
const NEAR: Duration = Duration::from_secs(3);
/// How often those of a remote elsewhere are asked for.
const FAR: Duration = Duration::from_secs(30);
/// How often one's own mark is renewed on the working tree.
const BEAT: Duration = Duration::from_secs(20);
/// The same at the remote, where each costs a call.
const FAR_BEAT: Duration = Duration::from_secs(60);
/// How old a mark may be, on the tree and at the remote: three beats, and a slow line.
const OLD: (i64, i64) = (70, 200);
/// How old a mark is that nobody will renew any more: it is cleared away by whoever comes by.
const DEAD: i64 = 86_400;
/// Dead marks that are cleared away at once.
const SWEPT: usize = 8;
/// Longest wait after calls that failed.
const BACKOFF: Duration = Duration::from_secs(600);
/// People that are told of.
const MOST: usize = 100;
/// Characters of a name, and of an incident's id, in a mark.
const LONGEST: usize = 80;

/// A person whose console is open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Here {
    /// Who.
    pub who: String,
    /// The incident that it shows.
    pub incident: String,
}

/// A console's mark: `1.WORD.NAME.INCIDENT.SECONDS`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    /// Tells consoles apart.
    word: String,
    here: Here,
    /// When it was renewed, by the clock of who did.
    at: Time,
}

impl Mark {
    fn name(&self) -> String {
        format!(
            "1.{}.{}.{}.{}",
            self.word,
            plain(&self.here.who),
            plain(&self.here.incident),
            self.at.millis().div_euclid(1000)
        )
    }

    /// What a mark says; nothing where it is none of ours.
    fn read(name: &str) -> Option<Self> {
        let mut parts = name.split('.');
        let mut part = || {
            parts
                .next()
                .filter(|part| !part.is_empty() && part.len() <= 3 * LONGEST)
        };
        let (version, word, who, incident, at) = (part()?, part()?, part()?, part()?, part()?);
        let sound = version == "1" && word.len() <= 16 && word.chars().all(|c| c.is_ascii_alphanumeric());
        let who = crate::text::one_line(&worded(who)?).trim().to_owned();
        let here = Here {
            who,
            incident: worded(incident)?,
        };
        let at = at.parse::<i64>().ok()?.checked_mul(1000)?;
        (sound && parts.next().is_none() && !here.who.is_empty()).then(|| Self {
            word: word.to_owned(),
            here,
            at: Time::from_millis(at),
        })
    }
}

/// A text as it may stand in the name of a file and of a ref: letters and digits as they are, every other byte as `_2e`.
fn plain(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for c in text.chars() {
        let mut one = String::new();
        if c.is_ascii_alphanumeric() || c == '-' {
            one.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(one, "_{byte:02x}");
            }
        }
        if out.len() + one.len() > LONGEST {
            break;
        }
        out.push_str(&one);
    }
    out
}

fn worded(plain: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = plain.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'_' {
            let (code, after) = after.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The marks of one place, and when each was first seen here: a clock that is wrong makes nobody absent.
#[derive(Debug, Default)]
struct Seen {
    marks: HashMap<String, Instant>,
    /// Whether it was looked before: what was there then may be old.
    looked: bool,
}

impl Seen {
    /// Takes in the names that are there now; who is here by them, and which are dead.
    fn take(&mut self, names: Vec<String>, now: Time, old: i64) -> (Vec<Mark>, Vec<String>) {
        let (mut here, mut dead) = (Vec::new(), Vec::new());
        let instant = Instant::now();
        let mut marks = HashMap::new();
        for name in names {
            let Some(mark) = Mark::read(&name) else { continue };
            let came = self
                .marks
                .get(&name)
                .copied()
                .or_else(|| self.looked.then_some(instant));
            let fresh = came.is_some_and(|came| came.elapsed().as_secs() < old.unsigned_abs());
            let age = now.seconds_since(mark.at).abs();
            if age < old || fresh {
                here.push(mark);
            } else if age > DEAD {
                dead.push(name.clone());
            }
            // What was old when it was first seen is not fresh later.
            let long_ago = instant.checked_sub(Duration::from_secs(old.unsigned_abs()));
            if let Some(came) = came.or(long_ago) {
                marks.insert(name, came);
            }
        }
        self.marks = marks;
        self.looked = true;
        dead.truncate(SWEPT);
        (here, dead)
    }
}

/// Who is here on this working tree and, where `online`, in other clones, looked at once.
pub fn look(repository: &Repository, online: bool, now: Time) -> Vec<Here> {
    let mut all = Seen::default().take(repository.marks().list(), now, OLD.0).0;
    if online
        && let Ok(Some(far)) = FarMarks::of(git(repository))
        && let Ok(names) = far.list()
    {
        all.extend(Seen::default().take(names, now, OLD.1).0);
    }
    people_in(all.into_iter())
}

fn git(repository: &Repository) -> Git {
    Git::at(repository.root()).shared(repository.sharing()).quiet_ssh()
}

/// Each person once an incident.
fn people_in(marks: impl Iterator<Item = Mark>) -> Vec<Here> {
    let mut all: Vec<Here> = Vec::new();
    for mark in marks {
        let known = |one: &Here| people::same(&one.who, &mark.here.who) && one.incident == mark.here.incident;
        if all.len() < MOST && !all.iter().any(known) {
            all.push(mark.here);
        }
    }
    all.sort();
    all
}

/// The thread of one console. Dropping it takes the marks away.
pub(super) struct Presence {
    stop: Option<Sender<()>>,
    cut: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Presence {
    /// Starts it; `online` says whether the remote may be asked.
    pub(super) fn start(shared: &Arc<Shared>, online: bool) -> Option<Self> {
        let (stop, stopped) = channel();
        let cut = Arc::new(AtomicBool::new(false));
        let keeper = Keeper {
            shared: Arc::clone(shared),
            online,
            cut: Arc::clone(&cut),
            word: random_word(),
            announces: UserConfig::load().0.presence,
            near: Place::default(),
            far: Place::default(),
            far_marks: None,
            backoff: FAR,
        };
        let thread = std::thread::Builder::new()
            .name("warroom-here".into())
            .spawn(move || keeper.go_on(&stopped))
            .ok()?;
        Some(Self {
            stop: Some(stop),
            cut,
            thread: Some(thread),
        })
    }

    /// Asks it to end, without waiting for that.
    pub(super) fn end(&mut self) {
        self.cut.store(true, Ordering::Relaxed);
        self.stop = None;
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.end();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What is known of one place, and when something is due there.
#[derive(Default)]
struct Place {
    seen: Seen,
    here: Vec<Mark>,
    dead: Vec<String>,
    /// One's own mark there.
    own: Option<String>,
    looks: Option<Instant>,
    beats: Option<Instant>,
}

impl Place {
    fn is_due(at: Option<Instant>) -> bool {
        at.is_none_or(|at| at <= Instant::now())
    }

    /// What one's new mark takes the place of.
    fn instead(&self) -> Vec<String> {
        self.own.iter().chain(&self.dead).cloned().collect()
    }
}

struct Keeper {
    shared: Arc<Shared>,
    online: bool,
    cut: Arc<AtomicBool>,
    word: String,
    /// Whether the person lets others see it.
    announces: bool,
    near: Place,
    far: Place,
    far_marks: Option<FarMarks>,
    backoff: Duration,
}

impl Keeper {
    fn go_on(mut self, stopped: &Receiver<()>) {
        loop {
            self.beside();
            self.elsewhere();
            self.publish();
            match stopped.recv_timeout(NEAR) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return self.leave(),
            }
        }
    }

    fn mark(&self) -> String {
        let here = Here {
            who: self.shared.by.clone(),
            incident: self.shared.place.id.clone(),
        };
        let (word, at) = (self.word.clone(), self.shared.clock.now());
        Mark { word, here, at }.name()
    }

    /// The consoles on this working tree.
    fn beside(&mut self) {
        let marks = self.shared.repository.marks();
        if self.announces && Place::is_due(self.near.beats) {
            self.near.beats = Some(Instant::now() + BEAT);
            let mark = self.mark();
            match marks.set(&mark, &self.near.instead()) {
                Ok(()) => self.near.own = Some(mark),
                Err(error) => log::info!("the mark of this console cannot be set: {}", error.kind()),
            }
        }
        let now = self.shared.clock.now();
        (self.near.here, self.near.dead) = self.near.seen.take(marks.list(), now, OLD.0);
    }

    /// The consoles of other clones, while the exchange with the remote works: one that refuses is not asked by the way.
    fn elsewhere(&mut self) {
        let works = matches!(self.shared.core().sync.phase, Phase::Good | Phase::Elsewhere);
        if !self.online || !works || !(Place::is_due(self.far.looks) || Place::is_due(self.far.beats)) {
            return;
        }
        if self.far_marks.is_none() {
            let git = git(&self.shared.repository).until(Arc::clone(&self.cut));
            match FarMarks::of(git) {
                Ok(Some(marks)) => self.far_marks = Some(marks),
                Ok(None) | Err(_) => return self.put_off(),
            }
        }
        let Some(marks) = &self.far_marks else { return };
        if self.announces && Place::is_due(self.far.beats) {
            let mark = self.mark();
            match marks.set(&mark, &self.far.instead()) {
                Ok(()) => {
                    self.far.own = Some(mark);
                    self.far.beats = Some(Instant::now() + FAR_BEAT);
                }
                Err(trouble) => {
                    log::info!(
                        "{}: no mark at the remote, {}",
                        self.shared.place.id,
                        Class::of(&trouble).kind()
                    );
                    // One that takes no such refs takes none the next time.
                    self.announces &= !matches!(Class::of(&trouble), Class::Refused | Class::Auth);
                    return self.put_off();
                }
            }
        }
        if Place::is_due(self.far.looks) {
            let Ok(names) = marks.list() else { return self.put_off() };
            self.far.looks = Some(Instant::now() + if marks.is_near() { NEAR } else { FAR });
            let now = self.shared.clock.now();
            (self.far.here, self.far.dead) = self.far.seen.take(names, now, OLD.1);
        }
        self.backoff = FAR;
    }

    fn put_off(&mut self) {
        let later = Some(Instant::now() + self.backoff);
        (self.far.looks, self.far.beats) = (later, later);
        self.backoff = (self.backoff * 2).min(BACKOFF);
        self.far_marks = None;
    }

    /// Tells the screen who else is here.
    fn publish(&self) {
        let others = self.near.here.iter().chain(&self.far.here);
        let others = others.filter(|mark| mark.word != self.word && mark.here.incident == self.shared.place.id);
        let here = people_in(others.cloned());
        let mut core = self.shared.core();
        if *core.here != here {
            core.here = here.into();
            core.publish();
        }
    }

    fn leave(self) {
        if let Some(own) = &self.near.own {
            self.shared.repository.marks().remove(own);
        }
        if let (Some(marks), Some(own)) = (&self.far_marks, &self.far.own)
            && self.shared.core().sync.phase == Phase::Good
        {
            // Where that takes too long, the mark grows old by itself.
            let _ = marks.remove(git(&self.shared.repository), own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(word: &str, who: &str, incident: &str, at: i64) -> Mark {
        Mark {
            word: word.into(),
            here: Here {
                who: who.into(),
                incident: incident.into(),
            },
            at: Time::from_millis(at * 1000),
        }
    }

    #[test]
    fn a_mark_says_who_and_what_and_nothing_else_is_one() {
        for who in ["kim", "Ana María", "k.lee@corp.example", "日本", "..", "a/b.lock", "_"] {
            let made = mark("abcdefgh", who, "INC-2026-0042", 1_800_000_000);
            let name = made.name();
            assert!(
                name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) && !name.contains(".."),
                "{name}"
            );
            assert_eq!(Mark::read(&name), Some(made), "{name}");
        }
        let long = mark("a", &"日".repeat(400), "I-1", 5).name();
        assert!(long.len() < 200 && Mark::read(&long).is_some(), "{long}");
        for bad in [
            "",
            "x",
            "1.a.b.c",
            "2.a.kim.I.5",
            "1.a.kim.I.5.6",
            "1.a..I.5",
            "1.a.kim.I.now",
            "1.a._zz.I.5",
            "1.a._f.I.5",
            "1.a._ff.I.5",
            "1.a.kim.I.9223372036854775807",
            &format!("1.a.{}.I.5", "k".repeat(1000)),
            "1.a/b.kim.I.5",
        ] {
            assert_eq!(Mark::read(bad), None, "{bad}");
        }
        // What would move a cursor is shown, not obeyed.
        assert_eq!(Mark::read("1.a._1b_5bA.I.5").unwrap().here.who, "␛[A");
    }

    #[test]
    fn who_renews_a_mark_is_here_whatever_the_clock_says() {
        let now = Time::from_millis(1_800_000_000_000);
        let at = now.millis() / 1000;
        let (fresh, old, dead) = (
            mark("a", "kim", "I", at - 30),
            mark("b", "lee", "I", at - 100),
            mark("c", "zoe", "I", at - 90_000),
        );
        let names = |marks: &[&Mark]| marks.iter().map(|mark| mark.name()).collect::<Vec<_>>();
        let mut seen = Seen::default();
        let (here, gone) = seen.take(names(&[&fresh, &old, &dead]), now, 70);
        assert_eq!((here, gone), (vec![fresh.clone()], vec![dead.name()]));
        let (here, _) = seen.take(names(&[&fresh, &old, &dead]), now, 70);
        assert_eq!(
            here,
            std::slice::from_ref(&fresh),
            "what was old is not fresh by being seen again"
        );
        // A clock an hour behind: its mark changes before our eyes.
        let slow = mark("d", "ana", "I", at - 3600);
        let (here, _) = seen.take(names(&[&fresh, &slow]), now, 70);
        assert_eq!(here, [fresh, slow]);
    }

    #[test]
    fn a_person_with_two_consoles_is_one() {
        let marks = [
            mark("a", "kim", "I", 1),
            mark("b", "Kim", "I", 1),
            mark("c", "kim", "J", 1),
        ];
        let people = people_in(marks.into_iter());
        assert_eq!(
            people.iter().map(|one| one.incident.as_str()).collect::<Vec<_>>(),
            ["I", "J"]
        );
    }
}
