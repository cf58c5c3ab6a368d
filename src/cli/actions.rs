//! `warroom actions`

mod import;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::input::known_word;
use super::page::table;
use super::reply::Reply;
use crate::escape::{csv_row, markdown};
use crate::incident::{ActionItem, ActionState, Horizon, Incident, live, people};
use crate::recall::actions::{Entry, Shares, all};
use crate::recall::recurrence;
use crate::report::wording::share;
use crate::text::one_line;

/// Action items across all incidents: those whose cause came back first, then what is overdue
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  warroom actions --open
  warroom actions --overdue --owner kim
  warroom actions export --format csv > actions.csv
  warroom actions export --format github | sh
  warroom actions import done.txt      (lines `PROJ-12, done`, or a tracker's table with
                                        columns for ticket and state)"
)]
pub(super) struct Actions {
    #[command(subcommand)]
    verb: Option<Verb>,

    #[command(flatten)]
    filter: Filter,
}

#[derive(Args, Debug, Default)]
struct Filter {
    /// Only those that are not done
    #[arg(long)]
    open: bool,

    /// Only those whose day has passed
    #[arg(long)]
    overdue: bool,

    /// Only those of this person
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,

    /// Only those of this horizon
    #[arg(long, value_name = "HORIZON")]
    horizon: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Hand them to a tracker: CSV, JSON, or texts to make issues of
    Export {
        /// How they are written
        #[arg(long, value_name = "FORMAT", default_value = "csv")]
        format: Format,
        /// The project of the tracker, for jira
        #[arg(long, value_name = "KEY", default_value = "ACT")]
        project: String,
        #[command(flatten)]
        filter: Filter,
    },
    /// Take states back from a tracker: lines of `ticket, state`, or its CSV with a head
    Import {
        /// The file; standard input where it is - or not given
        file: Option<PathBuf>,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Json,
    /// Lines of `gh issue create`, to be looked at and run
    Github,
    /// Lines of `jira create` for the project that is named, to be looked at and run
    Jira,
    /// Title, owner, date and text, one after the other, to be pasted
    Text,
}

impl Filter {
    /// The same, where its words mean something.
    fn checked(mut self) -> Result<Self, Failure> {
        if self.owner.as_ref().is_some_and(|owner| owner.trim().is_empty()) {
            return Err(Failure::usage("the owner is empty; leave --owner out for everyone's"));
        }
        if let Some(horizon) = &self.horizon {
            self.horizon = Some(known_word("horizon", horizon, Horizon::KNOWN)?.to_owned());
        }
        Ok(self)
    }

    fn wants(&self, entry: &Entry<'_>) -> bool {
        let item = entry.item;
        let owner = |name: &String| item.owner.as_deref().is_some_and(|owner| people::same(owner, name));
        let horizon = |word: &String| {
            item.horizon
                .as_ref()
                .is_some_and(|one| one.as_str().eq_ignore_ascii_case(word))
        };
        (!self.open || entry.is_open())
            && (!self.overdue || entry.overdue)
            && self.owner.as_ref().is_none_or(owner)
            && self.horizon.as_ref().is_none_or(horizon)
    }
}

impl Actions {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb {
            Some(Verb::Import { file, dry_run }) => return import::import(context, file, dry_run),
            Some(Verb::Export {
                format,
                project,
                filter,
            }) => return export(context, format, &project, filter),
            None => {}
        }
        let filter = self.filter.checked()?;
        let (cases, problems) = context.cases()?;
        let repeats = recurrence::recurrences(&cases);
        let today = context.now().date().to_string();
        let every = all(&cases, &repeats, &today);
        let shown: Vec<&Entry<'_>> = every.iter().filter(|entry| filter.wants(entry)).collect();
        let mut reply = listed(&shown);
        if shown.is_empty() && !every.is_empty() {
            reply.text = format!("no such action item ({} not shown)\n", every.len());
        }
        if !shown.is_empty() {
            let shares = Shares::of(&every);
            let _ = writeln!(
                reply.text,
                "done {}; by their day {}",
                share(shares.done, shares.all),
                share(shares.on_time, shares.with_day)
            );
            for (framework, want) in targets(&cases) {
                let _ = writeln!(reply.text, "target of {framework}: {}", one_line(&want));
            }
            reply.json["shares"] = json!(shares);
        }
        problems.add_to(&mut reply);
        Ok(reply)
    }
}

/// What each framework in use aims at for action items, in its words.
fn targets(cases: &[crate::recall::Case]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for framework in cases.iter().filter_map(|case| case.framework.as_ref()) {
        for target in framework
            .targets
            .iter()
            .filter(|target| target.metric.starts_with("actions"))
        {
            found.insert(framework.name.clone(), format!("{} {}", target.want, target.text));
        }
    }
    found
}

fn row(id: &str, item: &ActionItem, late: bool, came_back: &[String]) -> Vec<String> {
    let due = item.due.as_deref().unwrap_or("no date");
    let again = came_back
        .last()
        .map(|id| format!("CAME BACK in {id}: "))
        .unwrap_or_default();
    vec![
        item.state.to_string(),
        if late { format!("{due} overdue") } else { due.to_owned() },
        item.owner.clone().unwrap_or_else(|| "no owner".into()),
        format!("{again}{}", item.text),
        rated(item),
        item.ticket.clone().unwrap_or_default(),
        id.to_owned(),
        item.id.clone(),
    ]
}

/// Horizon, kind and priority, as far as they were given.
fn rated(item: &ActionItem) -> String {
    let horizon = item.horizon.as_ref().map(|one| one.as_str().to_owned());
    let kind = item.kind.as_ref().map(|one| one.as_str().to_owned());
    let impact = item.impact.as_ref().map(|one| format!("impact {one}"));
    let effort = item.effort.as_ref().map(|one| format!("effort {one}"));
    let all: Vec<String> = [horizon, kind, impact, effort].into_iter().flatten().collect();
    all.join(", ")
}

fn document(id: &str, item: &ActionItem, late: bool, came_back: &[String]) -> Value {
    let mut entry = json!(item);
    entry["incident"] = json!(id);
    entry["overdue"] = json!(late);
    entry["came_back"] = json!(came_back);
    entry
}

fn page(rows: &[Vec<String>], list: Vec<Value>) -> Reply {
    let text = if rows.is_empty() {
        "no action items\n".into()
    } else {
        table(rows)
    };
    Reply::new(text, json!({"actions": list}))
}

fn listed(entries: &[&Entry<'_>]) -> Reply {
    let rows: Vec<_> = entries
        .iter()
        .map(|one| row(&one.case.id, one.item, one.overdue, &one.came_back))
        .collect();
    let list = entries
        .iter()
        .map(|one| document(&one.case.id, one.item, one.overdue, &one.came_back))
        .collect();
    page(&rows, list)
}

/// Those of one incident, in the order in which they were agreed.
pub(super) fn reply(incidents: &[(String, Arc<Incident>)], context: &Context) -> Reply {
    let today = context.now().date().to_string();
    let (mut rows, mut list) = (Vec::new(), Vec::new());
    for (id, incident) in incidents {
        for item in live(&incident.actions) {
            let late = item.state != ActionState::Done && item.due.as_deref().is_some_and(|due| due < today.as_str());
            rows.push(row(id, item, late, &[]));
            list.push(document(id, item, late, &[]));
        }
    }
    page(&rows, list)
}

fn export(context: &Context, format: Format, project: &str, filter: Filter) -> Result<Reply, Failure> {
    let filter = filter.checked()?;
    let (cases, problems) = context.cases()?;
    let repeats = recurrence::recurrences(&cases);
    let today = context.now().date().to_string();
    let every = all(&cases, &repeats, &today);
    let wanted: Vec<&Entry<'_>> = every.iter().filter(|entry| filter.wants(entry)).collect();
    let json = listed(&wanted).json;
    let mut reply = match format {
        Format::Json => Reply::document(json),
        Format::Csv => Reply::new(sheet(&wanted), json).bare(),
        Format::Github => Reply::new(wanted.iter().map(|entry| github(entry)).collect::<String>(), json).bare(),
        Format::Jira => {
            let lines = wanted.iter().map(|entry| jira(entry, project));
            Reply::new(lines.collect::<String>(), json).bare()
        }
        Format::Text => Reply::new(wanted.iter().map(|entry| plain(entry)).collect::<String>(), json).bare(),
    };
    problems.add_beside(&mut reply);
    Ok(reply)
}

fn sheet(entries: &[&Entry<'_>]) -> String {
    let mut out = csv_row([
        "incident",
        "item",
        "text",
        "state",
        "owner",
        "due",
        "horizon",
        "kind",
        "impact",
        "effort",
        "ticket",
        "proof",
        "outcome",
        "overdue",
        "came_back",
    ]);
    for entry in entries {
        let item = entry.item;
        let word = |text: Option<&str>| text.unwrap_or_default().to_owned();
        out += &csv_row([
            entry.case.id.clone(),
            item.id.clone(),
            item.text.clone(),
            item.state.to_string(),
            word(item.owner.as_deref()),
            word(item.due.as_deref()),
            word(item.horizon.as_ref().map(crate::incident::Horizon::as_str)),
            word(item.kind.as_ref().map(crate::incident::ActionKind::as_str)),
            word(item.impact.as_ref().map(crate::incident::Level::as_str)),
            word(item.effort.as_ref().map(crate::incident::Level::as_str)),
            word(item.ticket.as_deref()),
            word(item.proof.as_deref()),
            word(item.outcome.as_deref()),
            if entry.overdue { "yes".into() } else { String::new() },
            entry.came_back.join(" "),
        ]);
    }
    out
}

/// Title and text of an issue.
fn issue(entry: &Entry<'_>) -> (String, String) {
    let item = entry.item;
    let title = format!("[PIR] {}", one_line(&item.text));
    let mut body = format!("From {} {}.\n", entry.case.id, one_line(&entry.case.incident.title));
    let lines = [
        ("Cause", recurrence::cause(entry.case)),
        ("Owner", item.owner.as_deref()),
        ("Due", item.due.as_deref()),
        ("Shown to work by", item.proof.as_deref()),
    ];
    for (name, text) in lines.into_iter().filter_map(|(name, text)| Some((name, text?))) {
        let _ = writeln!(body, "{name}: {}", one_line(text));
    }
    if let Some(last) = entry.came_back.last() {
        let _ = writeln!(body, "The cause came back in {last}.");
    }
    let _ = writeln!(body, "Action item {} of {}.", item.id, entry.case.id);
    (title, body)
}

fn plain(entry: &Entry<'_>) -> String {
    let (title, body) = issue(entry);
    format!("{title}\n\n{body}\n")
}

/// A text for a shell: in single quotes nothing is special but the quote itself.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A line for a shell that makes a ticket.
fn jira(entry: &Entry<'_>, project: &str) -> String {
    let (title, _) = issue(entry);
    let owner = entry.item.owner.as_deref();
    let owner = owner.map(|owner| format!(" --assignee {}", quoted(&one_line(owner))));
    let (project, title) = (quoted(project), quoted(&title));
    format!(
        "jira create --project {project} --type Task --summary {title}{}\n",
        owner.unwrap_or_default()
    )
}

/// A line for a shell that makes an issue.
fn github(entry: &Entry<'_>) -> String {
    let (title, body) = issue(entry);
    let body: Vec<String> = body.lines().map(markdown).collect();
    format!(
        "gh issue create --title {} --body {}\n",
        quoted(&title),
        quoted(&body.join("  \n"))
    )
}

/// A word of a closed list, for the verbs of one item.
pub(super) fn known<T: for<'w> From<&'w str>>(
    what: &str,
    given: Option<&str>,
    known: &[&str],
) -> Result<Option<T>, Failure> {
    given
        .map(|word| Ok(T::from(known_word(what, word, known)?)))
        .transpose()
}
