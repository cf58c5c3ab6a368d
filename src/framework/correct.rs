//! Corrections held against the framework: words become ids, and what was carried out stays on the record.

use super::Framework;
use crate::incident::entry::in_section;
use crate::incident::{Change, Horizon, Hypothesis, Incident, Mitigation, MitigationState, Refusal, Time, ids, live};

impl Framework {
    /// A correction with its words as ids. A mitigation that was approved as one option is not made another one that wants
    /// other people's approval.
    pub(super) fn correcting(
        &self,
        incident: &Incident,
        section: String,
        entry: &str,
        field: String,
        value: String,
    ) -> Result<Change, Refusal> {
        let entry = self.found(incident, &section, entry)?;
        let field = own_name(incident, &section, &entry, field);
        let empty = value.trim().is_empty();
        let value = match (section.as_str(), field.as_str()) {
            ("roles", "role") if !empty => self.role_id(&value)?,
            ("communications", "audience") if !empty => self.audience(&value)?.id.clone(),
            ("mitigations", "option") if !empty => self.option_id(&value)?,
            ("inquiries", "to") if !empty => self.specialist(&value),
            ("actions", "horizon") if !empty => {
                self.horizon(&Horizon::from(value.trim()))?;
                value
            }
            _ => value,
        };
        if section == "mitigations"
            && field == "option"
            && let Some(known) = live(&incident.mitigations).find(|one| one.id == entry)
        {
            self.still_approved(incident, known, &value)?;
        }
        Ok(Change::Correct {
            section,
            entry,
            field,
            value,
        })
    }

    fn still_approved(&self, incident: &Incident, known: &Mitigation, option: &str) -> Result<(), Refusal> {
        if !matches!(known.state, MitigationState::Approved | MitigationState::Started) {
            return Ok(());
        }
        let other = Mitigation {
            option: Some(option.to_owned()).filter(|option| !option.is_empty()),
            ..known.clone()
        };
        let missing = self.approvals_missing(incident, &other);
        if missing.is_empty() {
            return Ok(());
        }
        Err(Refusal::Rules {
            said: format!(
                "{} was approved as it stands; as `{option}` it wants more. Propose that as a mitigation of its own",
                known.id
            ),
            missing: missing.into_iter().map(|who| format!("approval by {who}")).collect(),
        })
    }

    /// Refuses other words, or another option, for a mitigation that people approved and that has not begun: their yes was for what
    /// it said.
    pub(super) fn agreed_to(&self, incident: &Incident, change: &Change, now: Time) -> Result<(), Refusal> {
        let id = match change {
            Change::Correct {
                section, entry, field, ..
            } if section == "mitigations" && matches!(field.as_str(), "text" | "option") => entry.get(1..),
            Change::Correct {
                section, entry, field, ..
            } if section == "timeline" && field == "text" => entry.get(1..),
            Change::EditEvent { event, text, .. } if text.is_some() => event.get(1..),
            _ => None,
        };
        // A mitigation and the line that tells of its proposal have their ids from one change.
        let known = live(&incident.mitigations).find(|one| one.id.get(1..) == id);
        let Some(known) = known.filter(|one| id.is_some() && one.started.is_none()) else {
            return Ok(());
        };
        let given = known.approvals.iter().filter(|one| one.retracted.is_none());
        let people: Vec<&str> = given.map(|one| one.by.as_str()).collect();
        let unapproved = Mitigation {
            approvals: Vec::new(),
            ..known.clone()
        };
        let (wanted, _) = self.wanting_lately(incident, &unapproved, None, now);
        let is_open = matches!(known.state, MitigationState::Proposed | MitigationState::Approved);
        if people.is_empty() || wanted.is_empty() || !is_open {
            return Ok(());
        }
        Err(Refusal::Rules {
            said: format!(
                "{} was approved by {} as it stands; anything else needs approvals of its own",
                super::approvals::named(known),
                people.join(", ")
            ),
            missing: vec!["propose what is meant instead (warroom mitigation propose TEXT --option OPTION)".into()],
        })
    }

    /// Taking an entry out; a mitigation that was begun is not, since what followed rests on it.
    pub(super) fn removing(
        &self,
        incident: &Incident,
        section: String,
        entry: &str,
        reason: String,
    ) -> Result<Change, Refusal> {
        let entry = self.found(incident, &section, entry)?;
        let begun = live(&incident.mitigations)
            .find(|one| one.id == entry && !matches!(one.state, MitigationState::Proposed | MitigationState::Approved));
        if let Some(begun) = begun.filter(|_| section == "mitigations") {
            return Err(Refusal::Rules {
                said: format!(
                    "{} is {}: what was carried out stays on the record, and the gate counts it; correct its words instead",
                    begun.id, begun.state
                ),
                missing: vec![format!("warroom mitigation edit {} --text TEXT", begun.id)],
            });
        }
        Ok(Change::Remove { section, entry, reason })
    }

    /// The entry that a word means; of roles also the role, for the one who holds it now.
    fn found(&self, incident: &Incident, section: &str, word: &str) -> Result<String, Refusal> {
        let found = found(incident, section, word);
        if found.is_ok() || section != "roles" {
            return found;
        }
        let Ok(role) = self.role_id(word) else { return found };
        let mut held = live(&incident.roles).filter(|one| one.role == role && one.until.is_none());
        match (held.next(), held.next()) {
            (Some(one), None) => Ok(one.id.clone()),
            (None, _) => Err(Refusal::NotFound {
                said: format!(
                    "no one holds {} now; name the entry",
                    self.role_title(&role).to_lowercase()
                ),
                candidates: entries(live(&incident.roles).filter(|one| one.role == role)),
            }),
            _ => Err(Refusal::NotFound {
                said: format!(
                    "several hold {} now; name the entry",
                    self.role_title(&role).to_lowercase()
                ),
                candidates: entries(live(&incident.roles).filter(|one| one.role == role && one.until.is_none())),
            }),
        }
    }

    /// A mitigation option by its id or title.
    pub(super) fn option_id(&self, word: &str) -> Result<String, Refusal> {
        let wanted = word.trim().replace([' ', '_'], "-");
        let known = &self.options;
        let option = known
            .iter()
            .find(|option| option.id.eq_ignore_ascii_case(&wanted) || option.title.eq_ignore_ascii_case(word.trim()));
        option.map(|option| option.id.clone()).ok_or_else(|| {
            let list = known.iter().map(|option| format!("{}  {}", option.id, option.when));
            super::names::unknown(&self.name, "mitigation option", word.trim(), list)
        })
    }
}

/// `id  who since then`.
fn entries<'a>(roles: impl Iterator<Item = &'a crate::incident::Role>) -> Vec<String> {
    roles
        .map(|one| format!("{}  {} since {}", one.id, one.who, one.since.hm()))
        .collect()
}

/// The words of a hypothesis are its statement, those of a test or a piece of evidence its text.
fn own_name(incident: &Incident, section: &str, entry: &str, field: String) -> String {
    let hypothesis = incident.hypotheses.iter().any(|one| one.id == entry);
    match field.as_str() {
        "text" if section == "hypotheses" && hypothesis => "statement".into(),
        "statement" if section == "hypotheses" && !hypothesis => "text".into(),
        _ => field,
    }
}

/// The entry that a word means: its id or the beginning of it; of a hypothesis also a test or a piece of evidence.
fn found(incident: &Incident, section: &str, word: &str) -> Result<String, Refusal> {
    let entry = in_section!(section, T => ids::find_by_prefix::<T>(incident, word).map(|entry| entry.id.clone()));
    let entry = entry.unwrap_or_else(|| {
        Err(Refusal::Invalid(format!(
            "there is no list `{section}`; that is an error of the program"
        )))
    });
    if entry.is_ok() || section != "hypotheses" {
        return entry;
    }
    let wanted = word.trim().to_ascii_lowercase();
    let remarks = live(&incident.hypotheses).flat_map(|one: &Hypothesis| one.tests.iter().chain(&one.evidence));
    let mut near = remarks.filter(|one| {
        !wanted.is_empty() && one.retracted.is_none() && (one.id == wanted || one.id.starts_with(&wanted))
    });
    match (near.next(), near.next()) {
        (Some(one), None) => Ok(one.id.clone()),
        _ => entry,
    }
}
