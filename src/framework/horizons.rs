//! How soon action items are done: the framework's own horizons, and the day that follows from one.

use super::data::HorizonTime;
use super::{Framework, Span};
use crate::incident::{ActionItem, ActionPlan, Change, Horizon, Incident, Refusal, Time, ids};

impl Framework {
    /// The horizon, refused where this framework has no such one.
    pub(super) fn horizon(&self, horizon: &Horizon) -> Result<Option<&HorizonTime>, Refusal> {
        let known = self.horizons.iter().find(|one| one.id == horizon.as_str());
        if known.is_none() && !self.horizons.is_empty() {
            return Err(Refusal::NotFound {
                said: format!("{} has no horizon `{}`", self.name, horizon.as_str()),
                candidates: self
                    .horizons
                    .iter()
                    .map(|one| format!("{}  {}", one.id, one.title))
                    .collect(),
            });
        }
        Ok(known)
    }

    /// The day by which what is planned now for this horizon is done.
    fn day_of(&self, horizon: Option<&Horizon>, now: Time) -> Result<Option<String>, Refusal> {
        let known = horizon.map(|horizon| self.horizon(horizon)).transpose()?.flatten();
        let span = known.and_then(|known| Span::parse(&known.within));
        Ok(span.map(|span| self.calendar.after(now, span).date().to_string()))
    }

    /// An action item with a horizon and no day gets the day that the horizon means.
    pub(super) fn with_day(&self, incident: &Incident, change: Change, now: Time) -> Result<Change, Refusal> {
        Ok(match change {
            Change::AddAction {
                text,
                owner,
                due,
                horizon,
            } => {
                let day = self.day_of(horizon.as_ref(), now)?;
                Change::AddAction {
                    text,
                    owner,
                    due: due.or(day),
                    horizon,
                }
            }
            Change::PlanAction { action, plan } => {
                let day = self.day_of(plan.horizon.as_ref(), now)?;
                let has_day = ids::find_by_prefix::<ActionItem>(incident, &action)?.due.is_some();
                let due = plan.due.clone().or(day.filter(|_| !has_day));
                Change::PlanAction {
                    action,
                    plan: Box::new(ActionPlan { due, ..*plan }),
                }
            }
            other => other,
        })
    }
}
