//! Names of what is in the making, a file or a folder: whoever comes later tells by them who made it, and whether that one is gone.

use std::path::Path;
use std::time::Duration;

use super::site::random_word;

/// What stands between the name of what it will be, where that is told, and its maker.
const SIGN: &str = ".wr-";
/// The length of a random word, and of a host.
const WORD: usize = 8;

/// Who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// A process of this machine that runs.
    Alive,
    /// A process of this machine that is no more.
    Dead,
    /// Another machine, another container, or a version of this program that did not tell.
    Elsewhere,
}

/// A name that nobody else has: `.wr-1f0c23aa-4711-abcdefgh`.
pub(crate) fn name() -> String {
    format!("{SIGN}{:08x}-{}-{}", host(), std::process::id(), random_word())
}

/// The same for what will be called `what`: `.INC-2026-0001.wr-1f0c23aa-4711-abcdefgh`.
pub(crate) fn name_of(what: &str) -> String {
    format!(".{what}{}", name())
}

/// Who makes what has this name, where it is one of these: what stands before the sign, and the maker.
pub(crate) fn maker(name: &str) -> Option<(&str, Maker)> {
    let (before, rest) = name.rsplit_once(SIGN)?;
    let what = match before.strip_prefix('.') {
        Some(what) => what,
        None if before.is_empty() => before,
        None => return None,
    };
    let parts: Vec<&str> = rest.split('-').collect();
    let maker = match parts[..] {
        [word] if word.len() == WORD => Maker::Elsewhere,
        [at, process, word] if at.len() == WORD && word.len() == WORD => {
            let process: i32 = process.parse().ok()?;
            let is_here = at == format!("{:08x}", host());
            if is_here && is_alive(process) {
                Maker::Alive
            } else if is_here {
                Maker::Dead
            } else {
                Maker::Elsewhere
            }
        }
        _ => return None,
    };
    Some((what, maker))
}

/// How old what one makes on another machine has to be before it counts as left over.
const STALE: Duration = Duration::from_secs(3600);
/// The same where a process of its maker's number runs: numbers are given again.
const OLD: Duration = Duration::from_secs(24 * 3600);

/// Whether nobody will finish what is at `path`: its maker is gone, or it is older than anybody takes.
pub(crate) fn is_left_over(maker: Maker, path: &Path) -> bool {
    match maker {
        Maker::Dead => true,
        Maker::Elsewhere => is_old(path, STALE),
        Maker::Alive => is_old(path, OLD),
    }
}

/// Whether what is at `path` was changed longer ago than this.
pub(crate) fn is_old(path: &Path, age: Duration) -> bool {
    let changed = path.symlink_metadata().and_then(|meta| meta.modified());
    changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|past| past > age))
}

/// Tells machines (and their restarts, and containers) apart: process numbers mean something only within one.
fn host() -> u32 {
    static HOST: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *HOST.get_or_init(|| {
        let boot = std::fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let space = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
        let name = rustix::system::uname();
        let mut all = boot;
        all.extend_from_slice(space.as_os_str().as_encoded_bytes());
        all.extend_from_slice(name.nodename().to_bytes());
        u32::try_from(xxhash_rust::xxh3::xxh3_64(&all) & 0xffff_ffff).unwrap_or(0)
    })
}

/// Whether a process of this machine runs.
fn is_alive(process: i32) -> bool {
    rustix::process::Pid::from_raw(process)
        .is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

/// The name as another process of this machine, or one of another machine, would have made it.
#[cfg(test)]
pub(crate) fn made_by(name: &str, maker: Maker) -> String {
    let mine = format!("{:08x}-{}-", host(), std::process::id());
    match maker {
        Maker::Alive => name.to_owned(),
        // Beyond the largest number that a system gives.
        Maker::Dead => name.replace(&mine, &format!("{:08x}-4194305-", host())),
        Maker::Elsewhere => name.replace(&mine, &format!("00000000-{}-", std::process::id())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_maker() {
        for who in [Maker::Alive, Maker::Dead, Maker::Elsewhere] {
            assert_eq!(maker(&made_by(&name(), who)), Some(("", who)));
            let of = made_by(&name_of("INC-2026-0001"), who);
            assert_eq!(maker(&of), Some(("INC-2026-0001", who)), "{of}");
        }
        assert_eq!(maker(".wr-abcdefgh"), Some(("", Maker::Elsewhere)), "as it once was");
        for foreign in [
            ".bashrc",
            "incident.yaml",
            ".x.wr-1-2-3",
            "x.wr-abcdefgh",
            ".wr-",
            ".wr-00000000-x-abcdefgh",
            ".incident.yaml.swp",
        ] {
            assert_eq!(maker(foreign), None, "{foreign}");
        }
    }
}
