//! The runbooks that ship with the program, those that fit this incident first.

use super::{Action, Look, Model, PaneSpec, TextRow, text};

pub const PANE: PaneSpec = text(
    ("Runbooks", "Books"),
    Action::AddItem,
    ("There is no runbook", "adds an item by hand"),
    rows,
);

/// A runbook: its name, and its text.
pub struct Book {
    /// Name of its file, without the ending.
    pub name: &'static str,
    /// Markdown.
    pub text: &'static str,
}

macro_rules! books {
    ($($name:literal),+ $(,)?) => {
        /// Those that ship.
        pub const BOOKS: &[Book] = &[$(Book {
            name: $name,
            text: include_str!(concat!("../../../runbooks/", $name, ".md")),
        }),+];
    };
}

books!(
    "certificate-expiration",
    "connection-pool-exhaustion",
    "memory-leak",
    "payment-gateway-timeout",
);

impl Book {
    /// Its first heading.
    pub fn title(&self) -> &'static str {
        let heading = self.text.lines().find_map(|line| line.strip_prefix("# "));
        heading.unwrap_or(self.name)
    }

    /// How many words of the incident it has.
    fn fit(&self, words: &[String]) -> usize {
        let text = self.text.to_lowercase();
        words.iter().filter(|word| text.contains(word.as_str())).count()
    }
}

/// What the incident is about, in words that tell something.
fn words(model: &Model) -> Vec<String> {
    let incident = model.incident();
    let hypotheses = incident.hypotheses.iter().map(|one| one.statement.as_str());
    let all = std::iter::once(incident.title.as_str())
        .chain(incident.summary.as_deref())
        .chain(hypotheses);
    let mut words: Vec<String> = all
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() > 3)
        .take(64)
        .map(str::to_lowercase)
        .collect();
    words.sort();
    words.dedup();
    words
}

fn rows(model: &Model) -> Vec<TextRow> {
    let words = words(model);
    let mut ranked: Vec<(usize, &Book)> = BOOKS.iter().map(|book| (book.fit(&words), book)).collect();
    ranked.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    ranked
        .into_iter()
        .map(|(fit, book)| {
            let fits = match fit {
                0 => String::new(),
                1 => "1 word fits".to_owned(),
                several => format!("{several} words fit"),
            };
            TextRow::of(book.name)
                .put(book.title(), Look::Text)
                .tail(fits, Look::Dim)
        })
        .collect()
}
