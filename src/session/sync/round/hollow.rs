//! Going back to the last whole commit where objects of newer ones are gone.

use std::path::Path;

use super::Round;
use crate::git::Trouble;

impl Round {
    /// Objects of the newest commits are gone: a housekeeping beside us took them for nobody's before the branch led to them.
    /// All they said is in the files; the branch goes back to the last commit that is whole. Only over commits that syncing
    /// made; whether it did.
    pub(super) fn step_back(&mut self) -> bool {
        const MOST: usize = 50;
        let whole = |commit: &str| {
            let answer = self.git.ask(["rev-list", "--objects", "--quiet", commit, "--"]);
            answer.is_ok_and(|answer| answer.code == 0)
        };
        let Ok(log) = read_tail(&self.git_dir.join("logs/HEAD")) else {
            return false;
        };
        let mut now = None;
        for line in log.lines().rev().take(MOST) {
            let Some((ids, said)) = line.split_once('\t') else {
                return false;
            };
            let mut ids = ids.split(' ');
            let (Some(old), Some(new)) = (ids.next(), ids.next()) else {
                return false;
            };
            let now = now.get_or_insert_with(|| new.to_owned());
            if whole(now)
                || !(said.starts_with("warroom: ") || said.starts_with("merge ") && said.ends_with("Fast-forward"))
            {
                return false;
            }
            if old.bytes().any(|byte| byte != b'0') && whole(old) {
                self.known.clear();
                let moved = self.git.run(["update-ref", "-m", "warroom: again", "HEAD", old, now]);
                return moved.is_ok();
            }
        }
        false
    }
}

/// Whether git says that objects are missing which it has to have.
pub(super) fn is_hollow(trouble: &Trouble) -> bool {
    const PHRASES: [&str; 6] = [
        "bad tree object",
        "bad object",
        "unable to read tree",
        "unable to read",
        "missing tree",
        "missing blob",
    ];
    matches!(trouble, Trouble::Said { said, .. } if PHRASES.iter().any(|phrase| said.contains(phrase)))
}

/// The end of a file that may be long.
pub(super) fn read_tail(path: &Path) -> std::io::Result<String> {
    use std::io::{Read, Seek, SeekFrom};
    const TAIL: u64 = 64 << 10;
    let mut opened = crate::store::read::open(path)?;
    let from = opened.meta.len().saturating_sub(TAIL);
    opened.file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    opened.file.take(TAIL).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
