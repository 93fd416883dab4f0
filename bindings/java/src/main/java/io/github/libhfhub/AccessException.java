package io.github.libhfhub;

/** The token is missing or does not allow this, or the repository is gated or disabled. */
public final class AccessException extends HfHubException {
  private static final long serialVersionUID = 1;

  AccessException(Fields fields) {
    super(fields);
  }
}
