//! The meeting of a review: its agenda scaled to its length, where it is by now, who has to be there and was, who leads it.

use std::time::Duration;

use serde::Serialize;

use super::Framework;
use super::data::Attendee;
use crate::incident::{Change, Incident, Time, live};

/// Field of an incident that says who was at the meeting.
pub const ATTENDEES: &str = "attendees";
/// Field of an incident that says who leads it.
pub const FACILITATOR: &str = "facilitator";
/// Fields of an incident that say when it began and ended.
const BEGAN: &str = "meeting-began";
const ENDED: &str = "meeting-ended";

/// The meeting as it is planned and as it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meeting {
    /// How many minutes it takes; 0 where the framework does not say.
    pub minutes: u32,
    /// Its agenda.
    pub parts: Vec<Part>,
    /// Who has to be there, and who may.
    pub attendees: Vec<Attendance>,
    /// Who was there and is asked for by no one.
    pub others: Vec<String>,
    /// Who leads it.
    pub facilitator: Option<String>,
    /// What the framework says of who leads it, where that is not so.
    pub unfit: Option<String>,
    /// When it began.
    pub began: Option<Time>,
    /// When it ended.
    pub ended: Option<Time>,
}

/// A part of the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it is about.
    pub topic: String,
    /// Its minutes, scaled to the length of the meeting; 0 where it has none.
    pub minutes: u32,
    /// Its minutes as the framework's source has them, where they were scaled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<u32>,
    /// When it ends, while the meeting goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Whether it is this part's time.
    pub is_now: bool,
}

/// Someone who has to be at the meeting, or may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attendance {
    /// Who, as the framework says it.
    pub who: String,
    /// The people that are meant, where the incident knows them.
    pub names: Vec<String>,
    /// Whether they need not come.
    pub optional: bool,
    /// Whether one of them was there; unknown where no one says who was, or who is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was_there: Option<bool>,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.minutes {
            0 => f.write_str(&self.topic),
            minutes => write!(f, "{minutes} min {}", self.topic),
        }
    }
}

impl Meeting {
    /// Whether it goes on.
    pub fn goes_on(&self) -> bool {
        self.began.is_some() && self.ended.is_none()
    }

    /// Who has to be there and was not.
    pub fn missing(&self) -> impl Iterator<Item = &Attendance> {
        self.attendees
            .iter()
            .filter(|one| !one.optional && one.was_there == Some(false))
    }

    /// What begins it, or ends it while it goes on.
    pub fn turn(&self, now: Time) -> Vec<Change> {
        let set = |name: &str, value: String| Change::SetField {
            field: format!("fields.{name}"),
            value,
        };
        if self.goes_on() {
            return vec![set(ENDED, now.to_string())];
        }
        let again = self.ended.map(|_| set(ENDED, String::new()));
        again.into_iter().chain([set(BEGAN, now.to_string())]).collect()
    }
}

impl Framework {
    /// The meeting of an incident's review; `None` where the framework knows of no review.
    pub fn meeting(&self, incident: &Incident, now: Time) -> Option<Meeting> {
        let review = self.review.as_ref()?;
        let field = |name: &str| {
            let text = incident.fields.get(name)?.as_str()?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let time = |name: &str| Time::parse_rfc3339(&field(name)?);
        let (began, ended) = (time(BEGAN), time(ENDED));
        let there = field(ATTENDEES).map(|text| names(&text));
        let attendees: Vec<Attendance> = review
            .attendees
            .iter()
            .map(|one| self.attendance(incident, one, there.as_deref()))
            .collect();
        let is_asked_for = |name: &String| {
            let mut asked = attendees.iter().flat_map(|one| &one.names);
            asked.any(|known| self.people.same(known, name))
        };
        let others = there
            .iter()
            .flatten()
            .filter(|name| !is_asked_for(name))
            .cloned()
            .collect();
        let facilitator = field(FACILITATOR);
        let goes_on = began.filter(|_| ended.is_none());
        Some(Meeting {
            minutes: review.minutes.unwrap_or_default(),
            parts: parts(&review.agenda, review.minutes, goes_on, now),
            attendees,
            others,
            unfit: facilitator.as_deref().and_then(|who| self.unfit(incident, who)),
            facilitator,
            began,
            ended,
        })
    }

    fn attendance(&self, incident: &Incident, one: &Attendee, there: Option<&[String]>) -> Attendance {
        let held = live(&incident.roles).filter(|held| Some(&held.role) == one.role.as_ref());
        let held: Vec<&str> = held.map(|held| held.who.as_str()).collect();
        let names: Vec<String> = self.people.distinct(held).into_iter().map(str::to_owned).collect();
        let was_there = there.filter(|_| !names.is_empty()).map(|there| {
            let came = |name: &String| there.iter().any(|who| self.people.same(who, name));
            names.iter().any(came)
        });
        Attendance {
            who: one.who.clone(),
            names,
            optional: one.optional,
            was_there,
        }
    }

    /// What the framework says of who leads the meeting, where this person is not who it wants.
    pub fn unfit(&self, incident: &Incident, who: &str) -> Option<String> {
        let review = self.review.as_ref()?;
        let holds = |role: &str| {
            let mut held = live(&incident.roles).filter(|held| held.role == role);
            held.any(|held| self.people.same(&held.who, who))
        };
        let title = |role: &str| self.role_title(role).to_lowercase();
        if let Some(role) = review.facilitator_not.as_deref().filter(|role| holds(role)) {
            return Some(format!(
                "{who} held the role {}, who does not lead this review",
                title(role)
            ));
        }
        let wanted = review.facilitator.as_deref().filter(|role| !holds(role))?;
        Some(format!(
            "the {} leads this review, and {who} did not hold that role",
            title(wanted)
        ))
    }
}

/// The names in a list of people.
fn names(text: &str) -> Vec<String> {
    let text = text.replace(" and ", ",");
    let all = text
        .split([',', ';', '\n'])
        .map(str::trim)
        .filter(|name| !name.is_empty());
    all.map(str::to_owned).collect()
}

/// The parts of an agenda: `15 min cause` has minutes, a line without is a remark.
fn parts(agenda: &[String], length: Option<u32>, goes_on: Option<Time>, now: Time) -> Vec<Part> {
    let read: Vec<(Option<u32>, &str)> = agenda.iter().map(|line| minutes_of(line)).collect();
    let given: Vec<u32> = read.iter().filter_map(|(minutes, _)| *minutes).collect();
    let mut scaled = scaled(&given, length).into_iter();
    let mut until = goes_on;
    read.into_iter()
        .map(|(source, topic)| {
            let minutes = source.and_then(|_| scaled.next()).unwrap_or_default();
            let from = until;
            if minutes > 0 {
                until = until.map(|at| at.plus(Duration::from_secs(u64::from(minutes) * 60)));
            }
            let until = until.filter(|_| minutes > 0);
            Part {
                topic: topic.to_owned(),
                minutes,
                source: source.filter(|source| *source != minutes),
                until,
                is_now: from.zip(until).is_some_and(|(from, until)| from <= now && now < until),
            }
        })
        .collect()
}

/// `15 min cause` as its minutes and its topic.
fn minutes_of(line: &str) -> (Option<u32>, &str) {
    let read = line
        .split_once(" min ")
        .and_then(|(number, topic)| Some((number.trim().parse().ok()?, topic)));
    match read {
        Some((minutes, topic)) => (Some(minutes), topic.trim()),
        None => (None, line),
    }
}

/// Minutes made to add up to a length, each in proportion: what is left over by rounding goes to those that lost most.
fn scaled(given: &[u32], length: Option<u32>) -> Vec<u32> {
    let sum: u32 = given.iter().sum();
    let Some(length) = length.filter(|length| *length > 0 && sum > *length) else {
        return given.to_vec();
    };
    let mut all: Vec<u32> = given.iter().map(|one| one * length / sum).collect();
    let mut order: Vec<usize> = (0..given.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(given[*at] * length % sum));
    let left = length.saturating_sub(all.iter().sum());
    for at in order.into_iter().take(left as usize) {
        all[at] += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agenda_that_is_too_long_is_scaled_to_the_meeting() {
        assert_eq!(scaled(&[10, 15, 10, 10, 10, 15], Some(60)), [9, 13, 9, 8, 8, 13]);
        assert_eq!(scaled(&[5, 20, 20, 10, 5], Some(60)), [5, 20, 20, 10, 5]);
        assert_eq!(scaled(&[15, 30, 15, 15], Some(120)), [15, 30, 15, 15]);
        assert_eq!(scaled(&[], Some(60)), [0_u32; 0]);
        assert_eq!(scaled(&[7], None), [7]);
    }

    #[test]
    fn it_is_one_part_after_the_other() {
        let agenda = [
            "the commander presents".to_owned(),
            "10 min timeline".into(),
            "15 min cause".into(),
        ];
        let began = Time::from_millis(1_795_183_500_000);
        let at = |minutes: u64| {
            let all = parts(
                &agenda,
                None,
                Some(began),
                began.plus(Duration::from_secs(minutes * 60)),
            );
            all.iter().position(|part| part.is_now)
        };
        assert_eq!(
            [at(0), at(9), at(10), at(24), at(25)],
            [Some(1), Some(1), Some(2), Some(2), None]
        );
        assert!(
            parts(&agenda, None, None, began)
                .iter()
                .all(|part| part.until.is_none())
        );
    }

    #[test]
    fn lists_of_people_are_read_as_they_are_typed() {
        assert_eq!(names("kim, lee and sam; alex"), ["kim", "lee", "sam", "alex"]);
        assert!(names(" , ").is_empty());
    }
}
