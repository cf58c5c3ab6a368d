//! Whether a framework's text has the shape of [`Data`](super::data::Data): every key known, none missing, every value of its
//! kind. Asked of the schema that is made from the types, so that all that is wrong is found and not the first only.

use serde_json::{Map, Value};

use crate::document::yaml::Step;

/// Something that has not the shape it should have.
#[derive(Debug, PartialEq)]
pub(super) struct Misshapen {
    /// Where it stands.
    pub path: Vec<Step>,
    /// Whether the key is meant rather than its value.
    pub key: bool,
    /// What is wrong.
    pub said: String,
    /// The value of which nothing more is said.
    pub filled: Vec<Step>,
}

/// Everything that is wrong with the shape of a value by a schema. The value is put right on the way, with something harmless
/// in place of what is missing or of another kind, so that the rest of it can be looked at.
pub(super) fn put_right(schema: &Value, value: &mut Value) -> Vec<Misshapen> {
    let mut walk = Walk {
        root: schema,
        path: Vec::new(),
        found: Vec::new(),
    };
    walk.value(schema, value);
    walk.found
}

struct Walk<'a> {
    root: &'a Value,
    path: Vec<Step>,
    found: Vec<Misshapen>,
}

impl<'a> Walk<'a> {
    fn say(&mut self, step: Option<&str>, key: bool, said: String) {
        let mut path = self.path.clone();
        path.extend(step.map(Step::from));
        let filled = path.clone();
        self.found.push(Misshapen {
            path,
            key,
            said,
            filled,
        });
    }

    /// The schema that a reference leads to; of a value that may be left out, that of the value.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        if let Some(name) = schema["$ref"].as_str() {
            return &self.root["$defs"][name.trim_start_matches("#/$defs/")];
        }
        match schema["anyOf"].as_array() {
            Some(ways) => ways.first().map_or(schema, |first| self.resolved(first)),
            None => schema,
        }
    }

    fn may_be_left_out(schema: &Value) -> bool {
        schema.get("default").is_some()
    }

    fn value(&mut self, schema: &'a Value, value: &mut Value) {
        let null = value.is_null() && schema["default"].is_null() && Self::may_be_left_out(schema);
        if null {
            return;
        }
        let schema = self.resolved(schema);
        if let Some(ways) = schema["oneOf"].as_array() {
            let known: Vec<&str> = ways.iter().filter_map(|way| way["const"].as_str()).collect();
            if !value.as_str().is_some_and(|word| known.contains(&word)) {
                let said = format!("{} is not one of {}", shown(value), known.join(", "));
                self.say(None, false, said);
                *value = known.first().copied().into();
            }
            return;
        }
        let kind = match &schema["type"] {
            Value::String(kind) => kind.as_str(),
            Value::Array(kinds) => kinds.first().and_then(Value::as_str).unwrap_or_default(),
            _ => return,
        };
        // Where text is wanted, a plain number is text.
        if kind == "string" && (value.is_number() || value.is_boolean()) {
            *value = value.to_string().into();
        }
        let (fits, wanted, filler): (bool, &str, Value) = match kind {
            "object" => (value.is_object(), "keys with values", Map::new().into()),
            "array" => (value.is_array(), "a list", Vec::<Value>::new().into()),
            "string" => (value.is_string(), "text; put it in quotes", "".into()),
            "boolean" => (value.is_boolean(), "true or false", false.into()),
            "integer" => {
                let most = schema["maximum"].as_u64().unwrap_or(u64::from(u32::MAX));
                let fits = value.as_u64().is_some_and(|number| number <= most);
                (fits, "a whole number", 0.into())
            }
            _ => (value.is_number(), "a number", 0.into()),
        };
        if !fits {
            let said = format!("{} stands where there should be {wanted}", shown(value));
            self.say(None, false, said);
            *value = filler;
        }
        match value {
            Value::Object(map) => self.object(schema, map),
            Value::Array(list) => {
                for (number, element) in list.iter_mut().enumerate() {
                    self.path.push(Step::Item(number));
                    self.value(&schema["items"], element);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, schema: &'a Value, map: &mut Map<String, Value>) {
        let properties = schema["properties"].as_object();
        let Some(properties) = properties else {
            for (key, value) in map.iter_mut() {
                self.path.push(Step::Key(key.clone()));
                self.value(&schema["additionalProperties"], value);
                self.path.pop();
            }
            return;
        };
        let odd: Vec<String> = map
            .keys()
            .filter(|key| !properties.contains_key(*key))
            .cloned()
            .collect();
        for key in odd {
            let known: Vec<&str> = properties.keys().map(String::as_str).collect();
            self.say(
                Some(&key),
                true,
                format!("unknown key `{key}`; there are {}", known.join(", ")),
            );
            map.remove(&key);
        }
        let required = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        for key in required {
            if !map.contains_key(key) {
                // What fits it is found by looking at nothing, and nothing more is said of it.
                let found = self.found.len();
                let mut filler = Value::Null;
                self.value(&properties[key], &mut filler);
                self.found.truncate(found);
                map.insert(key.to_owned(), filler);
                let mut filled = self.path.clone();
                filled.push(Step::from(key));
                self.found.push(Misshapen {
                    path: self.path.clone(),
                    key: false,
                    said: format!("`{key}` is missing"),
                    filled,
                });
            }
        }
        for (key, value) in map.iter_mut() {
            self.path.push(Step::Key(key.clone()));
            self.value(&properties[key.as_str()], value);
            self.path.pop();
        }
    }
}

/// A value in a few words.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::String(text) => format!("`{}`", crate::text::fit(&crate::text::one_line(text), 40, "…")),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "a set of keys".into(),
        plain => format!("`{plain}`"),
    }
}
