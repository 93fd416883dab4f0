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
   *
   * hfhub_commit_add_path:
   */
  public Commit addPath(String pathInRepo, Path file) throws HfHubException {
    return change(c -> Raw.hfhub_commit_add_path(c, pathInRepo, Paths.text(file)));
  }

  /**
   * A folder's files; {@code pathInRepo} "": at the root.
   *
   * hfhub_commit_add_folder:
   */
  public Commit addFolder(Path folder, String pathInRepo) throws HfHubException {
    return change(c -> Raw.hfhub_commit_add_folder(c, Paths.text(folder), pathInRepo));
  }

  /**
   * A file with what the buffer has left, from its position to its limit; the position stays.
   *
   * hfhub_commit_add_bytes:
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
   *
   * hfhub_commit_add_stream:
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
   *
   * hfhub_commit_delete_file:
   */
  public Commit deleteFile(String pathInRepo) throws HfHubException {
    return change(c -> Raw.hfhub_commit_delete_file(c, pathInRepo));
  }

  /**
   * Deletes a folder.
   *
   * hfhub_commit_delete_folder:
   */
  public Commit deleteFolder(String pathInRepo) throws HfHubException {
    return change(c -> Raw.hfhub_commit_delete_folder(c, pathInRepo));
  }

  /**
   * Copies from this or another repository; the three of the source may be null.
   *
   * hfhub_commit_copy:
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
   *
   * hfhub_commit_add_receipts:
   */
  public Commit addReceipts(String receiptLines) throws HfHubException {
    return change(c -> Raw.hfhub_commit_add_receipts(c, receiptLines));
  }

  /**
   * Another parent; "" for any.
   *
   * hfhub_commit_set_parent:
   */
  public Commit parent(String commitId) throws HfHubException {
    return change(c -> Raw.hfhub_commit_set_parent(c, commitId));
  }

  /**
   * How much it holds.
   *
   * hfhub_commit_get_operation_count:
   */
  public long operationCount() {
    return handle.call(Raw::hfhub_commit_get_operation_count);
  }

  /**
   * Brings the content to the Hub, and commits nothing.
   *
   * hfhub_commit_prepare:
   */
  public Operation<Json> prepare() throws HfHubException {
    return handle.call(c -> Operation.start(Operation::json, kept, out -> Raw.hfhub_commit_prepare(c, out)));
  }

  /**
   * Makes the commit.
   *
   * hfhub_commit_finish:
   */
  public Operation<CommitInfo> finish() throws HfHubException {
    return handle.call(c -> Operation.start(CommitInfo::read, kept, out -> Raw.hfhub_commit_finish(c, out)));
  }

  /**
   * Lets go of the commit.
   *
   * hfhub_commit_free:
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
