//! Reads a type from YAML, and refuses a key that stands twice in one map, however deep: a type alone would take the last.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};

/// Reads a text in one go.
///
/// # Errors
///
/// It is no YAML, not of that type, or a key stands twice.
pub(super) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, serde_yaml::Error> {
    T::deserialize(Once(serde_yaml::Deserializer::from_str(text)))
}

/// Hands every request on, with a visitor that watches the keys of maps.
struct Once<D>(D);

/// The same for a key, which it notes.
struct Key<'k, D>(D, &'k mut Option<String>);

macro_rules! hand_on {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.around(visitor);
            inner.$method(visitor)
        })*

        fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.around(visitor);
            inner.deserialize_unit_struct(name, visitor)
        }

        fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.around(visitor);
            inner.deserialize_newtype_struct(name, visitor)
        }

        fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.around(visitor);
            inner.deserialize_tuple(len, visitor)
        }

        fn deserialize_tuple_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            len: usize,
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.around(visitor);
            inner.deserialize_tuple_struct(name, len, visitor)
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.around(visitor);
            inner.deserialize_struct(name, fields, visitor)
        }

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            name: &'static str,
            variants: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let (inner, visitor) = self.around(visitor);
            inner.deserialize_enum(name, variants, visitor)
        }

        fn is_human_readable(&self) -> bool {
            self.0.is_human_readable()
        }
    };
}

macro_rules! deserializer {
    () => {
        hand_on! {
            deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
            deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_option
            deserialize_unit deserialize_seq deserialize_map deserialize_identifier deserialize_ignored_any
        }
    };
}

impl<D> Once<D> {
    fn around<V>(self, visitor: V) -> (D, Watched<V>) {
        (self.0, Watched(visitor))
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Once<D> {
    type Error = D::Error;

    deserializer!();
}

impl<'k, D> Key<'k, D> {
    fn around<V>(self, visitor: V) -> (D, Noted<'k, V>) {
        (self.0, Noted(visitor, self.1))
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Key<'_, D> {
    type Error = D::Error;

    deserializer!();
}

/// A visitor whose maps are watched.
struct Watched<V>(V);

macro_rules! visits {
    ($($method:ident $of:ty),*) => {
        $(fn $method<E: Error>(self, value: $of) -> Result<V::Value, E> {
            self.0.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Watched<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    visits!(
        visit_bool bool, visit_i8 i8, visit_i16 i16, visit_i32 i32, visit_i64 i64, visit_i128 i128, visit_u8 u8, visit_u16 u16,
        visit_u32 u32, visit_u64 u64, visit_u128 u128, visit_f32 f32, visit_f64 f64, visit_char char, visit_str &str,
        visit_borrowed_str &'de str, visit_string String, visit_bytes &[u8], visit_borrowed_bytes &'de [u8],
        visit_byte_buf Vec<u8>
    );

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Once(deserializer))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Once(deserializer))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(List(access))
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Keys {
            access,
            seen: HashSet::new(),
        })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(access)
    }
}

/// A visitor of a key, which is noted as text.
struct Noted<'k, V>(V, &'k mut Option<String>);

macro_rules! notes {
    ($($method:ident $of:ty),*) => {
        $(fn $method<E: Error>(self, value: $of) -> Result<V::Value, E> {
            *self.1 = Some(value.to_string());
            self.0.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Noted<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    notes!(
        visit_bool bool, visit_i64 i64, visit_i128 i128, visit_u64 u64, visit_u128 u128, visit_f64 f64, visit_str &str,
        visit_borrowed_str &'de str, visit_string String
    );

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(List(access))
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(access)
    }
}

/// What an element or a value is read by.
struct Seed<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Once(deserializer))
    }
}

/// What a key is read by.
struct KeySeed<'k, S>(S, &'k mut Option<String>);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for KeySeed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Key(deserializer, self.1))
    }
}

/// A list whose elements are watched.
struct List<A>(A);

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for List<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// A map with the keys that were in it so far.
struct Keys<A> {
    access: A,
    seen: HashSet<String>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Keys<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let mut key = None;
        let found = self.access.next_key_seed(KeySeed(seed, &mut key))?;
        match key {
            Some(key) if self.seen.contains(&key) => {
                Err(A::Error::custom(format!("duplicate entry with key \"{key}\"")))
            }
            Some(key) => {
                self.seen.insert(key);
                Ok(found)
            }
            None => Ok(found),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.access.next_value_seed(Seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Map, Value};

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    struct Entry {
        text: String,
        #[serde(default)]
        rev: Map<String, Value>,
        #[serde(flatten)]
        extra: Map<String, Value>,
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_wherever_it_is() {
        for text in [
            "- text: a\n  text: b\n",
            "- text: a\n  own: 1\n  own: 2\n",
            "- text: a\n  rev: {a: 1, a: 2}\n",
            "- text: a\n  own:\n    deep: [{a: 1, a: 1}]\n",
        ] {
            let said = from_str::<Vec<Entry>>(text).unwrap_err().to_string();
            assert!(said.contains("duplicate"), "{text}: {said}");
        }
    }

    #[test]
    fn values_are_those_of_the_reader_alone() {
        for text in [
            "- text: 1e5\n  own: 007\n  1: x\n  rev: {b: ~, a: [yes, 0x1f]}\n",
            "- text: |\n    two\n    lines\n",
            "- {text: 'x', own: {a: {b: c}}, more: 1.5}\n",
        ] {
            let alone: Vec<Entry> = serde_yaml::from_str(text).unwrap();
            assert_eq!(from_str::<Vec<Entry>>(text).unwrap(), alone, "{text}");
        }
        assert!(from_str::<Vec<Entry>>("- text: [\n").is_err());
    }
}
