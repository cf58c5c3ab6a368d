//! What another severity brings: countdowns that are new or due at another time, whom to tell, roles that are required now.

use serde::Serialize;

use super::remedy::Remedy;
use super::{Framework, TimerPhase, TimerView, data};
use crate::incident::{Incident, Time};

/// How many countdowns a preview shows.
const NEXT: usize = 5;

/// A countdown that another severity moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MovedTimer {
    /// Its id.
    pub id: String,
    /// What people read.
    pub label: String,
    /// When it is due now.
    pub due: Time,
    /// When it was due before; none where it did not run.
    pub was: Option<Time>,
    /// Whether it is overdue already.
    pub overdue: bool,
}

/// Whom to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tell {
    /// The audience's id.
    pub audience: String,
    /// What people read.
    pub title: String,
    /// By when, where a countdown says so.
    pub due: Option<Time>,
    /// What is said of it at this severity (`daily summary`).
    pub fact: Option<String>,
}

/// What a severity brings, or a change of it moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Countdowns that are new or due at another time, the most urgent first.
    pub timers: Vec<MovedTimer>,
    /// Countdowns that no longer run, by what people read.
    pub stopped: Vec<String>,
    /// Whom to tell.
    pub tell: Vec<Tell>,
    /// Roles that are required and that nobody holds, by what people read.
    pub roles: Vec<String>,
}

fn is_pending(timer: &TimerView) -> bool {
    match timer.state {
        TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running | TimerPhase::Paused => timer.derived,
        TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared => false,
    }
}

impl Framework {
    /// What the change from one state of an incident to another moved, as it stands now.
    pub fn moved(&self, before: &Incident, after: &Incident, now: Time) -> Moved {
        let (old, new) = (self.derive(before, now), self.derive(after, now));
        let pending = |timers: &[TimerView]| -> Vec<TimerView> {
            timers.iter().filter(|timer| is_pending(timer)).cloned().collect()
        };
        let (was, is) = (pending(&old.timers), pending(&new.timers));
        let before = |id: &str| was.iter().find(|timer| timer.id == id).and_then(|timer| timer.due);
        let moved: Vec<&TimerView> = is.iter().filter(|timer| before(&timer.id) != timer.due).collect();
        let gone = was.iter().filter(|timer| !is.iter().any(|other| other.id == timer.id));
        let gone = gone.filter(|timer| !new.timers.iter().any(|other| other.id == timer.id));
        let needed =
            |needs: &[super::RoleNeed], role: &str| needs.iter().any(|need| need.role == role && need.required);
        let roles = new
            .required_roles
            .iter()
            .filter(|need| need.required && !need.filled && !needed(&old.required_roles, &need.role));
        Moved {
            tell: self.to_tell(&moved, &old.severity, &new.severity),
            timers: moved
                .into_iter()
                .filter_map(|timer| view(timer, before(&timer.id)))
                .collect(),
            stopped: gone.map(|timer| timer.label.clone()).collect(),
            roles: roles.map(|need| need.title.clone()).collect(),
        }
    }

    /// What a severity would bring: its next countdowns, whom to tell, the roles that it requires.
    pub fn preview(&self, incident: &Incident, severity: &str, now: Time) -> Moved {
        let mut other = incident.clone();
        severity.clone_into(&mut other.severity);
        let derived = self.derive(&other, now);
        let next: Vec<&TimerView> = derived
            .timers
            .iter()
            .filter(|timer| is_pending(timer))
            .take(NEXT)
            .collect();
        let roles = derived
            .required_roles
            .iter()
            .filter(|need| need.required && !need.filled);
        Moved {
            tell: self.to_tell(&next, "", severity),
            timers: next.into_iter().filter_map(|timer| view(timer, None)).collect(),
            stopped: vec![],
            roles: roles.map(|need| need.title.clone()).collect(),
        }
    }

    /// The audiences that these countdowns and the facts of a severity speak of.
    fn to_tell(&self, timers: &[&TimerView], old: &str, new: &str) -> Vec<Tell> {
        let mut all = Vec::new();
        for audience in &self.audiences {
            let about = |timer: &&&TimerView| matches!(&timer.remedy, Some(Remedy::Update { audience: word, .. }) if word.id == audience.id);
            let due = timers.iter().filter(about).filter_map(|timer| timer.due).min();
            let fact = data::at(&audience.facts, new).filter(|fact| data::at(&audience.facts, old) != Some(fact));
            if due.is_some() || fact.is_some() {
                all.push(Tell {
                    audience: audience.id.clone(),
                    title: audience.title.clone(),
                    due,
                    fact: fact.cloned(),
                });
            }
        }
        all
    }
}

fn view(timer: &TimerView, was: Option<Time>) -> Option<MovedTimer> {
    Some(MovedTimer {
        id: timer.id.clone(),
        label: timer.label.clone(),
        due: timer.due?,
        was,
        overdue: timer.state == TimerPhase::Overdue,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{Declaration, declare};

    fn incident(framework: &str, severity: &str, now: Time) -> Incident {
        let declaration = Declaration {
            id: "INC-1".into(),
            title: "x".into(),
            framework: framework.into(),
            severity: severity.into(),
            status: Framework::builtin(framework).unwrap().first_status().into(),
            ..Declaration::default()
        };
        declare(&declaration, "uidabcd", "declare", "kim", now).unwrap()
    }

    #[test]
    fn a_raise_says_what_is_due_whom_to_tell_and_who_is_wanting() {
        let now = Time::parse_rfc3339("2026-11-20T14:00:00Z").unwrap();
        let framework = Framework::builtin("itil").unwrap();
        let before = incident("itil", "P2", now);
        let after = incident("itil", "P0", now);
        let moved = framework.moved(&before, &after, now);
        let timer = |id: &str| moved.timers.iter().find(|timer| timer.id == id);
        assert_eq!(timer("engage").map(|timer| timer.was.is_some()), Some(true));
        assert_eq!(timer("external.first").map(|timer| timer.was), Some(None), "it is new");
        assert!(
            moved
                .tell
                .iter()
                .any(|tell| tell.audience == "external" && tell.due.is_some()),
            "{moved:?}"
        );
        assert!(moved.roles.contains(&"Incident commander".to_owned()), "{moved:?}");
        let back = framework.moved(&after, &before, now);
        assert!(!back.stopped.is_empty() && back.roles.is_empty(), "{back:?}");
        assert_eq!(framework.moved(&after, &after, now), Moved::default());
    }

    #[test]
    fn a_preview_shows_five_countdowns_of_every_severity() {
        let now = Time::parse_rfc3339("2026-11-20T14:00:00Z").unwrap();
        for name in Framework::names() {
            let framework = Framework::builtin(name).unwrap();
            let incident = incident(name, &framework.severities.last().unwrap().id, now);
            let worst = framework.preview(&incident, &framework.severities[0].id, now);
            assert!((4..=5).contains(&worst.timers.len()), "{name}: {worst:?}");
        }
    }
}
