//! `warroom set`

use clap::Args;

use super::context::{Context, words};
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;

/// Set a field: title, summary, impact.NAME, fields.NAME, link
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  warroom set title Checkout failing for EU cards
  warroom set impact.users 38 % of checkouts
  warroom set fields.region eu-west-1
  warroom set link.dashboard https://grafana.example/d/checkout
An empty value removes a field that is optional.")]
pub(super) struct Set {
    /// title, summary, impact.NAME, fields.NAME, link or link.LABEL
    field: String,

    /// The value
    #[arg(required = true)]
    value: Vec<String>,
}

impl Set {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let value = words(&self.value);
        let change = match self.field.split_once('.') {
            None if self.field == "link" => Change::AddLink {
                target: value,
                label: None,
            },
            Some(("link", label)) => Change::AddLink {
                target: value,
                label: Some(label.to_owned()),
            },
            _ => Change::SetField {
                field: self.field,
                value,
            },
        };
        context.change(change)
    }
}
