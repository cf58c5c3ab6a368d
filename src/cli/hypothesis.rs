//! `warroom hypothesis`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::words;
use super::page::{count, table};
use super::reply::Reply;
use crate::incident::{self, Change, live};

/// Hypotheses: what we think the cause is, how it is tested, what came of it
#[derive(Args, Debug)]
pub(super) struct Hypothesis {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them
    List,
    /// The framework's usual causes with their shares, as starting points
    Causes,
    /// State one
    Add {
        /// A statement that can be shown false
        #[arg(required = true)]
        text: Vec<String>,
        /// Who works on it
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// How likely it is, in percent; the framework's share where it is one of the usual causes
        #[arg(long, value_name = "PERCENT", value_parser = percent)]
        likelihood: Option<u8>,
        /// How long finding out takes
        #[arg(long = "for", alias = "takes", value_name = "DURATION")]
        takes: Option<String>,
    },
    /// Say how likely one is and how long finding out takes: the list goes by that
    Rate {
        /// The hypothesis
        #[arg(value_name = "HYPOTHESIS")]
        id: String,
        /// How likely it is, in percent
        #[arg(long, value_name = "PERCENT", value_parser = percent)]
        likelihood: Option<u8>,
        /// How long finding out takes
        #[arg(long = "for", alias = "takes", value_name = "DURATION")]
        takes: Option<String>,
    },
    /// Say how it is tested; it is then under test
    Test {
        /// The hypothesis
        #[arg(value_name = "HYPOTHESIS")]
        id: String,
        /// The test
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Add evidence
    Evidence {
        /// The hypothesis
        #[arg(value_name = "HYPOTHESIS")]
        id: String,
        /// What was found
        #[arg(required = true)]
        text: Vec<String>,
        /// It speaks for the hypothesis
        #[arg(long, conflicts_with = "against")]
        supports: bool,
        /// It speaks against the hypothesis
        #[arg(long)]
        against: bool,
    },
    /// It is the cause
    Confirm {
        /// The hypothesis
        #[arg(value_name = "HYPOTHESIS")]
        id: String,
        /// What shows it
        #[arg(long, alias = "note", value_name = "TEXT")]
        evidence: Option<String>,
    },
    /// It is not the cause
    Reject {
        /// The hypothesis
        #[arg(value_name = "HYPOTHESIS")]
        id: String,
        /// What shows it
        #[arg(long, alias = "note", value_name = "TEXT")]
        evidence: Option<String>,
    },
    /// Correct it, or a test or a piece of evidence by its own id; the old value is kept
    Edit {
        /// The hypothesis, test or evidence
        #[arg(value_name = "HYPOTHESIS")]
        id: String,
        /// The right words
        #[arg(long, alias = "statement", value_name = "TEXT")]
        text: Option<String>,
        /// Who works on it; empty for no one
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// How likely it is, in percent
        #[arg(long, value_name = "PERCENT")]
        likelihood: Option<String>,
        /// How long finding out takes
        #[arg(long = "for", alias = "takes", value_name = "DURATION")]
        takes: Option<String>,
        /// Of evidence: for or against
        #[arg(long, value_name = "SIDE", value_parser = ["for", "against", ""])]
        speaks: Option<String>,
        #[command(flatten)]
        origin: correct::Origin,
    },
    /// Take it out: stated by mistake
    Remove(correct::Remove),
    /// It is open again
    Reopen {
        /// The hypothesis
        #[arg(value_name = "HYPOTHESIS")]
        id: String,
    },
}

/// `20` or `20%`.
fn percent(given: &str) -> Result<u8, String> {
    let figure = given.trim().trim_end_matches('%').trim_end();
    let wrong = || format!("`{given}` is no share; try 20 or 20%");
    figure.parse().ok().filter(|share| *share <= 100).ok_or_else(wrong)
}

impl Hypothesis {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let change = match self.verb.unwrap_or(Verb::List) {
            Verb::List => return list(context),
            Verb::Causes => return causes(context),
            Verb::Remove(remove) => return remove.from(context, "hypotheses"),
            Verb::Edit {
                id,
                text,
                owner,
                likelihood,
                takes,
                speaks,
                origin,
            } => {
                let [at, by] = origin.fields();
                let own = [
                    ("statement", text),
                    ("owner", owner),
                    ("likelihood", likelihood),
                    ("takes", takes),
                ];
                let fields = own.into_iter().chain([("supports", speaks), at, by]).collect();
                return correct::correct(context, "hypotheses", &id, fields);
            }
            Verb::Add {
                text,
                owner,
                likelihood,
                takes,
            } => Change::AddHypothesis {
                statement: words(&text),
                owner,
                likelihood,
                takes: context.maybe_span(takes.as_deref())?,
            },
            Verb::Rate { id, likelihood, takes } => Change::RateHypothesis {
                hypothesis: id,
                likelihood,
                takes: context.maybe_span(takes.as_deref())?,
            },
            Verb::Test { id, text } => Change::TestHypothesis {
                hypothesis: id,
                text: words(&text),
            },
            Verb::Evidence {
                id,
                text,
                supports,
                against,
            } => Change::AddEvidence {
                hypothesis: id,
                text: words(&text),
                supports: (supports || against).then_some(supports),
            },
            Verb::Confirm { id, evidence } => Change::ConfirmHypothesis {
                hypothesis: id,
                evidence,
            },
            Verb::Reject { id, evidence } => Change::RejectHypothesis {
                hypothesis: id,
                evidence,
            },
            Verb::Reopen { id } => Change::ReopenHypothesis {
                hypothesis: id,
                testing: false,
            },
        };
        context.change(change)
    }
}

/// The usual causes, the most frequent first; those that are among the hypotheses already are marked.
fn causes(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let causes = &view.framework.causes;
    let stated = |text: &str| {
        let text = text.to_lowercase();
        live(&view.incident.hypotheses).any(|one| one.statement.to_lowercase().contains(&text))
    };
    let rows: Vec<_> = causes
        .iter()
        .map(|cause| {
            vec![
                cause.share.map_or_else(String::new, |share| format!("{share:>3} %")),
                if stated(&cause.text) { "stated" } else { "" }.to_owned(),
                cause.text.clone(),
                cause.forms.join(", "),
                cause.test.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let mut text = table(&rows);
    if rows.is_empty() {
        text = format!("{} names no usual causes\n", view.framework.name);
    }
    Ok(Reply::new(text, json!({"incident": view.id, "causes": causes})))
}

fn list(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let row = |one: &incident::Hypothesis| {
        vec![
            one.state.to_string(),
            one.likelihood.map(|percent| format!("{percent} %")).unwrap_or_default(),
            one.takes.clone().unwrap_or_default(),
            one.statement.clone(),
            one.owner.clone().unwrap_or_else(|| one.by.clone()),
            format!("{}, {} evidence", count(one.tests.len(), "test"), one.evidence.len()),
            one.id.clone(),
        ]
    };
    let mut ranked: Vec<_> = live(&view.incident.hypotheses).collect();
    ranked.sort_by_key(|one| one.rank());
    let rows: Vec<_> = ranked.into_iter().map(row).collect();
    Ok(Reply::new(
        table(&rows),
        json!({"incident": view.id, "hypotheses": view.incident.hypotheses}),
    ))
}
