//! Waking once when the next second begins. tokio's own timers wake twice for a wait of a second (their wheel turns in
//! between), so where the system has timers as files, one of those is used.

use std::io;
use std::time::Duration;

/// An alarm that is set for one moment at a time.
pub(super) struct Alarm {
    #[cfg(target_os = "linux")]
    timer: tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>,
    /// What it is set for, so that setting it again for the same moment costs nothing.
    #[cfg(target_os = "linux")]
    set_for: i64,
}

#[cfg(target_os = "linux")]
impl Alarm {
    /// One that is not set.
    // What replaces it is unsafe, for types that could close their file meanwhile; an `OwnedFd` that nobody else has cannot.
    #[allow(deprecated)]
    pub(super) fn new() -> io::Result<Self> {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        Ok(Self {
            timer: tokio::io::unix::AsyncFd::new(timer)?,
            set_for: i64::MIN,
        })
    }

    /// Waits for a moment that is `wait` away; `moment` names it. May be dropped and called again.
    pub(super) async fn at(&mut self, moment: i64, wait: Duration) -> io::Result<()> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
        if self.set_for != moment {
            let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
            let value = Timespec {
                tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(wait.subsec_nanos()),
            };
            let once = Itimerspec {
                it_interval: zero,
                it_value: value,
            };
            timerfd_settime(self.timer.get_ref(), TimerfdTimerFlags::empty(), &once)?;
            self.set_for = moment;
        }
        loop {
            let mut ready = self.timer.readable().await?;
            match rustix::io::read(ready.get_inner(), &mut [0; 8]) {
                Ok(_) => {
                    self.set_for = i64::MIN;
                    return Ok(());
                }
                Err(rustix::io::Errno::AGAIN) => ready.clear_ready(),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Alarm {
    /// One that is not set.
    pub fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for a moment that is `wait` away.
    pub async fn at(&mut self, _moment: i64, wait: Duration) -> io::Result<()> {
        tokio::time::sleep(wait).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn it_wakes_when_set_and_can_be_set_anew() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut alarm = Alarm::new().unwrap();
            // Dropped before it rang, set for another moment, rung; and again.
            tokio::select! {
                biased;
                _ = alarm.at(1, Duration::from_secs(3600)) => panic!("too early"),
                () = std::future::ready(()) => {}
            }
            for moment in 2..4 {
                let began = Instant::now();
                alarm.at(moment, Duration::from_millis(20)).await.unwrap();
                assert!(began.elapsed() >= Duration::from_millis(20));
            }
        });
    }
}
