using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>A commit that is put together: add, delete, copy, then finish. One thread at a time.</summary>
    public sealed class Commit : IDisposable
    {
        private readonly CommitHandle handle;

        internal Commit(CommitHandle handle) => this.handle = handle;

        /// <summary>Adds a file from disk.</summary>
        /// <remarks>
        /// hfhub_commit_add_path: Adds a file from disk, or replaces what is at `path_in_repo`. The file is read by the
        /// operation; when it has changed until then the operation fails and names it. Errors: E_ARGUMENT for a path
        /// that a repository cannot have, E_IO, E_STATE. Since 0.1.
        ///
        /// </remarks>
        /// <param name="pathInRepo">Its path in the repository.</param>
        /// <param name="filePath">The file on disk.</param>
        public Commit AddFile(string pathInRepo, string filePath)
        {
            raw.hfhub_commit_add_path(handle, pathInRepo, filePath);
            return this;
        }

        /// <summary>Adds all files of a folder.</summary>
        /// <remarks>
        /// hfhub_commit_add_folder: Adds every file below a folder that the options' allow and ignore patterns select,
        /// at `path_in_repo` ("" or ".": the root). Errors: E_ARGUMENT for a name that a repository cannot have, E_IO
        /// for what cannot be read, E_STATE. Since 0.1.
        ///
        /// </remarks>
        /// <param name="folderPath">The folder on disk.</param>
        /// <param name="pathInRepo">Where it goes in the repository; "" is the root.</param>
        public Commit AddFolder(string folderPath, string pathInRepo = "")
        {
            raw.hfhub_commit_add_folder(handle, folderPath, pathInRepo);
            return this;
        }

        /// <summary>Adds a file with these bytes, which are copied.</summary>
        /// <remarks>
        /// hfhub_commit_add_bytes: Adds a file with these bytes, which are copied. Errors: E_ARGUMENT, E_STATE. Since
        /// 0.1.
        ///
        /// </remarks>
        /// <param name="pathInRepo">Its path in the repository.</param>
        /// <param name="bytes">Its content.</param>
        public Commit AddBytes(string pathInRepo, ReadOnlySpan<byte> bytes)
        {
            raw.hfhub_commit_add_bytes(handle, pathInRepo, bytes);
            return this;
        }

        /// <summary>Adds a file that is written piece by piece, to the stream that this gives.</summary>
        /// <remarks>
        /// hfhub_commit_add_stream: Adds a file that is written piece by piece, of a size that nobody needs to know.
        /// More than 1 MiB goes to a temporary file below option cache.xet_dir, which goes with the commit. It is part
        /// of the commit once hfhub_commit_writer_finish has returned. Errors: E_ARGUMENT, E_STATE. Since 0.1.
        ///
        /// </remarks>
        /// <param name="pathInRepo">Its path in the repository.</param>
        public CommitWriter AddStream(string pathInRepo)
        {
            raw.hfhub_commit_add_stream(handle, pathInRepo, out CommitWriterHandle writer);
            return new CommitWriter(writer);
        }

        /// <summary>Deletes a file.</summary>
        /// <remarks>
        /// hfhub_commit_delete_file: Deletes a file. Errors: E_ARGUMENT, E_STATE. Since 0.1.
        ///
        /// </remarks>
        /// <param name="pathInRepo">Its path in the repository.</param>
        public Commit DeleteFile(string pathInRepo)
        {
            raw.hfhub_commit_delete_file(handle, pathInRepo);
            return this;
        }

        /// <summary>Deletes a folder and all that is in it.</summary>
        /// <remarks>
        /// hfhub_commit_delete_folder: Deletes a folder and all that is in it. Errors: E_ARGUMENT, E_STATE. Since 0.1.
        ///
        /// </remarks>
        /// <param name="pathInRepo">Its path in the repository.</param>
        public Commit DeleteFolder(string pathInRepo)
        {
            raw.hfhub_commit_delete_folder(handle, pathInRepo);
            return this;
        }

        /// <summary>Copies a file on the Hub.</summary>
        /// <remarks>
        /// hfhub_commit_copy: Copies `source_path` to `path_in_repo`; large files on the Hub, without their bytes
        /// passing through here. `source_type` and `source_repo_id` NULL: from the same repository. `source_revision`
        /// NULL: the commit's revision, or the other repository's main. Errors: E_ARGUMENT, E_STATE. Since 0.1.
        ///
        /// </remarks>
        /// <param name="sourcePath">The original.</param>
        /// <param name="pathInRepo">The copy's path in the repository.</param>
        /// <param name="sourceType">The type of the original's repository; null: this one's.</param>
        /// <param name="sourceRepoId">The original's repository; null: this one.</param>
        /// <param name="sourceRevision">The original's revision; null: this one's, or main.</param>
        public Commit Copy(string sourcePath, string pathInRepo, string sourceType = null, string sourceRepoId = null,
            string sourceRevision = null)
        {
            raw.hfhub_commit_copy(handle, sourcePath, pathInRepo, sourceType, sourceRepoId, sourceRevision);
            return this;
        }

        /// <summary>Adds files that others brought to the Hub.</summary>
        /// <remarks>
        /// hfhub_commit_add_receipts: Adds files that other processes or machines brought to the Hub: receipts of
        /// hfhub_commit_prepare, one JSON object a line. The Hub is asked whether it has them before anything is
        /// committed. Errors: E_ARGUMENT for a receipt that is damaged, has expired or is for another repository;
        /// E_STATE. Since 0.1.
        ///
        /// </remarks>
        /// <param name="lines">Their receipts, one JSON object a line.</param>
        public Commit AddReceipts(string lines)
        {
            raw.hfhub_commit_add_receipts(handle, lines);
            return this;
        }

        /// <summary>Another parent.</summary>
        /// <remarks>
        /// hfhub_commit_set_parent: Another parent, e.g. after E_CONFLICT; "" for any. Errors: E_ARGUMENT, E_STATE.
        /// Since 0.1.
        ///
        /// </remarks>
        /// <param name="commitId">The commit that must be the branch's head; "": any.</param>
        public Commit SetParent(string commitId)
        {
            raw.hfhub_commit_set_parent(handle, commitId);
            return this;
        }

        /// <summary>How much was added so far.</summary>
        /// <remarks>
        /// hfhub_commit_get_operation_count: Operations added so far. Since 0.1.
        ///
        /// </remarks>
        public long OperationCount => (long)raw.hfhub_commit_get_operation_count(handle);

        /// <summary>Brings the content to the Hub without committing it; gives receipts.</summary>
        /// <remarks>
        /// hfhub_commit_prepare: Brings the content of all added files to the Hub without committing it. Result JSON:
        /// {"receipts": [{"path", "size", "storage": "regular", "xet" or "lfs", "sha256", "oid" and "content" of a
        /// regular file, "xet_hash", "repo", "expires": seconds since 1970}]}. Errors: E_ARGUMENT for operations that
        /// contradict each other, E_STATE, network and Hub errors. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> PrepareAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartPrepare());

        /// <summary>The same as <see cref="PrepareAsync"/>, as an operation.</summary>
        public Operation<Json> StartPrepare()
        {
            raw.hfhub_commit_prepare(handle, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Makes the commit.</summary>
        /// <remarks>
        /// hfhub_commit_finish: Makes the commit: brings content to the Hub that is not there, then commits everything
        /// at once. Files whose content the revision has already are left out; when nothing is left, no commit is made
        /// and the answer is the revision's head. Result JSON: {"committed": whether one was made, "commit_oid",
        /// "commit_url", "commit_message", "commit_description", "pr_url" or null, "pr_num" or null, "pr_revision" or
        /// null, "repo_url", "regular", "xet", "lfs": files by storage, "copied", "deleted", "unchanged": numbers,
        /// "ignored": [path] by .gitignore, "stored_bytes", "deduped_bytes", "sent_bytes"}. Errors: E_CONFLICT when the
        /// parent has moved; after any failure the commit can be changed and finished again, and what was stored is not
        /// sent again. E_STATE once it was made. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<CommitInfo> FinishAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartFinish());

        /// <summary>The same as <see cref="FinishAsync"/>, as an operation.</summary>
        public Operation<CommitInfo> StartFinish()
        {
            raw.hfhub_commit_finish(handle, out OpHandle operation);
            return new Operation<CommitInfo>(operation, ended => new CommitInfo(ended));
        }

        /// <summary>Lets go of the commit; a running operation goes on.</summary>
        /// <remarks>
        /// hfhub_commit_free: Lets go of the commit; a running operation goes on. NULL is fine. Since 0.1.
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();
    }

    /// <summary>
    /// A file of a commit, for writing. It is part of the commit once <see cref="Finish"/> has returned; when it is
    /// disposed before, it is not.
    /// </summary>
    public sealed class CommitWriter : WriteStream
    {
        private readonly CommitWriterHandle handle;

        internal CommitWriter(CommitWriterHandle handle) => this.handle = handle;

        /// <summary>Writes the next bytes.</summary>
        /// <remarks>
        /// hfhub_commit_writer_write: Writes the next bytes. One thread at a time. Errors: E_STATE after finish; E_IO,
        /// E_DISK_FULL. Since 0.1.
        ///
        /// </remarks>
        /// <param name="bytes">The bytes.</param>
        public override void Write(ReadOnlySpan<byte> bytes) => raw.hfhub_commit_writer_write(handle, bytes);

        /// <summary>Ends the file and adds it to its commit.</summary>
        /// <remarks>
        /// hfhub_commit_writer_finish: Ends the file and adds it to its commit. Errors: E_STATE the second time, or
        /// when the commit takes nothing any more. Since 0.1.
        ///
        /// </remarks>
        public void Finish() => raw.hfhub_commit_writer_finish(handle);

        /// <summary>Lets go of the writer.</summary>
        /// <remarks>
        /// hfhub_commit_writer_free: Lets go of the writer; a file that was not finished is not added. NULL is fine.
        /// Since 0.1.
        ///
        /// </remarks>
        /// <param name="disposing">True when it was not the garbage collector.</param>
        protected override void Dispose(bool disposing)
        {
            if (disposing) handle.Dispose();
            base.Dispose(disposing);
        }
    }
}
