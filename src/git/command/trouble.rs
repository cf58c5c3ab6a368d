//! Why a call of git gave no good answer.

use std::path::PathBuf;

use super::OLDEST;
use crate::git::said::last_line;

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
