import io.github.libhfhub.Json;
import io.github.libhfhub.XetCommit;
import io.github.libhfhub.XetFile;
import io.github.libhfhub.XetGroup;
import io.github.libhfhub.XetOptions;
import io.github.libhfhub.XetStream;
import io.github.libhfhub.XetWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Verbs of Xet: upload commits, download groups, streams. */
final class Xet {
  private Xet() {}

  /** Null when it is not one of these verbs. */
  static String verb(Json step, String verb) throws IOException {
    if (!verb.startsWith("xet_")) return null;
    switch (verb) {
      case "xet_stream":
        return stream(step);
      case "xet_refresh_url":
        return "ok "
            + Driver.session(step)
                .xetRefreshUrl(
                    Driver.field(step, "repo_type"), Driver.field(step, "repo_id"), Driver.field(step, "revision"),
                    (int) step.get("write").integer(0));
      case "xet_commit_new":
        try (XetOptions options = Operations.set(step, new XetOptions())) {
          Driver.keep(Driver.field(step, "as"), Driver.session(step).xetCommit(options));
        }
        return "ok";
      case "xet_group_new":
        try (XetOptions options = Operations.set(step, new XetOptions())) {
          Driver.keep(Driver.field(step, "as"), Driver.session(step).xetGroup(options));
        }
        return "ok";
      default:
        return verb.startsWith("xet_group_") ? group(step, verb) : commit(step, verb);
    }
  }

  private static String commit(Json step, String verb) throws IOException {
    XetCommit commit = Driver.thing(Driver.field(step, "on"), XetCommit.class);
    String name = Driver.field(step, "name");
    String sha256 = Driver.field(step, "sha256");
    switch (verb) {
      case "xet_add_path":
        return "ok " + commit.addPath(Driver.path(step, "file_path"), name, sha256);
      case "xet_add_bytes":
        return "ok " + commit.addBytes(name, ByteBuffer.wrap(Plain.content(step)), sha256);
      case "xet_add_stream":
        try (XetWriter writer = commit.addStream(name, sha256)) {
          write(step, writer);
          XetFile made = writer.finish();
          if (made.hash() == null) Driver.die("an item without a hash");
          return "ok " + writer.index();
        }
      case "xet_item":
        Optional<XetFile> item = commit.item(step.get("index").integer(0));
        return item.isEmpty() ? "pending" : "ok" + Driver.document(step, item.get().json());
      case "xet_report":
        try (Json report = commit.report()) {
          return "ok" + Driver.document(step, report);
        }
      case "xet_progress":
        return "ok bytes=" + commit.progress().bytesDone();
      case "xet_cancel":
        commit.cancel();
        return "ok";
      default:
        return null;
    }
  }

  private static void write(Json step, OutputStream out) throws IOException {
    for (Json piece : (Iterable<Json>) step.get("pieces").elements()::iterator) {
      out.write(Driver.substituted(piece.string()).getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = Plain.pattern(step.get("size").integer(0));
    for (int at = 0; at < bytes.length; at += 100000) out.write(bytes, at, Math.min(100000, bytes.length - at));
  }

  private static String group(Json step, String verb) throws IOException {
    XetGroup group = Driver.thing(Driver.field(step, "on"), XetGroup.class);
    String hash = Driver.field(step, "hash");
    long size = step.get("size").integer(0);
    long index = step.get("index").integer(0);
    switch (verb) {
      case "xet_group_add":
        return "ok " + group.add(hash, size, Driver.path(step, "file_path"));
      case "xet_group_seed":
        group.addSeed(index, Driver.path(step, "file_path"), hash, size);
        return "ok";
      case "xet_group_result":
        return group.isFinished(index) ? "ok" : "pending";
      default:
        return null;
    }
  }

  private static String stream(Json step) throws IOException {
    long begin = step.get("begin").integer(0);
    long cancelAfter = step.get("cancel_after").integer(Long.MAX_VALUE);
    boolean ordered = step.get("ordered").integer(1) != 0;
    Path file = Path.of(Driver.work, "streamed");
    try (XetOptions options = Operations.set(step, new XetOptions());
        XetStream stream =
            Driver.session(step)
                .xetStream(
                    options, Driver.field(step, "hash"), step.get("size").integer(XetStream.UNKNOWN), begin,
                    step.get("end").integer(XetStream.UNKNOWN), ordered)) {
      long total = ordered ? inOrder(stream, file, cancelAfter) : asItComes(stream, file, begin);
      return "ok " + total + " " + Plain.sha256(Driver.session(step), file);
    }
  }

  private static long inOrder(XetStream stream, Path file, long cancelAfter) throws IOException {
    byte[] buffer = new byte[100000];
    long total = 0;
    try (OutputStream out = Files.newOutputStream(file);
        InputStream in = stream.inputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        total += count;
        if (total >= cancelAfter) stream.cancel();
      }
    }
    return total;
  }

  private static long asItComes(XetStream stream, Path file, long begin) throws IOException {
    long total = 0;
    try (FileChannel out =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      for (ByteBuffer piece = stream.next(); piece != null; piece = stream.next()) {
        long at = stream.offset() - begin;
        total += piece.remaining();
        while (piece.hasRemaining()) at += out.write(piece, at);
      }
    }
    return total;
  }
}
