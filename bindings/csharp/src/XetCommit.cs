using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>What a token of a CAS is asked for.</summary>
    public enum XetAccess
    {
        /// <summary>To read.</summary>
        Read = 0,
        /// <summary>To write.</summary>
        Write = 1,
        /// <summary>To write into a pull request that the commit will open.</summary>
        WritePullRequest = 2
    }

    /// <summary>
    /// Files that become readable together. Where a method takes a SHA-256: null computes it, "" leaves it out, 64 hex
    /// digits are taken as given.
    /// </summary>
    public sealed class XetCommit : IDisposable
    {
        private readonly XetCommitHandle handle;

        internal XetCommit(XetCommitHandle handle) => this.handle = handle;

        /// <summary>Adds a file, which is read in the background from now on.</summary>
        /// <remarks>
        /// hfhub_xet_commit_add_path: Adds a file, which is read in the background from now on. `name` is for progress
        /// and results (NULL: the path). `sha256`: NULL computes it, "" leaves it out, 64 hex digits are taken as
        /// given. `out_index` (may be NULL) gets the item's number. Errors: E_ARGUMENT, E_IO, E_STATE after finish or
        /// cancel. Since 0.1.
        ///
        /// </remarks>
        /// <param name="filePath">The file on disk.</param>
        /// <param name="name">Its name in progress and results; null: the path.</param>
        /// <param name="sha256">Its SHA-256, see above.</param>
        /// <returns>The item's number.</returns>
        public int AddFile(string filePath, string name = null, string sha256 = null)
        {
            raw.hfhub_xet_commit_add_path(handle, filePath, name, sha256, out UIntPtr index);
            return (int)index;
        }

        /// <summary>Adds bytes; waits while the stages behind are full.</summary>
        /// <remarks>
        /// hfhub_xet_commit_add_bytes: Adds bytes, taken in before it returns; it waits while the stages behind are
        /// full. Since 0.1.
        ///
        /// </remarks>
        /// <param name="name">Its name in progress and results.</param>
        /// <param name="bytes">The content.</param>
        /// <param name="sha256">Its SHA-256, see above.</param>
        /// <returns>The item's number.</returns>
        public int AddBytes(string name, ReadOnlySpan<byte> bytes, string sha256 = null)
        {
            raw.hfhub_xet_commit_add_bytes(handle, name, bytes, sha256, out UIntPtr index);
            return (int)index;
        }

        /// <summary>Adds a file that is written piece by piece, to the stream that this gives.</summary>
        /// <remarks>
        /// hfhub_xet_commit_add_stream: Adds a file that is written piece by piece. Since 0.1.
        ///
        /// </remarks>
        /// <param name="name">Its name in progress and results.</param>
        /// <param name="sha256">Its SHA-256, see above.</param>
        public XetWriter AddStream(string name, string sha256 = null)
        {
            raw.hfhub_xet_commit_add_stream(handle, name, sha256, out XetWriterHandle writer);
            return new XetWriter(writer);
        }

        /// <summary>Ends the commit: waits for all items, stores and registers them. Gives the report.</summary>
        /// <remarks>
        /// hfhub_xet_commit_finish: Starts the end: the operation waits for all items, stores what is left and
        /// registers it. Its JSON is the report: {"items", "total_bytes", "deduped_bytes", "new_bytes", "total_chunks",
        /// "deduped_chunks", "new_chunks", "deduped_bytes_by_global_dedup", "deduped_chunks_by_global_dedup",
        /// "defrag_prevented_dedup_bytes", "defrag_prevented_dedup_chunks", "xorbs", "xorb_bytes_uploaded", "shards",
        /// "shard_bytes_uploaded", "total_bytes_uploaded"}. It fails with the first error of any item or request; then
        /// nothing was registered, what CAS has stored is remembered, and the next commit with the same files sends
        /// only the rest. Errors: E_STATE the second time. Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> FinishAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartFinish());

        /// <summary>The same as <see cref="FinishAsync"/>, as an operation.</summary>
        public Operation<Json> StartFinish()
        {
            raw.hfhub_xet_commit_finish(handle, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Items added so far.</summary>
        /// <remarks>
        /// hfhub_xet_commit_get_item_count: Items added so far. Since 0.1.
        ///
        /// </remarks>
        public int ItemCount => (int)raw.hfhub_xet_commit_get_item_count(handle);

        /// <summary>An item; null while it is worked on. Throws what the item failed with.</summary>
        /// <remarks>
        /// hfhub_xet_commit_get_item: An item: {"name", "hash", "size", "sha256", "total_bytes", "new_bytes",
        /// "deduped_bytes", "total_chunks", "new_chunks", "deduped_chunks", "reused"}. PENDING while it is worked on;
        /// its own error when it failed. Readable by others only after finish. Since 0.1.
        ///
        /// </remarks>
        /// <param name="index">Its number.</param>
        public XetFile GetItem(int index)
        {
            int status = raw.hfhub_xet_commit_get_item(handle, Index(index), out JsonHandle json);
            return status == raw.HFHUB_OK ? new XetFile(new Json(json)) : null;
        }

        /// <summary>The report so far.</summary>
        /// <remarks>
        /// hfhub_xet_commit_get_report: The report so far, and of shards {"shard_entries", "shard_entries_validated",
        /// "shards_stored", "shards_completed"}. Never blocks for long. Since 0.1.
        ///
        /// </remarks>
        public Json Report
        {
            get
            {
                raw.hfhub_xet_commit_get_report(handle, out JsonHandle json);
                return new Json(json);
            }
        }

        /// <summary>How far it is, before and after its end has begun.</summary>
        /// <remarks>
        /// hfhub_xet_commit_get_progress: Counters of the whole commit, before and after finish. Since 0.1.
        ///
        /// </remarks>
        public Progress Progress
        {
            get
            {
                Progress counters = Progress.New();
                raw.hfhub_xet_commit_get_progress(handle, ref counters);
                return counters;
            }
        }

        /// <summary>Stops everything of this commit. Any thread.</summary>
        /// <remarks>
        /// hfhub_xet_commit_cancel: Stops everything of this commit; the session stays usable. Any thread, also a
        /// signal handler. NULL is fine. Since 0.1.
        ///
        /// </remarks>
        public void Cancel() => raw.hfhub_xet_commit_cancel(handle);

        /// <summary>Lets go of the commit, cancelling it unless its end has begun.</summary>
        /// <remarks>
        /// hfhub_xet_commit_free: Lets go of the commit, cancelling it unless finish was called. Never waits. NULL is
        /// fine. Since 0.1.
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();

        internal static ulong Index(int index) =>
            index >= 0 ? (ulong)index : throw new ArgumentOutOfRangeException(nameof(index));
    }

    /// <summary>A file of a commit, for writing. Unless it is finished, the commit fails.</summary>
    public sealed class XetWriter : WriteStream
    {
        private readonly XetWriterHandle handle;

        internal XetWriter(XetWriterHandle handle) => this.handle = handle;

        /// <summary>Writes the next bytes; waits while the stages behind are full.</summary>
        /// <remarks>
        /// hfhub_xet_writer_write: Writes the next bytes; waits while the stages behind are full. One thread at a time.
        /// Errors: E_STATE after finish, the commit's error. Since 0.1.
        ///
        /// </remarks>
        /// <param name="bytes">The bytes.</param>
        public override void Write(ReadOnlySpan<byte> bytes) => raw.hfhub_xet_writer_write(handle, bytes);

        /// <summary>Ends the file.</summary>
        /// <remarks>
        /// hfhub_xet_writer_finish: Ends the file; `out_json` (may be NULL) gets the item as in
        /// hfhub_xet_commit_get_item. Since 0.1.
        ///
        /// </remarks>
        /// <returns>What it is; readable by others only after the commit.</returns>
        public XetFile Finish()
        {
            raw.hfhub_xet_writer_finish(handle, out JsonHandle json);
            return new XetFile(new Json(json));
        }

        /// <summary>The item's number in its commit.</summary>
        /// <remarks>
        /// hfhub_xet_writer_get_index: The item's number in its commit. Since 0.1.
        ///
        /// </remarks>
        public int Index => (int)raw.hfhub_xet_writer_get_index(handle);

        /// <summary>Lets go of the writer.</summary>
        /// <remarks>
        /// hfhub_xet_writer_free: Lets go of the writer; an unfinished file fails, and its commit with it. NULL is
        /// fine. Since 0.1.
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
