//! How fresh a runbook is: by what it says of its reviews and tests, and by the incidents in which it was used.

use serde::Serialize;

use super::front::{Day, Front, Span};
use crate::incident::{Incident, Time, Verdict};

/// How long a test is good for: runbooks are tested each quarter (S2:1388).
const QUARTER: Span = Span::Months(3);

/// One use of a runbook in an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The incident.
    pub incident: String,
    /// The runbook's list: its name, with the entry where there is one.
    pub runbook: String,
    /// When it was attached or spoken of first.
    pub at: Time,
    /// Who attached it.
    pub by: String,
    /// What it was good for, where that was said.
    pub verdict: Option<Verdict>,
}

/// How fresh a runbook is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// Why it is stale, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<String>,
    /// When it was last tested: of itself, or by an incident in which it helped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tested: Option<String>,
    /// Until when its review is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_due: Option<String>,
    /// In how many incidents it was attached.
    pub used: usize,
    /// In how many it helped.
    pub helped: usize,
    /// In how many it misled.
    pub misled: usize,
}

impl Freshness {
    /// In how many incidents it was used, and what those who judged it said; nothing where it never was.
    pub fn said(&self) -> Option<String> {
        if self.used == 0 {
            return None;
        }
        let incidents = if self.used == 1 { "incident" } else { "incidents" };
        let mut said = format!("used in {} {incidents}", self.used);
        for (judged, count) in [("helped", self.helped), ("misled", self.misled)] {
            if count > 0 {
                said.push_str(&format!(", {judged} in {count}"));
            }
        }
        Some(said)
    }
}

/// The uses of runbooks in an incident, one a runbook.
pub fn uses(incident: &Incident) -> Vec<Use> {
    let mut all: Vec<Use> = Vec::new();
    for event in incident.timeline.iter().filter(|event| event.retracted.is_none()) {
        let Some(rest) = event
            .subject
            .as_deref()
            .and_then(|subject| subject.strip_prefix("runbook."))
        else {
            continue;
        };
        let (runbook, verdict) = match rest.strip_suffix(".verdict") {
            Some(name) => {
                let word = event.to.as_deref();
                (
                    name,
                    Verdict::ALL.into_iter().find(|verdict| word == Some(verdict.as_str())),
                )
            }
            None => (rest, None),
        };
        if runbook == "-" {
            continue;
        }
        if let Some(place) = all.iter().position(|one| one.runbook == runbook) {
            // Taken back: it was not used.
            if rest == runbook && event.to.is_none() {
                all.remove(place);
            } else {
                all[place].verdict = verdict.or(all[place].verdict);
            }
        } else if rest != runbook || event.to.is_some() {
            all.push(Use {
                incident: incident.id.clone(),
                runbook: runbook.to_owned(),
                at: event.at,
                by: event.by.clone(),
                verdict,
            });
        }
    }
    all
}

/// How fresh a runbook is on a day. `uses` are those of it alone.
pub fn freshness(front: &Front, uses: &[&Use], today: Day) -> Freshness {
    let helped = uses.iter().filter(|one| one.verdict == Some(Verdict::Helped));
    let by_use = helped.clone().map(|one| Day::of(one.at)).max();
    let tested = front.last_tested.max(by_use);
    let due = front
        .last_reviewed
        .zip(front.review_in)
        .map(|(day, span)| day.plus(span));
    let misled = uses.iter().filter(|one| one.verdict == Some(Verdict::Misled));
    let fresh_enough = |day: Day| day.plus(QUARTER) >= today;
    let wrong = misled
        .clone()
        .map(|one| Day::of(one.at))
        .max()
        .filter(|day| front.last_reviewed.max(tested) <= Some(*day));
    let stale = match (due, tested) {
        _ if wrong.is_some() => wrong.map(|day| format!("misled on {day}, not reviewed since")),
        (Some(due), _) if due < today => Some(format!("review due since {due}")),
        (_, Some(day)) if !fresh_enough(day) => Some(format!("not tested since {day}")),
        (None, None) if front.last_reviewed.is_none_or(|day| !fresh_enough(day)) => Some("never tested".to_owned()),
        _ => None,
    };
    Freshness {
        stale,
        tested: tested.map(|day| day.to_string()),
        review_due: due.map(|day| day.to_string()),
        used: uses.len(),
        helped: helped.count(),
        misled: misled.count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn used(at: &str, verdict: Option<Verdict>) -> Use {
        Use {
            incident: "INC-1".into(),
            runbook: "x".into(),
            at: Time::parse_rfc3339(&format!("{at}T00:00:00Z")).unwrap(),
            by: "kim".into(),
            verdict,
        }
    }

    #[test]
    fn a_review_of_its_own_and_use_in_incidents_keep_it_fresh() {
        let today = day("2026-11-20");
        let front = |tested: Option<&str>, reviewed: Option<&str>| Front {
            last_tested: tested.map(day),
            last_reviewed: reviewed.map(day),
            review_in: reviewed.map(|_| Span::Months(6)),
            ..Front::default()
        };
        let stale = |front: &Front, uses: &[&Use]| freshness(front, uses, today).stale;
        assert_eq!(stale(&front(None, None), &[]).as_deref(), Some("never tested"));
        assert_eq!(stale(&front(Some("2026-09-30"), None), &[]), None);
        assert_eq!(
            stale(&front(Some("2026-06-30"), None), &[]).as_deref(),
            Some("not tested since 2026-06-30")
        );
        assert_eq!(
            stale(&front(None, Some("2025-01-10")), &[]).as_deref(),
            Some("review due since 2025-07-10")
        );
        assert_eq!(stale(&front(None, Some("2026-10-10")), &[]), None);
        let helped = used("2026-11-01", Some(Verdict::Helped));
        assert_eq!(stale(&front(Some("2026-01-01"), None), &[&helped]), None);
        let misled = used("2026-11-02", Some(Verdict::Misled));
        let both = freshness(&front(Some("2026-01-01"), None), &[&helped, &misled], today);
        assert_eq!(both.stale.as_deref(), Some("misled on 2026-11-02, not reviewed since"));
        assert_eq!((both.used, both.helped, both.misled), (2, 1, 1));
        let only = used("2026-11-01", None);
        assert_eq!(stale(&front(None, None), &[&only]).as_deref(), Some("never tested"));
    }
}
