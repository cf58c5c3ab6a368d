//! The document that a review is written in: made from the incident file alone by its framework's template, its facts filled with their source,
//! its judgement asked; and written again without touching what people edited. Pure: same file, same bytes.

pub mod blame;
mod blocks;
mod evidence;
mod fishbone;
mod front;
mod list_merge;
pub mod public;
pub mod sections;
mod slot;
pub mod template;
#[cfg(test)]
mod tests;
mod timeline;
pub mod write;

pub use blocks::priority;
pub use front::{Front, State};
pub use template::Template;
pub use write::{Made, Progress, Written, make, write};

/// What stands around a question that only people can answer.
pub const GAP: (char, char) = ('‹', '›');

/// A question that stands in the document until it is answered.
pub fn gap(question: &str) -> String {
    format!("{}{}{}", GAP.0, question.trim().trim_end_matches('?'), "?›")
}

/// The day by which an incident's review is due: by the last of the framework's timers that run from the resolution.
pub fn due(case: &crate::recall::Case, framework: &crate::framework::Framework) -> Option<chrono::NaiveDate> {
    blocks::Facts::of(case, framework)
        .due()
        .map(crate::incident::Time::date)
}
