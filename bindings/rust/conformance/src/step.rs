//! A step of a scenario, and its fields.

use crate::{die, Driver};
use hfhub::Json;
use std::fmt;

pub struct Step<'a> {
    pub driver: &'a Driver,
    pub json: Json,
}

impl Step<'_> {
    /// A text with its `${...}` replaced; None when it is missing or null.
    pub fn text(&self, name: &str) -> Option<String> {
        self.json.get(name).as_str().map(|raw| self.driver.substituted(raw))
    }

    pub fn need(&self, name: &str) -> String {
        self.text(name).unwrap_or_else(|| die(format_args!("{}: no text '{}'", self, name)))
    }

    pub fn texts(&self, name: &str) -> Vec<String> {
        self.json.get(name).iter().map(|text| text.as_str().unwrap_or("").to_owned()).collect()
    }

    /// Any value as JSON on one line.
    pub fn written(&self, name: &str) -> Option<String> {
        let value = self.json.get(name);
        if value.is_null() {
            return None;
        }
        value.write(None).ok().map(|text| self.driver.substituted(&text))
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        self.json.get(name).as_i64()
    }

    pub fn size(&self, name: &str) -> Option<u64> {
        self.json.get(name).as_u64()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.number(name).unwrap_or(0) != 0
    }

    pub fn inner(&self) -> Step<'_> {
        Step { driver: self.driver, json: self.json.get("step") }
    }

    /// Options of a class: `set(options, name, value)` once for each member, and for each element of those that are lists.
    /// None when the step has none.
    pub fn options<O: Default>(&self, set: impl Fn(O, &str, &Member<'_>) -> Option<O>) -> Option<O> {
        let given = self.json.get("options");
        if given.is_null() {
            return None;
        }
        let mut made = O::default();
        for (name, value) in given.entries() {
            // those two are one call with several values
            let list = value.json_type() == hfhub::JsonType::Array && name != "repo" && name != "token";
            let values: Vec<Json> = if list { value.iter().collect() } else { vec![value] };
            for json in values {
                let member = Member { driver: self.driver, json };
                made = set(made, name, &member).unwrap_or_else(|| die(format_args!("{}: no option '{}'", self, name)));
            }
        }
        Some(made)
    }
}

/// The value of an option.
pub struct Member<'a> {
    driver: &'a Driver,
    pub json: Json,
}

impl Member<'_> {
    pub fn text(&self) -> String {
        self.driver.substituted(self.json.as_str().unwrap_or(""))
    }

    /// Of a value that is a list.
    pub fn at(&self, index: usize) -> Option<String> {
        self.json.at(index).as_str().map(|raw| self.driver.substituted(raw))
    }

    pub fn number(&self) -> i64 {
        self.json.as_i64().unwrap_or(0)
    }

    pub fn flag(&self) -> bool {
        self.number() != 0
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.json.place())
    }
}
