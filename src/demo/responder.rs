//! One responder of the story, in a process of its own: an ordinary session on the ordinary store, playing its beats.

use std::io::{BufRead, stdin};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::act::wanted;
use super::folder::Folder;
use super::story::{Beat, Story};
use crate::git::Driver;
use crate::incident::Time;
use crate::session::{Open, Session, SystemClock};
use crate::store::Repository;

/// Longest that leaving waits for the disk.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a responder waits for what has to come first, before going on with the next beat; then it is tried again beside that. At
/// pace 1; at a faster one what is waited for comes sooner, but for the time that git needs.
const WAIT: Duration = Duration::from_secs(15);
/// The least of it.
const LEAST: Duration = Duration::from_secs(3);
/// How long what was put off is still tried once the part is over, and how often.
const REST: (Duration, Duration) = (Duration::from_secs(120), Duration::from_millis(500));

/// What a responder is started with.
#[derive(Debug)]
pub struct Responder {
    /// Who it is.
    pub who: String,
    /// The demonstration's folder.
    pub folder: Folder,
    /// How much faster than life the story goes.
    pub pace: f64,
    /// Whether the folder stays when the viewer is gone.
    pub keep: bool,
}

/// What the viewer's process says.
enum Word {
    Begin(Time),
    /// It ends in good order, and removes the folder itself.
    Bye,
    /// It is gone without a word.
    Gone,
}

impl Responder {
    /// The responder that its process was started as; `None` where that folder is none of a demonstration's.
    pub fn new(who: String, folder: &Path, pace: f64, keep: bool) -> Option<Self> {
        Some(Self {
            who,
            folder: Folder::existing(folder)?,
            pace: if pace.is_finite() { pace.clamp(0.1, 1000.0) } else { 1.0 },
            keep,
        })
    }

    /// Plays until the story or the viewer ends. Then, where the viewer was killed, sees to the folder.
    pub fn run(self) -> Result<(), String> {
        let (sender, words) = channel();
        // Ends with the process: it waits for the pipe, which nothing else can interrupt.
        std::thread::spawn(move || listen(&sender));
        let played = self.play(&words);
        if matches!(played, Ok(Word::Gone)) && !self.keep {
            // The others do the same; whoever is last finds nothing left.
            self.folder.remove(PATIENCE).map_err(|error| error.to_string())?;
        }
        played.map(|_| ())
    }

    fn play(&self, words: &Receiver<Word>) -> Result<Word, String> {
        let opening = match words.recv() {
            Ok(Word::Begin(opening)) => opening,
            Ok(word) => return Ok(word),
            Err(_) => return Ok(Word::Gone),
        };
        let began = Instant::now();
        let clone = self.folder.clone_of(&self.who);
        let repository = Repository::discover(&clone).map_err(|error| error.to_string())?;
        let places = repository.incidents().map_err(|error| error.to_string())?;
        let place = places.into_iter().next().ok_or("there is no incident")?;
        let session = Session::open(Open {
            repository: &repository,
            place,
            by: self.who.clone(),
            clock: Arc::new(SystemClock),
            watch: true,
        });
        let mut session = session.map_err(|error| error.to_string())?;
        session.start_sync(Driver::here(), true);
        let story = Story::load(&session.snapshot().incident.framework, opening)?;
        let mut put_off: Vec<&Beat> = Vec::new();
        for (t, step) in self.part(&story) {
            let mut due = began + Duration::from_secs_f64(t / self.pace);
            let late = due.max(Instant::now()) + WAIT.div_f64(self.pace.max(1.0)).max(LEAST);
            loop {
                match words.recv_timeout(due.saturating_duration_since(Instant::now())) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(Word::Begin(_)) => continue,
                    Ok(word) => return leave(&session, word),
                    Err(RecvTimeoutError::Disconnected) => return leave(&session, Word::Gone),
                }
                put_off.retain(|beat| !act(&session, &story, beat, &self.who));
                let done = match step {
                    Step::Act(beat) => act(&session, &story, beat, &self.who),
                    Step::Online(online) => {
                        session.set_online(online);
                        true
                    }
                };
                // What somebody else has to do first may still be on its way here.
                if done {
                    break;
                }
                if Instant::now() > late {
                    if let Step::Act(beat) = step {
                        put_off.push(beat);
                    }
                    break;
                }
                due = Instant::now() + Duration::from_millis(100);
            }
        }
        let until = Instant::now() + REST.0;
        while !put_off.is_empty() && Instant::now() < until {
            match words.recv_timeout(REST.1) {
                Err(RecvTimeoutError::Timeout) | Ok(Word::Begin(_)) => {}
                Ok(word) => return leave(&session, word),
                Err(RecvTimeoutError::Disconnected) => return leave(&session, Word::Gone),
            }
            put_off.retain(|beat| !act(&session, &story, beat, &self.who));
        }
        // The part is over. The session stays open, so that what others do still comes in, and waits for the viewer.
        leave(&session, Word::Bye)?;
        loop {
            match words.recv() {
                Ok(Word::Begin(_)) => {}
                Ok(word) => return Ok(word),
                Err(_) => return Ok(Word::Gone),
            }
        }
    }
}

/// Something that a responder does at a time.
enum Step<'s> {
    /// A beat of the story.
    Act(&'s Beat),
    /// The network comes back, or goes.
    Online(bool),
}

impl Responder {
    /// What this responder does, in order.
    fn part<'s>(&self, story: &'s Story) -> Vec<(f64, Step<'s>)> {
        let beats = story.beats.iter().filter(|beat| beat.t >= 0.0 && beat.who == self.who);
        let mut steps: Vec<(f64, Step)> = beats.map(|beat| (beat.t, Step::Act(beat))).collect();
        for gone in story.offline.iter().filter(|gone| gone.who == self.who) {
            steps.push((gone.from, Step::Online(false)));
            steps.push((gone.until, Step::Online(true)));
        }
        steps.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        steps
    }
}

/// Does what the beat says, if it makes sense by now; whether it did. A refusal is the framework's or the viewer's say.
fn act(session: &Session, story: &Story, beat: &Beat, me: &str) -> bool {
    use crate::session::Clock;
    let snapshot = session.snapshot();
    let derived = snapshot.framework.derive(&snapshot.incident, SystemClock.now());
    wanted(&beat.change, &snapshot.incident, &derived, &story.cast, me)
        .is_some_and(|change| session.apply(change).is_ok())
}

fn leave(session: &Session, word: Word) -> Result<Word, String> {
    match session.flush(PATIENCE) {
        Err(error) if !matches!(word, Word::Gone) => Err(error.to_string()),
        _ => Ok(word),
    }
}

/// Reads what the viewer's process says until it ends.
fn listen(words: &Sender<Word>) {
    for line in stdin().lock().lines() {
        let Ok(line) = line else { break };
        let word = match line.split_once(' ') {
            Some(("begin", millis)) => millis.parse().ok().map(|millis| Word::Begin(Time::from_millis(millis))),
            _ => (line == "bye").then_some(Word::Bye),
        };
        let bye = matches!(word, Some(Word::Bye));
        if word.is_some_and(|word| words.send(word).is_err()) || bye {
            return;
        }
    }
    let _ = words.send(Word::Gone);
}
