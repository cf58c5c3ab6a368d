//! What was said on a call, as recorders write it down: cues of WebVTT and SubRip, each with how far into the recording it was said.

use std::time::Duration;

use super::draft::{Draft, Item, Line, Said};
use super::marks::{Speaker, Stamp, When, speaker};

/// Blocks of WebVTT that hold nothing that was said.
const ASIDE: [&str; 3] = ["NOTE", "STYLE", "REGION"];

/// Reads a text so.
pub(super) fn read(lines: &[Line<'_>]) -> Draft {
    let mut draft = Draft::default();
    for block in lines.split(Line::is_blank).filter(|block| !block.is_empty()) {
        let Some(head) = block.iter().take(2).position(|line| begin(line.text).is_some()) else {
            let first = block[0].text.trim_start_matches('\u{feff}');
            let aside = first.starts_with("WEBVTT") || ASIDE.iter().any(|word| first.starts_with(word));
            if aside {
                draft.understood += block.len();
            } else {
                draft.strange.extend(block.iter().map(|line| line.number));
            }
            continue;
        };
        draft.understood += block.len();
        let at = begin(block[head].text).unwrap_or_default();
        cue(&mut draft, at, block[head].number, &block[head + 1..]);
    }
    draft
}

/// How far into the recording a cue begins: `00:00:01.000 --> 00:00:04.000 align:start`, `00:01,500 --> …`.
fn begin(line: &str) -> Option<Duration> {
    let (begin, end) = line.split_once("-->")?;
    offset(end.split_whitespace().next()?)?;
    offset(begin.trim())
}

/// `01:02:03.456`, `02:03.456`, with a comma too.
fn offset(text: &str) -> Option<Duration> {
    let (whole, part) = text.split_once(['.', ','])?;
    let parts: Vec<u64> = whole.split(':').map(|one| one.parse().ok()).collect::<Option<_>>()?;
    let seconds = match parts[..] {
        [minutes, seconds] if seconds < 60 && minutes < 60 => minutes * 60 + seconds,
        [hours, minutes, seconds] if seconds < 60 && minutes < 60 && hours < 1000 => {
            hours * 3600 + minutes * 60 + seconds
        }
        _ => return None,
    };
    let millis: u64 = part.parse().ok().filter(|_| part.len() == 3)?;
    Some(Duration::from_millis(seconds * 1000 + millis))
}

/// What a cue says: each voice in it by itself.
fn cue(draft: &mut Draft, at: Duration, line: usize, said: &[Line<'_>]) {
    let words: Vec<&str> = said.iter().map(|line| line.text.trim()).collect();
    for (voice, words) in voices(&words.join("\n")) {
        let (who, text) = match voice {
            Some(name) => (Some(Speaker::surely(&name)), words.clone()),
            None => match speaker(&words) {
                Some((who, text)) => (Some(who), text.to_owned()),
                None => (None, words.clone()),
            },
        };
        draft.items.push(Item::Said(Said {
            line,
            stamp: Some(Stamp::of(When::FromStart(true, at))),
            who,
            text,
            full: words,
        }));
    }
}

/// The words of a cue without its marks, and whose they are: `<v Dana>seen</v><v.loud Omar>rolling <i>back</i>`.
fn voices(text: &str) -> Vec<(Option<String>, String)> {
    let mut found: Vec<(Option<String>, String)> = vec![(None, String::new())];
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, mark) = rest.split_at(open);
        let Some(close) = mark.find('>') else { break };
        if let Some((_, words)) = found.last_mut() {
            words.push_str(before);
        }
        let inside = &mark[1..close];
        let voice = inside
            .strip_prefix('v')
            .filter(|rest| rest.starts_with([' ', '.', '\t']));
        if let Some((_, name)) = voice.and_then(|voice| voice.split_once(char::is_whitespace)) {
            found.push((Some(name.trim().to_owned()), String::new()));
        }
        rest = &mark[close + 1..];
    }
    if let Some((_, words)) = found.last_mut() {
        words.push_str(rest);
    }
    let unescaped = |words: &str| {
        let plain = words.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ");
        plain.replace("&amp;", "&").trim().to_owned()
    };
    let all = found.into_iter().map(|(who, words)| (who, unescaped(&words)));
    // A cue without words has its time all the same, and is told as one.
    let (spoken, empty): (Vec<_>, Vec<_>) = all.partition(|(_, words)| !words.is_empty());
    if spoken.is_empty() {
        empty.into_iter().take(1).collect()
    } else {
        spoken
    }
}
