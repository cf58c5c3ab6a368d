//! What is wrong with a runbook, so that it is found before it is needed: each with its line and column.

use std::collections::BTreeSet;

use super::front::Day;
use super::gap;
use super::language::{self, Info, Language};
use super::markdown::{Block, Kind};
use super::read::Runbook;
use super::secret;
use super::section::{Purpose, is_verb};
use super::{command, fresh};

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slip {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// One sentence, without its full stop.
    pub said: String,
}

/// A link, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

impl Runbook {
    /// What is wrong with it on a day, in the order of the file. Whether its links lead anywhere is for who can look.
    pub fn lint(&self, today: Day) -> Vec<Slip> {
        let mut slips = Vec::new();
        self.lint_head(today, &mut slips);
        let mut seen = Seen {
            prose: String::new(),
            explained: BTreeSet::new(),
            words: BTreeSet::new(),
        };
        gather(&self.blocks, &mut seen);
        self.lint_blocks(&self.blocks, &mut slips);
        self.lint_steps(&seen, &mut slips);
        for link in self.links() {
            let scheme = link.target.split(':').next().unwrap_or_default().to_lowercase();
            let has_scheme =
                link.target.contains(':') && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
            if has_scheme && !matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel" | "slack") {
                slips.push(Slip {
                    line: link.line,
                    column: link.column,
                    said: format!("this link begins with `{scheme}:`; only http, https and mailto are followed"),
                });
            }
        }
        slips.sort();
        slips.dedup();
        slips
    }

    /// All its links.
    pub fn links(&self) -> Vec<Link> {
        let mut all = Vec::new();
        self.links_of(&self.blocks, &mut all);
        all
    }

    /// The headings that links within it may lead to.
    pub fn anchors(&self) -> BTreeSet<String> {
        let anchor = |title: &str| -> String {
            let lower = title.to_lowercase();
            let kept = lower
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        };
        self.sections.iter().map(|section| anchor(&section.title)).collect()
    }

    fn slip(&self, byte: usize, said: impl Into<String>) -> Slip {
        let (line, column) = self.place(byte);
        let said = said.into();
        Slip { line, column, said }
    }

    fn lint_head(&self, today: Day, slips: &mut Vec<Slip>) {
        if let Some((line, said)) = &self.front.problem {
            let said = format!("the front matter cannot be read: {said}");
            slips.push(Slip {
                line: *line,
                column: 1,
                said,
            });
        }
        let mut head = |said: String| slips.push(self.slip(0, said));
        let titled = self
            .sections
            .iter()
            .any(|section| section.level == 1 && !section.own && !section.title.is_empty());
        if self.front.title.is_none() && !titled {
            head("it has no title: begin with `# …`, or give `title:` in the front matter".into());
        }
        if self.front.owner.is_none() {
            head("no one owns it: give `owner:` in the front matter".into());
        }
        if let Some(stale) = fresh::freshness(&self.front, &[], today).stale {
            head(format!("it is stale: {stale}"));
        }
    }

    fn lint_blocks(&self, blocks: &[Block], slips: &mut Vec<Slip>) {
        for block in blocks {
            match &block.kind {
                Kind::Code(code) => {
                    if code.misfenced {
                        let source = &self.text[block.range.clone()];
                        let at = block.range.start + source.len() - source.trim_start().len();
                        slips.push(self.slip(
                            at,
                            "this fence is indented too far: Markdown takes it for text, so indent it less",
                        ));
                    }
                    let info = Info::parse(&code.info);
                    if !language::is_known(&info.word) {
                        let said = format!(
                            "no such language: `{}`; its lines are not offered as commands",
                            info.word
                        );
                        slips.push(self.slip(block.range.start, said));
                    }
                }
                Kind::List(list) => list.items.iter().for_each(|item| self.lint_blocks(&item.blocks, slips)),
                Kind::Quote { blocks, .. } => self.lint_blocks(blocks, slips),
                Kind::Heading(..) | Kind::Paragraph(_) | Kind::Table(..) | Kind::Html(_) | Kind::Rule => {}
            }
        }
    }

    fn lint_steps(&self, seen: &Seen, slips: &mut Vec<Slip>) {
        let entries: Vec<_> = if self.entries.is_empty() {
            vec![None]
        } else {
            self.entries.iter().map(Some).collect()
        };
        let mut known = BTreeSet::new();
        let mut any = false;
        for entry in entries {
            let steps = self.steps(entry, None);
            any |= !steps.steps.is_empty();
            for step in steps.flat() {
                let explained = |gap: &gap::Gap| {
                    let named = self
                        .front
                        .explained
                        .iter()
                        .any(|(name, _)| gap::called(name) == gap.name);
                    named || seen.explains(gap)
                };
                for gap in &step.gaps {
                    if known.insert(gap.name.clone()) && !explained(gap) {
                        let said = format!(
                            "nothing says what {} stands for: explain it in the text, or under `placeholders:`",
                            gap.written
                        );
                        slips.push(self.slip(step.range.start, said));
                    }
                }
                let first = step.text.split_whitespace().next().unwrap_or_default();
                // The verbs that are known are English ones.
                let short = step.text.is_ascii() && step.text.split_whitespace().count() <= 2;
                if short
                    && step.commands.is_empty()
                    && step.steps.is_empty()
                    && step.position.len() <= 3
                    && !is_verb(first)
                {
                    slips.push(self.slip(step.range.start, format!("`{}` does not say what to do", step.text)));
                }
            }
            let secrets = steps
                .commands()
                .filter(|command| secret::without(&command.text) != command.text);
            slips.extend(secrets.map(|command| Slip {
                line: command.line,
                column: self.column(command.line),
                said: "a secret stands in this command: put a placeholder in its place, and change the secret".into(),
            }));
            let all = steps.flat().flat_map(|step| &step.commands);
            let dangerous = all.filter(|command| !command.danger.is_empty() && !self.has_way_back(seen));
            slips.extend(dangerous.map(|command| Slip {
                line: command.line,
                column: self.column(command.line),
                said: format!(
                    "`{}` cannot be taken back by anything here: add a section `Way back`",
                    command.danger.join("`, `")
                ),
            }));
        }
        if !any {
            slips.push(self.slip(
                0,
                "there are no steps in it: number them, or put them under a heading such as `Mitigation`",
            ));
        }
        let verified = self
            .sections
            .iter()
            .any(|section| section.purpose == Purpose::Verification);
        if any && self.entries.is_empty() && !verified && !seen.words.contains("verify") {
            slips.push(self.slip(
                0,
                "nothing says how to see that it worked: add a section `Verification`",
            ));
        }
    }

    /// Where the words of a line of the file begin, from 1.
    fn column(&self, line: usize) -> usize {
        let text = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        text.chars().take_while(|c| c.is_whitespace()).count() + 1
    }

    fn has_way_back(&self, seen: &Seen) -> bool {
        let section = self.sections.iter().any(|section| section.purpose == Purpose::WayBack);
        section
            || ["way back", "roll back", "undo it", "to revert"]
                .iter()
                .any(|words| seen.prose.contains(words))
    }

    fn links_of(&self, blocks: &[Block], into: &mut Vec<Link>) {
        for block in blocks {
            match &block.kind {
                Kind::Heading(_, words) | Kind::Paragraph(words) => {
                    for (target, range) in &words.links {
                        let (line, column) = self.place(range.start);
                        let target = target.clone();
                        into.push(Link { target, line, column });
                    }
                }
                Kind::List(list) => list.items.iter().for_each(|item| self.links_of(&item.blocks, into)),
                Kind::Quote { blocks, .. } => self.links_of(blocks, into),
                Kind::Code(_) | Kind::Table(..) | Kind::Html(_) | Kind::Rule => {}
            }
        }
    }
}

/// Gathers what is said in sentences.
fn gather(blocks: &[Block], seen: &mut Seen) {
    for block in blocks {
        match &block.kind {
            Kind::Heading(_, words) | Kind::Paragraph(words) => {
                // What stands as a command in a sentence explains nothing.
                let mut text = words.text.clone();
                let commands = words.codes.iter().filter(|code| command::inline(code, 1).is_some());
                for code in commands.take(200) {
                    text = text.replacen(code.as_str(), " ", 1);
                }
                seen.hear(&text);
            }
            Kind::Code(code) => {
                if let Some(name) = Info::parse(&code.info).get("name") {
                    seen.words.insert(name.to_owned());
                }
                if language::of(&Info::parse(&code.info), &code.text) == Language::Shell {
                    let comments = code
                        .text
                        .lines()
                        .filter_map(|line| line.trim_start().strip_prefix("# "));
                    comments.for_each(|line| seen.hear(line));
                }
            }
            Kind::List(list) => list.items.iter().for_each(|item| gather(&item.blocks, seen)),
            Kind::Quote { blocks, .. } => gather(blocks, seen),
            // The row of a table says what its first cell is.
            Kind::Table(rows, _) => rows.iter().for_each(|cells| seen.hear(&cells.join(": "))),
            Kind::Html(text) => seen.hear(text),
            Kind::Rule => {}
        }
    }
}

/// What is said in sentences.
struct Seen {
    prose: String,
    /// Placeholders that a sentence explains by their form.
    explained: BTreeSet<String>,
    /// Names of blocks.
    words: BTreeSet<String>,
}

impl Seen {
    /// Takes in a sentence: what it says of a placeholder by its form, and its words without any placeholder.
    fn hear(&mut self, text: &str) {
        let text = text.to_lowercase();
        let mut at = 0;
        for place in gap::in_prose(&text) {
            self.prose.push_str(&text[at..place.range.start]);
            self.prose.push(' ');
            at = place.range.end;
            let after = text[at..].trim_start_matches(['`', '*', '"', '\'']);
            if EXPLAINS.iter().any(|words| after.starts_with(words)) {
                self.explained.insert(place.gap.name);
            }
        }
        self.prose.push_str(&text[at..]);
        self.prose.push('\n');
    }

    /// Whether the text speaks of a placeholder: by its form, or by its name as words of their own. That it stands there is no explanation.
    fn explains(&self, gap: &gap::Gap) -> bool {
        if gap.name == "blank" {
            return false;
        }
        let apart = |c: char| !c.is_alphanumeric();
        let said = |words: &str| {
            let begins = |at: usize| self.prose[..at].ends_with(apart) || at == 0;
            // Their plural will do.
            let ends = |end: usize| {
                let rest = &self.prose[end..];
                let rest = rest.strip_prefix('s').unwrap_or(rest);
                rest.is_empty() || rest.starts_with(apart)
            };
            let mut places = self.prose.match_indices(words);
            places.any(|(at, found)| begins(at) && ends(at + found.len()))
        };
        self.explained.contains(&gap.name)
            || said(&gap.name.replace('-', " "))
            || said(&gap.name)
            || said(&gap.written.to_lowercase())
    }
}

/// What follows a placeholder in a sentence that explains it.
const EXPLAINS: [&str; 8] = [" is ", " are ", " stands for ", " means ", ":", " =", ", ", " ("];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let slips = Runbook::read("x", text).lint(Day::parse("2026-11-20").unwrap());
        slips
            .into_iter()
            .map(|slip| format!("{}:{} {}", slip.line, slip.column, slip.said))
            .collect()
    }

    #[test]
    fn a_placeholder_that_stands_in_a_sentence_is_not_explained_by_that() {
        let unexplained = |text: &str| {
            let slips =
                Runbook::read("x", &format!("# T\n\n## Steps\n\n{text}")).lint(Day::parse("2026-11-20").unwrap());
            let said = slips.into_iter().map(|slip| slip.said);
            said.filter(|said| said.starts_with("nothing says what")).count()
        };
        for (text, wanted) in [
            ("1. Call <who>\n", 1),
            ("1. Call <who>\n\nThe who is in the rota.\n", 0),
            ("1. Call <who>\n\n`<who>` stands for the database's owner.\n", 0),
            ("1. Look at `kubectl logs <id>`\n\nThe video is in the wiki.\n", 1),
            ("1. Look at `kubectl logs <pod>`\n2. Compare pods\n", 0),
            (
                "1. Look at `kubectl logs $POD`\n\n| what | is |\n|---|---|\n| $POD | the one that fails |\n",
                0,
            ),
        ] {
            assert_eq!(unexplained(text), wanted, "{text}");
        }
    }

    #[test]
    fn each_destructive_command_is_named_where_it_stands() {
        let text = "# T\n\n## Steps\n\n1. Remove it:\n\n   ```sh\n   rm x\n   ls\n   rm y\n   ```\n";
        let slips = Runbook::read("x", text).lint(Day::parse("2026-11-20").unwrap());
        let places = slips.iter().filter(|slip| slip.said.contains("cannot be taken back"));
        let places: Vec<_> = places.map(|slip| (slip.line, slip.column)).collect();
        assert_eq!(places, [(8, 4), (10, 4)]);
    }

    #[test]
    fn each_slip_is_told_with_its_place() {
        let sound = "---\nowner: storage\nlast_tested: 2026-11-01\n---\n# T\n\n## Steps\n\n1. Look at `kubectl logs <pod>`, the pod that fails\n\
                     2. Remove it:\n\n   ```sh\n   rm x\n   ```\n\n## Verification\n\n3. See that it is gone\n\n## Way back\n\nRestore it.\n";
        assert_eq!(said(sound), Vec::<String>::new());
        for (from, to, wanted) in [
            ("owner: storage\n", "", "no one owns it"),
            ("# T\n", "", "it has no title"),
            ("2026-11-01", "2026-01-01", "it is stale: not tested since 2026-01-01"),
            (", the pod that fails", "", "nothing says what <pod> stands for"),
            ("## Way back", "## End", "`rm` cannot be taken back by anything here"),
            (
                "## Verification\n\n3. See that it is gone\n",
                "",
                "nothing says how to see that it worked",
            ),
            ("```sh", "```brainfog", "no such language: `brainfog`"),
            (
                "3. See that it is gone",
                "3. Dashboards",
                "`Dashboards` does not say what to do",
            ),
            (
                "See that",
                "[See](javascript:alert(1)) that",
                "this link begins with `javascript:`",
            ),
            (
                "rm x",
                "PGPASSWORD=hunter22 psql; rm x",
                "13:4 a secret stands in this command",
            ),
            ("owner: storage", "owner: \"storage", "the front matter cannot be read"),
        ] {
            let all = said(&sound.replacen(from, to, 1));
            assert!(all.iter().any(|one| one.contains(wanted)), "{wanted}: {all:#?}");
        }
        assert!(
            said("# T\n\nSee the wiki.\n")
                .iter()
                .any(|one| one.contains("there are no steps"))
        );
    }

    #[test]
    fn a_fence_that_is_indented_too_far_is_told_where_it_stands() {
        let text = include_str!("../../tests/data/runbooks/change-plan-tasks.md");
        assert!(
            said(text)
                .iter()
                .any(|one| one.starts_with("8:7 this fence is indented too far")),
            "{:#?}",
            said(text)
        );
    }
}
