//! The third step of a round: what the remote has is joined with what is here, and brought into the incident files before the head moves.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::exchange::on_remote;
use super::{Files, Halt, Round, shown};
use crate::git::{self, Brought, Entry, Joined, Pause, Pushed, Remote, Standing, bring, join};
use crate::merge::mend;

impl Round {
    /// Joins what the remote has into this clone.
    pub(super) fn take_in(&mut self, standing: &mut Standing, remote: &Remote, files: &dyn Files) -> Result<(), Halt> {
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
                    let large = self.too_large(&joined)?;
                    let why = "it would be larger than 64 MiB";
                    if !self.keep_more(&mut keep, &large, ways, remote, why)? {
                        break joined;
                    }
                }
                Err(conflict) => {
                    if let Some(path) = self.unmerged(&conflict.0, ways)? {
                        return Err(Pause::Unmerged(path).into());
                    }
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

    /// Incidents that would be larger than an incident may be.
    fn too_large(&self, joined: &Joined) -> Result<Vec<PathBuf>, Halt> {
        let mut large = Vec::new();
        for one in joined.brought.iter().filter(|one| self.is_incident(&one.path)) {
            if let Some(new) = &one.new
                && self.is_too_large(new)?
            {
                large.push(one.path.clone());
            }
        }
        Ok(large)
    }

    /// Commits what a newer program wrote of incidents that were changed here, too, and goes on with all others. The files here
    /// stay as they are, and are not committed over it: a program that knows both merges them.
    pub(super) fn yield_to_newer(
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
    pub(super) fn incidents_only(
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
    pub(super) fn hold_on(&self, commit: Option<&str>) -> Result<(), Halt> {
        const JOINING: &str = "refs/worktree/warroom/joining";
        let args = match commit {
            Some(commit) => vec!["update-ref", JOINING, commit],
            None => vec!["update-ref", "-d", JOINING],
        };
        self.git.run(args).map_err(Pause::Trouble)?;
        Ok(())
    }

    /// A branch without commits starts as the remote's.
    pub(super) fn start_from(&mut self, standing: &mut Standing, there: &str) -> Result<(), Halt> {
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

    pub(super) fn conflicts(&self, paths: &[PathBuf]) -> Pause {
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
    pub(super) fn merge_in<'j>(&mut self, joined: &'j Joined, files: &dyn Files) -> Result<Vec<&'j Brought>, Halt> {
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
}
