//! Every theme can show every screen at every size: colours that are there, none where none are, ASCII.

use ratatui::style::Color;

use super::scenes::{board, reviewed, told};
use super::*;
use crate::app::{Screen, THEMES};

/// From a wall to nothing.
const SIZES: [(u16, u16); 8] = [
    (200, 60),
    (120, 36),
    (100, 30),
    (80, 24),
    (70, 50),
    (60, 15),
    (40, 12),
    (1, 1),
];

/// A screen with something in each of its panes.
fn shown(screen: Screen, width: u16, height: u16) -> Model {
    match screen {
        Screen::WarRoom => under_way(width, height),
        Screen::Investigation => pressed(width, height, "<F2>"),
        Screen::Communications => told(width, height),
        Screen::Runbooks => pressed(width, height, "<F4>"),
        Screen::Review => reviewed(width, height),
        Screen::Board => board(width, height),
    }
}

/// All of a screen's cells, with settings changed.
fn with(model: &Model, change: impl Fn(&mut Settings)) -> Buffer {
    let mut model = model.clone();
    change(&mut model.settings);
    cells(&model)
}

/// Checks every screen at every size; the words name it.
fn everywhere(check: impl Fn(&Model, &str)) {
    for screen in Screen::ALL {
        for (width, height) in SIZES {
            let named = format!("{} {width}x{height}", screen.spec().title);
            check(&shown(*screen, width, height), &named);
        }
    }
}

#[test]
fn a_theme_changes_no_word() {
    everywhere(|model, named| {
        let words = |buffer: &Buffer| {
            buffer
                .content()
                .iter()
                .map(|cell| cell.symbol().to_owned())
                .collect::<Vec<_>>()
        };
        let usual = words(&with(model, |_| {}));
        for (theme, _) in THEMES {
            for light in [false, true] {
                let themed = with(model, |settings| {
                    settings.theme = theme.into();
                    settings.light = Some(light);
                });
                assert_eq!(words(&themed), usual, "{named} in {theme}");
            }
        }
    });
}

#[test]
fn without_colour_none_reaches_a_cell() {
    everywhere(|model, named| {
        for (theme, _) in THEMES {
            let plain = with(model, |settings| {
                settings.theme = theme.into();
                settings.color = false;
            });
            for cell in plain.content() {
                assert!(cell.fg == Color::Reset && cell.bg == Color::Reset, "{named} {theme}");
            }
        }
    });
}

#[test]
fn a_terminal_of_sixteen_colours_is_asked_for_no_other() {
    let few = |colour: Color| !matches!(colour, Color::Rgb(..) | Color::Indexed(_));
    everywhere(|model, named| {
        for (theme, _) in THEMES {
            for light in [false, true] {
                let shown = with(model, |settings| {
                    settings.theme = theme.into();
                    settings.sixteen = true;
                    settings.light = Some(light);
                    settings.colors.insert("text".into(), "#dddddd".into());
                });
                let foreign = shown.content().iter().find(|cell| !few(cell.fg) || !few(cell.bg));
                assert_eq!(foreign, None, "{named} {theme}");
            }
        }
    });
}

#[test]
fn in_ascii_no_other_character_reaches_a_cell() {
    everywhere(|model, named| {
        let shown = with(model, |settings| settings.ascii = true);
        let foreign = shown.content().iter().find(|cell| !cell.symbol().is_ascii());
        assert_eq!(foreign, None, "{named}");
    });
}

#[test]
fn what_needs_someone_now_stands_out_in_every_theme() {
    use ratatui::style::Modifier;
    let model = shown(Screen::WarRoom, 120, 36);
    for (theme, _) in THEMES {
        for color in [true, false] {
            let buffer = with(&model, |settings| {
                settings.theme = theme.into();
                settings.color = color;
            });
            // The overdue timer of the header, and the severity's badge.
            let loud = |y: u16| {
                let row = (0..120).map(|x| &buffer[(x, y)]);
                row.filter(|cell| cell.bg != Color::Reset || cell.modifier.contains(Modifier::REVERSED))
                    .count()
            };
            assert!(
                loud(0) >= 4 && loud(1) >= 10,
                "{theme} {color}: {} and {}",
                loud(0),
                loud(1)
            );
        }
    }
}
