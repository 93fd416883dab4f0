package io.github.libhfhub;

/** What came differs from what the Hub promised. Nothing of it was made visible. */
public final class IntegrityException extends HfHubException {
  private static final long serialVersionUID = 1;

  IntegrityException(Fields fields) {
    super(fields);
  }
}
