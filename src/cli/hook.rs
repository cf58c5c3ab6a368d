//! `warroom hook`

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::input::known_word;
use super::page::{moment, table};
use super::reply::Reply;
use crate::hook::{Named, Run, Slip, Source, host, sample, sign};
use crate::incident::Incident;
use crate::sending::{Prepared, deliver, prepare};
use crate::store::allowed::{self, Permission};
use crate::store::hooks::{Described, described};
use crate::store::may_run;
use crate::store::outbox::{Message, Outbox, State};
use crate::text;

/// What happens by itself: programs run and webhooks sent on named events. None before you allow it
#[derive(Args, Debug)]
#[command(visible_alias = "hooks", after_help = HELP)]
pub(super) struct Hook {
    #[command(subcommand)]
    verb: Option<Verb>,
}

const HELP: &str = "\
The file .warroom/hooks.yaml, or hooks.yaml beside your own configuration:
  hooks:
  - name: pager                        # a webhook, signed by Standard Webhooks 1.0
    on: [incident.declared, incident.severity_changed]
    severity: [P0, P1]
    url-env: PAGER_URL                 # or url, or url-file
    secret-file: ~/.config/warroom/pager.secret
  - name: room
    on: [update.sent]
    audience: internal
    format: slack                      # slack, mattermost, discord, teams, statuspage
    url-file: ~/.config/warroom/slack-url
  - name: bell                         # a program: the event is JSON on its standard input
    on: ['incident.*']
    run: [./bin/ring, --loud]
    limit: 30s
  - name: late                         # a timer is overdue: from the console of whoever is in command
    on: [timer.overdue]
    only: IC                           # or another role: of changes, only what its holder does
    run: [./bin/ring]
  - name: graphs                       # requests to `graph-bot` go to it; its answer comes back as evidence
    answers: graph-bot
    run: [./bin/graphs]";

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the hooks: when each fires, where it goes, whether you allow it
    List,
    /// Check the files of hooks: every problem with its line
    Lint,
    /// Print the JSON Schema of hooks.yaml, for editors that check while one types
    Schema,
    /// Allow a hook to run as it is now; what is allowed is printed. When it changes, it is off again
    Allow {
        /// The hook
        hook: String,
        /// Only if its content has this SHA-256 (a beginning of it will do)
        #[arg(long, value_name = "SHA256")]
        hash: Option<String>,
    },
    /// Take a permission back, of a hook or of a runbook
    Deny {
        /// The hook, or the place as `warroom hook allowed` names it
        hook: String,
    },
    /// List all that you allow to be run: hooks and runbooks, and since when
    Allowed,
    /// Print what a hook would send for an event, byte by byte; with --send, send it once, marked as a test
    Test {
        /// The hook
        hook: String,
        /// The event; the first that it fires on where there is none
        event: Option<String>,
        /// Print it and send nothing (this is what happens without options)
        #[arg(long, conflicts_with = "send")]
        dry_run: bool,
        /// Send it
        #[arg(long)]
        send: bool,
    },
}

impl Hook {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::List) {
            Verb::List => list(context),
            Verb::Lint => lint(context),
            Verb::Schema => {
                let schema = crate::hook::schema();
                let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
                Ok(Reply::new(text + "\n", schema))
            }
            Verb::Allow { hook, hash } => allow(context, &hook, hash.as_deref()),
            Verb::Deny { hook } => deny(context, &hook),
            Verb::Allowed => all_allowed(context),
            Verb::Test { hook, event, send, .. } => test(context, &hook, event.as_deref(), send),
        }
    }
}

/// The hooks that are in order; what is wrong in their files is told beside, and how many slips there are.
fn all(context: &Context) -> Result<(Vec<Described>, usize), Failure> {
    let (hooks, slips) = described(context.repository()?.root());
    if !context.options.json {
        for (file, slip) in &slips {
            let said = format!("{}:{}: {}", file.display(), slip.line, slip.said);
            eprintln!("warroom: {}", text::one_line(&said));
        }
    }
    Ok((hooks, slips.len()))
}

fn find(context: &Context, name: &str) -> Result<Described, Failure> {
    let (mut hooks, slips) = all(context)?;
    let names: Vec<String> = hooks.iter().map(|one| one.hook.name.clone()).collect();
    let begins: Vec<usize> = (0..names.len())
        .filter(|place| names[*place].eq_ignore_ascii_case(name))
        .chain((0..names.len()).filter(|place| names[*place].starts_with(name)))
        .collect();
    if let Some(place) = begins.first() {
        return Ok(hooks.swap_remove(*place));
    }
    let name = text::one_line(name);
    let said = match slips {
        0 => format!("there is no hook `{name}`; they are described in .warroom/hooks.yaml"),
        _ => format!("no hook `{name}` is in order; `warroom hook lint` says what is wrong"),
    };
    Err(Failure::not_found(said, names))
}

/// Where a hook stands, in words and for programs.
fn standing(one: &Described) -> (String, &'static str) {
    if let Err(why) = one.content() {
        return (why, "unreadable");
    }
    match one.permission() {
        Permission::Never => (format!("off: `warroom hook allow {}`", one.hook.name), "off"),
        Permission::Changed(_) => (
            format!(
                "off, changed since it was allowed: `warroom hook allow {}`",
                one.hook.name
            ),
            "changed",
        ),
        Permission::Allowed => match Outbox::here().ok().and_then(|outbox| outbox.stopped(&one.key())) {
            Some(why) => (
                format!("stopped: {why}; `warroom outbox retry` starts it again"),
                "stopped",
            ),
            None => ("allowed".into(), "allowed"),
        },
    }
}

fn list(context: &Context) -> Result<Reply, Failure> {
    let (hooks, slips) = all(context)?;
    let rows: Vec<Vec<String>> = hooks
        .iter()
        .map(|one| {
            vec![
                one.hook.name.clone(),
                one.hook.occasions(),
                one.hook.target(),
                standing(one).0,
            ]
        })
        .collect();
    let json: Vec<Value> = hooks
        .iter()
        .map(|one| {
            let content = one.content().unwrap_or_default();
            json!({"name": one.hook.name, "file": one.file, "on": one.hook.on, "answers": one.hook.answers,
                "only": one.hook.only, "audiences": one.hook.audiences, "severities": one.hook.severities, "target": one.hook.target(),
                "state": standing(one).1, "sha256": sign::sha256(content.as_bytes())})
        })
        .collect();
    let text = match (rows.is_empty(), slips) {
        (true, 0) => {
            "no hook is described; `warroom hook --help` shows how .warroom/hooks.yaml is written\n".to_owned()
        }
        (true, _) => "no hook is in order, so none fires; `warroom hook lint` says what is wrong\n".to_owned(),
        (false, _) => table(&rows),
    };
    Ok(Reply::new(text, json!({"hooks": json})))
}

fn lint(context: &Context) -> Result<Reply, Failure> {
    let repository = context.repository()?;
    let (hooks, mut slips) = described(repository.root());
    slips.extend(hooks.iter().filter_map(|one| roleless(repository, one)));
    let mut page = String::new();
    for (file, slip) in &slips {
        let said = format!("{}:{}: {}", file.display(), slip.line, slip.said);
        let _ = writeln!(page, "{}", text::one_line(&said));
    }
    if slips.is_empty() {
        let _ = writeln!(page, "{} in order", super::page::count(hooks.len(), "hook"));
    }
    let list: Vec<Value> = slips
        .iter()
        .map(|(file, slip)| json!({"file": file, "line": slip.line, "said": slip.said}))
        .collect();
    let mut reply = Reply::new(page, json!({"ok": slips.is_empty(), "problems": list}));
    reply.code = if slips.is_empty() { 0 } else { 5 };
    Ok(reply)
}

/// What is wrong with a hook that is only for a role that no framework of the repository has.
fn roleless(repository: &crate::store::Repository, one: &Described) -> Option<(std::path::PathBuf, Slip)> {
    let role = one.hook.only.as_deref()?;
    let known = repository.frameworks().iter().any(|name| {
        let framework = repository.framework_or_other(name);
        framework.is_ok_and(|framework| framework.role_id(role).is_ok())
    });
    (!known).then(|| {
        let said = format!("`{}`: no framework here has the role `{role}`", one.hook.name);
        let slip = Slip {
            line: one.hook.line,
            said,
        };
        (one.file.clone(), slip)
    })
}

fn allow(context: &Context, name: &str, wanted: Option<&str>) -> Result<Reply, Failure> {
    let one = find(context, name)?;
    let content = one.content().map_err(Failure::broken)?;
    let hash = sign::sha256(content.as_bytes());
    if let Some(wanted) = wanted.filter(|wanted| wanted.len() < 8 || !hash.starts_with(&wanted.to_lowercase())) {
        return Err(Failure::refused(format!(
            "`{}` is not what you looked at: its content has the SHA-256 {hash}, not {}",
            one.hook.name,
            text::one_line(wanted)
        )));
    }
    may_run::allow(&one.key(), &content)
        .map_err(|error| Failure::because("the permission cannot be written", error))?;
    let mut page = String::new();
    for line in text::lines(&content).lines() {
        let _ = writeln!(page, "  {line}");
    }
    let _ = writeln!(
        page,
        "allowed: {} fires on {} from now on, as long as this is its content\nsha256 {hash}",
        one.hook.name,
        one.hook.occasions()
    );
    Ok(Reply::new(
        page,
        json!({"ok": true, "hook": one.hook.name, "sha256": hash}),
    ))
}

fn deny(context: &Context, name: &str) -> Result<Reply, Failure> {
    let listed = allowed::all().map_err(|error| Failure::because("the permissions cannot be read", error))?;
    let place = match listed.iter().find(|one| one.place == name) {
        Some(one) => one.place.clone(),
        None => find(context, name)?.key(),
    };
    let was =
        allowed::forbid(&place).map_err(|error| Failure::because("the permission cannot be taken back", error))?;
    let said = if was {
        "is off from now on"
    } else {
        "was not allowed; nothing has changed"
    };
    Ok(Reply::new(
        format!("{} {said}\n", text::one_line(name)),
        json!({"ok": true, "place": place, "changed": was}),
    ))
}

fn all_allowed(context: &Context) -> Result<Reply, Failure> {
    let listed = allowed::all().map_err(|error| Failure::because("the permissions cannot be read", error))?;
    let rows: Vec<Vec<String>> = listed
        .iter()
        .map(|one| {
            vec![
                one.at.map(|at| moment(at, context.now())).unwrap_or_default(),
                sign::sha256(one.text.as_bytes())[..12].to_owned(),
                one.place.clone(),
            ]
        })
        .collect();
    let json: Vec<Value> = listed
        .iter()
        .map(|one| json!({"place": one.place, "at": one.at, "sha256": sign::sha256(one.text.as_bytes())}))
        .collect();
    let text = if rows.is_empty() {
        "you allow nothing to be run\n".to_owned()
    } else {
        table(&rows)
    };
    Ok(Reply::new(text, json!({"allowed": json})))
}

/// The event that a test is about.
fn wanted(one: &Described, event: Option<&str>) -> Result<Named, Failure> {
    let named = match event {
        Some(word) => Named::parse(known_word("event", word, Named::KNOWN)?),
        None if one.hook.answers.is_some() => Some(Named::Requested),
        None => {
            let mut all = Named::KNOWN.iter().filter_map(|word| Named::parse(word));
            all.find(|named| one.hook.on.iter().any(|pattern| named.is(pattern)))
        }
    };
    named.ok_or_else(|| Failure::usage("say for which event, such as incident.declared"))
}

fn test(context: &Context, name: &str, event: Option<&str>, send: bool) -> Result<Reply, Failure> {
    let one = find(context, name)?;
    let named = wanted(&one, event)?;
    let (framework, incident) = if let Ok(view) = context.view() {
        (view.framework, view.incident)
    } else {
        let repository = context.repository()?;
        let framework = repository.framework_or_other(&repository.config().framework)?;
        let made_up = Incident {
            id: "INC-0000".into(),
            title: "A test of a hook".into(),
            severity: framework.default_severity().to_owned(),
            status: framework.first_status().to_owned(),
            framework: framework.name.clone(),
            ..Incident::default()
        };
        (framework, made_up.into())
    };
    let now = context.now();
    let sent = sample(&one.hook, &framework, &incident, named, now);
    let prepared = prepare(&one, &sent.id, named.as_str(), &sent.body, now).map_err(Failure::failed)?;
    if !send {
        return Ok(shown(&one, &prepared, &sent.id, named, &sent.body));
    }
    if incident.drill {
        return Err(Failure::refused("a drill sends nothing, and that is one"));
    }
    if one.permission() != Permission::Allowed {
        return Err(Failure::refused(format!(
            "not sent: you have not allowed `{name}` as it is; `warroom hook allow {name}` does",
            name = one.hook.name
        )));
    }
    let message = Message {
        id: sent.id.clone(),
        key: one.key(),
        hook: one.hook.name.clone(),
        root: one.root.clone(),
        incident: incident.id.clone(),
        event: "etest000".into(),
        named: named.as_str().to_owned(),
        made: now,
        tries: 0,
        next: now,
        state: State::Waiting,
        last: None,
        missing: false,
        body: sent.body,
    };
    let came = deliver(
        &one,
        context.repository()?,
        &message,
        &context.clock(),
        &AtomicBool::new(false),
    );
    if came.verdict == crate::hook::schedule::Verdict::Delivered {
        let said = format!("delivered: {} by {}  {}\n", named.as_str(), one.hook.name, message.id);
        return Ok(Reply::new(said, json!({"ok": true, "id": message.id})));
    }
    Err(Failure::failed(format!(
        "not delivered by {}: {}",
        one.hook.name, came.why
    )))
}

/// The exact bytes and headers; what is secret in them is named, not printed.
fn shown(one: &Described, prepared: &Prepared, id: &str, named: Named, body: &str) -> Reply {
    let mut page = String::new();
    let mut headers = Vec::new();
    match prepared {
        Prepared::Post(post) => {
            let given = matches!(&one.hook.run, Run::Webhook(way) if matches!(way.url, Source::Given(_)));
            let url = if given {
                post.url.clone()
            } else {
                format!("{}/…", host(&post.url))
            };
            let _ = writeln!(page, "POST {}", text::one_line(&url));
            for (name, value) in &post.headers {
                let value = if name == "authorization" { "(not shown)" } else { value };
                let _ = writeln!(page, "{name}: {}", text::one_line(value));
                headers.push(json!([name, value]));
            }
        }
        Prepared::Command { words, folder } => {
            let _ = writeln!(page, "run {}", text::one_line(&words.join(" ")));
            let _ = writeln!(page, "in {}", text::one_line(&folder.display().to_string()));
            let _ = writeln!(page, "WARROOM_EVENT={}", named.as_str());
        }
    }
    let _ = writeln!(page, "\n{}", text::lines(body));
    Reply::new(
        page,
        json!({"ok": true, "sent": false, "id": id, "event": named.as_str(), "headers": headers, "body": body}),
    )
    .bare()
}
