//! What drawing costs, without a terminal: `cargo bench --bench draw`. Prints a table; judges nothing.
//!
//! Times are a whole frame (layout, widgets, the difference to the frame before, escape codes); bytes are what a terminal gets.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // figures of a bench are small

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use warroom::app::{Key, Message, Model, Settings, Size, update};
use warroom::framework::{Checklist, Derived, Gate, ItemView, Phase, RoleNeed, TimerPhase, TimerView};
use warroom::incident::{Event, EventKind, Hypothesis, HypothesisState, Incident, ItemState, Time};
use warroom::session::{FileState, Saving, Snapshot, Watching};

const ROUNDS: usize = 400;

/// Counts what would go to the terminal.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.fetch_add(bytes.len(), Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

type Screen = Terminal<CrosstermBackend<Counter>>;

fn now() -> Time {
    Time::from_millis(1_795_185_903_000)
}

fn main() {
    // `cargo test --benches` runs this too; only `cargo bench` measures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    println!("one frame: p50 / p95 in microseconds, and bytes to the terminal\n");
    println!(
        "{:>9} {:>8}   {:<24}{:<24}{:<24}whole",
        "size", "events", "typed letter", "a second", "one row up"
    );
    for (width, height) in [(60, 15), (80, 24), (120, 36), (200, 60)] {
        line(width, height, 1_000);
    }
    for events in [100, 10_000, 100_000] {
        line(120, 36, events);
    }
}

fn line(width: u16, height: u16, events: usize) {
    let typing = measure(width, height, events, "l", |model, round| {
        press(model, if round % 40 == 39 { "Ctrl-U" } else { "x" });
    });
    let tick = measure(width, height, events, "", |model, _| {
        model.now = model.now.plus(Duration::from_secs(1));
        model.derived.elapsed_s += 1;
        model.derived.timers.iter_mut().for_each(|timer| timer.remaining_s -= 1);
    });
    let up = measure(width, height, events, "", |model, round| {
        press(model, if round % 80 < 40 { "Up" } else { "Down" });
    });
    let whole = whole(width, height, events);
    println!(
        "{:>9} {events:>8}   {typing:<24}{tick:<24}{up:<24}{whole}",
        format!("{width}x{height}")
    );
}

fn press(model: &mut Model, key: &str) {
    if let Some(key) = Key::parse(key) {
        let now = model.now;
        update(model, now, Message::Key(key));
        model.settle(&warroom::ui::layout::areas(model));
    }
}

/// Draws after each change; the time includes `update`.
fn measure(width: u16, height: u16, events: usize, before: &str, change: impl Fn(&mut Model, usize)) -> String {
    let mut model = console(width, height, events);
    for key in before.chars() {
        press(&mut model, &key.to_string());
    }
    let counter = Counter::default();
    let mut screen = screen(width, height, &counter);
    draw(&mut screen, &model);
    counter.0.store(0, Ordering::Relaxed);
    let mut times = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let start = Instant::now();
        change(&mut model, round);
        draw(&mut screen, &model);
        times.push(start.elapsed());
    }
    told(&mut times, counter.0.load(Ordering::Relaxed) / ROUNDS)
}

/// Draws on an empty screen.
fn whole(width: u16, height: u16, events: usize) -> String {
    let model = console(width, height, events);
    let counter = Counter::default();
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let mut screen = screen(width, height, &counter);
        let start = Instant::now();
        draw(&mut screen, &model);
        times.push(start.elapsed());
    }
    told(&mut times, counter.0.load(Ordering::Relaxed) / ROUNDS)
}

fn told(times: &mut [Duration], bytes: usize) -> String {
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100].as_micros();
    format!("{} / {}, {bytes} B", at(50), at(95))
}

fn screen(width: u16, height: u16, counter: &Counter) -> Screen {
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    Terminal::with_options(CrosstermBackend::new(counter.clone()), TerminalOptions { viewport })
        .expect("a counter takes every byte")
}

fn draw(screen: &mut Screen, model: &Model) {
    screen
        .draw(|frame| warroom::ui::draw(model, frame))
        .expect("a counter takes every byte");
}

fn console(width: u16, height: u16, events: usize) -> Model {
    let snapshot = Snapshot {
        here: Default::default(),
        redacted: std::sync::Arc::default(),
        major: None,
        revision: 1,
        incident: Arc::new(incident(events)),
        framework: warroom::framework::Framework::builtin("war-room").expect("ships"),
        saving: Saving::Saved,
        file: FileState::Good,
        arrivals: Arc::from([]),
        quarantined: Arc::from([]),
        notices: Arc::from([]),
        undoable: 0,
        redoable: 0,
        watching: Watching::Events,
        sync: Default::default(),
    };
    let size = Size { width, height };
    Model::showing(
        Arc::new(snapshot),
        derived(),
        "sam".into(),
        now(),
        size,
        Settings::default(),
    )
}

fn incident(events: usize) -> Incident {
    const KINDS: [EventKind; 4] = [
        EventKind::Action,
        EventKind::Finding,
        EventKind::Checklist,
        EventKind::Note,
    ];
    let event = |n: usize| {
        let back = (events - n) as u64 * 20;
        Arc::new(Event {
            id: format!("e{n:07}"),
            at: now().minus(Duration::from_secs(back)),
            by: ["sam", "kim", "lee"][n % 3].into(),
            kind: KINDS[n % KINDS.len()].clone(),
            text: format!(
                "step {n}: restarted the pool in eu-west-1 and watched the error rate come down to {} percent",
                n % 100
            ),
            ..Event::default()
        })
    };
    let hypothesis = |n: usize| {
        Arc::new(Hypothesis {
            id: format!("h{n:07}"),
            statement: "slow query in v2.34 exhausts the connection pool".into(),
            state: HypothesisState::Testing,
            at: now(),
            by: "lee".into(),
            owner: Some("lee".into()),
            ..Hypothesis::default()
        })
    };
    Incident {
        warroom: 1,
        id: "INC-2026-0042".into(),
        title: "Checkout failing for EU cards".into(),
        severity: "SEV1".into(),
        status: "mitigating".into(),
        timeline: (0..events).map(event).collect(),
        hypotheses: (0..4).map(hypothesis).collect(),
        ..Incident::default()
    }
}

fn derived() -> Derived {
    let timer = |n: i64| TimerView {
        id: format!("t{n}"),
        label: format!("update number {n} to somebody"),
        due: Some(now()),
        overdue_at: None,
        state: if n == 0 {
            TimerPhase::Overdue
        } else {
            TimerPhase::Running
        },
        remaining_s: n * 500 - 100,
        derived: true,
        snoozed: false,
        remedy: None,
        borrowed: false,
    };
    let item = |n: usize| ItemView {
        id: format!("mitigation.{n}"),
        text: "Verification criteria agreed: what we will see when it works".into(),
        state: if n.is_multiple_of(3) {
            ItemState::Done
        } else {
            ItemState::Open
        },
        owner: Some("kim".into()),
        who: Some("kim".into()),
        at: Some(now()),
        note: None,
        due: None,
        gate: n.is_multiple_of(2),
        seen: None,
    };
    let need = |role: &str| RoleNeed {
        role: role.into(),
        title: role.replace('_', " "),
        filled: false,
        who: Vec::new(),
        required: true,
    };
    Derived {
        procedures: Vec::new(),
        severity: "P1".into(),
        status: "mitigating".into(),
        elapsed_s: 2_537,
        phase: Phase {
            id: "mitigation".into(),
            title: "Mitigation".into(),
            number: 4,
            of: 6,
        },
        timers: (0..5).map(timer).collect(),
        gate: Gate {
            ok: false,
            items: Vec::new(),
            missing: Vec::new(),
        },
        required_roles: ["incident_commander", "scribe", "communications_lead"].map(need).into(),
        checklists: vec![Checklist {
            lead: None,
            id: "mitigation".into(),
            title: "Mitigation".into(),
            current: true,
            done: 4,
            items: (0..12).map(item).collect(),
        }],
        reminders: Vec::new(),
        conflicts: Vec::new(),
        next_statuses: Vec::new(),
    }
}
