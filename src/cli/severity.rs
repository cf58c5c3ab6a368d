//! `warroom severity`

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;
use crate::text;

/// Show, raise or lower the severity
#[derive(Args, Debug)]
pub(super) struct Severity {
    /// The new severity; none to show it
    #[arg(value_name = "SEVERITY")]
    severity: Option<String>,

    /// Why
    #[arg(long, value_name = "TEXT", requires = "severity")]
    reason: Option<String>,
}

impl Severity {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let Some(severity) = self.severity {
            let reason = self.reason;
            return context.change(Change::SetSeverity { severity, reason });
        }
        let view = context.view()?;
        let severity = view.incident.severity.as_str();
        let shown = if severity.is_empty() {
            "to be assessed"
        } else {
            severity
        };
        Ok(Reply::new(
            format!("{}\n", text::one_line(shown)),
            json!({"incident": view.id, "severity": severity}),
        ))
    }
}
