use crate::error::Result;
use crate::ffi::{self, check, Builder, Handle};
use crate::op::OpHandle;
use crate::{Canceller, Json, Op, Progress, Session, XetFile};
use hfhub_sys as sys;
use std::fmt;
use std::io;
use std::path::Path;
use std::ptr;
use std::sync::{Arc, Weak};

/// Which CAS, and with which rights. To read or write what a repository holds, [`repo`](XetOptions::repo) is enough.
///
/// hfhub_xet_options_free: Frees the options. NULL is fine. Since 0.1.
pub struct XetOptions(pub(crate) Builder<sys::hfhub_xet_options>);

impl XetOptions {
    /// The CAS of option `xet.endpoint`, no token.
    ///
    /// hfhub_xet_options_new: Options with their defaults: the CAS of option xet.endpoint, no token. Since 0.1.
    pub fn new() -> XetOptions {
        XetOptions(Builder::new(sys::hfhub_xet_options_new))
    }

    /// Where the CAS is.
    ///
    /// hfhub_xet_options_set_endpoint: Base URL of the CAS; without it the token route names one. Errors: E_ARGUMENT.
    /// Since 0.1.
    pub fn endpoint(self, endpoint: &str) -> Self {
        XetOptions(self.0.text(sys::hfhub_xet_options_set_endpoint, endpoint))
    }

    /// A token that is there already.
    ///
    /// hfhub_xet_options_set_token: A CAS token and when it expires, in seconds since 1970. Errors: E_ARGUMENT when a
    /// header cannot carry it. Since 0.1.
    pub fn token(self, token: &str, expires_s: i64) -> Self {
        XetOptions(self.0.set(|options| {
            let token = ffi::text(token)?;
            check(|err| unsafe { sys::hfhub_xet_options_set_token(options, token.as_ptr(), expires_s, err) }).map(drop)
        }))
    }

    /// Where tokens come from.
    ///
    /// hfhub_xet_options_set_refresh_url: Where a new token comes from: GET answers {"accessToken", "exp", "casUrl"} or
    /// the headers X-Xet-Access-Token, X-Xet-Token-Expiration and X-Xet-Cas-Url. Asked ahead of the expiry, once for
    /// all who wait, and after a 401. The session's token goes there when it is the Hub's. Errors: E_ARGUMENT. Since
    /// 0.1.
    pub fn refresh_url(self, url: &str) -> Self {
        XetOptions(self.0.text(sys::hfhub_xet_options_set_refresh_url, url))
    }

    /// What to tell whoever gives tokens.
    ///
    /// hfhub_xet_options_add_refresh_header: A header for the refresh URL, "Authorization" included; sent to its origin
    /// and nowhere else. Since 0.1.
    pub fn refresh_header(self, name: &str, value: &str) -> Self {
        XetOptions(self.0.pair(sys::hfhub_xet_options_add_refresh_header, name, value))
    }

    /// What to tell the CAS.
    ///
    /// hfhub_xet_options_add_header: A header for CAS; never sent to storage hosts. Errors: E_ARGUMENT for
    /// "Authorization" and for what a header cannot carry. Since 0.1.
    pub fn header(self, name: &str, value: &str) -> Self {
        XetOptions(self.0.pair(sys::hfhub_xet_options_add_header, name, value))
    }

    /// A repository's rights; `revision` `None` is `main`.
    ///
    /// hfhub_xet_options_set_repo: The rights of a repository: sets the refresh URL from the session's endpoint when
    /// the options are used. `repo_type` is "model", "dataset", "space", "kernel" or "bucket"; `revision` may be NULL
    /// ("main"; a bucket has none). Reading or writing follows from the use. Errors: E_ARGUMENT. Since 0.1.
    pub fn repo<'a>(self, repo_type: &str, repo_id: &str, revision: impl Into<Option<&'a str>>) -> Self {
        XetOptions(self.0.set(|options| {
            let (repo_type, repo_id) = (ffi::text(repo_type)?, ffi::text(repo_id)?);
            let revision = ffi::optional_text(revision.into())?;
            let (kind, id, at) = (repo_type.as_ptr(), repo_id.as_ptr(), ffi::pointer(&revision));
            check(|err| unsafe { sys::hfhub_xet_options_set_repo(options, kind, id, at, err) }).map(drop)
        }))
    }

    /// What was refused so far.
    pub fn error(&self) -> Option<&crate::Error> {
        self.0.error()
    }
}

impl Default for XetOptions {
    fn default() -> Self {
        XetOptions::new()
    }
}

impl fmt::Debug for XetOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("XetOptions")
    }
}

/// What a Xet token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XetRight {
    /// To read.
    Read,
    /// To write.
    Write,
    /// To write into a pull request that the commit will open.
    WritePr,
}

/// Xet storage by hash. Repositories need none of this: their downloads and uploads use it by themselves.
impl Session {
    /// Where a repository's Xet tokens come from; `revision` `None` is `main`.
    ///
    /// hfhub_xet_get_refresh_url: The token route of a repository on the session's Hub. `write`: 0 to read, 1 to write,
    /// 2 to write into a pull request that the commit will open. `revision` may be NULL. Owned. Errors: E_ARGUMENT.
    /// Since 0.1.
    pub fn xet_refresh_url<'a>(
        &self,
        repo_type: &str,
        repo_id: &str,
        revision: impl Into<Option<&'a str>>,
        right: XetRight,
    ) -> Result<String> {
        let (repo_type, repo_id) = (ffi::text(repo_type)?, ffi::text(repo_id)?);
        let revision = ffi::optional_text(revision.into())?;
        let (kind, id, at) = (repo_type.as_ptr(), repo_id.as_ptr(), ffi::pointer(&revision));
        let write = match right {
            XetRight::Read => 0,
            XetRight::Write => 1,
            XetRight::WritePr => 2,
        };
        ffi::take_text(|out, err| unsafe { sys::hfhub_xet_get_refresh_url(self.raw(), kind, id, at, write, out, err) })
            .map(Option::unwrap_or_default)
    }

    /// Files that become readable together.
    ///
    /// hfhub_xet_commit_new: A commit: files that become readable together. `options` NULL: defaults. Opens no
    /// connection yet. Since 0.1.
    pub fn xet_commit<'a>(&self, options: impl Into<Option<&'a XetOptions>>) -> Result<XetCommit> {
        let options = ffi::options(options.into().map(|options| &options.0))?;
        Handle::make(|out, err| unsafe { sys::hfhub_xet_commit_new(self.raw(), options, out, err) })
            .map(|handle| XetCommit(Arc::new(handle)))
    }

    /// Files that are downloaded together.
    ///
    /// hfhub_xet_group_new: A group: files that are planned together, so that bytes they share are fetched once. Since
    /// 0.1.
    pub fn xet_group<'a>(&self, options: impl Into<Option<&'a XetOptions>>) -> Result<XetGroup> {
        let options = ffi::options(options.into().map(|options| &options.0))?;
        Handle::make(|out, err| unsafe { sys::hfhub_xet_group_new(self.raw(), options, out, err) }).map(XetGroup)
    }

    /// Computes a file's hashes, without any network.
    ///
    /// hfhub_xet_hash_file: Computes a file's Xet hash and SHA-256 without any network. The operation's JSON: {"hash",
    /// "size", "sha256"}. Since 0.1.
    pub fn xet_hash_file(&self, file: impl AsRef<Path>) -> Result<Op<XetFile>> {
        let file = ffi::path(file.as_ref())?;
        self.start(XetFile::of, |session, out, err| unsafe {
            sys::hfhub_xet_hash_file(session, file.as_ptr(), out, err)
        })
    }
}

/// What to do about a file's SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sha256<'a> {
    /// It is computed on the way.
    #[default]
    Compute,
    /// There is none. Such a file cannot be part of a repository.
    Omit,
    /// These 64 hex digits are believed.
    Known(&'a str),
}

impl<'a> Sha256<'a> {
    fn text(self) -> Option<&'a str> {
        match self {
            Sha256::Compute => None,
            Sha256::Omit => Some(""),
            Sha256::Known(digits) => Some(digits),
        }
    }
}

/// An upload to Xet storage. Several threads may add to it. Dropped before [`finish`](XetCommit::finish), it is cancelled.
///
/// ```no_run
/// # fn main() -> hfhub::Result<()> {
/// # let session = hfhub::Session::new(None)?;
/// let commit = session.xet_commit(&hfhub::XetOptions::new().repo("model", "me/model", None))?;
/// let index = commit.add_path("model.safetensors", None, hfhub::Sha256::Compute)?;
/// commit.finish()?.wait()?;
/// println!("{:?}", commit.item(index)?);
/// # Ok(()) }
/// ```
///
/// hfhub_xet_commit_free: Lets go of the commit, cancelling it unless finish was called. Never waits. NULL is fine.
/// Since 0.1.
pub struct XetCommit(Arc<Handle<sys::hfhub_xet_commit>>);

impl XetCommit {
    fn raw(&self) -> *mut sys::hfhub_xet_commit {
        self.0.get()
    }

    /// Adds a file from disk; its name in results is `name`, or its path. Returns its number.
    ///
    /// hfhub_xet_commit_add_path: Adds a file, which is read in the background from now on. `name` is for progress and
    /// results (NULL: the path). `sha256`: NULL computes it, "" leaves it out, 64 hex digits are taken as given.
    /// `out_index` (may be NULL) gets the item's number. Errors: E_ARGUMENT, E_IO, E_STATE after finish or cancel.
    /// Since 0.1.
    pub fn add_path<'a>(
        &self,
        file: impl AsRef<Path>,
        name: impl Into<Option<&'a str>>,
        sha256: Sha256<'_>,
    ) -> Result<usize> {
        let file = ffi::path(file.as_ref())?;
        let (name, sha256) = (ffi::optional_text(name.into())?, ffi::optional_text(sha256.text())?);
        let (mut index, name, sha256) = (0, ffi::pointer(&name), ffi::pointer(&sha256));
        check(|err| unsafe {
            sys::hfhub_xet_commit_add_path(self.raw(), file.as_ptr(), name, sha256, &mut index, err)
        })?;
        Ok(index)
    }

    /// Adds a file with these bytes. Returns its number.
    ///
    /// hfhub_xet_commit_add_bytes: Adds bytes, taken in before it returns; it waits while the stages behind are full.
    /// Since 0.1.
    pub fn add_bytes(&self, name: &str, bytes: &[u8], sha256: Sha256<'_>) -> Result<usize> {
        let (name, sha256) = (ffi::text(name)?, ffi::optional_text(sha256.text())?);
        let (mut index, sha256) = (0, ffi::pointer(&sha256));
        let (data, size) = (bytes.as_ptr().cast(), bytes.len());
        check(|err| unsafe {
            sys::hfhub_xet_commit_add_bytes(self.raw(), name.as_ptr(), data, size, sha256, &mut index, err)
        })?;
        Ok(index)
    }

    /// Adds a file that is written piece by piece.
    ///
    /// hfhub_xet_commit_add_stream: Adds a file that is written piece by piece. Since 0.1.
    pub fn add_stream(&self, name: &str, sha256: Sha256<'_>) -> Result<XetWriter> {
        let (name, sha256) = (ffi::text(name)?, ffi::optional_text(sha256.text())?);
        let sha256 = ffi::pointer(&sha256);
        Handle::make(|out, err| unsafe {
            sys::hfhub_xet_commit_add_stream(self.raw(), name.as_ptr(), sha256, out, err)
        })
        .map(XetWriter)
    }

    /// Starts the end. The operation's result is the report.
    ///
    /// hfhub_xet_commit_finish: Starts the end: the operation waits for all items, stores what is left and registers
    /// it. Its JSON is the report: {"items", "total_bytes", "deduped_bytes", "new_bytes", "total_chunks",
    /// "deduped_chunks", "new_chunks", "deduped_bytes_by_global_dedup", "deduped_chunks_by_global_dedup",
    /// "defrag_prevented_dedup_bytes", "defrag_prevented_dedup_chunks", "xorbs", "xorb_bytes_uploaded", "shards",
    /// "shard_bytes_uploaded", "total_bytes_uploaded"}. It fails with the first error of any item or request; then
    /// nothing was registered, what CAS has stored is remembered, and the next commit with the same files sends only
    /// the rest. Errors: E_STATE the second time. Since 0.1.
    pub fn finish(&self) -> Result<Op<Json>> {
        Op::start(OpHandle::json, |out, err| unsafe { sys::hfhub_xet_commit_finish(self.raw(), out, err) })
    }

    /// How many files were added.
    ///
    /// hfhub_xet_commit_get_item_count: Items added so far. Since 0.1.
    pub fn item_count(&self) -> usize {
        unsafe { sys::hfhub_xet_commit_get_item_count(self.raw()) }
    }

    /// A file by its number, or its error; None while it is worked on.
    ///
    /// hfhub_xet_commit_get_item: An item: {"name", "hash", "size", "sha256", "total_bytes", "new_bytes",
    /// "deduped_bytes", "total_chunks", "new_chunks", "deduped_chunks", "reused"}. PENDING while it is worked on; its
    /// own error when it failed. Readable by others only after finish. Since 0.1.
    pub fn item(&self, index: usize) -> Result<Option<XetFile>> {
        let mut out = ptr::null_mut();
        check(|err| unsafe { sys::hfhub_xet_commit_get_item(self.raw(), index, &mut out, err) })?;
        Ok(Handle::own(out).map(|handle| XetFile::read(Json::from_handle(handle))))
    }

    /// How it stands.
    ///
    /// hfhub_xet_commit_get_report: The report so far, and of shards {"shard_entries", "shard_entries_validated",
    /// "shards_stored", "shards_completed"}. Never blocks for long. Since 0.1.
    pub fn report(&self) -> Result<Json> {
        Handle::make(|out, err| unsafe { sys::hfhub_xet_commit_get_report(self.raw(), out, err) })
            .map(Json::from_handle)
    }

    /// Counters, before and after `finish`.
    ///
    /// hfhub_xet_commit_get_progress: Counters of the whole commit, before and after finish. Since 0.1.
    pub fn progress(&self) -> Result<Progress> {
        Progress::ask(|out| check(|err| unsafe { sys::hfhub_xet_commit_get_progress(self.raw(), out, err) }))
    }

    /// Stops all of it.
    ///
    /// hfhub_xet_commit_cancel: Stops everything of this commit; the session stays usable. Any thread, also a signal
    /// handler. NULL is fine. Since 0.1.
    pub fn cancel(&self) {
        unsafe { sys::hfhub_xet_commit_cancel(self.raw()) }
    }

    /// Something for other threads that can do nothing but cancel this.
    pub fn canceller(&self) -> Canceller {
        let weak: Weak<Handle<sys::hfhub_xet_commit>> = Arc::downgrade(&self.0);
        Canceller::new(move || {
            if let Some(handle) = weak.upgrade() {
                unsafe { sys::hfhub_xet_commit_cancel(handle.get()) }
            }
        })
    }
}

impl fmt::Debug for XetCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XetCommit").field("items", &self.item_count()).finish_non_exhaustive()
    }
}

/// A file of a [`XetCommit`] that is written piece by piece. Dropped before [`finish`](XetWriter::finish), the file fails, and
/// its commit with it.
///
/// hfhub_xet_writer_free: Lets go of the writer; an unfinished file fails, and its commit with it. NULL is fine. Since
/// 0.1.
pub struct XetWriter(Handle<sys::hfhub_xet_writer>);

impl XetWriter {
    /// Ends the file.
    ///
    /// hfhub_xet_writer_finish: Ends the file; `out_json` (may be NULL) gets the item as in hfhub_xet_commit_get_item.
    /// Since 0.1.
    pub fn finish(self) -> Result<XetFile> {
        Handle::make(|out, err| unsafe { sys::hfhub_xet_writer_finish(self.0.get(), out, err) })
            .map(|handle| XetFile::read(Json::from_handle(handle)))
    }

    /// Its number in the commit.
    ///
    /// hfhub_xet_writer_get_index: The item's number in its commit. Since 0.1.
    pub fn index(&self) -> usize {
        unsafe { sys::hfhub_xet_writer_get_index(self.0.get()) }
    }
}

impl io::Write for XetWriter {
    /// Takes all of it, and waits while the stages behind are full.
    ///
    /// hfhub_xet_writer_write: Writes the next bytes; waits while the stages behind are full. One thread at a time.
    /// Errors: E_STATE after finish, the commit's error. Since 0.1.
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        check(|err| unsafe { sys::hfhub_xet_writer_write(self.0.get(), data.as_ptr().cast(), data.len(), err) })?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for XetWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XetWriter").field("index", &self.index()).finish_non_exhaustive()
    }
}

/// Files that are downloaded together, so that bytes they share are fetched once.
///
/// hfhub_xet_group_free: Lets go of the group; a started operation goes on. NULL is fine. Since 0.1.
pub struct XetGroup(Handle<sys::hfhub_xet_group>);

impl XetGroup {
    /// Adds a file. Returns its number.
    ///
    /// hfhub_xet_group_add: Adds a file by its Xet hash and size. `file_path` is replaced when the content is complete
    /// and verified; until then it is `\<file_path\>.\<hash\>.\<8 hex\>.incomplete`, from which a later group goes on.
    /// Errors: E_ARGUMENT, E_STATE after start. Since 0.1.
    pub fn add(&self, hash: &str, size_bytes: u64, file: impl AsRef<Path>) -> Result<usize> {
        let (hash, file) = (ffi::text(hash)?, ffi::path(file.as_ref())?);
        let mut index = 0;
        check(|err| unsafe {
            sys::hfhub_xet_group_add(self.0.get(), hash.as_ptr(), size_bytes, file.as_ptr(), &mut index, err)
        })?;
        Ok(index)
    }

    /// Something on disk that file `index` may have bytes in common with.
    ///
    /// hfhub_xet_group_add_seed: Content on disk that item `index` may share chunks with, another version of the file
    /// for example, by its own hash and size: chunks found there are not fetched. Since 0.1.
    pub fn add_seed(&self, index: usize, file: impl AsRef<Path>, hash: &str, size_bytes: u64) -> Result<()> {
        let (file, hash) = (ffi::path(file.as_ref())?, ffi::text(hash)?);
        check(|err| unsafe {
            sys::hfhub_xet_group_add_seed(self.0.get(), index, file.as_ptr(), hash.as_ptr(), size_bytes, err)
        })
        .map(drop)
    }

    /// Starts it, once.
    ///
    /// hfhub_xet_group_start: Starts the group, once. The operation's items are the files; it fails with the first
    /// file's error after all others have ended. Its JSON: {"items": \[{"path", "hash", "size"}\]}. Errors: E_STATE.
    /// Since 0.1.
    pub fn start(&self) -> Result<Op<Json>> {
        Op::start(OpHandle::json, |out, err| unsafe { sys::hfhub_xet_group_start(self.0.get(), out, err) })
    }

    /// Whether file `index` is complete; its error, when it has one.
    ///
    /// hfhub_xet_group_get_result: How item `index` ended: OK, PENDING, or its error. Since 0.1.
    pub fn is_done(&self, index: usize) -> Result<bool> {
        check(|err| unsafe { sys::hfhub_xet_group_get_result(self.0.get(), index, err) })
            .map(|status| status == sys::HFHUB_OK)
    }
}

impl fmt::Debug for XetGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("XetGroup")
    }
}
