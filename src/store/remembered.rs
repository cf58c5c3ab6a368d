//! What a person chose in a console and finds again in the next one: theme and role, by name, in the state folder. A convenience: where it
//! cannot be read or written, a console opens as usual.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::put::Folder;
use super::read::read_most;
use super::sharing::Sharing;
use super::state::state_dir;

/// The file's name.
const NAME: &str = "console.json";
/// Bytes of it that are read.
const LARGEST: u64 = 64 << 10;
/// People whose choices are kept.
const PEOPLE: usize = 64;

/// What one person chose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The role that consoles are arranged for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
    /// The theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// What the configuration said of the theme then: once it says otherwise, it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
}

impl Remembered {
    /// What this person chose.
    pub fn of(person: &str) -> Self {
        all().remove(person).unwrap_or_default()
    }

    /// Keeps what this person chose: `change` is applied to what is kept by now.
    pub fn keep(person: &str, change: impl FnOnce(&mut Self)) -> io::Result<()> {
        let state = state_dir().map_err(io::Error::other)?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&state)?;
        let mut all = all();
        change(all.entry(person.to_owned()).or_default());
        while all.len() > PEOPLE {
            let other = all.keys().find(|known| *known != person).cloned();
            other.map(|other| all.remove(&other));
        }
        let open = Folder::below(&state, Path::new(""), &Sharing::default(), false)?;
        open.replace(NAME, &serde_json::to_vec_pretty(&all)?, Some(0o600))
    }
}

fn all() -> BTreeMap<String, Remembered> {
    let read = || {
        let file = state_dir().ok()?.join(NAME);
        serde_json::from_slice(&read_most(&file, LARGEST).ok()?).ok()
    };
    read().unwrap_or_default()
}
