//! Whether things can happen: statuses that are reached and left, marks that are there once, timers that do not wait for each
//! other.

use super::{ANY, BTreeSet, Checker, Class, Needed, Role, Status, Step, TimerRule, at, data};
use crate::framework::model::{Fact, Start};

impl Checker<'_> {
    pub(super) fn statuses(&mut self) -> Vec<Status> {
        let data = self.data;
        let mut all = Vec::new();
        for (number, status) in data.statuses.iter().enumerate() {
            self.known(
                at!["statuses", number, "phase"],
                "phase",
                &status.phase,
                &self.phases.clone(),
            );
            for (place, next) in status.next.iter().enumerate() {
                let path = at!["statuses", number, "next", place];
                if self.known(path.clone(), "status", next, &self.statuses.clone()) && *next == status.id {
                    self.say(path, format!("`{next}` follows itself"));
                }
            }
            let says = status
                .says
                .clone()
                .unwrap_or_else(|| usual_state(status.class).to_owned());
            for audience in data
                .audiences
                .iter()
                .filter(|one| !one.states.is_empty() && !one.states.contains(&says))
            {
                let path = match status.says {
                    Some(_) => at!["statuses", number, "says"],
                    None => at!["statuses", number],
                };
                let said = format!(
                    "status `{}` says `{says}`, which is no state of {}; give it `says:` with one of {}",
                    status.id,
                    audience.title,
                    audience.states.join(", ")
                );
                self.say(path, said);
            }
            all.push(Status {
                id: status.id.clone(),
                title: status.title.clone(),
                class: status.class,
                phase: status.phase.clone(),
                aliases: status.aliases.clone(),
                next: status.next.clone(),
                says,
            });
        }
        all
    }

    /// The way through the statuses.
    pub(super) fn flow(&mut self) {
        let all = &self.data.statuses;
        let Some(first) = all.first() else { return };
        if first.class != Class::Open {
            let said = format!(
                "the first status is a new incident's, so `{}` has to be of the class open",
                first.id
            );
            self.say(at!["statuses", 0usize, "class"], said);
        }
        for (class, word) in [
            (Class::Resolved, "resolved"),
            (Class::Closed, "closed"),
            (Class::Cancelled, "cancelled"),
        ] {
            let mut own = all.iter().enumerate().filter(|(_, status)| status.class == class);
            match (own.next(), own.next()) {
                (None, _) => self.say_key(at!["statuses"], format!("no status has the mark `class: {word}`")),
                (Some((_, one)), Some((number, other))) => {
                    let said = format!(
                        "`{}` and `{}` are both of the class {word}; one of them is enough",
                        other.id, one.id
                    );
                    self.say(at!["statuses", number, "class"], said);
                }
                (Some(_), None) => {}
            }
        }
        let reached = reached(all, first);
        for (number, status) in all.iter().enumerate() {
            let path = at!["statuses", number, "id"];
            if !reached.contains(status.id.as_str()) {
                self.say(path, format!("status `{}` can never be reached", status.id));
                continue;
            }
            let worked_on = matches!(status.class, Class::Open | Class::Monitoring);
            let from_here = self::reached(all, status);
            let ends = all
                .iter()
                .any(|one| one.class == Class::Resolved && from_here.contains(one.id.as_str()));
            let resolvable = all.iter().any(|one| one.class == Class::Resolved);
            if worked_on && resolvable && !ends {
                self.say(
                    path,
                    format!("from status `{}` nothing leads to one of the class resolved", status.id),
                );
            } else if !worked_on {
                self.after_the_end(number, status);
            }
        }
    }

    /// From an ended incident one goes on to closed only; what else there is, is reopening.
    fn after_the_end(&mut self, number: usize, status: &data::Status) {
        let all = &self.data.statuses;
        for (place, next) in status.next.iter().enumerate() {
            let class = all.iter().find(|one| one.id == *next).map(|one| one.class);
            let fine = status.class == Class::Resolved && class == Some(Class::Closed);
            if class.is_some() && !fine && *next != status.id {
                let said = format!(
                    "`{next}` cannot follow `{}`, which is over: from resolved one goes on to closed, and back by reopening",
                    status.id
                );
                self.say(at!["statuses", number, "next", place], said);
            }
        }
    }

    pub(super) fn roles(&mut self) -> Vec<Role> {
        let data = self.data;
        let mut all = Vec::new();
        let mut commands: Option<&str> = None;
        for (number, role) in data.roles.iter().enumerate() {
            for (place, severity) in role.required.iter().enumerate() {
                self.severity(at!["roles", number, "required", place], false, severity);
            }
            self.by_severity(
                &[Step::from("roles"), Step::from(number), Step::from("default")],
                &role.default,
            );
            if let Some(first) = commands.filter(|_| role.commands) {
                let said = format!(
                    "`{}` and `{first}` both have the mark `commands: true`; only one can command",
                    role.id
                );
                self.say(at!["roles", number, "commands"], said);
            }
            if role.commands {
                commands = commands.or(Some(&role.id));
            }
            all.push(Role {
                id: role.id.clone(),
                title: role.title.clone(),
                short: role.short.clone(),
                aliases: role.aliases.clone(),
                commands: role.commands,
                duties: role.duties.clone(),
                required: if role.required.iter().any(|severity| severity == ANY) {
                    Needed::Always
                } else {
                    Needed::At(role.required.clone())
                },
                default: role.default.clone(),
                not: role.not.clone(),
                borrowed: role.borrowed.clone(),
            });
            for (place, other) in role.not.iter().enumerate() {
                let path = at!["roles", number, "not", place];
                if self.known(path.clone(), "role", other, &self.roles.clone()) && *other == role.id {
                    self.say(path, format!("`{other}` cannot exclude itself"));
                }
            }
        }
        if commands.is_none() {
            let said = "no role has the mark `commands: true`; give it to the one whose holder leads";
            self.say_key(at!["roles"], said.into());
        }
        all
    }

    /// Clocks and items that wait for each other.
    pub(super) fn circles(&mut self, timers: &[TimerRule]) {
        let place = |id: &str| self.data.timers.iter().position(|rule| rule.id == id);
        let mut told = Vec::new();
        for rule in timers.iter().filter(|rule| !rule.repeats) {
            let pairs = rule
                .from
                .iter()
                .flat_map(|from| rule.met_by.iter().map(move |met| (from, met)));
            let same = pairs.into_iter().any(|(from, met)| starts_and_meets(from, met));
            if let Some(number) = place(&rule.id).filter(|_| same) {
                told.push((
                    at!["timers", number, "met_by"],
                    format!("timer `{}` is met by what starts it", rule.id),
                ));
            }
        }
        // From one escalation to the next.
        let steps: Vec<(&str, &str, &str)> = timers
            .iter()
            .filter_map(|rule| match (rule.from.as_slice(), rule.met_by.first()) {
                ([Start::Escalated(from)], Some(Fact::Escalated(to))) if from != to => {
                    Some((rule.id.as_str(), from.as_str(), to.as_str()))
                }
                _ => None,
            })
            .collect();
        for (id, from, to) in &steps {
            if let Some(number) = place(id).filter(|_| leads(&steps, to, from)) {
                let said = format!("timer `{id}` waits for `{from}`, which is reached by way of `{to}` only: a circle");
                told.push((at!["timers", number, "from"], said));
            }
        }
        for (path, said) in told.into_iter().chain(self.items_in_circles()) {
            self.say(path, said);
        }
    }

    /// Items that the console ticks once another is ticked, and so on, back to themselves.
    fn items_in_circles(&self) -> Vec<(Vec<Step>, String)> {
        let lists = self.data.phases.iter().enumerate();
        let lists = lists.map(|(number, list)| ("phases", number, &list.id, &list.items));
        let others = self.data.procedures.iter().enumerate();
        let others = others.map(|(number, list)| ("procedures", number, &list.id, &list.items));
        let mut steps = Vec::new();
        for (section, number, list, items) in lists.chain(others) {
            for (place, item) in items.iter().enumerate() {
                if let Some(to) = item.seen.as_deref().and_then(|seen| seen.strip_prefix("item ")) {
                    steps.push((
                        at![section, number, "items", place, "seen"],
                        format!("{list}.{}", item.id),
                        to.trim(),
                    ));
                }
            }
        }
        let plain: Vec<(&str, &str, &str)> = steps.iter().map(|(_, from, to)| ("", from.as_str(), *to)).collect();
        let circles = steps
            .iter()
            .filter(|(_, from, to)| from == to || leads(&plain, to, from));
        circles
            .map(|(path, from, to)| {
                (
                    path.clone(),
                    format!("`{to}` is done when `{from}` is, and the other way round: a circle"),
                )
            })
            .collect()
    }
}

/// Whether one fact starts a timer and meets it.
fn starts_and_meets(from: &Start, met: &Fact) -> bool {
    match (from, met) {
        (Start::Told(from), Fact::Told(to)) | (Start::Escalated(from), Fact::Escalated(to)) => from == to,
        (Start::Acknowledged, Fact::Milestone(milestone)) => milestone.as_str() == "acknowledged",
        (Start::Declared, Fact::Milestone(milestone)) => milestone.as_str() == "declared",
        (Start::Detected, Fact::Milestone(milestone)) => milestone.as_str() == "detected",
        (Start::Field(from), Fact::Field(to)) => from == to,
        _ => false,
    }
}

/// Whether steps lead from one to another.
fn leads(steps: &[(&str, &str, &str)], from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut next = vec![from];
    while let Some(here) = next.pop() {
        if here == to {
            return true;
        }
        next.extend(
            steps
                .iter()
                .filter(|(_, from, to)| *from == here && seen.insert(to))
                .map(|(_, _, to)| *to),
        );
    }
    false
}

/// The statuses that can follow one, itself among them.
fn reached<'b>(all: &'b [data::Status], first: &'b data::Status) -> BTreeSet<&'b str> {
    let mut seen = BTreeSet::from([first.id.as_str()]);
    let mut next = vec![first];
    while let Some(here) = next.pop() {
        for id in &here.next {
            if seen.insert(id) {
                next.extend(all.iter().find(|one| one.id == *id));
            }
        }
    }
    seen
}

/// What an audience with states is told of a status that says nothing else.
fn usual_state(class: Class) -> &'static str {
    match class {
        Class::Open => "investigating",
        Class::Monitoring => "monitoring",
        Class::Resolved | Class::Closed | Class::Cancelled => "resolved",
    }
}
