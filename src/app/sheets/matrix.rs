//! Who hears how often, by severity: the framework's table of audiences.

use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model};
use crate::framework::data;
use crate::framework::model::Within;

/// By when it hears at first, where nothing says how often then.
fn at_first(within: &Within) -> String {
    match within.to_string() {
        now if now == "0s" => "at once".to_owned(),
        said if within.span().is_some() => format!("first within {said}"),
        said => said,
    }
}

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let framework = model.framework();
    let severities = &framework.severities;
    let width = severities
        .iter()
        .map(|one| crate::text::width(&one.id))
        .max()
        .unwrap_or(0);
    let mut rows = Vec::new();
    for audience in &framework.audiences {
        rows.push(TextRow::heading(&audience.title));
        for severity in severities {
            let now = severity.id == model.derived.severity;
            let (first, then) = framework.hears(&audience.id, &severity.id);
            let each = |within: &Within| match within.span() {
                Some(_) => format!("every {within}"),
                None => within.to_string(),
            };
            let often = then.map(each).or_else(|| first.map(at_first));
            let fact = data::at(&audience.facts, &severity.id).cloned();
            let said = often.or(fact).unwrap_or_else(|| "nothing is asked for".into());
            let look = if now { Look::Strong } else { Look::Dim };
            rows.push(
                TextRow::of(format!("{}.{}", audience.id, severity.id))
                    .mark(if now { Mark::Arrow } else { Mark::Blank }, Look::Accent)
                    .put(format!("{:<width$}  ", severity.id), look)
                    .label()
                    .put(said, if now { Look::Text } else { Look::Dim })
                    .does(Action::SendUpdate, audience.id.as_str()),
            );
        }
    }
    rows
}
