package io.github.libhfhub;

import java.nio.file.Path;

/** What a session is made with. Not to be changed by two threads at once. */
public final class SessionOptions implements AutoCloseable {
  final Handle handle;
  LogHook logHook; // kept alive by the sessions, too

  /**
   * Options with their defaults.
   *
   * hfhub_session_options_new:
   */
  public SessionOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_session_options_free, Raw::hfhub_session_options_new);
  }

  /**
   * Any option by its key.
   *
   * hfhub_session_options_set:
   */
  public SessionOptions set(String key, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set(options, key, value));
    return this;
  }

  /**
   * The access token; "" for none.
   *
   * hfhub_session_options_set_token:
   */
  public SessionOptions token(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_token(options, value));
    return this;
  }

  /**
   * The Hub's address.
   *
   * hfhub_session_options_set_endpoint:
   */
  public SessionOptions endpoint(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_endpoint(options, value));
    return this;
  }

  /**
   * The folder of the shared cache.
   *
   * hfhub_session_options_set_cache_dir:
   */
  public SessionOptions cacheDir(Path value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_cache_dir(options, Paths.text(value)));
    return this;
  }

  /**
   * Whether to do without the network.
   *
   * hfhub_session_options_set_offline:
   */
  public SessionOptions offline(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_offline(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Memory for all buffers, in bytes.
   *
   * hfhub_session_options_set_memory_budget:
   */
  public SessionOptions memoryBudget(long bytes) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_memory_budget(options, bytes));
    return this;
  }

  /**
   * Who asks, as "name/version".
   *
   * hfhub_session_options_set_user_agent:
   */
  public SessionOptions userAgent(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_session_options_set_user_agent(options, value));
    return this;
  }

  /**
   * Where log lines go; null for nowhere. Option {@code log.level} says from which level on.
   *
   * hfhub_session_options_set_log_hook:
   *
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
   *
   * hfhub_session_options_free:
   */
  @Override
  public void close() {
    handle.close();
  }
}
