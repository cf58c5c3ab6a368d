//! `warroom man`

use std::io::Write as _;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;

/// Print the manual page (`warroom man | man -l -`)
#[derive(Args, Debug)]
pub(super) struct Man {}

impl Man {
    pub(super) fn run(self, _: &Context) -> Result<Reply, Failure> {
        let mut page = Vec::new();
        let failed = |error| Failure::because("cannot write the manual page", color_eyre::Report::new(error));
        clap_mangen::Man::new(super::command())
            .render(&mut page)
            .map_err(failed)?;
        // Each verb is a section of its own, so that one page holds everything.
        for verb in super::command().get_subcommands().filter(|verb| !verb.is_hide_set()) {
            let name = format!("warroom {}", verb.get_name());
            let _ = writeln!(page, ".SH {}", name.to_uppercase());
            let man = clap_mangen::Man::new(verb.clone().bin_name(name).disable_help_flag(true));
            man.render_description_section(&mut page).map_err(failed)?;
            man.render_synopsis_section(&mut page).map_err(failed)?;
            man.render_options_section(&mut page).map_err(failed)?;
            if verb.has_subcommands() {
                man.render_subcommands_section(&mut page).map_err(failed)?;
            }
        }
        let page = String::from_utf8_lossy(&page).into_owned();
        let json = json!({"man": page});
        Ok(Reply::new(page, json))
    }
}
