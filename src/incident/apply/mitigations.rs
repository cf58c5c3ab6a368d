//! Mitigations: proposed, approved, started, carried out, shown to work or not.

use super::draft::{Done, Draft};
use super::words::{because, brief, invalid, line, maybe, maybe_line, person, text, unchanged};
use crate::incident::change::{Proposal, Refusal};
use crate::incident::entry::Entry;
use crate::incident::entry::live;
use crate::incident::model::{Approval, Mitigation, Moment};
use crate::incident::people;
use crate::incident::time::Time;
use crate::incident::words::{EventKind, MitigationState as State};

pub(super) fn propose(draft: &mut Draft, proposal: &Proposal) -> Done {
    let words = text(&proposal.text, "mitigation")?;
    let same = |other: &&Mitigation| {
        other.text.to_lowercase() == words.to_lowercase()
            && !matches!(other.state, State::Failed | State::Verified | State::Done)
    };
    if let Some(other) = live(&draft.old.mitigations).find(same) {
        return invalid(format!(
            "that is mitigation {} already, which is {}",
            other.id, other.state
        ));
    }
    let entry = Mitigation {
        id: draft.id(Mitigation::LETTER),
        text: words,
        option: maybe_line(proposal.option.as_ref(), "option")?,
        state: State::Proposed,
        at: draft.now(),
        by: draft.by().to_owned(),
        owner: proposal.owner.as_deref().map(person).transpose()?,
        rationale: maybe(proposal.rationale.as_ref(), "rationale")?,
        risk: maybe(proposal.risk.as_ref(), "risk")?,
        verification: maybe(proposal.verification.as_ref(), "verification")?,
        rollback: maybe(proposal.rollback.as_ref(), "rollback plan")?,
        ..Mitigation::default()
    };
    let said = format!(
        "proposed: {}{}",
        brief(&entry.text),
        because(entry.rationale.as_deref())
    );
    tell(draft, said, &entry.id.clone(), None, &State::Proposed);
    draft.add(entry);
    Ok(())
}

fn tell(draft: &mut Draft, said: String, id: &str, from: Option<&State>, to: &State) {
    let event = draft.say(EventKind::Mitigation, said);
    event.subject = Some(format!("{id}.state").into());
    event.from = from.filter(|from| *from != to).map(|from| from.as_str().into());
    event.to = (from != Some(to)).then(|| to.as_str().into());
}

/// Refuses what a mitigation in this state cannot do any more.
fn still(old: &Mitigation, over: &[State]) -> Result<(), Refusal> {
    if over.contains(&old.state) {
        return invalid(format!(
            "that mitigation is {} already: {}",
            old.state,
            brief(&old.text)
        ));
    }
    Ok(())
}

pub(super) fn approve(draft: &mut Draft, id: &str, wanting: Option<&String>) -> Done {
    let old = draft.get::<Mitigation>(id)?;
    still(&old, &[State::Failed])?;
    let mut approvals = old.approvals.iter().filter(|approval| approval.retracted.is_none());
    let twice = approvals.any(|approval| people::same(&approval.by, draft.by()));
    // What is under way or over is approved afterwards, where that is how the severity has it.
    let afterwards = matches!(old.state, State::Started | State::Done | State::Verified);
    if twice && (wanting.is_some() || afterwards || old.state == State::Approved) {
        return unchanged(format!("{} approved that already: {}", draft.by(), brief(&old.text)));
    }
    let wanting = maybe_line(wanting, "what is wanting")?;
    let state = if wanting.is_none() && !afterwards {
        State::Approved
    } else {
        old.state.clone()
    };
    let approval = Approval {
        id: draft.id('a'),
        by: draft.by().to_owned(),
        at: draft.now(),
        ..Approval::default()
    };
    draft.edit::<Mitigation>(id, |entry| {
        entry.state = state.clone();
        if !twice {
            entry.approvals.push(approval);
        }
    })?;
    let wanting = wanting.map(|wanting| format!(" (still needs: {wanting})"));
    let said = format!(
        "approved{}: {}{}",
        if afterwards { " afterwards" } else { "" },
        brief(&old.text),
        wanting.unwrap_or_default()
    );
    tell(draft, said, id, Some(&old.state), &state);
    Ok(())
}

pub(super) fn start(draft: &mut Draft, id: &str) -> Done {
    let old = draft.get::<Mitigation>(id)?;
    still(&old, &[State::Started, State::Done, State::Verified, State::Failed])?;
    let (now, by) = (draft.now(), draft.by().to_owned());
    draft.edit::<Mitigation>(id, |entry| {
        entry.state = State::Started;
        entry.started = Some(now);
        entry.owner.get_or_insert(by);
    })?;
    tell(
        draft,
        format!("started: {}", brief(&old.text)),
        id,
        Some(&old.state),
        &State::Started,
    );
    Ok(())
}

pub(super) fn finish(draft: &mut Draft, id: &str, result: Option<&String>) -> Done {
    let old = draft.get::<Mitigation>(id)?;
    still(&old, &[State::Done, State::Verified, State::Failed])?;
    let result = maybe(result, "result")?;
    let now = draft.now();
    let said = format!("done: {}{}", brief(&old.text), because(result.as_deref()));
    draft.edit::<Mitigation>(id, |entry| {
        entry.state = State::Done;
        entry.done = Some(now);
        entry.result = result.or(entry.result.take());
    })?;
    ended(draft, now);
    in_order(draft)?;
    super::fields::in_order(draft)?;
    tell(draft, said, id, Some(&old.state), &State::Done);
    Ok(())
}

/// It did not work. What was seen to hold before rested on it: `recheck` says what, in words.
pub(super) fn fail(draft: &mut Draft, id: &str, result: Option<&String>, recheck: Option<&str>) -> Done {
    settle(draft, id, false, result)?;
    if let (Some(recheck), Some(event)) = (recheck, draft.told()) {
        event.text.push_str(&format!("; check again: {recheck}"));
    }
    Ok(())
}

type WhenIt = fn(&Mitigation) -> Option<Time>;

/// What of a mitigation comes before what.
const ORDER: [(&str, WhenIt); 3] = [
    ("begun", |one| one.started),
    ("done", |one| one.done),
    ("settled", |one| one.settled),
];

/// The first of a mitigation's times that lies before one that has to come first.
fn misordered(one: &Mitigation) -> Option<String> {
    let times: Vec<(&str, Time)> = ORDER.iter().filter_map(|(name, of)| Some((*name, of(one)?))).collect();
    let wrong = times.windows(2).find(|pair| pair[1].1 < pair[0].1)?;
    Some(format!(
        "{} cannot be {} at {}, before it was {} at {}",
        brief(&one.text),
        wrong[1].0,
        wrong[1].1.hms(),
        wrong[0].0,
        wrong[0].1.hms()
    ))
}

/// Refuses what would put a mitigation's times the wrong way round that were not so before.
pub(super) fn in_order(draft: &Draft) -> Done {
    for one in &draft.new.mitigations {
        let was = draft.old.mitigations.iter().find(|old| old.id == one.id);
        if was.is_some_and(|was| std::sync::Arc::ptr_eq(was, one) || misordered(was).is_some()) {
            continue;
        }
        if let Some(wrong) = misordered(one) {
            return invalid(wrong);
        }
    }
    Ok(())
}

/// The impact ended or was contained, unless that was said before.
pub(super) fn ended(draft: &mut Draft, at: Time) {
    if draft.new.mitigated.is_none() {
        draft.new.mitigated = Some(Moment {
            at,
            by: draft.by().to_owned(),
            ..Moment::default()
        });
    }
}

/// It was not this one that ended the impact, done at this time: the first other one that was carried out is, where there is one.
fn not_ended(draft: &mut Draft, done: Option<Time>) {
    let by_this = draft.new.mitigated.as_ref().map(|moment| moment.at);
    if done.is_none() || by_this != done {
        return;
    }
    let others = live(&draft.new.mitigations).filter(|one| matches!(one.state, State::Done | State::Verified));
    let first = others.filter_map(|one| one.done).min();
    draft.new.mitigated = None;
    if let Some(first) = first {
        ended(draft, first);
    }
}

/// It worked, or it did not. The first one that is carried out is taken to be when the impact ended, until it fails.
pub(super) fn settle(draft: &mut Draft, id: &str, worked: bool, result: Option<&String>) -> Done {
    let old = draft.get::<Mitigation>(id)?;
    let state = if worked { State::Verified } else { State::Failed };
    still(&old, std::slice::from_ref(&state))?;
    let result = maybe(result, "result")?;
    let now = draft.now();
    let said = format!("{state}: {}{}", brief(&old.text), because(result.as_deref()));
    draft.edit::<Mitigation>(id, |entry| {
        entry.state = state.clone();
        entry.settled = Some(now);
        entry.result = result.or(entry.result.take());
    })?;
    in_order(draft)?;
    if worked {
        ended(draft, old.done.unwrap_or(now));
    } else {
        not_ended(draft, old.done);
    }
    tell(draft, said, id, Some(&old.state), &state);
    Ok(())
}

pub(super) fn revert(draft: &mut Draft, id: &str, state: &str) -> Done {
    let old = draft.get::<Mitigation>(id)?;
    let state = line(state, "state")?;
    let Some(state) = State::known(&state) else {
        return invalid(format!(
            "`{}` is no state of a mitigation; use {}",
            brief(&state),
            State::KNOWN.join(", ")
        ));
    };
    still(&old, std::slice::from_ref(&state))?;
    draft.edit::<Mitigation>(id, |entry| {
        entry.state = state.clone();
        let (started, done, settled) = match &state {
            State::Proposed | State::Approved => (false, false, false),
            State::Started => (true, false, false),
            State::Done => (true, true, false),
            _ => (true, true, true),
        };
        entry.started = entry.started.filter(|_| started);
        entry.done = entry.done.filter(|_| done);
        entry.settled = entry.settled.filter(|_| settled);
    })?;
    if matches!(state, State::Proposed | State::Approved | State::Started) {
        not_ended(draft, old.done);
    }
    let said = format!("back to {state}: {} (was {})", brief(&old.text), old.state);
    tell(draft, said, id, Some(&old.state), &state);
    Ok(())
}
