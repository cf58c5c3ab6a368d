//! From one session to another on one file, without screens, and what the parts of it cost: `cargo bench --bench session`.
//!
//! Prints two tables; judges nothing.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // figures of a bench are small

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use warroom::document::Document;
use warroom::framework::Framework;
use warroom::incident::{Change, Declaration, EventKind, Time};
use warroom::merge;
use warroom::session::{Open, Session, SystemClock, declare};
use warroom::store::{Init, Place, Repository};

const LONG: Duration = Duration::from_secs(20);
const ROUNDS: usize = 200;
/// Between two lines of a person who types fast; the file's watcher is quiet by then.
const PAUSE: Duration = Duration::from_millis(40);

fn main() {
    // `cargo test --benches` runs this too; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    println!("{ROUNDS} lines logged by one session, seen by another");
    for events in [100, 1_000, 10_000] {
        between_sessions(events);
    }
    println!("\nthe parts of a foreign change at 10,000 events, one event appended");
    parts();
}

struct Room {
    // Removed with the room.
    _folder: tempfile::TempDir,
    repository: Repository,
    place: Place,
}

impl Room {
    /// A repository with one incident of this many events.
    fn new(events: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Repository::init(&folder.path().join("repo"), &Init::default()).expect("a repository");
        let repository = made.repository.with_state(folder.path().join("state"));
        let declaration = Declaration {
            title: "Checkout failing".into(),
            framework: "war-room".into(),
            severity: "P1".into(),
            status: "declared".into(),
            ..Declaration::default()
        };
        let place = declare(&repository, declaration, "kim", &SystemClock).expect("an incident");
        let text = std::fs::read_to_string(&place.path).expect("its file");
        std::fs::write(&place.path, with_events(&text, events)).expect("written");
        Self {
            _folder: folder,
            repository,
            place,
        }
    }

    fn path(&self) -> &Path {
        &self.place.path
    }

    fn open(&self, by: &str) -> Session {
        Session::open(Open {
            repository: &self.repository,
            place: self.place.clone(),
            by: by.into(),
            clock: Arc::new(SystemClock),
            watch: true,
        })
        .expect("opens")
    }
}

fn quantile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

fn with_events(old: &str, events: usize) -> String {
    let end = old.rfind("# end of").expect("a whole file");
    let mut text = old[..end].to_owned();
    for n in 0..events {
        let id: String = (0..6)
            .rev()
            .map(|digit| char::from(b'a' + (n / 10_usize.pow(digit) % 10) as u8))
            .collect();
        let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
        let _ = writeln!(
            text,
            "- id: ez{id}\n  at: 2026-11-20T{hour:02}:{minute:02}:{second:02}.000Z\n  by: sam\n  kind: observation\n  \
             text: Error rate of checkout in eu-west-1 is {n} per minute now"
        );
    }
    text.push_str(&old[end..]);
    text
}

fn between_sessions(events: usize) {
    let room = Room::new(events);
    let start = Instant::now();
    let (kim, lee) = (room.open("kim"), room.open("lee"));
    let opened = start.elapsed() / 2;
    std::thread::sleep(Duration::from_millis(300));
    let (mut applied, mut seen, mut saved) = (Vec::new(), Vec::new(), Vec::new());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut states = lee.subscribe();
    states.borrow_and_update();
    for n in 0..ROUNDS {
        let want = states.borrow_and_update().incident.timeline.len() + 1;
        let start = Instant::now();
        let line = Change::Log {
            kind: EventKind::Note,
            text: format!("line {n}"),
            at: None,
            pin: false,
        };
        kim.apply(line).expect("applied");
        applied.push(start.elapsed());
        runtime.block_on(async {
            while states.borrow_and_update().incident.timeline.len() < want {
                states.changed().await.expect("the session lives");
            }
        });
        seen.push(start.elapsed());
        kim.flush(LONG).expect("saved");
        saved.push(start.elapsed());
        std::thread::sleep(PAUSE);
    }
    println!(
        "{events:>7} events  open {opened:>9.2?}  apply p50 {:>8.2?} p95 {:>8.2?}  seen p50 {:>8.2?} p95 {:>8.2?}  saved \
         p50 {:>8.2?} p95 {:>8.2?}",
        quantile(&mut applied, 50),
        quantile(&mut applied, 95),
        quantile(&mut seen, 50),
        quantile(&mut seen, 95),
        quantile(&mut saved, 50),
        quantile(&mut saved, 95),
    );
}

fn parts() {
    let room = Room::new(10_000);
    let text = std::fs::read_to_string(room.path()).expect("its file");
    let start = Instant::now();
    let document = Document::parse(&text).expect("in order");
    println!("  parse      {:>9.2?}", start.elapsed());
    let end = text.rfind("# end of").expect("a whole file");
    let event = "- id: ebotaaa2\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: one more\n";
    let text = format!("{}{event}{}", &text[..end], &text[end..]);
    let median = |name: &str, work: &dyn Fn()| {
        let mut times: Vec<_> = (0..15)
            .map(|_| {
                let start = Instant::now();
                work();
                start.elapsed()
            })
            .collect();
        println!("  {name:<10} {:>9.2?}", quantile(&mut times, 50));
    };
    let next = document.reparse(&text).expect("in order");
    median("reparse", &|| {
        std::hint::black_box(document.reparse(&text).is_ok());
    });
    median("note", &|| merge::Seen::default().note(&document, &next));
    median("adopt", &|| {
        let seen = merge::Seen::default();
        std::hint::black_box(merge::adopt(&document, &next, &seen, Time::from_millis(0), "kim"));
    });
    median("with", &|| {
        std::hint::black_box(document.with(Arc::clone(next.incident())));
    });
    for name in Framework::names() {
        let framework = Framework::builtin(name).expect("ships");
        let now = Time::parse_rfc3339("2026-11-20T14:20:00Z").expect("a time");
        median(name, &|| {
            std::hint::black_box(framework.derive(next.incident(), now));
        });
    }
}
