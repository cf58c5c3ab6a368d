//! Reminders, notes, templates and the channel's name: texts that the framework has for people.

use super::{
    BTreeSet, Channel, Checker, Failing, Reminder, Stage, Step, TemplateField, Topic, Wish, Words, at, model, none_such,
};
use crate::framework::model::{LEVELS, Note};

impl Checker<'_> {
    pub(super) fn reminders(&mut self) -> Vec<Reminder> {
        let data = self.data;
        let mut all = Vec::new();
        for (number, reminder) in data.reminders.iter().enumerate() {
            let of = |key: &str| at!["reminders", number, key];
            let Some(when) = Failing::parse(&reminder.when) else {
                self.say(
                    of("when"),
                    none_such("reminder", &reminder.when, Failing::KNOWN.iter().copied()),
                );
                continue;
            };
            match reminder.limit {
                Some(limit) if !when.has_limit() => {
                    self.say(of("limit"), format!("`{when}` has no figure, so {limit} says nothing"));
                }
                // A month in minutes.
                Some(limit) if !(0.0..=44_640.0).contains(&limit) => {
                    self.say(of("limit"), format!("`{limit}` is not a number of minutes or items"));
                }
                _ => {}
            }
            all.push(Reminder {
                when,
                text: reminder.text.clone(),
                limit: reminder.limit,
            });
        }
        all
    }

    pub(super) fn notes(&mut self) -> Vec<Note> {
        let data = self.data;
        let mut all = Vec::new();
        for (number, note) in data.notes.iter().enumerate() {
            let Some(topic) = Topic::parse(&note.topic) else {
                let said = none_such("topic", &note.topic, Topic::KNOWN.iter().copied());
                self.say(at!["notes", number, "topic"], said);
                continue;
            };
            let rated = matches!(topic, Topic::Impact | Topic::Urgency);
            all.push(Note {
                levels: if rated { levels(&note.text) } else { Vec::new() },
                topic,
                text: note.text.clone(),
            });
        }
        all
    }

    pub(super) fn templates(&mut self) -> Vec<model::Template> {
        let data = self.data;
        let mut all = Vec::new();
        for (number, template) in data.templates.iter().enumerate() {
            let of = |key: &str| at!["templates", number, key];
            let audience = template.audience.as_deref();
            if let Some(audience) = audience {
                self.known(of("audience"), "audience", audience, &self.audiences.clone());
            }
            let mut spoken = |key, text: &String| {
                let text = text.trim_end();
                model::Spoken {
                    words: self.words(number, key, text),
                    lines: self.lines(number, key, audience, text),
                }
            };
            let subject = template.subject.as_ref().map(|text| spoken("subject", text));
            let short = template.short.as_ref().map(|text| spoken("short", text));
            let text = spoken("text", &template.text);
            all.push(model::Template {
                id: template.id.clone(),
                audience: template.audience.clone(),
                stage: self.stage(number),
                subject,
                short,
                text,
                written: template.text.clone(),
            });
        }
        all
    }

    /// The words of a template, each field one that there is.
    fn words(&mut self, number: usize, key: &str, text: &str) -> Words {
        let of = at!["templates", number, key];
        let (words, odd) = Words::parse(text);
        for field in odd {
            let known = TemplateField::KNOWN.join(", ");
            let said =
                format!("`{field}` is not a field of a template; there are {known}, impact.NAME and fields.NAME");
            self.say(of.clone(), said);
        }
        for wish in words.wishes() {
            if let Wish::Impact(name) = wish
                && !self.data.impact.iter().any(|known| known.id == *name)
            {
                self.say(
                    of.clone(),
                    format!("`{{{wish}}}` is not in the impact record of this framework"),
                );
            }
        }
        words
    }

    /// What a template is about.
    fn stage(&mut self, number: usize) -> Option<Stage> {
        let template = &self.data.templates[number];
        let Some(word) = &template.stage else {
            return template.over.then_some(Stage::Resolved);
        };
        let known = Stage::parse(word);
        if known.is_none() {
            let said = format!("`{word}` is not a stage; there are {}", Stage::KNOWN.join(", "));
            self.say(at!["templates", number, "stage"], said);
        }
        known
    }

    /// The lines of a template by state (`identified: …`), where it has them.
    fn lines(&mut self, number: usize, key: &str, audience: Option<&str>, text: &str) -> Vec<(String, Words)> {
        let data = self.data;
        let states: BTreeSet<&String> = data.audiences.iter().flat_map(|one| &one.states).collect();
        let mut lines = Vec::new();
        for line in text.lines() {
            let of = |state: &&&String| {
                line.strip_prefix(state.as_str())
                    .is_some_and(|rest| rest.starts_with(": "))
            };
            if let Some(state) = states.iter().find(of)
                && !lines.iter().any(|(known, _)| known == *state)
            {
                lines.push(((*state).clone(), Words::parse(&line[state.len() + 2..]).0));
            }
        }
        let own = data.audiences.iter().find(|one| Some(one.id.as_str()) == audience);
        let has = |state: &String| lines.iter().any(|(known, _)| known == state);
        if let Some(own) = own.filter(|own| own.states.iter().any(has)) {
            for state in own.states.iter().filter(|state| !has(state)) {
                let said = format!(
                    "there is a line for some states of `{}`, and none for `{state}`",
                    own.id
                );
                self.say(at!["templates", number, key], said);
            }
        }
        lines
    }

    pub(super) fn channel(&mut self) -> Option<Channel> {
        let channel = Channel::parse(self.data.channel.as_deref()?);
        if let Some(odd) = channel.odd() {
            let said =
                format!("`{odd}` stands for nothing in a channel's name; there are YYYY-MM-DD, description and ID");
            self.say(at!["channel"], said);
        }
        Some(channel)
    }
}

/// What a text says of each level: `high: all users; medium: some`.
fn levels(text: &str) -> Vec<(&'static str, String)> {
    let of = |level: &&'static str| {
        let mut parts = text.split(';');
        let about = parts.find_map(|part| part.trim().strip_prefix(level)?.strip_prefix(": "))?;
        Some((*level, about.to_owned()))
    };
    LEVELS.iter().filter_map(of).collect()
}
