//! What a hook sends for an event: the event as JSON, or one text in the form of a chat or a status page.

use serde_json::{Value, json};

use super::event::{Named, named};
use super::model::{Firing, Hook, Run};
use crate::framework::Framework;
use crate::framework::template::Stage;
use crate::incident::{Communication, Event, Incident, Inquiry, Time, live, people};
use crate::message::{Draft, Format};

/// The most characters of an event's text that go out; receivers take small messages.
const TEXT: usize = 8_000;

/// Columns of an incident's name on a page.
const NAME: usize = 100;

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The same for every console that sends this event by a hook of this name: receivers know doubles by it.
    pub id: String,
    /// What happened.
    pub named: Named,
    /// The bytes.
    pub body: String,
}

/// What a hook sends for an event; `None` where it does not fire. Of a drill, and of what is written down afterwards, nothing goes out.
pub fn payload(hook: &Hook, framework: &Framework, incident: &Incident, event: &Event) -> Option<Payload> {
    if incident.drill || incident.backfilled || event.retracted.is_some() {
        return None;
    }
    let named = named(event)?;
    let about = About::of(incident, event, named);
    let firing = Firing {
        named,
        audience: about.update.map(|sent| sent.audience.as_str()),
        to: about.request.map(|request| request.to.as_str()),
        severity: &incident.severity,
    };
    let meant = hook
        .only
        .as_ref()
        .is_none_or(|role| holds(framework, incident, role, &event.by));
    if !hook.fires(firing) || !meant {
        return None;
    }
    Some(Payload {
        id: format!("msg_{}_{}", event.id, hook.name),
        named,
        body: body(hook, framework, incident, event, &about),
    })
}

/// What a hook sends for an event, in its form.
fn body(hook: &Hook, framework: &Framework, incident: &Incident, event: &Event, about: &About<'_>) -> String {
    let format = match &hook.run {
        Run::Webhook(way) => way.format,
        Run::Command(_) => None,
    };
    match format {
        Some(format) => chat(format, framework, incident, event, about),
        None => event_json(hook, incident, event, about).to_string(),
    }
}

/// Whether a person holds a role now.
fn holds(framework: &Framework, incident: &Incident, role: &str, who: &str) -> bool {
    let role = framework.role_id(role).unwrap_or_else(|_| role.to_owned());
    let mut held = live(&incident.roles).filter(|held| held.role == role && held.until.is_none());
    held.any(|held| people::same(&held.who, who))
}

/// A timer that is overdue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// `update.internal`, or a custom timer's id.
    pub timer: String,
    /// What people read.
    pub label: String,
    /// When it became overdue.
    pub since: Time,
}

/// What a hook sends of a timer that is overdue, from the console of `who`; `None` where it does not fire, or another's console says it:
/// of the one who holds the role that the hook names, else of whoever is in command. Where no one holds it, every console does.
pub fn overdue(hook: &Hook, framework: &Framework, incident: &Incident, timer: &Overdue, who: &str) -> Option<Payload> {
    let firing = Firing {
        named: Named::Overdue,
        audience: None,
        to: None,
        severity: &incident.severity,
    };
    if incident.drill || incident.backfilled || !hook.fires(firing) {
        return None;
    }
    let role = hook.only.as_deref().unwrap_or(framework.commander());
    let role = framework.role_id(role).unwrap_or_else(|_| role.to_owned());
    let held = live(&incident.roles).any(|held| held.role == role && held.until.is_none());
    if held && !holds(framework, incident, &role, who) {
        return None;
    }
    let event = Event {
        at: timer.since,
        by: who.to_owned(),
        text: format!("Overdue since {} UTC: {}", timer.since.hm(), timer.label),
        ..Event::default()
    };
    let about = About {
        overdue: Some(timer),
        ..About::of(incident, &event, Named::Overdue)
    };
    let name: String = timer
        .timer
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(40)
        .collect();
    Some(Payload {
        id: format!("msg_{}_{name}_{}_{}", incident.uid, timer.since.millis(), hook.name),
        named: Named::Overdue,
        body: body(hook, framework, incident, &event, &about),
    })
}

/// An incident and its event as a test sends them: the newest event of this kind that there is, else one that is made up and says so.
pub fn sample(hook: &Hook, framework: &Framework, incident: &Incident, wanted: Named, now: Time) -> Payload {
    let event = Event {
        id: "etest000".into(),
        at: now,
        by: "warroom".into(),
        text: "This is a test of a hook; nothing has happened.".into(),
        ..Event::default()
    };
    let timer = Overdue {
        timer: "test".into(),
        label: event.text.clone(),
        since: now,
    };
    let mut about = About::of(incident, &event, wanted);
    about.test = true;
    about.overdue = (wanted == Named::Overdue).then_some(&timer);
    Payload {
        id: format!("msg_test_{}_{}", now.millis(), hook.name),
        named: wanted,
        body: body(hook, framework, incident, &event, &about),
    }
}

/// What an event is about.
struct About<'a> {
    update: Option<&'a Communication>,
    request: Option<&'a Inquiry>,
    overdue: Option<&'a Overdue>,
    named: Named,
    test: bool,
}

impl<'a> About<'a> {
    fn of(incident: &'a Incident, event: &Event, named: Named) -> Self {
        let nonce = event.id.strip_prefix('e').unwrap_or_default();
        let made = format!("u{nonce}");
        let asked = event
            .subject
            .as_deref()
            .and_then(|subject| subject.strip_suffix(".state"));
        Self {
            update: (named == Named::Update)
                .then(|| live(&incident.communications).find(|sent| sent.id == made))
                .flatten(),
            request: asked.and_then(|id| live(&incident.inquiries).find(|one| one.id == id)),
            overdue: None,
            named,
            test: false,
        }
    }
}

fn event_json(hook: &Hook, incident: &Incident, event: &Event, about: &About<'_>) -> Value {
    let named = about.named;
    let (text, cut) = within(&event.text);
    let mut data = json!({
        "incident": incident.id, "title": incident.title, "severity": incident.severity, "status": incident.status,
        "framework": incident.framework, "event": event.id, "kind": event.kind, "at": event.at, "by": event.by,
        "text": text,
    });
    let mut put = |key: &str, value: Value| {
        if let Some(fields) = data.as_object_mut() {
            fields.insert(key.to_owned(), value);
        }
    };
    if cut {
        put("cut", json!(true));
    }
    for (key, value) in [("from", &event.from), ("to", &event.to), ("ref", &event.subject)] {
        if let Some(value) = value {
            put(key, json!(value));
        }
    }
    if let Some(sent) = about.update {
        let (text, _) = within(&sent.text);
        put(
            "update",
            json!({"audience": sent.audience, "status": sent.status, "text": text, "eta": sent.eta}),
        );
    }
    if let Some(request) = about.request {
        let hypothesis = request.hypothesis.as_deref();
        let statement = live(&incident.hypotheses).find(|one| Some(one.id.as_str()) == hypothesis);
        put(
            "request",
            json!({"id": request.id, "to": request.to, "text": request.text, "situation": request.situation, "due": request.due,
                "by": request.by, "hypothesis": statement.map(|one| json!({"id": one.id, "statement": one.statement}))}),
        );
    }
    if let Some(timer) = about.overdue {
        // No event of the timeline stands behind it.
        put("event", Value::Null);
        put(
            "timer",
            json!({"id": timer.timer, "label": timer.label, "overdue_since": timer.since}),
        );
    }
    if about.test {
        put("test", json!(true));
    }
    let mut whole = json!({"type": named.as_str(), "timestamp": event.recorded.unwrap_or(event.at), "data": data});
    // A program that answers works with all of it.
    if hook.answers.is_some()
        && named == Named::Requested
        && let Some(fields) = whole.as_object_mut()
    {
        fields.insert("incident".into(), json!(incident));
    }
    whole
}

fn within(text: &str) -> (String, bool) {
    match text.char_indices().nth(TEXT) {
        Some((at, _)) => (format!("{}…", &text[..at]), true),
        None => (text.to_owned(), false),
    }
}

/// A line for a room, or the words of an update as they were sent; cut to what the target takes, and then it says so.
fn chat(format: Format, framework: &Framework, incident: &Incident, event: &Event, about: &About<'_>) -> String {
    let head = format!("{} {}: {}", incident.id, incident.severity, incident.title);
    let text = match about.update {
        Some(sent) => {
            let audience = framework.audience(&sent.audience);
            if audience.is_ok_and(|known| framework.is_outside(&known.id)) {
                // Words for the outside go out as they were sent: ids and severities are not for them.
                sent.text.clone()
            } else {
                format!("{head}\n{}", sent.text)
            }
        }
        None => format!("{head}\n{} ({})", event.text, event.by),
    };
    let status = about
        .update
        .and_then(|sent| sent.status.as_deref())
        .unwrap_or("investigating");
    let draft = |text: String| Draft {
        template: String::new(),
        stage: Stage::Progress,
        subject: None,
        short: Some(name_of(&text)),
        text,
        gaps: Vec::new(),
        outside: false,
    };
    let whole = format.render(&draft(text.clone()), status);
    if whole.too_long.is_none() {
        return whole.text;
    }
    let mut keep = text.chars().count();
    loop {
        keep = keep * 9 / 10;
        let start: String = text.chars().take(keep).collect();
        let cut = format.render(&draft(format!("{start}…\n(cut: too long for this chat)")), status);
        if cut.too_long.is_none() || keep < 100 {
            return cut.text;
        }
    }
}

/// What an incident is called on a page: the first words that were sent there, never its own title, which is for the team.
fn name_of(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .trim();
    let end = line.find(". ").map_or(line.len(), |at| at);
    let first = line[..end].trim_end_matches('.');
    crate::text::fit(first, NAME, "…").into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;
    use crate::incident::EventKind;

    fn hook(line: &str) -> Hook {
        let (mut hooks, slips) = parse(&format!("hooks:\n- {{{line}}}\n"));
        assert_eq!(slips, []);
        hooks.remove(0)
    }

    fn incident() -> Incident {
        Incident {
            id: "INC-2026-0042".into(),
            title: "Checkout <down> & out".into(),
            severity: "P0".into(),
            status: "investigating".into(),
            framework: "war-room".into(),
            ..Incident::default()
        }
    }

    fn severity() -> Event {
        Event {
            id: "e7k3m9qx".into(),
            kind: EventKind::Severity,
            by: "sam".into(),
            text: "severity P1 → P0".into(),
            from: Some("P1".into()),
            to: Some("P0".into()),
            ..Event::default()
        }
    }

    #[test]
    fn an_event_is_its_type_its_time_and_what_it_is_about() {
        let framework = Framework::builtin("war-room").unwrap();
        let sent = payload(
            &hook("name: pager, on: 'incident.*', url: 'https://x.example'"),
            &framework,
            &incident(),
            &severity(),
        );
        let sent = sent.unwrap();
        assert_eq!((sent.id.as_str(), sent.named), ("msg_e7k3m9qx_pager", Named::Severity));
        let body: Value = serde_json::from_str(&sent.body).unwrap();
        assert_eq!(body["type"], "incident.severity_changed");
        assert_eq!(
            (&body["data"]["from"], &body["data"]["to"]),
            (&json!("P1"), &json!("P0"))
        );
        assert_eq!(body["data"]["incident"], "INC-2026-0042");
    }

    #[test]
    fn of_a_drill_and_of_a_backfill_nothing_goes_out() {
        let framework = Framework::builtin("war-room").unwrap();
        let hook = hook("name: pager, on: '*', url: 'https://x.example'");
        let drill = Incident {
            drill: true,
            ..incident()
        };
        let before = Incident {
            backfilled: true,
            ..incident()
        };
        assert_eq!(payload(&hook, &framework, &drill, &severity()), None);
        assert_eq!(payload(&hook, &framework, &before, &severity()), None);
        assert!(payload(&hook, &framework, &incident(), &severity()).is_some());
    }

    #[test]
    fn a_timer_that_is_overdue_is_said_by_one_console_with_one_id() {
        let framework = Framework::builtin("war-room").unwrap();
        let late = hook("name: late, on: timer.overdue, url: 'https://x.example'");
        let timer = Overdue {
            timer: "update.internal".into(),
            label: "war-room update".into(),
            since: Time::parse_rfc3339("2026-11-20T14:30:00Z").unwrap(),
        };
        let mut incident = incident();
        incident.uid = "7q3k9xw2".into();
        let of = |incident: &Incident, who: &str| overdue(&late, &framework, incident, &timer, who);
        // No one is in command: every console says it, by one id.
        let (sam, kim) = (of(&incident, "sam").unwrap(), of(&incident, "kim").unwrap());
        assert_eq!(sam.id, kim.id);
        assert_eq!(sam.id, "msg_7q3k9xw2_update-internal_1795185000000_late");
        let body: Value = serde_json::from_str(&sam.body).unwrap();
        assert_eq!(body["type"], "timer.overdue");
        assert_eq!(body["data"]["timer"]["label"], "war-room update");
        assert_eq!(body["data"]["text"], "Overdue since 14:30 UTC: war-room update");
        incident.roles.push(std::sync::Arc::new(crate::incident::Role {
            role: framework.commander().to_owned(),
            who: "kim".into(),
            ..crate::incident::Role::default()
        }));
        assert!(of(&incident, "kim").is_some() && of(&incident, "sam").is_none());
        incident.drill = true;
        assert_eq!(of(&incident, "kim"), None);
    }

    #[test]
    fn a_chat_gets_one_text_within_its_limit_and_a_customer_no_ids() {
        let framework = Framework::builtin("war-room").unwrap();
        let room = hook("name: room, on: '*', format: discord, url: 'https://x.example'");
        let mut long = severity();
        long.text = "é".repeat(9_000);
        let body: Value = serde_json::from_str(&payload(&room, &framework, &incident(), &long).unwrap().body).unwrap();
        let text = body["content"].as_str().unwrap();
        assert!(
            text.chars().count() <= 2_000 && text.ends_with("(cut: too long for this chat)"),
            "{}",
            text.len()
        );
        let page =
            hook("name: page, on: update.sent, audience: external, format: statuspage, url: 'https://x.example'");
        let told = Event {
            id: "etold000".into(),
            kind: EventKind::Comms,
            subject: Some("communications.external".into()),
            ..Event::default()
        };
        let mut incident = incident();
        incident.communications.push(std::sync::Arc::new(Communication {
            id: "utold000".into(),
            audience: "external".into(),
            text: "Checkout is slow.".into(),
            status: Some("identified".into()),
            ..Communication::default()
        }));
        let body: Value = serde_json::from_str(&payload(&page, &framework, &incident, &told).unwrap().body).unwrap();
        assert_eq!(body["incident"]["body"], "Checkout is slow.");
        assert_eq!(body["incident"]["status"], "identified");
        assert_eq!(body["incident"]["name"], "Checkout is slow", "not the team's own title");
        assert_eq!(payload(&page, &framework, &incident, &severity()), None);
    }
}
