//! `warroom init`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::store::{self, Repository};
use crate::text;

/// Make a folder an incidents repository; running it again changes nothing that is there
#[derive(Args, Debug)]
pub(super) struct Init {
    /// The folder; here where there is none
    dir: Option<PathBuf>,

    /// Framework of new incidents
    #[arg(long, value_name = "FRAMEWORK")]
    framework: Option<String>,

    /// Address of the remote to share it by
    #[arg(long, value_name = "URL")]
    remote: Option<String>,
}

impl Init {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let dir = self.dir.or_else(|| context.options.repo.clone());
        let dir = dir.unwrap_or_else(|| Path::new(".").to_owned());
        let init = store::Init {
            framework: self.framework,
            remote: self.remote,
        };
        let done = Repository::init(&dir, &init)?;
        let root = done.repository.root().display().to_string();
        let shown = text::one_line(&root);
        let mut said = if done.made.is_empty() {
            format!("{shown} is an incidents repository already; nothing was changed\n")
        } else {
            let made = done.made.join(", ");
            format!(
                "{shown} is an incidents repository now; made {}\nnext: warroom declare --title TEXT\n",
                text::one_line(&made)
            )
        };
        let mut json = json!({"ok": true, "root": root, "made": done.made, "notes": done.notes});
        if let Some(top) = done.part_of {
            let top = top.display().to_string();
            let _ = writeln!(
                said,
                "it is part of the git repository {}, and is committed and synced with it",
                text::one_line(&top)
            );
            json["part_of"] = top.into();
        }
        for note in &done.notes {
            let _ = writeln!(said, "{}", text::one_line(note));
        }
        Ok(Reply::new(said, json))
    }
}
