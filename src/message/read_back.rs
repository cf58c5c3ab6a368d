//! The read-back of a handover: what the taking side says, and where it differs.

use std::time::Duration;

use serde::Serialize;

use crate::framework::Framework;
use crate::incident::Time;
use crate::text;

/// How close to a timer's time its read-back has to be, in seconds: it is read off a clock.
const CLOSE_S: i64 = 90;
/// From when on a time of day is looked for: a timer may be overdue.
const BEFORE: Duration = Duration::from_secs(2 * 3600);

/// The three facts by which the taking side shows that the handover arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadBack {
    /// The severity.
    pub severity: String,
    /// The next timer: its label.
    pub timer: Option<String>,
    /// When it is due.
    pub due: Option<Time>,
    /// The first thing to do.
    pub action: Option<String>,
}

impl ReadBack {
    /// What was read back differs from this where: one sentence each; none where all of it arrived.
    pub fn differences(
        &self,
        severity: &str,
        timer: &str,
        action: &str,
        framework: &Framework,
        now: Time,
    ) -> Vec<String> {
        let mut all = Vec::new();
        let said = framework
            .severity_id(severity)
            .unwrap_or_else(|_| severity.trim().to_owned());
        if said != self.severity {
            all.push(format!(
                "severity is {}, not {}",
                self.severity,
                text::one_line(severity.trim())
            ));
        }
        match (&self.timer, self.due) {
            (Some(label), due) if !is_timer(label, due, timer, framework, now) => {
                let at = due.map(|due| format!(", due {} UTC", due.hm())).unwrap_or_default();
                all.push(format!(
                    "the next timer is {label}{at}, not {}",
                    text::one_line(timer.trim())
                ));
            }
            (None, _) if !none(timer) => all.push(format!("no timer runs, not {}", text::one_line(timer.trim()))),
            (Some(_) | None, _) => {}
        }
        match &self.action {
            Some(wanted) if !alike(wanted, action) => {
                all.push(format!(
                    "the first action is {wanted}, not {}",
                    text::one_line(action.trim())
                ));
            }
            None if !none(action) => all.push(format!("nothing is to do, not {}", text::one_line(action.trim()))),
            Some(_) | None => {}
        }
        all
    }
}

/// What the timeline keeps of a read-back: what was said, whose handover it is, and what differed.
pub fn read_back_said([severity, timer, action]: [&str; 3], from: Option<&str>, differs: &[String]) -> String {
    let from = from.map(|from| format!(" from {from}")).unwrap_or_default();
    let mut said = format!(
        "read back the handover{from}: {}, next timer {}, first {}",
        severity.trim(),
        timer.trim(),
        action.trim()
    );
    if !differs.is_empty() {
        said.push_str(&format!(" (differs: {})", differs.join("; ")));
    }
    said
}

/// Whether words mean a timer: its label, or its time.
fn is_timer(label: &str, due: Option<Time>, said: &str, framework: &Framework, now: Time) -> bool {
    if alike(label, said) {
        return true;
    }
    let read =
        crate::framework::promise::promised(&format!("next update {said}"), now.minus(BEFORE), &framework.calendar);
    let later = crate::framework::promise::promised(&format!("next update {said}"), now, &framework.calendar);
    let near = |at: Option<Time>| {
        at.zip(due)
            .is_some_and(|(at, due)| at.seconds_since(due).abs() <= CLOSE_S)
    };
    near(read) || near(later)
}

fn none(said: &str) -> bool {
    matches!(said.trim().to_lowercase().as_str(), "none" | "nothing" | "no" | "-")
}

/// Whether somebody's words say the same: most of the words that carry it are in both.
fn alike(wanted: &str, said: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let all = text.to_lowercase();
        let all = all
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() > 2);
        all.map(str::to_owned).collect()
    };
    let (wanted, said) = (words(wanted), words(said));
    if wanted.is_empty() || said.is_empty() {
        return wanted == said;
    }
    let shared = said.iter().filter(|word| wanted.contains(word)).count();
    // Half of what the shorter one says.
    shared * 2 >= wanted.len().min(said.len()).max(1)
}
