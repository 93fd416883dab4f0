//! Results of operations, typed; the whole JSON is behind each.

use crate::error::Result;
use crate::op::OpHandle;
use crate::Json;
use std::path::PathBuf;

/// A downloaded file. Of a dry run: what would be done.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FileDownload {
    /// Where it is.
    pub path: PathBuf,
    /// The commit that it belongs to.
    pub commit: String,
    /// The Hub's name for the content; `""` in a dry run.
    pub etag: String,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it was on disk already.
    pub cached: bool,
    /// Of a dry run: whether it would be fetched.
    pub will_download: Option<bool>,
    /// All that the library says.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub json: Json,
}

impl FileDownload {
    pub(crate) fn of(op: &OpHandle) -> Result<FileDownload> {
        let json = op.json()?;
        let will_download = json.get("will_download").as_bool();
        let dry = will_download.is_some();
        let named = |wet: &str, dry_name: &str| json.get(if dry { dry_name } else { wet });
        Ok(FileDownload {
            path: match op.path() {
                Some(path) => path.to_path_buf(),
                None => named("path", "local_path").string().into(),
            },
            commit: named("commit", "commit_hash").string(),
            etag: json.get("etag").string(),
            size: named("size", "file_size").as_u64().unwrap_or(0),
            cached: named("cached", "is_cached").as_bool().unwrap_or(false),
            will_download,
            json,
        })
    }
}

/// A downloaded repository. Of a dry run: its files are in `json`.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Snapshot {
    /// The folder.
    pub path: PathBuf,
    /// The commit; `""` in a dry run.
    pub commit: String,
    /// How many files it has.
    pub files: u64,
    /// How many of them were fetched, or in a dry run would be.
    pub downloaded: u64,
    /// All that the library says; of a dry run an array of what it says about each file.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub json: Json,
}

impl Snapshot {
    pub(crate) fn of(op: &OpHandle) -> Result<Snapshot> {
        let json = op.json()?;
        let path = match op.path() {
            Some(path) => path.to_path_buf(),
            None => json.get("path").string().into(),
        };
        let (files, downloaded) = match json.get("files").as_u64() {
            Some(files) => (files, json.get("downloaded").as_u64().unwrap_or(0)),
            None => {
                let wanted = json.iter().filter(|file| file.get("will_download").as_bool() == Some(true)).count();
                (json.len() as u64, wanted as u64)
            }
        };
        Ok(Snapshot { path, commit: json.get("commit").string(), files, downloaded, json })
    }
}

/// What the Hub says about one file.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FileMetadata {
    /// The commit that the revision names.
    pub commit_hash: String,
    /// The Hub's name for the content.
    pub etag: String,
    /// The size in bytes, when the Hub says it.
    pub size: Option<u64>,
    /// Where its bytes are served, without the query when that is another host.
    pub location: String,
    /// Its hash in Xet storage, when it is there.
    pub xet_hash: Option<String>,
    /// All that the library says.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub json: Json,
}

impl FileMetadata {
    pub(crate) fn of(op: &OpHandle) -> Result<FileMetadata> {
        let json = op.json()?;
        Ok(FileMetadata {
            commit_hash: json.get("commit_hash").string(),
            etag: json.get("etag").string(),
            size: json.get("size").as_u64(),
            location: json.get("location").string(),
            xet_hash: json.get("xet_hash").optional_string(),
            json,
        })
    }
}

/// A commit that was made, or the revision's head when nothing was left to commit.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CommitInfo {
    /// Whether one was made.
    pub committed: bool,
    /// Its id.
    pub commit_oid: String,
    /// Its page.
    pub commit_url: String,
    /// The page of the pull request, when one was opened.
    pub pr_url: Option<String>,
    /// Its number.
    pub pr_num: Option<u64>,
    /// Its revision, `refs/pr/N`.
    pub pr_revision: Option<String>,
    /// The repository's page.
    pub repo_url: String,
    /// All that the library says: numbers of files and bytes, among others.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub json: Json,
}

impl CommitInfo {
    pub(crate) fn of(op: &OpHandle) -> Result<CommitInfo> {
        let json = op.json()?;
        Ok(CommitInfo {
            committed: json.get("committed").as_bool().unwrap_or(false),
            commit_oid: json.get("commit_oid").string(),
            commit_url: json.get("commit_url").string(),
            pr_url: json.get("pr_url").optional_string(),
            pr_num: json.get("pr_num").as_u64(),
            pr_revision: json.get("pr_revision").optional_string(),
            repo_url: json.get("repo_url").string(),
            json,
        })
    }
}

/// A repository, after it was made, copied or moved.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RepoUrl {
    /// Its page.
    pub url: String,
    /// Its id, with the namespace.
    pub repo_id: String,
    /// `"model"`, `"dataset"`, `"space"` or `"kernel"`.
    pub repo_type: String,
    /// Whether it was made now; None where that is no question.
    pub created: Option<bool>,
    /// All that the library says.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub json: Json,
}

impl RepoUrl {
    pub(crate) fn of(op: &OpHandle) -> Result<RepoUrl> {
        let json = op.json()?;
        Ok(RepoUrl {
            url: json.get("url").string(),
            repo_id: json.get("repo_id").string(),
            repo_type: json.get("repo_type").string(),
            created: json.get("created").as_bool(),
            json,
        })
    }
}

/// A file as Xet storage knows it.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct XetFile {
    /// Its Xet hash.
    pub hash: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, unless it was left out.
    pub sha256: Option<String>,
    /// All that the library says.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub json: Json,
}

impl XetFile {
    pub(crate) fn of(op: &OpHandle) -> Result<XetFile> {
        op.json().map(XetFile::read)
    }

    pub(crate) fn read(json: Json) -> XetFile {
        XetFile {
            hash: json.get("hash").string(),
            size: json.get("size").as_u64().unwrap_or(0),
            sha256: json.get("sha256").optional_string().filter(|text| !text.is_empty()),
            json,
        }
    }
}

/// What the disk says about a file, without asking the Hub.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CachedFile {
    /// Nothing is known: the Hub must be asked.
    Unknown,
    /// The file is here.
    Found(PathBuf),
    /// The Hub once said that this commit has no such file.
    Absent,
}
