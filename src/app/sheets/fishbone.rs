//! The contributing factors as a fishbone: one bone a category, with what hangs on it.

use crate::app::text_row::{Look, TextRow};
use crate::app::{Action, Model};
use crate::incident::{Factor, FactorCategory, live};

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let incident = model.incident();
    let factors: Vec<&Factor> = live(&incident.factors).collect();
    let mut bones: Vec<&str> = FactorCategory::KNOWN.to_vec();
    for factor in &factors {
        if !bones.contains(&factor.category.as_str()) {
            bones.push(factor.category.as_str());
        }
    }
    let mut rows = Vec::new();
    for bone in bones {
        let own: Vec<&&Factor> = factors
            .iter()
            .filter(|factor| factor.category.as_str() == bone)
            .collect();
        let look = if own.is_empty() { Look::Dim } else { Look::Accent };
        let count = if own.is_empty() {
            String::new()
        } else {
            format!(" {}", own.len())
        };
        rows.push(
            TextRow::of(format!("bone.{bone}"))
                .put(bone, look)
                .put(count, Look::Dim)
                .does(Action::AddFactor, bone),
        );
        for factor in own {
            rows.push(
                TextRow::of(&factor.id)
                    .put("  \u{2570} ", Look::Dim)
                    .put(&factor.text, Look::Text)
                    .tail(&factor.by, Look::Dim),
            );
        }
    }
    let head = incident.cause.as_deref().unwrap_or(&incident.title);
    rows.push(
        TextRow::default()
            .put("\u{2550}\u{2550} ", Look::Dim)
            .put(head, Look::Strong),
    );
    rows
}
