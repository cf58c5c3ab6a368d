//! What stands before a command on a terminal: prompts of shells and of other programs.

use super::language::is_program;

/// A line without its prompt, and whether the prompt is one of another program than a shell: its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prompted<'t> {
    /// What was typed.
    pub rest: &'t str,
    /// `sql`, `python`, …; a shell's where there is none.
    pub language: Option<&'static str>,
}

/// A line without its prompt, where it has one. `#` and `>` alone are prompts only in a `session`: elsewhere they are a comment,
/// and a quotation.
pub(super) fn prompt(line: &str, session: bool) -> Option<Prompted<'_>> {
    let line = line.trim_start();
    for mark in ["$>", "$", "\u{276f}", "\u{bb}"] {
        if let Some(rest) = line.strip_prefix(mark)
            && rest.starts_with(' ')
        {
            return shell(rest);
        }
    }
    if let Some(rest) = line.strip_prefix('\u{279c}').filter(|rest| rest.starts_with(' ')) {
        return arrow(rest);
    }
    if let Some(rest) = line.strip_prefix('$').filter(|rest| begins_with_program(rest)) {
        return shell(rest);
    }
    if session {
        for mark in ["# ", "% ", "> "] {
            if let Some(rest) = line.strip_prefix(mark) {
                return shell(rest);
            }
        }
    }
    program(line).or_else(|| hosted(line))
}

/// Whether the first of several words is a program.
fn begins_with_program(text: &str) -> bool {
    let (first, rest) = text.trim().split_once(' ').unwrap_or_default();
    is_program(first) && !rest.is_empty()
}

/// What stands behind an arrow: the folder first where two blanks follow it, and what git says of it.
fn arrow(rest: &str) -> Option<Prompted<'_>> {
    let Some(inner) = rest.strip_prefix("  ") else {
        return shell(rest);
    };
    let (_, inner) = inner.split_once(' ')?;
    let inner = inner.trim_start();
    let inner = match inner.strip_prefix("git:(") {
        Some(git) => git.split_once(')')?.1.trim_start(),
        None => inner,
    };
    shell(inner.strip_prefix('\u{2717}').unwrap_or(inner))
}

/// Lines of a root shell, whose prompt is what begins a comment elsewhere: each line with one calls a program, and no other does.
pub(super) fn is_root_session(lines: &[&str]) -> bool {
    let calls = |text: &str| is_program(text.split_whitespace().next().unwrap_or_default());
    let (root, rest): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with("# "));
    let looks = |line: &&str| {
        let text = line[2..].trim();
        calls(text) && !text.ends_with([':', '.'])
    };
    let said = rest.iter().any(|line| !line.trim().is_empty());
    root.iter().all(looks) && (root.len() > 1 || said) && !root.is_empty() && !rest.iter().any(|line| calls(line))
}

/// What a line adds to a command of another program that is still open: `    -> FROM x`, `shop-# FROM x`, `... x`.
pub(super) fn goes_on(line: &str, sql: bool) -> Option<&str> {
    let text = line.trim_start();
    let marks: &[&str] = if sql {
        &["->", "'>", "\">", "`>", "...>", "..."]
    } else {
        &["...", "?>", ">>"]
    };
    for mark in marks {
        if let Some(rest) = text.strip_prefix(mark)
            && (rest.is_empty() || rest.starts_with(' '))
        {
            return Some(rest.strip_prefix(' ').unwrap_or(rest).trim_end());
        }
    }
    if !sql {
        return None;
    }
    let at = text.find(['#', '>'])?;
    let (head, rest) = (&text[..at], &text[at + 1..]);
    let name = head.strip_suffix(['-', '(', '\'', '"', '$', '*'])?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (plain && (rest.is_empty() || rest.starts_with(' '))).then(|| rest.trim())
}

/// `user@host:~/x$ `, `host:~$ `, `[root@host ~]# `, `bash-5.1$ `, `(venv) $ `, `PS C:\> `.
fn hosted(line: &str) -> Option<Prompted<'_>> {
    let found = line
        .char_indices()
        .take(80)
        .find(|(at, c)| matches!(c, '$' | '#' | '%' | '>') && line[at + c.len_utf8()..].starts_with(' '));
    let (at, mark) = found?;
    let (head, rest) = (&line[..at], line[at + 1..].trim());
    if rest.is_empty() {
        return None;
    }
    let head = head.trim_end();
    let bracketed = head.starts_with('[') && head.ends_with(']') && head.contains('@');
    let word = !head.contains(' ');
    let at_host = word && head.contains('@') && head.contains(':');
    let in_folder = word && (head.ends_with(":~") || head.contains(":~/") || head.contains(":/"));
    let bash = word && (head.starts_with("bash-") || head.starts_with("sh-"));
    let venv = head.starts_with('(') && head.ends_with(')') && mark == '$';
    let power = (head == "PS" || head.starts_with("PS ")) && mark == '>';
    // `/app # `, `~/x $ `, `[12:30] kim@web1 $ `: what follows has to be a program, since a path and a comment look alike.
    let path = word && head.starts_with(['/', '~']) && matches!(mark, '$' | '#');
    let last = head.rsplit(' ').next().unwrap_or_default();
    let loose = path || mark == '$' && last.contains('@') && head.split(' ').count() <= 3;
    let loose = loose && is_program(rest.split_whitespace().next().unwrap_or_default());
    // An address is no prompt: `https://x > y`.
    let address = head.contains("://");
    let fits = bracketed || at_host || in_folder || bash || venv || power || loose;
    (fits && !address).then_some(Prompted {
        rest,
        language: power.then_some("powershell"),
    })
}

/// `postgres=# `, `mysql> `, `MariaDB [shop]> `, `127.0.0.1:6379> `, `>>> `, `irb(main):001:0> `.
fn program(line: &str) -> Option<Prompted<'_>> {
    let name = |text: &str| {
        !text.is_empty() && text.len() < 40 && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
    };
    if let Some(rest) = dos(line) {
        return made(rest, "cmd");
    }
    if let Some(rest) = line.strip_prefix(">>> ") {
        return made(rest, "python");
    }
    for (mark, language) in [("=# ", "sql"), ("=> ", "sql"), ("-# ", "sql"), ("-> ", "sql")] {
        if let Some((head, rest)) = line.split_once(mark)
            && name(head)
        {
            return made(rest, language);
        }
    }
    if let Some((head, rest)) = line.split_once("> ") {
        let language = match head {
            "mysql" | "sqlite" | "cqlsh" | "sql" => "sql",
            "redis" => "redis",
            "mongo" | "mongosh" | "rs0:PRIMARY" | "rs0:SECONDARY" => "mongo",
            _ if head.starts_with("MariaDB [") && head.ends_with(']') => "sql",
            _ if head.starts_with("irb(") || head.starts_with("pry(") => "ruby",
            _ if head.contains(':')
                && head
                    .rsplit(':')
                    .next()
                    .is_some_and(|port| port.len() == 4 && port.parse::<u16>().is_ok()) =>
            {
                "redis"
            }
            _ => return None,
        };
        return made(rest, language);
    }
    None
}

/// What was typed behind `C:\\Windows>`.
fn dos(line: &str) -> Option<&str> {
    let (head, rest) = line.split_once('>')?;
    let mut chars = head.chars();
    let drive = chars.next().is_some_and(|c| c.is_ascii_uppercase()) && head.get(1..3) == Some(":\\");
    (drive && head.len() < 80 && !head.contains(['"', '<', '|'])).then_some(rest)
}

fn shell(rest: &str) -> Option<Prompted<'_>> {
    let rest = rest.trim();
    (!rest.is_empty()).then_some(Prompted { rest, language: None })
}

fn made<'t>(rest: &'t str, language: &'static str) -> Option<Prompted<'t>> {
    let rest = rest.trim();
    (!rest.is_empty()).then_some(Prompted {
        rest,
        language: Some(language),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_taken_off_and_nothing_else_is() {
        for (line, rest) in [
            ("$ ls -l", "ls -l"),
            ("  $ ls", "ls"),
            ("kim@web1:~$ df -h", "df -h"),
            ("host:~$ df -h", "df -h"),
            ("root@web1:/var/log# tail x", "tail x"),
            ("[root@web1 ~]# systemctl status x", "systemctl status x"),
            ("bash-5.1$ id", "id"),
            ("(venv) $ pip list", "pip list"),
            ("\u{276f} ls", "ls"),
            ("\u{279c}  ~ kubectl get ns", "kubectl get ns"),
            ("\u{279c}  shop git:(main) \u{2717} git status", "git status"),
            ("/ # nslookup db", "nslookup db"),
            ("/app # ps aux", "ps aux"),
            ("~/repo $ make deploy", "make deploy"),
            ("[12:30:11] kim@web1 $ free -m", "free -m"),
            ("$> ls", "ls"),
            ("$kubectl get pods", "kubectl get pods"),
        ] {
            assert_eq!(prompt(line, false), Some(Prompted { rest, language: None }), "{line}");
        }
        for (line, rest, language) in [
            ("postgres=# select 1;", "select 1;", "sql"),
            ("shop=> \\dt", "\\dt", "sql"),
            ("mysql> show processlist;", "show processlist;", "sql"),
            ("MariaDB [shop]> select 1;", "select 1;", "sql"),
            ("127.0.0.1:6379> INFO", "INFO", "redis"),
            (">>> print(1)", "print(1)", "python"),
            ("irb(main):001:0> User.count", "User.count", "ruby"),
            ("PS C:\\> Get-Service", "Get-Service", "powershell"),
            ("PS> Get-Service", "Get-Service", "powershell"),
            ("C:\\Windows\\System32>net stop W3SVC", "net stop W3SVC", "cmd"),
        ] {
            let language = Some(language);
            assert_eq!(prompt(line, false), Some(Prompted { rest, language }), "{line}");
        }
        for none in [
            "# a comment",
            "> quoted",
            "$",
            "$HOME/bin/x",
            "echo a > b",
            "cat x # y",
            "curl http://x:/y > z",
            "a=b c > d",
            "waiting  48211",
            "100% done",
            "/etc/hosts # names of hosts",
            "$HOME/bin/x -a",
        ] {
            assert_eq!(prompt(none, false), None, "{none}");
        }
        assert_eq!(prompt("# reboot", true).map(|one| one.rest), Some("reboot"));
        assert_eq!(prompt("> more", true).map(|one| one.rest), Some("more"));
    }
}
