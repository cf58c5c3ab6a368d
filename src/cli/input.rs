//! What is typed or handed over: words, standard input, files.

use std::io::{IsTerminal, Read};
use std::path::Path;

use super::failure::Failure;
use crate::bounds;
use crate::store::read::{Unreadable, read_named};

/// Words of the command line as one text.
pub(super) fn words(words: &[String]) -> String {
    words.join(" ")
}

/// One of the known words, in any case; else they are listed.
pub(super) fn known_word<'k>(what: &str, given: &str, known: &[&'k str]) -> Result<&'k str, Failure> {
    let wanted = given.trim().to_lowercase();
    match known.iter().find(|word| **word == wanted) {
        Some(word) => Ok(word),
        None => Err(Failure::not_found(
            format!("there is no {what} `{given}`; the known ones are {}", known.join(", ")),
            known.iter().map(ToString::to_string).collect(),
        )),
    }
}

/// A text from standard input, as one event: bounded, the last line breaks cut off.
pub(super) fn read_text() -> Result<String, Failure> {
    let bytes = read_stdin(bounds::TEXT as u64)?;
    // What no decoding makes text of is kept with its odd bytes marked.
    let text = match crate::backfill::decode(&bytes) {
        Some(read) => read.text,
        None => as_text(&bytes),
    };
    let text = text.trim_end_matches(['\n', '\r']);
    if text.trim().is_empty() {
        return Err(Failure::usage("standard input is empty, so nothing was written"));
    }
    Ok(text.to_owned())
}

/// A whole file, or standard input: bounded.
pub(super) fn read_bytes(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    match file {
        Some(path) if path != Path::new("-") => {
            let shown = path.display();
            let bytes = read_named(path, bounds::IMPORT).map_err(|why| match why {
                Unreadable::Missing => Failure::not_found(format!("there is no file {shown}"), Vec::new()),
                Unreadable::Odd(_) => Failure::usage(format!(
                    "{shown} was not read: {why}; hand over a pipe as standard input (`… | warroom log import -`)"
                )),
                why => Failure::failed(format!("{shown} was not read: {why}; nothing was logged")),
            })?;
            Ok(bytes)
        }
        _ => read_stdin(bounds::IMPORT),
    }
}

/// Bytes as text that can be kept.
pub(super) fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}

fn read_stdin(limit: u64) -> Result<Vec<u8>, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("warroom: reading standard input; end with Ctrl-D, give up with Ctrl-C");
    }
    bounded(stdin.lock(), limit, "standard input")
}

/// Refused rather than cut where it is too long: nothing that was said may be lost without a word.
fn bounded(from: impl Read, limit: u64, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::because(format!("cannot read {name}; nothing was written"), error))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::usage(format!(
            "{name} is longer than {}, so nothing was written; shorten it first, such as by `tail -100`",
            bounds::size(limit)
        )));
    }
    Ok(bytes)
}
