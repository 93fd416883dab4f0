package io.github.libhfhub;

/**
 * A file in Xet storage.
 *
 * @param name what it was added as; null when it was only hashed
 * @param hash its hash, by which it can be read
 * @param size in bytes
 * @param sha256 its SHA-256; null when that was not wanted
 * @param json all that the library says
 */
public record XetFile(String name, String hash, long size, String sha256, Json json) {
  static XetFile of(Json json) {
    return new XetFile(
        json.get("name").string(), json.get("hash").string(), json.get("size").integer(-1), json.get("sha256").string(), json);
  }

  static XetFile read(long operation) throws HfHubException {
    return of(Operation.json(operation));
  }
}
