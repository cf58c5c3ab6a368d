//! `warroom framework`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::page::{count, table};
use super::reply::Reply;
use crate::bounds;
use crate::framework::Framework as Loaded;
use crate::store::put::Folder;
use crate::store::read::{Unreadable, around, read_within};
use crate::store::site::no_link_out;
use crate::text;

/// Incident-response frameworks: list them, show one whole, check a team's own
#[derive(Args, Debug)]
pub(super) struct Framework {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List those that ship, and the repository's own
    List,
    /// Show everything that one knows
    Show {
        /// The framework; the repository's where there is none
        name: Option<String>,
        /// Print its file, to copy into .warroom/frameworks/ and change
        #[arg(long)]
        source: bool,
    },
    /// Make a copy the repository's own, to change: .warroom/frameworks/AS.yaml, with the schema that editors check it by
    Copy {
        /// The framework
        name: String,
        /// Name of the copy; the same where there is none, and the copy then takes its place
        #[arg(value_name = "AS")]
        into: Option<String>,
    },
    /// Print the JSON Schema of framework files, with what every field means
    Schema,
    /// Check framework files: every problem with its file, line and column
    Lint {
        /// The files; all of .warroom/frameworks/ where there is none
        path: Vec<PathBuf>,
    },
}

impl Framework {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::List) {
            Verb::List => list(context),
            Verb::Show { name, source } => {
                let chosen = || context.repository().map(|repository| repository.config().framework);
                let name = match name {
                    Some(name) => name,
                    None => chosen().unwrap_or_else(|_| Loaded::names()[0].to_owned()),
                };
                if source {
                    print(context, &name)
                } else {
                    show(context, &name)
                }
            }
            Verb::Copy { name, into } => copy(context, &name, into.as_deref()),
            Verb::Schema => Ok(Reply::schema(Loaded::SCHEMA)),
            Verb::Lint { path } => lint(context, path),
        }
    }
}

/// The repository's own files, by name; none outside of a repository.
fn own(context: &Context) -> Vec<(String, PathBuf)> {
    let Ok(repository) = context.repository() else {
        return Vec::new();
    };
    let files = repository.frameworks().into_iter().map(|name| {
        let file = repository.frameworks_dir().join(format!("{name}.yaml"));
        (name, file)
    });
    files.filter(|(_, file)| file.symlink_metadata().is_ok()).collect()
}

fn load(context: &Context, name: &str) -> Result<Arc<Loaded>, Failure> {
    match context.repository() {
        Ok(repository) => Ok(repository.framework(name)?),
        Err(_) => Loaded::builtin(name).ok_or_else(|| {
            let known = Loaded::names().iter().map(ToString::to_string).collect();
            Failure::not_found(format!("there is no framework `{name}`"), known)
        }),
    }
}

fn list(context: &Context) -> Result<Reply, Failure> {
    let own = own(context);
    let mut names: Vec<String> = Loaded::names().iter().map(ToString::to_string).collect();
    names.extend(own.iter().map(|(name, _)| name.clone()));
    names.sort();
    names.dedup();
    let chosen = context
        .repository()
        .ok()
        .map(|repository| repository.config().framework);
    let (mut rows, mut list) = (Vec::new(), Vec::new());
    for name in names {
        let file = own
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, file)| file.display().to_string());
        let is_chosen = chosen.as_ref() == Some(&name);
        let mark = if is_chosen { "*" } else { " " };
        // One that cannot be read is listed with its problem, not hidden.
        let (title, about, problem) = match load(context, &name) {
            Ok(loaded) => (loaded.title.clone(), loaded.about.clone(), None),
            Err(failure) => ("cannot be read".into(), failure.said.clone(), Some(failure.said)),
        };
        rows.push(vec![format!("{mark} {name}"), title.clone(), about.clone()]);
        list.push(json!({
            "name": name,
            "title": title,
            "about": about,
            "chosen": is_chosen,
            "file": file,
            "problem": problem,
        }));
    }
    Ok(Reply::new(table(&rows), json!({"frameworks": list})))
}

fn show(context: &Context, name: &str) -> Result<Reply, Failure> {
    let loaded = load(context, name)?;
    let page = text::lines(&loaded.describe()).into_owned();
    Ok(Reply::new(page, loaded.to_json()))
}

fn print(context: &Context, name: &str) -> Result<Reply, Failure> {
    let own = own(context).into_iter().find(|(known, _)| known == name);
    let text = match (own, Loaded::source(name)) {
        (Some((_, file)), _) => read(&file.display().to_string(), &file)?,
        (None, Some(text)) => text.to_owned(),
        // Says which ones there are.
        (None, None) => return show(context, name),
    };
    let json = json!({"name": name, "source": text});
    Ok(Reply::new(text::lines(&text), json))
}

fn copy(context: &Context, name: &str, into: Option<&str>) -> Result<Reply, Failure> {
    let repository = context.repository()?;
    let Some(source) = Loaded::source(name) else {
        let known = Loaded::names().iter().map(ToString::to_string).collect();
        return Err(Failure::not_found(format!("no framework `{name}` ships"), known));
    };
    let into = into.unwrap_or(name);
    let plain = into.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !into.starts_with('-');
    if into.is_empty() || !plain {
        return Err(Failure::usage(format!(
            "`{into}` is no name of a framework; letters, digits and dashes make one"
        )));
    }
    let folder = repository.frameworks_dir();
    let failed = |error: std::io::Error| {
        let why = crate::store::reason(&error);
        let said = format!("cannot write into {}: {why}; nothing was changed", folder.display());
        Failure::because(said, error)
    };
    let sharing = repository.sharing();
    no_link_out(repository.root(), Path::new(".warroom/frameworks/schema.json")).map_err(failed)?;
    let open = Folder::below(repository.root(), Path::new(".warroom/frameworks"), sharing, true).map_err(failed)?;
    let file = folder.join(format!("{into}.yaml"));
    let named = source.replacen(&format!("\nname: {name}\n"), &format!("\nname: {into}\n"), 1);
    let text = format!("# yaml-language-server: $schema=schema.json\n{named}");
    let made = open.create(format!("{into}.yaml"), text.as_bytes()).map_err(failed)?;
    if !made {
        return Err(Failure::usage(format!(
            "{} is there already; it was not touched",
            file.display()
        )));
    }
    open.replace("schema.json", Loaded::SCHEMA.as_bytes(), None)
        .map_err(failed)?;
    let said = format!(
        "{} is yours to change; consoles take each sound change in at once",
        file.display()
    );
    let json = json!({"ok": true, "name": into, "file": file.display().to_string()});
    Ok(Reply::new(format!("{}\n", text::one_line(&said)), json))
}

fn lint(context: &Context, paths: Vec<PathBuf>) -> Result<Reply, Failure> {
    let files = if paths.is_empty() {
        context.repository()?;
        own(context).into_iter().map(|(_, file)| file).collect()
    } else {
        paths
    };
    let (mut page, mut list, mut refused) = (String::new(), Vec::new(), None);
    for file in &files {
        let name = file.display().to_string();
        let text = match read(&name, file) {
            Ok(text) => text,
            // The others are looked at all the same.
            Err(failure) => {
                let said = failure.said.clone();
                refused.get_or_insert(failure);
                let _ = writeln!(page, "{}", text::one_line(&said));
                list.push(json!({"file": name, "line": 1, "column": 1, "said": said}));
                continue;
            }
        };
        for problem in Loaded::lint(&text) {
            let line = format!("{name}:{}:{}: {}", problem.line, problem.column, problem.said);
            let _ = writeln!(page, "{}", text::one_line(&line));
            list.push(json!({
                "file": name,
                "line": problem.line,
                "column": problem.column,
                "said": problem.said,
            }));
        }
    }
    let bad = !list.is_empty();
    if let Some(failure) = refused.filter(|_| list.len() == 1) {
        return Err(failure);
    }
    if !bad {
        let _ = writeln!(page, "{} in order", count(files.len(), "framework"));
    }
    let mut reply = Reply::new(page, json!({"ok": !bad, "files": files.len(), "problems": list}));
    reply.code = if bad { 5 } else { 0 };
    Ok(reply)
}

fn read(name: &str, file: &Path) -> Result<String, Failure> {
    let folder = || file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let root = around(file).unwrap_or_else(|| folder().unwrap_or(Path::new(".")).to_owned());
    match read_within(&root, file, bounds::FRAMEWORK).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(_)) => Err(Failure::broken(format!("{name} was not read: it is not UTF-8 text"))),
        Err(Unreadable::Missing) => Err(Failure::not_found(format!("there is no file {name}"), Vec::new())),
        Err(why) => Err(Failure::broken(format!("{name} was not read: {why}"))),
    }
}
