//! `warroom runbook lint`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::page::count;
use super::super::reply::Reply;
use super::read;
use crate::runbook::lint::Slip;
use crate::runbook::{Day, Runbook};
use crate::store::runbooks::stem;
use crate::text;

pub(super) fn lint(context: &Context, paths: Vec<PathBuf>) -> Result<Reply, Failure> {
    let files: Vec<(String, PathBuf, bool)> = if paths.is_empty() {
        let own = context.repository()?.runbooks();
        own.into_iter().map(|one| (one.name, one.path, true)).collect()
    } else {
        let named = paths.into_iter().map(|path| {
            let last = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (stem(&last).unwrap_or(&last).to_owned(), path, false)
        });
        named.collect()
    };
    let today = Day::of(context.now());
    let (mut page, mut list, mut refused) = (String::new(), Vec::new(), None);
    for (name, path, own) in &files {
        let shown = path.display().to_string();
        let text = match read(context, path, *own) {
            Ok(text) => text,
            // The others are looked at all the same.
            Err(failure) => {
                let _ = writeln!(page, "{}", text::one_line(&failure.said));
                list.push(json!({"file": shown, "line": 1, "column": 1, "said": failure.said}));
                refused.get_or_insert(failure);
                continue;
            }
        };
        let book = Runbook::read(name, &text);
        let mut slips = book.lint(today);
        slips.extend(dead_links(&book, path));
        slips.sort();
        for slip in slips {
            let line = format!("{shown}:{}:{}: {}", slip.line, slip.column, slip.said);
            let _ = writeln!(page, "{}", text::one_line(&line));
            list.push(json!({"file": shown, "line": slip.line, "column": slip.column, "said": slip.said}));
        }
    }
    if let Some(failure) = refused.filter(|_| list.len() == 1) {
        return Err(failure);
    }
    let bad = !list.is_empty();
    if !bad {
        let _ = writeln!(page, "{} in order", count(files.len(), "runbook"));
    }
    let mut reply = Reply::new(page, json!({"ok": !bad, "files": files.len(), "problems": list}));
    reply.code = if bad { 5 } else { 0 };
    Ok(reply)
}

/// Links to files that are not there, and to headings that it does not have.
fn dead_links(book: &Runbook, file: &Path) -> Vec<Slip> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let anchors = book.anchors();
    let dead = |target: &str| -> Option<String> {
        let (place, part) = target.split_once('#').unwrap_or((target, ""));
        if place.is_empty() {
            let gone = !part.is_empty() && !anchors.contains(&part.to_lowercase());
            return gone.then(|| format!("no heading is called `#{part}` here"));
        }
        // Elsewhere, a template's, or from the root of a site: nobody can say.
        if place.contains(':') || place.starts_with('/') || place.contains(['{', '<']) {
            return None;
        }
        let place = place.split('?').next().unwrap_or(place).replace("%20", " ");
        let there = folder.join(&place).symlink_metadata().is_ok()
            || folder.join(format!("{place}.md")).symlink_metadata().is_ok();
        (!there).then(|| format!("there is no file `{place}`"))
    };
    let links = book.links().into_iter();
    let slips = links.filter_map(|link| {
        Some(Slip {
            said: format!("this link leads nowhere: {}", dead(&link.target)?),
            line: link.line,
            column: link.column,
        })
    });
    slips.collect()
}
