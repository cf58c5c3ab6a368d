//! What a redaction takes out beside the incident file: the copies that this program keeps of it for its own use, on this
//! machine. The words are overwritten in place, byte for byte, so that a journal that a console is appending to stays that
//! console's journal, and no new file appears. Doing it again changes nothing.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::read;
use super::site::{Site, random_bytes};
use crate::incident::fingerprints::Fingerprints;

/// Most files of one folder that are looked at, and how deep.
const MOST: usize = 5000;
const DEEPEST: usize = 3;

/// Largest file of fingerprints.
const LARGEST: u64 = 4 << 20;

/// Keys of a journal whose values are no words of people: without them a change could not be made any more.
const KEPT: [&str; 22] = [
    "nonce",
    "by",
    "at",
    "kind",
    "path",
    "change",
    "section",
    "id",
    "ref",
    "subject",
    "event",
    "field",
    "state",
    "status",
    "severity",
    "role",
    "hypothesis",
    "mitigation",
    "item",
    "timer",
    "request",
    "who",
];

/// What came of it.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// Files in which the words stood.
    pub files: Vec<PathBuf>,
    /// Files that could not be looked into or written, and why.
    pub failed: Vec<(PathBuf, io::Error)>,
}

impl Cleaned {
    /// Both.
    pub fn add(&mut self, other: Self) {
        for path in other.files {
            if !self.files.contains(&path) {
                self.files.push(path);
            }
        }
        for (path, error) in other.failed {
            if !self.failed.iter().any(|(known, _)| *known == path) {
                self.failed.push((path, error));
            }
        }
    }

    fn note(&mut self, path: &Path, came: io::Result<bool>) {
        match came {
            Ok(true) => self.files.push(path.to_owned()),
            Ok(false) => {}
            // Taken away by whoever made it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.failed.push((path.to_owned(), error)),
        }
    }
}

/// The fingerprints of the words that were redacted in an incident, as this machine knows them.
pub fn known(site: &Site) -> Option<Fingerprints> {
    let bytes = read::read_most(&site.redacted_path(), LARGEST).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Adds words, with who redacted them, and redactions that all copies here were cleaned for; what is known then, whether it could be
/// written or not.
pub fn note(site: &Site, words: &[(String, String)], done: &[String]) -> (Fingerprints, io::Result<()>) {
    let before = known(site);
    let mut all = before
        .clone()
        .unwrap_or_else(|| Fingerprints::new(u64::from_le_bytes(random_bytes())));
    for (words, by) in words {
        all.add(words, by);
    }
    for id in done {
        all.note_done(id);
    }
    if before.as_ref() == Some(&all) {
        return (all, Ok(()));
    }
    let written = serde_json::to_vec(&all)
        .map_err(io::Error::from)
        .and_then(|bytes| super::beside::put(site, &site.redacted_path(), &bytes))
        .map(drop);
    (all, written)
}

/// Calls `each` with every copy of the incident file that is kept beside it.
pub fn copies(site: &Site, each: &mut dyn FnMut(&[u8])) {
    let mut bytes = Vec::new();
    for path in [vec![site.base_path()], rescued(site), replaced(site)].concat() {
        if read::read(&path, &mut bytes).is_ok() {
            each(&bytes);
        }
    }
}

/// Takes the words out of every copy that is kept of an incident: rescue copies, files that were replaced, and what stands in the
/// person's state folder for it (journals, drafts, what was refused).
pub fn clean(site: &Site, state: &Path, words: &Fingerprints) -> Cleaned {
    let mut cleaned = Cleaned::default();
    if words.is_empty() {
        return cleaned;
    }
    for path in rescued(site) {
        cleaned.note(&path, strike(&path, words, false));
    }
    for path in replaced(site) {
        cleaned.note(&path, drop_with(&path, words));
    }
    cleaned.add(clean_folder(state, words));
    cleaned
}

/// The same in a folder of this program's, such as the outbox.
pub fn clean_folder(folder: &Path, words: &Fingerprints) -> Cleaned {
    let mut cleaned = Cleaned::default();
    if words.is_empty() {
        return cleaned;
    }
    let mut left = MOST;
    walk(folder, DEEPEST, &mut left, &mut |path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let lines = name.starts_with("journal-") || name.starts_with("draft-") || name.starts_with("refused");
        cleaned.note(path, strike(path, words, lines));
    });
    cleaned
}

/// What was kept of this incident for a person to look at.
fn rescued(site: &Site) -> Vec<PathBuf> {
    let (Some(side), Some(id)) = (site.base_path().parent().map(Path::to_owned), site.folder().file_name()) else {
        return Vec::new();
    };
    let start = format!("{}-", id.to_string_lossy());
    named(&side.join("rescue"), |name| name.starts_with(&start))
}

/// The files that were replaced a moment ago and may still be written to.
fn replaced(site: &Site) -> Vec<PathBuf> {
    let side = site.base_path().parent().map(Path::to_owned).unwrap_or_default();
    let beside = site.folder().to_owned();
    let is_one = |name: &str| site.is_replaced(name).is_some();
    [named(&side, is_one), named(&beside, is_one)].concat()
}

fn named(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST);
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(&wanted))
        .map(|entry| entry.path())
        .collect()
}

fn walk(folder: &Path, depth: usize, left: &mut usize, each: &mut dyn FnMut(&Path)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth > 0 {
            walk(&entry.path(), depth - 1, left, each);
        } else if kind.is_file() {
            each(&entry.path());
        }
    }
}

/// Overwrites the words in a file; with `lines` only in what people wrote in the lines of a journal. Whether they stood there.
fn strike(path: &Path, words: &Fingerprints, lines: bool) -> io::Result<bool> {
    let (bytes, length) = content(path)?;
    let mut places: Vec<Range<usize>> = words.find(&bytes).into_iter().map(|(place, _)| place).collect();
    if lines {
        let texts = written(&bytes);
        places.retain(|place| {
            texts
                .iter()
                .any(|text| text.start <= place.start && place.end <= text.end)
        });
    }
    if places.is_empty() {
        return Ok(false);
    }
    let file = open_to_write(path)?;
    for place in places {
        // A journal that was emptied meanwhile holds nothing of it.
        if file.metadata()?.len() < length {
            return Ok(true);
        }
        file.write_all_at(&vec![b'*'; place.len()], place.start as u64)?;
    }
    file.sync_all()?;
    Ok(true)
}

/// Takes a file away that holds the words: it cannot be written to, its name says what is in it.
fn drop_with(path: &Path, words: &Fingerprints) -> io::Result<bool> {
    let (bytes, _) = content(path)?;
    if words.find(&bytes).is_empty() {
        return Ok(false);
    }
    fs::remove_file(path).map(|()| true)
}

fn content(path: &Path) -> io::Result<(Vec<u8>, u64)> {
    let mut bytes = Vec::new();
    let contents = read::read(path, &mut bytes).map_err(|why| match why {
        read::Unreadable::Io(error) => error,
        read::Unreadable::Missing => io::ErrorKind::NotFound.into(),
        read::Unreadable::Odd(what) => io::Error::other(format!("it is {what}")),
        read::Unreadable::TooLarge(bytes, _) => io::Error::other(format!("it has {bytes} bytes")),
    })?;
    Ok((bytes, contents.meta.len()))
}

fn open_to_write(path: &Path) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = OpenOptions::new().write(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is no file"))
    }
}

/// Where texts of people stand in lines of JSON: values, but those of keys that say what a change is about.
fn written(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut key: &[u8] = b"";
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => key = b"",
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' && bytes[at] != b'\n' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let end = at.min(bytes.len());
                let is_key = bytes[(end + 1).min(bytes.len())..]
                    .iter()
                    .find(|byte| **byte != b' ')
                    .is_some_and(|byte| *byte == b':');
                if is_key {
                    key = &bytes[start..end];
                } else if !KEPT.iter().any(|kept| kept.as_bytes() == key) {
                    found.push(start..end);
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// A text of an incident file with the words overwritten in its comments, and in all of it where some of it cannot be read as
/// values; `None` where they stand in neither.
pub fn struck(text: &str, everywhere: bool, words: &Fingerprints) -> Option<String> {
    if words.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut found = false;
    let mut strike = |range: Range<usize>, bytes: &mut Vec<u8>| {
        for (place, _) in words.find(&text.as_bytes()[range.clone()]) {
            bytes[range.start + place.start..range.start + place.end].fill(b'*');
            found = true;
        }
    };
    if everywhere {
        strike(0..text.len(), &mut bytes);
    } else {
        let mut from = 0;
        while let Some(at) = text[from..].find('#').map(|at| at + from) {
            let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
            strike(at..end, &mut bytes);
            from = end;
        }
    }
    found.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(root: &Path) -> Site {
        let folder = root.join("incidents/INC-1");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("incident.yaml"), "x").unwrap();
        let site = Site::new(root, &folder.join("incident.yaml"), &root.join(".side"));
        site.side().unwrap();
        site
    }

    fn words(words: &str) -> Fingerprints {
        let mut all = Fingerprints::new(7);
        all.add(words, "kim");
        all
    }

    #[test]
    fn words_go_from_every_copy_in_every_form_and_links_are_left() {
        let dir = tempfile::tempdir().unwrap();
        let site = site(dir.path());
        let secret = "pass \"hunter2\" é";
        let copy = site
            .rescue(format!("text: {secret}\nid: e1\n").as_bytes(), "t")
            .unwrap();
        let old = site.side().unwrap().join(site.replaced_name(7));
        let other = site.side().unwrap().join(site.replaced_name(8));
        fs::write(&old, format!("text: {secret}")).unwrap();
        fs::write(&other, "text: nothing").unwrap();
        let state = dir.path().join("state");
        fs::create_dir(&state).unwrap();
        let journal = state.join("journal-1");
        let line = format!(
            "{{\"nonce\":\"a\",\"change\":{{\"log\":{{\"kind\":\"hunter22\",\"text\":{}}}}}}}\n",
            serde_json::Value::from(secret)
        );
        fs::write(&journal, &line).unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        fs::write(outside.path(), secret).unwrap();
        std::os::unix::fs::symlink(outside.path(), state.join("draft-2")).unwrap();

        let cleaned = clean(&site, &state, &words(secret));
        assert_eq!(cleaned.files.len(), 3, "{cleaned:?}");
        assert!(!fs::read_to_string(&copy).unwrap().contains("hunter2"));
        assert!(!old.exists() && other.exists());
        let struck = fs::read_to_string(&journal).unwrap();
        assert!(!struck.contains("hunter2\\") && struck.len() == line.len());
        assert!(serde_json::from_str::<serde_json::Value>(&struck).is_ok());
        assert_eq!(fs::read_to_string(outside.path()).unwrap(), secret);
        assert!(clean(&site, &state, &words(secret)).files.is_empty(), "once is enough");
        // A word that a journal needs stays where it is needed.
        clean(&site, &state, &words("hunter22"));
        assert!(fs::read_to_string(&journal).unwrap().contains("hunter22"));
    }

    #[test]
    fn of_an_incident_file_only_comments_are_overwritten() {
        let text = "# kim: timeline\ntimeline: # a timeline\n  # timeline\n";
        assert_eq!(
            struck(text, false, &words("timeline")).unwrap(),
            "# kim: ********\ntimeline: # a ********\n  # ********\n"
        );
        assert!(struck("timeline:\n", false, &words("timeline")).is_none());
        assert_eq!(struck("timeline:\n", true, &words("timeline")).unwrap(), "********:\n");
    }

    #[test]
    fn fingerprints_are_kept_with_what_others_put_there() {
        let dir = tempfile::tempdir().unwrap();
        let site = site(dir.path());
        assert!(known(&site).is_none());
        let word = |word: &str| vec![(word.to_owned(), "kim".to_owned())];
        note(&site, &word("hunter2"), &[]).1.unwrap();
        note(&site, &word("swordfish"), &["x1".to_owned()]).1.unwrap();
        let (all, written) = note(&site, &[], &[]);
        assert!(written.is_ok() && all.holds("hunter2") && all.holds("swordfish") && all.is_done("x1"));
        assert_eq!(known(&site), Some(all));
        assert!(!fs::read_to_string(site.redacted_path()).unwrap().contains("hunter"));
    }
}
