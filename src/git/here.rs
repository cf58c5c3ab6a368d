//! Marks at the remote that say something for a while: refs outside of the branches, whose names are all there is to them. No commit, no
//! history, nothing that a clone brings along or a log shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::said::own_lines;
use super::{Git, Remote, Settings, Trouble};

/// Where they are.
const PREFIX: &str = "refs/warroom/here/";
/// Marks that are looked at.
const MOST: usize = 256;
/// Bytes of a remote's list of packed refs that are looked at.
const PACKED: u64 = 4 << 20;
/// How long taking one's own mark away may hold the end up.
const FAREWELL: Duration = Duration::from_millis(700);

/// The marks at the remote that a working tree is synced with.
pub struct Marks {
    git: Git,
    remote: Remote,
    /// The git folder of a remote on this machine whose refs are files.
    near: Option<PathBuf>,
}

impl Marks {
    /// Those of the tree at this folder; nothing without a remote.
    pub fn of(git: Git) -> Result<Option<Self>, Trouble> {
        let top = git.line(["rev-parse", "--show-toplevel"])?;
        let git = git.in_folder(Path::new(&top));
        let branch = git.line(["symbolic-ref", "--short", "HEAD"])?;
        let Some(remote) = Settings::read(&git)?.remote(&branch) else {
            return Ok(None);
        };
        let folder = remote.folder(git.top()).map(|folder| {
            let inner = folder.join(".git");
            if inner.is_dir() { inner } else { folder }
        });
        let near = folder.filter(|folder| folder.join("refs/heads").is_dir());
        Ok(Some(Self { git, remote, near }))
    }

    /// Whether looking costs nearly nothing.
    pub fn is_near(&self) -> bool {
        self.near.is_some()
    }

    /// The marks that are there now, by their names; what else the remote may have there is bounded, not believed.
    pub fn list(&self) -> Result<Vec<String>, Trouble> {
        if let Some(near) = &self.near {
            return Ok(listed(near));
        }
        let answer = self.git.reach([
            "fetch",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--prune",
            "--",
            &self.remote.name,
            &format!("+{PREFIX}*:{PREFIX}*"),
        ])?;
        if answer.code != 0 {
            return Err(said(answer.code, answer.said));
        }
        let names = self.git.run([
            "for-each-ref".to_owned(),
            format!("--count={MOST}"),
            "--format=%(refname)".to_owned(),
            PREFIX.to_owned(),
        ])?;
        let names = String::from_utf8_lossy(&names).into_owned();
        let names = own_lines(&names).filter_map(|name| name.strip_prefix(PREFIX));
        Ok(names.map(str::to_owned).collect())
    }

    /// Sets a mark and takes others away, in one call.
    pub fn set(&self, mark: &str, instead_of: &[String]) -> Result<(), Trouble> {
        let nothing = self.git.feed(["hash-object", "-w", "--stdin"], &[])?;
        let nothing = String::from_utf8_lossy(&nothing).trim().to_owned();
        let mut specs = vec![format!("{nothing}:{PREFIX}{mark}")];
        specs.extend(instead_of.iter().map(|old| format!(":{PREFIX}{old}")));
        self.push(&self.git, &specs)
    }

    /// Takes a mark away as the end comes: it may take a moment, no more.
    pub fn remove(&self, git: Git, mark: &str) -> Result<(), Trouble> {
        let git = git.in_folder(self.git.top()).patient_for(FAREWELL);
        self.push(&git, &[format!(":{PREFIX}{mark}")])
    }

    fn push(&self, git: &Git, specs: &[String]) -> Result<(), Trouble> {
        let options = [
            "push",
            "--quiet",
            "--no-verify",
            "--no-follow-tags",
            "--recurse-submodules=no",
            "--",
            &self.remote.name,
        ];
        let answer = git.reach(options.into_iter().chain(specs.iter().map(String::as_str)))?;
        if answer.code == 0 {
            Ok(())
        } else {
            Err(said(answer.code, answer.said))
        }
    }
}

fn said(code: i32, said: String) -> Trouble {
    Trouble::Said { code, said }
}

/// The marks in a repository of this machine, as files and packed.
fn listed(folder: &Path) -> Vec<String> {
    let loose = fs::read_dir(folder.join(PREFIX)).into_iter().flatten().flatten();
    let loose = loose.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = loose.filter(|name| !name.contains(".lock")).take(MOST).collect();
    let packed = crate::store::read::read_most(&folder.join("packed-refs"), PACKED).unwrap_or_default();
    let packed = String::from_utf8_lossy(&packed).into_owned();
    for line in packed.lines() {
        let name = line.split_once(' ').and_then(|(_, name)| name.strip_prefix(PREFIX));
        if let Some(name) = name.filter(|name| names.len() < MOST && !names.iter().any(|known| known == name)) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_and_go_and_leave_no_history() {
        let dir = tempfile::tempdir().unwrap();
        let git = |folder: &str| Git::at(&dir.path().join(folder));
        git("").run(["init", "-q", "--bare", "-b", "main", "hub"]).unwrap();
        for folder in ["here", "there"] {
            git("").run(["clone", "-q", "hub", folder]).unwrap();
        }
        let here = Marks::of(git("here")).unwrap().unwrap();
        let there = Marks::of(git("there")).unwrap().unwrap();
        assert!(here.is_near() && there.list().unwrap().is_empty());
        here.set("one", &[]).unwrap();
        here.set("two", &["one".into()]).unwrap();
        assert_eq!(there.list().unwrap(), ["two"]);
        // By git's own protocol it is the same.
        let far = Marks { near: None, ..there };
        assert_eq!(far.list().unwrap(), ["two"]);
        git("").run(["--git-dir", "hub", "pack-refs", "--all"]).unwrap();
        assert_eq!(far.list().unwrap(), ["two"]);
        assert_eq!(listed(&dir.path().join("hub")), ["two"]);
        here.remove(git("here"), "two").unwrap();
        assert!(far.list().unwrap().is_empty() && listed(&dir.path().join("hub")).is_empty());
        let log = git("").ask(["--git-dir", "hub", "log", "--all", "--oneline"]).unwrap();
        assert_eq!(String::from_utf8_lossy(&log.out), "");
    }
}
