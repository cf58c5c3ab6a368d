//! Who hears how often, as a table of audiences and severities.

use super::Framework;
use super::data;
use super::model::Fact;
use super::signs::Start;
use super::within::{TimerRule, Within};

/// Characters of a cell; what is longer stands in a note below.
const CELL: usize = 11;

/// The table. Its cells say how often an audience hears (`15m`), by when at first and how often then (`20m/1h`), name a note (`[1]`), or are
/// a dash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceTable {
    /// The severities, the gravest first.
    pub severities: Vec<String>,
    /// The audiences with a cell for each severity.
    pub rows: Vec<(String, Vec<String>)>,
    /// What the notes say, from the first.
    pub notes: Vec<String>,
}

impl Framework {
    /// Who hears how often at which severity.
    pub fn audience_table(&self) -> AudienceTable {
        let mut notes: Vec<String> = Vec::new();
        let mut note = |said: String| {
            let place = notes.iter().position(|known| *known == said).unwrap_or_else(|| {
                notes.push(said);
                notes.len() - 1
            });
            format!("[{}]", place + 1)
        };
        let rows = self.audiences.iter().map(|audience| {
            let cells = self.severities.iter().map(|severity| {
                let often = self.often(&audience.id, &severity.id);
                let fact = data::at(&audience.facts, &severity.id).cloned();
                match (often, fact) {
                    (None, None) => "-".to_owned(),
                    (Some(often), fact)
                        if often.chars().count() <= CELL && fact.as_ref().is_none_or(|fact| *fact == often) =>
                    {
                        often
                    }
                    (Some(often), Some(fact)) if often.chars().count() <= CELL => format!("{often}{}", note(fact)),
                    (Some(often), None) => note(often),
                    (Some(often), Some(fact)) if often == fact => note(fact),
                    (Some(often), Some(fact)) => note(format!("{often}; {fact}")),
                    (None, Some(fact)) => note(fact),
                }
            });
            (audience.title.clone(), cells.collect())
        });
        let rows = rows.collect();
        AudienceTable {
            severities: self.severities.iter().map(|one| one.id.clone()).collect(),
            rows,
            notes,
        }
    }
}

impl Framework {
    /// By when an audience hears at first in every incident of this severity, and how often then. What runs only after a breach or in a
    /// major incident is no rule of every incident.
    pub fn hears<'f>(&'f self, audience: &str, severity: &str) -> (Option<&'f Within>, Option<&'f Within>) {
        let fact = Fact::Told(audience.to_owned());
        let mine = self
            .timers
            .iter()
            .filter(|rule| rule.met_by.contains(&fact) && rule.from.iter().any(Start::is_of_every_incident));
        let (again, once): (Vec<_>, Vec<_>) = mine.partition(|rule| rule.repeats);
        let by = |rules: Vec<&'f TimerRule>| rules.into_iter().find_map(|rule| data::at(&rule.within, severity));
        (by(once), by(again))
    }

    /// By when an audience hears at first, and how often then, in a few words.
    fn often(&self, audience: &str, severity: &str) -> Option<String> {
        let said = |within: &Within| within.to_string().replace("0s", "at once");
        match self.hears(audience, severity) {
            (Some(first), Some(then)) => Some(format!("{}/{}", said(first), said(then))),
            (Some(first), None) => Some(format!("{}/-", said(first))),
            (None, then) => then.map(said),
        }
    }
}

impl AudienceTable {
    /// Its lines, the severities first: label and cells, all cells of one width. `now` is the severity in force, which is marked.
    pub fn lines(&self, now: &str) -> Vec<(String, String)> {
        let mark = |severity: &String| {
            if severity == now {
                format!(">{severity}")
            } else {
                severity.clone()
            }
        };
        let head: Vec<String> = self.severities.iter().map(mark).collect();
        let cells = self.rows.iter().flat_map(|(_, cells)| cells);
        let wide = head.iter().chain(cells).map(|cell| crate::text::width(cell)).max();
        let wide = wide.unwrap_or(0) + 2;
        let line = |cells: &[String]| {
            let cells = cells.iter().map(|cell| format!("{cell:<wide$}"));
            cells.collect::<String>().trim_end().to_owned()
        };
        let mut lines = vec![(String::new(), line(&head))];
        lines.extend(self.rows.iter().map(|(title, cells)| (title.clone(), line(cells))));
        lines
    }

    /// The notes, numbered.
    pub fn numbered(&self) -> impl Iterator<Item = String> {
        let notes = self.notes.iter().enumerate();
        let notes = notes.map(|(place, said)| format!("[{}] {said}", place + 1));
        let both = self
            .rows
            .iter()
            .flat_map(|(_, cells)| cells)
            .any(|cell| cell.contains('/'));
        let legend = both.then(|| "20m/1h: at first within 20 minutes, then every hour".to_owned());
        notes.chain(legend)
    }
}

#[cfg(test)]
mod tests {
    use crate::framework::Framework;

    #[test]
    fn every_audience_has_a_cell_for_every_severity_and_every_note_is_named() {
        for name in Framework::names() {
            let framework = Framework::builtin(name).unwrap();
            let table = framework.audience_table();
            assert_eq!(table.rows.len(), framework.audiences.len(), "{name}");
            for (title, cells) in &table.rows {
                assert_eq!(cells.len(), framework.severities.len(), "{name} {title}");
            }
            for place in 1..=table.notes.len() {
                let mark = format!("[{place}]");
                let named = table
                    .rows
                    .iter()
                    .flat_map(|(_, cells)| cells)
                    .any(|cell| cell.contains(&mark));
                assert!(named, "{name} {mark}");
            }
            let lines = table.lines(framework.default_severity());
            assert!(
                lines.iter().all(|(title, cells)| title.len() + cells.len() < 76),
                "{name} {lines:?}"
            );
        }
        let itil = Framework::builtin("itil").unwrap().audience_table();
        let executives = itil.rows.iter().find(|(title, _)| title == "Executives").unwrap();
        assert_eq!(executives.1[1..], ["-", "-", "-"], "of a major incident alone");
        let room = Framework::builtin("war-room").unwrap().audience_table();
        assert_eq!(
            room.rows[0].1[0], "10m/15m-30m",
            "by when at first, whatever its timer is called"
        );
        assert!(
            itil.notes.iter().any(|note| note.contains("breach, data loss")),
            "{:?}",
            itil.notes
        );
    }
}
