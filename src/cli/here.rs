//! `warroom here`

use clap::Args;
use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::page::table;
use super::reply::Reply;
use crate::session::here;

/// List who has a console open now: on this working tree and, unless --offline, in other clones
#[derive(Args, Debug)]
pub(super) struct Here {}

impl Here {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let all = here::look(context.repository()?, !context.options.offline, context.now());
        let rows: Vec<Vec<String>> = all
            .iter()
            .map(|one| vec![one.who.clone(), one.incident.clone()])
            .collect();
        let list: Vec<Value> = all
            .iter()
            .map(|one| json!({"who": one.who, "incident": one.incident}))
            .collect();
        let text = if rows.is_empty() {
            "no console is open\n".to_owned()
        } else {
            table(&rows)
        };
        Ok(Reply::new(text, json!({"here": list})))
    }
}
