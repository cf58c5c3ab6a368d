//! The figures of forty-two made-up incidents, to the second.

use std::sync::Arc;

use super::*;
use crate::framework::Framework;
use crate::incident::{ActionItem, ActionState, Incident, Moment};

fn at(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

fn moment(text: &str) -> Option<Moment> {
    (!text.is_empty()).then(|| Moment {
        at: at(text),
        ..Moment::default()
    })
}

fn framework(name: &str) -> Arc<Framework> {
    Framework::builtin(name).unwrap()
}

/// The incidents of `tests/data/metrics/incidents.csv`.
fn fixture() -> Vec<Case> {
    let framework = framework("essentials");
    let rows = include_str!("../../tests/data/metrics/incidents.csv").lines().skip(1);
    let case = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        let [id, severity, cause, kind, started, detected, declared, resolved] = cells.try_into().unwrap();
        let mut incident = Incident {
            id: id.into(),
            framework: framework.name.clone(),
            severity: severity.into(),
            status: if resolved.is_empty() {
                "investigating"
            } else {
                "resolved"
            }
            .into(),
            drill: kind == "drill",
            started: moment(started),
            detected: moment(detected),
            declared: moment(declared),
            resolved: moment(resolved),
            ..Incident::default()
        };
        incident.fields.insert("cause".into(), cause.into());
        Case::new(id.into(), Arc::new(incident), Some(Arc::clone(&framework)))
    };
    rows.map(case).collect()
}

fn report(cases: &[Case]) -> Report {
    let period = Period::between(at("2026-01-01T00:00:00Z"), at("2026-07-01T00:00:00Z"));
    Report::new(Wanted {
        cases,
        earlier: &[period.before(None, &|_| 0)],
        period,
        now: at("2026-07-01T00:00:00Z"),
        zone: "UTC".into(),
        documents: BTreeMap::new(),
    })
}

#[test]
fn the_figures_are_those_of_the_table() {
    let report = report(&fixture());
    let rows = include_str!("../../tests/data/metrics/expected.tsv").lines();
    let mut seen = 0;
    for row in rows.filter(|row| row.starts_with("time to")) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (name, severity) = match cells[0].rsplit_once(' ') {
            Some((name, severity)) if severity.starts_with('P') => (name, Some(severity)),
            _ => (cells[0], None),
        };
        let name = Name::ALL.into_iter().find(|one| one.title() == name).unwrap();
        let one = report.duration(name, severity).unwrap();
        let minutes = |seconds: f64| seconds / 60.0;
        let whole = |seconds: i64| (seconds % 60 == 0).then_some(seconds / 60).unwrap().to_string();
        assert_eq!(one.n.to_string(), cells[1], "{row}");
        assert_eq!(format!("{:.2}", minutes(one.mean_s.unwrap())), cells[2], "{row}: mean");
        assert_eq!(minutes(one.median_s.unwrap()).to_string(), cells[3], "{row}: median");
        let (from, to) = one.interval_s.unwrap();
        assert_eq!(
            (whole(from).as_str(), whole(to).as_str()),
            (cells[4], cells[5]),
            "{row}: interval"
        );
        assert_eq!(whole(one.p90_s.unwrap()), cells[6], "{row}: p90");
        seen += 1;
    }
    assert_eq!(seen, 5);
    let left = |name| -> Vec<String> {
        let all = &report.duration(name, None).unwrap().left_out;
        all.iter().map(|one| format!("{} {}", one.id, one.why)).collect()
    };
    assert_eq!(
        left(Name::Resolve),
        ["INC-2026-0041 open", "INC-2026-0042 resolved before declared"]
    );
    assert_eq!(left(Name::Detect).len(), 8);
    assert_eq!(report.left_out.len(), 1);
    assert_eq!(report.left_out[0].why, "drill");
    assert_eq!(report.incidents.count, 41);
}

#[test]
fn every_form_holds_the_same_figures_and_nothing_hostile_breaks_out() {
    let mut cases = fixture();
    for (case, text) in cases.iter_mut().zip(crate::escape::tests::hostile()) {
        let incident = Arc::make_mut(&mut case.incident);
        incident.cause = Some(text.clone());
        incident.fields.insert("cause".into(), text.clone().into());
        incident.impact.insert("services".into(), text.into());
    }
    let report = report(&cases);
    let page = page::page(&report);
    assert!(
        page.contains("median 25 min [16 min - 38 min], p90 4 h 20 min, n 39"),
        "{page}"
    );
    assert!(
        page.contains("left out, resolved before declared: INC-2026-0042"),
        "{page}"
    );
    assert!(page.contains("and 31 more (--json has all)"), "{page}");
    assert!(page.chars().all(|c| c == '\n' || crate::text::harmless(c)), "{page}");
    let markdown = markdown::document(&report);
    assert!(markdown.contains("median 25 min \\[16 min - 38 min\\]"), "{markdown}");
    let unescaped = markdown.replace("\\<", "");
    assert!(!unescaped.contains('<') && !markdown.contains("\n="), "{markdown}");
    let table = csv::table(&report);
    for line in table.split("\r\n") {
        let bare = line.replace("\",\"", ",");
        assert!(bare.split(',').all(|cell| !cell.starts_with(['=', '@'])), "{line}");
    }
    assert!(
        table.contains("duration,time to resolve,,39,1500.0,960,2280,15600,5843.1,"),
        "{table}"
    );
}

#[test]
fn few_values_are_told_as_they_are_and_none_as_none() {
    let cases: Vec<Case> = fixture().into_iter().take(3).collect();
    let report = report(&cases);
    let resolve = report.duration(Name::Resolve, None).unwrap();
    assert_eq!(resolve.values_s, [420, 720, 1980]);
    assert_eq!(wording::figures(resolve), "7 min, 12 min, 33 min (n 3)");
    let never = report.duration(Name::Acknowledge, None).unwrap();
    assert_eq!((never.n, never.left_out.len()), (0, 3));
    assert_eq!(never.left_out[0].why, "no time for acknowledged");
}

#[test]
fn a_change_says_whether_it_is_one() {
    let mut cases = fixture();
    for case in &mut cases {
        // A year later everything takes a tenth of the time.
        let incident = Arc::make_mut(&mut case.incident);
        let shift = |at: Time| Time::from_millis(at.millis() - 365 * 86_400_000);
        let declared = incident.declared.as_mut().map(|moment| {
            moment.at = shift(moment.at);
            moment.at
        });
        let others = [&mut incident.started, &mut incident.detected, &mut incident.resolved];
        for moment in others.into_iter().flatten() {
            moment.at = shift(moment.at);
        }
        if let (Some(declared), Some(resolved)) = (declared, incident.resolved.as_mut()) {
            resolved.at = Time::from_millis(declared.millis() + (resolved.at.millis() - declared.millis()) / 10);
        }
    }
    cases.extend(fixture());
    let period = Period::named(Kind::Quarter, Some("2026-Q1"), Time::default(), &|_| 0).unwrap();
    let said = |previous: Period| {
        let report = Report::new(Wanted {
            cases: &cases,
            period: period.clone(),
            earlier: &[previous],
            now: at("2026-07-01T00:00:00Z"),
            zone: "UTC".into(),
            documents: BTreeMap::new(),
        });
        let change = report.changes.into_iter().find(|one| one.name == Name::Resolve);
        change.map(|one| one.said)
    };
    let year_before = Period::named(Kind::Quarter, Some("2025-Q1"), Time::default(), &|_| 0).unwrap();
    let changed = said(year_before).unwrap();
    assert!(changed.contains(": longer, by +9"), "{changed}");
    let same = said(period.clone()).unwrap();
    assert!(
        same.contains("within what chance does; at n = 39 a median moves by -47 to +88 %"),
        "{same}"
    );
    assert_eq!(said(period.before(Some(Kind::Quarter), &|_| 0)), None);
}

#[test]
fn actions_reviews_repeats_and_surveys_are_counted() {
    let mut cases: Vec<Case> = fixture().into_iter().take(4).collect();
    let item = |state, due: &str, done: Option<&str>| {
        Arc::new(ActionItem {
            state,
            due: Some(due.into()),
            done: done.map(at),
            at: at("2026-02-01T00:00:00Z"),
            ..ActionItem::default()
        })
    };
    let first = Arc::make_mut(&mut cases[0].incident);
    first.actions = vec![
        item(ActionState::Done, "2026-03-01", Some("2026-03-01T23:00:00Z")),
        item(ActionState::Done, "2026-03-01", Some("2026-03-02T00:00:00Z")),
        item(ActionState::Open, "2026-03-01", None),
        item(ActionState::Open, "2027-03-01", None),
    ];
    first.fields.insert("satisfaction-customers".into(), "8/10".into());
    first.cause = Some("connection pool exhausted".into());
    Arc::make_mut(&mut cases[3].incident).cause = Some("The connection pool was exhausted".into());
    Arc::make_mut(&mut cases[1].incident).resolved.as_mut().unwrap().forced = Some("the CTO wanted it".into());
    let mut report = report(&cases);
    let actions = &report.actions;
    assert_eq!((actions.created, actions.completed, actions.on_time), (4, 2, 1));
    assert_eq!((actions.open, actions.overdue, actions.percent()), (2, 1, Some(50)));
    assert_eq!(report.recurrences.count, 1);
    assert_eq!(report.recurrences.incidents[0].of, "INC-2026-0001");
    assert_eq!(report.overrides[0].why, "the CTO wanted it");
    assert_eq!((report.reviews.mandatory, report.reviews.written), (3, 0));
    assert!((report.survey[0].mean - 8.0).abs() < 1e-9);
    report.definitions.clear();
    assert!(page::page(&report).contains("Repeats: 1 of 4 (25 %)"));
}
