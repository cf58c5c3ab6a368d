//! `warroom postmortem`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::{Context, View};
use super::failure::Failure;
use super::output;
use super::page::{count, table};
use super::reply::Reply;
use crate::bounds::COMPANION;
use crate::framework::Framework;
use crate::recall::Case;
use crate::review::sections::{self, Document};
use crate::review::template::PUBLIC;
use crate::review::write::{Wanted, progress_of};
use crate::review::{Front, State, Template, Written, make, write};
use crate::store::Place;
use crate::store::put::Folder;
use crate::store::read::{Unreadable, read_within};
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

/// Name of the document in the incident's folder.
const FILE: &str = "postmortem.md";
/// The same for readers outside.
const PUBLIC_FILE: &str = "postmortem-external.md";

impl Postmortem {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb {
            Some(Verb::Status) => status(context),
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
        let name = if public { PUBLIC } else { &view.framework.name };
        let template = find(context, name)?;
        let made = make(&case, &view.framework, &template);
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
        let spot = match &self.output {
            Some(path) => Spot::Named(path.clone()),
            None => Spot::Beside(&place, if public { PUBLIC_FILE } else { FILE }),
        };
        let (file, base) = (spot.read(context)?, spot.base().read(context)?);
        if self.diff {
            return Ok(diff(&view.id, file.as_deref(), &made.document));
        }
        let wanted = Wanted {
            file: file.as_deref(),
            base: base.as_deref(),
            sections: &self.section,
            force: self.force,
        };
        let written = write(&made, &case, &wanted);
        if written.changed {
            spot.put(context, &written.text)?;
        }
        if base.as_deref() != Some(written.base.as_str()) && !written.base.is_empty() {
            spot.base().put(context, &written.base)?;
        }
        let shown = spot.path(context)?.display().to_string();
        let mut reply = said(&view.id, &shown, file.is_some(), &written, &made);
        if let Some(hint) = facilitator(&view.framework, &case, &written) {
            let _ = writeln!(reply.text, "{hint}");
        }
        Ok(reply)
    }
}

fn case(view: &View) -> Case {
    Case::new(view.id.clone(), view.incident.clone(), Some(view.framework.clone()))
}

/// Where a document is.
enum Spot<'a> {
    /// In the incident's folder, under this name.
    Beside(&'a Place, &'static str),
    /// In a file that somebody named.
    Named(PathBuf),
    /// What was made last time of either.
    Base(PathBuf, bool),
}

impl Spot<'_> {
    fn path(&self, context: &Context) -> Result<PathBuf, Failure> {
        Ok(match self {
            Self::Beside(place, name) => context
                .repository()?
                .root()
                .join("incidents")
                .join(&place.id)
                .join(name),
            Self::Named(path) | Self::Base(path, _) => path.clone(),
        })
    }

    /// Committed with the document, so that every clone knows what was made and what was edited.
    fn base(&self) -> Spot<'static> {
        match self {
            Self::Beside(place, name) => {
                let name = name.replace(".md", ".base.md");
                Spot::Base(Path::new("incidents").join(&place.id).join(name), true)
            }
            Self::Named(path) | Self::Base(path, _) => Spot::Base(path.with_extension("base.md"), false),
        }
    }

    /// What stands there; `None` where there is nothing.
    fn read(&self, context: &Context) -> Result<Option<String>, Failure> {
        let root = context.repository()?.root();
        let path = match self {
            Self::Base(path, true) => root.join(path),
            other => other.path(context)?,
        };
        let within = matches!(self, Self::Beside(..) | Self::Base(_, true));
        let read = if within {
            read_within(root, &path, COMPANION)
        } else {
            crate::store::read::read_most(&path, COMPANION)
        };
        match read {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(Failure::failed(format!(
                    "{} is not UTF-8, so it is left as it is",
                    path.display()
                ))),
            },
            Err(Unreadable::Missing) => Ok(None),
            Err(why) => Err(Failure::failed(format!(
                "{} cannot be read: {why}; nothing was written",
                path.display()
            ))),
        }
    }

    fn put(&self, context: &Context, text: &str) -> Result<(), Failure> {
        let repository = context.repository()?;
        let (below, name) = match self {
            Self::Beside(place, name) => (Path::new("incidents").join(&place.id), Path::new(name).to_owned()),
            Self::Base(path, true) => (
                path.parent().unwrap_or(Path::new("")).to_owned(),
                PathBuf::from(path.file_name().unwrap_or_default()),
            ),
            Self::Named(path) | Self::Base(path, false) => return output::put(path, text),
        };
        let folder = Folder::below(repository.root(), &below, repository.sharing(), false);
        folder
            .and_then(|folder| folder.replace(&name, text.as_bytes(), None))
            .map_err(|error| {
                let shown = below.join(&name).display().to_string();
                Failure::because(format!("{shown} was not written; what was there is as it was"), error)
            })?;
        context.note_change();
        Ok(())
    }
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

/// Where the framework wants another facilitator than the commander (S3:114).
fn facilitator(framework: &Framework, case: &Case, written: &Written) -> Option<String> {
    let rules = &framework.review.as_ref()?.rules;
    if !rules
        .iter()
        .any(|rule| rule.contains("facilitator is not the commander"))
    {
        return None;
    }
    let front = Front::read(&Document::read(&written.text).front);
    let facilitator = front.get("facilitator")?;
    let role = framework.commander();
    let mut held = crate::incident::live(&case.incident.roles).filter(|held| held.role == role);
    let same = held.any(|held| crate::incident::people::same(&held.who, facilitator));
    same.then(|| {
        format!(
            "  {}: the facilitator is not the commander, says the framework",
            one_line(facilitator)
        )
    })
}

fn diff(id: &str, file: Option<&str>, fresh: &Document) -> Reply {
    let file = file.map(Document::read).unwrap_or_default();
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

/// The template of this name: the repository's own, else what ships.
fn find(context: &Context, name: &str) -> Result<Template, Failure> {
    let path = own_template(context, name)?;
    let root = context.repository()?.root();
    match read_within(root, &path, crate::bounds::FRAMEWORK) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            Template::read(&text).map_err(|slips| {
                let first = slips
                    .first()
                    .map(|slip| format!("{}:{}: {}", path.display(), slip.line, slip.said));
                let more = slips.len().saturating_sub(1);
                let more = if more > 0 {
                    format!(" ({more} more)")
                } else {
                    String::new()
                };
                Failure::broken(format!(
                    "{}{more}; repair it, or remove it to use the template that ships; nothing was written",
                    first.unwrap_or_default()
                ))
            })
        }
        Err(Unreadable::Missing) => Ok(Template::shipped(name)),
        Err(why) => Err(Failure::broken(format!(
            "{} cannot be read: {why}; nothing was written",
            path.display()
        ))),
    }
}

fn own_template(context: &Context, name: &str) -> Result<PathBuf, Failure> {
    let name = crate::escape::file_name(name);
    Ok(context
        .repository()?
        .root()
        .join(".warroom/reviews")
        .join(format!("{name}.md")))
}

fn template(context: &Context, name: Option<String>) -> Result<Reply, Failure> {
    let name = match name {
        Some(name) => name,
        None => context.repository()?.config().framework,
    };
    let own = own_template(context, &name).ok().and_then(|path| {
        let root = context.repository().ok()?.root();
        String::from_utf8(read_within(root, &path, crate::bounds::FRAMEWORK).ok()?).ok()
    });
    let text = own
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
        let names = Template::names()
            .map(str::to_owned)
            .chain(context.repository()?.frameworks());
        let mut all: Vec<PathBuf> = names
            .map(|name| own_template(context, &name))
            .collect::<Result<_, _>>()?;
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

/// The document of an incident, where there is one.
pub(super) fn document(context: &Context, id: &str) -> Option<String> {
    let root = context.repository().ok()?.root();
    let path = root.join("incidents").join(id).join(FILE);
    // Most have none: a look is cheaper than following every link to it.
    path.symlink_metadata().ok()?;
    String::from_utf8(read_within(root, &path, COMPANION).ok()?).ok()
}

/// How far a document is.
pub(super) fn state_of(text: &str) -> State {
    Front::read(&Document::read(text).front).state()
}

fn status(context: &Context) -> Result<Reply, Failure> {
    let (cases, problems) = context.cases()?;
    let today = context.now().date().to_string();
    let (mut rows, mut list) = (Vec::new(), Vec::new());
    for case in &cases {
        let Some(framework) = &case.framework else { continue };
        let review = framework.review.as_ref();
        let mandatory = review.is_some_and(|review| review.mandatory.contains(&case.incident.severity));
        let ended = matches!(
            case.class(),
            crate::incident::Class::Resolved | crate::incident::Class::Closed
        );
        let text = document(context, &case.id);
        if text.is_none() && !(mandatory && ended && !case.incident.drill) {
            continue;
        }
        let front = text
            .as_deref()
            .map(|text| Front::read(&Document::read(text).front))
            .unwrap_or_default();
        let state = text.as_ref().map(|_| front.state());
        let progress = text
            .as_deref()
            .map(|text| progress_of(text, &Template::shipped(&framework.name)))
            .unwrap_or_default();
        let due = front.get("due").map(str::to_owned);
        let late = due.as_deref().is_some_and(|due| due < today.as_str()) && !state.is_some_and(State::is_locked);
        rows.push(vec![
            case.id.clone(),
            state.map_or("not written", State::as_str).to_owned(),
            match (&due, late) {
                (Some(due), true) => format!("{due} overdue"),
                (Some(due), false) => due.clone(),
                (None, _) => "no date".into(),
            },
            front.get("owner").unwrap_or("no owner").to_owned(),
            format!("{}/{}", progress.filled, progress.sections),
            case.incident.title.clone(),
        ]);
        list.push(json!({
            "id": case.id, "title": case.incident.title, "severity": case.incident.severity, "mandatory": mandatory,
            "status": state.map(State::as_str), "due": due, "overdue": late, "owner": front.get("owner"),
            "facilitator": front.get("facilitator"), "progress": progress,
        }));
    }
    let text = if rows.is_empty() {
        "no review document, and none that is mandatory\n".into()
    } else {
        table(&rows)
    };
    let mut reply = Reply::new(text, json!({"reviews": list}));
    problems.add_to(&mut reply);
    Ok(reply)
}

fn mark(
    context: &Context,
    state: Option<&str>,
    owner: Option<String>,
    facilitator: Option<String>,
) -> Result<Reply, Failure> {
    let place = context.place()?;
    let state = match state {
        None => None,
        Some(word) => Some(State::parse(word).ok_or_else(|| {
            let known = State::KNOWN.iter().map(|(word, _)| (*word).to_owned()).collect();
            Failure::not_found(format!("there is no status `{word}` of a review"), known)
        })?),
    };
    if state.is_none() && owner.is_none() && facilitator.is_none() {
        return Err(Failure::usage(
            "say what is to be set: a status, --owner NAME or --facilitator NAME",
        ));
    }
    let spot = Spot::Beside(&place, FILE);
    let text = spot.read(context)?.ok_or_else(|| {
        Failure::not_found(
            format!("{} has no document yet; write it with `warroom postmortem`", place.id),
            Vec::new(),
        )
    })?;
    let view = context.view_of(&place)?;
    let mut document = Document::read(&text);
    let mut front = Front::read(&document.front);
    if let Some(state) = state {
        front.set("status", state.to_string());
        if state.is_locked() {
            // From here on a change of the facts is told.
            let made = make(&case(&view), &view.framework, &find(context, &view.framework.name)?);
            let facts = Front::read(&made.document.front)
                .get("facts")
                .unwrap_or_default()
                .to_owned();
            front.set("facts", facts);
        }
    }
    for (key, value) in [("owner", owner), ("facilitator", facilitator)] {
        if let Some(value) = value {
            front.set(key, one_line(&value).replace([':', '#'], " "));
        }
    }
    document.front = front.text();
    let mut out = document.text();
    if text.contains("\r\n") {
        out = out.replace('\n', "\r\n");
    }
    let changed = out != text;
    if changed {
        spot.put(context, &out)?;
    }
    let said = format!(
        "{}: {}, owner {}, facilitator {}",
        view.id,
        front.state(),
        front.get("owner").unwrap_or("no one yet"),
        front.get("facilitator").unwrap_or("no one yet")
    );
    let json = json!({"ok": true, "incident": view.id, "changed": changed, "status": front.state().as_str(),
        "owner": front.get("owner"), "facilitator": front.get("facilitator")});
    Ok(Reply::new(format!("{}\n", one_line(&said)), json))
}
