//! Killed in the middle of syncing, at random moments: whatever is there is taken up by the next round, and what was
//! acknowledged is everywhere.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::clones::Clones;

/// A random number below `most`.
fn random(most: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(Instant::now()) % most
}

#[test]
fn fault_6_7_8_9_10_killed_between_save_commit_merge_and_push() {
    let rounds: usize = std::env::var("WARROOM_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(14);
    let clones = Clones::new(2);
    let mut acknowledged = Vec::new();
    for round in 0..rounds {
        // Somebody else was first, so that there is something to fetch, merge and bring.
        let other = format!("other {round}.");
        clones.warroom(1, ["log", &other]).0.status.code().unwrap();
        acknowledged.push(other);
        let mine = format!("mine {round}.");
        let mut child = clones
            .command(env!("CARGO_BIN_EXE_warroom"), 0)
            .args(["log", &mine])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(random(110)));
        child.kill().unwrap();
        if child.wait().unwrap().success() || clones.text(0).contains(&mine) {
            acknowledged.push(mine);
        }
        // A git that was on its way ends by itself; its lock is gone then.
        let lock = clones.root(0).join(".git/index.lock");
        let until = Instant::now() + Duration::from_secs(5);
        while lock.exists() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        clones.warroom(0, ["validate"]).ok();
        clones.warroom(0, ["sync"]).ok();
    }
    let text = clones.converge();
    for words in &acknowledged {
        assert_eq!(
            text.matches(&format!("text: {words}\n")).count(),
            1,
            "{words} in\n{text}"
        );
    }
}
