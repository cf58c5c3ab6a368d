//! Bytes as text: UTF-8, UTF-16 with its mark, and what is neither as the characters that old programs write.

/// A text, and what it was written in where that was not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// `UTF-16`, `Windows-1252`; absent for UTF-8.
    pub was: Option<&'static str>,
}

/// What Windows-1252 has from 0x80 to 0x9f; the five that it has not are those of Latin-1.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Reads bytes as text; `None` where they are no text at all.
pub fn decode(bytes: &[u8]) -> Option<Decoded> {
    let wide = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = wide {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        let text = String::from_utf16(&units).ok()?;
        return plain(&text).then_some(Decoded {
            text,
            was: Some("UTF-16"),
        });
    }
    let (text, was) = if let Ok(text) = std::str::from_utf8(bytes) {
        (text.trim_start_matches('\u{feff}').to_owned(), None)
    } else {
        let high = |byte: &u8| match *byte {
            byte @ 0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
            byte => char::from(byte),
        };
        (bytes.iter().map(high).collect(), Some("Windows-1252"))
    };
    plain(&text).then_some(Decoded { text, was })
}

/// Whether it is text: hardly any characters that no text has.
fn plain(text: &str) -> bool {
    let odd = text
        .chars()
        .filter(|c| *c == '\u{fffd}' || c.is_control() && !"\n\r\t\u{1b}\u{7}\u{8}\u{c}".contains(*c))
        .count();
    !text.contains('\0') && odd * 20 <= text.chars().count()
}
