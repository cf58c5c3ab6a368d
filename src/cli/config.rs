//! `warroom config`

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::page::count;
use super::reply::Reply;
use super::settings::Chosen;
use crate::app::keymap::DEFAULTS;
use crate::config::{Problem, TeamConfig, UserConfig};
use crate::text;

/// Find your configuration, write one to begin with, check what is wrong in it
#[derive(Args, Debug)]
pub(super) struct Config {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Write a file with every setting in it, each as a comment; a file that is there is not touched
    Init,
    /// Print where your configuration is, whether there is one or not
    Path,
    /// Check configurations: every problem with its file, line and column
    Check {
        /// The files; yours and the repository's where there is none
        path: Vec<PathBuf>,
    },
}

impl Config {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::Check { path: Vec::new() }) {
            Verb::Init => init(&place()?),
            Verb::Path => {
                let path = place()?;
                let shown = path.display().to_string();
                let json = json!({"path": shown, "exists": path.exists()});
                Ok(Reply::new(format!("{}\n", text::one_line(&shown)), json).bare())
            }
            Verb::Check { path } => check(context, &path),
        }
    }
}

fn place() -> Result<PathBuf, Failure> {
    UserConfig::place()
        .ok_or_else(|| Failure::failed("your home folder is not known; set WARROOM_CONFIG_DIR to a folder of yours"))
}

fn init(path: &Path) -> Result<Reply, Failure> {
    let shown = path.display().to_string();
    let failed = |error: std::io::Error| {
        let why = crate::store::reason(&error);
        Failure::because(format!("cannot write {shown}: {why}; nothing was changed"), error)
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    // Also a link that leads nowhere is there.
    let made = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(template().as_bytes()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Failure::usage(format!(
                "{shown} is there already; it was not touched. `warroom config check` tells what is wrong in it"
            )));
        }
        Err(error) => Err(error),
    };
    made.map_err(failed)?;
    let said = format!("{shown} has every setting as a comment; take the `# ` in front of one away to change it");
    Ok(Reply::new(
        format!("{}\n", text::one_line(&said)),
        json!({"ok": true, "path": shown}),
    ))
}

/// The file to begin with: nothing in it counts before it is changed.
fn template() -> String {
    let mut out = "\
# Your choices for warroom. Each line below is a comment that shows a setting, with its usual value where it has one: take the
# `# ` in front of it away and change it. A console that is open takes the file in as soon as it is saved;
# `warroom config check` tells what is wrong in it.
"
    .to_owned();
    for setting in UserConfig::SETTINGS {
        // Written below, with all that it may have.
        if setting.name == "keys" {
            continue;
        }
        // Never fails: a String takes everything.
        let _ = write!(out, "\n# {}\n# {}\n", setting.about, setting.line);
        if setting.name == "colors" {
            let _ = writeln!(out, "# The names are {}.", crate::runtime::colour_names().join(", "));
        }
    }
    let keys = UserConfig::SETTINGS.iter().find(|setting| setting.name == "keys");
    let _ = write!(
        out,
        "\n# {}\n# A sequence has blanks between its keys (`r c`); [] takes an action's keys away.\n# keys:\n",
        keys.map_or("", |setting| setting.about)
    );
    for line in DEFAULTS.lines().skip_while(|line| line.starts_with('#')) {
        match line.strip_prefix("# ") {
            _ if line.is_empty() => {}
            Some(heading) => _ = writeln!(out, "#   # {heading}"),
            None => _ = writeln!(out, "#   {line}"),
        }
    }
    out
}

fn check(context: &Context, paths: &[PathBuf]) -> Result<Reply, Failure> {
    let mut files: Vec<(PathBuf, Vec<Problem>)> = Vec::new();
    if paths.is_empty() {
        let own = place()?;
        if own.exists() {
            files.push((own.clone(), Chosen::load_from(&own).problems));
        }
        if let Ok(repository) = context.repository() {
            let team = repository.config_file();
            if team.exists() {
                files.push((team, TeamConfig::load(repository.root()).1));
            }
        }
    }
    for path in paths {
        if !path.exists() {
            return Err(Failure::not_found(
                format!("there is no file {}", path.display()),
                Vec::new(),
            ));
        }
        files.push((path.clone(), problems_of(path)));
    }
    let problems: Vec<&Problem> = files.iter().flat_map(|(_, problems)| problems).collect();
    let mut page = String::new();
    for problem in &problems {
        let _ = writeln!(page, "{}", text::one_line(&problem.to_string()));
    }
    if problems.is_empty() {
        page = match files.len() {
            0 => "there is no configuration; the defaults hold. `warroom config init` writes a file to begin with\n"
                .into(),
            several => format!("{} in order\n", count(several, "configuration")),
        };
    }
    let list: Vec<Value> = problems
        .iter()
        .map(|one| json!({"file": one.file.display().to_string(), "line": one.line, "column": one.column, "said": one.said}))
        .collect();
    let sound = list.is_empty();
    let mut reply = Reply::new(page, json!({"ok": sound, "files": files.len(), "problems": list}));
    reply.code = if sound { 0 } else { 5 };
    Ok(reply)
}

/// What is wrong in a file: one of a repository is a team's, any other a person's.
fn problems_of(path: &Path) -> Vec<Problem> {
    let team = Path::new(TeamConfig::PLACE);
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    match whole.ends_with(team).then(|| whole.ancestors().nth(2)).flatten() {
        Some(root) => TeamConfig::load(root).1,
        None => Chosen::load_from(path).problems,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_changes_nothing_and_every_line_of_it_is_sound() {
        let template = template();
        let (config, problems) = UserConfig::parse(&template, Path::new("c"));
        assert_eq!(problems, []);
        assert_eq!(
            config,
            UserConfig {
                text: template.clone(),
                ..UserConfig::default()
            }
        );
        // With every comment that shows a setting taken for it, keys included.
        let names = UserConfig::SETTINGS.map(|setting| setting.name);
        let mut uncommented = String::new();
        let mut shown = Vec::new();
        for line in template.lines() {
            let Some(line) = line
                .strip_prefix("# ")
                .or_else(|| line.strip_prefix('#').filter(|rest| rest.starts_with("   ")))
            else {
                continue;
            };
            let name = line.split(':').next().unwrap_or_default();
            if names.contains(&name) || line.starts_with("  ") {
                shown.push(name.to_owned());
                _ = writeln!(
                    uncommented,
                    "{}",
                    line.strip_prefix(' ')
                        .filter(|_| line.starts_with("   "))
                        .unwrap_or(line)
                );
            }
        }
        for name in names {
            assert!(shown.iter().any(|known| known == name), "{name} is not in the file");
        }
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.yaml");
        fs::write(&file, &uncommented).unwrap();
        let chosen = Chosen::load_from(&file);
        assert_eq!(chosen.problems, [], "{uncommented}");
        assert_eq!(chosen.user.keys.len(), crate::app::Action::ALL.len());
    }
}
