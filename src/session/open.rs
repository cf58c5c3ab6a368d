//! Opening a session: the first good state, and what earlier sessions left.

use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::clock::{Clock, ClockKind};
use super::core::Core;
use super::disk::{Disk, QUIET, newer};
use super::machine::Reason;
use super::save::Saver;
use super::shared::{Shared, Wake};
use super::snapshot::{FileState, Watching};
use super::worker::Worker;
use crate::document::{Document, Invalid};
use crate::incident::{Incident, line};
use crate::merge::mend;
use crate::store::draft::{self, Drafts};
use crate::store::journal::{Journal, Left};
use crate::store::lock::Lock;
use crate::store::read::{Contents, Unreadable, read};
use crate::store::site::Site;
use crate::store::{Place, Repository, StoreError, text};

/// What a session is opened with.
pub struct Open<'a> {
    /// Where the incident is.
    pub repository: &'a Repository,
    /// Which one (see [`Repository::find`]).
    pub place: Place,
    /// Who acts.
    pub by: String,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Whether to watch the file (consoles) or not (one-shot commands).
    pub watch: bool,
}

/// The parts of an open session.
pub(super) struct Parts {
    pub shared: Arc<Shared>,
    pub worker: JoinHandle<()>,
    pub drafts: Drafts,
    pub draft: Option<String>,
}

/// Opens an incident; see [`super::Session::open`].
#[allow(clippy::too_many_lines, reason = "the order of the steps is what it says")]
pub(super) fn open(open: Open<'_>) -> Result<Parts, StoreError> {
    let Open {
        repository,
        place,
        by,
        clock,
        watch,
    } = open;
    let site = repository.site(&place);
    let First {
        document,
        contents,
        mended,
    } = first_state(repository, &site, &place, watch)?;
    let state = repository.state_of(document.incident());
    let framework = repository.framework_or_other(&document.incident().framework)?;
    let missing = framework.stands_in.clone();
    let lacks = framework.calendar.lacks();
    let watching = if watch { Watching::Events } else { Watching::Off };
    let mut core = Core::new(document.clone(), &place.id, framework, watching);
    if let Some(said) = missing {
        core.notice(true, format!("The {said}."));
    }
    if let Some(said) = lacks {
        core.notice(true, format!("The {said}."));
    }
    if document.incident().id != place.id {
        core.notice(
            true,
            format!(
                "The file calls itself `{}`; it is {} here and in git, as its folder is. `warroom validate` names the line.",
                crate::text::one_line(&document.incident().id),
                crate::text::one_line(&place.id)
            ),
        );
    }
    if let Some(schema) = document.newer_schema() {
        core.file = FileState::ReadOnly(newer(schema));
    }
    // Without a state folder there is no journal and no draft; saving the file itself is not touched by that.
    let folder = state.unwrap_or_else(|_| site.lock_path().with_extension("state"));
    let left = take_up(&mut core, &folder, &place);
    let draft = draft::left(&folder, &place.path, &by).filter(|left| !was_sent(&core.incident, left, &by));
    core.publish();

    let mut disk = Disk::new(site.clone(), document, contents.as_ref());
    if let Some(contents) = contents.filter(|_| mended) {
        disk.note_mended(contents.hash);
        core.machine.raise(Reason::Repair);
    }
    if !core.pending.is_empty() {
        core.machine.raise(Reason::Change);
    }
    if !left.is_empty() {
        core.machine.distrust();
    }
    let (wake, inbox) = mpsc::channel();
    let _ = site.side();
    site.check_side().map_err(|source| StoreError::Io {
        what: "Cannot keep a lock beside",
        path: place.path.clone(),
        source,
        remedy: "Nothing was changed; remove that link.".into(),
    })?;
    let lock = Lock::new(site.lock_path(), &by).shared(site.sharing());
    let journal = Journal::new(folder.clone(), place.path.clone());
    let drafts = Drafts::new(folder, place.path.clone(), by.clone());
    if let Some(left) = &draft {
        drafts.keep(&left.line, left.typed);
    }
    log::info!(
        "{}: opened, {} changes taken up from the journal",
        place.id,
        core.pending.len()
    );
    if core.machine.is_busy() {
        let _ = wake.send(Wake::Save);
    }
    core.test_clock = clock.kind() == ClockKind::Test;
    let shared = Arc::new(Shared::new(
        place,
        repository.for_session(),
        by,
        clock,
        wake,
        (core, disk),
    ));
    let worker = Worker::new(Arc::clone(&shared), inbox, Saver::new(lock, journal, left), watch);
    let spawned = std::thread::Builder::new()
        .name("warroom-save".into())
        .spawn(move || worker.run());
    let worker = spawned.map_err(|source| StoreError::Io {
        what: "Cannot start a thread for",
        path: shared.place.path.clone(),
        source,
        remedy: "Nothing was written; the machine is short of memory or of processes.".into(),
    })?;
    Ok(Parts {
        shared,
        worker,
        drafts,
        draft: draft.map(|left| left.line),
    })
}

/// Whether a line that a dead session left half-typed was sent: `by` has said since what it says. The session died before its draft
/// was taken away. It may be a few letters behind, too: drafts are not written with every key.
fn was_sent(incident: &Incident, left: &draft::Left, by: &str) -> bool {
    /// Fewer letters than this may stand in any sentence.
    const TELLING: usize = 8;
    // As the console keeps it: which action, which of its questions, and what was typed.
    let typed = left.line.splitn(3, '\t').last().unwrap_or_default().trim();
    let parsed = line::parse(typed, left.typed).text;
    let parsed = parsed.trim();
    let since = incident
        .timeline
        .iter()
        .filter(|event| event.by == by && event.recorded.unwrap_or(event.at) >= left.typed);
    let telling = typed.chars().count() >= TELLING;
    let mut words = since.map(|event| event.text.as_str());
    words.any(|words| (!parsed.is_empty() && words.starts_with(parsed)) || (telling && words.contains(typed)))
}

/// The first state of a session.
struct First {
    document: Document,
    /// The file it was read from, where it could be read.
    contents: Option<Contents>,
    /// Whether conflict markers were taken apart.
    mended: bool,
}

/// Reads the file. One that is missing or cut off is given a moment: somebody may be writing it. A console then opens on
/// the last state that a session knew.
fn first_state(repository: &Repository, site: &Site, place: &Place, watch: bool) -> Result<First, StoreError> {
    let start = Instant::now();
    let mut buffer = Vec::new();
    let mut pause = Duration::from_millis(20);
    let (error, passing) = loop {
        let (error, passing) = match read_state(repository, site, place, watch, &mut buffer) {
            Ok(first) => return Ok(first),
            Err(failed) => failed,
        };
        if !passing || start.elapsed() >= QUIET {
            break (error, passing);
        }
        std::thread::sleep(pause);
        pause *= 2;
    };
    if watch && (passing || matches!(error, StoreError::Invalid { .. })) {
        let known = text::known(&site.base_path());
        if let Some(document) = known.filter(|known| known.incident().id == place.id) {
            return Ok(First {
                document,
                contents: None,
                mended: false,
            });
        }
    }
    Err(error)
}

/// One try; the error says whether it may pass by itself.
fn read_state(
    repository: &Repository,
    site: &Site,
    place: &Place,
    watch: bool,
    buffer: &mut Vec<u8>,
) -> Result<First, (StoreError, bool)> {
    let unreadable = |why: Unreadable| {
        let passing = matches!(why, Unreadable::Missing);
        (text::unreadable(&place.path, why), passing)
    };
    let real = site.real().map_err(unreadable)?;
    let contents = read(&real, buffer).map_err(unreadable)?;
    let invalid = |invalid: Invalid| {
        let passing = invalid.torn;
        let path = place.path.clone();
        let invalid = Box::new(invalid);
        (StoreError::Invalid { path, invalid }, passing)
    };
    let said = text::utf8(buffer).map_err(invalid)?;
    let (document, mended) = mend::read(said, repository.take_read(said).as_ref()).map_err(invalid)?;
    if !document.complete()
        && let Some(torn) = text::cut_off(&document, text::known(&site.base_path()).as_ref())
    {
        return Err(invalid(torn));
    }
    if let Some(schema) = document.newer_schema()
        && !watch
    {
        let schema_line = document.text().lines().position(|line| line.starts_with("warroom:"));
        return Err(invalid(Invalid {
            problem: newer(schema),
            line: schema_line.map_or(1, |at| at + 1),
            column: 1,
            excerpt: format!("warroom: {schema}"),
            remedy: "nothing was changed".into(),
            torn: false,
            newer_schema: Some(schema),
        }));
    }
    Ok(First {
        document,
        contents: Some(contents),
        mended,
    })
}

fn take_up(core: &mut Core, folder: &std::path::Path, place: &Place) -> Left {
    let mut left = Left::find(folder, &place.path);
    for aside in &left.unreadable {
        core.notice(
            true,
            format!(
                "A journal of an earlier session holds lines that cannot be read; it is kept as {}.",
                aside.display()
            ),
        );
    }
    let taken = core.take_up(std::mem::take(&mut left.requests));
    if taken > 0 {
        let changes = if taken == 1 { "A change" } else { "Changes" };
        core.notice(
            false,
            format!("{changes} that an earlier session could not save: {taken}, taken up again."),
        );
    }
    left
}

/// Ends a session: what can be saved at once is saved, the rest stays in the journal.
pub(super) fn close(shared: &Shared, worker: Option<JoinHandle<()>>) {
    shared.stopping.store(true, Ordering::Relaxed);
    shared.wake(Wake::Stop);
    if let Some(worker) = worker {
        let _ = worker.join();
    }
    log::info!("{}: closed, {} pending", shared.place.id, shared.core().pending.len());
}
