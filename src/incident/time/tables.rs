//! Words that stand in times: months, days of the week, halves of the day, zones. One table each.

use chrono::Weekday;

/// Names of months, in lower case and without a closing dot. Languages whose chats are copied most; a name of three letters
/// or more that is only an abbreviation of one listed is listed too.
const MONTHS: [(u32, &[&str]); 12] = [
    (
        1,
        &[
            "jan",
            "january",
            "januar",
            "jän",
            "jänner",
            "janv",
            "janvier",
            "ene",
            "enero",
            "gen",
            "gennaio",
            "janeiro",
            "januari",
            "янв",
            "января",
            "stycznia",
            "sty",
            "ocak",
            "oca",
        ],
    ),
    (
        2,
        &[
            "feb",
            "february",
            "februar",
            "févr",
            "fév",
            "février",
            "febrero",
            "febbraio",
            "fev",
            "fevereiro",
            "februari",
            "фев",
            "февр",
            "февраля",
            "lutego",
            "lut",
            "şubat",
            "şub",
        ],
    ),
    (
        3,
        &[
            "mar",
            "march",
            "mär",
            "märz",
            "mrz",
            "mars",
            "marzo",
            "março",
            "mrt",
            "maart",
            "мар",
            "марта",
            "marca",
            "mart",
        ],
    ),
    (
        4,
        &[
            "apr",
            "april",
            "avr",
            "avril",
            "abr",
            "abril",
            "aprile",
            "апр",
            "апреля",
            "kwietnia",
            "kwi",
            "nisan",
            "nis",
        ],
    ),
    (
        5,
        &[
            "may", "mai", "mayo", "mag", "maggio", "maio", "mei", "мая", "май", "maja", "maj", "mayıs",
        ],
    ),
    (
        6,
        &[
            "jun", "june", "juni", "juin", "junio", "giu", "giugno", "junho", "июн", "июня", "czerwca", "cze",
            "haziran", "haz",
        ],
    ),
    (
        7,
        &[
            "jul", "july", "juli", "juil", "juillet", "julio", "lug", "luglio", "julho", "июл", "июля", "lipca", "lip",
            "temmuz", "tem",
        ],
    ),
    (
        8,
        &[
            "aug",
            "august",
            "août",
            "aou",
            "ago",
            "agosto",
            "augustus",
            "авг",
            "августа",
            "sierpnia",
            "sie",
            "ağustos",
            "ağu",
        ],
    ),
    (
        9,
        &[
            "sep",
            "sept",
            "september",
            "septembre",
            "septiembre",
            "set",
            "settembre",
            "setembro",
            "сен",
            "сент",
            "сентября",
            "września",
            "wrz",
            "eylül",
            "eyl",
        ],
    ),
    (
        10,
        &[
            "oct",
            "october",
            "okt",
            "oktober",
            "octobre",
            "octubre",
            "ott",
            "ottobre",
            "out",
            "outubro",
            "окт",
            "октября",
            "października",
            "paź",
            "ekim",
            "eki",
        ],
    ),
    (
        11,
        &[
            "nov",
            "november",
            "novembre",
            "noviembre",
            "novembro",
            "ноя",
            "нояб",
            "ноября",
            "listopada",
            "lis",
            "kasım",
            "kas",
        ],
    ),
    (
        12,
        &[
            "dec",
            "december",
            "dez",
            "dezember",
            "déc",
            "décembre",
            "dic",
            "diciembre",
            "dicembre",
            "dezembro",
            "дек",
            "декабря",
            "grudnia",
            "gru",
            "aralık",
            "ara",
        ],
    ),
];

/// Names of days of the week, in lower case and without a closing dot.
const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (
        Weekday::Mon,
        &[
            "mon",
            "monday",
            "mo",
            "montag",
            "lun",
            "lundi",
            "lunes",
            "lunedì",
            "segunda",
            "maandag",
            "пн",
            "понедельник",
            "月曜日",
            "월요일",
            "星期一",
        ],
    ),
    (
        Weekday::Tue,
        &[
            "tue",
            "tues",
            "tuesday",
            "di",
            "dienstag",
            "mardi",
            "martes",
            "martedì",
            "terça",
            "dinsdag",
            "вт",
            "вторник",
            "火曜日",
            "화요일",
            "星期二",
        ],
    ),
    (
        Weekday::Wed,
        &[
            "wed",
            "wednesday",
            "mi",
            "mittwoch",
            "mer",
            "mercredi",
            "miércoles",
            "mercoledì",
            "quarta",
            "woensdag",
            "ср",
            "среда",
            "水曜日",
            "수요일",
            "星期三",
        ],
    ),
    (
        Weekday::Thu,
        &[
            "thu",
            "thur",
            "thurs",
            "thursday",
            "do",
            "donnerstag",
            "jeu",
            "jeudi",
            "jueves",
            "giovedì",
            "quinta",
            "donderdag",
            "чт",
            "четверг",
            "木曜日",
            "목요일",
            "星期四",
        ],
    ),
    (
        Weekday::Fri,
        &[
            "fri",
            "friday",
            "fr",
            "freitag",
            "ven",
            "vendredi",
            "viernes",
            "venerdì",
            "sexta",
            "vrijdag",
            "пт",
            "пятница",
            "金曜日",
            "금요일",
            "星期五",
        ],
    ),
    (
        Weekday::Sat,
        &[
            "sat",
            "saturday",
            "sa",
            "samstag",
            "sonnabend",
            "sam",
            "samedi",
            "sábado",
            "sabato",
            "zaterdag",
            "сб",
            "суббота",
            "土曜日",
            "토요일",
            "星期六",
        ],
    ),
    (
        Weekday::Sun,
        &[
            "sun",
            "sunday",
            "so",
            "sonntag",
            "dim",
            "dimanche",
            "domingo",
            "domenica",
            "zondag",
            "вс",
            "воскресенье",
            "日曜日",
            "일요일",
            "星期日",
        ],
    ),
];

/// A day named by where it lies from today, and how far.
const NEAR: [(i64, &[&str]); 3] = [
    (
        0,
        &[
            "today",
            "heute",
            "aujourd'hui",
            "aujourd’hui",
            "hoy",
            "oggi",
            "hoje",
            "vandaag",
            "сегодня",
            "今日",
            "今天",
            "오늘",
            "dziś",
            "bugün",
        ],
    ),
    (
        -1,
        &[
            "yesterday",
            "gestern",
            "hier",
            "ayer",
            "ieri",
            "ontem",
            "gisteren",
            "вчера",
            "昨日",
            "昨天",
            "어제",
            "wczoraj",
            "dün",
        ],
    ),
    (
        1,
        &[
            "tomorrow",
            "morgen",
            "demain",
            "mañana",
            "domani",
            "amanhã",
            "завтра",
            "明日",
            "明天",
            "내일",
            "jutro",
            "yarın",
        ],
    ),
];

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

/// Words of zones with what they are ahead of UTC, in minutes. Where one word is used for several, the one that teams write
/// most; whoever shows times that were read says what was taken.
const ZONES: [(&str, i32); 48] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("MEZ", 60),
    ("MESZ", 120),
    ("MET", 60),
    ("MEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("TRT", 180),
    ("GST", 240),
    ("PKT", 300),
    ("IST", 330),
    ("NPT", 345),
    ("ICT", 420),
    ("WIB", 420),
    ("SGT", 480),
    ("HKT", 480),
    ("AWST", 480),
    ("PHT", 480),
    ("JST", 540),
    ("KST", 540),
    ("ACST", 570),
    ("ACDT", 630),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("SAST", 120),
    ("EAT", 180),
    ("WAT", 60),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
];

/// The month that a word names.
pub(super) fn month(word: &str) -> Option<u32> {
    named(&MONTHS, word)
}

/// The day of the week that a word names.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    named(&WEEKDAYS, word)
}

/// How many days from today the day lies that a word names.
pub(super) fn near(word: &str) -> Option<i64> {
    named(&NEAR, word)
}

/// Whether a word names a day of the week also where no date follows: short ones of some languages are people, or words.
pub(super) fn is_weekday_alone(word: &str) -> bool {
    let english = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    word.chars().count() > 3 || english.iter().any(|one| one.eq_ignore_ascii_case(word))
}

fn named<T: Copy>(table: &[(T, &[&str])], word: &str) -> Option<T> {
    // No name is longer than this, so that no long word costs.
    if word.is_empty() || word.len() > 32 {
        return None;
    }
    let lower = word.to_lowercase();
    let found = table.iter().find(|(_, names)| names.contains(&lower.as_str()));
    found.map(|(what, _)| *what)
}

/// The half of the day that a text begins with: hours to add, and its length in bytes.
pub(super) fn half(text: &str) -> Option<(u32, usize)> {
    HALVES.iter().find_map(|(add, name)| {
        let head = text.get(..name.len())?;
        let same = head == *name || head.eq_ignore_ascii_case(name) || head.to_lowercase() == *name;
        let after = text[name.len()..].chars().next();
        let ends = after.is_none_or(|c| !c.is_alphanumeric() || !name.is_ascii());
        (same && ends).then_some((*add, name.len()))
    })
}

/// Seconds ahead of UTC of a zone by its word (`CET`); case counts in running text, where `met` and `est` are words.
pub fn zone(word: &str) -> Option<i32> {
    let found = ZONES.iter().find(|(name, _)| *name == word);
    found.map(|(_, minutes)| minutes * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_for_one_thing() {
        let mut all: Vec<&str> = MONTHS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let months = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), months, "a name of two months");
        let mut all: Vec<&str> = WEEKDAYS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let days = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), days, "a name of two days");
        for (name, minutes) in ZONES {
            assert_eq!(zone(name), Some(minutes * 60), "{name} stands twice");
        }
        for (add, name) in HALVES {
            assert_eq!(half(name), Some((add, name.len())), "{name} is hidden by another");
        }
    }
}
