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
fn what_programs_write_before_a_colon_is_no_person() {
    for text in [
        "[Tue Nov 24 14:03:22 2026] Out of memory: Killed process 311\n[Tue Nov 24 14:03:23 2026] oom_reaper: reaped process 311",
        "14:03 systemd: restart\n14:04 kernel: oom\n14:05 sshd: login",
        "14:03 Error: disk full\n14:04 http: proxy failed\n14:05 Note: look again",
        "2026-11-24T14:03:22Z\tINFO\tstart\n2026-11-24T14:03:23Z\tERROR\tOut of memory",
        "web_1  | 2026-11-24 14:03:22 ERROR: Out of memory\ndb_1   | 2026-11-24 14:03:23 LOG: ready",
        "14:03 – Failover – began\n14:05 – Failover – done",
        "Deploy at 14:03: begun\nRestart at 14:05: done",
        "<li>14:03 up</li>\n<li>14:05 down</li>",
    ] {
        let read = seen(text);
        assert!(
            read.entries.iter().all(|entry| entry.who.is_none()),
            "{text}: {:?}",
            shown(&read)
        );
    }
    let access = "10.0.0.1 - dana [24/Nov/2026:14:03:22 +0100] \"GET /\" 502";
    assert_eq!(rows(access), [format!("24T13:03:22 - note {access}")]);
}

#[test]
fn names_between_dashes_and_family_names_first() {
    is(
        "14:03 — Dana — seeing 502s\n14:05 — Omar Tan — looking\n14:06 — Dana — calm again",
        Shape::Lines,
        &[
            "24T14:03:00 Dana note seeing 502s",
            "24T14:05:00 Omar Tan note looking",
            "24T14:06:00 Dana note calm again",
        ],
    );
    let two = [
        "24T14:03:00 Dana Smith note seeing 502s",
        "24T14:05:00 Omar Tan note looking",
    ];
    for chat in [
        "Smith, Dana\nTuesday 14:03\nseeing 502s\n\nTan, Omar\nTuesday 14:05\nlooking",
        "[24/11/2026 14:03] Smith, Dana\nseeing 502s\n[24/11/2026 14:05] Tan, Omar\nlooking",
        "Dana Smith, Tue 2:03 PM\nseeing 502s\nOmar Tan, Tue 2:05 PM, Edited\nlooking",
        "Dana Smith added a comment - 24/Nov/26 2:03 PM\nseeing 502s\nOmar Tan added a comment - 24/Nov/26 2:05 PM\nlooking",
        "> **Dana Smith** 14:03\n> seeing 502s\n>\n> **Omar Tan** 14:05\n> looking",
    ] {
        is(chat, Shape::Chat, &two);
    }
    is(
        "Dana Smith (SRE) 14:03: seeing 502s\nOmar Tan at 14:05: looking",
        Shape::Lines,
        &two,
    );
}

#[test]
fn mail_has_its_head_or_a_line_above_what_is_answered() {
    is(
        "From: Dana Smith <dana@x.org>\nDate: Tue, 24 Nov 2026 14:03:22 +0100 (CET)\nTo: ops\nSubject: checkout\n\nseeing 502s\nagain",
        Shape::Mail,
        &["24T13:03:22 Dana Smith note checkout||seeing 502s|again"],
    );
    is(
        "On Tue, Nov 24, 2026 at 2:03 PM Dana Smith <dana@x.org> wrote:\n> seeing 502s\n> anyone?",
        Shape::Mail,
        &["24T14:03:00 Dana Smith note seeing 502s|anyone?"],
    );
    is(
        "Am 24.11.2026 um 14:03 schrieb Dana Smith:\n> Fehler",
        Shape::Mail,
        &["24T14:03:00 Dana Smith note Fehler"],
    );
}

#[test]
fn halves_of_ranges_and_letters_for_halves() {
    for (text, row) in [
        (
            "2:03-2:10 PM UTC: failing",
            "24T14:03:00 - note failing (until 2:10 PM UTC)",
        ),
        ("11:50-12:10 PM: failing", "24T11:50:00 - note failing (until 12:10 PM)"),
        (
            "11:50 PM-12:10 AM: failing",
            "23T23:50:00 - note failing (until 12:10 AM)",
        ),
        (
            "from 14:10 to 14:20 failing",
            "24T14:10:00 - note failing (until 14:20)",
        ),
        ("8:05a failing", "24T08:05:00 - note failing"),
        ("1:02p failing", "24T13:02:00 - note failing"),
        ("14:10ish failing", "24T14:10:00 - note failing (time is approximate)"),
        ("24 novembre 2026, ore 14:03: fermo", "24T14:03:00 - note fermo"),
    ] {
        assert_eq!(rows(text), [row], "{text}");
    }
    // What the time said stands with its own line.
    assert_eq!(
        rows("14:03-14:10 failing\nand on\n14:20 calm")[0],
        "24T14:03:00 - note failing (until 14:10)|and on"
    );
}

#[test]
fn no_row_and_no_time_goes_without_a_word() {
    // A time that is left blank is the one above; one that cannot be read stays with the row above, and is told.
    is(
        "| Time | Who | What |\n|--|--|--|\n| 14:03 | Dana | failing |\n|  | Omar | waiting |",
        Shape::Table,
        &["24T14:03:00 Dana note failing", "24T14:03:00 Omar note waiting"],
    );
    let read = seen("time,what\n14:03,failing\nlater,waiting\n14:05,calm\n14:06,calm");
    assert_eq!(shown(&read)[0], "24T14:03:00 - note failing|later · waiting");
    assert_eq!(read.strange, [3]);
    let notes = seen("14:03 failing\n14:05 Z").notes(&|at| at.hm(), "UTC");
    assert!(
        notes
            .iter()
            .any(|note| note == "Left out: line 2 has a time and no words."),
        "{notes:?}"
    );
    // Lines of a field in quotes are understood, all of them.
    let read = seen("time,who,what\n14:03,Dana,\"one\ntwo, three\"\n14:05,Omar,\"said \"\"go\"\"\"\n");
    assert_eq!(
        shown(&read),
        [
            "24T14:03:00 Dana note one|two, three",
            "24T14:05:00 Omar note said \"go\""
        ]
    );
    assert_eq!((read.lines, read.understood), (4, 4));
}

#[test]
fn hours_of_twelve_without_a_half_go_on_in_the_afternoon() {
    let read = seen("11:58 alert\n12:40 looking\n1:10 calm\n2:05 closed");
    let times: Vec<_> = shown(&read).iter().map(|row| row[3..8].to_owned()).collect();
    assert_eq!(times, ["11:58", "12:40", "13:10", "14:05"]);
    assert!(
        read.noon
            && read
                .notes(&|at| at.hm(), "UTC")
                .iter()
                .any(|note| note.contains("afternoon"))
    );
    // A clock of twenty-four hours shows itself, and so does midnight.
    for text in [
        "11:58 a\n12:40 b\n01:10 c",
        "11:58 a\n13:40 b\n1:10 c",
        "11:58 AM a\n12:40 b\n1:10 c",
        "2026-11-23 11:58 a\n12:40 b\n1:10 c",
    ] {
        assert!(!seen(text).noon, "{text}");
    }
}

#[test]
fn what_is_left_out_as_a_heading_is_told_and_signs_stand_before_times() {
    let read = seen("Timeline:\n14:03 one\nDana:\n14:05 two");
    assert_eq!(read.headings, [1, 3]);
    let notes = read.notes(&|at| at.hm(), "UTC");
    assert!(
        notes.iter().any(|note| note == "Left out as headings: lines 1, 3."),
        "{notes:?}"
    );
    is(
        ":rotating_light: 14:03 one\n🚨 14:05 two\n✅ 14:06 three",
        Shape::Lines,
        &[
            "24T14:03:00 - note one",
            "24T14:05:00 - note two",
            "24T14:06:00 - note three",
        ],
    );
    is(
        "| Start | End | Event |\n|--|--|--|\n| 14:03 | 14:10 | failing |\n| 14:10 | 14:20 | calm |",
        Shape::Table,
        &[
            "24T14:03:00 - note failing (until 14:10)",
            "24T14:10:00 - note calm (until 14:20)",
        ],
    );
    assert_eq!(
        rows("2026-11-24T14:03:00Z,pool, full\n2026-11-24T14:05:00Z,calm")[0],
        "24T14:03:00 - note pool, full"
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

#[test]
fn notes_that_end_with_who_and_when() {
    let two = [
        "24T14:03:00 Dana note pool is full",
        "24T14:05:00 Omar action rolled back",
    ];
    for text in [
        "pool is full (14:03, Dana)\nrolled back (14:05, Omar)",
        "pool is full (Dana, 14:03)\nrolled back (Omar, 14:05)",
        "pool is full (Dana 14:03)\nrolled back (Omar 14:05)",
        "- pool is full [14:03 Dana].\n- rolled back [14:05 Omar].",
        "pool is full (@Dana 14:03 UTC)\nrolled back (@Omar 14:05 UTC)",
        "pool is full - Dana, 14:03\nrolled back - Omar, 14:05",
        "pool is full — Dana at 14:03\nrolled back — Omar at 14:05",
        "pool is full (14:03 by Dana)\nrolled back (14:05 by Omar)",
    ] {
        is(text, Shape::Credited, &two);
    }
    // What stands there is no name: the words stay whole.
    is(
        "pool is full (since 14:03)\nrolled back - done 14:05",
        Shape::Trailing,
        &[
            "24T14:03:00 - note pool is full (since 14:03)",
            "24T14:05:00 - action rolled back - done",
        ],
    );
    // A time in front counts.
    is(
        "14:01 kim: seen (Dana, 14:00)\n14:05 sam: looking (Omar, 14:02)",
        Shape::Lines,
        &[
            "24T14:01:00 kim note seen (Dana, 14:00)",
            "24T14:05:00 sam note looking (Omar, 14:02)",
        ],
    );
}

#[test]
fn four_digits_are_times_where_several_of_them_are() {
    let three = [
        "24T14:03:00 - note 500s are seen",
        "24T14:05:00 - note declaring",
        "24T14:12:00 - action rolled back (until 14:20)",
    ];
    for text in [
        "1403: 500s are seen\n1405: declaring\n1412-1420: rolled back",
        "[1403] 500s are seen\n[1405] declaring\n[1412-1420] rolled back",
        "- 1403 – 500s are seen\n- 1405 – declaring\n- 1412-1420 – rolled back",
    ] {
        is(text, Shape::Digits, &three);
    }
    is(
        "2350: alarm\n0010: rolled back\n0015 kim: calm",
        Shape::Digits,
        &[
            "23T23:50:00 - alert alarm",
            "24T00:10:00 - action rolled back",
            "24T00:15:00 - note kim: calm",
        ],
    );
    // One number alone, numbers that are no times, and numbers that go up and down say nothing of when.
    for text in [
        "1403: seen",
        "1403: seen\n2013: lost\n1045: denied\n1900: gone",
        "1461: a\n1475: b",
        "1403 rows\n1405 rows",
    ] {
        assert_eq!(seen(text).shape, Shape::Plain, "{text}");
    }
}

#[test]
fn what_was_said_on_a_call_counts_from_its_beginning() {
    let start = Time::parse_rfc3339("2026-11-24T14:00:00Z");
    let wanted = [
        "24T14:00:01 Dana note pool is full & slow",
        "24T14:01:05 Omar action rolling back",
    ];
    for text in [
        "WEBVTT - call\n\nNOTE by a recorder\n\n00:00:01.000 --> 00:00:04.000\n<v Dana>pool is full &amp; <i>slow</i>\n\n\
         1\n01:05.000 --> 01:09.000 align:start\n<v.loud Omar>rolling back</v>",
        "1\n00:00:01,000 --> 00:00:04,000\nDana: pool is full & slow\n\n2\n00:01:05,000 --> 00:01:09,000\nOmar: rolling back\n",
    ] {
        let read = read(
            text,
            &Reading {
                start,
                ..reading(&["lee"], &|_| 0)
            },
        );
        assert_eq!(shown(&read), wanted, "{text}");
        assert_eq!(
            (read.shape, &read.strange[..], read.start),
            (Shape::Cues, &[][..], start),
            "{text}"
        );
    }
    // A cue without words has nothing to log, and says so.
    let read = seen("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Dana></v>\n\n00:03.000 --> 00:04.000\n<v Dana>here");
    assert_eq!((read.wordless, read.entries.len()), (vec![3], 1));
}

#[test]
fn answers_of_log_stores_are_lines() {
    let two = [
        "24T13:20:30 - note cart: pool is full",
        "24T13:20:31 - note cart: pool is empty",
    ];
    let values = r#"{"stream":{"app":"cart"},"values":[["1795526430000000000","pool is full"],["1795526431000000000","pool is empty\n"]]}"#;
    is(
        &format!(r#"{{"status":"success","data":{{"resultType":"streams","result":[{values}]}}}}"#),
        Shape::Json,
        &two,
    );
    is(&format!(r#"{{"streams":[{values}]}}"#), Shape::Json, &two);
    for text in [
        r#"{"labels":{"app":"cart"},"line":"cart: pool is full","timestamp":"2026-11-24T13:20:30Z"}
{"labels":{"app":"cart"},"line":"cart: pool is empty","timestamp":"2026-11-24T13:20:31Z"}"#,
        r#"{"hits":{"hits":[{"_source":{"@timestamp":"2026-11-24T13:20:30Z","message":"cart: pool is full"}},
{"_source":{"@timestamp":"2026-11-24T13:20:31Z","message":"cart: pool is empty"}}]}}"#,
    ] {
        is(text, Shape::Json, &two);
    }
}
