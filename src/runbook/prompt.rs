//! What stands before a command on a terminal: prompts of shells and of other programs.

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
    for mark in ["$", "\u{276f}", "\u{279c}", "\u{bb}"] {
        if let Some(rest) = line.strip_prefix(mark)
            && rest.starts_with(' ')
        {
            return shell(rest);
        }
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
    let power = head.starts_with("PS ") && mark == '>';
    // An address is no prompt: `https://x > y`.
    let address = head.contains("://");
    let fits = bracketed || at_host || in_folder || bash || venv || power;
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
        ] {
            assert_eq!(prompt(none, false), None, "{none}");
        }
        assert_eq!(prompt("# reboot", true).map(|one| one.rest), Some("reboot"));
        assert_eq!(prompt("> more", true).map(|one| one.rest), Some("more"));
    }
}
