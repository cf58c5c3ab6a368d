//! The board beside its list: the query that all its parts go by, and how action items and trend are arranged.

use std::sync::Arc;

use super::memory::By;
use super::message::Effect;
use super::{BoardEntry, Model, Pane, Screen, Tone, alike, panes, texts};
use crate::report::Kind;
use crate::session::Looked;

/// All incidents were listed anew.
pub(super) fn listed(model: &mut Model, board: Arc<[BoardEntry]>) -> Vec<Effect> {
    let key = |one: &BoardEntry| (one.id.clone(), one.over);
    let same = model.board.iter().map(key).eq(board.iter().map(key));
    model.board = board;
    texts::refresh_texts(model);
    // What is like this one is looked for anew where others have come or ended.
    if same { Vec::new() } else { alike::look(model) }
}

impl Model {
    /// The query that the board goes by (empty for all incidents), and the periods of its trend.
    pub fn board_query(&self) -> (String, Kind) {
        (self.memory.board.asked.clone(), self.memory.board.kind)
    }

    /// How a part of the board is arranged: `by owner`, `by month`.
    pub fn arrangement(&self, pane: Pane) -> &'static str {
        match (pane, self.memory.board.kind) {
            (Pane::Trend, Kind::Week) => "by week",
            (Pane::Trend, Kind::Month) => "by month",
            (Pane::Trend, Kind::Quarter) => "by quarter",
            (_, Kind::Week | Kind::Month | Kind::Quarter) => self.memory.board.by.word(),
        }
    }
}

/// Asks the board something; what comes of it is shown on it. Nothing shows all incidents again.
pub(super) fn ask(model: &mut Model, words: &str) -> Vec<Effect> {
    if model.screen != Screen::Board {
        panes::show(model, Screen::Board);
        panes::focus(model, Pane::Incidents);
    }
    model.search = None;
    model.memory.board.asked = words.trim().to_owned();
    let mut effects = vec![Effect::SearchAll(model.memory.board.asked.clone())];
    if !words.trim().is_empty() {
        model.say("Searching all incidents.", Tone::Info);
    }
    // The incidents themselves are listed from what was last looked at.
    if model.board.is_empty() {
        effects.push(Effect::LookAround);
    }
    effects
}

/// What was found for a query. What was asked before another one, or for other periods, is too late.
pub(super) fn looked(model: &mut Model, asked: String, looked: Result<Box<Looked>, String>) {
    match looked {
        Ok(looked) if asked == model.memory.board.asked && looked.overview.kind == model.memory.board.kind => {
            let Looked { lines, overview } = *looked;
            if overview.met.is_empty() && !asked.is_empty() {
                model.say(
                    format!("No incident has `{}`.", crate::text::one_line(&asked)),
                    Tone::Info,
                );
            }
            let is_new = model.found.as_ref().map(|(words, _)| words.as_str())
                != Some(asked.as_str()).filter(|words| !words.is_empty());
            model.found = (!asked.is_empty()).then_some((asked, lines));
            model.overview = Some(overview);
            texts::refresh_texts(model);
            if is_new {
                model.select_near(Pane::Incidents, 0);
            }
        }
        Ok(_) => {}
        Err(why) => {
            let before = model.found.as_ref().map(|(words, _)| words.clone());
            model.memory.board.asked = before.unwrap_or_default();
            model.say(why, Tone::Warning);
        }
    }
}

/// Esc on the board: all incidents again. None where nothing was asked.
pub(super) fn leave(model: &mut Model) -> Option<Vec<Effect>> {
    model.found.take()?;
    let effects = ask(model, "");
    texts::refresh_texts(model);
    model.select_near(Pane::Incidents, 0);
    Some(effects)
}

/// Another arrangement of the pane in focus: of the trend other periods, which are read anew.
pub(super) fn arrange(model: &mut Model) -> Vec<Effect> {
    let board = &mut model.memory.board;
    let effects = if model.focus == Pane::Trend {
        board.kind = match board.kind {
            Kind::Month => Kind::Quarter,
            Kind::Quarter => Kind::Week,
            Kind::Week => Kind::Month,
        };
        vec![Effect::SearchAll(board.asked.clone())]
    } else {
        board.by = match board.by {
            By::Urgency => By::Owner,
            By::Owner => By::Horizon,
            By::Horizon => By::Urgency,
        };
        Vec::new()
    };
    texts::refresh_texts(model);
    effects
}

/// Shows a part of the board.
pub(super) fn show(model: &mut Model, pane: Pane) -> Vec<Effect> {
    let effects = if model.screen == Screen::Board {
        Vec::new()
    } else {
        panes::show(model, Screen::Board);
        panes::screens(Screen::Board)
    };
    panes::focus(model, pane);
    effects
}

/// To the next or previous line that was found, round the ends; to the next incident where only incidents were asked for.
pub(super) fn go(model: &mut Model, forward: bool) {
    let has_lines = model.found.as_ref().is_some_and(|(_, lines)| !lines.is_empty());
    let rows = model.rows.text(Pane::Incidents);
    let is = |row: &usize| {
        rows.get(*row)
            .is_some_and(|row| !row.id.is_empty() && row.id.contains('#') == has_lines)
    };
    let (at, count) = (model.cursor(Pane::Incidents).selected, rows.len());
    let found = if forward {
        (at + 1..count).chain(0..count).find(is)
    } else {
        (0..at).rev().chain((0..count).rev()).find(is)
    };
    if let Some(row) = found {
        panes::focus(model, Pane::Incidents);
        model.cursors[Pane::Incidents as usize].selected = row;
    }
}
