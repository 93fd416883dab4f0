package io.github.libhfhub;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A commit that is put together and then made, at once. One thread at a time. */
public final class Commit implements AutoCloseable {
  private interface Change {
    int call(long commit) throws HfHubException;
  }

  private final Object kept;
  private final Handle handle;

  Commit(Object kept, Handle handle) {
    this.kept = kept;
    this.handle = handle;
  }

  /**
   * A file from disk.
   * <p>
   * hfhub_commit_add_path: Adds a file from disk, or replaces what is at `path_in_repo`. The file is read by the
   * operation; when it has changed until then the operation fails and names it. Errors: E_ARGUMENT for a path that a
   * repository cannot have, E_IO, E_STATE. Since 0.1.
   */
  public Commit addPath(String pathInRepo, Path file) throws HfHubException {
    return change(c -> Raw.hfhub_commit_add_path(c, pathInRepo, Paths.text(file)));
  }

  /**
   * A folder's files; {@code pathInRepo} "": at the root.
   * <p>
   * hfhub_commit_add_folder: Adds every file below a folder that the options' allow and ignore patterns select, at
   * `path_in_repo` ("" or ".": the root). Errors: E_ARGUMENT for a name that a repository cannot have, E_IO for what
   * cannot be read, E_STATE. Since 0.1.
   */
  public Commit addFolder(Path folder, String pathInRepo) throws HfHubException {
    return change(c -> Raw.hfhub_commit_add_folder(c, Paths.text(folder), pathInRepo));
  }

  /**
   * A file with what the buffer has left, from its position to its limit; the position stays.
   * <p>
   * hfhub_commit_add_bytes: Adds a file with these bytes, which are copied. Errors: E_ARGUMENT, E_STATE. Since 0.1.
   */
  public Commit addBytes(String pathInRepo, ByteBuffer data) throws HfHubException {
    return change(c -> Raw.hfhub_commit_add_bytes(c, pathInRepo, Buffers.direct(data)));
  }

  /** A file with these bytes. */
  public Commit addBytes(String pathInRepo, byte[] data) throws HfHubException {
    return addBytes(pathInRepo, ByteBuffer.wrap(data));
  }

  /**
   * A file to write.
   * <p>
   * hfhub_commit_add_stream: Adds a file that is written piece by piece, of a size that nobody needs to know. More than
   * 1 MiB goes to a temporary file below option cache.xet_dir, which goes with the commit. It is part of the commit
   * once hfhub_commit_writer_finish has returned. Errors: E_ARGUMENT, E_STATE. Since 0.1.
   */
  public CommitWriter addStream(String pathInRepo) throws HfHubException {
    return handle.call(
        c ->
            new CommitWriter(
                Handle.make(
                    "writer", Raw::hfhub_commit_writer_free, out -> Raw.hfhub_commit_add_stream(c, pathInRepo, out))));
  }

  /**
   * Deletes a file.
   * <p>
   * hfhub_commit_delete_file: Deletes a file. Errors: E_ARGUMENT, E_STATE. Since 0.1.
   */
  public Commit deleteFile(String pathInRepo) throws HfHubException {
    return change(c -> Raw.hfhub_commit_delete_file(c, pathInRepo));
  }

  /**
   * Deletes a folder.
   * <p>
   * hfhub_commit_delete_folder: Deletes a folder and all that is in it. Errors: E_ARGUMENT, E_STATE. Since 0.1.
   */
  public Commit deleteFolder(String pathInRepo) throws HfHubException {
    return change(c -> Raw.hfhub_commit_delete_folder(c, pathInRepo));
  }

  /**
   * Copies from this or another repository; the three of the source may be null.
   * <p>
   * hfhub_commit_copy: Copies `source_path` to `path_in_repo`; large files on the Hub, without their bytes passing
   * through here. `source_type` and `source_repo_id` NULL: from the same repository. `source_revision` NULL: the
   * commit's revision, or the other repository's main. Errors: E_ARGUMENT, E_STATE. Since 0.1.
   */
  public Commit copy(String sourcePath, String pathInRepo, String sourceType, String sourceRepoId, String sourceRevision)
      throws HfHubException {
    return change(c -> Raw.hfhub_commit_copy(c, sourcePath, pathInRepo, sourceType, sourceRepoId, sourceRevision));
  }

  /** Copies within this repository. */
  public Commit copy(String sourcePath, String pathInRepo) throws HfHubException {
    return copy(sourcePath, pathInRepo, null, null, null);
  }

  /**
   * Files that others brought to the Hub.
   * <p>
   * hfhub_commit_add_receipts: Adds files that other processes or machines brought to the Hub: receipts of
   * hfhub_commit_prepare, one JSON object a line. The Hub is asked whether it has them before anything is committed.
   * Errors: E_ARGUMENT for a receipt that is damaged, has expired or is for another repository; E_STATE. Since 0.1.
   */
  public Commit addReceipts(String receiptLines) throws HfHubException {
    return change(c -> Raw.hfhub_commit_add_receipts(c, receiptLines));
  }

  /**
   * Another parent; "" for any.
   * <p>
   * hfhub_commit_set_parent: Another parent, e.g. after E_CONFLICT; "" for any. Errors: E_ARGUMENT, E_STATE. Since 0.1.
   */
  public Commit parent(String commitId) throws HfHubException {
    return change(c -> Raw.hfhub_commit_set_parent(c, commitId));
  }

  /**
   * How much it holds.
   * <p>
   * hfhub_commit_get_operation_count: Operations added so far. Since 0.1.
   */
  public long operationCount() {
    return handle.call(Raw::hfhub_commit_get_operation_count);
  }

  /**
   * Brings the content to the Hub, and commits nothing.
   * <p>
   * hfhub_commit_prepare: Brings the content of all added files to the Hub without committing it. Result JSON:
   * {"receipts": [{"path", "size", "storage": "regular", "xet" or "lfs", "sha256", "oid" and "content" of a regular
   * file, "xet_hash", "repo", "expires": seconds since 1970}]}. Errors: E_ARGUMENT for operations that contradict each
   * other, E_STATE, network and Hub errors. Since 0.1.
   */
  public Operation<Json> prepare() throws HfHubException {
    return handle.call(c -> Operation.start(Operation::json, kept, out -> Raw.hfhub_commit_prepare(c, out)));
  }

  /**
   * Makes the commit.
   * <p>
   * hfhub_commit_finish: Makes the commit: brings content to the Hub that is not there, then commits everything at
   * once. Files whose content the revision has already are left out; when nothing is left, no commit is made and the
   * answer is the revision's head. Result JSON: {"committed": whether one was made, "commit_oid", "commit_url",
   * "commit_message", "commit_description", "pr_url" or null, "pr_num" or null, "pr_revision" or null, "repo_url",
   * "regular", "xet", "lfs": files by storage, "copied", "deleted", "unchanged": numbers, "ignored": [path] by
   * .gitignore, "stored_bytes", "deduped_bytes", "sent_bytes"}. Errors: E_CONFLICT when the parent has moved; after any
   * failure the commit can be changed and finished again, and what was stored is not sent again. E_STATE once it was
   * made. Since 0.1.
   */
  public Operation<CommitInfo> finish() throws HfHubException {
    return handle.call(c -> Operation.start(CommitInfo::read, kept, out -> Raw.hfhub_commit_finish(c, out)));
  }

  /**
   * Lets go of the commit.
   * <p>
   * hfhub_commit_free: Lets go of the commit; a running operation goes on. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }

  private Commit change(Change change) throws HfHubException {
    handle.call(change::call);
    return this;
  }
}
