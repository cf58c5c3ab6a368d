//! Words that people use for what a framework has: ids, titles, other words. Unknown ones are refused with the list.

use super::Framework;
use super::data::{Audience, Severity};
use crate::incident::{Entry, Incident, Item, Refusal, Timer, ids, live};

impl Framework {
    /// The severity a word means, in any case.
    pub fn severity_id(&self, word: &str) -> Result<String, Refusal> {
        let wanted = level(word);
        let severities = &self.severities;
        severities
            .iter()
            .find(|known| known.is_called(&wanted))
            .map(|severity| severity.id.clone())
            .ok_or_else(|| self.no_severity(word.trim()))
    }

    /// That a word is no severity here: what there is, with what it means, beside what the word means where it is one. Levels of
    /// two schemes are never taken for each other by their number.
    fn no_severity(&self, word: &str) -> Refusal {
        let others = Self::names().iter().filter(|name| **name != self.name);
        let elsewhere = others.filter_map(|name| {
            let other = Self::builtin(name)?;
            let wanted = level(word);
            let named = !wanted.chars().all(|c| c.is_ascii_digit());
            let known = other
                .severities
                .iter()
                .find(|known| named && known.is_called(&wanted))?;
            Some(format!("{} in {name} is {}", known.id, meaning(known)))
        });
        let elsewhere: Vec<String> = elsewhere.collect();
        let shown = crate::text::fit(&crate::text::one_line(word), 40, "…").into_owned();
        let mut said = format!("{} knows no severity `{shown}`", self.name);
        if !elsewhere.is_empty() {
            said = format!(
                "{said}: {}; choose by what it means, not by its number or name",
                elsewhere.join("; ")
            );
        }
        let line = |known: &Severity| format!("{}  {}: {}", known.id, known.title, known.criteria.join("; "));
        Refusal::NotFound {
            said,
            candidates: self.severities.iter().map(line).collect(),
        }
    }

    /// What a severity is called.
    pub fn severity_title(&self, id: &str) -> Option<&str> {
        self.severities
            .iter()
            .find(|severity| severity.id == id)
            .map(|severity| severity.title.as_str())
    }

    /// How bad a severity is, 0 the worst.
    pub fn severity_rank(&self, id: &str) -> Option<usize> {
        self.severities.iter().position(|severity| severity.id == id)
    }

    /// The severity that follows from impact and urgency, where this framework has such a table.
    pub fn priority(&self, impact: &str, urgency: &str) -> Result<String, Refusal> {
        if self.matrix.is_empty() {
            return Err(Refusal::Invalid(format!(
                "{} has no table of impact and urgency; give --severity instead",
                self.name
            )));
        }
        let find = |impact: &str, urgency: &str| self.matrix.get(impact)?.get(urgency).cloned();
        find(&impact.to_lowercase(), &urgency.to_lowercase()).ok_or_else(|| {
            Refusal::Invalid(format!(
                "`{impact}` and `{urgency}` are not in the table; use high, medium or low"
            ))
        })
    }

    /// The status a word means, in any case.
    pub fn status_id(&self, word: &str) -> Result<String, Refusal> {
        let wanted = word.trim();
        let known = &self.statuses;
        known
            .iter()
            .find(|s| {
                s.id.eq_ignore_ascii_case(wanted)
                    || s.title.eq_ignore_ascii_case(wanted)
                    || s.aliases.iter().any(|a| a.eq_ignore_ascii_case(wanted))
            })
            .map(|status| status.id.clone())
            .ok_or_else(|| {
                unknown(
                    &self.name,
                    "status",
                    wanted,
                    known.iter().map(|s| format!("{}  {}", s.id, s.title)),
                )
            })
    }

    /// Whom an escalation goes to, with the title that people know.
    pub(super) fn escalation(&self, to: &str) -> Result<(String, String), Refusal> {
        let known = &self.escalations;
        let wanted = to.trim();
        let same = |word: &str| word.eq_ignore_ascii_case(wanted);
        let found = known
            .iter()
            .find(|one| same(&one.id) || same(&one.title) || one.aliases.iter().any(|alias| same(alias)));
        let Some(found) = found else {
            let list = known.iter().map(|one| format!("{}  {}", one.id, one.title));
            return Err(unknown(&self.name, "escalation", wanted, list));
        };
        Ok((found.id.clone(), found.title.clone()))
    }

    /// An audience by its id or another word.
    pub fn audience(&self, word: &str) -> Result<&Audience, Refusal> {
        let wanted = word.trim();
        let known = &self.audiences;
        let same = |name: &str| name.eq_ignore_ascii_case(wanted);
        known
            .iter()
            .find(|one| same(&one.id) || one.aliases.iter().any(|alias| same(alias)))
            .ok_or_else(|| {
                let list = known.iter().map(|one| format!("{}  {}", one.id, one.title));
                unknown(&self.name, "audience", wanted, list)
            })
    }

    /// A role by its id, short form or another word.
    pub fn role_id(&self, word: &str) -> Result<String, Refusal> {
        let wanted = word.trim().replace([' ', '-'], "_");
        let known = &self.roles;
        let is = |name: &str| name.replace('-', "_").eq_ignore_ascii_case(&wanted);
        known
            .iter()
            .find(|role| is(&role.id) || is(&role.short) || role.aliases.iter().any(|alias| is(alias)))
            .map(|role| role.id.clone())
            .ok_or_else(|| {
                unknown(
                    &self.name,
                    "role",
                    word.trim(),
                    known.iter().map(|role| format!("{}  {}", role.id, role.title)),
                )
            })
    }

    /// A procedure by its id or another word, with the title that people know.
    pub(super) fn procedure(&self, word: &str) -> Result<(String, String), Refusal> {
        let known = &self.procedures;
        let same = |name: &str| name.eq_ignore_ascii_case(word.trim());
        let found = known
            .iter()
            .find(|one| same(&one.id) || same(&one.title) || one.aliases.iter().any(|alias| same(alias)));
        let Some(found) = found else {
            let list = known.iter().map(|one| format!("{}  {}", one.id, one.title));
            return Err(unknown(&self.name, "procedure", word.trim(), list));
        };
        Ok((found.id.clone(), found.title.clone()))
    }

    pub(super) fn item_id(&self, incident: &Incident, word: &str) -> Result<(String, Option<String>), Refusal> {
        let phases = self.phases.iter().map(|phase| &phase.items);
        let procedures = self.procedures.iter().map(|procedure| &procedure.items);
        let templates = phases
            .chain(procedures)
            .flatten()
            .map(|item| (item.id.clone(), item.text.clone()));
        by_prefix::<Item>(incident, word, templates)
    }

    pub(super) fn timer_id(&self, incident: &Incident, word: &str) -> Result<(String, Option<String>), Refusal> {
        if word.starts_with(super::promise::TIMER) {
            return Err(Refusal::Invalid(
                "a promised update is not put off; send an update, with a new time in it".into(),
            ));
        }
        by_prefix::<Timer>(
            incident,
            word,
            self.timers.iter().map(|rule| (rule.id.clone(), rule.label.clone())),
        )
    }

    /// The role whose holder commands.
    pub fn commander(&self) -> &str {
        // A framework that was checked has exactly one.
        self.roles
            .iter()
            .find(|role| role.commands)
            .map_or("", |role| role.id.as_str())
    }

    /// Whether a role commands.
    pub fn commands(&self, role: &str) -> bool {
        self.commander() == role
    }

    /// What an audience with states is told while the incident has this status.
    pub fn state_told(&self, status: &str) -> &str {
        let known = self.statuses.iter().find(|known| known.id == status);
        // One that nobody knows counts as open.
        known
            .or(self.statuses.first())
            .map_or("", |status| status.says.as_str())
    }

    /// Whether an audience is outside: the public, customers.
    pub fn is_outside(&self, audience: &str) -> bool {
        let known = self.audiences.iter().find(|one| one.id == audience);
        known.is_some_and(|one| one.outside || !one.states.is_empty())
    }

    /// What people call a status.
    pub fn status_title<'a>(&'a self, id: &'a str) -> &'a str {
        let known = self.statuses.iter().find(|status| status.id == id);
        known.map_or(id, |status| status.title.as_str())
    }

    /// What people call a role.
    pub fn role_title<'a>(&'a self, id: &'a str) -> &'a str {
        let known = self.roles.iter().find(|role| role.id == id);
        known.map_or(id, |role| role.title.as_str())
    }
}

impl Severity {
    /// Whether a word, as [`level`] has it, is its id, its title or another word for it.
    fn is_called(&self, word: &str) -> bool {
        let own = [&self.id, &self.title].into_iter().chain(&self.aliases);
        let mut own = own.map(|own| level(own));
        own.any(|own| own == word)
    }
}

/// The word for a level as it is compared: `Sev 1`, `sev-1`, `SEV1` and `severity 1` are one, and so are `P0` and `priority 0`.
fn level(word: &str) -> String {
    let plain = |c: char| match c {
        // The wide forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        c => c,
    };
    let letters = word.chars().map(plain).filter(|c| c.is_alphanumeric());
    let word: String = letters.flat_map(char::to_lowercase).collect();
    let spelled = [("severity", "sev"), ("priority", "p"), ("prio", "p")];
    let short = spelled.iter().find_map(|(long, short)| {
        let number = word.strip_prefix(long)?;
        let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
        is_number.then(|| format!("{short}{number}"))
    });
    short.unwrap_or(word)
}

/// What a severity means, in short.
fn meaning(severity: &Severity) -> String {
    let first = severity.criteria.first().map_or("", String::as_str);
    format!("\"{}: {}\"", severity.title.to_lowercase(), first)
}

pub(super) fn unknown(framework: &str, what: &str, word: &str, known: impl Iterator<Item = String>) -> Refusal {
    Refusal::NotFound {
        said: format!("{framework} knows no {what} `{word}`"),
        candidates: known.collect(),
    }
}

/// An entry of the file or of the framework's, by id or unique prefix; with its words where the file has it not yet.
fn by_prefix<T: Entry>(
    incident: &Incident,
    word: &str,
    templates: impl Iterator<Item = (String, String)>,
) -> Result<(String, Option<String>), Refusal> {
    let wanted = word.trim().to_ascii_lowercase();
    if let Some(entry) = ids::find::<T>(incident, &wanted) {
        return Ok((entry.id().to_owned(), None));
    }
    let mut all: Vec<(String, Option<String>)> = live(T::list(incident))
        .map(|entry| (entry.id().to_owned(), None))
        .collect();
    for (id, text) in templates {
        if !all.iter().any(|(known, _)| *known == id) {
            all.push((id, Some(text)));
        }
    }
    if let Some(exact) = all.iter().find(|(id, _)| *id == wanted) {
        return Ok(exact.clone());
    }
    let found: Vec<&(String, Option<String>)> = all
        .iter()
        .filter(|(id, _)| !wanted.is_empty() && id.starts_with(&wanted))
        .collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        several => {
            let show = |(id, text): &(String, Option<String>)| format!("{id}  {}", text.as_deref().unwrap_or_default());
            let said = match several.len() {
                0 => format!(
                    "there is no {} `{}`",
                    T::NOUN,
                    crate::text::fit(&crate::text::one_line(word), 60, "…")
                ),
                count => format!("`{wanted}` is the beginning of {count} {}; type more of it", T::NOUNS),
            };
            let list: Vec<&(String, Option<String>)> = if several.is_empty() {
                all.iter().collect()
            } else {
                several.to_vec()
            };
            Err(Refusal::NotFound {
                said,
                candidates: list.into_iter().take(20).map(show).collect(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_severities() {
        let framework = Framework::builtin("war-room").unwrap();
        assert_eq!(framework.severity_id("p0").unwrap(), "P0");
        assert_eq!(framework.severity_id("critical").unwrap(), "P0");
        assert!(
            matches!(framework.severity_id("SEV9"), Err(Refusal::NotFound { candidates, .. }) if candidates.len() == 4)
        );
        assert!(framework.priority("high", "low").is_err());
    }
}
