//! `warroom open`, and `warroom` alone.

use std::sync::Arc;

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::incidents;
use super::paint::Paint;
use super::reply::Reply;
use crate::app::keymap::{self, Keymap};
use crate::app::{NotifyWith, Screen, Seat, Settings};
use crate::config::{Problem, TeamConfig, UserConfig};
use crate::document::yaml;
use crate::git::Driver;
use crate::incident::is_over;
use crate::runtime::{self, Ended, Next, Start};
use crate::sending::Sender;
use crate::session::{Clock, Open as OpenSession, Session};
use crate::store::{self, Place};

/// Open the war room on an incident
#[derive(Args, Debug, Default)]
pub(super) struct Open {
    /// The incident, by its id or any unique prefix; else the only open one
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// Arrange the war room for the incident commander (ic), the scribe or a responder
    #[arg(long, value_name = "ROLE", value_parser = ["ic", "scribe", "responder"])]
    as_role: Option<String>,

    /// Only look: no key changes anything, for a screen on the wall
    #[arg(long)]
    read_only: bool,
}

impl Open {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let clock = context.running_clock();
        let me = context.who()?;
        let seat = Seat::ALL
            .into_iter()
            .find(|(word, _)| self.as_role.as_deref() == Some(*word));
        let read_only = self.read_only;
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
                seat: seat.map(|(_, seat)| seat),
                ..start(context, me.clone(), Arc::clone(&clock))?
            };
            start.settings.read_only = read_only;
            let ended = runtime::run(start, |start| {
                let place = if let Some(id) = wanted.as_deref() {
                    context.repository()?.find(id)?
                } else {
                    let (place, screen) = at_hand(context, read_only)?;
                    start.screen = screen;
                    place
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

/// The incident to open where none was named, and the screen to show: the only open one; where there are several, or none, the board over
/// the gravest open one, or the newest of those that are over; where there is none at all, the one that is declared now.
fn at_hand(context: &Context, read_only: bool) -> Result<(Place, Screen), Failure> {
    if let Some(found) = open_ones(context)? {
        return Ok(found);
    }
    let named = context.options.incident.is_some();
    let asked = if named { None } else { super::sync::ask(context) };
    if asked.is_some()
        && let Some(found) = open_ones(context)?
    {
        return Ok(found);
    }
    let alone = match context.place() {
        Ok(place) => return Ok((place, Screen::WarRoom)),
        Err(failure) => failure,
    };
    let (all, _) = context.all()?;
    let repository = context.repository()?;
    match all.last() {
        Some(one) => Ok((repository.find(&one.place.id)?, Screen::Board)),
        None if read_only || named => Err(alone),
        None => {
            let id = super::declare::first(context, alone, asked.as_deref())?;
            Ok((repository.find(&id)?, Screen::WarRoom))
        }
    }
}

/// The only open incident, or the board over the gravest of several; nothing where none is open.
fn open_ones(context: &Context) -> Result<Option<(Place, Screen)>, Failure> {
    let repository = context.repository()?;
    if let Ok(place) = context.place() {
        // One that is over and waits for its review is at hand where none is open.
        let over = repository.read(&place).is_ok_and(|document| {
            let incident = document.incident();
            let framework = repository.framework_or_other(&incident.framework);
            framework.is_ok_and(|framework| is_over(incident, &framework.classes))
        });
        let named = context.options.incident.is_some();
        return Ok(Some((place, Screen::WarRoom)).filter(|_| named || !over));
    }
    let (all, _) = context.all()?;
    let rank = |one: &incidents::Read| {
        let framework = repository.framework_or_other(&one.incident.framework).ok()?;
        let open = !is_over(&one.incident, &framework.classes) && !one.incident.drill;
        open.then(|| framework.severity_rank(&one.incident.severity).unwrap_or(usize::MAX))
    };
    let open = all.iter().filter_map(|one| Some((rank(one)?, one)));
    let gravest = open.min_by_key(|(rank, _)| *rank);
    let place = gravest.map(|(_, one)| repository.find(&one.place.id)).transpose()?;
    Ok(place.map(|place| (place, Screen::Board)))
}

/// How the console starts: the person's configuration, and what is wrong in it.
pub(super) fn start(context: &Context, me: String, clock: Arc<dyn Clock>) -> Result<Start, Failure> {
    let (user, user_problems) = UserConfig::load();
    let (_, team_problems) = match context.repository() {
        Ok(repository) => TeamConfig::load(repository.root()),
        Err(_) => (TeamConfig::default(), Vec::new()),
    };
    let (keymap, key_problems) = keys(&user);
    let problems = team_problems.iter().chain(&user_problems).chain(&key_problems);
    let problems = problems.map(ToString::to_string).collect();
    let defaults = Settings::default();
    let settings = Settings {
        theme: user.theme.unwrap_or(defaults.theme),
        colors: user.colors,
        color: Paint::choose(context.options.color).0,
        ascii: user.ascii,
        local_time: user.local_time,
        offset: runtime::local_offset,
        bell: user.bell,
        notify: user.notifications,
        notify_with: if user.osc777 {
            NotifyWith::Osc777
        } else {
            NotifyWith::Osc9
        },
        mute: user.mute,
        quiet_hours: user.quiet_hours,
        read_only: false,
        quiet: user.quiet,
    };
    Ok(Start {
        me,
        screen: Screen::default(),
        seat: None,
        settings,
        keymap,
        problems,
        clock,
        reports: store::state_dir()?.join("reports"),
        hook: user.hook,
    })
}

/// The key table in force, and what is wrong with this person's lines in it. In whatever style they are written: they are
/// read as YAML, and only a file that is none is read line by line.
pub(super) fn keys(user: &UserConfig) -> (Keymap, Vec<Problem>) {
    let (entries, mut problems) = if yaml::value(&user.text).is_ok() {
        (keymap::entries(&user.text, &user.keys), Vec::new())
    } else {
        keymap::parse(&user.text, Some("keys"))
    };
    let (keymap, conflicts) = Keymap::with(&entries);
    problems.extend(conflicts);
    let file = user.path.clone().unwrap_or_default();
    let named = problems.into_iter().map(|problem| Problem {
        file: file.clone(),
        line: problem.line,
        said: problem.said,
    });
    (keymap, named.collect())
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
