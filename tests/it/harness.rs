//! A throw-away incidents repository and the real binary in it: clean environment, set clock, everything captured.
#![allow(dead_code)] // each area uses what it needs

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;
use warroom::incident::Time;

/// The instant that is `now` for every call that does not set another one.
pub(crate) const NOW: &str = "2026-11-20T14:05:00.000Z";

/// Repositories that `init` has made, by their framework: each further one is a copy.
static MADE: Mutex<BTreeMap<String, Arc<Tree>>> = Mutex::new(BTreeMap::new());

/// A folder's folders and files, by their place in it.
#[derive(Default)]
struct Tree {
    folders: Vec<PathBuf>,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Tree {
    /// Nothing where there is no such folder; what is no plain file is left out.
    fn read(root: &Path) -> Self {
        let mut tree = Self::default();
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let place = || path.strip_prefix(root).unwrap().to_owned();
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => {
                        tree.folders.push(place());
                        open.push(path);
                    }
                    Ok(kind) if kind.is_file() => {
                        tree.files.push((place(), std::fs::read(&path).unwrap_or_default()));
                    }
                    _ => {}
                }
            }
        }
        tree.files.sort();
        tree
    }

    fn write(&self, root: &Path) {
        for folder in &self.folders {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        for (place, bytes) in &self.files {
            std::fs::write(root.join(place), bytes).unwrap();
        }
    }
}

/// A temporary folder with a home, state and configuration of its own, and a git repository in `repo`.
pub(crate) struct Repo {
    temp: TempDir,
    who: String,
    now: String,
    /// How many calls there were, and what the last `show` showed then, of which file.
    calls: AtomicUsize,
    shown: Mutex<Option<(Shown, Value)>>,
}

/// When what was shown is still so: nothing was called since, and the file is the same.
#[derive(PartialEq)]
struct Shown {
    calls: usize,
    /// Who asked when for what.
    asked: (String, String, Option<String>),
    files: [Vec<(PathBuf, Vec<u8>)>; 2],
}

impl Repo {
    /// A git repository that `warroom init` has made an incidents repository, with the default framework.
    pub(crate) fn new() -> Self {
        Self::with_framework("war-room")
    }

    /// The same with another framework.
    pub(crate) fn with_framework(name: &str) -> Self {
        let known = MADE.lock().unwrap().get(name).cloned();
        if let Some(tree) = known {
            let repo = Self::nothing();
            tree.write(&repo.root());
            return repo;
        }
        let repo = Self::bare();
        repo.warroom(["init", "--framework", name]).ok();
        let tree = Arc::new(Tree::read(&repo.root()));
        MADE.lock().unwrap().insert(name.to_owned(), tree);
        repo
    }

    /// Only a git repository with an identity.
    pub(crate) fn bare() -> Self {
        let repo = Self::nothing();
        repo.git(["init", "-q", "-b", "main", "--template="]);
        repo.git(["config", "user.name", "kim"]);
        repo.git(["config", "user.email", "kim@example.com"]);
        repo
    }

    /// Only an empty folder.
    pub(crate) fn nothing() -> Self {
        let temp = tempfile::Builder::new().prefix("warroom-it-").tempdir().unwrap();
        for folder in ["repo", "home", "state", "config"] {
            std::fs::create_dir(temp.path().join(folder)).unwrap();
        }
        Self {
            temp,
            who: "kim".into(),
            now: NOW.into(),
            calls: AtomicUsize::new(0),
            shown: Mutex::default(),
        }
    }

    /// The repository's folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.temp.path().join("repo")
    }

    /// A path in the repository.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root().join(relative)
    }

    /// The folder of everything, outside the repository.
    pub(crate) fn outside(&self) -> &Path {
        self.temp.path()
    }

    /// The user's state folder.
    pub(crate) fn state(&self) -> PathBuf {
        self.temp.path().join("state")
    }

    /// The user's configuration folder.
    pub(crate) fn config(&self) -> PathBuf {
        self.temp.path().join("config")
    }

    /// The file of an incident.
    pub(crate) fn file(&self, id: &str) -> PathBuf {
        self.path(format!("incidents/{id}/incident.yaml"))
    }

    /// The text of a file in the repository.
    pub(crate) fn read(&self, relative: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap()
    }

    /// Writes a file in the repository, with its folders.
    pub(crate) fn write(&self, relative: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs a command as a sentence of the program gives it, in a shell; it must succeed. What it printed.
    #[track_caller]
    pub(crate) fn shell(&self, line: &str) -> String {
        let outcome = self.shell_run(line);
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        outcome.stdout
    }

    /// The same, whatever comes of it.
    pub(crate) fn shell_run(&self, line: &str) -> Outcome {
        let mut command = Command::new("sh");
        self.clean(&mut command);
        let bin = Path::new(env!("CARGO_BIN_EXE_warroom")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(bin).chain(std::env::split_paths(&path));
        command
            .env("PATH", std::env::join_paths(paths).unwrap())
            .env("WARROOM_NOW", &self.now)
            .env("WARROOM_USER", &self.who)
            .current_dir(self.root())
            .args(["-c", line])
            .stdin(Stdio::null());
        let output = command.output().unwrap();
        Outcome {
            line: line.to_owned(),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// From here on, `now` is this instant.
    pub(crate) fn at(&mut self, now: &str) -> &mut Self {
        self.now = now.into();
        self
    }

    /// From here on, this person acts.
    pub(crate) fn by(&mut self, who: &str) -> &mut Self {
        self.who = who.into();
        self
    }

    /// Declares an incident with a title and severity; its id.
    pub(crate) fn declare(&self, title: &str, severity: &str) -> String {
        let mut run = self.warroom(["declare", "--title", title]);
        if !severity.is_empty() {
            run = run.args(["--severity", severity]);
        }
        run.ok().trim().to_owned()
    }

    /// `show --json`.
    pub(crate) fn show(&self) -> Value {
        self.show_any(None)
    }

    /// The same of an incident that may be over.
    pub(crate) fn show_of(&self, id: &str) -> Value {
        self.show_any(Some(id))
    }

    /// Asks only where something may have changed since it was asked.
    fn show_any(&self, id: Option<&str>) -> Value {
        let asked = || Shown {
            calls: self.calls.load(Ordering::Relaxed),
            asked: (self.who.clone(), self.now.clone(), id.map(str::to_owned)),
            files: ["incidents", ".warroom"].map(|folder| Tree::read(&self.root().join(folder)).files),
        };
        let now = asked();
        if let Some((then, shown)) = &*self.shown.lock().unwrap()
            && *then == now
        {
            return shown.clone();
        }
        let shown = self.warroom(["show", "--json"]).args(id).json();
        // What `show` itself takes in from disk is in it.
        *self.shown.lock().unwrap() = Some((asked(), shown.clone()));
        shown
    }

    /// A call of the binary, not yet run: in the repository, at the set instant, by the set person.
    pub(crate) fn warroom<I>(&self, args: I) -> Run
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_warroom"));
        self.clean(&mut command);
        self.calls.fetch_add(1, Ordering::Relaxed);
        command.args(args).current_dir(self.root());
        Run {
            command,
            now: Some(self.now.clone()),
            who: Some(self.who.clone()),
            stdin: Vec::new(),
        }
    }

    /// Runs git in the repository, which must succeed; what it printed.
    pub(crate) fn git<I>(&self, args: I) -> String
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let mut command = Command::new("git");
        self.clean(&mut command);
        let output = command.args(args).current_dir(self.root()).output().unwrap();
        assert!(
            output.status.success(),
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Gives a command this folder's environment and nothing of the caller's but the search path.
    pub(crate) fn clean(&self, command: &mut Command) {
        let home = self.temp.path().join("home");
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &home)
            .env("USERPROFILE", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_STATE_HOME", home.join(".state"))
            .env("XDG_DATA_HOME", home.join(".data"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CEILING_DIRECTORIES", self.temp.path())
            .env("WARROOM_STATE_DIR", self.state())
            .env("WARROOM_CONFIG_DIR", self.config())
            // Tests change by a clock that they set.
            .env("WARROOM_TEST_CLOCK", "1")
            .env("LC_ALL", "C.UTF-8")
            .env("TERM", "xterm-256color");
        // Coverage and sanitizers say by these where they write.
        for name in ["LLVM_PROFILE_FILE", "SystemRoot", "TMPDIR", "TEMP", "TMP"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
    }
}

/// A call of the binary that is being put together.
pub(crate) struct Run {
    command: Command,
    now: Option<String>,
    who: Option<String>,
    stdin: Vec<u8>,
}

impl Run {
    /// More arguments.
    pub(crate) fn args<I>(mut self, args: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.command.args(args);
        self
    }

    /// Another instant as now.
    pub(crate) fn now(mut self, now: &str) -> Self {
        self.now = Some(now.into());
        self
    }

    /// The machine's clock.
    pub(crate) fn real_time(mut self) -> Self {
        self.now = None;
        self
    }

    /// Another person acts.
    pub(crate) fn by(mut self, who: &str) -> Self {
        self.who = Some(who.into());
        self
    }

    /// Nobody is named.
    pub(crate) fn by_nobody(mut self) -> Self {
        self.who = None;
        self
    }

    /// What stands on standard input; nothing by default.
    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        bytes.as_ref().clone_into(&mut self.stdin);
        self
    }

    /// A variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Another working directory.
    pub(crate) fn within(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it.
    pub(crate) fn run(mut self) -> Outcome {
        // By environment, so that the arguments of a call stand alone on the line and `--` may be among them.
        if let Some(now) = &self.now {
            self.command.env("WARROOM_NOW", now);
        }
        if let Some(who) = &self.who {
            self.command.env("WARROOM_USER", who);
        }
        let line = format!("{:?}", self.command.get_args().collect::<Vec<_>>());
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let bytes = std::mem::take(&mut self.stdin);
        let writer = std::thread::spawn(move || _ = stdin.write_all(&bytes));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Outcome {
            line,
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs it; it must succeed without a word on standard error. What it printed.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        let outcome = self.run();
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        assert_eq!(outcome.stderr, "", "{outcome:#?}");
        outcome.stdout
    }

    /// Runs it; it must succeed and print one JSON document.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let stdout = self.ok();
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
    }

    /// Runs it; it must fail with this status, without a word on standard output. What it said.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> String {
        let outcome = self.run();
        assert_eq!(outcome.code, Some(code), "{outcome:#?}");
        assert_eq!(outcome.stdout, "", "{outcome:#?}");
        assert!(!outcome.stderr.is_empty(), "{outcome:#?}");
        assert!(!outcome.stderr.contains("panicked"), "{outcome:#?}");
        outcome.stderr
    }

    /// The same with `--json`: the error as a document.
    #[track_caller]
    pub(crate) fn fails_json(self, code: i32) -> Value {
        let stderr = self.args(["--json"]).fails(code);
        let value: Value = serde_json::from_str(&stderr).unwrap_or_else(|error| panic!("{error}: {stderr}"));
        assert_eq!(value["ok"], false, "{stderr}");
        assert_eq!(value["error"]["code"], code, "{stderr}");
        value["error"].clone()
    }
}

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The arguments.
    pub line: String,
    /// Exit status; `None` where a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// When the stories of the tests begin: a Friday, within business hours.
pub(crate) const START: &str = "2026-11-20T14:05:00.000Z";

/// So many seconds after that.
pub(crate) fn after(seconds: i64) -> String {
    plus(START, seconds)
}

/// So many seconds after a time.
pub(crate) fn plus(from: &str, seconds: i64) -> String {
    let from = Time::parse_rfc3339(from).unwrap();
    Time::from_millis(from.millis() + seconds * 1000).to_string()
}
