//! One round of syncing a working tree: commit what changed, push it, and where somebody was first fetch, merge and push
//! again. Every step may be the last (a kill, a cut line): the next round goes on from whatever is there.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::arrive::{is_one, named, newer};
use super::story;
use crate::bounds::{COMPANION, INCIDENT as INCIDENT_BYTES};
use crate::config::{TeamConfig, UserConfig};
use crate::document::Document;
use crate::git::{
    self, Brought, Class, Driver, Entry, Fetched, Git, Joined, Own, Pause, Pushed, Remote, Standing, Trouble, bring,
    join,
};
use crate::incident::Time;
use crate::merge::{self, Seen, mend};
use crate::store::Repository;
use crate::store::lock::{Held, Lock, Without, is_stopped};
use crate::store::read::{Unreadable, read, read_most};
use crate::store::sharing::Sharing;

/// How often to merge and push again when others are first.
const TRIES: u32 = 12;
/// How long nothing is taken to have changed here without a word (a person's own commit says none).
const TRUST: Duration = Duration::from_secs(60);
/// How long a holder of the syncing may be stopped before it is said.
const STILL: Duration = Duration::from_secs(5);

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
    /// Why the merge driver could not be set up: a clause.
    undriven: Option<String>,
    /// Whether this round merged something into a file here.
    merged: bool,
}

/// The file of an incident, in a folder of its own.
const INCIDENT: &str = "incident.yaml";

/// How many folders inside an ignored one are looked into.
const MANY: usize = 1000;

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
    pub fn new(repository: &Repository, driver: &Driver, stop: Option<Arc<AtomicBool>>) -> Result<Self, Pause> {
        let (user, _) = UserConfig::load();
        let own = Own {
            hooks: user.git_hooks,
            signing: user.git_signing,
        };
        let mut git = Git::at(repository.root())
            .shared(repository.sharing())
            .set(driver.setting())
            .with(own)
            .quiet_ssh();
        if let Some(stop) = stop {
            git = git.until(stop);
        }
        // An older one would stumble over the first option that it does not know.
        git.version().map_err(Pause::Trouble)?;
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
        let prefix = repository.root().strip_prefix(&top).unwrap_or(Path::new("")).to_owned();
        git = git.in_folder(&top);
        let side = PathBuf::from(git_dir).join("warroom");
        let mut round = Self {
            git_dir: git_dir.into(),
            common: common.into(),
            side,
            prefix,
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
            undriven: None,
            merged: false,
            git,
        };
        if let Err(why) = git::setup(&round.git, &round.common, &round.prefix, driver) {
            round.notices.push(format!(
                "The merge driver could not be set up in this clone: {why}. Incidents are saved all the same."
            ));
            round.undriven = Some(why);
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

    /// Objects of the newest commits are gone: a housekeeping beside us took them for nobody's before the branch led to them.
    /// All they said is in the files; the branch goes back to the last commit that is whole. Only over commits that syncing
    /// made; whether it did.
    fn step_back(&mut self) -> bool {
        const MOST: usize = 50;
        let whole = |commit: &str| {
            let answer = self.git.ask(["rev-list", "--objects", "--quiet", commit, "--"]);
            answer.is_ok_and(|answer| answer.code == 0)
        };
        let Ok(log) = read_tail(&self.git_dir.join("logs/HEAD")) else {
            return false;
        };
        let mut now = None;
        for line in log.lines().rev().take(MOST) {
            let Some((ids, said)) = line.split_once('\t') else {
                return false;
            };
            let mut ids = ids.split(' ');
            let (Some(old), Some(new)) = (ids.next(), ids.next()) else {
                return false;
            };
            let now = now.get_or_insert_with(|| new.to_owned());
            if whole(now)
                || !(said.starts_with("warroom: ") || said.starts_with("merge ") && said.ends_with("Fast-forward"))
            {
                return false;
            }
            if old.bytes().any(|byte| byte != b'0') && whole(old) {
                self.known.clear();
                let moved = self.git.run(["update-ref", "-m", "warroom: again", "HEAD", old, now]);
                return moved.is_ok();
            }
        }
        false
    }

    /// Leaves an incident out of this round: a clause that names it, and why.
    pub(super) fn leave(&mut self, why: String) {
        if !self.left.contains(&why) {
            self.left.push(why);
        }
    }

    /// What the remote's branch was known to be.
    pub(super) fn there(&self) -> Option<&str> {
        self.there.as_deref()
    }

    /// The folder of all incidents, from the top.
    pub(super) fn incidents(&self) -> PathBuf {
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

    /// Asks the remote, in one call of git, whether it has something new.
    fn nothing_new(&mut self) -> Result<bool, Halt> {
        let Some(remote) = self.remote.clone() else {
            return Ok(false);
        };
        match git::fetch(&self.git, &remote).map_err(on_remote)? {
            Fetched::Same => Ok(true),
            Fetched::NoBranch => Ok(false),
            Fetched::New { now, rewritten } => {
                self.there = Some(now);
                self.tell_rewritten(&remote, rewritten);
                Ok(false)
            }
        }
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

    /// Of several consoles on one working tree one syncs at a time. Where there can be no lock it goes on without: every step is
    /// whole by itself, and a branch that moved meanwhile is noticed.
    fn hold(&mut self, by: &str) -> Held {
        let path = self.side.join("sync.lock");
        let mut lock = Lock::new(path.clone(), by)
            .patient_for(self.patience)
            .shared(self.sharing());
        let held = lock.take(&|| true);
        let why = match &held.without {
            Some(Without::NoFile(why)) => Some(why.as_str()),
            Some(Without::Unsupported) => Some("the file system has no locks"),
            Some(Without::Stuck(_) | Without::Stopped) | None => None,
        };
        if let Some(why) = why.filter(|_| !self.unlocked) {
            self.unlocked = true;
            self.notices.push(format!(
                "{} cannot be locked: {why}. Syncing goes on without the lock.",
                shown(&path)
            ));
        }
        held
    }

    /// Another holds the syncing. It takes along what is here, unless it is stopped; a verb does not say that all is well before
    /// its change is committed.
    fn elsewhere(&mut self, who: &str, holder: Option<u32>) -> Result<Done, Halt> {
        let since = *self.waiting.get_or_insert_with(Instant::now);
        let is_verb = !self.patience.is_zero();
        let stopped = holder.is_some_and(is_stopped);
        if stopped && (is_verb || since.elapsed() >= STILL) {
            return Err(Pause::Held(who.to_owned(), true).into());
        }
        if is_verb {
            let ours = self.ours();
            let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
            let standing = git::standing(&self.git, &self.git_dir, &ours)?;
            if !standing.paths.is_empty() {
                return Err(Pause::Held(who.to_owned(), false).into());
            }
        }
        Ok(Done::Elsewhere)
    }

    fn ours(&self) -> Vec<String> {
        ["incidents", ".warroom", "runbooks", ".gitattributes"]
            .iter()
            .map(|name| self.prefix.join(name).to_string_lossy().into_owned())
            .collect()
    }

    /// Names the incidents that git is told to leave out.
    fn tell_ignored(&mut self, standing: &Standing) {
        let holds = |path: &PathBuf| {
            let path = self.top().join(path);
            let inside = |folder: &Path| folder.join(INCIDENT).is_file();
            let folders = std::fs::read_dir(&path).into_iter().flatten().flatten();
            path.ends_with(INCIDENT) || inside(&path) || folders.take(MANY).any(|folder| inside(&folder.path()))
        };
        if let Some(path) = standing.ignored.iter().find(|path| holds(path)) {
            let said = format!(
                "Git ignores {}: what is in it stays on this machine (.gitignore or .git/info/exclude says so)",
                shown(path)
            );
            self.leave(said);
        }
    }

    /// Commits what changed below our paths. How the tree stands after that.
    #[allow(clippy::too_many_lines, reason = "the order of the steps is what it says")]
    fn commit(&mut self, files: &dyn Files) -> Result<Standing, Halt> {
        let ours = self.ours();
        let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
        let mut standing = git::standing(&self.git, &self.git_dir, &ours)?;
        for path in &mut standing.paths {
            let given = |index: &String| git::is_given_by_us(&self.git, &self.side, index, &path.path);
            if path.staged && path.index.as_ref().is_some_and(given) {
                path.staged = false;
                path.modified = true;
            }
        }
        if self.undo_moves(&standing) {
            return self.commit(files);
        }
        self.tell_ignored(&standing);
        for (path, bytes) in &standing.large {
            if !self.is_incident(path) {
                continue;
            }
            let why = Unreadable::TooLarge(*bytes, INCIDENT_BYTES);
            self.leave(format!("{} cannot be read: {why}", shown(path)));
        }
        let mut entries = Vec::new();
        let mut stories = Vec::new();
        let mut others = 0;
        // The team's choices stand beside its incidents, which need not be at git's top.
        let words = TeamConfig::load(&self.top().join(&self.prefix)).0.commit_words;
        for path in &standing.paths.clone() {
            if self.is_incident(&path.path) {
                let gone = self.git.top().join(&path.path).symlink_metadata().is_err();
                let read = if gone {
                    self.bring_back(&standing, path, files)?;
                    continue;
                } else if path.modified || path.staged {
                    self.settled_incident(&mut standing, path, files)
                } else {
                    continue;
                };
                let (bytes, document, old) = match read {
                    Ok(Some(read)) => read,
                    Ok(None) => continue,
                    Err(Halt::Paused(Pause::Unreadable(why))) => {
                        self.leave(why);
                        continue;
                    }
                    Err(halt) => return Err(halt),
                };
                let folder = path.path.parent().and_then(Path::file_name).unwrap_or_default();
                let id = folder.to_string_lossy();
                stories.push(story::of(&id, old.as_ref(), document.incident(), words));
                self.known.insert(path.path.clone(), document);
                entries.push(Entry {
                    path: path.path.clone(),
                    bytes: Some(bytes),
                    blob: None,
                    follow: !path.staged,
                });
            } else if path.deleted || !(path.modified || path.staged) {
            } else if let Some(bytes) = self.companion(path) {
                others += 1;
                entries.push(Entry {
                    path: path.path.clone(),
                    bytes: Some(bytes),
                    blob: None,
                    follow: !path.staged,
                });
            }
        }
        if entries.is_empty() {
            return Ok(standing);
        }
        if self
            .git
            .ask(["var", "GIT_COMMITTER_IDENT"])
            .map_err(Pause::Trouble)?
            .code
            != 0
        {
            return Err(Pause::Nobody.into());
        }
        let message = story::message(&stories, others);
        let commit = git::record(&self.git, &self.side, standing.head.as_deref(), &entries, &message);
        standing.head = Some(commit.map_err(Pause::Trouble)?);
        Ok(standing)
    }

    /// An incident file whose folder or file was removed here: it is put back, not committed as a deletion.
    fn bring_back(&mut self, standing: &Standing, path: &git::Path, files: &dyn Files) -> Result<(), Halt> {
        let Some(head) = &standing.head else { return Ok(()) };
        let Ok(text) = self.blob_text(&format!("{head}:{}", path.path.display())) else {
            return Ok(());
        };
        if !self.restore(&path.path, text.as_bytes(), files) {
            return Ok(());
        }
        if path.staged {
            git::unstage(&self.git, &[&path.path]).map_err(Pause::Trouble)?;
        }
        self.notices.push(format!(
            "{} was deleted here and is put back from git: an incident is never deleted. To end it use `warroom resolve`, or `warroom cancel --reason TEXT`.",
            shown(&path.path)
        ));
        Ok(())
    }

    /// An incident file as it is to be committed: with ids for all, with nothing of the head gone, and what was edited without this
    /// program stamped. Its bytes, what they say, and what the head says. `None` where it has moved.
    #[allow(clippy::type_complexity)] // bytes, new, old
    fn settled_incident(
        &mut self,
        standing: &mut Standing,
        path: &git::Path,
        files: &dyn Files,
    ) -> Result<Option<(Vec<u8>, Document, Option<Document>)>, Halt> {
        let (bytes, document) = self.incident(&path.path, files)?;
        if let Some(schema) = document.newer_schema() {
            return Err(Pause::Unreadable(format!("{} {}", shown(&path.path), newer(schema))).into());
        }
        let old = self.in_head(standing, &path.path, &document)?;
        self.known.remove(&path.path);
        let full = self.git.top().join(&path.path);
        let mut wanted = None;
        if let Some(old) = &old {
            let (was, is) = (&old.incident().uid, &document.incident().uid);
            let mut read = document.clone();
            if !was.is_empty() && was != is {
                if !is.is_empty() && !is_one(old.incident(), document.incident()) {
                    self.move_out(standing, &path.path, files)?;
                    return Ok(None);
                }
                let mut incident = crate::incident::Incident::clone(document.incident());
                incident.uid.clone_from(was);
                read = document.with(Arc::new(incident));
            }
            let (old, read) = (named(old.clone()), named(read));
            let (adopted, _) = merge::adopt(&old, &read, &Seen::default(), files.now(), files.by());
            if adopted.text() != document.text() {
                wanted = Some(adopted);
            }
        }
        // An editor may have saved an old buffer over what a verb had just written, when nobody else had read it.
        let state = wanted.as_ref().unwrap_or(&document);
        if let Some(kept) = files.kept(&full, &bytes)
            && !kept.incident().uid.is_empty()
            && kept.incident().uid == state.incident().uid
        {
            let whole = merge::take_back(state, &kept);
            if whole.text() != state.text() {
                wanted = Some(whole);
            }
        }
        let unnamed = !merge::is_named(document.incident());
        if wanted.is_none() && !unnamed {
            return Ok(Some((bytes, document, old)));
        }
        // What an editor appended gets its ids before others see it.
        let base = wanted.as_ref().map(|_| document.text());
        let wanted = wanted.as_ref().unwrap_or(&document);
        files
            .merge_in(&full, base, wanted.text())
            .map_err(|why| Pause::Unreadable(format!("{}: {why}", shown(&path.path))))?;
        let (bytes, document) = self.incident(&path.path, files)?;
        Ok(Some((bytes, document, old)))
    }

    /// Whether a path is an incident's file.
    pub(super) fn is_incident(&self, path: &Path) -> bool {
        // One that is being declared has a hidden folder.
        let is_hidden = |part: std::path::Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        let below = path.strip_prefix(self.incidents());
        path.file_name().is_some_and(|name| name == INCIDENT)
            && below.is_ok_and(|below| below.components().count() == 2 && !below.components().any(is_hidden))
    }

    /// An incident file as it is now. One that cannot be read is not committed: it would be everybody's trouble.
    fn incident(&self, path: &Path, files: &dyn Files) -> Result<(Vec<u8>, Document), Halt> {
        let mut bytes = Vec::new();
        let shown = path.display();
        let unreadable = |why: String| Halt::Paused(Pause::Unreadable(format!("{shown} cannot be read: {why}")));
        let full = self.git.top().join(path);
        if full.symlink_metadata().is_ok_and(|meta| meta.is_symlink()) {
            return Err(unreadable("it is a link".into()));
        }
        read(&full, &mut bytes).map_err(|why| unreadable(why.to_string()))?;
        let text = crate::store::text::utf8(&bytes).map_err(|invalid| unreadable(invalid.to_string()))?;
        let known = files.known(&full).or_else(|| self.known.get(path).cloned());
        let (document, _) = mend::read(text, known.as_ref()).map_err(|invalid| unreadable(invalid.to_string()))?;
        if !document.complete() && self.known.contains_key(path) {
            return Err(unreadable("its last line is missing".into()));
        }
        Ok((bytes, document))
    }

    /// What the head says of an incident; nothing where it has none that can be read. That git does not answer is no such case.
    fn in_head(&self, standing: &Standing, path: &Path, now: &Document) -> Result<Option<Document>, Halt> {
        let Some(head) = &standing.head else { return Ok(None) };
        let held = git::held(&self.git, head, path).map_err(Pause::Trouble)?;
        let Some(held) = held.filter(git::Held::is_file) else {
            return Ok(None);
        };
        if self.is_too_large(&held.oid)? {
            return Ok(None);
        }
        let read = self.text_of(&held.oid)?.and_then(|text| now.reparse(&text).ok());
        if let Some(schema) = read.as_ref().and_then(Document::newer_schema) {
            return Err(Pause::Unreadable(format!("{} {}", shown(path), newer(schema))).into());
        }
        Ok(read)
    }

    /// The text of a blob, where it is text.
    fn text_of(&self, oid: &str) -> Result<Option<String>, Halt> {
        let bytes = self.git.run(["cat-file", "blob", oid]).map_err(Pause::Trouble)?;
        Ok(String::from_utf8(bytes).ok())
    }

    /// How what is made here is shared with other accounts.
    pub(super) fn sharing(&self) -> &Sharing {
        self.git.sharing()
    }

    /// Git in the working tree.
    pub(super) fn git(&self) -> &Git {
        &self.git
    }

    /// Our own folder in git's.
    pub(super) fn side(&self) -> &Path {
        &self.side
    }

    pub(super) fn blob_text(&self, name: &str) -> Result<String, Trouble> {
        let bytes = self.git.run(["cat-file", "blob", name])?;
        String::from_utf8(bytes).map_err(|_| Trouble::NotStarted("it is not UTF-8".into()))
    }

    /// Other files that are ours: what is made from an incident, and what `init` made. Nothing else of a person's.
    fn companion(&self, path: &git::Path) -> Option<Vec<u8>> {
        let below = path.path.strip_prefix(&self.prefix).ok()?;
        let name = below.file_name()?.to_str()?;
        let made_from_incident = below.starts_with("incidents") && below.extension().is_some_and(|kind| kind == "md");
        let set_up = below == Path::new(".warroom/config.yaml")
            || below == Path::new(".gitattributes")
            || below == Path::new("runbooks/README.md");
        if !(made_from_incident && !name.starts_with('.') || set_up && path.untracked && !path.staged) {
            return None;
        }
        let full = self.git.top().join(&path.path);
        read_most(&full, COMPANION).ok().filter(|bytes| !bytes.is_empty())
    }

    fn find_remote(&mut self, standing: &Standing) -> Result<(), Halt> {
        if self.remote.is_some() && self.branch == standing.branch {
            return Ok(());
        }
        self.remote = git::remotes(&self.git, &standing.branch).map_err(Pause::Trouble)?;
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

    fn exchange(
        &mut self,
        standing: &mut Standing,
        remote: &Remote,
        files: &dyn Files,
        mut fetch: bool,
    ) -> Result<Done, Halt> {
        // What stands in the way may be mended at the remote by now: it is asked before anything is given up.
        if !fetch && self.take_in(standing, remote, files).is_err() {
            fetch = true;
        }
        for attempt in 0..TRIES {
            if fetch || standing.head.is_none() {
                match git::fetch(&self.git, remote).map_err(on_remote)? {
                    Fetched::Same => {}
                    Fetched::New { now, rewritten } => {
                        log::info!("fetched {}, rewritten {}", git::short(&now), rewritten.is_some());
                        self.there = Some(now);
                        self.tell_rewritten(remote, rewritten);
                    }
                    Fetched::NoBranch => self.no_branch(remote)?,
                }
                self.take_in(standing, remote, files)?;
            }
            self.put_back(standing, remote, files)?;
            let Some(head) = standing.head.clone() else {
                // Nothing here, nothing there.
                return Ok(Done::Synced);
            };
            if self.there.as_deref() == Some(head.as_str()) {
                return Ok(Done::Synced);
            }
            match git::push(&self.git, remote, self.there.as_deref(), &head).map_err(on_remote)? {
                Pushed::Done => {
                    log::info!("pushed {}", git::short(&head));
                    self.there = Some(head);
                    self.follow(remote);
                    return Ok(Done::Synced);
                }
                Pushed::Behind => {
                    log::info!("push refused, others were first, attempt {attempt}");
                    fetch = true;
                    // Another of us may have fetched it already.
                    self.there = self.tracked(remote);
                    std::thread::sleep(jitter(attempt));
                }
            }
        }
        let trouble = Trouble::NotStarted(format!("others were first {TRIES} times"));
        Err(Halt::Remote(Class::Behind, trouble))
    }

    fn tell_rewritten(&mut self, remote: &Remote, rewritten: Option<String>) {
        if let Some(old) = rewritten {
            self.notices.push(format!(
                "Someone rewrote {} at {}; what it held before ({}) is merged back, and nothing of yours is lost.",
                remote.branch,
                remote.name,
                &old[..old.len().min(10)]
            ));
        }
    }

    /// The branch is not at the remote. A first push makes it; one that was there and is gone is a person's decision.
    fn no_branch(&mut self, remote: &Remote) -> Result<(), Halt> {
        if self.there.is_none() || self.recreate {
            self.there = None;
            return Ok(());
        }
        let trouble = Trouble::Said {
            code: 1,
            said: format!(
                "fatal: the branch {} does not exist at {} any more",
                remote.branch, remote.name
            ),
        };
        Err(Halt::Remote(Class::Gone, trouble))
    }

    /// Joins what the remote has into this clone.
    fn take_in(&mut self, standing: &mut Standing, remote: &Remote, files: &dyn Files) -> Result<(), Halt> {
        let Some(there) = self.there.clone() else { return Ok(()) };
        let Some(head) = standing.head.clone() else {
            return self.start_from(standing, &there);
        };
        if there == head || self.joined.as_ref() == Some(&there) {
            return Ok(());
        }
        if git::is_in(&self.git, &there, &head).map_err(Pause::Trouble)? {
            self.joined = Some(there);
            return Ok(());
        }
        if let Some(why) = &self.undriven
            && !git::is_in(&self.git, &head, &there).map_err(Pause::Trouble)?
        {
            return Err(Pause::Undriven(why.clone()).into());
        }
        let review = self.review(&head, &there, remote)?;
        if !review.newer.is_empty() {
            return self.yield_to_newer(standing, review.newer, remote, files);
        }
        if let Some(path) = review.two {
            self.renumber(standing, &path, &there, files.now(), files.by())?;
            return self.take_in(standing, remote, files);
        }
        let mut keep = review.keep;
        let joined = loop {
            let theirs = if keep.is_empty() && !review.insane {
                there.clone()
            } else {
                let message = format!("Read {}/{} as all clones do", remote.name, remote.branch);
                git::cleaned(&self.git, &self.side, &there, &keep, &message).map_err(Pause::Trouble)?
            };
            let message = format!("Join {}/{}", remote.name, remote.branch);
            let ways = (head.as_str(), there.as_str());
            match join(&self.git, &head, &theirs, &message).map_err(Pause::Trouble)? {
                Ok(None) => {
                    self.joined = Some(there);
                    return Ok(());
                }
                Ok(Some(joined)) => {
                    let mut large = Vec::new();
                    for one in joined.brought.iter().filter(|one| self.is_incident(&one.path)) {
                        if let Some(new) = &one.new
                            && self.is_too_large(new)?
                        {
                            large.push(one.path.clone());
                        }
                    }
                    let why = "it would be larger than 64 MiB";
                    if !self.keep_more(&mut keep, &large, ways, remote, why)? {
                        break joined;
                    }
                }
                Err(conflict) => {
                    if !self.keep_more(&mut keep, &conflict.0, ways, remote, "it cannot be merged")? {
                        self.incidents_only(ways, &keep, remote, files)?;
                        return Err(self.conflicts(&conflict.0).into());
                    }
                }
            }
        };
        // Nothing leads to it until it is on disk; a housekeeping meanwhile must not take it for rubbish.
        self.hold_on(Some(&joined.commit))?;
        let done = self.merge_in(&joined, files)?;
        let brought = bring(&self.git, &self.side, standing, &joined, &done);
        if matches!(brought, Err(Pause::Others(_))) {
            self.incidents_only((&head, &there), &keep, remote, files)?;
        }
        brought?;
        self.hold_on(None)?;
        log::info!(
            "joined {} with {} as {}",
            git::short(&head),
            git::short(&there),
            git::short(&joined.commit)
        );
        standing.head = Some(joined.commit);
        self.joined = Some(there);
        Ok(())
    }

    /// Commits what a newer program wrote of incidents that were changed here, too, and goes on with all others. The files here
    /// stay as they are, and are not committed over it: a program that knows both merges them.
    fn yield_to_newer(
        &mut self,
        standing: &mut Standing,
        newer: Vec<(PathBuf, git::Held)>,
        remote: &Remote,
        files: &dyn Files,
    ) -> Result<(), Halt> {
        let entries: Vec<Entry> = newer
            .into_iter()
            .map(|(path, held)| Entry {
                follow: false,
                ..Entry::held(path, held.oid)
            })
            .collect();
        let message = "Keep what a newer warroom wrote";
        let commit = git::record(&self.git, &self.side, standing.head.as_deref(), &entries, message);
        standing.head = Some(commit.map_err(Pause::Trouble)?);
        self.take_in(standing, remote, files)
    }

    /// Exchanges incidents where other files keep the branches from being joined: theirs are merged into the files here, and what
    /// comes of it goes on top of their commits. The person's own commits and files stay as they are.
    fn incidents_only(
        &mut self,
        (head, there): (&str, &str),
        keep: &[(PathBuf, git::Held)],
        remote: &Remote,
        files: &dyn Files,
    ) -> Result<(), Halt> {
        let base = self.git.line(["merge-base", head, there]).ok();
        let mut held = Vec::new();
        for one in git::differences(&self.git, head, there).map_err(Pause::Trouble)? {
            if !self.is_incident(&one.path) || !git::is_sane(&one.path) {
                continue;
            }
            let kept = keep.iter().find(|(path, _)| *path == one.path);
            let theirs = kept.map_or(one.new.as_ref(), |(_, held)| Some(held));
            if let Some(theirs) = theirs.filter(|theirs| theirs.is_file())
                && let Some(text) = self.text_of(&theirs.oid)?
            {
                let old = match &base {
                    Some(base) => git::held(&self.git, base, &one.path).map_err(Pause::Trouble)?,
                    None => None,
                };
                let old = old.map(|old| self.text_of(&old.oid)).transpose()?.flatten();
                let full = self.git.top().join(&one.path);
                if full.symlink_metadata().is_err() {
                    self.restore(&one.path, text.as_bytes(), files);
                } else if let Err(why) = files.merge_in(&full, old.as_deref(), &text) {
                    self.leave(format!("{}: {why}", shown(&one.path)));
                    continue;
                }
            }
            // One that cannot be read now is named where it is committed.
            if let Ok((bytes, document)) = self.incident(&one.path, files)
                && document.newer_schema().is_none()
            {
                let blob = self.blob(&one.path, &bytes).map_err(Pause::Trouble)?;
                held.push((one.path, blob));
            }
        }
        let message = "Join incidents only: other files wait";
        let commit = git::cleaned(&self.git, &self.side, there, &held, message).map_err(Pause::Trouble)?;
        if git::differences(&self.git, there, &commit)
            .map_err(Pause::Trouble)?
            .is_empty()
        {
            return Ok(());
        }
        if git::push(&self.git, remote, Some(there), &commit).map_err(on_remote)? == Pushed::Done {
            self.there = Some(commit);
        }
        Ok(())
    }

    /// Lets a ref of our own lead to a commit that no branch leads to yet, or lets go of it.
    fn hold_on(&self, commit: Option<&str>) -> Result<(), Halt> {
        const JOINING: &str = "refs/worktree/warroom/joining";
        let args = match commit {
            Some(commit) => vec!["update-ref", JOINING, commit],
            None => vec!["update-ref", "-d", JOINING],
        };
        self.git.run(args).map_err(Pause::Trouble)?;
        Ok(())
    }

    /// A branch without commits starts as the remote's.
    fn start_from(&mut self, standing: &mut Standing, there: &str) -> Result<(), Halt> {
        let answer = self
            .git
            .ask(["merge", "--ff-only", "--no-verify", "--quiet", there])
            .map_err(Pause::Trouble)?;
        if answer.code != 0 {
            let said = "files here stand in the way of those at the remote".to_owned();
            return Err(Pause::Others(said).into());
        }
        if self.sharing().is_on() {
            let listed = self
                .git
                .run(["ls-tree", "-r", "-z", "--full-tree", "--name-only", there]);
            for path in listed.map_err(Pause::Trouble)?.split(|byte| *byte == 0) {
                self.sharing()
                    .share_below(self.top(), Path::new(OsStr::from_bytes(path)));
            }
        }
        standing.head = Some(there.to_owned());
        Ok(())
    }

    fn conflicts(&self, paths: &[PathBuf]) -> Pause {
        let name = |path: &Path| crate::text::one_line(&path.display().to_string()).into_owned();
        match paths.iter().find(|path| self.is_incident(path)) {
            Some(path) => Pause::Unreadable(format!("{} cannot be merged", name(path))),
            None => Pause::Others(format!(
                "{} was changed here and at the remote",
                paths.first().map_or_else(|| "a file".into(), |path| name(path))
            )),
        }
    }

    /// Merges what a joined commit changes into the incident files that are there. A file that cannot take it (it cannot be read or
    /// written now) is left as it is and named: what is missing in it is put back before it is committed.
    fn merge_in<'j>(&mut self, joined: &'j Joined, files: &dyn Files) -> Result<Vec<&'j Brought>, Halt> {
        let mut done = Vec::new();
        for one in &joined.brought {
            if !self.is_incident(&one.path) {
                continue;
            }
            let full = self.git.top().join(&one.path);
            let (Some(new), true) = (&one.new, full.symlink_metadata().is_ok()) else {
                continue;
            };
            let old = match &one.old {
                Some(old) => self.text_of(old)?,
                None => None,
            };
            let merged = match self.text_of(new)? {
                Some(text) => files.merge_in(&full, old.as_deref(), &text).map(|()| text),
                None => Err("it is not UTF-8".into()),
            };
            match merged {
                Ok(text) => {
                    self.merged = true;
                    if let Ok((document, _)) = mend::read(&text, self.known.get(&one.path)) {
                        self.known.insert(one.path.clone(), document);
                    }
                }
                Err(why) => self.leave(format!("{}: {why}", shown(&one.path))),
            }
            done.push(one);
        }
        Ok(done)
    }

    /// After a first push the branch here follows the one there, so that a plain `git pull` works.
    fn follow(&mut self, remote: &Remote) {
        if remote.followed {
            return;
        }
        let set = |key: &str, value: &str| {
            let key = format!("branch.{}.{key}", self.branch);
            self.git.run(["config", "--local", &key, value])
        };
        // A convenience: without it syncing works just the same.
        let _ = set("remote", &remote.name).and_then(|_| set("merge", &format!("refs/heads/{}", remote.branch)));
        if let Some(remote) = &mut self.remote {
            remote.followed = true;
        }
    }
}

fn shown(path: &Path) -> String {
    crate::text::one_line(&path.display().to_string()).into_owned()
}

/// Whether git says that objects are missing which it has to have.
fn is_hollow(trouble: &Trouble) -> bool {
    const PHRASES: [&str; 6] = [
        "bad tree object",
        "bad object",
        "unable to read tree",
        "unable to read",
        "missing tree",
        "missing blob",
    ];
    matches!(trouble, Trouble::Said { said, .. } if PHRASES.iter().any(|phrase| said.contains(phrase)))
}

/// The end of a file that may be long.
fn read_tail(path: &Path) -> std::io::Result<String> {
    use std::io::{Read, Seek, SeekFrom};
    const TAIL: u64 = 64 << 10;
    let mut opened = crate::store::read::open(path)?;
    let from = opened.meta.len().saturating_sub(TAIL);
    opened.file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    opened.file.take(TAIL).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn on_remote(trouble: Trouble) -> Halt {
    Halt::Remote(Class::of(&trouble), trouble)
}

/// A random pause before the next try, longer with each.
fn jitter(attempt: u32) -> Duration {
    let most = 50_u64.saturating_mul(1 << attempt.min(6)).min(2_000);
    let random = u64::from_le_bytes(crate::store::site::random_bytes());
    Duration::from_millis(random % most.max(1))
}
