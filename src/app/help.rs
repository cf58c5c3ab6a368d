//! Help for where one is: the keys that are most at hand there and what the marks mean; or all keys, searched by what is typed.

use std::collections::BTreeMap;

use super::action::{Action, Context, Group};
use super::line::Line;
use super::{Help, Layer, Model, Pane, Screen, enabled};

/// How many keys the first page of the help shows.
const FEW: usize = 8;

/// A line of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A heading.
    Heading(String),
    /// Keys, and what they do.
    Keys(String, &'static str),
    /// What a mark means.
    Sign(Sign, &'static str),
}

/// A mark that stands beside words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Of a kind of event, by its place among them.
    Kind(usize),
    /// Brought by someone else a moment ago.
    New,
    /// Worth reading first.
    Pinned,
    /// Lines that are folded into one.
    Folded,
    /// Needs someone now.
    Alarm,
    /// Good.
    Yes,
    /// Bad.
    No,
    /// Under test.
    Testing,
    /// Rests.
    Paused,
    /// A person whose console is open.
    Here,
    /// A person who is only named.
    Named,
}

/// The contexts of panes, in the order of the help.
const PANES: [Context; 10] = [
    Context::Timeline,
    Context::Timers,
    Context::Roles,
    Context::Hypothesis,
    Context::Mitigation,
    Context::Checklists,
    Context::Comms,
    Context::Runbooks,
    Context::Overview,
    Context::Sheet,
];

/// The marks, in the order of the legend.
const LEGEND: [(Sign, &str); 19] = [
    (Sign::Kind(0), "declared"),
    (Sign::Kind(1), "alert, impact"),
    (Sign::Kind(2), "action"),
    (Sign::Kind(3), "decision"),
    (Sign::Kind(4), "finding"),
    (Sign::Kind(5), "observation"),
    (Sign::Kind(6), "communication"),
    (Sign::Kind(7), "note"),
    (Sign::Kind(8), "written by the console"),
    (Sign::New, "new, by someone else"),
    (Sign::Pinned, "pinned"),
    (Sign::Folded, "several lines in one"),
    (Sign::Alarm, "overdue"),
    (Sign::Yes, "confirmed, met, done"),
    (Sign::No, "ruled out, failed"),
    (Sign::Testing, "under test"),
    (Sign::Paused, "paused until working hours"),
    (Sign::Here, "console is open"),
    (Sign::Named, "only named in the record"),
];

/// What a pane is mainly there for, in a word each; of panes that are not here it is what their own keys do.
#[expect(clippy::too_many_lines, reason = "a table")]
fn mainly(pane: Pane) -> &'static [(Action, &'static str)] {
    use Action as A;
    match pane {
        Pane::Audiences | Pane::Draft | Pane::Matrix => &[
            (A::CopyUpdate, "copy"),
            (A::EditDraft, "edit"),
            (A::NextFormat, "form"),
            (A::NothingNew, "nothing new"),
        ],
        Pane::Sent => &[(A::CorrectUpdate, "correct"), (A::SendUpdate, "log one as sent")],
        Pane::Runbooks => &[
            (A::NextPane, "read"),
            (A::AttachHere, "attach"),
            (A::StepByStep, "steps"),
            (A::Search, "find"),
        ],
        Pane::Runbook => &[
            (A::Copy, "copy"),
            (A::TickItem, "tick"),
            (A::AttachHere, "attach"),
            (A::StepByStep, "steps"),
            (A::UnfoldRunbook, "if it fails"),
        ],
        Pane::Summary => &[
            (A::Open, "change"),
            (A::SetImpact, "impact"),
            (A::SetMilestone, "milestone"),
        ],
        Pane::Questions => &[(A::Open, "answer"), (A::WriteReview, "write the document")],
        Pane::Whys => &[
            (A::AddWhy, "add a why"),
            (A::SetCause, "root cause"),
            (A::Open, "details"),
        ],
        Pane::Fishbone => &[(A::AddFactor, "add a factor"), (A::Open, "details")],
        Pane::ActionItems => &[
            (A::AddAction, "add"),
            (A::PlanAction, "plan"),
            (A::FinishAction, "done"),
            (A::Open, "details"),
        ],
        Pane::Missed => &[(A::NextPane, "next pane")],
        Pane::Incidents => &[
            (A::Open, "open"),
            (A::DeclareIncident, "declare"),
            (A::Search, "query"),
            (A::NextIncident, "next"),
        ],
        Pane::Followups => &[(A::Open, "open"), (A::Arrange, "owner, horizon"), (A::Search, "query")],
        Pane::Trend => &[
            (A::Open, "its incidents"),
            (A::Arrange, "quarter, week"),
            (A::Search, "query"),
        ],
        Pane::Preview => &[(A::DeclareIncident, "declare"), (A::SearchAll, "search all")],
        Pane::Decisions => &[(A::Open, "do it"), (A::PutAway, "later")],
        Pane::Timeline => &[
            (A::EditEvent, "words"),
            (A::BackdateEvent, "time"),
            (A::ChangeKind, "kind"),
            (A::PinEvent, "pin"),
            (A::RetractEvent, "retract"),
        ],
        Pane::Checklists => &[
            (A::TickItem, "tick"),
            (A::TickWithNote, "evidence"),
            (A::ClaimItem, "claim"),
            (A::SkipItem, "skip"),
        ],
        Pane::Hypotheses => &[
            (A::ApproveMitigation, "approve"),
            (A::StartMitigation, "begin"),
            (A::FinishMitigation, "done"),
            (A::VerifyMitigation, "worked"),
            (A::TestHypothesis, "test"),
            (A::AddEvidence, "evidence"),
            (A::ConfirmHypothesis, "confirm"),
            (A::RejectHypothesis, "reject"),
        ],
        Pane::Timers => &[(A::SnoozeTimer, "put off"), (A::ClearTimer, "clear")],
        Pane::Roles => &[
            (A::HandoffRole, "hand over"),
            (A::ShareRole, "second"),
            (A::ClearRole, "remove"),
        ],
        Pane::Entry => &[],
    }
}

/// Opens the help for where one is.
pub(super) fn open(model: &mut Model) {
    let context = model.pane_context();
    model.layers.push(Layer::Help(Help {
        context,
        scroll: 0,
        all: false,
        line: Line::default(),
    }));
}

/// The help's key once more: all of it, with a line to search in.
pub(super) fn all(model: &mut Model) {
    if let Some(Layer::Help(help)) = model.layers.last_mut() {
        help.all = true;
        help.scroll = 0;
    }
}

impl Model {
    /// The actions that are most at hand: what the pane in focus is there for, the others of it that can be done now, and what is often
    /// wanted; what this person uses most comes first.
    pub fn at_hand(&self) -> Vec<Action> {
        let here = self.pane_context();
        // What is another pane's there: a mitigation is under way, or a hypothesis is looked at.
        let fits = |action: &Action| {
            let contexts = action.spec().contexts;
            contexts.contains(&Context::Anywhere) || contexts.contains(&here)
        };
        let first = mainly(self.focus).iter().map(|(action, _)| *action).filter(fits);
        let own = Action::ALL.iter().copied().filter(|action| action.is_only_in(here));
        let often = [
            Action::SendUpdate,
            Action::SetStatus,
            Action::AssignRole,
            Action::ProposeMitigation,
            Action::Dispatch,
        ];
        let possible = |action: &Action| {
            let means = match action {
                Action::Copy => super::books::is_command(self),
                Action::AttachHere => !super::books::is_attached(self),
                Action::Open if self.is_nowhere() => self.selectable(self.focus, self.cursor(self.focus).selected),
                _ => true,
            };
            means && !self.keymap.key_of(*action).is_empty() && enabled(self, *action).is_ok()
        };
        let mut all: Vec<Action> = Vec::new();
        for action in first.chain(own).chain(often).filter(possible) {
            if !all.contains(&action) {
                all.push(action);
            }
        }
        all.sort_by_key(|action| std::cmp::Reverse(self.memory.used.get(action).copied().unwrap_or(0)));
        all
    }

    /// An action in a word or two, for the foot of the screen: as the pane in focus means it, or by its title where there is room.
    pub fn hint(&self, action: Action) -> String {
        let word = mainly(self.focus).iter().find(|(known, _)| *known == action);
        let titled = self.screen == Screen::WarRoom && self.size.width >= 100;
        match word.filter(|_| !titled) {
            Some(_) if action == Action::StepByStep && self.memory.books.steps => "text".to_owned(),
            Some((_, word)) => (*word).to_owned(),
            None => action.spec().title.to_lowercase(),
        }
    }

    /// The lines of a page of the help.
    pub fn help_lines(&self, help: &Help) -> Vec<HelpLine> {
        if help.all {
            self.help_all(help.context, help.line.text())
        } else {
            self.help_here(help.context)
        }
    }

    /// What the help of a place is called: panes that are there to be read have their screen's name.
    pub fn help_title(&self, context: Context) -> String {
        match context {
            Context::Sheet => self.screen.spec().title.to_lowercase(),
            context => context.title().to_owned(),
        }
    }

    /// The keys that are most at hand, and the legend.
    fn help_here(&self, context: Context) -> Vec<HelpLine> {
        let others = [
            Action::Log,
            Action::Open,
            Action::Undo,
            Action::Search,
            Action::NextPane,
            Action::Zoom,
            Action::ShowSheet,
            Action::Messages,
        ];
        let mut keys: Vec<HelpLine> = Vec::new();
        // Where no incident is open, much of it cannot be done.
        let others = others
            .into_iter()
            .filter(|action| !self.is_nowhere() || enabled(self, *action).is_ok());
        for action in self.at_hand().into_iter().chain(others) {
            let line = self.keys_line(action).filter(|line| !keys.contains(line));
            keys.extend(line.filter(|_| keys.len() < FEW));
        }
        let mut lines = vec![HelpLine::Heading(self.help_title(context))];
        lines.append(&mut keys);
        lines.push(HelpLine::Heading("marks".into()));
        lines.extend(LEGEND.map(|(sign, means)| HelpLine::Sign(sign, means)));
        lines
    }

    fn keys_line(&self, action: Action) -> Option<HelpLine> {
        let mut keys = self.keymap.keys_of(action);
        let here = self.key_here(action);
        if !here.is_empty() && !keys.contains(&here) {
            keys.insert(0, here);
        }
        (!keys.is_empty()).then(|| HelpLine::Keys(keys.join(", "), action.spec().title))
    }

    /// All keys: those of the context first, then those that work anywhere, by group, then those of other panes; of them the
    /// ones that have all typed words in their title, their sentence, their id or their keys.
    fn help_all(&self, context: Context, typed: &str) -> Vec<HelpLine> {
        let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
        let found = |action: &Action| {
            let spec = action.spec();
            let text = format!(
                "{} {} {} {}",
                spec.title,
                spec.about,
                spec.id,
                super::palette::synonyms(*action)
            );
            let text = text.to_lowercase();
            let keys = self.keymap.keys_of(*action);
            words
                .iter()
                .all(|word| text.contains(word) || keys.iter().any(|key| key.to_lowercase() == *word))
        };
        let of = |wanted: &dyn Fn(Action) -> bool| -> Vec<HelpLine> {
            let actions = Action::ALL
                .iter()
                .copied()
                .filter(|action| wanted(*action) && found(action));
            actions.filter_map(|action| self.keys_line(action)).collect()
        };
        let mut lines = Vec::new();
        let mut part = |title: &str, own: Vec<HelpLine>| {
            if !own.is_empty() {
                lines.push(HelpLine::Heading(title.to_owned()));
                lines.extend(own);
            }
        };
        part(context.title(), of(&|action| action.spec().contexts.contains(&context)));
        let mut groups: BTreeMap<Group, Vec<HelpLine>> = BTreeMap::new();
        for action in Action::ALL.iter().copied() {
            if action.spec().contexts.contains(&Context::Anywhere) {
                groups
                    .entry(action.spec().group)
                    .or_default()
                    .extend(of(&|other| other == action));
            }
        }
        for (group, own) in groups {
            part(if group == Group::Log { "Log" } else { group.title() }, own);
        }
        for pane in PANES.into_iter().filter(|pane| *pane != context) {
            part(pane.title(), of(&|action| action.spec().contexts.contains(&pane)));
        }
        let typing =
            |action: Action| action.spec().contexts.contains(&Context::Input) && action.spec().group == Group::Edit;
        part(Context::Input.title(), of(&typing));
        lines
    }
}
