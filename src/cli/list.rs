//! `warroom list`

use std::borrow::Cow;
use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::incidents;
use super::major;
use super::page::{count, table};
use super::reply::Reply;
use crate::incident::time::format_duration;
use crate::incident::{self, Incident, live, open_conflicts};

/// List incidents: the open ones, or all
#[derive(Args, Debug)]
pub(super) struct List {
    /// Resolved, closed and cancelled ones, too
    #[arg(long)]
    all: bool,

    /// Only those of this severity
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,

    /// Only those in this status
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,

    /// Only those declared since then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
}

impl List {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let since = context.maybe_time(self.since.as_deref())?;
        let open = !self.all && self.status.is_none();
        let (incidents, problems, over) = incidents::read(context.repository()?, open)?;
        let same =
            |wanted: &Option<String>, word: &str| wanted.as_ref().is_none_or(|want| want.eq_ignore_ascii_case(word));
        let wanted = |incident: &Incident| {
            same(&self.severity, &incident.severity)
                && same(&self.status, &incident.status)
                && since.is_none_or(|since| incident::start(incident) >= Some(since))
        };
        let now = context.now();
        let (mut rows, mut list) = (Vec::new(), Vec::new());
        for one in &incidents {
            let conflicts = open_conflicts(&one.incident);
            let incident = match conflicts.as_slice() {
                [] => Cow::Borrowed(&*one.incident),
                // What two people set at once counts as the safer of the two, here as on the screen.
                _ => context
                    .repository()?
                    .framework(&one.incident.framework)?
                    .safer(&one.incident, &conflicts),
            };
            if !wanted(&incident) {
                continue;
            }
            let incident = &*incident;
            let elapsed = incident::elapsed(incident, now);
            let commander = holder(incident, "incident_commander");
            rows.push(vec![
                one.place.id.clone(),
                if incident.severity.is_empty() {
                    "to assess".into()
                } else {
                    incident.severity.clone()
                },
                incident.status.clone(),
                format_duration(std::time::Duration::from_secs(elapsed.unsigned_abs())),
                commander.unwrap_or("no IC").to_owned(),
                incident.title.clone(),
            ]);
            list.push(json!({
                "id": one.place.id,
                "title": incident.title,
                "severity": incident.severity,
                "status": incident.status,
                "framework": incident.framework,
                "open": !incident::is_ended(&incident.status),
                "drill": incident.drill,
                "declared": incident.declared.as_ref().map(|moment| moment.at),
                "resolved": incident.resolved.as_ref().map(|moment| moment.at),
                "elapsed_s": elapsed,
                "commander": commander,
                "conflicts": conflicts.len(),
            }));
        }
        let major = major::found(context, &incidents)?;
        let mut text = String::new();
        if let Some(major) = &major {
            let _ = writeln!(text, "{}", major::line(major, &incidents));
        }
        text += &table(&rows);
        if rows.is_empty() && problems.none() {
            text += if open {
                "no open incident\n"
            } else {
                "no such incident\n"
            };
        }
        if over > 0 {
            let _ = writeln!(
                text,
                "({} not shown: resolved, closed or cancelled; --all)",
                count(over, "incident")
            );
        }
        let mut reply = Reply::new(text, json!({"incidents": list, "not_shown": over, "major": major}));
        problems.add_to(&mut reply);
        Ok(reply)
    }
}

/// Who holds a role.
pub(super) fn holder<'a>(incident: &'a Incident, role: &str) -> Option<&'a str> {
    let mut held = live(&incident.roles).filter(|one| one.role == role && one.until.is_none());
    held.next_back().map(|one| one.who.as_str())
}
