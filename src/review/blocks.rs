//! What each slot of a template becomes for one incident.

use std::fmt::Write as _;

use super::evidence::{self, Then};
use super::slot::{Slot, Value, Which};
use super::timeline::{self, code, dated};
use super::{fishbone, gap, public};
use crate::escape::{address, markdown};
use crate::framework::review::WHYS;
use crate::framework::{Derived, Framework};
use crate::incident::{
    ActionItem, ActionState, HypothesisState, Incident, Level, Milestone, MitigationState, Time, as_of, clock, live,
};
use crate::recall::Case;
use crate::report::wording::span;

/// One incident with all that its document is filled from.
pub(super) struct Facts<'a> {
    /// The incident.
    pub case: &'a Case,
    /// Its framework.
    pub framework: &'a Framework,
    end: Derived,
    before: Derived,
}

impl<'a> Facts<'a> {
    /// As of the end of the incident, or of its newest change: never of the moment at which this is made.
    pub(super) fn of(case: &'a Case, framework: &'a Framework) -> Self {
        let incident = &*case.incident;
        let newest = clock::newest(incident);
        let end = framework.derive(incident, newest);
        let before = match clock::end(incident, &framework.classes) {
            Some(at) => {
                let then = Time::from_millis(at.millis() - 1);
                framework.derive(&as_of(incident, &framework.classes, then), then)
            }
            None => end.clone(),
        };
        Self {
            case,
            framework,
            end,
            before,
        }
    }

    fn incident(&self) -> &Incident {
        &self.case.incident
    }

    /// When the review is due: by the last of the timers that run from the resolution.
    pub(super) fn due(&self) -> Option<Time> {
        let from_end = |id: &str| {
            let known = self.framework.timers.iter().find(|rule| rule.id == id);
            known.is_some_and(|clock| clock.from.contains(&crate::framework::model::Start::Resolved))
        };
        self.end
            .timers
            .iter()
            .filter(|timer| from_end(&timer.id))
            .filter_map(|timer| timer.due)
            .max()
    }

    /// Whoever commanded last.
    pub(super) fn commander(&self) -> Option<&str> {
        let role = self.framework.commander();
        live(&self.incident().roles)
            .filter(|held| held.role == role)
            .max_by_key(|held| held.since)
            .map(|held| held.who.as_str())
    }

    /// Audiences outside: those that are told a state.
    pub(super) fn public(&self) -> Vec<&str> {
        let outside = self.framework.audiences.iter().filter(|one| !one.states.is_empty());
        outside.map(|one| one.id.as_str()).collect()
    }

    /// A value in a line.
    pub(super) fn line(&self, slot: &Slot) -> String {
        match slot {
            Slot::Value(value) => self.value(*value),
            Slot::Impact(name, question) => {
                Self::answer(self.incident().impact.get(name)).unwrap_or_else(|| gap(question))
            }
            Slot::Ask(name, question) => {
                Self::answer(self.incident().fields.get(name)).unwrap_or_else(|| gap(question))
            }
            Slot::Link(label) => self.link(label),
            other => self.block(other),
        }
    }

    /// The lines of a slot that stands alone.
    pub(super) fn block(&self, slot: &Slot) -> String {
        let incident = self.incident();
        match slot {
            Slot::Value(_) | Slot::Impact(..) | Slot::Link(_) => self.line(slot),
            Slot::Ask(name, question) => {
                let text = incident
                    .fields
                    .get(name)
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or_default();
                let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                match lines.as_slice() {
                    [] => gap(question),
                    [one] => markdown(one),
                    many => {
                        let bare = |line: &&str| format!("- {}", markdown(line.trim_start_matches(['-', '*', ' '])));
                        many.iter().map(bare).collect::<Vec<_>>().join("\n")
                    }
                }
            }
            Slot::Timeline(group) => timeline::list(incident, *group),
            Slot::TimelineTable => timeline::table(incident),
            Slot::TimelineActors => timeline::actors(incident),
            Slot::TimelineStandard => timeline::standard(
                incident,
                &self.value(Value::Severity),
                &self.value(Value::Duration),
                &self.public(),
            ),
            Slot::Hypotheses => self.hypotheses(),
            Slot::FiveWhys => self.whys(),
            Slot::Fishbone => fishbone::drawn(incident),
            Slot::Factors(category) => fishbone::list(incident, category.as_ref()),
            Slot::Mitigations => self.mitigations(),
            Slot::Actions(which) => self.actions(which),
            Slot::Evidence(kinds) => {
                let then = Then {
                    end: &self.end,
                    before: &self.before,
                };
                evidence::quote(kinds, self.framework, incident, &then)
            }
            Slot::Links => self.links(),
            Slot::Agenda => self.agenda(),
            Slot::Rules => {
                let rules = self.framework.review.as_ref().map(|review| &review.rules);
                let rules: Vec<String> = rules.into_iter().flatten().map(|rule| markdown(rule)).collect();
                if rules.is_empty() {
                    String::new()
                } else {
                    format!("Ground rules: {}.", rules.join("; "))
                }
            }
            Slot::Sent => public::sent(self),
        }
    }

    fn answer(value: Option<&serde_json::Value>) -> Option<String> {
        let text = match value? {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        (!lines.is_empty()).then(|| markdown(&lines.join("; ")))
    }

    fn at(&self, milestone: Milestone) -> Option<Time> {
        clock::milestone(self.incident(), &milestone)
    }

    fn value(&self, value: Value) -> String {
        let incident = self.incident();
        let unknown = || "unknown".to_owned();
        let question = || Slot::Value(value).gap();
        let text = |text: &Option<String>| {
            text.as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(markdown)
        };
        match value {
            Value::Id => markdown(&self.case.id),
            Value::Title => markdown(&incident.title),
            Value::PublicTitle => {
                let day = clock::start(incident).map(|at| at.date().to_string());
                format!("Service incident of {}", day.unwrap_or_else(unknown))
            }
            Value::Severity => match self.framework.severity_title(&incident.severity) {
                _ if incident.severity.is_empty() => "not assessed".into(),
                Some(title) => format!("{} ({})", markdown(&incident.severity), markdown(title)),
                None => markdown(&incident.severity),
            },
            Value::Status => markdown(&incident.status),
            Value::Date => clock::start(incident).map_or_else(unknown, |at| at.date().to_string()),
            Value::Duration => {
                let from = self.at(Milestone::Detected).or_else(|| self.at(Milestone::Declared));
                Self::between(from, self.at(Milestone::Resolved), "from detection to resolution")
            }
            Value::ImpactDuration => {
                let to = self.at(Milestone::Mitigated).or_else(|| self.at(Milestone::Resolved));
                Self::between(
                    self.at(Milestone::Started),
                    to,
                    "from the start of the impact to its end",
                )
            }
            Value::Commander => self.commander().map_or_else(unknown, markdown),
            Value::Facilitator => Self::answer(incident.fields.get("facilitator")).unwrap_or_else(question),
            Value::FacilitatorOrCommander => {
                let named = Self::answer(incident.fields.get("facilitator"));
                named.or_else(|| self.commander().map(markdown)).unwrap_or_else(unknown)
            }
            Value::Started => self.at(Milestone::Started).map_or_else(unknown, dated),
            Value::Resolved => self.at(Milestone::Resolved).map_or_else(unknown, dated),
            Value::Summary => text(&incident.summary).unwrap_or_else(question),
            Value::Cause => text(&incident.cause).unwrap_or_else(|| {
                let confirmed = live(&incident.hypotheses).find(|one| one.state == HypothesisState::Confirmed);
                let confirmed = confirmed.map(|one| {
                    format!(
                        "{} (confirmed hypothesis `{}`)",
                        markdown(&one.statement),
                        code(&one.id)
                    )
                });
                confirmed.unwrap_or_else(question)
            }),
            Value::Resolution => {
                let done = live(&incident.mitigations)
                    .filter(|one| matches!(one.state, MitigationState::Done | MitigationState::Verified))
                    .max_by_key(|one| one.done);
                done.map_or_else(
                    || gap("What ended it, in one sentence?"),
                    |one| format!("{} `{}`", markdown(&one.text), code(&one.id)),
                )
            }
        }
    }

    /// A duration, or that it is not known: an unknown time stays unknown.
    fn between(from: Option<Time>, to: Option<Time>, what: &str) -> String {
        match (from, to) {
            (Some(from), Some(to)) if to >= from => {
                let seconds = i32::try_from(to.seconds_since(from)).unwrap_or(i32::MAX);
                format!("{} ({what})", span(f64::from(seconds)))
            }
            _ => format!("unknown ({what})"),
        }
    }

    fn link(&self, label: &str) -> String {
        let found = live(&self.incident().links).filter(|link| link.label.as_deref() == Some(label));
        let shown: Vec<String> = found.map(|link| target(&link.target)).collect();
        if !shown.is_empty() {
            return shown.join(", ");
        }
        Self::answer(self.incident().fields.get(label)).unwrap_or_else(|| "none recorded".into())
    }

    fn links(&self) -> String {
        let each = live(&self.incident().links).map(|link| {
            let label = link
                .label
                .as_deref()
                .map(|label| format!("{}: ", markdown(label)))
                .unwrap_or_default();
            format!("- {label}{}", target(&link.target))
        });
        let all: Vec<String> = each.collect();
        if all.is_empty() {
            "No links were recorded.".into()
        } else {
            all.join("\n")
        }
    }

    fn hypotheses(&self) -> String {
        let each = live(&self.incident().hypotheses).map(|one| {
            let evidence: Vec<String> = one
                .evidence
                .iter()
                .filter(|remark| remark.retracted.is_none())
                .map(|remark| {
                    let side = match remark.supports {
                        Some(true) => "for: ",
                        Some(false) => "against: ",
                        None => "",
                    };
                    format!("\n  - {side}{} `{}`", markdown(&remark.text), code(&remark.id))
                })
                .collect();
            format!(
                "- {}: {} `{}`{}",
                one.state,
                markdown(&one.statement),
                code(&one.id),
                evidence.concat()
            )
        });
        let all: Vec<String> = each.collect();
        if all.is_empty() {
            "No hypothesis was recorded.".into()
        } else {
            all.join("\n")
        }
    }

    fn whys(&self) -> String {
        let incident = self.incident();
        let whys: Vec<_> = live(&incident.whys).collect();
        if whys.is_empty() {
            return Slot::FiveWhys.gap();
        }
        let problem = Self::answer(incident.fields.get("problem")).unwrap_or_else(|| markdown(&incident.title));
        let mut out = format!("Problem: {problem}\n");
        for (at, why) in whys.iter().enumerate() {
            let _ = write!(out, "\n{}. Because {} `{}`", at + 1, markdown(&why.text), code(&why.id));
            if let Some(evidence) = &why.evidence {
                let _ = write!(out, "\n   Shown by: {}", markdown(evidence));
            }
        }
        if whys.len() < WHYS {
            let _ = write!(
                out,
                "\n\n{}",
                gap(&format!("{} of five whys: why was that", whys.len()))
            );
        }
        out
    }

    fn mitigations(&self) -> String {
        let instants = timeline::Instants::of(self.incident());
        let each = live(&self.incident().mitigations).map(|one| {
            let result = one
                .result
                .as_deref()
                .map(|text| format!(": {}", markdown(text)))
                .unwrap_or_default();
            let when = one.done.or(one.started).map(|at| format!(" at {}", instants.shown(at)));
            format!(
                "- {}{} ({}){result} `{}`",
                markdown(&one.text),
                when.unwrap_or_default(),
                one.state,
                code(&one.id)
            )
        });
        let all: Vec<String> = each.collect();
        if all.is_empty() {
            match self.incident().mitigated.as_ref() {
                Some(ended) => format!(
                    "No mitigation was recorded; the impact ended at {}.",
                    instants.shown(ended.at)
                ),
                None => "No mitigation was recorded.".into(),
            }
        } else {
            all.join("\n")
        }
    }

    /// Whether an action item has a horizon that the framework has.
    fn has_section(&self, item: &ActionItem) -> bool {
        let known = &self.framework.horizons;
        item.horizon
            .as_ref()
            .is_some_and(|horizon| known.is_empty() || known.iter().any(|one| one.id == horizon.as_str()))
    }

    fn actions(&self, which: &Which) -> String {
        let all = live(&self.incident().actions);
        let mut items: Vec<&ActionItem> = match which {
            Which::All | Which::Priority => all.collect(),
            Which::Top => all.filter(|item| item.state != ActionState::Done).take(5).collect(),
            Which::Horizon(horizon) => all.filter(|item| item.horizon.as_ref() == Some(horizon)).collect(),
            Which::NoHorizon => all.filter(|item| !self.has_section(item)).collect(),
        };
        if items.is_empty() {
            return match which {
                Which::NoHorizon => "None.".into(),
                Which::Horizon(_) => gap("What will be done in this time, by whom, by which day?"),
                Which::All | Which::Priority | Which::Top => {
                    gap("What will be done so that it does not come back, by whom, by which day?")
                }
            };
        }
        if *which == Which::Top {
            let each = items
                .iter()
                .map(|item| format!("  - {} `{}`", markdown(&item.text), code(&item.id)));
            return each.collect::<Vec<_>>().join("\n");
        }
        if *which == Which::Priority {
            items.sort_by_key(|item| priority(item));
        }
        let mut out = "| Action | Owner | Due Date | Status |".to_owned();
        let mut rule = "|--------|-------|----------|--------|".to_owned();
        if *which == Which::Priority {
            out += " Impact | Effort |";
            rule += "--------|--------|";
        }
        let _ = write!(out, "\n{rule}");
        for item in items {
            let or_gap = |text: Option<&str>, question: &str| text.map_or_else(|| gap(question), markdown);
            let _ = write!(
                out,
                "\n| {} `{}` | {} | {} | {} |",
                markdown(&item.text),
                code(&item.id),
                or_gap(item.owner.as_deref(), "who"),
                or_gap(item.due.as_deref(), "by when"),
                item.state
            );
            if *which == Which::Priority {
                let shown = |level: &Option<Level>, what| level.as_ref().map_or_else(|| gap(what), ToString::to_string);
                let _ = write!(
                    out,
                    " {} | {} |",
                    shown(&item.impact, "impact"),
                    shown(&item.effort, "effort")
                );
            }
        }
        out
    }

    fn agenda(&self) -> String {
        let meeting = self.framework.meeting(self.incident(), Time::default());
        let parts = meeting.map(|meeting| meeting.parts).unwrap_or_default();
        let each: Vec<String> = parts
            .iter()
            .map(|part| format!("- {}", markdown(&part.to_string())))
            .collect();
        if each.is_empty() {
            String::new()
        } else {
            format!("Agenda:\n\n{}", each.join("\n"))
        }
    }
}

/// A link's target: an address as a link, anything else as text.
fn target(text: &str) -> String {
    match address(text) {
        Some(address) if !address.contains(['<', '>', '|', '`', '\\']) => format!("<{address}>"),
        _ => markdown(text),
    }
}

/// Where an action item stands by impact and effort: much for little first, what is not rated last (S3:125).
pub fn priority(item: &ActionItem) -> (u8, u8) {
    let rank = |level: &Option<Level>, high: u8| match level {
        Some(Level::High) => high,
        Some(Level::Medium) => 1,
        Some(Level::Low) => 2 - high,
        Some(Level::Other(_)) | None => 3,
    };
    (rank(&item.impact, 0), rank(&item.effort, 2))
}
