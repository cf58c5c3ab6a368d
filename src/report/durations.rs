//! The durations that a report is about: from which instant to which, by whose definition, and why an incident has none.

use serde::Serialize;

use super::statistics::Figures;
use crate::incident::{Class, EventKind, Incident, Milestone, Time, clock, live};
use crate::recall::Case;

/// One duration of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// From the beginning of the impact to its detection.
    Detect,
    /// From the detection to the acknowledgement.
    Acknowledge,
    /// From the detection to the first work on it.
    Engage,
    /// From the declaration to the mitigation.
    Mitigate,
    /// From the declaration to the resolution.
    Resolve,
    /// From the beginning of the impact to its end.
    Impact,
    /// From the detection to the first update to anyone.
    FirstUpdate,
}

impl Name {
    /// All of them, in the order of an incident.
    pub const ALL: [Self; 7] = [
        Self::Detect,
        Self::Acknowledge,
        Self::Engage,
        Self::FirstUpdate,
        Self::Mitigate,
        Self::Resolve,
        Self::Impact,
    ];

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Detect => "time to detect",
            Self::Acknowledge => "time to acknowledge",
            Self::Engage => "time to engage",
            Self::Mitigate => "time to mitigate",
            Self::Resolve => "time to resolve",
            Self::Impact => "customer impact",
            Self::FirstUpdate => "first update",
        }
    }

    /// How it is counted, as the report prints it.
    pub fn definition(self) -> &'static str {
        match self {
            Self::Detect => "from started to detected",
            Self::Acknowledge => "from detected (declared where that is unknown) to acknowledged",
            Self::Engage => {
                "from detected (declared where that is unknown) to the first role taken, status changed, hypothesis, mitigation or request"
            }
            Self::Mitigate => "from declared to mitigated",
            Self::Resolve => "from declared to resolved",
            Self::Impact => "from started to mitigated (resolved where that is unknown)",
            Self::FirstUpdate => {
                "from detected (declared where that is unknown) to the first update sent to any audience"
            }
        }
    }

    /// Seconds of this duration in an incident, or why there are none.
    pub fn of(self, case: &Case) -> Result<i64, Missing> {
        let incident = &*case.incident;
        let at = |name: Milestone| clock::milestone(incident, &name).ok_or(Missing::No(name));
        let noticed = || at(Milestone::Detected).or_else(|_| at(Milestone::Declared));
        let (from, from_name, to, to_name) = match self {
            Self::Detect => (at(Milestone::Started)?, "started", at(Milestone::Detected)?, "detected"),
            Self::Acknowledge => (noticed()?, "detected", at(Milestone::Acknowledged)?, "acknowledged"),
            Self::Engage => (
                noticed()?,
                "detected",
                engaged(incident).ok_or(Missing::Never("work on it"))?,
                "engaged",
            ),
            Self::Mitigate => (
                at(Milestone::Declared)?,
                "declared",
                at(Milestone::Mitigated)?,
                "mitigated",
            ),
            Self::Resolve => {
                let to = at(Milestone::Resolved).map_err(|why| if is_open(case) { Missing::Open } else { why })?;
                (at(Milestone::Declared)?, "declared", to, "resolved")
            }
            Self::Impact => {
                let over = at(Milestone::Mitigated).or_else(|_| at(Milestone::Resolved));
                let from = at(Milestone::Started)?;
                (
                    from,
                    "started",
                    over.map_err(|why| if is_open(case) { Missing::Open } else { why })?,
                    "over",
                )
            }
            Self::FirstUpdate => {
                let sent = live(&incident.communications).map(|sent| sent.at).min();
                (noticed()?, "detected", sent.ok_or(Missing::Never("update"))?, "told")
            }
        };
        let seconds = to.seconds_since(from);
        match self {
            // Work may begin, and people may be told, before the detection was written down.
            Self::Engage | Self::FirstUpdate | Self::Acknowledge => Ok(seconds.max(0)),
            _ if seconds < 0 => Err(Missing::Disorder(to_name, from_name)),
            _ => Ok(seconds),
        }
    }
}

/// Why an incident has no such duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A milestone is not known.
    No(Milestone),
    /// It goes on: the duration is longer than what has passed.
    Open,
    /// There was none of it.
    Never(&'static str),
    /// The later instant lies before the earlier one, which cannot be.
    Disorder(&'static str, &'static str),
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::No(milestone) => write!(f, "no time for {milestone}"),
            Self::Open => f.write_str("open"),
            Self::Never(what) => write!(f, "no {what}"),
            Self::Disorder(later, earlier) => write!(f, "{later} before {earlier}"),
        }
    }
}

fn is_open(case: &Case) -> bool {
    !case.class().is_ended()
}

/// When somebody began to work on it.
fn engaged(incident: &Incident) -> Option<Time> {
    let declared = incident.declared.as_ref().map(|moment| moment.at);
    let work = |kind: &EventKind| {
        matches!(
            kind,
            EventKind::Role | EventKind::Status | EventKind::Hypothesis | EventKind::Mitigation | EventKind::Request
        )
    };
    let events = live(&incident.timeline)
        .filter(|event| work(&event.kind))
        .map(|event| event.at);
    let roles = live(&incident.roles).map(|role| role.since);
    // What the declaration itself brings (a role, the first status) is not before it.
    events
        .chain(roles)
        .min()
        .map(|at| declared.map_or(at, |declared| at.max(declared)))
}

/// An incident that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// The incident.
    pub id: String,
    /// Why.
    pub why: String,
}

/// The figures of one duration, over all incidents or those of one severity.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Duration {
    /// Which.
    pub name: Name,
    /// Of which severity; none: of all.
    pub severity: Option<String>,
    /// How many incidents have it.
    pub n: usize,
    /// Median in seconds.
    pub median_s: Option<f64>,
    /// Its exact 95 % interval in seconds; none for fewer than six.
    pub interval_s: Option<(i64, i64)>,
    /// 90th percentile in seconds.
    pub p90_s: Option<i64>,
    /// Mean in seconds.
    pub mean_s: Option<f64>,
    /// The durations themselves where there are fewer than six.
    pub values_s: Vec<i64>,
    /// Incidents without it, and why.
    pub left_out: Vec<LeftOut>,
    /// Open incidents: they will last at least so many seconds.
    pub at_least_s: Vec<(String, i64)>,
    /// All values with their incidents, for a strip of dots.
    #[serde(skip)]
    pub dots: Vec<Dot>,
}

/// One incident's duration.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dot {
    /// The incident.
    pub id: String,
    /// When it was declared.
    pub at: Time,
    /// How long it took, in seconds.
    pub seconds: i64,
    /// Its severity.
    pub severity: String,
}

/// One duration over some incidents; false positives have none.
pub fn over(name: Name, severity: Option<&str>, cases: &[&Case], now: Time) -> Duration {
    let (mut dots, mut left_out, mut at_least_s) = (Vec::new(), Vec::new(), Vec::new());
    let wanted = |case: &&&Case| {
        case.class() != Class::Cancelled && severity.is_none_or(|severity| case.incident.severity == severity)
    };
    for case in cases.iter().filter(wanted) {
        match name.of(case) {
            Ok(seconds) => dots.push(Dot {
                id: case.id.clone(),
                at: crate::recall::recurrence::when(case).unwrap_or_default(),
                seconds,
                severity: case.incident.severity.clone(),
            }),
            Err(why) => {
                if why == Missing::Open {
                    let from = match name {
                        Name::Impact => clock::milestone(&case.incident, &Milestone::Started),
                        _ => clock::milestone(&case.incident, &Milestone::Declared),
                    };
                    at_least_s.extend(from.map(|from| (case.id.clone(), now.seconds_since(from).max(0))));
                }
                left_out.push(LeftOut {
                    id: case.id.clone(),
                    why: why.to_string(),
                });
            }
        }
    }
    let values: Vec<i64> = dots.iter().map(|dot| dot.seconds).collect();
    let figures = Figures::of(&values);
    Duration {
        name,
        severity: severity.map(str::to_owned),
        n: figures.n,
        median_s: figures.median,
        interval_s: figures.interval,
        p90_s: figures.p90,
        mean_s: figures.mean,
        values_s: figures.values,
        left_out,
        at_least_s,
        dots,
    }
}
