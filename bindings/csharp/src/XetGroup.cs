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
        /// hfhub_xet_group_add:
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
        /// hfhub_xet_group_add_seed:
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
        /// hfhub_xet_group_start:
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
        /// hfhub_xet_group_get_result:
        ///
        /// </remarks>
        /// <param name="index">The item.</param>
        public bool IsDone(int index) =>
            raw.hfhub_xet_group_get_result(handle, XetCommit.Index(index)) == raw.HFHUB_OK;

        /// <summary>Lets go of the group; a started operation goes on.</summary>
        /// <remarks>
        /// hfhub_xet_group_free:
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();
    }
}
