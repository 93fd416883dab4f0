//! Feature `serde`: [`Json`] into anything that serde can fill, and out of anything that reads it.

use crate::{Json, JsonType};
use serde::de::value::StringDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde::{forward_to_deserialize_any, Deserialize};
use std::fmt;

impl Json {
    /// Fills a type of yours.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let session = hfhub::Session::new(None)?;
    /// #[derive(serde::Deserialize)]
    /// struct Model {
    ///     id: String,
    ///     #[serde(default)]
    ///     tags: Vec<String>,
    /// }
    /// let models: Vec<Model> = session.call("models.list", r#"{"limit": 5}"#)?.wait()?.deserialize()?;
    /// # Ok(()) }
    /// ```
    pub fn deserialize<'de, T: Deserialize<'de>>(&self) -> Result<T, DeserializeError> {
        T::deserialize(self.clone())
    }
}

/// Why a [`Json`] does not fit a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeserializeError(String);

impl fmt::Display for DeserializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DeserializeError {}

impl de::Error for DeserializeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        DeserializeError(message.to_string())
    }
}

impl<'de> Deserializer<'de> for Json {
    type Error = DeserializeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.json_type() {
            JsonType::Null => visitor.visit_unit(),
            JsonType::Bool => visitor.visit_bool(self.as_bool().unwrap_or(false)),
            JsonType::Number => match self.as_i64() {
                Some(number) if number < 0 => visitor.visit_i64(number),
                Some(number) => visitor.visit_u64(number as u64),
                None => self.large_number(visitor),
            },
            JsonType::String => visitor.visit_str(self.as_str().unwrap_or("")),
            JsonType::Array => visitor.visit_seq(Elements { length: self.len(), json: self, next: 0 }),
            JsonType::Object => visitor.visit_map(Members { length: self.len(), json: self, next: 0 }),
            JsonType::Missing => Err(de::Error::invalid_type(Unexpected::Other("no value"), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        if self.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        visitor.visit_newtype_struct(self)
    }

    /// As serde_json has them: `"Unit"`, or `{"Variant": content}`.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        match self.json_type() {
            JsonType::String => {
                let name: StringDeserializer<DeserializeError> = de::IntoDeserializer::into_deserializer(self.string());
                visitor.visit_enum(name)
            }
            _ => visitor.visit_enum(de::value::MapAccessDeserializer::new(Members {
                length: self.len(),
                json: self,
                next: 0,
            })),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl Json {
    /// Integers beyond i64, and fractions.
    fn large_number<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.to_string().parse::<u64>() {
            Ok(number) => visitor.visit_u64(number),
            Err(_) => visitor.visit_f64(self.as_f64().unwrap_or(0.0)),
        }
    }
}

struct Elements {
    json: Json,
    length: usize,
    next: usize,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = DeserializeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DeserializeError> {
        if self.next == self.length {
            return Ok(None);
        }
        self.next += 1;
        seed.deserialize(self.json.at(self.next - 1)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.length - self.next)
    }
}

struct Members {
    json: Json,
    length: usize,
    next: usize,
}

impl<'de> MapAccess<'de> for Members {
    type Error = DeserializeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DeserializeError> {
        if self.next == self.length {
            return Ok(None);
        }
        let key: StringDeserializer<DeserializeError> =
            de::IntoDeserializer::into_deserializer(self.json.key(self.next).unwrap_or("").to_owned());
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DeserializeError> {
        self.next += 1;
        let key = self.json.key(self.next - 1).unwrap_or("");
        seed.deserialize(self.json.get(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.length - self.next)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.json_type() {
            JsonType::Missing | JsonType::Null => serializer.serialize_unit(),
            JsonType::Bool => serializer.serialize_bool(self.as_bool().unwrap_or(false)),
            JsonType::Number => match (self.as_i64(), self.to_string().parse::<u64>()) {
                (Some(number), _) => serializer.serialize_i64(number),
                (None, Ok(number)) => serializer.serialize_u64(number),
                (None, Err(_)) => serializer.serialize_f64(self.as_f64().unwrap_or(0.0)),
            },
            JsonType::String => serializer.serialize_str(self.as_str().unwrap_or("")),
            JsonType::Array => {
                let mut array = serializer.serialize_seq(Some(self.len()))?;
                self.iter().try_for_each(|element| array.serialize_element(&element))?;
                array.end()
            }
            JsonType::Object => {
                let mut object = serializer.serialize_map(Some(self.len()))?;
                self.entries().try_for_each(|(key, value)| object.serialize_entry(key, &value))?;
                object.end()
            }
        }
    }
}
