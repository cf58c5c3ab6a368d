//! Replacing the incident file: a complete temporary file takes its place in one step, and what comes out is looked at,
//! since editors take no lock. The old file is intact until the new one is safe on disk.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Gid, RenameFlags, Uid, renameat_with};
use rustix::io::Errno;

use super::failpoint::failpoint;
use super::read::{Contents, Stat, Unreadable, hash, open, read_open};
use super::site::Site;

/// Replaces one incident file again and again; remembers what this file system cannot do.
#[derive(Debug, Default)]
pub(crate) struct Replacer {
    /// Exchanging two names does not work here.
    no_exchange: bool,
    /// The side folder is on another file system: temporary files stand beside the data.
    beside: bool,
}

/// The file is in place.
#[derive(Debug)]
pub(crate) struct Replaced {
    /// The new file as it is now.
    pub stat: Stat,
    /// The file that was there before, still open: an editor may hold it, too, and write to it yet.
    pub old: Old,
    /// What it held, where that is not what had been read: somebody wrote in between. Its temporary name stays until
    /// [`Old::forget`], so that a crash does not lose it.
    pub raced: Option<Vec<u8>>,
}

/// A file that was replaced.
#[derive(Debug)]
pub(crate) struct Old {
    file: File,
    hash: u128,
    stat: Option<Stat>,
    name: Option<PathBuf>,
}

impl Old {
    /// What somebody wrote to it since it was replaced or last asked, if anything.
    pub(crate) fn late(&mut self) -> Option<Vec<u8>> {
        let stat = Stat::of(&self.file.metadata().ok()?);
        if self.stat.is_some_and(|before| before.same_data(&stat)) {
            return None;
        }
        let mut bytes = Vec::new();
        read_open(&self.file, &mut bytes).ok()?;
        self.stat = Some(stat);
        let now = hash(&bytes);
        (std::mem::replace(&mut self.hash, now) != now).then_some(bytes)
    }

    /// As it is now.
    pub(crate) fn stat(&self) -> Option<Stat> {
        self.file.metadata().ok().map(|meta| Stat::of(&meta))
    }

    /// Whether it held what had been read when it was replaced: nobody was writing to it then.
    pub(crate) fn was_whole(&self) -> bool {
        self.name.is_none()
    }

    /// Takes its temporary name away, once its content is safe elsewhere.
    pub(crate) fn forget(&mut self) {
        if let Some(name) = self.name.take() {
            let _ = fs::remove_file(name);
        }
    }
}

/// Why the file was not replaced. It is as it was.
#[derive(Debug)]
pub(crate) enum NotReplaced {
    /// It is no longer what had been read: read it again.
    Changed,
    /// It is gone or has become something else.
    Unreadable(Unreadable),
    /// The system refused; at what, in words.
    Failed(&'static str, io::Error),
}

/// What a step of writing failed at, for [`NotReplaced::Failed`].
fn at(step: &'static str) -> impl Fn(io::Error) -> NotReplaced {
    move |error| NotReplaced::Failed(step, error)
}

impl Replacer {
    /// Puts `text` in the place of the file `real`, which was read as `seen`.
    pub(crate) fn replace(
        &mut self,
        site: &Site,
        real: &Path,
        seen: &Contents,
        text: &[u8],
    ) -> Result<Replaced, NotReplaced> {
        failpoint("write.temp", real).map_err(at("making a temporary file"))?;
        let mut temp = self.temp(site, real, seen.meta.dev())?;
        fill(&temp.file, real, text)?;
        inherit(&temp.file, seen);
        site.sharing().share_file(&temp.file, real.parent().unwrap_or(real));
        failpoint("write.sync", real)
            .and_then(|()| temp.file.sync_all())
            .map_err(at("bringing it to the disk"))?;
        failpoint("write.exchange", real).map_err(at("putting it in place"))?;
        // Bringing it to the disk took long. Who wrote meanwhile is read first, so that nobody sees a file without it; who
        // writes from here on is seen by what comes out.
        match Stat::at(real) {
            None => return Err(NotReplaced::Unreadable(Unreadable::Missing)),
            Some(now) if now != Stat::of(&seen.meta) => return Err(NotReplaced::Changed),
            Some(_) => {}
        }
        let replaced = if self.no_exchange {
            rename_over(&mut temp, real, seen)
        } else {
            match Self::exchange(&mut temp, real, seen, (!self.beside).then_some(site)) {
                Err(NotReplaced::Failed(_, error)) if crosses_devices(&error) && !self.beside => {
                    self.beside = true;
                    return self.replace(site, real, seen, text);
                }
                Err(NotReplaced::Failed(_, error)) if cannot_exchange(&error) => {
                    self.no_exchange = true;
                    rename_over(&mut temp, real, seen)
                }
                other => other,
            }
        }?;
        Ok(replaced)
    }

    fn temp(&self, site: &Site, real: &Path, device: u64) -> Result<Temp, NotReplaced> {
        if !self.beside {
            let same = |folder: &&Path| fs::metadata(folder).is_ok_and(|meta| meta.dev() == device);
            if let Ok(folder) = site.side()
                && same(&folder)
                && let Ok(temp) = Temp::create(&folder.join(site.temp_name()))
            {
                return Ok(temp);
            }
        }
        let folder = real.parent().unwrap_or(real);
        Temp::create(&folder.join(site.temp_name())).map_err(at("making a temporary file"))
    }

    fn exchange(temp: &mut Temp, real: &Path, seen: &Contents, site: Option<&Site>) -> Result<Replaced, NotReplaced> {
        let swap = || {
            failpoint("write.swap", real)?;
            renameat_with(CWD, &temp.path, CWD, real, RenameFlags::EXCHANGE).map_err(io::Error::from)
        };
        swap().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => NotReplaced::Unreadable(Unreadable::Missing),
            _ => NotReplaced::Failed("putting it in place", error),
        })?;
        // From here on the temporary name is the old file's.
        let name = temp.keep();
        let stat = temp
            .file
            .metadata()
            .map_or_else(|_| Stat::of(&seen.meta), |meta| Stat::of(&meta));
        // What came out is looked at even where a failpoint or the system stands in the way: then as if it had changed.
        let _ = failpoint("write.compare", real);
        match open(&name) {
            Ok(out) if out.hash().is_ok_and(|hash| hash == seen.hash) => {
                // It keeps a name for a while, so that whoever comes later finds what an editor writes to it yet.
                let kept = site
                    .is_some_and(|site| fs::rename(&name, name.with_file_name(site.replaced_name(seen.hash))).is_ok());
                if !kept {
                    let _ = fs::remove_file(&name);
                }
                Ok(Replaced {
                    stat,
                    old: Old {
                        // As it was before its content was looked at: a write in between is a late one.
                        stat: Some(Stat::of(&out.meta)),
                        hash: seen.hash,
                        file: out.file,
                        name: None,
                    },
                    raced: None,
                })
            }
            Ok(out) => {
                let mut bytes = Vec::new();
                // What cannot be read now stays under its temporary name, and is looked at again as a late write.
                let read = read_open(&out.file, &mut bytes);
                Ok(Replaced {
                    stat,
                    old: Old {
                        stat: None,
                        hash: hash(&bytes),
                        file: out.file,
                        name: Some(name),
                    },
                    raced: Some(read.map_or_else(|_| Vec::new(), |()| bytes)),
                })
            }
            Err(odd) => {
                // A folder, a link or the like came out: it goes back to where somebody put it.
                let back = renameat_with(CWD, &name, CWD, real, RenameFlags::EXCHANGE);
                if back.is_ok() {
                    let _ = fs::remove_file(&name);
                }
                Err(NotReplaced::Unreadable(odd))
            }
        }
    }
}

/// The way without an exchange: look once more, then rename. Who writes between the two is not seen.
fn rename_over(temp: &mut Temp, real: &Path, seen: &Contents) -> Result<Replaced, NotReplaced> {
    let now = open(real).map_err(NotReplaced::Unreadable)?;
    if now.hash().map_err(at("reading it"))? != seen.hash {
        return Err(NotReplaced::Changed);
    }
    failpoint("write.rename", real)
        .and_then(|()| fs::rename(&temp.path, real))
        .map_err(at("putting it in place"))?;
    temp.keep();
    Ok(Replaced {
        stat: temp
            .file
            .metadata()
            .map_or_else(|_| Stat::of(&seen.meta), |meta| Stat::of(&meta)),
        old: Old {
            // Not yet compared with anything: the first question reads it.
            stat: None,
            hash: seen.hash,
            file: now.file,
            name: None,
        },
        raced: None,
    })
}

/// Makes the change of names durable.
pub(crate) fn sync_folder(real: &Path) -> io::Result<()> {
    failpoint("write.folder", real)?;
    let folder = real.parent().unwrap_or(real);
    match File::open(folder)?.sync_all() {
        // Some network file systems cannot do this for folders; the rename is then as durable as they make it.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}

/// Puts a new file where there is none; `false` where somebody was first.
pub(crate) fn create(site: &Site, real: &Path, text: &[u8]) -> Result<bool, NotReplaced> {
    let folder = real.parent().unwrap_or(real);
    site.sharing().make_folder(folder).map_err(at("making its folder"))?;
    let mut temp = Temp::create(&folder.join(site.temp_name())).map_err(at("making a temporary file"))?;
    fill(&temp.file, real, text)?;
    let umasked = fs::metadata(folder).map_or(0o644, |meta| (meta.mode() & 0o666) | 0o600);
    let _ = temp.file.set_permissions(fs::Permissions::from_mode(umasked));
    site.sharing().share_file(&temp.file, folder);
    temp.file.sync_all().map_err(at("bringing it to the disk"))?;
    let placed = match renameat_with(CWD, &temp.path, CWD, real, RenameFlags::NOREPLACE) {
        Ok(()) => {
            temp.keep();
            Ok(true)
        }
        Err(Errno::EXIST) => Ok(false),
        // A link never replaces, either.
        Err(_) => match fs::hard_link(&temp.path, real) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(NotReplaced::Failed("putting it in place", error)),
        },
    }?;
    sync_folder(real).map_err(at("bringing its folder to the disk"))?;
    Ok(placed)
}

fn fill(mut file: &File, real: &Path, text: &[u8]) -> Result<(), NotReplaced> {
    let (first, rest) = text.split_at(text.len() / 2);
    file.write_all(first)
        .and_then(|()| failpoint("write.data", real))
        .and_then(|()| file.write_all(rest))
        .map_err(at("writing a temporary file"))
}

/// Gives the new file the owner, mode and extended attributes of the old one, as far as the system allows.
fn inherit(new: &File, old: &Contents) {
    let Ok(meta) = new.metadata() else { return };
    if (meta.uid(), meta.gid()) != (old.meta.uid(), old.meta.gid()) {
        let group = Some(Gid::from_raw(old.meta.gid()));
        if rustix::fs::fchown(new, Some(Uid::from_raw(old.meta.uid())), group).is_err() {
            let _ = rustix::fs::fchown(new, None, group);
        }
    }
    attributes(new, &old.file);
    let _ = new.set_permissions(fs::Permissions::from_mode(old.meta.mode() & 0o7777));
}

fn attributes(new: &File, old: &File) {
    let mut names = [0u8; 1024];
    let Ok(length) = rustix::fs::flistxattr(old, &mut names[..]) else {
        return;
    };
    for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut value = [0u8; 4096];
        if let Ok(length) = rustix::fs::fgetxattr(old, name, &mut value[..]) {
            let _ = rustix::fs::fsetxattr(new, name, &value[..length], rustix::fs::XattrFlags::empty());
        }
    }
}

fn crosses_devices(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::XDEV)
}

fn cannot_exchange(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
    )
}

/// A temporary file; removed when dropped, unless its name has become another's.
#[derive(Debug)]
struct Temp {
    file: File,
    path: PathBuf,
    remove: bool,
}

impl Temp {
    fn create(path: &Path) -> io::Result<Self> {
        let file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
        Ok(Self {
            file,
            path: path.to_owned(),
            remove: true,
        })
    }

    fn keep(&mut self) -> PathBuf {
        self.remove = false;
        self.path.clone()
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if self.remove {
            let _ = fs::remove_file(&self.path);
        }
    }
}
