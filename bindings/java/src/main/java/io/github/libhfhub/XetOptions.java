package io.github.libhfhub;

/** Which Xet store, and with which rights. Not to be changed by two threads at once. */
public final class XetOptions implements AutoCloseable {
  final Handle handle;

  /**
   * Options with their defaults.
   * <p>
   * hfhub_xet_options_new: Options with their defaults: the CAS of option xet.endpoint, no token. Since 0.1.
   */
  public XetOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_xet_options_free, Raw::hfhub_xet_options_new);
  }

  /**
   * The store's address.
   * <p>
   * hfhub_xet_options_set_endpoint: Base URL of the CAS; without it the token route names one. Errors: E_ARGUMENT.
   * Since 0.1.
   */
  public XetOptions endpoint(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_set_endpoint(options, value));
    return this;
  }

  /**
   * A token of the store, and when it expires, in seconds since 1970.
   * <p>
   * hfhub_xet_options_set_token: A CAS token and when it expires, in seconds since 1970. Errors: E_ARGUMENT when a
   * header cannot carry it. Since 0.1.
   */
  public XetOptions token(String value, long expiresS) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_set_token(options, value, expiresS));
    return this;
  }

  /**
   * Where a new token comes from.
   * <p>
   * hfhub_xet_options_set_refresh_url: Where a new token comes from: GET answers {"accessToken", "exp", "casUrl"} or
   * the headers X-Xet-Access-Token, X-Xet-Token-Expiration and X-Xet-Cas-Url. Asked ahead of the expiry, once for all
   * who wait, and after a 401. The session's token goes there when it is the Hub's. Errors: E_ARGUMENT. Since 0.1.
   */
  public XetOptions refreshUrl(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_set_refresh_url(options, value));
    return this;
  }

  /**
   * A header for the refresh URL; adds to earlier ones.
   * <p>
   * hfhub_xet_options_add_refresh_header: A header for the refresh URL, "Authorization" included; sent to its origin
   * and nowhere else. Since 0.1.
   */
  public XetOptions refreshHeader(String name, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_add_refresh_header(options, name, value));
    return this;
  }

  /**
   * A header for the store; adds to earlier ones.
   * <p>
   * hfhub_xet_options_add_header: A header for CAS; never sent to storage hosts. Errors: E_ARGUMENT for "Authorization"
   * and for what a header cannot carry. Since 0.1.
   */
  public XetOptions header(String name, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_add_header(options, name, value));
    return this;
  }

  /**
   * The rights of a repository; {@code revision} may be null.
   * <p>
   * hfhub_xet_options_set_repo: The rights of a repository: sets the refresh URL from the session's endpoint when the
   * options are used. `repo_type` is "model", "dataset", "space", "kernel" or "bucket"; `revision` may be NULL ("main";
   * a bucket has none). Reading or writing follows from the use. Errors: E_ARGUMENT. Since 0.1.
   */
  public XetOptions repo(String repoType, String repoId, String revision) throws HfHubException {
    handle.call(options -> Raw.hfhub_xet_options_set_repo(options, repoType, repoId, revision));
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   * <p>
   * hfhub_xet_options_free: Frees the options. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
