//! Runbooks by the real binary: found, read, attached by two, run only as allowed, and whatever a repository holds.

use std::fs;

use serde_json::Value;

use crate::clones::Clones;
use crate::harness::Repo;

fn fixture(name: &str) -> String {
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/runbooks");
    fs::read_to_string(place.join(name)).unwrap()
}

const DISK: &str = "---\ntitle: Disk is full\nservices: [orders]\nsymptoms: [\"no space left on device\"]\n---\n\n# Disk is full\n\n## Diagnosis\n\n\
                    1. Look at `df -h <mount>`\n2. Find the writer\n\n## Mitigation\n\n3. Free some room:\n\n   ```sh { name=free danger=yes }\n   \
                    echo gone\n   ```\n\n## Verify\n\n4. Look again:\n\n   ```sh { name=verify }\n   echo fine\n   ```\n";

fn with_disk() -> (Repo, String) {
    let repo = Repo::new();
    repo.write("runbooks/disk.md", DISK);
    let id = repo.declare("orders: no space left on device", "P2");
    (repo, id)
}

#[test]
fn what_ships_is_listed_shown_and_in_order() {
    let repo = Repo::new();
    let list = repo.warroom(["runbook", "list", "--json"]).json();
    let names: Vec<&str> = list["runbooks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    for name in [
        "connection-pool-exhaustion",
        "payment-gateway-timeout",
        "memory-leak",
        "certificate-expiration",
        "deployment-rollback",
        "hotfix",
        "dns-failure",
        "disk-full",
        "third-party-outage",
        "security-breach",
        "region-failover",
        "data-gathering",
    ] {
        assert!(names.contains(&name), "{names:?}");
        let shown = repo.warroom(["runbook", "show", name]).ok();
        assert!(shown.contains("Escalation") && shown.contains("Prevention"), "{shown}");
        let steps = repo.warroom(["runbook", "steps", name, "--json"]).json();
        assert!(steps["steps"].as_array().unwrap().len() >= 7, "{name}");
        repo.warroom(["runbook", "new", &format!("copy/{name}"), "--from", name])
            .ok();
    }
    assert_eq!(repo.warroom(["runbook", "lint"]).ok(), "12 runbooks in order\n");
}

#[test]
fn one_of_the_repository_wins_by_name_and_a_path_will_do() {
    let repo = Repo::new();
    repo.write("runbooks/hotfix.md", "# Ours\n\n1. Call lee\n");
    repo.write("elsewhere/one.md", fixture("numbered-with-code.md"));
    assert!(repo.warroom(["runbook", "show", "hotfix"]).ok().starts_with("Ours\n"));
    let steps = repo.warroom(["runbook", "steps", "elsewhere/one.md", "--json"]).json();
    assert_eq!(steps["source"], "numbered items");
    assert_eq!(steps["steps"].as_array().unwrap().len(), 5);
    assert_eq!(steps["steps"][0]["commands"][0], "queuectl stats --queue <queue-name>");
    assert_eq!(steps["gaps"], serde_json::json!(["<queue-name>", "<pod>"]));
    let text = repo.warroom(["runbook", "show", "elsewhere/one.md", "--source"]).ok();
    assert_eq!(text, fixture("numbered-with-code.md"));
    let missing = repo.warroom(["runbook", "show", "nothing-like-it"]).fails(4);
    assert!(missing.contains("there is no runbook `nothing-like-it`"), "{missing}");
    let filled = repo
        .warroom(["runbook", "steps", "elsewhere/one.md", "--set", "pod=a b"])
        .ok();
    assert!(filled.contains("delete pod 'a b'"), "{filled}");
}

#[test]
fn those_that_fit_the_incident_stand_first_with_the_reason() {
    let (repo, _) = with_disk();
    let list = repo.warroom(["runbook", "list", "--json"]).json();
    let first = &list["runbooks"][0];
    assert_eq!(first["name"], "disk", "{first:#}");
    let reasons = first["match"]["reasons"].to_string();
    assert!(reasons.contains("symptom: no space left on device"), "{reasons}");
    let found = repo.warroom(["runbook", "list", "writer", "--json"]).json();
    assert!(
        found["runbooks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == "disk")
    );
}

#[test]
fn one_of_many_in_a_file_is_chosen_by_its_alert() {
    let repo = Repo::new();
    repo.write("runbooks/store.md", fixture("many-in-one.md"));
    let id = repo.declare("StoreSlow fires", "P2");
    let said = repo.warroom(["-i", &id, "runbook", "attach", "store"]).ok();
    assert!(said.contains("StoreSlow (1 step)"), "{said}");
    repo.declare("something else", "P3");
    let asked = repo.warroom(["runbook", "attach", "store", "-i", "2"]).fails(4);
    assert!(asked.contains("store/StoreDown"), "{asked}");
    let said = repo.warroom(["runbook", "attach", "StoreDown", "-i", "2"]).ok();
    assert!(said.contains("StoreDown (3 steps)"), "{said}");
    let steps = repo.warroom(["-i", "2", "runbook", "steps", "store", "--json"]).json();
    assert_eq!(steps["steps"].as_array().unwrap().len(), 0);
    assert_eq!(steps["entries"].as_array().unwrap().len(), 3);
}

fn items(repo: &Repo, list: &str) -> Vec<Value> {
    let lists = repo.warroom(["check", "list", "--all", "--json"]).json();
    let lists = lists["checklists"].as_array().unwrap().clone();
    let found = lists.iter().find(|one| one["id"] == list);
    found.map_or_else(Vec::new, |one| one["items"].as_array().unwrap().clone())
}

#[test]
fn changed_wording_keeps_its_tick_and_tells() {
    let (repo, _) = with_disk();
    repo.warroom(["runbook", "attach", "disk", "--set", "mount=/var"]).ok();
    let all = items(&repo, "disk");
    assert_eq!(all.len(), 4);
    assert_eq!(all[0]["id"], "disk.diagnosis.look-at-df-h-mount");
    repo.warroom(["check", "tick", "disk.diagnosis.find"]).ok();
    assert!(
        repo.warroom(["runbook", "attach", "disk"])
            .ok()
            .contains("is attached already: 1 of 4 steps done")
    );
    repo.write(
        "runbooks/disk.md",
        DISK.replace("Find the writer", "Find the writer (logs, a job)")
            .replace("4. Look again", "4. Tell lee\n5. Look again"),
    );
    let said = repo.warroom(["runbook", "attach", "disk"]).ok();
    assert!(
        said.contains("reworded: Find the writer → Find the writer (logs, a job) (done, and stays so)"),
        "{said}"
    );
    let all = items(&repo, "disk");
    assert_eq!(all.len(), 5);
    assert_eq!(
        (&all[1]["text"], &all[1]["state"]),
        (&"Find the writer (logs, a job)".into(), &"done".into())
    );
    let shown = repo.warroom(["show", "--json"]).json();
    assert!(
        shown.to_string().contains("/var"),
        "what a placeholder stands for is kept"
    );
    let steps = repo.warroom(["runbook", "steps", "disk"]).ok();
    assert!(steps.contains("df -h /var"), "{steps}");
}

#[test]
fn two_clones_that_attach_one_runbook_have_one_list() {
    let clones = Clones::new(2);
    for number in 0..2 {
        clones
            .warroom(number, ["runbook", "attach", "disk-full", "--offline"])
            .fails(6);
    }
    clones
        .warroom(0, ["check", "tick", "disk-full.diagnosis.which", "--offline"])
        .fails(6);
    clones
        .warroom(1, ["check", "tick", "disk-full.diagnosis.largest", "--offline"])
        .fails(6);
    for number in [0, 1, 0] {
        clones.warroom(number, ["sync"]).ok();
    }
    let lists: Vec<Vec<(String, String)>> = (0..2)
        .map(|number| {
            let all: Value =
                serde_json::from_str(&clones.warroom(number, ["check", "list", "--all", "--json"]).ok()).unwrap();
            let list = all["checklists"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["id"] == "disk-full")
                .unwrap()
                .clone();
            let word = |value: &Value| value.as_str().unwrap().to_owned();
            list["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| (word(&item["id"]), word(&item["state"])))
                .collect()
        })
        .collect();
    assert_eq!(lists[0], lists[1]);
    assert_eq!(lists[0].len(), 12);
    assert_eq!(lists[0].iter().filter(|(_, state)| state == "done").count(), 2);
}

#[test]
fn nothing_of_a_runbook_is_run_before_it_is_allowed_nor_after_it_has_changed() {
    let (repo, _) = with_disk();
    let refused = repo.warroom(["runbook", "run", "disk", "verify", "--yes"]).fails(3);
    assert!(
        refused.contains("has never been allowed to run, so nothing was run"),
        "{refused}"
    );
    repo.warroom(["runbook", "run", "disk", "--allow"]).ok();
    let ran = repo
        .warroom(["runbook", "run", "disk", "verify", "--yes", "--json"])
        .run();
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    let ran: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&ran["commands"][0]["exit"], &ran["commands"][0]["output"][0]),
        (&0.into(), &"fine".into())
    );
    repo.write("runbooks/disk.md", DISK.replace("echo fine", "echo evil"));
    let refused = repo.warroom(["runbook", "run", "disk", "verify", "--yes"]).fails(3);
    assert!(
        refused.contains("has changed since you allowed it") && refused.contains("+    echo evil"),
        "{refused}"
    );
    assert!(
        fs::read_dir(repo.path(".warroom"))
            .unwrap()
            .flatten()
            .all(|entry| entry.file_name() != "allowed")
    );
    let shown = repo.warroom(["show"]).ok();
    assert!(
        !shown.contains("echo evil") && shown.contains("ran: echo fine"),
        "{shown}"
    );
}

#[test]
fn a_variable_that_another_command_finds_out_is_carried_over_and_asked_for_before_that() {
    let (repo, _) = with_disk();
    let text = "# T\n\n## Steps\n\n1. Where:\n\n   ```sh\n   NAME=fixed\n   export DIR=$(echo /x)\n   ```\n\n2. Clean:\n\n   ```sh\n   \
                echo $NAME $DIR/all\n   ```\n\n3. Odd:\n\n   ```sh\n   ODD=$(echo 'a;b')\n   echo $ODD\n   ```\n";
    repo.write("runbooks/clean.md", text);
    repo.warroom(["runbook", "run", "clean", "--allow"]).ok();
    let missing = repo.warroom(["runbook", "run", "clean", "2", "--yes"]).fails(2);
    assert!(
        missing.contains("$DIR (--set dir=…)") && !missing.contains("$NAME"),
        "{missing}"
    );
    let dry = repo.warroom(["runbook", "run", "clean", "--dry-run"]).ok();
    assert!(dry.contains("$ echo $NAME $DIR/all"), "{dry}");
    let ran = repo
        .warroom(["runbook", "run", "clean", "2", "--yes", "--set", "dir=/y"])
        .run();
    assert!(ran.stdout.contains("fixed /y/all"), "{ran:#?}");
    // Found out by one person, it is there for the next.
    let found = repo.warroom(["runbook", "run", "clean", "1", "--yes"]).run();
    assert!(found.code == Some(0) && found.stdout.contains("DIR=/x"), "{found:#?}");
    let allowed = repo.warroom(["runbook", "run", "clean", "--allow"]).by("lee").run();
    assert_eq!(allowed.code, Some(0));
    let ran = repo.warroom(["runbook", "run", "clean", "2", "--yes"]).by("lee").run();
    assert!(ran.stdout.contains("fixed /x/all"), "{ran:#?}");
    // What is more than a word is put into no command.
    let odd = repo.warroom(["runbook", "run", "clean", "3", "--yes"]).run();
    assert!(
        odd.stderr.contains("$ODD (--set odd=…)") && !odd.stdout.contains("a;b\na;b"),
        "{odd:#?}"
    );
}

#[test]
fn what_follows_an_opened_shell_in_the_next_steps_is_not_run_here() {
    let (repo, _) = with_disk();
    let text = "# Away\n\n1. Log in:\n\n   ```sh\n   ssh web1\n   ```\n\n2. Stop it:\n\n   ```sh\n   echo stopped\n   ```\n\n3. Leave:\n\n   \
                ```sh\n   exit\n   ```\n\n4. Look:\n\n   ```sh\n   echo looked\n   ```\n";
    repo.write("runbooks/away.md", text);
    repo.warroom(["runbook", "run", "away", "--allow"]).ok();
    let refused = repo.warroom(["runbook", "run", "away", "2", "--yes"]).fails(2);
    assert!(
        refused.contains("`echo stopped` belongs into the shell that `ssh web1` opens") && refused.contains("--here"),
        "{refused}"
    );
    let outside = repo.warroom(["runbook", "run", "away", "4", "--yes"]).run();
    assert!(outside.stdout.starts_with("looked\n"), "{outside:#?}");
    let here = repo.warroom(["runbook", "run", "away", "2", "--yes", "--here"]).run();
    assert!(here.stdout.starts_with("stopped\n"), "{here:#?}");
}

#[test]
fn a_script_in_a_folder_that_a_command_goes_to_is_allowed_with_it() {
    let (repo, _) = with_disk();
    repo.write("tools/fix.sh", "echo fine\n");
    // One is named in a table alone.
    repo.write("tools/look.sh", "echo fine\n");
    let text = "# T\n\n## Steps\n\n```sh\ncd tools && bash fix.sh\n```\n\n## Diagnosis\n\n| what | how |\n|---|---|\n| x | `bash \
                tools/look.sh` |\n";
    repo.write("runbooks/there.md", text);
    let run = || repo.warroom(["runbook", "run", "there", "1", "--yes"]).run();
    for script in ["tools/fix.sh", "tools/look.sh"] {
        repo.warroom(["runbook", "run", "there", "--allow"]).ok();
        assert_eq!(run().code, Some(0));
        repo.write(script, "echo evil\n");
        let refused = run();
        assert!(
            refused.code == Some(3) && refused.stderr.contains("has changed"),
            "{script}: {refused:#?}"
        );
    }
}

#[test]
fn a_command_is_run_in_the_folder_and_the_shell_that_it_is_meant_for() {
    let (repo, _) = with_disk();
    fs::create_dir(repo.path("there")).unwrap();
    let text = "# Where\n\n## Steps\n\n1. Make room:\n\n   ```sh\n   cd there\n   pwd\n   ```\n\n2. On the host:\n\n   ```sh\n   \
                ssh web1\n   touch here\n   exit\n   ```\n\n3. Nowhere:\n\n   ```sh\n   cd gone\n   touch here\n   ```\n";
    repo.write("runbooks/where.md", text);
    repo.warroom(["runbook", "run", "where", "--allow"]).ok();
    let steps = |step: &str| repo.warroom(["runbook", "run", "where", step, "--yes"]).run();
    let there = steps("1");
    assert!(there.stdout.contains("/there\n"), "{there:#?}");
    let dry = repo.warroom(["runbook", "run", "where", "2", "--dry-run"]).run();
    assert!(
        dry.stderr
            .contains("`touch here` belongs into the shell that `ssh web1` opens"),
        "{dry:#?}"
    );
    assert!(!dry.stdout.contains("touch"), "{dry:#?}");
    let nowhere = steps("3");
    assert_eq!(nowhere.code, Some(1), "{nowhere:#?}");
    assert!(!repo.path("here").exists() && !repo.path("there/here").exists());
}

#[test]
fn what_takes_away_is_confirmed_by_its_word_and_placeholders_come_first() {
    let (repo, _) = with_disk();
    repo.warroom(["runbook", "run", "disk", "--allow"]).ok();
    let outcome = repo.warroom(["runbook", "run", "disk", "free", "--yes"]).run();
    assert_eq!(outcome.code, Some(3), "{outcome:#?}");
    assert!(outcome.stderr.contains("--confirm"), "{outcome:#?}");
    let outcome = repo
        .warroom(["runbook", "run", "disk", "free", "--yes", "--confirm", "danger=yes"])
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let missing = repo.warroom(["runbook", "run", "disk", "1", "--yes"]).fails(2);
    assert!(missing.contains("<mount> (--set mount=…)"), "{missing}");
    let odd = repo
        .warroom(["runbook", "run", "disk", "1", "--yes", "--set", "mount=$(reboot)"])
        .fails(2);
    assert!(odd.contains("is not run in a command"), "{odd}");
    let dry = repo
        .warroom(["runbook", "run", "disk", "--dry-run", "--set", "mount=/tmp"])
        .ok();
    assert!(
        dry.contains("$ df -h /tmp") && dry.contains("careful: danger=yes"),
        "{dry}"
    );
}

#[test]
fn a_command_of_ones_own_is_recorded_without_its_secrets() {
    let (repo, id) = with_disk();
    let ran = repo
        .warroom([
            "run",
            "--json",
            "--",
            "sh",
            "-c",
            "echo password=hunter22; seq 1 50; exit 3",
        ])
        .run();
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    let ran: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(ran["commands"][0]["exit"], 3);
    let file = ran["commands"][0]["file"].as_str().unwrap();
    let kept = repo.read(format!("incidents/{id}/{file}"));
    assert!(kept.contains("\n50\n") && !kept.contains("hunter22"), "{kept}");
    let text = repo.read(format!("incidents/{id}/incident.yaml"));
    assert!(text.contains("exit 3") && !text.contains("hunter22"), "{text}");
    let slow = repo
        .warroom(["run", "--for", "1s", "--json", "--", "sleep", "600"])
        .run();
    assert!(slow.stdout.contains("it took too long"), "{slow:#?}");
    let none = repo.warroom(["run", "--", "/no/such/program"]).fails(1);
    assert!(none.contains("cannot be started"), "{none}");
}

#[test]
fn what_was_said_of_a_runbook_makes_it_fresh_or_stale() {
    let (repo, _) = with_disk();
    let stale = |repo: &Repo| -> Value {
        let list = repo.warroom(["runbook", "list", "--json"]).json();
        let all = list["runbooks"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["name"] == "disk").unwrap()
    };
    assert_eq!(stale(&repo)["stale"], "never tested");
    repo.warroom(["runbook", "attach", "disk"]).ok();
    repo.warroom(["runbook", "verdict", "disk", "helped"]).ok();
    let now = stale(&repo);
    assert_eq!((&now["stale"], &now["freshness"]["helped"]), (&Value::Null, &1.into()));
    repo.warroom(["runbook", "verdict", "disk", "misled", "--note", "the path is wrong"])
        .ok();
    assert!(stale(&repo)["stale"].as_str().unwrap().starts_with("misled on"));
    repo.warroom(["runbook", "verdict", "-", "missing", "--note", "nothing about quotas"])
        .ok();
    repo.warroom(["runbook", "verdict", "disk", "splendid"]).fails(4);
}

#[test]
fn what_was_added_by_hand_is_offered_for_the_runbook_and_an_article_is_written() {
    let (mut repo, id) = with_disk();
    repo.warroom(["runbook", "attach", "disk"]).ok();
    repo.at("2026-11-20T14:09:00.000Z");
    repo.warroom(["check", "add", "Look at quotas, too", "--list", "disk"])
        .ok();
    let diff = repo.warroom(["runbook", "update", "disk"]).ok();
    assert!(diff.contains("+- Look at quotas, too (kim)"), "{diff}");
    assert_eq!(repo.read("runbooks/disk.md"), DISK);
    assert!(
        repo.warroom(["runbook", "article"])
            .fails(3)
            .contains("when it is over")
    );
    repo.warroom(["cause", "set", "a log that was never rotated"]).ok();
    repo.warroom(["resolve", "--force", "--reason", "test"]).ok();
    repo.warroom(["-i", &id, "runbook", "article"]).ok();
    let article = repo.read(format!("incidents/{id}/article.md"));
    assert!(
        article.contains("a log that was never rotated") && article.contains("Runbook: `disk`"),
        "{article}"
    );
    repo.warroom(["-i", &id, "runbook", "article"]).fails(2);
    // Found by its words.
    repo.write(format!("incidents/{id}/article.md"), article + "\nxylophone\n");
    let hits = repo.warroom(["search", "xylophone"]).ok();
    assert!(hits.contains(&id) && hits.contains("article"), "{hits}");
}

#[test]
fn a_new_runbook_is_made_in_its_folder_and_nowhere_else() {
    let repo = Repo::new();
    repo.warroom(["runbook", "new", "db/pool-full"]).ok();
    assert!(repo.read("runbooks/db/pool-full.md").contains("# Pool full"));
    repo.warroom(["runbook", "new", "db/pool-full"]).fails(2);
    for odd in ["../x", "/etc/x", ".hidden", "a//b", "a\nb", ""] {
        repo.warroom(["runbook", "new", odd]).fails(2);
    }
    let lint = repo.warroom(["runbook", "lint", "--json"]).run();
    assert_eq!(lint.code, Some(5), "{lint:#?}");
    let lint: Value = serde_json::from_str(&lint.stdout).unwrap();
    assert!(lint["problems"][0]["line"].as_u64().unwrap() >= 1);
}

#[test]
fn dead_links_are_told_where_they_stand() {
    let repo = Repo::new();
    repo.write("runbooks/a.md", "---\nowner: x\nlast_tested: 2026-11-01\n---\n# A\n\n1. See [b](b.md), [c](c.md) and [up](#verification)\n2. [gone](#nowhere)\n\n## Verification\n\nx\n");
    repo.write("runbooks/b.md", "x");
    let lint = repo.warroom(["runbook", "lint", "runbooks/a.md"]).run();
    assert_eq!(lint.code, Some(5));
    assert!(
        lint.stdout
            .contains("a.md:7:19: this link leads nowhere: there is no file `c.md`"),
        "{}",
        lint.stdout
    );
    assert!(
        lint.stdout
            .contains("a.md:8:4: this link leads nowhere: no heading is called `#nowhere` here"),
        "{}",
        lint.stdout
    );
}

/// Runbooks that somebody pushed to do harm; none of them may reach the terminal, hang, panic, or run.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let deep = |one: &str, times: usize| one.repeat(times).into_bytes();
    vec![
        (
            "escapes",
            text("# T\u{1b}]0;owned\u{7}\n\n1. x\u{1b}[2J\u{9b}31m\n\n```sh\n\u{1b}[31mls x\u{1b}[0m\n```\n"),
        ),
        (
            "bidi",
            text("# safe\u{202e}evil\u{2066}\n\n1. rm\u{200b} -rf \u{202e}/\n"),
        ),
        (
            "javascript",
            text("# J\n\n1. [click](javascript:alert(1)) and [file](file:///etc/passwd)\n"),
        ),
        ("fences", deep("````sh\n```\n", 4000)),
        ("quotes", deep("> ", 60_000)),
        (
            "lists",
            (0..2000)
                .map(|n| " ".repeat(2 * (n % 300)) + "- x\n")
                .collect::<String>()
                .into_bytes(),
        ),
        ("brackets", deep("[", 60_000)),
        ("links", deep("[a](", 20_000)),
        ("stars", deep("*a **b ", 20_000)),
        (
            "ticks",
            (1..400).map(|n| "`".repeat(n) + " ").collect::<String>().into_bytes(),
        ),
        ("tables", deep("|", 60_000)),
        ("html", deep("<details><b><!-- ", 8000)),
        ("templates", deep("{{< <% {% ", 8000)),
        (
            "yaml-bomb",
            text("---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\ntitle: [[[[[[\n---\n1. x\n"),
        ),
        ("huge-line", {
            let mut line = b"1. ".to_vec();
            line.extend(vec![b'x'; 900_000]);
            line
        }),
        (
            "not-utf8",
            vec![b'#', b' ', 0xff, 0xfe, 0, b'\n', b'1', b'.', b' ', 0xc3, b'\n'],
        ),
        ("nul", text("# a\0b\n\n1. c\0d\n\n```sh\nls\0 -l\n```\n")),
        (
            "names",
            text("# N\n\n```sh {\"name\":\"../../x\",\"cwd\":\"/etc\"}\nls -l\n```\n"),
        ),
        ("many-steps", deep("1. do it now\n", 20_000)),
        ("prompts", deep("```console\n$ $ $ # > %\n```\n", 4000)),
        ("gaps", text("# G\n\n1. `ls <a b c> ${{x}} {{{{y}}}} $(z) <<<< >>>>`\n")),
        (
            "endless",
            text(
                "---\nowner: x\n---\n# E\n\n```sh { name=endless }\nyes\n```\n\n```sh { name=fork }\n(sleep 600 &) ; echo over\n```\n",
            ),
        ),
    ]
}

#[test]
fn no_hostile_runbook_reaches_the_terminal_hangs_or_breaks_the_others() {
    let repo = Repo::new();
    for (name, bytes) in hostile() {
        repo.write(format!("runbooks/{name}.md"), bytes);
    }
    repo.write("runbooks/zz-good.md", "# Good\n\n1. Look\n");
    repo.write("runbooks/too-large.md", vec![b'x'; 2 << 20]);
    let id = repo.declare("x", "P2");
    let safe = |text: &str| {
        let bad = text
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c));
        assert_eq!(bad, None, "{}", &text[..text.len().min(400)]);
    };
    let lint = repo.warroom(["runbook", "lint"]).run();
    assert_eq!(lint.code, Some(5), "{lint:#?}");
    safe(&lint.stdout);
    safe(&lint.stderr);
    for (name, _) in hostile() {
        for call in [vec!["runbook", "show", name], vec!["runbook", "steps", name]] {
            let outcome = repo.warroom(call).run();
            assert!(matches!(outcome.code, Some(0 | 5)), "{name}: {outcome:#?}");
            safe(&outcome.stdout);
            safe(&outcome.stderr);
        }
        let outcome = repo.warroom(["-i", &id, "runbook", "attach", name]).run();
        assert!(matches!(outcome.code, Some(0 | 2 | 4)), "{name}: {outcome:#?}");
        safe(&outcome.stdout);
    }
    let list = repo.warroom(["runbook", "list", "--json"]).run();
    assert!(list.stdout.contains("zz-good") && list.stdout.contains("is the most that is read of such a file"));
    repo.warroom(["runbook", "run", "endless", "--allow"]).ok();
    let ran = repo
        .warroom(["runbook", "run", "endless", "endless", "--yes", "--for", "1s", "--json"])
        .run();
    assert!(
        ran.stdout.contains("it took too long"),
        "{}",
        &ran.stdout[..ran.stdout.len().min(600)]
    );
    let ran = repo
        .warroom(["runbook", "run", "endless", "fork", "--yes", "--json"])
        .run();
    assert!(ran.stdout.contains("\"over\""), "{ran:#?}");
    assert!(repo.read(format!("incidents/{id}/incident.yaml")).len() < 8 << 20);
}

#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let repo = Repo::new();
    fs::write(repo.outside().join("secret.md"), "# secret words\n").unwrap();
    std::os::unix::fs::symlink(repo.outside().join("secret.md"), repo.path("runbooks/out.md")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", repo.path("runbooks/zero.md")).unwrap();
    for name in ["out", "zero"] {
        let said = repo.warroom(["runbook", "show", name]).fails(5);
        assert!(said.contains("a link out of the repository"), "{said}");
    }
    assert!(!repo.warroom(["runbook", "list"]).ok().contains("secret words"));
}
