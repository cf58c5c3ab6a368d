//! The thin binary: hooks, arguments, exit status.

use std::io::IsTerminal;
use std::process::ExitCode;

use color_eyre::config::{HookBuilder, Theme};

fn main() -> ExitCode {
    // First, so that the console can put its own hook before this one.
    let plain = !std::io::stderr().is_terminal();
    let theme = if plain { Theme::new() } else { Theme::dark() };
    if let Err(error) = HookBuilder::default().theme(theme).display_env_section(false).install() {
        eprintln!("warroom: {error}");
    }
    warroom::cli::main(std::env::args_os())
}
