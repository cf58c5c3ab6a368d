//! What kind of failure a complaint of git is: it decides whether to try again, and what to tell.

use super::Trouble;

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
    /// The repository is not this person's (`safe.directory`).
    Unsafe,
    /// Git itself is missing or too old.
    Git,
    /// The session ends.
    Stopped,
    /// Something else, taken as passing.
    Other,
}

/// Phrases of git, ssh, curl and servers in the C locale, the first that is found decides.
const PHRASES: &[(Class, &[&str])] = &[
    (Class::Unsafe, &["dubious ownership", "safe.directory"]),
    (
        Class::Locked,
        &[
            ".lock': File exists",
            "Another git process",
            "cannot lock ref",
            "Unable to create",
        ],
    ),
    (
        Class::Disk,
        &[
            "No space left",
            "Disk quota",
            "Read-only file system",
            "unable to write",
            "Input/output error",
            "out of memory",
        ],
    ),
    (
        Class::Behind,
        &[
            "non-fast-forward",
            "fetch first",
            "(stale info)",
            "[rejected]",
            "reference already exists",
            "incorrect old value",
        ],
    ),
    (
        Class::Refused,
        &[
            "[remote rejected]",
            "pre-receive hook declined",
            "protected branch",
            "GH00",
            "remote end hung up unexpectedly\nerror: failed to push",
        ],
    ),
    (
        Class::Auth,
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
        ],
    ),
    (
        Class::Network,
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
        &[
            "does not appear to be a git repository",
            "Repository not found",
            "not found",
            "couldn't find remote ref",
            "does not exist",
            "No such remote",
        ],
    ),
];

impl Class {
    /// The kind of a complaint.
    pub fn of(trouble: &Trouble) -> Self {
        match trouble {
            Trouble::Missing => Self::Git,
            Trouble::Stopped => Self::Stopped,
            Trouble::TooSlow(_) => Self::Network,
            Trouble::NotStarted(_) => Self::Other,
            Trouble::Said { said, .. } => Self::said(said),
        }
    }

    fn said(said: &str) -> Self {
        let found = PHRASES
            .iter()
            .find(|(_, phrases)| phrases.iter().any(|phrase| said.contains(phrase)));
        found.map_or(Self::Other, |(class, _)| *class)
    }

    /// Whether trying again by itself is of use.
    pub fn passes(self) -> bool {
        !matches!(self, Self::Auth | Self::Unsafe | Self::Git | Self::Stopped)
    }

    /// What to do about it, as a sentence; empty where waiting does.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Network | Self::Behind | Self::Other | Self::Stopped => "",
            Self::Auth => {
                "Sign in for git in another terminal (ssh-add, or your credential helper), then sync again by hand."
            }
            Self::Gone => "Check the remote with `git remote -v`; `git remote set-url` mends it.",
            Self::Refused => "The server refuses this branch; ask who runs it to let you push, or set another branch.",
            Self::Locked => {
                "Another git is at work here; if none is, its `.lock` file is a leftover that you may delete."
            }
            Self::Disk => "Make room on the disk; your changes are tried again by themselves.",
            Self::Unsafe => {
                "Run the `git config --global --add safe.directory …` that git names, if you trust this folder."
            }
            Self::Git => "Install git 2.41 or newer; until then the file on this machine is all there is.",
        }
    }
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
        ] {
            let trouble = Trouble::Said {
                code: 128,
                said: said.into(),
            };
            assert_eq!(Class::of(&trouble), class, "{said}");
        }
    }
}
