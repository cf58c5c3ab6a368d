//! `warroom major`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::incidents::{self, Read};
use super::page::moment;
use super::reply::Reply;
use crate::framework::major::FIELD;
use crate::framework::{Framework, MajorIncident, MajorState};
use crate::incident::Time;
use crate::store::survey::Frameworks;
use crate::text::one_line;

/// The major incident: see whether there is one, by number, by time or declared, and put one person above it
#[derive(Args, Debug)]
pub(super) struct Major {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say whether the open incidents make a major one, or one of them is one
    Show,
    /// Declare it: each of its incidents names the coordinator, links the others and follows the procedure
    Declare {
        /// Who coordinates
        #[arg(long = "owner", alias = "coordinator", value_name = "NAME")]
        coordinator: String,
        /// Why, where neither number nor time makes it one; the incident is the one of -i, or the only open one
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// End it: its incidents go on one by one, or the one of -i leaves it
    End {
        /// Why it is over
        #[arg(long, value_name = "TEXT", required = true)]
        reason: String,
    },
}

/// The major incident of the repository, by its own framework; with the incidents that it is made of.
pub(super) fn found(context: &Context, all: &[Read]) -> Result<Option<MajorIncident>, Failure> {
    let repository = context.repository()?;
    let framework = repository.framework_or_other(&repository.config().framework)?;
    context.tell_stand_in(&framework);
    if framework.stands_in.is_some() {
        // What makes one is not known.
        return Ok(None);
    }
    Ok(framework.major(all.iter().map(|one| &*one.incident)))
}

/// Open incidents that are a major one each, by the framework of each.
fn alone(context: &Context, all: &[Read]) -> Result<Vec<(String, MajorState)>, Failure> {
    let mut frameworks = Frameworks::of(context.repository()?);
    let state = |one: &Read| {
        let framework = frameworks.named(&one.incident.framework)?;
        Some((
            one.incident.id.clone(),
            framework.major_state(&one.incident, context.now())?,
        ))
    };
    Ok(all.iter().filter_map(state).collect())
}

/// The line that tells of it, with its verb.
fn line(major: &MajorIncident, all: &[Read]) -> String {
    let of = |id: &&String| all.iter().find(|one| one.incident.id == **id);
    let coordinator = major.incidents.iter().find_map(|id| {
        let read = of(&id)?;
        read.incident.fields.get(FIELD)?.as_str()
    });
    let then = match coordinator {
        Some(who) => format!("coordinated by {who}"),
        None => "declare it: warroom major declare --coordinator NAME".to_owned(),
    };
    let said = format!(
        "MAJOR INCIDENT: {}: {}; {then}",
        major.because,
        major.incidents.join(", ")
    );
    one_line(&said).into_owned()
}

/// The line that tells of an incident that is one by itself.
fn line_of(id: &str, state: &MajorState, now: Time) -> String {
    let declare = format!("warroom major declare -i {id} --coordinator NAME");
    let said = match state {
        MajorState::Declared { since, coordinator } => {
            let since = since
                .map(|at| format!(" since {}", moment(at, now)))
                .unwrap_or_default();
            match coordinator {
                Some(who) => format!("MAJOR INCIDENT: {id}{since}; coordinated by {who}"),
                None => format!("MAJOR INCIDENT: {id}{since}; no one coordinates it yet: {declare}"),
            }
        }
        MajorState::Late { after } => {
            format!("{id} is unresolved for more than {after}, which makes it a major incident: {declare}")
        }
    };
    one_line(&said).into_owned()
}

/// All lines that tell of major incidents, and what they say to programs.
pub(super) fn lines(context: &Context, all: &[Read]) -> Result<(Vec<String>, Option<MajorIncident>), Failure> {
    let major = found(context, all)?;
    let mut lines: Vec<String> = major.iter().map(|major| line(major, all)).collect();
    for (id, state) in alone(context, all)? {
        if !major.as_ref().is_some_and(|major| major.incidents.contains(&id)) {
            lines.push(line_of(&id, &state, context.now()));
        }
    }
    Ok((lines, major))
}

impl Major {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let (all, _, _) = incidents::read(context.repository()?, true)?;
        match self.verb {
            Some(Verb::Declare { coordinator, reason }) => declare(context, &all, &coordinator, reason.as_deref()),
            Some(Verb::End { reason }) => end(context, &all, &reason),
            Some(Verb::Show) | None => show(context, &all),
        }
    }
}

fn show(context: &Context, all: &[Read]) -> Result<Reply, Failure> {
    let (lines, major) = lines(context, all)?;
    let alone = alone(context, all)?;
    if lines.is_empty() {
        let said = "no major incident: too few grave ones are open, none for too long\n".to_owned();
        return Ok(Reply::new(said, json!({"major": null, "incidents": []})));
    }
    let mut out = lines.join("\n") + "\n";
    let repository = context.repository()?;
    let framework = repository.framework_or_other(&repository.config().framework)?;
    for rule in framework.major.iter().flat_map(|major| &major.rules) {
        let _ = writeln!(out, "  {}", one_line(rule));
    }
    let incidents: Vec<_> = alone
        .iter()
        .map(|(id, state)| json!({"id": id, "state": state}))
        .collect();
    Ok(Reply::new(out, json!({"major": major, "incidents": incidents})))
}

/// The incidents that are declared a major one: the one that is named, else those that number or time makes one.
fn meant(context: &Context, all: &[Read], reason: Option<&str>) -> Result<Vec<String>, Failure> {
    let named = context.options.incident.as_deref().is_some_and(|id| !id.is_empty());
    if !named {
        if let Some(major) = found(context, all)? {
            return Ok(major.incidents);
        }
        let alone = alone(context, all)?;
        if !alone.is_empty() {
            return Ok(alone.into_iter().map(|(id, _)| id).collect());
        }
    }
    let by_itself = named && {
        let id = context.place()?.id;
        alone(context, all)?.iter().any(|(known, _)| *known == id)
    };
    if reason.is_none_or(|reason| reason.trim().is_empty()) && !by_itself {
        return Err(Failure::usage(
            "neither number nor time makes the open incidents a major one; to declare one all the same, say why: --reason TEXT".to_owned(),
        ));
    }
    Ok(vec![context.place()?.id])
}

fn declare(context: &Context, all: &[Read], coordinator: &str, reason: Option<&str>) -> Result<Reply, Failure> {
    let incidents = meant(context, all, reason)?;
    for id in &incidents {
        let Some(read) = all.iter().find(|one| one.place.id == *id || one.incident.id == *id) else {
            return Err(Failure::usage(format!(
                "{id} is over; only an open incident can be a major one"
            )));
        };
        let edit = context.edit_of(&read.place)?;
        let changes = edit
            .framework()
            .major_changes(&edit.incident(), coordinator, &incidents, reason, context.now());
        for change in changes {
            edit.apply(change)?;
        }
        edit.save()?;
    }
    let said = format!("major incident, coordinated by {coordinator}: {}", incidents.join(", "));
    let major = found(context, all)?;
    Ok(Reply::new(
        format!("{}\n", one_line(&said)),
        json!({"ok": true, "said": said, "incidents": incidents, "major": major}),
    ))
}

/// The incidents that are declared a major one, all of them or the one that is named.
fn declared(context: &Context, all: &[Read]) -> Result<Vec<String>, Failure> {
    let named = match context.options.incident.as_deref() {
        Some(id) if !id.is_empty() => Some(context.place()?.id),
        _ => None,
    };
    let states = alone(context, all)?.into_iter();
    let declared = states.filter(|(id, state)| {
        matches!(state, MajorState::Declared { .. }) && named.as_ref().is_none_or(|named| named == id)
    });
    let ids: Vec<String> = declared.map(|(id, _)| id).collect();
    if ids.is_empty() {
        let said = match named {
            Some(id) => format!("{id} is not declared a major incident, so there is nothing to end"),
            None => "no open incident is declared a major one, so there is nothing to end".to_owned(),
        };
        return Err(Failure::usage(said));
    }
    Ok(ids)
}

fn end(context: &Context, all: &[Read], reason: &str) -> Result<Reply, Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::usage("say why it is over: --reason TEXT".to_owned()));
    }
    let incidents = declared(context, all)?;
    for read in all.iter().filter(|read| incidents.contains(&read.incident.id)) {
        let edit = context.edit_of(&read.place)?;
        for change in Framework::major_end_changes(&edit.incident(), reason) {
            edit.apply(change)?;
        }
        edit.save()?;
    }
    let said = format!("major incident ended: {}: {reason}", incidents.join(", "));
    Ok(Reply::new(
        format!("{}\n", one_line(&said)),
        json!({"ok": true, "said": said, "incidents": incidents, "reason": reason}),
    ))
}
