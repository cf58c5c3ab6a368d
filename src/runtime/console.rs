//! The loop: one biased select over signals, keys, snapshots and the clock; what is there is drained, then drawn once.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use rustix::process::Signal as Number;

use super::alarm::Alarm;
use super::clock::next_second;
use super::effects::{After, carry_out, hook_failed};
use super::keys::{Input, Keys};
use super::panic::PanicGuard;
use super::screen::Screen;
use super::signals::{Asked, Signals};
use super::terminal::{Guard, size};
use super::{Ended, Start};
use crate::app::{Message, Model, Size, update};
use crate::session::{Clock, Saving, Session};
use crate::ui;

struct Console {
    model: Model,
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
    /// Why syncing last had to stop.
    trouble: Option<String>,
    hook: Vec<String>,
    terminal: Terminal<Screen>,
    guard: Guard,
    /// The half-typed line to keep once the frame is painted.
    keep: Option<String>,
    leaving: bool,
    /// When it came back from a suspension of its own.
    resumed: Option<Instant>,
}

/// Shows the incident until the person leaves.
pub(super) async fn show<E>(start: Start, session: Arc<Session>, panics: &PanicGuard) -> Result<(), Ended<E>> {
    let mut signals = Signals::take().map_err(Ended::Terminal)?;
    let mut snapshots = session.subscribe();
    let mut console = Console::open(start, session).map_err(Ended::Terminal)?;
    console.paint().map_err(Ended::Terminal)?;
    // The first frame is there: what is needed for all that follows comes behind it.
    let mut inputs = Keys::listen().map_err(Ended::Terminal)?;
    if let Some(draft) = console.session.draft() {
        console.take(Message::Draft(draft));
    }
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
        if console.leaving {
            return console.farewell().map_err(Ended::Terminal);
        }
    }
}

impl Console {
    fn open(start: Start, session: Arc<Session>) -> io::Result<Self> {
        let guard = Guard::take()?;
        let found = size();
        let Ok(terminal) = Terminal::new(Screen::new(found));
        let cells = Size {
            width: found.width,
            height: found.height,
        };
        let mut model = Model::new(session.snapshot(), start.me, start.clock.now(), cells, start.settings);
        model.keymap = Arc::new(start.keymap);
        if !start.problems.is_empty() {
            let more = if start.problems.len() > 1 { " (! lists all)" } else { "" };
            let said = Message::Say(format!("{}{more}", start.problems[0]), true);
            update(&mut model, start.clock.now(), said);
        }
        model.problems = start.problems;
        Ok(Self {
            model,
            session,
            clock: start.clock,
            hook: start.hook,
            terminal,
            guard,
            keep: None,
            leaving: false,
            resumed: None,
            trouble: None,
        })
    }

    /// Draws, if something visible changed, and writes the frame; then keeps the half-typed line.
    fn paint(&mut self) -> io::Result<()> {
        if self.model.take_dirty() {
            let model = &self.model;
            let Ok(_) = self.terminal.draw(|frame| ui::draw(model, frame));
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
            Some(Input::Message(message)) => {
                failpoint(&message);
                self.take(message);
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
                match carry_out(&self.session, &self.hook, effect) {
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
                    After::Redraw => self.afresh(),
                    After::Suspend => {
                        // A terminal that fails here fails at the next frame too, and ends the loop.
                        let _ = self.guard.suspend();
                        self.resumed = Some(Instant::now());
                        self.session.refresh();
                        self.afresh();
                    }
                    After::Quit => self.leaving = true,
                }
            }
        }
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
        // Waited for while the console still has the terminal, so that what is typed next goes to the shell. What comes of
        // it is asked again, and told, once the terminal is given back.
        let _ = self.session.flush(super::PATIENCE);
        Ok(())
    }
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
