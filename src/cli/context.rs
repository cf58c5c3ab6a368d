//! What a verb works with: the options, the instant, the repository, who acts, and which incident is meant.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::edit::Edit;
use super::failure::Failure;
use super::incidents::{self, Problems, Read as ReadIncident};
use super::options::Global;
use super::paint::Paint;
use super::reply::Reply;
use crate::config::UserConfig;
use crate::framework::{Derived, Framework, TimerRecord};
use crate::git::Git;
use crate::incident::time::{Odd, read_span, read_time};
use crate::incident::{Change, Incident, Time, as_of};
use crate::recall::digest::Digest;
use crate::session::{
    Clock, ClockKind, FixedClock, LookClock, ONLY_LOOKS, Open, RunningClock, Session, SystemClock, TestClock,
};
use crate::store::recalled::recall;
use crate::store::{Place, Repository, StoreError};

/// What a verb works with.
pub(crate) struct Context {
    /// The options of every verb.
    pub options: Global,
    /// Colours, or none.
    pub paint: Paint,
    /// `--now`, where it is given.
    fixed: Option<Time>,
    repository: OnceCell<Repository>,
    /// Who acts.
    who: OnceCell<String>,
    /// Whether something was written.
    changed: Rc<Cell<bool>>,
    /// Whether it was said that a framework stands in for another.
    told: Cell<bool>,
    /// Whether this person's times are local ones.
    local: OnceCell<bool>,
    /// When what this verb records happened, where that was given.
    happened: Option<Time>,
    /// Times that were given, and what is odd about them.
    times: std::cell::RefCell<Vec<(Time, Option<Odd>)>>,
}

/// One incident as it is read.
pub(super) struct View {
    /// Its id.
    pub id: String,
    /// The value.
    pub incident: Arc<Incident>,
    /// Its framework.
    pub framework: Arc<Framework>,
    /// Entries that could not be read.
    pub quarantined: Vec<crate::document::Quarantined>,
    /// Whether a certain moment was asked for.
    of_then: bool,
}

impl View {
    /// Everything derived, for one moment. Where `--now` names one, of the incident as it stood then.
    pub(super) fn derived(&self, now: Time) -> Derived {
        if self.of_then {
            let then = as_of(&self.incident, &self.framework.classes, whole_second(now));
            return self.framework.derive(&then, now);
        }
        self.framework.derive(&self.incident, now)
    }

    /// Every time that a timer was due until then.
    pub(super) fn timer_history(&self, now: Time) -> Vec<TimerRecord> {
        if self.of_then {
            let then = as_of(&self.incident, &self.framework.classes, whole_second(now));
            return self.framework.timer_history(&then, now);
        }
        self.framework.timer_history(&self.incident, now)
    }
}

/// The end of the second that an instant names: acts of one second are milliseconds apart, and all of them are of it.
fn whole_second(now: Time) -> Time {
    if now.millis() % 1000 == 0 {
        now.plus(Duration::from_millis(999))
    } else {
        now
    }
}

impl Context {
    /// Reads the options that may be nonsense.
    pub(super) fn new(options: Global) -> Result<Self, Failure> {
        let fixed = match options.now.as_deref().filter(|now| !now.is_empty()) {
            Some(given) => {
                let local = UserConfig::load().0.local_time;
                let offset = |at| if local { crate::runtime::local_offset(at) } else { 0 };
                Some(read_time(given, SystemClock.now(), &offset)?.at)
            }
            None => None,
        };
        Ok(Self {
            paint: Paint::choose(options.color),
            options,
            fixed,
            repository: OnceCell::new(),
            who: OnceCell::new(),
            changed: Rc::default(),
            told: Cell::new(false),
            local: OnceCell::new(),
            happened: None,
            times: std::cell::RefCell::default(),
        })
    }

    /// The same where what the verb records happened at a TIME.
    pub(super) fn dated(mut self, at: Option<&str>) -> Result<Self, Failure> {
        self.happened = self.maybe_time(at)?;
        Ok(self)
    }

    /// Whether something was written that others do not have yet.
    pub(super) fn has_changed(&self) -> bool {
        self.changed.get()
    }

    /// Something was written.
    pub(super) fn note_change(&self) {
        self.changed.set(true);
    }

    /// The instant everything is evaluated at.
    pub(super) fn now(&self) -> Time {
        self.clock().now()
    }

    /// The clock of one-shot changes: it stands still under `--now`.
    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        match self.fixed {
            Some(at) if is_test() => Arc::new(TestClock(FixedClock(at))),
            Some(at) => Arc::new(LookClock(FixedClock(at))),
            None => Arc::new(SystemClock),
        }
    }

    /// The clock of the console: it starts at `--now` and runs.
    pub(super) fn running_clock(&self) -> Arc<dyn Clock> {
        match self.fixed {
            Some(at) if is_test() => Arc::new(TestClock(RunningClock::starting(at))),
            Some(at) => Arc::new(LookClock(RunningClock::starting(at))),
            None => Arc::new(SystemClock),
        }
    }

    /// A TIME.
    pub(super) fn time(&self, given: &str) -> Result<Time, Failure> {
        let taken = read_time(given, self.now(), &|at| self.offset(at))?;
        // A watch that is up to a minute ahead is taken for this moment: nothing is recorded in the future.
        let now = self.now();
        let at = if (1..=60_000).contains(&(taken.at.millis() - now.millis())) {
            now
        } else {
            taken.at
        };
        self.note_time(at, taken.odd);
        Ok(at)
    }

    /// The same for a time within a query, which no answer names.
    pub(super) fn time_quietly(&self, given: &str) -> Result<Time, String> {
        let taken = read_time(given, self.now(), &|at| self.offset(at)).map_err(|error| error.to_string())?;
        Ok(taken.at)
    }

    /// Seconds that the zone of this person's times is ahead of UTC: UTC, or local where they chose so.
    pub(super) fn offset(&self, at: Time) -> i32 {
        let local = *self.local.get_or_init(|| UserConfig::load().0.local_time);
        if local { crate::runtime::local_offset(at) } else { 0 }
    }

    /// Seconds that a zone is ahead of UTC, by its name (`Europe/Berlin`, `+0100`, `local`, `UTC`); without one, in the zone
    /// of this person's times.
    pub(super) fn zone(&self, given: Option<&str>) -> Result<Box<dyn Fn(Time) -> i32 + '_>, Failure> {
        let Some(name) = given.map(str::trim) else {
            return Ok(Box::new(|at| self.offset(at)));
        };
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "utc" | "z" | "gmt" => return Ok(Box::new(|_| 0)),
            "local" => return Ok(Box::new(crate::runtime::local_offset)),
            _ => {}
        }
        if let Some(offset) = numeric_offset(&lower) {
            return Ok(Box::new(move |_| offset));
        }
        match crate::config::zone(name) {
            Some(zone) => Ok(Box::new(move |at| {
                i32::try_from(zone.ahead(at.millis().div_euclid(1000))).unwrap_or(0)
            })),
            None => Err(Failure::not_found(
                format!("this machine knows no zone `{name}`; try Europe/Berlin, +0100, local or UTC"),
                Vec::new(),
            )),
        }
    }

    /// A time was given, and this is the instant that it was taken for.
    pub(super) fn note_time(&self, at: Time, odd: Option<Odd>) {
        self.times.borrow_mut().push((at, odd));
    }

    /// The instants that were taken, for the answer.
    pub(super) fn times(&self) -> Vec<(Time, String)> {
        let say = |(at, odd): &(Time, Option<Odd>)| {
            let offset = self.offset(*at);
            let there = Time::from_millis(at.millis() + i64::from(offset) * 1000);
            let zone = if offset == 0 {
                "UTC".to_owned()
            } else {
                let minutes = offset.abs() / 60;
                let sign = if offset < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            };
            let note = odd.map_or_else(String::new, |odd| format!(", {}", odd.said()));
            let at_length = there.chrono().format("%Y-%m-%d %H:%M:%S");
            (*at, format!("{at_length} {zone}{note}"))
        };
        self.times.borrow().iter().map(say).collect()
    }

    /// A DURATION, or an end, `until 15:30`: the next time that the clock shows it.
    pub(super) fn span(&self, given: &str) -> Result<Duration, Failure> {
        let span = read_span(given, self.now(), &|at| self.offset(at))?;
        if let Some(taken) = span.until {
            self.note_time(taken.at, taken.odd);
        }
        Ok(span.length)
    }

    /// The same, where it is given.
    pub(super) fn maybe_span(&self, given: Option<&str>) -> Result<Option<Duration>, Failure> {
        given.map(|given| self.span(given)).transpose()
    }

    /// A TIME, where it is given.
    pub(super) fn maybe_time(&self, given: Option<&str>) -> Result<Option<Time>, Failure> {
        given.map(|given| self.time(given)).transpose()
    }

    /// The incidents repository: `--repo`, else found upwards from here, else the one of the user's configuration.
    pub(super) fn repository(&self) -> Result<&Repository, Failure> {
        if let Some(repository) = self.repository.get() {
            return Ok(repository);
        }
        let found = match &self.options.repo {
            Some(given) => Repository::discover(given)?,
            None => match Repository::discover(&here()?) {
                Err(missing @ StoreError::NoRepository(..)) => match UserConfig::load().0.repository {
                    Some(configured) => Repository::discover(&configured)?,
                    None => return Err(missing.into()),
                },
                found => found?,
            },
        };
        Ok(self.repository.get_or_init(|| found.keeping_last_read()))
    }

    /// Who acts: `--as`, else git's `user.name`.
    pub(super) fn who(&self) -> Result<String, Failure> {
        if let Some(who) = self.who.get() {
            return Ok(who.clone());
        }
        let who = self.named()?;
        Ok(self.who.get_or_init(|| who).clone())
    }

    fn named(&self) -> Result<String, Failure> {
        let given = self
            .options
            .who
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty());
        if let Some(name) = given {
            return Ok(self.called(name));
        }
        let folder = match self.repository() {
            Ok(repository) => repository.root().to_owned(),
            Err(_) => here()?,
        };
        let problem = match Git::at(&folder).ask(["config", "--get", "user.name"]) {
            Ok(answer) => match String::from_utf8_lossy(&answer.out).trim() {
                "" => "git has no user.name".to_owned(),
                name => return Ok(self.called(name)),
            },
            Err(trouble) => trouble.to_string(),
        };
        Err(Failure::usage(format!(
            "who are you? {problem}; say --as NAME, set WARROOM_USER, or run `git config --global user.name NAME`"
        )))
    }

    /// A person's name as the team has it (`aliases` of its configuration).
    fn called(&self, name: &str) -> String {
        match self.repository() {
            Ok(repository) => repository.people().called(name).to_owned(),
            Err(_) => name.to_owned(),
        }
    }

    /// The incident that is meant: the one named, else the only open one.
    pub(super) fn place(&self) -> Result<Place, Failure> {
        let repository = self.repository()?;
        match self.options.incident.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => Ok(repository.find(id)?),
            None => incidents::only_open(repository),
        }
    }

    /// The incident that is meant, read.
    pub(super) fn view(&self) -> Result<View, Failure> {
        self.view_of(&self.place()?)
    }

    /// A certain incident, read.
    pub(super) fn view_of(&self, place: &Place) -> Result<View, Failure> {
        let repository = self.repository()?;
        let document = repository.read_whole(place)?;
        let incident = document.incident().called(&place.id);
        let framework = repository.framework_or_other(&incident.framework)?;
        self.tell_stand_in(&framework);
        Ok(View {
            id: place.id.clone(),
            incident,
            framework,
            quarantined: document.quarantined().to_vec(),
            of_then: self.options.now.as_deref().is_some_and(|now| !now.is_empty()),
        })
    }

    /// Says once that another framework stands in for the one that is meant, or UTC for the team's zone.
    pub(super) fn tell_stand_in(&self, framework: &Framework) {
        let lacks = framework.calendar.lacks();
        let said = [framework.stands_in.as_deref(), lacks.as_deref()];
        if said.iter().any(Option::is_some) && !self.told.replace(true) {
            for why in said.into_iter().flatten() {
                eprintln!("warroom: {}", crate::text::one_line(why));
            }
        }
    }

    /// All incidents, and what is wrong with those that cannot be read.
    pub(super) fn all(&self) -> Result<(Vec<ReadIncident>, Problems), Failure> {
        incidents::all(self.repository()?)
    }

    /// All incidents as figures and lists over several take them, each with its framework; drills too. Under `--now` as they stood then,
    /// without those that were declared later.
    pub(super) fn cases(&self) -> Result<(Vec<crate::recall::Case>, Problems), Failure> {
        let (read, problems) = incidents::all(self.repository()?)?;
        Ok((self.cases_of(&read)?, problems))
    }

    /// What of all incidents is compared with others. Under `--now` as they stood then.
    pub(super) fn digests(&self) -> Result<(Vec<Digest>, Problems), Failure> {
        if self.fixed.is_some() && !is_test() {
            let (cases, problems) = self.cases()?;
            return Ok((cases.iter().map(Digest::of).collect(), problems));
        }
        let recalled = recall(self.repository()?)?;
        Ok((recalled.digests, recalled.failed.into()))
    }

    /// One incident as figures and lists take it; none where `--now` is before its declaration.
    pub(super) fn case(&self, id: &str) -> Result<Option<crate::recall::Case>, Failure> {
        let place = self.repository()?.find(id)?;
        let incident = self.repository()?.read_whole(&place)?.incident().called(&place.id);
        Ok(self.cases_of(&[ReadIncident { place, incident }])?.pop())
    }

    /// The same of incidents that were read.
    pub(super) fn cases_of(&self, read: &[ReadIncident]) -> Result<Vec<crate::recall::Case>, Failure> {
        let repository = self.repository()?;
        let mut frameworks: std::collections::BTreeMap<String, Option<Arc<Framework>>> = Default::default();
        let cases = read.iter().map(|one| {
            let name = &one.incident.framework;
            let known = frameworks.get(name).cloned();
            let framework = known.unwrap_or_else(|| {
                let read = repository.framework_or_other(name).ok();
                frameworks.insert(name.clone(), read.clone());
                read
            });
            crate::recall::Case::new(one.place.id.clone(), Arc::clone(&one.incident), framework)
        });
        // Under a clock that only looks; by one that tests set, changes are made at any instant.
        let Some(then) = self.fixed.filter(|_| !is_test()) else {
            return Ok(cases.collect());
        };
        let was = |case: crate::recall::Case| {
            let declared = crate::recall::recurrence::when(&case);
            if declared.is_some_and(|at| at > then) {
                return None;
            }
            let framework = case.framework.clone();
            let statuses = framework.as_ref().map(|framework| framework.classes.clone());
            let incident = as_of(&case.incident, &statuses.unwrap_or_default(), then);
            Some(crate::recall::Case::new(case.id, Arc::new(incident), framework))
        };
        Ok(cases.filter_map(was).collect())
    }

    /// The incident that is meant, to be changed.
    pub(super) fn edit(&self) -> Result<Edit, Failure> {
        self.edit_of(&self.place()?)
    }

    /// A certain incident, to be changed.
    pub(super) fn edit_of(&self, place: &Place) -> Result<Edit, Failure> {
        if self.clock().kind() == ClockKind::Look {
            return Err(Failure::usage(ONLY_LOOKS));
        }
        let session = Session::open(Open {
            repository: self.repository()?,
            place: place.clone(),
            by: self.who()?,
            clock: self.clock(),
            watch: false,
        })?;
        self.tell_stand_in(&session.snapshot().framework);
        Ok(Edit {
            session,
            asks: !self.options.json,
            by: self.who()?,
            happened: self.happened,
            changed: Rc::clone(&self.changed),
            made: RefCell::default(),
        })
    }

    /// Makes one change and says what it did.
    pub(super) fn change(&self, change: Change) -> Result<Reply, Failure> {
        let edit = self.edit()?;
        let applied = edit.apply(change)?;
        edit.save()?;
        Ok(Reply::change(edit.id(), &edit.incident(), &applied))
    }
}

/// Whether `--now` and `WARROOM_NOW` are a test's, which changes by them.
fn is_test() -> bool {
    std::env::var("WARROOM_TEST_CLOCK").is_ok_and(|word| word == "1")
}

fn here() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|error| Failure::because("the working directory is gone; name a repository with -C DIR", error))
}

/// `+0100`, `-05:30`, `utc+2` in seconds.
fn numeric_offset(text: &str) -> Option<i32> {
    let text = text.strip_prefix("utc").or(text.strip_prefix("gmt")).unwrap_or(text);
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-" | "\u{2212}", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str, most: i32| {
        let fine = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fine.then(|| text.parse().ok())?.filter(|number: &i32| *number <= most)
    };
    Some(sign * (number(hours, 14)? * 3600 + number(minutes, 59)? * 60))
}
