//! What the doctor says of incident files, and of how they are shared with other accounts.

use std::io::Read as _;
use std::path::Path;

use super::{Health, Rows};
use crate::store::{self, Place, Repository};

pub(super) fn files(repository: &Repository, rows: &mut Rows) {
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
            for one in crate::cli::approvals::foreign(repository, place, document.incident()) {
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
pub(super) fn sharing(repository: &Repository, rows: &mut Rows) {
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
                    crate::cli::merge::quoted(&path.display().to_string())
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
                crate::cli::merge::quoted(kept),
                crate::cli::merge::quoted(&file.display().to_string())
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
