//! Incidents that are like this one, and why: plain BM25 over what people and alerts wrote. No model, no network, every reason a word.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::digest::{Digest, number};
use super::words::words;
use super::{Case, recurrence};
use crate::incident::{ActionState, EventKind, Incident, MitigationState, clock, live};

/// The two constants of BM25, as everybody has them.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// How many are told, and how many words say why.
pub const MOST: usize = 3;
const REASONS: usize = 4;
/// Events of an incident that say what it is like: the first ones. Later ones tell of the repair.
const FIRST: usize = 5;

/// How many events of each incident are read: what comes later says no more of what it is like.
pub(super) const TOLD: usize = 60;

/// Weights of where a word stands.
const TITLE: f64 = 2.0;
const CAUSE: f64 = 3.0;
const SERVICE: f64 = 3.0;
const HYPOTHESIS: f64 = 1.5;

/// An incident that is like another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Similar {
    /// It.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How much it is like the other; only for the order.
    pub score: f64,
    /// The heaviest words that both have.
    pub because: Vec<String>,
    /// Its cause, where it is named.
    pub cause: Option<String>,
    /// What ended it.
    pub ended_by: Option<String>,
    /// How long it took, in seconds.
    pub duration_s: Option<i64>,
    /// Its action items that are still open.
    pub open_actions: Vec<String>,
    /// Days since it, where it lies within ninety days before the other and both have the same cause.
    pub recurrence_days: Option<i64>,
}

/// One that was found among many, before it is read for what there is to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The incident's id.
    pub id: String,
    /// How much it is like the other; only for the order.
    pub score: f64,
    /// The heaviest words that both have.
    pub because: Vec<String>,
}

/// Score, place among the incidents, and the words that both have with their weight.
type Found<'w> = (f64, usize, Vec<(f64, &'w String)>);

/// What is known of many incidents, to be asked about one.
pub struct Index<'a> {
    digests: Vec<&'a Digest>,
    lengths: Vec<f64>,
    average: f64,
}

impl<'a> Index<'a> {
    /// Of all that are no drill.
    pub fn new(digests: impl IntoIterator<Item = &'a Digest>) -> Self {
        let digests: Vec<&Digest> = digests.into_iter().filter(|digest| !digest.apart).collect();
        let lengths: Vec<f64> = digests.iter().map(|digest| digest.length()).collect();
        Self {
            average: lengths.iter().sum::<f64>() / real(lengths.len().max(1)),
            digests,
            lengths,
        }
    }

    /// The most similar to a case, best first; itself is none of them.
    pub fn like(&self, case: &Case, most: usize) -> Vec<Match> {
        let (wanted, written) = terms(case, FIRST);
        // In one order, so that sums of floats are the same each time.
        let wanted: BTreeMap<&String, f64> = wanted.iter().map(|(word, weight)| (word, *weight)).collect();
        let wanted: Vec<(&String, u64, f64)> = wanted
            .into_iter()
            .map(|(word, weight)| (word, number(word), weight))
            .collect();
        let frequent: Vec<usize> = wanted
            .iter()
            .map(|(_, number, _)| self.digests.iter().filter(|one| one.weight(*number).is_some()).count())
            .collect();
        let mut found: Vec<Found<'_>> = Vec::new();
        for (at, other) in self.digests.iter().enumerate() {
            if other.id == case.id {
                continue;
            }
            let mut reasons: Vec<(f64, &String)> = wanted
                .iter()
                .zip(&frequent)
                .filter_map(|((word, number, weight), with)| {
                    let here = other.weight(*number)?;
                    Some((self.weight(*with, here, self.lengths[at]) * weight.min(3.0), *word))
                })
                .filter(|(weight, _)| *weight > 0.0)
                .collect();
            // One common word is chance.
            if reasons.len() < 2 && !reasons.iter().any(|(_, word)| word.starts_with("service:")) {
                continue;
            }
            reasons.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            let score = reasons.iter().map(|(weight, _)| weight).sum();
            found.push((score, at, reasons));
        }
        found.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then_with(|| self.digests[a.1].id.cmp(&self.digests[b.1].id))
        });
        let told = |(score, at, reasons): Found<'_>| {
            let because = reasons.iter().take(REASONS).map(|(_, word)| {
                let shown = word.strip_prefix("service:").map(|name| format!("service {name}"));
                shown.unwrap_or_else(|| written.get(*word).cloned().unwrap_or_else(|| (*word).clone()))
            });
            Match {
                id: self.digests[at].id.clone(),
                score,
                because: because.collect(),
            }
        };
        found.into_iter().take(most).map(told).collect()
    }

    fn weight(&self, with: usize, here: f64, length: f64) -> f64 {
        let (all, with) = (real(self.digests.len()), real(with));
        let rare = ((all - with + 0.5) / (with + 0.5)).ln_1p();
        rare * here * (K1 + 1.0) / (here + K1 * (1.0 - B + B * length / self.average.max(1.0)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of incidents")]
fn real(count: usize) -> f64 {
    count as f64
}

impl Similar {
    /// What there is to tell of one that was found, `case` being it; `recurrences` are those of all incidents.
    fn of(found: Match, case: &Case, asked: &Case, recurrences: &[recurrence::Recurrence]) -> Self {
        let incident = &*case.incident;
        let ended_by = live(&incident.mitigations)
            .filter(|one| matches!(one.state, MitigationState::Done | MitigationState::Verified))
            .max_by_key(|one| one.settled.or(one.done));
        let statuses = case
            .framework
            .as_ref()
            .map(|framework| framework.classes.clone())
            .unwrap_or_default();
        let end = clock::end(incident, &statuses);
        let open = live(&incident.actions).filter(|item| item.state != ActionState::Done);
        let again = recurrences.iter().find(|one| one.id == asked.id && one.of == case.id);
        Self {
            id: case.id.clone(),
            title: incident.title.clone(),
            score: (found.score * 1000.0).round() / 1000.0,
            because: found.because,
            cause: recurrence::cause(case).map(str::to_owned),
            ended_by: ended_by.map(|one| one.text.clone()),
            duration_s: clock::start(incident).zip(end).map(|(from, to)| to.seconds_since(from)),
            open_actions: open.map(|item| item.text.clone()).collect(),
            recurrence_days: again.map(|one| one.days),
        }
    }
}

/// The most similar to a case among all incidents, with what there is to tell of them; `read` brings one by its id.
pub fn told<E>(
    digests: &[Digest],
    asked: &Case,
    most: usize,
    mut read: impl FnMut(&str) -> Result<Option<Case>, E>,
) -> Result<Vec<Similar>, E> {
    let own = Digest::of(asked);
    let others = digests.iter().filter(|digest| digest.id != asked.id);
    // What is kept of the incident itself may be older than what is asked.
    let all: Vec<&Digest> = others.chain([&own]).filter(|digest| !digest.apart).collect();
    let causes = all
        .iter()
        .filter_map(|one| Some((one.id.as_str(), one.cause.as_ref()?)));
    let repeats = recurrence::among(causes);
    let mut told = Vec::new();
    for found in Index::new(digests).like(asked, most) {
        if let Some(case) = read(&found.id)? {
            told.push(Similar::of(found, &case, asked, &repeats));
        }
    }
    Ok(told)
}

/// Words of an incident with their weight, and how each was written: what people and alerts wrote, never what the console did.
pub(super) fn terms(case: &Case, events: usize) -> (HashMap<String, f64>, HashMap<String, String>) {
    let incident: &Incident = &case.incident;
    let (mut weights, mut written) = (HashMap::new(), HashMap::new());
    let mut add = |text: &str, weight: f64| {
        // A log of a thousand lines says no more than its first words.
        for word in words(crate::text::shown(text)).take(400) {
            *weights.entry(word.stem.clone()).or_insert(0.0) += weight;
            written.entry(word.stem).or_insert(word.written);
        }
    };
    add(&incident.title, TITLE);
    add(incident.summary.as_deref().unwrap_or_default(), 1.0);
    add(recurrence::cause(case).unwrap_or_default(), CAUSE);
    let said = live(&incident.timeline).filter(|event| EventKind::LOGGABLE.contains(&event.kind));
    for event in said.take(events) {
        add(&event.text, 1.0);
    }
    for one in live(&incident.hypotheses) {
        add(&one.statement, HYPOTHESIS);
    }
    for one in live(&incident.factors) {
        add(&one.text, 1.0);
    }
    for one in live(&incident.whys) {
        add(&one.text, 1.0);
    }
    let runbooks: BTreeSet<&str> = live(&incident.checklist)
        .filter_map(|item| item.list.as_deref())
        .collect();
    for runbook in runbooks {
        add(runbook, HYPOTHESIS);
    }
    for service in case.services() {
        *weights.entry(format!("service:{service}")).or_insert(0.0) += SERVICE;
    }
    (weights, written)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::{Event, Mitigation, Moment, Time};

    fn case(id: &str, title: &str, cause: &str, events: &[&str]) -> Case {
        let mut incident = Incident {
            title: title.into(),
            cause: (!cause.is_empty()).then(|| cause.to_owned()),
            declared: Some(Moment {
                at: Time::parse_rfc3339("2026-11-10T00:00:00Z").unwrap(),
                ..Moment::default()
            }),
            ..Incident::default()
        };
        for text in events {
            incident.timeline.push(Arc::new(Event {
                text: (*text).to_owned(),
                kind: EventKind::Observation,
                ..Event::default()
            }));
        }
        Case::new(id.into(), Arc::new(incident), None)
    }

    fn cases() -> Vec<Case> {
        let mut cases = vec![
            case(
                "A",
                "API tokens stolen",
                "a secret in a public repository",
                &["stolen tokens used from abroad", "token revoked"],
            ),
            case(
                "B",
                "Package worm",
                "a token was stolen by a package",
                &["a worm published packages with a stolen secret"],
            ),
            case(
                "C",
                "Checkout slow",
                "connection pool exhausted",
                &["p95 at 4 s", "pool at 100 %"],
            ),
            case("D", "Search down", "expired certificate", &["TLS handshake errors"]),
            case(
                "E",
                "Dashboard empty",
                "retention misconfigured",
                &["no data since midnight"],
            ),
            case(
                "F",
                "Login slow",
                "",
                &["pool at its limit on auth", "connections exhausted"],
            ),
        ];
        let fixed = Arc::make_mut(&mut cases[2].incident);
        fixed.mitigations.push(Arc::new(Mitigation {
            text: "doubled the pool".into(),
            state: MitigationState::Verified,
            ..Mitigation::default()
        }));
        cases
    }

    fn like(cases: &[Case], at: usize) -> Vec<Similar> {
        let digests: Vec<Digest> = cases.iter().map(Digest::of).collect();
        let read = |id: &str| Ok::<_, ()>(cases.iter().find(|case| case.id == id).cloned());
        told(&digests, &cases[at], MOST, read).unwrap()
    }

    #[test]
    fn relatives_find_each_other_and_say_why() {
        let cases = cases();
        let first = |at: usize| like(&cases, at).into_iter().next();
        let token = first(0).unwrap();
        assert_eq!(token.id, "B");
        assert!(
            token.because.contains(&"stolen".to_owned()) && token.because.contains(&"tokens".to_owned()),
            "{token:?}"
        );
        let pool = first(5).unwrap();
        assert_eq!(
            (pool.id.as_str(), pool.ended_by.as_deref()),
            ("C", Some("doubled the pool"))
        );
        assert_eq!(pool.cause.as_deref(), Some("connection pool exhausted"));
        assert_eq!(first(3), None);
        assert_eq!(like(&cases, 0), like(&cases, 0));
    }

    #[test]
    fn drills_and_the_incident_itself_are_none() {
        let mut cases = cases();
        Arc::make_mut(&mut cases[2].incident).drill = true;
        assert!(like(&cases, 5).iter().all(|one| one.id != "C" && one.id != "F"));
        assert!(Index::new(&[]).like(&cases[0], MOST).is_empty());
    }

    #[test]
    fn a_common_service_is_a_reason() {
        let mut cases = cases();
        for at in [3, 4] {
            Arc::make_mut(&mut cases[at].incident)
                .impact
                .insert("services".into(), "Edge".into());
        }
        let found = like(&cases, 3);
        assert_eq!(found[0].id, "E");
        assert_eq!(found[0].because, ["service edge"]);
    }
}
