//! The next update for the selected audience: what is missing in it, what should not go outside, what is new since the last one.

use crate::app::comms::audience;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model, comms, unsent};
use crate::framework::template::has_gap;
use crate::message::{self, Draft, outside_words};

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let Some(audience) = audience(model) else {
        return Vec::new();
    };
    let Some(draft) = comms::draft(model, &audience) else {
        return Vec::new();
    };
    let copied = comms::copied(model, &audience);
    let form = copied.map_or_else(|| comms::form(model), |copied| copied.form);
    let mut rows =
        vec![TextRow::heading(format!("To {}", comms::title(model, &audience))).tail(format!("as {form}"), Look::Dim)];
    let shown = copied.map_or(draft.text.as_str(), |copied| copied.text.as_str());
    match copied {
        Some(copied) => rows.push(
            TextRow::default()
                .mark(Mark::Yes, Look::Good)
                .put(
                    format!(
                        "Copied {} as {}, {} characters. ",
                        model.clock(copied.at, false),
                        copied.form,
                        copied.length
                    ),
                    Look::Good,
                )
                .put("Enter logs it as sent.", Look::Strong),
        ),
        None => rows.extend(notes(model, &audience, &draft)),
    }
    rows.extend(body(model, &audience, shown));
    if copied.is_none()
        && let Some(row) = in_one_line(&draft)
    {
        // A part of its own, not the last line of the words.
        rows.extend([TextRow::blank(), row]);
    }
    for row in rows.iter_mut().filter(|row| !row.id.is_empty()) {
        row.does = Some((Action::CopyUpdate, audience.clone()));
    }
    rows
}

/// What there is to know before it is copied.
fn notes(model: &Model, audience: &str, draft: &Draft) -> Vec<TextRow> {
    let mut rows = Vec::new();
    let note = |mark: Mark, look: Look, text: String| TextRow::default().mark(mark, look).put(text, look);
    if unsent::kept_update(model, audience).is_some() {
        rows.push(note(Mark::Dot, Look::Accent, "Changed by you".into()));
    }
    if comms::holds(model, audience) {
        rows.push(note(Mark::Dot, Look::Accent, "Says that nothing is new".into()));
    }
    if let Some((roles, holders)) = comms::approval(model, audience) {
        let who = if holders.is_empty() {
            "no one yet".to_owned()
        } else {
            holders.join(", ")
        };
        let said = format!("To be approved by the {roles} ({who})");
        rows.push(note(Mark::Decide, Look::Warn, said));
    }
    for gap in &draft.gaps {
        let look = if draft.outside { Look::Bad } else { Look::Warn };
        rows.push(note(Mark::Open, look, format!("Missing: {}", gap.what)).tail(key(model, &gap.fill), Look::Dim));
    }
    if draft.gaps.is_empty() && has_gap(&draft.text).is_some() {
        rows.push(note(Mark::Open, Look::Bad, "A gap is left in the words".into()));
    }
    if draft.outside {
        let state = comms::state(model, audience);
        for found in outside_words(
            model.framework(),
            model.incident(),
            audience,
            &draft.text,
            state,
            model.now,
        ) {
            rows.push(note(Mark::Alarm, Look::Warn, found.to_string()));
        }
    }
    let form = comms::form(model);
    let made = form.render(draft, comms::state(model, audience).unwrap_or("investigating"));
    if let Some(why) = made.too_long {
        rows.push(note(Mark::Alarm, Look::Bad, format!("Too long: {why}")));
    }
    rows
}

/// The form for a text message or a chat topic, and how long it is.
fn in_one_line(draft: &Draft) -> Option<TextRow> {
    let short = draft.short.as_ref()?;
    let length = short.chars().count();
    let look = if length > message::SHORT { Look::Warn } else { Look::Dim };
    let row = TextRow::of("short").put(format!("In one line: {short}"), Look::Dim);
    Some(row.tail(format!("{length}/{}", message::SHORT), look))
}

/// The key that fills a gap in the record, by the verb that does.
fn key(model: &Model, verb: &str) -> String {
    let action = match verb {
        "settle" => Action::SettleConflict,
        verb if verb.starts_with("set impact.") => Action::SetImpact,
        verb if verb.starts_with("set title") => Action::SetTitle,
        verb if verb.starts_with("set summary") => Action::SetSummary,
        verb if verb.starts_with("set link") => Action::AddLink,
        verb if verb.starts_with("set ") => Action::SetField,
        verb if verb.starts_with("cause") => Action::SetCause,
        verb if verb.starts_with("role") => Action::AssignRole,
        verb if verb.starts_with("hypothesis") => Action::AddHypothesis,
        verb if verb.starts_with("log") => Action::LogAction,
        verb if verb.starts_with("action") => Action::AddAction,
        verb if verb.starts_with("mitigation") => Action::ProposeMitigation,
        verb if verb.starts_with("milestone") => Action::SetMilestone,
        verb if verb.starts_with("severity") => Action::SetSeverity,
        verb if verb.starts_with("status") => Action::SetStatus,
        _ => Action::EditDraft,
    };
    format!("{} records it", model.keymap.key_of(action))
}

/// The words, with what is new since the last update to this audience; and what that one said and this one does not.
fn body(model: &Model, audience: &str, words: &str) -> Vec<TextRow> {
    let last = comms::last(model, audience);
    let known: Vec<&str> = last.map_or_else(Vec::new, |sent| sent.text.lines().map(str::trim).collect());
    let mut rows = vec![TextRow::blank()];
    for (index, line) in words.lines().enumerate() {
        let new = last.is_some() && !line.trim().is_empty() && !known.contains(&line.trim());
        let mark = if new { Mark::Arrow } else { Mark::Blank };
        rows.push(TextRow::of(format!("line{index}")).mark(mark, Look::Accent).put(
            line,
            if has_gap(line).is_some() {
                Look::Warn
            } else {
                Look::Text
            },
        ));
    }
    let Some(last) = last else { return rows };
    let here: Vec<&str> = words.lines().map(str::trim).collect();
    let gone: Vec<&str> = known
        .into_iter()
        .filter(|line| !line.is_empty() && !here.contains(line))
        .collect();
    if !gone.is_empty() {
        rows.push(TextRow::blank());
        rows.push(TextRow::note(format!(
            "Said at {} and not any more:",
            model.clock(last.at, false)
        )));
        rows.extend(gone.into_iter().map(|line| TextRow::note(line).indent(2)));
    }
    rows
}
