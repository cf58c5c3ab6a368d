//! Keys that no hand types: where a terminal does not say that it pastes, what it pastes comes as keys, many in an instant. Such a
//! burst with a line end in it is taken for the paste that it is, so that none of its letters runs a command. One line with its
//! end, or words without one, may also be what someone typed while the network stood still: what it is, the model knows.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::app::{Key, Message};
use crate::bounds;

/// Keys that come within this of each other belong to one burst: ten times faster than the fastest hands.
const GAP: Duration = Duration::from_millis(5);

/// How long one key is looked behind for another that came with it. (With no time at all crossterm does not look even at what it
/// has read already.)
const LOOK: Duration = Duration::from_micros(200);

/// What still comes so soon after a paste belongs to it: terminals and networks hand it over in pieces.
const AFTER: Duration = Duration::from_millis(100);

/// Fewer letters than this before a line end are typed ahead: no paste is so short, and nothing is lost by it.
const SHORT: usize = 5;

/// From this many letters on, with a blank among them, it is words that came at once and no keys of commands: a key that is held
/// down, or pressed again and again, has few different ones.
const WORDS: usize = 8;
const DIFFERENT: usize = 4;

/// Collects keys by when they came. Times count from any beginning.
#[derive(Debug, Default)]
pub(super) struct Burst {
    keys: Vec<Key>,
    /// When the last key came.
    last: Duration,
    /// When the last paste ended.
    pasted: Option<Duration>,
}

impl Burst {
    /// A key came. Returns what is decided about those before it.
    pub(super) fn push(&mut self, key: Key, at: Duration) -> Vec<Message> {
        let apart = !self.keys.is_empty() && at.saturating_sub(self.last) > GAP;
        let full = self.keys.len() as u64 >= bounds::IMPORT / 8;
        let done = if apart || full { self.flush() } else { Vec::new() };
        self.keys.push(key);
        self.last = at;
        done
    }

    /// Whether keys wait for what they mean.
    pub(super) fn waits(&self) -> bool {
        !self.keys.is_empty()
    }

    /// How long the next key is waited for before those that came are passed on. One key alone is passed on as good as at once.
    pub(super) fn patience(&self) -> Duration {
        if self.keys.len() > 1 { GAP } else { LOOK }
    }

    /// No more keys came: what those that did come mean.
    pub(super) fn flush(&mut self) -> Vec<Message> {
        let keys = std::mem::take(&mut self.keys);
        let follows = self.pasted.is_some_and(|at| self.last.saturating_sub(at) <= AFTER);
        match pasted(&keys, follows) {
            Some(message) => {
                self.pasted = Some(self.last);
                vec![message]
            }
            None => keys.into_iter().map(Message::Key).collect(),
        }
    }
}

/// What the keys are, where no hand has typed them one by one: letters and line ends, nothing else. With a line end between them,
/// or behind a paste at once, a paste; with one behind them, or of several words, a line that came at once.
fn pasted(keys: &[Key], follows: bool) -> Option<Message> {
    let text: String = keys.iter().map(|key| key.letter()).collect::<Option<_>>()?;
    let letters = text.chars().filter(|c| *c != '\n').count();
    let line = text.trim_end_matches('\n');
    // A line end before all else closes what was typed before.
    let lines = line.trim_start_matches('\n').contains('\n') || line.starts_with('\n') && letters >= SHORT;
    if lines || follows && keys.len() > 1 {
        return Some(Message::Paste(text));
    }
    let ends = line.len() < text.len() && letters >= SHORT;
    let words =
        letters >= WORDS && text.trim().contains(' ') && text.chars().collect::<BTreeSet<_>>().len() >= DIFFERENT;
    (ends || words).then(|| Message::Burst(keys.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Code;

    fn keys(text: &str) -> Vec<Key> {
        let key = |c| match c {
            '\r' => Key::plain(Code::Enter),
            '\t' => Key::plain(Code::Tab),
            '\u{1b}' => Key::plain(Code::Esc),
            c => Key::plain(Code::Char(c)),
        };
        text.chars().map(key).collect()
    }

    /// Keys with so many microseconds between them, and what came of them: pastes as `[text]`.
    fn came(parts: &[(&str, u64)]) -> String {
        let mut burst = Burst::default();
        let mut now = Duration::from_secs(1);
        let mut said = Vec::new();
        for (text, apart) in parts {
            for key in keys(text) {
                now += Duration::from_micros(*apart);
                said.extend(burst.push(key, now));
            }
        }
        said.extend(burst.flush());
        let shown = |message: &Message| match message {
            Message::Paste(text) => format!("[{}]", text.replace('\n', "/")),
            Message::Key(key) => key.to_string(),
            Message::Burst(keys) => format!("({})", keys.iter().map(Key::to_string).collect::<String>()),
            other => panic!("{other:?}"),
        };
        said.iter().map(shown).collect()
    }

    #[test]
    fn lines_that_no_hand_types_are_a_paste() {
        assert_eq!(came(&[("x: one\rsev two\rq", 20)]), "[x: one/sev two/q]");
        assert_eq!(came(&[("one\r\ttwo\r", 20)]), "[one/\ttwo/]");
        // The same at the speed of hands.
        assert_eq!(came(&[("one\rq", 30_000)]), "oneEnterq");
    }

    #[test]
    fn one_line_and_keys_of_no_text_are_typed() {
        assert_eq!(came(&[("inc\r", 20)]), "incEnter");
        assert_eq!(came(&[("a\r\r", 20)]), "aEnterEnter");
        assert_eq!(came(&[("\rq", 20)]), "Enterq");
        assert_eq!(came(&[("jjjjjjj", 20)]), "jjjjjjj");
        assert_eq!(came(&[("one\rtwo\u{1b}", 20)]), "oneEntertwoEsc");
    }

    #[test]
    fn a_line_with_its_end_is_told_as_one() {
        assert_eq!(came(&[("x: first\r", 20)]), "(x:SpacefirstEnter)");
        assert_eq!(came(&[("x: first\r", 30_000)]), "x:SpacefirstEnter");
        // What comes at once behind it is more of it.
        assert_eq!(came(&[("x: first\r", 20), ("qu", 40_000)]), "(x:SpacefirstEnter)qu");
        assert_eq!(came(&[("\rx: first", 20)]), "[/x: first]");
    }

    #[test]
    fn words_without_a_line_end_are_told_as_one() {
        assert_eq!(came(&[("x: pasted words", 20)]), "(x:SpacepastedSpacewords)");
        assert_eq!(came(&[("x: pasted words", 30_000)]), "x:SpacepastedSpacewords");
        // Keys that are pressed again and again, and a few that came together on a slow line.
        assert_eq!(came(&[("jj jj jj jj", 20)]), "jjSpacejjSpacejjSpacejj");
        assert_eq!(came(&[("jk b c", 20)]), "jkSpacebSpacec");
    }

    #[test]
    fn a_paste_in_pieces_is_one() {
        let pieces = came(&[("one\rtwo", 20), (" more\r", 40_000)]);
        assert!(pieces.starts_with("[one/two]"), "{pieces}");
        // Pieces of single keys are those of a hand; a piece of several belongs to the paste.
        let mut burst = Burst::default();
        let send = |burst: &mut Burst, text: &str, at: u64| {
            let mut said = Vec::new();
            for key in keys(text) {
                said.extend(burst.push(key, Duration::from_millis(at)));
            }
            said.extend(burst.flush());
            said
        };
        assert!(matches!(send(&mut burst, "one\rtwo", 100)[..], [Message::Paste(_)]));
        assert!(matches!(send(&mut burst, " more", 150)[..], [Message::Paste(_)]));
        assert!(matches!(
            send(&mut burst, "q!", 251)[..],
            [Message::Key(_), Message::Key(_)]
        ));
    }

    #[test]
    fn one_key_is_not_waited_for() {
        let mut burst = Burst::default();
        burst.push(Key::plain(Code::Char('q')), Duration::ZERO);
        assert!(burst.patience() < Duration::from_millis(1));
        assert!(matches!(burst.flush()[..], [Message::Key(_)]));
    }
}
