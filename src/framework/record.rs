//! The fields of an incident's record: which there are, and what they may say.

use super::Framework;
use super::names::unknown;
use crate::incident::{Change, Refusal};

impl Framework {
    /// A field as the file has it (`category` is `fields.category`), with a value that it may have.
    pub(super) fn recorded(&self, field: String, value: String) -> Result<Change, Refusal> {
        let given = field.trim();
        let own = self.record.iter().any(|one| one.id == given);
        let field = if own {
            format!("fields.{given}")
        } else {
            given.to_owned()
        };
        let name = field.strip_prefix("impact.");
        if let Some(name) = name.filter(|name| !self.impact.is_empty() && !value.trim().is_empty() && !name.is_empty())
            && !self.impact.iter().any(|one| one.id == name)
        {
            let known = self
                .impact
                .iter()
                .map(|one| format!("impact.{}  {}", one.id, one.about));
            let Refusal::NotFound { said, candidates } = unknown(&self.name, "field of the impact", name, known) else {
                return Ok(Change::SetField { field, value });
            };
            let said = format!("{said}; what a team keeps beside it goes to fields.{name}");
            return Err(Refusal::NotFound { said, candidates });
        }
        let value = self.field_value(&field, value)?;
        Ok(Change::SetField { field, value })
    }

    /// A value of a field, in the words that the framework has for it; where the field knows only some values, one of those, in
    /// any case.
    pub fn field_value(&self, field: &str, value: String) -> Result<String, Refusal> {
        let (values, rates) = match field.split_once('.') {
            Some(("impact", name)) => {
                let known = self.impact.iter().find(|one| one.id == name);
                (
                    known.map(|one| &one.one_of),
                    known.is_some_and(|one| one.rates.is_some()),
                )
            }
            Some(("fields", name)) => {
                let known = self.record.iter().find(|one| one.id == name);
                (known.map(|one| &one.one_of), false)
            }
            _ => (None, false),
        };
        let Some(values) = values.filter(|values| !values.is_empty() && !value.trim().is_empty()) else {
            return Ok(value);
        };
        let given = value.trim();
        let plain = |text: &str| text.to_lowercase().replace([' ', '_'], "-");
        if let Some(known) = values.iter().find(|known| plain(known) == plain(given)) {
            return Ok(known.clone());
        }
        // What is said of it may follow: `yes, PCI`. A rating is a word alone.
        let remark = |known: &String| {
            let (head, rest) = given.split_at_checked(known.len())?;
            let said = plain(head) == plain(known) && rest.starts_with(|c: char| !c.is_alphanumeric());
            said.then(|| format!("{known}{rest}"))
        };
        if let Some(value) = values.iter().find_map(remark).filter(|_| !rates) {
            return Ok(value);
        }
        let what = format!("value of {field}");
        let shown = crate::text::fit(&crate::text::one_line(given), 40, "…").into_owned();
        Err(unknown(&self.name, &what, &shown, values.iter().cloned()))
    }
}
