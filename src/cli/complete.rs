//! `warroom complete`: what may stand where the cursor is, for the scripts of `warroom completions`. Reads the incident and
//! its framework as they are on disk, writes nothing and asks no network; where something cannot be read it offers less.

use clap::{Arg, Args, Command};
use serde_json::json;

use super::context::{Context, View};
use super::failure::Failure;
use super::reply::Reply;
use crate::framework::Framework;
use crate::incident::{ActionKind, EventKind, FactorCategory, Horizon, Level, Milestone, live};

/// What may stand at the end of a command line, one a line
#[derive(Args, Debug)]
#[command(hide = true)]
pub(super) struct Complete {
    /// The words after `warroom`; the last is the one that is being typed
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// The most that is offered: a shell shows no more than a screen.
const MOST: usize = 200;

impl Complete {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let mut root = super::command();
        root.build();
        let (typed, before) = match self.words.split_last() {
            Some((typed, before)) => (typed.as_str(), before),
            None => ("", [].as_slice()),
        };
        let mut options = context.options.clone();
        let (mut command, mut places, mut wanted) = (&root, 0, None::<&Arg>);
        for word in before {
            if let Some(arg) = wanted.take() {
                match arg.get_id().as_str() {
                    "repo" => options.repo = Some(word.into()),
                    "incident" => options.incident = Some(word.clone()),
                    _ => {}
                }
            } else if word.starts_with('-') {
                wanted = option(&root, command, word);
            } else if let Some(verb) = command.find_subcommand(word).filter(|_| places == 0) {
                command = verb;
            } else {
                places += 1;
            }
        }
        let context = Context::new(options)?;
        let mut found = match wanted {
            Some(arg) => values(&context, command, arg),
            None if typed.starts_with('-') => {
                let own = command.get_arguments().filter(|arg| !arg.is_hide_set());
                own.filter_map(Arg::get_long).map(|long| format!("--{long}")).collect()
            }
            None => {
                let verbs = command
                    .get_subcommands()
                    .filter(|verb| places == 0 && !verb.is_hide_set());
                let mut all: Vec<String> = verbs.map(|verb| verb.get_name().to_owned()).collect();
                let positionals: Vec<&Arg> = command.get_positionals().collect();
                if let Some(arg) = positionals.get(places) {
                    all.extend(values(&context, command, arg));
                }
                all
            }
        };
        // One word of a shell, and nothing that a terminal acts on.
        let plain =
            |word: &String| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_./:@+=".contains(c));
        found.retain(|word| plain(word) && word.to_lowercase().starts_with(&typed.to_lowercase()));
        found.dedup();
        found.truncate(MOST);
        let mut text = found.join("\n");
        if !found.is_empty() {
            text.push('\n');
        }
        Ok(Reply::new(text, json!({"candidates": found})))
    }
}

/// The option whose value comes next.
fn option<'c>(root: &'c Command, command: &'c Command, word: &str) -> Option<&'c Arg> {
    let is = |arg: &&Arg| {
        let short = arg.get_short().is_some_and(|short| word == format!("-{short}"));
        let long = word.strip_prefix("--").is_some_and(|name| {
            arg.get_long() == Some(name) || arg.get_all_aliases().is_some_and(|all| all.contains(&name))
        });
        (short || long) && arg.get_action().takes_values()
    };
    command
        .get_arguments()
        .find(is)
        .or_else(|| root.get_arguments().find(is))
}

/// What an argument may be, where that is known.
fn values(context: &Context, command: &Command, arg: &Arg) -> Vec<String> {
    let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let given: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    if !given.is_empty() {
        return given;
    }
    let name = arg
        .get_value_names()
        .and_then(<[_]>::first)
        .map_or("", |name| name.as_str());
    match name.to_ascii_uppercase().as_str() {
        "KIND" => {
            return EventKind::LOGGABLE
                .iter()
                .map(|kind| kind.as_str().to_owned())
                .collect();
        }
        "CATEGORY" => return owned(FactorCategory::KNOWN),
        "HORIZON" => return owned(Horizon::KNOWN),
        "ACTION_KIND" => return owned(ActionKind::KNOWN),
        "LEVEL" if command.get_name() != "declare" => return owned(Level::KNOWN),
        "MILESTONE" => return owned(Milestone::KNOWN),
        "FRAMEWORK" => return frameworks(context),
        "ID" => return incidents(context),
        "RUNBOOK" => return super::runbook::names(context),
        "SOURCE" if command.get_name() != "show" => {
            return crate::runbook::Source::ALL
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect();
        }
        "VERDICT" => {
            return crate::incident::Verdict::ALL
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect();
        }
        "NAME" if command.get_name() == "show" => return frameworks(context),
        _ => {}
    }
    match context.view() {
        Ok(view) => of_incident(&view, name),
        Err(_) => team(context).map_or_else(Vec::new, |framework| of_framework(&framework, name)),
    }
}

fn incidents(context: &Context) -> Vec<String> {
    let places = context
        .repository()
        .ok()
        .and_then(|repository| repository.incidents().ok());
    places
        .unwrap_or_default()
        .into_iter()
        .rev()
        .map(|place| place.id)
        .collect()
}

fn frameworks(context: &Context) -> Vec<String> {
    match context.repository() {
        Ok(repository) => repository.frameworks(),
        Err(_) => Framework::names().iter().map(ToString::to_string).collect(),
    }
}

fn team(context: &Context) -> Option<std::sync::Arc<Framework>> {
    let repository = context.repository().ok()?;
    repository.framework(&repository.config().framework).ok()
}

fn of_framework(framework: &Framework, name: &str) -> Vec<String> {
    let data = &framework;
    match name.to_ascii_uppercase().as_str() {
        "SEVERITY" => data.severities.iter().map(|one| one.id.clone()).collect(),
        "STATUS" => data.statuses.iter().map(|one| one.id.clone()).collect(),
        "ROLE" => data.roles.iter().map(|one| one.id.clone()).collect(),
        "AUDIENCE" => data.audiences.iter().map(|one| one.id.clone()).collect(),
        "TARGET" => data.escalations.iter().map(|one| one.id.clone()).collect(),
        "OPTION" => data.options.iter().map(|one| one.id.clone()).collect(),
        "TEMPLATE" => data.templates.iter().map(|one| one.id.clone()).collect(),
        _ => Vec::new(),
    }
}

fn of_incident(view: &View, name: &str) -> Vec<String> {
    let incident = &view.incident;
    match name.to_ascii_uppercase().as_str() {
        "EVENT" => live(&incident.timeline).map(|one| one.id.clone()).rev().collect(),
        "HYPOTHESIS" => live(&incident.hypotheses).map(|one| one.id.clone()).collect(),
        "MITIGATION" => live(&incident.mitigations).map(|one| one.id.clone()).collect(),
        "TIMER" => live(&incident.timers).map(|one| one.id.clone()).collect(),
        "ACTION" => live(&incident.actions).map(|one| one.id.clone()).collect(),
        "REQUEST" => live(&incident.inquiries).map(|one| one.id.clone()).collect(),
        "ITEM" => {
            let derived = view.derived(
                incident
                    .declared
                    .as_ref()
                    .map_or_else(Default::default, |moment| moment.at),
            );
            let items = derived.checklists.iter().flat_map(|list| list.items.iter());
            items.map(|item| item.id.clone()).collect()
        }
        _ => of_framework(&view.framework, name),
    }
}
