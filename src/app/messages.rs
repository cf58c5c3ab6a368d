//! The page of the messages: how the file, its saving and its syncing stand, what was said lately, notices.

use std::time::Duration;

use super::Model;
use super::detail::{Lines, line};
use crate::incident::Time;
use crate::incident::time::format_duration;
use crate::session::sync::{Phase, SyncState};
use crate::session::{FileState, Saving, Watching};

/// How this clone stands with the others, in words.
fn git(sync: &SyncState, now: Time) -> String {
    let remote = if sync.remote.is_empty() {
        "the remote"
    } else {
        sync.remote.as_str()
    };
    let ago = |at: Time| format_duration(Duration::from_secs(now.seconds_since(at).max(0).unsigned_abs()));
    let mut said = match &sync.phase {
        Phase::Off => "not synced with anyone from here".to_owned(),
        Phase::Alone => "committed in this clone; there is no remote".to_owned(),
        Phase::Good => format!("up to date with {remote}"),
        Phase::Elsewhere => "another console of this working tree syncs it".to_owned(),
        Phase::Offline(trouble) => format!("{remote} cannot be reached: {}", trouble.why),
        Phase::Refused(trouble) => format!("{remote} refuses: {}", trouble.why),
        Phase::Paused(trouble) => format!("paused: {}", trouble.why),
    };
    if let Some(since) = sync.since {
        said.push_str(&format!("; for {}", ago(since)));
    }
    if let Some(at) = sync.at {
        said.push_str(&format!("; all was there {} ago", ago(at)));
    }
    if sync.unsent > 0 {
        said.push_str(&format!(
            "; {} of this clone's commits are not there yet, and none is lost",
            sync.unsent
        ));
    }
    if let Some(trouble) = sync.trouble().filter(|trouble| !trouble.remedy.is_empty()) {
        said.push('\n');
        said.push_str(&trouble.remedy);
    }
    said
}

/// The lines of the messages: what was said lately, state of the file, unreadable entries, notices.
fn messages(model: &Model) -> Lines {
    let snapshot = &model.snapshot;
    let mut lines = Lines::new();
    let saving = match &snapshot.saving {
        Saving::Saved => "everything is on disk".to_owned(),
        Saving::Pending(count) => format!("{count} changes are being saved"),
        Saving::Failed(count, why) => format!("{count} changes are not in the file, but kept in the journal: {why}"),
    };
    line(&mut lines, "saved", saving);
    let file = match &snapshot.file {
        FileState::Good => "in order".to_owned(),
        FileState::Invalid(invalid) => invalid.to_string(),
        FileState::Missing => "the file is gone; changes are kept in the journal".to_owned(),
        FileState::ReadOnly(why) => format!("read-only: {why}"),
    };
    line(&mut lines, "file", file);
    let watching = match snapshot.watching {
        Watching::Events => "changes of others are seen at once",
        Watching::Polling => "no file events here; the file is checked every so often",
        Watching::Off => "changes of others are not looked for",
    };
    line(&mut lines, "watching", watching);
    line(&mut lines, "git", git(&snapshot.sync, model.now));
    for said in model.said.iter().rev() {
        line(&mut lines, &model.clock(said.at, true), &said.text);
    }
    for entry in snapshot.quarantined.iter() {
        let place = format!("{}, line {}", entry.section, entry.line);
        line(
            &mut lines,
            "unreadable",
            format!(
                "{place}: {}; it stays in the file as it is\n{}",
                entry.problem, entry.excerpt
            ),
        );
    }
    for problem in &model.problems {
        line(&mut lines, "configuration", problem);
    }
    for notice in snapshot.notices.iter().rev() {
        line(
            &mut lines,
            if notice.warning { "warning" } else { "notice" },
            &notice.text,
        );
    }
    lines
}

impl Model {
    /// The lines of the messages layer: label and text.
    pub fn message_lines(&self) -> Vec<(String, String)> {
        messages(self)
    }
}
