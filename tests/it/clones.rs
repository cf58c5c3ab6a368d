//! Several clones around a bare remote in a temporary folder, each with the real binary in it.
#![allow(dead_code)] // each area uses what it needs

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// `hub.git` and the clones `c0`, `c1`, … beside it.
pub(crate) struct Clones {
    temp: TempDir,
    /// The incident that the first of them declared.
    pub id: String,
    count: usize,
    /// Where the incidents repository lies in a clone; empty where it is all of it.
    below: PathBuf,
    /// Where commands are looked up.
    path: OsString,
}

impl Clones {
    /// So many clones of a repository with one incident.
    pub(crate) fn new(count: usize) -> Self {
        Self::below("", count)
    }

    /// The same, where the incidents repository is a folder of a bigger one.
    pub(crate) fn below(folder: &str, count: usize) -> Self {
        Self::found_by(&std::env::var_os("PATH").unwrap_or_default(), folder, count)
    }

    /// The same with the commands that this search path finds.
    pub(crate) fn found_by(path: &OsStr, folder: &str, count: usize) -> Self {
        let mut clones = Self::begun(path, folder, count);
        let said = clones
            .warroom(0, ["declare", "--title", "Checkout failing", "--severity", "P1"])
            .ok();
        said.trim().clone_into(&mut clones.id);
        for number in 1..count {
            clones.clone_as(number);
        }
        clones
    }

    /// So many clones of a repository in which no incident was declared.
    pub(crate) fn without_incident(count: usize) -> Self {
        let clones = Self::begun(&std::env::var_os("PATH").unwrap_or_default(), "", count);
        clones.git(0, ["add", "-A"]);
        clones.git(0, ["commit", "-qm", "Begin an incidents repository"]);
        clones.git(0, ["push", "-q", "origin", "HEAD"]);
        for number in 1..count {
            clones.clone_as(number);
        }
        clones
    }

    /// The hub, and the first clone made an incidents repository.
    fn begun(path: &OsStr, folder: &str, count: usize) -> Self {
        let temp = tempfile::Builder::new().prefix("warroom-git-").tempdir().unwrap();
        for folder in ["home", "config"] {
            std::fs::create_dir(temp.path().join(folder)).unwrap();
        }
        let clones = Self {
            temp,
            id: String::new(),
            count,
            below: folder.into(),
            path: path.into(),
        };
        clones.plain(["init", "-q", "--bare", "-b", "main", "hub.git"]);
        clones.clone_as(0);
        std::fs::create_dir_all(clones.repository(0)).unwrap();
        clones.warroom(0, ["init"]).ok();
        clones
    }

    /// Clones the hub anew.
    pub(crate) fn clone_as(&self, number: usize) {
        let name = format!("c{number}");
        self.plain(["clone", "-q", "hub.git", &name]);
        self.git(number, ["config", "user.name", &format!("p{number}")]);
        self.git(number, ["config", "user.email", &format!("p{number}@example.org")]);
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn outside(&self) -> &Path {
        self.temp.path()
    }

    pub(crate) fn hub(&self) -> PathBuf {
        self.temp.path().join("hub.git")
    }

    /// The folder of a clone.
    pub(crate) fn root(&self, number: usize) -> PathBuf {
        self.temp.path().join(format!("c{number}"))
    }

    /// The incidents repository in a clone.
    pub(crate) fn repository(&self, number: usize) -> PathBuf {
        self.root(number).join(&self.below)
    }

    /// The incident's file in a clone.
    pub(crate) fn file(&self, number: usize) -> PathBuf {
        self.repository(number)
            .join("incidents")
            .join(&self.id)
            .join("incident.yaml")
    }

    pub(crate) fn text(&self, number: usize) -> String {
        std::fs::read_to_string(self.file(number)).unwrap()
    }

    /// A command with the environment of a clone's person.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, number: usize) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.root(number))
            .env("PATH", &self.path)
            .env("HOME", self.temp.path().join("home"))
            .env("XDG_CONFIG_HOME", self.temp.path().join("config"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("WARROOM_CONFIG_DIR", self.temp.path().join("config"))
            .env("WARROOM_STATE_DIR", self.temp.path().join(format!("state{number}")))
            .env("WARROOM_USER", format!("p{number}"))
            .env_remove("WARROOM_INCIDENT")
            .env_remove("WARROOM_NOW")
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary in a clone.
    pub(crate) fn warroom<I>(&self, number: usize, args: I) -> Ran
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let output = self
            .command(env!("CARGO_BIN_EXE_warroom"), number)
            .current_dir(self.repository(number))
            .args(args)
            .output()
            .unwrap();
        Ran(output)
    }

    /// Runs git in a clone; it has to succeed.
    pub(crate) fn git<I>(&self, number: usize, args: I) -> String
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        Ran(self.try_git(number, args)).ok()
    }

    /// Runs git in a clone.
    pub(crate) fn try_git<I>(&self, number: usize, args: I) -> Output
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.command("git", number).args(args).output().unwrap()
    }

    fn plain<I>(&self, args: I)
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let output = Command::new("git")
            .args(args)
            .current_dir(self.temp.path())
            .env("HOME", self.temp.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        Ran(output).ok();
    }

    /// Syncs all clones until nothing is new anywhere; all files are the same bytes then.
    pub(crate) fn converge(&self) -> String {
        for _ in 0..2 {
            for number in 0..self.count {
                self.warroom(number, ["sync"]).ok();
            }
        }
        let first = self.text(0);
        for number in 1..self.count {
            let other = self.text(number);
            if other != first {
                let beside = |a: &str, b: &str| {
                    let only: Vec<&str> = a.lines().filter(|line| !b.contains(line)).collect();
                    only.join("\n")
                };
                panic!(
                    "clone {number} differs from clone 0. Only there:\n{}\nonly in 0:\n{}\norders:\n{}\n\n{}\n{}",
                    beside(&other, &first),
                    beside(&first, &other),
                    texts(&other),
                    texts(&first),
                    self.git(number, ["log", "--oneline", "--graph", "--all", "-20"]),
                );
            }
        }
        for number in 0..self.count {
            assert_eq!(self.git(number, ["status", "--porcelain"]), "", "clone {number}");
        }
        first
    }
}

/// The lines that people see of a file, in its order.
fn texts(file: &str) -> String {
    let lines = file.lines().filter_map(|line| line.trim_start().strip_prefix("text: "));
    lines.collect::<Vec<_>>().join(" | ")
}

/// What a call gave.
pub(crate) struct Ran(pub Output);

impl Ran {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    /// It succeeded; its output.
    pub(crate) fn ok(&self) -> String {
        assert!(self.0.status.success(), "{}\n{}", self.out(), self.said());
        self.out()
    }

    /// It ended with this status; what it complained.
    pub(crate) fn fails(&self, code: i32) -> String {
        assert_eq!(self.code(), code, "{}\n{}", self.out(), self.said());
        self.said()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }
}
