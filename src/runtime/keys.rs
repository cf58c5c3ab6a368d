//! What the terminal sends, as messages of the app. Read on a thread of its own; another notices when the terminal is gone.

use std::io;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver as Ended, channel as ended};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, getpid, kill_process};
use tokio::sync::mpsc;

use super::burst::Burst;
use super::looks::{Answer, Heard};
use crate::app::{Code, Key, Message, MouseAct};

/// What comes from the terminal.
#[derive(Debug)]
pub(super) enum Input {
    /// For the app.
    Message(Message),
    /// The mouse, with column and row from 0.
    Mouse(MouseAct, u16, u16),
    /// The terminal is gone.
    Closed,
    /// It cannot be read (too many files are open).
    Broken(io::Error),
    /// The reader failed; what there is to say has been reported by the hook.
    Failed,
}

/// How many events may wait; a paste is one.
const WAITING: usize = 256;

/// How long more of a terminal's answer is waited for.
const ANSWER: Duration = Duration::from_millis(50);

/// Longest that is waited for the reader, which may have the first byte of a key whose others never come.
const STOPPING: Duration = Duration::from_millis(50);

/// What the terminal sends, until it is dropped: from then on nothing is read any more, so that what a person types next
/// goes to the shell.
pub(super) struct Keys {
    received: mpsc::Receiver<Input>,
    stopping: Arc<AtomicBool>,
    /// Disconnected when the reader is done.
    reader: Ended<()>,
}

impl Keys {
    /// Starts reading.
    pub(super) fn listen() -> io::Result<Self> {
        let (send, received) = mpsc::channel(WAITING);
        let stopping = Arc::new(AtomicBool::new(false));
        let terminal = rustix::io::dup(io::stdin())?;
        let hung_up = send.clone();
        let (done, reader) = ended();
        let stopped = Arc::clone(&stopping);
        thread("keys").spawn(move || {
            if catch_unwind(AssertUnwindSafe(|| read(&stopped, &send))).is_err() {
                let _ = send.blocking_send(Input::Failed);
            }
            drop(done);
        })?;
        // A terminal that goes away without a signal while nothing is read from it.
        thread("hang-up").spawn(move || {
            wait_until_gone(&terminal);
            let _ = hung_up.blocking_send(Input::Closed);
        })?;
        Ok(Self {
            received,
            stopping,
            reader,
        })
    }

    /// The next; `None` where nothing more comes.
    pub(super) async fn next(&mut self) -> Option<Input> {
        self.received.recv().await
    }

    /// The next, if it is there already.
    pub(super) fn waiting(&mut self) -> Option<Input> {
        self.received.try_recv().ok()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.received.close();
        self.stopping.store(true, Ordering::SeqCst);
        // A change of size is what interrupts crossterm's reading. (Its reading with a time limit may leave keys lying that
        // it has read already, when the limit passes at the wrong moment.)
        let _ = kill_process(getpid(), Signal::WINCH);
        let _ = self.reader.recv_timeout(STOPPING);
    }
}

/// Reads what the terminal sends until it is to stop or the terminal is gone.
fn read(stopped: &AtomicBool, send: &mpsc::Sender<Input>) {
    let began = Instant::now();
    let mut burst = Burst::default();
    let mut answer = Answer::default();
    let collects = collects();
    let more = |patience| crossterm::event::poll(patience).unwrap_or(false) && !stopped.load(Ordering::SeqCst);
    while !stopped.load(Ordering::SeqCst) {
        let input = match crossterm::event::read() {
            Ok(event) => translate(event),
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => Some(Input::Closed),
            Err(error) => Some(Input::Broken(error)),
        };
        let ends = matches!(input, Some(Input::Closed | Input::Broken(_)));
        let mut messages = Vec::new();
        let (keys, other) = match input {
            Some(Input::Message(Message::Key(key))) => match answer.push(key) {
                Heard::Maybe if more(ANSWER) => continue,
                Heard::Maybe => (answer.give_up(), None),
                Heard::Light(light) => {
                    messages.push(Message::Background(light));
                    (Vec::new(), None)
                }
                Heard::Keys(keys) => (keys, None),
            },
            other => (answer.give_up(), other),
        };
        for key in keys {
            if collects {
                messages.extend(burst.push(key, began.elapsed()));
            } else {
                messages.push(Message::Key(key));
            }
        }
        // What has come with a key is looked at before any of it acts.
        if other.is_some() || !burst.waits() || !more(burst.patience()) {
            messages.extend(burst.flush());
        }
        let mut inputs = messages.into_iter().map(Input::Message).chain(other);
        let sent = inputs.all(|input| send.blocking_send(input).is_ok());
        if ends || !sent {
            return;
        }
    }
}

/// Whether keys are looked at for pastes. Tests that type faster than hands switch it off, in debug builds.
fn collects() -> bool {
    !(cfg!(debug_assertions) && std::env::var_os("WARROOM_FAST_HANDS").is_some_and(|given| given == "1"))
}

fn thread(name: &str) -> std::thread::Builder {
    std::thread::Builder::new().name(name.into()).stack_size(256 * 1024)
}

fn wait_until_gone(terminal: &OwnedFd) {
    loop {
        let mut watched = [PollFd::new(terminal, PollFlags::empty())];
        match poll(&mut watched, None) {
            Err(error) if error == rustix::io::Errno::INTR => {}
            _ => return,
        }
    }
}

fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => translate_key(key).map(|key| Input::Message(Message::Key(key))),
        Event::Paste(text) => Some(Input::Message(Message::Paste(text))),
        Event::Mouse(mouse) => translate_mouse(mouse),
        // The size comes by its signal.
        Event::Resize(..) | Event::FocusGained | Event::FocusLost => None,
    }
}

fn translate_key(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let held = |modifier| key.modifiers.contains(modifier);
    let mut shift = held(KeyModifiers::SHIFT);
    let code = match key.code {
        KeyCode::Char(c) => {
            shift = false;
            Code::Char(if held(KeyModifiers::CONTROL) {
                c.to_ascii_lowercase()
            } else {
                c
            })
        }
        KeyCode::F(number) => Code::F(number),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    Some(Key {
        code,
        ctrl: held(KeyModifiers::CONTROL),
        alt: held(KeyModifiers::ALT),
        shift,
    })
}

fn translate_mouse(mouse: MouseEvent) -> Option<Input> {
    let what = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAct::Click,
        MouseEventKind::ScrollUp => MouseAct::WheelUp,
        MouseEventKind::ScrollDown => MouseAct::WheelDown,
        _ => return None,
    };
    Some(Input::Mouse(what, mouse.column, mouse.row))
}
