//! Hypotheses: stated, tested, weighed with evidence, confirmed or rejected.

use std::time::Duration;

use super::draft::{Done, Draft};
use super::words::{because, brief, invalid, line, maybe, person, text, unchanged};
use crate::incident::change::Refusal;
use crate::incident::entry::Entry;
use crate::incident::entry::live;
use crate::incident::model::{Hypothesis, Remark};
use crate::incident::time::format_duration;
use crate::incident::words::{EventKind, HypothesisState as State};

/// A likelihood that is one.
fn percent(given: Option<u8>) -> Result<Option<u8>, Refusal> {
    match given {
        Some(percent) if percent > 100 => invalid(format!("{percent} % is more than certain; say 0 to 100")),
        fine => Ok(fine),
    }
}

/// `(50 %, 10m to test)`.
fn rating(likelihood: Option<u8>, takes: Option<Duration>) -> Option<String> {
    let likely = likelihood.map(|percent| format!("{percent} %"));
    let takes = takes.map(|takes| format!("{} to test", format_duration(takes)));
    let parts: Vec<String> = likely.into_iter().chain(takes).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

pub(super) fn add(
    draft: &mut Draft,
    statement: &str,
    owner: Option<&String>,
    likelihood: Option<u8>,
    takes: Option<Duration>,
) -> Done {
    let statement = line(statement, "hypothesis")?;
    let owner = owner.map(|name| person(name)).transpose()?;
    let same = |other: &&Hypothesis| other.statement.to_lowercase() == statement.to_lowercase();
    if let Some(other) = live(&draft.old.hypotheses).find(same) {
        return invalid(format!(
            "that is hypothesis {} already, which is {}",
            other.id, other.state
        ));
    }
    let entry = Hypothesis {
        id: draft.id(Hypothesis::LETTER),
        statement: statement.clone(),
        state: State::Open,
        at: draft.now(),
        by: draft.by().to_owned(),
        owner,
        likelihood: percent(likelihood)?,
        takes: takes.map(format_duration),
        ..Hypothesis::default()
    };
    let rating = rating(likelihood, takes).map(|rating| format!(" ({rating})"));
    tell(
        draft,
        format!("suspected: {}{}", brief(&statement), rating.unwrap_or_default()),
        &entry.id.clone(),
        None,
        &State::Open,
    );
    draft.add(entry);
    Ok(())
}

pub(super) fn rate(draft: &mut Draft, id: &str, likelihood: Option<u8>, takes: Option<Duration>) -> Done {
    let old = draft.get::<Hypothesis>(id)?;
    let likelihood = percent(likelihood)?;
    let Some(rating) = rating(likelihood, takes) else {
        return invalid("say how likely it is, or how long finding out takes");
    };
    draft.edit::<Hypothesis>(id, |entry| {
        entry.likelihood = likelihood.or(entry.likelihood);
        entry.takes = takes.map(format_duration).or(entry.takes.take());
    })?;
    let event = draft.say(EventKind::Hypothesis, format!("{rating}: {}", brief(&old.statement)));
    event.subject = Some(format!("{id}.likelihood").into());
    Ok(())
}

fn remark(draft: &Draft, letter: char, words: String, supports: Option<bool>) -> Remark {
    Remark {
        id: draft.id(letter),
        text: words,
        at: draft.now(),
        by: draft.by().to_owned(),
        supports,
        ..Remark::default()
    }
}

fn tell(draft: &mut Draft, said: String, id: &str, from: Option<&State>, to: &State) {
    let event = draft.say(EventKind::Hypothesis, said);
    event.subject = Some(format!("{id}.state").into());
    event.from = from.filter(|from| *from != to).map(|from| from.as_str().into());
    event.to = (from != Some(to)).then(|| to.as_str().into());
}

pub(super) fn test(draft: &mut Draft, id: &str, words: &str) -> Done {
    let old = draft.get::<Hypothesis>(id)?;
    let test = remark(draft, 'k', text(words, "test")?, None);
    let said = format!("testing {}: {}", brief(&old.statement), test.text);
    draft.edit::<Hypothesis>(id, |entry| {
        entry.state = State::Testing;
        entry.tests.push(test);
    })?;
    tell(draft, said, id, Some(&old.state), &State::Testing);
    Ok(())
}

pub(super) fn evidence(draft: &mut Draft, id: &str, words: &str, supports: Option<bool>) -> Done {
    let old = draft.get::<Hypothesis>(id)?;
    let evidence = remark(draft, 'v', text(words, "evidence")?, supports);
    let side = match supports {
        Some(true) => "for",
        Some(false) => "against",
        None => "on",
    };
    let said = format!("evidence {side} {}: {}", brief(&old.statement), evidence.text);
    draft.edit::<Hypothesis>(id, |entry| entry.evidence.push(evidence))?;
    let event = draft.say(EventKind::Hypothesis, said);
    event.subject = Some(format!("{id}.evidence").into());
    Ok(())
}

pub(super) fn settle(draft: &mut Draft, id: &str, confirmed: bool, evidence: Option<&String>) -> Done {
    let old = draft.get::<Hypothesis>(id)?;
    let state = if confirmed { State::Confirmed } else { State::Rejected };
    if old.state == state {
        return match evidence {
            // Words are never dropped without a word.
            Some(_) => invalid(format!(
                "that hypothesis is {state} already; add it with `warroom hypothesis evidence {id} TEXT`"
            )),
            None => unchanged(format!("that hypothesis is {state} already: {}", brief(&old.statement))),
        };
    }
    let words = maybe(evidence, "evidence")?;
    let said = format!("{state}: {}{}", brief(&old.statement), because(words.as_deref()));
    let evidence = words.map(|words| remark(draft, 'v', words, Some(confirmed)));
    draft.edit::<Hypothesis>(id, |entry| {
        entry.state = state.clone();
        entry.evidence.extend(evidence);
    })?;
    tell(draft, said, id, Some(&old.state), &state);
    Ok(())
}

pub(super) fn reopen(draft: &mut Draft, id: &str, testing: bool) -> Done {
    let old = draft.get::<Hypothesis>(id)?;
    let state = if testing { State::Testing } else { State::Open };
    if old.state == state {
        return unchanged(format!("that hypothesis is {state} already: {}", brief(&old.statement)));
    }
    draft.edit::<Hypothesis>(id, |entry| entry.state = state.clone())?;
    let said = format!("{state} again: {} (was {})", brief(&old.statement), old.state);
    tell(draft, said, id, Some(&old.state), &state);
    Ok(())
}
