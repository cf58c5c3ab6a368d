//! Impact and urgency as they were rated, the severity that follows from both, and the interview that leads to one.

use serde::Serialize;

use super::model::{LEVELS, Topic};
use super::{Framework, Verdict};
use crate::incident::{Change, Incident};

/// What a field of the impact record can rate, and the field's name where the framework marks none.
pub(super) const RATES: [(&str, &str); 2] = [("impact", "level"), ("urgency", "urgency")];

/// One question of the interview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// What is asked, without its question mark.
    pub text: String,
    /// The severity that a yes comes to at once; none where it is a rating.
    pub severity: Option<&'a str>,
}

/// What the interview has come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The severity.
    pub severity: String,
    /// The impact, where it was rated.
    pub impact: Option<&'static str>,
    /// The urgency, the same.
    pub urgency: Option<&'static str>,
}

/// The next question, or the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interview<'a> {
    /// There is a question left that can decide.
    Ask(Question<'a>),
    /// This is it.
    Found(Outcome),
}

impl Framework {
    /// The fields of the impact record that hold the rated impact and urgency.
    fn rating_fields(&self) -> [&str; 2] {
        RATES.map(|(rates, name)| {
            let marked = self.impact.iter().find(|one| one.rates.as_deref() == Some(rates));
            marked.map_or(name, |one| one.id.as_str())
        })
    }

    /// What an incident is rated: impact and urgency.
    pub fn rated<'i>(&self, incident: &'i Incident) -> (Option<&'i str>, Option<&'i str>) {
        let [impact, urgency] = self.rating_fields();
        let of = |name: &str| incident.impact.get(name).and_then(|value| value.as_str());
        (of(impact), of(urgency))
    }

    /// The ratings of a verdict as fields of the impact record.
    pub fn ratings(&self, verdict: &Verdict) -> Vec<(String, String)> {
        let values = [&verdict.impact, &verdict.urgency];
        let rated = self.rating_fields().into_iter().zip(values);
        rated
            .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)))
            .collect()
    }

    /// The changes that write down the ratings of a verdict and set the severity, where they are other than those that stand.
    pub fn rating_changes(&self, incident: &Incident, verdict: &Verdict, reason: Option<&str>) -> Vec<Change> {
        let stands =
            |name: &str, value: &str| incident.impact.get(name).and_then(|known| known.as_str()) == Some(value);
        let ratings = self
            .ratings(verdict)
            .into_iter()
            .filter(|(name, value)| !stands(name, value));
        let mut changes: Vec<Change> = ratings
            .map(|(name, value)| Change::SetField {
                field: format!("impact.{name}"),
                value,
            })
            .collect();
        if let Some(severity) = verdict
            .severity
            .clone()
            .filter(|severity| *severity != incident.severity)
        {
            let reason = match reason {
                Some(reason) => format!("{}: {reason}", verdict.because),
                None => verdict.because.clone(),
            };
            changes.push(Change::SetSeverity {
                severity,
                reason: Some(reason),
            });
        }
        changes
    }

    /// What a level of impact or urgency means.
    pub fn level_means(&self, topic: Topic, level: &str) -> Option<&str> {
        let note = self.notes.iter().find(|note| note.topic == topic)?;
        let found = note.levels.iter().find(|(known, _)| *known == level);
        found.map(|(_, about)| about.as_str())
    }

    /// The interview after these answers: the definition of the worst severity, then the two ratings where there is a table of
    /// impact and urgency; all criteria, worst first, where there is none.
    pub fn interview(&self, answers: &[bool]) -> Interview<'_> {
        let mut answers = answers.iter().copied();
        let criteria = self.questions();
        let asked = criteria.iter().filter(|(severity, _)| {
            self.matrix.is_empty() || self.severities.first().is_some_and(|worst| worst.id == **severity)
        });
        for (severity, text) in asked {
            match answers.next() {
                None => return ask(text.to_string(), Some(severity)),
                Some(true) => return found(severity, None, None),
                Some(false) => {}
            }
        }
        if self.matrix.is_empty() {
            return found(self.severities.last().map_or("", |last| last.id.as_str()), None, None);
        }
        let impact = match self.rating_asked(Topic::Impact, &mut answers) {
            Ok(level) => level,
            Err(question) => return Interview::Ask(question),
        };
        let urgency = match self.rating_asked(Topic::Urgency, &mut answers) {
            Ok(level) => level,
            Err(question) => return Interview::Ask(question),
        };
        let severity = self.priority(impact, urgency).unwrap_or_default();
        found(&severity, Some(impact), Some(urgency))
    }

    /// The level that the answers come to, from the highest down; the question where one is open.
    fn rating_asked(
        &self,
        topic: Topic,
        answers: &mut dyn Iterator<Item = bool>,
    ) -> Result<&'static str, Question<'_>> {
        let [high, medium, low] = LEVELS;
        for level in [high, medium] {
            match answers.next() {
                None => {
                    let means = self.level_means(topic, level).unwrap_or(level);
                    let text = format!("{topic} {level}: {means}");
                    return Err(Question { text, severity: None });
                }
                Some(true) => return Ok(level),
                Some(false) => {}
            }
        }
        Ok(low)
    }
}

fn ask(text: String, severity: Option<&str>) -> Interview<'_> {
    Interview::Ask(Question { text, severity })
}

fn found<'a>(severity: &str, impact: Option<&'static str>, urgency: Option<&'static str>) -> Interview<'a> {
    Interview::Found(Outcome {
        severity: severity.to_owned(),
        impact,
        urgency,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers every question as told, and says what it came to and how many were asked.
    fn interview(name: &str, yes: &dyn Fn(&str) -> bool) -> (Outcome, usize) {
        let framework = Framework::builtin(name).unwrap();
        let mut answers = Vec::new();
        loop {
            match framework.interview(&answers) {
                Interview::Found(outcome) => return (outcome, answers.len()),
                Interview::Ask(question) => answers.push(yes(&question.text)),
            }
        }
    }

    #[test]
    fn two_ratings_are_asked_with_what_they_mean() {
        let (outcome, _) = interview("itil", &|text| {
            text.starts_with("impact medium") || text.starts_with("urgency high")
        });
        assert_eq!(
            (outcome.severity.as_str(), outcome.impact, outcome.urgency),
            ("P1", Some("medium"), Some("high"))
        );
        let (outcome, _) = interview("itil", &|_| false);
        assert_eq!(
            (outcome.severity.as_str(), outcome.impact, outcome.urgency),
            ("P3", Some("low"), Some("low"))
        );
        let (outcome, asked) = interview("itil", &|_| true);
        assert_eq!(
            (outcome.severity.as_str(), outcome.impact, asked),
            ("P0", None, 1),
            "the definition decides"
        );
    }

    #[test]
    fn criteria_are_asked_worst_first_where_there_is_no_table() {
        for name in ["war-room", "ops", "sre", "essentials"] {
            let framework = Framework::builtin(name).unwrap();
            let (outcome, asked) = interview(name, &|_| false);
            assert_eq!(outcome.severity, framework.severities.last().unwrap().id, "{name}");
            assert_eq!(asked, framework.questions().len(), "{name}");
        }
    }
}
