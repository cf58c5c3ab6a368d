//! What is read and written, whatever stands in a file's place: a plain sentence, no waiting, nothing outside.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::harness::Repo;

/// What may stand in a file's place.
const ODD: [&str; 6] = ["pipe", "device", "folder", "link out", "dangling link", "socket"];

/// Puts it there.
fn put(odd: &str, place: &Path, outside: &Path) {
    let _ = fs::remove_file(place).or_else(|_| fs::remove_dir_all(place));
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    match odd {
        "pipe" => {
            let made = std::process::Command::new("mkfifo").arg(place).status().unwrap();
            assert!(made.success());
        }
        // As its own name in the folder it would need root.
        "device" => symlink("/dev/zero", place).unwrap(),
        "folder" => fs::create_dir(place).unwrap(),
        "link out" => {
            fs::write(outside.join("secret"), "CI_TOKEN: t0psecret\n").unwrap();
            symlink(outside.join("secret"), place).unwrap();
        }
        "dangling link" => symlink(outside.join("nothing"), place).unwrap(),
        "socket" => drop(std::os::unix::net::UnixListener::bind(place).unwrap()),
        odd => panic!("{odd}"),
    }
}

/// Everything that a call says, which ends so.
fn told(repo: &Repo, call: &[&str], code: i32) -> String {
    let outcome = repo.warroom(call).run();
    assert_eq!(outcome.code, Some(code), "{outcome:?}");
    outcome.stdout + &outcome.stderr
}

#[test]
fn whatever_stands_in_a_files_place_is_named_and_nobody_waits_for_it() {
    for odd in ODD {
        let repo = Repo::new();
        let id = repo.declare("Checkout failing", "P1");
        let other = repo.path("incidents/INC-2026-0009/incident.yaml");
        put(odd, &other, repo.outside());
        let said = told(&repo, &["validate"], 5);
        assert!(
            said.contains("INC-2026-0009") && !said.contains("t0psecret"),
            "{odd}: {said}"
        );
        told(&repo, &["-i", &id, "log", "going on"], 0);
        put(odd, &repo.path(".warroom/config.yaml"), repo.outside());
        put(odd, &repo.config().join("config.yaml"), repo.outside());
        let said = repo.warroom(["-i", &id, "show"]).run();
        assert_eq!(said.code, Some(0), "{odd}: {}", said.stderr);
        put(odd, &repo.path(".warroom/frameworks/own.yaml"), repo.outside());
        let said = told(&repo, &["framework", "lint"], 5);
        assert!(
            said.contains("own.yaml") && !said.contains("t0psecret"),
            "{odd}: {said}"
        );
        let paste = repo.path("paste");
        put(odd, &paste, repo.outside());
        if odd != "link out" {
            let said = repo.warroom(["-i", &id, "log", "import", "paste"]).run();
            assert!(matches!(said.code, Some(2 | 4)), "{odd}: {said:?}");
        }
        for at in 0..3 {
            let mut files = ["a", "b", "c"];
            files[at] = "paste";
            for name in ["a", "b", "c"] {
                repo.write(name, repo.read(format!("incidents/{id}/incident.yaml")));
            }
            let run = repo.warroom(["merge-driver"]).args(files).run();
            assert!(run.code.is_some_and(|code| code < 100), "{odd}: {run:?}");
        }
    }
}

#[test]
fn what_is_too_large_says_how_large_and_what_the_bound_is() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let sparse = |place: &str, bytes: u64| {
        let place = repo.path(place);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::File::create(place).unwrap().set_len(bytes).unwrap();
    };
    sparse("incidents/INC-2026-0009/incident.yaml", 10 << 30);
    let said = told(&repo, &["validate"], 5);
    assert!(said.contains("10 GiB, and 64 MiB is the most"), "{said}");
    sparse("paste", 9 << 20);
    let said = repo.warroom(["-i", &id, "log", "import", "paste"]).fails(1);
    assert!(said.contains("9 MiB, and 8 MiB is the most"), "{said}");
    sparse(".warroom/frameworks/own.yaml", 3 << 20);
    let said = told(&repo, &["framework", "lint"], 5);
    assert!(said.contains("3 MiB, and 1 MiB is the most"), "{said}");
}

/// A folder of the repository is a link out, or nowhere: what would be written there is refused, and what it leads to stays.
#[test]
fn nothing_is_written_through_a_folder_that_links_out() {
    for dangling in [false, true] {
        for (place, verb, written) in [
            (
                "incidents",
                vec!["declare", "--title", "x", "--severity", "P1"],
                "INC-2026-0001",
            ),
            (".warroom/frameworks", vec!["framework", "copy", "ops"], "ops.yaml"),
            ("runbooks", vec!["init"], "README.md"),
        ] {
            let repo = Repo::new();
            let place = repo.path(place);
            let target = repo.outside().join("there");
            let _ = fs::remove_dir_all(&place);
            if !dangling {
                fs::create_dir(&target).unwrap();
            }
            symlink(&target, &place).unwrap();
            let said = repo.warroom(verb).run();
            assert_ne!(said.code, Some(0), "{said:?}");
            assert!(said.stderr.contains("is a link"), "{said:?}");
            assert!(!target.join(written).exists(), "{written}");
            assert_eq!(target.exists(), !dangling, "{written}");
        }
    }
}

#[test]
fn copies_of_an_incident_are_as_private_as_it_is() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let file = repo.file(&id);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    repo.warroom(["log", "private"]).ok();
    let side = repo.path(".git/warroom");
    let bases: Vec<_> = fs::read_dir(side)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "base"))
        .collect();
    assert!(!bases.is_empty());
    for base in bases {
        assert_eq!(base.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// A folder for our own things that is committed as a link leads nobody's lock and base out of the repository.
#[test]
fn without_git_the_folder_for_locks_may_not_be_a_link_out() {
    let repo = Repo::nothing();
    repo.write(".warroom/config.yaml", "framework: ops\n");
    let id = repo.declare("x", "SEV2");
    repo.warroom(["log", "x"]).ok();
    let target = repo.outside().join("there");
    fs::create_dir(&target).unwrap();
    let local = repo.path(".warroom/local");
    assert!(local.join(".gitignore").exists(), "git will not see it");
    fs::remove_dir_all(&local).unwrap();
    symlink(&target, &local).unwrap();
    let said = repo.warroom(["-i", &id, "log", "x"]).fails(1);
    assert!(said.contains("is a link"), "{said}");
    assert_eq!(fs::read_dir(&target).unwrap().count(), 0);
}

/// What may be wrong with the file of one incident among others.
#[test]
fn one_bad_incident_is_named_and_the_others_are_told() {
    let big = vec![b'x'; 1 << 16];
    let broken: [(&str, &[u8]); 4] = [
        ("nul", b"warroom: 1\nid: \0\n"),
        ("broken", b"warroom: 1\ntimeline: [\n"),
        ("no text", &[0xff, 0xfe, 0x00]),
        ("one line", &big),
    ];
    let kinds: Vec<&str> = ODD.into_iter().chain(broken.iter().map(|(name, _)| *name)).collect();
    for kind in kinds {
        let repo = Repo::new();
        repo.declare("Checkout failing", "P1");
        let place = "incidents/INC-2026-0000/incident.yaml";
        match broken.iter().find(|(name, _)| *name == kind) {
            Some((_, bytes)) => repo.write(place, bytes),
            None => put(kind, &repo.path(place), repo.outside()),
        }
        for call in [&["list"][..], &["search", "checkout"], &["validate"]] {
            let said = told(&repo, call, 5);
            assert!(said.contains("INC-2026-0000"), "{kind} {call:?}: {said}");
            let whole = said.contains("INC-2026-0001") || call[0] == "validate";
            assert!(whole && !said.contains("t0psecret"), "{kind} {call:?}: {said}");
        }
        let line = told(&repo, &["statusline"], 0);
        assert!(
            line.starts_with("P1 ") && line.trim_end().ends_with("| INC-2026-0000 unreadable"),
            "{kind}: {line}"
        );
        let doctor = repo.warroom(["doctor", "--offline"]).run();
        assert!(doctor.stdout.contains("INC-2026-0000"), "{kind}: {doctor:?}");
        told(&repo, &["-i", "INC-2026-0001", "log", "on"], 0);
    }
}

#[test]
fn files_that_are_named_are_all_looked_at() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let good = format!("incidents/{id}/incident.yaml");
    repo.write("bad.yaml", "timeline: [\n");
    let said = told(&repo, &["validate", "gone.yaml", &good, "bad.yaml"], 5);
    assert!(said.contains("gone.yaml") && said.contains("bad.yaml"), "{said}");
    told(&repo, &["validate", &good, "gone.yaml"], 4);
    let said = told(&repo, &["framework", "lint", "gone.yaml", "bad.yaml"], 5);
    assert!(said.contains("gone.yaml") && said.contains("bad.yaml"), "{said}");
}

/// A team's own file that is broken, or none of that name: what ships stands in and says so, and nothing is allowed that only
/// the rules nobody can read could allow.
#[test]
fn where_a_framework_cannot_be_read_another_stands_in_and_judges_nothing() {
    for (name, file) in [("ops", Some("name: ops\nseverities: [\n")), ("ours", None)] {
        let repo = Repo::with_framework("ops");
        let id = repo.declare("Checkout failing", "SEV2");
        repo.warroom(["mitigation", "propose", "roll back", "--option", "rollback"])
            .run();
        if let Some(text) = file {
            repo.write(format!(".warroom/frameworks/{name}.yaml"), text);
        }
        let path = format!("incidents/{id}/incident.yaml");
        repo.write(
            &path,
            repo.read(&path)
                .replace("framework: ops", &format!("framework: {name}")),
        );
        let logged = repo.warroom(["log", "on"]).run();
        assert_eq!(logged.code, Some(0), "{logged:?}");
        let place = if file.is_some() {
            "ops.yaml:3:"
        } else {
            "no framework `ours`"
        };
        assert_eq!(logged.stderr.matches("stands in").count(), 1, "{logged:?}");
        assert!(logged.stderr.contains(place), "{logged:?}");
        for call in [
            &["resolve"][..],
            &["status", "resolved"],
            &["mitigation", "approve", "m"],
            &["mitigation", "start", "m"],
        ] {
            let refused = repo.warroom(call).run();
            assert_eq!(refused.code, Some(3), "{name}: {refused:?}");
            assert!(refused.stderr.contains("cannot be read"), "{refused:?}");
        }
        let shown = repo.warroom(["show", "--json"]).run();
        let shown: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
        assert_eq!(shown["derived"]["gate"]["ok"], false, "{name}");
        let severity = repo.warroom(["severity", "SEV1", "--reason", "worse"]).run();
        let known_words = file.is_some();
        assert_eq!(severity.code == Some(0), known_words, "{severity:?}");
        told(&repo, &["list"], 0);
        told(&repo, &["declare", "--title", "another", "--severity", "SEV1"], 0);
        let forced = repo
            .warroom(["-i", &id, "resolve", "--force", "--reason", "it is over"])
            .run();
        assert_eq!(forced.code, Some(0), "{forced:?}");
    }
}

/// A folder that ends at the end of numbers is somebody's slip; the next incident is counted from those that are incidents.
#[test]
fn a_folder_with_an_endless_number_gives_none() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    for number in ["18446744073709551615", "999999999999999999", "99999999999999999999999"] {
        fs::create_dir(repo.path(format!("incidents/INC-2026-{number}"))).unwrap();
    }
    assert_eq!(repo.declare("Second", "P2"), "INC-2026-0002");
}

/// What was given is said again with its ends only: the sentence is what counts.
#[test]
fn no_word_fills_a_screen() {
    let repo = Repo::new();
    repo.declare(&"long ".repeat(2000), "P1");
    repo.declare("Second", "P2");
    let word = "n".repeat(10_000);
    for call in [
        &["-i", &word, "show"][..],
        &["contacts", &word],
        &["runbook", "show", &word],
        &["framework", "show", &word],
        &["show"],
    ] {
        let said = repo.warroom(call).fails(4);
        assert!(said.lines().all(|line| line.chars().count() < 1200), "{said}");
    }
}
