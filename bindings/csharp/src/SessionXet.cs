using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    // Xet storage by hash.
    public sealed partial class Session
    {
        /// <summary>Computes a file's Xet hash and SHA-256, without any network.</summary>
        /// <remarks>
        /// hfhub_xet_hash_file: Computes a file's Xet hash and SHA-256 without any network. The operation's JSON:
        /// {"hash", "size", "sha256"}. Since 0.1.
        ///
        /// </remarks>
        /// <param name="filePath">The file on disk.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<XetFile> XetHashFileAsync(string filePath,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartXetHashFile(filePath));

        /// <summary>The same as <see cref="XetHashFileAsync"/>, as an operation.</summary>
        /// <param name="filePath">The file on disk.</param>
        public Operation<XetFile> StartXetHashFile(string filePath)
        {
            raw.hfhub_xet_hash_file(handle, filePath, out OpHandle operation);
            return new Operation<XetFile>(operation, ended => new XetFile(ended));
        }

        /// <summary>A commit: files that become readable together.</summary>
        /// <remarks>
        /// hfhub_xet_commit_new: A commit: files that become readable together. `options` NULL: defaults. Opens no
        /// connection yet. Since 0.1.
        ///
        /// </remarks>
        /// <param name="options">Which CAS; null: the session's.</param>
        public XetCommit NewXetCommit(XetOptions options = null)
        {
            using (XetOptionsHandle native = (options ?? new XetOptions()).Open())
            {
                raw.hfhub_xet_commit_new(handle, native, out XetCommitHandle commit);
                return new XetCommit(commit);
            }
        }

        /// <summary>A group: files that are fetched together.</summary>
        /// <remarks>
        /// hfhub_xet_group_new: A group: files that are planned together, so that bytes they share are fetched once.
        /// Since 0.1.
        ///
        /// </remarks>
        /// <param name="options">Which CAS; null: the session's.</param>
        public XetGroup NewXetGroup(XetOptions options = null)
        {
            using (XetOptionsHandle native = (options ?? new XetOptions()).Open())
            {
                raw.hfhub_xet_group_new(handle, native, out XetGroupHandle group);
                return new XetGroup(group);
            }
        }

        /// <summary>Opens a file, or a range of it, for reading. Nothing is asked before the first read.</summary>
        /// <remarks>
        /// hfhub_xet_stream_open: Opens bytes [range_begin, range_end) of a file for reading. `size_bytes` is that of
        /// the whole file, or HFHUB_XET_UNKNOWN; `range_end` may be HFHUB_XET_UNKNOWN. `ordered` 0: pieces come as they
        /// arrive. Nothing is asked before the first hfhub_xet_stream_next. Errors: E_ARGUMENT when range_begin &gt;
        /// range_end, or range_begin &gt; 0 and past the size. Since 0.1.
        ///
        /// </remarks>
        /// <param name="options">Which CAS; null: the session's.</param>
        /// <param name="hash">The file's hash.</param>
        /// <param name="size">The size of the whole file; null: not known, and the stream cannot seek.</param>
        /// <param name="begin">The range's first byte.</param>
        /// <param name="end">The byte behind the range; null: the file's end.</param>
        /// <param name="ordered">False: pieces come as they arrive, by <see cref="XetStream.TryReadPiece"/>
        /// alone.</param>
        public XetStream OpenXetStream(XetOptions options, string hash, ulong? size = null, ulong begin = 0,
            ulong? end = null, bool ordered = true) =>
            new XetStream(handle, options, hash, size, begin, end, ordered);

        /// <summary>The route by which a repository gives out tokens for its CAS.</summary>
        /// <remarks>
        /// hfhub_xet_get_refresh_url: The token route of a repository on the session's Hub. `write`: 0 to read, 1 to
        /// write, 2 to write into a pull request that the commit will open. `revision` may be NULL. Owned. Errors:
        /// E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoType">The repository's type, or "bucket".</param>
        /// <param name="repoId">The repository.</param>
        /// <param name="revision">Its revision; null: main.</param>
        /// <param name="access">What for.</param>
        public string XetRefreshUrl(string repoType, string repoId, string revision = null,
            XetAccess access = XetAccess.Read)
        {
            raw.hfhub_xet_get_refresh_url(handle, repoType, repoId, revision, (int)access, out string url);
            return url;
        }
    }
}
