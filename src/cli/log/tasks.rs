//! `warroom log import --checklist`: a list of tasks, as one change to the checklist.

use std::fmt::Write as _;

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::page::count;
use crate::cli::reply::Reply;
use crate::incident::Change;
use crate::text;

/// Adds the open tasks, or only prints them; those that are done are left out.
pub(super) fn add(context: &Context, tasks: &[(bool, String)], dry_run: bool) -> Result<Reply, Failure> {
    let open = tasks.iter().filter(|(done, _)| !done);
    let texts: Vec<String> = open.map(|(_, text)| text.clone()).collect();
    let done = tasks.len() - texts.len();
    if texts.is_empty() {
        return Err(Failure::usage(match done {
            0 => "there is no task in it; one is written `- [ ] what to do`".to_owned(),
            _ => format!("all {done} tasks in it are done; nothing was added"),
        }));
    }
    let left_out = match done {
        0 => String::new(),
        done => format!(", {done} done and left out"),
    };
    if dry_run {
        let view = context.view()?;
        let said = format!("would add {}{left_out}", count(texts.len(), "item"));
        let mut page = String::new();
        for text in &texts {
            let _ = writeln!(page, "[ ] {}", text::one_line(text));
        }
        let _ = writeln!(page, "{said}; nothing was written");
        let json = json!({
            "ok": true,
            "changed": false,
            "dry_run": true,
            "incident": view.id,
            "items": texts,
            "done": done,
            "said": said,
        });
        return Ok(Reply::new(page, json));
    }
    let edit = context.edit()?;
    let applied = edit.apply(Change::AddItems { texts })?;
    edit.save()?;
    Ok(Reply::change(edit.id(), &edit.incident(), &applied))
}
