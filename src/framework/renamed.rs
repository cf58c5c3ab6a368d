//! A law: names are the framework's own. With every status, role, severity and item called otherwise, the same story has the
//! same answers, but for the names.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::Framework;
use super::data::{BySeverity, Class, Data};
use crate::incident::apply::laws::request;
use crate::incident::apply::unchecked;
use crate::incident::{Change, Declaration, Incident, Proposal, Time, apply_under, declare, newest};
use crate::message::{self, Wanted};

/// What is called how, from the old name to the new one, and back.
#[derive(Default)]
struct Names {
    severities: BTreeMap<String, String>,
    statuses: BTreeMap<String, String>,
    roles: BTreeMap<String, String>,
    /// By full id: the last part only.
    items: BTreeMap<String, String>,
    back: Vec<(String, String)>,
}

impl Names {
    fn of(data: &Data, tag: &str) -> Self {
        let mut names = Self::default();
        let mut back = Vec::new();
        let mut fresh = |old: &str| {
            let new = format!("z{tag}{}q", back.len());
            back.push((new.clone(), old.to_owned()));
            new
        };
        names.severities = data
            .severities
            .iter()
            .map(|one| (one.id.clone(), fresh(&one.id)))
            .collect();
        names.statuses = data
            .statuses
            .iter()
            .map(|one| (one.id.clone(), fresh(&one.id)))
            .collect();
        names.roles = data.roles.iter().map(|one| (one.id.clone(), fresh(&one.id))).collect();
        let phases = data.phases.iter().map(|list| (&list.id, &list.items));
        let procedures = data.procedures.iter().map(|list| (&list.id, &list.items));
        names.items = phases
            .chain(procedures)
            .flat_map(|(list, items)| items.iter().map(move |item| (list, &item.id)))
            .map(|(list, id)| (format!("{list}.{id}"), fresh(id)))
            .collect();
        names.back = back;
        names
    }

    fn severity(&self, id: &mut String) {
        if let Some(new) = self.severities.get(id) {
            id.clone_from(new);
        }
    }

    fn table<T>(&self, table: &mut BySeverity<T>) {
        *table = std::mem::take(table)
            .into_iter()
            .map(|(mut severity, value)| {
                self.severity(&mut severity);
                (severity, value)
            })
            .collect();
    }

    fn item(&self, full: &str) -> String {
        let list = full.split_once('.').map_or("", |(list, _)| list);
        format!("{list}.{}", self.items[full])
    }

    /// A fact or a remedy, with its names.
    fn phrase(&self, text: &mut String) {
        for word in [" or ", " and "] {
            if text.contains(word) {
                let mut parts: Vec<String> = text.split(word).map(str::to_owned).collect();
                for part in &mut parts {
                    self.phrase(part);
                }
                *text = parts.join(word);
                return;
            }
        }
        let words: Vec<&str> = text.split(' ').collect();
        let new = match words.as_slice() {
            ["role", role] => format!("role {}", self.roles[*role]),
            ["status", status] => format!("status {}", self.statuses[*status]),
            ["item", item] => format!("item {}", self.item(item)),
            ["check", verb, item, rest @ ..] => {
                let rest = rest.iter().fold(String::new(), |all, word| format!("{all} {word}"));
                format!("check {verb} {}{rest}", self.item(item))
            }
            _ => return,
        };
        *text = new;
    }

    /// All of a framework under its new names.
    fn rename(&self, mut data: Data) -> Data {
        for one in &mut data.severities {
            self.severity(&mut one.id);
        }
        for one in &mut data.statuses {
            one.id = self.statuses[&one.id].clone();
            for next in &mut one.next {
                *next = self.statuses[next].clone();
            }
        }
        let phases = data.phases.iter_mut().map(|list| (&list.id, &mut list.items));
        let procedures = data.procedures.iter_mut().map(|list| (&list.id, &mut list.items));
        for (list, items) in phases.chain(procedures) {
            for item in items {
                item.id = self.items[&format!("{list}.{}", item.id)].clone();
                item.severities.iter_mut().for_each(|severity| self.severity(severity));
                item.seen.iter_mut().for_each(|fact| self.phrase(fact));
            }
        }
        for role in &mut data.roles {
            role.id = self.roles[&role.id].clone();
            role.required.iter_mut().for_each(|severity| self.severity(severity));
            self.table(&mut role.default);
            role.not.iter_mut().for_each(|other| *other = self.roles[other].clone());
        }
        for one in &mut data.specialists {
            one.severities.iter_mut().for_each(|severity| self.severity(severity));
        }
        for one in &mut data.audiences {
            self.table(&mut one.facts);
        }
        for rule in &mut data.timers {
            self.table(&mut rule.within);
            self.table(&mut rule.borrowed);
            let met_by = rule.met_by.split(" or ").map(|fact| {
                let mut fact = fact.to_owned();
                self.phrase(&mut fact);
                fact
            });
            rule.met_by = met_by.collect::<Vec<_>>().join(" or ");
            rule.remedy.iter_mut().for_each(|remedy| self.phrase(remedy));
        }
        for item in &mut data.gate.items {
            item.item = self.item(&item.item);
        }
        self.table(&mut data.gate.soak);
        self.table(&mut data.gate.borrowed);
        self.table(&mut data.approvals);
        for rule in data.approvals.values_mut() {
            rule.options
                .values_mut()
                .for_each(|role| *role = self.roles[role].clone());
        }
        for threshold in &mut data.thresholds {
            threshold
                .severity
                .iter_mut()
                .for_each(|severity| self.severity(severity));
        }
        data.matrix
            .values_mut()
            .flat_map(BTreeMap::values_mut)
            .for_each(|severity| self.severity(severity));
        if let Some(review) = &mut data.review {
            self.table(&mut review.within);
            review.mandatory.iter_mut().for_each(|severity| self.severity(severity));
            review.document.iter_mut().for_each(|item| *item = self.item(item));
            let attendees = review.attendees.iter_mut().filter_map(|one| one.role.as_mut());
            let roles = attendees
                .chain(&mut review.facilitator)
                .chain(&mut review.facilitator_not);
            roles.for_each(|role| *role = self.roles[role].clone());
        }
        if let Some(major) = &mut data.major {
            self.table(&mut major.counts);
            self.table(&mut major.after);
        }
        data
    }

    /// A text with the old names in place of the new ones. What is said of a role by its id has blanks in it.
    fn old(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (new, old) in self.back.iter().rev() {
            text = text.replace(new, old);
        }
        plain(&text)
    }
}

fn plain(text: &str) -> String {
    text.replace('_', " ")
}

/// A step of a story; the numbers choose among what the framework has.
type Drawn = (u8, usize, u16);

/// What a step asks for, by the position of things.
fn change(framework: &Framework, incident: &Incident, (kind, which, _): Drawn) -> Change {
    fn pick<T>(all: &[T], which: usize) -> &T {
        &all[which % all.len()]
    }
    let items: Vec<&String> = framework
        .phases
        .iter()
        .flat_map(|list| &list.items)
        .chain(framework.procedures.iter().flat_map(|list| &list.items))
        .map(|item| &item.id)
        .collect();
    let item = || (*pick(&items, which)).clone();
    let mitigation = || {
        incident
            .mitigations
            .last()
            .map_or_else(|| "maaaaaaa".to_owned(), |one| one.id.clone())
    };
    let who = || (*pick(&["kim", "lee", "sam"], which)).to_owned();
    match kind {
        0 | 1 => Change::SetStatus {
            status: pick(&framework.statuses, which).id.clone(),
            reason: Some("so it is".into()),
        },
        2 => Change::SetSeverity {
            severity: pick(&framework.severities, which).id.clone(),
            reason: None,
        },
        3 => Change::AssignRole {
            role: pick(&framework.roles, which).id.clone(),
            who: who(),
            alongside: false,
        },
        4 => Change::AssignRole {
            role: framework.commander().to_owned(),
            who: who(),
            alongside: false,
        },
        5 | 6 => Change::TickItem {
            item: item(),
            note: (which % 2 == 0).then(|| "seen".to_owned()),
            again: false,
        },
        7 => Change::SkipItem {
            item: item(),
            reason: "not now".into(),
        },
        8 => Change::SendUpdate {
            audience: pick(&framework.audiences, which).id.clone(),
            text: "we are on it".into(),
            status: None,
            eta: None,
            reason: None,
            approved_by: None,
        },
        9 => Change::ProposeMitigation(Proposal {
            text: "back to the last release".into(),
            option: Some(pick(&framework.options, which).id.clone()),
            rationale: Some("it began with it".into()),
            rollback: Some("forward again".into()),
            ..Proposal::default()
        }),
        10 => Change::ApproveMitigation {
            mitigation: mitigation(),
        },
        11 => Change::StartMitigation {
            mitigation: mitigation(),
        },
        12 => Change::FinishMitigation {
            mitigation: mitigation(),
            result: None,
        },
        13 => Change::FailMitigation {
            recheck: None,
            mitigation: mitigation(),
            result: None,
        },
        14 => Change::Resolve {
            force: None,
            at: None,
            note: None,
        },
        15 => Change::Resolve {
            force: Some("it is over".into()),
            at: None,
            note: None,
        },
        16 => Change::close(),
        17 => Change::Cancel {
            reason: "a test".into(),
        },
        18 => Change::Reopen { reason: "again".into() },
        19 => Change::Acknowledge { at: None },
        _ => Change::SetField {
            field: "impact.users".into(),
            value: "all".into(),
        },
    }
}

/// A story under one framework.
struct Play<'a> {
    framework: &'a Framework,
    incident: Incident,
}

const START: i64 = 1_795_183_500_000;

impl<'a> Play<'a> {
    fn begin(framework: &'a Framework) -> Self {
        let declaration = Declaration {
            id: "INC-2026-0042".into(),
            title: "Checkout failing".into(),
            framework: "own".into(),
            severity: framework.severities[0].id.clone(),
            status: framework.first_status().to_owned(),
            ..Declaration::default()
        };
        let incident = declare(&declaration, "uidabcd", "declare", "kim", Time::from_millis(START)).unwrap();
        Self { framework, incident }
    }

    /// What comes of a change, and everything that is to be seen then.
    fn step(&mut self, number: usize, now: Time, change: Change) -> String {
        let by = ["kim", "lee"][number % 2];
        let asked = self.framework.permit(&self.incident, change, by, now);
        let done = asked.and_then(|change| {
            let request = unchecked(&request(number + 1, by, now, Change::close())).with(change);
            apply_under(
                &self.framework.classes,
                &self.incident,
                &request,
                newest(&self.incident),
            )
        });
        let said = match done {
            Ok((incident, applied)) => {
                self.incident = incident;
                applied.said
            }
            Err(refusal) => format!("{refusal:?}"),
        };
        let derived = self.framework.derive(&self.incident, now);
        let drafts: Vec<_> = self
            .framework
            .audiences
            .iter()
            .map(|audience| {
                let wanted = Wanted {
                    audience: &audience.id,
                    ..Wanted::default()
                };
                message::draft(self.framework, &self.incident, &derived, wanted, now)
                    .map(|draft| (draft.text, draft.gaps))
            })
            .collect();
        let class = self.framework.class(&self.incident.status);
        let told: Vec<_> = self
            .incident
            .timeline
            .iter()
            .map(|event| {
                (
                    event.kind.as_str(),
                    event.text.as_str(),
                    event.from.as_deref(),
                    event.to.as_deref(),
                )
            })
            .collect();
        let derived = serde_json::to_string(&derived).unwrap();
        format!("{said}\n{class:?}\n{derived}\n{drafts:?}\n{told:?}")
    }
}

proptest! {
    #![proptest_config(crate::trials::cases(40))]

    #[test]
    fn a_story_has_the_same_answers_by_whatever_names(
        name in 0..5usize,
        tag in "[a-p]{0,5}",
        steps in prop::collection::vec((0..21u8, 0..64usize, 1..5_000u16), 1..24),
    ) {
        let shipped = Framework::builtin(Framework::names()[name]).unwrap();
        let names = Names::of(&shipped.file, &tag);
        let text = serde_json::to_string_pretty(&names.rename((*shipped.file).clone())).unwrap();
        let own = match Framework::check(&text) {
            Ok(own) => own,
            Err(problems) => return Err(TestCaseError::fail(format!("{problems:#?}"))),
        };
        let (mut here, mut there) = (Play::begin(&shipped), Play::begin(&own));
        let mut now = Time::from_millis(START);
        for (number, drawn) in steps.iter().enumerate() {
            now = now.plus(Duration::from_secs(drawn.2.into()));
            let (one, other) = (change(&shipped, &here.incident, *drawn), change(&own, &there.incident, *drawn));
            let said = plain(&here.step(number, now, one));
            prop_assert_eq!(names.old(&there.step(number, now, other)), said, "step {}: {:?}", number, drawn);
        }
        // And to the end of it.
        let ends = [
            Change::Reopen { reason: "once more".into() },
            Change::Resolve { force: Some("it is over".into()), at: None, note: None },
            Change::Close { force: Some("nobody is left to review it".into()), missing: None },
        ];
        for (number, change) in ends.into_iter().enumerate() {
            now = now.plus(Duration::from_secs(60));
            let said = plain(&here.step(100 + number, now, change.clone()));
            prop_assert_eq!(names.old(&there.step(100 + number, now, change)), said);
        }
        prop_assert_eq!(own.class(&there.incident.status), Class::Closed);
    }
}
