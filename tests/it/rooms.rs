//! The table of rooms in ARCHITECTURE.md, held: no room reaches for what its column forbids.

use std::path::{Path, PathBuf};

/// Files, processes, the network, the environment, threads.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "tokio",
    "rustix",
    "notify::",
];
const CLOCKS: &[&str] = &["Instant", "SystemTime", "Utc::now", "Local::now", "Time::now"];
const RANDOMNESS: &[&str] = &["getrandom", "random_bytes", "RandomState"];
const SCREENS: &[&str] = &[
    "crate::app",
    "crate::ui",
    "crate::runtime",
    "crate::cli",
    "ratatui",
    "crossterm",
];

/// A room and what it may not name outside its tests.
fn table() -> Vec<(&'static str, Vec<&'static str>)> {
    let pure = [OUTSIDE, CLOCKS, RANDOMNESS].concat();
    let above = |rooms: &[&'static str]| [rooms, SCREENS].concat();
    let onlookers = above(&["crate::store", "crate::session", "crate::demo"]);
    vec![
        ("incident", [&pure[..], &onlookers, &["crate::merge"]].concat()),
        ("framework", [&pure[..], &onlookers, &["crate::merge"]].concat()),
        ("message", [&pure[..], &onlookers, &["crate::merge"]].concat()),
        ("hook", [&pure[..], &onlookers, &["crate::merge"]].concat()),
        ("sending", above(&["crate::demo"])),
        (
            "document",
            [&pure[..], &onlookers, &["crate::merge", "crate::framework"]].concat(),
        ),
        ("merge", [&pure[..], &onlookers].concat()),
        (
            "backfill",
            [&pure[..], &onlookers, &["crate::merge", "crate::framework"]].concat(),
        ),
        ("recall", [&pure[..], &onlookers, &["crate::merge"]].concat()),
        ("review", [&pure[..], &onlookers, &["crate::merge"]].concat()),
        ("export", [&pure[..], &onlookers, &["crate::merge"]].concat()),
        ("report", [&pure[..], &onlookers, &["crate::merge"]].concat()),
        (
            "runbook",
            [&pure[..], &onlookers, &["crate::merge", "crate::framework"]].concat(),
        ),
        ("store", above(&["crate::session", "crate::demo"])),
        ("session", above(&["crate::demo"])),
        ("git", above(&["crate::demo"])),
        (
            "cli",
            vec!["ratatui", "crossterm", "crate::ui", "notify::", "rustix::fs"],
        ),
        (
            "app",
            [
                &pure[..],
                &[
                    "crate::store",
                    "crate::document",
                    "crate::runtime",
                    "crate::cli",
                    "crate::ui",
                    "ratatui",
                    "crossterm",
                ],
            ]
            .concat(),
        ),
        (
            "ui",
            [
                &pure[..],
                &[
                    "crate::store",
                    "crate::runtime",
                    "crate::cli",
                    "crossterm",
                    "&mut Model",
                ],
            ]
            .concat(),
        ),
        (
            "runtime",
            vec!["crate::store", "crate::document", "crate::merge", "crate::cli"],
        ),
        (
            "demo",
            vec!["std::env::home_dir", "directories::", "crate::app", "crate::ui"],
        ),
    ]
}

#[test]
fn no_room_reaches_for_what_it_may_not() {
    let mut found = Vec::new();
    for (room, forbidden) in table() {
        for (path, code) in sources(room) {
            for (number, line) in code.lines().enumerate() {
                let named = forbidden.iter().filter(|name| names(line, name));
                found.extend(named.map(|name| format!("{}:{}: `{name}` in {room}/", path.display(), number + 1)));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_the_document_knows_the_yaml_library() {
    let rooms = rooms().into_iter().filter(|room| room != "document");
    let named: Vec<PathBuf> = rooms
        .flat_map(|room| sources(&room))
        .filter(|(_, code)| code.lines().any(|line| names(line, "serde_yaml")))
        .map(|(path, _)| path)
        .collect();
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn each_room_of_the_page_exists_and_is_in_this_table() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let on_page: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("/`")?.0.into())
        .collect();
    assert!(on_page.len() >= 11, "{on_page:?}");
    let table = table();
    for room in on_page {
        assert!(!sources(room).is_empty(), "src/{room}");
        assert!(
            table.iter().any(|(name, _)| *name == room),
            "{room} has no line in the table above"
        );
    }
}

#[test]
fn the_search_finds_what_it_should() {
    assert!(names("use std::fs::File;", "std::fs"));
    assert!(names("fn draw(model: &mut Model)", "&mut Model"));
    assert!(names("let now = Instant::now();", "Instant"));
    assert!(!names("fn on_instants(Instants: u8)", "Instant"));
    assert!(!names("    // not std::fs::read", "std::fs"));
    let code = without_tests("fn a() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n");
    assert_eq!(code, "fn a() {}\n");
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rooms() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("src")).unwrap().flatten();
    entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

/// All sources of a room without their tests; nothing where there is no such room.
pub(crate) fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src").join(room)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if matches!(name.as_str(), "tests" | "laws") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let code = without_tests(&std::fs::read_to_string(&path).unwrap());
                found.push((path, code));
            }
        }
    }
    found
}

/// The code of a file up to the module of its tests, which stands last.
fn without_tests(code: &str) -> String {
    let end = code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len());
    code[..end].to_owned()
}

/// Whether a line of code names something, as a word of its own and not in a comment.
fn names(line: &str, name: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_some_and(part);
        let after = code[at + name.len()..].chars().next().is_some_and(part);
        let longer = (before && name.starts_with(part)) || (after && name.ends_with(part));
        !longer
    })
}

/// Files are opened by the doors of the store, which follow no link and wait for no pipe, and by what works in a folder of the
/// person's alone.
#[test]
fn files_are_opened_by_the_careful_doors_only() {
    const RAW: [&str; 9] = [
        "fs::read",
        "fs::read_to_string",
        "fs::write",
        "fs::copy",
        "File::open",
        "File::create",
        "File::create_new",
        "File::options",
        "OpenOptions",
    ];
    let doors = [
        "store/read.rs",
        "store/put.rs",
        "store/write.rs",
        "store/beside.rs",
        "store/sharing.rs",
        "store/traces.rs",
        // Locks and the system's own files below /proc.
        "store/lock.rs",
        "store/making.rs",
        // The person's state folder.
        "store/slot.rs",
        "store/journal.rs",
        "store/seen.rs",
        "store/recalled.rs",
        // A person's own configuration, never over one that is there.
        "cli/config.rs",
        "runtime/panic.rs",
        "runtime/editor.rs",
        // Its own folder.
        "demo/folder.rs",
        "demo/stage.rs",
    ];
    let mut found = Vec::new();
    for room in rooms() {
        for (path, code) in sources(&room) {
            let name = path.strip_prefix(root().join("src")).unwrap().display().to_string();
            if doors.contains(&name.as_str()) {
                continue;
            }
            for (number, line) in code.lines().enumerate() {
                let named = RAW.iter().filter(|raw| names(line, raw));
                found.extend(named.map(|raw| format!("{name}:{}: `{raw}`", number + 1)));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
