//! What a team keeps in its repository beside incidents: frameworks, calendar, people, contacts.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::read::{Unreadable, read_within};
use super::repository::MARK;
use super::review_file::own_template;
use super::{Repository, StoreError, text};
use crate::bounds::{CONFIG, FRAMEWORK};
use crate::framework::contacts::Contacts;
use crate::framework::review::Asked;
use crate::framework::{Calendar, Framework};
use crate::incident::people::Directory;
use crate::review::Template;

/// Whom to call, in the repository.
const CONTACTS: &str = ".warroom/contacts.yaml";

impl Repository {
    /// A framework with the team's calendar and people.
    fn with_team(&self, framework: Framework) -> Framework {
        let (calendar, people, contacts) = self.team();
        let asked = self.own_questions(&framework.name);
        framework
            .with_calendar(calendar)
            .with_people(people, contacts)
            .with_questions(asked)
    }

    /// What the team's own template of a framework's review asks, where there is a sound one.
    fn own_questions(&self, name: &str) -> Option<Vec<Asked>> {
        let bytes = read_within(self.root(), &own_template(self, name), FRAMEWORK).ok()?;
        let template = Template::read(&String::from_utf8_lossy(&bytes)).ok()?;
        Some(template.asked())
    }

    /// When the team works, who is who in it, and whom it calls.
    fn team(&self) -> (Calendar, Directory, Contacts) {
        let config = self.config();
        let people = match self.team_text(".mailmap") {
            Some(map) => config.people.with_mailmap(&map),
            None => config.people,
        };
        let contacts = self.team_text(CONTACTS).map(|text| Contacts::parse(&text).0);
        (config.calendar, people, contacts.unwrap_or_default())
    }

    /// Who is who in the team.
    pub fn people(&self) -> Directory {
        self.team().1
    }

    /// The text of a file of the team's, where there is one that can be read.
    fn team_text(&self, place: &str) -> Option<String> {
        let bytes = read_within(self.root(), &self.root().join(place), CONFIG).ok()?;
        String::from_utf8(bytes).ok()
    }

    /// The team's contacts as they are written: empty where there is no file, and why where it cannot be read.
    pub fn contacts_text(&self) -> Result<String, StoreError> {
        let path = self.root().join(CONTACTS);
        match read_within(self.root(), &path, CONFIG) {
            Ok(bytes) => text::utf8(&bytes)
                .map(str::to_owned)
                .map_err(|invalid| StoreError::Invalid {
                    path: path.clone(),
                    invalid: Box::new(invalid),
                }),
            Err(Unreadable::Missing) => Ok(String::new()),
            Err(why) => Err(text::unreadable(&path, why)),
        }
    }

    /// A framework by name, with the team's calendar: the team's own in `.warroom/frameworks/`, else the one in the binary.
    pub fn framework(&self, name: &str) -> Result<Arc<Framework>, StoreError> {
        if let Some(path) = self.framework_file(name) {
            let bytes = read_within(self.root(), &path, FRAMEWORK).map_err(|why| text::unreadable(&path, why))?;
            let content = text::utf8(&bytes).map_err(|invalid| StoreError::Invalid {
                path: path.clone(),
                invalid: Box::new(invalid),
            })?;
            let parsed = Framework::parse(content, &path).map_err(StoreError::Framework)?;
            return Ok(Arc::new(self.with_team(parsed)));
        }
        let shipped = Framework::builtin(name).ok_or_else(|| {
            let shown = crate::text::one_line(name).into_owned();
            let known = self.frameworks();
            StoreError::NoSuchFramework {
                said: format!(
                    "There is no framework `{shown}`; known are {}. A team's own go to {}.",
                    known.join(", "),
                    self.frameworks_dir().display()
                ),
                known,
            }
        })?;
        let (calendar, people, contacts) = self.team();
        // As it ships it is one for all.
        let plain = (&shipped.calendar, &shipped.people, &shipped.contacts) == (&calendar, &people, &contacts);
        if plain && !own_template(self, name).is_file() {
            return Ok(shipped);
        }
        Ok(Arc::new(self.with_team(Framework::clone(&shipped))))
    }

    /// The same for an incident that names it, which has to go on: where it cannot be read, what ships by that name, else the
    /// default, which says for whom it stands in.
    pub fn framework_or_other(&self, name: &str) -> Result<Arc<Framework>, StoreError> {
        let error = match self.framework(name) {
            Ok(framework) => return Ok(framework),
            Err(error) => error,
        };
        let other = Framework::builtin(name).or_else(|| Framework::builtin(Framework::names()[0]));
        let Some(other) = other else { return Err(error) };
        let said = error.to_string();
        let said = crate::text::one_line(said.trim_end_matches('.'));
        let ships = if other.name == name {
            "the one that ships by that name"
        } else {
            &other.name
        };
        let why = format!(
            "framework {} cannot be used: {said}; {ships} stands in",
            crate::text::one_line(name)
        );
        let other = self.with_team(Framework::clone(&other));
        Ok(Arc::new(other.standing_in(&why)))
    }

    /// The file of a team's own framework, where there is one of that name.
    pub fn framework_file(&self, name: &str) -> Option<PathBuf> {
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
        let path = self.frameworks_dir().join(format!("{name}.yaml"));
        (plain && path.symlink_metadata().is_ok()).then_some(path)
    }

    /// Names of all frameworks: those in the binary and the team's own.
    pub fn frameworks(&self) -> Vec<String> {
        let mut names: Vec<String> = Framework::names().iter().map(|name| (*name).to_owned()).collect();
        let own = fs::read_dir(self.frameworks_dir()).into_iter().flatten().flatten();
        for entry in own {
            let name = entry.file_name();
            let stem = name.to_str().and_then(|name| name.strip_suffix(".yaml"));
            if let Some(stem) = stem.filter(|stem| !stem.starts_with('.'))
                && !names.iter().any(|known| known == stem)
            {
                names.push(stem.to_owned());
            }
        }
        names.sort();
        names
    }

    /// `.warroom/frameworks/`, there or not.
    pub fn frameworks_dir(&self) -> PathBuf {
        self.root().join(MARK).join("frameworks")
    }
}
