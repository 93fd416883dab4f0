package io.github.libhfhub;

/**
 * One file of an operation.
 *
 * @param name its path in the repository
 * @param progress how far it is
 */
public record Item(String name, Progress progress) {
  /** What has become of it. */
  public Progress.ItemState state() {
    return progress.state();
  }
}
