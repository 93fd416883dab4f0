use crate::error::Result;
use crate::ffi::{self, Handle};
use hfhub_sys as sys;
use std::ffi::{CStr, CString};
use std::fmt;
use std::sync::Arc;

/// What a JSON value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonType {
    /// There is no value at that place.
    Missing,
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// Any number.
    Number,
    /// A text.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A JSON document, or a place in one. Immutable; clones and parts share the document.
///
/// A part may be missing: then it has the type [`JsonType::Missing`] and every getter gives `None`, so that
/// `json.get("a").get("b").as_str()` needs no check in between.
///
/// ```no_run
/// let json = hfhub::Json::parse(r#"{"tags": ["a", "b"]}"#)?;
/// for tag in json.get("tags").iter() {
///     println!("{}", tag.as_str().unwrap_or("?"));
/// }
/// # Ok::<(), hfhub::Error>(())
/// ```
///
/// hfhub_json_free: Frees the document. NULL is fine. Since 0.1.
#[derive(Clone)]
pub struct Json {
    document: Arc<Handle<sys::hfhub_json>>,
    place: CString,
}

impl Json {
    pub(crate) fn from_handle(handle: Handle<sys::hfhub_json>) -> Json {
        Json { document: Arc::new(handle), place: CString::default() }
    }

    /// Reads a text.
    ///
    /// hfhub_json_parse: Parses `size` bytes of UTF-8 JSON text. Errors: E_ARGUMENT naming the byte offset. Since 0.1.
    pub fn parse(text: &str) -> Result<Json> {
        Handle::make(|out, err| unsafe { sys::hfhub_json_parse(text.as_ptr().cast(), text.len(), out, err) })
            .map(Json::from_handle)
    }

    /// The object's member with this name, whatever is in the name.
    pub fn get(&self, key: &str) -> Json {
        self.pointer(&format!("/{}", key.replace('~', "~0").replace('/', "~1")))
    }

    /// The array's element with this number.
    pub fn at(&self, index: usize) -> Json {
        self.pointer(&format!("/{}", index))
    }

    /// What a JSON Pointer (RFC 6901) leads to from here, e.g. `"/siblings/0/rfilename"`; `""` is this value.
    pub fn pointer(&self, pointer: &str) -> Json {
        // "~" begins no pointer, so that nothing is at it or below it
        let sound = !pointer.contains('\0') && (pointer.is_empty() || pointer.starts_with('/'));
        let place = if sound { [self.place.to_bytes(), pointer.as_bytes()].concat() } else { b"~".to_vec() };
        Json { document: self.document.clone(), place: CString::new(place).unwrap_or_default() }
    }

    fn raw(&self) -> (*const sys::hfhub_json, *const std::os::raw::c_char) {
        (self.document.get(), self.place.as_ptr())
    }

    /// What is here.
    ///
    /// hfhub_json_get_type: The type of the value at `json_path`, HFHUB_JSON_MISSING when there is none. Since 0.1.
    pub fn json_type(&self) -> JsonType {
        let (json, place) = self.raw();
        match unsafe { sys::hfhub_json_get_type(json, place) } {
            sys::HFHUB_JSON_NULL => JsonType::Null,
            sys::HFHUB_JSON_BOOL => JsonType::Bool,
            sys::HFHUB_JSON_NUMBER => JsonType::Number,
            sys::HFHUB_JSON_STRING => JsonType::String,
            sys::HFHUB_JSON_ARRAY => JsonType::Array,
            sys::HFHUB_JSON_OBJECT => JsonType::Object,
            _ => JsonType::Missing,
        }
    }

    /// Whether there is no value here at all.
    pub fn is_missing(&self) -> bool {
        self.json_type() == JsonType::Missing
    }

    /// Whether there is no value here, or a null.
    pub fn is_null(&self) -> bool {
        matches!(self.json_type(), JsonType::Null | JsonType::Missing)
    }

    /// How many elements or members there are; 0 for what is neither array nor object.
    ///
    /// hfhub_json_get_count: Elements of the array or members of the object at `json_path`; 0 for anything else. Since
    /// 0.1.
    pub fn len(&self) -> usize {
        let (json, place) = self.raw();
        unsafe { sys::hfhub_json_get_count(json, place) }
    }

    /// Whether [`Json::len`] is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of an object's member by its number.
    ///
    /// hfhub_json_get_key: The name of the object's member number `index` (document order); NULL past the end or when
    /// it is no object. Borrowed. Since 0.1.
    pub fn key(&self, index: usize) -> Option<&str> {
        let (json, place) = self.raw();
        unsafe { ffi::borrowed_str(sys::hfhub_json_get_key(json, place, index)) }
    }

    /// The text here.
    ///
    /// hfhub_json_get_string: The string at `json_path`; NULL when there is none. Borrowed. Since 0.1.
    pub fn as_str(&self) -> Option<&str> {
        let (json, place) = self.raw();
        unsafe { ffi::borrowed_str(sys::hfhub_json_get_string(json, place)) }
    }

    /// The integer here; None when there is none or it does not fit.
    ///
    /// hfhub_json_get_int64: The integer at `json_path`; `fallback` when there is none or it does not fit. Since 0.1.
    pub fn as_i64(&self) -> Option<i64> {
        let (json, place) = self.raw();
        let ask = |fallback| unsafe { sys::hfhub_json_get_int64(json, place, fallback) };
        // a value that follows the fallback is none
        Some(ask(0)).filter(|value| *value != 0 || ask(1) == 0)
    }

    /// The same where it is not negative, as sizes are.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|value| u64::try_from(value).ok())
    }

    /// The number here.
    ///
    /// hfhub_json_get_double: The number at `json_path`; `fallback` when there is none. Since 0.1.
    pub fn as_f64(&self) -> Option<f64> {
        let (json, place) = self.raw();
        let value = unsafe { sys::hfhub_json_get_double(json, place, f64::NAN) };
        Some(value).filter(|value| !value.is_nan()) // JSON has no NaN
    }

    /// The boolean here.
    ///
    /// hfhub_json_get_bool: 1 or 0 for the boolean at `json_path`; `fallback` when there is none. Since 0.1.
    pub fn as_bool(&self) -> Option<bool> {
        let (json, place) = self.raw();
        match unsafe { sys::hfhub_json_get_bool(json, place, -1) } {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// The value as text: on one line and in ASCII as Python prints it, or with so many spaces a level.
    ///
    /// hfhub_json_write: The value at `json_path` as text. `indent` \< 0: one line with ", " and ": " and ASCII only,
    /// as Python prints it; \>= 0: that many spaces a level. Owned. Errors: E_ARGUMENT when there is no such value.
    /// Since 0.1.
    pub fn write(&self, indent: Option<u16>) -> Result<String> {
        let (json, place) = self.raw();
        let indent = indent.map_or(-1, i32::from);
        ffi::take_text(|out, err| unsafe { sys::hfhub_json_write(json, place, indent, out, err) })
            .map(Option::unwrap_or_default)
    }

    /// The elements of an array or the values of an object, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Json> + '_ {
        let is_object = self.json_type() == JsonType::Object;
        (0..self.len()).map(move |index| match self.key(index) {
            Some(key) if is_object => self.get(key),
            _ => self.at(index),
        })
    }

    /// An object's names and values, in their order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Json)> + '_ {
        (0..self.len()).filter_map(move |index| self.key(index).map(|key| (key, self.get(key))))
    }

    /// Which place in the document this is: its JSON Pointer from the top.
    pub fn place(&self) -> &str {
        CStr::to_str(&self.place).unwrap_or("")
    }

    pub(crate) fn string(&self) -> String {
        self.as_str().unwrap_or("").to_owned()
    }

    pub(crate) fn optional_string(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }
}

/// The value on one line.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_missing() {
            return Ok(());
        }
        f.write_str(&self.write(None).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({})", self)
    }
}

impl std::str::FromStr for Json {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Json> {
        Json::parse(text)
    }
}
