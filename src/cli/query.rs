//! The query of `search`, `list` and `report`, read with this person's times.

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use crate::recall::query::Query;

/// Reads the words of a call as a query.
pub(super) fn read(context: &Context, given: &[String]) -> Result<Query, Failure> {
    // A word of a query may begin with a dash (without it); what begins with two is an option that this verb does not have.
    if let Some(option) = given.iter().find(|word| word.starts_with("--") && word.len() > 2) {
        return Err(Failure::usage(format!("unexpected argument '{option}' found")));
    }
    let given = saved(context, given)?;
    let time = |text: &str| context.time_quietly(text);
    Query::parse(&words(&given), &time).map_err(|refused| {
        if refused.candidates.is_empty() {
            Failure::usage(refused.said)
        } else {
            Failure::not_found(refused.said, refused.candidates)
        }
    })
}

/// The words of a call with the team's saved filters in place of their names (`filter:mine`).
fn saved(context: &Context, given: &[String]) -> Result<Vec<String>, Failure> {
    let named = |word: &String| word.strip_prefix("filter:").map(str::to_owned);
    if !given.iter().any(|word| named(word).is_some()) {
        return Ok(given.to_vec());
    }
    let filters = context.repository()?.config().filters;
    given
        .iter()
        .map(|word| match named(word) {
            None => Ok(word.clone()),
            Some(name) => filters.get(&name).cloned().ok_or_else(|| {
                Failure::not_found(
                    format!("no filter `{name}` is saved; .warroom/config.yaml may have `filters: {{{name}: 'is:open sev:P0'}}`"),
                    filters.iter().map(|(name, query)| format!("{name}  {query}")).collect(),
                )
            }),
        })
        .collect()
}
