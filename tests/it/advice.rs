//! What the program tells people to run: every call that a sentence names exists, with its options, and does what it was named for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::harness::Repo;

/// The sources that are no tests.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().into_string().unwrap();
            if path.is_dir() && !["tests", "laws"].contains(&name.as_str()) {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && !["tests.rs", "laws.rs"].contains(&name.as_str())
            {
                found.push(path);
            }
        }
    }
    found
}

/// The calls of the program in a line of a source: in backquotes, or in brackets.
fn calls(line: &str) -> Vec<String> {
    let quoted = line.split('`').skip(1).step_by(2);
    let bracketed = line.split("(warroom ").skip(1).filter_map(|rest| {
        let (call, _) = rest.split_once(')')?;
        Some(call)
    });
    let quoted = quoted.filter_map(|part| part.strip_prefix("warroom "));
    quoted.chain(bracketed).map(str::to_owned).collect()
}

/// The words of a call, with something for each blank, up to where the sentence goes on.
fn words(call: &str) -> Vec<String> {
    let call = call.split([';', '|', '\n']).next().unwrap_or_default();
    let call = call.replace("\\\"", "\"").replace("\\n", " ");
    let mut found = Vec::new();
    let mut rest = call.trim();
    while let Some(first) = rest.chars().next() {
        let (word, after) = if first == '"' {
            rest[1..].split_once('"').unwrap_or((&rest[1..], ""))
        } else {
            rest.split_once(' ').unwrap_or((rest, ""))
        };
        // A verb or an option is what it is; all else stands for what a person gives.
        let is_own = word.starts_with('-') || word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        found.push(if is_own { word.to_owned() } else { "x1".to_owned() });
        rest = after.trim_start();
    }
    found
}

/// The options of a call, and its verb as far as it has one.
fn asked(words: &[String]) -> (Vec<&str>, Vec<&str>) {
    let own = |word: &&String| word.starts_with("--") && word.len() > 2 && !word.contains('{');
    let options = words.iter().filter(own);
    let mut verbs = words.iter().map(String::as_str).peekable();
    while verbs.next_if(|word| word.starts_with('-')).is_some() {
        verbs.next();
    }
    let verbs = verbs.take_while(|word| !word.starts_with('-') && *word != "x1");
    (verbs.take(2).collect(), options.map(String::as_str).collect())
}

#[test]
fn every_call_that_a_sentence_names_exists() {
    let repo = Repo::bare();
    let mut helps: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut help = |verbs: &[&str]| {
        let key = verbs.join(" ");
        helps
            .entry(key)
            .or_insert_with(|| {
                let ran = repo.warroom(verbs).args(["--help"]).run();
                (ran.code == Some(0)).then_some(ran.stdout)
            })
            .clone()
    };
    let (mut wrong, mut count) = (Vec::new(), 0);
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with("//") && !line.starts_with("///") {
                continue;
            }
            for call in calls(line) {
                let words = words(&call);
                let (verbs, options) = asked(&words);
                // The verb itself is filled in, or stands in the next line of the source.
                if verbs.first().is_none_or(|verb| verb.contains('\\')) {
                    continue;
                }
                let Some(page) = help(&verbs[..1]) else {
                    wrong.push(format!("{}:{}: {call}", path.display(), number + 1));
                    continue;
                };
                count += 1;
                // The second word is a verb of its own, or what the first one takes.
                let inner = verbs.get(1).and_then(|_| help(&verbs)).unwrap_or_default();
                for option in options {
                    if !page.contains(option) && !inner.contains(option) {
                        wrong.push(format!("{}:{}: {option} of {call}", path.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 60, "only {count} calls were found");
}
