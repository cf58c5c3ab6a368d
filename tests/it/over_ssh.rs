//! A remote behind ssh, as a script plays it that runs the other side's command here: whatever the line, the host and the person's keys
//! do, what was entered is saved, the sentence says whose turn it is, and what waits goes out when the line is back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::clones::Clones;

/// What stands for ssh: it takes options and the host away and behaves as `MODE` beside it says.
const SSH: &str = r#"#!/bin/sh
while true; do case $1 in -o|-p|-i|-l) shift 2;; -*) shift;; *) break;; esac; done
host=$1; shift
here=$(dirname "$0")
echo x >> "$here/tries"
case $(cat "$here/MODE") in
  well) exec sh -c "$*";;
  banner) echo "** Authorized use only **" >&2; exec sh -c "$*";;
  asks) (printf 'password: ' > /dev/tty) 2>/dev/null && exec sleep 60; echo "Permission denied (publickey,password)." >&2; exit 255;;
  host) echo "Host key verification failed." >&2; exit 255;;
  greets) echo "Welcome to the jump host"; exec sh -c "$*";;
  hangs) exec sleep 60;;
  away) echo "ssh: connect to host $host port 22: Connection refused" >&2; exit 255;;
  cut) echo "Connection to $host closed by remote host." >&2; exit 255;;
esac
"#;

/// Two clones whose remote is behind ssh.
fn clones() -> Clones {
    let clones = Clones::new(2);
    let ssh = clones.outside().join("ssh");
    fs::write(&ssh, SSH).unwrap();
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).unwrap();
    let url = format!("ssh://git@ops.example{}", clones.hub().display());
    for number in 0..2 {
        clones.git(number, ["config", "core.sshCommand", ssh.to_str().unwrap()]);
        clones.git(number, ["config", "ssh.variant", "ssh"]);
        clones.git(number, ["remote", "set-url", "origin", &url]);
    }
    clones
}

#[test]
fn what_is_entered_behind_ssh_is_saved_and_goes_out_when_the_line_is_back() {
    let clones = clones();
    let mode = clones.outside().join("MODE");
    let cases = [
        ("asks", "Sign in for git in another terminal"),
        ("host", "Check the host's key"),
        // What git makes of words before its own depends on which of the two sides hears of it first.
        ("greets", "not at origin yet"),
        ("hangs", "no answer within"),
        ("away", "Connection refused"),
        ("cut", "closed by remote host"),
    ];
    for (how, said) in cases {
        fs::write(&mode, how).unwrap();
        let began = Instant::now();
        let out = clones.warroom(0, ["log", &format!("line that {how}")]).fails(6);
        assert!(
            out.contains("Saved and committed") && out.contains(said),
            "{how}: {out}"
        );
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{how}: {:?}",
            began.elapsed()
        );
    }
    for how in ["well", "banner"] {
        fs::write(&mode, how).unwrap();
        clones.warroom(0, ["log", &format!("line that {how}")]).ok();
    }
    clones.warroom(1, ["sync"]).ok();
    let there = clones.warroom(1, ["show", "--json"]).ok();
    for (how, _) in cases {
        assert!(there.contains(&format!("line that {how}")), "{how}");
    }
    assert!(there.contains("line that well") && there.contains("line that banner"));
}
