//! A scribe's line: an optional time, an optional kind, and what happened. Never an error, and ordinary text is never
//! taken for a prefix: what is no prefix stays in the text.

use super::time::{Odd, Taken, Time, prefix, read_time};
use super::words::EventKind;

/// A line taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The kind that was named, if any.
    pub kind: Option<EventKind>,
    /// When it happened, if that was said.
    pub at: Option<Time>,
    /// The rest; empty where there were only prefixes.
    pub text: String,
}

/// Takes a line apart: `-5m rolled back`, `14:05 action: rolled back`, `!decision freeze deploys`, `#finding 14:05 pool is
/// full`. Time and kind may stand in either order, each once. Times are UTC and relative to `now`.
pub fn parse(line: &str, now: Time) -> Line {
    parse_in(line, now, &|_| 0).0
}

/// The same where times of day are those of the zone whose seconds ahead of UTC `offset` gives, and what is odd about the time.
pub fn parse_in(line: &str, now: Time, offset: &dyn Fn(Time) -> i32) -> (Line, Option<Odd>) {
    let (mut kind, mut at, mut odd) = (None, None, None);
    let mut rest = line.trim();
    loop {
        if at.is_none()
            && let Some((taken, after)) = time_prefix(rest, now, offset)
        {
            at = Some(taken.at);
            odd = taken.odd;
            rest = after;
        } else if kind.is_none()
            && let Some((word, after)) = kind_prefix(rest)
        {
            kind = Some(word);
            rest = after;
        } else {
            break;
        }
    }
    let line = Line {
        kind,
        at,
        text: rest.to_owned(),
    };
    (line, odd)
}

/// A time at the beginning, and what follows it: `14:05`, `14:05:30`, `[14:05]`, `2pm`, `yesterday 14:05`, `-5m`, `5m ago`, an
/// ISO 8601 instant; with or without a `-` or `:` between it and the text.
fn time_prefix<'a>(text: &'a str, now: Time, offset: &dyn Fn(Time) -> i32) -> Option<(Taken, &'a str)> {
    let inner = text.strip_prefix('[');
    let body = inner.unwrap_or(text);
    let (taken, rest) = if let Some(found) = ago(body, now, offset) {
        found
    } else {
        let (taken, length) = prefix(body, now, offset)?;
        (taken, &body[length..])
    };
    let rest = if inner.is_some() { rest.strip_prefix(']')? } else { rest };
    let rest = rest.strip_prefix([':', ',']).unwrap_or(rest);
    let parted = rest.is_empty() || rest.starts_with(char::is_whitespace);
    parted.then(|| (taken, without_dash(rest)))
}

/// `-5m`, `5m ago`, and what follows.
fn ago<'a>(text: &'a str, now: Time, offset: &dyn Fn(Time) -> i32) -> Option<(Taken, &'a str)> {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | ']'))
        .unwrap_or(text.len());
    let word = &text[..end];
    let digits = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let end = match word.strip_prefix('-') {
        Some(span) if digits(span) => end,
        Some(_) => return None,
        None => {
            let after = text[end..].trim_start();
            let ago = after
                .get(..3)
                .filter(|word| word.eq_ignore_ascii_case("ago") && digits(text))?;
            text.len() - after.len() + ago.len()
        }
    };
    let taken = read_time(&text[..end], now, offset).ok()?;
    Some((taken, &text[end..]))
}

/// What follows a time or name: without blanks, and without a dash that only separates.
fn without_dash(rest: &str) -> &str {
    let rest = rest.trim_start();
    let dashed = ["- ", "– ", "— "].iter().find_map(|dash| rest.strip_prefix(dash));
    dashed.unwrap_or(rest).trim_start()
}

/// Short words of kinds: the letters of their keys, and what people write.
const SHORT: [(&str, EventKind); 8] = [
    ("a", EventKind::Action),
    ("d", EventKind::Decision),
    ("f", EventKind::Finding),
    ("o", EventKind::Observation),
    ("act", EventKind::Action),
    ("dec", EventKind::Decision),
    ("find", EventKind::Finding),
    ("obs", EventKind::Observation),
];

/// A kind at the beginning, and what follows it: `action: …`, `a: …`, `!action …` or `#action …`. A bare `action …` is text.
pub(crate) fn kind_prefix(text: &str) -> Option<(EventKind, &str)> {
    if let Some(marked) = text.strip_prefix(['!', '#']) {
        let (word, rest) = marked.split_once(char::is_whitespace).unwrap_or((marked, ""));
        return Some((loggable(word.strip_suffix(':').unwrap_or(word))?, rest.trim_start()));
    }
    let (word, rest) = text.split_once(':')?;
    // Neither a path nor an address.
    if rest.starts_with([':', '/']) {
        return None;
    }
    // `C:` before a path is none, nor is a letter that sticks to what follows.
    if word.len() == 1 && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    Some((loggable(word)?, rest.trim_start()))
}

fn loggable(word: &str) -> Option<EventKind> {
    let lower = word.to_ascii_lowercase();
    if let Some((_, kind)) = SHORT.iter().find(|(short, _)| *short == lower) {
        return Some(kind.clone());
    }
    let kind = EventKind::known(&lower)?;
    EventKind::LOGGABLE.contains(&kind).then_some(kind)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Time {
        Time::parse_rfc3339("2026-11-20T14:45:00Z").unwrap()
    }

    fn parsed(line: &str) -> (Option<String>, Option<String>, String) {
        let Line { kind, at, text } = parse(line, now());
        (
            kind.map(|kind| kind.to_string()),
            at.map(|at| at.chrono().format("%d %H:%M:%S").to_string()),
            text,
        )
    }

    fn is(line: &str, kind: &str, at: &str, text: &str) {
        let some = |word: &str| (!word.is_empty()).then(|| word.to_owned());
        assert_eq!(parsed(line), (some(kind), some(at), text.to_owned()), "{line}");
    }

    #[test]
    fn prefixes_in_either_order() {
        is("-5m rolled back", "", "20 14:40:00", "rolled back");
        is("14:05 pool at 100", "", "20 14:05:00", "pool at 100");
        is("14:05:30 x", "", "20 14:05:30", "x");
        is("9:05 x", "", "20 09:05:00", "x");
        is("23:50 x", "", "19 23:50:00", "x");
        is("[14:05] x", "", "20 14:05:00", "x");
        is("14:05: x", "", "20 14:05:00", "x");
        is("14:05 - x", "", "20 14:05:00", "x");
        is("14:05Z x", "", "20 14:05:00", "x");
        is("2026-11-19T08:00Z x", "", "19 08:00:00", "x");
        is("2026-11-19T10:00:00+02:00 x", "", "19 08:00:00", "x");
        is("2pm x", "", "20 14:00:00", "x");
        is("2:05 p.m. - x", "", "20 14:05:00", "x");
        is("14:05+0100 x", "", "20 13:05:00", "x");
        is("14:05 CET: x", "", "20 13:05:00", "x");
        is("yesterday 14:05 x", "", "19 14:05:00", "x");
        is("Nov 19 14:05 x", "", "19 14:05:00", "x");
        is("monday 14:05 x", "", "16 14:05:00", "x");
        is("2026-11-19 14:05 x", "", "19 14:05:00", "x");
        is("14h05 x", "", "20 14:05:00", "x");
        is("5m ago x", "", "20 14:40:00", "x");
        is("action: rolled back", "action", "", "rolled back");
        is("Action: rolled back", "action", "", "rolled back");
        is("!decision freeze deploys", "decision", "", "freeze deploys");
        is(
            "#finding -1h30m pool was full",
            "finding",
            "20 13:15:00",
            "pool was full",
        );
        is("14:05 action: x", "action", "20 14:05:00", "x");
        is("action: 14:05 x", "action", "20 14:05:00", "x");
        is("note: x", "note", "", "x");
        is("a: x", "action", "", "x");
        is("-5m d: x", "decision", "20 14:40:00", "x");
        is("!dec x", "decision", "", "x");
        is("obs: x", "observation", "", "x");
        is("alert:HighLatency fired", "alert", "", "HighLatency fired");
    }

    #[test]
    fn ordinary_text_stays_whole() {
        for text in [
            "",
            "action x",
            "a:/tmp is full",
            "d:x",
            "rolled back",
            "25:00 is no hour",
            "10:1 ratio of reads",
            "14:05.",
            "12:30-13:00 was quiet",
            "-v was missing",
            "-5 pods",
            "- a bullet",
            "5m later it was gone",
            "1h30 of it was gone",
            "5 minutes",
            "ago",
            "noon was quiet",
            "sam 14:05 said so",
            "may 3 pods stay",
            "tomorrow 10:00 we meet",
            "14:05-14:30 was worse",
            "1763990430 is an instant",
            "status: green",
            "declared: no one can log that",
            "#incident-2026 is the channel",
            "!important",
            "http://grafana/d/1",
            "note::detail",
            "kim: text",
            "::1 refused",
            "1.2.3.4:5432 refused",
            "2026-11-20 was a Friday",
            "now it works",
            "日本語 14:05",
        ] {
            is(text, "", "", text);
        }
    }

    #[test]
    fn each_prefix_once() {
        is("14:05 14:06 both", "", "20 14:05:00", "14:06 both");
        is("action: note: x", "action", "", "note: x");
        is("14:05 ", "", "20 14:05:00", "");
        is("action: ", "action", "", "");
    }

    proptest! {
        #![proptest_config(crate::trials::cases(256))]

        #[test]
        fn the_text_is_always_the_end_of_the_line(line in "\\PC{0,40}") {
            prop_assert!(line.trim().ends_with(&parse(&line, now()).text));
        }

        #[test]
        fn prefixes_are_found_before_any_text(text in "[a-z]{3,9} [ -~]{0,20}", kind in 0usize..8, minute in 0u32..45) {
            prop_assume!(kind_prefix(&text).is_none());
            let kind = &EventKind::LOGGABLE[kind];
            let line = parse(&format!("14:{minute:02} {kind}: {text}"), now());
            prop_assert_eq!(line.kind.as_ref(), Some(kind));
            prop_assert_eq!(line.text, text.trim());
            prop_assert_eq!(line.at.unwrap().hm(), format!("14:{minute:02}"));
        }
    }
}
