//! What reaches the terminal, byte for byte and in an emulated one.

use ratatui::Terminal;
use ratatui::layout::Rect;
use ratatui::style::{Style, Stylize};
use ratatui::text::Line;

use super::*;

fn terminal() -> Terminal<Screen> {
    Terminal::new(Screen::new(Size::new(40, 6))).unwrap()
}

fn frame(terminal: &mut Terminal<Screen>, lines: &[(u16, u16, Line<'static>)], cursor: Option<(u16, u16)>) -> String {
    terminal
        .draw(|frame| {
            for (x, y, line) in lines {
                frame.render_widget(line.clone(), Rect::new(*x, *y, 40 - x, 1));
            }
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        })
        .unwrap();
    terminal.backend_mut().take()
}

#[test]
fn a_typed_letter_costs_a_handful_of_bytes() {
    let mut terminal = terminal();
    frame(&mut terminal, &[(0, 5, Line::from("restart").red())], Some((7, 5)));
    let bytes = frame(&mut terminal, &[(0, 5, Line::from("restart!").red())], Some((8, 5)));
    assert_eq!(bytes, "!");
    let bytes = frame(
        &mut terminal,
        &[(0, 5, Line::from("restart!").red()), (3, 1, Line::from("x"))],
        Some((8, 5)),
    );
    assert_eq!(bytes, "\x1b[2;4H\x1b[0mx\x1b[6;9H");
}

#[test]
fn looks_are_changed_by_what_differs() {
    let mut terminal = terminal();
    let line = Line::from(vec![
        "a".bold().red(),
        "b".red(),
        "c".fg(Color::Indexed(208)).on_blue(),
        "d".into(),
    ]);
    let bytes = frame(&mut terminal, &[(0, 0, line)], None);
    assert_eq!(
        bytes,
        "\x1b[1H\x1b[1;31ma\x1b[0;31mb\x1b[38;5;208;44mc\x1b[0md\x1b[?25l"
    );
}

fn emulated() -> vt100::Parser {
    vt100::Parser::new(6.try_into().unwrap(), 40.try_into().unwrap(), 0)
}

#[test]
fn the_emulated_screen_is_what_was_drawn() {
    let mut terminal = terminal();
    let mut parser = emulated();
    let style = Style::new().underlined().fg(Color::Rgb(1, 2, 3));
    for round in 0..5u16 {
        let lines = [
            (round, round, Line::styled("日本 wide é", style)),
            (30, 2, Line::from("right edge")),
            (0, 5, Line::from("👩\u{200d}🔧 joined, then plain")),
        ];
        let bytes = frame(&mut terminal, &lines, Some((round, 0)));
        parser.process(bytes.as_bytes());
        let shown = parser.screen().contents();
        assert!(
            shown.contains("日本 wide é") && shown.contains("joined, then plain"),
            "{shown}"
        );
        assert_eq!(parser.screen().cursor_position(), (0, round));
    }
}

fn cells(parser: &vt100::Parser) -> Vec<String> {
    let cell = |place: u16| {
        let cell = parser.screen().cell(place / 40, place % 40).unwrap();
        // A blank that was written and a cell that never was look alike.
        let text = cell.contents().trim_end();
        format!(
            "{text} {:?} {:?} {} {}",
            cell.fgcolor(),
            cell.bgcolor(),
            cell.bold(),
            cell.underline()
        )
    };
    (0..240).map(cell).collect()
}

#[test]
fn what_is_left_of_a_torn_wide_character_is_a_plain_blank() {
    let mut terminal = terminal();
    let mut parser = emulated();
    parser.process(frame(&mut terminal, &[(3, 1, Line::from("日"))], None).as_bytes());
    let bytes = frame(&mut terminal, &[(3, 1, Line::from("x".underlined()))], None);
    parser.process(bytes.as_bytes());
    assert!(!parser.screen().cell(1, 4).unwrap().underline(), "{bytes:?}");
}

proptest::proptest! {
    #![proptest_config(crate::trials::cases(64))]
    #[test]
    fn any_frames_leave_what_was_drawn(
        frames in proptest::collection::vec(
            proptest::collection::vec((0u16..40, 0u16..6, "[a-z日é ]{1,9}", 0u8..4), 0..6),
            1..8,
        ),
    ) {
        let mut terminal = terminal();
        let mut parser = emulated();
        for spots in frames {
            let lines: Vec<_> = spots
                .into_iter()
                .map(|(x, y, text, look)| {
                    let style = match look {
                        0 => Style::new(),
                        1 => Style::new().bold(),
                        2 => Style::new().red().on_blue(),
                        _ => Style::new().underlined(),
                    };
                    (x, y, Line::styled(text, style))
                })
                .collect();
            let bytes = frame(&mut terminal, &lines, None);
            parser.process(bytes.as_bytes());
            // What the terminal shows, against a terminal that draws the same from nothing.
            let mut fresh = Terminal::new(Screen::new(Size::new(40, 6))).unwrap();
            let mut other = emulated();
            other.process(frame(&mut fresh, &lines, None).as_bytes());
            proptest::prop_assert_eq!(cells(&parser), cells(&other));
        }
    }
}

#[test]
fn the_war_room_costs_few_bytes_a_letter_and_a_second() {
    use crate::app::{Message, tests::App};
    use crate::framework::{TimerPhase, TimerView};

    let mut app = App::new();
    let timer = |index: i64| TimerView {
        id: format!("timer-{index}"),
        label: format!("update {index}"),
        due: None,
        overdue_at: None,
        state: if index == 0 {
            TimerPhase::Overdue
        } else {
            TimerPhase::Running
        },
        remaining_s: 1234 + 777 * index,
        derived: true,
        snoozed: false,
        remedy: None,
        borrowed: false,
    };
    app.model.derived.timers = (0..5).map(timer).collect();
    app.model.rows.timers = (0..5).collect();
    let mut terminal = Terminal::new(Screen::new(Size::new(120, 36))).unwrap();
    let mut paint = |app: &App| {
        terminal.draw(|frame| crate::ui::draw(&app.model, frame)).unwrap();
        terminal.backend_mut().take()
    };
    paint(&app);
    app.model.derived.elapsed_s += 1;
    app.model
        .derived
        .timers
        .iter_mut()
        .for_each(|timer| timer.remaining_s -= 1);
    let second = paint(&app);
    assert!(second.len() < 100, "{} bytes a second: {second:?}", second.len());
    app.press("lrestarting the poo");
    paint(&app);
    app.send(Message::Key(crate::app::Key::parse("l").unwrap()));
    let letter = paint(&app);
    assert!(letter.len() < 60, "{} bytes a letter: {letter:?}", letter.len());
}

#[test]
fn long_frames_are_shown_at_once() {
    let mut terminal = terminal();
    let lines: Vec<_> = (0..6)
        .map(|y| (0, y, Line::from("x".repeat(40)).cyan().on_red()))
        .collect();
    let short = frame(&mut terminal, &lines[..1], None);
    assert!(!short.contains("2026"));
    let mut screen = Screen::new(Size::new(40, 6));
    screen.out = "x".repeat(SYNC_FROM);
    let long = screen.take();
    assert!(long.starts_with("\x1b[?2026h") && long.ends_with("\x1b[?2026l"));
}
