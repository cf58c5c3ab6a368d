//! `warroom declare`

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::context::{Context, known_word};
use super::failure::Failure;
use super::reply::Reply;
use crate::config::TeamConfig;
use crate::incident::{Declaration, DetectionMethod};
use crate::session::{self, DeclareError};
use crate::text;

/// Declare an incident; prints its id
#[derive(Args, Debug, Default)]
pub(super) struct Declare {
    /// One line that says what is broken for whom
    #[arg(long, value_name = "TEXT")]
    title: String,

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

    /// alert, user-report, monitoring or manual
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
}

/// Declares an incident by the team's framework; its id.
pub(super) fn plain(context: &Context, title: String, severity: Option<String>) -> Result<String, Failure> {
    let declare = Declare {
        title,
        severity,
        ..Declare::default()
    };
    let reply = declare.run(context)?;
    Ok(reply.json["id"].as_str().unwrap_or_default().to_owned())
}

impl Declare {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let how = match &self.detected_by {
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
        let mut because = Some(verdict.because.clone()).filter(|because| !because.is_empty());
        let severity = match (&self.severity, verdict.severity) {
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
        }
        // Known ones get their whole id; others may be of another repository.
        let related = self.related.iter().map(|id| match repository.find(id) {
            Ok(place) => place.id,
            Err(_) => id.clone(),
        });
        let declaration = Declaration {
            id: String::new(),
            title: self.title,
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
            related: related.collect(),
            drill: false,
        };
        let place = session::declare(repository, declaration, &context.who()?, &*context.clock())?;
        context.note_change();
        let file = place.path.display().to_string();
        let said = format!("declared {}", place.id);
        let json = json!({"ok": true, "incident": place.id, "id": place.id, "file": file, "said": said});
        Ok(Reply::new(format!("{}\n", place.id), json).bare())
    }
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
