//! What a round leaves as it is while it goes on with all else: files that git ignores, that are too large, that a newer program wrote, and
//! other files that conflict.

use std::fs;

use crate::clones::Clones;
use crate::rounds::{at_hub, has, place, push_all, second};

#[test]
fn incidents_that_the_remote_has_git_ignore_are_not_called_synced() {
    let clones = Clones::new(2);
    fs::write(clones.root(1).join(".gitignore"), "incidents/\n").unwrap();
    push_all(&clones, 1, "ignore");
    clones.warroom(0, ["sync"]).ok();
    let said = clones
        .warroom(0, ["declare", "--title", "Unshared", "--severity", "P2"])
        .fails(6);
    has(&said, &["Git ignores incidents/INC-", "stays on this machine"]);
    for _ in 0..2 {
        let ran = clones.warroom(0, ["sync"]);
        assert_eq!(ran.code(), 6);
        has(&ran.out(), &["Git ignores incidents/INC-", "stays on this machine"]);
    }
}

#[test]
fn a_large_incident_comes_whole_or_not_at_all() {
    let clones = Clones::new(2);
    clones.warroom(1, ["sync"]).ok();
    let text = clones.text(1);
    let end = text.rfind("# end of").unwrap();
    let mut many = text[..end].to_owned();
    let words = "x".repeat(60_000);
    for number in 0..600 {
        many.push_str(&format!(
            "- id: ebig{number:04}\n  at: 2026-11-20T15:{:02}:{:02}.{:03}Z\n  by: p1\n  kind: note\n  text: {words}\n",
            number / 60 % 60,
            number % 60,
            number
        ));
    }
    many.push_str(&text[end..]);
    assert!(many.len() > 33 << 20);
    fs::write(clones.file(1), &many).unwrap();
    push_all(&clones, 1, "large");
    clones.warroom(0, ["--offline", "log", "mine"]).fails(6);
    clones.warroom(0, ["sync"]).ok();
    for text in [clones.text(0), at_hub(&clones, &clones.id)] {
        assert_eq!(text.matches("id: ebig").count(), 600);
        has(&text, &["text: mine"]);
    }
}

#[test]
fn what_a_newer_program_wrote_holds_only_itself() {
    for changed_here in [false, true] {
        let clones = Clones::new(2);
        let first = clones.id.clone();
        let second = second(&clones);
        let newer = clones.text(1).replacen("warroom: 1", "warroom: 9", 1);
        let newer = newer.replacen("timeline:\n", "timeline: {of: another, kind: yes}\nhistory:\n", 1);
        fs::write(clones.file(1), &newer).unwrap();
        push_all(&clones, 1, "newer");
        if changed_here {
            clones
                .warroom(0, ["--offline", "log", "-i", &first, "mine here"])
                .fails(6);
        }
        let told = ["was written by a newer warroom (schema 9)", "update this warroom"];
        for line in ["one", "two"] {
            let ran = clones.warroom(0, ["log", "-i", &second, line]);
            assert_eq!(ran.code(), 0, "{}", ran.said());
            if changed_here {
                has(&ran.said(), &told);
            }
            assert_eq!(at_hub(&clones, &first), newer, "changed here: {changed_here}");
            has(&at_hub(&clones, &second), &[line]);
        }
        let before = clones.git(0, ["rev-list", "--count", "HEAD"]);
        let ran = clones.warroom(0, ["sync"]);
        assert_eq!(ran.code(), if changed_here { 6 } else { 0 }, "{}", ran.out());
        assert_eq!(clones.git(0, ["rev-list", "--count", "HEAD"]), before);
        if changed_here {
            has(&ran.out(), &told);
            // What a program that knows both merges by and by.
            has(&clones.text(0), &["warroom: 1", "mine here"]);
        } else {
            assert_eq!(clones.text(0), newer);
        }
        // Deleted by somebody, it comes back as it was.
        clones.git(1, ["pull", "-q"]);
        clones.git(1, ["rm", "-q", &place(&first)]);
        push_all(&clones, 1, "gone");
        clones.warroom(0, ["sync"]);
        assert_eq!(at_hub(&clones, &first), newer);
    }
}

#[test]
fn incidents_are_exchanged_while_other_files_wait() {
    for committed in [false, true] {
        let clones = Clones::new(2);
        let new = |number: usize, title: &str| {
            let said = clones.warroom(number, ["--offline", "declare", "--title", title, "--severity", "P2"]);
            said.fails(6);
            said.out().trim().to_owned()
        };
        for (number, text) in ["theirs\n", "mine\n"].into_iter().enumerate() {
            fs::write(clones.root(number).join("shared.txt"), text).unwrap();
            if number == 0 || committed {
                clones.git(number, ["add", "shared.txt"]);
                clones.git(number, ["commit", "-qm", "shared"]);
            }
        }
        clones.warroom(0, ["log", "from there"]).ok();
        clones.warroom(1, ["--offline", "log", "from here"]).fails(6);
        let declared = new(1, "Declared here");
        let said = clones.warroom(1, ["sync"]);
        assert_eq!(said.code(), 6);
        has(&said.out(), &["shared.txt", "incidents are exchanged meanwhile"]);
        // Both ways, the person's own file and commits untouched.
        has(&clones.text(1), &["from there", "from here"]);
        has(&at_hub(&clones, &clones.id), &["from there", "from here"]);
        has(&at_hub(&clones, &declared), &["Declared here"]);
        assert_eq!(fs::read_to_string(clones.root(1).join("shared.txt")).unwrap(), "mine\n");
        assert_eq!(clones.git(0, ["show", "origin/main:shared.txt"]), "theirs\n");
        // Again and again; nothing is said twice, and no commit is made for nothing.
        clones.warroom(0, ["log", "more from there"]).ok();
        clones.warroom(1, ["log", "-i", &clones.id, "more from here"]).fails(6);
        clones.warroom(0, ["sync"]).ok();
        has(&clones.text(0), &["more from there", "more from here"]);
        let before = clones.git(0, ["rev-parse", "origin/main"]);
        clones.warroom(1, ["sync"]).fails(6);
        clones.git(0, ["fetch", "-q"]);
        assert_eq!(clones.git(0, ["rev-parse", "origin/main"]), before);
        // The person sees to the file.
        if committed {
            clones.git(1, ["fetch", "-q"]);
            let merged = clones.try_git(1, ["merge", "-q", "-X", "ours", "origin/main"]);
            assert!(merged.status.success(), "{merged:?}");
        } else {
            fs::remove_file(clones.root(1).join("shared.txt")).unwrap();
        }
        clones.warroom(1, ["sync"]).ok();
        let text = clones.converge();
        for line in ["from there", "from here", "more from there", "more from here"] {
            assert_eq!(text.matches(&format!("text: {line}\n")).count(), 1, "{line}:\n{text}");
        }
        assert_eq!(
            clones
                .warroom(0, ["list", "--json"])
                .json()
                .to_string()
                .matches("Declared here")
                .count(),
            1
        );
    }
}
