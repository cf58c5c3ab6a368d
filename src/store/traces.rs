//! What a redaction takes out beside the incident file: the copies that this program keeps of it for its own use, on this
//! machine. The words are overwritten in place, byte for byte, so that a journal that a console is appending to stays that
//! console's journal, and no new file appears.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Most bytes of one file that are looked at.
const LARGEST: u64 = 64 << 20;

/// Most files that are looked at, and how deep.
const MOST: usize = 20_000;
const DEEPEST: usize = 6;

/// Shortest line of a longer text that is looked for by itself.
const SHORTEST_LINE: usize = 8;

/// What came of it.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// Files in which the words stood.
    pub files: Vec<PathBuf>,
    /// Files that hold them and could not be written, and why.
    pub failed: Vec<(PathBuf, io::Error)>,
}

/// The forms in which words stand in a file: as they are, as JSON has them, and line by line.
fn forms(words: &[String]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut add = |text: &str| {
        if !text.is_empty() && !found.iter().any(|known| known == text.as_bytes()) {
            found.push(text.as_bytes().to_vec());
        }
    };
    for word in words {
        add(word);
        let json = serde_json::Value::from(word.as_str()).to_string();
        add(json.trim_start_matches('"').trim_end_matches('"'));
        if word.contains('\n') {
            word.lines()
                .map(str::trim)
                .filter(|line| line.len() >= SHORTEST_LINE)
                .for_each(&mut add);
        }
    }
    found.sort_by_key(|form| std::cmp::Reverse(form.len()));
    found
}

/// Overwrites the words in every file below these folders, the way there left out where it is a link.
pub fn clean(folders: &[PathBuf], words: &[String]) -> Cleaned {
    let forms = forms(words);
    let mut cleaned = Cleaned::default();
    let mut left = MOST;
    for folder in folders {
        walk(folder, DEEPEST, &mut left, &mut |path| match overwrite(path, &forms) {
            Ok(true) => cleaned.files.push(path.to_owned()),
            Ok(false) => {}
            Err(error) => cleaned.failed.push((path.to_owned(), error)),
        });
    }
    cleaned
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

/// Whether one of them stood there.
fn overwrite(path: &Path, forms: &[Vec<u8>]) -> io::Result<bool> {
    let found = {
        let file = open(path, false)?;
        places(&file, forms, |_| true)?
    };
    strike(path, &found)
}

/// The same for the comments of an incident file, which are part of no value.
pub fn clean_comments(path: &Path, words: &[String]) -> io::Result<bool> {
    let file = open(path, false)?;
    let found = places(&file, &forms(words), |line| line.trim_ascii_start().starts_with(b"#"))?;
    strike(path, &found)
}

fn strike(path: &Path, found: &[(u64, usize)]) -> io::Result<bool> {
    if found.is_empty() {
        return Ok(false);
    }
    let file = open(path, true)?;
    for (at, length) in found {
        file.write_all_at(&vec![b'*'; *length], *at)?;
    }
    file.sync_all()?;
    Ok(true)
}

fn open(path: &Path, write: bool) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = OpenOptions::new()
        .read(true)
        .write(write)
        .custom_flags(flags)
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is no file"))
    }
}

/// Where the words stand, in lines that count.
fn places(file: &File, forms: &[Vec<u8>], counts: impl Fn(&[u8]) -> bool) -> io::Result<Vec<(u64, usize)>> {
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    let mut found = Vec::new();
    for form in forms {
        let mut from = 0;
        while let Some(at) = position(&bytes[from..], form).map(|at| at + from) {
            let end = at + form.len();
            let start = bytes[..at]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |newline| newline + 1);
            if counts(&bytes[start..]) {
                bytes[at..end].fill(b'*');
                found.push((at as u64, form.len()));
            }
            from = end;
        }
    }
    Ok(found)
}

fn position(bytes: &[u8], form: &[u8]) -> Option<usize> {
    let first = *form.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        let at = from + at;
        if bytes[at..].starts_with(form) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_from_every_copy_in_every_form_and_links_are_left() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("rescue");
        fs::create_dir(&deep).unwrap();
        let (one, other, elsewhere) = (dir.path().join("a.base"), deep.join("b.jsonl"), dir.path().join("c"));
        fs::write(&one, "text: pass \"hunter2\" é\nid: e1\n").unwrap();
        fs::write(&other, "{\"text\":\"pass \\\"hunter2\\\" é\"}\n").unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        fs::write(outside.path(), "pass \"hunter2\" é").unwrap();
        std::os::unix::fs::symlink(outside.path(), &elsewhere).unwrap();
        let length = fs::metadata(&other).unwrap().len();
        let cleaned = clean(&[dir.path().to_owned()], &["pass \"hunter2\" é".to_owned()]);
        assert_eq!(cleaned.files.len(), 2);
        assert!(!fs::read_to_string(&one).unwrap().contains("hunter2"));
        let journal = fs::read_to_string(&other).unwrap();
        assert!(!journal.contains("hunter2") && journal.len() as u64 == length);
        assert!(serde_json::from_str::<serde_json::Value>(&journal).is_ok());
        assert!(fs::read_to_string(outside.path()).unwrap().contains("hunter2"));
    }

    #[test]
    fn of_an_incident_file_only_comments_are_overwritten() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "# kim: timeline\ntimeline:\n  # timeline\n").unwrap();
        assert!(clean_comments(file.path(), &["timeline".to_owned()]).unwrap());
        assert_eq!(
            fs::read_to_string(file.path()).unwrap(),
            "# kim: ********\ntimeline:\n  # ********\n"
        );
    }
}
