//! The person's own program for timers that run out: `hook` of their configuration, under the same permission as every other hook.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::hook::Run;
use crate::store::allowed::Permission;
use crate::store::hooks::{ON_TIMER, on_timer};

/// Runs it for a timer that ran out, its label as the last argument, and waits for its end; whether it went well. Where there is none
/// nothing is done.
///
/// # Errors
///
/// It is not allowed to run: the sentence that says so.
pub fn ran_out(root: &Path, label: &str) -> Result<bool, String> {
    let Some(hook) = on_timer(root) else { return Ok(true) };
    if let Some(said) = refused(hook.permission()) {
        return Err(said);
    }
    let Run::Command(words) = &hook.hook.run else {
        return Ok(true);
    };
    let Some((program, arguments)) = words.split_first() else {
        return Ok(true);
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(argument(label)).current_dir(root);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = crate::child::start(command) else {
        return Ok(false);
    };
    Ok(child.wait().is_ok_and(|status| status.success()))
}

/// What a console says as it opens, where the program would not run.
pub fn is_held(root: &Path) -> Option<String> {
    refused(on_timer(root)?.permission())
}

fn refused(permission: Permission) -> Option<String> {
    let why = match permission {
        Permission::Allowed => return None,
        Permission::Changed(_) => "has changed since you allowed it",
        Permission::Never => "runs nothing yet",
    };
    Some(format!(
        "`hook` of your configuration {why}; `warroom hook allow {ON_TIMER}` shows it and allows it."
    ))
}

/// A timer's label as an argument of the person's program: made safe, and never an option of it.
fn argument(label: &str) -> String {
    let safe = crate::text::one_line(label);
    let guard = if safe.starts_with('-') { " " } else { "" };
    format!("{guard}{safe}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_no_option_of_the_persons_program() {
        for (label, argument_) in [
            ("call lee", "call lee"),
            ("-e pwn", " -e pwn"),
            ("--help", " --help"),
            ("a\nb", "a↵b"),
        ] {
            assert_eq!(argument(label), argument_);
        }
        assert_eq!(argument("\u{1b}-x"), "␛-x");
    }
}
