//! How well choices are matched by what is typed, and in which order those that are stand.

use super::form::{Choice, Choices, choice};

/// Ranks of a match, the best first.
const EXACT: u8 = 0;

const PREFIX: u8 = 1;

/// The last rank of words that begin with what is typed.
pub(super) const WORD: u8 = 2;

const SUBSTRING: u8 = 3;

const SUBSEQUENCE: u8 = 4;

/// How well a text is matched by what was typed (both in lower case): exactly, at its beginning, at the beginning of a word, within,
/// or by its letters in their order; `None` where it is not.
pub(super) fn rank(typed: &str, text: &str) -> Option<u8> {
    if typed.is_empty() {
        return Some(EXACT);
    }
    if text == typed {
        return Some(EXACT);
    }
    if text.starts_with(typed) {
        return Some(PREFIX);
    }
    let mut places = text.match_indices(typed).map(|(at, _)| at).peekable();
    if places.peek().is_some() {
        let begins = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
        return Some(if places.any(begins) { WORD } else { SUBSTRING });
    }
    // Several words each begin one of its words: `assign ic` finds `assign incident commander`.
    let starts = |word: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .any(|own| own.starts_with(word))
    };
    if typed.contains(' ') && typed.split_whitespace().all(starts) {
        return Some(WORD);
    }
    let mut letters = text.chars();
    let in_order = typed.chars().filter(|c| *c != ' ').all(|c| letters.any(|own| own == c));
    in_order.then_some(SUBSEQUENCE)
}

/// The rank of a choice: its label counts most, then its synonyms and the name used in scripts, then the sentence about it.
fn ranked(typed: &str, choice: &Choice) -> Option<u8> {
    let label = rank(typed, &choice.label.to_lowercase()).map(|rank| rank * 4);
    let within = |text: &str, add: u8| {
        rank(typed, text)
            .filter(|rank| *rank <= SUBSTRING)
            .map(|rank| rank * 4 + add)
    };
    let words = choice
        .words
        .split(',')
        .filter(|word| !word.is_empty())
        .filter_map(|word| within(word.trim(), 1))
        .min();
    let value = within(&choice.value.to_lowercase(), 2);
    let detail = within(&choice.detail.to_lowercase(), 3)
        .filter(|_| typed.len() > 2)
        .map(|rank| rank.max(SUBSTRING * 4));
    [label, words, value, detail].into_iter().flatten().min()
}

/// Shows what matches the typed words, best first; those that cannot be chosen after the others, and a role that is held after an
/// empty one that matches as well.
pub(super) fn narrow(choices: &mut Choices, typed: &str) {
    let typed = typed.to_lowercase();
    let mut found: Vec<((bool, u8, bool, u8), usize)> = Vec::with_capacity(choices.all.len());
    for (index, choice) in choices.all.iter().enumerate() {
        if let Some(rank) = ranked(&typed, choice) {
            // Words that begin so are as good as each other where a held role stands against an empty one.
            let coarse = match rank / 4 {
                EXACT => 0,
                PREFIX | WORD => 1,
                other => other,
            };
            let last = !choice.enabled && !typed.is_empty();
            found.push(((last, coarse, choice.held && !typed.is_empty(), rank), index));
        }
    }
    found.sort_unstable();
    choices.shown = found.into_iter().map(|(_, index)| index).collect();
    choices.selected = 0;
    choices.top = 0;
}

/// Shows the choices that have a word beginning with what is typed, best first; if none is exactly that, what is typed is one
/// too. (Fuzzy search would give `joanna` the role of a new `ann`.)
pub(super) fn narrow_by_prefix(choices: &mut Choices, typed: &str) {
    choices.all.retain(|choice| choice.detail != AS_TYPED);
    let wanted = typed.to_lowercase();
    let exact = choices.all.iter().any(|choice| choice.value.to_lowercase() == wanted);
    if !typed.is_empty() && !exact {
        choices.all.push(choice(typed, typed, AS_TYPED));
    }
    let rank = |choice: &Choice| {
        let of = |text: &str| rank(&wanted, &text.to_lowercase()).filter(|rank| *rank <= WORD);
        of(&choice.label).into_iter().chain(of(&choice.value)).min()
    };
    let mut shown: Vec<(u8, usize)> = Vec::new();
    for (index, choice) in choices.all.iter().enumerate() {
        if let Some(rank) = rank(choice) {
            // Whoever is known stands before what is typed, unless that is what is meant exactly.
            shown.push((if choice.detail == AS_TYPED { WORD + 1 } else { rank }, index));
        }
    }
    shown.sort_unstable();
    choices.shown = shown.into_iter().map(|(_, index)| index).collect();
    choices.selected = 0;
}

const AS_TYPED: &str = "as typed";
