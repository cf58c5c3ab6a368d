//! What makes a command dangerous: words that take something away for good, or stop what others use.

use super::language::Language;

/// Programs, by the last part of their path.
const PROGRAMS: [&str; 17] = [
    "rm", "rmdir", "shred", "dd", "mkfs", "wipefs", "kill", "pkill", "killall", "truncate", "shutdown", "reboot",
    "halt", "poweroff", "fdisk", "parted", "unlink",
];

/// Words that say it wherever they stand in a command of a shell: subcommands and options.
const WORDS: [&str; 29] = [
    "delete",
    "destroy",
    "drop",
    "truncate",
    "purge",
    "kill",
    "terminate",
    "terminate-instances",
    "uninstall",
    "evict",
    "drain",
    "flushall",
    "flushdb",
    "wipe",
    "prune",
    "--force",
    "--hard",
    "-delete",
    "--delete",
    "--purge",
    "--force-with-lease",
    "delete-objects",
    "rollback",
    "undo",
    "detach-volume",
    "remove",
    "rb",
    "stop",
    "failover",
];

/// Words of SQL.
const SQL: [&str; 8] = [
    "drop",
    "delete",
    "truncate",
    "alter",
    "kill",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "update",
];

/// Those of its words that make a command dangerous, each once.
pub(super) fn words(command: &str, language: &Language) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        if !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    };
    let lower = command.to_lowercase();
    let parts: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || "\"'`;|&()".contains(c))
        .filter(|part| !part.is_empty())
        .collect();
    let sql_inside = command
        .split(['"', '\''])
        .skip(1)
        .any(|part| super::language::is_sql(part.trim()));
    for part in &parts {
        let program = part.rsplit('/').next().unwrap_or(part);
        if *language != Language::Sql && PROGRAMS.contains(&program) && !part.starts_with('-') {
            add(program);
        }
        let family = program.split('.').next().unwrap_or(program);
        if family == "mkfs" {
            add("mkfs");
        }
        if *language != Language::Sql && WORDS.contains(part) {
            add(part);
        }
        // `aws rds delete-db-instance`, `gcloud … instances delete`.
        if *language != Language::Sql
            && ["delete-", "terminate-", "destroy-", "stop-", "deregister-", "failover-"]
                .iter()
                .any(|head| part.starts_with(head))
        {
            add(part);
        }
        if (*language == Language::Sql || sql_inside) && SQL.contains(&part.trim_end_matches('(')) {
            add(part);
        }
    }
    let scales_to_nothing = parts.contains(&"scale") && parts.iter().any(|part| part.ends_with("=0"))
        || parts.contains(&"scale") && parts.windows(2).any(|pair| pair == ["--replicas", "0"]);
    if scales_to_nothing {
        add("scale to 0");
    }
    if parts.first() == Some(&"git") && parts.contains(&"push") && parts.contains(&"-f") {
        add("-f");
    }
    if parts.contains(&"iptables") && parts.iter().any(|part| ["-f", "-x"].contains(part)) {
        add("iptables -F");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_away_is_dangerous_and_what_looks_is_not() {
        for (command, wanted) in [
            ("rm -rf /x", vec!["rm"]),
            ("sudo /bin/rm x", vec!["rm"]),
            ("kubectl delete pod x", vec!["delete"]),
            ("kubectl scale deploy/x --replicas=0", vec!["scale to 0"]),
            ("kubectl scale deploy/x --replicas 0", vec!["scale to 0"]),
            ("kubectl scale deploy/x --replicas=4", vec![]),
            ("find /var/log -mtime +7 -delete", vec!["-delete"]),
            ("psql -c \"DROP TABLE x\"", vec!["drop"]),
            ("psql -c 'select 1'", vec![]),
            ("git push -f", vec!["-f"]),
            ("git push --force", vec!["--force"]),
            (
                "aws ec2 terminate-instances --instance-ids i",
                vec!["terminate-instances"],
            ),
            ("redis-cli FLUSHALL", vec!["flushall"]),
            ("ls -l", vec![]),
            ("grep -i kill-switch x", vec![]),
            ("tail -f x", vec![]),
        ] {
            assert_eq!(words(command, &Language::Shell), wanted, "{command}");
        }
        assert_eq!(
            words("SELECT pg_terminate_backend(1);", &Language::Sql),
            ["pg_terminate_backend"]
        );
        assert!(words("SELECT 1;", &Language::Sql).is_empty());
    }
}
