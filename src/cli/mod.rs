//! The command line: one file a verb. A verb builds a `Change`, hands it to the session, and says in a line what was done.

// Every verb is run in the same way, also one that has no options or cannot fail.
#![allow(clippy::unused_self, clippy::unnecessary_wraps)]

mod argv;
mod context;
mod failure;
mod incidents;
mod options;
mod page;
mod paint;
mod reply;

mod ack;
mod action;
mod actions;
mod cancel;
mod cause;
mod check;
mod close;
mod complete;
mod completions;
mod decide;
mod declare;
mod demo;
mod dispatch;
mod doctor;
mod escalate;
mod factor;
mod framework;
mod hypothesis;
mod init;
mod list;
mod log;
mod major;
mod man;
mod merge_driver;
mod milestone;
mod mitigation;
mod open;
mod procedure;
mod redact;
mod reopen;
mod resolve;
mod role;
mod search;
mod set;
mod settle;
mod severity;
mod show;
mod status;
mod statusline;
mod sync;
mod timer;
mod update;
mod validate;
mod why;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use context::Context;
use failure::Failure;
use options::Global;
use reply::Reply;

/// Lists the verbs once: the enum that is parsed and the dispatch both come from it.
macro_rules! verbs {
    ($($module:ident :: $verb:ident,)+) => {
        #[derive(Debug, clap::Subcommand)]
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
    list::List,
    show::Show,
    search::Search,
    log::Log,
    redact::Redact,
    milestone::Milestone,
    status::Status,
    severity::Severity,
    settle::Settle,
    set::Set,
    ack::Ack,
    escalate::Escalate,
    procedure::Procedure,
    major::Major,
    role::Role,
    dispatch::Dispatch,
    dispatch::Task,
    decide::Decide,
    hypothesis::Hypothesis,
    mitigation::Mitigation,
    check::Check,
    timer::Timer,
    update::Update,
    why::Why,
    factor::Factor,
    cause::Cause,
    action::Action,
    actions::Actions,
    resolve::Resolve,
    close::Close,
    reopen::Reopen,
    cancel::Cancel,
    statusline::Statusline,
    sync::Sync,
    doctor::Doctor,
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
    let mut known = command();
    known.build();
    let sorted = argv::sort(args, &known);
    let cli = match Cli::try_parse_from(&sorted.args) {
        Ok(cli) => cli,
        Err(error) => return reply::misread(&error, argv::wants_json(&sorted.args)),
    };
    if let Some(note) = sorted.note.filter(|_| !cli.global.json) {
        eprintln!("warroom: {note}");
    }
    tell_settings(&cli);
    let (json, verbose) = (cli.global.json, cli.global.verbose);
    let result = Context::new(cli.global).and_then(|context| match cli.verb {
        Some(verb) => verb.run(&context).map(|reply| {
            let reply = reply.with_times(&context);
            if context.has_changed() {
                sync::after(&context, reply)
            } else {
                reply
            }
        }),
        None => open::Open::default().run(&context),
    });
    reply::print(reply::or_unchanged(result), json, verbose)
}

/// What is wrong in the person's own configuration, in a line, once a call. The console and `doctor` tell all of it; git and
/// shells call the others.
fn tell_settings(cli: &Cli) {
    let tells = match &cli.verb {
        None
        | Some(
            Verb::Open(_)
            | Verb::Doctor(_)
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
    let (user, mut problems) = crate::config::UserConfig::load();
    problems.extend(open::keys(&user).1);
    if let Some(first) = problems.first() {
        let more = match problems.len() - 1 {
            0 => String::new(),
            more => format!(" ({more} more; `warroom doctor` lists them)"),
        };
        eprintln!("warroom: {}{more}", crate::text::one_line(&first.to_string()));
    }
}

/// The whole command line, for completions and the man page.
fn command() -> clap::Command {
    Cli::command()
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
        let mut known = super::command();
        known.build();
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
            if let Err(error) = <super::Cli as clap::Parser>::try_parse_from(&sorted.args) {
                let slip = matches!(
                    error.kind(),
                    Kind::UnknownArgument | Kind::InvalidSubcommand | Kind::TooManyValues | Kind::ArgumentConflict
                );
                assert!(!slip, "{file}: warroom {call}: {error}");
            }
        }
    }
}
