//! What a command does to those that are typed behind it: it opens a shell that they are meant for, or takes them to another folder.

use super::quote;

/// Shells, by the last part of their path.
const SHELLS: [&str; 6] = ["bash", "sh", "zsh", "ash", "ksh", "fish"];

/// Programs that have the terminal to themselves.
const SCREENS: [&str; 12] = [
    "vi", "vim", "nano", "emacs", "less", "more", "top", "htop", "iotop", "visudo", "tmux", "screen",
];

/// Options of ssh that a value follows.
const SSH: &str = "bcDEeFIiJLlmOopQRSWw";

/// Whether a command talks with the person at the terminal, whatever its block says.
pub fn talks(command: &str) -> bool {
    let words = quote::split(command).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let own = own(&words);
    let edits = [
        ["kubectl", "edit"],
        ["oc", "edit"],
        ["crontab", "-e"],
        ["ansible-vault", "edit"],
    ];
    let first = own.first().copied().map(last).unwrap_or_default();
    let alone = !command.contains(['|', ';', '&', '\n']);
    let batch = own.iter().any(|word| word.starts_with("-b") || *word == "-n1");
    alone && (opens(command) || SCREENS.contains(&first) && !batch)
        || edits.iter().any(|edit| own.len() > 1 && own[..2] == edit[..])
}

/// Whether a command opens a shell, so that what is typed behind it is meant for that one: another host, a container, another user.
pub fn opens(command: &str) -> bool {
    if command.contains(['|', ';', '&', '\n']) {
        return false;
    }
    let words = quote::split(command).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.first() == Some(&"sudo") {
        let options = words[1..]
            .iter()
            .take_while(|word| word.starts_with('-') || word.len() < 2);
        let stays = ["-i", "-s", "--login", "--shell"];
        let has_shell = words[1..].iter().any(|word| stays.contains(word));
        if has_shell && (options.count() == words.len() - 1 || words[1] == "-u" && words.len() <= 4) {
            return true;
        }
    }
    let own = own(&words);
    let Some((program, rest)) = own.split_first() else {
        return false;
    };
    let ends_in_shell = || {
        let behind = rest.iter().rev().find(|word| !word.starts_with('-'));
        behind.is_some_and(|word| SHELLS.contains(&last(word)))
    };
    let typed = |short: &str| {
        rest.iter()
            .any(|word| *word == short || word.starts_with(&format!("{short}=")))
    };
    match last(program) {
        "ssh" | "autossh" | "mosh" => behind_options(rest, SSH) == 1,
        "su" => !typed("-c") && !typed("--command"),
        "chroot" => rest.iter().filter(|word| !word.starts_with('-')).count() == 1 || ends_in_shell(),
        "kubectl" | "oc" | "docker" | "podman" | "nerdctl" | "docker-compose" | "crictl" | "lxc" => {
            let enters = rest.iter().any(|word| matches!(*word, "exec" | "run" | "debug"));
            rest.first() == Some(&"rsh") || enters && ends_in_shell()
        }
        "gcloud" => rest.contains(&"ssh") && !typed("--command"),
        "aws" => rest.contains(&"start-session"),
        "vagrant" | "minikube" | "virtctl" => rest.first() == Some(&"ssh") && !typed("-c"),
        "telnet" => true,
        shell => SHELLS.contains(&shell) && rest.iter().all(|word| matches!(*word, "-l" | "-i" | "--login")),
    }
}

/// Whether a command ends the shell that one before it opened.
pub fn leaves(command: &str) -> bool {
    matches!(command.trim().trim_end_matches(';'), "exit" | "logout" | "^D")
}

/// Whether two commands call the same program: who opened a shell by the one types the other one outside of it.
pub fn same_program(one: &str, other: &str) -> bool {
    let program = |command: &str| {
        let words = quote::split(command).unwrap_or_default();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        own(&words).first().map(|word| last(word).to_owned())
    };
    program(one).is_some_and(|program_of_one| {
        !SHELLS.contains(&program_of_one.as_str()) && program(other) == Some(program_of_one)
    })
}

/// Whether a command only goes to another folder.
pub fn goes_to_folder(command: &str) -> bool {
    let words = quote::split(command).unwrap_or_default();
    let plain = !command.contains(['|', ';', '&', '\n', '`', '(']);
    plain && words.len() == 2 && words[0] == "cd"
}

/// The command itself, without what only says how it is called: `sudo -u postgres`, `A=1`.
fn own<'w, 't>(words: &'w [&'t str]) -> &'w [&'t str] {
    let mut at = 0;
    while at < words.len() {
        let word = words[at];
        let assigns = word
            .split_once('=')
            .is_some_and(|(name, _)| super::language::is_name(name));
        if !assigns && !matches!(word, "sudo" | "env" | "exec" | "command" | "time" | "nohup") {
            break;
        }
        at += 1;
        while word == "sudo" && at < words.len() && words[at].starts_with('-') {
            at += if matches!(words[at], "-u" | "-g" | "--user" | "--group") {
                2
            } else {
                1
            };
        }
    }
    &words[at.min(words.len())..]
}

/// How many words stand behind the options; `valued` are the letters of those that take a value.
fn behind_options(words: &[&str], valued: &str) -> usize {
    let mut at = 0;
    while at < words.len() && words[at].starts_with('-') {
        let takes = words[at].len() == 2 && words[at][1..].chars().all(|letter| valued.contains(letter));
        at += 1 + usize::from(takes);
    }
    words.len().saturating_sub(at)
}

fn last(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_a_shell_is_told_from_what_runs_one_command_in_it() {
        for command in [
            "ssh web1",
            "ssh -i key -p 2222 kim@web1",
            "ssh -A web1",
            "ssh <host>",
            "sudo su -",
            "sudo su - postgres",
            "su - postgres",
            "sudo -i",
            "sudo -u postgres -i",
            "sudo -s",
            "bash",
            "kubectl exec -it web-1 -- bash",
            "kubectl -n shop exec -ti web-1 -c app -- /bin/sh",
            "docker exec -it web sh -l",
            "oc rsh web-1",
            "chroot /mnt",
            "gcloud compute ssh web1 --zone a",
            "aws ssm start-session --target i-1",
        ] {
            assert!(opens(command) && talks(command), "{command}");
        }
        for command in [
            "ssh web1 uptime",
            "ssh -i key web1 'sudo reboot'",
            "ssh web1 <<EOF\nuptime\nEOF",
            "sudo systemctl restart x",
            "sudo -u postgres psql -c 'select 1'",
            "su - postgres -c 'psql'",
            "bash fix.sh",
            "ssh web1 < fix.sh",
            "bash -c 'ls'",
            "kubectl exec web-1 -- ls",
            "kubectl exec deploy/web -- sh -c 'ls'",
            "docker run --rm alpine ls",
            "gcloud compute ssh web1 --command uptime",
            "",
        ] {
            assert!(!opens(command), "{command}");
        }
        for command in [
            "vim /etc/hosts",
            "sudo visudo",
            "kubectl edit deploy/x",
            "top",
            "crontab -e",
        ] {
            assert!(talks(command) && !opens(command), "{command}");
        }
        for command in ["top -b -n1", "ls | less", "kubectl get pods", "crontab -l"] {
            assert!(!talks(command), "{command}");
        }
        assert!(goes_to_folder("cd /srv/app") && goes_to_folder("cd '/a b'") && goes_to_folder("cd <folder>"));
        assert!(!goes_to_folder("cd /x && ls") && !goes_to_folder("cd") && !goes_to_folder("cdrecord x"));
        assert!(same_program("kubectl exec -it a -- sh", "sudo kubectl get pods"));
        assert!(!same_program("ssh a", "uptime") && !same_program("bash", "bash -c ls") && !same_program("", ""));
        assert!(leaves("exit") && leaves("logout") && !leaves("exit 1; ls"));
    }
}
