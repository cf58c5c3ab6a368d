//! What words for the outside must not carry.

use super::*;

#[test]
fn words_that_do_not_go_outside() {
    let mut story = Story::new("war-room", &["checkout"]);
    story.done(
        "14:10",
        Change::Log {
            kind: crate::incident::EventKind::Action,
            text: "looked".into(),
            at: None,
            pin: false,
        },
    );
    let found = |text: &str, status: Option<&str>| -> Vec<Rule> {
        outside_words(
            &story.framework,
            &story.incident,
            "external",
            text,
            status,
            time("14:41"),
        )
        .into_iter()
        .map(|one| one.rule)
        .collect()
    };
    let cases: [(Rule, &[&str], &[&str]); 10] = [
        (
            Rule::Gap,
            &[
                "Affected: <insert service>",
                "Next update at HH:MM.",
                "From __:__ to 15:00",
                "XX users",
                "TBC",
                "Affected: not known yet.",
                "Affected: ‹affected users?›",
                "{services} is down",
                "We see [brief symptom].",
                "TODO",
                "Region: N/A",
            ],
            &[
                "a < b and c > d",
                "Maxx and XXL",
                "We do not know the reason.",
                "[the page](https://status.example.com/)",
                "[1] [DRILL]",
                "{}",
            ],
        ),
        (
            Rule::Name,
            &["@kim", "sam is working on it", "Ask KIM."],
            &["The same problem", "kimono"],
        ),
        (
            Rule::Address,
            &[
                "db-7 is down",
                "web03 fails",
                "ip-10-0-1-5.ec2.internal",
                "10.2.3.4 fails",
                "db-7.internal.example",
                "in eu-west-1a",
                "fe80::1",
                "us-central1-b",
                "db.prod.svc:5432",
            ],
            &[
                "TLS-1.3 works",
                "iOS18.2",
                "the top-10",
                "Q4",
                "at 12:30",
                "version 2.3",
                "in Europe",
            ],
        ),
        (
            Rule::Link,
            &[
                "see grafana.corp/d/abc",
                "https://grafana.internal/d/abc",
                "see http://wiki/x",
                "https://10.0.0.1/",
            ],
            &["www.example.com/help", "https://status.example.com/"],
        ),
        (
            Rule::Id,
            &[
                "V2.34",
                "release 2.34",
                "build 4711",
                "commit 1234567",
                "INC-2026-0042",
                "v2.34",
                "hotfix/INC-42",
                "JIRA-12",
                "a1b2c3d",
                "PR #4521",
                "#incident-2026-11-20-x",
            ],
            &[
                "version 5 of the app",
                "on 20.11.2026",
                "a release at 14:30",
                "24-7",
                "10-20 %",
                "we are #1",
            ],
        ),
        (
            Rule::Cause,
            &[
                "A failed disk led to this",
                "because our provider is down",
                "It resulted from a change",
                "The root cause was a change",
                "triggered by a change",
                "caused by our provider",
                "Due to a change",
                "The cause is a database",
                "Our provider is responsible for it",
            ],
            &[
                "We are still looking for the root cause",
                "We led you to believe",
                "because we care",
            ],
        ),
        (
            Rule::Vague,
            &[
                "Updates to follow",
                "We keep you posted",
                "in a few hours",
                "as soon as we know more",
                "back soon",
                "as quickly as possible",
                "Shortly.",
                "by end of day",
                "in the next few minutes",
            ],
            &["Next update by 15:00 UTC", "sooner than later"],
        ),
        (
            Rule::Past,
            &[
                "Another update at 14:30 UTC",
                "Expect more by 2:30 pm UTC",
                "Next update by 14:30 UTC",
            ],
            &[
                "It was 14:30 UTC",
                "Next update by 15:00 UTC",
                "Next update by 09:00 UTC on Monday",
                "Next update by 23:59 UTC",
            ],
        ),
        (
            Rule::Jargon,
            &[
                "fail-over",
                "the deployment",
                "the DB",
                "node 3",
                "5xx",
                "p99 is high",
                "OOM",
                "a failover",
                "SEV1",
                "A pod crashed",
                "DNS",
                "Redis is down",
            ],
            &["a note", "Kubernetics", "pages load slowly"],
        ),
        (
            Rule::Control,
            &[
                "<@U024BE7LH> hello",
                "<!subteam^S123>",
                "a\u{202e}b",
                "@channel",
                "<!here> hello",
                "bell\u{7}",
            ],
            &["a <! b", "5 <@ 6", "a\nb", "me@example.com"],
        ),
    ];
    for (rule, hits, misses) in cases {
        for text in hits {
            assert!(
                found(text, None).contains(&rule),
                "{rule}: {text}: {:?}",
                found(text, None)
            );
        }
        for text in misses {
            assert!(!found(text, None).contains(&rule), "{rule}: {text}");
        }
    }
    story
        .change(
            "14:20",
            Change::SendUpdate {
                audience: "external".into(),
                text: "It is over.".into(),
                status: Some("monitoring".into()),
                eta: None,
                reason: None,
                approved_by: None,
            },
        )
        .unwrap();
    let back = outside_words(
        &story.framework,
        &story.incident,
        "external",
        "We look again.",
        Some("investigating"),
        time("14:41"),
    );
    assert_eq!(back[0].rule, Rule::Back);
    assert!(
        outside_words(
            &story.framework,
            &story.incident,
            "external",
            "ok",
            Some("resolved"),
            time("14:41")
        )
        .is_empty()
    );
}

#[test]
fn one_name_of_several_is_a_name_where_it_is_written_like_one() {
    let mut story = Story::new("war-room", &["checkout"]);
    std::sync::Arc::make_mut(&mut story.incident.timeline[0]).by = "grace.hopper@example.com".into();
    let names = |text: &str| -> Vec<String> {
        let all = outside_words(&story.framework, &story.incident, "external", text, None, time("14:41"));
        all.into_iter()
            .filter(|one| one.rule == Rule::Name)
            .map(|one| one.words)
            .collect()
    };
    assert_eq!(names("We and Hopper are on it"), ["Hopper"]);
    assert_eq!(names("As Grace says"), ["Grace"]);
    assert_eq!(names("Ask grace.hopper@example.com"), ["grace.hopper@example.com"]);
    for text in ["Grace is given", "a bell hopper", "Example pages fail"] {
        assert!(names(text).is_empty(), "{text}");
    }
}

#[test]
fn a_confirmed_cause_may_be_named() {
    let mut story = Story::new("war-room", &["checkout"]);
    story.incident.cause = Some("a provider".into());
    let found = outside_words(
        &story.framework,
        &story.incident,
        "external",
        "caused by a provider",
        None,
        time("14:41"),
    );
    assert!(found.is_empty(), "{found:?}");
}
