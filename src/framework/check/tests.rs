use proptest::prelude::*;

use super::*;

fn ops() -> &'static str {
    Framework::source("ops").unwrap()
}

/// The problems of a shipped framework with one text replaced, as `word at its place: sentence`.
fn broken(name: &str, from: &str, to: &str) -> (String, Vec<Problem>) {
    let text = Framework::source(name).unwrap();
    assert!(text.contains(from), "{name} has no `{from}`");
    let text = text.replacen(from, to, 1);
    let problems = Framework::lint(&text);
    (text, problems)
}

/// What stands at a problem's place.
fn there<'a>(text: &'a str, problem: &Problem) -> &'a str {
    let line = text.lines().nth(problem.line - 1).unwrap_or_default();
    let from = line
        .char_indices()
        .nth(problem.column - 1)
        .map_or(line.len(), |(byte, _)| byte);
    &line[from..]
}

/// A slip is told once, at the place where it stands.
fn told(name: &str, from: &str, to: &str, word: &str) {
    let (text, problems) = broken(name, from, to);
    let [problem] = problems.as_slice() else {
        panic!("{name}, {to}: {problems:#?}");
    };
    assert!(
        there(&text, problem).starts_with(word),
        "{name}, {to}: {problem:?} {}",
        there(&text, problem)
    );
    assert!(!problem.said.contains('\n'), "{problem:?}");
}

#[test]
fn what_ships_is_in_order() {
    for name in Framework::names() {
        assert_eq!(Framework::lint(Framework::source(name).unwrap()), Vec::new(), "{name}");
    }
}

#[test]
fn the_ten_slips_are_told_each_at_its_place() {
    let slips = [
        ("when: no-commander", "when: no-comander", "no-comander"),
        (
            "remedy: update --audience internal",
            "remedy: udpate --audienc interal",
            "udpate --audienc interal",
        ),
        ("remedy: ack,", "remedy: akc,", "akc"),
        ("{commander|not", "{comander|not", "{comander|not"),
        ("audience: internal\n", "audience: intrenal\n", "intrenal"),
        ("topic: dispatch", "topic: disptach", "disptach"),
        ("SEV3: 30m}", "SEV3: ten minutes}", "ten minutes"),
        ("met_by: told internal", "met_by: event fnding", "event fnding"),
        (
            "met_by: told internal",
            "met_by: field imapct.users",
            "field imapct.users",
        ),
        ("met_by: told internal", "met_by: escalated bosss", "escalated bosss"),
    ];
    for (from, to, word) in slips {
        let (text, problems) = broken("ops", from, to);
        let [problem] = problems.as_slice() else {
            panic!("{to}: {problems:#?}");
        };
        assert!(
            there(&text, problem).contains(word.split(' ').next_back().unwrap()),
            "{problem:?}"
        );
    }
}

#[test]
fn references_anywhere() {
    for (name, from, to, word) in [
        ("ops", "phase: triage", "phase: tirage", "tirage"),
        ("ops", "next: [closed]", "next: [clsoed, closed]", "clsoed"),
        ("ops", "severities: [SEV1, SEV2]", "severities: [SEV1, SEV9]", "SEV9"),
        ("ops", "seen: told external", "seen: told extrenal", "extrenal"),
        (
            "ops",
            "seen: milestone acknowledged",
            "seen: milestone aknowledged",
            "aknowledged",
        ),
        (
            "ops",
            "seen: role incident_commander",
            "seen: role incident_comander",
            "incident_comander",
        ),
        ("ops", "required: [SEV1, SEV2]", "required: [SEV1, SEV7]", "SEV7"),
        ("ops", "default: {SEV1: senior", "default: {SEV8: senior", "SEV8"),
        ("ops", "facts: {SEV3: as needed}", "facts: {SEV4: as needed}", "SEV4"),
        (
            "ops",
            "met_by: item post-incident.document",
            "met_by: item post-incident.docment",
            "post-incident.docment",
        ),
        ("ops", "from: resolved", "from: resolvd", "resolvd"),
        ("ops", "within: {SEV1: 10m", "within: {SEV0: 10m", "SEV0"),
        ("ops", "borrowed: {any:", "borrowed: {all:", "all"),
        (
            "ops",
            "item: resolution.baseline",
            "item: resolution.base",
            "resolution.base",
        ),
        ("ops", "soak: {SEV1: 15m", "soak: {SEV: 15m", "SEV:"),
        (
            "ops",
            "  SEV3: {text: the incident",
            "  SEV5: {text: the incident",
            "SEV5",
        ),
        ("ops", "mandatory: [SEV1, SEV2]", "mandatory: [SEV1, sev2]", "sev2"),
        (
            "ops",
            "remedy: role assign ic NAME",
            "remedy: role assign boss NAME",
            "boss",
        ),
        ("ops", "during: [resolved]", "during: [resolvd]", "resolvd"),
        ("itil", "from: told external", "from: told extern", "extern"),
        ("itil", "from: escalated tier-2", "from: escalated tier-9", "tier-9"),
        (
            "itil",
            "options: {rollback: deployment_manager",
            "options: {rolback: deployment_manager",
            "rolback",
        ),
        (
            "itil",
            "options: {rollback: deployment_manager",
            "options: {rollback: deploy_manager",
            "deploy_manager",
        ),
        (
            "itil",
            "offered: [overdue resolve",
            "offered: [overdue resolv",
            "resolv",
        ),
        ("itil", "failed rollback", "failed rolback", "rolback"),
        ("itil", "field impact.data", "field impact.dta", "dta"),
        ("itil", "high: {high: P0", "high: {high: P9", "P9"),
        ("itil", "counts: {P0: 2", "counts: {P7: 2", "P7"),
        (
            "itil",
            "severity: P0, text: the database",
            "severity: PO, text: the database",
            "PO",
        ),
        ("itil", "until: tier-2", "until: tier-two", "tier-two"),
        (
            "war-room",
            "--status investigating",
            "--status investigatin",
            "investigatin",
        ),
        (
            "war-room",
            "remedy: check tick triage.changes",
            "remedy: check tick triage.change",
            "triage.change",
        ),
    ] {
        let (text, problems) = broken(name, from, to);
        assert!(
            problems.iter().any(|problem| there(&text, problem).contains(word)),
            "{name}, {to}: {problems:#?}"
        );
    }
}

#[test]
fn durations_and_percentages() {
    for (name, from, to, word) in [
        ("ops", "SEV1: 10m", "SEV1: 10x", "10x"),
        ("ops", "SEV1: 10m", "SEV1: 20m-10m", "20m-10m"),
        ("ops", "SEV1: 10m", "SEV1: as neded", "as neded"),
        ("ops", "SEV1: 10m", "SEV1: '10'", "10"),
        ("ops", "soak: {SEV1: 15m", "soak: {SEV1: a while", "a while"),
        ("ops", "SEV1: 48 h", "SEV1: 48 hurs", "48 hurs"),
        ("war-room", "share: 50", "share: 150", "150"),
        ("war-room", "share: 20", "share: 60", "60"),
        ("war-room", "below: 99", "below: 990", "990"),
        (
            "itil",
            "measure: users-percent, above: 50",
            "measure: users-percent, above: 500",
            "500",
        ),
        ("war-room", "want: 95 %", "want: 950 %", "950 %"),
        ("ops", "limit: 10", "limit: -1", "-1"),
        ("ops", "{when: bare-tick,", "{when: bare-tick, limit: 3,", "3"),
        ("itil", "counts: {P0: 2", "counts: {P0: 1", "1"),
    ] {
        told(name, from, to, word);
    }
}

#[test]
fn ids_and_words_that_stand_twice() {
    for (name, from, to, word) in [
        (
            "ops",
            "- {id: scale,",
            "- {id: rollback, title: Again, when: never}\n- {id: scale,",
            "",
        ),
        (
            "ops",
            "{id: external, title: Customers",
            "{id: internal, title: Customers",
            "internal",
        ),
        ("ops", "{id: known-issues,", "{id: deployments,", "deployments"),
        (
            "ops",
            "aliases: [verifying, verification]",
            "aliases: [verifying, triage]",
            "triage",
        ),
        (
            "ops",
            "- id: mitigation\n  audience",
            "- id: declared\n  audience",
            "declared",
        ),
        ("ops", "{id: services, about", "{id: users, about", "users"),
        ("ops", "{id: manager, title", "{id: senior, title", "senior"),
        ("ops", "{when: bare-tick", "{when: no-commander", "no-commander"),
    ] {
        let (text, problems) = broken(name, from, to);
        assert!(
            problems.iter().any(|problem| there(&text, problem).starts_with(word)),
            "{name}, {to}: {problems:#?}"
        );
    }
    let (text, problems) = broken("ops", "within: {SEV1: 10m,", "within: {SEV1: 10m, SEV1: 11m,");
    assert!(there(&text, &problems[0]).contains("SEV1"), "a key twice: {problems:?}");
}

#[test]
fn statuses_that_lead_nowhere_and_marks_that_are_missing() {
    let says = |from: &str, to: &str, said: &str| {
        let (_, problems) = broken("ops", from, to);
        assert!(
            problems.iter().any(|problem| problem.said.contains(said)),
            "{to}: {problems:#?}"
        );
    };
    says(
        "commands: true",
        "commands: false",
        "no role has the mark `commands: true`",
    );
    says(
        "short: scribe,",
        "short: scribe, commands: true,",
        "only one can command",
    );
    says(
        "class: resolved,",
        "class: monitoring,",
        "no status has the mark `class: resolved`",
    );
    says(
        "class: cancelled,",
        "class: closed,",
        "no status has the mark `class: cancelled`",
    );
    says(
        "class: monitoring,",
        "class: resolved,",
        "are both of the class resolved",
    );
    says(
        "id: declared, title: Declared, class: open",
        "id: declared, title: Declared, class: monitoring",
        "the first status",
    );
    says(
        "next: [triage, monitoring, resolved, cancelled]",
        "next: [cancelled]",
        "from status `mitigating`",
    );
    says("next: [closed]", "next: [closed, triage]", "cannot follow `resolved`");
    says(
        "says: identified",
        "says: identifed",
        "`identifed`, which is no state of Customers",
    );
    let text = ops().replace("monitoring, resolved, cancelled", "resolved, cancelled");
    let problems = Framework::lint(&text);
    assert!(
        problems
            .iter()
            .any(|problem| problem.said == "status `monitoring` can never be reached"),
        "{problems:#?}"
    );
}

#[test]
fn circles() {
    let (text, problems) = broken(
        "itil",
        "from: detected, within: {P0: 15m, P1: 30m, P2: 2h}, met_by: escalated tier-2 or escalated tier-3",
        "from: escalated tier-3, within: {P0: 15m}, met_by: escalated tier-2",
    );
    assert!(
        problems.iter().all(|problem| problem.said.contains("circle")),
        "{problems:#?}"
    );
    assert!(there(&text, &problems[0]).contains("tier-"), "{problems:#?}");
    let (_, problems) = broken(
        "ops",
        "from: detected, within: {unset: 1m",
        "from: acknowledged, within: {unset: 1m",
    );
    assert!(problems[0].said.contains("met by what starts it"), "{problems:#?}");
    let (_, problems) = broken("ops", "seen: hypothesis", "seen: item triage.hypothesis");
    assert!(problems[0].said.contains("circle"), "{problems:#?}");
}

#[test]
fn keys_and_kinds_of_values() {
    told("ops", "  SEV3: {text:", "  SEV3: {others: x, text:", "x");
    told(
        "ops",
        "criteria: [complete outage, data may be lost]",
        "criteria: down",
        "down",
    );
    told("ops", "scribe, title: Scribe,", "scribe, title: [Scribe],", "[");
    told("ops", "repeats: true", "repeats: often", "often");
    told("ops", "  soak_why:", "  soak_wy: x\n  soak_why:", "soak_wy");
}

#[test]
fn everything_is_told_at_once_and_not_the_first_only() {
    let text = ops()
        .replacen("soak_label:", "soak_lable:", 1)
        .replacen("class: monitoring", "class: wacthing", 1)
        .replacen("when: no-commander", "when: no-comander", 1)
        .replacen("{commander|not", "{comander|not", 1)
        .replacen("  title: Operations", "  titel: Operations", 1)
        .replacen("questions:\n", "questions: none\nqestions:\n", 1)
        .replacen("SEV3: 30m}", "SEV3: ten minutes}", 1);
    let problems = Framework::lint(&text);
    for said in [
        "unknown key `soak_lable`",
        "`soak_label` is missing",
        "`wacthing` is not one of open, monitoring",
        "no reminder is called `no-comander`",
        "`{comander|not assigned yet}` is not a field",
        "unknown key `qestions`",
        "`none` stands where there should be a list",
        "`ten minutes` is not a time",
    ] {
        assert!(
            problems.iter().any(|problem| problem.said.contains(said)),
            "{said}: {problems:#?}"
        );
    }
    let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    assert!(lines.is_sorted(), "{problems:#?}");
    assert_eq!(problems.len(), 8, "{problems:#?}");
}

#[test]
fn a_text_that_is_none_has_one_problem() {
    for text in [
        "",
        "nonsense: [",
        "- a\n- b\n",
        "\u{1}",
        "a: *b\n",
        "name: &x {a: *x}\n",
    ] {
        let problems = Framework::lint(text);
        assert!(!problems.is_empty(), "{text:?}");
        assert!(
            Framework::parse(text, std::path::Path::new("own.yaml"))
                .unwrap_err()
                .starts_with("own.yaml:")
        );
    }
    let many = ops().replace("met_by: ", "met_by: x ");
    assert_eq!(Framework::lint(&many).len(), 6);
}

proptest! {
    #![proptest_config(crate::trials::cases(48))]

    /// Whatever letter is lost or doubled: no panic, and what is accepted is a framework.
    #[test]
    fn a_lost_letter_never_hangs_or_panics(name in 0..5usize, at in 0.0..1.0f64, with in prop::option::of(any::<char>())) {
        let text = Framework::source(Framework::names()[name]).unwrap();
        let near = (text.len() as f64 * at) as usize;
        let place = text.char_indices().map(|(byte, _)| byte).find(|byte| *byte >= near).unwrap_or(0);
        let mut broken = text.to_owned();
        broken.remove(place);
        if let Some(with) = with {
            broken.insert(place, with);
        }
        if let Err(problems) = Framework::check(&broken) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.line >= 1 && problem.column >= 1 && problem.line <= broken.lines().count() + 1);
            }
        }
    }
}

#[test]
fn keys_from_before_are_read_and_what_is_wrong_under_them_is_found() {
    let former = ops()
        .replacen("\ntimers:", "\nclocks:", 1)
        .replacen("\nreminders:", "\nnudges:", 1);
    assert_eq!(
        Framework::check(&former).unwrap().timers,
        Framework::builtin("ops").unwrap().timers
    );
    let slip = former.replacen("when: no-commander", "when: no-comander", 1);
    let [problem] = &Framework::lint(&slip)[..] else {
        panic!()
    };
    assert!(there(&slip, problem).starts_with("no-comander"), "{problem:?}");
    let slip = former.replacen("\ntitle: ", "\ntitel: ", 1);
    let said: Vec<String> = Framework::lint(&slip).into_iter().map(|problem| problem.said).collect();
    assert!(said.iter().all(|said| said.contains("tit")), "{said:?}");
}
