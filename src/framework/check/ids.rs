//! The ids and other names that a framework's file gives, each once.

use super::{ANY, Checker, Step, at};

impl Checker<'_> {
    /// No id stands twice, none is empty, and no section that is needed is.
    pub(super) fn ids(&mut self) {
        fn list<T>(all: &[T], id: impl Fn(&T) -> &String) -> Vec<String> {
            all.iter().map(|one| id(one).clone()).collect()
        }
        let data = self.data;
        let sections: [(&str, &str, Vec<String>); 14] = [
            ("severities", "id", list(&data.severities, |one| &one.id)),
            ("statuses", "id", list(&data.statuses, |one| &one.id)),
            ("phases", "id", list(&data.phases, |one| &one.id)),
            ("roles", "id", list(&data.roles, |one| &one.id)),
            ("audiences", "id", list(&data.audiences, |one| &one.id)),
            ("timers", "id", list(&data.timers, |one| &one.id)),
            ("options", "id", list(&data.options, |one| &one.id)),
            ("escalations", "id", list(&data.escalations, |one| &one.id)),
            ("procedures", "id", list(&data.procedures, |one| &one.id)),
            ("impact", "id", list(&data.impact, |one| &one.id)),
            ("record", "id", list(&data.record, |one| &one.id)),
            ("templates", "id", list(&data.templates, |one| &one.id)),
            ("targets", "metric", list(&data.targets, |one| &one.metric)),
            ("reminders", "when", list(&data.reminders, |one| &one.when)),
        ];
        for (section, key, ids) in &sections {
            if ids.is_empty() && ["severities", "statuses", "phases", "roles", "audiences"].contains(section) {
                self.say_key(at![*section], format!("`{section}` may not be empty"));
            }
            for (number, id) in ids.iter().enumerate() {
                self.id(at![*section, number, *key], section, id, ids[..number].contains(id));
            }
        }
        let phases = data.phases.iter().map(|list| ("phases", &list.items));
        let procedures = data.procedures.iter().map(|list| ("procedures", &list.items));
        let (mut last, mut number) = ("", 0);
        for (section, items) in phases.chain(procedures) {
            number = if section == last { number + 1 } else { 0 };
            last = section;
            for (place, item) in items.iter().enumerate() {
                let twice = items[..place].iter().any(|other| other.id == item.id);
                self.id(
                    at![section, number, "items", place, "id"],
                    "this checklist",
                    &item.id,
                    twice,
                );
            }
        }
        for (number, procedure) in data.procedures.iter().enumerate() {
            if self.phases.contains(procedure.id.as_str()) {
                let said = format!(
                    "`{}` is a phase and a procedure; one of them needs another id",
                    procedure.id
                );
                self.say(at!["procedures", number, "id"], said);
            }
        }
        for (number, severity) in data.severities.iter().enumerate().filter(|(_, one)| one.id == ANY) {
            let said = format!(
                "`{}` stands for every severity, so none can be called that",
                severity.id
            );
            self.say(at!["severities", number, "id"], said);
        }
    }

    pub(super) fn id(&mut self, path: Vec<Step>, section: &str, id: &str, twice: bool) {
        if twice {
            self.say(path, format!("`{id}` stands twice under {section}"));
        } else if id.trim().is_empty() || id.chars().any(|c| c.is_control() || c == '`') {
            self.say(
                path,
                format!("an id of {section} is empty or has signs that no one can type"),
            );
        }
    }

    /// No word means two things.
    pub(super) fn aliases(&mut self) {
        let data = self.data;
        let mut told = Vec::new();
        {
            let mut section = |name: &'static str, all: Vec<(&String, &[String])>| {
                for (number, (id, aliases)) in all.iter().enumerate() {
                    for (place, alias) in aliases.iter().enumerate() {
                        let same = |word: &String| word.eq_ignore_ascii_case(alias);
                        let other = all.iter().enumerate().find(|(other, (id, aliases))| {
                            *other != number && (same(id) || (*other < number && aliases.iter().any(same)))
                        });
                        if let Some((_, (other, _))) = other {
                            let said = format!("`{alias}` means both `{id}` and `{other}`");
                            told.push((at![name, number, "aliases", place], said));
                        }
                    }
                }
            };
            section(
                "severities",
                data.severities.iter().map(|one| (&one.id, &one.aliases[..])).collect(),
            );
            section(
                "statuses",
                data.statuses.iter().map(|one| (&one.id, &one.aliases[..])).collect(),
            );
            section(
                "roles",
                data.roles.iter().map(|one| (&one.id, &one.aliases[..])).collect(),
            );
            section(
                "audiences",
                data.audiences.iter().map(|one| (&one.id, &one.aliases[..])).collect(),
            );
            section(
                "escalations",
                data.escalations.iter().map(|one| (&one.id, &one.aliases[..])).collect(),
            );
            section(
                "procedures",
                data.procedures.iter().map(|one| (&one.id, &one.aliases[..])).collect(),
            );
        }
        for (path, said) in told {
            self.say(path, said);
        }
    }
}
