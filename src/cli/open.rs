//! `warroom open`, and `warroom` alone.

use std::sync::Arc;

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::incidents;
use super::reply::Reply;
use super::settings::{Chosen, Look};
use crate::app::{Configured, Screen, Seat};
use crate::config::{TeamConfig, UserConfig};
use crate::git::Driver;
use crate::incident::is_over;
use crate::runtime::{self, Ended, Followed, Next, Reload, Remember, Start};
use crate::sending::{self, Sender};
use crate::session::{Clock, Open as OpenSession, Session};
use crate::store::remembered::Remembered;
use crate::store::{self, Place};
use crate::text;

/// Open the war room on an incident
#[derive(Args, Debug, Default)]
pub(super) struct Open {
    /// The incident, by its id or any unique prefix; else the only open one
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// Arrange the war room for the incident commander (ic), the scribe or a responder; remembered
    #[arg(long, value_name = "ROLE", value_parser = ["ic", "scribe", "responder"])]
    as_role: Option<String>,

    /// Only look: no key changes anything, for a screen on the wall
    #[arg(long)]
    read_only: bool,

    /// Show only ASCII; the locale decides where this is not given
    #[arg(long)]
    ascii: bool,

    /// Print each change as a line, for screen readers and pipes; Ctrl-C ends it
    #[arg(long, conflicts_with_all = ["as_role", "ascii"])]
    plain: bool,
}

impl Open {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if self.plain {
            return super::plain::run(context, self.id.as_deref().filter(|id| !id.is_empty()));
        }
        let clock = context.running_clock();
        let me = context.who()?;
        let mut seat = self.as_role;
        if seat.is_some() {
            remember(me.clone(), Remember::Seat(seat.clone()));
        }
        let (read_only, ascii) = (self.read_only, self.ascii);
        let mut wanted = self.id.filter(|id| !id.is_empty());
        let mut screen = Screen::default();
        // What this console's changes let go out is sent behind it; without a thread the next call sends it.
        let sender = if context.options.offline {
            None
        } else {
            Sender::start(Arc::clone(&clock)).ok()
        };
        loop {
            let mut start = Start {
                screen,
                // What was chosen meanwhile counts for the next incident.
                seat: seat
                    .take()
                    .or_else(|| Remembered::of(&me).seat)
                    .as_deref()
                    .and_then(Seat::named),
                ..start(context, me.clone(), Arc::clone(&clock), ascii)?
            };
            start.settings.read_only = read_only;
            let ended = runtime::run(start, |start| {
                let place = if let Some(id) = wanted.as_deref() {
                    context.repository()?.find(id)?
                } else {
                    match at_hand(context)? {
                        AtHand::One(place, screen) => {
                            start.screen = screen;
                            place
                        }
                        AtHand::None { said, .. } => {
                            start.screen = Screen::Board;
                            let repository = context.repository()?;
                            let mut session = Session::nowhere(repository, me.clone(), Arc::clone(&clock), said)?;
                            session.start_sync(Driver::here(), !context.options.offline);
                            return Ok(Arc::new(session));
                        }
                    }
                };
                let mut session = Session::open(OpenSession {
                    repository: context.repository()?,
                    place,
                    by: me.clone(),
                    clock: Arc::clone(&clock),
                    watch: true,
                })?;
                session.start_sync(Driver::here(), !context.options.offline);
                Ok(Arc::new(session))
            });
            match ended {
                Ok(Some(Next::Incident(id))) => wanted = Some(id),
                Ok(Some(Next::Declare(declared))) => wanted = Some(super::declare::plain(context, declared)?),
                other => {
                    drop(sender);
                    super::outbox::after(context);
                    super::sync::farewell(context);
                    return other.map(|_| Reply::silent()).map_err(failure);
                }
            }
            screen = Screen::WarRoom;
        }
    }
}

/// What there is to open where no incident was named.
pub(super) enum AtHand {
    /// An incident, and the screen to show.
    One(Place, Screen),
    /// None at all has been declared here.
    None {
        /// What is said of it on the board, where a remote was asked.
        said: Option<String>,
        /// The same for those who cannot declare one now.
        failure: Failure,
    },
}

/// The incident to open where none was named, and the screen to show: the only open one; where there are several, or none, the board over
/// the gravest open one, or the newest of those that are over.
pub(super) fn at_hand(context: &Context) -> Result<AtHand, Failure> {
    let mut meant = context.place();
    if let Some((place, screen)) = open_ones(context, meant.as_ref().ok())? {
        return Ok(AtHand::One(place, screen));
    }
    let named = is_named(context);
    let asked = if named { None } else { super::sync::ask(context) };
    if asked.is_some() {
        meant = context.place();
        if let Some((place, screen)) = open_ones(context, meant.as_ref().ok())? {
            return Ok(AtHand::One(place, screen));
        }
    }
    let failure = match meant {
        Ok(place) => return Ok(AtHand::One(place, Screen::WarRoom)),
        Err(failure) => failure,
    };
    let repository = context.repository()?;
    // The newest one that can be read: the board shows the others.
    let mut newest_first = repository.incidents()?.into_iter().rev();
    match newest_first.find(|place| repository.read_whole(place).is_ok()) {
        Some(place) => Ok(AtHand::One(place, Screen::Board)),
        None if named => Err(failure),
        None => Ok(AtHand::None {
            said: asked.map(|remote| format!("No incident here, nor at {}; asked just now.", text::one_line(&remote))),
            failure,
        }),
    }
}

/// Whether the call says which incident it is about; an empty variable of the environment says nothing.
fn is_named(context: &Context) -> bool {
    context.options.incident.as_ref().is_some_and(|id| !id.is_empty())
}

/// The only open incident, which is the one that is `meant`, or the board over the gravest of several; nothing where none is open.
fn open_ones(context: &Context, meant: Option<&Place>) -> Result<Option<(Place, Screen)>, Failure> {
    let repository = context.repository()?;
    if let Some(place) = meant {
        // One that is over and waits for its review is at hand where none is open.
        let over = repository.read(place).is_ok_and(|document| {
            let incident = document.incident();
            let framework = repository.framework_or_other(&incident.framework);
            framework.is_ok_and(|framework| is_over(incident, &framework.classes))
        });
        let named = is_named(context);
        return Ok((named || !over).then(|| (place.clone(), Screen::WarRoom)));
    }
    let (all, ..) = incidents::read(repository, true)?;
    let rank = |one: &incidents::Read| {
        let framework = repository.framework_or_other(&one.incident.framework).ok()?;
        let over = one.incident.backfilled || is_over(&one.incident, &framework.classes);
        let open = !over && !one.incident.drill;
        open.then(|| framework.severity_rank(&one.incident.severity).unwrap_or(usize::MAX))
    };
    let open = all.iter().filter_map(|one| Some((rank(one)?, one)));
    let gravest = open.min_by_key(|(rank, _)| *rank);
    let place = gravest.map(|(_, one)| repository.find(&one.place.id)).transpose()?;
    Ok(place.map(|place| (place, Screen::Board)))
}

/// How the console starts: the person's configuration, and what is wrong in it.
pub(super) fn start(context: &Context, me: String, clock: Arc<dyn Clock>, ascii: bool) -> Result<Start, Failure> {
    let look = Look::of(context, &me, ascii);
    // Before it is read: what changes from here on is read again.
    let followed = UserConfig::place().map(|file| (crate::config::bytes_of(&file), file));
    let chosen = Chosen::load();
    let mut problems: Vec<String> = Vec::new();
    if let Ok(repository) = context.repository() {
        problems.extend(TeamConfig::load(repository.root()).1.iter().map(ToString::to_string));
        problems.extend(sending::timer::is_held(repository.root()));
    }
    problems.extend(chosen.problems.iter().map(ToString::to_string));
    let config = followed.map(|(known, file)| {
        let look = look.clone();
        let reload: Reload = Arc::new(move || look.again());
        Followed { file, known, reload }
    });
    let Configured { settings, keymap } = chosen.configured(&look);
    let person = me.clone();
    Ok(Start {
        me,
        screen: Screen::default(),
        seat: None,
        settings,
        keymap,
        problems,
        clock,
        reports: store::state_dir()?.join("reports"),
        config,
        remember: Arc::new(move |what| remember(person.clone(), what)),
    })
}

/// Keeps what a person chose, on a thread of its own: no key waits for the disk.
fn remember(person: String, what: Remember) {
    let work = move || {
        let kept = Remembered::keep(&person, |kept| match what {
            Remember::Seat(seat) => kept.seat = seat,
            Remember::Theme(theme) => {
                kept.theme = Some(theme);
                kept.instead_of = UserConfig::load().0.theme;
            }
        });
        if let Err(error) = kept {
            log::warn!("what was chosen cannot be kept: {}", error.kind());
        }
    };
    let _ = std::thread::Builder::new().name("remember".into()).spawn(work);
}

/// What there is to say in the shell after the console is gone.
pub(super) fn failure(ended: Ended<Failure>) -> Failure {
    match ended {
        Ended::NoTerminal(said) => Failure::usage(said),
        Ended::Open(failure) => failure,
        Ended::Terminal(error) => Failure::because("the terminal failed; what was entered is saved", error),
        Ended::Unsaved(error) => Failure::unsaved("the incident file", &error),
        Ended::Signal(number) => Failure::ended(u8::try_from(128 + number).unwrap_or(1)),
        Ended::Panicked => Failure::ended(101),
    }
}
