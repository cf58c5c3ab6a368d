//! `warroom runbook list`

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::input::words;
use super::super::page::{count, table};
use super::super::reply::Reply;
use crate::runbook::attach::is_attached;
use crate::runbook::fresh::{Freshness, Use, freshness};
use crate::runbook::matching::{Facts, Match, fit};
use crate::runbook::shipped::SHIPPED;
use crate::runbook::{Day, Runbook as Book};
use crate::text;

/// List runbooks
#[derive(Args, Debug, Default)]
pub(super) struct List {
    /// Only those that have all these words in them
    query: Vec<String>,
    /// Only those that are stale
    #[arg(long)]
    stale: bool,
    /// Order: fit, name, stale or used
    #[arg(long, value_name = "ORDER", default_value = "fit")]
    sort: String,
}

struct Row {
    book: Book,
    file: Option<String>,
    fresh: Freshness,
    fits: Option<Match>,
    attached: bool,
}

impl List {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let order = super::super::input::known_word(
            "order",
            if self.sort.is_empty() { "fit" } else { &self.sort },
            &["fit", "name", "stale", "used"],
        )?;
        let query = words(&self.query).to_lowercase();
        let today = Day::of(context.now());
        let incident = super::maybe_incident(context);
        let facts = incident.as_deref().map(Facts::of);
        let used = context
            .repository()
            .map(crate::store::Repository::runbook_uses)
            .unwrap_or_default();
        let (mut rows, mut broken) = (Vec::new(), Vec::new());
        for (name, file, book) in books(context) {
            let book = match book {
                Ok(book) => book,
                // One that cannot be read is listed with its problem, not hidden.
                Err(why) => {
                    broken.push((name, why));
                    continue;
                }
            };
            let lower = if query.is_empty() {
                String::new()
            } else {
                book.text.to_lowercase()
            };
            if !query
                .split_whitespace()
                .all(|word| lower.contains(word) || name.to_lowercase().contains(word))
            {
                continue;
            }
            let entry_of = |list: &str| {
                list.strip_prefix(&name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let own: Vec<&Use> = used.iter().filter(|one| entry_of(&one.runbook)).collect();
            let fresh = freshness(&book.front, &own, today);
            if self.stale && fresh.stale.is_none() {
                continue;
            }
            let attached = incident.as_deref().is_some_and(|incident| {
                is_attached(incident, &name)
                    || book
                        .entries
                        .iter()
                        .any(|entry| is_attached(incident, &book.list_name(Some(entry))))
            });
            rows.push(Row {
                fits: facts.as_ref().and_then(|facts| fit(facts, &book)),
                file: file.map(|file| file.display().to_string()),
                book,
                fresh,
                attached,
            });
        }
        sort(&mut rows, order);
        Ok(reply(context, &rows, &broken))
    }
}

/// All runbooks: the repository's own with their files, and those that ship unless one of that name is there.
fn books(context: &Context) -> Vec<(String, Option<PathBuf>, Result<Book, String>)> {
    let mut all = Vec::new();
    if let Ok(repository) = context.repository() {
        let own = repository.runbooks();
        let read = repository.read_runbooks(&own);
        for (one, book) in own.into_iter().zip(read) {
            let file = one.path.display().to_string();
            let book = book.map_err(|why| format!("{} was not read: {why}", text::one_line(&file)));
            all.push((one.name, Some(one.path), book));
        }
    }
    for (name, text) in SHIPPED {
        if !all.iter().any(|(known, ..)| known == name) {
            all.push((name.to_owned(), None, Ok(Book::read(name, text))));
        }
    }
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

fn sort(rows: &mut [Row], order: &str) {
    let score = |row: &Row| row.fits.as_ref().map_or(0, |fits| fits.score);
    match order {
        "stale" => rows.sort_by_key(|row| (row.fresh.stale.is_none(), row.fresh.tested.clone())),
        "used" => rows.sort_by_key(|row| std::cmp::Reverse((row.fresh.used, row.fresh.helped))),
        "name" => {}
        _ => rows.sort_by_key(|row| std::cmp::Reverse((row.attached, score(row)))),
    }
}

fn reply(context: &Context, rows: &[Row], broken: &[(String, String)]) -> Reply {
    let mut page = Vec::new();
    for row in rows {
        let mark = if row.attached { "*" } else { " " };
        let mut about = Vec::new();
        about.extend(row.fits.iter().map(|fits| fits.reasons.join("; ")));
        about.extend(row.fresh.stale.iter().map(|stale| format!("stale: {stale}")));
        about.extend(row.fresh.said());
        if !row.book.entries.is_empty() {
            about.push(format!("{} in it", count(row.book.entries.len(), "runbook")));
        }
        page.push(vec![
            format!("{mark} {}", row.book.name),
            row.book.title.clone(),
            about.join("; "),
        ]);
    }
    for (name, problem) in broken {
        page.push(vec![format!("  {name}"), "cannot be read".into(), problem.clone()]);
    }
    let mut list: Vec<Value> = rows.iter().map(json).collect();
    list.extend(
        broken
            .iter()
            .map(|(name, problem)| json!({"name": name, "problem": problem})),
    );
    let mut text = table(&page);
    if page.is_empty() {
        text = "no runbook has these words\n".into();
    } else if context.paint.0 {
        text.push_str(&format!(
            "{}\n",
            context
                .paint
                .quiet("warroom runbook show NAME reads one, attach NAME puts its steps into the checklist")
        ));
    }
    Reply::new(text, json!({"runbooks": list}))
}

fn json(row: &Row) -> Value {
    let front = &row.book.front;
    json!({
        "name": row.book.name,
        "title": row.book.title,
        "owner": front.owner,
        "services": front.services,
        "symptoms": front.symptoms,
        "ships": row.file.is_none(),
        "file": row.file,
        "entries": row.book.entries.iter().map(|entry| &entry.title).collect::<Vec<_>>(),
        "attached": row.attached,
        "stale": row.fresh.stale,
        "freshness": row.fresh,
        "match": row.fits.as_ref().map(|fits| json!({"score": fits.score, "reasons": fits.reasons, "entry": fits.entry})),
    })
}
