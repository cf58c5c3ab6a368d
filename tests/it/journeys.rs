//! Three people's evening at the terminal, from declaring to resolving, each in front of a witness: a second console on
//! the same file, which must show all of it by itself.

use crate::harness::Repo;
use crate::pty::Console;

const BINARY: &str = env!("CARGO_BIN_EXE_warroom");
const TITLE: &str = "Checkout failing for EU cards";
const SIZE: (u16, u16) = (140, 50);

/// One console that is typed into, and one of somebody else that only watches.
struct Watched {
    hands: Console,
    eyes: Console,
}

impl Watched {
    fn open(repo: &Repo, who: &str, witness: &str, id: &str, now: &str) -> Self {
        let open = |who| Console::run(repo, who, BINARY, &["open", id], &[("WARROOM_NOW", now)], SIZE);
        let opened = Self {
            hands: open(who),
            eyes: open(witness),
        };
        opened.both(&[TITLE]);
        opened
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        self.hands.press(keys);
        self
    }

    /// Waits until both screens have a line with all these words.
    #[track_caller]
    fn both(&self, words: &[&str]) -> &Self {
        self.hands.shows_line(words);
        self.eyes.shows_line(words);
        self
    }

    /// Both leave by `q`; all is saved and the terminals are as they were.
    #[track_caller]
    fn leave(mut self) {
        for console in [&mut self.hands, &mut self.eyes] {
            console.press("q");
            assert_eq!(console.ends().0, 0, "{}", console.screen());
            console.left_as_found();
        }
    }
}

/// Declares as a person does, by typing it into a shell, and opens what was declared by `warroom` alone.
fn declared_in_a_shell(repo: &Repo) -> (Console, String) {
    let shell = ["--norc", "--noprofile", "-i"];
    let variables = [("PS1", "shell> "), ("WARROOM_NOW", "2026-11-20T14:05:00Z")];
    let mut console = Console::run(repo, "sam", "bash", &shell, &variables, SIZE);
    console.shows("shell>");
    console.press(&format!(
        "{BINARY} declare --title '{TITLE}' --detected-at -2m --detected-by alert<Enter>"
    ));
    console.until("the id", |screen| {
        screen.contents().lines().any(|line| line.trim() == "INC-2026-0001")
    });
    console
        .press(&format!("{BINARY}<Enter>"))
        .shows_line(&["INC-2026-0001", TITLE, "UNASSESSED"]);
    (console, "INC-2026-0001".to_owned())
}

#[test]
fn the_incident_commander() {
    let repo = Repo::new();
    let (mut console, id) = declared_in_a_shell(&repo);
    let now = [("WARROOM_NOW", "2026-11-20T14:05:30Z")];
    let eyes = Console::run(&repo, "lee", BINARY, &["open", &id], &now, SIZE);
    eyes.shows(TITLE);
    console.press("A").shows_line(&["sam", "acknowledged"]);
    let mut room = Watched { hands: console, eyes };
    room.both(&["sam", "acknowledged"]);
    room.press("SP2<Enter>one browser only<Enter>")
        .both(&[&id, TITLE, "P2"]);
    room.press("SP1<Enter>a fifth of all cards<Enter>")
        .both(&[&id, TITLE, "P1"]);
    room.press("Rincident<Enter>sam<Enter>").both(&["IC ●sam"]);
    room.press("Rscribe<Enter>lee<Enter><Enter>")
        .both(&["Scribe", "lee", "since 14:05"]);
    room.press("striage<Enter><Enter>").both(&["IC ●sam", "TRIAGE"]);
    room.press("dfreeze deploys<Enter>").both(&["sam", "freeze deploys"]);
    room.press("smitig<Enter>cause known<Enter>")
        .both(&["IC ●sam", "MITIGATING"]);
    room.press("Eiusers<Enter>38 % of checkouts<Enter>")
        .both(&["IC ●sam", "38 % of checkouts"]);
    room.press("Uexecutives<Enter>we are rolling back<Enter>30m<Enter>")
        .both(&["sam", "we are rolling back"]);
    room.press("rr").hands.shows("not yet").shows("errors stay under 0.1 %");
    room.press("<Esc>").hands.hides("not yet");
    room.press("smonitor<Enter><Enter>").both(&["IC ●sam", "MONITORING"]);
    assert_eq!(repo.show()["status"], "monitoring");
    room.press("SP3<Enter>a slip<Enter>").both(&[&id, TITLE, "P3"]);
    room.press("u").both(&[&id, TITLE, "P1"]);
    room.press("3hkim<Enter><Enter>")
        .hands
        .shows_line(&["Incident commander", "kim"]);
    room.both(&["IC ○kim"]);
    room.press("q")
        .hands
        .until("the shell", |screen| !screen.alternate_screen());
    room.press("exit<Enter>").hands.ends();
    room.eyes.press("q");
    assert_eq!(room.eyes.ends().0, 0);
    back_in_the_evening(&repo, &id);
}

/// The soak is over: the gate is met item by item, and the incident ends.
fn back_in_the_evening(repo: &Repo, id: &str) {
    let mut room = Watched::open(repo, "sam", "lee", id, "2026-11-20T15:10:00Z");
    room.press("5z");
    for item in [
        "errors stay under",
        "p95 and p99",
        "all health checks",
        "customer reports",
        "Check that dashboards are green",
        "for secondary impact",
    ] {
        room.press(&format!("/{item}<Enter><Space>"))
            .hands
            .shows_line(&["[x]", item]);
    }
    room.press("z").hands.shows_line(&["1 Timeline", "2 Timers", "─╮"]);
    room.press("rrrolled back v2.34<Enter>").both(&["6/6", "RESOLVED"]);
    // At P1 the review comes first: its document, its owner, what will be done.
    room.press("rc").hands.shows("who owns it");
    room.press("<Esc>");
    for words in [
        vec!["check", "tick", "review.document", "--note", "wiki/checkout"],
        vec!["set", "fields.review-owner", "sam"],
        vec![
            "action",
            "add",
            "alert on the pool",
            "--owner",
            "lee",
            "--due",
            "2026-12-01",
        ],
    ] {
        repo.warroom(words).by("sam").ok();
    }
    room.press("rc").both(&["6/6", "CLOSED"]);
    room.leave();
    let shown = repo.show_of(id);
    assert_eq!((&shown["status"], &shown["severity"]), (&"closed".into(), &"P1".into()));
}

#[test]
fn the_scribe() {
    let mut repo = Repo::new();
    let id = repo.at("2026-11-20T14:00:00Z").declare(TITLE, "P1");
    let mut room = Watched::open(&repo, "lee", "sam", &id, "2026-11-20T14:45:00Z");
    room.press("l5xx ratio at 98 %<Enter>")
        .both(&["14:45", "lee", "5xx ratio at 98 %"]);
    room.press("a-5m rolled back v2.34<Enter>")
        .both(&["14:40", "lee", "rolled back v2.34", "+5m"]);
    room.press("d14:12 freeze deploys<Enter>")
        .both(&["14:12", "freeze deploys"]);
    room.press("fpool at 100/100<Enter>")
        .both(&["14:45", "pool at 100/100"]);
    room.press("limpact: 38 % of cards<Enter>")
        .both(&["14:45", "38 % of cards"]);
    room.press("Laonly a machine said so<Enter>")
        .both(&["14:45", "only a machine said so"]);
    room.press("l<Tab>taken for an action<Enter>")
        .hands
        .shows_line(&["lee", "taken for an action"]);
    // Corrections: words, time, a pin, a retraction and its end.
    room.press("1/taken for<Enter>")
        .hands
        .shows_line(&["›", "taken for an action"]);
    room.press("e<Ctrl-U>restarted the pool<Enter>")
        .both(&["restarted the pool"]);
    room.both(&["(edited)"]);
    room.press("t14:30<Enter>").both(&["14:30", "restarted the pool"]);
    room.press("p").both(&["★", "14:30", "restarted the pool"]);
    room.press("xwrong region<Enter>").both(&["retracted: wrong region"]);
    room.press("X").hands.hides("retracted: wrong region");
    room.eyes.hides("retracted: wrong region");
    // Nonsense is refused by name, and what was typed stays.
    room.press("lfine<Enter>").both(&["lee", "fine"]);
    room.press("t99:99<Enter>").hands.shows("99:99");
    room.press("<Esc>").hands.hides("99:99");
    // A half-typed line is left, kept and taken up.
    room.press("lthe customer says").hands.shows("the customer says");
    room.press("<Esc>").hands.shows("kept");
    room.press("l<Tab>, again<Enter>")
        .both(&["lee", "the customer says, again"]);
    // A chat is pasted: a look at what becomes of it, then each line is an event with its time and its person.
    room.hands.paste("[14:20] kim: one host is back\n[14:22] ana: errors fall\n  to a tenth\n[20/11/2026, 14:25] kim: the others now\n");
    room.hands.shows("3 events");
    room.press("<Enter>").both(&["14:22", "ana", "errors fall"]);
    room.both(&["14:25", "kim", "the others now"]);
    // What is undone at once leaves the story, and comes back.
    room.press("u").hands.hides("the others now");
    room.eyes.hides("the others now");
    room.press("<Ctrl-R>").both(&["14:25", "kim", "the others now"]);
    // The gate is not met; the scribe has been told to end it all the same.
    room.press("rr").hands.shows("not yet");
    room.press("fthe service was switched off<Enter><Enter>")
        .both(&["6/6", "RESOLVED"]);
    room.leave();
    let shown = repo.show_of(&id);
    let events = shown["timeline"].as_array().unwrap();
    let forced = events
        .iter()
        .any(|event| event.to_string().contains("the service was switched off"));
    assert!(forced, "{events:#?}");
    let edited = events
        .iter()
        .find(|event| event["text"] == "restarted the pool")
        .unwrap();
    assert_eq!(edited["at"], "2026-11-20T14:30:00.000Z");
    assert!(edited["retracted"].is_null() && edited["pinned"] == true, "{edited:#}");
}

#[test]
fn the_responder() {
    let mut repo = Repo::new();
    let id = repo.at("2026-11-20T14:00:00Z").declare(TITLE, "P1");
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    repo.warroom(["status", "investigating"]).ok();
    // The witness is the incident commander.
    let mut room = Watched::open(&repo, "kim", "sam", &id, "2026-11-20T14:20:00Z");
    // All of what is recorded, also what the story folds.
    room.eyes.press(".");
    room.press(".");
    room.press("5/service health<Enter>c")
        .both(&["[ ]", "service health dashboard", "@kim"]);
    room.press("<Space>").both(&["[x]", "service health dashboard", "kim"]);
    room.press("/golden signals<Enter>tlatency p99 at 30 s<Enter>")
        .hands
        .shows_line(&["[x]", "golden signals"]);
    room.both(&["latency p99 at 30 s"]);
    room.press("/the infrastructure<Enter>xnot ours to see<Enter>")
        .both(&["ours to see)"]);
    room.eyes.until("the skipped item is no open one", |screen| {
        !screen
            .contents()
            .lines()
            .any(|line| line.contains("[ ]") && line.contains("the infrastructure"))
    });
    room.press("Cask the provider<Enter>lee<Enter><Enter>15m<Enter>")
        .both(&["ask the provider"]);
    room.press("/ask the provider<Enter>")
        .hands
        .shows_line(&["[ ]", "ask the provider", "@lee"]);
    // Two hypotheses: one falls, one stands.
    room.press("Hbot traffic<Enter><Enter>").both(&["bot traffic"]);
    room.press("Hslow query in v2.34<Enter>kim<Enter>")
        .both(&["slow query in v2.34", "@kim"]);
    room.press("4/bot traffic<Enter>tcompare user agents<Enter>")
        .both(&["kim", "compare user agents"]);
    room.press("xthe same as last week<Enter>")
        .both(&["bot traffic", "rejected"]);
    room.press("/slow query<Enter>epool at 100/100<Enter>for<Enter>")
        .both(&["slow query in v2.34", "+1"]);
    room.press("cexplain shows it<Enter>")
        .both(&["slow query in v2.34", "+2"]);
    room.eyes.shows("confirmed");
    // A mitigation: proposed, approved by the commander and one other, carried out, verified.
    room.press("Mroll back v2.34<Enter>rollback<Enter>it came with it<Enter>a minute of errors<Enter>ratio under 1 %<Enter>roll forward<Enter>kim<Enter>");
    room.both(&["roll back v2.34", "proposed"]);
    room.press("4G").press("p");
    room.eyes.shows_line(&["kim", "roll back v2.34"]);
    room.press("b")
        .hands
        .shows("not yet")
        .shows("approval by the incident commander (sam)");
    room.press("<Esc>").hands.hides("not yet");
    room.eyes.press("4G").press("p");
    room.both(&["sam approved: roll back v2.34"]);
    room.press("b").both(&["started", "roll back v2.34"]);
    room.press("cout everywhere<Enter>").both(&["out everywhere"]);
    room.press("vratio at 0.2 %<Enter>")
        .both(&["verified", "roll back v2.34"]);
    room.press("wcslow query without an index<Enter>")
        .both(&["slow query without an index"]);
    room.leave();
    let shown = repo.show_of(&id);
    assert_eq!(shown["mitigations"][0]["state"], "verified", "{shown:#}");
    let events = shown["timeline"].as_array().unwrap();
    let conflicts: Vec<_> = events.iter().filter(|event| event["kind"] == "conflict").collect();
    assert!(
        conflicts.is_empty(),
        "one person alone is in no conflict: {conflicts:#?}"
    );
    // Half an hour later the gate is met from the command line of a colleague, and the responder resolves.
    repo.at("2026-11-20T14:55:00Z");
    for item in [
        "error-rate",
        "latency",
        "health-checks",
        "reports",
        "dashboards",
        "secondary",
    ] {
        repo.warroom(["check", "tick", &format!("mitigation.{item}")]).ok();
    }
    let mut room = Watched::open(&repo, "kim", "sam", &id, "2026-11-20T14:56:00Z");
    room.press("rrrolled back<Enter>").both(&["6/6", "RESOLVED"]);
    room.leave();
}
