//! Times, spans and days as people type them, in the zone that is shown.

use std::time::Duration;

use super::Model;
use super::form::Form;
use crate::incident::time::{Span, Taken, read_due, read_span, read_time};

/// Reads a TIME in the zone that is shown.
pub(super) fn typed_time(model: &Model, text: &str) -> Result<Taken, String> {
    read_time(text, model.now, &|at| model.offset_at(at)).map_err(|error| error.to_string())
}

/// How long, as a step asked for it; absent where it was passed over.
pub(super) fn duration(model: &Model, form: &Form, step: &str) -> Result<Option<Duration>, String> {
    form.maybe(step)
        .map(|text| span(model, &text).map(|span| span.length))
        .transpose()
}

/// Reads how long, or until when, in the zone that is shown.
pub(super) fn span(model: &Model, text: &str) -> Result<Span, String> {
    read_span(text, model.now, &|at| model.offset_at(at)).map_err(|error| error.to_string())
}

/// A calendar day as people type it: `2026-12-01`, `friday`, or in so many days, `14d`.
pub(super) fn day(model: &Model, text: &str) -> Result<String, String> {
    let day = read_due(text, model.now, &|at| model.offset_at(at));
    day.map(|day| day.to_string()).map_err(|error| error.to_string())
}
