//! `warroom search`

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::page::table;
use super::query;
use super::reply::Reply;
use crate::recall::lines::{Hit, lines};
use crate::recall::query::Line;
use crate::recall::recurrence;
use crate::store::runbooks::ARTICLE;
use crate::text;

/// Search all incidents: words in a line, a phrase, and filters such as sev:P0 by:kim since:30d
#[derive(Args, Debug)]
#[command(after_help = "\
Every word must be in a line, in any case. \"A phrase\" stands together. Filters:
  is:open|resolved|closed|cancelled|drill|repeat  sev:P0  status:monitoring  service:checkout
  cause:release  by:kim  kind:decision  since:30d  until:2026-11-01
A - before any of them: without it. Commas: any of these (sev:P0,P1). `list` and `report` take the same.
Examples:
  warroom search pool exhausted
  warroom search '\"connection pool\" sev:P0 since:90d'
  warroom search kind:decision by:kim -- -is:drill")]
pub(super) struct Search {
    /// What to look for
    #[arg(required = true)]
    query: Vec<String>,
}

impl Search {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
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
            let article = context.repository()?.article(&case.id);
            let article = article.as_ref().map_or("", |(_, text)| text.as_str());
            let all = lines(&case.incident).chain(of_article(article));
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

/// The lines of an incident's knowledge base article.
fn of_article(text: &str) -> impl Iterator<Item = Hit<'_>> {
    let filled = text.lines().filter(|line| !line.trim().is_empty());
    filled.map(|line| Hit {
        section: "article",
        id: ARTICLE.to_owned(),
        when: "article".to_owned(),
        line: Line {
            text: line,
            ..Line::default()
        },
    })
}
