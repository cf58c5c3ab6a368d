//! Runbooks: any Markdown read as steps, its commands taken apart, its placeholders found. Pure; the bytes of a runbook are
//! never written back.

pub mod article;
pub mod attach;
pub mod command;
mod danger;
mod drawn;
pub mod fresh;
pub mod front;
pub mod gap;
pub mod language;
pub mod library;
pub mod lines;
pub mod lint;
pub mod markdown;
pub mod matching;
mod no_gap;
mod open_lines;
mod programs;
mod prompt;
mod prose;
pub mod quote;
mod read;
pub mod secret;
mod section;
pub mod shell;
pub mod shipped;
mod steps;
pub mod words;

pub use command::Command;
pub use front::{Day, Front, Span};
pub use gap::Gap;
pub use language::Language;
pub use read::{Entry, Runbook, Section, digest};
pub use section::Purpose;
pub use steps::{Source, Step, Steps};

#[cfg(test)]
mod tests;
