//! What the viewer finds: the incident as the story has it up to the opening, in a repository with its history in git.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::act::wanted;
use super::folder::Folder;
use super::story::{Beat, Story, after};
use crate::document::Document;
use crate::framework::Framework;
use crate::git::{Git, Trouble};
use crate::incident::{
    Declaration, DetectionMethod, Incident, Refusal, Request, Time, apply_under, declare, ids, newest,
};
use crate::store::{Init, Place, Repository};

/// The incident with everything that the story has happen before the opening. `draw` gives a fresh nonce each time.
pub(super) fn incident(
    story: &Story,
    framework: &Framework,
    name: &str,
    id: &str,
    opening: Time,
    draw: &mut dyn FnMut() -> String,
) -> Result<Incident, Refusal> {
    let declaration = Declaration {
        id: id.to_owned(),
        title: story.title.clone(),
        summary: Some(story.summary.clone()),
        framework: name.to_owned(),
        severity: story.severity.clone(),
        status: story.status.clone(),
        services: story.services.clone(),
        detected_at: Some(story.detected),
        detected_by: Some(DetectionMethod::Alert),
        drill: true,
        ..Declaration::default()
    };
    let by = story.cast.get(1).map_or("kim", String::as_str);
    let mut incident = declare(&declaration, &draw(), &draw(), by, story.declared)?;
    for beat in story.beats.iter().filter(|beat| beat.t < 0.0) {
        if let Some(next) = play(story, beat, framework, &incident, opening, draw())? {
            incident = next;
        }
    }
    Ok(incident)
}

/// The incident after a beat; `None` where the beat is left out.
fn play(
    story: &Story,
    beat: &Beat,
    framework: &Framework,
    incident: &Incident,
    opening: Time,
    nonce: String,
) -> Result<Option<Incident>, Refusal> {
    let at = after(opening, beat.t);
    let derived = framework.derive(incident, at);
    let Some(change) = wanted(&beat.change, incident, &derived, &story.cast, &beat.who) else {
        return Ok(None);
    };
    let request = Request {
        nonce,
        by: beat.who.clone(),
        at,
        test_clock: false,
        change: framework.permit(incident, change, &beat.who, at)?,
    };
    Ok(Some(
        apply_under(&framework.classes, incident, &request, newest(incident))?.0,
    ))
}

/// Makes the repository with the incident in it, each committed.
pub(super) fn set(
    dir: &Path,
    name: &str,
    opening: Time,
    draw: &mut dyn FnMut() -> String,
) -> Result<(Repository, Place), String> {
    fs::create_dir_all(dir).map_err(|error| format!("{} cannot be made: {error}", dir.display()))?;
    let story = Story::load(name, opening)?;
    let init = Init {
        framework: Some(name.to_owned()),
        remote: None,
    };
    let repository = Repository::init(dir, &init)
        .map_err(|error| error.to_string())?
        .repository;
    commit(dir, "Incidents repository")?;
    let framework = repository.framework(name).map_err(|error| error.to_string())?;
    let id = repository
        .next_id(&repository.config().framework, opening, &[])
        .map_err(|error| error.to_string())?;
    let incident = incident(&story, &framework, name, &id, opening, draw).map_err(|refusal| refusal.to_string())?;
    let document = Document::create(Arc::new(incident));
    let place = repository
        .create_incident(&document)
        .map_err(|error| error.to_string())?;
    let place = place.ok_or("someone else made an incident in the demonstration's folder")?;
    commit(dir, &format!("{id}: {}", story.title))?;
    Ok((repository, place))
}

/// Makes the remote, and a clone of it for each responder; the viewer's repository follows it, too.
pub(super) fn share(folder: &Folder, names: &[String]) -> Result<(), String> {
    let said = |trouble: Trouble| format!("the demonstration's clones cannot be made: {trouble}");
    let (viewer, hub) = (folder.repository(), folder.hub());
    let clone = |from: &Path, to: &Path, bare: bool| {
        let mut args: Vec<&OsStr> = ["clone", "-q", "--no-hardlinks"].map(OsStr::new).into();
        args.extend(bare.then_some(OsStr::new("--bare")));
        args.extend([OsStr::new("--"), from.as_os_str(), to.as_os_str()]);
        Git::at(folder.path()).run(args).map_err(said)
    };
    let name = |dir: &Path, who: &str| {
        let git = Git::at(dir);
        git.run(["config", "user.name", who])
            .and_then(|_| git.run(["config", "user.email", &format!("{who}@demo.invalid")]))
            .map_err(said)
    };
    clone(&viewer, &hub, true)?;
    let git = Git::at(&viewer);
    let branch = git.line(["symbolic-ref", "--short", "HEAD"]).map_err(said)?;
    let hub_name = hub.to_string_lossy().into_owned();
    git.run(["remote", "add", "--", "origin", &hub_name]).map_err(said)?;
    git.run(["fetch", "-q", "origin"]).map_err(said)?;
    git.run(["branch", "-q", "--set-upstream-to", &format!("origin/{branch}")])
        .map_err(said)?;
    name(&viewer, "you")?;
    for who in names {
        let dir = folder.clone_of(who);
        clone(&hub, &dir, false)?;
        name(&dir, who)?;
    }
    Ok(())
}

/// A nonce from the system's randomness.
pub(super) fn draw() -> String {
    let mut bytes = [0; ids::NONCE];
    // Without randomness the clock must do: nothing here is secret, and ids only must not meet.
    if getrandom::fill(&mut bytes).is_err() {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        bytes.copy_from_slice(&now.as_nanos().to_le_bytes()[..ids::NONCE]);
    }
    ids::from_bytes(bytes)
}

/// Commits everything in the folder, in nobody's name and without the user's hooks, signing or configuration of git.
pub(super) fn commit(dir: &Path, message: &str) -> Result<(), String> {
    let settings = [
        "user.name=warroom demo",
        "user.email=demo@localhost",
        "commit.gpgSign=false",
        "core.hooksPath=/dev/null",
        "gc.auto=0",
        "maintenance.auto=false",
    ];
    for arguments in [
        ["add", "--all", "."].as_slice(),
        &["commit", "-q", "--no-verify", "-m", message],
    ] {
        let mut command = Command::new("git");
        command.current_dir(dir).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        for setting in settings {
            command.args(["-c", setting]);
        }
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = crate::child::start(command).and_then(std::process::Child::wait_with_output);
        let output = output.map_err(|error| format!("git cannot be run ({error}); the demonstration needs it"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("git {}: {}", arguments[0], crate::text::one_line(said.trim())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{HypothesisState, ItemState, MitigationState, live};

    /// Nobody interferes: then every beat is played, none is refused, and the story ends where it should.
    #[test]
    fn the_story_plays_to_its_end() {
        let opening = Time::parse_rfc3339("2026-11-20T14:30:00Z").unwrap();
        for name in crate::demo::frameworks() {
            let name = name.as_str();
            let framework = Framework::builtin(name).unwrap();
            let story = Story::load(name, opening).unwrap();
            let mut number = 0u32;
            let mut draw = || {
                number += 1;
                ids::from_bytes([0, 0, 0, 0, (number >> 10) as u8, (number >> 5) as u8, number as u8])
            };
            let mut incident = incident(&story, &framework, name, "INC-2026-0001", opening, &mut draw).unwrap();
            assert!(["investigating", "triage"].contains(&incident.status.as_str()));
            let before = incident.timeline.len();
            assert!(before >= 25, "{name}: under way");
            let mut left_out = Vec::new();
            for beat in story.beats.iter().filter(|beat| beat.t >= 0.0) {
                match play(&story, beat, &framework, &incident, opening, draw()) {
                    Ok(Some(next)) => incident = next,
                    Ok(None) => left_out.push(format!("{beat:?}")),
                    Err(refusal) => panic!("{name}: {refusal:?} for {beat:?}"),
                }
            }
            assert!(left_out.is_empty(), "{name}: {left_out:#?}");
            assert_eq!(incident.status, "monitoring");
            assert!(live(&incident.hypotheses).any(|entry| entry.state == HypothesisState::Confirmed));
            assert!(live(&incident.mitigations).all(|entry| entry.state == MitigationState::Verified));
            assert!(
                live(&incident.checklist)
                    .filter(|item| item.state == ItemState::Done)
                    .count()
                    >= 8
            );
            assert!(incident.cause.is_some() && incident.mitigated.is_some());
            let live = story.beats.iter().filter(|beat| beat.t >= 0.0).count();
            assert_eq!(incident.timeline.len(), before + live, "one event each");
        }
    }
}
