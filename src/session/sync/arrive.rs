//! What the remote's commits do to incidents, looked at before it is joined: what cannot be joined is left out and named, what
//! was deleted is put back, and what somebody wrote without this program is stamped and logged, by everybody alike.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::round::{Files, Halt, Round};
use crate::document::Document;
use crate::git::{self, Different, Entry, Held, Pause, Remote, Standing, Step, Trouble};
use crate::incident::{Event, EventKind, Incident, Time, ids};
use crate::merge::{self, Seen, mend};
use crate::store::put::Folder;
use crate::store::read::{LARGEST, hash};

/// How many commits are looked at one by one; of more than these only what they come to.
const MOST_STEPS: usize = 200;

/// What is to be done before a commit of the remote can be joined.
#[derive(Debug, Default)]
pub(super) struct Review {
    /// What incidents of it are to be held as.
    pub keep: Vec<(PathBuf, Held)>,
    /// Whether it holds paths that git would not make in a working tree.
    pub insane: bool,
    /// Where the remote has another incident of the same number.
    pub two: Option<PathBuf>,
    /// What a newer program wrote there, of incidents that were changed here as well.
    pub newer: Vec<(PathBuf, Held)>,
}

/// Why an incident that a newer program wrote is left as it is: a clause.
pub(super) fn newer(schema: u32) -> String {
    format!(
        "was written by a newer warroom (schema {schema}) and is not touched: what is here stays in the file; update this warroom to share it"
    )
}

/// What somebody's version of an incident is to ours.
enum Version {
    /// As it should be.
    Good,
    /// It is to be read as this.
    As(String),
    /// It cannot be joined: why.
    Broken(String),
    /// It is another incident.
    Another,
    /// A newer program's, of this schema, and ours has changed.
    Newer(u32),
}

/// A version as it was read.
enum Read {
    /// Its text, and what it says.
    Good(String, Document),
    /// A newer program wrote it: its text, and the schema's number. It is kept and nothing is made of it.
    Newer(String, u32),
    /// No one can: why.
    Wrong(String),
}

impl Read {
    fn document(self) -> Option<Document> {
        match self {
            Self::Good(_, document) => Some(named(document)),
            Self::Newer(..) | Self::Wrong(_) => None,
        }
    }
}

/// The two commits of a join, and what both come from.
struct Ways<'a> {
    head: &'a str,
    there: &'a str,
    base: Option<String>,
}

impl Round {
    /// Looks at what `there` would change of the incidents that `head` has.
    pub(super) fn review(&mut self, head: &str, there: &str, remote: &Remote) -> Result<Review, Halt> {
        let different = git::differences(self.git(), head, there).map_err(Pause::Trouble)?;
        let answer = self.git().ask(["merge-base", head, there]).map_err(Pause::Trouble)?;
        // 1 says that they have nothing in common.
        if !matches!(answer.code, 0 | 1) {
            let (code, said) = (answer.code, answer.said);
            return Err(Pause::Trouble(Trouble::Said { code, said }).into());
        }
        let base = String::from_utf8_lossy(&answer.out).lines().next().map(str::to_owned);
        let ways = Ways { head, there, base };
        let mut review = Review::default();
        let mut steps = None;
        for one in &different {
            let path = &one.path;
            if !git::is_sane(path) {
                review.insane = true;
                let said = format!("{} is no path that git makes", shown(path));
                self.tell_left_out(&ways, path, remote, &said);
                continue;
            }
            if !self.is_incident(path) {
                continue;
            }
            let Some(ours) = one.old.as_ref() else {
                // Nothing of ours is at stake: it comes as it is.
                let read = one.new.as_ref().map(|new| self.readable(new, None)).transpose()?;
                if let Some(Read::Wrong(why)) = read {
                    self.tell_unreadable(&ways, path, remote, &why);
                }
                continue;
            };
            let was = match &ways.base {
                Some(base) => git::held(self.git(), base, path).map_err(Pause::Trouble)?,
                None => None,
            };
            if was == one.new || !ours.is_file() {
                continue;
            }
            let Some(theirs) = one.new.as_ref() else {
                self.tell_deleted(there, path, &remote.name);
                review.keep.push((path.clone(), ours.clone()));
                continue;
            };
            match self.version(&ways, one, ours, was.as_ref(), theirs, &mut steps)? {
                Version::Good => {}
                Version::As(text) => {
                    let held = self.blob(path, text.as_bytes()).map_err(Pause::Trouble)?;
                    review.keep.push((path.clone(), held));
                }
                Version::Broken(why) => {
                    self.tell_left_out(&ways, path, remote, &why);
                    review.keep.push((path.clone(), ours.clone()));
                }
                Version::Newer(schema) => {
                    self.leave(format!("{} {}", shown(path), newer(schema)));
                    review.newer.push((path.clone(), theirs.clone()));
                }
                Version::Another => review.two = Some(path.clone()),
            }
        }
        Ok(review)
    }

    /// Holds further incidents as they are here, which git could not merge; whether there were any.
    pub(super) fn keep_more(
        &mut self,
        keep: &mut Vec<(PathBuf, Held)>,
        paths: &[PathBuf],
        (head, there): (&str, &str),
        remote: &Remote,
        why: &str,
    ) -> Result<bool, Halt> {
        let mut any = false;
        for path in paths {
            if !self.is_incident(path) || keep.iter().any(|(kept, _)| kept == path) {
                continue;
            }
            if let Some(ours) = git::held(self.git(), head, path).map_err(Pause::Trouble)? {
                let ways = Ways {
                    head,
                    there,
                    base: None,
                };
                self.tell_left_out(&ways, path, remote, why);
                keep.push((path.clone(), ours));
                any = true;
            }
        }
        Ok(any)
    }

    /// An incident among those that git could not merge which both sides have whole. Such a pair is always merged, so the merge driver
    /// has not done its work (no room on the disk, a kill): theirs is no worse for that, and must not be left out.
    pub(super) fn unmerged(&self, paths: &[PathBuf], (head, there): (&str, &str)) -> Result<Option<PathBuf>, Halt> {
        for path in paths.iter().filter(|path| self.is_incident(path)) {
            let mut whole = true;
            for commit in [head, there] {
                let held = git::held(self.git(), commit, path).map_err(Pause::Trouble)?;
                whole &= match held {
                    Some(held) => matches!(self.readable(&held, None)?, Read::Good(..)),
                    None => false,
                };
            }
            if whole {
                return Ok(Some(path.clone()));
            }
        }
        Ok(None)
    }

    /// Whether a blob is larger than an incident may be.
    pub(super) fn is_too_large(&self, oid: &str) -> Result<bool, Halt> {
        let size = self.git().line(["cat-file", "-s", oid]).map_err(Pause::Trouble)?;
        Ok(size.parse::<u64>().is_ok_and(|size| size > LARGEST))
    }

    /// Reads what a tree holds. That git does not answer says nothing of it.
    fn readable(&self, held: &Held, known: Option<&Document>) -> Result<Read, Halt> {
        let wrong = |why: &str| Ok(Read::Wrong(why.to_owned()));
        match held.mode.as_str() {
            "120000" => return wrong("it is a link"),
            "160000" => return wrong("it is another repository"),
            _ => {}
        }
        let Some(bytes) = self.git().blob(&held.oid, LARGEST).map_err(Pause::Trouble)? else {
            return Ok(Read::Wrong(format!(
                "it is larger than {}",
                crate::bounds::size(LARGEST)
            )));
        };
        let text = match crate::store::text::utf8(&bytes) {
            Ok(text) => text,
            Err(invalid) => return Ok(Read::Wrong(invalid.to_string())),
        };
        Ok(match mend::read(text, known) {
            Ok((document, _)) => match document.newer_schema() {
                Some(schema) => Read::Newer(text.to_owned(), schema),
                None => Read::Good(text.to_owned(), document),
            },
            Err(invalid) => Read::Wrong(invalid.to_string()),
        })
    }

    fn version(
        &self,
        ways: &Ways<'_>,
        one: &Different,
        ours: &Held,
        was: Option<&Held>,
        theirs: &Held,
        steps: &mut Option<Vec<Step>>,
    ) -> Result<Version, Halt> {
        let Read::Good(_, mine) = self.readable(ours, None)? else {
            // Nothing good here that could be held; git says whether both changed it.
            return Ok(Version::Good);
        };
        let (text, document) = match self.readable(theirs, Some(&mine))? {
            Read::Good(text, document) => (text, named(document)),
            // A newer program wrote it: here it is only to be kept.
            Read::Newer(..) if was == Some(ours) => return Ok(Version::Good),
            Read::Newer(_, schema) => return Ok(Version::Newer(schema)),
            Read::Wrong(why) => return Ok(Version::Broken(why)),
        };
        let (our, their) = (&mine.incident().uid, &document.incident().uid);
        let is_other = !our.is_empty() && !their.is_empty() && our != their;
        if is_other && !is_one(mine.incident(), document.incident()) {
            return Ok(Version::Another);
        }
        let mut state = document.clone();
        if steps.is_none() {
            let below = self.incidents();
            let all = git::steps(self.git(), ways.head, ways.there, &below, MOST_STEPS);
            *steps = Some(all.map_err(Pause::Trouble)?);
        }
        let all = steps.as_deref().unwrap_or_default();
        let own: Vec<&Step> = all.iter().filter(|step| step.change.path == one.path).collect();
        let mut read: HashMap<String, Document> = HashMap::new();
        read.insert(theirs.oid.clone(), document.clone());
        for step in &own {
            let (Some(old), Some(new)) = (&step.change.old, &step.change.new) else {
                continue;
            };
            let mut known = |held: &Held| -> Result<Option<Document>, Halt> {
                if let Some(document) = read.get(&held.oid) {
                    return Ok(Some(document.clone()));
                }
                let found = self.readable(held, Some(&document))?.document();
                if let Some(document) = &found {
                    read.insert(held.oid.clone(), document.clone());
                }
                Ok(found)
            };
            if let (Some(before), Some(after)) = (known(old)?, known(new)?)
                && let Some(adopted) = adopted(&before, &after, step)
            {
                state = merge::merge(&after, &adopted, &state).0;
            }
        }
        // What no single commit tells: merges made by hand, a history too long, or a version in between that nobody could read.
        let base = was.map(|was| self.readable(was, Some(&document))).transpose()?;
        let base = base.and_then(Read::document);
        let first = if is_other {
            self.first_uid(ways.there, &one.path)?
        } else {
            None
        };
        let uid = first.as_ref().unwrap_or(our);
        if !uid.is_empty() && &state.incident().uid != uid {
            let mut incident = Incident::clone(state.incident());
            incident.uid.clone_from(uid);
            state = state.with(Arc::new(incident));
        }
        if let (Some(base), Some(last)) = (&base, own.last())
            && let Some(adopted) = adopted(base, &state, last)
        {
            state = adopted;
        }
        Ok(if state.text() == text {
            Version::Good
        } else {
            Version::As(state.text().to_owned())
        })
    }

    /// The uid that an incident had when it came into a history.
    fn first_uid(&self, commit: &str, path: &Path) -> Result<Option<String>, Halt> {
        let mut args: Vec<std::ffi::OsString> = ["log", "--diff-filter=A", "--format=%H", commit, "--"]
            .map(std::ffi::OsString::from)
            .into();
        args.push(path.into());
        let added = self.git().line(args).map_err(Pause::Trouble)?;
        let Some(first) = added.lines().next_back() else {
            return Ok(None);
        };
        let held = git::held(self.git(), first, path).map_err(Pause::Trouble)?;
        let read = held.map(|held| self.readable(&held, None)).transpose()?;
        let uid = read
            .and_then(Read::document)
            .map(|document| document.incident().uid.clone());
        Ok(uid.filter(|uid| !uid.is_empty()))
    }

    /// Puts incidents back that `there` has and the head has not: an incident is never deleted, only cancelled.
    pub(super) fn put_back(&mut self, standing: &mut Standing, remote: &Remote, files: &dyn Files) -> Result<(), Halt> {
        let (Some(head), Some(there)) = (standing.head.clone(), self.there().map(str::to_owned)) else {
            return Ok(());
        };
        if head == there {
            return Ok(());
        }
        let mut entries = Vec::new();
        for one in git::differences(self.git(), &there, &head).map_err(Pause::Trouble)? {
            let (Some(held), None) = (&one.old, &one.new) else {
                continue;
            };
            if !self.is_incident(&one.path) || !git::is_sane(&one.path) {
                continue;
            }
            let (Read::Good(text, _) | Read::Newer(text, _)) = self.readable(held, None)? else {
                continue;
            };
            self.tell_deleted(&head, &one.path, &remote.name);
            self.restore(&one.path, text.as_bytes(), files);
            entries.push(Entry::new(one.path, text.into_bytes()));
        }
        if entries.is_empty() {
            return Ok(());
        }
        let count = entries.len();
        let message = format!(
            "Put back {count} deleted incident file{}",
            if count == 1 { "" } else { "s" }
        );
        let commit = git::record(self.git(), self.side(), Some(&head), &entries, &message);
        standing.head = Some(commit.map_err(Pause::Trouble)?);
        Ok(())
    }

    /// Writes an incident file that is gone, unless a console has it open and asks its person, or it is there again.
    pub(super) fn restore(&mut self, path: &Path, bytes: &[u8], files: &dyn Files) -> bool {
        let full = self.top().join(path);
        if files.known(&full).is_some() {
            return false;
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let folder = Folder::below(self.top(), folder, self.sharing(), true);
        match folder.and_then(|folder| folder.create(path.file_name().unwrap_or_default(), bytes)) {
            Ok(made) => made,
            Err(error) => {
                let why = crate::store::reason(&error);
                self.leave(format!("{} is gone and cannot be put back: {why}", shown(path)));
                false
            }
        }
    }

    pub(super) fn blob(&self, path: &Path, bytes: &[u8]) -> Result<Held, Trouble> {
        let mut args: Vec<std::ffi::OsString> = ["hash-object", "-w", "--stdin", "--path"]
            .map(std::ffi::OsString::from)
            .into();
        args.push(path.into());
        let out = self.git().feed(args, bytes)?;
        Ok(Held::file(String::from_utf8_lossy(&out).trim().to_owned()))
    }

    fn tell_left_out(&mut self, ways: &Ways<'_>, path: &Path, remote: &Remote, why: &str) {
        let (who, commit) = brought_by(self, ways.there, path);
        self.notices.push(format!(
            "{} at {} cannot be joined: {why}. {who} brought it in commit {commit}; the good version here stays and is synced. \
             Ask {who} to repair it: `git show {commit}:{}` shows theirs.",
            shown(path),
            remote.name,
            shown(path),
        ));
    }

    fn tell_unreadable(&mut self, ways: &Ways<'_>, path: &Path, remote: &Remote, why: &str) {
        let (who, commit) = brought_by(self, ways.there, path);
        self.notices.push(format!(
            "{} came from {} and cannot be read: {why}. {who} brought it in commit {commit}; all other incidents are synced. \
             Repair it in an editor: `warroom validate` names the line.",
            shown(path),
            remote.name,
        ));
    }

    fn tell_deleted(&mut self, commit: &str, path: &Path, remote: &str) {
        let (who, commit) = brought_by(self, commit, path);
        let id = path.parent().and_then(Path::file_name).unwrap_or_default();
        self.notices.push(format!(
            "{who} deleted {} in commit {commit}; it is put back here and at {remote}, and nothing of it is lost. \
             To end an incident use `warroom cancel` or `warroom close`.",
            shown(Path::new(id)),
        ));
    }
}

/// The state with an id for every entry, as every merge reads it.
pub(super) fn named(document: Document) -> Document {
    if merge::is_named(document.incident()) {
        return document;
    }
    merge::merge(&document, &document, &document).0
}

fn brought_by(round: &Round, commit: &str, path: &Path) -> (String, String) {
    git::last_by(round.git(), commit, path).unwrap_or_else(|| ("someone".into(), commit.chars().take(7).collect()))
}

fn shown(path: &Path) -> String {
    crate::text::one_line(&path.display().to_string()).into_owned()
}

/// Whether two states are of one incident although their uids differ: they share what was drawn at random.
pub(super) fn is_one(ours: &Incident, theirs: &Incident) -> bool {
    let ids: std::collections::HashSet<&str> = ours.timeline.iter().map(|event| event.id.as_str()).collect();
    theirs
        .timeline
        .iter()
        .any(|event| !event.id.is_empty() && ids.contains(event.id.as_str()))
}

/// What somebody made of `before` without this program, as everybody who looks at their commit reads it; `None` where there is
/// nothing to add to it.
fn adopted(before: &Document, after: &Document, step: &Step) -> Option<Document> {
    if before.incident().uid != after.incident().uid {
        return None;
    }
    // Git counts in seconds; an edit is later than what it edits.
    let newest = crate::incident::newest(before.incident()).max(crate::incident::newest(after.incident()));
    let at = Time::from_millis(step.at.saturating_mul(1000)).max(newest);
    let (adopted, _) = merge::adopt(before, after, &Seen::default(), at, &step.who);
    if adopted.text() == after.text() {
        return None;
    }
    let who = crate::text::one_line(&step.who).into_owned();
    let short = step.commit.get(..10).unwrap_or(&step.commit);
    let mut bytes = [0; ids::NONCE];
    bytes.copy_from_slice(&hash(step.commit.as_bytes()).to_le_bytes()[..ids::NONCE]);
    let id = format!("g{}", ids::from_bytes(bytes));
    let mut incident = Incident::clone(adopted.incident());
    if !incident.timeline.iter().any(|event| event.id == id) {
        incident.timeline.push(Arc::new(Event {
            id,
            at,
            text: format!("edited outside warroom by {who}, in commit {short}"),
            by: who,
            kind: EventKind::HandEdit,
            ..Event::default()
        }));
        incident.timeline.sort_by(|a, b| a.in_time(b));
    }
    Some(adopted.with(Arc::new(incident)))
}
