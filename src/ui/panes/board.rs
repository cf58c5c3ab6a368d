//! Hypotheses, and the mitigations below them.

use super::View;
use crate::app::{BoardRow, Pane};
use crate::incident::{Hypothesis, HypothesisState, Mitigation, MitigationState};
use crate::ui::theme::Ink;
use crate::ui::widgets::Rich;

/// Characters of an id that are shown: enough to tell entries apart, short enough to type.
const ID: usize = 4;

/// What a row says.
pub fn row(view: &View, row: usize, columns: usize, out: &mut Vec<Rich>) {
    let incident = view.model.incident();
    match view.model.rows.hypotheses.get(row) {
        Some(BoardRow::Hypothesis(index)) => {
            if let Some(hypothesis) = incident.hypotheses.get(*index) {
                out.push(hypothesis_line(view, row, hypothesis, columns));
            }
        }
        Some(BoardRow::Mitigations) => {
            let mut rich = Rich::new();
            rich.blanks(1).put("Mitigations", Ink::Strong).fill(Ink::Faint);
            out.push(rich);
        }
        Some(BoardRow::Mitigation(index)) => {
            if let Some(mitigation) = incident.mitigations.get(*index) {
                out.push(mitigation_line(view, row, mitigation, columns));
            }
        }
        None => {}
    }
}

fn id(rich: &mut Rich, id: &str, columns: usize) {
    if columns >= 40 {
        let short: String = id.chars().take(ID).collect();
        rich.put(&short, Ink::Dim).blanks(1);
    }
}

fn hypothesis_line(view: &View, row: usize, hypothesis: &Hypothesis, columns: usize) -> Rich {
    let mut rich = Rich::new();
    view.gutter(&mut rich, Pane::Hypotheses, row, view.model.is_new("hypotheses", &hypothesis.id), None);
    let glyphs = view.glyphs;
    let (mark, ink, words) = match &hypothesis.state {
        HypothesisState::Confirmed => (glyphs.yes, Ink::Good, Ink::Strong),
        HypothesisState::Rejected => (glyphs.no, Ink::Dim, Ink::Dim),
        HypothesisState::Testing => (glyphs.testing, Ink::Accent, Ink::Text),
        HypothesisState::Open | HypothesisState::Other(_) => (glyphs.open, Ink::Warn, Ink::Text),
    };
    rich.put(mark, ink).blanks(1);
    id(&mut rich, &hypothesis.id, columns);
    rich.wraps(view.most()).put(&hypothesis.statement, words);
    if columns >= 40 {
        rich.put(&format!(" {}", hypothesis.state), if ink == Ink::Warn { Ink::Dim } else { ink });
    }
    let side = |side: bool| hypothesis.evidence.iter().filter(|remark| remark.supports == Some(side)).count();
    let other = hypothesis.evidence.iter().filter(|remark| remark.supports.is_none()).count();
    let mut parts = Vec::new();
    for (sign, count) in [("+", side(true)), ("-", side(false)), ("=", other)] {
        if count > 0 {
            parts.push(format!("{sign}{count}"));
        }
    }
    if let Some(owner) = hypothesis.owner.as_ref().filter(|_| columns >= 36) {
        parts.push(format!("@{owner}"));
    }
    if !parts.is_empty() {
        rich.tail(&short_tail(&parts.join(" "), columns, glyphs.ellipsis), Ink::Dim).tail(" ", Ink::Dim);
    }
    rich
}

fn short_tail(tail: &str, columns: usize, ellipsis: &str) -> String {
    let clean = crate::ui::widgets::rich::one_line(tail);
    crate::text::fit(&clean, columns / 3, ellipsis).into_owned()
}

fn mitigation_line(view: &View, row: usize, mitigation: &Mitigation, columns: usize) -> Rich {
    let mut rich = Rich::new();
    view.gutter(&mut rich, Pane::Hypotheses, row, view.model.is_new("mitigations", &mitigation.id), None);
    let glyphs = view.glyphs;
    let (mark, ink) = match &mitigation.state {
        MitigationState::Proposed => (glyphs.progress[0], Ink::Warn),
        MitigationState::Approved => (glyphs.progress[1], Ink::Accent),
        MitigationState::Started => (glyphs.progress[2], Ink::Accent),
        MitigationState::Done => (glyphs.progress[3], Ink::Text),
        MitigationState::Verified => (glyphs.yes, Ink::Good),
        MitigationState::Failed => (glyphs.no, Ink::Bad),
        MitigationState::Other(_) => (glyphs.open, Ink::Text),
    };
    rich.put(mark, ink).blanks(1);
    id(&mut rich, &mitigation.id, columns);
    rich.wraps(view.most());
    rich.put(mitigation.state.as_str(), ink).blanks(1);
    let dim = matches!(mitigation.state, MitigationState::Failed);
    rich.put(&mitigation.text, if dim { Ink::Dim } else { Ink::Text });
    if let Some(option) = mitigation.option.as_ref().filter(|_| columns >= 40) {
        rich.put(&format!(" ({})", option.replace('_', " ")), Ink::Dim);
    }
    let mut parts = Vec::new();
    let waits = missing_approvals(view, mitigation);
    if waits > 0 {
        parts.push(if columns >= 40 { format!("needs {waits} yes") } else { format!("-{waits} yes") });
    }
    if let Some(owner) = mitigation.owner.as_ref().filter(|_| columns >= 36) {
        parts.push(format!("@{owner}"));
    }
    if !parts.is_empty() {
        let ink = if waits > 0 { Ink::Warn } else { Ink::Dim };
        rich.tail(&short_tail(&parts.join(" "), columns, glyphs.ellipsis), ink).tail(" ", Ink::Dim);
    }
    rich
}

/// How many people still have to say yes.
fn missing_approvals(view: &View, mitigation: &Mitigation) -> usize {
    let _ = view;
    usize::from(matches!(mitigation.state, MitigationState::Proposed) && mitigation.approvals.is_empty())
}

/// What stands behind the name.
pub fn note(view: &View) -> Rich {
    let mut rich = Rich::new();
    let incident = view.model.incident();
    let waiting = incident.mitigations.iter().filter(|mitigation| mitigation.state == MitigationState::Proposed).count();
    let confirmed = incident.hypotheses.iter().filter(|known| known.state == HypothesisState::Confirmed).count();
    if confirmed > 0 {
        rich.put(&format!("{confirmed} confirmed"), Ink::Good);
    }
    if waiting > 0 {
        if confirmed > 0 {
            rich.put(&format!(" {} ", view.glyphs.dot), Ink::Faint);
        }
        rich.put(&format!("{waiting} to approve"), Ink::Warn);
    }
    rich
}

/// The count of the tab.
pub fn count(view: &View) -> (String, Ink) {
    let incident = view.model.incident();
    ((incident.hypotheses.len() + incident.mitigations.len()).to_string(), Ink::Dim)
}
