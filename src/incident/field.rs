//! What the rooms have to know of a field besides its type: whether people wrote it, how it is corrected, what it goes with.
//! Each field says it once, where it is declared (`model/`); merge, redaction, correction, undo, the past, `validate` and the
//! writer of the file read it here.
//!
//! ```text
//! /// When it was verified or failed.
//! pub settled: Option<Time> => needed(Form::Past) follows dates(&["verified", "failed"]),
//! ```

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::model::{Approval, Extra, Former, Moment, Remark, Revisions, Spot};
use super::time::Time;

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Text that a person wrote.
    Text,
    /// Text that says who, until when or of what group: kept where an entry is redacted as a whole.
    Name,
    /// The id of something: of the framework, of another entry.
    Reference,
    /// What the entry or the file is known by; never changes.
    Identity,
    /// A word of a closed list.
    Word(&'static [&'static str]),
    /// An instant.
    Time,
    /// Yes or no.
    Flag,
    /// A number.
    Number,
    /// An instant with who set it, and how.
    Moment,
    /// Values by name, the names chosen by people.
    Group,
    /// A list inside an entry, with the fields of its members.
    Records(&'static [Field]),
    /// A list of the incident.
    List,
    /// Stamps of the other fields.
    Stamps,
    /// Keys that this version does not know.
    Unknown,
}

/// What may be written into a field that is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text of one or several lines.
    Words,
    /// Text on one line.
    Line,
    /// A person's name.
    Person,
    /// An instant that has come.
    Past,
    /// Any moment.
    Moment,
    /// A calendar day.
    Day,
    /// A percentage.
    Percent,
    /// A duration.
    Span,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Whether evidence speaks for it: `true`, `false`, or nothing.
    Side,
}

/// A field of the incident, of an entry, or of a record inside an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key in the file.
    pub name: &'static str,
    /// What stands in it.
    pub nature: Nature,
    /// How it is corrected; `None` where a verb of its own changes it, or nothing does.
    pub form: Option<Form>,
    /// Whether a correction may take it away.
    pub optional: bool,
    /// Whether it goes with the entry's state: a merge takes both from one side.
    pub follows: bool,
    /// Whether it is there only once something has happened.
    pub later: bool,
    /// The states that it dates.
    pub dates: &'static [&'static str],
}

impl Field {
    /// A field of which its type says all.
    pub(super) const fn of<T: Typed>(name: &'static str) -> Self {
        Self {
            name,
            nature: T::NATURE,
            form: None,
            optional: false,
            follows: false,
            later: false,
            dates: &[],
        }
    }

    /// Its key, where that is no name in Rust.
    pub(super) const fn called(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    const fn with(mut self, nature: Nature) -> Self {
        self.nature = nature;
        self
    }

    pub(super) const fn name(self) -> Self {
        self.with(Nature::Name)
    }

    pub(super) const fn reference(self) -> Self {
        self.with(Nature::Reference)
    }

    pub(super) const fn identity(self) -> Self {
        self.with(Nature::Identity)
    }

    pub(super) const fn unknown(self) -> Self {
        self.with(Nature::Unknown)
    }

    /// It can be corrected, and not be left empty.
    pub(super) const fn needed(mut self, form: Form) -> Self {
        self.form = Some(form);
        self
    }

    /// It can be corrected, and taken away.
    pub(super) const fn optional(mut self, form: Form) -> Self {
        self.form = Some(form);
        self.optional = true;
        self
    }

    pub(super) const fn follows(mut self) -> Self {
        self.follows = true;
        self.later = true;
        self
    }

    pub(super) const fn later(mut self) -> Self {
        self.later = true;
        self
    }

    pub(super) const fn dates(mut self, states: &'static [&'static str]) -> Self {
        self.dates = states;
        self
    }

    /// Whether it is a register of the incident itself, with a value of its own.
    pub const fn is_register(&self) -> bool {
        match self.nature {
            Nature::Text
            | Nature::Name
            | Nature::Reference
            | Nature::Word(_)
            | Nature::Time
            | Nature::Flag
            | Nature::Number
            | Nature::Moment => true,
            Nature::Identity | Nature::Group | Nature::Records(_) | Nature::List | Nature::Stamps | Nature::Unknown => {
                false
            }
        }
    }

    /// The words that may stand in it, where it holds one of a closed list.
    pub const fn words(&self) -> Option<&'static [&'static str]> {
        match self.nature {
            Nature::Word(words) => Some(words),
            _ => None,
        }
    }

    /// The fields of its members, where it is a list inside an entry.
    pub const fn records(&self) -> Option<&'static [Field]> {
        match self.nature {
            Nature::Records(fields) => Some(fields),
            _ => None,
        }
    }
}

/// The field of a key.
pub fn find<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find(|field| field.name == name)
}

/// What a type says of a field.
pub trait Typed: Clone {
    /// What stands in a field of this type.
    const NATURE: Nature;

    /// The value in an incident without its lists.
    #[must_use]
    fn bare(&self) -> Self {
        self.clone()
    }

    /// The values by name, where it is a group of them.
    fn group(&mut self) -> Option<&mut Extra> {
        None
    }
}

impl Typed for Extra {
    const NATURE: Nature = Nature::Group;

    fn group(&mut self) -> Option<&mut Extra> {
        Some(self)
    }
}

macro_rules! typed {
    ($($type:ty => $nature:expr;)+) => {
        $(impl Typed for $type {
            const NATURE: Nature = $nature;
        })+
    };
}

typed! {
    String => Nature::Text;
    Box<str> => Nature::Text;
    Time => Nature::Time;
    bool => Nature::Flag;
    u8 => Nature::Number;
    u32 => Nature::Number;
    Moment => Nature::Moment;
    Revisions => Nature::Stamps;
    Value => Nature::Unknown;
    Vec<Spot> => Nature::Records(Spot::FIELDS);
    Vec<Former> => Nature::Records(Former::FIELDS);
    Vec<Remark> => Nature::Records(Remark::FIELDS);
    Vec<Approval> => Nature::Records(Approval::FIELDS);
}

impl<T: Typed> Typed for Option<T> {
    const NATURE: Nature = T::NATURE;
}

impl<T> Typed for Vec<Arc<T>> {
    const NATURE: Nature = Nature::List;

    fn bare(&self) -> Self {
        Self::new()
    }
}

/// A register's value from the file's form; nothing is the value of a field that is not there.
pub(super) fn read<T: DeserializeOwned + Default>(value: &Value) -> Result<T, serde_json::Error> {
    if value.is_null() {
        return Ok(T::default());
    }
    serde_json::from_value(value.clone())
}

/// Takes the groups of a head apart: `impact: {users: all}` is the register `impact.users`.
pub(super) fn spread(head: &mut Map<String, Value>, fields: &[Field]) {
    for field in fields.iter().filter(|field| field.nature == Nature::Group) {
        if let Some(Value::Object(group)) = head.shift_remove(field.name) {
            let names = group.into_iter();
            head.extend(names.map(|(name, value)| (format!("{}.{name}", field.name), value)));
        }
    }
}

/// A struct of the file, with the table of its fields.
macro_rules! record {
    (
        $(#[$attribute:meta])*
        pub struct $type:ident {
            $(
                $(#[$of_field:meta])*
                pub $name:ident: $of:ty $(=> $($call:ident $(($($argument:expr),*))?)+)?,
            )+
        }
    ) => {
        $(#[$attribute])*
        pub struct $type {
            $($(#[$of_field])* pub $name: $of,)+
        }

        impl $type {
            /// Its fields, in the order of the file.
            pub const FIELDS: &'static [$crate::incident::field::Field] = &[
                $($crate::incident::field::Field::of::<$of>(stringify!($name)) $($(.$call($($($argument),*)?))+)?,)+
            ];
        }
    };
}
pub(super) use record;

/// The incident: a record whose fields are reached by name, too.
macro_rules! incident {
    (
        $(#[$attribute:meta])*
        pub struct $type:ident {
            $(
                $(#[$of_field:meta])*
                pub $name:ident: $of:ty $(=> $($call:ident $(($($argument:expr),*))?)+)?,
            )+
        }
    ) => {
        $crate::incident::field::record! {
            $(#[$attribute])*
            pub struct $type {
                $($(#[$of_field])* pub $name: $of $(=> $($call $(($($argument),*))?)+)?,)+
            }
        }

        impl $type {
            /// The incident without its lists.
            #[must_use]
            pub fn bare(&self) -> Self {
                Self {
                    $($name: $crate::incident::field::Typed::bare(&self.$name),)+
                }
            }

            /// Its registers by name, with `impact` and `fields` spread out as `impact.users`.
            pub(crate) fn head(&self) -> serde_json::Map<String, serde_json::Value> {
                use $crate::incident::field::{Nature, Typed, find, spread};
                let holds = |name: &str| {
                    find(Self::FIELDS, name).is_some_and(|field| field.is_register() || field.nature == Nature::Group)
                };
                let registers = Self {
                    $($name: if holds(stringify!($name)) { self.$name.bare() } else { Default::default() },)+
                };
                let mut head = $crate::incident::apply::registers::map(&registers);
                head.retain(|name, _| holds(name));
                spread(&mut head, Self::FIELDS);
                head
            }

            /// Sets the register of a name, other than those of a group; whether there is one.
            pub(super) fn set(&mut self, name: &str, value: &serde_json::Value) -> Result<bool, serde_json::Error> {
                if !$crate::incident::field::find(Self::FIELDS, name).is_some_and(|field| field.is_register()) {
                    return Ok(false);
                }
                $(if name == stringify!($name) {
                    self.$name = $crate::incident::field::read(value)?;
                })+
                Ok(true)
            }

            /// The registers that differ from an earlier state's, other than those of a group.
            pub(super) fn differing(&self, old: &Self) -> Vec<&'static str> {
                let register = |name: &str| {
                    $crate::incident::field::find(Self::FIELDS, name).is_some_and(|field| field.is_register())
                };
                let mut names = Vec::new();
                $(if register(stringify!($name)) && self.$name != old.$name {
                    names.push(stringify!($name));
                })+
                names
            }

            /// The values by name of a group.
            pub(super) fn group_mut(&mut self, name: &str) -> Option<&mut $crate::incident::model::Extra> {
                let is_group = $crate::incident::field::find(Self::FIELDS, name)
                    .is_some_and(|field| field.nature == $crate::incident::field::Nature::Group);
                $(if is_group && name == stringify!($name) {
                    return $crate::incident::field::Typed::group(&mut self.$name);
                })+
                None
            }
        }
    };
}
pub(super) use incident;
