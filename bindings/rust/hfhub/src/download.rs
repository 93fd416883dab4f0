use crate::error::Result;
use crate::ffi::{self, Builder};
use crate::op::OpHandle;
use crate::{CachedFile, FileDownload, FileMetadata, Json, Op, Session, Snapshot};
use hfhub_sys as sys;
use std::fmt;
use std::path::Path;

/// What is wanted of a repository, and where it goes. Options whose calls take several patterns are called several times.
///
/// ```no_run
/// # fn main() -> hfhub::Result<()> {
/// # let session = hfhub::Session::new(None)?;
/// let options = hfhub::DownloadOptions::new().revision("main").allow("*.json").allow("*.txt");
/// let snapshot = session.download_snapshot("openai-community/gpt2", &options)?.wait()?;
/// # Ok(()) }
/// ```
///
/// hfhub_download_options_free: Frees the options. NULL is fine. Since 0.1.
pub struct DownloadOptions(pub(crate) Builder<sys::hfhub_download_options>);

impl DownloadOptions {
    /// A model, at `main`, into the session's cache.
    ///
    /// hfhub_download_options_new: Options with their defaults: a model, revision "main", the session's cache. Since
    /// 0.1.
    pub fn new() -> DownloadOptions {
        DownloadOptions(Builder::new(sys::hfhub_download_options_new))
    }

    /// What kind of repository it is.
    ///
    /// hfhub_download_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT.
    /// Since 0.1.
    pub fn repo_type(self, value: &str) -> Self {
        DownloadOptions(self.0.text(sys::hfhub_download_options_set_repo_type, value))
    }

    /// Another revision than `main`.
    ///
    /// hfhub_download_options_set_revision: A branch, tag, commit hash (short or full) or refs/pr/N. Errors:
    /// E_ARGUMENT. Since 0.1.
    pub fn revision(self, value: &str) -> Self {
        DownloadOptions(self.0.text(sys::hfhub_download_options_set_revision, value))
    }

    /// Where in the repository the file paths begin.
    ///
    /// hfhub_download_options_set_subfolder: A folder inside the repository, put before file paths. Errors: E_ARGUMENT.
    /// Since 0.1.
    pub fn subfolder(self, value: &str) -> Self {
        DownloadOptions(self.0.text(sys::hfhub_download_options_set_subfolder, value))
    }

    /// Another cache.
    ///
    /// hfhub_download_options_set_cache_dir: Another shared cache than the session's. Since 0.1.
    pub fn cache_dir(self, value: impl AsRef<Path>) -> Self {
        DownloadOptions(self.0.path(sys::hfhub_download_options_set_cache_dir, value.as_ref()))
    }

    /// Plain files instead of the cache.
    ///
    /// hfhub_download_options_set_local_dir: Plain files in this folder instead of the shared cache. Since 0.1.
    pub fn local_dir(self, value: impl AsRef<Path>) -> Self {
        DownloadOptions(self.0.path(sys::hfhub_download_options_set_local_dir, value.as_ref()))
    }

    /// Another token.
    ///
    /// hfhub_download_options_set_token: Another token than the session's; "" for none. Errors: E_ARGUMENT. Since 0.1.
    pub fn token(self, value: &str) -> Self {
        DownloadOptions(self.0.text(sys::hfhub_download_options_set_token, value))
    }

    /// Whether to fetch what is there already.
    ///
    /// hfhub_download_options_set_force: 1: fetch again what is there. Since 0.1.
    pub fn force(self, enable: bool) -> Self {
        DownloadOptions(self.0.number(sys::hfhub_download_options_set_force, enable.into()))
    }

    /// Whether to do with what is there.
    ///
    /// hfhub_download_options_set_local_files_only: 1: use only what is on disk. Since 0.1.
    pub fn local_files_only(self, enable: bool) -> Self {
        DownloadOptions(self.0.number(sys::hfhub_download_options_set_local_files_only, enable.into()))
    }

    /// Whether to only say what would be done.
    ///
    /// hfhub_download_options_set_dry_run: 1: fetch and write nothing; the result's JSON says what would be done. Since
    /// 0.1.
    pub fn dry_run(self, enable: bool) -> Self {
        DownloadOptions(self.0.number(sys::hfhub_download_options_set_dry_run, enable.into()))
    }

    /// How many files at a time.
    ///
    /// hfhub_download_options_set_max_workers: Files fetched at the same time, 1 to 256; default: option
    /// download.max_workers. Errors: E_ARGUMENT. Since 0.1.
    pub fn max_workers(self, count: i32) -> Self {
        DownloadOptions(self.0.number(sys::hfhub_download_options_set_max_workers, count))
    }

    /// Files of a snapshot that are wanted.
    ///
    /// hfhub_download_options_add_allow_pattern: Snapshots: only files that match one of the allow patterns (fnmatch on
    /// the whole path; "*" crosses "/"; a trailing "/" means the folder's content). Since 0.1.
    pub fn allow(self, pattern: &str) -> Self {
        DownloadOptions(self.0.text(sys::hfhub_download_options_add_allow_pattern, pattern))
    }

    /// Files of a snapshot that are not wanted.
    ///
    /// hfhub_download_options_add_ignore_pattern: Snapshots: no file that matches one of the ignore patterns. Since
    /// 0.1.
    pub fn ignore(self, pattern: &str) -> Self {
        DownloadOptions(self.0.text(sys::hfhub_download_options_add_ignore_pattern, pattern))
    }

    /// What was refused so far.
    pub fn error(&self) -> Option<&crate::Error> {
        self.0.error()
    }
}

impl Default for DownloadOptions {
    fn default() -> Self {
        DownloadOptions::new()
    }
}

impl fmt::Debug for DownloadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DownloadOptions")
    }
}

impl Session {
    /// Downloads one file.
    ///
    /// ```no_run
    /// # fn main() -> hfhub::Result<()> {
    /// let session = hfhub::Session::new(None)?;
    /// let file = session.download_file("openai-community/gpt2", "config.json", None)?.wait()?;
    /// println!("{}", file.path.display());
    /// # Ok(()) }
    /// ```
    ///
    /// hfhub_download_file: Downloads one file, verified, into the shared cache or the local_dir. Result path: the
    /// file. Result JSON: {"path", "commit", "etag", "size", "cached"}; for a dry run {"filename", "commit_hash",
    /// "file_size", "local_path", "is_cached", "will_download"}. Errors: all of NOT_CACHED, network, Hub, INTEGRITY,
    /// DISK_FULL. Since 0.1.
    pub fn download_file<'a>(
        &self,
        repo_id: &str,
        file_path: &str,
        options: impl Into<Option<&'a DownloadOptions>>,
    ) -> Result<Op<FileDownload>> {
        let (repo_id, file_path) = (ffi::text(repo_id)?, ffi::text(file_path)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(FileDownload::of, |session, out, err| unsafe {
            sys::hfhub_download_file(session, repo_id.as_ptr(), file_path.as_ptr(), options, out, err)
        })
    }

    /// Downloads a repository, or what the options select of it.
    ///
    /// hfhub_download_snapshot: Downloads a repository, complete or not at all. Result path: the snapshot folder or the
    /// local_dir. Result JSON: {"path", "commit", "files": number, "downloaded": number}; for a dry run an array of the
    /// objects above. Errors: as above, and INCOMPLETE. Since 0.1.
    pub fn download_snapshot<'a>(
        &self,
        repo_id: &str,
        options: impl Into<Option<&'a DownloadOptions>>,
    ) -> Result<Op<Snapshot>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(Snapshot::of, |session, out, err| unsafe {
            sys::hfhub_download_snapshot(session, repo_id.as_ptr(), options, out, err)
        })
    }

    /// Asks about a file without downloading it.
    ///
    /// hfhub_file_metadata: Asks the Hub about one file. Result JSON: {"commit_hash", "etag", "size" or null,
    /// "location" (without its query when on another host), "xet_hash" or null}. Since 0.1.
    pub fn file_metadata<'a>(
        &self,
        repo_id: &str,
        file_path: &str,
        options: impl Into<Option<&'a DownloadOptions>>,
    ) -> Result<Op<FileMetadata>> {
        let (repo_id, file_path) = (ffi::text(repo_id)?, ffi::text(file_path)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(FileMetadata::of, |session, out, err| unsafe {
            sys::hfhub_file_metadata(session, repo_id.as_ptr(), file_path.as_ptr(), options, out, err)
        })
    }

    /// Where a browser finds a file. Asks nobody.
    ///
    /// hfhub_file_url: The URL from which the Hub serves a file. Owned. Errors: E_ARGUMENT. Since 0.1.
    pub fn file_url<'a>(
        &self,
        repo_id: &str,
        file_path: &str,
        options: impl Into<Option<&'a DownloadOptions>>,
    ) -> Result<String> {
        let (repo_id, file_path) = (ffi::text(repo_id)?, ffi::text(file_path)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        ffi::take_text(|out, err| unsafe {
            sys::hfhub_file_url(self.raw(), repo_id.as_ptr(), file_path.as_ptr(), options, out, err)
        })
        .map(Option::unwrap_or_default)
    }

    /// Looks a file up on disk. Asks nobody.
    ///
    /// hfhub_cached_file: Looks a file up in the shared cache, reading the disk only. `out_string` is the path when
    /// found, else NULL. Owned. Errors: E_ARGUMENT. Since 0.1.
    pub fn cached_file<'a>(
        &self,
        repo_id: &str,
        file_path: &str,
        options: impl Into<Option<&'a DownloadOptions>>,
    ) -> Result<CachedFile> {
        let (repo_id, file_path) = (ffi::text(repo_id)?, ffi::text(file_path)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        let mut state = sys::HFHUB_CACHED_UNKNOWN;
        let path = ffi::take_path(|out, err| unsafe {
            sys::hfhub_cached_file(self.raw(), repo_id.as_ptr(), file_path.as_ptr(), options, &mut state, out, err)
        })?;
        Ok(match (state, path) {
            (sys::HFHUB_CACHED_FOUND, Some(path)) => CachedFile::Found(path),
            (sys::HFHUB_CACHED_ABSENT, _) => CachedFile::Absent,
            _ => CachedFile::Unknown,
        })
    }

    /// Lists what is in a cache, `None` for the session's.
    ///
    /// hfhub_cache_scan: Reads a whole shared cache (NULL: the session's). Changes nothing. Result JSON: {"cache_dir",
    /// "size_on_disk", "repos": \[{"repo_id", "repo_type", "repo_path", "size_on_disk", "nb_files", "last_accessed",
    /// "last_modified", "refs", "revisions": \[{"commit_hash", "snapshot_path", "size_on_disk", "last_modified",
    /// "refs", "files": \[{"path", "file_path", "blob_path", "size_on_disk", "last_accessed", "last_modified"}\]}\]}\],
    /// "incomplete": \[{"path", "size"}\], "unreferenced_shared": {"count", "size"}, "warnings": \[text\]}. Times are
    /// seconds since 1970. Errors: E_CACHE when the folder is missing. Since 0.1.
    pub fn cache_scan<'a>(&self, cache_dir: impl Into<Option<&'a Path>>) -> Result<Op<Json>> {
        let cache_dir = cache_dir.into().map(ffi::path).transpose()?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_cache_scan(session, ffi::pointer(&cache_dir), out, err)
        })
    }

    /// Compares a repository on disk with the Hub.
    ///
    /// hfhub_cache_verify: Compares what is on disk (the options' local_dir, else their revision in the shared cache)
    /// with the Hub's digests. Result path: the folder that was checked. Result JSON: {"repo_id", "repo_type",
    /// "revision", "path", "checked", "mismatches": \[{"path", "expected", "actual", "algorithm"}\], "missing":
    /// \[path\], "extra": \[path\]}. Differences are a result, not an error. Since 0.1.
    pub fn cache_verify<'a>(&self, repo_id: &str, options: impl Into<Option<&'a DownloadOptions>>) -> Result<Op<Json>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(OpHandle::json, |session, out, err| unsafe {
            sys::hfhub_cache_verify(session, repo_id.as_ptr(), options, out, err)
        })
    }
}
