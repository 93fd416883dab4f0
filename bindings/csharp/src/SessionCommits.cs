using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    // Uploads and commits.
    public sealed partial class Session
    {
        /// <summary>Commits one file.</summary>
        /// <remarks>
        /// hfhub_upload_file:
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="filePath">The file on disk.</param>
        /// <param name="pathInRepo">Its path in the repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<CommitInfo> UploadFileAsync(string repoId, string filePath, string pathInRepo,
            CommitOptions options = null, IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartUploadFile(repoId, filePath, pathInRepo, options));

        /// <summary>The same as <see cref="UploadFileAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="filePath">The file on disk.</param>
        /// <param name="pathInRepo">Its path in the repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<CommitInfo> StartUploadFile(string repoId, string filePath, string pathInRepo,
            CommitOptions options = null)
        {
            using (CommitOptionsHandle native = (options ?? new CommitOptions()).Open())
            {
                raw.hfhub_upload_file(handle, repoId, filePath, pathInRepo, native, out OpHandle operation);
                return new Operation<CommitInfo>(operation, ended => new CommitInfo(ended));
            }
        }

        /// <summary>Uploads a folder of any size.</summary>
        /// <remarks>
        /// hfhub_upload_folder:
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="folderPath">The folder on disk.</param>
        /// <param name="pathInRepo">Where it goes in the repository; "" is the root.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<CommitInfo> UploadFolderAsync(string repoId, string folderPath, string pathInRepo = "",
            CommitOptions options = null, IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartUploadFolder(repoId, folderPath, pathInRepo, options));

        /// <summary>The same as <see cref="UploadFolderAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="folderPath">The folder on disk.</param>
        /// <param name="pathInRepo">Where it goes in the repository; "" is the root.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<CommitInfo> StartUploadFolder(string repoId, string folderPath, string pathInRepo = "",
            CommitOptions options = null)
        {
            using (CommitOptionsHandle native = (options ?? new CommitOptions()).Open())
            {
                raw.hfhub_upload_folder(handle, repoId, folderPath, pathInRepo, native, out OpHandle operation);
                return new Operation<CommitInfo>(operation, ended => new CommitInfo(ended));
            }
        }

        /// <summary>Deletes the files that match the options' delete patterns.</summary>
        /// <remarks>
        /// hfhub_delete_files:
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<CommitInfo> DeleteFilesAsync(string repoId, CommitOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartDeleteFiles(repoId, options));

        /// <summary>The same as <see cref="DeleteFilesAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<CommitInfo> StartDeleteFiles(string repoId, CommitOptions options = null)
        {
            using (CommitOptionsHandle native = (options ?? new CommitOptions()).Open())
            {
                raw.hfhub_delete_files(handle, repoId, native, out OpHandle operation);
                return new Operation<CommitInfo>(operation, ended => new CommitInfo(ended));
            }
        }

        /// <summary>Uploads a file as an LFS batch answer says, for a transfer agent of git-lfs.</summary>
        /// <remarks>
        /// hfhub_lfs_upload:
        ///
        /// </remarks>
        /// <param name="filePath">The file on disk.</param>
        /// <param name="sha256">The object's name.</param>
        /// <param name="action">The action, a JSON object.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> LfsUploadAsync(string filePath, string sha256, string action,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartLfsUpload(filePath, sha256, action));

        /// <summary>The same as <see cref="LfsUploadAsync"/>, as an operation.</summary>
        /// <param name="filePath">The file on disk.</param>
        /// <param name="sha256">The object's name.</param>
        /// <param name="action">The action, a JSON object.</param>
        public Operation<Json> StartLfsUpload(string filePath, string sha256, string action)
        {
            raw.hfhub_lfs_upload(handle, filePath, sha256, action, out OpHandle operation);
            return new Operation<Json>(operation, Read.Json);
        }

        /// <summary>An empty commit, to put together. The options need a message.</summary>
        /// <remarks>
        /// hfhub_commit_new:
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options.</param>
        public Commit NewCommit(string repoId, CommitOptions options)
        {
            using (CommitOptionsHandle native = (options ?? new CommitOptions()).Open())
            {
                raw.hfhub_commit_new(handle, repoId, native, out CommitHandle commit);
                return new Commit(commit);
            }
        }

        /// <summary>Commits a folder again and again, while a program writes to it.</summary>
        /// <remarks>
        /// hfhub_scheduler_start:
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="folderPath">The folder on disk.</param>
        /// <param name="every">How often.</param>
        /// <param name="pathInRepo">Where it goes in the repository; "" is the root.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Scheduler StartScheduler(string repoId, string folderPath, TimeSpan every, string pathInRepo = "",
            CommitOptions options = null)
        {
            using (CommitOptionsHandle native = (options ?? new CommitOptions()).Open())
            {
                raw.hfhub_scheduler_start(handle, repoId, folderPath, pathInRepo, (long)every.TotalMilliseconds, native,
                    out SchedulerHandle scheduler);
                return new Scheduler(scheduler);
            }
        }
    }
}
