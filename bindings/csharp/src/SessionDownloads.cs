using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    // Downloads, questions about files, the cache, and calls by name.
    public sealed partial class Session
    {
        /// <summary>Downloads a file, verified.</summary>
        /// <remarks>
        /// hfhub_download_file: Downloads one file, verified, into the shared cache or the local_dir. Result path: the
        /// file. Result JSON: {"path", "commit", "etag", "size", "cached"}; for a dry run {"filename", "commit_hash",
        /// "file_size", "local_path", "is_cached", "will_download"}. Errors: all of NOT_CACHED, network, Hub,
        /// INTEGRITY, DISK_FULL. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="filePath">The file's path in the repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<FileDownload> DownloadFileAsync(string repoId, string filePath, DownloadOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartDownloadFile(repoId, filePath, options));

        /// <summary>The same as <see cref="DownloadFileAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="filePath">The file's path in the repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<FileDownload> StartDownloadFile(string repoId, string filePath, DownloadOptions options = null)
        {
            using (DownloadOptionsHandle native = (options ?? new DownloadOptions()).Open())
            {
                raw.hfhub_download_file(handle, repoId, filePath, native, out OpHandle operation);
                return new Operation<FileDownload>(operation, ended => new FileDownload(ended));
            }
        }

        /// <summary>Downloads a repository, complete or not at all.</summary>
        /// <remarks>
        /// hfhub_download_snapshot: Downloads a repository, complete or not at all. Result path: the snapshot folder or
        /// the local_dir. Result JSON: {"path", "commit", "files": number, "downloaded": number}; for a dry run an
        /// array of the objects above. Errors: as above, and INCOMPLETE. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Snapshot> DownloadSnapshotAsync(string repoId, DownloadOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartDownloadSnapshot(repoId, options));

        /// <summary>The same as <see cref="DownloadSnapshotAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Snapshot> StartDownloadSnapshot(string repoId, DownloadOptions options = null)
        {
            using (DownloadOptionsHandle native = (options ?? new DownloadOptions()).Open())
            {
                raw.hfhub_download_snapshot(handle, repoId, native, out OpHandle operation);
                return new Operation<Snapshot>(operation, ended => new Snapshot(ended));
            }
        }

        /// <summary>Asks the Hub about a file.</summary>
        /// <remarks>
        /// hfhub_file_metadata: Asks the Hub about one file. Result JSON: {"commit_hash", "etag", "size" or null,
        /// "location" (without its query when on another host), "xet_hash" or null}. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="filePath">The file's path in the repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<FileMetadata> FileMetadataAsync(string repoId, string filePath, DownloadOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartFileMetadata(repoId, filePath, options));

        /// <summary>The same as <see cref="FileMetadataAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="filePath">The file's path in the repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<FileMetadata> StartFileMetadata(string repoId, string filePath, DownloadOptions options = null)
        {
            using (DownloadOptionsHandle native = (options ?? new DownloadOptions()).Open())
            {
                raw.hfhub_file_metadata(handle, repoId, filePath, native, out OpHandle operation);
                return new Operation<FileMetadata>(operation, ended => new FileMetadata(ended));
            }
        }

        /// <summary>What is in a cache.</summary>
        /// <remarks>
        /// hfhub_cache_scan: Reads a whole shared cache (NULL: the session's). Changes nothing. Result JSON:
        /// {"cache_dir", "size_on_disk", "repos": [{"repo_id", "repo_type", "repo_path", "size_on_disk", "nb_files",
        /// "last_accessed", "last_modified", "refs", "revisions": [{"commit_hash", "snapshot_path", "size_on_disk",
        /// "last_modified", "refs", "files": [{"path", "file_path", "blob_path", "size_on_disk", "last_accessed",
        /// "last_modified"}]}]}], "incomplete": [{"path", "size"}], "unreferenced_shared": {"count", "size"},
        /// "warnings": [text]}. Times are seconds since 1970. Errors: E_CACHE when the folder is missing. Since 0.1.
        ///
        /// </remarks>
        /// <param name="cacheDir">The cache; null: the session's.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> CacheScanAsync(string cacheDir = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartCacheScan(cacheDir));

        /// <summary>The same as <see cref="CacheScanAsync"/>, as an operation.</summary>
        /// <param name="cacheDir">The cache; null: the session's.</param>
        public Operation<Json> StartCacheScan(string cacheDir = null)
        {
            raw.hfhub_cache_scan(handle, cacheDir, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>Compares what is on disk with the Hub's digests.</summary>
        /// <remarks>
        /// hfhub_cache_verify: Compares what is on disk (the options' local_dir, else their revision in the shared
        /// cache) with the Hub's digests. Result path: the folder that was checked. Result JSON: {"repo_id",
        /// "repo_type", "revision", "path", "checked", "mismatches": [{"path", "expected", "actual", "algorithm"}],
        /// "missing": [path], "extra": [path]}. Differences are a result, not an error. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> CacheVerifyAsync(string repoId, DownloadOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartCacheVerify(repoId, options));

        /// <summary>The same as <see cref="CacheVerifyAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartCacheVerify(string repoId, DownloadOptions options = null)
        {
            using (DownloadOptionsHandle native = (options ?? new DownloadOptions()).Open())
            {
                raw.hfhub_cache_verify(handle, repoId, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Runs an operation of the Hub's REST API by its name.</summary>
        /// <remarks>
        /// hfhub_call: Runs an operation with the session's token, retries and errors. `params_json` is a JSON object
        /// (NULL: none), e.g. {"repo_id": "gpt2", "revision": "main"}. Paged answers come as one array; the parameter
        /// "limit" bounds it. Result JSON: the Hub's answer. Errors: E_ARGUMENT for an unknown operation (with the
        /// nearest known one), an unknown or missing parameter; network and Hub errors. Since 0.1.
        ///
        /// </remarks>
        /// <param name="operation">Its name, e.g. "models.info".</param>
        /// <param name="parameters">Its parameters, a JSON object; null: none. <see cref="CallParameters"/> makes
        /// one.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> CallAsync(string operation, string parameters = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartCall(operation, parameters));

        /// <summary>The same as <see cref="CallAsync"/>, as an operation.</summary>
        /// <param name="operation">Its name, e.g. "models.info".</param>
        /// <param name="parameters">Its parameters, a JSON object; null: none. <see cref="CallParameters"/> makes
        /// one.</param>
        public Operation<Json> StartCall(string operation, string parameters = null)
        {
            raw.hfhub_call(handle, operation, parameters, out OpHandle started);
            return new Operation<Json>(started, Read.Json);
        }

        /// <summary>
        /// The elements of an answer that is a list, e.g. of "models.list". The Hub is asked when the first one is; the
        /// parameter "limit" bounds how much.
        /// </summary>
        /// <param name="operation">Its name.</param>
        /// <param name="parameters">Its parameters.</param>
        public IAsyncEnumerable<Json> ListAsync(string operation, CallParameters parameters = null) =>
            new Listing(token => CallAsync(operation, parameters, null, token));

        /// <summary>The URL from which the Hub serves a file.</summary>
        /// <remarks>
        /// hfhub_file_url: The URL from which the Hub serves a file. Owned. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="filePath">The file's path in the repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public string FileUrl(string repoId, string filePath, DownloadOptions options = null)
        {
            using (DownloadOptionsHandle native = (options ?? new DownloadOptions()).Open())
            {
                raw.hfhub_file_url(handle, repoId, filePath, native, out string url);
                return url;
            }
        }

        /// <summary>Looks a file up in the cache, reading the disk only.</summary>
        /// <remarks>
        /// hfhub_cached_file: Looks a file up in the shared cache, reading the disk only. `out_string` is the path when
        /// found, else NULL. Owned. Errors: E_ARGUMENT. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="filePath">The file's path in the repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public CachedFile CachedFile(string repoId, string filePath, DownloadOptions options = null)
        {
            using (DownloadOptionsHandle native = (options ?? new DownloadOptions()).Open())
            {
                raw.hfhub_cached_file(handle, repoId, filePath, native, out int state, out string path);
                return new CachedFile((CacheState)state, path);
            }
        }
    }
}
