//! Every screen, form and sheet at every size, and every screen in every theme: a snapshot each.

use std::fmt::Write as _;

use super::scenes::{board, nasty, reviewed, told};
use super::{cells, press, pressed, screen, styled, under_way};
use crate::app::tests::App;
use crate::app::{Message, Model, Screen, Settings, Size};

/// The sizes that people have, and two that nobody has.
const SIZES: [(u16, u16); 8] = [
    (200, 60),
    (120, 36),
    (100, 30),
    (80, 24),
    (70, 50),
    (60, 15),
    (40, 12),
    (20, 5),
];

/// A screen with something on it.
fn on(shown: Screen, width: u16, height: u16) -> Model {
    match shown {
        Screen::WarRoom => under_way(width, height),
        Screen::Investigation => pressed(width, height, "<F2>"),
        Screen::Communications => told(width, height),
        Screen::Runbooks => pressed(width, height, "<F4>"),
        Screen::Review => reviewed(width, height),
        Screen::Board => board(width, height),
    }
}

#[test]
fn every_screen_at_every_size() {
    for shown in Screen::ALL {
        let mut all = String::new();
        for (width, height) in SIZES {
            let mut model = on(*shown, width, height);
            press(&mut model, "<Esc>");
            let _ = writeln!(all, "== {width}x{height}\n{}", screen(&model));
        }
        insta::assert_snapshot!(format!("sizes_{}", shown.spec().short.to_lowercase()), all);
    }
}

/// What lies over the panes, by the keys that open it.
const LAYERS: [(&str, &str); 8] = [
    (
        "declare",
        "Knpayments API returns 500 for everyone in Asia, and 名前 🔥 is shown<Enter><Down><Down>",
    ),
    ("severity", "S<Down>"),
    ("propose", "MRoll back to 2.33<Tab><Tab>"),
    ("gate", "rg"),
    ("sheet", "I"),
    ("role", "R"),
    ("steps", "<F4>m2"),
    ("zoomed", "4z"),
];

#[test]
fn every_form_and_sheet_at_every_size() {
    for (name, keys) in LAYERS {
        let mut all = String::new();
        for (width, height) in SIZES {
            let _ = writeln!(all, "== {width}x{height}\n{}", screen(&pressed(width, height, keys)));
        }
        insta::assert_snapshot!(format!("over_{name}"), all);
    }
}

#[test]
fn the_table_of_impact_and_urgency_at_every_size() {
    let mut all = String::new();
    for (width, height) in SIZES {
        let mut app = App::new();
        app.framework("itil");
        app.send(Message::Resized(Size { width, height }));
        app.press("Kihigh<Enter><Down>");
        let _ = writeln!(all, "== {width}x{height}\n{}", screen(&app.model));
    }
    insta::assert_snapshot!("over_matrix", all);
}

/// A wide character of which half is covered would stand across a border.
#[test]
fn no_wide_character_is_half_covered() {
    let keys = [
        "",
        "R",
        ":",
        "?",
        "rg",
        "I",
        "Kn名前🔥名前",
        "S",
        "l名前🔥",
        "K",
        "!",
        "<F2>",
        "<F3>",
        "<F4>",
        "<F5>",
        "<F6>",
        "4z",
    ];
    for (width, height) in SIZES.into_iter().chain([(81, 24), (61, 15), (119, 36), (83, 25)]) {
        for keys in keys {
            let mut model = nasty(width, height);
            press(&mut model, keys);
            let buffer = cells(&model);
            for y in 0..height {
                for x in 0..width {
                    let symbol = buffer[(x, y)].symbol();
                    if crate::text::width(symbol) > 1 {
                        assert!(
                            x + 1 < width,
                            "{keys} at {width}x{height}: {symbol} at {x},{y} leaves the screen"
                        );
                        let covered = buffer[(x + 1, y)].symbol();
                        assert_eq!(
                            covered, " ",
                            "{keys} at {width}x{height}: {symbol} at {x},{y} is covered"
                        );
                    }
                }
            }
        }
    }
}

/// The foot of a screen names the keys that matter there, on the narrowest screens, too.
#[test]
fn the_foot_names_the_keys_that_matter_there() {
    for (keys, wanted) in [
        ("<F3>2", ["c copy", "e edit", "m form"]),
        ("<F4>", ["Tab read", "a attach", "m steps"]),
        ("<F4>2m", ["y copy", "a attach", "m text"]),
        ("<F6>", ["↵ open", "n declare", "/ query"]),
    ] {
        for (width, height) in [(60, 15), (80, 24), (120, 36)] {
            let shown = screen(&pressed(width, height, keys));
            let foot = shown.lines().last().unwrap();
            for one in wanted {
                assert!(foot.contains(one), "{keys} at {width}x{height}: {foot}");
            }
        }
    }
}

#[test]
fn every_screen_in_every_theme() {
    let themes: [(&str, Settings); 5] = [
        ("dark", Settings::default()),
        ("light", of("light")),
        ("high-contrast", of("high-contrast")),
        ("colour-blind", of("colour-blind")),
        (
            "none",
            Settings {
                color: false,
                ..Settings::default()
            },
        ),
    ];
    for (name, settings) in themes {
        let mut all = String::new();
        for shown in Screen::ALL {
            let mut model = on(*shown, 80, 24);
            model.settings = settings.clone();
            let _ = writeln!(all, "== {}\n{}", shown.spec().title, styled(&model));
        }
        insta::assert_snapshot!(format!("theme_{name}"), all);
    }
}

fn of(theme: &str) -> Settings {
    Settings {
        theme: theme.into(),
        ..Settings::default()
    }
}

/// A filter is seen at every width, with how many new lines it hides.
#[test]
fn a_filter_tells_what_it_hides_at_every_width() {
    for (width, height) in [(200, 60), (120, 36), (100, 30), (80, 24), (70, 50), (60, 15), (40, 12)] {
        let mut model = pressed(width, height, "/pool<Enter>&");
        let event = model.incident().timeline[0].id.clone();
        let mut snapshot = crate::session::Snapshot::clone(&model.snapshot);
        let at = model.now.plus(std::time::Duration::from_secs(5));
        snapshot.arrivals = std::sync::Arc::from([crate::session::Arrival {
            section: "timeline".into(),
            id: event,
            at,
        }]);
        model.snapshot = std::sync::Arc::new(snapshot);
        let shown = screen(&model);
        assert!(shown.contains("FILTER"), "{width}x{height}:\n{shown}");
        assert!(shown.contains("1 new"), "{width}x{height}:\n{shown}");
    }
}
