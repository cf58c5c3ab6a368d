//! One round of syncing a working tree: commit what changed, push it, and where somebody was first fetch, merge and push
//! again. Every step may be the last (a kill, a cut line): the next round goes on from whatever is there.

mod commit_files;
mod exchange;
mod holding;
mod hollow;
mod joining;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::config::UserConfig;
use crate::document::Document;
use crate::git::{self, Class, Driver, Git, Own, Pause, Remote, Settings, Standing, Trouble};
use crate::incident::Time;
use crate::store::Repository;
use crate::store::lock::Without;
use crate::store::sharing::Sharing;
use hollow::is_hollow;

/// How long nothing is taken to have changed here without a word (a person's own commit says none).
const TRUST: Duration = Duration::from_secs(60);

/// Brings what git has to the incident files of the working tree: merged into what is there now.
pub trait Files {
    /// Merges `new`, which comes from `old`, into the incident file at `path`, and waits until it is on disk.
    ///
    /// # Errors
    ///
    /// A clause: why not.
    fn merge_in(&self, path: &Path, old: Option<&str>, new: &str) -> Result<(), String>;
    /// A state of the incident file at `path` that is known already, so that not all of it has to be read again.
    fn known(&self, path: &Path) -> Option<Document>;
    /// What sessions last made of the incident file at `path`, where that is not the `bytes` that it holds.
    fn kept(&self, path: &Path, bytes: &[u8]) -> Option<Document>;
    /// The time, for what syncing itself writes down.
    fn now(&self) -> Time;
    /// Who it is that syncs.
    fn by(&self) -> &str;
}

/// A working tree and its remote.
pub struct Round {
    git: Git,
    git_dir: PathBuf,
    /// Git's folder that linked working trees share.
    common: PathBuf,
    /// Our own folder in git's.
    side: PathBuf,
    /// From the top of the working tree to the repository's root; empty where they are one.
    prefix: PathBuf,
    /// What git is set up to, as it was last read.
    settings: Settings,
    /// Whether nobody has looked for the remote in them yet.
    fresh: bool,
    remote: Option<Remote>,
    /// What the remote's branch was known to be.
    there: Option<String>,
    /// The last of those that the head holds.
    joined: Option<String>,
    /// The branch that `remote` belongs to.
    branch: String,
    /// Incident files as they were last committed or brought, for messages.
    known: HashMap<PathBuf, Document>,
    /// Whether a vanished branch may be made again.
    pub recreate: bool,
    /// When all was last in step.
    settled: Option<Instant>,
    /// How long to wait for another that is at it.
    pub patience: Duration,
    /// Since when another holds the syncing without a break.
    waiting: Option<Instant>,
    /// Whether it was said that there is no lock.
    unlocked: bool,
    /// Sentences for the person, told once.
    pub notices: Vec<String>,
    /// What this round left out, and why: clauses.
    left: Vec<String>,
    /// What of it is not committed here, either: paths from the top, of files or of folders with all that is in them.
    pub uncommitted: Vec<PathBuf>,
    /// Why the merge driver could not be set up: a clause.
    undriven: Option<String>,
    /// Whether this round merged something into a file here.
    merged: bool,
}

/// How a round ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// Everything is at the remote, and everything of it is here.
    Synced,
    /// There is no remote; it is committed.
    Alone,
    /// Another console of this working tree is at it.
    Elsewhere,
}

/// Why a round ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Something in this clone stands in the way.
    Paused(Pause),
    /// The remote cannot be reached, or does not take it.
    Remote(Class, Trouble),
}

impl From<Pause> for Halt {
    fn from(pause: Pause) -> Self {
        Self::Paused(pause)
    }
}

impl Round {
    /// For the working tree that a repository is in. Sets the merge driver up, where it is not.
    #[expect(clippy::too_many_lines, reason = "what is in the way is looked for in one order")]
    pub fn new(repository: &Repository, driver: &Driver, stop: Option<Arc<AtomicBool>>) -> Result<Self, Pause> {
        let (user, _) = UserConfig::load();
        let own = Own {
            hooks: user.git_hooks,
            signing: user.git_signing,
        };
        let mut git = Git::at(repository.root())
            .shared(repository.sharing())
            .set(driver.setting())
            .with(own);
        if let Some(stop) = stop {
            git = git.until(stop);
        }
        // An older one would stumble over the first option that it does not know.
        git.version().map_err(Pause::Trouble)?;
        // That they cannot be read is told by the next call.
        let read = Settings::read(&git);
        let settings = read.clone().unwrap_or_default();
        git = git.quiet_ssh_by(&settings);
        let answer = git
            .ask([
                "rev-parse",
                "--path-format=absolute",
                "--is-bare-repository",
                "--git-dir",
                "--git-common-dir",
                "--show-toplevel",
            ])
            .map_err(Pause::Trouble)?;
        let text = String::from_utf8_lossy(&answer.out).into_owned();
        let mut lines = text.lines();
        if lines.next() == Some("true") {
            return Err(Pause::Bare);
        }
        let (Some(git_dir), Some(common), Some(top)) = (lines.next(), lines.next(), lines.next()) else {
            let said = answer.said;
            return Err(if said.contains("not a git repository") {
                Pause::None
            } else {
                Pause::Trouble(Trouble::Said {
                    code: answer.code,
                    said,
                })
            });
        };
        let top = PathBuf::from(top);
        let real = top.canonicalize().unwrap_or_else(|_| top.clone());
        let Ok(prefix) = repository.root().strip_prefix(&real).map(Path::to_owned) else {
            return Err(Pause::Elsewhere(top));
        };
        git = git.in_folder(&top);
        let side = PathBuf::from(git_dir).join("warroom");
        let mut round = Self {
            git_dir: git_dir.into(),
            common: common.into(),
            side,
            prefix,
            settings,
            fresh: read.is_ok(),
            remote: None,
            there: None,
            joined: None,
            branch: String::new(),
            known: HashMap::new(),
            recreate: false,
            settled: None,
            patience: Duration::ZERO,
            waiting: None,
            unlocked: false,
            notices: Vec::new(),
            left: Vec::new(),
            uncommitted: Vec::new(),
            undriven: None,
            merged: false,
            git,
        };
        if let Err(why) = git::setup(&round.git, &round.settings, &round.common, &round.prefix, driver) {
            round.notices.push(format!(
                "The merge driver could not be set up in this clone: {why}. Incidents are saved all the same."
            ));
            round.undriven = Some(why);
        }
        if round.side.is_symlink() {
            return Err(Pause::Linked(round.side));
        }
        round
            .sharing()
            .make_folder(&round.side)
            .map_err(|error| Pause::Trouble(Trouble::NotStarted(crate::store::reason(&error))))?;
        Ok(round)
    }

    /// The remote, once a round has looked.
    pub fn remote(&self) -> Option<&Remote> {
        self.remote.as_ref()
    }

    /// The top of the working tree.
    pub fn top(&self) -> &Path {
        self.git.top()
    }

    /// Commits, and exchanges with the remote: everything, or only what is here (`fetch` false and nothing to push).
    pub fn run(&mut self, files: &dyn Files, online: bool, fetch: bool) -> Result<Done, Halt> {
        let held = self.hold(files.by());
        if let Some(Without::Stuck(who)) = &held.without {
            return self.elsewhere(who, held.holder);
        }
        self.waiting = None;
        if fetch && online && self.is_settled() && self.nothing_new()? {
            return Ok(Done::Synced);
        }
        self.settled = None;
        self.left.clear();
        self.uncommitted.clear();
        let done = self.all(files, online, fetch);
        git::tidy(&self.git, &self.common, &self.side);
        let done = done?;
        let left = std::mem::take(&mut self.left);
        if !left.is_empty() {
            return Err(Pause::Left(left.join("; ")).into());
        }
        if done == Done::Synced && online {
            self.settled = Some(Instant::now());
        }
        Ok(done)
    }

    fn all(&mut self, files: &dyn Files, online: bool, fetch: bool) -> Result<Done, Halt> {
        let mut standing = match self.commit(files) {
            Err(Halt::Paused(Pause::Trouble(trouble))) if is_hollow(&trouble) && self.step_back() => {
                self.commit(files)?
            }
            committed => committed?,
        };
        self.find_remote(&standing)?;
        let Some(remote) = self.remote.clone() else {
            return Ok(Done::Alone);
        };
        if !online {
            return Ok(Done::Synced);
        }
        self.merged = false;
        let done = match self.exchange(&mut standing, &remote, files, fetch) {
            Err(Halt::Remote(_, trouble) | Halt::Paused(Pause::Trouble(trouble)))
                if is_hollow(&trouble) && self.step_back() =>
            {
                standing = self.commit(files)?;
                self.exchange(&mut standing, &remote, files, true)
            }
            done => done,
        }?;
        // What was merged in may say more in the file than at the remote: words that were redacted are so again, what an editor
        // wrote meanwhile came with it. The others get that with this round.
        if !std::mem::take(&mut self.merged) {
            return Ok(done);
        }
        standing = self.commit(files)?;
        self.exchange(&mut standing, &remote, files, false)
    }

    /// Leaves an incident out of this round: a clause that names it, and why.
    pub(in crate::session::sync) fn leave(&mut self, why: String) {
        if !self.left.contains(&why) {
            self.left.push(why);
        }
    }

    /// What the remote's branch was known to be.
    pub(in crate::session::sync) fn there(&self) -> Option<&str> {
        self.there.as_deref()
    }

    /// The folder of all incidents, from the top.
    pub(in crate::session::sync) fn incidents(&self) -> PathBuf {
        self.prefix.join("incidents")
    }

    /// Something was saved here: the next round looks at all of it.
    pub fn note_change(&mut self) {
        self.settled = None;
    }

    /// Whether all was in step a moment ago, and nobody here has said otherwise since.
    fn is_settled(&self) -> bool {
        self.settled.is_some_and(|at| at.elapsed() < TRUST) && git::busy(&self.git_dir).is_none()
    }

    /// Commits that the remote has not, as far as is known; nothing where git does not say.
    pub fn unsent(&self) -> Option<usize> {
        let range = match &self.there {
            Some(there) => format!("{there}..HEAD"),
            None => "HEAD".into(),
        };
        let count = self.git.line(["rev-list", "--count", &range, "--"]);
        count.ok().and_then(|count| count.parse().ok())
    }

    /// The same without a round, where there is a remote; 0 without one.
    pub fn unsent_here(&mut self) -> Option<usize> {
        let ours = self.ours();
        let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
        let Ok(standing) = git::standing(&self.git, &self.git_dir, &ours) else {
            return None;
        };
        self.find_remote(&standing).ok()?;
        if self.remote.is_none() {
            return Some(0);
        }
        self.unsent()
    }

    fn ours(&self) -> Vec<String> {
        ["incidents", ".warroom", "runbooks", ".gitattributes"]
            .iter()
            .map(|name| self.prefix.join(name).to_string_lossy().into_owned())
            .collect()
    }

    /// How what is made here is shared with other accounts.
    pub(in crate::session::sync) fn sharing(&self) -> &Sharing {
        self.git.sharing()
    }

    /// Git in the working tree.
    pub(in crate::session::sync) fn git(&self) -> &Git {
        &self.git
    }

    /// Our own folder in git's.
    pub(in crate::session::sync) fn side(&self) -> &Path {
        &self.side
    }

    fn find_remote(&mut self, standing: &Standing) -> Result<(), Halt> {
        if self.remote.is_some() && self.branch == standing.branch {
            return Ok(());
        }
        if !std::mem::take(&mut self.fresh) {
            self.settings = Settings::read(&self.git).map_err(Pause::Trouble)?;
        }
        self.remote = self.settings.remote(&standing.branch);
        self.branch.clone_from(&standing.branch);
        self.there = self.remote.as_ref().and_then(|remote| self.tracked(remote));
        Ok(())
    }

    /// Bounds the calls over the network.
    pub fn be_patient_for(&mut self, patience: Duration) {
        self.git = self.git.clone().patient_for(patience);
    }

    /// What the remote's branch was when somebody last looked.
    fn tracked(&self, remote: &Remote) -> Option<String> {
        self.git
            .line(["rev-parse", "--verify", "--quiet", &remote.tracking()])
            .ok()
    }

    /// Looks for the remote anew in the next round (its address may have been mended).
    pub fn forget_remote(&mut self) {
        self.remote = None;
    }
}

fn shown(path: &Path) -> String {
    crate::text::one_line(&path.display().to_string()).into_owned()
}
