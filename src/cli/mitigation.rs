//! `warroom mitigation`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::words;
use super::page::table;
use super::reply::Reply;
use crate::framework::data::{MitigationOption, at};
use crate::framework::model::Topic;
use crate::incident::{self, Change, Proposal, live};
use crate::text::one_line;

/// Mitigations: propose, approve, start, finish and check what may end the impact
#[derive(Args, Debug)]
pub(super) struct Mitigation {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them
    List,
    /// The framework's ways to mitigate, in its order, and who has to agree before one starts
    Options,
    /// Propose one
    Propose(Propose),
    /// Say yes to it, as the severity's rule asks
    Approve {
        /// The mitigation
        #[arg(value_name = "MITIGATION")]
        id: String,
    },
    /// Say no to a proposal, with the reason; `warroom restore MITIGATION` brings it back
    Decline {
        /// The mitigation
        #[arg(value_name = "MITIGATION")]
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Begin; refused while an approval is missing
    Start {
        /// The mitigation
        #[arg(value_name = "MITIGATION")]
        id: String,
    },
    /// It is carried out
    Done(Outcome),
    /// It worked
    Verify(Outcome),
    /// It did not work, or made things worse
    Fail(Outcome),
    /// Correct it; the old value is kept
    Edit(Box<Edit>),
    /// Take a proposal out: made by mistake
    Remove(correct::Remove),
}

#[derive(Args, Debug)]
struct Propose {
    /// What would be done
    #[arg(required = true)]
    text: Vec<String>,
    /// Which of the framework's options it is (rollback, restart, …)
    #[arg(long, value_name = "OPTION")]
    option: Option<String>,
    /// Why this one
    #[arg(long, value_name = "TEXT")]
    rationale: Option<String>,
    /// What could go wrong
    #[arg(long, value_name = "TEXT")]
    risk: Option<String>,
    /// Who carries it out
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// How we will see that it worked; several criteria by several --verification
    #[arg(long, value_name = "TEXT")]
    verification: Vec<String>,
    /// What to do if it makes things worse
    #[arg(long, value_name = "TEXT")]
    rollback: Option<String>,
}

#[derive(Args, Debug)]
struct Edit {
    /// The mitigation
    #[arg(value_name = "MITIGATION")]
    id: String,
    /// What is done
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Which of the framework's options it is
    #[arg(long, value_name = "OPTION")]
    option: Option<String>,
    /// Why this one
    #[arg(long, value_name = "TEXT")]
    rationale: Option<String>,
    /// What could go wrong
    #[arg(long, value_name = "TEXT")]
    risk: Option<String>,
    /// Who carries it out; empty for no one
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// How we will see that it worked
    #[arg(long, value_name = "TEXT")]
    verification: Option<String>,
    /// What to do if it makes things worse
    #[arg(long, value_name = "TEXT")]
    rollback: Option<String>,
    /// What came of it
    #[arg(long = "note", alias = "result", value_name = "TEXT")]
    result: Option<String>,
    /// When it was begun
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    started: Option<String>,
    /// When it was carried out
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    done: Option<String>,
    /// When it was seen to work, or not
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    settled: Option<String>,
    #[command(flatten)]
    origin: correct::Origin,
}

impl Edit {
    fn run(self, context: &Context) -> Result<Reply, Failure> {
        let own = [
            ("text", self.text),
            ("option", self.option),
            ("rationale", self.rationale),
            ("risk", self.risk),
            ("owner", self.owner),
            ("verification", self.verification),
            ("rollback", self.rollback),
            ("result", self.result),
            ("started", self.started),
            ("done", self.done),
            ("settled", self.settled),
        ];
        let fields = own.into_iter().chain(self.origin.fields()).collect();
        correct::correct(context, "mitigations", &self.id, fields)
    }
}

#[derive(Args, Debug)]
struct Outcome {
    /// The mitigation
    #[arg(value_name = "MITIGATION")]
    id: String,
    /// What came of it
    #[arg(long = "note", alias = "result", value_name = "TEXT")]
    result: Option<String>,
}

impl Mitigation {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let change = match self.verb.unwrap_or(Verb::List) {
            Verb::List => return list(context),
            Verb::Options => return options(context),
            Verb::Edit(edit) => return edit.run(context),
            Verb::Remove(remove) => return remove.from(context, "mitigations"),
            Verb::Propose(propose) => Change::ProposeMitigation(Proposal {
                text: words(&propose.text),
                option: propose.option,
                rationale: propose.rationale,
                risk: propose.risk,
                owner: propose.owner,
                verification: (!propose.verification.is_empty()).then(|| propose.verification.join("; ")),
                rollback: propose.rollback,
            }),
            Verb::Approve { id } => Change::ApproveMitigation { mitigation: id },
            Verb::Decline { id, reason } => {
                if reason.trim().is_empty() {
                    return Err(Failure::usage("a proposal is declined with its reason: --reason TEXT"));
                }
                Change::decline(id, &reason)
            }
            Verb::Start { id } => Change::StartMitigation { mitigation: id },
            Verb::Done(Outcome { id, result }) => Change::FinishMitigation { mitigation: id, result },
            Verb::Verify(Outcome { id, result }) => Change::VerifyMitigation { mitigation: id, result },
            Verb::Fail(Outcome { id, result }) => Change::FailMitigation {
                mitigation: id,
                result,
                recheck: None,
            },
        };
        context.change(change)
    }
}

fn options(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let data = &view.framework;
    let row = |one: &MitigationOption| {
        let mark = one.borrowed.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        vec![
            one.id.clone(),
            one.title.clone(),
            one.time.clone().unwrap_or_default(),
            one.risk.as_ref().map(|risk| format!("risk {risk}")).unwrap_or_default(),
            format!("{}{mark}", one.when),
        ]
    };
    let mut text = table(&data.options.iter().map(row).collect::<Vec<_>>());
    for option in data.options.iter().filter(|option| !option.steps.is_empty()) {
        text += &format!("{}:\n", one_line(&option.title));
        for step in &option.steps {
            text += &format!("  - {}\n", one_line(step));
        }
    }
    if let Some(rule) = at(&data.approvals, &view.incident.severity) {
        text += &format!("approval: {}\n", one_line(&rule.text));
    }
    let shown = |topic: Topic| matches!(topic, Topic::Hotfix | Topic::PermanentFixes);
    for note in data.notes.iter().filter(|note| shown(note.topic)) {
        text += &format!("{}: {}\n", note.topic, one_line(&note.text));
    }
    Ok(Reply::new(text, json!({"incident": view.id, "options": data.options})))
}

fn list(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let row = |one: &incident::Mitigation| {
        let approvals: Vec<_> = one
            .approvals
            .iter()
            .filter(|one| one.retracted.is_none())
            .map(|approval| approval.by.as_str())
            .collect();
        let approved = match approvals.as_slice() {
            [] => String::new(),
            by => format!("approved by {}", by.join(", ")),
        };
        vec![
            one.state.to_string(),
            one.text.clone(),
            one.option.clone().unwrap_or_default(),
            one.owner.clone().unwrap_or_else(|| one.by.clone()),
            approved,
            one.id.clone(),
        ]
    };
    let rows: Vec<_> = live(&view.incident.mitigations).map(row).collect();
    Ok(Reply::new(
        table(&rows),
        json!({"incident": view.id, "mitigations": view.incident.mitigations}),
    ))
}
