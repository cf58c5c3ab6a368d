//! Who has a console open on this working tree: a file without content for each, in the side folder, whose name says it all. It is given a
//! new name now and then; one that was not is of a console that died.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::put::Folder;
use super::repository::Repository;
use crate::store::sharing::Sharing;

/// Files that are looked at.
const MOST: usize = 256;
/// The folder, in the side folder.
const NAME: &str = "here";

/// The marks of one working tree.
pub struct Marks {
    folder: PathBuf,
    sharing: Sharing,
}

impl Repository {
    /// The marks of this working tree.
    pub fn marks(&self) -> Marks {
        Marks {
            folder: self.side_dir().join(NAME),
            sharing: self.sharing().clone(),
        }
    }
}

impl Marks {
    /// Their names; the folder is another's to write as well, so they are bounded and not believed.
    pub fn list(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| !name.starts_with('.')).take(MOST).collect()
    }

    /// Sets a mark, and takes others away.
    pub fn set(&self, mark: &str, instead_of: &[String]) -> io::Result<()> {
        self.sharing.make_folder(&self.folder)?;
        let linked = fs::symlink_metadata(&self.folder).is_ok_and(|meta| meta.is_symlink());
        if linked {
            return Err(io::Error::other("the folder is a link"));
        }
        let open = Folder::below(&self.folder, std::path::Path::new(""), &self.sharing, false)?;
        open.create(mark, b"")?;
        for old in instead_of {
            self.remove(old);
        }
        Ok(())
    }

    /// Takes a mark away.
    pub fn remove(&self, mark: &str) {
        let plain = !mark.contains(['/', '\\']) && !mark.starts_with('.');
        if plain {
            let _ = fs::remove_file(self.folder.join(mark));
        }
    }
}
