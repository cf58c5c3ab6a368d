//! Fetching and pushing one branch: never forced, no tags, nothing but that branch.

use super::command::Answer;
use super::outcome::own_lines;
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

/// Calls `git fetch` for the branch; nothing where the remote has none of that name.
fn ask(git: &Git, remote: &Remote, more: &[&str]) -> Result<Option<Answer>, Trouble> {
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
