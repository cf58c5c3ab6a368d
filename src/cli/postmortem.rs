//! `warroom postmortem`

mod meeting;
mod standing;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

pub(super) use self::standing::{document, state_of};
use self::standing::{mark, status};
use super::context::{Context, View};
use super::failure::Failure;
use super::output;
use super::page::count;
use super::reply::Reply;
use crate::bounds::COMPANION;
use crate::framework::Framework;
use crate::incident::Change;
use crate::recall::Case;
use crate::review::sections::{self, Document};
use crate::review::write::Wanted;
use crate::review::{Front, Made, Template, Written, write};
use crate::session::ClockKind;
use crate::store::Place;
use crate::store::read::{Unreadable, read_within};
use crate::store::review_file::{Brought, ReviewError, ReviewFile, own_template};
use crate::text::one_line;

/// The review's document: facts filled, judgement asked; written again it keeps what people edited
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
The document is incidents/ID/postmortem.md, after the framework's template (.warroom/reviews/NAME.md wins over the one that ships).
What a person edited is kept: sections are the units, known by the mark behind their heading. Once its status is reviewed or
closed, nothing is written without --force.
Examples:
  warroom postmortem
  warroom postmortem INC-2026-0042 --diff
  warroom postmortem --section impact
  warroom postmortem --audience external --output -
  warroom postmortem mark reviewed"
)]
pub(super) struct Postmortem {
    #[command(subcommand)]
    verb: Option<Verb>,

    /// The incident, by its id or any unique prefix
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// Another file; - prints it as it is made now, and writes nothing
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Take this section as it is made now, whatever stands there; may be given several times
    #[arg(long, value_name = "NAME")]
    section: Vec<String>,

    /// external: what was sent and confirmed, roles for names
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,

    /// Show what would differ, and write nothing
    #[arg(long)]
    diff: bool,

    /// Write although the document is reviewed
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Every review document: how far, whose, due when
    Status,
    /// Set how far this incident's document is, whose it is, who leads the meeting
    Mark {
        /// draft, in-review, reviewed or closed
        #[arg(value_name = "STATUS")]
        state: Option<String>,
        /// Who writes it
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// Who leads the meeting
        #[arg(long, value_name = "NAME")]
        facilitator: Option<String>,
    },
    /// Show the meeting: agenda, who has to be there and was, who leads it; start and end it
    Meeting {
        /// start or end
        turn: Option<meeting::Turn>,
        /// Who is there, comma-separated
        #[arg(long, value_name = "NAMES")]
        with: Option<String>,
        /// Who leads it
        #[arg(long, value_name = "NAME")]
        facilitator: Option<String>,
    },
    /// Print a template, to be put into .warroom/reviews/ and changed
    Template {
        /// A framework, or external; without one the repository's
        name: Option<String>,
    },
    /// Check templates
    Lint {
        /// Files; without one those of the repository
        path: Vec<PathBuf>,
    },
}

impl Postmortem {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb {
            Some(Verb::Status) => status(context),
            Some(Verb::Meeting {
                turn,
                with,
                facilitator,
            }) => meeting::meeting(context, turn, with, facilitator),
            Some(Verb::Mark {
                state,
                owner,
                facilitator,
            }) => mark(context, state.as_deref(), owner, facilitator),
            Some(Verb::Template { name }) => template(context, name),
            Some(Verb::Lint { path }) => lint(context, path),
            None => self.write(context),
        }
    }

    fn write(self, context: &Context) -> Result<Reply, Failure> {
        let repository = context.repository()?;
        let place = match self.id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => repository.find(id)?,
            None => context.place()?,
        };
        let public = match self.audience.as_deref() {
            None | Some("internal") => false,
            Some("external" | "public") => true,
            Some(other) => {
                let known = vec!["internal".into(), "external".into()];
                return Err(Failure::not_found(
                    format!("there is no such document for `{other}`; use external"),
                    known,
                ));
            }
        };
        let view = context.view_of(&place)?;
        let case = case(&view);
        let file = ReviewFile::of(repository, &place.id, public);
        let made = file.make(&case, &view.framework)?;
        for name in &self.section {
            if made.document.named(name).is_none() {
                let known = made.document.sections.iter().map(|section| section.title().to_owned());
                let known: Vec<String> = known.filter(|title| !title.is_empty()).collect();
                return Err(Failure::not_found(
                    format!("the document has no section `{name}`"),
                    known,
                ));
            }
        }
        if self.output.as_deref().is_some_and(output::is_standard) {
            let text = made.document.text();
            let json = json!({"ok": true, "incident": view.id, "text": text, "open": made.open});
            return Ok(Reply::new(text, json).bare());
        }
        if self.diff {
            let there = match &self.output {
                Some(path) => read_named(path)?,
                None => file.read()?,
            };
            return Ok(diff(&view.id, there.as_deref(), &made.document));
        }
        let mut ticked = false;
        let (shown, brought) = if let Some(path) = &self.output {
            (path.display().to_string(), self.write_named(path, &case, made)?)
        } else {
            let brought = file.bring_up(&case, &view.framework, &self.section, self.force)?;
            context.note_change();
            if let Some(ticks) = file.finished(&case.incident, &view.framework, &brought.written.text) {
                ticked = tick(context, &place, ticks)?;
            }
            (file.path().display().to_string(), brought)
        };
        let mut reply = said(&view.id, &shown, brought.was_there, &brought.written, &brought.made);
        if ticked {
            reply.text += "the questions of the review are answered; its checklist item is ticked\n";
        }
        if let Some(hint) = facilitator(&view.framework, &case, &brought.written) {
            let _ = writeln!(reply.text, "{hint}");
        }
        Ok(reply)
    }

    /// The same in a file that somebody named, with what was made last beside it.
    fn write_named(&self, path: &Path, case: &Case, made: Made) -> Result<Brought, Failure> {
        let beside = path.with_extension("base.md");
        let (file, base) = (read_named(path)?, read_named(&beside)?);
        let wanted = Wanted {
            file: file.as_deref(),
            base: base.as_deref(),
            sections: &self.section,
            force: self.force,
        };
        let written = write(&made, case, &wanted);
        if written.changed {
            output::put(path, &written.text)?;
        }
        if base.as_deref() != Some(written.base.as_str()) && !written.base.is_empty() {
            output::put(&beside, &written.base)?;
        }
        Ok(Brought {
            made,
            written,
            was_there: file.is_some(),
        })
    }
}

/// Ticks the item of a document that is finished. False where that is refused: then it stays to be ticked by hand.
fn tick(context: &Context, place: &Place, ticks: Change) -> Result<bool, Failure> {
    if context.clock().kind() == ClockKind::Look {
        return Ok(false);
    }
    let edit = context.edit_of(place)?;
    let ticked = edit.apply(ticks).is_ok();
    edit.save()?;
    Ok(ticked)
}

/// A file that somebody named; `None` where there is none.
fn read_named(path: &Path) -> Result<Option<String>, Failure> {
    match crate::store::read::read_most(path, COMPANION) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| ReviewError::NotText(path.to_owned()).into()),
        Err(Unreadable::Missing) => Ok(None),
        Err(why) => Err(ReviewError::Unreadable {
            path: path.to_owned(),
            why,
        }
        .into()),
    }
}

impl From<ReviewError> for Failure {
    fn from(error: ReviewError) -> Self {
        let said = error.to_string();
        match error {
            ReviewError::Unwritten { source, .. } => Self::because(said, source),
            ReviewError::Template { .. } => Self::broken(said),
            ReviewError::Unreadable { .. } | ReviewError::NotText(_) => Self::failed(said),
        }
    }
}

fn case(view: &View) -> Case {
    Case::new(view.id.clone(), view.incident.clone(), Some(view.framework.clone()))
}

/// What was written, for people and programs.
fn said(id: &str, path: &str, was_there: bool, written: &Written, made: &crate::review::Made) -> Reply {
    let mut text = match (was_there, written.changed) {
        (false, _) => format!("{} written\n", one_line(path)),
        (true, true) => format!("{} brought up to date\n", one_line(path)),
        (true, false) => format!("{} is as it was\n", one_line(path)),
    };
    for line in &written.says {
        let _ = writeln!(text, "  {}", one_line(line));
    }
    for (section, fresh) in &written.beside {
        let _ = writeln!(text, "  {} would now say:", one_line(section));
        for line in fresh.lines() {
            let _ = writeln!(text, "    {}", one_line(line));
        }
    }
    let progress = written.progress;
    let _ = writeln!(
        text,
        "filled {} of {}; {} of {} sections of judgement; status {}",
        progress.filled, progress.sections, progress.answered, progress.judgement, written.state
    );
    for open in made.open.iter().take(3) {
        let _ = writeln!(text, "  {}  set {} TEXT", one_line(&open.question), open.field);
    }
    if made.open.len() > 3 {
        let _ = writeln!(
            text,
            "  and {} in the document",
            count(made.open.len() - 3, "more question")
        );
    }
    for (section, hint) in &written.hints {
        let _ = writeln!(
            text,
            "  {}: \"{}\" - {}",
            one_line(section),
            one_line(&hint.words),
            hint.ask
        );
    }
    let beside: Vec<_> = written
        .beside
        .iter()
        .map(|(section, text)| json!({"section": section, "text": text}))
        .collect();
    let hints: Vec<_> = written
        .hints
        .iter()
        .map(|(section, hint)| json!({"section": section, "words": hint.words, "ask": hint.ask}))
        .collect();
    let json = json!({
        "ok": true, "incident": id, "path": path, "changed": written.changed, "status": written.state.as_str(),
        "says": written.says, "beside": beside, "facts_changed": written.facts_changed,
        "progress": progress, "open": made.open, "hints": hints,
    });
    Reply::new(text, json)
}

/// Where the framework wants another one to lead the meeting (S3:114).
fn facilitator(framework: &Framework, case: &Case, written: &Written) -> Option<String> {
    let front = Front::read(&Document::read(&written.text).front);
    let unfit = framework.unfit(&case.incident, front.get("facilitator")?)?;
    Some(format!("  {}", one_line(&unfit)))
}

fn diff(id: &str, file: Option<&str>, fresh: &Document) -> Reply {
    let file = file.map(Document::read).unwrap_or_default().marked_as(fresh);
    let differing = sections::difference(&file, fresh);
    let mut text = String::new();
    for (section, lines) in &differing {
        let _ = writeln!(text, "## {}", one_line(section));
        for line in lines {
            let _ = writeln!(text, "{}", one_line(line));
        }
    }
    if differing.is_empty() {
        text = "the document says what would be written now\n".into();
    }
    let sections: Vec<_> = differing
        .iter()
        .map(|(section, lines)| json!({"section": section, "lines": lines}))
        .collect();
    Reply::new(text, json!({"ok": true, "incident": id, "differs": sections}))
}

fn template(context: &Context, name: Option<String>) -> Result<Reply, Failure> {
    let name = match name {
        Some(name) => name,
        None => context.repository()?.config().framework,
    };
    let own = context.repository().ok().and_then(|repository| {
        let path = own_template(repository, &name);
        String::from_utf8(read_within(repository.root(), &path, crate::bounds::FRAMEWORK).ok()?).ok()
    });
    // A shell empties the file that the template is to be written into before this runs.
    let text = own
        .filter(|own| !own.trim().is_empty())
        .or_else(|| Template::source(&name).map(str::to_owned))
        .ok_or_else(|| {
            let known = Template::names().map(str::to_owned).collect();
            Failure::not_found(format!("there is no template `{name}`"), known)
        })?;
    let json = json!({"name": name, "text": text});
    Ok(Reply::new(crate::text::lines(&text).into_owned(), json).bare())
}

fn lint(context: &Context, given: Vec<PathBuf>) -> Result<Reply, Failure> {
    let paths = if given.is_empty() {
        let repository = context.repository()?;
        let names = Template::names().map(str::to_owned).chain(repository.frameworks());
        let mut all: Vec<PathBuf> = names.map(|name| own_template(repository, &name)).collect();
        all.sort();
        all.dedup();
        all.retain(|path| path.symlink_metadata().is_ok());
        all
    } else {
        given
    };
    let (mut text, mut found) = (String::new(), Vec::new());
    for path in &paths {
        let shown = path.display().to_string();
        let bytes = crate::store::read::read_named(path, crate::bounds::FRAMEWORK).map_err(|why| match why {
            Unreadable::Missing => Failure::not_found(format!("there is no file {shown}"), Vec::new()),
            why => Failure::failed(format!("{shown} was not read: {why}")),
        })?;
        for slip in Template::read(&String::from_utf8_lossy(&bytes))
            .err()
            .unwrap_or_default()
        {
            let _ = writeln!(text, "{}:{}: {}", one_line(&shown), slip.line, one_line(&slip.said));
            found.push(json!({"file": shown, "line": slip.line, "said": slip.said}));
        }
    }
    if found.is_empty() {
        text = format!("{} checked, nothing to repair\n", count(paths.len(), "template"));
    }
    let code = if found.is_empty() { 0 } else { 5 };
    let mut reply = Reply::new(
        text,
        json!({"ok": found.is_empty(), "checked": paths.len(), "problems": found}),
    );
    reply.code = code;
    Ok(reply)
}
