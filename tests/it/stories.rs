//! Whole stories, one a framework, from the first alert to the closed review, told through the binary by a set clock: once at
//! their own pace, where every clock is met in time, and once sixty times slower, where each is met late. See `tests/data/stories`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use warroom::incident::time::parse_duration;

use crate::harness::{Repo, START, after};

/// How much slower the slow telling is.
const SLOWER: i64 = 60;

struct Story {
    severity: String,
    at_once: BTreeSet<String>,
    lines: Vec<Line>,
}

struct Line {
    /// Seconds after the start, at its own pace.
    at: i64,
    who: String,
    words: Vec<String>,
    /// Only where it is told slowly.
    late: bool,
}

fn read(text: &str) -> Story {
    let mut story = Story {
        severity: String::new(),
        at_once: BTreeSet::new(),
        lines: Vec::new(),
    };
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(severity) = line.strip_prefix("severity ") {
            story.severity = severity.into();
        } else if let Some(clocks) = line.strip_prefix("at-once") {
            story.at_once = clocks.split_whitespace().map(str::to_owned).collect();
        } else {
            let late = line.starts_with("late ");
            let mut words = split(line.trim_start_matches("late ")).into_iter();
            let (at, who) = (words.next().unwrap(), words.next().unwrap());
            let at = if at == "0s" {
                0
            } else {
                parse_duration(&at).unwrap().as_secs()
            };
            story.lines.push(Line {
                at: i64::try_from(at).unwrap(),
                who,
                words: words.collect(),
                late,
            });
        }
    }
    story
}

/// Words, those in quotes as one.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('"').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// What a telling saw: of each derived clock whether it ever was overdue, and its last state.
#[derive(Default)]
struct Seen {
    overdue: BTreeSet<String>,
    last: BTreeMap<String, String>,
}

fn look(repo: &Repo, id: &str, now: &str, clocks: &BTreeSet<String>, seen: &mut Seen) -> Value {
    let shown = repo.warroom(["-i", id, "show", "--json"]).now(now).json();
    for timer in shown["derived"]["timers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|timer| clocks.contains(timer["id"].as_str().unwrap()))
    {
        let (id, state) = (timer["id"].as_str().unwrap(), timer["state"].as_str().unwrap());
        if state == "overdue" {
            seen.overdue.insert(id.to_owned());
        }
        seen.last.insert(id.to_owned(), state.to_owned());
    }
    shown
}

fn tell(framework: &str, story: &Story, slower: i64, clocks: &BTreeSet<String>) -> (Value, Seen) {
    let repo = Repo::with_framework(framework);
    let mut made: BTreeMap<String, String> = BTreeMap::new();
    let mut id = String::new();
    let mut seen = Seen::default();
    let mut shown = Value::Null;
    for line in story.lines.iter().filter(|line| slower > 1 || !line.late) {
        let now = after(line.at * slower);
        if !id.is_empty() {
            // What stands just before something is done: this is when a clock is seen to be late.
            look(&repo, &id, &now, clocks, &mut seen);
        }
        let mut words: Vec<String> = line.words.clone();
        for word in &mut words {
            for (verb, id) in &made {
                *word = word.replace(&format!("{{{verb}}}"), id);
            }
        }
        if words[0] == "declare" {
            words.extend(["--detected-at".into(), START.into()]);
        } else {
            words.splice(0..0, ["-i".to_owned(), id.clone()]);
        }
        words.push("--json".into());
        let done = repo.warroom(&words).now(&now).by(&line.who).run();
        assert_eq!(
            done.code,
            Some(0),
            "{framework}, {slower} times slower, {now}: {done:?}"
        );
        let json: Value = serde_json::from_str(&done.stdout).unwrap();
        if line.words[0] == "declare" {
            id = json["id"].as_str().unwrap().to_owned();
        }
        let makes =
            matches!(line.words.get(1).map(String::as_str), Some("propose" | "add")) || line.words[0] == "dispatch";
        if makes
            && line
                .words
                .get(1)
                .is_none_or(|word| word != "read-back" && word != "answer")
        {
            made.insert(
                line.words[0].clone(),
                json["id"].as_str().unwrap_or_default().to_owned(),
            );
        }
        shown = look(&repo, &id, &now, clocks, &mut seen);
    }
    (shown, seen)
}

/// The clocks of a framework that count at this severity: all of them, and the cadences among them.
fn clocks(framework: &str, severity: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let outside = Repo::nothing();
    let json = outside.warroom(["framework", "show", framework, "--json"]).json();
    let (mut all, mut cadences) = (BTreeSet::new(), BTreeSet::new());
    for clock in json["timers"].as_array().unwrap() {
        let within = clock["within"].get(severity).or(clock["within"].get("any"));
        let counts = within.is_some_and(|within| within.as_str().unwrap().starts_with(|c: char| c.is_ascii_digit()));
        // A duration is never late; what a breach or a major incident starts is not of these stories.
        let from = clock["from"].as_str().unwrap();
        let other = clock["waits"] == true || from.starts_with("procedure ") || from.starts_with("field ");
        if counts && !other {
            let id = clock["id"].as_str().unwrap().to_owned();
            if clock["repeats"] == true {
                cadences.insert(id.clone());
            }
            all.insert(id);
        }
    }
    (all, cadences)
}

fn both(framework: &str, text: &str) {
    let story = read(text);
    let (all, cadences) = clocks(framework, &story.severity);

    let (shown, seen) = tell(framework, &story, 1, &all);
    assert_eq!(shown["severity"], story.severity.as_str(), "{framework}");
    assert_eq!(shown["status"], "closed", "{framework}");
    assert!(shown["resolved"]["forced"].is_null(), "{framework}: the gate was kept");
    assert_eq!(seen.overdue, BTreeSet::new(), "{framework}: nothing is ever overdue");
    assert_eq!(
        seen.last.keys().cloned().collect::<BTreeSet<_>>(),
        all,
        "{framework}: every clock ran"
    );
    let met = |state: &str| seen.last.iter().filter(|(_, now)| *now == state).count();
    assert_eq!(met("met-late"), 0, "{framework}: {:?}", seen.last);

    let (shown, seen) = tell(framework, &story, SLOWER, &all);
    assert_eq!(shown["status"], "closed", "{framework}");
    for id in all.iter().filter(|id| !story.at_once.contains(*id)) {
        assert!(seen.overdue.contains(id), "{framework}: {id} was never overdue");
        if !cadences.contains(id) {
            assert_eq!(seen.last[id], "met-late", "{framework}: {id}");
        }
    }
    for id in &story.at_once {
        assert_eq!(seen.last[id], "met", "{framework}: {id}");
    }
}

#[test]
fn a_story_of_war_room_in_time_and_late() {
    both("war-room", include_str!("../data/stories/war-room.txt"));
}

#[test]
fn a_story_of_ops_in_time_and_late() {
    both("ops", include_str!("../data/stories/ops.txt"));
}

#[test]
fn a_story_of_itil_in_time_and_late() {
    both("itil", include_str!("../data/stories/itil.txt"));
}

#[test]
fn a_story_of_sre_in_time_and_late() {
    both("sre", include_str!("../data/stories/sre.txt"));
}

#[test]
fn a_story_of_essentials_in_time_and_late() {
    both("essentials", include_str!("../data/stories/essentials.txt"));
}
