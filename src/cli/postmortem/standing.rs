//! How the documents of all reviews stand, and their marks.

use serde_json::json;

use super::case;
use crate::cli::context::{Context, View};
use crate::cli::failure::Failure;
use crate::cli::page::table;
use crate::cli::reply::Reply;
use crate::framework::review::OWNER;
use crate::incident::{Change, ItemState, live};
use crate::review::sections::Document;
use crate::review::write::progress_of;
use crate::review::{Front, State, Template, make};
use crate::store::review_file::ReviewFile;
use crate::text::one_line;

/// The document of an incident, where there is one.
pub(in crate::cli) fn document(context: &Context, id: &str) -> Option<String> {
    let file = ReviewFile::of(context.repository().ok()?, id, false);
    // Most have none: a look is cheaper than following every link to it.
    file.path().symlink_metadata().ok()?;
    file.read().ok()?
}

/// How far a document is.
pub(in crate::cli) fn state_of(text: &str) -> State {
    Front::read(&Document::read(text).front).state()
}

pub(super) fn status(context: &Context) -> Result<Reply, Failure> {
    let (cases, problems) = context.cases()?;
    let today = context.now().date().to_string();
    let (mut rows, mut list) = (Vec::new(), Vec::new());
    for case in &cases {
        let Some(framework) = &case.framework else { continue };
        let review = framework.review.as_ref();
        let mandatory = review.is_some_and(|review| review.mandatory.contains(&case.incident.severity));
        let ended = matches!(
            case.class(),
            crate::incident::Class::Resolved | crate::incident::Class::Closed
        );
        let text = document(context, &case.id);
        if text.is_none() && !(mandatory && ended && !case.incident.drill) {
            continue;
        }
        let front = text
            .as_deref()
            .map(|text| Front::read(&Document::read(text).front))
            .unwrap_or_default();
        let state = text.as_ref().map(|_| front.state());
        let progress = text
            .as_deref()
            .map(|text| progress_of(text, &Template::shipped(&framework.name)))
            .unwrap_or_default();
        let due = front.get("due").map(str::to_owned);
        let late = due.as_deref().is_some_and(|due| due < today.as_str()) && !state.is_some_and(State::is_locked);
        rows.push(vec![
            case.id.clone(),
            state.map_or("not written", State::as_str).to_owned(),
            match (&due, late) {
                (Some(due), true) => format!("{due} overdue"),
                (Some(due), false) => due.clone(),
                (None, _) => "no date".into(),
            },
            front.get("owner").unwrap_or("no owner").to_owned(),
            format!("{}/{}", progress.filled, progress.sections),
            case.incident.title.clone(),
        ]);
        list.push(json!({
            "id": case.id, "title": case.incident.title, "severity": case.incident.severity, "mandatory": mandatory,
            "status": state.map(State::as_str), "due": due, "overdue": late, "owner": front.get("owner"),
            "facilitator": front.get("facilitator"), "progress": progress,
        }));
    }
    let text = if rows.is_empty() {
        "no review document, and none that is mandatory\n".into()
    } else {
        table(&rows)
    };
    let mut reply = Reply::new(text, json!({"reviews": list}));
    problems.add_to(&mut reply);
    Ok(reply)
}

/// What the incident has to know of a document: whose it is, who leads the meeting, and that it is there once it is reviewed.
fn to_record(
    view: &View,
    path: &str,
    state: Option<State>,
    owner: Option<&str>,
    facilitator: Option<&str>,
) -> Vec<Change> {
    let fields = [(OWNER, owner), ("facilitator", facilitator)];
    let mut changes: Vec<Change> = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .filter(|(name, value)| view.incident.fields.get(*name).and_then(serde_json::Value::as_str) != Some(*value))
        .map(|(name, value)| Change::SetField {
            field: format!("fields.{name}"),
            value: value.to_owned(),
        })
        .collect();
    let item = view
        .framework
        .review
        .as_ref()
        .and_then(|review| review.document.clone());
    let is_done =
        |id: &String| live(&view.incident.checklist).any(|item| item.id == *id && item.state == ItemState::Done);
    if state.is_some_and(State::is_locked)
        && let Some(item) = item.filter(|item| !is_done(item))
    {
        changes.push(Change::TickItem {
            item,
            note: Some(path.to_owned()),
            again: false,
        });
    }
    changes
}

pub(super) fn mark(
    context: &Context,
    state: Option<&str>,
    owner: Option<String>,
    facilitator: Option<String>,
) -> Result<Reply, Failure> {
    let place = context.place()?;
    let state = match state {
        None => None,
        Some(word) => Some(State::parse(word).ok_or_else(|| {
            let known = State::KNOWN.iter().map(|(word, _)| (*word).to_owned()).collect();
            Failure::not_found(format!("there is no status `{word}` of a review"), known)
        })?),
    };
    if state.is_none() && owner.is_none() && facilitator.is_none() {
        return Err(Failure::usage(
            "say what is to be set: a status, --owner NAME or --facilitator NAME",
        ));
    }
    let file = ReviewFile::of(context.repository()?, &place.id, false);
    let text = file.read()?.ok_or_else(|| {
        Failure::not_found(
            format!("{} has no document yet; write it with `warroom postmortem`", place.id),
            Vec::new(),
        )
    })?;
    let path = file.relative().display().to_string();
    let record = to_record(
        &context.view_of(&place)?,
        &path,
        state,
        owner.as_deref(),
        facilitator.as_deref(),
    );
    if !record.is_empty() {
        let edit = context.edit_of(&place)?;
        for change in record {
            edit.apply(change)?;
        }
        edit.save()?;
    }
    let view = context.view_of(&place)?;
    let mut document = Document::read(&text);
    let mut front = Front::read(&document.front);
    if let Some(state) = state {
        front.set("status", state.to_string());
        if state.is_locked() {
            // From here on a change of the facts is told.
            let made = make(&case(&view), &view.framework, &file.template(&view.framework)?);
            let facts = Front::read(&made.document.front)
                .get("facts")
                .unwrap_or_default()
                .to_owned();
            front.set("facts", facts);
        }
    }
    for (key, value) in [("owner", owner), ("facilitator", facilitator)] {
        if let Some(value) = value {
            front.set(key, one_line(&value).replace([':', '#'], " "));
        }
    }
    document.front = front.text();
    let mut out = document.text();
    if text.contains("\r\n") {
        out = out.replace('\n', "\r\n");
    }
    let changed = out != text;
    if changed {
        file.put(&out)?;
        context.note_change();
    }
    let said = format!(
        "{}: {}, owner {}, facilitator {}",
        view.id,
        front.state(),
        front.get("owner").unwrap_or("no one yet"),
        front.get("facilitator").unwrap_or("no one yet")
    );
    let json = json!({"ok": true, "incident": view.id, "changed": changed, "status": front.state().as_str(),
        "owner": front.get("owner"), "facilitator": front.get("facilitator")});
    Ok(Reply::new(format!("{}\n", one_line(&said)), json))
}
