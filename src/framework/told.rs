//! What an audience with states was told: an ordered register per audience. Back wants a reason, the last state comes only after
//! the incident is over, and what still says that it goes on is asked for then.

use super::Framework;
use super::data::{self, Audience, Class};
use super::names::unknown;
use super::remedy::{Remedy, Word};
use super::reminders::ReminderView;
use crate::incident::{Change, EventKind, Incident, Refusal, live};

/// The kind of reminder: an audience was last told a state that no longer holds.
const STANDS: &str = "still-says";

/// A state that an audience can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldState {
    /// Its word.
    pub state: String,
    /// Whether it is what they were told last.
    pub stands: bool,
    /// Whether it comes before what they were told last, or says that what is over goes on: both want a reason.
    pub back: bool,
}

impl Framework {
    /// The states of an audience, in their order; none where it has none.
    pub fn told_states(&self, incident: &Incident, audience: &str) -> Vec<ToldState> {
        let Ok(known) = self.audience(audience) else {
            return Vec::new();
        };
        let stands = stands(incident, known);
        let all = known.states.iter().enumerate();
        all.map(|(place, state)| ToldState {
            state: state.clone(),
            stands: stands == Some(place),
            back: stands.is_some_and(|stands| place < stands) || self.goes_on(incident, known, place),
        })
        .collect()
    }

    /// An update with its audience's own words for state, where the order of its states allows it.
    pub(super) fn telling(&self, incident: &Incident, change: Change, by: &str) -> Result<Change, Refusal> {
        let Change::SendUpdate {
            audience,
            text,
            status,
            eta,
            reason,
            approved_by,
        } = change
        else {
            return Ok(change);
        };
        let known = self.audience(&audience)?;
        let text = self.words_for(known, text)?;
        let status = if known.states.is_empty() {
            status
        } else {
            Some(self.next_state(incident, known, status.as_deref(), reason.as_deref())?)
        };
        Ok(Change::SendUpdate {
            audience: known.id.clone(),
            text,
            status,
            eta,
            reason: reason.filter(|reason| !reason.trim().is_empty()),
            approved_by: self.approved_update(incident, known, approved_by, by)?,
        })
    }

    /// Who may approve an update to an audience, where this person's sending it is not enough: the roles in words, and their holders.
    pub fn update_approval(&self, incident: &Incident, audience: &str, by: &str) -> Option<(String, Vec<String>)> {
        let known = self.audience(audience).ok()?;
        let roles = data::at(&known.approval, &incident.severity).filter(|roles| !roles.is_empty())?;
        let held = live(&incident.roles).filter(|held| roles.contains(&held.role) && held.until.is_none());
        let holders = self.people.distinct(held.map(|held| held.who.as_str()));
        if holders.iter().any(|who| self.people.same(who, by)) {
            return None;
        }
        let titles: Vec<String> = roles.iter().map(|role| self.role_title(role).to_lowercase()).collect();
        Some((
            titles.join(" or the "),
            holders.into_iter().map(str::to_owned).collect(),
        ))
    }

    /// Who approved an update, where one who may did.
    fn approved_update(
        &self,
        incident: &Incident,
        audience: &Audience,
        approved_by: Option<String>,
        by: &str,
    ) -> Result<Option<String>, Refusal> {
        let approved_by = approved_by.filter(|who| !who.trim().is_empty());
        let Some((roles, holders)) = self.update_approval(incident, &audience.id, by) else {
            return Ok(approved_by);
        };
        let has = |who: &String| holders.iter().any(|holder| self.people.same(holder, who));
        if approved_by.as_ref().is_some_and(has) {
            return Ok(approved_by);
        }
        let missing = match holders.as_slice() {
            [] => vec![format!("no one is the {roles} yet: warroom role assign ROLE NAME")],
            all => all
                .iter()
                .map(|who| format!("--approved-by {who}: once {who} has read it"))
                .collect(),
        };
        Err(Refusal::Rules {
            said: format!(
                "an update to {} at {} has to be approved by the {roles} before it is sent",
                audience.title, incident.severity
            ),
            missing,
        })
    }

    /// The state that an audience is told next: the one that is named, or the one of the incident's status; never back without a
    /// reason, and the last one only where the incident is over.
    fn next_state(
        &self,
        incident: &Incident,
        audience: &Audience,
        named: Option<&str>,
        reason: Option<&str>,
    ) -> Result<String, Refusal> {
        let states = &audience.states;
        let place = |word: &str| states.iter().position(|state| state.eq_ignore_ascii_case(word.trim()));
        let stands = stands(incident, audience);
        let implied = place(self.state_told(&incident.status));
        let next = match named {
            Some(word) => place(word).ok_or_else(|| {
                let what = format!("state for {}", audience.title);
                unknown(&self.name, &what, word.trim(), states.iter().cloned())
            })?,
            // What is said without a state is no step back.
            None => implied.unwrap_or_default().max(stands.unwrap_or_default()),
        };
        let ended = self.classes.is_ended(&incident.status);
        if self.is_last(audience, next) && !ended {
            let said = format!(
                "an update to {} cannot say `{}` while {} is {}",
                audience.title, states[next], incident.id, incident.status
            );
            return Err(Refusal::Rules {
                said,
                missing: vec!["resolve it first (warroom resolve), then tell them".into()],
            });
        }
        // The other way round: what is over is not told as going on, but where that is meant.
        if named.is_some()
            && self.goes_on(incident, audience, next)
            && reason.is_none_or(|reason| reason.trim().is_empty())
        {
            let said = format!(
                "an update to {} cannot say `{}` while {} is {}",
                audience.title, states[next], incident.id, incident.status
            );
            return Err(Refusal::Rules {
                said,
                missing: vec![
                    format!(
                        "--status {}: that it is over",
                        self.state_told(self.classes.of(Class::Resolved))
                    ),
                    "--reason TEXT: why the update says that it goes on".into(),
                ],
            });
        }
        let back = stands.filter(|stands| next < *stands);
        if let Some(stands) = back.filter(|_| reason.is_none_or(|reason| reason.trim().is_empty())) {
            let said = format!(
                "the last update to {} said `{}` already; `{}` is a step back and needs a reason",
                audience.title, states[stands], states[next]
            );
            return Err(Refusal::Rules {
                said,
                missing: vec!["--reason TEXT: why the update goes back to an earlier state".into()],
            });
        }
        Ok(states[next].clone())
    }

    /// Whether a state says that the incident goes on, which is over.
    fn goes_on(&self, incident: &Incident, audience: &Audience, place: usize) -> bool {
        self.classes.is_ended(&incident.status)
            && (0..audience.states.len()).any(|place| self.is_last(audience, place))
            && !self.is_last(audience, place)
    }

    /// Whether a state says that it is over.
    fn is_last(&self, audience: &Audience, place: usize) -> bool {
        let resolved = self.classes.of(Class::Resolved);
        audience
            .states
            .get(place)
            .is_some_and(|state| *state == self.state_told(resolved))
    }

    /// Audiences that were told something, and not that it is over, while it is.
    pub(super) fn still_says(&self, incident: &Incident) -> Vec<ReminderView> {
        if !self.classes.is_ended(&incident.status) {
            return vec![];
        }
        let resolved = self.state_told(self.classes.of(Class::Resolved));
        let last = |audience: &&Audience| audience.states.iter().position(|state| state == resolved);
        let audiences = self.audiences.iter().filter(|audience| {
            let told = stands(incident, audience);
            told.is_some_and(|told| last(audience).is_some_and(|last| told < last))
        });
        let view = |audience: &Audience| ReminderView {
            id: format!("{STANDS} {}", audience.id),
            text: format!(
                "the last update to {} says {}; tell them that it is {resolved}",
                audience.title,
                stands(incident, audience).map_or("", |place| audience.states[place].as_str())
            ),
            remedy: Some(Remedy::Update {
                audience: Word::plain(&audience.id),
                status: Some(resolved.to_owned()),
            }),
        };
        audiences.map(view).collect()
    }
}

/// The place of the state that an audience was told last; the first where an update named none, none where it was told nothing
/// since the incident was opened again.
fn stands(incident: &Incident, audience: &Audience) -> Option<usize> {
    let reopened = incident
        .timeline
        .iter()
        .rev()
        .find(|event| event.kind == EventKind::Reopened);
    let told = live(&incident.communications).filter(|one| one.audience == audience.id);
    let told = told.filter(|one| reopened.is_none_or(|event| event.at < one.at));
    // Of one instant the one that stands last.
    let last = told.max_by_key(|one| one.at)?;
    let place = |state: &str| {
        audience
            .states
            .iter()
            .position(|known| known.eq_ignore_ascii_case(state))
    };
    Some(last.status.as_deref().and_then(place).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_told_as_going_on_with_a_reason_only() {
        for name in Framework::names() {
            let framework = Framework::builtin(name).unwrap();
            for class in [Class::Resolved, Class::Closed, Class::Cancelled] {
                let incident = Incident {
                    status: framework.classes.of(class).to_owned(),
                    ..Incident::default()
                };
                for audience in framework
                    .audiences
                    .iter()
                    .filter(|audience| !audience.states.is_empty())
                {
                    let tell = |status: &str, reason: Option<&str>| {
                        let change = Change::SendUpdate {
                            audience: audience.id.clone(),
                            text: "we look into it".into(),
                            status: Some(status.into()),
                            eta: None,
                            reason: reason.map(str::to_owned),
                            approved_by: None,
                        };
                        framework.telling(&incident, change, "kim")
                    };
                    let (first, last) = (&audience.states[0], audience.states.last().unwrap());
                    assert!(tell(first, None).is_err(), "{name} {class:?} {first}");
                    assert!(
                        tell(first, Some("the page was wrong")).is_ok(),
                        "{name} {class:?} {first}"
                    );
                    assert!(tell(last, None).is_ok(), "{name} {class:?} {last}");
                    let shown = framework.told_states(&incident, &audience.id);
                    assert!(shown[0].back && !shown.last().unwrap().back, "{name} {class:?}");
                }
            }
        }
    }
}
