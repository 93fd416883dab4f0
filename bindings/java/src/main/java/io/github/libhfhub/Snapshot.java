package io.github.libhfhub;

import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A repository that was downloaded.
 *
 * @param path its folder; null for a dry run
 * @param commit which commit it is; null for a dry run
 * @param files how many files it has
 * @param downloaded how many of them came over the network
 * @param json all that the library says
 */
public record Snapshot(Path path, String commit, long files, long downloaded, Json json) {
  static Snapshot read(long operation) throws HfHubException {
    Json json = Operation.json(operation);
    if (json.type() == Json.Type.ARRAY) return new Snapshot(null, null, json.size(), 0, json);
    return new Snapshot(
        Operation.path(operation), json.get("commit").string(), json.get("files").integer(0),
        json.get("downloaded").integer(0), json);
  }

  /** What a dry run would do, file by file; nothing for a download. */
  public Stream<FileDownload> planned() {
    return json.type() == Json.Type.ARRAY ? json.elements().map(FileDownload::planned) : Stream.empty();
  }
}
