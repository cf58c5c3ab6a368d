//! `warroom runbook new` and `update`

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::merge::quoted;
use super::super::page::count;
use super::super::reply::Reply;
use super::{chosen, find};
use crate::runbook::Day;
use crate::runbook::article::{added, template, with_added};
use crate::store::put::Folder;
use crate::store::runbooks::{named_text, stem};
use crate::text;

pub(super) fn new(context: &Context, name: &str, from: Option<&str>) -> Result<Reply, Failure> {
    let repository = context.repository()?;
    let bare = name.strip_prefix("runbooks/").unwrap_or(name);
    let bare = stem(bare).unwrap_or(bare);
    let plain = |part: &str| {
        let fits = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
        !part.is_empty() && !part.starts_with(['.', '-']) && part.chars().all(fits)
    };
    if !bare.split('/').all(plain) {
        return Err(Failure::usage(format!(
            "`{}` is no name of a runbook; letters, digits, dashes and / make one",
            text::one_line(name)
        )));
    }
    let body = match from {
        Some(word) => find(context, word)?.book.text.to_string(),
        None => template(bare, Day::of(context.now())),
    };
    let below = PathBuf::from(format!("{bare}.md"));
    let written = repository.write_runbook(&below, &body, false).map_err(|error| {
        let why = crate::store::reason(&error);
        Failure::because(
            format!("runbooks/{bare}.md was not written: {why}; nothing was changed"),
            error,
        )
    })?;
    let Some(file) = written else {
        return Err(Failure::usage(format!(
            "runbooks/{bare}.md is there already; it was not touched"
        )));
    };
    let shown = file.display().to_string();
    let json = json!({"ok": true, "name": bare, "file": shown});
    let next = format!(
        "next: write it, `warroom runbook lint {0}`, then commit it: others have it once it is in git",
        quoted(&format!("runbooks/{bare}.md"))
    );
    Ok(Reply::new(
        format!("{}\n{}\n", text::one_line(&shown), text::one_line(&next)),
        json,
    ))
}

pub(super) fn update(context: &Context, word: &str, print: bool) -> Result<Reply, Failure> {
    let view = context.view()?;
    let found = chosen(find(context, word)?, Some(&view.incident))?;
    let list = found.book.list_name(found.entry());
    let new = added(&view.incident, &list);
    if new.is_empty() {
        let said = format!("nothing was added in {} since {list} was attached", view.id);
        let json = json!({"ok": true, "changed": false, "said": said, "added": []});
        return Ok(Reply::new(format!("{}\n", text::one_line(&said)), json));
    }
    let proposed = with_added(&found.book.text, &view.id, &new);
    let lines: Vec<&str> = proposed[found.book.text.len()..].lines().collect();
    let diff = format!("+{}\n", lines.join("\n+"));
    let what: Vec<_> = new.iter().map(|one| json!({"text": one.text, "by": one.by})).collect();
    let mut json = json!({"ok": true, "runbook": found.book.name, "added": what, "diff": diff, "changed": false});
    if print || context.options.json || !std::io::stdin().is_terminal() {
        let page = format!(
            "{}\n{}",
            text::one_line(&format!("--- {}", found.origin())),
            text::lines(&diff)
        );
        return Ok(Reply::new(page, json));
    }
    if found.file.is_some() && !found.own {
        return Err(Failure::usage(format!(
            "{} is no runbook of this repository; only those are updated",
            found.origin()
        )));
    }
    let text = edited(&proposed, &found.book.name)?;
    if text == *found.book.text || text.trim().is_empty() {
        return Ok(Reply::new("nothing was changed\n", json));
    }
    let failed = |error: std::io::Error| {
        let why = crate::store::reason(&error);
        Failure::because(
            format!("{} was not written: {why}; it is as it was", found.origin()),
            error,
        )
    };
    // Somebody may have changed it while the editor was open.
    if let Some(file) = &found.file {
        let now = super::read(context, file, true)?;
        if now != *found.book.text {
            return Err(Failure::failed(format!(
                "{} was changed meanwhile, so it was left as it is; run this again",
                found.origin()
            )));
        }
    }
    let repository = context.repository()?;
    let below = found
        .file
        .as_deref()
        .and_then(|file| file.strip_prefix(repository.runbooks_dir()).ok());
    let below = below.map_or_else(|| PathBuf::from(format!("{}.md", found.book.name)), Path::to_owned);
    let file = repository.write_runbook(&below, &text, true).map_err(failed)?;
    let shown = file.map(|file| file.display().to_string()).unwrap_or_default();
    json["changed"] = json!(true);
    json["file"] = json!(shown);
    let said = format!(
        "{shown}: {} looked through; commit it with git",
        count(new.len(), "addition")
    );
    Ok(Reply::new(format!("{}\n", text::one_line(&said)), json))
}

/// A text as the person's editor leaves it. It is opened in the person's own folder, so that nobody else sees it half done.
fn edited(text: &str, name: &str) -> Result<String, Failure> {
    let editor = ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()));
    let editor = editor.unwrap_or_else(|| "vi".into());
    let state = crate::store::state_dir()?;
    let failed = |error: std::io::Error| {
        Failure::because(
            "the draft cannot be written into your state folder; nothing was changed",
            error,
        )
    };
    std::fs::create_dir_all(&state).map_err(failed)?;
    let folder = Folder::below(
        &state,
        std::path::Path::new(""),
        &crate::store::sharing::Sharing::default(),
        false,
    )
    .map_err(failed)?;
    let last = name.rsplit('/').next().unwrap_or(name);
    let file = format!("update-{last}.md");
    folder.replace(&file, text.as_bytes(), Some(0o600)).map_err(failed)?;
    let path = folder.path().join(&file);
    // The editor's own words are split as its users write them: `code --wait`.
    let status = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(&path)
        .status()
        .map_err(|error| Failure::because(format!("the editor `{editor}` cannot be started; set EDITOR"), error))?;
    let read = named_text(&path);
    let _ = std::fs::remove_file(&path);
    if !status.success() {
        return Err(Failure::failed(format!(
            "the editor `{editor}` ended with an error, so nothing was changed"
        )));
    }
    read.map_err(|why| {
        Failure::failed(format!(
            "what the editor left cannot be read: {why}; nothing was changed"
        ))
    })
}
