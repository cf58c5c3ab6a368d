//! What a commit of somebody else changes, entry by entry, and the same commit with some entries held as they are here: what
//! cannot be joined is left out of a join, and the rest goes on.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};

use super::record::Scratch;
use super::{Git, Oid, Trouble};

/// What a tree holds for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// `100644`, `120000` (a link), `160000` (another repository).
    pub mode: String,
    /// The content.
    pub oid: Oid,
}

impl Held {
    /// A file with this content.
    pub fn file(oid: Oid) -> Self {
        Self {
            mode: "100644".into(),
            oid,
        }
    }

    /// Whether it is an ordinary file.
    pub fn is_file(&self) -> bool {
        self.mode.starts_with("100")
    }

    fn of(mode: &str, oid: &str) -> Option<Self> {
        oid.bytes().any(|byte| byte != b'0').then(|| Self {
            mode: mode.to_owned(),
            oid: oid.to_owned(),
        })
    }
}

/// A path that two commits hold differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Different {
    /// From the top.
    pub path: PathBuf,
    /// In the first.
    pub old: Option<Held>,
    /// In the second.
    pub new: Option<Held>,
}

/// A change of one path by one commit that is no merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The path and both contents.
    pub change: Different,
    /// The commit.
    pub commit: Oid,
    /// When it was made, in seconds.
    pub at: i64,
    /// Its author.
    pub who: String,
}

/// What differs between two commits.
pub fn differences(git: &Git, from: &str, to: &str) -> Result<Vec<Different>, Trouble> {
    let out = git.run([
        "diff-tree",
        "-r",
        "-z",
        "--raw",
        "--no-renames",
        "--no-abbrev",
        from,
        to,
    ])?;
    Ok(raw(&mut out.split(|byte| *byte == 0)))
}

/// `:100644 100644 <old> <new> M` NUL `path` NUL, as often as there are any.
fn raw<'a>(parts: &mut impl Iterator<Item = &'a [u8]>) -> Vec<Different> {
    let mut found = Vec::new();
    while let (Some(meta), Some(path)) = (parts.next(), parts.next()) {
        let meta = String::from_utf8_lossy(meta);
        let mut fields = meta.trim_start().trim_start_matches(':').split(' ');
        let (Some(old_mode), Some(new_mode), Some(old), Some(new)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            break;
        };
        found.push(Different {
            path: OsString::from_vec(path.to_vec()).into(),
            old: Held::of(old_mode, old),
            new: Held::of(new_mode, new),
        });
    }
    found
}

/// What commits that `to` has and `from` has not did below a folder, one by one, oldest first; the newest `most` of them.
pub fn steps(git: &Git, from: &str, to: &str, below: &Path, most: usize) -> Result<Vec<Step>, Trouble> {
    let mut args: Vec<OsString> = [
        "log",
        "--no-merges",
        "--topo-order",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--format=%x01%H%x02%ct%x02%an",
    ]
    .map(OsString::from)
    .into();
    args.push(format!("--max-count={most}").into());
    args.push(format!("{from}..{to}").into());
    args.push("--".into());
    args.push(below.into());
    let out = git.run(args)?;
    let mut steps = Vec::new();
    for commit in out.split(|byte| *byte == 1).skip(1) {
        let mut parts = commit.split(|byte| *byte == 0);
        let head = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
        let mut fields = head.splitn(3, '\u{2}');
        let commit = fields.next().unwrap_or_default();
        let at = fields.next().and_then(|at| at.parse().ok()).unwrap_or_default();
        let who = fields.next().unwrap_or_default();
        let one = |change| Step {
            change,
            commit: commit.to_owned(),
            at,
            who: who.to_owned(),
        };
        steps.extend(raw(&mut parts).into_iter().map(one));
    }
    steps.reverse();
    Ok(steps)
}

/// What a commit holds for a path.
pub fn held(git: &Git, commit: &str, path: &Path) -> Result<Option<Held>, Trouble> {
    let mut args: Vec<OsString> = ["ls-tree", "-z", "--full-tree", commit, "--"]
        .map(OsString::from)
        .into();
    args.push(path.into());
    let out = git.run(args)?;
    // `100644 blob <oid>` TAB `path`
    let text = String::from_utf8_lossy(&out);
    let mut fields = text.split(['\t', ' ']);
    Ok(match (fields.next(), fields.nth(1)) {
        (Some(mode), Some(oid)) => Held::of(mode, oid),
        _ => None,
    })
}

/// Whether git itself would ever make such a path in a working tree.
pub fn is_sane(path: &Path) -> bool {
    path.components().all(|part| match part {
        Component::Normal(name) => !name.eq_ignore_ascii_case(".git"),
        _ => false,
    }) && !path
        .as_os_str()
        .as_bytes()
        .split(|byte| *byte == b'/')
        .any(|part| part == b".")
}

/// A commit on top of `theirs` that holds `kept` and no path that git would not make.
pub fn cleaned(git: &Git, side: &Path, theirs: &str, kept: &[(PathBuf, Held)], message: &str) -> Result<Oid, Trouble> {
    let listed = git.run(["ls-tree", "-r", "-z", "--full-tree", theirs])?;
    let mut lines = Vec::new();
    for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let path = entry.splitn(2, |byte| *byte == b'\t').nth(1).unwrap_or_default();
        if is_sane(Path::new(std::ffi::OsStr::from_bytes(path))) {
            lines.extend_from_slice(entry);
            lines.push(0);
        }
    }
    for (path, held) in kept {
        lines.extend_from_slice(format!("{} {}\t", held.mode, held.oid).as_bytes());
        lines.extend_from_slice(path.as_os_str().as_bytes());
        lines.push(0);
    }
    let index = Scratch::new(side);
    let own = git.with_index(&index.0);
    own.feed(["update-index", "-z", "--add", "--replace", "--index-info"], &lines)?;
    let tree = own.line(["write-tree"])?;
    super::record::commit_tree(git, &tree, &[theirs], message)
}

/// Who made the last commit that touched a path, and which it was.
pub fn last_by(git: &Git, commit: &str, path: &Path) -> Option<(String, String)> {
    let mut args: Vec<OsString> = ["log", "-1", "--format=%h%x00%an", commit, "--"]
        .map(OsString::from)
        .into();
    args.push(path.into());
    let line = git.line(args).ok()?;
    let (short, who) = line.split_once('\0')?;
    Some((crate::text::one_line(who).into_owned(), short.to_owned()))
}

/// The names of the folders below `incidents/` of a repository's root that git knows of: in the head, in the index and at the remote as
/// far as it is known here. They need not be on this disk (removed by a slip, or a sparse checkout). Empty without git.
pub fn incident_folders(root: &Path) -> Vec<String> {
    const FOLDER: &str = "incidents/";
    let git = Git::at(root);
    let mut found = Vec::new();
    let mut note = |out: Vec<u8>| {
        for path in out.split(|byte| *byte == 0) {
            let path = String::from_utf8_lossy(path);
            let name = path.strip_prefix(FOLDER).and_then(|below| below.split('/').next());
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                found.push(name.to_owned());
            }
        }
    };
    let Ok(indexed) = git.run(["ls-files", "-z", "--", FOLDER]) else {
        return found;
    };
    note(indexed);
    // Names are given from this folder on, as those of the index are.
    let mut commits = vec!["HEAD".to_owned()];
    if let Ok(branch) = git.line(["symbolic-ref", "--quiet", "--short", "HEAD"])
        && let Ok(Some(remote)) = super::Settings::read(&git).map(|settings| settings.remote(&branch))
    {
        commits.push(remote.tracking());
    }
    for commit in commits {
        // There may be no commit yet.
        if let Ok(listed) = git.run(["ls-tree", "-z", "--name-only", &commit, "--", FOLDER]) {
            note(listed);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_git_would_not_make() {
        for path in [
            "a/b",
            "incidents/INC-1/incident.yaml",
            "a b",
            ".gitignore",
            "..a",
            "a/.github/x",
        ] {
            assert!(is_sane(Path::new(path)), "{path}");
        }
        for path in ["../x", "a/../b", ".git/config", "a/.GIT/x", "/x", "./x", "a/./b"] {
            assert!(!is_sane(Path::new(path)), "{path}");
        }
    }
}
