//! State, keys, state: the console without a terminal, on a desk that notes what it is asked for.

mod asked;
mod board;
mod books;
mod changes;
mod comms;
mod entries;
mod face;
mod faults;
mod fields;
mod filters;
mod handover;
mod journeys;
mod named;
mod next;
mod pasting;
mod review;
mod typing;
mod views;
mod work;

use std::sync::Arc;

use super::*;
use crate::incident::{
    Applied, Change, Event, EventKind, Extra, Hypothesis, HypothesisState, Incident, Item, ItemState, Mitigation,
    MitigationState, Refusal, Request, Revisions, Role, Time,
};
use crate::session::{FileState, Saving, Snapshot, Watching};

/// 14:30 on the day of the story.
pub(crate) fn noon() -> Time {
    Time::parse_rfc3339("2026-11-20T14:30:00Z").unwrap()
}

pub(crate) fn at(clock: &str) -> Time {
    crate::incident::time::parse_time(clock, noon()).unwrap()
}

/// The lines that the panes should have, as the model stands.
pub(crate) fn rows_of(model: &Model) -> Rows {
    listing::rows(model)
}

/// A console on an incident under way; what it asks of the session is noted.
pub(crate) struct App {
    pub model: Model,
    pub changes: Vec<Change>,
    pub effects: Vec<Effect>,
    /// What the next changes are answered with, instead of yes.
    pub refusals: Vec<Refusal>,
    /// Whether changes are carried out, by the rules of the framework.
    live: bool,
    inverses: Vec<Change>,
    /// How many requests were made.
    requests: u32,
}

impl App {
    pub(crate) fn new() -> Self {
        Self::on(incident())
    }

    pub(crate) fn on(incident: Incident) -> Self {
        let size = Size { width: 120, height: 36 };
        let mut model = Model::new(snapshot(incident, 1), "sam", noon(), size, Settings::default());
        model.library = Arc::new(crate::runbook::library::Library::of(Vec::new(), None));
        Self {
            model,
            changes: Vec::new(),
            effects: Vec::new(),
            refusals: Vec::new(),
            live: false,
            inverses: Vec::new(),
            requests: 0,
        }
    }

    /// One that carries changes out, as a session would.
    pub(crate) fn live() -> Self {
        Self {
            live: true,
            ..Self::new()
        }
    }

    fn carry_out(&mut self, change: Change) -> Result<Applied, Refusal> {
        let incident = self.model.incident();
        let (by, now) = (self.model.me.clone(), self.model.now);
        self.requests += 1;
        let digit = |place: u32| (self.requests >> (5 * place)) as u8;
        let request = Request {
            nonce: crate::incident::ids::from_bytes([digit(0), digit(1), digit(2), digit(3), 9, 9, 9]),
            by: by.clone(),
            at: now,
            test_clock: false,
            change: self
                .model
                .framework()
                .permit(incident, change.clone(), &by, now)?
                .change()
                .clone(),
        };
        let (after, applied) = crate::incident::apply(incident, &request, crate::incident::newest(incident))?;
        self.changes.push(change);
        self.inverses.extend(applied.inverse.clone());
        let revision = self.model.snapshot.revision + 1;
        let published = self.publishes(after, revision);
        update(&mut self.model, now, Message::Snapshot(published));
        Ok(applied)
    }

    /// A snapshot by the framework in force.
    fn publishes(&self, incident: Incident, revision: u64) -> Arc<Snapshot> {
        Arc::new(Snapshot {
            framework: Arc::clone(&self.model.snapshot.framework),
            ..(*snapshot(incident, revision)).clone()
        })
    }

    /// Goes by another framework that ships.
    pub(crate) fn framework(&mut self, name: &str) {
        let framework = crate::framework::Framework::builtin(name).expect("ships");
        let snapshot = Snapshot {
            framework,
            revision: self.model.snapshot.revision + 1,
            ..(*self.model.snapshot).clone()
        };
        self.send(Message::Snapshot(Arc::new(snapshot)));
    }

    /// What the question on the screen offers.
    pub(crate) fn screen_choices(&self) -> Vec<String> {
        match self.model.layers.last() {
            Some(Layer::Form(form)) => form
                .choices
                .iter()
                .flat_map(|choices| &choices.all)
                .map(|choice| choice.label.clone())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Presses keys: characters as they are, others as `<Enter>`, `<Ctrl-P>`.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|after| after.split_once('>'));
            let (key, after) = match named.and_then(|(name, after)| Some((Key::parse(name)?, after))) {
                Some(found) => found,
                None => (Key::plain(Code::Char(c)), &rest[c.len_utf8()..]),
            };
            self.model.rest();
            self.send(Message::Key(key));
            rest = after;
        }
        self
    }

    pub(crate) fn send(&mut self, message: Message) -> &mut Self {
        let now = self.model.now;
        self.send_at(now, message)
    }

    pub(crate) fn send_at(&mut self, now: Time, message: Message) -> &mut Self {
        let effects = update(&mut self.model, now, message);
        self.model.settle(&crate::ui::layout::areas(&self.model));
        for effect in effects {
            match &effect {
                Effect::Apply { action, changes } => {
                    let mut results = Vec::new();
                    for change in changes {
                        if let Some(refusal) = self.refusals.pop() {
                            results.push(Err(refusal));
                            continue;
                        }
                        if self.live {
                            results.push(self.carry_out(change.clone()));
                            continue;
                        }
                        self.changes.push(change.clone());
                        results.push(Ok(applied("done")));
                    }
                    let action = *action;
                    self.effects.push(effect);
                    self.send(Message::Outcome(Outcome { action, results }));
                }
                Effect::Undo if self.live => {
                    let results = match self.inverses.pop() {
                        Some(inverse) => vec![self.carry_out(inverse)],
                        None => vec![Err(Refusal::Unchanged("there is nothing to undo".into()))],
                    };
                    self.inverses.pop();
                    let action = Action::Undo;
                    self.send(Message::Outcome(Outcome { action, results }));
                }
                _ => self.effects.push(effect),
            }
        }
        self
    }

    /// The one change that came of the keys.
    #[track_caller]
    pub(crate) fn gives(&mut self, keys: &str, change: Change) {
        self.changes.clear();
        self.press(keys);
        assert_eq!(self.changes, [change], "{keys}: {:?}", self.said());
        assert!(self.model.layers.is_empty(), "{keys} leaves {:?}", self.model.layers);
    }

    /// Text of the line being typed.
    pub(crate) fn line(&self) -> &str {
        self.model.line().map_or("", Line::text)
    }

    /// Presses keys faster than any hand: what was typed ahead for something that did not open does nothing.
    pub(crate) fn burst(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            let code = if c == '\n' { Code::Enter } else { Code::Char(c) };
            self.send(Message::Key(Key::plain(code)));
        }
        self
    }

    pub(crate) fn said(&self) -> Vec<&str> {
        self.model.toasts.iter().map(|toast| toast.text.as_str()).collect()
    }

    /// Publishes another state of the incident.
    pub(crate) fn publish(&mut self, change: impl FnOnce(&mut Incident)) -> &mut Self {
        let mut incident = Incident::clone(self.model.incident());
        change(&mut incident);
        let revision = self.model.snapshot.revision + 1;
        let published = self.publishes(incident, revision);
        self.send(Message::Snapshot(published))
    }

    /// Text of the selected row.
    pub(crate) fn selected(&self) -> String {
        row_words::row_text(
            &self.model,
            self.model.focus,
            self.model.cursor(self.model.focus).selected,
        )
    }
}

fn applied(said: &str) -> Applied {
    Applied {
        event: "eaaaaaaa".into(),
        said: said.into(),
        inverse: None,
        created: None,
        already: false,
    }
}

pub(crate) fn snapshot(incident: Incident, revision: u64) -> Arc<Snapshot> {
    Arc::new(Snapshot {
        redacted: Arc::default(),
        major: None,
        here: Arc::default(),
        revision,
        incident: Arc::new(incident),
        framework: framework(),
        saving: Saving::Saved,
        file: FileState::Good,
        arrivals: Arc::from([]),
        quarantined: Arc::from([]),
        notices: Arc::from([]),
        undoable: 1,
        redoable: 1,
        watching: Watching::Events,
        sync: Default::default(),
    })
}

fn framework() -> Arc<crate::framework::Framework> {
    crate::framework::Framework::builtin("war-room").expect("ships")
}

pub(crate) fn event(id: &str, clock: &str, text: &str) -> Arc<Event> {
    Arc::new(Event {
        id: id.into(),
        at: at(clock),
        by: "kim".into(),
        kind: EventKind::Note,
        text: text.into(),
        ..Event::default()
    })
}

fn hypothesis(id: &str, statement: &str, state: HypothesisState) -> Arc<Hypothesis> {
    Arc::new(Hypothesis {
        id: id.into(),
        statement: statement.into(),
        state,
        at: noon(),
        by: "kim".into(),
        ..Hypothesis::default()
    })
}

fn mitigation(id: &str, text: &str, state: MitigationState) -> Arc<Mitigation> {
    Arc::new(Mitigation {
        id: id.into(),
        text: text.into(),
        option: None,
        state,
        at: noon(),
        by: "kim".into(),
        owner: None,
        rationale: None,
        risk: None,
        verification: None,
        rollback: None,
        approvals: Vec::new(),
        started: None,
        done: None,
        settled: None,
        result: None,
        retracted: None,
        rev: Revisions::default(),
        extra: Extra::default(),
    })
}

fn item(id: &str, text: &str, state: ItemState) -> Arc<Item> {
    Arc::new(Item {
        id: id.into(),
        text: text.into(),
        state,
        list: None,
        at: None,
        by: String::new(),
        owner: None,
        who: None,
        done: None,
        due: None,
        note: None,
        reason: None,
        retracted: None,
        rev: Revisions::default(),
        extra: Extra::default(),
    })
}

/// Checkout fails; three people are on it.
pub(crate) fn incident() -> Incident {
    Incident {
        warroom: 1,
        id: "INC-2026-0042".into(),
        title: "Checkout failing for EU cards".into(),
        framework: "war-room".into(),
        severity: "P1".into(),
        status: "investigating".into(),
        roles: vec![Arc::new(Role {
            id: "raaaaaaa".into(),
            role: "incident_commander".into(),
            who: "kim".into(),
            since: noon(),
            ..Role::default()
        })],
        hypotheses: vec![
            hypothesis("haaaaaaa", "slow query exhausts the pool", HypothesisState::Testing),
            hypothesis("hbbbbbbb", "bot traffic", HypothesisState::Rejected),
        ],
        mitigations: vec![mitigation("maaaaaaa", "roll back v2.34", MitigationState::Proposed)],
        checklist: vec![
            item("caaaaaaa", "tell support", ItemState::Open),
            item("cbbbbbbb", "freeze deploys", ItemState::Done),
        ],
        timeline: vec![
            event("eaaaaaaa", "14:03", "5xx ratio 98 %"),
            event("ebbbbbbb", "14:09", "freeze deploys"),
            event("eccccccc", "14:12", "roll back v2.34"),
        ],
        ..Incident::default()
    }
}
