//! One HTML page without script: its policy allows its own style, named by its hash, and nothing else. Every text of the incident is escaped and
//! isolated; headings go down without a gap; the timeline is an ordered list a day.

use std::fmt::Write as _;

use super::{Audience, Subject, begun, text_of};
use crate::escape::{address, html};
use crate::incident::{Event, MILESTONES, Time, clock, live};
use crate::report::wording::span;

/// The style, and the hash by which the policy allows it: SHA-256 of exactly these bytes.
const STYLE: &str = include_str!("../../assets/export/page.css");
const STYLE_HASH: &str = "OJ86T5l2Plt+Oesc7WClq1iBSsqQeuog34FfvKoaNl8=";

/// What a page may have beside the incident.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Seconds after which a browser loads the page again: only for one that is rewritten while the incident runs.
    pub refresh: Option<u32>,
    /// Where it was made from: the incident's file in its repository.
    pub source: String,
}

/// The page.
pub fn page(subject: &Subject<'_>, options: &Options) -> String {
    let mut out = String::with_capacity(8192);
    head(&mut out, subject, options);
    state(&mut out, subject);
    match subject.audience {
        Audience::Internal => {
            timeline(&mut out, subject);
            updates(&mut out, subject, "Updates sent");
            actions(&mut out, subject);
        }
        Audience::External => updates(&mut out, subject, "Timeline"),
    }
    out += "<h2 id=\"source\">How this page was made</h2><p>";
    if subject.audience == Audience::Internal {
        let _ = write!(out, "From <code class=\"x\">{}</code>. ", html(&options.source));
    }
    out += "No script, nothing loaded from elsewhere. Print it for paper or PDF.</p>\n</main></body></html>\n";
    out
}

fn head(out: &mut String, subject: &Subject<'_>, options: &Options) {
    let title = html(&subject.title());
    let id = match subject.audience {
        Audience::Internal => format!("<bdi>{}</bdi> · ", html(&subject.case.id)),
        Audience::External => String::new(),
    };
    out.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    let _ = writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'\">"
    );
    if let Some(seconds) = options.refresh {
        let _ = writeln!(out, "<meta http-equiv=\"refresh\" content=\"{seconds}\">");
    }
    out.push_str(
        "<meta name=\"referrer\" content=\"no-referrer\"><meta name=\"robots\" content=\"noindex\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\">\n<meta name=\"generator\" content=\"warroom\">",
    );
    let _ = write!(
        out,
        "<title>{}</title><style>{STYLE}</style></head>\n<body>",
        html(&subject.name())
    );
    out.push_str("<a class=\"skip\" href=\"#timeline\">To the timeline</a>\n<header><p class=\"k\">");
    let drill = if subject.incident().drill { "EXERCISE · " } else { "" };
    let _ = writeln!(
        out,
        "{drill}{id}as of {}</p><h1 class=\"x\">{title}</h1></header>\n<main>",
        instant(subject.as_of())
    );
}

/// An instant that machines and people read.
fn instant(at: Time) -> String {
    let machine = at.chrono().format("%Y-%m-%dT%H:%M:%SZ");
    let shown = at.chrono().format("%Y-%m-%d %H:%M:%S UTC");
    format!("<time datetime=\"{machine}\">{shown}</time>")
}

fn row(out: &mut String, name: &str, value: &str) {
    if !value.trim().is_empty() {
        let _ = write!(
            out,
            "<dt><bdi>{}</bdi></dt><dd class=\"x\">{}</dd>",
            html(name),
            html(value)
        );
    }
}

fn state(out: &mut String, subject: &Subject<'_>) {
    let incident = subject.incident();
    out.push_str("<h2 id=\"state\">State</h2><dl>");
    if subject.audience == Audience::External {
        let last = subject.sent().last().and_then(|sent| sent.status.clone());
        row(out, "Status", last.as_deref().unwrap_or("nothing was published yet"));
        out.push_str("</dl>\n");
        return;
    }
    let severity = match subject.framework.severity_title(&incident.severity) {
        Some(title) => format!("{} ({title})", incident.severity),
        None if incident.severity.is_empty() => "not assessed".into(),
        None => incident.severity.clone(),
    };
    row(out, "Severity", &severity);
    row(out, "Status", &incident.status);
    for milestone in &MILESTONES {
        if let Some(at) = clock::milestone(incident, milestone) {
            let name = begun(&milestone.to_string());
            let _ = write!(out, "<dt>{name}</dt><dd>{}</dd>", instant(at));
        }
    }
    if let (Some(from), Some(to)) = (clock::start(incident), clock::end(incident, &subject.framework.classes)) {
        let seconds = i32::try_from(to.seconds_since(from).max(0)).unwrap_or(i32::MAX);
        let _ = write!(
            out,
            "<dt>Duration</dt><dd><time datetime=\"PT{seconds}S\">{}</time></dd>",
            span(f64::from(seconds))
        );
    }
    row(out, "Summary", incident.summary.as_deref().unwrap_or_default());
    for (name, value) in &incident.impact {
        row(out, &format!("Impact: {name}"), &text_of(value));
    }
    row(out, "Root cause", incident.cause.as_deref().unwrap_or_default());
    for held in live(&incident.roles).filter(|held| held.until.is_none()) {
        row(out, subject.framework.role_title(&held.role), &held.who);
    }
    out.push_str("</dl>\n");
    let links: Vec<_> = live(&incident.links).collect();
    if !links.is_empty() {
        out.push_str("<h2 id=\"links\">Links</h2><ul>");
        for link in links {
            let label = link
                .label
                .as_deref()
                .map(|label| format!("<bdi>{}</bdi>: ", html(label)))
                .unwrap_or_default();
            let target = html(&link.target);
            let shown = match address(&link.target) {
                Some(to) => format!(
                    "<a class=\"x\" rel=\"noopener noreferrer nofollow\" href=\"{}\">{target}</a>",
                    html(to)
                ),
                None => format!("<span class=\"x\">{target}</span>"),
            };
            let _ = write!(out, "<li>{label}{shown}</li>");
        }
        out.push_str("</ul>\n");
    }
}

/// Heading and list of each day, opened and closed.
struct Days<'o> {
    out: &'o mut String,
    day: Option<chrono::NaiveDate>,
}

impl Days<'_> {
    fn turn(&mut self, at: Time) {
        let day = at.date();
        if self.day == Some(day) {
            return;
        }
        self.end();
        let name = day.format("%A %-d %B %Y");
        let _ = writeln!(
            self.out,
            "<h3>{name} (UTC)</h3>\n<ol class=\"t\" aria-label=\"{name}\">"
        );
        self.day = Some(day);
    }

    fn end(&mut self) {
        if self.day.take().is_some() {
            self.out.push_str("</ol>\n");
        }
    }
}

fn timeline(out: &mut String, subject: &Subject<'_>) {
    let events = subject.events();
    out.push_str("<h2 id=\"timeline\">Timeline</h2>\n");
    if events.iter().any(|event| event.pinned) {
        out.push_str("<p class=\"f\"><input type=\"checkbox\" id=\"pins\"> <label for=\"pins\">only what is pinned</label></p>\n");
    }
    let mut days = Days { out, day: None };
    for (number, event) in events.iter().enumerate() {
        days.turn(event.at);
        entry(days.out, number, event);
    }
    days.end();
}

fn entry(out: &mut String, number: usize, event: &Event) {
    // Ids of a file may be anything, and an id of a page may not.
    let class = if event.pinned { " class=\"p m\"" } else { "" };
    let machine = event.at.chrono().format("%Y-%m-%dT%H:%M:%SZ");
    let shown = event.at.chrono().format("%H:%M:%S");
    let _ = write!(
        out,
        "<li id=\"e{number}\"{class}><time datetime=\"{machine}\">{shown}</time><span class=\"k\">{}</span><bdi>{}</bdi><span class=\"x\">",
        html(event.kind.as_str()),
        html(&event.by)
    );
    match &event.retracted {
        Some(why) => {
            let _ = write!(
                out,
                "<s class=\"r\">{}</s> <span class=\"k\">retracted: {}</span>",
                html(&event.text),
                html(why)
            );
        }
        None => out.push_str(&html(&event.text)),
    }
    if let Some(recorded) = event.recorded.filter(|recorded| recorded.seconds_since(event.at) >= 60) {
        let _ = write!(out, " <span class=\"k\">(written {})</span>", recorded.hm());
    }
    if !event.was.is_empty() {
        out.push_str(" <span class=\"k\">(corrected)</span>");
    }
    out.push_str("</span></li>\n");
}

fn updates(out: &mut String, subject: &Subject<'_>, title: &str) {
    let sent = subject.sent();
    let id = if title == "Timeline" { "timeline" } else { "updates" };
    if sent.is_empty() && id == "updates" {
        return;
    }
    let _ = writeln!(out, "<h2 id=\"{id}\">{title}</h2>");
    if sent.is_empty() {
        out.push_str("<p>Nothing was published yet.</p>\n");
    }
    let mut days = Days { out, day: None };
    for one in sent {
        days.turn(one.at);
        let machine = one.at.chrono().format("%Y-%m-%dT%H:%M:%SZ");
        let (audience, by) = match subject.audience {
            Audience::Internal => (one.audience.as_str(), one.by.as_str()),
            Audience::External => ("", ""),
        };
        let _ = writeln!(
            days.out,
            "<li><time datetime=\"{machine}\">{}</time><span>{}</span><bdi>{}{}{}</bdi><span class=\"x\">{}</span></li>",
            one.at.chrono().format("%H:%M:%S"),
            html(one.status.as_deref().unwrap_or_default()),
            html(audience),
            if by.is_empty() { "" } else { " · " },
            html(by),
            html(&subject.words(one))
        );
    }
    days.end();
}

fn actions(out: &mut String, subject: &Subject<'_>) {
    let items: Vec<_> = live(&subject.incident().actions).collect();
    if items.is_empty() {
        return;
    }
    out.push_str("<h2 id=\"actions\">Action items</h2><ul>");
    for item in items {
        let _ = write!(
            out,
            "<li><span class=\"x\">{}</span> <span class=\"k\">{}, <bdi>{}</bdi>, {}</span></li>",
            html(&item.text),
            html(item.state.as_str()),
            html(item.owner.as_deref().unwrap_or("no owner")),
            html(item.due.as_deref().unwrap_or("no date"))
        );
    }
    out.push_str("</ul>\n");
}

#[cfg(test)]
mod tests;
