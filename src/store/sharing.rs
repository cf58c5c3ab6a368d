//! How what is made here is shared with other accounts: git's `core.sharedRepository`, followed for every file and folder that
//! this program makes, whatever the umask of the process. Its settings are read here and not asked of git, since a save waits for
//! no other program.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustix::fs::{CWD, Gid, Mode, OFlags};

/// Most that is read of a file of settings, in bytes.
const MOST: u64 = 1 << 20;
/// Who may read and write: the group, and everybody may read beside that.
const GROUP: u32 = 0o660;
const EVERYBODY: u32 = 0o664;

/// What the setting says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// As the umask of each process has it.
    #[default]
    Umask,
    /// At least this mode.
    More(u32),
    /// Exactly this mode.
    Exactly(u32),
}

impl Rule {
    /// What git makes of a value; `None` is the name alone. Nothing where git would refuse it.
    fn of(value: Option<&str>) -> Option<Self> {
        let Some(value) = value else {
            return Some(Self::More(GROUP));
        };
        match value {
            "umask" | "" => return Some(Self::Umask),
            "group" => return Some(Self::More(GROUP)),
            "all" | "world" | "everybody" => return Some(Self::More(EVERYBODY)),
            _ => {}
        }
        if let Ok(mode) = u32::from_str_radix(value, 8) {
            return match mode {
                0 => Some(Self::Umask),
                1 => Some(Self::More(GROUP)),
                2 => Some(Self::More(EVERYBODY)),
                mode if mode & 0o600 == 0o600 => Some(Self::Exactly(mode & 0o666)),
                _ => None,
            };
        }
        match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(Self::More(GROUP)),
            "false" | "no" | "off" => Some(Self::Umask),
            _ => None,
        }
    }

    /// The mode that a file or folder with this one is to have, by the rules of git.
    pub fn mode(self, mode: u32, is_folder: bool) -> u32 {
        let (Self::More(bits) | Self::Exactly(bits)) = self else {
            return mode;
        };
        // What its owner may not write nobody may.
        let mut bits = if mode & 0o200 == 0 { bits & !0o222 } else { bits };
        if mode & 0o100 != 0 {
            bits |= (bits & 0o444) >> 2;
        }
        let mut new = match self {
            Self::Exactly(_) => mode & !0o777 | bits,
            Self::Umask | Self::More(_) => mode | bits,
        };
        if is_folder {
            new |= (new & 0o444) >> 2;
            if new & 0o060 != 0 {
                new |= 0o2000;
            }
        }
        new
    }
}

/// The rule of one working tree, read once.
#[derive(Clone, Debug, Default)]
pub struct Sharing {
    /// Git's folder.
    git: Option<PathBuf>,
    rule: Arc<OnceLock<Rule>>,
}

impl Sharing {
    /// Of the working tree with this git folder; without one nothing is shared.
    pub fn of(git: Option<&Path>) -> Self {
        Self {
            git: git.map(Path::to_owned),
            rule: Arc::default(),
        }
    }

    /// What the setting says.
    pub fn rule(&self) -> Rule {
        *self
            .rule
            .get_or_init(|| self.git.as_deref().map(rule_of).unwrap_or_default())
    }

    /// Whether there is anything to do about it.
    pub fn is_on(&self) -> bool {
        self.rule() != Rule::Umask
    }

    /// Makes a folder and those above it that are missing: like the one each is in, and as the rule wants it.
    pub fn make_folder(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(parent) = parent {
            self.make_folder(parent)?;
        }
        match fs::create_dir(folder) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
            Err(error) => return Err(error),
        }
        if let Some(parent) = parent.and_then(|parent| fs::metadata(parent).ok()) {
            // Best effort: a mode that cannot be set is no reason to fail.
            let _ = fs::set_permissions(folder, fs::Permissions::from_mode(parent.mode() & 0o2777));
        }
        self.share(folder);
        Ok(())
    }

    /// Gives a file or folder of ours the mode that the rule wants, and the group of the folder it is in.
    pub fn share(&self, path: &Path) {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        if let Ok(fd) = rustix::fs::openat(CWD, path, flags, Mode::empty()) {
            self.share_file(&File::from(fd), path.parent().unwrap_or(path));
        }
    }

    /// The same for an open file that is, or will be, in this folder.
    pub fn share_file(&self, file: &File, folder: &Path) {
        let (Ok(meta), Ok(folder)) = (file.metadata(), fs::metadata(folder)) else {
            return;
        };
        let mine = meta.uid() == rustix::process::geteuid().as_raw();
        if !mine || !(meta.is_file() || meta.is_dir()) {
            return;
        }
        let mode = if self.is_on() {
            if meta.gid() != folder.gid() {
                let _ = rustix::fs::fchown(file.as_fd(), None, Some(Gid::from_raw(folder.gid())));
            }
            self.rule().mode(meta.mode(), meta.is_dir())
        } else if meta.is_file() && is_shared(&folder) && folder.gid() == meta.gid() {
            meta.mode() | 0o060
        } else {
            return;
        };
        if mode & 0o7777 != meta.mode() & 0o7777 {
            // Best effort: a mode that cannot be set is no reason to fail.
            let _ = file.set_permissions(fs::Permissions::from_mode(mode & 0o7777));
        }
    }

    /// The same for what git has made at `path` below `top`, the folders on the way there included.
    pub fn share_below(&self, top: &Path, path: &Path) {
        if self.is_on() {
            let mut at = top.to_owned();
            for part in path.components() {
                at.push(part);
                self.share(&at);
            }
        }
    }

    /// What the group and others lack of a file or folder, as `chmod` says it (`g+rw`); nothing where all is as it should be.
    pub fn lacks(&self, meta: &Metadata) -> Option<String> {
        let is_folder = meta.is_dir();
        let missing = self.rule().mode(meta.mode(), is_folder) & !meta.mode();
        let mut words = Vec::new();
        for (who, shift) in [('g', 3), ('o', 0)] {
            let bits = missing >> shift & 0o7;
            let mut said: String = [(4, 'r'), (2, 'w'), (1, 'x')]
                .iter()
                .filter(|(bit, _)| bits & bit != 0)
                .map(|(_, letter)| *letter)
                .collect();
            if who == 'g' && missing & 0o2000 != 0 {
                said.push('s');
            }
            if !said.is_empty() {
                words.push(format!("{who}+{said}"));
            }
        }
        (!words.is_empty()).then(|| words.join(","))
    }
}

/// A file or folder that others may use less than the rule wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unshared {
    /// Where it is.
    pub path: PathBuf,
    /// What is missing, as `chmod` says it: `g+rw`.
    pub lacks: String,
}

/// Most entries that are looked at, and how deep.
const ENTRIES: usize = 50_000;
const DEEP: usize = 8;

impl Sharing {
    /// What below the root of an incidents repository, and in git's folder, others may use less than the rule wants. Of git's own
    /// files only those count that are added to; all others are replaced as a whole.
    pub fn unshared(&self, root: &Path, side: &Path) -> Vec<Unshared> {
        let mut walk = Walk {
            sharing: self,
            left: ENTRIES,
            found: Vec::new(),
        };
        if !self.is_on() {
            return walk.found;
        }
        let Some(git) = &self.git else { return walk.found };
        walk.look(root, 0, &|_| true);
        for name in [".warroom", "incidents", "runbooks", ".gitattributes"] {
            walk.look(&root.join(name), DEEP, &|path| {
                !path
                    .file_name()
                    .is_some_and(|name| name.as_encoded_bytes().starts_with(b".incident"))
            });
        }
        walk.look(side, DEEP, &|path| {
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            !name.starts_with(b".") && !name.starts_with(b"index-")
        });
        let common = common_dir(git);
        for folder in [git, &common] {
            let added_to = folder.join("logs");
            walk.look(folder, DEEP, &|path| {
                path != side && (path.starts_with(&added_to) || path.is_dir())
            });
        }
        walk.found.sort_by(|a, b| a.path.cmp(&b.path));
        walk.found.dedup();
        walk.found
    }

    /// What the rule wants for all of a tree, as `chmod -R` says it.
    pub fn words(&self) -> &'static str {
        match self.rule() {
            Rule::Umask => "g+rX",
            Rule::More(bits) | Rule::Exactly(bits) => match (bits & 0o020 != 0, bits & 0o004 != 0) {
                (true, true) => "g+rwX,o+rX",
                (true, false) => "g+rwX",
                (false, true) => "g+rX,o+rX",
                (false, false) => "g+rX",
            },
        }
    }

    /// Whether the folder is shared by its mode alone: git, and so this program, does not know of it.
    pub fn is_only_a_mode(&self, root: &Path) -> bool {
        self.git.is_some() && !self.is_on() && fs::metadata(root).is_ok_and(|meta| is_shared(&meta))
    }
}

struct Walk<'a> {
    sharing: &'a Sharing,
    left: usize,
    found: Vec<Unshared>,
}

impl Walk<'_> {
    fn look(&mut self, path: &Path, deep: usize, counts: &dyn Fn(&Path) -> bool) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        let Ok(meta) = fs::symlink_metadata(path) else { return };
        if !(meta.is_dir() || meta.is_file()) || !counts(path) {
            return;
        }
        if let Some(lacks) = self.sharing.lacks(&meta) {
            self.found.push(Unshared {
                path: path.to_owned(),
                lacks,
            });
        }
        if meta.is_dir() && deep > 0 {
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                self.look(&entry.path(), deep - 1, counts);
            }
        }
    }
}

/// The folder that the linked working trees of a clone have in common.
fn common_dir(git: &Path) -> PathBuf {
    let common = text_of(&git.join("commondir"));
    common.map_or_else(|| git.to_owned(), |common| git.join(common.trim_end_matches('\n')))
}

/// A folder that a group shares by itself, without the setting.
fn is_shared(folder: &Metadata) -> bool {
    folder.mode() & 0o2020 == 0o2020
}

/// The rule of the working tree with this git folder: its own setting wins over the person's, that one over the machine's.
fn rule_of(git: &Path) -> Rule {
    let mut places = vec![common_dir(git).join("config")];
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = named("HOME").map(PathBuf::from);
    if let Some(own) = named("GIT_CONFIG_GLOBAL") {
        places.push(own.into());
    } else if let Some(home) = home {
        let config = named("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
        places.extend([home.join(".gitconfig"), config.join("git/config")]);
    }
    if named("GIT_CONFIG_NOSYSTEM").is_none() {
        places.push(named("GIT_CONFIG_SYSTEM").map_or_else(|| "/etc/gitconfig".into(), PathBuf::from));
    }
    places
        .iter()
        .find_map(|place| setting(&text_of(place)?))
        .and_then(|value| Rule::of(value.as_deref()))
        .unwrap_or_default()
}

/// The text of a file of settings; a link to it is the person's own affair.
fn text_of(path: &Path) -> Option<String> {
    let opened = super::read::open(&path.canonicalize().ok()?).ok()?;
    let mut bytes = Vec::new();
    opened.file.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last `core.sharedRepository` in a file of git's; the inner `None` is the name without a value.
fn setting(text: &str) -> Option<Option<String>> {
    let mut section = String::new();
    let mut found = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut line = line.trim_start();
        if let Some(rest) = line.strip_prefix('[') {
            // `[core]`, `[remote "a ] b"]`; a setting may stand behind it.
            let mut quoted = false;
            let Some(end) = rest.find(|c: char| {
                quoted ^= c == '"';
                c == ']' && !quoted
            }) else {
                continue;
            };
            section = rest[..end].trim().to_ascii_lowercase();
            line = rest[end + 1..].trim_start();
        }
        let mut whole = line.to_owned();
        while whole.ends_with('\\') && !whole.ends_with("\\\\") && !whole.contains(['#', ';']) {
            whole.pop();
            let Some(next) = lines.next() else { break };
            whole.push_str(next);
        }
        let name = whole
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .next()
            .unwrap_or_default();
        if section != "core" || !name.eq_ignore_ascii_case("sharedRepository") {
            continue;
        }
        let rest = whole[name.len()..].trim_start();
        found = Some(rest.strip_prefix('=').map(value));
    }
    found
}

/// A value without its quotes, and without a comment behind it.
fn value(text: &str) -> String {
    let (mut value, mut quoted) = (String::new(), false);
    for c in text.trim().chars() {
        match c {
            '"' => quoted = !quoted,
            '#' | ';' if !quoted => break,
            c => value.push(c),
        }
    }
    value.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_read_as_git_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let git = crate::git::Git::at(dir.path());
        git.run(["init", "-q"]).unwrap();
        let config = dir.path().join(".git/config");
        let plain = fs::read_to_string(&config).unwrap();
        for (text, rule) in [
            ("", Rule::Umask),
            ("[core]\n\tsharedRepository = group\n", Rule::More(0o660)),
            ("[core]\n\tsharedrepository = 1\n", Rule::More(0o660)),
            ("[CORE] SharedRepository=all # for all\n", Rule::More(0o664)),
            ("[core]\nsharedRepository\n", Rule::More(0o660)),
            ("[core]\nsharedRepository = \"0660\" ; octal\n", Rule::Exactly(0o660)),
            ("[core]\nsharedRepository = 0640\n", Rule::Exactly(0o640)),
            ("[core]\nsharedRepository = gr\\\noup\n", Rule::More(0o660)),
            ("[core]\nsharedRepository = true\n", Rule::More(0o660)),
            ("[core]\nsharedRepository = umask\n", Rule::Umask),
            (
                "[core]\nsharedRepository = group\n[core \"x\"]\nsharedRepository = all\n",
                Rule::More(0o660),
            ),
            (
                "[core]\nsharedRepository = group\n[x \"]core[\"]\n[core]\nsharedRepository = false\n",
                Rule::Umask,
            ),
            ("[x]\nsharedRepository = group\n", Rule::Umask),
        ] {
            fs::write(&config, format!("{plain}{text}")).unwrap();
            assert_eq!(Sharing::of(Some(&dir.path().join(".git"))).rule(), rule, "{text}");
            // Git takes the text as well, and makes a folder of that mode (as a new object's).
            let made = dir.path().join(".git/refs/made");
            let _ = fs::remove_dir_all(&made);
            git.run(["commit-tree", "-h"]).unwrap_err();
            let tree = git
                .feed(["mktree", "--missing"], b"")
                .or_else(|_| git.run(["write-tree"]));
            assert!(tree.is_ok(), "{text}: {tree:?}");
        }
        fs::write(&config, format!("{plain}[core]\nsharedRepository = 0060\n")).unwrap();
        assert_eq!(Sharing::of(Some(&dir.path().join(".git"))).rule(), Rule::Umask);
        assert!(git.run(["write-tree"]).is_err(), "git refuses it, too");
    }

    #[test]
    fn modes_are_those_of_git() {
        let rule = |value| Rule::of(Some(value)).unwrap();
        for (value, mode, is_folder, wanted) in [
            ("group", 0o644, false, 0o664),
            ("group", 0o600, false, 0o660),
            ("group", 0o444, false, 0o444),
            ("group", 0o755, true, 0o2775),
            ("group", 0o700, true, 0o2770),
            ("all", 0o600, false, 0o664),
            ("all", 0o700, true, 0o2775),
            ("0660", 0o644, false, 0o660),
            ("0640", 0o664, false, 0o640),
            ("0640", 0o755, true, 0o2750),
            ("0600", 0o755, true, 0o700),
            ("umask", 0o755, true, 0o755),
        ] {
            assert_eq!(rule(value).mode(mode, is_folder), wanted, "{value} {mode:o}");
        }
    }

    #[test]
    fn folders_and_files_are_shared_whatever_their_mode_was() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let sharing = Sharing::default();
        sharing.rule.set(Rule::More(GROUP)).unwrap();
        fs::set_permissions(root, fs::Permissions::from_mode(0o700)).unwrap();
        sharing.make_folder(&root.join("a/b")).unwrap();
        let mode = |path: &str| fs::metadata(root.join(path)).unwrap().mode() & 0o7777;
        assert_eq!([mode("a"), mode("a/b")], [0o2770, 0o2770]);
        let file = File::create(root.join("a/f")).unwrap();
        file.set_permissions(fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(sharing.lacks(&file.metadata().unwrap()).unwrap(), "g+rw");
        sharing.share(&root.join("a/f"));
        assert_eq!(mode("a/f"), 0o660);
        assert_eq!(sharing.lacks(&file.metadata().unwrap()), None);
        // Not through a link.
        let other = File::create(root.join("other")).unwrap();
        other.set_permissions(fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink("../other", root.join("a/link")).unwrap();
        sharing.share_below(root, Path::new("a/link"));
        assert_eq!(mode("other"), 0o600);
        fs::set_permissions(root.join("a/b"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(sharing.lacks(&fs::metadata(root.join("a/b")).unwrap()).unwrap(), "g+ws");
    }
}
