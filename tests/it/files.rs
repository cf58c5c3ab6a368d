//! Files that are wrong, torn, read-only or foreign.

use crate::harness::Repo;

#[test]
fn validate_names_file_line_and_column() {
    let repo = Repo::new();
    let id = repo.declare("good", "P1");
    let good = repo.file(&id);
    assert_eq!(
        repo.warroom(["validate".as_ref(), good.as_os_str()]).ok(),
        "1 file in order\n"
    );
    assert_eq!(repo.warroom(["validate"]).ok(), "1 file in order\n");
    let text = std::fs::read_to_string(&good).unwrap();
    repo.write("bad.yaml", text.replace("title: good", "title: [good"));
    let outcome = repo.warroom(["validate", "bad.yaml"]).run();
    assert_eq!(outcome.code, Some(5), "{outcome:?}");
    let place = outcome
        .stdout
        .strip_prefix("bad.yaml:")
        .unwrap_or_else(|| panic!("{outcome:?}"));
    let mut numbers = place.split(':');
    let line: usize = numbers.next().unwrap().parse().unwrap();
    let column: usize = numbers.next().unwrap().parse().unwrap();
    assert!(line >= 1 && column >= 1, "{outcome:?}");
    let outcome = repo.warroom(["validate", "bad.yaml", "--json"]).run();
    assert_eq!(outcome.code, Some(5));
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(json["ok"], false);
    assert_eq!(json["problems"][0]["file"], "bad.yaml");
    repo.warroom(["validate", "missing.yaml"]).fails(4);
    repo.warroom(["validate", "incidents"]).fails(2);
}

#[test]
fn an_invalid_file_is_status_five_and_is_never_written_over() {
    let repo = Repo::new();
    let id = repo.declare("x", "P1");
    let text = std::fs::read_to_string(repo.file(&id)).unwrap();
    let cut = &text[..text.len() / 2];
    for broken in [
        text.replace("title: x", "title: \"x"),
        cut.to_owned(),
        String::new(),
        "\0\0\0".into(),
        "- a\n- b\n".into(),
    ] {
        std::fs::write(repo.file(&id), &broken).unwrap();
        for verb in [
            ["show", "-i", &id].as_slice(),
            &["log", "x", "-i", &id],
            &["status", "triage", "-i", &id],
        ] {
            let error = repo.warroom(verb).fails_json(5);
            assert!(error["file"].as_str().unwrap().ends_with("incident.yaml"), "{error}");
            assert!(error["line"].is_number() && error["column"].is_number(), "{error}");
        }
        assert_eq!(std::fs::read_to_string(repo.file(&id)).unwrap(), broken);
    }
    std::fs::write(repo.file(&id), &text).unwrap();
    repo.warroom(["log", "better"]).ok();
}

#[test]
fn a_newer_schema_may_be_read_and_not_written() {
    let repo = Repo::new();
    let id = repo.declare("x", "P1");
    let text = std::fs::read_to_string(repo.file(&id)).unwrap();
    let newer = text.replace("warroom: 1\n", "warroom: 2\n");
    assert_ne!(text, newer);
    std::fs::write(repo.file(&id), &newer).unwrap();
    let outcome = repo.warroom(["log", "x", "-i", &id]).run();
    assert!(matches!(outcome.code, Some(1 | 5)), "{outcome:?}");
    assert!(
        outcome.stderr.contains("newer") || outcome.stderr.contains("version"),
        "{outcome:?}"
    );
    assert_eq!(std::fs::read_to_string(repo.file(&id)).unwrap(), newer);
}

#[test]
fn comments_and_unknown_keys_survive_a_verb() {
    let repo = Repo::new();
    let id = repo.declare("x", "P1");
    let text = std::fs::read_to_string(repo.file(&id)).unwrap();
    let mine = text.replace("title: x\n", "# said by sam\ntitle: x   # short\nours: {a: [1, 2]}\n");
    assert_ne!(text, mine);
    std::fs::write(repo.file(&id), &mine).unwrap();
    repo.warroom(["log", "hello"]).ok();
    let after = std::fs::read_to_string(repo.file(&id)).unwrap();
    for line in mine.lines() {
        assert!(after.contains(line), "{line} in\n{after}");
    }
    assert_eq!(repo.show()["ours"]["a"][1], 2);
}

#[cfg(unix)]
#[test]
fn without_permission_it_says_so() {
    use std::os::unix::fs::PermissionsExt;
    // Root may write anywhere.
    let repo = Repo::new();
    let id = repo.declare("x", "P1");
    let folder = repo.path(format!("incidents/{id}"));
    let before = std::fs::read(repo.file(&id)).unwrap();
    let lock = |mode| {
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
        std::fs::set_permissions(repo.file(&id), std::fs::Permissions::from_mode(mode & 0o666)).unwrap();
    };
    lock(0o555);
    if std::fs::write(folder.join("probe"), "").is_ok() {
        std::fs::remove_file(folder.join("probe")).unwrap();
        lock(0o755);
        return;
    }
    let outcome = repo.warroom(["log", "x"]).run();
    lock(0o755);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(std::fs::read(repo.file(&id)).unwrap(), before);
}

#[test]
fn a_typing_slip_in_the_teams_configuration_is_told_and_not_fatal() {
    let repo = Repo::new();
    repo.write(".warroom/config.yaml", "framwork: ops\n");
    let outcome = repo.warroom(["declare", "--title", "x"]).run();
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("config.yaml:1:1: there is no setting `framwork`"),
        "{outcome:?}"
    );
    assert_eq!(repo.show()["framework"], "war-room");
}

#[test]
fn of_very_many_problems_the_first_are_told_and_how_many_more() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let text = std::fs::read_to_string(repo.file(&id)).unwrap();
    let end = text.rfind("# end of").unwrap();
    let role = |number: usize, role: &str| {
        format!(
            "- id: rodd{number:03}\n  role: {role}\n  who: p{number}\n  since: 2026-11-20T14:12:44.018Z\n  by: kim\n"
        )
    };
    let write = |roles: String| {
        let text = text.replacen("timeline:\n", &format!("roles:\n{roles}timeline:\n"), 1);
        std::fs::write(repo.file(&id), text).unwrap();
        repo.warroom(["validate"]).run().stdout
    };
    // One word that stands there often is told once.
    let said = write((0..300).map(|number| role(number, "stoker")).collect());
    assert_eq!(said.matches("knows no role `stoker`").count(), 1, "{said}");
    let said = write((0..300).map(|number| role(number, &format!("odd{number}"))).collect());
    assert_eq!(said.matches("knows no role").count(), 20, "{said}");
    assert!(said.contains("and 280 more problems like these"), "{said}");
    // A text that no verb would write.
    let long = "x".repeat(70 << 10);
    let event = format!("- id: elong\n  at: 2026-11-20T14:12:44.018Z\n  by: kim\n  kind: note\n  text: {long}\n");
    std::fs::write(repo.file(&id), format!("{}{event}{}", &text[..end], &text[end..])).unwrap();
    let said = repo.warroom(["validate"]).ok();
    let line = text[..end].lines().count() + 1;
    assert!(
        said.contains(&format!(
            ":{line}:1: warning: timeline elong: text has 70 KiB, and 64 KiB"
        )),
        "{said}"
    );
    std::fs::write(repo.file(&id), text.replacen("Checkout failing", &long, 1)).unwrap();
    let said = repo.warroom(["validate"]).ok();
    assert!(said.contains("title has 70 KiB") && said.len() < 2000, "{said}");
}

#[test]
fn what_people_put_behind_the_last_line_is_read_and_validate_says_what_the_verbs_do() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let file = repo.file(&id);
    let text = || std::fs::read_to_string(&file).unwrap();
    let end = format!("# end of {id}\n");
    // A comment.
    std::fs::write(&file, text() + "# ask lee about the pool\n").unwrap();
    assert!(repo.warroom(["validate"]).ok().contains("in order"));
    repo.warroom(["log", "after a comment"]).ok();
    assert!(text().contains("# ask lee about the pool\n"), "{}", text());
    // A line, as `echo >>` adds it; nobody has opened the incident before but who declared it.
    let fresh = Repo::new();
    let other = fresh.declare("Checkout failing", "P1");
    for (repo, id) in [(&repo, &id), (&fresh, &other)] {
        let file = repo.file(id);
        let text = || std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text() + "- text: appended by echo\n").unwrap();
        let said = repo.warroom(["validate"]).ok();
        assert!(said.contains("warning: ") && said.contains("nothing else is"), "{said}");
        repo.warroom(["log", "after a line"]).ok();
        let now = text();
        assert_eq!(now.matches("# end of ").count(), 1, "{now}");
        assert!(now.trim_end().ends_with(&format!("# end of {id}")), "{now}");
        assert!(now.contains("text: appended by echo"), "{now}");
        assert!(repo.warroom(["validate"]).ok().contains("in order"));
    }
    assert!(text().contains("# ask lee about the pool\n"));
    // A tool that sorts keys drops the last line with all comments; nothing else is missing.
    let sorted = text().replace(&end, "").replacen("title: Checkout failing\n", "", 1) + "title: Checkout failing\n";
    std::fs::write(&file, sorted).unwrap();
    let said = repo.warroom(["validate"]).ok();
    assert!(said.contains("nothing else is"), "{said}");
    repo.warroom(["log", "after a tool"]).ok();
    assert!(text().ends_with(&end));
    // Cut off it is refused by all.
    let cut = text();
    std::fs::write(&file, &cut[..cut.len() - end.len() - 20]).unwrap();
    for call in ["validate", "show", "list"] {
        let ran = repo.warroom([call]).run();
        assert_ne!(ran.code, Some(0), "{call}: {ran:?}");
    }
}
