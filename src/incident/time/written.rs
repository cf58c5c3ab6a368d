//! Times as people, chats and programs write them, read from the beginning of a text: which day, which time of day, which
//! zone were said. What instant that is, is another question ([`place`](super::place)).

mod clock;

use chrono::{NaiveDate, NaiveTime, Weekday};

use super::{Shared, Time, tables};

/// Longest that a time is when written out, in bytes: no line costs more than this.
const LONGEST: usize = 112;

/// What was said of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The day.
    pub day: Option<Day>,
    /// The time of day.
    pub clock: Option<Clock>,
    /// Seconds ahead of UTC, where a zone was named.
    pub zone: Option<i32>,
    /// The word by which it was named, where several zones use that.
    pub shared: Option<Shared>,
    /// An instant by itself: seconds since the Unix epoch.
    pub instant: Option<Time>,
}

/// The day that was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// With its year.
    On(NaiveDate),
    /// Month and day without a year.
    OfYear(u32, u32),
    /// `24/11/2026`, `11/24/26`, `24.11.`: numbers whose order is to be found out.
    Numbers {
        /// The first number.
        first: u32,
        /// The second.
        second: u32,
        /// The year, if it was said.
        year: Option<i32>,
    },
    /// So many days from today.
    Near(i64),
    /// The last day of that name.
    Week(Weekday),
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What the clock shows.
    pub time: NaiveTime,
    /// `24:00`: the end of the day rather than its beginning.
    pub end: bool,
    /// Whether the half of the day was said.
    pub half: bool,
    /// Whether the hour was written with one digit, as clocks of twelve hours do.
    pub short: bool,
}

impl Clock {
    /// A plain one.
    fn of(time: NaiveTime) -> Self {
        Self {
            time,
            end: false,
            half: false,
            short: false,
        }
    }
}

/// How far one goes in taking words for times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// The text is a time: `noon` is one, and `14:05-05:00` has a zone.
    Typed,
    /// Text follows: only what surely is a time is taken, and `14:05-14:30` is a range.
    Text,
}

/// The time that a text begins with, and its length in bytes.
pub fn read(text: &str, care: Care) -> Option<(Written, usize)> {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut scan = Scan {
        text: &text[..end],
        at: 0,
        shared: None,
        care,
    };
    let found = scan
        .epoch()
        .or_else(|| scan.compact())
        .or_else(|| scan.day_first())
        .or_else(|| scan.clock_first())?;
    let shared = scan.shared.filter(|_| found.zone.is_some());
    Some((Written { shared, ..found }, scan.at))
}

impl Written {
    /// With the zone that a word of several stands for where one is `here` seconds ahead of UTC.
    #[must_use]
    pub fn settled(self, here: i32, turned: usize) -> Self {
        let zone = self.shared.map(|shared| shared.taken(here, turned).0).or(self.zone);
        Self {
            zone,
            shared: None,
            ..self
        }
    }
}

/// A day alone: `2026-11-24`, `Tuesday, November 24th`, `24.11.2026`, `today`; with its length.
pub fn read_day(text: &str) -> Option<(Day, usize)> {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut scan = Scan {
        text: &text[..end],
        at: 0,
        shared: None,
        care: Care::Typed,
    };
    let day = scan.day()?;
    Some((day, scan.at))
}

/// A zone that a text begins with (`UTC`, `CET`, `+0100`, `UTC+2`): seconds ahead of UTC, and its length.
pub fn read_zone(text: &str) -> Option<(i32, usize)> {
    let end = text
        .char_indices()
        .take(24)
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8());
    let mut scan = Scan {
        text: &text[..end],
        at: 0,
        shared: None,
        care: Care::Typed,
    };
    let zone = scan.zone(false)?;
    Some((zone, scan.at))
}

#[derive(Clone, Copy)]
struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// The zone's word that was read, where several zones use it.
    shared: Option<Shared>,
    care: Care,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Blanks of any kind but line ends.
    fn blanks(&mut self) -> bool {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches([' ', '\t', '\u{a0}', '\u{202f}', '\u{2009}', '\u{3000}']);
        self.at += rest.len() - trimmed.len();
        rest.len() != trimmed.len()
    }

    fn eat(&mut self, text: &str) -> bool {
        let same = self
            .rest()
            .get(..text.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(text));
        if same {
            self.at += text.len();
        }
        same
    }

    fn eat_any(&mut self, all: &[&str]) -> bool {
        all.iter().any(|one| self.eat(one))
    }

    /// All the digits that stand here, where they are as many as that; and how many they are.
    fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<(u32, usize)> {
        let bytes = self.rest().as_bytes();
        let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !digits.contains(&count) {
            return None;
        }
        let value = self.rest()[..count].parse().ok()?;
        self.at += count;
        Some((value, count))
    }

    /// A word of letters, also with an apostrophe, as in `aujourd'hui`.
    fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphabetic() && c != '\'' && c != '’');
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        (!word.is_empty()).then_some(word)
    }

    /// Tries something, and stands where it stood if that is nothing.
    fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.at;
        let found = read(self);
        if found.is_none() {
            self.at = before;
        }
        found
    }

    /// `1763990430`, `1763990430.123`, `1763990430123`: of this century's first third.
    fn epoch(&mut self) -> Option<Written> {
        self.maybe(|scan| {
            let bytes = scan.rest().as_bytes();
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !matches!(digits, 10 | 13) || bytes[0] != b'1' {
                return None;
            }
            let whole: i64 = scan.rest()[..digits].parse().ok()?;
            scan.at += digits;
            let mut millis = if digits == 13 { whole } else { whole * 1000 };
            if digits == 10 && bytes.get(10) == Some(&b'.') {
                scan.at += 1;
                millis += scan.fraction()?;
            }
            if scan.next().is_some_and(char::is_alphanumeric) {
                return None;
            }
            Some(Written {
                instant: Some(Time::from_millis(millis)),
                ..Written::default()
            })
        })
    }

    /// `20261124T152030Z`.
    fn compact(&mut self) -> Option<Written> {
        self.maybe(|scan| {
            let (day, _) = scan.number(8..=8)?;
            let date = date(day / 10_000, day / 100 % 100, day % 100)?;
            if !scan.eat_any(&["T", "-", " "]) {
                return None;
            }
            let (clock, digits) = scan.number(4..=6)?;
            let clock = if digits == 4 { clock * 100 } else { clock };
            let time = NaiveTime::from_hms_opt(clock / 10_000, clock / 100 % 100, clock % 100)?;
            if scan.next() == Some('.') {
                scan.at += 1;
                scan.fraction()?;
            }
            let zone = scan.zone(true);
            (digits != 5 && !scan.next().is_some_and(char::is_alphanumeric)).then_some(Written {
                day: Some(Day::On(date)),
                clock: Some(Clock::of(time)),
                zone,
                instant: None,
                shared: None,
            })
        })
    }

    /// A day, then the time of day.
    fn day_first(&mut self) -> Option<Written> {
        self.maybe(|scan| {
            let mut day = scan.day()?;
            let apache = scan.eat(":")
                || scan
                    .maybe(|scan| (scan.eat("T") || scan.eat("_")).then_some(()))
                    .is_some();
            if !apache {
                scan.between();
            }
            let clock = scan.clock(true)?;
            let zone = scan.zone(true);
            // `Tue Nov 24 15:20:30 UTC 2026`.
            if let Day::OfYear(month, of_month) = day
                && let Some(year) = scan.maybe(|scan| {
                    scan.blanks().then_some(())?;
                    scan.number(4..=4).filter(|(year, _)| (1970..2200).contains(year))
                })
            {
                day = Day::On(date(year.0, month, of_month)?);
            }
            Some(Written {
                day: Some(day),
                clock: Some(clock),
                zone,
                instant: None,
                shared: None,
            })
        })
    }

    /// A time of day, and perhaps the day behind it.
    fn clock_first(&mut self) -> Option<Written> {
        self.maybe(|scan| {
            let clock = scan.clock(false)?;
            let zone = scan.zone(false);
            let day = scan.maybe(|scan| {
                let before = scan.at;
                scan.eat(",");
                scan.blanks();
                scan.eat_any(&["on ", "am ", "le ", "el "]);
                let named = scan.at;
                let day = scan.day().filter(|_| named > before)?;
                // In running text a name may follow a time, and a number: only a whole date is surely one.
                let sure = scan.care == Care::Typed || matches!(day, Day::On(_));
                (sure && !scan.next().is_some_and(char::is_alphanumeric)).then_some(day)
            });
            Some(Written {
                day,
                clock: Some(clock),
                zone,
                instant: None,
                shared: None,
            })
        })
    }

    /// What stands between a day and a time of day.
    fn between(&mut self) {
        self.eat(",");
        self.blanks();
        self.maybe(|scan| {
            let word = scan.eat_any(&[
                "at ",
                "at\u{a0}",
                "@",
                "um ",
                "à ",
                "a las ",
                "alle ore ",
                "alle ",
                "ore ",
                "às ",
                "om ",
                "kl. ",
                "kl ",
                "klo ",
                "в ",
                "- ",
                "– ",
                "— ",
                "| ",
            ]);
            word.then_some(())
        });
        self.blanks();
    }

    fn day(&mut self) -> Option<Day> {
        self.maybe(|scan| {
            let week = scan.maybe(|scan| {
                scan.eat("last ");
                let word = scan.word()?;
                let day = tables::weekday(word)?;
                let dotted = scan.eat(".");
                // `sam 24 Nov` is a person, `sam. 24 nov.` a Saturday.
                let sure = dotted || tables::is_weekday_alone(word) || scan.rest().starts_with(',');
                sure.then_some((day, word))
            });
            if let Some((day, word)) = week {
                let after = scan.at;
                let comma = scan.eat(",");
                let parted = scan.blanks();
                scan.maybe(|scan| scan.eat_any(&["the ", "den ", "le "]).then_some(()));
                if let Some(date) = (comma || parted).then(|| scan.date()).flatten() {
                    return Some(date);
                }
                scan.at = after;
                return tables::is_weekday_alone(word).then_some(Day::Week(day));
            }
            scan.date().or_else(|| {
                scan.maybe(|scan| {
                    let word = scan.word()?;
                    tables::near(word).map(Day::Near)
                })
            })
        })
    }

    fn date(&mut self) -> Option<Day> {
        self.maybe(Self::year_first)
            .or_else(|| self.maybe(Self::numbers))
            .or_else(|| self.maybe(Self::month_first))
            .or_else(|| self.maybe(Self::day_of_month_first))
    }

    /// `2026-11-24`, `2026/11/24`, `2026年11月24日`.
    fn year_first(&mut self) -> Option<Day> {
        let (year, _) = self.number(4..=4)?;
        if self.eat_any(&["年", "년"]) {
            self.blanks();
            return self.month_sign(i32::try_from(year).ok());
        }
        let mark = self.next().filter(|c| matches!(c, '-' | '/' | '.'))?;
        self.at += 1;
        let (month, _) = self.number(1..=2)?;
        if !self.eat(mark.encode_utf8(&mut [0; 4])) {
            return None;
        }
        let (day, _) = self.number(1..=2)?;
        // Korean dates end with a dot.
        if mark == '.' {
            self.eat(".");
        }
        date(year, month, day).map(Day::On)
    }

    /// `11月24日`.
    fn month_sign(&mut self, year: Option<i32>) -> Option<Day> {
        let (month, _) = self.number(1..=2)?;
        if !self.eat_any(&["月", "월"]) {
            return None;
        }
        self.blanks();
        let (day, _) = self.number(1..=2)?;
        if !self.eat_any(&["日", "일"]) {
            return None;
        }
        match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day).map(Day::On),
            None => proper(month, day).then_some(Day::OfYear(month, day)),
        }
    }

    /// `24/11/2026`, `24.11.26`, `24.11.`, `24-11-2026`.
    fn numbers(&mut self) -> Option<Day> {
        if let Some(found) = self.maybe(|scan| scan.month_sign(None)) {
            return Some(found);
        }
        let (first, _) = self.number(1..=2)?;
        let mark = self.next().filter(|c| matches!(c, '-' | '/' | '.'))?;
        self.at += 1;
        let (second, _) = self.number(1..=2)?;
        let again = self.next() == Some(mark);
        if again {
            self.at += 1;
        }
        let year = again
            .then(|| self.maybe(|scan| scan.number(2..=4).filter(|(_, digits)| *digits != 3)))
            .flatten();
        let year = match (year, mark) {
            (Some((year, 4)), _) => i32::try_from(year).ok(),
            (Some((year, _)), _) => i32::try_from(2000 + year).ok(),
            // `24.11.` is a day, `24.11` a number, and `24-11` a range.
            (None, '.') if again => None,
            (None, '/') if !again && self.next().is_some_and(|c| c == ' ' || c == ',') => None,
            (None, _) => return None,
        };
        if self.next().is_some_and(|c| c.is_ascii_digit()) || !(proper(second, first) || proper(first, second)) {
            return None;
        }
        if mark == '/' {
            return Some(Day::Numbers { first, second, year });
        }
        // Between dots and dashes the day comes first.
        let (day, month) = if proper(second, first) {
            (first, second)
        } else {
            (second, first)
        };
        match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day).map(Day::On),
            None => Some(Day::OfYear(month, day)),
        }
    }

    /// `Nov 24`, `November 24th, 2026`, `Nov. 24 2026`.
    fn month_first(&mut self) -> Option<Day> {
        let month = self.word().and_then(tables::month)?;
        self.eat(".");
        if !(self.blanks() || self.eat("-")) {
            return None;
        }
        let (day, _) = self.number(1..=2)?;
        self.eat_any(&["st", "nd", "rd", "th"]);
        let year = self.maybe(Self::year_behind);
        dated(year, month, day)
    }

    /// `24 Nov 2026`, `24. November`, `24-Nov-2026`, `24/Nov/2026`, `24 de noviembre de 2026`.
    fn day_of_month_first(&mut self) -> Option<Day> {
        let (day, _) = self.number(1..=2)?;
        self.eat_any(&["st", "nd", "rd", "th", "er", "."]);
        let tight = self.eat("-") || self.eat("/");
        if !tight {
            self.blanks();
            self.eat_any(&["de ", "of "]);
        }
        let month = self.word().and_then(tables::month)?;
        self.eat(".");
        let year = if tight {
            self.maybe(|scan| {
                (scan.eat("-") || scan.eat("/")).then_some(())?;
                let (year, digits) = scan.number(2..=4).filter(|(_, digits)| *digits != 3)?;
                Some((if digits == 2 { 2000 + year } else { year }, 4))
            })
        } else {
            self.maybe(Self::year_behind)
        };
        dated(year, month, day)
    }

    fn year_behind(&mut self) -> Option<(u32, usize)> {
        self.eat(",");
        self.blanks();
        self.eat_any(&["de "]);
        let year = self.number(4..=4).filter(|(year, _)| (1970..2200).contains(year))?;
        // `Nov 24 2026` against `Nov 24 1505Z`.
        (!self.next().is_some_and(|c| c.is_alphanumeric() && c != 'T')).then_some(year)
    }
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn dated(year: Option<(u32, usize)>, month: u32, day: u32) -> Option<Day> {
    match year {
        Some((year, _)) => date(year, month, day).map(Day::On),
        None => proper(month, day).then_some(Day::OfYear(month, day)),
    }
}

fn proper(month: u32, day: u32) -> bool {
    NaiveDate::from_ymd_opt(2024, month, day).is_some()
}
