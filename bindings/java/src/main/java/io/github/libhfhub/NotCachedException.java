package io.github.libhfhub;

/** The file is not on disk, or a snapshot is not complete there, and the Hub could not be asked. */
public final class NotCachedException extends HfHubException {
  private static final long serialVersionUID = 1;

  NotCachedException(Fields fields) {
    super(fields);
  }
}
