//! Scenes of the board: its list, its query, the action items of all incidents, the trend; and what may run.

use std::sync::Arc;

use super::fixture::now;
use super::press;
use super::scenes::board;
use crate::app::{Message, Model, update};
use crate::incident::{ActionItem, ActionState, Horizon, Incident, Moment, Time};
use crate::recall::Case;
use crate::recall::lines::Found;
use crate::recall::query::Query;
use crate::report::Kind;
use crate::report::overview::Overview;
use crate::session::{Looked, MayRun, Standing, What};

/// Some incidents of the months before, with what came of them.
fn cases() -> Vec<Case> {
    let rows = [
        (
            "INC-2026-0019",
            "2026-06-12T09:10:00Z",
            47,
            "P1",
            "pool exhausted",
            "checkout",
        ),
        (
            "INC-2026-0023",
            "2026-07-03T22:40:00Z",
            310,
            "P0",
            "certificate expired",
            "login",
        ),
        (
            "INC-2026-0027",
            "2026-08-21T03:15:00Z",
            12,
            "P2",
            "bad deploy",
            "search",
        ),
        (
            "INC-2026-0031",
            "2026-09-02T11:05:00Z",
            1_700,
            "P1",
            "queue backlog",
            "mail, checkout",
        ),
        (
            "INC-2026-0036",
            "2026-10-17T16:30:00Z",
            55,
            "P2",
            "pool exhausted",
            "checkout",
        ),
        (
            "INC-2026-0041",
            "2026-11-04T08:00:00Z",
            95,
            "P1",
            "pool exhausted again",
            "checkout",
        ),
    ];
    let case = |(place, row): (usize, (&str, &str, i64, &str, &str, &str))| {
        let (id, declared, minutes, severity, cause, services) = row;
        let declared = Time::parse_rfc3339(declared).unwrap();
        let moment = |at: Time| {
            Some(Moment {
                at,
                ..Moment::default()
            })
        };
        let item = ActionItem {
            id: format!("a{place}"),
            text: [
                "Alert on pool use above 80 %",
                "Renew certificates by a job",
                "Roll out by canary",
            ][place % 3]
                .into(),
            owner: (place != 2).then(|| ["kim", "lee"][place % 2].into()),
            due: Some(if place < 3 { "2026-09-30" } else { "2027-01-15" }.into()),
            horizon: Some(if place % 2 == 0 {
                Horizon::Immediate
            } else {
                Horizon::Short
            }),
            state: if place == 1 {
                ActionState::Done
            } else {
                ActionState::Open
            },
            at: declared,
            ..ActionItem::default()
        };
        let mut incident = Incident {
            id: id.into(),
            severity: severity.into(),
            status: "closed".into(),
            cause: Some(cause.into()),
            declared: moment(declared),
            resolved: moment(Time::from_millis(declared.millis() + minutes * 60_000)),
            actions: vec![Arc::new(item)],
            ..Incident::default()
        };
        incident.impact.insert("services".into(), services.into());
        Case::new(id.into(), Arc::new(incident), None)
    };
    rows.into_iter().enumerate().map(case).collect()
}

fn looked(asked: &str, kind: Kind) -> Looked {
    let query = Query::parse(asked, &|_| Err(String::new())).unwrap();
    let line = Found {
        incident: "INC-2026-0041".into(),
        title: "Certificate of the status page expired".into(),
        when: "2026-11-04 08:12".into(),
        text: "pool at 100/100 on db-3, connections wait".into(),
    };
    Looked {
        lines: if asked.contains("pool") { vec![line] } else { Vec::new() },
        overview: Overview::of(&cases(), &query, kind, now(), &|_| 0),
    }
}

/// The board with all that it shows, and what was pressed on it.
pub(super) fn whole(width: u16, height: u16, keys: &str) -> Model {
    let mut model = board(width, height);
    let found = Message::Looked(String::new(), Ok(Box::new(looked("", Kind::Month))));
    update(&mut model, now(), found);
    press(&mut model, keys);
    model
}

/// A query was asked.
pub(super) fn asked(width: u16, height: u16) -> Model {
    let mut model = whole(width, height, "/cause:pool<Space>pool<Enter>");
    let found = Message::Looked(
        "cause:pool pool".into(),
        Ok(Box::new(looked("cause:pool", Kind::Month))),
    );
    let Message::Looked(words, Ok(mut found)) = found else {
        return model;
    };
    found.lines = looked("pool", Kind::Month).lines;
    update(&mut model, now(), Message::Looked(words, Ok(found)));
    model
}

/// What may run.
pub(super) fn permits(width: u16, height: u16, keys: &str) -> Model {
    let mut model = super::fixture::under_way(width, height);
    let one = |name: &str, what, about: &str, state| MayRun {
        place: format!("/srv/incidents/.warroom/hooks.yaml#{name}"),
        name: name.into(),
        what,
        about: about.into(),
        content: Ok("- name: pager\n  on: [incident.declared]\n  severity: [P0, P1]\n  url-env: PAGER_URL\n".into()),
        state,
    };
    let all = vec![
        one(
            "pager",
            What::Hook,
            "on incident.declared at P0, P1: $PAGER_URL",
            Standing::Off,
        ),
        one(
            "bell",
            What::Hook,
            "on incident.*: ./bin/ring --loud",
            Standing::Allowed,
        ),
        one(
            "pool",
            What::Runbook,
            "4 commands, each asked for on its own",
            Standing::Changed,
        ),
    ];
    update(&mut model, now(), Message::Permissions(all, None));
    press(&mut model, keys);
    model
}
