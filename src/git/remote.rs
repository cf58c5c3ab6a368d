//! Fetching and pushing one branch: never forced, no tags, nothing but that branch.

use super::command::Answer;
use super::said::own_lines;
use super::{Class, Git, Oid, Remote, Trouble};

/// What a fetch brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Nothing new.
    Same,
    /// The branch there is another commit now.
    New {
        /// That commit.
        now: Oid,
        /// What it was before, where the new one does not hold it.
        rewritten: Option<Oid>,
    },
    /// The branch is not there (an empty remote, or it was deleted).
    NoBranch,
}

/// What came of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is there.
    Done,
    /// Somebody was first: fetch, merge, push again.
    Behind,
}

/// What git can say of a fetch in a form made for programs, from this version on.
const PORCELAIN: (u32, u32) = (2, 41);

/// Fetches the branch into its tracking ref.
pub fn fetch(git: &Git, remote: &Remote) -> Result<Fetched, Trouble> {
    if git.version()? < PORCELAIN {
        return compare(git, remote);
    }
    let Some(answer) = ask(git, remote, &["--porcelain"])? else {
        return Ok(Fetched::NoBranch);
    };
    // `<flag> <old> <new> <ref>`
    let out = String::from_utf8_lossy(&answer.out);
    let told = out.lines().find(|line| line.ends_with(&remote.tracking()));
    let Some(line) = told.filter(|line| !line.starts_with('=')) else {
        return Ok(Fetched::Same);
    };
    let forced = line.starts_with('+');
    let mut oids = line[1..].split_whitespace().map(str::to_owned);
    let (old, now) = (oids.next().unwrap_or_default(), oids.next().unwrap_or_default());
    Ok(Fetched::New {
        now,
        rewritten: forced.then_some(old),
    })
}

/// The same with a git that does not say what it fetched: the ref is looked at before and after.
fn compare(git: &Git, remote: &Remote) -> Result<Fetched, Trouble> {
    let tracked = || git.line(["rev-parse", "--verify", "--quiet", &remote.tracking()]).ok();
    let before = tracked();
    if ask(git, remote, &[])?.is_none() {
        return Ok(Fetched::NoBranch);
    }
    let now = tracked().ok_or_else(|| Trouble::NotStarted("the branch that was fetched is not there".into()))?;
    if before.as_ref() == Some(&now) {
        return Ok(Fetched::Same);
    }
    let is_in = |old: &String| {
        let answer = git.ask(["merge-base", "--is-ancestor", old, &now]);
        answer.is_ok_and(|answer| answer.code == 0)
    };
    Ok(Fetched::New {
        rewritten: before.filter(|old| !is_in(old)),
        now,
    })
}

/// Lets what is fetched be kept as the pack that it comes in, however small. Git would unpack it object by object, and while a large
/// one comes say nothing: a slow line could not be told from a dead one. [`super::tidy`] rolls the packs up.
const KEEP_PACKED: &str = "fetch.unpackLimit=1";

/// Calls `git fetch` for the branch; nothing where the remote has none of that name.
fn ask(git: &Git, remote: &Remote, more: &[&str]) -> Result<Option<Answer>, Trouble> {
    let packed = || call(&git.clone().set(KEEP_PACKED.into()), remote, more);
    if !remote.is_local() {
        return packed();
    }
    // From a folder unpacking is sooner done; one behind a slow line gets the time that it needs.
    match call(git, remote, more) {
        Err(Trouble::TooSlow(_)) if git.bears_long_calls() => packed(),
        answer => answer,
    }
}

fn call(git: &Git, remote: &Remote, more: &[&str]) -> Result<Option<Answer>, Trouble> {
    let refspec = format!("+refs/heads/{}:{}", remote.branch, remote.tracking());
    let mut args = vec![
        "fetch",
        // What comes is heard of, so that a slow line is told from a dead one.
        "--progress",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-auto-maintenance",
    ];
    args.extend(more);
    args.extend(["--", &remote.name, &refspec]);
    let answer = git.reach(args)?;
    let no_branch = |line: &str| line.starts_with("fatal: couldn't find remote ref");
    match answer.code {
        0 => Ok(Some(answer)),
        _ if own_lines(&answer.said).any(no_branch) => Ok(None),
        code => Err(Trouble::Said {
            code,
            said: answer.said,
        }),
    }
}

/// Pushes a commit, which holds `known`, to the branch; only where the branch still is `known` (nothing: where there is none).
pub fn push(git: &Git, remote: &Remote, known: Option<&str>, commit: &str) -> Result<Pushed, Trouble> {
    git.version()?;
    let refspec = format!("{commit}:refs/heads/{}", remote.branch);
    // A mirror takes no refspec; and it would take away at the remote what is not here.
    let git = git.sending().set(format!("remote.{}.mirror=false", remote.name));
    let answer = git.reach([
        "push",
        "--porcelain",
        "--progress",
        if git.runs_hooks() { "--verify" } else { "--no-verify" },
        "--no-follow-tags",
        "--recurse-submodules=no",
        // A branch that was deleted is not made again by the way.
        &format!(
            "--force-with-lease=refs/heads/{}:{}",
            remote.branch,
            known.unwrap_or("")
        ),
        "--",
        &remote.name,
        &refspec,
    ])?;
    if answer.code == 0 {
        // Git moves the tracking ref itself where its refspec covers the branch; ours may be a branch it does not.
        git.run(["update-ref", "-m", "warroom: push", &remote.tracking(), commit])?;
        return Ok(Pushed::Done);
    }
    let out = String::from_utf8_lossy(&answer.out).into_owned();
    let trouble = Trouble::Said {
        code: answer.code,
        said: format!("{}{}", answer.said, out),
    };
    // Two pushes at one moment: the server's own lock is how it says that somebody was first.
    let raced = [
        "cannot lock ref",
        "reference already exists",
        "failed to update ref",
        "incorrect old value",
        "failed to lock",
    ];
    if Class::of(&trouble) == Class::Behind || raced.iter().any(|phrase| out.contains(phrase)) {
        return Ok(Pushed::Behind);
    }
    Err(trouble)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use super::*;

    /// A program that is git's with this name behind a line of 64 KiB in each `pause` seconds, both ways.
    fn behind_a_slow_line(folder: &Path, name: &str, pause: &str) -> PathBuf {
        let path = folder.join(name);
        let pipe = format!(
            "while :; do dd bs=65536 count=1 2>/dev/null >$t/N; [ -s $t/N ] || break; cat $t/N; sleep {pause}; done"
        );
        let text = format!(
            "#!/bin/sh\nt=$(mktemp -d {}/XXXXXX)\nmkfifo $t/in\nexec 3<&0\n({}) <&3 >$t/in &\n\
             git {name} \"$@\" <$t/in 3<&- | {}\nrm -rf $t\n",
            folder.display(),
            pipe.replace('N', "up"),
            pipe.replace('N', "down"),
        );
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// Bytes that nothing makes smaller.
    fn noise(length: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(crate::store::site::random_bytes::<64>);
        words.flatten().take(length).collect()
    }

    fn commit(git: &Git, name: &str, bytes: &[u8]) -> Oid {
        std::fs::write(git.top().join(name), bytes).unwrap();
        git.run(["add", name]).unwrap();
        git.run(["commit", "-q", "-m", name]).unwrap();
        git.line(["rev-parse", "HEAD"]).unwrap()
    }

    struct Pair {
        dir: tempfile::TempDir,
        here: Git,
        there: Git,
    }

    impl Pair {
        /// Two clones of an empty hub.
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let git = |folder: &str| {
                Git::at(&dir.path().join(folder))
                    .set("user.name=t".into())
                    .set("user.email=t@example.org".into())
            };
            git("").run(["init", "-q", "--bare", "-b", "main", "hub"]).unwrap();
            for folder in ["here", "there"] {
                git("").run(["clone", "-q", "hub", folder]).unwrap();
                git(folder).run(["symbolic-ref", "HEAD", "refs/heads/main"]).unwrap();
            }
            Self {
                here: git("here"),
                there: git("there"),
                dir,
            }
        }

        /// The hub by an address that is not a folder's, or by one that is.
        fn remote(&self, is_folder: bool) -> Remote {
            let hub = self.dir.path().join("hub").display().to_string();
            Remote {
                name: "origin".into(),
                url: if is_folder { hub } else { "ssh://hub/hub".into() },
                branch: "main".into(),
                followed: false,
            }
        }

        fn slow(&self, what: &str, pause: &str) -> String {
            let path = behind_a_slow_line(self.dir.path(), what, pause);
            format!("remote.origin.{}={}", what.replace('-', ""), path.display())
        }
    }

    #[test]
    fn a_large_change_comes_and_goes_over_a_slow_line_for_as_long_as_it_takes() {
        let pair = Pair::new();
        let first = commit(&pair.there, "first", b"1\n");
        push(&pair.there, &pair.remote(false), None, &first).unwrap();
        fetch(&pair.here, &pair.remote(false)).unwrap();
        let big = commit(&pair.there, "big", &noise(3 << 20));
        // The line alone takes twice as long as the silence that is borne.
        let limits = (Duration::from_secs(6), Duration::from_secs(120));
        let there = (pair.there.clone().with_limits(limits.0, limits.1)).set(pair.slow("receive-pack", "0.25"));
        let began = Instant::now();
        assert_eq!(push(&there, &pair.remote(false), Some(&first), &big), Ok(Pushed::Done));
        assert!(began.elapsed() > 2 * limits.0, "{:?} is no slow line", began.elapsed());
        let here = (pair.here.clone().with_limits(limits.0, limits.1)).set(pair.slow("upload-pack", "0.25"));
        let began = Instant::now();
        let fetched = Fetched::New {
            now: big.clone(),
            rewritten: None,
        };
        assert_eq!(fetch(&here, &pair.remote(false)), Ok(fetched));
        assert!(began.elapsed() > 2 * limits.0, "{:?} is no slow line", began.elapsed());
        assert_eq!(
            pair.here.line(["cat-file", "-s", &format!("{big}:big")]).unwrap(),
            (3 << 20).to_string()
        );
    }

    #[test]
    fn a_folder_behind_a_slow_line_is_asked_again_in_the_way_that_is_heard() {
        let pair = Pair::new();
        let first = commit(&pair.there, "first", b"1\n");
        push(&pair.there, &pair.remote(true), None, &first).unwrap();
        // A first call that nothing is heard of, and a second one that answers.
        let program = pair.dir.path().join("silent");
        let text = "#!/bin/sh\n[ -e $0.asked ] || { : >$0.asked; exec sleep 300; }\nexec git upload-pack \"$@\"\n";
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let silent = format!("remote.origin.uploadpack={}", program.display());
        let here = pair.here.clone().set(silent);
        let packs = || std::fs::read_dir(here.top().join(".git/objects/pack")).unwrap().count();
        let of_a_verb = here.clone().patient_for(Duration::from_secs(2));
        assert_eq!(fetch(&of_a_verb, &pair.remote(true)), Err(Trouble::TooSlow(2)));
        std::fs::remove_file(program.with_extension("asked")).unwrap();
        assert_eq!(packs(), 0);
        let here = here
            .clone()
            .with_limits(Duration::from_secs(2), Duration::from_secs(120));
        assert!(fetch(&here, &pair.remote(true)).is_ok());
        assert!(packs() > 0);
    }
}
