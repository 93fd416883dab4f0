package io.github.libhfhub;

/** Somebody else changed it meanwhile, or it is there already. */
public final class ConflictException extends HfHubException {
  private static final long serialVersionUID = 1;

  ConflictException(Fields fields) {
    super(fields);
  }
}
