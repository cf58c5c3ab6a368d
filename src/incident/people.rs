//! Who is who. One person writes their name in more than one way (`Sam`, `@sam`, `sam@example.org`), and letters of other
//! scripts look like those of a name: where two people must differ, and where a person's own things are found, names are
//! compared here and nowhere else.

use std::collections::HashMap;

/// Whether two names are those of one person: alike without a leading `@`, the domain of a mail address, blanks, dots and hyphens,
/// accents and case, or alike to look at.
pub fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let is_bare = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_bare(one) && is_bare(other) {
        return one.eq_ignore_ascii_case(other);
    }
    let (one, other) = (forms(one), forms(other));
    one.iter().zip(&other).any(|(one, other)| one == other)
}

/// The forms of a name: two names of which one form is alike are one person's.
fn forms(name: &str) -> [String; 3] {
    let name = plain(name);
    let small = name.to_lowercase();
    // Letters look alike in one case and not in the other: Greek Ν is N, and ν is v.
    [
        joined(&small),
        joined(&look(&small)),
        joined(&look(&name).to_lowercase()),
    ]
}

/// Numbered persons, found by any of their names without comparing it with each: a file may name very many.
#[derive(Debug, Default)]
pub struct Persons {
    /// By the very spelling.
    spelled: HashMap<String, usize>,
    /// By each of the [`forms`].
    formed: [HashMap<String, usize>; 3],
}

impl Persons {
    /// The number of the first person whose name it is.
    pub fn find(&self, name: &str) -> Option<usize> {
        if let Some(number) = self.spelled.get(name) {
            return Some(*number);
        }
        let found = forms(name);
        let numbers = found
            .iter()
            .zip(&self.formed)
            .filter_map(|(form, known)| known.get(form));
        numbers.min().copied()
    }

    /// Notes a name of a person.
    pub fn add(&mut self, name: &str, number: usize) {
        self.spell(name, number);
        for (form, known) in forms(name).into_iter().zip(&mut self.formed) {
            known.entry(form).or_insert(number);
        }
    }

    /// Notes a spelling alone, so that it is found at once.
    pub fn spell(&mut self, name: &str, number: usize) {
        self.spelled.entry(name.to_owned()).or_insert(number);
    }
}

/// A name without what stands between its parts: `sam.rivers`, `sam-rivers` and `sam rivers` are written for one person. One that
/// is made of nothing else stays.
fn joined(name: &str) -> String {
    let parts: String = name.chars().filter(|c| !matches!(c, ' ' | '.' | '_' | '-')).collect();
    if parts.is_empty() { name.to_owned() } else { parts }
}

/// Who is who beyond the spelling: the names that a team says are one person's, and those that git's mailmap does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Of each person the name to use, then the others.
    persons: Vec<Vec<String>>,
    /// How many of them the team named: only those are called by their first name.
    own: usize,
}

impl Directory {
    /// Of a team's persons, each with the name to use first; names that stand with two persons are told and left with the first.
    pub fn new(persons: impl IntoIterator<Item = Vec<String>>) -> (Self, Vec<String>) {
        let mut directory = Self::default();
        let mut twice = Vec::new();
        for person in persons {
            let mut names: Vec<String> = Vec::new();
            for name in person.into_iter().filter(|name| !name.trim().is_empty()) {
                if names.iter().any(|known| same(known, &name)) {
                    continue;
                }
                match directory.person(&name) {
                    Some(other) => twice.push(format!("{name} is {} already", other[0])),
                    None => names.push(name),
                }
            }
            if !names.is_empty() {
                directory.persons.push(names);
            }
        }
        directory.own = directory.persons.len();
        (directory, twice)
    }

    /// With the names of git's mailmap: `Proper Name <mail> Other Name <other mail>`, a line each.
    #[must_use]
    pub fn with_mailmap(mut self, text: &str) -> Self {
        const MOST: usize = 5000;
        for line in text.lines().take(MOST) {
            let names = mailmap_names(line);
            if names.len() < 2 {
                continue;
            }
            let known = names.iter().find_map(|name| {
                self.persons
                    .iter()
                    .position(|person| person.iter().any(|known| same(known, name)))
            });
            match known {
                Some(place) => {
                    for name in names {
                        if self.person(&name).is_none() {
                            self.persons[place].push(name);
                        }
                    }
                }
                None => self.persons.push(names),
            }
        }
        self
    }

    fn person(&self, name: &str) -> Option<&Vec<String>> {
        self.persons
            .iter()
            .find(|person| person.iter().any(|known| same(known, name)))
    }

    /// Whether two names are those of one person.
    pub fn same(&self, one: &str, other: &str) -> bool {
        same(one, other)
            || self
                .person(one)
                .is_some_and(|person| person.iter().any(|known| same(known, other)))
    }

    /// The name that the team uses for a person; any other name as it is.
    pub fn called<'a>(&'a self, name: &'a str) -> &'a str {
        let own = self.persons.iter().take(self.own);
        let person = own
            .clone()
            .find(|person| person.iter().skip(1).any(|known| same(known, name)));
        person.map_or(name, |person| person[0].as_str())
    }

    /// The names of different people, each as it stands first.
    pub fn distinct<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut found: Vec<&str> = Vec::new();
        let mut persons = Persons::default();
        for name in names {
            if let Some(number) = persons.find(name) {
                persons.spell(name, number);
                continue;
            }
            for other in [name]
                .into_iter()
                .chain(self.person(name).into_iter().flatten().map(String::as_str))
            {
                persons.add(other, found.len());
            }
            found.push(name);
        }
        found
    }

    /// Whether it has this person.
    pub fn knows(&self, name: &str) -> bool {
        self.person(name).is_some()
    }
}

/// What the author of a program's answer begins with: `program:graph-bot`.
pub const PROGRAM: &str = "program:";

/// Whether a name is a program's: it adds what it found, and judges nothing.
pub fn is_program(name: &str) -> bool {
    name.starts_with(PROGRAM)
}

/// The names and addresses of a line of a mailmap, the proper name first.
fn mailmap_names(line: &str) -> Vec<String> {
    let line = line.split('#').next().unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for part in line.split('>') {
        let (name, mail) = part.split_once('<').unwrap_or((part, ""));
        for word in [name.trim(), mail.trim()] {
            if !word.is_empty() && !names.iter().any(|known| known == word) {
                names.push(word.to_owned());
            }
        }
    }
    names
}

/// A name that may be another spelling of a known one, and is not taken for it by itself: a letter apart, or with one word
/// more (`sam` and `sam rivers`).
pub fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let own = folded(name);
    let words = |name: &str| -> Vec<String> {
        let parts = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let mine = words(&own);
    known.into_iter().find(|other| {
        if same(name, other) {
            return false;
        }
        let theirs = words(&folded(other));
        let within =
            |few: &[String], many: &[String]| !few.is_empty() && few.len() < many.len() && many.starts_with(few);
        within(&mine, &theirs) || within(&theirs, &mine) || one_apart(&own, &folded(other))
    })
}

/// Whether two names of four letters and more differ by one letter.
fn one_apart(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    if short.len() < 4 || long.len() - short.len() > 1 || long.len() > 100 {
        return false;
    }
    let front = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let back = short
        .iter()
        .rev()
        .zip(long.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    front + back + 1 >= long.len() && short != long
}

/// A name as it is counted by; [`same`] knows more of them as one.
pub fn folded(name: &str) -> String {
    plain(name).to_lowercase()
}

/// The names of different people, each as it stands first.
pub fn distinct<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    Directory::default().distinct(names)
}

/// A name in plain letters, without what does not tell people apart; its case is kept.
fn plain(name: &str) -> String {
    let letters: String = name.chars().flat_map(letter).collect();
    let whole = letters.trim();
    // `Sam Rivers <sam@example.org>` is Sam Rivers.
    let called = match whole.split_once('<') {
        Some((called, _)) if !called.trim().is_empty() => called,
        Some((_, address)) => address.trim_end_matches('>'),
        None => whole,
    };
    let called = called.trim().trim_start_matches('@').trim_start();
    let called = match called.split_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.contains(char::is_whitespace) => local,
        _ => called,
    };
    let words: Vec<&str> = called.split_whitespace().collect();
    if words.is_empty() {
        return whole.to_owned();
    }
    words.join(" ")
}

/// Letters with their accents, by the one that they are without.
const ACCENTS: [(char, &str); 34] = [
    ('a', "àáâãäåāăąǎạả"),
    ('c', "çćĉċč"),
    ('d', "ďđð"),
    ('e', "èéêëēĕėęěẹẻ"),
    ('g', "ĝğġģ"),
    ('h', "ĥħ"),
    ('i', "ìíîïĩīĭįıǐịỉ"),
    ('j', "ĵ"),
    ('k', "ķ"),
    ('l', "ĺļľŀł"),
    ('n', "ñńņň"),
    ('o', "òóôõöøōŏőǒọỏơ"),
    ('r', "ŕŗř"),
    ('s', "śŝşšșſ"),
    ('t', "ţťŧț"),
    ('u', "ùúûüũūŭůűųǔụủư"),
    ('w', "ŵẁẃẅ"),
    ('y', "ýÿŷỳỵ"),
    ('z', "źżž"),
    ('A', "ÀÁÂÃÄÅĀĂĄǍẠẢ"),
    ('C', "ÇĆĈĊČ"),
    ('D', "ĎĐÐ"),
    ('E', "ÈÉÊËĒĔĖĘĚẸẺ"),
    ('G', "ĜĞĠĢ"),
    ('I', "ÌÍÎÏĨĪĬĮİǏỊỈ"),
    ('L', "ĹĻĽĿŁ"),
    ('N', "ÑŃŅŇ"),
    ('O', "ÒÓÔÕÖØŌŎŐǑỌỎƠ"),
    ('R', "ŔŖŘ"),
    ('S', "ŚŜŞŠȘ"),
    ('T', "ŢŤŦȚ"),
    ('U', "ÙÚÛÜŨŪŬŮŰŲǓỤỦƯ"),
    ('Y', "ÝŶŸỲ"),
    ('Z', "ŹŻŽ"),
];

/// A character as plain letters: nothing for what cannot be seen, the letter for its wide, bold, ringed or accented forms.
fn letter(c: char) -> impl Iterator<Item = char> {
    let (one, more) = match c {
        ' '..='~' => (Some(c), None),
        _ if c.is_whitespace() => (Some(' '), None),
        _ if !crate::text::harmless(c) || matches!(c, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}') => (None, None),
        '\u{ff01}'..='\u{ff5e}' => (char::from_u32(c as u32 - 0xfee0), None),
        // Mathematical letters come in alphabets of 52, digits in tens.
        '\u{1d400}'..='\u{1d6a3}' => (of_alphabet((c as u32 - 0x1d400) % 52), None),
        '\u{1d7ce}'..='\u{1d7ff}' => (char::from_digit((c as u32 - 0x1d7ce) % 10, 10), None),
        '\u{24b6}'..='\u{24e9}' => (of_alphabet(c as u32 - 0x24b6), None),
        'ß' => (Some('s'), Some('s')),
        'æ' => (Some('a'), Some('e')),
        'Æ' => (Some('A'), Some('E')),
        'œ' => (Some('o'), Some('e')),
        'ﬁ' => (Some('f'), Some('i')),
        'ﬂ' => (Some('f'), Some('l')),
        'ё' => (Some('е'), None),
        'Ё' => (Some('Е'), None),
        _ => {
            let found = ACCENTS.iter().find(|(_, with)| with.contains(c));
            (Some(found.map_or(c, |(letter, _)| *letter)), None)
        }
    };
    one.into_iter().chain(more)
}

fn of_alphabet(place: u32) -> Option<char> {
    let (first, place) = if place < 26 { ('A', place) } else { ('a', place - 26) };
    char::from_u32(first as u32 + place)
}

/// Letters of other alphabets that look like a Latin one.
const LOOKS: [(char, &str); 38] = [
    ('a', "аαɑ"),
    ('b', "вβ"),
    ('c', "сϲ"),
    ('d', "ԁ"),
    ('e', "еεє"),
    ('g', "ɡ"),
    ('h', "һнհ"),
    ('i', "іїιɩ"),
    ('j', "јϳյ"),
    ('k', "кκ"),
    ('l', "ӏ"),
    ('m', "м"),
    ('n', "пηո"),
    ('o', "оοσօ"),
    ('p', "рρ"),
    ('q', "ԛ"),
    ('r', "г"),
    ('s', "ѕ"),
    ('t', "тτ"),
    ('u', "υս"),
    ('v', "ѵν"),
    ('w', "ԝω"),
    ('x', "хχ"),
    ('y', "уүγʏ"),
    ('A', "АΑ"),
    ('B', "ВΒ"),
    ('C', "СϹ"),
    ('E', "ЕΕ"),
    ('H', "НΗ"),
    ('I', "ІΙӀ"),
    ('K', "КΚ"),
    ('M', "МΜ"),
    ('O', "ОΟ"),
    ('P', "РΡ"),
    ('S', "Ѕ"),
    ('T', "ТΤ"),
    ('X', "ХΧ"),
    ('Y', "УΥ"),
];

/// A name as it looks.
fn look(name: &str) -> String {
    let letter = |c: char| match c {
        _ if c.is_ascii() => c,
        'Ν' => 'N',
        'Ζ' => 'Z',
        'Ј' => 'J',
        _ => LOOKS
            .iter()
            .find(|(_, like)| like.contains(c))
            .map_or(c, |(letter, _)| *letter),
    };
    name.chars().map(letter).collect()
}

/// Names that are also words: only written like a name they are one.
const WORDS_TOO: [&str; 24] = [
    "will", "may", "mark", "art", "bill", "rob", "pat", "sue", "hope", "grace", "rose", "dawn", "joy", "faith", "june",
    "april", "august", "max", "drew", "chase", "jack", "grant", "page", "miles",
];

/// Whether a name is also a word (`mark`, `grace`).
pub fn is_word_too(name: &str) -> bool {
    WORDS_TOO.contains(&name.to_lowercase().as_str())
}

/// The single names of one of several (`sam` and `smith` of `sam.smith@example.com`); none of a single one.
pub fn parts(name: &str) -> Vec<&str> {
    let person = name.split('@').find(|part| !part.is_empty()).unwrap_or_default();
    let parts: Vec<&str> = person
        .split(['.', ' ', '_'])
        .filter(|part| part.chars().count() > 2)
        .collect();
    if parts == [name] { Vec::new() } else { parts }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_person_in_many_spellings() {
        for other in [
            "Sam",
            "SAM",
            " sam ",
            "@sam",
            "@Sam",
            "sam@x.org",
            "Sam@Example.ORG",
            "<sam@x.org>",
            "sаm",
            "ѕам",
            "SАМ",
            "ｓａｍ",
            "𝐬𝐚𝐦",
            "ⓢⓐⓜ",
            "s\u{200b}am",
            "s\u{e1}m",
            "sa\u{301}m",
            "\u{feff}sam",
            "sam\u{a0}",
        ] {
            assert!(same("sam", other), "{other}");
            assert!(same(other, "sam"), "{other}");
        }
        assert!(same("Sam  Rivers", "sam rivers <sam@x.org>"));
        assert!(same("NIK", "ΝΙΚ") && same("Νίκος", "ΝΊΚΟΣ".to_lowercase().as_str()));
        assert!(same("Straße", "STRASSE") && same("José", "jose\u{301}"));
        assert!(same("Фёдор", "ФЕДОР"));
    }

    #[test]
    fn other_people() {
        for (one, other) in [
            ("sam", "kim"),
            ("sam", "sam2"),
            ("sam", "samuel"),
            ("sam rivers", "sam lee"),
            ("sam", ""),
            ("@", "sam"),
            ("Фёдор", "Иван"),
            ("李", "王"),
            ("sam.a", "sam.b"),
            ("a b@c d", "a b"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
        assert_eq!(
            distinct(["sam", "kim", "Sam", "kim@x.org", "lee"]),
            ["sam", "kim", "lee"]
        );
    }

    #[test]
    fn a_team_says_who_is_who() {
        let persons = [
            vec!["kim".to_owned(), "kim.lee".into(), "klee@corp.example".into()],
            vec!["sam".to_owned(), "Sam Rivers".into(), "kim.lee".into()],
        ];
        let (directory, twice) = Directory::new(persons);
        assert_eq!(twice, ["kim.lee is kim already"]);
        assert!(
            directory.same("Kim.Lee", "@kim") && directory.same("klee", "kim") && directory.same("sam", "SAM RIVERS")
        );
        assert!(!directory.same("kim", "sam") && !directory.same("lee", "kim"));
        assert_eq!(
            (directory.called("KLEE@corp.example"), directory.called("lee")),
            ("kim", "lee")
        );
        assert_eq!(
            directory.distinct(["kim", "kim.lee", "sam", "lee"]),
            ["kim", "sam", "lee"]
        );
    }

    #[test]
    fn git_mailmap_says_who_is_who_and_renames_no_one() {
        let map = "# people\nKim Lee <kim@corp.example> kimmy <k@home.example>\n<sam@corp.example> <sammy@home.example>\nAda <ada@x.example>\nbroken <\n>>>\n";
        let directory = Directory::default().with_mailmap(map);
        assert!(directory.same("kimmy", "Kim Lee") && directory.same("k@home.example", "kimmy"));
        assert!(directory.same("sammy", "sam"), "by their addresses");
        assert!(!directory.same("Kim Lee", "sam"));
        assert_eq!(directory.called("kimmy"), "kimmy");
    }

    #[test]
    fn names_that_may_be_one_persons() {
        let known = ["sam", "kimberly", "lee park", "ann"];
        for (name, like) in [
            ("sam rivers", Some("sam")),
            ("kimberley", Some("kimberly")),
            ("kimberlx", Some("kimberly")),
            ("lee", Some("lee park")),
            ("sam.r", Some("sam")),
            ("Sam", None),
            ("dana", None),
            ("samuel", None),
            ("anna", None),
            ("", None),
        ] {
            assert_eq!(near(name, known), like, "{name}");
        }
    }

    proptest! {
        #![proptest_config(crate::trials::cases(256))]

        #[test]
        fn comparing_is_even_handed(one in "\\PC{0,12}", other in "\\PC{0,12}") {
            prop_assert_eq!(same(&one, &other), same(&other, &one));
            let shouted = one.to_lowercase();
            prop_assert!(same(&shouted, &shouted));
            let padded = format!(" {one} ");
            prop_assert!(same(&one, &padded));
        }
    }
}
