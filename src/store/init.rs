//! Making an incidents repository. Running it again completes what is missing and changes nothing that is there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::put::Folder;
use super::read::{Unreadable, read_within, within};
use super::repository::{MARK, Repository};
use super::sharing::Sharing;
use super::site::no_link_out;
use super::{StoreError, git};
use crate::bounds::GIT_FILE;

/// For clones without warroom: never a conflict marker; what union leaves double is repaired on reading.
const ATTRIBUTES: &str = "incidents/**/incident.yaml merge=union text eol=lf -ident -filter -working-tree-encoding";

/// Review documents are merged by section where the driver is set up, and as text elsewhere.
const REVIEWS: &str = "incidents/**/postmortem*.md merge=warroom";

const RUNBOOKS: &str = "\
# Runbooks

One Markdown file per runbook. Its steps become checklist items when a responder attaches it to an incident
(warroom runbook attach NAME); `warroom runbook new NAME` makes one, `warroom runbook lint` checks them.
The runbooks that ship with the program are there without a copy here; a file of the same name here takes their place.
";

/// What `init` is asked for.
#[derive(Clone, Debug, Default)]
pub struct Init {
    /// Framework's name for the configuration; `war-room` where absent.
    pub framework: Option<String>,
    /// URL of the remote `origin` to add.
    pub remote: Option<String>,
}

/// What `init` did.
#[derive(Clone, Debug)]
pub struct Made {
    /// The repository.
    pub repository: Repository,
    /// What was made or added, as paths from its root (`.git`, `.warroom/config.yaml`); empty where all was there.
    pub made: Vec<String>,
    /// The top of the bigger git repository that it is a folder of.
    pub part_of: Option<PathBuf>,
    /// Sentences about what was asked for and could not be done.
    pub notes: Vec<String>,
}

/// See [`Repository::init`].
pub(super) fn init(dir: &Path, init: &Init) -> Result<Made, StoreError> {
    let framework = init.framework.as_deref().unwrap_or("war-room");
    let mut made = Vec::new();
    let mut notes = Vec::new();
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::Io {
            what: "Cannot make",
            path,
            source,
            remedy: "Nothing that was there has been changed; make that folder writable, or choose another.".into(),
        }
    };
    // A framework that does not exist is refused before anything is made.
    Repository::at(dir).framework(framework)?;
    let is_new = !dir.exists();
    fs::create_dir_all(dir).map_err(failed(dir))?;
    for name in [
        MARK,
        ".warroom/config.yaml",
        "runbooks",
        "runbooks/README.md",
        ".gitattributes",
    ] {
        no_link_out(dir, Path::new(name)).map_err(failed(&dir.join(name)))?;
    }
    let outer = git::working_tree(dir).map(|(top, _)| top);
    if outer.is_none() {
        match git::run(dir, &["init", "-q"]) {
            Ok(()) => made.push(".git".to_owned()),
            Err(why) => notes.push(format!(
                "There is no git repository here yet: {why}. Incidents work without; `git init` adds it later."
            )),
        }
    }
    let sharing = Sharing::of(git::folder_of(dir).as_deref());
    if is_new {
        sharing.share(dir);
    }
    Folder::below(dir, Path::new(MARK), &sharing, true).map_err(failed(&dir.join(MARK)))?;
    let config = format!("# The team's choices. Every line may be left out.\nframework: {framework}\n");
    for (name, text) in [
        (".warroom/config.yaml", config.as_str()),
        ("runbooks/README.md", RUNBOOKS),
    ] {
        let path = dir.join(name);
        if make(&sharing, dir, Path::new(name), text).map_err(failed(&path))? {
            made.push(name.to_owned());
        }
    }
    let attributes = dir.join(".gitattributes");
    let mut added = false;
    for line in [ATTRIBUTES, REVIEWS] {
        added |= add_line(&sharing, dir, Path::new(".gitattributes"), line).map_err(failed(&attributes))?;
    }
    if added {
        sharing.share(&attributes);
        made.push(".gitattributes".to_owned());
    }
    if let Some(url) = &init.remote {
        match git::run(dir, &["remote", "add", "--", "origin", url]) {
            Ok(()) => made.push("remote origin".to_owned()),
            Err(why) if why.contains("already exists") => {}
            Err(why) => notes.push(format!("The remote was not added: {why}.")),
        }
    }
    let repository = Repository::at(dir);
    Ok(Made {
        part_of: outer.filter(|top| top != repository.root()),
        repository,
        made,
        notes,
    })
}

/// Makes a file unless there is anything of that name; whether it did.
fn make(sharing: &Sharing, root: &Path, place: &Path, text: &str) -> io::Result<bool> {
    let folder = Folder::below(root, place.parent().unwrap_or(Path::new("")), sharing, true)?;
    folder.create(place.file_name().unwrap_or_default(), text.as_bytes())
}

/// Adds a line to a file, made where missing, unless a line for the same paths is there; whether it did.
fn add_line(sharing: &Sharing, root: &Path, place: &Path, line: &str) -> io::Result<bool> {
    let there = match read_within(root, &root.join(place), GIT_FILE) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(Unreadable::Missing) => return make(sharing, root, place, &format!("{line}\n")),
        Err(why) => return Err(why.into()),
    };
    let pattern = line.split(' ').next();
    if there.lines().any(|have| have.split_whitespace().next() == pattern) {
        return Ok(false);
    }
    let gap = if there.is_empty() || there.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    // It may be a link within.
    let real = within(root, &root.join(place))?;
    let root = root.canonicalize()?;
    let real = real.strip_prefix(&root).map_err(io::Error::other)?;
    let folder = Folder::below(&root, real.parent().unwrap_or(Path::new("")), sharing, false)?;
    folder.append(
        real.file_name().unwrap_or_default(),
        format!("{gap}{line}\n").as_bytes(),
    )?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_time_nothing_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let asked = Init {
            remote: Some("--upload-pack=x".into()),
            ..Init::default()
        };
        let first = Repository::init(dir.path(), &asked).unwrap();
        assert_eq!(
            first.made,
            [
                ".git",
                ".warroom/config.yaml",
                "runbooks/README.md",
                ".gitattributes",
                "remote origin"
            ]
        );
        assert!(first.notes.is_empty(), "{:?}", first.notes);
        fs::write(dir.path().join(".warroom/config.yaml"), "framework: ops\n").unwrap();
        let second = Repository::init(dir.path(), &asked).unwrap();
        assert!(second.made.is_empty(), "{:?}", second.made);
        assert_eq!(
            fs::read_to_string(dir.path().join(".warroom/config.yaml")).unwrap(),
            "framework: ops\n"
        );
        assert_eq!(
            fs::read_to_string(dir.path().join(".gitattributes"))
                .unwrap()
                .lines()
                .count(),
            2
        );
    }

    #[test]
    fn what_is_there_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".gitattributes"), "*.png binary").unwrap();
        Repository::init(dir.path(), &Init::default()).unwrap();
        let text = fs::read_to_string(dir.path().join(".gitattributes")).unwrap();
        assert_eq!(text, format!("*.png binary\n{ATTRIBUTES}\n{REVIEWS}\n"));
    }

    #[test]
    fn below_a_git_repository_none_is_made() {
        let dir = tempfile::tempdir().unwrap();
        git::run(dir.path(), &["init", "-q"]).unwrap();
        let made = Repository::init(&dir.path().join("incidents repo"), &Init::default()).unwrap();
        assert!(!made.made.contains(&".git".to_owned()));
        assert_eq!(made.part_of, Some(dir.path().canonicalize().unwrap()));
        assert_eq!(
            made.repository.git_dir().unwrap(),
            dir.path().canonicalize().unwrap().join(".git")
        );
    }

    #[test]
    fn an_unknown_framework_is_refused_first() {
        let dir = tempfile::tempdir().unwrap();
        let asked = Init {
            framework: Some("nonsense".into()),
            remote: None,
        };
        assert!(matches!(
            Repository::init(dir.path(), &asked),
            Err(StoreError::NoSuchFramework { .. })
        ));
        assert!(!dir.path().join(".warroom").exists());
    }

    #[test]
    fn nothing_is_written_through_a_link_out_of_the_repository() {
        for name in [".gitattributes", "runbooks", ".warroom"] {
            for dangling in [false, true] {
                let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
                let target = outside.path().join("there");
                match (dangling, name) {
                    (true, _) => {}
                    (false, ".gitattributes") => fs::write(&target, "mine\n").unwrap(),
                    (false, _) => fs::create_dir(&target).unwrap(),
                }
                std::os::unix::fs::symlink(&target, dir.path().join(name)).unwrap();
                let refused = Repository::init(dir.path(), &Init::default()).unwrap_err().to_string();
                assert!(refused.contains("is a link"), "{refused}");
                let touched = match (dangling, name) {
                    (true, _) => target.symlink_metadata().is_ok(),
                    (false, ".gitattributes") => fs::read_to_string(&target).unwrap() != "mine\n",
                    (false, _) => fs::read_dir(&target).unwrap().next().is_some(),
                };
                assert!(!touched, "{name}, dangling: {dangling}");
            }
        }
    }
}
