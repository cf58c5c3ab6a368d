//! What people outside may read: only what was sent to them, with roles for names.

use super::blocks::Facts;
use super::gap;
use super::timeline::dated;
use crate::escape::markdown;
use crate::framework::Framework;
use crate::incident::{live, people};
use crate::recall::Case;

/// Every update that was sent outside, in time.
pub(super) fn sent(facts: &Facts<'_>) -> String {
    let outside = facts.public();
    let mut all: Vec<_> = live(&facts.case.incident.communications)
        .filter(|sent| outside.contains(&sent.audience.as_str()))
        .collect();
    all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let each = all.iter().map(|sent| {
        let text = without_names(&sent.text, facts.case, facts.framework);
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let status = sent
            .status
            .as_deref()
            .map(|status| format!(" ({})", markdown(status)))
            .unwrap_or_default();
        format!("- **{}**{status}: {}", dated(sent.at), markdown(&lines.join(" ")))
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        return gap("Nothing was sent to an audience outside: may this be published");
    }
    each.join("\n")
}

/// Names of those who took part become their role.
pub fn without_names(text: &str, case: &Case, framework: &Framework) -> String {
    let incident = &case.incident;
    let mut known: Vec<(&str, String)> = Vec::new();
    for held in live(&incident.roles) {
        let title = framework
            .roles
            .iter()
            .find(|role| role.id == held.role)
            .map(|role| role.title.as_str());
        let title = title.unwrap_or("an engineer").to_lowercase();
        known.push((&held.who, format!("the {title}")));
    }
    let others = live(&incident.timeline).map(|event| event.by.as_str());
    let owners = live(&incident.actions).filter_map(|item| item.owner.as_deref());
    let engineers = live(&incident.mitigations).filter_map(|one| one.owner.as_deref());
    let answer = ["facilitator", "review-owner"]
        .into_iter()
        .filter_map(|field| case.field(field));
    for name in people::distinct(others.chain(owners).chain(engineers).chain(answer)) {
        if !known.iter().any(|(one, _)| people::same(one, name)) {
            known.push((name, "an engineer".into()));
        }
    }
    // The longer name first: `kim lee` before `kim`.
    known.retain(|(name, _)| name.chars().count() > 1);
    known.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let whole = known.iter().fold(text.to_owned(), |text, (name, role)| {
        replaced(&text, name, role, people::is_word_too(name))
    });
    let parts = known
        .iter()
        .flat_map(|(name, role)| people::parts(name).into_iter().map(move |part| (part, role)));
    parts.fold(whole, |text, (name, role)| replaced(&text, name, role, true))
}

/// A name as a word of its own, in any case or only written like a name, replaced.
fn replaced(text: &str, name: &str, with: &str, only_capital: bool) -> String {
    let lower = |text: &str| {
        text.chars()
            .map(|c| c.to_lowercase().next().unwrap_or(c))
            .collect::<Vec<char>>()
    };
    let (chars, folded, wanted): (Vec<char>, _, _) = (text.chars().collect(), lower(text), lower(name.trim()));
    if wanted.is_empty() {
        return text.to_owned();
    }
    let part = |at: Option<&char>| at.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while at < chars.len() {
        let here = folded[at..].starts_with(&wanted) && (!only_capital || chars[at].is_uppercase());
        let alone =
            !part(at.checked_sub(1).and_then(|before| chars.get(before))) && !part(chars.get(at + wanted.len()));
        if here && alone {
            out.push_str(with);
            at += wanted.len();
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Incident;

    #[test]
    fn a_name_is_replaced_as_a_word_of_its_own() {
        let anyhow = |text: &str, name: &str| replaced(text, name, "X", false);
        assert_eq!(
            anyhow("Kim asked kim-2; skim milk, KIM.", "kim"),
            "X asked X-2; skim milk, X."
        );
        assert_eq!(anyhow("größe Åsa", "åsa"), "größe X");
        assert_eq!(anyhow("nothing", ""), "nothing");
        assert_eq!(replaced("Mark will mark it", "mark", "X", true), "X will mark it");
    }

    #[test]
    fn one_name_of_several_and_whoever_did_the_work_is_no_name_outside() {
        let mut incident = Incident::default();
        incident
            .mitigations
            .push(std::sync::Arc::new(crate::incident::Mitigation {
                id: "m1".into(),
                owner: Some("grace.hopper@example.com".into()),
                ..Default::default()
            }));
        incident.fields.insert("facilitator".into(), "Ada Lovelace".into());
        let case = Case::new("INC-1".into(), std::sync::Arc::new(incident), None);
        let framework = Framework::builtin("ops").unwrap();
        let said = without_names("Ada and Hopper had the grace to ask ada lovelace.", &case, &framework);
        assert_eq!(said, "an engineer and an engineer had the grace to ask an engineer.");
    }
}
