//! One field of one entry: what a merge makes of it, and what somebody wrote into it by hand.

use serde_json::Value;

use super::stamps::{HAND, Heads, canonical};
use super::told;
use crate::incident::Stamp;

/// A field's value with the writes it stands for.
#[derive(Clone, Debug)]
pub(super) struct Register<'a> {
    /// `None` where the field is absent.
    pub value: Option<&'a Value>,
    pub heads: Heads,
    /// Whether the stamps stand in `rev`; otherwise they are those of the entry.
    pub explicit: bool,
}

/// One of the two states that are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Ours,
    Theirs,
}

/// What a merge makes of a register.
#[derive(Debug)]
pub(super) struct Decision<'a> {
    pub value: Option<&'a Value>,
    pub heads: Heads,
    pub explicit: bool,
    /// Whose value it is; any where both have the same.
    pub side: Side,
    /// Concurrent writes of the other value.
    pub lost: Vec<(Stamp, Option<&'a Value>)>,
}

/// A write that lost in an earlier merge, as its event keeps it: its stamp, and its value as text.
pub(super) type Dead = (Stamp, Option<String>);

/// The latest of concurrent writes stands; a write that only one side knows stands whatever its time.
///
/// Every write that nobody has replaced knowingly stays among the stamps, also the one that lost: somebody who replaces
/// the value later replaces both, and whoever merges with a state that never heard of the loser still knows that it
/// was there. That is what makes the value independent of the order of merging. A write is lost where a later one that did not know
/// of it says something else. `dead` are the register's writes that have lost before, with the values they had.
pub(super) fn decide<'a>(
    base: Option<&Register>,
    ours: &Register<'a>,
    theirs: &Register<'a>,
    dead: &[Dead],
) -> Decision<'a> {
    let survivors = Heads::survivors(base.map(|base| &base.heads), &ours.heads, &theirs.heads);
    let newest = survivors.newest();
    let side = match (ours.heads.holds(newest), theirs.heads.holds(newest)) {
        (true, false) => Side::Ours,
        (false, true) => Side::Theirs,
        _ if canonical(ours.value) > canonical(theirs.value) => Side::Ours,
        _ => Side::Theirs,
    };
    let (winner, loser) = match side {
        Side::Ours => (ours, theirs),
        Side::Theirs => (theirs, ours),
    };
    let told = |stamp: &Stamp| dead.iter().find(|(other, _)| stamp != newest && other == stamp);
    let side_of = |stamp: &Stamp| if winner.heads.holds(stamp) { winner } else { loser };
    let text = |stamp: &Stamp| match told(stamp) {
        Some((_, value)) => value.clone(),
        None => told::plain(side_of(stamp).value),
    };
    let mut lost = Vec::new();
    if survivors.iter().len() > 1 {
        let all: Vec<(&Stamp, Option<String>)> = survivors.iter().map(|stamp| (stamp, text(stamp))).collect();
        for (stamp, value) in &all {
            let denied = all.iter().any(|(other, said)| other > stamp && said != value);
            if denied && told(stamp).is_none() {
                lost.push(((*stamp).clone(), side_of(stamp).value));
            }
        }
    }
    // Two values under one stamp: somebody wrote one of them by hand, and there is no base that tells which.
    if winner.explicit && winner.heads == loser.heads && ours.value != theirs.value {
        lost.extend(survivors.iter().map(|stamp| (stamp.clone(), loser.value)));
    }
    Decision {
        value: winner.value,
        explicit: winner.explicit || loser.explicit && ours.value == theirs.value || survivors.iter().len() > 1,
        heads: survivors,
        side,
        lost,
    }
}

/// A field that says what the leading field of its entry means (who ticked, and when): it goes with that field and is
/// never in conflict by itself. `lead` is whose value the leading field has, `None` where both sides wrote the same one:
/// then the earlier one stands, `earlier` says whose that is.
pub(super) fn follow<'a>(
    base: Option<&Register>,
    ours: &Register<'a>,
    theirs: &Register<'a>,
    lead: Option<Side>,
    earlier: Side,
) -> Decision<'a> {
    let survivors = Heads::survivors(base.map(|base| &base.heads), &ours.heads, &theirs.heads);
    let any = |side: &Register| survivors.iter().any(|stamp| side.heads.holds(stamp));
    // A side that has every one of them has been through this choice before.
    let all = |side: &Register| survivors.iter().all(|stamp| side.heads.holds(stamp));
    let side = match (any(ours), any(theirs)) {
        (true, false) => Side::Ours,
        (false, true) => Side::Theirs,
        _ => match (lead, all(ours), all(theirs)) {
            (Some(side), ..) => side,
            (None, true, false) => Side::Ours,
            (None, false, true) => Side::Theirs,
            (None, ..) => earlier,
        },
    };
    Decision {
        value: if side == Side::Ours { ours.value } else { theirs.value },
        heads: survivors,
        explicit: ours.explicit || theirs.explicit,
        side,
        lost: Vec::new(),
    }
}

/// The time of an entry that nobody dated: two programs that noticed it gave it two times, the earlier one stands.
pub(super) fn noticed<'a>(ours: &Register<'a>, theirs: &Register<'a>) -> Decision<'a> {
    let side = if canonical(ours.value) <= canonical(theirs.value) {
        Side::Ours
    } else {
        Side::Theirs
    };
    let chosen = if side == Side::Ours { ours } else { theirs };
    Decision {
        value: chosen.value,
        heads: chosen.heads.clone(),
        explicit: chosen.explicit,
        side,
        lost: Vec::new(),
    }
}

/// Whether the register's stamp is that of a program that noticed the entry.
pub(super) fn is_noticed(register: &Register, author: Option<&str>) -> bool {
    if register.explicit {
        register.heads.iter().all(|stamp| stamp.actor == HAND)
    } else {
        author == Some(HAND)
    }
}

/// How a side's value came about, seen from the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// As it was, or by a program that sets stamps.
    Stamped,
    /// By somebody without a stamp.
    ByHand,
    /// By somebody who saved an old copy: it says nothing.
    Stale,
}

/// A value written by hand may have been noticed and stamped on one side only: it is one write all the same, and the base
/// has it. Without this it would count as written anew beside a change that was made in full knowledge of it.
pub(super) fn recognise<'a>(base: &mut Register<'a>, ours: &mut Register<'a>, theirs: &mut Register<'a>) {
    let stamped = base.heads.by_hand(base.value);
    let noticed = |side: &Register| side.value == base.value && side.heads.holds(stamped.newest());
    if noticed(ours) || noticed(theirs) {
        for side in [ours, theirs] {
            if side.value == base.value && side.heads == base.heads {
                side.heads = stamped.clone();
                side.explicit = true;
            }
        }
        base.heads = stamped;
        base.explicit = true;
    }
}

/// What one side says about a register, seen from the base: a value under a stamp that belongs to another value was
/// written by hand and is stamped here; one that is older than the base (`stale` decides) counts as not written.
pub(super) fn as_written<'a>(
    base: &Register<'a>,
    side: Register<'a>,
    follower: bool,
    stale: impl FnOnce(&Register) -> bool,
) -> (Register<'a>, Written) {
    let differs = side.value != base.value;
    let older = side.heads.newest() < base.heads.newest();
    let unchanged = side.heads == base.heads || (!follower && side.heads.newest() == base.heads.newest());
    if older && (!differs || stale(&side)) {
        let written = if differs { Written::Stale } else { Written::Stamped };
        return (base.clone(), written);
    }
    if differs && (older || unchanged) {
        let heads = base.heads.by_hand(side.value);
        let stamped = Register {
            value: side.value,
            heads,
            explicit: true,
        };
        return (stamped, Written::ByHand);
    }
    (side, Written::Stamped)
}
