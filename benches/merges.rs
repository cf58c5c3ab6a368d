//! The same histories merged by git's text merge, its `union` driver and ours, side by side: `cargo bench --bench merges`.
//! Prints two tables; judges nothing.
//!
//! Each of N people, from one state, logs an event, ticks an item and sets the title; then the files are merged one after
//! the other, as pulls do. A conflict is resolved as a hurried person does: their own side is kept.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // figures of a bench are small

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use warroom::document::Document;
use warroom::incident::{Event, EventKind, Incident, Item, ItemState, Moment, Stamp, Time};
use warroom::merge::mend;

const BINARY: &str = env!("CARGO_BIN_EXE_warroom");

fn main() {
    // `cargo test --benches` runs this too; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("merges of N people's files, 100 events each\n");
    println!(
        "{:<28} {:>3} {:>10} {:>6} {:>8} {:>8}",
        "merged by", "N", "conflicts", "lost", "doubled", "broken"
    );
    for people in [2, 3, 5, 8] {
        for way in [Way::Text, Way::Union, Way::Ours] {
            histories(folder.path(), way, people);
        }
    }
    println!("\nwhole process, one merge of two people's files, median of 15\n");
    println!(
        "{:>8} {:>16} {:>24}",
        "events", "git merge-file", "warroom merge-driver"
    );
    for events in [100, 1_000, 10_000] {
        times(folder.path(), events);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Text,
    Union,
    Ours,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "git's text merge",
            Self::Union => "git's union driver",
            Self::Ours => "warroom",
        }
    }

    /// Merges `theirs` into `ours`; whether without a conflict.
    fn merge(self, base: &Path, ours: &Path, theirs: &Path) -> bool {
        let mut command = match self {
            Self::Text => git(&["merge-file", "-q"]),
            Self::Union => git(&["merge-file", "-q", "--union"]),
            Self::Ours => {
                let mut command = Command::new(BINARY);
                command.arg("merge-driver").args([base, ours, theirs]);
                return command.output().expect("runs").status.success();
            }
        };
        command
            .args([ours, base, theirs])
            .output()
            .expect("git runs")
            .status
            .success()
    }
}

fn git(args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(args);
    command
}

fn stamp(person: usize) -> Time {
    Time::from_millis(1_795_190_000_000 + 1_000 * i64::try_from(person).unwrap_or(0))
}

fn start(events: usize) -> Incident {
    let mut incident = Incident {
        warroom: 1,
        id: "INC-2026-0001".into(),
        uid: "abcdefgh".into(),
        title: "Checkout failing".into(),
        framework: "ops".into(),
        severity: "SEV1".into(),
        status: "triage".into(),
        declared: Some(Moment {
            at: Time::from_millis(1_795_180_000_000),
            by: "kim".into(),
            ..Moment::default()
        }),
        ..Incident::default()
    };
    for item in 0..10 {
        incident.checklist.push(Arc::new(Item {
            id: format!("triage.item-{item}"),
            text: format!("Look at part {item}"),
            state: ItemState::Open,
            by: "kim".into(),
            ..Item::default()
        }));
    }
    for number in 0..events {
        incident.timeline.push(Arc::new(Event {
            id: format!("e{}", word(number)),
            at: Time::from_millis(1_795_180_000_000 + i64::try_from(number).unwrap_or(0) * 100),
            by: "lee".into(),
            kind: EventKind::Observation,
            text: format!("Error rate of checkout in eu-west-1 is {number} per minute now"),
            ..Event::default()
        }));
    }
    incident
}

fn word(number: usize) -> String {
    (0..7)
        .rev()
        .map(|digit| char::from(b'a' + (number / 10_usize.pow(digit) % 10) as u8))
        .collect()
}

/// What one person makes of it.
fn edited(base: &Document, person: usize) -> String {
    let mut incident = Incident::clone(base.incident());
    let stamp = Stamp {
        at: stamp(person),
        actor: format!("p{person}"),
    };
    incident.title = format!("Checkout failing, says p{person}");
    incident.rev.insert("title".into(), stamp.clone());
    let item = Arc::make_mut(&mut incident.checklist[person % 10]);
    item.state = ItemState::Done;
    item.who = Some(format!("p{person}"));
    item.rev.insert("state".into(), stamp.clone());
    incident.timeline.push(Arc::new(Event {
        id: format!("ez{}", &word(person)[1..]),
        at: stamp.at,
        by: format!("p{person}"),
        kind: EventKind::Action,
        text: format!("p{person} rolled back"),
        ..Event::default()
    }));
    base.with(Arc::new(incident)).text().to_owned()
}

fn histories(folder: &Path, way: Way, people: usize) {
    let base = Document::create(Arc::new(start(100)));
    let (old, ours, theirs) = paths(folder);
    fs::write(&ours, edited(&base, 0)).expect("written");
    let mut conflicts = 0;
    for person in 1..people {
        let kept = fs::read(&ours).expect("read");
        fs::write(&old, base.text()).expect("written");
        fs::write(&theirs, edited(&base, person)).expect("written");
        if !way.merge(&old, &ours, &theirs) {
            conflicts += 1;
            fs::write(&ours, kept).expect("written");
        }
    }
    let text = fs::read_to_string(&ours).expect("read");
    let missing = |person: &usize| !text.contains(&format!("text: p{person} rolled back"));
    let ticked = |person: &usize| !text.contains(&format!("who: p{person}\n"));
    let lost = (0..people).filter(missing).count() + (0..people).filter(ticked).count();
    let doubled = text.lines().filter(|line| line.starts_with("title: ")).count() - 1;
    // As any YAML reader sees it; ours repairs the union driver's on reading.
    let broken = serde_yaml::from_str::<serde_yaml::Value>(&text).is_err();
    let repaired = broken && mend::read(&text, None).is_ok();
    println!(
        "{:<28} {people:>3} {conflicts:>10} {lost:>6} {doubled:>8} {:>8}",
        way.name(),
        match (broken, repaired) {
            (false, _) => "no",
            (true, true) => "yes*",
            (true, false) => "yes",
        }
    );
    if broken && repaired && people == 8 {
        println!("  * not YAML any more (keys stand twice); warroom repairs it on reading");
    }
}

fn paths(folder: &Path) -> (PathBuf, PathBuf, PathBuf) {
    (folder.join("base"), folder.join("ours"), folder.join("theirs"))
}

fn times(folder: &Path, events: usize) {
    let base = Document::create(Arc::new(start(events)));
    let (old, ours, theirs) = paths(folder);
    let (one, two) = (edited(&base, 1), edited(&base, 2));
    let median = |way: Way| -> Duration {
        let mut times: Vec<Duration> = (0..15)
            .map(|_| {
                fs::write(&old, base.text()).expect("written");
                fs::write(&ours, &one).expect("written");
                fs::write(&theirs, &two).expect("written");
                let start = Instant::now();
                way.merge(&old, &ours, &theirs);
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        times[7]
    };
    let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    println!(
        "{events:>8} {:>16} {:>24}",
        ms(median(Way::Text)),
        ms(median(Way::Ours))
    );
}
