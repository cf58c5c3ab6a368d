//! The README's picture and its table of keys are the program's own. `WARROOM_README=write cargo test readme` renews them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{screen, under_way};
use crate::app::{Action, Group, Keymap};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

fn picture() -> String {
    format!("```text\n{}\n```\n", screen(&under_way(80, 24)).trim_end())
}

fn keys() -> String {
    let keymap = Keymap::default();
    let mut groups: BTreeMap<Group, String> = BTreeMap::new();
    for action in Action::ALL {
        let spec = action.spec();
        let keys: Vec<String> = keymap
            .keys_of(*action)
            .iter()
            .map(|key| format!("`{}`", key.replace('|', "\\|")))
            .collect();
        if !keys.is_empty() && spec.group != Group::Edit {
            let lines = groups.entry(spec.group).or_default();
            let _ = writeln!(lines, "| {} | {} |", keys.join(" "), spec.title);
        }
    }
    let mut table = String::from("| key | does |\n|---|---|\n");
    for (group, lines) in groups {
        let _ = write!(table, "| **{}** | |\n{lines}", group.title());
    }
    table
}

#[test]
fn the_readme_shows_what_the_program_shows() {
    let mut readme = std::fs::read_to_string(README).unwrap();
    for (begin, end, made) in [
        ("<!-- picture: ", "<!-- end of picture -->", picture()),
        ("<!-- keys: ", "<!-- end of keys -->", keys()),
    ] {
        let start = readme.find(begin).unwrap();
        let start = start + readme[start..].find('\n').unwrap() + 1;
        let stop = readme.find(end).unwrap();
        if std::env::var_os("WARROOM_README").is_some() {
            readme.replace_range(start..stop, &made);
            std::fs::write(README, &readme).unwrap();
        } else {
            assert_eq!(
                &readme[start..stop],
                made,
                "renew it: WARROOM_README=write cargo test readme"
            );
        }
    }
}
