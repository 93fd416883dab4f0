package io.github.libhfhub;

import static io.github.libhfhub.Tests.equal;
import static io.github.libhfhub.Tests.hanging;
import static io.github.libhfhub.Tests.isTrue;
import static io.github.libhfhub.Tests.session;
import static io.github.libhfhub.Tests.test;
import static io.github.libhfhub.Tests.thrown;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Waiting, futures, cancelling, progress. */
final class OperationTests {
  private OperationTests() {}

  static void run() throws HfHubException {
    try (Session session = session("operations")) {
      waiting(session);
      cancelling(session);
      futures(session);
    }
  }

  private static void waiting(Session session) {
    test(
        "a download, its items and its progress",
        () -> {
          Thread here = Thread.currentThread();
          List<Progress> reports = new ArrayList<>();
          try (Operation<FileDownload> download = session.downloadFile("tests/files", "ünï 😀.txt")) {
            FileDownload file =
                download.await(
                    Duration.ofMillis(10),
                    report -> {
                      equal(Thread.currentThread(), here);
                      reports.add(report);
                    });
            equal(Files.readString(file.path()), "grüße 😀\n");
            equal(file.size(), 13L);
            equal(file.cached(), false);
            equal(file.commit().length(), 40);
            equal(download.path(), file.path());
            equal(reports.get(reports.size() - 1).itemsDone(), 1L);
            equal(reports.get(reports.size() - 1).bytesDone(), 13L);
            Item item = download.items().collect(Collectors.toList()).get(0);
            equal(item.name(), "ünï 😀.txt");
            equal(item.state(), Progress.ItemState.DONE);
            isTrue(download.isDone(), "it has ended");
            equal(download.await().path(), file.path());
            equal(download.future().join().path(), file.path());
            HfHubException e = thrown(HfHubException.class, () -> download.item(1));
            equal(e.status(), Status.E_ARGUMENT);
          }
        });
    test(
        "a timeout leaves it running",
        () -> {
          try (Operation<FileMetadata> operation = hanging(session)) {
            thrown(TimeoutException.class, () -> operation.await(Duration.ZERO));
            thrown(TimeoutException.class, () -> operation.await(Duration.ofMillis(20)));
            isTrue(!operation.isDone(), "it still runs");
            equal(operation.path(), null);
            thrown(IllegalStateException.class, operation::json);
          }
        });
    test(
        "errors are thrown at each wait, with all fields",
        () -> {
          try (Operation<FileMetadata> operation = session.fileMetadata("tests/files", "nothing")) {
            NotFoundException first = thrown(NotFoundException.class, operation::await);
            NotFoundException second = thrown(NotFoundException.class, () -> operation.await(Duration.ofSeconds(60)));
            equal(first.status(), Status.E_ENTRY_NOT_FOUND);
            equal(second.repoId(), "tests/files");
            equal(first.httpStatus(), 404);
            equal(first.hubCode(), "EntryNotFound");
            isTrue(first != second && first.url().endsWith("/nothing"), first.url());
          }
        });
  }

  private static void cancelling(Session session) {
    test(
        "cancel returns when it has ended",
        () -> {
          try (Operation<FileMetadata> operation = hanging(session)) {
            operation.cancel();
            isTrue(operation.isDone(), "it has ended");
            operation.cancel();
            thrown(CancelledException.class, operation::await);
          }
        });
    test(
        "closing while another thread waits",
        () -> {
          Operation<FileMetadata> operation = hanging(session);
          FutureTask<Exception> waiter = new FutureTask<>(() -> thrown(Exception.class, operation::await));
          Thread thread = new Thread(waiter);
          thread.start();
          while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) Thread.onSpinWait();
          operation.close();
          operation.close();
          Exception e = waiter.get();
          isTrue(e instanceof CancelledException || e instanceof IllegalStateException, e.toString());
          thrown(IllegalStateException.class, operation::await);
          thrown(IllegalStateException.class, operation::future);
        });
    test(
        "an interrupt cancels",
        () -> {
          Operation<FileMetadata> operation = hanging(session);
          CountDownLatch over = new CountDownLatch(1);
          boolean[] interrupted = new boolean[1];
          Thread thread =
              new Thread(
                  () -> {
                    thrown(CancelledException.class, operation::await);
                    interrupted[0] = Thread.currentThread().isInterrupted();
                    over.countDown();
                  });
          thread.start();
          thread.interrupt();
          over.await();
          isTrue(interrupted[0], "the interrupt is kept");
          isTrue(operation.isDone(), "it has ended");
          operation.close();
        });
    test(
        "a session's cancel",
        () -> {
          try (Session other = session("cancelled");
              Operation<FileMetadata> first = hanging(other);
              Operation<FileMetadata> second = hanging(other)) {
            other.cancel();
            thrown(CancelledException.class, first::await);
            thrown(CancelledException.class, second::await);
          }
        });
  }

  private static void futures(Session session) {
    test(
        "a future's value, on a thread that is not the queue's",
        () -> {
          try (Operation<FileMetadata> operation = session.fileMetadata("tests/files", "config.json")) {
            CompletableFuture<FileMetadata> future = operation.future();
            isTrue(future == operation.future(), "always the same one");
            CompletableFuture<String> where = future.thenApply(value -> Thread.currentThread().getName());
            equal(future.get().size().getAsLong(), 2L);
            isTrue(!where.get().equals("hfhub-queue"), where.get());
          }
        });
    test(
        "a future's failure",
        () -> {
          try (Operation<FileMetadata> operation = session.fileMetadata("tests/files", "nothing")) {
            CompletableFuture<FileMetadata> future = operation.future();
            isTrue(thrown(ExecutionException.class, future::get).getCause() instanceof NotFoundException, "get");
            isTrue(thrown(CompletionException.class, future::join).getCause() instanceof NotFoundException, "join");
          }
        });
    test(
        "cancelling a future cancels the operation",
        () -> {
          try (Operation<FileMetadata> operation = hanging(session)) {
            CompletableFuture<FileMetadata> future = operation.future();
            isTrue(future.cancel(true), "cancelled");
            isTrue(future.isDone() && future.isCancelled() && operation.isDone(), "both have ended");
            CancellationException e = thrown(CancellationException.class, future::join);
            Throwable cause = e; // newer JDKs wrap it once more
            while (cause instanceof CancellationException) cause = cause.getCause();
            isTrue(cause instanceof CancelledException, "its cause is the operation's");
          }
        });
    test(
        "cancelling the operation cancels the future",
        () -> {
          try (Operation<FileMetadata> operation = hanging(session)) {
            CompletableFuture<FileMetadata> future = operation.future();
            operation.cancel();
            thrown(CancellationException.class, future::get);
            isTrue(future.isCancelled(), "cancelled");
          }
        });
    test(
        "closing the operation cancels the future",
        () -> {
          Operation<FileMetadata> operation = hanging(session);
          CompletableFuture<FileMetadata> future = operation.future();
          operation.close();
          thrown(CancellationException.class, future::get);
        });
    test(
        "completing a future from outside cancels the operation",
        () -> {
          try (Operation<FileMetadata> operation = hanging(session)) {
            CompletableFuture<FileMetadata> future = operation.future().orTimeout(10, TimeUnit.MILLISECONDS);
            isTrue(thrown(ExecutionException.class, future::get).getCause() instanceof TimeoutException, "orTimeout");
            thrown(CancelledException.class, operation::await);
          }
        });
    test(
        "a future keeps what it needs when its operation is forgotten",
        () -> {
          List<CompletableFuture<FileMetadata>> all = new ArrayList<>();
          for (int i = 0; i < 50; i++) all.add(session.fileMetadata("tests/files", "config.json").future());
          System.gc();
          for (CompletableFuture<FileMetadata> one : all) equal(one.get().size().getAsLong(), 2L);
        });
    test(
        "in the order of their ends",
        () -> {
          Operation<FileMetadata> slow = hanging(session);
          Operation<FileMetadata> quick = session.fileMetadata("tests/files", "config.json");
          quick.await();
          try (var ended = Operation.inOrderOfEnd(List.of(slow, quick))) {
            var one = ended.iterator();
            equal(one.next(), quick);
            slow.cancel();
            equal(one.next(), slow);
            isTrue(!one.hasNext(), "two of two");
          }
          slow.close();
          quick.close();
        });
    test(
        "24 threads",
        () -> {
          List<FutureTask<Long>> tasks = new ArrayList<>();
          for (int i = 0; i < 24; i++) {
            FutureTask<Long> task =
                new FutureTask<>(
                    () -> {
                      try (Operation<FileMetadata> one = session.fileMetadata("tests/files", "config.json")) {
                        return one.await().size().getAsLong();
                      }
                    });
            tasks.add(task);
            new Thread(task).start();
          }
          for (FutureTask<Long> task : tasks) equal(task.get(), 2L);
        });
  }
}
