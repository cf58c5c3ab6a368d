//! `warroom show`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::approvals;
use super::check;
use super::context::{Context, View};
use super::failure::Failure;
use super::page::{count, moment, table};
use super::paint::Paint;
use super::reply::Reply;
use super::timer;
use crate::framework::Derived;
use crate::incident::stamp::AHEAD;
use crate::incident::time::format_duration;
use crate::incident::{Event, HypothesisState, Inquiry, MitigationState, Time, live};
use crate::text::{self, one_line};

/// Show an incident
#[derive(Args, Debug)]
#[command(after_help = "\
With --json: the incident as in its file, and `derived` beside it: elapsed_s, phase, timers, gate, required_roles,
checklists, next_statuses. Entries that cannot be read are listed under `unreadable`.")]
pub(super) struct Show {
    /// The incident, by its id or any unique prefix
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// How many of the last events are shown
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 12)]
    events: usize,
}

impl Show {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let place = match self.id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => context.repository()?.find(id)?,
            None => context.place()?,
        };
        let view = context.view_of(&place)?;
        let foreign = approvals::foreign(context.repository()?, &place, &view.incident);
        let derived = view.derived(context.now());
        if !context.options.json {
            let page = Page {
                view: &view,
                foreign: &foreign,
                derived: &derived,
                now: context.now(),
                paint: context.paint,
            };
            return Ok(Reply::new(page.draw(self.events), serde_json::Value::Null));
        }
        let mut json = json!(view.incident);
        json["derived"] = json!(derived);
        if !foreign.is_empty() {
            json["approvals_of_others"] = foreign.iter().map(approvals::Foreign::json).collect();
        }
        if !view.quarantined.is_empty() {
            json["unreadable"] = view.quarantined.iter().map(|one| {
                json!({"section": one.section, "line": one.line, "problem": one.problem, "excerpt": one.excerpt})
            }).collect();
        }
        Ok(Reply::new("", json))
    }
}

struct Page<'a> {
    view: &'a View,
    /// Approvals that someone else has committed.
    foreign: &'a [approvals::Foreign],
    derived: &'a Derived,
    now: Time,
    paint: Paint,
}

impl Page<'_> {
    fn draw(&self, events: usize) -> String {
        let mut out = self.head();
        self.section(&mut out, "Timers", &self.timers());
        self.section(&mut out, "Roles", &self.roles());
        self.section(&mut out, "Asked", &self.requests());
        self.section(&mut out, "Hypotheses", &self.hypotheses());
        let foreign = self.foreign.iter().map(|one| self.paint.warn(one.said()) + "\n");
        let mitigations = self.mitigations() + &foreign.collect::<String>();
        self.section(&mut out, "Mitigations", &mitigations);
        for list in self
            .derived
            .checklists
            .iter()
            .filter(|list| list.current && !list.items.is_empty())
        {
            let page = check::page(list, self.now);
            let (title, items) = page.split_once('\n').unwrap_or((&page, ""));
            let _ = write!(out, "\n{}\n{items}", self.paint.strong(title));
        }
        self.section(&mut out, "Before it is resolved", &self.gate());
        self.section(&mut out, "Timeline", &self.timeline(events));
        self.section(&mut out, "Unreadable", &self.unreadable());
        out
    }

    /// A title and its lines, indented; nothing where there are none.
    fn section(&self, out: &mut String, title: &str, lines: &str) {
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", self.paint.strong(title));
        for line in lines.lines() {
            let _ = writeln!(out, "  {line}");
        }
    }

    fn head(&self) -> String {
        let incident = &self.view.incident;
        let severity = match self.derived.severity.as_str() {
            "" => "severity to be assessed",
            known => known,
        };
        let elapsed = std::time::Duration::from_secs(self.derived.elapsed_s.unsigned_abs());
        let mut out = format!(
            "{}  {}\n{}  {}  {}  phase {}/{} {}\n",
            self.paint.strong(one_line(&self.view.id)),
            self.paint.strong(one_line(&incident.title)),
            self.paint.bad(one_line(severity)),
            self.paint.warn(one_line(&self.derived.status)),
            format_duration(elapsed),
            self.derived.phase.number,
            self.derived.phase.of,
            one_line(&self.derived.phase.title),
        );
        if incident.drill {
            let said = "DRILL: an exercise; nothing of it goes out, and it is in no figure";
            let _ = writeln!(out, "{}", self.paint.warn(said));
        }
        if self.view.incident.clock.is_some() {
            let said = "clock: test; times come from a clock that was set, and metrics leave this out";
            let _ = writeln!(out, "{}", self.paint.warn(said));
        }
        if let number @ 1.. = self.derived.conflicts.len() {
            let said = format!("{} to settle (warroom settle)", count(number, "conflict"));
            let _ = writeln!(out, "{}", self.paint.warn(&said));
        }
        if let Some(reminder) = self.derived.reminders.first() {
            let help = reminder.remedy.as_ref().map(|verb| format!(" (warroom {verb})"));
            let _ = writeln!(
                out,
                "{}{}",
                one_line(&reminder.text),
                one_line(&help.unwrap_or_default())
            );
        }
        if let Some(summary) = &incident.summary {
            let _ = writeln!(out, "{}", text::lines(summary.trim_end()));
        }
        let mut rows = Vec::new();
        for (name, value) in incident.impact.iter().chain(&incident.fields) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            rows.push(vec![name.clone(), value]);
        }
        rows.extend(incident.cause.iter().map(|cause| vec!["cause".into(), cause.clone()]));
        for link in live(&incident.links) {
            rows.push(vec![
                link.label.clone().unwrap_or_else(|| "link".into()),
                link.target.clone(),
            ]);
        }
        out + &table(&rows)
    }

    fn timers(&self) -> String {
        let shown = self.derived.timers.iter().filter(|timer| timer::live(timer));
        timer::lines(shown, self.now, self.paint)
    }

    fn roles(&self) -> String {
        let needs = self
            .derived
            .required_roles
            .iter()
            .filter(|need| need.filled || need.required);
        let mut rows: Vec<_> = needs
            .map(|need| {
                let who = if need.filled {
                    need.who.join(", ")
                } else {
                    "no one; required".into()
                };
                vec![need.title.clone(), who]
            })
            .collect();
        let known = |id: &str| self.derived.required_roles.iter().any(|need| need.role == id);
        let others = live(&self.view.incident.roles).filter(|role| role.until.is_none() && !known(&role.role));
        rows.extend(others.map(|role| vec![role.role.clone(), role.who.clone()]));
        table(&rows)
    }

    /// What is asked and not answered yet.
    fn requests(&self) -> String {
        let open = live(&self.view.incident.inquiries).filter(|one| one.is_open());
        let row = |one: &Inquiry| {
            let since = std::time::Duration::from_secs(self.now.seconds_since(one.at).unsigned_abs());
            vec![
                one.to.clone(),
                format!("{} {}", one.state, format_duration(since)),
                one.text.clone(),
                one.id.clone(),
            ]
        };
        table(&open.map(row).collect::<Vec<_>>())
    }

    fn hypotheses(&self) -> String {
        let mark = |state: &HypothesisState| match state {
            HypothesisState::Confirmed => "confirmed",
            HypothesisState::Rejected => "rejected",
            HypothesisState::Testing => "testing",
            HypothesisState::Open => "open",
            HypothesisState::Other(_) => "?",
        };
        let rows: Vec<_> = live(&self.view.incident.hypotheses)
            .map(|one| vec![mark(&one.state).into(), one.statement.clone(), one.id.clone()])
            .collect();
        table(&rows)
    }

    fn mitigations(&self) -> String {
        let rows: Vec<_> = live(&self.view.incident.mitigations)
            .map(|one| vec![one.state.to_string(), one.text.clone(), one.id.clone()])
            .collect();
        let lines = table(&rows);
        let painted = lines
            .lines()
            .zip(live(&self.view.incident.mitigations))
            .map(|(line, one)| match one.state {
                MitigationState::Verified => self.paint.good(line),
                MitigationState::Failed => self.paint.quiet(line),
                _ => line.to_owned(),
            });
        painted.map(|line| line + "\n").collect()
    }

    /// What stands between here and resolved, once mitigation is under way.
    fn gate(&self) -> String {
        let gate = &self.derived.gate;
        if gate.ok || self.view.incident.mitigated.is_none() || self.view.incident.resolved.is_some() {
            return String::new();
        }
        let mut out = String::new();
        for line in &gate.missing {
            let _ = writeln!(out, "{}", one_line(line));
        }
        out
    }

    fn timeline(&self, most: usize) -> String {
        let timeline = &self.view.incident.timeline;
        // What a wrong clock dated ahead is the last of all; it takes no line from what is new.
        let soon = self.now.plus(AHEAD);
        let from = timeline.partition_point(|event| event.at <= soon).saturating_sub(most);
        let mut out = String::new();
        if from > 0 {
            let _ = writeln!(out, "{}", self.paint.quiet(format!("({from} earlier; -n shows more)")));
        }
        let mut day = None;
        for event in timeline.iter().skip(from) {
            if day != Some(event.at.date()) && (day.is_some() || event.at.date() != self.now.date()) {
                let _ = writeln!(out, "{}", self.paint.quiet(event.at.date()));
            }
            day = Some(event.at.date());
            let _ = writeln!(out, "{}", self.event(event));
        }
        out
    }

    fn event(&self, event: &Event) -> String {
        let pin = if event.pinned { "*" } else { " " };
        let by = one_line(&event.by);
        let kind = one_line(event.kind.as_str());
        let mut words = one_line(&event.text).into_owned();
        if !event.was.is_empty() {
            words += " (corrected)";
        }
        if let Some(reason) = &event.retracted {
            words = self.paint.quiet(format!("{words} (retracted: {})", one_line(reason)));
        }
        let at = moment(event.at, event.at);
        format!(
            "{at}{pin} {kind:<11} {by:<8} {words}  {}",
            self.paint.quiet(one_line(&event.id))
        )
    }

    fn unreadable(&self) -> String {
        let line = |one: &crate::document::Quarantined| {
            format!(
                "line {}, {}: {}\n",
                one.line,
                one_line(&one.section),
                one_line(&one.problem)
            )
        };
        self.view.quarantined.iter().map(line).collect()
    }
}
