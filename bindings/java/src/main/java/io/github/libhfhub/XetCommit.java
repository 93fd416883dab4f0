package io.github.libhfhub;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An upload to a Xet store: files that become readable together, when {@link #finish} has succeeded. Wherever a SHA-256 may be
 * given, null has it computed, "" leaves it out, and 64 hex digits are taken as they are.
 */
public final class XetCommit implements AutoCloseable {
  private final Object kept;
  private final Handle handle;

  XetCommit(Object kept, Handle handle) {
    this.kept = kept;
    this.handle = handle;
  }

  /**
   * A file from disk, which is read from now on; its number is returned. {@code name} null: its path.
   * <p>
   * hfhub_xet_commit_add_path: Adds a file, which is read in the background from now on. `name` is for progress and
   * results (NULL: the path). `sha256`: NULL computes it, "" leaves it out, 64 hex digits are taken as given.
   * `out_index` (may be NULL) gets the item's number. Errors: E_ARGUMENT, E_IO, E_STATE after finish or cancel. Since
   * 0.1.
   */
  public long addPath(Path file, String name, String sha256) throws HfHubException {
    long[] index = new long[1];
    handle.call(c -> Raw.hfhub_xet_commit_add_path(c, Paths.text(file), name, sha256, index));
    return index[0];
  }

  /** A file from disk, with its SHA-256. */
  public long addPath(Path file) throws HfHubException {
    return addPath(file, null, null);
  }

  /**
   * What the buffer has left; its position stays. The number is returned.
   * <p>
   * hfhub_xet_commit_add_bytes: Adds bytes, taken in before it returns; it waits while the stages behind are full.
   * Since 0.1.
   */
  public long addBytes(String name, ByteBuffer data, String sha256) throws HfHubException {
    long[] index = new long[1];
    handle.call(c -> Raw.hfhub_xet_commit_add_bytes(c, name, Buffers.direct(data), sha256, index));
    return index[0];
  }

  /** These bytes, with their SHA-256. */
  public long addBytes(String name, byte[] data) throws HfHubException {
    return addBytes(name, ByteBuffer.wrap(data), null);
  }

  /**
   * A file to write.
   * <p>
   * hfhub_xet_commit_add_stream: Adds a file that is written piece by piece. Since 0.1.
   */
  public XetWriter addStream(String name, String sha256) throws HfHubException {
    return handle.call(
        c ->
            new XetWriter(
                Handle.make(
                    "writer", Raw::hfhub_xet_writer_free, out -> Raw.hfhub_xet_commit_add_stream(c, name, sha256, out))));
  }

  /** A file to write, with its SHA-256. */
  public XetWriter addStream(String name) throws HfHubException {
    return addStream(name, null);
  }

  /**
   * Starts the end: what is left is stored, and everything registered.
   * <p>
   * hfhub_xet_commit_finish: Starts the end: the operation waits for all items, stores what is left and registers it.
   * Its JSON is the report: {"items", "total_bytes", "deduped_bytes", "new_bytes", "total_chunks", "deduped_chunks",
   * "new_chunks", "deduped_bytes_by_global_dedup", "deduped_chunks_by_global_dedup", "defrag_prevented_dedup_bytes",
   * "defrag_prevented_dedup_chunks", "xorbs", "xorb_bytes_uploaded", "shards", "shard_bytes_uploaded",
   * "total_bytes_uploaded"}. It fails with the first error of any item or request; then nothing was registered, what
   * CAS has stored is remembered, and the next commit with the same files sends only the rest. Errors: E_STATE the
   * second time. Since 0.1.
   */
  public Operation<Json> finish() throws HfHubException {
    return handle.call(c -> Operation.start(Operation::json, kept, out -> Raw.hfhub_xet_commit_finish(c, out)));
  }

  /**
   * What has become of an item; empty while it is worked on.
   * <p>
   * hfhub_xet_commit_get_item: An item: {"name", "hash", "size", "sha256", "total_bytes", "new_bytes", "deduped_bytes",
   * "total_chunks", "new_chunks", "deduped_chunks", "reused"}. PENDING while it is worked on; its own error when it
   * failed. Readable by others only after finish. Since 0.1.
   */
  public Optional<XetFile> item(long index) throws HfHubException {
    return handle.call(
        c -> {
          long[] found = new long[1];
          if (Raw.hfhub_xet_commit_get_item(c, index, found) == RawConstants.HFHUB_PENDING) return Optional.empty();
          return Optional.of(XetFile.of(Json.make(out -> out[0] = found[0])));
        });
  }

  /**
   * Items added so far.
   * <p>
   * hfhub_xet_commit_get_item_count: Items added so far. Since 0.1.
   */
  public long itemCount() {
    return handle.call(Raw::hfhub_xet_commit_get_item_count);
  }

  /**
   * What was stored so far.
   * <p>
   * hfhub_xet_commit_get_report: The report so far, and of shards {"shard_entries", "shard_entries_validated",
   * "shards_stored", "shards_completed"}. Never blocks for long. Since 0.1.
   */
  public Json report() throws HfHubException {
    return handle.call(c -> Json.make(out -> Raw.hfhub_xet_commit_get_report(c, out)));
  }

  /**
   * Counters of the whole commit.
   * <p>
   * hfhub_xet_commit_get_progress: Counters of the whole commit, before and after finish. Since 0.1.
   */
  public Progress progress() throws HfHubException {
    return handle.call(c -> Progress.get(counters -> Raw.hfhub_xet_commit_get_progress(c, counters)));
  }

  /**
   * Stops everything of this commit; it does not wait.
   * <p>
   * hfhub_xet_commit_cancel: Stops everything of this commit; the session stays usable. Any thread, also a signal
   * handler. NULL is fine. Since 0.1.
   */
  public void cancel() {
    handle.call(
        c -> {
          Raw.hfhub_xet_commit_cancel(c);
          return null;
        });
  }

  /**
   * Lets go of the commit, cancelling it unless {@link #finish} was called.
   * <p>
   * hfhub_xet_commit_free: Lets go of the commit, cancelling it unless finish was called. Never waits. NULL is fine.
   * Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
