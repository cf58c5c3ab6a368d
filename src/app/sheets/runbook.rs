//! The selected runbook, to be read beside the checklists: whole, or one step at a time.

use crate::app::books::otherwise_sections;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model, books};
use crate::incident::{Item, ItemState};
use crate::runbook::command::Command;
use crate::runbook::library::Volume;
use crate::runbook::lines::{Line, Look as Kind};
use crate::runbook::{Language, Step};
use crate::text::one_line;

/// Most columns that code is indented by: narrow screens need them for the command.
const CODE: usize = 4;

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let Some(volume) = books::selected(model) else {
        return Vec::new();
    };
    if model.memory.books.steps {
        return step_by_step(model, volume);
    }
    let lines = volume.lines().iter().enumerate();
    let mut filled: Vec<(usize, &Line)> = lines.filter(|(_, line)| line.look != Kind::Blank).collect();
    // What to be careful about comes first, but behind the title.
    let cautions = filled.iter().take_while(|(_, line)| line.look == Kind::Caution).count();
    if let Some(head) = filled.get_mut(..=cautions)
        && matches!(head[cautions].1.look, Kind::Heading(_))
    {
        head.rotate_right(1);
    }
    filled.into_iter().map(|(place, line)| row(place, line)).collect()
}

fn row(place: usize, line: &Line) -> TextRow {
    let text = one_line(&line.text).into_owned();
    let row = TextRow::of(format!("line{place}")).indent(line.indent);
    match line.look {
        Kind::Heading(_) => TextRow::heading(text),
        Kind::Caution => row.mark(Mark::Alarm, Look::Warn).put(text, Look::Warn),
        Kind::Code => row.indent(line.indent.min(CODE)).put(text, Look::Accent),
        Kind::Item => {
            // What it says stands beside its number or bullet.
            let (sign, words) = text.split_at(text.find(' ').map_or(0, |blank| blank + 1));
            let row = row.put(sign, Look::Text).label();
            row.put(words, Look::Text)
        }
        Kind::Text | Kind::Table | Kind::Blank => row.put(text, Look::Text),
    }
}

/// One step: what to do, its commands as they would be run, what proves it; what was before it, and what to do where it does not work.
fn step_by_step(model: &Model, volume: &Volume) -> Vec<TextRow> {
    let steps = books::steps(model, volume);
    let mut rows = Vec::new();
    let cautions = &volume.book.runbook.cautions;
    rows.extend(cautions.iter().map(|caution| {
        let row = TextRow::default().mark(Mark::Alarm, Look::Warn);
        row.put(one_line(caution).into_owned(), Look::Warn)
    }));
    match books::current(&steps) {
        Some(place) => {
            let (step, item) = steps[place];
            rows.extend(one(model, volume, step, item, (place + 1, steps.len())));
            if let Some((next, _)) = steps
                .get(place + 1)
                .filter(|(next, _)| next.verifies() && !step.verifies())
            {
                rows.push(TextRow::blank());
                let said = format!("Then check: {}", one_line(&next.text));
                rows.push(TextRow::default().mark(Mark::Open, Look::Accent).put(said, Look::Text));
            }
        }
        None if steps.is_empty() => rows.push(TextRow::note("This runbook has no steps; read it.")),
        None => {
            let key = model.keymap.key_of(Action::JudgeRunbook);
            rows.push(TextRow::heading(format!("All {} steps are done", steps.len())));
            rows.push(TextRow::note(format!("{key} says whether it helped.")));
        }
    }
    rows.extend(otherwise(model, volume));
    rows.extend(before(model, &steps));
    rows
}

fn one(model: &Model, volume: &Volume, step: &Step, item: Option<&Item>, (number, of): (usize, usize)) -> Vec<TextRow> {
    let section = if step.section.is_empty() {
        String::new()
    } else {
        format!(" {}", one_line(&step.section))
    };
    let owner = item.and_then(|item| item.owner.as_deref()).unwrap_or_default();
    let mut rows = vec![
        TextRow::heading(format!("Step {number} of {of}"))
            .put(section, Look::Dim)
            .tail(owner, Look::Accent),
    ];
    let what = TextRow::of("step").put(one_line(&step.text).into_owned(), Look::Strong);
    rows.push(match item {
        Some(item) => what
            .mark(Mark::Box, Look::Strong)
            .does(Action::TickItem, item.id.as_str()),
        None => what.does(Action::AttachRunbook, volume.name.as_str()),
    });
    for part in step.flat().into_iter().skip(1) {
        let said = format!("{} {}", part.position, one_line(&part.text));
        rows.push(TextRow::default().put(said, Look::Text).indent(4));
    }
    let mut number = 0;
    for part in step.flat() {
        for command in &part.commands {
            rows.extend(command_rows(model, volume, command, number));
            number += 1;
        }
        for note in &part.notes {
            rows.push(TextRow::note(one_line(note)).indent(4));
        }
    }
    if item.is_none() {
        let key = model.keymap.key_of(Action::AttachHere);
        rows.push(TextRow::note(format!(
            "{key} attaches it: then each step can be ticked."
        )));
    }
    rows
}

fn command_rows(model: &Model, volume: &Volume, command: &Command, number: usize) -> Vec<TextRow> {
    let (text, open) = books::filled(model, volume, command);
    let mut rows = Vec::new();
    // Of several that look alike it says which is for what.
    if let Some(comment) = &command.comment {
        rows.push(TextRow::note(one_line(comment)).indent(4));
    }
    let shell = matches!(command.language, Language::Shell | Language::Powershell);
    for (place, line) in text.lines().enumerate() {
        let prompt = match (shell, place) {
            (true, 0) => "$ ",
            (true, _) => "  ",
            (false, _) => "",
        };
        let row = TextRow::of(format!("command{number}")).indent(4);
        // A long one wraps beside its prompt.
        let row = row.put(prompt, Look::Dim).label();
        rows.push(row.put(one_line(line).into_owned(), Look::Accent));
    }
    if !command.danger.is_empty() {
        let said = format!("Careful: {}", one_line(&command.danger.join(", ")));
        rows.push(
            TextRow::default()
                .mark(Mark::Alarm, Look::Warn)
                .put(said, Look::Warn)
                .indent(4),
        );
    }
    if !open.is_empty() {
        let names: Vec<&str> = open.iter().map(|gap| gap.written.as_str()).collect();
        let key = model.keymap.key_of(Action::Copy);
        let said = format!("{key} asks for {}", one_line(&names.join(", ")));
        rows.push(TextRow::note(said).indent(4));
    }
    rows
}

/// What to do where it does not work: folded, until one looks.
fn otherwise(model: &Model, volume: &Volume) -> Vec<TextRow> {
    let sections = otherwise_sections(volume);
    if sections.is_empty() {
        return Vec::new();
    }
    let unfolded = model.memory.books.unfolded;
    let titles: Vec<&str> = sections.iter().map(|section| section.title.as_str()).collect();
    let mut rows = vec![
        TextRow::blank(),
        TextRow::of("otherwise")
            .mark(Mark::Arrow, Look::Accent)
            .put("If this does not work", Look::Strong)
            .tail(
                if unfolded {
                    String::new()
                } else {
                    one_line(&titles.join(", ")).into_owned()
                },
                Look::Dim,
            )
            .does(Action::UnfoldRunbook, ""),
    ];
    if unfolded {
        let runbook = &volume.book.runbook;
        let lines: Vec<usize> = sections.iter().map(|section| runbook.line(section.start)).collect();
        let mut inside = false;
        for (place, line) in volume.lines().iter().enumerate() {
            if matches!(line.look, Kind::Heading(_)) {
                inside = lines.contains(&line.line);
            }
            if inside && line.look != Kind::Blank {
                rows.push(row(place, line));
            }
        }
    }
    rows
}

/// The steps before: what was done by whom, and what was left out, with why.
fn before(model: &Model, steps: &[(&Step, Option<&Item>)]) -> Vec<TextRow> {
    let mut rows = Vec::new();
    for (step, item) in steps {
        let Some(item) = item.filter(|item| !matches!(item.state, ItemState::Open)) else {
            continue;
        };
        let skipped = item.state == ItemState::Skipped;
        let (mark, look) = if skipped {
            (Mark::No, Look::Warn)
        } else {
            (Mark::Ticked, Look::Good)
        };
        let who = item.who.as_deref().unwrap_or_default();
        let at = item.done.map(|at| model.clock(at, false)).unwrap_or_default();
        let said = format!("{} {}", step.position, one_line(&step.text));
        let row = TextRow::of(format!("before{}", step.position))
            .mark(mark, look)
            .put(said, if skipped { Look::Text } else { Look::Dim });
        let why = if skipped { &item.reason } else { &item.note };
        let row = match why.as_deref().filter(|why| !why.is_empty()) {
            Some(why) => row.put(
                format!(" {}", one_line(why)),
                if skipped { Look::Warn } else { Look::Dim },
            ),
            None => row,
        };
        rows.push(
            row.tail(format!("{who} {at}").trim().to_owned(), Look::Dim)
                .does(Action::TickItem, item.id.as_str()),
        );
    }
    if !rows.is_empty() {
        rows.insert(0, TextRow::heading("Done so far"));
    }
    rows
}
