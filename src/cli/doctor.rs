//! `warroom doctor`: whether everything that the console leans on is in order, and what to do where it is not.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::config::{TeamConfig, UserConfig};
use crate::git::{Class, Git, Remote, Trouble, busy, remotes, standing};
use crate::store::{self, Place, Repository};
use crate::text;

/// Oldest git that syncing works with.
const GIT: (u32, u32) = crate::git::command::OLDEST;

/// Check git, the remote, the merge driver, the files and this machine, and say what to do
#[derive(Args, Debug)]
pub(super) struct Doctor {
    /// Whether the team is ready: prerequisites, and this quarter's drills, runbook tests and reviews, with dates
    #[arg(long)]
    readiness: bool,
}

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Good,
    Note,
    Bad,
}

impl Health {
    fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Note => "note",
            Self::Bad => "bad",
        }
    }
}

struct Row {
    what: &'static str,
    health: Health,
    said: String,
    remedy: String,
}

#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn add(&mut self, what: &'static str, health: Health, said: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Row {
            what,
            health,
            said: said.into(),
            remedy: remedy.into(),
        });
    }

    fn good(&mut self, what: &'static str, said: impl Into<String>) {
        self.add(what, Health::Good, said, "");
    }
}

impl Doctor {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        if self.readiness {
            return super::readiness::run(context);
        }
        let mut rows = Rows::default();
        let repository = match context.repository() {
            Ok(repository) => repository,
            Err(failure) => return Ok(outside(context, failure, rows)),
        };
        rows.good("repository", repository.root().display().to_string());
        person(context, &mut rows);
        machine(&mut rows);
        settings(repository, &mut rows);
        files(repository, &mut rows);
        sharing(repository, &mut rows);
        let git = Git::at(repository.root()).quiet_ssh();
        if version(&git, &mut rows) {
            clone(context, repository, &git, &mut rows);
        }
        Ok(reply(&rows.0))
    }
}

/// Without a repository git and the machine are checked all the same; the exit status is that of the missing repository.
fn outside(context: &Context, failure: Failure, mut rows: Rows) -> Reply {
    rows.add(
        "repository",
        Health::Bad,
        failure.said,
        "`warroom init DIR` makes one; in a clone of one run it there, or name it with -C DIR.",
    );
    person(context, &mut rows);
    machine(&mut rows);
    let (user, own) = UserConfig::load();
    for problem in [own, super::open::keys(&user).1].concat() {
        let remedy = "That line is ignored; correct it.";
        rows.add("settings", Health::Note, problem.to_string(), remedy);
    }
    let here = std::env::current_dir().unwrap_or_else(|_| std::path::PathBuf::from("/"));
    version(&Git::at(&here).quiet_ssh(), &mut rows);
    let mut reply = reply(&rows.0);
    reply.code = failure.code;
    reply
}

fn reply(rows: &[Row]) -> Reply {
    let mut out = String::new();
    let wide = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
    for row in rows {
        let _ = writeln!(
            out,
            "{:<4}  {:<wide$}  {}",
            row.health.word(),
            row.what,
            text::one_line(&row.said)
        );
        if !row.remedy.is_empty() {
            let _ = writeln!(out, "      {:<wide$}  {}", "", text::one_line(&row.remedy));
        }
    }
    let sick = rows.iter().any(|row| row.health == Health::Bad);
    let list: Vec<_> = rows
        .iter()
        .map(|row| json!({"check": row.what, "state": row.health.word(), "said": row.said, "remedy": row.remedy}))
        .collect();
    let mut reply = Reply::new(out, json!({"ok": !sick, "checks": list}));
    reply.code = u8::from(sick);
    reply
}

fn person(context: &Context, rows: &mut Rows) {
    match context.who() {
        Ok(name) => rows.good("you", name),
        Err(failure) => rows.add("you", Health::Bad, "it is not known who you are", failure.said),
    }
}

fn machine(rows: &mut Rows) {
    match store::state_dir() {
        Ok(folder) => match std::fs::create_dir_all(&folder) {
            Ok(()) => rows.good("state folder", folder.display().to_string()),
            Err(error) => rows.add(
                "state folder",
                Health::Bad,
                format!("{} cannot be made: {}", folder.display(), store::reason(&error)),
                "Without it there are no drafts and no journal; make it, or set WARROOM_STATE_DIR.",
            ),
        },
        Err(error) => rows.add(
            "state folder",
            Health::Bad,
            error.to_string(),
            "Set WARROOM_STATE_DIR to a folder of yours.",
        ),
    }
}

/// The choices of the person and the team, and the team's own frameworks: what is wrong with them counts as not there.
fn settings(repository: &Repository, rows: &mut Rows) {
    let (user, own) = UserConfig::load();
    let problems = [own, super::open::keys(&user).1, TeamConfig::load(repository.root()).1].concat();
    if problems.is_empty() {
        rows.good("settings", format!("framework {}", repository.config().framework));
    }
    for problem in problems {
        let remedy = "That line is ignored; correct it.";
        rows.add("settings", Health::Note, problem.to_string(), remedy);
    }
    contacts(repository, rows);
    for name in repository.frameworks() {
        if let Err(error) = repository.framework(&name) {
            let remedy = "Until it is right what ships stands in, and nothing can be resolved or approved; `warroom framework lint` lists all.";
            rows.add("framework", Health::Bad, error.to_string(), remedy);
        }
    }
}

/// Whom to call, beside the team's framework.
fn contacts(repository: &Repository, rows: &mut Rows) {
    let remedy = "That contact is not used; correct .warroom/contacts.yaml (`warroom contacts lint` lists all).";
    let text = match repository.contacts_text() {
        Ok(text) if text.is_empty() => return,
        Ok(text) => text,
        Err(error) => return rows.add("contacts", Health::Note, error.to_string(), remedy),
    };
    let Ok(framework) = repository.framework_or_other(&repository.config().framework) else {
        return;
    };
    let slips = framework.lint_contacts(&text);
    if slips.is_empty() {
        rows.good(
            "contacts",
            super::page::count(framework.contacts.contacts.len(), "contact"),
        );
    }
    for slip in slips {
        let said = format!(".warroom/contacts.yaml:{}: {}", slip.line, slip.said);
        rows.add("contacts", Health::Note, said, remedy);
    }
}

fn files(repository: &Repository, rows: &mut Rows) {
    let incidents = match repository.incidents() {
        Ok(incidents) => incidents,
        Err(error) => return rows.add("incidents", Health::Bad, error.to_string(), ""),
    };
    let mut broken = 0;
    for place in &incidents {
        if let Err(error) = repository.read(place) {
            broken += 1;
            rows.add(
                "incidents",
                Health::Bad,
                error.to_string(),
                "Repair it in an editor; `warroom validate` names every line.",
            );
        }
        copies(repository, place, rows);
        if let Ok(document) = repository.read(place) {
            for wrong in crate::incident::misordered(document.incident()) {
                rows.add(
                    "milestones",
                    Health::Note,
                    format!("{}: {wrong}", place.id),
                    "Correct it with `warroom milestone`; until then no figure counts from one to the other.",
                );
            }
            for one in super::approvals::foreign(repository, place, document.incident()) {
                let remedy = "Ask both of them; where it is not right, someone else has to approve it.";
                rows.add(
                    "approvals",
                    Health::Note,
                    format!("{}: {}", place.id, one.said()),
                    remedy,
                );
            }
        }
    }
    doubles(repository, &incidents, rows);
    if broken == 0 {
        rows.good("incidents", format!("{} can be read", incidents.len()));
    }
    let polled = store::watch::is_remote(repository.root());
    if polled {
        rows.add(
            "watching",
            Health::Note,
            "this file system reports no changes by other machines; consoles look every second",
            "",
        );
    } else {
        rows.good("watching", "file events");
    }
}

/// Whether all that several accounts share can be used by all of them.
fn sharing(repository: &Repository, rows: &mut Rows) {
    /// So many are named one by one.
    const NAMED: usize = 6;
    /// Of more than these not each has its place in a command.
    const MANY: usize = 40;
    let sharing = repository.sharing();
    if sharing.is_only_a_mode(repository.root()) {
        let said =
            "the folder is shared with a group, but git does not know: what it makes is as each one's umask has it";
        let remedy = "Run `git config core.sharedRepository group` in it.";
        return rows.add("shared", Health::Note, said, remedy);
    }
    if !sharing.is_on() {
        return;
    }
    let unshared = sharing.unshared(repository.root(), &repository.side_dir());
    let Some(first) = unshared.first() else {
        return rows.good(
            "shared",
            "other accounts may use all of it, as core.sharedRepository says",
        );
    };
    let root = repository.root();
    let short = |path: &Path| match path.strip_prefix(root) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => word(&below.to_string_lossy()),
        Err(_) => word(&path.to_string_lossy()),
    };
    let said = match unshared.len() {
        1 => format!("{} is not shared as core.sharedRepository says", short(&first.path)),
        count => format!(
            "{count} files and folders are not shared as core.sharedRepository says: {}{}",
            unshared
                .iter()
                .take(NAMED)
                .map(|one| short(&one.path))
                .collect::<Vec<_>>()
                .join(", "),
            if count > NAMED { ", …" } else { "" }
        ),
    };
    let owner = if unshared.len() == 1 {
        "Its owner runs"
    } else {
        "Their owners run"
    };
    let place = word(&root.to_string_lossy());
    if unshared.len() > MANY {
        let (mut tops, git) = (Vec::new(), repository.git_dir().map(short));
        for name in [".warroom", "incidents", "runbooks", ".gitattributes"] {
            if root.join(name).symlink_metadata().is_ok() {
                tops.push(name.to_owned());
            }
        }
        tops.extend(git);
        let (tops, modes) = (tops.join(" "), sharing.words());
        let top = unshared.iter().find(|one| one.path == root);
        let top = top.map_or_else(String::new, |one| format!("chmod {} . && ", one.lacks));
        let remedy =
            format!("{owner} `{top}chmod -R {modes} {tops} && find {tops} -type d -exec chmod g+s {{}} +` in {place}.");
        return rows.add("shared", Health::Bad, said, remedy);
    }
    // One call of `chmod` for all that lack the same.
    let mut calls: Vec<(&str, Vec<String>)> = Vec::new();
    for one in &unshared {
        match calls.iter_mut().find(|(lacks, _)| *lacks == one.lacks) {
            Some((_, paths)) => paths.push(short(&one.path)),
            None => calls.push((&one.lacks, vec![short(&one.path)])),
        }
    }
    let calls: Vec<String> = calls
        .iter()
        .map(|(lacks, paths)| format!("chmod {lacks} {}", paths.join(" ")))
        .collect();
    let remedy = format!("{owner} `{}` in {place}.", calls.join(" && "));
    rows.add("shared", Health::Bad, said, remedy);
}

/// A word for the shell.
fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@:,".contains(&byte);
    if text.bytes().all(plain) && !text.starts_with('-') {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Most files of an incident's folder that are looked at, and how much of each.
const MOST_FILES: usize = 500;
const HEAD: u64 = 64 << 10;

/// Copies of an incident file beside it: what a synchronizer (Syncthing, Dropbox, OneDrive, Nextcloud, iCloud), an editor or
/// a person made of it. What is in them counts, not what they are called; only of what cannot be read the name tells.
fn copies(repository: &Repository, place: &Place, rows: &mut Rows) {
    let Ok(document) = repository.read(place) else { return };
    let uid = document.incident().uid.as_str();
    let Some(folder) = place.path.parent() else { return };
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let own = place.path.file_name();
    let mut paths: Vec<_> = entries
        .flatten()
        .take(MOST_FILES)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.path())
        .filter(|path| path.file_name() != own)
        .collect();
    paths.sort();
    for path in paths {
        let shown = path
            .strip_prefix(repository.root())
            .unwrap_or(&path)
            .display()
            .to_string();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match uid_of(&path) {
            Some(of) if of == uid && !uid.is_empty() => rows.add(
                "incidents",
                Health::Note,
                format!("{shown} is a copy of the file of {}{}", place.id, made_by(&name)),
                format!(
                    "`warroom merge {}` brings in what it has more; it can be removed then.",
                    super::merge::quoted(&path.display().to_string())
                ),
            ),
            Some(_) => rows.add(
                "incidents",
                Health::Note,
                format!("{shown} is a file of another incident"),
                "Move it out of this folder; nothing reads it here.",
            ),
            None if !made_by(&name).is_empty() && name.contains("incident") => rows.add(
                "incidents",
                Health::Note,
                format!(
                    "{shown} looks like a copy of the file of {}{}, and cannot be read as one",
                    place.id,
                    made_by(&name)
                ),
                "Nothing reads it; look into it in an editor, and remove it where it is of no use.",
            ),
            None => {}
        }
    }
}

/// Two folders that hold one incident: a synchronizer or a person copied a whole folder.
fn doubles(repository: &Repository, incidents: &[Place], rows: &mut Rows) {
    let mut known: std::collections::HashMap<String, (String, bool)> = std::collections::HashMap::new();
    for place in incidents {
        let Ok(document) = repository.read(place) else { continue };
        let incident = document.incident();
        if incident.uid.is_empty() {
            continue;
        }
        let own = incident.id == place.id;
        let Some((first, first_own)) = known.get(&incident.uid).cloned() else {
            known.insert(incident.uid.clone(), (place.id.clone(), own));
            continue;
        };
        let (kept, copy) = if own && !first_own {
            (&place.id, &first)
        } else {
            (&first, &place.id)
        };
        let file = incidents
            .iter()
            .find(|one| one.id == *copy)
            .map_or(&place.path, |one| &one.path);
        rows.add(
            "incidents",
            Health::Note,
            format!("{copy} is a copy of {kept}: both are one incident"),
            format!(
                "`warroom -i {} merge {}` brings in what it has more; its folder can be removed then.",
                super::merge::quoted(kept),
                super::merge::quoted(&file.display().to_string())
            ),
        );
    }
}

/// The uid that a file's beginning names, where it is one of an incident.
fn uid_of(path: &Path) -> Option<String> {
    let opened = store::read::open(path).ok()?;
    let mut head = Vec::new();
    opened.file.take(HEAD).read_to_end(&mut head).ok()?;
    let head = String::from_utf8_lossy(&head);
    let value = head
        .lines()
        .find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("uid:"))?;
    let value = value
        .split(" #")
        .next()
        .unwrap_or_default()
        .trim()
        .trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

/// Who made a copy, as far as its name tells: `, made by Syncthing`.
fn made_by(name: &str) -> &'static str {
    let lower = name.to_lowercase();
    let stem = lower
        .strip_suffix(".yaml")
        .or_else(|| lower.strip_suffix(".yml"))
        .unwrap_or(&lower);
    let numbered = |open: char| {
        let number = stem.rsplit_once(open).map(|(_, number)| number.trim_end_matches(')'));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let ends = |known: &[&str]| known.iter().any(|end| lower.ends_with(end));
    match () {
        () if lower.contains(".sync-conflict-") => ", made by Syncthing",
        () if lower.contains("conflicted copy") => ", made by Dropbox or Nextcloud",
        () if lower.contains("_conflict-") => ", made by Nextcloud",
        () if lower.contains("sfconflict") => ", made by Seafile",
        () if lower.contains("conflict") => ", made by a synchronizer",
        () if ends(&["~", ".bak"]) || lower.starts_with('#') => ", a backup of an editor",
        () if ends(&[".orig"])
            || lower.contains("_backup_")
            || lower.contains("_local_")
            || lower.contains("_remote_") =>
        {
            ", left by a merge tool"
        }
        () if stem.ends_with(')') && numbered('(') => ", made by a synchronizer or a browser",
        () if numbered(' ') => ", made by iCloud",
        () if stem.contains("copy") => ", made by a file manager",
        () if stem.starts_with("incident-") => ", made by OneDrive",
        () => "",
    }
}

/// Whether git is there and new enough.
fn version(git: &Git, rows: &mut Rows) -> bool {
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

fn clone(context: &Context, repository: &Repository, git: &Git, rows: &mut Rows) {
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
                super::page::count(other.len(), "file"),
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
    match remotes(git, &standing.branch) {
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
