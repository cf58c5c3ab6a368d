//! `warroom cancel`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;

/// Cancel the incident: it was a false positive
#[derive(Args, Debug)]
pub(super) struct Cancel {
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The alert that was suppressed
    #[arg(long, value_name = "ALERT")]
    suppressed: Option<String>,

    /// The threshold that was tuned, and to what
    #[arg(long, value_name = "TEXT")]
    tuned: Option<String>,
}

impl Cancel {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let edit = context.edit()?;
        let applied = edit.apply(Change::Cancel { reason: self.reason })?;
        let wanted = [
            ("fields.suppressed-alert", self.suppressed),
            ("fields.tuned-threshold", self.tuned),
        ];
        let mut open = Vec::new();
        for (field, value) in wanted {
            match value {
                Some(value) => match edit.apply(Change::SetField {
                    field: field.to_owned(),
                    value,
                }) {
                    Err(failure) if failure.code != 0 => return Err(failure),
                    _ => {}
                },
                None => open.push(field),
            }
        }
        edit.save()?;
        let incident = edit.incident();
        let mut reply = Reply::change(edit.id(), &incident, &applied);
        // The same alert comes again, unless something was done about it.
        for field in open.iter().filter(|field| !incident.fields.contains_key(&field[7..])) {
            let what = if field.ends_with("alert") {
                "which alert was suppressed"
            } else {
                "which threshold was tuned"
            };
            reply
                .text
                .push_str(&format!("{what}? warroom -i {} set {field} TEXT\n", edit.id()));
        }
        Ok(reply)
    }
}
