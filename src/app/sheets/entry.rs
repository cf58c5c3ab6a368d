//! One hypothesis or mitigation, whole: tests, evidence for and against; rationale, risk, approvals, verification, way back.

use crate::app::rows::BoardRow;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Model, Pane, similar};
use crate::incident::{Hypothesis, Mitigation, MitigationState, Remark, live};

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let incident = model.incident();
    let entry = match model.rows.hypotheses.get(model.cursor(Pane::Hypotheses).selected) {
        Some(BoardRow::Hypothesis(index)) => incident.hypotheses.get(*index).map(|one| hypothesis(model, one)),
        Some(BoardRow::Mitigation(index)) => incident.mitigations.get(*index).map(|one| mitigation(model, one)),
        Some(BoardRow::Mitigations) | None => None,
    };
    let mut rows = entry.unwrap_or_default();
    rows.extend(similar::rows(model));
    rows
}

fn hypothesis(model: &Model, one: &Hypothesis) -> Vec<TextRow> {
    let id = &one.id;
    let mut facts = format!("{}; stated {} by {}", one.state, model.clock(one.at, false), one.by);
    if let Some(percent) = one.likelihood {
        facts.push_str(&format!("; {percent} % likely"));
    }
    if let Some(takes) = &one.takes {
        facts.push_str(&format!("; {takes} to test"));
    }
    let mut rows = vec![TextRow::of(format!("{id}.statement")).put(&one.statement, Look::Strong)];
    rows.push(TextRow::note(facts));
    let owner = one
        .owner
        .as_deref()
        .map_or("no one yet".to_owned(), |owner| format!("@{owner}"));
    rows.push(TextRow::note(format!("owner: {owner}")));
    let live = |all: &'_ [Remark]| {
        all.iter()
            .filter(|one| one.retracted.is_none())
            .cloned()
            .collect::<Vec<_>>()
    };
    let evidence = live(&one.evidence);
    let side = |wanted: Option<bool>| evidence.iter().filter(move |one| one.supports == wanted);
    section(
        model,
        &mut rows,
        "Tests",
        live(&one.tests).iter(),
        (Mark::Testing, Look::Accent),
    );
    section(
        model,
        &mut rows,
        "Evidence for",
        side(Some(true)),
        (Mark::Yes, Look::Good),
    );
    section(
        model,
        &mut rows,
        "Evidence against",
        side(Some(false)),
        (Mark::No, Look::Bad),
    );
    section(model, &mut rows, "Worth knowing", side(None), (Mark::Dot, Look::Dim));
    if one.tests.is_empty() {
        rows.push(TextRow::heading("Tests"));
        rows.push(TextRow::note("Not tested yet").indent(2));
    }
    asked(model, &mut rows, id);
    rows
}

fn section<'a>(
    model: &Model,
    rows: &mut Vec<TextRow>,
    title: &str,
    remarks: impl Iterator<Item = &'a Remark>,
    (mark, look): (Mark, Look),
) {
    for (index, remark) in remarks.enumerate() {
        if index == 0 {
            rows.push(TextRow::heading(title));
        }
        rows.push(
            TextRow::of(&remark.id)
                .mark(mark, look)
                .put(&remark.text, Look::Text)
                .tail(format!("{} {}", remark.by, model.clock(remark.at, false)), Look::Dim),
        );
    }
}

/// What specialists were asked about it.
fn asked(model: &Model, rows: &mut Vec<TextRow>, hypothesis: &str) {
    let asked = live(&model.incident().inquiries).filter(|one| one.hypothesis.as_deref() == Some(hypothesis));
    for (index, one) in asked.enumerate() {
        if index == 0 {
            rows.push(TextRow::heading("Asked"));
        }
        let answer = one
            .answer
            .as_deref()
            .map(|answer| format!(" {answer}"))
            .unwrap_or_default();
        rows.push(
            TextRow::of(&one.id)
                .mark(if one.is_open() { Mark::Open } else { Mark::Yes }, Look::Warn)
                .put(format!("{}: {}", one.to, one.text), Look::Text)
                .put(answer, Look::Strong),
        );
    }
}

fn mitigation(model: &Model, one: &Mitigation) -> Vec<TextRow> {
    let id = &one.id;
    let option = one
        .option
        .as_deref()
        .map(|option| format!(" ({})", option.replace('_', " ")));
    let mut rows = vec![
        TextRow::of(format!("{id}.text"))
            .put(&one.text, Look::Strong)
            .put(option.unwrap_or_default(), Look::Dim),
        TextRow::note(format!(
            "{}; proposed {} by {}",
            one.state,
            model.clock(one.at, false),
            one.by
        )),
    ];
    let owner = one
        .owner
        .as_deref()
        .map_or("no one yet".to_owned(), |owner| format!("@{owner}"));
    rows.push(TextRow::note(format!("owner: {owner}")));
    for (title, text) in [
        ("Rationale", &one.rationale),
        ("Risk", &one.risk),
        ("Verification", &one.verification),
        ("Rollback plan", &one.rollback),
        ("Result", &one.result),
    ] {
        rows.push(TextRow::heading(title));
        match text {
            Some(text) => rows.push(TextRow::of(format!("{id}.{title}")).put(text, Look::Text)),
            None => rows.push(TextRow::note("not given").indent(2)),
        }
    }
    rows.push(TextRow::heading("Approvals"));
    for yes in one.approvals.iter().filter(|yes| yes.retracted.is_none()) {
        rows.push(
            TextRow::of(&yes.id)
                .mark(Mark::Yes, Look::Good)
                .put(&yes.by, Look::Text)
                .tail(model.clock(yes.at, false), Look::Dim),
        );
    }
    if one.state == MitigationState::Proposed {
        for missing in model.framework().approvals_missing(model.incident(), one) {
            rows.push(TextRow::note(missing).mark(Mark::Open, Look::Warn));
        }
    }
    let steps = [("started", one.started), ("done", one.done), ("settled", one.settled)];
    for (word, at) in steps.into_iter().filter_map(|(word, at)| Some((word, at?))) {
        rows.push(TextRow::note(format!("{word} {}", model.clock(at, true))));
    }
    rows
}
