package io.github.libhfhub;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/**
 * Collects small writes and hands the native half direct memory; a direct buffer is passed on as it is. Closing ends the file, as
 * with every OutputStream, unless a write has failed or {@link #abort} was called.
 */
abstract class NativeWriter extends OutputStream implements WritableByteChannel {
  private static final int STAGE_SIZE = 256 * 1024;

  final Handle handle;
  private ByteBuffer stage;
  private boolean finished;
  private boolean failed;

  NativeWriter(Handle handle) {
    this.handle = handle;
  }

  /** Takes the whole of a direct buffer. */
  abstract void send(long writer, ByteBuffer bytes) throws HfHubException;

  /** Ends the file. */
  abstract void end(long writer) throws HfHubException;

  @Override
  public synchronized void write(int value) throws IOException {
    ByteBuffer to = room();
    to.put((byte) value);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
    for (int done = 0; done < length; ) {
      ByteBuffer to = room();
      int count = Math.min(to.remaining(), length - done);
      to.put(bytes, offset + done, count);
      done += count;
    }
  }

  @Override
  public synchronized int write(ByteBuffer source) throws IOException {
    int length = source.remaining();
    if (source.isDirect() && length > 0) {
      flush();
      pass(source.slice());
      source.position(source.limit());
      return length;
    }
    while (source.hasRemaining()) {
      ByteBuffer to = room();
      int count = Math.min(to.remaining(), source.remaining());
      int limit = source.limit();
      to.put(source.limit(source.position() + count));
      source.limit(limit);
    }
    return length;
  }

  /** Hands on what was collected. */
  @Override
  public synchronized void flush() throws IOException {
    if (stage == null || stage.position() == 0) return;
    ByteBuffer full = stage.flip().slice();
    stage.clear();
    pass(full);
  }

  @Override
  public boolean isOpen() {
    return !handle.isClosed();
  }

  /** Gives the file up: it will not be part of the commit. */
  public synchronized void abort() {
    failed = true;
    handle.close();
  }

  @Override
  public synchronized void close() throws IOException {
    try {
      if (!handle.isClosed() && !failed) finishOnce();
    } finally {
      handle.close();
    }
  }

  final synchronized void finishOnce() throws IOException {
    if (finished) return;
    flush();
    use(this::end);
    finished = true;
  }

  private ByteBuffer room() throws IOException {
    if (handle.isClosed()) throw new ClosedChannelException();
    if (stage == null) stage = ByteBuffer.allocateDirect(STAGE_SIZE);
    if (!stage.hasRemaining()) flush();
    return stage;
  }

  private void pass(ByteBuffer bytes) throws IOException {
    use(writer -> send(writer, bytes));
  }

  private interface Call {
    void with(long writer) throws HfHubException;
  }

  private void use(Call call) throws IOException {
    if (handle.isClosed()) throw new ClosedChannelException();
    try {
      handle.call(
          writer -> {
            call.with(writer);
            return null;
          });
    } catch (HfHubException e) {
      failed = true;
      throw e;
    }
  }
}
