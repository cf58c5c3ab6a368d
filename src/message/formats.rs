//! One text in the forms that chats, cards and status pages take, each with its own escaping and limit.

use serde_json::{Value, json};

use super::Draft;
use crate::framework::model::words;

words! {
    /// A form of a message.
    Format {
        /// As it is.
        Plain => "plain",
        /// CommonMark.
        Markdown => "markdown",
        /// Slack's mrkdwn, as its API takes it.
        Slack => "slack",
        /// Mattermost's Markdown, as its API takes it.
        Mattermost => "mattermost",
        /// Discord, without mentions.
        Discord => "discord",
        /// An adaptive card for a Teams workflow.
        Teams => "teams",
        /// What a status page's API takes.
        StatusPage => "statuspage",
    }
}

/// A message in its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// Ready to paste or to post.
    pub text: String,
    /// What the receiver would refuse or cut, where it is too long for it.
    pub too_long: Option<String>,
}

/// The most that Slack takes in a section of text, in characters.
const SLACK: usize = 3_000;
/// The most that Mattermost takes in a message.
const MATTERMOST: usize = 16_383;
/// The most that Discord takes in a message.
const DISCORD: usize = 2_000;
/// The most that Teams takes, in bytes of the whole message.
const TEAMS: usize = 28 * 1024;

impl Format {
    /// A draft in this form; `status` is the state of the page. Nothing is cut: what is too long says so.
    pub fn render(self, draft: &Draft, status: &str) -> Formatted {
        let text = &draft.text;
        let subject = draft.subject.as_deref();
        let all = match subject {
            Some(subject) => format!("Subject: {subject}\n\n{text}"),
            None => text.clone(),
        };
        match self {
            Self::Plain => within(all, usize::MAX, "", 0),
            Self::Markdown => {
                let head = subject.map(|subject| format!("**{}**\n\n", markdown(subject)));
                let body: Vec<String> = text.lines().map(line_of_markdown).collect();
                within(head.unwrap_or_default() + &body.join("\n"), usize::MAX, "", 0)
            }
            Self::Slack => {
                let head = subject.map(|subject| format!("*{}*\n", slack(subject)));
                let body = head.unwrap_or_default() + &slack(text);
                let length = body.chars().count();
                within(json!({ "text": body }).to_string(), SLACK, "Slack", length)
            }
            Self::Mattermost => {
                let body: Vec<String> = text.lines().map(line_of_markdown).collect();
                let body = body.join("\n");
                let length = body.chars().count();
                within(json!({ "text": body }).to_string(), MATTERMOST, "Mattermost", length)
            }
            Self::Discord => {
                let lines: Vec<String> = all
                    .lines()
                    .map(|line| line_of_markdown(line).trim_end().to_owned())
                    .collect();
                let content = lines.join("\n");
                let length = content.chars().count();
                let body = json!({"content": content, "allowed_mentions": {"parse": []}}).to_string();
                within(body, DISCORD, "Discord", length)
            }
            Self::Teams => {
                let card = card(subject, text).to_string();
                let length = card.len();
                within(card, TEAMS, "Teams", length)
            }
            Self::StatusPage => {
                let name = subject.or(draft.short.as_deref()).unwrap_or_default();
                let body =
                    json!({"incident": {"name": name, "status": status, "body": text, "deliver_notifications": false}});
                within(body.to_string(), usize::MAX, "", 0)
            }
        }
    }
}

fn within(text: String, limit: usize, target: &str, length: usize) -> Formatted {
    let too_long = (length > limit).then(|| format!("{target} takes {limit}, and this has {length}"));
    Formatted { text, too_long }
}

/// Slack reads `&`, `<` and `>` itself; what looks like a mention or a link is text.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Escaped where Markdown would read it.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A line of a message: bullets stay bullets, breaks stay breaks.
fn line_of_markdown(line: &str) -> String {
    // So far from the margin it would be code.
    let line = match line.strip_prefix("    ").or(line.strip_prefix('\t')) {
        Some(rest) => rest.trim_start(),
        None => line,
    };
    match line.strip_prefix("- ") {
        Some(rest) => format!("- {}", markdown(rest)),
        None if line.is_empty() => String::new(),
        None => {
            let escaped = markdown(line);
            // A digit and a dot, a dash or a plus would begin a list.
            let lead = escaped.trim_start();
            let digits = lead.chars().take_while(char::is_ascii_digit).count();
            let list = lead.starts_with(['-', '+', '=']) || (digits > 0 && lead[digits..].starts_with(['.', ')']));
            if list {
                let (before, after) = lead.split_at(digits);
                return format!("{before}\\{after}  ");
            }
            format!("{escaped}  ")
        }
    }
}

fn card(subject: Option<&str>, text: &str) -> Value {
    let mut body = Vec::new();
    if let Some(subject) = subject {
        body.push(json!({"type": "TextBlock", "text": line_of_markdown(subject).trim_end(), "weight": "Bolder", "wrap": true}));
    }
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        body.push(
            json!({"type": "TextBlock", "text": line_of_markdown(line).trim_end(), "wrap": true, "spacing": "Small"}),
        );
    }
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {"type": "AdaptiveCard", "version": "1.4", "body": body},
        }],
    })
}
