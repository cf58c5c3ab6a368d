//! `warroom export`

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::context::{Context, View};
use super::failure::Failure;
use super::output;
use super::reply::Reply;
use crate::export::{self, Audience, Subject, html};
use crate::incident::Class;
use crate::recall::Case;
use crate::store::read::Stat;

/// Hand an incident to people without a terminal: Markdown, CSV, JSON, calendar, or one HTML page
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  warroom export --output INC-2026-0042.html
  warroom export --watch /srv/www/incident.html
  warroom export --format csv | head
  warroom export --format ical --all --output due.ics
--audience external holds only what was sent outside, with roles for names.")]
pub(super) struct Export {
    /// The incident, by its id or any unique prefix
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// How it is written; without it as the name of the file ends, else Markdown
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,

    /// The file to write; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// external: only what was sent outside
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,

    /// Write FILE again whenever the incident changes, until Ctrl-C or its end: a live page
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    watch: Option<Option<PathBuf>>,

    /// Calendar: what is due of all incidents
    #[arg(long, conflicts_with = "id")]
    all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Markdown,
    Csv,
    Json,
    Html,
    #[value(alias = "ics", alias = "icalendar")]
    Ical,
}

/// How often a watched incident is looked at, and how often a browser loads the page again.
const LOOK: Duration = Duration::from_millis(500);
const REFRESH: u32 = 30;

impl Export {
    /// The format that was said, else by the file's name; a page that is kept up to date is for a browser.
    fn format(&self) -> Format {
        let by_name = || match self.output.extension()?.to_str()?.to_lowercase().as_str() {
            "html" | "htm" => Some(Format::Html),
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "ics" => Some(Format::Ical),
            "md" => Some(Format::Markdown),
            _ => None,
        };
        let plain = if self.watch.is_some() {
            Format::Html
        } else {
            Format::Markdown
        };
        self.format.or_else(by_name).unwrap_or(plain)
    }

    pub(super) fn run(mut self, context: &Context) -> Result<Reply, Failure> {
        // `--watch FILE` names the file, unless `--output` has: then it is the incident.
        if let Some(named) = self.watch.as_mut().and_then(Option::take) {
            if output::is_standard(&self.output) {
                self.output = named;
            } else {
                self.id.get_or_insert(named.display().to_string());
            }
        }
        let audience = match self.audience.as_deref() {
            None | Some("internal") => Audience::Internal,
            Some("external" | "public") => Audience::External,
            Some(other) => {
                let known = vec!["internal".into(), "external".into()];
                return Err(Failure::not_found(
                    format!("there is no such export for `{other}`; use external"),
                    known,
                ));
            }
        };
        if self.format() == Format::Ical && audience == Audience::External {
            return Err(Failure::usage(
                "a calendar holds reviews and action items, which are for the inside; use --format html for people outside",
            ));
        }
        if self.all {
            return self.all(context);
        }
        let repository = context.repository()?;
        let place = match self.id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => repository.find(id)?,
            None => context.place()?,
        };
        if self.watch.is_some() {
            if output::is_standard(&self.output) {
                return Err(Failure::usage(
                    "name the file that is to be kept up to date: --watch FILE",
                ));
            }
            return self.watch(context, &place, audience);
        }
        let view = context.view_of(&place)?;
        let (text, json) = self.made(context, &view, audience, false)?;
        self.hand_over(&view.id, text, json)
    }

    fn made(
        &self,
        context: &Context,
        view: &View,
        audience: Audience,
        live: bool,
    ) -> Result<(String, serde_json::Value), Failure> {
        let case = Case::new(view.id.clone(), view.incident.clone(), Some(view.framework.clone()));
        let subject = Subject {
            case: &case,
            framework: &view.framework,
            audience,
        };
        let text = match self.format() {
            Format::Markdown => export::markdown::document(&subject),
            Format::Csv => export::csv::timeline(&subject),
            Format::Json => {
                let value = export::json::document(&subject);
                return Ok((Reply::document(value.clone()).text, value));
            }
            Format::Html => {
                let over = case.class().is_ended();
                let options = html::Options {
                    refresh: (live && !over).then_some(REFRESH),
                    source: format!("incidents/{}/incident.yaml", view.id),
                };
                html::page(&subject, &options)
            }
            Format::Ical => {
                let due = due(context, &case);
                export::calendar::calendar(&[(subject, due)])
            }
        };
        let json = json!({"ok": true, "incident": view.id, "text": text});
        Ok((text, json))
    }

    fn hand_over(&self, id: &str, text: String, json: serde_json::Value) -> Result<Reply, Failure> {
        if output::is_standard(&self.output) {
            return Ok(Reply::new(text, json).bare());
        }
        output::put(&self.output, &text)?;
        let shown = self.output.display().to_string();
        let said = format!("{} written ({} bytes)\n", crate::text::one_line(&shown), text.len());
        Ok(Reply::new(
            said,
            json!({"ok": true, "incident": id, "path": shown, "bytes": text.len()}),
        ))
    }

    /// Writes the file again whenever the incident's own has changed. One that cannot be read meanwhile leaves the last good page.
    fn watch(&self, context: &Context, place: &crate::store::Place, audience: Audience) -> Result<Reply, Failure> {
        let mut seen = None;
        let mut last = String::new();
        let mut told = String::new();
        loop {
            let now = Stat::at(&place.path);
            if now.is_none() || now != seen || last.is_empty() {
                match context.view_of(place) {
                    Ok(view) => {
                        let (text, _) = self.made(context, &view, audience, true)?;
                        if text != last {
                            output::put(&self.output, &text)?;
                            last = text;
                        }
                        told.clear();
                        if matches!(
                            view.framework.class(&view.incident.status),
                            Class::Closed | Class::Cancelled
                        ) {
                            let said = format!("{} is {}; the page is complete\n", view.id, view.incident.status);
                            return Ok(Reply::new(said, json!({"ok": true, "incident": view.id})));
                        }
                        seen = now;
                    }
                    Err(failure) if last.is_empty() => return Err(failure),
                    Err(failure) if failure.said != told => {
                        eprintln!(
                            "warroom: {}; the page is as it was",
                            crate::text::one_line(&failure.said)
                        );
                        told.clone_from(&failure.said);
                    }
                    Err(_) => {}
                }
            }
            std::thread::sleep(LOOK);
        }
    }

    /// What is due of every incident.
    fn all(&self, context: &Context) -> Result<Reply, Failure> {
        if self.format() != Format::Ical {
            return Err(Failure::usage("--all is for the calendar: --format ical --all"));
        }
        let (cases, problems) = context.cases()?;
        let subjects: Vec<_> = cases
            .iter()
            .filter(|case| !case.incident.drill)
            .filter_map(|case| {
                let framework = case.framework.as_deref()?;
                let subject = Subject {
                    case,
                    framework,
                    audience: Audience::Internal,
                };
                Some((subject, due(context, case)))
            })
            .collect();
        let text = export::calendar::calendar(&subjects);
        let json = json!({"ok": true, "text": text});
        let mut reply = self.hand_over("", text, json)?;
        problems.add_beside(&mut reply);
        Ok(reply)
    }
}

/// When the review of an incident is due, unless its document is done.
fn due(context: &Context, case: &Case) -> Option<chrono::NaiveDate> {
    let framework = case.framework.as_deref()?;
    if !matches!(case.class(), Class::Resolved | Class::Closed) {
        return None;
    }
    let text = super::postmortem::document(context, &case.id);
    let done = text.is_some_and(|text| super::postmortem::state_of(&text).is_locked());
    if done {
        None
    } else {
        crate::review::due(case, framework)
    }
}
