//! Whatever a YAML tool or a person makes of a file without a change of its data: a write takes no comment and no line out
//! that it did not mean.

use std::sync::Arc;

use proptest::prelude::*;

use super::Document;
use crate::incident::{Event, EventKind, HypothesisState, Incident, Time};
use crate::merge;

/// How a file is dressed.
#[derive(Clone, Debug)]
struct Style {
    before: usize,
    behind: usize,
    key: Vec<usize>,
    indent: usize,
    entry: Vec<usize>,
    value: Vec<usize>,
    comments: Vec<bool>,
    blank: Vec<bool>,
    reversed: bool,
    crlf: bool,
}

fn style() -> impl Strategy<Value = Style> {
    use proptest::collection::vec;
    let many = || vec(any::<bool>(), 40);
    (
        (0usize..8, 0usize..4, vec(0usize..4, 16), 0usize..3, vec(0usize..5, 8)),
        (vec(0usize..3, 32), many(), many(), any::<bool>(), any::<bool>()),
    )
        .prop_map(
            |((before, behind, key, indent, entry), (value, comments, blank, reversed, crlf))| Style {
                before,
                behind,
                key,
                indent: indent * 2,
                entry,
                value,
                comments,
                blank,
                reversed,
                crlf,
            },
        )
}

const BEFORE: [&str; 8] = [
    "",
    "---\n",
    "# top\n---\n",
    "%YAML 1.1\n---\n",
    "# one\n\n%YAML 1.1\n# two\n--- # three\n# four\n\n",
    "\u{feff}---\n",
    "# yaml-language-server: x\n",
    "--- \n\n",
];

struct Tailor {
    style: Style,
    out: String,
    comments: usize,
    values: usize,
    blanks: usize,
    keys: usize,
}

impl Tailor {
    fn comment(&mut self, indent: usize) {
        self.comments += 1;
        if self.style.comments[self.comments % 40] {
            self.out
                .push_str(&format!("{}# c{}\n", " ".repeat(indent), self.comments));
        }
        self.blanks += 1;
        if self.style.blank[self.blanks % 40] {
            self.out.push('\n');
        }
    }

    fn end(&mut self) -> String {
        self.comments += 1;
        if self.style.comments[(self.comments * 7) % 40] {
            format!("  # e{}", self.comments)
        } else {
            String::new()
        }
    }

    fn key(&mut self, key: &str) -> String {
        self.keys += 1;
        match self.style.key[self.keys % 16] {
            0 => format!("{key}:"),
            1 => format!("\"{key}\":"),
            2 => format!("'{key}':"),
            _ => format!("{key} :"),
        }
    }

    fn value(&mut self, value: &str) -> String {
        self.values += 1;
        match self.style.value[self.values % 32] {
            1 => format!("\"{value}\""),
            2 => format!("'{value}'"),
            _ => value.to_owned(),
        }
    }

    fn field(&mut self, key: &str, value: &str) {
        self.comment(0);
        let line = format!("{} {}{}\n", self.key(key), self.value(value), self.end());
        self.out.push_str(&line);
    }

    fn list(&mut self, key: &str, entries: &[Vec<(&str, &str)>]) {
        self.comment(0);
        let line = format!("{}{}\n", self.key(key), self.end());
        self.out.push_str(&line);
        for (number, entry) in entries.iter().enumerate() {
            let mut entry = entry.clone();
            if self.style.reversed {
                entry.reverse();
            }
            let pad = " ".repeat(self.style.indent);
            self.comment(self.style.indent);
            let form = self.style.entry[number % 8];
            if form == 4 {
                let parts: Vec<String> = entry.iter().map(|(key, value)| format!("{key}: \"{value}\"")).collect();
                let line = format!("{pad}- {{{}}}{}\n", parts.join(", "), self.end());
                self.out.push_str(&line);
                continue;
            }
            let (mut lead, column) = match form {
                0 | 1 => (format!("{pad}- "), 2),
                2 => (format!("{pad}-   "), 4),
                _ => (format!("{pad}-{}\n{pad}  ", self.end()), 2),
            };
            let column = self.style.indent + column;
            for (key, value) in entry {
                if lead.is_empty() {
                    self.comment(column);
                    lead = " ".repeat(column);
                }
                let line = if key == "text" && form == 1 {
                    format!("{lead}text: >-\n{lead}  {value}\n", lead = " ".repeat(column)).replacen(
                        &" ".repeat(column),
                        &lead,
                        1,
                    )
                } else {
                    format!("{lead}{} {}{}\n", self.key(key), self.value(value), self.end())
                };
                self.out.push_str(&line);
                lead.clear();
            }
        }
    }
}

fn dressed(style: &Style) -> String {
    let mut tailor = Tailor {
        style: style.clone(),
        out: String::new(),
        comments: 0,
        values: 0,
        blanks: 0,
        keys: 0,
    };
    tailor.field("warroom", "1");
    if tailor.out.contains("\"1\"") || tailor.out.contains("'1'") {
        tailor.out = "warroom: 1\n".into();
    }
    for (key, value) in [
        ("id", "INC-2026-0042"),
        ("uid", "abcdefg"),
        ("title", "Checkout failing"),
        ("framework", "ops"),
        ("severity", "SEV1"),
        ("status", "mitigating"),
        ("our own", "a.b"),
    ] {
        tailor.field(key, value);
    }
    tailor.list(
        "hypotheses",
        &[vec![
            ("id", "haaaaaaa"),
            ("at", "2026-11-20T14:00:00.000Z"),
            ("by", "kim"),
            ("statement", "slow query"),
            ("state", "open"),
            ("x-phone", "0049 30"),
        ]],
    );
    let event = |id: &'static str, at: &'static str, text: &'static str| {
        vec![("id", id), ("at", at), ("by", "lee"), ("kind", "note"), ("text", text)]
    };
    tailor.list(
        "timeline",
        &[
            event("eaaaaaaa", "2026-11-20T14:00:00.000Z", "one thing"),
            event("ebbbbbbb", "2026-11-20T14:01:00.000Z", "another"),
            event("eccccccc", "2026-11-20T14:02:00.000Z", "a third"),
        ],
    );
    let mut text = format!("{}{}", BEFORE[style.before], tailor.out);
    text.push_str(match style.behind {
        0 | 1 => "# end of INC-2026-0042\n",
        2 => "...\n# end of INC-2026-0042\n",
        _ => "# end of INC-2026-0042\n...\n",
    });
    if style.crlf { text.replace('\n', "\r\n") } else { text }
}

fn event(id: &str, text: &str) -> Arc<Event> {
    Arc::new(Event {
        id: id.into(),
        at: Time::parse_rfc3339("2026-11-20T14:05:00Z").unwrap(),
        by: "kim".into(),
        kind: EventKind::Note,
        text: text.into(),
        ..Event::default()
    })
}

fn logged(document: &Document, id: &str) -> Document {
    let mut incident = Incident::clone(document.incident());
    incident.timeline.push(event(id, "logged"));
    document.with(Arc::new(incident))
}

/// Whether all lines of `old` stand in `new`, in their order.
fn holds(new: &str, old: &str) -> Option<String> {
    let mut lines = new.lines();
    old.lines()
        .find(|line| !lines.any(|other| other == *line))
        .map(str::to_owned)
}

fn comments(text: &str) -> Vec<String> {
    let mut all: Vec<String> = super::comments::places(text)
        .into_iter()
        .map(|place| text[place].to_owned())
        .collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(crate::trials::cases(400))]

    #[test]
    fn a_logged_line_takes_no_other_line_out(style in style()) {
        let text = dressed(&style);
        let document = Document::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(document.incident().timeline.len(), 3, "{}", text);
        prop_assert!(document.quarantined().is_empty(), "{:?}\n{}", document.quarantined(), text);
        prop_assert!(document.complete());
        let one = logged(&document, "eoneaaaa");
        prop_assert_eq!(holds(one.text(), &text), None, "{}", one.text());
        let again = Document::parse(one.text()).map_err(|error| TestCaseError::fail(format!("{error}\n{}", one.text())))?;
        prop_assert_eq!(again.incident(), one.incident(), "{}", one.text());
        let two = logged(&document, "etwoaaaa");
        let (merged, _) = merge::merge(&document, &one, &two);
        prop_assert_eq!(holds(merged.text(), &text), None, "{}", merged.text());
        let again = Document::parse(merged.text()).unwrap();
        prop_assert_eq!(again.incident().timeline.len(), 5);
        let other_way = merge::merge(&document, &two, &one).0;
        prop_assert_eq!(other_way.text(), merged.text());
    }

    #[test]
    fn a_field_that_changes_keeps_the_comments_beside_it(style in style()) {
        let text = dressed(&style);
        let document = Document::parse(&text).unwrap();
        let mut incident = Incident::clone(document.incident());
        incident.status = "monitoring".into();
        let mut hypothesis = (*incident.hypotheses[0]).clone();
        hypothesis.state = HypothesisState::Confirmed;
        incident.hypotheses[0] = Arc::new(hypothesis);
        let mut event = (*incident.timeline[1]).clone();
        event.text = "in other\nwords".into();
        incident.timeline[1] = Arc::new(event);
        let changed = document.with(Arc::new(incident));
        prop_assert_eq!(comments(changed.text()), comments(&text), "{}\n{}", text, changed.text());
        let again = Document::parse(changed.text()).map_err(|error| TestCaseError::fail(format!("{error}\n{}", changed.text())))?;
        prop_assert_eq!(again.incident(), changed.incident(), "{}", changed.text());
    }
}

#[test]
fn a_second_document_is_refused_unless_it_is_empty() {
    let plain = "warroom: 1\nid: INC-1\ntitle: t\nframework: ops\nseverity: SEV1\nstatus: declared\n";
    for good in [
        format!("{plain}# end of INC-1\n---\n"),
        format!("---\n{plain}...\n---\n# nothing\n# end of INC-1\n"),
        format!("{plain}...\n# end of INC-1\n"),
    ] {
        let document = Document::parse(&good).unwrap();
        assert!(document.complete(), "{good}");
        assert_eq!(holds(logged(&document, "eoneaaaa").text(), &good), None);
    }
    for bad in [
        format!("{plain}---\na: b\n# end of INC-1\n"),
        format!("---\n---\n{plain}# end of INC-1\n"),
        format!("{plain}...\na: b\n# end of INC-1\n"),
    ] {
        let said = Document::parse(&bad).unwrap_err();
        assert_eq!(said.problem, "a second YAML document", "{bad}");
    }
}

#[test]
fn a_section_in_flow_style_grows_in_it_and_a_key_with_a_mark_is_that_key() {
    let head = "warroom: 1\nid: INC-1\ntitle: t\nframework: ops\nseverity: SEV1\nstatus: declared\n";
    let entry = "{id: eaaaaaaa, at: 2026-11-20T14:00:00.000Z, by: lee, kind: note, text: \"a, b\"}";
    for list in [
        format!("timeline: [{entry}] # all\n"),
        format!("\"timeline\": [\n  {entry}, # one\n]\n"),
        "timeline: [] # none yet\n".to_owned(),
        "'timeline': ~\n".to_owned(),
        format!("? timeline\n: - {entry}\n"),
        format!("timeline:\n# x\n- {entry} # y\n"),
    ] {
        let text = format!("{head}{list}# end of INC-1\n");
        let document = Document::parse(&text)
            .map_err(|error| format!("{error}\n{text}"))
            .unwrap();
        let count = usize::from(text.contains("eaaaaaaa"));
        assert_eq!(document.incident().timeline.len(), count, "{text}");
        let changed = logged(&document, "eoneaaaa");
        assert_eq!(comments(changed.text()), comments(&text), "{}", changed.text());
        let again = Document::parse(changed.text())
            .map_err(|error| format!("{error}\n{}", changed.text()))
            .unwrap();
        assert_eq!(again.incident(), changed.incident(), "{}", changed.text());
        assert!(!changed.text().contains("timeline:\ntimeline") && changed.text().matches("timeline").count() == 1);
    }
}

#[test]
fn json_is_refused_by_all_alike() {
    let text = "{\n  \"warroom\": 1,\n  \"id\": \"INC-1\",\n  \"title\": \"t\",\n  \"framework\": \"ops\",\n  \"severity\": \"SEV1\",\n  \"status\": \"declared\"\n}\n";
    for text in [
        text.to_owned(),
        format!("{text}# end of INC-1\n"),
        format!("---\n{text}# end of INC-1\n"),
    ] {
        assert!(Document::parse(&text).unwrap_err().problem.contains("JSON"), "{text}");
    }
}

#[test]
fn what_a_person_typed_without_an_id_keeps_its_words() {
    let text = "warroom: 1\nid: INC-1\ntitle: t\nframework: ops\nseverity: SEV1\nstatus: declared\nroles:\n# nobody yet\n- role: scribe # until six\n  who: kim\n  since: 2026-11-20T14:00:00.000Z\n  x-phone: 0049\n  x-none: # ask\n  x-day: 2026-11-20\n  x-yes: yes\n# end of INC-1\n";
    let document = Document::parse(text).unwrap();
    let named = merge::adopt(&document, &document, &merge::Seen::default(), Time::default(), "kim").0;
    let named = if named.text() == text {
        let mut incident = Incident::clone(document.incident());
        let mut role = (*incident.roles[0]).clone();
        role.id = "raaaaaaa".into();
        incident.roles[0] = Arc::new(role);
        document.with(Arc::new(incident))
    } else {
        named
    };
    assert_eq!(
        holds(named.text(), &text.replace("- role: scribe", "  role: scribe")).filter(|line| !line.contains("role:")),
        None,
        "{}",
        named.text()
    );
    assert_eq!(comments(named.text()), comments(text));
}
