//! `warroom postmortem meeting`

use std::fmt::Write as _;

use clap::ValueEnum;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::framework::meeting::{ATTENDEES, Attendance, FACILITATOR, Meeting};
use crate::incident::time::format_clock;
use crate::incident::{Change, Time};
use crate::text::one_line;

/// What is done with the meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Turn {
    /// It begins: its agenda runs from now
    Start,
    /// It is over
    End,
}

/// Shows the meeting of the review, after beginning or ending it and setting who is there.
pub(super) fn meeting(
    context: &Context,
    turn: Option<Turn>,
    with: Option<String>,
    facilitator: Option<String>,
) -> Result<Reply, Failure> {
    let place = context.place()?;
    let now = context.now();
    let none = || Failure::usage("this framework has no review, so there is no meeting");
    let view = context.view_of(&place)?;
    let meeting = view.framework.meeting(&view.incident, now).ok_or_else(none)?;
    let mut changes: Vec<Change> = [(ATTENDEES, with), (FACILITATOR, facilitator)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .map(|(name, value)| Change::SetField {
            field: format!("fields.{name}"),
            value,
        })
        .collect();
    match (turn, meeting.goes_on()) {
        (Some(Turn::Start), true) => return Err(Failure::usage("the meeting goes on already")),
        (Some(Turn::End), false) => return Err(Failure::usage("the meeting was not started")),
        (Some(_), _) => changes.extend(meeting.turn(now)),
        (None, _) => {}
    }
    if !changes.is_empty() {
        let edit = context.edit_of(&place)?;
        for change in changes {
            edit.apply(change)?;
        }
        edit.save()?;
    }
    let view = context.view_of(&place)?;
    let meeting = view.framework.meeting(&view.incident, now).ok_or_else(none)?;
    let json = json!({"ok": true, "incident": view.id, "meeting": meeting});
    Ok(Reply::new(page(&view.id, &meeting, now), json))
}

fn page(id: &str, meeting: &Meeting, now: Time) -> String {
    let mut out = String::new();
    let state = match (meeting.began, meeting.ended) {
        (None, _) => "not started".to_owned(),
        (Some(began), None) => format!("began {}, {} ago", began.hm(), format_clock(now.seconds_since(began))),
        (Some(began), Some(ended)) => format!("{} to {}", began.hm(), ended.hm()),
    };
    let length = match meeting.minutes {
        0 => String::new(),
        minutes => format!(", {minutes} min"),
    };
    let _ = writeln!(out, "{id} review meeting{length}: {state}");
    let leads = meeting.facilitator.as_deref().unwrap_or("no one yet");
    let _ = writeln!(out, "facilitator: {}", one_line(leads));
    if let Some(unfit) = &meeting.unfit {
        let _ = writeln!(out, "  {}", one_line(unfit));
    }
    if !meeting.parts.is_empty() {
        out.push_str("\nagenda\n");
    }
    for part in &meeting.parts {
        let mark = if part.is_now { '>' } else { ' ' };
        let _ = write!(out, "{mark} {}", one_line(&part.to_string()));
        if let Some(source) = part.source {
            let _ = write!(out, " (source: {source} min)");
        }
        match part.until.filter(|_| part.is_now) {
            Some(until) => _ = writeln!(out, ", {} left", format_clock(until.seconds_since(now))),
            None => out.push('\n'),
        }
    }
    if !meeting.attendees.is_empty() {
        out.push_str("\nattendees\n");
    }
    for one in &meeting.attendees {
        let _ = writeln!(out, "  {}", one_line(&said(one)));
    }
    if !meeting.others.is_empty() {
        let _ = writeln!(out, "  also there: {}", one_line(&meeting.others.join(", ")));
    }
    out
}

/// `component owners (lee): was there`.
fn said(one: &Attendance) -> String {
    let names = match one.names.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    };
    let state = match (one.was_there, one.optional) {
        (Some(true), _) => "was there",
        (Some(false), true) => "was not there (optional)",
        (Some(false), false) => "required, was not there",
        (None, true) => "optional",
        (None, false) => "required",
    };
    format!("{}{names}: {state}", one.who)
}
