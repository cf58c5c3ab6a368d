//! `warroom handoff`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::output;
use super::reply::Reply;
use crate::incident::{Change, EventKind, Refusal, is_over, live, people};
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
    /// All open incidents, one page each: for the end of a shift. With --to, every one that you command passes to that person
    #[arg(long)]
    all: bool,
    /// With an appendix: all hypotheses, later timers, open checklist items, links
    #[arg(long)]
    full: bool,
    /// Write the page to a file; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read the handover back: severity, next timer and first action; what is right is accepted with both names. With none of
    /// them the role is accepted without a read-back
    #[command(visible_alias = "accept")]
    ReadBack {
        /// The severity
        #[arg(long, value_name = "SEVERITY", requires_all = ["timer", "action"])]
        severity: Option<String>,
        /// The next timer, by its name or its time
        #[arg(long, value_name = "TIMER", requires_all = ["severity", "action"])]
        timer: Option<String>,
        /// The first thing to do
        #[arg(long, value_name = "TEXT", requires_all = ["severity", "timer"])]
        action: Option<String>,
        /// Accept although something differs: what differs is written down
        #[arg(long)]
        anyway: bool,
    },
}

impl Handoff {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let Some(Verb::ReadBack {
            severity,
            timer,
            action,
            anyway,
        }) = self.verb
        {
            return match (severity, timer, action) {
                (Some(severity), Some(timer), Some(action)) => read_back(context, &severity, &timer, &action, anyway),
                _ => accept(context),
            };
        }
        if self.all {
            return self.shift(context);
        }
        let view = context.view()?;
        let now = context.now();
        let page = message::handover(&view.framework, &view.incident, &view.derived(now), now);
        let mut out = self.written(text::lines(&page.text(self.full)).into_owned())?;
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

impl Handoff {
    /// The page, or that it was written to the file that is named.
    fn written(&self, page: String) -> Result<String, Failure> {
        if output::is_standard(&self.output) {
            return Ok(page);
        }
        output::put(&self.output, &page)?;
        Ok(format!(
            "{} written\n",
            text::one_line(&self.output.display().to_string())
        ))
    }

    /// All open incidents, one after the other.
    fn shift(&self, context: &Context) -> Result<Reply, Failure> {
        let now = context.now();
        let me = context.who()?;
        let (read, problems) = context.all()?;
        let mut out = String::new();
        let mut list = Vec::new();
        for one in read {
            let view = context.view_of(&one.place)?;
            if is_over(&view.incident, &view.framework.classes) {
                continue;
            }
            let page = message::handover(&view.framework, &view.incident, &view.derived(now), now);
            out.push_str(&text::lines(&page.text(self.full)));
            let mut json = json!({"incident": view.id, "handover": page});
            let role = view.framework.commander();
            let mut held = live(&view.incident.roles).filter(|held| held.role == role && held.until.is_none());
            if !self.to.is_empty() && held.any(|held| people::same(&held.who, &me)) {
                let edit = context.edit_of(&one.place)?;
                let applied = edit.apply(Change::HandoffRole {
                    role: role.to_owned(),
                    to: words(&self.to),
                })?;
                edit.save()?;
                out.push_str(&format!("{}\n", text::one_line(&applied.said)));
                json["event"] = json!(applied.event);
            }
            out.push('\n');
            list.push(json);
        }
        if list.is_empty() {
            out.push_str("no incident is open\n");
        } else {
            out = self.written(out)?;
        }
        let mut reply = Reply::new(out, json!({"ok": true, "handovers": list}));
        problems.add_to(&mut reply);
        Ok(reply)
    }
}

/// Accepts the commander's role without a read-back.
fn accept(context: &Context) -> Result<Reply, Failure> {
    let role = context.view()?.framework.commander().to_owned();
    let reply = context.change(Change::AcceptRole { role })?;
    eprintln!(
        "warroom: nothing was read back: warroom handoff read-back --severity SEVERITY --timer TIME --action TEXT"
    );
    Ok(reply)
}

fn read_back(context: &Context, severity: &str, timer: &str, action: &str, anyway: bool) -> Result<Reply, Failure> {
    let view = context.view()?;
    let now = context.now();
    let framework = &view.framework;
    let page = message::handover(framework, &view.incident, &view.derived(now), now);
    let role = framework.commander();
    let mut held = live(&view.incident.roles).filter(|held| held.role == role && held.until.is_none());
    let me = context.who()?;
    if !held.any(|held| people::same(&held.who, &me)) {
        // Refused with its reason: who reads back is who has the role.
        return context.change(Change::AcceptRole { role: role.to_owned() });
    }
    let differs = page.read_back.differences(severity, timer, action, framework, now);
    if !differs.is_empty() && !anyway {
        return Err(Failure::from(Refusal::Rules {
            said: "the read-back differs; look at `warroom handoff` once more, or accept with --anyway".into(),
            missing: differs,
        }));
    }
    let offered =
        live(&view.incident.roles).find(|held| held.role == role && held.until.is_none() && held.is_offered());
    let from = offered.and_then(|held| held.from.clone());
    if offered.is_some() {
        context.change(Change::AcceptRole { role: role.to_owned() })?;
    }
    let said = message::read_back_said([severity, timer, action], from.as_deref(), &differs);
    context.change(Change::Log {
        kind: EventKind::Note,
        text: said,
        at: None,
        pin: false,
    })
}
