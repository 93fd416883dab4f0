//! Verbs of Xet: upload commits, download groups, streams.

use crate::plain::{pattern, sha256_of};
use crate::step::{Member, Step};
use crate::{die, Driver, Thing};
use hfhub::{Error, Result, Sha256, XetCommit, XetOptions, XetRight, XetStream};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Bound;
use std::sync::Arc;

fn set(made: XetOptions, name: &str, value: &Member<'_>) -> Option<XetOptions> {
    let at = |index| value.at(index).unwrap_or_default();
    Some(match name {
        "endpoint" => made.endpoint(&value.text()),
        "refresh_url" => made.refresh_url(&value.text()),
        "token" => made.token(&at(0), value.json.at(1).as_i64().unwrap_or(0)),
        "repo" => made.repo(&at(0), &at(1), value.at(2).as_deref()),
        "header" => made.header(&at(0), &at(1)),
        "refresh_header" => made.refresh_header(&at(0), &at(1)),
        _ => return None,
    })
}

/// The library's error in one of `std::io`.
pub fn original(error: io::Error) -> Error {
    match error.into_inner().map(|inner| inner.downcast::<Error>()) {
        Some(Ok(error)) => *error,
        _ => die("an error that is not the library's"),
    }
}

fn add_stream(step: &Step<'_>, commit: &XetCommit, sha256: Sha256<'_>) -> Result<usize> {
    let mut writer = commit.add_stream(&step.need("name"), sha256)?;
    for piece in step.texts("pieces") {
        writer.write_all(piece.as_bytes()).map_err(original)?;
    }
    for piece in pattern(step.size("size").unwrap_or(0)).chunks(100_000) {
        writer.write_all(piece).map_err(original)?;
    }
    let index = writer.index();
    let item = writer.finish()?;
    if item.hash.is_empty() {
        die(format_args!("{}: an item without a hash", step));
    }
    Ok(index)
}

/// Reads it whole: an ordered one as any reader is read, an unordered one piece by piece, each to its place.
fn read_all(stream: &mut XetStream, step: &Step<'_>, to: &mut std::fs::File) -> Result<u64> {
    let cancel_after = step.size("cancel_after").unwrap_or(u64::MAX);
    let mut read = 0;
    if step.number("ordered") == Some(0) {
        while let Some(piece) = stream.next_piece()? {
            let place = piece.offset - step.size("begin").unwrap_or(0);
            to.seek(SeekFrom::Start(place)).and_then(|_| to.write_all(piece.data)).unwrap_or_else(|error| die(error));
            read += piece.data.len() as u64;
            if read >= cancel_after {
                stream.cancel();
            }
        }
        return Ok(read);
    }
    let mut buffer = vec![0; 65536];
    let canceller = stream.canceller();
    loop {
        let size = stream.read(&mut buffer).map_err(original)?;
        if size == 0 {
            return Ok(read);
        }
        to.write_all(&buffer[..size]).unwrap_or_else(|error| die(error));
        read += size as u64;
        if read >= cancel_after {
            canceller.cancel();
        }
    }
}

impl Driver {
    pub fn xet_verb(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        self.uploads(step, verb)
            .or_else(|| self.results(step, verb))
            .or_else(|| self.groups(step, verb))
            .or_else(|| self.streams(step, verb))
    }

    fn uploads(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        let sha256 = step.text("sha256");
        let sha256 = match sha256.as_deref() {
            None => Sha256::Compute,
            Some("") => Sha256::Omit,
            Some(digits) => Sha256::Known(digits),
        };
        let added = match verb {
            "xet_commit_new" => {
                let made = self.session(step).xet_commit(step.options(set).as_ref());
                let kept = made.map(|made| self.keep(step.need("as"), Thing::XetCommit(Arc::new(made))));
                return self.done(step, kept.map(|()| String::new()));
            }
            "xet_add_path" => {
                self.xet_commit(step).add_path(step.need("file_path"), step.text("name").as_deref(), sha256)
            }
            "xet_add_bytes" => {
                let bytes =
                    step.text("text").map_or_else(|| pattern(step.size("size").unwrap_or(0)), String::into_bytes);
                self.xet_commit(step).add_bytes(&step.need("name"), &bytes, sha256)
            }
            "xet_add_stream" => add_stream(step, &self.xet_commit(step), sha256),
            _ => return None,
        };
        self.done(step, added.map(|index| index.to_string()))
    }

    fn results(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        let index = step.size("index").unwrap_or(0) as usize;
        match verb {
            "xet_item" => match self.xet_commit(step).item(index) {
                Ok(None) => Some("pending".to_owned()),
                Ok(Some(item)) => self.done(step, Ok(self.json(step, &item.json))),
                Err(error) => self.done(step, Err(error)),
            },
            "xet_report" => self.done(step, self.xet_commit(step).report().map(|json| self.json(step, &json))),
            "xet_progress" => {
                let progress = self.xet_commit(step).progress();
                self.done(step, progress.map(|progress| format!("bytes={}", progress.bytes_done)))
            }
            "xet_cancel" => {
                self.xet_commit(step).cancel();
                Some("ok".to_owned())
            }
            _ => None,
        }
    }

    fn groups(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        let (index, size) = (step.size("index").unwrap_or(0) as usize, step.size("size").unwrap_or(0));
        match verb {
            "xet_group_new" => {
                let made = self.session(step).xet_group(step.options(set).as_ref());
                let kept = made.map(|made| self.keep(step.need("as"), Thing::Group(Arc::new(made))));
                self.done(step, kept.map(|()| String::new()))
            }
            "xet_group_add" => {
                let added = self.group(step).add(&step.need("hash"), size, step.need("file_path"));
                self.done(step, added.map(|index| index.to_string()))
            }
            "xet_group_seed" => {
                let added = self.group(step).add_seed(index, step.need("file_path"), &step.need("hash"), size);
                self.done(step, added.map(|()| String::new()))
            }
            "xet_group_result" => match self.group(step).is_done(index) {
                Ok(false) => Some("pending".to_owned()),
                result => self.done(step, result.map(|_| String::new())),
            },
            _ => None,
        }
    }

    fn streams(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        match verb {
            "xet_stream" => self.done(step, self.stream(step)),
            "xet_refresh_url" => {
                let right = match step.number("write") {
                    Some(1) => XetRight::Write,
                    Some(2) => XetRight::WritePr,
                    _ => XetRight::Read,
                };
                let (kind, id, revision) = (step.need("repo_type"), step.need("repo_id"), step.text("revision"));
                self.done(step, self.session(step).xet_refresh_url(&kind, &id, revision.as_deref(), right))
            }
            _ => None,
        }
    }

    fn stream(&self, step: &Step<'_>) -> Result<String> {
        let (session, options) = (self.session(step), step.options(set));
        let (hash, size) = (step.need("hash"), step.size("size"));
        let end = step.size("end").map_or(Bound::Unbounded, Bound::Excluded);
        let range = (Bound::Included(step.size("begin").unwrap_or(0)), end);
        let mut stream = match step.number("ordered") {
            Some(0) => session.xet_stream_unordered(options.as_ref(), &hash, size, range)?,
            _ => session.xet_stream(options.as_ref(), &hash, size, range)?,
        };
        let path = self.substituted("${WORK}/streamed");
        let mut file = std::fs::File::create(&path).unwrap_or_else(|error| die(error));
        let read = read_all(&mut stream, step, &mut file)?;
        Ok(format!("{} {}", read, sha256_of(&session, &path)))
    }
}
