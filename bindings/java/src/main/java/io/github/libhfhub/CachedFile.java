package io.github.libhfhub;

import java.nio.file.Path;

/**
 * What the cache knows of a file.
 *
 * @param state what is known
 * @param path where it is when it is found; else null
 */
public record CachedFile(State state, Path path) {
  /** What a cache can know. */
  public enum State {
    /** Nothing: the Hub must be asked. */
    UNKNOWN,
    /** The file is here. */
    FOUND,
    /** The Hub once said that this commit has no such file. */
    ABSENT
  }
}
