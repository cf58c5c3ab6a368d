//! `warroom runbook attach` and `verdict`

use std::ffi::OsStr;
use std::path::Path;

use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::{Given, chosen, find};
use crate::git::Git;
use crate::incident::Change;
use crate::runbook::attach::items;
use crate::runbook::gap;
use crate::text;

pub(super) fn attach(context: &Context, word: &str, given: &Given) -> Result<Reply, Failure> {
    let edit = context.edit()?;
    let found = chosen(find(context, word)?, Some(&edit.incident()))?;
    let steps = found.book.steps(found.entry(), given.source()?);
    if given.source.is_some() && steps.steps.is_empty() {
        return Err(Failure::usage(format!(
            "{} has no such steps; `warroom runbook steps` says what it has",
            found.book.name
        )));
    }
    let values = given.values()?;
    let applied = edit.apply(Change::AttachRunbook(found.book.attachment(found.entry(), &steps)));
    // What a placeholder stands for is kept although the steps are there already.
    let kept = remember(&values, |change| edit.apply(change).map(|_| ()));
    let applied = match applied {
        Err(failure) if failure.code == 0 && kept? => {
            edit.save()?;
            return Err(failure);
        }
        other => other?,
    };
    edit.save()?;
    let incident = edit.incident();
    let mut reply = Reply::change(edit.id(), &incident, &applied);
    let attached: Vec<_> = items(&incident, &steps)
        .into_iter()
        .zip(&steps.steps)
        .map(|(item, step)| json!({"id": item.map(|item| &item.id), "step": step.id, "text": step.text, "state": item.map(|item| item.state.as_str())}))
        .collect();
    reply.json["runbook"] = json!(steps.list);
    reply.json["source"] = json!(steps.source.map(|_| &steps.said));
    reply.json["steps"] = json!(attached);
    if let Some(file) = found.file.as_deref().filter(|_| found.own)
        && is_only_here(context.repository()?.root(), file)
    {
        let said = format!(
            "{} is not committed as it is now: others have its steps, but not its text and commands; commit it",
            file.display()
        );
        reply.text.push_str(&format!("{}\n", text::one_line(&said)));
        reply.json["note"] = json!(said);
    }
    Ok(reply)
}

/// Whether git has a file otherwise than it is now, or not at all. Without git there are no others.
fn is_only_here(root: &Path, file: &Path) -> bool {
    let arguments = [
        OsStr::new("status"),
        OsStr::new("--porcelain"),
        OsStr::new("--ignored"),
        OsStr::new("--"),
        file.as_os_str(),
    ];
    let said = Git::at(root).run(arguments);
    said.is_ok_and(|said| !said.is_empty())
}

/// Keeps what placeholders stand for with the incident; whether anything was kept. Secrets are not.
pub(super) fn remember(
    values: &[(String, String)],
    mut apply: impl FnMut(Change) -> Result<(), Failure>,
) -> Result<bool, Failure> {
    let mut kept = false;
    for (name, value) in values
        .iter()
        .filter(|(name, value)| !gap::is_secret(name) && !value.is_empty())
    {
        let change = Change::SetField {
            field: format!("fields.{name}"),
            value: value.clone(),
        };
        match apply(change) {
            Ok(()) => kept = true,
            Err(failure) if failure.code == 0 => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(kept)
}

pub(super) fn verdict(context: &Context, word: &str, verdict: &str, note: Option<String>) -> Result<Reply, Failure> {
    let verdict = super::verdict(verdict)?;
    let runbook = if word == "-" {
        None
    } else {
        let view = context.view()?;
        let found = chosen(find(context, word)?, Some(&view.incident))?;
        Some(found.book.list_name(found.entry()))
    };
    context.change(Change::JudgeRunbook { runbook, verdict, note })
}
