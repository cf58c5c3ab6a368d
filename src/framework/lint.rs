//! What is wrong with a framework's text, by line and column: its parts held against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::Framework;
use super::data::{self, BySeverity, Data, Fact, Sign, Start};
use crate::document::yaml::{self, Problem};

impl Framework {
    /// Everything that is wrong with a framework's text; empty where nothing is.
    pub fn lint(text: &str) -> Vec<Problem> {
        match yaml::read::<Data>(text) {
            Ok(data) => Lint {
                text,
                found: Vec::new(),
                more: 0,
            }
            .all(&data),
            Err(problem) => vec![problem],
        }
    }
}

/// Holds a framework's parts against each other.
struct Lint<'a> {
    text: &'a str,
    found: Vec<Problem>,
    more: usize,
}

/// The most problems of one file that are told.
const MOST: usize = 20;

impl Lint<'_> {
    fn say(&mut self, path: &[&str], said: String) {
        // To find a line costs a look at the text.
        if self.found.len() >= MOST {
            self.more += 1;
            return;
        }
        let top = yaml::line_of(self.text, path);
        // The word in question, looked for from its section on, is nearer than the section's key.
        let word = said.split('`').nth(1).unwrap_or_default();
        let near = self
            .text
            .lines()
            .enumerate()
            .skip(top - 1)
            .find(|(_, line)| !word.is_empty() && line.contains(word));
        let (line, column) = near.map_or((top, 1), |(number, line)| {
            (
                number + 1,
                line.find(word).map_or(1, |byte| line[..byte].chars().count() + 1),
            )
        });
        self.found.push(Problem { line, column, said });
    }

    fn unique<'b>(&mut self, section: &str, ids: impl Iterator<Item = &'b str>) -> BTreeSet<&'b str> {
        let mut known = BTreeSet::new();
        for id in ids {
            if !known.insert(id) {
                self.say(&[section], format!("`{id}` stands twice under {section}"));
            }
        }
        known
    }

    fn all(mut self, data: &Data) -> Vec<Problem> {
        let severities = self.unique("severities", data.severities.iter().map(|s| s.id.as_str()));
        let statuses = self.unique("statuses", data.statuses.iter().map(|s| s.id.as_str()));
        let phases = self.unique("phases", data.phases.iter().map(|p| p.id.as_str()));
        let roles = self.unique("roles", data.roles.iter().map(|r| r.id.as_str()));
        let audiences = self.unique("audiences", data.audiences.iter().map(|a| a.id.as_str()));
        self.unique("clocks", data.clocks.iter().map(|c| c.id.as_str()));
        let full: Vec<String> = data
            .phases
            .iter()
            .flat_map(|p| p.items.iter().map(move |i| format!("{}.{}", p.id, i.id)))
            .collect();
        let procedures = self.unique("procedures", data.procedures.iter().map(|p| p.id.as_str()));
        let full: Vec<String> = data
            .procedures
            .iter()
            .flat_map(|p| p.items.iter().map(move |i| format!("{}.{}", p.id, i.id)))
            .chain(full)
            .collect();
        let items = self.unique("phases", full.iter().map(String::as_str));
        let clocks: BTreeSet<&str> = data.clocks.iter().map(|c| c.id.as_str()).collect();
        let options: BTreeSet<&str> = data.options.iter().map(|o| o.id.as_str()).collect();
        let targets: BTreeSet<&str> = data.escalations.iter().map(|e| e.id.as_str()).collect();
        for id in procedures.intersection(&phases) {
            self.say(
                &["procedures"],
                format!("`{id}` is a phase and a procedure; one of them needs another id"),
            );
        }
        for (section, empty) in [
            ("severities", severities.is_empty()),
            ("statuses", statuses.is_empty()),
            ("phases", phases.is_empty()),
            ("roles", roles.is_empty()),
        ] {
            if empty {
                self.say(&[section], format!("`{section}` may not be empty"));
            }
        }
        for status in &data.statuses {
            self.known("statuses", "phase", &status.phase, &phases);
            for next in &status.next {
                self.known("statuses", "status", next, &statuses);
            }
        }
        let reached: BTreeSet<&str> = data
            .statuses
            .iter()
            .flat_map(|s| s.next.iter().map(String::as_str))
            .collect();
        for status in data
            .statuses
            .iter()
            .skip(1)
            .filter(|status| !reached.contains(status.id.as_str()))
        {
            self.say(&["statuses"], format!("status `{}` can never be reached", status.id));
        }
        let facts = Known {
            roles: &roles,
            audiences: &audiences,
            statuses: &statuses,
            items: &items,
        };
        let lists = data.phases.iter().map(|phase| ("phases", &phase.items));
        for (section, list) in lists.chain(data.procedures.iter().map(|one| ("procedures", &one.items))) {
            for item in list {
                self.severities(section, item.severities.iter(), &severities);
                if let Some(fact) = &item.seen {
                    self.fact(section, fact, &facts);
                }
            }
        }
        for sign in data.procedures.iter().flat_map(|procedure| &procedure.offered) {
            match sign {
                Sign::Overdue(clock) => self.known("procedures", "clock", clock, &clocks),
                Sign::Failed(option) => self.known("procedures", "mitigation option", option, &options),
                Sign::Escalated(target) => self.known("procedures", "escalation", target, &targets),
                Sign::Field(_) | Sign::Major => {}
            }
        }
        for list in data.escalations.iter().filter_map(|one| one.checklist.as_ref()) {
            self.known("escalations", "phase", list, &phases);
        }
        for (option, role) in data.approvals.values().flat_map(|rule| &rule.options) {
            self.known("approvals", "mitigation option", option, &options);
            self.known("approvals", "role", role, &roles);
        }
        for role in &data.roles {
            self.severities("roles", role.required.iter(), &severities);
            self.severities("roles", role.default.keys(), &severities);
        }
        for audience in &data.audiences {
            self.severities("audiences", audience.facts.keys(), &severities);
        }
        for clock in &data.clocks {
            self.times("clocks", &clock.within, &severities);
            self.severities("clocks", clock.borrowed.keys(), &severities);
            self.fact("clocks", &clock.met_by, &facts);
            match &clock.from {
                Start::Told(audience) => self.known("clocks", "audience", audience, &audiences),
                Start::Escalated(target) => self.known("clocks", "escalation", target, &targets),
                _ => {}
            }
        }
        for item in &data.gate.items {
            self.known("gate", "checklist item", &item.item, &items);
        }
        self.times("gate", &data.gate.soak, &severities);
        self.severities("approvals", data.approvals.keys(), &severities);
        for severity in data
            .thresholds
            .iter()
            .filter_map(|t| t.severity.as_ref())
            .chain(data.matrix.values().flat_map(BTreeMap::values))
        {
            self.known("thresholds", "severity", severity, &severities);
        }
        if let Some(review) = &data.review {
            self.severities("review", review.within.keys().chain(&review.mandatory), &severities);
        }
        self.found.sort_by_key(|problem| (problem.line, problem.column));
        if self.more > 0 {
            let line = self.found.last().map_or(1, |problem| problem.line);
            let said = format!("and {} more problems; mend the first ones and look again", self.more);
            self.found.push(Problem { line, column: 1, said });
        }
        self.found
    }

    fn known(&mut self, section: &str, what: &str, word: &str, known: &BTreeSet<&str>) {
        if !known.contains(word) {
            let list: Vec<&str> = known.iter().copied().collect();
            self.say(
                &[section],
                format!("no {what} is called `{word}`; there are {}", list.join(", ")),
            );
        }
    }

    fn severities<'b>(&mut self, section: &str, words: impl Iterator<Item = &'b String>, known: &BTreeSet<&str>) {
        for word in words.filter(|word| *word != "any") {
            self.known(section, "severity", word, known);
        }
    }

    fn times(&mut self, section: &str, times: &BySeverity<String>, known: &BTreeSet<&str>) {
        self.severities(section, times.keys(), known);
        for time in times
            .values()
            .filter(|time| time.starts_with(|c: char| c.is_ascii_digit()))
        {
            if data::range(time).is_none() {
                self.say(
                    &[section],
                    format!("`{time}` is not a duration or range; try 15m, 15m-30m, or 5bd for business days"),
                );
            }
        }
    }

    fn fact(&mut self, section: &str, fact: &Fact, known: &Known<'_>) {
        match fact {
            Fact::Role(role) => self.known(section, "role", role, known.roles),
            Fact::Told(audience) => self.known(section, "audience", audience, known.audiences),
            Fact::Status(status) => self.known(section, "status", status, known.statuses),
            Fact::Item(item) => self.known(section, "checklist item", item, known.items),
            Fact::Milestone(name) if crate::incident::Milestone::known(name).is_none() => {
                self.say(&[section], format!("no milestone is called `{name}`"));
            }
            _ => {}
        }
    }
}

/// Ids a fact may name.
struct Known<'a> {
    roles: &'a BTreeSet<&'a str>,
    audiences: &'a BTreeSet<&'a str>,
    statuses: &'a BTreeSet<&'a str>,
    items: &'a BTreeSet<&'a str>,
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn mistakes_have_their_place() {
        let text = Framework::source("ops").unwrap();
        let broken = text.replacen("phase: triage", "phase: tirage", 1);
        let problem = &Framework::lint(&broken)[0];
        assert!(
            problem.said.contains("`tirage`") && problem.said.contains("triage"),
            "{problem:?}"
        );
        assert!(
            broken.lines().nth(problem.line - 1).unwrap().contains("tirage"),
            "{problem:?}"
        );
        let typo = text.replacen("soak_label:", "soak_lable:", 1);
        assert!(Framework::lint(&typo)[0].said.contains("soak_lable"));
        let time = text.replacen("SEV1: 10m", "SEV1: 10x", 1);
        assert!(Framework::lint(&time)[0].said.contains("`10x`"));
        assert!(
            Framework::parse("nonsense: [", Path::new("own.yaml"))
                .unwrap_err()
                .starts_with("own.yaml:")
        );
    }
}
