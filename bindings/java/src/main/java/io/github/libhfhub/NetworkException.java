package io.github.libhfhub;

/** The Hub could not be reached: no connection, a deadline passed, its certificate was refused, or offline mode is on. */
public final class NetworkException extends HfHubException {
  private static final long serialVersionUID = 1;

  NetworkException(Fields fields) {
    super(fields);
  }
}
