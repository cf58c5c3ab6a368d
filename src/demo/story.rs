//! The story of the demonstration as data: who does what when. Read from `assets/demo/story.yaml`.

use std::collections::BTreeMap;

use chrono::Days;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::document::yaml;
use crate::incident::{Change, Time};

const STORY: &str = include_str!("../../assets/demo/story.yaml");

/// The story, for one framework and one moment of opening.
#[derive(Debug)]
pub struct Story {
    /// Title of the incident.
    pub title: String,
    /// A paragraph more.
    pub summary: String,
    /// Affected services.
    pub services: Vec<String>,
    /// Severity at the declaration.
    pub severity: String,
    /// Status at the declaration.
    pub status: String,
    /// When it was noticed.
    pub detected: Time,
    /// When it was declared.
    pub declared: Time,
    /// The responders.
    pub cast: Vec<String>,
    /// What happens, in order.
    pub beats: Vec<Beat>,
    /// Who loses the network when.
    pub offline: Vec<Offline>,
}

/// A stretch of time in which somebody has no network.
#[derive(Clone, Debug, Deserialize)]
pub struct Offline {
    /// Who.
    pub who: String,
    /// Seconds from the opening.
    pub from: f64,
    /// Seconds from the opening.
    pub until: f64,
}

/// One thing that somebody does. Entries are named by `~words`, see [`super::act`].
#[derive(Clone, Debug)]
pub struct Beat {
    /// Seconds from the opening; before zero: it has happened by then.
    pub t: f64,
    /// Who.
    pub who: String,
    /// What.
    pub change: Change,
}

#[derive(Deserialize)]
struct File {
    title: String,
    summary: String,
    services: Vec<String>,
    detected: f64,
    declared: f64,
    cast: Vec<String>,
    words: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    offline: Vec<Offline>,
    beats: Vec<Map<String, Value>>,
}

impl Story {
    /// The story as it plays under `framework`, when the war room is opened at `opening`. The error says what is wrong with
    /// the embedded file; a test holds that nothing is.
    pub fn load(framework: &str, opening: Time) -> Result<Self, String> {
        let file: File = yaml::read(STORY).map_err(|problem| problem.to_string())?;
        let words = file.words.get(framework);
        let words = words.ok_or_else(|| format!("the story cannot be played with the framework {framework}"))?;
        let beats = file.beats.into_iter().map(|beat| read(beat, words, opening));
        Ok(Self {
            title: file.title,
            summary: file.summary,
            services: file.services,
            severity: words.get("first").cloned().unwrap_or_default(),
            status: words.get("status").cloned().unwrap_or_default(),
            detected: after(opening, file.detected),
            declared: after(opening, file.declared),
            cast: file.cast,
            beats: beats.collect::<Result<_, _>>()?,
            offline: file.offline,
        })
    }

    /// The frameworks it can be told with.
    pub fn frameworks() -> Vec<String> {
        let file: Result<File, _> = yaml::read(STORY);
        file.map(|file| file.words.into_keys().collect()).unwrap_or_default()
    }
}

/// `seconds` after an instant.
#[expect(clippy::cast_possible_truncation, reason = "a story is minutes long")]
pub fn after(opening: Time, seconds: f64) -> Time {
    Time::from_millis(opening.millis() + (seconds * 1000.0) as i64)
}

fn read(mut beat: Map<String, Value>, words: &BTreeMap<String, String>, opening: Time) -> Result<Beat, String> {
    let t = beat.remove("t").and_then(|t| t.as_f64()).ok_or("a beat has no time")?;
    let who = beat
        .remove("who")
        .and_then(|who| who.as_str().map(str::to_owned))
        .ok_or("a beat has no actor")?;
    // The person a change is about, where the change has a field of that name too.
    if let Some(about) = beat.remove("who_") {
        beat.insert("who".into(), about);
    }
    for value in beat.values_mut() {
        if let Some(text) = value.as_str() {
            *value = Value::from(filled(text, words, opening));
        }
    }
    let change = serde_json::from_value(Value::Object(beat)).map_err(|error| format!("beat at {t} s: {error}"))?;
    Ok(Beat { t, who, change })
}

fn filled(text: &str, words: &BTreeMap<String, String>, opening: Time) -> String {
    if let Some(word) = text.strip_prefix('$').and_then(|name| words.get(name)) {
        return word.clone();
    }
    if let Some(days) = text.strip_prefix("@day+").and_then(|days| days.parse().ok()) {
        let day = opening.date();
        return day.checked_add_days(Days::new(days)).unwrap_or(day).to_string();
    }
    match text.strip_prefix('@').and_then(|seconds| seconds.parse().ok()) {
        Some(seconds) => after(opening, seconds).to_string(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_story_can_be_told() {
        let opening = Time::parse_rfc3339("2026-11-20T14:05:00Z").unwrap();
        for framework in Story::frameworks() {
            let story = Story::load(&framework, opening).unwrap();
            assert!(story.beats.is_sorted_by_key(|beat| beat.t));
            let live: Vec<_> = story.beats.iter().filter(|beat| beat.t >= 0.0).collect();
            assert!(live[0].t <= 3.0, "something is seen at once");
            let actors = live.iter().all(|beat| story.cast.contains(&beat.who));
            assert!(actors, "only the cast acts while one watches");
            let longest = live.windows(2).map(|pair| pair[1].t - pair[0].t).fold(0.0, f64::max);
            assert!(longest <= 120.0, "no silence longer than two minutes before the end");
        }
        assert!(Story::load("nonsense", opening).is_err());
    }
}
