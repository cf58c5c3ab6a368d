//! `warroom merge`: a copy of an incident file, such as a synchronizer leaves, brought together with the incident.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::{as_text, read_bytes};
use super::reply::Reply;
use crate::document::Document;
use crate::incident::{Incident, SECTIONS, entry::in_section};
use crate::store::read::{LARGEST, Unreadable, read_most};
use crate::store::{self, Place};
use crate::{merge, text};

/// Merge a copy of an incident file into the incident, as syncing does
#[derive(Args, Debug)]
#[command(after_help = "\
Nothing of either is lost: entries of both are kept, and of two values the later one counts. Run it for what `warroom \
doctor` finds beside an incident file (copies by Syncthing, Dropbox, OneDrive and others, backups of editors), or for a \
file that someone sent. The copy itself is left where it is.")]
pub(super) struct Merge {
    /// The copy; `-` reads standard input
    file: PathBuf,
}

impl Merge {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let name = self.file.display().to_string();
        let bytes = read(&self.file)?;
        let given = as_text(&bytes);
        let (copy, _) = merge::mend::read(&given, None).map_err(|invalid| Failure::invalid(&name, &invalid))?;
        let place = place(context, &name, copy.incident())?;
        let own = |path: &Path| path.canonicalize().ok();
        if own(&self.file).is_some() && own(&self.file) == own(&place.path) {
            return Err(Failure::usage(format!(
                "{name} is the file of {} itself, not a copy of it",
                place.id
            )));
        }
        let edit = context.edit_of(&place)?;
        let before = edit.incident();
        edit.bring(&given).map_err(|why| {
            Failure::failed(format!(
                "{name} is not merged into {}: {why}; nothing was changed",
                place.id
            ))
        })?;
        edit.save()?;
        let after = edit.incident();
        // What a session takes away of a synchronizer's it takes away by its end.
        drop(edit);
        let arrived = arrived(&before, &after);
        let changed = *before != *after;
        let what = match (changed, arrived) {
            (false, _) => format!("{name} holds nothing that {} does not have", place.id),
            (true, 0) => format!("merged {name} into {}: later values, and no new entry", place.id),
            (true, more) => format!("merged {name} into {}: {}", place.id, count_entries(more)),
        };
        let gone = !self.is_stdin() && std::fs::symlink_metadata(&self.file).is_err();
        let then = match (self.is_stdin(), gone) {
            (true, _) => String::new(),
            (false, true) => "; the copy was taken away, and a rescue copy is kept".to_owned(),
            (false, false) => format!("; it can be removed now: rm -- {}", quoted(&name)),
        };
        let said = format!("{what}{then}");
        Ok(Reply::new(
            format!("{}\n", text::one_line(&said)),
            json!({
                "ok": true,
                "changed": changed,
                "incident": place.id,
                "arrived": arrived,
                "said": said,
            }),
        ))
    }

    fn is_stdin(&self) -> bool {
        self.file == Path::new("-")
    }
}

fn count_entries(more: usize) -> String {
    match more {
        1 => "1 entry came with it".to_owned(),
        more => format!("{more} entries came with it"),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    if file == Path::new("-") {
        return read_bytes(None);
    }
    read_most(file, LARGEST).map_err(|why| match why {
        Unreadable::Missing => Failure::not_found(format!("there is no file {}", file.display()), Vec::new()),
        why => Failure::failed(format!(
            "cannot read {}: {}; nothing was changed",
            file.display(),
            store::reason(&why.into())
        )),
    })
}

/// The incident that it is a copy of: the one of its uid, or the one that is named.
fn place(context: &Context, name: &str, copy: &Incident) -> Result<Place, Failure> {
    let repository = context.repository()?;
    if context.options.incident.as_deref().is_some_and(|id| !id.is_empty()) {
        let place = context.place()?;
        let document = repository.read(&place)?;
        if !is_copy(document.incident(), copy) {
            return Err(Failure::not_found(
                format!(
                    "{name} is of another incident ({}), not of {}; nothing was changed",
                    title(copy),
                    place.id
                ),
                Vec::new(),
            ));
        }
        return Ok(place);
    }
    let mut found: Vec<(Place, Document)> = Vec::new();
    for place in repository.incidents()? {
        if let Ok(document) = repository.read(&place)
            && is_copy(document.incident(), copy)
        {
            found.push((place, document));
        }
    }
    // A whole folder may be a copy: then it is the other one that is meant, and of several the one of its own id.
    let own = std::fs::canonicalize(name).ok();
    let itself = |place: &Place| own.is_some() && place.path.canonicalize().ok() == own;
    // Where there is no other one, it is no copy at all.
    if found.iter().any(|(place, _)| !itself(place)) {
        found.retain(|(place, _)| !itself(place));
    }
    if found.len() > 1 {
        found.retain(|(place, document)| place.id == document.incident().id);
    }
    match <[(Place, Document); 1]>::try_from(found) {
        Ok([(place, _)]) => Ok(place),
        Err(several) => {
            let candidates = several
                .iter()
                .map(|(place, document)| format!("{}  {}", place.id, document.incident().title));
            let said = if several.is_empty() {
                format!(
                    "no incident here is the one of {name} ({}); nothing was changed",
                    title(copy)
                )
            } else {
                format!("{name} belongs to several incidents; name one with -i ID")
            };
            Err(Failure::not_found(said, candidates.collect()))
        }
    }
}

fn title(incident: &Incident) -> String {
    text::fit(&text::one_line(&incident.title), 60, "…").into_owned()
}

fn is_copy(incident: &Incident, copy: &Incident) -> bool {
    !incident.uid.is_empty() && incident.uid == copy.uid
}

/// How many entries are new.
fn arrived(before: &Incident, after: &Incident) -> usize {
    let new = |section: &str| -> usize {
        in_section!(section, T => {
            use crate::incident::Entry;
            let known: std::collections::HashSet<&str> = T::list(before).iter().map(|entry| entry.id()).collect();
            T::list(after).iter().filter(|entry| !known.contains(entry.id())).count()
        })
        .unwrap_or(0)
    };
    SECTIONS.iter().map(|section| new(section)).sum()
}

/// A name as a shell takes it.
pub(super) fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}
