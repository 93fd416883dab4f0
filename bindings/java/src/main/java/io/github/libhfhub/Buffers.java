package io.github.libhfhub;

import java.nio.ByteBuffer;

/** What the native half can read: direct buffers, which it takes whole. */
final class Buffers {
  private Buffers() {}

  /** What is between position and limit, copied only when it is not direct. */
  static ByteBuffer direct(ByteBuffer data) {
    if (data.isDirect()) return data.slice();
    ByteBuffer copy = ByteBuffer.allocateDirect(data.remaining());
    copy.put(data.duplicate());
    return copy.flip();
  }
}
