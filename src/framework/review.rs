//! The review after an incident: whether it is mandatory, what it wants before the incident may be closed, and whether it is open.

use serde::Serialize;
use serde_json::Value;

use super::data::Class;
use super::model::{Fact, Start};
use super::{Framework, gate};
use crate::incident::{Change, Extra, Factor, FactorCategory, Incident, ItemState, Refusal, live};

/// Field of an incident that names who writes the review.
pub const OWNER: &str = "review-owner";

/// A question that a template asks of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The heading that it stands under.
    pub section: String,
    /// What it is about, as the document has it before the question; empty where the heading says it all.
    pub label: String,
    /// Where its answer is put down.
    pub answer: AnsweredBy,
    /// Its words.
    pub question: String,
}

/// Where people put down the answer to a question of the review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnsweredBy {
    /// The summary.
    Summary,
    /// The root cause.
    Cause,
    /// A field of the impact record.
    Impact(String),
    /// A field of the team's own, `fields.NAME`.
    Field(String),
    /// The contributing factors, all or of one bone.
    Factors(Option<FactorCategory>),
    /// The five whys.
    Whys,
}

impl AnsweredBy {
    /// What it is known by: `fields.lucky`, `impact.users`, `summary`.
    pub fn key(&self) -> String {
        match self {
            Self::Summary => "summary".into(),
            Self::Cause => "cause".into(),
            Self::Impact(name) => format!("impact.{name}"),
            Self::Field(name) => format!("fields.{name}"),
            Self::Whys => "whys".into(),
            Self::Factors(None) => "factors".into(),
            Self::Factors(Some(bone)) => format!("factors.{bone}"),
        }
    }

    /// What answers it by now.
    pub fn answer(&self, incident: &Incident) -> Option<String> {
        let field = |values: &Extra, name: &str| match values.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let answer = match self {
            Self::Summary => incident.summary.clone(),
            Self::Cause => incident.cause.clone(),
            Self::Impact(name) => field(&incident.impact, name),
            Self::Field(name) => field(&incident.fields, name),
            Self::Whys => {
                let count = live(&incident.whys).count();
                (count >= WHYS).then(|| format!("{count} whys"))
            }
            Self::Factors(bone) => {
                let of = |factor: &&Factor| bone.as_ref().is_none_or(|bone| factor.category == *bone);
                match live(&incident.factors).filter(of).count() {
                    0 => None,
                    1 => Some("1 factor".into()),
                    count => Some(format!("{count} factors")),
                }
            }
        };
        answer.filter(|answer| !answer.trim().is_empty())
    }
}

/// How many whys make a chain.
pub const WHYS: usize = 5;

/// A part that a mandatory review has to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewPart {
    /// `document`, `owner` or `actions`.
    pub id: &'static str,
    /// What is asked for.
    pub text: String,
    /// Whether it is there.
    pub met: bool,
    /// How it is given.
    pub how: String,
}

impl Framework {
    /// The same with what the team's own template of the review asks.
    #[must_use]
    pub fn with_questions(self, asked: Option<Vec<Asked>>) -> Self {
        Self {
            own_questions: asked.map(Into::into),
            ..self
        }
    }

    /// The severity that makes the review mandatory: the worst one in force from an hour before the resolution on, since lowering
    /// it is no way past a review.
    pub fn review_asked_by<'a>(&self, incident: &'a Incident) -> Option<&'a str> {
        let review = self.review.as_ref()?;
        let resolved = incident.resolved.as_ref().map(|moment| moment.at);
        let changes = incident.timeline.iter().filter(|event| {
            // Where it was never resolved every change counts.
            gate::is_severity(event)
                && resolved.is_none_or(|resolved| gate::said_at(incident, event).plus(gate::KEPT) > resolved)
        });
        let was = changes
            .flat_map(|event| [event.from.as_deref(), event.to.as_deref()])
            .flatten();
        let all = was.chain(std::iter::once(incident.severity.as_str()));
        let worst = all
            .filter(|severity| self.severity_rank(severity).is_some())
            .min_by_key(|severity| self.severity_rank(severity))?;
        review
            .mandatory
            .iter()
            .any(|known| known == "any" || known == worst)
            .then_some(worst)
    }

    /// What a mandatory review has to have; nothing where it is not mandatory.
    pub fn review_parts(&self, incident: &Incident) -> Vec<ReviewPart> {
        let Some(review) = self
            .review
            .as_ref()
            .filter(|_| self.review_asked_by(incident).is_some())
        else {
            return vec![];
        };
        let entry = review
            .document
            .as_ref()
            .and_then(|id| live(&incident.checklist).find(|entry| entry.id == *id));
        let mut parts = Vec::new();
        if let Some(item) = &review.document {
            parts.push(ReviewPart {
                id: "document",
                text: format!("the document of the {}", review.title.to_lowercase()),
                met: entry.is_some_and(|entry| entry.state == ItemState::Done),
                how: format!("warroom check tick {item} --note LINK"),
            });
        }
        let named = incident
            .fields
            .get(OWNER)
            .and_then(|who| who.as_str())
            .is_some_and(|who| !who.trim().is_empty());
        parts.push(ReviewPart {
            id: "owner",
            text: "who owns it".into(),
            met: named || entry.is_some_and(|entry| entry.owner.is_some()),
            how: format!("warroom set fields.{OWNER} NAME"),
        });
        parts.push(ReviewPart {
            id: "actions",
            text: "action items, each with owner and date".into(),
            met: self.since(incident, &Fact::Actions).is_some(),
            how: "warroom action add TEXT --owner NAME --due DATE".into(),
        });
        parts
    }

    /// Whether the incident's review still goes on: it is resolved, or was closed before a review whose countdown nobody has met.
    pub fn in_review(&self, incident: &Incident) -> bool {
        match self.class(&incident.status) {
            Class::Resolved => true,
            Class::Closed => {
                let after = self.review.as_ref().is_some_and(|review| review.after_close);
                let mut timers = self.timers.iter().filter(|rule| rule.from.contains(&Start::Resolved));
                let waits = |fact: &Fact| self.since(incident, fact).is_none();
                after && self.review_asked_by(incident).is_some() && timers.any(|rule| rule.met_by.iter().all(waits))
            }
            Class::Open | Class::Monitoring | Class::Cancelled => false,
        }
    }

    /// Closing, where the review allows it or is passed over with a reason.
    /// `given` is what else is passed over, which the incident alone does not tell.
    pub(super) fn closing(
        &self,
        incident: &Incident,
        force: Option<String>,
        given: Option<String>,
    ) -> Result<Change, Refusal> {
        if self.class(&incident.status) != Class::Resolved {
            let said = format!(
                "{} is {}; only a resolved incident can be closed",
                incident.id, incident.status
            );
            return Err(Refusal::Rules {
                said,
                missing: vec!["resolve it first (warroom resolve)".into()],
            });
        }
        if force.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            return Err(Refusal::Invalid(
                "passing the review over needs a reason: --force --reason \"…\"".into(),
            ));
        }
        let after = self.review.as_ref().is_some_and(|review| review.after_close);
        let parts = if after { vec![] } else { self.review_parts(incident) };
        let missing: Vec<ReviewPart> = parts.into_iter().filter(|part| !part.met).collect();
        let given = given.and_then(|given| given.find("questions: ").map(|at| given[at..].to_owned()));
        match (missing.as_slice(), force) {
            ([], force) if force.is_none() || given.is_none() => Ok(Change::close()),
            (missing, Some(reason)) => {
                let words = missing.iter().map(|part| part.id.to_owned());
                Ok(Change::Close {
                    force: Some(reason),
                    missing: Some(words.chain(given).collect::<Vec<_>>().join(", ")),
                })
            }
            (missing, None) => {
                let severity = self.review_asked_by(incident).unwrap_or_default();
                let title = self
                    .review
                    .as_ref()
                    .map_or("review", |review| review.title.as_str())
                    .to_lowercase();
                let said = format!(
                    "{} cannot be closed: the {title} is mandatory at {severity} and not complete; add what is missing, or give --force --reason",
                    incident.id
                );
                let line = |part: &ReviewPart| format!("{}: {} ({})", part.id, part.text, part.how);
                Err(Refusal::Rules {
                    said,
                    missing: missing.iter().map(line).collect(),
                })
            }
        }
    }
}
