//! Hypotheses, and the mitigations below them.

use super::View;
use crate::app::{BoardRow, Pane};
use crate::incident::{Hypothesis, HypothesisState, Mitigation, MitigationState, live};
use crate::ui::theme::Ink;
use crate::ui::widgets::Rich;

/// What a row says.
pub(crate) fn row(view: &View, row: usize, columns: usize, out: &mut Vec<Rich>) {
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

fn hypothesis_line(view: &View, row: usize, hypothesis: &Hypothesis, columns: usize) -> Rich {
    let mut rich = Rich::new();
    view.gutter(
        &mut rich,
        Pane::Hypotheses,
        row,
        view.model.is_new("hypotheses", &hypothesis.id),
        None,
    );
    let glyphs = view.glyphs;
    let (mark, ink, words) = match &hypothesis.state {
        HypothesisState::Confirmed => (glyphs.yes, Ink::Good, Ink::Strong),
        HypothesisState::Rejected => (glyphs.no, Ink::Dim, Ink::Dim),
        HypothesisState::Testing => (glyphs.testing, Ink::Accent, Ink::Text),
        HypothesisState::Open | HypothesisState::Other(_) => (glyphs.open, Ink::Warn, Ink::Text),
    };
    rich.put(mark, ink).blanks(1);
    rich.wraps(view.most()).put(&hypothesis.statement, words);
    if columns >= 40 {
        rich.put(
            &format!(" {}", hypothesis.state),
            if ink == Ink::Warn { Ink::Dim } else { ink },
        );
    }
    let live = || hypothesis.evidence.iter().filter(|remark| remark.retracted.is_none());
    let side = |side: bool| live().filter(|remark| remark.supports == Some(side)).count();
    let other = live().filter(|remark| remark.supports.is_none()).count();
    let mut parts = Vec::new();
    for (sign, count) in [("+", side(true)), ("-", side(false)), ("=", other)] {
        if count > 0 {
            parts.push(format!("{sign}{count}"));
        }
    }
    if let Some(percent) = hypothesis.likelihood.filter(|_| columns >= 36) {
        parts.insert(0, format!("{percent}%"));
    }
    if let Some(takes) = hypothesis.takes.as_ref().filter(|_| columns >= 50) {
        parts.insert(0, format!("in {takes}"));
    }
    if let Some(owner) = hypothesis.owner.as_ref().filter(|_| columns >= 36) {
        parts.push(format!("@{owner}"));
    }
    if !parts.is_empty() {
        rich.tail(&short_tail(&parts.join(" "), columns, glyphs.ellipsis), Ink::Dim);
    }
    rich
}

fn short_tail(tail: &str, columns: usize, ellipsis: &str) -> String {
    let clean = crate::ui::widgets::rich::one_line(tail);
    crate::text::fit(&clean, columns / 3, ellipsis).into_owned()
}

/// From so many columns on the state of a mitigation that waits for approval stands before its words, too.
const WITH_STATE: usize = 48;

fn mitigation_line(view: &View, row: usize, mitigation: &Mitigation, columns: usize) -> Rich {
    let mut rich = Rich::new();
    view.gutter(
        &mut rich,
        Pane::Hypotheses,
        row,
        view.model.is_new("mitigations", &mitigation.id),
        None,
    );
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
    rich.wraps(view.most());
    // That it waits for approval stands at the right, and leaves the room to its words.
    let proposed = mitigation.state == MitigationState::Proposed;
    if !proposed || columns >= WITH_STATE {
        rich.put(mitigation.state.as_str(), ink).blanks(1);
    }
    let dim = matches!(mitigation.state, MitigationState::Failed);
    rich.put(&mitigation.text, if dim { Ink::Dim } else { Ink::Text });
    if let Some(option) = mitigation.option.as_ref().filter(|_| columns >= 40) {
        rich.put(&format!(" ({})", option.replace('_', " ")), Ink::Dim);
    }
    let mut parts = Vec::new();
    let approvals = mitigation
        .approvals
        .iter()
        .filter(|approval| approval.retracted.is_none())
        .count();
    // It stays proposed until everybody who has to has said yes.
    match (proposed, approvals) {
        (true, 0) => parts.push("to approve".into()),
        (true, count) if columns < WITH_STATE => parts.push(format!("{count} yes")),
        (true, count) => parts.push(format!("{count} yes, not all")),
        (false, _) => {}
    }
    if let Some(owner) = mitigation.owner.as_ref().filter(|_| columns >= 36) {
        parts.push(format!("@{owner}"));
    }
    if !parts.is_empty() {
        let ink = if proposed { Ink::Warn } else { Ink::Dim };
        rich.tail(&short_tail(&parts.join(" "), columns, glyphs.ellipsis), ink);
    }
    rich
}

/// What stands behind the name.
pub(crate) fn note(view: &View) -> Vec<Rich> {
    let incident = view.model.incident();
    let waiting = live(&incident.mitigations)
        .filter(|mitigation| mitigation.state == MitigationState::Proposed)
        .count();
    let confirmed = live(&incident.hypotheses)
        .filter(|known| known.state == HypothesisState::Confirmed)
        .count();
    let confirmed = (confirmed > 0).then(|| format!("{confirmed} confirmed"));
    let waiting = (waiting > 0).then(|| format!("{waiting} to approve"));
    let mut notes = Vec::new();
    if let (Some(confirmed), Some(waiting)) = (&confirmed, &waiting) {
        let mut both = Rich::of(confirmed, Ink::Good);
        both.put(&format!(" {} ", view.glyphs.dot), Ink::Faint)
            .put(waiting, Ink::Warn);
        notes.push(both);
    }
    notes.extend(waiting.map(|waiting| Rich::of(&waiting, Ink::Warn)));
    notes.extend(confirmed.map(|confirmed| Rich::of(&confirmed, Ink::Good)));
    notes
}

/// The count of the tab.
pub(crate) fn count(view: &View) -> (String, Ink) {
    let incident = view.model.incident();
    (
        (live(&incident.hypotheses).count() + live(&incident.mitigations).count()).to_string(),
        Ink::Dim,
    )
}
