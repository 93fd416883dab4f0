package io.github.libhfhub;

import java.nio.file.Path;

/** Paths of this machine as the library takes them. */
final class Paths {
  private Paths() {}

  /** null stays null. */
  static String text(Path path) {
    return path == null ? null : path.toString();
  }
}
