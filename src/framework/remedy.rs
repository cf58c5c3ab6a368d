//! What a countdown or a reminder suggests: a closed list, written for scripts as the verb that does it.

use std::fmt;

use serde::{Serialize, Serializer};

/// An id, and the word by which people call it (`incident_commander`, said `ic`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The id.
    pub id: String,
    /// What stands in the verb.
    pub said: String,
}

impl Word {
    /// One that is said by its id.
    pub fn plain(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            said: id.to_owned(),
        }
    }
}

/// A suggested step. `Display` is the verb without the program's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Acknowledge the alert.
    Acknowledge,
    /// Declare an incident; there is none to be open for it.
    Declare,
    /// Set the severity.
    SetSeverity,
    /// Give this role to someone.
    AssignRole(Word),
    /// Accept this role.
    AcceptRole(String),
    /// Set this status.
    SetStatus(Word),
    /// Escalate, to this target where one is named.
    Escalate(Option<Word>),
    /// Tell this audience, a certain state where one is named.
    Update {
        /// Whom.
        audience: Word,
        /// Their state.
        status: Option<String>,
    },
    /// Tick this item.
    TickItem(String),
    /// Say what came of this item.
    NoteItem(String),
    /// Name the root cause.
    SetCause,
    /// Resolve.
    Resolve,
    /// Close.
    Close,
    /// State a hypothesis.
    AddHypothesis,
    /// Propose a mitigation, this one where there is one.
    ProposeMitigation(Option<String>),
    /// Approve this mitigation.
    ApproveMitigation(String),
    /// Write down an action item.
    AddAction,
    /// Look through the action items.
    ListActions,
    /// Answer this request.
    AnswerRequest {
        /// Its id.
        request: String,
        /// Whether it is a task.
        task: bool,
    },
    /// Clear this timer.
    ClearTimer(String),
    /// Start this procedure.
    StartProcedure(Word),
    /// Declare a major incident.
    DeclareMajor,
    /// Say this of the impact.
    SetImpact(String),
    /// Hand command over.
    HandOver,
    /// Say what this runbook was good for.
    JudgeRunbook(String),
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Acknowledge => f.write_str("ack"),
            Self::Declare => f.write_str("declare"),
            Self::SetSeverity => f.write_str("severity SEV"),
            Self::AssignRole(role) => write!(f, "role assign {} NAME", role.said),
            Self::AcceptRole(role) => write!(f, "role accept {role}"),
            Self::SetStatus(status) => write!(f, "status {}", status.said),
            Self::Escalate(None) => f.write_str("escalate TARGET"),
            Self::Escalate(Some(target)) => write!(f, "escalate {}", target.said),
            Self::Update { audience, status: None } => write!(f, "update --audience {}", audience.said),
            Self::Update {
                audience,
                status: Some(status),
            } => write!(f, "update --audience {} --status {status}", audience.said),
            Self::TickItem(item) => write!(f, "check tick {item}"),
            Self::NoteItem(item) => write!(f, "check note {item} TEXT"),
            Self::SetCause => f.write_str("cause set TEXT"),
            Self::Resolve => f.write_str("resolve"),
            Self::Close => f.write_str("close"),
            Self::AddHypothesis => f.write_str("hypothesis add TEXT"),
            Self::ProposeMitigation(None) => f.write_str("mitigation propose TEXT"),
            Self::ProposeMitigation(Some(plan)) => write!(f, "mitigation propose {plan}"),
            Self::ApproveMitigation(mitigation) => write!(f, "mitigation approve {mitigation}"),
            Self::AddAction => f.write_str("action add TEXT"),
            Self::ListActions => f.write_str("action list"),
            Self::AnswerRequest { request, task: false } => write!(f, "dispatch answer {request}"),
            Self::AnswerRequest { request, task: true } => write!(f, "task answer {request}"),
            Self::ClearTimer(timer) => write!(f, "timer clear {timer}"),
            Self::StartProcedure(procedure) => write!(f, "procedure start {}", procedure.said),
            Self::DeclareMajor => f.write_str("major declare --coordinator NAME"),
            Self::SetImpact(field) => write!(f, "set impact.{field} TEXT"),
            Self::HandOver => f.write_str("handoff --to NAME"),
            Self::JudgeRunbook(runbook) => write!(f, "runbook verdict {runbook} helped"),
        }
    }
}

impl Serialize for Remedy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A remedy as a framework's file writes it, its names not looked up yet.
#[derive(Clone, Debug)]
pub(super) enum Written<'a> {
    /// Complete.
    Done(Remedy),
    /// `role assign ROLE NAME`
    Role(&'a str),
    /// `status STATUS`
    Status(&'a str),
    /// `escalate TARGET`
    Escalation(&'a str),
    /// `update --audience AUDIENCE [--status STATE]`
    Audience(&'a str, Option<&'a str>),
    /// `check tick ITEM`, `check note ITEM TEXT`
    Item(&'a str, fn(String) -> Remedy),
    /// `procedure start PROCEDURE`
    Procedure(&'a str),
    /// `set impact.FIELD TEXT`
    Impact(&'a str),
}

/// What may stand there, for a message.
pub(super) const FORMS: &str = "`ack`, `declare`, `severity SEV`, `status STATUS`, `role assign ROLE NAME`, `escalate TARGET`, \
     `update --audience AUDIENCE`, `check tick ITEM`, `check note ITEM TEXT`, `cause set TEXT`, `set impact.FIELD TEXT`, \
     `hypothesis add TEXT`, `mitigation propose TEXT`, `action add TEXT`, `procedure start PROCEDURE`, `resolve` or `close`";

/// Reads a remedy of a file; `None` where it is none.
pub(super) fn read(text: &str) -> Option<Written<'_>> {
    use Written as W;
    let words: Vec<&str> = text.split_whitespace().collect();
    Some(match words.as_slice() {
        ["ack"] => W::Done(Remedy::Acknowledge),
        ["declare"] => W::Done(Remedy::Declare),
        ["severity", "SEV"] | ["severity"] => W::Done(Remedy::SetSeverity),
        ["cause", "set", "TEXT"] => W::Done(Remedy::SetCause),
        ["resolve"] => W::Done(Remedy::Resolve),
        ["close"] => W::Done(Remedy::Close),
        ["hypothesis", "add", "TEXT"] => W::Done(Remedy::AddHypothesis),
        ["mitigation", "propose", "TEXT"] => W::Done(Remedy::ProposeMitigation(None)),
        ["action", "add", "TEXT"] => W::Done(Remedy::AddAction),
        ["action", "list"] => W::Done(Remedy::ListActions),
        ["escalate", "TARGET"] | ["escalate"] => W::Done(Remedy::Escalate(None)),
        ["escalate", target] => W::Escalation(target),
        ["status", status] => W::Status(status),
        ["role", "assign", role, "NAME"] => W::Role(role),
        ["update", "--audience", audience] => W::Audience(audience, None),
        ["update", "--audience", audience, "--status", state] => W::Audience(audience, Some(state)),
        ["check", "tick", item] => W::Item(item, Remedy::TickItem),
        ["check", "note", item, "TEXT"] => W::Item(item, Remedy::NoteItem),
        ["procedure", "start", procedure] => W::Procedure(procedure),
        ["set", field, "TEXT"] => W::Impact(field.strip_prefix("impact.")?),
        _ => return None,
    })
}

#[cfg(test)]
impl From<&str> for Remedy {
    /// As a file writes it, its names taken for ids.
    fn from(text: &str) -> Self {
        match read(text).expect("a remedy") {
            Written::Done(remedy) => remedy,
            Written::Role(id) => Self::AssignRole(Word::plain(id)),
            Written::Status(id) => Self::SetStatus(Word::plain(id)),
            Written::Escalation(id) => Self::Escalate(Some(Word::plain(id))),
            Written::Audience(id, status) => Self::Update {
                audience: Word::plain(id),
                status: status.map(str::to_owned),
            },
            Written::Item(id, remedy) => remedy(id.to_owned()),
            Written::Procedure(id) => Self::StartProcedure(Word::plain(id)),
            Written::Impact(field) => Self::SetImpact(field.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        let all = [
            "ack",
            "declare",
            "severity SEV",
            "role assign ic NAME",
            "status triage",
            "escalate TARGET",
            "escalate tier-2",
            "update --audience external",
            "update --audience external --status investigating",
            "check tick review.meeting",
            "check note review.meeting TEXT",
            "cause set TEXT",
            "resolve",
            "close",
            "hypothesis add TEXT",
            "mitigation propose TEXT",
            "action add TEXT",
            "action list",
            "procedure start breach",
            "set impact.users TEXT",
        ];
        for text in all {
            assert_eq!(Remedy::from(text).to_string(), text);
        }
        for text in [
            "",
            "akc",
            "udpate --audienc interal",
            "update --audience",
            "role assign ic",
            "check tick",
            "set users TEXT",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
