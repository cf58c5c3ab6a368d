//! Whole screens, as text and as runs of style.

mod fixture;
mod readme;
mod sizes;

use std::fmt::Write as _;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};

use self::fixture::{at, console, derived, incident, now, snapshot, under_way};
use crate::app::{Key, Layer, Message, Model, Pane, Refused, Settings, Toast, Tone, update};
use crate::document::{Invalid, Quarantined};
use crate::framework::{Derived, NudgeView, TimerPhase};
use crate::incident::{EventKind, Incident, Inquiry};
use crate::session::{FileState, Saving};

/// The cells of a drawn screen.
fn cells(model: &Model) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(model.size.width, model.size.height)).unwrap();
    terminal.draw(|frame| super::draw(model, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The symbols of a line, each once however wide it is.
fn symbols(buffer: &Buffer, y: u16) -> Vec<(&str, &Cell)> {
    let mut symbols = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        symbols.push((cell.symbol(), cell));
        x += (crate::text::width(cell.symbol()) as u16).max(1);
    }
    symbols
}

/// The screen as text.
fn screen(model: &Model) -> String {
    let buffer = cells(model);
    let line = |y| {
        symbols(&buffer, y)
            .iter()
            .map(|(symbol, _)| *symbol)
            .collect::<String>()
    };
    (0..buffer.area.height).fold(String::new(), |text, y| text + line(y).trim_end() + "\n")
}

/// The screen as runs of one style each, plain ones left out.
fn styled(model: &Model) -> String {
    let buffer = cells(model);
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut runs: Vec<(String, String)> = Vec::new();
        for (symbol, cell) in symbols(&buffer, y) {
            let style = look(cell);
            match runs.last_mut() {
                Some((text, last)) if *last == style => text.push_str(symbol),
                _ => runs.push((symbol.to_owned(), style)),
            }
        }
        let told = runs
            .iter()
            .filter(|(text, style)| !style.is_empty() && (!text.trim().is_empty() || style.contains("on ")));
        let told: Vec<_> = told.map(|(text, style)| format!("{style} `{}`", text.trim())).collect();
        if !told.is_empty() {
            let _ = writeln!(out, "{y:>2}: {}", told.join(", "));
        }
    }
    out
}

fn look(cell: &Cell) -> String {
    use ratatui::style::{Color, Modifier};
    let mut words = Vec::new();
    for (modifier, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::REVERSED, "reverse"),
        (Modifier::CROSSED_OUT, "strike"),
        (Modifier::UNDERLINED, "underline"),
    ] {
        if cell.modifier.contains(modifier) {
            words.push(word.to_owned());
        }
    }
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg));
    }
    words.join(" ")
}

/// Presses keys: characters as they are, others as `<Enter>`.
fn press(model: &mut Model, keys: &str) {
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|after| after.split_once('>'));
        let (key, after) = match named {
            Some((name, after)) => (Key::parse(name).unwrap(), after),
            None => (Key::parse(&c.to_string()).unwrap(), &rest[c.len_utf8()..]),
        };
        model.rest();
        update(model, now(), Message::Key(key));
        model.settle(&super::layout::areas(model));
        rest = after;
    }
}

fn pressed(width: u16, height: u16, keys: &str) -> Model {
    let mut model = under_way(width, height);
    press(&mut model, keys);
    model
}

fn plain(mut model: Model) -> Model {
    model.settings = Settings {
        color: false,
        ascii: true,
        ..Settings::default()
    };
    model
}

fn invalid(width: u16, height: u16) -> Model {
    let mut snapshot = snapshot(incident());
    snapshot.file = FileState::Invalid(Invalid {
        problem: "mapping values are not allowed here".into(),
        line: 12,
        column: 17,
        excerpt: "  severity: SEV1: really".into(),
        remedy: "Correct the line in the file; it is taken back as soon as it can be read.".into(),
        torn: false,
        newer_schema: None,
    });
    snapshot.saving = Saving::Failed(2, "the file is invalid".into());
    snapshot.quarantined = Arc::from([Quarantined {
        section: "timeline".into(),
        line: 88,
        problem: "`at` is no instant".into(),
        excerpt: "- id: e5k2\n  at: yesterday".into(),
    }]);
    console(snapshot, derived(), width, height)
}

fn new_incident(width: u16, height: u16) -> Model {
    let blank = Incident {
        warroom: 1,
        id: "INC-2026-0043".into(),
        title: "Search is slow".into(),
        status: "declared".into(),
        ..Incident::default()
    };
    let nothing = Derived {
        severity: String::new(),
        status: "declared".into(),
        elapsed_s: 4,
        timers: Vec::new(),
        checklists: Vec::new(),
        required_roles: Vec::new(),
        ..derived()
    };
    console(snapshot(blank), nothing, width, height)
}

fn resolved(width: u16, height: u16) -> Model {
    let mut incident = incident();
    incident.status = "resolved".into();
    incident.resolved = Some(crate::incident::Moment {
        at: at("14:33:00"),
        by: "sam".into(),
        ..Default::default()
    });
    let mut derived = derived();
    derived.status = "resolved".into();
    derived.elapsed_s = 2_100;
    derived
        .timers
        .retain(|timer| timer.state != TimerPhase::Overdue && timer.state != TimerPhase::Due);
    console(snapshot(incident), derived, width, height)
}

/// Two things are asked of people, one of them late.
fn asked(width: u16, height: u16) -> Model {
    let mut incident = incident();
    for (id, to, text, due) in [
        (
            "daaaaaaa",
            "database administrator",
            "Are there lock waits on orders?",
            "14:50:00",
        ),
        ("dbbbbbbb", "lee", "Drain eu-west-1", "14:20:00"),
    ] {
        incident.inquiries.push(Arc::new(Inquiry {
            id: id.into(),
            to: to.into(),
            text: text.into(),
            due: Some(at(due)),
            at: at("14:10:00"),
            by: "sam".into(),
            ..Inquiry::default()
        }));
    }
    let mut model = console(snapshot(incident), derived(), width, height);
    model.focus = Pane::Decisions;
    model
}

/// A usual failing shows; typing goes before it.
fn nudged(width: u16, height: u16) -> Model {
    let mut derived = derived();
    derived.nudges.push(NudgeView {
        id: "no-commander".into(),
        text: "nobody is incident commander; one person has to decide".into(),
        remedy: Some("role assign incident_commander NAME".into()),
    });
    console(snapshot(incident()), derived, width, height)
}

/// Names and words that attack the screen.
fn nasty(width: u16, height: u16) -> Model {
    let mut incident = incident();
    incident.title = "\u{1b}[31mred\u{1b}[0m \u{202e}txet desrever\u{202c} 日本語のタイトル \u{7}bell".into();
    incident.status = "mitigating\n\n".into();
    let words = [
        "日本語のログ行は幅が二倍です、行を壊してはいけません。折り返しも正しく",
        "👩\u{200d}🔧 fixed it ❤\u{fe0f} 👍🏽 and 🇩🇪 is back",
        "שלום עולם, كل شيء على ما يرام",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301} zalgo Z\u{334}\u{335}\u{336}\u{337}algo",
        "\u{1b}]0;owned\u{7}\u{9b}2J tab\there cr\rthere",
        "averyveryverylongwordwithoutanyblanksinitthatgoesonandonandonandonandonandonandonandonandon",
        "",
        "   leading and trailing   ",
        "zero\u{200b}width\u{feff} and soft\u{ad}hyphen",
    ];
    for (event, words) in incident.timeline.iter_mut().rev().zip(words) {
        let event = Arc::make_mut(event);
        event.text = words.into();
        event.by = "Ünïcödé 名前 \u{1b}[1m".into();
        event.retracted = None;
    }
    Arc::make_mut(&mut incident.hypotheses[0]).statement = "原因はプールの枯渇だと思われます \u{202e}kcab".into();
    Arc::make_mut(&mut incident.roles[1]).who = "リー\u{7}".into();
    let mut derived = derived();
    derived.status.clone_from(&incident.status);
    derived.timers[0].label = "役員への更新 \u{1b}[5mblink".into();
    derived.checklists[1].items[0].text = "選択肢を選び、その理由を書く\tand more".into();
    console(snapshot(incident), derived, width, height)
}

fn refused(width: u16, height: u16) -> Model {
    let mut model = under_way(width, height);
    model.layers.push(Layer::Refused(Refused {
        title: "Resolve".into(),
        said: "SEV1 is resolved only after 30 minutes without a relapse and with its symptom verified as gone.".into(),
        missing: model.derived.gate.missing.clone(),
        instead: None,
        scroll: 0,
    }));
    model
}

fn toasts(width: u16, height: u16) -> Model {
    let mut model = under_way(width, height);
    let said = [
        ("logged: rolled back v2.34", Tone::Good),
        ("kim changed the severity to SEV1", Tone::Info),
        ("executive update: time is up", Tone::Warning),
    ];
    for (text, tone) in said {
        model.toasts.push(Toast {
            text: text.into(),
            tone,
            until: now().plus(std::time::Duration::from_secs(5)),
        });
    }
    model
}

/// A story over midnight with every kind of line, times in a zone two hours ahead.
fn two_days(width: u16, height: u16) -> Model {
    let mut incident = incident();
    let first = at("20:10:00");
    let kinds = EventKind::KNOWN
        .iter()
        .filter(|kind| !EventKind::LOGGABLE.iter().any(|own| own.as_str() == **kind));
    let kinds = kinds.copied().chain(["something-of-tomorrow"]);
    let event = |(index, kind): (usize, &str)| {
        Arc::new(crate::incident::Event {
            id: format!("ez{index:06}"),
            at: first.plus(std::time::Duration::from_secs(900 * index as u64)),
            by: "sam".into(),
            kind: EventKind::from(kind),
            text: format!("what a line of kind {kind} says"),
            ..Default::default()
        })
    };
    incident.timeline = kinds.enumerate().map(event).collect();
    let mut model = console(snapshot(incident), derived(), width, height);
    update(&mut model, now(), Message::Key(Key::parse("Z").unwrap()));
    model.toasts.clear();
    model.settings.offset = |_| 7_200;
    press(&mut model, "ZZ");
    model.toasts.clear();
    model
}

/// The picker of severities, with their criteria.
fn criteria(width: u16, height: u16) -> Model {
    let mut model = pressed(width, height, "R");
    let Some(Layer::Form(form)) = model.layers.last_mut() else {
        panic!("no form")
    };
    form.title = "Change the severity".into();
    let choices = form.choices.as_mut().unwrap();
    let criteria = [
        (
            "SEV1 critical",
            "complete outage, or a risk of losing data: everybody is called, executives are told at once, and nobody asks first whether the alert is right",
        ),
        (
            "SEV2 major",
            "more than half of the users cannot do something that matters",
        ),
        ("SEV3 minor", "less than half of the users; there is a way around it"),
        ("SEV4 cosmetic", "not offered by this framework"),
    ];
    for (choice, (label, detail)) in choices.all.iter_mut().zip(criteria) {
        choice.label = label.into();
        choice.detail = detail.into();
        choice.current = label.starts_with("SEV1");
        choice.enabled = !label.starts_with("SEV4");
    }
    form.error = Some("why is it lowered? a reason is needed".into());
    model
}

/// Two updates were sent.
fn told(width: u16, height: u16) -> Model {
    let mut incident = incident();
    for (id, audience, clock, text) in [
        (
            "uaaaaaaa",
            "internal",
            "14:12:00",
            "We roll back v2.34 in eu-west-1; next update in 30 minutes.",
        ),
        (
            "ubbbbbbb",
            "support",
            "14:20:00",
            "Card payments in the EU fail for two of five customers.\nTell them that nobody is charged twice.",
        ),
    ] {
        incident.communications.push(Arc::new(crate::incident::Communication {
            id: id.into(),
            audience: audience.into(),
            at: at(clock),
            by: "sam".into(),
            text: text.into(),
            ..Default::default()
        }));
    }
    let mut model = console(snapshot(incident), derived(), width, height);
    press(&mut model, "<F3>");
    model
}

/// What was learned.
fn reviewed(width: u16, height: u16) -> Model {
    let mut incident = incident();
    incident.cause = Some("A query without an index, let through by a review without a plan".into());
    for (id, text) in [
        ("waaaaaaa", "the pool was exhausted"),
        ("wbbbbbbb", "each query held its connection for 30 s"),
        ("wccccccc", "the new query reads the whole table"),
    ] {
        incident.whys.push(Arc::new(crate::incident::Why {
            id: id.into(),
            text: text.into(),
            at: at("15:10:00"),
            by: "lee".into(),
            ..Default::default()
        }));
    }
    for (id, category, text) in [
        ("faaaaaaa", "process", "no one looks at query plans in review"),
        ("fbbbbbbb", "technology", "the pool has no limit a query"),
    ] {
        incident.factors.push(Arc::new(crate::incident::Factor {
            id: id.into(),
            category: category.into(),
            text: text.into(),
            at: at("15:12:00"),
            by: "kim".into(),
            retracted: None,
            rev: Default::default(),
            extra: Default::default(),
        }));
    }
    for (id, text, owner) in [
        ("aaaaaaaa", "Look at query plans in review", Some("lee")),
        ("abbbbbbb", "Bound the pool", None),
    ] {
        incident.actions.push(Arc::new(crate::incident::ActionItem {
            id: id.into(),
            text: text.into(),
            owner: owner.map(str::to_owned),
            due: owner.map(|_| "2026-12-01".into()),
            at: at("15:15:00"),
            by: "sam".into(),
            ..Default::default()
        }));
    }
    let mut model = console(snapshot(incident), derived(), width, height);
    press(&mut model, "<F5>");
    model
}

/// Several incidents.
fn board(width: u16, height: u16) -> Model {
    let mut model = under_way(width, height);
    let entry = |id: &str, title: &str, severity: &str, status: &str, over: bool| crate::app::BoardEntry {
        id: id.into(),
        title: title.into(),
        severity: severity.into(),
        status: status.into(),
        commander: (!over).then(|| "sam".into()),
        declared: Some(at("14:05:02")),
        over,
        drill: false,
        events: 24,
        newest: Some("latency p95 back to 220 ms in eu-west-1".into()),
    };
    let entries = [
        entry(
            "INC-2026-0042",
            "Checkout failing for EU cards",
            "SEV1",
            "mitigating",
            false,
        ),
        crate::app::BoardEntry {
            commander: None,
            ..entry(
                "INC-2026-0043",
                "Search is slow for everyone in the APAC region",
                "",
                "declared",
                false,
            )
        },
        entry(
            "INC-2026-0041",
            "Certificate of the status page expired",
            "SEV3",
            "closed",
            true,
        ),
    ];
    update(&mut model, now(), Message::Board(Arc::from(entries)));
    press(&mut model, "<F6>");
    model
}

/// A chat that was pasted.
fn pasted(width: u16, height: u16) -> Model {
    let mut model = under_way(width, height);
    let text = "14:20 kim: rolled back one host\n14:22 lee: errors fall\nto a tenth of what they were\n14:25 kim: going on with the others";
    update(&mut model, now(), Message::Paste(text.into()));
    model
}

macro_rules! screens {
    ($($name:ident: $model:expr;)+) => {
        $(#[test]
        fn $name() {
            let model: Model = $model;
            insta::assert_snapshot!(stringify!($name), screen(&model));
        })+

        /// Every screen of the snapshots, for other checks.
        fn all() -> Vec<(&'static str, Model)> {
            vec![$((stringify!($name), $model)),+]
        }
    };
}

screens! {
    under_way_120x36: under_way(120, 36);
    under_way_80x24: under_way(80, 24);
    under_way_60x15: under_way(60, 15);
    under_way_200x60: under_way(200, 60);
    too_small_19x5: under_way(19, 5);
    smallest_20x5: under_way(20, 5);
    narrow_timers_60x15: pressed(60, 15, "2");
    narrow_checklists_40x12: pressed(40, 12, "5");
    timers_in_focus_120x36: pressed(120, 36, "2j");
    zoomed_120x36: pressed(120, 36, "4z");
    invalid_file_120x36: invalid(120, 36);
    invalid_file_80x24: invalid(80, 24);
    invalid_file_60x15: invalid(60, 15);
    messages_120x36: { let mut model = invalid(120, 36); press(&mut model, "!"); model };
    new_incident_120x36: new_incident(120, 36);
    new_incident_60x15: new_incident(60, 15);
    resolved_120x36: resolved(120, 36);
    resolved_80x24: resolved(80, 24);
    palette_120x36: pressed(120, 36, ":sev");
    palette_60x15: pressed(60, 15, ":");
    help_120x36: pressed(120, 36, "?");
    help_60x15: pressed(60, 15, "?");
    typing_120x36: pressed(120, 36, "l-5m restarting the pool in eu-west-1");
    typing_80x24: pressed(80, 24, "lrestarting the pool in eu-west-1, then eu-central-1, and watching the error rate on both of them");
    typing_60x15: pressed(60, 15, "l");
    begun_keys_120x36: pressed(120, 36, "r");
    begun_keys_80x24: pressed(80, 24, "K");
    begun_keys_60x15: pressed(60, 15, "K");
    picker_120x36: pressed(120, 36, "R");
    picker_60x15: pressed(60, 15, "R");
    detail_event_120x36: pressed(120, 36, "gjjj<Enter>");
    detail_mitigation_80x24: pressed(80, 24, "4G<Enter>");
    refused_120x36: refused(120, 36);
    refused_60x15: refused(60, 15);
    searching_120x36: pressed(120, 36, "/eu-west");
    scrolled_up_120x36: pressed(120, 36, "ggjjjj");
    toasts_120x36: toasts(120, 36);
    two_days_120x36: two_days(120, 36);
    criteria_120x36: criteria(120, 36);
    criteria_60x15: criteria(60, 15);
    pasted_120x36: pasted(120, 36);
    asked_120x36: asked(120, 36);
    asked_80x24: asked(80, 24);
    asked_60x15: asked(60, 15);
    nudged_120x36: nudged(120, 36);
    nudged_80x24: nudged(80, 24);
    nudged_60x15: nudged(60, 15);
    nasty_120x36: nasty(120, 36);
    nasty_60x15: nasty(60, 15);
    war_room_70x50: under_way(70, 50);
    investigation_120x36: pressed(120, 36, "<F2>");
    investigation_mitigation_120x36: pressed(120, 36, "<F2>G");
    investigation_80x24: pressed(80, 24, "<F2>");
    investigation_70x50: pressed(70, 50, "<F2>");
    investigation_60x15: pressed(60, 15, "<F2>2");
    communications_120x36: told(120, 36);
    communications_80x24: told(80, 24);
    communications_70x50: told(70, 50);
    communications_60x15: told(60, 15);
    runbooks_120x36: pressed(120, 36, "<F4>");
    runbooks_80x24: pressed(80, 24, "<F4>");
    runbooks_70x50: pressed(70, 50, "<F4>");
    runbooks_60x15: pressed(60, 15, "<F4>2");
    review_120x36: reviewed(120, 36);
    review_80x24: reviewed(80, 24);
    review_70x50: reviewed(70, 50);
    review_60x15: reviewed(60, 15);
    board_120x36: board(120, 36);
    board_80x24: board(80, 24);
    board_70x50: board(70, 50);
    board_60x15: board(60, 15);
    sheet_120x36: pressed(120, 36, "I");
    gate_120x36: pressed(120, 36, "rg");
    gate_60x15: pressed(60, 15, "rg");
    filtered_80x24: pressed(80, 24, "/rolled<Enter>&");
    replacing_120x36: pressed(120, 36, "Rincident<Enter>lee<Enter>");
    ascii_120x36: plain(under_way(120, 36));
    ascii_nasty_80x24: plain(nasty(80, 24));
    ascii_palette_80x24: plain(pressed(80, 24, ":"));
}

#[test]
fn colours_have_meaning() {
    insta::assert_snapshot!("colours_dark_120x36", styled(&under_way(120, 36)));
    let mut light = under_way(80, 24);
    light.settings.theme = "light".into();
    insta::assert_snapshot!("colours_light_80x24", styled(&light));
    insta::assert_snapshot!("colours_invalid_80x24", styled(&invalid(80, 24)));
    let mut own = under_way(60, 15);
    own.settings.colors.insert("alarm".into(), "underline 33".into());
    insta::assert_snapshot!("colours_own_60x15", styled(&own));
    insta::assert_snapshot!("colours_searching_60x15", styled(&pressed(60, 15, "/eu-west")));
}

#[test]
fn without_colour_attributes_and_marks_tell_the_same() {
    insta::assert_snapshot!("attributes_80x24", styled(&plain(under_way(80, 24))));
}

#[test]
fn ascii_mode_shows_ascii_alone() {
    for (name, model) in all() {
        let buffer = cells(&plain(model));
        for cell in buffer.content() {
            assert!(cell.symbol().is_ascii(), "{name} shows {:?}", cell.symbol());
        }
    }
}

#[test]
fn nothing_a_terminal_acts_on_reaches_a_cell() {
    for (name, model) in all() {
        for cell in cells(&model).content() {
            let bad =
                |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}');
            assert!(!cell.symbol().contains(bad), "{name} shows {:?}", cell.symbol());
        }
    }
}

/// Where the terminal's cursor is, if it is shown.
fn cursor(model: &Model) -> Option<(u16, u16)> {
    let mut terminal = Terminal::new(TestBackend::new(model.size.width, model.size.height)).unwrap();
    terminal.draw(|frame| super::draw(model, frame)).unwrap();
    let shown = terminal.backend().cursor_visible();
    shown.then(|| terminal.get_cursor_position().unwrap().into())
}

#[test]
fn the_cursor_stands_behind_what_is_typed() {
    assert_eq!(cursor(&under_way(120, 36)), None);
    // Clock, kind and mark take 18 columns.
    assert_eq!(cursor(&pressed(120, 36, "l")), Some((18, 35)));
    assert_eq!(cursor(&pressed(120, 36, "l日本x")), Some((23, 35)));
    assert_eq!(cursor(&pressed(120, 36, "l日本x<Left><Left>")), Some((20, 35)));
    // In the palette it is in the palette.
    let mut palette = pressed(120, 36, ":se");
    let line = super::layout::areas(&palette).layers[0].line;
    assert_eq!(cursor(&palette), Some((line.x + 4, line.y)));
    press(&mut palette, "<Esc>");
    assert_eq!(cursor(&palette), None);
    // However long the line, the cursor is on the screen and in the line.
    for size in [(20, 5), (60, 15), (120, 36)] {
        let mut model = pressed(size.0, size.1, "l");
        for length in 0..150 {
            press(&mut model, if length % 2 == 0 { "日" } else { "x" });
            let (x, y) = cursor(&model).unwrap();
            assert!(x < size.0 && y == size.1 - 1, "{x} {y} after {length}");
        }
    }
}

#[test]
fn a_typed_letter_changes_few_cells() {
    let mut model = pressed(120, 36, "lrestarting the poo");
    let before = cells(&model);
    press(&mut model, "l");
    let changed = before.diff(&cells(&model)).len();
    assert!(changed <= 2, "{changed} cells");
}

#[test]
fn a_second_changes_few_cells() {
    let mut model = under_way(120, 36);
    let before = cells(&model);
    model.now = now().plus(std::time::Duration::from_secs(1));
    model.derived.elapsed_s += 1;
    for timer in &mut model.derived.timers {
        timer.remaining_s -= 1;
    }
    let changed = before.diff(&cells(&model)).len();
    assert!(changed <= 16, "{changed} cells");
}

/// Every pane that can be seen says which one it is and has the digit that leads there.
#[test]
fn panes_carry_their_digit() {
    for (width, height) in [(120, 36), (80, 24), (200, 60)] {
        let shown = screen(&under_way(width, height));
        for (index, pane) in crate::app::Screen::WarRoom.panes().iter().enumerate() {
            assert!(
                shown.contains(&format!("{} {}", index + 1, pane.title())),
                "{width}x{height} {}",
                pane.title()
            );
        }
    }
}
