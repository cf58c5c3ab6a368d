//! The thin binary: hooks, arguments, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    // First, so that whoever draws on the terminal can put its own hook before this one.
    if let Err(error) = color_eyre::install() {
        eprintln!("warroom: {error}");
    }
    warroom::cli::main(std::env::args_os())
}
