//! How the working tree stands: branch, head, what has changed below our paths, the remote; and why syncing waits.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path as FsPath, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Class, Git, Trouble};
use crate::bounds::{COMPANION, INCIDENT};

/// The largest file of this name that is committed.
fn largest(name: &OsStr) -> u64 {
    if name == "incident.yaml" { INCIDENT } else { COMPANION }
}

/// A commit, tree or blob, as git names it.
pub type Oid = String;

/// Why nothing is committed, merged or pushed now. The file itself goes on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Pause {
    /// There is no git repository.
    #[error("no git repository here")]
    None,
    /// A bare one.
    #[error("the repository is bare")]
    Bare,
    /// No branch is checked out.
    #[error("no branch is checked out")]
    Detached,
    /// `a merge`, `a rebase`, …
    #[error("{0} is under way")]
    Busy(&'static str),
    /// Git does not know who commits.
    #[error("git does not know who you are")]
    Nobody,
    /// Another git holds the index, since this long.
    #[error("{} is held, for {} s", .0.display(), .1.as_secs())]
    Locked(PathBuf, Duration),
    /// Another console or verb holds the syncing of this working tree: who, and whether it is stopped.
    #[error("{} syncs this working tree{}", .0, if *.1 { " and is stopped" } else { "" })]
    Held(String, bool),
    /// Other files conflict or would be overwritten.
    #[error("{0}")]
    Others(String),
    /// An incident file cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// Some incidents are left out; all else is committed and exchanged.
    #[error("{0}")]
    Left(String),
    /// Git's settings say that its working tree is elsewhere: there.
    #[error("git's working tree is {}, by its core.worktree, and this repository is not in it", crate::text::one_line(&.0.display().to_string()))]
    Elsewhere(PathBuf),
    /// The folder for locks and copies is a link.
    #[error("{} is a link", crate::text::one_line(&.0.display().to_string()))]
    Linked(PathBuf),
    /// Incident files cannot be merged for want of the merge driver.
    #[error("what others changed cannot be merged, the merge driver cannot be set up: {0}")]
    Undriven(String),
    /// An incident file that both sides have whole was not merged: the merge driver did not end well.
    #[error("what others changed in {} was not merged in, the merge driver failed", crate::text::one_line(&.0.display().to_string()))]
    Unmerged(PathBuf),
    /// Git failed.
    #[error("{0}")]
    Trouble(Trouble),
}

impl Pause {
    /// Which of them it is, without what it is about.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "paused: no git repository",
            Self::Bare => "paused: bare repository",
            Self::Detached => "paused: no branch checked out",
            Self::Busy(_) => "paused: another operation of git is under way",
            Self::Nobody => "paused: no identity",
            Self::Locked(..) => "paused: index locked",
            Self::Held(..) => "paused: sync held by another process",
            Self::Others(_) => "paused: other files in the way",
            Self::Unreadable(_) => "paused: an incident file cannot be read",
            Self::Left(_) => "done but for incidents that were left out",
            Self::Elsewhere(_) => "paused: the working tree is elsewhere",
            Self::Linked(_) => "paused: a link in place of a folder",
            Self::Undriven(_) => "paused: no merge driver",
            Self::Unmerged(_) => "paused: the merge driver failed",
            Self::Trouble(_) => "paused: git failed",
        }
    }

    /// What to do about it, as a sentence.
    pub fn remedy(&self) -> String {
        match self {
            Self::None => "Run `git init` (or `warroom init`) to share incidents.".into(),
            Self::Bare => "Open a clone of it instead.".into(),
            Self::Detached => "Check out a branch (`git switch -` goes back to the last one); syncing goes on by itself then.".into(),
            Self::Busy(what) => format!("End {what} in another terminal; syncing goes on by itself then."),
            Self::Nobody => "Run `git config --global user.name NAME` and `… user.email MAIL`.".into(),
            Self::Locked(path, _) => format!(
                "Another git is at work; if none is, {} is a leftover that you may delete.",
                path.display()
            ),
            Self::Held(_, true) => {
                "Continue it (`fg` in its terminal, or `kill -CONT` and its number) or end it; syncing goes on by itself then.".into()
            }
            Self::Held(_, false) => "It takes your change along; `warroom sync` says whether that is done.".into(),
            Self::Others(_) => {
                "Commit, stash or merge those files yourself; incidents are exchanged meanwhile.".into()
            }
            Self::Unreadable(_) => "Repair it in an editor; `warroom validate` names the line.".into(),
            Self::Left(_) => "All other incidents are synced; repair that one, and the next sync takes it along.".into(),
            Self::Elsewhere(_) => "Run `git config --unset core.worktree` in this clone; until then nothing is shared.".into(),
            Self::Linked(_) => "Remove it; a folder is made there.".into(),
            Self::Undriven(_) => "Nothing is lost; let it be written there, and the next sync merges.".into(),
            Self::Unmerged(_) => {
                "Nothing is lost, here or there; see that the disk has room, and the next sync tries again.".into()
            }
            Self::Trouble(trouble) => Class::here(trouble).remedy(trouble),
        }
    }
}

/// A changed path below ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// From the top of the working tree.
    pub path: PathBuf,
    /// Unknown to git yet.
    pub untracked: bool,
    /// The index holds something else than the head: the person has staged it.
    pub staged: bool,
    /// What the index holds.
    pub index: Option<Oid>,
    /// The working tree holds something else than the index.
    pub modified: bool,
    /// Gone from the working tree.
    pub deleted: bool,
}

/// Where to fetch from and push to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// `origin`.
    pub name: String,
    /// Its address, for people.
    pub url: String,
    /// The branch there.
    pub branch: String,
    /// Whether the branch here is set up to follow it.
    pub followed: bool,
}

impl Remote {
    /// Its path, where it is a folder on this machine, there or not.
    fn local(&self) -> Option<&str> {
        let path = self.url.strip_prefix("file://").unwrap_or(&self.url);
        let looks_local = !path.contains("://") && !path.split('/').next().is_some_and(|host| host.contains(':'));
        looks_local.then_some(path)
    }

    /// Whether it is a folder on this machine.
    pub fn is_local(&self) -> bool {
        self.local().is_some()
    }

    /// The folder of a remote that is on this machine, where it is there.
    pub fn folder(&self, top: &FsPath) -> Option<PathBuf> {
        Some(top.join(self.local()?)).filter(|folder| folder.is_dir())
    }

    /// The name of its branch here.
    pub fn tracking(&self) -> String {
        format!("refs/remotes/{}/{}", self.name, self.branch)
    }
}

/// How the working tree stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The commit checked out; none on a branch without commits.
    pub head: Option<Oid>,
    /// The branch, without `refs/heads/`.
    pub branch: String,
    /// Commits that its upstream has not, and the other way round; none without upstream.
    pub ahead_behind: Option<(usize, usize)>,
    /// What has changed below the paths asked for.
    pub paths: Vec<Path>,
    /// What is there and git is told to ignore: files, and folders of which it ignores everything.
    pub ignored: Vec<PathBuf>,
    /// Files that are too large to be anything of ours, with their size: git was not asked about them, since it might read them
    /// from end to end.
    pub large: Vec<(PathBuf, u64)>,
}

/// What is under way in a working tree with this git folder, if anything.
pub fn busy(git_dir: &FsPath) -> Option<&'static str> {
    const SIGNS: [(&str, &str); 6] = [
        ("MERGE_HEAD", "a merge"),
        ("rebase-merge", "a rebase"),
        ("rebase-apply", "a rebase"),
        ("CHERRY_PICK_HEAD", "a cherry-pick"),
        ("REVERT_HEAD", "a revert"),
        ("BISECT_LOG", "a bisect"),
    ];
    SIGNS
        .iter()
        .find(|(sign, _)| git_dir.join(sign).symlink_metadata().is_ok())
        .map(|(_, what)| *what)
}

/// A lock on the index that has been there for a while.
fn held(git_dir: &FsPath) -> Option<Pause> {
    let path = git_dir.join("index.lock");
    let made = path.symlink_metadata().ok()?.modified().ok()?;
    let age = SystemTime::now().duration_since(made).unwrap_or_default();
    Some(Pause::Locked(path, age))
}

/// How the tree stands, looking below `ours` (paths from its top).
pub fn standing(git: &Git, git_dir: &FsPath, ours: &[&str]) -> Result<Standing, Pause> {
    if let Some(what) = busy(git_dir) {
        return Err(Pause::Busy(what));
    }
    let large = too_large(git.top(), ours);
    let mut args: Vec<OsString> = Vec::new();
    if !large.is_empty() {
        args.push("--no-literal-pathspecs".into());
    }
    let options = [
        "status",
        "--porcelain=v2",
        "--branch",
        "-z",
        "--untracked-files=all",
        "--ignored=matching",
        "--no-renames",
        "--",
    ];
    args.extend(options.map(OsString::from));
    if large.is_empty() {
        args.extend(ours.iter().map(OsString::from));
    } else {
        args.extend(ours.iter().map(|path| format!(":(literal){path}").into()));
        for (path, _) in large.iter().take(MOST_LARGE) {
            let mut excluded = OsString::from(":(exclude,literal)");
            excluded.push(path);
            args.push(excluded);
        }
    }
    let out = git.run(&args).map_err(|trouble| match &trouble {
        Trouble::Said { said, .. } if said.contains("must be run in a work tree") => Pause::Bare,
        Trouble::Said { said, .. } if said.contains("not a git repository") => Pause::None,
        _ => Pause::Trouble(trouble),
    })?;
    let mut standing = parse(&out);
    standing.large = large;
    if standing.branch.is_empty() {
        return Err(Pause::Detached);
    }
    if let Some(locked) = held(git_dir) {
        return Err(locked);
    }
    Ok(standing)
}

/// So many files that are too large are left out of a question by name.
const MOST_LARGE: usize = 1000;
/// How deep below our paths they are looked for.
const DEEPEST: usize = 8;

/// The files below these paths of `top` that are larger than anything we commit.
fn too_large(top: &FsPath, ours: &[&str]) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    let mut left: Vec<(PathBuf, usize)> = ours.iter().map(|path| (PathBuf::from(path), DEEPEST)).collect();
    while let Some((path, deep)) = left.pop() {
        let full = top.join(&path);
        let Ok(meta) = full.symlink_metadata() else { continue };
        let name = path.file_name().unwrap_or_default();
        if meta.is_file() && meta.len() > largest(name) {
            found.push((path, meta.len()));
        } else if meta.is_dir() && deep > 0 && name != ".git" {
            let entries = std::fs::read_dir(&full).into_iter().flatten().flatten();
            // What is no folder and no file costs no question.
            let entries = entries.filter(|entry| !entry.file_type().is_ok_and(|kind| kind.is_symlink()));
            left.extend(entries.map(|entry| (path.join(entry.file_name()), deep - 1)));
        }
    }
    found.sort_unstable();
    found
}

fn parse(out: &[u8]) -> Standing {
    let mut standing = Standing::default();
    for line in out.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let text = String::from_utf8_lossy(line);
        if let Some(oid) = text.strip_prefix("# branch.oid ") {
            standing.head = (oid != "(initial)").then(|| oid.to_owned());
        } else if let Some(head) = text.strip_prefix("# branch.head ") {
            if head != "(detached)" {
                head.clone_into(&mut standing.branch);
            }
        } else if let Some(counts) = text.strip_prefix("# branch.ab ") {
            let mut counts = counts.split(' ').map(|count| count[1..].parse().unwrap_or(0));
            standing.ahead_behind = Some((counts.next().unwrap_or(0), counts.next().unwrap_or(0)));
        } else if let Some(path) = line.strip_prefix(b"? ") {
            standing.paths.push(Path {
                path: name(path),
                untracked: true,
                staged: false,
                index: None,
                modified: true,
                deleted: false,
            });
        } else if let Some(path) = line.strip_prefix(b"! ") {
            standing.ignored.push(name(path));
        } else if line.starts_with(b"1 ") || line.starts_with(b"u ") {
            // `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`
            let fields = if line[0] == b'1' { 9 } else { 11 };
            let mut parts = line.splitn(fields, |byte| *byte == b' ');
            let state = parts.nth(1).unwrap_or_default();
            let (index, path) = if line[0] == b'1' {
                (parts.nth(5), parts.next())
            } else {
                (None, parts.nth(fields - 3))
            };
            let Some(path) = path else { continue };
            standing.paths.push(Path {
                path: name(path),
                untracked: state.starts_with(b".A"),
                index: index.map(|oid| String::from_utf8_lossy(oid).into_owned()),
                staged: state.first().is_some_and(|index| *index != b'.'),
                modified: state.get(1).is_some_and(|tree| *tree != b'.'),
                deleted: state.get(1) == Some(&b'D'),
            });
        }
    }
    standing
}

fn name(bytes: &[u8]) -> PathBuf {
    OsString::from_vec(bytes.to_vec()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_status_says_is_understood() {
        let out = b"# branch.oid 1234\0# branch.head main\0# branch.upstream origin/main\0# branch.ab +3 -1\0\
            1 .M N... 100644 100644 100644 aaaa aaaa incidents/A B/incident.yaml\0\
            1 M. N... 100644 100644 100644 aaaa bbbb incidents/C/incident.yaml\0\
            1 .D N... 100644 100644 000000 aaaa aaaa incidents/D/incident.yaml\0\
            ? incidents/-x/incident.yaml\0";
        let standing = parse(out);
        assert_eq!(
            (standing.head.as_deref(), standing.branch.as_str()),
            (Some("1234"), "main")
        );
        assert_eq!(standing.ahead_behind, Some((3, 1)));
        let paths: Vec<_> = standing
            .paths
            .iter()
            .map(|p| (p.path.to_str().unwrap(), p.untracked, p.staged, p.modified, p.deleted))
            .collect();
        assert_eq!(
            paths,
            [
                ("incidents/A B/incident.yaml", false, false, true, false),
                ("incidents/C/incident.yaml", false, true, false, false),
                ("incidents/D/incident.yaml", false, false, true, true),
                ("incidents/-x/incident.yaml", true, false, true, false),
            ]
        );
        assert_eq!(parse(b"# branch.oid (initial)\0# branch.head main\0").head, None);
        assert_eq!(parse(b"# branch.oid 12\0# branch.head (detached)\0").branch, "");
    }

    #[test]
    fn a_remote_on_this_machine_is_known_by_its_address() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("hub.git")).unwrap();
        let remote = |url: &str| Remote {
            name: "origin".into(),
            url: url.into(),
            branch: "main".into(),
            followed: true,
        };
        let hub = dir.path().join("hub.git");
        assert_eq!(remote("hub.git").folder(dir.path()), Some(hub.clone()));
        assert_eq!(
            remote(&format!("file://{}", hub.display())).folder(dir.path()),
            Some(hub)
        );
        assert_eq!(remote("host:hub.git").folder(dir.path()), None);
        assert_eq!(remote("https://x/hub.git").folder(dir.path()), None);
    }
}
