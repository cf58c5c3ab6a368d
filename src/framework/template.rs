//! The words of a message template, its fields found once.

use super::model::words;

words! {
    /// What a template can have filled in.
    TemplateField {
        /// The incident's id.
        Id => "id",
        /// Its title.
        Title => "title",
        /// Its severity.
        Severity => "severity",
        /// Its status.
        Status => "status",
        /// The state that the audience is told.
        StatusWord => "status_word",
        /// The time of day.
        Time => "time",
        /// When it began.
        Started => "started",
        /// When it was resolved.
        Resolved => "resolved",
        /// How long it has taken.
        Duration => "duration",
        /// All of the impact but the revenue.
        Impact => "impact",
        /// Affected users.
        Users => "users",
        /// Lost revenue.
        Revenue => "revenue",
        /// Affected services.
        Services => "services",
        /// The root cause.
        Cause => "cause",
        /// What was done last.
        Actions => "actions",
        /// What comes next.
        Next => "next",
        /// The mitigation that ended it, or that is under way.
        Mitigation => "mitigation",
        /// Who carries it out.
        Owner => "owner",
        /// When it was started.
        MitigationStarted => "mitigation_started",
        /// How it will be verified.
        Verification => "verification",
        /// How to take it back.
        Rollback => "rollback",
        /// When the end is expected.
        Eta => "eta",
        /// Who commands.
        Commander => "commander",
        /// Who holds which role.
        People => "people",
        /// Open hypotheses.
        Hypotheses => "hypotheses",
        /// Whom to escalate to.
        Contacts => "contacts",
        /// The chat channel.
        Channel => "channel",
        /// How often this audience is told.
        Cadence => "cadence",
        /// When it is told next.
        NextUpdate => "next_update",
        /// When the review is due.
        Review => "review",
    }
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it is.
    Text(String),
    /// To be filled in.
    Field(TemplateField),
}

/// A text with fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(pub Vec<Part>);

impl Words {
    /// Reads one, with what looks like a field and is none.
    pub fn parse(text: &str) -> (Self, Vec<String>) {
        let (mut parts, mut odd) = (Vec::new(), Vec::new());
        let mut plain = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            plain.push_str(&rest[..start]);
            let after = &rest[start + 1..];
            let name = after.split(['}', '{', '\n']).next().unwrap_or_default();
            let closed = after[name.len()..].starts_with('}');
            if let Some(field) = TemplateField::parse(name).filter(|_| closed) {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Field(field));
                rest = &after[name.len() + 1..];
                continue;
            }
            let word = if closed {
                name
            } else {
                name.split_whitespace().next().unwrap_or_default()
            };
            let wordlike = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
            if word.chars().any(char::is_alphabetic) && word.chars().all(wordlike) {
                odd.push(format!("{{{word}{}", if closed { "}" } else { "" }));
            }
            plain.push('{');
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        (Self(parts), odd)
    }
}
