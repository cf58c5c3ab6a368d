//! A history of several people as git would have it, with its commits, heads and bases.

use super::model::{Model, registers};
use super::*;

/// A state in the history.
pub(super) struct Commit {
    pub(super) state: Incident,
    pub(super) ancestors: BTreeSet<usize>,
    pub(super) model: Model,
}

/// A history as git would have it.
pub(super) struct World {
    pub(super) commits: Vec<Commit>,
    pub(super) heads: Vec<usize>,
    pub(super) bases: BTreeMap<(usize, usize), Incident>,
    /// Everybody's clock.
    pub(super) clocks: Vec<Clock>,
    /// Kinds of edits that were made by hand, and whether nobody takes them in.
    pub(super) by_hand: BTreeMap<usize, bool>,
}

impl World {
    pub(super) fn new(people: usize) -> Self {
        let state = declared();
        let mut model = Model::default();
        for (name, (value, _)) in registers(&state) {
            let write = (Stamp::new(Time::default(), ""), value);
            model.heard.insert((name.clone(), write.clone()));
            model.heads.insert(name, BTreeSet::from([write]));
        }
        Self {
            commits: vec![Commit {
                state,
                ancestors: BTreeSet::from([0]),
                model,
            }],
            heads: vec![0; people],
            bases: BTreeMap::new(),
            clocks: vec![Clock::Wrong; people],
            by_hand: BTreeMap::new(),
        }
    }

    pub(super) fn state(&self, who: usize) -> &Incident {
        &self.commits[self.heads[who]].state
    }

    pub(super) fn commit(&mut self, state: Incident, model: Model, parents: &[usize]) -> usize {
        let mut ancestors: BTreeSet<usize> = parents
            .iter()
            .flat_map(|parent| self.commits[*parent].ancestors.clone())
            .collect();
        ancestors.insert(self.commits.len());
        self.commits.push(Commit {
            state,
            ancestors,
            model,
        });
        self.commits.len() - 1
    }

    /// The newest common ancestor; where there are several, what they merge to, as git's own recursive merge has it.
    pub(super) fn base(&mut self, one: usize, other: usize) -> Incident {
        let key = (one.min(other), one.max(other));
        if let Some(known) = self.bases.get(&key) {
            return known.clone();
        }
        let common: BTreeSet<usize> = self.commits[one]
            .ancestors
            .intersection(&self.commits[other].ancestors)
            .copied()
            .collect();
        let newest: Vec<usize> = common
            .iter()
            .copied()
            .filter(|commit| {
                !common
                    .iter()
                    .any(|later| later != commit && self.commits[*later].ancestors.contains(commit))
            })
            .collect();
        let mut sum = self.commits[newest[0]].state.clone();
        let mut ancestors = self.commits[newest[0]].ancestors.clone();
        for next in &newest[1..] {
            let virtual_one = self.commits.len();
            self.commits.push(Commit {
                state: sum.clone(),
                ancestors: ancestors.clone(),
                model: Model::default(),
            });
            let base = self.base(virtual_one, *next);
            self.bases.retain(|pair, _| pair.1 != virtual_one);
            self.commits.pop();
            sum = merge(&base, &sum, &self.commits[*next].state);
            ancestors.extend(self.commits[*next].ancestors.iter().copied());
        }
        self.bases.insert(key, sum.clone());
        sum
    }

    pub(super) fn join(&mut self, one: usize, other: usize) -> usize {
        for (newer, older) in [(one, other), (other, one)] {
            if self.commits[newer].ancestors.contains(&older) {
                let (new, old) = (&self.commits[newer].state, &self.commits[older].state);
                let whole = merge(old, old, new);
                if bytes(&whole) == bytes(new) {
                    return newer;
                }
                // A line that somebody deleted is put back.
                let model = self.commits[newer].model.clone();
                return self.commit(whole, model, &[newer]);
            }
        }
        let base = self.base(one, other);
        let (ours, theirs) = (&self.commits[one].state, &self.commits[other].state);
        let merged = merge(&base, ours, theirs);
        assert_eq!(bytes(&merged), bytes(&merge(&base, theirs, ours)), "either way round");
        assert_eq!(
            bytes(&merge(&base, &merged, ours)),
            bytes(&merged),
            "merging again changes nothing"
        );
        assert_eq!(
            bytes(&merge(ours, &merged, ours)),
            bytes(&merged),
            "pulling what is contained changes nothing"
        );
        // Records inside an entry that were deleted by hand come back, and with them the entry is merged field by field.
        let whole = restored(&base, ours);
        if kept(&base).is_subset(&kept(&whole)) {
            assert_eq!(
                bytes(&merge(&base, ours, &base)),
                bytes(&whole),
                "what one side changed stands"
            );
        }
        let model = self.commits[one].model.merge(&self.commits[other].model);
        model.check(&merged);
        self.commit(merged, model, &[one, other])
    }

    pub(super) fn step(&mut self, number: usize, step: &Step) {
        match step {
            Step::Change(who, drawn) => {
                if let Some(next) = changed(self.state(*who), number, *who, self.clocks[*who], drawn) {
                    self.write(*who, next, false);
                }
            }
            Step::Hand(who, kind, pick) => {
                let others: Vec<&Incident> = self.heads.iter().map(|head| &self.commits[*head].state).collect();
                let next = by_hand(self.state(*who), &others, number, *kind, *pick);
                // Twice over one value without a stamp nobody can tell from once, and the words of a line that nobody
                // took in are kept only by whoever merges before they are replaced. So a kind of edit is either left
                // Over a stamped value a merge that does not know that stamp's write takes the edit for it: those are taken in, too.
                // as it is, and made once, or taken in by a console each time; and what comes to the same value is made once.
                let stamped = over_a_stamp(self.state(*who), &next);
                let same = if *kind == 3 { 2 } else { *kind };
                let first = !self.by_hand.contains_key(&same);
                if !first && [2, 8].contains(&same) {
                    return;
                }
                let left = *self
                    .by_hand
                    .entry(same)
                    .or_insert(![1, 5].contains(kind) && number.is_multiple_of(2) && !stamped);
                if left && first {
                    self.write(*who, next, true);
                } else if !left {
                    let now = Time::from_millis(START + number as i64 * 7000);
                    let (adopted, _) = crate::merge::byhand::adopt(self.state(*who), &next, &[], &|_, _, _| false, now);
                    self.write(*who, adopted, false);
                }
            }
            Step::Pull(who, from) => self.heads[*who] = self.join(self.heads[*who], self.heads[*from]),
        }
    }

    pub(super) fn write(&mut self, who: usize, next: Incident, hand: bool) {
        let parent = self.heads[who];
        let mut model = self.commits[parent].model.clone();
        model.write(&self.commits[parent].state, &next, hand);
        self.heads[who] = self.commit(next, model, &[parent]);
    }
}

/// Whether an edit replaces a value that has a stamp of its own.
fn over_a_stamp(before: &Incident, after: &Incident) -> bool {
    let after = registers(after);
    let mut before = registers(before).into_iter();
    before.any(|(name, (value, heads))| heads.is_some() && after.get(&name).is_none_or(|(other, _)| *other != value))
}
