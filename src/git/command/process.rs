//! A process of git: how long it may take, its pipes, its end.

use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};

use super::{Git, MERGING, Trouble};

/// How recently something has to have come for a call to be still at it.
const STILL: Duration = Duration::from_secs(2);

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// Without a byte of output or progress.
    pub(super) silence: Duration,
    /// In all.
    pub(super) whole: Duration,
}

impl Limit {
    pub(super) const fn whole(whole: Duration) -> Self {
        Self { silence: whole, whole }
    }
}

impl Git {
    /// The same with a limit for calls over the network, however much they bring.
    #[must_use]
    pub fn patient_for(mut self, network: Duration) -> Self {
        self.network = Limit::whole(network);
        self
    }

    /// Whether a call over the network may go on for as long as something comes.
    pub(in crate::git) fn bears_long_calls(&self) -> bool {
        self.network.silence < self.network.whole
    }

    /// The same for a call that sends: ssh takes two megabytes at once and is silent for as long as a slow line needs for them.
    #[must_use]
    pub(in crate::git) fn sending(&self) -> Self {
        let mut sending = self.clone();
        if self.bears_long_calls() {
            sending.network.silence = (self.network.silence * 4).min(self.network.whole);
        }
        sending
    }

    /// The same with other limits for calls over the network.
    #[cfg(test)]
    pub(in crate::git) fn with_limits(mut self, silence: Duration, whole: Duration) -> Self {
        self.network = Limit { silence, whole };
        self
    }

    /// The same for a local call that may have much to do: it merges.
    #[must_use]
    pub(in crate::git) fn at_length(&self) -> Self {
        Self {
            local: MERGING,
            ..self.clone()
        }
    }
}

/// How long an ended call's helpers may keep its pipes open.
pub(super) const GRACE: Duration = Duration::from_millis(100);

impl Limit {
    /// Whether a call that began then, and was last heard of then, may go on.
    pub(super) fn check(self, began: Instant, heard: Instant) -> Result<(), Trouble> {
        let silent = heard.elapsed();
        if silent >= self.silence {
            Err(Trouble::TooSlow(self.silence.as_secs()))
        } else if began.elapsed() < self.whole {
            Ok(())
        } else if heard > began && silent < STILL {
            Err(Trouble::TooLong(self.whole.as_secs()))
        } else {
            Err(Trouble::TooSlow(self.whole.as_secs()))
        }
    }
}

/// Both pipes are closed: it ends at once, or hangs.
pub(super) fn wait(child: &mut Child, limit: Limit, began: Instant, heard: Instant) -> Result<i32, Trouble> {
    let mut pause = Duration::from_micros(100);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.code().unwrap_or(-1)),
            Ok(None) => limit.check(began, heard)?,
            Err(error) => return Err(Trouble::NotStarted(crate::store::reason(&error))),
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

/// Ends a call with everything it has started.
pub(super) fn end(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    for signal in [Signal::TERM, Signal::KILL] {
        if let Some(group) = group {
            let _ = kill_process_group(group, signal);
        }
        let until = Instant::now() + GRACE;
        while Instant::now() < until {
            if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    let _ = child.wait();
}

/// Waits a moment for something to read.
pub(super) fn wait_for(fds: &[Option<BorrowedFd<'_>>]) {
    let mut fds: Vec<PollFd<'_>> = fds
        .iter()
        .flatten()
        .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN))
        .collect();
    let moment = Timespec {
        tv_sec: 0,
        tv_nsec: 25_000_000,
    };
    let _ = poll(&mut fds, Some(&moment));
}

/// One pipe of a call.
pub(super) struct Pipe<R> {
    pub(super) end: Option<R>,
    pub(super) bytes: Vec<u8>,
    pub(super) longest: usize,
}

impl<R: Read + AsFd> Pipe<R> {
    pub(super) fn new(pipe: Option<R>, longest: usize) -> Self {
        Self {
            end: pipe,
            bytes: Vec::new(),
            longest,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.end.is_some()
    }

    pub(super) fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.end.as_ref().map(AsFd::as_fd)
    }

    /// Reads what is there without waiting; whether that was anything. No more than a little over the longest is kept.
    pub(super) fn read(&mut self) -> bool {
        let mut buffer = [0; 16 << 10];
        let mut any = false;
        while let Some(end) = &mut self.end {
            let mut ready = [PollFd::from_borrowed_fd(end.as_fd(), PollFlags::IN)];
            let now = Timespec { tv_sec: 0, tv_nsec: 0 };
            if self.bytes.len() > self.longest || !poll(&mut ready, Some(&now)).is_ok_and(|ready| ready > 0) {
                break;
            }
            match end.read(&mut buffer) {
                Ok(0) => self.end = None,
                Ok(count) => {
                    any = true;
                    self.bytes.extend_from_slice(&buffer[..count]);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => self.end = None,
            }
        }
        any
    }

    /// Of a long complaint the beginning and the end are kept: progress stands between.
    pub(super) fn leave_out_the_middle(&mut self) {
        let (half, length) = (self.longest / 2, self.bytes.len());
        if length > self.longest {
            self.bytes.splice(half..length - half / 2, *b"\n");
        }
    }
}
