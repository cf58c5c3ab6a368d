//! `warroom severity`

mod ask;
mod matrix;

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::{Context, View};
use super::edit::Edit;
use super::failure::Failure;
use super::page::{moment, table};
use super::reply::Reply;
use crate::framework::model::Topic;
use crate::framework::{Moved, Verdict};
use crate::incident::{Applied, Change, Time};
use crate::text;

/// Show, raise or lower the severity; or find the one that fits
#[derive(Args, Debug)]
pub(super) struct Severity {
    /// The new severity; none to show it
    #[arg(value_name = "SEVERITY")]
    to: Option<String>,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// A figure or a fact, availability=97.5 or breach: which severity it speaks for; may be given several times
    #[arg(long, value_name = "MEASURE[=VALUE]", conflicts_with = "to")]
    given: Vec<String>,

    /// How far it reaches, high, medium or low: with the urgency the framework's table gives the severity, which is set
    #[arg(long, value_name = "RATING", conflicts_with = "to")]
    impact: Option<String>,

    /// How fast it has to end, high, medium or low
    #[arg(long, value_name = "RATING", conflicts_with = "to")]
    urgency: Option<String>,

    /// List the severities with their criteria, what belongs to each, and the thresholds
    #[arg(long, conflicts_with_all = ["to", "given", "impact", "urgency"])]
    list: bool,

    /// Ask one question at a time, y or n, and say which severity they come to
    #[arg(long, conflicts_with_all = ["to", "given", "impact", "urgency", "list"])]
    ask: bool,

    /// Show the table of impact and urgency, with what each severity would bring
    #[arg(long, conflicts_with_all = ["to", "given", "impact", "urgency", "list", "ask"])]
    matrix: bool,
}

impl Severity {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let listing = self.list || self.to.as_deref() == Some("list");
        if let Some(severity) = self.to.filter(|to| to != "list") {
            let reason = self.reason;
            return change(
                context,
                &context.edit()?,
                vec![Change::SetSeverity { severity, reason }],
            );
        }
        let view = context.view()?;
        if listing {
            return Ok(list(&view));
        }
        if self.ask {
            return ask::ask(&view);
        }
        if self.matrix {
            return matrix::matrix(&view, context.now());
        }
        let rated = view.framework.rated(&view.incident);
        let (impact, urgency) = (self.impact.as_deref(), self.urgency.as_deref());
        if !self.given.is_empty() {
            return suggest(&view, &self.given, (impact.or(rated.0), urgency.or(rated.1)));
        }
        if impact.is_some() || urgency.is_some() {
            let verdict = view.framework.verdict(&[], impact.or(rated.0), urgency.or(rated.1))?;
            return rate(context, &view, &verdict, self.reason.as_deref());
        }
        Ok(in_force(&view, context.now()))
    }
}

/// The severity that counts now: while two people's collide, the worse of them.
fn in_force(view: &View, now: Time) -> Reply {
    let derived = view.derived(now);
    let severity = derived.severity.as_str();
    let mut out = match severity {
        "" => "to be assessed".to_owned(),
        severity => text::one_line(severity).into_owned(),
    };
    let open = derived.conflicts.iter().find(|one| one.subject == "severity");
    if let Some(conflict) = open {
        let _ = write!(
            out,
            "  in force until the conflict is settled: {} and {} were set at once (warroom settle {})",
            text::one_line(conflict.kept.as_deref().unwrap_or("none")),
            text::one_line(conflict.lost.as_deref().unwrap_or("none")),
            conflict.event
        );
    }
    let (impact, urgency) = view.framework.rated(&view.incident);
    Reply::new(
        format!("{out}\n"),
        json!({"incident": view.id, "severity": severity, "impact": impact, "urgency": urgency, "conflict": open}),
    )
}

/// Makes changes that set the severity, and says what moved.
pub(super) fn change(context: &Context, edit: &Edit, changes: Vec<Change>) -> Result<Reply, Failure> {
    let before = edit.incident();
    let mut last: Option<Applied> = None;
    for change in changes {
        last = Some(edit.apply(change)?);
    }
    edit.save()?;
    let after = edit.incident();
    let Some(applied) = last else {
        return Ok(Reply::silent());
    };
    let moved = edit.framework().moved(&before, &after, context.now());
    let mut reply = Reply::change(edit.id(), &after, &applied);
    reply.text += &said(&moved, context.now());
    reply.json["moved"] = json!(moved);
    Ok(reply)
}

/// What a change of severity moved, or what one would bring, in lines.
fn said(moved: &Moved, now: Time) -> String {
    let mut out = String::new();
    let mut rows = Vec::new();
    for timer in &moved.timers {
        let was = timer.was.map(|was| format!("was {}", moment(was, now)));
        let late = if timer.overdue { "overdue" } else { "due" };
        rows.push(vec![
            format!("  {late} {}", moment(timer.due, now)),
            timer.label.clone(),
            was.unwrap_or_default(),
        ]);
    }
    out += &table(&rows);
    if !moved.stopped.is_empty() {
        let _ = writeln!(out, "  no longer runs: {}", text::one_line(&moved.stopped.join(", ")));
    }
    let tell = moved.tell.iter().map(|one| match (&one.due, &one.fact) {
        (Some(due), _) => format!("{} by {}", one.title, moment(*due, now)),
        (None, Some(fact)) => format!("{}: {fact}", one.title),
        (None, None) => one.title.clone(),
    });
    let tell: Vec<String> = tell.collect();
    if !tell.is_empty() {
        let _ = writeln!(out, "  tell: {}", text::one_line(&tell.join(", ")));
    }
    if !moved.roles.is_empty() {
        let _ = writeln!(out, "  roles required now: {}", text::one_line(&moved.roles.join(", ")));
    }
    out
}

/// Writes the ratings down, and sets the severity that follows from both.
fn rate(context: &Context, view: &View, verdict: &Verdict, reason: Option<&str>) -> Result<Reply, Failure> {
    let changes = view.framework.rating_changes(&view.incident, verdict, reason);
    if changes.is_empty() {
        let said = format!("it is rated so already: {}", verdict.because);
        let json = json!({"ok": true, "changed": false, "said": said, "severity": view.incident.severity});
        return Ok(Reply::new(format!("{said}\n"), json));
    }
    let mut reply = change(context, &context.edit()?, changes)?;
    if let Some(wanting) = verdict.wanting {
        let _ = writeln!(reply.text, "  rate the {wanting} too, and the table gives the severity");
    }
    if let Some(severity) = &verdict.severity {
        reply.text += &definition(view, severity);
    }
    reply.json["severity"] = json!(verdict.severity);
    Ok(reply)
}

/// What the severity of the table means by its definition, which counts beside it.
fn definition(view: &View, severity: &str) -> String {
    let framework = &view.framework;
    let mut out = String::new();
    let rank = framework.severity_rank(severity);
    // The definition of a worse one overrides the table.
    let beside = framework
        .severities
        .iter()
        .enumerate()
        .filter(|(place, _)| Some(*place) <= rank);
    for (place, known) in beside.filter(|(place, _)| *place == 0 || Some(*place) == rank) {
        let first = known.criteria.first().map_or("", String::as_str);
        let counts = if Some(place) == rank {
            "by definition"
        } else {
            "whatever the table says"
        };
        let _ = writeln!(out, "  {} {counts}: {}", known.id, text::one_line(first));
    }
    out
}

/// The severities, what each means and brings with it; the thresholds that speak for them.
fn list(view: &View) -> Reply {
    let data = &view.framework;
    let mut out = String::new();
    for severity in &data.severities {
        let mark = if severity.id == view.incident.severity {
            "*"
        } else {
            " "
        };
        let _ = writeln!(out, "{mark} {}  {}", severity.id, severity.title);
        for line in &severity.criteria {
            let _ = writeln!(out, "    - {}", text::one_line(line));
        }
        for (topic, fact) in &severity.facts {
            let _ = writeln!(out, "    {}: {}", text::one_line(topic), text::one_line(fact));
        }
        if let Some(rule) = crate::framework::data::at(&data.approvals, &severity.id) {
            let _ = writeln!(out, "    approval of changes: {}", text::one_line(&rule.text));
        }
    }
    for note in data
        .notes
        .iter()
        .filter(|note| matches!(note.topic, Topic::Impact | Topic::Urgency | Topic::Matrix))
    {
        let _ = writeln!(out, "  {}: {}", note.topic, text::one_line(&note.text));
    }
    if !data.thresholds.is_empty() {
        let _ = writeln!(out, "  thresholds (warroom severity --given MEASURE=VALUE):");
    }
    for threshold in &data.thresholds {
        let speaks = [
            threshold.severity.clone(),
            threshold.impact.as_ref().map(|level| format!("impact {level}")),
            threshold.urgency.as_ref().map(|level| format!("urgency {level}")),
        ];
        let speaks: Vec<String> = speaks.into_iter().flatten().collect();
        let speaks = if speaks.is_empty() {
            "-".to_owned()
        } else {
            speaks.join(", ")
        };
        let _ = writeln!(
            out,
            "    {speaks}  {}: {}",
            threshold.measure,
            text::one_line(&threshold.text)
        );
    }
    Reply::new(
        out,
        json!({"incident": view.id, "severities": data.severities, "thresholds": data.thresholds}),
    )
}

/// Which severity figures, facts and ratings speak for.
fn suggest(view: &View, given: &[String], rated: (Option<&str>, Option<&str>)) -> Result<Reply, Failure> {
    let framework = &view.framework;
    let given: Vec<_> = given.iter().map(|one| framework.given(one)).collect::<Result<_, _>>()?;
    let given: Vec<_> = given.into_iter().flatten().collect();
    let passed = framework.suggest(&given);
    let verdict = framework.verdict(&passed, rated.0, rated.1)?;
    let row = |one: &crate::framework::Suggestion| {
        let figure = one
            .value
            .map_or_else(|| one.measure.clone(), |value| format!("{} {value}", one.measure));
        let rating = |name: &str, level: &Option<String>| level.as_ref().map(|level| format!("{name} {level}"));
        let speaks = [
            one.severity.clone(),
            rating("impact", &one.impact),
            rating("urgency", &one.urgency),
        ];
        let speaks: Vec<String> = speaks.into_iter().flatten().collect();
        let speaks = if speaks.is_empty() {
            "-".into()
        } else {
            speaks.join(", ")
        };
        vec![speaks, figure, one.text.clone()]
    };
    let mut out = table(&passed.iter().map(row).collect::<Vec<_>>());
    let by_table = !passed.is_empty() || rated.0.is_some() || rated.1.is_some();
    match &verdict.severity {
        Some(severity) if *severity != view.incident.severity => {
            let how = match (&verdict.impact, &verdict.urgency) {
                (Some(impact), Some(urgency))
                    if framework.priority(impact, urgency).ok().as_ref() == Some(severity) =>
                {
                    format!("--impact {impact} --urgency {urgency}")
                }
                _ => format!("{severity} --reason TEXT"),
            };
            out += &format!(
                "that makes {severity} ({}); set it: warroom severity {how}\n",
                text::one_line(&verdict.because)
            );
        }
        Some(severity) => out += &format!("that is what it has: {severity}\n"),
        None if passed.is_empty() => out += "no threshold is passed\n",
        None => {}
    }
    if by_table && let Some(wanting) = verdict.wanting {
        out += &matrix::by_other_rating(framework, &verdict);
        out += &format!("rate the {wanting} too: high, medium or low\n");
    }
    Ok(Reply::new(
        out,
        json!({"incident": view.id, "severity": verdict.severity, "passed": passed, "verdict": verdict}),
    ))
}
