//! How much of the five sources the program holds: the table of `tests/data/README.md`, made from the facts that other tests try.
//! `WARROOM_README=write cargo test statements` renews it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The frameworks, by the number of their source.
const FRAMEWORKS: [&str; 5] = ["war-room", "ops", "itil", "sre", "essentials"];

/// A section of a source, and what is known of its statements.
#[derive(Debug, Default)]
struct Section {
    source: usize,
    first: u32,
    last: u32,
    title: String,
    subject: String,
    statements: usize,
    timers: Vec<String>,
    proofs: Vec<(usize, String)>,
    in_part: usize,
    part: Vec<String>,
    missing: Vec<String>,
}

impl Section {
    fn is_rules(&self) -> bool {
        self.subject == "rules"
    }

    fn right(&self) -> usize {
        self.statements - self.in_part - self.missing.len()
    }
}

fn range(text: &str) -> (u32, u32) {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    (first.trim().parse().unwrap(), last.trim().parse().unwrap())
}

fn sections() -> Vec<Section> {
    let mut all: Vec<Section> = Vec::new();
    for line in include_str!("../data/statements.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let [source, lines, title, subject, count] = line.split(" | ").collect::<Vec<_>>()[..] {
            let (first, last) = range(lines);
            let known = ["rules", "messages", "documents", "runbooks", "metrics", "drills"];
            assert!(known.contains(&subject), "{line}");
            all.push(Section {
                source: source.strip_prefix('S').unwrap().parse().unwrap(),
                first,
                last,
                title: title.to_owned(),
                subject: subject.to_owned(),
                statements: count.parse().unwrap(),
                ..Section::default()
            });
            continue;
        }
        let section = all.last_mut().unwrap();
        assert!(section.is_rules(), "{line}: other tests hold {}", section.subject);
        let (kind, rest) = line.split_once(' ').unwrap();
        match kind {
            "timers" => section.timers.extend(rest.split(' ').map(str::to_owned)),
            "proof" => {
                let (count, test) = rest.split_once(' ').unwrap();
                section.proofs.push((count.parse().unwrap(), test.to_owned()));
            }
            "-" => {
                let entry = entry(section, line, rest);
                section.missing.push(entry);
            }
            part => {
                // `~4`: four statements for one reason.
                let count = part.strip_prefix('~').unwrap_or_else(|| panic!("{line}: {part}?"));
                section.in_part += if count.is_empty() { 1 } else { count.parse().unwrap() };
                let times = if count.is_empty() {
                    String::new()
                } else {
                    format!(" ({count} statements)")
                };
                let entry = entry(section, line, rest) + &times;
                section.part.push(entry);
            }
        }
    }
    all
}

/// What is not right, as the page lists it: where, what, and why.
fn entry(section: &Section, line: &str, rest: &str) -> String {
    let (at, words) = rest.split_once(": ").unwrap();
    let (first, last) = range(at);
    let is_within = section.first <= first && last <= section.last;
    assert!(is_within, "{line}: not within {}", section.title);
    assert!(words.contains(": "), "{line}: what, and why");
    format!("S{}:{at}: {words}", section.source)
}

/// How many facts of facts.txt stand under each section, by its place in the list.
fn facts(sections: &[Section]) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    let mut at: Option<usize> = None;
    for line in include_str!("../data/facts.txt").lines() {
        if line.starts_with('[') {
            at = None;
        } else if let Some(heading) = line.strip_prefix("# S") {
            let (source, rest) = heading.split_once(':').unwrap();
            let (first, last) = range(rest.split([' ', ',']).next().unwrap());
            let source: usize = source.parse().unwrap();
            let is_it = |one: &Section| one.source == source && one.first <= first && last <= one.last;
            at = Some(
                sections
                    .iter()
                    .position(is_it)
                    .unwrap_or_else(|| panic!("{line}: no such section")),
            );
        } else if line == "# own" {
            at = None;
        } else if let Some(at) = at
            && line.contains("=> ")
            && !line.starts_with('#')
        {
            *found.entry(at).or_default() += line.split(" || ").count();
        }
    }
    found
}

/// How many rows of timers.txt a section names; what is borrowed is no statement of its source.
fn timers(section: &Section) -> usize {
    let rows = include_str!("../data/timers.txt")
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let framework = warroom::framework::Framework::builtin(FRAMEWORKS[section.source]).unwrap();
    let is_own = |severity: &str, id: &str| {
        let clock = framework.timers.iter().find(|clock| clock.id == id).unwrap();
        !clock.borrowed.contains_key(severity) && !clock.borrowed.contains_key("any")
    };
    rows.filter(|row| row.len() > 4 && row[0] == FRAMEWORKS[section.source] && row[3] != "-")
        .filter(|row| section.timers.iter().any(|id| id == row[2]) && is_own(row[1], row[2]))
        .count()
}

/// The names of all tests of this repository.
fn tests() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(root.join("tests/it")).unwrap().flatten();
    files
        .map(|file| std::fs::read_to_string(file.path()).unwrap())
        .collect()
}

#[test]
fn every_section_shows_as_much_as_it_claims() {
    let sections = sections();
    let (facts, tests) = (facts(&sections), tests());
    let mut wrong = Vec::new();
    for (at, section) in sections.iter().enumerate().filter(|(_, one)| one.is_rules()) {
        for (_, test) in &section.proofs {
            if !tests.contains(&format!("fn {test}()")) {
                wrong.push(format!("{}: there is no test {test}", section.title));
            }
        }
        let proofs: usize = section.proofs.iter().map(|(count, _)| count).sum();
        let shown = facts.get(&at).unwrap_or(&0) + timers(section) + proofs;
        if shown < section.right() {
            let Section {
                source,
                first,
                last,
                title,
                ..
            } = section;
            wrong.push(format!(
                "S{source}:{first}-{last} {title}: {} right and {shown} shown",
                section.right()
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The table as the README of the data has it.
fn page(sections: &[Section]) -> String {
    let mut out = String::from(
        "# What the five sources say, and what the program does\n\n\
         Made from `statements.txt`, `facts.txt` and `timers.txt` by `WARROOM_README=write cargo test statements`; each statement that is\n\
         right is shown by a fact or a test that tries it on the program.\n\n\
         ## Rules\n\n\
         Rules, roles, duties, checklist items, timers, criteria, escalation paths, procedures, options, targets and notes.\n\n\
         | source | statements | right | partly | missing |\n|---|---|---|---|---|\n",
    );
    let mut row = |name: String, of: &dyn Fn(&&Section) -> bool| {
        let rules: Vec<&Section> = sections.iter().filter(|one| one.is_rules()).filter(of).collect();
        let count = |of: &dyn Fn(&Section) -> usize| rules.iter().map(|one| of(one)).sum::<usize>();
        let (all, right) = (count(&|one| one.statements), count(&Section::right));
        let (part, missing) = (count(&|one| one.in_part), count(&|one| one.missing.len()));
        let share = right * 100 / all;
        let _ = writeln!(out, "| {name} | {all} | {right} ({share} %) | {part} | {missing} |");
        share
    };
    for (source, framework) in FRAMEWORKS.iter().enumerate() {
        row(format!("S{source} {framework}"), &|one| one.source == source);
    }
    let share = row("all".into(), &|_| true);
    assert!(share >= 85, "{share} %");
    out += "\n## Held by tests of their own\n\n\
            Statements of these subjects are not counted above: `tests/it/messages.rs`, `learnt.rs`, `runbooks.rs`, `report.rs`.\n\n\
            | source | messages | documents | runbooks | metrics | drills |\n|---|---|---|---|---|---|\n";
    for (source, framework) in FRAMEWORKS.iter().enumerate() {
        let count = |subject: &str| {
            let of_it = sections
                .iter()
                .filter(|one| one.source == source && one.subject == subject);
            of_it.map(|one| one.statements).sum::<usize>()
        };
        let counts =
            ["messages", "documents", "runbooks", "metrics", "drills"].map(|subject| count(subject).to_string());
        let _ = writeln!(out, "| S{source} {framework} | {} |", counts.join(" | "));
    }
    for (title, of) in [
        ("Met in part", (|one| &one.part) as fn(&Section) -> &Vec<String>),
        ("Missing", |one| &one.missing),
    ] {
        let entries: Vec<&String> = sections.iter().flat_map(of).collect();
        let _ = writeln!(out, "\n## {title}\n");
        for entry in &entries {
            let _ = writeln!(out, "- {entry}");
        }
        if entries.is_empty() {
            out += "None.\n";
        }
    }
    out
}

#[test]
fn the_table_of_statements_is_the_one_that_the_facts_make() {
    let sections = sections();
    for pair in sections.windows(2) {
        let follows = pair[0].source < pair[1].source || pair[0].last < pair[1].first;
        assert!(follows, "{:?} and {:?} overlap", pair[0].title, pair[1].title);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/README.md");
    let page = page(&sections);
    if std::env::var_os("WARROOM_README").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let is = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        is == page,
        "renew it: WARROOM_README=write cargo test statements\n{page}"
    );
}
