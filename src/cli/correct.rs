//! `warroom correct`, `remove` and `restore`, and what the `edit` and `remove` of the other verbs are made of

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::page::table;
use super::reply::Reply;
use crate::incident::entry::{REMARKS, fields_of};
use crate::incident::field::{self, Form};
use crate::incident::{Change, Entry, Hypothesis, correctable, ids};
use crate::text;

/// Correct any entry: its words, owner, times, kind or author; the old value stays in the timeline
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  warroom correct h4m2              what of it can be corrected, and what it says
  warroom correct u7k3 at 14:12     when that update was sent
  warroom correct e7k3 by lee       who said that
An empty value takes an optional one away. The event of an entry is corrected with it.")]
pub(super) struct Correct {
    /// The entry, by its id
    entry: String,
    /// What of it; without one, what there is
    field: Option<String>,
    /// What it should say
    #[arg(allow_hyphen_values = true)]
    value: Vec<String>,
}

impl Correct {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let view = context.view()?;
        let (section, entry) = ids::find_anywhere(&view.incident, &self.entry)?;
        let Some(field) = self.field else {
            return Ok(shown(&view.incident, &view.id, section, &entry));
        };
        if self.value.is_empty() {
            return Err(Failure::usage(format!(
                "say what {field} should be: warroom correct {entry} {field} TEXT; an empty \"\" takes an optional one away"
            )));
        }
        correct(
            context,
            section,
            &entry,
            vec![(field_of(&field), Some(words(&self.value)))],
        )
    }
}

/// `when`, `who`: names that people try first.
fn field_of(given: &str) -> &str {
    match given {
        "time" | "when" => "at",
        "author" | "actor" => "by",
        "read-back" => "read_back",
        other => other,
    }
}

/// What of an entry can be corrected, with what it says.
fn shown(incident: &crate::incident::Incident, id: &str, section: &str, entry: &str) -> Reply {
    let map = ids::as_map(incident, section, entry);
    let section = match section {
        Hypothesis::SECTION if !map.contains_key(Hypothesis::TITLE) => REMARKS,
        section => section,
    };
    let fields = correctable(section);
    let value = |name: &str| match map.get(name) {
        None => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let rows: Vec<Vec<String>> = fields
        .iter()
        .map(|name| vec![(*name).to_owned(), text::one_line(&value(name)).into_owned()])
        .collect();
    let said: serde_json::Map<String, serde_json::Value> = fields
        .iter()
        .map(|name| ((*name).to_owned(), map.get(*name).cloned().unwrap_or_default()))
        .collect();
    Reply::new(
        table(&rows),
        json!({"incident": id, "id": entry, "list": section, "fields": said}),
    )
}

/// Take an entry out: it counts as not there, and stays in the file with the reason
#[derive(Args, Debug)]
pub(super) struct Remove {
    /// The entry, by its id
    entry: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "recorded by mistake")]
    reason: String,
}

impl Remove {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let view = context.view()?;
        let (section, entry) = ids::find_anywhere(&view.incident, &self.entry)?;
        self::remove(context, section, entry, self.reason)
    }

    /// The same, of one list.
    pub(super) fn from(self, context: &Context, section: &str) -> Result<Reply, Failure> {
        self::remove(context, section, self.entry, self.reason)
    }
}

/// Bring an entry back that was taken out
#[derive(Args, Debug)]
pub(super) struct Restore {
    /// The entry, by its id
    entry: String,
}

impl Restore {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let view = context.view()?;
        let (section, entry) = ids::find_removed(&view.incident, &self.entry)?;
        context.change(Change::Restore {
            section: section.to_owned(),
            entry,
        })
    }
}

/// When it happened and who said or did it, of an entry of any list.
#[derive(Args, Debug)]
pub(super) struct Origin {
    /// When it was
    #[arg(long = "at", id = "corrected_at", value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// Who said or did it
    #[arg(long = "by", id = "corrected_by", value_name = "NAME")]
    by: Option<String>,
}

impl Origin {
    /// As fields to correct.
    pub(super) fn fields(self) -> [(&'static str, Option<String>); 2] {
        [("at", self.at), ("by", self.by)]
    }
}

/// Corrects fields of an entry, an event for each: so each keeps its old value.
pub(super) fn correct(
    context: &Context,
    section: &str,
    entry: &str,
    fields: Vec<(&str, Option<String>)>,
) -> Result<Reply, Failure> {
    let mut changes = Vec::new();
    for (field, value) in fields {
        let Some(value) = value else { continue };
        let form = field::find(fields_of(section), field).and_then(|field| field.form);
        let instant = matches!(form, Some(Form::Past | Form::Moment)) && !value.trim().is_empty();
        let value = if instant {
            context.time(&value)?.to_string()
        } else {
            value
        };
        changes.push(Change::Correct {
            section: section.to_owned(),
            entry: entry.to_owned(),
            field: field.to_owned(),
            value,
        });
    }
    if changes.is_empty() {
        let known = correctable(section).join(", ");
        return Err(Failure::usage(format!(
            "say what to correct; of these there are: {known}"
        )));
    }
    let edit = context.edit()?;
    let mut replies = Vec::new();
    let mut refused = None;
    for change in changes {
        match edit.apply(change) {
            Ok(applied) => replies.push(Reply::change(edit.id(), &edit.incident(), &applied)),
            // What is so already is no reason to leave the rest.
            Err(failure) if failure.code == 0 && refused.is_none() => refused = Some(failure),
            Err(failure) => {
                if !replies.is_empty() {
                    edit.save()?;
                }
                return Err(failure);
            }
        }
    }
    let Some(mut reply) = replies.pop() else {
        return Err(refused.unwrap_or_else(|| Failure::usage("nothing was changed")));
    };
    edit.save()?;
    for earlier in replies.into_iter().rev() {
        reply.text.insert_str(0, &earlier.text);
    }
    Ok(reply)
}

/// Takes an entry out.
pub(super) fn remove(context: &Context, section: &str, entry: String, reason: String) -> Result<Reply, Failure> {
    context.change(Change::Remove {
        section: section.to_owned(),
        entry,
        reason,
    })
}
