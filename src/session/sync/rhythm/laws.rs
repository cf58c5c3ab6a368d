//! When the sync thread goes round: cases that can be read aloud, and what holds in any order of inputs.

use proptest::prelude::*;

use super::*;
use crate::git;

const SECOND: Duration = Duration::from_secs(1);

fn refused_by(class: Class) -> Result<Done, Halt> {
    let trouble = git::Trouble::NotStarted("made to fail".into());
    Err(Halt::Remote(class, trouble))
}

fn ended(how: Result<Done, Halt>) -> Input {
    Input::Ended(Ended {
        how,
        unsent: Some(3),
        remote: Some("origin".into()),
        near: false,
        watched: false,
        at: Time::from_millis(1),
        spread: 1.0,
    })
}

/// A rhythm whose first round has ended.
fn after(how: Result<Done, Halt>) -> (Rhythm, Instant, Output) {
    let now = Instant::now();
    let mut rhythm = Rhythm::new(true, now);
    rhythm.step(Input::Begin, now);
    let output = rhythm.step(ended(how), now);
    (rhythm, now, output)
}

#[test]
fn a_save_goes_out_at_once_and_a_burst_together() {
    let (mut rhythm, start, output) = after(Ok(Done::Synced));
    assert_eq!(output, Output::Wait(Some(start + RHYTHM[0])));
    assert_eq!((&rhythm.state.phase, rhythm.state.unsent), (&Phase::Good, 0));
    let first = start + BATCH.1 + SECOND / 2;
    assert_eq!(rhythm.step(Input::Changed, first), Output::Wait(Some(first + FIRST)));
    let Output::Round(going) = rhythm.step(Input::Due, first + FIRST) else {
        panic!("no round");
    };
    assert_eq!((going.online, going.fetch, going.changed), (true, false, true));
    let ended_at = first + FIRST;
    rhythm.step(ended(Ok(Done::Synced)), ended_at);
    // More comes at once: it waits for the rest of the burst, and no longer than a second.
    for tenth in 0..20 {
        let now = ended_at + Duration::from_millis(tenth * 60);
        let Output::Wait(Some(until)) = rhythm.step(Input::Changed, now) else {
            panic!("no wait");
        };
        assert!(until <= ended_at + BATCH.1, "{tenth}");
    }
}

#[test]
fn who_refuses_is_not_asked_again_before_a_person_says_so() {
    for class in [Class::Auth, Class::Refused] {
        let (mut rhythm, now, output) = after(refused_by(class));
        assert_eq!(output, Output::Wait(None), "{class:?}");
        assert_eq!(rhythm.state.unsent, 3);
        assert_eq!(rhythm.step(Input::Remote, now), Output::Wait(None));
        // What is saved is committed all the same.
        rhythm.step(Input::Changed, now);
        let Output::Round(going) = rhythm.step(Input::Due, now + SECOND) else {
            panic!("no round");
        };
        assert!(!going.online, "{class:?}");
        rhythm.step(ended(Ok(Done::Synced)), now + SECOND);
        assert!(matches!(rhythm.state.phase, Phase::Refused(_)), "{class:?}");
        let asked = rhythm.step(Input::Now, now + SECOND);
        assert!(matches!(asked, Output::Round(going) if going.online && going.fetch && going.asked));
    }
}

#[test]
fn a_refusal_holds_whatever_stands_in_the_way_meanwhile() {
    let (mut rhythm, mut now, _) = after(refused_by(Class::Auth));
    for how in [Err(Halt::Paused(Pause::Nobody)), Ok(Done::Synced)] {
        rhythm.step(Input::Changed, now);
        now += SECOND;
        assert!(matches!(rhythm.step(Input::Due, now), Output::Round(going) if !going.online));
        rhythm.step(ended(how), now);
        now += SETTLED;
        assert!(matches!(
            rhythm.step(Input::Remote, now),
            Output::Wait(_) | Output::Round(Going { online: false, .. })
        ));
        if rhythm.going.is_some() {
            rhythm.step(ended(Ok(Done::Synced)), now);
        }
    }
    assert!(matches!(rhythm.state.phase, Phase::Refused(_)), "{:?}", rhythm.state);
}

#[test]
fn a_remote_that_cannot_be_reached_is_asked_at_growing_waits() {
    let (mut rhythm, mut now, mut output) = after(refused_by(Class::Network));
    let mut waits = Vec::new();
    for _ in 0..8 {
        let Output::Wait(Some(until)) = output else {
            panic!("{output:?}");
        };
        waits.push((until - now).as_secs());
        now = until;
        assert!(matches!(rhythm.step(Input::Due, now), Output::Round(going) if going.online && going.fetch));
        output = rhythm.step(ended(refused_by(Class::Network)), now);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
}

#[test]
fn at_the_end_it_is_sent_only_where_that_is_likely_to_work() {
    for (how, online) in [
        (Ok(Done::Synced), true),
        (Ok(Done::Elsewhere), true),
        (Ok(Done::Alone), false),
        (refused_by(Class::Network), false),
        (refused_by(Class::Auth), false),
    ] {
        let (mut rhythm, now, _) = after(how.clone());
        assert_eq!(rhythm.step(Input::Stop, now), Output::Farewell { online }, "{how:?}");
    }
}

fn how() -> impl Strategy<Value = Result<Done, Halt>> {
    prop_oneof![
        4 => Just(Ok(Done::Synced)),
        1 => Just(Ok(Done::Alone)),
        1 => Just(Ok(Done::Elsewhere)),
        1 => Just(refused_by(Class::Auth)),
        1 => Just(refused_by(Class::Gone)),
        2 => Just(refused_by(Class::Network)),
        1 => Just(Err(Halt::Paused(Pause::Nobody))),
        1 => Just(Err(Halt::Paused(Pause::Left("x".into())))),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        5 => Just(Input::Changed),
        1 => Just(Input::Now),
        1 => Just(Input::Remote),
        1 => any::<bool>().prop_map(Input::Online),
        8 => Just(Input::Due),
    ]
}

proptest! {
    #![proptest_config(crate::trials::cases(500))]

    /// In any order: what is saved is committed within a second of waiting, the network is left alone where it is switched off or
    /// has refused, and after each look at the remote there is a pause.
    #[test]
    fn whatever_comes_in_whatever_order(steps in proptest::collection::vec((input(), how(), 0..4000_u64), 1..80)) {
        let mut now = Instant::now();
        let mut rhythm = Rhythm::new(true, now);
        let (mut online, mut refused) = (true, false);
        let mut output = rhythm.step(Input::Begin, now);
        let mut due = None;
        for (input, how, passed) in steps {
            if let Output::Round(going) = output {
                prop_assert!(!going.online || online && !refused, "{:?} {:?}", going, rhythm.state);
                refused = going.online && matches!(how, Err(Halt::Remote(Class::Auth, _))) || refused && !going.online;
                now += Duration::from_millis(passed / 10);
                output = rhythm.step(ended(how), now);
                let Output::Wait(until) = output else { panic!("{output:?}") };
                due = until;
                prop_assert!(!going.fetch || until.is_none_or(|until| until > now));
            }
            // A thread waits no longer than it was told.
            let passes = now + Duration::from_millis(passed);
            now = due.map_or(passes, |due| passes.min(due.max(now)));
            let input = match input {
                Input::Due if due.is_none_or(|due| due > now) => continue,
                input => input,
            };
            match &input {
                Input::Online(now_online) => {
                    online = *now_online;
                    refused &= !online;
                }
                Input::Now => refused = false,
                Input::Changed => due = None,
                Input::Begin | Input::Remote | Input::Due | Input::Ended(_) | Input::Stop => {}
            }
            let changed = matches!(input, Input::Changed);
            output = rhythm.step(input, now);
            if let Output::Wait(until) = output {
                due = until;
                prop_assert!(!changed || until.is_some_and(|until| until <= now + BATCH.1));
            }
        }
    }
}
