//! What other processes do in these tests; each is this test binary started again.

use std::io::{BufRead, BufReader, Write};

use super::support::{child as child_of, *};

/// A process of its own logs a line. Started again by [`super::support::child`], this is that process.
#[test]
fn child() {
    if let Some(root) = std::env::var_os("WARROOM_TEST_ROOT") {
        work(&root, &std::env::var("WARROOM_TEST_TASK").unwrap());
        return;
    }
    let room = room();
    let mut child = child_of(&room, "log by another process", "");
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let acknowledged = said.map_while(Result::ok).filter(|line| line == "ACK");
    assert_eq!(acknowledged.count(), 1);
    assert!(child.wait().unwrap().success());
    assert_eq!(room.notes(), ["by another process"]);
}

/// Does what the parent asked for.
fn work(root: &std::ffi::OsStr, task: &str) {
    let repository = Room::of(root.as_ref());
    let place = repository.incidents().unwrap().remove(0);
    let (verb, rest) = task.split_once(' ').unwrap_or((task, ""));
    let mut out = std::io::stdout();
    let mut say = |what: &str| {
        writeln!(out, "{what}").unwrap();
        out.flush().unwrap();
    };
    match verb {
        // Log one line and say when it is on disk.
        "log" | "console" => {
            let session = open(&repository, place, "child", verb == "console").unwrap();
            session.apply(log(rest)).unwrap();
            if session.flush(LONG).is_ok() {
                say("ACK");
            }
        }
        // Log many lines, saying of each when it is on disk; type a line that is never sent.
        "storm" => {
            let (name, count) = rest.split_once(' ').unwrap();
            let session = open(&repository, place, name, true).unwrap();
            for n in 0..count.parse().unwrap() {
                session.keep_draft(&format!("half typed {n}"));
                session.apply(log(format!("{name} {n}"))).unwrap();
                if session.flush(LONG).is_ok() {
                    say(&format!("ACK {name} {n}"));
                }
            }
        }
        // Show the file until killed.
        "watch" => {
            let session = open(&repository, place, "child", true).unwrap();
            // Its first look is done, which is a save.
            until("it is at rest", || session.shared.disk().is_kept());
            say("OPEN");
            loop {
                std::thread::park();
            }
        }
        // Hold the lock until killed.
        "hold" => {
            let site = repository.site(&place);
            site.side().unwrap();
            let held = crate::store::lock::Lock::new(site.lock_path(), "child").take(&|| true);
            assert!(held.is_held());
            say("HELD");
            loop {
                std::thread::park();
            }
        }
        other => panic!("no task {other}"),
    }
}
