//! Feature `serde`: documents into types, results into text.

#[path = "../../hfhub/tests/common/mod.rs"]
mod common;

use hfhub::Json;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Unit,
    One(u8),
    Fields { a: i8 },
}

#[derive(Debug, Deserialize, PartialEq)]
struct Wrapped(u64);

#[derive(Debug, Deserialize, PartialEq)]
struct Everything {
    name: String,
    list: Vec<i64>,
    nothing: Option<u8>,
    absent: Option<u8>,
    something: Option<bool>,
    map: BTreeMap<String, f64>,
    pair: (String, u64),
    kinds: Vec<Kind>,
    wrapped: Wrapped,
    large: u64,
}

const TEXT: &str = r#"{"name": "é😀", "list": [1, -2, 9007199254740993], "nothing": null, "something": true,
    "map": {"a/b": 0.5, "~": -1}, "pair": ["x", 7], "kinds": ["unit", {"one": 1}, {"fields": {"a": -1}}], "wrapped": 3,
    "large": 18446744073709551615, "unknown": [{}]}"#;

#[test]
fn a_document_becomes_a_type_as_serde_json_makes_it() {
    let ours: Everything = Json::parse(TEXT).unwrap().deserialize().unwrap();
    let theirs: Everything = serde_json::from_str(TEXT).unwrap();
    assert_eq!(ours, theirs);
    let json = Json::parse(TEXT).unwrap();
    assert_eq!(json.get("pair").at(1).deserialize::<u8>().unwrap(), 7);
    assert!(json.get("large").deserialize::<i64>().is_err());
    assert!(json.get("nowhere").deserialize::<u8>().unwrap_err().to_string().contains("no value"));
    let error = Json::parse(r#"{"name": 1}"#).unwrap().deserialize::<Everything>().unwrap_err();
    assert!(error.to_string().contains("a string"), "{}", error);
}

#[test]
fn a_document_becomes_text_by_any_serializer() {
    let ours = serde_json::to_value(Json::parse(TEXT).unwrap()).unwrap();
    assert_eq!(ours, serde_json::from_str::<serde_json::Value>(TEXT).unwrap());
}

#[test]
fn results_and_errors_become_text() {
    let hub = common::Hub::start();
    let op = hub.session().file_metadata("acme/files", "a.txt", None).unwrap();
    let value = serde_json::to_value(op.wait().unwrap()).unwrap();
    assert_eq!((&value["size"], &value["xet_hash"]), (&serde_json::json!(6), &serde_json::Value::Null));
    assert!(value["json"].is_null());
    let value = serde_json::to_value(op.progress().unwrap()).unwrap();
    assert_eq!(value["state"], "waiting");
    let error = hub.session().file_metadata("acme/files", "x", None).unwrap().wait().unwrap_err();
    let value = serde_json::to_value(error).unwrap();
    assert_eq!((&value["status"], &value["http_status"]), (&"HFHUB_E_ENTRY_NOT_FOUND".into(), &serde_json::json!(404)));
}
