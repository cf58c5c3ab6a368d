//! Every screen at every size, and every screen in every theme: a snapshot a screen, and one a theme.

use std::fmt::Write as _;

use super::scenes::{board, reviewed, told};
use super::{press, pressed, screen, styled, under_way};
use crate::app::{Model, Screen, Settings};

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
