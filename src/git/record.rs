//! Committing exactly what was read, and nothing else: by an index of our own, so that what the person has staged stays.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, Mode, OFlags};

use super::{Git, Oid, Trouble};

/// A path with what it is to hold.
#[derive(Clone, Debug)]
pub struct Entry {
    /// From the top of the working tree.
    pub path: PathBuf,
    /// The whole content; none where it goes, or is one that git has already.
    pub bytes: Option<Vec<u8>>,
    /// A content that git has already.
    pub blob: Option<Oid>,
    /// Whether the person's index follows (they have not staged something else there).
    pub follow: bool,
}

impl Entry {
    /// A path that holds this from now on.
    pub fn new(path: PathBuf, bytes: Vec<u8>) -> Self {
        Self {
            path,
            bytes: Some(bytes),
            blob: None,
            follow: true,
        }
    }

    /// A path that is no more.
    pub fn gone(path: PathBuf) -> Self {
        Self {
            path,
            bytes: None,
            blob: None,
            follow: true,
        }
    }

    /// A path that holds what git has already.
    pub fn held(path: PathBuf, blob: Oid) -> Self {
        Self {
            blob: Some(blob),
            ..Self::gone(path)
        }
    }
}

/// Commits these contents on top of `head` (none: the first commit), moves the branch, and lets the person's index
/// follow. The commit.
pub fn record(git: &Git, side: &Path, head: Option<&str>, entries: &[Entry], message: &str) -> Result<Oid, Trouble> {
    sweep(side);
    let index = Scratch::new(side);
    let own = git.with_index(&index.0);
    if let Some(head) = head {
        own.run(["read-tree", head])?;
    }
    let mut lines = Vec::new();
    for entry in entries {
        if let Some(blob) = &entry.blob {
            lines.push((index_line(blob, &entry.path), entry.follow));
            continue;
        }
        let Some(bytes) = &entry.bytes else {
            lines.push((gone_line(&entry.path, head), entry.follow));
            continue;
        };
        let mut args: Vec<OsString> = ["hash-object", "-w", "--stdin", "--path"].map(OsString::from).into();
        args.push(entry.path.clone().into());
        let blob = git.feed(args, &not_empty(bytes))?;
        let blob = String::from_utf8_lossy(&blob).trim().to_owned();
        lines.push((index_line(&blob, &entry.path), entry.follow));
    }
    let all: Vec<u8> = lines.iter().flat_map(|(line, _)| line.iter().copied()).collect();
    own.feed(["update-index", "-z", "--add", "--index-info"], &all)?;
    let tree = own.line(["write-tree"])?;
    let followed: Vec<u8> = lines
        .iter()
        .filter(|(_, follow)| *follow)
        .flat_map(|(line, _)| line.iter().copied())
        .collect();
    if let Some(head) = head
        && git.line(["rev-parse", "--verify", &format!("{head}^{{tree}}")])? == tree
    {
        // Nothing new; only the index was behind.
        follow(git, side, &followed)?;
        return Ok(head.to_owned());
    }
    let parents: Vec<&str> = head.into_iter().collect();
    let commit = commit_tree(git, &tree, &parents, message)?;
    move_head(git, side, head, &commit, &followed)?;
    log::info!("committed {}, files {}", short(&commit), entries.len());
    Ok(commit)
}

/// Makes a commit of a tree, signed where the person signs; moves nothing. Its message is fed: one that tells of hundreds of
/// incidents is longer than an argument may be.
pub(super) fn commit_tree(git: &Git, tree: &str, parents: &[&str], message: &str) -> Result<Oid, Trouble> {
    let mut args = vec!["commit-tree", "-F", "-"];
    for parent in parents {
        args.extend(["-p", *parent]);
    }
    if git.signs() {
        args.push("-S");
    }
    args.push(tree);
    let commit = git.feed(args, format!("{}\n", message.trim_end_matches('\n')).as_bytes())?;
    Ok(String::from_utf8_lossy(&commit).trim().to_owned())
}

/// The first letters of a commit's id, for the log.
pub(crate) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// Lets the person's index take these entries, then moves the branch from `old` to `new`.
pub(super) fn move_head(git: &Git, side: &Path, old: Option<&str>, new: &str, followed: &[u8]) -> Result<(), Trouble> {
    follow(git, side, followed)?;
    git.run(["update-ref", "-m", "warroom: sync", "HEAD", new, old.unwrap_or("")])?;
    Ok(())
}

/// Lets the person's index take these entries. They are noted first: a kill before the branch moves leaves the index looking
/// as if the person had staged them.
pub(super) fn follow(git: &Git, side: &Path, followed: &[u8]) -> Result<(), Trouble> {
    if followed.is_empty() {
        return Ok(());
    }
    note(git, side, followed);
    git.feed(["update-index", "-z", "--add", "--index-info"], followed)?;
    Ok(())
}

/// From this version on `reset` has to be told not to look at each file of the working tree.
const REFRESHES: (u32, u32) = (2, 36);

/// Lets the person's index hold for these paths what the head holds. No file is looked at.
pub fn unstage(git: &Git, paths: &[&Path]) -> Result<(), Trouble> {
    let mut args: Vec<OsString> = ["reset", "--quiet"].map(OsString::from).into();
    if git.version()? >= REFRESHES {
        args.push("--no-refresh".into());
    }
    args.push("--".into());
    args.extend(paths.iter().map(|path| path.as_os_str().to_owned()));
    git.run(args).map(|_| ())
}

/// Adds to what is known to be ours in the person's index.
fn note(git: &Git, side: &Path, followed: &[u8]) {
    let flags =
        OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(fd) = rustix::fs::openat(CWD, side.join(NOTED), flags, Mode::from_raw_mode(0o666)) else {
        return;
    };
    let mut file = File::from(fd);
    let meta = file.metadata();
    if !meta.as_ref().is_ok_and(std::fs::Metadata::is_file) {
        return;
    }
    if meta.is_ok_and(|meta| meta.len() == 0) {
        git.sharing().share_file(&file, side);
    }
    if file.metadata().is_ok_and(|meta| meta.len() > MOST_NOTED) {
        // What has been committed since is known by the history.
        let _ = file.set_len(0);
    }
    // Only a help for that moment: failing to write it harms nobody now.
    let _ = file.write_all(followed);
}

/// Whether what the index holds for a path is ours: given by us, or once committed for that path. What a person stages is new.
pub fn is_given_by_us(git: &Git, side: &Path, blob: &str, path: &Path) -> bool {
    let line = index_line(blob, path);
    noted(side).windows(line.len()).any(|window| window == line) || was_committed(git, blob, path)
}

fn noted(side: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(opened) = crate::store::read::open(&side.join(NOTED)) {
        let _ = opened.file.take(2 * MOST_NOTED).read_to_end(&mut bytes);
    }
    bytes
}

/// Whether a commit that is here brought this content to this path.
fn was_committed(git: &Git, blob: &str, path: &Path) -> bool {
    let mut args: Vec<OsString> = ["log", "-m", "--max-count=1", "--format=%H"].map(OsString::from).into();
    args.push(format!("--find-object={blob}").into());
    args.extend(["HEAD", "--"].map(OsString::from));
    args.push(path.into());
    git.line(args).is_ok_and(|found| !found.is_empty())
}

/// The file for that, and how much it may hold before it begins anew, in bytes.
const NOTED: &str = "index.given";
const MOST_NOTED: u64 = 256 << 10;

/// How old a temporary index has to be for its maker to be gone.
const LEFT_OVER: Duration = Duration::from_secs(600);

/// Removes what killed processes have left.
fn sweep(side: &Path) {
    let old = |path: &Path| {
        let made = path.symlink_metadata().and_then(|meta| meta.modified());
        made.is_ok_and(|made| SystemTime::now().duration_since(made).is_ok_and(|age| age > LEFT_OVER))
    };
    for entry in std::fs::read_dir(side).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let path = entry.path();
        // `index-abcdefgh`, `index-abcdefgh.lock`, `tree-abcdefgh`
        let ours = name
            .to_str()
            .and_then(|name| name.strip_prefix("index-").or(name.strip_prefix("tree-")));
        let ours = ours.is_some_and(|word| word.trim_end_matches(".lock").len() == 8);
        if ours && old(&path) {
            let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
        }
    }
}

/// An entry as `update-index --index-info` reads it.
pub(super) fn index_line(blob: &str, path: &Path) -> Vec<u8> {
    let mut line = format!("100644 {blob}\t").into_bytes();
    line.extend_from_slice(path.as_os_str().as_bytes());
    line.push(0);
    line
}

/// The same for a path that goes; the null id is as long as the ids of this repository are.
fn gone_line(path: &Path, head: Option<&str>) -> Vec<u8> {
    let null = "0".repeat(head.map_or(40, str::len));
    let mut line = format!("0 {null}\t").into_bytes();
    line.extend_from_slice(path.as_os_str().as_bytes());
    line.push(0);
    line
}

/// Git is given no standard input for an empty one; an incident file is never empty.
fn not_empty(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        b"\n".to_vec()
    } else {
        bytes.to_vec()
    }
}

/// An index file of our own; removed when dropped.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new(side: &Path) -> Self {
        Self(side.join(format!("index-{}", crate::store::site::random_word())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
        let _ = std::fs::remove_file(self.0.with_extension("lock"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with one commit of `a`; its side folder.
    fn repository(dir: &Path, format: &str) -> (Git, PathBuf, Oid) {
        let git = Git::at(dir)
            .set("user.name=t".into())
            .set("user.email=t@example.org".into());
        git.run(["init", "-q", "-b", "main", "--object-format", format])
            .unwrap();
        let side = dir.join(".git/warroom");
        std::fs::create_dir(&side).unwrap();
        let head = record(&git, &side, None, &[Entry::new("a".into(), b"one\n".to_vec())], "one").unwrap();
        (git, side, head)
    }

    #[test]
    fn a_path_goes_whatever_hash_the_repository_has() {
        for format in ["sha1", "sha256"] {
            let dir = tempfile::tempdir().unwrap();
            let (git, side, head) = repository(dir.path(), format);
            let moved = [Entry::gone("a".into()), Entry::new("b".into(), b"one\n".to_vec())];
            record(&git, &side, Some(&head), &moved, "moved").unwrap();
            assert_eq!(git.line(["ls-tree", "--name-only", "HEAD"]).unwrap(), "b", "{format}");
            assert_eq!(git.line(["ls-files"]).unwrap(), "b", "{format}");
        }
    }

    #[test]
    fn a_commit_tells_of_hundreds_of_incidents() {
        let dir = tempfile::tempdir().unwrap();
        let (git, side, head) = repository(dir.path(), "sha1");
        // More than one argument of a program may hold.
        let told = format!(
            "250 incidents\n\n{}",
            "INC-2026-0001: kim logged a note\n".repeat(10_000)
        );
        let entry = Entry::new("a".into(), b"two\n".to_vec());
        record(&git, &side, Some(&head), &[entry], &told).unwrap();
        assert_eq!(git.line(["log", "-1", "--format=%B"]).unwrap(), told.trim());
    }

    #[test]
    fn what_was_given_or_committed_is_ours_and_what_is_staged_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let (git, side, head) = repository(dir.path(), "sha1");
        let blob = |text: &str| String::from_utf8(git.feed(["hash-object", "-w", "--stdin"], text.as_bytes()).unwrap());
        let blob = |text: &str| blob(text).unwrap().trim().to_owned();
        let path = Path::new("a");
        // Several that were given before a kill, one after the other.
        for text in ["two\n", "three\n"] {
            follow(&git, &side, &index_line(&blob(text), path)).unwrap();
        }
        for text in ["two\n", "three\n", "one\n"] {
            assert!(is_given_by_us(&git, &side, &blob(text), path), "{text}");
        }
        assert!(!is_given_by_us(&git, &side, &blob("staged\n"), path));
        assert!(!is_given_by_us(&git, &side, &blob("one\n"), Path::new("b")));
        // The index is brought up to date without a commit that changes nothing.
        let entry = Entry::new("a".into(), b"one\n".to_vec());
        assert_eq!(record(&git, &side, Some(&head), &[entry], "nothing").unwrap(), head);
        assert_eq!(git.line(["diff", "--cached", "--name-only"]).unwrap(), "");
    }

    #[test]
    fn the_note_is_written_through_no_link_and_into_no_pipe() {
        let dir = tempfile::tempdir().unwrap();
        let (git, side, _) = repository(dir.path(), "sha1");
        let target = dir.path().join("target");
        std::fs::write(&target, "mine").unwrap();
        let noted = side.join(NOTED);
        std::fs::remove_file(&noted).unwrap();
        std::os::unix::fs::symlink(&target, &noted).unwrap();
        note(&git, &side, b"x");
        assert_eq!(std::fs::read(&target).unwrap(), b"mine");
        std::fs::remove_file(&noted).unwrap();
        rustix::fs::mknodat(CWD, &noted, rustix::fs::FileType::Fifo, Mode::RWXU, 0).unwrap();
        note(&git, &side, b"x");
        assert!(!is_given_by_us(&git, &side, &"1".repeat(40), Path::new("a")));
    }

    #[test]
    fn left_over_indexes_go_and_fresh_ones_stay() {
        let dir = tempfile::tempdir().unwrap();
        let (git, side, head) = repository(dir.path(), "sha1");
        let old = SystemTime::now() - 2 * LEFT_OVER;
        for name in [
            "index-abcdefgh",
            "index-abcdefgh.lock",
            "index-22222222",
            "index.given",
            "index-mine",
        ] {
            let file = File::create(side.join(name)).unwrap();
            if name != "index-22222222" {
                file.set_modified(old).unwrap();
            }
        }
        record(&git, &side, Some(&head), &[Entry::new("b".into(), b"x".to_vec())], "b").unwrap();
        let mut left: Vec<String> = std::fs::read_dir(&side)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["index-22222222", "index-mine", "index.given"]);
    }
}
