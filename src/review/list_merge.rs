//! Texts compared by what they say, and lists merged line by line.

/// Whether two bodies say the same: what formatters change (spaces, wrapping, the kind of bullet, the width of tables) does not count.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || plain(one) == plain(other)
}

pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        let line = match line.strip_prefix("* ").or_else(|| line.strip_prefix("+ ")) {
            Some(rest) => format!("- {rest}"),
            None => line.to_owned(),
        };
        for word in line.split_whitespace() {
            // `| a |` and `|a|`, `---` and `-----`.
            let ruled = word.len() >= 3 && word.chars().all(|c| matches!(c, '-' | '|' | ':'));
            for c in word.chars() {
                match c {
                    '|' => out.push_str(" | "),
                    '-' if ruled && out.ends_with('-') => {}
                    c => out.push(c),
                }
            }
            out.push(' ');
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Three versions of a list or table merged by line, where the lines that changed are not the same ones; `None` where they are, or where it is
/// prose.
pub(super) fn lists(base: &str, file: &str, fresh: &str) -> Option<String> {
    let is_list = |text: &str| {
        text.lines().filter(|line| !line.trim().is_empty()).all(|line| {
            let line = line.trim_start();
            let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
            line.starts_with(['-', '*', '+', '|']) || number.len() < line.len() && number.starts_with(['.', ')'])
        })
    };
    if ![base, file, fresh].into_iter().all(is_list) {
        return None;
    }
    let lines = |text| -> Vec<String> { str::lines(text).map(|line| line.trim_end().to_owned()).collect() };
    let merged = by_line(&lines(base), &lines(file), &lines(fresh))?;
    let end = if file.ends_with('\n') { "\n" } else { "" };
    Some(merged.join("\n") + end)
}

/// The classic three-way merge of lines; `None` where both changed the same place differently.
fn by_line(base: &[String], ours: &[String], theirs: &[String]) -> Option<Vec<String>> {
    let (one, two) = (pairs(base, ours), pairs(base, theirs));
    let mut out = Vec::new();
    let (mut at, mut in_ours, mut in_theirs) = (0, 0, 0);
    loop {
        // The next line of the base that both still have.
        let next = (at..base.len()).find(|line| one[*line].is_some() && two[*line].is_some());
        let (end, to_ours, to_theirs) = match next {
            Some(line) => (line, one[line]?, two[line]?),
            None => (base.len(), ours.len(), theirs.len()),
        };
        let (was, a, b) = (&base[at..end], &ours[in_ours..to_ours], &theirs[in_theirs..to_theirs]);
        if a == was || a == b {
            out.extend_from_slice(b);
        } else if b == was {
            out.extend_from_slice(a);
        } else if let Some(both) = apart(was, a, b) {
            out.extend(both);
        } else {
            return None;
        }
        let Some(line) = next else { return Some(out) };
        out.push(base[line].clone());
        (at, in_ours, in_theirs) = (line + 1, to_ours + 1, to_theirs + 1);
    }
}

/// One side changed lines in place, and the other only added behind them (or the other way round).
fn apart(was: &[String], ours: &[String], theirs: &[String]) -> Option<Vec<String>> {
    let added = |more: &[String]| -> Option<Vec<String>> { more.strip_prefix(was).map(<[String]>::to_vec) };
    if ours.len() == was.len() {
        return added(theirs).map(|more| [ours, &more].concat());
    }
    if theirs.len() == was.len() {
        return added(ours).map(|more| [theirs, &more].concat());
    }
    None
}

/// For each line of `from`, where it stands in `to`: a longest common subsequence.
pub(super) fn pairs(from: &[String], to: &[String]) -> Vec<Option<usize>> {
    /// Beyond this many pairs lines are compared from both ends only.
    const MOST: usize = 4_000_000;
    let head = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let tail = from[head..]
        .iter()
        .rev()
        .zip(to[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let mut found = vec![None; from.len()];
    for (line, place) in found.iter_mut().enumerate().take(head) {
        *place = Some(line);
    }
    for line in 0..tail {
        found[from.len() - 1 - line] = Some(to.len() - 1 - line);
    }
    let (a, b) = (&from[head..from.len() - tail], &to[head..to.len() - tail]);
    if a.is_empty() || b.is_empty() || a.len().saturating_mul(b.len()) > MOST {
        return found;
    }
    let width = b.len() + 1;
    let mut longest = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            found[head + i] = Some(head + j);
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}
