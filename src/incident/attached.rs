//! Steps of a runbook as checklist items: which item is which step, although its words have changed since.

use super::change::AttachedStep;
use super::model::Item;

/// From which likeness on two wordings are taken for one step.
const ALIKE: f64 = 0.6;

/// For each step the item that is it: the same words, else the same id, else the most similar words.
pub fn pairs(items: &[&Item], steps: &[AttachedStep]) -> Vec<Option<String>> {
    let mut found: Vec<Option<String>> = vec![None; steps.len()];
    let mut free: Vec<&Item> = items.to_vec();
    let mut take = |found: &mut Vec<Option<String>>, place: usize, fits: &dyn Fn(&Item) -> bool| {
        if found[place].is_none()
            && let Some(at) = free.iter().position(|item| fits(item))
        {
            found[place] = Some(free.remove(at).id.clone());
        }
    };
    for (place, step) in steps.iter().enumerate() {
        take(&mut found, place, &|item| item.id == step.id && item.text == step.text);
    }
    for (place, step) in steps.iter().enumerate() {
        take(&mut found, place, &|item| same(&item.text, &step.text));
    }
    for (place, step) in steps.iter().enumerate() {
        take(&mut found, place, &|item| item.id == step.id);
    }
    let open = found.iter().enumerate().filter(|(_, item)| item.is_none());
    let mut likely: Vec<(f64, usize, &Item)> = open
        .flat_map(|(place, _)| {
            free.iter()
                .map(move |item| (alike(&item.text, &steps[place].text), place, *item))
        })
        .filter(|(likeness, ..)| *likeness >= ALIKE)
        .collect();
    likely.sort_by(|one, other| {
        other
            .0
            .total_cmp(&one.0)
            .then_with(|| (one.1, &one.2.id).cmp(&(other.1, &other.2.id)))
    });
    for (_, place, item) in likely {
        if found[place].is_none() && !found.iter().flatten().any(|id| *id == item.id) {
            found[place] = Some(item.id.clone());
        }
    }
    found
}

/// Whether two texts say the same but for blanks and case.
fn same(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words(one) == words(other)
}

/// Words of a text in small letters, sorted.
fn bag(text: &str) -> Vec<String> {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut bag: Vec<String> = words.map(str::to_lowercase).collect();
    bag.sort();
    bag
}

/// How alike two texts are: of the words of both, the share that they have in common, from 0 to 1.
pub fn alike(one: &str, other: &str) -> f64 {
    let (one, other) = (bag(one), bag(other));
    if one.is_empty() && other.is_empty() {
        return 1.0;
    }
    let (mut a, mut b, mut common) = (0, 0, 0usize);
    while a < one.len() && b < other.len() {
        match one[a].cmp(&other[b]) {
            std::cmp::Ordering::Less => a += 1,
            std::cmp::Ordering::Greater => b += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                a += 1;
                b += 1;
            }
        }
    }
    let figure = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    2.0 * figure(common) / figure(one.len() + other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_wording_is_still_alike_and_other_words_are_not() {
        assert!(alike("Restart it, one pod at a time", "Restart the pods, one at a time") > ALIKE);
        assert!(alike("Raise the limit", "Roll back the release") < ALIKE);
        assert!((alike("a b", "b a") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn each_item_is_one_step_only() {
        let item = |id: &str, text: &str| Item {
            id: id.into(),
            text: text.into(),
            ..Item::default()
        };
        let step = |id: &str, text: &str| AttachedStep {
            id: id.into(),
            text: text.into(),
            ticked: false,
        };
        let items = [
            item("r.a", "Restart it, one pod at a time"),
            item("r.b", "Look"),
            item("r.c", "Look again"),
        ];
        let items: Vec<&Item> = items.iter().collect();
        let steps = [
            step("r.b", "Look"),
            step("r.x", "Restart the pods, one at a time"),
            step("r.y", "look  AGAIN"),
            step("r.z", "Call the data centre"),
        ];
        let found = pairs(&items, &steps);
        let ids: Vec<_> = found.iter().map(|id| id.as_deref().unwrap_or("-")).collect();
        assert_eq!(ids, ["r.b", "r.a", "r.c", "-"]);
    }
}
