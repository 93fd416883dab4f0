package io.github.libhfhub;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Something that runs: wait for it, or take its future. Closing it cancels it when it still runs, so a {@code try} leaves nothing
 * behind. One that is forgotten is cancelled when it is collected, unless its future or its end is waited for.
 *
 * @param <T> what it gives
 */
public final class Operation<T> implements AutoCloseable {
  /** Makes the result of a handle whose operation has succeeded. */
  interface Read<T> {
    T read(long operation) throws HfHubException;
  }

  final Handle handle;
  private final Read<T> read;

  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final Object kept; // the session's log hook

  private CompletableFuture<Void> ended; // both made on first use, guarded by this
  private OperationFuture<T> future;

  private Operation(Handle handle, Read<T> read, Object kept) {
    this.handle = handle;
    this.read = read;
    this.kept = kept;
  }

  static <T> Operation<T> start(Read<T> read, Object kept, Handle.Make make) throws HfHubException {
    return new Operation<>(Handle.make("operation", Raw::hfhub_op_free, make), read, kept);
  }

  /** The whole JSON of a finished operation. */
  static Json json(long operation) throws HfHubException {
    return Json.make(
        out -> {
          int status = Raw.hfhub_op_get_json(operation, out);
          if (status == RawConstants.HFHUB_PENDING) throw new IllegalStateException("the operation still runs");
        });
  }

  /** The file or folder of a finished operation, or null. */
  static Path path(long operation) {
    String path = Raw.hfhub_op_get_path(operation);
    return path == null ? null : Path.of(path);
  }

  // ---- waiting -------------------------------------------------------------------------------------------------------

  /**
   * Waits for the result. A thread that is interrupted cancels the operation, waits for its end and gets a {@link
   * CancelledException}, with its interrupt still set.
   * <p>
   * hfhub_op_wait: Waits until the operation is complete: OK, or its error (a fresh error object at each call), or
   * PENDING after `timeout_ms` milliseconds. Negative: no limit; every step inside has its own deadline. Since 0.1.
   */
  public T await() throws HfHubException {
    return handle.call(
        op -> {
          waitForEnd(op, ended());
          return result(op);
        });
  }

  /** Waits at most so long; the operation goes on after a TimeoutException. */
  public T await(Duration timeout) throws HfHubException, TimeoutException {
    long op = handle.acquire();
    try {
      if (!endsWithin(op, ended(), timeout)) throw new TimeoutException("the operation still runs");
      return result(op);
    } finally {
      handle.release();
    }
  }

  /** Waits for the result; meanwhile and once at the end it reports on the calling thread. At least 10 ms apart. */
  public T await(Duration interval, Consumer<? super Progress> report) throws HfHubException {
    Duration pause = interval.toMillis() < 10 ? Duration.ofMillis(10) : interval;
    return handle.call(
        op -> {
          boolean done;
          do {
            done = endsWithin(op, ended(), pause);
            report.accept(progress());
          } while (!done);
          return result(op);
        });
  }

  /**
   * A future of the result, always the same one. It completes on ForkJoinPool's common pool; with the {@link HfHubException} as
   * its cause when the operation fails, as cancelled when it was cancelled. Cancelling it cancels the operation and returns when
   * that has ended; completing it in another way, by {@code orTimeout} for example, cancels the operation too.
   * <p>
   * hfhub_queue_new: A queue of finished operations. Errors: E_NO_MEMORY. Since 0.1.
   * <p>
   * hfhub_queue_add: Reports the operation here, once, when it is complete (at once when it already is). Since 0.1.
   * <p>
   * hfhub_queue_next: The tag of the next finished operation: OK; PENDING after `timeout_ms` (negative: no limit); END
   * when nothing is outstanding. Since 0.1.
   */
  public synchronized CompletableFuture<T> future() throws HfHubException {
    if (future == null) {
      CompletableFuture<Void> end = ended();
      OperationFuture<T> made = new OperationFuture<>(this);
      end.whenCompleteAsync((nothing, failure) -> made.finish(failure));
      future = made;
    }
    return future;
  }

  /** The operations in the order in which they end, failed ones too. Closing the stream early does not cancel the rest. */
  public static <T> Stream<Operation<T>> inOrderOfEnd(Collection<Operation<T>> operations) throws HfHubException {
    BlockingQueue<Operation<T>> over = new LinkedBlockingQueue<>();
    List<Operation<T>> all = List.copyOf(operations);
    for (Operation<T> each : all) {
      each.ended().whenComplete((nothing, failure) -> over.add(each)); // on the queue's thread, but no code of a user
    }
    Iterator<Operation<T>> iterator =
        new Iterator<>() {
          private int left = all.size();

          @Override
          public boolean hasNext() {
            return left > 0;
          }

          @Override
          public Operation<T> next() {
            if (left == 0) throw new java.util.NoSuchElementException();
            try {
              Operation<T> next = over.take();
              --left;
              return next;
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new java.util.concurrent.CancellationException("interrupted");
            }
          }
        };
    return StreamSupport.stream(
        Spliterators.spliterator(iterator, all.size(), Spliterator.ORDERED | Spliterator.NONNULL), false);
  }

  /** Whether it has ended, however. */
  public boolean isDone() {
    return handle.call(Operation::hasEnded);
  }

  /**
   * Stops it and returns when it has ended. Any thread, any number of times; nothing happens when it has ended already.
   * <p>
   * hfhub_op_cancel: Asks the operation to stop: it completes soon with HFHUB_E_CANCELLED unless it is complete
   * already. Any thread, any number of times, also from a signal handler. What can be resumed stays on disk. Since 0.1.
   */
  public void cancel() {
    if (handle.isClosed()) return;
    try {
      handle.call(
          op -> {
            Raw.hfhub_op_cancel(op);
            return Raw.hfhub_op_wait(op, -1);
          });
    } catch (HfHubException | IllegalStateException itsOutcome) {
      // it has ended, or somebody else has closed it
    }
  }

  /** Asks it to stop, and does not wait. */
  void requestCancel() {
    handle.call(
        op -> {
          Raw.hfhub_op_cancel(op);
          return null;
        });
  }

  // ---- what is known -------------------------------------------------------------------------------------------------

  /**
   * Counters of the whole operation.
   * <p>
   * hfhub_op_get_progress: Counters of the whole operation. Never blocks. Since 0.1.
   */
  public Progress progress() throws HfHubException {
    return handle.call(op -> Progress.get(counters -> Raw.hfhub_op_get_progress(op, counters)));
  }

  /**
   * Items known so far.
   * <p>
   * hfhub_op_get_item_count: Items (files) known so far; grows while the operation runs. Since 0.1.
   */
  public long itemCount() {
    return handle.call(Raw::hfhub_op_get_item_count);
  }

  /**
   * One item.
   * <p>
   * hfhub_op_get_item_name: Name of an item, its path in the repository; NULL past the end. Borrowed. Since 0.1.
   * <p>
   * hfhub_op_get_item_progress: Counters of one item. Errors: E_ARGUMENT past the end. Since 0.1.
   */
  public Item item(long index) throws HfHubException {
    return handle.call(
        op ->
            new Item(
                Raw.hfhub_op_get_item_name(op, index),
                Progress.get(counters -> Raw.hfhub_op_get_item_progress(op, index, counters))));
  }

  /** The items known at this moment, each with its counters. */
  public Stream<Item> items() {
    return LongStream.range(0, itemCount())
        .mapToObj(
            index -> {
              try {
                return item(index);
              } catch (HfHubException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  /**
   * The file or folder that it made; null before its end, or when it makes none.
   * <p>
   * hfhub_op_get_path: The local file or folder that the operation made; NULL before it is complete or when it makes
   * none. Borrowed. Since 0.1.
   */
  public Path path() {
    return handle.call(Operation::path);
  }

  /**
   * All that it has to say, once it has ended well.
   * <p>
   * hfhub_op_get_json: The operation's data, a handle of its own. Errors: PENDING before it is complete; E_STATE when
   * it failed or has none. Since 0.1.
   */
  public Json json() throws HfHubException {
    return handle.call(Operation::json);
  }

  /**
   * Lets go of it. One that still runs is cancelled, and this returns when it has ended.
   * <p>
   * hfhub_op_free: Lets go of the operation, cancelling it when it still runs. Never waits. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    cancel();
    handle.close();
  }

  // ---- inside --------------------------------------------------------------------------------------------------------

  private synchronized CompletableFuture<Void> ended() throws HfHubException {
    if (ended == null) {
      boolean over = handle.call(Operation::hasEnded);
      ended = over ? CompletableFuture.completedFuture(null) : Completions.add(handle);
    }
    return ended;
  }

  private static boolean hasEnded(long op) {
    try {
      return Raw.hfhub_op_wait(op, 0) != RawConstants.HFHUB_PENDING;
    } catch (HfHubException itsOutcome) {
      return true;
    }
  }

  T result(long op) throws HfHubException {
    Raw.hfhub_op_wait(op, 0);
    return read.read(op);
  }

  private static void waitForEnd(long op, CompletableFuture<Void> end) {
    try {
      end.get();
    } catch (InterruptedException e) {
      interrupted(op, end);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the completion queue failed", e.getCause());
    }
  }

  private static boolean endsWithin(long op, CompletableFuture<Void> end, Duration timeout) {
    try {
      end.get(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      interrupted(op, end);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the completion queue failed", e.getCause());
    }
    return true;
  }

  private static void interrupted(long op, CompletableFuture<Void> end) {
    Raw.hfhub_op_cancel(op);
    end.join();
    Thread.currentThread().interrupt();
  }
}
