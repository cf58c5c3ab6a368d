//! `warroom report`: figures over incidents, through the real binary.

use serde_json::Value;

use crate::harness::Repo;

/// The 42 incidents of the table as files of a repository.
fn repository() -> Repo {
    let repo = Repo::with_framework("essentials");
    for row in include_str!("../data/metrics/incidents.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let [id, severity, cause, kind, started, detected, declared, resolved] = cells.try_into().unwrap();
        let mut file = format!("warroom: 1\nid: {id}\nuid: u{id}\ntitle: One of {cause}\nframework: essentials\n");
        file += &format!("severity: {severity}\n");
        file += if resolved.is_empty() {
            "status: investigating\n"
        } else {
            "status: resolved\n"
        };
        if kind == "drill" {
            file += "drill: true\n";
        }
        for (name, at) in [
            ("started", started),
            ("detected", detected),
            ("declared", declared),
            ("resolved", resolved),
        ] {
            if !at.is_empty() {
                file += &format!("{name}: {{at: {at}}}\n");
            }
        }
        file += &format!("fields:\n  cause: {cause}\n# end of {id}\n");
        let folder = repo.root().join("incidents").join(id);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("incident.yaml"), file).unwrap();
    }
    repo
}

fn duration<'a>(report: &'a Value, name: &str, severity: Option<&str>) -> &'a Value {
    let all = report["durations"].as_array().unwrap();
    all.iter()
        .find(|one| one["name"] == name && one["severity"].as_str() == severity)
        .unwrap()
}

#[test]
fn the_figures_of_the_table_come_out_of_the_binary() {
    let repo = repository();
    let call = ["report", "--from", "2026-01-01", "--to", "2026-06-01"];
    let report = repo.warroom(call).args(["--json"]).json();
    let resolve = duration(&report, "resolve", None);
    assert_eq!(resolve["n"], 39);
    assert_eq!(resolve["median_s"], 1500.0);
    assert_eq!(resolve["interval_s"], serde_json::json!([960, 2280]));
    assert_eq!(resolve["p90_s"], 15_600);
    assert_eq!(resolve["left_out"].as_array().unwrap().len(), 2);
    assert_eq!(resolve["left_out"][1]["why"], "resolved before declared");
    assert_eq!(duration(&report, "detect", None)["n"], 33);
    assert_eq!(duration(&report, "resolve", Some("P0"))["median_s"], 690.0);
    assert_eq!(report["left_out"][0]["id"], "INC-2026-0011");
    assert_eq!(
        repo.warroom(call).args(["--format", "json"]).json()["durations"],
        report["durations"]
    );
    let text = repo.warroom(call).ok();
    assert!(
        text.contains("median 25 min [16 min - 38 min], p90 4 h 20 min, n 39"),
        "{text}"
    );
    let csv = repo.warroom(call).args(["--format", "csv"]).ok();
    assert!(csv.starts_with("period,section,name,severity,count,"), "{csv}");
    let markdown = repo.warroom(call).args(["--format", "markdown"]).ok();
    assert!(markdown.contains("# Incident report"), "{markdown}");
    assert!(repo.warroom(["report", "--schema"]).ok().contains("\"durations\""));
}

#[test]
fn periods_are_named_and_nonsense_is_refused() {
    let repo = repository();
    let name = |args: &[&str]| {
        let report = repo
            .warroom(["report", "--json"])
            .args(args)
            .now("2026-03-20T00:00:00Z")
            .json();
        report["period"]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(name(&[]), "2026-03");
    assert_eq!(name(&["--week"]), "2026-W12");
    assert_eq!(name(&["--week", "last"]), "2026-W11");
    assert_eq!(name(&["--month", "2026-01"]), "2026-01");
    assert_eq!(name(&["--quarter"]), "2026-Q1");
    let refused = repo.warroom(["report", "--week", "2026-W60"]).fails(2);
    assert!(refused.contains("try 2026-W47"), "{refused}");
    repo.warroom(["report", "--week", "--month"]).fails(2);
    repo.warroom(["report", "--from", "2026-02-01", "--to", "2026-01-01"])
        .fails(2);
}

#[test]
fn a_file_that_cannot_be_read_is_named_beside_the_figures() {
    let repo = repository();
    std::fs::write(repo.root().join("incidents/INC-2026-0001/incident.yaml"), "warroom: [").unwrap();
    let run = repo.warroom(["report", "--month", "2026-01", "--format", "csv"]).run();
    assert_eq!(run.code, Some(5));
    assert!(run.stdout.starts_with("period,section"), "{}", run.stdout);
    assert!(run.stderr.contains("INC-2026-0001  unreadable"), "{}", run.stderr);
}

#[test]
fn a_repository_without_incidents_has_an_empty_report() {
    let repo = Repo::new();
    let text = repo.warroom(["report"]).ok();
    assert!(text.contains("0 (previous period: 0)"), "{text}");
    assert_eq!(repo.warroom(["report", "--json"]).json()["incidents"]["count"], 0);
}

#[test]
fn timers_updates_and_runbooks_are_counted_and_periods_stand_beside() {
    let mut repo = Repo::new();
    let id = repo.at("2026-11-10T14:00:00Z").declare("Checkout failing", "P1");
    repo.at("2026-11-10T14:02:00Z").warroom(["ack"]).ok();
    repo.warroom(["runbook", "attach", "memory-leak"]).ok();
    repo.warroom(["runbook", "verdict", "memory-leak", "misled"]).ok();
    repo.warroom(["runbook", "verdict", "memory-leak", "helped"]).ok();
    repo.at("2026-11-10T18:00:00Z");
    repo.warroom(["close", "--force", "the night is over", "-i", &id])
        .args(["--by", "sam"]);
    // Declared afterwards: in no figure.
    repo.warroom([
        "declare",
        "Search down",
        "--severity",
        "P2",
        "--backfill",
        "--at",
        "2026-11-09 10:00",
    ])
    .ok();
    repo.at("2026-09-10T14:00:00Z").declare("Checkout slow", "P2");
    repo.at("2026-11-10T18:00:00Z");
    let report = repo.warroom(["report", "--month", "2026-11", "--json"]).json();
    assert_eq!(report["incidents"]["count"], 1, "{report:#}");
    assert_eq!(report["left_out"][0]["why"], "back-filled");
    let timers = report["timers"].as_array().unwrap();
    let of = |id: &str| timers.iter().find(|one| one["timer"] == id).unwrap();
    assert_eq!(
        (&of("acknowledge")["in_time"], &of("acknowledge")["due"]),
        (&1.into(), &1.into())
    );
    let updates = timers.iter().filter(|one| one["audience"] != "");
    let missed: u64 = updates.clone().map(|one| one["missed"].as_u64().unwrap()).sum();
    assert!(missed > 0, "four hours without an update: {timers:#?}");
    assert_eq!(report["updates"]["in_time"], 0);
    assert_eq!(report["updates"]["due"].as_u64().unwrap(), missed);
    assert_eq!(
        report["runbooks"],
        serde_json::json!([{ "name": "memory-leak", "attached": 1, "helped": 1, "misled": 0, "missing": 0 }])
    );
    let trend = report["trend"].as_array().unwrap();
    let periods: Vec<&str> = trend.iter().map(|one| one["period"].as_str().unwrap()).collect();
    assert_eq!(
        periods,
        ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
    );
    let counts: Vec<u64> = trend.iter().map(|one| one["incidents"].as_u64().unwrap()).collect();
    assert_eq!(counts, [0, 0, 0, 1, 0, 1]);
    for format in ["text", "markdown", "csv"] {
        let said = repo.warroom(["report", "--month", "2026-11", "--format", format]).ok();
        for word in ["memory-leak", "1 helped", "2026-06", "in time"] {
            assert!(said.contains(word), "{format} lacks {word}:\n{said}");
        }
    }
}
