//! What people paste, in the shapes that it really has, and what is read of it.

mod rules;

use super::*;

fn now() -> Time {
    Time::parse_rfc3339("2026-11-24T18:00:00Z").unwrap()
}

fn reading<'a>(known: &'a [&'a str], ahead: &'a dyn Fn(Time) -> i32) -> Reading<'a> {
    Reading {
        known,
        now: now(),
        day: None,
        ahead,
        zone_given: false,
        zones: &|name| (name == "Europe/Berlin").then(|| Box::new(|_| 3600) as ZoneOf),
        turned: 0,
        start: None,
    }
}

fn seen(text: &str) -> Read {
    read(text, &reading(&["lee"], &|_| 0))
}

fn rows(text: &str) -> Vec<String> {
    shown(&seen(text))
}

fn shown(read: &Read) -> Vec<String> {
    let row = |entry: &Imported| {
        let at = entry
            .at
            .map_or("-".into(), |at| at.chrono().format("%dT%H:%M:%S").to_string());
        let who = entry.who.as_deref().unwrap_or("-");
        let text = entry.text.replace('\n', "|");
        format!("{at} {who} {} {text}", entry.kind)
    };
    read.entries.iter().map(row).collect()
}

/// Reads as said, and nothing in it is strange.
#[track_caller]
fn is(text: &str, shape: Shape, wanted: &[&str]) {
    let read = seen(text);
    assert_eq!(shown(&read), wanted, "{text}");
    assert_eq!((read.shape, &read.strange[..]), (shape, &[][..]), "{text}");
}

#[test]
fn a_chat_with_names_and_times_on_their_own_lines() {
    let wanted = [
        "24T09:01:00 Dana Reyes note seeing 502s on the cart page, anyone else?",
        "24T09:03:00 Omar Tan note same from eu-west",
        "24T09:04:00 Omar Tan action rolling back the 08:50 release",
        "24T09:09:00 Omar Tan action rollback done, errors falling",
        "24T09:15:00 Dana Reyes note confirmed, back to normal",
    ];
    let chat = "Dana Reyes\n  9:01 AM\nseeing 502s on the cart page, anyone else?\n\n\n\n\n\nOmar Tan\n  9:03 AM\nsame from eu-west\n9:04\n\
                rolling back the 08:50 release\n9:09\nrollback done, errors falling\n\n\nDana Reyes\n  9:15 AM\nconfirmed, back to normal\n";
    is(chat, Shape::Chat, &wanted);
    let read = seen(chat);
    assert_eq!(read.new_people, ["Dana Reyes", "Omar Tan"]);
    // A bare time goes on in the afternoon that was said before.
    is(
        "dana\n11:58 AM\none\n12:03\ntwo\n\nlee\n2:04 PM\nthree\n2:05\nfour",
        Shape::Chat,
        &[
            "24T11:58:00 dana note one",
            "24T12:03:00 dana note two",
            "24T14:04:00 lee note three",
            "24T14:05:00 lee note four",
        ],
    );
    // The time above the name.
    is(
        "9:01 AM\nDana Reyes\none\n\n9:03 AM\nOmar Tan\ntwo\nand three",
        Shape::Chat,
        &[
            "24T09:01:00 Dana Reyes note one",
            "24T09:03:00 Omar Tan note two|and three",
        ],
    );
}

#[test]
fn headers_of_other_chats() {
    let two = [
        "24T14:03:00 Kim Lee note pool is full|again",
        "24T14:04:00 sam note looking",
    ];
    for chat in [
        "Kim Lee  2:03 PM\npool is full\nagain\nsam  2:04 PM\nlooking",
        "Kim Lee\t14:03\npool is full\nagain\nsam\t14:04\nlooking",
        "Kim Lee — Today at 2:03 PM\npool is full\nagain\nsam — Today at 2:04 PM\nlooking",
        "Kim Lee, [24.11.2026 14:03]\npool is full\nagain\n\nsam, [24.11.2026 14:04]\nlooking",
        "Kim Lee (24 Nov 2026, 14:03)\npool is full\nagain\nsam (24 Nov 2026, 14:04)\nlooking",
        "Kim Lee (she/her)  2:03\u{202f}PM\npool is full\nagain (edited)\n:eyes: 2\n3 replies\nsam  2:04\u{202f}PM\nlooking",
        "Tuesday, November 24th\nKim Lee  14:03\npool is full\nagain\nNew\nsam  14:04\nlooking",
        "Kim Lee 11/24/2026 2:03 PM\npool is full\nagain\nsam  11/24/2026 2:04 PM\nlooking",
    ] {
        is(chat, Shape::Chat, &two);
    }
    is(
        "[9:01 AM] Dana Reyes\none\n[9:02 AM] Omar Tan\ntwo",
        Shape::Chat,
        &["24T09:01:00 Dana Reyes note one", "24T09:02:00 Omar Tan note two"],
    );
    is(
        "PagerDuty\nAPP  9:05 AM\nTriggered: 5xx\nDana Reyes\n  9:06 AM\nmine",
        Shape::Chat,
        &[
            "24T09:05:00 PagerDuty note Triggered: 5xx",
            "24T09:06:00 Dana Reyes note mine",
        ],
    );
}

#[test]
fn chats_on_one_line() {
    for chat in [
        "[14:03] kim: seen\n14:05 sam: declaring",
        "[14:03]kim: seen\n[14:05]sam: declaring",
        "14:03 <kim> seen\n14:05 <@sam> declaring",
        "14:03:00\tkim\tseen\n14:05:00\tsam\tdeclaring",
        "14:03 kim | seen\n14:05 sam | declaring",
        "[24/11/2026, 14:03:00] kim: seen\n\u{200e}[24/11/2026, 14:05:00] sam: declaring",
        "24/11/26, 14:03 - kim: seen\n24/11/26, 14:05 - sam: declaring",
        "11/24/26, 2:03\u{202f}PM - kim: seen\n11/24/26, 2:05\u{202f}PM - sam: declaring",
        "kim [14:03]: seen\nsam [14:05]: declaring",
        "kim (2:03 PM): seen\nsam (2:05 PM): declaring",
        "14:03:00 From kim to Everyone: seen\n14:05:00 From sam to Everyone: declaring",
        "**14:03** **kim**: seen\n**14:05** **sam**: declaring",
        "> 14:03 kim: seen\n> 14:05 sam: declaring",
        "1. 14:03 kim: seen\n2. 14:05 sam: declaring",
        "2026-11-24T14:03:00.123Z kim: seen\n2026-11-24T14:05:00.456Z sam: declaring",
        "--- Day changed Tue Nov 24 2026\n14:03 <kim> seen\n14:05 <sam> declaring",
    ] {
        let read = seen(chat);
        let rows = shown(&read);
        assert_eq!(
            rows,
            ["24T14:03:00 kim note seen", "24T14:05:00 sam note declaring"],
            "{chat}: {:?}",
            read.shape
        );
        assert!(read.strange.is_empty(), "{chat}");
    }
}

#[test]
fn logs() {
    let rows = |text: &str| {
        let read = seen(text);
        assert!(read.strange.is_empty(), "{text}");
        shown(&read)
    };
    assert_eq!(
        rows(
            "2026-11-24T15:20:30+0200 web1 nginx[911]: upstream timed out\n2026-11-24T15:21:02.655028+0200 web1 systemd[1]: app.service: restart"
        ),
        [
            "24T13:20:30 - note web1 nginx[911]: upstream timed out",
            "24T13:21:02 - note web1 systemd[1]: app.service: restart"
        ]
    );
    for (text, row) in [
        (
            "Nov 24 15:20:30 web1 nginx[911]: up",
            "24T15:20:30 - note web1 nginx[911]: up",
        ),
        (
            "<34>1 2026-11-24T15:20:30.003Z web1 app - - up",
            "24T15:20:30 - note web1 app - - up",
        ),
        ("<13>Nov 24 15:20:30 web1 up", "24T15:20:30 - note web1 up"),
        (
            "2026/11/24 15:20:30 [error] 911#0: up",
            "24T15:20:30 - note [error] 911#0: up",
        ),
        (
            "2026-11-24 15:20:30,123 ERROR [main] up",
            "24T15:20:30 - note ERROR [main] up",
        ),
        (
            "[Tue Nov 24 15:20:30.123456 2026] [core:error] up",
            "24T15:20:30 - note [core:error] up",
        ),
        (
            "time=2026-11-24T15:20:30Z level=error msg=up",
            "24T15:20:30 - note level=error msg=up",
        ),
        (
            "time=\"2026-11-24T15:20:30Z\" level=error msg=up",
            "24T15:20:30 - note level=error msg=up",
        ),
        (
            "E1124 15:20:30.123456       1 main.go:12] up",
            "24T15:20:30 - note 1 main.go:12] up",
        ),
        ("1764000030 up", "24T16:00:30 - note up"),
        ("1764000030.123 up", "24T16:00:30 - note up"),
        (": 1764000030:0;kubectl get pods", "24T16:00:30 - note kubectl get pods"),
        (
            "  501  2026-11-24 15:20:30 kubectl get pods",
            "24T15:20:30 - note kubectl get pods",
        ),
        ("20261124T152030Z up", "24T15:20:30 - note up"),
        ("Tue 24 Nov 2026 15:20:30 CET up", "24T14:20:30 - note up"),
        ("Tue, 24 Nov 2026 15:20:30 +0100 up", "24T14:20:30 - note up"),
        (
            "2026-11-24T15:20:30.123456789Z stdout F up",
            "24T15:20:30 - note stdout F up",
        ),
    ] {
        assert_eq!(rows(text), [row], "{text}");
    }
    let access = "10.0.0.1 - - [24/Nov/2026:15:20:30 +0200] \"GET / HTTP/1.1\" 502 0";
    assert_eq!(rows(access), [format!("24T13:20:30 - note {access}")]);
}

#[test]
fn tables() {
    let wanted = [
        "24T08:41:00 - alert Pager: gateway 5xx above 20 %",
        "24T08:46:00 - note On-call confirms all regions",
        "24T08:49:00 - action Rollback started, stuck in the canary stage",
        "24T09:02:00 - action Flag set to 0 %, errors drop",
        "24T09:54:00 - note Resolved",
    ];
    let table = "## 2 Timeline (UTC)\n\n| Time | Event |\n|------|-------|\n| 08:41 | Pager: gateway 5xx above 20 % |\n| 08:46 | On-call confirms all regions |\n\
                 | 08:49 | Rollback started, stuck in the canary stage |\n| 09:02 | Flag set to 0 %, errors drop |\n| 09:54 | Resolved |\n";
    is(table, Shape::Table, &wanted);
    let berlin =
        "| Zeit (CET) | Wer | Ereignis |\n|:--|:--|:--|\n| 15:03 | kim | **seen** |\n| 15:05 | sam | declaring |";
    is(
        berlin,
        Shape::Table,
        &["24T14:03:00 kim note seen", "24T14:05:00 sam note declaring"],
    );
    let split = "| Date | Time | Event | Owner |\n|--|--|--|--|\n| 2026-11-23 | 23:50 | late | kim |\n| 2026-11-24 | 00:10 | later | lee |";
    is(
        split,
        Shape::Table,
        &["23T23:50:00 kim note late", "24T00:10:00 lee note later"],
    );
    let drawn = "┌───────┬──────┐\n│ time  │ what │\n├───────┼──────┤\n│ 14:03 │ seen │\n└───────┴──────┘";
    is(drawn, Shape::Table, &["24T14:03:00 - note seen"]);
    let plain = "14:03 | kim | seen\n14:05 | sam | declaring";
    assert_eq!(
        rows(plain),
        ["24T14:03:00 kim note seen", "24T14:05:00 sam note declaring"]
    );
}

#[test]
fn fields_and_records() {
    let two = ["24T14:03:00 kim note seen, twice", "24T14:05:00 sam note declaring"];
    for text in [
        "time,who,what\n2026-11-24 14:03,kim,\"seen, twice\"\n2026-11-24 14:05,sam,declaring\n",
        "timestamp;author;message\n24.11.2026 14:03;kim;seen, twice\n24.11.2026 14:05;sam;declaring\n",
        "Date\tTime\tUser\tText\n2026-11-24\t14:03\tkim\tseen, twice\n2026-11-24\t14:05\tsam\tdeclaring\n",
    ] {
        is(text, Shape::Csv, &two);
    }
    for text in [
        r#"[{"ts":"1764079380.000200","user":"kim","text":"seen, twice"},{"ts":"1764079500.000100","user":"sam","text":"declaring"}]"#,
        "{\"time\":\"2026-11-25T14:03:00Z\",\"author\":{\"name\":\"kim\"},\"message\":\"seen, twice\"}\n{\"time\":1764079500000,\"author\":\"sam\",\"message\":\"declaring\"}",
        // As Slack exports it: `user` is an id, and three signs are written otherwise.
        r#"[{"type":"message","user":"U1","user_profile":{"real_name":"kim","display_name":""},"text":"seen, twice","ts":"1764079380.000200"},{"user":"U2","user_profile":{"real_name":"Sam S","display_name":"sam"},"text":"declaring","ts":"1764079500.000100"}]"#,
        r#"{"messages":[{"timestamp":"2026-11-25T14:03:00.000+00:00","author":{"name":"kim"},"content":"seen, twice"},{"timestamp":"2026-11-25T14:05:00Z","author":{"name":"sam"},"content":"declaring"}]}"#,
    ] {
        let read = seen(text);
        assert_eq!(
            shown(&read).iter().map(|row| row[3..].to_owned()).collect::<Vec<_>>(),
            two.map(|row| row[3..].to_owned()),
            "{text}"
        );
        assert_eq!((read.shape, read.is_doubtful()), (Shape::Json, false), "{text}");
    }
}

#[test]
fn journals_and_pagers_as_records() {
    let pager =
        r#"{"log_entries":[{"created_at":"2026-11-24T14:03:00Z","summary":"Triggered","agent":{"summary":"Dana"}}]}"#;
    is(pager, Shape::Json, &["24T14:03:00 Dana note Triggered"]);
    let journal = r#"{"__REALTIME_TIMESTAMP":"1795528980000000","MESSAGE":"up"}"#;
    is(journal, Shape::Json, &["24T14:03:00 - note up"]);
}

#[test]
fn signs_that_slack_writes_otherwise() {
    let read = seen(r#"[{"user":"U1","text":"p95 &lt; 1 s &amp; 5xx &gt; 2 %","ts":"1764079380.000200"}]"#);
    assert!(shown(&read)[0].ends_with("p95 < 1 s & 5xx > 2 %"), "{:?}", shown(&read));
    let other = seen(r#"[{"user":"kim","text":"a &lt; b","time":"2026-11-25T14:03:00Z"}]"#);
    assert!(
        shown(&other)[0].ends_with("a &lt; b"),
        "words of others stay as they are"
    );
}

#[test]
fn minutes_behind_hours_need_no_word() {
    let read = seen("T0: alert\nT+5m: rolled back\nT+1h30: resolved, 30 hosts\n");
    let texts: Vec<&str> = read.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["alert", "rolled back", "resolved, 30 hosts"]);
}

#[test]
fn names_with_a_sign_above_their_times() {
    is(
        "@dana\n2:03 PM\ncheckout is failing\n@omar\n2:05 PM\nrolling back",
        Shape::Chat,
        &[
            "24T14:03:00 dana note checkout is failing",
            "24T14:05:00 omar action rolling back",
        ],
    );
}

#[test]
fn clocks_of_twelve_hours() {
    // All of it is of the day on which all of it is over.
    is(
        "5:37 P.M. – A broadcast drives visitors to the site.\n5:49 P.M. – Alarm: price lookup slow.\n6:37 P.M. – Containers added to the web tier.\n7:41 P.M. – The system works.",
        Shape::Lines,
        &[
            "23T17:37:00 - note A broadcast drives visitors to the site.",
            "23T17:49:00 - alert Alarm: price lookup slow.",
            "23T18:37:00 - action Containers added to the web tier.",
            "23T19:41:00 - note The system works.",
        ],
    );
    for text in [
        "2:05 p. m. x",
        "2:05pm x",
        "2:05 Pm - x",
        "2.05pm x",
        "오후 2:05 x",
        "午後2時05分 x",
        "下午2:05 x",
        "14h05 : x",
        "14.05 Uhr: x",
        "2:05 μ.μ. x",
        "2pm - x",
        "1405 UTC x",
        "1405Z: x",
    ] {
        let hour = if text.starts_with("2pm") {
            "24T14:00:00"
        } else {
            "24T14:05:00"
        };
        assert_eq!(rows(text), [format!("{hour} - note x")], "{text}");
    }
}

#[test]
fn bullets_ranges_and_zones() {
    let text = "- **14:03 UTC** - first alert\n- **14:10–14:25 UTC** - database failover attempted, fails\n- ~14:30 UTC - second failover works\n\
                * 14:41 CET: support says customers are fine\n* Nov 24, 2026 3:04 PM PST - vendor answers\n* T+5m: war room opened\n* 1505Z: traffic back to 100 %\n";
    is(
        text,
        Shape::Lines,
        &[
            "24T14:03:00 - alert first alert",
            "24T14:10:00 - action database failover attempted, fails (until 14:25 UTC)",
            "24T14:30:00 - action second failover works (time is approximate)",
            "24T13:41:00 - impact support says customers are fine",
            "24T23:04:00 - note vendor answers",
            "24T14:08:00 - note war room opened",
            "24T15:05:00 - note traffic back to 100 %",
        ],
    );
    for (text, row) in [
        ("• 08:03 PST first", "24T16:03:00 - note first"),
        ("14:50+02:00 first", "24T12:50:00 - note first"),
        ("14:10-14:25 first", "24T14:10:00 - note first (until 14:25)"),
        ("* [14:03 (UTC)] first", "24T14:03:00 - note first"),
        ("`14:03` first", "24T14:03:00 - note first"),
        ("(14:03) first", "24T14:03:00 - note first"),
        ("- [x] 14:03 first", "24T14:03:00 - note first"),
        ("14:03 UTC+2 first", "24T12:03:00 - note first"),
        ("Yesterday at 14:03: first", "23T14:03:00 - note first"),
        ("2026-11-23, 14:03 — first", "23T14:03:00 - note first"),
        ("23. November 2026, 14:03 Uhr: first", "23T14:03:00 - note first"),
        ("23 nov. 2026 à 14:03 : first", "23T14:03:00 - note first"),
        ("-5m first", "24T17:55:00 - note first"),
        ("17m ago first", "24T17:43:00 - note first"),
    ] {
        assert_eq!(rows(text), [row], "{text}");
    }
}

#[test]
fn zones_and_days_said_once() {
    let two = ["23T13:03:00 - note one", "23T13:05:00 - note two"];
    for text in [
        "All times CET\n2026-11-23\n14:03 one\n14:05 two",
        "# Timeline 23 Nov 2026 (times in Europe/Berlin)\n\n14:03 one\n14:05 two",
        "Timezone: UTC+1\n### Monday, 23 November 2026\n- 14:03 one\n- 14:05 two",
        "**Timeline (UTC+01:00), 2026-11-23**\n14:03 one\n14:05 two",
        "=== 2026-11-23 ===\nTimes are +01:00.\n14:03 one\n14:05 two",
    ] {
        let read = seen(text);
        assert_eq!(
            (shown(&read), &read.strange[..]),
            (two.map(str::to_owned).to_vec(), &[][..]),
            "{text}"
        );
        assert_eq!(read.zones.len(), 1, "{text}: {:?}", read.zones);
    }
    // A word that several zones use is told.
    let ist = seen("All times IST\n14:03 one\n14:05 two");
    assert_eq!(shown(&ist)[0], "24T08:33:00 - note one");
    assert_eq!(ist.shared_zones.len(), 1, "{:?}", ist.shared_zones);
    let cst = seen("2026-11-23 14:03 CST one\n2026-11-23 14:05 CST two");
    assert_eq!(shown(&cst)[0], "23T20:03:00 - note one");
    assert!(
        cst.notes(&|at| at.hm(), "UTC")
            .iter()
            .any(|note| note.starts_with("CST was taken as US Central"))
    );
    let chinese = read(
        "2026-11-23 14:03 CST one\n2026-11-23 14:05 CST two",
        &reading(&[], &|_| 28_800),
    );
    assert_eq!(shown(&chinese)[0], "23T06:03:00 - note one");
    assert!(seen("14:03 CET one\n14:05 CET two").shared_zones.is_empty());
    let mars = seen("All times Mars/Base\n14:03 one");
    assert_eq!(mars.unknown_zones, ["Mars/Base"]);
    // What the person says counts more.
    let given = Reading {
        zone_given: true,
        ..reading(&[], &|_| 7200)
    };
    assert_eq!(
        shown(&read("All times CET\n14:03 one", &given)),
        ["24T12:03:00 - note one"]
    );
    // Midnight is passed where a time goes back far.
    assert_eq!(
        rows("23:50 late\n00:10 later"),
        ["23T23:50:00 - note late", "24T00:10:00 - note later"]
    );
    assert_eq!(
        rows("2026-11-20\n23:50 late\n00:10 later\n23:55 last"),
        [
            "20T23:50:00 - note late",
            "21T00:10:00 - note later",
            "21T23:55:00 - note last"
        ]
    );
    assert_eq!(
        rows("14:05 late\n14:03 noted late"),
        ["24T14:05:00 - note late", "24T14:03:00 - note noted late"]
    );
    // One day beyond the twelfth tells for all; with none, the reading nearer to now.
    assert_eq!(
        rows("10/12/2026, 08:00 - sam: a\n10/13/2026, 09:00 - sam: b"),
        ["12T08:00:00 sam note a", "13T09:00:00 sam note b"]
    );
    assert_eq!(rows("12/11/2026, 08:00 - sam: a"), ["12T08:00:00 sam note a"]);
}

#[test]
fn ages_and_ends_of_lines() {
    let events = "LAST SEEN   TYPE      REASON    OBJECT        MESSAGE\n17m         Warning   BackOff   pod/web-1     Back-off restarting\n3m20s (x5 over 30m)  Normal  Pulled  pod/web-1  done";
    let read = seen(events);
    assert_eq!(read.shape, Shape::Ages);
    let times: Vec<_> = shown(&read).iter().map(|row| row[..11].to_owned()).collect();
    assert_eq!(times, ["24T17:43:00", "24T17:56:40"]);
    is(
        "errors begin (14:03)\nkim: restarted it (14:05)\nquiet again - 14:09",
        Shape::Trailing,
        &[
            "24T14:03:00 - note errors begin",
            "24T14:05:00 - action kim: restarted it",
            "24T14:09:00 - note quiet again",
        ],
    );
}
