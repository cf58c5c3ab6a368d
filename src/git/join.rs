//! Joining what the remote has with what is here: the merge is made without touching the working tree; incident files are
//! then brought there by who knows how, other files by git.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use super::command::Answer;
use super::record::{follow, index_line, move_head};
use super::{Git, Oid, Pause, Standing, Trouble};

/// A commit that holds both sides, not checked out yet.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The commit.
    pub commit: Oid,
    /// What it changes here.
    pub brought: Vec<Brought>,
}

/// A file that a joined commit changes.
#[derive(Clone, Debug)]
pub struct Brought {
    /// From the top of the working tree.
    pub path: PathBuf,
    /// What is in the head; none where it is new.
    pub old: Option<Oid>,
    /// What it becomes; none where it is deleted.
    pub new: Option<Oid>,
}

/// Files that cannot be merged by git, by name.
#[derive(Clone, Debug)]
pub struct Conflict(pub Vec<PathBuf>);

/// Joins `theirs` (a ref or commit) into `head`. `None` where it has nothing new. The merge driver for incident files has
/// to be set in `git`.
pub fn join(git: &Git, head: &str, theirs: &str, message: &str) -> Result<Result<Option<Joined>, Conflict>, Trouble> {
    let theirs = git.line(["rev-parse", "--verify", "--quiet", &format!("{theirs}^{{commit}}")])?;
    let is_in = |a: &str, b: &str| is_in(git, a, b);
    if theirs == head || is_in(&theirs, head)? {
        return Ok(Ok(None));
    }
    let commit = if is_in(head, &theirs)? {
        theirs
    } else {
        let merged = if git.version()? < MERGE_TREE {
            super::apart::merged(git, head, &theirs)?
        } else {
            merged(git, head, &theirs)?
        };
        let tree = match merged {
            Ok(tree) => tree,
            Err(conflict) => return Ok(Err(conflict)),
        };
        super::record::commit_tree(git, &tree, &[head, &theirs], message)?
    };
    let brought = changes(git, head, &commit)?;
    Ok(Ok(Some(Joined { commit, brought })))
}

/// Whether a commit is in the history of another.
pub fn is_in(git: &Git, one: &str, other: &str) -> Result<bool, Trouble> {
    let answer = git.ask(["merge-base", "--is-ancestor", one, other])?;
    match answer.code {
        0 => Ok(true),
        1 => Ok(false),
        code => Err(Trouble::Said {
            code,
            said: answer.said,
        }),
    }
}

/// From this version on git merges beside the working tree by itself.
const MERGE_TREE: (u32, u32) = (2, 38);

/// The tree that holds both sides.
fn merged(git: &Git, head: &str, theirs: &str) -> Result<Result<Oid, Conflict>, Trouble> {
    let merged = git.at_length().ask([
        "-c",
        "merge.renames=false",
        "merge-tree",
        "--write-tree",
        "-z",
        "--name-only",
        "--no-messages",
        "--allow-unrelated-histories",
        head,
        theirs,
    ])?;
    let mut parts = merged.out.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    let tree = parts.next().map(|tree| String::from_utf8_lossy(tree).trim().to_owned());
    match (merged.code, tree) {
        (0, Some(tree)) => Ok(Ok(tree)),
        (1, Some(_)) => {
            let names = parts.map(|name| OsString::from_vec(name.to_vec()).into()).collect();
            Ok(Err(Conflict(names)))
        }
        (code, _) => Err(Trouble::Said {
            code,
            said: merged.said,
        }),
    }
}

/// What differs between two commits.
fn changes(git: &Git, from: &str, to: &str) -> Result<Vec<Brought>, Trouble> {
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
    let mut parts = out.split(|byte| *byte == 0);
    let mut brought = Vec::new();
    // `:100644 100644 <old> <new> M` NUL `path` NUL
    while let (Some(meta), Some(path)) = (parts.next(), parts.next()) {
        let meta = String::from_utf8_lossy(meta);
        let mut fields = meta.split(' ').skip(2);
        let oid = |text: Option<&str>| text.filter(|oid| oid.bytes().any(|b| b != b'0')).map(str::to_owned);
        brought.push(Brought {
            path: OsString::from_vec(path.to_vec()).into(),
            old: oid(fields.next()),
            new: oid(fields.next()),
        });
    }
    Ok(brought)
}

/// Makes a joined commit the head. The files `done` are in the working tree already (with what came in since on top);
/// all others are brought there by git, which refuses to overwrite what the person has changed.
pub fn bring(
    git: &Git,
    side: &std::path::Path,
    standing: &Standing,
    joined: &Joined,
    done: &[&Brought],
) -> Result<(), Pause> {
    let staged = |one: &Brought| {
        let there = standing.paths.iter().find(|path| path.path == one.path);
        there.is_some_and(|path| path.staged)
    };
    let followed: Vec<u8> = done
        .iter()
        .filter(|one| !staged(one))
        .filter_map(|one| Some(index_line(one.new.as_ref()?, &one.path)))
        .flatten()
        .collect();
    let trouble = Pause::Trouble;
    let others: Vec<&Brought> = joined
        .brought
        .iter()
        .filter(|one| !done.iter().any(|done| done.path == one.path))
        .collect();
    if others.is_empty() {
        return move_head(git, side, standing.head.as_deref(), &joined.commit, &followed).map_err(trouble);
    }
    follow(git, side, &followed).map_err(trouble)?;
    let answer = check_out(git, standing.head.as_deref(), &joined.commit, &others).map_err(trouble)?;
    if answer.code == 0 {
        move_head(git, side, standing.head.as_deref(), &joined.commit, &[]).map_err(trouble)?;
        // Git makes them as the umask has it.
        for one in others.iter().filter(|one| one.new.is_some()) {
            git.sharing().share_below(git.top(), &one.path);
        }
        return Ok(());
    }
    let would_lose = ["would be overwritten", "not uptodate", "untracked working tree files"];
    if would_lose.iter().any(|phrase| answer.said.contains(phrase)) {
        let name = others
            .first()
            .map_or_else(String::new, |one| one.path.display().to_string());
        let more = if others.len() > 1 { " and others" } else { "" };
        let said = format!(
            "your own changes stand in the way of {}{more}",
            crate::text::one_line(&name)
        );
        return Err(Pause::Others(said));
    }
    Err(trouble(Trouble::Said {
        code: answer.code,
        said: answer.said,
    }))
}

/// How many paths go with one call.
const AT_ONCE: usize = 200;

/// Lets the working tree and the index go from one commit to the other, over nothing that the person has changed. As `git merge
/// --ff-only`, which would look at each file of the working tree, and read the whole of those whose size it does not know.
fn check_out(git: &Git, old: Option<&str>, new: &str, others: &[&Brought]) -> Result<Answer, Trouble> {
    let there: Vec<&Brought> = others.iter().filter(|one| one.old.is_some()).copied().collect();
    for some in there.chunks(AT_ONCE) {
        let mut args: Vec<OsString> = ["add", "--refresh", "--"].map(OsString::from).into();
        args.extend(some.iter().map(|one| one.path.clone().into_os_string()));
        // Whatever it does not bring up to date is taken for changed.
        git.ask(args)?;
    }
    let mut args = vec!["read-tree", "-m", "-u"];
    args.extend(old);
    args.push(new);
    git.ask(args)
}
