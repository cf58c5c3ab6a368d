//! What git and those it talks to have said, line by line: git's own lines, the server's, progress.

/// The line of git's complaint that says most (the last `fatal:` or `error:`, else the last), and what the server says.
pub(super) fn last_line(said: &str) -> String {
    const VAGUE: [&str; 3] = [
        "Could not read from remote",
        "Please make sure you have",
        "and the repository exists",
    ];
    const ERROR: &str = "remote error: ";
    let lines = || own_lines(said).filter(|line| !VAGUE.iter().any(|vague| line.contains(vague)));
    let telling = |line: &&str| {
        ["fatal: ", "error: ", "ssh: "]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    let line = lines()
        .rfind(telling)
        .or_else(|| lines().next_back())
        .unwrap_or("no reason given");
    let line = line
        .trim_start_matches("fatal: ")
        .trim_start_matches("error: ")
        .trim_end_matches('.');
    let server = server_says(said);
    if server.is_empty() {
        return crate::text::fit(&crate::text::one_line(line), 200, "…").into_owned();
    }
    let line = if line.starts_with(ERROR) {
        "it was refused"
    } else {
        line
    };
    let line = crate::text::fit(&crate::text::one_line(line), 200, "…").into_owned();
    format!("{line}; the server says: {server}")
}

/// What git and what carries it have said, line by line: not the server's words, no progress.
pub(super) fn own_lines(said: &str) -> impl DoubleEndedIterator<Item = &str> {
    settled_lines(said).filter(|line| !line.starts_with("remote:"))
}

/// What the server has said, on one line; empty where it said nothing of interest.
pub(super) fn server_says(said: &str) -> String {
    const ERROR: &str = "fatal: remote error: ";
    let lines = settled_lines(said).filter_map(|line| {
        let line = line.strip_prefix("remote:").or_else(|| line.strip_prefix(ERROR))?;
        Some(line.trim()).filter(|line| !line.is_empty())
    });
    let all = lines.take(50).collect::<Vec<_>>().join(" ");
    crate::text::fit(&crate::text::one_line(&all), 200, "…").into_owned()
}

/// Each line as it stood at last, those of progress left out.
fn settled_lines(said: &str) -> impl DoubleEndedIterator<Item = &str> {
    said.split('\n')
        .map(|line| {
            line.trim_end_matches('\r')
                .rsplit('\r')
                .next()
                .unwrap_or(line)
                .trim_end()
        })
        .filter(|line| !line.trim().is_empty() && !is_progress(line))
}

/// `Receiving objects:  66% (2/3), 120.00 MiB | 3.00 MiB/s`, `remote: Enumerating objects: 5, done.`
fn is_progress(line: &str) -> bool {
    const OF_OBJECTS: [&str; 13] = [
        "Enumerating objects:",
        "Counting objects:",
        "Compressing objects:",
        "Receiving objects:",
        "Unpacking objects:",
        "Resolving deltas:",
        "Writing objects:",
        "Delta compression using",
        "Finding sources:",
        "Getting sizes:",
        "Checking connectivity:",
        "Updating references:",
        "Total ",
    ];
    let line = line.strip_prefix("remote:").unwrap_or(line).trim_start();
    OF_OBJECTS.iter().any(|mark| line.starts_with(mark))
}

/// A line with what stands in single quotes (names, addresses: not git's own words) left out.
pub(super) fn without_quoted(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    loop {
        let opens = rest
            .match_indices('\'')
            .map(|(at, _)| at)
            .find(|at| rest[..*at].chars().next_back().is_none_or(|c| c == ' ' || c == '('));
        let Some(opens) = opens else { break };
        let inside = &rest[opens + 1..];
        let closes = inside.match_indices('\'').map(|(at, _)| at).find(|at| {
            let next = inside[at + 1..].chars().next();
            next.is_none_or(|c| !c.is_alphanumeric())
        });
        let Some(closes) = closes else { break };
        out.push_str(&rest[..opens]);
        out.push_str("''");
        rest = &inside[closes + 1..];
    }
    out.push_str(rest);
    out
}
