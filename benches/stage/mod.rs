//! What the benches share: a folder with its environment, an incident of any size, the real binary in a real pty.
#![allow(dead_code)] // each bench uses what it needs

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use warroom::incident::{Event, EventKind, Incident, Time, Timer, TimerState};

/// The binary that is measured.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_warroom");

/// How long is waited for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A working tree, with a home of its own for whatever runs in it.
pub(crate) struct Place {
    /// The top of the working tree.
    pub root: PathBuf,
}

impl Place {
    /// Runs a program in it; it has to succeed.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let output = self.command(program).args(arguments).output().expect("runs");
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output
    }

    /// A program in it.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).envs(self.environment());
        command
    }

    /// The file of the incident.
    pub(crate) fn file(&self) -> PathBuf {
        self.root.join("incidents/INC-2026-0001/incident.yaml")
    }

    fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        [
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_STATE_HOME",
            "WARROOM_STATE_DIR",
            "WARROOM_CONFIG_DIR",
        ]
        .into_iter()
        .map(|key| (key, self.root.join(".git").join(key)))
        .collect()
    }
}

/// Writes an incident of so many events into a working tree.
pub(crate) fn write_incident(file: &Path, events: usize) {
    fs::create_dir_all(file.parent().expect("has a parent")).expect("folder of the incident");
    let text = warroom::document::Document::create(Arc::new(incident(events)));
    fs::write(file, text.text()).expect("the incident file");
}

pub(crate) fn incident(events: usize) -> Incident {
    let now = Time::from_chrono(chrono::Utc::now());
    let start = now.minus(Duration::from_secs(3600));
    let mut incident = Incident {
        warroom: 1,
        id: "INC-2026-0001".into(),
        uid: "bench234".into(),
        title: "Checkout failing for EU cards".into(),
        framework: "ops".into(),
        severity: "SEV1".into(),
        status: "mitigating".into(),
        ..Incident::default()
    };
    incident.declared = Some(warroom::incident::Moment {
        at: start,
        by: "kim".into(),
        ..Default::default()
    });
    for number in 0..5u64 {
        incident.timers.push(Arc::new(Timer {
            id: format!("tbench2{}", ["a", "b", "c", "d", "e"][number as usize]),
            label: format!("countdown {number}"),
            state: TimerState::Running,
            due: now.plus(Duration::from_secs(3600 + 60 * number)),
            at: start,
            by: "kim".into(),
            ..Timer::default()
        }));
    }
    for number in 0..events {
        incident.timeline.push(Arc::new(Event {
            id: format!("e{}", base32(number)),
            at: start.plus(Duration::from_millis(number as u64 * 3_600_000 / (events as u64 + 1))),
            by: ["sam", "kim", "lee"][number % 3].into(),
            kind: EventKind::LOGGABLE[number % 8].clone(),
            text: format!(
                "line {number}: pool at {} of 100 in eu-west-1, errors falling, watching the dashboards",
                number % 100
            ),
            ..Event::default()
        }));
    }
    incident
}

fn base32(mut number: usize) -> String {
    let alphabet = b"abcdefghijklmnopqrstuvwxyz234567";
    (0..7)
        .map(|_| {
            let letter = alphabet[number % 32] as char;
            number /= 32;
            letter
        })
        .collect()
}

/// A program in a pty, with the time at which each piece of its output arrived.
pub(crate) struct Console {
    pub child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    pub keyboard: Box<dyn Write + Send>,
    pub output: Receiver<(Instant, Vec<u8>)>,
    pub screen: vt100::Parser,
    pub started: Instant,
    pub bytes: usize,
}

impl Console {
    pub(crate) fn open(place: &Place, program: &str, arguments: &[&str]) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize {
                rows: 36,
                cols: 120,
                pixel_width: 0,
                pixel_height: 0,
            })
            .expect("a pty");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(&place.root);
        command.env("TERM", "xterm-256color");
        for (key, value) in place.environment() {
            command.env(key, value);
        }
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keyboard = pair.master.take_writer().expect("a writer");
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).expect("starts");
        drop(pair.slave);
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0u8; 65_536];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || sender.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(36.try_into().expect("not zero"), 120.try_into().expect("not zero"), 0);
        Self {
            child,
            _master: pair.master,
            keyboard,
            output,
            screen,
            started,
            bytes: 0,
        }
    }

    pub(crate) fn warroom(place: &Place, who: &str) -> Self {
        Self::open(place, BINARY, &["--as", who, "open", "INC-2026-0001"])
    }

    /// Until `done` holds of the screen; the time of the bytes that made it so.
    pub(crate) fn wait(&mut self, what: &str, done: impl Fn(&vt100::Screen) -> bool) -> Instant {
        let limit = Instant::now() + PATIENCE;
        loop {
            match self
                .output
                .recv_timeout(limit.saturating_duration_since(Instant::now()))
            {
                Ok((at, bytes)) => {
                    self.bytes += bytes.len();
                    self.screen.process(&bytes);
                    if done(self.screen.screen()) {
                        return at;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("no {what} within {PATIENCE:?}:\n{}", self.screen.screen().contents())
                }
            }
        }
    }

    pub(crate) fn settle(&mut self, quiet: Duration) {
        loop {
            match self.output.recv_timeout(quiet) {
                Ok((_, bytes)) => {
                    self.bytes += bytes.len();
                    self.screen.process(&bytes);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Presses keys and returns how long it took until the screen showed something else, and in how many bytes.
    pub(crate) fn press(&mut self, keys: &str, what: &str, done: impl Fn(&vt100::Screen) -> bool) -> (f64, usize) {
        self.settle(Duration::from_millis(15));
        self.bytes = 0;
        let start = Instant::now();
        self.keyboard.write_all(keys.as_bytes()).expect("a key");
        self.keyboard.flush().expect("a key");
        let at = self.wait(what, done);
        (at.duration_since(start).as_secs_f64() * 1e3, self.bytes)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or_default()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn quantile(samples: &mut [f64], part: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[((samples.len() - 1) as f64 * part).round() as usize]
}

/// Nanoseconds on a core and voluntary context switches of all threads of a process.
pub(crate) fn effort(pid: u32) -> (u64, u64) {
    let mut total = (0, 0);
    for task in fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let read = |name: &str| fs::read_to_string(task.path().join(name)).unwrap_or_default();
        total.0 += read("schedstat")
            .split_whitespace()
            .next()
            .and_then(|ns| ns.parse::<u64>().ok())
            .unwrap_or(0);
        total.1 += read("status")
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))
            .and_then(|count| count.trim().parse::<u64>().ok())
            .unwrap_or(0);
    }
    total
}

/// Peak memory of a process in MB.
pub(crate) fn peak(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("0");
    line.split_whitespace()
        .next()
        .and_then(|kb| kb.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1024.0
}
