import io.github.libhfhub.Commit;
import io.github.libhfhub.CommitOptions;
import io.github.libhfhub.DownloadOptions;
import io.github.libhfhub.HfHub;
import io.github.libhfhub.HfHubException;
import io.github.libhfhub.Json;
import io.github.libhfhub.Operation;
import io.github.libhfhub.Progress;
import io.github.libhfhub.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Verbs that are hard on a binding: many operations, threads, children, many handles, the collector. */
final class Hard {
  private Hard() {}

  /** Null when it is not one of these verbs. */
  static String verb(Json step, String verb) throws Exception {
    switch (verb) {
      case "live":
        return "live " + (collect(Driver.handlesBefore) - Driver.handlesBefore);
      case "queue":
        return queue(step);
      case "progress":
        return progress(step);
      case "log_lines":
        return logLines(step);
      case "threads":
        return threads(step);
      case "gc_stress":
        return gcStress(step);
      case "spawn":
        return spawn(step);
      case "drop":
        for (long i = step.get("count").integer(0); i > 0; i--) forgotten(step);
        return "ok";
      case "use_after_close":
        return useAfterClose(step);
      case "close_during_wait":
        return closeDuringWait(step);
      default:
        return null;
    }
  }

  /** Collects until the count stops falling, or is `wanted`; 5 s at most. */
  static long collect(long wanted) throws InterruptedException {
    long count = HfHub.handleCount();
    int same = 0;
    for (int i = 0; i < 200 && same < 8 && count != wanted; i++) {
      System.gc();
      Thread.sleep(25);
      long now = HfHub.handleCount();
      same = now < count ? 0 : same + 1;
      count = now;
    }
    return count;
  }

  private static Operation<?> start(Json step) throws HfHubException {
    return Operations.start(step, step.get("do").string());
  }

  // ---- the queue, progress, log --------------------------------------------------------------------------------------

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static String queue(Json step) throws HfHubException {
    List<Operation<Object>> operations = new ArrayList<>();
    for (Json each : (Iterable<Json>) step.get("operations").elements()::iterator) operations.add((Operation) start(each));
    try (Stream<Operation<Object>> ended = Operation.inOrderOfEnd(operations)) {
      return "ok "
          + ended.map(one -> 7 + operations.indexOf(one)).sorted().map(String::valueOf).collect(Collectors.joining(" "));
    } finally {
      operations.forEach(Operation::close);
    }
  }

  private static String progress(Json step) throws HfHubException {
    Progress[] last = new Progress[1];
    Thread here = Thread.currentThread();
    boolean[] elsewhere = new boolean[1];
    try (Operation<?> operation = start(step.get("step"))) {
      operation.await(
          Duration.ofMillis(10),
          report -> {
            last[0] = report;
            elsewhere[0] |= Thread.currentThread() != here;
          });
    }
    return elsewhere[0] ? "on another thread" : "ok last=" + last[0].bytesDone() + "/" + last[0].bytesTotal();
  }

  private static String logLines(Json step) throws HfHubException, InterruptedException {
    CountDownLatch some = new CountDownLatch(1);
    Driver.keep(
        "log",
        Driver.newSession(step.get("options"), Driver.work + "/log-cache", (level, message) -> some.countDown()));
    Driver.perform(step.get("step"));
    // a line comes on a thread of its own, so soon, but not at once
    return some.await(2, TimeUnit.SECONDS) ? "ok some" : "ok none";
  }

  // ---- threads and children ------------------------------------------------------------------------------------------

  private static FutureTask<String> inThread(Callable<String> body) {
    FutureTask<String> task = new FutureTask<>(body);
    new Thread(task).start();
    return task;
  }

  private static String threads(Json step) throws Exception {
    List<FutureTask<String>> tasks = new ArrayList<>();
    for (long i = step.get("count").integer(0); i > 0; i--) tasks.add(inThread(() -> Driver.perform(step.get("step"))));
    List<String> lines = new ArrayList<>();
    for (FutureTask<String> task : tasks) lines.add(task.get());
    return (lines.stream().distinct().count() == 1 ? "ok " : "differ ") + lines.size() + " " + lines.get(0);
  }

  private static String gcStress(Json step) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread collector =
        new Thread(
            () -> {
              while (!over.get()) System.gc();
            });
    collector.start();
    try {
      String first = Driver.perform(step.get("step"));
      for (long i = step.get("times").integer(1); i > 1; i--) {
        if (!Driver.perform(step.get("step")).equals(first)) return "differ " + first;
      }
      return "ok " + first;
    } finally {
      over.set(true);
      collector.join();
    }
  }

  private static String spawn(Json step) throws Exception {
    FutureTask<String> line = inThread(() -> Driver.perform(step.get("step")));
    Process child =
        new ProcessBuilder(step.get("argv").elements().map(Json::string).collect(Collectors.toList())).inheritIO().start();
    int code = child.waitFor();
    return "ok exit=" + code + " " + line.get();
  }

  // ---- many handles, closed ones -------------------------------------------------------------------------------------

  private static Object forgotten(Json step) throws HfHubException {
    String kind = Driver.field(step, "kind");
    switch (kind) {
      case "options":
        return new DownloadOptions();
      case "json":
        return Json.parse("[1]");
      case "session":
        return new Session();
      case "operation":
        return Driver.session(step).fileMetadata("a/b", "c");
      default:
        throw Driver.die("nothing is called '" + kind + "'");
    }
  }

  private static String useAfterClose(Json step) throws HfHubException {
    switch (Driver.field(step, "kind")) {
      case "session":
        Session session = new Session();
        session.close();
        session.close();
        session.hasToken();
        return "not refused";
      case "json":
        Json json = Json.parse("[1]");
        json.close();
        json.size();
        return "not refused";
      case "commit":
        try (CommitOptions options = new CommitOptions().message("m")) {
          Commit commit = Driver.session(step).commit("a/b", options);
          commit.close();
          commit.addPath("x", Path.of("/x"));
        }
        return "not refused";
      default:
        throw Driver.die("unknown kind");
    }
  }

  private static String closeDuringWait(Json step) throws Exception {
    Operation<?> operation = start(step.get("step"));
    CountDownLatch waiting = new CountDownLatch(1);
    FutureTask<String> waiter =
        inThread(
            () -> {
              waiting.countDown();
              try {
                operation.await();
                return "not ended";
              } catch (HfHubException | IllegalStateException e) {
                return "ended";
              }
            });
    waiting.await();
    Thread.sleep(50);
    operation.close();
    return waiter.get();
  }
}
