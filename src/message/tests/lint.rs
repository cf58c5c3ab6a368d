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
                "Affected: not known yet.",
                "Affected: ‹affected users?›",
                "{services} is down",
                "We see [brief symptom].",
                "TODO",
                "Region: N/A",
            ],
            &[
                "We do not know the reason.",
                "[the page](https://status.example.com/)",
                "[1] [DRILL]",
                "{}",
            ],
        ),
        (
            Rule::Name,
            &["sam is working on it", "Ask KIM."],
            &["The same problem", "kimono"],
        ),
        (
            Rule::Address,
            &[
                "10.2.3.4 fails",
                "db-7.internal.example",
                "in eu-west-1a",
                "fe80::1",
                "us-central1-b",
                "db.prod.svc:5432",
            ],
            &["at 12:30", "version 2.3", "in Europe"],
        ),
        (
            Rule::Link,
            &[
                "https://grafana.internal/d/abc",
                "see http://wiki/x",
                "https://10.0.0.1/",
            ],
            &["https://status.example.com/"],
        ),
        (
            Rule::Id,
            &[
                "INC-2026-0042",
                "v2.34",
                "hotfix/INC-42",
                "JIRA-12",
                "a1b2c3d",
                "PR #4521",
                "#incident-2026-11-20-x",
            ],
            &["24-7", "10-20 %", "we are #1"],
        ),
        (
            Rule::Cause,
            &[
                "caused by our provider",
                "Due to a change",
                "The cause is a database",
                "Our provider is responsible for it",
            ],
            &["because we care"],
        ),
        (
            Rule::Vague,
            &[
                "back soon",
                "as quickly as possible",
                "Shortly.",
                "by end of day",
                "in the next few minutes",
            ],
            &["sooner than later"],
        ),
        (
            Rule::Past,
            &["Next update by 14:30 UTC"],
            &[
                "Next update by 15:00 UTC",
                "Next update by 09:00 UTC on Monday",
                "Next update by 23:59 UTC",
            ],
        ),
        (
            Rule::Jargon,
            &[
                "5xx",
                "p99 is high",
                "OOM",
                "a failover",
                "SEV1",
                "A pod crashed",
                "DNS",
                "Redis is down",
            ],
            &["pages load slowly"],
        ),
        (
            Rule::Control,
            &["a\u{202e}b", "@channel", "<!here> hello", "bell\u{7}"],
            &["a\nb", "me@example.com"],
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
