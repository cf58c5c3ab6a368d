//! The query of `search`, `list` and `report`, read with this person's times.

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use crate::recall::query::{Query, Refused, with_saved};

/// Reads the words of a call as a query.
pub(super) fn read(context: &Context, given: &[String]) -> Result<Query, Failure> {
    // A word of a query may begin with a dash (without it); what begins with two is an option that this verb does not have.
    if let Some(option) = given.iter().find(|word| word.starts_with("--") && word.len() > 2) {
        return Err(Failure::usage(format!("unexpected argument '{option}' found")));
    }
    let given = if given.iter().any(|word| word.starts_with("filter:")) {
        with_saved(given, &context.repository()?.config().filters)
            .map_err(|refused| Failure::not_found(refused.said, refused.candidates))?
    } else {
        given.to_vec()
    };
    let time = |text: &str| context.time_quietly(text);
    Query::parse(&words(&given), &time).map_err(failure)
}

fn failure(refused: Refused) -> Failure {
    if refused.candidates.is_empty() {
        Failure::usage(refused.said)
    } else {
        Failure::not_found(refused.said, refused.candidates)
    }
}
