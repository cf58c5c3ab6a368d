//! `warroom contacts`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::page::table;
use super::reply::Reply;
use crate::framework::Framework;
use crate::framework::contacts::{self as known, Contact};
use crate::text::one_line;

/// Whom to call: for an escalation target, a role, a vendor, or all; `lint` checks .warroom/contacts.yaml
#[derive(Args, Debug)]
#[command(after_help = "\
The file .warroom/contacts.yaml:
  contacts:
  - for: tier-2                  # an escalation target, a role, or vendor NAME
    name: Lee Park
    reach: ['+1 555 0100', '@lee']
    backup: [{name: Dana Ray, reach: '@dana'}]
    note: nights only
  chain: [incident_commander, engineering_manager, executives]")]
pub(super) struct Contacts {
    /// A target, a role, a vendor or a name; `list` for all; `lint` to check the file
    target: Vec<String>,
}

impl Contacts {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let repository = context.repository()?;
        let framework = match context.view() {
            Ok(view) => view.framework,
            // Without an open incident the team's own.
            Err(_) => repository.framework_or_other(&repository.config().framework)?,
        };
        let wanted = words(&self.target);
        match wanted.as_str() {
            "lint" => lint(context, &framework),
            "" | "list" => Ok(all(&framework)),
            wanted => {
                let found = framework.contacts_for(wanted);
                if found.is_empty() {
                    let known = framework.contacts.contacts.iter();
                    let known = known.map(|one| format!("{}  {}", one.target, one.first.name)).collect();
                    let said = format!("no contact is for `{wanted}`; add one to .warroom/contacts.yaml");
                    return Err(Failure::not_found(said, known));
                }
                let mut lines = String::new();
                for one in &found {
                    let _ = writeln!(lines, "{}", one_line(&line(one)));
                }
                Ok(Reply::new(lines, json!({"contacts": found})))
            }
        }
    }
}

/// `tier-2: Lee Park (@lee); backup Dana Ray (@dana)`.
pub(super) fn line(contact: &Contact) -> String {
    format!("{}: {}", contact.target, contact.shown())
}

fn all(framework: &Framework) -> Reply {
    let contacts = &framework.contacts;
    let row = |one: &Contact| {
        let backup: Vec<String> = one.backup.iter().map(known::Reachable::shown).collect();
        vec![
            one.target.clone(),
            one.first.shown(),
            if backup.is_empty() {
                String::new()
            } else {
                format!("backup {}", backup.join(", then "))
            },
            one.note.clone().unwrap_or_default(),
        ]
    };
    let mut page = table(&contacts.contacts.iter().map(row).collect::<Vec<_>>());
    if !contacts.chain.is_empty() {
        let _ = writeln!(page, "chain: {}", one_line(&contacts.chain.join(", then ")));
    }
    // Whom nobody is named for, so that the gap shows before it is needed.
    let wanted = framework.escalations.iter().map(|one| one.id.as_str());
    let missing: Vec<&str> = wanted
        .filter(|target| framework.contacts_for(target).is_empty())
        .collect();
    if !missing.is_empty() {
        let _ = writeln!(
            page,
            "no contact yet for: {} (.warroom/contacts.yaml)",
            one_line(&missing.join(", "))
        );
    }
    Reply::new(
        page,
        json!({"contacts": contacts.contacts, "chain": contacts.chain, "missing": missing}),
    )
}

fn lint(context: &Context, framework: &Framework) -> Result<Reply, Failure> {
    let repository = context.repository()?;
    let text = repository.contacts_text()?;
    let slips = framework.lint_contacts(&text);
    let (all, _) = known::Contacts::parse(&text);
    let file = repository.root().join(".warroom/contacts.yaml");
    let mut page = String::new();
    for slip in &slips {
        let said = format!("{}:{}: {}", file.display(), slip.line, slip.said);
        let _ = writeln!(page, "{}", one_line(&said));
    }
    if slips.is_empty() {
        let _ = writeln!(page, "{} in order", super::page::count(all.contacts.len(), "contact"));
    }
    let list: Vec<_> = slips
        .iter()
        .map(|slip| json!({"line": slip.line, "said": slip.said}))
        .collect();
    let mut reply = Reply::new(page, json!({"ok": slips.is_empty(), "file": file, "problems": list}));
    reply.code = if slips.is_empty() { 0 } else { 5 };
    Ok(reply)
}
