//! Git's merge driver for incident files: set up in a clone so that a plain `git pull` merges them, and handed to our own
//! calls so that they never depend on it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Git, Settings};
use crate::store::put::Folder;
use crate::store::read::{Unreadable, read};
use crate::store::sharing::Sharing;

/// Incident files, from the root of an incidents repository.
const INCIDENTS: &str = "incidents/**/incident.yaml";
/// What holds for them in a clone that has the driver; it wins over what is committed, and over what the team's other rules say
/// of every file.
const ATTRIBUTES: &str = "merge=warroom text eol=lf -ident -filter -working-tree-encoding";

/// How often a configuration that is locked is tried again, and how soon.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(25);

/// The program that merges.
#[derive(Clone, Debug)]
pub struct Driver {
    program: PathBuf,
}

impl Driver {
    /// This program, which has to have the verb `merge-driver`; where the system does not say what it is, the one that a
    /// shell finds.
    pub fn here() -> Self {
        Self {
            program: std::env::current_exe().unwrap_or_else(|_| "warroom".into()),
        }
    }

    /// Another program that has the verb.
    pub fn at(program: &Path) -> Self {
        Self {
            program: program.to_owned(),
        }
    }

    /// The setting for our own calls: this very program, wherever it is.
    pub fn setting(&self) -> String {
        format!(
            "merge.warroom.driver={} merge-driver %O %A %B %P",
            quoted(self.program.as_os_str())
        )
    }

    /// The command for a person's own git: found by name if that is this program; if it is missing, git's own merge leaves
    /// markers, so that the other side is never dropped without a word.
    fn command(&self) -> String {
        let name = if on_path(&self.program) {
            "warroom".to_owned()
        } else {
            quoted(self.program.as_os_str())
        };
        format!("{name} merge-driver %O %A %B %P || git merge-file --marker-size=%L %A %O %B")
    }
}

/// A word for the shell that git runs the command with.
fn quoted(word: &OsStr) -> String {
    // A `%` is git's before it is the shell's.
    format!("'{}'", word.to_string_lossy().replace('%', "%%").replace('\'', r"'\''"))
}

/// Whether the `warroom` that a shell would find is this program.
fn on_path(program: &Path) -> bool {
    let program = program.canonicalize().unwrap_or_else(|_| program.to_owned());
    std::env::var_os("PATH").is_some_and(|path| {
        let first = std::env::split_paths(&path)
            .map(|folder| folder.join("warroom"))
            .find(|file| file.is_file());
        first.and_then(|file| file.canonicalize().ok()) == Some(program)
    })
}

/// Sets the driver up in a clone with this git folder (the common one of linked working trees), for the incidents repository
/// at `prefix` below the top of the working tree; whether anything had to be changed.
///
/// # Errors
///
/// A clause: what could not be written.
pub fn setup(
    git: &Git,
    settings: &Settings,
    common_dir: &Path,
    prefix: &Path,
    driver: &Driver,
) -> Result<bool, String> {
    let wanted = driver.command();
    let mut changed = false;
    let mut again = None;
    for attempt in 0.. {
        let have = again.as_ref().unwrap_or(settings).local("merge.warroom.driver");
        let have = have.unwrap_or_default().trim();
        // One that works stays, also where it names another copy of the program.
        if have == wanted || works(have) {
            break;
        }
        changed = true;
        let set = git
            .run([
                "config",
                "--local",
                "--replace-all",
                "merge.warroom.name",
                "incident files, merged by warroom",
            ])
            .and_then(|_| git.run(["config", "--local", "--replace-all", "merge.warroom.driver", &wanted]));
        match set {
            Ok(_) => break,
            // Another of us is writing the same at this moment.
            Err(_) if attempt < TRIES => {
                std::thread::sleep(PAUSE);
                again = Some(Settings::read(git).map_err(|trouble| trouble.to_string())?);
            }
            Err(trouble) => return Err(trouble.to_string()),
        }
    }
    let path = common_dir.join("info/attributes");
    // A line for the top is another repository's where there is one.
    let top = git.top().join(".warroom").is_dir();
    changed |= attributes(git.sharing(), &path, prefix, top)
        .map_err(|error| format!("{}: {}", path.display(), crate::store::reason(&error)))?;
    Ok(changed)
}

/// Whether a command that was set up earlier names a program that is still there.
fn works(command: &str) -> bool {
    let Some(rest) = command.strip_prefix('\'') else {
        return command.starts_with("warroom merge-driver ")
            && std::env::var_os("PATH")
                .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("warroom").is_file()));
    };
    rest.split_once('\'')
        .and_then(|(program, _)| unescaped(program))
        .is_some_and(|program| Path::new(&program).is_file())
}

/// What git makes of a word in which every `%` is doubled; nothing where one is not.
fn unescaped(word: &str) -> Option<String> {
    let parts: Vec<&str> = word.split("%%").collect();
    let whole = parts.iter().all(|part| !part.contains('%'));
    whole.then(|| parts.join("%"))
}

/// The pattern of the incident files of the repository at `prefix`, as a line of attributes begins.
fn pattern(prefix: &Path) -> Vec<u8> {
    let prefix = prefix.as_os_str().as_bytes();
    if prefix.is_empty() {
        return INCIDENTS.into();
    }
    let mut glob = vec![b'/'];
    for byte in prefix {
        if b"*?[]\\".contains(byte) {
            glob.push(b'\\');
        }
        glob.push(*byte);
    }
    glob.push(b'/');
    glob.extend(INCIDENTS.bytes());
    let odd = |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\"\\".contains(byte);
    if !glob.iter().any(odd) {
        return glob;
    }
    let mut line = vec![b'"'];
    for byte in glob {
        match byte {
            b'"' | b'\\' => line.extend([b'\\', byte]),
            byte if byte.is_ascii_control() => line.extend(format!("\\{byte:03o}").bytes()),
            byte => line.push(byte),
        }
    }
    line.push(b'"');
    line
}

/// Our line for the repository at `prefix`.
fn line(prefix: &Path) -> Vec<u8> {
    [&pattern(prefix)[..], b" ", ATTRIBUTES.as_bytes()].concat()
}

/// Sees to it that our line is there, and that none after it names another way to merge. A line of ours for the top, where the
/// repository is not there (`top`), was written by an earlier version, and goes.
fn attributes(sharing: &Sharing, path: &Path, prefix: &Path, top: bool) -> io::Result<bool> {
    let mut there = Vec::new();
    match read(path, &mut there) {
        Ok(_) | Err(Unreadable::Missing) => {}
        Err(why) => return Err(why.into()),
    }
    let ours = line(prefix);
    let stale = (!top && !prefix.as_os_str().is_empty()).then(|| line(Path::new("")));
    if is_set(&there, &ours) && !lines(&there).any(|have| stale.as_deref() == Some(have)) {
        return Ok(false);
    }
    let kept = lines(&there).filter(|have| *have != ours && stale.as_deref() != Some(*have));
    let mut new: Vec<u8> = kept.flat_map(|have| [have, b"\n"]).flatten().copied().collect();
    new.extend(ours);
    new.push(b'\n');
    let common_dir = path.parent().and_then(Path::parent).unwrap_or(path);
    let folder = Folder::below(common_dir, Path::new("info"), sharing, true)?;
    folder.replace("attributes", &new, None)?;
    Ok(true)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.split(|byte| *byte == b'\n').filter(move |_| !text.is_empty())
}

/// Whether our line, or the person's own for the same paths with our driver, is the last that says how they are merged.
fn is_set(there: &[u8], ours: &[u8]) -> bool {
    let mut set = false;
    for have in lines(there) {
        let text = String::from_utf8_lossy(have);
        let merges =
            |word: &str| matches!(word, "merge" | "-merge" | "!merge" | "binary") || word.starts_with("merge=");
        if have == ours || is_for(&text, ours) {
            set = true;
        } else if !text.contains("merge=warroom") && text.split_whitespace().skip(1).any(merges) {
            set = false;
        }
    }
    set
}

/// Whether a line is for the paths of `ours`, with our driver.
fn is_for(line: &str, ours: &[u8]) -> bool {
    let ours: Cow<str> = String::from_utf8_lossy(ours);
    let pattern = ours.split(" merge=").next().unwrap_or_default();
    line.strip_prefix(pattern)
        .is_some_and(|rest| rest.starts_with([' ', '\t']) && rest.contains("merge=warroom"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The text of the file after its setup for a repository at `prefix`; twice changes nothing.
    fn after(there: Option<&str>, prefix: &str, top: bool) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("info/attributes");
        if let Some(there) = there {
            fs::create_dir(dir.path().join("info")).unwrap();
            fs::write(&path, there).unwrap();
        }
        let changed = attributes(&Sharing::default(), &path, Path::new(prefix), top).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(changed, there != Some(&text[..]));
        assert!(!attributes(&Sharing::default(), &path, Path::new(prefix), top).unwrap());
        assert_eq!(fs::read_dir(dir.path().join("info")).unwrap().count(), 1);
        text
    }

    #[test]
    fn the_line_is_for_the_files_of_this_repository_and_is_the_last() {
        let root = format!("{INCIDENTS} {ATTRIBUTES}\n");
        let below = format!("/ops/inc/{INCIDENTS} {ATTRIBUTES}\n");
        assert_eq!(after(None, "", true), root);
        assert_eq!(after(Some(&root), "", true), root);
        assert_eq!(after(Some("*.png binary"), "", true), format!("*.png binary\n{root}"));
        // An earlier version wrote it for the top; that of another repository there, or below, stays.
        assert_eq!(after(Some(&root), "ops/inc", false), below);
        assert_eq!(after(Some(&root), "ops/inc", true), format!("{root}{below}"));
        let other = format!("/ops/{INCIDENTS} {ATTRIBUTES}\n");
        assert_eq!(after(Some(&other), "ops/inc", false), format!("{other}{below}"));
        // Whatever comes later and says how files are merged would win.
        let later = "# all\n*.yaml merge=ours\n";
        assert_eq!(
            after(Some(&format!("{below}{later}")), "ops/inc", false),
            format!("{later}{below}")
        );
        let own = format!("{later}/ops/inc/{INCIDENTS} merge=warroom\n*.md text\n");
        assert_eq!(after(Some(&own), "ops/inc", false), own);
    }

    #[test]
    fn git_finds_the_driver_below_folders_of_any_name() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path());
        git.run(["init", "-q"]).unwrap();
        let path = dir.path().join(".git/info/attributes");
        for prefix in [
            "",
            "ops",
            "ops/inc",
            "our ops/on call",
            "#1",
            "!now",
            "[attr]x",
            "a*b?c[d]",
            "back\\slash",
            "\"quoted\"",
            "tab\there",
            "line\nend",
            "Störung",
            " lead",
            "trail ",
        ] {
            attributes(&Sharing::default(), &path, Path::new(prefix), false).unwrap();
            let file = Path::new(prefix).join("incidents/INC-1/incident.yaml");
            let asked = git.run([
                "check-attr".as_ref(),
                "-z".as_ref(),
                "merge".as_ref(),
                "--".as_ref(),
                file.as_os_str(),
            ]);
            let asked = String::from_utf8(asked.unwrap()).unwrap();
            assert!(asked.ends_with("\0merge\0warroom\0"), "{prefix:?}: {asked:?}");
        }
    }

    #[test]
    fn what_is_no_file_is_refused_without_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("attributes");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();
        assert!(attributes(&Sharing::default(), &path, Path::new(""), true).is_err());
    }

    #[test]
    fn a_percent_sign_in_the_path_is_not_for_git() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("50%Off %%P").join("warroom");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        fs::write(&program, "").unwrap();
        let driver = Driver::at(&program);
        for command in [driver.setting(), driver.command()] {
            assert!(
                command.contains("/50%%Off %%%%P/warroom' merge-driver %O %A %B %P"),
                "{command}"
            );
        }
        assert!(works(&driver.command()));
        // One that was set up before this was heeded is set up again.
        assert!(!works(&format!("'{}' merge-driver %O %A %B %P", program.display())));
    }
}
