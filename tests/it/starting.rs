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
fn the_first_incident_is_asked_for_at_a_terminal() {
    let repo = Repo::new();
    let mut console = Console::open(&repo, "sam", &[]);
    console.shows("There is no incident here yet");
    console.press("<Enter>");
    assert_eq!(console.ends().0, 4, "leaving declares nothing");
    let mut console = Console::open(&repo, "sam", &[]);
    console.shows("What is broken, and for whom");
    console.press("Search is slow<Enter>").shows("Severity");
    console.press("P3<Enter>").shows_line(&["P3", "Search is slow"]);
    console.press("q");
    assert_eq!(console.ends().0, 0);
}
