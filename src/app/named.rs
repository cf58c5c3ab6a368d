//! What names the person who sits here and comes from someone else: a role, a task, an approval, an item, a mention. Each is said once,
//! stays on the screen until a key, and rings as that person wants it.

use super::message::Effect;
use super::{Model, Tone, next};
use crate::incident::{EventKind, Incident, ItemState, MitigationState, Time, live, people::same};

/// Why the person is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A timer has run out.
    Timer,
    /// A role is theirs, or was handed over to them.
    Role,
    /// A request or a task is for them.
    Task,
    /// A mitigation waits for their approval.
    Approval,
    /// An item of a checklist was given to them.
    Item,
    /// A line names them: `@sam`.
    Mention,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Timer,
        Self::Role,
        Self::Task,
        Self::Approval,
        Self::Item,
        Self::Mention,
    ];

    /// Its word in the configuration, under `mute`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timer => "timer",
            Self::Role => "role",
            Self::Task => "task",
            Self::Approval => "approval",
            Self::Item => "item",
            Self::Mention => "mention",
        }
    }
}

/// How many calls at once are said one by one.
const FEW: usize = 3;

/// Says what of the newest state calls this person, and rings.
pub(super) fn ring(model: &mut Model, before: &Incident) -> Vec<Effect> {
    let all = calls(model, before);
    if all.is_empty() || !model.memory.awake {
        return Vec::new();
    }
    let effects = sound(model, &all);
    if all.len() > FEW {
        let first = &all[0].1;
        model.say(
            format!("{} things are for you. The first: {first}", all.len()),
            Tone::Warning,
        );
        return effects;
    }
    for (_, said) in all {
        model.say(said, Tone::Warning);
    }
    effects
}

/// Bell and notification for these, once; what is muted and what comes in quiet hours makes no sound.
pub(super) fn sound(model: &Model, all: &[(Call, String)]) -> Vec<Effect> {
    let loud: Vec<&str> = all
        .iter()
        .filter(|(call, _)| !model.is_muted(*call))
        .map(|(_, said)| said.as_str())
        .collect();
    let mut effects = Vec::new();
    if loud.is_empty() {
        return effects;
    }
    if model.settings.bell {
        effects.push(Effect::Bell);
    }
    if model.settings.notify {
        effects.push(Effect::Notify(format!("{} {}", model.incident().id, loud.join(" "))));
    }
    effects
}

impl Model {
    /// Whether a call makes no sound now.
    pub(super) fn is_muted(&self, call: Call) -> bool {
        let muted = self
            .settings
            .mute
            .iter()
            .any(|word| word == call.as_str() || word == "all");
        muted || self.in_quiet_hours()
    }

    /// Whether it is in the person's quiet hours, by local time; from one to an earlier time is over midnight.
    fn in_quiet_hours(&self) -> bool {
        let Some((from, to)) = self.settings.quiet_hours else {
            return false;
        };
        let local = self.now.millis() + i64::from((self.settings.offset)(self.now)) * 1000;
        let minute = u16::try_from(local.div_euclid(60_000).rem_euclid(1440)).unwrap_or(0);
        if from <= to {
            (from..to).contains(&minute)
        } else {
            minute >= from || minute < to
        }
    }
}

fn calls(model: &Model, before: &Incident) -> Vec<(Call, String)> {
    let mut all = roles(model, before);
    all.extend(tasks(model, before));
    all.extend(approvals(model, before));
    all.extend(items(model, before));
    all.extend(mentions(model, before));
    all
}

fn roles(model: &Model, before: &Incident) -> Vec<(Call, String)> {
    let mine = |role: &&crate::incident::Role| role.until.is_none() && same(&role.who, &model.me);
    let new = live(&model.incident().roles)
        .filter(mine)
        .filter(|role| !same(&role.by, &model.me));
    let new = new.filter(|role| !live(&before.roles).filter(mine).any(|known| known.role == role.role));
    new.map(|role| {
        let title = model.role_title(&role.role);
        let said = match (&role.from, role.is_offered()) {
            (Some(from), true) => {
                let key = model.keymap.key_of(super::Action::AcceptRole);
                format!("{from} hands {title} over to you; {key} accepts.")
            }
            _ => format!("You are {title} now, says {}.", role.by),
        };
        (Call::Role, said)
    })
    .collect()
}

fn tasks(model: &Model, before: &Incident) -> Vec<(Call, String)> {
    let open = live(&model.incident().inquiries).filter(|one| one.is_open() && !same(&one.by, &model.me));
    let new = open.filter(|one| !before.inquiries.iter().any(|known| known.id == one.id));
    new.filter(|one| next::is_for_me(model, one))
        .map(|one| {
            (
                Call::Task,
                format!("{} asks you: {}", one.by, super::words::short(&one.text, 60)),
            )
        })
        .collect()
}

fn approvals(model: &Model, before: &Incident) -> Vec<(Call, String)> {
    if !model.commands() {
        return Vec::new();
    }
    let proposed = live(&model.incident().mitigations)
        .filter(|one| one.state == MitigationState::Proposed && !same(&one.by, &model.me));
    let new = proposed.filter(|one| !before.mitigations.iter().any(|known| known.id == one.id));
    new.map(|one| {
        let what = super::words::short(&one.text, 60);
        (
            Call::Approval,
            format!("{} proposes \"{what}\": it needs your approval.", one.by),
        )
    })
    .collect()
}

fn items(model: &Model, before: &Incident) -> Vec<(Call, String)> {
    let mine = |owner: Option<&String>| owner.is_some_and(|owner| same(owner, &model.me));
    let open =
        live(&model.incident().checklist).filter(|item| item.state == ItemState::Open && mine(item.owner.as_ref()));
    let given = open.filter(|item| {
        let by = item
            .rev
            .get("owner")
            .map_or(item.by.as_str(), |stamp| stamp.actor.as_str());
        let had = before.checklist.iter().find(|known| known.id == item.id);
        !same(by, &model.me) && !had.is_some_and(|known| mine(known.owner.as_ref()))
    });
    given
        .map(|item| {
            (
                Call::Item,
                format!("This is yours now: {}", super::words::short(&item.text, 60)),
            )
        })
        .collect()
}

/// How many of the newest lines are looked through.
const NEWEST: usize = 64;

fn mentions(model: &Model, before: &Incident) -> Vec<(Call, String)> {
    let recorded = |event: &crate::incident::Event| event.recorded.unwrap_or(event.at);
    let seen: Time = before
        .timeline
        .iter()
        .rev()
        .take(NEWEST)
        .map(|event| recorded(event))
        .max()
        .unwrap_or_default();
    let newest = model.incident().timeline.iter().rev().take(NEWEST);
    let new = newest.filter(|event| {
        recorded(event) >= seen
            && !before
                .timeline
                .iter()
                .rev()
                .take(NEWEST)
                .any(|known| known.id == event.id)
    });
    let of_others = new.filter(|event| !same(&event.by, &model.me) && EventKind::LOGGABLE.contains(&event.kind));
    of_others
        .filter(|event| names(&event.text, &model.me))
        .map(|event| {
            (
                Call::Mention,
                format!("{} to you: {}", event.by, super::words::short(&event.text, 60)),
            )
        })
        .collect()
}

/// Whether a text has `@name` as a word of its own.
fn names(text: &str, me: &str) -> bool {
    text.split_whitespace()
        .filter_map(|word| word.trim_start_matches(['(', '"', '\'']).strip_prefix('@'))
        .map(|word| word.trim_end_matches(|c: char| !c.is_alphanumeric()))
        .any(|word| same(word, me))
}
