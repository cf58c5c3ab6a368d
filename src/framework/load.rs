//! Loading a framework: the embedded ones, a team's own, and what is wrong with it by line and column.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::data::{BySeverity, Data, Fact, Item, Sign, Start};
use super::{Calendar, Framework};
use crate::document::yaml::{self, Problem};
use crate::incident::Refusal;

/// Name and text of every framework that ships, the default first.
const SHIPPED: [(&str, &str); 5] = [
    ("war-room", include_str!("../../assets/frameworks/war-room.yaml")),
    ("ops", include_str!("../../assets/frameworks/ops.yaml")),
    ("itil", include_str!("../../assets/frameworks/itil.yaml")),
    ("sre", include_str!("../../assets/frameworks/sre.yaml")),
    ("essentials", include_str!("../../assets/frameworks/essentials.yaml")),
];

impl Framework {
    /// The JSON Schema of a framework's file, made from [`Data`].
    pub const SCHEMA: &str = include_str!("../../assets/schema/framework.json");

    fn new(data: Data) -> Self {
        Self {
            data,
            calendar: Calendar::default(),
        }
    }

    /// Names of the frameworks that ship, the default first.
    pub fn names() -> &'static [&'static str] {
        const NAMES: [&str; SHIPPED.len()] = [SHIPPED[0].0, SHIPPED[1].0, SHIPPED[2].0, SHIPPED[3].0, SHIPPED[4].0];
        &NAMES
    }

    /// A framework that ships.
    pub fn builtin(name: &str) -> Option<Arc<Self>> {
        static LOADED: OnceLock<[OnceLock<Arc<Framework>>; SHIPPED.len()]> = OnceLock::new();
        let place = SHIPPED.iter().position(|(shipped, _)| *shipped == name)?;
        let slot = LOADED.get_or_init(Default::default).get(place)?;
        if let Some(loaded) = slot.get() {
            return Some(Arc::clone(loaded));
        }
        // A test holds that every shipped text can be read.
        let data = yaml::read(SHIPPED[place].1).ok()?;
        Some(Arc::clone(slot.get_or_init(|| Arc::new(Self::new(data)))))
    }

    /// The text of a framework that ships, for copying.
    pub fn source(name: &str) -> Option<&'static str> {
        SHIPPED
            .iter()
            .find(|(shipped, _)| *shipped == name)
            .map(|(_, text)| *text)
    }

    /// A team's own framework; the first thing wrong with it, as `file:line:column: sentence`.
    pub fn parse(text: &str, path: &Path) -> Result<Self, String> {
        if let Some(first) = Self::lint(text).first() {
            return Err(format!(
                "{}:{}:{}: {}",
                path.display(),
                first.line,
                first.column,
                first.said
            ));
        }
        let data = yaml::read(text).map_err(|problem| format!("{}:{problem}", path.display()))?;
        Ok(Self::new(data))
    }

    /// Everything that is wrong with a framework's text; empty where nothing is.
    pub fn lint(text: &str) -> Vec<Problem> {
        match yaml::read::<Data>(text) {
            Ok(data) => Lint {
                text,
                found: Vec::new(),
            }
            .all(&data),
            Err(problem) => vec![problem],
        }
    }

    /// The severity a word means, in any case.
    pub fn severity_id(&self, word: &str) -> Result<String, Refusal> {
        let wanted = word.trim();
        let severities = &self.data.severities;
        severities
            .iter()
            .find(|s| {
                same(&s.id, wanted) || same(&s.title, wanted) || s.aliases.iter().any(|alias| same(alias, wanted))
            })
            .map(|severity| severity.id.clone())
            .ok_or_else(|| Refusal::NotFound {
                said: format!("{} knows no severity `{wanted}`", self.data.name),
                candidates: severities.iter().map(|s| format!("{}  {}", s.id, s.title)).collect(),
            })
    }

    /// The severity that follows from impact and urgency, where this framework has such a table.
    pub fn priority(&self, impact: &str, urgency: &str) -> Result<String, Refusal> {
        if self.data.matrix.is_empty() {
            return Err(Refusal::Invalid(format!(
                "{} has no table of impact and urgency; give --severity instead",
                self.data.name
            )));
        }
        let find = |impact: &str, urgency: &str| self.data.matrix.get(impact)?.get(urgency).cloned();
        find(&impact.to_lowercase(), &urgency.to_lowercase()).ok_or_else(|| {
            Refusal::Invalid(format!(
                "`{impact}` and `{urgency}` are not in the table; use high, medium or low"
            ))
        })
    }

    /// Severity of an incident that nobody has assessed yet: none.
    pub fn default_severity(&self) -> &str {
        ""
    }

    /// Status of a new incident.
    pub fn first_status(&self) -> &str {
        self.data
            .statuses
            .first()
            .map_or("declared", |status| status.id.as_str())
    }

    /// All of it as JSON.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&self.data).unwrap_or_default()
    }

    /// All of it for people.
    pub fn describe(&self) -> String {
        let data = &self.data;
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{}  {}\n{}\nFrom: {}",
            data.name, data.title, data.about, data.source
        );
        let _ = writeln!(out, "Business hours: {}", self.calendar.describe());
        for (form, what) in [(&data.channel, "Channel"), (&data.id_format, "Incident ids")] {
            if let Some(form) = form {
                let _ = writeln!(out, "{what}: {form}");
            }
        }
        for severity in &data.severities {
            self.describe_severity(&mut out, severity);
        }
        heading(&mut out, "Statuses");
        for status in &data.statuses {
            let _ = writeln!(out, "  {:<14} phase {}", status.id, status.phase);
        }
        heading(&mut out, "Phases and checklists");
        for phase in &data.phases {
            let window = phase
                .window
                .as_deref()
                .map(|window| format!("  {window}"))
                .unwrap_or_default();
            let lead = phase
                .lead
                .as_deref()
                .map(|lead| format!("  led by {lead}"))
                .unwrap_or_default();
            let _ = writeln!(out, "  {}{window}{lead}", phase.title);
            describe_items(&mut out, &phase.id, &phase.items);
        }
        if !data.procedures.is_empty() {
            heading(&mut out, "When things go wrong");
        }
        for procedure in &data.procedures {
            let lead = procedure.lead.as_deref().map(|lead| format!("  led by {lead}"));
            let _ = writeln!(
                out,
                "  {} ({}): {}{}",
                procedure.title,
                procedure.id,
                procedure.when,
                lead.unwrap_or_default()
            );
            describe_items(&mut out, &procedure.id, &procedure.items);
        }
        self.describe_gate(&mut out);
        heading(&mut out, "Roles");
        for role in &data.roles {
            let required = if role.required.is_empty() {
                String::new()
            } else {
                format!("  required: {}", role.required.join(", "))
            };
            let _ = writeln!(out, "  {} ({}){required}", role.title, role.id);
            for duty in &role.duties {
                let _ = writeln!(out, "    - {duty}");
            }
            for (severity, who) in &role.default {
                let _ = writeln!(out, "    {severity}: {who}");
            }
        }
        self.describe_rest(&mut out);
        out
    }

    fn describe_severity(&self, out: &mut String, severity: &super::data::Severity) {
        heading(out, &format!("{} {}", severity.id, severity.title));
        for line in &severity.criteria {
            let _ = writeln!(out, "  - {line}");
        }
        for (topic, fact) in &severity.facts {
            let _ = writeln!(out, "  {topic:<28} {fact}");
        }
        for clock in &self.data.clocks {
            if let Some(within) = super::data::at(&clock.within, &severity.id) {
                let mark = super::data::at(&clock.borrowed, &severity.id)
                    .map(|why| format!("  ({why})"))
                    .unwrap_or_default();
                let _ = writeln!(out, "  {:<28} {}{mark}", clock.label, within.replace("0s", "at once"));
            }
        }
        for audience in &self.data.audiences {
            if let Some(fact) = super::data::at(&audience.facts, &severity.id) {
                let _ = writeln!(out, "  {:<28} {fact}", audience.title);
            }
        }
        if let Some(rule) = super::data::at(&self.data.approvals, &severity.id) {
            let _ = writeln!(out, "  {:<28} {}", "approval of changes", rule.text);
        }
        if let Some(soak) = super::data::at(&self.data.gate.soak, &severity.id) {
            let mark = super::data::at(&self.data.gate.borrowed, &severity.id)
                .map(|why| format!("  ({why})"))
                .unwrap_or_default();
            let _ = writeln!(out, "  {:<28} {soak}{mark}", self.data.gate.soak_label);
        }
        if let Some(due) = self
            .data
            .review
            .as_ref()
            .and_then(|review| super::data::at(&review.within, &severity.id))
        {
            let _ = writeln!(out, "  {:<28} {due}", "review");
        }
    }

    fn describe_gate(&self, out: &mut String) {
        heading(out, "Before it may be resolved");
        for item in &self.data.gate.items {
            let why = item.why.as_deref().map(|why| format!("  {why}")).unwrap_or_default();
            let _ = writeln!(out, "  {}{why}", item.item);
        }
        let _ = writeln!(out, "  {}  {}", self.data.gate.soak_label, self.data.gate.soak_why);
        for answer in &self.data.gate.answers {
            let _ = writeln!(out, "  {answer}");
        }
    }

    fn describe_rest(&self, out: &mut String) {
        let data = &self.data;
        heading(out, "Mitigation options, in order");
        for option in &data.options {
            let cost: Vec<&str> = [&option.time, &option.risk]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            let _ = writeln!(out, "  {:<18} {}  {}", option.id, option.when, cost.join(", "));
        }
        heading(out, "Usual causes");
        for cause in &data.causes {
            let _ = writeln!(
                out,
                "  {:>3} %  {} ({})",
                cause.share,
                cause.text,
                cause.forms.join("; ")
            );
            if let Some(test) = &cause.test {
                let _ = writeln!(out, "         {test}");
            }
        }
        let sections: [(&str, Vec<String>); 9] = [
            (
                "Escalation",
                data.escalations
                    .iter()
                    .map(|one| format!("{:<16} {}: {}", one.id, one.title, one.when.join("; ")))
                    .collect(),
            ),
            (
                "Where somebody does not answer",
                (!data.unreachable.is_empty())
                    .then(|| data.unreachable.join(", then "))
                    .into_iter()
                    .collect(),
            ),
            ("Questions", data.questions.clone()),
            ("Thresholds", data.thresholds.iter().map(|t| t.text.clone()).collect()),
            (
                "Metric targets",
                data.targets
                    .iter()
                    .map(|t| format!("{:<24} {}: {}", t.metric, t.text, t.want))
                    .collect(),
            ),
            ("Nudges", data.nudges.iter().map(|n| n.text.clone()).collect()),
            ("Runbooks", data.runbooks.clone()),
            (
                "Notes",
                data.notes.iter().map(|n| format!("{}: {}", n.topic, n.text)).collect(),
            ),
            (
                "Templates",
                data.templates
                    .iter()
                    .map(|t| format!("{}:\n      {}", t.id, t.text.trim_end().replace('\n', "\n      ")))
                    .collect(),
            ),
        ];
        for (title, lines) in sections {
            if !lines.is_empty() {
                heading(out, title);
                for line in lines {
                    let _ = writeln!(out, "  {line}");
                }
            }
        }
        if let Some(review) = &data.review {
            heading(out, &review.title);
            for line in review.sections.iter().chain(&review.agenda).chain(&review.rules) {
                let _ = writeln!(out, "  {line}");
            }
        }
    }
}

fn describe_items(out: &mut String, list: &str, items: &[Item]) {
    for item in items {
        let only = if item.severities.is_empty() {
            String::new()
        } else {
            format!("  ({})", item.severities.join(", "))
        };
        let first = if item.before_mitigation {
            "  (before any mitigation)"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "    [ ] {:<32} {}{only}{first}",
            format!("{list}.{}", item.id),
            item.text
        );
    }
}

fn heading(out: &mut String, title: &str) {
    let _ = write!(out, "\n{title}\n");
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Holds a framework's parts against each other.
struct Lint<'a> {
    text: &'a str,
    found: Vec<Problem>,
}

impl Lint<'_> {
    fn say(&mut self, path: &[&str], said: String) {
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
            if super::data::range(time).is_none() {
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
    use super::*;

    #[test]
    fn what_ships_is_clean() {
        for name in Framework::names() {
            let text = Framework::source(name).unwrap();
            assert_eq!(Framework::lint(text), Vec::new(), "{name}");
            let framework = Framework::builtin(name).unwrap();
            assert_eq!(&framework.data.name, name);
            assert!(framework.describe().len() > 3000);
        }
    }

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
