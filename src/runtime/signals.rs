//! The signals that end the console, the one that continues it, and the one of another size.

use std::io;

use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To end; the signal's number.
    End(i32),
    /// It was stopped and goes on.
    Continue,
    /// The terminal has another size, or had one in between.
    Resize,
}

/// All of them.
pub struct Signals {
    ends: [(i32, Signal); 4],
    continues: Signal,
    resizes: Signal,
}

impl Signals {
    /// Takes them over.
    pub fn take() -> io::Result<Self> {
        let listen = |number: Number| {
            let raw = number.as_raw();
            Ok::<_, io::Error>((raw, signal(SignalKind::from_raw(raw))?))
        };
        Ok(Self {
            ends: [
                listen(Number::TERM)?,
                listen(Number::HUP)?,
                listen(Number::INT)?,
                listen(Number::QUIT)?,
            ],
            continues: listen(Number::CONT)?.1,
            resizes: listen(Number::WINCH)?.1,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Asked {
        let [(term, on_term), (hup, on_hup), (int, on_int), (quit, on_quit)] = &mut self.ends;
        tokio::select! {
            biased;
            _ = on_term.recv() => Asked::End(*term),
            _ = on_hup.recv() => Asked::End(*hup),
            _ = on_int.recv() => Asked::End(*int),
            _ = on_quit.recv() => Asked::End(*quit),
            _ = self.continues.recv() => Asked::Continue,
            _ = self.resizes.recv() => Asked::Resize,
        }
    }
}
