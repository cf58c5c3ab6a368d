//! How many files may be open. Libraries below panic where one is missing in the middle of it, so it is looked at before.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that a console has open at most: terminal, signals, keys, watchers, git's pipes, the incident, its journal and what it
/// replaced. Fewer would let it start and then fail in the middle of something.
const NEEDED: usize = 40;
/// As many as are asked for where the system allows it.
const WISHED: u64 = 1024;

/// Asks for more files where that is allowed; a sentence where there are too few all the same.
pub(super) fn check() -> Result<(), &'static str> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|now| now < WISHED) {
        let current = limit.maximum.map_or(WISHED, |most| most.min(WISHED));
        // Where it is refused, what there is may do.
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(current),
                ..limit
            },
        );
    }
    let spare: Result<Vec<_>, _> = (0..NEEDED).map(|_| rustix::io::dup(std::io::stdin())).collect();
    spare.map(drop).map_err(|_| {
        "a console needs some forty open files, and fewer are allowed here (ulimit -n); nothing was changed, and verbs like `warroom log` work"
    })
}
