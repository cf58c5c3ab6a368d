//! The signals that end the console, the one that continues it, and the one of another size.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::Poll;

use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// All that would end the program without a word, and leave the terminal as it is; the first are looked at first.
const ENDS: [Number; 12] = [
    Number::TERM,
    Number::HUP,
    Number::INT,
    Number::QUIT,
    Number::ALARM,
    Number::USR1,
    Number::USR2,
    Number::XCPU,
    Number::VTALARM,
    Number::PROF,
    Number::IO,
    Number::POWER,
];

/// Makes a write past the limit of a file's size (`ulimit -f`) an error as any other, for the rest of this program. What it
/// starts has the system's way again.
///
/// # Errors
///
/// The system does not let us hear that signal: such a write ends the program then.
pub fn outlive_limits() -> io::Result<()> {
    signal_hook::flag::register(Number::XFSZ.as_raw(), Arc::new(AtomicBool::new(false)))?;
    Ok(())
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To end; the signal's number.
    End(i32),
    /// It was stopped and goes on.
    Continue,
    /// The terminal has another size, or had one in between.
    Resize,
}

/// All of them.
pub(super) struct Signals {
    ends: Vec<(i32, Signal)>,
    continues: Signal,
    resizes: Signal,
}

impl Signals {
    /// Takes them over.
    pub(super) fn take() -> io::Result<Self> {
        let listen = |number: Number| {
            let raw = number.as_raw();
            Ok::<_, io::Error>((raw, signal(SignalKind::from_raw(raw))?))
        };
        Ok(Self {
            ends: ENDS.into_iter().map(listen).collect::<Result<_, _>>()?,
            continues: listen(Number::CONT)?.1,
            resizes: listen(Number::WINCH)?.1,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Asked {
        let ends = &mut self.ends;
        let ended = std::future::poll_fn(|context| {
            for (number, signal) in ends.iter_mut() {
                if signal.poll_recv(context).is_ready() {
                    return Poll::Ready(*number);
                }
            }
            Poll::Pending
        });
        tokio::select! {
            biased;
            number = ended => Asked::End(number),
            _ = self.continues.recv() => Asked::Continue,
            _ = self.resizes.recv() => Asked::Resize,
        }
    }
}
