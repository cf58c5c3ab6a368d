//! What a verb has to say, and the only place that prints it.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::failure::Failure;
use crate::incident::entry::in_section;
use crate::incident::{Applied, Change, Incident, Register, SECTIONS, ids};
use crate::text;

/// What a verb has to say: to people, and to programs.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Text for people, made safe, lines ended.
    pub text: String,
    /// The document of `--json`.
    pub json: Value,
    /// Exit status where what is said is not all good news.
    pub code: u8,
    /// Nothing is added to the text.
    pub bare: bool,
}

impl Reply {
    /// A text and its document.
    pub(super) fn new(text: impl Into<String>, json: Value) -> Self {
        Self {
            text: text.into(),
            json,
            code: 0,
            bare: false,
        }
    }

    /// Nothing to say.
    pub(super) fn silent() -> Self {
        Self::new("", json!({"ok": true}))
    }

    /// A JSON Schema: the same for people and programs.
    pub(super) fn schema(text: &str) -> Self {
        Self::new(text, serde_json::from_str(text).unwrap_or_default())
    }

    /// Names the instants that given times were taken for.
    pub(super) fn with_times(mut self, context: &super::context::Context) -> Self {
        let times = context.times();
        let Some(fields) = self.json.as_object_mut().filter(|_| !times.is_empty()) else {
            return self;
        };
        let taken: Vec<Value> = times.iter().map(|(at, _)| json!(at)).collect();
        fields.insert("taken".into(), taken.into());
        if self.bare {
            return self;
        }
        let said: Vec<&str> = times.iter().map(|(_, said)| said.as_str()).collect();
        let said = format!("at {}", said.join(", at "));
        // A change is one line, the entry's id last.
        match self.text.trim_end().rsplit_once("  ") {
            Some((line, id)) if self.text.lines().count() == 1 => self.text = format!("{line}  ({said})  {id}\n"),
            _ => _ = writeln!(self.text, "{said}"),
        }
        self
    }

    /// A document that is asked for as such: the same for people and programs.
    pub(super) fn document(json: Value) -> Self {
        Self::new(document(&json), json).bare()
    }

    /// Says nothing but this to people: scripts take it as it is.
    pub(super) fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// What a change did: the event it wrote, and the entry that it made or changed.
    pub(super) fn change(id: &str, incident: &Incident, applied: &Applied) -> Self {
        let event = incident.timeline.iter().rev().find(|event| event.id == applied.event);
        let subject = event.and_then(|event| event.subject.as_deref());
        let made = applied.created.as_deref();
        let entry = made.or_else(|| entry_of(incident, subject?)).or_else(|| only(applied));
        let entry = entry.unwrap_or(&applied.event);
        let mut line = text::one_line(&applied.said).into_owned();
        let _ = writeln!(line, "  {}", text::one_line(entry));
        Self::new(
            line,
            json!({"ok": true, "incident": id, "event": applied.event, "id": entry, "said": applied.said}),
        )
    }
}

/// The entry that an event's `ref` is about: `mitigation.rollback-plan.state` is about the item `mitigation.rollback-plan`.
fn entry_of<'r>(incident: &Incident, subject: &'r str) -> Option<&'r str> {
    let known = |id: &str| {
        let in_list = |list: &str| in_section!(list, T => ids::find::<T>(incident, id).is_some()) == Some(true);
        SECTIONS.iter().any(|list| in_list(list))
    };
    let mut id = subject;
    loop {
        if known(id) {
            return Some(id);
        }
        id = id.rsplit_once('.')?.0;
    }
}

/// The one entry that a change touched, where its event is about something else: of a cleared role the role's name.
fn only(applied: &Applied) -> Option<&str> {
    let Some(Change::Undo(undo)) = &applied.inverse else {
        return None;
    };
    let first = undo.registers.first().filter(|register| !register.section.is_empty())?;
    let same = |register: &Register| (&register.section, &register.id) == (&first.section, &first.id);
    undo.registers.iter().all(same).then_some(first.id.as_str())
}

/// That it is so already is an answer, on standard output and with status 0.
pub(super) fn or_unchanged(result: Result<Reply, Failure>) -> Result<Reply, Failure> {
    match result {
        Err(failure) if failure.code == 0 && !failure.said.is_empty() => {
            let said = text::one_line(&failure.said).into_owned();
            let json = json!({"ok": true, "changed": false, "said": said});
            Ok(Reply::new(format!("{said}\n"), json))
        }
        other => other,
    }
}

/// Prints what came of a verb and gives the exit status.
pub(super) fn print(result: Result<Reply, Failure>, json: bool, verbose: bool) -> ExitCode {
    let result = result.and_then(|reply| {
        let out = if json { document(&reply.json) } else { reply.text };
        put(&mut std::io::stdout().lock(), &out)
            .map(|()| reply.code)
            .map_err(|error| Failure::because("cannot write to standard output; what was asked for is done", error))
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            let out = if json {
                document(&failure.document(verbose))
            } else {
                failure.page(verbose)
            };
            // There is nobody left to tell where standard error is closed too.
            let _ = put(&mut std::io::stderr().lock(), &out);
            ExitCode::from(failure.code)
        }
    }
}

/// Says that the arguments make no sense, or prints the help that was asked for.
pub(super) fn misread(error: &clap::Error, json: bool) -> ExitCode {
    use clap::error::ErrorKind as Kind;
    if matches!(error.kind(), Kind::DisplayHelp | Kind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let said = error.render().to_string();
    let said = said.strip_prefix("error: ").unwrap_or(&said).trim_end();
    let said = if json {
        // The first paragraph, as one line: a program has no use for the usage.
        let first = said.split("\n\n").next().unwrap_or(said);
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        said.to_owned()
    };
    print(Err(Failure::usage(said)), json, false)
}

/// A document as text. What a terminal would act on is escaped, which leaves the values as they are.
fn document(value: &Value) -> String {
    let plain = serde_json::to_string_pretty(value).unwrap_or_else(|_| "{}".into());
    let mut out = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
        if c.is_ascii() && c != '\u{7f}' || text::harmless(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out.push('\n');
    out
}

/// Writes all of it; a reader that went away (`| head -1`) has what it wanted.
fn put(stream: &mut impl Write, out: &str) -> std::io::Result<()> {
    match stream.write_all(out.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
