//! What stands in a configuration file, and what is wrong with it.

use super::*;
use crate::framework::Calendar;
use crate::incident::Time;

fn said(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn how_and_when_a_person_is_called() {
    let text = "mute: [mention, bell]\nquiet-hours: 22:00-07:00\nnotify-with: osc777\n";
    let (config, problems) = UserConfig::parse(text, Path::new("c.yaml"));
    assert_eq!(config.mute, ["mention"]);
    assert_eq!(config.quiet_hours, Some((22 * 60, 7 * 60)));
    assert!(config.osc777);
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["c.yaml:1:17: `bell` is none of timer, role, task, approval, item, mention, all"]
    );
    let (_, problems) = UserConfig::parse("quiet-hours: at night\nnotify-with: pigeon\n", Path::new("c.yaml"));
    assert_eq!(problems.len(), 2);
}

#[test]
fn everything_a_person_may_choose() {
    let text = "theme: light\nascii: true\nlocal-time: true\nbell: false\nnotifications: false\n\
                hook: [notify-send, 'war room']\nrepository: /srv/incidents\n\
                colors: {overdue: '#ff0000', accent: 33}\n\
                keys:\n  quit: Q\n  zoom: [F2, Ctrl-T]\n  copy: []\n  jump: 1\n";
    let (config, problems) = UserConfig::parse(text, Path::new("c.yaml"));
    assert_eq!(said(&problems), Vec::<String>::new());
    assert_eq!(config.theme.as_deref(), Some("light"));
    assert!(config.ascii == Some(true) && config.local_time && !config.bell && !config.notifications);
    assert_eq!(config.hook, ["notify-send", "war room"]);
    assert_eq!(config.repository.as_deref(), Some(Path::new("/srv/incidents")));
    assert_eq!(config.colors["accent"], "33");
    assert_eq!(config.keys["quit"], ["Q"]);
    assert_eq!(config.keys["zoom"], ["F2", "Ctrl-T"]);
    assert_eq!(config.keys["copy"], Vec::<String>::new());
    assert_eq!(config.keys["jump"], ["1"]);
}

#[test]
fn switches_are_read_as_people_write_them() {
    let text = "bell: off\nnotifications: No\nascii: yes\nlocal-time: 'on'\npresence: OFF\n";
    let (config, problems) = UserConfig::parse(text, Path::new("c.yaml"));
    assert_eq!(said(&problems), Vec::<String>::new());
    assert!(
        !config.bell && !config.notifications && config.ascii == Some(true) && config.local_time && !config.presence
    );
}

#[test]
fn what_is_wrong_is_named_and_the_rest_counts() {
    let text = "theme: dark\nascii: perhaps\n\nbel: false\nkeys:\n  quit: {a: b}\nhook: 5m\n";
    let (config, problems) = UserConfig::parse(text, Path::new("c.yaml"));
    assert_eq!(
        said(&problems),
        [
            "c.yaml:4:1: there is no setting `bel`, did you mean `bell`?",
            "c.yaml:2:8: `ascii` is true or false, not `perhaps`",
            "c.yaml:6:3: `quit` is a word or a list of words",
        ]
    );
    assert_eq!(config.theme.as_deref(), Some("dark"));
    assert_eq!(config.hook, ["5m"]);
    let (config, problems) = UserConfig::parse("a: [\n", Path::new("c.yaml"));
    assert_eq!(config.theme, None);
    assert_eq!(problems.len(), 1);
    let (_, problems) = UserConfig::parse("- a\n- b\n", Path::new("c.yaml"));
    assert_eq!(
        said(&problems),
        ["c.yaml:1:1: this is not a list of settings, `name: value`"]
    );
    let (_, problems) = UserConfig::parse("ascii: true\nascii: false\n", Path::new("c.yaml"));
    assert_eq!(problems.len(), 1, "{problems:?}");
    for empty in ["", "# nothing\n", "~\n"] {
        assert_eq!(UserConfig::parse(empty, Path::new("c.yaml")).1, []);
    }
}

#[test]
fn a_team_chooses_framework_and_ids() {
    let (config, problems) = TeamConfig::parse("framework: ops\nid-format: INC-YYYYMMDD-NNN\n", Path::new("t"));
    assert_eq!(problems, []);
    assert_eq!(
        (config.framework.as_str(), config.id_format.as_deref().unwrap_or("none")),
        ("ops", "INC-YYYYMMDD-NNN")
    );
    let (config, problems) = TeamConfig::parse("framwork: ops\nid-format: ../x\n", Path::new("t"));
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert_eq!(config, TeamConfig::default());
}

#[test]
fn a_team_says_when_it_works() {
    let text = "business-hours: {zone: JST-9, days: 'Sun, Tue-Thu', from: 10:00, to: '18:30'}\n\
                holidays: [2026-12-25, 2027-01-01]\n";
    let (config, problems) = TeamConfig::parse(text, Path::new("t"));
    assert_eq!(said(&problems), Vec::<String>::new());
    assert_eq!(
        config.calendar.describe(),
        "Tue, Wed, Thu, Sun 10:00-18:30 JST-9, 2 holidays"
    );
    let text = "business-hours:\n  zone: Mars\n  from: 18:00\nholidays: [christmas]\n";
    let (config, problems) = TeamConfig::parse(text, Path::new("t"));
    let lacking = Some("Mars".to_owned());
    assert_eq!(
        config.calendar,
        Calendar {
            lacking,
            ..Calendar::default()
        }
    );
    let said = said(&problems);
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(
        said[0].starts_with("t:2:3: zone Mars of the business hours is not known on this machine, so UTC counts")
            && said[2].starts_with("t:4:12: `christmas`"),
        "{said:?}"
    );
}

#[test]
fn a_team_says_who_is_who() {
    let text = "aliases:\n  kim: [kim.lee, klee@corp.example]\n  sam: Sam Rivers\n  lee: [kim]\n";
    let (config, problems) = TeamConfig::parse(text, Path::new("t"));
    assert_eq!(said(&problems), ["t:1:1: kim is kim already; one name is one person's"]);
    assert!(config.people.same("klee", "kim") && config.people.same("sam rivers", "sam"));
    assert_eq!(config.people.called("Kim.Lee"), "kim");
    let (config, problems) = TeamConfig::parse("aliases: [kim]\n", Path::new("t"));
    assert_eq!((problems.len(), config), (1, TeamConfig::default()));
}

#[test]
fn a_zone_is_one_of_the_systems_or_written_out_and_opens_no_other_file() {
    for bad in ["", "/etc/passwd", "../../etc/passwd", ":x", "Mars", "a b", "Europe"] {
        assert_eq!(zone(bad), None, "{bad}");
    }
    assert!(zone("CET-1CEST,M3.5.0,M10.5.0/3").is_some() && zone("UTC").is_some());
}

#[test]
fn ids_after_a_format() {
    let at = Time::parse_rfc3339("2026-11-20T14:05Z").unwrap();
    let id = |format| incident_id(format, at, 42);
    assert_eq!(id("INC-YYYY-NNNN").as_deref(), Some("INC-2026-0042"));
    assert_eq!(id("INC-YYYYMMDD-NNN").as_deref(), Some("INC-20261120-042"));
    assert_eq!(id("NN-x"), None, "an id begins with a letter");
    assert_eq!(incident_id("I-NN", at, 12345).as_deref(), Some("I-12345"));
    for bad in ["", "INC", "INC-N", "../NN", "a b-NN", "ÄNN", "inc.NN"] {
        assert_eq!(id(bad), None, "{bad}");
    }
    for digits in [2, 18, 19, 60, 65_535, 65_536, 1_000_000] {
        let made = incident_id(&format!("I-{}", "N".repeat(digits)), at, u64::MAX);
        assert_eq!(made.is_some(), digits <= 18, "{digits}");
    }
}
