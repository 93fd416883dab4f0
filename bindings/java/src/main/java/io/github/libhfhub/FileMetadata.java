package io.github.libhfhub;

import java.util.OptionalLong;

/**
 * What the Hub says of a file.
 *
 * @param commitHash the commit that was asked about
 * @param etag the Hub's digest of the file
 * @param size in bytes, when the Hub tells it
 * @param location where its bytes are
 * @param xetHash its hash in Xet storage; null when it is not there
 * @param json all that the library says
 */
public record FileMetadata(String commitHash, String etag, OptionalLong size, String location, String xetHash, Json json) {
  static FileMetadata read(long operation) throws HfHubException {
    Json json = Operation.json(operation);
    long size = json.get("size").integer(-1);
    return new FileMetadata(
        json.get("commit_hash").string(), json.get("etag").string(), size < 0 ? OptionalLong.empty() : OptionalLong.of(size),
        json.get("location").string(), json.get("xet_hash").string(), json);
  }
}
