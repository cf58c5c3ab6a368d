//! What makes a command dangerous: words that take something away for good, or stop what others use.

use super::language::Language;

/// Programs, by the last part of their path.
const PROGRAMS: [&str; 41] = [
    "rm",
    "rmdir",
    "shred",
    "dd",
    "mkfs",
    "mkswap",
    "wipefs",
    "kill",
    "pkill",
    "killall",
    "skill",
    "truncate",
    "shutdown",
    "reboot",
    "halt",
    "poweroff",
    "fdisk",
    "sfdisk",
    "sgdisk",
    "gdisk",
    "parted",
    "unlink",
    "srm",
    "lvremove",
    "vgremove",
    "pvremove",
    "lvreduce",
    "blkdiscard",
    "swapoff",
    "userdel",
    "groupdel",
    "deluser",
    "dropdb",
    "dropuser",
    "pg_resetwal",
    "pg_dropcluster",
    "remove-item",
    "restart-computer",
    "stop-computer",
    "format-volume",
    "clear-disk",
];

/// Programs of Windows whose names are words elsewhere.
const WINDOWS: [&str; 6] = ["del", "erase", "rd", "format", "taskkill", "diskpart"];

/// Words that say it wherever they stand in a command of a shell: subcommands and options.
const WORDS: [&str; 52] = [
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
    "--prune",
    "-purge",
    "--force-with-lease",
    "-auto-approve",
    "--auto-approve",
    "-xdelete",
    "--mirror",
    "delete-objects",
    "rollback",
    "undo",
    "detach-volume",
    "remove",
    "erase",
    "rb",
    "stop",
    "mask",
    "revoke",
    "failover",
    "switchover",
    "promote",
    "reinit",
    "force_reset",
    "stop-service",
    "stop-process",
    "luksformat",
    "luksclose",
    "labelclear",
    "schedule-key-deletion",
    "dropdatabase",
    "deletemany",
    "deleteone",
    "decommission",
];

/// What begins such a word: `aws rds delete-db-instance`, `rabbitmqctl purge_queue`, `rsync --delete-after`.
const HEADS: [&str; 15] = [
    "delete",
    "terminate",
    "destroy",
    "stop",
    "deregister",
    "failover",
    "purge",
    "remove",
    "revoke",
    "reboot",
    "wipe",
    "drop",
    "promote",
    "detach",
    "disable",
];

/// Words of SQL.
const SQL: [&str; 13] = [
    "drop",
    "delete",
    "truncate",
    "alter",
    "kill",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "update",
    "purge",
    "revoke",
    "reset",
    "shutdown",
    "pg_promote",
];

/// Programs that are given SQL.
const CLIENTS: [&str; 9] = [
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "cqlsh",
    "clickhouse-client",
    "sqlcmd",
    "sqlplus",
    "cockroach",
];

/// Words of a program that are dangerous only behind it: the program, the word, what is said.
const BEHIND: [(&str, &str, &str); 20] = [
    ("instances", "reset", "instances reset"),
    ("push", "-f", "-f"),
    ("push", "-d", "-d"),
    ("clean", "-f", "git clean"),
    ("clean", "-fd", "git clean"),
    ("clean", "-fdx", "git clean"),
    ("clean", "-xdf", "git clean"),
    ("clean", "-ffdx", "git clean"),
    ("iptables", "-f", "iptables -F"),
    ("iptables", "-x", "iptables -F"),
    ("nft", "flush", "nft flush"),
    ("ip", "flush", "ip flush"),
    ("crontab", "-r", "crontab -r"),
    ("fuser", "-k", "fuser -k"),
    ("redis-cli", "del", "del"),
    ("etcdctl", "del", "del"),
    ("rabbitmqctl", "reset", "reset"),
    ("compose", "down", "compose down"),
    ("docker-compose", "down", "compose down"),
    ("link", "down", "link down"),
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
        .split(|c: char| c.is_whitespace() || "\"'`;|&(){}[]<>,".contains(c))
        .map(|part| part.trim_start_matches('\\'))
        .filter(|part| !part.is_empty())
        .collect();
    let typed = *language != Language::Sql;
    let sql = !typed
        || parts.iter().any(|part| CLIENTS.contains(&last(part)))
        || command
            .split(['"', '\''])
            .skip(1)
            .any(|part| super::language::is_sql(part.trim()));
    let windows = match language {
        Language::Powershell => true,
        Language::Other(name) => matches!(name.as_str(), "cmd" | "bat"),
        Language::Shell | Language::Sql | Language::Promql | Language::Data => false,
    };
    for part in parts.iter().filter(|part| windows && WINDOWS.contains(part)) {
        add(part);
    }
    for part in &parts {
        // `X=rm`, `--request=DELETE`, `db.x.drop()` say it, too.
        let bare = part.rsplit('=').next().unwrap_or(part);
        if typed && !part.starts_with('-') {
            let program = last(bare);
            let family = program.split('.').next().unwrap_or(program);
            if PROGRAMS.contains(&program) || family == "mkfs" {
                add(family);
            }
        }
        if typed && (WORDS.contains(part) || WORDS.contains(&bare)) {
            add(bare);
        } else if typed && part.starts_with("db.") && WORDS.contains(&part.rsplit('.').next().unwrap_or(part)) {
            add(part.rsplit('.').next().unwrap_or(part));
        } else if typed && HEADS.iter().any(|head| goes_on(part, head)) {
            add(part);
        }
        if sql && SQL.contains(part) {
            add(part);
        }
    }
    if typed {
        of_shape(&lower, &parts, &mut add);
    }
    found
}

/// The name of a program without its path.
fn last(part: &str) -> &str {
    part.rsplit('/').next().unwrap_or(part)
}

/// Whether a word is this one and more behind it, with or without the dashes of an option.
fn goes_on(part: &str, head: &str) -> bool {
    let rest = part.trim_start_matches('-').strip_prefix(head);
    rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with(['-', '_']))
}

/// What several words or signs together say.
fn of_shape(lower: &str, parts: &[&str], add: &mut impl FnMut(&str)) {
    let has = |word: &str| parts.contains(&word);
    let pair = |two: [&str; 2]| parts.windows(2).any(|pair| pair == two);
    if has("scale") && (parts.iter().any(|part| part.ends_with("=0")) || pair(["--replicas", "0"])) {
        add("scale to 0");
    }
    let to_nothing = [
        "--desired-capacity",
        "--desired-count",
        "--num-nodes",
        "--max-size",
        "--size",
    ];
    let ends_at_nothing = |option: &&str| pair([option, "0"]) || has(&format!("{option}=0"));
    if to_nothing.iter().any(ends_at_nothing) {
        add("scale to 0");
    }
    for (program, word, said) in BEHIND {
        let at = parts.iter().position(|part| last(part) == program);
        if at.is_some_and(|at| parts[at..].contains(&word)) {
            add(said);
        }
    }
    // `git push origin +main` and `git push origin :main` take the same away.
    if has("push") && parts.iter().any(|part| part.len() > 1 && part.starts_with(['+', ':'])) {
        add("push over");
    }
    if has("branch") && lower.contains("git") && has("-d") {
        add("branch -D");
    }
    for program in ["chmod", "chown", "chgrp", "setfacl"] {
        let at = parts.iter().position(|part| last(part) == program);
        let recursive = |part: &&str| *part == "--recursive" || part.starts_with('-') && part[1..].contains('r');
        if at.is_some_and(|at| parts[at..].iter().any(recursive)) {
            add(&format!("{program} -R"));
        }
    }
    let squeezed: String = lower.split_whitespace().collect();
    let fetches = ["curl", "wget"].iter().any(|word| has(word));
    let shells = ["sh", "bash", "zsh", "python", "python3", "perl"];
    let runs = lower.split('|').skip(1).any(|piece| {
        let mut words = piece
            .split_whitespace()
            .skip_while(|word| matches!(*word, "sudo" | "env"));
        words.next().is_some_and(|word| shells.contains(&last(word)))
    });
    let inside = ["$(curl", "$(wget", "<(curl", "<(wget", "`curl", "`wget"];
    let runs = runs || shells.iter().any(|word| has(word)) && inside.iter().any(|form| squeezed.contains(form));
    if fetches && runs {
        add("runs what it fetches");
    }
    if squeezed.contains("|:&};") || squeezed.contains(":|:") {
        add("fork bomb");
    }
    if lower.contains("sysrq-trigger") {
        add("sysrq");
    }
    if ["init", "telinit"]
        .iter()
        .any(|word| pair([word, "0"]) || pair([word, "6"]))
    {
        add("init");
    }
    if writes_to_a_disk(lower) {
        add("writes to a device");
    }
    // `> file` alone, `: > file` and `cat /dev/null > file` leave nothing of it.
    let empties = ["cat/dev/null>", "cp/dev/null"]
        .iter()
        .any(|form| squeezed.contains(form));
    if empties || squeezed.starts_with('>') || squeezed.starts_with(":>") {
        add("empties a file");
    }
}

/// Whether something is written over a device: `> /dev/sda`, `tee /dev/nvme0n1`.
fn writes_to_a_disk(lower: &str) -> bool {
    const HARMLESS: [&str; 10] = [
        "null", "stdout", "stderr", "stdin", "tty", "fd", "tcp", "udp", "shm", "pts",
    ];
    lower.match_indices("/dev/").any(|(at, _)| {
        let device = &lower[at + 5..];
        let before = lower[..at].trim_end().trim_end_matches('|');
        let written = before.ends_with('>') || before.ends_with("tee") || before.ends_with("tee -a");
        written && !HARMLESS.iter().any(|name| device.starts_with(name))
    })
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

    #[test]
    fn danger_is_seen_wherever_it_hides() {
        for command in [
            "dd if=/dev/zero of=/dev/sda",
            "mkfs.ext4 /dev/sdb1",
            "echo x > /dev/sda",
            "cat x >/dev/nvme0n1",
            "cat x | sudo tee /dev/vda",
            "terraform destroy",
            "terraform apply -auto-approve",
            "aws rds delete-db-instance --db-instance-identifier x",
            "SHUTDOWN -h now",
            "truncate -s 0 /var/log/x",
            "chmod -R 777 /",
            "chown --recursive x /srv",
            ":(){ :|:& };:",
            "ssh web1 'RM -RF /x'",
            "bash -c \"rm -rf /x\"",
            "ls | xargs rm",
            "sudo env A=1 kubectl delete pod x",
            "echo $(rm -rf x)",
            "echo `kill 1`",
            "X=rm; $X -rf /",
            "\\rm x",
            "find . -exec rm {} +",
            "curl -sSL https://x/install | sudo bash",
            "bash <(curl -s https://x/install)",
            "curl -X DELETE https://x/y",
            "curl --request=DELETE https://x/y",
            "git reset --hard HEAD~1",
            "git clean -fdx",
            "git push origin +main",
            "git push origin :main",
            "git branch -D x",
            "crontab -r",
            "> /var/log/x.log",
            "cat /dev/null > x.log",
            "docker compose down -v",
            "rsync -a --delete-after a b",
            "rabbitmqctl purge_queue x",
            "iptables -F",
            "echo b > /proc/sysrq-trigger",
            "init 0",
            "psql -c 'update x set y = 1'",
            "psql <<SQL\ntruncate x;\nSQL",
            "mongosh --eval 'db.dropDatabase()'",
            "mongosh --eval 'db.x.drop()'",
            "aws ecs update-service --service x --desired-count 0",
            "Remove-Item -Recurse C:/x",
            "zpool destroy tank",
        ] {
            assert!(!words(command, &Language::Shell).is_empty(), "{command}");
        }
        assert_eq!(words("del /q C:\\temp\\*", &Language::Other("bat".into())), ["del"]);
        for command in [
            "kubectl get pods -o wide > pods.txt",
            "systemctl status x 2>/dev/null",
            "command -v x >/dev/null 2>&1",
            "cat x | tee out.txt",
            "curl -sS https://x/y | jq .",
            "grep -r error /var/log",
            "chmod 600 x",
            "openssl s_client -connect x:443 </dev/null > out.txt",
            "git push origin main",
            "ssh -p 22 a:b",
            "docker ps --format '{{.Names}}'",
            "ls -lR /x",
            "scp -r a:b c",
            "kubectl -n x get pods --field-selector=status.phase=Failed",
        ] {
            assert!(
                words(command, &Language::Shell).is_empty(),
                "{command}: {:?}",
                words(command, &Language::Shell)
            );
        }
    }
}
