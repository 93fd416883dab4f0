package io.github.libhfhub;

/** There is no such repository, revision or file, or it is private and not yours. */
public final class NotFoundException extends HfHubException {
  private static final long serialVersionUID = 1;

  NotFoundException(Fields fields) {
    super(fields);
  }
}
