//! What an action asks for, in steps: what is asked, and what answers are taken.

/// One step of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name in code and drafts: `text`.
    pub name: &'static str,
    /// What is asked, in a word or two: `evidence`.
    pub label: &'static str,
    /// A hint that stands in the empty line.
    pub hint: &'static str,
    /// What answers are taken.
    pub want: Want,
    /// Whether Enter on an empty line passes over it.
    pub optional: bool,
}

/// What answers a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Any words.
    Text,
    /// A line for the timeline: kind and time prefixes are understood.
    Log,
    /// A time as people type it.
    Time,
    /// A duration as people type it.
    Duration,
    /// A calendar day.
    Day,
    /// One of the choices.
    Choice,
    /// One of the choices, or other words.
    ChoiceOrText,
}
