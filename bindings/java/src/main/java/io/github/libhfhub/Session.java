package io.github.libhfhub;

import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** Where everything begins: connections, threads, memory and the cache belong to a session. For any number of threads. */
public final class Session implements AutoCloseable {
  private interface Start {
    int call(long session, long[] out) throws HfHubException;
  }

  private interface StartWith {
    int call(long session, long options, long[] out) throws HfHubException;
  }

  private interface CallWith {
    int call(long session, long options) throws HfHubException;
  }

  private final Handle handle;
  private final LogHook logHook;

  /** A session as the environment says. */
  public Session() throws HfHubException {
    this(null);
  }

  /**
   * A session with these options; null: as the environment says.
   *
   * hfhub_session_new:
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
   *
   * hfhub_session_get_option:
   */
  public String option(String key) throws HfHubException {
    String[] out = new String[1];
    handle.call(s -> Raw.hfhub_session_get_option(s, key, out));
    return out[0];
  }

  /**
   * Whether there is a token.
   *
   * hfhub_session_has_token:
   */
  public boolean hasToken() {
    return handle.call(Raw::hfhub_session_has_token) != 0;
  }

  /**
   * Cancels all that runs. It does not wait: each operation's own end says when it has stopped.
   *
   * hfhub_session_cancel:
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
   *
   * hfhub_session_free:
   */
  @Override
  public void close() {
    handle.close();
  }

  // ---- download ------------------------------------------------------------------------------------------------------

  /**
   * Downloads one file.
   *
   * hfhub_download_file:
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
   *
   * hfhub_download_snapshot:
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
   *
   * hfhub_file_metadata:
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
   * The address of a file on the Hub; {@code options} may be null.
   *
   * hfhub_file_url:
   */
  public String fileUrl(String repoId, String filePath, DownloadOptions options) throws HfHubException {
    String[] out = new String[1];
    with(options == null ? null : options.handle, (s, o) -> Raw.hfhub_file_url(s, repoId, filePath, o, out));
    return out[0];
  }

  /**
   * Looks a file up in the cache, without asking anybody; {@code options} may be null.
   *
   * hfhub_cached_file:
   */
  public CachedFile cachedFile(String repoId, String filePath, DownloadOptions options) throws HfHubException {
    int[] state = new int[1];
    String[] path = new String[1];
    with(options == null ? null : options.handle, (s, o) -> Raw.hfhub_cached_file(s, repoId, filePath, o, state, path));
    return new CachedFile(CachedFile.State.values()[state[0]], path[0] == null ? null : Path.of(path[0]));
  }

  /**
   * What is in a cache; null for the session's.
   *
   * hfhub_cache_scan:
   */
  public Operation<Json> cacheScan(Path cacheDir) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_cache_scan(s, Paths.text(cacheDir), out));
  }

  /**
   * Compares what is on disk with the Hub's digests.
   *
   * hfhub_cache_verify:
   */
  public Operation<Json> cacheVerify(String repoId, DownloadOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_cache_verify(s, repoId, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> cacheVerify(String repoId) throws HfHubException {
    return cacheVerify(repoId, null);
  }

  // ---- anything else by name -----------------------------------------------------------------------------------------

  /**
   * Runs an operation of the Hub's REST API by its name. The parameters are a JSON object as text, or null for none.
   *
   * hfhub_call:
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
   *
   * hfhub_repo_create:
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
   *
   * hfhub_repo_delete:
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
   *
   * hfhub_repo_move:
   */
  public Operation<RepoUrl> repoMove(String repoId, String toId, RepoOptions options) throws HfHubException {
    return start(
        RepoUrl::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_move(s, repoId, toId, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<RepoUrl> repoMove(String repoId, String toId) throws HfHubException {
    return repoMove(repoId, toId, null);
  }

  /**
   * Copies a repository; {@code toId} null: into your own namespace.
   *
   * hfhub_repo_duplicate:
   */
  public Operation<RepoUrl> repoDuplicate(String repoId, String toId, RepoOptions options) throws HfHubException {
    return start(
        RepoUrl::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_duplicate(s, repoId, toId, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<RepoUrl> repoDuplicate(String repoId, String toId) throws HfHubException {
    return repoDuplicate(repoId, toId, null);
  }

  /**
   * Changes a repository's settings.
   *
   * hfhub_repo_update:
   */
  public Operation<Json> repoUpdate(String repoId, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_update(s, repoId, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> repoUpdate(String repoId) throws HfHubException {
    return repoUpdate(repoId, null);
  }

  /**
   * Whether the token may read, or write.
   *
   * hfhub_repo_auth_check:
   */
  public Operation<Json> repoAuthCheck(String repoId, boolean write, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_auth_check(s, repoId, write ? 1 : 0, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> repoAuthCheck(String repoId, boolean write) throws HfHubException {
    return repoAuthCheck(repoId, write, null);
  }

  /**
   * What somebody keeps on the Hub; null: you.
   *
   * hfhub_repo_list:
   */
  public Operation<Json> repoList(String owner, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_repo_list(s, owner, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> repoList(String owner) throws HfHubException {
    return repoList(owner, null);
  }

  /**
   * Branches, tags and pull requests.
   *
   * hfhub_repo_refs:
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
   *
   * hfhub_branch_create:
   */
  public Operation<Json> branchCreate(String repoId, String branch, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_branch_create(s, repoId, branch, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> branchCreate(String repoId, String branch) throws HfHubException {
    return branchCreate(repoId, branch, null);
  }

  /**
   * Deletes a branch.
   *
   * hfhub_branch_delete:
   */
  public Operation<Json> branchDelete(String repoId, String branch, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_branch_delete(s, repoId, branch, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> branchDelete(String repoId, String branch) throws HfHubException {
    return branchDelete(repoId, branch, null);
  }

  /**
   * Makes one commit of a branch's history, for good; null: main.
   *
   * hfhub_branch_squash:
   */
  public Operation<Json> branchSquash(String repoId, String branch, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_branch_squash(s, repoId, branch, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> branchSquash(String repoId, String branch) throws HfHubException {
    return branchSquash(repoId, branch, null);
  }

  /**
   * Makes a tag.
   *
   * hfhub_tag_create:
   */
  public Operation<Json> tagCreate(String repoId, String tag, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_tag_create(s, repoId, tag, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> tagCreate(String repoId, String tag) throws HfHubException {
    return tagCreate(repoId, tag, null);
  }

  /**
   * Deletes a tag.
   *
   * hfhub_tag_delete:
   */
  public Operation<Json> tagDelete(String repoId, String tag, RepoOptions options) throws HfHubException {
    return start(
        Operation::json, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_tag_delete(s, repoId, tag, o, out));
  }

  /** The same with the options' defaults. */
  public Operation<Json> tagDelete(String repoId, String tag) throws HfHubException {
    return tagDelete(repoId, tag, null);
  }

  // ---- who is asking -------------------------------------------------------------------------------------------------

  /**
   * Stores a token and makes it the active one.
   *
   * hfhub_auth_login:
   */
  public Operation<Json> login(String token, boolean gitCredential) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_login(s, token, gitCredential ? 1 : 0, out));
  }

  /**
   * Forgets a stored token; null: all of them.
   *
   * hfhub_auth_logout:
   */
  public Operation<Json> logout(String tokenName, boolean gitCredential) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_logout(s, tokenName, gitCredential ? 1 : 0, out));
  }

  /**
   * Makes a stored token the active one.
   *
   * hfhub_auth_switch:
   */
  public Operation<Json> switchToken(String tokenName, boolean gitCredential) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_switch(s, tokenName, gitCredential ? 1 : 0, out));
  }

  /**
   * The stored tokens, masked.
   *
   * hfhub_auth_list:
   */
  public Operation<Json> storedTokens() throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_list(s, out));
  }

  /**
   * The token in force.
   *
   * hfhub_auth_get_token:
   */
  public Operation<Json> token() throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_get_token(s, out));
  }

  /**
   * Whose token it is; null: of the one in force.
   *
   * hfhub_auth_whoami:
   */
  public Operation<Json> whoami(String token, boolean useCache) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_auth_whoami(s, token, useCache ? 1 : 0, out));
  }

  /**
   * A login by a code that a person enters on the Hub's page.
   *
   * hfhub_device_login_new:
   */
  public DeviceLogin deviceLogin() throws HfHubException {
    return new DeviceLogin(
        logHook, make("login", Raw::hfhub_device_login_free, null, (s, o, out) -> Raw.hfhub_device_login_new(s, out)));
  }

  // ---- upload --------------------------------------------------------------------------------------------------------

  /**
   * A commit to put together.
   *
   * hfhub_commit_new:
   */
  public Commit commit(String repoId, CommitOptions options) throws HfHubException {
    Handle o = options == null ? null : options.handle;
    return new Commit(
        logHook, make("commit", Raw::hfhub_commit_free, o, (s, opts, out) -> Raw.hfhub_commit_new(s, repoId, opts, out)));
  }

  /**
   * Commits one file.
   *
   * hfhub_upload_file:
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
   *
   * hfhub_upload_folder:
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
   *
   * hfhub_delete_files:
   */
  public Operation<CommitInfo> deleteFiles(String repoId, CommitOptions options) throws HfHubException {
    return start(
        CommitInfo::read, options == null ? null : options.handle, (s, o, out) -> Raw.hfhub_delete_files(s, repoId, o, out));
  }

  /**
   * Commits a folder again and again while it grows; {@code options} may be null.
   *
   * hfhub_scheduler_start:
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
   *
   * hfhub_lfs_upload:
   */
  public Operation<Json> lfsUpload(Path file, String sha256, String actionJson) throws HfHubException {
    return start(Operation::json, (s, out) -> Raw.hfhub_lfs_upload(s, Paths.text(file), sha256, actionJson, out));
  }

  // ---- Xet -----------------------------------------------------------------------------------------------------------

  /**
   * An upload to a Xet store; {@code options} may be null.
   *
   * hfhub_xet_commit_new:
   */
  public XetCommit xetCommit(XetOptions options) throws HfHubException {
    Handle o = options == null ? null : options.handle;
    return new XetCommit(
        logHook, make("Xet commit", Raw::hfhub_xet_commit_free, o, (s, opts, out) -> Raw.hfhub_xet_commit_new(s, opts, out)));
  }

  /**
   * A download of files from a Xet store; {@code options} may be null.
   *
   * hfhub_xet_group_new:
   */
  public XetGroup xetGroup(XetOptions options) throws HfHubException {
    Handle o = options == null ? null : options.handle;
    return new XetGroup(
        logHook, make("Xet group", Raw::hfhub_xet_group_free, o, (s, opts, out) -> Raw.hfhub_xet_group_new(s, opts, out)));
  }

  /**
   * Bytes {@code begin} to {@code end} (without it) of a file in a Xet store. {@code size} is that of the whole file; it and
   * {@code end} may be {@link XetStream#UNKNOWN}. Not {@code ordered}: pieces come as they arrive. {@code options} may be null.
   *
   * hfhub_xet_stream_open:
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
   *
   * hfhub_xet_hash_file:
   */
  public Operation<XetFile> xetHashFile(Path file) throws HfHubException {
    return start(XetFile::read, (s, out) -> Raw.hfhub_xet_hash_file(s, Paths.text(file), out));
  }

  /**
   * The token route of a repository; {@code write}: 0 to read, 1 to write, 2 to write into a pull request that will be opened.
   * {@code revision} may be null.
   *
   * hfhub_xet_get_refresh_url:
   */
  public String xetRefreshUrl(String repoType, String repoId, String revision, int write) throws HfHubException {
    String[] out = new String[1];
    handle.call(s -> Raw.hfhub_xet_get_refresh_url(s, repoType, repoId, revision, write, out));
    return out[0];
  }

  // ---- inside --------------------------------------------------------------------------------------------------------

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
