//! The action table: every named thing a key can mean. Palette, help, key hints and configuration all come from it.

pub use super::context::{Context, Group};
use super::step::{Step, Want};

/// One line of the table.
#[derive(Debug)]
pub struct Spec {
    /// Name in configuration, help and palette, `tick-item`.
    pub id: &'static str,
    /// What people read, `Tick or untick`.
    pub title: &'static str,
    /// A sentence more.
    pub about: &'static str,
    /// Heading in help and palette.
    pub group: Group,
    /// Where its keys work. From the palette it works everywhere (except for moving and typing).
    pub contexts: &'static [Context],
    /// What it asks for before it is done. A step that picks an entry is passed over where one is selected.
    pub asks: &'static [Step],
}

const fn step(name: &'static str, label: &'static str, hint: &'static str, want: Want) -> Step {
    Step {
        name,
        label,
        hint,
        want,
        optional: false,
    }
}

const fn maybe(name: &'static str, label: &'static str, hint: &'static str, want: Want) -> Step {
    Step {
        name,
        label,
        hint,
        want,
        optional: true,
    }
}

const LINE: Step = step(
    "line",
    "event",
    "what happened; -5m or 14:05 first for another time",
    Want::Log,
);
const EVENT: Step = step("event", "event", "which line", Want::Choice);
const HYPOTHESIS: Step = step("hypothesis", "hypothesis", "which one", Want::Choice);
const MITIGATION: Step = step("mitigation", "mitigation", "which one", Want::Choice);
const ITEM: Step = step("item", "item", "which one", Want::Choice);
const TIMER: Step = step("timer", "timer", "which one", Want::Choice);
const ACTION_ITEM: Step = step("action", "action item", "which one", Want::Choice);
const ROLE: Step = step("role", "role", "which role", Want::Choice);
const HELD: Step = step("held", "role", "which role", Want::Choice);
const REQUEST: Step = step("request", "request", "which one", Want::Choice);
const WHO: Step = step("who", "who", "a name", Want::ChoiceOrText);
const AUDIENCE: Step = step("audience", "audience", "to whom", Want::Choice);
const APPROVED: Step = step("approved", "approved by", "who approved these words", Want::Choice);
const RESULT: Step = maybe("result", "result", "what came of it (may stay empty)", Want::Text);
const EVIDENCE: Step = maybe("evidence", "evidence", "what shows it (may stay empty)", Want::Text);
const REASON: Step = step("reason", "reason", "why", Want::Text);
const WHY_CHANGED: Step = maybe("reason", "reason", "why (may stay empty)", Want::Text);
const OWNER: Step = maybe("owner", "owner", "who takes it (may stay empty)", Want::ChoiceOrText);

macro_rules! actions {
    ($($name:ident $id:literal $group:ident [$($context:ident),*] $title:literal $about:literal [$($ask:expr),*];)+) => {
        /// A named thing a key can mean.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $(#[doc = $about] $name,)+
        }

        impl Action {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its line of the table.
            pub fn spec(self) -> &'static Spec {
                &TABLE[self as usize]
            }
        }

        const TABLE: &[Spec] = &[$(Spec {
            id: $id,
            title: $title,
            about: $about,
            group: Group::$group,
            contexts: &[$(Context::$context),*],
            asks: &[$($ask),*],
        }),+];
    };
}

impl Action {
    /// The action with this id.
    pub fn named(id: &str) -> Option<Self> {
        // What it was called before the panes of a screen were counted.
        let id = match id {
            "focus-timeline" => "first-pane",
            "focus-timers" => "second-pane",
            "focus-roles" => "third-pane",
            "focus-hypotheses" => "fourth-pane",
            "focus-checklists" => "fifth-pane",
            other => other,
        };
        Self::ALL.iter().copied().find(|action| action.spec().id == id)
    }

    /// Whether its keys work in this pane, and not anywhere.
    pub fn is_only_in(self, context: Context) -> bool {
        let contexts = self.spec().contexts;
        contexts.contains(&context) && !contexts.contains(&Context::Anywhere)
    }

    /// Whether it is offered in the palette (moving and typing are not).
    pub fn in_palette(self) -> bool {
        !matches!(self.spec().group, Group::Move | Group::Edit) && self != Self::Back
    }
}

actions! {
    Log "log" Log [Anywhere] "Log an event" "Write a line in the timeline; Tab chooses its kind." [LINE];
    LogAction "log-action" Log [Anywhere] "Log an action" "Write down something that was done." [LINE];
    LogDecision "log-decision" Log [Anywhere] "Log a decision" "Write down something that was decided." [LINE];
    LogFinding "log-finding" Log [Anywhere] "Log a finding" "Write down something that was found out." [LINE];
    LogObservation "log-observation" Log [Anywhere] "Log an observation" "Write down something that was seen." [LINE];
    LogAlert "log-alert" Log [Anywhere] "Log an alert" "Log what a machine reported." [LINE];
    LogImpact "log-impact" Log [Anywhere] "Log an impact" "Write down who or what is hurt." [LINE];
    LogComms "log-comms" Log [Anywhere] "Log a communication" "Write down what was sent to whom." [LINE];
    EditEvent "edit-event" Log [Timeline] "Correct the words" "Correct the words of a line; the old ones are kept." [
        EVENT, step("text", "words", "what happened; a secret needs Redact, since the old words stay", Want::Text)];
    BackdateEvent "backdate-event" Log [Timeline] "Correct the time" "Say when it happened; the old time is kept." [
        EVENT, step("time", "time", "14:05, yesterday 2pm or -5m", Want::Time)];
    ChangeKind "change-kind" Log [Timeline] "Change the kind" "Say what kind of event a line is; the old one is kept." [
        EVENT, step("kind", "kind", "which kind", Want::Choice)];
    PinEvent "pin-event" Log [Timeline] "Pin or unpin" "Mark a line as worth reading first." [EVENT];
    RetractEvent "retract-event" Log [Timeline] "Retract" "Strike a line through; it stays readable." [
        EVENT, step("reason", "reason", "why; a secret needs Redact, since the words stay", Want::Text)];
    RedactEvent "redact-event" Log [Timeline] "Redact" "Take the words of a line out for good, a password say, also where others quote it." [
        EVENT, WHY_CHANGED, step("sure", "this cannot be undone", "whether it goes", Want::Choice)];
    SettleConflict "settle-conflict" Log [Anywhere] "Settle a conflict" "Two people changed one value at once: keep the value in force, or take the other." [
        step("conflict", "conflict", "which conflict", Want::Choice), step("take", "value", "which value stands from now on", Want::Choice)];
    RestoreEvent "restore-event" Log [Timeline] "Take a retraction back" "Let a retracted line count again." [
        step("retracted", "event", "which line", Want::Choice)];
    EditLast "edit-last" Log [Anywhere] "Correct my last line" "Correct the words of the line you wrote last, wherever you are." [];

    SetStatus "set-status" Incident [Anywhere] "Change the status" "Move the incident to its next status." [
        step("status", "status", "which status", Want::Choice), WHY_CHANGED];
    SetSeverity "set-severity" Incident [Anywhere] "Change the severity" "Raise or lower the severity, by its criteria." [
        step("severity", "severity", "which severity", Want::Choice), WHY_CHANGED];
    Escalate "escalate" Incident [Anywhere] "Escalate" "Call in another tier, management or executives." [
        step("target", "to", "whom", Want::Choice), maybe("reason", "reason", "why (may stay empty)", Want::Text)];
    Unreachable "unreachable" Incident [Anywhere] "No answer" "Note it, and see whom to call next." [WHO];
    ShowContacts "show-contacts" Incident [Anywhere] "Whom to call" "Show the contacts of the team: escalation targets, roles, vendors, with their backups." [];
    StartProcedure "start-procedure" Incident [Anywhere] "Follow a procedure" "What to do when things go wrong: a checklist that comes first." [
        step("procedure", "procedure", "which one", Want::Choice), maybe("reason", "reason", "why (may stay empty)", Want::Text)];
    DeclareMajor "declare-major" Incident [Anywhere] "Declare the major incident" "Put one person above all the grave incidents that are open at once." [
        step("who", "coordinator", "who coordinates them all", Want::ChoiceOrText)];
    AskSeverity "ask-severity" Incident [Anywhere] "Find the severity" "Say what is true of it, and the severity follows." [
        step("true", "true of it", "the first that holds", Want::Choice)];
    MeasureSeverity "measure-severity" Incident [Anywhere] "Severity from a figure" "Give a figure that was measured, and the severity it speaks for follows." [
        step("measure", "measure", "what was measured", Want::Choice), maybe("figure", "figure", "97.5 (may stay empty for a plain fact)", Want::Text)];
    RateImpact "rate-impact" Incident [Anywhere] "Severity from impact and urgency" "Rate both, and the severity follows." [
        step("rated-impact", "impact", "how far it reaches", Want::Choice), step("urgency", "urgency", "how fast it has to end", Want::Choice)];
    Acknowledge "acknowledge" Incident [Anywhere] "Acknowledge" "Take the incident on." [];
    Resolve "resolve" Incident [Anywhere] "Resolve" "Say that it is over; the gate is checked." [
        maybe("note", "note", "what ended it (may stay empty)", Want::Text)];
    ForceResolve "force-resolve" Incident [] "Override the gate" "Resolve although conditions are missing; the reason is kept." [
        step("reason", "reason", "why it cannot wait", Want::Text),
        maybe("note", "note", "what ended it (may stay empty)", Want::Text)];
    ShowGate "show-gate" Incident [Anywhere] "What is missing to resolve" "Show the conditions of the resolution gate; Space ticks one, t adds its evidence." [];
    Close "close" Incident [Anywhere] "Close" "Close the resolved incident; what the review needs is checked." [];
    ForceClose "force-close" Incident [] "Close without the review" "Close although the review is not complete; the reason is kept." [REASON];
    Reopen "reopen" Incident [Anywhere] "Reopen" "Open a resolved, closed or cancelled incident again." [REASON];
    Cancel "cancel" Incident [Anywhere] "Cancel as a false alarm" "Say that it was no incident." [
        REASON, maybe("suppressed", "suppressed alert", "which alert was suppressed (may stay empty)", Want::Text),
        maybe("tuned", "tuned threshold", "which threshold was tuned, and to what (may stay empty)", Want::Text)];
    SetTitle "set-title" Incident [Anywhere] "Change the title" "Say in one line what is broken for whom." [
        step("title", "title", "what is broken for whom", Want::Text)];
    SetSummary "set-summary" Incident [Anywhere] "Change the summary" "Say it in a paragraph; empty removes it." [
        maybe("summary", "summary", "a paragraph", Want::Text)];
    SetImpact "set-impact" Incident [Anywhere] "Change the impact" "Say who and what is hurt; empty removes it." [
        step("impact", "impact", "users, revenue, …", Want::ChoiceOrText),
        maybe("value", "how much", "38 % of checkouts", Want::Text)];
    SetField "set-field" Incident [Anywhere] "Change a field" "Set a field of the team's own; empty removes it." [
        step("field", "field", "its name", Want::ChoiceOrText), maybe("value", "value", "its value", Want::Text)];
    SetMilestone "set-milestone" Incident [Anywhere] "Correct a milestone" "Say when it started, was detected, ended …" [
        step("milestone", "milestone", "which one", Want::Choice),
        step("time", "time", "14:05, yesterday 2pm or -5m", Want::Time), WHY_CHANGED];
    AddLink "add-link" Incident [Anywhere] "Add a link" "Link a related incident, dashboard or ticket." [
        step("target", "link", "an address or an incident's id", Want::Text),
        maybe("label", "label", "dashboard, ticket, related (may stay empty)", Want::Text)];
    CorrectEntry "correct-entry" Incident [Anywhere] "Correct an entry" "Correct the words, time, author or owner of any entry; the old value is kept." [
        step("entry", "entry", "which entry", Want::Choice), step("entry-field", "field", "what of it", Want::Choice),
        maybe("correction", "value", "what it should say; empty takes an optional one away", Want::Text)];
    RemoveEntry "remove-entry" Incident [Anywhere] "Remove an entry" "Take an entry out; it counts as not there, and stays in the file with the reason." [
        step("entry", "entry", "which entry", Want::Choice), WHY_CHANGED];
    RestoreEntry "restore-entry" Incident [Anywhere] "Restore an entry" "Bring an entry back that was taken out." [
        step("removed", "entry", "which entry", Want::Choice)];
    MarkDuplicate "mark-duplicate" Incident [Anywhere] "Close as a duplicate" "Fold this incident into another one, which goes on; this one is cancelled." [
        step("parent", "goes on", "which incident goes on", Want::Choice), WHY_CHANGED];

    AssignRole "assign-role" Roles [Anywhere] "Assign a role" "Give a role to someone in place of its holder." [ROLE, WHO];
    ShareRole "share-role" Roles [Roles] "Add a second person" "Give a role to one more person." [ROLE, WHO];
    ClearRole "clear-role" Roles [Roles] "Clear a role" "End someone's role." [HELD];
    HandoffRole "handoff-role" Roles [Roles] "Hand a role over" "Pass a role on from its holder." [
        HELD, step("who", "to", "a name", Want::ChoiceOrText)];
    AcceptRole "accept-role" Roles [Anywhere] "Accept a role" "Say that you have the role that was handed over to you." [
        step("offered", "role", "which role", Want::Choice)];

    ShowHandover "show-handover" Roles [Anywhere] "Handover" "What the next in command has to know on one page: hand over, read back, copy." [];
    ReadBackHandover "read-back-handover" Roles [Anywhere] "Read the handover back" "Say severity, next timer and first action; what differs is shown, and both names are kept." [
        step("read-severity", "severity", "how bad it is", Want::Text),
        step("read-timer", "next timer", "its name or its time", Want::Text),
        step("read-action", "first action", "what you do first", Want::Text)];
    CopyHandover "copy-handover" Roles [Anywhere] "Copy the handover" "Copy the whole page with its appendix." [];

    Dispatch "dispatch" Requests [Anywhere] "Call in a specialist" "Ask a specialist, a team or a program, with what is known; open until it is answered." [
        step("specialist", "whom", "a specialist, a team, a program", Want::ChoiceOrText),
        step("text", "request", "what exactly is asked", Want::Text),
        maybe("within", "within", "15m, 1h (may stay empty)", Want::Duration),
        maybe("about", "hypothesis", "which one it tests (may stay empty)", Want::Choice)];
    GiveTask "give-task" Requests [Anywhere] "Give a task" "Give someone a task with a time; they read it back." [
        WHO, step("text", "task", "what to do", Want::Text), step("duration", "for", "15m or until 15:30", Want::Duration)];
    ReadBack "read-back" Requests [Anywhere] "Accept" "Say that you do what was asked, in your own words." [
        REQUEST, maybe("text", "read back", "in your own words (may stay empty)", Want::Text)];
    AnswerRequest "answer-request" Requests [Anywhere] "Answer a request" "Answer what was asked; evidence where it is about a hypothesis." [
        REQUEST, step("text", "answer", "what came of it", Want::Text),
        maybe("supports", "for or against", "does it support the hypothesis? (may stay empty)", Want::Choice)];
    WithdrawRequest "withdraw-request" Requests [Anywhere] "Withdraw a request" "Say that it is no longer needed." [
        REQUEST, maybe("reason", "reason", "why (may stay empty)", Want::Text)];
    Decide "decide" Requests [Anywhere] "Decide" "Write down a decision with what else was weighed, and why." [
        step("text", "decision", "what was decided", Want::Text),
        maybe("options", "weighed against", "the others, with commas (may stay empty)", Want::Text),
        maybe("reason", "because", "why this one (may stay empty)", Want::Text),
        maybe("owner", "decided by", "who (may stay empty: you)", Want::ChoiceOrText)];

    AddHypothesis "add-hypothesis" Hypotheses [Anywhere] "Add a hypothesis" "State what the cause may be." [
        step("statement", "hypothesis", "a statement that can be shown false", Want::ChoiceOrText), OWNER];
    RateHypothesis "rate-hypothesis" Hypotheses [Hypothesis] "Say how likely it is" "The likeliest stand first, of those the quickest to test." [
        HYPOTHESIS, maybe("likelihood", "likelihood", "percent (may stay empty)", Want::Text),
        maybe("takes", "takes", "how long finding out takes, 10m (may stay empty)", Want::Duration)];
    TestHypothesis "test-hypothesis" Hypotheses [Hypothesis] "Test it" "Say how a hypothesis is tested." [
        HYPOTHESIS, step("text", "test", "how we find out", Want::Text)];
    AddEvidence "add-evidence" Hypotheses [Hypothesis] "Add evidence" "Add what speaks for or against a hypothesis." [
        HYPOTHESIS, step("text", "evidence", "what was seen", Want::Text),
        step("supports", "for or against", "does it support it?", Want::Choice)];
    ConfirmHypothesis "confirm-hypothesis" Hypotheses [Hypothesis] "Confirm it" "Say that it is the cause." [HYPOTHESIS, EVIDENCE];
    RejectHypothesis "reject-hypothesis" Hypotheses [Hypothesis] "Reject it" "Say that it is not the cause." [HYPOTHESIS, EVIDENCE];
    ReopenHypothesis "reopen-hypothesis" Hypotheses [Hypothesis] "Open it again" "Take a hypothesis up again." [
        step("settled", "hypothesis", "which one", Want::Choice)];

    ProposeMitigation "propose-mitigation" Mitigations [Anywhere] "Propose a mitigation" "Propose something that may end or lessen the impact." [
        step("text", "mitigation", "what would be done", Want::Text),
        maybe("option", "kind", "which kind (may stay empty)", Want::Choice),
        maybe("rationale", "rationale", "why this one (may stay empty)", Want::Text),
        maybe("risk", "risk", "what could go wrong (may stay empty)", Want::Text),
        maybe("verification", "verification", "how we see that it worked (may stay empty)", Want::Text),
        maybe("rollback", "rollback", "what to do if it gets worse (may stay empty)", Want::Text), OWNER];
    ApproveMitigation "approve-mitigation" Mitigations [Mitigation] "Approve it" "Say yes to a mitigation." [MITIGATION];
    DeclineMitigation "decline-mitigation" Mitigations [Mitigation] "Decline it" "Say no to a proposal, with the reason." [
        MITIGATION, step("reason", "reason", "why not", Want::Text)];
    StartMitigation "start-mitigation" Mitigations [Mitigation] "Begin it" "Begin a mitigation that is approved." [MITIGATION];
    FinishMitigation "finish-mitigation" Mitigations [Mitigation] "Done" "Say that a mitigation is carried out." [MITIGATION, RESULT];
    VerifyMitigation "verify-mitigation" Mitigations [Mitigation] "It worked" "Say that a mitigation was shown to work." [MITIGATION, RESULT];
    FailMitigation "fail-mitigation" Mitigations [Mitigation] "It failed" "Say that a mitigation did not work or made things worse." [MITIGATION, RESULT];
    RevertMitigation "revert-mitigation" Mitigations [Mitigation] "Reopen" "Set a mitigation back to an earlier state." [
        MITIGATION, step("state", "state", "back to", Want::Choice)];

    TickItem "tick-item" Checklists [Checklists, Runbooks] "Tick or untick" "Say that an item is done, or not after all." [ITEM];
    TickWithNote "tick-with-note" Checklists [Checklists, Runbooks] "Tick with evidence" "Tick an item and say what shows it." [
        ITEM, step("note", "note", "what came of it, or what shows it", Want::Text)];
    NoteItem "note-item" Checklists [Checklists, Runbooks] "Note the result" "Say what came of an item." [
        ITEM, step("text", "note", "what came of it", Want::Text)];
    ClaimItem "claim-item" Checklists [Checklists, Runbooks] "Claim or release" "Say that you do it, or no longer do." [ITEM];
    GiveItem "give-item" Checklists [Checklists, Runbooks] "Assign to someone" "Say who does an item." [ITEM, WHO];
    SkipItem "skip-item" Checklists [Checklists, Runbooks] "Skip it" "Leave an item out on purpose." [ITEM, REASON];
    AddItem "add-item" Checklists [Anywhere] "Add an item" "Add something to do." [
        step("text", "item", "what to do", Want::Text), OWNER,
        maybe("within", "within", "15m, 1h30m (may stay empty)", Want::Duration)];
    StartItem "start-item" Checklists [Checklists] "Start its time" "Say that what an item asks for holds from now on; tick it once that has run its time." [ITEM];
    AttachRunbook "attach-runbook" Checklists [Anywhere] "Attach a runbook" "Take the steps of a runbook over into the checklists." [
        step("runbook", "runbook", "which runbook", Want::Choice)];
    AttachHere "attach-here" Checklists [Runbooks] "Attach it" "Take the steps of the selected runbook over into the checklists." [];
    StepByStep "step-by-step" Checklists [Runbooks] "One step at a time" "Show the step that is next with its commands; again for the whole text." [];
    UnfoldRunbook "unfold-runbook" Checklists [Runbooks] "If this does not work" "Show or hide the way back and whom to call." [];
    FillPlaceholder "fill-placeholder" Checklists [Runbooks, Checklists] "Say what a placeholder stands for" "Fill a placeholder of the selected command; it is asked once for the incident." [
        step("placeholder", "placeholder", "which one", Want::Choice),
        step("value", "value", "what it stands for in this incident", Want::Text)];
    JudgeRunbook "judge-runbook" Checklists [Anywhere] "Say whether a runbook helped" "Say of a runbook that it helped, misled or was missing." [
        maybe("attached", "runbook", "which one (empty: there was none)", Want::Choice),
        step("verdict", "verdict", "helped, misled or missing", Want::Choice),
        maybe("note", "note", "what to change in it (may stay empty)", Want::Text)];

    AddTimer "add-timer" Timers [Anywhere] "Start a timer" "Start a timer." [
        step("label", "timer", "what it is for", Want::Text), step("duration", "for", "15m, 1h30m or until 15:30", Want::Duration)];
    SnoozeTimer "snooze-timer" Timers [Timers] "Put it off" "Make a timer due later, from now." [
        TIMER, step("duration", "by", "15m, 1h30m or until 15:30", Want::Duration)];
    ClearTimer "clear-timer" Timers [Timers] "Clear it" "Stop a timer; one of the framework's needs a reason." [TIMER, WHY_CHANGED];
    RestoreTimer "restore-timer" Timers [Timers] "Take it back" "Undo the clearing or snoozing of a timer." [
        step("touched", "timer", "which one", Want::Choice)];
    SendUpdate "send-update" Timers [Anywhere] "Log an update as sent" "Record an update that was sent; its timer starts again." [
        step("audience", "audience", "to whom", Want::Choice), step("text", "update", "what you tell them; Tab takes the draft", Want::Text),
        maybe("eta", "end expected in", "30m, 2h (may stay empty)", Want::Duration),
        maybe("told-state", "state", "what the page says (may stay empty: what the status means)", Want::Choice),
        step("back", "step back because", "why the update goes back to an earlier state", Want::Text), APPROVED];
    CopyUpdate "copy-update" Timers [Comms] "Copy the draft" "Copy the draft for an audience; once more, when it is posted: log it as sent." [AUDIENCE, APPROVED];
    EditDraft "edit-draft" Timers [Comms] "Edit the draft" "Change the words of a draft; they are kept until it is sent." [
        AUDIENCE, step("text", "update", "what you tell them", Want::Text)];
    NothingNew "nothing-new" Timers [Comms] "Say nothing is new" "Draft the update that says so, and why; again for the usual one." [AUDIENCE];
    NextFormat "next-format" Timers [Comms] "Another form" "Copy as plain text, Markdown, Slack, Teams card, Mattermost, Discord or status page." [];
    ResetDraft "reset-draft" Timers [Comms] "Draft anew" "Take the template again, in place of words that were changed." [AUDIENCE];
    CorrectUpdate "correct-update" Timers [Comms] "Correct what was sent" "Send a correction that names the update; what was sent stays as it is." [
        step("sent", "update", "which one", Want::Choice), step("text", "correction", "what is right", Want::Text)];

    ShowMatrix "show-matrix" Timers [Comms] "Who hears how often" "The table of audiences and severities, as the framework has it." [];

    AddWhy "add-why" Analysis [Anywhere] "Add a why" "Add the next because of the five whys." [
        step("text", "because", "because …", Want::Text)];
    AddFactor "add-factor" Analysis [Anywhere] "Add a factor" "Add a contributing factor." [
        step("category", "category", "which kind", Want::Choice), step("text", "factor", "what contributed", Want::Text)];
    WriteReview "write-review" Analysis [Anywhere] "Write the review document" "Fill the postmortem from the record, and keep what people edited." [];
    HoldMeeting "hold-meeting" Analysis [Anywhere] "Start or end the review meeting" "Run its agenda from now, or end it." [];
    SetCause "set-cause" Analysis [Anywhere] "Name the root cause" "Say the cause in a sentence; empty removes it." [
        maybe("cause", "cause", "the cause in a sentence", Want::ChoiceOrText)];
    AddAction "add-action" Analysis [Anywhere] "Add an action item" "Write down what will be done so that it does not come back." [
        step("text", "action item", "what will be done", Want::Text), OWNER,
        maybe("due", "due", "2026-12-01, or 14d (may stay empty)", Want::Day),
        maybe("horizon", "horizon", "how soon (may stay empty)", Want::Choice)];
    PlanAction "plan-action" Analysis [Anywhere] "Plan an action item" "Say who does it, by when, what kind it is, what it helps and costs, its ticket." [ACTION_ITEM,
        OWNER, maybe("due", "due", "2026-12-01, or 14d (may stay empty)", Want::Day),
        maybe("horizon", "horizon", "how soon (may stay empty)", Want::Choice),
        maybe("action-kind", "kind", "what it is for (may stay empty)", Want::Choice),
        maybe("helps", "impact", "how much it helps (may stay empty)", Want::Choice),
        maybe("effort", "effort", "how much work it is (may stay empty)", Want::Choice),
        maybe("ticket", "ticket", "a number or an address (may stay empty)", Want::Text),
        maybe("proof", "shown by", "what will show that it works (may stay empty)", Want::Text)];
    FinishAction "finish-action" Analysis [Anywhere] "An action item is done" "Say that an action item is done, and what shows it." [ACTION_ITEM,
        step("outcome", "what came of it", "a link, or a word", Want::Text)];
    ReopenAction "reopen-action" Analysis [Anywhere] "An action item is not done" "Open an action item again." [
        step("finished", "action item", "which one", Want::Choice)];

    ShowWarRoom "show-war-room" Screens [Anywhere] "War room" "What happens now: timeline, timers, decisions, checklists, roles." [];
    ShowInvestigation "show-investigation" Screens [Anywhere] "Investigation" "Hypotheses with tests and evidence, mitigations, five whys, fishbone." [];
    ShowCommunications "show-communications" Screens [Anywhere] "Communications" "Audiences, updates due, the next draft, what was sent." [];
    ShowRunbooks "show-runbooks" Screens [Anywhere] "Runbooks" "Find a runbook, read it beside the checklists, take its steps over." [];
    ShowReview "show-review" Screens [Anywhere] "Review" "Impact, milestones, cause, factors, action items, missed timers." [];
    ShowBoard "show-board" Screens [Anywhere] "Board" "All incidents with their action items and trend; / asks them a query." [];
    ShowSheet "show-sheet" Screens [Anywhere] "Incident sheet" "All that is recorded of the incident on one page." [];
    OpenIncident "open-incident" Screens [Anywhere] "Open another incident" "Go to another incident of the repository." [
        step("incident", "incident", "which incident", Want::Choice)];
    NextIncident "next-incident" Screens [Anywhere] "Next open incident" "Go to the next of the incidents that are open, round and round." [];
    SearchAll "search-all" Screens [Anywhere] "Search all incidents" "Look for words in everything that the incidents of the repository say; sev:P0 by:kim since:30d work too." [
        step("words", "search", "words, sev:P0, is:open, service:checkout, by:kim, since:30d", Want::Text)];
    ShowPermissions "show-permissions" Screens [Anywhere] "What may run" "Hooks and runbooks that you allow, by their exact content, and those that you do not." [];
    ReadPermission "read-permission" Screens [] "Read what may run" "Show the whole content of a hook or runbook, and allow it." [
        step("permit", "what", "a hook or a runbook", Want::Choice)];
    AllowToRun "allow-to-run" Screens [] "Allow it to run" "Allow the content that was read, and no other; its name is typed out." [
        step("read", "what", "what was read", Want::Choice),
        step("typed", "its name", "type its name to allow it", Want::Text)];
    DenyToRun "deny-to-run" Screens [] "Take the permission back" "It does not run any more." [
        step("read", "what", "what was read", Want::Choice)];
    ShowSimilar "show-similar" Screens [Anywhere] "Similar incidents" "Has this happened before: what was like it and why, its cause, what ended it." [];
    ShowFollowUps "show-follow-ups" Screens [Anywhere] "Action items of all incidents" "What came back first, then what is overdue; by owner or by horizon." [];
    ShowTrend "show-trend" Screens [Anywhere] "Trend" "The last months, quarters or weeks beside each other, with dots and strips." [];
    Arrange "arrange" Screens [Overview] "Arrange otherwise" "Action items by urgency, owner or horizon; the trend by month, quarter or week." [];
    DeclareIncident "declare-incident" Screens [Anywhere] "Declare an incident" "Declare another incident, and open it." [
        step("title", "title", "what is broken for whom", Want::Text),
        maybe("true", "severity", "what is true of it, the first that holds (may stay open)", Want::Choice),
        maybe("rated-impact", "impact", "how far it reaches (may stay open)", Want::Choice),
        maybe("urgency", "urgency", "how fast it has to end (may stay open)", Want::Choice),
        maybe("ground", "ground", "why it is declared without an alert (may stay open)", Want::Choice)];

    Up "up" Move [Anywhere, Page, Input] "Up" "One line up." [];
    Down "down" Move [Anywhere, Page, Input] "Down" "One line down." [];
    PageUp "page-up" Move [Anywhere, Page, Input] "Page up" "One page up." [];
    PageDown "page-down" Move [Anywhere, Page, Input] "Page down" "One page down." [];
    HalfUp "half-up" Move [Anywhere, Page] "Half a page up" "Half a page up." [];
    HalfDown "half-down" Move [Anywhere, Page] "Half a page down" "Half a page down." [];
    First "first" Move [Anywhere, Page] "First line" "To the first line." [];
    Last "last" Move [Anywhere, Page] "Last line" "To the last line." [];
    NextPane "next-pane" Move [Anywhere] "Next pane" "To the next pane." [];
    PreviousPane "previous-pane" Move [Anywhere] "Previous pane" "To the previous pane." [];
    FirstPane "first-pane" Move [Anywhere] "First pane" "To the first pane of the screen: in the war room the timeline." [];
    SecondPane "second-pane" Move [Anywhere] "Second pane" "To the second pane: in the war room the timers." [];
    ThirdPane "third-pane" Move [Anywhere] "Third pane" "To the third pane: in the war room the roles." [];
    FourthPane "fourth-pane" Move [Anywhere] "Fourth pane" "To the fourth pane: in the war room hypotheses and mitigations." [];
    FifthPane "fifth-pane" Move [Anywhere] "Fifth pane" "To the fifth pane: in the war room the checklists." [];
    SixthPane "sixth-pane" Move [Anywhere] "Sixth pane" "To the sixth pane: in the war room what waits for a decision." [];
    NextOpenItem "next-open-item" Move [Checklists] "Next open item" "To the next item that is not done, round and round." [];
    Search "search" Move [Anywhere] "Search" "Search the pane; n and N go to the next and previous match." [];
    NextMatch "next-match" Move [Anywhere] "Next match" "To the next match." [];
    PreviousMatch "previous-match" Move [Anywhere] "Previous match" "To the previous match." [];
    FilterMatches "filter-matches" Move [Anywhere] "Only matches, or all" "Show only lines that match, or all again." [];

    FilterTimeline "filter-timeline" Console [Anywhere] "Filter the timeline" "Show only some kinds or people, pinned lines or your own; Esc shows all again." [
        step("only", "only", "what is shown; several are combined", Want::Choice)];
    ToggleStory "toggle-story" Console [Anywhere] "Story or all" "Fold what the console wrote by itself into one line a group, or show every event." [];
    ToUnread "to-unread" Move [Anywhere] "First unread line" "To the first line that came while you were away." [];
    Open "open" Console [Anywhere] "Details" "Show the selected entry with what can be done about it; while no line is picked, do the NEXT step." [];
    New "new" Console [Anywhere] "Add to this pane" "Log, start a timer, assign a role, add a hypothesis or an item." [];
    Undo "undo" Console [Anywhere] "Undo" "Take back the newest of your own changes." [];
    Redo "redo" Console [Anywhere] "Redo" "Do again what was taken back." [];
    Zoom "zoom" Console [Anywhere] "Zoom" "Give the pane the whole screen, or take it back." [];
    Copy "copy" Console [Anywhere] "Copy" "Copy the selected line to the clipboard of your terminal." [];
    ChooseTheme "choose-theme" Console [Anywhere] "Choose a theme" "Colours for dark and light terminals, high contrast, colour-blind; shown as you move, Esc takes it back." [
        step("theme", "theme", "which theme", Want::Choice)];
    ChooseSeat "choose-seat" Console [Anywhere] "Arrange for a role" "Arrange screen, pane and keys for the incident commander, the scribe or a responder; remembered." [
        step("seat", "role", "which role", Want::Choice)];
    CopyWords "copy-words" Console [Timeline] "Copy the words" "Copy the words of a line alone, without its time and author." [];
    OnlyMine "only-mine" Console [Checklists] "Only mine, or all" "Show only the items that you have claimed, or all again." [];
    LocalTime "local-time" Console [Anywhere] "UTC or local time" "Show times in UTC or in the local zone." [];
    DoAsked "do-asked" Console [Anywhere] "Do the next step" "Do what the NEXT line says; where timers have the focus, what the selected one asks for." [];
    PutAway "put-away" Console [Anywhere] "Later" "Put the step of the NEXT line away until it comes up anew." [];
    Messages "messages" Console [Anywhere] "Messages" "Show the last hundred messages, notices, and problems of the file and of the configuration." [];
    SyncNow "sync-now" Console [Anywhere] "Sync now" "Commit, fetch, merge and push at once, also where the remote refused before." [];
    RestoreFile "restore-file" Console [Anywhere] "Put the last good state back" "Where the file is missing or cannot be read; what is there is kept as a rescue copy." [];
    Help "help" Console [Anywhere] "Help" "Show the keys for where you are and what the marks mean; once more all keys, with search." [];
    Palette "palette" Console [Anywhere] "Commands" "Find any command by its name." [];
    Back "back" Console [Anywhere] "Back" "Back out one level: search, filter, zoom." [];
    Leave "leave" Edit [Input, Page] "Close it" "Back out one level; an unsent line is kept." [];
    Redraw "redraw" Console [Anywhere, Page] "Redraw" "Draw the whole screen afresh." [];
    Suspend "suspend" Console [Anywhere, Input, Page] "Suspend" "Back to the shell; `fg` returns." [];
    Quit "quit" Console [Anywhere] "Quit" "Leave; everything is saved." [];

    Submit "submit" Edit [Input, Page] "Take it" "Take the line, or do what is selected." [];
    TakeNow "take-now" Edit [Input] "Take it now" "Take the form as it stands; what may stay empty stays so." [];
    EditOutside "edit-outside" Edit [Input] "Your editor" "Write the text in $VISUAL or $EDITOR; what you save comes back into the line." [];
    NewLine "new-line" Edit [Input] "Line break" "Begin another line in the same text." [];
    NextKind "next-kind" Edit [Input, Page] "Next field" "The next field of a form; the next kind of event; what the empty line offers." [];
    PreviousKind "previous-kind" Edit [Input] "Previous field" "The previous field of a form; the previous kind of event." [];
    CharLeft "char-left" Edit [Input] "Left" "One character to the left." [];
    CharRight "char-right" Edit [Input] "Right" "One character to the right." [];
    WordLeft "word-left" Edit [Input] "Word left" "One word to the left." [];
    WordRight "word-right" Edit [Input] "Word right" "One word to the right." [];
    LineStart "line-start" Edit [Input] "Beginning" "To the beginning of the line." [];
    LineEnd "line-end" Edit [Input] "End" "To the end of the line." [];
    DeleteLeft "delete-left" Edit [Input] "Delete left" "Remove the character before the cursor." [];
    DeleteRight "delete-right" Edit [Input] "Delete right" "Remove the character after the cursor." [];
    CutWordLeft "cut-word-left" Edit [Input] "Cut word left" "Cut the word before the cursor." [];
    CutWordRight "cut-word-right" Edit [Input] "Cut word right" "Cut the word after the cursor." [];
    CutToStart "cut-to-start" Edit [Input] "Cut to the beginning" "Cut everything before the cursor." [];
    CutToEnd "cut-to-end" Edit [Input] "Cut to the end" "Cut everything after the cursor." [];
    PutBack "put-back" Edit [Input] "Put back" "Put back what was cut last." [];
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_is_sound() {
        let mut ids = HashSet::new();
        for action in Action::ALL {
            let spec = action.spec();
            assert!(ids.insert(spec.id), "{} twice", spec.id);
            assert!(
                spec.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{}",
                spec.id
            );
            assert!(spec.about.ends_with(['.', '…']), "{}", spec.id);
            assert_eq!(Action::named(spec.id), Some(*action));
            let mut names = HashSet::new();
            assert!(spec.asks.iter().all(|step| names.insert(step.name)), "{}", spec.id);
        }
    }
}
