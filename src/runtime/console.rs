//! The loop: one biased select over signals, keys, snapshots and the clock; what is there is drained, then drawn once.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ratatui::Terminal;
use rustix::process::Signal as Number;
use tokio::sync::mpsc;

use super::alarm::Alarm;
use super::clock::next_second;
use super::editor;
use super::effects::{After, Next, Remember, carry_out, hook_failed, hook_held};
use super::keys::{Input, Keys};
use super::panic::PanicGuard;
use super::screen::Screen;
use super::signals::{Asked, Signals};
use super::terminal::{Guard, give_back, size};
use super::watch::{Follow, follow};
use super::{Ended, Start, looks};
use crate::app::{
    BoardEntry, Geometry as _, Message, Model, Mouse, Outcome, Outgoing, Permit, Screen as AppScreen, Size, update,
};
use crate::incident::Time;
use crate::sending::observe::{Observer, Standing};
use crate::session::{Clock, Listed, Listing, Saving, Session};
use crate::ui::{self, layout::Areas};

/// So many incidents are looked at as the console opens, to say which others are open; more only where the board is shown.
const FEW: usize = 50;

/// How old what is known of the other incidents gets while the console is looked at or typed in.
const OTHERS: Duration = Duration::from_secs(15);

/// How soon the board shows an incident that is declared while one looks at it.
const PEEK: Duration = Duration::from_secs(2);

/// How long after the question a terminal's answer may come where the console is left at once.
const ANSWERING: Duration = Duration::from_millis(120);

struct Console {
    model: Model,
    /// Where everything is on the screen.
    areas: Areas,
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
    /// Why syncing last had to stop.
    trouble: Option<String>,
    /// Keeps what is chosen for the next console.
    remember: Arc<dyn Fn(Remember) + Send + Sync>,
    /// Whether it was said that the person's program may not run.
    told_of_hook: bool,
    /// When the terminal was asked for its background.
    asked: Option<Instant>,
    /// Whether it answered.
    heard_background: bool,
    /// Tells how the messages of hooks stand.
    _observer: Observer,
    /// Follows the person's configuration.
    _follow: Option<Follow>,
    terminal: Terminal<Screen>,
    guard: Guard,
    /// The half-typed line to keep once the frame is painted.
    keep: Option<String>,
    /// The text to be edited outside, once this turn is done.
    edit: Option<String>,
    /// Folder for that text: the person's own.
    own: std::path::PathBuf,
    leaving: bool,
    /// The incident that is wanted instead of this one.
    next: Option<Next>,
    /// Where goes what was looked for on another thread.
    finds: mpsc::Sender<Message>,
    /// Whether such a look is under way.
    looking: Arc<AtomicBool>,
    /// What the last one found.
    listed: Arc<Mutex<Listing>>,
    /// When it was looked last whether there are others now.
    peeked: Instant,
    /// When it began to look at them last.
    looked: Instant,
    /// Whether the runbooks are being read.
    reading: bool,
    /// When it came back from a suspension of its own.
    resumed: Option<Instant>,
}

/// Shows the incident until the person leaves; returns the incident that is wanted next, if one is.
pub(super) async fn show<E>(
    start: Start,
    session: Arc<Session>,
    panics: &PanicGuard,
) -> Result<Option<Next>, Ended<E>> {
    let mut signals = Signals::take().map_err(Ended::Terminal)?;
    let mut snapshots = session.subscribe();
    let (finds, mut found) = mpsc::channel(4);
    let mut console = Console::open(start, session, finds).map_err(Ended::Terminal)?;
    console.paint().map_err(Ended::Terminal)?;
    // The first frame is there: what is needed for all that follows comes behind it.
    let mut inputs = Keys::listen().map_err(Ended::Terminal)?;
    console.ask_background().map_err(Ended::Terminal)?;
    if let Some(draft) = console.session.draft() {
        console.take(Message::Draft(draft));
    }
    let on_board = console.model.screen == AppScreen::Board;
    console.look_around(if on_board { usize::MAX } else { FEW });
    console.read_runbooks();
    let mut alarm = Alarm::new().map_err(Ended::Terminal)?;
    let mut publishing = true;
    loop {
        console.paint().map_err(Ended::Terminal)?;
        let counting = console.model.wants_tick();
        let (second, wait) = next_second(console.clock.now());
        tokio::select! {
            biased;
            asked = signals.next() => match asked {
                Asked::End(number) => return Err(Ended::Signal(number)),
                Asked::Continue => console.continued().map_err(Ended::Terminal)?,
                Asked::Resize => console.resized(),
            },
            input = inputs.next() => console.input(input)?,
            changed = snapshots.changed(), if publishing => publishing = changed.is_ok(),
            Some(message) = found.recv() => {
                console.reading &= !matches!(message, Message::Library(_));
                console.take(message);
            }
            rung = alarm.at(second, wait), if counting => rung.map_err(Ended::Terminal)?,
        }
        for said in panics.news() {
            console.take(Message::Say(said, true));
        }
        while let Some(input) = inputs.waiting() {
            console.input(Some(input))?;
        }
        snapshots.mark_unchanged();
        console.catch_up();
        if counting {
            console.take(Message::Tick);
        }
        console.look_again();
        if let Some(text) = console.edit.take() {
            // Nothing but the editor reads the terminal meanwhile.
            drop(inputs);
            console.edit_outside(&text).map_err(Ended::Terminal)?;
            inputs = Keys::listen().map_err(Ended::Terminal)?;
        }
        if console.leaving {
            console.farewell().map_err(Ended::Terminal)?;
            return Ok(console.next.take());
        }
    }
}

impl Console {
    fn open(start: Start, session: Arc<Session>, finds: mpsc::Sender<Message>) -> io::Result<Self> {
        let guard = Guard::take()?;
        let found = size();
        let Ok(terminal) = Terminal::new(Screen::new(found));
        let cells = Size {
            width: found.width,
            height: found.height,
        };
        let mut model = Model::new(session.snapshot(), start.me, start.clock.now(), cells, start.settings);
        session.overdue(model.overdue());
        model.go_by(start.keymap);
        model.start_on(start.screen, start.seat);
        if !start.problems.is_empty() {
            let more = if start.problems.len() > 1 { " (! lists all)" } else { "" };
            let said = Message::Say(format!("{}{more}", crate::app::in_brief(&start.problems[0])), true);
            update(&mut model, start.clock.now(), said);
        }
        model.problems = start.problems;
        let observer = observe(&session, &start.clock, finds.clone());
        Ok(Self {
            model,
            areas: Areas::default(),
            session,
            clock: start.clock,
            asked: None,
            heard_background: false,
            _observer: observer,
            _follow: start.config.map(|config| follow(config, finds.clone())),
            remember: start.remember,
            told_of_hook: false,
            terminal,
            guard,
            keep: None,
            edit: None,
            own: start.reports.with_file_name("editing"),
            leaving: false,
            next: None,
            finds,
            looking: Arc::default(),
            listed: Arc::default(),
            peeked: Instant::now(),
            looked: Instant::now(),
            reading: false,
            resumed: None,
            trouble: None,
        })
    }

    /// Draws, if something visible changed, and writes the frame; then keeps the half-typed line.
    fn paint(&mut self) -> io::Result<()> {
        if self.model.take_dirty() {
            // Laid out once a turn: what is drawn, what a page is, and what a click hits all go by it.
            self.areas = ui::layout::areas(&self.model);
            self.model.settle(&self.areas);
            let (model, areas) = (&self.model, &self.areas);
            let Ok(_) = self.terminal.draw(|frame| ui::draw_in(model, areas, frame));
            let frame = self.terminal.backend_mut().take();
            self.guard.write(frame.as_bytes())?;
        }
        if let Some(line) = self.keep.take() {
            self.session.keep_draft(&line);
        }
        Ok(())
    }

    fn input<E>(&mut self, input: Option<Input>) -> Result<(), Ended<E>> {
        match input {
            Some(Input::Message(Message::Burst(keys))) => {
                for message in self.model.meant(keys) {
                    self.take(message);
                }
                Ok(())
            }
            Some(Input::Message(message)) => {
                failpoint(&message);
                self.heard_background |= matches!(message, Message::Background(_));
                self.take(message);
                Ok(())
            }
            Some(Input::Mouse(what, x, y)) => {
                let hit = self.areas.hit(x, y);
                self.take(Message::Mouse(Mouse { what, hit }));
                Ok(())
            }
            Some(Input::Broken(error)) => Err(Ended::Terminal(error)),
            // A terminal that is gone is a window that was closed.
            Some(Input::Failed) => panic!("keys cannot be read any more"), // Not deaf without a word: with a report.
            Some(Input::Closed) | None => Err(Ended::Signal(Number::HUP.as_raw())),
        }
    }

    /// Takes what the session has that the model has not.
    fn catch_up(&mut self) {
        let snapshot = self.session.snapshot();
        if snapshot.revision != self.model.snapshot.revision {
            self.take(Message::Snapshot(snapshot));
        }
        let trouble = self.model.snapshot.sync.trouble().map(|trouble| trouble.why.clone());
        let is_new = trouble.is_some() && trouble != self.trouble;
        self.trouble = trouble;
        if let Some(said) = hook_held().filter(|_| !std::mem::replace(&mut self.told_of_hook, true)) {
            self.take(Message::Say(said, true));
        }
        // Whatever a program that failed has done to the screen, it is not left so.
        if hook_failed() || is_new {
            self.afresh();
        }
    }

    /// A message into the model, and what comes of it, until nothing more does.
    fn take(&mut self, message: Message) {
        let mut queue = VecDeque::from([message]);
        while let Some(message) = queue.pop_front() {
            let now = self.clock.now();
            for effect in update(&mut self.model, now, message) {
                match carry_out(&self.session, self.model.settings.notify_with, effect) {
                    After::Nothing => {}
                    After::Message(message) => {
                        // What was applied is in the session's newest state already: one frame shows both.
                        let snapshot = self.session.snapshot();
                        if snapshot.revision != self.model.snapshot.revision {
                            queue.push_back(Message::Snapshot(snapshot));
                        }
                        queue.push_back(message);
                    }
                    After::Bytes(bytes) => drop(self.guard.write(bytes.as_bytes())),
                    After::Keep(line) => self.keep = Some(line),
                    After::Edit(text) => self.edit = Some(text),
                    After::Redraw => self.afresh(),
                    After::Suspend => {
                        // A terminal that fails here fails at the next frame too, and ends the loop.
                        let _ = self.guard.suspend();
                        self.resumed = Some(Instant::now());
                        self.session.refresh();
                        self.afresh();
                    }
                    After::Remember(what) => (self.remember)(what),
                    After::FindZone(name) => self.find_zone(name),
                    After::SearchAll(words) => self.search_all(words),
                    After::Close(action, changes) => self.aside("close", move |session| {
                        let results = changes.into_iter().map(|change| session.close_reviewed(change));
                        let results = results.collect();
                        Message::Outcome(Outcome { action, results })
                    }),
                    After::Permit(asked) => self.aside("permits", move |session| {
                        let said = permitted(session, asked);
                        Message::Permissions(session.may_run(), said)
                    }),
                    After::FindSimilar(shown) => {
                        self.aside("similar", move |session| Message::Similar(session.similar(), shown));
                    }
                    After::LookAround => self.look_around(usize::MAX),
                    After::ReadRunbooks => self.read_runbooks(),
                    After::Open(next) => {
                        self.next = Some(next);
                        self.leaving = true;
                    }
                    After::Quit => self.leaving = true,
                }
            }
        }
    }

    /// Lets the person's editor have the terminal until it ends, and takes over what it saved.
    fn edit_outside(&mut self, text: &str) -> io::Result<()> {
        // What was typed so far is on disk, whatever becomes of the editor.
        if let Some(line) = self.keep.take() {
            self.session.keep_draft(&line);
        }
        give_back();
        let edited = editor::edit(&self.own, text);
        self.guard.retake()?;
        self.session.refresh();
        self.afresh();
        self.take(Message::Edited(edited));
        Ok(())
    }

    /// Looks at the incidents of the repository, where there are not more than `most`, on a thread of its own; one look at a time.
    fn look_around(&mut self, most: usize) {
        self.look(most, |_, _| true);
    }

    /// Looks at them anew where that may be something else: on the board soon where others are there, and after a while where their
    /// files have changed; elsewhere after a while, so that another one is told in the header.
    fn look_again(&mut self) {
        let due = self.looked.elapsed() >= OTHERS;
        if self.model.screen != AppScreen::Board {
            if due {
                self.look_around(FEW);
            }
        } else if self.peeked.elapsed() >= PEEK {
            let looked = self.looked;
            self.look(usize::MAX, move |before, now| {
                before.ids != now.ids || due && before.files != now.files
            });
            if !due {
                self.looked = looked;
            }
        }
    }

    /// Looks at them where `wanted` says so of what was there before and what is there now.
    fn look(&mut self, most: usize, wanted: impl FnOnce(Listing, Listing) -> bool + Send + 'static) {
        if self.looking.swap(true, Ordering::AcqRel) {
            return;
        }
        (self.looked, self.peeked) = (Instant::now(), Instant::now());
        let (looking, listed) = (Arc::clone(&self.looking), Arc::clone(&self.listed));
        let (session, finds) = (Arc::clone(&self.session), self.finds.clone());
        let (me, now) = (self.model.me.clone(), self.clock.now());
        let ((asked, kind), offset) = (self.model.board_query(), self.offset());
        let look = move || {
            let now_there = session.listing();
            let mut known = listed.lock().unwrap_or_else(PoisonError::into_inner);
            if !wanted(*known, now_there) {
                return;
            }
            *known = now_there;
            drop(known);
            session.note_seen();
            if let Some(framework) = session.team_framework() {
                let _ = finds.blocking_send(Message::Team(framework));
            }
            let mut all = Vec::new();
            let mut entry = |one: &Listed| all.push(BoardEntry::of(one, &me, now));
            // As the console opens only the list is wanted.
            if most < usize::MAX {
                session.each_incident(most, entry);
                let _ = finds.blocking_send(Message::Board(all.into()));
                return;
            }
            let looked = session.look(&asked, kind, offset, &mut entry).map(Box::new);
            let _ = finds.blocking_send(Message::Board(all.into()));
            let _ = finds.blocking_send(Message::Looked(asked, looked));
        };
        let run = move || {
            look();
            looking.store(false, Ordering::Release);
        };
        // Without a thread there is no board, and the incident goes on.
        if std::thread::Builder::new().name("board".into()).spawn(run).is_err() {
            self.looking.store(false, Ordering::Release);
        }
    }

    /// Asks the terminal for its background. The answer comes among the keys, or never; nothing waits for it.
    fn ask_background(&mut self) -> io::Result<()> {
        if !self.model.settings.color || !looks::may_be_asked() {
            return Ok(());
        }
        self.asked = Some(Instant::now());
        self.guard.write(looks::QUESTION.as_bytes())
    }

    /// Looks a zone up, on a thread of its own, since its rules are on the disk.
    fn find_zone(&self, name: String) {
        self.aside("zone", move |_| {
            let zone = crate::config::zone(&name);
            Message::Zone(name, zone)
        });
    }

    /// Seconds that the person's times are ahead of UTC.
    fn offset(&self) -> fn(Time) -> i32 {
        if self.model.settings.local_time {
            self.model.settings.offset
        } else {
            |_| 0
        }
    }

    /// Asks a query of all incidents, on a thread of its own.
    fn search_all(&self, words: String) {
        let ((_, kind), offset) = (self.model.board_query(), self.offset());
        self.aside("search", move |session| {
            let looked = session.look(&words, kind, offset, |_| ()).map(Box::new);
            Message::Looked(words, looked)
        });
    }

    /// Works something out on a thread of its own, and takes what comes of it as a message. Without a thread nothing comes.
    fn aside(&self, name: &str, work: impl FnOnce(&Session) -> Message + Send + 'static) {
        let (session, finds) = (Arc::clone(&self.session), self.finds.clone());
        let run = move || {
            let _ = finds.blocking_send(work(&session));
        };
        let _ = std::thread::Builder::new().name(name.into()).spawn(run);
    }

    /// Reads the runbooks, on a thread of its own; once at a time.
    fn read_runbooks(&mut self) {
        if std::mem::replace(&mut self.reading, true) {
            return;
        }
        let before = Arc::clone(&self.model.library);
        self.aside("runbooks", move |session| {
            Message::Library(Arc::new(session.library(Some(&before))))
        });
    }

    /// It was stopped from outside and goes on: the shell may have changed everything.
    fn continued(&mut self) -> io::Result<()> {
        if self
            .resumed
            .take()
            .is_some_and(|at| at.elapsed() < Duration::from_secs(1))
        {
            return Ok(());
        }
        self.guard.retake()?;
        self.session.refresh();
        self.afresh();
        Ok(())
    }

    /// Forgets what the terminal shows and how it was set; the next frame draws all of it.
    fn afresh(&mut self) {
        self.terminal.backend_mut().forget();
        self.resized();
    }

    /// Takes the terminal's size and draws all of it. Also where the size is the old one again: on its way there the
    /// terminal may have cut off what it showed.
    fn resized(&mut self) {
        let found = size();
        self.terminal.backend_mut().resize(found);
        let Ok(()) = self.terminal.clear();
        let (width, height) = (found.width, found.height);
        update(
            &mut self.model,
            self.clock.now(),
            Message::Resized(Size { width, height }),
        );
    }

    /// Leaving: what is still on its way to the disk is said while it is waited for.
    fn farewell(&mut self) -> io::Result<()> {
        if let Saving::Pending(count) = self.model.snapshot.saving {
            let said = Message::Say(format!("saving {count} changes before leaving"), false);
            update(&mut self.model, self.clock.now(), said);
        }
        self.paint()?;
        self.session.note_seen();
        // Waited for while the console still has the terminal, so that what is typed next goes to the shell. What comes of
        // it is asked again, and told, once the terminal is given back.
        let _ = self.session.flush(super::PATIENCE);
        // An answer that is still on its way would be typed into the shell.
        if let Some(asked) = self.asked.filter(|_| !self.heard_background) {
            std::thread::sleep(ANSWERING.saturating_sub(asked.elapsed()));
        }
        Ok(())
    }
}

/// Has it told how the messages of hooks stand.
fn observe(session: &Session, clock: &Arc<dyn Clock>, finds: mpsc::Sender<Message>) -> Observer {
    let tell = move |standing: Standing| {
        let said = |(name, why): (String, String)| {
            let said = format!("The hook {name} has stopped: {why}; `warroom outbox retry` starts it again.");
            (name, said)
        };
        let outgoing = Outgoing {
            unsent: standing.unsent,
            stopped: standing.stopped.into_iter().map(said).collect(),
        };
        finds.blocking_send(Message::Outgoing(outgoing)).is_ok()
    };
    Observer::start(session.root().to_owned(), Arc::clone(clock), tell)
}

/// In debug builds the tests may ask for a panic: by the key named in `WARROOM_FAIL_ON_KEY`.
fn failpoint(message: &Message) {
    if cfg!(debug_assertions)
        && let Message::Key(key) = message
        && std::env::var("WARROOM_FAIL_ON_KEY").is_ok_and(|name| name == key.to_string())
    {
        panic!("asked to fail on {key}");
    }
}

/// Carries out what is asked about permissions; what came of it, and whether that is a worry.
fn permitted(session: &Session, asked: Permit) -> Option<(String, bool)> {
    let (name, done, said) = match asked {
        Permit::Read => return None,
        Permit::Allow { place, name, content } => {
            let done = session.allow_to_run(&place, &content);
            (name, done, "is allowed as long as this is its content.")
        }
        Permit::Deny { place, name } => {
            let done = session.deny_to_run(&place);
            (name, done, "does not run any more.")
        }
    };
    Some(match done {
        Ok(()) => (format!("{name} {said}"), false),
        Err(why) => (format!("The permission of {name} was not changed: {why}."), true),
    })
}
