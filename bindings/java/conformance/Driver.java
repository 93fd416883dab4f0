import io.github.libhfhub.Commit;
import io.github.libhfhub.DeviceLogin;
import io.github.libhfhub.HfHub;
import io.github.libhfhub.HfHubException;
import io.github.libhfhub.Json;
import io.github.libhfhub.Operation;
import io.github.libhfhub.Progress;
import io.github.libhfhub.Scheduler;
import io.github.libhfhub.Session;
import io.github.libhfhub.SessionOptions;
import io.github.libhfhub.XetCommit;
import io.github.libhfhub.XetGroup;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The conformance driver in Java: bindings/conformance/README.md says what it must do. This file reads the table, runs the steps
 * and prints; the verbs are in Operations, Plain, Xet and Hard.
 */
final class Driver {
  static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
  private static final BufferedReader IN =
      new BufferedReader(new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
  private static final String HUB = System.getenv("HF_ENDPOINT");
  private static final String CAS = System.getenv("HFHUB_CAS");

  static String work;
  static long handlesBefore;

  private record Kept(String name, Object thing) {}

  private static final Deque<Kept> KEPT = new ArrayDeque<>();

  private Driver() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("--exit-running")) {
      Modes.exitRunning();
      return;
    }
    if (args.length == 1 && args[0].equals("--signal")) {
      Modes.signal();
      return;
    }
    if (args.length == 4 && args[0].equals("--bench")) {
      Modes.bench(args[1], args[2], Long.parseLong(args[3]));
      return;
    }
    if (args.length != 2 || HUB == null || CAS == null) die("usage: driver SCENARIOS WORK, with HF_ENDPOINT and HFHUB_CAS");
    try (Json table = Json.parse(Files.readString(Path.of(args[0])))) {
      startQueue(Path.of(args[0]));
      for (Json scenario : (Iterable<Json>) table.get("scenarios").elements()::iterator) {
        if (scenario.get("not_for").get("java").isMissing()) run(scenario, args[1]);
      }
    }
  }

  /** The binding's one queue is a handle, too, and lives as long as the process. */
  private static void startQueue(Path any) throws HfHubException {
    try (Session session = new Session();
        Operation<?> operation = session.xetHashFile(any)) {
      operation.future().join();
    }
  }

  static Error die(String message) {
    System.err.println(message);
    System.exit(2);
    return new Error();
  }

  // ---- things that steps keep ----------------------------------------------------------------------------------------

  static synchronized void keep(String name, Object thing) {
    KEPT.push(new Kept(name, thing));
  }

  static synchronized <T> T thing(String name, Class<T> type) {
    for (Kept kept : KEPT) if (kept.name.equals(name) && type.isInstance(kept.thing)) return type.cast(kept.thing);
    throw die("no " + type.getSimpleName() + " is kept as '" + name + "'");
  }

  static synchronized Object letGo(String name) {
    for (Kept kept : KEPT) {
      if (!kept.name.equals(name)) continue;
      KEPT.remove(kept);
      return kept.thing;
    }
    throw die("nothing is kept as '" + name + "'");
  }

  // ---- fields of a step ----------------------------------------------------------------------------------------------

  static String substituted(String raw) {
    if (raw == null) return null;
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < raw.length(); ) {
      int end = raw.startsWith("${", at) ? raw.indexOf('}', at) : -1;
      if (end < 0) {
        out.append(raw.charAt(at++));
        continue;
      }
      String name = raw.substring(at + 2, end);
      if (name.equals("WORK")) out.append(work);
      else if (name.equals("CAS")) out.append(CAS);
      else if (name.equals("HUB")) out.append(HUB);
      else out.append(thing(name, String.class));
      at = end + 1;
    }
    return out.toString();
  }

  static String field(Json step, String name) {
    return substituted(step.get(name).string());
  }

  static Path path(Json step, String name) {
    String text = field(step, name);
    return text == null ? null : Path.of(text);
  }

  static Session session(Json step) {
    String name = field(step, "session");
    return thing(name == null ? "session" : name, Session.class);
  }

  static Session newSession(Json options, String cacheDir, io.github.libhfhub.LogHook hook) throws HfHubException {
    try (SessionOptions made = new SessionOptions()) {
      made.cacheDir(Path.of(cacheDir));
      if (hook != null) made.logHook(hook);
      for (Map.Entry<String, Json> option : (Iterable<Map.Entry<String, Json>>) options.members()::iterator) {
        made.set(option.getKey(), substituted(option.getValue().string()));
      }
      return new Session(made);
    }
  }

  // ---- what is printed -----------------------------------------------------------------------------------------------

  static String error(Json step, HfHubException e) {
    StringBuilder out = new StringBuilder();
    out.append("error ").append(e.statusName()).append(" http=").append(e.httpStatus()).append(" code=").append(e.hubCode());
    out.append(" retriable=").append(e.isRetriable() ? 1 : 0);
    for (Json shown : (Iterable<Json>) step.get("show_error").elements()::iterator) {
      String name = shown.string();
      out.append(' ').append(name).append('=').append(errorField(e, name));
    }
    return out.toString();
  }

  private static Object errorField(HfHubException e, String name) {
    switch (name) {
      case "message":
        return e.getMessage();
      case "url":
        return e.url();
      case "repo_type":
        return e.repoType();
      case "repo_id":
        return e.repoId();
      case "path":
        return e.path();
      case "request_id":
        return e.requestId();
      case "server_message":
        return e.serverMessage();
      case "retry_after_ms":
        return e.retryAfter().map(java.time.Duration::toMillis).orElse(-1L);
      default:
        throw die("an error has no '" + name + "'");
    }
  }

  /** What "show" wants of a document; keeps what "keep" wants. */
  static String document(Json step, Json json) throws HfHubException {
    StringBuilder out = new StringBuilder();
    for (Json shown : (Iterable<Json>) step.get("show").elements()::iterator) {
      String at = shown.string();
      if (at.equals("path") || at.equals("progress")) continue;
      Json value = json.at(at);
      out.append(' ').append(at).append('=').append(value.isMissing() ? "missing" : value.text(-1));
    }
    for (Map.Entry<String, Json> kept : (Iterable<Map.Entry<String, Json>>) step.get("keep").members()::iterator) {
      String value = json.at(kept.getValue().string()).string();
      if (value == null) die("no text at '" + kept.getValue().string() + "' to keep");
      keep(kept.getKey(), value);
    }
    return out.toString();
  }

  /** The line of an operation that has succeeded. */
  static String succeeded(Json step, Operation<?> operation) throws HfHubException {
    StringBuilder out = new StringBuilder("ok");
    for (Json shown : (Iterable<Json>) step.get("show").elements()::iterator) {
      if (shown.string().equals("path")) out.append(" path=").append(operation.path() == null ? "none" : operation.path());
      if (!shown.string().equals("progress")) continue;
      Progress p = operation.progress();
      out.append(
          String.format(
              " items=%d/%d cached=%d bytes=%d/%d", p.itemsDone(), p.itemsTotal(), p.itemsCached(), p.bytesDone(),
              p.bytesTotal()));
    }
    try (Json json = operation.json()) {
      out.append(document(step, json));
    }
    return out.toString();
  }

  /** The line of a future, waited for at most so long. */
  static String outcome(Json step, Operation<?> operation, long timeoutMs) throws Exception {
    CompletableFuture<?> future = operation.future();
    try {
      if (timeoutMs < 0) future.get();
      else future.get(timeoutMs, TimeUnit.MILLISECONDS);
      return succeeded(step, operation);
    } catch (TimeoutException e) {
      return "pending";
    } catch (ExecutionException | CancellationException e) {
      Throwable cause = e.getCause();
      while (cause instanceof CancellationException) cause = cause.getCause(); // newer JDKs wrap it once more
      if (cause instanceof HfHubException) return error(step, (HfHubException) cause);
      throw e;
    }
  }

  // ---- steps ---------------------------------------------------------------------------------------------------------

  static String perform(Json step) {
    try {
      String line = attempt(step);
      return line.replace(work, "${WORK}").replace(HUB, "${HUB}").replace("\n", "\\n");
    } catch (Exception e) {
      e.printStackTrace();
      throw die(step + " failed: " + e);
    }
  }

  private static String attempt(Json step) throws Exception {
    String verb = step.get("do").string();
    try {
      if (verb.equals("admin") || verb.equals("mark") || verb.equals("requests")) return ask(step);
      Operation<?> operation = Operations.start(step, verb);
      if (operation != null) return runOperation(step, operation);
      String line = Plain.verb(step, verb);
      if (line == null) line = Xet.verb(step, verb);
      if (line == null) line = Hard.verb(step, verb);
      if (line == null) throw die("no verb '" + verb + "'");
      return line;
    } catch (HfHubException e) {
      return error(step, e);
    } catch (IllegalStateException e) {
      return "refused";
    }
  }

  private static String runOperation(Json step, Operation<?> operation) throws HfHubException {
    if (!step.get("as").isMissing()) {
      operation.future();
      keep(field(step, "as"), operation);
      return "started";
    }
    try (operation) {
      Object result = operation.await();
      if (result == null) die("an operation without a result");
      return succeeded(step, operation);
    }
  }

  private static String ask(Json step) throws IOException {
    OUT.print("@" + step.text(-1) + "\n");
    OUT.flush();
    return IN.readLine();
  }

  private static void run(Json scenario, String folder) throws Exception {
    String name = scenario.get("name").string();
    work = folder + "/" + name;
    Files.createDirectories(Path.of(work));
    if (scenario.toString().contains("\"live\"")) Hard.collect(Long.MIN_VALUE);
    handlesBefore = HfHub.handleCount();
    keep("session", newSession(scenario.get("session"), work + "/cache", null));
    long number = 0;
    for (Json step : (Iterable<Json>) scenario.get("steps").elements()::iterator) {
      OUT.print(name + " " + number++ + " " + perform(step) + "\n");
      OUT.flush();
    }
    while (!KEPT.isEmpty()) close(KEPT.pop().thing);
  }

  static void close(Object thing) {
    if (thing instanceof Session) ((Session) thing).close();
    else if (thing instanceof Operation) ((Operation<?>) thing).close();
    else if (thing instanceof Commit) ((Commit) thing).close();
    else if (thing instanceof Scheduler) ((Scheduler) thing).close();
    else if (thing instanceof DeviceLogin) ((DeviceLogin) thing).close();
    else if (thing instanceof XetCommit) ((XetCommit) thing).close();
    else if (thing instanceof XetGroup) ((XetGroup) thing).close();
    else if (!(thing instanceof String)) die("cannot close a " + thing.getClass());
  }
}
