//! `warroom severity --matrix`: the table of impact and urgency, and what each severity would bring.

use std::fmt::Write as _;

use serde_json::json;

use super::super::context::View;
use super::super::failure::Failure;
use super::super::page::table;
use super::super::reply::Reply;
use crate::framework::model::{LEVELS, Topic};
use crate::framework::{Framework, Verdict};
use crate::incident::Time;
use crate::text;

/// The table, the present cell marked, and of each severity the next countdowns and what else it would bring.
pub(super) fn matrix(view: &View, now: Time) -> Result<Reply, Failure> {
    let framework = &view.framework;
    let rated = framework.rated(&view.incident);
    let mut out = String::new();
    if !framework.matrix.is_empty() {
        out += &cells(framework, rated)?;
        for (topic, levels) in [(Topic::Impact, LEVELS), (Topic::Urgency, LEVELS)] {
            for level in levels {
                if let Some(means) = framework.level_means(topic, level) {
                    let _ = writeln!(out, "  {topic} {level}: {}", text::one_line(means));
                }
            }
        }
    }
    let mut previews = serde_json::Map::new();
    for severity in &framework.severities {
        let preview = framework.preview(&view.incident, &severity.id, now);
        let first = severity.criteria.first().map_or("", String::as_str);
        let _ = writeln!(out, "{}  {}: {}", severity.id, severity.title, text::one_line(first));
        out += &super::said(&preview, now);
        previews.insert(severity.id.clone(), json!(preview));
    }
    Ok(Reply::new(
        out,
        json!({
            "incident": view.id, "matrix": framework.matrix, "impact": rated.0, "urgency": rated.1, "previews": previews
        }),
    ))
}

fn cells(framework: &Framework, rated: (Option<&str>, Option<&str>)) -> Result<String, Failure> {
    let mut rows = vec![
        std::iter::once("impact \\ urgency".to_owned())
            .chain(LEVELS.iter().map(ToString::to_string))
            .collect::<Vec<_>>(),
    ];
    for impact in LEVELS {
        let mut row = vec![impact.to_owned()];
        for urgency in LEVELS {
            let severity = framework.priority(impact, urgency)?;
            let mark = if rated == (Some(impact), Some(urgency)) {
                "*"
            } else {
                ""
            };
            row.push(format!("{severity}{mark}"));
        }
        rows.push(row);
    }
    Ok(table(&rows))
}

/// What the severity would be by the rating that is wanting.
pub(super) fn by_other_rating(framework: &Framework, verdict: &Verdict) -> String {
    let of = |level: &str| {
        let (impact, urgency) = (verdict.impact.as_deref(), verdict.urgency.as_deref());
        let severity = framework
            .priority(impact.unwrap_or(level), urgency.unwrap_or(level))
            .ok()?;
        Some(format!("{} {level}: {severity}", verdict.wanting?))
    };
    let all: Vec<String> = LEVELS.iter().filter_map(|level| of(level)).collect();
    format!("{}\n", all.join(", "))
}
