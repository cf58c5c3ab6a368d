//! `warroom declare`

use std::io::IsTerminal;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::ask::Answers;
use super::context::Context;
use super::duplicate;
use super::failure::Failure;
use super::input::known_word;
use super::reply::Reply;
use super::similar::like;
use crate::app::Declared;
use crate::config::TeamConfig;
use crate::framework::Framework;
use crate::incident::{Change, Declaration, DetectionMethod, Milestone, Time};
use crate::recall::similar::{MOST, Similar};
use crate::session::{self, DeclareError};
use crate::store::{Place, Repository};
use crate::text;

/// Declare an incident; prints its id
#[derive(Args, Debug, Default)]
pub(super) struct Declare {
    /// One line that says what is broken for whom
    #[arg(value_name = "TITLE", conflicts_with = "title")]
    words: Vec<String>,

    /// The same, as an option
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// The severity; to be assessed where it is left out
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,

    /// high, medium or low: the severity comes from impact and urgency, where the framework has such a table
    #[arg(long, value_name = "LEVEL")]
    impact: Option<String>,

    /// high, medium or low
    #[arg(long, value_name = "LEVEL")]
    urgency: Option<String>,

    /// A figure or a fact, availability=97.5 or breach: the severity comes from the framework's thresholds
    #[arg(long, value_name = "MEASURE[=VALUE]", conflicts_with = "severity")]
    given: Vec<String>,

    /// A paragraph more
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,

    /// An affected service; may be given several times
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,

    /// When it was noticed
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    detected_at: Option<String>,

    /// alert, user-report, monitoring, manual, security, business-metric or external
    #[arg(long, value_name = "HOW")]
    detected_by: Option<String>,

    /// The framework, if not the repository's
    #[arg(long, value_name = "FRAMEWORK")]
    framework: Option<String>,

    /// A related incident; may be given several times
    #[arg(long, value_name = "ID")]
    related: Vec<String>,

    /// When it was declared
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,

    /// The incident that this one is part of; each gets a link to the other
    #[arg(long, value_name = "ID")]
    parent: Option<String>,

    /// Why it is declared without an alert, by one of the framework's grounds (support, security, …)
    #[arg(long, value_name = "GROUND")]
    ground: Option<String>,

    /// What kind of incident it is, where the framework has kinds
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,

    /// Who or what reported it
    #[arg(long, value_name = "NAME")]
    reporter: Option<String>,

    /// How the reporter is reached
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,

    /// It is over already: starts no timers, and stays out of live boards and response figures
    #[arg(long)]
    backfill: bool,

    /// It is an exercise: marked as one everywhere, sends nothing, and stays out of all figures
    #[arg(long, conflicts_with = "backfill")]
    drill: bool,

    /// When its impact ended, with --backfill
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "backfill")]
    mitigated_at: Option<String>,

    /// When it was resolved, with --backfill
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "backfill")]
    resolved_at: Option<String>,

    /// Ask first whether it is an incident at all, as the framework has it
    #[arg(long)]
    ask: bool,
}

/// Declares an incident by the team's framework; its id.
pub(super) fn plain(context: &Context, declared: Declared) -> Result<String, Failure> {
    let declare = Declare {
        title: Some(declared.title),
        severity: declared.severity,
        impact: declared.impact,
        urgency: declared.urgency,
        ground: declared.ground,
        ..Declare::default()
    };
    let reply = declare.run(context)?;
    Ok(reply.json["id"].as_str().unwrap_or_default().to_owned())
}

impl Declare {
    #[allow(clippy::too_many_lines, reason = "the order of the steps is what it says")]
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if self.title.is_none() && self.words.is_empty() && !std::io::stdin().is_terminal() {
            return Err(Failure::usage(
                "a title is wanted: warroom declare \"what is broken, and for whom\"",
            ));
        }
        let how = match &self.detected_by {
            // Essentials says internal discovery where the others say by hand.
            Some(word) if ["internal", "internal-discovery"].contains(&word.trim().to_lowercase().as_str()) => {
                Some(DetectionMethod::Manual)
            }
            Some(word) => Some(DetectionMethod::from(known_word(
                "way of detection",
                word,
                DetectionMethod::KNOWN,
            )?)),
            None => None,
        };
        let (at, detected_at) = (
            context.maybe_time(self.at.as_deref())?,
            context.maybe_time(self.detected_at.as_deref())?,
        );
        let repository = context.repository()?;
        let given = self.framework.is_some();
        let name = match self.framework {
            Some(name) => name,
            None => team_framework(repository.root()),
        };
        let framework = if given {
            repository.framework(&name)?
        } else {
            // Nobody waits with a declaration for a file that is to be repaired.
            repository.framework_or_other(&name)?
        };
        context.tell_stand_in(&framework);
        let is_open =
            self.severity.is_none() && self.impact.is_none() && self.urgency.is_none() && self.given.is_empty();
        let (title, severity) = match self.title {
            Some(title) => (title, self.severity),
            None => in_words(&self.words.join(" "), self.severity, is_open, &framework)?,
        };
        let given: Vec<_> = self
            .given
            .iter()
            .map(|one| framework.given(one))
            .collect::<Result<_, _>>()?;
        let passed = framework.suggest(&given.into_iter().flatten().collect::<Vec<_>>());
        let verdict = framework.verdict(&passed, self.impact.as_deref(), self.urgency.as_deref())?;
        let mut known = framework.ratings(&verdict);
        for one in &passed {
            if let Some(field) = one
                .records
                .as_ref()
                .filter(|field| !known.iter().any(|(name, _)| name == *field))
            {
                known.push((field.clone(), one.text.clone()));
            }
        }
        let asked = if self.ask { asked(&framework)? } else { None };
        let ground = match self.ground.as_deref().or(asked.as_deref()) {
            Some(word) => Some(ground(&framework, word)?),
            None => None,
        };
        let fields = [
            ("category", &self.category),
            ("reporter", &self.reporter),
            ("reporter-contact", &self.contact),
            ("ground", &ground),
        ];
        let mut own = Vec::new();
        for (name, value) in fields {
            let Some(value) = value.clone() else { continue };
            if name == "category" && !framework.record.iter().any(|one| one.id == name) {
                let said = format!(
                    "{} has no categories; a team's own goes to fields.category",
                    framework.name
                );
                return Err(Failure::usage(said));
            }
            own.push((
                name.to_owned(),
                framework.field_value(&format!("fields.{name}"), value)?,
            ));
        }
        let (mitigated, resolved) = (
            context.maybe_time(self.mitigated_at.as_deref())?,
            context.maybe_time(self.resolved_at.as_deref())?,
        );
        // Recorded afterwards, it was declared when it was noticed, where nobody says otherwise.
        let noticed = || [detected_at, mitigated, resolved].into_iter().flatten().min();
        let at = at.or_else(|| noticed().filter(|_| self.backfill));
        if self.backfill {
            in_order(context.now(), at, detected_at, mitigated, resolved)?;
        }
        let parent = match &self.parent {
            Some(id) => Some(repository.find(id)?),
            None => None,
        };
        let mut because = Some(verdict.because.clone()).filter(|because| !because.is_empty());
        let severity = match (&severity, verdict.severity) {
            (Some(severity), _) => {
                // A person has said so; the ratings are kept beside it.
                because = None;
                framework.severity_id(severity)?
            }
            (None, Some(severity)) => severity,
            (None, None) => framework.default_severity().to_owned(),
        };
        if let Some(wanting) = verdict.wanting.filter(|_| severity.is_empty()) {
            eprintln!("warroom: the severity is still to be assessed; rate the {wanting} too: high, medium or low");
        } else if severity.is_empty() && !self.given.is_empty() {
            eprintln!(
                "warroom: the severity is still to be assessed; what was given passes no threshold of {}",
                framework.name
            );
        }
        let related = self.related.iter().map(|id| linked(repository, id));
        let related = related.collect::<Result<Vec<_>, _>>()?;
        let declaration = Declaration {
            id: String::new(),
            title,
            summary: self.summary,
            framework: name,
            severity,
            because,
            status: framework.first_status().to_owned(),
            services: self.service,
            impact: known,
            detected_at,
            detected_by: how,
            at,
            related,
            drill: self.drill,
            backfilled: self.backfill,
            fields: own,
        };
        let place = session::declare(repository, declaration, &context.who()?, &*context.clock())?;
        context.note_change();
        if let Some(parent) = parent {
            duplicate::link_both(context, &place, "parent", &parent, "child")?;
        }
        if self.backfill {
            over_already(context, &place, mitigated, resolved)?;
        }
        let file = place.path.display().to_string();
        let said = format!("declared {}", place.id);
        // Scripts read the id alone; a person is told at once whether this has been there before.
        let is_person = std::io::stderr().is_terminal();
        let alike = if is_person || context.options.json {
            alike(context, &place.id)
        } else {
            Vec::new()
        };
        if let Some(best) = alike.first().filter(|_| !context.options.json) {
            let because: Vec<_> = best.because.iter().map(|word| text::one_line(word)).collect();
            eprintln!(
                "warroom: {} was like it ({}); `warroom similar` says what its cause was and what ended it",
                text::one_line(&best.id),
                because.join(", ")
            );
        }
        let json = json!({
            "ok": true, "incident": place.id, "id": place.id, "file": file, "said": said, "similar": alike,
        });
        Ok(Reply::new(format!("{}\n", place.id), json).bare())
    }
}

/// What was like an incident that was just declared. That one is declared counts for more than what was like it.
fn alike(context: &Context, id: &str) -> Vec<Similar> {
    let asked = context.case(id).ok().flatten();
    let found = asked.and_then(|asked| like(context, &asked, MOST).ok());
    found.map(|(found, _)| found).unwrap_or_default()
}

/// The title as it was given in words, and the severity; on a terminal whoever declares is asked for what is missing.
fn in_words(
    title: &str,
    severity: Option<String>,
    is_open: bool,
    framework: &Framework,
) -> Result<(String, Option<String>), Failure> {
    let mut answers = Answers::new();
    let title = match title.trim() {
        "" => answers.line("What is broken, and for whom")?,
        given => given.to_owned(),
    };
    if !is_open || !answers.is_person() {
        return Ok((title, severity));
    }
    for level in &framework.severities {
        eprintln!("  {:<6} {}", level.id, text::one_line(&level.title));
    }
    loop {
        let word = answers.line("Severity (Enter: assess it later)")?;
        if word.is_empty() {
            return Ok((title, None));
        }
        match framework.severity_id(&word) {
            Ok(id) => return Ok((title, Some(id))),
            Err(refusal) => eprintln!("{}", text::one_line(&refusal.to_string())),
        }
    }
}

/// An incident's whole id, or what leads elsewhere; an id of this repository that is not there is refused.
pub(super) fn linked(repository: &Repository, given: &str) -> Result<String, Failure> {
    let found = repository.find(given);
    if let Ok(place) = found {
        return Ok(place.id);
    }
    // An address, or the incident of another repository written with where it is.
    let elsewhere = given.contains([':', '/', '#', ' ', '.']);
    let known = repository.incidents().unwrap_or_default();
    let letters = |id: &str| -> String { id.chars().take_while(char::is_ascii_alphabetic).collect() };
    let ours = known
        .iter()
        .any(|place| letters(&place.id).eq_ignore_ascii_case(&letters(given)));
    if elsewhere || !ours || !given.chars().any(|c| c.is_ascii_digit()) {
        return Ok(given.to_owned());
    }
    Err(Failure::not_found(
        format!("there is no incident `{given}` here; one of another repository is written with its address"),
        known.iter().rev().take(10).map(|place| place.id.clone()).collect(),
    ))
}

/// A ground of the framework's by its word.
fn ground(framework: &Framework, word: &str) -> Result<String, Failure> {
    let known = framework.declaring.iter().flat_map(|one| &one.grounds);
    let wanted = word.trim().to_lowercase();
    match known.clone().find(|ground| ground.id == wanted || ground.text == word) {
        Some(ground) => Ok(ground.text.clone()),
        None => Err(Failure::not_found(
            format!("{} has no ground `{word}` for declaring", framework.name),
            known.map(|ground| format!("{}  {}", ground.id, ground.text)).collect(),
        )),
    }
}

/// Whether it is an incident at all, and why it is declared where no trigger is met.
fn asked(framework: &Framework) -> Result<Option<String>, Failure> {
    let Some(declaring) = &framework.declaring else {
        let said = format!("{} has no questions for declaring; leave --ask away", framework.name);
        return Err(Failure::usage(said));
    };
    let mut answers = Answers::new();
    for skip in &declaring.skip {
        if answers.yes(&format!("is it {}", skip.when))? {
            let said = format!(
                "{} is no incident: {} instead; nothing was declared",
                skip.when, skip.instead
            );
            return Err(Failure::refused(said));
        }
    }
    for trigger in &declaring.triggers {
        if answers.yes(trigger)? {
            return Ok(None);
        }
    }
    for ground in &declaring.grounds {
        if answers.yes(&ground.text)? {
            return Ok(Some(ground.id.clone()));
        }
    }
    Err(Failure::refused(format!(
        "nothing of what {} declares an incident for; nothing was declared. Without --ask it can be declared all the same",
        framework.name
    )))
}

/// Refuses times of an incident that is over already where they are the wrong way round or have not come, before anything is written.
fn in_order(
    now: Time,
    declared: Option<Time>,
    detected: Option<Time>,
    mitigated: Option<Time>,
    resolved: Option<Time>,
) -> Result<(), Failure> {
    let detected = detected.map(|at| ("noticed", at));
    let mitigated = mitigated.map(|at| ("mitigated", at));
    let resolved = resolved.map(|at| ("resolved", at));
    let pairs = [
        (detected, mitigated),
        (detected, resolved),
        (mitigated, resolved),
        (declared.map(|at| ("declared", at)), resolved),
    ];
    for ((first, at), (then, then_at)) in pairs.into_iter().filter_map(|(first, then)| first.zip(then)) {
        if then_at < at {
            let said = format!(
                "it cannot have been {then} at {}, before it was {first} at {}",
                then_at.said(),
                at.said()
            );
            return Err(Failure::usage(said));
        }
    }
    match [mitigated, resolved].into_iter().flatten().find(|(_, at)| *at > now) {
        Some((what, at)) => Err(Failure::usage(format!(
            "it cannot have been {what} at {}: that has not come yet (it is {})",
            at.said(),
            now.said()
        ))),
        None => Ok(()),
    }
}

/// Of an incident that was over when it was recorded: when its impact ended, and that it is resolved.
fn over_already(
    context: &Context,
    place: &Place,
    mitigated: Option<Time>,
    resolved: Option<Time>,
) -> Result<(), Failure> {
    if mitigated.is_none() && resolved.is_none() {
        return Ok(());
    }
    let edit = context.edit_of(place)?;
    if let Some(at) = mitigated {
        edit.apply(Change::SetMilestone {
            milestone: Milestone::Mitigated,
            at,
            reason: None,
        })?;
    }
    if let Some(at) = resolved {
        edit.apply(Change::Resolve {
            force: Some("recorded after it was over".into()),
            at: Some(at),
            note: None,
        })?;
    }
    edit.save()
}

/// The framework that the team chose. A slip in its configuration is told and is no reason not to declare.
fn team_framework(root: &Path) -> String {
    let (config, problems) = TeamConfig::load(root);
    for problem in problems {
        eprintln!("warroom: {}", text::one_line(&problem.to_string()));
    }
    config.framework
}

impl From<DeclareError> for Failure {
    fn from(error: DeclareError) -> Self {
        match error {
            DeclareError::Refused(refusal) => refusal.into(),
            DeclareError::Store(error) => error.into(),
        }
    }
}
