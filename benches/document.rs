//! What the incident file costs by its size, without a disk: `cargo bench --bench document`. Prints a table; judges nothing.
//!
//! A full parse by the YAML library stands beside ours. "reload" is one event more at the end, and one changed event in the
//! middle; "write" is the same two from the value to the text.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // figures of a bench are small

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use warroom::document::Document;
use warroom::framework::Framework;
use warroom::incident::{Change, EventKind, Incident, Request, Statuses, Time, apply_under};
use warroom::merge::{Seen, adopt, driver};

fn file(events: usize) -> String {
    let mut text = String::from(
        "warroom: 1\nid: INC-2026-0042\nuid: 7q3k9xw2\ntitle: Checkout failing for EU cards\nframework: ops\nseverity: SEV1\n\
         status: mitigating\ndetected: {at: 2026-11-20T00:00:00.000Z, by: monitoring, how: alert}\n\
         declared: {at: 2026-11-20T00:00:01.000Z, by: kim}\nroles:\n- id: raaaaaaa\n  role: incident_commander\n  who: sam\n  \
         since: 2026-11-20T00:00:02.000Z\n  by: kim\ntimeline:\n",
    );
    for n in 0..events {
        let id: String = (0..7)
            .rev()
            .map(|digit| char::from(b'a' + (n / 10_usize.pow(digit) % 10) as u8))
            .collect();
        let _ = writeln!(
            text,
            "- id: e{id}\n  at: 2026-11-{:02}T{:02}:{:02}:{:02}.000Z\n  by: lee\n  kind: observation\n  \
             text: Error rate of checkout in eu-west-1 is {n} per minute now, still above the threshold",
            1 + n / 86_400 % 28,
            n / 3_600 % 24,
            n / 60 % 60,
            n % 60
        );
    }
    text + "# end of INC-2026-0042\n"
}

/// The median of some rounds.
fn median<T>(rounds: usize, mut step: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            let made = step();
            let time = start.elapsed();
            drop(made);
            time
        })
        .collect();
    times.sort_unstable();
    times[rounds / 2]
}

fn main() {
    // `cargo test --benches` runs this too; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    println!("milliseconds, median\n");
    println!(
        "{:>8} {:>7}  {:>9} {:>9}  {:>9} {:>9}  {:>9} {:>9}  {:>8} {:>8} {:>9} {:>9}",
        "events",
        "KB",
        "YAML",
        "parse",
        "reload +1",
        "reload ~1",
        "write +1",
        "write ~1",
        "adopt",
        "note",
        "apply",
        "driver"
    );
    for events in [100, 1_000, 10_000, 100_000] {
        line(events);
    }
}

fn line(events: usize) {
    let rounds = (400_000 / events).clamp(5, 200);
    let text = file(events);
    let document = Document::parse(&text).expect("a valid file");
    let one_more = text.replace(
        "# end of",
        "- id: ezzzzzzz\n  at: 2026-12-01T00:00:00.000Z\n  by: kim\n  kind: note\n  text: one more\n# end of",
    );
    let other = text.replace(&format!("is {} per minute", events / 2), "is nobody's guess per minute");
    let next = document.reparse(&one_more).expect("a valid file");
    let changed = document.reparse(&other).expect("a valid file");
    let request = Request {
        change: Change::Log {
            kind: EventKind::Action,
            text: "rolled back".into(),
            at: None,
            pin: false,
        },
        by: "kim".into(),
        at: Time::parse_rfc3339("2026-12-01T00:00:00.000Z").expect("a time"),
        nonce: "abcdefg".into(),
        test_clock: false,
    };
    let newest = Time::default();
    let framework = Framework::builtin("ops").expect("a framework that ships");
    let permitted = framework.permit(document.incident(), request.change.clone(), "kim", request.at);
    let request = request.with(permitted.expect("a change that is allowed"));
    let figures = [
        median(rounds.min(20), || {
            serde_yaml::from_str::<serde_yaml::Value>(&text).expect("YAML")
        }),
        median(rounds, || Document::parse(&text).expect("a valid file")),
        median(rounds, || document.reparse(&one_more).expect("a valid file")),
        median(rounds, || document.reparse(&other).expect("a valid file")),
        median(rounds, || document.with(Arc::clone(next.incident()))),
        median(rounds, || document.with(Arc::clone(changed.incident()))),
        median(rounds, || adopt(&document, &next, &Seen::default(), newest, "kim")),
        median(rounds, || Seen::default().note(&document, &next)),
        median(rounds, || -> Incident {
            apply_under(&Statuses::default(), document.incident(), &request, newest)
                .expect("a change")
                .0
        }),
        median(rounds.min(20), || driver(&text, &one_more, &other).expect("a merge")),
    ];
    let ms: Vec<f64> = figures.iter().map(|time| time.as_secs_f64() * 1e3).collect();
    println!(
        "{events:>8} {:>7}  {:>9.3} {:>9.3}  {:>9.3} {:>9.3}  {:>9.3} {:>9.3}  {:>8.3} {:>8.3} {:>9.3} {:>9.3}",
        text.len() / 1024,
        ms[0],
        ms[1],
        ms[2],
        ms[3],
        ms[4],
        ms[5],
        ms[6],
        ms[7],
        ms[8],
        ms[9]
    );
}
