package io.github.libhfhub;

import static io.github.libhfhub.Tests.equal;
import static io.github.libhfhub.Tests.isTrue;
import static io.github.libhfhub.Tests.session;
import static io.github.libhfhub.Tests.test;
import static io.github.libhfhub.Tests.thrown;
import static io.github.libhfhub.Tests.work;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sessions, options, the cache, uploads, logs. */
final class SessionTests {
  private SessionTests() {}

  static void run() throws HfHubException {
    test("options", SessionTests::options);
    test("every setter of every options class reaches the library", SessionTests::setters);
    try (Session session = session("session")) {
      downloads(session);
      uploads(session);
    }
    logs();
  }

  private static void options() throws Exception {
    try (SessionOptions options = new SessionOptions()) {
      options.cacheDir(work("é 😀")).offline(true).memoryBudget(64L << 20).token("hf_secretsecretsecret").set("net.retries", "2");
      try (Session session = new Session(options)) {
        equal(session.option("cache.dir"), work("é 😀").toString());
        equal(session.option("offline"), "true");
        isTrue(session.hasToken(), "it has a token");
        isTrue(!session.option("token").contains("secretsecret"), "masked");
        thrown(NetworkException.class, () -> session.whoami(null, false).await());
        thrown(NotCachedException.class, () -> session.downloadFile("tests/files", "config.json").await());
      }
    }
    thrown(HfHubException.class, () -> new SessionOptions().memoryBudget(-1L >>> 1).memoryBudget(1));
  }

  /** What a setter may be given: the first that is taken counts. */
  private static final List<String> TEXTS =
      List.of("model", "public", "auto", "us", "gradio", "docker", "cpu-basic", "http://127.0.0.1:9", "hf://a/b:/data", "0123456789", "a/1", "x");

  private static void setters() throws Exception {
    int called = 0;
    List<Object> all =
        List.of(new SessionOptions(), new DownloadOptions(), new RepoOptions(), new CommitOptions(), new XetOptions());
    for (Object options : all) {
      for (Method method : options.getClass().getDeclaredMethods()) {
        if (method.getReturnType() != options.getClass() || method.getName().equals("logHook")) continue;
        if (options instanceof SessionOptions && method.getName().equals("set")) continue;
        equal(accepted(method, options), options);
        called++;
      }
      ((AutoCloseable) options).close();
      thrown(Exception.class, () -> all.get(0).getClass().getMethod("token", String.class).invoke(all.get(0), "x"));
    }
    isTrue(called > 50, called + " setters");
  }

  private static Object accepted(Method method, Object options) throws Exception {
    Exception last = null;
    for (String text : TEXTS) {
      Object[] values = new Object[method.getParameterCount()];
      for (int i = 0; i < values.length; i++) {
        Class<?> type = method.getParameterTypes()[i];
        values[i] =
            type == String.class ? (Object) text : type == Path.class ? (Object) work(text)
                : type == boolean.class ? (Object) true : type == int.class ? (Object) 3 : (Object) (32L << 20);
      }
      try {
        return method.invoke(options, values);
      } catch (java.lang.reflect.InvocationTargetException e) {
        last = e;
      }
    }
    throw new AssertionError(method.toString(), last);
  }

  private static void downloads(Session session) {
    test(
        "a snapshot, a dry run and the cache",
        () -> {
          equal(session.cachedFile("tests/files", "config.json", null), new CachedFile(CachedFile.State.UNKNOWN, null));
          try (DownloadOptions options = new DownloadOptions().allow("*.json").dryRun(true);
              Operation<Snapshot> dry = session.downloadSnapshot("tests/files", options)) {
            List<FileDownload> planned = dry.await().planned().collect(Collectors.toList());
            equal(planned.size(), 1);
            equal(planned.get(0).size(), 2L);
            equal(planned.get(0).cached(), false);
          }
          try (DownloadOptions options = new DownloadOptions().allow("*.json");
              Operation<Snapshot> all = session.downloadSnapshot("tests/files", options)) {
            Snapshot snapshot = all.await();
            equal(snapshot.files(), 1L);
            equal(snapshot.downloaded(), 1L);
            equal(Files.readString(snapshot.path().resolve("config.json")), "{}");
            CachedFile found = session.cachedFile("tests/files", "config.json", null);
            equal(found.path(), snapshot.path().resolve("config.json"));
          }
          try (Operation<Json> scan = session.cacheScan(null)) {
            equal(scan.await().at("/repos/0/repo_id").string(), "tests/files");
          }
          isTrue(session.fileUrl("tests/files", "ünï 😀.txt", null).contains("%F0%9F%98%80"), "a URL");
        });
    test(
        "metadata of a file in Xet storage",
        () -> {
          try (Operation<FileMetadata> operation = session.fileMetadata("tests/files", "big.bin")) {
            FileMetadata file = operation.await();
            equal(file.size().getAsLong(), 3000000L);
            equal(file.xetHash().length(), 64);
            try (XetOptions rights = new XetOptions().repo("model", "tests/files", null);
                XetStream stream = session.xetStream(rights, file.xetHash(), 3000000, 2999000, 3000000, true)) {
              equal(stream.inputStream().readAllBytes().length, 1000);
            }
          }
        });
    test(
        "calls by name",
        () -> {
          try (Operation<Json> info = session.call("models.info", Map.of("repo_id", "tests/files"))) {
            equal(info.await().get("id").string(), "tests/files");
          }
          try (Stream<Json> models = session.list("models.list", Map.of("author", "tests", "limit", 1))) {
            equal(models.map(model -> model.get("id").string().split("/")[0]).collect(Collectors.toList()), List.of("tests"));
          }
          HfHubException e = thrown(HfHubException.class, () -> session.call("models.inf", (String) null).await());
          equal(e.status(), Status.E_ARGUMENT);
        });
    test(
        "addresses",
        () -> {
          isTrue(session.xetRefreshUrl("dataset", "a/b", null, 1).contains("/api/datasets/a/b/xet-write-token/main"), "a route");
          thrown(HfHubException.class, () -> session.xetRefreshUrl("thing", "a/b", null, 1));
        });
  }

  private static void uploads(Session session) {
    test(
        "a repository, a commit, a pull request, and its end",
        () -> {
          try (Operation<RepoUrl> create = session.repoCreate("tests/made")) {
            RepoUrl made = create.await();
            equal(made.repoId() + made.repoType() + made.created(), "tests/mademodeltrue");
          }
          try (Operation<RepoUrl> again = session.repoCreate("tests/made")) {
            thrown(ConflictException.class, again::await);
          }
          Path folder = Files.createDirectories(work("folder/sub"));
          Files.writeString(folder.resolve("é.txt"), "é");
          try (Operation<CommitInfo> upload = session.uploadFolder("tests/made", folder.getParent(), "")) {
            CommitInfo info = upload.await();
            isTrue(info.committed() && info.oid().length() == 40 && info.prUrl() == null, info.toString());
          }
          try (CommitOptions options = new CommitOptions().message("more 😀").description("below").createPr(true);
              Commit commit = session.commit("tests/made", options)) {
            try (CommitWriter writer = commit.addStream("written.txt")) {
              writer.write("written".getBytes());
            }
            commit.addBytes("bytes.txt", "bytes".getBytes()).copy("sub/é.txt", "copied.txt");
            try (Operation<Json> prepare = commit.prepare()) {
              equal(prepare.await().get("receipts").size(), 2L);
            }
            try (Operation<CommitInfo> finish = commit.finish()) {
              CommitInfo info = finish.await();
              equal(info.message(), "more 😀");
              equal(info.prNum(), 1L);
              isTrue(info.prUrl().endsWith("/tests/made/discussions/1"), info.prUrl());
            }
          }
          try (Operation<Json> delete = session.repoDelete("tests/made")) {
            equal(delete.await().get("deleted").bool(false), true);
          }
          try (Operation<Json> refs = session.repoRefs("tests/made", true)) {
            thrown(NotFoundException.class, refs::await);
          }
        });
    test(
        "a scheduler",
        () -> {
          try (Operation<RepoUrl> create = session.repoCreate("tests/scheduled")) {
            create.await();
          }
          Path folder = Files.createDirectories(work("logs"));
          Files.writeString(folder.resolve("a.log"), "a");
          try (Scheduler scheduler =
              session.schedule("tests/scheduled", folder, "logs", java.time.Duration.ofHours(1), null)) {
            try (Operation<CommitInfo> trigger = scheduler.trigger()) {
              trigger.await();
            }
            try (Operation<CommitInfo> stop = scheduler.stop()) {
              stop.await();
            }
          }
          try (Operation<FileMetadata> there = session.fileMetadata("tests/scheduled", "logs/a.log")) {
            equal(there.await().size().getAsLong(), 1L);
          }
        });
  }

  private static void logs() {
    test(
        "log lines come on a thread of Java's own, whatever a hook throws",
        () -> {
          BlockingQueue<String> lines = new LinkedBlockingQueue<>();
          LogHook hook =
              (level, message) -> {
                lines.add(Thread.currentThread().getName() + " " + level);
                throw new IllegalStateException("a hook that fails");
              };
          try (SessionOptions options = new SessionOptions().set("log.level", "debug").set("log.debug", "true").logHook(hook);
              Session session = new Session(options);
              Operation<FileMetadata> first = session.fileMetadata("tests/files", "config.json");
              Operation<FileMetadata> second = session.fileMetadata("tests/files", "big.bin")) {
            first.await();
            second.await();
            for (int i = 0; i < 2; i++) {
              String line = lines.poll(60, TimeUnit.SECONDS);
              isTrue(line != null && line.startsWith("hfhub-log "), "line " + i + ": " + line);
            }
          }
        });
  }
}
