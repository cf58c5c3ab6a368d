//! What `warroom doctor` says of hooks, of the outbox and of what a webhook is sent with.

use super::{Health, Rows};
use crate::hook::Run;
use crate::store::Repository;
use crate::store::allowed::Permission;
use crate::store::hooks::described;
use crate::store::outbox::{Outbox, State};

/// Hooks that are described and allowed, and messages that have not arrived.
pub(super) fn hooks(repository: &Repository, rows: &mut Rows) {
    let (hooks, slips) = described(repository.root());
    for (file, slip) in &slips {
        let said = format!("{}:{}: {}", file.display(), slip.line, slip.said);
        rows.add("hooks", Health::Bad, said, "That hook does not fire; correct the line.");
    }
    let (mut fire, mut off, mut changed) = (0, Vec::new(), Vec::new());
    for hook in &hooks {
        match hook.permission() {
            Permission::Allowed => fire += 1,
            Permission::Never => off.push(hook.hook.name.as_str()),
            Permission::Changed(_) => changed.push(hook.hook.name.as_str()),
        }
    }
    let posts = hooks.iter().any(|hook| matches!(hook.hook.run, Run::Webhook(_)));
    if posts && !there_is("curl") {
        let remedy = "Webhooks are sent with it; install curl. What is to be sent waits in the outbox.";
        rows.add("hooks", Health::Bad, "curl is not installed", remedy);
    }
    if !changed.is_empty() {
        let said = format!("off, changed since you allowed them: {}", changed.join(", "));
        rows.add(
            "hooks",
            Health::Note,
            said,
            "`warroom hook allow NAME` allows one as it is now.",
        );
    }
    if !hooks.is_empty() {
        let said = format!("{fire} of {} fire from this machine", hooks.len());
        let said = if off.is_empty() {
            said
        } else {
            format!("{said}; not allowed by you: {}", off.join(", "))
        };
        rows.good("hooks", said);
    }
    outbox(rows);
}

fn outbox(rows: &mut Rows) {
    let Ok(outbox) = Outbox::here() else {
        let remedy = "Hooks are not fired until the state folder can be written.";
        rows.add("outbox", Health::Bad, "its folder cannot be made", remedy);
        return;
    };
    let all = outbox.list();
    let failed = all.iter().filter(|one| one.state == State::Failed).count();
    let late = all.iter().find(|one| one.tries > 0);
    match late {
        None if all.is_empty() => {}
        None => rows.good("outbox", format!("{} to be sent", all.len())),
        Some(one) => {
            let why = one.last.clone().unwrap_or_default();
            let said = format!(
                "{} unsent, {failed} given up; {} of {}: {why}",
                all.len(),
                one.named,
                one.hook
            );
            let remedy = "`warroom outbox list` shows them, `warroom outbox retry` tries them at once.";
            let health = if failed > 0 { Health::Bad } else { Health::Note };
            rows.add("outbox", health, said, remedy);
        }
    }
}

/// Whether a program is found by its name.
fn there_is(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
