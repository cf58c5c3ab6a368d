//! `warroom severity --ask`

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use serde_json::json;

use super::super::context::View;
use super::super::failure::Failure;
use super::super::reply::Reply;
use crate::framework::ratings::Interview;
use crate::text;

/// Questions go to standard error, so that standard output holds the answer alone.
pub(super) fn ask(view: &View) -> Result<Reply, Failure> {
    let framework = &view.framework;
    let mut answers = Vec::new();
    let mut lines = std::io::stdin().lock().lines();
    // Nobody reads questions that a pipe answers.
    let person = std::io::stdin().is_terminal();
    let mut asked = std::io::stderr().lock();
    let found = loop {
        let question = match framework.interview(&answers) {
            Interview::Found(outcome) => break outcome,
            Interview::Ask(question) => question,
        };
        if person {
            // Who reads it may be gone; the answer counts all the same.
            let _ = write!(asked, "{}? [y/n] ", text::one_line(&question.text));
            let _ = asked.flush();
        }
        let Some(Ok(line)) = lines.next() else {
            return Err(Failure::usage(format!(
                "question {} is open: {}? answer each with y or n",
                answers.len() + 1,
                text::one_line(&question.text)
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
    let title = framework.severity_title(&found.severity).unwrap_or_default();
    let (rated, how) = match (found.impact, found.urgency) {
        (Some(impact), Some(urgency)) => (
            format!("  (impact {impact}, urgency {urgency})"),
            format!("--impact {impact} --urgency {urgency}"),
        ),
        _ => (String::new(), format!("{} --reason TEXT", found.severity)),
    };
    Ok(Reply::new(
        format!("{}  {title}{rated}\nset it: warroom severity {how}\n", found.severity),
        json!({
            "incident": view.id, "severity": found.severity, "impact": found.impact, "urgency": found.urgency,
            "answers": answers
        }),
    ))
}
