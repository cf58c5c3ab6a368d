//! `warroom severity`

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

use clap::Args;
use serde_json::json;

use super::context::{Context, View};
use super::failure::Failure;
use super::page::table;
use super::reply::Reply;
use crate::framework::Framework;
use crate::framework::model::Topic;
use crate::incident::Change;
use crate::text;

/// Show, raise or lower the severity; or find the one that fits
#[derive(Args, Debug)]
pub(super) struct Severity {
    /// The new severity; none to show it
    #[arg(value_name = "SEVERITY")]
    to: Option<String>,

    /// Why
    #[arg(long, value_name = "TEXT", requires = "to")]
    reason: Option<String>,

    /// A figure or a fact, availability=97.5 or breach: which severity it speaks for; may be given several times
    #[arg(long, value_name = "MEASURE[=VALUE]", conflicts_with = "to")]
    given: Vec<String>,

    /// How far it reaches, high, medium or low: with the urgency the framework's table gives the severity, which is set
    #[arg(long, value_name = "RATING", requires = "urgency", conflicts_with_all = ["to", "given"])]
    impact: Option<String>,

    /// How fast it has to end, high, medium or low
    #[arg(long, value_name = "RATING", requires = "impact")]
    urgency: Option<String>,

    /// List the severities with their criteria, what belongs to each, and the thresholds
    #[arg(long, conflicts_with_all = ["to", "given", "impact"])]
    list: bool,

    /// Ask the criteria one at a time, y or n, and say which severity they come to
    #[arg(long, conflicts_with_all = ["to", "given", "impact", "list"])]
    ask: bool,
}

impl Severity {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let listing = self.list || self.to.as_deref() == Some("list");
        if let Some(severity) = self.to.filter(|to| to != "list") {
            let reason = self.reason;
            return context.change(Change::SetSeverity { severity, reason });
        }
        let view = context.view()?;
        if let (Some(impact), Some(urgency)) = (&self.impact, &self.urgency) {
            let severity = view.framework.priority(impact, urgency)?;
            let reason = Some(format!(
                "impact {}, urgency {}",
                impact.to_lowercase(),
                urgency.to_lowercase()
            ));
            return context.change(Change::SetSeverity { severity, reason });
        }
        if listing {
            return Ok(list(&view));
        }
        if self.ask {
            return ask(&view);
        }
        if !self.given.is_empty() {
            return suggest(&view, &self.given);
        }
        let severity = view.incident.severity.as_str();
        let shown = if severity.is_empty() {
            "to be assessed"
        } else {
            severity
        };
        Ok(Reply::new(
            format!("{}\n", text::one_line(shown)),
            json!({"incident": view.id, "severity": severity}),
        ))
    }
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
        let severity = threshold.severity.as_deref().unwrap_or("-");
        let _ = writeln!(
            out,
            "    {severity}  {}: {}",
            threshold.measure,
            text::one_line(&threshold.text)
        );
    }
    Reply::new(
        out,
        json!({"incident": view.id, "severities": data.severities, "thresholds": data.thresholds}),
    )
}

/// `availability=97.5` as measure and figure, `breach` as a fact.
pub(super) fn measure(framework: &Framework, given: &str) -> Result<(String, Option<f64>), Failure> {
    let (name, value) = given
        .split_once('=')
        .map_or((given, None), |(name, value)| (name, Some(value)));
    let name = name.trim().to_lowercase().replace([' ', '_'], "-");
    let known = framework.measures();
    if !known.contains(&name.as_str()) {
        let known = match known.as_slice() {
            [] => format!("{} has no thresholds", framework.name),
            known => format!("{} knows {}", framework.name, known.join(", ")),
        };
        let candidates = framework.measures().iter().map(ToString::to_string).collect();
        return Err(Failure::not_found(
            format!("`{name}` is no measure; {known}"),
            candidates,
        ));
    }
    let figure = |value: &str| {
        crate::framework::figure(value)
            .ok_or_else(|| Failure::usage(format!("`{}` is no figure; try {name}=97.5", value.trim())))
    };
    Ok((name.clone(), value.map(figure).transpose()?))
}

fn suggest(view: &View, given: &[String]) -> Result<Reply, Failure> {
    let given: Vec<_> = given
        .iter()
        .map(|one| measure(&view.framework, one))
        .collect::<Result<_, _>>()?;
    let passed = view.framework.suggest(&given);
    let row = |one: &crate::framework::Suggestion| {
        let figure = one
            .value
            .map_or_else(|| one.measure.clone(), |value| format!("{} {value}", one.measure));
        vec![
            one.severity.clone().unwrap_or_else(|| "-".into()),
            figure,
            one.text.clone(),
        ]
    };
    let mut out = table(&passed.iter().map(row).collect::<Vec<_>>());
    let severity = passed.first().and_then(|one| one.severity.clone());
    match &severity {
        Some(severity) if *severity != view.incident.severity => {
            out += &format!("set it: warroom severity {severity} --reason TEXT\n");
        }
        Some(severity) => out += &format!("that is what it has: {severity}\n"),
        None if passed.is_empty() => out += "no threshold is passed\n",
        None => {}
    }
    Ok(Reply::new(
        out,
        json!({"incident": view.id, "severity": severity, "passed": passed}),
    ))
}

/// Questions go to standard error, so that standard output holds the answer alone.
fn ask(view: &View) -> Result<Reply, Failure> {
    let framework = &view.framework;
    let mut answers = Vec::new();
    let mut lines = std::io::stdin().lock().lines();
    // Nobody reads questions that a pipe answers.
    let person = std::io::stdin().is_terminal();
    let mut asked = std::io::stderr().lock();
    let found = loop {
        if let Some(severity) = framework.answered(&answers) {
            break severity;
        }
        let questions = framework.questions();
        let (_, question) = questions[answers.len()];
        if person {
            // Who reads it may be gone; the answer counts all the same.
            let _ = write!(asked, "{}? [y/n] ", text::one_line(question));
            let _ = asked.flush();
        }
        let Some(Ok(line)) = lines.next() else {
            return Err(Failure::usage(format!(
                "{} of {} questions answered; y or n is wanted for each",
                answers.len(),
                questions.len()
            )));
        };
        match line.trim().to_lowercase().as_str() {
            "y" | "yes" => answers.push(true),
            "n" | "no" | "" => answers.push(false),
            other if person => {
                let _ = writeln!(asked, "`{}` is neither y nor n", text::one_line(other));
            }
            _ => {}
        }
    };
    let title = framework.severities.iter().find(|known| known.id == found);
    let title = title.map_or("", |known| known.title.as_str());
    Ok(Reply::new(
        format!("{found}  {title}\nset it: warroom severity {found} --reason TEXT\n"),
        json!({"incident": view.id, "severity": found, "answers": answers}),
    ))
}
