//! Bytes of a file as text, and sentences about files that cannot be read.

use std::collections::HashSet;
use std::path::Path;

use super::StoreError;
use super::read::{Unreadable, read};
use crate::document::{Document, Invalid};

/// The bytes as text, or where they stop being text.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Invalid> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let good = &bytes[..error.valid_up_to()];
    let start = good.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end = bytes[start..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |at| start + at);
    let line = String::from_utf8_lossy(&bytes[start..end]);
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    Err(Invalid {
        problem: if utf16 {
            "the file is UTF-16, not UTF-8".to_owned()
        } else {
            format!("byte {:#04x} is not UTF-8 text", bytes[good.len()])
        },
        line: good.split(|byte| *byte == b'\n').count(),
        column: String::from_utf8_lossy(&good[start..]).chars().count() + 1,
        excerpt: crate::text::fit(&crate::text::one_line(&line), 120, "…").into_owned(),
        remedy: "save the file as UTF-8".to_owned(),
        torn: false,
        newer_schema: None,
    })
}

/// A file without its end line: cut off, unless someone added whole lines behind that line, or it holds every event of the last state known of it, and its last words
/// are not just half of those. Where no state is known nobody can tell, so it counts as cut off.
pub(crate) fn cut_off(document: &Document, known: Option<&Document>) -> Option<Invalid> {
    let whole = document.complete()
        || document.was_added_to()
        || known.is_some_and(|known| {
            let timeline = &document.incident().timeline;
            let there: HashSet<&str> = timeline.iter().map(|event| event.id.as_str()).collect();
            let mut events = known.incident().timeline.iter();
            !is_beginning(document.text(), known) && events.all(|event| there.contains(event.id.as_str()))
        });
    if whole {
        return None;
    }
    let last = document.text().lines().last().unwrap_or_default();
    Some(Invalid {
        problem: "the file ends here without its last line: it may be cut off".into(),
        line: document.text().lines().count().max(1),
        column: 1,
        excerpt: crate::text::fit(&crate::text::one_line(last), 120, "…").into_owned(),
        remedy: format!(
            "if nothing is missing, add `# end of {}` as its last line; git and open consoles have the last good state",
            crate::text::one_line(&document.incident().id)
        ),
        torn: true,
        newer_schema: None,
    })
}

/// Whether a text without end line breaks off where the known one goes on, or in the middle of a line.
fn is_beginning(text: &str, known: &Document) -> bool {
    const END: &str = "# end of ";
    let lacks = known.text().strip_prefix(text).map(str::trim_start);
    let half = lacks.is_some_and(|lacks| !lacks.starts_with(END));
    half || (known.complete() && !text.ends_with('\n') && !text.contains(END) && lacks.is_none())
}

/// The last state that a session knew of the file at `base`'s site.
pub(crate) fn known(base: &Path) -> Option<Document> {
    let mut bytes = Vec::new();
    read(base, &mut bytes).ok()?;
    Document::parse(utf8(&bytes).ok()?).ok()
}

/// Why a file could not be read, as an error for a person.
pub(crate) fn unreadable(path: &Path, why: Unreadable) -> StoreError {
    let remedy = match &why {
        Unreadable::Missing => "If it was deleted, `git checkout -- incidents` may bring it back.",
        Unreadable::Odd(_) => "Nothing was read or written; put the file itself there.",
        Unreadable::TooLarge(..) => "Nothing was read or written; see what filled it.",
        Unreadable::Io(_) => "Nothing was written; make the file readable for you.",
    };
    StoreError::Io {
        what: "Cannot read",
        path: path.to_owned(),
        source: why.into(),
        remedy: remedy.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_is_named_by_its_place() {
        let invalid = utf8(b"title: ok\nna\xc3\xafve \xff x\n").unwrap_err();
        assert_eq!((invalid.line, invalid.column), (2, 7));
        assert_eq!(invalid.problem, "byte 0xff is not UTF-8 text");
        assert!(utf8(b"\xff\xfet\0").unwrap_err().problem.contains("UTF-16"));
    }
}
