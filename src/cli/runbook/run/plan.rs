//! Which commands of a runbook are run, and what each of them takes over from those before it.

use crate::runbook::command::Command as Line;
use crate::runbook::language::is_name;
use crate::runbook::quote::{self, State};
use crate::runbook::{Language, Step, Steps, gap, shell};
use crate::running::Outcome;

/// What is run of a runbook.
pub(super) struct Plan<'s> {
    /// The commands, each with its step.
    pub(super) lines: Vec<(&'s Step, &'s Line)>,
    /// Those that belong into a shell which a command before them opens, as sentences.
    pub(super) elsewhere: Vec<String>,
    all: &'s Steps,
}

impl<'s> Plan<'s> {
    /// The commands of the steps that were picked; of a step that was named by its block, that block's.
    pub(super) fn of(all: &'s Steps, picked: &[&'s Step], named: Option<&str>, here: bool) -> Self {
        let mut plan = Self {
            lines: Vec::new(),
            elsewhere: Vec::new(),
            all,
        };
        // Alone it does nothing: those behind it take it over.
        let only_sets = |line: &Line| is_setting(&line.text) || shell::goes_to_folder(&line.text);
        let all_set = named.is_some() && picked.iter().flat_map(|step| &step.commands).all(only_sets);
        for step in picked {
            let one_block = |line: &&Line| {
                named.is_none_or(|name| {
                    line.name.as_deref() == Some(name)
                        || !step.commands.iter().any(|other| other.name.as_deref() == Some(name))
                })
            };
            let of_shell = step.commands.iter().filter(|line| line.language == Language::Shell);
            for line in of_shell.filter(one_block) {
                if only_sets(line) && !all_set {
                    continue;
                }
                match plan.opener_of(line).filter(|_| !here) {
                    Some(opener) => {
                        let said = format!("`{}` belongs into the shell that `{opener}` opens", line.text);
                        plan.elsewhere.push(said);
                    }
                    None => plan.lines.push((*step, line)),
                }
            }
        }
        plan
    }

    /// The commands of a shell before one, from the first step on.
    fn before(&self, line: &Line) -> impl Iterator<Item = &'s Line> {
        let all = self
            .all
            .commands()
            .take_while(move |other| !std::ptr::eq(*other, line) && other.line <= line.line);
        all.filter(|other| other.language == Language::Shell)
    }

    /// The command before one whose shell it is meant for: until that one is left, or the same program is called again, as from outside.
    fn opener_of(&self, line: &Line) -> Option<&'s str> {
        let mut inside: Option<&str> = None;
        for other in self.before(line) {
            let text = other.text.as_str();
            if shell::opens(text) {
                inside = Some(text);
            } else if shell::leaves(text) || inside.is_some_and(|opener| shell::same_program(opener, text)) {
                inside = None;
            }
        }
        inside.filter(|opener| !shell::same_program(opener, &line.text))
    }

    /// The commands before one that only set variables.
    pub(super) fn settings_before(&self, line: &Line) -> impl Iterator<Item = &'s Line> {
        self.before(line).filter(|other| is_setting(&other.text))
    }
}

/// The commands before one of the same step that went to its folder; not those in a shell that was opened.
pub(super) fn folders_before<'l>(commands: &'l [Line], line: &Line) -> Vec<&'l Line> {
    let (mut inside, mut folders) = (false, Vec::new());
    for other in commands.iter().take_while(|other| !std::ptr::eq(*other, line)) {
        if shell::opens(&other.text) {
            inside = true;
        } else if shell::leaves(&other.text) {
            inside = false;
        } else if !inside && shell::goes_to_folder(&other.text) {
            folders.push(other);
        }
    }
    folders
}

/// Whether a command only sets variables to fixed values; a placeholder in angle brackets will be one.
fn is_setting(text: &str) -> bool {
    let marks = |found: &gap::Found| found.gap.written.starts_with('<');
    let mut rest = text.strip_prefix("export ").unwrap_or(text).trim().to_owned();
    let places: Vec<_> = gap::in_prose(&rest).into_iter().filter(marks).collect();
    for place in places.into_iter().rev() {
        rest.replace_range(place.range, "x");
    }
    let fixed = !rest.contains(['$', '`', '(', ';', '&', '|', '<', '>', '\n']);
    let words = quote::split(&rest).unwrap_or_default();
    fixed
        && !words.is_empty()
        && words
            .iter()
            .all(|word| word.split_once('=').is_some_and(|(name, _)| is_name(name)))
}

/// The variable of a command that does nothing but find out its value, `POD=$(kubectl get pods -o name)`; none that is a secret by its
/// name, since what was found is shown.
pub(super) fn finds_out(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("export ").unwrap_or(text).trim();
    let (name, value) = rest.split_once('=')?;
    if !is_name(name) || gap::is_secret(&gap::called(name)) || text.contains('\n') {
        return None;
    }
    let bare = value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    let value = bare.unwrap_or(value);
    let whole = if value.starts_with("$(") {
        closes_at_its_end(value)
    } else {
        value.len() > 2 && value.starts_with('`') && value.ends_with('`') && value.matches('`').count() == 2
    };
    whole.then_some(name)
}

/// Whether the bracket behind the `$` is closed by the last letter.
fn closes_at_its_end(value: &str) -> bool {
    let states = quote::states(&value[1..]);
    let mut depth = 0_i32;
    for (at, c) in value[1..].char_indices() {
        match c {
            _ if states.get(at) == Some(&State::Single) => {}
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 2 == value.len();
        }
    }
    false
}

/// What a command found out: the name of the placeholder and its value, where that may be put into a command.
pub(super) fn found_out(line: &Line, outcome: &Outcome) -> Option<(String, String)> {
    let name = finds_out(&line.text)?;
    let last = outcome.output.last(1).pop()?;
    let value = last.strip_prefix(name)?.strip_prefix('=')?;
    gap::is_runnable(value).then(|| (gap::called(name), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_finds_out_a_value_is_told_from_what_does_more() {
        for (text, name) in [
            ("POD=$(kubectl get pods -o name | head -1)", Some("POD")),
            ("export DIR=\"$(mktemp -d)\"", Some("DIR")),
            ("SIZE=`du -s .`", Some("SIZE")),
            ("N=$(echo ')' | wc -c)", Some("N")),
            ("N=$(echo $(date))", Some("N")),
            ("POD=$(date); rm -rf /", None),
            ("POD=$(date) rm -rf $(x)", None),
            ("POD=web-1", None),
            ("TOKEN=$(vault read x)", None),
            ("DB_PASSWORD=`pass db`", None),
            ("A=`x` B=`y`", None),
        ] {
            assert_eq!(finds_out(text), name, "{text}");
        }
    }

    #[test]
    fn a_value_that_is_still_open_is_a_setting() {
        for text in [
            "NAMESPACE=shop",
            "export A=1 B='two words'",
            "NS='<value of the label>'",
        ] {
            assert!(is_setting(text), "{text}");
        }
        for text in ["A=$(date)", "A=1 run", "A=$B", "cat <file>", "A=1; rm x"] {
            assert!(!is_setting(text), "{text}");
        }
    }
}
