//! A document as sections, and three versions of it made into one: a section is a heading of level two with all below it, known by the mark
//! behind its heading, so that it may be renamed and moved.

use std::fmt::Write as _;

use super::list_merge::{lists, pairs, same};

/// A document taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What stands between `---` at the top, without them; empty where there is none.
    pub front: String,
    /// Its sections in order; the first may be without a heading.
    pub sections: Vec<Section>,
}

/// One section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Its line, mark and all; empty for what stands before the first heading.
    pub heading: String,
    /// The word of its mark.
    pub mark: Option<String>,
    /// What stands below it, as it is written.
    pub body: String,
}

/// Where the mark begins and ends.
const MARK: (&str, &str) = ("<!-- warroom:", "-->");

impl Section {
    /// By what it is known: the mark, else the heading's words.
    pub fn key(&self) -> &str {
        self.mark.as_deref().unwrap_or_else(|| self.title())
    }

    /// The words of its heading.
    pub fn title(&self) -> &str {
        let words = self.heading.trim_start_matches('#');
        words.split(MARK.0).next().unwrap_or(words).trim()
    }
}

impl Document {
    /// Takes a text apart. Headings in code fences are none. Line ends become `\n`.
    pub fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let (front, rest) = split_front(&text);
        let mut sections = vec![Section::default()];
        let mut fence: Option<(char, usize)> = None;
        for line in rest.split_inclusive('\n') {
            let bare = line.trim_end();
            match (fence, fence_of(bare)) {
                (None, Some(opened)) => fence = Some(opened),
                (Some((mark, long)), Some((other, length)))
                    if mark == other && length >= long && bare.trim().len() == length =>
                {
                    fence = None;
                }
                _ => {}
            }
            let heading = fence.is_none() && (bare == "##" || bare.starts_with("## "));
            if heading {
                sections.push(Section {
                    heading: bare.to_owned(),
                    mark: mark_of(bare),
                    body: String::new(),
                });
            } else if let Some(last) = sections.last_mut() {
                last.body.push_str(line);
            }
        }
        if sections.len() > 1 && sections[0].body.trim().is_empty() {
            sections.remove(0);
        }
        Self {
            front: front.to_owned(),
            sections,
        }
    }

    /// The text that it makes.
    pub fn text(&self) -> String {
        let mut out = String::new();
        if !self.front.is_empty() {
            let _ = write!(out, "---\n{}---\n", self.front);
        }
        for section in &self.sections {
            if !section.heading.is_empty() {
                if !out.is_empty() && !out.ends_with("\n\n") {
                    out.push_str(if out.ends_with('\n') { "\n" } else { "\n\n" });
                }
                out.push_str(&section.heading);
                out.push('\n');
            }
            out.push_str(&section.body);
        }
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out
    }

    /// The section of this key, or whose heading or mark is so called in any case.
    pub fn section(&self, key: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.key() == key)
    }

    /// The one that a person means: by mark or by heading, in any case.
    pub fn named(&self, name: &str) -> Option<&Section> {
        let wanted = name.trim().to_lowercase();
        let is =
            |section: &&Section| section.key().to_lowercase() == wanted || section.title().to_lowercase() == wanted;
        self.sections.iter().find(is)
    }

    /// The same, where sections whose mark was lost on the way (a wiki eats it) are known by the words of their heading.
    #[must_use]
    pub fn marked_as(mut self, known: &Self) -> Self {
        for section in known.sections.iter().filter(|section| section.mark.is_some()) {
            if self.sections.iter().any(|one| one.mark == section.mark) {
                continue;
            }
            let title = section.title().to_lowercase();
            let mut own = self.sections.iter_mut();
            let found =
                own.find(|one| one.mark.is_none() && !one.heading.is_empty() && one.title().to_lowercase() == title);
            if let Some(one) = found {
                one.mark.clone_from(&section.mark);
            }
        }
        self
    }

    /// The line of each section's heading, from 1.
    pub(super) fn lines_of_sections(&self) -> Vec<usize> {
        let front = if self.front.is_empty() {
            0
        } else {
            self.front.lines().count() + 2
        };
        let mut line = front + 1;
        let mut all = Vec::new();
        for section in &self.sections {
            all.push(line);
            line += usize::from(!section.heading.is_empty()) + section.body.matches('\n').count();
        }
        all
    }
}

fn split_front(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix("---\n") else {
        return ("", text);
    };
    match rest.find("\n---\n") {
        Some(end) => (&rest[..=end], &rest[end + 5..]),
        None => match rest.strip_suffix("\n---") {
            Some(front) => (&rest[..=front.len()], ""),
            None => ("", text),
        },
    }
}

/// The character and length of a fence.
fn fence_of(line: &str) -> Option<(char, usize)> {
    let bare = line.trim_start();
    if line.len() - bare.len() > 3 {
        return None;
    }
    let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = bare.chars().take_while(|c| *c == mark).count();
    (length >= 3).then_some((mark, length))
}

fn mark_of(heading: &str) -> Option<String> {
    let (_, rest) = heading.split_once(MARK.0)?;
    let (mark, _) = rest.split_once(MARK.1)?;
    let mark = mark.trim();
    let proper = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (!mark.is_empty() && mark.chars().all(proper)).then(|| mark.to_owned())
}

/// What came of three versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The document as it is to stand.
    pub document: Document,
    /// What was done, a sentence each.
    pub says: Vec<String>,
    /// Sections that people edited and whose facts now say otherwise: the heading, and what would be written.
    pub beside: Vec<(String, String)>,
}

/// What is asked for beside the ordinary.
#[derive(Clone, Debug, Default)]
pub struct Ask<'a> {
    /// Sections that are taken as they are made now, whatever stands in the file.
    pub sections: &'a [String],
    /// The document is reviewed, and is written only if asked for.
    pub locked: bool,
}

/// `base` is what was made last time, `file` what stands there, `fresh` what is made now.
pub fn merge(base: Option<&Document>, file: &Document, fresh: &Document, ask: &Ask<'_>) -> Merged {
    let unchanged = |says: &str| Merged {
        document: file.clone(),
        says: vec![says.to_owned()],
        beside: Vec::new(),
    };
    if ask.locked {
        if same(&file.text(), &fresh.text()) {
            return unchanged("the document is reviewed; nothing has changed since");
        }
        return unchanged("the document is reviewed; --force writes");
    }
    let empty = Document::default();
    let known = base.unwrap_or(&empty);
    let mut merged = Merged {
        document: Document {
            front: file.front.clone(),
            sections: Vec::new(),
        },
        ..Merged::default()
    };
    let asked = |section: &Section| {
        let is = |name: &String| {
            let name = name.trim().to_lowercase();
            name == section.key().to_lowercase() || name == section.title().to_lowercase()
        };
        ask.sections.iter().any(is)
    };
    for section in &file.sections {
        let kept = one(
            known.section(section.key()),
            section,
            fresh.section(section.key()),
            base.is_some(),
            &asked,
            &mut merged,
        );
        merged.document.sections.extend(kept);
    }
    for (at, section) in fresh.sections.iter().enumerate() {
        if file.section(section.key()).is_some() {
            continue;
        }
        let title = name(section);
        match (known.section(section.key()), asked(section)) {
            (_, true) => merged.says.push(format!("{title} brought back")),
            _ if base.is_none() => continue,
            // One that was made before and is gone was deleted; so was one that others of its kind came with, while its mark is not there.
            (Some(before), false) => {
                if !same(&before.body, &section.body) {
                    merged.says.push(removed(title));
                }
                continue;
            }
            (None, false) => merged.says.push(format!("{title} added")),
        }
        let next = fresh.sections[at + 1..]
            .iter()
            .find_map(|next| merged.document.sections.iter().position(|one| one.key() == next.key()));
        let place = next.unwrap_or(merged.document.sections.len());
        merged.document.sections.insert(place, section.clone());
    }
    if base.is_none() && ask.sections.is_empty() {
        merged
            .says
            .push("nothing changed; base is not known, --diff shows what would be new, --section takes it".into());
    }
    merged
}

fn removed(title: &str) -> String {
    let quote = if title.contains(' ') { "\"" } else { "" };
    format!("{title} was removed in an editor and stays out; --section {quote}{title}{quote} brings it back")
}

/// How a section is called in a sentence.
fn name(section: &Section) -> &str {
    if section.heading.is_empty() {
        "the head"
    } else {
        section.title()
    }
}

/// What becomes of a section that stands in the file.
fn one(
    base: Option<&Section>,
    file: &Section,
    fresh: Option<&Section>,
    has_base: bool,
    asked: &dyn Fn(&Section) -> bool,
    merged: &mut Merged,
) -> Option<Section> {
    let with = |body: &str| Section {
        body: body.to_owned(),
        ..file.clone()
    };
    let Some(fresh) = fresh else {
        // A person's own; or one that is made no more, and nobody touched it.
        let untouched = base.is_some_and(|base| same(&base.body, &file.body));
        if untouched {
            merged
                .says
                .push(format!("{} dropped: the template has it no more", name(file)));
        }
        return (!untouched).then(|| file.clone());
    };
    if asked(file) || asked(fresh) {
        if !same(&file.body, &fresh.body) {
            merged.says.push(format!("{} taken as it is made now", name(file)));
        }
        return Some(with(&fresh.body));
    }
    if !has_base || same(&file.body, &fresh.body) {
        return Some(file.clone());
    }
    let title = base.map_or_else(|| name(file), name);
    match base {
        Some(base) if same(&base.body, &file.body) => {
            let renamed = name(base) != name(file);
            let how = if renamed { " under its new name" } else { "" };
            merged.says.push(format!("{title} brought up to date{how}"));
            Some(with(&fresh.body))
        }
        Some(base) if same(&base.body, &fresh.body) => {
            merged.says.push(format!("{title} kept as edited"));
            Some(file.clone())
        }
        _ => {
            let lists = base.and_then(|base| lists(&base.body, &file.body, &fresh.body));
            if let Some(body) = lists {
                merged.says.push(format!("{title} merged line by line"));
                return Some(with(&body));
            }
            merged.says.push(format!(
                "{title} kept as edited; the facts now say otherwise (shown, not inserted)"
            ));
            merged
                .beside
                .push((title.to_owned(), fresh.body.trim_matches('\n').to_owned()));
            Some(file.clone())
        }
    }
}

/// What would differ if a document were made anew: a section each, its lines behind `-` (stands there) and `+` (would be written).
pub fn difference(file: &Document, fresh: &Document) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let lines = |text: &str| -> Vec<String> { text.trim_matches('\n').lines().map(str::to_owned).collect() };
    for section in &fresh.sections {
        let there = file.section(section.key());
        if there.is_some_and(|there| same(&there.body, &section.body)) {
            continue;
        }
        let (old, new) = (lines(there.map_or("", |there| &there.body)), lines(&section.body));
        let pairs = pairs(&old, &new);
        let (mut out, mut next) = (Vec::new(), 0);
        for (line, pair) in old.iter().zip(&pairs) {
            match pair {
                None => out.push(format!("- {line}")),
                Some(at) => {
                    out.extend(new[next..*at].iter().map(|line| format!("+ {line}")));
                    next = at + 1;
                }
            }
        }
        out.extend(new[next..].iter().map(|line| format!("+ {line}")));
        found.push((name(section).to_owned(), out));
    }
    found
}

/// Two people's versions of a document, each edited since `base`: joined by section, the same whichever way round. Where both edited one
/// section differently, both stand, one behind the other, the second marked. `None` where that cannot be told (no base).
pub fn join(base: &Document, ours: &Document, theirs: &Document) -> Document {
    let (ours, theirs) = (&ours.clone().marked_as(base), &theirs.clone().marked_as(base));
    let mut out = Document {
        front: super::front::join(&base.front, &ours.front, &theirs.front),
        sections: Vec::new(),
    };
    let body = |base: Option<&Section>, a: &Section, b: &Section| -> String {
        let was = base.map_or("", |base| base.body.as_str());
        if same(&a.body, &b.body) || same(&b.body, was) {
            a.body.clone()
        } else if same(&a.body, was) {
            b.body.clone()
        } else if let Some(merged) = lists(was, &a.body, &b.body) {
            merged
        } else {
            // In an order that does not depend on who merges.
            let (first, second) = if a.body <= b.body { (a, b) } else { (b, a) };
            format!(
                "{}\n\n> Written at the same time in another clone; keep one:\n\n{}\n",
                first.body.trim_end(),
                second.body.trim_matches('\n')
            )
        }
    };
    for a in &ours.sections {
        let (was, b) = (base.section(a.key()), theirs.section(a.key()));
        match b {
            Some(b) => out.sections.push(Section {
                heading: if was.is_some_and(|was| was.heading == a.heading) {
                    b.heading.clone()
                } else {
                    a.heading.clone()
                },
                mark: a.mark.clone(),
                body: body(was, a, b),
            }),
            // Deleted there: gone, unless it was edited here.
            None if was.is_some_and(|was| same(&was.body, &a.body)) => {}
            None => out.sections.push(a.clone()),
        }
    }
    for (at, b) in theirs.sections.iter().enumerate() {
        let was = base.section(b.key());
        if ours.section(b.key()).is_some() || was.is_some_and(|was| same(&was.body, &b.body)) {
            continue;
        }
        let next = theirs.sections[at + 1..]
            .iter()
            .find_map(|next| out.sections.iter().position(|one| one.key() == next.key()));
        out.sections.insert(next.unwrap_or(out.sections.len()), b.clone());
    }
    out
}

#[cfg(test)]
mod tests;
