//! `warroom log import`: many lines with their times, as one change, and taking that back.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::tasks;
use crate::backfill::{self, Read, Reading, Shape, ZoneOf};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::read_bytes;
use crate::cli::merge;
use crate::cli::page::{count, moment, table};
use crate::cli::reply::Reply;
use crate::document::yaml;
use crate::incident::import::{self, Imported};
use crate::incident::time::read_past_day;
use crate::incident::{Change, Incident, Refusal, Time, live};
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  warroom log import chat.txt --dry-run
  warroom log import chat.txt --date yesterday --zone Europe/Berlin
  warroom log import \"#incident export.json\"
  pbpaste | warroom log import --by dana
  warroom log import tasks.md --checklist
  warroom log undo-import")]
pub(super) struct Import {
    /// The file; standard input where there is none
    file: Option<PathBuf>,

    /// Only print what would be logged, with times and names
    #[arg(long)]
    dry_run: bool,

    /// Who said the lines that name no one; you where it is absent
    #[arg(long, value_name = "NAME")]
    by: Option<String>,

    /// The day of times without one: 2026-11-20, today or yesterday
    #[arg(long, value_name = "DATE")]
    date: Option<String>,

    /// The zone of times without one: Europe/Berlin, +0100, local or UTC; it counts more than a zone that the text names
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    zone: Option<String>,

    /// Add its open tasks (`- [ ] …`) to the checklist, instead of logging its lines
    #[arg(long, conflicts_with_all = ["by", "date", "zone", "force"])]
    checklist: bool,

    /// Log it although less than half of its lines were understood; lines without a time are of now
    #[arg(long)]
    force: bool,
}

impl Import {
    /// Logs the lines that are not there yet; one that cannot be logged is told by its number, and the others are logged.
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let bytes = read_bytes(self.file.as_deref())?;
        let name = self.file.as_deref().filter(|file| *file != Path::new("-"));
        let Some(decoded) = backfill::decode(&bytes) else {
            return Err(Failure::usage(NoChat::Binary.said(name)));
        };
        let text = decoded.text;
        let was = decoded
            .was
            .map(|was| format!("It was {was} and was turned into UTF-8."));
        if self.checklist {
            return tasks::add(context, &backfill::tasks(&text), self.dry_run);
        }
        let offset = context.zone(self.zone.as_deref())?;
        let me = context.who()?;
        let by = self.by.as_deref().map_or(me.as_str(), str::trim);
        if self.dry_run {
            let view = context.view()?;
            let read = self.read(context, &text, &offset, by, &view.incident)?;
            let notes: Vec<String> = was.into_iter().chain(self.notes(context, &read, &offset)).collect();
            return Ok(preview(context, &view.id, &view.incident, &read, (&me, &notes)));
        }
        let edit = context.edit()?;
        let read = self.read(context, &text, &offset, by, &edit.incident())?;
        if read.is_doubtful() && !self.force {
            return Err(Failure::usage(doubt(&read)));
        }
        let notes: Vec<String> = was.into_iter().chain(self.notes(context, &read, &offset)).collect();
        let facts = facts(&read);
        let lines = read.entries;
        let sifted = import::sift(&edit.incident(), &lines, &me, context.now());
        let left_out = sifted.refused;
        let already = sifted.already;
        let mut events = Vec::new();
        if !sifted.fresh.is_empty() {
            let applied = edit.apply(Change::ImportLines { lines })?;
            edit.save()?;
            let incident = edit.incident();
            let brought = import::find(&incident, &applied.event).map_err(Failure::from)?;
            events = brought.events.iter().map(|event| event.id.clone()).collect();
        }
        let mut said = format!("logged {}", count(events.len(), "event"));
        if already > 0 {
            let _ = write!(said, ", {already} there already");
        }
        let mut page = format!("{said}\n");
        for note in &notes {
            let _ = writeln!(page, "{}", text::one_line(note));
        }
        for (line, refusal) in &left_out {
            let _ = writeln!(page, "line {line} left out: {}", text::one_line(&refusal.to_string()));
        }
        if !events.is_empty() {
            page.push_str("take it back: warroom log undo-import\n");
        }
        let list: Vec<_> = left_out
            .iter()
            .map(|(line, refusal)| json!({"line": line, "said": refusal.to_string()}))
            .collect();
        let json = json!({
            "ok": left_out.is_empty(),
            "changed": !events.is_empty(),
            "incident": edit.id(),
            "events": events,
            "already": already,
            "left_out": list,
            "read": facts,
            "said": said,
        });
        let mut reply = Reply::new(page, json);
        let refused = left_out.into_iter().next();
        reply.code = refused.map_or(0, |(_, refusal)| Failure::from(refusal).code);
        Ok(reply)
    }

    fn read(
        &self,
        context: &Context,
        text: &str,
        offset: &dyn Fn(Time) -> i32,
        by: &str,
        incident: &Incident,
    ) -> Result<Read, Failure> {
        let people: BTreeSet<&str> = live(&incident.roles)
            .map(|role| role.who.as_str())
            .chain(live(&incident.timeline).map(|event| event.by.as_str()))
            .chain([by])
            .collect();
        let people: Vec<&str> = people.into_iter().collect();
        let now = context.now();
        let date = |date: &str| day(date, now, offset);
        let began = [&incident.started, &incident.detected, &incident.declared];
        let reading = Reading {
            known: &people,
            now,
            day: self.date.as_deref().map(date).transpose()?,
            ahead: offset,
            zone_given: self.zone.is_some(),
            zones: &zone,
            turned: 0,
            start: began.into_iter().flatten().next().map(|moment| moment.at),
        };
        let mut read = backfill::read(text, &reading);
        let understood = read.shape == Shape::Json && !read.is_doubtful();
        let what = no_chat(text).filter(|what| !(understood && matches!(what, NoChat::Data(_))));
        if let Some(what) = what {
            let name = self.file.as_deref().filter(|file| *file != Path::new("-"));
            return Err(Failure::usage(what.said(name)));
        }
        if read.entries.is_empty() {
            return Err(Failure::usage("there is no line to import"));
        }
        for line in &mut read.entries {
            line.who.get_or_insert_with(|| by.to_owned());
        }
        Ok(read)
    }

    fn notes(&self, context: &Context, read: &Read, offset: &dyn Fn(Time) -> i32) -> Vec<String> {
        let zone = match self.zone.as_deref() {
            Some(zone) => zone.trim().to_owned(),
            None => shift(offset(context.now())),
        };
        let when = |at: Time| format!("{} {}", at.date(), at.hm());
        let mut notes = read.notes(&|at| format!("{} UTC", when(at)), &zone);
        if read.is_tasks() {
            notes.push("Most of it is tasks: `--checklist` adds those that are open to the checklist instead.".into());
        }
        notes
    }
}

/// A zone by the name that stands in a text.
fn zone(name: &str) -> Option<ZoneOf> {
    let zone = crate::config::zone(name)?;
    Some(Box::new(move |at: Time| {
        i32::try_from(zone.ahead(at.millis().div_euclid(1000))).unwrap_or(0)
    }))
}

/// `UTC`, `+01:00`.
fn shift(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    if seconds == 0 {
        return "UTC".to_owned();
    }
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Why a text is not logged that was hardly understood.
fn doubt(read: &Read) -> String {
    let understood = match read.understood {
        0 => "no line was understood as one of a timeline".to_owned(),
        some => format!("only {some} of {} lines were understood", read.lines),
    };
    format!(
        "{understood}; nothing was logged. `--dry-run` shows what would be logged, `--force` logs it; `warroom log -` logs all of it as one \
         event"
    )
}

/// What was understood, for programs.
fn facts(read: &Read) -> serde_json::Value {
    json!({
        "shape": read.shape.title(),
        "lines": read.lines,
        "understood": read.understood.min(read.lines),
        "not_understood": read.strange,
        "zones": read.zones,
        "ambiguous_zones": read.shared_zones,
        "new_people": read.new_people,
    })
}

/// What is plainly no chat and no notes: it would become a heap of events that say nothing.
enum NoChat {
    /// A file of an incident.
    Incident,
    Binary,
    /// JSON, YAML or a page of markup.
    Data(&'static str),
}

impl NoChat {
    fn said(&self, file: Option<&Path>) -> String {
        let name = file.map_or_else(|| "standard input".to_owned(), |file| file.display().to_string());
        let given = file.map_or_else(|| "-".to_owned(), |file| merge::quoted(&file.display().to_string()));
        match self {
            Self::Incident => format!(
                "{name} is a whole incident file, not lines to log; nothing was logged. `warroom merge {given}` brings in \
                 what it has more"
            ),
            Self::Binary => format!(
                "{name} is binary data, not text; nothing was logged. Keep it as a file, and name it with `warroom log`"
            ),
            Self::Data(what) => format!(
                "{name} is {what}, not lines to log; nothing was logged. Keep it as a file, or take lines `TIME NAME: TEXT` \
                 out of it first; `warroom log - --kind observation` logs all of it as one event"
            ),
        }
    }
}

fn no_chat(text: &str) -> Option<NoChat> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let key = |key: &str| {
        text.lines()
            .any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')))
    };
    if key("uid") && (key("timeline") || key("severity") || key("schema")) {
        return Some(NoChat::Incident);
    }
    let json = |text: &str| {
        serde_json::from_str::<serde_json::Value>(text)
            .ok()
            .filter(|value| value.is_object() || value.is_array())
    };
    if text.starts_with(['{', '[']) {
        if let Some(value) = json(text) {
            let incident = value.get("uid").is_some() && value.get("timeline").is_some();
            return Some(if incident {
                NoChat::Incident
            } else {
                NoChat::Data("JSON")
            });
        }
        if text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .all(|line| json(line).is_some())
        {
            return Some(NoChat::Data("JSON lines"));
        }
    }
    let start = text.get(..15).unwrap_or(text).to_ascii_lowercase();
    if ["<?xml", "<!doctype", "<html"]
        .iter()
        .any(|mark| start.starts_with(mark))
    {
        return Some(NoChat::Data("a page of markup"));
    }
    // A document of keys and what lies below them; `kim: hello` is none.
    let nested = yaml::value(text).ok();
    let nested = nested.as_ref().and_then(serde_json::Value::as_object);
    let deep = |value: &serde_json::Value| value.is_object() || value.is_array();
    if nested.is_some_and(|map| map.len() > 1 && map.values().any(deep)) {
        return Some(NoChat::Data("YAML"));
    }
    None
}

/// A DATE.
fn day(given: &str, now: Time, offset: &dyn Fn(Time) -> i32) -> Result<chrono::NaiveDate, Failure> {
    let found = read_past_day(given, now, offset)?;
    let today = Time::from_millis(now.millis() + i64::from(offset(now)) * 1000).date();
    if found > today {
        return Err(Failure::usage(format!("{found} has not come yet (today is {today})")));
    }
    Ok(found)
}

/// What would be logged.
fn preview(context: &Context, id: &str, incident: &Incident, read: &Read, (me, notes): (&str, &[String])) -> Reply {
    let now = context.now();
    let sifted = import::sift(incident, &read.entries, me, now);
    let by = |line: &Imported| line.who.clone().unwrap_or_else(|| me.to_owned());
    let rows: Vec<_> = sifted
        .fresh
        .iter()
        .map(|line| {
            let at = line.at.map_or_else(|| "now".to_owned(), |at| moment(at, now));
            vec![
                at,
                line.kind.to_string(),
                by(line),
                text::one_line(&line.text).into_owned(),
            ]
        })
        .collect();
    let mut page = table(&rows);
    let mut said = format!("would log {}", count(sifted.fresh.len(), "event"));
    if sifted.already > 0 {
        let _ = write!(said, ", {} there already", sifted.already);
    }
    for (line, refusal) in &sifted.refused {
        let _ = writeln!(
            page,
            "line {line} would be left out: {}",
            text::one_line(&refusal.to_string())
        );
    }
    for note in notes {
        let _ = writeln!(page, "{}", text::one_line(note));
    }
    if read.is_doubtful() {
        let _ = writeln!(
            page,
            "Without `--force` none of it is logged: less than half of it was understood."
        );
    }
    let _ = writeln!(page, "{said}; nothing was written");
    let list: Vec<_> = sifted
        .fresh
        .iter()
        .map(|line| json!({"line": line.line, "at": line.at, "by": by(line), "kind": line.kind, "text": line.text}))
        .collect();
    let left_out: Vec<_> = sifted
        .refused
        .iter()
        .map(|(line, refusal)| json!({"line": line, "said": refusal.to_string()}))
        .collect();
    Reply::new(
        page,
        json!({
            "ok": true,
            "changed": false,
            "dry_run": true,
            "incident": id,
            "events": list,
            "already": sifted.already,
            "left_out": left_out,
            "read": facts(read),
            "notes": notes,
            "said": said,
        }),
    )
}

/// Takes an import back: the one that is named, else the last one. Run again it takes back no other.
pub(super) fn undo(context: &Context, import: Option<String>, reason: String) -> Result<Reply, Failure> {
    let edit = context.edit()?;
    let incident = edit.incident();
    let all = import::batches(&incident);
    let import = match (import, all.as_slice()) {
        (Some(import), _) => import,
        (None, []) => {
            return Err(Failure::not_found(
                "nothing was imported into this incident",
                Vec::new(),
            ));
        }
        (None, [.., last]) if last.is_retracted() => {
            let mut said = "the last import was taken back already; nothing was changed".to_owned();
            if let Some(before) = all.iter().rev().find(|batch| !batch.is_retracted()) {
                let _ = write!(
                    said,
                    " (the one before it, {}: warroom log undo-import {})",
                    count(before.events.len(), "event"),
                    before.id
                );
            }
            return Err(Refusal::Unchanged(said).into());
        }
        (None, [.., last]) => last.id.to_owned(),
    };
    let applied = edit.apply(Change::RetractImport { import, reason })?;
    edit.save()?;
    Ok(Reply::change(edit.id(), &edit.incident(), &applied))
}
