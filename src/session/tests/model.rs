//! The law that what was read is kept: two consoles, verbs and an editor with old buffers do anything in any order to one
//! file. Whatever stood there when one of us looked is in the file at the end, and no correction that was read is undone by an old buffer.

use std::io::Read;

use proptest::prelude::*;

use super::super::*;
use super::support::*;
use crate::document::Document;

#[derive(Clone, Debug)]
enum Step {
    /// A console logs a line.
    Log(usize),
    /// A verb logs a line, and ends.
    Verb,
    /// A verb or a console of another process logs a line, and is killed at a point of its save, if it comes to that.
    Dies { watch: bool, point: &'static str },
    /// A console dies, with all that it has in memory only, at once or when it has come to rest; another is opened in its place.
    Killed { who: usize, rested: bool },
    /// Another holds the lock, or lets go of it.
    Lock(bool),
    /// An editor appends an event, with an id or without, to a buffer that it read so many saves ago, and saves it.
    Append { id: bool, back: usize, how: Save },
    /// An editor corrects what it wrote last, in the file as it is.
    Correct(Save),
    /// A console looks at the file.
    Look(usize),
    /// A console waits until all of its own is on the disk; nothing while the lock is held.
    Flush(usize),
}

/// Where a process is killed, in the order in which it comes there.
const POINTS: [&str; 16] = [
    "save.journaled",
    "save.locked",
    "save.composed",
    "write.temp",
    "write.data",
    "write.sync",
    "write.exchange",
    "write.swap",
    "write.compare",
    "write.folder",
    "save.synced",
    "save.settled",
    "base.write",
    "base.written",
    "save.answered",
    "nowhere",
];

/// How an editor saves.
#[derive(Clone, Copy, Debug)]
enum Save {
    Rename,
    InPlace,
    Backup,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let save = || prop_oneof![Just(Save::Rename), Just(Save::InPlace), Just(Save::Backup)];
    let step = prop_oneof![
        3 => (0..2_usize).prop_map(Step::Log),
        2 => Just(Step::Verb),
        1 => (any::<bool>(), proptest::sample::select(&POINTS[..])).prop_map(|(watch, point)| Step::Dies { watch, point }),
        2 => (0..2_usize, any::<bool>()).prop_map(|(who, rested)| Step::Killed { who, rested }),
        2 => any::<bool>().prop_map(Step::Lock),
        4 => (any::<bool>(), prop_oneof![2 => Just(0), 1 => 1..6_usize], save())
            .prop_map(|(id, back, how)| Step::Append { id, back, how }),
        2 => save().prop_map(Step::Correct),
        3 => (0..2_usize).prop_map(Step::Look),
        2 => (0..2_usize).prop_map(Step::Flush),
    ];
    proptest::collection::vec(step, 4..28)
}

struct Model {
    consoles: Vec<Session>,
    lock: Option<std::fs::File>,
    /// What the editor has read.
    buffers: Vec<String>,
    /// Words that a console has read in the file, or that it or a verb was given by its person.
    read: Vec<String>,
    /// Corrections: the wrong words, the right ones, and whether a console knew them when all that it had read was kept. (Of two states
    /// that stood in the file for a moment only, another console may have seen the later one first: then the earlier one is told as an
    /// edit, and the words of both are kept.)
    corrections: Vec<(String, String, bool)>,
    /// What the editor wrote last with an id.
    last: Option<String>,
    words: usize,
    room: Room,
}

impl Model {
    fn new() -> Self {
        let room = room();
        Self {
            consoles: vec![room.open("ann", true), room.open("bob", true)],
            lock: None,
            buffers: vec![room.text()],
            read: Vec::new(),
            corrections: Vec::new(),
            last: None,
            words: 0,
            room,
        }
    }

    fn word(&mut self) -> String {
        self.words += 1;
        format!("word{:03}", self.words)
    }

    /// The file when nobody is just putting it in place.
    fn whole(&self) -> String {
        let mut text = String::new();
        until("a whole file", || {
            text = std::fs::read_to_string(self.room.path()).unwrap_or_default();
            text.contains("\n# end of ")
        });
        text
    }

    fn save(&self, how: Save, text: &str) {
        let path = self.room.path();
        match how {
            Save::Rename => self.room.editor_saves(text),
            Save::InPlace => std::fs::write(path, text).unwrap(),
            Save::Backup => {
                // One of ours may be exchanging it at this moment.
                let _ = std::fs::rename(path, path.with_file_name("incident.yaml~"));
                std::fs::write(path, text).unwrap();
            }
        }
    }

    /// Waits until all that a console has read is kept on the disk.
    fn comes_to_rest(&self, console: &Session) {
        let site = self.room.repository.site(&self.room.place);
        let unrest = || {
            let kept = std::fs::read_to_string(site.base_path()).unwrap_or_default();
            let disk = console.shared.disk();
            let lacks = Document::parse(&kept).map_or(true, |kept| {
                crate::merge::take_back(&kept, &disk.base).text() != kept.text()
            });
            let pending = console.shared.core().pending.len();
            let waiting: Vec<_> = disk.waiting.iter().map(|seen| (seen.ours, seen.stat)).collect();
            let seen = console.shared.sightings.any();
            (lacks || pending > 0 || !waiting.is_empty() || seen).then(|| {
                let base = disk.base.text();
                let trouble = &disk.trouble;
                let machine = console.shared.core().machine;
                format!("pending {pending}, {machine:?}, waiting {waiting:?}, seen {seen}, {trouble:?}, lacks {lacks}\nkept\n{kept}\nknown\n{base}")
            })
        };
        let began = std::time::Instant::now();
        while let Some(unrest) = unrest() {
            assert!(began.elapsed() < LONG, "not at rest: {unrest}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Log(who) => {
                let word = self.word();
                self.consoles[who].apply(log(&*word)).unwrap();
                self.read.push(word);
            }
            Step::Verb if self.lock.is_none() => {
                let word = self.word();
                let verb = self.room.open("verb", false);
                verb.apply(log(&*word)).unwrap();
                verb.flush(LONG).unwrap();
                drop(verb);
                self.read.push(word);
            }
            Step::Dies { watch, point } if self.lock.is_none() => {
                let word = self.word();
                let task = if watch { "console" } else { "log" };
                let mut child = child(&self.room, &format!("{task} {word}"), &format!("{point}:kill"));
                let mut said = String::new();
                child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
                child.wait().unwrap();
                if said.contains("ACK") {
                    self.read.push(word);
                }
            }
            Step::Killed { who, rested } => {
                let console = &self.consoles[who];
                let rested = rested && self.lock.is_none();
                if rested {
                    self.comes_to_rest(console);
                }
                let by = console.shared.by.clone();
                self.consoles.remove(who).kill();
                let room = &self.room;
                if !rested {
                    // What it alone had, and had no time to write anywhere, went with it.
                    let on_disk = everything(room.dir.path());
                    let other = shown(&self.consoles[0]);
                    let is_kept = |word: &String| on_disk.contains(word.as_str()) || other.contains(word);
                    self.read.retain(is_kept);
                    for (_, new, seen) in &mut self.corrections {
                        *seen &= is_kept(new);
                    }
                }
                self.consoles.insert(who, room.open(&by, true));
            }
            Step::Lock(true) if self.lock.is_none() => {
                let path = self.room.repository.site(&self.room.place).lock_path();
                let file = std::fs::File::options()
                    .write(true)
                    .create(true)
                    .truncate(false)
                    .open(path);
                let file = file.unwrap();
                if rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok() {
                    self.lock = Some(file);
                }
            }
            Step::Lock(false) => self.lock = None,
            Step::Append { id, back, how } => {
                let now = self.whole();
                self.buffers.push(now);
                let buffer = &self.buffers[self.buffers.len().saturating_sub(1 + back)].clone();
                let word = self.word();
                let text = if id {
                    self.last = Some(word.clone());
                    Room::with_event(buffer, &format!("e{}", &word[1..]), &word)
                } else {
                    let end = buffer.rfind("# end of").unwrap();
                    format!("{}- text: {word}\n{}", &buffer[..end], &buffer[end..])
                };
                self.save(how, &text);
            }
            Step::Correct(how) => {
                let now = self.whole();
                let Some(old) = self.last.take() else { return };
                if !now.contains(&format!("text: {old}\n")) || !self.read.contains(&old) {
                    return;
                }
                let new = self.word();
                self.save(how, &now.replace(&format!("text: {old}\n"), &format!("text: {new}\n")));
                self.corrections.push((old, new, false));
            }
            Step::Look(who) => {
                let before = self.whole();
                self.consoles[who].shared.look(true);
                if before == self.whole() && Document::parse(&before).is_ok() {
                    let words = before
                        .match_indices("text: word")
                        .map(|(at, _)| before[at + 6..at + 13].to_owned());
                    self.read.extend(words);
                }
            }
            Step::Flush(who) if self.lock.is_none() => {
                let console = &self.consoles[who];
                console.flush(LONG).unwrap();
                self.comes_to_rest(console);
                let known = console.shared.disk().base.text().to_owned();
                for (_, new, seen) in &mut self.corrections {
                    *seen |= known.contains(&format!("\n  text: {new}\n"));
                }
            }
            Step::Verb | Step::Dies { .. } | Step::Lock(true) | Step::Flush(_) => {}
        }
    }

    /// What is missing or undone.
    fn wrong(&self) -> Vec<String> {
        let text = self.whole();
        let lost = self.read.iter().filter(|word| !text.contains(word.as_str()));
        let undone = self
            .corrections
            .iter()
            .filter(|(old, _, seen)| *seen && text.contains(&format!("\n  text: {old}\n")));
        lost.map(|word| format!("{word} is lost"))
            .chain(undone.map(|(old, new, _)| format!("{old} is back for {new}")))
            .collect()
    }
}

/// All that stands in any file below a folder, but an editor's own backups.
fn everything(folder: &std::path::Path) -> String {
    let mut found = String::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            found += &everything(&entry.path());
        } else if !entry.file_name().to_string_lossy().ends_with('~') {
            found += &String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap_or_default());
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 60, ..crate::trials::cases(32) })]

    #[test]
    fn what_was_read_is_kept(steps in steps()) {
        let mut model = Model::new();
        for step in &steps {
            model.take(step);
        }
        model.lock = None;
        // Who comes next takes up what the dead left.
        model.consoles.push(model.room.open("cho", true));
        for console in &model.consoles {
            console.shared.look(true);
            console.flush(LONG).unwrap();
        }
        let began = std::time::Instant::now();
        while !model.wrong().is_empty() && began.elapsed() < LONG {
            std::thread::sleep(Duration::from_millis(2));
        }
        prop_assert!(model.wrong().is_empty(), "{:#?}\n{}", model.wrong(), model.whole());
        let file = Document::parse(&model.whole());
        prop_assert!(file.is_ok(), "{file:?}");
    }
}
