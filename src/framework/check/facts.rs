//! What names other parts: phases with their items, procedures, timers, remedies.

use super::{Checker, Class, Remedy, Step, TimerRule, Word, Written, at, data, join, none_such, remedy};
use crate::framework::Span;
use crate::framework::data::BySeverity;
use crate::framework::model::{Fact, Field, Item, Phase, Procedure, Sign, Start, UNSET, Within};
use crate::framework::spelling::OR;

impl<'a> Checker<'a> {
    pub(super) fn phases(&mut self) -> Vec<Phase> {
        let data = self.data;
        let mut all = Vec::new();
        for (number, phase) in data.phases.iter().enumerate() {
            let path = at!["phases", number];
            all.push(Phase {
                id: phase.id.clone(),
                title: phase.title.clone(),
                lead: phase.lead.clone(),
                window: phase.window.clone(),
                always: phase.always,
                until: phase.until.clone(),
                items: self.items(&path, &phase.id, &phase.items),
            });
            if let Some(target) = &phase.until {
                self.known(
                    at!["phases", number, "until"],
                    "escalation",
                    target,
                    &self.targets.clone(),
                );
            }
            for (place, item) in phase
                .items
                .iter()
                .enumerate()
                .filter(|(_, item)| item.before_mitigation)
            {
                let said = format!(
                    "only an item of a procedure can be `before_mitigation`, and `{}` is one of a phase",
                    item.id
                );
                self.say_key(at!["phases", number, "items", place, "before_mitigation"], said);
            }
        }
        all
    }

    pub(super) fn procedures(&mut self) -> Vec<Procedure> {
        let data = self.data;
        let mut all = Vec::new();
        for (number, procedure) in data.procedures.iter().enumerate() {
            let mut offered = Vec::new();
            for (place, text) in procedure.offered.iter().enumerate() {
                let path = at!["procedures", number, "offered", place];
                match Sign::parse(text) {
                    Ok(sign) => {
                        self.sign(path, &sign);
                        offered.push(sign);
                    }
                    Err(said) => self.say(path, said),
                }
            }
            let path = at!["procedures", number];
            all.push(Procedure {
                id: procedure.id.clone(),
                title: procedure.title.clone(),
                aliases: procedure.aliases.clone(),
                when: procedure.when.clone(),
                lead: procedure.lead.clone(),
                borrowed: procedure.borrowed.clone(),
                offered,
                items: self.items(&path, &procedure.id, &procedure.items),
            });
        }
        all
    }

    fn items(&mut self, list: &[Step], id: &str, items: &[data::Item]) -> Vec<Item> {
        let mut all = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let mut path = list.to_vec();
            path.extend(at!["items", number]);
            for (place, severity) in item.severities.iter().enumerate() {
                let mut path = join(&path, "severities");
                path.push(place.into());
                self.known_severity(path, severity);
            }
            let seen = item.seen.as_ref().and_then(|text| self.fact(join(&path, "seen"), text));
            all.push(Item {
                id: format!("{id}.{}", item.id),
                text: item.text.clone(),
                severities: item.severities.clone(),
                seen,
                before_mitigation: item.before_mitigation,
            });
        }
        all
    }

    /// A severity that is named one by one.
    pub(super) fn known_severity(&mut self, path: Vec<Step>, word: &str) {
        let known = self.severities.clone();
        self.known(path, "severity", word, &known);
    }

    fn sign(&mut self, path: Vec<Step>, sign: &Sign) {
        match sign {
            Sign::Overdue(rule) => _ = self.known(path, "timer", rule, &self.timers.clone()),
            Sign::Failed(option) => _ = self.known(path, "mitigation option", option, &self.options.clone()),
            Sign::Escalated(target) => _ = self.known(path, "escalation", target, &self.targets.clone()),
            Sign::Field(field) => self.field(path, field),
            Sign::Major if self.data.major.is_none() => {
                self.say(
                    path,
                    "`major` can never be seen: the framework has no `major` with its counts".into(),
                );
            }
            Sign::Major => {}
        }
    }

    fn field(&mut self, path: Vec<Step>, field: &Field) {
        match field {
            Field::Impact(name) => _ = self.known(path, "field of the impact", name, &self.impact.clone()),
            // What a team writes there is its own.
            Field::Own(_) => {}
        }
    }

    fn item(&mut self, path: Vec<Step>, item: &str) -> bool {
        let known = self.items.contains(item);
        if !known {
            let said = none_such("checklist item", item, self.items.iter().map(String::as_str));
            self.say(path, said);
        }
        known
    }

    /// A fact whose names are there.
    pub(super) fn fact(&mut self, path: Vec<Step>, text: &str) -> Option<Fact> {
        let fact = match Fact::parse(text) {
            Ok(fact) => fact,
            Err(said) => {
                self.say(path, said);
                return None;
            }
        };
        self.fact_known(&path, &fact);
        Some(fact)
    }

    /// Says which names of a fact are not there.
    fn fact_known(&mut self, at: &[Step], fact: &Fact) {
        let path = at.to_vec();
        match fact {
            Fact::Role(role) => _ = self.known(path, "role", role, &self.roles.clone()),
            Fact::Told(audience) => _ = self.known(path, "audience", audience, &self.audiences.clone()),
            Fact::ToldState(audience, state) => {
                self.known(path.clone(), "audience", audience, &self.audiences.clone());
                let data = self.data;
                if let Some(known) = data.audiences.iter().find(|one| one.id == *audience)
                    && state != "resolved"
                {
                    self.state(path, known, state);
                }
            }
            Fact::All(facts) | Fact::Any(facts) => {
                for fact in facts {
                    self.fact_known(at, fact);
                }
            }
            Fact::Status(status) => _ = self.known(path, "status", status, &self.statuses.clone()),
            Fact::Escalated(target) => _ = self.known(path, "escalation", target, &self.targets.clone()),
            Fact::Item(item) => _ = self.item(path, item),
            Fact::Field(field) => self.field(path, field),
            Fact::Milestone(_)
            | Fact::People(_)
            | Fact::Severity
            | Fact::Hypothesis
            | Fact::Cause
            | Fact::MitigationChosen
            | Fact::Verification
            | Fact::RollbackPlan
            | Fact::Approved
            | Fact::Event(_)
            | Fact::Roles
            | Fact::Validated
            | Fact::Factor
            | Fact::Actions => {}
        }
    }

    pub(super) fn timers(&mut self) -> Vec<TimerRule> {
        let data = self.data;
        let grace = self.grace();
        let mut all = Vec::new();
        for (number, rule) in data.timers.iter().enumerate() {
            let of = |key: &str| at!["timers", number, key];
            let within = self.timer_times(&of("within"), &rule.within, grace);
            self.by_severity(&of("borrowed"), &rule.borrowed);
            if rule.within.is_empty() {
                self.say_key(of("within"), format!("timer `{}` has no time at any severity", rule.id));
            }
            let from = self.starts(&of("from"), &rule.from);
            let met_by = self.facts(&of("met_by"), &rule.met_by);
            self.waits(&of("waits"), rule, &met_by);
            let remedy = rule.remedy.as_ref().and_then(|text| self.remedy(of("remedy"), text));
            let during = match rule.during.as_slice() {
                [] => vec![Class::Open, Class::Monitoring],
                classes => classes.to_vec(),
            };
            if from.is_empty() || met_by.is_empty() {
                continue;
            }
            all.push(TimerRule {
                id: rule.id.clone(),
                label: rule.label.clone(),
                from,
                within,
                met_by,
                repeats: rule.repeats,
                waits: rule.waits,
                during,
                remedy,
                borrowed: rule.borrowed.clone(),
            });
        }
        all
    }

    /// How long at once may take.
    pub(super) fn relief(&mut self) -> Option<std::time::Duration> {
        let text = self.data.relief.as_ref()?;
        match Span::parse(text) {
            Some(Span::Elapsed(relief)) if !relief.is_zero() => Some(relief),
            _ => {
                self.say(at!["relief"], format!("`{text}` is not a time on the clock; try 4h"));
                None
            }
        }
    }

    fn grace(&mut self) -> Span {
        let text = &self.data.grace;
        let grace = Span::parse(text).filter(|grace| matches!(grace, Span::Elapsed(_)));
        if grace.is_none() {
            self.say(at!["grace"], format!("`{text}` is not a time on the clock; try 1m"));
        }
        grace.unwrap_or(Span::Elapsed(std::time::Duration::ZERO))
    }

    /// The times of a timer: also before a severity is set, and with a grace for what is due at once.
    fn timer_times(&mut self, path: &[Step], table: &BySeverity<String>, grace: Span) -> BySeverity<Within> {
        let mut named = table.clone();
        let unset = named.remove_entry(UNSET).into_iter().collect();
        let mut times = self.times(path, &named);
        times.extend(self.parsed(path, &unset));
        times
            .into_iter()
            .map(|(severity, within)| (severity, within.at_once_within(grace)))
            .collect()
    }

    /// What starts a timer: all that stand with `or` between them.
    fn starts(&mut self, path: &[Step], text: &str) -> Vec<Start> {
        let mut all = Vec::new();
        for one in text.split(OR) {
            match Start::parse(one.trim()) {
                Ok(start) => {
                    self.start(path.to_vec(), &start);
                    all.push(start);
                }
                Err(said) => self.say(path.to_vec(), said),
            }
        }
        all
    }

    fn start(&mut self, path: Vec<Step>, start: &Start) {
        match start {
            Start::Told(audience) => _ = self.known(path, "audience", audience, &self.audiences.clone()),
            Start::Escalated(target) => _ = self.known(path, "escalation", target, &self.targets.clone()),
            Start::Procedure(id) => {
                let known = self.data.procedures.iter().map(|one| one.id.as_str()).collect();
                self.known(path, "procedure", id, &known);
            }
            Start::Field(field) => self.field(path, field),
            Start::Detected
            | Start::Declared
            | Start::Acknowledged
            | Start::Resolved
            | Start::Mitigation
            | Start::Stable => {}
        }
    }

    /// What meets a timer: all that stand with `or` between them.
    fn facts(&mut self, path: &[Step], text: &str) -> Vec<Fact> {
        text.split(OR)
            .filter_map(|one| self.fact(path.to_vec(), one.trim()))
            .collect()
    }

    /// A duration is what one item waits for.
    fn waits(&mut self, path: &[Step], rule: &data::TimerRule, met_by: &[Fact]) {
        if rule.waits && (rule.repeats || !matches!(met_by, [Fact::Item(_)] | [])) {
            let said = format!(
                "timer `{}` `waits`, so it is met by one item (`item PHASE.ID`) and does not repeat",
                rule.id
            );
            self.say_key(path.to_vec(), said);
        }
    }

    fn remedy(&mut self, path: Vec<Step>, text: &str) -> Option<Remedy> {
        let Some(written) = remedy::read(text) else {
            self.say(path, format!("`{text}` is not a remedy; try {}", remedy::FORMS));
            return None;
        };
        Some(match written {
            Written::Done(remedy) => remedy,
            Written::Role(word) => Remedy::AssignRole(self.word(path, "role", word)?),
            Written::Status(word) => Remedy::SetStatus(self.word(path, "status", word)?),
            Written::Escalation(word) => Remedy::Escalate(Some(self.word(path, "escalation", word)?)),
            Written::Procedure(word) => Remedy::StartProcedure(self.word(path, "procedure", word)?),
            Written::Audience(word, state) => {
                let audience = self.word(path.clone(), "audience", word)?;
                let known = self.data.audiences.iter().find(|one| one.id == audience.id);
                if let (Some(state), Some(known)) = (state, known) {
                    self.state(path, known, state);
                }
                Remedy::Update {
                    audience,
                    status: state.map(str::to_owned),
                }
            }
            Written::Item(item, remedy) => self.item(path, item).then(|| remedy(item.to_owned()))?,
            Written::Impact(field) => {
                self.field(path, &Field::Impact(field.to_owned()));
                Remedy::SetImpact(field.to_owned())
            }
        })
    }

    /// A state that an audience is told, or where it has none of its own a status.
    fn state(&mut self, path: Vec<Step>, audience: &data::Audience, state: &str) {
        if audience.states.is_empty() {
            self.word(path, "status", state);
        } else {
            let known = audience.states.iter().map(String::as_str).collect();
            self.known(path, "state of this audience", state, &known);
        }
    }

    /// The id that a word of a verb means: an id, or another word for it.
    fn word(&mut self, path: Vec<Step>, what: &str, word: &str) -> Option<Word> {
        let data = self.data;
        let names: Vec<(&'a str, Vec<&'a str>)> = match what {
            "role" => data
                .roles
                .iter()
                .map(|one| (one.id.as_str(), others(&one.aliases, &[&one.short])))
                .collect(),
            "status" => data
                .statuses
                .iter()
                .map(|one| (one.id.as_str(), others(&one.aliases, &[&one.title])))
                .collect(),
            "audience" => data
                .audiences
                .iter()
                .map(|one| (one.id.as_str(), others(&one.aliases, &[])))
                .collect(),
            "procedure" => data
                .procedures
                .iter()
                .map(|one| (one.id.as_str(), others(&one.aliases, &[])))
                .collect(),
            _ => data
                .escalations
                .iter()
                .map(|one| (one.id.as_str(), others(&one.aliases, &[])))
                .collect(),
        };
        let plain = |name: &str| name.replace('-', "_").to_ascii_lowercase();
        let wanted = plain(word);
        let found = names
            .iter()
            .find(|(id, others)| plain(id) == wanted || others.iter().any(|other| plain(other) == wanted));
        let Some((id, _)) = found else {
            self.say(path, none_such(what, word, names.iter().map(|(id, _)| *id)));
            return None;
        };
        Some(Word {
            id: (*id).to_owned(),
            said: word.to_owned(),
        })
    }
}

/// All other words for something.
fn others<'b>(aliases: &'b [String], more: &[&'b String]) -> Vec<&'b str> {
    aliases.iter().chain(more.iter().copied()).map(String::as_str).collect()
}
