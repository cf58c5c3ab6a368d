//! The arguments before clap reads them. Free text may begin with a dash, and a verb's own words never swallow it: what is
//! an option, a verb or a word of a text is decided here, by the command line's own definition. Each call is put in one
//! form: verbs, then options as `--name=value`, then `--` and everything else in its order.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

/// The arguments in the form that clap reads without guessing, and what was decided on the way.
pub(super) struct Sorted {
    /// The arguments, the program's name first.
    pub args: Vec<OsString>,
    /// Words that could have been a verb and were taken as text.
    pub note: Option<String>,
}

/// Verbs whose arguments are left as they are: git calls them, or nobody types text after them.
const AS_THEY_ARE: [&str; 5] = ["merge-driver", "complete", "completions", "man", "demo-responder"];

/// Short options that take what follows them in the same word, also where it holds blanks.
const WITH_BLANKS: [char; 2] = ['C', 'm'];

/// Puts the arguments of one call in order.
pub(super) fn sort(args: Vec<OsString>, root: &Command) -> Sorted {
    let mut given = args.iter();
    let mut sorted: Vec<OsString> = given.next().cloned().into_iter().collect();
    let rest: Vec<&OsString> = given.collect();
    let mut walk = Walk {
        root,
        command: root,
        verbs: Vec::new(),
        options: Vec::new(),
        words: Vec::new(),
        note: None,
        own: false,
    };
    if !walk.through(&rest) {
        return Sorted { args, note: None };
    }
    sorted.extend(walk.verbs);
    sorted.extend(walk.options);
    if !walk.words.is_empty() {
        sorted.push("--".into());
        sorted.extend(walk.words);
    }
    Sorted {
        args: sorted,
        note: walk.note,
    }
}

struct Walk<'c> {
    root: &'c Command,
    command: &'c Command,
    verbs: Vec<OsString>,
    options: Vec<OsString>,
    words: Vec<OsString>,
    note: Option<String>,
    /// Options of the command itself were given, beside those of every verb.
    own: bool,
}

/// What a word that begins with a dash is.
enum Dashed<'c> {
    /// An option that takes no value, or has it in the same word.
    Whole,
    /// An option whose value is the next word; its long name.
    Wants(&'c Arg),
    /// A word of the text.
    Text,
    /// Neither: clap says so.
    Unknown,
}

impl<'c> Walk<'c> {
    /// Whether everything was understood; else clap reads the arguments as they are.
    fn through(&mut self, rest: &[&OsString]) -> bool {
        let mut at = 0;
        while let Some(word) = rest.get(at) {
            at += 1;
            if word.as_os_str() == "--" {
                self.words.extend(rest[at..].iter().map(|word| (*word).clone()));
                return !self.words.is_empty() || !self.is_text();
            }
            let Some(text) = word.to_str() else {
                self.words.push((*word).clone());
                continue;
            };
            if text.len() > 1 && text.starts_with('-') {
                match self.dashed(text) {
                    Dashed::Whole => self.options.push(text.into()),
                    Dashed::Text => self.words.push(text.into()),
                    Dashed::Unknown => return false,
                    Dashed::Wants(arg) => match self.value(arg, &rest[at..]) {
                        Some(taken) => at += taken,
                        None => return false,
                    },
                }
                self.own = self.options.iter().any(|option| self.is_own(option));
                continue;
            }
            if self.words.is_empty() && text == "help" && self.helps(&rest[at..]) {
                return self.help(&rest[at..]);
            }
            match self.words.is_empty().then(|| verb(self.command, text)).flatten() {
                Some(verb) if self.fits(verb, &rest[at..]) => {
                    if AS_THEY_ARE.contains(&verb.get_name()) {
                        return false;
                    }
                    self.command = verb;
                    self.verbs.push(verb.get_name().into());
                }
                Some(verb) => {
                    self.note = Some(format!(
                        "`{}` was taken as the first word of the text, not as the verb",
                        verb.get_name()
                    ));
                    self.words.push(text.into());
                }
                None => self.words.push(text.into()),
            }
        }
        true
    }

    /// Whether this command takes text of any length.
    fn is_text(&self) -> bool {
        is_text(self.command)
    }

    /// `help` asks for help where it stands alone, or before the name of a verb; it is a word of the text elsewhere.
    fn helps(&self, rest: &[&OsString]) -> bool {
        let takes = self.command.has_subcommands() || LISTED.contains(&self.command.get_name());
        if !takes {
            return false;
        }
        let mut command = self.command;
        rest.iter().all(|word| {
            let next = word.to_str().and_then(|word| verb(command, word));
            command = next.unwrap_or(command);
            next.is_some()
        })
    }

    fn help(&mut self, rest: &[&OsString]) -> bool {
        self.verbs.extend(rest.iter().map(|word| (*word).clone()));
        self.options = vec!["--help".into()];
        true
    }

    /// Whether what follows a word has the form of that verb's arguments. Where the command takes no text there is no
    /// doubt.
    fn fits(&self, verb: &Command, rest: &[&OsString]) -> bool {
        if !self.is_text() {
            return true;
        }
        // Options of the text stand before it: what follows them is the text.
        if self.own {
            return false;
        }
        let mut inner = Walk {
            root: self.root,
            command: verb,
            verbs: Vec::new(),
            options: Vec::new(),
            words: Vec::new(),
            note: None,
            own: false,
        };
        if rest.iter().any(|word| *word == "--help" || *word == "-h") {
            return true;
        }
        if !inner.through(rest) {
            return false;
        }
        let verb = inner.command;
        let positionals: Vec<_> = verb.get_positionals().collect();
        let least = positionals.iter().filter(|arg| arg.is_required_set()).count();
        let most = if positionals.iter().any(|arg| is_many(arg)) {
            usize::MAX
        } else {
            positionals.len()
        };
        let given = |name: &str| {
            let is = |option: &OsString| {
                let text = option.to_string_lossy();
                text.split('=').next() == Some(&format!("--{name}"))
            };
            inner.options.iter().any(is)
        };
        let wanted = |arg: &&Arg| arg.is_required_set() && !arg.is_positional();
        let complete = verb
            .get_opts()
            .filter(wanted)
            .all(|arg| arg.get_long().is_none_or(given));
        (least..=most).contains(&inner.words.len()) && complete
    }

    fn long(&self, name: &str) -> Option<&'c Arg> {
        let is = |arg: &&Arg| {
            arg.get_long() == Some(name) || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
        };
        let own = self.command.get_arguments().find(is);
        own.or_else(|| self.root.get_arguments().filter(|arg| arg.is_global_set()).find(is))
    }

    fn is_own(&self, option: &OsStr) -> bool {
        let option = option.to_string_lossy();
        let name = option.trim_start_matches('-').split('=').next().unwrap_or_default();
        let all = self.command.get_arguments().filter(|arg| !arg.is_global_set());
        all.filter_map(Arg::get_long).any(|long| long == name && long != "help")
    }

    fn short(&self, letter: char) -> Option<&'c Arg> {
        let is = |arg: &&Arg| arg.get_short() == Some(letter);
        let own = self.command.get_arguments().find(is);
        own.or_else(|| self.root.get_arguments().filter(|arg| arg.is_global_set()).find(is))
    }

    fn dashed(&self, word: &str) -> Dashed<'c> {
        let blank = word.contains(char::is_whitespace);
        if let Some(name) = word.strip_prefix("--") {
            let (name, joined) = name.split_once('=').map_or((name, false), |(name, _)| (name, true));
            return match self.long(name) {
                Some(arg) if takes(arg) && !joined => Dashed::Wants(arg),
                Some(_) => Dashed::Whole,
                None if matches!(name, "help" | "version") => Dashed::Whole,
                None if self.takes_dashes() && (blank || name.is_empty() || name.starts_with('-')) => Dashed::Text,
                None => Dashed::Unknown,
            };
        }
        let letters: Vec<char> = word.chars().skip(1).collect();
        for (place, letter) in letters.iter().enumerate() {
            match self.short(*letter) {
                Some(arg) if takes(arg) => {
                    let last = place + 1 == letters.len();
                    return match (last, blank && !WITH_BLANKS.contains(letter)) {
                        (true, _) if place == 0 => Dashed::Wants(arg),
                        (false, false) => Dashed::Whole,
                        _ => self.dash_word(&letters),
                    };
                }
                Some(_) => {}
                // Clap's own, which it adds to each verb when it comes to it.
                None if *letter == 'h' || (*letter == 'V' && letters.len() == 1) => {}
                None => return self.dash_word(&letters),
            }
        }
        Dashed::Whole
    }

    /// A word with one dash that is no option: text where text is taken, but a lone letter is a slip.
    fn dash_word(&self, letters: &[char]) -> Dashed<'c> {
        let slip = letters.len() == 1 && letters[0].is_ascii_alphabetic();
        if self.takes_dashes() && !slip {
            Dashed::Text
        } else {
            Dashed::Unknown
        }
    }

    /// Whether a word that begins with a dash may be meant for an argument: text, or a TIME such as `-5m`.
    fn takes_dashes(&self) -> bool {
        self.command.get_positionals().next().is_some()
    }

    /// Takes the value of an option from the words after it; how many of them.
    fn value(&mut self, arg: &Arg, rest: &[&OsString]) -> Option<usize> {
        let first = rest.first()?;
        // A known option in the place of a value is a slip, which clap names.
        if let Some(name) = first.to_str().and_then(|word| word.strip_prefix("--"))
            && (name.is_empty() || self.long(name.split('=').next()?).is_some())
        {
            return None;
        }
        let several = arg.get_num_args().is_some_and(|range| range.max_values() > 1);
        let more = rest[1..]
            .iter()
            .take_while(|word| several && !word.as_encoded_bytes().starts_with(b"-"))
            .count();
        let name = arg.get_long()?;
        let mut whole = OsString::from(format!("--{name}="));
        for (place, word) in rest[..=more].iter().enumerate() {
            if place > 0 {
                whole.push(" ");
            }
            whole.push(word);
        }
        self.options.push(whole);
        Some(1 + more)
    }
}

/// Verbs without verbs of their own that know `help` (and `list`, which they read themselves).
const LISTED: [&str; 1] = ["decide"];

fn verb<'c>(command: &'c Command, word: &str) -> Option<&'c Command> {
    command
        .get_subcommands()
        .find(|verb| verb.get_name() == word || verb.get_all_aliases().any(|alias| alias == word))
}

fn is_many(arg: &Arg) -> bool {
    matches!(arg.get_action(), clap::ArgAction::Append)
        || arg.get_num_args().is_some_and(|range| range.max_values() > 1)
}

fn is_text(command: &Command) -> bool {
    command.get_positionals().any(is_many)
}

fn takes(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

/// Whether the arguments ask for JSON, where they could not be read.
pub(super) fn wants_json(args: &[OsString]) -> bool {
    let before = args.iter().take_while(|arg| arg.as_os_str() != OsStr::new("--"));
    before.into_iter().any(|arg| arg == "--json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(line: &[&str]) -> String {
        let command = super::super::command();
        let args = std::iter::once("warroom").chain(line.iter().copied());
        let sorted = sort(args.map(OsString::from).collect(), &command);
        let words: Vec<_> = sorted.args.iter().skip(1).map(|arg| arg.to_string_lossy()).collect();
        words.join("|")
    }

    #[test]
    fn text_may_begin_with_a_dash() {
        for (line, wanted) in [
            (&["log", "-5m rolled back"][..], "log|--|-5m rolled back"),
            (&["log", "-5m", "rolled", "back"], "log|--|-5m|rolled|back"),
            (&["log", "- [ ] a: b"], "log|--|- [ ] a: b"),
            (&["log", "-3 pods", "--kind", "action"], "log|--kind=action|--|-3 pods"),
            (&["log", "--at", "-5m", "x"], "log|--at=-5m|--|x"),
            (&["log", "-k", "action", "x"], "log|--kind=action|--|x"),
            (&["log", "-i think so"], "log|--|-i think so"),
            (&["log", "--force was used"], "log|--|--force was used"),
            (&["log", "x", "--json"], "log|--json|--|x"),
            (&["why", "add", "-1 node"], "why|add|--|-1 node"),
            (
                &["check", "skip", "x", "--reason", "-5 left"],
                "check|skip|--reason=-5 left|--|x",
            ),
            (
                &["escalate", "tier2", "--reason", "a", "b"],
                "escalate|--reason=a b|--|tier2",
            ),
            (&["-C", "/tmp", "log", "x"], "log|--repo=/tmp|--|x"),
        ] {
            assert_eq!(sorted(line), wanted, "{line:?}");
        }
    }

    #[test]
    fn a_slip_stays_a_slip() {
        for line in [
            &["log", "x", "--kidn", "action"][..],
            &["log", "x", "-q"],
            &["log", "x", "--at"],
        ] {
            assert_eq!(sorted(line), line.join("|"));
        }
    }

    #[test]
    fn a_word_that_is_both_is_a_verb_only_in_its_form() {
        for (line, wanted) in [
            (&["log", "restore", "replica", "two"][..], "log|--|restore|replica|two"),
            (&["log", "restore", "abc"], "log|restore|--|abc"),
            (&["log", "edit", "the", "config"], "log|--|edit|the|config"),
            (&["log", "edit", "abc", "--text", "-x"], "log|edit|--text=-x|--|abc"),
            (
                &["log", "--kind", "action", "retract", "abc"],
                "log|--kind=action|--|retract|abc",
            ),
            (
                &["log", "retract", "abc", "--kind", "action"],
                "log|--kind=action|--|retract|abc",
            ),
            (&["log", "--json", "retract", "abc"], "log|retract|--json|--|abc"),
            (&["log", "list"], "log|list"),
            (&["log", "list", "of", "hosts"], "log|--|list|of|hosts"),
            (&["log", "help"], "log|--help"),
            (&["log", "help", "is", "on", "the", "way"], "log|--|help|is|on|the|way"),
            (&["decide", "help"], "decide|--help"),
            (&["help", "log"], "log|--help"),
            (&["help"], "--help"),
            (&["help", "check", "add"], "check|add|--help"),
            (&["log", "--", "restore", "abc"], "log|--|restore|abc"),
            (&["search", "help"], "search|--|help"),
            (&["log", "retract", "x", "--reason", "r"], "log|retract|--reason=r|--|x"),
        ] {
            assert_eq!(sorted(line), wanted, "{line:?}");
        }
    }
}
