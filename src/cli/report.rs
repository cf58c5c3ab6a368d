//! `warroom report`

use std::collections::BTreeMap;

use clap::{ArgGroup, Args, ValueEnum};

use super::context::Context;
use super::failure::Failure;
use super::postmortem;
use super::query;
use super::reply::Reply;
use crate::recall::Case;
use crate::report::{self, Kind, Period, Wanted};

/// Figures over incidents: how many, how long, what came back, what is done about it
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("span").args(["week", "month", "quarter", "from"])), after_help = "\
Without a period it is this month's. W, M and Q may also be `last`, or a day within.
Examples:
  warroom report --week last
  warroom report --month 2026-11 --format markdown
  warroom report --from 2026-01-01 --to 2026-07-01 --format csv
Incidents are counted by their declaration. Drills and back-filled ones are in no figure. Satisfaction and culture are entered
with `warroom set fields.satisfaction-customers 8` (also -executives, -support, blameless-score, safety-score, confidence-score,
review-participation, leadership-attended).")]
pub(super) struct Report {
    /// A week, from Monday: 2026-W47
    #[arg(long, value_name = "W", num_args = 0..=1, default_missing_value = "this")]
    week: Option<String>,

    /// A month: 2026-11
    #[arg(long, value_name = "M", num_args = 0..=1, default_missing_value = "this")]
    month: Option<String>,

    /// A quarter: 2026-Q4
    #[arg(long, value_name = "Q", num_args = 0..=1, default_missing_value = "this")]
    quarter: Option<String>,

    /// From this time on
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<String>,

    /// Up to this time; now where it is not given
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "from")]
    to: Option<String>,

    /// Only incidents that meet this query: sev:P0 service:checkout
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: Vec<String>,

    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Print the JSON Schema of the report
    #[arg(long)]
    schema: bool,
}

/// So many periods before the one that is asked for stand beside it.
const TREND: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Csv,
    Json,
}

impl Report {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if self.schema {
            return Ok(Reply::schema(report::SCHEMA));
        }
        let now = context.now();
        let offset = |at| context.offset(at);
        let kind = match (&self.week, &self.month, &self.quarter, &self.from) {
            (Some(_), ..) => Some(Kind::Week),
            (_, Some(_), ..) => Some(Kind::Month),
            (_, _, Some(_), _) => Some(Kind::Quarter),
            (_, _, _, Some(_)) => None,
            _ => Some(Kind::Month),
        };
        let period = match (kind, &self.from) {
            (Some(kind), _) => {
                let given = self
                    .week
                    .as_deref()
                    .or(self.month.as_deref())
                    .or(self.quarter.as_deref());
                Period::named(kind, given, now, &offset).map_err(Failure::usage)?
            }
            (None, from) => {
                let from = context.time(&day(from.as_deref().unwrap_or_default()))?;
                let to = self
                    .to
                    .as_deref()
                    .map(|to| context.time(&day(to)))
                    .transpose()?
                    .unwrap_or(now);
                if to <= from {
                    return Err(Failure::usage(
                        "the period ends as it begins, or before; a day after --to is not in it: --from 2026-11-20 --to 2026-11-21 is one day",
                    ));
                }
                Period::between(from, to)
            }
        };
        let earlier: Vec<Period> = std::iter::successors(Some(period.before(kind, &offset)), |later| {
            Some(later.before(kind, &offset))
        })
        .take(TREND)
        .collect();
        let (mut cases, problems) = context.cases()?;
        if !self.query.is_empty() {
            let query = query::read(context, &self.query)?;
            let repeats = crate::recall::recurrence::recurrences(&cases);
            cases.retain(|case| query.meets(case, &repeats));
        }
        let report = report::Report::new(Wanted {
            cases: &cases,
            earlier: &earlier,
            now,
            zone: zone(context, period.from),
            documents: documents(context, &cases),
            period,
        });
        // This call ends with it: to give back each word of a thousand incidents takes as long as to count them.
        std::mem::forget(cases);
        let json = serde_json::to_value(&report)
            .map_err(|error| Failure::because("the report cannot be written as JSON", error))?;
        let mut reply = match self.format {
            Format::Text => Reply::new(report::page::page(&report), json),
            Format::Markdown => Reply::new(report::markdown::document(&report), json).bare(),
            Format::Csv => Reply::new(report::csv::table(&report), json).bare(),
            Format::Json => Reply::document(json),
        };
        problems.add_beside(&mut reply);
        Ok(reply)
    }
}

/// A day alone means its beginning.
fn day(given: &str) -> String {
    match given.trim().to_lowercase().as_str() {
        "today" => return "00:00".into(),
        "yesterday" => return "yesterday 00:00".into(),
        _ => {}
    }
    match chrono::NaiveDate::parse_from_str(given.trim(), "%Y-%m-%d") {
        Ok(day) => format!("{day} 00:00"),
        Err(_) => given.to_owned(),
    }
}

/// The zone that days are counted in, in words.
fn zone(context: &Context, at: crate::incident::Time) -> String {
    match context.offset(at) {
        0 => "UTC".to_owned(),
        seconds => {
            let minutes = seconds.abs() / 60;
            let sign = if seconds < 0 { '-' } else { '+' };
            format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}

/// The status of each incident's review document, where there is one.
fn documents(context: &Context, cases: &[Case]) -> BTreeMap<String, String> {
    let status = |case: &Case| {
        let text = postmortem::document(context, &case.id)?;
        Some((case.id.clone(), postmortem::state_of(&text).to_string()))
    };
    cases.iter().filter_map(status).collect()
}
