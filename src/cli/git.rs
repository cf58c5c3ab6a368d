//! The few questions that verbs ask git: argument lists, no prompts, a time limit, a bounded answer.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long git may take.
const LIMIT: Duration = Duration::from_secs(10);

/// Longest answer that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Asks git in a folder; its answer, empty where it has none. The error says in a few words why it could not be asked.
pub(super) fn ask<I>(folder: &Path, args: I) -> Result<String, String>
where
    I: IntoIterator,
    I::Item: AsRef<OsStr>,
{
    let mut command = Command::new("git");
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    ] {
        command.env_remove(name);
    }
    let mut child = command
        .arg("-C")
        .arg(folder)
        .args(args)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "git is not installed".to_owned(),
            _ => format!("git cannot be started: {error}"),
        })?;
    let out = reader(child.stdout.take());
    finish(&mut child)?;
    let bytes = out.join().unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn reader(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let _ = pipe.take(LONGEST).read_to_end(&mut bytes);
        }
        bytes
    })
}

fn finish(child: &mut Child) -> Result<(), String> {
    let end = Instant::now() + LIMIT;
    let mut pause = Duration::from_micros(200);
    loop {
        match child.try_wait() {
            Ok(Some(_)) => return Ok(()),
            Ok(None) if Instant::now() < end => std::thread::sleep(pause),
            other => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(match other {
                    Err(error) => format!("git cannot be waited for: {error}"),
                    _ => format!("git gave no answer within {} s", LIMIT.as_secs()),
                });
            }
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
