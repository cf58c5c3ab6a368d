//! Requests and decisions: whom to call in, what is open, what the answers make.

use super::action::Action;
use super::form::{Choice, Form, choice, nothing};
use super::words::short;
use super::{Model, typed};
use crate::incident::{Change, Inquiry, InquiryKind, InquiryState, Question, live};

/// The framework's specialists, those that the moment calls for first; then everybody the incident knows.
pub(super) fn specialists(model: &Model) -> Vec<Choice> {
    let known = model.framework().specialists(model.incident());
    let mut all: Vec<Choice> = known
        .iter()
        .map(|one| {
            let now = if one.now { "now: " } else { "" };
            choice(&one.title, &one.title, format!("{now}{}", one.does))
        })
        .collect();
    all.extend(super::team::people(model));
    all
}

/// Whether the answer to a request is evidence.
pub(super) fn is_about_a_hypothesis(model: &Model, id: &str) -> bool {
    let asked = model.incident().inquiries.iter().find(|one| one.id == id);
    asked.is_some_and(|one| one.hypothesis.is_some())
}

/// What is asked and not answered yet: one's own first, those that can be done next before the others.
pub(super) fn open(model: &Model, action: Action) -> Vec<Choice> {
    let fits = |one: &Inquiry| match action {
        Action::ReadBack => one.state == InquiryState::Open,
        _ => true,
    };
    let mut all: Vec<&Inquiry> = live(&model.incident().inquiries)
        .filter(|one| one.is_open() && fits(one))
        .collect();
    all.sort_by_key(|one| match action {
        Action::WithdrawRequest => !crate::incident::people::same(&one.by, &model.me),
        _ => !super::next::is_for_me(model, one),
    });
    all.into_iter()
        .map(|one| {
            choice(
                &one.id,
                format!("{}: {}", one.to, short(&one.text, 50)),
                one.state.as_str(),
            )
        })
        .collect()
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Result<Change, String> {
    let text = form.answer("text").to_owned();
    let request = form.answer("request").to_owned();
    let within = |name: &str| typed::duration(model, form, name);
    Ok(match form.action {
        Action::Dispatch => Change::Ask(Question {
            kind: InquiryKind::Dispatch,
            to: form.answer("specialist").to_owned(),
            text,
            within: within("within")?,
            hypothesis: form.maybe("about"),
            situation: None,
        }),
        Action::GiveTask => Change::Ask(Question {
            kind: InquiryKind::Task,
            to: form.answer("who").to_owned(),
            text,
            within: within("duration")?,
            hypothesis: None,
            situation: None,
        }),
        Action::ReadBack => Change::ReadBack {
            request,
            text: form.maybe("text"),
        },
        Action::AnswerRequest => Change::Answer {
            request,
            text,
            supports: match form.answer("supports") {
                "for" => Some(true),
                "against" => Some(false),
                _ => None,
            },
        },
        Action::WithdrawRequest => Change::Withdraw {
            request,
            reason: form.maybe("reason"),
        },
        Action::Decide => Change::Decide {
            text,
            who: form.maybe("owner"),
            options: form
                .maybe("options")
                .map(|options| options.split(',').map(|option| option.trim().to_owned()).collect())
                .unwrap_or_default(),
            reason: form.maybe("reason"),
        },
        _ => return Err(nothing(form)),
    })
}
