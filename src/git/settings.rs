//! What git is set up to in a clone: the settings that we ask for, read in one call.

use super::{Git, Remote, Trouble};

/// Which settings are read. Names are as git prints them: section and variable in small letters, what is between as it was written.
const READ: &str =
    r"^(remote\..*\.url|branch\..*\.(remote|merge)|core\.sshcommand|merge\.warroom\.driver|user\.(name|email))$";

/// The settings, as they were when they were read.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// Whether the clone itself says so, not the person or the machine.
    local: bool,
    key: String,
    value: String,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    ///
    /// Git gives no answer, or cannot read a file of settings.
    pub fn read(git: &Git) -> Result<Self, Trouble> {
        let answer = git.ask(["config", "--show-scope", "-z", "--get-regexp", READ])?;
        // 1 says that nothing is set.
        if !matches!(answer.code, 0 | 1) {
            return Err(Trouble::Said {
                code: answer.code,
                said: answer.said,
            });
        }
        Ok(Self::of(&String::from_utf8_lossy(&answer.out)))
    }

    /// What `config --show-scope -z` says: scope, NUL, key, newline, value, NUL.
    fn of(text: &str) -> Self {
        let mut parts = text.split('\0');
        let mut entries = Vec::new();
        while let (Some(scope), Some(setting)) = (parts.next(), parts.next()) {
            let (key, value) = setting.split_once('\n').unwrap_or((setting, ""));
            entries.push(Entry {
                local: scope == "local",
                key: key.to_owned(),
                value: value.to_owned(),
            });
        }
        Self { entries }
    }

    /// The value that holds; the last one said does.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries
            .iter()
            .rfind(|one| one.key == key)
            .map(|one| one.value.as_str())
    }

    /// The value that the clone itself says.
    pub(super) fn local(&self, key: &str) -> Option<&str> {
        let own = self.entries.iter().rfind(|one| one.local && one.key == key);
        own.map(|one| one.value.as_str())
    }

    /// Whether a commit has an author without a further look: a name and an address are set, and are more than marks (git leaves
    /// marks around a name out, and takes nothing that is empty then).
    pub(crate) fn name_an_author(&self) -> bool {
        ["user.name", "user.email"].iter().all(|key| {
            self.get(key)
                .is_some_and(|value| value.chars().any(char::is_alphanumeric))
        })
    }

    /// The remote that a branch may be synced with: the one it follows, else `origin`, else the only one. None without any.
    pub fn remote(&self, branch: &str) -> Option<Remote> {
        let url = |name: &str| self.get(&format!("remote.{name}.url"));
        let followed = self
            .get(&format!("branch.{branch}.remote"))
            .zip(self.get(&format!("branch.{branch}.merge")))
            .and_then(|(name, branch)| Some((name, branch.strip_prefix("refs/heads/")?, url(name)?)));
        if let Some((name, there, url)) = followed {
            return Some(Remote {
                name: name.to_owned(),
                url: url.to_owned(),
                branch: there.to_owned(),
                followed: true,
            });
        }
        let mut names = self
            .entries
            .iter()
            .filter_map(|one| one.key.strip_prefix("remote.")?.strip_suffix(".url"));
        let first = names.next();
        let only = if names.next().is_none() { first } else { None };
        let name = if url("origin").is_some() { Some("origin") } else { only }?;
        Some(Remote {
            name: name.to_owned(),
            url: url(name)?.to_owned(),
            branch: branch.to_owned(),
            followed: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_config_says_is_understood() {
        let read = Settings::of(
            "global\0user.name\nJane Doe\0global\0user.email\nj@x\0local\0remote.origin.url\n/a\nb\0\
             local\0merge.warroom.driver\nours %O\0command\0merge.warroom.driver\ntheirs %O\0",
        );
        assert_eq!(read.get("remote.origin.url"), Some("/a\nb"), "a value of two lines");
        assert_eq!(read.get("merge.warroom.driver"), Some("theirs %O"));
        assert_eq!(read.local("merge.warroom.driver"), Some("ours %O"));
        assert_eq!((read.local("user.name"), read.get("core.sshcommand")), (None, None));
        assert!(read.name_an_author());
        for (name, mail) in [("", "j@x"), (" . ", "j@x"), ("Jane", ""), ("<>", "<>")] {
            let read = Settings::of(&format!("global\0user.name\n{name}\0global\0user.email\n{mail}\0"));
            assert!(!read.name_an_author(), "{name:?} {mail:?}");
        }
        assert!(!Settings::of("").name_an_author());
        // A variable without a value.
        assert_eq!(Settings::of("local\0user.name\0").get("user.name"), Some(""));
    }

    #[test]
    fn a_branch_has_the_remote_that_it_follows_then_origin_then_the_only_one() {
        let with = |text: &str| {
            Settings::of(text)
                .remote("main")
                .map(|it| (it.name, it.branch, it.followed))
        };
        let one = "local\0remote.up.url\n/up\0";
        let some = |name: &str, branch: &str, followed| Some((name.to_owned(), branch.to_owned(), followed));
        assert_eq!(with(""), None);
        assert_eq!(with(one), some("up", "main", false));
        let two = format!("{one}local\0remote.other.url\n/other\0");
        assert_eq!(with(&two), None, "which of the two?");
        let three = format!("{two}local\0remote.origin.url\n/o\0");
        assert_eq!(with(&three), some("origin", "main", false));
        let follows = format!("{three}local\0branch.main.remote\nother\0local\0branch.main.merge\nrefs/heads/trunk\0");
        assert_eq!(with(&follows), some("other", "trunk", true));
    }

    #[test]
    fn git_itself_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let git = Git::at(dir.path());
        git.run(["init", "-q"]).unwrap();
        git.run(["config", "merge.warroom.driver", "a b"]).unwrap();
        git.run(["config", "core.sshCommand", "quick"]).unwrap();
        git.run(["config", "remote.Up.Stream.url", "x"]).unwrap();
        let read = Settings::read(&git.clone().set("merge.warroom.driver=c".into())).unwrap();
        assert_eq!(read.local("merge.warroom.driver"), Some("a b"));
        assert_eq!(read.get("merge.warroom.driver"), Some("c"));
        assert_eq!(read.get("core.sshcommand"), Some("quick"));
        assert_eq!(read.get("remote.Up.Stream.url"), Some("x"));
        std::fs::write(dir.path().join(".git/config"), "[core\n").unwrap();
        assert!(Settings::read(&git).is_err(), "a broken file is told");
    }
}
