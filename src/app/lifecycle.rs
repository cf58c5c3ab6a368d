//! Status, severity, resolution, the incident's own fields, milestones, links.

use serde_json::Value;

use super::action::Action;
use super::form::{Choice, Form, choice};
use super::message::Effect;
use super::typed::typed_time;
use super::words::short;
use super::{Model, Pane, Tone};
use crate::framework::data::Class;
use crate::framework::meeting::ATTENDEES;
use crate::framework::model::{LEVELS, Topic};
use crate::framework::{Framework, Verdict};
use crate::incident::{Change, Extra, MILESTONES, Milestone, Moment, field_title};

/// Statuses that may follow now; the present one is marked and cannot be chosen.
pub(super) fn statuses(model: &Model) -> Vec<Choice> {
    let known = model.framework();
    let now = &model.incident().status;
    let one = |id: &str| {
        let status = known.statuses.iter().find(|status| status.id == id);
        let phase = status.and_then(|status| known.phases.iter().find(|phase| phase.id == status.phase));
        let title = status.map_or(id, |status| status.title.as_str());
        choice(id, title, phase.map(|phase| phase.title.clone()).unwrap_or_default())
    };
    let present = Choice {
        current: true,
        enabled: false,
        detail: "that is the status now".into(),
        ..one(now)
    };
    let next = model.derived.next_statuses.iter().filter(|status| *status != now);
    // The next one in the framework's order is at hand.
    let place = |id: &str| known.statuses.iter().position(|status| status.id == id);
    let here = place(now).unwrap_or(0);
    let mut next: Vec<&String> = next.collect();
    next.sort_by_key(|status| {
        place(status).map_or(usize::MAX, |at| if at > here { at - here } else { usize::MAX / 2 + at })
    });
    next.into_iter()
        .map(|status| one(status))
        .chain(std::iter::once(present))
        .collect()
}

/// Begins the meeting of the review, or ends it.
pub(super) fn hold_meeting(model: &mut Model) -> Vec<Effect> {
    if let Some(meeting) = model.framework().meeting(model.incident(), model.now) {
        let changes = meeting.turn(model.now);
        let action = Action::HoldMeeting;
        return vec![Effect::Apply { action, changes }];
    }
    model.say("This framework has no review, so there is no meeting.", Tone::Info);
    vec![]
}

/// The incidents of the repository that can be opened.
pub(super) fn incidents(model: &Model) -> Vec<Choice> {
    let here = &model.incident().id;
    let all = model.board.iter().filter(|one| one.id != *here);
    all.map(|one| {
        let state = if one.over {
            format!("over, {}", one.status)
        } else {
            one.status.clone()
        };
        choice(
            &one.id,
            format!("{} {}", one.id, short(&one.title, 60)),
            format!("{} {state}", one.severity),
        )
    })
    .collect()
}

/// The open incident after this one, in the order of their ids, round and round.
pub(super) fn next_open(model: &Model) -> Option<&str> {
    let here = model.incident().id.as_str();
    let open = model
        .board
        .iter()
        .filter(|one| !one.over && !one.drill && one.id != here);
    let ids = open.map(|one| one.id.as_str());
    let after = ids.clone().filter(|id| *id > here).min();
    after.or_else(|| ids.min())
}

/// Goes there.
pub(super) fn next_incident(model: &Model) -> Vec<Effect> {
    let next = next_open(model).map(|id| Effect::OpenIncident(id.to_owned()));
    next.into_iter().collect()
}

/// The other open incidents, any of which this one may be a duplicate of.
pub(super) fn others_open(model: &Model) -> Vec<Choice> {
    let open = |choice: &Choice| model.board.iter().any(|one| one.id == choice.value && !one.over);
    incidents(model).into_iter().filter(open).collect()
}

/// What the framework takes as grounds for declaring without an alert.
pub(super) fn grounds(framework: &Framework) -> Vec<Choice> {
    let all = framework.declaring.iter().flat_map(|one| &one.grounds);
    all.map(|ground| choice(&ground.text, &ground.text, "")).collect()
}

/// High, medium and low urgency, each with the severity that it makes with this impact.
pub(super) fn urgencies(framework: &Framework, impact: &str) -> Vec<Choice> {
    let mut all = ratings(framework, Topic::Urgency);
    for one in &mut all {
        if let Ok(severity) = framework.priority(impact, &one.value) {
            one.label = format!("{}: {severity}", one.value);
        }
    }
    all
}

/// The framework's severities with their criteria, worst first.
pub(super) fn severities(model: &Model) -> Vec<Choice> {
    let all = model.framework().severities.iter();
    all.map(|severity| Choice {
        current: severity.id == model.incident().severity,
        ..choice(
            &severity.id,
            format!("{} {}", severity.id, severity.title),
            severity.criteria.join("; "),
        )
    })
    .collect()
}

/// Names of the fields of a map, with their values.
pub(super) fn fields(map: &Extra) -> Vec<Choice> {
    map.keys()
        .map(|name| choice(name, field_title(name), field_text(map, name).unwrap_or_default()))
        .collect()
}

/// The fields beside the impact: those set, then what the framework has people write down.
pub(super) fn recorded(model: &Model) -> Vec<Choice> {
    let map = &model.incident().fields;
    let known = model.framework().record.iter();
    let more = known
        .filter(|field| !map.contains_key(&field.id))
        .map(|field| choice(&field.id, field_title(&field.id), format!("not set: {}", field.about)));
    fields(map).into_iter().chain(more).collect()
}

/// The fields of the impact record: those set, then what the framework has people write down.
pub(super) fn impact(model: &Model) -> Vec<Choice> {
    let map = &model.incident().impact;
    let known = model.framework().impact.iter();
    let more = known
        .filter(|field| !map.contains_key(&field.id))
        .map(|field| choice(&field.id, field_title(&field.id), format!("not set: {}", field.about)));
    fields(map).into_iter().chain(more).collect()
}

/// A field's value as text.
pub(super) fn field_text(map: &Extra, name: &str) -> Option<String> {
    Some(match map.get(name)? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// Milestones with their present times.
pub(super) fn milestones(model: &Model) -> Vec<Choice> {
    let incident = model.incident();
    let at = |moment: &Option<Moment>| {
        moment
            .as_ref()
            .map_or_else(|| "not set".to_owned(), |moment| model.date_time(moment.at))
    };
    let time = |milestone: &Milestone| match milestone {
        Milestone::Started => at(&incident.started),
        Milestone::Detected => at(&incident.detected),
        Milestone::Acknowledged => at(&incident.acknowledged),
        Milestone::Declared => at(&incident.declared),
        Milestone::Mitigated => at(&incident.mitigated),
        Milestone::Resolved => at(&incident.resolved),
        Milestone::Other(_) => String::new(),
    };
    MILESTONES
        .iter()
        .map(|milestone| choice(milestone.as_str(), milestone.as_str(), time(milestone)))
        .collect()
}

/// The framework's procedures, those that are called for first; those that are followed cannot be chosen.
pub(super) fn procedures(model: &Model) -> Vec<Choice> {
    let mut all: Vec<_> = model.derived.procedures.iter().collect();
    all.sort_by_key(|one| (one.since.is_some(), !one.called_for));
    all.into_iter()
        .map(|one| Choice {
            enabled: one.since.is_none(),
            ..choice(
                &one.id,
                &one.title,
                match one.since {
                    Some(since) => format!("followed since {}", model.clock(since, false)),
                    None if one.called_for => format!("called for now: {}", one.when),
                    None => one.when.clone(),
                },
            )
        })
        .collect()
}

/// What may be true of an incident, worst first: each criterion, with the severity that follows from it.
pub(super) fn criteria(framework: &Framework) -> Vec<Choice> {
    let questions = framework.questions();
    let mut all: Vec<Choice> = questions
        .iter()
        .map(|(severity, question)| choice(format!("{severity}\t{question}"), *severity, *question))
        .collect();
    if let Some(last) = framework.severities.last() {
        all.push(choice(format!("{}\tnone of these", last.id), &last.id, "none of these"));
    }
    all
}

/// What the framework's thresholds measure, with what they say.
pub(super) fn measures(model: &Model) -> Vec<Choice> {
    let framework = model.framework();
    let said = |measure: &str| {
        let own = framework.thresholds.iter().filter(|one| one.measure == measure);
        own.map(|one| one.text.as_str()).collect::<Vec<_>>().join("; ")
    };
    let all = framework.measures().into_iter();
    all.map(|measure| choice(measure, measure, said(measure))).collect()
}

/// The severity that a figure speaks for.
fn measured(model: &Model, measure: &str, figure: Option<&str>) -> Result<Change, String> {
    let framework = model.framework();
    let text = figure.map_or_else(|| measure.to_owned(), |figure| format!("{measure}={figure}"));
    let given = framework.given(&text).map_err(|no| no.to_string())?;
    let passed = framework.suggest(&given.into_iter().collect::<Vec<_>>());
    let Some(one) = passed.first() else {
        return Err(format!("{measure} passes no threshold, so the severity stays"));
    };
    let (impact, urgency) = framework.rated(model.incident());
    let verdict = framework.verdict(&passed, impact, urgency);
    match verdict.map_err(|no| no.to_string())? {
        Verdict {
            severity: Some(severity),
            because,
            ..
        } => Ok(Change::SetSeverity {
            severity,
            reason: Some(because),
        }),
        Verdict {
            wanting: Some(rating), ..
        } => Err(format!("{}; rate the {rating} too, and the severity follows", one.text)),
        Verdict { .. } => Err(format!("{}; it speaks for no certain severity", one.text)),
    }
}

/// High, medium and low, with what the framework says of them.
pub(super) fn ratings(framework: &Framework, of: Topic) -> Vec<Choice> {
    let mut notes = framework.notes.iter();
    let note = notes.find(|note| note.topic == of);
    LEVELS
        .iter()
        .map(|level| {
            let about = note.and_then(|note| note.levels.iter().find(|(known, _)| known == level));
            choice(
                *level,
                *level,
                about.map(|(_, about)| about.as_str()).unwrap_or_default(),
            )
        })
        .collect()
}

/// Whom to escalate to, and when.
pub(super) fn escalations(model: &Model) -> Vec<Choice> {
    let all = model.framework().escalations.iter();
    all.map(|one| choice(&one.id, &one.title, one.when.join("; ")))
        .collect()
}

/// The changes of answers that make several: impact and urgency, which are kept as rated beside the severity that they make; a false
/// alarm, with what keeps it from coming again. `None` for all others.
pub(super) fn several(model: &Model, form: &Form) -> Option<Result<Vec<Change>, String>> {
    match form.action {
        Action::RateImpact => Some(rated(model, form)),
        Action::Cancel => {
            let kept = [
                ("suppressed", "fields.suppressed-alert"),
                ("tuned", "fields.tuned-threshold"),
            ];
            let kept = kept.iter().filter_map(|(step, field)| {
                Some(Change::SetField {
                    field: (*field).to_owned(),
                    value: form.maybe(step)?,
                })
            });
            let cancel = Change::Cancel {
                reason: form.answer("reason").to_owned(),
            };
            Some(Ok(kept.chain([cancel]).collect()))
        }
        _ => None,
    }
}

fn rated(model: &Model, form: &Form) -> Result<Vec<Change>, String> {
    let framework = model.framework();
    let (impact, urgency) = (form.answer("rated-impact"), form.answer("urgency"));
    let verdict = framework
        .verdict(&[], Some(impact), Some(urgency))
        .map_err(|no| no.to_string())?;
    let changes = framework.rating_changes(model.incident(), &verdict, None);
    if changes.is_empty() {
        return Err(format!("It is rated impact {impact}, urgency {urgency} already."));
    }
    Ok(changes)
}

/// What the rows of the review begin with that stand for someone who has to be at the meeting.
pub(super) const ATTENDEE: &str = "attendee.";

/// Who was at the meeting, with those whom the selected row is about and no one has named yet.
pub(super) fn attending(model: &Model) -> Option<String> {
    let (framework, incident) = (model.framework(), model.incident());
    let noted = incident
        .fields
        .get(ATTENDEES)
        .and_then(|value| value.as_str())
        .unwrap_or_default();
    let row = model
        .rows
        .text(Pane::Questions)
        .get(model.cursor(Pane::Questions).selected);
    let who = row
        .filter(|_| model.focus == Pane::Questions)
        .and_then(|row| row.id.strip_prefix(ATTENDEE));
    let meeting = framework.meeting(incident, model.now)?;
    let asked = meeting
        .attendees
        .iter()
        .find(|one| Some(one.who.as_str()) == who && one.was_there != Some(true));
    let more = asked.map_or(&[][..], |one| one.names.as_slice());
    let all = Some(noted.trim()).filter(|noted| !noted.is_empty());
    let all: Vec<&str> = all.into_iter().chain(more.iter().map(String::as_str)).collect();
    Some(all.join(", "))
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Result<Change, String> {
    let reason = form.maybe("reason");
    let needed = || reason.clone().unwrap_or_default();
    let field = |field: String, value: &str| Change::SetField {
        field,
        value: value.to_owned(),
    };
    // A new name may be typed as people say it.
    let named = |name: &str| name.trim().replace(' ', "-");
    Ok(match form.action {
        // A status of that class means the same as resolving.
        Action::SetStatus if model.framework().class(form.answer("status")) == Class::Resolved => Change::Resolve {
            force: None,
            at: None,
            note: reason,
        },
        Action::SetStatus => Change::SetStatus {
            status: form.answer("status").to_owned(),
            reason,
        },
        Action::SetSeverity => Change::SetSeverity {
            severity: form.answer("severity").to_owned(),
            reason,
        },
        Action::Escalate => Change::Escalate {
            to: form.answer("target").to_owned(),
            reason,
        },
        Action::Unreachable => Change::Unreachable {
            who: form.answer("who").to_owned(),
            next: None,
        },
        Action::StartProcedure => Change::StartProcedure {
            procedure: form.answer("procedure").to_owned(),
            reason,
        },
        Action::AskSeverity => {
            let (severity, why) = form.answer("true").split_once('\t').unwrap_or_default();
            Change::SetSeverity {
                severity: severity.to_owned(),
                reason: Some(why.to_owned()),
            }
        }
        Action::MeasureSeverity => measured(model, form.answer("measure"), form.maybe("figure").as_deref())?,
        Action::Acknowledge => Change::Acknowledge { at: None },
        Action::Resolve => Change::Resolve {
            force: None,
            at: None,
            note: form.maybe("note"),
        },
        Action::ForceResolve => Change::Resolve {
            force: reason,
            at: None,
            note: form.maybe("note"),
        },
        Action::Close => Change::close(),
        Action::ForceClose => Change::Close {
            force: reason,
            missing: None,
        },
        Action::Reopen => Change::Reopen { reason: needed() },
        Action::Cancel => Change::Cancel { reason: needed() },
        Action::SetTitle => field("title".into(), form.answer("title")),
        Action::SetSummary => field("summary".into(), form.answer("summary")),
        Action::SetImpact => field(format!("impact.{}", named(form.answer("impact"))), form.answer("value")),
        Action::SetField => field(format!("fields.{}", named(form.answer("field"))), form.answer("value")),
        Action::SetMilestone => Change::SetMilestone {
            milestone: Milestone::from(form.answer("milestone")),
            at: typed_time(model, form.answer("time"))?.at,
            reason,
        },
        Action::AddLink => Change::AddLink {
            target: form.answer("target").to_owned(),
            label: form.maybe("label"),
        },
        _ => return Err(format!("{} changes nothing", form.title)),
    })
}
