//! Times of day and zones as people and programs write them.

use chrono::NaiveTime;

use super::super::zones::{self, Shared};
use super::{Care, Clock, Scan};

/// Halves of the day: the hours to add, and how they are written; the longest of those that begin alike first.
const HALVES: [(u32, &str); 28] = [
    (0, "a. m."),
    (12, "p. m."),
    (0, "a.m."),
    (12, "p.m."),
    (0, "a.m"),
    (12, "p.m"),
    (0, "am"),
    (12, "pm"),
    (0, "vorm."),
    (12, "nachm."),
    (0, "vorm"),
    (12, "nachm"),
    (0, "π.μ."),
    (12, "μ.μ."),
    (0, "πμ"),
    (12, "μμ"),
    (0, "오전"),
    (12, "오후"),
    (0, "午前"),
    (12, "午後"),
    (0, "上午"),
    (12, "下午"),
    (0, "凌晨"),
    (12, "晚上"),
    (0, "öö"),
    (12, "ös"),
    (0, "ص"),
    (12, "م"),
];

impl Scan<'_> {
    /// A fraction of a second, in milliseconds.
    pub(super) fn fraction(&mut self) -> Option<i64> {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 9 {
            return None;
        }
        self.at += digits;
        let three: String = rest[..digits].chars().chain("000".chars()).take(3).collect();
        three.parse().ok()
    }

    pub(super) fn clock(&mut self, after_day: bool) -> Option<Clock> {
        self.maybe(|scan| {
            if scan.care == Care::Typed
                && let Some(clock) = scan.maybe(Self::clock_word)
            {
                return Some(clock);
            }
            let before = half(scan.rest()).filter(|(_, length)| !scan.rest()[..*length].is_ascii());
            if let Some((_, length)) = before {
                scan.at += length;
                scan.blanks();
            }
            let (hour, digits) = scan.number(1..=4)?;
            if digits == 4 {
                return scan.four(hour);
            }
            if digits > 2 {
                return None;
            }
            let marked = scan.minutes(after_day || before.is_some());
            let (minute, second, milli) = marked.unwrap_or_default();
            let half = before
                .map(|(add, _)| add)
                .or_else(|| scan.half_behind(marked.is_some()));
            let told = scan.oclock();
            if marked.is_none() && half.is_none() && !told {
                return None;
            }
            if scan.next().is_some_and(|c| c.is_ascii_digit()) {
                return None;
            }
            let clock = proper_clock(hour, minute, second, milli, half)?;
            Some(Clock {
                short: digits == 1,
                ..clock
            })
        })
    }

    fn clock_word(&mut self) -> Option<Clock> {
        let word = self.word()?;
        let hour = match word.to_ascii_lowercase().as_str() {
            "noon" | "midday" => 12,
            "midnight" => 0,
            _ => return None,
        };
        let time = NaiveTime::from_hms_opt(hour, 0, 0)?;
        Some(Clock::of(time))
    }

    /// `1505Z`, `1505 UTC`, `1505 hrs`: four digits are a time of day only with such a word.
    fn four(&mut self, digits: u32) -> Option<Clock> {
        let clock = proper_clock(digits / 100, digits % 100, 0, 0, None)?;
        let hours = self.maybe(|scan| {
            scan.blanks();
            let hours = scan.eat_any(&["hrs", "hours", "h"]);
            (hours && !scan.next().is_some_and(char::is_alphanumeric)).then_some(())
        });
        let mut ahead = *self;
        let zoned =
            ahead.zone(false).is_some() && self.next().is_some_and(|c| c.is_alphabetic() || c == ' ' || c == '(');
        (hours.is_some() || zoned).then_some(clock)
    }

    /// What follows the hour: minutes, seconds, a fraction.
    fn minutes(&mut self, dots: bool) -> Option<(u32, u32, u32)> {
        self.maybe(|scan| {
            let before = scan.text[..scan.at]
                .bytes()
                .rev()
                .take_while(u8::is_ascii_digit)
                .count();
            let mark = scan.next()?;
            match mark {
                // `1h30` is how long something lasts.
                'h' | 'H' if scan.care == Care::Text && before < 2 => return None,
                ':' | '：' | '時' | '시' | '点' | '點' | 'h' | 'H' => {}
                // `15.20` is a number, unless a day stands before it, or a half of the day behind.
                '.' => {
                    let rest = scan.rest().get(1..)?;
                    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                    let behind = rest.get(2..)?.trim_start();
                    let told =
                        half(behind).is_some() || behind.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("uhr"));
                    if digits != 2 || !(dots || told) {
                        return None;
                    }
                }
                _ => return None,
            }
            scan.at += mark.len_utf8();
            if !matches!(mark, ':' | '.') {
                scan.blanks();
            }
            let (minute, digits) = scan.number(1..=2)?;
            if digits == 1 && matches!(mark, ':' | '.' | 'h' | 'H') {
                return None;
            }
            scan.eat_any(&["分", "분"]);
            if matches!(mark, 'h' | 'H') && scan.next().is_some_and(char::is_alphanumeric) {
                return None;
            }
            let second = scan.maybe(|scan| {
                let sign = !matches!(mark, ':' | '.');
                let parted = if sign {
                    scan.blanks();
                    true
                } else {
                    scan.eat(if mark == '.' { "." } else { ":" })
                };
                let (second, digits) = parted.then(|| scan.number(1..=2)).flatten()?;
                let ends = if sign {
                    scan.eat_any(&["秒", "초"])
                } else {
                    digits == 2
                };
                ends.then_some(second)
            });
            let milli = second.and_then(|_| {
                scan.maybe(|scan| {
                    (scan.eat(".") || scan.eat(",")).then_some(())?;
                    scan.fraction()
                })
            });
            Some((minute, second.unwrap_or(0), u32::try_from(milli.unwrap_or(0)).ok()?))
        })
    }

    /// `PM`, `p.m.`, with a blank before it or not.
    fn half_behind(&mut self, minutes: bool) -> Option<u32> {
        self.maybe(|scan| {
            let parted = scan.blanks();
            if minutes
                && !parted
                && let Some(add) = scan.half_letter()
            {
                return Some(add);
            }
            let (add, length) = half(scan.rest())?;
            // `14 am Rande`: an hour alone has its half right behind it, or plainly as one.
            let word = &scan.rest()[..length];
            if !minutes && parted && word == "am" {
                return None;
            }
            scan.at += length;
            Some(add)
        })
    }

    /// `8:05a`, `1:02p`: the half's first letter, right behind the minutes.
    fn half_letter(&mut self) -> Option<u32> {
        self.maybe(|scan| {
            let add = if scan.eat("a") {
                0
            } else if scan.eat("p") {
                12
            } else {
                return None;
            };
            let ends = scan.next().is_none_or(|c| !c.is_alphanumeric() && c != '.');
            ends.then_some(add)
        })
    }

    /// `15 Uhr`, `15:05 Uhr`, `3 o'clock`.
    fn oclock(&mut self) -> bool {
        let found = self.maybe(|scan| {
            scan.blanks();
            let word = scan.eat_any(&["uhr", "o'clock", "o’clock", "hrs"]);
            (word && !scan.next().is_some_and(char::is_alphanumeric)).then_some(())
        });
        found.is_some()
    }

    /// `Z`, `+0100`, ` UTC`, ` (CET)`, ` UTC+2`.
    pub(super) fn zone(&mut self, dated: bool) -> Option<i32> {
        self.maybe(|scan| {
            let parted = scan.blanks();
            let bracket = scan.eat("(") || scan.eat("[");
            let zone = scan
                .zone_word()
                .or_else(|| scan.maybe(|scan| scan.offset(dated || scan.care == Care::Typed, parted)))?;
            if bracket && !(scan.eat(")") || scan.eat("]")) {
                return None;
            }
            // `2026-11-24 15:20 +0100 CET`, `GMT+0100 (Central European Standard Time)`.
            Some(zone)
        })
    }

    fn zone_word(&mut self) -> Option<i32> {
        self.maybe(|scan| {
            let word = scan.word()?;
            let found = match (zones::zone(word), scan.care) {
                (Some(zone), _) => zone,
                // Somebody who types a time and nothing else means the zone.
                (None, Care::Typed) => zones::zone(&word.to_ascii_uppercase())?,
                (None, Care::Text) if word == "utc" || word == "z" => 0,
                (None, Care::Text) => return None,
            };
            if found == 0
                && word.len() == 3
                && let Some(more) = scan.maybe(|scan| scan.offset(true, false))
            {
                return Some(more);
            }
            scan.shared = Shared::of(&word.to_ascii_uppercase());
            (!scan.next().is_some_and(char::is_alphanumeric)).then_some(found)
        })
    }

    /// `+0100`, `+01:00`, `+01`, `-5:30`.
    fn offset(&mut self, sure: bool, parted: bool) -> Option<i32> {
        let sign = match self.next()? {
            '+' => 1,
            '-' | '−' => -1,
            _ => return None,
        };
        self.at += self.next().map_or(0, char::len_utf8);
        let (first, digits) = self.number(1..=4)?;
        let (hours, minutes) = match digits {
            4 => (first / 100, first % 100),
            1 | 2 if self.next() == Some(':') => {
                // `14:10-14:25` is a range.
                if !sure && sign < 0 {
                    return None;
                }
                self.at += 1;
                (first, self.number(2..=2)?.0)
            }
            1 | 2 if !parted => (first, 0),
            _ => return None,
        };
        let ends = !self.next().is_some_and(|c| c.is_alphanumeric() || c == ':');
        let fits = hours <= 14 && minutes < 60 && ends;
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok();
        seconds.filter(|_| fits).map(|seconds| sign * seconds)
    }
}

fn proper_clock(hour: u32, minute: u32, second: u32, milli: u32, half: Option<u32>) -> Option<Clock> {
    let told = half.is_some();
    let hour = match half {
        Some(add) => (1..=12).contains(&hour).then_some(hour % 12 + add)?,
        None => hour,
    };
    let end = hour == 24 && minute == 0 && second == 0;
    // A leap second is the last one of its minute.
    let second = if second == 60 { 59 } else { second };
    let time = NaiveTime::from_hms_milli_opt(if end { 0 } else { hour }, minute, second, milli)?;
    Some(Clock {
        time,
        end,
        half: told,
        short: false,
    })
}

/// The half of the day that a text begins with: hours to add, and its length in bytes.
fn half(text: &str) -> Option<(u32, usize)> {
    HALVES.iter().find_map(|(add, name)| {
        let head = text.get(..name.len())?;
        let same = head == *name || head.eq_ignore_ascii_case(name) || head.to_lowercase() == *name;
        let after = text[name.len()..].chars().next();
        let ends = after.is_none_or(|c| !c.is_alphanumeric() || !name.is_ascii());
        (same && ends).then_some((*add, name.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_half_of_the_day_is_hidden_by_another() {
        for (add, name) in HALVES {
            assert_eq!(half(name), Some((add, name.len())), "{name}");
        }
    }
}
