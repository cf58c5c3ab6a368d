//! What was seen at the file's place, in the order it was seen, until it is taken in. An editor may write over what it wrote
//! itself a moment ago, with an older buffer even: then nobody has it any more but those who had read it in time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::store::read::{Stat, hash, open, read_open};
use crate::store::site::Site;

/// Most bytes that wait; what comes then is looked at by whoever takes them in.
const MOST: usize = 64 << 20;

/// One content.
pub struct Sighting {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their hash.
    pub hash: u128,
    /// The file's, before it was read.
    pub stat: Stat,
}

/// See the module. Its lock is held for as long as a file takes to be read, never for a write.
#[derive(Default)]
pub struct Sightings(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    queue: VecDeque<Sighting>,
    bytes: usize,
    /// What was there at the last look; our own new file has no times yet that prove anything.
    last: Option<(Option<Stat>, u128)>,
}

impl Sightings {
    /// Looks at the file and keeps what is new there.
    pub fn look(&self, site: &Site) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(opened) = site.real().and_then(|real| open(&real)) else {
            return;
        };
        let stat = Stat::of(&opened.meta);
        if waiting.last.is_some_and(|(last, _)| last == Some(stat)) || waiting.bytes > MOST {
            return;
        }
        let mut bytes = Vec::new();
        if read_open(&opened.file, &mut bytes).is_err() {
            return;
        }
        let hash = hash(&bytes);
        let known = waiting.last.is_some_and(|(_, last)| last == hash);
        waiting.last = Some((Some(stat), hash));
        if !known {
            waiting.bytes += bytes.len();
            waiting.queue.push_back(Sighting { bytes, hash, stat });
        }
    }

    /// We have put this there ourselves.
    pub fn wrote(&self, hash: u128) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.last = Some((None, hash));
    }

    /// What waits, taken out.
    pub fn take(&self) -> VecDeque<Sighting> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.bytes = 0;
        std::mem::take(&mut waiting.queue)
    }

    /// Whether something waits.
    pub fn any(&self) -> bool {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        !waiting.queue.is_empty()
    }
}
