//! `warroom major`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::incidents::{self, Read};
use super::reply::Reply;
use crate::framework::MajorIncident;
use crate::framework::major::FIELD;
use crate::text::one_line;

/// Several grave incidents at once: see whether they make a major one, and put one person above them
#[derive(Args, Debug)]
pub(super) struct Major {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say whether the open incidents make a major one
    Show,
    /// Declare it: each of them names the coordinator and links the others
    Declare {
        /// Who coordinates
        #[arg(long = "owner", alias = "coordinator", value_name = "NAME")]
        coordinator: String,
    },
}

/// The major incident of the repository, by its own framework; with the incidents that it is made of.
pub(super) fn found(context: &Context, all: &[Read]) -> Result<Option<MajorIncident>, Failure> {
    let repository = context.repository()?;
    let framework = repository.framework_or_other(&repository.config().framework)?;
    context.tell_stand_in(&framework);
    if framework.stands_in.is_some() {
        // What makes one is not known.
        return Ok(None);
    }
    Ok(framework.major(all.iter().map(|one| &*one.incident)))
}

/// The line that tells of it, with its verb.
pub(super) fn line(major: &MajorIncident, all: &[Read]) -> String {
    let of = |id: &&String| all.iter().find(|one| one.incident.id == **id);
    let coordinator = major.incidents.iter().find_map(|id| {
        let read = of(&id)?;
        read.incident.fields.get(FIELD)?.as_str()
    });
    let then = match coordinator {
        Some(who) => format!("coordinated by {who}"),
        None => "declare it: warroom major declare --coordinator NAME".to_owned(),
    };
    let said = format!(
        "MAJOR INCIDENT: {}: {}; {then}",
        major.because,
        major.incidents.join(", ")
    );
    one_line(&said).into_owned()
}

impl Major {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let (all, _, _) = incidents::read(context.repository()?, true)?;
        let Some(major) = found(context, &all)? else {
            return match self.verb {
                Some(Verb::Declare { .. }) => Err(Failure::usage(
                    "the open incidents make no major one; `warroom list` shows them, `warroom escalate` calls others in".to_owned(),
                )),
                _ => Ok(Reply::new(
                    "no major incident: too few grave ones are open\n".to_owned(),
                    json!({"major": null}),
                )),
            };
        };
        let Some(Verb::Declare { coordinator }) = self.verb else {
            let mut out = line(&major, &all) + "\n";
            for rule in &major.rules {
                let _ = writeln!(out, "  {}", one_line(rule));
            }
            return Ok(Reply::new(out, json!({"major": major})));
        };
        for id in &major.incidents {
            let Some(read) = all.iter().find(|one| one.incident.id == *id) else {
                continue;
            };
            let edit = context.edit_of(&read.place)?;
            for change in major.declaration(&read.incident, &coordinator) {
                edit.apply(change)?;
            }
            edit.save()?;
        }
        let said = format!(
            "major incident, coordinated by {coordinator}: {}",
            major.incidents.join(", ")
        );
        Ok(Reply::new(
            format!("{}\n", one_line(&said)),
            json!({"ok": true, "said": said, "major": major}),
        ))
    }
}
