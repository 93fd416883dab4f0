package io.github.libhfhub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file of a Xet store, read anywhere in it: a stream from where it is read, opened anew when it is read somewhere else. */
final class XetChannel implements SeekableByteChannel {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Session session;
  private final XetOptions options;
  private final String hash;
  private final long size;

  private long position; // guarded by this, like the three below
  private long streamPosition;
  private ByteBuffer rest = NOTHING;
  private volatile XetStream stream;
  private volatile boolean closed;

  XetChannel(Session session, XetOptions options, String hash, long size) {
    this.session = session;
    this.options = options;
    this.hash = hash;
    this.size = size;
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    if (closed) throw new ClosedChannelException();
    if (position >= size) return -1;
    if (!target.hasRemaining()) return 0;
    try {
      goTo(position);
      int before = target.position();
      ByteBuffer left = stream.copy(rest, target);
      rest = left == null ? NOTHING : left;
      int count = target.position() - before;
      position += count;
      streamPosition = position;
      return left == null ? -1 : count;
    } catch (CancelledException | IllegalStateException e) {
      if (closed) throw new AsynchronousCloseException();
      throw e;
    }
  }

  /** Within the piece at hand, or with a new stream. */
  private void goTo(long wanted) throws HfHubException {
    if (stream != null && wanted >= streamPosition && wanted - streamPosition <= rest.remaining()) {
      rest.position(rest.position() + (int) (wanted - streamPosition));
      return;
    }
    if (stream != null) stream.close();
    rest = NOTHING;
    stream = session.xetStream(options, hash, size, wanted, XetStream.UNKNOWN, true);
    if (closed) stream.close();
    streamPosition = wanted;
  }

  @Override
  public synchronized long position() throws ClosedChannelException {
    if (closed) throw new ClosedChannelException();
    return position;
  }

  @Override
  public synchronized SeekableByteChannel position(long wanted) throws ClosedChannelException {
    if (wanted < 0) throw new IllegalArgumentException("a position must not be negative");
    if (closed) throw new ClosedChannelException();
    position = wanted;
    return this;
  }

  @Override
  public long size() throws ClosedChannelException {
    if (closed) throw new ClosedChannelException();
    return size;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long wanted) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  /** Not synchronized: it ends a read that waits. */
  @Override
  public void close() {
    closed = true;
    XetStream open = stream;
    if (open != null) open.close();
  }
}
