//! What a person in front of the console feels, measured on the real binary in a real pty: `cargo bench --bench console`.
//!
//! Prints a table; judges nothing. Where `nano` and `vim` are installed they are measured on the same file in the same run,
//! since machines differ and ratios hold. Figures are medians; latencies run from the write of a key to the arrival of the
//! bytes that complete the change on the screen.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // figures of a bench are small

mod stage;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use stage::{BINARY, Console, PATIENCE, Place, effort, peak, quantile, write_incident};

const SIZES: [usize; 4] = [300, 1_000, 10_000, 100_000];

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
    _folder: tempfile::TempDir,
    place: Place,
}

impl Repository {
    fn new(events: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = Place {
            root: folder.path().to_owned(),
        };
        place.run("git", &["init", "-q", "-b", "main"]);
        place.run(BINARY, &["init"]);
        write_incident(&place.file(), events);
        Self { _folder: folder, place }
    }

    fn file(&self) -> PathBuf {
        self.place.file()
    }
}

fn installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn first_frame() {
    println!("start to first full frame, and peak memory");
    for events in SIZES {
        let repository = Repository::new(events);
        let mut times = Vec::new();
        let mut memory = 0.0f64;
        for _ in 0..if events > 10_000 { 5 } else { 15 } {
            let mut console = Console::warroom(&repository.place, "sam");
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
                let mut console = Console::open(&repository.place, peer, &[file.to_str().expect("a plain path")]);
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
        let mut console = Console::warroom(&repository.place, "sam");
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
        let mut a = Console::warroom(&repository.place, "sam");
        let mut b = Console::warroom(&repository.place, "kim");
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

fn idle() {
    let repository = Repository::new(10_000);
    let mut console = Console::warroom(&repository.place, "sam");
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
            let mut console = Console::warroom(&repository.place, "sam");
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
