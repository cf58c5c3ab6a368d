//! Mail as it is copied or forwarded: the lines of its head, or `On … Kim Lee <kim@x.org> wrote:`, then the words, quoted or not.

use super::draft::{Draft, Item, Line, Said};
use super::marks::{Speaker, Stamp, is_person, stamp};

/// Most lines of a mail's head.
const HEAD: usize = 12;

/// Names of the lines of a head, in lower case: who wrote it, when, about what, and the others.
const FROM: [&str; 3] = ["from:", "von:", "de :"];
const WHEN: [&str; 5] = ["date:", "sent:", "gesendet:", "datum:", "envoyé :"];
const ABOUT: [&str; 3] = ["subject:", "betreff:", "objet :"];
const OTHER: [&str; 6] = ["to:", "cc:", "bcc:", "reply-to:", "an:", "à :"];

/// How the line ends that stands above what is answered, and how it begins.
const WROTE: [&str; 4] = ["wrote:", "schrieb:", "a écrit :", "a écrit:"];
const ON: [&str; 3] = ["on ", "am ", "le "];

/// Reads a text so.
pub(super) fn read(lines: &[Line<'_>]) -> Draft {
    let mut draft = Draft::default();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let text = unquoted(line.text);
        if let Some((said, taken)) = head(&lines[at..]) {
            draft.understood += taken;
            draft.items.push(Item::Said(said));
            at += taken;
            continue;
        }
        at += 1;
        if let Some(said) = wrote(line, text) {
            draft.understood += 1;
            draft.items.push(Item::Said(said));
        } else if draft.last().is_some() {
            draft.understood += usize::from(!line.is_blank());
            draft.go_on(text);
        } else if !line.is_blank() {
            draft.strange.push(line.number);
        }
    }
    draft
}

/// A line without the marks of what is quoted.
fn unquoted(line: &str) -> &str {
    let mut rest = line.trim_end();
    while let Some(after) = rest.trim_start().strip_prefix('>') {
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    rest
}

/// What stands behind one of these words at the beginning of a line.
fn behind<'a>(line: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| {
        let head = line.get(..word.len())?;
        (head.to_lowercase() == *word).then(|| line[word.len()..].trim())
    })
}

/// The head of a mail, and how many lines it has: who and when are needed.
fn head(lines: &[Line<'_>]) -> Option<(Said, usize)> {
    let first = lines.first()?;
    let (mut who, mut when, mut about, mut taken) = (None, None, "", 0);
    for line in lines.iter().take(HEAD) {
        let text = unquoted(line.text);
        if let Some(from) = behind(text, &FROM) {
            who = who.or(named(from));
        } else if let Some(date) = behind(text, &WHEN) {
            when = when.or(whole(date));
        } else if let Some(subject) = behind(text, &ABOUT) {
            about = subject;
        } else if behind(text, &OTHER).is_none() {
            break;
        }
        taken += 1;
    }
    let words = about.to_owned();
    let said = Said {
        line: first.number,
        stamp: Some(when?),
        who: Some(who?),
        full: words.clone(),
        text: words,
    };
    Some((said, taken))
}

/// A text that is a time, all of it but a zone's name in brackets.
fn whole(text: &str) -> Option<Stamp> {
    let (stamp, rest) = stamp(text)?;
    let rest = rest.trim();
    (rest.is_empty() || rest.starts_with('(')).then_some(stamp)
}

/// The person of `Kim Lee <kim@x.org>`, `"Lee, Kim" <…>`, `kim@x.org`.
fn named(from: &str) -> Option<Speaker> {
    let name = from
        .split(['<', '['])
        .next()
        .unwrap_or(from)
        .trim()
        .trim_matches('"')
        .trim();
    let name = if name.is_empty() {
        from.trim_matches(['<', '>', ' '])
    } else {
        name
    };
    let name = name.split('@').next().unwrap_or(name);
    is_person(name, 5).then(|| Speaker::surely(name))
}

/// `On Fri, Nov 20, 2026 at 2:03 PM Kim Lee <kim@x.org> wrote:`, `Am 20.11.2026 um 14:03 schrieb Kim Lee:`.
fn wrote(line: &Line<'_>, text: &str) -> Option<Said> {
    let text = text.trim();
    behind(text, &ON)?;
    let (stamp, rest) = stamp(text.split_once(' ')?.1)?;
    let rest = rest.trim_start_matches([',', ' ']);
    let behind_name = WROTE.iter().find_map(|end| rest.strip_suffix(end));
    let before_name = || rest.strip_prefix("schrieb ")?.strip_suffix(':');
    let who = named(behind_name.or_else(before_name)?)?;
    Some(Said {
        line: line.number,
        stamp: Some(stamp),
        who: Some(who),
        text: String::new(),
        full: String::new(),
    })
}
