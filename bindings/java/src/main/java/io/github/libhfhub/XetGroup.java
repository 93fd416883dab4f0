package io.github.libhfhub;

import java.nio.file.Path;

/** A download of files from a Xet store, planned together. */
public final class XetGroup implements AutoCloseable {
  private final Object kept;
  private final Handle handle;

  XetGroup(Object kept, Handle handle) {
    this.kept = kept;
    this.handle = handle;
  }

  /**
   * A file and where it goes; its number is returned.
   * <p>
   * hfhub_xet_group_add: Adds a file by its Xet hash and size. `file_path` is replaced when the content is complete and
   * verified; until then it is `&lt;file_path&gt;.&lt;hash&gt;.&lt;8 hex&gt;.incomplete`, from which a later group goes
   * on. Errors: E_ARGUMENT, E_STATE after start. Since 0.1.
   */
  public long add(String hash, long size, Path file) throws HfHubException {
    long[] index = new long[1];
    handle.call(g -> Raw.hfhub_xet_group_add(g, hash, size, Paths.text(file), index));
    return index[0];
  }

  /**
   * A file on disk that item {@code index} may share content with.
   * <p>
   * hfhub_xet_group_add_seed: Content on disk that item `index` may share chunks with, another version of the file for
   * example, by its own hash and size: chunks found there are not fetched. Since 0.1.
   */
  public void addSeed(long index, Path file, String hash, long size) throws HfHubException {
    handle.call(g -> Raw.hfhub_xet_group_add_seed(g, index, Paths.text(file), hash, size));
  }

  /**
   * Starts it, once.
   * <p>
   * hfhub_xet_group_start: Starts the group, once. The operation's items are the files; it fails with the first file's
   * error after all others have ended. Its JSON: {"items": [{"path", "hash", "size"}]}. Errors: E_STATE. Since 0.1.
   */
  public Operation<Json> start() throws HfHubException {
    return handle.call(g -> Operation.start(Operation::json, kept, out -> Raw.hfhub_xet_group_start(g, out)));
  }

  /**
   * Whether an item is there; its error when it failed, false while it is not known.
   * <p>
   * hfhub_xet_group_get_result: How item `index` ended: OK, PENDING, or its error. Since 0.1.
   */
  public boolean isFinished(long index) throws HfHubException {
    return handle.call(g -> Raw.hfhub_xet_group_get_result(g, index)) == RawConstants.HFHUB_OK;
  }

  /**
   * Lets go of the group.
   * <p>
   * hfhub_xet_group_free: Lets go of the group; a started operation goes on. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
