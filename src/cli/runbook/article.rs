//! `warroom runbook article`

use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use crate::incident::Class;
use crate::runbook::Day;
use crate::runbook::article::article as written;
use crate::runbook::matching::Facts;
use crate::text;

/// Most incidents that are named as related.
const RELATED: usize = 5;

pub(super) fn article(context: &Context, print: bool, force: bool) -> Result<Reply, Failure> {
    let view = context.view()?;
    if !print
        && !matches!(
            view.framework.class(&view.incident.status),
            Class::Resolved | Class::Closed
        )
    {
        let mut failure = Failure::usage(format!(
            "{} is {}; its article is written when it is over (--print shows it now)",
            view.id, view.incident.status
        ));
        failure.code = 3;
        return Err(failure);
    }
    let related = related(context, &view.id, &Facts::asked(&view.incident.title));
    let text = written(&view.incident, Day::of(context.now()), &related);
    if print {
        return Ok(Reply::new(
            text::lines(&text),
            json!({"incident": view.id, "article": text}),
        ));
    }
    let file = context
        .repository()?
        .write_beside(&view.id, crate::store::runbooks::ARTICLE, &text, force)
        .map_err(|error| {
            let why = crate::store::reason(&error);
            Failure::because(format!("article.md of {} was not written: {why}", view.id), error)
        })?;
    let Some(file) = file else {
        return Err(Failure::usage(format!(
            "{} has an article already, which people may have edited; --force writes over it, --print shows a new one",
            view.id
        )));
    };
    context.note_change();
    let shown = file.display().to_string();
    let json = json!({"ok": true, "incident": view.id, "file": shown});
    Ok(Reply::new(format!("{}\n", text::one_line(&shown)), json))
}

/// Other incidents whose titles share telling words.
fn related(context: &Context, id: &str, facts: &Facts) -> Vec<(String, String)> {
    let Ok((incidents, _)) = context.all() else {
        return Vec::new();
    };
    let mut found: Vec<(usize, String, String)> = incidents
        .iter()
        .filter(|one| one.place.id != id)
        .map(|one| {
            let shared = Facts::asked(&one.incident.title)
                .title
                .intersection(&facts.title)
                .count();
            (shared, one.place.id.clone(), one.incident.title.clone())
        })
        .filter(|(shared, ..)| *shared >= 2)
        .collect();
    found.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| other.1.cmp(&one.1)));
    found
        .into_iter()
        .take(RELATED)
        .map(|(_, id, title)| (id, title))
        .collect()
}
