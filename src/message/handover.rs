//! Handing an incident over: how bad it is, what happened, what to do in the next hours, what to do if it gets worse, who is on
//! it; and the read-back by which both know that it arrived.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::read_back::ReadBack;
use crate::framework::promise::last_promise;
use crate::framework::{Derived, Framework, Remedy, TimerPhase, TimerView, data};
use crate::incident::time::{format_clock, format_duration};
use crate::incident::{
    Event, EventKind, HypothesisState, Incident, Mitigation, MitigationState, Time, clock, live, people,
};
use crate::text;

/// How far ahead timers are told.
const AHEAD: Duration = Duration::from_secs(2 * 3600);
/// How many events tell the story.
const STORY: usize = 5;
/// How many lines a part of the first page has.
const LINES: usize = 6;

/// What the next person in command has to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Handover {
    /// As of when.
    pub as_of: Time,
    /// Id and title.
    pub title: String,
    /// Severity, status, impact, trend.
    pub how_bad: Vec<String>,
    /// The events that matter most, in order.
    pub story: Vec<String>,
    /// What is under way and due.
    pub to_do: Vec<String>,
    /// What to do if it gets worse.
    pub if_then: Vec<String>,
    /// Who is on it, whom to call, what customers know.
    pub people: Vec<String>,
    /// What the first page leaves out; the appendix has it.
    pub left_out: Vec<String>,
    /// All open hypotheses, requests, timers and action items.
    pub appendix: Vec<String>,
    /// What the taking side reads back.
    pub read_back: ReadBack,
}

/// The handover of an incident at a moment. The same file and moment make the same document.
pub fn handover(framework: &Framework, incident: &Incident, derived: &Derived, now: Time) -> Handover {
    let page = Page {
        framework,
        incident,
        derived,
        now,
    };
    let timers = page.timers();
    let todo = page.to_do(&timers);
    let action = page.first_action(&timers);
    let next = timers.first();
    let drill = if incident.drill { "[DRILL] " } else { "" };
    let mut all = Handover {
        as_of: now,
        title: format!("{drill}{} {}", incident.id, incident.title),
        how_bad: page.how_bad(),
        story: page.story(),
        to_do: todo,
        if_then: page.if_then(),
        people: page.people(),
        left_out: Vec::new(),
        appendix: page.appendix(&timers),
        read_back: ReadBack {
            severity: derived.severity.clone(),
            timer: next.map(|timer| timer.label.clone()),
            due: next.and_then(|timer| timer.due),
            action,
        },
    };
    let mut left_out = Vec::new();
    for (what, part) in [
        ("to do", &mut all.to_do),
        ("if it gets worse", &mut all.if_then),
        ("people", &mut all.people),
    ] {
        if part.len() > LINES {
            left_out.push(format!("{} more under \"{what}\"", part.len() - LINES));
            let rest = part.split_off(LINES);
            all.appendix.extend(rest);
        }
    }
    let told = incident
        .timeline
        .iter()
        .filter(|event| event.retracted.is_none())
        .count();
    let untold = told.saturating_sub(all.story.len());
    if untold > 0 {
        let events = if untold == 1 { "event" } else { "events" };
        left_out.push(format!("{untold} more {events} in the timeline"));
    }
    all.left_out = left_out;
    all
}

struct Page<'a> {
    framework: &'a Framework,
    incident: &'a Incident,
    derived: &'a Derived,
    now: Time,
}

impl Page<'_> {
    fn clock(&self, at: Time) -> String {
        let day = if at.date() == self.now.date() {
            String::new()
        } else {
            format!("{} ", at.date())
        };
        format!("{day}{}", at.hm())
    }

    fn how_bad(&self) -> Vec<String> {
        let mut all = Vec::new();
        let elapsed = u64::try_from(self.derived.elapsed_s).unwrap_or_default();
        all.push(format!(
            "{} {}, {}, {} since {}",
            self.derived.severity,
            self.framework
                .severity_title(&self.derived.severity)
                .unwrap_or_default(),
            self.framework.status_title(&self.derived.status),
            format_duration(Duration::from_secs(elapsed)),
            clock::start(self.incident)
                .map(|at| format!("{} UTC", self.clock(at)))
                .unwrap_or_default(),
        ));
        for (name, value) in &self.incident.impact {
            if let Some(value) = super::fill::plain(value) {
                all.push(format!("{}: {value}", name.replace(['-', '_'], " ")));
            }
        }
        all.truncate(LINES - 1);
        if let Some(trend) = self.trend() {
            all.push(trend);
        }
        if let Some(cause) = &self.incident.cause {
            all.push(format!("root cause: {cause}"));
        }
        all
    }

    /// Where the severity went within the last hour.
    fn trend(&self) -> Option<String> {
        let hour = Duration::from_secs(3600);
        let mut changes = self.incident.timeline.iter().rev().filter(|event| {
            event.subject.as_deref() == Some("severity")
                && event.kind != EventKind::Conflict
                && event.retracted.is_none()
        });
        let last = changes.next()?;
        if last.at.plus(hour) < self.now {
            return None;
        }
        let (from, to) = (last.from.as_deref()?, last.to.as_deref()?);
        Some(format!("trend: {from} to {to} at {}", self.clock(last.at)))
    }

    /// Pinned events first, then what says most; in the order in which they happened.
    fn story(&self) -> Vec<String> {
        let weight = |event: &Event| {
            if event.pinned {
                return 3;
            }
            match event.kind {
                // A conflict that was settled is no step of the story.
                EventKind::Decision if event.subject.is_some() => 0,
                EventKind::Decision | EventKind::Finding | EventKind::Severity | EventKind::Resolved => 2,
                EventKind::Mitigation
                    if matches!(event.to.as_deref(), Some("done" | "verified" | "failed" | "started")) =>
                {
                    2
                }
                EventKind::Action | EventKind::Impact | EventKind::Declared => 1,
                _ => 0,
            }
        };
        let mut all: Vec<(usize, &Event)> = Vec::new();
        for (place, event) in self.incident.timeline.iter().enumerate() {
            if event.retracted.is_none() && weight(event) > 0 {
                all.push((place, event));
            }
        }
        // Of the same weight the latest.
        all.sort_by_key(|(place, event)| std::cmp::Reverse((weight(event), *place)));
        all.truncate(STORY);
        all.sort_by_key(|(place, _)| *place);
        let line = |event: &Event| {
            let pin = if event.pinned { " (pinned)" } else { "" };
            let words = text::one_line(&event.text).into_owned();
            format!("{} {}: {words}{pin}", self.clock(event.at), event.by)
        };
        all.into_iter().map(|(_, event)| line(event)).collect()
    }

    /// Timers that are over or due within the next two hours, by their time.
    fn timers(&self) -> Vec<&TimerView> {
        let open = |timer: &&TimerView| {
            let running = matches!(timer.state, TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running);
            running && timer.due.is_some_and(|due| due <= self.now.plus(AHEAD))
        };
        let mut all: Vec<&TimerView> = self.derived.timers.iter().filter(open).collect();
        all.sort_by_key(|timer| timer.due);
        all
    }

    fn timer_line(&self, timer: &TimerView) -> String {
        let due = timer.due.map(|due| self.clock(due)).unwrap_or_default();
        if timer.remaining_s < 0 {
            format!("{due} {} (overdue by {})", timer.label, format_clock(timer.remaining_s))
        } else {
            let left = match timer.remaining_s {
                0 => "due now".to_owned(),
                seconds => format!("in {}", format_clock(seconds)),
            };
            format!("{due} {} ({left})", timer.label)
        }
    }

    fn started(&self) -> impl Iterator<Item = &Mitigation> {
        live(&self.incident.mitigations).filter(|one| one.state == MitigationState::Started)
    }

    fn to_do(&self, timers: &[&TimerView]) -> Vec<String> {
        let mut all = Vec::new();
        for one in self.started() {
            let owner = one.owner.as_deref().unwrap_or("no one");
            all.push(format!("under way: {} ({owner})", text::one_line(&one.text)));
        }
        for one in live(&self.incident.mitigations) {
            let waits = match one.state {
                MitigationState::Proposed => "to approve",
                MitigationState::Approved => "to start",
                MitigationState::Done => "to verify",
                MitigationState::Started
                | MitigationState::Verified
                | MitigationState::Failed
                | MitigationState::Other(_) => {
                    continue;
                }
            };
            all.push(format!("{waits}: {}", text::one_line(&one.text)));
        }
        for request in live(&self.incident.inquiries).filter(|one| one.is_open()) {
            let due = request
                .due
                .map(|due| format!(", by {}", self.clock(due)))
                .unwrap_or_default();
            all.push(format!(
                "{} answers: {}{due}",
                request.to,
                text::one_line(&request.text)
            ));
        }
        all.extend(timers.iter().map(|timer| self.timer_line(timer)));
        all
    }

    /// What is to be done first: what is under way, else the timer that is due next.
    fn first_action(&self, timers: &[&TimerView]) -> Option<String> {
        let under_way = self.started().next().map(|one| text::one_line(&one.text).into_owned());
        under_way.or_else(|| timers.first().map(|timer| timer.label.clone()))
    }

    fn if_then(&self) -> Vec<String> {
        let mut all = Vec::new();
        for one in live(&self.incident.mitigations) {
            let running = matches!(one.state, MitigationState::Started | MitigationState::Done);
            if let Some(plan) = one.rollback.as_ref().filter(|_| running) {
                all.push(format!(
                    "if {} makes it worse: {}",
                    text::one_line(&one.text),
                    text::one_line(plan)
                ));
            }
        }
        let escalate = self.derived.timers.iter().filter(|timer| {
            matches!(timer.remedy, Some(Remedy::Escalate(_)))
                && matches!(timer.state, TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running)
        });
        if let Some(next) = escalate.min_by_key(|timer| timer.due) {
            all.push(format!("if it goes on: {}", self.timer_line(next)));
        }
        if let Some(approval) = data::at(&self.framework.approvals, &self.derived.severity) {
            all.push(format!("who may approve: {}", approval.text));
        }
        let missing = self.derived.gate.items.iter().filter(|item| !item.met);
        let missing: Vec<&str> = missing.map(|item| item.text.as_str()).collect();
        if !missing.is_empty() {
            all.push(format!("before it is resolved: {}", missing.join("; ")));
        }
        all
    }

    fn people(&self) -> Vec<String> {
        let held = live(&self.incident.roles).filter(|held| held.until.is_none());
        let mut all: Vec<String> = held
            .map(|held| {
                let offered = if held.is_offered() { ", not accepted yet" } else { "" };
                format!("{}: {}{offered}", self.framework.role_title(&held.role), held.who)
            })
            .collect();
        let targets: Vec<&str> = self
            .framework
            .escalations
            .iter()
            .map(|one| one.title.as_str())
            .collect();
        if !targets.is_empty() {
            all.push(format!("escalate to: {}", targets.join("; ")));
        }
        all.extend(
            self.framework
                .contact_lines()
                .into_iter()
                .map(|line| format!("call for {line}")),
        );
        for audience in self
            .framework
            .audiences
            .iter()
            .filter(|one| self.framework.is_outside(&one.id))
        {
            let sent = live(&self.incident.communications).filter(|sent| sent.audience == audience.id);
            let Some(last) = sent.max_by_key(|sent| sent.at) else {
                all.push(format!("{}: no update yet", audience.title));
                continue;
            };
            let promise = last_promise(self.framework, self.incident, &audience.id, self.now);
            let promise = promise.map(|promise| format!("; promised the next by {} UTC", self.clock(promise.due)));
            all.push(format!(
                "{} at {}: {}{}",
                audience.title,
                self.clock(last.at),
                text::one_line(last.text.trim_end().trim_end_matches('.')),
                promise.unwrap_or_default()
            ));
        }
        all
    }

    fn appendix(&self, timers: &[&TimerView]) -> Vec<String> {
        let mut all = Vec::new();
        let mut open: Vec<_> = live(&self.incident.hypotheses)
            .filter(|one| matches!(one.state, HypothesisState::Open | HypothesisState::Testing))
            .collect();
        open.sort_by_key(|one| one.rank());
        for one in open {
            let owner = one.owner.as_deref().unwrap_or("no one");
            all.push(format!(
                "hypothesis: {} ({}, {owner})",
                text::one_line(&one.statement),
                one.state
            ));
        }
        let rejected = live(&self.incident.hypotheses).filter(|one| one.state == HypothesisState::Rejected);
        all.extend(rejected.map(|one| format!("ruled out: {}", text::one_line(&one.statement))));
        let later = self
            .derived
            .timers
            .iter()
            .filter(|timer| timer.state == TimerPhase::Running && !timers.iter().any(|near| near.id == timer.id));
        all.extend(later.map(|timer| format!("later: {}", self.timer_line(timer))));
        for list in self.derived.checklists.iter().filter(|list| list.current) {
            let open = list
                .items
                .iter()
                .filter(|item| item.state == crate::incident::ItemState::Open);
            all.extend(open.map(|item| format!("open: {}", text::one_line(&item.text))));
        }
        let wrote = self.incident.timeline.iter().map(|event| event.by.as_str());
        let seen = people::distinct(wrote.filter(|name| !name.is_empty()));
        if !seen.is_empty() {
            all.push(format!("in the timeline: {}", seen.join(", ")));
        }
        all.extend(live(&self.incident.links).map(|one| {
            let label = one.label.as_deref().unwrap_or("link");
            format!("{label}: {}", text::one_line(&one.target))
        }));
        all
    }
}

impl Handover {
    /// The document: one screen, and an appendix where it is wanted.
    pub fn text(&self, appendix: bool) -> String {
        let mut out = format!(
            "HANDOVER {} (as of {} {} UTC)\n",
            self.title,
            self.as_of.date(),
            self.as_of.hm()
        );
        let parts = [
            ("HOW BAD", &self.how_bad),
            ("STORY", &self.story),
            ("TO DO", &self.to_do),
            ("IF IT GETS WORSE", &self.if_then),
            ("PEOPLE", &self.people),
        ];
        for (head, lines) in parts {
            let _ = writeln!(out, "{head}");
            if lines.is_empty() {
                out.push_str("  nothing\n");
            }
            for line in lines {
                let _ = writeln!(out, "  {line}");
            }
        }
        let back = &self.read_back;
        let at = back.due.map(|due| format!(" at {}", due.hm())).unwrap_or_default();
        let _ = writeln!(out, "READ BACK severity, next timer{at}, first action");
        if !self.left_out.is_empty() {
            let _ = writeln!(out, "LEFT OUT {}", self.left_out.join("; "));
        }
        if appendix && !self.appendix.is_empty() {
            out.push_str("APPENDIX\n");
            for line in &self.appendix {
                let _ = writeln!(out, "  {line}");
            }
        }
        out
    }
}
