package io.github.libhfhub;

/** The operation was cancelled: by its own cancel, its session's, or an interrupt of the thread that waited. */
public final class CancelledException extends HfHubException {
  private static final long serialVersionUID = 1;

  CancelledException(Fields fields) {
    super(fields);
  }
}
