//! `kill -9` of a console in the middle of a typed line and in the middle of writing, at random moments: the file is
//! always valid, what the screen showed as saved is in it once, and the half-typed line is offered on return.
//!
//! Forty deaths in an ordinary run; `WARROOM_ROUNDS=200 cargo test --test it deaths::` for more.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::harness::Repo;
use crate::pty::Console;

const TITLE: &str = "Checkout failing for EU cards";
const PATIENCE: Duration = Duration::from_secs(20);
/// Lines that are on their way to the disk when a console dies while writing.
const BURST: usize = 12;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// Some moment within the next so many microseconds.
    fn pause(&mut self, micros: u64) {
        std::thread::sleep(Duration::from_micros(self.below(micros)));
    }
}

/// Waits until the screen shows that everything up to this line is on disk.
#[track_caller]
fn until_saved(console: &Console, text: &str) {
    console.until(&format!("{text} saved"), |screen| is_saved(&screen.contents(), text));
}

fn is_saved(screen: &str, text: &str) -> bool {
    let header = screen.lines().nth(1).is_some_and(|line| line.contains("saved"));
    header
        && screen
            .lines()
            .skip(2)
            .any(|line| line.contains(text) && line.contains("sam"))
}

/// Waits until the half-typed line is in the state folder.
#[track_caller]
fn until_kept(repo: &Repo, line: &str) {
    let began = Instant::now();
    while !drafts(repo).iter().any(|draft| draft.contains(line)) {
        assert!(began.elapsed() < PATIENCE, "`{line}` is not kept: {:?}", drafts(repo));
        std::thread::yield_now();
    }
}

fn drafts(repo: &Repo) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![repo.state()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap_or_default()).into_owned());
            }
        }
    }
    found
}

#[test]
fn killed_while_typing_and_while_writing() {
    let asked = std::env::var("WARROOM_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok());
    let rounds: u64 = asked.unwrap_or(40);
    let repo = Repo::new();
    let id = repo.declare(TITLE, "P1");
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut acknowledged: Vec<String> = Vec::new();
    let mut half = None;
    let mut amidst = 0;
    for round in 0..rounds {
        let mut console = Console::open(&repo, "sam", &["open", &id]);
        console.shows(TITLE);
        if let Some((sure, typed)) = half.take() {
            take_up(&mut console, sure, typed, round, &mut acknowledged);
        }
        for line in 0..2 {
            let text = format!("R{round}.{line}.");
            console.press(&format!("l{text}<Enter>"));
            until_saved(&console, &text);
            acknowledged.push(text);
        }
        if round % 2 == 0 {
            half = Some(dies_typing(&repo, console, round, &mut dice));
        } else {
            acknowledged.extend(dies_writing(console, round, &mut dice));
            let there = std::fs::read_to_string(repo.file(&id))
                .unwrap()
                .matches(&format!("W{round}."))
                .count();
            amidst += u64::from((1..BURST).contains(&there));
        }
        check(&repo, &id, &acknowledged);
    }
    assert!(acknowledged.len() as u64 >= rounds * 2);
    println!(
        "{rounds} deaths, {amidst} of them amidst a burst of writes, {} acknowledged",
        acknowledged.len()
    );
    assert!(
        amidst >= rounds / 20,
        "only {amidst} of {rounds} died in the middle of writing"
    );
    repo.warroom(["validate"]).ok();
}

/// The line of the console that died is offered: at least what was surely kept, at most what was typed. It is finished.
fn take_up(console: &mut Console, sure: String, typed: String, round: u64, acknowledged: &mut Vec<String>) {
    console.shows("Draft kept");
    // The foot shows the beginning of it until the form is there.
    console.press("l").hides("has a draft").shows(&sure);
    let screen = console.screen();
    let line = screen.lines().last().unwrap();
    let offered: String = line[line.find(&sure).unwrap()..]
        .split_whitespace()
        .next()
        .unwrap()
        .into();
    assert!(
        typed.starts_with(&offered),
        "round {round}: offered `{offered}` of `{typed}`"
    );
    console.press("<Tab><Enter>");
    until_saved(console, &offered);
    acknowledged.push(offered);
}

/// Killed between two letters of a line; what was surely kept of it, and all that was typed.
fn dies_typing(repo: &Repo, mut console: Console, round: u64, dice: &mut Dice) -> (String, String) {
    let sure = format!("half{round}:");
    let mut typed = sure.clone();
    console.press(&format!("a{sure}")).shows(&sure);
    until_kept(repo, &sure);
    for letter in 0..dice.below(30) {
        let letter = char::from(b'a' + (letter % 26) as u8);
        typed.push(letter);
        console.press(&letter.to_string());
        dice.pause(3000);
    }
    console.signal(Signal::KILL);
    console.ends();
    (sure, typed)
}

/// Killed while line after line is being written; those that the screen showed as saved.
fn dies_writing(mut console: Console, round: u64, dice: &mut Dice) -> Vec<String> {
    let lines: Vec<String> = (0..BURST).map(|line| format!("W{round}.{line}.")).collect();
    let keys = lines
        .iter()
        .map(|line| format!("l{line}<Enter>"))
        .collect::<Vec<_>>()
        .concat();
    console.press(&keys);
    dice.pause(60_000);
    let screen = console.screen();
    console.signal(Signal::KILL);
    console.ends();
    lines.into_iter().filter(|line| is_saved(&screen, line)).collect()
}

/// The file is valid, and all that was acknowledged is in it, once.
fn check(repo: &Repo, id: &str, acknowledged: &[String]) {
    repo.warroom(["validate"]).ok();
    let text = std::fs::read_to_string(repo.file(id)).unwrap();
    for line in acknowledged {
        let times =
            text.matches(&format!("text: {line}\n")).count() + text.matches(&format!("text: \"{line}\"\n")).count();
        assert_eq!(times, 1, "{line} stands {times} times in\n{text}");
    }
}
