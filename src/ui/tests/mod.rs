//! Whole screens, as text and as runs of style.

mod board;
mod every;
mod everywhere;
mod fixture;
mod readme;
mod scenes;
mod sizes;
mod storm;

use std::fmt::Write as _;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};

use self::fixture::{now, under_way};
use self::scenes::{
    asked, board, criteria, invalid, nasty, new_incident, pasted, refused, reminded, resolved, reviewed, toasts, told,
    two_days,
};
use crate::app::{Key, Message, Model, Pane, Settings, update};

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
    theme_picker_80x24: pressed(80, 24, "P");
    typing_120x36: pressed(120, 36, "l-5m restarting the pool in eu-west-1");
    typing_80x24: pressed(80, 24, "lrestarting the pool in eu-west-1, then eu-central-1, and watching the error rate on both of them");
    typing_60x15: pressed(60, 15, "l");
    begun_keys_120x36: pressed(120, 36, "r");
    begun_keys_80x24: pressed(80, 24, "K");
    begun_keys_60x15: pressed(60, 15, "K");
    filtered_60x15: pressed(60, 15, "/pool<Enter>&");
    filtered_40x12: pressed(40, 12, "/pool<Enter>&");
    not_following_60x15: pressed(60, 15, "g");
    not_following_80x24: pressed(80, 24, "g");
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
    reminded_120x36: reminded(120, 36);
    reminded_80x24: reminded(80, 24);
    reminded_60x15: reminded(60, 15);
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
    board_whole_120x36: board::whole(120, 36, "");
    board_whole_80x24: board::whole(80, 24, "");
    board_asked_120x36: board::asked(120, 36);
    board_asked_60x15: board::asked(60, 15);
    board_items_60x15: board::whole(60, 15, "3m");
    board_items_80x24: board::whole(80, 24, "3z");
    board_trend_120x36: board::whole(120, 36, "4z");
    board_trend_60x15: board::whole(60, 15, "4");
    permits_120x36: board::permits(120, 36, "");
    permits_read_80x24: board::permits(80, 24, "<Enter>");
    matrix_80x24: pressed(80, 24, "<F3>v");
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
