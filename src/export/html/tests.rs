//! The page against hostile texts, and what it is held to.

use std::sync::Arc;

use super::*;
use crate::framework::Framework;
use crate::incident::{Communication, Incident, Link};
use crate::recall::Case;

fn at(second: i64) -> Time {
    Time::from_millis(1_795_183_390_000 + second * 1000)
}

/// An incident in which every text is one of these.
fn full_of(texts: &[String]) -> Incident {
    let mut incident = Incident {
        id: "INC-2026-0001".into(),
        title: texts[0].clone(),
        ..Incident::default()
    };
    for (number, text) in texts.iter().enumerate() {
        let second = i64::try_from(number).unwrap() * 3600;
        incident.timeline.push(Arc::new(Event {
            id: text.clone(),
            at: at(second),
            by: text.clone(),
            text: text.clone(),
            pinned: number % 3 == 0,
            retracted: (number % 5 == 0).then(|| text.clone().into()),
            ..Event::default()
        }));
        incident.links.push(Arc::new(Link {
            target: text.clone(),
            label: Some(text.clone()),
            ..Link::default()
        }));
        incident.impact.insert(format!("k{number}{text}"), text.clone().into());
        incident.communications.push(Arc::new(Communication {
            audience: "external".into(),
            text: text.clone(),
            status: Some(text.clone()),
            by: text.clone(),
            at: at(second),
            ..Communication::default()
        }));
    }
    incident
}

fn made(incident: Incident, audience: Audience) -> String {
    let framework = Framework::builtin("ops").unwrap();
    let case = Case {
        id: incident.id.clone(),
        incident: Arc::new(incident),
        framework: None,
    };
    let subject = Subject {
        case: &case,
        framework: &framework,
        audience,
    };
    page(&subject, &Options::default())
}

/// Tags of a page, with what stands in them; and the text between them.
fn taken_apart(page: &str) -> (Vec<String>, String) {
    let (mut tags, mut text, mut rest) = (Vec::new(), String::new(), page);
    while let Some(from) = rest.find('<') {
        text += &rest[..from];
        let to = rest[from..].find('>').map(|to| from + to).unwrap();
        let tag = &rest[from + 1..to];
        rest = &rest[to + 1..];
        if tag == "style" {
            rest = &rest[rest.find("</style>").unwrap()..];
        }
        tags.push(tag.to_owned());
    }
    (tags, text + rest)
}

#[test]
fn sixty_six_hostile_texts_stay_text() {
    let texts = crate::escape::tests::hostile();
    let known = [
        "!doctype", "html", "head", "meta", "title", "style", "body", "a", "header", "p", "time", "h1", "main", "h2",
        "h3", "dl", "dt", "dd", "ol", "ul", "li", "span", "bdi", "s", "input", "label", "code",
    ];
    for audience in [Audience::Internal, Audience::External] {
        let page = made(full_of(&texts), audience);
        let (tags, _) = taken_apart(&page);
        let mut open: Vec<&str> = Vec::new();
        for tag in &tags {
            let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
            assert!(known.contains(&name), "{tag}");
            assert!(!tag.contains(" on"), "{tag}");
            if let Some(href) = tag.split("href=\"").nth(1) {
                assert!(
                    href.starts_with('#') || href.starts_with("http") || href.starts_with("mailto:"),
                    "{tag}"
                );
            }
            assert!(!tag.contains("src="), "{tag}");
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if matches!(name, "!doctype" | "meta" | "input") => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert!(page.chars().all(|c| c == '\n' || crate::text::harmless(c)));
        assert_eq!(tags.iter().filter(|tag| *tag == "main").count(), 1);
    }
}

#[test]
fn headings_go_down_without_a_gap_and_days_are_lists() {
    let page = made(full_of(&vec!["x".to_owned(); 40]), Audience::Internal);
    let (tags, _) = taken_apart(&page);
    let mut level = 0;
    for tag in &tags {
        let Some(next) = tag.strip_prefix('h').and_then(|rest| rest.chars().next()?.to_digit(10)) else {
            continue;
        };
        assert!(next <= level + 1, "{tag}");
        level = next;
    }
    let days = tags.iter().filter(|tag| tag.starts_with("ol ")).count();
    assert_eq!(days, 3 * 2, "three days of events and of updates");
    assert_eq!(tags.iter().filter(|tag| *tag == "/ol").count(), days);
    assert!(page.contains("<a class=\"skip\" href=\"#timeline\">"));
}

#[test]
fn people_outside_read_only_what_was_sent_to_them() {
    let mut incident = full_of(&["secret".to_owned()]);
    incident.communications.clear();
    incident.cause = Some("secret".into());
    incident.communications.push(Arc::new(Communication {
        audience: "external".into(),
        text: "We are back, says kim".into(),
        status: Some("resolved".into()),
        by: "kim".into(),
        at: at(0),
        ..Communication::default()
    }));
    incident.timeline.push(Arc::new(Event {
        by: "kim".into(),
        at: at(1),
        ..Event::default()
    }));
    let page = made(incident, Audience::External);
    assert!(!page.contains("secret") && !page.contains("kim"), "{page}");
    assert!(page.contains("We are back, says an engineer"), "{page}");
}

#[test]
fn the_same_file_gives_the_same_bytes_and_they_are_few() {
    let many = |count: i64| {
        let mut incident = full_of(&["Checkout failing".to_owned()]);
        incident.timeline = (0..count)
            .map(|number| {
                Arc::new(Event {
                    id: format!("e{number:07}"),
                    at: at(number * 7),
                    by: "kim".into(),
                    text: format!(
                        "Observation number {number} of the night, in a sentence of an ordinary length for a timeline."
                    ),
                    ..Event::default()
                })
            })
            .collect();
        made(incident, Audience::Internal)
    };
    assert_eq!(many(300), many(300));
    assert!(many(300).len() < 150_000, "{}", many(300).len());
    assert!(many(10_000).len() < 4_000_000);
}

#[test]
fn the_policy_names_the_style_by_its_hash() {
    assert_eq!(base64(&sha256(STYLE.as_bytes())), STYLE_HASH);
    let page = made(Incident::default(), Audience::Internal);
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    assert_eq!(style, STYLE);
    assert!(page.contains(&format!("style-src 'sha256-{STYLE_HASH}'")));
    assert!(!page.contains("style=\"") && !page.contains("http-equiv=\"refresh\""));
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0u32, |sum, at| {
            sum << 8 | u32::from(three.get(at).copied().unwrap_or(0))
        });
        for digit in 0..4 {
            let known = digit <= three.len();
            out.push(if known {
                DIGITS[(number >> (18 - 6 * digit) & 63) as usize] as char
            } else {
                '='
            });
        }
    }
    out
}

/// SHA-256 (FIPS 180-4), for the one place that has to agree with what browsers compute.
fn sha256(bytes: &[u8]) -> [u8; 32] {
    let primes = (2u64..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
    // The first 32 bits of the fractional part of a root, found by bisection in whole numbers.
    let root = |n: u64, power: u32| -> u32 {
        let (mut low, mut high) = (0u128, 1u128 << 40);
        let wanted = u128::from(n) << (32 * power);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if middle.pow(power) <= wanted {
                low = middle;
            } else {
                high = middle;
            }
        }
        (low & 0xffff_ffff) as u32
    };
    let primes: Vec<u64> = primes.take(64).collect();
    let rounds: Vec<u32> = primes.iter().map(|n| root(*n, 3)).collect();
    let mut state: Vec<u32> = primes[..8].iter().map(|n| root(*n, 2)).collect();
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((bytes.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> = block
            .chunks(4)
            .map(|four| u32::from_be_bytes(four.try_into().unwrap()))
            .collect();
        for t in 16..64 {
            let (a, b) = (w[t - 15], w[t - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
            w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
        }
        let mut v = state.clone();
        for t in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = v[4] & v[5] ^ !v[4] & v[6];
            let one = v[7]
                .wrapping_add(s1)
                .wrapping_add(choice)
                .wrapping_add(rounds[t])
                .wrapping_add(w[t]);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let two = s0.wrapping_add(v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(one);
            v[0] = one.wrapping_add(two);
        }
        for (sum, of) in state.iter_mut().zip(v) {
            *sum = sum.wrapping_add(of);
        }
    }
    let bytes: Vec<u8> = state.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.try_into().unwrap()
}
