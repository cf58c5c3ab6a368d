//! Keys of other keyboard layouts, by their place: a commander whose keyboard is set to Russian or Greek means the same keys.

/// The letters of a US keyboard, row by row, and what stands in their places elsewhere.
const PLACES: [(&str, &str); 6] = [
    ("qwertyuiop[]", "йцукенгшщзхъ"),
    ("asdfghjkl;'", "фывапролджэ"),
    ("zxcvbnm,.", "ячсмитьбю"),
    ("ertyuiop", "ερτυθιοπ"),
    ("asdfghjkl", "ασδφγηξκλ"),
    ("zxcvbnm", "ζχψωβνμ"),
];

/// The ASCII character whose key this is on another layout; `None` where it is not known, or ASCII already.
pub(super) fn place(c: char) -> Option<char> {
    // Full-width forms stand for what they are.
    if let full @ '\u{ff01}'..='\u{ff5e}' = c {
        return char::from_u32(full as u32 - 0xff01 + 0x21);
    }
    let small = c.to_lowercase().next().unwrap_or(c);
    let found = PLACES.iter().find_map(|(here, there)| {
        let at = there.chars().position(|known| known == small)?;
        here.chars().nth(at)
    })?;
    Some(if small == c { found } else { shifted(found) })
}

/// What a key gives with Shift, on a US keyboard.
fn shifted(c: char) -> char {
    match c {
        '[' => '{',
        ']' => '}',
        ';' => ':',
        '\'' => '"',
        ',' => '<',
        '.' => '>',
        other => other.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_taken_by_their_place() {
        for (typed, key) in [
            ('ф', 'a'),
            ('Ы', 'S'),
            ('д', 'l'),
            ('λ', 'l'),
            ('Σ', 'S'),
            ('ｒ', 'r'),
            ('Ｒ', 'R'),
            ('Ж', ':'),
        ] {
            assert_eq!(place(typed), Some(key), "{typed}");
        }
        assert_eq!(place('a'), None);
        assert_eq!(place('日'), None);
    }

    #[test]
    fn rows_are_as_long_as_each_other() {
        for (here, there) in PLACES {
            assert_eq!(here.chars().count(), there.chars().count(), "{here}");
        }
    }
}
