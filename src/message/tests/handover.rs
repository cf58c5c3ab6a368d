//! The handover on one screen, and its read-back.

use super::*;

#[test]
fn a_handover_fits_a_screen_and_is_read_back() {
    let mut story = Story::new("war-room", &["checkout"]);
    for number in 0..60 {
        story.done(
            "14:10",
            Change::Log {
                kind: crate::incident::EventKind::Action,
                text: format!("step {number}"),
                at: None,
                pin: number == 3,
            },
        );
    }
    let now = time("14:12");
    let page = handover(
        &story.framework,
        &story.incident,
        &story.framework.derive(&story.incident, now),
        now,
    );
    let text = page.text(false);
    assert!(text.lines().count() <= 36, "{text}");
    assert!(text.contains("step 3 (pinned)") && text.contains("step 59"), "{text}");
    assert_eq!(
        text,
        handover(
            &story.framework,
            &story.incident,
            &story.framework.derive(&story.incident, now),
            now
        )
        .text(false)
    );
    let back = &page.read_back;
    let timer = back.timer.clone().unwrap();
    let due = back.due.unwrap().hm();
    let action = back.action.clone().unwrap();
    for said in [&timer, &due] {
        assert_eq!(
            back.differences("p0", said, &action, &story.framework, now),
            Vec::<String>::new(),
            "{said}"
        );
    }
    let wrong = back.differences("P2", "23:59", "bake a cake", &story.framework, now);
    assert_eq!(wrong.len(), 3, "{wrong:?}");
}
