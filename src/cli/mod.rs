//! The command line: one file a verb. A verb builds a `Change`, hands it to the session, and says in a line what was done.

// Every verb is run in the same way, also one that has no options or cannot fail.
#![allow(clippy::unused_self, clippy::unnecessary_wraps)]

mod approvals;
mod argv;
mod context;
mod edit;
mod failure;
mod incidents;
mod input;
mod options;
mod output;
mod page;
mod paint;
mod query;
mod readiness;
mod reply;
mod settings;

mod ack;
mod action;
mod actions;
mod ask;
mod cancel;
mod cause;
mod check;
mod close;
mod comms;
mod complete;
mod completions;
mod config;
mod contacts;
mod correct;
mod decide;
mod declare;
mod demo;
mod dispatch;
mod doctor;
mod duplicate;
mod escalate;
mod export;
mod factor;
mod framework;
mod handoff;
mod here;
mod hook;
mod hypothesis;
mod init;
mod link;
mod list;
mod log;
mod major;
mod man;
mod merge;
mod merge_driver;
mod milestone;
mod mitigation;
mod open;
mod outbox;
mod plain;
mod postmortem;
mod procedure;
mod redact;
mod reopen;
mod report;
mod resolve;
mod role;
mod runbook;
mod search;
mod set;
mod settle;
mod severity;
mod show;
mod similar;
mod status;
mod statusline;
mod sync;
mod timer;
mod update;
mod validate;
mod why;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::log_file;
use context::Context;
use failure::Failure;
use options::Global;
use reply::Reply;

/// Lists the verbs once: the enum that is parsed and the dispatch both come from it.
macro_rules! verbs {
    ($($module:ident :: $verb:ident,)+) => {
        #[derive(Debug, clap::Subcommand)]
        #[expect(clippy::large_enum_variant, reason = "one is parsed a run")]
        enum Verb {
            $($verb($module::$verb),)+
        }

        impl Verb {
            fn run(self, context: &Context) -> Result<Reply, Failure> {
                match self {
                    $(Self::$verb(verb) => verb.run(context),)+
                }
            }
        }
    };
}

verbs! {
    init::Init,
    declare::Declare,
    open::Open,
    here::Here,
    list::List,
    show::Show,
    search::Search,
    similar::Similar,
    report::Report,
    postmortem::Postmortem,
    export::Export,
    log::Log,
    redact::Redact,
    milestone::Milestone,
    status::Status,
    severity::Severity,
    settle::Settle,
    set::Set,
    ack::Ack,
    escalate::Escalate,
    contacts::Contacts,
    procedure::Procedure,
    major::Major,
    role::Role,
    handoff::Handoff,
    dispatch::Dispatch,
    dispatch::Task,
    decide::Decide,
    hypothesis::Hypothesis,
    mitigation::Mitigation,
    check::Check,
    runbook::Runbook,
    runbook::Run,
    timer::Timer,
    update::Update,
    hook::Hook,
    comms::Comms,
    outbox::Outbox,
    why::Why,
    factor::Factor,
    cause::Cause,
    action::Action,
    actions::Actions,
    resolve::Resolve,
    correct::Correct,
    correct::Remove,
    correct::Restore,
    link::Link,
    close::Close,
    reopen::Reopen,
    cancel::Cancel,
    duplicate::Duplicate,
    statusline::Statusline,
    sync::Sync,
    doctor::Doctor,
    config::Config,
    merge::Merge,
    merge_driver::MergeDriver,
    validate::Validate,
    framework::Framework,
    complete::Complete,
    completions::Completions,
    man::Man,
    demo::Demo,
    demo::DemoResponder,
}

/// The terminal war room: one incident, one YAML file in git, every responder in sync, no server
#[derive(Debug, Parser)]
#[command(name = "warroom", version, after_help = AFTER, max_term_width = 100, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    global: Global,

    /// What to do; without a verb the one open incident is opened
    #[command(subcommand)]
    verb: Option<Verb>,
}

const AFTER: &str = "\
TIME is 14:05, 14:05:30 (UTC, today or the day before), -5m, -1h30m or 2026-11-20T14:05Z. \
DURATION is 90s, 15m, 1h30m, 2d. Ids may be cut to any unique prefix.

With --json a change prints {\"ok\":true,\"incident\":…,\"event\":…,\"id\":…,\"said\":…}: the event it wrote, the \
entry it made or changed, and what the timeline says. A failure prints \
{\"ok\":false,\"error\":{\"code\":…,\"said\":…}} on standard error, with missing, candidates, file, line and column \
where they exist.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused by the framework's rules, 4 no such thing or ambiguous, \
5 the incident file is invalid, 6 saved but not synced.";

/// Reads the arguments, does what they say, prints, and gives the exit status.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Err(error) = crate::runtime::outlive_limits() {
        eprintln!("warroom: a limit of the system on files would end this program: {error}");
    }
    let known = command();
    let sorted = argv::sort(args, &known);
    let (cli, happened) = match parse(known, &sorted.args) {
        Ok(parsed) => parsed,
        Err(error) => return reply::misread(&error, argv::wants_json(&sorted.args)),
    };
    if let Some(note) = sorted.note.filter(|_| !cli.global.json) {
        eprintln!("warroom: {note}");
    }
    tell_settings(&cli);
    start_log(&cli.global);
    let (json, verbose) = (cli.global.json, cli.global.verbose);
    let about = about(&cli.global);
    let context = Context::new(cli.global).and_then(|context| context.dated(happened.as_deref()));
    let result = context.and_then(|context| match cli.verb {
        Some(verb) => verb.run(&context).map(|reply| {
            let reply = reply.with_times(&context);
            if context.has_changed() {
                outbox::after(&context);
                sync::after(&context, reply)
            } else {
                reply
            }
        }),
        None => open::Open::default().run(&context),
    });
    let result = result.map_err(|failure| failure.about(&about));
    match &result {
        Ok(_) => ::log::info!(target: "warroom", "done"),
        Err(failure) => ::log::warn!(target: "warroom", "failed with status {}", failure.code),
    }
    reply::print(reply::or_unchanged(result), json, verbose)
}

/// Logs the steps of this call where that is asked for. A log that cannot be written stops nothing.
fn start_log(options: &Global) {
    let variable = std::env::var_os(log_file::VARIABLE);
    let note = |said: String| {
        if !options.json {
            eprintln!("warroom: {said}");
        }
    };
    let level = match log_file::level(options.verbose, variable.as_deref()) {
        Ok(level) => level,
        Err(said) => return note(said),
    };
    if level == ::log::LevelFilter::Off {
        return;
    }
    let started = crate::store::state_dir()
        .map_err(|error| error.to_string())
        .and_then(|folder| log_file::start(&folder, level).map_err(|error| crate::store::reason(&error)));
    if let Err(why) = started {
        return note(format!(
            "the log cannot be written: {}; nothing else is affected",
            crate::text::one_line(&why)
        ));
    }
    ::log::info!(target: "warroom", "warroom {} begins", env!("CARGO_PKG_VERSION"));
}

/// The options of a call that say which repository and incident it was about, where its environment does not say so.
fn about(options: &Global) -> String {
    let mut words = Vec::new();
    if let Some(folder) = &options.repo {
        words.push(format!("-C {}", merge::quoted(&folder.display().to_string())));
    }
    let everywhere = std::env::var("WARROOM_INCIDENT").ok();
    if let Some(id) = options
        .incident
        .as_ref()
        .filter(|id| !id.is_empty() && everywhere.as_ref() != Some(*id))
    {
        words.push(format!("-i {}", merge::quoted(id)));
    }
    words.join(" ")
}

/// What is wrong in the person's own configuration, in a line, once a call. The console and `doctor` tell all of it; git and
/// shells call the others.
fn tell_settings(cli: &Cli) {
    let tells = match &cli.verb {
        None
        | Some(
            Verb::Open(_)
            | Verb::Doctor(_)
            | Verb::Config(_)
            | Verb::MergeDriver(_)
            | Verb::Complete(_)
            | Verb::Completions(_)
            | Verb::Man(_)
            | Verb::Statusline(_)
            | Verb::Demo(_)
            | Verb::DemoResponder(_),
        ) => false,
        Some(_) => !cli.global.json,
    };
    if !tells {
        return;
    }
    let problems = settings::Chosen::load().problems;
    if let Some(first) = problems.first() {
        let more = match problems.len() - 1 {
            0 => String::new(),
            more => format!(" ({more} more; `warroom config check` lists them)"),
        };
        eprintln!("warroom: {}{more}", crate::text::one_line(&first.to_string()));
    }
}

/// The arguments as clap reads them, and when what they record happened, where that was given.
fn parse(mut command: clap::Command, args: &[OsString]) -> Result<(Cli, Option<String>), clap::Error> {
    let matches = command.try_get_matches_from_mut(args)?;
    let mut innermost = &matches;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    let happened = innermost.try_get_one::<String>(HAPPENED).ok().flatten().cloned();
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok((cli, happened))
}

/// Name of the option `--at` of the verbs below.
const HAPPENED: &str = "happened";

/// Verbs that record a fact, and whether they do so themselves or only by verbs of their own. `log`, `ack`, `resolve` and
/// `declare` have an `--at` that they read themselves.
const RECORDING: [(&str, bool); 22] = [
    ("link", false),
    ("status", true),
    ("severity", true),
    ("set", true),
    ("escalate", true),
    ("procedure", false),
    ("role", false),
    ("dispatch", true),
    ("task", true),
    ("decide", true),
    ("hypothesis", false),
    ("mitigation", false),
    ("check", false),
    ("timer", false),
    ("update", true),
    ("why", false),
    ("factor", false),
    ("cause", false),
    ("action", false),
    ("close", true),
    ("reopen", true),
    ("cancel", true),
];

/// Their verbs that only read, or correct what is there.
const READING: [&str; 7] = ["list", "options", "causes", "duties", "show", "edit", "remove"];

/// The whole command line, also for completions and the man page.
fn command() -> clap::Command {
    let mut command = Cli::command();
    for (name, itself) in RECORDING {
        command = command.mut_subcommand(name, |verb| {
            let inner: Vec<String> = verb.get_subcommands().map(|one| one.get_name().to_owned()).collect();
            let verb = if itself { with_date(verb) } else { verb };
            inner
                .iter()
                .filter(|name| !READING.contains(&name.as_str()))
                .fold(verb, |verb, name| verb.mut_subcommand(name, with_date))
        });
    }
    command
}

fn with_date(verb: clap::Command) -> clap::Command {
    if verb.get_arguments().any(|arg| arg.get_long() == Some("at")) {
        return verb;
    }
    verb.arg(
        clap::Arg::new(HAPPENED)
            .long("at")
            .value_name("TIME")
            .allow_hyphen_values(true)
            .help("When that was"),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_sound_and_every_verb_says_what_it_does() {
        let command = super::command();
        command.clone().debug_assert();
        fn walk(command: &clap::Command, path: &str) {
            for verb in command.get_subcommands() {
                let path = format!("{path} {}", verb.get_name());
                let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.is_empty(), "{path} has no help");
                assert!(!about.ends_with('.'), "{path}: {about}");
                walk(verb, &path);
            }
        }
        walk(&command, "warroom");
    }

    /// The commands that the program's sentences name, read as a shell would hand them over.
    fn remedies() -> Vec<(String, String)> {
        fn files(folder: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    files(&path, into);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    into.push(path);
                }
            }
        }
        let mut all = Vec::new();
        files(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
        let mut found = Vec::new();
        for path in all {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            // A text that goes on in the next line of the source is one text.
            let joined = code.replace("\\\n", "");
            for line in joined.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for (start, end) in [("`warroom ", '`'), (": warroom ", '"')] {
                    for part in line.split(start).skip(1) {
                        let call = part.split(end).next().unwrap();
                        let call = call
                            .split([';', '\\', '(', ',', '\u{2026}', '|'])
                            .next()
                            .unwrap()
                            .trim();
                        found.push((path.display().to_string(), call.to_owned()));
                    }
                }
            }
        }
        found
    }

    #[test]
    fn every_command_that_a_sentence_names_is_one_that_the_program_knows() {
        use clap::error::ErrorKind as Kind;
        let remedies = remedies();
        assert!(remedies.len() > 20, "{remedies:?}");
        let known = super::command();
        for (file, call) in remedies {
            let words = call.split_whitespace().map(|word| {
                let word = word.trim_matches(['"', '.']);
                match word {
                    "DURATION" => "15m",
                    "TIME" => "14:05",
                    word => word,
                }
            });
            let args: Vec<std::ffi::OsString> = std::iter::once("warroom").chain(words).map(Into::into).collect();
            let sorted = super::argv::sort(args, &known);
            if let Err(error) = super::parse(known.clone(), &sorted.args) {
                let slip = matches!(
                    error.kind(),
                    Kind::UnknownArgument | Kind::InvalidSubcommand | Kind::TooManyValues | Kind::ArgumentConflict
                );
                assert!(!slip, "{file}: warroom {call}: {error}");
            }
        }
    }
}
