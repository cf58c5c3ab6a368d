//! The document of an incident's review, in the incident's folder, and beside it what was made last: committed together, so that every
//! clone knows what people edited.

use std::io;
use std::path::{Path, PathBuf};

use super::Repository;
use super::put::Folder;
use super::read::{Unreadable, read_within};
use crate::bounds::{COMPANION, FRAMEWORK};
use crate::escape::file_name;
use crate::framework::Framework;
use crate::framework::data::Class;
use crate::incident::{Change, Incident, ItemState, Refusal, live};
use crate::recall::Case;
use crate::review::template::PUBLIC;
use crate::review::write::{Unanswered, Wanted};
use crate::review::{Made, Template, Written, make, write};

/// Why a document was not written. What was there is as it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReviewError {
    /// It, or what was made last, cannot be read.
    #[error("{} cannot be read: {why}; nothing was written", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: Unreadable,
    },
    /// It holds something else than text.
    #[error("{} is not UTF-8, so it is left as it is", .0.display())]
    NotText(PathBuf),
    /// The team's template has a slip.
    #[error("{}:{line}: {said}; repair it, or remove it to use the template that ships; nothing was written", path.display())]
    Template {
        /// Which file.
        path: PathBuf,
        /// Its first bad line, from 1.
        line: usize,
        /// What is wrong there.
        said: String,
    },
    /// The system refused.
    #[error("{} was not written; what was there is as it was", path.display())]
    Unwritten {
        /// Which file, from the repository's root.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The document of one incident.
pub(crate) struct ReviewFile<'a> {
    repository: &'a Repository,
    id: &'a str,
    public: bool,
}

/// What was brought up to date.
pub(crate) struct Brought {
    /// The document as it would be made now.
    pub made: Made,
    /// What was written.
    pub written: Written,
    /// Whether there was one before.
    pub was_there: bool,
}

/// How many sections with open questions the timeline names.
const NAMED: usize = 3;

/// A change that may close the incident, by the rule of its review's document, for every way there: while questions of a mandatory review
/// have no answer in it the change is refused; where that is overridden it says which. Any other change is as it was.
pub(crate) fn closing(
    repository: &Repository,
    id: &str,
    incident: &Incident,
    framework: &Framework,
    change: Change,
) -> Result<Change, Refusal> {
    if !closes(framework, &change) || framework.class(&incident.status) != Class::Resolved {
        return Ok(change);
    }
    let open = unanswered(repository, id, incident, framework);
    match change {
        change if open.is_empty() => Ok(change),
        Change::Close {
            force: Some(reason), ..
        } => {
            let more = open.len().saturating_sub(NAMED);
            let named: Vec<&str> = open[..open.len() - more]
                .iter()
                .map(|one| one.section.as_str())
                .collect();
            let named = named.join(", ");
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            Ok(Change::Close {
                force: Some(reason),
                missing: Some(format!("questions: {named}{more}")),
            })
        }
        _ => {
            let parts = framework.review_parts(incident).into_iter();
            let parts = parts.filter(|part| !part.met);
            let lines = parts.map(|part| format!("{}: {} ({})", part.id, part.text, part.how));
            let open = open.iter().map(|one| format!("questions: {one}"));
            Err(Refusal::Rules {
                said: format!(
                    "{id} cannot be closed: its review document has questions that no one has answered; answer them, or give --force --reason"
                ),
                missing: lines.chain(open).collect(),
            })
        }
    }
}

/// Whether a change closes an incident.
pub(crate) fn closes(framework: &Framework, change: &Change) -> bool {
    match change {
        Change::Close { .. } => true,
        Change::SetStatus { status, .. } => {
            let status = framework.status_id(status);
            status.is_ok_and(|status| framework.class(&status) == Class::Closed)
        }
        _ => false,
    }
}

/// The questions of a mandatory review that its document has no answer to; none where there is no document, or where it is written after
/// closing.
fn unanswered(repository: &Repository, id: &str, incident: &Incident, framework: &Framework) -> Vec<Unanswered> {
    let is_mandatory = framework.review_asked_by(incident).is_some();
    let after = framework.review.as_ref().is_some_and(|review| review.after_close);
    if !is_mandatory || after {
        return Vec::new();
    }
    let file = ReviewFile::of(repository, id, false);
    let text = file.read().ok().flatten();
    let both = text.zip(file.template(framework).ok());
    both.map(|(text, template)| write::unanswered(&text, &template))
        .unwrap_or_default()
}

impl<'a> ReviewFile<'a> {
    /// The document of an incident; `public` is the one for readers outside.
    pub(crate) fn of(repository: &'a Repository, id: &'a str, public: bool) -> Self {
        Self { repository, id, public }
    }

    fn folder(&self) -> PathBuf {
        Path::new("incidents").join(self.id)
    }

    fn name(&self, base: bool) -> &'static str {
        match (self.public, base) {
            (false, false) => "postmortem.md",
            (false, true) => "postmortem.base.md",
            (true, false) => "postmortem-external.md",
            (true, true) => "postmortem-external.base.md",
        }
    }

    /// Where it is, from the repository's root.
    pub(crate) fn relative(&self) -> PathBuf {
        self.folder().join(self.name(false))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        self.repository.root().join(self.relative())
    }

    /// What stands there; `None` where there is nothing.
    pub(crate) fn read(&self) -> Result<Option<String>, ReviewError> {
        self.text_of(false)
    }

    /// What was made last.
    pub(crate) fn read_base(&self) -> Result<Option<String>, ReviewError> {
        self.text_of(true)
    }

    fn text_of(&self, base: bool) -> Result<Option<String>, ReviewError> {
        let root = self.repository.root();
        let path = root.join(self.folder()).join(self.name(base));
        match read_within(root, &path, COMPANION) {
            Ok(bytes) => String::from_utf8(bytes)
                .map(Some)
                .map_err(|_| ReviewError::NotText(path)),
            Err(Unreadable::Missing) => Ok(None),
            Err(why) => Err(ReviewError::Unreadable { path, why }),
        }
    }

    /// Puts a text there, in one step.
    pub(crate) fn put(&self, text: &str) -> Result<(), ReviewError> {
        self.put_text(text, false)
    }

    /// Keeps what was made.
    pub(crate) fn put_base(&self, text: &str) -> Result<(), ReviewError> {
        self.put_text(text, true)
    }

    fn put_text(&self, text: &str, base: bool) -> Result<(), ReviewError> {
        let name = self.name(base);
        let folder = Folder::below(self.repository.root(), &self.folder(), self.repository.sharing(), false);
        let put = folder.and_then(|folder| folder.replace(Path::new(name), text.as_bytes(), None));
        put.map_err(|source| ReviewError::Unwritten {
            path: self.folder().join(name),
            source,
        })
    }

    /// The template that it is written by: the team's own, else the one that ships.
    pub(crate) fn template(&self, framework: &Framework) -> Result<Template, ReviewError> {
        let name = if self.public { PUBLIC } else { &framework.name };
        template(self.repository, name)
    }

    /// It as it is made now.
    pub(crate) fn make(&self, case: &Case, framework: &Framework) -> Result<Made, ReviewError> {
        let made = make(case, framework, &self.template(framework)?);
        Ok(if self.public {
            made.outside(case, framework)
        } else {
            made
        })
    }

    /// Writes it, or brings it up to date; what people edited stays. `sections` are taken as they are made now; with `force` a document
    /// that was reviewed is written too.
    pub(crate) fn bring_up(
        &self,
        case: &Case,
        framework: &Framework,
        sections: &[String],
        force: bool,
    ) -> Result<Brought, ReviewError> {
        let made = self.make(case, framework)?;
        let (file, base) = (self.read()?, self.read_base()?);
        let wanted = Wanted {
            file: file.as_deref(),
            base: base.as_deref(),
            sections,
            force,
        };
        let written = write(&made, case, &wanted);
        if written.changed {
            self.put(&written.text)?;
        }
        if base.as_deref() != Some(written.base.as_str()) && !written.base.is_empty() {
            self.put_base(&written.base)?;
        }
        Ok(Brought {
            made,
            written,
            was_there: file.is_some(),
        })
    }
}

impl ReviewFile<'_> {
    /// The sections of a document with this text in which a question stands open.
    pub(crate) fn open(&self, framework: &Framework, text: &str) -> Vec<Unanswered> {
        let template = self.template(framework);
        template
            .map(|template| write::unanswered(text, &template))
            .unwrap_or_default()
    }

    /// What a document that was written makes true: the framework's item for it is ticked once no question in it is open. Nothing before,
    /// while the incident goes on, and where it is ticked already.
    pub(crate) fn finished(&self, incident: &Incident, framework: &Framework, text: &str) -> Option<Change> {
        let item = framework.review.as_ref()?.document.as_ref()?;
        let is_ticked = live(&incident.checklist).any(|entry| entry.id == *item && entry.state == ItemState::Done);
        if self.public || is_ticked || !framework.in_review(incident) {
            return None;
        }
        write::is_answered(text, &self.template(framework).ok()?).then(|| Change::TickItem {
            item: item.clone(),
            note: Some(self.relative().display().to_string()),
            again: false,
        })
    }

    /// The same for the document as it lies there: people answer in an editor.
    pub(crate) fn found_finished(&self, incident: &Incident, framework: &Framework) -> Option<Change> {
        self.finished(incident, framework, &self.read().ok().flatten()?)
    }
}

/// Where a team keeps its own template of this name.
pub(crate) fn own_template(repository: &Repository, name: &str) -> PathBuf {
    let name = file_name(name);
    repository.root().join(".warroom/reviews").join(format!("{name}.md"))
}

/// The template of this name: the team's own, else the one that ships.
pub(crate) fn template(repository: &Repository, name: &str) -> Result<Template, ReviewError> {
    let path = own_template(repository, name);
    match read_within(repository.root(), &path, FRAMEWORK) {
        // Nothing is written in it yet.
        Ok(bytes) if bytes.trim_ascii().is_empty() => Ok(Template::shipped(name)),
        Ok(bytes) => Template::read(&String::from_utf8_lossy(&bytes)).map_err(|slips| {
            let first = slips.into_iter().next();
            let (line, said) = first.map_or((1, String::new()), |slip| (slip.line, slip.said));
            ReviewError::Template { path, line, said }
        }),
        Err(Unreadable::Missing) => Ok(Template::shipped(name)),
        Err(why) => Err(ReviewError::Unreadable { path, why }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_close_is_known_whatever_word_it_is_asked_by() {
        for name in Framework::names() {
            let framework = Framework::builtin(name).unwrap();
            let to = |status: &str| Change::SetStatus {
                status: status.into(),
                reason: None,
            };
            assert!(closes(&framework, &Change::close()), "{name}");
            for known in &framework.statuses {
                let is = known.class == Class::Closed;
                let words = [&known.id, &known.title].into_iter().chain(&known.aliases);
                for word in words {
                    assert_eq!(closes(&framework, &to(word)), is, "{name} {word}");
                    assert_eq!(closes(&framework, &to(&word.to_uppercase())), is, "{name} {word}");
                }
            }
            assert!(!closes(&framework, &to("no such status")), "{name}");
        }
    }
}
