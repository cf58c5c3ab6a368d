//! `warroom runbook show` and `steps`

use std::fmt::Write as _;

use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::page::count;
use super::super::paint::Paint;
use super::super::reply::Reply;
use super::{Given, chosen, find, maybe_incident};
use crate::incident::Incident;
use crate::runbook::attach::known_value;
use crate::runbook::fresh::freshness;
use crate::runbook::lines::Look;
use crate::runbook::{Day, Runbook, Step, gap};
use crate::text;

pub(super) fn show(context: &Context, word: &str, source: bool) -> Result<Reply, Failure> {
    let found = find(context, word)?;
    let book = &found.book;
    if source {
        let json = json!({"name": book.name, "file": found.file.as_ref().map(|file| file.display().to_string()), "source": &*book.text});
        return Ok(Reply::new(text::lines(&book.text), json));
    }
    let fresh = freshness(&book.front, &[], Day::of(context.now()));
    let mut page = String::new();
    let paint = context.paint;
    let title = found.entry.as_deref().unwrap_or(&book.title);
    let _ = writeln!(page, "{}", paint.strong(text::one_line(title)));
    let mut about = vec![found.origin()];
    about.extend(book.front.owner.iter().map(|owner| format!("owner {owner}")));
    about.extend(fresh.tested.iter().map(|day| format!("tested {day}")));
    about.extend(book.front.last_reviewed.map(|day| format!("reviewed {day}")));
    let _ = writeln!(page, "{}", paint.quiet(text::one_line(&about.join("; "))));
    if let Some(stale) = &fresh.stale {
        let _ = writeln!(page, "{}", paint.warn(format!("stale: {stale}")));
    }
    if !book.entries.is_empty() && found.entry.is_none() {
        let names: Vec<&str> = book.entries.iter().map(|entry| entry.title.as_str()).collect();
        let _ = writeln!(page, "{}", text::one_line(&format!("holds: {}", names.join(", "))));
    }
    body(&mut page, book, found.entry(), paint);
    let sections: Vec<_> = book
        .sections
        .iter()
        .filter(|section| section.level > 0)
        .map(|section| json!({"title": section.title, "level": section.level, "purpose": section.purpose, "line": book.line(section.start)}))
        .collect();
    let json = json!({
        "name": book.name,
        "title": title,
        "entry": found.entry,
        "file": found.file.as_ref().map(|file| file.display().to_string()),
        "ships": found.file.is_none(),
        "owner": book.front.owner,
        "freshness": fresh,
        "cautions": book.cautions,
        "sections": sections,
        "entries": book.entries.iter().map(|entry| &entry.title).collect::<Vec<_>>(),
        "text": &*book.text,
    });
    Ok(Reply::new(page, json))
}

fn body(page: &mut String, book: &Runbook, entry: Option<&crate::runbook::Entry>, paint: Paint) {
    for line in book.lines(entry) {
        let safe = text::one_line(&line.text);
        let indent = " ".repeat(line.indent.min(60));
        let _ = match line.look {
            Look::Heading(_) => writeln!(page, "{indent}{}", paint.strong(safe)),
            Look::Caution => writeln!(page, "{indent}{}", paint.warn(format!("caution: {safe}"))),
            Look::Blank => writeln!(page),
            Look::Text | Look::Item | Look::Code | Look::Table => writeln!(page, "{indent}{safe}"),
        };
    }
}

/// What a placeholder stands for: as given in the call, else as the incident says.
pub(super) fn value(given: &[(String, String)], incident: Option<&Incident>, name: &str) -> Option<String> {
    let said = given
        .iter()
        .rev()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.clone());
    said.or_else(|| known_value(incident?, name))
}

pub(super) fn steps(context: &Context, word: &str, given: &Given) -> Result<Reply, Failure> {
    let incident = maybe_incident(context);
    let found = find(context, word)?;
    // Which are there is an answer, too.
    let found = match chosen(found, incident.as_deref()) {
        Ok(found) => found,
        Err(failure) if context.options.json => {
            let found = find(context, word)?;
            let mut json = found.book.steps(None, None).json();
            json["runbook"] = json!(found.book.name);
            json["title"] = json!(found.book.title);
            json["entries"] = found.book.entries.iter().map(|entry| json!(entry.title)).collect();
            json["said"] = json!(failure.said);
            return Ok(Reply::new("", json));
        }
        Err(failure) => return Err(failure),
    };
    let (book, entry) = (&found.book, found.entry());
    let values = given.values()?;
    let steps = book.steps(entry, given.source()?);
    let mut page = String::new();
    let from = match steps.source {
        Some(_) => format!("{} from {}", count(steps.steps.len(), "step"), steps.said),
        None if given.source.is_some() => "there are none of these in it".to_owned(),
        None => format!(
            "no steps found; read it: warroom runbook show {}",
            book.list_name(entry)
        ),
    };
    let _ = writeln!(
        page,
        "{}: {}",
        context
            .paint
            .strong(text::one_line(entry.map_or(&book.title, |entry| &entry.title))),
        text::one_line(&from)
    );
    if !steps.others.is_empty() {
        let others: Vec<String> = steps
            .others
            .iter()
            .map(|(source, number)| format!("{} {number}", source.as_str()))
            .collect();
        let _ = writeln!(
            page,
            "{}",
            context.paint.quiet(format!("--source: {}", others.join(", ")))
        );
    }
    for caution in &book.cautions {
        let _ = writeln!(
            page,
            "{}",
            context.paint.warn(format!("caution: {}", text::one_line(caution)))
        );
    }
    let fill = |name: &str| value(&values, incident.as_deref(), name);
    for step in &steps.steps {
        one(&mut page, book, step, 0, context.paint, &fill);
    }
    let missing: Vec<String> = steps
        .gaps()
        .into_iter()
        .filter(|gap| fill(&gap.name).is_none())
        .map(|gap| gap.written)
        .collect();
    if !missing.is_empty() {
        let _ = writeln!(page, "to fill in: {}", text::one_line(&missing.join(", ")));
    }
    let mut json = steps.json();
    json["runbook"] = json!(book.name);
    json["title"] = json!(book.title);
    json["entry"] = json!(found.entry);
    json["cautions"] = json!(book.cautions);
    Ok(Reply::new(page, json))
}

fn one(
    page: &mut String,
    book: &Runbook,
    step: &Step,
    deep: usize,
    paint: Paint,
    fill: &dyn Fn(&str) -> Option<String>,
) {
    let indent = "   ".repeat(deep.min(20));
    let ticked = if step.ticked { " (ticked in the file)" } else { "" };
    let section = if deep == 0 && !step.section.is_empty() {
        format!("  [{}]", step.section)
    } else {
        String::new()
    };
    let _ = writeln!(
        page,
        "{indent}{:>3} {}{ticked}{}",
        step.position,
        text::one_line(&step.text),
        paint.quiet(text::one_line(&section))
    );
    for command in &step.commands {
        let (filled, _) = gap::fill(&command.text, &command.language, book.set(), fill);
        // Of several that look alike it says which is for what.
        if let Some(comment) = &command.comment {
            let _ = writeln!(
                page,
                "{indent}      {}",
                paint.quiet(text::one_line(&format!("# {comment}")))
            );
        }
        for line in filled.lines() {
            let _ = writeln!(page, "{indent}      {}", text::one_line(line));
        }
        if !command.danger.is_empty() {
            let _ = writeln!(
                page,
                "{indent}      {}",
                paint.bad(format!("careful: {}", text::one_line(&command.danger.join(", "))))
            );
        }
    }
    for inner in &step.steps {
        one(page, book, inner, deep + 1, paint, fill);
    }
}
