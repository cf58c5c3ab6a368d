//! What is learnt: `postmortem`, `export`, `similar`, `actions` and the query, through the real binary.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::harness::{Repo, after};

/// A repository with one incident that went through its life.
fn told(framework: &str, severity: &str) -> Repo {
    let repo = Repo::with_framework(framework);
    let call = |args: &[&str], at: i64| repo.warroom(args).now(&after(at)).ok();
    call(
        &[
            "declare",
            "--title",
            "Checkout <b>failing</b>",
            "--severity",
            severity,
            "--service",
            "checkout",
        ],
        0,
    );
    call(&["log", "pool at 100 %", "--kind", "observation"], 60);
    call(&["cause", "set", "connection pool exhausted"], 120);
    call(
        &[
            "action",
            "add",
            "alert on the pool",
            "--owner",
            "kim",
            "--due",
            "2026-11-27",
            "--kind",
            "detect",
        ],
        180,
    );
    call(&["resolve", "--force", "--reason", "it is over"], 3600);
    repo
}

fn id(repo: &Repo) -> String {
    let list = repo.warroom(["list", "--all", "--json"]).json();
    list["incidents"][0]["id"].as_str().unwrap().to_owned()
}

fn document(repo: &Repo, id: &str) -> PathBuf {
    repo.root().join("incidents").join(id).join("postmortem.md")
}

#[test]
fn a_document_is_written_kept_marked_and_listed() {
    let repo = told("ops", "SEV1");
    let id = id(&repo);
    let status = repo.warroom(["postmortem", "status", "--json"]).json();
    assert_eq!(status["reviews"][0]["mandatory"], true);
    assert!(status["reviews"][0]["status"].is_null());
    let first = repo.warroom(["postmortem", "-i", &id, "--json"]).json();
    assert_eq!((&first["changed"], &first["status"]), (&true.into(), &"draft".into()));
    let path = document(&repo, &id);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("connection pool exhausted") && text.contains("Checkout \\<b\\>failing"),
        "{text}"
    );
    let stamp = || std::fs::metadata(&path).unwrap().modified().unwrap();
    let before = stamp();
    let again = repo.warroom(["postmortem", &id, "--json"]).json();
    assert_eq!((&again["changed"], stamp()), (&false.into(), before));
    let edited = text.replace("‹What should the team take away?›", "Watch the pool.");
    std::fs::write(&path, &edited).unwrap();
    repo.warroom(["cause", "set", "a leak in v2.34", "-i", &id])
        .now(&after(7200))
        .ok();
    let merged = repo.warroom(["postmortem", &id]).ok();
    assert!(
        merged.contains("Root Cause brought up to date") && merged.contains("Lessons Learned kept as edited"),
        "{merged}"
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("Watch the pool.") && text.contains("a leak in v2.34"),
        "{text}"
    );
    repo.warroom(["postmortem", "mark", "reviewed", "--owner", "lee", "-i", &id])
        .ok();
    // The gate of closing knows of it: whose it is, and where.
    let shown = repo.show_of(&id);
    assert_eq!(shown["fields"]["review-owner"], "lee");
    let ticked = shown["checklist"].as_array().unwrap().iter();
    let note = format!("incidents/{id}/postmortem.md");
    assert!(
        ticked
            .clone()
            .any(|item| item["state"] == "done" && item.to_string().contains(&note)),
        "{shown:#}"
    );
    repo.warroom(["cause", "set", "something else", "-i", &id])
        .now(&after(7300))
        .ok();
    let locked = repo.warroom(["postmortem", &id, "--json"]).json();
    assert_eq!(
        (&locked["changed"], &locked["facts_changed"]),
        (&false.into(), &true.into())
    );
    let status = repo.warroom(["postmortem", "status", "--json"]).json();
    assert_eq!(
        (&status["reviews"][0]["status"], &status["reviews"][0]["owner"]),
        (&"reviewed".into(), &"lee".into())
    );
    let report = repo.warroom(["report", "--month", "2026-11", "--json"]).json();
    assert_eq!(
        (&report["reviews"]["mandatory"], &report["reviews"]["reviewed"]),
        (&1.into(), &1.into())
    );
    let forced = repo.warroom(["postmortem", &id, "--force"]).ok();
    assert!(forced.contains("Root Cause brought up to date"), "{forced}");
}

#[test]
fn sections_templates_and_outside_versions() {
    let repo = told("sre", "SEV1");
    let id = id(&repo);
    let printed = repo.warroom(["postmortem", &id, "--output", "-"]).ok();
    assert!(printed.contains("## Five whys <!-- warroom:whys -->"), "{printed}");
    assert!(!document(&repo, &id).exists());
    // `template sre > .warroom/reviews/sre.md`: the shell has emptied the file before the template is asked for.
    let template = || repo.warroom(["postmortem", "template", "sre"]).ok();
    let shipped = template();
    repo.write(".warroom/reviews/sre.md", "\n");
    assert!(shipped.contains("## Five whys") && template() == shipped);
    assert_eq!(repo.warroom(["postmortem", &id, "--output", "-"]).ok(), printed);
    std::fs::remove_file(repo.path(".warroom/reviews/sre.md")).unwrap();
    let missing = repo.warroom(["postmortem", &id, "--section", "nonsense"]).fails(4);
    assert!(missing.contains("Five whys"), "{missing}");
    let outside = repo
        .warroom(["postmortem", &id, "--audience", "external", "--output", "-"])
        .ok();
    assert!(
        !outside.contains("pool") && outside.contains("What we sent you"),
        "{outside}"
    );
    let own = repo.root().join(".warroom/reviews");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(
        own.join("sre.md"),
        "# Ours: {{title}}\n\n## Why <!-- warroom:why -->\n\n{{cause}}\n",
    )
    .unwrap();
    assert!(
        repo.warroom(["postmortem", &id, "--output", "-"])
            .ok()
            .contains("# Ours: Checkout")
    );
    repo.warroom(["postmortem", "lint"]).ok();
    std::fs::write(own.join("sre.md"), "# Ours\n\n## Why\n\n{{causes}}\n").unwrap();
    let lint = repo.warroom(["postmortem", "lint"]).run();
    assert_eq!(lint.code, Some(5));
    assert!(
        lint.stdout.contains("sre.md:3:") && lint.stdout.contains("sre.md:5: there is no `causes`"),
        "{lint:?}"
    );
    let refused = repo.warroom(["postmortem", &id]).fails(5);
    assert!(refused.contains("nothing was written"), "{refused}");
    assert!(
        repo.warroom(["postmortem", "template", "itil"])
            .ok()
            .contains("## Executive Summary")
    );
}

#[test]
fn an_incident_is_exported_in_every_form() {
    let repo = told("war-room", "P0");
    let id = id(&repo);
    let page = repo.warroom(["export", &id, "--format", "html"]).ok();
    assert!(
        page.contains("Checkout &lt;b&gt;failing") && !page.contains("<script"),
        "{page}"
    );
    assert_eq!(
        page,
        repo.warroom(["export", &id, "--format", "html"])
            .now(&after(99_999))
            .ok()
    );
    let outside = repo
        .warroom(["export", &id, "--format", "html", "--audience", "external"])
        .ok();
    assert!(!outside.contains("pool") && !outside.contains("Checkout"), "{outside}");
    let csv = repo.warroom(["export", &id, "--format", "csv"]).ok();
    assert!(
        csv.starts_with("incident,event,at,") && csv.contains("pool at 100 %"),
        "{csv}"
    );
    let markdown = repo.warroom(["export", &id]).ok();
    assert!(markdown.contains("| observation | kim | pool at 100 % |"), "{markdown}");
    let json = repo.warroom(["export", &id, "--format", "json"]).json();
    assert_eq!(
        (&json["incident"]["id"], &json["durations"]["resolve_s"]),
        (&id.clone().into(), &3600.into())
    );
    let calendar = repo.warroom(["export", "--format", "ical", "--all"]).ok();
    assert!(calendar.contains("DTSTART;VALUE=DATE:20261127"), "{calendar}");
    assert!(
        calendar.contains("review due") || calendar.contains("Learning review due"),
        "{calendar}"
    );
    let file = repo.root().join("page.html");
    repo.warroom(["export", &id, "--format", "html", "--output", file.to_str().unwrap()])
        .ok();
    assert_eq!(std::fs::read_to_string(file).unwrap(), page);
    repo.warroom(["export", &id, "--audience", "nobody"]).fails(4);
    repo.warroom(["export", &id, "--output", "/nowhere/at/all.md"]).fails(1);
}

#[test]
fn what_came_back_is_first_and_its_relative_is_found() {
    let repo = told("ops", "SEV2");
    let first = id(&repo);
    let later = 10 * 86_400;
    let call = |args: &[&str], at: i64| repo.warroom(args).now(&after(at)).ok();
    call(&["declare", "--title", "Search slow", "--severity", "SEV3"], later);
    call(&["cause", "set", "the connection pool was exhausted"], later + 60);
    call(&["log", "pool at its limit", "--kind", "observation"], later + 70);
    call(&["action", "add", "tune the search"], later + 80);
    let now = after(later + 100);
    let similar = repo.warroom(["similar", "--json"]).now(&now).json();
    let found = &similar["similar"][0];
    assert_eq!(
        (&found["id"], &found["recurrence_days"]),
        (&first.clone().into(), &10.into())
    );
    assert!(found["because"].to_string().contains("pool"), "{found}");
    assert_eq!(found["open_actions"][0], "alert on the pool");
    let text = repo
        .warroom(["similar", "--text", "pool exhausted connections"])
        .now(&now)
        .ok();
    assert!(text.contains(&first) && text.contains("because: "), "{text}");
    let actions = repo.warroom(["actions", "--json"]).now(&now).json();
    assert_eq!(actions["actions"][0]["incident"], first);
    assert_eq!(actions["actions"][0]["came_back"].as_array().unwrap().len(), 1);
    assert_eq!(actions["actions"][0]["kind"], "detect");
    let none = repo.warroom(["actions", "--owner", "nobody"]).ok();
    assert!(none.starts_with("no such action item ("), "{none}");
    repo.warroom(["actions", "--horizon", "sometime"]).fails(4);
    repo.warroom(["actions", "--owner", " "]).fails(2);
    assert!(repo.warroom(["actions"]).now(&now).ok().starts_with("open"));
    let hits = |query: &[&str]| {
        let found = repo.warroom(["search", "--json"]).args(query).now(&now).json();
        found["hits"].as_array().unwrap().len()
    };
    assert_eq!(hits(&["kind:observation", "pool"]), 2);
    assert_eq!(hits(&["kind:observation", "pool", "is:open"]), 1);
    assert_eq!(hits(&["\"pool at its\""]), 1);
    assert_eq!(hits(&["is:repeat"]), 1);
    assert_eq!(hits(&["sev:SEV2"]), 1);
    repo.warroom(["search", "sevrity:P0"]).fails(4);
    let list = repo
        .warroom(["list", "is:resolved", "service:checkout", "--json"])
        .now(&now)
        .json();
    assert_eq!(list["incidents"][0]["id"], first);
    let report = repo
        .warroom(["report", "--quarter", "2026-Q4", "--json"])
        .now(&now)
        .json();
    assert_eq!(report["recurrences"]["count"], 1);
    let only = repo
        .warroom(["report", "--quarter", "2026-Q4", "sev:SEV3", "--json"])
        .now(&now)
        .json();
    assert_eq!(only["incidents"]["count"], 1);
}

#[test]
fn what_is_kept_to_find_relatives_is_private_and_never_wrong() {
    let repo = told("ops", "SEV2");
    let first = id(&repo);
    let now = after(86_400);
    let call = |args: &[&str]| repo.warroom(args).now(&now).ok();
    call(&["declare", "--title", "Search slow", "--severity", "SEV3"]);
    let ask = || call(&["similar", "--text", "pool exhausted connections"]);
    let fresh = ask();
    assert!(fresh.contains(&first), "{fresh}");
    let folder = repo.state().join("recalled");
    let kept = || {
        let all = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        all.collect::<Vec<_>>()
    };
    let [file] = &kept()[..] else { panic!("{:?}", kept()) };
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(file), mode(&folder)), (0o600, 0o700));
    let whole = std::fs::read(file).unwrap();
    assert!(!String::from_utf8_lossy(&whole).contains("pool"));
    assert_eq!(ask(), fresh);
    assert_eq!(std::fs::read(file).unwrap(), whole, "nothing has changed");
    // Cut off anywhere, of another version, changed in any byte: it is as if it were not there, and is made again.
    for cut in [0, 1, 16, 20, 40, whole.len() / 2, whole.len() - 1] {
        std::fs::write(file, &whole[..cut]).unwrap();
        assert_eq!(ask(), fresh, "cut off at {cut}");
        assert_eq!(std::fs::read(file).unwrap(), whole);
    }
    for at in [3, 16, 17, whole.len() / 3, whole.len() - 3] {
        let mut other = whole.clone();
        other[at] ^= 0x55;
        std::fs::write(file, &other).unwrap();
        assert_eq!(ask(), fresh, "changed at {at}");
    }
    std::fs::remove_file(file).unwrap();
    std::fs::create_dir(file).unwrap();
    assert_eq!(ask(), fresh, "a folder in its place");
    std::fs::remove_dir(file).unwrap();
    ask();
    // Another content is another incident, whatever is kept of it.
    let path = repo.file(&first);
    let text = std::fs::read_to_string(&path).unwrap();
    let (id, later) = (first.as_str(), after(86_500));
    let other = ["-i", id, "set", "title", "Certificates expired at the edge"];
    repo.warroom(other).now(&later).ok();
    let found = repo
        .warroom(["similar", "--text", "certificates expired edge", "--json"])
        .now(&later);
    assert_eq!(found.json()["similar"][0]["id"], first);
    assert_ne!(std::fs::read_to_string(&path).unwrap(), text);
    let then = repo
        .warroom(["similar", "--text", "certificates expired edge"])
        .now(&now)
        .ok();
    assert!(then.contains(&first), "{then}");
    // A redaction takes it away.
    assert!(file.exists());
    repo.warroom(["-i", id, "redact", "--words", "Certificates"])
        .now(&later)
        .run();
    assert!(!file.exists());
}

#[test]
fn action_items_go_out_to_a_tracker_and_come_back() {
    let repo = told("ops", "SEV1");
    let id = id(&repo);
    let item = repo.warroom(["actions", "--json"]).json()["actions"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let at = after(7200);
    repo.warroom([
        "action",
        "set",
        &item,
        "--ticket",
        "PROJ-12",
        "--impact",
        "high",
        "--shown-by",
        "a drill",
        "-i",
        &id,
    ])
    .now(&at)
    .run();
    repo.warroom(["action", "set", &item, "--impact", "huge", "-i", &id])
        .now(&at)
        .fails(4);
    let csv = repo.warroom(["actions", "export"]).ok();
    assert!(csv.contains("PROJ-12") && csv.contains(",detect,high,"), "{csv}");
    let issues = repo.warroom(["actions", "export", "--format", "github"]).ok();
    assert!(
        issues.starts_with("gh issue create --title '[PIR] alert on the pool'"),
        "{issues}"
    );
    for (project, args) in [("ACT", &[][..]), ("OPS", &["--project", "OPS"])] {
        let lines = repo.warroom(["actions", "export", "--format", "jira"]).args(args).ok();
        let wanted =
            format!("jira create --project '{project}' --type Task --summary '[PIR] alert on the pool' --assignee '");
        assert!(lines.starts_with(&wanted), "{lines}");
    }
    let tried = repo
        .warroom(["actions", "import", "--dry-run"])
        .stdin("PROJ-12, Closed\nPROJ-99 done\n")
        .now(&at)
        .ok();
    assert!(
        tried.contains("1 item would be set") && tried.contains("unknown: PROJ-99"),
        "{tried}"
    );
    repo.warroom(["actions", "import"])
        .stdin("PROJ-12 sometime\n")
        .now(&at)
        .fails(2);
    repo.warroom(["actions", "import"])
        .stdin("# done ones\nPROJ-12, Closed\n")
        .now(&at)
        .ok();
    let back = repo.warroom(["actions", "--json"]).json();
    assert_eq!(
        (&back["actions"][0]["state"], &back["actions"][0]["outcome"]),
        (&"done".into(), &"PROJ-12".into())
    );
    assert_eq!(back["shares"]["on_time"], 1);
    let again = repo
        .warroom(["actions", "import"])
        .stdin("PROJ-12, done\n")
        .now(&at)
        .ok();
    assert!(again.contains("0 items set, 1 so already"), "{again}");
    repo.warroom(["action", "start", &item, "-i", &id]).now(&at).ok();
    let begun = repo.warroom(["action", "list", "-i", &id, "--json"]).json();
    assert_eq!(begun["actions"][0]["state"], "in-progress");
    assert!(begun["actions"][0]["done"].is_null());
}

#[test]
fn readiness_is_a_list_with_dates() {
    let repo = told("ops", "SEV1");
    let empty = repo.warroom(["doctor", "--readiness"]).ok();
    assert!(
        empty.contains("no answer") && empty.contains("- [ ] status page"),
        "{empty}"
    );
    std::fs::write(
        repo.root().join(".warroom/readiness.md"),
        "- [x] Status page (2026-11-01)\n- [x] on-call 2026-01-01\n",
    )
    .unwrap();
    std::fs::write(
        repo.root().join("runbooks/pool.md"),
        "---\nlast_tested: 2026-11-02\n---\n# Pool\n",
    )
    .unwrap();
    let found = repo.warroom(["doctor", "--readiness", "--json"]).json();
    let standing = |text: &str| {
        let all = found["prerequisites"].as_array().unwrap();
        all.iter()
            .find(|one| one["text"].as_str().unwrap().contains(text))
            .unwrap()["standing"]
            .clone()
    };
    assert_eq!(
        (standing("status page"), standing("on-call rotation")),
        ("ready".into(), "stale".into())
    );
    assert_eq!(found["runbooks"][0]["last_tested"], "2026-11-02");
    assert_eq!(
        (&found["quarter"], &found["drills"]),
        (&"2026-Q4".into(), &serde_json::json!([]))
    );
    assert_eq!(found["reviews"].as_array().unwrap().len(), 1);
}

#[test]
fn two_peoples_documents_are_merged_by_section() {
    let repo = Repo::nothing();
    let file = |name: &str, text: &str| {
        std::fs::write(repo.root().join(name), text).unwrap();
        repo.root().join(name).display().to_string()
    };
    let section =
        |one: &str, two: &str| format!("# T\n\n## A <!-- warroom:a -->\n\n{one}\n\n## B <!-- warroom:b -->\n\n{two}\n");
    let (base, ours, theirs) = (
        file("base", &section("1", "2")),
        file("ours", &section("one", "2")),
        file("theirs", &section("1", "two")),
    );
    repo.warroom([
        "merge-driver",
        &base,
        &ours,
        &theirs,
        "incidents/INC-2026-0001/postmortem.md",
    ])
    .ok();
    assert_eq!(std::fs::read_to_string(ours).unwrap(), section("one", "two"));
}

#[test]
fn a_horizon_is_the_frameworks_and_gives_the_day() {
    for (framework, severity, known, days) in [
        (
            "itil",
            "P1",
            ["immediate", "short", "long"],
            ["2026-11-27", "2026-12-20", "2027-02-18"],
        ),
        (
            "war-room",
            "P1",
            ["short", "medium", "long"],
            ["2026-11-27", "2026-12-20", "2027-02-18"],
        ),
        (
            "ops",
            "SEV1",
            ["short", "medium", "long"],
            ["2026-11-27", "2026-12-20", "2027-02-18"],
        ),
        (
            "sre",
            "SEV1",
            ["short", "medium", "long"],
            ["2026-11-27", "2026-12-20", "2027-02-18"],
        ),
        (
            "essentials",
            "P1",
            ["short", "medium", "long"],
            ["2026-11-27", "2026-12-20", "2027-02-18"],
        ),
    ] {
        let repo = told(framework, severity);
        let id = id(&repo);
        let now = after(4000);
        let add = |args: &[&str]| {
            let all = [&["action", "add", "more tests", "-i", &id][..], args].concat();
            repo.warroom(all).now(&now)
        };
        for (word, day) in known.iter().zip(days) {
            add(&["--horizon", word]).ok();
            let actions = repo.show_of(&id)["actions"].clone();
            let last = actions.as_array().unwrap().last().unwrap().clone();
            assert_eq!(
                (&last["horizon"], &last["due"]),
                (&(*word).into(), &day.into()),
                "{framework}: {last}"
            );
        }
        // A day that was said stays.
        add(&["--horizon", known[0], "--due", "2026-11-24"]).ok();
        let actions = repo.show_of(&id)["actions"].clone();
        let last = actions.as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["due"], "2026-11-24", "{framework}");
        let action = last["id"].as_str().unwrap();
        repo.warroom(["action", "set", action, "--horizon", "long", "-i", &id])
            .now(&now)
            .ok();
        let shown = repo.show_of(&id)["actions"].to_string();
        assert!(shown.contains("2026-11-24"), "{framework}: {shown}");
        let other = if framework == "itil" { "medium" } else { "immediate" };
        let refused = add(&["--horizon", other]).fails(4);
        assert!(refused.contains("short"), "{framework}: {refused}");
        let printed = repo.warroom(["postmortem", &id, "--output", "-"]).now(&now).ok();
        assert!(printed.contains("more tests"), "{framework}");
    }
}

#[test]
fn a_meeting_is_held_against_its_framework() {
    let mut repo = told("itil", "P1");
    let id = id(&repo);
    repo.at(&after(3700));
    let call = |args: &[&str], at: i64| {
        let all = [&["postmortem", "meeting"][..], args, &["-i", &id, "--json"][..]].concat();
        repo.warroom(all).now(&after(at)).json()["meeting"].clone()
    };
    let minutes: u64 = call(&[], 3700)["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["minutes"].as_u64().unwrap())
        .sum();
    assert_eq!(minutes, 60, "scaled from the 70 of the source");
    assert!(
        repo.warroom(["postmortem", "meeting", "end", "-i", &id])
            .fails(2)
            .contains("not started")
    );
    call(&["start", "--with", "Kim, lee", "--facilitator", "lee"], 4000);
    let at = |seconds: i64| {
        let parts = call(&[], seconds)["parts"].clone();
        let now = parts
            .as_array()
            .unwrap()
            .iter()
            .find(|part| part["is_now"] == true)
            .cloned();
        now.map(|part| part["topic"].as_str().unwrap().to_owned())
    };
    assert_eq!(at(4000).as_deref(), Some("timeline"));
    assert_eq!(at(4000 + 9 * 60).as_deref(), Some("cause"));
    assert_eq!(at(4000 + 3600), None);
    let shown = call(&["end"], 4000 + 3000);
    assert!(shown["ended"].is_string(), "{shown}");
    assert!(
        shown["unfit"].as_str().unwrap().contains("leads this review"),
        "{shown}"
    );
    // sre: anyone but the commander, who has to be known by then.
    let mut repo = Repo::with_framework("sre");
    repo.at(&after(0));
    repo.declare("x", "SEV1");
    repo.warroom(["role", "assign", "ic", "kim"]).ok();
    repo.at(&after(60));
    repo.warroom(["resolve", "--force", "--reason", "over"]).ok();
    let leads = |who: &str| repo.warroom(["postmortem", "meeting", "--facilitator", who]).ok();
    assert!(leads("@Kim").contains("does not lead this review"));
    assert!(!leads("lee").contains("does not lead"));
    // essentials: the commander has to be there.
    let mut repo = Repo::with_framework("essentials");
    repo.at(&after(0));
    repo.declare("x", "P1");
    repo.warroom(["role", "assign", "ic", "kim"]).ok();
    repo.at(&after(60));
    repo.warroom(["resolve", "--force", "--reason", "over"]).ok();
    let said = repo.warroom(["postmortem", "meeting", "--with", "lee and sam"]).ok();
    assert!(
        said.contains("incident commander (kim): required, was not there"),
        "{said}"
    );
    assert!(said.contains("also there: lee, sam"), "{said}");
    let said = repo.warroom(["postmortem", "meeting", "--with", "lee, Kim"]).ok();
    assert!(said.contains("incident commander (kim): was there"), "{said}");
}

#[test]
fn a_document_with_open_questions_is_no_review() {
    for verb in [&["close"][..], &["status", "Closed"]] {
        let repo = told("ops", "SEV1");
        let id = id(&repo);
        let call = |args: &[&str]| repo.warroom([args, &["-i", &id][..]].concat()).now(&after(4000));
        call(&["postmortem"]).ok();
        call(&["postmortem", "mark", "reviewed", "--owner", "lee"]).ok();
        let refused = call(verb).fails(3);
        assert!(
            refused.contains("questions: ") && refused.contains("Lessons Learned"),
            "{refused}"
        );
        let path = document(&repo, &id);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace(['‹', '›'], "")).unwrap();
        call(verb).ok();
    }
    let repo = told("ops", "SEV1");
    let id = id(&repo);
    let call = |args: &[&str]| repo.warroom([args, &["-i", &id][..]].concat()).now(&after(4000));
    call(&["postmortem"]).ok();
    call(&["close", "--force", "--reason", "nobody is left"]).ok();
    let shown = repo.show_of(&id)["timeline"].to_string();
    assert!(shown.contains("questions: "), "{shown}");
}

#[test]
fn a_document_without_open_questions_ticks_its_item() {
    for (framework, severity) in [
        ("ops", "SEV1"),
        ("war-room", "P0"),
        ("sre", "SEV1"),
        ("essentials", "P0"),
    ] {
        let repo = told(framework, severity);
        let id = id(&repo);
        let call = |args: &[&str]| repo.warroom([args, &["-i", &id][..]].concat()).now(&after(4000));
        let ticked = "its checklist item is ticked";
        assert!(!call(&["postmortem"]).ok().contains(ticked), "{framework}");
        let path = document(&repo, &id);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace(['‹', '›'], "")).unwrap();
        assert!(call(&["postmortem"]).ok().contains(ticked), "{framework}");
        // Ticking changes nothing in it, and is not done again.
        let again = call(&["postmortem"]).ok();
        assert!(
            again.contains("is as it was") && !again.contains(ticked),
            "{framework}: {again}"
        );
        call(&["set", "fields.review-owner", "lee"]).ok();
        call(&["close"]).ok();
    }
}

#[test]
fn a_live_page_follows_the_incident_and_ends_with_it() {
    let repo = Repo::with_framework("ops");
    let id = repo.declare("Checkout failing", "SEV1");
    let page = repo.root().join("live.html");
    let watching = repo.warroom(["export", "--watch", page.to_str().unwrap()]);
    let watching = std::thread::spawn(move || watching.ok());
    let shows = |words: &str| {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while std::time::Instant::now() < until {
            if std::fs::read_to_string(&page).is_ok_and(|text| text.contains(words)) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("{words} is not in the page");
    };
    shows("http-equiv=\"refresh\"");
    repo.warroom(["log", "a new line in the page", "-i", &id]).ok();
    shows("a new line in the page");
    repo.warroom(["resolve", "--force", "--reason", "over", "-i", &id]).ok();
    shows("resolved");
    repo.warroom(["close", "--force", "--reason", "over", "-i", &id]).ok();
    assert!(
        watching.join().unwrap().contains("the page is complete"),
        "it ends with the incident"
    );
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(
        !text.contains("http-equiv=\"refresh\""),
        "a page of what is over is loaded once"
    );
}

#[test]
fn a_query_that_is_asked_for_often_has_a_name() {
    let repo = Repo::with_framework("ops");
    repo.declare("Checkout failing", "SEV1");
    repo.declare("Login slow", "SEV3");
    let config = repo.root().join(".warroom/config.yaml");
    let text = std::fs::read_to_string(&config).unwrap_or_default();
    std::fs::write(&config, format!("{text}\nfilters:\n  grave: is:open sev:SEV1\n")).unwrap();
    for verb in ["list", "search"] {
        let shown = repo.warroom([verb, "filter:grave", "checkout"]).ok();
        assert!(
            shown.contains("Checkout") && !shown.contains("Login"),
            "{verb}: {shown}"
        );
    }
    assert!(repo.warroom(["report", "filter:grave"]).run().code == Some(0));
    assert!(repo.warroom(["list", "filter:mine"]).fails(4).contains("grave"));
}
