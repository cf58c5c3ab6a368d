//! The little that the store needs of git: where its folder is, and making one. Syncing is another room's.

use std::fs;
use std::path::{Path, PathBuf};

use super::read::read_named;
use crate::bounds::GIT_LINK;
use crate::git::Git;

/// Git's folder of the working tree that `dir` lies in; of a linked working tree, its own.
pub(crate) fn folder_of(dir: &Path) -> Option<PathBuf> {
    working_tree(dir).map(|(_, folder)| folder)
}

/// The top of the working tree that `dir`, which is there, lies in, and git's folder of it.
pub(crate) fn working_tree(dir: &Path) -> Option<(PathBuf, PathBuf)> {
    // As `.` it would have nothing above it.
    let dir = dir.canonicalize().ok()?;
    dir.ancestors().find_map(|above| {
        let git = above.join(".git");
        let meta = fs::metadata(&git).ok()?;
        let folder = if meta.is_dir() {
            git
        } else {
            // `gitdir: ../.git/worktrees/x`
            let text = String::from_utf8(read_named(&git, GIT_LINK).ok()?).ok()?;
            above.join(
                text.strip_prefix("gitdir:")?
                    .trim_end_matches(['\n', '\r'])
                    .trim_start(),
            )
        };
        let there = folder.join("HEAD").symlink_metadata().is_ok();
        there.then(|| (above.to_owned(), folder))
    })
}

/// Runs git in `dir` with these arguments. The error is a clause for a sentence.
pub(crate) fn run(dir: &Path, arguments: &[&str]) -> Result<(), String> {
    let ran = Git::at(dir).run(arguments);
    ran.map(|_| ()).map_err(|trouble| trouble.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_working_trees_have_their_own_folder() {
        let dir = tempfile::tempdir().unwrap();
        let main = dir.path().join("main");
        fs::create_dir_all(main.join("sub")).unwrap();
        assert_eq!(folder_of(&main), None);
        run(&main, &["init", "-q"]).unwrap();
        let top = main.canonicalize().unwrap();
        assert_eq!(folder_of(&main.join("sub")), Some(top.join(".git")));
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
        run(
            &main,
            &[&identity[..], &["commit", "-q", "--allow-empty", "-m", "x"]].concat(),
        )
        .unwrap();
        run(&main, &["worktree", "add", "-q", "--detach", "../linked"]).unwrap();
        let linked = folder_of(&dir.path().join("linked")).unwrap();
        assert_eq!(
            linked.canonicalize().unwrap(),
            main.canonicalize().unwrap().join(".git/worktrees/linked")
        );
    }

    #[test]
    fn failures_are_a_clause() {
        let dir = tempfile::tempdir().unwrap();
        let said = run(dir.path(), &["remote", "add", "--", "x", "y"]).unwrap_err();
        assert!(said.starts_with("git says: not a git repository"), "{said}");
    }
}
