//! Sentences that were written for every reader, as the console says them: verbs of the command line by the key that does the same here,
//! or by the field that they set; and raw instants as times of the zone shown.

use std::borrow::Cow;

use super::Model;
use super::action::Action;
use super::keymap::Keymap;
use crate::framework::Derived;
use crate::incident::{Time, field_title};
use crate::runbook::library::Library;

/// What does in the console what a verb does. A call is looked up by how it begins, so longer ones stand first; those without an action
/// are for the command line alone, and are left out here.
const VERBS: [(&str, Option<Action>); 30] = [
    ("severity --impact", Some(Action::RateImpact)),
    ("severity --urgency", Some(Action::RateImpact)),
    ("severity", Some(Action::SetSeverity)),
    ("status", Some(Action::SetStatus)),
    ("escalate --unreachable", Some(Action::Unreachable)),
    ("escalate", Some(Action::Escalate)),
    ("major declare", Some(Action::DeclareMajor)),
    ("decide", Some(Action::Decide)),
    ("cancel", Some(Action::Cancel)),
    ("resolve", Some(Action::Resolve)),
    ("reopen", Some(Action::Reopen)),
    ("close", Some(Action::Close)),
    ("handoff", Some(Action::ShowHandover)),
    ("cause set", Some(Action::SetCause)),
    ("factor add", Some(Action::AddFactor)),
    ("action add", Some(Action::AddAction)),
    ("why add", Some(Action::AddWhy)),
    ("role assign", Some(Action::AssignRole)),
    ("mitigation approve", Some(Action::ApproveMitigation)),
    ("mitigation decline", Some(Action::DeclineMitigation)),
    ("mitigation edit", Some(Action::CorrectEntry)),
    ("check tick", Some(Action::TickWithNote)),
    ("check start", Some(Action::StartItem)),
    ("check skip", Some(Action::SkipItem)),
    ("check list", None),
    ("timer clear", Some(Action::ClearTimer)),
    ("update", Some(Action::SendUpdate)),
    ("runbook attach", Some(Action::AttachRunbook)),
    ("framework lint", None),
    ("report", None),
];

/// Options that a key asks for by itself.
const OPTIONS: [&str; 4] = [
    ", or resolve with --force --reason",
    ", or give --force --reason",
    ": --force --reason \"…\"",
    "; give --severity instead",
];

/// How a field is named in a call.
const FIELD: &str = "fields.";

/// A sentence as the console says it: `(warroom decide)` becomes `(D D)`, `(warroom set fields.review TIME)` becomes `(E f review)`.
pub(super) fn said<'t>(keymap: &Keymap, text: &'t str) -> Cow<'t, str> {
    let mut said = Cow::Borrowed(text);
    if ["warroom ", "(set ", "(fields.", "(factor "]
        .iter()
        .any(|sign| text.contains(sign))
    {
        said = Cow::Owned(at_the_end(keymap, &in_brackets(keymap, &said)));
    }
    for option in OPTIONS {
        if said.contains(option) {
            said = Cow::Owned(said.replace(option, ""));
        }
    }
    said
}

/// Calls in brackets or backticks, anywhere in the sentence.
fn in_brackets(keymap: &Keymap, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['(', '`']) {
        let (before, from) = rest.split_at(open);
        let (opens, closes) = if from.starts_with('(') { ('(', ')') } else { ('`', '`') };
        out.push_str(before);
        let close = from[1..].find(closes).map(|at| at + 1);
        let call = close.map(|close| &from[1..close]);
        // Brackets hold what people write, too.
        let named = call.filter(|call| call.starts_with("warroom ") || opens == '(' && is_short(call));
        let (Some(close), Some(known)) = (close, named.and_then(|call| known(keymap, call))) else {
            out.push(opens);
            rest = &from[1..];
            continue;
        };
        match known {
            Some(key) if opens == '(' => out.push_str(&format!("({key})")),
            Some(key) => out.push_str(&key),
            None => out.truncate(out.trim_end().len()),
        }
        rest = &from[close + 1..];
    }
    out + rest
}

/// Whether it is a call that goes on from one before it: `(set fields.defences)`.
fn is_short(call: &str) -> bool {
    ["set fields.", "fields.", "factor add"]
        .iter()
        .any(|begins| call.starts_with(begins))
}

/// A call that a sentence ends with: `…: warroom timer clear ack --reason TEXT`.
fn at_the_end(keymap: &Keymap, text: &str) -> String {
    let Some(at) = text.find("warroom ") else {
        return text.to_owned();
    };
    let begins = at == 0 || text[..at].ends_with(": ");
    let call = text[at..].strip_prefix("warroom ").unwrap_or_default();
    match VERBS.iter().find(|(verb, _)| begins_with(call, verb)) {
        Some((_, Some(action))) if begins => {
            let (key, title) = (keymap.key_of(*action), action.spec().title.to_lowercase());
            format!("{}{}", &text[..at], format!("{key} {title}").trim())
        }
        _ => text.to_owned(),
    }
}

/// What a call is here: nothing where it is none that is known, else its key, or that it is left out.
#[allow(clippy::option_option, reason = "whether it is known, and then whether it is said")]
fn known(keymap: &Keymap, call: &str) -> Option<Option<String>> {
    let call = call.strip_prefix("warroom ").unwrap_or(call);
    if let Some(field) = call.strip_prefix("set ").unwrap_or(call).strip_prefix(FIELD) {
        let name = field_title(field.split(' ').next().unwrap_or_default());
        return Some(Some(
            format!("{} {name}", keymap.key_of(Action::SetField)).trim().to_owned(),
        ));
    }
    let (_, action) = VERBS.iter().find(|(verb, _)| begins_with(call, verb))?;
    Some(
        (*action)
            .map(|action| keymap.key_of(action))
            .filter(|key| !key.is_empty()),
    )
}

fn begins_with(call: &str, verb: &str) -> bool {
    call.strip_prefix(verb)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// What the framework derives, with its sentences as the console says them, and lists of runbooks by their titles.
pub(super) fn derived(keymap: &Keymap, library: &Library, mut derived: Derived) -> Derived {
    let say = |text: &mut String| {
        if let Cow::Owned(said) = said(keymap, text) {
            *text = said;
        }
    };
    for list in &mut derived.checklists {
        if let Some(one) = library.get(&list.id) {
            list.title.clone_from(&one.volume.title);
        }
        list.items.iter_mut().for_each(|item| say(&mut item.text));
    }
    for item in &mut derived.gate.items {
        say(&mut item.text);
        item.why.iter_mut().for_each(say);
    }
    derived.gate.missing.iter_mut().for_each(say);
    derived
        .reminders
        .iter_mut()
        .for_each(|reminder| say(&mut reminder.text));
    derived
}

impl Model {
    /// A text of the record with its raw instants (`2026-11-20T14:05:00.000Z`) as times of the zone shown, with their day where that is
    /// not today.
    pub(super) fn in_zone<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((start, end, at)) = instant(rest) {
            out.push_str(&rest[..start]);
            out.push_str(&self.day_clock(at));
            rest = &rest[end..];
        }
        if out.is_empty() && rest.len() == text.len() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(out + rest)
    }
}

/// The first raw instant of a text, and where it stands.
fn instant(text: &str) -> Option<(usize, usize, Time)> {
    let bytes = text.as_bytes();
    // The `T` between day and time is what is looked for: it is rare between digits.
    let middles = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'T')
        .map(|(at, _)| at);
    for middle in middles {
        let Some(start) = middle.checked_sub(10) else { continue };
        let within = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-');
        let long = bytes[middle + 1..].iter().take_while(|byte| within(byte)).count();
        let zulu = usize::from(bytes.get(middle + 1 + long) == Some(&b'Z'));
        let end = middle + 1 + long + zulu;
        // A sentence may end behind it.
        let found = text
            .get(start..end)
            .map(|found| found.trim_end_matches(['.', ':', '-']));
        if let Some((found, at)) = found.and_then(|found| Some((found, Time::parse_rfc3339(found)?))) {
            return Some((start, start + found.len(), at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::App;
    use crate::framework::Framework;

    #[test]
    fn verbs_are_said_as_keys_and_fields() {
        let keymap = Keymap::default();
        for (text, here) in [
            (
                "Decide what to try next (warroom decide)",
                "Decide what to try next (D D)",
            ),
            ("Rate it (warroom severity --impact)", "Rate it (K i)"),
            (
                "Schedule it (warroom set fields.review TIME)",
                "Schedule it (E f review)",
            ),
            (
                "immediate (warroom cause set), contributing (factor add), defences (set fields.defences)",
                "immediate (w c), contributing (w f), defences (E f defences)",
            ),
            ("Review the trend (warroom report)", "Review the trend"),
            (
                "repair that file (warroom framework lint names each line), or resolve with --force --reason",
                "repair that file",
            ),
            ("warroom mitigation edit mtba --text TEXT", "E c correct an entry"),
            (
                "it needs a reason: warroom timer clear ack --reason \"…\"",
                "it needs a reason: x clear it",
            ),
            ("To end it use `warroom resolve`.", "To end it use r r."),
            // What only the command line can do stays, and so does what people wrote.
            (
                "`warroom outbox retry` starts it again",
                "`warroom outbox retry` starts it again",
            ),
            (
                "we ran (kubectl get pods) in the warroom",
                "we ran (kubectl get pods) in the warroom",
            ),
            ("torn (warroom", "torn (warroom"),
            (
                "名前 (warroom decide) 🔥 (update by 10:00)",
                "名前 (D D) 🔥 (update by 10:00)",
            ),
        ] {
            assert_eq!(said(&keymap, text), here);
        }
    }

    #[test]
    fn no_framework_that_ships_shows_a_command_line() {
        let keymap = Keymap::default();
        for name in Framework::names() {
            let text = Framework::source(name).unwrap();
            for line in text.lines().filter(|line| line.contains("text:")) {
                let here = said(&keymap, line);
                let shown = ["warroom ", "(set ", "(fields.", "(factor "];
                assert!(!shown.iter().any(|sign| here.contains(sign)), "{name}: {here}");
            }
        }
    }

    #[test]
    fn raw_instants_are_said_in_the_zone_shown() {
        let app = App::new();
        for (text, here) in [
            ("2026-11-20T14:38:35.170Z", "14:38"),
            (
                "review is 2026-12-07T09:00:00.000Z, then",
                "review is Mon 7 Dec 09:00, then",
            ),
            ("until 2026-11-20T14:38:35+01:00.", "until 13:38."),
            ("T 2026-11-20T1 名前T", "T 2026-11-20T1 名前T"),
            ("", ""),
        ] {
            assert_eq!(app.model.in_zone(text), here);
        }
    }
}
