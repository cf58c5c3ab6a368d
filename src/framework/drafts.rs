//! Messages made from the framework's templates and what the incident knows. Pure.

use super::data::{self, Template};
use super::{Derived, Framework};
use crate::incident::time::format_duration;
use crate::incident::{EventKind, HypothesisState, Incident, Milestone, MitigationState, Time, clock, is_ended, live};

/// How many actions a message tells, the last ones.
const ACTIONS: usize = 5;
/// What stands where nothing is known.
fn unknown(name: &str) -> &'static str {
    match name {
        "actions" => "nothing yet",
        "next" => "to be decided",
        "hypotheses" | "mitigation" | "rollback" | "verification" => "none yet",
        "commander" | "people" | "owner" => "nobody yet",
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
        let text = template.text.trim_end();
        Some(facts.fill(facts.of_state(text)))
    }

    /// The template that fits: the one that is named, else of those for the audience the one for an incident that is over, or not.
    fn template(&self, incident: &Incident, wanted: Wanted<'_>) -> Option<&Template> {
        let all = &self.data.templates;
        if let Some(id) = wanted.template {
            return all.iter().find(|template| template.id == id);
        }
        let last = |template: &Template| template.id.ends_with("resolved") || template.id == "all-clear";
        let mut own = all
            .iter()
            .filter(|one| one.audience.as_deref() == Some(wanted.audience));
        let over = is_ended(&incident.status);
        own.clone()
            .find(|template| last(template) == over)
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
    fn of_state<'t>(&self, text: &'t str) -> &'t str {
        let audience = self
            .framework
            .data
            .audiences
            .iter()
            .find(|one| one.id == self.wanted.audience);
        let states = audience.map_or(&[][..], |audience| audience.states.as_slice());
        let line_of = |state: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(state)?.strip_prefix(": "))
        };
        if states.is_empty() || !states.iter().all(|state| line_of(state).is_some()) {
            return text;
        }
        line_of(&self.state()).unwrap_or(text)
    }

    /// The state that the audience is told: the one that is given, else the one that the incident is in.
    fn state(&self) -> String {
        if let Some(status) = self.wanted.status {
            return status.to_lowercase();
        }
        let state = match self.incident.status.as_str() {
            status if is_ended(status) => "resolved",
            "monitoring" => "monitoring",
            "mitigating" => "identified",
            _ => "investigating",
        };
        state.to_owned()
    }

    /// The text with its `{fields}` filled in; what is no field stays.
    fn fill(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            out.push_str(&rest[..start]);
            let after = &rest[start + 1..];
            match after.split_once('}') {
                Some((name, tail)) if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                    out.push_str(&self.value(name));
                    rest = tail;
                }
                _ => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out + rest
    }

    fn value(&self, name: &str) -> String {
        let incident = self.incident;
        let found = match name {
            "id" => Some(incident.id.clone()),
            "title" => Some(incident.title.clone()),
            "severity" => Some(self.derived.severity.clone()),
            "status" => Some(self.derived.status.clone()),
            "status_word" => Some(self.state()),
            "time" => Some(format!("{} UTC", self.now.hm())),
            "started" => clock::start(incident).map(|at| format!("{} UTC", at.hm())),
            "resolved" => clock::milestone(incident, &Milestone::Resolved).map(|at| format!("{} UTC", at.hm())),
            "duration" => u64::try_from(self.derived.elapsed_s)
                .ok()
                .map(|seconds| format_duration(std::time::Duration::from_secs(seconds))),
            "impact" => self.impact(),
            "users" | "revenue" => self.impact_of(name),
            "services" => Some(self.impact_of(name).unwrap_or_else(|| "part of our service".into())),
            "cause" => incident.cause.clone().or_else(|| self.confirmed()),
            "actions" => self.actions(),
            "next" => self.mitigations(&[
                MitigationState::Proposed,
                MitigationState::Approved,
                MitigationState::Started,
            ]),
            "mitigation" => {
                let over = self.mitigations(&[MitigationState::Verified, MitigationState::Done]);
                over.or_else(|| self.mitigations(&[MitigationState::Started]))
            }
            "owner" => self.under_way().and_then(|one| one.owner.clone()),
            "mitigation_started" => self
                .under_way()
                .and_then(|one| one.started)
                .map(|at| format!("{} UTC", at.hm())),
            "verification" => self.under_way().and_then(|one| one.verification.clone()),
            "rollback" => self.under_way().and_then(|one| one.rollback.clone()),
            "eta" => self.wanted.eta.map(format_duration),
            "commander" => self.holders("incident_commander"),
            "people" => self.people(),
            "hypotheses" => self.hypotheses(),
            "contacts" => {
                let all = self.framework.data.escalations.iter().map(|one| one.title.clone());
                join(all.collect())
            }
            "channel" => self.channel(),
            "cadence" => self.cadence(),
            "next_update" => Some(self.next_update()),
            "review" => {
                let review = self.framework.data.review.as_ref();
                review
                    .and_then(|review| data::at(&review.within, &self.derived.severity))
                    .cloned()
            }
            _ => return format!("{{{name}}}"),
        };
        found
            .filter(|text| !text.trim().is_empty())
            .unwrap_or_else(|| unknown(name).to_owned())
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
        let form = self.framework.data.channel.as_deref()?;
        let day = clock::start(self.incident)?.date().to_string();
        let words: String = self
            .incident
            .title
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        let slug = words.split_whitespace().take(6).collect::<Vec<_>>().join("-");
        let named = form
            .replace("brief-description", "description")
            .replace("description", &slug);
        Some(named.replace("YYYY-MM-DD", &day).replace("ID", &self.incident.id))
    }

    /// How often this audience is told at this severity (`15m-30m`).
    fn cadence(&self) -> Option<String> {
        let clocks = self.framework.data.clocks.iter();
        let fact = data::Fact::Told(self.wanted.audience.to_owned());
        let mut own = clocks.filter(|clock| clock.repeats && clock.met_by == fact);
        let within = own.find_map(|clock| data::at(&clock.within, &self.derived.severity))?;
        Some(within.replace('-', " to "))
    }

    /// When this audience hears of it again: what is sent now starts the cadence anew.
    fn next_update(&self) -> String {
        if is_ended(&self.incident.status) {
            return "none".into();
        }
        let fact = data::Fact::Told(self.wanted.audience.to_owned());
        let clocks = self.framework.data.clocks.iter();
        let mut within = clocks
            .filter(|clock| clock.repeats && clock.met_by == fact)
            .filter_map(|clock| data::range(data::at(&clock.within, &self.derived.severity)?));
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
            facts.fill("{channel}"),
            "#incident-2026-11-20-checkout-failing-for-eu-cards"
        );
        assert_eq!(facts.fill("{ a } {nothing} {} {id"), "{ a } {nothing} {} {id");
    }
}
