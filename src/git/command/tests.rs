//! Calls that answer, complain, hang, and say too much.

use super::*;

#[test]
fn an_answer_and_a_complaint() {
    let dir = tempfile::tempdir().unwrap();
    let git = Git::at(dir.path());
    assert!(git.line(["--version"]).unwrap().starts_with("git version"));
    let said = git.run(["rev-parse", "HEAD"]).unwrap_err().to_string();
    assert!(said.starts_with("git says: not a git repository"), "{said}");
}

#[test]
fn a_call_that_hangs_is_ended_with_all_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let git = Git::at(dir.path())
        .set("alias.hang=!sleep 300 & sleep 300".into())
        .patient_for(Duration::from_millis(300));
    let start = Instant::now();
    assert_eq!(git.reach(["hang"]).unwrap_err(), Trouble::TooSlow(0));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_helper_that_keeps_the_pipes_open_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let git = Git::at(dir.path()).set("alias.leave=!(sleep 20 &) ; echo done".into());
    let start = Instant::now();
    assert_eq!(git.line(["leave"]).unwrap(), "done");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_is_fed_is_read_and_much_is_answered() {
    let dir = tempfile::tempdir().unwrap();
    let git = Git::at(dir.path()).set("alias.echo=!cat".into());
    let text = "x".repeat(3 << 20);
    assert_eq!(git.feed(["echo"], text.as_bytes()).unwrap().len(), text.len());
}

#[test]
fn what_comes_keeps_a_call_going_and_silence_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let limits = |silence, whole| {
        Git::at(dir.path())
            .set("alias.drip=!for i in 1 2 3 4 5 6 7 8; do printf . >&2; sleep 0.1; done; echo done".into())
            .set("alias.stall=!echo x; sleep 300".into())
            .with_limits(Duration::from_millis(silence), Duration::from_millis(whole))
    };
    // Longer than the silence that is borne, but never silent for that long.
    assert_eq!(limits(700, 60_000).reach(["drip"]).unwrap().out, b"done\n");
    assert_eq!(limits(300, 60_000).reach(["stall"]).unwrap_err(), Trouble::TooSlow(0));
    // A verb does not wait for what goes on, and says so.
    assert_eq!(limits(300, 300).reach(["drip"]).unwrap_err(), Trouble::TooLong(0));
    let remedy = super::super::Class::Network.remedy(&Trouble::TooLong(5));
    assert!(remedy.contains("`git fetch`"), "{remedy}");
}

#[test]
fn a_git_that_hangs_is_not_waited_for_as_long_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut git = Git::at(dir.path()).set("alias.hang=!sleep 300".into());
    git.local = Limit::whole(Duration::from_secs(1));
    assert_eq!(git.ask(["hang"]).unwrap_err(), Trouble::TooSlow(1));
    for _ in 0..3 {
        assert_eq!(git.ask(["hang"]).unwrap_err(), Trouble::TooSlow(0));
    }
    git.local = LOCAL;
    assert!(git.ask(["--version"]).is_ok(), "one that answers is waited for again");
    assert!(!HANGS.load(Ordering::Relaxed));
}

#[test]
fn an_answer_that_is_too_long_is_an_error_and_never_cut() {
    let dir = tempfile::tempdir().unwrap();
    let git = Git::at(dir.path()).set(format!("alias.much=!head -c {} /dev/zero", LONGEST + 1));
    assert_eq!(git.run(["much"]).unwrap_err(), Trouble::TooMuch(64));
    let git = Git::at(dir.path()).set(format!("alias.much=!head -c {LONGEST} /dev/zero"));
    assert_eq!(git.run(["much"]).unwrap().len(), LONGEST);
}

#[test]
fn of_much_progress_the_reason_at_its_end_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let git = Git::at(dir.path()).set(
        "alias.flood=!yes 'Receiving objects: 1%' | head -n 100000 >&2; echo 'fatal: early EOF' >&2; exit 1".into(),
    );
    assert_eq!(git.run(["flood"]).unwrap_err().to_string(), "git says: early EOF");
}
