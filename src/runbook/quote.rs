//! Quoting for a shell: where quotes are open, and a value put in so that it stays one word and is never run.

/// What is open at a place of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Plain,
    /// Single quotes.
    Single,
    /// Double quotes.
    Double,
}

/// The state at each byte of a command.
pub fn states(text: &str) -> Vec<State> {
    let mut all = Vec::with_capacity(text.len());
    let mut state = State::Plain;
    let mut escaped = false;
    for c in text.chars() {
        let now = state;
        if escaped {
            escaped = false;
        } else {
            match (state, c) {
                (State::Plain | State::Double, '\\') => escaped = true,
                (State::Plain, '\'') => state = State::Single,
                (State::Plain, '"') => state = State::Double,
                (State::Single, '\'') | (State::Double, '"') => state = State::Plain,
                _ => {}
            }
        }
        all.extend(std::iter::repeat_n(now, c.len_utf8()));
    }
    all
}

/// A value as it stands in a command of a shell where `state` is open.
pub fn shell(value: &str, state: State) -> String {
    match state {
        State::Single => value.replace('\'', "'\\''"),
        State::Double => {
            let mut out = String::with_capacity(value.len());
            for c in value.chars() {
                if matches!(c, '"' | '$' | '`' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        }
        State::Plain => {
            let safe = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+=".contains(c);
            if !value.is_empty() && value.chars().all(safe) && !value.starts_with('=') {
                return value.to_owned();
            }
            format!("'{}'", value.replace('\'', "'\\''"))
        }
    }
}

/// The words of a command as a shell splits them; `None` where a quote is open at its end.
pub fn split(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut state = State::Plain;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (state, c) {
            (State::Plain, c) if c.is_ascii_whitespace() => words.extend(word.take()),
            (State::Plain, '\'') => {
                state = State::Single;
                word.get_or_insert_default();
            }
            (State::Plain, '"') => {
                state = State::Double;
                word.get_or_insert_default();
            }
            (State::Single, '\'') | (State::Double, '"') => state = State::Plain,
            (State::Plain, '\\') => word.get_or_insert_default().push(chars.next()?),
            (State::Double, '\\') => {
                let next = chars.next()?;
                if !matches!(next, '"' | '$' | '`' | '\\') {
                    word.get_or_insert_default().push('\\');
                }
                word.get_or_insert_default().push(next);
            }
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    (state == State::Plain).then_some(words)
}
