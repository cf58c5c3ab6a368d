//! Loading a framework: the embedded ones, and a team's own.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::Framework;

/// Name and text of every framework that ships, the default first.
const SHIPPED: [(&str, &str); 5] = [
    ("war-room", include_str!("../../assets/frameworks/war-room.yaml")),
    ("ops", include_str!("../../assets/frameworks/ops.yaml")),
    ("itil", include_str!("../../assets/frameworks/itil.yaml")),
    ("sre", include_str!("../../assets/frameworks/sre.yaml")),
    ("essentials", include_str!("../../assets/frameworks/essentials.yaml")),
];

impl Framework {
    /// The JSON Schema of a framework's file, made from [`Data`](super::data::Data).
    pub const SCHEMA: &str = include_str!("../../assets/schema/framework.json");

    /// Names of the frameworks that ship, the default first.
    pub fn names() -> &'static [&'static str] {
        const NAMES: [&str; SHIPPED.len()] = [SHIPPED[0].0, SHIPPED[1].0, SHIPPED[2].0, SHIPPED[3].0, SHIPPED[4].0];
        &NAMES
    }

    /// A framework that ships.
    pub fn builtin(name: &str) -> Option<Arc<Self>> {
        static LOADED: OnceLock<[OnceLock<Arc<Framework>>; SHIPPED.len()]> = OnceLock::new();
        let place = SHIPPED.iter().position(|(shipped, _)| *shipped == name)?;
        let slot = LOADED.get_or_init(Default::default).get(place)?;
        if let Some(loaded) = slot.get() {
            return Some(Arc::clone(loaded));
        }
        let framework = Self::shipped(SHIPPED[place].1).ok()?;
        Some(Arc::clone(slot.get_or_init(|| Arc::new(framework))))
    }

    /// The text of a framework that ships, for copying.
    pub fn source(name: &str) -> Option<&'static str> {
        SHIPPED
            .iter()
            .find(|(shipped, _)| *shipped == name)
            .map(|(_, text)| *text)
    }

    /// A team's own framework; the first thing wrong with it, as `file:line:column: sentence`.
    pub fn parse(text: &str, path: &Path) -> Result<Self, String> {
        Self::check(text).map_err(|problems| {
            problems.first().map_or_else(String::new, |first| {
                format!("{}:{}:{}: {}", path.display(), first.line, first.column, first.said)
            })
        })
    }

    /// The same with a team's calendar.
    #[must_use]
    pub fn with_calendar(self, calendar: super::Calendar) -> Self {
        Self { calendar, ..self }
    }

    /// The same, in place of another that cannot be read, and why.
    #[must_use]
    pub fn standing_in(self, why: &str) -> Self {
        let stands_in = Some(why.into());
        Self { stands_in, ..self }
    }

    /// Severity of an incident that nobody has assessed yet: none.
    pub fn default_severity(&self) -> &str {
        ""
    }

    /// Form of its incidents' ids, where it has one.
    pub fn id_format(&self) -> Option<&str> {
        self.file.id_format.as_deref()
    }

    /// Status of a new incident.
    pub fn first_status(&self) -> &str {
        // A framework that was checked has one.
        self.statuses.first().map_or("", |status| status.id.as_str())
    }

    /// All of it as JSON.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&self.file).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_clean() {
        for name in Framework::names() {
            let text = Framework::source(name).unwrap();
            assert_eq!(Framework::lint(text), Vec::new(), "{name}");
            let framework = Framework::builtin(name).unwrap();
            assert_eq!(&framework.name, name);
            assert!(framework.describe().len() > 3000);
        }
    }
}
