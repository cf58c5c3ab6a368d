//! How facts, starts and signs are written in a framework's file: a word or two each.

use super::model::{Fact, Field, Sign, Start};
use crate::incident::{EventKind, Milestone};

/// The first word, and what follows it.
fn halves(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (word, rest.trim())
}

/// What stands between facts or starts of which the first counts.
pub(super) const OR: &str = " or ";

/// `impact.users`, `fields.review`.
fn field(name: &str) -> Result<Field, String> {
    let plain = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    match name.split_once('.').filter(|(_, name)| plain(name)) {
        Some(("impact", name)) => Ok(Field::Impact(name.to_owned())),
        Some(("fields", name)) => Ok(Field::Own(name.to_owned())),
        _ => Err(format!("`{name}` is not a field; try impact.NAME or fields.NAME")),
    }
}

impl Fact {
    /// Reads one; names are not looked up yet.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let parts = |word: &str| -> Result<Vec<Self>, String> {
            text.split(word).map(|part| Self::parse(part.trim())).collect()
        };
        // `a and b or c` is (a and b) or c, as one reads it.
        if text.contains(" or ") {
            return parts(" or ").map(Self::Any);
        }
        if text.contains(" and ") {
            return parts(" and ").map(Self::All);
        }
        let (word, rest) = halves(text);
        let name = || rest.to_owned();
        Ok(match (word, rest.is_empty()) {
            ("severity", true) => Self::Severity,
            ("hypothesis", true) => Self::Hypothesis,
            ("cause", true) => Self::Cause,
            ("mitigation-chosen", true) => Self::MitigationChosen,
            ("verification", true) => Self::Verification,
            ("rollback-plan", true) => Self::RollbackPlan,
            ("approved", true) => Self::Approved,
            ("actions", true) => Self::Actions,
            ("milestone", false) => Self::Milestone(Milestone::known(rest).ok_or_else(|| {
                format!(
                    "no milestone is called `{rest}`; there are {}",
                    Milestone::KNOWN.join(", ")
                )
            })?),
            ("role", false) => Self::Role(name()),
            ("told", false) => match halves(rest) {
                (audience, "") => Self::Told(audience.into()),
                (audience, state) => Self::ToldState(audience.into(), state.into()),
            },
            ("roles", true) => Self::Roles,
            ("validated", true) => Self::Validated,
            ("factor", true) => Self::Factor,
            ("status", false) => Self::Status(name()),
            ("item", false) => Self::Item(name()),
            ("event", false) => Self::Event(EventKind::known(rest).ok_or_else(|| {
                format!(
                    "no event is of the kind `{rest}`; there are {}",
                    EventKind::KNOWN.join(", ")
                )
            })?),
            ("escalated", false) => Self::Escalated(name()),
            ("field", false) => Self::Field(field(rest)?),
            ("people", false) => Self::People(
                rest.parse()
                    .ok()
                    .filter(|count| *count > 0)
                    .ok_or_else(|| format!("`{rest}` is not a number of people"))?,
            ),
            _ => {
                return Err(format!(
                    "`{text}` is not a fact; try `role ID`, `told AUDIENCE`, `milestone NAME`, `status ID`, `item ID`, `people N`, \
                     `event KIND`, `escalated TARGET`, `field NAME`, `told AUDIENCE STATE`, severity, roles, hypothesis, validated, cause, \
                     factor, mitigation-chosen, verification, rollback-plan, approved or actions; join several with `and` or `or`"
                ));
            }
        })
    }
}

impl Start {
    /// Whether every incident comes to it, whatever happens in it.
    pub fn is_of_every_incident(&self) -> bool {
        match self {
            Self::Detected | Self::Declared | Self::Acknowledged | Self::Resolved | Self::Told(_) => true,
            Self::Mitigation | Self::Escalated(_) | Self::Procedure(_) | Self::Field(_) | Self::Stable => false,
        }
    }

    /// Reads one; names are not looked up yet.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Ok(match halves(text) {
            ("detected", "") => Self::Detected,
            ("declared", "") => Self::Declared,
            ("acknowledged", "") => Self::Acknowledged,
            ("resolved", "") => Self::Resolved,
            ("mitigation", "") => Self::Mitigation,
            ("told", audience) if !audience.is_empty() => Self::Told(audience.into()),
            ("escalated", target) if !target.is_empty() => Self::Escalated(target.into()),
            ("procedure", id) if !id.is_empty() => Self::Procedure(id.into()),
            ("field", name) if !name.is_empty() => Self::Field(field(name)?),
            ("stable", "") => Self::Stable,
            _ => {
                return Err(format!(
                    "a clock cannot start at `{text}`; try detected, declared, acknowledged, resolved, mitigation, stable, \
                     `told AUDIENCE`, `escalated TARGET`, `procedure ID` or `field NAME`"
                ));
            }
        })
    }
}

impl Sign {
    /// Reads one; names are not looked up yet.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Ok(match halves(text) {
            ("major", "") => Self::Major,
            ("overdue", clock) if !clock.is_empty() => Self::Overdue(clock.into()),
            ("failed", option) if !option.is_empty() => Self::Failed(option.into()),
            ("escalated", target) if !target.is_empty() => Self::Escalated(target.into()),
            ("field", name) if !name.is_empty() => Self::Field(field(name)?),
            _ => {
                return Err(format!(
                    "`{text}` is not a sign; try `overdue CLOCK`, `failed OPTION`, `escalated TARGET`, `field NAME` or major"
                ));
            }
        })
    }
}
