//! Roles: who holds which, and who is there to ask.

use super::Model;
use super::action::Action;
use super::form::{Choice, Form, choice, nothing};
use crate::incident::{Change, InquiryKind, live};

/// The roles of the framework and those held: required and empty ones first, which is also their order.
pub(super) fn roles(model: &Model) -> Vec<Choice> {
    let mut all: Vec<Choice> = Vec::new();
    for row in &model.rows.roles {
        if all.iter().any(|known| known.value == row.role) {
            continue;
        }
        let holder = row.holder.map(|holder| model.incident().roles[holder].who.as_str());
        let detail = match (holder, row.required) {
            (Some(who), _) => who.to_owned(),
            (None, true) => "no one yet, required".to_owned(),
            (None, false) => "no one yet".to_owned(),
        };
        all.push(Choice {
            held: holder.is_some(),
            ..choice(&row.role, &row.title, detail)
        });
    }
    // Those that the pane leaves out until someone has them can be given all the same.
    let left_out = model.framework().roles.iter();
    let left_out = left_out.filter(|role| !model.rows.roles.iter().any(|row| row.role == role.id));
    all.extend(left_out.map(|role| choice(&role.id, &role.title, "no one yet")));
    all.sort_by_key(|choice| !choice.detail.ends_with("required"));
    all
}

/// Whom a role can be handed to, of a value of [`held`]: everyone who is known but its holder.
pub(super) fn successors(model: &Model, held: &str) -> Vec<Choice> {
    let holder = held.split_once('\t').map_or("", |(_, who)| who);
    let stays = |choice: &Choice| !crate::incident::people::same(holder, &choice.value);
    people(model).into_iter().filter(stays).collect()
}

/// Who holds a role now.
pub(super) fn holder(model: &Model, role: &str) -> Option<String> {
    let row = model
        .rows
        .roles
        .iter()
        .find(|row| row.role == role && row.holder.is_some());
    row.and_then(|row| row.holder)
        .map(|holder| model.incident().roles[holder].who.clone())
}

/// Who holds which role now; the value is role and person.
pub(super) fn held(model: &Model) -> Vec<Choice> {
    let rows = model.rows.roles.iter();
    let held = rows.filter_map(|row| Some((row, &model.incident().roles[row.holder?].who)));
    held.map(|(row, who)| choice(format!("{}\t{who}", row.role), format!("{} {who}", row.title), ""))
        .collect()
}

/// How many of the newest lines are read for mentions.
const MENTIONS: usize = 300;
/// What is mentioned with the same sign and is no one.
const EVERYONE: [&str; 5] = ["here", "channel", "all", "everyone", "team"];

/// The names that a text mentions: `@dina`, but no part of an address.
fn mentions(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').filter_map(|(at, _)| {
        let begins = text[..at]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || "([,;/".contains(c));
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && !"._-".contains(c));
        let name = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', '-']);
        let person = name.chars().any(char::is_alphabetic) && name.len() > 1;
        let all = EVERYONE.iter().any(|word| name.eq_ignore_ascii_case(word));
        (begins && person && !all).then_some(name)
    })
}

/// Everybody the incident knows, oneself first, then by how lately they were heard of.
pub(super) fn people(model: &Model) -> Vec<Choice> {
    let incident = model.incident();
    let mut names: Vec<&str> = vec![&model.me];
    let holders = live(&incident.roles).map(|role| role.who.as_str());
    let authors = incident
        .timeline
        .iter()
        .rev()
        .take(2_000)
        .map(|event| event.by.as_str());
    let owners = live(&incident.hypotheses)
        .filter_map(|one| one.owner.as_deref())
        .chain(live(&incident.mitigations).filter_map(|one| one.owner.as_deref()))
        .chain(live(&incident.checklist).filter_map(|one| one.owner.as_deref()))
        .chain(live(&incident.actions).filter_map(|one| one.owner.as_deref()));
    let asked = live(&incident.inquiries)
        .filter(|one| one.kind == InquiryKind::Task)
        .map(|one| one.to.as_str());
    // Whose console is open can be asked now.
    let here = model.snapshot.here.iter().map(|here| here.who.as_str());
    // Who is only spoken of comes last.
    let newest = incident.timeline.iter().rev().take(MENTIONS);
    let mentioned = newest.flat_map(|event| mentions(&event.text));
    let all = here.chain(holders).chain(authors).chain(owners).chain(asked);
    for name in all.chain(mentioned) {
        // Names of machines that write here by themselves are no people.
        if !name.is_empty()
            && name != "hand"
            && !names.contains(&name)
            && !names.iter().any(|known| crate::incident::people::same(known, name))
        {
            names.push(name);
        }
    }
    let roles_of = |name: &str| {
        let held = model.rows.roles.iter().filter(|row| {
            row.holder
                .is_some_and(|holder| crate::incident::people::same(&incident.roles[holder].who, name))
        });
        held.map(|row| row.title.as_str()).collect::<Vec<_>>().join(", ")
    };
    let detail = |name: &str| match (roles_of(name), model.is_here(name)) {
        (roles, false) => roles,
        (roles, true) if roles.is_empty() => "here".to_owned(),
        (roles, true) => format!("here, {roles}"),
    };
    let mut all: Vec<Choice> = names.iter().map(|name| choice(*name, *name, detail(name))).collect();
    if let Some(first) = all.first_mut() {
        let roles = roles_of(&model.me);
        first.detail = if roles.is_empty() {
            "you".into()
        } else {
            format!("you, {roles}")
        };
    }
    all
}

/// Roles that were handed over to oneself and wait for a yes.
pub(super) fn offered(model: &Model) -> Vec<Choice> {
    let mine = live(&model.incident().roles)
        .filter(|role| role.is_offered() && crate::incident::people::same(&role.who, &model.me));
    mine.map(|role| {
        let rows = &model.rows.roles;
        let title = rows
            .iter()
            .find(|row| row.role == role.role)
            .map(|row| row.title.clone());
        let from = role.from.as_deref().unwrap_or_default();
        choice(
            &role.role,
            title.unwrap_or_else(|| role.role.clone()),
            format!("from {from}"),
        )
    })
    .collect()
}

/// What the answers make.
pub(super) fn change(form: &Form) -> Result<Change, String> {
    let who = form.answer("who").to_owned();
    let (role, holder) = form
        .answer("held")
        .split_once('\t')
        .unwrap_or((form.answer("role"), ""));
    let role = role.to_owned();
    Ok(match form.action {
        Action::AssignRole => Change::AssignRole {
            role,
            who,
            alongside: false,
        },
        Action::ShareRole => Change::AssignRole {
            role,
            who,
            alongside: true,
        },
        Action::HandoffRole => Change::HandoffRole { role, to: who },
        Action::AcceptRole => Change::AcceptRole {
            role: form.answer("offered").to_owned(),
        },
        Action::ClearRole => Change::ClearRole {
            role,
            who: Some(holder.to_owned()).filter(|who| !who.is_empty()),
        },
        _ => return Err(nothing(form)),
    })
}
