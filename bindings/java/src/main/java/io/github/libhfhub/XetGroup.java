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
   *
   * hfhub_xet_group_add:
   */
  public long add(String hash, long size, Path file) throws HfHubException {
    long[] index = new long[1];
    handle.call(g -> Raw.hfhub_xet_group_add(g, hash, size, Paths.text(file), index));
    return index[0];
  }

  /**
   * A file on disk that item {@code index} may share content with.
   *
   * hfhub_xet_group_add_seed:
   */
  public void addSeed(long index, Path file, String hash, long size) throws HfHubException {
    handle.call(g -> Raw.hfhub_xet_group_add_seed(g, index, Paths.text(file), hash, size));
  }

  /**
   * Starts it, once.
   *
   * hfhub_xet_group_start:
   */
  public Operation<Json> start() throws HfHubException {
    return handle.call(g -> Operation.start(Operation::json, kept, out -> Raw.hfhub_xet_group_start(g, out)));
  }

  /**
   * Whether an item is there; its error when it failed, false while it is not known.
   *
   * hfhub_xet_group_get_result:
   */
  public boolean isFinished(long index) throws HfHubException {
    return handle.call(g -> Raw.hfhub_xet_group_get_result(g, index)) == RawConstants.HFHUB_OK;
  }

  /**
   * Lets go of the group.
   *
   * hfhub_xet_group_free:
   */
  @Override
  public void close() {
    handle.close();
  }
}
