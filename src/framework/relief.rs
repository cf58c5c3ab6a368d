//! When whoever is in command is to be relieved: so long after the role was taken, as the framework has it.

use std::time::Duration;

use super::data::Class;
use super::{Framework, Remedy, TimerPhase, TimerView};
use crate::incident::{Incident, Time, live};

/// Id of the timer.
const TIMER: &str = "relief";
/// How long before it is due it is shown.
const AHEAD: Duration = Duration::from_secs(30 * 60);

impl Framework {
    /// A timer for each commander who is to be relieved soon, or who has been on for too long.
    pub(super) fn relief_timers(&self, incident: &Incident, now: Time) -> Vec<TimerView> {
        let open = matches!(self.class(&incident.status), Class::Open | Class::Monitoring);
        let Some(relief) = self.relief.filter(|_| open && !incident.backfilled) else {
            return Vec::new();
        };
        let commands = live(&incident.roles).filter(|held| held.until.is_none() && self.commands(&held.role));
        let timer = |held: &crate::incident::Role| {
            // A role that was written into the file by hand may not say since when.
            let since = if held.since == Time::default() {
                incident.declared.as_ref()?.at
            } else {
                held.since
            };
            let due = since.plus(relief);
            (now >= due.minus(AHEAD)).then(|| TimerView {
                id: format!("{TIMER}.{}", held.id),
                label: format!("hand command over ({}, on since {})", held.who, since.hm()),
                due: Some(due),
                overdue_at: None,
                state: if now >= due {
                    TimerPhase::Overdue
                } else {
                    TimerPhase::Due
                },
                remaining_s: due.seconds_since(now),
                derived: true,
                snoozed: false,
                remedy: Some(Remedy::HandOver),
                borrowed: true,
            })
        };
        commands.filter_map(timer).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::Role;

    #[test]
    fn whoever_commands_for_too_long_is_to_be_relieved() {
        let at = |clock: &str| Time::parse_rfc3339(&format!("2026-11-20T{clock}:00Z")).unwrap();
        for name in Framework::names() {
            let framework = Framework::builtin(name).unwrap();
            let mut incident = Incident {
                framework: name.to_string(),
                status: framework.first_status().to_owned(),
                roles: vec![Arc::new(Role {
                    id: "raaaaaa1".into(),
                    role: framework.commander().to_owned(),
                    who: "kim".into(),
                    since: at("10:00"),
                    ..Role::default()
                })],
                ..Incident::default()
            };
            let labels = |incident: &Incident, clock: &str| -> Vec<(String, TimerPhase)> {
                let timers = framework.relief_timers(incident, at(clock)).into_iter();
                timers.map(|timer| (timer.label, timer.state)).collect()
            };
            assert_eq!(labels(&incident, "13:20"), [], "{name}");
            let said = "hand command over (kim, on since 10:00)".to_owned();
            assert_eq!(labels(&incident, "13:31"), [(said.clone(), TimerPhase::Due)], "{name}");
            assert_eq!(labels(&incident, "14:00"), [(said, TimerPhase::Overdue)], "{name}");
            Arc::make_mut(&mut incident.roles[0]).since = Time::default();
            assert_eq!(labels(&incident, "14:00"), [], "{name}: since when is not known");
            incident.declared = Some(crate::incident::Moment {
                at: at("10:10"),
                ..Default::default()
            });
            let label = labels(&incident, "14:00")[0].0.clone();
            assert_eq!(label, "hand command over (kim, on since 10:10)", "{name}");
            Arc::make_mut(&mut incident.roles[0]).until = Some(at("13:59"));
            assert_eq!(labels(&incident, "14:00"), [], "{name}: handed over");
        }
    }
}
