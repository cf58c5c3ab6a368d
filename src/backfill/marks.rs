//! What lines of any shape have in common: bullets and emphasis around them, the time at one of their ends, who says them, and
//! what is furniture of a chat.

use std::time::Duration;

use chrono::{NaiveTime, Timelike};

use crate::incident::time::parse_duration;
use crate::incident::time::written::{Care, Clock, Written, read};

/// Marks of writing direction that messengers put before a line.
const DIRECTION: [char; 4] = ['\u{200e}', '\u{200f}', '\u{2068}', '\u{2069}'];

/// What a list's line begins with.
const BULLETS: [&str; 13] = [
    "- ", "* ", "+ ", "• ", "‣ ", "◦ ", "▪ ", "· ", "– ", "— ", "● ", "■ ", "→ ",
];

/// Words before a colon that name no one.
#[rustfmt::skip]
const NO_ONE: [&str; 134] = [
    "error", "err", "warn", "warning", "info", "debug", "trace", "fatal", "critical", "notice", "panic", "exception",
    "update", "status", "resolved", "identified", "investigating", "monitoring", "mitigated", "cause", "fix", "fixed",
    "todo", "edit", "ps", "summary", "result", "http", "https", "start", "end", "started", "ended", "timeline",
    "note", "notes", "nb", "hint", "tip", "fyi", "eta", "tldr", "reminder", "alert", "alarm", "event", "impact",
    "action", "actions", "decision", "finding", "observation", "question", "answer", "next", "reason", "message",
    "msg", "detail", "details", "title", "subject", "sent", "from", "to", "cc", "bcc", "re", "fw", "fwd", "date",
    "time", "when", "where", "what", "who", "why", "workaround", "mitigation", "effect", "symptom", "symptoms",
    "severity", "priority", "owner", "ic", "kernel", "systemd", "sshd", "sudo", "cron", "dockerd", "containerd",
    "kubelet", "nginx", "haproxy", "postgres", "mysqld", "dns", "tls", "ssl", "tcp", "oom", "ok", "yes", "no", "also",
    "but", "and", "then", "see", "link", "ticket", "runbook", "dashboard", "graph", "log", "logs", "output", "stdout",
    "stderr", "exit", "signal", "segfault", "caused by", "root cause", "next step", "next steps", "action item",
    "action items", "follow up", "exit code", "status code", "status page",
];

/// A time as a line has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stamp {
    /// When.
    pub when: When,
    /// Where it is the begin of a range, its end as it was written.
    pub until: Option<String>,
    /// Whether it was said to be about then.
    pub about: bool,
}

/// How a moment was said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    /// By a clock or a calendar.
    Written(Written),
    /// So long after the beginning, or before it: `T+5m`.
    FromStart(bool, Duration),
    /// So long ago.
    Ago(Duration),
}

impl Stamp {
    /// A moment by itself.
    pub(super) fn of(when: When) -> Self {
        Self {
            when,
            until: None,
            about: false,
        }
    }
}

/// A line without quote marks, bullets and task boxes.
pub(super) fn bare(line: &str) -> &str {
    let mut rest = line.trim_start_matches(DIRECTION).trim();
    while let Some(after) = rest.strip_prefix('>') {
        rest = after.trim_start();
    }
    if let Some(after) = BULLETS.iter().find_map(|bullet| rest.strip_prefix(bullet)) {
        rest = after.trim_start();
    } else if let Some(after) = numbered(rest) {
        rest = after;
    }
    let boxed = ["[ ] ", "[x] ", "[X] ", "☐ ", "☑ ", "✅ "]
        .iter()
        .find_map(|mark| rest.strip_prefix(mark));
    boxed.unwrap_or(rest).trim_start_matches(DIRECTION).trim_start()
}

/// `1. text`, `12) text`; but `24. November 14:05` is a day.
fn numbered(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits) || read(text, Care::Text).is_some() {
        return None;
    }
    let rest = &text[digits..];
    let rest = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?;
    Some(rest.trim_start())
}

/// The time at the beginning of a text, with whatever encloses it, and what follows.
pub(super) fn stamp(text: &str) -> Option<(Stamp, &str)> {
    let (text, about) = opened(text);
    let (when, rest) = moment(text)?;
    let loosely = rest.strip_prefix("ish").or_else(|| rest.strip_prefix("-ish"));
    let (about, rest) = (about || loosely.is_some(), loosely.unwrap_or(rest));
    let (when, until, rest) = range(when, rest);
    let closed = rest.trim_start_matches([']', ')', '*', '_', '`', '"', '\'', '\u{2069}']);
    let ends = match closed.chars().next() {
        Some(c) if c.is_whitespace() => true,
        None | Some(':' | ',' | ';' | '|' | '<' | '–' | '—' | '>') => true,
        Some('-' | '.') => closed[1..].is_empty() || closed[1..].starts_with([' ', '\t', '!']),
        // `[14:03]kim: text`.
        Some(c) => c.is_alphabetic() && closed.len() < rest.len(),
    };
    ends.then_some((Stamp { when, until, about }, closed))
}

/// Without what stands before a time and encloses it; whether it is said to be about then.
fn opened(text: &str) -> (&str, bool) {
    let words = [
        ("ca. ", true),
        ("ca ", true),
        ("circa ", true),
        ("approx. ", true),
        ("approximately ", true),
        ("about ", true),
        ("around ", true),
        ("at ", false),
        ("on ", false),
        ("from ", false),
        ("time=", false),
        ("ts=", false),
        ("timestamp=", false),
        ("t=", false),
        (": 1", false),
    ];
    let (mut rest, mut about) = (text.trim_start(), false);
    // A priority of syslog.
    if let Some((number, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'))
        && (1..=3).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        rest = after.strip_prefix("1 ").unwrap_or(after);
    }
    for _ in 0..8 {
        let before = rest;
        rest = rest.trim_start_matches(['[', '(', '*', '_', '`', '"', '\'', '\u{2068}', ' ']);
        rest = without_sign(rest);
        let marked = rest.trim_start_matches(['~', '≈', '±']);
        about |= marked.len() < rest.len();
        rest = marked;
        let found = words.iter().find(|(word, _)| {
            rest.get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
        });
        if let Some((word, less)) = found {
            // A shell's history: `: 1763990430:0;command`.
            let length = if *word == ": 1" { 2 } else { word.len() };
            rest = &rest[length..];
            about |= less;
        }
        if rest.len() == before.len() {
            break;
        }
    }
    (rest, about)
}

/// Without the sign that chats set before a line: `🚨`, `:rotating_light:`.
fn without_sign(text: &str) -> &str {
    let sign = |c: char| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{fe0f}' | '\u{200d}');
    let word = |word: &str| {
        (2..=40).contains(&word.len())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || b"_-+".contains(&byte))
    };
    let named = text.strip_prefix(':').and_then(|rest| rest.split_once(": "));
    match named.filter(|(name, _)| word(name)) {
        Some((_, rest)) => rest,
        None => text.trim_start_matches(sign),
    }
}

/// The moment that a text begins with.
fn moment(text: &str) -> Option<(When, &str)> {
    if let Some(found) = from_start(text) {
        return Some(found);
    }
    if let Some(found) = ago(text) {
        return Some(found);
    }
    if let Some((written, length)) = read(text, Care::Text) {
        return Some((When::Written(written), &text[length..]));
    }
    // The level and day of a Go program's line: `E1124 15:20:30.123`.
    let bytes = text.as_bytes();
    let level = bytes.len() > 6
        && b"IWEF".contains(&bytes[0])
        && bytes[1..5].iter().all(u8::is_ascii_digit)
        && bytes[5] == b' ';
    if level {
        let (month, day): (u32, u32) = (text[1..3].parse().ok()?, text[3..5].parse().ok()?);
        let (mut written, length) = read(&text[6..], Care::Text)?;
        written.day = Some(crate::incident::time::written::Day::OfYear(month, day));
        return Some((When::Written(written), &text[6 + length..]));
    }
    None
}

/// `T+5m`, `T+00:05`, `t0 + 5 min`, `T-2m`, `T0`, `+5m`.
fn from_start(text: &str) -> Option<(When, &str)> {
    let named = text.strip_prefix(['T', 't']);
    let rest = named.unwrap_or(text);
    let zero = named.and_then(|rest| rest.strip_prefix('0'));
    let rest = zero.unwrap_or(rest).trim_start();
    let (later, span) = match rest.chars().next() {
        Some('+') => (true, &rest[1..]),
        Some('-' | '−') if named.is_some() => (false, rest.trim_start_matches(['-', '−'])),
        _ if zero.is_some() && !rest.starts_with(char::is_alphanumeric) => {
            return Some((When::FromStart(true, Duration::ZERO), rest));
        }
        _ => return None,
    };
    let span = span.trim_start();
    if let Some((clock, after)) = stopwatch(span) {
        return Some((When::FromStart(later, clock), after));
    }
    let (length, after) = span_at(span)?;
    Some((When::FromStart(later, length), after))
}

/// `00:05`, `1:05:30`: hours and minutes, and seconds.
fn stopwatch(text: &str) -> Option<(Duration, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != ':')
        .unwrap_or(text.len());
    let parts: Vec<&str> = text[..end].trim_end_matches(':').split(':').collect();
    let number = |part: &&str| part.parse::<u64>().ok().filter(|_| part.len() <= 3);
    let numbers: Vec<u64> = parts.iter().map(number).collect::<Option<_>>()?;
    let seconds = match numbers[..] {
        [hours, minutes] if minutes < 60 => hours * 3600 + minutes * 60,
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => hours * 3600 + minutes * 60 + seconds,
        // `T+0`, and minutes where no unit was said.
        [minutes] => minutes * 60,
        _ => return None,
    };
    let used: usize = parts.iter().map(|part| part.len() + 1).sum::<usize>() - 1;
    let after = &text[used..];
    (!after.starts_with(|c: char| c.is_alphanumeric())).then_some((Duration::from_secs(seconds), after))
}

/// `-5m`, `5m ago`, `5 minutes ago`.
fn ago(text: &str) -> Option<(When, &str)> {
    if let Some(rest) = text.strip_prefix(['-', '−']) {
        let (span, after) = span_at(rest).filter(|_| rest.starts_with(|c: char| c.is_ascii_digit()))?;
        return Some((When::Ago(span), after));
    }
    let (span, after) = span_at(text)?;
    let rest = after.trim_start();
    let word = rest.get(..3).filter(|word| word.eq_ignore_ascii_case("ago"))?;
    Some((When::Ago(span), &rest[word.len()..]))
}

/// A duration that a text begins with: `17m`, `3m20s`, `5 minutes`.
pub(super) fn span_at(text: &str) -> Option<(Duration, &str)> {
    let mut end = 0;
    let mut found = None;
    // At most three numbers with their units, with a blank between number and unit or none.
    for nth in 0..3 {
        let gap = usize::from(nth > 0 && text[end..].starts_with(' '));
        end += gap;
        let rest = &text[end..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 6 {
            break;
        }
        let after = rest[digits..].strip_prefix(' ').unwrap_or(&rest[digits..]);
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        // `1h30`: minutes need no word behind hours.
        let bare = letters == 0 && nth > 0 && gap == 0;
        let upto = if bare {
            end + digits
        } else {
            end + (rest.len() - after.len()) + letters
        };
        match parse_duration(&text[..upto]) {
            Ok(span) if letters > 0 || bare => found = Some((span, upto)),
            _ => break,
        }
        end = upto;
    }
    let (span, end) = found?;
    let after = &text[end..];
    (!after.starts_with(char::is_alphanumeric)).then_some((span, after))
}

/// The end of a range, where one follows; its zone is that of the begin, too.
fn range(when: When, rest: &str) -> (When, Option<String>, &str) {
    let When::Written(mut begin) = when else {
        return (when, None, rest);
    };
    let parted = rest.trim_start();
    let marks = ["-", "–", "—", "−", "to ", "until ", "till ", "bis ", "→", "->"];
    let Some(after) = marks.iter().find_map(|mark| parted.strip_prefix(mark)) else {
        return (when, None, rest);
    };
    let after = after.trim_start();
    match read(after, Care::Text) {
        Some((end, length)) if end.clock.is_some() && begin.clock.is_some() => {
            if begin.zone.is_none() {
                (begin.zone, begin.shared) = (end.zone, end.shared);
            }
            if let (Some(clock), Some(end)) = (&mut begin.clock, end.clock) {
                take_half(clock, end);
            }
            (
                When::Written(begin),
                Some(after[..length].trim().to_owned()),
                &after[length..],
            )
        }
        _ => (when, None, rest),
    }
}

/// `2:03-2:10 PM`: the half of the day that stands behind the end is the begin's, too; of `11:50-12:10 PM` it is the one before.
fn take_half(begin: &mut Clock, end: Clock) {
    let hour = begin.time.hour();
    if begin.half || !end.half || begin.end || !(1..=12).contains(&hour) {
        return;
    }
    let seconds = |time: NaiveTime| i64::from(time.num_seconds_from_midnight());
    let before = |time: &NaiveTime| (seconds(end.time) - seconds(*time)).rem_euclid(86_400);
    let halves = [0, 12].map(|add| begin.time.with_hour(hour % 12 + add));
    if let Some(time) = halves.into_iter().flatten().min_by_key(before) {
        (begin.time, begin.half) = (time, true);
    }
}

/// What follows a time or a name, without what only parts them.
pub(super) fn parted(rest: &str) -> &str {
    let mut rest = rest.trim_start();
    for _ in 0..2 {
        let marks = ["->", "=>", ":", "-", "–", "—", "|", ",", ";", "→", ".", ">"];
        let found = marks.iter().find_map(|mark| {
            let after = rest.strip_prefix(mark)?;
            (after.is_empty() || after.starts_with(char::is_whitespace)).then_some(after)
        });
        match found {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    rest.trim_start_matches("**").trim_start()
}

/// Who says something, as a line tells it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Speaker {
    /// The name.
    pub name: String,
    /// Whether it surely is a person: the form is one that only chats have.
    pub sure: bool,
    /// Whether only dashes part the name from the words.
    pub dashed: bool,
}

impl Speaker {
    /// One who surely is a person.
    pub(super) fn surely(name: &str) -> Self {
        Self {
            name: called(name),
            sure: true,
            dashed: false,
        }
    }
}

/// Who a text is of, and what they say: `kim: text`, `<kim> text`, `@kim text`, `From kim to Everyone: text`, `kim | text`.
pub(super) fn speaker(text: &str) -> Option<(Speaker, &str)> {
    let surely = Speaker::surely;
    if let Some((name, rest)) = text.strip_prefix('<').and_then(|inner| inner.split_once('>')) {
        // `<li>…</li>` is a page's.
        if rest.contains("</") {
            return None;
        }
        return is_name(name, 3).then(|| (surely(name), rest.trim_start()));
    }
    // `* kim nods`.
    if let Some((name, rest)) = text.strip_prefix("* ").and_then(|rest| rest.split_once(' ')) {
        return is_name(name, 1).then(|| (surely(name), rest.trim_start()));
    }
    if let Some(from) = text.strip_prefix("From ").map(str::trim_start) {
        let (who, said) = from.split_once(':')?;
        let name = who.split(" to ").next().unwrap_or(who);
        return is_name(name.trim(), 4).then(|| (surely(name), said.trim_start()));
    }
    let marks = [": ", "\t", " | "];
    let (at, mark) = marks.iter().filter_map(|mark| Some((text.find(mark)?, *mark))).min()?;
    let name = text[..at].trim_end_matches('*').trim_matches(['*', '_', '`']).trim();
    if !is_name(name, 3) || is_no_one(name) {
        return None;
    }
    let rest = text[at + mark.len()..].trim_start().trim_start_matches("** ");
    let sure = mark == " | " || text.starts_with('@');
    // `Out of memory: …` is no name.
    if !sure && name.contains(' ') && !is_titled(name) {
        return None;
    }
    let speaker = Speaker {
        name: called(name),
        sure,
        dashed: false,
    };
    Some((speaker, rest))
}

/// Who a text is of where the dash that parts time and name also parts name and words: `14:03 — Kim Lee — text`.
pub(super) fn dashed(behind_time: &str) -> Option<(Speaker, &str)> {
    let behind = behind_time.trim_start();
    let mark = [" — ", " – ", " - "]
        .into_iter()
        .find(|mark| behind.starts_with(mark.trim_start()))?;
    let (name, words) = behind[mark.len() - 1..].split_once(mark)?;
    let letters = name.chars().filter(|c| c.is_alphabetic());
    let shouted = letters.clone().count() > 1 && letters.clone().all(char::is_uppercase);
    // `14:03 – Failover – done` names no one.
    let does = super::kinds::is_deed(name);
    let fits = is_name(name, 3) && is_titled(name) && !is_no_one(name) && !shouted && !does;
    let speaker = Speaker {
        name: called(name),
        sure: false,
        dashed: true,
    };
    fits.then(|| (speaker, words.trim_start()))
}

/// A name without what chats put around it: `@kim`, `+kim`, `Kim Lee (she/her)`, `Pager APP`, `kim#1234`.
pub(super) fn called(name: &str) -> String {
    let name = name.trim().trim_start_matches(['@', '+', '%', '&', '~', ' ']);
    let name = name.split(" (").next().unwrap_or(name);
    let name = SAYS.iter().find_map(|says| name.strip_suffix(says)).unwrap_or(name);
    if let Some((family, given)) = family_first(name) {
        return format!("{given} {family}");
    }
    let name = ["APP", "BOT", "(edited)"].iter().fold(name.trim(), |name, tag| {
        name.strip_suffix(tag).map_or(name, str::trim_end)
    });
    let name = name.split('#').next().filter(|name| !name.is_empty()).unwrap_or(name);
    name.trim().trim_end_matches([',', ':']).trim().to_owned()
}

/// What trackers put behind a name.
const SAYS: [&str; 5] = [" added a comment", " commented", " replied", " wrote", " said"];

/// `Lee, Kim`, as directories of companies have it.
pub(super) fn family_first(name: &str) -> Option<(&str, &str)> {
    let (family, given) = name.trim().split_once(", ")?;
    let fits = |part: &str| is_name(part, 2) && is_titled(part) && !part.chars().any(|c| c.is_ascii_digit());
    (fits(family) && fits(given)).then_some((family, given))
}

/// Whether a line of its own could be a person's name, in either order.
pub(super) fn is_person(name: &str, words: usize) -> bool {
    is_name(name, words) || family_first(name).is_some()
}

/// Whether this could be what a person is called: a few words, of letters and what names are made with.
pub(super) fn is_name(name: &str, words: usize) -> bool {
    let name = name.trim();
    let fine = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '.' | '_' | '-' | '\'' | '’' | '@' | ' ' | '(' | ')' | '/' | '+' | '%' | '&' | '~' | '#'
            )
    };
    let core = name.split(" (").next().unwrap_or(name);
    (1..=60).contains(&name.len())
        && core.split_whitespace().count() <= words
        && core.chars().any(char::is_alphabetic)
        && name.chars().all(fine)
        && name.matches('(').count() == name.matches(')').count()
        && !name.ends_with(['.', '-'])
}

/// Whether a word before a colon is surely none who speaks.
pub(super) fn is_no_one(name: &str) -> bool {
    NO_ONE.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// A name's line without the mood that a chat shows beside the name: `Kim Lee :fire:`.
pub(super) fn without_mood(text: &str) -> &str {
    let mood = |text: &str| {
        text.len() > 2
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    let mut rest = text.trim_end();
    while let Some((before, _)) = rest
        .strip_suffix(':')
        .and_then(|rest| rest.rsplit_once(':'))
        .filter(|(_, word)| mood(word))
    {
        rest = before.trim_end();
    }
    rest
}

/// Whether each word begins as names do.
pub(super) fn is_titled(name: &str) -> bool {
    let begins = |word: &str| {
        word.chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(|c| !c.is_lowercase())
    };
    let between = [
        "de", "da", "di", "du", "la", "el", "al", "van", "von", "der", "den", "bin",
    ];
    let core = name.split(" (").next().unwrap_or(name);
    core.split_whitespace()
        .enumerate()
        .all(|(at, word)| begins(word) || at > 0 && between.contains(&word))
}

/// What a chat puts between messages, and nobody said: `3 replies`, `New`, reactions.
pub(super) fn is_furniture(line: &str) -> bool {
    let line = line.trim();
    let lower = line.to_lowercase();
    let exact = [
        "new",
        "app",
        "bot",
        "edited",
        "(edited)",
        "view thread",
        "new messages",
        "read more",
        "show more",
        "has joined",
        "deleted",
    ];
    if line.len() > 60 {
        return false;
    }
    let counted = lower.split_once(' ').is_some_and(|(count, what)| {
        count.bytes().all(|byte| byte.is_ascii_digit())
            && ["replies", "reply", "files", "reactions", "views"].contains(&what)
    });
    let reaction = line.starts_with(':')
        && line.split_whitespace().all(|word| {
            word.bytes().all(|byte| byte.is_ascii_digit())
                || word.len() > 2 && word.starts_with(':') && word.ends_with(':')
        });
    exact.contains(&lower.as_str())
        || counted
        || reaction
        || lower.starts_with("last reply ")
        || lower.starts_with("also sent to the channel")
}
