//! Who brought words of a file into its history: a name in a file can be typed by anyone, the author of a commit is what
//! their git says.

use std::path::Path;

use super::command::{Git, Trouble};

/// The commit that brought something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The beginning of its id.
    pub commit: String,
    /// Its author's name.
    pub name: String,
    /// Its author's mail address.
    pub mail: String,
}

/// The first commit in which these words stand in this file; `None` where they are in none yet.
///
/// # Errors
///
/// Where git fails.
pub fn origin(git: &Git, file: &Path, words: &str) -> Result<Option<Origin>, Trouble> {
    let search = format!("-S{words}");
    let file = file.to_string_lossy();
    let args = [
        "log",
        "--reverse",
        "--no-textconv",
        "--no-ext-diff",
        "--no-renames",
        "--format=%h%x00%an%x00%ae",
        &search,
        "--",
        &file,
    ];
    let said = git.line(args)?;
    let first = said.lines().next().unwrap_or_default();
    let parts: Vec<&str> = first.split('\0').collect();
    let [commit, name, mail] = parts[..] else {
        return Ok(None);
    };
    Ok(Some(Origin {
        commit: commit.to_owned(),
        name: name.to_owned(),
        mail: mail.to_owned(),
    }))
}
