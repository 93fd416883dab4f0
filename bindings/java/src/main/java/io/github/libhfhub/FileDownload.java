package io.github.libhfhub;

import java.nio.file.Path;

/**
 * A file that was downloaded, or that a dry run would download.
 *
 * @param path where it is, or would be
 * @param commit the commit that it is from
 * @param etag the Hub's digest of it; null for a dry run
 * @param size in bytes
 * @param cached whether it was on disk already
 * @param json all that the library says
 */
public record FileDownload(Path path, String commit, String etag, long size, boolean cached, Json json) {
  static FileDownload read(long operation) throws HfHubException {
    return of(Operation.path(operation), Operation.json(operation));
  }

  private static FileDownload of(Path path, Json json) {
    if (!json.get("will_download").isMissing()) return planned(json);
    return new FileDownload(
        path, json.get("commit").string(), json.get("etag").string(), json.get("size").integer(-1),
        json.get("cached").bool(false), json);
  }

  /** What a dry run says of one file. */
  static FileDownload planned(Json json) {
    String path = json.get("local_path").string();
    return new FileDownload(
        path == null ? null : Path.of(path), json.get("commit_hash").string(), null, json.get("file_size").integer(-1),
        json.get("is_cached").bool(false), json);
  }
}
