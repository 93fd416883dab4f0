package io.github.libhfhub;

import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where everything begins: connections, threads, memory and the cache belong to a session. For any number of threads. Options that
 * a method takes may be null: their defaults.
 */
public final class Session implements AutoCloseable {
  private final Handle handle;
  private final LogHook logHook;

  /** A session as the environment says. */
  public Session() throws HfHubException {
    this(null);
  }

  /**
   * A session with these options; null: as the environment says.
   * <p>
   * hfhub_session_new: A new session. `options` is copied; NULL means the environment. Opens no connection and starts
   * no thread yet. Errors: E_ARGUMENT. Since 0.1.
   */
  public Session(SessionOptions options) throws HfHubException {
    logHook = options == null ? null : options.logHook;
    handle =
        Handle.callOptional(
            options == null ? null : options.handle,
            o -> Handle.make("session", Raw::hfhub_session_free, out -> Raw.hfhub_session_new(o, out)));
  }

  /**
   * The value in force of an option.
   * <p>
   * hfhub_session_get_option: The value in force of an option, with derived defaults filled in and a secret masked.
   * Owned. Errors: E_ARGUMENT for an unknown key. Since 0.1.
   */
  public String option(String key) throws HfHubException {
    String[] out = new String[1];
    handle.call(s -> Raw.hfhub_session_get_option(s, key, out));
    return out[0];
  }

  /**
   * Whether there is a token.
   * <p>
   * hfhub_session_has_token: 1 when a token is at hand (option, environment or token file), else 0. Since 0.1.
   */
  public boolean hasToken() {
    return handle.call(Raw::hfhub_session_has_token) != 0;
  }

  /**
   * Cancels all that runs. It does not wait: each operation's own end says when it has stopped.
   * <p>
   * hfhub_session_cancel: Cancels every running operation of the session; it stays usable. Since 0.1.
   */
  public void cancel() {
    handle.call(
        s -> {
          Raw.hfhub_session_cancel(s);
          return null;
        });
  }

  /**
   * Lets go of the session; what was made from it goes on.
   * <p>
   * hfhub_session_free: Lets go of the session. Running operations are not cancelled: they keep what they need. NULL is
   * fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }

  // ---- download ------------------------------------------------------------------------------------------------------

  /**
   * Downloads one file.
   * <p>
   * hfhub_download_file: Downloads one file, verified, into the shared cache or the local_dir. Result path: the file.
   * Result JSON: {"path", "commit", "etag", "size", "cached"}; for a dry run {"filename", "commit_hash", "file_size",
   * "local_path", "is_cached", "will_download"}. Errors: all of NOT_CACHED, network, Hub, INTEGRITY, DISK_FULL. Since
   * 0.1.
   */
  public Operation<FileDownload> downloadFile(String repoId, String filePath, DownloadOptions options) throws HfHubException {
    return start(
        FileDownload::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_download_file(s, repoId, filePath, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<FileDownload> downloadFile(String repoId, String filePath) throws HfHubException {
    return downloadFile(repoId, filePath, null);
  }

  /**
   * Downloads a repository, complete or not at all.
   * <p>
   * hfhub_download_snapshot: Downloads a repository, complete or not at all. Result path: the snapshot folder or the
   * local_dir. Result JSON: {"path", "commit", "files": number, "downloaded": number}; for a dry run an array of the
   * objects above. Errors: as above, and INCOMPLETE. Since 0.1.
   */
  public Operation<Snapshot> downloadSnapshot(String repoId, DownloadOptions options) throws HfHubException {
    return start(
        Snapshot::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_download_snapshot(s, repoId, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Snapshot> downloadSnapshot(String repoId) throws HfHubException {
    return downloadSnapshot(repoId, null);
  }

  /**
   * Asks the Hub about one file.
   * <p>
   * hfhub_file_metadata: Asks the Hub about one file. Result JSON: {"commit_hash", "etag", "size" or null, "location"
   * (without its query when on another host), "xet_hash" or null}. Since 0.1.
   */
  public Operation<FileMetadata> fileMetadata(String repoId, String filePath, DownloadOptions options) throws HfHubException {
    return start(
        FileMetadata::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_file_metadata(s, repoId, filePath, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<FileMetadata> fileMetadata(String repoId, String filePath) throws HfHubException {
    return fileMetadata(repoId, filePath, null);
  }

  /**
   * The address of a file on the Hub.
   * <p>
   * hfhub_file_url: The URL from which the Hub serves a file. Owned. Errors: E_ARGUMENT. Since 0.1.
   */
  public String fileUrl(String repoId, String filePath, DownloadOptions options) throws HfHubException {
    String[] out = new String[1];
    with(options == null ? null : options.handle, (s, o) -> Raw.hfhub_file_url(s, repoId, filePath, o, out));
    return out[0];
  }

  /**
   * Looks a file up in the cache, without asking anybody.
   * <p>
   * hfhub_cached_file: Looks a file up in the shared cache, reading the disk only. `out_string` is the path when found,
   * else NULL. Owned. Errors: E_ARGUMENT. Since 0.1.
   */
  public CachedFile cachedFile(String repoId, String filePath, DownloadOptions options) throws HfHubException {
    int[] state = new int[1];
    String[] path = new String[1];
    with(options == null ? null : options.handle, (s, o) -> Raw.hfhub_cached_file(s, repoId, filePath, o, state, path));
    return new CachedFile(CachedFile.State.values()[state[0]], path[0] == null ? null : Path.of(path[0]));
  }

  /**
   * What is in a cache; null for the session's.
   * <p>
   * hfhub_cache_scan: Reads a whole shared cache (NULL: the session's). Changes nothing. Result JSON: {"cache_dir",
   * "size_on_disk", "repos": [{"repo_id", "repo_type", "repo_path", "size_on_disk", "nb_files", "last_accessed",
   * "last_modified", "refs", "revisions": [{"commit_hash", "snapshot_path", "size_on_disk", "last_modified", "refs",
   * "files": [{"path", "file_path", "blob_path", "size_on_disk", "last_accessed", "last_modified"}]}]}], "incomplete":
   * [{"path", "size"}], "unreferenced_shared": {"count", "size"}, "warnings": [text]}. Times are seconds since 1970.
   * Errors: E_CACHE when the folder is missing. Since 0.1.
   */
  public Operation<Json> cacheScan(Path cacheDir) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_cache_scan(s, Paths.text(cacheDir), out));
  }

  /**
   * Compares what is on disk with the Hub's digests.
   * <p>
   * hfhub_cache_verify: Compares what is on disk (the options' local_dir, else their revision in the shared cache) with
   * the Hub's digests. Result path: the folder that was checked. Result JSON: {"repo_id", "repo_type", "revision",
   * "path", "checked", "mismatches": [{"path", "expected", "actual", "algorithm"}], "missing": [path], "extra":
   * [path]}. Differences are a result, not an error. Since 0.1.
   */
  public Operation<Json> cacheVerify(String repoId, DownloadOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_cache_verify(s, repoId, o, out));
  }

  // ---- anything else by name -----------------------------------------------------------------------------------------

  /**
   * Runs an operation of the Hub's REST API by its name. The parameters are a JSON object as text, or null for none.
   * <p>
   * hfhub_call: Runs an operation with the session's token, retries and errors. `params_json` is a JSON object (NULL:
   * none), e.g. {"repo_id": "gpt2", "revision": "main"}. Paged answers come as one array; the parameter "limit" bounds
   * it. Result JSON: the Hub's answer. Errors: E_ARGUMENT for an unknown operation (with the nearest known one), an
   * unknown or missing parameter; network and Hub errors. Since 0.1.
   */
  public Operation<Json> call(String operation, String paramsJson) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_call(s, operation, paramsJson, out));
  }

  /** The same with the parameters as Java's own values. */
  public Operation<Json> call(String operation, Map<String, ?> params) throws HfHubException {
    return call(operation, JsonText.of(params));
  }

  /** Runs an operation that lists something, waits, and streams what it lists. Closing the stream frees the answer. */
  public Stream<Json> list(String operation, Map<String, ?> params) throws HfHubException {
    try (Operation<Json> listing = call(operation, params)) {
      Json answer = listing.await();
      return answer.elements().onClose(answer::close);
    }
  }

  // ---- repositories --------------------------------------------------------------------------------------------------

  /**
   * Makes a repository.
   * <p>
   * hfhub_repo_create: Makes a repository. `repo_id` without a namespace is yours. Options: visibility, exist_ok,
   * resource_group, region, and for Spaces sdk (needed, unless a template brings it), template, hardware, sleep_time,
   * secrets, variables, volumes. With exist_ok a repository that is there is a success, also for a token that may not
   * make any. Result JSON: {"url", "repo_id", "repo_type", "created"}. Errors: E_ARGUMENT; E_CONFLICT when it exists;
   * AUTH, FORBIDDEN. Since 0.1.
   */
  public Operation<RepoUrl> repoCreate(String repoId, RepoOptions options) throws HfHubException {
    return start(
        RepoUrl::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_create(s, repoId, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<RepoUrl> repoCreate(String repoId) throws HfHubException {
    return repoCreate(repoId, null);
  }

  /**
   * Deletes a repository, for good.
   * <p>
   * hfhub_repo_delete: Deletes a repository, for good. Options: missing_ok. Result JSON: {"repo_id", "repo_type",
   * "deleted"}. Errors: E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
   */
  public Operation<Json> repoDelete(String repoId, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_delete(s, repoId, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> repoDelete(String repoId) throws HfHubException {
    return repoDelete(repoId, null);
  }

  /**
   * Renames a repository, or gives it away.
   * <p>
   * hfhub_repo_move: Renames a repository or gives it to another namespace; the old name leads to the new one. Both ids
   * need a namespace. Result JSON: {"url", "repo_id", "repo_type"} of the new one. Errors: E_ARGUMENT,
   * E_REPO_NOT_FOUND, E_CONFLICT, AUTH, FORBIDDEN. Since 0.1.
   */
  public Operation<RepoUrl> repoMove(String repoId, String toId, RepoOptions options) throws HfHubException {
    return start(
        RepoUrl::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_move(s, repoId, toId, o, out));
  }

  /**
   * Copies a repository; {@code toId} null: into your own namespace.
   * <p>
   * hfhub_repo_duplicate: Copies a model, dataset or Space on the Hub. `to_id` may be NULL, or have no namespace: the
   * same name, or that name, in yours. Options: visibility (default: as the original), exist_ok, resource_group, and
   * for Spaces hardware, sleep_time, secrets, variables, volumes. Result JSON: {"url", "repo_id", "repo_type",
   * "created", "files_copy_pending"}: the last is true while the Hub still copies large files. Errors: as
   * hfhub_repo_create, E_REPO_NOT_FOUND, E_GATED. Since 0.1.
   */
  public Operation<RepoUrl> repoDuplicate(String repoId, String toId, RepoOptions options) throws HfHubException {
    return start(
        RepoUrl::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_duplicate(s, repoId, toId, o, out));
  }

  /**
   * Changes a repository's settings.
   * <p>
   * hfhub_repo_update: Changes settings. Options: visibility, gated; at least one. Not for kernels. Result JSON: the
   * Hub's answer, or null. Errors: E_ARGUMENT, E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1.
   */
  public Operation<Json> repoUpdate(String repoId, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_update(s, repoId, o, out));
  }

  /**
   * Whether the token may read, or write.
   * <p>
   * hfhub_repo_auth_check: May the token read the files, or with `write` 1 change them? The operation succeeds when it
   * may. Result JSON: {"repo_id", "repo_type"}. Errors: E_REPO_NOT_FOUND, E_GATED, AUTH, FORBIDDEN. Since 0.1.
   */
  public Operation<Json> repoAuthCheck(String repoId, boolean write, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_auth_check(s, repoId, write ? 1 : 0, o, out));
  }

  /**
   * What somebody keeps on the Hub; null: you.
   * <p>
   * hfhub_repo_list: What `owner` (NULL: you) keeps on the Hub, buckets included, with the storage it takes. Of the
   * options: token. Result JSON: array of {"id", "type", "visibility", "updatedAt", "storage", "storagePercent"}.
   * Errors: AUTH, FORBIDDEN. Since 0.1.
   */
  public Operation<Json> repoList(String owner, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_list(s, owner, o, out));
  }

  /**
   * Branches, tags and pull requests.
   * <p>
   * hfhub_repo_refs: Branches and tags, and with `include_prs` 1 pull requests. Result JSON: {"branches", "tags",
   * "converts", "pullRequests"}, each an array of {"name", "ref", "targetCommit"}. Errors: E_REPO_NOT_FOUND. Since 0.1.
   */
  public Operation<Json> repoRefs(String repoId, boolean includePrs, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_refs(s, repoId, includePrs ? 1 : 0, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> repoRefs(String repoId, boolean includePrs) throws HfHubException {
    return repoRefs(repoId, includePrs, null);
  }

  /**
   * Makes a branch.
   * <p>
   * hfhub_branch_create: Makes a branch. Options: revision (where it begins), exist_ok. Result JSON: {"repo_id",
   * "repo_type", "branch", "created"}. Errors: E_ARGUMENT, E_REVISION_NOT_FOUND, E_CONFLICT when it exists, AUTH,
   * FORBIDDEN. Since 0.1.
   */
  public Operation<Json> branchCreate(String repoId, String branch, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_branch_create(s, repoId, branch, o, out));
  }

  /**
   * Deletes a branch.
   * <p>
   * hfhub_branch_delete: Deletes a branch. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: as above; FORBIDDEN
   * for main. Since 0.1.
   */
  public Operation<Json> branchDelete(String repoId, String branch, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_branch_delete(s, repoId, branch, o, out));
  }

  /**
   * Makes one commit of a branch's history, for good; null: main.
   * <p>
   * hfhub_branch_squash: Makes one commit of a branch's history, for good. `branch` NULL: main. Options: message. Not
   * for kernels. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: E_REVISION_NOT_FOUND, AUTH, FORBIDDEN. Since
   * 0.1.
   */
  public Operation<Json> branchSquash(String repoId, String branch, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_branch_squash(s, repoId, branch, o, out));
  }

  /**
   * Makes a tag.
   * <p>
   * hfhub_tag_create: Makes a tag. Options: revision, message, exist_ok. Result JSON: {"repo_id", "repo_type", "tag",
   * "created"}. Errors: as hfhub_branch_create. Since 0.1.
   */
  public Operation<Json> tagCreate(String repoId, String tag, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_tag_create(s, repoId, tag, o, out));
  }

  /**
   * Deletes a tag.
   * <p>
   * hfhub_tag_delete: Deletes a tag. Result JSON: {"repo_id", "repo_type", "tag"}. Errors: E_REVISION_NOT_FOUND when
   * there is none, AUTH, FORBIDDEN. Since 0.1.
   */
  public Operation<Json> tagDelete(String repoId, String tag, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_tag_delete(s, repoId, tag, o, out));
  }

  // ---- who is asking -------------------------------------------------------------------------------------------------

  /**
   * Stores a token and makes it the active one.
   * <p>
   * hfhub_auth_login: Asks the Hub whose token it is, stores it under the name that the Hub gives it, and makes it the
   * active one. `git_credential`: 1 also gives it to git's credential helpers, which runs git; 0 runs nothing. Result
   * JSON: {"name", "user", "role": text or null, "expires_in": seconds or null, "refreshable", "git_helpers": [name] or
   * null when not asked for, "token_path", "stored_tokens_path", "overridden_by": "environment", "oidc" or null: what
   * goes before the token file}. Errors: E_ARGUMENT for a text that is no token, an organization's token, or a name
   * that the file cannot hold; E_AUTH when the Hub does not know it; E_IO. Since 0.1.
   */
  public Operation<Json> login(String token, boolean gitCredential) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_login(s, token, gitCredential ? 1 : 0, out));
  }

  /**
   * Forgets a stored token; null: all of them.
   * <p>
   * hfhub_auth_logout: Forgets one stored token (and the active one, when it is the same), or with NULL all of them.
   * `git_credential`: 1 also makes git's helpers forget theirs. Result JSON: {"was_logged_in", "removed": [name],
   * "active_removed", "overridden_by": as above, what still gives a token}. Errors: E_IO. Since 0.1.
   */
  public Operation<Json> logout(String tokenName, boolean gitCredential) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_logout(s, tokenName, gitCredential ? 1 : 0, out));
  }

  /**
   * Makes a stored token the active one.
   * <p>
   * hfhub_auth_switch: Makes a stored token the active one. Result JSON: {"name", "git_helpers", "token_path",
   * "stored_tokens_path", "overridden_by"} as above. Errors: E_ARGUMENT when there is none of that name; E_IO. Since
   * 0.1.
   */
  public Operation<Json> switchToken(String tokenName, boolean gitCredential) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_switch(s, tokenName, gitCredential ? 1 : 0, out));
  }

  /**
   * The stored tokens, masked.
   * <p>
   * hfhub_auth_list: The stored tokens, masked, in the file's order. Result JSON: {"tokens": [{"name", "token": masked
   * or null, "active", "expires_at": seconds since 1970 or null, "has_expiry", "expired"}], "source": of the token in
   * force, as of hfhub_auth_get_token or "", "damaged": the file could not be read}. Since 0.1.
   */
  public Operation<Json> storedTokens() throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_list(s, out));
  }

  /**
   * The token in force.
   * <p>
   * hfhub_auth_get_token: The token in force, also when option token.implicit is off. Result JSON: {"token": text or
   * null, "source": "option", "oidc", "environment", "file" or ""}. Errors: E_AUTH when an id token was not accepted;
   * E_IO. Since 0.1.
   */
  public Operation<Json> token() throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_get_token(s, out));
  }

  /**
   * Whose token it is; null: of the one in force.
   * <p>
   * hfhub_auth_whoami: Whose `token` it is (NULL: the one in force). The Hub allows few of these questions; `use_cache`
   * 1 gives the answer that the session got before. Result JSON: the Hub's answer, e.g. {"name", "orgs": [{"name"}],
   * "auth": {...}}. Errors: E_AUTH without a token, or for one that the Hub does not know; E_RATE_LIMITED. Since 0.1.
   */
  public Operation<Json> whoami(String token, boolean useCache) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_whoami(s, token, useCache ? 1 : 0, out));
  }

  /**
   * A login by a code that a person enters on the Hub's page.
   * <p>
   * hfhub_device_login_new: A login by a code that a person enters on the Hub's page: hfhub_device_login_new, _request
   * (wait for it), show _get_url and _get_user_code, _finish (wait for it), _free. Asks nothing yet. Since 0.1.
   */
  public DeviceLogin deviceLogin() throws HfHubException {
    return new DeviceLogin(
        logHook, make("login", Raw::hfhub_device_login_free, null, (s, o, out) -> Raw.hfhub_device_login_new(s, out)));
  }

  // ---- upload --------------------------------------------------------------------------------------------------------

  /**
   * A commit to put together.
   * <p>
   * hfhub_commit_new: An empty commit to a repository. Asks nothing yet. Errors: E_ARGUMENT, also when the options have
   * no message. Since 0.1.
   */
  public Commit commit(String repoId, CommitOptions options) throws HfHubException {
    Handle o = options == null ? null : options.handle;
    return new Commit(
        logHook, make("commit", Raw::hfhub_commit_free, o, (s, opts, out) -> Raw.hfhub_commit_new(s, repoId, opts, out)));
  }

  /**
   * Commits one file.
   * <p>
   * hfhub_upload_file: Commits one file. The default message is "Upload &lt;path_in_repo&gt; with hfhub". Result JSON
   * as hfhub_commit_finish. Since 0.1.
   */
  public Operation<CommitInfo> uploadFile(String repoId, Path file, String pathInRepo, CommitOptions options) throws HfHubException {
    return start(
        CommitInfo::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_upload_file(s, repoId, Paths.text(file), pathInRepo, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<CommitInfo> uploadFile(String repoId, Path file, String pathInRepo) throws HfHubException {
    return uploadFile(repoId, file, pathInRepo, null);
  }

  /**
   * Uploads a folder of any size; {@code pathInRepo} "": to the root.
   * <p>
   * hfhub_upload_folder: Uploads a folder of any size to `path_in_repo` ("" or ".": the root), in as many commits as
   * the Hub can take: usually one; the messages of later ones end in " (part 2)" and so on. Reading, transfers and
   * commits overlap. A broken upload goes on where it was when it is called again. Result JSON as hfhub_commit_finish,
   * of the last commit, with totals over all, and {"commits", "files", "reused": files that were not read again}.
   * Errors: E_ARGUMENT for create_pr with another revision than main; E_IO for a folder that cannot be read. Since 0.1.
   */
  public Operation<CommitInfo> uploadFolder(String repoId, Path folder, String pathInRepo, CommitOptions options) throws HfHubException {
    return start(
        CommitInfo::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_upload_folder(s, repoId, Paths.text(folder), pathInRepo, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<CommitInfo> uploadFolder(String repoId, Path folder, String pathInRepo) throws HfHubException {
    return uploadFolder(repoId, folder, pathInRepo, null);
  }

  /**
   * Deletes the files that the options' delete patterns name.
   * <p>
   * hfhub_delete_files: Deletes the revision's files that match one of the options' delete patterns, in one commit;
   * .gitattributes stays. The default message is "Delete files &lt;patterns&gt; with hfhub". Result JSON as
   * hfhub_commit_finish; when nothing matches no commit is made. Errors: E_ARGUMENT without a pattern. Since 0.1.
   */
  public Operation<CommitInfo> deleteFiles(String repoId, CommitOptions options) throws HfHubException {
    return start(
        CommitInfo::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_delete_files(s, repoId, o, out));
  }

  /**
   * Commits a folder again and again while it grows.
   * <p>
   * hfhub_scheduler_start: Commits a folder every `every_ms` milliseconds, beginning now: files that are new or have
   * changed, as far as they are at that moment, so that a program may go on appending to them. Nothing is ever deleted.
   * `path_in_repo` and the options' allow and ignore patterns as for hfhub_upload_folder; the default message is
   * "Scheduled Commit". A commit that fails is logged and tried again at the next time. Errors: E_ARGUMENT, also for
   * `every_ms` below 1. Since 0.1.
   */
  public Scheduler schedule(String repoId, Path folder, String pathInRepo, Duration every, CommitOptions options)
      throws HfHubException {
    Handle o = options == null ? null : options.handle;
    long everyMs = every.toMillis();
    return new Scheduler(
        logHook,
        make("scheduler", Raw::hfhub_scheduler_free, o,
            (s, opts, out) -> Raw.hfhub_scheduler_start(s, repoId, Paths.text(folder), pathInRepo, everyMs, opts, out)));
  }

  /**
   * Uploads a file as an answer of Git LFS says.
   * <p>
   * hfhub_lfs_upload: Uploads a local file as `action_json` says: the value of "actions": {"upload": ...} of an LFS
   * batch answer, which git-lfs hands to its agent as "action". It has "href" and, for a file in parts, a "header" with
   * "chunk_size" and the URLs of the parts by number; the parts are then sent side by side, each again after a failure,
   * and "href" is told that they are there. `sha256` is the object's name. The session's token is not sent. Result
   * JSON: {"oid", "size", "parts": number, 0 when it was sent whole}. Errors: E_ARGUMENT, E_IO, E_PROTOCOL for an
   * action that does not fit the file, E_FORBIDDEN when its URLs have expired, network and Hub errors. Since 0.1.
   */
  public Operation<Json> lfsUpload(Path file, String sha256, String actionJson) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_lfs_upload(s, Paths.text(file), sha256, actionJson, out));
  }

  // ---- Xet -----------------------------------------------------------------------------------------------------------

  /**
   * An upload to a Xet store.
   * <p>
   * hfhub_xet_commit_new: A commit: files that become readable together. `options` NULL: defaults. Opens no connection
   * yet. Since 0.1.
   */
  public XetCommit xetCommit(XetOptions options) throws HfHubException {
    Handle o = options == null ? null : options.handle;
    return new XetCommit(
        logHook, make("Xet commit", Raw::hfhub_xet_commit_free, o, (s, opts, out) -> Raw.hfhub_xet_commit_new(s, opts, out)));
  }

  /**
   * A download of files from a Xet store.
   * <p>
   * hfhub_xet_group_new: A group: files that are planned together, so that bytes they share are fetched once. Since
   * 0.1.
   */
  public XetGroup xetGroup(XetOptions options) throws HfHubException {
    Handle o = options == null ? null : options.handle;
    return new XetGroup(
        logHook, make("Xet group", Raw::hfhub_xet_group_free, o, (s, opts, out) -> Raw.hfhub_xet_group_new(s, opts, out)));
  }

  /**
   * Bytes {@code begin} to {@code end} (without it) of a file in a Xet store. {@code size} is that of the whole file; it and
   * {@code end} may be {@link XetStream#UNKNOWN}. Not {@code ordered}: pieces come as they arrive.
   * <p>
   * hfhub_xet_stream_open: Opens bytes [range_begin, range_end) of a file for reading. `size_bytes` is that of the
   * whole file, or HFHUB_XET_UNKNOWN; `range_end` may be HFHUB_XET_UNKNOWN. `ordered` 0: pieces come as they arrive.
   * Nothing is asked before the first hfhub_xet_stream_next. Errors: E_ARGUMENT when range_begin &gt; range_end, or
   * range_begin &gt; 0 and past the size. Since 0.1.
   */
  public XetStream xetStream(XetOptions options, String hash, long size, long begin, long end, boolean ordered)
      throws HfHubException {
    Handle o = options == null ? null : options.handle;
    return new XetStream(
        logHook,
        make("stream", Raw::hfhub_xet_stream_free, o,
            (s, opts, out) -> Raw.hfhub_xet_stream_open(s, opts, hash, size, begin, end, ordered ? 1 : 0, out)));
  }

  /** A whole file of a Xet store, in order. */
  public XetStream xetStream(XetOptions options, String hash) throws HfHubException {
    return xetStream(options, hash, XetStream.UNKNOWN, 0, XetStream.UNKNOWN, true);
  }

  /** A file of a Xet store to read anywhere in it. The session and the options must stay open as long as the channel. */
  public SeekableByteChannel xetChannel(XetOptions options, String hash, long size) {
    return new XetChannel(this, options, hash, size);
  }

  /**
   * Computes a file's Xet hash and SHA-256, without any network.
   * <p>
   * hfhub_xet_hash_file: Computes a file's Xet hash and SHA-256 without any network. The operation's JSON: {"hash",
   * "size", "sha256"}. Since 0.1.
   */
  public Operation<XetFile> xetHashFile(Path file) throws HfHubException {
    return start(XetFile::read, (s, out) -> Raw.hfhub_xet_hash_file(s, Paths.text(file), out));
  }

  /**
   * The token route of a repository; {@code write}: 0 to read, 1 to write, 2 to write into a pull request that will be opened.
   * {@code revision} may be null.
   * <p>
   * hfhub_xet_get_refresh_url: The token route of a repository on the session's Hub. `write`: 0 to read, 1 to write, 2
   * to write into a pull request that the commit will open. `revision` may be NULL. Owned. Errors: E_ARGUMENT. Since
   * 0.1.
   */
  public String xetRefreshUrl(String repoType, String repoId, String revision, int write) throws HfHubException {
    String[] out = new String[1];
    handle.call(s -> Raw.hfhub_xet_get_refresh_url(s, repoType, repoId, revision, write, out));
    return out[0];
  }

  // ---- inside --------------------------------------------------------------------------------------------------------

  private interface Start {
    int call(long session, long[] out) throws HfHubException;
  }

  private interface StartWith {
    int call(long session, long options, long[] out) throws HfHubException;
  }

  private interface CallWith {
    int call(long session, long options) throws HfHubException;
  }

  private <T> Operation<T> start(Operation.Read<T> read, Start start) throws HfHubException {
    return handle.call(s -> Operation.start(read, logHook, out -> start.call(s, out)));
  }

  private <T> Operation<T> start(Operation.Read<T> read, Handle options, StartWith start) throws HfHubException {
    return handle.call(
        s -> Handle.callOptional(options, o -> Operation.start(read, logHook, out -> start.call(s, o, out))));
  }

  private Handle make(String what, Handle.Free free, Handle options, StartWith start) throws HfHubException {
    return handle.call(s -> Handle.callOptional(options, o -> Handle.make(what, free, out -> start.call(s, o, out))));
  }

  private void with(Handle options, CallWith call) throws HfHubException {
    handle.call(s -> Handle.callOptional(options, o -> call.call(s, o)));
  }
}
