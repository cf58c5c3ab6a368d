//! The hooks that are described: the repository's in `.warroom/hooks.yaml`, the person's own beside their configuration. Described is not
//! allowed: none fires before this person has allowed its exact content.

use std::path::{Path, PathBuf};

use super::allowed::{Permission, permission, with_file};
use super::read::{Stat, read_named, read_within};
use crate::bounds;
use crate::config::UserConfig;
use crate::hook::{Hook, Run, Slip, parse};

/// Where a repository describes its hooks.
pub const PLACE: &str = ".warroom/hooks.yaml";

/// A hook and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The hook.
    pub hook: Hook,
    /// Its file.
    pub file: PathBuf,
    /// The repository that it works in.
    pub root: PathBuf,
}

impl Described {
    /// What it is known by on this machine: its file and its name.
    pub fn key(&self) -> String {
        let file = self.file.canonicalize().unwrap_or_else(|_| self.file.clone());
        format!("{}#{}", file.display(), self.hook.name)
    }

    /// All that decides what it does: its own lines, and every file of the repository that its command names. An error where such a file
    /// cannot be read whole.
    pub fn content(&self) -> Result<String, String> {
        let mut content = self.hook.text.clone();
        if let Run::Command(words) = &self.hook.run {
            for word in words {
                let path = self.root.join(word);
                if word.is_empty() || !path.is_file() || !path.starts_with(&self.root) {
                    continue;
                }
                with_file(&mut content, &self.root, &path, word)?;
            }
        }
        Ok(content)
    }

    /// Whether this person allows it as it is.
    pub fn permission(&self) -> Permission {
        match self.content() {
            Ok(content) => permission(&self.key(), &content),
            Err(_) => Permission::Never,
        }
    }
}

/// Name of the hook that the `hook` of a person's configuration is.
pub const ON_TIMER: &str = "on-timer";

/// The program that a person's configuration names for timers that run out. It fires on no event of a timeline.
pub fn on_timer(root: &Path) -> Option<Described> {
    let (config, _) = UserConfig::load();
    let file = config.path.filter(|_| !config.hook.is_empty())?;
    let hook = Hook {
        name: ON_TIMER.into(),
        on: Vec::new(),
        audiences: Vec::new(),
        severities: Vec::new(),
        only: None,
        answers: None,
        line: 1,
        text: format!("hook: {:?}\n", config.hook),
        run: Run::Command(config.hook),
        limit: std::time::Duration::from_secs(60),
    };
    Some(Described {
        hook,
        file,
        root: root.to_owned(),
    })
}

/// The files that hooks stand in, for a repository; the person's own last.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let own = UserConfig::place().map(|config| config.with_file_name("hooks.yaml"));
    std::iter::once(root.join(PLACE)).chain(own).collect()
}

/// The hooks that are described for a repository, and what is wrong in their files.
pub fn described(root: &Path) -> (Vec<Described>, Vec<(PathBuf, Slip)>) {
    let (mut hooks, mut slips) = (Vec::new(), Vec::new());
    for (place, file) in files(root).into_iter().enumerate() {
        let read = match place {
            0 => read_within(root, &file, bounds::CONFIG),
            _ => read_named(&file, bounds::CONFIG),
        };
        let text = match read {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(super::read::Unreadable::Missing) => continue,
            Err(why) => {
                let said = format!("cannot be read: {why}");
                slips.push((file, Slip { line: 1, said }));
                continue;
            }
        };
        let (found, wrong) = parse(&text);
        slips.extend(wrong.into_iter().map(|slip| (file.clone(), slip)));
        for hook in found {
            if hooks.iter().any(|one: &Described| one.hook.name == hook.name) {
                let said = format!("the repository has a hook named `{}` already; it counts", hook.name);
                slips.push((file.clone(), Slip { line: 1, said }));
                continue;
            }
            hooks.push(Described {
                hook,
                file: file.clone(),
                root: root.to_owned(),
            });
        }
    }
    let free = !hooks.iter().any(|one| one.hook.name == ON_TIMER);
    hooks.extend(on_timer(root).filter(|_| free));
    (hooks, slips)
}

/// The hooks of a repository, read again only where a file has changed.
#[derive(Debug, Default)]
pub struct Hooks {
    seen: Option<Vec<Option<Stat>>>,
    hooks: Vec<Described>,
}

impl Hooks {
    /// Those that are described now.
    pub fn now(&mut self, root: &Path) -> &[Described] {
        let stats: Vec<Option<Stat>> = files(root).iter().map(|file| Stat::at(file)).collect();
        if self.seen.as_ref() != Some(&stats) {
            self.hooks = if stats.iter().any(Option::is_some) {
                described(root).0
            } else {
                Vec::new()
            };
            self.seen = Some(stats);
        }
        &self.hooks
    }
}
