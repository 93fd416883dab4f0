package io.github.libhfhub;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** The process's one completion queue and the daemon thread that reads it. No code of a user runs on it. */
final class Completions {
  private static final class Entry {
    final Handle operation;
    final CompletableFuture<Void> ended = new CompletableFuture<>();

    Entry(Handle operation) {
      this.operation = operation;
    }
  }

  private static final Map<Long, Entry> WAITING = new ConcurrentHashMap<>();
  private static final AtomicLong TAGS = new AtomicLong();
  private static final Semaphore ADDED = new Semaphore(0);
  private static Handle queue;

  private Completions() {}

  /** A future that the queue's thread completes when the operation has ended, however. The handle stays valid until then. */
  static CompletableFuture<Void> add(Handle operation) throws HfHubException {
    Handle to = queue();
    Entry entry = new Entry(operation);
    long tag = TAGS.incrementAndGet();
    long pointer = operation.acquire();
    WAITING.put(tag, entry);
    try {
      to.call(q -> Raw.hfhub_queue_add(q, pointer, tag));
    } catch (HfHubException | RuntimeException | Error e) {
      WAITING.remove(tag);
      operation.release();
      throw e;
    }
    ADDED.release();
    return entry.ended;
  }

  private static synchronized Handle queue() throws HfHubException {
    if (queue == null) {
      queue = Handle.make("queue", Raw::hfhub_queue_free, Raw::hfhub_queue_new);
      Thread thread = new Thread(null, Completions::run, "hfhub-queue", 256 * 1024);
      thread.setDaemon(true);
      thread.start();
    }
    return queue;
  }

  /** Whether there is a queue: one handle that stays as long as the process. */
  static synchronized boolean isStarted() {
    return queue != null;
  }

  private static void run() {
    long[] tag = new long[1];
    for (;;) {
      try {
        int status = queue.call(q -> Raw.hfhub_queue_next(q, -1, tag));
        if (status == RawConstants.HFHUB_OK) {
          Entry entry = WAITING.remove(tag[0]);
          if (entry == null) continue;
          entry.ended.complete(null);
          entry.operation.release();
        } else { // nothing is outstanding
          ADDED.acquireUninterruptibly();
          ADDED.drainPermits();
        }
      } catch (HfHubException | RuntimeException | Error e) {
        // The library has no memory left for an answer, or the JVM has none: whoever waits should hear of it.
        for (Long each : WAITING.keySet()) {
          Entry entry = WAITING.remove(each);
          if (entry == null) continue;
          entry.ended.completeExceptionally(e);
          entry.operation.release();
        }
      }
    }
  }
}
