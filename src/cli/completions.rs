//! `warroom completions`

use clap::Args;
use clap_complete::Shell;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;

/// Print the completions of a shell
#[derive(Args, Debug)]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub fn run(self, _: &Context) -> Result<Reply, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::command(), "warroom", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let json = json!({"shell": self.shell.to_string(), "script": script});
        Ok(Reply::new(script, json))
    }
}
