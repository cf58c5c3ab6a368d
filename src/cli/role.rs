//! `warroom role`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::words;
use super::page::{moment, table};
use super::reply::Reply;
use crate::incident::{Change, live};
use crate::text;

/// Roles: who does what; list, assign, clear, hand off
#[derive(Args, Debug)]
pub(super) struct Role {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the roles that this severity asks for, and who holds which
    List,
    /// What the holder of a role does, and who takes it as a rule; of all roles where none is named
    Duties {
        /// Role
        role: Option<String>,
    },
    /// Correct who has or had a role, from when, until when; the old value is kept
    Edit {
        /// The role, for whoever holds it now, or the entry's id
        role: String,
        /// The person
        #[arg(long = "owner", alias = "who", value_name = "NAME")]
        who: Option<String>,
        /// The role it was in truth
        #[arg(long = "role", id = "other_role", value_name = "ROLE")]
        other: Option<String>,
        /// From when
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        since: Option<String>,
        /// Until when
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        until: Option<String>,
        /// Who gave it
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Take an assignment out: it was never so
    Remove(correct::Remove),
    /// Give a role to a person
    Assign {
        /// Role, by id or short name (ic, comms, scribe)
        role: String,
        /// The person
        #[arg(required = true)]
        name: Vec<String>,
        /// Beside whoever holds it, instead of in their place
        #[arg(long)]
        alongside: bool,
    },
    /// End a role
    Clear {
        /// Role
        role: String,
        /// Only of this person
        #[arg(long = "owner", alias = "who", value_name = "NAME")]
        who: Option<String>,
    },
    /// Pass a role on from its holder
    Handoff {
        /// Role
        role: String,
        /// The person
        #[arg(required = true)]
        name: Vec<String>,
    },
    /// Say that you have the role that was handed over to you
    Accept {
        /// Role
        role: String,
    },
}

impl Role {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let change = match self.verb.unwrap_or(Verb::List) {
            Verb::List => return list(context),
            Verb::Duties { role } => return duties(context, role.as_deref()),
            Verb::Remove(remove) => return remove.from(context, "roles"),
            Verb::Edit {
                role,
                who,
                other,
                since,
                until,
                by,
            } => {
                let fields = vec![
                    ("who", who),
                    ("role", other),
                    ("since", since),
                    ("until", until),
                    ("by", by),
                ];
                return correct::correct(context, "roles", &role, fields);
            }
            Verb::Assign { role, name, alongside } => Change::AssignRole {
                role,
                who: words(&name),
                alongside,
            },
            Verb::Clear { role, who } => Change::ClearRole { role, who },
            Verb::Handoff { role, name } => Change::HandoffRole { role, to: words(&name) },
            Verb::Accept { role } => Change::AcceptRole { role },
        };
        context.change(change)
    }
}

fn duties(context: &Context, role: Option<&str>) -> Result<Reply, Failure> {
    let view = context.view()?;
    let wanted = role.map(|role| view.framework.role_id(role)).transpose()?;
    let all = view.framework.roles.iter();
    let shown: Vec<_> = all
        .filter(|role| wanted.as_ref().is_none_or(|wanted| role.id == *wanted))
        .collect();
    let mut out = String::new();
    for role in &shown {
        let usual = crate::framework::data::at(&role.default, &view.incident.severity);
        let usual = usual.map(|usual| format!("; as a rule {usual}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "{} ({}){}",
            text::one_line(&role.title),
            role.id,
            text::one_line(&usual)
        );
        if let Some(why) = &role.borrowed {
            let _ = writeln!(out, "  ({})", text::one_line(why));
        }
        for other in &role.not {
            let _ = writeln!(out, "  - is not {}", text::one_line(&other.replace('_', " ")));
        }
        for duty in &role.duties {
            let _ = writeln!(out, "  - {}", text::one_line(duty));
        }
    }
    for phase in view.framework.phases.iter().filter(|_| wanted.is_none()) {
        if let Some(lead) = &phase.lead {
            let _ = writeln!(
                out,
                "{} is led by: {}",
                text::one_line(&phase.title),
                text::one_line(lead)
            );
        }
    }
    Ok(Reply::new(out, json!({"incident": view.id, "roles": shown})))
}

fn list(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let derived = view.derived(context.now());
    let holders: Vec<_> = live(&view.incident.roles).filter(|role| role.until.is_none()).collect();
    let mut rows = Vec::new();
    for need in &derived.required_roles {
        let mut held = holders.iter().filter(|role| role.role == need.role).peekable();
        if held.peek().is_none() {
            let wanted = if need.required { "no one; required" } else { "no one" };
            rows.push(vec![
                need.title.clone(),
                wanted.into(),
                String::new(),
                need.role.clone(),
            ]);
        }
        for role in held {
            let waits = if role.is_offered() {
                ", has not accepted yet"
            } else {
                ""
            };
            let since = format!("since {}{waits}", moment(role.since, context.now()));
            rows.push(vec![need.title.clone(), role.who.clone(), since, need.role.clone()]);
        }
    }
    // Roles that this severity does not ask for, or that the framework does not know.
    let listed = |id: &str| derived.required_roles.iter().any(|need| need.role == id);
    for role in holders.iter().filter(|role| !listed(&role.role)) {
        let since = format!("since {}", moment(role.since, context.now()));
        rows.push(vec![role.role.clone(), role.who.clone(), since, role.role.clone()]);
    }
    let json = json!({"incident": view.id, "required_roles": derived.required_roles, "roles": view.incident.roles});
    Ok(Reply::new(table(&rows), json))
}
