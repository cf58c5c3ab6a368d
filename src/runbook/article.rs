//! The knowledge base article of an incident (S2:1151-1168), and the text of a new runbook.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::attach::services;
use super::fresh::{Use, uses};
use super::front::Day;
use crate::incident::{ActionState, HypothesisState, Incident, MitigationState, live};

/// A text in a line of Markdown: no heading, list or table begins in it, and nothing of it is a tag.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if matches!(c, '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text in quotes of YAML.
fn quoted(text: &str) -> String {
    serde_json::to_string(&text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
}

/// The article of an incident; `related` are others that it is like, by their ids with their titles.
pub fn article(incident: &Incident, today: Day, related: &[(String, String)]) -> String {
    let mut out = String::new();
    let keywords = keywords(incident);
    let words: Vec<String> = keywords.iter().map(|word| quoted(word)).collect();
    let named: Vec<String> = services(incident).iter().map(|one| quoted(one)).collect();
    let _ = write!(
        out,
        "---\ntitle: {}\nkind: article\nincident: {}\nkeywords: [{}]\nservices: [{}]\nlast_reviewed_on: {today}\n---\n\n",
        quoted(&format!("How to troubleshoot: {}", incident.title)),
        quoted(&incident.id),
        words.join(", "),
        named.join(", "),
    );
    let _ = write!(out, "# {}: {}\n\n", plain(&incident.id), plain(&incident.title));
    let _ = write!(
        out,
        "**Keywords**: {}\n\n",
        or(&keywords.iter().map(|word| plain(word)).collect::<Vec<_>>().join(", "))
    );
    let problem = incident.summary.clone().unwrap_or_else(|| incident.title.clone());
    let _ = write!(out, "## Problem\n\n{}\n\n", plain(&problem));
    let confirmed = live(&incident.hypotheses).find(|one| one.state == HypothesisState::Confirmed);
    let cause = incident
        .cause
        .clone()
        .or_else(|| confirmed.map(|one| one.statement.clone()));
    let _ = write!(out, "## Root cause\n\n{}\n\n", or(&plain(&cause.unwrap_or_default())));
    out.push_str("## Resolution steps\n\n");
    resolution(incident, &mut out);
    out.push_str("\n## Prevention\n\n");
    let mut any = false;
    for action in live(&incident.actions) {
        let done = if action.state == ActionState::Done { "x" } else { " " };
        let owner = action
            .owner
            .as_ref()
            .map(|owner| format!(" ({})", plain(owner)))
            .unwrap_or_default();
        let _ = writeln!(out, "- [{done}] {}{owner}", plain(&action.text));
        any = true;
    }
    if !any {
        out.push_str("(to be filled in)\n");
    }
    out.push_str("\n## Related incidents\n\n");
    let links = live(&incident.links).map(|link| (link.target.clone(), link.label.clone().unwrap_or_default()));
    let mut seen = BTreeSet::new();
    for (id, title) in related.iter().cloned().chain(links) {
        if seen.insert(id.clone()) {
            let title = if title.is_empty() {
                String::new()
            } else {
                format!(": {}", plain(&title))
            };
            let _ = writeln!(out, "- {}{title}", plain(&id));
        }
    }
    if seen.is_empty() {
        out.push_str("none known\n");
    }
    out
}

fn resolution(incident: &Incident, out: &mut String) {
    let mut number = 0;
    for one in
        live(&incident.mitigations).filter(|one| matches!(one.state, MitigationState::Verified | MitigationState::Done))
    {
        number += 1;
        let _ = writeln!(out, "{number}. {}", plain(&one.text));
    }
    let used: Vec<Use> = uses(incident);
    for one in &used {
        let said = one
            .verdict
            .map(|verdict| format!(" ({})", verdict.as_str()))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "{}Runbook: `{}`{said}",
            if number > 0 { "\n" } else { "" },
            one.runbook.replace('`', "")
        );
    }
    if number == 0 && used.is_empty() {
        out.push_str("(to be filled in)\n");
    }
}

fn or(text: &str) -> &str {
    if text.is_empty() { "(to be filled in)" } else { text }
}

/// Words to find it by: its services, and the telling words of its title.
fn keywords(incident: &Incident) -> Vec<String> {
    let mut words = services(incident);
    let title = super::matching::Facts::asked(&incident.title).title;
    words.extend(title);
    if let Some(cause) = &incident.cause {
        words.extend(super::matching::Facts::asked(cause).title);
    }
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.to_lowercase()));
    words.truncate(15);
    words
}

/// The text of a new runbook of this name, whose file says what goes where.
pub fn template(name: &str, today: Day) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    let words = last.replace(['-', '_'], " ");
    let mut title = words.chars();
    let title: String = title
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(title)
        .collect();
    format!(
        "---\ntitle: {}\nowner: \nservices: []\nsymptoms: []\nalerts: []\nlast_reviewed_on: {today}\nreview_in: 6 months\n---\n\n# {title}\n\n\
         One sentence: what is broken for whom.\n\n## Symptoms\n\n- The metric that shows it, with its limit\n\n## Diagnosis\n\n\
         1. What to look at first\n\n   ```sh\n   ```\n\n## Mitigation\n\n2. What lessens the impact now\n\n   ```sh\n   ```\n\n## Verification\n\n\
         3. Check that it worked\n\n## Way back\n\n- What to do if it makes things worse\n\n## Escalation\n\n- Who to call, and when\n\n\
         ## Prevention\n\n- What keeps it from coming back\n",
        quoted(&title)
    )
}

/// What somebody added to a runbook in an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// What was done or found.
    pub text: String,
    /// Who.
    pub by: String,
}

/// What was added by hand in an incident since a runbook was attached: items of its list and of nobody's, and what was noted on
/// its steps.
pub fn added(incident: &Incident, list: &str) -> Vec<Added> {
    let since = uses(incident)
        .into_iter()
        .find(|one| one.runbook == list)
        .map(|one| one.at);
    let own = live(&incident.checklist).filter(|item| item.at.is_some() && item.at >= since);
    let own = own.filter(|item| item.list.as_deref().is_none_or(|name| name == list || name == "own"));
    let mut all: Vec<Added> = own
        .map(|item| Added {
            text: item.text.clone(),
            by: item.by.clone(),
        })
        .collect();
    let steps = live(&incident.checklist).filter(|item| item.at.is_none() && item.list.as_deref() == Some(list));
    for item in steps {
        let note = item.note.as_ref().filter(|note| note.as_str() != "ticked in the file");
        all.extend(note.map(|note| Added {
            text: format!("{}: {note}", item.text),
            by: item.who.clone().unwrap_or_default(),
        }));
    }
    all
}

/// A runbook's text with what was added, at its end, to be put where it belongs.
pub fn with_added(text: &str, incident: &str, added: &[Added]) -> String {
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    let _ = write!(out, "\n## Added in {incident}\n\n");
    for one in added {
        let by = if one.by.is_empty() {
            String::new()
        } else {
            format!(" ({})", plain(&one.by))
        };
        let _ = writeln!(out, "- {}{by}", plain(&one.text));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::Runbook;

    #[test]
    fn a_new_runbook_is_one_that_the_reader_understands() {
        let text = template("db/pool-full", Day::parse("2026-11-20").unwrap());
        let book = Runbook::read("db/pool-full", &text);
        assert_eq!(book.title, "Pool full");
        assert_eq!(book.steps(None, None).steps.len(), 3);
        assert!(book.front.problem.is_none());
    }

    #[test]
    fn an_article_has_every_field_and_cannot_be_broken_by_words() {
        let incident = Incident {
            id: "INC-1".into(),
            title: "# Pool <b>full</b>\n---\nx".into(),
            cause: Some("a leak | in `checkout`".into()),
            ..Incident::default()
        };
        let text = article(
            &incident,
            Day::parse("2026-11-20").unwrap(),
            &[("INC-0".into(), "before".into())],
        );
        for field in [
            "title:",
            "**Keywords**",
            "## Problem",
            "## Root cause",
            "## Resolution steps",
            "## Prevention",
            "## Related incidents",
            "INC-0",
        ] {
            assert!(text.contains(field), "{field}: {text}");
        }
        let book = Runbook::read("article", &text);
        assert_eq!(
            book.sections.iter().filter(|section| section.level == 1).count(),
            1,
            "{text}"
        );
        let body = &text[text.find("\n# ").unwrap()..];
        assert!(book.front.problem.is_none() && !body.contains("<b>"), "{text}");
    }
}
