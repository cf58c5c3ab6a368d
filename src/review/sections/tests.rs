//! The ten cases of writing again, and joins of two clones.

use serde_json::Value;

use super::*;

/// A document of the cases: a mark made of the heading that it was made under.
fn document(value: &Value, marks: &dyn Fn(&str) -> String) -> Document {
    let mut text = String::new();
    for (heading, body) in value.as_object().unwrap() {
        let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        let _ = write!(text, "## {heading} <!-- warroom:{} -->\n\n{body}\n\n", marks(heading));
    }
    Document::read(&text)
}

fn plain_of(document: &Document) -> Vec<(String, String)> {
    let each = document.sections.iter();
    each.map(|one| (one.title().to_owned(), one.body.trim().to_owned()))
        .collect()
}

#[test]
fn the_ten_cases_of_writing_again() {
    let cases: Value = serde_json::from_str(include_str!("../../../tests/data/review/cases.json")).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 10);
    // A heading that a person renamed keeps its mark.
    let marks = |heading: &str| heading.split(',').next().unwrap().to_lowercase().replace(' ', "-");
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let base = (!case["base"].is_null()).then(|| document(&case["base"], &marks));
        let (file, fresh) = (document(&case["file"], &marks), document(&case["fresh"], &marks));
        let ask = Ask {
            sections: &[],
            locked: case["status"] == "reviewed",
        };
        let merged = merge(base.as_ref(), &file, &fresh, &ask);
        let want = document(&case["want"], &marks);
        assert_eq!(plain_of(&merged.document), plain_of(&want), "{name}");
        let said: Vec<&str> = case["says"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let mut ours: Vec<&str> = merged.says.iter().map(String::as_str).collect();
        let mut wanted = said.clone();
        ours.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(ours, wanted, "{name}");
        let beside: Vec<(String, String)> = merged.beside;
        let wanted = case["beside"].as_object().into_iter().flatten();
        let wanted: Vec<(String, String)> = wanted
            .map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(beside, wanted, "{name}");
        if name == "written twice" {
            assert_eq!(merged.document.text(), file.text());
        }
    }
}

#[test]
fn a_section_that_is_asked_for_is_taken_or_brought_back() {
    let marks = |heading: &str| heading.to_lowercase();
    let doc = |text: &str| document(&serde_json::from_str(text).unwrap(), &marks);
    let (base, file) = (doc(r#"{"A": "1", "B": "2"}"#), doc(r#"{"B": "two"}"#));
    let fresh = doc(r#"{"A": "1", "B": "22"}"#);
    let sections = ["a".to_owned(), "B".to_owned()];
    let ask = Ask {
        sections: &sections,
        locked: false,
    };
    for base in [Some(&base), None] {
        let merged = merge(base, &file, &fresh, &ask);
        assert_eq!(
            plain_of(&merged.document),
            [("A".into(), "1".into()), ("B".into(), "22".into())]
        );
        assert_eq!(merged.says, ["B taken as it is made now", "A brought back"]);
    }
}

#[test]
fn a_heading_in_a_fence_is_none_and_formatters_change_nothing() {
    let text = "---\nstatus: draft\n---\n# T\n\n## A <!-- warroom:a -->\n\n```sh\n## not one\n```\n\n## B\n\nx\n";
    let document = Document::read(text);
    let titles: Vec<&str> = document.sections.iter().map(Section::title).collect();
    assert_eq!(titles, ["", "A", "B"]);
    assert_eq!(document.text(), text);
    assert_eq!(document.lines_of_sections(), [4, 6, 12]);
    assert_eq!(Document::read(&text.replace('\n', "\r\n")), document);
    assert!(same("| a | b |\n|---|---|\n* x\n", "| a   | b |\n| ----- | --- |\n- x"));
    assert!(same("a long line\nwrapped", "a long\nline wrapped"));
    assert!(!same("- a", "- b"));
    assert_eq!(Document::read("").sections.len(), 1);
    assert_eq!(Document::read("---\nno end\n").front, "");
}

#[test]
fn two_clones_join_by_section_the_same_way_round() {
    let marks = |heading: &str| heading.to_lowercase();
    let doc = |text: &str| document(&serde_json::from_str(text).unwrap(), &marks);
    let base = doc(r#"{"A": "1", "B": "2", "C": "- x", "D": "4", "E": "5"}"#);
    let ours = doc(r#"{"A": "one", "B": "2", "C": "- x\n- ours", "D": "mine", "E": "5", "Ours": "o"}"#);
    let theirs = doc(r#"{"A": "1", "B": "two", "C": "- X", "D": "yours", "Theirs": "t"}"#);
    let sorted = |document: &Document| {
        let mut all = plain_of(document);
        all.sort();
        all
    };
    let joined = join(&base, &ours, &theirs);
    assert_eq!(sorted(&joined), sorted(&join(&base, &theirs, &ours)));
    let body = |key: &str| joined.section(key).map(|one| one.body.trim().to_owned());
    assert_eq!(body("a").unwrap(), "one");
    assert_eq!(body("b").unwrap(), "two");
    assert_eq!(body("c").unwrap(), "- X\n- ours");
    let both = body("d").unwrap();
    assert!(
        both.contains("mine") && both.contains("yours") && both.contains("keep one"),
        "{both}"
    );
    assert_eq!(body("e"), None);
    assert_eq!(
        (body("ours").unwrap(), body("theirs").unwrap()),
        ("o".into(), "t".into())
    );
    assert_eq!(plain_of(&join(&base, &ours, &base)), plain_of(&ours));
}

#[test]
fn a_section_without_its_mark_is_known_by_its_heading() {
    let base = Document::read("## A <!-- warroom:a -->\n\n1\n\n## B, too <!-- warroom:b -->\n\n2\n");
    let eaten = Document::read("## b, too\n\n2\n\n## A\n\none\n\n## C\n\n3\n").marked_as(&base);
    let keys: Vec<_> = eaten.sections.iter().map(Section::key).collect();
    assert_eq!(keys, ["b", "a", "C"]);
    // A mark that stands elsewhere belongs there: this heading is someone's own.
    let moved = Document::read("## A\n\nmine\n\n## Other <!-- warroom:a -->\n\n1\n").marked_as(&base);
    assert_eq!(moved.sections[0].mark, None);
    let fresh = Document::read("## A <!-- warroom:a -->\n\n11\n\n## B, too <!-- warroom:b -->\n\n22\n");
    let merged = merge(Some(&base), &eaten, &fresh, &Ask::default());
    let said = [
        "B, too brought up to date under its new name",
        "A kept as edited; the facts now say otherwise (shown, not inserted)",
    ];
    assert_eq!(merged.says, said);
    let mine = Document::read("## A\n\none\n");
    let joined = join(&base, &mine, &fresh);
    assert_eq!(
        joined.sections[0].body.trim(),
        "> Written at the same time in another clone; keep one:".replace("> Written", "11\n\n> Written") + "\n\none"
    );
    assert_eq!(joined.sections.len(), 2);
}
