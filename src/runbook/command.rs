//! Blocks of code taken apart into commands, one by one: prompts and output removed, lines that go on joined.

use serde::Serialize;

use super::danger;
use super::language::{self, Info, Language};
use super::markdown::Code;
use super::open_lines::State;
use super::prompt::{goes_on, is_root_session, prompt};

/// One command as it can be copied: without prompt, without a line break at its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Command {
    /// The text, its placeholders as they are written.
    pub text: String,
    /// What it is written in.
    pub language: Language,
    /// Its line in the file, from 1.
    pub line: usize,
    /// The block's name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What a comment before it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What makes it dangerous, in its own words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub danger: Vec<String>,
    /// How its block is to be run.
    #[serde(skip)]
    pub how: How,
}

/// How a block wants to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// The folder.
    pub cwd: Option<String>,
    /// For how long at most.
    pub timeout: Option<String>,
    /// Whether it talks with the person at the terminal.
    pub interactive: bool,
}

/// The commands of a block of code that begins in this line of the file; none where it is output, data or a picture.
pub fn apart(code: &Code, first_line: usize) -> Vec<Command> {
    let info = Info::parse(&code.info);
    let language = language::of(&info, &code.text);
    if language == Language::Data || info.says("ignore") == Some(true) {
        return Vec::new();
    }
    let lines: Vec<&str> = code.text.lines().map(|line| line.trim_end_matches('\r')).collect();
    let by_program = |line: &&str| prompt(line, false).is_some_and(|found| found.language.is_some());
    let pieces = match &language {
        Language::Shell => shell(&lines, &info),
        // With the prompts of a program in it a block is a session, whatever its fence says.
        _ if lines.iter().any(by_program) => session_of(&lines, false),
        Language::Sql => statements(&lines),
        _ => whole(&lines, &language),
    };
    let marked = info.says("danger").or(info.says("dangerous")) == Some(true);
    let name = info.get("name").map(str::to_owned).filter(|name| !name.is_empty());
    pieces
        .into_iter()
        .filter(|piece| !piece.text.trim().is_empty())
        .map(|piece| {
            let language = piece.language.unwrap_or_else(|| language.clone());
            let mut danger = danger::words(&piece.text, &language);
            if marked && danger.is_empty() {
                danger.push("danger=yes".into());
            }
            Command {
                danger,
                language,
                line: first_line + piece.at,
                name: name.clone(),
                comment: piece.comment,
                how: How {
                    cwd: info.get("cwd").map(str::to_owned),
                    timeout: info.get("timeout").map(str::to_owned),
                    interactive: info.says("interactive") == Some(true),
                },
                text: piece.text,
            }
        })
        .collect()
}

/// A command in a sentence.
pub fn inline(code: &str, line: usize) -> Option<Command> {
    let code = code.trim();
    if !language::is_inline_command(code) {
        return None;
    }
    let text = prompt(code, false).map_or(code, |found| found.rest);
    let language = if language::is_sql(text) {
        Language::Sql
    } else {
        Language::Shell
    };
    Some(Command {
        text: text.to_owned(),
        danger: danger::words(text, &language),
        language,
        line,
        name: None,
        comment: None,
        how: How::default(),
    })
}

/// A command in the making.
struct Piece {
    text: String,
    /// Lines from the beginning of the block.
    at: usize,
    comment: Option<String>,
    language: Option<Language>,
}

fn shell(lines: &[&str], info: &Info) -> Vec<Piece> {
    let session = info.is_session();
    let as_root = !is_named(info) && is_root_session(lines);
    let prompted = lines.iter().any(|line| prompt(line, false).is_some())
        || (session || as_root) && lines.iter().any(|line| prompt(line, true).is_some());
    if prompted {
        return session_of(lines, session || as_root);
    }
    // A script is run as a whole.
    if let Some((first, rest)) = lines.split_first()
        && first.starts_with("#!")
        && !rest.is_empty()
    {
        return vec![Piece {
            text: rest.join("\n").trim().to_owned(),
            at: 1,
            comment: None,
            language: None,
        }];
    }
    // Without prompts every line of a shell's block is typed; of one that nobody named only what looks like it.
    let mut pieces = typed(lines);
    if !is_named(info) {
        let fits = |piece: &Piece| {
            let first = piece.text.split_whitespace().next().unwrap_or_default();
            language::is_program(first) || language::is_inline_command(&piece.text)
        };
        pieces.retain(fits);
    }
    pieces
}

/// Whether the fence names a language.
fn is_named(info: &Info) -> bool {
    !matches!(info.word.as_str(), "" | "text" | "txt" | "plain" | "plaintext" | "code")
}

/// Lines with prompts: what was typed, each with what it goes on with, and no output.
fn session_of(lines: &[&str], session: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    // Where shell prompts are seen, `#` is a comment and `>` goes on with a command.
    let bare = session && !lines.iter().any(|line| prompt(line, false).is_some());
    let mut comment = None;
    while at < lines.len() {
        let line = lines[at];
        let Some(found) = prompt(line, bare) else {
            let text = line.trim_start();
            if let Some(words) = text.strip_prefix("# ").or_else(|| text.strip_prefix("-- ")) {
                comment = Some(words.trim().to_owned());
            }
            at += 1;
            continue;
        };
        let language = found.language.map(|name| match name {
            "sql" => Language::Sql,
            "powershell" => Language::Powershell,
            other => Language::Other(other.to_owned()),
        });
        if language.is_some() {
            let (text, next) = in_program(lines, at, found.rest, language.as_ref());
            pieces.push(Piece {
                text,
                at,
                comment: comment.take(),
                language,
            });
            at = next;
            continue;
        }
        let mut typed = vec![found.rest];
        let mut state = State::default();
        state.line(found.rest);
        let mut next = at + 1;
        while next < lines.len() && state.is_open() && prompt(lines[next], false).is_none() {
            let more = lines[next];
            let more = more.trim_start().strip_prefix("> ").unwrap_or(more);
            state.line(more);
            typed.push(more);
            next += 1;
        }
        if !found.rest.starts_with('#') {
            pieces.push(Piece {
                text: joined(&typed),
                at,
                comment: comment.take(),
                language: None,
            });
        }
        at = next;
    }
    pieces
}

/// What was typed into another program than a shell from line `at` on, and the line behind it: half a statement would do something else than
/// the whole of it.
fn in_program(lines: &[&str], at: usize, first: &str, language: Option<&Language>) -> (String, usize) {
    let ends = |text: &str| text.trim_end().ends_with(';') || text.trim_end().ends_with("\\G");
    let sql = language == Some(&Language::Sql);
    let mut text = first.to_owned();
    let mut next = at + 1;
    while next < lines.len() && !(sql && (ends(&text) || text.starts_with('\\'))) {
        let more = goes_on(lines[next], sql).or_else(|| {
            // Lines that were pasted without their prompts, up to the semicolon.
            let rest = lines[next..].iter();
            let mut open = rest.take_while(|line| {
                !line.trim().is_empty()
                    && prompt(line, false).is_none()
                    && !line.trim_start().starts_with(['+', '|', '-', '('])
            });
            (sql && open.any(|line| line.trim_end().ends_with(';'))).then_some(lines[next].trim_end())
        });
        let Some(more) = more else { break };
        text.push('\n');
        text.push_str(more);
        next += 1;
    }
    (text.trim_end().to_owned(), next)
}

/// Lines that are all typed.
fn typed(lines: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut comment = Comment::default();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        if line.is_empty() {
            comment.take();
            at += 1;
            continue;
        }
        if let Some(words) = line.strip_prefix('#') {
            if !words.starts_with('!') {
                comment.hear(words);
            }
            at += 1;
            continue;
        }
        let start = at;
        let mut typed = vec![lines[at].trim_start()];
        let mut state = State::default();
        state.line(typed[0]);
        at += 1;
        while at < lines.len() && state.is_open() {
            state.line(lines[at]);
            typed.push(lines[at]);
            at += 1;
        }
        pieces.push(Piece {
            text: joined(&typed),
            at: start,
            comment: comment.take(),
            language: None,
        });
    }
    pieces
}

/// What comments in front of a command say, one line after the other; an empty line ends what they belong to.
#[derive(Default)]
struct Comment(Option<String>);

impl Comment {
    fn hear(&mut self, words: &str) {
        let words = words.trim();
        self.0 = Some(match self.0.take() {
            Some(before) => format!("{before} {words}"),
            None => words.to_owned(),
        });
    }

    fn take(&mut self) -> Option<String> {
        self.0.take().filter(|words| !words.is_empty())
    }
}

/// Statements of SQL: up to the semicolon that ends each.
fn statements(lines: &[&str]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open: Option<Piece> = None;
    let mut comment = Comment::default();
    for (at, raw) in lines.iter().enumerate() {
        let line = raw.trim_end();
        if open.is_none() {
            let text = line.trim();
            if let Some(words) = text.strip_prefix("--") {
                comment.hear(words);
                continue;
            }
            if text.is_empty() {
                comment.take();
                continue;
            }
        }
        let piece = open.get_or_insert_with(|| Piece {
            text: String::new(),
            at,
            comment: comment.take(),
            language: None,
        });
        if !piece.text.is_empty() {
            piece.text.push('\n');
        }
        piece.text.push_str(line);
        let ends = line.ends_with(';') || piece.text.starts_with('\\');
        if ends {
            pieces.extend(open.take());
        }
    }
    pieces.extend(open);
    for piece in &mut pieces {
        piece.text = piece.text.trim().to_owned();
    }
    pieces
}

/// A block of another language: a query of Prometheus is one, each on lines of its own; a program is typed as a whole.
fn whole(lines: &[&str], language: &Language) -> Vec<Piece> {
    if *language == Language::Promql {
        return queries(lines);
    }
    let text = lines.join("\n").trim_matches('\n').to_owned();
    let one = Piece {
        text,
        at: 0,
        comment: None,
        language: None,
    };
    Some(one)
        .filter(|one| !one.text.trim().is_empty())
        .into_iter()
        .collect()
}

/// Queries of Prometheus.
fn queries(lines: &[&str]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut comment = Comment::default();
    let mut depth = 0i32;
    let mut fresh = true;
    for (at, line) in lines.iter().enumerate() {
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            match text.strip_prefix('#') {
                Some(words) => comment.hear(words),
                None => drop(comment.take()),
            }
            fresh = depth <= 0;
            continue;
        }
        let goes_on = |text: &str| {
            text.starts_with(['/', '*', '+', '-', '>', '<', ')', '='])
                || text.starts_with("and ")
                || text.starts_with("or ")
                || text.starts_with("by ")
        };
        match pieces.last_mut().filter(|_| depth > 0 || goes_on(text) || !fresh) {
            Some(last) => {
                last.text.push('\n');
                last.text.push_str(line.trim_end());
            }
            None => pieces.push(Piece {
                text: text.to_owned(),
                at,
                comment: comment.take(),
                language: None,
            }),
        }
        let count = |of: &[char]| i32::try_from(line.matches(of).count()).unwrap_or(0);
        depth += count(&['(', '{', '[']) - count(&[')', '}', ']']);
        let ends_open = ["/", "*", "+", "-", ">", "<", "=", "and", "or", "by"]
            .iter()
            .any(|end| text.ends_with(end));
        fresh = depth <= 0 && !ends_open;
    }
    pieces
}

/// Lines of one command: those that a backslash joins on one line, others as they are.
fn joined(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut state = State::default();
    for (place, line) in lines.iter().enumerate() {
        let plain = state.heredoc.is_none() && state.quote.is_none();
        let last = place + 1 == lines.len();
        let text = if plain && place > 0 && out.ends_with(' ') {
            line.trim_start()
        } else {
            line
        };
        state.line(line);
        if state.continues && state.quote.is_none() && state.heredoc.is_none() && !last {
            let before = text.trim_end().strip_suffix('\\').unwrap_or(text);
            out.push_str(before.trim_end());
            // A word that goes on at the beginning of the next line is one word to a shell.
            if before.ends_with(char::is_whitespace) || lines[place + 1].starts_with(char::is_whitespace) {
                out.push(' ');
            }
        } else {
            out.push_str(text.trim_end());
            if !last {
                out.push('\n');
            }
        }
    }
    out.trim_end().trim_end_matches('\\').trim_end().to_owned()
}

#[cfg(test)]
mod tests;
