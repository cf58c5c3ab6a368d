//! The laws of saving: a world of sets stands for file, disk, journal and memory. Whatever comes in whatever order, whatever fails at
//! whatever step, and wherever the process is killed or the power cut: what was said to be kept is kept, whoever brought something gets one
//! true answer, and when all is well again all of it is in the file.

use proptest::prelude::*;

use super::world::{Event, Set, World, events};
use super::*;

proptest! {
    #![proptest_config(crate::trials::cases(2000))]

    #[test]
    fn what_was_said_to_be_kept_is_kept_and_all_of_it_is_in_the_file_in_the_end(events in events()) {
        let mut world = World::new();
        for event in events {
            world.happens(event);
        }
        world.comes_to_rest();
        // What was taken up by a save that was under way is looked at once more.
        world.comes_to_rest();
        prop_assert_eq!(&world.queued, &Vec::<u32>::new());
        prop_assert!(world.waiting.is_empty(), "{:?} wait for an answer", world.waiting);
        prop_assert!(world.refused.is_empty() && world.journal.is_empty());
        prop_assert!(world.base.is_subset(&world.file), "known, and not in the file");
        let kept: Set = world.file.union(&world.refused_file).copied().collect();
        let lost: Vec<_> = world.promised.union(&world.others).filter(|id| !kept.contains(id)).collect();
        prop_assert!(lost.is_empty(), "lost: {:?}", lost);
    }

    #[test]
    fn the_same_holds_where_the_process_is_killed_after_each_step(events in events(), at in 0..60_usize) {
        let mut world = World::new();
        let mut steps = 0;
        for event in events {
            if let Event::Go(count) = event {
                for _ in 0..count {
                    world.go();
                    steps += 1;
                    if steps == at {
                        world.die();
                    }
                }
            } else {
                world.happens(event);
            }
        }
        world.comes_to_rest();
        let kept: Set = world.file.union(&world.refused_file).chain(&world.beside).copied().collect();
        let lost: Vec<_> = world.promised.difference(&kept).collect();
        prop_assert!(lost.is_empty(), "lost: {:?}", lost);
    }
}

/// So many steps, and what is asked for after them.
fn after(machine: &mut Machine, inputs: &[Input]) -> Output {
    let mut last = Output::Rest(Rest::default());
    for input in inputs {
        last = machine.step(*input);
    }
    last
}

const BEGIN: Input = Input::Begin { pending: 1 };

fn composed(text: Compared) -> Input {
    Input::Composed { text, own: 1 }
}

#[test]
fn a_save_that_goes_well_takes_these_steps() {
    let mut machine = Machine::default();
    let steps = [
        (BEGIN, Output::Journal),
        (Input::Journaled, Output::Lock),
        (Input::Locked, Output::Compose),
        (composed(Compared::Differs), Output::Ask),
        (Input::Allowed, Output::Write),
        (Input::Written(CameOut::Read), Output::Sync),
        (Input::Synced, Output::Keep),
        (Input::Kept, Output::Settle),
        (Input::Settled { pending: 0 }, Output::Answer),
        (Input::Answered, Output::Tidy),
        (Input::Tidied, Output::KeepRefused),
        (Input::RefusedKept(true), Output::Clear),
    ];
    for (input, output) in steps {
        assert_eq!(machine.step(input), output, "{input:?}");
    }
    assert_eq!(
        machine.step(Input::Cleared),
        Output::Rest(Rest {
            wrote: true,
            again: None
        })
    );
    assert!(!machine.is_busy());
}

#[test]
fn nothing_is_saved_before_the_folder_is_on_the_disk() {
    let mut machine = Machine::default();
    let written = [
        BEGIN,
        Input::Journaled,
        Input::Locked,
        composed(Compared::Differs),
        Input::Allowed,
        Input::Written(CameOut::Half),
    ];
    assert_eq!(after(&mut machine, &written), Output::Sync);
    assert_eq!(machine.step(Input::Failed), Output::Tell(Why::Failed));
    machine.step(Input::Told);
    assert!(machine.is_busy());
    // The file holds it by now; its name may not be on the disk.
    let again = [BEGIN, Input::Journaled, Input::Locked, composed(Compared::Same)];
    assert_eq!(after(&mut machine, &again), Output::Sync);
}

#[test]
fn waits_grow_to_their_longest_and_begin_anew_after_a_success() {
    let mut machine = Machine::default();
    let failing = [BEGIN, Input::Journaled, Input::Locked, Input::Failed, Input::Told];
    let waits: Vec<u128> = (0..8)
        .map(|_| match after(&mut machine, &failing) {
            Output::Rest(rest) => rest.again.unwrap().as_millis(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    let well = [
        BEGIN,
        Input::Journaled,
        Input::Locked,
        composed(Compared::Same),
        Input::Kept,
        Input::Settled { pending: 0 },
        Input::Answered,
        Input::Tidied,
        Input::RefusedKept(true),
        Input::Cleared,
    ];
    assert_eq!(after(&mut machine, &well), Output::Rest(Rest::default()));
    let again = after(&mut machine, &failing);
    assert!(matches!(again, Output::Rest(Rest { again: Some(wait), .. }) if wait == BACKOFF.0));
}

#[test]
fn a_reason_that_comes_during_a_save_is_not_lost_with_it() {
    let mut machine = Machine::default();
    after(&mut machine, &[BEGIN, Input::Journaled, Input::Locked]);
    machine.raise(Reason::Words);
    let denied = [
        Input::Composed {
            text: Compared::Differs,
            own: 0,
        },
        Input::Denied,
        Input::Told,
    ];
    after(&mut machine, &denied);
    assert!(machine.is_busy());
    // Nothing of one's own: that the file is only read is no failure.
    let mut machine = Machine::default();
    machine.raise(Reason::Look);
    after(
        &mut machine,
        &[Input::Begin { pending: 0 }, Input::Journaled, Input::Locked],
    );
    machine.step(denied[0]);
    assert_eq!(machine.step(Input::Denied), Output::Tell(Why::ReadOnly));
    assert!(!machine.is_busy());
}

#[test]
fn what_was_brought_and_could_not_be_written_is_written_later() {
    let mut machine = Machine::default();
    machine.raise(Reason::Side);
    let failed = [
        Input::Begin { pending: 0 },
        Input::Journaled,
        Input::Locked,
        Input::Composed {
            text: Compared::Differs,
            own: 0,
        },
        Input::Allowed,
        Input::Failed,
    ];
    assert_eq!(after(&mut machine, &failed), Output::Tell(Why::Failed));
    machine.step(Input::Told);
    assert!(machine.is_busy(), "it is known here, and not in the file");
}
