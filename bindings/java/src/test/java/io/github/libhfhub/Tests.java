package io.github.libhfhub;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Runs all tests of the binding: a main class, so that nothing but a JDK is needed. Ends with 1 when one has failed. */
public final class Tests {
  /** A test. */
  interface Body {
    void run() throws Exception;
  }

  private static int passed;
  private static int failed;

  private Tests() {}

  /** All of them, against the Hub that hub.py has started. */
  public static void main(String[] args) throws Exception {
    DocumentTests.run();
    OperationTests.run();
    StreamTests.run();
    SessionTests.run();
    test("nothing is left", () -> equal(HandleCount.settled(Completions.isStarted() ? 1 : 0), Completions.isStarted() ? 1L : 0L));
    System.out.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }

  static void test(String name, Body body) {
    try {
      body.run();
      ++passed;
    } catch (Throwable e) {
      ++failed;
      System.out.println("FAILED: " + name);
      e.printStackTrace(System.out);
    }
  }

  static void equal(Object got, Object wanted) {
    if (!java.util.Objects.equals(got, wanted)) throw new AssertionError("got " + got + ", not " + wanted);
  }

  static void isTrue(boolean what, String said) {
    if (!what) throw new AssertionError(said);
  }

  /** What a call throws; anything else is a failure. */
  static <E extends Throwable> E thrown(Class<E> type, Callable<?> call) {
    try {
      Object got = call.call();
      throw new AssertionError("got " + got + ", not a " + type.getSimpleName());
    } catch (AssertionError e) {
      throw e;
    } catch (Throwable e) {
      if (type.isInstance(e)) return type.cast(e);
      throw new AssertionError("threw " + e + ", not a " + type.getSimpleName(), e);
    }
  }

  static Path work(String name) {
    return Path.of(System.getenv("HFHUB_TEST_WORK"), name);
  }

  static Session session(String cache) throws HfHubException {
    try (SessionOptions options = new SessionOptions()) {
      return new Session(options.cacheDir(work(cache)).set("net.etag_timeout", "60s"));
    }
  }

  static Operation<FileMetadata> hanging(Session session) throws HfHubException {
    return session.fileMetadata("tests/hangs", "file.bin");
  }

  /** Live objects of the library, after the collector has been at work. */
  static final class HandleCount {
    private HandleCount() {}

    static long settled(long wanted) throws InterruptedException {
      long count = HfHub.handleCount();
      for (int i = 0; i < 200 && count > wanted; i++) {
        System.gc();
        Thread.sleep(25);
        count = HfHub.handleCount();
      }
      return count;
    }
  }
}
