//! Laws of one person's act, which keeps its order, and of clocks that are wrong.

use super::world::World;
use super::*;

/// What one person gives in one act.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// Lines of a chat that has minutes only.
    Chat,
    /// Lines without a time.
    Lines,
    /// Calls of a script, all with one `--now`.
    Script,
    /// The same, each dated back to one minute.
    Backdated,
    /// Written into the file without ids, with one time or with none.
    Editor(bool),
}

#[derive(Clone, Debug)]
enum Deed {
    Act(usize, Act, usize),
    Pull(usize, usize),
}

fn deeds(people: usize) -> impl Strategy<Value = Vec<Deed>> {
    let act = prop_oneof![
        Just(Act::Chat),
        Just(Act::Lines),
        Just(Act::Script),
        Just(Act::Backdated),
        any::<bool>().prop_map(Act::Editor),
    ];
    let deed = prop_oneof![
        2 => (0..people, act, 2..6_usize).prop_map(|(who, act, lines)| Deed::Act(who, act, lines)),
        1 => (0..people, 0..people).prop_map(|(who, from)| Deed::Pull(who, from)),
    ];
    proptest::collection::vec(deed, 2..16)
}

/// Everything here is of one minute.
fn act(world: &mut World, number: usize, who: usize, act: Act, lines: usize) -> Vec<String> {
    let (minute, now) = (Time::from_millis(START - 300_000), Time::from_millis(START));
    let words: Vec<String> = (0..lines).map(|line| format!("act {number} line {line}")).collect();
    // Nonces are random: they tell nothing of the order.
    let ask = |place: usize, change: Change| {
        let scrambled = (number * 8 + place + 1).wrapping_mul(0x5_DEEC_E66D) & 0x7_FFFF_FFFF;
        request(scrambled, PEOPLE[who], now, change)
    };
    let note = |text: &String, at| Change::Log {
        kind: EventKind::Note,
        text: text.clone(),
        at,
        pin: false,
    };
    let import = |at| Change::ImportLines {
        lines: words
            .iter()
            .enumerate()
            .map(|(line, text)| Imported {
                line,
                at,
                who: None,
                kind: EventKind::Note,
                text: text.clone(),
            })
            .collect(),
    };
    let requests: Vec<Request> = match act {
        Act::Chat => vec![ask(0, import(Some(minute)))],
        Act::Lines => vec![ask(0, import(None))],
        Act::Script => words
            .iter()
            .enumerate()
            .map(|(place, text)| ask(place, note(text, None)))
            .collect(),
        Act::Backdated => words
            .iter()
            .enumerate()
            .map(|(place, text)| ask(place, note(text, Some(minute))))
            .collect(),
        Act::Editor(dated) => {
            let mut next = world.state(who).clone();
            next.timeline.extend(words.iter().map(|text| {
                let at = if dated { minute } else { Time::default() };
                std::sync::Arc::new(Event {
                    at,
                    text: text.clone(),
                    ..Event::default()
                })
            }));
            let (adopted, _) = crate::merge::byhand::adopt(world.state(who), &next, &[], &|_, _, _| false, now);
            world.write(who, adopted, false);
            Vec::new()
        }
    };
    for request in requests {
        let state = world.state(who);
        let (next, _) = apply::apply(state, &request, newest(state)).unwrap();
        world.write(who, next, false);
    }
    words
}

proptest! {
    #![proptest_config(cases(60))]

    /// What one person gave in one act keeps its order in every clone, for ever.
    #[test]
    fn one_act_keeps_its_order(
        (people, deeds) in (2..=4usize).prop_flat_map(|people| (Just(people), deeds(people))),
        orders in proptest::collection::vec(any::<u64>(), 3),
    ) {
        let mut world = World::new(people);
        let mut acts: Vec<Vec<String>> = Vec::new();
        for (number, deed) in deeds.iter().enumerate() {
            match *deed {
                Deed::Act(who, kind, lines) => acts.push(act(&mut world, number, who, kind, lines)),
                Deed::Pull(who, from) => world.step(number, &Step::Pull(who, from)),
            }
        }
        for order in orders {
            let mut heads = world.heads.clone();
            let mut seed = order;
            while heads.len() > 1 {
                let one = heads.remove((seed % heads.len() as u64) as usize);
                seed = hash(&[&seed.to_string()]);
                let place = (seed % heads.len() as u64) as usize;
                heads[place] = world.join(heads[place], one);
            }
        }
        for commit in &world.commits {
            for act in &acts {
                let there = commit.state.timeline.iter().filter(|event| act.contains(&event.text));
                let found: Vec<&String> = there.map(|event| &event.text).collect();
                let all: Vec<&String> = act.iter().filter(|text| found.contains(text)).collect();
                prop_assert_eq!(found, all);
            }
        }
    }

    /// A stamp of a peer's wrong clock takes no clock with it: what is written is at most five minutes ahead of who writes it, but
    /// in the field itself, where it is just behind what it replaces.
    #[test]
    fn no_stamp_takes_a_clock_with_it(
        stamps in proptest::collection::vec((0..5usize, any::<i64>(), any::<bool>(), "[a-z~&/ 0-9]{0,12}"), 1..6),
        walls in proptest::collection::vec(0..400_000i64, 1..8),
    ) {
        let mut state = declared();
        let fields = ["severity", "title", "impact.users", "summary", "cause"];
        for (field, at, near, name) in &stamps {
            let at = if *near { START + at % 1_000_000 } else { *at };
            state.rev.insert(fields[*field].into(), Stamp::new(Time::from_millis(at), name.clone()));
        }
        let mut wall = START;
        for (number, step) in walls.iter().enumerate() {
            // Now and then it is set back.
            wall += if number % 3 == 2 { -step } else { *step };
            let now = Time::from_millis(wall);
            let field = fields[number % fields.len()];
            let value = format!("value {number}");
            let change = match field {
                "severity" => Change::SetSeverity { severity: value, reason: None },
                field => Change::SetField { field: field.into(), value },
            };
            // What was never written has the stamp of the declaration.
            let former = state.rev.get(field).cloned().or_else(|| Some(Stamp::new(Time::from_millis(START), "kim")));
            let request = request(number + 1, "ann", now, change);
            let (next, _) = apply::apply(&state, &request, newest(&state)).unwrap();
            let stamp = &next.rev[field];
            if let Some(former) = &former {
                prop_assert!(stamp > former, "{stamp} over {former}");
            }
            let soon = now.plus(std::time::Duration::from_millis(300_001));
            let forced = former.is_some_and(|former| former.at >= soon);
            prop_assert!(stamp.at <= soon || forced, "{stamp} at {now}");
            let event = next.timeline.iter().find(|event| !state.timeline.iter().any(|old| old.id == event.id)).unwrap();
            prop_assert!(event.at == now, "{event:?} at {now}");
            state = next;
        }
    }
}
