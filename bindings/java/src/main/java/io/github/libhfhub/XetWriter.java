package io.github.libhfhub;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a {@link XetCommit}, written piece by piece; a write waits while the stages behind are full. */
public final class XetWriter extends NativeWriter {
  private XetFile made;

  XetWriter(Handle handle) {
    super(handle);
  }

  /**
   * The next bytes.
   * <p>
   * hfhub_xet_writer_write: Writes the next bytes; waits while the stages behind are full. One thread at a time.
   * Errors: E_STATE after finish, the commit's error. Since 0.1.
   */
  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    super.write(bytes, offset, length);
  }

  /**
   * Ends the file; it says what it is, and can be read by others when its commit has been finished.
   * <p>
   * hfhub_xet_writer_finish: Ends the file; `out_json` (may be NULL) gets the item as in hfhub_xet_commit_get_item.
   * Since 0.1.
   */
  public synchronized XetFile finish() throws IOException {
    finishOnce();
    return made;
  }

  /**
   * Its number in its commit.
   * <p>
   * hfhub_xet_writer_get_index: The item's number in its commit. Since 0.1.
   */
  public long index() {
    return handle.call(Raw::hfhub_xet_writer_get_index);
  }

  /**
   * Ends the file, if that has not been done, and lets go of the writer.
   * <p>
   * hfhub_xet_writer_free: Lets go of the writer; an unfinished file fails, and its commit with it. NULL is fine. Since
   * 0.1.
   */
  @Override
  public synchronized void close() throws IOException {
    super.close();
  }

  @Override
  void send(long writer, ByteBuffer bytes) throws HfHubException {
    Raw.hfhub_xet_writer_write(writer, bytes);
  }

  @Override
  void end(long writer) throws HfHubException {
    made = XetFile.of(Json.make(out -> Raw.hfhub_xet_writer_finish(writer, out)));
  }
}
