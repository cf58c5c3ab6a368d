//! Runbooks as the console knows them: which one is selected, its steps, its commands with what their placeholders stand for.

use super::form::{Choice, choice};
use super::message::Effect;
use super::{Model, Pane, Screen};
use crate::incident::{Change, Item, ItemState};
use crate::runbook::command::Command;
use crate::runbook::library::{Shelved, Volume};
use crate::runbook::lines::Look;
use crate::runbook::{Gap, Purpose, Section, Step, attach, gap};

/// How often the runbooks are looked at again while they are on the screen and the incident changes.
const AGAIN_S: i64 = 10;

/// Looks for other runbooks once the incident has changed, while they are on the screen.
pub(super) fn again(model: &Model) -> Option<Effect> {
    let (revision, at) = model.memory.books.read?;
    let old = revision != model.snapshot.revision && model.now.seconds_since(at) >= AGAIN_S;
    (model.screen == Screen::Runbooks && old).then_some(Effect::ReadRunbooks)
}

/// The runbook that is selected.
pub(super) fn selected(model: &Model) -> Option<&Volume> {
    let name = model.row_id(Pane::Runbooks, model.cursor(Pane::Runbooks).selected)?;
    model.library.get(&name).map(|one| one.volume.as_ref())
}

/// The steps of a runbook, each with its item in the incident's checklist where it is attached.
pub(super) fn steps<'m>(model: &'m Model, volume: &'m Volume) -> Vec<(&'m Step, Option<&'m Item>)> {
    let steps = volume.steps();
    let items = attach::items(model.incident(), steps);
    steps.steps.iter().zip(items).collect()
}

/// The step that is next: the first that is neither done nor left out.
pub(super) fn current(steps: &[(&Step, Option<&Item>)]) -> Option<usize> {
    let open = |item: Option<&Item>| item.is_none_or(|item| matches!(item.state, ItemState::Open));
    steps.iter().position(|(_, item)| open(*item))
}

/// The item that a row of the runbook belongs to: of a command of the step that is shown.
pub(super) fn item_of<'m>(model: &'m Model, row: &str) -> Option<&'m Item> {
    if model.focus != Pane::Runbook || !model.memory.books.steps || !row.starts_with("command") {
        return None;
    }
    let steps = steps(model, selected(model)?);
    steps.get(current(&steps)?)?.1
}

/// What a placeholder stands for here: what was said to this console, else what the incident knows.
pub(super) fn value(model: &Model, name: &str) -> Option<String> {
    let said = model.memory.books.values.get(name).cloned();
    said.or_else(|| attach::known_value(model.incident(), name))
}

/// A command filled in, and what is still to be said.
pub(super) fn filled(model: &Model, volume: &Volume, command: &Command) -> (String, Vec<Gap>) {
    gap::fill(&command.text, &command.language, volume.book.runbook.set(), |name| {
        value(model, name)
    })
}

/// What attaching a runbook asks for.
pub(super) fn attachment(model: &Model, name: &str) -> Result<Change, String> {
    let found = model.library.get(name).map(|one| one.volume.as_ref());
    let volume = found.ok_or_else(|| format!("No runbook is called `{}`.", crate::text::one_line(name)))?;
    let runbook = &volume.book.runbook;
    Ok(Change::AttachRunbook(
        runbook.attachment(volume.entry(), volume.steps()),
    ))
}

/// The row of the whole text that begins with what to do where it does not work.
pub(super) fn otherwise_row(volume: &Volume) -> Option<String> {
    let sections = otherwise_sections(volume);
    let line = volume.book.runbook.line(sections.first()?.start);
    let place = volume
        .lines()
        .iter()
        .position(|one| one.line > line && one.look != Look::Blank)?;
    Some(format!("line{place}"))
}

/// The command that is meant by what is selected, with its runbook; how many there are to choose from.
pub(super) fn meant(model: &Model) -> Option<(&Volume, &Command, usize)> {
    let row = model.cursor(model.focus).selected;
    match model.focus {
        Pane::Runbook => {
            let volume = selected(model)?;
            let id = model.row_id(Pane::Runbook, row)?;
            command(model, volume, &id).map(|command| (volume, command, 1))
        }
        Pane::Checklists => {
            let item = model.item_at(row)?;
            let shelf = model.library.shelf.iter().map(|one| one.volume.as_ref());
            let mut attached = shelf.filter(|volume| attach::is_attached(model.incident(), &volume.name));
            attached.find_map(|volume| {
                let (step, _) = steps(model, volume)
                    .into_iter()
                    .find(|(_, known)| known.is_some_and(|known| known.id == item.id))?;
                let commands: Vec<&Command> = step.flat().into_iter().flat_map(|step| &step.commands).collect();
                commands.first().map(|command| (volume, *command, commands.len()))
            })
        }
        _ => None,
    }
}

/// Whether the selected runbook's steps are in the checklist.
pub(super) fn is_attached(model: &Model) -> bool {
    selected(model).is_some_and(|volume| attach::is_attached(model.incident(), &volume.name))
}

/// Whether what is selected stands for a command of a runbook.
pub(super) fn is_command(model: &Model) -> bool {
    meant(model).is_some()
}

/// What is still to be said for the command that is meant.
pub(super) fn gaps(model: &Model) -> Vec<Choice> {
    let Some((volume, command, _)) = meant(model) else {
        return Vec::new();
    };
    let (_, open) = filled(model, volume, command);
    open.into_iter()
        .map(|gap| choice(gap.name, gap.written, "placeholder"))
        .collect()
}

/// Runbooks to attach, those that fit first.
pub(super) fn all(model: &Model) -> Vec<Choice> {
    let shelf = model.library.shelf.iter();
    shelf
        .map(|one| choice(&one.volume.name, &one.volume.title, about(model, one)))
        .collect()
}

/// The command that a row stands for: of the text the one on its line, of a step by its number.
pub(super) fn command<'v>(model: &Model, volume: &'v Volume, row: &str) -> Option<&'v Command> {
    // The step itself stands for its first command.
    let row = if row == "step" { "command0" } else { row };
    if let Some(number) = row.strip_prefix("command") {
        let steps = steps(model, volume);
        let place = current(&steps)?;
        let step = volume.steps().steps.get(place)?;
        return step
            .flat()
            .into_iter()
            .flat_map(|step| &step.commands)
            .nth(number.parse().ok()?);
    }
    let line = volume.lines().get(row.strip_prefix("line")?.parse::<usize>().ok()?)?;
    let before = volume.steps().commands().filter(|command| command.line <= line.line);
    let nearest = before.max_by_key(|command| command.line)?;
    let lines = nearest.text.lines().count().max(1);
    // A command that goes on in further lines may be joined to one.
    let within = line.look == Look::Code && line.line < nearest.line + lines.max(12);
    (nearest.line == line.line || within).then_some(nearest)
}

/// The sections that say what to do where it does not work.
pub(super) fn otherwise_sections(volume: &Volume) -> Vec<&Section> {
    let runbook = &volume.book.runbook;
    let sections = match volume.entry() {
        Some(entry) => &runbook.sections[entry.sections.clone()],
        None => &runbook.sections[..],
    };
    let is_one = |section: &&Section| matches!(section.purpose, Purpose::WayBack | Purpose::Escalation);
    sections.iter().filter(is_one).collect()
}

/// Why it fits, or whose it is.
pub(super) fn about(model: &Model, one: &Shelved) -> String {
    if attach::is_attached(model.incident(), &one.volume.name) {
        let steps = steps(model, &one.volume);
        let over = steps
            .iter()
            .filter(|(_, item)| item.is_some_and(|item| !matches!(item.state, ItemState::Open)));
        return format!("attached {}/{}", over.count(), steps.len());
    }
    match (one.reason.is_empty(), one.volume.book.own) {
        (false, _) => one.reason.clone(),
        (true, true) => "ours".to_owned(),
        (true, false) => String::new(),
    }
}
