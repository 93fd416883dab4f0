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
   *
   * hfhub_xet_writer_write:
   */
  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    super.write(bytes, offset, length);
  }

  /**
   * Ends the file; it says what it is, and can be read by others when its commit has been finished.
   *
   * hfhub_xet_writer_finish:
   */
  public synchronized XetFile finish() throws IOException {
    finishOnce();
    return made;
  }

  /**
   * Its number in its commit.
   *
   * hfhub_xet_writer_get_index:
   */
  public long index() {
    return handle.call(Raw::hfhub_xet_writer_get_index);
  }

  /**
   * Ends the file, if that has not been done, and lets go of the writer.
   *
   * hfhub_xet_writer_free:
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
