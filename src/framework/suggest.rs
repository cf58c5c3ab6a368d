//! Which severity figures and answers speak for: thresholds of the framework, and its criteria asked one at a time.

use serde::Serialize;

use super::Framework;
use super::data::Threshold;
use super::model::LEVELS;
use crate::incident::Refusal;

/// A threshold that a figure has passed, or a fact that holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// The severity it speaks for; `None` where it speaks for a rating only, or only says that something is wrong.
    pub severity: Option<String>,
    /// The level of impact it speaks for.
    pub impact: Option<String>,
    /// The level of urgency it speaks for.
    pub urgency: Option<String>,
    /// The field of the impact record that it fills.
    pub records: Option<String>,
    /// What was measured (`availability`).
    pub measure: String,
    /// The figure; `None` for a plain fact.
    pub value: Option<f64>,
    /// What the framework says of it.
    pub text: String,
}

/// What figures, facts and ratings come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verdict {
    /// The severity: the worse of what the definitions say and what the table of impact and urgency says.
    pub severity: Option<String>,
    /// The impact, as it was rated or as the figures have it.
    pub impact: Option<String>,
    /// The urgency, the same.
    pub urgency: Option<String>,
    /// Which rating is wanting before the table can say anything: `impact` or `urgency`.
    pub wanting: Option<&'static str>,
    /// What it follows from, in words.
    pub because: String,
}

/// A figure as people type it: `97.5`, `12 %`, `3x`.
pub fn figure(text: &str) -> Option<f64> {
    let number = text.trim().trim_end_matches(['%', 'x']).trim();
    number.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Whether a measure is a share of something, and so lies between 0 and 100.
pub(super) fn is_share(measure: &str) -> bool {
    measure.ends_with("-percent") || measure == "availability"
}

impl Threshold {
    /// A fact that holds or does not, rather than a figure.
    pub fn is_fact(&self) -> bool {
        [self.below, self.at_most, self.above, self.at_least]
            .iter()
            .all(Option::is_none)
    }

    /// Whether a figure passes it; a fact that is given holds.
    fn passed(&self, value: Option<f64>) -> bool {
        let Some(value) = value else { return self.is_fact() };
        !self.is_fact()
            && self.below.is_none_or(|edge| value < edge)
            && self.at_most.is_none_or(|edge| value <= edge)
            && self.above.is_none_or(|edge| value > edge)
            && self.at_least.is_none_or(|edge| value >= edge)
    }
}

impl Framework {
    /// The measures that its thresholds know.
    pub fn measures(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.thresholds.iter().map(|one| one.measure.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What was given, `availability=97.5`, `breach` or `breach=no`: the measure with its figure. `None` for a fact that does not
    /// hold.
    pub fn given(&self, text: &str) -> Result<Option<(String, Option<f64>)>, Refusal> {
        let (name, value) = text
            .split_once('=')
            .map_or((text, None), |(name, value)| (name, Some(value.trim())));
        let name = name.trim().to_lowercase().replace([' ', '_'], "-");
        let own: Vec<_> = self.thresholds.iter().filter(|one| one.measure == name).collect();
        let Some(first) = own.first() else {
            let known = match self.measures().as_slice() {
                [] => format!("{} has no thresholds", self.name),
                known => format!("{} knows {}", self.name, known.join(", ")),
            };
            return Err(Refusal::NotFound {
                said: format!("`{}` is no measure; {known}", brief(&name)),
                candidates: self.measures().iter().map(ToString::to_string).collect(),
            });
        };
        let invalid = |said: String| Err(Refusal::Invalid(said));
        match (first.is_fact(), value) {
            (true, None) => Ok(Some((name, None))),
            (true, Some(word)) if ["yes", "y", "true"].contains(&word.to_lowercase().as_str()) => {
                Ok(Some((name, None)))
            }
            (true, Some(word)) if ["no", "n", "false"].contains(&word.to_lowercase().as_str()) => Ok(None),
            (true, Some(_)) => invalid(format!("`{name}` is a fact and no figure; give {name}, or {name}=no")),
            (false, None) => invalid(format!("`{name}` wants a figure; try {name}={}", first.example())),
            (false, Some(word)) => match figure(word) {
                None => invalid(format!(
                    "`{}` is no figure; try {name}={}",
                    brief(word),
                    first.example()
                )),
                Some(value) if value < 0.0 || (is_share(&name) && value > 100.0) => {
                    let most = if is_share(&name) {
                        "a percentage from 0 to 100"
                    } else {
                        "0 or more"
                    };
                    invalid(format!("`{}` cannot be; {name} is {most}", brief(word)))
                }
                Some(value) => Ok(Some((name, Some(value)))),
            },
        }
    }

    /// The thresholds that these figures and plain facts have passed, for the worst severity first; of several thresholds of one
    /// measure the worst.
    pub fn suggest(&self, given: &[(String, Option<f64>)]) -> Vec<Suggestion> {
        let rank = |severity: &Option<String>, impact: &Option<String>| {
            let known = severity.as_ref().and_then(|id| self.severity_rank(id));
            (known.unwrap_or(usize::MAX), level(impact.as_deref()))
        };
        let mut passed: Vec<Suggestion> = Vec::new();
        for (measure, value) in given {
            let hit = self
                .thresholds
                .iter()
                .filter(|one| one.measure == *measure && one.passed(*value));
            let worst = hit.min_by_key(|one| rank(&one.severity, &one.impact));
            passed.extend(worst.map(|one| Suggestion {
                severity: one.severity.clone(),
                impact: one.impact.clone(),
                urgency: one.urgency.clone(),
                records: one.records.clone(),
                measure: measure.clone(),
                value: *value,
                text: one.text.clone(),
            }));
        }
        passed.sort_by_key(|one| rank(&one.severity, &one.impact));
        passed
    }

    /// What passed thresholds and ratings come to. A definition counts beside the table: the worse of the two is the severity.
    pub fn verdict(
        &self,
        passed: &[Suggestion],
        impact: Option<&str>,
        urgency: Option<&str>,
    ) -> Result<Verdict, Refusal> {
        let worst = |rated: Option<&str>, seen: &dyn Fn(&Suggestion) -> Option<&str>| {
            let all = rated.into_iter().chain(passed.iter().filter_map(seen));
            all.min_by_key(|one| level(Some(one))).map(str::to_owned)
        };
        let (impact, urgency) = (self.rating(impact)?, self.rating(urgency)?);
        let impact = worst(impact.as_deref(), &|one| one.impact.as_deref());
        let urgency = worst(urgency.as_deref(), &|one| one.urgency.as_deref());
        let by_table = match (&impact, &urgency) {
            (Some(impact), Some(urgency)) => Some(self.priority(impact, urgency)?),
            _ => None,
        };
        let wanting = match (&impact, &urgency) {
            (Some(_), None) => Some("urgency"),
            (None, Some(_)) => Some("impact"),
            _ => None,
        };
        let defined = passed.iter().filter_map(|one| one.severity.clone());
        let severity = by_table
            .clone()
            .into_iter()
            .chain(defined)
            .min_by_key(|one| self.severity_rank(one));
        let decides = |one: &&Suggestion| one.severity.is_none() || one.severity == severity;
        let mut because: Vec<String> = passed.iter().filter(decides).map(Suggestion::said).collect();
        if let (Some(impact), Some(urgency)) = (&impact, &urgency) {
            because.push(format!("impact {impact}, urgency {urgency}"));
        }
        Ok(Verdict {
            severity,
            impact,
            urgency,
            wanting,
            because: because.join("; "),
        })
    }

    /// A level of impact or urgency, in any case.
    fn rating(&self, word: Option<&str>) -> Result<Option<String>, Refusal> {
        let Some(word) = word else { return Ok(None) };
        if self.matrix.is_empty() {
            return Err(Refusal::Invalid(format!(
                "{} has no table of impact and urgency; give --severity instead",
                self.name
            )));
        }
        let wanted = word.trim().to_lowercase();
        match LEVELS.iter().find(|known| **known == wanted) {
            Some(known) => Ok(Some((*known).to_owned())),
            None => Err(Refusal::Invalid(format!(
                "`{}` is no rating; use high, medium or low",
                brief(word)
            ))),
        }
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

impl Threshold {
    /// A figure that stands for others in a sentence.
    fn example(&self) -> String {
        let edge = [self.below, self.at_most, self.above, self.at_least]
            .into_iter()
            .flatten()
            .next();
        edge.map_or_else(|| "97.5".to_owned(), |edge| edge.to_string())
    }
}

impl Suggestion {
    /// What it says, with its figure.
    fn said(&self) -> String {
        match self.value {
            Some(value) => format!("{} ({} {value})", self.text, self.measure),
            None => self.text.clone(),
        }
    }
}

/// How bad a level is, 0 the worst.
fn level(word: Option<&str>) -> usize {
    let known = word.and_then(|word| LEVELS.iter().position(|known| *known == word));
    known.unwrap_or(usize::MAX)
}

/// What somebody typed, short enough for a sentence.
fn brief(word: &str) -> String {
    crate::text::fit(&crate::text::one_line(word.trim()), 40, "…").into_owned()
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
        assert_eq!(said(&[("latency-factor", Some(3.0))]), [some("P1")]);
        assert_eq!(said(&[("latency-factor", Some(2.9))]), []);
        assert_eq!(
            said(&[
                ("revenue-drop-percent", Some(12.0)),
                ("latency-factor", Some(4.0)),
                ("breach", None)
            ]),
            [some("P0"), some("P1"), None]
        );
        assert_eq!(said(&[("availability", None), ("nonsense", Some(1.0))]), []);
    }

    /// What figures, facts and ratings come to, as people type them.
    fn verdict(name: &str, given: &[&str], impact: Option<&str>, urgency: Option<&str>) -> Verdict {
        let framework = Framework::builtin(name).unwrap();
        let given: Vec<_> = given.iter().filter_map(|one| framework.given(one).unwrap()).collect();
        framework.verdict(&framework.suggest(&given), impact, urgency).unwrap()
    }

    #[test]
    fn every_threshold_of_the_sources_at_and_around_its_edge() {
        for (name, given, severity) in [
            // S0:57, 61, 62, 93, 100.
            ("war-room", "availability=98.99", "P0"),
            ("war-room", "availability=99", ""),
            ("war-room", "latency-factor=2.99", ""),
            ("war-room", "latency-factor=3", "P1"),
            ("war-room", "customer-reports=1", ""),
            ("war-room", "customer-reports=2", "P1"),
            ("war-room", "requests-percent=20.1", "P1"),
            ("war-room", "requests-percent=20", "P2"),
            ("war-room", "requests-percent=5", "P2"),
            ("war-room", "requests-percent=4.9", "P2"),
            ("war-room", "requests-percent=0", ""),
            ("war-room", "revenue-drop-percent=10", ""),
            ("war-room", "breach", "P0"),
            ("war-room", "breach=no", ""),
            // S1:75-79.
            ("ops", "users-percent=50", "SEV2"),
            ("ops", "users-percent=49.9", "SEV3"),
            ("ops", "users-percent=50.1", "SEV2"),
            ("ops", "outage", "SEV1"),
            ("ops", "data-loss", "SEV1"),
            // S2:207-259.
            ("itil", "breach", "P0"),
            ("itil", "data-loss", "P0"),
            ("itil", "availability=0", "P0"),
            ("itil", "availability=0.1", ""),
            ("itil", "error-percent=0.5", "P2"),
            ("itil", "error-percent=0.51", "P1"),
            ("itil", "error-percent=0.1", ""),
            ("itil", "error-percent=0.11", "P2"),
            ("itil", "latency-factor=2", "P2"),
            ("itil", "latency-factor=2.01", "P1"),
            ("itil", "latency-factor=1", ""),
            ("itil", "resources-percent=80", ""),
            ("itil", "resources-percent=80.5", "P2"),
            // S3:140, 202; S4:23-27.
            ("sre", "breach", "SEV1"),
            ("sre", "latency-factor=10", "SEV2"),
            ("sre", "latency-factor=9.9", ""),
            ("essentials", "revenue-loss", "P0"),
        ] {
            let said = verdict(name, &[given], None, None).severity.unwrap_or_default();
            assert_eq!(said, severity, "{name}: {given}");
        }
    }

    #[test]
    fn a_share_of_users_is_the_impact_and_the_urgency_decides() {
        for (share, impact) in [
            (100.0, "high"),
            (50.1, "high"),
            (50.0, "medium"),
            (10.0, "medium"),
            (9.9, "low"),
            (0.0, "low"),
        ] {
            let found = verdict("itil", &[&format!("users-percent={share}")], None, None);
            assert_eq!(
                (found.severity, found.impact.as_deref(), found.wanting),
                (None, Some(impact), Some("urgency"))
            );
        }
        let of = |given: &str, urgency: &str| verdict("itil", &[given], None, Some(urgency)).severity.unwrap();
        assert_eq!(of("users-percent=30", "low"), "P3");
        assert_eq!(of("users-percent=30", "high"), "P1");
        assert_eq!(of("users-percent=51", "medium"), "P1");
        assert_eq!(of("data-loss", "low"), "P0", "the definition counts beside the table");
    }

    #[test]
    fn what_is_no_figure_and_no_fact_is_refused() {
        let framework = Framework::builtin("war-room").unwrap();
        for bad in [
            "availability",
            "availability=x",
            "availability=101",
            "latency-factor=-1",
            "breach=3",
        ] {
            assert!(matches!(framework.given(bad), Err(Refusal::Invalid(_))), "{bad}");
        }
        assert!(matches!(framework.given("nonsense=3"), Err(Refusal::NotFound { .. })));
        assert_eq!(framework.given("Breach=No").unwrap(), None);
        assert!(framework.verdict(&[], Some("high"), None).is_err(), "no table");
        let itil = Framework::builtin("itil").unwrap();
        assert!(itil.verdict(&[], Some("huge"), None).is_err());
    }

    proptest! {
        #![proptest_config(crate::trials::cases(256))]

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
