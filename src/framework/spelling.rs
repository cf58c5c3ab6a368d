//! How facts, starts and signs are written in a framework's file: a word or two each.

use super::data::{Fact, Sign, Start};

impl TryFrom<String> for Fact {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (word, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let rest = rest.trim().to_owned();
        Ok(match (word, rest.is_empty()) {
            ("severity", true) => Self::Severity,
            ("hypothesis", true) => Self::Hypothesis,
            ("cause", true) => Self::Cause,
            ("mitigation-chosen", true) => Self::MitigationChosen,
            ("verification", true) => Self::Verification,
            ("rollback-plan", true) => Self::RollbackPlan,
            ("approved", true) => Self::Approved,
            ("actions", true) => Self::Actions,
            ("milestone", false) => Self::Milestone(rest),
            ("role", false) => Self::Role(rest),
            ("told", false) => Self::Told(rest),
            ("status", false) => Self::Status(rest),
            ("item", false) => Self::Item(rest),
            ("event", false) => Self::Event(rest),
            ("escalated", false) => Self::Escalated(rest),
            ("field", false) => Self::Field(rest),
            ("people", false) => Self::People(
                rest.parse()
                    .map_err(|_| format!("`{rest}` is not a number of people"))?,
            ),
            _ => {
                return Err(format!(
                    "`{text}` is no fact; try `role ID`, `told AUDIENCE`, `milestone NAME`, `status ID`, `item ID`, `people N`, \
                     `event KIND`, `escalated TARGET`, `field NAME`, severity, hypothesis, cause, mitigation-chosen, verification, rollback-plan, \
                     approved or actions"
                ));
            }
        })
    }
}

impl From<Fact> for String {
    fn from(fact: Fact) -> Self {
        match fact {
            Fact::Severity => "severity".into(),
            Fact::Hypothesis => "hypothesis".into(),
            Fact::Cause => "cause".into(),
            Fact::MitigationChosen => "mitigation-chosen".into(),
            Fact::Verification => "verification".into(),
            Fact::RollbackPlan => "rollback-plan".into(),
            Fact::Approved => "approved".into(),
            Fact::Actions => "actions".into(),
            Fact::Milestone(name) => format!("milestone {name}"),
            Fact::Role(id) => format!("role {id}"),
            Fact::Told(id) => format!("told {id}"),
            Fact::Status(id) => format!("status {id}"),
            Fact::Item(id) => format!("item {id}"),
            Fact::Event(kind) => format!("event {kind}"),
            Fact::Escalated(to) => format!("escalated {to}"),
            Fact::Field(name) => format!("field {name}"),
            Fact::People(count) => format!("people {count}"),
        }
    }
}

impl TryFrom<String> for Start {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Ok(match text.split_once(' ').unwrap_or((&text, "")) {
            ("detected", "") => Self::Detected,
            ("declared", "") => Self::Declared,
            ("acknowledged", "") => Self::Acknowledged,
            ("resolved", "") => Self::Resolved,
            ("mitigation", "") => Self::Mitigation,
            ("told", audience) if !audience.is_empty() => Self::Told(audience.into()),
            ("escalated", target) if !target.is_empty() => Self::Escalated(target.into()),
            _ => {
                return Err(format!(
                    "a clock cannot start at `{text}`; try detected, declared, acknowledged, resolved, mitigation, `told AUDIENCE` \
                     or `escalated TARGET`"
                ));
            }
        })
    }
}

impl From<Start> for String {
    fn from(start: Start) -> Self {
        match start {
            Start::Detected => "detected".into(),
            Start::Declared => "declared".into(),
            Start::Acknowledged => "acknowledged".into(),
            Start::Resolved => "resolved".into(),
            Start::Mitigation => "mitigation".into(),
            Start::Told(audience) => format!("told {audience}"),
            Start::Escalated(target) => format!("escalated {target}"),
        }
    }
}

impl TryFrom<String> for Sign {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Ok(match text.split_once(' ').unwrap_or((&text, "")) {
            ("major", "") => Self::Major,
            ("overdue", clock) if !clock.is_empty() => Self::Overdue(clock.into()),
            ("failed", option) if !option.is_empty() => Self::Failed(option.into()),
            ("escalated", target) if !target.is_empty() => Self::Escalated(target.into()),
            ("field", field) if !field.is_empty() => Self::Field(field.into()),
            _ => {
                return Err(format!(
                    "`{text}` is no sign; try `overdue CLOCK`, `failed OPTION`, `escalated TARGET`, `field NAME` or major"
                ));
            }
        })
    }
}

impl From<Sign> for String {
    fn from(sign: Sign) -> Self {
        match sign {
            Sign::Overdue(clock) => format!("overdue {clock}"),
            Sign::Failed(option) => format!("failed {option}"),
            Sign::Escalated(target) => format!("escalated {target}"),
            Sign::Field(field) => format!("field {field}"),
            Sign::Major => "major".into(),
        }
    }
}
