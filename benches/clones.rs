//! How fast clones hear from each other, around a bare remote on this disk: `cargo bench --bench clones`.
//!
//! Prints a table; judges nothing. Git's own add, commit, push and pull of the same files are measured in the same run.
//! `WARROOM_CUT` is how many seconds the remote is away under three consoles (60 unless given), `WARROOM_COMMITS` how many commits
//! the long history has (2000).

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // figures of a bench are small

mod stage;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use stage::{BINARY, Console, Place, effort, quantile, write_incident};

fn main() {
    // `cargo test --benches` runs this too; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    println!("clones around a bare remote on this disk, release build\n");
    latency();
    cut(number("WARROOM_CUT", 60));
    storm(16, 25);
    history(number("WARROOM_COMMITS", 2000));
}

fn number(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok().and_then(|value| value.parse().ok());
    given.unwrap_or(default)
}

/// A bare remote and clones of it.
struct Clones {
    folder: tempfile::TempDir,
    all: Vec<Place>,
}

impl Clones {
    fn new(count: usize, events: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let top = Place {
            root: folder.path().to_owned(),
        };
        top.run("git", &["init", "-q", "--bare", "-b", "main", "hub.git"]);
        let mut clones = Self {
            folder,
            all: Vec::new(),
        };
        clones.add();
        clones.all[0].run(BINARY, &["init"]);
        write_incident(&clones.all[0].file(), events);
        clones.all[0].run(BINARY, &["sync"]);
        for _ in 1..count {
            clones.add();
        }
        clones
    }

    fn hub(&self) -> PathBuf {
        self.folder.path().join("hub.git")
    }

    fn add(&mut self) {
        let name = format!("c{}", self.all.len());
        let top = Place {
            root: self.folder.path().to_owned(),
        };
        top.run("git", &["clone", "-q", "hub.git", &name]);
        let place = Place {
            root: self.folder.path().join(&name),
        };
        place.run("git", &["config", "user.name", &name]);
        place.run("git", &["config", "user.email", &format!("{name}@example.org")]);
        self.all.push(place);
    }

    fn text(&self, clone: usize) -> String {
        fs::read_to_string(self.all[clone].file()).expect("the incident file")
    }
}

fn consoles(clones: &Clones) -> Vec<Console> {
    let open = |(number, place): (usize, &Place)| {
        let mut console = Console::warroom(place, &format!("c{number}"));
        console.wait("first frame", |screen| screen.contents().contains("countdown 0"));
        console.settle(Duration::from_millis(600));
        console
    };
    clones.all.iter().enumerate().map(open).collect()
}

fn log(console: &mut Console, word: &str) {
    console.press("l", "the input line", |screen| !screen.hide_cursor());
    console.press(word, "the text", |screen| screen.contents().contains(word));
}

fn latency() {
    println!("typed in clone A, painted in clone B            p50       p95   (goals 150 / 300 ms)");
    for events in [300, 10_000] {
        let clones = Clones::new(2, events);
        let mut pair = consoles(&clones);
        let mut times = Vec::new();
        for round in 0..25 {
            let word = format!("probe{round:03}");
            log(&mut pair[0], &word);
            for console in &mut pair {
                console.settle(Duration::from_millis(700));
            }
            let start = Instant::now();
            pair[0].keyboard.write_all(b"\r").expect("a key");
            pair[0].keyboard.flush().expect("a key");
            let at = pair[1].wait("the event", |screen| screen.contents().contains(&word));
            times.push(at.duration_since(start).as_secs_f64() * 1e3);
        }
        drop(pair);
        let mut plain: Vec<f64> = (0..10).map(|round| by_git(&clones, round)).collect();
        println!(
            "  {events:>7} events                          {:>7.0} ms {:>7.0} ms   | git add, commit, push, pull {:.0} ms",
            quantile(&mut times, 0.5),
            quantile(&mut times, 0.95),
            quantile(&mut plain, 0.5)
        );
    }
    println!();
}

/// What git itself takes for the same, in milliseconds.
fn by_git(clones: &Clones, round: usize) -> f64 {
    let (one, other) = (&clones.all[0], &clones.all[1]);
    other.run("git", &["pull", "-q"]);
    let text = clones
        .text(0)
        .replace("timeline:\n", &format!("# {round}\ntimeline:\n"));
    fs::write(one.file(), text).expect("the incident file");
    let start = Instant::now();
    one.run("git", &["add", "incidents"]);
    one.run("git", &["commit", "-q", "-m", "change"]);
    one.run("git", &["push", "-q"]);
    other.run("git", &["pull", "-q"]);
    start.elapsed().as_secs_f64() * 1e3
}

/// Three consoles at work while the remote is away, and how long after its return until all have everything.
fn cut(seconds: u64) {
    let clones = Clones::new(3, 300);
    let mut three = consoles(&clones);
    let away = clones.folder.path().join("away.git");
    fs::rename(clones.hub(), &away).expect("the remote goes");
    let start = Instant::now();
    let mut typed = Vec::new();
    while start.elapsed() < Duration::from_secs(seconds) {
        for (number, console) in three.iter_mut().enumerate() {
            let word = format!("cut{number}x{:04}", typed.len());
            log(console, &word);
            console.keyboard.write_all(b"\r").expect("a key");
            console.keyboard.flush().expect("a key");
            console.settle(Duration::from_millis(300));
            typed.push(word);
        }
    }
    fs::rename(&away, clones.hub()).expect("the remote is back");
    let back = Instant::now();
    let limit = Duration::from_secs(180);
    let converged = loop {
        let texts: Vec<String> = (0..3).map(|clone| clones.text(clone)).collect();
        if texts.iter().all(|text| *text == texts[0]) && typed.iter().all(|word| texts[0].contains(word)) {
            break back.elapsed();
        }
        assert!(back.elapsed() < limit, "not converged within {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
        for console in &mut three {
            console.settle(Duration::from_millis(1));
        }
    };
    println!(
        "remote away for {seconds} s under 3 consoles, {} lines typed: all there {:.1} s after its return\n",
        typed.len(),
        converged.as_secs_f64()
    );
}

/// Clones that all change at once, each by verbs of its own, until all hold the same.
fn storm(count: usize, changes: usize) {
    let clones = Clones::new(count, 20);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for (number, place) in clones.all.iter().enumerate() {
            scope.spawn(move || {
                for change in 0..changes {
                    let line = format!("storm{number}x{change}.");
                    // Status 6: saved, and not at the remote yet.
                    let output = place.command(BINARY).args(["log", &line]).output().expect("runs");
                    assert!([Some(0), Some(6)].contains(&output.status.code()), "{output:?}");
                }
            });
        }
    });
    let typed = start.elapsed();
    let mut rounds = 0;
    while (1..count).any(|clone| clones.text(clone) != clones.text(0)) || rounds == 0 {
        for place in &clones.all {
            let _ = place.command(BINARY).arg("sync").output().expect("runs");
        }
        rounds += 1;
        assert!(rounds < 10, "not converged");
    }
    let text = clones.text(0);
    let missing = (0..count)
        .flat_map(|clone| (0..changes).map(move |change| format!("storm{clone}x{change}.")))
        .filter(|line| !text.contains(line))
        .count();
    println!(
        "{count} clones, {changes} changes each, all at once: changed in {:.0} s, converged in {:.0} s, {missing} of {} lost   (goal 60 s)\n",
        typed.as_secs_f64(),
        start.elapsed().as_secs_f64(),
        count * changes
    );
}

/// Cost of a verb with its sync, and of an idle console, over a long history.
fn history(commits: u64) {
    println!("commits in the repository     verb with sync   sync, nothing new   idle core   memory");
    let clones = Clones::new(1, 300);
    let place = &clones.all[0];
    let mut have = 0;
    for wanted in [10, commits / 10, commits] {
        fill(place, wanted.saturating_sub(have));
        have = wanted;
        place.run(BINARY, &["sync"]);
        let mut verbs = Vec::new();
        let mut syncs = Vec::new();
        for round in 0..15 {
            let start = Instant::now();
            place.run(BINARY, &["log", &format!("line {have}.{round}")]);
            verbs.push(start.elapsed().as_secs_f64() * 1e3);
            let start = Instant::now();
            place.run(BINARY, &["sync"]);
            syncs.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let mut console = consoles(&clones).remove(0);
        console.settle(Duration::from_millis(800));
        let before = effort(console.pid());
        std::thread::sleep(Duration::from_secs(10));
        let after = effort(console.pid());
        println!(
            "  {have:>7}                        {:>6.0} ms            {:>6.0} ms      {:>5.2} %   {:>5.1} MB",
            quantile(&mut verbs, 0.5),
            quantile(&mut syncs, 0.5),
            (after.0 - before.0) as f64 / 10e9 * 100.0,
            stage::peak(console.pid())
        );
    }
    println!();
}

/// So many more commits on the branch, each with a change of the incident's neighbours, by one process of git.
fn fill(place: &Place, commits: u64) {
    if commits == 0 {
        return;
    }
    let mut stream = String::new();
    for number in 0..commits {
        let from = if number == 0 { "from refs/heads/main^0\n" } else { "" };
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter x <x@x> {} +0000\ndata 2\nx\n{from}M 644 inline notes/{}.txt\ndata 5\n{:04}\n\n",
            1_795_000_000 + number,
            number % 50,
            number % 10_000
        );
    }
    let mut import = place
        .command("git")
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git");
    let mut input = import.stdin.take().expect("piped");
    input.write_all(stream.as_bytes()).expect("written");
    drop(input);
    assert!(import.wait().expect("ends").success());
    place.run("git", &["reset", "-q", "--hard"]);
    assert!(Path::new(&place.root).join("notes").is_dir());
}
