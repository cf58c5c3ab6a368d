//! What of each incident is compared with others, kept in the person's state folder so that the question "has this happened before?" need
//! not read every file anew. A digest is taken only for the very bytes that it was made of; a file that is cut off, damaged, of another
//! version or of another repository counts as not there, and is written again. It holds numbers, no words.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::read::{read, read_most};
use super::repository::{Place, Repository, knows_no_more};
use super::{StoreError, text};
use crate::bounds;
use crate::incident::open_conflicts;
use crate::recall::Case;
use crate::recall::digest::{Digest, FORM};
use crate::side_by_side;

/// What a file of digests begins with.
const MARK: &[u8] = b"warroom digests\n";

/// Digests of all incidents that could be read, by id, and those that could not.
#[derive(Debug)]
pub struct Recalled {
    /// Those that could.
    pub digests: Vec<Digest>,
    /// Those that could not, and why.
    pub failed: Vec<(Place, StoreError)>,
}

/// A digest, and the hash of what it is of, where it may be kept.
type Made = (Digest, Option<u128>);

/// The digest of every incident of a repository; what is not known yet is read, and known the next time.
pub fn recall(repository: &Repository) -> Result<Recalled, StoreError> {
    let places = repository.incidents()?;
    let file = repository
        .state_folder()
        .ok()
        .map(|folder| file(&folder, repository.root()));
    let known = file.as_deref().map(|file| Known::load(file, repository.root()));
    let known = known.unwrap_or_default();
    let made = side_by_side::each(&places, |place| make(repository, place, &known));
    let keeps = |made: &[Result<Made, StoreError>]| made.iter().flatten().filter_map(|(_, hash)| *hash).count();
    let is_same = keeps(&made) == known.places.len()
        && made
            .iter()
            .flatten()
            .all(|(digest, hash)| hash.is_none_or(|hash| known.bytes(&digest.id, hash).is_some()));
    if let Some(file) = file.filter(|_| !is_same) {
        // Without it the next question takes longer, that is all.
        if let Err(error) = save(&file, repository.root(), made.iter().flatten()) {
            log::info!("digests of incidents are not kept: {error}");
        }
    }
    let (mut digests, mut failed) = (Vec::new(), Vec::new());
    for (place, made) in places.into_iter().zip(made) {
        match made {
            Ok((digest, _)) => digests.push(digest),
            Err(error) => failed.push((place, error)),
        }
    }
    Ok(Recalled { digests, failed })
}

/// Forgets them all: words were taken out of an incident.
pub fn forget(repository: &Repository) {
    if let Ok(folder) = repository.state_folder() {
        let _ = fs::remove_file(file(&folder, repository.root()));
    }
}

fn make(repository: &Repository, place: &Place, known: &Known) -> Result<Made, StoreError> {
    let mut bytes = Vec::new();
    let site = repository.site(place);
    let hash = site
        .real()
        .ok()
        .and_then(|real| read(&real, &mut bytes).ok())
        .map(|_| xxh3_128(&bytes));
    // What an editor has written over counts as still there, see `read_whole`.
    let is_all = || knows_no_more(&site, &bytes);
    if let Some(hash) = hash
        && let Some(kept) = known.bytes(&place.id, hash)
        && let Some(digest) = Digest::read(&place.id, kept)
        && is_all()
    {
        return Ok((digest, Some(hash)));
    }
    let document = repository.read_whole(place)?;
    let incident = document.incident().called(&place.id);
    let conflicts = !open_conflicts(&incident).is_empty();
    // Where two people's values are in conflict it depends on the framework, too, which of them counts.
    let framework = if conflicts {
        repository.framework_or_other(&incident.framework).ok()
    } else {
        None
    };
    let digest = Digest::of(&Case::new(place.id.clone(), incident, framework));
    let may_keep = !conflicts && document.complete() && document.text().as_bytes() == bytes && is_all();
    Ok((digest, hash.filter(|_| may_keep)))
}

/// The file of a repository.
fn file(folder: &Path, root: &Path) -> PathBuf {
    let name = xxh3_64(root.as_os_str().as_encoded_bytes());
    folder.join("recalled").join(format!("{name:016x}"))
}

/// What the file begins with: whose it is, and in which form.
fn head(root: &Path) -> Vec<u8> {
    let root = root.as_os_str().as_encoded_bytes();
    let mut head = MARK.to_vec();
    head.extend(FORM.to_le_bytes());
    head.extend(u32::try_from(root.len()).unwrap_or(u32::MAX).to_le_bytes());
    head.extend(root);
    head
}

fn save<'a>(file: &Path, root: &Path, all: impl Iterator<Item = &'a Made>) -> io::Result<()> {
    let mut bytes = head(root);
    let mut digest_bytes = Vec::new();
    for (digest, hash) in all {
        let (Some(hash), Ok(id_length)) = (hash, u16::try_from(digest.id.len())) else {
            continue;
        };
        digest_bytes.clear();
        digest.write(&mut digest_bytes);
        bytes.extend(hash.to_le_bytes());
        bytes.extend(id_length.to_le_bytes());
        bytes.extend(digest.id.as_bytes());
        bytes.extend(u32::try_from(digest_bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(&digest_bytes);
    }
    bytes.extend(xxh3_64(&bytes).to_le_bytes());
    if bytes.len() as u64 > bounds::DIGESTS {
        return Err(io::Error::other("they are too many"));
    }
    let folder = file.parent().unwrap_or(file);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // One name: what a kill leaves is written over. Whoever writes beside us makes a file that is damaged at most, and not taken.
    let new = file.with_extension("new");
    let mut out = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)?;
    out.set_permissions(fs::Permissions::from_mode(0o600))?;
    out.write_all(&bytes)?;
    fs::rename(&new, file)
}

/// What was kept.
#[derive(Default)]
struct Known {
    bytes: Vec<u8>,
    /// By id: the hash of what a digest is of, and where it stands.
    places: HashMap<String, (u128, Range<usize>)>,
}

impl Known {
    fn load(file: &Path, root: &Path) -> Self {
        let bytes = read_most(file, bounds::DIGESTS).unwrap_or_default();
        match Self::places(&bytes, root) {
            Some(places) => Self { bytes, places },
            None => Self::default(),
        }
    }

    fn places(bytes: &[u8], root: &Path) -> Option<HashMap<String, (u128, Range<usize>)>> {
        let (all, sum) = bytes.split_last_chunk()?;
        let mut rest = all
            .strip_prefix(&head(root)[..])
            .filter(|_| xxh3_64(all) == u64::from_le_bytes(*sum))?;
        let mut places = HashMap::new();
        while !rest.is_empty() {
            let (hash, after) = rest.split_first_chunk()?;
            let (length, after) = after.split_first_chunk()?;
            let (id, after) = after.split_at_checked(u16::from_le_bytes(*length).into())?;
            let (length, after) = after.split_first_chunk()?;
            let (digest, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            let until = all.len() - after.len();
            let id = text::utf8(id).ok()?.to_owned();
            places.insert(id, (u128::from_le_bytes(*hash), until - digest.len()..until));
            rest = after;
        }
        Some(places)
    }

    /// The digest of an incident, where it is of these bytes.
    fn bytes(&self, id: &str, hash: u128) -> Option<&[u8]> {
        let (of, range) = self.places.get(id)?;
        (*of == hash).then(|| self.bytes.get(range.clone()))?
    }
}
