//! Words that stand in times: months, days of the week, days near today. One table each.

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
    }
}
