//! One git call: arguments as a list, never a shell; no prompt, no pager, no editor, no hook; a fixed locale; a bounded
//! answer; a time limit, after which the whole group of processes is ended.

mod process;
#[cfg(test)]
mod tests;
mod trouble;
mod version;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub use self::trouble::Trouble;
pub use self::version::OLDEST;

use self::process::{GRACE, Limit, Pipe, end, wait, wait_for};
use super::Settings;
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
const SETTINGS: [&str; 17] = [
    "safe.bareRepository=explicit",
    "core.hooksPath=/dev/null",
    "commit.gpgSign=false",
    "push.gpgSign=false",
    "log.showSignature=false",
    "merge.verifySignatures=false",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.safecrlf=false",
    "core.pager=cat",
    "submodule.recurse=false",
    "push.recurseSubmodules=no",
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
    pub fn quiet_ssh(self) -> Self {
        let settings = Settings::read(&self).unwrap_or_default();
        self.quiet_ssh_by(&settings)
    }

    /// The same where the settings have been read.
    #[must_use]
    pub(crate) fn quiet_ssh_by(mut self, settings: &Settings) -> Self {
        let chosen = ["GIT_SSH_COMMAND", "GIT_SSH"]
            .iter()
            .any(|name| std::env::var_os(name).is_some())
            || settings.get("core.sshcommand").is_some();
        if !chosen {
            self.ssh = Some("ssh -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5".into());
        }
        self
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

    /// The bytes of a blob of at most so many; none where it has more.
    pub(crate) fn blob(&self, oid: &str, most: u64) -> Result<Option<Vec<u8>>, Trouble> {
        self.check_folder()?;
        let most = usize::try_from(most).unwrap_or(LONGEST).min(LONGEST);
        match self.bounded(["cat-file", "blob", oid], &[], most) {
            Ok(answer) => good(answer).map(Some),
            Err(Trouble::TooMuch(_)) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// The answer of a call over the network.
    pub fn reach<I>(&self, args: I) -> Result<Answer, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.check_folder()?;
        self.call(args, &[], self.network, LONGEST)
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
        self.bounded(args, input, LONGEST)
    }

    /// A local call, without a look at whose repository it is.
    fn bounded<I>(&self, args: I, input: &[u8], longest: usize) -> Result<Answer, Trouble>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let limit = if HANGS.load(Ordering::Relaxed) {
            Limit::whole(self.local.whole / AFTER_A_HANG)
        } else {
            self.local
        };
        let answer = self.call(args, input, limit, longest);
        HANGS.store(matches!(answer, Err(Trouble::TooSlow(_))), Ordering::Relaxed);
        answer
    }

    fn call<I>(&self, args: I, input: &[u8], limit: Limit, longest: usize) -> Result<Answer, Trouble>
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
        let answer = self.listen(&mut child, limit, longest);
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
    fn listen(&self, child: &mut Child, limit: Limit, longest: usize) -> Result<Answer, Trouble> {
        let began = Instant::now();
        let mut heard = began;
        let (mut out, mut said) = (
            Pipe::new(child.stdout.take(), longest),
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
            if out.bytes.len() > longest {
                return Err(Trouble::TooMuch(longest >> 20));
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
