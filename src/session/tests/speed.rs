//! How long it takes from one console to another, in process. Not a test: run it with
//! `cargo test --release --features failpoints --lib -- --ignored --nocapture speed`.

use std::fmt::Write;

use super::super::*;
use super::support::*;
use crate::incident::Time;

fn quantile(times: &mut [Duration], q: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * q / 100).min(times.len() - 1)]
}

fn many(old: &str, events: usize) -> String {
    let end = old.rfind("# end of").unwrap();
    let mut text = old[..end].to_owned();
    for n in 0..events {
        let id: String = [5, 4, 3, 2, 1, 0]
            .map(|digit| char::from(b'a' + (n / 10_usize.pow(digit) % 10) as u8))
            .iter()
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

fn measure(events: usize) {
    let room = room();
    let text = many(&room.text(), events);
    std::fs::write(room.path(), text).unwrap();
    let start = Instant::now();
    let (kim, lee) = (room.open("kim", true), room.open("lee", true));
    let opened = start.elapsed() / 2;
    std::thread::sleep(Duration::from_millis(300));
    let (mut applied, mut painted, mut saved) = (Vec::new(), Vec::new(), Vec::new());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut states = lee.subscribe();
    states.borrow_and_update();
    for n in 0..200 {
        let want = states.borrow_and_update().incident.timeline.len() + 1;
        let start = Instant::now();
        kim.apply(log(format!("line {n}"))).unwrap();
        applied.push(start.elapsed());
        runtime.block_on(async {
            while states.borrow_and_update().incident.timeline.len() < want {
                states.changed().await.unwrap();
            }
        });
        painted.push(start.elapsed());
        kim.flush(LONG).unwrap();
        saved.push(start.elapsed());
        std::thread::sleep(Duration::from_millis(40));
    }
    println!(
        "{events:>7} events  open {opened:>9.2?}  apply p50 {:>8.2?} p95 {:>8.2?}  seen by the other p50 {:>8.2?} p95 {:>8.2?}  saved p50 {:>8.2?} p95 {:>8.2?}",
        quantile(&mut applied, 50),
        quantile(&mut applied, 95),
        quantile(&mut painted, 50),
        quantile(&mut painted, 95),
        quantile(&mut saved, 50),
        quantile(&mut saved, 95),
    );
}

#[test]
#[ignore = "prints figures"]
fn speed() {
    for events in [100, 1_000, 10_000] {
        measure(events);
    }
}

/// What the parts cost at 10,000 events.
#[test]
#[ignore = "prints figures"]
fn speed_of_parts() {
    let room = room();
    let text = many(&room.text(), 10_000);
    let start = Instant::now();
    let document = crate::document::Document::parse(&text).unwrap();
    println!("parse   {:?}", start.elapsed());
    let text = Room::with_event(document.text(), "ebotaaa2", "one more");
    for _ in 0..3 {
        let start = Instant::now();
        let next = document.reparse(&text).unwrap();
        println!("reparse {:?}", start.elapsed());
        let start = Instant::now();
        let adopted = crate::merge::adopt(
            &document,
            &next,
            &crate::merge::Seen::default(),
            Time::from_millis(0),
            "kim",
        );
        println!("adopt   {:?} same {}", start.elapsed(), adopted.0.text() == next.text());
        let start = Instant::now();
        crate::merge::Seen::default().note(&document, &next);
        println!("note    {:?}", start.elapsed());
        let start = Instant::now();
        let found = super::super::arrivals::between(document.incident(), next.incident(), Time::from_millis(0));
        println!("arrived {:?} {}", start.elapsed(), found.0.len());
        let start = Instant::now();
        let incident = Arc::clone(next.incident());
        let with = document.with(incident);
        println!("with    {:?} {}", start.elapsed(), with.text().len());
    }
}
