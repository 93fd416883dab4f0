//! What needs no Hub: options, errors, documents, names.

use hfhub::{ErrorKind, Json, JsonType, Session, SessionOptions};

#[test]
fn the_library_says_what_it_knows() {
    let (major, minor, patch) = hfhub::version_number();
    assert_eq!(hfhub::version(), format!("{}.{}.{}", major, minor, patch));
    let retries = hfhub::known_options().find(|option| option.key == "net.retries").unwrap();
    assert!(!retries.default.is_empty() && !retries.help.is_empty());
    let info = hfhub::known_calls().map(Result::unwrap).find(|call| call.name == "models.info").unwrap();
    assert!(info.parameters.starts_with("repo_id!"), "{}", info.parameters);
}

#[test]
fn a_refused_option_is_reported_where_it_is_used() {
    let options = SessionOptions::new().set("net.retires", "1").offline(true);
    assert!(options.error().unwrap().message().contains("net.retries"));
    assert_eq!(Session::new(&options).unwrap_err().kind(), ErrorKind::Argument);

    let session = Session::new(&SessionOptions::new().offline(true).token("hf_secret").memory_budget(8 << 20)).unwrap();
    assert!(session.has_token());
    assert!(!session.option("token").unwrap().contains("secret"));
    assert_eq!(session.option("net.retires").unwrap_err().kind(), ErrorKind::Argument);
    let options = hfhub::DownloadOptions::new().repo_type("thing").revision("main");
    let error = session.download_file("a/b", "c", &options).unwrap_err();
    assert_eq!(error.message(), options.error().unwrap().message());
    for options in [hfhub::DownloadOptions::new().revision("a\0b"), hfhub::DownloadOptions::new().local_dir("a\0b")] {
        assert_eq!(options.error().unwrap().kind(), ErrorKind::Argument);
    }
    assert_eq!(session.download_file("a/b\0", "c", None).unwrap_err().kind(), ErrorKind::Argument);
    let offline = session.call("models.info", r#"{"repo_id": "a/b"}"#).unwrap().wait().unwrap_err();
    assert_eq!((offline.kind(), offline.name()), (ErrorKind::Offline, "HFHUB_E_OFFLINE"));
}

#[test]
fn errors_say_all_and_become_those_of_io() {
    let error = Json::parse("[1,]").unwrap_err();
    assert_eq!((error.kind(), error.status(), error.http_status()), (ErrorKind::Argument, -1, None));
    assert_eq!((error.retry_after(), error.is_retriable(), error.url()), (None, false, ""));
    assert!(!error.message().is_empty());
    assert_eq!(error.to_string(), error.message());
    assert!(format!("{:?}", error).contains("Argument"));
    let of_io = std::io::Error::from(error.clone());
    assert_eq!(of_io.kind(), std::io::ErrorKind::InvalidInput);
    let back = of_io.into_inner().unwrap().downcast::<hfhub::Error>().unwrap();
    assert_eq!(back.message(), error.message());
}

#[test]
fn documents_are_walked() {
    let text = r#"{"a": [1, 2.5, null, true], "b/~": {"é": "😀"}, "": 7, "big": 9223372036854775807, "less": -1, "z": 0}"#;
    let json: Json = text.parse().unwrap();
    assert_eq!((json.json_type(), json.len(), json.is_empty()), (JsonType::Object, 6, false));
    let list = json.get("a");
    assert_eq!((list.at(0).as_i64(), list.at(0).as_f64()), (Some(1), Some(1.0)));
    assert_eq!((list.at(1).as_i64(), list.at(1).as_f64()), (None, Some(2.5)));
    assert!(list.at(2).is_null() && !list.at(2).is_missing());
    assert_eq!((list.at(3).as_bool(), list.at(0).as_bool(), list.at(3).as_str()), (Some(true), None, None));
    assert!(list.at(4).is_missing() && list.at(4).get("x").at(7).is_missing());
    assert_eq!(json.get("b/~").get("é").as_str(), Some("😀"));
    assert_eq!((json.get("").as_i64(), json.get("z").as_i64()), (Some(7), Some(0)));
    assert_eq!(json.get("big").as_u64(), Some(i64::MAX as u64));
    assert_eq!((json.get("less").as_u64(), json.get("less").as_i64()), (None, Some(-1)));
    assert_eq!(json.pointer("/b~1~0/é").place(), "/b~1~0/é");
    assert!(json.pointer("a").is_missing() && json.pointer("a").pointer("/0").is_missing());
    assert!(json.get("a").pointer("0").is_missing() && json.get("nul\0").is_missing());
    let names: Vec<&str> = json.entries().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b/~", "", "big", "less", "z"]);
    assert_eq!(json.key(6), None);
    let values: Vec<String> = list.iter().map(|value| value.to_string()).collect();
    assert_eq!(values, ["1", "2.5", "null", "true"]);
    assert_eq!(list.to_string(), "[1, 2.5, null, true]");
    assert_eq!(json.get("b/~").write(Some(2)).unwrap(), "{\n  \"\\u00e9\": \"\\ud83d\\ude00\"\n}");
    assert_eq!(list.at(9).write(None).unwrap_err().kind(), ErrorKind::Argument);
    let part = json.get("b/~").get("é");
    drop((json, list));
    assert_eq!(part.as_str(), Some("😀")); // it holds its document
}

#[test]
fn names_are_looked_up_without_a_hub() {
    let folder = std::env::temp_dir().join(format!("hfhub-rust-values-{}", std::process::id()));
    let options = SessionOptions::new().endpoint("http://hub.test").cache_dir(&folder);
    let session = Session::new(&options).unwrap();
    let options = hfhub::DownloadOptions::new().repo_type("dataset").revision("refs/pr/1");
    let url = session.file_url("acme/rows", "😀 a#b.csv", &options).unwrap();
    assert_eq!(url, "http://hub.test/datasets/acme/rows/resolve/refs%2Fpr%2F1/%F0%9F%98%80%20a%23b.csv");
    assert_eq!(session.cached_file("acme/rows", "x", None).unwrap(), hfhub::CachedFile::Unknown);
    let uri = hfhub::parse_uri("hf://datasets/acme/rows/x/").unwrap();
    assert_eq!((uri.get("repo_id").as_str(), uri.get("folder").as_bool()), (Some("acme/rows"), Some(true)));
    let url = session.xet_refresh_url("model", "acme/m", None, hfhub::XetRight::Write).unwrap();
    assert_eq!(url, "http://hub.test/api/models/acme/m/xet-write-token/main");
    let login = session.device_login().unwrap();
    assert_eq!((login.url(), login.user_code(), login.pending_count()), (None, None, 0));
}
