//! Two consoles and an editor on one file: whatever each of them does when, all of it is in the file at the end, both
//! screens show the same, and the comments are as they were.
//!
//! An ordinary run takes some twenty seconds. `WARROOM_MINUTES=10 cargo test --test it editors::` runs it ten minutes.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::Repo;
use crate::pty::Console;

const TITLE: &str = "Checkout failing for EU cards";
/// Wide enough that nothing said here is wrapped.
const WIDE: u16 = 160;
/// Longest that anything may take to be seen everywhere.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long it goes on, and how long each thinks between two edits.
struct Pace {
    ends: Instant,
    think: Duration,
}

impl Pace {
    fn asked() -> Self {
        let minutes: Option<u64> = std::env::var("WARROOM_MINUTES").ok().and_then(|text| text.parse().ok());
        let (lasts, think) = match minutes {
            Some(minutes) => (Duration::from_secs(60 * minutes), Duration::from_millis(600)),
            None => (Duration::from_secs(15), Duration::from_millis(80)),
        };
        Self {
            ends: Instant::now() + lasts,
            think,
        }
    }

    /// Thinks for a while that is never the same; whether to go on. People are not in step with each other.
    fn on(&self, round: usize) -> bool {
        let part = (round * 7919 % 17) as u32;
        std::thread::sleep(self.think * (part + 8) / 16);
        Instant::now() < self.ends
    }
}

/// What must be found at the end.
#[derive(Default)]
struct Promised {
    /// Events by their words.
    events: Vec<String>,
    /// Checklist items that are done.
    done: Vec<String>,
    /// Comments.
    comments: Vec<String>,
    /// Words that were corrected away.
    gone: Vec<String>,
}

/// A person at a console: logs, corrects, ticks, takes back and does again.
fn console(mut console: Console, name: &str, pace: &Pace) -> (Console, Promised) {
    let mut promised = Promised::default();
    let mut round = 0;
    while pace.on(round) {
        round += 1;
        let text = format!("{name}-{round}-");
        match round % 11 {
            4 => {
                console.press(&format!("l{text}<Enter>")).shows_line(&[&text]);
                console.press(&format!("1/{text}<Enter>")).shows_line(&["›", &text]);
                let better = format!("{name}={round}=");
                console
                    .press(&format!("e<Ctrl-U>{better}<Enter>"))
                    .shows_line(&[&better, "(edited)"]);
                console.press("/nothing of that<Enter>G");
                promised.events.push(better);
                promised.gone.push(text);
            }
            7 => {
                console
                    .press(&format!("C{text}<Enter><Enter><Enter>"))
                    .shows_line(&["to do", &text]);
                console
                    .press(&format!("5/{text}<Enter><Space>"))
                    .shows_line(&["ticked", &text]);
                promised.done.push(text);
            }
            9 => {
                console.press(&format!("f{text}<Enter>")).shows_line(&[name, &text]);
                console.press("u");
                // What is undone at once is no part of the story.
                console.until("it is taken back", |screen| {
                    let shown = screen.contents();
                    let mut lines = shown.lines().filter(|line| line.contains(&text) && line.contains(name));
                    lines.all(|line| line.contains("undone"))
                });
                console.press("<Ctrl-R>");
                console.until("it is back", |screen| {
                    let shown = screen.contents();
                    let mut lines = shown
                        .lines()
                        .filter(|line| line.contains(&text) && line.contains(name) && !line.contains("finding"));
                    lines.next().is_some_and(|line| !line.contains("retracted"))
                });
                promised.events.push(text);
            }
            kind => {
                let key = ["l", "a", "d", "f"][kind % 4];
                console.press(&format!("{key}{text}<Enter>")).shows_line(&[&text]);
                promised.events.push(text);
            }
        }
    }
    (console, promised)
}

/// A person in an editor: knows nothing of consoles, and saves whole files, some of them read long ago.
///
/// Nobody can keep what was in the file only until its own writer overwrote it: what was saved is corrected, or an old buffer
/// saved over it, only once a console has read it.
fn editor(path: PathBuf, pace: &Pace) -> Promised {
    let mut promised = Promised::default();
    let mut buffers: Vec<String> = Vec::new();
    let (mut saved, mut corrected) = (String::new(), Vec::new());
    let mut round = 0;
    while pace.on(round) {
        round += 1;
        let (old, corrects) = (round.is_multiple_of(5), round % 4 == 3);
        if (old || corrects) && !was_read(&path, &saved, &corrected, pace) {
            break;
        }
        let now = read_whole(&path);
        buffers.push(now.clone());
        let (text, comment) = (format!("E-{round}-"), format!("# said in the editor, {round}."));
        let buffer = if old { &buffers[buffers.len() / 2] } else { &now };
        let mut edited = appended(buffer, &event(round, &text, &comment));
        // An entry that has no id yet in this buffer would be another one with other words.
        let known = |old: &&String| !buffer.contains(&format!("- text: {old}\n"));
        let wrong = promised.events.last().filter(|_| corrects).filter(known).cloned();
        if let Some(wrong) = wrong {
            let better = wrong.replace('-', "=");
            edited = edited.replace(&format!("text: {wrong}\n"), &format!("text: {better}\n"));
            if edited.contains(&better) {
                promised.events.pop();
                promised.events.push(better.clone());
                promised.gone.push(wrong);
                corrected.push(better);
            }
        }
        save(&path, &edited, round);
        saved = edited;
        promised.events.push(text);
        promised.comments.push(comment);
        if buffers.len() > 60 {
            buffers.drain(..20);
        }
    }
    promised
}

/// Waits until a console has read what was saved last, and told of each correction; false where time is up before.
fn was_read(path: &PathBuf, saved: &str, corrected: &[String], pace: &Pace) -> bool {
    let told = |text: &str| {
        let mut corrected = corrected.iter();
        corrected.all(|better| text.contains(&format!("{better} (was: ")))
    };
    loop {
        let text = read_whole(path);
        if text != saved && told(&text) {
            return true;
        }
        if Instant::now() >= pace.ends {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The file when it is not just being replaced or written.
fn read_whole(path: &PathBuf) -> String {
    let began = Instant::now();
    loop {
        if let Ok(text) = fs::read_to_string(path)
            && text.contains("\n# end of ")
        {
            return text;
        }
        assert!(began.elapsed() < PATIENCE, "no whole file");
        std::thread::yield_now();
    }
}

/// An event as people write them: complete, or with nothing but its words.
fn event(round: usize, text: &str, comment: &str) -> String {
    if round.is_multiple_of(3) {
        return format!("{comment}\n- text: {text}\n");
    }
    let id: String = format!("{round:06}")
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect();
    format!("{comment}\n- id: ed{id}\n  at: 2026-11-20T14:12:44.018Z\n  by: vim\n  kind: note\n  text: {text}\n")
}

fn appended(buffer: &str, event: &str) -> String {
    let end = buffer.rfind("# end of ").unwrap();
    format!("{}{event}{}", &buffer[..end], &buffer[end..])
}

/// Saves as editors do: a new file over the old one, in place, or with the old one renamed to a backup first.
fn save(path: &PathBuf, text: &str, round: usize) {
    let beside = path.with_file_name("4913");
    match round % 4 {
        0 | 2 => {
            fs::write(&beside, text).unwrap();
            fs::rename(&beside, path).unwrap();
        }
        1 => {
            let mut file = fs::OpenOptions::new()
                .write(true)
                .truncate(true)
                .create(true)
                .open(path)
                .unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }
        _ => {
            let backup = path.with_file_name("incident.yaml~");
            let _ = fs::rename(path, &backup);
            fs::write(path, text).unwrap();
        }
    }
}

#[test]
fn two_consoles_and_an_editor_on_one_file() {
    let repo = Repo::new();
    let id = repo.declare(TITLE, "P1");
    let path = repo.file(&id);
    let text = fs::read_to_string(&path).unwrap();
    let commented = text
        .replacen("title: ", "# agreed with the customer\ntitle: ", 1)
        .replacen("timeline:\n", "timeline:   # grows at its end\n# the first event\n", 1)
        .replacen("warroom: 1\n", "warroom: 1\nours: {page: 7}   # our own\n", 1);
    fs::write(&path, commented).unwrap();
    let open = |who| {
        let console = Console::open(&repo, who, &["open", &id]);
        console.shows(TITLE);
        console
    };
    let (mut sam, mut lee) = (open("sam"), open("lee"));
    for console in [&mut sam, &mut lee] {
        console.resize(WIDE, 60);
    }
    let pace = Pace::asked();
    let (sam, lee, edited) = std::thread::scope(|scope| {
        let sam = scope.spawn(|| console(sam, "S", &pace));
        let lee = scope.spawn(|| console(lee, "L", &pace));
        let editor = scope.spawn(|| editor(path.clone(), &pace));
        (sam.join().unwrap(), lee.join().unwrap(), editor.join().unwrap())
    });
    let (consoles, mut promised) = ([sam.0, lee.0], edited);
    for more in [sam.1, lee.1] {
        promised.events.extend(more.events);
        promised.done.extend(more.done);
        promised.gone.extend(more.gone);
    }
    let standing = [
        "# agreed with the customer",
        "# grows at its end",
        "# the first event",
        "# our own",
    ];
    promised.comments.extend(standing.map(str::to_owned));
    println!(
        "{} events, {} items, {} comments",
        promised.events.len(),
        promised.done.len(),
        promised.comments.len()
    );
    all_is_in_the_file(&repo, &id, &promised);
    both_screens_show_it(&repo, consoles, &promised);
    repo.warroom(["validate"]).ok();
    assert_eq!(repo.show()["ours"]["page"], 7);
    let folder = fs::read_dir(path.parent().unwrap()).unwrap().flatten();
    let left: Vec<_> = folder
        .map(|entry| entry.file_name())
        .filter(|name| name.to_string_lossy().contains(".wr-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// How often each of these words is some event's text.
fn count(shown: &Value, text: &str) -> usize {
    let events = shown["timeline"].as_array().unwrap();
    events.iter().filter(|event| event["text"] == text).count()
}

fn all_is_in_the_file(repo: &Repo, id: &str, promised: &Promised) {
    let began = Instant::now();
    loop {
        let shown = repo.warroom(["show", "--json", id]).real_time().json();
        let text = fs::read_to_string(repo.file(id)).unwrap();
        let wrong: Vec<String> = promised
            .events
            .iter()
            .filter(|event| count(&shown, event) != 1)
            .map(|event| format!("event {event} stands {} times", count(&shown, event)))
            .chain(
                promised
                    .gone
                    .iter()
                    .filter(|old| count(&shown, old) != 0)
                    .map(|old| format!("{old} is back")),
            )
            .chain(
                promised
                    .done
                    .iter()
                    .filter(|item| !is_done(&shown, item))
                    .map(|item| format!("{item} is not done")),
            )
            .chain(
                promised
                    .comments
                    .iter()
                    .filter(|comment| text.matches(comment.as_str()).count() != 1)
                    .map(|comment| format!("`{comment}` stands {} times", text.matches(comment.as_str()).count())),
            )
            .collect();
        if wrong.is_empty() {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{wrong:#?}\n{text}");
        std::thread::sleep(Duration::from_millis(300));
    }
}

fn is_done(shown: &Value, item: &str) -> bool {
    let items = shown["checklist"].as_array();
    items.is_some_and(|items| {
        items
            .iter()
            .any(|known| known["text"] == item && known["state"] == "done")
    })
}

/// Both timelines in windows high enough for all of it.
fn both_screens_show_it(repo: &Repo, mut consoles: [Console; 2], promised: &Promised) {
    // A line may be wrapped once.
    let high = repo.show()["timeline"].as_array().unwrap().len() * 2 + 200;
    for console in &mut consoles {
        console.press("1z");
        console.resize(WIDE, u16::try_from(high).unwrap());
        console.press("G");
    }
    let [sam, lee] = &mut consoles;
    for event in &promised.events {
        sam.shows(event);
        lee.shows(event);
    }
    let began = Instant::now();
    while timeline(sam) != timeline(lee) {
        assert!(began.elapsed() < PATIENCE, "{:#?}\n{:#?}", timeline(sam), timeline(lee));
        std::thread::sleep(Duration::from_millis(100));
    }
    for console in &mut consoles {
        console.press("q");
        assert_eq!(console.ends().0, 0, "{}", console.screen());
        console.left_as_found();
    }
}

/// The lines of the timeline, without what is each person's own: the selection and what is new to them.
fn timeline(console: &Console) -> Vec<String> {
    let screen = console.screen();
    let lines = screen.lines().skip(3);
    let plain = lines.map(|line| {
        line.replace(['›', '+', '▲', '▼', '│', '┃', '█'], " ")
            .replace(" new", "")
    });
    let mut plain: Vec<String> = plain
        .map(|line| line.trim().to_owned())
        // What each was told of the merging is its own.
        .filter(|line| !line.is_empty() && !line.starts_with('!'))
        .collect();
    // The last line is the clock and the keys.
    plain.pop();
    plain
}

/// An editor that has the file open while somebody replaces it, and writes to what it holds after that.
struct Late {
    repo: Repo,
    file: fs::File,
    text: String,
}

impl Late {
    fn new() -> Self {
        let repo = Repo::new();
        let id = repo.declare(TITLE, "P1");
        let path = repo.file(&id);
        let text = fs::read_to_string(&path).unwrap();
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        Self { repo, file, text }
    }

    /// It saves; then somebody logs another line, and all is there.
    fn saves(mut self) {
        let buffer = appended(&self.text, &event(1, "late words", "# late"));
        self.file.write_all(buffer.as_bytes()).unwrap();
        drop(self.file);
        let began = Instant::now();
        loop {
            self.repo.warroom(["log", "after"]).real_time().ok();
            let shown = self.repo.warroom(["show", "--json"]).real_time().json();
            if count(&shown, "late words") == 1 && count(&shown, "displaced") >= 1 {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{:#?}", shown["timeline"]);
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn what_is_written_to_a_file_that_a_verb_replaced_is_kept() {
    let late = Late::new();
    late.repo.warroom(["log", "displaced"]).real_time().ok();
    late.saves();
}

#[test]
fn the_same_with_a_console_open() {
    let late = Late::new();
    let console = Console::open(&late.repo, "sam", &[]);
    console.shows(TITLE);
    late.repo.warroom(["log", "displaced"]).real_time().ok();
    console.shows("displaced");
    late.saves();
}

#[test]
fn what_is_written_to_a_file_that_a_console_replaced_is_kept_for_long() {
    for (more, later) in [
        (0, Duration::ZERO),
        (6, Duration::from_millis(300)),
        (0, Duration::from_secs(3)),
    ] {
        let late = Late::new();
        let mut console = Console::open(&late.repo, "sam", &[]);
        console.shows(TITLE);
        console.press("ldisplaced<Enter>").shows_line(&["displaced"]);
        for round in 0..more {
            let text = format!("again {round}.");
            console.press(&format!("l{text}<Enter>")).shows_line(&[&text]);
        }
        let file = || fs::read_to_string(late.repo.file("INC-2026-0001")).unwrap();
        let began = Instant::now();
        while !file().contains("text: displaced") {
            assert!(began.elapsed() < PATIENCE, "{}", file());
            std::thread::yield_now();
        }
        // How slow the editor is, is the case itself.
        std::thread::sleep(later);
        late.saves();
    }
}
