//! Options that every verb takes.

use std::path::PathBuf;

use clap::{Args, ColorChoice};

/// Options that every verb takes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every verb")]
pub(crate) struct Global {
    /// The incidents repository; else found upwards from here, else `repository` of your configuration
    #[arg(short = 'C', long, global = true, value_name = "DIR", display_order = 900)]
    pub repo: Option<PathBuf>,

    /// The incident, by its id or any unique prefix; else the only open one
    #[arg(
        short,
        long,
        global = true,
        value_name = "ID",
        env = "WARROOM_INCIDENT",
        hide_env_values = true,
        display_order = 901
    )]
    pub incident: Option<String>,

    /// Who acts; else git's user.name
    // With an id of its own: verbs have a `who` that is somebody else.
    #[arg(
        id = "as",
        long = "as",
        global = true,
        value_name = "NAME",
        env = "WARROOM_USER",
        hide_env_values = true,
        display_order = 902
    )]
    pub who: Option<String>,

    /// Print one JSON document; errors as JSON on standard error
    #[arg(long, global = true, display_order = 903)]
    pub json: bool,

    /// Evaluate as of this instant: 14:05, -5m, 2026-11-20T14:05Z
    #[arg(
        long,
        global = true,
        value_name = "TIME",
        env = "WARROOM_NOW",
        hide_env_values = true,
        allow_hyphen_values = true,
        display_order = 904
    )]
    pub now: Option<String>,

    /// No network in this call
    #[arg(long, global = true, display_order = 905)]
    pub offline: bool,

    /// Colour: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        display_order = 906
    )]
    pub color: ColorChoice,

    /// Show the cause of a failure, and log each step to warroom.log in the state folder
    #[arg(short, long, global = true, display_order = 907)]
    pub verbose: bool,
}
