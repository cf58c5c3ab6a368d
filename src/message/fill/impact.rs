//! The impact as a person tells it: what is affected and for whom, what they see, and what else is on record of it.

use super::{Facts, begun, enumerated};
use crate::framework::template::{TemplateField as Field, Wish, Words};

/// Told by fields of their own, or words for customers, that say nothing of how bad it is.
const ELSEWHERE: [&str; 4] = ["revenue", "explanation", "prevention", "compensation"];

/// With these a text about users is a sentence of its own (`users cannot log in`), and no number of them.
const VERBS: [&str; 18] = [
    "are", "is", "was", "were", "can", "cannot", "can't", "could", "couldn't", "do", "does", "don't", "have", "has",
    "see", "get", "fail", "lose",
];

/// With these a number of users begins.
const QUANTITIES: [&str; 22] = [
    "all",
    "about",
    "almost",
    "any",
    "approximately",
    "around",
    "at",
    "each",
    "every",
    "fewer",
    "half",
    "less",
    "many",
    "more",
    "most",
    "nearly",
    "no",
    "over",
    "roughly",
    "some",
    "under",
    "up",
];

impl Facts<'_> {
    /// The impact in sentences without their full stops. What a message tells by a field of its own is not told twice.
    pub(super) fn impact(&self, words: &Words) -> Vec<String> {
        let named = |name: &str| {
            let of = |wish: &Wish| match wish {
                Wish::Impact(own) => own == name,
                Wish::Field(field @ (Field::Users | Field::Services)) => field.as_str() == name,
                Wish::Field(_) | Wish::Own(_) => false,
            };
            words.wishes().any(of)
        };
        let value = |name: &str| self.impact_said(name).filter(|_| !named(name));
        let mut all: Vec<String> = self.affected(value("services"), value("users")).into_iter().collect();
        all.extend(value("symptoms"));
        let rates = |name: &str| {
            let mut known = self.framework.impact.iter();
            known.any(|one| one.id == name && one.rates.is_some())
        };
        let others = self.incident.impact.keys().map(String::as_str).filter(|name| {
            !ELSEWHERE.contains(name) && !matches!(*name, "services" | "users" | "symptoms") && !rates(name)
        });
        all.extend(others.filter_map(|name| Some(format!("{}: {}", title(name), value(name)?))));
        let ended = |sentence: String| sentence.trim_end_matches(['.', ' ']).to_owned();
        let first = all.first().cloned().map(ended);
        let rest = all.into_iter().skip(1).map(|sentence| begun("", ended(sentence)));
        first.into_iter().chain(rest).collect()
    }

    /// Affected users, in words that stand in a sentence.
    pub(super) fn users(&self) -> Option<String> {
        Some(match users_of(&self.impact_of("users")?) {
            Users::Count(users) | Users::Sentence(users) => users,
        })
    }

    /// A value of the impact record in one line, with the mark that two people disagree about it.
    fn impact_said(&self, name: &str) -> Option<String> {
        let value = self.impact_of(name)?;
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let disputed = self.is_disputed(&Wish::Impact(name.to_owned()));
        let mark = if disputed {
            " (in conflict, not settled yet)"
        } else {
            ""
        };
        (!value.is_empty()).then(|| format!("{value}{mark}"))
    }

    /// What is affected, and for whom.
    fn affected(&self, services: Option<String>, users: Option<String>) -> Option<String> {
        let over = self.framework.classes.is_ended(&self.incident.status);
        let services = services.map(|names| {
            let (names, several) = enumerated(names);
            let verb = match (over, several) {
                (false, false) => "is",
                (false, true) => "are",
                (true, false) => "was",
                (true, true) => "were",
            };
            format!("{names} {verb} affected")
        });
        let affects = if over { "affected" } else { "affects" };
        match (services, users.map(|users| users_of(&users))) {
            (None, None) => None,
            (Some(services), None) => Some(services),
            (None, Some(Users::Count(users))) => Some(format!("it {affects} {users}")),
            (Some(services), Some(Users::Count(users))) => Some(format!("{services} for {users}")),
            (None, Some(Users::Sentence(users))) => Some(users),
            (Some(services), Some(Users::Sentence(users))) => Some(format!("{services}. {}", begun("", users))),
        }
    }
}

/// What stands in the record about users.
enum Users {
    /// How many, or which (`40 % of customers`).
    Count(String),
    /// What becomes of them (`users cannot log in`).
    Sentence(String),
}

fn users_of(text: &str) -> Users {
    let text = text.trim_end_matches('.');
    let stem = [" are affected", " is affected", " affected"];
    let text = stem.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let mut words = text.split(' ');
    if words.clone().any(|word| VERBS.contains(&word.to_lowercase().as_str())) {
        return Users::Sentence(text.to_owned());
    }
    let lower = text.to_lowercase();
    Users::Count(match lower.as_str() {
        "all" | "some" | "most" | "many" => format!("{lower} users"),
        "none" | "no one" | "nobody" | "0" => "no users".into(),
        "unknown" | "not known" | "?" => "an unknown number of users".into(),
        "1" => "1 user".into(),
        _ if is_figure(&lower) && lower.ends_with('%') => format!("{text} of users"),
        _ if is_figure(&lower) => format!("{text} users"),
        _ => {
            let first = words.next().unwrap_or_default();
            let lead = |word: &&str| QUANTITIES.contains(word) || matches!(*word, "least" | "than" | "to");
            let counted: Vec<&str> = lower.split(' ').skip_while(lead).collect();
            let of = match counted.join(" ") {
                share if is_figure(&share) && share.ends_with('%') => " of users",
                figure if is_figure(&figure) => " users",
                _ => "",
            };
            if QUANTITIES.contains(&first.to_lowercase().as_str()) {
                format!("{}{}{of}", first.to_lowercase(), &text[first.len()..])
            } else {
                text.to_owned()
            }
        }
    })
}

/// A number with nothing said of what it counts: `1,200`, `40 %`, `~12k`, `10-15%`.
fn is_figure(text: &str) -> bool {
    let rest = text.trim_start_matches(['~', '<', '>', '≈', '≥', '≤', ' ']);
    let figures = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '-' | '–' | '%' | 'k' | 'm');
    rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(figures)
}

/// A name of the record as a sentence begins with it.
fn title(name: &str) -> String {
    match name {
        "sla" => "SLA".into(),
        "sla-breach" => "SLA breach".into(),
        "sla-target" => "SLA target".into(),
        other => begun("", other.replace(['-', '_'], " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_a_number_or_a_sentence() {
        let count = [
            ("40 %", "40 % of users"),
            ("1,200", "1,200 users"),
            ("~12k", "~12k users"),
            ("10-15%", "10-15% of users"),
            ("1", "1 user"),
            ("none", "no users"),
            ("All customers in the EU", "all customers in the EU"),
            ("EU customers", "EU customers"),
            ("about 500 affected", "about 500 users"),
            ("More than 40 %", "more than 40 % of users"),
            ("40 % of customers are affected.", "40 % of customers"),
            ("All", "all users"),
            ("unknown", "an unknown number of users"),
            ("38 % of checkouts", "38 % of checkouts"),
        ];
        for (text, said) in count {
            assert!(matches!(users_of(text), Users::Count(count) if count == said), "{text}");
        }
        for text in ["users cannot log in", "about 500 get errors", "nobody can pay"] {
            assert!(
                matches!(users_of(text), Users::Sentence(said) if said == text),
                "{text}"
            );
        }
    }
}
