package io.github.libhfhub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Bytes of a file in a Xet store. Whoever reads slowly slows the network; nothing piles up. One thread reads at a time; any may
 * cancel or close.
 */
public final class XetStream implements AutoCloseable {
  /** For a size or an end that is not known. */
  public static final long UNKNOWN = -1;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final Object kept;

  private final Handle handle;
  private final ByteBuffer[] piece = new ByteBuffer[1];
  private final long[] offset = new long[1];

  XetStream(Object kept, Handle handle) {
    this.kept = kept;
    this.handle = handle;
  }

  /**
   * The next bytes, or null at the end. They are the library's own memory, not copied: read them before the next call of any
   * method that reads, and before the stream is closed; touched later they may end the process. {@link #inputStream} has no such
   * trap.
   * <p>
   * hfhub_xet_stream_next: The next bytes, borrowed until the next call: OK; END; PENDING after `timeout_ms` (negative:
   * no limit); or an error, E_CANCELLED after cancel. `out_offset` (may be NULL) is their place in the file. Whoever
   * reads slowly slows the network; nothing piles up. A whole file read to its END has been verified. One thread at a
   * time. Since 0.1.
   */
  public ByteBuffer next() throws HfHubException {
    return handle.call(stream -> take(stream, -1) == RawConstants.HFHUB_OK ? piece[0].asReadOnlyBuffer() : null);
  }

  /** The same, waiting at most so long. */
  public ByteBuffer next(Duration timeout) throws HfHubException, TimeoutException {
    int status = handle.call(stream -> take(stream, Math.max(0, timeout.toMillis())));
    if (status == RawConstants.HFHUB_PENDING) throw new TimeoutException("no bytes yet");
    return status == RawConstants.HFHUB_OK ? piece[0].asReadOnlyBuffer() : null;
  }

  /** Where in the file the bytes of the last {@link #next} are. */
  public long offset() {
    return offset[0];
  }

  /** The stream as Java reads streams: each byte is copied once. Closing it closes this. */
  public InputStream inputStream() {
    return new Input();
  }

  /** Writes all that comes to a channel, without a copy in between, and returns how much that was. */
  public long transferTo(WritableByteChannel target) throws IOException {
    long total = 0;
    long[] written = new long[1];
    while (handle.call(stream -> pass(stream, target, written))) total += written[0];
    return total;
  }

  /**
   * Counters of the stream.
   * <p>
   * hfhub_xet_stream_get_progress: Counters of the stream. Since 0.1.
   */
  public Progress progress() throws HfHubException {
    return handle.call(stream -> Progress.get(counters -> Raw.hfhub_xet_stream_get_progress(stream, counters)));
  }

  /**
   * Ends it: whoever reads gets a {@link CancelledException}.
   * <p>
   * hfhub_xet_stream_cancel: Ends the stream with E_CANCELLED, never with a silent END. Any thread. NULL is fine. Since
   * 0.1.
   */
  public void cancel() {
    handle.call(
        stream -> {
          Raw.hfhub_xet_stream_cancel(stream);
          return null;
        });
  }

  /**
   * Lets go of the stream; a thread that reads gets a {@link CancelledException}.
   * <p>
   * hfhub_xet_stream_free: Lets go of the stream. Never waits. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    try {
      cancel();
    } catch (IllegalStateException closed) {
      return;
    }
    handle.close();
  }

  boolean isClosed() {
    return handle.isClosed();
  }

  /** Copies to {@code target} from {@code rest}, the last piece, refilled when it is empty; null at the end. */
  ByteBuffer copy(ByteBuffer rest, ByteBuffer target) throws HfHubException {
    return handle.call(
        stream -> {
          ByteBuffer from = refill(stream, rest);
          if (from == null) return null;
          int limit = from.limit();
          from.limit(from.position() + Math.min(from.remaining(), target.remaining()));
          target.put(from);
          from.limit(limit);
          return from;
        });
  }

  private ByteBuffer refill(long stream, ByteBuffer rest) throws HfHubException {
    ByteBuffer from = rest;
    while (!from.hasRemaining()) {
      if (take(stream, -1) != RawConstants.HFHUB_OK) return null;
      from = piece[0];
    }
    return from;
  }

  private int take(long stream, long timeoutMs) throws HfHubException {
    return Raw.hfhub_xet_stream_next(stream, timeoutMs, piece, offset);
  }

  private boolean pass(long stream, WritableByteChannel target, long[] written) throws IOException {
    if (take(stream, -1) != RawConstants.HFHUB_OK) return false;
    written[0] = piece[0].remaining();
    while (piece[0].hasRemaining()) target.write(piece[0]);
    return true;
  }

  private final class Input extends InputStream {
    private ByteBuffer rest = NOTHING;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      java.util.Objects.checkFromIndexSize(from, length, bytes.length);
      if (length == 0) return 0;
      if (isClosed()) throw new ClosedChannelException();
      ByteBuffer target = ByteBuffer.wrap(bytes, from, length);
      ByteBuffer left = copy(rest, target);
      rest = left == null ? NOTHING : left;
      return left == null ? -1 : target.position() - from;
    }

    @Override
    public int available() {
      return rest.remaining();
    }

    @Override
    public long transferTo(OutputStream out) throws IOException {
      WritableByteChannel target = Channels.newChannel(out);
      long first = rest.remaining();
      if (first > 0) {
        handle.call(
            stream -> {
              while (rest.hasRemaining()) target.write(rest);
              return null;
            });
      }
      return first + XetStream.this.transferTo(target);
    }

    @Override
    public void close() {
      XetStream.this.close();
    }
  }
}
