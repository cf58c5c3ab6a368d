//! YAML that is read whole and never written back: configuration and framework data. Incident files go through
//! [`super::Document`] instead.

use serde::de::DeserializeOwned;

use super::value::Any;

/// Why a text is not the YAML that was wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {said}")]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// What is wrong, one clause.
    pub said: String,
}

/// Reads a whole text as one value. An empty text is `null`.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_yaml::from_str(text).map_err(|error| problem(&error))
}

/// Reads a whole text of any shape; a key that stands twice in one place is a problem.
pub fn value(text: &str) -> Result<serde_json::Value, Problem> {
    let Any(value) = serde_yaml::from_str(text).map_err(|error| problem(&error))?;
    Ok(value)
}

fn problem(error: &serde_yaml::Error) -> Problem {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    Problem {
        line: line.max(1),
        column: column.max(1),
        said: said.to_owned(),
    }
}

/// The line (from 1) on which the key at `path` stands in block style; that of the nearest parent that can be found
/// where it is written in another way, 1 where there is none.
pub fn line_of(text: &str, path: &[&str]) -> usize {
    let mut found = 1;
    let mut from = 0;
    let mut least = 0;
    for key in path {
        let mut indent = None;
        let here = text.lines().enumerate().skip(from).find_map(|(number, line)| {
            let body = line.trim_start();
            let depth = line.len() - body.len();
            if body.is_empty() || body.starts_with('#') {
                return None;
            }
            if depth < least {
                return Some(None);
            }
            let level = *indent.get_or_insert(depth);
            (depth == level && is_key(body, key)).then_some(Some((number, depth)))
        });
        let Some(Some((number, depth))) = here else { break };
        found = number + 1;
        from = number + 1;
        least = depth + 1;
    }
    found
}

/// Whether a line's text begins with this key.
fn is_key(body: &str, key: &str) -> bool {
    let rest = ['"', '\''].iter().find_map(|quote| {
        let inner = body.strip_prefix(*quote)?.strip_prefix(key)?;
        inner.strip_prefix(*quote)
    });
    rest.or_else(|| body.strip_prefix(key))
        .is_some_and(|rest| rest.trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn problems_have_their_place() {
        let problem = read::<Value>("a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        assert!(problem.line >= 2, "{problem:?}");
        assert!(!problem.said.contains("at line"), "{problem:?}");
        assert_eq!(read::<Value>("").unwrap(), Value::Null);
    }

    #[test]
    fn keys_are_found() {
        let text = "# a: comment\na: 1\nkeys:\n  # b: no\n  b: x\n  'c d': y\nother:\n  b: z\n";
        assert_eq!(line_of(text, &["a"]), 2);
        assert_eq!(line_of(text, &["keys", "b"]), 5);
        assert_eq!(line_of(text, &["keys", "c d"]), 6);
        assert_eq!(line_of(text, &["other", "b"]), 8);
        assert_eq!(line_of(text, &["keys", "missing"]), 3);
        assert_eq!(line_of(text, &["missing"]), 1);
    }
}
