using System;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    // Repositories, branches and tags.
    public sealed partial class Session
    {
        /// <summary>Makes a repository.</summary>
        /// <remarks>
        /// hfhub_repo_create: Makes a repository. `repo_id` without a namespace is yours. Options: visibility,
        /// exist_ok, resource_group, region, and for Spaces sdk (needed, unless a template brings it), template,
        /// hardware, sleep_time, secrets, variables, volumes. With exist_ok a repository that is there is a success,
        /// also for a token that may not make any. Result JSON: {"url", "repo_id", "repo_type", "created"}. Errors:
        /// E_ARGUMENT; E_CONFLICT when it exists; AUTH, FORBIDDEN. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<RepoUrl> RepoCreateAsync(string repoId, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRepoCreate(repoId, options));

        /// <summary>The same as <see cref="RepoCreateAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<RepoUrl> StartRepoCreate(string repoId, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_repo_create(handle, repoId, native, out OpHandle operation);
                return new Operation<RepoUrl>(operation, ended => new RepoUrl(ended));
            }
        }

        /// <summary>Deletes a repository, for good.</summary>
        /// <remarks>
        /// hfhub_repo_delete: Deletes a repository, for good. Options: missing_ok. Result JSON: {"repo_id",
        /// "repo_type", "deleted"}. Errors: E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> RepoDeleteAsync(string repoId, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRepoDelete(repoId, options));

        /// <summary>The same as <see cref="RepoDeleteAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartRepoDelete(string repoId, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_repo_delete(handle, repoId, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Renames a repository.</summary>
        /// <remarks>
        /// hfhub_repo_move: Renames a repository or gives it to another namespace; the old name leads to the new one.
        /// Both ids need a namespace. Result JSON: {"url", "repo_id", "repo_type"} of the new one. Errors: E_ARGUMENT,
        /// E_REPO_NOT_FOUND, E_CONFLICT, AUTH, FORBIDDEN. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="toId">Its new id.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<RepoUrl> RepoMoveAsync(string repoId, string toId, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRepoMove(repoId, toId, options));

        /// <summary>The same as <see cref="RepoMoveAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="toId">Its new id.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<RepoUrl> StartRepoMove(string repoId, string toId, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_repo_move(handle, repoId, toId, native, out OpHandle operation);
                return new Operation<RepoUrl>(operation, ended => new RepoUrl(ended));
            }
        }

        /// <summary>Copies a repository on the Hub.</summary>
        /// <remarks>
        /// hfhub_repo_duplicate: Copies a model, dataset or Space on the Hub. `to_id` may be NULL, or have no
        /// namespace: the same name, or that name, in yours. Options: visibility (default: as the original), exist_ok,
        /// resource_group, and for Spaces hardware, sleep_time, secrets, variables, volumes. Result JSON: {"url",
        /// "repo_id", "repo_type", "created", "files_copy_pending"}: the last is true while the Hub still copies large
        /// files. Errors: as hfhub_repo_create, E_REPO_NOT_FOUND, E_GATED. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="toId">The copy's id; null: the same name, yours.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<RepoUrl> RepoDuplicateAsync(string repoId, string toId = null, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRepoDuplicate(repoId, toId, options));

        /// <summary>The same as <see cref="RepoDuplicateAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="toId">The copy's id; null: the same name, yours.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<RepoUrl> StartRepoDuplicate(string repoId, string toId = null, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_repo_duplicate(handle, repoId, toId, native, out OpHandle operation);
                return new Operation<RepoUrl>(operation, ended => new RepoUrl(ended));
            }
        }

        /// <summary>Changes settings.</summary>
        /// <remarks>
        /// hfhub_repo_update: Changes settings. Options: visibility, gated; at least one. Not for kernels. Result JSON:
        /// the Hub's answer, or null. Errors: E_ARGUMENT, E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> RepoUpdateAsync(string repoId, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRepoUpdate(repoId, options));

        /// <summary>The same as <see cref="RepoUpdateAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartRepoUpdate(string repoId, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_repo_update(handle, repoId, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Fails when the token may not read, or write.</summary>
        /// <remarks>
        /// hfhub_repo_auth_check: May the token read the files, or with `write` 1 change them? The operation succeeds
        /// when it may. Result JSON: {"repo_id", "repo_type"}. Errors: E_REPO_NOT_FOUND, E_GATED, AUTH, FORBIDDEN.
        /// Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="write">Ask for the right to write.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> RepoAuthCheckAsync(string repoId, bool write = false, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRepoAuthCheck(repoId, write, options));

        /// <summary>The same as <see cref="RepoAuthCheckAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="write">Ask for the right to write.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartRepoAuthCheck(string repoId, bool write = false, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_repo_auth_check(handle, repoId, write ? 1 : 0, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>What somebody keeps on the Hub.</summary>
        /// <remarks>
        /// hfhub_repo_list: What `owner` (NULL: you) keeps on the Hub, buckets included, with the storage it takes. Of
        /// the options: token. Result JSON: array of {"id", "type", "visibility", "updatedAt", "storage",
        /// "storagePercent"}. Errors: AUTH, FORBIDDEN. Since 0.1.
        ///
        /// </remarks>
        /// <param name="owner">Who; null: you.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> RepoListAsync(string owner = null, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRepoList(owner, options));

        /// <summary>The same as <see cref="RepoListAsync"/>, as an operation.</summary>
        /// <param name="owner">Who; null: you.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartRepoList(string owner = null, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_repo_list(handle, owner, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Branches and tags.</summary>
        /// <remarks>
        /// hfhub_repo_refs: Branches and tags, and with `include_prs` 1 pull requests. Result JSON: {"branches",
        /// "tags", "converts", "pullRequests"}, each an array of {"name", "ref", "targetCommit"}. Errors:
        /// E_REPO_NOT_FOUND. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="includePullRequests">And pull requests.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> RepoRefsAsync(string repoId, bool includePullRequests = false, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartRepoRefs(repoId, includePullRequests, options));

        /// <summary>The same as <see cref="RepoRefsAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="includePullRequests">And pull requests.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartRepoRefs(string repoId, bool includePullRequests = false,
            RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_repo_refs(handle, repoId, includePullRequests ? 1 : 0, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Makes a branch.</summary>
        /// <remarks>
        /// hfhub_branch_create: Makes a branch. Options: revision (where it begins), exist_ok. Result JSON: {"repo_id",
        /// "repo_type", "branch", "created"}. Errors: E_ARGUMENT, E_REVISION_NOT_FOUND, E_CONFLICT when it exists,
        /// AUTH, FORBIDDEN. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="branch">The branch.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> BranchCreateAsync(string repoId, string branch, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartBranchCreate(repoId, branch, options));

        /// <summary>The same as <see cref="BranchCreateAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="branch">The branch.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartBranchCreate(string repoId, string branch, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_branch_create(handle, repoId, branch, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Deletes a branch.</summary>
        /// <remarks>
        /// hfhub_branch_delete: Deletes a branch. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: as above;
        /// FORBIDDEN for main. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="branch">The branch.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> BranchDeleteAsync(string repoId, string branch, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartBranchDelete(repoId, branch, options));

        /// <summary>The same as <see cref="BranchDeleteAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="branch">The branch.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartBranchDelete(string repoId, string branch, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_branch_delete(handle, repoId, branch, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Makes one commit of a branch's history, for good.</summary>
        /// <remarks>
        /// hfhub_branch_squash: Makes one commit of a branch's history, for good. `branch` NULL: main. Options:
        /// message. Not for kernels. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: E_REVISION_NOT_FOUND,
        /// AUTH, FORBIDDEN. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="branch">The branch; null: main.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> BranchSquashAsync(string repoId, string branch = null, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartBranchSquash(repoId, branch, options));

        /// <summary>The same as <see cref="BranchSquashAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="branch">The branch; null: main.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartBranchSquash(string repoId, string branch = null, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_branch_squash(handle, repoId, branch, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Makes a tag.</summary>
        /// <remarks>
        /// hfhub_tag_create: Makes a tag. Options: revision, message, exist_ok. Result JSON: {"repo_id", "repo_type",
        /// "tag", "created"}. Errors: as hfhub_branch_create. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="tag">The tag.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> TagCreateAsync(string repoId, string tag, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartTagCreate(repoId, tag, options));

        /// <summary>The same as <see cref="TagCreateAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="tag">The tag.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartTagCreate(string repoId, string tag, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_tag_create(handle, repoId, tag, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }

        /// <summary>Deletes a tag.</summary>
        /// <remarks>
        /// hfhub_tag_delete: Deletes a tag. Result JSON: {"repo_id", "repo_type", "tag"}. Errors: E_REVISION_NOT_FOUND
        /// when there is none, AUTH, FORBIDDEN. Since 0.1.
        ///
        /// </remarks>
        /// <param name="repoId">The repository.</param>
        /// <param name="tag">The tag.</param>
        /// <param name="options">Options; null: the defaults.</param>
        /// <param name="progress">Gets the counters about ten times a second and once at the end.</param>
        /// <param name="token">Cancels the operation; the task ends when it has stopped.</param>
        public Task<Json> TagDeleteAsync(string repoId, string tag, RepoOptions options = null,
            IProgress<Progress> progress = null, CancellationToken token = default) =>
            Tasks.Run(token, progress, () => StartTagDelete(repoId, tag, options));

        /// <summary>The same as <see cref="TagDeleteAsync"/>, as an operation.</summary>
        /// <param name="repoId">The repository.</param>
        /// <param name="tag">The tag.</param>
        /// <param name="options">Options; null: the defaults.</param>
        public Operation<Json> StartTagDelete(string repoId, string tag, RepoOptions options = null)
        {
            using (RepoOptionsHandle native = (options ?? new RepoOptions()).Open())
            {
                raw.hfhub_tag_delete(handle, repoId, tag, native, out OpHandle operation);
                return new Operation<Json>(operation, Read.Json);
            }
        }
    }
}
