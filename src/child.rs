//! Starting another program: in a session of its own, so that neither it nor what it starts has our terminal to write on or to
//! read keys from; and never while the console is being stopped (Ctrl-Z).

use std::any::Any;
use std::io;
use std::process::{Child, Command};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use process_wrap::std::{CommandWrap, ProcessSession};

/// Held for reading while a child is started, for writing while the console stops.
static STARTING: RwLock<()> = RwLock::new(());

/// Keeps children from being started until it is dropped.
#[derive(Debug)]
pub struct Still {
    _guard: RwLockWriteGuard<'static, ()>,
}

/// Waits until no child is between fork and exec, and keeps it so: a stop signal that meets one there never completes.
pub fn hold_still() -> Still {
    Still {
        _guard: STARTING.write().unwrap_or_else(PoisonError::into_inner),
    }
}

/// Starts a program as the leader of a session of its own: without a controlling terminal, in a process group whose number is
/// its own.
pub fn start(command: Command) -> io::Result<Child> {
    let _starting: RwLockReadGuard<'_, ()> = STARTING.read().unwrap_or_else(PoisonError::into_inner);
    let wrapped = CommandWrap::from(command).wrap(ProcessSession).spawn()?;
    let child: Box<dyn Any> = wrapped.into_inner();
    child
        .downcast::<Child>()
        .map(|child| *child)
        .map_err(|_| io::Error::other("the child started is not one of the system"))
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    /// Runs a command of the shell; what it printed.
    fn shell(line: &str) -> String {
        let mut command = Command::new("sh");
        command.args(["-c", line]).stdin(Stdio::null()).stdout(Stdio::piped());
        let output = start(command).unwrap().wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    #[test]
    fn a_child_has_a_session_of_its_own_and_no_terminal() {
        assert_eq!(shell("(: </dev/tty) 2>/dev/null && echo has one; true"), "");
        let ids = shell("echo $$; cut -d' ' -f5,6 /proc/$$/stat 2>/dev/null || ps -o pgid=,sess= -p $$");
        let mut ids = ids.split_whitespace();
        let leader = ids.next().unwrap();
        assert!(ids.all(|id| id == leader), "{leader}");
    }

    #[test]
    fn a_program_that_is_missing_is_told_as_such() {
        let error = start(Command::new("/no/such/program")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn nothing_is_started_while_all_holds_still() {
        let still = hold_still();
        let (said, heard) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut child = start(Command::new("true")).unwrap();
            said.send(()).unwrap();
            child.wait().unwrap();
        });
        assert!(heard.recv_timeout(std::time::Duration::from_millis(50)).is_err());
        drop(still);
        heard.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
        thread.join().unwrap();
    }
}
