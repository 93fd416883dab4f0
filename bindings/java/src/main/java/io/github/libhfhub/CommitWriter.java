package io.github.libhfhub;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a {@link Commit}, written piece by piece. It is part of the commit once it is closed, or {@link #finish} has returned. */
public final class CommitWriter extends NativeWriter {
  CommitWriter(Handle handle) {
    super(handle);
  }

  /**
   * The next bytes.
   * <p>
   * hfhub_commit_writer_write: Writes the next bytes. One thread at a time. Errors: E_STATE after finish; E_IO,
   * E_DISK_FULL. Since 0.1.
   */
  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    super.write(bytes, offset, length);
  }

  /**
   * Ends the file and adds it to its commit.
   * <p>
   * hfhub_commit_writer_finish: Ends the file and adds it to its commit. Errors: E_STATE the second time, or when the
   * commit takes nothing any more. Since 0.1.
   */
  public void finish() throws IOException {
    finishOnce();
  }

  /**
   * Ends the file, if that has not been done, and lets go of the writer.
   * <p>
   * hfhub_commit_writer_free: Lets go of the writer; a file that was not finished is not added. NULL is fine. Since
   * 0.1.
   */
  @Override
  public synchronized void close() throws IOException {
    super.close();
  }

  @Override
  void send(long writer, ByteBuffer bytes) throws HfHubException {
    Raw.hfhub_commit_writer_write(writer, bytes);
  }

  @Override
  void end(long writer) throws HfHubException {
    Raw.hfhub_commit_writer_finish(writer);
  }
}
