//! The root-cause analysis: whys, factors, the cause itself; and links to what belongs to the incident.

use super::draft::{Done, Draft};
use super::fields;
use super::words::{brief, invalid, line, maybe_line, text, unchanged};
use crate::incident::entry::Entry;
use crate::incident::entry::live;
use crate::incident::model::{Extra, Factor, Link, Revisions, Why};
use crate::incident::words::{EventKind, FactorCategory};

pub(super) fn why(draft: &mut Draft, words: &str) -> Done {
    let number = live(&draft.old.whys).count() + 1;
    let entry = Why {
        id: draft.id(Why::LETTER),
        text: text(reason(words), "because")?,
        at: draft.now(),
        by: draft.by().to_owned(),
        ..Why::default()
    };
    let event = draft.say(
        EventKind::Analysis,
        format!("why {number}: because {}", brief(&entry.text)),
    );
    event.subject = Some(entry.id.as_str().into());
    draft.add(entry);
    Ok(())
}

/// The words without the because that stands before them anyway.
fn reason(words: &str) -> &str {
    const BECAUSE: &str = "because ";
    let words = words.trim_start();
    match words.get(..BECAUSE.len()) {
        Some(start) if start.eq_ignore_ascii_case(BECAUSE) => &words[BECAUSE.len()..],
        _ => words,
    }
}

pub(super) fn factor(draft: &mut Draft, category: &FactorCategory, words: &str) -> Done {
    if let FactorCategory::Other(word) = category {
        return invalid(format!(
            "`{}` is no category; use {}",
            brief(word),
            FactorCategory::KNOWN.join(", ")
        ));
    }
    let entry = Factor {
        id: draft.id(Factor::LETTER),
        category: category.clone(),
        text: text(words, "factor")?,
        at: draft.now(),
        by: draft.by().to_owned(),
        retracted: None,
        rev: Revisions::new(),
        extra: Extra::new(),
    };
    let event = draft.say(
        EventKind::Analysis,
        format!("factor ({category}): {}", brief(&entry.text)),
    );
    event.subject = Some(entry.id.as_str().into());
    draft.add(entry);
    Ok(())
}

pub(super) fn cause(draft: &mut Draft, words: &str) -> Done {
    fields::set(draft, "cause", words)?;
    if let Some(event) = draft.told() {
        event.kind = EventKind::Analysis;
    }
    Ok(())
}

pub(super) fn link(draft: &mut Draft, target: &str, label: Option<&String>) -> Done {
    let target = line(target, "link")?;
    if live(&draft.old.links).any(|other| other.target == target) {
        return unchanged(format!("that is linked already: {}", brief(&target)));
    }
    let entry = Link {
        id: draft.id(Link::LETTER),
        target: target.clone(),
        label: maybe_line(label, "label")?,
        at: draft.now(),
        by: draft.by().to_owned(),
        ..Link::default()
    };
    let label = entry
        .label
        .as_ref()
        .map(|label| format!("{label}: "))
        .unwrap_or_default();
    let event = draft.say(EventKind::Link, format!("{label}{}", brief(&target)));
    event.subject = Some(entry.id.as_str().into());
    event.to = Some(target.into());
    draft.add(entry);
    Ok(())
}
