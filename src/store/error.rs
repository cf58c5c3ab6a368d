//! What can go wrong with a repository and its files, each as one sentence that says what is safe and what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::document::Invalid;
use crate::incident::Refusal;

/// Why something on disk could not be done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No `.warroom` folder here or above; the one below, if there is exactly one nearby.
    #[error(
        "No incidents repository in {} or above it; {}.",
        .0.display(),
        elsewhere(.1.as_deref())
    )]
    NoRepository(PathBuf, Option<PathBuf>),
    /// No such incident, or several (exit 4).
    #[error(transparent)]
    NoSuchIncident(Refusal),
    /// The incident file cannot be read (exit 5). It is never written over.
    #[error("{}, {invalid}", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and what, and what to do.
        invalid: Box<Invalid>,
    },
    /// No framework of that name (exit 4).
    #[error("{said}")]
    NoSuchFramework {
        /// The sentence.
        said: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// A framework's file is wrong (exit 5); the sentence is complete.
    #[error("{0}")]
    Framework(String),
    /// The system refused something.
    #[error("{what} {}: {}. {remedy}", .path.display(), reason(.source))]
    Io {
        /// What failed: `Cannot write`.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
        /// What is safe and what to do next: a sentence.
        remedy: String,
    },
}

/// What to do where there is none here or above, with the one below.
fn elsewhere(below: Option<&Path>) -> String {
    let Some(below) = below else {
        return "make one with `warroom init`, or name one with -C DIR".into();
    };
    let word = below.to_string_lossy();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@:,".contains(&byte);
    if word.bytes().all(plain) && !word.starts_with('-') {
        format!("there is one below: use `-C {word}`")
    } else {
        format!("there is one below: use `-C '{}'`", word.replace('\'', r"'\''"))
    }
}

/// The system's words without Rust's `(os error 13)`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let cut = text.find(" (os error").unwrap_or(text.len());
    let mut short = text[..cut].to_owned();
    if let Some(first) = short.get(..1) {
        let lower = first.to_lowercase();
        short.replace_range(..1, &lower);
    }
    short
}
