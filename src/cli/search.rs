//! `warroom search`

use clap::Args;
use serde_json::json;

use super::context::{Context, words};
use super::failure::Failure;
use super::page::table;
use super::reply::Reply;
use crate::incident::{Incident, live};
use crate::text;

/// Search the words of all incidents; every word must be in a line, in any case
#[derive(Args, Debug)]
pub(super) struct Search {
    /// Words to look for
    #[arg(required = true)]
    query: Vec<String>,
}

/// A line that has all the words.
struct Hit {
    section: &'static str,
    id: String,
    when: String,
    text: String,
}

impl Search {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let query = words(&self.query).to_lowercase();
        let wanted: Vec<&str> = query.split_whitespace().collect();
        if wanted.is_empty() {
            return Err(Failure::usage(
                "there is nothing to search for; give a word, such as `warroom search pool`",
            ));
        }
        let has_all = |text: &str| {
            let text = text.to_lowercase();
            wanted.iter().all(|word| text.contains(word))
        };
        let (incidents, problems) = context.all()?;
        let (mut rows, mut list) = (Vec::new(), Vec::new());
        for one in &incidents {
            for hit in lines(&one.incident).filter(|hit| has_all(&hit.text)) {
                rows.push(vec![
                    one.place.id.clone(),
                    hit.when.clone(),
                    text::fit(&text::one_line(&hit.text), 100, "…").into_owned(),
                    hit.id.clone(),
                ]);
                list.push(json!({
                    "incident": one.place.id,
                    "section": hit.section,
                    "id": hit.id,
                    "text": hit.text,
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
fn lines(incident: &Incident) -> impl Iterator<Item = Hit> {
    let hit = |section, id: &str, when: String, text: &str| Hit {
        section,
        id: id.to_owned(),
        when,
        text: text.to_owned(),
    };
    let own = [
        ("title", Some(incident.title.as_str())),
        ("summary", incident.summary.as_deref()),
        ("cause", incident.cause.as_deref()),
    ];
    let mut all: Vec<Hit> = own
        .into_iter()
        .filter_map(|(name, text)| Some(hit(name, "", name.to_owned(), text?)))
        .collect();
    for one in live(&incident.hypotheses) {
        all.push(hit("hypotheses", &one.id, one.state.to_string(), &one.statement));
        let remarks = one.tests.iter().chain(&one.evidence);
        all.extend(remarks.map(|remark| hit("hypotheses", &one.id, "evidence".into(), &remark.text)));
    }
    for one in live(&incident.mitigations) {
        all.push(hit("mitigations", &one.id, one.state.to_string(), &one.text));
    }
    for one in live(&incident.actions) {
        all.push(hit("actions", &one.id, one.state.to_string(), &one.text));
    }
    for one in live(&incident.timeline) {
        let when = one.at.chrono().format("%Y-%m-%d %H:%M").to_string();
        all.push(hit("timeline", &one.id, when, &one.text));
    }
    all.into_iter()
}
