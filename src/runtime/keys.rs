//! What the terminal sends, as messages of the app. Read on a thread of its own; another notices when the terminal is gone.

use std::io;
use std::os::fd::OwnedFd;

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind, read,
};
use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::mpsc;

use crate::app::{Code, Key, Message, Mouse, MouseAct, Size};

/// What comes from the terminal.
#[derive(Debug)]
pub enum Input {
    /// For the app.
    Message(Message),
    /// The terminal is gone.
    Closed,
}

/// How many events may wait; a paste is one.
const WAITING: usize = 256;

/// Starts reading.
pub fn listen() -> io::Result<mpsc::Receiver<Input>> {
    let (send, receive) = mpsc::channel(WAITING);
    let terminal = rustix::io::dup(io::stdin())?;
    let hung_up = send.clone();
    thread("keys").spawn(move || {
        loop {
            let input = match read() {
                Ok(event) => match translate(event) {
                    Some(message) => Input::Message(message),
                    None => continue,
                },
                Err(_) => Input::Closed,
            };
            let closed = matches!(input, Input::Closed);
            if send.blocking_send(input).is_err() || closed {
                return;
            }
        }
    })?;
    // The reader above would turn on the spot when the terminal goes away without a signal.
    thread("hang-up").spawn(move || {
        wait_until_gone(&terminal);
        let _ = hung_up.blocking_send(Input::Closed);
    })?;
    Ok(receive)
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

fn translate(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) => translate_key(key).map(Message::Key),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Mouse(mouse) => translate_mouse(mouse).map(Message::Mouse),
        Event::Resize(width, height) => Some(Message::Resized(Size { width, height })),
        Event::FocusGained | Event::FocusLost => None,
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

fn translate_mouse(mouse: MouseEvent) -> Option<Mouse> {
    let what = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAct::Click,
        MouseEventKind::ScrollUp => MouseAct::WheelUp,
        MouseEventKind::ScrollDown => MouseAct::WheelDown,
        _ => return None,
    };
    Some(Mouse {
        what,
        x: mouse.column,
        y: mouse.row,
    })
}
