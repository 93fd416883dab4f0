use crate::error::Result;
use crate::ffi::{self, check, Builder, Err, Handle};
use crate::op::OpHandle;
use crate::{CommitInfo, Json, Op, Session};
use hfhub_sys as sys;
use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Where a commit goes and what it says. Of folders also: what of them.
///
/// hfhub_commit_options_free: Frees the options. NULL is fine. Since 0.1.
pub struct CommitOptions(pub(crate) Builder<sys::hfhub_commit_options>);

impl CommitOptions {
    /// A model, at `main`, no pull request.
    ///
    /// hfhub_commit_options_new: Options with their defaults: a model, its revision "main", no pull request. Since 0.1.
    pub fn new() -> CommitOptions {
        CommitOptions(Builder::new(sys::hfhub_commit_options_new))
    }

    /// What kind of repository it is.
    ///
    /// hfhub_commit_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since
    /// 0.1.
    pub fn repo_type(self, value: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_set_repo_type, value))
    }

    /// Another branch than `main`.
    ///
    /// hfhub_commit_options_set_revision: A branch, or refs/pr/N. Default "main". Errors: E_ARGUMENT. Since 0.1.
    pub fn revision(self, value: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_set_revision, value))
    }

    /// The first line of what it says.
    ///
    /// hfhub_commit_options_set_message: The commit's message; a commit needs one, uploads of files and folders have a
    /// default. Errors: E_ARGUMENT when it is empty or not UTF-8. Since 0.1.
    pub fn message(self, value: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_set_message, value))
    }

    /// What comes below that line.
    ///
    /// hfhub_commit_options_set_description: What is said below the message. Errors: E_ARGUMENT when it is not UTF-8.
    /// Since 0.1.
    pub fn description(self, value: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_set_description, value))
    }

    /// The commit that it must follow.
    ///
    /// hfhub_commit_options_set_parent: The revision must be at this commit (5 to 40 hex digits), else the operation
    /// fails with E_CONFLICT. Since 0.1.
    pub fn parent(self, value: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_set_parent, value))
    }

    /// Whether it opens a pull request.
    ///
    /// hfhub_commit_options_set_create_pr: 1: the commit opens a pull request. Since 0.1.
    pub fn create_pr(self, enable: bool) -> Self {
        CommitOptions(self.0.number(sys::hfhub_commit_options_set_create_pr, enable.into()))
    }

    /// Another token.
    ///
    /// hfhub_commit_options_set_token: The token for this call; "" for none. Errors: E_ARGUMENT. Since 0.1.
    pub fn token(self, value: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_set_token, value))
    }

    /// Files of a folder that are wanted.
    ///
    /// hfhub_commit_options_add_allow_pattern: Folders: only files that match one of the allow patterns, which have the
    /// meaning of hfhub_download_options_add_allow_pattern on the path below the folder. Since 0.1.
    pub fn allow(self, pattern: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_add_allow_pattern, pattern))
    }

    /// Files of a folder that are not wanted.
    ///
    /// hfhub_commit_options_add_ignore_pattern: Folders: no file that matches one of the ignore patterns. The folders
    /// .git and .cache/huggingface are always left out. Since 0.1.
    pub fn ignore(self, pattern: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_add_ignore_pattern, pattern))
    }

    /// Files of the repository that go.
    ///
    /// hfhub_commit_options_add_delete_pattern: Folders: files of the repository below the destination that match are
    /// deleted in the same commit, unless they are uploaded; .gitattributes stays. Since 0.1.
    pub fn delete(self, pattern: &str) -> Self {
        CommitOptions(self.0.text(sys::hfhub_commit_options_add_delete_pattern, pattern))
    }

    /// Whether symbolic links are followed.
    ///
    /// hfhub_commit_options_set_follow_links: Folders: 0 refuses a folder that holds symbolic links to files (default:
    /// they are followed; links to folders never are). Since 0.1.
    pub fn follow_links(self, enable: bool) -> Self {
        CommitOptions(self.0.number(sys::hfhub_commit_options_set_follow_links, enable.into()))
    }

    /// Whether a note is kept in the folder for the next time.
    ///
    /// hfhub_commit_options_set_journal: Folders: 0 keeps no journal in the folder's .cache/huggingface/upload
    /// (default: kept, so that the next upload does not read unchanged files again). Since 0.1.
    pub fn journal(self, enable: bool) -> Self {
        CommitOptions(self.0.number(sys::hfhub_commit_options_set_journal, enable.into()))
    }

    /// What was refused so far.
    pub fn error(&self) -> Option<&crate::Error> {
        self.0.error()
    }
}

impl Default for CommitOptions {
    fn default() -> Self {
        CommitOptions::new()
    }
}

impl fmt::Debug for CommitOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommitOptions")
    }
}

/// Where a copy in a commit comes from, when that is not the commit's own repository and revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CopySource<'a> {
    /// Another repository's type.
    pub repo_type: Option<&'a str>,
    /// Another repository.
    pub repo_id: Option<&'a str>,
    /// Another revision.
    pub revision: Option<&'a str>,
}

/// A commit that is put together. Several threads may add to it.
///
/// ```no_run
/// # fn main() -> hfhub::Result<()> {
/// # let session = hfhub::Session::new(None)?;
/// let commit = session.commit("me/model", &hfhub::CommitOptions::new().message("Better weights"))?;
/// commit.add_path("model.safetensors", "out/model.safetensors")?.add_bytes("notes.md", b"# Notes")?;
/// println!("{}", commit.finish()?.wait()?.commit_url);
/// # Ok(()) }
/// ```
///
/// hfhub_commit_free: Lets go of the commit; a running operation goes on. NULL is fine. Since 0.1.
pub struct Commit(Handle<sys::hfhub_commit>);

impl Commit {
    fn change(&self, call: impl FnOnce(*mut sys::hfhub_commit, Err) -> sys::hfhub_status) -> Result<&Commit> {
        check(|err| call(self.0.get(), err)).map(|_| self)
    }

    /// Adds a file from disk.
    ///
    /// hfhub_commit_add_path: Adds a file from disk, or replaces what is at `path_in_repo`. The file is read by the
    /// operation; when it has changed until then the operation fails and names it. Errors: E_ARGUMENT for a path that a
    /// repository cannot have, E_IO, E_STATE. Since 0.1.
    pub fn add_path(&self, path_in_repo: &str, file: impl AsRef<Path>) -> Result<&Commit> {
        let (path_in_repo, file) = (ffi::text(path_in_repo)?, ffi::path(file.as_ref())?);
        self.change(|commit, err| unsafe {
            sys::hfhub_commit_add_path(commit, path_in_repo.as_ptr(), file.as_ptr(), err)
        })
    }

    /// Adds a folder from disk; `path_in_repo` `""` is the root.
    ///
    /// hfhub_commit_add_folder: Adds every file below a folder that the options' allow and ignore patterns select, at
    /// `path_in_repo` ("" or ".": the root). Errors: E_ARGUMENT for a name that a repository cannot have, E_IO for what
    /// cannot be read, E_STATE. Since 0.1.
    pub fn add_folder(&self, folder: impl AsRef<Path>, path_in_repo: &str) -> Result<&Commit> {
        let (folder, path_in_repo) = (ffi::path(folder.as_ref())?, ffi::text(path_in_repo)?);
        self.change(|commit, err| unsafe {
            sys::hfhub_commit_add_folder(commit, folder.as_ptr(), path_in_repo.as_ptr(), err)
        })
    }

    /// Adds a file with these bytes.
    ///
    /// hfhub_commit_add_bytes: Adds a file with these bytes, which are copied. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn add_bytes(&self, path_in_repo: &str, bytes: &[u8]) -> Result<&Commit> {
        let path_in_repo = ffi::text(path_in_repo)?;
        self.change(|commit, err| unsafe {
            sys::hfhub_commit_add_bytes(commit, path_in_repo.as_ptr(), bytes.as_ptr().cast(), bytes.len(), err)
        })
    }

    /// Adds a file that is written piece by piece.
    ///
    /// hfhub_commit_add_stream: Adds a file that is written piece by piece, of a size that nobody needs to know. More
    /// than 1 MiB goes to a temporary file below option cache.xet_dir, which goes with the commit. It is part of the
    /// commit once hfhub_commit_writer_finish has returned. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn add_stream(&self, path_in_repo: &str) -> Result<CommitWriter> {
        let path_in_repo = ffi::text(path_in_repo)?;
        Handle::make(|out, err| unsafe { sys::hfhub_commit_add_stream(self.0.get(), path_in_repo.as_ptr(), out, err) })
            .map(CommitWriter)
    }

    /// Deletes a file.
    ///
    /// hfhub_commit_delete_file: Deletes a file. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn delete_file(&self, path_in_repo: &str) -> Result<&Commit> {
        let path_in_repo = ffi::text(path_in_repo)?;
        self.change(|commit, err| unsafe { sys::hfhub_commit_delete_file(commit, path_in_repo.as_ptr(), err) })
    }

    /// Deletes a folder.
    ///
    /// hfhub_commit_delete_folder: Deletes a folder and all that is in it. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn delete_folder(&self, path_in_repo: &str) -> Result<&Commit> {
        let path_in_repo = ffi::text(path_in_repo)?;
        self.change(|commit, err| unsafe { sys::hfhub_commit_delete_folder(commit, path_in_repo.as_ptr(), err) })
    }

    /// Copies a file that is on the Hub.
    ///
    /// hfhub_commit_copy: Copies `source_path` to `path_in_repo`; large files on the Hub, without their bytes passing
    /// through here. `source_type` and `source_repo_id` NULL: from the same repository. `source_revision` NULL: the
    /// commit's revision, or the other repository's main. Errors: E_ARGUMENT, E_STATE. Since 0.1.
    pub fn copy(&self, source_path: &str, path_in_repo: &str, source: CopySource<'_>) -> Result<&Commit> {
        let (source_path, path_in_repo) = (ffi::text(source_path)?, ffi::text(path_in_repo)?);
        let (repo_type, repo_id) = (ffi::optional_text(source.repo_type)?, ffi::optional_text(source.repo_id)?);
        let revision = ffi::optional_text(source.revision)?;
        self.change(|commit, err| unsafe {
            sys::hfhub_commit_copy(
                commit,
                source_path.as_ptr(),
                path_in_repo.as_ptr(),
                ffi::pointer(&repo_type),
                ffi::pointer(&repo_id),
                ffi::pointer(&revision),
                err,
            )
        })
    }

    /// Adds files that were brought to the Hub elsewhere.
    ///
    /// hfhub_commit_add_receipts: Adds files that other processes or machines brought to the Hub: receipts of
    /// hfhub_commit_prepare, one JSON object a line. The Hub is asked whether it has them before anything is committed.
    /// Errors: E_ARGUMENT for a receipt that is damaged, has expired or is for another repository; E_STATE. Since 0.1.
    pub fn add_receipts(&self, lines: &str) -> Result<&Commit> {
        let lines = ffi::text(lines)?;
        self.change(|commit, err| unsafe { sys::hfhub_commit_add_receipts(commit, lines.as_ptr(), err) })
    }

    /// Another parent; `""` for any.
    ///
    /// hfhub_commit_set_parent: Another parent, e.g. after E_CONFLICT; "" for any. Errors: E_ARGUMENT, E_STATE. Since
    /// 0.1.
    pub fn set_parent(&self, commit_id: &str) -> Result<&Commit> {
        let commit_id = ffi::text(commit_id)?;
        self.change(|commit, err| unsafe { sys::hfhub_commit_set_parent(commit, commit_id.as_ptr(), err) })
    }

    /// How much was added.
    ///
    /// hfhub_commit_get_operation_count: Operations added so far. Since 0.1.
    pub fn operation_count(&self) -> usize {
        unsafe { sys::hfhub_commit_get_operation_count(self.0.get()) }
    }

    /// Brings the content to the Hub, and commits nothing yet. The result's `receipts` are what
    /// [`add_receipts`](Commit::add_receipts) takes elsewhere, one a line.
    ///
    /// hfhub_commit_prepare: Brings the content of all added files to the Hub without committing it. Result JSON:
    /// {"receipts": \[{"path", "size", "storage": "regular", "xet" or "lfs", "sha256", "oid" and "content" of a regular
    /// file, "xet_hash", "repo", "expires": seconds since 1970}\]}. Errors: E_ARGUMENT for operations that contradict
    /// each other, E_STATE, network and Hub errors. Since 0.1.
    pub fn prepare(&self) -> Result<Op<Json>> {
        Op::start(OpHandle::json, |out, err| unsafe { sys::hfhub_commit_prepare(self.0.get(), out, err) })
    }

    /// Makes the commit.
    ///
    /// hfhub_commit_finish: Makes the commit: brings content to the Hub that is not there, then commits everything at
    /// once. Files whose content the revision has already are left out; when nothing is left, no commit is made and the
    /// answer is the revision's head. Result JSON: {"committed": whether one was made, "commit_oid", "commit_url",
    /// "commit_message", "commit_description", "pr_url" or null, "pr_num" or null, "pr_revision" or null, "repo_url",
    /// "regular", "xet", "lfs": files by storage, "copied", "deleted", "unchanged": numbers, "ignored": \[path\] by
    /// .gitignore, "stored_bytes", "deduped_bytes", "sent_bytes"}. Errors: E_CONFLICT when the parent has moved; after
    /// any failure the commit can be changed and finished again, and what was stored is not sent again. E_STATE once it
    /// was made. Since 0.1.
    pub fn finish(&self) -> Result<Op<CommitInfo>> {
        Op::start(CommitInfo::of, |out, err| unsafe { sys::hfhub_commit_finish(self.0.get(), out, err) })
    }
}

impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commit").field("operations", &self.operation_count()).finish_non_exhaustive()
    }
}

/// A file of a commit that is written piece by piece. Dropped before [`finish`](CommitWriter::finish), it is not added.
///
/// hfhub_commit_writer_free: Lets go of the writer; a file that was not finished is not added. NULL is fine. Since 0.1.
pub struct CommitWriter(Handle<sys::hfhub_commit_writer>);

impl CommitWriter {
    /// Ends the file and adds it to its commit.
    ///
    /// hfhub_commit_writer_finish: Ends the file and adds it to its commit. Errors: E_STATE the second time, or when
    /// the commit takes nothing any more. Since 0.1.
    pub fn finish(self) -> Result<()> {
        check(|err| unsafe { sys::hfhub_commit_writer_finish(self.0.get(), err) }).map(drop)
    }
}

impl io::Write for CommitWriter {
    /// Takes all of it.
    ///
    /// hfhub_commit_writer_write: Writes the next bytes. One thread at a time. Errors: E_STATE after finish; E_IO,
    /// E_DISK_FULL. Since 0.1.
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        check(|err| unsafe { sys::hfhub_commit_writer_write(self.0.get(), data.as_ptr().cast(), data.len(), err) })?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for CommitWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommitWriter")
    }
}

/// Uploads.
impl Session {
    /// An empty commit; the options need a message.
    ///
    /// hfhub_commit_new: An empty commit to a repository. Asks nothing yet. Errors: E_ARGUMENT, also when the options
    /// have no message. Since 0.1.
    pub fn commit<'a>(&self, repo_id: &str, options: impl Into<Option<&'a CommitOptions>>) -> Result<Commit> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        Handle::make(|out, err| unsafe { sys::hfhub_commit_new(self.raw(), repo_id.as_ptr(), options, out, err) })
            .map(Commit)
    }

    /// Uploads one file.
    ///
    /// hfhub_upload_file: Commits one file. The default message is "Upload \<path_in_repo\> with hfhub". Result JSON as
    /// hfhub_commit_finish. Since 0.1.
    pub fn upload_file<'a>(
        &self,
        repo_id: &str,
        file: impl AsRef<Path>,
        path_in_repo: &str,
        options: impl Into<Option<&'a CommitOptions>>,
    ) -> Result<Op<CommitInfo>> {
        let (repo_id, file, path_in_repo) = (ffi::text(repo_id)?, ffi::path(file.as_ref())?, ffi::text(path_in_repo)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(CommitInfo::of, |session, out, err| unsafe {
            sys::hfhub_upload_file(session, repo_id.as_ptr(), file.as_ptr(), path_in_repo.as_ptr(), options, out, err)
        })
    }

    /// Uploads a folder; `path_in_repo` `""` is the root.
    ///
    /// hfhub_upload_folder: Uploads a folder of any size to `path_in_repo` ("" or ".": the root), in as many commits as
    /// the Hub can take: usually one; the messages of later ones end in " (part 2)" and so on. Reading, transfers and
    /// commits overlap. A broken upload goes on where it was when it is called again. Result JSON as
    /// hfhub_commit_finish, of the last commit, with totals over all, and {"commits", "files", "reused": files that
    /// were not read again}. Errors: E_ARGUMENT for create_pr with another revision than main; E_IO for a folder that
    /// cannot be read. Since 0.1.
    pub fn upload_folder<'a>(
        &self,
        repo_id: &str,
        folder: impl AsRef<Path>,
        path_in_repo: &str,
        options: impl Into<Option<&'a CommitOptions>>,
    ) -> Result<Op<CommitInfo>> {
        let (repo_id, folder, at) = (ffi::text(repo_id)?, ffi::path(folder.as_ref())?, ffi::text(path_in_repo)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(CommitInfo::of, |session, out, err| unsafe {
            sys::hfhub_upload_folder(session, repo_id.as_ptr(), folder.as_ptr(), at.as_ptr(), options, out, err)
        })
    }

    /// Deletes files by patterns.
    ///
    /// hfhub_delete_files: Deletes the revision's files that match one of the options' delete patterns, in one commit;
    /// .gitattributes stays. The default message is "Delete files \<patterns\> with hfhub". Result JSON as
    /// hfhub_commit_finish; when nothing matches no commit is made. Errors: E_ARGUMENT without a pattern. Since 0.1.
    pub fn delete_files<'a>(
        &self,
        repo_id: &str,
        options: impl Into<Option<&'a CommitOptions>>,
    ) -> Result<Op<CommitInfo>> {
        let repo_id = ffi::text(repo_id)?;
        let options = ffi::options(options.into().map(|options| &options.0))?;
        self.start(CommitInfo::of, |session, out, err| unsafe {
            sys::hfhub_delete_files(session, repo_id.as_ptr(), options, out, err)
        })
    }

    /// Commits a folder again and again while it grows.
    ///
    /// hfhub_scheduler_start: Commits a folder every `every_ms` milliseconds, beginning now: files that are new or have
    /// changed, as far as they are at that moment, so that a program may go on appending to them. Nothing is ever
    /// deleted. `path_in_repo` and the options' allow and ignore patterns as for hfhub_upload_folder; the default
    /// message is "Scheduled Commit". A commit that fails is logged and tried again at the next time. Errors:
    /// E_ARGUMENT, also for `every_ms` below 1. Since 0.1.
    pub fn schedule<'a>(
        &self,
        repo_id: &str,
        folder: impl AsRef<Path>,
        path_in_repo: &str,
        every: Duration,
        options: impl Into<Option<&'a CommitOptions>>,
    ) -> Result<Scheduler> {
        let (repo_id, folder, at) = (ffi::text(repo_id)?, ffi::path(folder.as_ref())?, ffi::text(path_in_repo)?);
        let options = ffi::options(options.into().map(|options| &options.0))?;
        let every_ms = ffi::milliseconds(every);
        Handle::make(|out, err| unsafe {
            let session = self.raw();
            let (repo_id, folder, at) = (repo_id.as_ptr(), folder.as_ptr(), at.as_ptr());
            sys::hfhub_scheduler_start(session, repo_id, folder, at, every_ms, options, out, err)
        })
        .map(Scheduler)
    }
}

/// Commits of a folder that grows. Dropped without [`stop`](Scheduler::stop) it makes one last commit, for which nobody waits.
///
/// hfhub_scheduler_free: Lets go of the scheduler; unless it was stopped, one last commit is made in the background,
/// for which nobody waits. NULL is fine. Since 0.1.
pub struct Scheduler(Handle<sys::hfhub_scheduler>);

impl Scheduler {
    /// A commit now.
    ///
    /// hfhub_scheduler_trigger: A commit at once, of what is in the folder now. Result JSON as hfhub_commit_finish, or
    /// {"committed": false} when nothing is new. Errors: E_STATE after stop. Since 0.1.
    pub fn trigger(&self) -> Result<Op<CommitInfo>> {
        Op::start(CommitInfo::of, |out, err| unsafe { sys::hfhub_scheduler_trigger(self.0.get(), out, err) })
    }

    /// The last commit.
    ///
    /// hfhub_scheduler_stop: The last commit: when its operation has succeeded nothing of the folder is missing on the
    /// Hub. Errors: E_STATE the second time. Since 0.1.
    pub fn stop(&self) -> Result<Op<CommitInfo>> {
        Op::start(CommitInfo::of, |out, err| unsafe { sys::hfhub_scheduler_stop(self.0.get(), out, err) })
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scheduler")
    }
}
