//! `warroom update`

use clap::Args;
use serde_json::json;

use super::context::{Context, View};
use super::failure::Failure;
use super::input::{known_word, read_text};
use super::page::{moment, table};
use super::reply::Reply;
use crate::framework::template::Stage;
use crate::framework::{Remedy, TimerView, data};
use crate::incident::time::format_clock;
use crate::incident::{Change, Communication, Refusal, Time, live};
use crate::message::{self, Draft, Finding, Format, Rule, Wanted, outside_words, past_promise};
use crate::text;

/// Record an update that was sent to an audience, and restart its timer. Without an audience, list the audiences
#[derive(Args, Debug, Default)]
pub(super) struct Update {
    /// `list`: the audiences, their last update and what is due; `log`: every update that was sent, in full; or the audience that the
    /// options are about
    #[arg(value_name = "list|log|AUDIENCE")]
    what: Option<String>,

    /// To whom: internal, executives, external, support, as the framework has them
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,

    /// The words; `-` reads standard input; the framework's template, filled in, where there are none
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,

    /// The status that is given to them
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,

    /// When they may expect the end, from now
    #[arg(long, value_name = "DURATION")]
    eta: Option<String>,

    /// Why the update goes back to an earlier state
    #[arg(long, value_name = "TEXT", conflicts_with = "draft")]
    reason: Option<String>,

    /// Who approved the words, where the framework wants that for this audience
    #[arg(long, value_name = "NAME", conflicts_with = "draft")]
    approved_by: Option<String>,

    /// Only print the draft; nothing is logged. What is missing in it, and what customers should not read, is said beside it
    #[arg(long)]
    draft: bool,

    /// A certain template of the framework, by its id
    #[arg(long, value_name = "TEMPLATE", conflicts_with_all = ["message", "stage"])]
    template: Option<String>,

    /// What it is about, where that is not what the incident says: first, progress, holding (nothing new), mitigation, resolved,
    /// reopened, cancelled, duplicate
    #[arg(long, value_name = "STAGE", conflicts_with = "message")]
    stage: Option<String>,

    /// The one line for a text message or a chat topic instead of the whole text
    #[arg(long, requires = "draft")]
    short: bool,

    /// The form of the draft: plain, markdown, slack, mattermost, discord, teams, statuspage
    #[arg(long, value_name = "FORMAT", requires = "draft", conflicts_with = "short")]
    format: Option<String>,

    /// This corrects an update that was sent, by its id: the text names it, and what was sent stays as it is
    #[arg(long, value_name = "UPDATE")]
    correct: Option<String>,
}

impl Update {
    /// An update in the framework's words.
    pub(super) fn to(audience: &str, eta: Option<String>) -> Self {
        Self {
            audience: Some(audience.to_owned()),
            eta,
            ..Self::default()
        }
    }

    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let audience = match (self.what.as_deref(), self.audience.as_deref()) {
            (Some("list" | "log") | None, None) | (Some("list" | "log"), Some(_)) if self.is_about_one() => {
                return Err(to_whom(context));
            }
            (Some("log"), audience) => return sent(context, audience),
            (Some("list"), _) | (None, None) => return list(context),
            (Some(audience), None) if self.is_about_one() => audience,
            (Some(word), _) => return Err(which(word)),
            (None, Some(audience)) => audience,
        };
        let given = match &self.message {
            Some(message) if message == "-" => Some(read_text()?),
            other => other.clone(),
        };
        let draft = self.filled(context, audience, given)?;
        let found = self.findings(context, audience, &draft)?;
        if self.draft {
            return self.show(context, &draft, &found);
        }
        warn(context, &draft, &found);
        let status = match &self.status {
            Some(status) => Some(state(context, audience, status)?),
            None => None,
        };
        if draft.outside && !draft.gaps.is_empty() {
            return Err(unfilled(&draft));
        }
        let mut reply = context.change(Change::SendUpdate {
            audience: audience.to_owned(),
            text: draft.text.clone(),
            status,
            eta: context.maybe_span(self.eta.as_deref())?,
            reason: self.reason.clone(),
            approved_by: self.approved_by.clone(),
        })?;
        if let Some(fields) = reply.json.as_object_mut() {
            fields.insert("findings".into(), json!(found));
            fields.insert("gaps".into(), json!(draft.gaps));
        }
        Ok(reply)
    }

    /// Whether something is said that only an update to someone has.
    fn is_about_one(&self) -> bool {
        let texts = [
            &self.message,
            &self.status,
            &self.eta,
            &self.reason,
            &self.approved_by,
            &self.template,
            &self.stage,
            &self.correct,
        ];
        self.draft || texts.into_iter().any(Option::is_some)
    }

    /// The message: the words that were given, or the framework's, with what the incident knows.
    fn filled(&self, context: &Context, audience: &str, given: Option<String>) -> Result<Draft, Failure> {
        let view = context.view()?;
        let now = context.now();
        let framework = &view.framework;
        let audience = framework.audience(audience)?;
        let corrects = self.correct.as_deref().map(|id| corrected(&view, id)).transpose()?;
        if let Some(text) = given {
            let text = match corrects {
                Some(at) => format!("Correction of our update of {} UTC: {text}", at.hm()),
                None => text,
            };
            return Ok(Draft {
                template: String::new(),
                stage: Stage::Progress,
                subject: None,
                short: None,
                text,
                gaps: Vec::new(),
                outside: framework.is_outside(&audience.id),
            });
        }
        if let Some(wanted) = &self.template
            && !framework.templates.iter().any(|known| known.id == *wanted)
        {
            let known = framework.templates.iter().map(|known| known.id.clone()).collect();
            let said = format!("{} has no template `{wanted}`", framework.name);
            return Err(Failure::not_found(said, known));
        }
        let stage = match &self.stage {
            Some(word) => Stage::parse(known_word("stage", word, Stage::KNOWN)?),
            None => None,
        };
        let wanted = Wanted {
            audience: &audience.id,
            template: self.template.as_deref(),
            stage,
            status: self.status.as_deref(),
            eta: context.maybe_span(self.eta.as_deref())?,
            corrects,
        };
        let filled = message::draft(framework, &view.incident, &view.derived(now), wanted, now);
        filled.ok_or_else(|| {
            Failure::usage(format!(
                "{} has no template for {} that fits; give the text with --message TEXT",
                framework.name, audience.id
            ))
        })
    }

    /// What the words carry that an audience outside should not read.
    fn findings(&self, context: &Context, audience: &str, draft: &Draft) -> Result<Vec<Finding>, Failure> {
        let view = context.view()?;
        if !draft.outside {
            let past = past_promise(&view.framework, &draft.text, context.now());
            return Ok(past.into_iter().collect());
        }
        let audience = &view.framework.audience(audience)?.id;
        let status = self.status.as_deref();
        let mut found = Vec::new();
        let subject = draft.subject.iter().chain(&draft.short);
        for text in subject.chain([&draft.text]) {
            for finding in outside_words(&view.framework, &view.incident, audience, text, status, context.now()) {
                // A step back with its reason is meant, and one without is refused.
                let meant = finding.rule == Rule::Back && !self.draft;
                if !meant && !found.contains(&finding) {
                    found.push(finding);
                }
            }
        }
        Ok(found)
    }

    /// The draft as it is printed; what is missing and what should not be read outside go to standard error.
    fn show(&self, context: &Context, draft: &Draft, found: &[Finding]) -> Result<Reply, Failure> {
        let mut json = json!({
            "audience": self.audience, "template": draft.template, "stage": draft.stage.as_str(), "subject": draft.subject,
            "short": draft.short, "text": draft.text, "gaps": draft.gaps, "findings": found,
        });
        let out = if self.short {
            let short = draft
                .short
                .clone()
                .ok_or_else(|| Failure::usage(format!("the template `{}` has no short form", draft.template)))?;
            let length = short.chars().count();
            if length > message::SHORT {
                eprintln!(
                    "warroom: {length} characters, and a text message takes {}; nothing was cut",
                    message::SHORT
                );
            }
            short
        } else if let Some(word) = &self.format {
            let format = Format::parse(known_word("format", word, Format::KNOWN)?).unwrap_or(Format::Plain);
            let status = self.status.clone().unwrap_or_else(|| "investigating".into());
            let formatted = format.render(draft, &status);
            if let Some(too_long) = &formatted.too_long {
                eprintln!("warroom: too long: {too_long}; nothing was cut");
            }
            if let Some(fields) = json.as_object_mut() {
                fields.insert("formatted".into(), json!(formatted.text));
                fields.insert("too_long".into(), json!(formatted.too_long));
            }
            formatted.text
        } else {
            match &draft.subject {
                Some(subject) => format!("Subject: {subject}\n\n{}", draft.text),
                None => draft.text.clone(),
            }
        };
        warn(context, draft, found);
        Ok(Reply::new(text::lines(&out).into_owned() + "\n", json))
    }
}

/// Says what the record does not know yet, with what writes it down, and what customers should not read. Programs have both in the
/// document.
fn warn(context: &Context, draft: &Draft, found: &[Finding]) {
    if context.options.json {
        return;
    }
    for gap in &draft.gaps {
        eprintln!("warroom: missing: {} (warroom {})", gap.what, gap.fill);
    }
    for finding in found {
        eprintln!("warroom: {finding}");
    }
}

fn unfilled(draft: &Draft) -> Failure {
    let missing = draft
        .gaps
        .iter()
        .map(|gap| format!("{} (warroom {})", gap.what, gap.fill))
        .collect();
    Failure::from(Refusal::Rules {
        said: "not sent: an update to an audience outside goes out without gaps; fill them, or give the words with --message"
            .into(),
        missing,
    })
}

/// When the update was sent that is corrected.
fn corrected(view: &View, id: &str) -> Result<Time, Failure> {
    let found = crate::incident::ids::find_by_prefix::<Communication>(&view.incident, id)?;
    Ok(found.at)
}

/// Every update that was sent, in full, with when, by whom, to whom.
pub(super) fn sent(context: &Context, audience: Option<&str>) -> Result<Reply, Failure> {
    let view = context.view()?;
    let only = match audience {
        Some(word) => Some(view.framework.audience(word)?.id.clone()),
        None => None,
    };
    let mut all: Vec<&Communication> = live(&view.incident.communications)
        .filter(|sent| only.as_ref().is_none_or(|only| sent.audience == *only))
        .collect();
    all.sort_by_key(|sent| sent.at);
    let mut out = String::new();
    let promises = view.framework.promises(&view.incident);
    for one in &all {
        let status = one
            .status
            .as_ref()
            .map(|status| format!(", {status}"))
            .unwrap_or_default();
        let approved = one
            .approved_by
            .as_ref()
            .map(|who| format!(", approved by {who}"))
            .unwrap_or_default();
        let head = format!(
            "{} {} by {}{approved}{status}  {}",
            moment(one.at, context.now()),
            view.framework
                .audience(&one.audience)
                .map_or(one.audience.as_str(), |known| &known.title),
            one.by,
            one.id
        );
        out.push_str(&text::one_line(&head));
        out.push('\n');
        for line in text::lines(&one.text).lines() {
            out.push_str("  ");
            out.push_str(line);
            out.push('\n');
        }
        if let Some(promise) = promises.iter().find(|promise| promise.update == one.id) {
            let came = match promise.kept(context.now()) {
                Some(true) => "kept",
                Some(false) => "not kept",
                None => "still to be kept",
            };
            out.push_str(&format!(
                "  (promised the next by {}: {came})\n",
                moment(promise.due, context.now())
            ));
        }
    }
    if all.is_empty() {
        out.push_str("no update was sent yet\n");
    }
    let promises: Vec<_> = promises
        .into_iter()
        .map(|promise| {
            json!({"update": promise.update, "audience": promise.audience, "due": promise.due, "next": promise.next,
                "kept": promise.kept(context.now())})
        })
        .collect();
    Ok(Reply::new(
        out,
        json!({"incident": view.id, "communications": all, "promises": promises}),
    ))
}

/// The state that a word means to an audience: one of its own, or one of the framework's statuses.
fn state(context: &Context, audience: &str, word: &str) -> Result<String, Failure> {
    let view = context.view()?;
    let audience = view.framework.audience(audience)?;
    let own = audience
        .states
        .iter()
        .find(|state| state.eq_ignore_ascii_case(word.trim()));
    match (own, view.framework.status_id(word)) {
        (Some(own), _) => Ok(own.clone()),
        (None, Ok(_)) => Ok(word.trim().to_owned()),
        (None, Err(refusal)) if audience.states.is_empty() => Err(refusal.into()),
        (None, Err(_)) => Err(Failure::not_found(
            format!("updates to {} have no status `{}`", audience.title, word.trim()),
            audience.states.clone(),
        )),
    }
}

/// The audiences: what this severity owes them, when they were told last, and what states they are told.
fn list(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let derived = view.derived(context.now());
    let rows: Vec<_> = view
        .framework
        .audiences
        .iter()
        .map(|audience| {
            vec![
                audience.id.clone(),
                audience.title.clone(),
                told(&view, audience).map_or_else(
                    || "no update yet".to_owned(),
                    |at| format!("last update {}", moment(at, context.now())),
                ),
                owed(&view, audience, &derived),
                audience.states.join(", "),
            ]
        })
        .collect();
    let audiences = view.framework.audiences.iter().map(|audience| {
        let mut one = serde_json::to_value(audience).unwrap_or_default();
        if let Some(fields) = one.as_object_mut() {
            let timer = due(audience, &derived);
            fields.insert("told".into(), json!(told(&view, audience)));
            fields.insert("due".into(), json!(timer.and_then(|timer| timer.due)));
            fields.insert(
                "overdue".into(),
                json!(timer.is_some_and(|timer| timer.remaining_s < 0)),
            );
        }
        one
    });
    let audiences: Vec<_> = audiences.collect();
    let json = json!({"incident": view.id, "audiences": audiences});
    Ok(Reply::new(table(&rows), json))
}

/// When an audience was told last.
fn told(view: &View, audience: &data::Audience) -> Option<Time> {
    let told = live(&view.incident.communications).filter(|told| told.audience == audience.id);
    told.map(|told| told.at).max()
}

/// The countdown to its next update.
fn due<'a>(audience: &data::Audience, derived: &'a crate::framework::Derived) -> Option<&'a TimerView> {
    let mut timers = derived.timers.iter();
    timers.find(|timer| {
        timer.derived && matches!(&timer.remedy, Some(Remedy::Update { audience: told, .. }) if told.id == audience.id)
    })
}

/// When an audience is due next, or what the severity says of it.
fn owed(view: &View, audience: &data::Audience, derived: &crate::framework::Derived) -> String {
    match due(audience, derived) {
        Some(timer) if timer.remaining_s < 0 => format!("overdue by {}", format_clock(timer.remaining_s)),
        Some(timer) => format!("next in {}", format_clock(timer.remaining_s)),
        None => data::at(&audience.facts, &view.incident.severity)
            .cloned()
            .unwrap_or_default(),
    }
}

/// What a word alone leaves open: it is no audience that something is told yet.
fn which(word: &str) -> Failure {
    let word = text::one_line(word);
    Failure::usage(format!(
        "`{word}` is neither list nor log; of an audience, `warroom update --audience {word} --draft` shows the draft, and without \
         --draft it is logged as sent"
    ))
}

/// An update that is to no one, with those there are.
fn to_whom(context: &Context) -> Failure {
    let mut failure = Failure::usage("say to whom: --audience AUDIENCE, and neither list nor log beside it");
    if let Ok(view) = context.view() {
        let audiences = view.framework.audiences.iter();
        failure.more.missing = audiences
            .map(|one| format!("--audience {}  {}", one.id, one.title))
            .collect();
    }
    failure
}
