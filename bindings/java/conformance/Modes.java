import io.github.libhfhub.HfHubException;
import io.github.libhfhub.Json;
import io.github.libhfhub.Operation;
import io.github.libhfhub.Session;
import io.github.libhfhub.XetOptions;
import io.github.libhfhub.XetStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** What the driver does without a table. */
final class Modes {
  private Modes() {}

  private static Operation<?> hanging(Session session) throws HfHubException {
    return session.downloadFile("conformance/hangs", "file.bin");
  }

  static void exitRunning() throws HfHubException {
    Session session = new Session();
    for (int i = 0; i < 10; i++) hanging(session).future().thenRun(() -> System.err.println("ended"));
  }

  static void signal() throws HfHubException {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  Driver.OUT.print("interrupted\n");
                  Driver.OUT.flush();
                  Runtime.getRuntime().halt(3);
                }));
    Operation<?> operation = hanging(new Session());
    Driver.OUT.print("ready\n");
    Driver.OUT.flush();
    operation.await();
  }

  private interface Call {
    void run() throws HfHubException;
  }

  private static double nanoseconds(Call call) throws HfHubException {
    int times = 200000;
    for (int i = 0; i < times / 4; i++) call.run();
    long begin = System.nanoTime();
    for (int i = 0; i < times; i++) call.run();
    return (System.nanoTime() - begin) / (double) times;
  }

  static void bench(String cas, String hash, long size) throws HfHubException {
    try (Session session = new Session();
        XetOptions options = new XetOptions().endpoint(cas)) {
      double call = nanoseconds(session::hasToken);
      double json =
          nanoseconds(
              () -> {
                try (Json document = Json.parse("{\"name\": \"value\", \"list\": [1, 2, 3]}")) {
                  document.get("list").text(-1);
                }
              });
      double error =
          nanoseconds(
              () -> {
                try {
                  Json.parse("[");
                  throw new IllegalStateException("no error");
                } catch (HfHubException e) {
                  if (e.getMessage().isEmpty()) throw new IllegalStateException("no message");
                }
              });
      Driver.OUT.printf("{\"call_ns\": %.1f, \"json_ns\": %.1f, \"error_ns\": %.1f", call, json, error);
      stream(session, options, hash, size);
    }
  }

  private static void stream(Session session, XetOptions options, String hash, long size) throws HfHubException {
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long begin = System.nanoTime();
    long read = 0;
    long pieces = 0;
    long sum = 0;
    try (XetStream stream = session.xetStream(options, hash, size, 0, XetStream.UNKNOWN, false)) {
      for (ByteBuffer piece = stream.next(); piece != null; piece = stream.next()) {
        int count = piece.remaining();
        for (int i = 0; i < count; i += 4096) sum += piece.get(i) & 0xFF;
        read += count;
        pieces++;
      }
    }
    if (read != size) Driver.die(read + " bytes of " + size);
    double wall = (System.nanoTime() - begin) * 1e-9;
    Driver.OUT.printf(
        ", \"item_ns\": %.1f, \"stream_cpu_s\": %.4f, \"stream_wall_s\": %.4f, \"sum\": %d}%n", wall * 1e9 / pieces,
        (system.getProcessCpuTime() - cpu) * 1e-9, wall, sum);
    Driver.OUT.flush();
  }
}
