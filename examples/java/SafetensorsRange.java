import io.github.libhfhub.FileMetadata;
import io.github.libhfhub.Json;
import io.github.libhfhub.Operation;
import io.github.libhfhub.Session;
import io.github.libhfhub.XetOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * safetensors_range REPO FILE: the tensors of a model's safetensors file, read from Xet storage without the tensors' bytes. Prints
 * name, type and shape of each.
 */
public final class SafetensorsRange {
  private static final long MOST = 100_000_000; // what the format allows for a header

  private SafetensorsRange() {}

  /** The program. */
  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: safetensors_range REPO FILE");
      System.exit(2);
    }
    try (Session session = new Session();
        Operation<FileMetadata> asking = session.fileMetadata(args[0], args[1]);
        XetOptions rights = new XetOptions().repo("model", args[0], null)) {
      FileMetadata file = asking.await();
      if (file.xetHash() == null) throw new IOException(args[1] + " is not in Xet storage");
      try (SeekableByteChannel bytes = session.xetChannel(rights, file.xetHash(), file.size().orElseThrow());
          Json header = Json.parse(header(bytes))) {
        print(header);
      }
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static String header(SeekableByteChannel bytes) throws IOException {
    long length = read(bytes, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > Math.min(MOST, bytes.size() - 8)) throw new IOException("this is no safetensors file");
    return StandardCharsets.UTF_8.decode(read(bytes, (int) length)).toString();
  }

  private static ByteBuffer read(SeekableByteChannel bytes, int size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(size);
    while (buffer.hasRemaining()) {
      if (bytes.read(buffer) < 0) throw new IOException("the file ends early");
    }
    return buffer.flip();
  }

  private static void print(Json header) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    header
        .members()
        .filter(tensor -> !tensor.getKey().equals("__metadata__"))
        .sorted(Map.Entry.comparingByKey())
        .map(tensor -> tensor.getKey() + " " + tensor.getValue().get("dtype").string() + " " + shape(tensor.getValue()))
        .forEach(out::println);
    out.flush();
  }

  private static String shape(Json tensor) {
    return tensor.get("shape").elements().map(Json::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
