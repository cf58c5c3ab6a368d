//! The little that the store needs of git: where its folder is, and making one. Syncing is another room's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Git's folder of the working tree that `dir` lies in; of a linked working tree, its own.
pub fn folder_of(dir: &Path) -> Option<PathBuf> {
    dir.ancestors().find_map(|above| {
        let git = above.join(".git");
        let meta = fs::metadata(&git).ok()?;
        let folder = if meta.is_dir() {
            git
        } else {
            // `gitdir: ../.git/worktrees/x`
            let text = fs::read_to_string(&git).ok().filter(|text| text.len() < 4096)?;
            above.join(
                text.strip_prefix("gitdir:")?
                    .trim_end_matches(['\n', '\r'])
                    .trim_start(),
            )
        };
        folder.join("HEAD").symlink_metadata().is_ok().then_some(folder)
    })
}

/// Runs git in `dir` with these arguments: no prompt, no surprise from the environment, nothing on the screen. The error
/// is a clause for a sentence.
pub fn run(dir: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = command(dir)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "git is not installed".to_owned(),
            _ => format!("git cannot be run: {}", super::error::reason(&error)),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("no reason given");
    let clean = crate::text::one_line(last);
    Err(format!("git says: {}", crate::text::fit(&clean, 200, "…")))
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(dir);
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
        "GIT_TEMPLATE_DIR",
        "GIT_CONFIG_PARAMETERS",
        "GIT_CONFIG_COUNT",
    ] {
        command.env_remove(name);
    }
    command
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env("SSH_ASKPASS", "")
        .env("GIT_PAGER", "cat")
        .env("GIT_EDITOR", "true")
        .env("LC_ALL", "C");
    command
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
        assert_eq!(folder_of(&main.join("sub")), Some(main.join(".git")));
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
        assert!(said.starts_with("git says: fatal: not a git repository"), "{said}");
    }
}
