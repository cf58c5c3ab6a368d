//! `warroom update`

use clap::Args;
use serde_json::json;

use super::context::{Context, View, read_text};
use super::failure::Failure;
use super::page::{moment, table};
use super::reply::Reply;
use crate::framework::{Remedy, TimerView, Wanted, data};
use crate::incident::time::format_clock;
use crate::incident::{Change, Time, live};
use crate::text;

/// Log what was told to an audience; restarts that cadence. Without an audience, list those there are
#[derive(Args, Debug)]
pub(super) struct Update {
    /// `list`: the audiences, when they were told last and what is due
    #[arg(value_name = "list", hide = true, value_parser = ["list"], conflicts_with = "audience")]
    list: Option<String>,

    /// To whom: internal, executives, external, support, as the framework has them
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,

    /// The words; `-` reads standard input; the framework's template, filled in, where there are none
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true, requires = "audience")]
    message: Option<String>,

    /// The status that is given to them
    #[arg(long, value_name = "STATUS", requires = "audience")]
    status: Option<String>,

    /// When they may expect the end, from now
    #[arg(long, value_name = "DURATION", requires = "audience")]
    eta: Option<String>,

    /// Only print the filled template; nothing is logged
    #[arg(long, requires = "audience", conflicts_with = "message")]
    draft: bool,

    /// A certain template of the framework, by its id
    #[arg(long, value_name = "TEMPLATE", requires = "audience", conflicts_with = "message")]
    template: Option<String>,
}

impl Update {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let Some(audience) = self.audience.as_ref().filter(|_| self.list.is_none()) else {
            return list(context);
        };
        let text = match &self.message {
            Some(message) if message == "-" => read_text()?,
            Some(message) => message.clone(),
            None => self.filled(context, audience)?,
        };
        if self.draft {
            let page = text::lines(&text).into_owned() + "\n";
            return Ok(Reply::new(page, json!({"audience": audience, "text": text})));
        }
        let status = match &self.status {
            Some(status) => Some(state(context, audience, status)?),
            None => None,
        };
        context.change(Change::SendUpdate {
            audience: audience.clone(),
            text,
            status,
            eta: context.maybe_span(self.eta.as_deref())?,
        })
    }

    /// The message as the framework has it, with what the incident knows.
    fn filled(&self, context: &Context, audience: &str) -> Result<String, Failure> {
        let view = context.view()?;
        let now = context.now();
        let framework = &view.framework;
        let audience = framework.audience(audience)?;
        if let Some(wanted) = &self.template
            && !framework.templates.iter().any(|known| known.id == *wanted)
        {
            let known = framework.templates.iter().map(|known| known.id.clone()).collect();
            let said = format!("{} has no template `{wanted}`", framework.name);
            return Err(Failure::not_found(said, known));
        }
        let wanted = Wanted {
            audience: &audience.id,
            template: self.template.as_deref(),
            status: self.status.as_deref(),
            eta: context.maybe_span(self.eta.as_deref())?,
        };
        let filled = framework.draft(&view.incident, &view.derived(now), wanted, now);
        filled.ok_or_else(|| {
            Failure::usage(format!(
                "{} has no template for {}; say what they are told with --message TEXT",
                framework.name, audience.id
            ))
        })
    }
}

/// The state that a word means to an audience: one of its own, or one of the framework's statuses.
fn state(context: &Context, audience: &str, word: &str) -> Result<String, Failure> {
    let view = context.view()?;
    let audience = view.framework.audience(audience)?;
    let own = audience
        .states
        .iter()
        .find(|state| state.eq_ignore_ascii_case(word.trim()));
    match (own, view.framework.status_id(word)) {
        (Some(own), _) => Ok(own.clone()),
        (None, Ok(_)) => Ok(word.trim().to_owned()),
        (None, Err(refusal)) if audience.states.is_empty() => Err(refusal.into()),
        (None, Err(_)) => Err(Failure::not_found(
            format!("{} are told no status `{}`", audience.title, word.trim()),
            audience.states.clone(),
        )),
    }
}

/// The audiences: what this severity owes them, when they were told last, and what states they are told.
fn list(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let derived = view.derived(context.now());
    let rows: Vec<_> = view
        .framework
        .audiences
        .iter()
        .map(|audience| {
            vec![
                audience.id.clone(),
                audience.title.clone(),
                told(&view, audience).map_or_else(
                    || "not told yet".to_owned(),
                    |at| format!("told {}", moment(at, context.now())),
                ),
                owed(&view, audience, &derived),
                audience.states.join(", "),
            ]
        })
        .collect();
    let audiences = view.framework.audiences.iter().map(|audience| {
        let mut one = serde_json::to_value(audience).unwrap_or_default();
        if let Some(fields) = one.as_object_mut() {
            let timer = due(audience, &derived);
            fields.insert("told".into(), json!(told(&view, audience)));
            fields.insert("due".into(), json!(timer.and_then(|timer| timer.due)));
            fields.insert(
                "overdue".into(),
                json!(timer.is_some_and(|timer| timer.remaining_s < 0)),
            );
        }
        one
    });
    let audiences: Vec<_> = audiences.collect();
    let json = json!({"incident": view.id, "audiences": audiences});
    Ok(Reply::new(table(&rows), json))
}

/// When an audience was told last.
fn told(view: &View, audience: &data::Audience) -> Option<Time> {
    let told = live(&view.incident.communications).filter(|told| told.audience == audience.id);
    told.map(|told| told.at).max()
}

/// The countdown to its next update.
fn due<'a>(audience: &data::Audience, derived: &'a crate::framework::Derived) -> Option<&'a TimerView> {
    let mut timers = derived.timers.iter();
    timers.find(|timer| {
        timer.derived && matches!(&timer.remedy, Some(Remedy::Update { audience: told, .. }) if told.id == audience.id)
    })
}

/// When an audience is due next, or what the severity says of it.
fn owed(view: &View, audience: &data::Audience, derived: &crate::framework::Derived) -> String {
    match due(audience, derived) {
        Some(timer) if timer.remaining_s < 0 => format!("overdue by {}", format_clock(timer.remaining_s)),
        Some(timer) => format!("next in {}", format_clock(timer.remaining_s)),
        None => data::at(&audience.facts, &view.incident.severity)
            .cloned()
            .unwrap_or_default(),
    }
}
