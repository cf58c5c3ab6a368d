//! One entry, whole, with what can be done about it.

use super::action::Action;
use super::form::Choices;
use super::key::Key;
use super::keymap::Meaning;
use super::rows::BoardRow;
use super::then::Then;
use super::{Context, Detail, Layer, Model, Pane, palette, remedy, selection};
use crate::framework::{ItemView, TimerPhase, TimerView};
use crate::incident::time::format_clock;
use crate::incident::{Event, Hypothesis, Mitigation, MitigationState, Remark};

pub(super) type Lines = Vec<(String, String)>;

pub(super) fn line(lines: &mut Lines, label: &str, text: impl Into<String>) {
    let text = text.into();
    if !text.trim().is_empty() {
        lines.push((label.to_owned(), text));
    }
}

fn optional(lines: &mut Lines, label: &str, text: Option<&String>) {
    line(lines, label, text.cloned().unwrap_or_default());
}

/// Shows what is selected; in a pane of text, does what the row says.
pub(super) fn open(model: &mut Model) -> Then {
    if model.focus.is_text() {
        return open_text(model);
    }
    let Some((title, lines)) = selected(model) else {
        nothing_selected(model);
        return Then::NOTHING;
    };
    // What is chosen there is done to this line.
    selection::picked(model, model.focus);
    let here = model.pane_context();
    let actions = Action::ALL.iter().copied().filter(|action| action.is_only_in(here));
    let mut actions: Vec<Action> = actions.collect();
    if model.focus == Pane::Roles {
        actions.insert(0, Action::AssignRole);
    }
    let all = actions.into_iter().map(|action| super::form::Choice {
        label: action.spec().title.to_owned(),
        ..palette::entry(model, action)
    });
    let meets = remedy::of_timer(model).map(|(action, given)| super::form::Choice {
        value: given.map_or_else(
            || action.spec().id.to_owned(),
            |given| format!("{} {given}", action.spec().id),
        ),
        label: action.spec().title.to_owned(),
        key: String::new(),
        ..palette::entry(model, action)
    });
    let all: Vec<_> = meets.into_iter().chain(all).filter(|choice| choice.enabled).collect();
    let choices = Choices::of(all);
    model.memory.opened = model.now;
    model.layers.push(Layer::Detail(Detail {
        title,
        lines,
        scroll: 0,
        choices,
    }));
    Then::NOTHING
}

fn nothing_selected(model: &mut Model) {
    let spec = model.focus.spec();
    let key = match spec.adds {
        Action::DeclareIncident => model.key_here(spec.adds),
        _ => model.keymap.key_of(Action::New),
    };
    let (_, does) = spec.empty;
    let said = match does {
        "" => "Nothing is selected.".to_owned(),
        does => format!("Nothing is selected; {key} {does}."),
    };
    model.say(said, super::Tone::Info);
}

/// Does what the selected row of a pane of text says; where it says nothing, shows it whole.
fn open_text(model: &mut Model) -> Then {
    let row = model
        .rows
        .text(model.focus)
        .get(model.cursor(model.focus).selected)
        .cloned();
    let Some(row) = row.filter(|row| !row.id.is_empty()) else {
        nothing_selected(model);
        return Then::NOTHING;
    };
    match row.does {
        Some((action, _)) if action.spec().asks.is_empty() => Then::Do(action),
        Some((action, given)) if given.is_empty() => Then::Ask(action, None),
        Some((action, given)) => Then::Ask(action, Some(given)),
        None => {
            model.layers.push(Layer::Detail(Detail {
                title: model.focus.title().to_owned(),
                lines: vec![(String::new(), row.text())],
                scroll: 0,
                choices: Choices::default(),
            }));
            Then::NOTHING
        }
    }
}

/// Shows who hears how often at which severity.
pub(super) fn matrix(model: &mut Model) {
    let table = model.framework().audience_table();
    let mut lines: Lines = table.lines(&model.derived.severity);
    lines.extend(table.numbered().map(|note| (String::new(), note)));
    model.layers.push(Layer::Detail(Detail {
        title: format!("Who hears how often, {}", model.framework().title),
        lines,
        scroll: 0,
        choices: Choices::default(),
    }));
}

/// Shows all that is recorded of the incident.
pub(super) fn sheet(model: &mut Model) {
    let mut lines = Lines::new();
    for row in super::sheets::summary::rows(model) {
        let mut parts = row.parts.iter().map(|(text, _)| text.as_str());
        let (label, text) = if row.heading {
            (row.text(), String::new())
        } else {
            (
                parts.next().unwrap_or_default().trim().to_owned(),
                parts.collect::<String>(),
            )
        };
        lines.push((label, text));
    }
    if let Some(cause) = &model.incident().cause {
        line(&mut lines, "root cause", cause);
    }
    for why in crate::incident::live(&model.incident().whys) {
        line(&mut lines, "why", &why.text);
    }
    for factor in crate::incident::live(&model.incident().factors) {
        line(&mut lines, "factor", format!("{}: {}", factor.category, factor.text));
    }
    for action in crate::incident::live(&model.incident().actions) {
        line(&mut lines, "action item", &action.text);
    }
    model.layers.push(Layer::Detail(Detail {
        title: format!("Incident sheet {}", model.incident().id),
        lines,
        scroll: 0,
        choices: Choices::default(),
    }));
}

fn selected(model: &Model) -> Option<(String, Lines)> {
    let incident = model.incident();
    let row = model.cursor(model.focus).selected;
    Some(match model.focus {
        Pane::Timeline => match model.event_at(row) {
            Some(one) => event(model, one),
            None => folded(model, row)?,
        },
        Pane::Timers => timer(model, &model.derived.timers[*model.rows.timers.get(row)?]),
        Pane::Roles => role(model, row)?,
        Pane::Checklists => item(model, model.item_at(row)?),
        Pane::Hypotheses => match model.rows.hypotheses.get(row)? {
            BoardRow::Hypothesis(index) => hypothesis(model, &incident.hypotheses[*index]),
            BoardRow::Mitigation(index) => mitigation(model, &incident.mitigations[*index]),
            BoardRow::Mitigations => return None,
        },
        _ => return None,
    })
}

/// The lines that are folded in a row.
fn folded(model: &Model, row: usize) -> Option<(String, Lines)> {
    let events = model.folded_at(row);
    let lines = events.iter().map(|event| {
        (
            format!("{} {}", model.clock(event.at, false), event.by),
            event.text.clone(),
        )
    });
    (!events.is_empty()).then(|| (format!("{} events", events.len()), lines.collect()))
}

fn event(model: &Model, event: &Event) -> (String, Lines) {
    let mut lines = Lines::new();
    line(&mut lines, "what", model.words_of(event));
    line(&mut lines, "kind", event.kind.as_str().replace('_', " "));
    line(&mut lines, "happened", model.date_time(event.at));
    line(
        &mut lines,
        "written",
        event.recorded.map(|at| model.date_time(at)).unwrap_or_default(),
    );
    line(&mut lines, "by", &event.by);
    if let (Some(from), Some(to)) = (&event.from, &event.to) {
        line(&mut lines, "change", format!("{from} → {to}"));
    }
    line(&mut lines, "pinned", if event.pinned { "yes" } else { "" });
    line(&mut lines, "retracted", event.retracted.as_deref().unwrap_or_default());
    for was in &event.was {
        let said = was
            .text
            .clone()
            .or_else(|| was.time.map(|time| format!("at {}", model.date_time(time))));
        line(
            &mut lines,
            "before",
            format!(
                "{} (until {} {})",
                said.unwrap_or_default(),
                model.date_time(was.at),
                was.by
            ),
        );
    }
    line(&mut lines, "id", &event.id);
    ("Event".to_owned(), lines)
}

fn timer(model: &Model, timer: &TimerView) -> (String, Lines) {
    let mut lines = Lines::new();
    line(&mut lines, "timer", &timer.label);
    line(
        &mut lines,
        "due",
        timer.due.map(|due| model.date_time(due)).unwrap_or_default(),
    );
    line(
        &mut lines,
        "at the latest",
        timer.overdue_at.map(|due| model.date_time(due)).unwrap_or_default(),
    );
    let clock = format_clock(timer.remaining_s);
    let state = match timer.state {
        TimerPhase::Overdue => format!("overdue by {clock}"),
        TimerPhase::Due | TimerPhase::Running => format!("{clock} left"),
        TimerPhase::Paused => "paused until business hours".into(),
        TimerPhase::Met => "met in time".into(),
        TimerPhase::MetLate => "met, but late".into(),
        TimerPhase::Cleared => "cleared by a person".into(),
    };
    line(&mut lines, "state", state);
    line(&mut lines, "snoozed", if timer.snoozed { "yes" } else { "" });
    let met = timer.remedy.as_ref().and_then(remedy::of);
    let met = met.map(|(action, _)| action.spec().title.to_owned());
    optional(&mut lines, "met by", met.as_ref());
    let source = match (timer.derived, timer.borrowed) {
        (false, _) => "set by a person",
        (true, false) => "the framework",
        (true, true) => "the framework; figure set by us, its source gives none",
    };
    line(&mut lines, "from", source);
    line(&mut lines, "id", &timer.id);
    ("Timer".to_owned(), lines)
}

fn role(model: &Model, row: usize) -> Option<(String, Lines)> {
    let row = model.rows.roles.get(row)?;
    let mut lines = Lines::new();
    line(&mut lines, "role", &row.title);
    line(
        &mut lines,
        "required",
        if row.required { "yes, at this severity" } else { "no" },
    );
    match row.holder.map(|holder| &model.incident().roles[holder]) {
        Some(held) => {
            line(&mut lines, "who", &held.who);
            line(&mut lines, "since", model.date_time(held.since));
            line(&mut lines, "given by", &held.by);
            optional(&mut lines, "from", held.from.as_ref());
            if held.is_offered() {
                line(&mut lines, "accepted", "not yet");
            }
            optional(
                &mut lines,
                "accepted",
                held.accepted.map(|at| model.date_time(at)).as_ref(),
            );
        }
        None => line(&mut lines, "who", "no one"),
    }
    let known = model.framework().roles.iter().find(|role| role.id == row.role);
    for duty in known.iter().flat_map(|role| &role.duties) {
        line(&mut lines, "duty", duty);
    }
    let usual = known.and_then(|role| crate::framework::data::at(&role.default, &model.derived.severity));
    optional(&mut lines, "usually", usual);
    let before = model.incident().roles.iter().filter(|held| held.role == row.role);
    for (held, until) in before.filter_map(|held| Some((held, held.until?))) {
        line(
            &mut lines,
            "before",
            format!("{} until {}", held.who, model.date_time(until)),
        );
    }
    Some(("Role".to_owned(), lines))
}

fn item(model: &Model, item: &ItemView) -> (String, Lines) {
    let mut lines = Lines::new();
    line(&mut lines, "item", &item.text);
    let at = item
        .at
        .map(|at| format!(", {}", model.date_time(at)))
        .unwrap_or_default();
    let who = item.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
    line(&mut lines, "state", format!("{}{who}{at}", item.state));
    optional(&mut lines, "claimed by", item.owner.as_ref());
    optional(&mut lines, "note", item.note.as_ref());
    line(
        &mut lines,
        "wanted by",
        item.due.map(|due| model.date_time(due)).unwrap_or_default(),
    );
    optional(&mut lines, "seen", item.seen.as_ref());
    line(
        &mut lines,
        "gate",
        if item.gate {
            "has to be done before the incident can be resolved"
        } else {
            ""
        },
    );
    line(&mut lines, "id", &item.id);
    ("Checklist item".to_owned(), lines)
}

fn remarks(model: &Model, lines: &mut Lines, label: &str, remarks: &[Remark]) {
    for remark in remarks.iter().filter(|remark| remark.retracted.is_none()) {
        let side = match remark.supports {
            Some(true) => "for: ",
            Some(false) => "against: ",
            None => "",
        };
        line(
            lines,
            label,
            format!(
                "{side}{} ({} {})",
                remark.text,
                model.clock(remark.at, false),
                remark.by
            ),
        );
    }
}

fn hypothesis(model: &Model, hypothesis: &Hypothesis) -> (String, Lines) {
    let mut lines = Lines::new();
    line(&mut lines, "statement", &hypothesis.statement);
    line(&mut lines, "state", hypothesis.state.as_str());
    line(
        &mut lines,
        "stated",
        format!("{} {}", model.date_time(hypothesis.at), hypothesis.by),
    );
    optional(&mut lines, "owner", hypothesis.owner.as_ref());
    let likely = hypothesis.likelihood.map(|percent| format!("{percent} %"));
    optional(&mut lines, "likelihood", likely.as_ref());
    optional(&mut lines, "to test", hypothesis.takes.as_ref());
    remarks(model, &mut lines, "test", &hypothesis.tests);
    remarks(model, &mut lines, "evidence", &hypothesis.evidence);
    line(&mut lines, "id", &hypothesis.id);
    ("Hypothesis".to_owned(), lines)
}

fn mitigation(model: &Model, mitigation: &Mitigation) -> (String, Lines) {
    let mut lines = Lines::new();
    line(&mut lines, "mitigation", &mitigation.text);
    line(&mut lines, "state", mitigation.state.as_str());
    line(
        &mut lines,
        "proposed",
        format!("{} {}", model.date_time(mitigation.at), mitigation.by),
    );
    let option = mitigation.option.as_ref().map(|option| option.replace('_', " "));
    optional(&mut lines, "kind", option.as_ref());
    optional(&mut lines, "owner", mitigation.owner.as_ref());
    optional(&mut lines, "rationale", mitigation.rationale.as_ref());
    optional(&mut lines, "risk", mitigation.risk.as_ref());
    optional(&mut lines, "verification", mitigation.verification.as_ref());
    optional(&mut lines, "rollback", mitigation.rollback.as_ref());
    for approval in mitigation.approvals.iter().filter(|known| known.retracted.is_none()) {
        line(
            &mut lines,
            "approved",
            format!("{} {}", model.date_time(approval.at), approval.by),
        );
    }
    if mitigation.state == MitigationState::Proposed {
        for missing in model.snapshot.framework.approvals_missing(model.incident(), mitigation) {
            line(&mut lines, "still wants", missing);
        }
    }
    for (label, at) in [
        ("started", mitigation.started),
        ("done", mitigation.done),
        ("settled", mitigation.settled),
    ] {
        line(&mut lines, label, at.map(|at| model.date_time(at)).unwrap_or_default());
    }
    optional(&mut lines, "result", mitigation.result.as_ref());
    line(&mut lines, "id", &mitigation.id);
    ("Mitigation".to_owned(), lines)
}

/// A key that the page itself does not know: what it means in the pane below.
pub(super) fn other_key(model: &mut Model, keys: &[Key]) -> Then {
    let contexts = [model.pane_context(), Context::Anywhere];
    match model.keymap.meaning(&contexts, keys) {
        Meaning::Does(action) => {
            model.layers.pop();
            Then::Do(action)
        }
        Meaning::Begins => {
            model.layers.pop();
            model.pending = keys.to_vec();
            Then::NOTHING
        }
        Meaning::Nothing => Then::NOTHING,
    }
}
