package io.github.libhfhub;

/** Which Xet store, and with which rights. Not to be changed by two threads at once. */
public final class XetOptions implements AutoCloseable {
  final Handle handle;

  /**
   * Options with their defaults.
   *
   * hfhub_xet_options_new:
   */
  public XetOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_xet_options_free, Raw::hfhub_xet_options_new);
  }

  /**
   * The store's address.
   *
   * hfhub_xet_options_set_endpoint:
   */
  public XetOptions endpoint(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_set_endpoint(options, value));
    return this;
  }

  /**
   * A token of the store, and when it expires, in seconds since 1970.
   *
   * hfhub_xet_options_set_token:
   */
  public XetOptions token(String value, long expiresS) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_set_token(options, value, expiresS));
    return this;
  }

  /**
   * Where a new token comes from.
   *
   * hfhub_xet_options_set_refresh_url:
   */
  public XetOptions refreshUrl(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_set_refresh_url(options, value));
    return this;
  }

  /**
   * A header for the refresh URL; adds to earlier ones.
   *
   * hfhub_xet_options_add_refresh_header:
   */
  public XetOptions refreshHeader(String name, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_add_refresh_header(options, name, value));
    return this;
  }

  /**
   * A header for the store; adds to earlier ones.
   *
   * hfhub_xet_options_add_header:
   */
  public XetOptions header(String name, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_add_header(options, name, value));
    return this;
  }

  /**
   * The rights of a repository; {@code revision} may be null.
   *
   * hfhub_xet_options_set_repo:
   */
  public XetOptions repo(String repoType, String repoId, String revision) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_set_repo(options, repoType, repoId, revision));
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   *
   * hfhub_xet_options_free:
   */
  @Override
  public void close() {
    handle.close();
  }
}
