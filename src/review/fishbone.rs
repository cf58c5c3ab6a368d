//! The fishbone: contributing factors on four bones, drawn in text and as a Mermaid diagram.

use std::fmt::Write as _;

use super::slot::Slot;
use crate::escape::{markdown, mermaid};
use crate::incident::{FactorCategory, Incident, live};
use crate::text::{fit, one_line, width};

/// The bones, above and below the spine.
const BONES: [(FactorCategory, &str); 4] = [
    (FactorCategory::People, "People"),
    (FactorCategory::Process, "Process"),
    (FactorCategory::Technology, "Technology"),
    (FactorCategory::Environment, "Environment"),
];

/// Columns of a bone, and the most factors that one shows: the list beside it has all.
const BONE: usize = 30;
const MOST: usize = 6;

fn factors(incident: &Incident, category: &FactorCategory) -> Vec<String> {
    live(&incident.factors)
        .filter(|factor| factor.category == *category)
        .map(|factor| one_line(&factor.text).into_owned())
        .collect()
}

/// Both drawings, in fences.
pub(super) fn drawn(incident: &Incident) -> String {
    if live(&incident.factors).next().is_none() {
        return Slot::Fishbone.gap();
    }
    let effect = incident.cause.as_deref().unwrap_or(&incident.title);
    format!(
        "```text\n{}```\n\n```mermaid\n{}```",
        text(incident, effect),
        diagram(incident, effect)
    )
}

/// Within 76 columns.
fn text(incident: &Incident, effect: &str) -> String {
    let bone = |at: usize| factors(incident, &BONES[at].0);
    let cell = |text: &str| {
        // A fence of the text must not close the one around it.
        let safe = text.replace("```", "'''");
        let fitted = fit(&safe, BONE - 2, "...").into_owned();
        let padding = " ".repeat(BONE.saturating_sub(width(&fitted)));
        format!("{fitted}{padding}")
    };
    let mut out = String::new();
    let rows = |out: &mut String, left: &[String], right: &[String], slope: char| {
        let high = left.len().max(right.len()).min(MOST);
        for row in 0..high {
            let shown = |of: &[String]| -> String {
                match of.len() {
                    long if long > MOST && row == MOST - 1 => format!("and {} more", long - row),
                    _ => of.get(row).cloned().unwrap_or_default(),
                }
            };
            let line = format!("  {slope} {}  {slope} {}", cell(&shown(left)), cell(&shown(right)));
            let _ = writeln!(out, "{}", line.trim_end());
        }
    };
    let title = |left: &str, right: &str| format!("{left:<width$}{right}\n", width = BONE + 4);
    out += &title(BONES[0].1, BONES[1].1);
    rows(&mut out, &bone(0), &bone(1), '\\');
    let effect = one_line(effect).replace("```", "'''");
    let _ = writeln!(out, "{}> {}", "-".repeat(BONE * 2 + 4), fit(&effect, 60, "..."));
    rows(&mut out, &bone(2), &bone(3), '/');
    out += &title(BONES[2].1, BONES[3].1);
    out
}

fn diagram(incident: &Incident, effect: &str) -> String {
    let mut out = "flowchart LR\n".to_owned();
    let _ = writeln!(out, "  effect[\"{}\"]", mermaid(effect));
    for (at, (category, title)) in BONES.iter().enumerate() {
        let _ = writeln!(out, "  bone{at}[\"{title}\"] --> effect");
        for (number, factor) in factors(incident, category).iter().enumerate() {
            let _ = writeln!(out, "  factor{at}x{number}[\"{}\"] --> bone{at}", mermaid(factor));
        }
    }
    out
}

/// Factors as a list, of one bone or of all with the bone's name.
pub(super) fn list(incident: &Incident, category: Option<&FactorCategory>) -> String {
    let wanted = live(&incident.factors).filter(|factor| category.is_none_or(|category| factor.category == *category));
    let rows: Vec<String> = wanted
        .map(|factor| {
            let bone = if category.is_none() {
                format!("{}: ", factor.category)
            } else {
                String::new()
            };
            format!(
                "- {bone}{} `{}`",
                markdown(&factor.text),
                super::timeline::code(&factor.id)
            )
        })
        .collect();
    if rows.is_empty() {
        Slot::Factors(category.cloned()).gap()
    } else {
        rows.join("\n")
    }
}
