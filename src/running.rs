//! Running a command of a person's: in a session and process group of its own, with a time limit, its output taken in as it
//! comes and kept within bounds; nothing that it started is left behind.

use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::child;
use crate::runbook::secret::Filter;
use crate::text;

/// Bytes of output that are kept: half from its beginning, half from its end.
pub const KEPT: usize = 1 << 20;
/// Bytes of a line; a longer one is cut into several.
const LINE: usize = 16 << 10;
/// How long a command that is asked to end may take before it is ended.
const GRACE: Duration = Duration::from_secs(2);
/// How long output is waited for when the command itself has ended.
const REST: Duration = Duration::from_millis(300);
/// How often it is looked whether somebody wants it to end.
const LOOK: Duration = Duration::from_millis(50);

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this status.
    Exit(i32),
    /// By a signal.
    Signal(i32),
    /// It took too long.
    TooLong,
    /// The person gave it up.
    GivenUp,
}

impl Ended {
    /// Whether it did what it was meant to, as far as it says.
    pub fn fine(self) -> bool {
        self == Self::Exit(0)
    }

    /// In words: `exit 1`.
    pub fn said(self) -> String {
        match self {
            Self::Exit(code) => format!("exit {code}"),
            Self::Signal(number) => format!("ended by signal {number}"),
            Self::TooLong => "ended: it took too long".to_owned(),
            Self::GivenUp => "given up".to_owned(),
        }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub ended: Ended,
    /// How long it took.
    pub took: Duration,
    /// Its output, without secrets and escape sequences.
    pub output: Kept,
}

/// Output within bounds.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    head: String,
    tail: std::collections::VecDeque<String>,
    tail_bytes: usize,
    /// Bytes that were left out between the two.
    left_out: u64,
    lines: usize,
}

impl Kept {
    fn push(&mut self, line: &str) {
        self.lines += 1;
        if self.tail.is_empty() && self.head.len() + line.len() < KEPT / 2 {
            self.head.push_str(line);
            self.head.push('\n');
            return;
        }
        self.tail_bytes += line.len() + 1;
        self.tail.push_back(line.to_owned());
        while self.tail_bytes > KEPT / 2 {
            let Some(gone) = self.tail.pop_front() else { break };
            self.tail_bytes -= gone.len() + 1;
            self.left_out += gone.len() as u64 + 1;
        }
    }

    /// How many lines it had.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// All that was kept.
    pub fn text(&self) -> String {
        let mut out = self.head.clone();
        if self.left_out > 0 {
            out.push_str(&format!("[… {} left out …]\n", crate::bounds::size(self.left_out)));
        }
        for line in &self.tail {
            out.push_str(line);
            out.push('\n');
        }
        out
    }

    /// Its last lines.
    pub fn last(&self, number: usize) -> Vec<String> {
        let head: Vec<&str> = self.head.lines().collect();
        let all = head.into_iter().chain(self.tail.iter().map(String::as_str));
        let all: Vec<&str> = all.collect();
        all[all.len().saturating_sub(number)..]
            .iter()
            .map(|line| (*line).to_owned())
            .collect()
    }
}

/// Where a command runs, and what it may not do.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// How long it may take.
    pub limit: Duration,
    /// Secrets that it was given: none of its output shows them.
    pub secrets: &'a [String],
}

/// Runs a command within its bounds. `see` is given each line as it comes, safe to print; `stop` is looked at
/// meanwhile.
pub fn run(command: Command, bounds: Bounds<'_>, stop: &AtomicBool, see: &mut dyn FnMut(&str)) -> io::Result<Outcome> {
    let (reader, writer) = io::pipe()?;
    let mut command = command;
    command
        .current_dir(bounds.folder)
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let begun = Instant::now();
    let mut child = child::start(command)?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // Bounded: a command that prints without end waits for us.
    let (said, heard) = mpsc::sync_channel(64);
    let thread = std::thread::Builder::new()
        .name("warroom-output".into())
        .spawn(move || pieces(reader, &said))?;
    let mut lines = Lines {
        filter: Filter::knowing(bounds.secrets),
        ..Lines::default()
    };
    let mut asked: Option<(Instant, Ended)> = None;
    let mut killed = false;
    let status = loop {
        match heard.recv_timeout(LOOK) {
            Ok(piece) => lines.take(&piece, see),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(LOOK / 5),
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let reason = if stop.load(Ordering::Relaxed) {
            Some(Ended::GivenUp)
        } else {
            (begun.elapsed() > bounds.limit).then_some(Ended::TooLong)
        };
        match (reason, asked) {
            (Some(reason), None) => {
                signal(group, Signal::TERM);
                asked = Some((Instant::now(), reason));
            }
            (_, Some((since, _))) if since.elapsed() > GRACE && !killed => {
                signal(group, Signal::KILL);
                killed = true;
            }
            _ => {}
        }
    };
    let took = begun.elapsed();
    let until = Instant::now() + REST;
    while let Ok(piece) = heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
        lines.take(&piece, see);
    }
    // Whatever it left running holds the pipe, and would go on when nobody looks any more.
    signal(group, Signal::KILL);
    drop(heard);
    // With the group gone the pipe ends; what has left the group is not waited for.
    if thread.is_finished() {
        let _ = thread.join();
    }
    lines.end(see);
    Ok(Outcome {
        ended: asked.map_or_else(|| how(status), |(_, reason)| reason),
        took,
        output: lines.kept,
    })
}

/// Runs a command that talks with the person: it has the terminal, in the modes in which it was found, and however it ends the terminal is
/// in them again. Nothing of what it says is kept.
pub fn talk(mut command: Command, folder: &Path) -> io::Result<Outcome> {
    let stdin = io::stdin();
    let modes = tcgetattr(&stdin).ok();
    let begun = Instant::now();
    let status = command.current_dir(folder).status();
    let took = begun.elapsed();
    if let Some(modes) = modes {
        // What it left unread is not the answer to our next question.
        let _ = tcsetattr(&stdin, OptionalActions::Flush, &modes);
    }
    Ok(Outcome {
        ended: how(status?),
        took,
        output: Kept::default(),
    })
}

/// What came of a program that was given something to read.
#[derive(Clone, Debug)]
pub struct Answered {
    /// How it ended.
    pub ended: Ended,
    /// The first [`HEARD`] bytes that it printed.
    pub out: String,
    /// The same of its complaints.
    pub err: String,
}

/// Bytes of each of its two outputs that are kept.
pub const HEARD: usize = 256 << 10;

/// Runs a program with something on its standard input, for so long at most; nothing that it started is left behind.
pub fn answer(mut command: Command, input: Vec<u8>, limit: Duration, stop: &AtomicBool) -> io::Result<Answered> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = child::start(command)?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read is no reason to wait for it.
        std::thread::Builder::new()
            .name("warroom-input".into())
            .spawn(move || drop(io::Write::write_all(&mut pipe, &input)))?;
    }
    let (out, err) = (Heard::of(child.stdout.take())?, Heard::of(child.stderr.take())?);
    let mut asked: Option<(Instant, Ended)> = None;
    let mut killed = false;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let reason = if stop.load(Ordering::Relaxed) {
            Some(Ended::GivenUp)
        } else {
            (begun.elapsed() > limit).then_some(Ended::TooLong)
        };
        match (reason, asked) {
            (Some(reason), None) => {
                signal(group, Signal::TERM);
                asked = Some((Instant::now(), reason));
            }
            (_, Some((since, _))) if since.elapsed() > GRACE && !killed => {
                signal(group, Signal::KILL);
                killed = true;
            }
            _ => {}
        }
        std::thread::sleep(LOOK / 5);
    };
    signal(group, Signal::KILL);
    let until = Instant::now() + REST;
    Ok(Answered {
        ended: asked.map_or_else(|| how(status), |(_, reason)| reason),
        out: out.text(until),
        err: err.text(until),
    })
}

/// What comes out of one pipe, taken in as it comes.
struct Heard {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: mpsc::Receiver<()>,
}

impl Heard {
    fn of(pipe: Option<impl Read + Send + 'static>) -> io::Result<Self> {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (said, ended) = mpsc::channel();
        if let Some(mut pipe) = pipe {
            let into = Arc::clone(&bytes);
            std::thread::Builder::new()
                .name("warroom-output".into())
                .spawn(move || {
                    let mut piece = vec![0; 16 << 10];
                    while let Ok(length @ 1..) = pipe.read(&mut piece) {
                        let mut into = into.lock().unwrap_or_else(PoisonError::into_inner);
                        let room = HEARD.saturating_sub(into.len());
                        into.extend_from_slice(&piece[..length.min(room)]);
                    }
                    let _ = said.send(());
                })?;
        }
        Ok(Self { bytes, ended })
    }

    /// All of it, once the pipe has ended; what was heard until then where something that left the group holds it open.
    fn text(&self, until: Instant) -> String {
        let _ = self.ended.recv_timeout(until.saturating_duration_since(Instant::now()));
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn how(status: ExitStatus) -> Ended {
    match (status.code(), status.signal()) {
        (Some(code), _) => Ended::Exit(code),
        (None, Some(number)) => Ended::Signal(number),
        (None, None) => Ended::Exit(-1),
    }
}

fn signal(group: Option<Pid>, signal: Signal) {
    if let Some(group) = group {
        let _ = kill_process_group(group, signal);
    }
}

/// Hands over what comes out of a pipe until it ends or nobody listens any more.
fn pieces(mut reader: io::PipeReader, said: &mpsc::SyncSender<Vec<u8>>) {
    let mut piece = vec![0; 16 << 10];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return,
            Ok(length) => {
                if said.send(piece[..length].to_vec()).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Bytes as lines: safe, without secrets, kept.
#[derive(Default)]
struct Lines {
    open: Vec<u8>,
    filter: Filter,
    kept: Kept,
}

impl Lines {
    fn take(&mut self, piece: &[u8], see: &mut dyn FnMut(&str)) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            self.open.extend_from_slice(part);
            if part.ends_with(b"\n") || self.open.len() > LINE {
                self.close(see);
            }
        }
    }

    fn close(&mut self, see: &mut dyn FnMut(&str)) {
        let bytes = std::mem::take(&mut self.open);
        let line = String::from_utf8_lossy(&bytes);
        let line = text::printed(line.trim_end_matches(['\n', '\r'])).into_owned();
        let line = text::one_line(&self.filter.line(&line)).into_owned();
        see(&line);
        self.kept.push(&line);
    }

    fn end(&mut self, see: &mut dyn FnMut(&str)) {
        if !self.open.is_empty() {
            self.close(see);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(limit: Duration) -> Bounds<'static> {
        Bounds {
            folder: Path::new("/"),
            limit,
            secrets: &[],
        }
    }

    fn sh(line: &str, limit: Duration) -> Outcome {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        run(command, bounds(limit), &AtomicBool::new(false), &mut |_| {}).unwrap()
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn output_status_and_folder_are_as_they_should_be() {
        let outcome = sh("pwd; echo err >&2; exit 3", LONG);
        assert_eq!(outcome.ended, Ended::Exit(3));
        assert_eq!(outcome.output.text(), "/\nerr\n");
        assert!(sh("true", LONG).ended.fine());
        assert_eq!(sh("kill -9 $$", LONG).ended, Ended::Signal(9));
    }

    #[test]
    fn escapes_secrets_and_bytes_are_tamed() {
        let outcome = sh(
            "printf '\\033[31mred\\033[0m \\033]0;t\\007 \\377\\n'; echo password=hunter22; printf 'no end'",
            LONG,
        );
        let text = outcome.output.text();
        assert!(!text.contains('\u{1b}') && !text.contains("hunter22"), "{text}");
        assert!(text.starts_with("red ") && text.ends_with("no end\n"), "{text}");
    }

    #[test]
    fn what_takes_too_long_is_ended_with_all_that_it_started() {
        let begun = Instant::now();
        let outcome = sh("trap '' TERM; sleep 600 & sleep 600; wait", Duration::from_millis(200));
        assert_eq!(outcome.ended, Ended::TooLong);
        assert!(begun.elapsed() < Duration::from_secs(30));
        let left = sh("(sleep 600; echo late) & echo now", LONG);
        assert_eq!((left.ended, left.output.text().as_str()), (Ended::Exit(0), "now\n"));
    }

    #[test]
    fn output_without_end_is_kept_within_bounds() {
        let outcome = sh("yes 0123456789 | head -c 8000000; echo the end", LONG);
        let text = outcome.output.text();
        assert!(text.len() <= KEPT + 200, "{}", text.len());
        assert!(text.starts_with("0123456789\n") && text.ends_with("the end\n") && text.contains("left out"));
        let outcome = sh("head -c 3000000 /dev/zero", LONG);
        assert!(outcome.output.text().len() <= KEPT * 4);
        assert!((1..=20).contains(&outcome.output.last(20).len()));
    }

    #[test]
    fn what_a_program_reads_says_and_complains_of_is_kept_apart() {
        let run = |line: &str, limit| {
            let mut command = Command::new("sh");
            command.args(["-c", line]);
            answer(command, vec![b'x'; 300_000], limit, &AtomicBool::new(false)).unwrap()
        };
        let heard = run("wc -c; echo no >&2; exit 3", LONG);
        assert_eq!(
            (heard.ended, heard.out.trim(), heard.err.trim()),
            (Ended::Exit(3), "300000", "no")
        );
        assert_eq!(run("exec 0<&-; echo did not read", LONG).out, "did not read\n");
        assert_eq!(run("yes | head -c 3000000", LONG).out.len(), HEARD);
        assert_eq!(run("sleep 600", Duration::from_millis(100)).ended, Ended::TooLong);
    }

    #[test]
    fn a_person_can_give_it_up_and_it_has_no_terminal() {
        let stop = AtomicBool::new(true);
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600"]);
        let outcome = run(command, bounds(LONG), &stop, &mut |_| {}).unwrap();
        assert_eq!(outcome.ended, Ended::GivenUp);
        assert_eq!(
            sh("(: </dev/tty) 2>/dev/null && echo has one; true", LONG)
                .output
                .text(),
            ""
        );
    }
}
