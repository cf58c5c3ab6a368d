//! Tidying what git keeps. Every commit, fetch and join leaves objects or a pack, and our calls keep git's own housekeeping off: it
//! would run in the middle of a round, for as long as a large repository takes. So it is done here, beside the syncing: small packs
//! and loose objects are rolled up into one pack, which takes as long as there is new; large packs stay as they are, and nothing is
//! thrown away.

use std::ffi::OsStr;
use std::fs::read_dir;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Git, Trouble};
use crate::store::put::Folder;

/// How many packs are too many.
const PACKS: usize = 20;
/// How many loose objects are.
const LOOSE: usize = 1000;
/// Of the 256 folders of loose objects so many are looked into: names are as good as random.
const SAMPLE: usize = 16;
/// How soon it is done again: one that is at work is left to it, and one that failed is not repeated without end.
const AGAIN: Duration = Duration::from_secs(600);
/// When that was: a file in our folder in git's.
const STAMP: &str = "tidied";
/// What git itself takes for too many loose objects.
const GITS_OWN: &str = "6700";

/// Starts the tidying of the repository that this working tree belongs to, where there is enough to tidy, and waits for nothing.
/// `common` is git's folder that linked working trees share, `side` is ours.
pub fn tidy(git: &Git, common: &Path, side: &Path) {
    let objects = common.join("objects");
    if !is_due(&objects, side) {
        return;
    }
    let Some(args) = wanted(git, &objects) else { return };
    let stamped =
        Folder::below(side, Path::new(""), git.sharing(), false).and_then(|folder| folder.replace(STAMP, b"", None));
    if stamped.is_err() {
        return;
    }
    // It works as well in a moment, should it not start now.
    let _ = git.leave(&args);
}

/// Whether there is enough to tidy, and nobody was at it just now.
fn is_due(objects: &Path, side: &Path) -> bool {
    let stamp = side.join(STAMP).symlink_metadata().and_then(|meta| meta.modified());
    let recently = stamp.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age < AGAIN));
    !recently && (packs(objects) > PACKS || loose(objects) > LOOSE)
}

/// How many packs there are that may be rolled up.
fn packs(objects: &Path) -> usize {
    names(&objects.join("pack"))
        .filter(|path| path.extension() == Some(OsStr::new("pack")))
        .filter(|path| !path.with_extension("keep").exists())
        .count()
}

/// How many loose objects there are, about.
fn loose(objects: &Path) -> usize {
    let folder = |number: usize| objects.join(format!("{:02x}", number * (256 / SAMPLE)));
    let found: usize = (0..SAMPLE).map(|number| names(&folder(number)).count()).sum();
    found * (256 / SAMPLE)
}

fn names(folder: &Path) -> impl Iterator<Item = PathBuf> {
    read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
}

/// How git is called for it; nothing where the person wants none of it.
fn wanted(git: &Git, objects: &Path) -> Option<Vec<String>> {
    let own = own_setting(git).ok()?;
    if own.as_deref() == Some("0") {
        return None;
    }
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let promised = names(&objects.join("pack")).any(|path| path.extension() == Some(OsStr::new("promisor")));
    if !promised {
        // Within the memory and on the core that a console leaves free.
        return Some(words(
            "repack -q -d -l --geometric=2 --no-write-bitmap-index --threads=1 --window-memory=64m",
        ));
    }
    // In a clone that fetches what it lacks only git's whole housekeeping keeps apart what was promised.
    let mut args = vec![
        "-c".to_owned(),
        format!("gc.auto={}", own.as_deref().unwrap_or(GITS_OWN)),
    ];
    args.extend(words("-c gc.autoDetach=false gc --auto --quiet"));
    Some(args)
}

/// What the person says of git's housekeeping: `gc.auto`, wherever they say it.
fn own_setting(git: &Git) -> Result<Option<String>, Trouble> {
    let answer = git.ask(["config", "--show-scope", "--get-all", "gc.auto"])?;
    let text = String::from_utf8_lossy(&answer.out).into_owned();
    // `global` TAB `0`; ours come with the call.
    let mut own = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(own
        .rfind(|(scope, _)| *scope != "command")
        .map(|(_, value)| value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A repository with so many packs of one commit each, and as many loose objects again.
    fn repository(dir: &Path, packs: usize) -> (Git, PathBuf, PathBuf) {
        let git = Git::at(dir)
            .set("user.name=t".into())
            .set("user.email=t@example.org".into());
        git.run(["init", "-q", "-b", "main"]).unwrap();
        let common = dir.join(".git");
        let side = common.join("warroom");
        std::fs::create_dir(&side).unwrap();
        for number in 0..packs {
            git.run(["commit", "-q", "--allow-empty", "-m", &number.to_string()])
                .unwrap();
            git.run(["repack", "-q", "-d"]).unwrap();
        }
        git.run(["commit", "-q", "--allow-empty", "-m", "loose"]).unwrap();
        (git, common, side)
    }

    fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
        let until = Instant::now() + Duration::from_secs(60);
        while !holds() {
            assert!(Instant::now() < until, "{what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn many_packs_become_few_and_nothing_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let (git, common, side) = repository(dir.path(), PACKS);
        let objects = common.join("objects");
        // What no branch leads to stays as well: it may be a join that is under way.
        let stray = String::from_utf8(git.feed(["hash-object", "-w", "--stdin"], b"stray\n").unwrap()).unwrap();
        tidy(&git, &common, &side);
        assert!(!side.join(STAMP).exists(), "they are not too many yet");
        git.run(["repack", "-q", "-d"]).unwrap();
        assert_eq!(packs(&objects), PACKS + 1);
        tidy(&git, &common, &side);
        wait_until("the packs are still there", || packs(&objects) < 4);
        assert_eq!(git.line(["rev-list", "--count", "HEAD"]).unwrap(), "21");
        assert_eq!(git.line(["cat-file", "-t", stray.trim()]).unwrap(), "blob");
        wait_until("loose objects are still there", || {
            git.line(["count-objects"]).unwrap().starts_with("0 objects")
        });
    }

    #[test]
    fn it_is_not_begun_again_at_once_nor_against_the_persons_will() {
        let dir = tempfile::tempdir().unwrap();
        let (git, common, side) = repository(dir.path(), PACKS + 1);
        let objects = common.join("objects");
        assert!(is_due(&objects, &side));
        git.run(["config", "gc.auto", "0"]).unwrap();
        assert_eq!(wanted(&git, &objects), None);
        tidy(&git, &common, &side);
        assert!(!side.join(STAMP).exists());
        git.run(["config", "gc.auto", "100"]).unwrap();
        assert_eq!(wanted(&git, &objects).unwrap()[0], "repack");
        std::fs::write(side.join(STAMP), "").unwrap();
        assert!(!is_due(&objects, &side));
        let before = SystemTime::now() - AGAIN;
        std::fs::File::open(side.join(STAMP))
            .unwrap()
            .set_modified(before)
            .unwrap();
        assert!(is_due(&objects, &side));
        // What a partial clone was promised is left to git, which tells it apart.
        let pack = names(&objects.join("pack")).next().unwrap();
        std::fs::write(pack.with_extension("promisor"), "").unwrap();
        let args = wanted(&git, &objects).unwrap().join(" ");
        assert_eq!(args, "-c gc.auto=100 -c gc.autoDetach=false gc --auto --quiet");
    }

    #[test]
    fn loose_objects_are_counted_about_right() {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..512 {
            let folder = dir.path().join(format!("{:02x}", number % 256));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(number.to_string()), "").unwrap();
        }
        assert_eq!(loose(dir.path()), 512);
        assert_eq!(loose(&dir.path().join("none")), 0);
    }
}
