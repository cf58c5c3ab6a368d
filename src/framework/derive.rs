//! Timers, gate, roles and checklists for one moment.

use std::borrow::Cow;
use std::time::Duration;

use super::data::{self, Class, Clock, Start};
use super::{Checklist, Derived, Framework, Gate, GateItem, ItemView, Phase, RoleNeed, Span, TimerPhase, TimerView};
use crate::incident::{
    Incident, InquiryKind, ItemState, Milestone, MitigationState, OpenConflict, Time, TimerState, clock, effective,
    history, live, open_conflicts,
};

impl Framework {
    /// Everything derived, for one moment.
    ///
    /// While a collision of two people's values is open, the safer of the two counts, and the gate stays shut.
    pub fn derive(&self, incident: &Incident, now: Time) -> Derived {
        let conflicts = open_conflicts(incident);
        let safer = self.safer(incident, &conflicts);
        let incident = &*safer;
        let checklists = self.checklists(incident);
        let timers = self.timers(incident, now);
        let gate = self.gate(incident, &checklists, &conflicts, now);
        let procedures = self.procedures(incident, &timers);
        let items: Vec<&ItemView> = checklists.iter().flat_map(|list| &list.items).collect();
        Derived {
            nudges: self.nudges(incident, &timers, &gate, &items, &procedures, now),
            severity: incident.severity.clone(),
            status: incident.status.clone(),
            elapsed_s: clock::elapsed(incident, now),
            phase: self.phase(incident),
            timers,
            gate,
            required_roles: self.roles(incident),
            next_statuses: self.next_statuses(incident),
            checklists,
            procedures,
            conflicts,
        }
    }

    /// The incident as it counts while `conflicts` are open: of two values that people set at once, the safer one.
    pub fn safer<'a>(&self, incident: &'a Incident, conflicts: &[OpenConflict]) -> Cow<'a, Incident> {
        let safer = effective(
            incident,
            conflicts,
            &|severity| self.data.severities.iter().position(|known| known.id == severity),
            &|status| self.data.statuses.iter().position(|known| known.id == status),
        );
        safer.map_or(Cow::Borrowed(incident), Cow::Owned)
    }

    /// The class of a status; unknown ones count as open.
    pub(super) fn class(&self, status: &str) -> Class {
        self.data
            .statuses
            .iter()
            .find(|known| known.id == status)
            .map_or(Class::Open, |known| known.class)
    }

    fn phase(&self, incident: &Incident) -> Phase {
        let status = self.data.statuses.iter().find(|status| status.id == incident.status);
        let id = status.map_or("", |status| status.phase.as_str());
        let place = self.data.phases.iter().position(|phase| phase.id == id).unwrap_or(0);
        Phase {
            id: id.to_owned(),
            title: self
                .data
                .phases
                .get(place)
                .map_or_else(String::new, |phase| phase.title.clone()),
            number: place + 1,
            of: self.data.phases.len(),
        }
    }

    fn next_statuses(&self, incident: &Incident) -> Vec<String> {
        let status = self.data.statuses.iter().find(|status| status.id == incident.status);
        status.map(|status| status.next.clone()).unwrap_or_default()
    }

    fn roles(&self, incident: &Incident) -> Vec<RoleNeed> {
        self.data
            .roles
            .iter()
            .map(|role| {
                let held = live(&incident.roles).filter(|held| held.role == role.id && held.until.is_none());
                let who: Vec<String> = held.map(|held| held.who.clone()).collect();
                RoleNeed {
                    role: role.id.clone(),
                    title: role.title.clone(),
                    filled: !who.is_empty(),
                    who,
                    required: role
                        .required
                        .iter()
                        .any(|severity| severity == "any" || *severity == incident.severity),
                }
            })
            .collect()
    }

    fn timers(&self, incident: &Incident, now: Time) -> Vec<TimerView> {
        let mut timers: Vec<TimerView> = self
            .data
            .clocks
            .iter()
            .filter_map(|clock| self.timer(incident, clock, now))
            .collect();
        let known = |id: &str| self.data.clocks.iter().any(|clock| clock.id == id);
        let ended = matches!(self.class(&incident.status), Class::Closed | Class::Cancelled);
        for own in live(&incident.timers).filter(|own| !known(&own.id)) {
            let state = if own.state == TimerState::Cleared || ended {
                TimerPhase::Cleared
            } else {
                running(own.at, own.due, own.due, now)
            };
            timers.push(TimerView {
                id: own.id.clone(),
                label: own.label.clone(),
                due: Some(own.due),
                overdue_at: None,
                state,
                remaining_s: own.due.seconds_since(now),
                derived: false,
                snoozed: false,
                remedy: Some(format!("timer clear {}", own.id)),
                borrowed: false,
            });
        }
        for item in live(&incident.checklist).filter(|item| item.state == ItemState::Open) {
            if let Some(due) = item.due.filter(|_| !ended) {
                timers.push(TimerView {
                    id: item.id.clone(),
                    label: item.text.clone(),
                    due: Some(due),
                    overdue_at: None,
                    state: running(item.at.unwrap_or(due), due, due, now),
                    remaining_s: due.seconds_since(now),
                    derived: false,
                    snoozed: false,
                    remedy: Some(format!("check tick {}", item.id)),
                    borrowed: false,
                });
            }
        }
        for inquiry in live(&incident.inquiries) {
            let waits = inquiry.is_open();
            if let Some(due) = inquiry.due.filter(|_| waits && !ended) {
                let verb = if inquiry.kind == InquiryKind::Task {
                    "task"
                } else {
                    "dispatch"
                };
                timers.push(TimerView {
                    id: inquiry.id.clone(),
                    label: format!("{}: {}", inquiry.to, inquiry.text),
                    due: Some(due),
                    overdue_at: None,
                    state: running(inquiry.at, due, due, now),
                    remaining_s: due.seconds_since(now),
                    derived: false,
                    snoozed: false,
                    remedy: Some(format!("{verb} answer {}", inquiry.id)),
                    borrowed: false,
                });
            }
        }
        timers.sort_by(|a, b| (a.state, a.remaining_s, &a.id).cmp(&(b.state, b.remaining_s, &b.id)));
        timers
    }

    /// When a clock starts; of a cadence, when it last started anew.
    fn start(&self, incident: &Incident, from: &Start) -> Option<Time> {
        let milestone = |name: Milestone| clock::milestone(incident, &name);
        match from {
            Start::Detected => milestone(Milestone::Detected).or_else(|| clock::start(incident)),
            Start::Declared => milestone(Milestone::Declared).or_else(|| clock::start(incident)),
            Start::Acknowledged => milestone(Milestone::Acknowledged),
            Start::Resolved => milestone(Milestone::Resolved),
            Start::Mitigation => live(&incident.mitigations)
                .filter_map(|mitigation| mitigation.done)
                .max(),
            Start::Told(audience) => self.since(incident, &data::Fact::Told(audience.clone())),
            Start::Escalated(target) => self.since(incident, &data::Fact::Escalated(target.clone())),
        }
    }

    fn timer(&self, incident: &Incident, clock: &Clock, now: Time) -> Option<TimerView> {
        let severity = incident.severity.as_str();
        let (first, last) = data::range(data::at(&clock.within, severity)?)?;
        let class = self.class(&incident.status);
        let during = if clock.during.is_empty() {
            &[Class::Open, Class::Monitoring][..]
        } else {
            &clock.during
        };
        let alive = during.contains(&class);
        let mut start = self.start(incident, &clock.from)?;
        let met = if clock.repeats {
            self.since(incident, &clock.met_by)
        } else {
            self.first(incident, &clock.met_by)
        };
        if clock.repeats {
            start = met.map_or(start, |met| met.max(start));
        }
        let met = met.filter(|met| !clock.repeats && (*met >= start || clock.from != Start::Mitigation));
        if (met.is_none() || clock.repeats) && !alive {
            return None;
        }
        let own = live(&incident.timers).find(|own| own.id == clock.id);
        let touched = |field: &str| own.and_then(|own| own.rev.get(field)).map(|stamp| stamp.at);
        let (mut due, mut overdue) = (self.calendar.after(start, first), self.calendar.after(start, last));
        let snoozed = own.is_some_and(|own| own.due > due && own.due > start && own.state == TimerState::Running);
        if let Some(own) = own.filter(|_| snoozed) {
            due = own.due;
            overdue = overdue.max(due);
        }
        let cleared = own.is_some_and(|own| own.state == TimerState::Cleared)
            && touched("state").or(own.map(|own| own.at)).is_none_or(|at| at >= start);
        let state = match met {
            Some(at) if at > overdue => TimerPhase::MetLate,
            Some(_) => TimerPhase::Met,
            None if cleared => TimerPhase::Cleared,
            None => running(start, due, overdue, now),
        };
        let rests = matches!(first, Span::Days(_) | Span::Hours(_)) && !self.calendar.is_open(now);
        let state = match state {
            TimerPhase::Running | TimerPhase::Due if rests => TimerPhase::Paused,
            state => state,
        };
        let target = if now > due && overdue > due { overdue } else { due };
        Some(TimerView {
            id: clock.id.clone(),
            label: clock.label.clone(),
            due: Some(due),
            overdue_at: (overdue > due).then_some(overdue),
            state,
            remaining_s: target.seconds_since(now),
            derived: true,
            snoozed,
            remedy: clock.remedy.clone(),
            borrowed: data::at(&clock.borrowed, severity).is_some(),
        })
    }

    fn gate(&self, incident: &Incident, checklists: &[Checklist], conflicts: &[OpenConflict], now: Time) -> Gate {
        let find = |id: &str| {
            checklists
                .iter()
                .flat_map(|list| &list.items)
                .find(|item| item.id == id)
        };
        let mut items: Vec<GateItem> = self
            .data
            .gate
            .items
            .iter()
            .filter_map(|wanted| {
                let item = find(&wanted.item)?;
                Some(GateItem {
                    id: item.id.clone(),
                    text: item.text.clone(),
                    met: item.state != ItemState::Open || item.seen.is_some(),
                    why: wanted.why.clone(),
                    met_at: None,
                })
            })
            .collect();
        if let Some((soak, _)) = data::at(&self.data.gate.soak, &incident.severity).and_then(|soak| data::range(soak)) {
            items.push(self.soak(incident, soak, now));
        }
        items.extend(conflicts.iter().map(|one| GateItem {
            text: format!(
                "settle the collision over {} ({} lost)",
                one.subject,
                one.lost.as_deref().unwrap_or("nothing")
            ),
            id: one.event.clone(),
            met: false,
            why: Some("two people set it at once, and only one value can be right".into()),
            met_at: None,
        }));
        let missing = items
            .iter()
            .filter(|item| !item.met)
            .map(|item| match &item.why {
                Some(why) => format!("{}: {} ({why})", item.id, item.text),
                None => format!("{}: {}", item.id, item.text),
            })
            .collect::<Vec<_>>();
        Gate {
            ok: missing.is_empty(),
            items,
            missing,
        }
    }

    /// The soak: quiet since the last mitigation or regression.
    fn soak(&self, incident: &Incident, soak: Span, now: Time) -> GateItem {
        let label = &self.data.gate.soak_label;
        let from = self.quiet_since(incident);
        let met_at = from.map(|from| self.calendar.after(from, soak));
        let met = met_at.is_some_and(|at| at <= now);
        let length = soak.to_string();
        let text = match met_at {
            Some(_) if met => format!("{label} of {length} over"),
            Some(at) => format!(
                "{label} of {length} runs for another {}",
                crate::incident::time::format_clock(at.seconds_since(now))
            ),
            None => format!("{label} of {length} starts when a mitigation is done, or with the status monitoring"),
        };
        GateItem {
            id: "soak".into(),
            text,
            met,
            why: Some(self.data.gate.soak_why.clone()),
            met_at,
        }
    }

    /// Since when nothing was changed and nothing got worse.
    fn quiet_since(&self, incident: &Incident) -> Option<Time> {
        let done = live(&incident.mitigations)
            .filter(|mitigation| mitigation.state != MitigationState::Failed)
            .filter_map(|m| m.done)
            .max();
        let watched = history::statuses(incident)
            .into_iter()
            .rev()
            .find(|spell| self.class(&spell.value) == Class::Monitoring)
            .map(|spell| spell.from);
        // Watching alone starts it only where nothing was changed.
        let began = done.or(watched)?;
        let gate = |subject: &str| {
            self.data
                .gate
                .items
                .iter()
                .any(|item| subject.strip_suffix(".state") == Some(&item.item))
        };
        let worse = incident
            .timeline
            .iter()
            .rev()
            .take_while(|event| event.at > began)
            .find(|event| {
                let subject = event.subject.as_deref().unwrap_or_default();
                let to = event.to.as_deref().unwrap_or_default();
                event.kind.as_str() == "reopened"
                    || (subject == "status" && self.went_back(event.from.as_deref(), to))
                    || (gate(subject) && to == "open")
                    || (subject.starts_with('m') && subject.strip_suffix(".state").is_some() && to == "failed")
            });
        Some(worse.map_or(began, |event| event.at.max(began)))
    }

    /// Whether a status that is watched or over was left for one that is worked on.
    fn went_back(&self, from: Option<&str>, to: &str) -> bool {
        from.is_some_and(|from| self.class(from) != Class::Open) && self.class(to) == Class::Open
    }

    fn checklists(&self, incident: &Incident) -> Vec<Checklist> {
        let phase = self
            .data
            .statuses
            .iter()
            .find(|status| status.id == incident.status)
            .map_or("", |status| status.phase.as_str());
        let applies = |item: &&data::Item| {
            item.severities.is_empty() || incident.severity.is_empty() || item.severities.contains(&incident.severity)
        };
        let views = |list: &str, items: &[data::Item]| -> Vec<ItemView> {
            let items = items.iter().filter(applies);
            items
                .map(|item| self.item(incident, &format!("{list}.{}", item.id), item))
                .collect()
        };
        // What is followed because things went wrong comes before the list of the phase.
        let followed = self.data.procedures.iter();
        let followed = followed.filter(|procedure| self.followed_since(incident, procedure).is_some());
        let mut lists: Vec<Checklist> = followed
            .map(|procedure| Checklist {
                lead: procedure.lead.clone(),
                ..checklist(
                    &procedure.id,
                    &procedure.title,
                    true,
                    views(&procedure.id, &procedure.items),
                )
            })
            .collect();
        let tiers: Vec<&str> = self
            .data
            .escalations
            .iter()
            .filter(|one| self.since(incident, &data::Fact::Escalated(one.id.clone())).is_some())
            .filter_map(|one| one.checklist.as_deref())
            .collect();
        for list in self.data.phases.iter().filter(|list| !list.items.is_empty()) {
            let current = list.always || list.id == phase || tiers.contains(&list.id.as_str());
            lists.push(Checklist {
                lead: list.lead.clone(),
                ..checklist(&list.id, &list.title, current, views(&list.id, &list.items))
            });
        }
        let known: Vec<String> = lists
            .iter()
            .flat_map(|list| list.items.iter().map(|item| item.id.clone()))
            .collect();
        for entry in live(&incident.checklist).filter(|entry| !known.contains(&entry.id)) {
            let name = entry.list.as_deref().unwrap_or("own");
            let view = view(entry, false);
            if let Some(list) = lists.iter_mut().find(|list| list.id == name) {
                list.done += usize::from(view.state != ItemState::Open);
                list.items.push(view);
            } else {
                let title = if name == "own" { "Our own" } else { name };
                lists.push(checklist(name, title, true, vec![view]));
            }
        }
        lists
    }

    fn item(&self, incident: &Incident, id: &str, item: &data::Item) -> ItemView {
        let gate = self.data.gate.items.iter().any(|wanted| wanted.item == id);
        let mut shown = match live(&incident.checklist).find(|entry| entry.id == id) {
            Some(entry) => view(entry, gate),
            None => ItemView {
                id: id.to_owned(),
                text: item.text.clone(),
                state: ItemState::Open,
                owner: None,
                who: None,
                at: None,
                note: None,
                due: None,
                gate,
                seen: None,
            },
        };
        if shown.state == ItemState::Open
            && let Some(fact) = &item.seen
            && let Some(at) = self.since(incident, fact)
        {
            shown.state = ItemState::Done;
            shown.at = Some(at);
            shown.seen = Some(Self::seen(fact));
        }
        shown
    }
}

fn checklist(id: &str, title: &str, current: bool, items: Vec<ItemView>) -> Checklist {
    let done = items.iter().filter(|item| item.state != ItemState::Open).count();
    Checklist {
        id: id.to_owned(),
        title: title.to_owned(),
        lead: None,
        current,
        done,
        items,
    }
}

fn view(entry: &crate::incident::Item, gate: bool) -> ItemView {
    ItemView {
        id: entry.id.clone(),
        text: entry.text.clone(),
        state: entry.state.clone(),
        owner: entry.owner.clone(),
        who: entry.who.clone(),
        at: entry.done,
        note: entry.note.clone().or_else(|| entry.reason.clone()),
        due: entry.due,
        gate,
        seen: None,
    }
}

/// State of a countdown that nobody has met: due between the two moments of a range, or in a plain one's last fifth.
fn running(start: Time, due: Time, overdue: Time, now: Time) -> TimerPhase {
    let fifth = Duration::from_millis(u64::try_from(due.millis() - start.millis()).unwrap_or(0) / 5);
    if now > overdue {
        TimerPhase::Overdue
    } else if now > due || (due == overdue && now >= due.minus(fifth) && now > start) {
        TimerPhase::Due
    } else {
        TimerPhase::Running
    }
}
