//! Boxes that are drawn with a letter, as wikis and notebooks export them: `☐ Check the replicas`.

use std::ops::Range;

use super::markdown::{Block, Item, Kind, Words, read};

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

/// The items of a paragraph whose lines begin with such boxes; none where its first one does not. `base` is where the source begins.
pub(super) fn items(source: &str, range: &Range<usize>, base: usize) -> Vec<Item> {
    let mut found: Vec<(Range<usize>, bool, usize)> = Vec::new();
    let mut at = range.start;
    for line in source[range.clone()].split_inclusive('\n') {
        let end = at + line.len();
        match (box_of(line.trim_end()), found.last_mut()) {
            (Some((ticked, rest)), _) => found.push((at..end, ticked, at + line.trim_end().len() - rest.len())),
            (None, Some((last, ..))) => last.end = end,
            (None, None) => return Vec::new(),
        }
        at = end;
    }
    let item = |(range, ticked, from): (Range<usize>, bool, usize)| Item {
        blocks: read(&source[from..range.end], base + from),
        range: base + range.start..base + range.end,
        ticked: Some(ticked),
    };
    found.into_iter().map(item).collect()
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
}
