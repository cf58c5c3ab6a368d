//! Contrast, and that every colour can be changed.

use super::*;

/// All themes, each with the name of its file.
fn all() -> impl Iterator<Item = (&'static str, &'static Arc<Theme>)> {
    EMBEDDED.iter().map(|(name, _)| (*name, Theme::named(name, false)))
}

/// Contrast by WCAG 2.1, from 1 to 21.
fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
    let light = |(r, g, b): (u8, u8, u8)| {
        let part = |value: u8| {
            let share = f64::from(value) / 255.0;
            if share <= 0.039_28 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    };
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn words_can_be_read_in_every_theme_on_the_background_it_is_for() {
    for (name, theme) in all().filter(|(name, _)| !name.starts_with("16-")) {
        let behind = if name.ends_with("light") {
            (255, 255, 255)
        } else {
            (30, 30, 30)
        };
        for ink in Ink::ALL {
            let style = theme.style(*ink);
            let Some(letters) = style.fg.and_then(rgb) else {
                continue;
            };
            let behind = style.bg.and_then(rgb).unwrap_or(behind);
            let least = match ink {
                // Borders, which nobody has to read.
                Ink::Faint | Ink::Focus => 1.5,
                Ink::Dim | Ink::Struck => 3.0,
                _ => 4.5,
            };
            let has = contrast(letters, behind);
            assert!(has >= least, "{name} {}: {has:.1} of {least}", ink.name());
        }
        // On a selected row the words keep their own colours.
        let Some(behind) = theme.style(Ink::Selected).bg.and_then(rgb) else {
            continue;
        };
        for ink in [Ink::Good, Ink::Warn, Ink::Bad, Ink::Decision, Ink::Comms, Ink::Finding] {
            let letters = theme.style(ink).fg.and_then(rgb).unwrap();
            let has = contrast(letters, behind);
            assert!(has >= 3.5, "{name} {} selected: {has:.1}", ink.name());
        }
    }
}

#[test]
fn a_terminal_of_sixteen_colours_gets_no_other() {
    let sixteen = |colour: Option<Color>| colour.is_none_or(|colour| SIXTEEN.iter().any(|(known, _)| *known == colour));
    for (name, theme) in all() {
        let own: std::collections::BTreeMap<_, _> = [("warn".to_owned(), "#ff8800 on 237".to_owned())].into();
        for theme in [theme.in_sixteen(), theme.with_own(&own).in_sixteen()] {
            for ink in Ink::ALL {
                let style = theme.style(*ink);
                assert!(sixteen(style.fg) && sixteen(style.bg), "{name} {}", ink.name());
                assert!(
                    style.fg.is_none() || style.fg != style.bg,
                    "{name} {} cannot be read",
                    ink.name()
                );
            }
            let selected = theme.style(Ink::Selected);
            assert!(
                selected.bg.is_some() || selected.add_modifier.contains(Modifier::REVERSED),
                "{name}"
            );
        }
    }
    for ink in Ink::ALL {
        let style = Theme::named("16-colours", true).style(*ink);
        let pale = [
            Color::Yellow,
            Color::Cyan,
            Color::LightYellow,
            Color::LightCyan,
            Color::White,
            Color::Gray,
        ];
        assert!(
            style.bg.is_some() || style.fg.is_none_or(|fg| !pale.contains(&fg)),
            "{}",
            ink.name()
        );
    }
}

#[test]
fn a_theme_has_a_form_for_light_terminals() {
    for (name, _) in THEMES {
        assert!(is_known(name), "{name}");
    }
    assert_eq!(Theme::named("auto", true), Theme::named("light", false));
    assert_eq!(Theme::named("auto", false), Theme::named("dark", true));
    for name in ["high-contrast", "colour-blind", "16-colours"] {
        assert_eq!(Theme::named(name, true), Theme::named(&format!("{name}-light"), false));
        assert_ne!(Theme::named(name, true), Theme::named(name, false));
    }
}

#[test]
fn embedded_themes_are_in_order_and_complete() {
    for (name, text) in EMBEDDED {
        let plain = Theme::named("dark", false);
        let lines: Vec<_> = text.lines().enumerate().collect();
        assert_eq!(plain.with(&lines).1, [], "{name}");
        for ink in Ink::ALL {
            assert!(
                text.lines().any(|line| line.starts_with(&format!("{}:", ink.name()))),
                "{name} lacks {}",
                ink.name()
            );
        }
    }
    assert_eq!(Theme::named("nonsense", false), Theme::named("dark", false));
    assert_ne!(Theme::named("light", false), Theme::named("dark", false));
}

#[test]
fn a_line_is_read_or_refused_by_number() {
    let lines = [
        (3, "good: bold '#00ff88' on 17 # mine"),
        (4, ""),
        (5, "god: red"),
        (6, "bad: reddish"),
        (7, "bad"),
    ];
    let (theme, problems) = Theme::named("dark", false).with(&lines);
    let good = Style::new()
        .fg(Color::Rgb(0, 255, 136))
        .bg(Color::Indexed(17))
        .add_modifier(Modifier::BOLD);
    assert_eq!(theme.style(Ink::Good), good);
    assert_eq!(theme.style(Ink::Bad), Theme::named("dark", false).style(Ink::Bad));
    let told: Vec<_> = problems
        .iter()
        .map(|problem| (problem.line, problem.said.contains('`')))
        .collect();
    assert_eq!(told, [(5, true), (6, true), (7, true)]);
}

#[test]
fn without_colour_nothing_is_coloured_and_what_matters_still_differs() {
    for (name, theme) in all() {
        let theme = theme.without_color();
        for ink in Ink::ALL {
            let style = theme.style(*ink);
            assert!(style.fg.is_none() && style.bg.is_none(), "{name} {}", ink.name());
        }
        for ink in [Ink::Selected, Ink::Alarm, Ink::Severity1, Ink::Banner] {
            assert!(
                theme.style(ink).add_modifier.contains(Modifier::REVERSED),
                "{name} {}",
                ink.name()
            );
        }
    }
}
