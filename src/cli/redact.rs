//! `warroom redact`

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::read_text;
use super::page::count;
use super::reply::Reply;
use crate::git::Git;
use crate::incident::redact::{self, Plan};
use crate::incident::{Change, Entry, Incident, Redaction, SECTIONS, entry::in_section};
use crate::session::Forgotten;
use crate::store::Place;
use crate::text;

/// Most commits that are named.
const COMMITS: usize = 8;

/// Take a secret out of the incident for good; says what git's history and other clones still hold
#[derive(Args, Debug)]
#[command(after_help = "\
Change the password or key first: what was pushed has been read.

Examples:
  warroom redact e7k3m9qx --reason 'a password'
  warroom redact --words - < secret.txt

With --words the words go from wherever they stand; `-` reads them from standard input, so that they stand neither in the \
shell's history nor in the list of processes.")]
pub(super) struct Redact {
    /// The event, or any other entry, or title, summary, cause, impact.NAME, fields.NAME
    #[arg(required_unless_present = "words", conflicts_with = "words")]
    event: Option<String>,
    /// The words, wherever they stand; `-` reads standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    words: Option<String>,
    /// Why; without the words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
    /// Say what would go, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Redact {
    /// An event, as `log redact` asks for it.
    pub(super) fn event(event: String, reason: Option<String>) -> Self {
        Self {
            event: Some(event),
            words: None,
            reason,
            dry_run: false,
        }
    }

    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let who = context.who()?;
        let place = context.place()?;
        let words = match self.words.as_deref() {
            Some("-") => Some(read_text()?),
            _ => self.words,
        };
        let repository = context.repository()?;
        if self.dry_run {
            let document = repository.read(&place)?;
            let (plan, said) = plan(document.incident(), self.event.as_deref(), words.as_deref(), &who)?;
            return Ok(would(&place, &plan, &said));
        }
        let edit = context.edit_of(&place)?;
        let (plan, said) = plan(&edit.incident(), self.event.as_deref(), words.as_deref(), &who)?;
        if let Some(reason) = &self.reason
            && plan.secrets.iter().any(|secret| reason.contains(secret.as_str()))
        {
            return Err(Failure::usage(
                "the reason holds the words that are to go; nothing was changed",
            ));
        }
        let spots = plan.what.clone();
        let id = edit.id().to_owned();
        let applied = if spots.is_empty() {
            None
        } else {
            Some(edit.apply(Change::Redact {
                said,
                what: spots.clone(),
                reason: self.reason,
            })?)
        };
        edit.forget(plan.secrets);
        edit.save()?;
        let mut reply = match &applied {
            Some(applied) => Reply::change(&id, &edit.incident(), applied),
            None => Reply::new("", json!({"ok": true, "incident": place.id})),
        };
        // The session is gone before what is left is counted.
        let Forgotten {
            copies: cleaned,
            comments,
        } = edit.close();
        if comments {
            reply.text.push_str("taken out of comments, too\n");
        }
        if spots.is_empty() && !comments && cleaned.files.is_empty() {
            return Err(Failure::usage(format!(
                "these words stand nowhere in {}; nothing was changed",
                place.id
            )));
        }
        if !cleaned.files.is_empty() {
            let files = count(cleaned.files.len(), "file");
            let _ = writeln!(
                reply.text,
                "taken out of {files} of this machine (drafts, journals, rescue), too"
            );
        }
        for (path, error) in &cleaned.failed {
            let path = path.display().to_string();
            let _ = writeln!(
                reply.text,
                "could not look into {}: {}; delete it yourself if it may hold the words",
                text::one_line(&path),
                text::one_line(&error.to_string())
            );
        }
        let commits = commits(repository.root(), &place.path, &spots);
        reply.text.push_str(&remains(&place, &commits));
        if let Some(json) = reply.json.as_object_mut() {
            json.insert("fields".into(), json!(spots.len()));
            json.insert("comments".into(), json!(comments));
            json.insert("copies".into(), json!(cleaned.files.len()));
            json.insert("commits".into(), json!(commits));
        }
        Ok(reply)
    }
}

/// What is to go, and how the timeline calls it.
fn plan(incident: &Incident, event: Option<&str>, words: Option<&str>, who: &str) -> Result<(Plan, String), Failure> {
    if let Some(words) = words {
        let mut plan = redact::words(incident, words, who).map_err(Failure::usage)?;
        if plan.secrets.is_empty() {
            plan.secrets.push(words.trim().to_owned());
        }
        let said = format!("words in {}", count(plan.what.len(), "field"));
        return Ok((plan, said));
    }
    let given = event.unwrap_or_default().trim();
    let id = found(incident, given)?;
    let plan = redact::entry(incident, &id, who).filter(|plan| !plan.secrets.is_empty());
    let Some(plan) = plan else {
        return Err(Failure::usage(format!(
            "{} holds no words that could be redacted, or they are redacted already; nothing was changed",
            text::one_line(&id)
        )));
    };
    Ok((plan, id))
}

/// The entry that is meant, by any unique beginning of its id, or a field of the top level.
fn found(incident: &Incident, given: &str) -> Result<String, Failure> {
    if redact::list_of(incident, given).is_some() {
        return Ok(given.to_owned());
    }
    let top =
        ["title", "summary", "cause"].contains(&given) || given.starts_with("impact.") || given.starts_with("fields.");
    if top {
        return Ok(given.to_owned());
    }
    let wanted = given.to_ascii_lowercase();
    let mut near: Vec<(String, String)> = Vec::new();
    for section in SECTIONS.iter().filter(|section| **section != Redaction::SECTION) {
        in_section!(*section, T => near.extend(
            T::list(incident)
                .iter()
                .filter(|one| !wanted.is_empty() && one.id().starts_with(&wanted))
                .map(|one| (one.id().to_owned(), T::NOUN.to_owned())),
        ));
    }
    match near.as_slice() {
        [(id, _)] => Ok(id.clone()),
        [] => Err(Failure::not_found(
            format!(
                "no entry matches `{}`; `warroom show --json` has the ids, `--words` takes words out wherever they stand",
                text::one_line(given)
            ),
            Vec::new(),
        )),
        several => Err(Failure::not_found(
            format!(
                "`{}` is the beginning of {} ids; type more of it",
                text::one_line(given),
                several.len()
            ),
            several
                .iter()
                .take(12)
                .map(|(id, noun)| format!("{id}  {noun}"))
                .collect(),
        )),
    }
}

fn would(place: &Place, plan: &Plan, said: &str) -> Reply {
    let name = |spot: &crate::incident::Spot| {
        let entry = if spot.entry.is_empty() {
            String::new()
        } else {
            format!("{}.", spot.entry)
        };
        text::one_line(&format!("{entry}{}", spot.field)).into_owned()
    };
    let fields: Vec<String> = plan.what.iter().map(name).collect();
    let mut page = format!(
        "would redact {} in {}; nothing was changed\n",
        text::one_line(said),
        text::one_line(&place.id)
    );
    for field in &fields {
        let _ = writeln!(page, "  {field}");
    }
    Reply::new(
        page,
        json!({"ok": true, "incident": place.id, "dry_run": true, "fields": fields}),
    )
}

/// The commits of this clone that hold the file as it was with what was taken out, newest first.
fn commits(root: &Path, path: &Path, spots: &[crate::incident::Spot]) -> Vec<String> {
    let git = Git::at(root);
    let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    let listed = |args: &[&str]| -> Vec<String> {
        let mut all: Vec<&str> = vec!["log", "--format=%h", "-n", "1000"];
        all.extend(args);
        all.extend(["--", path.as_str()]);
        git.ask(all)
            .map(|answer| {
                String::from_utf8_lossy(&answer.out)
                    .lines()
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_default()
    };
    let all = listed(&[]);
    // By the ids of the entries: the words themselves would stand in the list of processes.
    let whole = spots.is_empty() || spots.iter().any(|spot| spot.entry.is_empty());
    if whole {
        return all;
    }
    let mut oldest = None;
    for spot in spots.iter().take(COMMITS) {
        let search = format!("-Sid: {}", spot.entry);
        let first = listed(&[&search]).pop();
        let place = first.and_then(|first| all.iter().position(|commit| *commit == first));
        oldest = oldest.max(place);
    }
    oldest.map(|place| all[..=place].to_vec()).unwrap_or_default()
}

/// What no redaction reaches.
fn remains(place: &Place, commits: &[String]) -> String {
    let mut said = String::from("\nWhat this cannot take back:\n");
    let named = commits.iter().take(COMMITS).cloned().collect::<Vec<_>>().join(" ");
    let more = commits.len().saturating_sub(COMMITS);
    if commits.is_empty() {
        said.push_str("- git's history: no commit of this clone holds it\n");
    } else {
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let _ = writeln!(
            said,
            "- git's history here: {named}{more}, and the remote where they were pushed"
        );
    }
    said.push_str(
        "- other clones until they sync, what they have committed, open editors and their backups, the clipboard\n",
    );
    let _ = write!(
        said,
        "Change the password or key first; that is what helps.\n\
         To rewrite history as well, everyone must clone anew: git filter-repo --replace-text FILE, then force-push\n\
         (FILE holds the words; {} keeps the mark).\n",
        text::one_line(&place.id)
    );
    said
}
