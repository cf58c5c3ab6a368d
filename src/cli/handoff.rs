//! `warroom handoff`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::reply::Reply;
use crate::incident::{Change, EventKind, Refusal, live};
use crate::message;
use crate::text;

/// What the next person in command has to know, on one screen; with --to, command passes to them
///
/// The taking side shows that it arrived: `handoff read-back --severity P1 --timer 15:30 --action "roll back"`. What differs is
/// shown. There is a commander at every moment.
#[derive(Args, Debug)]
pub(super) struct Handoff {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Pass the incident commander's role to this person, who then reads back
    #[arg(long, value_name = "NAME", num_args = 1..)]
    to: Vec<String>,
    /// With an appendix: all hypotheses, later timers, open checklist items, links
    #[arg(long)]
    full: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read the handover back: severity, next timer and first action; what is right is accepted with both names
    ReadBack {
        /// The severity
        #[arg(long, value_name = "SEVERITY")]
        severity: String,
        /// The next timer, by its name or its time
        #[arg(long, value_name = "TIMER")]
        timer: String,
        /// The first thing to do
        #[arg(long, value_name = "TEXT")]
        action: String,
        /// Accept although something differs: what differs is written down
        #[arg(long)]
        anyway: bool,
    },
}

impl Handoff {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let Some(Verb::ReadBack {
            severity,
            timer,
            action,
            anyway,
        }) = self.verb
        {
            return read_back(context, &severity, &timer, &action, anyway);
        }
        let view = context.view()?;
        let now = context.now();
        let page = message::handover(&view.framework, &view.incident, &view.derived(now), now);
        let mut out = text::lines(&page.text(self.full)).into_owned();
        let mut json = json!({"incident": view.id, "handover": page});
        if !self.to.is_empty() {
            let reply = context.change(Change::HandoffRole {
                role: view.framework.commander().to_owned(),
                to: words(&self.to),
            })?;
            out.push_str(&reply.text);
            if let (Some(all), Some(done)) = (json.as_object_mut(), reply.json.as_object()) {
                all.extend(done.clone());
            }
        }
        Ok(Reply::new(out, json))
    }
}

fn read_back(context: &Context, severity: &str, timer: &str, action: &str, anyway: bool) -> Result<Reply, Failure> {
    let view = context.view()?;
    let now = context.now();
    let framework = &view.framework;
    let page = message::handover(framework, &view.incident, &view.derived(now), now);
    let differs = page.read_back.differences(severity, timer, action, framework, now);
    if !differs.is_empty() && !anyway {
        return Err(Failure::from(Refusal::Rules {
            said: "the read-back differs; look at `warroom handoff` once more, or accept with --anyway".into(),
            missing: differs,
        }));
    }
    let role = framework.commander();
    let offered =
        live(&view.incident.roles).find(|held| held.role == role && held.until.is_none() && held.is_offered());
    if offered.is_some() {
        context.change(Change::AcceptRole { role: role.to_owned() })?;
    }
    let mut said = format!(
        "read back the handover: {}, next timer {}, first {}",
        severity.trim(),
        timer.trim(),
        action.trim()
    );
    if !differs.is_empty() {
        said.push_str(&format!(" (differs: {})", differs.join("; ")));
    }
    context.change(Change::Log {
        kind: EventKind::Note,
        text: said,
        at: None,
        pin: false,
    })
}
