//! A storm: keys of any kind, pastes, sizes, ticks and changes of others in any order. Nothing panics, the file that would be written
//! says what the incident is, and the screen goes by it. `WARROOM_STORM=100000` makes it longer, and prints the slowest steps;
//! `WARROOM_STORM_SEED=1` makes it another one.

use std::time::{Duration, Instant};

use super::cells;
use crate::app::tests::{App, event, incident, rows_of};
use crate::app::{Code, Geometry as _, Key, Message, Mouse, MouseAct, Size};
use crate::document::Document;
use crate::incident::Time;
use crate::ui::layout::areas;

/// Steps unless more are asked for.
const STEPS: u64 = 1_500;
/// After so many steps another incident begins, so that it stays as long as a night's.
const FRESH: u64 = 400;
/// So many of the slowest steps are told.
const SLOWEST: usize = 20;
/// So often what would be written is read back.
const READ_BACK: u64 = 100;

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len() as u64) as usize]
    }
}

const NAMED: [&str; 28] = [
    "Enter",
    "Enter",
    "Enter",
    "Esc",
    "Esc",
    "Tab",
    "Shift-Tab",
    "Up",
    "Down",
    "Left",
    "Right",
    "PgUp",
    "PgDn",
    "Home",
    "End",
    "Backspace",
    "Del",
    "Ctrl-U",
    "Ctrl-W",
    "Ctrl-Y",
    "Ctrl-P",
    "Ctrl-R",
    "Alt-Enter",
    "F1",
    "F2",
    "F3",
    "F5",
    "F6",
];

const PASTES: [&str; 10] = [
    "one line",
    "14:01 kim: pager rang\n14:03 lee: looking",
    "- [ ] drain node-3\n- [x] page the DBA\n- [ ] tell support",
    "panic at a\n  b\n  c",
    "| Time | Event |\n|--|--|\n| 14:03 | 5xx up |",
    "All times in Europe/Berlin\n15:03 one\n15:05 two",
    "14:03 IST kim: one\n14:05 IST lee: two",
    "\u{1b}[31mred\u{1b}[0m\rover\n\u{202e}turned 名前 👩‍👩‍👧",
    "",
    "a: b\tc\td\ne\tf\tg",
];

const SIZES: [(u16, u16); 9] = [
    (200, 60),
    (120, 36),
    (100, 30),
    (80, 24),
    (70, 50),
    (60, 15),
    (40, 12),
    (20, 5),
    (1, 1),
];

fn key(dice: &mut Dice) -> Key {
    match dice.roll(10) {
        0..=5 => Key::plain(Code::Char((0x20 + dice.roll(0x5f) as u8) as char)),
        6..=8 => {
            let name: &&str = dice.one(&NAMED);
            Key::parse(name).unwrap()
        }
        _ => Key::plain(Code::Char(*dice.one(&['я', 'λ', '名', 'ｗ', '👩', '\u{301}']))),
    }
}

/// One thing that happens; its name is for whoever looks for a slow one.
fn happens(app: &mut App, dice: &mut Dice, step: u64) -> String {
    match dice.roll(100) {
        0..=79 => {
            let key = key(dice);
            app.send(Message::Key(key));
            format!("key {key}")
        }
        80..=83 => {
            let keys: Vec<Key> = "quit now".chars().map(|c| Key::plain(Code::Char(c))).collect();
            for message in app.model.meant([keys, vec![Key::plain(Code::Enter)]].concat()) {
                app.send(message);
            }
            "burst".into()
        }
        84..=88 => {
            let text = *dice.one(&PASTES);
            app.send(Message::Paste(text.into()));
            format!("paste {text:?}")
        }
        89..=91 => {
            let (width, height) = *dice.one(&SIZES);
            app.send(Message::Resized(Size { width, height }));
            format!("size {width}x{height}")
        }
        92..=94 => {
            let id = format!("estorm{}", step % 100);
            app.publish(move |incident| {
                incident.timeline.retain(|event| event.id != id);
                incident.timeline.push(event(&id, "14:29", "another's line"));
                incident.timeline.sort_by(|a, b| a.in_time(b));
            });
            "another's line".into()
        }
        95..=97 => {
            app.model.now = Time::from_millis(app.model.now.millis() + 1 + dice.roll(40_000) as i64);
            app.send(Message::Tick);
            "tick".into()
        }
        _ => {
            let (x, y) = (dice.roll(210) as u16, dice.roll(62) as u16);
            let what = *dice.one(&[MouseAct::Click, MouseAct::WheelUp, MouseAct::WheelDown]);
            let hit = areas(&app.model).hit(x, y);
            app.send(Message::Mouse(Mouse { what, hit }));
            format!("mouse {what:?}")
        }
    }
}

/// What would be written says what the incident is.
fn is_written(app: &App) {
    let told = std::sync::Arc::clone(&app.model.snapshot.incident);
    let text = Document::create(std::sync::Arc::clone(&told)).text().to_owned();
    let read = Document::parse(&text).unwrap_or_else(|invalid| panic!("{invalid}\n{text}"));
    assert!(read.complete() && read.quarantined().is_empty(), "{text}");
    assert_eq!(**read.incident(), *told, "{text}");
}

/// The rows of the screen are those of the incident.
fn is_shown(app: &App, what: &str) {
    let rows = rows_of(&app.model);
    let shown = &app.model.rows;
    assert_eq!(rows.timeline, shown.timeline, "after {what}");
    assert_eq!(rows.timers, shown.timers, "after {what}");
    assert_eq!(rows.roles, shown.roles, "after {what}");
    assert_eq!(rows.hypotheses, shown.hypotheses, "after {what}");
    assert_eq!(rows.checklists, shown.checklists, "after {what}");
}

#[test]
fn a_storm_of_anything_harms_nothing() {
    let asked = std::env::var("WARROOM_STORM").ok().and_then(|steps| steps.parse().ok());
    let steps: u64 = asked.unwrap_or(STEPS);
    let seed = std::env::var("WARROOM_STORM_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let mut dice = Dice(seed.unwrap_or(0x9e37_79b9_7f4a_7c15));
    let mut app = App::live();
    let mut slowest: Vec<(Duration, String)> = Vec::new();
    for step in 0..steps {
        if step % FRESH == 0 {
            let fresh = incident();
            app.publish(move |incident| *incident = fresh);
        }
        app.effects.clear();
        let began = Instant::now();
        let what = happens(&mut app, &mut dice, step);
        let meant = began.elapsed();
        cells(&app.model);
        let took = began.elapsed();
        if asked.is_some() {
            let over = app
                .model
                .layers
                .last()
                .map(|layer| format!("{layer:?}").chars().take(12).collect::<String>());
            let (screen, size) = (app.model.screen, app.model.size);
            slowest.push((
                took,
                format!("step {step}, {what}: {meant:?} meant, {screen:?} {size:?} under {over:?}"),
            ));
            slowest.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
            slowest.truncate(SLOWEST);
        }
        is_shown(&app, &what);
        if step % READ_BACK == 0 {
            is_written(&app);
        }
    }
    for (took, what) in slowest {
        eprintln!("{took:?}: {what}");
    }
}
