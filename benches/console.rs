//! What a person in front of the console feels, measured on the real binary in a real pty: `cargo bench --bench console`.
//!
//! Prints a table; judges nothing. Where `nano` and `vim` are installed they are measured on the same file in the same run,
//! since machines differ and ratios hold. Figures are medians; latencies run from the write of a key to the arrival of the
//! bytes that complete the change on the screen.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use warroom::document::Document;
use warroom::incident::{Event, EventKind, Incident, Time, Timer, TimerState};

const BINARY: &str = env!("CARGO_BIN_EXE_warroom");
const SIZES: [usize; 4] = [300, 1_000, 10_000, 100_000];
const PATIENCE: Duration = Duration::from_secs(20);

fn main() {
    // `cargo test --benches` runs this too; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    println!("console in a pty of 120x36, release build; medians unless said otherwise\n");
    first_frame();
    keys();
    propagation();
    idle();
    endings();
    let size = fs::metadata(BINARY).map_or(0, |meta| meta.len());
    println!(
        "binary                              {:.1} MB   (goal 8)",
        size as f64 / 1e6
    );
}

/// A repository with one incident of `events` events and five running countdowns.
struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new(events: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = Self { folder };
        repository.run("git", &["init", "-q", "-b", "main"]);
        repository.run(BINARY, &["init"]);
        let file = repository.file();
        fs::create_dir_all(file.parent().expect("has a parent")).expect("folder of the incident");
        fs::write(file, Document::create(Arc::new(incident(events))).text()).expect("the incident file");
        repository
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self) -> PathBuf {
        self.root().join("incidents/INC-2026-0001/incident.yaml")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.root());
        for (key, value) in self.environment() {
            command.env(key, value);
        }
        let output = command.output().expect("runs");
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
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
        .map(|key| (key, self.root().join(".git").join(key)))
        .collect()
    }
}

fn incident(events: usize) -> Incident {
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
struct Console {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    started: Instant,
    bytes: usize,
}

impl Console {
    fn open(repository: &Repository, program: &str, arguments: &[&str]) -> Self {
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
        command.cwd(repository.root());
        command.env("TERM", "xterm-256color");
        for (key, value) in repository.environment() {
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

    fn warroom(repository: &Repository, who: &str) -> Self {
        Self::open(repository, BINARY, &["--as", who, "open", "INC-2026-0001"])
    }

    /// Until `done` holds of the screen; the time of the bytes that made it so.
    fn wait(&mut self, what: &str, done: impl Fn(&vt100::Screen) -> bool) -> Instant {
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

    fn settle(&mut self, quiet: Duration) {
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
    fn press(&mut self, keys: &str, what: &str, done: impl Fn(&vt100::Screen) -> bool) -> (f64, usize) {
        self.settle(Duration::from_millis(15));
        self.bytes = 0;
        let start = Instant::now();
        self.keyboard.write_all(keys.as_bytes()).expect("a key");
        self.keyboard.flush().expect("a key");
        let at = self.wait(what, done);
        (at.duration_since(start).as_secs_f64() * 1e3, self.bytes)
    }

    fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or_default()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn quantile(samples: &mut [f64], part: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[((samples.len() - 1) as f64 * part).round() as usize]
}

fn installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Peak memory of a process in MB.
fn peak(pid: u32) -> f64 {
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

fn first_frame() {
    println!("start to first full frame, and peak memory");
    for events in SIZES {
        let repository = Repository::new(events);
        let mut times = Vec::new();
        let mut memory = 0.0f64;
        for _ in 0..if events > 10_000 { 5 } else { 15 } {
            let mut console = Console::warroom(&repository, "sam");
            let at = console.wait("first frame", |screen| screen.contents().contains("countdown 0"));
            times.push(at.duration_since(console.started).as_secs_f64() * 1e3);
            console.settle(Duration::from_millis(60));
            memory = memory.max(peak(console.pid()));
        }
        print!(
            "  {events:>7} events   {:>7.1} ms   {memory:>5.1} MB",
            quantile(&mut times, 0.5)
        );
        for peer in ["nano", "vim"] {
            if events > 10_000 || !installed(peer) {
                continue;
            }
            let mut times = Vec::new();
            let mut memory = 0.0f64;
            for _ in 0..7 {
                let file = repository.file();
                let mut console = Console::open(&repository, peer, &[file.to_str().expect("a plain path")]);
                let at = console.wait(peer, |screen| screen.contents().contains("INC-2026-0001"));
                times.push(at.duration_since(console.started).as_secs_f64() * 1e3);
                console.settle(Duration::from_millis(60));
                memory = memory.max(peak(console.pid()));
            }
            print!("   | {peer} {:.1} ms {memory:.1} MB", quantile(&mut times, 0.5));
        }
        println!();
    }
    println!();
}

fn keys() {
    println!("key to paint              p50      p95     bytes");
    for events in SIZES {
        let repository = Repository::new(events);
        let mut console = Console::warroom(&repository, "sam");
        console.wait("first frame", |screen| screen.contents().contains("countdown 0"));
        console.settle(Duration::from_millis(100));
        let mut moves = Vec::new();
        let mut bytes = Vec::new();
        for round in 0..60 {
            let before = console.screen.screen().state_formatted();
            let key = if round % 2 == 0 { "k" } else { "j" };
            let (time, count) = console.press(key, "a move", |screen| screen.state_formatted() != before);
            moves.push(time);
            bytes.push(count as f64);
        }
        report_keys(events, "move", &mut moves, &mut bytes);
        console.press("l", "the input line", |screen| !screen.hide_cursor());
        let mut letters = Vec::new();
        let mut bytes = Vec::new();
        for _ in 0..60 {
            let before = console.screen.screen().cursor_position();
            let (time, count) = console.press("x", "a letter", |screen| screen.cursor_position() != before);
            letters.push(time);
            bytes.push(count as f64);
        }
        report_keys(events, "letter", &mut letters, &mut bytes);
    }
    println!();
}

fn report_keys(events: usize, what: &str, times: &mut [f64], bytes: &mut [f64]) {
    println!(
        "  {events:>7} events {what:<7} {:>5.2} ms {:>5.2} ms   {:>5.0}",
        quantile(times, 0.5),
        quantile(times, 0.95),
        quantile(bytes, 0.5)
    );
}

fn propagation() {
    println!("typed in A, painted in B, one working tree, durably saved     p50      p95");
    for events in [300, 10_000] {
        let repository = Repository::new(events);
        let mut a = Console::warroom(&repository, "sam");
        let mut b = Console::warroom(&repository, "kim");
        for console in [&mut a, &mut b] {
            console.wait("first frame", |screen| screen.contents().contains("countdown 0"));
            console.settle(Duration::from_millis(200));
        }
        let mut times = Vec::new();
        for round in 0..40 {
            let word = format!("probe{round:03}");
            a.press("l", "the input line", |screen| !screen.hide_cursor());
            a.press(&word, "the text", |screen| screen.contents().contains(&word));
            a.settle(Duration::from_millis(20));
            b.settle(Duration::from_millis(20));
            let start = Instant::now();
            a.keyboard.write_all(b"\r").expect("a key");
            a.keyboard.flush().expect("a key");
            let at = b.wait("the event", |screen| screen.contents().contains(&word));
            times.push(at.duration_since(start).as_secs_f64() * 1e3);
        }
        println!(
            "  {events:>7} events                                          {:>6.2} ms {:>6.2} ms",
            quantile(&mut times, 0.5),
            quantile(&mut times, 0.95)
        );
    }
    println!();
}

/// Nanoseconds on a core and voluntary context switches of all threads of a process.
fn effort(pid: u32) -> (u64, u64) {
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

fn idle() {
    let repository = Repository::new(10_000);
    let mut console = Console::warroom(&repository, "sam");
    console.wait("first frame", |screen| screen.contents().contains("countdown 0"));
    console.settle(Duration::from_millis(300));
    let seconds = 10;
    let before = effort(console.pid());
    console.bytes = 0;
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        if let Ok((_, bytes)) = console
            .output
            .recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            console.bytes += bytes.len();
        }
    }
    let after = effort(console.pid());
    println!(
        "idle, five countdowns, 10,000 events   {:.3} % of a core   {:.1} wake-ups/s   {} bytes/s\n",
        (after.0 - before.0) as f64 / (seconds as f64 * 1e9) * 100.0,
        (after.1 - before.1) as f64 / seconds as f64,
        console.bytes as u64 / seconds
    );
}

fn endings() {
    println!("ended by            time to exit   terminal restored");
    for signal in ["TERM", "HUP", "INT"] {
        let repository = Repository::new(1_000);
        let mut times = Vec::new();
        let mut restored = true;
        for _ in 0..7 {
            let mut console = Console::warroom(&repository, "sam");
            console.wait("first frame", |screen| screen.contents().contains("countdown 0"));
            console.settle(Duration::from_millis(100));
            let start = Instant::now();
            let status = Command::new("kill")
                .args([format!("-{signal}"), console.pid().to_string()])
                .status();
            assert!(status.is_ok_and(|status| status.success()));
            while console.child.try_wait().ok().flatten().is_none() && start.elapsed() < PATIENCE {
                std::thread::yield_now();
            }
            times.push(start.elapsed().as_secs_f64() * 1e3);
            console.settle(Duration::from_millis(50));
            restored &= !console.screen.screen().alternate_screen() && !console.screen.screen().hide_cursor();
        }
        println!(
            "  SIG{signal:<15} {:>6.1} ms   {}",
            quantile(&mut times, 0.5),
            if restored { "yes" } else { "NO" }
        );
    }
    println!();
}
