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
        /// hfhub_upload_file: Commits one file. The default message is "Upload &lt;path_in_repo&gt; with hfhub". Result
        /// JSON as hfhub_commit_finish. Since 0.1.
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
        /// hfhub_upload_folder: Uploads a folder of any size to `path_in_repo` ("" or ".": the root), in as many
        /// commits as the Hub can take: usually one; the messages of later ones end in " (part 2)" and so on. Reading,
        /// transfers and commits overlap. A broken upload goes on where it was when it is called again. Result JSON as
        /// hfhub_commit_finish, of the last commit, with totals over all, and {"commits", "files", "reused": files that
        /// were not read again}. Errors: E_ARGUMENT for create_pr with another revision than main; E_IO for a folder
        /// that cannot be read. Since 0.1.
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
        /// hfhub_delete_files: Deletes the revision's files that match one of the options' delete patterns, in one
        /// commit; .gitattributes stays. The default message is "Delete files &lt;patterns&gt; with hfhub". Result JSON
        /// as hfhub_commit_finish; when nothing matches no commit is made. Errors: E_ARGUMENT without a pattern. Since
        /// 0.1.
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
        /// hfhub_lfs_upload: Uploads a local file as `action_json` says: the value of "actions": {"upload": ...} of an
        /// LFS batch answer, which git-lfs hands to its agent as "action". It has "href" and, for a file in parts, a
        /// "header" with "chunk_size" and the URLs of the parts by number; the parts are then sent side by side, each
        /// again after a failure, and "href" is told that they are there. `sha256` is the object's name. The session's
        /// token is not sent. Result JSON: {"oid", "size", "parts": number, 0 when it was sent whole}. Errors:
        /// E_ARGUMENT, E_IO, E_PROTOCOL for an action that does not fit the file, E_FORBIDDEN when its URLs have
        /// expired, network and Hub errors. Since 0.1.
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
        /// hfhub_commit_new: An empty commit to a repository. Asks nothing yet. Errors: E_ARGUMENT, also when the
        /// options have no message. Since 0.1.
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
        /// hfhub_scheduler_start: Commits a folder every `every_ms` milliseconds, beginning now: files that are new or
        /// have changed, as far as they are at that moment, so that a program may go on appending to them. Nothing is
        /// ever deleted. `path_in_repo` and the options' allow and ignore patterns as for hfhub_upload_folder; the
        /// default message is "Scheduled Commit". A commit that fails is logged and tried again at the next time.
        /// Errors: E_ARGUMENT, also for `every_ms` below 1. Since 0.1.
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
