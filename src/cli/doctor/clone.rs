//! What the doctor says of git, the clone, and its remote.

use std::path::Path;

use super::{GIT, Health, Rows};
use crate::cli::context::Context;
use crate::git::{Class, Git, Remote, Settings, Trouble, busy, standing};
use crate::store::Repository;

/// Whether git is there and new enough.
pub(super) fn version(git: &Git, rows: &mut Rows) -> bool {
    let said = match git.line(["--version"]) {
        Ok(said) => said,
        Err(trouble) => {
            let remedy = match trouble {
                Trouble::Astray(_) => Class::here(&trouble).remedy(&trouble),
                _ => format!(
                    "Install git {}.{} or newer to share incidents; the files work without.",
                    GIT.0, GIT.1
                ),
            };
            rows.add("git", Health::Bad, trouble.to_string(), remedy);
            return false;
        }
    };
    let number = said.trim_start_matches("git version ");
    let mut parts = number.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < GIT {
        let remedy = format!(
            "Install git {}.{} or newer; older ones lack what syncing needs.",
            GIT.0, GIT.1
        );
        rows.add("git", Health::Bad, number, remedy);
        return false;
    }
    rows.good("git", number);
    true
}

pub(super) fn clone(context: &Context, repository: &Repository, git: &Git, rows: &mut Rows) {
    let Some(git_dir) = repository.git_dir() else {
        let remedy = "Run `git init` here (or `warroom init`) to share incidents and keep their history.";
        return rows.add(
            "clone",
            Health::Note,
            "no git repository; the files work without",
            remedy,
        );
    };
    if let Some(what) = busy(git_dir) {
        let remedy = format!("End {what} (or abort it); syncing goes on by itself then.");
        rows.add("clone", Health::Bad, format!("{what} is under way"), remedy);
    }
    match git.ask(["var", "GIT_COMMITTER_IDENT"]) {
        Ok(answer) if answer.code == 0 => rows.good("committer", before_time(&String::from_utf8_lossy(&answer.out))),
        _ => rows.add(
            "committer",
            Health::Bad,
            "git does not know who commits",
            "Run `git config --global user.name NAME` and `git config --global user.email MAIL`.",
        ),
    }
    driver(git, rows);
    let standing = match standing(git, git_dir, &["incidents"]) {
        Ok(standing) => standing,
        Err(pause) => return rows.add("branch", Health::Bad, pause.to_string(), pause.remedy()),
    };
    rows.good("branch", standing.branch.clone());
    // Syncing commits what stands in the folder of an incident, and nothing else.
    let below = |path: &Path| {
        let mut parts = path.components().skip_while(|part| part.as_os_str() != "incidents");
        parts.next();
        parts.count() >= 2
    };
    let changed = standing.paths.iter().filter(|path| !path.deleted);
    let (waiting, other): (Vec<_>, Vec<_>) = changed.partition(|path| below(&path.path));
    if let Some(first) = other.first() {
        rows.add(
            "other files",
            Health::Note,
            format!(
                "{} in the folder of incidents belong to none: {}",
                crate::cli::page::count(other.len(), "file"),
                first.path.display()
            ),
            "Commit them yourself, or move them; syncing leaves them alone.",
        );
    }
    let waiting = waiting.len();
    if waiting > 0 {
        let remedy = "`warroom sync`, or any console, commits them.";
        rows.add(
            "changes",
            Health::Note,
            format!("{waiting} files are not committed yet"),
            remedy,
        );
    }
    match Settings::read(git).map(|settings| settings.remote(&standing.branch)) {
        Ok(Some(remote)) => reach(context, git, &remote, rows),
        Ok(None) => rows.add(
            "remote",
            Health::Note,
            "none; no one else sees this clone",
            "`git remote add origin URL`, then `warroom sync`.",
        ),
        Err(trouble) => rows.add("remote", Health::Bad, trouble.to_string(), ""),
    }
}

/// `Kim <kim@example.org> 1763647500 +0000` without the time.
fn before_time(ident: &str) -> String {
    ident.split_inclusive('>').next().unwrap_or(ident).trim().to_owned()
}

fn driver(git: &Git, rows: &mut Rows) {
    let path = "incidents/x/incident.yaml";
    let attribute = git.line(["check-attr", "merge", "--", path]).unwrap_or_default();
    let command = git
        .line(["config", "--get", "merge.warroom.driver"])
        .unwrap_or_default();
    if attribute.ends_with(": warroom") && !command.is_empty() {
        return rows.good("merge driver", "a plain `git pull` merges incident files");
    }
    let remedy = "`warroom sync`, or opening a console, sets it up in this clone.";
    let said =
        "not set up in this clone: a plain `git pull` would put both sides into the file, and leave it to be repaired";
    rows.add("merge driver", Health::Note, said, remedy);
}

fn reach(context: &Context, git: &Git, remote: &Remote, rows: &mut Rows) {
    let name = format!("{} {} ({})", remote.name, crate::git::shown(&remote.url), remote.branch);
    if context.options.offline {
        return rows.add("remote", Health::Note, format!("{name}; not asked (--offline)"), "");
    }
    match git.reach(["ls-remote", "--heads", "--", &remote.name]) {
        Ok(answer) if answer.code == 0 => rows.good("remote", name),
        Ok(answer) => {
            let trouble = Trouble::Said {
                code: answer.code,
                said: answer.said,
            };
            let class = Class::of(&trouble);
            rows.add(
                "remote",
                Health::Bad,
                format!("{name}: {trouble}"),
                class.remedy(&trouble),
            );
        }
        Err(trouble) => rows.add("remote", Health::Bad, format!("{name}: {trouble}"), ""),
    }
}
