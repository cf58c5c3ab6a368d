//! What a person asks for, held against the incident and the framework's rules: words become ids, and what the rules
//! forbid is refused with what is missing.

use super::Framework;
use super::data::Class;
use super::model::Fact;
use super::nature::{Judged, Nature, Over};
use super::template::{gap_mark, has_gap};
use crate::incident::people::{self, is_program};
use crate::incident::{Change, Incident, Milestone, Refusal, Resolved, Time};

/// What a program says is material: it answers, adds evidence, logs and links; what follows of it is a person's to say.
fn by_a_program(change: &Change, by: &str) -> Result<(), Refusal> {
    if !is_program(by) || Nature::of(change).adds {
        return Ok(());
    }
    Err(rules(
        format!("{by} is a program: it adds what it found, and a person decides"),
        vec![],
    ))
}

impl Framework {
    /// Resolves names (id prefixes, role aliases, severities and statuses in any case) and checks the change against the
    /// incident and this framework's rules. What it returns can be applied by `incident::apply`, and permitted again.
    pub fn permit(&self, incident: &Incident, change: Change, by: &str, now: Time) -> Result<Resolved, Refusal> {
        self.permitted(incident, change, by, now).map(Resolved::of)
    }

    fn permitted(&self, incident: &Incident, change: Change, by: &str, now: Time) -> Result<Change, Refusal> {
        if let Change::Dated { at, who, change } = change {
            // Whether a duration had run is asked of the moment that the tick is dated to.
            let then = match *change {
                Change::TickItem { .. } | Change::StartItem { .. } => at.unwrap_or(now),
                _ => now,
            };
            let change = Box::new(self.permitted(incident, *change, by, then)?);
            return Ok(Change::Dated { at, who, change });
        }
        let change = self.of_entry(incident, change, now)?;
        let (change, name) = self.resolve(incident, change)?;
        self.still_allowed(incident, &change)?;
        self.judged(incident, &change)?;
        by_a_program(&change, by)?;
        let change = self.ruled(incident, change, by, now)?;
        Ok(match name {
            Some(name) => Change::Named {
                name,
                change: Box::new(change),
            },
            None => change,
        })
    }

    /// The second pass: what the rules say of each change, whose names are ids by now.
    #[allow(clippy::too_many_lines, reason = "one match over the closed list of changes")]
    fn ruled(&self, incident: &Incident, change: Change, by: &str, now: Time) -> Result<Change, Refusal> {
        match &change {
            Change::SetStatus { .. }
            | Change::Resolve { .. }
            | Change::Close { .. }
            | Change::Cancel { .. }
            | Change::Reopen { .. }
            | Change::Undo(_) => return self.lifecycle(incident, change, now),
            Change::SendUpdate { .. } => return self.telling(incident, change, by),
            Change::SetField { .. } => {
                let Change::SetField { field, value } = change else {
                    return Ok(change);
                };
                return self.recorded(field, value);
            }
            Change::AssignRole { role, who, .. } | Change::HandoffRole { role, to: who } => {
                self.may_hold(incident, role, who)?;
            }
            Change::StartProcedure { procedure, .. } => self.can_follow(incident, procedure)?,
            Change::ApproveMitigation { .. }
            | Change::GrantMitigation { .. }
            | Change::StartMitigation { .. }
            | Change::FinishMitigation { .. }
            | Change::VerifyMitigation { .. }
            | Change::RevertMitigation { .. }
            | Change::FailMitigation { .. } => return self.mitigations(incident, change, by, now),
            Change::TickItem { .. } | Change::TickAcknowledging { .. } => return self.ticking(incident, change, now),
            Change::StartItem { item } => self.can_start(incident, item, now)?,
            Change::EditEvent { .. } | Change::Correct { .. } => self.agreed_to(incident, &change, now)?,
            Change::SnoozeTimer { timer, duration } => {
                self.put_off(incident, timer, now.plus(*duration), now)?;
            }
            Change::ClearTimer { timer, reason } => self.give_up(timer, reason.as_deref())?,
            Change::Unreachable { .. } | Change::AddHypothesis { .. } => return Ok(self.filled(incident, change)),
            Change::AddAction { .. } | Change::PlanAction { .. } => return self.with_day(incident, change, now),
            // Whose words and entries are checked where they are applied.
            Change::Named { .. }
            | Change::Dated { .. }
            | Change::Log { .. }
            | Change::Import { .. }
            | Change::ImportLines { .. }
            | Change::RetractImport { .. }
            | Change::RetractEvent { .. }
            | Change::RestoreEvent { .. }
            | Change::SettleConflict { .. }
            | Change::Redact { .. }
            | Change::Remove { .. }
            | Change::Restore { .. }
            | Change::PinEvent { .. }
            | Change::SetSeverity { .. }
            | Change::Acknowledge { .. }
            | Change::Escalate { .. }
            | Change::SetMilestone { .. }
            | Change::ClearRole { .. }
            | Change::AcceptRole { .. }
            | Change::RateHypothesis { .. }
            | Change::TestHypothesis { .. }
            | Change::AddEvidence { .. }
            | Change::ConfirmHypothesis { .. }
            | Change::RejectHypothesis { .. }
            | Change::ReopenHypothesis { .. }
            | Change::ProposeMitigation(_)
            | Change::AddItem { .. }
            | Change::AddItems { .. }
            | Change::UntickItem { .. }
            | Change::SkipItem { .. }
            | Change::ClaimItem { .. }
            | Change::UnclaimItem { .. }
            | Change::NoteItem { .. }
            | Change::AttachRunbook(_)
            | Change::JudgeRunbook { .. }
            | Change::Ask(_)
            | Change::ReadBack { .. }
            | Change::Answer { .. }
            | Change::Withdraw { .. }
            | Change::Decide { .. }
            | Change::AddTimer { .. }
            | Change::RestoreTimer { .. }
            | Change::AddWhy { .. }
            | Change::AddFactor { .. }
            | Change::SetCause { .. }
            | Change::FinishAction { .. }
            | Change::ReopenAction { .. }
            | Change::AddLink { .. } => {}
        }
        Ok(change)
    }

    /// What the framework knows, filled in where nobody said it.
    fn filled(&self, incident: &Incident, change: Change) -> Change {
        match change {
            Change::Unreachable { who, next } => Change::Unreachable {
                next: next.or_else(|| self.next_to_call(incident, &who)),
                who,
            },
            Change::AddHypothesis {
                statement,
                owner,
                likelihood,
                takes,
            } => Change::AddHypothesis {
                likelihood: likelihood.or_else(|| self.share(&statement)),
                statement,
                owner,
                takes,
            },
            other => other,
        }
    }

    fn can_follow(&self, incident: &Incident, procedure: &str) -> Result<(), Refusal> {
        let known = self.procedures.iter().find(|one| one.id == procedure);
        match known.filter(|one| self.followed_since(incident, one).is_some()) {
            Some(one) => Err(Refusal::Invalid(format!(
                "that procedure is followed already: {} (warroom check list)",
                one.title
            ))),
            None => Ok(()),
        }
    }

    /// What only the rules of a framework that cannot be read could allow. Nothing of it is allowed by the rules of another one.
    fn judged(&self, incident: &Incident, change: &Change) -> Result<(), Refusal> {
        let Some(why) = &self.stands_in else { return Ok(()) };
        // What ships by the same name has the same words, as a rule; another one's mean something else.
        let same_words = self.name == incident.framework;
        let judged = match Nature::of(change).judged {
            Judged::Never => false,
            Judged::Always => true,
            Judged::ByItsWords => !same_words,
            Judged::Status(status) => {
                let class = self.status_id(status).map(|status| self.class(&status));
                !same_words || matches!(class, Ok(Class::Resolved | Class::Closed))
            }
        };
        if !judged {
            return Ok(());
        }
        let missing = vec![
            why.to_string(),
            "repair that file (warroom framework lint names each line), or resolve with --force --reason".into(),
        ];
        let said = format!(
            "the rules of `{}` cannot be read, so no one can say whether they allow this",
            incident.framework
        );
        Err(rules(said, missing))
    }

    /// Over incidents only what follows them is still written.
    fn still_allowed(&self, incident: &Incident, change: &Change) -> Result<(), Refusal> {
        if !matches!(self.class(&incident.status), Class::Closed | Class::Cancelled) {
            return Ok(());
        }
        let later = |item: &str| {
            self.phases.last().is_some_and(|phase| {
                item.strip_prefix(phase.id.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
            })
        };
        let fine = match Nature::of(change).over {
            Over::Made => true,
            Over::Refused => false,
            Over::Item(item) => later(item),
        };
        if fine {
            return Ok(());
        }
        Err(rules(
            format!(
                "{} is {}; open it again first (warroom reopen --reason …)",
                incident.id, incident.status
            ),
            vec![],
        ))
    }

    /// What an audience is told. A gap goes to nobody outside, nor anything that a chat or a page would act on.
    pub(super) fn words_for(&self, audience: &super::data::Audience, text: String) -> Result<String, Refusal> {
        if !self.is_outside(&audience.id) {
            return Ok(text);
        }
        if let Some(gap) = has_gap(&text) {
            let said = format!(
                "not sent: the update to {} still has the gap {}; fill it, or leave the sentence out",
                audience.title,
                gap_mark(gap)
            );
            return Err(rules(said, vec![gap.to_owned()]));
        }
        Ok(crate::text::for_outside(&text))
    }

    /// Refuses a role to someone who has, or had, one that excludes it.
    fn may_hold(&self, incident: &Incident, wanted: &str, who: &str) -> Result<(), Refusal> {
        // `sam+oncall@example.org` is one person, and so is "Smith, Dana", once she has written something.
        let several = who.contains([',', ';', '&']) || who.contains(" + ") || who.contains(" and ");
        if several && !incident.timeline.iter().any(|event| people::same(&event.by, who)) {
            let shown = crate::text::fit(&crate::text::one_line(who), 40, "…").into_owned();
            return Err(Refusal::Invalid(format!(
                "a role is given to one person at a time, and `{shown}` names several"
            )));
        }
        let excludes = |one: &str, other: &str| {
            let known = self.roles.iter().find(|role| role.id == one);
            known.is_some_and(|role| role.not.iter().any(|not| not == other))
        };
        // Whoever had the other role counts too: a review is not led by the commander of before.
        let held = crate::incident::live(&incident.roles).find(|held| {
            held.role != wanted
                && self.people.same(&held.who, who)
                && (excludes(wanted, &held.role) || excludes(&held.role, wanted) && held.until.is_none())
        });
        let Some(held) = held else { return Ok(()) };
        let (one, other) = (
            self.role_title(wanted).to_lowercase(),
            self.role_title(&held.role).to_lowercase(),
        );
        let was = if held.until.is_some() { "was" } else { "is" };
        Err(rules(
            format!(
                "{} {was} {other}, and whoever is {one} has to be someone else",
                held.who
            ),
            vec![format!("another name: warroom role assign {wanted} NAME")],
        ))
    }

    /// An item that only a role shows, where not just anyone may have the role.
    fn needs_role(&self, incident: &Incident, item: &str) -> Result<(), Refusal> {
        let Some(Fact::Role(role)) = self.seen_by(item) else {
            return Ok(());
        };
        let known = self.roles.iter().find(|known| known.id == *role);
        if known.is_none_or(|known| known.not.is_empty()) || self.since(incident, &Fact::Role(role.clone())).is_some() {
            return Ok(());
        }
        let title = self.role_title(role).to_lowercase();
        Err(rules(
            format!("that is done by naming the {title}, so that it can be seen who it is"),
            vec![format!("warroom role assign {role} NAME")],
        ))
    }

    /// The fact that shows a framework's item.
    fn seen_by(&self, item: &str) -> Option<&Fact> {
        let phases = self.phases.iter().flat_map(|phase| &phase.items);
        let procedures = self.procedures.iter().flat_map(|procedure| &procedure.items);
        phases.chain(procedures).find(|known| known.id == item)?.seen.as_ref()
    }

    /// The share of incidents that a usual cause has, where a statement is one of them.
    fn share(&self, statement: &str) -> Option<u8> {
        let statement = statement.trim();
        let same = |text: &str| text.eq_ignore_ascii_case(statement);
        let known = self.causes.iter();
        known
            .clone()
            .find(|cause| same(&cause.text) || cause.forms.iter().any(|form| same(form)))
            .and_then(|cause| cause.share)
    }

    /// Whom to call in place of somebody who does not answer: the next rung for each time that this was said.
    fn next_to_call(&self, incident: &Incident, who: &str) -> Option<String> {
        let said = incident.timeline.iter().filter(|event| {
            event.retracted.is_none()
                && event.subject.as_deref() == Some("unreachable")
                && event
                    .from
                    .as_deref()
                    .is_some_and(|called| self.people.same(called, who))
        });
        self.called_next(who, said.count())
    }

    /// A tick, of an item whose duration has run and which is not shown by something else; the one that shows that the alert was
    /// acknowledged acknowledges it.
    fn ticking(&self, incident: &Incident, change: Change, now: Time) -> Result<Change, Refusal> {
        let (Change::TickItem { item, note, .. } | Change::TickAcknowledging { item, note }) = change else {
            return Ok(change);
        };
        self.needs_role(incident, &item)?;
        let first = Fact::Milestone(Milestone::Acknowledged);
        if incident.acknowledged.is_none() && self.seen_by(&item) == Some(&first) {
            return Ok(Change::TickAcknowledging { item, note });
        }
        let ticked = crate::incident::live(&incident.checklist).find(|entry| entry.id == item);
        let again = ticked.is_some_and(|entry| {
            self.is_stale(&item, entry.done, super::gate::setback(incident))
                || self.is_early(incident, &item, entry.done, now)
        });
        if again || ticked.is_none_or(|entry| entry.state != crate::incident::ItemState::Done) {
            self.has_run(incident, &item, now)?;
        }
        Ok(Change::TickItem { item, note, again })
    }
}

pub(super) fn rules(said: String, missing: Vec<String>) -> Refusal {
    Refusal::Rules { said, missing }
}
