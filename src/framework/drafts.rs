//! Messages made from the framework's templates and what the incident knows. Pure.

use super::model::{ChannelPart, Fact, Template, Within};
use super::template::{Part, TemplateField as Field, Words};
use super::{Derived, Framework, data};
use crate::incident::time::format_duration;
use crate::incident::{EventKind, HypothesisState, Incident, Milestone, MitigationState, Time, clock, live};

/// How many actions a message tells, the last ones.
const ACTIONS: usize = 5;
/// What stands where nothing is known.
fn unknown(field: Field) -> &'static str {
    match field {
        Field::Actions => "nothing yet",
        Field::Next => "to be decided",
        Field::Hypotheses | Field::Mitigation | Field::Rollback | Field::Verification => "none yet",
        Field::Commander | Field::People | Field::Owner => "nobody yet",
        _ => "not known yet",
    }
}

/// What a draft is made for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Id of the audience.
    pub audience: &'a str,
    /// Id of the template, where a certain one is wanted.
    pub template: Option<&'a str>,
    /// The status that is given to them (`identified`).
    pub status: Option<&'a str>,
    /// When they may expect the end, from now.
    pub eta: Option<std::time::Duration>,
}

impl Framework {
    /// The message for an audience, filled in; `None` where the framework has no template for it.
    pub fn draft(&self, incident: &Incident, derived: &Derived, wanted: Wanted<'_>, now: Time) -> Option<String> {
        let template = self.template(incident, wanted)?;
        let facts = Facts {
            framework: self,
            incident,
            derived,
            wanted,
            now,
        };
        Some(facts.fill(facts.of_state(template)))
    }

    /// The template that fits: the one that is named, else of those for the audience the one for an incident that is over, or not.
    fn template(&self, incident: &Incident, wanted: Wanted<'_>) -> Option<&Template> {
        let all = &self.templates;
        if let Some(id) = wanted.template {
            return all.iter().find(|template| template.id == id);
        }
        let mut own = all
            .iter()
            .filter(|one| one.audience.as_deref() == Some(wanted.audience));
        let over = self.classes.is_ended(&incident.status);
        own.clone()
            .find(|template| template.over == over)
            .or_else(|| own.next())
    }
}

struct Facts<'a> {
    framework: &'a Framework,
    incident: &'a Incident,
    derived: &'a Derived,
    wanted: Wanted<'a>,
    now: Time,
}

impl Facts<'_> {
    /// Of a template with a line for each state (`identified: …`) the line of the state.
    fn of_state<'t>(&self, template: &'t Template) -> &'t Words {
        let audience = self
            .framework
            .audiences
            .iter()
            .find(|one| one.id == self.wanted.audience);
        let states = audience.map_or(&[][..], |audience| audience.states.as_slice());
        let line_of = |state: &str| {
            template
                .lines
                .iter()
                .find(|(known, _)| known == state)
                .map(|(_, words)| words)
        };
        if states.is_empty() || !states.iter().all(|state| line_of(state).is_some()) {
            return &template.words;
        }
        line_of(&self.state()).unwrap_or(&template.words)
    }

    /// The state that the audience is told: the one that is given, else the one that the incident is in.
    fn state(&self) -> String {
        if let Some(status) = self.wanted.status {
            return status.to_lowercase();
        }
        self.framework.state_told(&self.incident.status).to_owned()
    }

    /// The text with its fields filled in.
    fn fill(&self, words: &Words) -> String {
        let parts = words.0.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Field(field) => self.value(*field),
        });
        parts.collect()
    }

    fn value(&self, field: Field) -> String {
        let incident = self.incident;
        let clock = |at: Time| format!("{} UTC", at.hm());
        let found = match field {
            Field::Id => Some(incident.id.clone()),
            Field::Title => Some(incident.title.clone()),
            Field::Severity => Some(self.derived.severity.clone()),
            Field::Status => Some(self.derived.status.clone()),
            Field::StatusWord => Some(self.state()),
            Field::Time => Some(clock(self.now)),
            Field::Started => clock::start(incident).map(clock),
            Field::Resolved => clock::milestone(incident, &Milestone::Resolved).map(clock),
            Field::Duration => u64::try_from(self.derived.elapsed_s)
                .ok()
                .map(|seconds| format_duration(std::time::Duration::from_secs(seconds))),
            Field::Impact => self.impact(),
            Field::Users | Field::Revenue => self.impact_of(field.as_str()),
            Field::Services => Some(
                self.impact_of(field.as_str())
                    .unwrap_or_else(|| "part of our service".into()),
            ),
            Field::Cause => incident.cause.clone().or_else(|| self.confirmed()),
            Field::Actions => self.actions(),
            Field::Next => self.mitigations(&[
                MitigationState::Proposed,
                MitigationState::Approved,
                MitigationState::Started,
            ]),
            Field::Mitigation => {
                let over = self.mitigations(&[MitigationState::Verified, MitigationState::Done]);
                over.or_else(|| self.mitigations(&[MitigationState::Started]))
            }
            Field::Owner => self.under_way().and_then(|one| one.owner.clone()),
            Field::MitigationStarted => self.under_way().and_then(|one| one.started).map(clock),
            Field::Verification => self.under_way().and_then(|one| one.verification.clone()),
            Field::Rollback => self.under_way().and_then(|one| one.rollback.clone()),
            Field::Eta => self.wanted.eta.map(format_duration),
            Field::Commander => self.holders(self.framework.commander()),
            Field::People => self.people(),
            Field::Hypotheses => self.hypotheses(),
            Field::Contacts => {
                let all = self.framework.escalations.iter().map(|one| one.title.clone());
                join(all.collect())
            }
            Field::Channel => self.channel(),
            Field::Cadence => self.cadence(),
            Field::NextUpdate => Some(self.next_update()),
            Field::Review => {
                let review = self.framework.review.as_ref();
                review
                    .and_then(|review| data::at(&review.within, &self.derived.severity))
                    .cloned()
            }
        };
        found
            .filter(|text| !text.trim().is_empty())
            .unwrap_or_else(|| unknown(field).to_owned())
    }

    fn impact_of(&self, name: &str) -> Option<String> {
        let value = self.incident.impact.get(name)?;
        Some(match value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Array(all) => {
                let all = all
                    .iter()
                    .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned));
                return join(all.collect());
            }
            other => other.to_string(),
        })
    }

    fn impact(&self) -> Option<String> {
        let names = self.incident.impact.keys().filter(|name| *name != "revenue");
        join(
            names
                .filter_map(|name| Some(format!("{name} {}", self.impact_of(name)?)))
                .collect(),
        )
    }

    fn confirmed(&self) -> Option<String> {
        let mut all = live(&self.incident.hypotheses);
        all.find(|one| one.state == HypothesisState::Confirmed)
            .map(|one| one.statement.clone())
    }

    fn hypotheses(&self) -> Option<String> {
        let mut open: Vec<_> = live(&self.incident.hypotheses)
            .filter(|one| matches!(one.state, HypothesisState::Open | HypothesisState::Testing))
            .collect();
        open.sort_by_key(|one| one.rank());
        join(open.iter().map(|one| one.statement.clone()).collect())
    }

    /// What was done, with its times, the last ones.
    fn actions(&self) -> Option<String> {
        let done = self.incident.timeline.iter().rev().filter(|event| {
            event.retracted.is_none()
                && (event.kind == EventKind::Action
                    || (event.kind == EventKind::Mitigation
                        && matches!(event.to.as_deref(), Some("done" | "verified"))))
        });
        let mut all: Vec<String> = done
            .take(ACTIONS)
            .map(|event| format!("{} {}", event.at.hm(), event.text.lines().next().unwrap_or_default()))
            .collect();
        all.reverse();
        join(all)
    }

    fn mitigations(&self, states: &[MitigationState]) -> Option<String> {
        let all = live(&self.incident.mitigations).filter(|one| states.contains(&one.state));
        join(all.map(|one| one.text.clone()).collect())
    }

    /// The mitigation that was started last.
    fn under_way(&self) -> Option<&crate::incident::Mitigation> {
        live(&self.incident.mitigations)
            .filter(|one| one.started.is_some())
            .max_by_key(|one| one.started)
    }

    fn holders(&self, role: &str) -> Option<String> {
        let held = live(&self.incident.roles).filter(|held| held.role == role && held.until.is_none());
        join(held.map(|held| held.who.clone()).collect())
    }

    fn people(&self) -> Option<String> {
        let held = live(&self.incident.roles).filter(|held| held.until.is_none());
        join(
            held.map(|held| {
                format!(
                    "{} ({})",
                    held.who,
                    self.framework.role_title(&held.role).to_lowercase()
                )
            })
            .collect(),
        )
    }

    /// `#incident-2026-11-20-checkout-failing`.
    fn channel(&self) -> Option<String> {
        let form = self.framework.channel.as_ref()?;
        let day = clock::start(self.incident)?.date().to_string();
        let words: String = self
            .incident
            .title
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        let slug = words.split_whitespace().take(6).collect::<Vec<_>>().join("-");
        let parts = form.parts.iter().map(|part| match part {
            ChannelPart::Text(text) => text.as_str(),
            ChannelPart::Day => day.as_str(),
            ChannelPart::Title => slug.as_str(),
            ChannelPart::Id => self.incident.id.as_str(),
        });
        Some(parts.collect())
    }

    /// How often this audience is told at this severity (`15m-30m`).
    fn cadence(&self) -> Option<String> {
        let clocks = self.framework.clocks.iter();
        let fact = Fact::Told(self.wanted.audience.to_owned());
        let mut own = clocks.filter(|clock| clock.repeats && clock.met_by == fact);
        let within = own.find_map(|clock| data::at(&clock.within, &self.derived.severity))?;
        Some(within.to_string().replace('-', " to "))
    }

    /// When this audience hears of it again: what is sent now starts the cadence anew.
    fn next_update(&self) -> String {
        if self.framework.classes.is_ended(&self.incident.status) {
            return "none".into();
        }
        let fact = Fact::Told(self.wanted.audience.to_owned());
        let clocks = self.framework.clocks.iter();
        let mut within = clocks
            .filter(|clock| clock.repeats && clock.met_by == fact)
            .filter_map(|clock| data::at(&clock.within, &self.derived.severity).and_then(Within::span));
        match within.next() {
            Some((first, _)) => format!("{} UTC", self.framework.calendar.after(self.now, first).hm()),
            None => "when there is news".into(),
        }
    }
}

fn join(all: Vec<String>) -> Option<String> {
    (!all.is_empty()).then(|| all.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{Declaration, declare};

    const START: &str = "2026-11-20T14:05:00Z";

    fn incident() -> Incident {
        let declaration = Declaration {
            id: "INC-2026-0042".into(),
            title: "Checkout: failing, for \"EU\" cards!".into(),
            framework: "war-room".into(),
            severity: "P0".into(),
            status: "declared".into(),
            services: vec!["checkout".into(), "cards".into()],
            ..Declaration::default()
        };
        declare(
            &declaration,
            "uidabcd",
            "declare",
            "kim",
            Time::parse_rfc3339(START).unwrap(),
        )
        .unwrap()
    }

    fn draft(incident: &Incident, audience: &str, template: Option<&str>, status: Option<&str>) -> Option<String> {
        let framework = Framework::builtin("war-room").unwrap();
        let now = Time::parse_rfc3339("2026-11-20T14:15:00Z").unwrap();
        let wanted = Wanted {
            audience,
            template,
            status,
            eta: None,
        };
        framework.draft(incident, &framework.derive(incident, now), wanted, now)
    }

    #[test]
    fn what_is_known_stands_in_it_and_what_is_not_says_so() {
        let mut incident = incident();
        let text = draft(&incident, "internal", None, None).unwrap();
        assert!(text.starts_with("14:15 UTC P0 Checkout: failing"), "{text}");
        assert!(text.contains("Root cause: not known yet"), "{text}");
        incident.cause = Some("a pool too small".into());
        incident.impact.insert("users".into(), "38 %".into());
        let text = draft(&incident, "internal", None, None).unwrap();
        assert!(
            text.contains("Root cause: a pool too small") && text.contains("users 38 %"),
            "{text}"
        );
        assert_eq!(
            draft(&incident, "engineering", None, None),
            None,
            "no template, no draft"
        );
    }

    #[test]
    fn a_status_page_has_the_line_of_its_state() {
        let incident = incident();
        let page = |status| draft(&incident, "external", None, status).unwrap();
        assert!(
            page(None).starts_with("We see problems with checkout, cards and are"),
            "{}",
            page(None)
        );
        assert_eq!(page(Some("Identified")), "We know the reason and are working on a fix.");
        assert!(!page(Some("monitoring")).contains("monitoring:"));
    }

    #[test]
    fn one_for_what_is_over_and_a_time_for_the_next() {
        let mut incident = incident();
        let first = draft(&incident, "executives", None, None).unwrap();
        assert!(first.ends_with("Next update: 14:45 UTC"), "{first}");
        incident.status = "resolved".into();
        let last = draft(&incident, "executives", None, None).unwrap();
        assert!(last.starts_with("[P0 INCIDENT - RESOLVED]"), "{last}");
    }

    #[test]
    fn a_channel_is_named_after_the_day_and_the_title_and_braces_that_name_nothing_stay() {
        let incident = incident();
        let framework = Framework::builtin("war-room").unwrap();
        let now = Time::parse_rfc3339(START).unwrap();
        let derived = framework.derive(&incident, now);
        let facts = Facts {
            framework: &framework,
            incident: &incident,
            derived: &derived,
            wanted: Wanted::default(),
            now,
        };
        assert_eq!(
            facts.fill(&Words::parse("{channel}").0),
            "#incident-2026-11-20-checkout-failing-for-eu-cards"
        );
        assert_eq!(
            facts.fill(&Words::parse("{ a } {nothing} {} {id").0),
            "{ a } {nothing} {} {id"
        );
    }
}
