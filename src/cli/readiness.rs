//! `warroom doctor --readiness`: what has to be there before anything happens, and what was practised this quarter.

use std::fmt::Write as _;

use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::page::table;
use super::postmortem;
use super::reply::Reply;
use crate::bounds;
use crate::incident::Class;
use crate::recall::recurrence;
use crate::report::readiness::{Standing, day_in, prerequisites, template};
use crate::report::{Kind, Period};
use crate::review::State;
use crate::store::read::{Unreadable, read_within};

/// The team's own list.
const LIST: &str = ".warroom/readiness.md";

/// The list, with days.
#[allow(clippy::too_many_lines, reason = "the sections of one answer")]
pub(super) fn run(context: &Context) -> Result<Reply, Failure> {
    let repository = context.repository()?;
    let now = context.now();
    let list = match read_within(repository.root(), &repository.root().join(LIST), bounds::CONFIG) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(Unreadable::Missing) => None,
        Err(why) => return Err(Failure::failed(format!("{LIST} cannot be read: {why}"))),
    };
    let found = prerequisites(list.as_deref().unwrap_or_default(), now.date());
    let mark = |standing| match standing {
        Standing::Ready => "ready",
        Standing::Stale => "look again",
        Standing::Open => "not yet",
        Standing::Missing => "no answer",
    };
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let day = one.day.clone().unwrap_or_else(|| "no date".to_owned());
            vec![mark(one.standing).to_owned(), day, one.text.to_owned()]
        })
        .collect();
    let mut text = format!("Prerequisites ({LIST})\n{}", table(&rows));
    if list.is_none() {
        let _ = writeln!(text, "\nThere is no {LIST} yet. To begin with:\n\n{}", template());
    }
    let quarter = Period::named(Kind::Quarter, None, now, &|at| context.offset(at)).map_err(Failure::usage)?;
    let (cases, problems) = context.cases()?;
    let within = |case: &&crate::recall::Case| recurrence::when(case).is_some_and(|at| quarter.holds(at));
    let _ = writeln!(text, "\nThis quarter ({})", quarter.name);
    let drills: Vec<_> = cases.iter().filter(within).filter(|case| case.incident.drill).collect();
    let mut rows = Vec::new();
    for case in &drills {
        let day = recurrence::when(case)
            .map(|at| at.date().to_string())
            .unwrap_or_default();
        rows.push(vec![
            "drill".to_owned(),
            day,
            format!("{} {}", case.id, case.incident.title),
        ]);
    }
    if drills.is_empty() {
        rows.push(vec![
            "drill".into(),
            "none".into(),
            "no drill was held this quarter".into(),
        ]);
    }
    let runbooks = runbooks(context)?;
    for (name, day) in &runbooks {
        let tested = day.is_some_and(|day| (now.date() - day).num_days() <= 92);
        let day = day.map_or_else(|| "never".to_owned(), |day| day.to_string());
        let said = if tested {
            name.clone()
        } else {
            format!("{name}: not tested this quarter")
        };
        rows.push(vec!["runbook".into(), day, said]);
    }
    let mut reviews = Vec::new();
    for case in cases.iter().filter(within).filter(|case| !case.incident.drill) {
        let review = case.framework.as_ref().and_then(|framework| framework.review.as_ref());
        let mandatory = review.is_some_and(|review| review.mandatory.contains(&case.incident.severity));
        if !mandatory || !matches!(case.class(), Class::Resolved | Class::Closed) {
            continue;
        }
        let document = postmortem::document(context, &case.id);
        let state = document.as_deref().map(postmortem::state_of);
        let due = case
            .framework
            .as_ref()
            .and_then(|framework| crate::review::due(case, framework));
        let day = due.map_or_else(|| "no date".to_owned(), |day| format!("due {day}"));
        let said = format!("{}: {}", case.id, state.map_or("not written", |state| state.as_str()));
        rows.push(vec!["review".into(), day, said]);
        reviews.push(json!({"id": case.id, "due": due.map(|day| day.to_string()), "status": state.map(State::as_str)}));
    }
    text += &table(&rows);
    let json = json!({
        "prerequisites": found,
        "quarter": quarter.name,
        "drills": drills.iter().map(|case| json!({"id": case.id, "at": recurrence::when(case)})).collect::<Vec<_>>(),
        "runbooks": runbooks.iter().map(|(name, day)| json!({"name": name, "last_tested": day.map(|day| day.to_string())})).collect::<Vec<_>>(),
        "reviews": reviews,
    });
    let mut reply = Reply::new(text, json);
    problems.add_to(&mut reply);
    Ok(reply)
}

/// The repository's own runbooks, with the day on which each was last tested or reviewed, by its front matter.
fn runbooks(context: &Context) -> Result<Vec<(String, Option<chrono::NaiveDate>)>, Failure> {
    let repository = context.repository()?;
    let mut found = Vec::new();
    for entry in std::fs::read_dir(repository.runbooks_dir())
        .into_iter()
        .flatten()
        .flatten()
        .take(1000)
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().extension().is_none_or(|end| end != "md") || name == "README.md" {
            continue;
        }
        let Ok(bytes) = read_within(repository.root(), &entry.path(), bounds::CONFIG) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let tested = text
            .lines()
            .take(40)
            .filter(|line| {
                ["last_tested", "last_reviewed_on", "last_reviewed"]
                    .iter()
                    .any(|key| line.trim_start().starts_with(key))
            })
            .filter_map(day_in)
            .max();
        found.push((name.trim_end_matches(".md").to_owned(), tested));
    }
    found.sort();
    Ok(found)
}
