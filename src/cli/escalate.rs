//! `warroom escalate`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::{Context, View};
use super::failure::Failure;
use super::input::words;
use super::page::moment;
use super::reply::Reply;
use crate::framework::{Remedy, TimerPhase};
use crate::incident::{Change, EventKind, ItemState, Time};
use crate::text;

/// Escalate to another tier, to management or executives; without a target, list those there are
#[derive(Args, Debug)]
pub(super) struct Escalate {
    /// To whom: a tier, management, executives
    target: Option<String>,
    /// Someone who was called does not answer: notes it, and says whom to call next
    #[arg(long, value_name = "NAME", conflicts_with_all = ["target", "reason"])]
    unreachable: Option<String>,
    /// Why: time, a breach, data loss, media, a regulator, no one reachable
    #[arg(long, value_name = "TEXT", num_args = 1..)]
    reason: Vec<String>,
}

impl Escalate {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let Some(who) = self.unreachable {
            return context.change(Change::Unreachable { who, next: None });
        }
        if let Some(to) = self.target.filter(|to| to != "list" || !self.reason.is_empty()) {
            let reason = Some(words(&self.reason)).filter(|reason| !reason.trim().is_empty());
            let reply = context.change(Change::Escalate { to: to.clone(), reason })?;
            return with_contacts(context, reply, &to);
        }
        let view = context.view()?;
        Ok(list(&view, context.now()))
    }
}

/// The escalation path of this severity with what of it is done, and all targets with when to escalate and since when that is so.
fn list(view: &View, now: Time) -> Reply {
    let framework = &view.framework;
    let derived = view.derived(now);
    let mut out = String::new();
    let path = framework.escalation_path.as_ref();
    let path = path.and_then(|id| derived.checklists.iter().find(|list| list.id == *id));
    if let Some(path) = path.filter(|path| !path.items.is_empty()) {
        let _ = writeln!(
            out,
            "{} at {}",
            text::one_line(&path.title),
            text::one_line(&derived.severity)
        );
        for item in &path.items {
            let mark = if item.state == ItemState::Open { " " } else { "x" };
            let _ = writeln!(out, "  [{mark}] {:<28} {}", item.id, text::one_line(&item.text));
        }
    }
    let rows = framework.escalations.iter().map(|one| {
        let since = view.incident.timeline.iter().find(|event| {
            event.kind == EventKind::Escalation && event.retracted.is_none() && event.to.as_deref() == Some(&one.id)
        });
        let due = derived.timers.iter().find(|timer| {
            let pending = matches!(timer.state, TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running);
            pending && matches!(&timer.remedy, Some(Remedy::Escalate(Some(word))) if word.id == one.id)
        });
        let stands = match (since, due.and_then(|timer| timer.due)) {
            (Some(event), _) => format!("escalated {}", moment(event.at, now)),
            (None, Some(due)) => format!("due {}", moment(due, now)),
            (None, None) => String::new(),
        };
        (one, stands)
    });
    let rows: Vec<_> = rows.collect();
    for (one, stands) in &rows {
        let when = text::one_line(&one.when.join("; ")).into_owned();
        let _ = writeln!(
            out,
            "{:<18} {:<34} {stands:<16} {when}",
            one.id,
            text::one_line(&one.title)
        );
        for contact in framework.contacts_for(&one.id) {
            let _ = writeln!(out, "{:<18} call {}", "", text::one_line(&contact.shown()));
        }
    }
    if framework.escalations.is_empty() {
        let _ = writeln!(out, "{} names no one to escalate to", text::one_line(&framework.name));
    }
    if !framework.contacts.chain.is_empty() {
        let chain = framework.contacts.chain.join(", then ");
        let _ = writeln!(out, "chain: {}", text::one_line(&chain));
    }
    let list: Vec<_> = rows
        .iter()
        .map(|(one, stands)| {
            let mut value = json!(one);
            value["stands"] = json!(stands);
            value["contacts"] = json!(framework.contacts_for(&one.id));
            value
        })
        .collect();
    Reply::new(out, json!({"escalations": list, "path": path}))
}

/// The answer with whom to call.
fn with_contacts(context: &Context, mut reply: Reply, to: &str) -> Result<Reply, Failure> {
    let view = context.view()?;
    let found = view.framework.contacts_for(to);
    for contact in &found {
        let _ = writeln!(reply.text, "call {}", text::one_line(&contact.shown()));
    }
    if let Some(json) = reply.json.as_object_mut() {
        json.insert("contacts".into(), json!(found));
    }
    Ok(reply)
}
