//! A strict reader for entries and fields in the form that this program writes, whatever their type. It accepts exactly what every YAML
//! reader takes for the same value, and leaves everything else to the YAML library.

use std::fmt;

use serde::de::value::{Error as ValueError, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Visitor};
use serde_json::{Map, Value};

use super::write::{is_plain, is_unprintable};

/// How deep maps and lists stand in each other, at most.
const DEEPEST: usize = 8;
/// How many keys a map has, at most: each is compared with all before it.
const MOST_KEYS: usize = 64;

/// Reads one block at the given indentation of its dash; `None` where anything is not as we would have written it.
pub(super) fn entry<T: DeserializeOwned>(block: &str, indent: usize) -> Option<T> {
    let mut lines = Lines(block);
    let map = map(&mut lines, indent + 2, true, 0)?;
    lines.0.is_empty().then(|| T::deserialize(Node::Map(map)).ok())?
}

/// The same for the fields of the file itself, as any value.
pub(super) fn fields(text: &str) -> Option<Map<String, Value>> {
    let mut lines = Lines(text);
    let map = map(&mut lines, 0, false, 0)?;
    let all = map.into_iter().map(|(key, node)| (key.to_owned(), node.into_value()));
    lines.0.is_empty().then(|| all.collect())
}

/// A value, as far as it is known without a type.
enum Node<'a> {
    Text(&'a str),
    Decoded(String),
    Truth(bool),
    Whole(u64),
    Map(Vec<(&'a str, Node<'a>)>),
    List(Vec<Node<'a>>),
}

/// What is left of a text, from the beginning of a line on.
struct Lines<'a>(&'a str);

impl<'a> Lines<'a> {
    /// The next line without its end, and whether it has one.
    fn peek(&self) -> Option<(&'a str, bool)> {
        if self.0.is_empty() {
            return None;
        }
        match memchr::memchr(b'\n', self.0.as_bytes()) {
            Some(end) => Some((&self.0[..end], true)),
            None => Some((self.0, false)),
        }
    }

    fn skip(&mut self, line: &str, ended: bool) {
        self.0 = &self.0[line.len() + usize::from(ended)..];
    }
}

/// The rest of a line that has exactly so many spaces before it.
fn at(line: &str, indent: usize) -> Option<&str> {
    let spaces = line.as_bytes().get(..indent)?.iter().all(|byte| *byte == b' ');
    let rest = spaces.then(|| &line[indent..])?;
    (!rest.is_empty() && !rest.starts_with(' ')).then_some(rest)
}

/// The fields at an indentation, up to a line that stands further left; the first one behind a dash, where there is one.
fn map<'a>(lines: &mut Lines<'a>, indent: usize, dash: bool, depth: usize) -> Option<Vec<(&'a str, Node<'a>)>> {
    if depth > DEEPEST {
        return None;
    }
    let mut all: Vec<(&str, Node<'_>)> = Vec::with_capacity(8);
    while let Some((line, ended)) = lines.peek() {
        let content = if dash && all.is_empty() {
            let content = at(line, indent - 2)?.strip_prefix("- ")?;
            (!content.starts_with(' ')).then_some(content)?
        } else {
            match at(line, indent) {
                Some(content) if !content.starts_with("- ") => content,
                // The next member of the list around it, or the next field of what is around that.
                Some(_) | None => break,
            }
        };
        lines.skip(line, ended);
        let (key, value) = match content.split_once(": ") {
            Some((key, value)) => (key, value),
            None => (content.strip_suffix(':')?, ""),
        };
        let is_new = !all.iter().any(|(known, _)| *known == key) && all.len() < MOST_KEYS;
        if key.contains(':') || !is_plain(key, false) || !is_new {
            return None;
        }
        let value = match value {
            "" if content.ends_with(": ") => return None,
            "" => nested(lines, indent, depth)?,
            "|" | "|-" => Node::Decoded(literal(lines, indent + 2, value == "|")?),
            _ => {
                let mut rest = value;
                let value = on_one_line(&mut rest, false, depth)?;
                rest.is_empty().then_some(value)?
            }
        };
        all.push((key, value));
    }
    (!all.is_empty()).then_some(all)
}

/// What stands below a key without a value.
fn nested<'a>(lines: &mut Lines<'a>, indent: usize, depth: usize) -> Option<Node<'a>> {
    let is_member = |lines: &Lines<'a>| {
        let line = lines.peek().and_then(|(line, _)| at(line, indent));
        line.is_some_and(|content| content.starts_with("- "))
    };
    if !is_member(lines) {
        return map(lines, indent + 2, false, depth + 1).map(Node::Map);
    }
    let mut list = Vec::new();
    while is_member(lines) {
        list.push(Node::Map(map(lines, indent + 2, true, depth + 1)?));
    }
    Some(Node::List(list))
}

/// The lines of a literal block.
fn literal(lines: &mut Lines<'_>, indent: usize, newline: bool) -> Option<String> {
    let mut text = String::new();
    let mut whole = false;
    while let Some((line, ended)) = lines.peek() {
        let content = if line.is_empty() {
            ""
        } else if line.len() > indent && line.as_bytes()[..indent].iter().all(|byte| *byte == b' ') {
            &line[indent..]
        } else {
            break;
        };
        let is_blank = !content.is_empty() && content.trim_matches([' ', '\t']).is_empty();
        let is_odd_start = text.is_empty() && (content.is_empty() || content.starts_with(' '));
        if is_blank || is_odd_start || content.chars().any(is_unprintable) {
            return None;
        }
        text.push_str(content);
        text.push('\n');
        whole = ended;
        lines.skip(line, ended);
    }
    if text.is_empty() || text.ends_with("\n\n") || (newline && !whole) {
        return None;
    }
    if !newline {
        text.pop();
    }
    Some(text)
}

/// A value on one line: a scalar, or a map or list in braces. Takes it off the front of `rest`.
fn on_one_line<'a>(rest: &mut &'a str, in_flow: bool, depth: usize) -> Option<Node<'a>> {
    if depth > DEEPEST {
        return None;
    }
    match rest.as_bytes().first()? {
        b'{' => {
            let mut all: Vec<(&str, Node<'_>)> = Vec::new();
            members(rest, '}', |rest| {
                let (key, after) = rest.split_once(": ")?;
                let is_new = !all.iter().any(|(known, _)| *known == key) && all.len() < MOST_KEYS;
                if key.contains(':') || !is_plain(key, true) || !is_new {
                    return None;
                }
                *rest = after;
                all.push((key, on_one_line(rest, true, depth + 1)?));
                Some(())
            })?;
            Some(Node::Map(all))
        }
        b'[' => {
            let mut all = Vec::new();
            members(rest, ']', |rest| {
                all.push(on_one_line(rest, true, depth + 1)?);
                Some(())
            })?;
            Some(Node::List(all))
        }
        b'"' => {
            let bytes = rest.as_bytes();
            let mut end = 1;
            while *bytes.get(end)? != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let (quoted, after) = rest.split_at_checked(end + 1)?;
            *rest = after;
            serde_json::from_str(quoted).ok().map(Node::Decoded)
        }
        _ => {
            let end = if in_flow {
                rest.find([',', ']', '}']).unwrap_or(rest.len())
            } else {
                rest.len()
            };
            let (word, after) = rest.split_at(end);
            *rest = after;
            scalar(word, in_flow)
        }
    }
}

/// The members between braces, `, ` between them.
fn members<'a>(rest: &mut &'a str, close: char, mut member: impl FnMut(&mut &'a str) -> Option<()>) -> Option<()> {
    *rest = &rest[1..];
    if let Some(after) = rest.strip_prefix(close) {
        *rest = after;
        return Some(());
    }
    loop {
        member(rest)?;
        if let Some(after) = rest.strip_prefix(close) {
            *rest = after;
            return Some(());
        }
        *rest = rest.strip_prefix(", ")?;
    }
}

/// A scalar without quotes.
fn scalar(word: &str, in_flow: bool) -> Option<Node<'_>> {
    match word {
        "true" => Some(Node::Truth(true)),
        "false" => Some(Node::Truth(false)),
        _ if is_plain(word, in_flow) => Some(Node::Text(word)),
        _ => {
            let digits = word.len() < 19 && word.bytes().all(|byte| byte.is_ascii_digit());
            let is_whole = digits && (word == "0" || !word.starts_with('0'));
            is_whole.then(|| word.parse().ok().map(Node::Whole))?
        }
    }
}

impl Node<'_> {
    fn into_value(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Decoded(text) => text.into(),
            Self::Truth(truth) => truth.into(),
            Self::Whole(number) => number.into(),
            Self::Map(map) => {
                let all = map.into_iter().map(|(key, node)| (key.to_owned(), node.into_value()));
                Value::Object(all.collect())
            }
            Self::List(list) => list.into_iter().map(Self::into_value).collect(),
        }
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self {
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::Decoded(text) => visitor.visit_string(text),
            Self::Truth(truth) => visitor.visit_bool(truth),
            Self::Whole(number) => visitor.visit_u64(number),
            Self::Map(map) => visitor.visit_map(MapDeserializer::new(map.into_iter())),
            Self::List(list) => visitor.visit_seq(SeqDeserializer::new(list.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self {
            Self::Text(text) => visitor.visit_enum(text.into_deserializer()),
            Self::Decoded(text) => visitor.visit_enum(text.into_deserializer()),
            Self::Truth(_) | Self::Whole(_) | Self::Map(_) | Self::List(_) => Err(ValueError::custom("no word")),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::once;
    use super::super::value::Any;
    use super::super::write;
    use super::*;
    use crate::incident::{Communication, Event, Hypothesis, Item};

    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z]{1,8}",
            "[ a-zA-Z0-9:#,\\[\\]{}'\"&*!|>%@`~_./\\\\-]{0,14}",
            "[a-z]{1,4}: [a-z]{1,4}",
            "[a-zé\u{2028}\u{85}😀\t]{1,6}",
            "[a-z ]{1,9}(\n[ a-z]{0,9}){1,3}\n?",
            Just("2026-11-20T14:05:02.117Z".to_owned()),
            Just("2026-11-20T14:05:02.117Z/kim & 2026-11-20T14:05:02.117Z/lee".to_owned()),
            prop::sample::select(vec![
                "true", "no", "~", "null", "007", "1e5", "0x1f", "1_000", "-1", ".5", "1.0", "="
            ])
            .prop_map(str::to_owned),
        ]
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            6 => word().prop_map(Value::String),
            1 => any::<bool>().prop_map(Value::Bool),
            1 => any::<u32>().prop_map(Value::from),
            1 => any::<i64>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::vec((key(), inner), 0..4).prop_map(|all| Value::Object(all.into_iter().collect())),
            ]
        })
    }

    fn key() -> impl Strategy<Value = String> {
        prop_oneof![
            8 => prop::sample::select(vec!["id", "text", "at", "by", "state", "kind", "rev", "evidence", "pinned", "list"])
                .prop_map(str::to_owned),
            1 => word(),
        ]
    }

    fn entry_value() -> impl Strategy<Value = Value> {
        let all = prop::collection::vec((key(), value()), 1..6);
        all.prop_map(|all| Value::Object(all.into_iter().collect()))
    }

    fn written(value: &Value, indent: usize) -> String {
        let mut out = String::new();
        write::item(&mut out, indent, value, "\n");
        out
    }

    /// What the library makes of it.
    fn by_library(block: &str) -> Option<Value> {
        let mut all = serde_yaml::from_str::<Vec<Any>>(block).ok()?;
        (all.len() == 1).then(|| all.pop().map(|Any(value)| value))?
    }

    fn agree<T: DeserializeOwned + PartialEq + fmt::Debug>(block: &str, indent: usize) -> Result<(), TestCaseError> {
        if let Some(ours) = entry::<T>(block, indent) {
            let theirs = once::from_str::<Vec<T>>(block);
            let theirs = theirs.map_err(|error| TestCaseError::fail(format!("{error}\n{block}")))?;
            prop_assert_eq!(&[ours][..], &theirs[..], "{}", block);
        }
        Ok(())
    }

    fn agree_all(block: &str, indent: usize) -> Result<(), TestCaseError> {
        if let Some(ours) = entry::<Map<String, Value>>(block, indent) {
            prop_assert_eq!(Some(Value::Object(ours)), by_library(block), "{}", block);
        }
        agree::<Event>(block, indent)?;
        agree::<Item>(block, indent)?;
        agree::<Hypothesis>(block, indent)?;
        agree::<Communication>(block, indent)
    }

    proptest! {
        #![proptest_config(crate::trials::cases(400))]

        #[test]
        fn what_is_accepted_is_what_the_library_reads(value in entry_value(), indent in prop::sample::select(vec![0usize, 2])) {
            agree_all(&written(&value, indent), indent)?;
        }

        #[test]
        fn the_same_where_somebody_typed_in_it(
            value in entry_value(),
            place in any::<prop::sample::Index>(),
            typed in prop_oneof![word(), Just("\n".to_owned()), Just("\n  ".to_owned()), Just(" # x".to_owned()), Just("\r\n".to_owned())],
            cut in 0usize..4,
        ) {
            let mut block = written(&value, 0);
            let starts: Vec<usize> = block.char_indices().map(|(at, _)| at).collect();
            let from = starts[place.index(starts.len())];
            let until = block[from..].char_indices().map(|(at, _)| from + at).nth(cut).unwrap_or(block.len());
            block.replace_range(from..until, &typed);
            agree_all(&block, 0)?;
            if let Some(ours) = fields(&block) {
                let Any(theirs) = serde_yaml::from_str(&block).map_err(|error| TestCaseError::fail(format!("{error}\n{block}")))?;
                prop_assert_eq!(Value::Object(ours), theirs, "{}", block);
            }
        }
    }

    #[test]
    fn what_this_program_writes_needs_no_library() {
        let block = "- id: haaaaaaa\n  statement: \"the pool: exhausted\"\n  state: rejected\n  at: 2026-11-20T14:05:02.117Z\n  by: kim\n  \
                     likelihood: 60\n  evidence:\n  - id: baaaaaaa\n    text: |-\n      two\n\n      lines\n    \
                     at: 2026-11-20T14:06:02.117Z\n    supports: false\n  rev: {state: 2026-11-20T14:07:02.117Z/kim}\n  x-own:\n    \
                     deep: [a, \"b, c\"]\n";
        let read: Hypothesis = entry(block, 0).unwrap();
        assert_eq!(read.evidence[0].text, "two\n\nlines");
        assert_eq!((read.likelihood, read.evidence[0].supports), (Some(60), Some(false)));
        assert_eq!(written(&serde_json::to_value(&read).unwrap(), 0), block);
        let head =
            "warroom: 1\nid: INC-1\ndeclared: {at: 2026-11-20T14:05:02.117Z, by: kim}\nimpact:\n  users: \"38 %\"\n";
        assert_eq!(fields(head).unwrap()["impact"]["users"], "38 %");
        for odd in [
            "a: 1\na: 2\n",
            "a: 1 # x\n",
            "a:\n",
            "a: 'x'\n",
            "a: b\n c: d\n",
            "a: {b: 1, b: 2}\n",
            "a: 1.5\n",
            "a: [b,c]\n",
        ] {
            assert!(fields(odd).is_none(), "{odd}");
        }
    }
}
