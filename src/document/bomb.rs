//! What makes a small text cost minutes: brackets in brackets, each of which the library looks at for each token; and aliases,
//! which stand for more than they are long.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Brackets that may be open at once; a person's own settings have three.
const DEEPEST: usize = 500;

/// Why a text is not read.
pub(super) fn refused(text: &str) -> Option<&'static str> {
    if deepest(text) > DEEPEST {
        return Some("brackets are nested too deep");
    }
    (text.contains('&') && text.contains('*') && grows(text)).then_some("its aliases repeat too much")
}

/// How many brackets are open at most, wherever they stand.
fn deepest(text: &str) -> usize {
    let (mut open, mut most) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => {
                open += 1;
                most = most.max(open);
            }
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// Whether a text holds more values than letters: each of them but those of aliases takes one.
fn grows(text: &str) -> bool {
    let mut left = text.len() + 1;
    let counted = Count(&mut left).deserialize(serde_yaml::Deserializer::from_str(text));
    counted.is_err() && left == 0
}

/// Counts values down, and stops at none.
struct Count<'a>(&'a mut usize);

impl Count<'_> {
    fn one<E: Error>(&mut self) -> Result<(), E> {
        *self.0 = self.0.saturating_sub(1);
        if *self.0 == 0 {
            return Err(E::custom("too many"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        self.one()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<(), E> {
        Ok(())
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Count(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(Count(self.0))?.is_some() {
            map.next_value_seed(Count(self.0))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_take_minutes_is_refused() {
        let aliases = format!("a: &a [{}]\nb: [{}]\n", "1,".repeat(1000), "*a,".repeat(1000));
        for text in [
            format!("a: {}", "{a: ".repeat(5000)),
            format!("a: {}1{}", "[x, ".repeat(600), "]".repeat(600)),
            format!("a:\n{}", "  [\n".repeat(600)),
            aliases,
        ] {
            assert!(refused(&text).is_some(), "{}", &text[..40]);
        }
        // Each of them is within any bound, and together they are many.
        let mut laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (one, before) in ('b'..='l').zip('a'..) {
            let list = vec![format!("*{before}"); 9].join(",");
            laughs.push_str(&format!("{one}: &{one} [{list}]\n"));
        }
        assert!(refused(&laughs).is_some());
    }

    #[test]
    fn what_people_write_is_read() {
        for text in [
            "a: &a {x: 1, y: [1, 2]}\nb: *a\nc: {<<: *a}\n",
            "q & a: 2 * 3\n",
            "keys: {quit: [q, Q]}\n",
            &"a: [1, 2]\n".repeat(5000),
            "",
        ] {
            assert_eq!(refused(text), None, "{text}");
        }
    }
}
