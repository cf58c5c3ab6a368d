//! `warroom demo`, and the hidden verb that its responders run.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::open;
use super::reply::Reply;
use crate::demo::{self, Options};
use crate::git::Driver;
use crate::runtime::{self, Ended};
use crate::session::{Clock, Open as OpenSession, Session, SystemClock};
use crate::{store, text};

/// Watch and join a made-up incident: a throw-away repository and three simulated responders
#[derive(Args, Debug)]
pub(super) struct Demo {
    /// The framework it is played with
    #[arg(long, value_name = "FRAMEWORK", default_value = "war-room")]
    framework: String,

    /// Leave the folder where it is, and say where
    #[arg(long)]
    keep: bool,

    /// How much faster than life the story goes
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, hide = true)]
    pace: f64,
}

impl Demo {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let known = demo::frameworks();
        if !known.contains(&self.framework) {
            let said = format!(
                "the demonstration cannot be played with `{}`",
                text::one_line(&self.framework)
            );
            return Err(Failure::usage(format!("{said}; use {}", known.join(", "))));
        }
        let program = std::env::current_exe().map_err(|error| {
            Failure::because("the responders cannot be started: this program cannot be found", error)
        })?;
        let options = Options {
            framework: self.framework,
            program,
            keep: self.keep,
            pace: self.pace,
        };
        let me = context.who().unwrap_or_else(|_| "you".to_owned());
        let mut demo = demo::Demo::set_up(&options, SystemClock.now()).map_err(Failure::failed)?;
        store::keep_state_in(demo.state_dir());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let start = open::start(context, me.clone(), Arc::clone(&clock), false)?;
        let ended = runtime::run(start, |_| {
            let mut session = Session::open(OpenSession {
                repository: demo.repository(),
                place: demo.place().clone(),
                by: me,
                clock: Arc::clone(&clock),
                watch: true,
            })?;
            session.start_sync(Driver::here(), true);
            demo.begin(clock.now());
            Ok(Arc::new(session))
        });
        if matches!(ended, Err(Ended::Panicked | Ended::Unsaved(_))) {
            // What there is to find out is in that folder.
            demo.keep();
        }
        let folder = demo.folder().display().to_string();
        let kept = demo.kept();
        drop(demo);
        if let Err(ended) = ended {
            if kept {
                eprintln!(
                    "warroom: the demonstration's folder is left in {}",
                    text::one_line(&folder)
                );
            }
            return Err(open::failure(ended));
        }
        let said = if kept {
            format!("The demonstration is left in {}\n", text::one_line(&folder))
        } else {
            "The demonstration is over; its folder is gone.\nYour own: warroom init, then warroom declare --title TEXT\n".into()
        };
        Ok(Reply::new(said, json!({"ok": true, "kept": kept.then_some(folder)})))
    }
}

/// One responder of the demonstration
#[derive(Args, Debug)]
#[command(hide = true)]
pub(super) struct DemoResponder {
    /// Who it is
    #[arg(long)]
    who: String,

    /// The demonstration's folder
    #[arg(long)]
    folder: PathBuf,

    /// How much faster than life the story goes
    #[arg(long, default_value_t = 1.0)]
    pace: f64,

    /// Whether the folder stays
    #[arg(long)]
    keep: bool,
}

impl DemoResponder {
    pub(super) fn run(self, _: &Context) -> Result<Reply, Failure> {
        let responder = demo::Responder::new(self.who, &self.folder, self.pace, self.keep);
        let responder =
            responder.ok_or_else(|| Failure::usage("this is for `warroom demo` to start, not for people"))?;
        responder.run().map_err(Failure::failed)?;
        Ok(Reply::silent())
    }
}
