//! Requests: a specialist called in, a task given; read back, answered or withdrawn. And decisions.

use serde_json::Value;

use super::draft::{Done, Draft};
use super::hypotheses;
use super::words::{brief, invalid, line, person, text};
use crate::incident::change::Question;
use crate::incident::entry::Entry;
use crate::incident::model::{Hypothesis, Incident, Inquiry};
use crate::incident::words::{EventKind, InquiryKind as Kind, InquiryState as State};

/// The incident in a sentence, for somebody who has not followed it.
fn situation(incident: &Incident) -> String {
    let mut said = vec![incident.title.clone()];
    if !incident.severity.is_empty() {
        said.push(incident.severity.clone());
    }
    said.push(incident.status.clone());
    let impact = incident.impact.iter().map(|(name, value)| match value {
        Value::String(value) => format!("{name} {value}"),
        other => format!("{name} {other}"),
    });
    said.extend(impact);
    said.join("; ")
}

pub(super) fn ask(draft: &mut Draft, question: &Question) -> Done {
    if let Kind::Other(word) = &question.kind {
        return invalid(format!(
            "`{}` is no kind of request; use {}",
            brief(word),
            Kind::KNOWN.join(" or ")
        ));
    }
    if let Some(hypothesis) = &question.hypothesis {
        draft.get::<Hypothesis>(hypothesis)?;
    }
    let entry = Inquiry {
        id: draft.id(Inquiry::LETTER),
        to: person(&question.to)?,
        text: text(&question.text, "request")?,
        kind: question.kind.clone(),
        state: State::Open,
        situation: Some(question.situation.clone().unwrap_or_else(|| situation(&draft.new))),
        hypothesis: question.hypothesis.clone(),
        due: question.within.map(|within| draft.now().plus(within)),
        at: draft.now(),
        by: draft.by().to_owned(),
        ..Inquiry::default()
    };
    let until = entry.due.map(|due| format!(", until {}", due.hm())).unwrap_or_default();
    let said = match entry.kind {
        Kind::Task => format!("task for {}{until}: {}", entry.to, brief(&entry.text)),
        _ => format!("called in {}{until}: {}", entry.to, brief(&entry.text)),
    };
    tell(draft, said, &entry.id.clone(), None, &State::Open);
    draft.add(entry);
    Ok(())
}

fn tell(draft: &mut Draft, said: String, id: &str, from: Option<&State>, to: &State) {
    let event = draft.say(EventKind::Request, said);
    event.subject = Some(format!("{id}.state").into());
    event.from = from.map(|from| from.as_str().into());
    event.to = Some(to.as_str().into());
}

fn ended(old: &Inquiry) -> Done {
    match old.state {
        State::Answered => invalid(format!("that was answered already: {}", brief(&old.text))),
        State::Withdrawn => invalid(format!("that was withdrawn: {}", brief(&old.text))),
        _ => Ok(()),
    }
}

pub(super) fn read_back(draft: &mut Draft, id: &str, words: Option<&String>) -> Done {
    let old = draft.get::<Inquiry>(id)?;
    ended(&old)?;
    if old.state == State::Accepted {
        return invalid(format!("that is in hand already: {}", brief(&old.text)));
    }
    let words = match words {
        Some(words) => line(words, "read-back")?,
        None => old.text.lines().next().unwrap_or_default().to_owned(),
    };
    let said = format!("{} read back: {}", draft.by(), brief(&words));
    draft.edit::<Inquiry>(id, |inquiry| {
        inquiry.state = State::Accepted;
        inquiry.read_back = Some(words);
    })?;
    tell(draft, said, id, Some(&old.state), &State::Accepted);
    Ok(())
}

pub(super) fn answer(draft: &mut Draft, id: &str, words: &str, supports: Option<bool>) -> Done {
    let old = draft.get::<Inquiry>(id)?;
    ended(&old)?;
    let words = text(words, "answer")?;
    // An answer is kept whatever has become of the hypothesis meanwhile.
    let hypothesis = old.hypothesis.as_ref().filter(|id| draft.get::<Hypothesis>(id).is_ok());
    if let Some(hypothesis) = hypothesis {
        hypotheses::evidence(draft, hypothesis, &format!("{}: {words}", old.to), supports)?;
    }
    let now = draft.now();
    let said = format!("{} answered: {}", old.to, brief(&words));
    draft.edit::<Inquiry>(id, |inquiry| {
        inquiry.state = State::Answered;
        inquiry.answer = Some(words);
        inquiry.ended = Some(now);
    })?;
    tell(draft, said, id, Some(&old.state), &State::Answered);
    Ok(())
}

pub(super) fn withdraw(draft: &mut Draft, id: &str, reason: Option<&String>) -> Done {
    let old = draft.get::<Inquiry>(id)?;
    ended(&old)?;
    let reason = reason.map(|reason| line(reason, "reason")).transpose()?;
    let now = draft.now();
    let why = reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    draft.edit::<Inquiry>(id, |inquiry| {
        inquiry.state = State::Withdrawn;
        inquiry.answer = reason;
        inquiry.ended = Some(now);
    })?;
    let said = format!("withdrawn{why}: {}", brief(&old.text));
    tell(draft, said, id, Some(&old.state), &State::Withdrawn);
    Ok(())
}

/// A line of its own in the timeline, with what it weighed under keys of its own.
pub(super) fn decide(
    draft: &mut Draft,
    words: &str,
    who: Option<&String>,
    options: &[String],
    reason: Option<&String>,
) -> Done {
    let who = who.map(|who| person(who)).transpose()?;
    let words = text(words, "decision")?;
    let by = who.as_deref().unwrap_or(draft.by());
    let mut said = format!("{by} decided: {words}");
    let mut extra = serde_json::Map::new();
    extra.insert("decided_by".into(), by.into());
    if !options.is_empty() {
        let options: Vec<String> = options
            .iter()
            .map(|option| line(option, "option"))
            .collect::<Result<_, _>>()?;
        said += &format!("; weighed against {}", options.join(", "));
        extra.insert("options".into(), options.into());
    }
    if let Some(reason) = reason.map(|reason| line(reason, "reason")).transpose()? {
        said += &format!("; because {reason}");
        extra.insert("reason".into(), reason.into());
    }
    let event = draft.say(EventKind::Decision, said);
    event.extra = extra;
    let event = event.clone();
    draft.log(event);
    Ok(())
}
