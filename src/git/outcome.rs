//! What kind of failure a complaint of git is: it decides whether to try again, and what to tell.

use super::Trouble;
use super::command::OLDEST;
use super::said::{own_lines, without_quoted};

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The other side cannot be reached now; try again later.
    Network,
    /// Not let in; trying again by itself may lock the person out.
    Auth,
    /// There is no such repository or branch.
    Gone,
    /// The server does not take it (protected branch, its hook, a limit).
    Refused,
    /// Somebody was first.
    Behind,
    /// Another git is at work here.
    Locked,
    /// No room on the disk, or it cannot be written.
    Disk,
    /// This account may not write in the repository.
    Denied,
    /// The repository is not this person's (`safe.directory`).
    Unsafe,
    /// Git itself is missing or too old.
    Git,
    /// The session ends.
    Stopped,
    /// Something else, taken as passing.
    Other,
}

impl Class {
    /// It as a clause of a log.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Network => "remote: not reachable",
            Self::Auth => "remote: access denied",
            Self::Gone => "remote: no such repository or branch",
            Self::Refused => "remote: refused",
            Self::Behind => "remote: others were first",
            Self::Locked => "remote: locked",
            Self::Disk => "remote: disk full or read-only",
            Self::Denied => "remote: no write permission",
            Self::Unsafe => "remote: owned by another user",
            Self::Git => "remote: git missing or too old",
            Self::Stopped => "remote: session ended",
            Self::Other => "remote: failed",
        }
    }
}

/// Who has to have said a phrase for it to count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaker {
    /// Git on this machine, as a complaint of its own.
    Git,
    /// Git, or what carries it (ssh, curl).
    Carrier,
    /// A line of `git push` about the branch.
    Push,
}

/// Phrases of git, ssh and curl in the C locale, what stands in quotes left out; the first that is found decides. What a
/// server says (`remote: …`) is no part of it.
const PHRASES: &[(Class, Speaker, &[&str])] = &[
    (
        Class::Unsafe,
        Speaker::Git,
        &["detected dubious ownership in repository at"],
    ),
    (
        Class::Locked,
        Speaker::Git,
        &[
            "Unable to create '': File exists",
            "could not lock config file",
            "cannot lock ref",
            "Another git process",
        ],
    ),
    (
        Class::Disk,
        Speaker::Git,
        &[
            "No space left on device",
            "Disk quota exceeded",
            "Read-only file system",
            "Input/output error",
            "File too large",
            "out of memory",
            "unable to write",
        ],
    ),
    (
        Class::Denied,
        Speaker::Git,
        &[
            "insufficient permission",
            "'': Permission denied",
            "Operation not permitted",
        ],
    ),
    (Class::Behind, Speaker::Push, &["[rejected]"]),
    (
        Class::Refused,
        Speaker::Push,
        &["[remote rejected]", "[remote failure]"],
    ),
    (
        Class::Refused,
        Speaker::Carrier,
        &["remote end hung up unexpectedly\nerror: failed to push"],
    ),
    (
        Class::Auth,
        Speaker::Carrier,
        &[
            "Permission denied (",
            "Authentication failed",
            "could not read Username",
            "could not read Password",
            "terminal prompts disabled",
            "Host key verification failed",
            "REMOTE HOST IDENTIFICATION HAS CHANGED",
            "error: 401",
            "error: 403",
            "access denied",
            "Invalid credentials",
            "/dev/tty",
        ],
    ),
    (
        Class::Network,
        Speaker::Carrier,
        &[
            "Could not resolve",
            "Couldn't connect",
            "Failed to connect",
            "Connection refused",
            "Connection timed out",
            "Connection reset",
            "Network is unreachable",
            "No route to host",
            "Operation timed out",
            "unexpected disconnect",
            "early EOF",
            "RPC failed",
            "SSL",
            "TLS",
            "error: 429",
            "error: 5",
            "The requested URL returned error",
            "remote end hung up",
            "Temporary failure",
        ],
    ),
    (
        Class::Gone,
        Speaker::Carrier,
        &[
            "does not appear to be a git repository",
            "Repository not found",
            "repository '' not found",
            "repository '' does not exist",
            "couldn't find remote ref",
            "does not exist at ",
            "No such remote",
        ],
    ),
];

impl Class {
    /// The kind of a complaint of a call over the network.
    pub fn of(trouble: &Trouble) -> Self {
        match trouble {
            Trouble::Missing | Trouble::TooOld(_) => Self::Git,
            Trouble::Astray(_) => Self::Unsafe,
            Trouble::Stopped => Self::Stopped,
            Trouble::TooSlow(_) | Trouble::TooLong(_) => Self::Network,
            Trouble::NotStarted(_) | Trouble::TooMuch(_) => Self::Other,
            Trouble::Said { said, .. } => Self::said(said),
        }
    }

    /// The kind of a complaint of a call that asks nobody but this machine.
    pub fn here(trouble: &Trouble) -> Self {
        match Self::of(trouble) {
            Self::Network | Self::Auth | Self::Gone | Self::Refused | Self::Behind => Self::Other,
            class @ (Self::Locked
            | Self::Disk
            | Self::Denied
            | Self::Unsafe
            | Self::Git
            | Self::Stopped
            | Self::Other) => class,
        }
    }

    fn said(said: &str) -> Self {
        let lines: Vec<String> = own_lines(said).map(without_quoted).collect();
        let said_by = |speaker| {
            let heard = |line: &&String| match speaker {
                Speaker::Git => {
                    (line.starts_with("fatal: ") || line.starts_with("error: ")) && !line.contains("remote error: ")
                }
                Speaker::Carrier => !line.starts_with('!'),
                Speaker::Push => line.starts_with('!') || line.starts_with(" ! "),
            };
            lines
                .iter()
                .filter(heard)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("\n")
        };
        let found = PHRASES
            .iter()
            .find(|(_, speaker, phrases)| phrases.iter().any(|phrase| said_by(*speaker).contains(phrase)));
        found.map_or(Self::Other, |(class, ..)| *class)
    }

    /// Whether trying again by itself is of use.
    pub fn passes(self) -> bool {
        !matches!(self, Self::Auth | Self::Unsafe | Self::Git | Self::Stopped)
    }

    /// What to do about a complaint of this kind, as a sentence; empty where waiting does.
    pub fn remedy(self, trouble: &Trouble) -> String {
        match trouble {
            Trouble::TooLong(_) => {
                return "Run `warroom sync` (or `git fetch`) once: it goes on as long as data comes.".into();
            }
            Trouble::TooSlow(_) if self == Self::Other => {
                return "Run `git status` to see what keeps git; what is saved is safe.".into();
            }
            Trouble::Astray(_) => {
                return "That folder only looks like one, and its settings may name programs: remove it, or install git 2.38 or newer."
                    .into();
            }
            _ => {}
        }
        match self {
            Self::Network | Self::Behind | Self::Other | Self::Stopped => String::new(),
            Self::Auth if is_of_the_host(trouble) => {
                "Check the host's key with whoever runs it, connect once with ssh in another terminal, then sync again.".into()
            }
            Self::Auth => {
                "Sign in for git in another terminal (ssh-add, or your credential helper), then sync again."
                    .into()
            }
            Self::Gone => "Look at the remote with `git remote -v`; `git remote set-url NAME URL` repairs it.".into(),
            Self::Refused => {
                "The server refuses this branch. Ask who runs it to let you push; until then `git push REMOTE HEAD:refs/heads/NAME` puts your commits on a branch of their own."
                    .into()
            }
            Self::Locked => {
                "Another git is at work here; if none is, its `.lock` file is a leftover that you may delete.".into()
            }
            Self::Disk => "Make room on the disk; your changes are tried again by themselves.".into(),
            Self::Denied => {
                "This account may not write there. For a folder that several accounts share: `git config core.sharedRepository group`, then `chmod -R g+rwX` on it, by its owner."
                    .into()
            }
            Self::Unsafe => not_trusted(trouble),
            Self::Git => format!(
                "Install git {}.{} or newer; until then the file on this machine is all there is.",
                OLDEST.0, OLDEST.1
            ),
        }
    }
}

/// Whether it is the host that ssh does not know (or knows by another key), not the person whom the host does not know.
fn is_of_the_host(trouble: &Trouble) -> bool {
    let words = ["Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"];
    matches!(trouble, Trouble::Said { said, .. } if own_lines(said).any(|line| words.iter().any(|one| line.contains(one))))
}

/// What git has to be told for a repository of somebody else's.
fn not_trusted(trouble: &Trouble) -> String {
    const MARK: &str = "detected dubious ownership in repository at '";
    let path = match trouble {
        Trouble::Said { said, .. } => own_lines(said)
            .find_map(|line| Some(line.split_once(MARK)?.1.rsplit_once('\'')?.0.to_owned()))
            .unwrap_or_default(),
        Trouble::Missing
        | Trouble::TooOld(_)
        | Trouble::Astray(_)
        | Trouble::TooMuch(_)
        | Trouble::NotStarted(_)
        | Trouble::TooSlow(_)
        | Trouble::TooLong(_)
        | Trouble::Stopped => String::new(),
    };
    if !std::path::Path::new(&path).is_dir() {
        return "The server's git does not trust the folder of this repository; ask who runs it.".into();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@:,".contains(&byte);
    let word = if path.bytes().all(plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    };
    format!(
        "It belongs to another account; if you trust it: `git config --global --add safe.directory {}`.",
        crate::text::one_line(&word)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_as_git_words_them() {
        for (said, class) in [
            (
                "fatal: unable to access 'https://x/': Could not resolve host: x",
                Class::Network,
            ),
            (
                "git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.",
                Class::Auth,
            ),
            (
                "fatal: could not read Username for 'https://x': terminal prompts disabled",
                Class::Auth,
            ),
            (
                "Host key verification failed.\nfatal: Could not read from remote repository.",
                Class::Auth,
            ),
            ("fatal: '/x/y.git' does not appear to be a git repository", Class::Gone),
            ("fatal: couldn't find remote ref refs/heads/main", Class::Gone),
            (
                "fatal: Unable to create '/x/.git/index.lock': File exists.",
                Class::Locked,
            ),
            (
                "error: cannot lock ref 'refs/heads/main': is at 1 but expected 2",
                Class::Locked,
            ),
            ("fatal: write error: No space left on device", Class::Disk),
            ("fatal: detected dubious ownership in repository at '/x'", Class::Unsafe),
            (
                " ! [remote rejected] main -> main (pre-receive hook declined)",
                Class::Refused,
            ),
            (
                "!\trefs/heads/main:refs/heads/main\t[rejected] (fetch first)",
                Class::Behind,
            ),
            (
                "fatal: unable to access 'https://x/': The requested URL returned error: 503",
                Class::Network,
            ),
            ("fatal: the remote end hung up unexpectedly", Class::Network),
            ("something new", Class::Other),
            (
                "fatal: Unable to create '/x/.git/index.lock': Permission denied",
                Class::Denied,
            ),
            (
                "error: insufficient permission for adding an object to repository database .git/objects",
                Class::Denied,
            ),
            ("sh: 1: cannot create /dev/tty: No such device or address", Class::Auth),
            ("fatal: repository 'https://x/y/' not found", Class::Gone),
        ] {
            let trouble = Trouble::Said {
                code: 128,
                said: said.into(),
            };
            assert_eq!(Class::of(&trouble), class, "{said}");
        }
    }

    fn said(said: &str) -> Trouble {
        Trouble::Said {
            code: 128,
            said: said.into(),
        }
    }

    #[test]
    fn what_a_server_says_decides_nothing_and_is_shown() {
        const PUSH: &str = "error: failed to push some refs to '/hub'\n!\tHEAD:refs/heads/main\t[remote rejected] (pre-receive hook declined)";
        for phrase in [
            "safe.directory",
            "fatal: detected dubious ownership in repository at '/'",
            "error: cannot lock ref 'x'",
            "No space left on device",
            "Repository not found",
            "Permission denied (publickey)",
        ] {
            let trouble = said(&format!(
                "remote: {phrase}, call ops        \nremote: \rremote: Resolving deltas: 100% (1/1), done.\n{PUSH}"
            ));
            assert_eq!(Class::of(&trouble), Class::Refused, "{phrase}");
            let shown = trouble.to_string();
            assert!(
                shown.contains(&format!("the server says: {phrase}, call ops")),
                "{shown}"
            );
            assert!(!shown.contains("Resolving"), "{shown}");
        }
        // Nor do the names that git quotes.
        for quoted in ["safe.directory", "Permission denied (", "No space left on device"] {
            let trouble = said(&format!("fatal: repository '/x {quoted} y' not found"));
            assert_eq!(Class::of(&trouble), Class::Gone, "{quoted}");
        }
        let trouble = said("fatal: remote error: No space left on device\x1b[2J");
        assert_eq!(Class::of(&trouble), Class::Other);
        assert!(!trouble.to_string().contains('\x1b'));
    }

    #[test]
    fn a_filter_that_is_missing_is_no_remote_that_is_gone() {
        let trouble = said(
            "git-lfs: 1: git-lfs: not found\nerror: external filter 'git-lfs clean' failed 127\nfatal: x: clean filter 'lfs' failed",
        );
        assert_eq!(Class::here(&trouble), Class::Other);
        assert_eq!(Class::here(&said("fatal: couldn't find remote ref x")), Class::Other);
    }

    #[test]
    fn the_command_for_a_folder_of_another_account_is_exact() {
        let dir = tempfile::tempdir().unwrap();
        let odd = dir.path().join("it's here");
        std::fs::create_dir(&odd).unwrap();
        let trouble = said(&format!(
            "fatal: detected dubious ownership in repository at '{}'\nTo add an exception for this directory, call:",
            odd.display()
        ));
        assert_eq!(Class::of(&trouble), Class::Unsafe);
        let remedy = Class::Unsafe.remedy(&trouble);
        let word = format!("'{}'", odd.display().to_string().replace('\'', r"'\''"));
        assert!(remedy.contains(&format!("--add safe.directory {word}`")), "{remedy}");
        // A server's own folder is not ours to trust.
        let there = said("fatal: detected dubious ownership in repository at '/no/such/folder'");
        assert!(!Class::Unsafe.remedy(&there).contains("safe.directory"));
    }

    #[test]
    fn progress_is_no_reason() {
        let trouble = said(
            "Receiving objects:  50% (1/2)\rReceiving objects: 100% (2/2), 3 MiB | 1 MiB/s, done.\nfatal: early EOF\n",
        );
        assert_eq!(trouble.to_string(), "git says: early EOF");
    }
}
