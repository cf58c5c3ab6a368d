//! One bad item stops itself and nothing else: what others push, delete or put in an incident's place, what is missing or
//! unreadable here, and what was written without this program.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::clones::Clones;

pub(crate) fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

/// A second incident in clone 0, known to all.
pub(crate) fn second(clones: &Clones) -> String {
    let said = clones
        .warroom(0, ["declare", "--title", "Second", "--severity", "P2"])
        .ok();
    for number in 0..clones.count() {
        clones.warroom(number, ["sync"]).ok();
    }
    said.trim().to_owned()
}

pub(crate) fn place(id: &str) -> String {
    format!("incidents/{id}/incident.yaml")
}

pub(crate) fn at_hub(clones: &Clones, id: &str) -> String {
    clones.git(0, ["fetch", "-q"]);
    clones.git(0, ["show", &format!("origin/main:{}", place(id))])
}

pub(crate) fn push_all(clones: &Clones, number: usize, said: &str) {
    clones.git(number, ["add", "-A", "."]);
    clones.git(number, ["commit", "-qm", said]);
    clones.git(number, ["push", "-q"]);
}

/// Does something to an incident in clone 1.
type Damage = fn(&Clones, &str);

/// What somebody without this program may push in an incident's place.
fn damages() -> Vec<(&'static str, Damage)> {
    fn append(clones: &Clones, id: &str, words: &str) {
        let path = clones.root(1).join(place(id));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text + words).unwrap();
    }
    vec![
        ("a tab", |clones, id| append(clones, id, "\tx: 1\n")),
        ("a NUL byte", |clones, id| append(clones, id, "x: \0\n")),
        ("no YAML", |clones, id| append(clones, id, "]]]: {{{\n")),
        ("empty", |clones, id| {
            fs::write(clones.root(1).join(place(id)), "").unwrap();
        }),
        ("not UTF-8", |clones, id| {
            fs::write(clones.root(1).join(place(id)), b"\xff\xfe\x00x").unwrap();
        }),
        ("a link", |clones, id| {
            let path = clones.root(1).join(place(id));
            fs::remove_file(&path).unwrap();
            symlink("/etc/hostname", path).unwrap();
        }),
        ("a folder", |clones, id| {
            let path = clones.root(1).join(place(id));
            fs::remove_file(&path).unwrap();
            fs::create_dir(&path).unwrap();
            fs::write(path.join("x"), "x").unwrap();
        }),
        ("a link for its folder", |clones, id| {
            let folder = clones.root(1).join("incidents").join(id);
            fs::remove_dir_all(&folder).unwrap();
            symlink("/tmp", folder).unwrap();
        }),
        ("gone", |clones, id| {
            fs::remove_dir_all(clones.root(1).join("incidents").join(id)).unwrap();
        }),
    ]
}

#[test]
fn one_bad_incident_at_the_remote_stops_nobody_and_is_named_with_who_brought_it() {
    let clones = Clones::new(3);
    let other = second(&clones);
    for (number, (what, damage)) in damages().into_iter().enumerate() {
        clones.git(1, ["pull", "-q"]);
        damage(&clones, &clones.id);
        push_all(&clones, 1, what);
        // One that has something of its own to say in both incidents, one that has not.
        let (one, two) = (format!("beside {number}"), format!("in it {number}"));
        clones.warroom(0, ["--offline", "log", "-i", &other, &one]).fails(6);
        clones.warroom(0, ["--offline", "log", "-i", &clones.id, &two]).fails(6);
        let ran = clones.warroom(0, ["sync"]);
        assert_eq!(ran.code(), 0, "{what}: {}{}", ran.out(), ran.said());
        has(&ran.said(), &[&clones.id, "p1", "commit"]);
        let ran = clones.warroom(2, ["sync"]);
        assert_eq!(ran.code(), 0, "{what}: {}{}", ran.out(), ran.said());
        for text in [at_hub(&clones, &clones.id), fs::read_to_string(clones.file(2)).unwrap()] {
            has(&text, &[&two, "title: Checkout failing"]);
        }
        has(&at_hub(&clones, &other), &[&one]);
    }
    clones.warroom(2, ["validate"]).ok();
}

#[test]
fn a_mended_incident_is_taken_back_without_a_manual_fetch() {
    let clones = Clones::new(2);
    let other = second(&clones);
    let good = clones.text(1);
    let end = good.rfind("# end of").unwrap();
    let line = "- at: 2026-11-20T14:30:00.000Z\n  by: p1\n  kind: note\n  text: said in between\n";
    let broken = format!("{}{line}\tx: 1\n{}", &good[..end], &good[end..]);
    fs::write(clones.file(1), &broken).unwrap();
    push_all(&clones, 1, "slip");
    clones.warroom(0, ["log", "-i", &clones.id, "meanwhile"]).ok();
    clones.warroom(0, ["log", "-i", &other, "elsewhere"]).ok();
    // Whoever slipped mends it on top of the own version.
    fs::write(clones.file(1), broken.replace("\tx: 1\n", "")).unwrap();
    clones.git(1, ["commit", "-qam", "mended"]);
    clones.warroom(1, ["sync"]).ok();
    has(&clones.converge(), &["meanwhile", "said in between"]);
}

#[test]
fn a_bad_incident_that_is_new_comes_as_it_is_and_is_named() {
    let clones = Clones::new(2);
    fs::create_dir_all(clones.root(1).join("incidents/INC-2026-0900")).unwrap();
    fs::write(clones.root(1).join(place("INC-2026-0900")), "title: x\n\ty: 1\n").unwrap();
    push_all(&clones, 1, "new and bad");
    clones.warroom(0, ["--offline", "log", "mine"]).fails(6);
    let ran = clones.warroom(0, ["sync"]);
    ran.ok();
    has(&ran.said(), &["INC-2026-0900", "cannot be read", "line 2", "p1"]);
    has(&at_hub(&clones, &clones.id), &["mine"]);
    assert_eq!(
        fs::read_to_string(clones.root(0).join(place("INC-2026-0900"))).unwrap(),
        "title: x\n\ty: 1\n"
    );
    assert_eq!(clones.warroom(0, ["sync"]).said(), "", "it is told once");
}

#[test]
fn something_unreadable_here_stops_only_itself() {
    let clones = Clones::new(2);
    let root = clones.root(0);
    for (id, what) in [
        ("INC-2026-0901", "a link"),
        ("INC-2026-0902", "10 GiB, and 64 MiB is the most"),
        ("INC-2026-0903", "a tab"),
    ] {
        let path = root.join(place(id));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match what {
            "a link" => symlink("nowhere", &path).unwrap(),
            "10 GiB, and 64 MiB is the most" => fs::File::create(&path).unwrap().set_len(10 << 30).unwrap(),
            _ => fs::write(&path, "title: x\n\ty: 1\n").unwrap(),
        }
        let words = format!("beside {what}");
        clones.warroom(0, ["log", "-i", &clones.id, &words]).ok();
        has(&at_hub(&clones, &clones.id), &[&words]);
        let ran = clones.warroom(0, ["sync"]);
        assert_eq!(ran.code(), 6, "{what}: {}", ran.out());
        has(&ran.out(), &[id, what, "All other incidents are synced"]);
        fs::remove_file(&path).unwrap();
        clones.warroom(0, ["sync"]).ok();
    }
}

#[test]
fn what_the_remote_deletes_is_put_back_with_the_name_of_who_did_it() {
    let clones = Clones::new(3);
    let other = second(&clones);
    clones.git(1, ["rm", "-rq", "incidents"]);
    clones.git(1, ["commit", "-qm", "tidy"]);
    clones.git(1, ["push", "-q"]);
    let ran = clones.warroom(0, ["sync"]);
    ran.ok();
    has(
        &ran.said(),
        &["p1 deleted", &clones.id, &other, "put back", "warroom cancel"],
    );
    // A verb of another clone that has a line of its own, and the one who deleted.
    clones.warroom(2, ["log", "-i", &other, "still here"]).ok();
    clones.warroom(1, ["sync"]).ok();
    for number in 0..3 {
        clones.warroom(number, ["sync"]).ok();
        assert!(clones.file(number).exists());
        has(
            &fs::read_to_string(clones.root(number).join(place(&other))).unwrap(),
            &["still here"],
        );
    }
}

#[test]
fn what_is_deleted_here_is_put_back_committed_or_not() {
    let clones = Clones::new(2);
    let other = second(&clones);
    let steps: [&[&str]; 3] = [
        &[],
        &["rm", "-rq", "--cached", "incidents"],
        &["commit", "-qam", "gone"],
    ];
    for many in 0..=steps.len() {
        fs::remove_dir_all(clones.root(0).join("incidents").join(&other)).unwrap();
        if many == 2 {
            clones.git(0, ["rm", "-q", "--cached", &place(&other)]);
        } else if many == 3 {
            clones.git(0, ["commit", "-qam", "gone"]);
        }
        let ran = clones.warroom(0, ["sync"]);
        ran.ok();
        has(&ran.said(), &[&other, "put back"]);
        assert!(clones.root(0).join(place(&other)).exists(), "{many}");
        assert_eq!(clones.git(0, ["status", "--porcelain"]), "", "{many}");
        has(&at_hub(&clones, &other), &["title: Second"]);
    }
}

#[test]
fn a_number_that_git_knows_is_not_given_again() {
    let clones = Clones::new(2);
    let other = second(&clones);
    let before = at_hub(&clones, &other);
    fs::remove_dir_all(clones.root(0).join("incidents").join(&other)).unwrap();
    let new = clones.warroom(0, ["declare", "--title", "New", "--severity", "P2"]);
    assert_ne!(new.out().trim(), other);
    assert_eq!(at_hub(&clones, &other), before);
    // A sparse checkout has no folder at all.
    clones.git(1, ["sparse-checkout", "set", "--no-cone", "/*", "!/incidents/"]);
    let third = clones.warroom(1, ["declare", "--title", "Third", "--severity", "P2"]);
    let third = third.out().trim().to_owned();
    assert!(third != other && third != clones.id, "{third}");
    clones.warroom(1, ["sync"]);
    assert_eq!(at_hub(&clones, &other), before);
    has(&at_hub(&clones, &clones.id), &["title: Checkout failing"]);
}

#[test]
fn an_incident_is_never_committed_over_another() {
    let clones = Clones::new(2);
    let other = second(&clones);
    let before = at_hub(&clones, &other);
    let path = clones.root(0).join(place(&other));
    let text = clones.text(0).replace("uid: ", "uid: other");
    let foreign: String = text
        .lines()
        .map(|line| line.replace("id: e", "id: ez"))
        .map(|line| line.replace(&clones.id, &other) + "\n")
        .collect();
    fs::write(&path, foreign).unwrap();
    let ran = clones.warroom(0, ["sync"]);
    ran.ok();
    has(&ran.said(), &["is INC-"]);
    assert_eq!(at_hub(&clones, &other), before);
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    clones.warroom(1, ["sync"]).ok();
    assert_eq!(
        fs::read_dir(clones.root(1).join("incidents")).unwrap().count(),
        3,
        "both are there"
    );
}

#[test]
fn edits_that_arrive_by_git_are_stamped_and_logged_alike_by_all() {
    for own_change in [false, true] {
        let clones = Clones::new(3);
        clones.warroom(0, ["log", "kim said rollback"]).ok();
        clones.warroom(0, ["log", "to be removed"]).ok();
        for number in 1..3 {
            clones.warroom(number, ["sync"]).ok();
        }
        let text = clones.text(1);
        let at = text.find("text: to be removed").unwrap();
        let begin = text[..at].rfind("\n- ").unwrap() + 1;
        let end = text[at..].find('\n').unwrap() + at + 1;
        let edited = format!("{}{}", &text[..begin], &text[end..])
            .replace("severity: P1", "severity: P3")
            .replace("kim said rollback", "kim said delete prod");
        fs::write(clones.file(1), edited).unwrap();
        push_all(&clones, 1, "web edit");
        if own_change {
            for number in [0, 2] {
                clones
                    .warroom(number, ["--offline", "log", &format!("own {number}")])
                    .fails(6);
            }
        }
        // Both read the same commits before either has pushed what it makes of them.
        let hub = clones.hub();
        let bare = clones.outside().join("twin.git");
        fs_copy(&hub, &bare);
        clones.git(2, ["remote", "set-url", "origin", bare.to_str().unwrap()]);
        for number in [0, 2] {
            let ran = clones.warroom(number, ["sync"]);
            ran.ok();
        }
        if !own_change {
            assert_eq!(clones.text(0), clones.text(2), "the same bytes");
        }
        clones.git(2, ["remote", "set-url", "origin", hub.to_str().unwrap()]);
        // The clone that the edit was made in notices it, too, and tells the others.
        for number in [0, 1, 2, 1] {
            clones.warroom(number, ["sync"]).ok();
        }
        let text = clones.converge();
        has(
            &text,
            &[
                "severity: P3",
                "kim said delete prod",
                "to be removed",
                "edited outside warroom by p1, in commit",
            ],
        );
        assert_eq!(text.matches("manual edit: severity: P3 (was: P1)").count(), 1, "{text}");
        assert_eq!(text.matches("edited outside warroom by p1").count(), 1, "{text}");
        assert_eq!(text.matches("kind: conflict").count(), 0, "{text}");
        let shown = clones.warroom(0, ["show", "--json", &clones.id]).json();
        assert_eq!(shown["severity"], Value::from("P3"));
    }
}

fn fs_copy(from: &std::path::Path, to: &std::path::Path) {
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .args([from, to])
        .status()
        .unwrap();
    assert!(copied.success());
}

#[test]
fn a_uid_that_was_taken_away_or_changed_comes_back() {
    let clones = Clones::new(2);
    let uid = clones
        .text(0)
        .lines()
        .find(|line| line.starts_with("uid:"))
        .unwrap()
        .to_owned();
    for (number, instead) in ["", "uid: zzzzzzz\n"].into_iter().enumerate() {
        clones.warroom(1, ["sync"]).ok();
        let text = clones.text(1).replace(&format!("{uid}\n"), instead);
        fs::write(clones.file(1), text).unwrap();
        push_all(&clones, 1, "uid");
        clones.warroom(0, ["log", &format!("own {number}")]).ok();
        has(&clones.converge(), &[&format!("{uid}\n"), &format!("own {number}")]);
    }
}

#[test]
fn a_deleted_branch_is_not_made_again_by_a_verb() {
    let clones = Clones::new(1);
    let hub = clones.hub();
    let hub = hub.to_str().unwrap();
    clones.git(0, ["push", "-q", "origin", "main:other"]);
    clones.git(0, ["--git-dir", hub, "symbolic-ref", "HEAD", "refs/heads/other"]);
    clones.git(0, ["--git-dir", hub, "update-ref", "-d", "refs/heads/main"]);
    let said = clones.warroom(0, ["log", "kept here"]).fails(6);
    has(&said, &["main", "any more"]);
    assert_eq!(clones.git(0, ["ls-remote", "--heads", "origin", "main"]), "");
    clones.warroom(0, ["sync"]).ok();
    has(
        &clones.git(0, ["show", &format!("origin/main:{}", place(&clones.id))]),
        &["kept here"],
    );
}
