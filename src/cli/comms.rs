//! `warroom comms`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::{Context, View};
use super::failure::Failure;
use super::input::{read_text, words};
use super::page::table;
use super::reply::Reply;
use super::update::sent;
use crate::message::{self, Finding, Wanted, outside_words};
use crate::text;

/// Communications: the updates that were sent, who hears how often, and whether words may go outside
#[derive(Args, Debug)]
pub(super) struct Comms {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List every update that was sent, in full
    List {
        /// Only those to this audience
        #[arg(long, value_name = "AUDIENCE")]
        audience: Option<String>,
    },
    /// Show who hears how often at which severity
    Matrix,
    /// Check words for an audience outside: names, hosts, internal ids, causes not confirmed, promises without a time. Nothing is sent
    Lint {
        /// The words; `-` reads standard input; the drafts where there are none
        text: Vec<String>,
        /// The audience; each one outside where none is named
        #[arg(long, value_name = "AUDIENCE")]
        audience: Option<String>,
    },
}

impl Comms {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::List { audience: None }) {
            Verb::List { audience } => sent(context, audience.as_deref()),
            Verb::Matrix => matrix(context),
            Verb::Lint { text, audience } => lint(context, &text, audience.as_deref()),
        }
    }
}

fn matrix(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let (framework, now) = (&view.framework, view.derived(context.now()).severity);
    let audiences = framework.audience_table();
    let lines = audiences.lines(&now);
    let mut rows: Vec<Vec<String>> = lines.into_iter().map(|(title, cells)| vec![title, cells]).collect();
    rows.extend(audiences.numbered().map(|note| vec![note]));
    let cells = |cells: &[String]| -> Value {
        let pairs = audiences.severities.iter().cloned();
        pairs
            .zip(cells.iter().map(|cell| json!(cell)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let list: Vec<Value> = audiences
        .rows
        .iter()
        .map(|(title, row)| json!({"audience": title, "severities": cells(row)}))
        .collect();
    let json = json!({"framework": framework.name, "audiences": list, "notes": audiences.notes});
    Ok(Reply::new(table(&rows), json))
}

/// What is in words that an audience outside should not read.
fn lint(context: &Context, given: &[String], audience: Option<&str>) -> Result<Reply, Failure> {
    let view = context.view()?;
    let given = match words(given) {
        none if none.is_empty() => None,
        dash if dash == "-" => Some(read_text()?),
        text => Some(text),
    };
    let audiences: Vec<String> = if let Some(word) = audience {
        vec![view.framework.audience(word)?.id.clone()]
    } else {
        let all = view.framework.audiences.iter().map(|one| one.id.clone());
        all.filter(|id| view.framework.is_outside(id)).collect()
    };
    let mut found: Vec<(String, Finding)> = Vec::new();
    for audience in &audiences {
        let texts = match &given {
            Some(text) => vec![text.clone()],
            None => drafted(context, &view, audience),
        };
        for text in texts {
            for finding in outside_words(&view.framework, &view.incident, audience, &text, None, context.now()) {
                let one = (audience.clone(), finding);
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
    }
    let mut page = String::new();
    for (audience, finding) in &found {
        let _ = writeln!(page, "{audience}: {finding}");
    }
    if found.is_empty() {
        page = format!(
            "nothing in it that should not go to {}\n",
            text::one_line(&audiences.join(", "))
        );
    }
    let list: Vec<Value> = found
        .iter()
        .map(|(audience, one)| json!({"audience": audience, "rule": one.rule, "words": one.words, "said": one.to_string()}))
        .collect();
    let mut reply = Reply::new(page, json!({"ok": found.is_empty(), "findings": list}));
    // As with a rule of the framework: so it should not go.
    reply.code = if found.is_empty() { 0 } else { 3 };
    Ok(reply)
}

/// All that the draft for an audience would bring.
fn drafted(context: &Context, view: &View, audience: &str) -> Vec<String> {
    let wanted = Wanted {
        audience,
        ..Wanted::default()
    };
    let now = context.now();
    let draft = message::draft(&view.framework, &view.incident, &view.derived(now), wanted, now);
    draft.map_or_else(Vec::new, |draft| {
        let more = draft.subject.into_iter().chain(draft.short);
        more.chain([draft.text]).collect()
    })
}
