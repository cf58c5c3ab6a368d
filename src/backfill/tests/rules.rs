//! Rules that hold for every shape: what goes on, what is strange, order, repeats, bytes, anything at all.

use proptest::prelude::*;

use super::*;

#[test]
fn what_goes_on_and_what_is_strange() {
    let read = seen("14:03 5xx up\n    at Main.java:3\n\n    at Main.java:4\n14:04 called lee");
    assert_eq!(
        shown(&read),
        [
            "24T14:03:00 - note 5xx up|    at Main.java:3||    at Main.java:4",
            "24T14:04:00 - note called lee"
        ]
    );
    assert!(read.strange.is_empty());
    let read = seen("Notes of the night\n14:03 one\nand then it went on\n14:04 two\n14:05 three");
    assert_eq!(read.strange, [1, 3]);
    assert!(!read.is_doubtful());
    assert_eq!(shown(&read)[0], "24T14:03:00 - note one|and then it went on");
    let read = seen("rolled back\n\naction: restarted");
    assert_eq!(shown(&read), ["- - note rolled back", "- - action restarted"]);
    assert!(read.is_doubtful() && read.shape == Shape::Plain);
    let prose = seen(
        "At 14:03 the pool was full.\nWe did not see it.\nNobody was paged.\nIt went on for long.\nThen it ended.",
    );
    assert!(prose.is_doubtful(), "{prose:?}");
    assert!(seen("\n \n").entries.is_empty());
}

#[test]
fn headings_with_times_and_times_below() {
    let text = "## Timeline\n### 14:03 — pool is full\nsome text here\n\n### 14:10 — quiet\nmore text\n";
    is(
        text,
        Shape::Lines,
        &[
            "24T14:03:00 - note pool is full|some text here",
            "24T14:10:00 - note quiet|more text",
        ],
    );
    let page =
        "Identified - The issue is known.\nNov 24, 14:03 UTC\nInvestigating - We are looking.\nNov 24, 13:50 UTC\n";
    is(
        page,
        Shape::Below,
        &[
            "24T14:03:00 - note Identified - The issue is known.",
            "24T13:50:00 - note Investigating - We are looking.",
        ],
    );
    is(
        "You\n14:03\nhello there\n\nOmar Tan\n14:05\nhi",
        Shape::Chat,
        &["24T14:03:00 - note hello there", "24T14:05:00 Omar Tan note hi"],
    );
    is(
        "Dana Reyes\n:fire: 9:01 AM\nseeing 502s",
        Shape::Chat,
        &["24T09:01:00 Dana Reyes note seeing 502s"],
    );
    is(
        "Dana Reyes:fire:  9:01 AM\nseeing 502s",
        Shape::Chat,
        &["24T09:01:00 Dana Reyes note seeing 502s"],
    );
    is(
        "Время\tКто\tЧто\n14:03\tДана\tупало\n14:05\tОмар\tчиню\n",
        Shape::Csv,
        &["24T14:03:00 Дана note упало", "24T14:05:00 Омар note чиню"],
    );
    assert_eq!(rows("14:00 x\nT+1h 10m y")[1], "24T15:10:00 - note y");
}

#[test]
fn a_colon_makes_no_person() {
    assert_eq!(
        rows("14:01 pool: 100 of 100\n14:02 restarted\n14:03 quiet"),
        [
            "24T14:01:00 - note pool: 100 of 100",
            "24T14:02:00 - action restarted",
            "24T14:03:00 - note quiet"
        ]
    );
    assert_eq!(
        rows("14:01 Lee: 100 of 100\n14:02 a\n14:03 b")[0],
        "24T14:01:00 lee note 100 of 100"
    );
}

#[test]
fn tasks_are_told() {
    let read = seen("- [ ] drain node-3\n- [x] page the DBA\n* [ ] tell support");
    assert!(read.is_tasks());
    assert_eq!(
        read.tasks,
        [
            (false, "drain node-3".into()),
            (true, "page the DBA".into()),
            (false, "tell support".into())
        ]
    );
    assert!(!seen("14:03 one\n14:04 two\n- [ ] x").is_tasks());
}

#[test]
fn repeats_stay_and_order_is_kept() {
    let five = "14:03:01 app: connection refused\n14:03:01 app: connection refused\n14:03:01 app: connection refused\n14:04 same here\n14:04 same here\n";
    assert_eq!(rows(five).len(), 5);
    let minute = "14:03 lee: pasted one\n14:03 kim: pasted two\n14:03 lee: pasted three\n14:03 sam: pasted four";
    is(
        minute,
        Shape::Lines,
        &[
            "24T14:03:00 lee note pasted one",
            "24T14:03:00 kim note pasted two",
            "24T14:03:00 lee note pasted three",
            "24T14:03:00 sam note pasted four",
        ],
    );
}

#[test]
fn bytes_become_text() {
    let text = |bytes: &[u8]| decode(bytes).map(|found| (found.text, found.was));
    assert_eq!(text("14:03 größer".as_bytes()), Some(("14:03 größer".into(), None)));
    assert_eq!(text(b"\xff\xfe1\x004\x00"), Some(("14".into(), Some("UTF-16"))));
    assert_eq!(text(b"\xfe\xff\x001\x004"), Some(("14".into(), Some("UTF-16"))));
    assert_eq!(
        text(b"gr\xf6\xdfer \x96 x"),
        Some(("größer – x".into(), Some("Windows-1252")))
    );
    assert_eq!(text(b"\x7fELF\0\0\x01"), None);
}

/// Hostile text takes no longer than its length asks for.
#[test]
fn long_texts_of_anything_are_read_in_no_time() {
    let parts = [
        "14:03 ",
        "[",
        "((((",
        "|",
        "kim: ",
        "T+5m ",
        "{\"ts\":1,",
        "\"",
        "1h",
        "a",
        ", ",
        "\t",
        "Nov 24 ",
        "**",
        "99:99 ",
    ];
    for part in parts {
        for line in [
            part.repeat(1 << 14).chars().take(1 << 16).collect::<String>(),
            format!("{part}\n").repeat(1 << 12),
        ] {
            let began = std::time::Instant::now();
            let _ = seen(&line);
            assert!(began.elapsed().as_secs() < 10, "{part}");
        }
    }
}

proptest! {
    #![proptest_config(crate::trials::cases(256))]

    /// Whatever a shape prints is read back: who, when, what, in its order.
    #[test]
    fn what_is_printed_is_read_back(
        shape in 0..10_usize,
        said in proptest::collection::vec((0..1080_i64, 0..3_usize, "[a-z]{3,8} [a-z]{3,8} [a-z]{3,8}"), 2..8),
    ) {
        let people = ["kim", "Dana Reyes", "lee"];
        let mut minutes: Vec<i64> = said.iter().map(|(minute, ..)| *minute).collect();
        minutes.sort_unstable();
        let base = Time::parse_rfc3339("2026-11-24T00:00:00Z").unwrap();
        let mut text = String::new();
        let mut wanted = Vec::new();
        for (minute, (_, who, words)) in minutes.iter().zip(&said) {
            let at = Time::from_millis(base.millis() + minute * 60_000);
            let (clock, who) = (at.hm(), people[*who]);
            let half = at.chrono().format("%-I:%M %p");
            let iso = at.chrono().format("%Y-%m-%dT%H:%M:%S%z");
            let line = match shape {
                0 => format!("{clock} {who}: {words}\n"),
                1 => format!("[{half}] {who}: {words}\n"),
                2 => format!("{who}  {half}\n{words}\n\n"),
                3 => format!("{who}\n  {half}\n{words}\n\n"),
                4 => format!("| {clock} | {who} | {words} |\n"),
                5 => format!("{iso},{who},{words}\n"),
                6 => format!("{{\"ts\":\"{iso}\",\"user\":\"{who}\",\"text\":\"{words}\"}}\n"),
                7 => format!("- **{clock} UTC** – {who}: {words}\n"),
                8 => format!("{iso} <{who}> {words}\n"),
                _ => format!("{who} [24/11/2026, {clock}]: {words}\n"),
            };
            text += &line;
            wanted.push((Some(at), Some(who.to_owned()), words.clone()));
        }
        let text = match shape {
            4 => format!("| time | who | what |\n|--|--|--|\n{text}"),
            5 => format!("time,who,what\n{text}"),
            _ => text,
        };
        let known = people;
        let found = read(&text, &reading(&known, &|_| 0));
        let rows: Vec<_> = found.entries.into_iter().map(|one| (one.at, one.who, one.text)).collect();
        prop_assert_eq!(rows, wanted, "{}", text);
    }

    #[test]
    fn anything_can_be_pasted(text in "(\\PC{0,20}|[\\[\\]<>|:,0-9 APMapm{}\"-]{0,12}|\n){0,12}") {
        for entry in seen(&text).entries {
            prop_assert!(!entry.text.trim().is_empty());
        }
    }

    #[test]
    fn any_bytes_can_be_handed_over(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Some(found) = decode(&bytes) {
            let _ = seen(&found.text);
        }
    }
}
