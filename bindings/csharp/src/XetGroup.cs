using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>Files that are fetched together, so that bytes they share come once.</summary>
    public sealed class XetGroup : IDisposable
    {
        private readonly XetGroupHandle handle;

        internal XetGroup(XetGroupHandle handle) => this.handle = handle;

        /// <summary>Adds a file.</summary>
        /// <remarks>
        /// hfhub_xet_group_add: Adds a file by its Xet hash and size. `file_path` is replaced when the content is
        /// complete and verified; until then it is `&lt;file_path&gt;.&lt;hash&gt;.&lt;8 hex&gt;.incomplete`, from
        /// which a later group goes on. Errors: E_ARGUMENT, E_STATE after start. Since 0.1.
        ///
        /// </remarks>
        /// <param name="hash">Its hash.</param>
        /// <param name="size">Its size in bytes.</param>
        /// <param name="filePath">Where it goes.</param>
        /// <returns>The item's number.</returns>
        public int Add(string hash, ulong size, string filePath)
        {
            raw.hfhub_xet_group_add(handle, hash, size, filePath, out UIntPtr index);
            return (int)index;
        }

        /// <summary>Names content on disk that an item may share chunks with, so that they are not fetched.</summary>
        /// <remarks>
        /// hfhub_xet_group_add_seed: Content on disk that item `index` may share chunks with, another version of the
        /// file for example, by its own hash and size: chunks found there are not fetched. Since 0.1.
        ///
        /// </remarks>
        /// <param name="index">The item.</param>
        /// <param name="filePath">The file on disk.</param>
        /// <param name="hash">That file's hash.</param>
        /// <param name="size">That file's size in bytes.</param>
        public void AddSeed(int index, string filePath, string hash, ulong size) =>
            raw.hfhub_xet_group_add_seed(handle, XetCommit.Index(index), filePath, hash, size);

        /// <summary>Fetches the files. Once.</summary>
        /// <remarks>
        /// hfhub_xet_group_start: Starts the group, once. The operation's items are the files; it fails with the first
        /// file's error after all others have ended. Its JSON: {"items": [{"path", "hash", "size"}]}. Errors: E_STATE.
        /// Since 0.1.
        ///
        /// </remarks>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> RunAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => Start());

        /// <summary>The same as <see cref="RunAsync"/>, as an operation.</summary>
        public Operation<Json> Start()
        {
            raw.hfhub_xet_group_start(handle, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Whether an item is there; false while it is worked on. Throws what the item failed with.</summary>
        /// <remarks>
        /// hfhub_xet_group_get_result: How item `index` ended: OK, PENDING, or its error. Since 0.1.
        ///
        /// </remarks>
        /// <param name="index">The item.</param>
        public bool IsDone(int index) =>
            raw.hfhub_xet_group_get_result(handle, XetCommit.Index(index)) == raw.HFHUB_OK;

        /// <summary>Lets go of the group; a started operation goes on.</summary>
        /// <remarks>
        /// hfhub_xet_group_free: Lets go of the group; a started operation goes on. NULL is fine. Since 0.1.
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();
    }
}
