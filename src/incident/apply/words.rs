//! The words of a request, checked and tidied; and the phrases that the timeline is written in.

use crate::incident::change::Refusal;
use crate::incident::time::Time;

/// Longest text that is taken in, in bytes.
pub(crate) const LONGEST: usize = crate::bounds::TEXT;

/// How many characters of a text others quote.
const QUOTED: usize = 100;

/// A refusal for words that make no sense.
pub(crate) fn invalid<T>(said: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Invalid(said.into()))
}

/// What was asked for is so already: nothing is written, and that is no failure.
pub(crate) fn unchanged<T>(said: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Unchanged(said.into()))
}

/// A word that is in none of the lists, with those that are.
pub(crate) fn unknown<T>(said: impl Into<String>, known: &[&str]) -> Result<T, Refusal> {
    Err(Refusal::NotFound {
        said: said.into(),
        candidates: known.iter().map(ToString::to_string).collect(),
    })
}

/// Text of one or several lines: line ends made one kind, a command's colours taken out, blank lines around it and blanks at
/// its end cut. `what` names it in the refusal.
pub(crate) fn text(given: &str, what: &str) -> Result<String, Refusal> {
    let tidy = crate::text::handed_over(given);
    let tidy = tidy.trim_end().trim_start_matches(['\n', '\r']);
    if tidy.trim_start().is_empty() {
        return invalid(format!("the {what} is empty; nothing was written"));
    }
    if tidy.len() > LONGEST {
        return invalid(format!(
            "the {what} has {} KiB; 64 KiB is the most one entry takes. Keep it in a file and link it",
            tidy.len() / 1024
        ));
    }
    Ok(tidy.to_owned())
}

/// Text on one line: line breaks and what surrounds them become one blank.
pub(crate) fn line(given: &str, what: &str) -> Result<String, Refusal> {
    let whole = text(given, what)?;
    if whole.contains(['\n', '\r']) {
        let parts: Vec<_> = whole.lines().map(str::trim).filter(|part| !part.is_empty()).collect();
        return Ok(parts.join(" "));
    }
    Ok(whole.trim().to_owned())
}

/// Optional text: absent or blank is nothing.
pub(crate) fn maybe(given: Option<&String>, what: &str) -> Result<Option<String>, Refusal> {
    match given.map(String::as_str) {
        Some(words) if !words.trim().is_empty() => text(words, what).map(Some),
        _ => Ok(None),
    }
}

/// Optional text on one line.
pub(crate) fn maybe_line(given: Option<&String>, what: &str) -> Result<Option<String>, Refusal> {
    match given.map(String::as_str) {
        Some(words) if !words.trim().is_empty() => line(words, what).map(Some),
        _ => Ok(None),
    }
}

/// A person's name: one line, not empty, not longer than a name is.
pub(crate) fn person(given: &str) -> Result<String, Refusal> {
    let name = line(given, "name")?;
    if name.chars().count() > QUOTED {
        return invalid("that name is longer than 100 characters");
    }
    Ok(name)
}

/// The first line, cut to what one quotes.
pub(crate) fn brief(text: &str) -> String {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let mut cut: String = first.chars().take(QUOTED).collect();
    if cut.len() < text.trim().len() {
        cut.truncate(cut.trim_end().len());
        cut.push('…');
    }
    cut
}

/// `incident_commander` as people say it: `incident commander`.
pub(crate) fn plain(id: &str) -> String {
    id.replace(['_', '.'], " ")
}

/// `sam`, `sam and kim`, `sam, kim and lee`.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => "no one".into(),
        [one] => (*one).into(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `: words`, or nothing where there are none.
pub(crate) fn because(words: Option<&str>) -> String {
    words.map(|words| format!(": {words}")).unwrap_or_default()
}

/// Refuses an instant that has not come yet. A minute is allowed for, since two clocks never agree.
pub(crate) fn past(at: Time, now: Time) -> Result<Time, Refusal> {
    if at.seconds_since(now) > 60 {
        return invalid(format!(
            "{} has not come yet (it is {}); give the time when it happened, such as 14:05 or -5m",
            at.said(),
            now.said()
        ));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_shape() {
        assert_eq!(text("\n\n  a\r\n    b \n\n", "text").unwrap(), "  a\n    b");
        assert_eq!(line(" a\n\n  b ", "title").unwrap(), "a b");
        assert!(text(" \n\t", "text").is_err());
        assert!(text(&"x".repeat(LONGEST), "text").is_ok());
        assert!(text(&"x".repeat(LONGEST + 1), "text").is_err());
        assert_eq!(maybe(Some(&"  ".to_owned()), "note").unwrap(), None);
    }

    #[test]
    fn quoting() {
        assert_eq!(brief("one\ntwo"), "one…");
        assert_eq!(brief("short"), "short");
        assert_eq!(brief(&"é".repeat(200)).chars().count(), 101);
        assert_eq!(listed(&["sam", "kim", "lee"]), "sam, kim and lee");
    }

    #[test]
    fn tomorrow_is_refused() {
        let now = Time::from_millis(1_000_000_000);
        assert!(past(Time::from_millis(1_000_060_000), now).is_ok());
        assert!(past(Time::from_millis(1_000_062_000), now).is_err());
    }
}
