//! The three people at the terminals that they have, over two clones: the same keys make the same record at every size, and the other
//! clone has it by itself.

use std::time::{Duration, Instant};

use crate::clones::Clones;
use crate::pty::Console;

const BINARY: &str = env!("CARGO_BIN_EXE_warroom");
/// A split beside dashboards, an old terminal, a bad line.
const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 15)];

/// One person's console, and another's in a clone of its own.
struct Seat {
    clones: Clones,
    hands: Console,
    eyes: Console,
}

impl Seat {
    fn at(size: (u16, u16)) -> Self {
        let clones = Clones::new(2);
        let open = |number: usize| {
            let mut command = clones.command(BINARY, number);
            command
                .arg("open")
                .env("TERM", "xterm-256color")
                .env("LC_ALL", "C.UTF-8");
            let console = Console::of(&command, size);
            console.shows("Checkout failing");
            console
        };
        let (hands, eyes) = (open(0), open(1));
        Self { clones, hands, eyes }
    }

    /// Presses keys, and waits until both clones have the words in the file.
    #[track_caller]
    fn does(&mut self, keys: &str, words: &str) -> &mut Self {
        self.hands.press(keys);
        self.both_have(words)
    }

    #[track_caller]
    fn both_have(&mut self, words: &str) -> &mut Self {
        let until = Instant::now() + Duration::from_secs(60);
        for number in [0, 1] {
            while !self.clones.text(number).contains(words) {
                assert!(
                    Instant::now() < until,
                    "`{words}` is not in clone {number}\n{}\n{}",
                    self.hands.screen(),
                    self.clones.text(number)
                );
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        self
    }

    /// Both leave; the clones hold the same.
    fn leaves(mut self) {
        for console in [&mut self.hands, &mut self.eyes] {
            console.press("q");
            assert_eq!(console.ends().0, 0, "{}", console.screen());
        }
        self.clones.converge();
    }
}

#[test]
fn the_incident_commander_at_each_size() {
    for size in SIZES {
        let mut seat = Seat::at(size);
        seat.does("A", "acknowledged:")
            .does("Rincident<Enter>p0<Enter>", "role: incident_commander")
            .does("dfreeze deploys to all regions<Enter>", "freeze deploys to all regions")
            .does("striage<Enter><Enter>", "status: triage")
            .does("Eiusers<Enter>38 % of checkouts<Enter>", "38 % of checkouts")
            .does("SP2<Enter>one browser only<Enter>", "one browser only");
        // What that moved is closed again.
        seat.hands.shows("What changed");
        seat.hands.press("<Esc>").hides("What changed");
        seat.does("u", "undone: ")
            .does("Cask the provider<Enter>p0<Enter>15m<Enter>", "ask the provider");
        seat.leaves();
    }
}

#[test]
fn the_scribe_at_each_size() {
    for size in SIZES {
        let mut seat = Seat::at(size);
        seat.does("l-5m pool is full<Enter>", "pool is full")
            .does("e<Ctrl-U>pool was full<Enter>", "text: pool was full")
            .does("p", "pinned: true")
            .does("Lathe pager said so<Enter>", "the pager said so");
        seat.hands
            .paste("[00:01] kim: one host is back\n[00:02] ana: errors fall\n");
        seat.hands.shows("2 events");
        seat.does("<Enter>", "errors fall").does("u", "undone");
        seat.leaves();
    }
}

#[test]
fn the_responder_at_each_size() {
    for size in SIZES {
        let mut seat = Seat::at(size);
        seat.does("5/service health<Enter>c", "owner: p0")
            .does("<Space>", "state: done")
            .does(
                "/golden signals<Enter>tlatency p99 at 30 s<Enter>",
                "latency p99 at 30 s",
            )
            .does("Hbot traffic<Enter><Enter>", "bot traffic")
            .does("4ecompare user agents<Enter>for<Enter>", "compare user agents")
            .does("Mroll back v2.34<Ctrl-S>", "roll back v2.34");
        seat.leaves();
    }
}

#[test]
fn a_text_is_written_in_the_persons_own_editor_and_the_screen_comes_back() {
    let clones = Clones::new(1);
    let editor = clones.outside().join("editor");
    std::fs::write(&editor, "#!/bin/sh\necho 'written in an editor' > \"$1\"\n").unwrap();
    std::process::Command::new("chmod")
        .arg("+x")
        .arg(&editor)
        .status()
        .unwrap();
    let mut command = clones.command(BINARY, 0);
    command
        .arg("open")
        .env("TERM", "xterm-256color")
        .env("LC_ALL", "C.UTF-8");
    command.env("VISUAL", &editor);
    let mut console = Console::of(&command, (80, 24));
    console.shows("Checkout failing");
    console.press("lbegun here<Ctrl-O>").shows("written in an editor");
    console.press("<Enter>").shows_line(&["p0", "written in an editor"]);
    console.press("q");
    assert_eq!(console.ends().0, 0);
    assert!(clones.text(0).contains("text: written in an editor"));
}
