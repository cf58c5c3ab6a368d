//! The words of a message template, its fields found once. The language is small on purpose: a repository may bring its own.
//!
//! `{field}` is filled in, and is a visible gap where the record does not say; `{field|words}` says the words then. A line that
//! begins with `? ` is left out where one of its fields is not known. A line that is `- {field}` and nothing else is repeated for
//! each of several values.

use super::model::words;

words! {
    /// What a template can have filled in.
    TemplateField {
        /// The incident's id.
        Id => "id",
        /// Its title.
        Title => "title",
        /// Its summary.
        Summary => "summary",
        /// Its severity.
        Severity => "severity",
        /// Its status.
        Status => "status",
        /// The state that the audience is told.
        StatusWord => "status_word",
        /// The time of day.
        Time => "time",
        /// Day and time.
        DateTime => "date_time",
        /// When it began.
        Started => "started",
        /// When it was detected.
        Detected => "detected",
        /// When it was declared.
        Declared => "declared",
        /// When the impact ended.
        Mitigated => "mitigated",
        /// When it was resolved.
        Resolved => "resolved",
        /// How long it has taken.
        Duration => "duration",
        /// The milestones with their times, and when the cause was found.
        Milestones => "milestones",
        /// All of the impact but the revenue.
        Impact => "impact",
        /// Affected users.
        Users => "users",
        /// Lost revenue.
        Revenue => "revenue",
        /// Affected services.
        Services => "services",
        /// The root cause that was confirmed.
        Cause => "cause",
        /// The confirmed root cause, or the hypothesis that is most likely, marked as one.
        CauseSoFar => "cause_so_far",
        /// What was done, with times, failures too.
        Actions => "actions",
        /// What was done since this audience heard last.
        New => "new",
        /// Action items of the review.
        FollowUp => "follow-up",
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
        /// Everyone who worked on it.
        Responders => "responders",
        /// Open hypotheses.
        Hypotheses => "hypotheses",
        /// Whom to escalate to.
        Contacts => "contacts",
        /// The chat channel.
        Channel => "channel",
        /// Links of the incident.
        Links => "links",
        /// How often this audience is told.
        Cadence => "cadence",
        /// When it is told next.
        NextUpdate => "next_update",
        /// When the audience heard last.
        LastUpdate => "last_update",
        /// Whether the last promise of an update was kept.
        Promise => "promise",
        /// When the review is, or by when.
        Review => "review",
        /// Why the incident was no incident.
        Reason => "reason",
        /// The incident that goes on, of which this one is a duplicate.
        Parent => "parent",
    }
}

/// What a piece of a template asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// One of the fields that every framework has.
    Field(TemplateField),
    /// A field of the impact record (`impact.symptoms`).
    Impact(String),
    /// A field of the team's own (`fields.ticket`).
    Own(String),
}

impl Wish {
    /// Whether it asks for what was done or will be, in people's words.
    pub fn is_deeds(&self) -> bool {
        use TemplateField as F;
        matches!(self, Self::Field(F::Actions | F::New | F::FollowUp | F::Next))
    }

    /// What stands between the braces.
    pub fn parse(name: &str) -> Option<Self> {
        let wordlike =
            |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if let Some(rest) = name.strip_prefix("impact.").filter(|rest| wordlike(rest)) {
            return Some(Self::Impact(rest.to_owned()));
        }
        if let Some(rest) = name.strip_prefix("fields.").filter(|rest| wordlike(rest)) {
            return Some(Self::Own(rest.to_owned()));
        }
        TemplateField::parse(name).map(Self::Field)
    }
}

impl std::fmt::Display for Wish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field(field) => f.write_str(field.as_str()),
            Self::Impact(name) => write!(f, "impact.{name}"),
            Self::Own(name) => write!(f, "fields.{name}"),
        }
    }
}

/// The marks around a gap in a text.
const GAP: (&str, &str) = ("‹", "?›");

/// What stands in a text where something is not known.
pub fn gap_mark(what: &str) -> String {
    format!("{}{what}{}", GAP.0, GAP.1)
}

/// Whether a text still has a gap; the words between the marks.
pub fn has_gap(text: &str) -> Option<&str> {
    text.match_indices(GAP.0).find_map(|(at, open)| {
        let inside = text[at + open.len()..].split_once(GAP.1)?.0;
        (!inside.contains('\n')).then_some(inside)
    })
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it is.
    Text(String),
    /// To be filled in.
    Field {
        /// What it asks for.
        wish: Wish,
        /// What is said where the record does not know.
        otherwise: Option<String>,
    },
}

/// A line of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// It is left out where one of its fields is not known.
    pub optional: bool,
    /// Its pieces.
    pub parts: Vec<Part>,
}

impl Line {
    /// The text before the field that is repeated for each of its values, and that field.
    pub fn repeated(&self) -> Option<(&str, &Wish)> {
        match self.parts.as_slice() {
            [Part::Text(before), Part::Field { wish, .. }] if before.trim() == "-" => Some((before, wish)),
            _ => None,
        }
    }
}

/// A text with fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Its lines.
    pub lines: Vec<Line>,
}

impl Words {
    /// Reads one, with what looks like a field and is none.
    pub fn parse(text: &str) -> (Self, Vec<String>) {
        let mut odd = Vec::new();
        let lines = text.lines().map(|line| {
            let (optional, line) = match line.strip_prefix("? ") {
                Some(rest) => (true, rest),
                None => (false, line),
            };
            Line {
                optional,
                parts: pieces(line, &mut odd),
            }
        });
        let lines = lines.collect();
        (Self { lines }, odd)
    }

    /// All that it asks for.
    pub fn wishes(&self) -> impl Iterator<Item = &Wish> {
        let parts = self.lines.iter().flat_map(|line| &line.parts);
        parts.filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Field { wish, .. } => Some(wish),
        })
    }
}

fn pieces(line: &str, odd: &mut Vec<String>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('{') {
        plain.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let inside = after.split(['}', '{']).next().unwrap_or_default();
        let closed = after[inside.len()..].starts_with('}');
        let (name, otherwise) = match inside.split_once('|') {
            Some((name, otherwise)) => (name, Some(otherwise.to_owned())),
            None => (inside, None),
        };
        if let Some(wish) = Wish::parse(name).filter(|_| closed) {
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Field { wish, otherwise });
            rest = &after[inside.len() + 1..];
            continue;
        }
        let word = if closed {
            name
        } else {
            name.split_whitespace().next().unwrap_or_default()
        };
        let wordlike = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
        if word.chars().any(char::is_alphabetic) && word.chars().all(wordlike) {
            odd.push(match otherwise {
                Some(otherwise) if closed => format!("{{{word}|{otherwise}}}"),
                _ if closed => format!("{{{word}}}"),
                _ => format!("{{{word}"),
            });
        }
        plain.push('{');
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    parts
}

words! {
    /// What a message is about, for the choice of the template.
    Stage {
        /// The first that an audience hears.
        First => "first",
        /// There is news.
        Progress => "progress",
        /// There is none.
        Holding => "holding",
        /// A mitigation is under way.
        Mitigation => "mitigation",
        /// It is over.
        Resolved => "resolved",
        /// It was over, and is back.
        Reopened => "reopened",
        /// It was no incident.
        Cancelled => "cancelled",
        /// It is the same as another one, which goes on.
        Duplicate => "duplicate",
    }
}

impl Stage {
    /// The stages whose templates will do, the best first.
    pub fn chain(self) -> &'static [Self] {
        match self {
            Self::First => &[Self::First, Self::Progress],
            Self::Progress => &[Self::Progress, Self::First],
            Self::Holding => &[Self::Holding, Self::Progress, Self::First],
            Self::Mitigation => &[Self::Mitigation, Self::Progress, Self::First],
            Self::Reopened => &[Self::Reopened, Self::Progress, Self::First],
            Self::Resolved => &[Self::Resolved],
            Self::Cancelled => &[Self::Cancelled],
            Self::Duplicate => &[Self::Duplicate],
        }
    }
}
