//! The key table: which keys mean which action in which context. Defaults in `assets/keymap.yaml`, the user's lines over them.

use super::action::{Action, Context};
use super::key::{Key, show_sequence};

/// The defaults.
pub const DEFAULTS: &str = include_str!("../../assets/keymap.yaml");

/// One line of a key table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Line in its file, from 1.
    pub line: usize,
    /// Action's id.
    pub action: String,
    /// Keys as written; none takes the action's keys away.
    pub keys: Vec<String>,
}

/// Something wrong in the user's key table, as a sentence without the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1.
    pub line: usize,
    /// The action whose line it is; empty where the line names none.
    pub action: String,
    /// The sentence.
    pub said: String,
}

/// What a key, after those before it, means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing.
    Nothing,
    /// It begins or goes on with a longer sequence.
    Begins,
    /// An action.
    Does(Action),
}

#[derive(Clone, Debug)]
struct Binding {
    action: Action,
    keys: Vec<Key>,
    /// Line in the user's file; `None` for defaults.
    line: Option<usize>,
}

/// The key table in force.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        let mut map = Self { bindings: Vec::new() };
        // The tests hold that the embedded table has no problem.
        let (entries, _) = parse(DEFAULTS, None);
        for entry in &entries {
            let _ = map.take(entry, None);
        }
        map
    }
}

impl Keymap {
    /// The defaults with the user's lines over them, and what is wrong with those. A line that is wrong is left out; the
    /// defaults of its action stay.
    pub fn with(entries: &[Entry]) -> (Self, Vec<Problem>) {
        let mut map = Self::default();
        let mut problems = Vec::new();
        for entry in entries {
            if let Err(said) = map.take(entry, Some(entry.line)) {
                problems.push(Problem {
                    line: entry.line,
                    action: entry.action.clone(),
                    said,
                });
            }
        }
        problems.extend(map.settle_conflicts());
        (map, problems)
    }

    fn take(&mut self, entry: &Entry, line: Option<usize>) -> Result<(), String> {
        let Some(action) = Action::named(&entry.action) else {
            return Err(unknown(&entry.action));
        };
        let mut bindings = Vec::new();
        for text in &entry.keys {
            let Some(keys) = Key::parse_sequence(text) else {
                return Err(format!(
                    "`{text}` is not a key; try g, Ctrl-P, Shift-Tab, F5 or a sequence such as `r c`"
                ));
            };
            bindings.push(Binding { action, keys, line });
        }
        self.bindings.retain(|binding| binding.action != action);
        self.bindings.extend(bindings);
        Ok(())
    }

    /// Of two actions on one key in one context, the default gives way to the user's line without a word where the user
    /// named it, and the later of two of the user's lines gives way with a sentence.
    fn settle_conflicts(&mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut kept: Vec<Binding> = Vec::new();
        let mut queue = std::mem::take(&mut self.bindings);
        // The user's lines first, in their order: defaults that collide with them are reported and dropped.
        queue.sort_by_key(|binding| binding.line.unwrap_or(usize::MAX));
        for binding in queue {
            let Some(other) = kept.iter().find(|other| collide(&binding, other)) else {
                kept.push(binding);
                continue;
            };
            let (by, without) = (other.action.spec().id, binding.action.spec().id);
            let keys = show_sequence(&binding.keys);
            let (line, action) = match binding.line {
                Some(line) => (line, without),
                None => (other.line.unwrap_or(0), by),
            };
            problems.push(Problem {
                line,
                action: action.to_owned(),
                said: format!(
                    "`{keys}` would mean both {by} and {without}; it means {by}, and {without} is without this key"
                ),
            });
        }
        self.bindings = kept;
        problems
    }

    /// What `keys` mean where the given contexts have the say.
    pub fn meaning(&self, contexts: &[Context], keys: &[Key]) -> Meaning {
        let mut begins = false;
        // The nearest context first: what a key means there goes before what it means anywhere.
        for context in contexts {
            let here = |binding: &&Binding| binding.action.spec().contexts.contains(context);
            for binding in self.bindings.iter().filter(here) {
                if binding.keys == keys {
                    return Meaning::Does(binding.action);
                }
                begins |= binding.keys.starts_with(keys);
            }
        }
        if begins { Meaning::Begins } else { Meaning::Nothing }
    }

    /// What may follow an unfinished sequence: rest of the keys, and the action.
    pub fn continuations(&self, contexts: &[Context], keys: &[Key]) -> Vec<(String, Action)> {
        let here = |binding: &&Binding| {
            binding
                .action
                .spec()
                .contexts
                .iter()
                .any(|context| contexts.contains(context))
        };
        let follows = self
            .bindings
            .iter()
            .filter(here)
            .filter(|binding| binding.keys.starts_with(keys));
        follows
            .map(|binding| (show_sequence(&binding.keys[keys.len()..]), binding.action))
            .collect()
    }

    /// The first key of an action, as people read it; empty where it has none.
    pub fn key_of(&self, action: Action) -> String {
        let first = self.bindings.iter().find(|binding| binding.action == action);
        first.map(|binding| show_sequence(&binding.keys)).unwrap_or_default()
    }

    /// All keys of an action, as people read them.
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        let own = self.bindings.iter().filter(|binding| binding.action == action);
        own.map(|binding| show_sequence(&binding.keys)).collect()
    }
}

/// There is no such action; the one that may be meant.
fn unknown(action: &str) -> String {
    let known: Vec<&str> = Action::ALL.iter().map(|action| action.spec().id).collect();
    match crate::config::nearest(action, &known) {
        Some(near) => format!("there is no action `{action}`, did you mean `{near}`?"),
        None => format!("there is no action `{action}`; `warroom config init` writes a file that lists them"),
    }
}

fn collide(one: &Binding, other: &Binding) -> bool {
    let keys = one.keys.starts_with(&other.keys) || other.keys.starts_with(&one.keys);
    let types = one.keys.len() == 1 && one.keys[0].typed().is_some();
    let places = |a: &Context, b: &Context| a.meets(*b) && !(*a == Context::Input && types);
    let (here, there) = (one.action.spec().contexts, other.action.spec().contexts);
    keys && one.action != other.action && here.iter().any(|a| there.iter().any(|b| places(a, b)))
}

/// Reads a key table: lines `action: key` or `action: [key, "key"]`. With a section, only the lines indented under
/// `section:` count (so that the whole of a configuration file may be given). Lines that make no sense are problems.
pub fn parse(text: &str, section: Option<&str>) -> (Vec<Entry>, Vec<Problem>) {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    let mut inside = section.is_none();
    for (number, raw) in text.lines().enumerate() {
        let line = raw.trim_end();
        if line.trim_start().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if let Some(section) = section
            && !line.starts_with([' ', '\t'])
        {
            let head = line.split('#').next().unwrap_or_default().trim_end();
            inside = head.strip_suffix(':') == Some(section);
            continue;
        }
        if !inside {
            continue;
        }
        match parse_line(line.trim_start()) {
            Some((action, keys)) => entries.push(Entry {
                line: number + 1,
                action,
                keys,
            }),
            None => problems.push(Problem {
                line: number + 1,
                action: String::new(),
                said: "this is not `action: key` or `action: [key, key]`".into(),
            }),
        }
    }
    (entries, problems)
}

/// The lines of a key table that was read as YAML, in their order in the text.
pub fn entries(text: &str, keys: &std::collections::BTreeMap<String, Vec<String>>) -> Vec<Entry> {
    let lines: Vec<&str> = text.lines().collect();
    let head = |line: &str| {
        line.split(':')
            .next()
            .unwrap_or_default()
            .trim()
            .trim_matches(['"', '\''])
            .to_owned()
    };
    let section = lines
        .iter()
        .position(|line| !line.starts_with([' ', '\t', '#']) && head(line) == "keys")
        .unwrap_or(0);
    let mut places = std::collections::BTreeMap::new();
    for (number, line) in lines.iter().enumerate().skip(section + 1) {
        places.entry(head(line)).or_insert(number);
    }
    let mut entries: Vec<Entry> = keys
        .iter()
        .map(|(action, keys)| Entry {
            line: places.get(action).unwrap_or(&section) + 1,
            action: action.clone(),
            keys: keys.clone(),
        })
        .collect();
    entries.sort_by_key(|entry| entry.line);
    entries
}

fn parse_line(line: &str) -> Option<(String, Vec<String>)> {
    let (action, rest) = line.split_once(':')?;
    let rest = rest.trim_start();
    let keys = if let Some(list) = rest.strip_prefix('[') {
        let mut keys = Vec::new();
        let mut rest = list.trim_start();
        loop {
            if let Some(after) = rest.strip_prefix(']') {
                break (after.trim_start().is_empty() || after.trim_start().starts_with('#')).then_some(keys)?;
            }
            let (key, after) = scalar(rest, true)?;
            keys.push(key);
            rest = after.trim_start();
            rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
        }
    } else {
        let (key, after) = scalar(rest, false)?;
        (after.trim_start().is_empty() || after.trim_start().starts_with('#')).then_some(vec![key])?
    };
    Some((action.trim_end().to_owned(), keys))
}

/// One scalar and what follows it.
fn scalar(text: &str, in_list: bool) -> Option<(String, &str)> {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            let (inner, after) = rest.split_once(quote)?;
            return Some((inner.to_owned(), after));
        }
    }
    let end = if in_list {
        text.find([',', ']'])?
    } else {
        text.find(" #").unwrap_or(text.len())
    };
    let key = text[..end].trim_end();
    (!key.is_empty()).then(|| (key.to_owned(), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> (Keymap, Vec<Problem>) {
        let (entries, mut problems) = parse(text, Some("keys"));
        let (map, more) = Keymap::with(&entries);
        problems.extend(more);
        (map, problems)
    }

    #[test]
    fn keys_may_be_written_in_any_style() {
        for text in [
            "keys: {quit: [l]}\n",
            "keys:\n  quit: [l]\n",
            "keys:\n  quit:\n    - l\n",
            "\"keys\": {\"quit\": \"l\"}\n",
            "keys: {\n  quit: l,\n}\n",
            "{keys: {quit: l}}\n",
            "{\"keys\": {\"quit\": [\"l\"]}}\n",
        ] {
            let (config, problems) = crate::config::UserConfig::parse(text, std::path::Path::new("c"));
            assert_eq!(problems, [], "{text}");
            let (map, _) = Keymap::with(&entries(text, &config.keys));
            assert_eq!(map.keys_of(Action::named("quit").unwrap()), ["l"], "{text}");
        }
        let text = "theme: dark\nkeys:\n  zoom: F2\n  # a\n  nope: x\n";
        let (config, _) = crate::config::UserConfig::parse(text, std::path::Path::new("c"));
        let (_, problems) = Keymap::with(&entries(text, &config.keys));
        assert_eq!(problems[0].line, 5, "{problems:?}");
    }

    #[test]
    fn defaults_are_sound_and_every_action_can_be_reached() {
        let (entries, problems) = parse(DEFAULTS, None);
        assert_eq!(problems, []);
        let (_, problems) = Keymap::with(&entries);
        assert_eq!(problems, []);
        for action in Action::ALL {
            let named = entries
                .iter()
                .filter(|entry| Action::named(&entry.action) == Some(*action))
                .count();
            assert_eq!(named, 1, "{} in keymap.yaml", action.spec().id);
            let reachable = action.in_palette() || !Keymap::default().key_of(*action).is_empty();
            assert!(reachable, "{}", action.spec().id);
        }
    }

    #[test]
    fn a_line_of_the_user_replaces_the_keys_of_its_action() {
        let (map, problems) =
            user("theme: dark\nkeys:\n  quit: Q   # as in mutt\n  zoom: [\"F9\", 'Ctrl-T']\nother: 1\n");
        assert_eq!(problems, []);
        assert_eq!(map.keys_of(Action::Quit), ["Q"]);
        assert_eq!(map.keys_of(Action::Zoom), ["F9", "Ctrl-T"]);
        assert_eq!(
            map.meaning(&[Context::Anywhere], &Key::parse_sequence("q").unwrap()),
            Meaning::Nothing
        );
    }

    #[test]
    fn conflicts_are_told_by_name_and_line() {
        let (map, problems) = user("keys:\n  quit: u\n  zoom: Q\n  copy: Q\n  fly: q\n  undo: Hyper-x\n  nonsense\n");
        let said: Vec<_> = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.line, problem.said))
            .collect();
        assert_eq!(
            said,
            [
                "7: this is not `action: key` or `action: [key, key]`",
                "5: there is no action `fly`; `warroom config init` writes a file that lists them",
                "6: `Hyper-x` is not a key; try g, Ctrl-P, Shift-Tab, F5 or a sequence such as `r c`",
                "4: `Q` would mean both zoom and copy; it means zoom, and copy is without this key",
                "2: `u` would mean both quit and undo; it means quit, and undo is without this key",
            ]
        );
        assert_eq!(map.key_of(Action::Quit), "u");
        assert_eq!(map.key_of(Action::Copy), "");
    }

    #[test]
    fn one_key_may_mean_different_things_in_different_panes() {
        let map = Keymap::default();
        let x = Key::parse_sequence("x").unwrap();
        let meaning = |context| map.meaning(&[context, Context::Anywhere], &x);
        assert_eq!(meaning(Context::Timeline), Meaning::Does(Action::RetractEvent));
        assert_eq!(meaning(Context::Mitigation), Meaning::Does(Action::FailMitigation));
        let r = Key::parse_sequence("r").unwrap();
        assert_eq!(map.meaning(&[Context::Anywhere], &r), Meaning::Begins);
        assert!(
            map.continuations(&[Context::Anywhere], &r)
                .contains(&("c".into(), Action::Close))
        );
    }
}
