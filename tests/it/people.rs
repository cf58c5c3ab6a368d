//! What people bring: imports that are one change, command output, and who is who.

use serde_json::Value;

use crate::harness::Repo;

const FIVE: &str = "14:03:01 app: connection refused\n14:03:01 app: connection refused\n14:03:01 app: connection refused\n14:04 same here\n14:04 same here\n";

fn started() -> Repo {
    let mut repo = Repo::new();
    repo.at("2026-11-20T14:30:00.000Z");
    repo.declare("Checkout failing", "P1");
    repo
}

/// The events that stand, without what the console wrote.
fn lines(repo: &Repo) -> Vec<String> {
    let shown = repo.show();
    let events = shown["timeline"].as_array().unwrap();
    let stands = events.iter().filter(|event| {
        event["retracted"].is_null() && !["declared", "field", "role"].contains(&event["kind"].as_str().unwrap())
    });
    stands
        .map(|event| {
            let text = |key: &str| event[key].as_str().unwrap().to_owned();
            format!("{} {} {}", &text("at")[11..19], text("by"), text("text"))
        })
        .collect()
}

fn import(repo: &Repo, text: &str, options: &[&str]) -> Value {
    let run = repo.warroom(["--json", "log", "import"]);
    run.args(options).stdin(text).json()
}

#[test]
fn what_was_said_twice_is_kept_twice_and_an_import_again_adds_nothing() {
    let repo = started();
    let first = import(&repo, FIVE, &[]);
    assert_eq!(first["events"].as_array().unwrap().len(), 5, "{first}");
    let held = lines(&repo);
    assert_eq!(held.len(), 5, "{held:?}");
    let again = import(&repo, FIVE, &[]);
    assert_eq!(
        (
            again["events"].as_array().unwrap().len(),
            &again["already"],
            &again["changed"]
        ),
        (0, &Value::from(5), &Value::from(false)),
        "{again}"
    );
    assert_eq!(lines(&repo), held);
    // One more of what was there twice is one more.
    let more = import(&repo, &format!("{FIVE}14:04 same here\n"), &[]);
    assert_eq!(
        (more["events"].as_array().unwrap().len(), &more["already"]),
        (1, &Value::from(5))
    );
    // What was corrected is known by what it was.
    let id = first["events"][3].as_str().unwrap();
    repo.warroom(["log", "edit", id, "--text", "the same in eu-west"]).ok();
    assert_eq!(import(&repo, FIVE, &[])["already"], 5);
    // A retracted line does not come back by itself.
    repo.warroom(["log", "retract", id]).ok();
    assert_eq!(import(&repo, FIVE, &[])["already"], 5);
}

#[test]
fn lines_of_one_minute_keep_their_order() {
    let repo = started();
    let chat: Vec<String> = (0..40).map(|n| format!("14:03 p{n}: line {n}\n")).collect();
    let chat = chat.concat();
    import(&repo, &chat, &[]);
    let expected: Vec<_> = (0..40).map(|n| format!("14:03:00 p{n} line {n}")).collect();
    assert_eq!(lines(&repo), expected);
}

#[test]
fn an_import_is_one_change_and_is_taken_back_as_one() {
    let repo = started();
    let before = repo.show()["timeline"].as_array().unwrap().len();
    repo.warroom(["log", "stays"]).ok();
    let chat = "14:01 lee: one\n14:02 lee: two\n14:03 lee: three\n";
    let page = repo.warroom(["log", "import"]).stdin(chat).ok();
    assert!(page.starts_with("logged 3 events\n"), "{page}");
    assert!(page.contains("warroom log undo-import"), "{page}");
    let undone = repo.warroom(["--json", "log", "undo-import"]).json();
    assert_eq!(
        undone["said"], "retracted: import of 3 lines (imported by mistake)",
        "{undone}"
    );
    assert_eq!(lines(&repo), ["14:30:00 kim stays"]);
    let after = repo.show()["timeline"].as_array().unwrap().len();
    assert_eq!(after - before, 1 + 3 + 1, "one event tells of it");
    // Run again it takes back nothing else.
    let again = repo.warroom(["--json", "log", "undo-import"]).json();
    assert_eq!(again["changed"], false, "{again}");
    // What was taken back may be imported again, and one that is named is found by any of its events.
    let second = import(&repo, chat, &[]);
    assert_eq!(second["events"].as_array().unwrap().len(), 3, "{second}");
    import(&repo, "14:05 kim: four\n", &[]);
    let event = second["events"][1].as_str().unwrap();
    repo.warroom(["log", "undo-import", event, "--reason", "wrong channel"])
        .ok();
    assert_eq!(lines(&repo), ["14:05:00 kim four", "14:30:00 kim stays"]);
    let other = repo.warroom(["log", "undo-import", "zzzz"]).fails(4);
    assert!(other.contains("2 imports") || other.contains("3 lines: one"), "{other}");
}

#[test]
fn a_look_before_with_names_day_and_zone() {
    let repo = started();
    let options = ["--dry-run", "--by", "dana", "--date", "2026-11-18", "--zone", "+0100"];
    let seen = import(
        &repo,
        "15:10 first\n15:11 lee: second\n2026-11-18T14:12Z third\n",
        &options,
    );
    let row = |event: &Value| {
        format!(
            "{} {} {}",
            event["at"].as_str().unwrap(),
            event["by"].as_str().unwrap(),
            event["text"].as_str().unwrap()
        )
    };
    let rows: Vec<_> = seen["events"].as_array().unwrap().iter().map(row).collect();
    assert_eq!(
        rows,
        [
            "2026-11-18T14:10:00.000Z dana first",
            "2026-11-18T14:11:00.000Z dana lee: second",
            "2026-11-18T14:12:00.000Z dana third",
        ],
        "{seen}"
    );
    assert_eq!(seen["changed"], false);
    assert_eq!(lines(&repo), Vec::<String>::new());
    let page = repo
        .warroom(["log", "import", "--dry-run"])
        .stdin("14:01 kim: one\n14:01 kim: one\n")
        .ok();
    assert!(
        page.contains("14:01") && page.contains("would log 2 events; nothing was written"),
        "{page}"
    );
    for (zone, hour) in [
        ("UTC", "15"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "14"),
        ("-5:30", "20"),
        ("utc+2", "13"),
    ] {
        let seen = import(
            &repo,
            "15:10 first\n",
            &["--dry-run", "--date", "2026-11-18", "--zone", zone],
        );
        assert_eq!(
            &seen["events"][0]["at"].as_str().unwrap()[11..13],
            hour,
            "{zone}: {seen}"
        );
    }
    repo.warroom(["log", "import", "--zone", "Mars/Base"])
        .stdin("14:01 x")
        .fails(4);
    for date in ["tomorrow", "2026-13-01", "2027-01-01"] {
        repo.warroom(["log", "import", "--date", date])
            .stdin("14:01 x")
            .fails(2);
    }
}

#[test]
fn what_was_hardly_understood_is_not_logged_unseen() {
    let repo = started();
    let prose = "At 14:03 the pool was full.\nWe did not see it.\nNobody was paged.\nIt went on.\n";
    let said = repo.warroom(["log", "import"]).stdin(prose).fails(2);
    assert!(said.contains("1 of 4 lines") && said.contains("--dry-run"), "{said}");
    let said = repo.warroom(["log", "import"]).stdin("one\ntwo\n").fails(2);
    assert!(said.contains("no line was understood"), "{said}");
    assert_eq!(lines(&repo), Vec::<String>::new());
    let page = repo.warroom(["log", "import", "--dry-run"]).stdin("one\ntwo\n").ok();
    assert!(page.contains("--force"), "{page}");
    repo.warroom(["log", "import", "--force"]).stdin("one\ntwo\n").ok();
    assert_eq!(lines(&repo), ["14:30:00 kim one", "14:30:00 kim two"]);
}

#[test]
fn chats_tables_and_exports_are_read_with_their_authors() {
    let repo = started();
    let chat = "Dana Reyes\n  9:01 AM\nseeing 502s\n\nOmar Tan\n  9:03 AM\nsame here\n9:04\nlooking\n";
    let seen = import(&repo, chat, &["--dry-run"]);
    assert_eq!(seen["read"]["shape"], "a chat", "{seen}");
    assert_eq!(
        seen["read"]["new_people"],
        serde_json::json!(["Dana Reyes", "Omar Tan"])
    );
    let page = repo.warroom(["log", "import"]).stdin(chat).ok();
    assert!(
        page.contains("New here: Dana Reyes, Omar Tan.") && page.contains("2026-11-20 09:01 UTC"),
        "{page}"
    );
    import(
        &repo,
        "## Timeline (CET)\n\n| Time | Event |\n|--|--|\n| 11:05 | from a table |\n| 11:06 | again |\n",
        &[],
    );
    import(
        &repo,
        "{\"ts\":\"2026-11-20T11:00:00Z\",\"user\":\"lee\",\"text\":\"exported\"}\n",
        &[],
    );
    let wide: Vec<u8> = std::iter::once(0xfeff_u16)
        .chain("12:00 from a wide file".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    repo.warroom(["log", "import"]).stdin(wide).ok();
    assert_eq!(
        lines(&repo),
        [
            "09:01:00 Dana Reyes seeing 502s",
            "09:03:00 Omar Tan same here",
            "09:04:00 Omar Tan looking",
            "10:05:00 kim from a table",
            "10:06:00 kim again",
            "11:00:00 lee exported",
            "12:00:00 kim from a wide file",
        ]
    );
}

#[test]
fn colours_and_progress_of_command_output_are_not_kept() {
    let repo = started();
    let output = "\u{1b}[31mERROR\u{1b}[0m pool exhausted\r\nprogress 10%\rprogress 100%\n";
    repo.warroom(["log", "-", "--at", "14:29"]).stdin(output).ok();
    repo.warroom(["log", "\u{1b}[1mbold\u{1b}[m and \u{1b} alone"]).ok();
    import(&repo, "\u{1b}[2m14:03\u{1b}[0m \u{1b}[36mkim\u{1b}[0m: seen\r\n", &[]);
    assert_eq!(
        lines(&repo),
        [
            "14:03:00 kim seen",
            "14:29:00 kim ERROR pool exhausted\nprogress 100%",
            "14:30:00 kim bold and \u{1b} alone",
        ]
    );
}

#[test]
fn a_role_is_given_to_one_person() {
    let repo = started();
    for several in ["kim, sam", "kim and sam", "kim & sam", "kim + sam"] {
        repo.warroom(["role", "assign", "ic", several]).fails(2);
    }
    repo.warroom(["role", "assign", "ic", "sam+oncall@example.org"]).ok();
    // A name with a comma is one person's as soon as that person has written something.
    repo.warroom(["--as", "Smith, Dana", "log", "looking"]).ok();
    let said = repo.warroom(["role", "assign", "scribe", "Smith, Dana"]).ok();
    assert!(said.contains("Smith, Dana"), "{said}");
}

#[test]
fn the_second_person_is_another_person() {
    let repo = started();
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    let proposed = repo.warroom([
        "--as",
        "sam",
        "--json",
        "mitigation",
        "propose",
        "restart",
        "--option",
        "restart",
    ]);
    let id = proposed.json()["id"].as_str().unwrap().to_owned();
    let approve = |who: &str| repo.warroom(["mitigation", "approve", &id]).by(who);
    assert!(approve("sam").ok().contains("still needs: one other engineer"));
    for who in ["Sam", "SAM", "@sam", "sam@x.org", "s\u{430}m", " sam ", "\u{ff53}am"] {
        let said = approve(who).run();
        assert!(matches!(said.code, Some(0 | 3)), "{who}: {said:?}");
        let shown = repo.show();
        assert_eq!(shown["mitigations"][0]["state"], "proposed", "{who}");
        assert_eq!(
            shown["mitigations"][0]["approvals"].as_array().unwrap().len(),
            1,
            "{who}"
        );
    }
    let said = approve("Sam").fails(3);
    assert!(said.contains("Sam and sam are taken for one person"), "{said}");
    assert!(said.contains("one other engineer"), "{said}");
    approve("lee").ok();
    assert_eq!(repo.show()["mitigations"][0]["state"], "approved");
    // Who has a role has it in every spelling.
    let again = repo.warroom(["--json", "role", "handoff", "ic", "Sam@x.org"]).json();
    assert_eq!(again["changed"], false, "{again}");
    repo.warroom(["role", "handoff", "ic", "Kim"]).by("sam").ok();
    repo.warroom(["role", "accept", "ic"]).by("kim").ok();
}

#[test]
#[allow(clippy::too_many_lines, reason = "one story")]
fn a_copy_of_the_file_is_merged_and_no_import() {
    let repo = started();
    repo.warroom(["log", "in both"]).ok();
    let file = repo.file("INC-2026-0001");
    let there = std::fs::read_to_string(&file).unwrap();
    let names = [
        "incident (1).yaml",
        "incident 2.yaml",
        "incident-LAPTOP.yaml",
        "incident.yaml.orig",
        "incident.yaml~",
        "incident copy.yaml",
        "incident (SFConflict kim 2026-11-25).yaml",
        "incident (kim's conflicted copy 2026-11-25).yaml",
        "incident.sync-conflict-20261125-024500-ABCDEFG.yaml",
        "incident_conflict-20261125-024500.yaml",
    ];
    // What another machine has more.
    let other = |n: usize| {
        there.replace("timeline:\n", &format!("timeline:\n- id: eothr22{n}\n  at: 2026-11-20T14:20:0{n}.000Z\n  by: lee\n  kind: note\n  text: on the other machine {n}\n"))
    };
    for (n, name) in names.iter().enumerate() {
        let copy = file.with_file_name(name);
        std::fs::write(&copy, other(n % 6 + 2)).unwrap();
        let doctor = repo.warroom(["doctor", "--json", "--offline"]).run();
        let doctor: Value = serde_json::from_str(&doctor.stdout).unwrap();
        let row = doctor["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["said"].as_str().unwrap().contains(name));
        let remedy = row.unwrap_or_else(|| panic!("{name}: {doctor:#}"))["remedy"]
            .as_str()
            .unwrap()
            .to_owned();
        let command = remedy.split('`').nth(1).unwrap();
        assert!(command.starts_with("warroom merge "), "{remedy}");
        // Obeyed as it stands.
        let said = repo.shell(command);
        assert!(
            said.contains("merged") || said.contains("holds nothing"),
            "{name}: {said}"
        );
        assert!(
            lines(&repo)
                .iter()
                .any(|line| line.ends_with(&format!("on the other machine {}", n % 6 + 2))),
            "{name}"
        );
        if let Some(remove) = said.split("removed now: ").nth(1) {
            repo.shell(remove.trim());
        }
        assert!(!copy.exists(), "{name}");
    }
    let copy = file.with_file_name("incident (1).yaml");
    std::fs::write(&copy, other(9)).unwrap();
    let name = copy.to_str().unwrap();
    let before = repo.show();
    let said = repo.warroom(["log", "import", name]).fails(2);
    assert!(
        said.contains("whole incident file") && said.contains(&format!("warroom merge '{name}'")),
        "{said}"
    );
    for (what, bytes) in [
        ("JSON", b"{\"a\": [1, 2]}\n".to_vec()),
        ("JSON lines", b"{\"a\": 1}\n{\"a\": 2}\n".to_vec()),
        ("YAML", b"name: x\nroles:\n  - one\n".to_vec()),
        ("binary", b"\x7fELF\0\0\x01".to_vec()),
        ("markup", b"<!DOCTYPE html>\n<p>14:03 x</p>\n".to_vec()),
        ("whole incident", there.clone().into_bytes()),
    ] {
        let said = repo.warroom(["log", "import"]).stdin(bytes).fails(2);
        assert!(
            said.contains(what) && said.contains("nothing was logged"),
            "{what}: {said}"
        );
    }
    assert_eq!(repo.show(), before);
    for chat in ["[14:03] kim: {odd}\n", "kim: hello\nlee: - well\n", "{14:03}\n"] {
        repo.warroom(["log", "import", "--dry-run"]).stdin(chat).ok();
    }
    // A copy of another incident is refused, by name too; and so is the file itself.
    std::fs::write(&copy, there.replace("uid: ", "uid: x")).unwrap();
    assert!(repo.warroom(["merge", name]).fails(4).contains("nothing was changed"));
    assert!(
        repo.warroom(["-i", "INC-2026-0001", "merge", name])
            .fails(4)
            .contains("another incident")
    );
    repo.warroom(["merge", file.to_str().unwrap()]).fails(2);
    repo.warroom(["merge", "nosuch.yaml"]).fails(4);
    std::fs::write(&copy, "no: [incident").unwrap();
    repo.warroom(["merge", name]).fails(5);
}

#[test]
#[allow(clippy::many_single_char_names)]
fn every_verb_that_records_says_when_it_was() {
    let repo = started();
    let at = "2026-11-20T14:10:00.000Z";
    let run = |args: &[&str]| -> Value {
        let json = repo.warroom(args).args(["--json", "--at", "14:10"]).json();
        assert_eq!(json["taken"][0], at, "{args:?}: {json}");
        let shown = repo.show_of("INC-2026-0001");
        let events = shown["timeline"].as_array().unwrap();
        let event = events
            .iter()
            .find(|event| event["id"] == json["event"])
            .unwrap()
            .clone();
        assert_eq!(event["at"], at, "{args:?}");
        let recorded = event["recorded"].as_str().unwrap_or_default();
        assert!(recorded.starts_with("2026-11-20T14:30:00."), "{args:?}: {event}");
        json
    };
    run(&["status", "triage"]);
    run(&["severity", "P2", "--reason", "less"]);
    run(&["set", "title", "Other"]);
    run(&["role", "assign", "ic", "sam"]);
    run(&["role", "handoff", "ic", "kim"]);
    run(&["role", "clear", "ic"]);
    let h = run(&["hypothesis", "add", "pool"])["id"].as_str().unwrap().to_owned();
    run(&["hypothesis", "test", &h, "look"]);
    run(&["hypothesis", "evidence", &h, "full"]);
    run(&["hypothesis", "confirm", &h]);
    let m = run(&["mitigation", "propose", "restart", "--option", "restart"])["id"]
        .as_str()
        .unwrap()
        .to_owned();
    run(&["mitigation", "approve", &m]);
    let shown = repo.show_of("INC-2026-0001");
    assert_eq!(shown["mitigations"][0]["approvals"][0]["at"], at);
    run(&["mitigation", "start", &m]);
    run(&["mitigation", "done", &m]);
    run(&["mitigation", "verify", &m]);
    let c = run(&["check", "add", "look at it"])["id"].as_str().unwrap().to_owned();
    run(&["check", "claim", &c]);
    run(&["check", "note", &c, "seen"]);
    run(&["check", "tick", &c]);
    run(&["check", "untick", &c]);
    run(&["check", "skip", &c, "--reason", "no"]);
    let t = run(&["timer", "add", "soak", "30m"])["id"].as_str().unwrap().to_owned();
    let shown = repo.show_of("INC-2026-0001");
    let timer = shown["timers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|timer| timer["id"] == t.as_str())
        .unwrap();
    assert_eq!(timer["due"], "2026-11-20T14:40:00.000Z", "from then on");
    run(&["timer", "snooze", &t, "40m"]);
    run(&["timer", "clear", &t]);
    run(&["update", "--audience", "internal", "-m", "known"]);
    run(&["why", "add", "because"]);
    run(&["factor", "add", "--category", "process", "haste"]);
    run(&["cause", "set", "the pool"]);
    run(&["decide", "freeze"]);
    run(&["action", "add", "fix", "--owner", "kim", "--due", "2026-12-01"]);
    let d = run(&["dispatch", "dba", "--request", "look"])["id"]
        .as_str()
        .unwrap()
        .to_owned();
    run(&["dispatch", "answer", &d, "full"]);
    run(&["log", "said", "--by", "lee"]);
    assert!(lines(&repo).iter().any(|line| line == "14:10:00 lee said"));
    run(&["mitigation", "fail", &m, "--result", "it was the probe"]);
    run(&["cancel", "--reason", "false alarm"]);
    run(&["-i", "INC-2026-0001", "reopen", "--reason", "no"]);
    // What has not come yet is refused, and a verb that only reads takes no date.
    repo.warroom(["severity", "P1", "--at", "2026-11-20T15:30Z"]).fails(2);
    repo.warroom(["list", "--at", "14:10"]).fails(2);
    repo.warroom(["role", "list", "--at", "14:10"]).fails(2);
}

#[test]
fn a_bare_verb_and_list_show_what_there_is() {
    let repo = started();
    let before = repo.show();
    for verb in [
        "severity",
        "set",
        "escalate",
        "settle",
        "procedure",
        "update",
        "status",
        "cause",
        "check",
        "role",
        "timer",
        "hypothesis",
        "mitigation",
        "dispatch",
        "why",
        "factor",
        "action",
    ] {
        let text = repo.warroom([verb, "list"]).ok();
        let state = [
            "severity",
            "set",
            "escalate",
            "settle",
            "procedure",
            "update",
            "status",
            "cause",
        ]
        .contains(&verb);
        assert!(!text.trim().is_empty() || !state, "{verb} list");
        repo.warroom([verb, "list", "--json"]).json();
    }
    assert_eq!(repo.show(), before);
    assert!(repo.warroom(["severity", "list"]).ok().contains("* P1"));
    repo.warroom(["settle", "eabc"]).fails(2);
    let update = repo.warroom(["update", "--json"]).json();
    let internal = |json: &Value| {
        json["audiences"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == "internal")
            .unwrap()
            .clone()
    };
    let one = internal(&update);
    assert!(one["told"].is_null() && one["due"].is_string(), "{one}");
    repo.warroom(["update", "--audience", "internal", "-m", "known"]).ok();
    assert_eq!(
        internal(&repo.warroom(["update", "--json"]).json())["told"],
        "2026-11-20T14:30:00.000Z"
    );
}

#[test]
fn the_only_incident_in_review_is_meant_where_none_is_open() {
    let repo = started();
    repo.warroom(["resolve", "--force", "--reason", "test"]).ok();
    repo.warroom(["why", "add", "the pool was small"]).ok();
    repo.declare("Another", "P2");
    repo.warroom(["log", "of the other"]).ok();
    assert!(repo.show_of("INC-2026-0002").to_string().contains("of the other"));
    repo.warroom(["-i", "INC-2026-0002", "resolve", "--force", "--reason", "test"])
        .ok();
    let said = repo.warroom(["log", "x"]).fails(4);
    assert!(said.contains("no incident is open"), "{said}");
    repo.warroom(["-i", "INC-2026-0002", "close"]).ok();
    repo.warroom(["why", "add", "again"]).ok();
}

#[test]
fn doctor_checks_git_and_the_machine_without_a_repository() {
    let repo = Repo::nothing();
    let outcome = repo.warroom(["doctor", "--json"]).run();
    assert_eq!(outcome.code, Some(4), "{outcome:?}");
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let checks = json["checks"].as_array().unwrap();
    let state = |what: &str| {
        checks
            .iter()
            .find(|row| row["check"] == what)
            .unwrap_or_else(|| panic!("{what}: {json:#}"))["state"]
            .clone()
    };
    assert_eq!(state("repository"), "bad");
    assert_eq!(
        (state("git"), state("state folder")),
        (Value::from("ok"), Value::from("ok"))
    );
}

#[test]
fn an_approval_that_someone_else_committed_is_named() {
    let repo = started();
    let id = repo
        .warroom(["--json", "mitigation", "propose", "restart", "--option", "restart"])
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.warroom(["mitigation", "approve", &id]).by("Kim").ok();
    assert!(
        !repo.warroom(["show"]).ok().contains("was committed by"),
        "git's name is kim"
    );
    repo.warroom(["mitigation", "approve", &id]).by("sam").ok();
    for verb in ["show", "doctor"] {
        let outcome = repo.warroom([verb, "--offline"]).run();
        let said = format!("the approval of {id} by sam was committed by kim");
        assert!(outcome.stdout.contains(&said), "{outcome:?}");
        assert!(!outcome.stdout.contains("by Kim was committed"), "{outcome:?}");
    }
    assert!(repo.warroom(["log", "list"]).ok().contains("was committed by kim"));
    let json = repo.show();
    assert_eq!(json["approvals_of_others"][0]["author"], "kim");
    assert_eq!(json["approvals_of_others"].as_array().unwrap().len(), 1);
}

#[test]
fn a_list_of_tasks_goes_to_the_checklist_as_one_change() {
    let repo = started();
    let tasks = "- [ ] drain node-3\n- [x] page the DBA\n- [ ] tell support\n";
    let page = repo
        .warroom(["log", "import", "--checklist", "--dry-run"])
        .stdin(tasks)
        .ok();
    assert!(page.contains("would add 2 items, 1 done and left out"), "{page}");
    let events = repo.show()["timeline"].as_array().unwrap().len();
    repo.warroom(["log", "import", "--checklist"]).stdin(tasks).ok();
    let shown = repo.show();
    let items: Vec<_> = shown["checklist"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(items, ["drain node-3", "tell support"], "in their order");
    assert_eq!(shown["timeline"].as_array().unwrap().len(), events + 1, "one event");
    repo.warroom(["log", "import", "--checklist"])
        .stdin("just words\n")
        .fails(2);
}

#[test]
fn a_word_that_several_zones_use_is_told() {
    let repo = started();
    let chat = "2026-11-20 08:03 CST kim: one\n2026-11-20 08:05 CST lee: two\n";
    let page = repo.warroom(["log", "import", "--dry-run"]).stdin(chat).ok();
    assert!(page.contains("CST was taken as US Central, UTC-6; China"), "{page}");
    let seen = repo
        .warroom(["--json", "log", "import", "--dry-run", "--zone", "+0800"])
        .stdin(chat)
        .json();
    assert_eq!(seen["events"][0]["at"], "2026-11-20T00:03:00.000Z", "{seen:#}");
}
