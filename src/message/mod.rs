//! What is told to people: drafts from the framework's templates, honest about their gaps, each for its audience and stage; what
//! words for the outside must not carry; promises of a next update; the forms that chat and status pages take; the handover. Pure.

mod fill;
mod formats;
mod gaps;
mod handover;
mod lint;
mod read_back;
mod stage;
#[cfg(test)]
mod tests;

pub use crate::framework::promise::{Promise, last_promise, promised};
pub use fill::Wanted;
pub use formats::{Format, Formatted};
pub use gaps::Gap;
pub use handover::{Handover, handover};
pub use lint::{Finding, Rule, outside_words, past_promise};
pub use read_back::{ReadBack, read_back_said};

use crate::framework::model::{Spoken, Template};
use crate::framework::{Derived, Framework, template::Stage};
use crate::incident::{Incident, Time};

/// The most that a text message or a chat topic takes, in characters.
pub const SHORT: usize = 160;

/// A message that is not sent yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The template's id.
    pub template: String,
    /// What it is about.
    pub stage: Stage,
    /// The subject of an e-mail, where the template has one.
    pub subject: Option<String>,
    /// One line for a text message or a chat topic; never cut, so it can be longer than [`SHORT`].
    pub short: Option<String>,
    /// The whole text.
    pub text: String,
    /// What the record does not say yet, each once.
    pub gaps: Vec<Gap>,
    /// The audience is outside: customers, the public.
    pub outside: bool,
}

/// The message for an audience, filled in; `None` where the framework has no template that fits.
pub fn draft(
    framework: &Framework,
    incident: &Incident,
    derived: &Derived,
    wanted: Wanted<'_>,
    now: Time,
) -> Option<Draft> {
    let stage = wanted
        .stage
        .unwrap_or_else(|| stage::stage(framework, incident, wanted.audience, wanted.status, now));
    let facts = fill::Facts::new(framework, incident, derived, wanted, now);
    let template = template(framework, wanted, stage, &facts)?;
    let mut gaps = Vec::new();
    let marked = |text: String| {
        if incident.drill && !text.contains("DRILL") {
            format!("[DRILL] {text}")
        } else {
            text
        }
    };
    let mut filled = |spoken| marked(facts.fill(facts.of_state(spoken), &mut gaps));
    let subject = subject(framework, template).map(&mut filled);
    let short = template.short.as_ref().map(&mut filled);
    let text = filled(&template.text);
    // A text of one line is short by itself.
    let short = short.or_else(|| (!text.contains('\n')).then(|| text.clone()));
    let text = match facts.owed(facts.of_state(&template.text), stage) {
        Some(promise) => format!("{promise}\n{text}"),
        None => text,
    };
    let corrected = wanted
        .corrects
        .map(|sent| format!("Correction of our update of {}: {text}", facts.clock(sent)));
    Some(Draft {
        template: template.id.clone(),
        stage,
        subject,
        short,
        text: corrected.unwrap_or(text),
        gaps,
        outside: framework.is_outside(wanted.audience),
    })
}

/// The subject of a template; on a page whose states have one it is that of the state at every stage, so that the page keeps its title.
fn subject<'a>(framework: &'a Framework, template: &'a Template) -> Option<&'a Spoken> {
    let of_page = || {
        let mut all = framework.templates.iter();
        template.stage?;
        all.find(|one| one.audience == template.audience && !one.text.lines.is_empty())?
            .subject
            .as_ref()
    };
    template.subject.as_ref().or_else(of_page)
}

/// The template that is named, else the one of the audience that fits the stage best. The first word to a page is the one of its
/// state where all of that is known, else the one that needs nothing but what is known at the declaration.
fn template<'a>(
    framework: &'a Framework,
    wanted: Wanted<'_>,
    stage: Stage,
    facts: &fill::Facts<'_>,
) -> Option<&'a Template> {
    let all = &framework.templates;
    if let Some(id) = wanted.template {
        return all.iter().find(|template| template.id == id);
    }
    let own: Vec<&Template> = all
        .iter()
        .filter(|one| one.audience.as_deref() == Some(wanted.audience))
        .collect();
    // A template with a line for each state of the page serves every stage that has none of its own but a false alarm's.
    let by_state = own.iter().find(|one| !one.text.lines.is_empty());
    let exact = own.iter().find(|one| one.stage == Some(stage));
    let whole = |one: &&&Template| {
        let mut gaps = Vec::new();
        facts.fill(facts.of_state(&one.text), &mut gaps);
        gaps.is_empty()
    };
    let near = || {
        let mut stages = stage.chain().iter();
        stages.find_map(|stage| own.iter().find(|one| one.stage == Some(*stage)))
    };
    // Templates that name no stage are for an incident that goes on.
    let plain = || {
        let staged = own.iter().any(|one| one.stage.is_some());
        let fits = !staged && !matches!(stage, Stage::Resolved | Stage::Cancelled | Stage::Duplicate);
        own.iter().find(|one| one.stage.is_none() && fits)
    };
    let found = match stage {
        Stage::First if wanted.stage.is_none() => by_state.filter(whole).or(exact).or(by_state),
        Stage::Cancelled | Stage::Duplicate => exact,
        Stage::First | Stage::Progress | Stage::Holding | Stage::Mitigation | Stage::Resolved | Stage::Reopened => {
            exact.or(by_state)
        }
    };
    found.or_else(near).or_else(plain).copied()
}
