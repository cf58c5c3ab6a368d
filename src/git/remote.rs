//! Fetching and pushing one branch: never forced, no tags, nothing but that branch.

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

/// Fetches the branch into its tracking ref.
pub fn fetch(git: &Git, remote: &Remote) -> Result<Fetched, Trouble> {
    let refspec = format!("+refs/heads/{}:{}", remote.branch, remote.tracking());
    let answer = git.reach([
        "fetch",
        "--porcelain",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-auto-maintenance",
        "--",
        &remote.name,
        &refspec,
    ])?;
    // `<flag> <old> <new> <ref>`
    let out = String::from_utf8_lossy(&answer.out);
    let told = out.lines().find(|line| line.ends_with(&remote.tracking()));
    match (answer.code, told) {
        (0, None) => Ok(Fetched::Same),
        (0, Some(line)) if line.starts_with('=') => Ok(Fetched::Same),
        (0, Some(line)) => {
            let forced = line.starts_with('+');
            let mut oids = line[1..].split_whitespace().map(str::to_owned);
            let (old, now) = (oids.next().unwrap_or_default(), oids.next().unwrap_or_default());
            Ok(Fetched::New {
                now,
                rewritten: forced.then_some(old),
            })
        }
        _ if answer.said.contains("couldn't find remote ref") => Ok(Fetched::NoBranch),
        (code, _) => Err(Trouble::Said {
            code,
            said: answer.said,
        }),
    }
}

/// Pushes a commit, which holds `known`, to the branch; only where the branch still is `known` (nothing: where there is none).
pub fn push(git: &Git, remote: &Remote, known: Option<&str>, commit: &str) -> Result<Pushed, Trouble> {
    let refspec = format!("{commit}:refs/heads/{}", remote.branch);
    let answer = git.reach([
        "push",
        "--porcelain",
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
        "failed to update ref",
        "incorrect old value",
        "failed to lock",
    ];
    if Class::of(&trouble) == Class::Behind || raced.iter().any(|phrase| out.contains(phrase)) {
        return Ok(Pushed::Behind);
    }
    Err(trouble)
}
