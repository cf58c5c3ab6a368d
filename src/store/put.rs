//! The one door for writing into a repository, its git folder, and what belongs to them: nothing is written through a link out.
//!
//! A folder is looked up once, component by component and none of them a link, and held open; what is made is made in what is held. A
//! link that leads to a place within is followed; one that leads out, or nowhere, is refused. Whatever is swapped for a link
//! while this happens is found out by the system, not by a look beforehand.

use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, Dir, Mode, OFlags, RenameFlags, linkat, mkdirat, openat, renameat, renameat_with, unlinkat,
};
use rustix::io::Errno;

use super::failpoint::failpoint;
use super::making;
use super::read::{Unreadable, within};
use super::sharing::Sharing;

/// A folder below a root, held open.
#[derive(Debug)]
pub(crate) struct Folder {
    fd: File,
    sharing: Sharing,
    /// For sentences, and for what only paths can do.
    path: PathBuf,
}

impl Folder {
    /// The folder `place` below `root`, which is there; with `make`, what of it is missing is made, with the mode of what it is in.
    /// What is made is shared with other accounts as told.
    pub(crate) fn below(root: &Path, place: &Path, sharing: &Sharing, make: bool) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let place = inside(&root, place)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut here = Self {
            fd: File::from(openat(CWD, &root, flags, Mode::empty())?),
            sharing: sharing.clone(),
            path: root,
        };
        for name in &place {
            let path = here.path.join(name);
            let fd = match openat(&here.fd, name, flags, Mode::empty()) {
                Err(Errno::NOENT) if make => {
                    match mkdirat(&here.fd, name, Mode::from_raw_mode(0o777)) {
                        Ok(()) | Err(Errno::EXIST) => {}
                        Err(error) => return Err(error.into()),
                    }
                    let made = openat(&here.fd, name, flags, Mode::empty()).map_err(|error| refused(&path, error))?;
                    here.share(File::from(made))
                }
                other => File::from(other.map_err(|error| refused(&path, error))?),
            };
            here = Self { fd, path, ..here };
        }
        Ok(here)
    }

    /// Where it is, links resolved.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a file with this content, whole or not at all; `false` where anything of that name is there already.
    pub(crate) fn create(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> io::Result<bool> {
        let name = name.as_ref();
        let temp = self.temp(bytes, None, true)?;
        let place = || match renameat_with(&self.fd, &temp, &self.fd, name, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            // Where that flag is unknown: a link never replaces, either.
            Err(_) => match linkat(&self.fd, &temp, &self.fd, name, AtFlags::empty()) {
                Ok(()) => Ok(true),
                Err(Errno::EXIST) => Ok(false),
                Err(error) => Err(error.into()),
            },
        };
        let placed = failpoint("put.place", &self.path).and_then(|()| place());
        // Of a rename nothing is left.
        let _ = unlinkat(&self.fd, &temp, AtFlags::empty());
        placed
    }

    /// Replaces a file as a whole, or makes it: a kill leaves the old one. With this mode, else the old one's. A link is replaced, not
    /// followed.
    pub(crate) fn replace(&self, name: impl AsRef<OsStr>, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        let name = name.as_ref();
        let old = self.mode(name);
        let temp = self.temp(bytes, mode.or(old), mode.is_none())?;
        let place = || renameat(&self.fd, &temp, &self.fd, name).map_err(io::Error::from);
        let placed = failpoint("put.place", &self.path).and_then(|()| place());
        placed.inspect_err(|_| {
            let _ = unlinkat(&self.fd, &temp, AtFlags::empty());
        })
    }

    /// Adds to the end of a file that is there; a link is not followed.
    pub(crate) fn append(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> io::Result<()> {
        let name = name.as_ref();
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let fd = openat(&self.fd, name, flags, Mode::empty()).map_err(|error| refused(&self.path.join(name), error))?;
        let mut file = File::from(fd);
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        file.write_all(bytes)
    }

    /// A folder in this one that was not there.
    pub(crate) fn make(&self, name: &str) -> io::Result<Self> {
        failpoint("put.make", &self.path)?;
        mkdirat(&self.fd, name, Mode::from_raw_mode(0o777))?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(&self.fd, name, flags, Mode::empty())?;
        Ok(Self {
            fd: self.share(File::from(fd)),
            sharing: self.sharing.clone(),
            path: self.path.join(name),
        })
    }

    /// Takes away the folders that were being filled with `file` by somebody who is no more.
    pub(crate) fn sweep(&self, file: &str) {
        for (left, what) in self.left_over() {
            if !what.is_empty() {
                self.discard(&left, file);
            }
        }
    }

    /// Takes away a folder in it that was made to be filled with `file`; where there is anything else in it, it stays.
    pub(crate) fn discard(&self, name: &str, file: &str) {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let Ok(fd) = openat(&self.fd, name, flags, Mode::empty()) else {
            return;
        };
        let names = names(&fd);
        let is_ours = |inner: &String| inner == file || making::maker(inner).is_some_and(|(what, _)| what.is_empty());
        if names.iter().all(is_ours) {
            for inner in names {
                let _ = unlinkat(&fd, inner, AtFlags::empty());
            }
            let _ = unlinkat(&self.fd, name, AtFlags::REMOVEDIR);
        }
    }

    /// What was being made in it when its maker died: its name, and that of what it would have been where that is told.
    fn left_over(&self) -> Vec<(String, String)> {
        let left = |name: String| {
            let (what, maker) = making::maker(&name)?;
            let what = what.to_owned();
            making::is_left_over(maker, &self.path.join(&name)).then_some((name, what))
        };
        names(&self.fd).into_iter().filter_map(left).collect()
    }

    /// Gives what is in it another name, unless that one is taken: `false`.
    pub(crate) fn rename_new(&self, from: &str, to: &str) -> io::Result<bool> {
        failpoint("put.rename", &self.path)?;
        match renameat_with(&self.fd, from, &self.fd, to, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST | Errno::NOTEMPTY) => Ok(false),
            // Where that flag is unknown: an own empty folder marks the name as taken, then takes the full one in.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                match mkdirat(&self.fd, to, Mode::from_raw_mode(0o777)) {
                    Ok(()) => renameat(&self.fd, from, &self.fd, to)?,
                    Err(Errno::EXIST) => return Ok(false),
                    Err(error) => return Err(error.into()),
                }
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Brings the names in it to the disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        failpoint("put.sync", &self.path)?;
        match rustix::fs::fsync(&self.fd) {
            // Some network file systems cannot do this for folders.
            Ok(()) | Err(Errno::INVAL) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A new file with this content, on the disk; its name.
    fn temp(&self, bytes: &[u8], mode: Option<u32>, shared: bool) -> io::Result<String> {
        failpoint("put.temp", &self.path)?;
        for (left, what) in self.left_over() {
            if what.is_empty() {
                let _ = unlinkat(&self.fd, &left, AtFlags::empty());
            }
        }
        let name = making::name();
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        // Nobody may read what will be private, not even for a moment.
        let first = if mode.is_some() { 0o600 } else { 0o666 };
        let mut file = File::from(openat(&self.fd, &name, flags, Mode::from_raw_mode(first))?);
        let written = failpoint("put.data", &self.path)
            .and_then(|()| file.write_all(bytes))
            .and_then(|()| {
                if let Some(mode) = mode {
                    file.set_permissions(Permissions::from_mode(mode & 0o7777))?;
                }
                if shared {
                    self.sharing.share_file(&file, &self.path);
                }
                Ok(())
            });
        match written.and_then(|()| file.sync_all()) {
            Ok(()) => Ok(name),
            Err(error) => {
                let _ = unlinkat(&self.fd, &name, AtFlags::empty());
                Err(error)
            }
        }
    }

    /// Lets a folder that was made in it be shared as this one is.
    fn share(&self, made: File) -> File {
        let mode = self.fd.metadata().map(|meta| meta.mode() & 0o2777);
        // Best effort: a mode that cannot be set is no reason to fail.
        let _ = mode.and_then(|mode| made.set_permissions(Permissions::from_mode(mode)));
        self.sharing.share_file(&made, &self.path);
        made
    }

    /// The mode of a file in it.
    fn mode(&self, name: &OsStr) -> Option<u32> {
        let stat = rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let kind = rustix::fs::FileType::from_raw_mode(stat.st_mode);
        (kind == rustix::fs::FileType::RegularFile).then_some(stat.st_mode & 0o7777)
    }
}

/// The names in a folder, as far as they are text.
fn names(folder: impl std::os::fd::AsFd) -> Vec<String> {
    let Ok(entries) = Dir::read_from(folder) else {
        return Vec::new();
    };
    let names = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str().ok().map(str::to_owned));
    names.filter(|name| name != "." && name != "..").collect()
}

/// The place that `place` below `root`, which has no links in it, means: without links as far as it is there.
fn inside(root: &Path, place: &Path) -> io::Result<PathBuf> {
    if !place.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(io::Error::other(format!(
            "{} leads out of the repository",
            place.display()
        )));
    }
    let mut real = root.to_owned();
    let mut parts = place.iter();
    for name in parts.by_ref() {
        let next = real.join(name);
        match next.symlink_metadata() {
            Ok(meta) if meta.is_symlink() => real = within(root, &next).map_err(|why| odd(&next, why))?,
            Ok(_) => real = next,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                real = next;
                break;
            }
            Err(error) => return Err(error),
        }
    }
    real.extend(parts);
    let below = real.strip_prefix(root).map_err(io::Error::other)?;
    Ok(below.to_owned())
}

fn odd(path: &Path, why: Unreadable) -> io::Error {
    match why {
        Unreadable::Odd(what) => io::Error::other(format!("{} is {what}", path.display())),
        why => why.into(),
    }
}

/// The system's answer; that there is a link or a file where a folder should be, in words.
fn refused(path: &Path, error: Errno) -> io::Error {
    let link = path.symlink_metadata().is_ok_and(|meta| meta.is_symlink());
    match error {
        Errno::LOOP | Errno::NOTDIR | Errno::MLINK if link => io::Error::other(format!("{} is a link", path.display())),
        Errno::NOTDIR => io::Error::other(format!("{} is not a folder", path.display())),
        error => error.into(),
    }
}

/// The mode for a copy of what is in the file `of`, made in `folder`: for the eyes of those who may read that file.
pub(crate) fn mode_of_copy(of: &Path, folder: &Path) -> u32 {
    let (Ok(file), Ok(around)) = (of.symlink_metadata(), folder.metadata()) else {
        return 0o600;
    };
    if !file.is_file() {
        return 0o600;
    }
    let mode = file.mode() & 0o666 | 0o600;
    // Another group is not the one that was let in.
    let other_group = around.gid() != file.gid() && mode & 0o006 == 0;
    if other_group { mode & 0o606 } else { mode }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// Ways in which a place may lead out: the link's own place, where it leads.
    fn ways(root: &Path, outside: &Path) -> Vec<(&'static str, PathBuf)> {
        fs::create_dir_all(outside.join("there")).unwrap();
        fs::write(outside.join("file"), "mine\n").unwrap();
        fs::create_dir_all(root.join("real")).unwrap();
        symlink(outside.join("there"), root.join("out")).unwrap();
        symlink(outside.join("nothing"), root.join("dangling")).unwrap();
        symlink(outside.join("file"), root.join("to-file")).unwrap();
        symlink("../../../../../../../../etc", root.join("up")).unwrap();
        symlink("round", root.join("round")).unwrap();
        ["out", "dangling", "to-file", "up", "round", "out/a", "../x", "/etc"]
            .map(|name| (name, PathBuf::from(name)))
            .into()
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).unwrap().flatten() {
            all.push(entry.path());
            if entry.path().is_dir() {
                all.extend(files(&entry.path()));
            }
        }
        all.sort();
        all
    }

    #[test]
    fn no_folder_is_found_or_made_through_a_link_out() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (name, place) in ways(root.path(), outside.path()) {
            let before = files(outside.path());
            for make in [true, false] {
                assert!(
                    Folder::below(root.path(), &place, &Sharing::default(), make).is_err(),
                    "{name}"
                );
                assert!(
                    Folder::below(root.path(), &place.join("deeper"), &Sharing::default(), make).is_err(),
                    "{name}"
                );
            }
            assert_eq!(files(outside.path()), before, "{name}");
        }
    }

    #[test]
    fn a_link_within_is_followed() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("real")).unwrap();
        symlink("real", root.path().join("name")).unwrap();
        let folder = Folder::below(root.path(), Path::new("name/new"), &Sharing::default(), true).unwrap();
        assert!(folder.create("x", b"1").unwrap() && !folder.create("x", b"2").unwrap());
        assert_eq!(fs::read_to_string(root.path().join("real/new/x")).unwrap(), "1");
        assert_eq!(files(&root.path().join("real")).len(), 2, "nothing is left behind");
    }

    #[test]
    fn a_file_that_is_a_link_is_replaced_or_refused_and_never_written_through() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        ways(root.path(), outside.path());
        let folder = Folder::below(root.path(), Path::new(""), &Sharing::default(), false).unwrap();
        for name in ["to-file", "dangling", "out"] {
            assert!(folder.append(name, b"x").is_err(), "{name}");
            assert!(!folder.create(name, b"x").unwrap(), "{name}");
            folder.replace(name, b"x", None).unwrap();
            assert!(root.path().join(name).symlink_metadata().unwrap().is_file(), "{name}");
        }
        assert_eq!(fs::read_to_string(outside.path().join("file")).unwrap(), "mine\n");
        assert!(!outside.path().join("nothing").exists());
        rustix::fs::mknodat(CWD, root.path().join("pipe"), rustix::fs::FileType::Fifo, Mode::RWXU, 0).unwrap();
        assert!(folder.append("pipe", b"x").is_err(), "no waiting for a pipe");
    }

    #[test]
    fn what_the_dead_were_making_is_taken_away_and_nothing_else() {
        use making::{Maker, made_by, name, name_of};
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |name: &str| root.path().join(name);
        let folder = Folder::below(root.path(), Path::new(""), &Sharing::default(), false).unwrap();
        let filled = |name: &str| {
            fs::create_dir(at(name)).unwrap();
            fs::write(at(name).join("incident.yaml"), "x").unwrap();
        };
        let [file, makes, elsewhere] = [Maker::Dead, Maker::Alive, Maker::Elsewhere].map(|who| made_by(&name(), who));
        let [left, filling, other, with_more, linked] =
            [Maker::Dead, Maker::Alive, Maker::Elsewhere, Maker::Dead, Maker::Dead]
                .map(|who| made_by(&name_of("INC-1"), who));
        for name in [&file, &makes, &elsewhere] {
            fs::write(at(name), "x").unwrap();
        }
        for name in [&left, &filling, &other, &with_more] {
            filled(name);
        }
        fs::write(at(&left).join(&file), "half").unwrap();
        fs::write(at(&with_more).join("mine.md"), "mine").unwrap();
        fs::write(outside.path().join("incident.yaml"), "x").unwrap();
        symlink(outside.path(), at(&linked)).unwrap();
        folder.sweep("incident.yaml");
        let stands = |name: &str| at(name).symlink_metadata().is_ok();
        assert!(!stands(&left));
        for name in [&filling, &other, &with_more] {
            assert!(at(name).join("incident.yaml").exists(), "{name}");
        }
        assert!(outside.path().join("incident.yaml").exists() && at(&with_more).join("mine.md").exists());
        folder.create("new", b"x").unwrap();
        assert!(!stands(&file) && stands(&makes) && stands(&elsewhere));
        // Where nobody can tell, its age does.
        for name in [&elsewhere, &other] {
            let yesterday = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 3600);
            File::open(at(name)).unwrap().set_modified(yesterday).unwrap();
        }
        folder.sweep("incident.yaml");
        folder.create("newer", b"x").unwrap();
        assert!(!stands(&elsewhere) && !stands(&other) && stands(&makes) && stands(&filling));
    }

    #[test]
    fn a_copy_is_as_private_as_what_it_is_of() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("f");
        fs::write(&file, "x").unwrap();
        for (mode, copy) in [(0o600, 0o600), (0o640, 0o640), (0o664, 0o664), (0o444, 0o644)] {
            fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            assert_eq!(mode_of_copy(&file, root.path()), copy, "{mode:o}");
        }
        assert_eq!(mode_of_copy(&root.path().join("gone"), root.path()), 0o600);
        let folder = Folder::below(root.path(), Path::new(""), &Sharing::default(), false).unwrap();
        folder.replace("c", b"x", Some(0o600)).unwrap();
        assert_eq!(root.path().join("c").metadata().unwrap().mode() & 0o777, 0o600);
    }
}
