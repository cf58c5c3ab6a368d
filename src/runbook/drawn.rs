//! Items that are marked otherwise than Markdown has it, as wikis and notebooks export them: `☐ Check the replicas`, `Step 2) Drain it`.

use std::ops::Range;

use super::markdown::{Block, Item, Kind, List, Words, read};

/// Whether the box that a text begins with is ticked, and what follows it.
fn box_of(text: &str) -> Option<(bool, &str)> {
    const DRAWN: [(&str, bool); 10] = [
        ("\u{2610}", false),
        ("\u{25a1}", false),
        ("\u{25a2}", false),
        ("\u{2b1c}", false),
        ("\u{1f532}", false),
        ("\u{2611}", true),
        ("\u{2612}", true),
        ("[ ] ", false),
        ("[x] ", true),
        ("[X] ", true),
    ];
    DRAWN.iter().find_map(|(mark, ticked)| {
        let rest = text.trim_start().strip_prefix(mark)?;
        let rest = rest.trim_start_matches(['\u{fe0f}', '\u{fe0e}', ' ']);
        (!rest.is_empty()).then_some((*ticked, rest))
    })
}

/// What a line begins with that Markdown does not know as the mark of an item.
#[derive(Clone, Copy)]
enum Mark {
    Box(bool),
    /// `Step 2)`, `Step 2:`.
    Number(u64),
    /// A bullet of a word processor, an arrow.
    Bullet,
}

impl Mark {
    /// The mark of a line, and what follows it.
    fn of(line: &str) -> Option<(Self, &str)> {
        if let Some((ticked, rest)) = box_of(line) {
            return Some((Self::Box(ticked), rest));
        }
        let line = line.trim_start();
        if let Some(rest) = line.strip_prefix(['\u{2022}', '\u{25aa}', '\u{2023}', '\u{2192}']) {
            return Some((Self::Bullet, rest.trim_start())).filter(|(_, rest)| !rest.is_empty());
        }
        let rest = line.strip_prefix("Step ").or_else(|| line.strip_prefix("step "))?;
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number = rest[..end].parse().ok()?;
        let rest = rest[end..]
            .trim_start()
            .strip_prefix([')', ':', '.', '-', '\u{2013}'])?
            .trim_start();
        (!rest.is_empty()).then_some((Self::Number(number), rest))
    }
}

/// The list that the lines of a paragraph are: each begins with a box or, where there are several, with the number of a step or a bullet. None
/// where the first one does not. `base` is where the source begins.
pub(super) fn list(source: &str, range: &Range<usize>, base: usize) -> Option<List> {
    let mut found: Vec<(Range<usize>, Mark, usize)> = Vec::new();
    let mut at = range.start;
    for line in source[range.clone()].split_inclusive('\n') {
        let end = at + line.len();
        match (Mark::of(line.trim_end()), found.last_mut()) {
            (Some((mark, rest)), _) => found.push((at..end, mark, at + line.trim_end().len() - rest.len())),
            (None, Some((last, ..))) => last.end = end,
            (None, None) => return None,
        }
        at = end;
    }
    let first = match found.as_slice() {
        [(_, Mark::Box(_), _), ..] | [(_, Mark::Bullet, _), _, ..] => None,
        [(_, Mark::Number(first), _), _, ..] => Some(*first),
        _ => return None,
    };
    let item = |(range, mark, from): (Range<usize>, Mark, usize)| Item {
        blocks: read(&source[from..range.end], base + from),
        range: base + range.start..base + range.end,
        ticked: match mark {
            Mark::Box(ticked) => Some(ticked),
            Mark::Number(_) | Mark::Bullet => None,
        },
    };
    let items = found.into_iter().map(item).collect();
    Some(List { first, items })
}

/// Gives an item of a list the box that its words begin with.
pub(super) fn into_box(item: &mut Item) {
    if item.ticked.is_some() {
        return;
    }
    if let Some(Block {
        kind: Kind::Paragraph(Words { text, .. }),
        ..
    }) = item.blocks.first_mut()
        && let Some((ticked, rest)) = box_of(text)
    {
        let rest = rest.to_owned();
        (*text, item.ticked) = (rest, Some(ticked));
    }
}

#[cfg(test)]
mod tests {
    use crate::runbook::Runbook;

    #[test]
    fn a_drawn_box_is_one() {
        let text = "# T\n\n## Actions\n\n\u{2610} Check `kubectl get deploy`\nand the pods\n\u{2611}\u{fe0f} Roll back\n[ ] Tell support\n\n- \
                    \u{25a1} Watch it\n- plain\n\nA paragraph with \u{2610} in it.\n";
        let steps = Runbook::read("t", text).steps(None, None);
        let all: Vec<(&str, bool)> = steps
            .steps
            .iter()
            .map(|step| (step.text.as_str(), step.ticked))
            .collect();
        let wanted = [
            ("Check kubectl get deploy and the pods", false),
            ("Roll back", true),
            ("Tell support", false),
            ("Watch it", false),
        ];
        assert_eq!((all.as_slice(), steps.said.as_str()), (&wanted[..], "task boxes"));
        assert_eq!(steps.steps[0].commands[0].text, "kubectl get deploy");
        assert_eq!((steps.steps[0].line, steps.steps[2].line), (5, 8));
    }

    #[test]
    fn numbers_in_words_and_bullets_of_other_programs_are_items() {
        let all = |text: &str| -> Vec<String> {
            let steps = Runbook::read("t", text).steps(None, None);
            steps.steps.into_iter().map(|step| step.text).collect()
        };
        assert_eq!(
            all("# T\n\nStep 1) Log in\nStep 2) Run `x`\nand wait\n"),
            ["Log in", "Run x and wait"]
        );
        assert_eq!(
            all("# T\n\n## What to do\n\n\u{2192} Look\n\u{2192} Switch\n"),
            ["Look", "Switch"]
        );
        assert_eq!(
            all("# T\n\n## What to do\n\n\u{2022} Look at it\n"),
            ["\u{2022} Look at it"]
        );
    }
}
