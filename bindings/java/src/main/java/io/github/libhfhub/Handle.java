package io.github.libhfhub;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handle of the library, with its uses counted: closing while another thread is inside a call is safe, the handle is freed
 * when the last one leaves; later calls are refused. A forgotten handle is freed by a Cleaner.
 */
final class Handle {
  private static final Cleaner CLEANER = Cleaner.create();

  /** How the library frees it: one of the hfhub_..._free, none of which waits. */
  interface Free {
    void free(long pointer);
  }

  /** A call that gives a new handle through its out parameter. */
  interface Make {
    void into(long[] out) throws HfHubException;
  }

  /** A call with the handle. */
  interface Use<R, E extends Exception> {
    R with(long pointer) throws E;
  }

  private final State state;
  private final Cleaner.Cleanable cleanable;

  private Handle(String what, long pointer, Free free) {
    state = new State(what, pointer, free);
    cleanable = CLEANER.register(this, state);
  }

  static Handle make(String what, Free free, Make make) throws HfHubException {
    long[] out = new long[1];
    make.into(out);
    return new Handle(what, out[0], free);
  }

  /** Runs the call; IllegalStateException when closed. */
  <R, E extends Exception> R call(Use<R, E> use) throws E {
    long pointer = acquire();
    try {
      return use.with(pointer);
    } finally {
      release();
    }
  }

  /** The same with NULL for no handle at all. */
  static <R, E extends Exception> R callOptional(Handle handle, Use<R, E> use) throws E {
    return handle == null ? use.with(0) : handle.call(use);
  }

  /** The pointer, valid until release() is called as often. */
  long acquire() {
    if (!state.enter()) throw new IllegalStateException("the " + state.what + " is closed");
    return state.pointer;
  }

  void release() {
    state.leave();
    Reference.reachabilityFence(this);
  }

  boolean isClosed() {
    return state.closed;
  }

  /** Any number of times, from any thread. */
  void close() {
    cleanable.clean();
  }

  private static final class State implements Runnable {
    final String what;
    final long pointer;
    final Free free;
    final AtomicInteger uses = new AtomicInteger(1); // the one of being open
    volatile boolean closed;

    State(String what, long pointer, Free free) {
      this.what = what;
      this.pointer = pointer;
      this.free = free;
    }

    boolean enter() {
      if (closed) return false;
      for (int now = uses.get(); now > 0; now = uses.get()) {
        if (uses.compareAndSet(now, now + 1)) return true;
      }
      return false;
    }

    void leave() {
      if (uses.decrementAndGet() == 0) free.free(pointer);
    }

    /** The Cleaner sees to it that this runs once. */
    @Override
    public void run() {
      closed = true;
      leave();
    }
  }
}
