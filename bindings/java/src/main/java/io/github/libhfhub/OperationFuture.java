package io.github.libhfhub;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** The future of an operation: cancelling it cancels the operation. It keeps the operation's handle valid until it is complete. */
final class OperationFuture<T> extends CompletableFuture<T> {
  private final Operation<T> operation;
  private final long pointer;

  OperationFuture(Operation<T> operation) {
    this.operation = operation;
    pointer = operation.handle.acquire();
    // Completed from outside, the operation has nobody left who wants it; when it has ended this does nothing.
    whenComplete((value, failure) -> Raw.hfhub_op_cancel(pointer));
  }

  /** Once, when the operation has ended. */
  void finish(Throwable queueFailure) {
    try {
      if (queueFailure != null) completeExceptionally(queueFailure);
      else if (!isDone()) settle();
    } finally {
      operation.handle.release();
    }
  }

  private void settle() {
    try {
      complete(operation.result(pointer));
    } catch (CancelledException e) {
      CancellationException cancelled = new CancellationException(e.getMessage());
      cancelled.initCause(e);
      completeExceptionally(cancelled);
    } catch (Throwable e) {
      completeExceptionally(e);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (!isDone()) {
      operation.cancel();
      // finish() comes at the same time, or is waiting for a thread of the pool; whoever is first completes it.
      try {
        operation.handle.call(
            op -> {
              if (!isDone()) settle();
              return null;
            });
      } catch (IllegalStateException closed) {
        super.cancel(false);
      }
    }
    return isCancelled();
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
