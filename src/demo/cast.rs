//! The responders seen from the viewer's side: processes of this same program, one each. A pipe to each is the thread they
//! hang on: when it is cut, however the viewer ended, they end too.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::folder::Folder;
use crate::incident::Time;

/// Longest that leaving waits for the responders.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The responders.
#[derive(Debug, Default)]
pub(super) struct Cast(Vec<Child>);

impl Cast {
    /// Starts them; they wait for [`Cast::begin`]. In a session of their own, so that Ctrl-C at the viewer's
    /// terminal is the viewer's alone.
    pub(super) fn start(program: &Path, folder: &Folder, names: &[String], options: &[String]) -> Result<Self, String> {
        let mut cast = Self::default();
        for name in names {
            let mut command = Command::new(program);
            command
                .args(["demo-responder", "--who", name, "--folder"])
                .arg(folder.path())
                .args(options)
                .env("WARROOM_STATE_DIR", folder.state(name))
                .env_remove("WARROOM_NOW")
                .env_remove("WARROOM_INCIDENT")
                .env_remove("WARROOM_USER")
                .current_dir(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let child = crate::child::start(command)
                .map_err(|error| format!("the responder {name} cannot be started: {error}"))?;
            cast.0.push(child);
        }
        Ok(cast)
    }

    /// The viewer has opened the war room: the story goes on from here.
    pub(super) fn begin(&mut self, opening: Time) {
        self.tell(&format!("begin {}\n", opening.millis()));
    }

    /// Process ids.
    pub(super) fn ids(&self) -> Vec<u32> {
        self.0.iter().map(Child::id).collect()
    }

    /// Who has ended meanwhile needs not to be told.
    fn tell(&mut self, line: &str) {
        for child in &mut self.0 {
            if let Some(stdin) = &mut child.stdin {
                let _ = stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush());
            }
        }
    }

    /// Sends them home and waits until they are gone.
    pub(super) fn end(&mut self) {
        self.tell("bye\n");
        for child in &mut self.0 {
            drop(child.stdin.take());
        }
        let until = Instant::now() + PATIENCE;
        for mut child in self.0.drain(..) {
            while matches!(child.try_wait(), Ok(None)) {
                if Instant::now() > until {
                    let _ = child.kill();
                    break;
                }
                sleep(Duration::from_millis(5));
            }
            let _ = child.wait();
        }
    }
}

impl Drop for Cast {
    fn drop(&mut self) {
        self.end();
    }
}
