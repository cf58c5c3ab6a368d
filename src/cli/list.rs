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
use super::query;
use super::reply::Reply;
use crate::framework::Framework;
use crate::incident::time::format_duration;
use crate::incident::{self, Incident, Refusal, live, open_conflicts};
use crate::recall::recurrence;
use crate::store::survey;
use crate::text;

/// List incidents: the open ones, or all
#[derive(Args, Debug)]
pub(super) struct List {
    /// Only incidents that meet this query: words, sev:P0 service:checkout by:kim
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: Vec<String>,

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
    #[allow(clippy::too_many_lines, reason = "the columns of one table")]
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let since = context.maybe_time(self.since.as_deref())?;
        let query = query::read(context, &self.query)?;
        let open = !self.all && self.status.is_none() && !query.names_state();
        let repository = context.repository()?;
        let mut nor = String::new();
        let (incidents, problems, over, met) = if query.is_empty() {
            let (mut incidents, mut problems, mut over) = incidents::read(repository, open)?;
            // A colleague may have declared one a moment ago, as where the console starts.
            if open
                && incidents.is_empty()
                && problems.none()
                && let Some(remote) = super::sync::ask(context)
            {
                (incidents, problems, over) = incidents::read(repository, open)?;
                nor = format!(", nor at {}", text::one_line(&remote));
            }
            (incidents, problems, over, None)
        } else {
            // Whether a cause came back is told by all of them, so each is read, and only once.
            let (all, problems) = incidents::all(repository)?;
            let cases = context.cases_of(&all)?;
            let repeats = recurrence::recurrences(&cases);
            let met = cases.iter().filter(|case| query.meets(case, &repeats));
            let met: std::collections::BTreeSet<String> = met.map(|case| case.id.clone()).collect();
            let (incidents, over) = if open {
                incidents::open_ones(repository, all)
            } else {
                (all, 0)
            };
            (incidents, problems, over, Some(met))
        };
        let words = self.words(context, &incidents)?;
        let wanted = |incident: &Incident| {
            let framework = words.iter().find(|(name, _)| *name == incident.framework);
            let framework = framework.and_then(|(_, framework)| framework.as_ref());
            let same = |want: &Option<String>, word: &str, id: &dyn Fn(&Framework, &str) -> Option<String>| {
                want.as_ref().is_none_or(|want| {
                    let meant = framework.and_then(|framework| id(framework, want));
                    want.eq_ignore_ascii_case(word) || meant.as_deref() == Some(word)
                })
            };
            same(&self.severity, &incident.severity, &|framework, word| {
                framework.severity_id(word).ok()
            }) && same(&self.status, &incident.status, &|framework, word| {
                framework.status_id(word).ok()
            }) && since.is_none_or(|since| incident::start(incident) >= Some(since))
        };
        let now = context.now();
        let mut frameworks = survey::Frameworks::of(context.repository()?);
        let (mut rows, mut list) = (Vec::new(), Vec::new());
        for one in &incidents {
            let conflicts = open_conflicts(&one.incident);
            let incident = match conflicts.as_slice() {
                [] => Cow::Borrowed(&*one.incident),
                // What two people set at once counts as the safer of the two, here as on the screen.
                _ => context
                    .repository()?
                    .framework_or_other(&one.incident.framework)?
                    .safer(&one.incident, &conflicts),
            };
            let is_met = met.as_ref().is_none_or(|met| met.contains(&one.place.id));
            if !is_met || !wanted(&incident) {
                continue;
            }
            let incident = &*incident;
            let framework = frameworks.named(&incident.framework);
            let statuses = frameworks.statuses(&incident.framework);
            let elapsed = incident::elapsed(incident, &statuses, now);
            let commander = framework
                .as_ref()
                .and_then(|framework| holder(incident, framework.commander()));
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
                if incident.drill {
                    format!("DRILL {}", incident.title)
                } else {
                    incident.title.clone()
                },
            ]);
            list.push(json!({
                "id": one.place.id,
                "title": incident.title,
                "severity": incident.severity,
                "status": incident.status,
                "framework": incident.framework,
                "open": !statuses.is_ended(&incident.status),
                "drill": incident.drill,
                "clock": incident.clock,
                "backfilled": incident.backfilled,
                "declared": incident.declared.as_ref().map(|moment| moment.at),
                "resolved": incident.resolved.as_ref().map(|moment| moment.at),
                "elapsed_s": elapsed,
                "commander": commander,
                "conflicts": conflicts.len(),
            }));
        }
        let (lines, major) = major::lines(context, &incidents)?;
        let mut said = lines.into_iter().fold(String::new(), |text, line| text + &line + "\n");
        said += &table(&rows);
        if rows.is_empty() && problems.none() {
            said += &if open {
                format!("no open incident{nor}\n")
            } else {
                "no such incident\n".to_owned()
            };
        }
        if over > 0 {
            let _ = writeln!(
                said,
                "({} not shown: resolved, closed, cancelled or back-filled; --all)",
                count(over, "incident")
            );
        }
        let mut reply = Reply::new(said, json!({"incidents": list, "not_shown": over, "major": major}));
        problems.add_to(&mut reply);
        Ok(reply)
    }
}

impl List {
    /// The frameworks that are asked what a word means. One that none of them knows is refused, with the team's own.
    fn words(&self, context: &Context, incidents: &[incidents::Read]) -> Result<Frameworks, Failure> {
        if self.severity.is_none() && self.status.is_none() {
            return Ok(Vec::new());
        }
        let repository = context.repository()?;
        let mut names: Vec<String> = vec![repository.config().framework];
        names.extend(incidents.iter().map(|one| one.incident.framework.clone()));
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        let all: Frameworks = names
            .into_iter()
            .map(|name| {
                let framework = repository.framework_or_other(&name).ok();
                (name, framework)
            })
            .collect();
        let check = |want: &Option<String>,
                     held: &dyn Fn(&Incident) -> String,
                     id: &dyn Fn(&Framework, &str) -> Result<String, Refusal>| {
            let Some(want) = want else { return Ok(()) };
            let is_held = incidents
                .iter()
                .any(|one| held(&one.incident).eq_ignore_ascii_case(want));
            let mut refusal = None;
            for framework in all.iter().filter_map(|(_, framework)| framework.as_ref()) {
                match id(framework, want) {
                    Ok(_) => return Ok(()),
                    Err(refused) => _ = refusal.get_or_insert(refused),
                }
            }
            refusal.filter(|_| !is_held).map_or(Ok(()), Err)
        };
        check(&self.severity, &|one| one.severity.clone(), &Framework::severity_id)?;
        check(&self.status, &|one| one.status.clone(), &Framework::status_id)?;
        Ok(all)
    }
}

/// Frameworks by name; none where one cannot be read.
type Frameworks = Vec<(String, Option<std::sync::Arc<Framework>>)>;

/// Who holds a role.
pub(super) fn holder<'a>(incident: &'a Incident, role: &str) -> Option<&'a str> {
    let mut held = live(&incident.roles).filter(|one| one.role == role && one.until.is_none());
    held.next_back().map(|one| one.who.as_str())
}
