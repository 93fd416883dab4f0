//! Verbs that answer at once: sessions, documents, lookups, commits being put together, and files of the driver's own.

use crate::operations::{commit_options, download_options};
use crate::step::Step;
use crate::{die, Driver, Thing};
use hfhub::{CachedFile, Commit, CopySource, Json, Result, Session};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The bytes of a content that is given by its size.
pub fn pattern(size: u64) -> Vec<u8> {
    (0..size).map(|i| ((i * 31 + i / 251) % 256) as u8).collect()
}

pub fn sha256_of(session: &Session, file: &str) -> String {
    let hashed = session.xet_hash_file(file).and_then(|op| op.wait()).unwrap_or_else(|error| die(error));
    hashed.sha256.unwrap_or_default()
}

impl Driver {
    pub fn plain_verb(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        self.own_files(step, verb)
            .or_else(|| self.sessions(step, verb))
            .or_else(|| self.running(step, verb))
            .or_else(|| self.lookups(step, verb))
            .or_else(|| self.documents(step, verb))
            .or_else(|| self.commits(step, verb))
            .or_else(|| self.schedulers_and_logins(step, verb))
    }

    /// "ok" and what comes behind it, or the error.
    pub fn done(&self, step: &Step<'_>, result: Result<String>) -> Option<String> {
        Some(match result {
            Ok(text) => format!("ok{}{}", if text.is_empty() || text.starts_with(' ') { "" } else { " " }, text),
            Err(error) => self.error(step, &error),
        })
    }

    fn own_files(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        Some(match verb {
            "write_file" => {
                let path = step.need("file_path");
                let content =
                    step.text("text").map_or_else(|| pattern(step.size("size").unwrap_or(0)), String::into_bytes);
                let folder = Path::new(&path).parent().unwrap_or_else(|| Path::new("/"));
                std::fs::create_dir_all(folder).unwrap_or_else(|error| die(error));
                std::fs::write(&path, content).unwrap_or_else(|error| die(error));
                "ok".to_owned()
            }
            "read_file" => match std::fs::read_to_string(step.need("file_path")) {
                Ok(text) => format!("ok {}", text),
                Err(_) => "ok none".to_owned(),
            },
            "sha256_file" => format!("ok {}", sha256_of(&self.session(step), &step.need("file_path"))),
            _ => return None,
        })
    }

    fn sessions(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        match verb {
            "session_new" => {
                let options = self.session_options(&step.json.get("options"), &self.substituted("${WORK}/cache"));
                let made = Session::new(&options).map(|session| {
                    self.keep(step.need("as"), Thing::Session(Arc::new(session)));
                    String::new()
                });
                self.done(step, made)
            }
            "session_option" => {
                self.done(step, self.session(step).option(&step.need("key")).map(|value| format!(" {}", value)))
            }
            "session_has_token" => Some(format!("ok {}", i32::from(self.session(step).has_token()))),
            "session_cancel" => {
                self.session(step).cancel();
                Some("ok".to_owned())
            }
            "version" => {
                let (major, minor, patch) = hfhub::version_number();
                let same = format!("{}.{}.{}", major, minor, patch) == hfhub::version();
                Some(format!("ok major.minor.patch {}", if same { "matches" } else { "differs" }))
            }
            "options_known" => {
                let all: Vec<_> = hfhub::known_options().collect();
                let good = all.iter().all(|option| !option.key.is_empty() && !option.help.is_empty());
                Some(if good && !all.is_empty() { "ok" } else { "not ok" }.to_owned())
            }
            "calls_known" => {
                let all: Vec<_> = hfhub::known_calls().collect();
                let good = all.iter().all(|call| matches!(call, Ok(call) if !call.name.is_empty()));
                Some(if good && !all.is_empty() { "ok" } else { "not ok" }.to_owned())
            }
            _ => None,
        }
    }

    fn running(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        Some(match verb {
            "wait" => {
                let op = self.operation(step);
                let outcome = match step.size("timeout_ms") {
                    Some(limit) => op.wait_timeout(Duration::from_millis(limit)),
                    None => op.wait().map(Some),
                };
                self.outcome(step, &op, outcome)
            }
            "cancel" => {
                self.operation(step).cancel();
                "ok".to_owned()
            }
            "close" => {
                self.let_go(&step.need("on"));
                "ok".to_owned()
            }
            _ => return None,
        })
    }

    fn lookups(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        let (id, file) = (|| step.need("repo_id"), || step.need("file_path"));
        match verb {
            "file_url" => self.done(step, self.session(step).file_url(&id(), &file(), download_options(step).as_ref())),
            "cached_file" => {
                let found = self.session(step).cached_file(&id(), &file(), download_options(step).as_ref());
                let text = found.map(|found| match found {
                    CachedFile::Found(path) => format!("found {}", path.display()),
                    CachedFile::Absent => "absent".to_owned(),
                    _ => "unknown".to_owned(),
                });
                self.done(step, text)
            }
            _ => None,
        }
    }

    fn documents(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        match verb {
            "json" => self.done(step, Json::parse(&step.need("text")).map(|json| walk(step, &json))),
            "json_values" => {
                let json =
                    Json::parse(&step.need("text")).unwrap_or_else(|error| die(error)).pointer(&step.need("path"));
                Some(format!(
                    "ok string={} int={} double={} bool={} key={}",
                    json.as_str().unwrap_or("none"),
                    json.as_i64().unwrap_or(-7),
                    like_c(json.as_f64().unwrap_or(-7.5)),
                    json.as_bool().map_or(-7, i32::from),
                    json.key(0).unwrap_or("none"),
                ))
            }
            "uri_parse" => self.done(step, hfhub::parse_uri(&step.need("uri")).map(|json| self.json(step, &json))),
            _ => None,
        }
    }

    fn commits(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        if verb == "commit_new" {
            let made = self.session(step).commit(&step.need("repo_id"), commit_options(step).as_ref());
            return self.done(
                step,
                made.map(|commit| {
                    self.keep(step.need("as"), Thing::Commit(Arc::new(commit)));
                    String::new()
                }),
            );
        }
        if !verb.starts_with("commit_") {
            return None;
        }
        let commit = self.commit(step);
        let at = step.text("path_in_repo").unwrap_or_default();
        let text = |name| step.text(name);
        let changed = match verb {
            "commit_add_path" => commit.add_path(&at, step.need("file_path")).map(drop),
            "commit_add_folder" => commit.add_folder(step.need("folder_path"), &at).map(drop),
            "commit_add_bytes" => commit.add_bytes(&at, step.need("text").as_bytes()).map(drop),
            "commit_add_stream" => write_stream(step, &commit, &at),
            "commit_delete_file" => commit.delete_file(&at).map(drop),
            "commit_delete_folder" => commit.delete_folder(&at).map(drop),
            "commit_copy" => {
                let (kind, id, revision) = (text("source_type"), text("source_repo_id"), text("source_revision"));
                let source =
                    CopySource { repo_type: kind.as_deref(), repo_id: id.as_deref(), revision: revision.as_deref() };
                commit.copy(&step.need("source_path"), &at, source).map(drop)
            }
            "commit_add_receipts" => commit.add_receipts(&step.need("text")).map(drop),
            "commit_set_parent" => commit.set_parent(&step.need("commit_id")).map(drop),
            "commit_count" => return Some(format!("ok {}", commit.operation_count())),
            _ => return None,
        };
        self.done(step, changed.map(|()| String::new()))
    }

    fn schedulers_and_logins(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        match verb {
            "scheduler_start" => {
                let every = Duration::from_millis(step.size("every_ms").unwrap_or(0));
                let (id, folder, at) = (step.need("repo_id"), step.need("folder_path"), step.need("path_in_repo"));
                let made = self.session(step).schedule(&id, folder, &at, every, commit_options(step).as_ref());
                let kept = made.map(|made| self.keep(step.need("as"), Thing::Scheduler(Arc::new(made))));
                self.done(step, kept.map(|()| String::new()))
            }
            "device_new" => {
                let made = self.session(step).device_login();
                let kept = made.map(|made| self.keep(step.need("as"), Thing::Login(Arc::new(made))));
                self.done(step, kept.map(|()| String::new()))
            }
            "device_show" => {
                let login = self.login(step);
                let said = |text: Option<&str>| if text.is_some() { "yes" } else { "no" };
                let (url, code) = (said(login.url()), said(login.user_code()));
                Some(format!("ok url={} code={} pending={}", url, code, login.pending_count()))
            }
            _ => None,
        }
    }
}

fn walk(step: &Step<'_>, json: &Json) -> String {
    let mut out = String::new();
    for at in step.texts("paths") {
        let here = json.pointer(&at);
        let _ = write!(out, " {}:{}:{}", at, here.json_type() as i32, here.len());
    }
    let indent = step.number("indent").and_then(|indent| u16::try_from(indent).ok());
    out + " " + &json.write(indent).unwrap_or_else(|error| die(error))
}

fn write_stream(step: &Step<'_>, commit: &Commit, at: &str) -> Result<()> {
    let mut writer = commit.add_stream(at)?;
    for piece in step.texts("pieces") {
        writer.write_all(piece.as_bytes()).map_err(crate::xet::original)?;
    }
    writer.finish()
}

/// As C's `%.6g` prints a number.
fn like_c(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:.5e}", number);
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let bare = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..6).contains(&exponent) {
        return bare(&format!("{:.*}", (5 - exponent) as usize, number));
    }
    format!("{}e{}{:02}", bare(digits), if exponent < 0 { '-' } else { '+' }, exponent.abs())
}
