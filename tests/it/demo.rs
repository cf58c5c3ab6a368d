//! The demonstration: its responders are processes of their own, they work, they leave the viewer's say alone, and nothing
//! is left when the viewer is gone.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use warroom::demo::{Demo, Options, frameworks};
use warroom::git::Driver;
use warroom::incident::{Change, HypothesisState, MitigationState, live};
use warroom::session::{Clock, Open, Session, SystemClock};
use warroom::store;

const PATIENCE: Duration = Duration::from_secs(120);

fn options(framework: &str, pace: f64) -> Options {
    Options {
        framework: framework.into(),
        program: PathBuf::from(env!("CARGO_BIN_EXE_warroom")),
        keep: false,
        pace,
    }
}

/// Whether a process is there and not only waiting to be forgotten.
fn alive(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

fn open(demo: &Demo) -> Session {
    // Of this test program only this file opens sessions; the rest is the binary's business.
    store::keep_state_in(std::env::temp_dir().join(format!("warroom-it-state-{}", std::process::id())));
    let mut session = Session::open(Open {
        repository: demo.repository(),
        place: demo.place().clone(),
        by: "ana".into(),
        clock: Arc::new(SystemClock),
        watch: true,
    })
    .unwrap();
    // The responders are in clones of their own.
    session.start_sync(Driver::at(Path::new(env!("CARGO_BIN_EXE_warroom"))), true);
    session
}

/// Waits for a snapshot that is as wanted.
fn wait(session: &Session, what: &str, wanted: impl Fn(&warroom::incident::Incident) -> bool) {
    let until = Instant::now() + PATIENCE;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut snapshots = session.subscribe();
    runtime.block_on(async {
        loop {
            if wanted(&session.snapshot().incident) {
                return;
            }
            let left = until.saturating_duration_since(Instant::now());
            let changed = tokio::time::timeout(left, snapshots.changed()).await;
            assert!(matches!(changed, Ok(Ok(()))), "waited in vain for {what}");
        }
    });
}

#[test]
fn three_responders_work_beside_the_viewer() {
    for framework in frameworks()
        .into_iter()
        .filter(|name| ["war-room", "ops"].contains(&name.as_str()))
    {
        let mut demo = Demo::set_up(&options(&framework, 20.0), SystemClock.now()).unwrap();
        let folder = demo.folder().to_owned();
        let session = open(&demo);
        let before = session.snapshot().incident.clone();
        assert!(before.timeline.len() > 20, "an incident under way");
        let processes = demo.responders();
        assert!(processes.len() == 3 && processes.iter().all(|process| alive(*process)));

        // What the viewer does counts: the severity stays as the viewer set it.
        let severity = Change::SetField {
            field: "title".into(),
            value: "Checkout fails for EU cards (seen by ana)".into(),
        };
        session.apply(severity).unwrap();
        demo.begin(SystemClock.now());
        wait(&session, "all three", |incident| {
            let new = incident.timeline.iter().skip(before.timeline.len());
            let authors: Vec<_> = new.map(|event| event.by.as_str()).collect();
            ["sam", "kim", "lee"].iter().all(|name| authors.contains(name))
        });
        wait(&session, "the story to come to monitoring", |incident| {
            incident.status == "monitoring"
        });
        wait(&session, "the cause", |incident| incident.cause.is_some());
        wait(&session, "hypothesis, mitigation and checklist", |incident| {
            live(&incident.hypotheses).any(|entry| entry.state == HypothesisState::Confirmed)
                && live(&incident.mitigations).any(|entry| entry.state == MitigationState::Verified)
                && incident.checklist.len() >= 4
        });
        let incident = session.snapshot().incident.clone();
        assert_eq!(incident.title, "Checkout fails for EU cards (seen by ana)");
        // The file has it a moment before the branch does.
        let until = Instant::now() + PATIENCE;
        loop {
            let log = Command::new("git")
                .args(["log", "--format=%s"])
                .current_dir(demo.repository().root())
                .output()
                .unwrap();
            let log = String::from_utf8_lossy(&log.stdout).into_owned();
            let missing = |who: &&&str| !log.contains(&format!(": {who} "));
            let Some(who) = ["sam", "kim", "lee"].iter().find(missing) else {
                break;
            };
            assert!(
                Instant::now() < until,
                "{who} has not committed from a clone of their own\n{log}"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        // What lee logged without a network is there, too.
        wait(&session, "what was logged offline", |incident| {
            let has = |words: &str| incident.timeline.iter().any(|event| event.text.starts_with(words));
            has("Rollback under way: 4 of 24") && has("16 of 24 pods") && has("My network was gone")
        });

        session.flush(PATIENCE).unwrap();
        drop(session);
        drop(demo);
        assert!(!folder.exists());
        assert!(!processes.iter().any(|process| alive(*process)));
    }
}

#[test]
fn the_first_change_is_seen_at_once() {
    let set_up = Instant::now();
    let mut demo = Demo::set_up(&options("war-room", 1.0), SystemClock.now()).unwrap();
    let session = open(&demo);
    let count = session.snapshot().incident.timeline.len();
    // What this machine needs for the same kind of work, since it may be busy.
    let bound = Duration::from_secs(10).max(set_up.elapsed() * 5);
    let began = Instant::now();
    demo.begin(SystemClock.now());
    wait(&session, "a first change", |incident| incident.timeline.len() > count);
    assert!(began.elapsed() < bound, "{:?} of {bound:?}", began.elapsed());
}

#[test]
fn with_keep_the_folder_stays() {
    let keep = Options {
        keep: true,
        ..options("war-room", 1.0)
    };
    let demo = Demo::set_up(&keep, SystemClock.now()).unwrap();
    let (folder, root) = (demo.folder().to_owned(), demo.repository().root().to_owned());
    drop(demo);
    assert!(root.join(".git").is_dir());
    std::fs::remove_dir_all(folder).unwrap();
}

/// A folder as a demonstration makes it.
fn folder(nonce: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("warroom-demo-{nonce}"));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join(".made-by-warroom-demo"), "").unwrap();
    path
}

fn responder(folder: &Path, more: &[&str]) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_warroom"))
        .args(["demo-responder", "--who", "kim", "--folder"])
        .arg(folder)
        .args(more)
        .env("WARROOM_STATE_DIR", folder.join("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_viewer_leaves_nothing_behind() {
    let gone = folder("kaaaaaa");
    let mut child = responder(&gone, &[]);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(!gone.exists());

    let kept = folder("kbbbbbb");
    let mut child = responder(&kept, &["--keep"]);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(kept.exists());
    std::fs::remove_dir_all(kept).unwrap();
}

#[test]
fn a_responder_touches_no_other_folder() {
    let other = folder("kcccccc");
    std::fs::remove_file(other.join(".made-by-warroom-demo")).unwrap();
    let mut child = responder(&other, &[]);
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert!(other.exists());
    std::fs::remove_dir_all(other).unwrap();
}
