//! One HTML page without script: its policy allows its own style, named by its hash, and nothing else. Every text of the incident is escaped and
//! isolated; headings go down without a gap; the timeline is an ordered list a day.

use std::fmt::Write as _;

use super::{Audience, Subject, text_of};
use crate::escape::{address, html};
use crate::incident::{Event, MILESTONES, Time, clock, live};
use crate::report::page::span;

/// The style, and the hash by which the policy allows it: SHA-256 of exactly these bytes.
const STYLE: &str = include_str!("../../assets/export/page.css");
const STYLE_HASH: &str = "VJqyOftc7CgrGR9X/nKk6hsRq+52BusdKS2QLHrQ0sM=";

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
    let id = html(&subject.case.id);
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
    let _ = write!(out, "<title>{id} {title}</title><style>{STYLE}</style></head>\n<body>");
    out.push_str("<a class=\"skip\" href=\"#timeline\">To the timeline</a>\n<header><p class=\"k\">");
    let drill = if subject.incident().drill { "EXERCISE · " } else { "" };
    let _ = writeln!(
        out,
        "{drill}<bdi>{id}</bdi> · as of {}</p><h1 class=\"x\">{title}</h1></header>\n<main>",
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
            let _ = write!(out, "<dt>{milestone}</dt><dd>{}</dd>", instant(at));
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
        let title = subject.framework.roles.iter().find(|role| role.id == held.role);
        row(
            out,
            title.map_or(held.role.as_str(), |role| role.title.as_str()),
            &held.who,
        );
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
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::framework::Framework;
    use crate::incident::{Communication, Incident, Link};
    use crate::recall::Case;

    fn at(second: i64) -> Time {
        Time::from_millis(1_795_183_390_000 + second * 1000)
    }

    /// An incident in which every text is one of these.
    fn full_of(texts: &[String]) -> Incident {
        let mut incident = Incident {
            id: "INC-2026-0001".into(),
            title: texts[0].clone(),
            ..Incident::default()
        };
        for (number, text) in texts.iter().enumerate() {
            let second = i64::try_from(number).unwrap() * 3600;
            incident.timeline.push(Arc::new(Event {
                id: text.clone(),
                at: at(second),
                by: text.clone(),
                text: text.clone(),
                pinned: number % 3 == 0,
                retracted: (number % 5 == 0).then(|| text.clone().into()),
                ..Event::default()
            }));
            incident.links.push(Arc::new(Link {
                target: text.clone(),
                label: Some(text.clone()),
                ..Link::default()
            }));
            incident.impact.insert(format!("k{number}{text}"), text.clone().into());
            incident.communications.push(Arc::new(Communication {
                audience: "external".into(),
                text: text.clone(),
                status: Some(text.clone()),
                by: text.clone(),
                at: at(second),
                ..Communication::default()
            }));
        }
        incident
    }

    fn made(incident: Incident, audience: Audience) -> String {
        let framework = Framework::builtin("ops").unwrap();
        let case = Case {
            id: incident.id.clone(),
            incident: Arc::new(incident),
            framework: None,
        };
        let subject = Subject {
            case: &case,
            framework: &framework,
            audience,
        };
        page(&subject, &Options::default())
    }

    /// Tags of a page, with what stands in them; and the text between them.
    fn taken_apart(page: &str) -> (Vec<String>, String) {
        let (mut tags, mut text, mut rest) = (Vec::new(), String::new(), page);
        while let Some(from) = rest.find('<') {
            text += &rest[..from];
            let to = rest[from..].find('>').map(|to| from + to).unwrap();
            let tag = &rest[from + 1..to];
            rest = &rest[to + 1..];
            if tag == "style" {
                rest = &rest[rest.find("</style>").unwrap()..];
            }
            tags.push(tag.to_owned());
        }
        (tags, text + rest)
    }

    #[test]
    fn sixty_six_hostile_texts_stay_text() {
        let texts = crate::escape::tests::hostile();
        let known = [
            "!doctype", "html", "head", "meta", "title", "style", "body", "a", "header", "p", "time", "h1", "main",
            "h2", "h3", "dl", "dt", "dd", "ol", "ul", "li", "span", "bdi", "s", "input", "label", "code",
        ];
        for audience in [Audience::Internal, Audience::External] {
            let page = made(full_of(&texts), audience);
            let (tags, _) = taken_apart(&page);
            let mut open: Vec<&str> = Vec::new();
            for tag in &tags {
                let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
                assert!(known.contains(&name), "{tag}");
                assert!(!tag.contains(" on"), "{tag}");
                if let Some(href) = tag.split("href=\"").nth(1) {
                    assert!(
                        href.starts_with('#') || href.starts_with("http") || href.starts_with("mailto:"),
                        "{tag}"
                    );
                }
                assert!(!tag.contains("src="), "{tag}");
                match tag.strip_prefix('/') {
                    Some(name) => assert_eq!(open.pop(), Some(name)),
                    None if matches!(name, "!doctype" | "meta" | "input") => {}
                    None => open.push(name),
                }
            }
            assert!(open.is_empty(), "{open:?}");
            assert!(page.chars().all(|c| c == '\n' || crate::text::harmless(c)));
            assert_eq!(tags.iter().filter(|tag| *tag == "main").count(), 1);
        }
    }

    #[test]
    fn headings_go_down_without_a_gap_and_days_are_lists() {
        let page = made(full_of(&vec!["x".to_owned(); 40]), Audience::Internal);
        let (tags, _) = taken_apart(&page);
        let mut level = 0;
        for tag in &tags {
            let Some(next) = tag.strip_prefix('h').and_then(|rest| rest.chars().next()?.to_digit(10)) else {
                continue;
            };
            assert!(next <= level + 1, "{tag}");
            level = next;
        }
        let days = tags.iter().filter(|tag| tag.starts_with("ol ")).count();
        assert_eq!(days, 3 * 2, "three days of events and of updates");
        assert_eq!(tags.iter().filter(|tag| *tag == "/ol").count(), days);
        assert!(page.contains("<a class=\"skip\" href=\"#timeline\">"));
    }

    #[test]
    fn people_outside_read_only_what_was_sent_to_them() {
        let mut incident = full_of(&["secret".to_owned()]);
        incident.communications.clear();
        incident.cause = Some("secret".into());
        incident.communications.push(Arc::new(Communication {
            audience: "external".into(),
            text: "We are back, says kim".into(),
            status: Some("resolved".into()),
            by: "kim".into(),
            at: at(0),
            ..Communication::default()
        }));
        incident.timeline.push(Arc::new(Event {
            by: "kim".into(),
            at: at(1),
            ..Event::default()
        }));
        let page = made(incident, Audience::External);
        assert!(!page.contains("secret") && !page.contains("kim"), "{page}");
        assert!(page.contains("We are back, says an engineer"), "{page}");
    }

    #[test]
    fn the_same_file_gives_the_same_bytes_and_they_are_few() {
        let many = |count: i64| {
            let mut incident = full_of(&["Checkout failing".to_owned()]);
            incident.timeline = (0..count)
                .map(|number| {
                    Arc::new(Event {
                        id: format!("e{number:07}"),
                        at: at(number * 7),
                        by: "kim".into(),
                        text: format!("Observation number {number} of the night, in a sentence of an ordinary length for a timeline."),
                        ..Event::default()
                    })
                })
                .collect();
            made(incident, Audience::Internal)
        };
        assert_eq!(many(300), many(300));
        assert!(many(300).len() < 150_000, "{}", many(300).len());
        assert!(many(10_000).len() < 4_000_000);
    }

    #[test]
    fn the_policy_names_the_style_by_its_hash() {
        assert_eq!(base64(&sha256(STYLE.as_bytes())), STYLE_HASH);
        let page = made(Incident::default(), Audience::Internal);
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        assert_eq!(style, STYLE);
        assert!(page.contains(&format!("style-src 'sha256-{STYLE_HASH}'")));
        assert!(!page.contains("style=\"") && !page.contains("http-equiv=\"refresh\""));
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for three in bytes.chunks(3) {
            let number = (0..3).fold(0u32, |sum, at| {
                sum << 8 | u32::from(three.get(at).copied().unwrap_or(0))
            });
            for digit in 0..4 {
                let known = digit <= three.len();
                out.push(if known {
                    DIGITS[(number >> (18 - 6 * digit) & 63) as usize] as char
                } else {
                    '='
                });
            }
        }
        out
    }

    /// SHA-256 (FIPS 180-4), for the one place that has to agree with what browsers compute.
    fn sha256(bytes: &[u8]) -> [u8; 32] {
        let primes = (2u64..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
        // The first 32 bits of the fractional part of a root, found by bisection in whole numbers.
        let root = |n: u64, power: u32| -> u32 {
            let (mut low, mut high) = (0u128, 1u128 << 40);
            let wanted = u128::from(n) << (32 * power);
            while low + 1 < high {
                let middle = low + (high - low) / 2;
                if middle.pow(power) <= wanted {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            (low & 0xffff_ffff) as u32
        };
        let primes: Vec<u64> = primes.take(64).collect();
        let rounds: Vec<u32> = primes.iter().map(|n| root(*n, 3)).collect();
        let mut state: Vec<u32> = primes[..8].iter().map(|n| root(*n, 2)).collect();
        let mut padded = bytes.to_vec();
        padded.push(0x80);
        while padded.len() % 64 != 56 {
            padded.push(0);
        }
        padded.extend((bytes.len() as u64 * 8).to_be_bytes());
        for block in padded.chunks(64) {
            let mut w: Vec<u32> = block
                .chunks(4)
                .map(|four| u32::from_be_bytes(four.try_into().unwrap()))
                .collect();
            for t in 16..64 {
                let (a, b) = (w[t - 15], w[t - 2]);
                let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
                let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
                w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
            }
            let mut v = state.clone();
            for t in 0..64 {
                let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
                let choice = v[4] & v[5] ^ !v[4] & v[6];
                let one = v[7]
                    .wrapping_add(s1)
                    .wrapping_add(choice)
                    .wrapping_add(rounds[t])
                    .wrapping_add(w[t]);
                let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
                let two = s0.wrapping_add(v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]);
                v.rotate_right(1);
                v[4] = v[4].wrapping_add(one);
                v[0] = one.wrapping_add(two);
            }
            for (sum, of) in state.iter_mut().zip(v) {
                *sum = sum.wrapping_add(of);
            }
        }
        let bytes: Vec<u8> = state.iter().flat_map(|word| word.to_be_bytes()).collect();
        bytes.try_into().unwrap()
    }
}
