//! `warroom validate`

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::bounds;
use crate::document::{self, Document, Problem, yaml};
use crate::framework::Framework;
use crate::incident::{live, misordered};
use crate::store::read::{Unreadable, around, read_within};
use crate::text;

/// Check incident files: every problem with its file, line and column
#[derive(Args, Debug)]
pub(super) struct Validate {
    /// Incident files; all of the repository where there is none
    file: Vec<PathBuf>,

    /// Print the JSON Schema of incident files, with what every field means
    #[arg(long, conflicts_with = "file")]
    schema: bool,
}

/// Made from the types of `incident::model`.
const SCHEMA: &str = include_str!("../../assets/schema/incident.json");

impl Validate {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if self.schema {
            return Ok(Reply::schema(SCHEMA));
        }
        let files = if self.file.is_empty() {
            let places = context.repository()?.incidents()?;
            places.into_iter().map(|place| place.path).collect()
        } else {
            self.file
        };
        let (mut text, mut list, mut bad, mut refused) = (String::new(), Vec::new(), 0, None);
        for file in &files {
            let name = file.display().to_string();
            let problems = match check(context, file) {
                Ok(problems) => problems,
                // The others are looked at all the same.
                Err(failure) => {
                    let said = failure.said.clone();
                    refused.get_or_insert(failure);
                    let line = format!("{name}: {said}");
                    let _ = writeln!(text, "{}", text::one_line(&line));
                    list.push(json!({"file": name, "line": 1, "column": 1, "said": said, "warning": false}));
                    continue;
                }
            };
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
        match refused {
            // Nothing else to tell.
            Some(failure) if list.len() == 1 => return Err(failure),
            Some(_) => bad += 1,
            None if bad == 0 => {
                let _ = writeln!(text, "{} in order", super::page::count(files.len(), "file"));
            }
            None => {}
        }
        let mut reply = Reply::new(text, json!({"ok": bad == 0, "files": files.len(), "problems": list}));
        reply.code = if bad == 0 { 0 } else { 5 };
        Ok(reply)
    }
}

/// The name of an incident's folder, where the file is one.
fn folder(file: &Path) -> Option<&str> {
    let folder = file.parent().filter(|_| file.ends_with("incident.yaml"))?;
    let inside = folder.parent().is_some_and(|above| above.ends_with("incidents"));
    folder.file_name().filter(|_| inside)?.to_str()
}

/// Whether the other verbs read an incident file of this repository, which they do without its end line where nothing is missing of
/// what was last known.
fn is_read_all_the_same(context: &Context, file: &Path) -> bool {
    let (Ok(repository), Some(id)) = (context.repository(), folder(file)) else {
        return false;
    };
    let same = |place: &Path| std::fs::canonicalize(place).ok() == std::fs::canonicalize(file).ok();
    let place = repository.find(id).ok().filter(|place| same(&place.path));
    place.is_some_and(|place| repository.read(&place).is_ok())
}

/// What is wrong in a file; also that it cannot be read, or leads out of the repository: the others go on. Only that a file
/// that was named is not there is a failure.
fn check(context: &Context, file: &Path) -> Result<Vec<Problem>, Failure> {
    let own = context.repository().ok().map(crate::store::Repository::root);
    let listed = own.is_some_and(|root| file.starts_with(root));
    // A file that is in no repository may not lead out of its own folder.
    let beside = || file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let root = around(file).unwrap_or_else(|| beside().unwrap_or(Path::new(".")).to_owned());
    let bytes = match read_within(&root, file, bounds::INCIDENT) {
        Ok(bytes) => bytes,
        Err(Unreadable::Odd("a folder")) if !listed || !file.ends_with("incident.yaml") => {
            return Err(Failure::usage(format!("{} is not a file", file.display())));
        }
        Err(Unreadable::Missing) => {
            return Err(Failure::not_found(
                format!("there is no file {}", file.display()),
                Vec::new(),
            ));
        }
        Err(why) => {
            let said = match why {
                Unreadable::TooLarge(size, most) => format!(
                    "the file has {}, and {} is the most that is read of an incident",
                    bounds::size(size),
                    bounds::size(most)
                ),
                Unreadable::Odd(what) => format!("this is {what}, so it was not read; put the file itself there"),
                why => format!(
                    "the file cannot be read: {}; make it readable for you",
                    crate::store::reason(&why.into())
                ),
            };
            return Ok(vec![Problem {
                line: 1,
                column: 1,
                said,
                warning: false,
            }]);
        }
    };
    Ok(match std::str::from_utf8(&bytes) {
        Ok(text) => {
            let mut problems = document::check(text, context.now(), folder(file), &|| {
                is_read_all_the_same(context, file)
            });
            problems.extend(words(context, text));
            problems
        }
        Err(error) => vec![not_text(&bytes[..error.valid_up_to()])],
    })
}

/// Words that the incident's framework does not know: they are kept, and nothing counts for them.
fn words(context: &Context, text: &str) -> Vec<Problem> {
    let Ok(document) = Document::parse(text) else {
        return Vec::new();
    };
    let incident = document.incident();
    let wrong = misordered(incident).into_iter().map(|wrong| Problem {
        line: yaml::line_of(text, &[wrong.then.as_str()]),
        column: 1,
        said: format!("{wrong}; no figure counts from one to the other (correct it with `warroom milestone`)"),
        warning: true,
    });
    let mut problems: Vec<Problem> = wrong.collect();
    let own = context
        .repository()
        .ok()
        .map(|repository| repository.framework(&incident.framework));
    let built_in = || Framework::builtin(&incident.framework);
    let Some(framework) = own.and_then(Result::ok).or_else(built_in) else {
        problems.push(unknown(text, "framework", "framework", &incident.framework, "nobody"));
        return problems;
    };
    let data = &framework;
    problems.extend(data.passed_over(incident).into_iter().map(|one| Problem {
        line: yaml::line_of(
            text,
            &[if one.subject == "status" {
                "status"
            } else {
                "mitigations"
            }],
        ),
        column: 1,
        said: one.said,
        warning: true,
    }));
    // Each word once, however often it stands there.
    let mut found: Vec<(&str, &str, &str)> = Vec::new();
    let mut seen = HashSet::new();
    let mut note = |section, what, word, known: bool| {
        if !known && seen.insert((section, word)) {
            found.push((section, what, word));
        }
    };
    let (severity, status) = (&incident.severity, &incident.status);
    let known = severity.is_empty() || data.severities.iter().any(|known| known.id == *severity);
    note("severity", "severity", severity, known);
    note(
        "status",
        "status",
        status,
        data.statuses.iter().any(|known| known.id == *status),
    );
    for held in live(&incident.roles) {
        let known = data.roles.iter().any(|known| known.id == held.role);
        note("roles", "role", &held.role, known);
    }
    for told in live(&incident.communications) {
        let known = data.audiences.iter().any(|known| known.id == told.audience);
        note("communications", "audience", &told.audience, known);
    }
    let more = found.len().saturating_sub(bounds::PROBLEMS);
    found.truncate(bounds::PROBLEMS);
    let told = found.into_iter();
    let told = told.map(|(section, what, word)| unknown(text, section, what, word, &data.name));
    problems.extend(told);
    document::with_more(problems, more)
}

fn unknown(text: &str, section: &str, what: &str, word: &str, framework: &str) -> Problem {
    let word = text::one_line(word).into_owned();
    Problem {
        line: yaml::line_of(text, &[section]),
        column: 1,
        said: format!("{framework} knows no {what} `{word}`; it is kept, and nothing counts for it"),
        warning: true,
    }
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
