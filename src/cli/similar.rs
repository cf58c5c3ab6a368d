//! `warroom similar`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::incidents::Problems;
use super::reply::Reply;
use crate::recall::{Case, similar};
use crate::report::wording::span;
use crate::text::{fit, one_line};

/// Incidents that are like this one, why, what caused them and what ended them
#[derive(Args, Debug)]
#[command(after_help = "\
Plain word statistics over what people and alerts wrote, over all incidents but drills, without any network.
Examples:
  warroom similar
  warroom similar INC-2026-0042 -n 5
  warroom similar --text \"checkout 5xx after the release\"")]
pub(super) struct Similar {
    /// The incident, by its id or any unique prefix
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// Like these words, before anything is declared
    #[arg(long, value_name = "TEXT", conflicts_with = "id")]
    text: Option<String>,

    /// How many
    #[arg(short, long, value_name = "NUMBER", default_value_t = similar::MOST)]
    number: usize,
}

impl Similar {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let wanted = match (&self.text, self.id.as_deref().filter(|id| !id.is_empty())) {
            (Some(_), _) => None,
            (None, Some(id)) => Some(context.repository()?.find(id)?.id),
            (None, None) => Some(context.place()?.id),
        };
        let asked = match (&self.text, &wanted) {
            (Some(text), _) => {
                let incident = crate::incident::Incident {
                    title: text.clone(),
                    ..Default::default()
                };
                Some(Case::new(String::new(), incident.into(), None))
            }
            (None, wanted) => context.case(wanted.as_deref().unwrap_or_default())?,
        };
        // Of an incident that is declared later than now nothing is told.
        let (found, problems) = match asked {
            Some(asked) => like(context, &asked, self.number)?,
            None => Default::default(),
        };
        let mut text = String::new();
        for one in &found {
            let again = one
                .recurrence_days
                .map(|days| format!("  SAME CAUSE, {days} d before"))
                .unwrap_or_default();
            let _ = writeln!(
                text,
                "{}  {}{again}",
                one_line(&one.id),
                fit(&one_line(&one.title), 80, "…")
            );
            let because: Vec<_> = one.because.iter().map(|word| one_line(word).into_owned()).collect();
            let _ = writeln!(text, "  because: {}", because.join(", "));
            let lines = [("cause", &one.cause), ("ended by", &one.ended_by)];
            for (name, words) in lines
                .into_iter()
                .filter_map(|(name, words)| Some((name, words.as_ref()?)))
            {
                let _ = writeln!(text, "  {name}: {}", fit(&one_line(words), 100, "…"));
            }
            if let Some(seconds) = one.duration_s.and_then(|seconds| i32::try_from(seconds).ok()) {
                let _ = writeln!(text, "  took {}", span(f64::from(seconds)));
            }
            if let Some((path, _)) = context.repository()?.article(&one.id) {
                let _ = writeln!(text, "  article: {}", one_line(&path.display().to_string()));
            }
            for item in &one.open_actions {
                let _ = writeln!(text, "  still open: {}", fit(&one_line(item), 100, "…"));
            }
        }
        if found.is_empty() {
            text = "nothing that is written down is like it\n".into();
        }
        let mut reply = Reply::new(text, json!({"incident": wanted, "similar": found}));
        problems.add_to(&mut reply);
        Ok(reply)
    }
}

/// The incidents that are most like a case, with what there is to tell of them.
pub(super) fn like(context: &Context, asked: &Case, most: usize) -> Result<(Vec<similar::Similar>, Problems), Failure> {
    let (digests, problems) = context.digests()?;
    let found = similar::told(&digests, asked, most, |id| context.case(id))?;
    Ok((found, problems))
}
