//! Git's merge driver for incident files: set up in a clone so that a plain `git pull` merges them, and handed to our own
//! calls so that they never depend on it.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Git;

/// The attribute line of a clone that has the driver; it wins over the committed one, and over what the team's other rules say of
/// every file.
const ATTRIBUTES: &str = "incidents/**/incident.yaml merge=warroom text eol=lf -ident -filter -working-tree-encoding";

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
    format!("'{}'", word.to_string_lossy().replace('\'', r"'\''"))
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

/// Sets the driver up in a clone with this git folder (the common one of linked working trees); whether anything had to
/// be changed.
///
/// # Errors
///
/// A clause: what could not be written.
pub fn setup(git: &Git, common_dir: &Path, driver: &Driver) -> Result<bool, String> {
    let wanted = driver.command();
    let mut changed = false;
    for attempt in 0.. {
        let have = git.ask(["config", "--local", "--get", "merge.warroom.driver"]);
        let have = have.map_err(|trouble| trouble.to_string())?;
        let have = String::from_utf8_lossy(&have.out).trim().to_owned();
        // One that works stays, also where it names another copy of the program.
        if have == wanted || works(&have) {
            break;
        }
        changed = true;
        let set = git
            .run([
                "config",
                "--local",
                "merge.warroom.name",
                "incident files, merged by warroom",
            ])
            .and_then(|_| git.run(["config", "--local", "merge.warroom.driver", &wanted]));
        match set {
            Ok(_) => break,
            // Another of us is writing the same at this moment.
            Err(_) if attempt < TRIES => std::thread::sleep(PAUSE),
            Err(trouble) => return Err(trouble.to_string()),
        }
    }
    let path = common_dir.join("info/attributes");
    changed |= attributes(&path).map_err(|error| format!("{}: {}", path.display(), crate::store::reason(&error)))?;
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
        .is_some_and(|(program, _)| Path::new(program).is_file())
}

/// Adds our line unless there is one for the same paths with our driver.
fn attributes(path: &Path) -> io::Result<bool> {
    let there = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    if there.lines().any(|line| line.contains("merge=warroom")) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let gap = if there.is_empty() || there.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let mut file = fs::File::options().append(true).create(true).open(path)?;
    file.write_all(format!("{gap}{ATTRIBUTES}\n").as_bytes())?;
    Ok(true)
}
