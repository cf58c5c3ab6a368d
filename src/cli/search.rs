//! `warroom search`

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::page::table;
use super::query;
use super::reply::Reply;
use crate::incident::{Incident, live};
use crate::recall::query::Line;
use crate::recall::recurrence;
use crate::text;

/// Search all incidents: words in a line, a phrase, and filters such as sev:P0 by:kim since:30d
#[derive(Args, Debug)]
#[command(after_help = "\
Every word must be in a line, in any case. \"A phrase\" stands together. Filters:
  is:open|resolved|closed|cancelled|drill|repeat  sev:P0  status:monitoring  service:checkout
  cause:release  by:kim  kind:decision  since:30d  until:2026-11-01
A - before any of them: without it. The same syntax is taken by `list` and `report`.
Examples:
  warroom search pool exhausted
  warroom search '\"connection pool\" sev:P0 since:90d'
  warroom search kind:decision by:kim -- -is:drill")]
pub(super) struct Search {
    /// What to look for
    #[arg(required = true)]
    query: Vec<String>,
}

/// A line that has all the words.
struct Hit<'a> {
    section: &'static str,
    id: String,
    when: String,
    line: Line<'a>,
}

impl Search {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let query = query::read(context, &self.query)?;
        if query.is_empty() {
            return Err(Failure::usage(
                "there is nothing to search for; give a word, such as `warroom search pool`",
            ));
        }
        let (cases, problems) = context.cases()?;
        let repeats = recurrence::recurrences(&cases);
        let (mut rows, mut list) = (Vec::new(), Vec::new());
        for case in cases.iter().filter(|case| query.may_meet(case, &repeats)) {
            let all = lines(&case.incident);
            // Filters alone ask for incidents, not for every line of them.
            let most = if query.has_words() { usize::MAX } else { 1 };
            for hit in all.filter(|hit| query.line(&hit.line)).take(most) {
                rows.push(vec![
                    case.id.clone(),
                    hit.when.clone(),
                    text::fit(&text::one_line(hit.line.text), 100, "…").into_owned(),
                    hit.id.clone(),
                ]);
                list.push(json!({
                    "incident": case.id,
                    "section": hit.section,
                    "id": hit.id,
                    "text": hit.line.text,
                }));
            }
        }
        let text = if rows.is_empty() {
            "nothing found\n".into()
        } else {
            table(&rows)
        };
        let mut reply = Reply::new(text, json!({"hits": list}));
        problems.add_to(&mut reply);
        Ok(reply)
    }
}

/// Everything of an incident that has words.
fn lines(incident: &Incident) -> impl Iterator<Item = Hit<'_>> {
    let hit = |section, id: &str, when: String, text, by, at| Hit {
        section,
        id: id.to_owned(),
        when,
        line: Line {
            text,
            by,
            kind: None,
            at,
        },
    };
    let began = incident.declared.as_ref().map(|moment| moment.at);
    let own = [
        ("title", Some(incident.title.as_str())),
        ("summary", incident.summary.as_deref()),
        ("cause", incident.cause.as_deref()),
    ];
    let mut all: Vec<Hit<'_>> = own
        .into_iter()
        .filter_map(|(name, text)| Some(hit(name, "", name.to_owned(), text?, "", began)))
        .collect();
    for one in live(&incident.hypotheses) {
        all.push(hit(
            "hypotheses",
            &one.id,
            one.state.to_string(),
            &one.statement,
            &one.by,
            Some(one.at),
        ));
        for remark in one.tests.iter().chain(&one.evidence) {
            all.push(hit(
                "hypotheses",
                &one.id,
                "evidence".into(),
                &remark.text,
                &remark.by,
                Some(remark.at),
            ));
        }
    }
    for one in live(&incident.mitigations) {
        all.push(hit(
            "mitigations",
            &one.id,
            one.state.to_string(),
            &one.text,
            &one.by,
            Some(one.at),
        ));
    }
    for one in live(&incident.actions) {
        all.push(hit(
            "actions",
            &one.id,
            one.state.to_string(),
            &one.text,
            &one.by,
            Some(one.at),
        ));
    }
    for one in live(&incident.timeline) {
        let when = one.at.chrono().format("%Y-%m-%d %H:%M").to_string();
        let mut found = hit("timeline", &one.id, when, &one.text, &one.by, Some(one.at));
        found.line.kind = Some(&one.kind);
        all.push(found);
    }
    all.into_iter()
}
