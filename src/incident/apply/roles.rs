//! Who holds which role: given, shared, ended, handed over. An ended role stays, with its `until`.

use super::draft::{Done, Draft};
use super::words::{brief, invalid, line, listed, person, plain, unchanged};
use crate::incident::conflicts;
use crate::incident::entry::{Entry, live};
use crate::incident::model::Role;
use crate::incident::people;
use crate::incident::words::EventKind;

/// Entry id and person of all who hold a role now.
fn holders(draft: &Draft, role: &str) -> Vec<(String, String)> {
    live(&draft.new.roles)
        .filter(|entry| entry.role == role && entry.until.is_none())
        .map(|entry| (entry.id.clone(), entry.who.clone()))
        .collect()
}

fn end(draft: &mut Draft, ids: impl IntoIterator<Item = String>) -> Done {
    let now = draft.now();
    for id in ids {
        draft.edit::<Role>(&id, |entry| entry.until = Some(now))?;
    }
    Ok(())
}

fn give(draft: &mut Draft, role: &str, who: &str, from: Option<String>, beside: bool) {
    // Who takes a role over by their own hand has said yes by that.
    let accepted = from.is_some() && people::same(draft.by(), who);
    let entry = Role {
        id: draft.id(Role::LETTER),
        role: role.to_owned(),
        who: who.to_owned(),
        since: draft.now(),
        by: draft.by().to_owned(),
        from,
        accepted: accepted.then(|| draft.now()),
        beside,
        ..Role::default()
    };
    draft.add(entry);
}

fn tell(draft: &mut Draft, said: String, role: &str, from: &str, to: &str) {
    let event = draft.say(EventKind::Role, said);
    event.subject = Some(format!("roles.{role}").into());
    event.from = (!from.is_empty()).then(|| from.into());
    event.to = (!to.is_empty()).then(|| to.into());
}

/// `Sam is `, and where the file has that person's name otherwise, also that.
fn is(who: &str, held: &str) -> String {
    if who == held {
        format!("{who} is ")
    } else {
        format!("{who} and {held} are taken for one person, who is ")
    }
}

/// The verb for these names.
fn are(names: &[&str]) -> &'static str {
    if names.len() == 1 { "is" } else { "are" }
}

/// What people call the role.
fn title(draft: &Draft, role: &str) -> String {
    draft.name.clone().unwrap_or_else(|| plain(role))
}

pub(super) fn assign(draft: &mut Draft, role: &str, who: &str, alongside: bool) -> Done {
    let (role, who) = (line(role, "role")?, person(who)?);
    let title = title(draft, &role);
    let before = holders(draft, &role);
    let unknowing = alongside && conflicts::given_at_once(&draft.new, &role).len() > 1;
    let (same, others): (Vec<_>, Vec<_>) = before.into_iter().partition(|(_, name)| people::same(name, &who));
    if let Some((_, held)) = same.first().filter(|_| (alongside && !unknowing) || others.is_empty()) {
        return unchanged(format!("{}{title} already", is(&who, held)));
    }
    let names: Vec<_> = others.iter().map(|(_, name)| name.as_str()).collect();
    let said = match names.as_slice() {
        [] => format!("{who} is {title}"),
        names if alongside => format!("{who} is {title}, beside {}", listed(names)),
        names if same.is_empty() => format!("{who} replaces {} as {title}", listed(names)),
        names => format!("{who} alone is {title}; {} {} no longer", listed(names), are(names)),
    };
    let from = if alongside { String::new() } else { names.join(", ") };
    let names_empty = names.is_empty();
    if !alongside {
        end(draft, others.into_iter().map(|(id, _)| id))?;
    }
    if same.is_empty() {
        give(draft, &role, &who, None, alongside && !names_empty);
    }
    for (id, _) in same.iter().filter(|_| alongside) {
        draft.edit::<Role>(id, |entry| entry.beside = true)?;
    }
    tell(draft, said, &role, &from, &who);
    Ok(())
}

pub(super) fn clear(draft: &mut Draft, role: &str, who: Option<&str>) -> Done {
    let role = line(role, "role")?;
    let who = who.map(person).transpose()?;
    let title = title(draft, &role);
    let mut ending = holders(draft, &role);
    if let Some(who) = &who {
        ending.retain(|(_, name)| people::same(name, who));
    }
    if ending.is_empty() {
        return unchanged(match who {
            Some(who) => format!("{who} is not {title}"),
            None => format!("no one is {title}"),
        });
    }
    let names: Vec<_> = ending.iter().map(|(_, name)| name.as_str()).collect();
    let said = format!("{} {} no longer {title}", listed(&names), are(&names));
    let from = names.join(", ");
    end(draft, ending.into_iter().map(|(id, _)| id))?;
    tell(draft, said, &role, &from, "");
    Ok(())
}

pub(super) fn handoff(draft: &mut Draft, role: &str, to: &str) -> Done {
    let (role, to) = (line(role, "role")?, person(to)?);
    let title = title(draft, &role);
    let all = holders(draft, &role);
    if all.is_empty() {
        return invalid(format!(
            "no one is {title}, so there is nothing to hand over; assign it to {}",
            brief(&to)
        ));
    }
    if let Some((_, held)) = all.iter().find(|(_, name)| people::same(name, &to)) {
        return unchanged(format!("{}{title} already", is(&to, held)));
    }
    // Of several holders it is the asker who hands over; where the asker is none of them, all do.
    let own: Vec<_> = all
        .iter()
        .filter(|(_, name)| people::same(name, draft.by()))
        .cloned()
        .collect();
    let beside = !own.is_empty() && own.len() < all.len();
    let from = if own.is_empty() { all } else { own };
    let names: Vec<_> = from.iter().map(|(_, name)| name.as_str()).collect();
    let said = format!("{} handed the {title} role to {to}", listed(&names));
    let names = names.join(", ");
    end(draft, from.into_iter().map(|(id, _)| id))?;
    give(draft, &role, &to, Some(names.clone()), beside);
    tell(draft, said, &role, &names, &to);
    Ok(())
}

pub(super) fn accept(draft: &mut Draft, role: &str) -> Done {
    let role = line(role, "role")?;
    let title = title(draft, &role);
    let (now, by) = (draft.now(), draft.by().to_owned());
    let held = |entry: &&Role| entry.role == role && people::same(&entry.who, &by) && entry.until.is_none();
    let held = live(&draft.new.roles)
        .find(held)
        .map(|entry| (entry.id.clone(), entry.is_offered()));
    let Some((id, offered)) = held else {
        return invalid(format!(
            "{} is not {title} here, so there is nothing to accept; what was handed over elsewhere comes with `warroom sync`",
            brief(&by)
        ));
    };
    if !offered {
        return unchanged(format!("{by} accepted already: {title}"));
    }
    draft.edit::<Role>(&id, |entry| entry.accepted = Some(now))?;
    tell(draft, format!("{by} accepted: {title}"), &role, "", &by);
    Ok(())
}
