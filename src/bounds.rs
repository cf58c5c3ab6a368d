//! The one table of bounds: how much of anything is read, kept or shown, and why just so much.
//!
//! A bound that stands here is the same at every door that a thing comes in by: what may be written may be read, and the other
//! way round. Each is measured on what was read, not on what a name or a size promised.

/// Bytes of an incident file: some 400,000 events. Also of what git hands out of one, and of a journal of changes to one.
pub const INCIDENT: u64 = INCIDENT_IN_MEMORY as u64;

/// The same where a length in memory is compared.
pub const INCIDENT_IN_MEMORY: usize = 64 << 20;

/// Bytes of one text of a person: an event, a title, an item. A screen shows less, and a longer one is a log file.
pub const TEXT: usize = 64 << 10;

/// Bytes of what is kept of all incidents of a repository to compare them: some 40,000 of them.
pub const DIGESTS: u64 = 64 << 20;

/// Bytes of a configuration file, a person's or a team's: hundreds of times what one has.
pub const CONFIG: u64 = 1 << 20;

/// Bytes of a framework file: the largest that ships has 25 KB.
pub const FRAMEWORK: u64 = 1 << 20;

/// Bytes of a paste that becomes events: a day of a busy chat.
pub const IMPORT: u64 = 8 << 20;

/// Bytes of a file that is committed beside an incident: a review, a runbook's page.
pub const COMPANION: u64 = 8 << 20;

/// Bytes of a runbook: a hundred times the longest of those that are public.
pub const RUNBOOK: u64 = 1 << 20;

/// Runbooks of a repository that are read, and folders below `runbooks/` that are looked through.
pub const RUNBOOKS: usize = 5000;

/// How deep blocks of a runbook may stand in each other; what is deeper is read as if it stood at that depth.
pub const NESTED: usize = 40;

/// Bytes of a file of git's that is read to add a line to it (attributes), or for its last lines.
pub const GIT_FILE: u64 = 1 << 20;

/// Bytes of a `.git` file, which is one line with a path.
pub const GIT_LINK: u64 = 4 << 10;

/// Bytes of what git says on standard error: its last words count.
pub const GIT_SAID: usize = 64 << 10;

/// Bytes of the log of what warroom does: some 40,000 steps, a week of a busy console. The one before it is kept beside it.
pub const LOG_FILE: u64 = 4 << 20;

/// Bytes of a text for a terminal's clipboard: terminals refuse more.
pub const COPY: usize = 74_000;

/// Problems of one file that are told one by one: the rest is counted, since nobody reads on.
pub const PROBLEMS: usize = 20;

/// Columns of a cell in a page: without it one long title would pad every other row.
pub const CELL: usize = 500;

/// Digits of an incident's number, and bytes of its id: it names a folder.
pub const DIGITS: usize = 18;

/// What a number of [`DIGITS`] digits stays below.
pub const NUMBERS: u64 = 10_u64.pow(18);

/// See [`DIGITS`].
pub const ID: usize = 64;

/// A size as people say it: `64 MiB`, `70 KiB`, `12 bytes`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..0x0010_0000 => tenths(bytes, 10, "KiB"),
        0x0010_0000..0x4000_0000 => tenths(bytes, 20, "MiB"),
        _ => tenths(bytes, 30, "GiB"),
    }
}

fn tenths(bytes: u64, shift: u32, unit: &str) -> String {
    // Rounded up: what is over a bound by little does not look like it.
    let tenths = (u128::from(bytes) * 10).div_ceil(1 << shift);
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        rest => format!("{}.{rest} {unit}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        for (bytes, said) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1 << 20, "1 MiB"),
            (INCIDENT, "64 MiB"),
            (INCIDENT + 1, "64.1 MiB"),
            (10 << 30, "10 GiB"),
            (u64::MAX, "17179869184 GiB"),
        ] {
            assert_eq!(size(bytes), said);
        }
    }
}
