import io.github.libhfhub.CachedFile;
import io.github.libhfhub.Commit;
import io.github.libhfhub.CommitOptions;
import io.github.libhfhub.CommitWriter;
import io.github.libhfhub.DeviceLogin;
import io.github.libhfhub.HfHub;
import io.github.libhfhub.HfHubException;
import io.github.libhfhub.Json;
import io.github.libhfhub.Operation;
import io.github.libhfhub.Session;
import io.github.libhfhub.XetFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Verbs that answer at once: sessions, documents, lookups, commits being put together, and files of the driver's own. */
final class Plain {
  private Plain() {}

  /** Null when it is not one of these verbs. */
  static String verb(Json step, String verb) throws Exception {
    String line = ownFiles(step, verb);
    if (line == null) line = sessions(step, verb);
    if (line == null) line = running(step, verb);
    if (line == null) line = lookups(step, verb);
    if (line == null) line = documents(step, verb);
    if (line == null) line = commits(step, verb);
    return line != null ? line : others(step, verb);
  }

  // ---- files of the driver's own -------------------------------------------------------------------------------------

  static byte[] pattern(long size) {
    byte[] bytes = new byte[(int) size];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (((long) i * 31 + i / 251) % 256);
    return bytes;
  }

  static byte[] content(Json step) {
    String text = Driver.field(step, "text");
    return text != null ? text.getBytes(StandardCharsets.UTF_8) : pattern(step.get("size").integer(0));
  }

  static String sha256(Session session, Path file) throws HfHubException {
    try (Operation<XetFile> operation = session.xetHashFile(file)) {
      return operation.await().sha256();
    }
  }

  private static String ownFiles(Json step, String verb) throws IOException {
    Path file = Driver.path(step, "file_path");
    switch (verb) {
      case "write_file":
        Files.createDirectories(file.getParent());
        Files.write(file, content(step));
        return "ok";
      case "read_file":
        return Files.exists(file) ? "ok " + Files.readString(file) : "ok none";
      case "sha256_file":
        return "ok " + sha256(Driver.session(step), file);
      default:
        return null;
    }
  }

  // ---- sessions and started operations -------------------------------------------------------------------------------

  private static String sessions(Json step, String verb) throws HfHubException {
    switch (verb) {
      case "session_new":
        Driver.keep(Driver.field(step, "as"), Driver.newSession(step.get("options"), Driver.work + "/cache", null));
        return "ok";
      case "session_option":
        return "ok " + Driver.session(step).option(Driver.field(step, "key"));
      case "session_has_token":
        return "ok " + (Driver.session(step).hasToken() ? 1 : 0);
      case "session_cancel":
        Driver.session(step).cancel();
        return "ok";
      case "version":
        long n = HfHub.versionNumber();
        String expected = n / 1000000 + "." + n / 1000 % 1000 + "." + n % 1000;
        return "ok major.minor.patch " + (HfHub.version().equals(expected) ? "matches" : "differs");
      case "options_known":
        boolean known = HfHub.options().stream().noneMatch(o -> o.key().isEmpty() || o.help().isEmpty());
        return known && !HfHub.options().isEmpty() ? "ok" : "not ok";
      case "calls_known":
        boolean calls = HfHub.calls().stream().noneMatch(c -> c.name().isEmpty() || c.parameters() == null);
        return calls && !HfHub.calls().isEmpty() ? "ok" : "not ok";
      default:
        return null;
    }
  }

  private static String running(Json step, String verb) throws Exception {
    String on = Driver.field(step, "on");
    switch (verb) {
      case "wait":
        return Driver.outcome(step, Driver.thing(on, Operation.class), step.get("timeout_ms").integer(-1));
      case "cancel":
        Driver.thing(on, Operation.class).future().cancel(true);
        return "ok";
      case "close":
        Driver.close(Driver.letGo(on));
        return "ok";
      default:
        return null;
    }
  }

  // ---- lookups and documents -----------------------------------------------------------------------------------------

  private static String lookups(Json step, String verb) throws HfHubException {
    String repo = Driver.field(step, "repo_id");
    String file = Driver.field(step, "file_path");
    switch (verb) {
      case "file_url":
        return "ok " + Driver.session(step).fileUrl(repo, file, Operations.download(step));
      case "cached_file":
        CachedFile found = Driver.session(step).cachedFile(repo, file, Operations.download(step));
        if (found.state() == CachedFile.State.FOUND) return "ok found " + found.path();
        return found.state() == CachedFile.State.ABSENT ? "ok absent" : "ok unknown";
      case "uri_parse":
        try (Json uri = HfHub.parseUri(Driver.field(step, "uri"))) {
          return "ok" + Driver.document(step, uri);
        }
      default:
        return null;
    }
  }

  private static String documents(Json step, String verb) throws HfHubException {
    if (!verb.equals("json") && !verb.equals("json_values")) return null;
    try (Json json = Json.parse(Driver.field(step, "text"))) {
      if (verb.equals("json_values")) return values(json.at(Driver.field(step, "path")));
      StringBuilder out = new StringBuilder("ok");
      for (Json at : (Iterable<Json>) step.get("paths").elements()::iterator) {
        Json value = json.at(at.string());
        out.append(' ').append(at.string()).append(':').append(value.type().ordinal()).append(':').append(value.size());
      }
      return out + " " + json.text((int) step.get("indent").integer(-1));
    }
  }

  private static String values(Json at) {
    return "ok string=" + at.string("none") + " int=" + at.integer(-7) + " double=" + shortest(at.number(-7.5)) + " bool="
        + at.bool().map(value -> value ? 1 : 0).orElse(-7) + " key=" + at.key(0).orElse("none");
  }

  /** As C's "%.6g". */
  private static String shortest(double value) {
    if (value == 0) return "0";
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 6) return rounded.toPlainString();
    String digits = rounded.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return digits + String.format("e%+03d", exponent);
  }

  // ---- commits and the rest ------------------------------------------------------------------------------------------

  private static String commits(Json step, String verb) throws IOException {
    if (verb.equals("commit_new")) {
      try (CommitOptions options = Operations.set(step, new CommitOptions())) {
        Driver.keep(Driver.field(step, "as"), Driver.session(step).commit(Driver.field(step, "repo_id"), options));
        return "ok";
      }
    }
    if (!verb.startsWith("commit_")) return null;
    Commit commit = Driver.thing(Driver.field(step, "on"), Commit.class);
    String path = Driver.field(step, "path_in_repo");
    switch (verb) {
      case "commit_add_path":
        commit.addPath(path, Driver.path(step, "file_path"));
        return "ok";
      case "commit_add_folder":
        commit.addFolder(Driver.path(step, "folder_path"), path);
        return "ok";
      case "commit_add_bytes":
        commit.addBytes(path, content(step));
        return "ok";
      case "commit_add_stream":
        try (CommitWriter writer = commit.addStream(path)) {
          for (Json piece : (Iterable<Json>) step.get("pieces").elements()::iterator) {
            writer.write(Driver.substituted(piece.string()).getBytes(StandardCharsets.UTF_8));
          }
          writer.finish();
        }
        return "ok";
      case "commit_delete_file":
        commit.deleteFile(path);
        return "ok";
      case "commit_delete_folder":
        commit.deleteFolder(path);
        return "ok";
      case "commit_copy":
        commit.copy(
            Driver.field(step, "source_path"), path, Driver.field(step, "source_type"), Driver.field(step, "source_repo_id"),
            Driver.field(step, "source_revision"));
        return "ok";
      case "commit_add_receipts":
        commit.addReceipts(Driver.field(step, "text"));
        return "ok";
      case "commit_set_parent":
        commit.parent(Driver.field(step, "commit_id"));
        return "ok";
      case "commit_count":
        return "ok " + commit.operationCount();
      default:
        return null;
    }
  }

  private static String others(Json step, String verb) throws HfHubException {
    switch (verb) {
      case "scheduler_start":
        Driver.keep(
            Driver.field(step, "as"),
            Driver.session(step)
                .schedule(
                    Driver.field(step, "repo_id"), Driver.path(step, "folder_path"), Driver.field(step, "path_in_repo"),
                    Duration.ofMillis(step.get("every_ms").integer(0)), Operations.set(step, new CommitOptions())));
        return "ok";
      case "device_new":
        Driver.keep(Driver.field(step, "as"), Driver.session(step).deviceLogin());
        return "ok";
      case "device_show":
        DeviceLogin login = Driver.thing(Driver.field(step, "on"), DeviceLogin.class);
        return "ok url=" + (login.url().isPresent() ? "yes" : "no") + " code=" + (login.userCode().isPresent() ? "yes" : "no")
            + " pending=" + login.pendingCount();
      default:
        return null;
    }
  }
}
