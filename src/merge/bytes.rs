//! Laws of merging on the bytes of files: whoever merges writes the same, and words that nobody touched stay.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;

use super::driver;
use crate::document::Document;
use crate::incident::{Event, EventKind, Incident, Time};
use crate::trials::cases;

/// What one side does to a file.
#[derive(Clone, Debug)]
enum Edit {
    /// Logs a line.
    Log(u32),
    /// Writes a comment before an entry.
    Comment(Index, String),
    /// Adds an unknown key to an entry.
    Key(Index, String),
    /// Writes an entry's words in quotes.
    Quote(Index),
    /// Adds a field to the head.
    Field(String),
    /// Appends a line by hand, without an id; with a time and an author, or without.
    ByHand(bool),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        3 => (0..40_u32).prop_map(Edit::Log),
        2 => (any::<Index>(), "[a-z]{1,6}").prop_map(|(at, word)| Edit::Comment(at, word)),
        1 => (any::<Index>(), "[a-z]{1,6}").prop_map(|(at, word)| Edit::Key(at, word)),
        1 => any::<Index>().prop_map(Edit::Quote),
        1 => "[a-z]{1,6}".prop_map(Edit::Field),
        1 => any::<bool>().prop_map(Edit::ByHand),
    ]
}

fn base() -> String {
    let mut incident = Incident {
        warroom: 1,
        id: "INC-2026-0001".into(),
        uid: "abcdefgh".into(),
        title: "Checkout failing".into(),
        framework: "ops".into(),
        ..Incident::default()
    };
    for number in 0..4 {
        incident.timeline.push(event("base", number, number));
    }
    Document::create(Arc::new(incident))
        .text()
        .replace("title:", "# what is broken\ntitle:")
}

fn event(side: &str, number: u32, minute: u32) -> Arc<Event> {
    Arc::new(Event {
        id: format!("e{side}{number}"),
        at: Time::from_millis(1_795_183_500_000 + i64::from(minute) * 60_000),
        by: "kim".into(),
        kind: EventKind::Note,
        text: format!("{side} {number}"),
        ..Event::default()
    })
}

fn apply(text: &str, side: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for (number, edit) in edits.iter().enumerate() {
        let heads: Vec<usize> = text.match_indices("\n- id: ebase").map(|(at, _)| at + 1).collect();
        let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        match edit {
            Edit::Log(minute) => {
                let document = Document::parse(&text).unwrap();
                let mut incident = Incident::clone(document.incident());
                incident
                    .timeline
                    .push(event(side, u32::try_from(number).unwrap(), *minute));
                incident.timeline.sort_by(|a, b| a.in_time(b));
                text = document.with(Arc::new(incident)).text().to_owned();
            }
            Edit::Comment(at, word) => {
                let at = heads[at.index(heads.len())];
                text.insert_str(at, &format!("# {side} {word}\n"));
            }
            Edit::Key(at, word) => {
                let at = line_end(heads[at.index(heads.len())]);
                text.insert_str(at, &format!("  {side}_{word}{number}: 1\n"));
            }
            Edit::Quote(at) => {
                let at = heads[at.index(heads.len())];
                let words = at + text[at..].find("text: base").unwrap_or(0);
                if words > at {
                    let end = words + text[words..].find('\n').unwrap();
                    let quoted = format!("text: '{}'", &text[words + 6..end]);
                    text.replace_range(words..end, &quoted);
                }
            }
            Edit::ByHand(dated) => {
                let end = text.rfind("# end of").unwrap();
                let made = ["", "  at: 2026-11-20T14:30:00.000Z\n  by: kim\n"][usize::from(*dated)];
                text.insert_str(
                    end,
                    &format!("- text: by hand of {side}{number}.\n{made}  kind: note\n"),
                );
            }
            Edit::Field(word) => {
                let at = text.find("timeline:").unwrap();
                text.insert_str(at, &format!("{side}_{word}{number}: by hand # {word}\n"));
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn whoever_merges_writes_the_same_bytes(
        ours in prop::collection::vec(edit(), 0..6),
        theirs in prop::collection::vec(edit(), 0..6),
    ) {
        let base = base();
        let (x, y) = (apply(&base, "x", &ours), apply(&base, "y", &theirs));
        let merged = driver(&base, &x, &y).unwrap();
        prop_assert_eq!(&merged, &driver(&base, &y, &x).unwrap());
        // Merging again changes nothing, whichever side the result meets.
        prop_assert_eq!(&merged, &driver(&x, &merged, &x).unwrap());
        prop_assert_eq!(&merged, &driver(&y, &y, &merged).unwrap());
        prop_assert_eq!(&merged, &driver(&base, &merged, &merged).unwrap());
        let document = Document::parse(&merged).unwrap();
        prop_assert!(document.complete() && document.quarantined().is_empty());
        for (side, edits) in [("x", &ours), ("y", &theirs)] {
            for (number, edit) in edits.iter().enumerate() {
                let kept = match edit {
                    Edit::Log(_) => merged.contains(&format!("id: e{side}{number}\n")),
                    Edit::Key(_, word) => merged.contains(&format!("{side}_{word}{number}: ")),
                    Edit::Field(word) => merged.contains(&format!("{side}_{word}{number}: by hand # {word}\n")),
                    Edit::ByHand(_) => merged.matches(&format!("text: by hand of {side}{number}.\n")).count() == 1,
                    Edit::Comment(..) | Edit::Quote(_) => true,
                };
                prop_assert!(kept, "{:?} of {} is gone:\n{}", edit, side, merged);
            }
        }
        // Comments of blocks that one side alone touched stay.
        for (text, other) in [(&x, &y), (&y, &x)] {
            for block in blocks(text) {
                let Some(id) = block.lines().find(|line| line.starts_with("- id: ")) else { continue };
                let same_in_base = blocks(&base).any(|one| one.contains(id) && blocks(other).any(|theirs| theirs == one));
                if same_in_base {
                    prop_assert!(merged.contains(block), "{}\nis not in\n{}", block, merged);
                }
            }
        }
        prop_assert!(merged.contains("# what is broken\ntitle:"));
    }
}

/// How clones around one remote go on: one of them edits, or joins with another.
#[derive(Clone, Debug)]
enum Step {
    Edit(Index, Edit),
    Join(Index, Index),
}

/// A history of files as git would have it: each commit with its text and everything before it.
struct History {
    commits: Vec<(String, BTreeSet<usize>)>,
    tips: Vec<usize>,
}

impl History {
    fn new(clones: usize) -> Self {
        Self {
            commits: vec![(base(), BTreeSet::from([0]))],
            tips: vec![0; clones],
        }
    }

    fn commit(&mut self, text: String, parents: &[usize]) -> usize {
        let place = self.commits.len();
        let mut past: BTreeSet<usize> = parents
            .iter()
            .flat_map(|parent| self.commits[*parent].1.clone())
            .collect();
        past.insert(place);
        self.commits.push((text, past));
        place
    }

    /// The text that both come from; of several, what they merge to.
    fn base(&self, one: &BTreeSet<usize>, other: &BTreeSet<usize>) -> String {
        let common: BTreeSet<usize> = one.intersection(other).copied().collect();
        let is_newest = |commit: &&usize| {
            let mut later = common.iter().filter(|later| later != commit);
            !later.any(|later| self.commits[*later].1.contains(*commit))
        };
        let mut newest = common.iter().filter(is_newest);
        let (mut text, mut past) = self.commits[*newest.next().unwrap()].clone();
        for next in newest {
            let (theirs, more) = &self.commits[*next];
            text = driver(&self.base(&past, more), &text, theirs).unwrap();
            past.extend(more);
        }
        text
    }

    fn join(&mut self, one: usize, other: usize) -> usize {
        let ((ours, mine), (theirs, yours)) = (&self.commits[one], &self.commits[other]);
        if mine.contains(&other) {
            return one;
        }
        if yours.contains(&one) {
            return other;
        }
        let base = self.base(mine, yours);
        let text = driver(&base, ours, theirs).unwrap();
        assert_eq!(text, driver(&base, theirs, ours).unwrap(), "either way round");
        self.commit(text, &[one, other])
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn clones_that_have_exchanged_all_hold_the_same_bytes(
        clones in 2..=6_usize,
        steps in prop::collection::vec(
            prop_oneof![
                3 => (any::<Index>(), edit()).prop_map(|(who, edit)| Step::Edit(who, edit)),
                2 => (any::<Index>(), any::<Index>()).prop_map(|(who, from)| Step::Join(who, from)),
            ],
            1..24,
        ),
        order in prop::collection::vec((any::<Index>(), any::<Index>()), 0..12),
    ) {
        let mut history = History::new(clones);
        let mut logged = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            match step {
                Step::Edit(who, edit) => {
                    let who = who.index(clones);
                    let tip = history.tips[who];
                    let side = format!("c{who}n{number}x");
                    let text = apply(&history.commits[tip].0, &side, std::slice::from_ref(edit));
                    match edit {
                        Edit::Log(_) => logged.push(format!("id: e{side}0\n")),
                        Edit::ByHand(_) => logged.push(format!("text: by hand of {side}0.\n")),
                        _ => {}
                    }
                    history.tips[who] = history.commit(text, &[tip]);
                }
                Step::Join(who, from) => {
                    let (who, from) = (who.index(clones), from.index(clones));
                    history.tips[who] = history.join(history.tips[who], history.tips[from]);
                }
            }
        }
        // They exchange in some order, and then until nobody has anything that another has not.
        for (who, from) in order {
            let (who, from) = (who.index(clones), from.index(clones));
            history.tips[who] = history.join(history.tips[who], history.tips[from]);
        }
        for who in (1..clones).chain(0..clones) {
            history.tips[who] = history.join(history.tips[who], history.tips[(who + clones - 1) % clones]);
        }
        let text = &history.commits[history.tips[0]].0;
        for tip in &history.tips {
            prop_assert_eq!(text, &history.commits[*tip].0);
        }
        for line in logged {
            prop_assert!(text.matches(&line).count() == 1, "{} is gone or doubled:\n{}", line, text);
        }
        prop_assert!(Document::parse(text).unwrap().quarantined().is_empty());
    }
}

/// The entries of the timeline, each with its comments.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let start = text.find("timeline:\n").unwrap() + 10;
    let list = &text[start..text.find("# end of").unwrap()];
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &list[at..];
        if rest.is_empty() {
            return None;
        }
        let head = if rest.starts_with("- ") {
            0
        } else {
            rest.find("\n- ")? + 1
        };
        let body = head + 2;
        let after = rest[body..].find("\n- ").map_or(rest.len(), |next| body + next + 1);
        // Comments before the next dash belong to it.
        let mut end = after;
        while let Some(line) = rest[..end].trim_end_matches('\n').rfind('\n').map(|at| at + 1)
            && rest[line..].starts_with('#')
            && line > body
        {
            end = line;
        }
        at += end;
        Some(&rest[..end])
    })
}
