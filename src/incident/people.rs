//! Who is who. One person writes their name in more than one way (`Sam`, `@sam`, `sam@example.org`), and letters of other
//! scripts look like those of a name: where two people must differ, and where a person's own things are found, names are
//! compared here and nowhere else.

/// Whether two names are those of one person: alike without blanks around them, a leading `@`, the domain of a mail
/// address, accents and case, or alike to look at.
pub fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (plain(one), plain(other));
    let alike = |fold: &dyn Fn(&str) -> String| fold(&one) == fold(&other);
    // Letters look alike in one case and not in the other: Greek Ν is N, and ν is v.
    alike(&|name| name.to_lowercase())
        || alike(&|name| look(&name.to_lowercase()))
        || alike(&|name| look(name).to_lowercase())
}

/// A name as it is counted by; [`same`] knows more of them as one.
pub fn folded(name: &str) -> String {
    plain(name).to_lowercase()
}

/// The names of different people, each as it stands first.
pub fn distinct<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for name in names {
        if !found.iter().any(|known| same(known, name)) {
            found.push(name);
        }
    }
    found
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

    proptest! {
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
