//! An incident as Markdown: what it was, its timeline, what was sent, what is to be done.

use std::fmt::Write as _;

use super::{Audience, Subject, begun, text_of};
use crate::escape::{markdown as safe, markdown_lines};
use crate::incident::{MILESTONES, clock, live};

/// The whole incident.
#[allow(clippy::too_many_lines, reason = "the document from top to bottom")]
pub fn document(subject: &Subject<'_>) -> String {
    let incident = subject.incident();
    let mut out = String::new();
    let day = |at: crate::incident::Time| at.chrono().format("%Y-%m-%d %H:%M:%S").to_string();
    let drill = if incident.drill { "EXERCISE " } else { "" };
    let _ = writeln!(out, "# {drill}{}\n", safe(&subject.name()));
    let _ = writeln!(out, "As of {} UTC. All times are UTC.\n", day(subject.as_of()));
    if subject.audience == Audience::Internal {
        let _ = writeln!(out, "- **Severity:** {}", safe(&incident.severity));
        let _ = writeln!(out, "- **Status:** {}", safe(&incident.status));
        for milestone in &MILESTONES {
            if let Some(at) = clock::milestone(incident, milestone) {
                let _ = writeln!(out, "- **{}:** {}", begun(&milestone.to_string()), day(at));
            }
        }
        for (name, value) in &incident.impact {
            let _ = writeln!(out, "- **Impact, {}:** {}", safe(name), safe(&text_of(value)));
        }
        for held in live(&incident.roles).filter(|held| held.until.is_none()) {
            let title = subject.framework.role_title(&held.role);
            let _ = writeln!(out, "- **{}:** {}", safe(title), safe(&held.who));
        }
        if let Some(summary) = &incident.summary {
            let _ = writeln!(out, "\n{}", markdown_lines(summary));
        }
        if let Some(cause) = &incident.cause {
            let _ = writeln!(out, "\n**Root cause:** {}", safe(cause));
        }
        let _ = writeln!(
            out,
            "\n## Timeline\n\n| Time (UTC) | Kind | By | Event |\n|---|---|---|---|"
        );
        for event in subject.events() {
            let text = match &event.retracted {
                Some(why) => format!("~~{}~~ (retracted: {})", safe(&event.text), safe(why)),
                None if event.pinned => format!("**{}**", safe(&event.text)),
                None => safe(&event.text),
            };
            let _ = writeln!(
                out,
                "| {} | {} | {} | {text} |",
                day(event.at),
                safe(event.kind.as_str()),
                safe(&event.by)
            );
        }
    }
    let sent = subject.sent();
    if !sent.is_empty() {
        let _ = writeln!(out, "\n## Updates sent\n");
        for one in sent {
            let to = match subject.audience {
                Audience::Internal => format!(" to {} by {}", safe(&one.audience), safe(&one.by)),
                Audience::External => String::new(),
            };
            let status = one
                .status
                .as_deref()
                .map(|status| format!(" ({})", safe(status)))
                .unwrap_or_default();
            let _ = writeln!(out, "- **{}**{to}{status}: {}", day(one.at), safe(&subject.words(one)));
        }
    }
    let items: Vec<_> = live(&incident.actions)
        .filter(|_| subject.audience == Audience::Internal)
        .collect();
    if !items.is_empty() {
        let _ = writeln!(
            out,
            "\n## Action items\n\n| Action | Owner | Due | State |\n|---|---|---|---|"
        );
        for item in items {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} |",
                safe(&item.text),
                safe(item.owner.as_deref().unwrap_or("no owner")),
                safe(item.due.as_deref().unwrap_or("no date")),
                safe(item.state.as_str())
            );
        }
    }
    out
}
