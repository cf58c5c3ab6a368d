//! `warroom validate`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::document::{self, Problem};
use crate::text;

/// Largest file that is looked at, in bytes.
const LARGEST: u64 = 64 << 20;

/// Check incident files: every problem with its file, line and column
#[derive(Args, Debug)]
pub(super) struct Validate {
    /// Incident files; all of the repository where there is none
    file: Vec<PathBuf>,
}

impl Validate {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let files = if self.file.is_empty() {
            let places = context.repository()?.incidents()?;
            places.into_iter().map(|place| place.path).collect()
        } else {
            self.file
        };
        let (mut text, mut list, mut bad) = (String::new(), Vec::new(), 0);
        for file in &files {
            let name = file.display().to_string();
            let problems = check(file)?;
            bad += usize::from(problems.iter().any(|problem| !problem.warning));
            for problem in &problems {
                let mark = if problem.warning { "warning: " } else { "" };
                let line = format!("{name}:{}:{}: {mark}{}", problem.line, problem.column, problem.said);
                let _ = writeln!(text, "{}", text::one_line(&line));
                list.push(json!({
                    "file": name,
                    "line": problem.line,
                    "column": problem.column,
                    "said": problem.said,
                    "warning": problem.warning,
                }));
            }
        }
        if bad == 0 {
            let _ = writeln!(text, "{} in order", super::page::count(files.len(), "file"));
        }
        let mut reply = Reply::new(text, json!({"ok": bad == 0, "files": files.len(), "problems": list}));
        reply.code = if bad == 0 { 0 } else { 5 };
        Ok(reply)
    }
}

/// What is wrong in a file. That it cannot be opened is a failure.
fn check(file: &Path) -> Result<Vec<Problem>, Failure> {
    let failed = |error| {
        Failure::because(
            format!("cannot read {}", file.display()),
            color_eyre::Report::new(error),
        )
    };
    let meta = std::fs::metadata(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::not_found(format!("there is no file {}", file.display()), Vec::new()),
        _ => failed(error),
    })?;
    if !meta.is_file() {
        return Err(Failure::usage(format!("{} is not a file", file.display())));
    }
    if meta.len() > LARGEST {
        return Ok(vec![Problem {
            line: 1,
            column: 1,
            said: format!(
                "the file has {} MiB, {} is the most that is read",
                meta.len() >> 20,
                LARGEST >> 20
            ),
            warning: false,
        }]);
    }
    let bytes = std::fs::read(file).map_err(failed)?;
    Ok(match std::str::from_utf8(&bytes) {
        Ok(text) => document::check(text),
        Err(error) => vec![not_text(&bytes[..error.valid_up_to()])],
    })
}

/// Bytes that are no text, after what is.
fn not_text(sound: &[u8]) -> Problem {
    let sound = String::from_utf8_lossy(sound);
    let last = sound.rsplit('\n').next().unwrap_or_default();
    Problem {
        line: sound.matches('\n').count() + 1,
        column: last.chars().count() + 1,
        said: "this is not UTF-8 text; convert the file, or take it back from git".into(),
        warning: false,
    }
}
