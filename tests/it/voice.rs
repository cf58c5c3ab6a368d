//! The voice of CONTRIBUTING.md, as far as a test can hold it: no word of the glossary's "not" column in anything that users
//! read, and checklist items that say what to do.

use std::path::{Path, PathBuf};

use crate::harness::Repo;

/// What neither screens nor answers nor documents say: the glossary's "not" column, where a word of it can be told from its other
/// meanings.
#[rustfmt::skip]
const NOT: &[&str] = &[
    "countdown", "countdowns", "told", "telling", "half-typed", "nudge", "nudges", "what is asked", "inquiry",
    "inquiries", "collision", "collisions", "stands now", "safer value", "by hand", "mend", "mends", "mended", "heal",
    "healed", "healing", "take in", "takes in", "taken in", "passed over", "said yes", "says yes", "anybody's yes",
    "alongside", "let it go", "nobody commands", "the objective", "who is hurt", "bones", "in step", "git waits",
    "hub", "somebody", "nobody", "anybody", "time is up",
];

/// Words of that column that mean something else as well, so that only a reader can judge them.
#[rustfmt::skip]
const BY_EYE: &[&str] = &[
    "clock", "rests", "waits", "is up", "message", "words", "change in the making", "to do", "+ do", "line", "entry",
    "story", "ask", "question", "dispatch", "lost", "hand", "outside", "recovered", "judge", "byhand", "force",
    "approved", "give it to", "take it on", "commands", "leads", "rest", "because", "action", "has it", "it is done",
    "quiet time", "round", "site", "survey", "slot", "disk", "core", "any of the above",
];

/// Texts that say such a word for a reason: the file, a part of the text, the reason.
const EXCEPT: &[(&str, &str, &str)] = &[
    (
        "app/palette.rs",
        "collision, conflict, merge",
        "words that people look for",
    ),
    (
        "message/lint/lists.rs",
        "nobody yet",
        "what people write into a draft and forget",
    ),
    ("runbook/section.rs", "who is hurt", "a heading that runbooks have"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ends: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| ends.iter().any(|one| end == *one)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What stands in a text instead of parts that are no prose: `code`, {fields}.
fn prose(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '`' => code = !code,
            '{' if !code => depth += 1,
            '}' if !code && depth > 0 => depth -= 1,
            _ if code || depth > 0 => {}
            c => out.push(c),
        }
    }
    out.to_lowercase()
}

/// The words of the list that a text says.
fn said(text: &str) -> Vec<&'static str> {
    let text = prose(text);
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let says = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back().is_some_and(part);
            let after = text[at + word.len()..].chars().next().is_some_and(part);
            !before && !after
        })
    };
    NOT.iter().copied().filter(|word| says(word)).collect()
}

/// The string literals of a source, each with its line; comments and the tests at its end left out.
fn literals(code: &str) -> Vec<(usize, String)> {
    // Modules of tests that are written out stand last.
    let ends = code.match_indices("#[cfg(test)]\nmod ");
    let mut ends = ends.filter(|(at, head)| {
        code[at + head.len()..]
            .lines()
            .next()
            .is_some_and(|line| line.ends_with('{'))
    });
    let end = ends.next().map_or(code.len(), |(at, _)| at);
    let bytes: Vec<char> = code[..end].chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        match bytes[at] {
            '\n' => line += 1,
            '/' if bytes.get(at + 1) == Some(&'/') => {
                while at < bytes.len() && bytes[at] != '\n' {
                    at += 1;
                }
                continue;
            }
            // A character, not the beginning of a lifetime.
            '\'' if bytes.get(at + 1) == Some(&'\\') => at += 2,
            '\'' if bytes.get(at + 2) == Some(&'\'') => at += 2,
            '"' => {
                let raw = bytes[..at].iter().rev().take_while(|c| **c == '#').count();
                let is_raw = at > raw && bytes[at - raw - 1] == 'r';
                let (text, next) = literal(&bytes, at + 1, is_raw.then_some(raw));
                let lines = bytes[at..next.min(bytes.len())].iter().filter(|c| **c == '\n').count();
                found.push((line, text));
                line += lines;
                at = next;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The text of a literal and where it ends; `raw` is how many `#` close it.
fn literal(bytes: &[char], mut at: usize, raw: Option<usize>) -> (String, usize) {
    let mut text = String::new();
    while at < bytes.len() {
        match (bytes[at], raw) {
            ('"', None) => return (text, at + 1),
            ('"', Some(marks)) if bytes[at + 1..].iter().take(marks).filter(|c| **c == '#').count() == marks => {
                return (text, at + 1 + marks);
            }
            ('\\', None) if bytes.get(at + 1) == Some(&'\n') => {
                at += 1;
                while bytes.get(at).is_some_and(|c| c.is_whitespace()) {
                    at += 1;
                }
                continue;
            }
            ('\\', None) => {
                text.push(' ');
                at += 1;
            }
            (c, _) => text.push(c),
        }
        at += 1;
    }
    (text, at)
}

#[test]
fn sources_say_nothing_that_the_glossary_does_not() {
    let mut found = Vec::new();
    let mut read = 0;
    for path in files("src", &["rs"]) {
        let name = path.strip_prefix(root().join("src")).unwrap().display().to_string();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        // What tests say is no user's business.
        let test = name.contains("/tests/")
            || ["tests", "laws", "drawn", "bytes", "renamed", "redactions", "former"].contains(&stem.as_str())
            || name.starts_with("incident/apply/told");
        if test {
            continue;
        }
        for (line, text) in literals(&std::fs::read_to_string(&path).unwrap()) {
            read += 1;
            // A single word is a key or a word of the file.
            let excepted = EXCEPT
                .iter()
                .any(|(file, part, _)| *file == name && text.contains(part));
            if !text.trim().contains(' ') || excepted {
                continue;
            }
            found.extend(
                said(&text)
                    .into_iter()
                    .map(|word| format!("src/{name}:{line}: `{word}` in {text:?}")),
            );
        }
    }
    assert!(read > 5_000, "{read}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The texts of a line of YAML: what stands behind keys that hold words for people.
fn shown(line: &str) -> String {
    const KEYS: &[&str] = &[
        "text",
        "title",
        "about",
        "label",
        "body",
        "subject",
        "rule",
        "duties",
        "criteria",
        "reason",
        "sign",
        "response",
        "management",
        "alert",
        "answers",
        "note",
        "summary",
        "heading",
        "ask",
        "why",
    ];
    // Facts and remedies are a language of their own.
    const DATA: &[&str] = &[
        "id", "seen", "met_by", "from", "until", "remedy", "when", "waits", "offer", "stops", "if",
    ];
    let line = line.split(" # ").next().unwrap_or_default();
    if line.trim_start().starts_with('#') {
        return String::new();
    }
    let mut out = line.to_owned();
    for key in DATA {
        while let Some(at) = out
            .find(&format!("{key}: "))
            .filter(|at| !out[..*at].ends_with(char::is_alphanumeric))
        {
            let rest = &out[at + key.len() + 2..];
            let end = match rest.chars().next() {
                Some(quote @ ('\'' | '"')) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
                Some('[') => rest.find(']').map_or(rest.len(), |end| end + 1),
                _ => rest.find([',', '}']).unwrap_or(rest.len()),
            };
            out.replace_range(at..at + key.len() + 2 + end, "");
        }
    }
    let has = |key: &&str| out.contains(&format!("{key}:"));
    let prose = KEYS.iter().any(has) || line.trim_start().starts_with("- ") || !line.contains(':');
    // Braces of a flow mapping are no fields of a text.
    if prose {
        out.replace(['{', '}'], " ")
    } else {
        String::new()
    }
}

#[test]
fn assets_say_nothing_that_the_glossary_does_not() {
    let mut found = Vec::new();
    for path in files("assets", &["yaml", "md"]) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        // What people say in the demonstration is theirs.
        if name.starts_with("assets/demo") {
            continue;
        }
        let yaml = name.ends_with("yaml");
        for (number, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let text = if yaml { shown(line) } else { line.to_owned() };
            found.extend(
                said(&text)
                    .into_iter()
                    .map(|word| format!("{name}:{}: `{word}` in {}", number + 1, line.trim())),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_readme_says_nothing_that_the_glossary_does_not() {
    let mut found = Vec::new();
    for (number, line) in std::fs::read_to_string(root().join("README.md"))
        .unwrap()
        .lines()
        .enumerate()
    {
        found.extend(
            said(line)
                .into_iter()
                .map(|word| format!("{}: `{word}` in {}", number + 1, line.trim())),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_help_of_every_verb_says_nothing_that_the_glossary_does_not() {
    let repo = Repo::nothing();
    let mut found = Vec::new();
    let mut verbs: Vec<Vec<String>> = vec![Vec::new()];
    let mut pages = 0;
    while let Some(verb) = verbs.pop() {
        let help = repo.warroom(verb.iter().map(String::as_str).chain(["--help"])).ok();
        pages += 1;
        if verb.len() < 2 {
            let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
            let names = list.lines().take_while(|line| !line.is_empty());
            let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
            let names = names
                .filter_map(|line| line.split_whitespace().next())
                .filter(|name| *name != "help");
            verbs.extend(names.map(|name| [&verb[..], &[name.to_owned()]].concat()));
        }
        for line in help.lines() {
            found.extend(
                said(line)
                    .into_iter()
                    .map(|word| format!("{}: `{word}` in {}", verb.join(" "), line.trim())),
            );
        }
    }
    assert!(pages > 100, "{pages}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// How an item begins: with what to do.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "Acknowledge", "Activate", "Add", "Agree", "Alert", "Allocate", "Analyse", "Announce", "Archive", "Assemble",
    "Assess", "Assign", "Attempt", "Audit", "Brief", "Call", "Capture", "Check", "Choose", "Claim", "Collect",
    "Complete", "Confirm", "Consider", "Consult", "Continue", "Coordinate", "Correlate", "Create", "Decide",
    "Declare", "Define", "Deploy", "Do", "Draw", "Engage", "Escalate", "Establish", "Estimate", "Evaluate", "Fail",
    "File", "Find", "Follow", "For", "Form", "Gather", "Get", "Give", "Go", "Hand", "Have", "Hold", "Identify",
    "Improve", "Involve", "Isolate", "Keep", "Line", "List", "Look", "Map", "Mitigate", "Monitor", "Name", "Note",
    "Notify", "Open", "Page", "Pass", "Plan", "Post", "Prepare", "Preserve", "Prioritize", "Publish", "Put", "Query",
    "Raise", "Rate", "Read", "Recommend", "Record", "Report", "Reproduce", "Review", "Roll", "Rotate", "Run", "Say",
    "Schedule", "Search", "See", "Send", "Set", "Share", "Start", "State", "Stop", "Take", "Tell", "Test", "Thank",
    "Triage", "Try", "Update", "Validate", "Verify", "Wait", "Walk", "Watch", "Weigh", "Work", "Write",
];

#[test]
fn checklist_items_begin_with_a_verb() {
    let mut found = Vec::new();
    let mut items = 0;
    for framework in ["war-room", "ops", "itil", "sre", "essentials"] {
        let text = std::fs::read_to_string(root().join(format!("assets/frameworks/{framework}.yaml"))).unwrap();
        let mut in_items = false;
        for line in text.lines() {
            let own = line.trim_start();
            if own.starts_with("items:") {
                in_items = true;
                continue;
            }
            let Some(item) = own.strip_prefix("- {id: ").filter(|_| in_items) else {
                in_items = in_items && (own.is_empty() || own.starts_with('#'));
                continue;
            };
            items += 1;
            let words = item.split_once("text: ").map_or("", |(_, words)| words);
            let first = words
                .trim_start_matches(['\'', '"'])
                .split([' ', ',', ':'])
                .next()
                .unwrap_or_default();
            if !VERBS.contains(&first) {
                found.push(format!("{framework}: {}", line.trim()));
            }
        }
    }
    assert!(items > 300, "{items}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A word that the glossary takes out of use is held here or named as one that only a reader can judge.
#[test]
fn the_list_follows_the_glossary() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let table = page.split("| users read | code, data | not |").nth(1).unwrap();
    let mut missing = Vec::new();
    let mut rows = 0;
    for row in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        rows += 1;
        let not = row.trim_matches('|').rsplit('|').next().unwrap_or_default();
        let mut plain = String::new();
        let mut depth = 0;
        for c in not.chars() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                '"' | '`' => {}
                c if depth == 0 => plain.push(c),
                _ => {}
            }
        }
        for word in plain.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()) {
            let word = word.to_lowercase();
            let held = NOT.iter().chain(BY_EYE).any(|known| word.contains(known));
            if !held {
                missing.push(word);
            }
        }
    }
    assert!(rows > 20, "{rows}");
    assert!(
        missing.is_empty(),
        "neither held nor named as one for the eye: {missing:?}"
    );
}

#[test]
fn the_search_finds_what_it_should() {
    assert_eq!(said("Somebody was told"), ["told", "somebody"]);
    assert!(said("the fact `told external` of {told}").is_empty());
    assert!(said("a told-you-so, untold").is_empty());
    let code = "// \"told\"\nlet a = 'x'; let b = \"one \\\n   two\"; let c = r#\"by \"hand\"\"#;\n#[cfg(test)]\nmod tests {\n\"no\"}";
    let texts: Vec<String> = literals(code).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["one two", "by \"hand\""]);
    assert_eq!(
        shown("- {id: a, text: Tell them, seen: told external}").trim(),
        "-  , text: Tell them,"
    );
    assert_eq!(shown("# told"), "");
}
