//! The real console in a real pseudo-terminal, and the screen that it paints. Waits for conditions, never for time.
#![allow(dead_code)] // each area uses what it needs
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::clones::Clones;
use crate::harness::Repo;

/// Longest that a condition is waited for: far more than it takes, less than a person waits for a test.
const PATIENCE: Duration = Duration::from_secs(20);

struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    closed: bool,
    /// The reader is to let go of the terminal with the next bytes.
    stop: bool,
}

/// A console in a terminal of its own.
pub(crate) struct Console {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    /// How the terminal was set before anything ran in it.
    found: String,
}

impl Console {
    /// Runs the binary with these arguments in a terminal of 120x36, as `who`.
    pub(crate) fn open(repo: &Repo, who: &str, args: &[&str]) -> Self {
        Self::run(repo, who, env!("CARGO_BIN_EXE_warroom"), args, &[], (120, 36))
    }

    /// Runs a program in a terminal of this size.
    pub(crate) fn run(
        repo: &Repo,
        who: &str,
        program: &str,
        args: &[&str],
        variables: &[(&str, &str)],
        (cols, rows): (u16, u16),
    ) -> Self {
        let mut command = std::process::Command::new(program);
        repo.clean(&mut command);
        command.args(args).env("WARROOM_USER", who).current_dir(repo.root());
        command.envs(variables.iter().copied());
        Self::of(&command, (cols, rows))
    }

    /// Runs a command with nothing but its own environment, in a terminal of this size.
    pub(crate) fn of(wanted: &std::process::Command, (cols, rows): (u16, u16)) -> Self {
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pty = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(wanted.get_program());
        command.args(wanted.get_args());
        command.env_clear();
        // Whole sentences are written at once here, which is how a paste comes where terminals do not say so.
        command.env("WARROOM_FAST_HANDS", "1");
        for (name, value) in wanted.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        if let Some(folder) = wanted.get_current_dir() {
            command.cwd(folder);
        }
        let found = format!("{:?}", pty.master.get_termios());
        let mut reader = pty.master.try_clone_reader().unwrap();
        let writer = pty.master.take_writer().unwrap();
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let seen = Seen {
            parser: vt100::Parser::new(at_least_one(rows), at_least_one(cols), 0),
            bytes: Vec::new(),
            closed: false,
            stop: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            loop {
                let read = reader.read(&mut buffer).unwrap_or(0);
                // A test that fails while it looks poisons the lock; the bytes must be read on.
                let mut seen = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
                seen.parser.process(&buffer[..read]);
                seen.bytes.extend_from_slice(&buffer[..read]);
                seen.closed |= read == 0;
                shared.1.notify_all();
                if read == 0 || seen.stop {
                    return;
                }
            }
        });
        Self {
            master: Some(pty.master),
            writer: Some(writer),
            child,
            seen,
            found,
        }
    }

    /// Runs the binary in a clone, as `who`.
    pub(crate) fn in_clone(clones: &Clones, number: usize, who: &str, args: &[&str]) -> Self {
        let mut command = clones.command(env!("CARGO_BIN_EXE_warroom"), number);
        command.args(args).current_dir(clones.repository(number));
        for (name, value) in [("WARROOM_USER", who), ("LC_ALL", "C.UTF-8"), ("TERM", "xterm-256color")] {
            command.env(name, value);
        }
        Self::of(&command, (120, 36))
    }

    /// What stands on the screen.
    pub(crate) fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// All bytes that were written to the terminal.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().bytes.clone()
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) -> &Self {
        let began = Instant::now();
        let mut seen = self.seen.0.lock().unwrap();
        while !wanted(seen.parser.screen()) {
            let shown = seen.parser.screen().contents();
            assert!(!seen.closed, "ended while waiting for {what}:\n{shown}");
            assert!(began.elapsed() < PATIENCE, "waited in vain for {what}:\n{shown}");
            seen = self.seen.1.wait_timeout(seen, Duration::from_millis(200)).unwrap().0;
        }
        self
    }

    /// Waits until the screen shows these words.
    #[track_caller]
    pub(crate) fn shows(&self, words: &str) -> &Self {
        self.until(&format!("`{words}`"), |screen| screen.contents().contains(words))
    }

    /// Waits until one line of the screen has all these words.
    #[track_caller]
    pub(crate) fn shows_line(&self, words: &[&str]) -> &Self {
        self.until(&format!("a line with {words:?}"), |screen| {
            screen
                .contents()
                .lines()
                .any(|line| words.iter().all(|word| line.contains(word)))
        })
    }

    /// Waits until the screen does not show these words.
    #[track_caller]
    pub(crate) fn hides(&self, words: &str) -> &Self {
        self.until(&format!("no `{words}`"), |screen| !screen.contents().contains(words))
    }

    /// Types: characters as they are, `<Enter>`, `<Esc>`, `<Up>`, `<F9>`, `<Ctrl-X>`, `<Alt-b>` by name. `<Esc>` comes last:
    /// what follows it at once is Alt with that key for any terminal, so wait for what it does.
    #[track_caller]
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        let mut bytes = Vec::new();
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|after| after.split_once('>'));
            if let Some((name, after)) = named {
                assert!(name != "Esc" || after.is_empty(), "keys behind <Esc> in {keys}");
                bytes.extend(key_bytes(name));
                rest = after;
            } else {
                bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[c.len_utf8()..];
            }
        }
        self.send(&bytes)
    }

    /// Pastes text, as a terminal with bracketed paste does.
    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.send(format!("\x1b[200~{}\x1b[201~", text.replace('\n', "\r")).as_bytes())
    }

    /// Sends bytes as the terminal would.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> &mut Self {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
        self
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, cols: u16, rows: u16) -> &mut Self {
        let (high, wide) = (at_least_one(rows), at_least_one(cols));
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(high, wide);
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.as_ref().unwrap().resize(size).unwrap();
        self
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Closes the window. The reader lets go of its end with the next bytes: a console that counts writes every second.
    pub(crate) fn close_window(&mut self) {
        self.seen.0.lock().unwrap().stop = true;
        self.writer = None;
        self.master = None;
    }

    /// Waits for its end; the exit status, and how long it took.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> (u32, Duration) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.exit_code(), began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "it does not end:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// After its end: the terminal is as it was found.
    #[track_caller]
    pub(crate) fn left_as_found(&self) {
        // The reader sees the last bytes a moment after the end.
        let began = Instant::now();
        let clean = |screen: &vt100::Screen| {
            !screen.alternate_screen()
                && !screen.bracketed_paste()
                && !screen.hide_cursor()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        };
        let mut seen = self.seen.0.lock().unwrap();
        while !(seen.closed && clean(seen.parser.screen())) {
            assert!(
                began.elapsed() < PATIENCE,
                "not as found: {:?}",
                seen.parser.screen().contents()
            );
            seen = self.seen.1.wait_timeout(seen, Duration::from_millis(50)).unwrap().0;
        }
        let now = format!("{:?}", self.master.as_ref().and_then(|master| master.get_termios()));
        let found = self.found.clone();
        assert!(now == found || now == "None", "terminal modes: {found} became {now}");
    }
}

/// What a terminal sends for a key.
#[track_caller]
fn key_bytes(name: &str) -> Vec<u8> {
    let plain: &[u8] = match name {
        "Enter" => b"\r",
        "Esc" => b"\x1b",
        "Tab" => b"\t",
        "Shift-Tab" => b"\x1b[Z",
        "Space" => b" ",
        "Backspace" => b"\x7f",
        "Up" => b"\x1b[A",
        "Down" => b"\x1b[B",
        "Right" => b"\x1b[C",
        "Left" => b"\x1b[D",
        "Home" => b"\x1b[H",
        "End" => b"\x1b[F",
        "PgUp" => b"\x1b[5~",
        "PgDn" => b"\x1b[6~",
        "F9" => b"\x1b[20~",
        "<" => b"<",
        _ => {
            if let Some(letter) = name.strip_prefix("Alt-") {
                return format!("\x1b{letter}").into_bytes();
            }
            let letter = name.strip_prefix("Ctrl-").unwrap_or_else(|| panic!("no key {name}"));
            return vec![letter.as_bytes()[0].to_ascii_lowercase() & 0x1f];
        }
    };
    plain.to_vec()
}

/// The emulator has no screen of nothing; a terminal may be that.
fn at_least_one(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).unwrap_or(NonZeroU16::MIN)
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
