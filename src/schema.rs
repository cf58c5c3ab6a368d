//! The schemas of the files that people write by hand, made from the types and kept in `assets/schema/`: editors check with
//! them while one types. `WARROOM_SCHEMA=write cargo test --lib schema` writes them anew.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::framework::data::Data;
use crate::incident::{
    ActionKind, ActionState, DetectionMethod, EventKind, FactorCategory, Horizon, HypothesisState, Incident,
    InquiryKind, InquiryState, ItemState, Level, MitigationState, Stamp, Time, TimerState,
};

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339 in UTC with milliseconds, `2026-11-20T14:05:02.117Z`; written so, any RFC 3339 is read.",
        })
    }
}

impl JsonSchema for Stamp {
    fn schema_name() -> Cow<'static, str> {
        "Stamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "When a field was changed, and by whom: `2026-11-20T14:05:02.117Z/kim`; several that did not know \
                            of each other are joined by ` & `.",
        })
    }
}

/// Words of an open list: those that are known, or any other.
macro_rules! words {
    ($($name:ident),+) => {
        $(impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"anyOf": [{"enum": Self::KNOWN}, {"type": "string"}]})
            }
        })+
    };
}

words!(
    ActionKind,
    ActionState,
    DetectionMethod,
    EventKind,
    FactorCategory,
    Horizon,
    HypothesisState,
    InquiryKind,
    InquiryState,
    ItemState,
    Level,
    MitigationState,
    TimerState
);

fn is_kept<T: JsonSchema>(name: &str, title: &str) {
    let mut schema = schemars::schema_for!(T);
    schema.insert("title".into(), title.into());
    let made = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/schema")
        .join(name);
    if std::env::var("WARROOM_SCHEMA").is_ok_and(|word| word == "write") {
        std::fs::write(&place, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(
        kept == made,
        "{name} is not what the types say: WARROOM_SCHEMA=write cargo test --lib schema"
    );
}

#[test]
fn the_schema_of_frameworks_is_that_of_the_types() {
    is_kept::<Data>("framework.json", "A framework of warroom");
}

#[test]
fn the_schema_of_incidents_is_that_of_the_types() {
    is_kept::<Incident>("incident.json", "An incident file of warroom");
}

#[test]
fn the_schema_of_reports_is_that_of_the_types() {
    is_kept::<crate::report::Report>("report.json", "A report of warroom over a period");
}
