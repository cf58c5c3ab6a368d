//! What did not go by the framework: timers met late or not at all, the gate overridden, roles that no one held.

use crate::app::Model;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::framework::TimerOutcome;
use crate::incident::time::format_clock;

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let mut rows = Vec::new();
    for one in model.framework().timer_history(model.incident(), model.now) {
        let late = format_clock(-one.late_s);
        let (word, look) = match one.outcome {
            TimerOutcome::Overdue => (format!("{late} late"), Look::Bad),
            TimerOutcome::NeverMet => ("never met".to_owned(), Look::Bad),
            TimerOutcome::MetLate => (format!("met {late} late"), Look::Warn),
            TimerOutcome::Met | TimerOutcome::Cleared => continue,
        };
        rows.push(
            TextRow::of(format!("{} {}", one.id, one.due))
                .mark(Mark::Alarm, look)
                .put(format!("{} {}", model.day_clock(one.due), one.label), Look::Text)
                .tail(word, look),
        );
    }
    if let Some(reason) = model
        .incident()
        .resolved
        .as_ref()
        .and_then(|moment| moment.forced.as_ref())
    {
        rows.push(
            TextRow::of("forced")
                .mark(Mark::No, Look::Bad)
                .put("Gate overridden: ", Look::Warn)
                .put(reason, Look::Text),
        );
    }
    for one in model.framework().passed_over(model.incident()) {
        rows.push(
            TextRow::of(format!("passed.{}", one.subject))
                .mark(Mark::No, Look::Bad)
                .put("By manual edit: ", Look::Warn)
                .put(one.said, Look::Text),
        );
    }
    for need in model
        .derived
        .required_roles
        .iter()
        .filter(|need| need.required && !need.filled)
    {
        rows.push(
            TextRow::of(format!("role.{}", need.role))
                .mark(Mark::Open, Look::Warn)
                .put(&need.title, Look::Text)
                .tail("no one", Look::Warn),
        );
    }
    rows
}
