//! `warroom set`

use clap::Args;
use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::page::table;
use super::reply::Reply;
use crate::incident::{Change, live};

/// Set a field: title, summary, impact.NAME, fields.NAME, link
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  warroom set title Checkout failing for EU cards
  warroom set impact.users 38 % of checkouts
  warroom set fields.region eu-west-1
  warroom set link.dashboard https://grafana.example/d/checkout
An empty value removes a field that is optional.")]
pub(super) struct Set {
    /// title, summary, impact.NAME, fields.NAME, link or link.LABEL; without one, what is set and what the framework asks for
    field: Option<String>,

    /// The value
    value: Vec<String>,
}

impl Set {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let Some(field) = self.field.filter(|field| field != "list" || !self.value.is_empty()) else {
            return list(context);
        };
        if self.value.is_empty() {
            let said =
                format!("say what {field} is to be: warroom set {field} TEXT; an empty \"\" removes an optional one");
            return Err(Failure::usage(said));
        }
        let value = words(&self.value);
        let change = match field.split_once('.') {
            None if field == "link" => Change::AddLink {
                target: value,
                label: None,
            },
            Some(("link", label)) => Change::AddLink {
                target: super::link::target(context, Some(label), value)?,
                label: Some(label.to_owned()),
            },
            // What is set may start timers, or move them.
            _ => {
                let change = Change::SetField { field, value };
                return super::severity::change(context, &context.edit()?, vec![change]);
            }
        };
        context.change(change)
    }
}

/// The impact record as the framework wants it, and the team's own fields.
fn list(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let incident = &view.incident;
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let head = [
        ("title", Some(incident.title.clone())),
        ("summary", incident.summary.clone()),
    ];
    let mut rows: Vec<Vec<String>> = head
        .into_iter()
        .map(|(name, value)| vec![name.to_owned(), value.unwrap_or_else(|| "-".into()), String::new()])
        .collect();
    let impact = view.framework.impact.iter().map(|field| {
        let value = incident.impact.get(&field.id).map(shown);
        vec![
            format!("impact.{}", field.id),
            value.unwrap_or_else(|| "-".into()),
            about(&field.about, &field.one_of),
        ]
    });
    rows.extend(impact);
    for field in &view.framework.record {
        let value = incident.fields.get(&field.id).map(shown);
        let about = about(&field.about, &field.one_of);
        rows.push(vec![field.id.clone(), value.unwrap_or_else(|| "-".into()), about]);
    }
    let known = |name: &String| view.framework.impact.iter().any(|field| field.id == *name);
    for (name, value) in incident.impact.iter().filter(|(name, _)| !known(name)) {
        rows.push(vec![format!("impact.{name}"), shown(value), String::new()]);
    }
    let recorded = |name: &String| view.framework.record.iter().any(|field| field.id == *name);
    for (name, value) in incident.fields.iter().filter(|(name, _)| !recorded(name)) {
        rows.push(vec![format!("fields.{name}"), shown(value), String::new()]);
    }
    for link in live(&incident.links) {
        let label = link
            .label
            .as_deref()
            .map_or_else(|| "link".to_owned(), |label| format!("link.{label}"));
        rows.push(vec![label, link.target.clone(), String::new()]);
    }
    let json = json!({"incident": view.id, "title": incident.title, "summary": incident.summary, "impact": incident.impact, "fields": incident.fields});
    Ok(Reply::new(table(&rows), json))
}

/// What a field says, and what it may say.
fn about(about: &str, one_of: &[String]) -> String {
    if one_of.is_empty() {
        return about.to_owned();
    }
    format!("{about} ({})", one_of.join(", "))
}
