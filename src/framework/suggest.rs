//! Which severity figures and answers speak for: thresholds of the framework, and its criteria asked one at a time.

use serde::Serialize;

use super::Framework;

/// A threshold that a figure has passed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// The severity it speaks for; `None` where it only says that something is wrong.
    pub severity: Option<String>,
    /// What was measured (`availability`).
    pub measure: String,
    /// The figure; `None` for a plain fact.
    pub value: Option<f64>,
    /// What the framework says of it.
    pub text: String,
}

/// A figure as people type it: `97.5`, `12 %`, `3x`.
pub fn figure(text: &str) -> Option<f64> {
    let number = text.trim().trim_end_matches(['%', 'x']).trim();
    number.parse::<f64>().ok().filter(|number| number.is_finite())
}

impl Framework {
    /// The measures that its thresholds know.
    pub fn measures(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.thresholds.iter().map(|one| one.measure.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The thresholds that these figures and plain facts have passed, for the worst severity first; of several thresholds of one
    /// measure the worst.
    pub fn suggest(&self, given: &[(String, Option<f64>)]) -> Vec<Suggestion> {
        let rank = |severity: &Option<String>| {
            let known = severity.as_ref().and_then(|id| self.severity_rank(id));
            known.unwrap_or(usize::MAX)
        };
        let mut passed: Vec<Suggestion> = Vec::new();
        for (measure, value) in given {
            let own = self.thresholds.iter().filter(|one| one.measure == *measure);
            let hit = own.filter(|one| match (one.below, one.above, value) {
                (None, None, _) => true,
                (Some(below), _, Some(value)) if *value >= below => false,
                (_, Some(above), Some(value)) if *value <= above => false,
                (_, _, value) => value.is_some(),
            });
            let worst = hit.min_by_key(|one| rank(&one.severity));
            passed.extend(worst.map(|one| Suggestion {
                severity: one.severity.clone(),
                measure: measure.clone(),
                value: *value,
                text: one.text.clone(),
            }));
        }
        passed.sort_by_key(|one| rank(&one.severity));
        passed
    }

    /// The criteria as questions, in the order in which they are asked: the worst severity's first. The first that is answered with
    /// yes decides; where none is, it is the mildest severity.
    pub fn questions(&self) -> Vec<(&str, &str)> {
        let all = self.severities.split_last().map_or(&[][..], |(_, worse)| worse);
        all.iter()
            .flat_map(|severity| {
                severity
                    .criteria
                    .iter()
                    .map(|text| (severity.id.as_str(), text.as_str()))
            })
            .collect()
    }

    /// The severity that the answers to [`Self::questions`] come to, so far: `None` while a question is open that could decide.
    pub fn answered(&self, answers: &[bool]) -> Option<&str> {
        let questions = self.questions();
        match answers.iter().position(|yes| *yes) {
            Some(first) => questions.get(first).map(|(severity, _)| *severity),
            None if answers.len() < questions.len() => None,
            None => self.severities.last().map(|severity| severity.id.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 5] = ["war-room", "ops", "itil", "sre", "essentials"];

    #[test]
    fn figures_speak_for_a_severity() {
        let framework = Framework::builtin("war-room").unwrap();
        let said = |given: &[(&str, Option<f64>)]| -> Vec<Option<String>> {
            let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
            framework.suggest(&given).into_iter().map(|one| one.severity).collect()
        };
        let some = |severity: &str| Some(severity.to_owned());
        assert_eq!(said(&[("availability", Some(98.9))]), [some("P0")]);
        assert_eq!(said(&[("availability", Some(99.0))]), []);
        assert_eq!(said(&[("latency-factor", Some(3.0))]), []);
        assert_eq!(
            said(&[
                ("revenue-drop-percent", Some(12.0)),
                ("latency-factor", Some(4.0)),
                ("breach", None)
            ]),
            [some("P0"), some("P1"), None]
        );
        assert_eq!(said(&[("availability", None), ("nonsense", Some(1.0))]), []);
        let itil = Framework::builtin("itil").unwrap();
        let given = [("users-percent".to_owned(), Some(60.0))];
        assert_eq!(
            itil.suggest(&given)[0].severity,
            some("P0"),
            "the worst of one measure's"
        );
    }

    proptest! {
        #[test]
        fn the_questions_give_what_the_criteria_say(name in 0..5usize, answers in prop::collection::vec(any::<bool>(), 0..40)) {
            let framework = Framework::builtin(NAMES[name]).unwrap();
            let questions = framework.questions();
            let answers = &answers[..answers.len().min(questions.len())];
            // By the table: the worst severity of which a criterion holds.
            let holds = |severity: &crate::framework::data::Severity| {
                severity.criteria.iter().any(|text| {
                    questions.iter().zip(answers).any(|(question, yes)| *yes && *question == (severity.id.as_str(), text.as_str()))
                })
            };
            let by_table = framework.severities.iter().find(|severity| holds(severity)).map(|severity| severity.id.as_str());
            match framework.answered(answers) {
                None => prop_assert!(by_table.is_none() && answers.len() < questions.len()),
                Some(found) if by_table.is_none() => prop_assert_eq!(found, &framework.severities.last().unwrap().id),
                Some(found) => prop_assert_eq!(Some(found), by_table),
            }
        }
    }
}
