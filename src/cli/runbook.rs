//! `warroom runbook`

mod article;
mod attach;
mod lint;
mod list;
mod run;
mod show;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::{Incident, Verdict};
use crate::runbook::shipped::{SHIPPED, shipped};
use crate::runbook::words::slug;
use crate::runbook::{Entry, Runbook as Book, Source, gap};
use crate::store::read::Unreadable;
use crate::store::runbooks::{named_text, stem};
use crate::text;

pub(super) use run::Run;

/// Runbooks: find one, read it, follow its steps in the checklist, run its commands
#[derive(Args, Debug)]
pub(super) struct Runbook {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List those that ship and the repository's own, those that fit the incident first
    List(list::List),
    /// Show one; a path will do, and NAME/ENTRY where one file has many
    Show {
        /// The runbook
        runbook: String,
        /// Print its file as it is
        #[arg(long)]
        source: bool,
    },
    /// Show its steps with their commands, and what they come from
    Steps {
        /// The runbook
        runbook: String,
        #[command(flatten)]
        given: Given,
    },
    /// Put its steps into the incident's checklist; run again to add what has changed in it
    Attach {
        /// The runbook
        runbook: String,
        #[command(flatten)]
        given: Given,
    },
    /// Say what it was good for: helped, misled or missing; `- missing` where there was none
    Verdict {
        /// The runbook, or `-`
        #[arg(allow_hyphen_values = true)]
        runbook: String,
        /// helped, misled or missing
        verdict: String,
        /// What of it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Check runbooks: every problem with its file, line and column
    Lint {
        /// The files; all of runbooks/ where there is none
        path: Vec<PathBuf>,
    },
    /// Make a runbook of one's own: runbooks/NAME.md, from a template or from one that ships
    New {
        /// Its name
        name: String,
        /// Copy this one
        #[arg(long, value_name = "RUNBOOK")]
        from: Option<String>,
    },
    /// Open it in the editor with the items that people added during the incident, to be kept or thrown out
    Update {
        /// The runbook
        runbook: String,
        /// Only print what would be added
        #[arg(long)]
        print: bool,
    },
    /// Run its commands, each after a yes; first allow it with --allow
    Run(run::Book),
    /// Write the knowledge base article of an incident that is over: article.md beside it
    Article {
        /// Print it instead
        #[arg(long)]
        print: bool,
        /// Write over the one that is there
        #[arg(long)]
        force: bool,
    },
}

/// Options of verbs that work with steps.
#[derive(Args, Clone, Debug, Default)]
struct Given {
    /// Take the steps from tasks, numbered, code, bullets, paragraphs or headings
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// What a placeholder stands for; kept with the incident unless it is a secret
    #[arg(long = "set", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    values: Vec<String>,
}

impl Given {
    fn source(&self) -> Result<Option<Source>, Failure> {
        let Some(word) = &self.source else { return Ok(None) };
        let known: Vec<&str> = Source::ALL.iter().map(|source| source.as_str()).collect();
        super::input::known_word("source of steps", word, &known).map(Source::parse)
    }

    /// The values, by the names of their placeholders.
    fn values(&self) -> Result<Vec<(String, String)>, Failure> {
        let pair = |given: &String| {
            let pair = given.split_once('=').filter(|(name, _)| !name.trim().is_empty());
            let pair = pair.map(|(name, value)| (gap::called(name), value.to_owned()));
            pair.ok_or_else(|| Failure::usage(format!("`{given}` is no NAME=VALUE; try --set pod=web-1")))
        };
        self.values.iter().map(pair).collect()
    }
}

impl Runbook {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or_else(|| Verb::List(list::List::default())) {
            Verb::List(list) => list.run(context),
            Verb::Show { runbook, source } => show::show(context, &runbook, source),
            Verb::Steps { runbook, given } => show::steps(context, &runbook, &given),
            Verb::Attach { runbook, given } => attach::attach(context, &runbook, &given),
            Verb::Verdict { runbook, verdict, note } => attach::verdict(context, &runbook, &verdict, note),
            Verb::Lint { path } => lint::lint(context, path),
            Verb::New { name, from } => write::new(context, &name, from.as_deref()),
            Verb::Update { runbook, print } => write::update(context, &runbook, print),
            Verb::Run(run) => run.run(context),
            Verb::Article { print, force } => article::article(context, print, force),
        }
    }
}

/// A runbook that was found.
struct Found {
    book: Book,
    /// The name of the entry that is meant, where the file has many.
    entry: Option<String>,
    /// Its file; none where it ships.
    file: Option<PathBuf>,
    /// Whether it is one of the repository's.
    own: bool,
}

impl Found {
    fn entry(&self) -> Option<&Entry> {
        self.entry.as_deref().and_then(|name| self.book.entry(name))
    }

    /// Where it comes from, for people.
    fn origin(&self) -> String {
        match &self.file {
            Some(file) => file.display().to_string(),
            None => format!("{} (ships with warroom)", self.book.name),
        }
    }

    /// What a permission to run it is kept under.
    fn place(&self) -> String {
        match &self.file {
            Some(file) => {
                let real = file.canonicalize().unwrap_or_else(|_| file.clone());
                real.display().to_string()
            }
            None => format!("shipped:{}", self.book.name),
        }
    }
}

/// The text of a file that is there; what is wrong with it otherwise.
fn read(context: &Context, file: &Path, own: bool) -> Result<String, Failure> {
    let text = if own {
        context.repository()?.runbook_text(file)
    } else {
        named_text(file)
    };
    let name = file.display().to_string();
    text.map_err(|why| match why {
        Unreadable::Missing => Failure::not_found(format!("there is no file {}", text::one_line(&name)), Vec::new()),
        why => Failure::broken(format!("{} was not read: {why}", text::one_line(&name))),
    })
}

/// Names of all runbooks: the repository's own, with their files, and those that ship unless one of that name is there.
fn all(context: &Context) -> Vec<(String, Option<PathBuf>)> {
    let own = context
        .repository()
        .map(crate::store::Repository::runbooks)
        .unwrap_or_default();
    let mut all: Vec<(String, Option<PathBuf>)> = own.into_iter().map(|one| (one.name, Some(one.path))).collect();
    for (name, _) in SHIPPED {
        if !all.iter().any(|(known, _)| known == name) {
            all.push((name.to_owned(), None));
        }
    }
    all.sort();
    all
}

/// Names of all runbooks, for completions.
pub(super) fn names(context: &Context) -> Vec<String> {
    all(context).into_iter().map(|(name, _)| name).collect()
}

/// The runbook that is meant: by its name, as NAME/ENTRY, by the beginning of its name, by its path, by its title or an entry's.
fn find(context: &Context, word: &str) -> Result<Found, Failure> {
    let word = word.trim();
    let all = all(context);
    if let Some(found) = by_name(context, &all, word)? {
        return Ok(found);
    }
    let path = Path::new(word);
    if path.is_file() || word.starts_with(['/', '.']) || stem(word).is_some() && path.exists() {
        let text = read(context, path, false)?;
        let last = path.file_name().unwrap_or_default().to_string_lossy();
        let name = stem(&last).unwrap_or(&last).to_owned();
        return Ok(Found {
            book: Book::read(&name, &text),
            entry: None,
            file: Some(path.to_owned()),
            own: false,
        });
    }
    let lower = word.to_lowercase();
    let begins: Vec<&String> = all
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !lower.is_empty() && name.to_lowercase().starts_with(&lower))
        .collect();
    if let [one] = begins.as_slice() {
        let one = (*one).clone();
        if let Some(found) = by_name(context, &all, &one)? {
            return Ok(found);
        }
    }
    if begins.is_empty()
        && !lower.is_empty()
        && let Some(found) = by_title(context, &all, word)
    {
        return Ok(found);
    }
    let shown = text::one_line(word);
    let said = match begins.len() {
        0 => format!("there is no runbook `{shown}`; `warroom runbook list` shows those that there are"),
        many => format!("`{shown}` is the beginning of {many} runbooks; type more of it"),
    };
    let names = all.iter().map(|(name, _)| name.clone());
    let candidates: Vec<String> = match begins.len() {
        0 => names.take(20).collect(),
        _ => begins.into_iter().take(20).cloned().collect(),
    };
    Err(Failure::not_found(said, candidates))
}

fn open(context: &Context, name: &str, file: Option<&PathBuf>) -> Result<Found, Failure> {
    let (text, own) = match file {
        Some(file) => (read(context, file, true)?, true),
        None => (shipped(name).unwrap_or_default().to_owned(), false),
    };
    Ok(Found {
        book: Book::read(name, &text),
        entry: None,
        file: file.cloned(),
        own,
    })
}

fn by_name(context: &Context, all: &[(String, Option<PathBuf>)], word: &str) -> Result<Option<Found>, Failure> {
    let known = |wanted: &str| all.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let bare = word.strip_prefix("runbooks/").unwrap_or(word);
    let bare = stem(bare).unwrap_or(bare);
    for wanted in [word, bare] {
        if let Some((name, file)) = known(wanted) {
            return open(context, name, file.as_ref()).map(Some);
        }
    }
    let Some((before, entry)) = bare.rsplit_once('/') else {
        return Ok(None);
    };
    let Some((name, file)) = known(before) else {
        return Ok(None);
    };
    let mut found = open(context, name, file.as_ref())?;
    match found.book.entry(entry).map(|entry| entry.title.clone()) {
        Some(title) => found.entry = Some(title),
        None => {
            return Err(which_entry(
                &found,
                &format!("{} has no entry `{}`", found.book.name, text::one_line(entry)),
            ));
        }
    }
    Ok(Some(found))
}

/// By the title of a runbook, another name of it, or the title of an entry: what an alert is called.
fn by_title(context: &Context, all: &[(String, Option<PathBuf>)], word: &str) -> Option<Found> {
    let wanted = slug(word);
    for (name, file) in all {
        let Ok(mut found) = open(context, name, file.as_ref()) else {
            continue;
        };
        let book = &found.book;
        let other_names = book.front.aliases.iter().chain(&book.front.alerts);
        if slug(&book.title) == wanted || other_names.clone().any(|name| slug(name) == wanted) {
            return Some(found);
        }
        if let Some(title) = book.entry(word).map(|entry| entry.title.clone()) {
            found.entry = Some(title);
            return Some(found);
        }
    }
    None
}

fn which_entry(found: &Found, said: &str) -> Failure {
    let name = &found.book.name;
    let entries = found.book.entries.iter().map(|entry| format!("{name}/{}", entry.title));
    Failure::not_found(said, entries.take(80).collect())
}

/// The same, one entry chosen where the file has many: the one that the incident's alerts name, else it is asked.
fn chosen(found: Found, incident: Option<&Incident>) -> Result<Found, Failure> {
    if found.entry.is_some() || found.book.entries.is_empty() {
        return Ok(found);
    }
    let facts = incident.map(crate::runbook::matching::Facts::of).unwrap_or_default();
    let fit = crate::runbook::matching::fit(&facts, &found.book);
    if let Some(entry) = fit.and_then(|fit| fit.entry) {
        return Ok(Found {
            entry: Some(entry),
            ..found
        });
    }
    let many = found.book.entries.len();
    let said = format!("{} holds {many} runbooks; say which", found.book.name);
    Err(which_entry(&found, &said))
}

/// The incident that is meant, where one is; reading works without.
fn maybe_incident(context: &Context) -> Option<Arc<Incident>> {
    context.view().ok().map(|view| view.incident)
}

fn verdict(word: &str) -> Result<Verdict, Failure> {
    let known = Verdict::ALL.map(Verdict::as_str);
    let word = super::input::known_word("verdict", word, &known)?;
    Verdict::ALL
        .into_iter()
        .find(|verdict| verdict.as_str() == word)
        .ok_or_else(|| Failure::usage("say helped, misled or missing"))
}
