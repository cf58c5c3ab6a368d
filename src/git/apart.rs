//! The merge of two commits beside the working tree with a git that has no `merge-tree --write-tree` (older than 2.38): in an
//! index and an empty working tree of our own, by the same merge and the same drivers.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::join::Conflict;
use super::record::Scratch;
use super::{Git, Oid, Trouble};

/// The tree that holds both sides.
pub(super) fn merged(git: &Git, head: &str, theirs: &str) -> Result<Result<Oid, Conflict>, Trouble> {
    let side = PathBuf::from(git.line(["rev-parse", "--path-format=absolute", "--git-dir"])?).join("warroom");
    let cannot = |error: std::io::Error| Trouble::NotStarted(crate::store::reason(&error));
    git.sharing().make_folder(&side).map_err(cannot)?;
    let index = Scratch::new(&side);
    let tree = Folder::new(git, &side).map_err(cannot)?;
    let apart = git.with_tree(&tree.0, &index.0);
    apart.run(["read-tree", head])?;
    // Files that are missing from the working tree are none that would be overwritten.
    let bases = git.ask(["merge-base", "--all", head, theirs])?;
    let bases = String::from_utf8_lossy(&bases.out).into_owned();
    let mut args = vec!["-c", "merge.renames=false", "merge-recursive"];
    args.extend(bases.split_whitespace());
    args.extend(["--", head, theirs]);
    let answer = apart.at_length().ask(args)?;
    match answer.code {
        0 => Ok(Ok(apart.line(["write-tree"])?)),
        1 => {
            let unmerged = apart.run(["diff", "--name-only", "--diff-filter=U", "-z"])?;
            let names = unmerged.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            Ok(Err(Conflict(
                names.map(|name| OsString::from_vec(name.to_vec()).into()).collect(),
            )))
        }
        code => Err(Trouble::Said {
            code,
            said: answer.said,
        }),
    }
}

/// An empty folder of our own; removed with what is in it when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(git: &Git, side: &Path) -> std::io::Result<Self> {
        let path = side.join(format!("tree-{}", crate::store::site::random_word()));
        git.sharing().make_folder(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::{Entry, record};
    use super::*;

    fn commit(git: &Git, side: &Path, on: Option<&str>, files: &[(&str, Option<&str>)]) -> Oid {
        let entries: Vec<Entry> = files
            .iter()
            .map(|(path, text)| match text {
                Some(text) => Entry::new((*path).into(), text.as_bytes().to_vec()),
                None => Entry::gone((*path).into()),
            })
            .collect();
        let commit = record(git, side, on, &entries, "x").unwrap();
        if let Some(on) = on {
            git.run(["update-ref", "HEAD", on]).unwrap();
        }
        commit
    }

    #[test]
    fn it_makes_the_tree_that_merge_tree_makes() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path())
            .set("user.name=t".into())
            .set("user.email=t@example.org".into())
            .set("merge.renames=false".into())
            // A driver that keeps both sides.
            .set("merge.both.driver=cat %A %B > %A.new && mv %A.new %A".into());
        git.run(["init", "-q", "-b", "main"]).unwrap();
        let side = dir.path().join(".git/warroom");
        std::fs::create_dir(&side).unwrap();
        std::fs::write(dir.path().join(".git/info/attributes"), "ops/**/i.yaml merge=both\n").unwrap();
        std::fs::write(dir.path().join("mine"), "not committed").unwrap();
        let base = commit(
            &git,
            &side,
            None,
            &[("ops/a/i.yaml", Some("0\n")), ("t", Some("t\n")), ("gone", Some("g\n"))],
        );
        let ours = commit(
            &git,
            &side,
            Some(&base),
            &[("ops/a/i.yaml", Some("1\n")), ("u", Some("u\n"))],
        );
        let theirs = commit(
            &git,
            &side,
            Some(&base),
            &[("ops/a/i.yaml", Some("2\n")), ("t", Some("v\n")), ("gone", None)],
        );
        let tree = merged(&git, &ours, &theirs).unwrap().unwrap();
        let both = git.run(["cat-file", "blob", &format!("{tree}:ops/a/i.yaml")]).unwrap();
        assert_eq!(both, b"1\n2\n");
        if git.version().unwrap() >= (2, 38) {
            assert_eq!(git.line(["merge-tree", "--write-tree", &ours, &theirs]).unwrap(), tree);
        }
        // What cannot be merged is named; nothing of the working tree or the index was touched, nothing is left.
        let other = commit(&git, &side, Some(&base), &[("t", Some("w\n"))]);
        let conflict = merged(&git, &theirs, &other).unwrap().unwrap_err();
        assert_eq!(conflict.0, [PathBuf::from("t")]);
        assert_eq!(std::fs::read(dir.path().join("mine")).unwrap(), b"not committed");
        assert!(!dir.path().join("t").exists() && !dir.path().join("u").exists());
        let left: Vec<_> = std::fs::read_dir(&side)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["index.given"]);
        // Histories without a common commit are joined, too.
        git.run(["update-ref", "-d", "HEAD"]).unwrap();
        let apart = commit(&git, &side, None, &[("z", Some("z\n"))]);
        let tree = merged(&git, &ours, &apart).unwrap().unwrap();
        assert_eq!(
            git.line(["ls-tree", "--name-only", &tree]).unwrap(),
            "gone\nops\nt\nu\nz"
        );
    }
}
