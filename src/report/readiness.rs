//! Whether a team is ready before anything happens: the eight prerequisites of the source (S0:660-669), and what this quarter's practice was.

use chrono::NaiveDate;
use serde::Serialize;

/// The prerequisites: the word by which a line of the team's list is known, and what it asks.
pub const PREREQUISITES: [(&str, &str); 8] = [
    ("incident tool", "incident management tool"),
    ("communication", "chat for the war room, and video"),
    ("status page", "status page"),
    ("monitoring", "monitoring: alerts, dashboards, runbooks"),
    ("on-call", "on-call rotation: who responds"),
    ("escalation", "escalation paths: when to page a manager or an executive"),
    ("training", "incident response training of on-call engineers"),
    ("blameless", "leadership's commitment to a blameless culture"),
];

/// Days after which an answer is asked again: a quarter.
const STALE: i64 = 92;

/// How a line of the list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Ticked, with a day within the last quarter.
    Ready,
    /// Ticked without a day, or longer ago.
    Stale,
    /// Not ticked.
    Open,
    /// Not in the list.
    Missing,
}

/// A prerequisite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prerequisite {
    /// What it asks.
    pub text: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// When it was last answered, as `2026-10-01`.
    pub day: Option<String>,
    /// The team's own words for it.
    pub said: String,
}

/// The eight, by a team's task list in Markdown: `- [x] Status page: status.example (2026-10-01)`.
pub fn prerequisites(list: &str, today: NaiveDate) -> Vec<Prerequisite> {
    let lines: Vec<(bool, &str)> = list.lines().filter_map(task).collect();
    PREREQUISITES
        .iter()
        .map(|(word, text)| {
            let found = lines.iter().find(|(_, line)| line.to_lowercase().contains(word));
            let day = found.and_then(|(_, line)| day_in(line));
            let standing = match (found, day) {
                (None, _) => Standing::Missing,
                (Some((false, _)), _) => Standing::Open,
                (Some((true, _)), Some(day)) if (today - day).num_days() <= STALE => Standing::Ready,
                (Some((true, _)), _) => Standing::Stale,
            };
            Prerequisite {
                text,
                standing,
                day: day.map(|day| day.to_string()),
                said: found.map(|(_, line)| (*line).to_owned()).unwrap_or_default(),
            }
        })
        .collect()
}

fn task(line: &str) -> Option<(bool, &str)> {
    let rest = line.trim_start().strip_prefix(['-', '*', '+'])?.trim_start();
    let ticked = ["[x]", "[X]"].iter().find_map(|mark| rest.strip_prefix(mark));
    match (ticked, rest.strip_prefix("[ ]")) {
        (Some(text), _) => Some((true, text.trim())),
        (None, Some(text)) => Some((false, text.trim())),
        (None, None) => None,
    }
}

/// The last calendar day in a text.
pub fn day_in(text: &str) -> Option<NaiveDate> {
    let part = |c: char| !(c.is_ascii_digit() || c == '-');
    text.split(part)
        .filter(|word| word.len() == 10)
        .filter_map(|word| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok())
        .next_back()
}

/// A list to begin with.
pub fn template() -> String {
    let lines = PREREQUISITES.iter().map(|(word, text)| {
        let named = if text.to_lowercase().contains(word) {
            (*text).to_owned()
        } else {
            format!("{word}: {text}")
        };
        format!("- [ ] {named}\n")
    });
    format!(
        "# Readiness\n\nTick what is there, with the day on which it was last looked at.\n\n{}",
        lines.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_with_a_day_is_ready_for_a_quarter() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let list = "- [x] Status page: https://status.example (2026-10-01)\n* [X] on-call rotation, 2026-01-01\n- [ ] training\n- [x] Blameless\n";
        let found = prerequisites(list, today);
        let standing: Vec<Standing> = found.iter().map(|one| one.standing).collect();
        use Standing::{Missing, Open, Ready, Stale};
        assert_eq!(
            standing,
            [Missing, Missing, Ready, Missing, Stale, Missing, Open, Stale]
        );
        assert!(
            prerequisites(&template(), today).iter().all(|one| one.standing == Open),
            "{}",
            template()
        );
        assert_eq!(day_in("2026-13-01 and 2026-1-1"), None);
    }
}
