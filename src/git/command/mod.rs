//! One git call: arguments as a list, never a shell; no prompt, no pager, no editor, no hook; a fixed locale; a bounded
//! answer; a time limit, after which the whole group of processes is ended.

mod process;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use self::process::{GRACE, Limit, Pipe, end, wait, wait_for};
use super::outcome::{own_lines, server_says};
use super::shown::without_secrets;
use crate::store::sharing::Sharing;

/// Longest answer that is taken, in bytes: the largest incident file there may be. A longer one is an error, never cut.
const LONGEST: usize = crate::bounds::INCIDENT_IN_MEMORY;

/// Longest complaint that is kept, in bytes.
const LONGEST_SAID: usize = crate::bounds::GIT_SAID;

/// How long a local call may take.
const LOCAL: Limit = Limit::whole(Duration::from_secs(20));

/// How long one that merges may take: the largest incidents there may be, on a slow machine.
const MERGING: Limit = Limit::whole(Duration::from_secs(120));

/// How long a call over the network may take: as long as something comes, within reason.
const NETWORK: Limit = Limit {
    silence: Duration::from_secs(30),
    whole: Duration::from_secs(1800),
};

/// How much sooner the next local call is given up where the last one gave no answer.
const AFTER_A_HANG: u32 = 20;

/// Whether the last local call gave no answer. Whatever makes git hang (a dead disk, a broken wrapper) would make a verb wait
/// once a call.
static HANGS: AtomicBool = AtomicBool::new(false);

/// The version of git, asked once.
static VERSION: OnceLock<(u32, u32)> = OnceLock::new();

/// The oldest version that will do.
pub const OLDEST: (u32, u32) = (2, 34);

/// From this version on `safe.bareRepository` is heeded. Before it a folder of a clone that looks like a bare repository is one for
/// git, with programs in its settings.
const HEEDS_BARE: (u32, u32) = (2, 38);

/// Folders in which an older git is known to use the repository that they are in.
static OWN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// What of the environment would lead git elsewhere.
const FOREIGN: [&str; 14] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_TEMPLATE_DIR",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_EXTERNAL_DIFF",
    "GIT_ATTR_SOURCE",
    "GIT_TRACE",
];

/// Settings of every call: nothing of the repository's own is run, nothing happens behind.
const SETTINGS: [&str; 13] = [
    "safe.bareRepository=explicit",
    "core.hooksPath=/dev/null",
    "commit.gpgSign=false",
    "push.gpgSign=false",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.pager=cat",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
    "advice.detachedHead=false",
];

/// What of the person's own git takes part in our calls; nothing unless they say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Hooks of the clone (`pre-push`, `reference-transaction`) run.
    pub hooks: bool,
    /// Commits are signed as git is set up to.
    pub signing: bool,
}

impl Own {
    /// Whether a setting of ours holds.
    fn keeps(self, setting: &str) -> bool {
        !(self.hooks && setting.starts_with("core.hooksPath=")
            || self.signing && (setting.starts_with("commit.gpgSign=") || setting.starts_with("push.gpgSign=")))
    }
}

/// Git in one working tree.
#[derive(Clone, Debug)]
pub struct Git {
    top: PathBuf,
    settings: Vec<String>,
    /// Whether the person wants their hooks to run, and their commits signed.
    own: Own,
    index: Option<PathBuf>,
    stop: Option<Arc<AtomicBool>>,
    ssh: Option<String>,
    /// How what is made is shared with other accounts.
    sharing: Sharing,
    /// Another working tree than the one at `top`.
    tree: Option<PathBuf>,
    local: Limit,
    network: Limit,
}

/// What a call gave.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub said: String,
}

/// Why there is no good answer. As text it is a clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No git on this machine.
    #[error("git is not installed")]
    Missing,
    /// It cannot be started.
    #[error("git cannot be started: {0}")]
    NotStarted(String),
    /// It is older than what is needed: its version.
    #[error("git {0} is too old, {major}.{minor} is needed", major = OLDEST.0, minor = OLDEST.1)]
    TooOld(String),
    /// It would take this folder for the repository, which only looks like one.
    #[error("git takes {} for a repository", crate::text::one_line(&.0.display().to_string()))]
    Astray(PathBuf),
    /// It said more than this many MiB.
    #[error("git's answer is larger than {0} MiB")]
    TooMuch(usize),
    /// It said nothing for this many seconds.
    #[error("git gave no answer within {0} s")]
    TooSlow(u64),
    /// It went on, but was not waited for any longer than this many seconds.
    #[error("git was still at it after {0} s")]
    TooLong(u64),
    /// The session ends.
    #[error("stopped")]
    Stopped,
    /// It said no.
    #[error("git says: {}", last_line(said))]
    Said {
        /// Exit code.
        code: i32,
        /// All it said, unsafe to show as it is.
        said: String,
    },
}

/// The line of git's complaint that says most (the last `fatal:` or `error:`, else the last), and what the server says.
fn last_line(said: &str) -> String {
    const VAGUE: [&str; 3] = [
        "Could not read from remote",
        "Please make sure you have",
        "and the repository exists",
    ];
    const ERROR: &str = "remote error: ";
    let lines = || own_lines(said).filter(|line| !VAGUE.iter().any(|vague| line.contains(vague)));
    let telling = |line: &&str| {
        ["fatal: ", "error: ", "ssh: "]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    let line = lines()
        .rfind(telling)
        .or_else(|| lines().next_back())
        .unwrap_or("no reason given");
    let line = line
        .trim_start_matches("fatal: ")
        .trim_start_matches("error: ")
        .trim_end_matches('.');
    let server = server_says(said);
    if server.is_empty() {
        return crate::text::fit(&crate::text::one_line(line), 200, "…").into_owned();
    }
    let line = if line.starts_with(ERROR) {
        "it was refused"
    } else {
        line
    };
    let line = crate::text::fit(&crate::text::one_line(line), 200, "…").into_owned();
    format!("{line}; the server says: {server}")
}

impl Git {
    /// Git in the working tree at `top`, or any folder.
    pub fn at(top: &Path) -> Self {
        Self {
            top: top.to_owned(),
            settings: Vec::new(),
            own: Own::default(),
            index: None,
            stop: None,
            ssh: None,
            sharing: Sharing::default(),
            tree: None,
            local: LOCAL,
            network: NETWORK,
        }
    }

    /// The same, ended when the flag is set.
    #[must_use]
    pub fn until(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = Some(stop);
        self
    }

    /// The same with one more setting (`name=value`).
    #[must_use]
    pub fn set(mut self, setting: String) -> Self {
        self.settings.push(setting);
        self
    }

    /// The same with what the person wants of their own git.
    #[must_use]
    pub fn with(mut self, own: Own) -> Self {
        self.own = own;
        self
    }

    /// The same, where what is made is shared with other accounts.
    #[must_use]
    pub fn shared(mut self, sharing: &Sharing) -> Self {
        self.sharing = sharing.clone();
        self
    }

    /// How what is made is shared with other accounts.
    pub fn sharing(&self) -> &Sharing {
        &self.sharing
    }

    /// Whether the clone's hooks are to run.
    pub fn runs_hooks(&self) -> bool {
        self.own.hooks
    }

    /// Whether commits are to be signed.
    pub fn signs(&self) -> bool {
        self.own.signing
    }

    /// The same with another index than the person's.
    #[must_use]
    pub fn with_index(&self, index: &Path) -> Self {
        Self {
            index: Some(index.to_owned()),
            ..self.clone()
        }
    }

    /// The same with another working tree, beside another index.
    #[must_use]
    pub(super) fn with_tree(&self, tree: &Path, index: &Path) -> Self {
        Self {
            tree: Some(tree.to_owned()),
            ..self.with_index(index)
        }
    }

    /// The same with a limit for calls over the network, however much they bring.
    #[must_use]
    pub fn patient_for(mut self, network: Duration) -> Self {
        self.network = Limit::whole(network);
        self
    }

    /// Whether a call over the network may go on for as long as something comes.
    pub(super) fn bears_long_calls(&self) -> bool {
        self.network.silence < self.network.whole
    }

    /// The same with other limits for calls over the network.
    #[cfg(test)]
    pub(super) fn with_limits(mut self, silence: Duration, whole: Duration) -> Self {
        self.network = Limit { silence, whole };
        self
    }

    /// The same for a local call that may have much to do: it merges.
    #[must_use]
    pub(super) fn at_length(&self) -> Self {
        Self {
            local: MERGING,
            ..self.clone()
        }
    }

    /// The same in another folder.
    #[must_use]
    pub fn in_folder(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.top);
        self
    }

    /// The working tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// How ssh is called where the person has not said: it must not ask, and not wait for long.
    #[must_use]
    pub fn quiet_ssh(mut self) -> Self {
        let chosen = ["GIT_SSH_COMMAND", "GIT_SSH"]
            .iter()
            .any(|name| std::env::var_os(name).is_some())
            || self
                .ask(["config", "--get", "core.sshCommand"])
                .is_ok_and(|answer| answer.code == 0);
        if !chosen {
            self.ssh = Some("ssh -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5".into());
        }
        self
    }

    /// The version of git, asked once.
    ///
    /// # Errors
    ///
    /// There is none, or it is older than [`OLDEST`].
    pub fn version(&self) -> Result<(u32, u32), Trouble> {
        if let Some(version) = VERSION.get() {
            return Ok(*version);
        }
        let (version, number) = self.found()?;
        if version < OLDEST {
            let number = crate::text::fit(&crate::text::one_line(&number), 40, "…").into_owned();
            return Err(Trouble::TooOld(number));
        }
        Ok(version)
    }

    /// The version of git, also of one that is too old, and how it says it.
    fn found(&self) -> Result<((u32, u32), String), Trouble> {
        let answer = good(self.bounded(["--version"], &[])?)?;
        let said = String::from_utf8_lossy(&answer);
        let number = said.trim().trim_start_matches("git version ").to_owned();
        let mut parts = number.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if version >= OLDEST {
            VERSION.get_or_init(|| version);
        }
        Ok((version, number))
    }

    /// Whether git uses the repository that this folder is in, and none that a folder of it only looks like. Asked before anything
    /// else of a git that does not heed our setting for that; finding its folder runs nothing.
    fn check_folder(&self) -> Result<(), Trouble> {
        let version = VERSION
            .get()
            .map_or_else(|| self.found().map(|(version, _)| version), |known| Ok(*known))?;
        let known = || OWN.lock().unwrap_or_else(PoisonError::into_inner);
        if version >= HEEDS_BARE || known().contains(&self.top) {
            return Ok(());
        }
        let answer = self.bounded(["rev-parse", "--absolute-git-dir"], &[])?;
        if answer.code != 0 {
            // There is none: all that can be done here is to make one.
            return Ok(());
        }
        let line = answer.out.strip_suffix(b"\n").unwrap_or(&answer.out);
        let found = PathBuf::from(OsStr::from_bytes(line));
        let real = |path: &Path| path.canonicalize().ok();
        let wanted = crate::store::git::folder_of(&self.top).and_then(|folder| real(&folder));
        if wanted.is_none() || real(&found) != wanted {
            return Err(Trouble::Astray(found));
        }
        known().insert(self.top.clone());
        Ok(())
    }

    /// The answer of a local call, whatever its exit code.
    pub fn ask<I>(&self, args: I) -> Result<Answer, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.local(args, &[])
    }

    /// The output of a local call that succeeds.
    pub fn run<I>(&self, args: I) -> Result<Vec<u8>, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        good(self.local(args, &[])?)
    }

    /// The same, with text on its standard input.
    pub fn feed<I>(&self, args: I, input: &[u8]) -> Result<Vec<u8>, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        good(self.local(args, input)?)
    }

    /// The output of a local call that succeeds, as one trimmed line.
    pub fn line<I>(&self, args: I) -> Result<String, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.run(args)
            .map(|out| String::from_utf8_lossy(&out).trim().to_owned())
    }

    /// The answer of a call over the network.
    pub fn reach<I>(&self, args: I) -> Result<Answer, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.check_folder()?;
        self.call(args, &[], self.network)
    }

    /// Starts a call that nobody waits for; it goes on when this program has ended.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub(super) fn leave(&self, args: &[String]) -> Result<(), Trouble> {
        self.check_folder()?;
        let mut command = self.command();
        command.args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child =
            crate::child::start(command).map_err(|error| Trouble::NotStarted(crate::store::reason(&error)))?;
        // Whoever starts a program has to ask for its end; without a thread for it, it is asked for when this one ends.
        let _ = std::thread::Builder::new().spawn(move || child.wait());
        Ok(())
    }

    fn local<I>(&self, args: I, input: &[u8]) -> Result<Answer, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.check_folder()?;
        self.bounded(args, input)
    }

    /// A local call, without a look at whose repository it is.
    fn bounded<I>(&self, args: I, input: &[u8]) -> Result<Answer, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let limit = if HANGS.load(Ordering::Relaxed) {
            Limit::whole(self.local.whole / AFTER_A_HANG)
        } else {
            self.local
        };
        let answer = self.call(args, input, limit);
        HANGS.store(matches!(answer, Err(Trouble::TooSlow(_))), Ordering::Relaxed);
        answer
    }

    fn call<I>(&self, args: I, input: &[u8], limit: Limit) -> Result<Answer, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let mut command = self.command();
        let ours = command.get_args().len();
        command.args(args);
        // Only what git is to do: the rest may be a message, a path or an address with a password.
        let verb = command
            .get_args()
            .nth(ours)
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let began = Instant::now();
        let piped = if input.is_empty() {
            Stdio::null()
        } else {
            Stdio::piped()
        };
        command.stdin(piped);
        let mut child = crate::child::start(command).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound if self.top.is_dir() => Trouble::Missing,
            std::io::ErrorKind::NotFound => Trouble::NotStarted("the folder is gone".into()),
            _ => Trouble::NotStarted(crate::store::reason(&error)),
        })?;
        let feeder = child.stdin.take().map(|mut pipe| {
            let input = input.to_vec();
            // A git that does not read to the end says why by itself.
            std::thread::spawn(move || drop(pipe.write_all(&input)))
        });
        let answer = self.listen(&mut child, limit);
        if answer.is_err() {
            end(&mut child);
        }
        if let Some(feeder) = feeder {
            let _ = feeder.join();
        }
        let took = began.elapsed().as_millis();
        match &answer {
            Ok(Answer { code, out, .. }) => log::debug!("git {verb}: exit {code}, {} bytes, {took} ms", out.len()),
            Err(trouble) => log::warn!("git {verb}: {trouble} after {took} ms"),
        }
        answer
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.top);
        if let Some(tree) = &self.tree {
            command.arg("--work-tree").arg(tree);
        }
        let ours = SETTINGS.into_iter().filter(|setting| self.own.keeps(setting));
        for setting in ours.chain(self.settings.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        for name in FOREIGN {
            command.env_remove(name);
        }
        for (name, value) in [
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ASKPASS", ""),
            ("SSH_ASKPASS", ""),
            ("SSH_ASKPASS_REQUIRE", "never"),
            ("GCM_INTERACTIVE", "never"),
            ("GIT_EDITOR", "true"),
            ("GIT_MERGE_AUTOEDIT", "no"),
            ("GIT_PAGER", "cat"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("LC_ALL", "C"),
        ] {
            command.env(name, value);
        }
        if let Some(index) = &self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        if let Some(ssh) = &self.ssh {
            command.env("GIT_SSH_COMMAND", ssh);
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Reads both pipes until the call has ended.
    fn listen(&self, child: &mut Child, limit: Limit) -> Result<Answer, Trouble> {
        let began = Instant::now();
        let mut heard = began;
        let (mut out, mut said) = (
            Pipe::new(child.stdout.take(), LONGEST),
            Pipe::new(child.stderr.take(), LONGEST_SAID),
        );
        let mut ended: Option<(i32, Instant)> = None;
        while out.is_open() || said.is_open() {
            if self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Err(Trouble::Stopped);
            }
            if ended.is_some_and(|(_, at)| at.elapsed() > GRACE) {
                break;
            }
            limit.check(began, heard)?;
            wait_for(&[out.fd(), said.fd()]);
            if out.read() | said.read() {
                heard = Instant::now();
            }
            if out.bytes.len() > LONGEST {
                return Err(Trouble::TooMuch(LONGEST >> 20));
            }
            said.leave_out_the_middle();
            if ended.is_none()
                && let Ok(Some(status)) = child.try_wait()
            {
                ended = Some((status.code().unwrap_or(-1), Instant::now()));
            }
        }
        let code = match ended {
            Some((code, _)) => code,
            None => wait(child, limit, began, heard)?,
        };
        Ok(Answer {
            code,
            out: out.bytes,
            said: without_secrets(&String::from_utf8_lossy(&said.bytes)),
        })
    }
}

fn good(answer: Answer) -> Result<Vec<u8>, Trouble> {
    match answer.code {
        0 => Ok(answer.out),
        code => Err(Trouble::Said {
            code,
            said: answer.said,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_and_a_complaint() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path());
        assert!(git.line(["--version"]).unwrap().starts_with("git version"));
        let said = git.run(["rev-parse", "HEAD"]).unwrap_err().to_string();
        assert!(said.starts_with("git says: not a git repository"), "{said}");
    }

    #[test]
    fn a_call_that_hangs_is_ended_with_all_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path())
            .set("alias.hang=!sleep 300 & sleep 300".into())
            .patient_for(Duration::from_millis(300));
        let start = Instant::now();
        assert_eq!(git.reach(["hang"]).unwrap_err(), Trouble::TooSlow(0));
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_helper_that_keeps_the_pipes_open_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path()).set("alias.leave=!(sleep 20 &) ; echo done".into());
        let start = Instant::now();
        assert_eq!(git.line(["leave"]).unwrap(), "done");
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn what_is_fed_is_read_and_much_is_answered() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path()).set("alias.echo=!cat".into());
        let text = "x".repeat(3 << 20);
        assert_eq!(git.feed(["echo"], text.as_bytes()).unwrap().len(), text.len());
    }

    #[test]
    fn what_comes_keeps_a_call_going_and_silence_ends_it() {
        let dir = tempfile::tempdir().unwrap();
        let limits = |silence, whole| {
            Git::at(dir.path())
                .set("alias.drip=!for i in 1 2 3 4 5 6 7 8; do printf . >&2; sleep 0.1; done; echo done".into())
                .set("alias.stall=!echo x; sleep 300".into())
                .with_limits(Duration::from_millis(silence), Duration::from_millis(whole))
        };
        // Longer than the silence that is borne, but never silent for that long.
        assert_eq!(limits(700, 60_000).reach(["drip"]).unwrap().out, b"done\n");
        assert_eq!(limits(300, 60_000).reach(["stall"]).unwrap_err(), Trouble::TooSlow(0));
        // A verb does not wait for what goes on, and says so.
        assert_eq!(limits(300, 300).reach(["drip"]).unwrap_err(), Trouble::TooLong(0));
        let remedy = super::super::Class::Network.remedy(&Trouble::TooLong(5));
        assert!(remedy.contains("`git fetch`"), "{remedy}");
    }

    #[test]
    fn a_git_that_hangs_is_not_waited_for_as_long_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut git = Git::at(dir.path()).set("alias.hang=!sleep 300".into());
        git.local = Limit::whole(Duration::from_secs(1));
        assert_eq!(git.ask(["hang"]).unwrap_err(), Trouble::TooSlow(1));
        for _ in 0..3 {
            assert_eq!(git.ask(["hang"]).unwrap_err(), Trouble::TooSlow(0));
        }
        git.local = LOCAL;
        assert!(git.ask(["--version"]).is_ok(), "one that answers is waited for again");
        assert!(!HANGS.load(Ordering::Relaxed));
    }

    #[test]
    fn an_answer_that_is_too_long_is_an_error_and_never_cut() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path()).set(format!("alias.much=!head -c {} /dev/zero", LONGEST + 1));
        assert_eq!(git.run(["much"]).unwrap_err(), Trouble::TooMuch(64));
        let git = Git::at(dir.path()).set(format!("alias.much=!head -c {LONGEST} /dev/zero"));
        assert_eq!(git.run(["much"]).unwrap().len(), LONGEST);
    }

    #[test]
    fn of_much_progress_the_reason_at_its_end_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path()).set(
            "alias.flood=!yes 'Receiving objects: 1%' | head -n 100000 >&2; echo 'fatal: early EOF' >&2; exit 1".into(),
        );
        assert_eq!(git.run(["flood"]).unwrap_err().to_string(), "git says: early EOF");
    }
}
