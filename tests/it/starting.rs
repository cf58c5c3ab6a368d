//! What `warroom` alone does where no incident is open here: it asks the remote first, and declares where there is none at all.

use crate::clones::Clones;
use crate::harness::Repo;
use crate::pty::Console;

const BINARY: &str = env!("CARGO_BIN_EXE_warroom");

fn alone(clones: &Clones, number: usize) -> Console {
    let mut command = clones.command(BINARY, number);
    command.env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8");
    Console::of(&command, (100, 30))
}

#[test]
fn what_a_colleague_has_just_declared_is_opened_and_not_declared_twice() {
    let clones = Clones::new(2);
    clones.warroom(0, ["cancel", "--reason", "a test"]).ok();
    clones.warroom(1, ["sync"]).ok();
    clones
        .warroom(0, ["declare", "--title", "Mail is down", "--severity", "P2"])
        .ok();
    let mut console = alone(&clones, 1);
    console.shows("Mail is down");
    console.press("q");
    assert_eq!(console.ends().0, 0);
}

#[test]
fn a_list_asks_the_remote_before_it_says_that_none_is_open() {
    let clones = Clones::new(2);
    clones.warroom(0, ["cancel", "--reason", "a test"]).ok();
    clones.warroom(1, ["sync"]).ok();
    clones
        .warroom(0, ["declare", "--title", "Mail is down", "--severity", "P2"])
        .ok();
    assert!(
        clones
            .warroom(1, ["list", "--offline"])
            .ok()
            .contains("no open incident\n")
    );
    assert!(clones.warroom(1, ["list"]).ok().contains("Mail is down"));
}

#[test]
fn a_console_opens_on_the_empty_board_and_declares_the_first_incident() {
    let repo = Repo::new();
    for args in [&[][..], &["open"]] {
        let mut console = Console::open(&repo, "sam", args);
        console.shows("no incident is open here").shows("n declares one");
        console.press("q");
        assert_eq!(console.ends().0, 0);
    }
    assert!(!repo.root().join("incidents").exists(), "looking makes nothing");
    let mut wall = Console::open(&repo, "sam", &["open", "--read-only"]);
    wall.shows("no incident is open here");
    wall.press("n").shows("opened with --read-only");
    // A key right behind what was refused would be taken for one that was typed ahead.
    wall.until("the message has gone", |screen| {
        !screen.contents().contains("opened with")
    });
    wall.press("q");
    assert_eq!(wall.ends().0, 0);
    let mut console = Console::open(&repo, "sam", &[]);
    console.press("n").shows("what is broken for whom");
    console
        .press("Search is slow<Enter><Ctrl-S>")
        .shows_line(&["UNASSESSED", "Search is slow"]);
    console.press("q");
    assert_eq!(console.ends().0, 0);
    assert!(repo.warroom(["list"]).ok().contains("Search is slow"));
}

#[test]
fn what_a_colleague_declares_comes_to_the_empty_board() {
    let clones = Clones::without_incident(2);
    let mut console = alone(&clones, 1);
    console.shows("no incident is open here");
    clones.warroom(0, ["declare", "Mail is down", "--severity", "P2"]).ok();
    console.shows_line(&["NEXT", "is open: Mail is down"]);
    console.hides("no incident is open here");
    console.press("<Enter>").shows("acknowledge, due in");
    console.press("q");
    assert_eq!(console.ends().0, 0);
}
