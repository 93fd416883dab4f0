package io.github.libhfhub;

import java.nio.file.Path;

/** What a session is made with. Not to be changed by two threads at once. */
public final class SessionOptions implements AutoCloseable {
  final Handle handle;
  LogHook logHook; // kept alive by the sessions, too

  /**
   * Options with their defaults.
   * <p>
   * hfhub_session_options_new: Defaults with the process environment applied. Errors: E_ARGUMENT naming an environment
   * variable that cannot be read as its type. Since 0.1.
   */
  public SessionOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_session_options_free, Raw::hfhub_session_options_new);
  }

  /**
   * Any option by its key.
   * <p>
   * hfhub_session_options_set: Sets any option by its key. Errors: E_ARGUMENT for an unknown key (with the nearest
   * known one) or a value that cannot be read. Since 0.1.
   */
  public SessionOptions set(String key, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set(options, key, value));
    return this;
  }

  /**
   * The access token; "" for none.
   * <p>
   * hfhub_session_options_set_token: Sets the access token; "" for none. Errors: E_ARGUMENT when a header cannot carry
   * it. Since 0.1.
   */
  public SessionOptions token(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_token(options, value));
    return this;
  }

  /**
   * The Hub's address.
   * <p>
   * hfhub_session_options_set_endpoint: Sets the Hub's base URL. Errors: E_ARGUMENT. Since 0.1.
   */
  public SessionOptions endpoint(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_endpoint(options, value));
    return this;
  }

  /**
   * The folder of the shared cache.
   * <p>
   * hfhub_session_options_set_cache_dir: Sets the folder of the shared repository cache. Since 0.1.
   */
  public SessionOptions cacheDir(Path value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_cache_dir(options, Paths.text(value)));
    return this;
  }

  /**
   * Whether to do without the network.
   * <p>
   * hfhub_session_options_set_offline: 1: never use the network. Since 0.1.
   */
  public SessionOptions offline(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_offline(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Memory for all buffers, in bytes.
   * <p>
   * hfhub_session_options_set_memory_budget: Bytes for all buffers of the session, at least 8 MiB. Since 0.1.
   */
  public SessionOptions memoryBudget(long bytes) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_memory_budget(options, bytes));
    return this;
  }

  /**
   * Who asks, as "name/version".
   * <p>
   * hfhub_session_options_set_user_agent: Sent to the Hub as "name/version". Errors: E_ARGUMENT when a header cannot
   * carry it. Since 0.1.
   */
  public SessionOptions userAgent(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_user_agent(options, value));
    return this;
  }

  /**
   * Where log lines go; null for nowhere. Option {@code log.level} says from which level on.
   * <p>
   * hfhub_session_options_set_log_hook: Where log lines of option log.level and above go; NULL for nowhere (the
   * default). `user_data_free` (may be NULL) is called once with `user_data`, on any thread, when no line can come any
   * more: another hook was set or the options freed, and the sessions made from them and all that those did are gone.
   * It must not call this library. After an error nothing is called: `user_data` stays the caller's. Errors:
   * E_NO_MEMORY. Since 0.1.
   * <p>
   * Here it comes on a thread of Java's own.
   */
  public SessionOptions logHook(LogHook hook) throws HfHubException {
    logHook = hook;
    handle.call(
        options -> {
          LogThread.set(options, hook);
          return null;
        });
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   * <p>
   * hfhub_session_options_free: Frees the options. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
